//! One person's request about a certificate: what is kept of it is given to them, or forgotten. They bring the certificate or its number; the
//! register may have a row of it or none, when it was issued at the command line, by a program, or before there was a register.

use super::house::House;
use super::institution::DeskError;
use crate::base::multibase;
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::store::acts::Hand;
use crate::store::award::Award;
use crate::store::{Record, Store, StoreError};

/// 1,000 rows or certificates are looked at at a time.
const PAGE: usize = 1_000;
/// 64 bytes: a digest has 47.
const NAME_MOST: usize = 64;

/// The certificate that is meant: by the number on its paper, by its digest, or by the whole of it as its person keeps it.
///
/// # Errors
/// [`StoreError`].
pub fn meant(store: &dyn Store, brought: &str) -> Result<Option<Record>, StoreError> {
    let brought = brought.trim();
    if let Some(record) = store.by_serial(&brought.to_ascii_uppercase())? {
        return Ok(Some(record).filter(|record| !record.is_delegation()));
    }
    let of_document = || Signed::<Credential>::read(brought.as_bytes()).ok().map(|signed| signed.digest());
    let Some(digest) = multibase::digest_bytes(brought).or_else(of_document) else { return Ok(None) };
    let mut found = None;
    each_record(store, &mut |record| {
        if record.digest == digest && !record.is_delegation() {
            found = Some(record.clone());
        }
    })?;
    Ok(found)
}

/// The row of the register that a certificate is of; `None` for what came another way, and for somebody who was forgotten.
///
/// # Errors
/// [`StoreError`].
pub fn row_of_certificate(store: &dyn Store, record: &Record) -> Result<Option<Award>, StoreError> {
    if record.document.is_empty() {
        return Ok(None);
    }
    let mut after = String::new();
    loop {
        let page = store.awards_after(&after, PAGE)?;
        let Some(last) = page.last() else { return Ok(None) };
        after.clone_from(&last.id);
        if let Some(award) = page.into_iter().find(|award| award.serials.contains(&record.serial)) {
            return Ok(Some(award));
        }
    }
}

/// The certificates of the same person and achievement, the one that is meant among them: what it replaced, and what replaced it.
///
/// # Errors
/// [`StoreError`].
pub fn with_its_corrections(store: &dyn Store, record: &Record) -> Result<Vec<Record>, StoreError> {
    let mut all = Vec::new();
    each_record(store, &mut |other| {
        let same =
            !record.person.is_empty() && other.person == record.person && other.achievement == record.achievement;
        if other.serial == record.serial || same {
            all.push(other.clone());
        }
    })?;
    Ok(all)
}

/// Forgets the person of a certificate, with its row if it has one, and with what it replaced. How many certificates.
///
/// # Errors
/// [`StoreError::Unknown`] for none that is here, [`StoreError::NotAllowed`] for anybody but an administrator, and as [`Store::erase`].
pub fn forget(house: &House, brought: &str, by: &Hand) -> Result<usize, DeskError> {
    // A register that comes in meanwhile could make a row of it.
    let _alone = house.register();
    let store = &**house.store();
    // What is too long for a number or a digest is a certificate, and names somebody.
    let named = || Some(brought).filter(|text| text.len() <= NAME_MOST).unwrap_or_default().to_owned();
    let record = meant(store, brought)?.ok_or_else(|| StoreError::Unknown(named()))?;
    let all = with_its_corrections(store, &record)?;
    let mut alone = Vec::new();
    let mut rows = Vec::new();
    for record in &all {
        match row_of_certificate(store, record)? {
            Some(award) => rows.push(award.id),
            None => alone.push(record.serial.as_str()),
        }
    }
    rows.sort_unstable();
    rows.dedup();
    if !rows.is_empty() {
        store.erase(&rows.iter().map(String::as_str).collect::<Vec<_>>(), by)?;
    }
    store.erase_certificates(&alone, by)?;
    house.drop_files();
    Ok(all.iter().filter(|record| !record.document.is_empty()).count())
}

fn each_record(store: &dyn Store, look: &mut dyn FnMut(&Record)) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store.records_after(&after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.serial);
        page.iter().for_each(&mut *look);
    }
}
