//! `serve`: the page on which anyone can check a certificate.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use axum::http::HeaderName;

use super::args::{Serve, Unlock};
use super::commands::Ends;
use super::evidence::{Gathered, Source, shipped};
use super::say::{Failure, Say};
use super::{Exit, World, resources, secret};
use crate::base::timestamp::Timestamp;
use crate::credential::document::Signed;
use crate::desk::account;
use crate::desk::counter::Counter;
use crate::desk::did_document;
use crate::desk::house::House;
use crate::desk::institution::{Card, Institution};
use crate::desk::publish::STATUS_ENDING;
use crate::http::door::{self, Door};
use crate::http::published::Twice;
use crate::http::router::{OWN_MACHINE, router_within};
pub use crate::http::{Demo, Example};
use crate::http::{ServeState, Shelf, router, tls};
use crate::interop::rdfc;
use crate::interop::resources::Resources;
use crate::store::trust_folder::read_file;
use crate::trust::pack::{PackError, TrustPack};
use crate::trust::status::StatusList;
use crate::verify::Evidence;
use crate::verify::message::{Fact, Words};

/// Serves until it is asked to stop.
///
/// # Errors
/// [`Failure`] when a file cannot be read or the address is taken.
pub fn run(args: &Serve, world: &World<'_>, say: &Say) -> Ends {
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
        _ => None,
    };
    let desks = desks(&args.desk, world)?;
    let counter = args.institution.as_deref().map(|dir| counter(dir, &desks, &args.unlock, world, say)).transpose()?;
    let mut own: Vec<PathBuf> = desks.iter().map(|house| house.institution().publish_folder()).collect();
    own.extend(counter.as_ref().map(|counter| counter.institution().publish_folder()));
    own.dedup();
    let now = (world.clock)();
    let resources = args.resources.as_deref().map(|path| resources::resources(path, now, say)).transpose()?;
    let role = Role { demo: None, counter, desks, resources, caller_header: args.caller_header.clone() };
    let watched = Watched::read(trust(&args.trust, say), args.publish.clone(), own, say)?;
    serve(args.listen, watched, tls, role, world, say)
}

/// The named lists; else those that the person accepted; else those that came with the program: what was chosen wins over what was not.
fn trust(named: &[PathBuf], say: &Say) -> Source {
    let own = Source::of(named);
    if !named.is_empty() || !own.files().is_empty() {
        return own;
    }
    let Some((folder, files)) = shipped() else { return own };
    say.tell("cli.serving-shipped", &[("path", Fact::Text(folder.display().to_string()))]);
    Source::Files(files)
}

/// What a server does besides checking.
#[derive(Default)]
pub struct Role {
    /// Certificates to try out.
    pub demo: Option<Demo>,
    /// Who issues here.
    pub counter: Option<Counter>,
    /// Whose staff work here.
    pub desks: Vec<Arc<House>>,
    /// Keys, lists and contexts that somebody put beside the packs.
    pub resources: Option<Resources>,
    /// The header in which a proxy names who calls.
    pub caller_header: Option<HeaderName>,
}

/// The counter of the institution in a folder.
fn counter(
    folder: &Path,
    desks: &[Arc<House>],
    unlock: &Unlock,
    world: &World<'_>,
    say: &Say,
) -> Result<Counter, Failure> {
    let institution = Institution::open(folder)?;
    let house = desks.iter().find(|house| house.institution().did() == institution.did());
    let counter = Counter::open(institution, secret::existing(unlock, say)?, world.random, rdfc::suites())?;
    let counter = match house {
        Some(house) => counter.beside(house),
        None => counter,
    };
    say.tell("cli.issuing-here", &[("name", Fact::Text(counter.institution().card().name.clone()))]);
    Ok(counter)
}

/// The institutions whose desks are here: each folder is opened now, and held.
fn desks(folders: &[PathBuf], world: &World<'_>) -> Result<Vec<Arc<House>>, Failure> {
    let mut desks: Vec<Arc<House>> = Vec::new();
    for folder in folders {
        let house = House::open(folder, world.random)?;
        // Two folders of one institution would be two registers and two orders of slots.
        if desks.iter().any(|there| there.key() == house.key()) {
            return Err(Failure::new(Exit::Usage, "cli.desk-twice").with("path", folder.display()));
        }
        desks.push(Arc::new(house));
    }
    Ok(desks)
}

