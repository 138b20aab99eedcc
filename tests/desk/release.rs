//! Two people, all at once, and a crash in the middle of a batch: no duplicate, no gap.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use skillpass::desk::house::House;
use skillpass::desk::institution::{DeskError, Institution};
use skillpass::desk::keyring::Secret;
use skillpass::desk::release::{self, NotReady, Which};
use skillpass::store::acts::Hand;
use skillpass::store::ledger::{Ledger, Page, Pages};
use skillpass::store::memory::MemoryStore;
use skillpass::store::release::{BATCH_AWARDS, Decision, Warrant};
use skillpass::store::staff::Role;
use skillpass::store::{Issued, Record, State, Store, StoreError};

use super::{Town, Visitor, many, people};

/// A memory that fails when it has been written to so many times more.
struct Failing {
    pages: MemoryStore,
    left: Arc<AtomicI64>,
}

impl Ledger for Failing {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        if self.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err(StoreError::Unwritable("pulled out".to_owned()));
        }
        self.pages.transact(act)
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.pages.page(key)
    }

    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
        self.pages.range(from, until, most)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_was_interrupted_goes_on_without_duplicate_or_gap() {
    let left = Arc::new(AtomicI64::new(i64::MAX / 2));
    let town = Town::with(&["formar"], false, |_| {
        Arc::new(Failing { pages: MemoryStore::default(), left: Arc::clone(&left) })
    });
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    clerk.import("achievement=GIN", "k", "", &many(700)).await.is(200);
    let batch = clerk.propose("GIN", json!("all"), "b").await.is(201).body;
    let id = batch["id"].as_str().unwrap();
    let unusual = sol.get(&format!("batches/{id}")).await.body["unusual"].to_string();
    assert!(unusual.contains("many-on-one-day"), "{unusual}");
    let store = town.houses[0].store();
    let passphrase = json!({"passphrase": town.keys[0]});
    sol.post(&format!("batches/{id}/resume"), &passphrase).await.refused(409, "not-now");
    // The decision is one write; each 256 rows are two: places are leased, then certificates kept. It fails in each in turn.
    left.store(4, Ordering::SeqCst);
    let release = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
    sol.post(&format!("batches/{id}/release"), &release).await.is(202);
    let mut signed = vec![sol.settled(id).await["signed"].as_u64().unwrap()];
    for more in [0, 1, 2, 3] {
        left.store(more, Ordering::SeqCst);
        sol.post(&format!("batches/{id}/resume"), &passphrase).await.is(202);
        signed.push(sol.settled(id).await["signed"].as_u64().unwrap());
    }
    assert_eq!(signed, [256, 256, 256, 512, 700]);
    left.store(i64::MAX / 2, Ordering::SeqCst);
    sol.post(&format!("batches/{id}/resume"), &passphrase).await.is(202);
    let done = sol.settled(id).await;
    assert_eq!((&done["state"], &done["signed"], &done["published"]), (&json!("done"), &json!(700), &json!(true)));

    let records = store.records().unwrap();
    assert_eq!((records.len(), store.log_size().unwrap()), (700, 700));
    let places: BTreeSet<(u32, u32)> = records.iter().map(|record| (record.list, record.index)).collect();
    let people: BTreeSet<&str> = records.iter().map(|record| record.person.as_str()).collect();
    assert_eq!((places.len(), people.len()), (700, 700));
    let logged: BTreeSet<[u8; 32]> = store.log(0).unwrap().into_iter().collect();
    assert!(records.iter().all(|record| logged.contains(&record.digest)));
    for award in store.awards_after("", 1_000).unwrap() {
        assert_eq!((award.state.code(), award.serials.len()), ("issued", 1));
    }
}

/// A memory that holds who comes first until another stands beside them: tries that only follow each other would show nothing.
#[derive(Default)]
struct Together {
    pages: MemoryStore,
    armed: AtomicBool,
    within: Mutex<usize>,
    came: Condvar,
    most: AtomicUsize,
}

impl Ledger for Together {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        if !self.armed.load(Ordering::SeqCst) {
            return self.pages.transact(act);
        }
        let mut within = self.within.lock().unwrap();
        *within += 1;
        self.most.fetch_max(*within, Ordering::SeqCst);
        self.came.notify_all();
        let alone = |_: &mut usize| self.most.load(Ordering::SeqCst) < 2;
        drop(self.came.wait_timeout_while(within, Duration::from_secs(60), alone).unwrap());
        let done = self.pages.transact(act);
        *self.within.lock().unwrap() -= 1;
        done
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.pages.page(key)
    }

    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
        self.pages.range(from, until, most)
    }
}

