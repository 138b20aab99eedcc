//! `fetch`: what documents need for their verification, out of the network into a folder. Beside `trust update` the only command that opens a
//! connection for data; `verify` never does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressDrawTarget};
use sha2::{Digest as _, Sha256};

use super::args::Fetch;
use super::commands::{Ends, name_of, taken_in, unread};
use super::resources::not_a_map;
use super::say::{Failure, Say};
use super::{Exit, World};
use crate::base::canonical::{Json, Object};
use crate::interop::fetch::FetchError;
use crate::interop::fetch::address::{Address, Internet, Network, shown};
use crate::interop::fetch::gather::{Fetching, Gathered, NotFetched};
use crate::interop::fetch::needs::{Need, of_document};
use crate::interop::resources::{NotAMap, entries, is_pinned, map_in};
use crate::store::files::{Readers, write_all_whole, write_whole};
use crate::verify::message::Fact;

/// Fetches over the public network.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Fetch, world: &World<'_>, say: &Say) -> Ends {
    run_over(args, Arc::new(Internet), world, say)
}

/// Fetches over a network. What may be reached is the network's to say: the product has one answer, [`Internet`].
///
/// # Errors
/// [`Failure`].
pub fn run_over(args: &Fetch, network: Arc<dyn Network>, world: &World<'_>, say: &Say) -> Ends {
    let needs = needs(args, say)?;
    if needs.is_empty() {
        say.tell("cli.fetch.nothing", &[]);
    }
    for need in &needs {
        say.tell("cli.fetch.needs", &[("what", what(need)), ("address", Fact::Text(shown(&need.address)))]);
    }
    if args.dry_run {
        if say.is_json() {
            let needs = needs.iter().map(|need| of_need(need).into()).collect();
            say.json(Object::from_iter([("needs", Json::List(needs))]));
        }
        return Ok(Exit::Accept);
    }
    let authorities =
        args.ca.as_deref().map(|ca| std::fs::read(ca).map_err(|error| Failure::unread(ca, &error))).transpose()?;
    let map = Map::open(&args.into)?;
    let bar = ProgressBar::with_draw_target(Some(needs.len() as u64), ProgressDrawTarget::stderr());
    let fetching = Fetching { network, authorities: authorities.as_deref(), known: &is_pinned, now: (world.clock)() };
    let gathered = fetching.gather(needs, &|_| bar.inc(1));
    bar.finish_and_clear();
    let files = map.keep(&gathered)?;
    report(&gathered, &files, &args.into, say);
    Ok(exit_of(&gathered))
}

/// What the files need, each once, in the order of addresses.
fn needs(args: &Fetch, say: &Say) -> Result<Vec<Need>, Failure> {
    let mut needs = Vec::new();
    for input in &args.inputs {
        let taken = taken_in(input)?;
        for (place, not_read) in &taken.not_read {
            say.told(&unread(&format!("{}#{place}", name_of(input)), not_read));
        }
        let documents = taken.offered.iter().map(|offered| offered.signed.to_json());
        for document in documents.chain(taken.presentation.map(Json::Object)) {
            if let Json::Object(document) = document {
                needs.extend(of_document(&document, &is_pinned));
            }
        }
    }
    needs.sort();
    needs.dedup();
    Ok(needs)
}

/// A folder of fetched files, and the map that says which address each stands for.
struct Map {
    folder: PathBuf,
    entries: BTreeMap<String, String>,
}

impl Map {
    /// What an earlier run fetched stays. A map that cannot be read is not written over.
    fn open(folder: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder).map_err(|error| Failure::io(folder, &error))?;
        let path = map_in(folder);
        let entries = match entries(&path) {
            Ok(entries) => entries.into_iter().collect(),
            Err(NotAMap::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(not_a_map(&path, error)),
        };
        Ok(Self { folder: folder.to_owned(), entries })
    }

