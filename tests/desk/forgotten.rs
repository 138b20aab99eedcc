//! Whoever is forgotten: nothing of them can be computed from their name any more, nothing lies in the store's files, and they need no row to be.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use skillpass::base::multibase;
use skillpass::credential::achievement::{AchievementId, Language};
use skillpass::desk::house::House;
use skillpass::desk::import::{RegisterRow, Settings, fold, read_register};
use skillpass::desk::register;
use skillpass::store::acts::What;
use skillpass::store::audit::audit;
use skillpass::store::memory::MemoryStore;
use skillpass::store::sled_store::SledStore;
use skillpass::store::staff::Role;
use skillpass::store::{State, Store, StoreError};

use super::{Town, Visitor, many, people};

/// A name that stands nowhere else.
const NAME: &str = "Xochiquetzal Ñandutí Güell";
/// As it stands in files, and as the register's index has it.
const MARKS: [&str; 5] = ["Xochiquetzal", "Ñandutí", "xochiquetzal", "nanduti", "guell"];

/// Every file of an institution, with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            all.insert(path, bytes);
        }
    }
    all
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// The files in which one of the marks lies.
fn lies_in(town: &Town) -> Vec<String> {
    let folder = town.houses[0].institution().folder().to_owned();
    let of = |(path, bytes): (PathBuf, Vec<u8>)| {
        let there: Vec<&str> = MARKS.into_iter().filter(|mark| has(&bytes, mark.as_bytes())).collect();
        (!there.is_empty()).then(|| format!("{}: {there:?}", path.strip_prefix(&folder).unwrap().display()))
    };
    files(&folder).into_iter().filter_map(of).collect()
}

/// An institution in a folder, and its store as its files know it.
fn in_a_folder() -> (Town, Arc<SledStore>) {
    let kept = Mutex::new(None);
    let town = Town::with(&["formar"], false, |institution| {
        let store = Arc::new(SledStore::open(&institution.folder().join("store")).unwrap());
        *kept.lock().unwrap() = Some(Arc::clone(&store));
        store
    });
    let store = kept.into_inner().unwrap().unwrap();
    (town, store)
}

/// Everybody of a register, and the one who will be forgotten.
fn with_her(others: usize) -> Vec<u8> {
    let her = String::from_utf8(people(&[(NAME, 1987)])).unwrap();
    let line = her.lines().nth(1).unwrap();
    format!("{}{line}\n", String::from_utf8(many(others)).unwrap()).into_bytes()
}

async fn id_of(visitor: &Visitor, name: &str) -> String {
    let found = visitor.post("awards/search", &json!({"words": name})).await.is(200).body;
    found["awards"][0]["id"].as_str().unwrap().to_owned()
}

