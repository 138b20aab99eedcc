//! What every store is held to of the desk: staff, register, batches, and that two people release what is signed.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use skillpass::base::did::Did;
use skillpass::base::multibase;
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::credential::{About, CredentialId, StatusEntry};
use skillpass::credential::delegation::Delegation;
use skillpass::store::acts::{Act, BEGINNING, Hand, What};
use skillpass::store::award::{Award, AwardState, Content, Facts};
use skillpass::store::ledger::{Ledger, Page, Pages};
use skillpass::store::memory::MemoryStore;
use skillpass::store::offer::{Offer, Taken};
use skillpass::store::release::{Batch, BatchState, Decision, Rebinding, StandingRelease, Warrant};
use skillpass::store::setting::Setting;
use skillpass::store::sled_store::SledStore;
use skillpass::store::staff::{Member, Role, Standing};
use skillpass::store::{Issued, Record, State, Store, StoreError};
use skillpass::trust::accreditation::REBIND;

use super::{each, new, record};
use crate::common::documents::did_key;

const AT: &str = "2026-03-20T15:04:05Z";
const GIN: &str = "urn:skillpass:ilo:gin";

pub(super) fn hand(who: &str) -> Hand {
    Hand::of(who, AT)
}

pub(super) fn member(id: &str, roles: &[Role]) -> Member {
    Member {
        id: id.to_owned(),
        login: format!("{id}@desk"),
        name: id.to_uppercase(),
        roles: roles.iter().copied().collect(),
        password: None,
        invitation: None,
        standing: Standing::Active,
        waits: None,
        version: 0,
    }
}

/// Somebody who assesses.
pub(super) fn assessor(id: &str) -> Member {
    member(id, &[Role::Assessor])
}

/// Ana administers, Carla and Ciro are clerks, Sol and Sira sign, Ciro does too, Ada audits.
fn staffed(store: &dyn Store) {
    let staff: [(&str, &[Role]); 6] = [
        ("ana", &[Role::Administrator]),
        ("carla", &[Role::Clerk]),
        ("ciro", &[Role::Clerk, Role::Signatory]),
        ("sol", &[Role::Signatory]),
        ("sira", &[Role::Signatory]),
        ("ada", &[Role::Auditor]),
    ];
    for (id, roles) in staff {
        store.keep_member(&member(id, roles), &hand("ana")).unwrap();
    }
}

pub(super) fn award(id: &str, by: &str) -> Award {
    let content = Content {
        salt: format!("salt of {id}"),
        row: format!("{{\"name\":\"Ñáñez {id}\"}}"),
        words: vec!["nanez".to_owned(), id.to_owned()],
        came: None,
    };
    Award {
        id: id.to_owned(),
        achievement: GIN.to_owned(),
        hash: content.hash(),
        content: Some(content),
        facts: Facts {
            month: "2026-03".to_owned(),
            kind: "module-completion".to_owned(),
            sex: None,
            isco: None,
            person: format!("person {id}"),
        },
        state: AwardState::Open,
        serials: Vec::new(),
        by: hand(by),
        touched_by: BTreeSet::from([by.to_owned()]),
        assessed_by: BTreeSet::new(),
        version: 0,
    }
}

pub(super) fn batch(id: &str) -> Batch {
    Batch {
        id: id.to_owned(),
        achievement: GIN.to_owned(),
        count: 0,
        digest: String::new(),
        rows: String::new(),
        touched_by: BTreeSet::new(),
        proposed: hand("nobody"),
        decided: None,
        note: String::new(),
        state: BatchState::Done,
        signed: 0,
        rebinding: None,
    }
}

pub(super) fn certificate(serial: &str, index: u32, award: &str) -> Issued {
    Issued {
        record: record(serial, &format!("person {award}"), index),
        supersedes: None,
        award: Some(award.to_owned()),
    }
}

/// Three rows of Carla's, proposed by her.
pub(super) fn proposed(store: &dyn Store) -> Batch {
    staffed(store);
    let rows = ["a1", "a2", "a3"].map(|id| award(id, "carla"));
    assert_eq!(store.enrol(&rows, &hand("carla")), Ok(3));
    store.propose(&batch("b1"), &["a3", "a1"], &hand("carla")).unwrap()
}

#[test]
fn members_are_found_and_changed_in_turn() {
    each(|store| {
        let first = member("carla", &[Role::Clerk]);
        // Somebody must be able to say who works here.
        assert_eq!(store.keep_member(&first, &hand("carla")), Err(StoreError::LastAdministrator));
        staffed(store);
        assert_eq!(store.members().unwrap().len(), 6);
        assert_eq!(store.member_of_login("carla@desk").unwrap().unwrap().id, "carla");
        assert_eq!(store.member_of_login("nobody@desk"), Ok(None));
        let mut changed = store.member("carla").unwrap().unwrap();
        changed.login = "karla@desk".to_owned();
        assert_eq!(store.keep_member(&changed, &hand("ana")), Err(StoreError::Stale), "upon the same version");
        changed.version = 1;
        store.keep_member(&changed, &hand("ana")).unwrap();
        assert_eq!(store.member_of_login("carla@desk"), Ok(None));
        assert_eq!(store.member_of_login("karla@desk").unwrap().unwrap().version, 1);
        let mut thief = member("thief", &[Role::Clerk]);
        thief.login = "karla@desk".to_owned();
        assert_eq!(store.keep_member(&thief, &hand("ana")), Err(StoreError::Taken));
        let mut last = store.member("ana").unwrap().unwrap();
        (last.standing, last.version) = (Standing::Closed, 1);
        assert_eq!(store.keep_member(&last, &hand("ana")), Err(StoreError::LastAdministrator));
        store.keep_member(&member("ann", &[Role::Administrator]), &hand("ana")).unwrap();
        store.keep_member(&last, &hand("ann")).unwrap();
    });
}