/// A thousand tries by everybody at once: released once, by a second person (G-15).
#[tokio::test(flavor = "multi_thread")]
async fn the_rule_of_two_holds_when_all_try_at_once() {
    let pages = Arc::<Together>::default();
    let town = Town::with(&["formar"], false, |_| Arc::clone(&pages) as Arc<dyn Store>);
    let both = town.at_work(0, "ciro", &[Role::Clerk, Role::Signatory]).await;
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let ana = town.signed_in(0, "first").await;
    both.import("achievement=GIN", "k", "", &people(&[("Ana Paz", 1990), ("Bea Ruiz", 1991)])).await.is(200);
    let batch = clerk.propose("GIN", json!("all"), "b").await.is(201).body;
    let path = format!("batches/{}/release", batch["id"].as_str().unwrap());
    let release = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
    // Whoever brought a row in had a hand in it.
    both.post(&path, &release).await.refused(403, "same-person");
    let mut tries = Vec::new();
    pages.armed.store(true, Ordering::SeqCst);
    for turn in 0..1_000 {
        let visitor = [&both, &clerk, &sol, &ana][turn % 4].clone();
        let (path, release) = (path.clone(), release.clone());
        let who = turn % 4;
        tries.push(tokio::spawn(async move {
            // A busy server asks to come back.
            loop {
                let answer = visitor.post(&path, &release).await;
                if !["busy", "too-many"].contains(&answer.code()) {
                    return (who, answer.status);
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }));
    }
    let mut released = Vec::new();
    for one in tries {
        let (who, status) = one.await.unwrap();
        assert!([202, 403, 409].contains(&status), "{status}");
        if status == 202 {
            released.push(who);
        }
    }
    pages.armed.store(false, Ordering::SeqCst);
    assert_eq!(released, [2], "once, by the signatory who had no hand in it");
    assert!(pages.most.load(Ordering::SeqCst) > 1, "no two were in the store at once");
    let done = sol.settled(batch["id"].as_str().unwrap()).await;
    assert_eq!((&done["state"], done["decided"]["name"].as_str()), (&json!("done"), Some("sol")));
    assert_eq!(town.houses[0].store().log_size(), Ok(2));
}

#[tokio::test]
async fn a_batch_is_given_back_and_what_cannot_be_signed_is_no_batch() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    clerk.propose("GIN", json!("all"), "b0").await.refused(409, "not-now");
    // Too long ago for a module that is signed today.
    let old = String::from_utf8(people(&[("Ana Paz", 1970), ("Bea Ruiz", 1971)])).unwrap();
    let old = old.replacen("2026-03-13", "2001-03-13", 1);
    clerk.import("achievement=GIN", "k", "", old.as_bytes()).await.is(200);
    let faults = clerk.propose("GIN", json!("all"), "b1").await.refused(422, "rows-open").body;
    let faults = faults["problems"].as_array().unwrap();
    assert_eq!((faults.len(), &faults[0]["code"]), (1, &json!("award-too-old")));
    let open = clerk.get("awards?achievement=GIN&state=open").await.body["awards"].clone();
    assert_eq!(open.as_array().unwrap().len(), 2, "nothing was proposed");
    let good = open.as_array().unwrap().iter().find(|award| award["id"] != faults[0]["award"]).unwrap();
    let batch = clerk.propose("GIN", json!([good["id"]]), "b2").await.is(201).body;
    let path = format!("batches/{}/return", batch["id"].as_str().unwrap());
    sol.post(&path, &json!({"note": "x".repeat(501)})).await.refused(413, "too-long");
    let back = sol.post(&path, &json!({"note": "la fila 3 es otra persona"})).await.is(200).body;
    assert_eq!((&back["state"], &back["note"]), (&json!("returned"), &json!("la fila 3 es otra persona")));
    sol.post(&path, &json!({"note": ""})).await.refused(409, "not-now");
    assert_eq!(clerk.get("awards?achievement=GIN&state=open").await.body["awards"].as_array().unwrap().len(), 2);
    clerk.propose("GIN", json!([good["id"]]), "b3").await.is(201);
    // A passphrase is guessed at five times.
    let batch = town.houses[0].store().batches().unwrap().into_iter().find(|it| it.note.is_empty()).unwrap();
    let wrong = json!({"digest": batch.digest, "passphrase": "corta"});
    for _ in 0..5 {
        sol.post(&format!("batches/{}/release", batch.id), &wrong).await.refused(401, "passphrase-wrong");
    }
    sol.post(&format!("batches/{}/release", batch.id), &wrong).await.refused(429, "too-many");
}

#[tokio::test]
async fn a_standing_release_needs_two_and_a_token_is_shown_once() {
    let town = Town::of(&["formar"]);
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let both = town.at_work(0, "ciro", &[Role::Clerk, Role::Signatory]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let made = ana.post("tokens", &json!({"name": "Moodle", "days": 30})).await.is(201).body;
    let (token, prefix) = (made["token"].as_str().unwrap(), made["kept"]["prefix"].as_str().unwrap());
    assert!(token.starts_with(prefix) && token.len() > 40);
    assert!(!ana.get("tokens").await.is(200).text.contains(token));
    for wrong in [json!({"name": "", "days": 30}), json!({"name": "x", "days": 367})] {
        ana.post("tokens", &wrong).await.refused(400, "malformed");
    }
    let wanted = |token: &str, count: u32, until: &str| json!({"achievement": "GIN", "token": token, "count": count, "until": until});
    for wrong in [
        wanted("skp_uAAAAAAAA", 5, "2026-12-01T00:00:00Z"),
        wanted(prefix, 0, "2026-12-01T00:00:00Z"),
        wanted(prefix, 5, "2020-12-01T00:00:00Z"),
        wanted(prefix, 5, "tomorrow"),
    ] {
        both.post("standing", &wrong).await.refused(400, "malformed");
    }
    let release = both.post("standing", &wanted(prefix, 5, "2026-12-01T00:00:00Z")).await.is(201).body;
    let path = format!("standing/{}", release["id"].as_str().unwrap());
    let key = json!({"passphrase": town.keys[0]});
    // As for a batch: whoever can make themselves two members cannot make themselves the institution's passphrase.
    let wrong = json!({"passphrase": "una frase cualquiera"});
    sol.post(&format!("{path}/approve"), &wrong).await.refused(401, "passphrase-wrong");
    both.post(&format!("{path}/approve"), &key).await.refused(403, "same-person");
    ana.post(&format!("{path}/approve"), &key).await.refused(403, "not-allowed");
    let approved = sol.post(&format!("{path}/approve"), &key).await.is(200).body;
    assert_eq!(approved["approved"]["name"], "sol");
    assert_eq!(ana.post(&format!("{path}/end"), &json!({})).await.is(200).body["ended"]["name"], "ana");
    ana.delete(&format!("tokens/{prefix}")).await.is(204);
    ana.delete("tokens/Moodle").await.refused(404, "not-found");
}

/// A process that was stopped between an act and its publication has forgotten nothing: whoever opens the folder again knows that something
/// is to be published.
#[test]
fn what_was_not_published_is_known_after_a_restart() {
    let town = Town::of(&["formar"]);
    let house = &town.houses[0];
    let again = || {
        let institution = Institution::open(house.institution().folder()).unwrap();
        House::with_store(institution, Arc::clone(house.store()), house.random()).unwrap()
    };
    let secret = Secret::key_file(&town.keys[0]).unwrap();
    let keyring = house.institution().keyring(&secret).unwrap();
    house.publish(&keyring, &secret, town.now()).unwrap();
    assert!(again().is_published());
    let record = Record {
        serial: "A".to_owned(),
        person: "p".to_owned(),
        row: "r".to_owned(),
        achievement: super::GIN.to_owned(),
        signed_at: town.now().to_string(),
        list: 0,
        index: 7,
        state: State::Issued,
        document: "{}".to_owned(),
        digest: [7; 32],
    };
    house.store().lease_slots(1).unwrap();
    let issued = Issued { record, supersedes: None, award: None };
    house.store().commit(&Warrant::Pilot, &[issued], &Hand::program(town.now())).unwrap();
    let stopped = again();
    assert!(!stopped.is_published());
    stopped.publish(&keyring, &secret, town.now()).unwrap();
    assert!(stopped.is_published() && again().is_published());
}

/// What the log cannot say is not done: no token, no end of one, no other passphrase.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_that_has_no_line_in_the_log() {
    let left = Arc::new(AtomicI64::new(i64::MAX / 2));
    let town = Town::with(&["formar"], false, |_| {
        Arc::new(Failing { pages: MemoryStore::default(), left: Arc::clone(&left) })
    });
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let fails = |fails: bool| left.store(if fails { 0 } else { i64::MAX / 2 }, Ordering::SeqCst);
    let new = json!({"name": "Moodle", "days": 30});
    fails(true);
    ana.post("tokens", &new).await.is(500);
    assert_eq!(ana.get("tokens").await.is(200).body, json!([]));
    fails(false);
    let made = ana.post("tokens", &new).await.is(201).body;
    let token = format!("tokens/{}", made["kept"]["prefix"].as_str().unwrap());
    fails(true);
    ana.delete(&token).await.is(500);
    assert_eq!(ana.get("tokens").await.is(200).body[0]["revoked"], json!(null));
    fails(false);
    ana.delete(&token).await.is(204);
    fails(true);
    let other = json!({"passphrase": town.keys[0], "new": "otra frase bien distinta"});
    ana.post("keys/passphrase", &other).await.is(500);
    let secret = Secret::key_file(&town.keys[0]).unwrap();
    assert!(town.houses[0].institution().keyring(&secret).is_ok(), "as before");
    fails(false);
    ana.post("keys/passphrase", &other).await.is(204);
    assert!(town.houses[0].institution().keyring(&secret).is_err());
}

/// Several logins are not several times as many guesses.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_a_passphrase_are_counted_by_institution_too() {
    let town = Town::of(&["formar"]);
    let guess = json!({"passphrase": "una frase cualquiera", "new": "otra frase bien distinta"});
    for number in 0..5 {
        let who = town.at_work(0, &format!("ana{number}"), &[Role::Administrator]).await;
        for _ in 0..4 {
            who.post("keys/passphrase", &guess).await.refused(401, "passphrase-wrong");
        }
    }
    let last = town.at_work(0, "ines", &[Role::Administrator]).await;
    last.post("keys/passphrase", &guess).await.refused(429, "too-many");
    town.wait(2);
    last.post("keys/passphrase", &guess).await.refused(401, "passphrase-wrong");
}

