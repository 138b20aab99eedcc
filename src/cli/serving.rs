//! `serve`: the page on which anyone can check a certificate.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use super::args::Serve;
use super::commands::Ends;
use super::evidence::{Gathered, Source};
use super::say::{Failure, Say};
use super::{Exit, World};
use crate::credential::document::Signed;
use crate::desk::publish::STATUS_ENDING;
use crate::http::door::{self, Door};
use crate::http::published::Twice;
use crate::http::router::{OWN_MACHINE, router_within};
pub use crate::http::{Demo, Example};
use crate::http::{ServeState, Shelf, router, tls};
use crate::store::trust_folder::read_file;
use crate::trust::pack::{PackError, TrustPack};
use crate::trust::status::StatusList;
use crate::verify::Evidence;
use crate::verify::message::Fact;

/// Serves until it is asked to stop.
///
/// # Errors
/// [`Failure`] when a file cannot be read or the address is taken.
pub fn run(args: &Serve, world: &World<'_>, say: &Say) -> Ends {
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
        _ => None,
    };
    let watched = Watched::read(Source::of(&args.trust), args.publish.clone(), say)?;
    serve(args.listen, watched, tls, None, world, say)
}

/// Serves with the evidence of trust files, and what institutions publish; both are read again when they change.
///
/// # Errors
/// [`Failure`].
pub fn serve(
    listen: SocketAddr,
    watched: Watched,
    tls_files: Option<(PathBuf, PathBuf)>,
    demo: Option<Demo>,
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
    let own_machine = demo.is_some();
    let clock = world.clock;
    let watched = Arc::new(watched);
    let shelf = Arc::clone(&watched);
    let state = ServeState {
        evidence: Arc::new(move || watched.current().evidence),
        published: Arc::new(move || shelf.current().shelf),
        clock: Arc::new(clock),
        demo: demo.map(Arc::new),
        // A log that nobody reads any more stops no answer.
        log: Arc::new(|line| drop(writeln!(std::io::stderr().lock(), "{line}"))),
        secure,
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
        say.tell("cli.serving", &[("url", Fact::Text(url))]);
        say.tell("cli.serving-stop", &[]);
        let stop = async {
            // Where the signal cannot be had, only the terminal's own end stops it.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let router = if own_machine { router_within(state, OWN_MACHINE) } else { router(state) };
        door::serve(door, router, stop).await.map_err(|error| failed(&error))
    })?;
    Ok(Exit::Accept)
}

/// Trust files and published folders, and what was read of them, read again when one has changed: a refreshed list counts without a
/// restart.
pub struct Watched {
    trust: Source,
    publish: Vec<PathBuf>,
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
    pub fn read(trust: Source, publish: Vec<PathBuf>, say: &Say) -> Result<Self, Failure> {
        let times = times(&trust, &publish);
        let gathered = trust.gather()?;
        if gathered.evidence.packs.is_empty() {
            say.tell("cli.no-trust", &[]);
        }
        gathered.tell(say);
        let known = Known { evidence: Arc::new(gathered.evidence), shelf: Arc::new(shelf(&trust, &publish)?) };
        Ok(Self { trust, publish, read: RwLock::new((times, known)) })
    }

    fn current(&self) -> Known {
        let now = times(&self.trust, &self.publish);
        let (then, known) = self.read.read().unwrap_or_else(PoisonError::into_inner).clone();
        if now == then {
            return known;
        }
        // A file that cannot be read now, or is older than what is here, takes nothing away: it is tried again, and holds nothing else up.
        let (gathered, shelf) = (self.trust.gather(), shelf(&self.trust, &self.publish));
        let times = if gathered.is_ok() && shelf.is_ok() { now } else { then };
        let evidence =
            gathered.map_or_else(|_| Arc::clone(&known.evidence), |gathered| self.renew(&known.evidence, gathered));
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

/// The trust files, and the lists of the published folders, at their addresses.
fn shelf(trust: &Source, publish: &[PathBuf]) -> Result<Shelf, Failure> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| Failure::unread(path, &error));
    let mut shelf = Shelf::default();
    // One that cannot be read has been told of, and stands on no shelf.
    shelf.put_packs(trust.files().iter().filter_map(|path| read_file(path).ok()).collect());
    for folder in publish {
        let mut addresses = 0;
        for path in lists_in(folder)? {
            let list = Signed::<StatusList>::read(&read(&path)?)
                .map_err(|_| Failure::new(Exit::Unreadable, "cli.not-readable").with("path", path.display()))?;
            let put = shelf.put_list(&list).map_err(|Twice(address)| {
                Failure::new(Exit::Usage, "cli.publish-twice").with("path", folder.display()).with("address", address)
            })?;
            addresses += usize::from(put);
        }
        if addresses == 0 {
            return Err(Failure::new(Exit::Usage, "cli.publish-no-address").with("path", folder.display()));
        }
    }
    Ok(shelf)
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
fn times(trust: &Source, publish: &[PathBuf]) -> Times {
    let changed = |path: &PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    trust.files().into_iter().chain(publish.iter().cloned()).map(|path| (path.clone(), changed(&path))).collect()
}