#[test]
fn rows_come_in_once_and_only_by_a_clerk() {
    each(|store| {
        staffed(store);
        let rows = ["a1", "a2"].map(|id| award(id, "carla"));
        for who in ["ana", "ada", "sol", "nobody", "program"] {
            let rows = ["a1", "a2"].map(|id| award(id, who));
            assert_eq!(store.enrol(&rows, &hand(who)), Err(StoreError::NotAllowed), "{who}");
        }
        assert_eq!(store.enrol(&rows, &hand("carla")), Ok(2));
        assert_eq!(store.enrol(&rows, &hand("carla")), Ok(0), "an import that was repeated");
        let open = |after: &str, most| store.awards_in(&AwardState::Open, GIN, after, most).unwrap();
        assert_eq!(
            (open("", 9), open("a1", 9), open("", 1)),
            (vec!["a1".into(), "a2".into()], vec!["a2".into()], vec!["a1".into()])
        );
        assert_eq!(store.awards_in(&AwardState::Open, "urn:skillpass:ilo:gi", "", 9), Ok(vec![]));
        assert_eq!(store.found("nan", 9), Ok(vec!["a1".to_owned(), "a2".to_owned()]));
        assert_eq!(store.found("a2", 9), Ok(vec!["a2".to_owned()]));
        // Not with a hash of something else, not with a certificate, not in a batch, not under another's name.
        let false_ones: [fn(&mut Award); 6] = [
            |row| row.touched_by.clear(),
            |row| row.hash = "uEi".to_owned(),
            |row| row.content = None,
            |row| row.serials = vec!["A".to_owned()],
            |row| row.state = AwardState::In("b1".to_owned()),
            |row| row.by = hand("sol"),
        ];
        for change in false_ones {
            let mut row = award("a9", "carla");
            change(&mut row);
            assert_eq!(store.enrol(&[award("a8", "carla"), row], &hand("carla")), Err(StoreError::NotNow));
            assert_eq!(store.award("a8"), Ok(None), "all or none");
        }
    });
}

#[test]
fn a_row_is_changed_left_out_and_taken_in_again() {
    each(|store| {
        proposed(store);
        let mut changed = store.award("a2").unwrap().unwrap();
        let content = changed.content.as_mut().unwrap();
        content.row = "{\"name\":\"Ibáñez a2\"}".to_owned();
        content.words = vec!["ibanez".to_owned()];
        let hash = content.hash();
        assert_eq!(store.change_award(&changed, &hand("carla")), Err(StoreError::NotNow), "the old hash");
        changed.hash = hash;
        assert_eq!(store.change_award(&changed, &hand("sol")), Err(StoreError::NotAllowed));
        store.change_award(&changed, &hand("ciro")).unwrap();
        // And by another one after him, which does not wash his hands.
        let again = store.award("a2").unwrap().unwrap();
        store.change_award(&again, &hand("carla")).unwrap();
        assert_eq!(store.change_award(&changed, &hand("carla")), Err(StoreError::Stale));
        assert_eq!(
            (store.found("nanez", 9), store.found("ibanez", 9)),
            (Ok(vec!["a1".into(), "a3".into()]), Ok(vec!["a2".into()]))
        );
        // One in a batch stays as it is.
        let in_batch = store.award("a1").unwrap().unwrap();
        assert_eq!(store.change_award(&in_batch, &hand("carla")), Err(StoreError::NotNow));
        assert_eq!(store.leave_out(&["a2", "a1"], &hand("carla")), Err(StoreError::NotNow), "all or none");
        store.leave_out(&["a2"], &hand("carla")).unwrap();
        assert_eq!(store.awards_in(&AwardState::Open, GIN, "", 9), Ok(vec![]));
        assert_eq!(store.propose(&batch("b2"), &["a2"], &hand("carla")), Err(StoreError::NotNow));
        // A correction does not take in what was left out.
        let left = store.award("a2").unwrap().unwrap();
        store.change_award(&left, &hand("carla")).unwrap();
        assert_eq!(store.award("a2").unwrap().unwrap().state, AwardState::Left);
        store.take_in(&["a2"], &hand("carla")).unwrap();
        let mine = store.propose(&batch("b2"), &["a2"], &hand("carla")).unwrap();
        // Whoever changed a row had a hand in it, and cannot be the second person.
        assert_eq!(mine.touched_by.iter().collect::<Vec<_>>(), ["carla", "ciro"]);
        assert_eq!(store.decide("b2", &Decision::Release(mine.digest), &hand("ciro")), Err(StoreError::SamePerson));
    });
}

