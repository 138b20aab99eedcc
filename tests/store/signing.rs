//! What every store is held to of who comes to sign where two people do: nobody is made the second person by one person's word.

use skillpass::store::acts::What;
use skillpass::store::ledger::Ledger as _;
use skillpass::store::memory::MemoryStore;
use skillpass::store::release::Decision;
use skillpass::store::staff::{Invitation, Member, Role, Standing};
use skillpass::store::{Store, StoreError};

use super::audit::audited;
use super::desk::{award, batch, hand, member};
use super::each;

/// A link that is open for three days.
fn link(name: &str) -> Invitation {
    Invitation { hash: name.to_owned(), until: "2026-03-23T15:04:05Z".to_owned(), by: String::new() }
}

/// Ana administers, Carla is a clerk, and those who are named sign; all have come in. Two people sign from then on.
fn office(store: &dyn Store, signatories: &[(&str, &[Role])]) {
    let staff: [(&str, &[Role]); 2] = [("ana", &[Role::Administrator]), ("carla", &[Role::Clerk])];
    for (id, roles) in staff.iter().chain(signatories) {
        let password = Some(format!("of {id}"));
        store.keep_member(&Member { password, ..member(id, roles) }, &hand("ana")).unwrap();
    }
    store.require_two_people(&hand("ana")).unwrap();
}

const SIGNS: &[Role] = &[Role::Signatory];

fn known(store: &dyn Store, id: &str) -> Member {
    store.member(id).unwrap().unwrap()
}

/// Changes somebody upon the version that is there.
fn change(store: &dyn Store, id: &str, by: &str, how: impl FnOnce(&mut Member)) -> Result<Member, StoreError> {
    let mut member = known(store, id);
    how(&mut member);
    member.version += 1;
    store.keep_member(&member, &hand(by))
}

fn to_sign(member: &mut Member) {
    member.roles.insert(Role::Signatory);
}

fn not_to_sign(member: &mut Member) {
    member.roles.remove(&Role::Signatory);
}

/// Whoever holds the link comes in by it.
fn takes_up(store: &dyn Store, id: &str, password: &str) -> Result<Member, StoreError> {
    change(store, id, id, |it| (it.password, it.invitation) = (Some(password.to_owned()), None))
}

fn confirm(store: &dyn Store, id: &str, by: &str) -> Result<Member, StoreError> {
    store.confirm_signatory(id, known(store, id).version, &hand(by))
}

/// Whether somebody can release what Carla proposes.
fn releases(store: &dyn Store, id: &str) -> bool {
    let name = format!("b{}", store.acts_size().unwrap());
    store.enrol(&[award(&name, "carla")], &hand("carla")).unwrap();
    let proposed = store.propose(&batch(&name), &[&name], &hand("carla")).unwrap();
    match store.decide(&name, &Decision::Release(proposed.digest), &hand(id)) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error, StoreError::NotAllowed);
            false
        }
    }
}

#[test]
fn a_new_signatory_signs_when_another_one_has_said_that_it_is_that_person() {
    each(|store| {
        office(store, &[("sol", SIGNS)]);
        let new = Member { invitation: Some(link("l1")), ..member("nino", SIGNS) };
        let kept = store.keep_member(&new, &hand("ana")).unwrap();
        assert_eq!(kept, known(store, "nino"), "as it is kept");
        assert!(kept.waits.unwrap().given_by.contains("ana"));
        assert_eq!(confirm(store, "nino", "sol"), Err(StoreError::NotArrived), "whoever has the link may be another");
        assert!(takes_up(store, "nino", "of nino").unwrap().waits.is_some());
        assert!(!releases(store, "nino"));
        let version = known(store, "nino").version;
        for (who, error) in [
            ("ana", StoreError::NotAllowed),
            ("carla", StoreError::NotAllowed),
            ("nino", StoreError::NotAllowed),
            ("nobody", StoreError::NotAllowed),
            ("program", StoreError::NotAllowed),
        ] {
            assert_eq!(confirm(store, "nino", who), Err(error), "{who}");
        }
        assert_eq!(store.confirm_signatory("nino", version - 1, &hand("sol")), Err(StoreError::Stale));
        assert_eq!(store.confirm_signatory("nadie", 0, &hand("sol")), Err(StoreError::Unknown("nadie".to_owned())));
        assert_eq!(known(store, "nino").version, version, "nothing was done");
        assert_eq!(confirm(store, "nino", "sol").unwrap().waits, None);
        assert_eq!(confirm(store, "nino", "sol"), Err(StoreError::NotNow));
        assert!(releases(store, "nino"));
        let acts = store.acts(0, 1_000).unwrap();
        let told: Vec<_> = acts.iter().filter(|(act, _)| act.what == What::SignatoryConfirmed).collect();
        assert_eq!((told.len(), told[0].0.by.who.as_str(), told[0].0.of.as_str()), (1, "sol", "nino"));
    });
}

