//! Each command: reads, calls one function, writes.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::Path;
use std::sync::OnceLock;

use super::args::{self, Command};
use super::say::{Failure, Say};
use super::{
    Exit, World, authority, backup, badge, checking, cv, demo, exporting, fetching, fsck, holder, issuing, leak,
    member, paper, rebind, receipt, register, reprint, secret, serving, status, token, trust, vacancy, wallet,
};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::carry::packet::Host;
use crate::carry::qr::Symbol;
use crate::desk::catalogue::Catalogue;
use crate::desk::institution::{Card, DeskError, Founding, Ground, Institution};
use crate::desk::invitation::{read_login, read_name};
use crate::desk::issue::{code_text, png};
use crate::desk::keyring::Keyring;
use crate::desk::page::side_mm;
use crate::desk::pilot;
use crate::desk::publish::publish;
use crate::desk::revoke::Act;
use crate::interop::intake::{self, Intake, NotRead, Offered};
use crate::interop::scan::Limits;
use crate::store::acts::Hand;
use crate::store::files::{Readers, write_whole};
use crate::verify::message::Fact;

/// What a command comes to.
pub type Ends = Result<Exit, Failure>;

/// Runs a command.
///
/// # Errors
/// [`Failure`], with its words and exit code.
pub fn run(command: &Command, world: &World<'_>, say: &Say) -> Ends {
    match command {
        Command::Authority(command) => authority::run(command, world, say),
        Command::Backup(args) => backup::copy(args, world, say),
        Command::Badge(args) => badge::run(args, say),
        Command::Catalogue => list_catalogue(say),
        Command::Confirm(args) => backup::confirm(args, world, say),
        Command::Cv(command) => cv::run(command, world, say),
        Command::Demo(args) => demo::run(args, world, say),
        Command::Desk(rule) => member::rule(rule, world, say),
        Command::Export(args) => exporting::run(args, world, say),
        Command::Fetch(args) => fetching::run(args, world, say),
        Command::Fsck(args) => fsck::run(args, say),
        Command::Holder(command) => holder::run(command, world, say),
        Command::Init(args) => init(args, world, say),
        Command::Paper(args) => paper::run(args, say),
        Command::Issue(args) => issuing::run(args, world, say),
        Command::Keys(args) => keys(args, world, say),
        Command::Member(args) => member::run(args, world, say),
        Command::Publish(args) => status::publish_now(args, world, say),
        Command::Qr(args) => qr(args, say),
        Command::Restore(args) => backup::again(args, world, say),
        Command::Receipt(args) => receipt::run(args, say),
        Command::Rebind(args) => rebind::run(args, world, say),
        Command::Reprint(args) => reprint::run(args, world, say),
        Command::Register(command) => register::run(command, world, say),
        Command::Resume(args) => status::change(&args.serials, &args.desk, Act::Resume, world, say),
        Command::Retire(args) => backup::retire(args, world, say),
        Command::Reissue(args) => leak::reissue(args, world, say),
        Command::Revoke(args) => match (&args.under, &args.since) {
            (Some(key), Some(since)) => leak::revoke(args, key, since, world, say),
            _ => status::change(&args.serials, &args.desk, Act::Revoke(args.reason.reason()), world, say),
        },
        Command::Serve(args) => serving::run(args, world, say),
        Command::Show(args) => show(args, say),
        Command::Suspend(args) => status::change(&args.serials, &args.desk, Act::Suspend, world, say),
        Command::Token(command) => token::run(command, world, say),
        Command::Trust(args) => trust::run(args, world, say),
        Command::Vacancy(command) => vacancy::run(command, world, say),
        Command::Verify(args) => checking::run(args, world, say),
        Command::Wallet(command) => wallet::run(command, world, say),
    }
}

/// The catalogue that ships with this program.
///
/// # Errors
/// [`Failure`] when a file of it is broken, which a test forbids.
pub fn catalogue() -> Result<Catalogue, Failure> {
    Catalogue::shipped().map_err(|error| Failure::new(Exit::Internal, "cli.catalogue-broken").with("path", error.file))
}

