//! `serve`: the page on which anyone can check a certificate.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use super::args::Serve;
use super::checking::packs;
use super::commands::Ends;
use super::say::{Failure, Say};
use super::{Exit, World};
use crate::http::door::{self, Door};
use crate::http::router::{OWN_MACHINE, router_within};
pub use crate::http::{Demo, Example};
use crate::http::{ServeState, router, tls};
use crate::verify::Evidence;
use crate::verify::message::Fact;

/// Serves until it is asked to stop.
///
/// # Errors
/// [`Failure`] when a file cannot be read or the address is taken.
pub fn run(args: &Serve, world: &World<'_>, say: &Say) -> Ends {
    if args.trust.is_empty() {
        say.tell("cli.no-trust", &[]);
    }
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
        _ => None,
    };
    serve(args.listen, &args.trust, tls, None, world, say)
}

/// Serves with the evidence of the named trust files, which are read again when they change.
///
/// # Errors
/// [`Failure`].
pub fn serve(
    listen: SocketAddr,
    trust: &[PathBuf],
    tls_files: Option<(PathBuf, PathBuf)>,
    demo: Option<Demo>,
    world: &World<'_>,
    say: &Say,
) -> Ends {
    let watched = Watched::read(trust.to_vec())?;
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
    let state = ServeState {
        evidence: Arc::new(move || watched.current()),
        clock: Arc::new(clock),
        demo: demo.map(Arc::new),
        log: Arc::new(|line| eprintln!("{line}")),
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

/// Trust files and what was read of them, read again when one has changed: a refreshed list counts without a restart.
struct Watched {
    paths: Vec<PathBuf>,
    read: RwLock<(Vec<Option<SystemTime>>, Arc<Evidence>)>,
}

impl Watched {
    fn read(paths: Vec<PathBuf>) -> Result<Self, Failure> {
        let times = times(&paths);
        let evidence = Arc::new(Evidence::of_packs(packs(&paths)?));
        Ok(Self { paths, read: RwLock::new((times, evidence)) })
    }

    fn current(&self) -> Arc<Evidence> {
        let now = times(&self.paths);
        let (then, evidence) = {
            let read = self.read.read().unwrap_or_else(PoisonError::into_inner);
            (read.0.clone(), Arc::clone(&read.1))
        };
        if now == then {
            return evidence;
        }
        // A file that cannot be read now, or is older than what is here, takes nothing away.
        let Ok(fresh) = packs(&self.paths) else { return evidence };
        let superseded: Result<Vec<_>, _> =
            fresh.into_iter().zip(evidence.packs.iter()).map(|(new, here)| new.supersede(here)).collect();
        let Ok(packs) = superseded else { return evidence };
        let fresh = Arc::new(Evidence::of_packs(packs));
        *self.read.write().unwrap_or_else(PoisonError::into_inner) = (now, Arc::clone(&fresh));
        fresh
    }
}

fn times(paths: &[PathBuf]) -> Vec<Option<SystemTime>> {
    paths.iter().map(|path| std::fs::metadata(path).and_then(|file| file.modified()).ok()).collect()
}
