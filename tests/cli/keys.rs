//! An institution's life of keys, from the command to the verdict: the next key, a successor, a leak, people who are forgotten by date.

use std::time::Duration;

use serde_json::Value;
use skillpass::store::acts::{Hand, What};
use skillpass::store::award::AwardState;
use skillpass::store::{State, Store as _};

use super::program::{KEY, Place, days_ago, now, register};

/// A ministry that knows an institution with a domain, which has issued one certificate.
struct Town {
    place: Place,
}

const FIRST: &str = "José Ángel Muñoz Piñeros";

impl Town {
    fn founded() -> Self {
        let place = Place::of_world();
        let town = Self { place };
        town.run("init casa --name Casa --country CO --domain casa.example --verify-host v.example");
        town.run("authority init ministry --name Ministerio --country CO");
        let from = days_ago(30);
        town.run(&format!(
            "authority accredit ministry --institution casa/institution.json --achievement GIN --from {from}"
        ));
        town.run("authority publish ministry");
        town
    }

    #[track_caller]
    fn run(&self, line: &str) -> super::program::Ran {
        let signs = !["authority accredit", "authority add-key", "authority successor", "reissue", "fsck", "desk "]
            .iter()
            .any(|first| line.starts_with(first));
        let key = if signs || line.contains("--keys") { format!(" --key-file {KEY}") } else { String::new() };
        self.place.run(&format!("{line}{key}")).ends(0)
    }

    fn issue(&self, file: &str, name: &str, id: &str) {
        self.place.write(file, register([(name, 1990, id)]));
        self.run(&format!("issue --register {file} --institution casa --achievement GIN --out made"));
    }

    fn hand_in(&self) {
        self.run("authority refresh ministry --hand-in casa/publish");
    }

    fn file(&self, name: &str) -> String {
        let files = self.place.files("made", ".json").into_iter();
        let mut of = files.filter(|file| String::from_utf8_lossy(&self.place.read(file)).contains(name));
        of.next().unwrap()
    }

    fn outcome(&self, file: &str) -> String {
        let ran = self.place.run(&format!("verify --trust ministry/trust.json {file} --json"));
        ran.json()["verdicts"][0]["outcome"].as_str().unwrap().to_owned()
    }

    /// Whether a text lies in a file of the institution's store.
    fn lies_in_the_store(&self, text: &str) -> bool {
        let files = self.place.files("casa/store", "");
        assert!(files.iter().any(|file| file.ends_with("/db")), "{files:?}");
        let has = |bytes: Vec<u8>| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        files.iter().filter(|file| self.place.path(file).is_file()).any(|file| has(self.place.read(file)))
    }

    fn card(&self) -> Value {
        serde_json::from_slice(&self.place.read("casa/institution.json")).unwrap()
    }
}

/// Times are whole seconds: each act gets one of its own.
fn tick() {
    std::thread::sleep(Duration::from_millis(1_100));
}

/// The key changes: what the old one signed stays good, what the new one signs counts from when the authority has it, and the old one's
/// window has ended there.
#[test]
fn the_next_key_from_the_command_to_the_verifier() {
    let town = Town::founded();
    town.issue("one.csv", FIRST, "A-1");
    town.hand_in();
    let first = town.file(FIRST);
    assert_eq!(town.outcome(&first), "accept");
    tick();
    let before = town.card();
    town.run("keys casa --rotate --yes");
    let after = town.card();
    assert_eq!(after["earlier"][0]["publicKeyMultibase"], before["publicKeyMultibase"]);
    assert_ne!(after["publicKeyMultibase"], before["publicKeyMultibase"]);
    assert_eq!(after["method"], "did:web:casa.example#key-2");
    tick();
    town.issue("two.csv", "Rosa Elvira Quispe", "A-2");
    let second = town.file("Rosa Elvira Quispe");
    assert_eq!(town.outcome(&second), "undecided", "newer than the authority's list");
    town.run("authority add-key ministry --institution casa/institution.json");
    town.run("authority publish ministry");
    town.run("publish --institution casa");
    town.hand_in();
    assert_eq!(town.outcome(&first), "accept");
    assert_eq!(town.outcome(&second), "accept");
    let pack: Value = serde_json::from_slice(&town.place.read("ministry/trust.json")).unwrap();
    let issuer = &pack["accreditation"]["issuers"][0];
    assert_eq!(issuer["keys"][0]["until"], after["earlier"][0]["until"], "{issuer}");
    assert!(issuer["keys"][1]["until"].is_null());
    // The pilot's own pack too.
    town.place.run(&format!("verify --trust casa/trust.json {second}")).ends(0);
    town.run("fsck casa --keys");
    // What the old key would sign again now, nobody takes: its secret is gone from the keyring.
    town.run("keys casa --check");
}