/// Every way by which one person could become two.
#[test]
fn every_way_round_it_waits() {
    type Way = fn(&dyn Store);
    let ways: [(&str, Way); 8] = [
        ("a role for a clerk", |store| {
            change(store, "carol", "ana", to_sign).unwrap();
        }),
        ("somebody new with a password at once", |store| {
            let new = Member { password: Some("of ana too".to_owned()), ..member("carla2", SIGNS) };
            assert!(store.keep_member(&new, &hand("program")).unwrap().waits.is_some());
            change(store, "carol", "ana", to_sign).unwrap();
        }),
        ("a clerk's new link, and then the role", |store| {
            change(store, "carol", "ana", |it| it.invitation = Some(link("l"))).unwrap();
            takes_up(store, "carol", "of ana").unwrap();
            change(store, "carol", "ana", to_sign).unwrap();
        }),
        ("the role taken away and given again", |store| {
            change(store, "carol", "ana", to_sign).unwrap();
            confirm(store, "carol", "sol").unwrap();
            assert!(releases(store, "carol"));
            change(store, "carol", "ana", not_to_sign).unwrap();
            change(store, "carol", "ana", to_sign).unwrap();
        }),
        ("a signatory's new link", |store| {
            change(store, "carol", "ana", to_sign).unwrap();
            confirm(store, "carol", "sol").unwrap();
            change(store, "carol", "ana", |it| it.invitation = Some(link("l"))).unwrap();
            assert!(releases(store, "carol"), "whoever only was sent a link signs on");
            takes_up(store, "carol", "of ana").unwrap();
        }),
        ("a signatory's password, set by another", |store| {
            change(store, "carol", "ana", to_sign).unwrap();
            confirm(store, "carol", "sol").unwrap();
            change(store, "carol", "ana", |it| it.password = Some("of ana".to_owned())).unwrap();
        }),
        ("one who left and came back", |store| {
            change(store, "carol", "ana", to_sign).unwrap();
            confirm(store, "carol", "sol").unwrap();
            change(store, "carol", "ana", |it| it.standing = Standing::Closed).unwrap();
            change(store, "carol", "ana", |it| it.standing = Standing::Active).unwrap();
        }),
        ("a link after the confirmation was asked for", |store| {
            change(store, "carol", "ana", to_sign).unwrap();
            let seen = known(store, "carol").version;
            change(store, "carol", "ana", |it| it.invitation = Some(link("l"))).unwrap();
            assert_eq!(store.confirm_signatory("carol", seen, &hand("sol")), Err(StoreError::Stale));
            assert_eq!(confirm(store, "carol", "sol"), Err(StoreError::NotArrived));
            takes_up(store, "carol", "of ana").unwrap();
        }),
    ];
    for (name, way) in ways {
        each(|store| {
            office(store, &[("sol", SIGNS), ("carol", &[Role::Auditor])]);
            way(store);
            assert!(known(store, "carol").waits.is_some(), "{name}");
            assert!(!releases(store, "carol"), "{name}");
            assert!(releases(store, "sol"), "{name}: nobody else is kept from it");
            confirm(store, "carol", "sol").unwrap();
            assert!(releases(store, "carol"), "{name}");
        });
    }
}

