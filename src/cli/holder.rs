//! `holder`: a key of one's own, a question, an answer, and what may be said of whoever gave it.

use std::path::{Path, PathBuf};

use super::args::Holder;
use super::args::holder::{Ask as AskArgs, Check as CheckArgs, New, Present};
use super::checking::{Row, check as verdict_of, one_line, read, row_exit};
use super::commands::{Ends, at, bytes_of, taken_in};
use super::evidence::Source;
use super::say::{Failure, Say};
use super::{Exit, World, secret};
use crate::base::canonical::{Json, Object};
use crate::carry::packet::{Host, Packet};
use crate::desk::institution::DeskError;
use crate::desk::keyring::Keyring;
use crate::desk::random::random;
use crate::holder::ask::{Ask, Audience, Challenge};
use crate::holder::check::{Asked, State, check};
use crate::holder::key::HolderKey;
use crate::holder::present::{Form, Occasion, present as presented};
use crate::store::files::{Readers, rename, write_once, write_whole};
use crate::verify::message::Fact;
use crate::verify::{Policy, Presented};

/// The key's place in its sealed file.
pub(super) const ROLE: &str = "holder";
/// What a question's file is called once it had its answer: a second one is a replay.
const ANSWERED: &str = "answered";

/// Runs a `holder` command.
///
/// # Errors
/// [`Failure`].
pub fn run(command: &Holder, world: &World<'_>, say: &Say) -> Ends {
    match command {
        Holder::New(args) => new(args, world, say),
        Holder::Ask(args) => ask(args, world, say),
        Holder::Present(args) => present(args, world, say),
        Holder::Check(args) => checked(args, world, say),
    }
}

fn new(args: &New, world: &World<'_>, say: &Say) -> Ends {
    if args.file.exists() {
        return Err(Failure::new(Exit::Usage, "cli.file-exists").with("path", args.file.display()));
    }
    let secret = secret::new(&args.unlock, say)?;
    let key = HolderKey::of_random(&random(world.random).map_err(|_| DeskError::Randomness)?);
    Keyring::default().with(ROLE, key.secret().clone()).create(&args.file, &secret)?;
    say.tell("cli.holder.made", &[("path", Fact::Text(args.file.display().to_string()))]);
    let did = key.did().to_string();
    if say.is_json() {
        say.json(Object::from_iter([("did", Json::from(did))]))
    } else {
        say.result(&did)
    }
    Ok(Exit::Accept)
}

fn ask(args: &AskArgs, world: &World<'_>, say: &Say) -> Ends {
    let wrong = || Failure::new(Exit::Usage, "cli.holder.audience").with("audience", &args.audience);
    let audience = Audience::parse(&args.audience).ok_or_else(wrong)?;
    let challenge = Challenge::of_random(&random(world.random).map_err(|_| DeskError::Randomness)?);
    let ask = Ask::new(audience, challenge, &args.kind, (world.clock)()).ok_or_else(wrong)?;
    let text = ask.to_text();
    write_once(&args.out, text.as_bytes(), Readers::Owner).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::new(Exit::Usage, "cli.file-exists").with("path", args.out.display())
        }
        _ => Failure::io(&args.out, &error),
    })?;
    say.tell("cli.holder.asked", &[("path", Fact::Text(args.out.display().to_string()))]);
    if say.is_json() {
        let mut object = ask.to_json();
        object.set("text", text.into());
        say.json(object);
    } else {
        say.result(&text);
    }
    Ok(Exit::Accept)
}

fn present(args: &Present, world: &World<'_>, say: &Say) -> Ends {
    let ask = args.ask.as_deref().map(|text| Ask::parse(text.trim()));
    let ask = ask.transpose().map_err(|why| Failure::new(Exit::Usage, &format!("ask.{}", why.code())))?;
    let mut chosen = Vec::new();
    for input in args.inputs.iter().chain(&args.delegation) {
        chosen.extend(taken_in(input)?.offered.into_iter().map(|offered| offered.signed));
    }
    let keyring = Keyring::open(&args.key, &secret::existing(&args.unlock, say)?)?;
    let key = HolderKey::of_secret(keyring.key(ROLE)?.clone());
    let form = if args.code { Form::Code } else { Form::Whole };
    if let Some(ask) = &ask {
        say.tell("cli.holder.for", &[("audience", Fact::Text(ask.audience.as_str().to_owned()))]);
    }
    let occasion = ask.as_ref().map_or(Occasion::Live, Occasion::Asked);
    let signed = presented(&key, &chosen, occasion, form, (world.clock)());
    let signed = signed.map_err(|why| Failure::new(Exit::Usage, &format!("present.{}", why.code())))?;
    let text = match form {
        Form::Whole => String::from_utf8_lossy(signed.bytes()).into_owned(),
        Form::Code => {
            let packet = Packet::of(signed.bytes()).map_err(|_| Failure::new(Exit::Usage, "cli.code-impossible"))?;
            packet.to_text(&Host::none())
        }
    };
    match &args.out {
        // It names a person.
        Some(path) => {
            write_whole(path, text.as_bytes(), Readers::Owner).map_err(|error| Failure::io(path, &error))?;
            say.tell("cli.holder.presented", &[("path", Fact::Text(path.display().to_string()))]);
        }
        None if say.is_json() => say.json(Object::from_iter([("presentation", Json::from(text))])),
        None => say.result(&text),
    }
    Ok(Exit::Accept)
}