fn init(args: &args::Init, world: &World<'_>, say: &Say) -> Ends {
    let founding = Founding {
        name: args.name.trim().to_owned(),
        country: args.country.trim().to_ascii_uppercase(),
        verify_host: args.verify_host.clone(),
        domain: args.domain.clone(),
    };
    founding.check()?;
    let administrator = args.administrator.as_deref().map(|login| {
        let name = args.administrator_name.as_deref().unwrap_or(login);
        let login = read_login(login).ok_or(DeskError::Value("login"))?;
        Ok::<_, DeskError>((login, read_name(name).ok_or(DeskError::Value("member-name"))?))
    });
    let administrator = administrator.transpose()?;
    // Before anybody is asked for a passphrase, or a key file is made.
    let ground = Ground::free(&args.dir)?;
    let catalogue = catalogue()?;
    let secret = secret::new(&args.unlock, say)?;
    let now = (world.clock)();
    let found = || -> Result<Institution, DeskError> {
        let institution = Institution::found(&args.dir, &founding, &secret, world.random, now)?;
        let keyring = institution.keyring(&secret)?;
        let published = publish(&institution, &institution.store_in_turn()?, &keyring, now)?;
        pilot::found(&institution, &catalogue, published.lists, &secret, world.random, now)?;
        Ok(institution)
    };
    let institution = found().map_err(|error| ground.cleared(error))?;
    if let Some((login, name)) = &administrator {
        member::first(&institution, login, name, world, say)?;
    }
    let dir = Fact::Text(args.dir.display().to_string());
    say.tell("cli.init-done", &[("dir", dir), ("name", Fact::Text(founding.name))]);
    say.tell("cli.key-made", &[("path", Fact::Text(institution.key_path().display().to_string()))]);
    say.tell("cli.pilot-note", &[]);
    match &founding.verify_host {
        Some(host) => say.tell("cli.host-keep", &[("host", Fact::Text(host.clone()))]),
        None => say.tell("cli.host-none", &[]),
    }
    print_card(institution.card(), say);
    Ok(Exit::Accept)
}

pub(super) fn print_card(card: &Card, say: &Say) {
    let rows = [
        ("name", card.name.as_str()),
        ("country", &card.country),
        ("did", &card.did),
        ("verificationMethod", &card.method),
        ("publicKeyMultibase", &card.public_key_multibase),
        ("since", &card.since),
    ];
    if say.is_json() {
        return say.json(rows.into_iter().map(|(name, value)| (name, Json::from(value))).collect());
    }
    rows.into_iter().for_each(|(name, value)| say.result(&format!("{name}: {value}")));
}

fn keys(args: &args::Keys, world: &World<'_>, say: &Say) -> Ends {
    if args.rotate {
        return leak::rotate(args, world, say);
    }
    let institution = Institution::open(&args.dir)?;
    if args.check {
        let keyring: Keyring = institution.keyring(&secret::existing(&args.unlock, say)?)?;
        let key = keyring.key(crate::desk::institution::ISSUER)?;
        if key.public().to_multikey() != institution.card().public_key_multibase {
            return Err(Failure::new(Exit::Unreadable, "cli.key-of-another"));
        }
        say.tell("cli.key-opens", &[]);
    }
    if args.change_passphrase {
        let old = secret::existing(&args.unlock, say)?;
        let new = secret::replacement(args.new_key_file.as_ref(), say)?;
        let store = institution.store_in_turn()?;
        institution.seal_anew(&store, &old, &new, &Hand::program((world.clock)()))?;
        say.tell("cli.passphrase-changed", &[]);
    }
    print_card(institution.card(), say);
    Ok(Exit::Accept)
}

fn list_catalogue(say: &Say) -> Ends {
    let catalogue = catalogue()?;
    let language = say.words().language();
    let row = |template: &crate::desk::catalogue::Template| {
        Object::from_iter([
            ("code", Json::from(template.code.as_str())),
            ("hours", Json::Integer(i64::from(template.hours))),
            ("id", template.id.as_str().into()),
            ("kind", template.kind().code().into()),
            ("name", template.name.in_language(language).into()),
            ("notice", template.notice.as_deref().unwrap_or_default().into()),
            ("owner", template.owner.as_str().into()),
            ("requires", Json::List(template.requires.iter().map(|id| id.as_str().into()).collect())),
        ])
    };
    if say.is_json() {
        let rows = catalogue.templates().iter().map(|template| row(template).into()).collect();
        say.json(Object::from_iter([("achievements", Json::List(rows))]));
        return Ok(Exit::Accept);
    }
    for template in catalogue.templates() {
        let kind = say.words().get(&format!("kind.{}", template.kind().code())).to_owned();
        say.result(&format!("{:<12} {}  ({kind})", template.code, template.name.in_language(language)));
    }
    Ok(Exit::Accept)
}

/// An achievement that the catalogue does not have, with those that it has.
#[must_use]
pub fn unknown_achievement(id: &str, catalogue: &Catalogue) -> Failure {
    let list = catalogue.templates().iter().map(|template| template.code.as_str()).collect::<Vec<_>>().join(", ");
    Failure::new(Exit::Usage, "cli.unknown-achievement").with("id", id).with("list", list)
}

fn show(args: &args::Show, say: &Say) -> Ends {
    let taken = taken_in(&args.input)?;
    say.tell("cli.not-checked", &[]);
    for (place, not_read) in &taken.not_read {
        say.told(&unread(&format!("{}#{place}", name_of(&args.input)), not_read));
    }
    let mut documents = Vec::new();
    for Offered { signed, carrier, .. } in taken.offered {
        let object = Object::from_iter([
            ("carrier", Json::from(carrier.code())),
            ("digest", signed.digest_multibase().into()),
            ("document", signed.to_json()),
        ]);
        if say.is_json() {
            documents.push(object.into());
        } else {
            let bytes = signed.to_json().to_canonical();
            let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
            say.result(&serde_json::to_string_pretty(&value).unwrap_or_default());
        }
    }
    if say.is_json() {
        say.json(Object::from_iter([("documents", Json::List(documents))]));
    }
    Ok(Exit::Accept)
}