/// Serves with the evidence of trust files, and what institutions publish; both are read again when they change.
///
/// # Errors
/// [`Failure`].
pub fn serve(
    listen: SocketAddr,
    watched: Watched,
    tls_files: Option<(PathBuf, PathBuf)>,
    role: Role,
    world: &World<'_>,
    say: &Say,
) -> Ends {
    let tls = tls_files
        .map(|(certificate, key)| {
            let read = |path: &PathBuf| {
                std::fs::read(path).map_err(|error| Failure::io(path, &error).with("path", path.display()))
            };
            tls::from_pem(&read(&certificate)?, &read(&key)?)
                .map_err(|_| Failure::new(Exit::Unreadable, "cli.tls-wrong").with("path", certificate.display()))
        })
        .transpose()?;
    let secure = tls.is_some();
    // A demonstration is one's own machine: PDFs are read there, strangers' are not.
    let Role { demo, counter, desks, resources, caller_header } = role;
    let of_desks: Vec<String> = desks.iter().map(|house| house.institution().card().name.clone()).collect();
    let beside = resources.map(|resources| (resources.suites(), Arc::new(resources.mapped)));
    let own_machine = demo.is_some();
    let counter = counter.map(Arc::new);
    let tidied = desks.clone();
    let clock = world.clock;
    let watched = Arc::new(watched);
    let shelf = Arc::clone(&watched);
    let state = ServeState {
        evidence: Arc::new(move || {
            let evidence = watched.current().evidence;
            let Some((suites, mapped)) = &beside else { return evidence };
            Arc::new(Evidence { suites: suites.clone(), mapped: Arc::clone(mapped), ..Evidence::clone(&evidence) })
        }),
        published: Arc::new(move || shelf.current().shelf),
        clock: Arc::new(clock),
        issuing: counter.clone(),
        desks,
        resource: Arc::new(|url| {
            let known = rdfc::EMBEDDED.iter().find(|(of, ..)| *of == url);
            known.map(|(_, text, _)| text.as_bytes().to_vec())
        }),
        demo: demo.map(Arc::new),
        // A log that nobody reads any more stops no answer.
        log: Arc::new(|line| drop(writeln!(std::io::stderr().lock(), "{line}"))),
        secure,
        fits: Arc::new(account::fits),
        checks: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
    };
    let failed = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Failure::new(Exit::InputOutput, "cli.port-taken").with("address", listen),
        _ => Failure::new(Exit::InputOutput, "cli.io").with("path", listen).with("error", error),
    };
    let runtime = tokio::runtime::Runtime::new().map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(|error| failed(&error))?;
        let door = Door::open(listener, tls).map_err(|error| failed(&error))?;
        let scheme = if secure { "https" } else { "http" };
        let url = format!("{scheme}://{}/", door.address());
        say.tell("cli.serving", &[("url", Fact::Text(url.clone()))]);
        for name in of_desks {
            say.tell("cli.desk-here", &[("name", Fact::Text(name)), ("url", Fact::Text(format!("{url}desk")))]);
            if !secure && !door.address().ip().is_loopback() {
                say.tell("cli.desk-without-tls", &[]);
            }
        }
        say.tell("cli.serving-stop", &[]);
        let stop = async {
            // Where the signal cannot be had, only the terminal's own end stops it.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::spawn(keep_tidy(tidied, clock, say.words()));
        if let Some(counter) = &counter {
            tokio::spawn(keep_published(Arc::clone(counter), clock, say.words()));
        }
        let router = if own_machine { router_within(state, OWN_MACHINE) } else { router(state) };
        let router = match caller_header {
            Some(header) => door::behind(router, header),
            None => router,
        };
        door::serve(door, router, stop).await.map_err(|error| failed(&error))
    })?;
    // What was issued in the last seconds.
    counter.map_or(Ok(false), |counter| counter.publish_pending(clock()))?;
    Ok(Exit::Accept)
}

/// 5 seconds from a certificate that was issued to the log that has it: one publication for all of them.
const PUBLISHED_WITHIN: Duration = Duration::from_secs(5);