#[test]
fn two_people_release_a_batch() {
    each(|store| {
        let proposed = proposed(store);
        assert_eq!((proposed.count, proposed.state), (2, BatchState::Proposed));
        assert_eq!(store.propose(&batch("b1"), &["a1", "a3"], &hand("carla")), Ok(proposed.clone()), "clicked twice");
        assert_eq!(store.propose(&batch("b1"), &["a2"], &hand("ciro")), Err(StoreError::Taken));
        assert_eq!(store.propose(&batch("b2"), &["a1"], &hand("carla")), Err(StoreError::NotNow));
        assert_eq!(store.propose(&batch("b2"), &["a2"], &hand("sol")), Err(StoreError::NotAllowed));
        let warrant = Warrant::Batch("b1".to_owned());
        let sign = |warrant: &Warrant, serial: &str, award: &str| {
            store.commit(warrant, &[certificate(serial, u32::from(serial.as_bytes()[0]), award)], &hand("sol"))
        };
        assert_eq!(sign(&warrant, "A", "a1"), Err(StoreError::NotReleased));
        let release = Decision::Release(proposed.digest.clone());
        for (who, error) in [
            ("carla", StoreError::NotAllowed),
            ("ana", StoreError::NotAllowed),
            ("ada", StoreError::NotAllowed),
            ("program", StoreError::NotAllowed),
        ] {
            assert_eq!(store.decide("b1", &release, &hand(who)), Err(error), "{who}");
        }
        assert_eq!(store.decide("b1", &Decision::Release("uEiX".to_owned()), &hand("sol")), Err(StoreError::Stale));
        let released = store.decide("b1", &release, &hand("sol")).unwrap();
        assert_eq!((released.state, released.decided), (BatchState::Released, Some(hand("sol"))));
        assert_eq!(store.decide("b1", &release, &hand("sira")), Err(StoreError::NotNow));

        // Only its own rows, each once, and nothing beside them.
        assert_eq!(sign(&warrant, "A", "a2"), Err(StoreError::NotReleased));
        assert_eq!(sign(&Warrant::Batch("b9".to_owned()), "A", "a1"), Err(StoreError::NotReleased));
        assert_eq!(store.commit(&warrant, &[new("A", "x", 1)], &hand("sol")), Err(StoreError::NotReleased));
        let mut other = certificate("A", 1, "a1");
        other.record.achievement = "urn:skillpass:ilo:syb".to_owned();
        assert_eq!(store.commit(&warrant, &[other], &hand("sol")), Err(StoreError::NotReleased));
        assert_eq!(sign(&Warrant::Pilot, "A", "a1"), Err(StoreError::NotReleased), "not in one step either");
        assert_eq!(store.log_size(), Ok(0));
        sign(&warrant, "A", "a1").unwrap();
        assert_eq!(sign(&warrant, "B", "a1"), Err(StoreError::NotReleased));
        assert_eq!(store.batch("b1").unwrap().unwrap().signed, 1);
        sign(&warrant, "B", "a3").unwrap();
        assert_eq!(store.batch("b1").unwrap().unwrap().state, BatchState::Done);
        assert_eq!(sign(&warrant, "C", "a3"), Err(StoreError::NotReleased));
        let award = store.award("a3").unwrap().unwrap();
        assert_eq!((award.state, award.serials), (AwardState::Issued, vec!["B".to_owned()]));
        assert_eq!(store.awards_in(&AwardState::In("b1".to_owned()), "", "", 9), Ok(vec![]));
    });
}

#[test]
fn a_batch_that_is_given_back_frees_its_rows() {
    each(|store| {
        let proposed = proposed(store);
        let back = Decision::GiveBack("row 3 is another person".to_owned());
        assert_eq!(store.decide("b1", &back, &hand("ada")), Err(StoreError::NotAllowed));
        store.decide("b1", &back, &hand("sol")).unwrap();
        assert_eq!(store.decide("b1", &Decision::Release(proposed.digest), &hand("sol")), Err(StoreError::NotNow));
        assert_eq!(store.awards_in(&AwardState::Open, GIN, "", 9).unwrap().len(), 3);
        let again = store.propose(&batch("b2"), &["a1"], &hand("carla")).unwrap();
        // Whoever proposed may take it back.
        assert_eq!(store.decide(&again.id, &back, &hand("carla")).unwrap().state, BatchState::Returned);
    });
}

