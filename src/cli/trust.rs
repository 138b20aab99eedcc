//! `trust`: whom a verifier accepts.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::args::{Trust, TrustUpdate};
use super::commands::{Ends, at};
use super::evidence::{default_folder, not_a_pack, of_file, refused};
use super::say::{Failure, Say};
use super::{Exit, World};
use crate::base::canonical::{Json, Object};
use crate::base::limits::PACK_BYTES;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::interop::fetch::{FetchError, Most, fetch};
use crate::store::trust_folder::{NotTaken, Offered, Taken, TrustFolder, Unusable, read_file};
use crate::trust::fingerprint::Fingerprint;
use crate::trust::pack::{PackError, Standing, TrustPack};
use crate::trust::root::Environment;
use crate::verify::message::Fact;

/// Runs a `trust` command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Trust, world: &World<'_>, say: &Say) -> Ends {
    match args {
        Trust::Update(args) => update(args, world, say),
        Trust::Show { file, into, at: asked } => show(file.as_deref(), into.as_ref(), at(*asked, world), say),
        Trust::Remove { id, into } => remove(id, into.as_ref(), say),
    }
}

fn update(args: &TrustUpdate, world: &World<'_>, say: &Say) -> Ends {
    let now = at(args.at, world);
    let dir = folder(args.into.as_ref())?;
    let mut folder = TrustFolder::open(&dir)?;
    let bytes = offered(&args.input, args.ca.as_deref())?;
    let name = args.input.to_string_lossy();
    let taken = folder.take(&bytes, &args.root, now).map_err(|error| Failure::from(error).with("path", &name))?;
    let digits = Digits::typed(&args.root, &taken);
    if say.is_json() {
        let packs = taken.iter().map(|offered| offered_json(offered, &name, &digits, now, say).into()).collect();
        let dir = Json::from(dir.display().to_string());
        say.json(Object::from_iter([("folder", dir), ("packs", Json::List(packs))]));
    }
    for offered in &taken {
        tell_offered(offered, args, &name, &digits, now, world, say);
    }
    let any = |wanted: Exit| taken.iter().any(|offered| exit_of(&offered.result, &digits) == wanted);
    let worst = [Exit::Reject, Exit::Unreadable, Exit::Undecided].into_iter().find(|exit| any(*exit));
    Ok(worst.unwrap_or(Exit::Accept))
}

/// What the digits that a person typed say about a file.
#[derive(PartialEq)]
enum Digits {
    /// None were typed, or an authority of the file has them.
    Fit,
    /// No authority of the file has them: whoever compared by telephone has another file before them than the authority's.
    OfNobody,
}

impl Digits {
    fn typed(roots: &[Fingerprint], taken: &[Offered]) -> Self {
        let packs = || taken.iter().filter_map(|offered| offered.pack.as_ref());
        let any = packs().any(|pack| roots.contains(&Fingerprint::of(&pack.first_root())));
        if roots.is_empty() || any { Digits::Fit } else { Digits::OfNobody }
    }
}

/// Refused, or other digits than those compared: 1. Waiting for a person's decision: 2. Of no use to anybody: 66.
fn exit_of(result: &Result<Taken, NotTaken>, digits: &Digits) -> Exit {
    match result {
        Ok(_) => Exit::Accept,
        Err(NotTaken::UnknownRoot(_)) if *digits == Digits::OfNobody => Exit::Reject,
        Err(NotTaken::Refused(_)) => Exit::Reject,
        Err(NotTaken::UnknownRoot(_)) => Exit::Undecided,
        Err(NotTaken::Unusable(_)) => Exit::Unreadable,
    }
}

/// The folder that was named, else the one of whoever runs this.
fn folder(named: Option<&PathBuf>) -> Result<PathBuf, Failure> {
    named.cloned().or_else(default_folder).ok_or_else(|| Failure::new(Exit::Usage, "cli.trust-no-folder"))
}

/// The bytes of a file, an address, or standard input; never more than 32 MiB of them.
fn offered(input: &OsStr, ca: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let path = Path::new(input);
    let too_large = || Failure::new(Exit::Unreadable, "notread.file-too-large");
    if input == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().take(PACK_BYTES as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|error| Failure::unread(path, &error))?;
        return if bytes.len() > PACK_BYTES { Err(too_large()) } else { Ok(bytes) };
    }
    // Whatever has a scheme is an address, so that `http:` is told why it is none of ours instead of "no such file".
    let address = input.to_str().filter(|text| text.contains("://"));
    let Some(address) = address else {
        return read_file(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::FileTooLarge => too_large(),
            _ => Failure::unread(path, &error),
        });
    };
    let ca = ca.map(|ca| std::fs::read(ca).map_err(|error| Failure::unread(ca, &error))).transpose()?;
    fetch(address, ca.as_deref(), Most::TRUST).map_err(|error| not_fetched(&error))
}

