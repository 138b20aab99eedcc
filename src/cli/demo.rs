//! `demo`: a whole small world in one folder. An authority, two institutions, a register each, one certificate withdrawn, and the page.
//! Everybody in it is invented. Safe to run again: what is there stays, and nothing is issued twice.

use std::path::{Path, PathBuf};

use super::args;
use super::commands::{Ends, catalogue};
use super::evidence::Source;
use super::say::{Failure, Say};
use super::serving::{self, Demo, Example, Role, Watched};
use super::{Exit, World};
use crate::base::timestamp::{Date, Timestamp};
use crate::carry::packet::Host;
use crate::credential::achievement::Language;
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::desk::authority::edit::{LookAlikes, accredit};
use crate::desk::authority::{Authority, NewAuthority};
use crate::desk::catalogue::Catalogue;
use crate::desk::import::{Settings, read_register};
use crate::desk::institution::{Founding, Institution};
use crate::desk::issue::{Issuing, Standing, code_text};
use crate::desk::keyring::Secret;
use crate::desk::publish::publish;
use crate::desk::revoke::{Act, change};
use crate::store::acts::Hand;
use crate::store::release::Warrant;
use crate::store::{Record, State, Store};
use crate::trust::status::RevocationReason;
use crate::verify::message::Fact;

/// An institution of the demo, and the register it issues from: the very files that the tests import.
struct Sample {
    folder: &'static str,
    name: &'static str,
    country: &'static str,
    registers: &'static [(&'static str, &'static [u8], Language)],
}

const SAMPLES: [Sample; 2] = [
    Sample {
        folder: "centro-formar",
        name: "Centro Formar (demostración)",
        country: "CO",
        registers: &[
            ("GIN", include_bytes!("../../tests/registers/formar-gin.csv"), Language::Es),
            (
                "urn:skillpass:ilo:mesun-costing",
                include_bytes!("../../tests/registers/melhore-custos.tsv"),
                Language::Pt,
            ),
        ],
    },
    Sample {
        folder: "taller-sabores",
        name: "Taller Sabores (demostración)",
        country: "PE",
        registers: &[
            ("urn:skillpass:competence:cook", include_bytes!("../../tests/registers/taller-cocina.csv"), Language::Es),
            ("GIN", include_bytes!("../../tests/registers/jwenn-lide.tsv"), Language::Ht),
        ],
    },
];

/// Makes the demo's data, or finds it, and serves the page.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &args::Demo, world: &World<'_>, say: &Say) -> Ends {
    let now = (world.clock)();
    let dir = Fact::Text(args.data.display().to_string());
    std::fs::create_dir_all(&args.data).map_err(|error| Failure::io(&args.data, &error))?;
    let known = args.data.join(KEY_FILE).exists();
    let strange = !known && std::fs::read_dir(&args.data).is_ok_and(|mut entries| entries.next().is_some());
    if strange {
        return Err(Failure::new(Exit::Usage, "cli.dir-not-empty").with("path", args.data.display()));
    }
    say.tell(if known { "cli.demo.already" } else { "cli.demo.making" }, &[("dir", dir)]);
    let made = make(&args.data, world, now)?;
    tell(&made, args, world.program, say);
    if args.no_serve {
        return Ok(Exit::Accept);
    }
    let demo = Demo { examples: made.examples };
    let watched = Watched::read(Source::Files(vec![made.trust]), Vec::new(), Vec::new(), say)?;
    let role = Role { demo: Some(demo), ..Role::default() };
    serving::serve(args.listen, watched, None, role, world, say)
}

/// What there is to try.
struct Made {
    trust: PathBuf,
    issued: usize,
    accept: PathBuf,
    reject: PathBuf,
    revoked: String,
    examples: Vec<Example>,
}

