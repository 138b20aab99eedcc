//! `vacancy`: what a job asks for, signed; and certificates held against it, with the reasons.

use super::args::Vacancy as Command;
use super::args::vacancy::{Match, Sign};
use super::checking::{expand, read};
use super::commands::{Ends, at, bytes_of};
use super::evidence::Source;
use super::holder::ROLE;
use super::say::{Failure, Say};
use super::{Exit, World, secret, wallet};
use crate::base::canonical::{Json, Object, read as read_json};
use crate::base::did::MethodId;
use crate::credential::credential::CredentialId;
use crate::credential::document::Document as _;
use crate::desk::institution::{DeskError, ISSUER, Institution};
use crate::desk::keyring::Keyring;
use crate::desk::random::random;
use crate::holder::matching::matched;
use crate::holder::vacancy::{NotOpen, Vacancy};
use crate::store::files::{Readers, write_once};
use crate::verify::message::{Fact, Words};
use crate::verify::{Answer, Policy, Presented, Verdict, verify};
use std::collections::BTreeSet;

/// Runs a `vacancy` command.
///
/// # Errors
/// [`Failure`].
pub fn run(command: &Command, world: &World<'_>, say: &Say) -> Ends {
    match command {
        Command::Sign(args) => sign(args, world, say),
        Command::Match(args) => compare(args, world, say),
    }
}

fn sign(args: &Sign, world: &World<'_>, say: &Say) -> Ends {
    let bytes = std::fs::read(&args.file).map_err(|error| Failure::unread(&args.file, &error))?;
    let Ok(Json::Object(mut document)) = read_json(&bytes, Vacancy::BOUNDS) else {
        return Err(refused(&NotOpen::Unreadable));
    };
    let secret = secret::existing(&args.unlock, say)?;
    let (key, method) = match (&args.institution, &args.key) {
        (Some(folder), _) => {
            let institution = Institution::open(folder)?;
            let keyring = institution.keyring(&secret)?;
            institution.must_sign_with(&keyring)?;
            (keyring.key(ISSUER)?.clone(), institution.method().clone())
        }
        (None, Some(path)) => {
            let key = Keyring::open(path, &secret)?.key(ROLE)?.clone();
            let method = MethodId::of_key(&key.public());
            (key, method)
        }
        (None, None) => return Err(refused(&NotOpen::Key)),
    };
    let id = CredentialId::of_random(random(world.random).map_err(|_| DeskError::Randomness)?);
    let issuer = document.get("issuer").and_then(Json::object).cloned().unwrap_or_default();
    let issuer = issuer.iter().map(|(name, value)| (name, value.clone()));
    let issuer: Object = issuer.chain([("id", method.did().as_str().into())]).collect();
    document.set("format", Json::Integer(1));
    document.set("id", id.as_str().into());
    document.set("issuer", issuer.into());
    document.set("type", "SkillpassVacancy".into());
    document.remove("proof");
    let signed = Vacancy::sign(document, &key, &method, (world.clock)()).map_err(|why| refused(&why))?;
    // It is for everybody to read.
    write_once(&args.out, signed.bytes(), Readers::Everybody).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::new(Exit::Usage, "cli.file-exists").with("path", args.out.display())
        }
        _ => Failure::io(&args.out, &error),
    })?;
    say.tell("cli.vacancy.signed", &[("path", Fact::Text(args.out.display().to_string()))]);
    if say.is_json() {
        say.json(Object::from_iter([("digest", Json::from(signed.digest_multibase())), ("id", id.as_str().into())]));
    }
    Ok(Exit::Accept)
}