    /// Writes what was fetched, and then the map: each whole or not at all. Gives the files' names.
    fn keep(mut self, gathered: &Gathered) -> Result<Vec<String>, Failure> {
        // Named by the address alone: no document, issuer or person is to be read off the folder (threats.md I11, I13).
        let name = |need: &Need| {
            let digest = Sha256::digest(need.address.as_bytes());
            let hex: String = digest.iter().take(NAME_BYTES).map(|byte| format!("{byte:02x}")).collect();
            format!("{hex}.json")
        };
        let names: Vec<String> = gathered.fetched.iter().map(|(need, _)| name(need)).collect();
        let files: Vec<(PathBuf, Vec<u8>)> = names
            .iter()
            .zip(&gathered.fetched)
            .map(|(name, (_, bytes))| (self.folder.join(name), bytes.clone()))
            .collect();
        // Which addresses somebody needs tells whose certificates they look at.
        write_all_whole(&files, Readers::Owner).map_err(|(path, error)| Failure::io(&path, &error))?;
        for (name, (need, _)) in names.iter().zip(&gathered.fetched) {
            self.entries.insert(need.address.clone(), name.clone());
        }
        let map: Object = self.entries.iter().map(|(address, file)| (address, Json::from(file.as_str()))).collect();
        let path = map_in(&self.folder);
        write_whole(&path, &map.to_canonical(), Readers::Owner).map_err(|error| Failure::io(&path, &error))?;
        Ok(names)
    }
}

/// 16 bytes of the address's digest name its file: no two of a folder meet by accident.
const NAME_BYTES: usize = 16;

/// Refused by the rules for addresses, or not what was asked for: 1. Not reached: 74.
fn exit_of(gathered: &Gathered) -> Exit {
    let exit = |why: &NotFetched| match why {
        NotFetched::Fetch(FetchError::Certificates) => Exit::Usage,
        NotFetched::Fetch(FetchError::NotAnAddress | FetchError::Refused(_)) => Exit::Reject,
        NotFetched::TooMany | NotFetched::Unusable(_) => Exit::Reject,
        NotFetched::Fetch(_) => Exit::InputOutput,
    };
    let any = |wanted: Exit| gathered.failed.iter().any(|(_, why)| exit(why) == wanted);
    [Exit::Usage, Exit::Reject, Exit::InputOutput].into_iter().find(|exit| any(*exit)).unwrap_or(Exit::Accept)
}

fn failure_of(why: &NotFetched) -> Failure {
    let failure = Failure::new(Exit::Reject, &why.id());
    match why {
        NotFetched::Fetch(FetchError::Status(status)) => failure.with("status", status),
        _ => failure,
    }
}

fn report(gathered: &Gathered, files: &[String], folder: &Path, say: &Say) {
    for (need, why) in &gathered.failed {
        say.tell("cli.fetch.failed", &[("what", what(need)), ("address", Fact::Text(shown(&need.address)))]);
        say.told(&failure_of(why));
    }
    let count = Fact::Number(i64::try_from(gathered.fetched.len()).unwrap_or(i64::MAX));
    let map = map_in(folder).display().to_string();
    say.tell("cli.fetch.done", &[("count", count), ("path", Fact::Text(map.clone()))]);
    say.tell("cli.fetch.then", &[("path", Fact::Text(map.clone()))]);
    if say.is_json() {
        let fetched = gathered.fetched.iter().zip(files).map(|((need, bytes), file)| {
            let mut row = of_need(need);
            row.set("bytes", Json::Integer(i64::try_from(bytes.len()).unwrap_or(i64::MAX)));
            row.set("file", file.as_str().into());
            row.into()
        });
        let failed = gathered.failed.iter().map(|(need, why)| {
            let mut row = of_need(need);
            row.set("error", Json::Object(say.error(&failure_of(why))));
            row.into()
        });
        say.json(Object::from_iter([
            ("failed", Json::List(failed.collect())),
            ("fetched", Json::List(fetched.collect())),
            ("map", map.into()),
        ]));
    } else {
        gathered.fetched.iter().for_each(|(need, _)| say.result(&shown(&need.address)));
    }
}

fn what(need: &Need) -> Fact {
    Fact::Id(format!("fetch.what.{}", need.what.code()))
}

fn of_need(need: &Need) -> Object {
    let refused = Address::parse(&need.address).err().map(|refused| refused.code());
    let mut row = Object::from_iter([("address", Json::from(shown(&need.address))), ("what", need.what.code().into())]);
    if let Some(code) = refused {
        row.set("refused", code.into());
    }
    row
}
