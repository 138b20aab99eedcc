//! The pilot pack of a single institution: so that its first certificate can be checked at once, labelled PILOT.

use super::authority::edit::{LookAlikes, accredit, add_key, let_rebind};
use super::authority::{Authority, NewAuthority};
use super::catalogue::Catalogue;
use super::institution::{DeskError, Institution, at};
use super::keyring::Secret;
use super::random::Randomness;
use crate::base::timestamp::Timestamp;
use crate::credential::document::Signed;
use crate::store::files::{Readers, write_whole};
use crate::trust::status::StatusList;

/// Makes the institution its own pilot authority, for every achievement of the catalogue, for binding certificates to a new key, and without
/// a first day: a pilot vouches for itself, and its pack says so.
///
/// # Errors
/// [`DeskError`].
pub fn found(
    institution: &Institution,
    catalogue: &Catalogue,
    lists: Vec<Signed<StatusList>>,
    secret: &Secret,
    random: &dyn Randomness,
    now: Timestamp,
) -> Result<(), DeskError> {
    let card = institution.card();
    let new = NewAuthority::pilot(&card.name, &card.country, None);
    let mut authority = Authority::found(&institution.folder().join("pilot"), &new, secret, random, now)?;
    let all = catalogue.templates().iter().collect::<Vec<_>>();
    let first_day = Timestamp::EPOCH.date();
    authority.change(now, |list| {
        accredit(list, card, &all, first_day, LookAlikes::Refused)?;
        let_rebind(list, &card.did, first_day)
    })?;
    let keys = authority.keys(secret)?;
    authority.publish(&keys, &[], now)?;
    authority.refresh_lists(&keys, lists, now)?;
    copy_out(institution, &authority)
}

/// Renews the pilot pack with the institution's lists as they are now. An institution without one is left alone.
///
/// # Errors
/// [`DeskError`].
pub fn renew(
    institution: &Institution,
    lists: Vec<Signed<StatusList>>,
    secret: &Secret,
    now: Timestamp,
) -> Result<bool, DeskError> {
    let folder = institution.folder().join("pilot");
    if !folder.exists() {
        return Ok(false);
    }
    let mut authority = Authority::open(&folder)?;
    let keys = authority.keys(secret)?;
    authority.refresh_lists(&keys, lists, now)?;
    copy_out(institution, &authority).map(|()| true)
}

/// Tells a pilot's own authority of the institution's new key. An institution without one is left alone; told again, it is no news.
///
/// # Errors
/// [`DeskError`].
pub fn rekey(institution: &Institution, secret: &Secret, now: Timestamp) -> Result<(), DeskError> {
    let folder = institution.folder().join("pilot");
    if !folder.exists() {
        return Ok(());
    }
    let mut authority = Authority::open(&folder)?;
    let knows = authority
        .published()
        .and_then(|it| it.pack.issuer(institution.did().as_str()))
        .is_some_and(|issuer| issuer.keys.iter().any(|key| key.id == *institution.method()));
    if !knows {
        authority.change(now, |list| add_key(list, institution.card(), None))?;
        let keys = authority.keys(secret)?;
        authority.publish(&keys, &[], now)?;
    }
    copy_out(institution, &authority)
}

fn copy_out(institution: &Institution, authority: &Authority) -> Result<(), DeskError> {
    let (from, to) = (authority.pack_path(), institution.folder().join("trust.json"));
    let bytes = std::fs::read(&from).map_err(at(&from))?;
    write_whole(&to, &bytes, Readers::Everybody).map_err(at(&to))
}