/// Whoever had a hand in a row is never its second person, whichever hand it was and whoever proposes it next.
#[test]
fn no_hand_in_a_row_is_forgotten() {
    each(|store| {
        let proposed = proposed(store);
        let refused = |batch: &Batch, who: &str| {
            let release = Decision::Release(batch.digest.clone());
            assert_eq!(store.decide(&batch.id, &release, &hand(who)), Err(StoreError::SamePerson), "{who}");
        };
        let back = Decision::GiveBack("not yet".to_owned());
        store.decide(&proposed.id, &back, &hand("sol")).unwrap();
        // Proposed by Ciro, given back, and proposed by Carla.
        store.propose(&batch("b2"), &["a1"], &hand("ciro")).unwrap();
        store.decide("b2", &back, &hand("sol")).unwrap();
        refused(&store.propose(&batch("b3"), &["a1"], &hand("carla")).unwrap(), "ciro");
        // Left out by one and taken in by the other.
        store.leave_out(&["a2", "a3"], &hand("carla")).unwrap();
        store.take_in(&["a2"], &hand("ciro")).unwrap();
        refused(&store.propose(&batch("b4"), &["a2"], &hand("carla")).unwrap(), "ciro");
        store.take_in(&["a3"], &hand("carla")).unwrap();
        store.leave_out(&["a3"], &hand("ciro")).unwrap();
        store.take_in(&["a3"], &hand("carla")).unwrap();
        let last = store.propose(&batch("b5"), &["a3"], &hand("carla")).unwrap();
        refused(&last, "ciro");
        // Opened again, when it was issued already.
        store.decide("b5", &Decision::Release(last.digest), &hand("sol")).unwrap();
        store.commit(&Warrant::Batch("b5".to_owned()), &[certificate("A", 1, "a3")], &hand("sol")).unwrap();
        assert_eq!(store.reopen(&["a3"], &hand("ciro")), Ok(1));
        refused(&store.propose(&batch("b6"), &["a3"], &hand("carla")).unwrap(), "ciro");
    });
}

/// Why a batch was given back may name somebody: the words go with the first person of that achievement who is forgotten.
#[test]
fn words_about_a_batch_go_with_its_people() {
    each(|store| {
        let proposed = proposed(store);
        let back = Decision::GiveBack("Ñáñez is another person".to_owned());
        store.decide(&proposed.id, &back, &hand("sol")).unwrap();
        let mut other = award("o1", "carla");
        other.achievement = "urn:skillpass:ilo:isun".to_owned();
        store.enrol(&[other.clone()], &hand("carla")).unwrap();
        let of_other = Batch { achievement: other.achievement, ..batch("b2") };
        store.propose(&of_other, &["o1"], &hand("carla")).unwrap();
        store.decide("b2", &back, &hand("sol")).unwrap();
        let note = |id: &str| store.batch(id).unwrap().unwrap().note;
        assert_eq!((note("b1"), note("b2")), (note("b2"), "Ñáñez is another person".to_owned()));
        store.erase(&["a1"], &hand("ana")).unwrap();
        assert_eq!((note("b1"), note("b2")), (String::new(), "Ñáñez is another person".to_owned()));
    });
}

/// A thousand tries at once, by everybody: released once, by a second person, and signed once.
#[test]
fn the_rule_holds_when_all_try_at_once() {
    each(|store| {
        let proposed = proposed(store);
        let release = Decision::Release(proposed.digest);
        let everybody = ["ana", "carla", "ciro", "sol", "sira", "ada", "program", ""];
        let done = std::sync::Mutex::new(Vec::new());
        // They begin each turn together, so that none is through before the others come.
        let together = std::sync::Barrier::new(everybody.len());
        std::thread::scope(|scope| {
            for who in everybody {
                let (release, done, together) = (&release, &done, &together);
                scope.spawn(move || {
                    for turn in 0..125_u32 {
                        together.wait();
                        if store.decide("b1", release, &hand(who)).is_ok() {
                            done.lock().unwrap().push(format!("released by {who}"));
                        }
                        let serial = format!("{who}{turn}");
                        let certificate = certificate(&serial, turn, "a1");
                        if store.commit(&Warrant::Batch("b1".to_owned()), &[certificate], &hand(who)).is_ok() {
                            done.lock().unwrap().push("signed".to_owned());
                        }
                    }
                });
            }
        });
        let done = done.into_inner().unwrap();
        let releases: Vec<_> = done.iter().filter(|what| what.starts_with("released")).collect();
        assert_eq!(releases.len(), 1, "{done:?}");
        assert!(
            ["released by sol", "released by sira", "released by ciro"].contains(&releases[0].as_str()),
            "{done:?}"
        );
        assert_eq!(done.iter().filter(|what| *what == "signed").count(), 1, "{done:?}");
        assert_eq!(store.log_size(), Ok(1));
    });
}

#[test]
fn a_pilot_that_requires_two_people_signs_in_one_step_no_more() {
    each(|store| {
        staffed(store);
        assert_eq!(store.requires_two_people(), Ok(false));
        store.commit(&Warrant::Pilot, &[new("A", "ana", 1)], &hand("program")).unwrap();
        store.require_two_people(&hand("ana")).unwrap();
        assert_eq!(store.commit(&Warrant::Pilot, &[new("B", "bea", 2)], &hand("program")), Err(StoreError::TwoPeople));
        assert_eq!(store.requires_two_people(), Ok(true));
    });
}

/// A certificate that is to go to another key.
pub(super) fn rebinding(new: &str) -> Rebinding {
    Rebinding {
        certificate: "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f03".to_owned(),
        digest: multibase::digest(&[7; 32]),
        old: Some(did_key("lost")),
        new: did_key(new),
    }
}