/// What is unusual about a batch is seen by whoever is to release it, and only then.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_batch_and_a_sunday_are_looked_at_twice() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    clerk.import("achievement=GIN", "k1", "", &people(&[("Ana Paz", 1990)])).await.is(200);
    clerk.issue(&sol, "GIN", "b1", &town.keys[0]).await;
    town.wait(86_400);
    let (clerk, sol) = (town.signed_in(0, "carla").await, town.signed_in(0, "sol").await);
    let look = async |names: &[(&str, i32)], day: &str, key: &str| {
        let file = String::from_utf8(people(names)).unwrap().replace("2026-03-13", day);
        clerk.import("achievement=GIN", key, "", file.as_bytes()).await.is(200);
        let batch = clerk.propose("GIN", json!("all"), key).await.is(201).body;
        sol.get(&format!("batches/{}", batch["id"].as_str().unwrap())).await.is(200).body["unusual"].clone()
    };
    let three = [("Bea Ruiz", 1991), ("Ciro Gil", 1992), ("Dora Sol", 1993)];
    assert_eq!(look(&three, "2026-03-13", "k2").await, json!([]));
    let four = [("Eva Paz", 1991), ("Fito Gil", 1992), ("Gina Sol", 1993), ("Hugo Ruiz", 1994)];
    assert_eq!(
        look(&four, "2026-03-15", "k3").await,
        json!([{"code": "on-holiday", "facts": {"count": 4}}, {"code": "volume", "facts": {"count": 7, "median": 1}}])
    );
}

