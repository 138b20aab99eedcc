//! Staff, and what two of them allow.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::acts::{Hand, PROGRAM, What};
use super::issued::TWO_PEOPLE;
use super::ledger::{Book, Shelf};
use super::register;
use super::release::{Batch, BatchState, Decision, Rebinding, StandingRelease};
use super::staff::{Member, Role};
use super::{StoreError, signing};
use crate::trust::accreditation::REBIND;

/// The key under which those stand who are looked for by their role.
pub(super) const POSTS: &[u8] = b"administrators";

/// Who has the roles of which there is always somebody.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Posts {
    /// Who can say who works here; all that a store kept at first.
    Administrators(BTreeSet<String>),
    /// And who comes in with the signing role.
    Both {
        /// Who can say who works here.
        administrators: BTreeSet<String>,
        /// Who comes in with the signing role, be it one that waits.
        signatories: BTreeSet<String>,
    },
}

/// The page that says who has which.
pub(super) fn posts_key() -> Vec<u8> {
    Shelf::Meta.key(&[POSTS])
}

/// Administrators and signatories. `known` are the members of a store that does not say yet who signs.
fn posts(book: &Book<'_>, known: &[String]) -> Result<(BTreeSet<String>, BTreeSet<String>), StoreError> {
    let administrators = match book.read(&posts_key())? {
        Some(Posts::Both { administrators, signatories }) => return Ok((administrators, signatories)),
        Some(Posts::Administrators(ids)) => ids,
        None => BTreeSet::new(),
    };
    let mut signatories = BTreeSet::new();
    for id in known {
        signatories.extend(member(book, id)?.filter(|it| it.has(Role::Signatory)).map(|it| it.id));
    }
    Ok((administrators, signatories))
}

/// Writes a member's page, and who has which role with it.
pub(super) fn put(book: &Book<'_>, member: &Member, known: &[String]) -> Result<(), StoreError> {
    let (mut administrators, mut signatories) = posts(book, known)?;
    for (role, ids) in [(Role::Administrator, &mut administrators), (Role::Signatory, &mut signatories)] {
        if member.has(role) {
            ids.insert(member.id.clone());
        } else {
            ids.remove(&member.id);
        }
    }
    if administrators.is_empty() {
        return Err(StoreError::LastAdministrator);
    }
    book.write(&posts_key(), &Posts::Both { administrators, signatories })?;
    book.write(&Shelf::Staff.key(&[member.id.as_bytes()]), member)
}

/// Those of the others who can sign at this moment.
fn other_signatories(book: &Book<'_>, id: &str, known: &[String]) -> Result<Vec<Member>, StoreError> {
    let (_, ids) = posts(book, known)?;
    let others = ids.iter().filter(|other| *other != id).map(|other| member(book, other));
    let found: Vec<Option<Member>> = others.collect::<Result<_, _>>()?;
    Ok(found.into_iter().flatten().filter(Member::signs).collect())
}

/// Writes a member as they are to be: new with version 0, else in the place of the version before. The same login is never two people's,
/// there is always somebody who can say who works here, and a signatory may wait for another, see [`signing`].
pub(super) fn keep_member(book: &Book<'_>, member: &Member, known: &[String], by: &Hand) -> Result<Member, StoreError> {
    let key = Shelf::Staff.key(&[member.id.as_bytes()]);
    let was: Option<Member> = book.read(&key)?;
    let version = was.as_ref().map_or(0, |was| was.version + 1);
    if member.version != version {
        return Err(StoreError::Stale);
    }
    let login = Shelf::Logins.key(&[member.login.as_bytes()]);
    if book.get(&login)?.is_some_and(|id| id != member.id.as_bytes()) {
        return Err(StoreError::Taken);
    }
    let others = other_signatories(book, &member.id, known)?;
    let two_people = book.get(&Shelf::Meta.key(&[TWO_PEOPLE]))?.is_some();
    let member = signing::settled(was.as_ref(), member, two_people.then_some(others.as_slice()), by)?;
    put(book, &member, known)?;
    if let Some(was) = was.filter(|was| was.login != member.login) {
        book.remove(&Shelf::Logins.key(&[was.login.as_bytes()]))?;
    }
    book.put(&login, member.id.as_bytes())?;
    book.act(What::MemberKept, by, &member.id, 1, String::new())?;
    Ok(member)
}

pub(super) fn member(book: &Book<'_>, id: &str) -> Result<Option<Member>, StoreError> {
    book.read(&Shelf::Staff.key(&[id.as_bytes()]))
}

/// That whoever acts may do what a role may, at this moment.
pub(super) fn require(book: &Book<'_>, role: Role, by: &Hand) -> Result<(), StoreError> {
    let may = member(book, &by.who)?.is_some_and(|member| member.may(role));
    if may { Ok(()) } else { Err(StoreError::NotAllowed) }
}