/// The record of a delegation that says so.
pub(super) fn delegation(serial: &str, index: u32, said: &Rebinding) -> Issued {
    let did = |text: &str| Did::parse(text).unwrap();
    let delegation = Delegation {
        id: CredentialId::of_random([3; 16]),
        issuer: did("did:web:formar.example"),
        date: Timestamp::parse(AT).unwrap(),
        about: About { id: said.certificate.clone(), digest: multibase::digest_bytes(&said.digest).unwrap() },
        old: said.old.as_deref().map(did),
        new: did(&said.new),
        status: StatusEntry { purpose: "revocation".to_owned(), index, list: "https://formar.example/1".to_owned() },
    };
    let document = String::from_utf8(delegation.to_json().to_canonical()).unwrap();
    let record = record(serial, &format!("rebound {serial}"), index);
    let record = Record { achievement: REBIND.to_owned(), row: said.digest(), document, ..record };
    Issued { record, supersedes: None, award: None }
}

#[test]
fn two_people_bind_a_certificate_to_another_key() {
    each(|store| {
        staffed(store);
        store.require_two_people(&hand("ana")).unwrap();
        let wanted = rebinding("next phone");
        for who in ["ada", "ana", "nobody", "program"] {
            assert_eq!(store.propose_rebinding("r1", &wanted, &hand(who)), Err(StoreError::NotAllowed), "{who}");
        }
        let proposed = store.propose_rebinding("r1", &wanted, &hand("ciro")).unwrap();
        assert_eq!((proposed.count, proposed.state, &proposed.digest), (1, BatchState::Proposed, &wanted.digest()));
        // A click that was repeated is the same proposal; under its name no other.
        assert_eq!(store.propose_rebinding("r1", &wanted, &hand("ciro")).as_ref(), Ok(&proposed));
        assert_eq!(store.propose_rebinding("r1", &rebinding("thief"), &hand("ciro")), Err(StoreError::Taken));
        assert_eq!(store.propose_rebinding("r1", &wanted, &hand("carla")), Err(StoreError::Taken));

        let warrant = Warrant::Batch("r1".to_owned());
        let good = || delegation("R", 9, &wanted);
        let sign = |warrant: &Warrant, issued: Issued| store.commit(warrant, &[issued], &hand("sol"));
        assert_eq!(sign(&warrant, good()), Err(StoreError::NotReleased), "nobody released it");
        assert_eq!(sign(&Warrant::Pilot, good()), Err(StoreError::TwoPeople), "nor in one step");
        let release = Decision::Release(proposed.digest.clone());
        assert_eq!(store.decide("r1", &release, &hand("ciro")), Err(StoreError::SamePerson));
        assert_eq!(store.decide("r1", &release, &hand("carla")), Err(StoreError::NotAllowed));
        let seen = Decision::Release(rebinding("thief").digest());
        assert_eq!(store.decide("r1", &seen, &hand("sol")), Err(StoreError::Stale), "not what was proposed");
        store.decide("r1", &release, &hand("sol")).unwrap();

        // What is signed says word for word what was released, once.
        let other = delegation("R", 9, &rebinding("thief"));
        assert_eq!(sign(&warrant, other), Err(StoreError::NotReleased));
        let mut certificate = good();
        certificate.record.achievement = GIN.to_owned();
        assert_eq!(sign(&warrant, certificate), Err(StoreError::NotReleased));
        sign(&warrant, good()).unwrap();
        assert_eq!(store.batch("r1").unwrap().unwrap().state, BatchState::Done);
        assert_eq!(sign(&warrant, delegation("R2", 10, &wanted)), Err(StoreError::NotReleased), "a second one");
        let acts = store.acts(0, usize::MAX).unwrap();
        assert_eq!(acts.last().unwrap().0.what, What::Rebound);
        assert_eq!(store.log(0).unwrap().len(), 1);
        // It is withdrawn like a certificate.
        let error = skillpass::trust::status::RevocationReason::Error;
        assert_eq!(store.revoke(&["R"], error, &hand("sol")), Ok(vec![true]));
        assert_eq!(store.revoked(0).unwrap(), [(9, error)]);

        // Rows are no way round it, nor is a program's standing release.
        let mut disguised = batch("b9");
        disguised.rebinding = Some(wanted.clone());
        assert_eq!(store.propose(&disguised, &[], &hand("carla")), Err(StoreError::NotAllowed));
        let standing = StandingRelease {
            id: "s9".to_owned(),
            achievement: REBIND.to_owned(),
            token: "skp_uABCDEFG".to_owned(),
            count: 2,
            used: 0,
            until: "2026-04-01T00:00:00Z".to_owned(),
            proposed: hand("ciro"),
            approved: None,
            ended: None,
        };
        assert_eq!(store.propose_standing(&standing, &hand("ciro")), Err(StoreError::NotAllowed));
        // One that is given back is signed no more.
        let back = store.propose_rebinding("r2", &rebinding("third"), &hand("carla")).unwrap();
        store.decide("r2", &Decision::GiveBack("not her".to_owned()), &hand("sol")).unwrap();
        assert_eq!(store.decide("r2", &Decision::Release(back.digest), &hand("sol")), Err(StoreError::NotNow));
    });
}

