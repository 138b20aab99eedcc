//! That a store is recomputed: one bit anywhere, one page gone, or one page that was written anew with its check value, and it is found.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use skillpass::store::acts::{Hand, What};
use skillpass::store::audit::{Audited, Fault, audit};
use skillpass::store::custody::{Custody, RESTORE_GAP};
use skillpass::store::ledger::{Ledger, Page, Pages};
use skillpass::store::memory::MemoryStore;
use skillpass::store::release::{Decision, StandingRelease, Warrant};
use skillpass::store::staff::{Member, Standing};
use skillpass::store::{Store, StoreError};
use skillpass::trust::status::RevocationReason;

use super::desk::{assessor, award, batch, certificate, delegation, hand, proposed, rebinding};
use super::{by, each, instead, new};

/// Pages that somebody changed, and nobody can write.
struct Changed(BTreeMap<Vec<u8>, Vec<u8>>);

impl Ledger for Changed {
    fn transact(&self, _: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        Err(StoreError::NotNow)
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.get(key).cloned())
    }

    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
        let range = self.0.range(from.to_vec()..until.to_vec());
        Ok(range.take(most).map(|(key, value)| (key.clone(), value.clone())).collect())
    }
}

pub(super) fn audited(ledger: &dyn Ledger) -> Audited {
    audit(ledger, &mut |_, _| {}, &|_| {}).unwrap()
}

fn pages(ledger: &dyn Ledger) -> BTreeMap<Vec<u8>, Vec<u8>> {
    ledger.range(&[], &[u8::MAX], usize::MAX).unwrap().into_iter().collect()
}

/// A desk on which everything was done that can be.
fn busy(store: &dyn Store) {
    store.lease_slots(40).unwrap();
    store.commit(&Warrant::Pilot, &[new("P1", "pia", 31), new("P2", "paz", 32)], &by()).unwrap();
    store.commit(&Warrant::Pilot, &[instead("P3", "pia", 33, "P1")], &by()).unwrap();
    let first = proposed(store);
    store.decide("b1", &Decision::Release(first.digest), &hand("sol")).unwrap();
    let of_batch = Warrant::Batch("b1".to_owned());
    store.commit(&of_batch, &[certificate("A1", 1, "a1")], &hand("sol")).unwrap();
    store.commit(&of_batch, &[certificate("A3", 3, "a3")], &hand("sol")).unwrap();
    let rows = ["a4", "a5", "a6", "a7"].map(|id| award(id, "ciro"));
    store.enrol(&rows, &hand("ciro")).unwrap();
    store.leave_out(&["a7"], &hand("ciro")).unwrap();
    store.propose(&batch("b2"), &["a4"], &hand("carla")).unwrap();
    store.decide("b2", &Decision::GiveBack("again".to_owned()), &hand("sol")).unwrap();
    let third = store.propose(&batch("b3"), &["a4", "a5"], &hand("carla")).unwrap();
    store.decide("b3", &Decision::Release(third.digest), &hand("sira")).unwrap();
    store.commit(&Warrant::Batch("b3".to_owned()), &[certificate("A4", 4, "a4")], &hand("sira")).unwrap();
    store.propose(&batch("b4"), &["a6"], &hand("carla")).unwrap();
    // Released, signed in part, and what is left given back and proposed anew.
    store.enrol(&["a8", "a9"].map(|id| award(id, "ciro")), &hand("ciro")).unwrap();
    let fifth = store.propose(&batch("b5"), &["a8", "a9"], &hand("carla")).unwrap();
    store.decide("b5", &Decision::Release(fifth.digest), &hand("sira")).unwrap();
    store.commit(&Warrant::Batch("b5".to_owned()), &[certificate("A8", 8, "a8")], &hand("sira")).unwrap();
    store.decide("b5", &Decision::GiveBack("a9 again".to_owned()), &hand("sol")).unwrap();
    let sixth = store.propose(&batch("b6"), &["a9"], &hand("carla")).unwrap();
    store.decide("b6", &Decision::Release(sixth.digest), &hand("sol")).unwrap();
    store.decide("b6", &Decision::GiveBack("not yet".to_owned()), &hand("sira")).unwrap();
    let bound = store.propose_rebinding("r1", &rebinding("next"), &hand("carla")).unwrap();
    store.decide("r1", &Decision::Release(bound.digest), &hand("sol")).unwrap();
    let delegated = delegation("R1", 35, &rebinding("next"));
    store.commit(&Warrant::Batch("r1".to_owned()), &[delegated], &hand("sol")).unwrap();
    store.propose_rebinding("r2", &rebinding("later"), &hand("carla")).unwrap();
    store.note(What::Reprinted, "uSALT.uHASH", &hand("sol")).unwrap();
    store.suspend(&["A1", "A4"], &hand("sol")).unwrap();
    store.resume(&["A1"], &hand("sol")).unwrap();
    store.revoke(&["A4", "P2"], RevocationReason::Error, &hand("sol")).unwrap();
    store.suspend(&["A3"], &hand("sol")).unwrap();
    store.erase(&["a1"], &hand("ana")).unwrap();
    let release = StandingRelease {
        id: "s1".to_owned(),
        achievement: "urn:skillpass:ilo:gin".to_owned(),
        token: "skp_uABCDEFG".to_owned(),
        count: 2,
        used: 0,
        until: "2026-04-01T00:00:00Z".to_owned(),
        proposed: hand("ciro"),
        approved: None,
        ended: None,
    };
    store.propose_standing(&release, &hand("ciro")).unwrap();
    store.approve_standing("s1", &hand("sol")).unwrap();
    store.commit(&Warrant::Standing("s1".to_owned()), &[new("S1", "sam", 34)], &hand("skp_uABCDEFG")).unwrap();
    store.end_standing("s1", &hand("ana")).unwrap();
    let ada = store.member("ada").unwrap().unwrap();
    store.keep_member(&Member { standing: Standing::Closed, version: 1, ..ada }, &hand("ana")).unwrap();
    store.keep_member(&assessor("eva"), &hand("ana")).unwrap();
    store.require_two_people(&hand("ana")).unwrap();
    super::prior::busy(store);
}

