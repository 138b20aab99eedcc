//! G-14: what is planted in a register, a name with accents, a number of its own, a document's number, an address of mail, stands where it belongs
//! and nowhere else, after a day in which it was looked for, corrected, signed, printed, handed out, refused and forgotten.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use serde_json::{Value, json};
use skillpass::desk::import::fold;
use skillpass::store::Store;
use skillpass::store::setting::Setting;
use skillpass::store::sled_store::SledStore;
use skillpass::store::staff::Role;

use super::{Answer, Town, Visitor, many};
use crate::browser::percent_decoded;

/// What is planted, and a part of it that stands nowhere by chance.
const PLANTED: [&str; 7] = [
    "Íñigo Quetzalcóatl Ñahuinlla",
    "Quetzalcóatl",
    "Ñahuinlla",
    "ALUMNO-77413901",
    "79.345.128",
    "79345128",
    "inigo.plantado@",
];
/// Columns as a clerk has them, two of which are never kept.
const HEAD: &str = "Persona;Nació;Terminó;Duración;Cómo;Ficha;Cédula;Correo electrónico\n";

fn register(year: &str) -> Vec<u8> {
    let people = String::from_utf8(many(11)).unwrap();
    let others: String = people
        .lines()
        .skip(1)
        .enumerate()
        .map(|(number, line)| format!("{line};F-{number};1000{number};o{number}@correo.example\n"))
        .collect();
    let [name, _, _, id, dotted, _, mail] = PLANTED;
    format!("{HEAD}{others}{name};{year};2026-03-13;20;presencial;{id};{dotted};{mail}correo.example\n").into_bytes()
}

/// What the clerk says of the columns, as a header holds it.
fn said() -> String {
    let columns = json!({"columns": {
        "Persona": "name", "Naci\u{f3}": "birth-year", "Termin\u{f3}": "award-date", "Duraci\u{f3}n": "hours",
        "C\u{f3}mo": "modality", "Ficha": "register-id", "C\u{e9}dula": "ignored", "Correo electr\u{f3}nico": "ignored",
    }});
    let escaped =
        |letter: char| if letter.is_ascii() { letter.to_string() } else { format!("\\u{:04x}", u32::from(letter)) };
    columns.to_string().chars().map(escaped).collect()
}

async fn import(clerk: &Visitor, key: &str, query: &str, columns: &str, file: Vec<u8>) -> Answer {
    let own = [
        ("x-skillpass-desk", "1"),
        ("origin", "http://desk.example"),
        ("idempotency-key", key),
        ("x-skillpass-columns", columns),
    ];
    clerk.ask("POST", &format!("imports?achievement=GIN&{query}"), &own, file.into()).await
}

/// What is planted and is there, with accents and capitals or without.
fn found(text: &str) -> Vec<&'static str> {
    let folded = fold(text);
    PLANTED.into_iter().filter(|planted| text.contains(planted) || folded.contains(&fold(planted))).collect()
}