/// By request and by the rule of months: the bytes of a name lie in the store's files as long as the disk is not swept, and not after it. What
/// is read and written meanwhile and afterwards is the same store.
#[tokio::test(flavor = "multi_thread")]
async fn a_swept_store_has_no_byte_of_a_forgotten_name() {
    let (town, kept) = in_a_folder();
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let house = Arc::clone(&town.houses[0]);
    clerk.import("achievement=GIN", "k1", "", &with_her(40)).await.is(200);
    clerk.issue(&sol, "GIN", "b1", &town.keys[0]).await;
    assert!(!house.sweep(town.now()).unwrap(), "nobody was forgotten");
    let id = id_of(&clerk, NAME).await;
    ana.post("awards/erase", &json!({"ids": [id]})).await.is(204);
    assert!(house.store().is_unswept().unwrap());
    // This is what there is a sweep for.
    let before = lies_in(&town);
    assert!(before.iter().all(|file| file.starts_with("store/")) && !before.is_empty(), "{before:?}");
    let folder = house.institution().folder().to_owned();
    let (records, acts) = (house.store().records().unwrap(), house.store().acts(0, 10_000).unwrap());
    // Half of what a sweep that was stopped left behind is in nobody's way.
    fs::create_dir(folder.join("store.swept")).unwrap();
    fs::write(folder.join("store.swept/db"), NAME).unwrap();

    assert!(house.sweep(town.now()).unwrap());
    assert_eq!(lies_in(&town), Vec::<String>::new());
    assert!(!folder.join("store.swept").exists());
    assert!(!house.store().is_unswept().unwrap());
    assert_eq!((house.store().records().unwrap(), house.store().acts(0, 10_000).unwrap()), (records, acts));
    assert_eq!(audit(&*kept, &mut |_, _| {}, &|_| {}).unwrap().findings, []);

    // It is worked with as before; and whose time is over goes the same way, though not twice within the hour.
    clerk.import("achievement=SIYB", "k2", "", &with_her(3)).await.is(200);
    assert!(!lies_in(&town).is_empty());
    ana.put("retention", &json!({"months": 1, "count": 0})).await.is(200);
    town.wait(70 * 86_400);
    let later = town.signed_in(0, "ana").await;
    let due = later.get("retention").await.is(200).body["due"].clone();
    let settles = json!({"months": 1, "count": due["rows"].as_u64().unwrap() + due["certificates"].as_u64().unwrap()});
    later.put("retention", &settles).await.is(200);
    assert!(house.sweep(town.now()).unwrap());
    assert_eq!(lies_in(&town), Vec::<String>::new());
    town.wait(60);
    assert!(!house.sweep(town.now()).unwrap(), "nobody since");
    let size = house.store().log_size().unwrap();
    let path = folder.join("store");
    drop((clerk, sol, ana, later, house, kept));
    let held = town.close();
    // The next process finds the same store, and what a sweep left behind that was stopped after the exchange is taken away.
    fs::create_dir(folder.join("store.swept")).unwrap();
    fs::write(folder.join("store.swept/db"), NAME).unwrap();
    let store = reopened(&path);
    assert!(!folder.join("store.swept").exists());
    assert_eq!(store.log_size().unwrap(), size);
    assert_eq!(audit(&store, &mut |_, _| {}, &|_| {}).unwrap().findings, []);
    drop(held);
}

/// sled's own threads hold a store for a moment after it was closed.
fn reopened(path: &Path) -> SledStore {
    for _ in 0..500 {
        match SledStore::open(path) {
            Err(StoreError::Locked) => std::thread::sleep(std::time::Duration::from_millis(20)),
            opened => return opened.unwrap(),
        }
    }
    panic!("somebody still has the store");
}

/// What somebody computes who knows everything of a person but what was destroyed: the row, the file, the key of the import, the institution.
fn guesses(row: &RegisterRow, house: &House, achievement: &AchievementId, once: &str, file: &[u8]) -> Vec<[u8; 32]> {
    let hash = |parts: &[&[u8]]| -> [u8; 32] {
        parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().into()
    };
    let (name, folded) = (row.name.as_str(), fold(row.name.as_str()));
    let institution = house.institution();
    let did = institution.did();
    let key = row.same_person_key(did, achievement);
    let of_file = multibase::base64url(&Sha256::digest(file));
    let mut all = vec![
        key,
        row.digest(),
        hash(&[name.as_bytes()]),
        hash(&[folded.as_bytes()]),
        hash(&[format!("{name}\0{}", row.birth_year).as_bytes()]),
        hash(&[format!("skillpass person\0{did}\0{folded}\0{}", row.birth_year).as_bytes()]),
        hash(&[register::write(row).as_bytes()]),
        hash(&[b"\0", register::write(row).as_bytes()]),
    ];
    for once in [once, of_file.as_str()] {
        // The name of a row was computed so before it was drawn.
        let begins = format!("{once}\0{did}\0{}\0", row.row);
        all.push(hash(&[b"skillpass award\0", begins.as_bytes(), &key]));
        all.push(hash(&[b"skillpass import\0", b"\0", once.as_bytes(), b"\0", &row.row.to_be_bytes()]));
    }
    all
}

