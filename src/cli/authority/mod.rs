//! `authority`: what an authority and the people who sign for it type. Each command proposes, signs, publishes or refreshes.

pub mod args;
mod refresh;
pub(super) mod words;

use std::path::{Path, PathBuf};

use self::args as typed;
use self::words::{Shown, tell_undone};
use super::commands::{Ends, catalogue, unknown_achievement};
use super::say::{Failure, Say};
use super::{Exit, World, secret};
use crate::base::canonical::{Json, Object, read};
use crate::base::did::Did;
use crate::base::key::PublicKey;
use crate::credential::achievement::{AchievementId, Kind};
use crate::credential::credential::CredentialId;
use crate::credential::recognition::{Outcome, Purpose};
use crate::desk::authority::compromise::Handed;
use crate::desk::authority::edit::{self, Known, LookAlikes};
use crate::desk::authority::person::{Memory, Person};
use crate::desk::authority::proposal::{People, Proposal, Published};
use crate::desk::authority::{Authority, AuthorityError, NewAuthority, Signers, change, look, templates};
use crate::desk::institution::{Card, Ground};
use crate::desk::random::random;
use crate::store::files::{Readers, write_whole};
use crate::trust::equivalence::{Instrument, Rule, Subject};
use crate::trust::fingerprint::Fingerprint;
use crate::trust::root::{Environment, PART_BOUNDS, Role};
use crate::verify::message::Fact;

/// Runs an authority's command.
///
/// # Errors
/// [`Failure`].
pub fn run(command: &typed::Authority, world: &World<'_>, say: &Say) -> Ends {
    use typed::Authority as Typed;
    let now = (world.clock)();
    match command {
        Typed::Accredit(args) => accredit(args, world, say),
        Typed::AddKey(args) => {
            let card = read_card(&args.institution)?;
            changed(&args.dir, world, say, |list| edit::add_key(list, &card, args.from))
        }
        Typed::Compromise(args) => compromise(args, world, say),
        Typed::Discard { dir } => {
            let dropped = Authority::open(dir)?.discard()?;
            say.tell(if dropped { "cli.authority.discarded" } else { "cli.authority.nothing-proposed" }, &[]);
            if say.is_json() {
                say.json(Object::from_iter([("discarded", Json::Bool(dropped))]));
            }
            Ok(Exit::Accept)
        }
        Typed::Init(args) => init(args, world, say),
        Typed::Key { dir, name, unlock } => key(dir, name, unlock, world, say),
        Typed::Publish { dir, copies, unlock } => publish(dir, copies, unlock, world, say),
        Typed::Recognise(args) => recognise(args, world, say),
        Typed::Refresh(args) => refresh::run(args, world, say),
        Typed::RetireKey(args) => {
            let until = args.until.unwrap_or(now);
            changed(&args.dir, world, say, |list| edit::retire_key(list, &args.institution, &args.key, until))
        }
        Typed::RotateRoot(args) => rotate_root(args, world, say),
        Typed::Rule(typed::Rule::Add(args)) => {
            let rule = rule(args, world)?;
            let known = if args.replace { Known::Replaced } else { Known::Refused };
            changed(&args.dir, world, say, |list| edit::add_rule(list, rule, known))
        }
        Typed::Rule(typed::Rule::List { dir }) => rule_list(dir, say),
        Typed::Rule(typed::Rule::Remove { dir, id }) => changed(dir, world, say, |list| edit::remove_rule(list, id)),
        Typed::Show { path } => show(path, say),
        Typed::Sign { proposal, with, yes, unlock } => sign(proposal, with, *yes, unlock, world, say),
        Typed::Successor { dir, institution, successor } => {
            changed(dir, world, say, |list| edit::successor(list, institution, successor))
        }
        Typed::Withdraw(args) => {
            let last_day = args.cut_off.unwrap_or(now.date());
            changed(&args.dir, world, say, |list| edit::withdraw(list, &args.institution, &args.achievement, last_day))
        }
    }
}