/// Whoever says that they wait and whoever keeps quiet about it are kept alike: no caller says it.
#[test]
fn no_caller_says_who_waits() {
    each(|store| {
        office(store, &[("sol", SIGNS)]);
        store.keep_member(&member("nino", SIGNS), &hand("ana")).unwrap();
        let kept = change(store, "nino", "ana", |it| (it.waits, it.name) = (None, "Niño".to_owned())).unwrap();
        assert!(kept.waits.is_some());
        let mut forged = kept.waits.unwrap();
        forged.given_by.clear();
        let kept = change(store, "nino", "ana", |it| it.waits = Some(forged)).unwrap();
        assert!(kept.waits.unwrap().given_by.contains("ana"));
        let said = known(store, "nino").waits;
        assert_eq!(change(store, "sol", "sol", |it| it.waits = said).unwrap().waits, None);
    });
}

/// Whoever gave the role or the link is not the second person, though they sign.
#[test]
fn whoever_invites_does_not_confirm() {
    let boss: (&str, &[Role]) = ("boss", &[Role::Administrator, Role::Signatory]);
    each(|store| {
        office(store, &[boss, ("sol", SIGNS)]);
        change(store, "carla", "boss", to_sign).unwrap();
        assert_eq!(confirm(store, "carla", "boss"), Err(StoreError::OwnCandidate));
        // Nor does whoever had a hand in it before.
        change(store, "carla", "ana", |it| it.invitation = Some(link("l"))).unwrap();
        takes_up(store, "carla", "new").unwrap();
        assert_eq!(confirm(store, "carla", "boss"), Err(StoreError::OwnCandidate));
        assert_eq!(confirm(store, "carla", "sol").unwrap().waits, None);
    });
    // The only one who signs gives nobody anything that they do not have themselves; nobody could ever confirm it either.
    each(|store| {
        office(store, &[boss]);
        assert_eq!(change(store, "carla", "boss", to_sign).unwrap().waits, None);
        store.keep_member(&member("nino", SIGNS), &hand("ana")).unwrap();
        assert!(known(store, "nino").waits.is_some(), "by somebody who does not sign it waits");
    });
}

#[test]
fn nobody_is_locked_out() {
    // The first of all needs nobody.
    each(|store| {
        office(store, &[]);
        let new = |id: &str, hash: &str| Member { invitation: Some(link(hash)), ..member(id, SIGNS) };
        for (id, hash) in [("sol", "l1"), ("nino", "l2")] {
            assert_eq!(store.keep_member(&new(id, hash), &hand("ana")).unwrap().waits, None);
        }
        assert_eq!(takes_up(store, "sol", "of sol").unwrap().waits, None);
        assert!(releases(store, "sol"));
        // A link that was made before anybody signed makes no second one behind the first one's back.
        assert!(takes_up(store, "nino", "of ana").unwrap().waits.is_some());
        assert!(!releases(store, "nino"));
        // When nobody signs any more, the administrator's word is enough again.
        change(store, "sol", "sol", |it| it.standing = Standing::Closed).unwrap();
        change(store, "nino", "ana", |it| it.roles = [Role::Clerk].into()).unwrap();
        assert_eq!(change(store, "nino", "ana", |it| it.roles = SIGNS.iter().copied().collect()).unwrap().waits, None);
        assert!(releases(store, "nino"));
    });
    // Where one person may sign, as in a pilot, nobody waits.
    each(|store| {
        for (id, roles) in [("ana", &[Role::Administrator][..]), ("sol", SIGNS), ("nino", SIGNS)] {
            let password = Some(format!("of {id}"));
            let kept = store.keep_member(&Member { password, ..member(id, roles) }, &hand("ana")).unwrap();
            assert_eq!(kept.waits, None, "{id}");
        }
    });
}