/// Rows that were good when they were released, and cannot be signed once the server is there again: they are named, and given back.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_signed_any_more_is_named_and_given_back() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let signatory = town.employ(0, "sol", &[Role::Signatory]).id;
    clerk.import("achievement=GIN", "k", "", &people(&[("Ana Paz", 1990), ("Eva Gil", 1991)])).await.is(200);
    let batch = clerk.propose("GIN", json!("all"), "b").await.is(201).body;
    let id = batch["id"].as_str().unwrap();
    let seen = Decision::Release(batch["digest"].as_str().unwrap().to_owned());
    town.houses[0].store().decide(id, &seen, &Hand::of(&signatory, town.now())).unwrap();
    town.wait(40 * 86_400);
    let (clerk, sol) = (town.signed_in(0, "carla").await, town.signed_in(0, "sol").await);
    sol.post(&format!("batches/{id}/resume"), &json!({"passphrase": town.keys[0]})).await.is(202);
    let stopped = sol.settled(id).await;
    assert_eq!((&stopped["state"], &stopped["signed"]), (&json!("released"), &json!(0)));
    assert_eq!(stopped["stopped"]["code"], "rows-open");
    let rows = stopped["stopped"]["problems"].as_array().unwrap();
    assert_eq!(
        rows.iter().map(|row| row["code"].as_str()).collect::<Vec<_>>(),
        [Some("award-too-old"); 2],
        "{stopped}"
    );
    // Nobody is held in it for ever.
    let row = format!("awards/{}", rows[0]["award"].as_str().unwrap());
    let version = clerk.get(&row).await.is(200).body["version"].clone();
    let newer = json!({"awarded": "2026-05-01", "version": version});
    clerk.put(&row, &newer).await.refused(409, "not-now");
    sol.post(&format!("batches/{id}/return"), &json!({"note": "demasiado tarde"})).await.is(200);
    clerk.put(&row, &json!({"name": "Ana Paz Ruiz", "version": clerk.get(&row).await.body["version"]})).await.is(200);
    assert_eq!(open(&clerk, "GIN").await.len(), 2);
}