#[test]
fn a_standing_release_has_an_end() {
    each(|store| {
        staffed(store);
        store.require_two_people(&hand("ana")).unwrap();
        let release = StandingRelease {
            id: "s1".to_owned(),
            achievement: GIN.to_owned(),
            token: "skp_uABCDEFG".to_owned(),
            count: 2,
            used: 0,
            until: "2026-04-01T00:00:00Z".to_owned(),
            proposed: hand("ciro"),
            approved: None,
            ended: None,
        };
        assert_eq!(store.propose_standing(&release, &hand("ada")), Err(StoreError::NotAllowed));
        store.propose_standing(&release, &hand("ciro")).unwrap();
        let warrant = Warrant::Standing("s1".to_owned());
        let sign = |serial: &str, who: &str, at: &str| {
            store.commit(&warrant, &[new(serial, serial, u32::from(serial.as_bytes()[0]))], &Hand::of(who, at))
        };
        assert_eq!(sign("A", "skp_uABCDEFG", AT), Err(StoreError::NotReleased), "nobody approved it");
        assert_eq!(store.approve_standing("s1", &hand("ciro")), Err(StoreError::SamePerson));
        assert_eq!(store.approve_standing("s1", &hand("carla")), Err(StoreError::NotAllowed));
        store.approve_standing("s1", &hand("sol")).unwrap();
        assert_eq!(sign("A", "skp_uANOTHER", AT), Err(StoreError::NotReleased));
        assert_eq!(sign("A", "skp_uABCDEFG", "2026-04-01T00:00:00Z"), Err(StoreError::NotReleased), "over");
        sign("A", "skp_uABCDEFG", AT).unwrap();
        sign("B", "skp_uABCDEFG", "2026-03-31T23:59:59Z").unwrap();
        assert_eq!(sign("C", "skp_uABCDEFG", AT), Err(StoreError::NotReleased), "two, and no more");
        assert_eq!(store.end_standing("s1", &hand("carla")), Err(StoreError::NotAllowed));
        store.end_standing("s1", &hand("ana")).unwrap();
    });
}

/// One that was issued at the command line, before the row came into the register.
#[test]
fn a_person_is_forgotten_with_what_they_had_before() {
    each(|store| {
        staffed(store);
        store.commit(&Warrant::Pilot, &[new("A", "person a1", 1)], &hand("program")).unwrap();
        store.enrol(&[award("a1", "carla")], &hand("carla")).unwrap();
        let batch = store.propose(&batch("b1"), &["a1"], &hand("carla")).unwrap();
        store.decide("b1", &Decision::Release(batch.digest), &hand("sol")).unwrap();
        let instead = Issued { supersedes: Some("A".to_owned()), ..certificate("B", 2, "a1") };
        store.commit(&Warrant::Batch("b1".to_owned()), &[instead], &hand("sol")).unwrap();
        assert_eq!(store.award("a1").unwrap().unwrap().serials, ["A", "B"]);
        store.erase(&["a1"], &hand("ana")).unwrap();
        for serial in ["A", "B"] {
            assert_eq!(store.by_serial(serial).unwrap().unwrap().document, "", "{serial}");
        }
    });
}

/// What can no longer be signed, whatever the reason, does not hold its people for ever.
#[test]
fn what_is_left_of_a_released_batch_is_given_back() {
    each(|store| {
        let proposed = proposed(store);
        store.decide("b1", &Decision::Release(proposed.digest), &hand("sol")).unwrap();
        let warrant = Warrant::Batch("b1".to_owned());
        store.commit(&warrant, &[certificate("A", 7, "a1")], &hand("sol")).unwrap();
        let back = Decision::GiveBack("a3 was awarded too long ago".to_owned());
        // The proposer takes back what nobody released, and no more.
        assert_eq!(store.decide("b1", &back, &hand("carla")), Err(StoreError::NotAllowed));
        let rest = store.decide("b1", &back, &hand("sira")).unwrap();
        assert_eq!((rest.state, rest.signed, rest.count), (BatchState::Returned, 1, 2));
        assert_eq!(store.awards_in(&AwardState::Open, GIN, "", 9), Ok(vec!["a2".to_owned(), "a3".to_owned()]));
        assert_eq!(store.award("a1").unwrap().unwrap().state, AwardState::Issued);
        let late = store.commit(&warrant, &[certificate("B", 8, "a3")], &hand("sol"));
        assert_eq!(late, Err(StoreError::NotReleased));
        assert_eq!(store.decide("b1", &back, &hand("sol")), Err(StoreError::NotNow));
    });
}

/// The place of a person is not taken away with a certificate that another one took the place of.
#[test]
fn forgetting_an_old_certificate_leaves_the_new_ones_place() {
    each(|store| {
        let proposed = proposed(store);
        store.decide("b1", &Decision::Release(proposed.digest), &hand("sol")).unwrap();
        let warrant = Warrant::Batch("b1".to_owned());
        store.commit(&warrant, &[certificate("A", 7, "a1"), certificate("B", 8, "a3")], &hand("sol")).unwrap();
        let instead = Issued { supersedes: Some("A".to_owned()), ..new("C", "person a1", 9) };
        store.commit(&Warrant::Pilot, &[instead], &hand("program")).unwrap();
        store.erase(&["a1"], &hand("ana")).unwrap();
        assert_eq!(store.by_person("person a1").unwrap().unwrap().serial, "C");
    });
}

