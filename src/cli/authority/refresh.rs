//! `authority refresh`: once, or again and again while a folder is watched.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::args::Refresh;
use crate::base::canonical::{Json, Object};
use crate::cli::commands::Ends;
use crate::cli::say::{Failure, Say};
use crate::cli::{Exit, World, secret};
use crate::desk::authority::refresh::{HandIn, Publishing, Refreshed, Why, hand_ins};
use crate::desk::authority::{Authority, AuthorityError};
use crate::desk::keyring::Secret;
use crate::verify::message::{Fact, Words};

/// Refreshes.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Refresh, world: &World<'_>, say: &Say) -> Ends {
    // A folder that holds no authority is said before anybody is asked for a passphrase.
    drop(Authority::open(&args.dir)?);
    let secret = secret::existing(&args.unlock, say)?;
    let mut handed = Vec::new();
    for path in &args.hand_in {
        handed.extend(hand_ins(path).map_err(|error| Failure::unread(path, &error))?);
    }
    let refreshed = refresh(args, &secret, &handed, Publishing::Always, world)?;
    told(args, &refreshed, say);
    if let Some(folder) = &args.watch {
        let every = Duration::from_secs(args.every.unwrap_or(60));
        return watch(args, &secret, folder, every, world, say);
    }
    // What was published is good; that something was refused is what a script has to learn.
    let whole = refreshed.hand_ins.iter().all(|hand_in| hand_in.refused.is_empty());
    Ok(if whole { Exit::Accept } else { Exit::Reject })
}

fn refresh(
    args: &Refresh,
    secret: &Secret,
    handed: &[PathBuf],
    publishing: Publishing,
    world: &World<'_>,
) -> Result<Refreshed, AuthorityError> {
    let mut authority = Authority::open(&args.dir)?;
    let keys = authority.keys(secret)?;
    authority.refresh(&keys, handed, publishing, (world.clock)())
}

fn told(args: &Refresh, refreshed: &Refreshed, say: &Say) {
    for hand_in in &refreshed.hand_ins {
        lines(hand_in, say.words()).iter().for_each(|line| say.talk(line));
    }
    if let Some(version) = refreshed.published {
        let path = Fact::Text(args.dir.join("trust.json").display().to_string());
        let version = Fact::Number(i64::try_from(version).unwrap_or(i64::MAX));
        say.tell("cli.authority.refreshed", &[("path", path), ("version", version)]);
    }
    if say.is_json() {
        say.json(json(args, refreshed, say.words()));
    }
}

fn lines(hand_in: &HandIn, words: &Words) -> Vec<String> {
    let number = |count: usize| Fact::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let name = || Fact::Text(hand_in.institution.clone().unwrap_or_else(|| hand_in.from.display().to_string()));
    let mut lines = Vec::new();
    if hand_in.lists > 0 {
        lines.push(words.say("cli.authority.lists-taken", &[("name", name()), ("count", number(hand_in.lists))]));
    }
    if let Some(size) = hand_in.logged {
        let size = Fact::Number(i64::try_from(size).unwrap_or(i64::MAX));
        lines.push(words.say("cli.authority.log-taken", &[("name", name()), ("count", size)]));
    }
    if hand_in.not_given_back {
        lines.push(words.say("cli.authority.not-given-back", &[("name", name())]));
    }
    for refusal in &hand_in.refused {
        let facts = [
            ("name", name()),
            ("file", Fact::Text(refusal.file.clone())),
            ("why", Fact::Text(why(&refusal.why, words))),
        ];
        lines.push(words.say("cli.authority.refused", &facts));
    }
    lines
}

fn why(why: &Why, words: &Words) -> String {
    let facts = match why {
        Why::FromTheFuture(date) => vec![("date", Fact::Day(*date))],
        Why::Older { here, offered } => {
            vec![("here", Fact::Text(here.to_string())), ("offered", Fact::Text(offered.to_string()))]
        }
        Why::Unrevoked(count) => vec![("count", Fact::Number(i64::try_from(*count).unwrap_or(i64::MAX)))],
        Why::Foreign | Why::KeyEnded | Why::LogRewritten | Why::NotReadable | Why::Unlisted => Vec::new(),
    };
    words.say(&format!("refusal.{}", why.code()), &facts)
}

