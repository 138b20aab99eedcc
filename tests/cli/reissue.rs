//! A key in other hands, from the first certificate to the last verdict: the honest keep theirs, or get another one that two people released.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;
use skillpass::credential::achievement::Language;
use skillpass::desk::house::House;
use skillpass::desk::import::{Settings, read_register};
use skillpass::desk::keyring::Secret;
use skillpass::desk::register::{Intake, take_in};
use skillpass::desk::release::{Which, propose, sign};
use skillpass::store::acts::Hand;
use skillpass::store::release::{BATCH_AWARDS, Decision};
use skillpass::store::staff::{Member, Role, Standing};
use skillpass::store::{State, Store as _};
use skillpass::trust::status::RevocationReason;

use super::program::{KEY, Place, days_ago, now, register};
use crate::common::Dice;

const BEFORE: &str = "José Ángel Muñoz Piñeros";
const AFTER: [&str; 2] = ["Rosa Elvira Quispe", "Nadège Joseph"];
const WITHOUT_ROW: &str = "Ana Lucía Vargas";

/// An institution with a domain, a clerk and a signatory, that a ministry knows.
struct Town {
    place: Place,
    dice: &'static Dice,
}

/// Times are whole seconds: each act gets one of its own.
fn tick() {
    std::thread::sleep(Duration::from_millis(1_100));
}

fn by(who: &str) -> Hand {
    Hand::of(who, now())
}

impl Town {
    fn founded() -> Self {
        let town = Self { place: Place::of_world(), dice: Box::leak(Box::new(Dice(Mutex::new(0x1ea4)))) };
        town.run("init casa --name Casa --country CO --domain casa.example --verify-host v.example");
        town.run("authority init ministry --name Ministerio --country CO");
        let from = days_ago(30);
        let accredit = "authority accredit ministry --institution casa/institution.json --achievement GIN";
        town.place.run(&format!("{accredit} --from {from}")).ends(0);
        town.run("authority publish ministry");
        let store = town.place.store("casa");
        for (id, role) in [("ana", Role::Administrator), ("carla", Role::Clerk), ("sol", Role::Signatory)] {
            let member = Member {
                id: id.to_owned(),
                login: id.to_owned(),
                name: id.to_owned(),
                roles: [role].into(),
                password: None,
                invitation: None,
                standing: Standing::Active,
                waits: None,
                version: 0,
            };
            store.keep_member(&member, &by("ana")).unwrap();
        }
        drop(store);
        town
    }

    #[track_caller]
    fn run(&self, line: &str) -> super::program::Ran {
        self.place.run(&format!("{line} --key-file {KEY}")).ends(0)
    }

    fn house(&self) -> House {
        drop(self.place.store("casa"));
        House::open(&self.place.path("casa"), self.dice).unwrap()
    }

    /// A clerk brings people in.
    fn enrol(&self, people: &[&str]) {
        let house = self.house();
        let text = register(people.iter().map(|name| (*name, 1990, *name)));
        let template = house.template("GIN").unwrap();
        let import = read_register(text.as_bytes(), template, &Settings::of(now().date(), Language::Es)).unwrap();
        assert!(import.problems.is_empty(), "{:?}", import.problems);
        let intake = Intake { template, once: people[0], corrections: false, by: &by("carla") };
        assert_eq!(take_in(&house, intake, &import.rows).unwrap().enrolled, people.len());
    }

    /// Whoever is open is proposed by her and released by another: how many were signed.
    fn release(&self, batch: &str) -> usize {
        let house = self.house();
        let secret = Secret::key_file(&std::fs::read_to_string(self.place.path(KEY)).unwrap()).unwrap();
        let keyring = house.institution().keyring(&secret).unwrap();
        let (gin, most) = (house.template("GIN").unwrap(), Which::First(BATCH_AWARDS));
        let proposed = propose(&house, gin, most, batch, &by("carla"), now()).unwrap().batch;
        let released = house.store().decide(batch, &Decision::Release(proposed.digest), &by("sol")).unwrap();
        let signed = sign(&house, &released, &keyring, &by("sol"), now()).unwrap();
        house.publish(&keyring, &secret, now()).unwrap();
        signed
    }

    fn hand_in(&self) {
        self.run("authority refresh ministry --hand-in casa/publish");
    }

    /// The certificates of somebody, the oldest first: each as a file.
    fn certificates(&self, name: &str) -> Vec<String> {
        let store = self.place.store("casa");
        let mut records = store.records().unwrap();
        records.retain(|record| record.document.contains(name));
        records.sort_by(|left, right| left.signed_at.cmp(&right.signed_at));
        let file = |record: &skillpass::store::Record| {
            let file = format!("{}.json", record.serial);
            self.place.write(&file, &record.document);
            file
        };
        records.iter().map(file).collect()
    }