/// The only one who signs is ended, and comes into other hands, by themselves or at the command line.
#[test]
fn the_only_signatory_is_nobodys_to_take_away() {
    type Way = fn(&mut Member);
    let ways: [(&str, Way); 4] = [
        ("closed", |it| it.standing = Standing::Closed),
        ("without the role", |it| it.roles = [Role::Clerk].into()),
        ("a link", |it| it.invitation = Some(link("l"))),
        ("a password", |it| it.password = Some("of ana".to_owned())),
    ];
    for (name, way) in ways {
        for who in ["ana", "program", "sol"] {
            each(|store| {
                office(store, &[("sol", SIGNS)]);
                // One who waits is not another one.
                store.keep_member(&member("nino", SIGNS), &hand("ana")).unwrap();
                let changed = change(store, "sol", who, way);
                let expected = if who == "ana" { Err(StoreError::LastSignatory) } else { Ok(()) };
                assert_eq!(changed.map(drop), expected, "{name} {who}");
            });
        }
    }
    // A name, a login and another role are no such thing.
    each(|store| {
        office(store, &[("sol", SIGNS)]);
        change(store, "sol", "ana", |it| (it.name, it.login) = ("Sol Díaz".to_owned(), "sol2".to_owned())).unwrap();
        change(store, "sol", "ana", |it| it.roles.extend([Role::Auditor])).unwrap();
        assert!(releases(store, "sol"));
    });
    // Two links that were made while there were two: the second one does not become its holder's when the first one was taken up.
    each(|store| {
        office(store, &[("sol", SIGNS), ("sira", SIGNS)]);
        for id in ["sol", "sira"] {
            change(store, id, "ana", |it| it.invitation = Some(link(id))).unwrap();
        }
        assert!(takes_up(store, "sol", "of ana").unwrap().waits.is_some());
        assert_eq!(takes_up(store, "sira", "of ana too").map(drop), Err(StoreError::LastSignatory));
        assert!(releases(store, "sira") && !releases(store, "sol"));
        // She ends the link, and chooses another password without waiting for anybody.
        change(store, "sira", "sira", |it| it.invitation = None).unwrap();
        let chosen = change(store, "sira", "sira", |it| it.password = Some("her own".to_owned())).unwrap();
        assert_eq!(chosen.waits, None);
    });
}

#[test]
fn a_signatory_refuses_one_who_waits() {
    each(|store| {
        office(store, &[("sol", SIGNS)]);
        let both = [Role::Clerk, Role::Signatory];
        for (id, roles) in [("nino", SIGNS), ("nina", &both[..])] {
            let new = Member { invitation: Some(link(id)), ..member(id, roles) };
            store.keep_member(&new, &hand("ana")).unwrap();
        }
        let refuse = |id: &str, by: &str| store.refuse_signatory(id, known(store, id).version, &hand(by));
        assert_eq!(refuse("nino", "ana"), Err(StoreError::NotAllowed));
        assert_eq!(store.refuse_signatory("nino", 7, &hand("sol")), Err(StoreError::Stale));
        assert_eq!(refuse("sol", "sol"), Err(StoreError::OwnCandidate));
        let nino = refuse("nino", "sol").unwrap();
        assert_eq!((nino.standing, nino.invitation, nino.waits), (Standing::Closed, None, None));
        let nina = refuse("nina", "sol").unwrap();
        assert_eq!((nina.standing, nina.roles), (Standing::Active, [Role::Clerk].into()));
        assert_eq!(refuse("nina", "sol"), Err(StoreError::NotNow));
        // Coming back is coming anew.
        assert!(change(store, "nino", "ana", |it| it.standing = Standing::Active).unwrap().waits.is_some());
        assert!(!releases(store, "nino") && !releases(store, "nina"));
        let acts = store.acts(0, 1_000).unwrap();
        assert_eq!(acts.iter().filter(|(act, _)| act.what == What::SignatoryRefused).count(), 2);
    });
}

/// A store that was written before it said who signs says it from the next change on; and what it says is looked at.
#[test]
fn a_store_of_before_finds_out_who_signs() {
    const KEY: &[u8] = b"Madministrators";
    let store = MemoryStore::default();
    office(&store, &[("sol", SIGNS)]);
    let old = br#"["ana"]"#;
    let check: Vec<u8> = {
        use sha2::{Digest as _, Sha256};
        Sha256::new().chain_update(KEY).chain_update([0]).chain_update(old).finalize()[..16].to_vec()
    };
    store.transact(&mut |pages| pages.put(KEY, &[&check[..], old].concat())).unwrap();
    assert_eq!(audited(&store).findings, []);
    let new = Member { invitation: Some(link("l")), ..member("nino", SIGNS) };
    assert!(store.keep_member(&new, &hand("ana")).unwrap().waits.is_some());
    takes_up(&store, "nino", "of nino").unwrap();
    confirm(&store, "nino", "sol").unwrap();
    store.keep_member(&member("nina", SIGNS), &hand("ana")).unwrap();
    store.refuse_signatory("nina", 0, &hand("sol")).unwrap();
    let found = audited(&store);
    assert_eq!(found.findings, []);
}