fn json(args: &Refresh, refreshed: &Refreshed, words: &Words) -> Object {
    let number = |count: u64| Json::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let row = |hand_in: &HandIn| -> Json {
        let refused = hand_in.refused.iter().map(|refusal| -> Json {
            Object::from_iter([
                ("code", Json::from(refusal.why.code())),
                ("file", refusal.file.as_str().into()),
                ("text", why(&refusal.why, words).into()),
            ])
            .into()
        });
        let mut row = Object::from_iter([
            ("from", Json::from(hand_in.from.display().to_string())),
            ("lists", number(hand_in.lists as u64)),
            ("refused", Json::List(refused.collect())),
        ]);
        if let Some(name) = &hand_in.institution {
            row.set("institution", name.as_str().into());
        }
        if let Some(size) = hand_in.logged {
            row.set("logged", number(size));
        }
        row.into()
    };
    Object::from_iter([
        ("freshness", refreshed.published.map_or(Json::Null, number)),
        ("handIns", Json::List(refreshed.hand_ins.iter().map(row).collect())),
        ("trust", args.dir.join("trust.json").display().to_string().into()),
    ])
}

/// What a hand-in looked like when it was last taken: its files' sizes and times.
type Looks = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// Looks into a folder until it is asked to stop. Holds nothing but how each hand-in looked, so its memory does not grow with time.
fn watch(args: &Refresh, secret: &Secret, folder: &Path, every: Duration, world: &World<'_>, say: &Say) -> Ends {
    let failed = |error: &std::io::Error| Failure::io(folder, error);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| failed(&error))?;
    say.tell("cli.authority.watching", &[("path", Fact::Text(folder.display().to_string()))]);
    say.tell("cli.serving-stop", &[]);
    let mut known: HashMap<PathBuf, Looks> = HashMap::new();
    runtime.block_on(async {
        use tokio::signal::unix::{SignalKind, signal};
        let mut asked = signal(SignalKind::terminate()).map_err(|error| failed(&error))?;
        let mut interrupted = signal(SignalKind::interrupt()).map_err(|error| failed(&error))?;
        loop {
            look(args, secret, folder, &mut known, world, say);
            tokio::select! {
                _ = asked.recv() => return Ok(Exit::Accept),
                _ = interrupted.recv() => return Ok(Exit::Accept),
                () = tokio::time::sleep(every) => {}
            }
        }
    })
}

/// One look. What fails is said, and tried again at the next: a stick that was pulled out must not end the watch.
fn look(
    args: &Refresh,
    secret: &Secret,
    folder: &Path,
    known: &mut HashMap<PathBuf, Looks>,
    world: &World<'_>,
    say: &Say,
) {
    let found = match hand_ins(folder) {
        Ok(found) => found,
        Err(error) => {
            say.told(&Failure::unread(folder, &error));
            return;
        }
    };
    let now: HashMap<PathBuf, Looks> = found.into_iter().map(|path| (path.clone(), looks(&path))).collect();
    let mut changed: Vec<PathBuf> =
        now.iter().filter(|(path, looks)| known.get(*path) != Some(*looks)).map(|(path, _)| path.clone()).collect();
    changed.sort();
    match refresh(args, secret, &changed, Publishing::OnNews, world) {
        // Somebody is publishing: these hand-ins are taken at the next look.
        Err(AuthorityError::Busy) => {}
        Err(error) => {
            say.told(&error.into());
        }
        Ok(refreshed) => {
            // As they were before: what changed in the meantime is seen at the next look.
            *known = now;
            if refreshed.published.is_some() || refreshed.hand_ins.iter().any(|hand_in| !hand_in.refused.is_empty()) {
                told(args, &refreshed, say);
            }
        }
    }
}

fn looks(path: &Path) -> Looks {
    let of_file = |path: PathBuf| {
        let metadata = std::fs::metadata(&path).ok()?;
        Some((path, metadata.len(), metadata.modified().ok()))
    };
    let inside = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let mut looks: Looks = inside.chain([path.to_owned()]).filter(|path| path.is_file()).filter_map(of_file).collect();
    looks.sort();
    looks
}