    /// What a checker says of a certificate, and why its key counts.
    fn verdict(&self, file: &str) -> (String, String) {
        let ran = self.place.run(&format!("verify --trust ministry/trust.json {file} --json"));
        let verdict = &ran.json()["verdicts"][0];
        let key = verdict["findings"].as_array().unwrap().iter().find(|it| it["check"] == "key").unwrap();
        (verdict["outcome"].as_str().unwrap().to_owned(), key["reason"].as_str().unwrap().to_owned())
    }

    fn is(&self, file: &str, outcome: &str, reason: &str) {
        assert_eq!(self.verdict(file), (outcome.to_owned(), reason.to_owned()), "{file}");
    }
}

#[test]
fn the_honest_get_another_certificate_under_the_next_key() {
    let town = Town::founded();
    town.enrol(&[BEFORE]);
    assert_eq!(town.release("first"), 1);
    town.hand_in();
    tick();
    let since = now();
    tick();
    town.enrol(&AFTER);
    assert_eq!(town.release("second"), 2);
    // One whom the command line certified has no row in the register.
    town.place.write("one.csv", register([(WITHOUT_ROW, 1991, "A-9")]));
    town.run("issue --register one.csv --institution casa --achievement GIN --out made");
    town.hand_in();
    let [before] = &town.certificates(BEFORE)[..] else { panic!("one certificate each") };
    let after = AFTER.map(|name| town.certificates(name).remove(0));
    let without = town.certificates(WITHOUT_ROW).remove(0);
    for file in [before, &after[0], &after[1], &without] {
        town.is(file, "accept", "key-in-window");
    }

    // The key may have been in other hands since then: the next one, and the authority is told.
    town.run("keys casa --rotate --yes");
    town.place.run("authority add-key ministry --institution casa/institution.json").ends(0);
    town.place
        .run(&format!(
            "authority compromise ministry --institution Casa --key key-1 --since {since} --log casa/publish/log.txt"
        ))
        .ends(0);
    town.run("authority publish ministry");
    town.run("publish --institution casa");
    town.hand_in();
    // Handed in before that moment it stays good, exactly that one; the rest counts no more.
    town.is(before, "accept", "key-compromised-kept");
    for file in [&after[0], &after[1], &without] {
        town.is(file, "reject", "key-compromised");
    }

    // Their rows are opened again, as they are, and what has none is said; doing it twice is no news.
    let line = format!("reissue --under key-1 --since {since} --institution casa --json");
    let said = town.place.run(&line).ends(0).json();
    assert_eq!((&said["reopened"], &said["withoutRow"]), (&2.into(), &1.into()), "{said}");
    assert_eq!(town.place.run(&line).ends(0).json()["reopened"], 0);
    let said = town.place.run(&line.replace("key-1", "key-9")).ends(64).json();
    assert!(said["error"]["code"].is_string(), "{said}");
    // Nothing is signed by opening: two people release it, as ever.
    assert_eq!(town.certificates(AFTER[0]).len(), 1);
    tick();
    assert_eq!(town.release("again"), 2);
    town.hand_in();
    for name in AFTER {
        let [old, new] = &town.certificates(name)[..] else { panic!("{name}: an old one and a new one") };
        town.is(old, "reject", "key-compromised");
        town.is(new, "accept", "key-in-window");
        let document: Value = serde_json::from_slice(&town.place.read(new)).unwrap();
        let proofs = document["proof"].as_array().unwrap();
        assert!(proofs.iter().all(|it| it["verificationMethod"] == "did:web:casa.example#key-2"), "{document}");
    }
    town.is(before, "accept", "key-compromised-kept");

    // What is left under the old key is withdrawn; who has another certificate keeps it, and the reason of the replaced ones stays.
    let line = format!("revoke --under key-1 --since {since} --reason error --institution casa --yes --json");
    assert_eq!(town.run(&line).json()["revoked"], 1);
    town.hand_in();
    let store = town.place.store("casa");
    let states: Vec<State> = store.records().unwrap().into_iter().map(|record| record.state).collect();
    let count = |wanted: &State| states.iter().filter(|state| *state == wanted).count();
    let revoked = State::Revoked;
    assert_eq!(count(&State::Issued), 3, "{states:?}");
    assert_eq!(
        (count(&revoked(RevocationReason::Replaced)), count(&revoked(RevocationReason::Error))),
        (2, 1),
        "{states:?}"
    );
    drop(store);
    for name in AFTER {
        town.is(&town.certificates(name)[1], "accept", "key-in-window");
    }
    town.place.run("fsck casa").ends(0);
}