/// Rows that are open, however many of one day, are read past: they hide nothing of what is divided.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_do_not_count_hide_none_that_do() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    clerk.import("achievement=GIN", "noise", "", &many(BATCH_AWARDS + 500)).await.is(200);
    let some: Vec<(String, i32)> = (0..60_u8)
        .map(|at| (format!("Zoila X{}{} Peña", char::from(b'a' + at % 26), char::from(b'a' + at / 26)), 1980))
        .collect();
    let some: Vec<(&str, i32)> = some.iter().map(|(name, year)| (name.as_str(), *year)).collect();
    clerk.import("achievement=SIYB", "some", "", &people(&some)).await.is(200);
    let mut unusual = Value::Null;
    for (at, some) in open(&clerk, "SIYB").await.chunks(15).enumerate() {
        let batch = clerk.propose("SIYB", json!(some), &format!("b{at}")).await.is(201).body;
        unusual = sol.get(&format!("batches/{}", batch["id"].as_str().unwrap())).await.is(200).body["unusual"].clone();
    }
    let many = json!({"code": "many-on-one-day", "facts": {"day": "2026-03-13", "count": 60}});
    assert!(unusual.as_array().unwrap().contains(&many), "{unusual}");
}

/// The identifiers of all open rows.
async fn open(clerk: &Visitor, achievement: &str) -> Vec<Value> {
    let all = clerk.get(&format!("awards?achievement={achievement}&state=open&limit=200")).await.is(200).body;
    all["awards"].as_array().unwrap().iter().map(|award| award["id"].clone()).collect()
}