/// Stopped between any two of its steps, a change of keys is ended by doing it again, and nothing is signed by a key that the card does not name.
#[test]
fn a_change_of_keys_that_was_stopped() {
    let town = Town::founded();
    let place = &town.place;
    let keep = |to: &str| {
        std::fs::copy(place.path("casa/keys.age"), place.path(format!("{to}.age"))).unwrap();
        std::fs::copy(place.path("casa/institution.json"), place.path(format!("{to}.json"))).unwrap();
    };
    keep("old");
    tick();
    town.run("keys casa --rotate --yes");
    keep("new");
    // The new keys with the old card are another institution's: a check says so, and does not sign.
    std::fs::copy(place.path("old.json"), place.path("casa/institution.json")).unwrap();
    place.run(&format!("keys casa --check --key-file {KEY}")).ends(66);
    std::fs::copy(place.path("new.json"), place.path("casa/institution.json")).unwrap();
    town.run("keys casa --check");
    town.issue("one.csv", FIRST, "A-1");
    town.run("fsck casa --keys");
}

/// An identifier that is a key has no other one.
#[test]
fn an_identifier_that_is_its_key_keeps_it() {
    let place = Place::of_world();
    let before = place.read("centro/institution.json");
    let ran = place.run(&format!("keys centro --rotate --yes --json --key-file {KEY}")).ends(64);
    assert_eq!(ran.json()["error"]["code"], "own-key");
    assert_eq!(place.read("centro/institution.json"), before);
}

/// An institution closes: its successor withdraws a certificate of it, and the verifier knows.
#[test]
fn a_successor_signs_for_one_that_has_closed() {
    let town = Town::founded();
    town.issue("one.csv", FIRST, "A-1");
    town.hand_in();
    let first = town.file(FIRST);
    assert_eq!(town.outcome(&first), "accept");
    town.run("init heir --name Heredera --country CO --domain heir.example");
    town.run(&format!(
        "authority accredit ministry --institution heir/institution.json --achievement GIN --from {}",
        days_ago(30)
    ));
    let serial = first.rsplit('/').next().unwrap().trim_end_matches(".json").to_owned();
    tick();
    // Before the authority has named it, what it signs for another is nobody's.
    town.run("authority publish ministry");
    town.run(&format!("revoke {serial} --reason error --institution casa --successor heir"));
    let refused = town.place.run(&format!("authority refresh ministry --hand-in casa/publish --key-file {KEY}"));
    assert_ne!(refused.code, 0, "{refused:?}");
    assert_eq!(town.outcome(&first), "accept");
    town.run("authority successor ministry --institution Casa --successor Heredera");
    town.run("authority publish ministry");
    town.hand_in();
    assert_eq!(town.outcome(&first), "reject");
    town.run("fsck casa");
    town.run("publish --institution casa --successor heir");
    let ran = town.place.run(&format!("publish --institution casa --successor casa --key-file {KEY}")).ends(64);
    assert!(ran.out.is_empty());
}

