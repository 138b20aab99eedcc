//! `member`, `desk`: who works at an institution, as whoever has its folder says; and that two of them release what is signed.

use std::path::Path;

use super::args::{DeskRule, Member as Args, MemberAct};
use super::authority::words::agreed;
use super::commands::Ends;
use super::say::{Failure, Say};
use super::status::hand_in;
use super::{Exit, World};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::desk::forget::forget as forget_person;
use crate::desk::house::House;
use crate::desk::institution::Institution;
use crate::desk::invitation::{LinkSecret, invited_again, new_member, path, read_login};
use crate::desk::retention::{Forgotten, forget};
use crate::store::acts::Hand;
use crate::store::ledger::Ledger as _;
use crate::store::staff::{Member, Role, Standing};
use crate::store::{Store, StoreError};
use crate::verify::message::Fact;

/// Does one thing about members.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(&args.dir)?;
    let store = institution.store_in_turn()?;
    let now = (world.clock)();
    match &args.act {
        MemberAct::Add { login, name, role } => {
            let name = name.as_deref().unwrap_or(login);
            let roles = role.iter().map(|role| role.role()).collect();
            let (member, secret) = new_member(login, name, roles, world.random, now)?;
            invited(&institution, &keep(&store, &member, now)?, &secret, say);
        }
        MemberAct::Invite { login } => {
            let (member, secret) = invited_again(&known(&store, login)?, world.random, now)?;
            invited(&institution, &keep(&store, &member, now)?, &secret, say);
        }
        MemberAct::Close { login } => {
            let member = known(&store, login)?;
            if member.standing == Standing::Active {
                let version = member.version + 1;
                keep(&store, &Member { standing: Standing::Closed, invitation: None, version, ..member.clone() }, now)?;
            }
            say.tell("cli.member-closed", &[("login", Fact::Text(member.login))]);
            if say.is_json() {
                list(&store, say)?;
            }
        }
        MemberAct::List => list(&store, say)?,
    }
    Ok(Exit::Accept)
}

/// The institution's first administrator.
///
/// # Errors
/// [`Failure`].
pub fn first(institution: &Institution, login: &str, name: &str, world: &World<'_>, say: &Say) -> Result<(), Failure> {
    let now = (world.clock)();
    let (member, secret) = new_member(login, name, [Role::Administrator].into(), world.random, now)?;
    keep(&institution.store_in_turn()?, &member, now)?;
    if say.is_json() {
        // The founding's own result is the one document; the link is talk.
        say.talk(&path(institution.did(), &secret));
    } else {
        say.result(&path(institution.did(), &secret));
    }
    say.tell("cli.invitation-once", &[("login", Fact::Text(member.login))]);
    Ok(())
}

/// Has two people release whatever is signed.
///
/// # Errors
/// [`Failure`].
pub fn rule(rule: &DeskRule, world: &World<'_>, say: &Say) -> Ends {
    let (dir, yes) = match rule {
        DeskRule::EndPilot { dir, yes } => return end_pilot(dir, *yes, world, say),
        DeskRule::Erase { dir, certificate, yes } => return erase(dir, certificate, *yes, world, say),
        DeskRule::Retention { dir, months, yes } => return retention(dir, *months, *yes, world, say),
        DeskRule::RequireTwo { dir, yes } => (dir, yes),
        DeskRule::Sweep { dir } => return sweep(dir, say),
    };
    let institution = Institution::open(dir)?;
    let store = institution.store_in_turn()?;
    require_agreed("cli.two-people-ask", *yes, dir, say)?;
    store.require_two_people(&Hand::program((world.clock)()))?;
    say.tell("cli.two-people-required", &[]);
    if say.is_json() {
        say.json(Object::from_iter([("twoPeople", Json::Bool(true))]));
    }
    Ok(Exit::Accept)
}

/// Ends being a pilot.
fn end_pilot(dir: &Path, yes: bool, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(dir)?;
    let store = institution.store_in_turn()?;
    if institution.is_pilot() {
        require_agreed("cli.pilot-end-ask", yes, dir, say)?;
    }
    let news = institution.end_pilot(&store, &Hand::program((world.clock)()))?;
    if news {
        say.tell("cli.pilot-ended", &[]);
        hand_in(&institution.publish_folder(), say);
    } else {
        say.tell("cli.pilot-none", &[]);
    }
    if say.is_json() {
        say.json(Object::from_iter([("changed", Json::Bool(news)), ("pilot", Json::Bool(false))]));
    }
    Ok(Exit::Accept)
}