/// Publishes what was issued, for as long as the server runs.
async fn keep_published(counter: Arc<Counter>, clock: fn() -> Timestamp, words: &'static Words) {
    loop {
        tokio::time::sleep(PUBLISHED_WITHIN).await;
        let counter = Arc::clone(&counter);
        let published = tokio::task::spawn_blocking(move || counter.publish_pending(clock()));
        if let Ok(Err(error)) = published.await {
            // It is tried again; a clerk may hold the store.
            let text = Failure::from(error).text(words);
            let said = words.say("cli.publishing-failed", &[("text", Fact::Text(text))]);
            drop(writeln!(std::io::stderr().lock(), "{said}"));
        }
    }
}

/// 1 minute: files that name people are gone so soon after their hour.
const TIDIED_EACH: Duration = Duration::from_secs(60);

/// Takes away printed and half uploaded files when their hour is over, and sweeps the stores out of which somebody was forgotten, for as long
/// as the server runs.
async fn keep_tidy(houses: Vec<Arc<House>>, clock: fn() -> Timestamp, words: &'static Words) {
    loop {
        tokio::time::sleep(TIDIED_EACH).await;
        let houses = houses.clone();
        // One that fails for a moment is tried again.
        let tidy = move || {
            for house in houses {
                house.tidy(clock());
                if let Err(error) = house.sweep(clock()) {
                    let text = Failure::from(error).text(words);
                    let said = words.say("cli.sweep-failed", &[("text", Fact::Text(text))]);
                    drop(writeln!(std::io::stderr().lock(), "{said}"));
                }
            }
        };
        drop(tokio::task::spawn_blocking(tidy).await);
    }
}

/// Trust files and published folders, and what was read of them, read again when one has changed: a refreshed list counts without a
/// restart.
pub struct Watched {
    trust: Source,
    publish: Vec<PathBuf>,
    /// The folders that the institutions which issue here publish to. They need not have an address.
    own: Vec<PathBuf>,
    read: RwLock<(Times, Known)>,
}

type Times = Vec<(PathBuf, Option<SystemTime>)>;

/// What stands in the watched files.
#[derive(Clone)]
struct Known {
    evidence: Arc<Evidence>,
    shelf: Arc<Shelf>,
}

impl Watched {
    /// Reads trust files and published folders for the first time, and tells what cannot be used.
    ///
    /// # Errors
    /// [`Failure`] when no named trust file can be read, or a published folder, or that has no list with an address.
    pub fn read(trust: Source, publish: Vec<PathBuf>, own: Vec<PathBuf>, say: &Say) -> Result<Self, Failure> {
        // Named twice, it is there once.
        let publish: Vec<PathBuf> = publish.into_iter().filter(|folder| !own.contains(folder)).collect();
        let times = times(&trust, &publish, &own);
        let gathered = trust.gather()?;
        if gathered.evidence.packs.is_empty() {
            say.tell("cli.no-trust", &[]);
        }
        gathered.tell(say);
        let shelf = shelf(&trust, &publish, &own, &gathered.evidence.packs)?;
        let known = Known { evidence: Arc::new(gathered.evidence), shelf: Arc::new(shelf) };
        Ok(Self { trust, publish, own, read: RwLock::new((times, known)) })
    }

    fn current(&self) -> Known {
        let now = times(&self.trust, &self.publish, &self.own);
        let (then, known) = self.read.read().unwrap_or_else(PoisonError::into_inner).clone();
        if now == then {
            return known;
        }
        // A file that cannot be read now, or is older than what is here, takes nothing away: it is tried again, and holds nothing else up.
        let gathered = self.trust.gather();
        let all_read = gathered.is_ok();
        let evidence =
            gathered.map_or_else(|_| Arc::clone(&known.evidence), |gathered| self.renew(&known.evidence, gathered));
        let shelf = shelf(&self.trust, &self.publish, &self.own, &evidence.packs);
        let times = if all_read && shelf.is_ok() { now } else { then };
        let shelf = shelf.map_or(known.shelf, Arc::new);
        let fresh = Known { evidence, shelf };
        *self.read.write().unwrap_or_else(PoisonError::into_inner) = (times, fresh.clone());
        fresh
    }