fn compare(args: &Match, world: &World<'_>, say: &Say) -> Ends {
    let now = at(args.at, world);
    let mut offered = Vec::new();
    if !args.inputs.is_empty() {
        for input in expand(&args.inputs)? {
            for (_, found) in read(&input) {
                offered.push(found?);
            }
        }
    }
    if let Some(path) = &args.wallet {
        offered.extend(wallet::offered_in(path, say)?);
    }
    let mut gathered = Source::of(&args.trust).gather()?;
    gathered.tell(say);
    gathered.evidence.presented = Presented::of(offered.iter().map(|it| it.signed.clone()));
    let verdict = |it: &crate::interop::intake::Offered| {
        let policy = Policy { test_code: it.carrier.is_test_code(), ..Policy::default() };
        verify(&it.signed, &gathered.evidence, &policy, now)
    };
    let verdicts: Vec<Verdict> = offered.iter().map(verdict).collect();
    let (mut exits, mut rows) = (Vec::new(), Vec::new());
    for path in std::iter::once(&args.vacancy).chain(&args.also) {
        let bytes = bytes_of(path.as_os_str())?;
        let name = path.display().to_string();
        let mut row = match Vacancy::open(&bytes, &gathered.evidence, now) {
            Ok(open) => {
                let found = matched(&open.vacancy, &verdicts, &gathered.evidence);
                exits.push(match found.answer {
                    Answer::CannotTell => Exit::Undecided,
                    Answer::No => Exit::Reject,
                    Answer::Yes => Exit::Accept,
                });
                found.to_json(&open, &verdicts, say.words())
            }
            Err(why) => {
                let failure = refused(&why);
                exits.push(failure.exit);
                Object::from_iter([("error", say.error(&failure).into())])
            }
        };
        row.set("input", name.into());
        rows.push(row);
    }
    if say.is_json() {
        say.json(Object::from_iter([("vacancies", Json::List(rows.into_iter().map(Json::from).collect()))]));
    } else {
        rows.iter().for_each(|row| say.result(&in_words(row, say.words())));
    }
    let worst = [Exit::Reject, Exit::Unreadable, Exit::Undecided].into_iter().find(|exit| exits.contains(exit));
    Ok(worst.unwrap_or(Exit::Accept))
}

/// One vacancy as a person reads it.
fn in_words(row: &Object, words: &Words) -> String {
    let text = |object: &Object, name: &str| object.get(name).and_then(Json::text).unwrap_or_default().to_owned();
    let inside = |name: &str| row.get(name).and_then(Json::object).cloned().unwrap_or_default();
    if row.get("error").is_some() {
        let error = inside("error");
        return format!("✕ {}: {}\n  → {}", text(row, "input"), text(&error, "text"), text(&error, "next"));
    }
    let in_brackets = format!(" [{}]", words.get("pilot"));
    let mark = |is_pilot: bool| if is_pilot { in_brackets.as_str() } else { "" };
    let pilot = mark(row.get("pilot") == Some(&Json::Bool(true)));
    let mut lines = vec![
        format!("{} {}: {}{pilot}", sign_of(row), text(row, "title"), text(row, "headline")),
        format!("  {}", text(&inside("signer"), "text")),
        format!("  {} · {}", text(row, "country"), text(row, "untilText")),
    ];
    lines.extend(Some(text(row, "needsText")).filter(|text| !text.is_empty()).map(|text| format!("  {text}")));
    let list = |object: &Object, name: &str| object.get(name).and_then(Json::list).unwrap_or_default().to_vec();
    let requirements = list(row, "requirements");
    let codes = requirements.iter().filter_map(Json::object).flat_map(|requirement| list(requirement, "codes"));
    let holders: BTreeSet<String> =
        codes.filter_map(|code| Some(text(code.object()?.get("certificate")?.object()?, "holder"))).collect();
    for requirement in requirements.iter().filter_map(Json::object) {
        lines.push(format!("  {} {}: {}", sign_of(requirement), text(requirement, "name"), text(requirement, "word")));
        lines.extend(
            Some(text(requirement, "needsText")).filter(|text| !text.is_empty()).map(|text| format!("      {text}")),
        );
        for code in list(requirement, "codes").iter().filter_map(Json::object) {
            let asked = format!("{} {}", text(code, "framework"), text(code, "code"));
            let of = code.get("certificate").and_then(Json::object);
            let pilot = of.map_or("", |of| mark(of.get("pilot") == Some(&Json::Bool(true))));
            let whose = of.filter(|_| holders.len() > 1).map(|of| format!(" ({})", text(of, "holder")));
            let whose = whose.unwrap_or_default();
            lines.push(format!("      {} {asked}: {}{whose}{pilot}", sign_of(code), text(code, "text")));
        }
    }
    lines.join("\n")
}

fn sign_of(row: &Object) -> &'static str {
    match row.get("answer").and_then(Json::text) {
        Some("yes") => "✓",
        Some("no") => "✕",
        _ => "?",
    }
}

fn refused(why: &NotOpen) -> Failure {
    let exit = match why {
        NotOpen::Altered | NotOpen::Over => Exit::Reject,
        NotOpen::Key => Exit::Undecided,
        NotOpen::Form(_) | NotOpen::TooLarge | NotOpen::Unreadable | NotOpen::Unsigned => Exit::Unreadable,
    };
    let failure = Failure::new(exit, &format!("vacancy.{}", why.code()));
    match why {
        NotOpen::Form(malformed) => failure.with("at", &malformed.at),
        _ => failure,
    }
}
