//! What the module verifies with: packs that a person has, and newer ones in their place.

use std::sync::Arc;

use super::{Answer, Call, Kept, Refused};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::trust::bundle::Member;
use crate::trust::fingerprint::Fingerprint;
use crate::trust::pack::{Anchor, PackError, Standing, TrustPack};
use crate::trust::root::Environment;
use crate::trust::supersede::{NotAdmitted, Refused as NotTaken, Word};
use crate::verify::Evidence;

/// `trust` {recognised?: [authorities], seen?: seconds} [packs or bundles that somebody vouches for…] → {packs, problems: [{code, facts, …}]}
///
/// Takes the place of what was there. Packs of an authority in `recognised` count on the word of the others alone.
pub(super) fn trust(kept: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let named = call.args.get("recognised").and_then(Json::list).unwrap_or_default();
    let is_named = |pack: &TrustPack| named.iter().any(|id| id.text() == Some(pack.root().authority.id.as_str()));
    let (mut own, mut others, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for member in members(call.blobs, &mut problems) {
        let bytes = member.to_bytes();
        match member.read(&Anchor::NamedByHand) {
            Ok(pack) if is_named(&pack) => others.push((bytes, pack)),
            Ok(pack) => own.push((bytes, pack)),
            Err(error) => problems.push(unusable(&error)),
        }
    }
    let vouching: Vec<TrustPack> = own.iter().map(|(_, pack)| pack.clone()).collect();
    for (bytes, pack) in others {
        match pack.recognised_by(&vouching) {
            Some(pack) => own.push((bytes, pack)),
            None => problems.push(unusable(&PackError::UnknownRoot)),
        }
    }
    let seen = call.args.get("seen").and_then(Json::integer).and_then(Timestamp::from_seconds);
    kept.hold(own, seen);
    Ok(kept.held(problems, Vec::new()).into())
}

/// `trust-take` {now, accepted?: [fingerprints], vouched?: true} [packs or bundles that are offered…] → {packs, problems, taken}, [every pack that is held]
///
/// A pack only ever takes the place of an older one on the same root. A root that is not known here has to be accepted, by its fingerprint, or
/// be recognised by an authority that is; or whoever gave the program itself `vouched` for the file, and so for all in it but those that
/// it names as recognised by others.
pub(super) fn take(kept: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let now = call.now()?;
    let accepted = call.args.get("accepted").and_then(Json::list).unwrap_or_default();
    let accepted: Vec<Fingerprint> = accepted.iter().filter_map(|it| Fingerprint::parse(it.text()?)).collect();
    let vouched = call.args.get("vouched") == Some(&Json::Bool(true));
    let (mut problems, mut taken) = (Vec::new(), Vec::new());
    let mut offered = Vec::new();
    for member in members(call.blobs, &mut problems) {
        let bytes = member.to_bytes();
        let recognised = Arc::clone(&member.recognised);
        match member.read(&Anchor::NamedByHand) {
            // On another's word there, it is so here too: its own awards count as far as that word goes.
            Ok(pack) => offered.push((bytes, vouched && !recognised.contains(&pack.root().authority.id), pack)),
            Err(error) => problems.push(unusable(&error)),
        }
    }
    // What is held and not offered any more stays, until it is too old to decide anything (design §2 *Ages*). That somebody does not send a list is
    // signed by nobody: whoever stands in between could bring it about. A device that forgot it for that would forget with it what it has seen
    // revoked, and take an older one from the next who offers it, as the first of its root (threats.md F1, F2).
    let mut texts = std::mem::take(&mut kept.packs);
    let mut held: Vec<TrustPack> = kept.evidence.packs.to_vec();
    // First those that stand by themselves: they may vouch for the others.
    let (first, then): (Vec<_>, Vec<_>) = offered.into_iter().partition(|(_, vouched, pack)| {
        let root = pack.first_root();
        *vouched
            || accepted.contains(&Fingerprint::of(&root))
            || held.iter().any(|here| here.first_root() == root && here.is_pinned())
    });
    for (word, offered) in [(Word::OfThePerson, first), (Word::OfNobody, then)] {
        for (bytes, _, pack) in offered {
            let root = pack.first_root();
            let at = held.iter().position(|here| here.first_root() == root);
            let row = about(&pack);
            match pack.admit(at.map(|at| &held[at]), &held, word, now) {
                Err(why) => {
                    let mut row = row;
                    row.set("facts", facts(&why));
                    problems.push(with_code(row, not_admitted(&why)));
                }
                Ok(pack) => {
                    let same = at.is_some_and(|at| texts[at] == bytes);
                    let what = if same { "same" } else { at.map_or("new", |_| "newer") };
                    taken.push(with_code(row, what));
                    match at {
                        Some(at) => (texts[at], held[at]) = (bytes, pack),
                        None => {
                            texts.push(bytes);
                            held.push(pack);
                        }
                    }
                }
            }
        }
    }
    // A newer list of whoever vouched may do so no more, or otherwise: who stands on that word alone stands or falls with it.
    let vouching: Vec<TrustPack> = held.iter().filter(|pack| pack.is_pinned()).cloned().collect();
    let held = texts.into_iter().zip(held).filter_map(|(bytes, pack)| {
        let pack = if pack.is_pinned() { Some(pack) } else { pack.recognised_by(&vouching) };
        Some((bytes, pack?))
    });
    let seen = kept.evidence.seen;
    kept.hold(held.collect(), seen);
    Ok(Answer::with(kept.held(problems, taken), kept.packs.clone()))
}

impl Kept {
    /// Takes these in the place of those that were there. The newest time that was ever seen stays.
    fn hold(&mut self, packs: Vec<(Vec<u8>, TrustPack)>, seen: Option<Timestamp>) {
        let (bytes, packs): (Vec<_>, Vec<_>) = packs.into_iter().unzip();
        self.packs = bytes;
        self.evidence = Evidence { seen, suites: self.evidence.suites.clone(), ..Evidence::of_packs(packs) };
    }

    fn held(&self, problems: Vec<Json>, taken: Vec<Json>) -> Json {
        let packs = self.evidence.packs.iter().map(|pack| Json::Object(about(pack)));
        Json::Object(Object::from_iter([
            ("packs", Json::List(packs.collect())),
            ("problems", Json::List(problems)),
            ("taken", Json::List(taken)),
        ]))
    }
}

/// The packs of every file.
fn members(files: &[&[u8]], problems: &mut Vec<Json>) -> Vec<Member> {
    let mut members = Vec::new();
    for file in files {
        match Member::all(file) {
            Ok(found) => members.extend(found),
            Err(error) => problems.push(unusable(&error)),
        }
    }
    members
}

/// Whose pack it is, and of when.
fn about(pack: &TrustPack) -> Object {
    let root = pack.root();
    let standing = match pack.standing() {
        Standing::Pinned => "pinned",
        Standing::Recognised { .. } => "recognised",
    };
    let number = |number: usize| Json::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let mut about = Object::from_iter([
        ("asOf", Json::from(pack.freshness().date.date().to_string())),
        ("authority", root.authority.name.as_str().into()),
        ("country", root.authority.country.as_str().into()),
        ("fingerprint", Fingerprint::of(&pack.first_root()).to_string().into()),
        ("id", root.authority.id.as_str().into()),
        ("institutions", number(pack.accreditation().issuers.len())),
        ("made", Json::Integer(pack.freshness().date.seconds())),
        ("newest", Json::Integer(pack.newest_time().seconds())),
        ("pilot", Json::Bool(root.environment == Environment::Pilot)),
        ("standing", standing.into()),
    ]);
    if let Standing::Recognised { by, .. } = pack.standing() {
        about.set("recognisedBy", by.as_str().into());
    }
    about
}

fn unusable(error: &PackError) -> Json {
    let part = error.part().map(|part| ("part", Json::from(part)));
    with_code(Object::from_iter([("facts", Json::Object(part.into_iter().collect()))]), error.code())
}

fn with_code(mut about: Object, code: &str) -> Json {
    about.set("code", code.into());
    Json::Object(about)
}

fn not_admitted(why: &NotAdmitted) -> &'static str {
    match why {
        NotAdmitted::Refused(refused) => refused.code(),
        NotAdmitted::UnknownRoot => PackError::UnknownRoot.code(),
    }
}

/// What the words of a refusal speak of: days as dates, parts and lists by their names.
fn facts(why: &NotAdmitted) -> Json {
    let NotAdmitted::Refused(refused) = why else { return Json::Object(Object::new()) };
    let number = |number: u64| Json::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let day = |time: &Timestamp| Json::from(time.date().to_string());
    let facts = match refused {
        NotTaken::FromTheFuture { dated, now } => vec![("dated", day(dated)), ("now", day(now))],
        NotTaken::ListGone { list } | NotTaken::UnRevoked { list } => vec![("list", list.as_str().into())],
        NotTaken::ListOlder { list, here, offered } => {
            vec![("here", number(*here)), ("list", list.as_str().into()), ("offered", number(*offered))]
        }
        NotTaken::OtherRoot => Vec::new(),
        NotTaken::Rollback(back) => {
            vec![("here", number(back.here)), ("offered", number(back.offered)), ("part", back.part.into())]
        }
        NotTaken::Split { part, version } => vec![("here", number(*version)), ("part", (*part).into())],
    };
    Json::Object(facts.into_iter().collect())
}