/// Changes the proposed accreditation, and says what it comes to.
fn changed(
    dir: &Path,
    world: &World<'_>,
    say: &Say,
    change: impl FnOnce(&mut crate::trust::accreditation::Accreditation) -> Result<(), AuthorityError>,
) -> Ends {
    let authority = Authority::open(dir)?;
    let undone = authority.change((world.clock)(), change)?;
    proposed(&authority, undone, say)
}

fn proposed(authority: &Authority, undone: Option<usize>, say: &Say) -> Ends {
    let proposal = authority.proposal()?;
    tell_undone(undone, say);
    let shown = Shown::of(&proposal, say.words());
    if undone.is_some() || !shown.is_empty() {
        shown.talk(say);
    }
    if undone.is_some() {
        say.tell("cli.authority.proposed", &[("path", Fact::Text(authority.proposal_path().display().to_string()))]);
    }
    if say.is_json() {
        say.json(shown.json(&authority.proposal_path()));
    }
    Ok(Exit::Accept)
}

fn accredit(args: &typed::Accredit, world: &World<'_>, say: &Say) -> Ends {
    let card = read_card(&args.institution)?;
    if card.pilot && authority_is_of_production(&args.dir)? {
        say.tell("cli.authority.card-of-pilot", &[("name", Fact::Text(card.name.clone()))]);
    }
    let catalogue = catalogue()?;
    let wanted = templates(&catalogue, &args.achievement).map_err(|id| unknown_achievement(&id, &catalogue))?;
    // Whoever asks for that alone does not hand out the whole catalogue.
    let none = args.no_achievement || (args.rebind && args.achievement.is_empty());
    let templates = if none { Vec::new() } else { wanted };
    let from = args.from.unwrap_or((world.clock)().date());
    let look_alikes = if args.same_name_is_right { LookAlikes::AreRight } else { LookAlikes::Refused };
    changed(&args.dir, world, say, |list| {
        edit::accredit(list, &card, &templates, from, look_alikes)?;
        if args.rebind {
            edit::let_rebind(list, &card.did, from)?;
        }
        match &args.legal_name {
            Some(name) => edit::legal_name(list, &card.did, name),
            None => Ok(()),
        }
    })
}

/// Whether whom an authority accredits counts for everybody.
fn authority_is_of_production(dir: &Path) -> Result<bool, Failure> {
    let authority = Authority::open(dir)?;
    Ok(authority.published().is_some_and(|published| published.pack.root().environment == Environment::Production))
}

fn compromise(args: &typed::Compromise, world: &World<'_>, say: &Say) -> Ends {
    if args.since > (world.clock)() {
        return Err(Failure::new(Exit::Usage, "cli.authority.since-in-future"));
    }
    let handed = match &args.log {
        Some(path) => Handed::read(path)?,
        None if args.no_log => Handed::CannotBeHad,
        None => Handed::Nothing,
    };
    changed(&args.dir, world, say, |list| {
        let logged = edit::logs_of(list, &args.institution, &args.dir)?.logged(args.since, &handed)?;
        edit::compromise(list, &args.institution, &args.key, args.since, logged)
    })
}

fn init(args: &typed::Init, world: &World<'_>, say: &Say) -> Ends {
    let signers = (!args.root_key.is_empty()).then(|| Signers {
        root: args.root_key.clone(),
        root_threshold: args.root_threshold.unwrap_or(args.root_key.len()),
        accreditation: args.accreditation_key.clone(),
        accreditation_threshold: args.accreditation_threshold.unwrap_or(args.accreditation_key.len()),
    });
    let new = NewAuthority {
        name: args.name.trim().to_owned(),
        country: args.country.clone(),
        office: args.office.clone(),
        id: args.id.clone(),
        environment: match args.environment {
            typed::Environment::Pilot => Environment::Pilot,
            typed::Environment::Production => Environment::Production,
        },
        green_days: args.green_days,
        signers,
    };
    new.check()?;
    let ground = Ground::free(&args.dir)?;
    let secret = secret::new(&args.unlock, say)?;
    let found = Authority::found(&args.dir, &new, &secret, world.random, (world.clock)());
    let authority = found.map_err(|error| ground.cleared(error.into()))?;
    match authority.published() {
        Some(published) => tell_published(&authority, published, say),
        None => return proposed(&authority, Some(0), say),
    }
    Ok(Exit::Accept)
}