#[test]
fn a_person_is_forgotten_and_the_rest_stays() {
    each(|store| {
        let proposed = proposed(store);
        store.decide("b1", &Decision::Release(proposed.digest), &hand("sol")).unwrap();
        store.commit(&Warrant::Batch("b1".to_owned()), &[certificate("A", 7, "a1")], &hand("sol")).unwrap();
        assert_eq!(store.erase(&["a1"], &hand("carla")), Err(StoreError::NotAllowed));
        assert_eq!(store.erase(&["a1", "a3"], &hand("ana")), Err(StoreError::NotNow), "a3 waits in a batch");
        let before = store.award("a1").unwrap().unwrap();
        store.erase(&["a1", "a2"], &hand("ana")).unwrap();
        let after = store.award("a1").unwrap().unwrap();
        assert_eq!((after.content, after.hash, after.facts), (None, before.hash, before.facts));
        let kept = store.by_serial("A").unwrap().unwrap();
        assert_eq!((kept.document.as_str(), kept.person.as_str(), kept.row.as_str()), ("", "", ""));
        assert_eq!((kept.index, kept.digest, kept.state), (7, record("A", "", 7).digest, State::Issued));
        assert_eq!((store.by_person("person a1"), store.log_size()), (Ok(None), Ok(1)));
        assert_eq!((store.found("a1", 9), store.found("a2", 9)), (Ok(vec![]), Ok(vec![])));
        assert_eq!(store.awards_in(&AwardState::Open, GIN, "", 9), Ok(vec![]));
        // What was issued can still be withdrawn.
        assert_eq!(store.suspend(&["A"], &hand("sol")), Ok(vec![true]));
    });
}

/// threats.md I7.
#[test]
fn a_link_gives_a_certificate_once() {
    each(|store| {
        staffed(store);
        store.commit(&Warrant::Pilot, &[new("A", "ana", 1), new("B", "bea", 2)], &hand("program")).unwrap();
        let offer = |hash: &str, serial: &str| Offer {
            hash: hash.to_owned(),
            serial: serial.to_owned(),
            until: "2026-03-23T15:04:05Z".to_owned(),
            taken: None,
        };
        let taken = |at: &str, again: &str| Taken { at: at.to_owned(), again_until: again.to_owned() };
        assert_eq!(store.offer(&offer("h", "A"), &hand("ada")), Err(StoreError::NotAllowed));
        assert_eq!(store.offer(&offer("h", "Z"), &hand("carla")), Err(StoreError::Unknown("Z".to_owned())));
        store.offer(&offer("h", "A"), &hand("carla")).unwrap();
        assert_eq!(store.offer(&offer("h", "A"), &hand("sol")), Err(StoreError::Taken));
        store.offer(&offer("late", "B"), &hand("sol")).unwrap();
        let first = taken("2026-03-21T10:00:00Z", "2026-03-21T10:15:00Z");
        assert_eq!(store.take_offer("H", &first), Ok(None));
        assert_eq!(store.take_offer("h", &first).unwrap().unwrap().serial, "A");
        assert!(store.take_offer("h", &taken("2026-03-21T10:14:59Z", "2026-03-21T10:29:59Z")).unwrap().is_some());
        // Another try does not make it longer.
        assert_eq!(store.take_offer("h", &taken("2026-03-21T10:15:00Z", "2026-03-21T10:30:00Z")), Ok(None));
        assert_eq!(store.take_offer("late", &taken("2026-03-23T15:04:05Z", "2026-03-23T15:19:05Z")), Ok(None));
        assert_eq!(store.offered("h").unwrap().unwrap().taken, Some(first));
        assert_eq!(store.offered("H"), Ok(None));
        // Whoever makes another link does not trust the first: that one ends, and says so for a month.
        store.offer(&Offer { until: "2026-03-26T15:04:05Z".to_owned(), ..offer("new", "B") }, &hand("sol")).unwrap();
        let now = taken(&hand("sol").at, "2026-12-31T00:00:00Z");
        assert_eq!(store.take_offer("late", &now), Ok(None));
        assert_eq!(store.offered("late").unwrap().unwrap().until, now.at);
        assert_eq!(store.take_offer("new", &now).unwrap().unwrap().serial, "B");
        let later = Hand::of("sol", "2026-06-01T00:00:00Z");
        store.offer(&Offer { until: "2026-06-04T00:00:00Z".to_owned(), ..offer("june", "A") }, &later).unwrap();
        assert_eq!(["h", "late", "new"].map(|hash| store.offered(hash)), [Ok(None), Ok(None), Ok(None)]);
        let fetched = store.acts(0, usize::MAX).unwrap().into_iter().filter(|(act, _)| act.what == What::Fetched);
        assert_eq!(fetched.count(), 2);
    });
}

