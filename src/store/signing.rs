//! Who comes to sign, where two people release whatever is signed. An administrator invites everybody, and so could be two of them: with two
//! links taken up by one person the second pair of eyes is nobody's (threats.md L3). So whoever is given the signing role, or comes in by a new
//! link with it, signs only when another signatory, who gave neither, has said that it is that person.
//!
//! ```text
//! given                                                   another signatory    nobody else signs
//! the role, to somebody new or not; an account reopened   waits                at once
//! a link that is taken up                                 waits                at once
//! a link for, or the end of, the only one who signs       -                    by that person, or at the command line
//! ```
//! Nobody is locked out. Where nobody signs, the administrator's word is enough: somebody has to be the first. Where the only one who signs is
//! whoever gives the role, it is enough too: that person signs already, and comes by nothing that they do not have. And whoever has the
//! institution's folder ends or invites the only signatory at the command line, with a line in the log of acts.

use std::collections::BTreeSet;

use super::acts::{Hand, PROGRAM, What};
use super::ledger::Book;
use super::staff::{Member, Role, Standing, Waiting};
use super::{StoreError, people};

/// A member as they are kept: with who made their link, and whether their signature waits. `others` are those who can sign beside them; `None`
/// where two people are not required.
pub(super) fn settled(
    was: Option<&Member>,
    member: &Member,
    others: Option<&[Member]>,
    by: &Hand,
) -> Result<Member, StoreError> {
    let mut kept = member.clone();
    if let Some(link) = &mut kept.invitation {
        let before = was.and_then(|was| was.invitation.as_ref()).filter(|before| before.hash == link.hash);
        link.by = before.map_or_else(|| by.who.clone(), |before| before.by.clone());
    }
    let waited = was.and_then(|was| was.waits.clone());
    kept.waits = waited.filter(|_| kept.has(Role::Signatory));
    if let Some(others) = others {
        require_signatory(was, &kept, others, by)?;
        kept.waits = waiting(was, &kept, others, by);
    }
    Ok(kept)
}

/// That the only one who signs does not end, and does not come into other hands, by somebody else's word.
fn require_signatory(was: Option<&Member>, kept: &Member, others: &[Member], by: &Hand) -> Result<(), StoreError> {
    let Some(was) = was.filter(|was| was.signs() && others.is_empty()) else { return Ok(()) };
    let trusted = |who: &str| who == kept.id || who == PROGRAM;
    let hash = |member: &Member| member.invitation.as_ref().map(|link| link.hash.clone());
    let new_link = kept.invitation.is_some() && hash(kept) != hash(was);
    // By a link that was made while somebody else signed too.
    let taken_up = was.invitation.as_ref().is_some_and(|link| !trusted(&link.by)) && kept.password != was.password;
    let changed = !kept.has(Role::Signatory) || new_link || kept.password != was.password;
    if taken_up || (changed && !trusted(&by.who)) { Err(StoreError::LastSignatory) } else { Ok(()) }
}

/// Whether the signature waits, and on whose account, after somebody was given it or came in with it.
fn waiting(was: Option<&Member>, kept: &Member, others: &[Member], by: &Hand) -> Option<Waiting> {
    if !kept.has(Role::Signatory) {
        return None;
    }
    let mut givers = BTreeSet::new();
    if !was.is_some_and(|was| was.has(Role::Signatory)) {
        givers.insert(by.who.clone());
    }
    if let Some(was) = was.filter(|was| was.password != kept.password) {
        match &was.invitation {
            Some(link) => givers.insert(link.by.clone()),
            // Their own new password, in their own session, is nobody's gift.
            None => by.who != kept.id && givers.insert(by.who.clone()),
        };
    }
    if givers.is_empty() {
        return kept.waits.clone();
    }
    let earlier = kept.waits.clone().map(|waits| waits.given_by).unwrap_or_default();
    givers.extend(earlier);
    let waits = Waiting { given_by: givers, since: by.at.clone() };
    others.iter().any(|other| !waits.given_by.contains(&other.id)).then_some(waits)
}

/// Another signatory says that it is the person whom it is said to be. The person has come in by then: as long as a link is open, whoever holds
/// it could still be another.
pub(super) fn confirm(book: &Book<'_>, id: &str, version: u32, by: &Hand) -> Result<Member, StoreError> {
    let (member, waits) = looked_at(book, id, version, by)?;
    if waits.given_by.contains(&by.who) {
        return Err(StoreError::OwnCandidate);
    }
    // Both are `YYYY-MM-DDThh:mm:ssZ`, which sort as they follow.
    let open = member.invitation.as_ref().is_some_and(|link| by.at < link.until);
    if member.password.is_none() || open {
        return Err(StoreError::NotArrived);
    }
    let member = Member { waits: None, version: member.version + 1, ..member };
    people::put(book, &member, &[])?;
    book.act(What::SignatoryConfirmed, by, id, 1, String::new())?;
    Ok(member)
}

/// Another signatory says that it is not, or shall not be: the role goes, and with the only role the account. A link that is open goes too.
pub(super) fn refuse(book: &Book<'_>, id: &str, version: u32, by: &Hand) -> Result<Member, StoreError> {
    let (mut member, _) = looked_at(book, id, version, by)?;
    if member.roles.len() > 1 {
        member.roles.remove(&Role::Signatory);
    } else {
        member.standing = Standing::Closed;
    }
    let member = Member { waits: None, invitation: None, version: member.version + 1, ..member };
    people::put(book, &member, &[])?;
    book.act(What::SignatoryRefused, by, id, 1, String::new())?;
    Ok(member)
}

/// Somebody who waits, as another signatory saw them.
fn looked_at(book: &Book<'_>, id: &str, version: u32, by: &Hand) -> Result<(Member, Waiting), StoreError> {
    let member = people::member(book, id)?.ok_or_else(|| StoreError::Unknown(id.to_owned()))?;
    if !people::member(book, &by.who)?.is_some_and(|it| it.signs()) {
        return Err(StoreError::NotAllowed);
    }
    if by.who == member.id {
        return Err(StoreError::OwnCandidate);
    }
    let waits = member.waits.clone().ok_or(StoreError::NotNow)?;
    if member.version == version { Ok((member, waits)) } else { Err(StoreError::Stale) }
}