fn key(dir: &Path, name: &str, unlock: &super::args::Unlock, world: &World<'_>, say: &Say) -> Ends {
    let ground = Ground::free(dir)?;
    let secret = secret::new(unlock, say)?;
    let person = Person::make(dir, name.trim(), &secret, world.random);
    let person = person.map_err(|error| ground.cleared(error.into()))?;
    let path = dir.join("keys.age").display().to_string();
    say.tell("cli.key-made", &[("path", Fact::Text(path))]);
    say.tell("cli.authority.key-send", &[]);
    let public = person.key().to_multikey();
    if say.is_json() {
        say.json(Object::from_iter([("name", Json::from(person.name())), ("publicKeyMultibase", public.into())]));
    } else {
        say.result(&format!("{}={public}", person.name()));
    }
    Ok(Exit::Accept)
}

fn publish(dir: &Path, copies: &[PathBuf], unlock: &super::args::Unlock, world: &World<'_>, say: &Say) -> Ends {
    let mut authority = Authority::open(dir)?;
    let copies: Vec<(PathBuf, Proposal)> =
        copies.iter().map(|path| Ok((path.clone(), read_proposal(path)?))).collect::<Result<_, Failure>>()?;
    if copies.is_empty() && authority.proposal()?.is_empty() {
        return Err(AuthorityError::NothingProposed.into());
    }
    let keys = authority.keys(&secret::existing(unlock, say)?)?;
    authority.publish(&keys, &copies, (world.clock)())?;
    if let Some(published) = authority.published() {
        tell_published(&authority, published, say);
    }
    Ok(Exit::Accept)
}

fn tell_published(authority: &Authority, published: &Published, say: &Say) {
    let path = authority.pack_path().display().to_string();
    let (root, accreditation, freshness) = published.pack.versions();
    let number = |version: u64| Fact::Number(i64::try_from(version).unwrap_or(i64::MAX));
    say.tell("cli.trust-made", &[("path", Fact::Text(path.clone()))]);
    let versions = [("root", number(root)), ("accreditation", number(accreditation)), ("freshness", number(freshness))];
    say.tell("cli.authority.versions", &versions);
    if say.is_json() {
        say.json(Object::from_iter([("trust", Json::from(path)), ("versions", words::versions(&published.pack))]));
    }
}

fn recognise(args: &typed::Recognise, world: &World<'_>, say: &Say) -> Ends {
    let bytes = std::fs::read(&args.pack).map_err(|error| Failure::unread(&args.pack, &error))?;
    let other = Published::read(&bytes).map_err(AuthorityError::Pack)?;
    let instrument = Instrument {
        id: args.instrument_id.clone(),
        title: args.instrument_title.clone(),
        parties: Vec::new(),
        date: None,
        example: args.example,
    };
    let from = args.from.unwrap_or((world.clock)().date()).first_second();
    let until = args.until.map(crate::base::timestamp::Date::last_second);
    let fingerprint = Fact::Text(Fingerprint::of(&other.first_root()).to_string());
    let name = Fact::Text(other.pack.root().authority.name.clone());
    say.tell("cli.authority.compare-other", &[("name", name), ("fingerprint", fingerprint)]);
    let own = look(&args.dir)?;
    let root = own.1.as_ref().and_then(Proposal::root).or_else(|| own.0.as_ref().map(|it| it.pack.root()));
    let own_id = root.map(|root| root.authority.id.clone()).unwrap_or_default();
    changed(&args.dir, world, say, |list| edit::recognise(list, &own_id, &other, instrument, from, until))
}