/// Each as it may be written: its bytes, the first half of them, in base64url, multibase or hexadecimal.
fn written(guess: &[u8; 32]) -> Vec<Vec<u8>> {
    let hexadecimal: String = guess.iter().map(|byte| format!("{byte:02x}")).collect();
    let half = &guess[..16];
    vec![
        half.to_vec(),
        URL_SAFE_NO_PAD.encode(half).into_bytes(),
        // Of all 32 bytes: the beginning, whose last letter does not hang on what follows.
        URL_SAFE_NO_PAD.encode(guess).as_bytes()[..21].to_vec(),
        multibase::digest(guess).into_bytes(),
        hexadecimal.as_bytes()[..32].to_vec(),
    ]
}

/// All pages of a store, one after another.
fn pages(store: &dyn Store) -> Vec<u8> {
    let mut all = Vec::new();
    let mut look = |pages: &[skillpass::store::ledger::Page]| {
        pages.iter().for_each(|(key, value)| all.extend(key.iter().chain(value)));
        ControlFlow::Continue(())
    };
    store.each_page(1_000, &mut look).unwrap();
    all
}

/// Log, status lists, statistics, the row that is left and everything else in the store: nobody who guesses a name, and knows all the rest, can
/// have the guess confirmed.
#[tokio::test(flavor = "multi_thread")]
async fn no_guess_of_a_forgotten_name_can_be_confirmed() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let house = &town.houses[0];
    let file = with_her(12);
    let settings = Settings { for_statistics: true, ..Settings::of(town.now().date(), Language::Es) };
    let template = house.template("GIN").unwrap();
    let row = read_register(&file, template, &settings).unwrap().rows.pop().unwrap();
    assert_eq!(row.name.as_str(), NAME);
    clerk.import("achievement=GIN", "a key that is known", "", &file).await.is(200);
    // The same row again is the same award, whether by the same import or another.
    let id = id_of(&clerk, NAME).await;
    for (key, enrolled) in [("a key that is known", 13), ("another", 0)] {
        let taken = clerk.import("achievement=GIN", key, "", &file).await.is(200).body;
        assert_eq!((&taken["enrolled"], &taken["already"]), (&json!(enrolled), &json!(13 - enrolled)), "{key}");
    }
    assert_eq!(house.store().awards_after("", 100).unwrap().len(), 13);
    clerk.issue(&sol, "GIN", "b1", &town.keys[0]).await;
    let guesses = guesses(&row, house, &template.id, "a key that is known", &file);
    let confirmed = |seen: &[u8]| {
        let is_there = |guess: &[u8; 32]| written(guess).iter().any(|text| has(seen, text));
        guesses.iter().filter(|guess| is_there(guess)).count()
    };
    assert!(confirmed(&pages(&**house.store())) >= 3, "as long as she is in the register, she is found there");

    ana.post("awards/erase", &json!({"ids": [id]})).await.is(204);
    let serial = house.store().award(&id).unwrap().unwrap().serials[0].clone();
    let withdrawn = json!({"serials": [serial], "reason": "withdrawn-by-holder", "passphrase": town.keys[0]});
    sol.post("certificates/revoke", &withdrawn).await.is(200);
    let mut seen = vec![
        ana.get("log?limit=200").await.is(200).text,
        ana.get("statistics?by=achievement,month").await.is(200).text,
        ana.get("statistics.csv?by=achievement").await.is(200).text,
        ana.get(&format!("awards/{id}")).await.is(200).text,
        ana.get(&format!("certificates/{serial}")).await.is(200).text,
        town.log.lock().unwrap().join("\n"),
    ];
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let folder = house.institution().folder().to_owned();
    seen.extend(
        ["publish", "status"].map(|place| files(&folder.join(place)).into_values().map(text).collect::<String>()),
    );
    assert!(seen.iter().all(|text| text.len() > 50), "{seen:?}");
    for text in seen {
        assert_eq!(confirmed(text.as_bytes()), 0, "{text}");
    }
    assert_eq!(confirmed(&pages(&**house.store())), 0, "and not even in the store itself");
}