/// No other body takes over: the authority itself does, with an office of its own that may award nothing, and for as many as close.
#[test]
fn the_authority_itself_takes_over_the_lists_of_those_that_have_closed() {
    let town = Town::founded();
    town.issue("one.csv", FIRST, "A-1");
    town.hand_in();
    town.run("init otra --name Otra --country CO --domain otra.example");
    let from = days_ago(30);
    town.run(&format!(
        "authority accredit ministry --institution otra/institution.json --achievement GIN --from {from}"
    ));
    town.run("authority publish ministry");
    town.place.write("other.csv", register([("Nadège Joseph", 1990, "B-1")]));
    town.run("issue --register other.csv --institution otra --achievement GIN --out made");
    town.run("authority refresh ministry --hand-in otra/publish");
    let closed = [(FIRST, "casa"), ("Nadège Joseph", "otra")].map(|(name, folder)| (town.file(name), folder));
    for (file, _) in &closed {
        assert_eq!(town.outcome(file), "accept");
    }

    town.run("init oficina --name Oficina-del-Ministerio --country CO --domain min.example");
    let office = "authority accredit ministry --institution oficina/institution.json";
    let both = format!("{office} --no-achievement --achievement GIN --from {from}");
    town.place.run(&both).ends(64);
    town.run(&format!("{office} --no-achievement --from {from}"));
    for name in ["Casa", "Otra"] {
        town.run(&format!("authority successor ministry --institution {name} --successor Oficina-del-Ministerio"));
    }
    let show = town.place.run("authority show ministry").ends(0).out;
    assert!(show.contains("Oficina-del-Ministerio"), "{show}");
    town.run("authority publish ministry");
    tick();
    for (file, folder) in &closed {
        let serial = file.rsplit('/').next().unwrap().trim_end_matches(".json");
        town.run(&format!("revoke {serial} --reason error --institution {folder} --successor oficina"));
        town.run(&format!("authority refresh ministry --hand-in {folder}/publish"));
        assert_eq!(town.outcome(file), "reject");
        town.run(&format!("fsck {folder}"));
    }
    // What it would award itself counts for nothing.
    town.place.write("own.csv", register([("Ana Lucía Vargas", 1990, "C-1")]));
    town.run("issue --register own.csv --institution oficina --achievement GIN --out made");
    town.run("authority refresh ministry --hand-in oficina/publish");
    assert_ne!(town.outcome(&town.file("Ana Lucía Vargas")), "accept");
}

/// Everything that was signed under a key since a time, and nothing else, is withdrawn; again, it is no news.
#[test]
fn all_under_a_leaked_key_are_withdrawn() {
    let town = Town::founded();
    town.issue("one.csv", FIRST, "A-1");
    tick();
    let since = now();
    tick();
    town.issue("two.csv", "Rosa Elvira Quispe", "A-2");
    town.issue("three.csv", "Nadège Joseph", "A-3");
    town.run("keys casa --rotate --yes");
    tick();
    town.issue("four.csv", "Ana Lucía Vargas", "A-4");
    let line = format!("revoke --under key-1 --since {since} --reason replaced --institution casa --yes --json");
    assert_eq!(town.run(&line).json()["revoked"], 2);
    assert_eq!(town.run(&line).json()["revoked"], 0);
    let store = town.place.store("casa");
    let in_force: Vec<_> = store.records().unwrap().into_iter().filter(|it| it.state == State::Issued).collect();
    assert_eq!(in_force.len(), 2);
    drop(store);
    // Of a key that it never had nothing is withdrawn.
    let strange =
        format!("revoke --under key-9 --since {since} --reason replaced --institution casa --yes --key-file {KEY}");
    town.place.run(&strange).ends(64);
    town.run("fsck casa");
}

/// Tokens, copies and keys stand in the log of acts; the authority keeps the log's checkpoint, and a log that says less is refused.
#[test]
fn what_is_done_beside_the_store_stands_in_the_log_of_acts() {
    let town = Town::founded();
    let place = &town.place;
    place.run("token new --institution casa --name programa --days 3").ends(0);
    place.run("token revoke programa --institution casa").ends(0);
    place.run("token revoke programa --institution casa").ends(0);
    town.run("backup casa --out copy.age");
    town.run("keys casa --rotate --yes");
    town.run("authority add-key ministry --institution casa/institution.json");
    town.run("authority publish ministry");
    let store = place.store("casa");
    let acts: Vec<What> = store.acts(0, 100).unwrap().into_iter().map(|(act, _)| act.what).collect();
    assert_eq!(acts, [What::TokenMade, What::TokenEnded, What::BackedUp, What::KeyRotated]);
    assert!(store.noted(What::BackedUp).unwrap().is_some());
    drop(store);
    town.hand_in();
    let given_back: Value = serde_json::from_slice(&place.read("casa/publish/acts.json")).unwrap();
    assert_eq!(given_back["size"], 4);
    assert_eq!(given_back["proof"].as_array().map(Vec::len), Some(2), "countersigned");
    town.run("fsck casa");
    // A folder that was thrown back to the copy says less than what the authority keeps.
    town.run("restore copy.age casa-again --nothing-was-handed-in");
    town.run("publish --institution casa-again");
    let refused =
        place.run(&format!("authority refresh ministry --hand-in casa-again/publish --json --key-file {KEY}"));
    assert!(refused.out.contains("acts.json"), "{refused:?}");
    // A checkpoint of another log is found.
    let mut other: Value = given_back;
    other["size"] = 3.into();
    place.write("casa/publish/acts.json", other.to_string());
    place.run("fsck casa").ends(74);
}