/// The files of a folder: their paths, and what is in those that are not the register's own rooms.
fn gather(folder: &Path, root: &Path, seen: &mut Vec<(String, String)>) {
    /// Where people's rows and papers are kept, for the owner alone.
    const ROOMS: [&str; 3] = ["press", "store", "uploads"];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        seen.push(("name of a file".to_owned(), name.clone()));
        if path.is_dir() {
            gather(&path, root, seen);
        } else if !ROOMS.iter().any(|room| name.split('/').next() == Some(room)) {
            seen.push((name, String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_planted_in_the_register_stands_nowhere_else() {
    let town = Town::with(&["formar"], false, |institution| {
        Arc::new(SledStore::open(&institution.folder().join("store")).unwrap()) as Arc<dyn Store>
    });
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let ada = town.at_work(0, "ada", &[Role::Auditor]).await;
    let store = Arc::clone(town.houses[0].store());
    let key = &town.keys[0];

    // A file whose columns nobody knows, one with a wrong year, and a good one; and again as the desk remembers it.
    import(&clerk, "seen", "preview=true", "{\"columns\":{}}", register("1987")).await.refused(422, "rows-open");
    let wrong = import(&clerk, "seen", "preview=true", &said(), register("19877")).await.is(200).body;
    assert_eq!((&wrong["good"], &wrong["bad"]), (&json!(11), &json!(1)), "{wrong}");
    import(&clerk, "wrong", "preview=false", &said(), register("19877")).await.refused(422, "rows-open");
    assert_eq!(import(&clerk, "right", "preview=false", &said(), register("1987")).await.is(200).body["enrolled"], 12);

    // Looked for by whatever is known, corrected, proposed, signed.
    for (words, count) in
        [("nahuinlla", 1), ("ALUMNO-77413901", 1), ("79.345.128", 0), ("inigo.plantado@correo.example", 0)]
    {
        let of_words = clerk.post("awards/search", &json!({"words": words})).await.is(200).body;
        assert_eq!(of_words["awards"].as_array().unwrap().len(), count, "{words}");
    }
    let hers = clerk.post("awards/search", &json!({"words": "Ñahuinlla"})).await.is(200).body["awards"][0].clone();
    let path = format!("awards/{}", hers["id"].as_str().unwrap());
    clerk
        .put(&path, &json!({"name": format!("{} 2", PLANTED[0]), "version": hers["version"]}))
        .await
        .refused(422, "rows-open");
    clerk.put(&path, &json!({"hours": "24", "version": hers["version"]})).await.is(200);
    clerk.put(&path, &json!({"hours": "24", "version": hers["version"]})).await.refused(409, "stale");
    let batch = clerk.issue(&sol, "GIN", "b", key).await;
    let award = clerk.get(&path).await.is(200).body;
    let serial = award["serials"][0].as_str().unwrap().to_owned();

    // Printed, handed out, read, withdrawn, given to its person.
    let order = clerk.post("paper", &json!({"batch": batch, "form": "archive"})).await.is(202).body;
    let order = format!("paper/{}", order["id"].as_str().unwrap());
    while clerk.get(&order).await.is(200).body["state"] == "working" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    clerk.get(&format!("{order}/1")).await.is(200);
    clerk.get(&format!("certificates/{serial}/paper")).await.is(200);
    clerk.get(&format!("certificates/{serial}/file")).await.is(200);
    let link = clerk.post(&format!("certificates/{serial}/delivery"), &json!({})).await.is(201).body;
    let (of, secret) = link["link"].as_str().unwrap().split_once('#').unwrap().1.split_once('.').unwrap();
    let person = town.visitor();
    person.post("delivery", &json!({"institution": of, "secret": secret})).await.is(200);
    person.post("delivery", &json!({"institution": of, "secret": "x"})).await.refused(404, "delivery-unknown");
    let serials = json!({"serials": [serial], "passphrase": key});
    sol.post("certificates/suspend", &serials).await.is(200);
    ana.get(&format!("{path}/export")).await.is(200);
    ana.get(&format!("certificates/{serial}/export")).await.is(200);

    let look = async |seen: &mut Vec<(String, String)>| {
        for page in [
            "log?limit=200",
            "members",
            "standing",
            "tokens",
            "statistics?by=achievement,month",
            "statistics.csv?by=month",
        ] {
            seen.push((page.to_owned(), ada.get(page).await.is(200).text));
        }
        seen.push(("batches".to_owned(), ada.get("batches").await.is(200).text));
        seen.push(("hand-in".to_owned(), sol.get("keys/hand-in").await.is(200).text));
        for page in ["/healthz", "/about", "/api/desk/institutions"] {
            seen.push((page.to_owned(), ada.ask("GET", page, &[], Body::empty()).await.is(200).text));
        }
        for (act, line) in store.acts(0, 10_000).unwrap() {
            seen.push((format!("act {}", act.number), String::from_utf8(line).unwrap()));
        }
        for setting in [Setting::Columns(super::GIN.to_owned()), Setting::Logo, Setting::Paper] {
            let value = store.settled(&setting).unwrap().unwrap_or_default();
            seen.push((setting.name(), String::from_utf8_lossy(&value).into_owned()));
        }
        let folder = town.houses[0].institution().folder().to_owned();
        gather(&folder, &folder, seen);
    };
    let mut seen = Vec::new();
    look(&mut seen).await;
    ana.post("awards/erase", &json!({"ids": [hers["id"]]})).await.is(204);
    clerk.get(&format!("certificates/{serial}/file")).await.refused(404, "not-found");
    look(&mut seen).await;
    seen.extend(town.log.lock().unwrap().iter().map(|line| ("log of the server".to_owned(), line.clone())));
    let everybody = [&clerk, &sol, &ana, &ada, &person];
    for (what, text) in everybody.iter().flat_map(|visitor| visitor.exchanged.lock().unwrap().clone()) {
        let text = match what {
            "address" => percent_decoded(&text),
            // What is wrong with a row is told to whoever sent it, with the cell; the rest of a refusal is anybody's.
            "refusal" => {
                let mut refusal: Value = serde_json::from_str(&text).unwrap_or_default();
                if let Value::Object(members) = &mut refusal {
                    for own in ["columns", "problems"] {
                        members.remove(own);
                    }
                }
                refusal.to_string()
            }
            _ => text,
        };
        seen.push((what.to_owned(), text));
    }
    // The planted is found where it is, so it would be found elsewhere too.
    let there =
        clerk.exchanged.lock().unwrap().iter().any(|(what, text)| *what == "refusal" && !found(text).is_empty());
    assert!(there, "what is wrong with a row names its cell");
    assert_eq!(found("RÉFÉRENCE: quetzalcoatl"), ["Quetzalcóatl"]);
    assert_eq!(found(&percent_decoded("/x?name=%C3%91ahuinlla")), ["Ñahuinlla"]);
    for kind in [
        "address",
        "headers",
        "refusal",
        "log of the server",
        "name of a file",
        "publish/log.txt",
        "publish/checkpoint.json",
        "trust.json",
    ] {
        assert!(seen.iter().any(|(place, text)| place == kind && !text.is_empty()), "{kind} was not looked at");
    }
    for (place, text) in seen {
        assert_eq!(found(&text), Vec::<&str>::new(), "{place}: {text}");
    }
}