fn not_fetched(error: &FetchError) -> Failure {
    let exit = match error {
        FetchError::Certificates | FetchError::NotAnAddress => Exit::Usage,
        FetchError::Refused(_) => Exit::Reject,
        FetchError::Insecure
        | FetchError::NotReached
        | FetchError::Status(_)
        | FetchError::TooLong
        | FetchError::TooSlow => Exit::InputOutput,
    };
    let failure = Failure::new(exit, &format!("fetch.{}", error.code()));
    match error {
        FetchError::Status(status) => failure.with("status", status),
        _ => failure,
    }
}

fn failure_of(not_taken: &NotTaken, name: &str) -> Failure {
    match not_taken {
        NotTaken::Refused(why) => refused(why),
        NotTaken::UnknownRoot(_) => {
            let mut failure = not_a_pack(Path::new(name), &PackError::UnknownRoot);
            failure.exit = Exit::Undecided;
            failure
        }
        NotTaken::Unusable(error) => not_a_pack(Path::new(name), error),
    }
}

/// The word for what was done with a pack.
fn result_code(result: &Result<Taken, NotTaken>) -> &'static str {
    match result {
        Ok(Taken::First) => "accepted",
        Ok(Taken::Same) => "same",
        Ok(Taken::Superseded { .. }) => "updated",
        Err(NotTaken::Refused(_)) => "refused",
        Err(NotTaken::UnknownRoot(_)) => "unknown-root",
        Err(NotTaken::Unusable(_)) => "unreadable",
    }
}

fn offered_json(offered: &Offered, name: &str, digits: &Digits, now: Timestamp, say: &Say) -> Object {
    let mut object = offered.pack.as_ref().map(|pack| pack_json(pack, now, say)).unwrap_or_default();
    object.set("result", result_code(&offered.result).into());
    match &offered.result {
        Ok(Taken::Superseded { before }) => drop(object.set("before", before.display().to_string().into())),
        Ok(_) => {}
        Err(NotTaken::UnknownRoot(_)) if *digits == Digits::OfNobody => {
            let party = offered.pack.as_ref().map(|pack| party(pack, say)).unwrap_or_default();
            drop(object.set("error", say.error(&other_digits(&party)).into()));
        }
        Err(not_taken) => drop(object.set("error", say.error(&failure_of(not_taken, name)).into())),
    }
    object
}

/// Never followed by the command that would accept the file after all.
fn other_digits(party: &str) -> Failure {
    Failure::new(Exit::Reject, "cli.trust-other-digits").with("authority", party)
}