fn rotate_root(args: &typed::RotateRoot, world: &World<'_>, say: &Say) -> Ends {
    let mut authority = Authority::open(&args.dir)?;
    let new_key = match args.new_freshness_key {
        true => {
            let secret = secret::existing(&args.unlock, say)?;
            Some(authority.new_freshness_key(&secret, world.random)?)
        }
        false => None,
    };
    let named = args.add_root_key.iter().chain(&args.add_accreditation_key);
    let people: People = named.map(|(name, key)| (key.to_multikey(), name.clone())).collect();
    let known = authority.proposal()?.people().clone();
    let undone = authority.change_root(&people, (world.clock)(), |root| {
        turn(&mut root.root, &args.add_root_key, &args.remove_root_key, args.root_threshold, &known)?;
        let (add, remove) = (&args.add_accreditation_key, &args.remove_accreditation_key);
        turn(&mut root.accreditation, add, remove, args.accreditation_threshold, &known)?;
        if let Some(key) = new_key {
            root.freshness = Role::of_one(key);
        }
        root.green_days = args.green_days.unwrap_or(root.green_days);
        root.authority.office = args.office.clone().or(root.authority.office.take());
        Ok(())
    })?;
    proposed(&authority, undone, say)
}

fn turn(
    role: &mut Role,
    add: &[(String, PublicKey)],
    remove: &[String],
    threshold: Option<usize>,
    people: &People,
) -> Result<(), AuthorityError> {
    for gone in remove {
        let meant = |key: &PublicKey| {
            let multikey = key.to_multikey();
            multikey == *gone || people.get(&multikey).is_some_and(|name| name == gone)
        };
        let at = role.keys.iter().position(meant).ok_or_else(|| AuthorityError::UnknownKey(gone.clone()))?;
        role.keys.remove(at);
    }
    for (_, key) in add {
        if !role.keys.contains(key) {
            role.keys.push(*key);
        }
    }
    role.threshold = threshold.unwrap_or(role.threshold);
    Ok(())
}

fn rule(args: &typed::RuleAdd, world: &World<'_>) -> Result<Rule, Failure> {
    if let Some(path) = &args.file {
        let bytes = std::fs::read(path).map_err(|error| Failure::unread(path, &error))?;
        let json = read(&bytes, PART_BOUNDS)
            .map_err(|_| Failure::new(Exit::Unreadable, "cli.not-readable").with("path", path.display()))?;
        return Ok(edit::read_rule(&json)?);
    }
    let random = || CredentialId::of_random(random(world.random).unwrap_or_default()).as_str().to_owned();
    let fault = |at: &str| {
        let problem = crate::credential::members::Problem::WrongValue;
        AuthorityError::RuleMalformed(crate::credential::members::Malformed { at: at.to_owned(), problem })
    };
    let outcome = Outcome::of_code(args.outcome.as_deref().unwrap_or_default()).ok_or_else(|| fault("outcome"))?;
    let purposes: Option<Vec<Purpose>> = args.purpose.iter().map(|code| Purpose::of_code(code)).collect();
    let achievement = match &args.achievement {
        Some(id) => Some(AchievementId::parse(id).ok_or_else(|| fault("subject.achievement"))?),
        None => None,
    };
    let rule = Rule {
        id: args.id.clone().unwrap_or_else(random),
        subject: Subject {
            authority: args.authority_id.clone().unwrap_or_default(),
            issuer: None::<Did>,
            achievement,
            kind: Kind::of_code(args.kind.as_deref().unwrap_or_default()).ok_or_else(|| fault("subject.kind"))?,
        },
        outcome,
        purposes: purposes.ok_or_else(|| fault("purposes"))?,
        instrument: Instrument {
            id: args.instrument_id.clone().unwrap_or_default(),
            title: args.instrument_title.clone().unwrap_or_default(),
            parties: Vec::new(),
            date: None,
            example: args.example,
        },
        from: args.from.map(crate::base::timestamp::Date::first_second).ok_or_else(|| fault("from"))?,
        until: args.until.map(crate::base::timestamp::Date::last_second),
        awarded_from: None,
        awarded_until: None,
        comparable_title: None,
        comparable_level: None,
        covers: Vec::new(),
        conditions: Vec::new(),
        reasons: args.reason.clone(),
        appeal: None,
        office: None,
        regulated: false,
        register: None,
    };
    // What verifiers will read, with its limits: a typed value can be as wrong as one in a file.
    Ok(edit::read_rule(&rule.to_json())?)
}