fn checked(args: &CheckArgs, world: &World<'_>, say: &Say) -> Ends {
    let now = at(args.at, world);
    let shown = bytes_of(&args.input)?;
    let asked = args.ask.as_deref().map(own_question).transpose()?;
    let mut gathered = Source::of(&args.trust).gather()?;
    gathered.tell(say);
    let mut beside = Vec::new();
    for input in &args.delegation {
        beside.extend(taken_in(input)?.offered.into_iter().map(|offered| offered.signed));
    }
    gathered.evidence.presented = Presented::of(beside);
    let found = check(&shown, asked.as_ref(), &gathered.evidence, now);
    if let (State::Proven { .. }, Some(path)) = (&found.state, args.ask.as_deref()) {
        rename(path, &answered(path)).map_err(|error| Failure::io(path, &error))?;
    }
    let words = say.words();
    let mut object = found.to_json(words);
    let rows = match found.state {
        State::Refused(_) => Vec::new(),
        _ => {
            let read = read(&args.input);
            let documents = read.iter().filter_map(|(_, it)| it.as_ref().ok()).map(|it| it.signed.clone());
            gathered.evidence.presented = Presented::of(documents);
            let (evidence, policy) = (&gathered.evidence, Policy::default());
            let row = |offered: Result<_, Failure>| match offered {
                Ok(offered) => verdict_of(&offered, evidence, &policy, now),
                Err(failure) => Row::Unread(failure),
            };
            read.into_iter().map(|(name, offered)| (name, row(offered))).collect()
        }
    };
    if say.is_json() {
        let verdicts = rows.iter().filter_map(|(_, row)| match row {
            Row::Read(verdict) => Some(Json::Object(verdict.to_json(words))),
            Row::Unread(_) => None,
        });
        object.set("verdicts", Json::List(verdicts.collect()));
        object.set("lacking", Json::List(found.lacking.iter().map(|kind| kind.code().into()).collect()));
        say.json(object);
    } else {
        let text = |name: &str| object.get(name).and_then(Json::text).unwrap_or_default().to_owned();
        say.result(&format!("{}: {}\n  → {}", text("title"), text("text"), text("next")));
        for note in object.get("notes").and_then(Json::list).unwrap_or_default() {
            say.result(&format!("  {}", note.text().unwrap_or_default()));
        }
        for kind in &found.lacking {
            let kind = Fact::Id(format!("kind.{}", kind.code()));
            say.result(&words.say("cli.holder.lacking", &[("kind", kind)]));
        }
        rows.iter().for_each(|(name, row)| say.result(&one_line(name, row, words)));
    }
    let exits: Vec<Exit> = rows.iter().map(|(_, row)| row_exit(row)).collect();
    let worst = [Exit::Reject, Exit::Unreadable, Exit::Undecided].into_iter().find(|exit| exits.contains(exit));
    Ok(match found.state {
        State::Refused(_) => Exit::Reject,
        State::Proven { .. } => worst.unwrap_or(Exit::Accept),
        State::Held { .. } | State::NotProven(_) => worst.unwrap_or(Exit::Undecided),
    })
}

/// The question of a file, and whether it had its answer.
fn own_question(path: &Path) -> Result<Asked, Failure> {
    let (text, answered) = match std::fs::read_to_string(path) {
        Ok(text) => (text, false),
        Err(error) => (std::fs::read_to_string(answered(path)).map_err(|_| Failure::unread(path, &error))?, true),
    };
    let ask = Ask::parse(text.trim());
    let ask = ask.map_err(|why| Failure::new(Exit::Unreadable, &format!("ask.{}", why.code())))?;
    Ok(Asked { ask, answered })
}

fn answered(path: &Path) -> PathBuf {
    path.with_added_extension(ANSWERED)
}