#[test]
fn a_store_as_it_should_be_is_found_so() {
    each(|store| {
        busy(store);
        assert!(store.acts_size().unwrap() > 20);
    });
    let store = MemoryStore::default();
    assert_eq!(audited(&store), Audited::default(), "an empty one");
    busy(&store);
    let found = audited(&store);
    assert_eq!((found.findings.as_slice(), found.records, found.awards), (&[][..], 9, 10));
    // A copy that was restored, and one whose work ended.
    store.restored(&by()).unwrap();
    store.confirm("", &by()).unwrap();
    store.retire(&by()).unwrap();
    assert_eq!(audited(&store).findings, []);
}

/// Every page: each in turn has one bit of its value, one bit of its key changed, or is gone.
#[test]
fn one_bit_of_any_page_is_found() {
    let store = MemoryStore::default();
    busy(&store);
    let sound = pages(&store);
    let mut unfound = Vec::new();
    for (number, (key, value)) in sound.iter().enumerate() {
        for turn in 0..6 {
            let mut changed = Changed(sound.clone());
            let bit = (number * 7919 + turn * 104_729) % (8 * value.len());
            changed.0.get_mut(key).unwrap()[bit / 8] ^= 1 << (bit % 8);
            if audited(&changed).found == 0 {
                unfound.push(format!("{} bit {bit}", String::from_utf8_lossy(key)));
            }
            let mut changed = Changed(sound.clone());
            let value = changed.0.remove(key).unwrap();
            let mut other = key.clone();
            let bit = (number * 7919 + turn * 104_729) % (8 * key.len());
            other[bit / 8] ^= 1 << (bit % 8);
            if other[0] != u8::MAX && !changed.0.contains_key(&other) {
                changed.0.insert(other, value);
                if audited(&changed).found == 0 {
                    unfound.push(format!("{} key bit {bit}", String::from_utf8_lossy(key)));
                }
            }
        }
        let mut changed = Changed(sound.clone());
        changed.0.remove(key);
        if audited(&changed).found == 0 {
            unfound.push(format!("{} gone", String::from_utf8_lossy(key)));
        }
    }
    assert!(sound.len() > 80, "{} pages", sound.len());
    assert!(unfound.is_empty(), "{unfound:#?}");
}