/// What is divided into small batches is counted together: by day, and by who judged (threats.md L2, L4).
#[tokio::test(flavor = "multi_thread")]
async fn small_batches_hide_nothing_from_the_second_person() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let head = "Nombre completo;Año de nacimiento;Fecha de certificación;Unidades;Método;Formador;Evaluador;Evidencia;ID interno\n";
    let row = |at: u8| {
        let (one, two) = (char::from(b'a' + at % 26), char::from(b'a' + at / 26));
        let assessor = if at.is_multiple_of(2) { "Marta Rey" } else { "MARTA  rey, Luis Soto" };
        format!("Zoila X{one}{two} Peña;1980;2026-03-13;COOK-1;observación;;{assessor};Carpeta {at};C-{at}\n")
    };
    let file = head.to_owned() + &(0..60).map(row).collect::<String>();
    clerk.import("achievement=COOK", "k", "", file.as_bytes()).await.is(200);
    let ids = open(&clerk, "COOK").await;
    let mut batches = Vec::new();
    let mut seen = Vec::new();
    for (at, some) in ids.chunks(15).enumerate() {
        let batch = clerk.propose("COOK", json!(some), &format!("b{at}")).await.is(201).body;
        let path = format!("batches/{}", batch["id"].as_str().unwrap());
        seen.push(sol.get(&path).await.is(200).body["unusual"].clone());
        if at == 0 {
            // What is signed counts as what waits.
            let release = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
            sol.post(&format!("{path}/release"), &release).await.is(202);
            assert_eq!(sol.settled(batch["id"].as_str().unwrap()).await["state"], "done");
        }
        batches.push(path);
    }
    let often = |count: usize| json!({"code": "assessor-often", "facts": {"day": "2026-03-13", "count": count}});
    let many = |count: usize| json!({"code": "many-on-one-day", "facts": {"day": "2026-03-13", "count": count}});
    assert_eq!(seen[..2], [json!([]), json!([])]);
    assert_eq!(seen[2], json!([often(45)]));
    assert_eq!(seen[3][0], often(60));
    assert!(seen[3].as_array().unwrap().contains(&many(60)), "{}", seen[3]);
    // What is given back counts no more.
    for path in &batches[1..3] {
        sol.post(&format!("{path}/return"), &json!({"note": "otra vez"})).await.is(200);
    }
    assert_eq!(sol.get(&batches[3]).await.is(200).body["unusual"], json!([]));
    // Whose certificate is only corrected is no news of that day.
    let done = clerk.get("awards?achievement=COOK&state=issued&limit=1").await.is(200).body["awards"][0].clone();
    let fix = json!({"name": "Zoila Corregida", "version": done["version"]});
    clerk.put(&format!("awards/{}", done["id"].as_str().unwrap()), &fix).await.is(200);
    let batch = clerk.propose("COOK", json!([done["id"]]), "fix").await.is(201).body;
    let unusual = sol.get(&format!("batches/{}", batch["id"].as_str().unwrap())).await.is(200).body["unusual"].clone();
    assert_eq!(unusual, json!([{"code": "corrections", "facts": {"count": 1}}]));
}

/// More rows than a batch has are several batches, each of them proposed by one click.
#[tokio::test(flavor = "multi_thread")]
async fn all_of_more_than_a_batch_has_are_several_batches() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    clerk.import("achievement=GIN", "k", "", &many(5)).await.is(200);
    let house = &town.houses[0];
    let (template, by) = (house.template("GIN").unwrap(), {
        let carla = house.store().member_of_login("carla").unwrap().unwrap();
        Hand::of(&carla.id, town.now())
    });
    let propose = |id: &str| release::propose(house, template, Which::First(2), id, &by, town.now());
    let said = |id: &str| propose(id).map(|it| (it.batch.id, it.batch.count, it.left)).unwrap();
    assert_eq!(said("one"), ("one".to_owned(), 2, 3));
    // The same again is the same batch.
    assert_eq!(said("one"), ("one".to_owned(), 2, 3));
    assert_eq!(said("two"), ("two".to_owned(), 2, 1));
    let counted = "awards?achievement=GIN&state=open&limit=1&count=true";
    let page = clerk.get(counted).await.is(200).body;
    assert_eq!((&page["count"], &page["batchMost"]), (&json!(1), &json!(10_000)));
    assert_eq!(said("three"), ("three".to_owned(), 1, 0));
    assert!(matches!(propose("four"), Err(NotReady::Desk(DeskError::Store(StoreError::NotNow)))));
    let page = clerk.get(counted).await.is(200).body;
    assert_eq!((&page["count"], &page["awards"]), (&json!(0), &json!([])));
    for wrong in ["awards?achievement=GIN&count=true", "awards?state=open&count=true"] {
        clerk.get(wrong).await.refused(400, "request");
    }
    clerk.get("awards?achievement=GIN&state=open&count=yes").await.refused(400, "request");
}

/// Ten thousand and one: the last one is left, and is the next batch.
#[tokio::test(flavor = "multi_thread")]
async fn the_row_behind_ten_thousand_is_left_for_the_next_batch() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    clerk.import("achievement=GIN", "k", "", &many(BATCH_AWARDS + 1)).await.is(200);
    for (key, count, left) in [("b1", BATCH_AWARDS, 1), ("b1", BATCH_AWARDS, 1), ("b2", 1, 0)] {
        let batch = clerk.propose("GIN", json!("all"), key).await.is(201).body;
        assert_eq!((&batch["count"], &batch["left"]), (&json!(count), &json!(left)), "{key}");
    }
}