/// What was issued without a register is its person's all the same: by the number on the paper, by the digest, or by the whole of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_without_a_row_is_given_and_forgotten_on_request() {
    let store = Arc::new(MemoryStore::default());
    let town = Town::with(&["formar"], false, |_| Arc::clone(&store) as Arc<dyn Store>);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let first = people(&[(NAME, 1987), ("Bea Ruiz", 1991), ("Ciro Sol", 1992)]);
    town.issue_at_once(&first, false);
    // Hers was corrected there, and so there are two.
    town.issue_at_once(&String::from_utf8(people(&[(NAME, 1987)])).unwrap().replace(";20;", ";24;").into_bytes(), true);
    let of = |name: &str| {
        let mut all = store.records().unwrap();
        all.retain(|record| record.document.contains(name));
        all.sort_by_key(|record| record.state != State::Issued);
        all
    };
    let hers = of("Xochiquetzal");
    assert_eq!(hers.len(), 2);
    let digest = multibase::digest(&hers[0].digest);
    let seen = ana.get(&format!("certificates/{digest}")).await.is(200).body;
    assert_eq!((&seen["serial"], &seen["award"]), (&json!(hers[0].serial), &Value::Null));

    // What is kept of her, for her.
    let path = format!("certificates/{}/export", hers[0].serial);
    clerk.get(&path).await.refused(403, "not-allowed");
    ana.get("certificates/0000000Z/export").await.refused(404, "not-found");
    for path in [path, format!("certificates/{digest}/export")] {
        let own = ana.get(&path).await.is(200);
        assert!(own.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let all = own.body["certificates"].as_array().unwrap().clone();
        assert_eq!((all.len(), &own.body["institution"]), (2, &json!("Centro formar")));
        assert!(all.iter().all(|one| one["document"]["credentialSubject"].to_string().contains(NAME)), "{all:?}");
        assert!(!own.text.contains("Bea"), "and of nobody else");
    }

    // She asks to be forgotten.
    let lists = (store.revoked(0).unwrap(), store.log(0).unwrap());
    let erase = |certificate: &str| json!({"certificate": certificate});
    clerk.post("certificates/erase", &erase(&digest)).await.refused(403, "not-allowed");
    ana.post("certificates/erase", &erase("0000000Z")).await.refused(404, "not-found");
    assert_eq!(ana.post("certificates/erase", &erase(&digest)).await.is(200).body, json!({"certificates": 2}));
    assert_eq!(ana.post("certificates/erase", &erase(&digest)).await.is(200).body, json!({"certificates": 0}));
    assert_eq!((of("Xochiquetzal"), of("Bea").len(), of("Ciro").len()), (Vec::new(), 1, 1));
    assert_eq!((store.revoked(0).unwrap(), store.log(0).unwrap()), lists, "what is public stays as it was");
    assert_eq!(store.by_person(&hers[0].person), Ok(None));
    sol.get(&format!("certificates/{}/file", hers[0].serial)).await.refused(404, "not-found");
    assert!(ana.get(&format!("certificates/{}", hers[0].serial)).await.is(200).body["forgotten"] == true);

    // By the certificate itself; and of one that has a row by now, the row goes with it.
    let bea = of("Bea")[0].document.clone();
    assert_eq!(ana.post("certificates/erase", &erase(&bea)).await.is(200).body, json!({"certificates": 1}));
    clerk.import("achievement=GIN", "k", "", &people(&[("Ciro Sol", 1992)])).await.is(200);
    let ciro = of("Ciro")[0].serial.clone();
    let own = ana.get(&format!("certificates/{ciro}/export")).await.is(200).body;
    assert_eq!((&own["name"], own["documents"].as_array().unwrap().len()), (&json!("Ciro Sol"), 1));
    assert_eq!(
        ana.post("certificates/erase", &erase(&ciro.to_lowercase())).await.is(200).body,
        json!({"certificates": 1})
    );
    assert!(store.awards_after("", 9).unwrap().iter().all(|award| award.content.is_none()));
    let acts = store.acts(0, 1_000).unwrap();
    let count = |what: What| acts.iter().filter(|(act, _)| act.what == what).count();
    assert_eq!((count(What::CertificatesForgotten), count(What::AwardErased)), (2, 1));
    assert_eq!(audit(&*store, &mut |_, _| {}, &|_| {}).unwrap().findings, []);
}