fn make(data: &Path, world: &World<'_>, now: Timestamp) -> Result<Made, Failure> {
    let key_path = data.join(KEY_FILE);
    let folder = data.join("authority");
    // The authority comes first: a process that was stopped before it had a pack leaves nothing to keep.
    if !folder.join("trust.json").exists() {
        clear(&folder)?;
        clear(&key_path)?;
        SAMPLES.iter().try_for_each(|sample| clear(&data.join(sample.folder)))?;
    }
    let secret = match std::fs::read_to_string(&key_path) {
        Ok(text) => Secret::key_file(&text)?,
        Err(_) => Secret::new_key_file(&key_path)?,
    };
    let catalogue = catalogue()?;
    let mut authority = if folder.join("trust.json").exists() {
        Authority::open(&folder)?
    } else {
        let name = "Autoridad Regional de Demostración";
        let new = NewAuthority::pilot(name, "CO", Some("Oficina de reconocimiento (demostración)"));
        Authority::found(&folder, &new, &secret, world.random, now)?
    };
    let mut made = Vec::new();
    for sample in &SAMPLES {
        made.push(institution(data, sample, &catalogue, &secret, &mut authority, world, now)?);
    }
    // The first certificate of the first institution is withdrawn, so that a *no* can be seen.
    let (first, records) = &made[0];
    let revoked = records.iter().map(|(_, record)| record).max_by(|a, b| a.serial.cmp(&b.serial));
    let already = records.iter().map(|(_, record)| record).find(|record| record.state != State::Issued);
    let withdrawn = already.or(revoked).ok_or_else(|| Failure::new(Exit::Internal, "cli.internal"))?.clone();
    if already.is_none() {
        let keyring = first.keyring(&secret)?;
        let store = first.store_in_turn()?;
        change(&store, &[&withdrawn.serial], Act::Revoke(RevocationReason::Error), &Hand::program(now))?;
        let lists = publish(first, &store, &keyring, now)?.lists;
        authority.refresh_lists(&authority.keys(&secret)?, lists, now)?;
    }
    authority.refresh_lists(&authority.keys(&secret)?, Vec::new(), now)?;

    let mut examples = Vec::new();
    for (institution, records) in &made {
        for (label, record) in records {
            examples.push(example(institution, label, record)?);
        }
    }
    let file = |institution: &Institution, record: &Record| {
        institution.folder().join("certificates").join(format!("{}.json", record.serial))
    };
    let good = records.iter().map(|(_, record)| record).find(|record| record.serial != withdrawn.serial);
    Ok(Made {
        trust: authority.pack_path(),
        issued: made.iter().map(|(_, records)| records.len()).sum(),
        accept: file(first, good.unwrap_or(&withdrawn)),
        reject: file(first, &withdrawn),
        revoked: withdrawn.serial,
        examples,
    })
}

/// The key file that opens every keyring of the demo, and says that a folder is a demo's.
const KEY_FILE: &str = "demo.key";

/// Removes what an unfinished run left.
fn clear(path: &Path) -> Result<(), Failure> {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    removed.or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(Failure::io(path, &error)),
    })
}

type Labelled = (String, Record);