/// What was done with one pack, in words.
fn tell_offered(
    offered: &Offered,
    args: &TrustUpdate,
    name: &str,
    digits: &Digits,
    now: Timestamp,
    world: &World<'_>,
    say: &Say,
) {
    let party = offered.pack.as_ref().map(|pack| party(pack, say)).unwrap_or_default();
    let facts = |more: &[(&'static str, Fact)]| {
        let mut facts = vec![("authority", Fact::Text(party.clone()))];
        facts.extend_from_slice(more);
        facts
    };
    match &offered.result {
        Ok(taken) => {
            let id = format!("cli.trust-{}", result_code(&offered.result));
            say.tell(&id, &facts(&[]));
            if let Some(pack) = &offered.pack {
                say.talk(&format!("  {}", as_of(pack, now, say)));
            }
            if let Taken::Superseded { before } = taken {
                say.tell("cli.trust-before", &[("path", Fact::Text(before.display().to_string()))]);
            }
        }
        Err(NotTaken::UnknownRoot(fingerprint)) if *digits == Digits::OfNobody => {
            say.told(&other_digits(&party));
            say.tell("cli.trust-fingerprint", &[("fingerprint", Fact::Text(fingerprint.to_string()))]);
        }
        Err(NotTaken::UnknownRoot(fingerprint)) => {
            say.tell("cli.trust-new", &facts(&[]));
            if offered.pack.as_ref().is_some_and(|pack| is_pilot(pack)) {
                say.talk(&format!("  {}: {}", say.words().get("pilot"), say.words().get("pilot.text")));
            }
            say.tell("cli.trust-fingerprint", &[("fingerprint", Fact::Text(fingerprint.to_string()))]);
            say.tell("cli.trust-compare", &[]);
            say.talk(&format!("  {}", command_to_accept(args, name, fingerprint, world.program)));
        }
        Err(not_taken) => {
            if !party.is_empty() {
                say.talk(&format!("{party}:"));
            }
            say.told(&failure_of(not_taken, name));
            if matches!(not_taken, NotTaken::Refused(_)) {
                say.tell("cli.trust-kept", &[]);
            }
        }
    }
}

/// What to type once the fingerprint has been compared.
fn command_to_accept(args: &TrustUpdate, name: &str, fingerprint: &Fingerprint, program: &str) -> String {
    let into = args.into.as_ref().map(|dir| format!(" --into {}", quoted(&dir.to_string_lossy())));
    let ca = args.ca.as_ref().map(|ca| format!(" --ca {}", quoted(&ca.to_string_lossy())));
    let others: String = args.root.iter().map(|root| format!(" --root {}", root.as_argument())).collect();
    let (into, ca) = (into.unwrap_or_default(), ca.unwrap_or_default());
    let fingerprint = fingerprint.as_argument();
    format!("{program} trust update {}{into}{ca}{others} --root {fingerprint}", quoted(name))
}

/// As a shell takes it: in single quotes where it has a character that a shell reads.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-:~%+=@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// `Ministerio, Colombia`, and that it is a trial.
fn party(pack: &TrustPack, say: &Say) -> String {
    let authority = &pack.root().authority;
    let country = say.words().country(&authority.country);
    let pilot = if is_pilot(pack) { format!(" [{}]", say.words().get("pilot")) } else { String::new() };
    format!("{}, {country}{pilot}", on_one_line(&authority.name))
}

/// A name from outside moves no cursor and starts no line.
fn on_one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn is_pilot(pack: &TrustPack) -> bool {
    pack.root().environment == Environment::Pilot
}

fn as_of(pack: &TrustPack, now: Timestamp, say: &Say) -> String {
    let (date, words) = (pack.freshness().date, say.words());
    let label = words.get("page.asof.label");
    format!("{label}: {} ({})", words.day(date.date()), words.age(now.days_since(date)))
}

fn show(file: Option<&Path>, into: Option<&PathBuf>, now: Timestamp, say: &Say) -> Ends {
    let mut failures = Vec::new();
    let mut packs: Vec<(PathBuf, TrustPack)> = Vec::new();
    match file {
        Some(path) => {
            for member in of_file(path)? {
                match member {
                    Ok(pack) => packs.push((path.to_owned(), pack)),
                    Err(error) => failures.push((path.to_owned(), not_a_pack(path, &error))),
                }
            }
        }
        None => {
            let held = TrustFolder::open(&folder(into)?)?.packs()?;
            packs = held.packs;
            failures.extend(held.problems.into_iter().map(|(path, unusable)| {
                let failure = match unusable {
                    Unusable::Io(error) => Failure::unread(&path, &error),
                    Unusable::Pack(error) => not_a_pack(&path, &error),
                };
                (path, failure)
            }));
        }
    }
    if say.is_json() {
        let json = |(path, pack): &(PathBuf, TrustPack)| {
            let mut object = pack_json(pack, now, say);
            object.set("file", path.display().to_string().into());
            object.into()
        };
        let problem = |(path, failure): &(PathBuf, Failure)| {
            let mut object = say.error(failure);
            object.set("path", path.display().to_string().into());
            object.into()
        };
        let packs = packs.iter().map(json).collect();
        let problems = failures.iter().map(problem).collect();
        say.json(Object::from_iter([("packs", Json::List(packs)), ("trustProblems", Json::List(problems))]));
    } else {
        packs.iter().for_each(|(path, pack)| say.result(&in_words(path, pack, now, say)));
    }
    if packs.is_empty() && failures.is_empty() {
        say.tell("cli.trust-none", &[]);
    }
    for (_, failure) in &failures {
        say.told(failure);
    }
    Ok(if failures.is_empty() { Exit::Accept } else { Exit::Unreadable })
}

fn in_words(path: &Path, pack: &TrustPack, now: Timestamp, say: &Say) -> String {
    let words = say.words();
    let row = |id: &str, value: String| format!("  {}: {value}", words.get(&format!("cli.trust-show.{id}")));
    let mut lines = vec![party(pack, say), format!("  {}", as_of(pack, now, say))];
    lines.push(row("fingerprint", Fingerprint::of(&pack.first_root()).to_string()));
    let versions = [pack.root().version, pack.accreditation().version, pack.freshness().version];
    for ((part, digest), version) in pack.digests().into_iter().zip(versions) {
        let part = words.get(&format!("part.{part}")).to_owned();
        lines.push(format!("  {part}: {version} · {}", short(&digest)));
    }
    lines.push(row("institutions", pack.accreditation().issuers.len().to_string()));
    lines.push(row("achievements", pack.accreditation().achievements.len().to_string()));
    lines.push(row("lists", pack.freshness().lists.len().to_string()));
    if let Standing::Recognised { by, instrument, .. } = pack.standing() {
        lines.push(row("recognised", format!("{} ({})", on_one_line(by), on_one_line(instrument))));
    }
    lines.push(row("identifier", on_one_line(&pack.root().authority.id)));
    lines.push(row("file", path.display().to_string()));
    lines.join("\n")
}

/// 4 groups of a digest's fingerprint: enough to see by eye that two lists differ, and said to be no more than that.
fn short(digest: &[u8; 32]) -> String {
    Fingerprint::of(digest).to_string().split(' ').take(4).collect::<Vec<_>>().join(" ")
}

fn pack_json(pack: &TrustPack, now: Timestamp, say: &Say) -> Object {
    let number = |number: u64| Json::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let count = |count: usize| Json::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let root = pack.root();
    let words = say.words();
    let authority = Object::from_iter([
        ("country", Json::from(root.authority.country.as_str())),
        ("countryName", words.country(&root.authority.country).into()),
        ("id", root.authority.id.as_str().into()),
        ("name", root.authority.name.as_str().into()),
    ]);
    let versions = [root.version, pack.accreditation().version, pack.freshness().version];
    let part = |((name, digest), version): ((&'static str, [u8; 32]), u64)| {
        let part = Object::from_iter([
            ("digest", Json::from(multibase::digest(&digest))),
            ("short", short(&digest).into()),
            ("version", number(version)),
        ]);
        (name, Json::from(part))
    };
    let counts = Object::from_iter([
        ("achievements", count(pack.accreditation().achievements.len())),
        ("institutions", count(pack.accreditation().issuers.len())),
        ("recognised", count(pack.accreditation().recognises.len())),
        ("roots", count(pack.root_digests().len())),
        ("rules", count(pack.accreditation().rules.len())),
        ("statusLists", count(pack.freshness().lists.len())),
    ]);
    let date = pack.freshness().date;
    let age = now.days_since(date);
    let mut object = Object::from_iter([
        ("accredited", Json::from(pack.accreditation_date().to_string())),
        ("age", words.age(age).into()),
        ("ageDays", Json::Integer(age)),
        ("asOf", date.to_string().into()),
        ("authority", authority.into()),
        ("counts", counts.into()),
        ("environment", root.environment.code().into()),
        ("fingerprint", Fingerprint::of(&pack.first_root()).to_string().into()),
        ("parts", Json::Object(pack.digests().into_iter().zip(versions).map(part).collect())),
        ("root", multibase::digest(&pack.first_root()).into()),
    ]);
    if let Standing::Recognised { by, country, instrument, from, until } = pack.standing() {
        let mut by = Object::from_iter([
            ("by", Json::from(by.as_str())),
            ("country", country.as_str().into()),
            ("from", from.to_string().into()),
            ("instrument", instrument.as_str().into()),
        ]);
        if let Some(until) = until {
            by.set("until", until.to_string().into());
        }
        object.set("recognisedBy", by.into());
    }
    object
}

fn remove(id: &str, into: Option<&PathBuf>, say: &Say) -> Ends {
    let mut folder = TrustFolder::open(&folder(into)?)?;
    let removed = folder.remove(id.trim()).map_err(|error| Failure::from(error).with("id", id))?;
    let path = removed.display().to_string();
    say.tell("cli.trust-removed", &[("path", Fact::Text(path.clone()))]);
    if say.is_json() {
        say.json(Object::from_iter([("removed", Json::from(path))]));
    }
    Ok(Exit::Accept)
}