fn qr(args: &args::Qr, say: &Say) -> Ends {
    let document = first_of(&args.input)?.signed;
    let host = match &args.verify_host {
        None => Host::none(),
        Some(host) => Host::parse(host).map_err(|_| Failure::new(Exit::Usage, "cli.value.verify-host"))?,
    };
    let text = code_text(&document, &host).map_err(|_| Failure::new(Exit::Usage, "cli.code-impossible"))?;
    if args.text && !say.is_json() {
        say.result(&text);
        return Ok(Exit::Accept);
    }
    let too_big = || Failure::new(Exit::Usage, "cli.code-impossible");
    let symbol = Symbol::of(&text).map_err(|_| too_big())?;
    let version = Fact::Number(i64::from(symbol.version()));
    say.tell("cli.code-size", &[("version", version), ("size", Fact::Text(side_mm(symbol.version()).to_string()))]);
    match &args.out {
        None if say.is_json() => {}
        None => say.result(&symbol.to_terminal()),
        Some(path) => {
            let ending = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
            let bytes = match ending {
                "svg" => symbol.to_svg().into_bytes(),
                "png" => png(&symbol).ok_or_else(too_big)?,
                _ => return Err(Failure::new(Exit::Usage, "cli.value.out")),
            };
            // A code carries a person's name.
            write_whole(path, &bytes, Readers::Owner).map_err(|error| Failure::io(path, &error))?;
        }
    }
    if say.is_json() {
        say.json(Object::from_iter([
            ("text", Json::from(text)),
            ("version", Json::Integer(i64::from(symbol.version()))),
        ]));
    }
    Ok(Exit::Accept)
}

/// The credentials in what was named on the command line: a file, a code's text, or standard input.
///
/// # Errors
/// [`Failure`] with why nothing was read.
pub fn taken_in(input: &OsStr) -> Result<Intake, Failure> {
    intake::read(&bytes_of(input)?, Limits::OWN_FILE).map_err(|error| unread(&name_of(input), &error))
}

/// The first credential of what was named, for commands that make something of one.
///
/// # Errors
/// As [`taken_in`].
pub fn first_of(input: &OsStr) -> Result<Offered, Failure> {
    let first = taken_in(input)?.offered.into_iter().next();
    first.ok_or_else(|| unread(&name_of(input), &NotRead::NoCredential))
}

/// Why an input, or one part of it, is not read.
#[must_use]
pub fn unread(name: &str, not_read: &NotRead) -> Failure {
    Failure::new(Exit::Unreadable, &format!("notread.{}", not_read.code())).with("path", name)
}

/// The bytes of what was named: a code's text stands for itself.
///
/// # Errors
/// [`Failure`] when there is no such file.
pub fn bytes_of(input: &OsStr) -> Result<Vec<u8>, Failure> {
    let path = Path::new(input);
    if input == "-" {
        return standard_input().clone().map_err(|kind| Failure::unread(path, &kind.into()));
    }
    if let Some(code) = as_code(input) {
        return Ok(code.as_bytes().to_vec());
    }
    // A file of many gigabytes is refused by its first bytes beyond the limit, not read.
    let read = std::fs::File::open(path).and_then(|file| {
        let mut bytes = Vec::new();
        file.take(Limits::OWN_FILE.bytes as u64 + 1).read_to_end(&mut bytes).map(|_| bytes)
    });
    read.map_err(|error| Failure::unread(path, &error))
}

/// Standard input, which can be read once, and may be named twice or asked for a second time.
fn standard_input() -> &'static Result<Vec<u8>, std::io::ErrorKind> {
    static READ: OnceLock<Result<Vec<u8>, std::io::ErrorKind>> = OnceLock::new();
    READ.get_or_init(|| {
        let mut bytes = Vec::new();
        let most = Limits::OWN_FILE.bytes as u64 + 1;
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(|error| error.kind())?;
        Ok(bytes)
    })
}

/// 60 digits: no code of ours has fewer, and no file is named so.
const DIGITS_LEAST: usize = 60;

/// The text of a code, if what was named is one: an address, digits alone, or a token. Blanks around it were pasted along.
#[must_use]
pub fn as_code(input: &OsStr) -> Option<&str> {
    let text = input.to_str()?.trim();
    let address = text.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    let digits = text.len() > DIGITS_LEAST && text.bytes().all(|byte| byte.is_ascii_digit());
    (address || digits || intake::is_jose(text)).then_some(text)
}

/// How an input is named in results: a code's text carries a person's data, and says nothing as a name.
#[must_use]
pub fn name_of(input: &OsStr) -> String {
    if as_code(input).is_some() { "code".to_owned() } else { input.to_string_lossy().into_owned() }
}

/// The time to check at: what was asked for, else now.
#[must_use]
pub fn at(asked: Option<Timestamp>, world: &World<'_>) -> Timestamp {
    asked.unwrap_or_else(|| (world.clock)())
}