/// Somebody who knows how a check value is made, and writes a page anew with it.
#[test]
fn a_page_that_was_written_anew_is_found_by_the_others() {
    let store = MemoryStore::default();
    busy(&store);
    let sound = pages(&store);
    let changed = |key: &[u8], old: &str, new: &str| {
        let mut changed = Changed(sound.clone());
        let text = String::from_utf8(sound[key][16..].to_vec()).unwrap();
        assert!(text.contains(old), "{old} in {text}");
        let value = text.replacen(old, new, 1).into_bytes();
        let check = Sha256::new().chain_update(key).chain_update([0]).chain_update(&value).finalize();
        changed.0.insert(key.to_vec(), [&check[..16], &value].concat());
        let mut faults: Vec<Fault> = audited(&changed).findings.into_iter().map(|finding| finding.fault).collect();
        faults.dedup();
        faults
    };
    // A withdrawn certificate in force again, a row of another person, a member who signs, a batch of another's, a later line.
    assert_eq!(changed(b"RA4", r#""revoked":"error""#, r#""revoked":"replaced""#), [Fault::Status]);
    assert!(changed(b"RA4", r#"{"revoked":"error"}"#, r#""issued""#).contains(&Fault::Status));
    assert!(changed(b"RA3", r#""index":3"#, r#""index":5"#).contains(&Fault::Status));
    assert!(changed(b"Wa2", "Ñáñez", "Yáñez").contains(&Fault::Award));
    assert!(changed(b"Wa6", r#"{"in":"b4"}"#, r#""open""#).contains(&Fault::Batch));
    assert!(changed(b"Ssol", "signatory", "administrator").contains(&Fault::Member));
    assert!(changed(b"Bb3", "sira", "sola").contains(&Fault::Batch));
    assert!(changed(b"Bb3", r#""signed":1"#, r#""signed":0"#).contains(&Fault::Batch));
    // One that was given back after its release: who gave it back, how many were signed, and that it was given back at all.
    assert!(changed(b"Bb5", r#""who":"sol""#, r#""who":"sira""#).contains(&Fault::Batch));
    assert!(changed(b"Bb5", r#""signed":1"#, r#""signed":2"#).contains(&Fault::Batch));
    assert!(changed(b"Bb5", r#""returned""#, r#""released""#).contains(&Fault::Batch));
    assert!(changed(b"Bb6", r#""returned""#, r#""done""#).contains(&Fault::Batch));
    assert!(changed(b"Ds1", r#""used":1"#, r#""used":0"#).contains(&Fault::Batch));
    // A case of another's, of another standard, with another ending, or of a person that nobody entered.
    assert!(changed(b"Kk1", r#""who":"eva""#, r#""who":"eli""#).contains(&Fault::Case));
    assert!(changed(b"Kk1", "urn:skillpass:competence:cook", "urn:skillpass:competence:nurse").contains(&Fault::Case));
    assert!(changed(b"Kk1", r#"{"decide":"some"}"#, r#"{"decide":"full"}"#).contains(&Fault::Case));
    assert!(changed(b"Kk1", "Ñáñez", "Yáñez").contains(&Fault::Case));
    assert!(
        changed(b"Kk3", r#""content":null"#, r#""content":{"salt":"s","row":"r","words":[]}"#).contains(&Fault::Case)
    );
    assert!(
        changed(&[b"A".as_slice(), &9_u64.to_be_bytes()].concat(), "2026-03-20", "2026-03-21").contains(&Fault::Acts)
    );
}

#[test]
fn a_restored_store_is_only_read_until_it_is_confirmed_and_a_retired_one_for_good() {
    each(|store| {
        busy(store);
        let slots = store.slots_given().unwrap();
        assert_eq!(store.confirm("", &by()), Err(StoreError::NotNow), "nobody restored it");
        store.restored(&by()).unwrap();
        assert_eq!(store.custody(), Ok(Custody::Unconfirmed));
        let refused = |store: &dyn Store, error: &StoreError| {
            let size = store.acts_size().unwrap();
            let pages = store.records().unwrap();
            assert_eq!(store.lease_slots(1).err().as_ref(), Some(error));
            let one = [new("Z1", "zoe", 35)];
            assert_eq!(store.commit(&Warrant::Pilot, &one, &by()).err().as_ref(), Some(error));
            assert_eq!(store.revoke(&["A3"], RevocationReason::Error, &by()).err().as_ref(), Some(error));
            assert_eq!(store.suspend(&["P3"], &by()).err().as_ref(), Some(error));
            assert_eq!(store.resume(&["A3"], &by()).err().as_ref(), Some(error));
            assert_eq!(store.enrol(&[award("a9", "carla")], &hand("carla")).err().as_ref(), Some(error));
            assert_eq!(store.erase(&["a2"], &hand("ana")).err().as_ref(), Some(error));
            assert_eq!((store.acts_size(), store.records()), (Ok(size), Ok(pages)));
        };
        refused(store, &StoreError::Unconfirmed);
        store.confirm("uEiX", &by()).unwrap();
        // Nothing that the lost machine gave out since the copy is given out again.
        assert_eq!(store.lease_slots(2), Ok(slots + u64::from(RESTORE_GAP)..slots + u64::from(RESTORE_GAP) + 2));
        store.retire(&by()).unwrap();
        store.retire(&by()).unwrap();
        refused(store, &StoreError::Retired);
        assert_eq!(store.confirm("", &by()), Err(StoreError::Retired));
        let whats: Vec<&str> = store.acts(0, 99).unwrap().iter().map(|(act, _)| act.what.code()).collect();
        assert_eq!(whats[whats.len() - 3..], ["restored", "confirmed", "retired"]);
        let of = Hand::program("2026-03-20T15:04:05Z");
        assert_eq!(store.acts(0, 99).unwrap().last().unwrap().0.by, of);
    });
}