/// Founds an institution or finds it, accredits it, and issues its registers.
fn institution(
    data: &Path,
    sample: &Sample,
    catalogue: &Catalogue,
    secret: &Secret,
    authority: &mut Authority,
    world: &World<'_>,
    now: Timestamp,
) -> Result<(Institution, Vec<Labelled>), Failure> {
    let folder = data.join(sample.folder);
    let institution = if folder.join("institution.json").exists() {
        Institution::open(&folder)?
    } else {
        clear(&folder)?;
        let founding = Founding {
            name: sample.name.to_owned(),
            country: sample.country.to_owned(),
            verify_host: None,
            domain: None,
        };
        Institution::found(&folder, &founding, secret, world.random, now)?
    };
    let find = |code: &str| catalogue.find(code).ok_or_else(|| Failure::new(Exit::Internal, "cli.internal"));
    let templates = sample.registers.iter().map(|(code, ..)| find(code)).collect::<Result<Vec<_>, _>>()?;
    let from = now.date().plus_days(-365).unwrap_or(now.date());
    let keys = authority.keys(secret)?;
    let card = institution.card();
    // One that was stopped while it was being founded is founded again, under the same name.
    let news = authority.change(now, |list| accredit(list, card, &templates, from, LookAlikes::AreRight))?;
    if news.is_some() {
        authority.publish(&keys, &[], now)?;
    }
    let keyring = institution.keyring(secret)?;
    let store = institution.store_in_turn()?;
    let out = folder.join("certificates");
    std::fs::create_dir_all(&out).map_err(|error| Failure::io(&out, &error))?;
    let mut records = Vec::new();
    for (template, (_, bytes, language)) in templates.iter().zip(sample.registers) {
        let settings = Settings::of(now.date(), *language);
        let mut rows =
            read_register(bytes, template, &settings).map_err(|_| Failure::new(Exit::Internal, "cli.internal"))?.rows;
        // The samples' awards are of a day long ago by now; in the demo they were made the day before the institution was founded.
        let day = founded(&institution).and_then(|day| day.plus_days(-1)).unwrap_or(now.date());
        rows.iter_mut().for_each(|row| row.awarded = day);
        let issuing = Issuing {
            institution: &institution,
            keyring: &keyring,
            store: &store,
            template,
            random: world.random,
            now,
            warrant: &Warrant::Pilot,
            by: &Hand::program(now),
        };
        // What an earlier run issued stays as it is, even if the sample has changed since.
        let mut planned = issuing.plan(&rows)?;
        planned.retain(|planned| matches!(planned.standing, Standing::New));
        if let Some(fault) = issuing.rehearse(&planned, false)?.first() {
            return Err(Failure::new(Exit::Internal, "cli.internal").with("row", fault.row));
        }
        issuing.issue(planned, false, &|_| ())?;
        for record in store.records()?.into_iter().filter(|record| record.achievement == template.id.as_str()) {
            issuing.write_files(&[&record], &out, &|_| ())?;
            records.push((template.name.in_language(*language).to_owned(), record));
        }
    }
    authority.refresh_lists(&keys, publish(&institution, &store, &keyring, now)?.lists, now)?;
    drop(store);
    Ok((institution, records))
}

fn founded(institution: &Institution) -> Option<Date> {
    Timestamp::parse(&institution.card().since).ok().map(Timestamp::date)
}

fn example(institution: &Institution, title: &str, record: &Record) -> Result<Example, Failure> {
    let broken = || Failure::new(Exit::Internal, "cli.internal");
    let document = Signed::<Credential>::read(record.document.as_bytes()).map_err(|_| broken())?;
    let page = institution.folder().join("certificates").join(format!("{}.html", record.serial));
    let withdrawn = if record.state == State::Issued { "" } else { " ✕" };
    Ok(Example {
        label: format!("{title} · {}{withdrawn}", institution.card().name),
        code: code_text(&document, &Host::none()).map_err(|_| broken())?,
        page: std::fs::read_to_string(page).ok(),
    })
}

fn tell(made: &Made, args: &args::Demo, program: &str, say: &Say) {
    let text = |text: String| Fact::Text(text);
    say.tell("cli.demo.people", &[]);
    say.tell("cli.demo.institutions", &[("names", text(SAMPLES.map(|sample| sample.name).join(", ")))]);
    say.tell("cli.demo.issued", &[("count", Fact::Number(made.issued as i64))]);
    say.tell("cli.demo.revoked", &[("serial", text(made.revoked.clone()))]);
    say.tell("cli.demo.print", &[("path", text(made.accept.with_extension("html").display().to_string()))]);
    say.tell("cli.demo.try", &[]);
    let trust = made.trust.display();
    let verify = |file: &Path| format!("{program} verify --trust {trust} {}", file.display());
    say.tell("cli.demo.try.accept", &[("command", text(verify(&made.accept)))]);
    say.tell("cli.demo.try.reject", &[("command", text(verify(&made.reject)))]);
    let without = format!("{program} verify {}", made.accept.display());
    say.tell("cli.demo.try.undecided", &[("command", text(without))]);
    if say.is_json() {
        let path = |path: &Path| crate::base::canonical::Json::from(path.display().to_string());
        say.json(crate::base::canonical::Object::from_iter([
            ("accept", path(&made.accept)),
            ("data", path(&args.data)),
            ("reject", path(&made.reject)),
            ("trust", path(&made.trust)),
        ]));
    }
}