/// Says, or sets, how long the register keeps people. Those that are over are forgotten at once.
fn retention(dir: &Path, months: Option<u16>, yes: bool, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(dir)?;
    let store = institution.store_in_turn()?;
    let mut forgotten = Forgotten::default();
    if let Some(months) = months {
        let now = (world.clock)();
        if months > 0 {
            require_agreed("cli.retention-ask", yes, dir, say)?;
        }
        let by = Hand::program(now);
        store.set_retention(Some(months).filter(|months| *months > 0), &by)?;
        forgotten = forget(&store, &by, now)?;
        store.sweep()?;
    }
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let kept = store.retention()?;
    match kept {
        Some(months) => say.tell("cli.retention", &[("count", Fact::Number(i64::from(months)))]),
        None => say.tell("cli.retention-none", &[]),
    }
    if months.is_some() {
        let all = count(forgotten.rows + forgotten.certificates);
        say.tell("cli.forgotten", &[("count", Fact::Number(all))]);
    }
    if say.is_json() {
        say.json(Object::from_iter([
            ("certificates", Json::Integer(count(forgotten.certificates))),
            ("months", kept.map_or(Json::Null, |months| Json::Integer(i64::from(months)))),
            ("rows", Json::Integer(count(forgotten.rows))),
        ]));
    }
    Ok(Exit::Accept)
}

/// Forgets whose certificate it is, and rewrites the store without them.
fn erase(dir: &Path, certificate: &str, yes: bool, world: &World<'_>, say: &Say) -> Ends {
    let file = Path::new(certificate);
    let brought = if file.is_file() {
        std::fs::read_to_string(file).map_err(|error| Failure::unread(file, &error))?
    } else {
        certificate.to_owned()
    };
    let house = House::open(dir, world.random)?;
    require_agreed("cli.erase-ask", yes, dir, say)?;
    let count = forget_person(&house, &brought, &Hand::program((world.clock)()))?;
    house.store().sweep()?;
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    say.tell("cli.forgotten", &[("count", Fact::Number(count))]);
    if say.is_json() {
        say.json(Object::from_iter([("certificates", Json::Integer(count))]));
    }
    Ok(Exit::Accept)
}

/// Rewrites the store without what was forgotten.
fn sweep(dir: &Path, say: &Say) -> Ends {
    // Whoever says so does not ask whether it is needed: a store of an earlier program does not know.
    Institution::open(dir)?.store_in_turn()?.rewrite()?;
    say.tell("cli.swept", &[]);
    if say.is_json() {
        say.json(Object::from_iter([("swept", Json::Bool(true))]));
    }
    Ok(Exit::Accept)
}

/// Asks before what cannot be undone.
///
/// # Errors
/// [`Failure`] when nobody agreed; then nothing was done.
pub fn require_agreed(question: &str, yes: bool, dir: &Path, say: &Say) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    say.tell(question, &[("dir", Fact::Text(dir.display().to_string()))]);
    if agreed(say) { Ok(()) } else { Err(Failure::new(Exit::Usage, "cli.not-agreed")) }
}

fn known(store: &dyn Store, login: &str) -> Result<Member, Failure> {
    let member = read_login(login).map_or(Ok(None), |login| store.member_of_login(&login))?;
    member.ok_or_else(|| Failure::new(Exit::Unreadable, "cli.no-member").with("login", login))
}

/// A login that is taken is another matter here than a serial that is.
fn keep(store: &dyn Store, member: &Member, now: Timestamp) -> Result<Member, Failure> {
    store.keep_member(member, &Hand::program(now)).map_err(|error| match error {
        StoreError::Taken => Failure::new(Exit::Usage, "cli.login-taken").with("login", &member.login),
        other => other.into(),
    })
}

fn invited(institution: &Institution, member: &Member, secret: &LinkSecret, say: &Say) {
    let path = path(institution.did(), secret);
    if say.is_json() {
        let mut object = row(member);
        object.set("invitation", path.as_str().into());
        say.json(object);
    } else {
        say.result(&path);
    }
    say.tell("cli.invitation-once", &[("login", Fact::Text(member.login.clone()))]);
    if member.waits.is_some() {
        say.tell("cli.member-waits", &[("login", Fact::Text(member.login.clone()))]);
    }
}

fn list(store: &dyn Store, say: &Say) -> Result<(), Failure> {
    let members = store.members()?;
    if say.is_json() {
        let rows = members.iter().map(|member| row(member).into()).collect();
        say.json(Object::from_iter([("members", Json::List(rows))]));
        return Ok(());
    }
    if members.is_empty() {
        say.tell("cli.no-members", &[]);
    }
    for member in &members {
        let word = |id: String| say.words().get(&id).to_owned();
        let roles: Vec<String> = member.roles.iter().map(|role| word(format!("role.{}", role.code()))).collect();
        let standing = word(format!("standing.{}", standing(member)));
        say.result(&format!("{}  {}  {}  {standing}", member.login, member.name, roles.join(", ")));
    }
    Ok(())
}

fn standing(member: &Member) -> &'static str {
    match member.standing {
        Standing::Active if member.password.is_none() => "invited",
        Standing::Active if member.waits.is_some() => "waits",
        Standing::Active => "active",
        Standing::Closed => "closed",
    }
}

fn row(member: &Member) -> Object {
    let roles = member.roles.iter().map(|role| role.code().into()).collect();
    Object::from_iter([
        ("id", Json::from(member.id.as_str())),
        ("login", member.login.as_str().into()),
        ("name", member.name.as_str().into()),
        ("roles", Json::List(roles)),
        ("standing", standing(member).into()),
    ])
}