/// What an institution settles is its own people's business, and a line in the log.
#[test]
fn what_is_settled_is_kept_and_told() {
    each(|store| {
        staffed(store);
        let columns = Setting::Columns("urn:a".to_owned());
        assert_eq!(store.settled(&columns), Ok(None));
        assert_eq!(store.settle(&columns, Some(b"x"), &hand("sol")), Err(StoreError::NotAllowed));
        assert_eq!(store.settle(&Setting::Logo, Some(b"x"), &hand("carla")), Err(StoreError::NotAllowed));
        store.settle(&columns, Some(b"x"), &hand("carla")).unwrap();
        store.settle(&columns, Some(b"x"), &hand("carla")).unwrap();
        store.settle(&Setting::Logo, Some(&[7; 40_000]), &hand("ana")).unwrap();
        assert_eq!(store.settle(&Setting::Logo, Some(&[7; 70_000]), &hand("ana")), Err(StoreError::TooLong));
        store.settle(&columns, None, &hand("carla")).unwrap();
        store.settle(&columns, Some(b"y"), &hand("carla")).unwrap();
        assert_eq!(store.settled(&columns), Ok(Some(b"y".to_vec())));
        assert_eq!(store.settled(&Setting::Columns("urn:b".to_owned())), Ok(None));
        let acts = store.acts(0, usize::MAX).unwrap().into_iter().filter(|(act, _)| act.what == What::Settled);
        let of: Vec<String> = acts.map(|(act, _)| act.of).collect();
        assert_eq!(of, ["columns urn:a", "logo", "columns urn:a", "columns urn:a"]);
    });
}

/// Recomputes the chain as an auditor would.
fn chain(store: &dyn Store) -> [u8; 32] {
    let acts = store.acts(0, usize::MAX).unwrap();
    assert_eq!(store.acts_size(), Ok(acts.len() as u64));
    let mut head = BEGINNING;
    for (number, (act, line)) in (0..).zip(acts) {
        let before: String = head.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((act.number, act.before), (number, before));
        head = Act::chain(&head, &line);
    }
    head
}

#[test]
fn every_act_is_in_the_log_and_nobody_is_named_there() {
    each(|store| {
        let proposed = proposed(store);
        store.decide("b1", &Decision::Release(proposed.digest), &hand("sol")).unwrap();
        store.commit(&Warrant::Batch("b1".to_owned()), &[certificate("A", 7, "a1")], &hand("sol")).unwrap();
        store.revoke(&["A"], skillpass::trust::status::RevocationReason::Error, &hand("sol")).unwrap();
        let size = store.acts_size().unwrap();
        // What is refused, or is no news, leaves no line.
        assert!(store.decide("b1", &Decision::GiveBack(String::new()), &hand("carla")).is_err());
        assert_eq!(
            store.revoke(&["A"], skillpass::trust::status::RevocationReason::Error, &hand("sol")),
            Ok(vec![false])
        );
        assert_eq!(store.acts_size(), Ok(size));
        let acts = store.acts(6, usize::MAX).unwrap();
        let whats: Vec<What> = acts.iter().map(|(act, _)| act.what).collect();
        assert_eq!(
            whats,
            [What::AwardsEnrolled, What::BatchProposed, What::BatchReleased, What::Issued, What::Revoked]
        );
        chain(store);
        for (_, line) in store.acts(0, usize::MAX).unwrap() {
            let line = String::from_utf8(line).unwrap();
            assert!(!line.contains("áñez") && !line.contains("@desk"), "{line}");
        }
    });
}

#[test]
fn sled_keeps_the_desk_for_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let store = SledStore::open(&path).unwrap();
    proposed(&store);
    let seen = |store: &SledStore| {
        (store.members(), store.batches(), store.awards_after("", 9), store.found("nanez", 9), chain(store))
    };
    let before = seen(&store);
    drop(store);
    assert_eq!(seen(&SledStore::open(&path).unwrap()), before);
}

/// A memory in which somebody gives a batch back between a look at the batches and the act that follows it.
#[derive(Default)]
struct Crowded {
    pages: MemoryStore,
    armed: AtomicBool,
}

impl Ledger for Crowded {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.pages.transact(act)
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.pages.page(key)
    }

    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
        let pages = self.pages.range(from, until, most)?;
        // The shelf of batches.
        if from.starts_with(b"B") && self.armed.swap(false, Ordering::SeqCst) {
            self.pages.decide("b1", &Decision::GiveBack("a2: Ñáñez, wrongly".to_owned()), &hand("carla"))?;
        }
        Ok(pages)
    }
}

#[test]
fn a_note_that_is_written_meanwhile_keeps_no_name() {
    let today = Timestamp::parse("2027-01-01T00:00:00Z").unwrap().date();
    for by_rule in [false, true] {
        let store = Crowded::default();
        proposed(&store);
        store.set_retention(Some(2), &hand("ana")).unwrap();
        store.armed.store(true, Ordering::SeqCst);
        if by_rule {
            assert_eq!(store.forget_due(&["a2"], today, &hand("ana")), Ok(1));
        } else {
            store.erase(&["a2"], &hand("ana")).unwrap();
        }
        let batch = store.batch("b1").unwrap().unwrap();
        assert_eq!((batch.state, batch.note.as_str()), (BatchState::Returned, ""));
        assert_eq!(store.award("a2").unwrap().unwrap().content, None);
    }
}