    fn renew(&self, here: &Evidence, gathered: Gathered) -> Arc<Evidence> {
        // Out of a folder an authority may be removed, and one that it vouched for is left there on nobody's word.
        let unaccepted = |failure: &Failure| failure.id == format!("pack.{}", PackError::UnknownRoot.code());
        let all_read = gathered.problems.iter().all(|(_, failure)| unaccepted(failure));
        let may_go = matches!(self.trust, Source::Folder(_)) && all_read;
        let packs = renewed(&gathered.evidence.packs, &here.packs, may_go);
        Arc::new(Evidence { packs: Arc::new(packs), ..gathered.evidence })
    }
}

/// Each authority's newer pack. What is older than what is here, or claims to be somebody who is here, does not count.
fn renewed(fresh: &[TrustPack], here: &[TrustPack], may_go: bool) -> Vec<TrustPack> {
    let known = |pack: &TrustPack| here.iter().find(|here| here.is_of_same_authority(pack));
    let offers = |here: &TrustPack| fresh.iter().any(|pack| pack.is_of_same_authority(here));
    let stay: Vec<TrustPack> = here.iter().filter(|here| !may_go && !offers(here)).cloned().collect();
    let claims_to_be = |pack: &TrustPack| stay.iter().any(|stay| stay.root().authority.id == pack.root().authority.id);
    let news: Vec<TrustPack> = fresh
        .iter()
        .filter(|pack| !claims_to_be(pack))
        .map(|pack| match known(pack) {
            Some(here) => pack.clone().supersede(here).unwrap_or_else(|_| here.clone()),
            None => pack.clone(),
        })
        .collect();
    stay.into_iter().chain(news).collect()
}

/// The trust files, and the lists and DID documents of the published folders, at their addresses.
fn shelf(trust: &Source, publish: &[PathBuf], own: &[PathBuf], packs: &[TrustPack]) -> Result<Shelf, Failure> {
    let mut shelf = Shelf::default();
    // One that cannot be read has been told of, and stands on no shelf.
    shelf.put_packs(trust.files().iter().filter_map(|path| read_file(path).ok()).collect(), packs);
    for folder in publish {
        if put_folder(&mut shelf, folder, packs)? == 0 {
            return Err(Failure::new(Exit::Usage, "cli.publish-no-address").with("path", folder.display()));
        }
    }
    for folder in own {
        put_folder(&mut shelf, folder, packs)?;
    }
    Ok(shelf)
}

/// Puts what a folder publishes, and says how many of its lists have an address.
fn put_folder(shelf: &mut Shelf, folder: &Path, packs: &[TrustPack]) -> Result<usize, Failure> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| Failure::unread(path, &error));
    let mut addresses = 0;
    for path in lists_in(folder)? {
        let list = Signed::<StatusList>::read(&read(&path)?)
            .map_err(|_| Failure::new(Exit::Unreadable, "cli.not-readable").with("path", path.display()))?;
        let put = shelf.put_list(&list).map_err(|Twice(address)| {
            Failure::new(Exit::Usage, "cli.publish-twice").with("path", folder.display()).with("address", address)
        })?;
        addresses += usize::from(put);
    }
    // A folder of lists alone is one too; then nothing is known of the keys.
    let card = std::fs::read(folder.join("institution.json")).ok().and_then(|bytes| Card::read(&bytes));
    if let Some((did, document)) = card.and_then(|card| did_document::of(&card, packs)) {
        shelf.put_did_document(&did, &document);
    }
    Ok(addresses)
}

/// The status lists of a published folder, by name.
fn lists_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: std::io::Error| Failure::unread(folder, &error);
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let mut paths =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    paths.retain(|path| path.to_str().is_some_and(|path| path.ends_with(STATUS_ENDING)));
    paths.sort();
    Ok(paths)
}

/// When the files were last changed. A folder changes when a file in it takes another's place.
fn times(trust: &Source, publish: &[PathBuf], own: &[PathBuf]) -> Times {
    let changed = |path: &PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    let folders = publish.iter().chain(own).cloned();
    trust.files().into_iter().chain(folders).map(|path| (path.clone(), changed(&path))).collect()
}