/// The register forgets people by date, at the command and at each publication; log, lists and the rest stay whole.
#[test]
fn the_register_forgets_by_date() {
    let town = Town::founded();
    town.issue("one.csv", FIRST, "A-1");
    let first = town.file(FIRST);
    assert_eq!(town.run("desk retention casa --json").json()["months"], Value::Null);
    // Not over yet.
    let said = town.run("desk retention casa --months 24 --yes --json").json();
    assert_eq!((&said["months"], &said["certificates"]), (&24.into(), &0.into()));
    let store = town.place.store("casa");
    let record = store.records().unwrap().remove(0);
    assert!(record.document.contains(FIRST));
    // In four years a publication does it.
    let later = skillpass::base::timestamp::Timestamp::from_seconds(now().seconds() + 4 * 366 * 86_400);
    let forgotten = skillpass::desk::retention::forget(&store, &Hand::program(later.unwrap()), later.unwrap()).unwrap();
    assert_eq!((forgotten.rows, forgotten.certificates), (0, 1));
    let after = store.by_serial(&record.serial).unwrap().unwrap();
    assert!(after.document.is_empty() && after.person.is_empty());
    assert_eq!((after.digest, after.index, after.list), (record.digest, record.index, record.list));
    assert_eq!(store.log(0).unwrap(), [record.digest]);
    assert!(store.awards_in(&AwardState::Open, "", "", 1).unwrap().is_empty());
    assert!(store.is_unswept().unwrap());
    drop(store);
    town.run("fsck casa");
    assert!(town.lies_in_the_store("Piñeros"), "nothing reads it, and it is there");
    town.run("publish --institution casa");
    assert!(!town.lies_in_the_store("Piñeros"), "a publication sweeps the store");
    assert_eq!(town.run("desk sweep casa --json").json()["swept"], true);
    town.run("fsck casa");
    town.hand_in();
    assert_eq!(town.outcome(&first), "accept", "whoever has the certificate keeps it");
    town.run("desk retention casa --months 0");
}

/// Whoever was certified without a register asks to be forgotten: by the number, or by the certificate's file. Of the others nothing changes.
#[test]
fn somebody_who_asks_is_forgotten_by_their_certificate() {
    let town = Town::founded();
    town.issue("one.csv", FIRST, "A-1");
    town.issue("two.csv", "Rosa Elvira Quispe", "A-2");
    town.issue("three.csv", "Deivis Chacín", "A-3");
    let (first, second) = (town.file(FIRST), town.file("Rosa Elvira Quispe"));
    let serial = first.trim_start_matches("made/").trim_end_matches(".json").to_owned();
    assert!(town.lies_in_the_store("Piñeros"));
    town.place.run(&format!("desk erase casa {serial}")).ends(64);
    town.place.run("desk erase casa 0000000Z --yes").ends(66);
    assert_eq!(town.run(&format!("desk erase casa {serial} --yes --json")).json()["certificates"], 1);
    assert_eq!(town.run(&format!("desk erase casa {second} --yes --json")).json()["certificates"], 1);
    assert!(
        !town.lies_in_the_store("Piñeros") && !town.lies_in_the_store("Quispe") && town.lies_in_the_store("Chacín")
    );
    town.run("fsck casa");
    town.run("publish --institution casa");
    town.hand_in();
    assert_eq!(town.outcome(&first), "accept", "whoever has the certificate keeps it");
    town.issue("four.csv", FIRST, "A-1");
    assert_eq!(town.place.store("casa").records().unwrap().len(), 4, "and may come again, as somebody new");
}