fn rule_list(dir: &Path, say: &Say) -> Ends {
    let (published, open) = look(dir)?;
    let published = published.map(|it| it.pack.accreditation().clone()).unwrap_or_default();
    let list = open.as_ref().map(Proposal::accreditation).unwrap_or(published);
    if say.is_json() {
        say.json(Object::from_iter([("rules", Json::List(list.rules.iter().map(Rule::to_json).collect()))]));
        return Ok(Exit::Accept);
    }
    for rule in &list.rules {
        say.result(&say.words().say("cli.authority.rule", &change::of_rule(rule)));
    }
    Ok(Exit::Accept)
}

fn show(path: &Path, say: &Say) -> Ends {
    let metadata = std::fs::metadata(path).map_err(|error| Failure::unread(path, &error))?;
    let (published, proposal, file) = match metadata.is_dir() {
        true => {
            let (published, open) = look(path)?;
            (published, open, path.join("proposal.json"))
        }
        false => (None, Some(read_proposal(path)?), path.to_owned()),
    };
    match (proposal, published) {
        (Some(proposal), _) => {
            proposal.check()?;
            let shown = Shown::of(&proposal, say.words());
            if say.is_json() {
                say.json(shown.json(&file));
            } else {
                shown.lines(say.words()).iter().for_each(|line| say.result(line));
            }
        }
        (None, Some(published)) if say.is_json() => say.json(words::summary_json(&published)),
        (None, Some(published)) => words::summary(&published, say.words()).iter().for_each(|line| say.result(line)),
        (None, None) => return Err(AuthorityError::NothingProposed.into()),
    }
    Ok(Exit::Accept)
}

fn sign(path: &Path, with: &Path, yes: bool, unlock: &super::args::Unlock, world: &World<'_>, say: &Say) -> Ends {
    let mut proposal = read_proposal(path)?;
    let person = Person::open(with)?;
    let memory = person.recall(&proposal)?;
    let shown = Shown::of(&proposal, say.words());
    shown.talk(say);
    let fingerprint = Fact::Text(Fingerprint::of(&proposal.first_root()).to_string());
    match memory {
        Memory::NeverSeen => say.tell("cli.authority.never-seen", &[("fingerprint", fingerprint)]),
        Memory::SignedAnother => say.tell("cli.authority.signed-another", &[]),
        Memory::Follows => {}
    }
    if !yes && !words::agreed(say) {
        return Err(Failure::new(Exit::Usage, "cli.authority.not-signed"));
    }
    person.sign(&mut proposal, &secret::existing(unlock, say)?, (world.clock)())?;
    write_whole(path, &proposal.to_bytes(), Readers::Everybody).map_err(|error| Failure::io(path, &error))?;
    let shown = Shown::of(&proposal, say.words());
    say.tell("cli.authority.signed", &[("name", Fact::Text(person.name().to_owned()))]);
    shown.tallies(say.words()).iter().for_each(|line| say.talk(line));
    say.tell(if shown.is_ready() { "cli.authority.send-back" } else { "cli.authority.send-on" }, &[]);
    if say.is_json() {
        say.json(shown.json(path));
    }
    Ok(Exit::Accept)
}

fn read_card(path: &Path) -> Result<Card, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::unread(path, &error))?;
    let not_one = || Failure::new(Exit::Unreadable, "cli.not-readable").with("path", path.display());
    Card::read(&bytes).ok_or_else(not_one)
}

fn read_proposal(path: &Path) -> Result<Proposal, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::unread(path, &error))?;
    Ok(Proposal::read(&bytes)?)
}