/// The same, or whoever has the folder and acts at the command line.
pub(super) fn require_or_program(book: &Book<'_>, role: Role, by: &Hand) -> Result<(), StoreError> {
    if by.who == PROGRAM { Ok(()) } else { require(book, role, by) }
}

/// The second person's decision on a batch.
pub(super) fn decide(
    book: &Book<'_>,
    id: &str,
    rows: &[String],
    decision: &Decision,
    by: &Hand,
) -> Result<Batch, StoreError> {
    let key = Shelf::Batches.key(&[id.as_bytes()]);
    let batch: Batch = book.read(&key)?.ok_or_else(|| StoreError::Unknown(id.to_owned()))?;
    let batch = batch.decided(decision, member(book, &by.who)?.as_ref(), by)?;
    let what = match batch.state {
        BatchState::Returned => {
            register::free(book, rows, &batch)?;
            What::BatchReturned
        }
        _ => What::BatchReleased,
    };
    book.write(&key, &batch)?;
    book.act(what, by, id, batch.count as usize, batch.digest.clone())?;
    Ok(batch)
}

/// Proposes that a certificate be bound to another key.
pub(super) fn propose_rebinding(
    book: &Book<'_>,
    id: &str,
    rebinding: &Rebinding,
    by: &Hand,
) -> Result<Batch, StoreError> {
    let key = Shelf::Batches.key(&[id.as_bytes()]);
    if let Some(there) = book.read::<Batch>(&key)? {
        let same = there.proposed.who == by.who && there.rebinding.as_ref() == Some(rebinding);
        return if same { Ok(there) } else { Err(StoreError::Taken) };
    }
    let batch = Batch {
        id: id.to_owned(),
        achievement: REBIND.to_owned(),
        count: 1,
        digest: rebinding.digest(),
        rows: String::new(),
        touched_by: BTreeSet::new(),
        proposed: by.clone(),
        decided: None,
        note: String::new(),
        state: BatchState::Proposed,
        signed: 0,
        rebinding: Some(rebinding.clone()),
    };
    book.write(&key, &batch)?;
    book.act(What::BatchProposed, by, id, 1, batch.digest.clone())?;
    Ok(batch)
}

/// Proposes a standing release.
pub(super) fn propose_standing(book: &Book<'_>, release: &StandingRelease, by: &Hand) -> Result<(), StoreError> {
    let key = Shelf::Standing.key(&[release.id.as_bytes()]);
    if release.achievement == REBIND {
        return Err(StoreError::NotAllowed);
    }
    let fresh = release.used == 0 && release.approved.is_none() && release.ended.is_none() && release.proposed == *by;
    if book.get(&key)?.is_some() || !fresh {
        return Err(StoreError::Taken);
    }
    book.write(&key, release)?;
    book.act(What::StandingProposed, by, &release.id, release.count as usize, String::new())
}

/// Approves a standing release, as the second person.
pub(super) fn approve_standing(book: &Book<'_>, id: &str, by: &Hand) -> Result<StandingRelease, StoreError> {
    let key = Shelf::Standing.key(&[id.as_bytes()]);
    let release: StandingRelease = book.read(&key)?.ok_or_else(|| StoreError::Unknown(id.to_owned()))?;
    let release = release.approved(member(book, &by.who)?.as_ref(), by)?;
    book.write(&key, &release)?;
    book.act(What::StandingDecided, by, id, 1, String::new())?;
    Ok(release)
}

/// Ends a standing release. Any signatory or administrator may, alone.
pub(super) fn end_standing(book: &Book<'_>, id: &str, by: &Hand) -> Result<StandingRelease, StoreError> {
    let key = Shelf::Standing.key(&[id.as_bytes()]);
    let mut release: StandingRelease = book.read(&key)?.ok_or_else(|| StoreError::Unknown(id.to_owned()))?;
    let member = member(book, &by.who)?;
    if !member.is_some_and(|member| member.may(Role::Signatory) || member.may(Role::Administrator)) {
        return Err(StoreError::NotAllowed);
    }
    if release.ended.is_none() {
        release.ended = Some(by.clone());
        book.write(&key, &release)?;
        book.act(What::StandingDecided, by, id, 0, String::new())?;
    }
    Ok(release)
}

/// From now on two people release whatever is signed. It is not undone.
pub(super) fn require_two(book: &Book<'_>, by: &Hand) -> Result<(), StoreError> {
    let key = Shelf::Meta.key(&[TWO_PEOPLE]);
    if book.get(&key)?.is_some() {
        return Ok(());
    }
    book.put(&key, by.at.as_bytes())?;
    book.act(What::TwoPeopleRequired, by, "", 1, String::new())
}
