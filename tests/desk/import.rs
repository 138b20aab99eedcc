//! Registers at the desk: columns that a clerk explains, files that come in parts, old awards, and what was issued before there was a register.

use axum::body::Body;
use serde_json::{Value, json};
use skillpass::store::State;
use skillpass::store::setting::Setting;
use skillpass::store::staff::Role;

use super::{Answer, GIN, Town, Visitor, many, people, sample};

const OWN: [(&str, &str); 2] = [("x-skillpass-desk", "1"), ("origin", "http://desk.example")];

/// As a learning platform writes it: names in two columns, words of its own, and what is never kept.
const MOODLE: &str = "Last bit,First bit,Born,Ended,Email address,How,Time\n\
                      Ñáñez,Zoila,1990,2026-03-13,z@x.example,presencial,20\n\
                      Ruiz,Bea,1991,2026-03-13,b@x.example,en línea,20\n";

fn said(order: &str) -> String {
    let columns = json!({
        "columns": {
            "Last bit": "family-names", "First bit": "given-names", "Born": "birth-year", "Ended": "award-date", "How": "modality",
            "Time": "hours",
        },
        "nameOrder": order,
    });
    columns.to_string()
}

fn meaning(seen: &Value, header: &str) -> Value {
    let columns = seen["columns"].as_array().unwrap();
    columns.iter().find(|column| column["header"] == header).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_explained_once_and_remembered_for_the_achievement() {
    let town = Town::of(&["formar", "otro"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let query = "achievement=GIN&preview=true";
    let look = async |columns: String| clerk.explained(query, "", &columns, MOODLE.as_bytes()).await;
    // Unexplained it cannot be read; what its columns are is asked, with some cells of each that may be kept.
    let asked = look(String::new()).await.refused(422, "rows-open").body;
    assert_eq!(meaning(&asked, "Born"), json!({"header": "Born", "cells": ["1990", "1991"], "meaning": "ignored"}));
    assert_eq!(meaning(&asked, "Email address"), json!({"header": "Email address", "cells": [], "meaning": null}));
    let meanings = asked["meanings"].as_array().unwrap();
    assert!(meanings.contains(&json!("given-names")) && !meanings.contains(&json!("units")), "{meanings:?}");
    look("nonsense".to_owned()).await.refused(400, "request");
    clerk.import(&format!("{query}&columns={{}}"), "", "", MOODLE.as_bytes()).await.refused(400, "request");

    let seen = look(said("given-first")).await.is(200).body;
    assert_eq!((&seen["good"], &seen["first"][0]["name"]), (&json!(2), &json!("Zoila Ñáñez")), "{seen}");
    assert_eq!(meaning(&seen, "Last bit")["meaning"], "family-names");
    // A look keeps nothing.
    look(String::new()).await.refused(422, "rows-open");
    let taken = clerk.explained("achievement=GIN", "k", &said("given-first"), MOODLE.as_bytes()).await;
    assert_eq!(taken.is(200).body["enrolled"], 2);
    let again = look(String::new()).await.is(200).body;
    assert_eq!((&again["standing"]["unchanged"], &again["nameOrder"]), (&json!(2), &json!("given-first")));
    // What is said now goes before what was said then; another achievement and institution know nothing of it.
    let other = look(said("family-first")).await.is(200).body;
    assert_eq!(other["first"][0]["name"], "Ñáñez Zoila");
    clerk.import("achievement=ISUN&preview=true", "", "", MOODLE.as_bytes()).await.refused(422, "rows-open");
    let stranger = town.at_work(1, "eva", &[Role::Clerk]).await;
    stranger.import("achievement=GIN&preview=true", "", "", MOODLE.as_bytes()).await.refused(422, "rows-open");
}

impl Visitor {
    /// A register whose columns are said.
    async fn explained(&self, query: &str, key: &str, columns: &str, file: &[u8]) -> Answer {
        let mut headers = OWN.to_vec();
        headers.extend([("idempotency-key", key), ("x-skillpass-columns", columns)]);
        headers.retain(|(_, value)| !value.is_empty());
        self.ask("POST", &format!("imports?{query}"), &headers, file.to_vec().into()).await
    }

    async fn part(&self, id: &str, at: usize, bytes: &[u8]) -> Answer {
        self.ask("PUT", &format!("uploads/{id}?at={at}"), &OWN, Body::from(bytes.to_vec())).await
    }
}

/// G-14: the first row of a file without headings is a person, and nothing that is said of it is asked for or kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_begins_with_a_person_has_no_columns_to_explain() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let file = sample("bad/no-header-row.csv");
    let columns = json!({"columns": {
        "Mar\u{ed}a Elena Su\u{e1}rez Ni\u{f1}o": "name", "1988": "birth-year", "14/03/2026": "award-date", "20": "hours",
        "presencial": "modality",
    }});
    let ascii: String = columns.to_string().chars().map(escaped).collect();
    for (query, columns) in [("&preview=true", ""), ("&preview=true", ascii.as_str()), ("", ascii.as_str())] {
        let asked = clerk.explained(&format!("achievement=GIN{query}"), "k", columns, &file).await;
        let asked = asked.refused(422, "rows-open").body;
        assert_eq!(asked["problems"][0]["code"], "no-header");
        assert!(asked["columns"].as_array().is_none_or(Vec::is_empty), "{asked}");
        assert!(!asked.to_string().contains("Elena"), "{asked}");
    }
    let store = town.houses[0].store();
    assert_eq!(store.settled(&Setting::Columns(GIN.to_owned())), Ok(None));
    assert_eq!(store.awards_after("", 1), Ok(vec![]));
}

/// G-14: what is said of a column that is somebody's address or number is for the one file. It may have been another sheet's first row.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_columns_without_titles_is_not_remembered() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let store = town.houses[0].store();
    let remembered = || store.settled(&Setting::Columns(GIN.to_owned())).unwrap();
    for (also_said, enrolled, is_remembered) in
        [("z@x.example", 2, false), ("79.345.128", 0, false), ("1990", 0, false), ("Email address", 0, true)]
    {
        let mut columns: Value = serde_json::from_str(&said("given-first")).unwrap();
        columns["columns"][also_said] = "ignored".into();
        let taken = clerk.explained("achievement=GIN", also_said, &columns.to_string(), MOODLE.as_bytes()).await;
        assert_eq!(taken.is(200).body["enrolled"], enrolled, "{also_said}");
        assert_eq!(remembered().is_some(), is_remembered, "{also_said}");
    }
}

/// As a page writes JSON into a header.
fn escaped(letter: char) -> String {
    if letter.is_ascii() { letter.to_string() } else { format!("\\u{:04x}", u32::from(letter)) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_comes_in_parts_and_is_gone_once_it_is_in() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let other = town.at_work(0, "celia", &[Role::Clerk]).await;
    let file = many(40);
    let begun = clerk.post("uploads", &json!({})).await.is(201).body;
    let id = begun["id"].as_str().unwrap();
    assert_eq!(begun["part"], 4 * 1024 * 1024);
    let (first, rest) = file.split_at(700);
    assert_eq!(clerk.part(id, 0, first).await.is(200).body["got"], 700);
    // A part that is sent again changes nothing; one with a gap before it is refused; and it is nobody else's.
    assert_eq!(clerk.part(id, 0, first).await.is(200).body["got"], 700);
    clerk.part(id, 701, rest).await.refused(409, "stale");
    other.part(id, 700, rest).await.refused(404, "not-found");
    clerk.part(id, 700, &vec![0; 4 * 1024 * 1024 + 1]).await.refused(413, "file-too-large");
    assert_eq!(clerk.part(id, 700, rest).await.is(200).body["got"], file.len());
    let query = format!("achievement=GIN&upload={id}");
    other.import(&query, "k", "", b"").await.refused(404, "not-found");
    assert_eq!(clerk.import(&format!("{query}&preview=true"), "", "", b"").await.is(200).body["good"], 40);
    assert_eq!(clerk.import(&query, "k", "", b"").await.is(200).body["enrolled"], 40);
    clerk.import(&query, "k", "", b"").await.refused(404, "not-found");
    let folder = town.houses[0].institution().folder().join("uploads");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    // Four at a time; the one that was idle longest makes room.
    let mut ids = Vec::new();
    for _ in 0..5 {
        town.wait(1);
        ids.push(clerk.post("uploads", &json!({})).await.is(201).body["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 4);
    clerk.part(&ids[0], 0, b"x").await.refused(404, "not-found");
    clerk.delete(&format!("uploads/{}", ids[1])).await.is(204);
    clerk.delete(&format!("uploads/{}", ids[1])).await.refused(404, "not-found");
    // Nobody waits for one for more than an hour, and none outlives somebody's being forgotten.
    clerk.part(&ids[2], 0, b"x").await.is(200);
    town.wait(3_601);
    let house = &town.houses[0];
    house.tidy(town.now());
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    let clerk = town.signed_in(0, "carla").await;
    clerk.part(&ids[3], 0, b"x").await.refused(404, "not-found");
    let id = clerk.post("uploads", &json!({})).await.is(201).body["id"].as_str().unwrap().to_owned();
    clerk.part(&id, 0, &file).await.is(200);
    town.wait(3_601);
    let clerk = town.signed_in(0, "carla").await;
    clerk.import(&format!("achievement=GIN&preview=true&upload={id}"), "", "", b"").await.refused(404, "not-found");
    let id = clerk.post("uploads", &json!({})).await.is(201).body["id"].as_str().unwrap().to_owned();
    clerk.part(&id, 0, &file).await.is(200);
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let award = house.store().awards_after("", 1).unwrap().remove(0).id;
    ana.post("awards/erase", &json!({"ids": [award]})).await.is(204);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    clerk.part(&id, 0, b"x").await.refused(404, "not-found");
}

/// So many wrong rows that no header names them all.
#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_row_is_left_out_in_a_word() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let mut file = String::from_utf8(people(&[("Ana Paz", 1990)])).unwrap();
    for _ in 0..20_000 {
        file.push_str("Persona Equivocada;19885;2026-03-13;20;presencial\n");
    }
    let seen = clerk.import("achievement=GIN&preview=true", "", "", file.as_bytes()).await.is(200).body;
    assert_eq!((&seen["good"], &seen["bad"]), (&json!(1), &json!(20_000)));
    clerk.import("achievement=GIN", "k", "", file.as_bytes()).await.refused(422, "rows-open");
    clerk.import("achievement=GIN&leaveOut=some", "k", "", file.as_bytes()).await.refused(400, "request");
    let taken = clerk.import("achievement=GIN&leaveOut=wrong", "k", "", file.as_bytes()).await.is(200).body;
    assert_eq!((&taken["enrolled"], &taken["left"]), (&json!(1), &json!(20_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn old_awards_are_attested_from_the_archive_beside_new_ones() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let sheet = clerk.get("achievements/GIN/sheet?form=csv&lang=es&fromArchive=true").await.is(200).text;
    assert!(sheet.contains("Referencia de archivo"), "{sheet}");
    let old = "Nombre completo;Año de nacimiento;Fecha de certificación;Referencia de archivo\n\
               Ana Paz;1960;1999-03-12;Libro 3, folio 12\nEufrasia Óscar;1961;2001-05-04;Libro 4, folio 1\n";
    clerk.import("achievement=GIN&fromArchive=perhaps", "k", "", old.as_bytes()).await.refused(400, "request");
    clerk.import("achievement=GIN&fromArchive=true", "k", "", old.as_bytes()).await.is(200);
    clerk.import("achievement=GIN", "k2", "", &people(&[("Bea Ruiz", 1991)])).await.is(200);
    clerk.issue(&sol, "GIN", "b", &town.keys[0]).await;
    let kinds = |town: &Town| {
        let records = town.houses[0].store().records().unwrap();
        let mut kinds: Vec<String> = records
            .iter()
            .filter(|record| record.state == State::Issued)
            .map(|record| {
                let document: Value = serde_json::from_str(&record.document).unwrap();
                document["credentialSubject"]["achievement"]["achievementType"].as_str().unwrap().to_owned()
            })
            .collect();
        kinds.sort();
        kinds
    };
    assert_eq!(kinds(&town), ["ext:FromArchive", "ext:FromArchive", "ext:ModuleCompletion"]);
    // And corrected under the rules of its own kind.
    let found = clerk.post("awards/search", &json!({"words": "ana paz"})).await.is(200).body;
    let id = found["awards"][0]["id"].as_str().unwrap();
    let version = &found["awards"][0]["version"];
    let wrong = json!({"archive": "", "version": version});
    clerk.put(&format!("awards/{id}"), &wrong).await.refused(422, "rows-open");
    let right = json!({"archive": "Libro 3, folio 21", "version": version});
    let corrected = clerk.put(&format!("awards/{id}"), &right).await.is(200).body;
    assert_eq!((&corrected["archive"], &corrected["state"]), (&json!("Libro 3, folio 21"), &json!("open")));
    clerk.issue(&sol, "GIN", "b2", &town.keys[0]).await;
    assert_eq!(kinds(&town).len(), 3);
    let records = town.houses[0].store().records().unwrap();
    assert!(records.iter().any(|record| record.document.contains("folio 21") && record.state == State::Issued));
}

/// What the command line issued is found at the desk once its register comes in, and corrected there.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_issued_before_there_was_a_register_is_corrected_at_the_desk() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let file = String::from_utf8(people(&[("Ana Paz", 1990), ("Bea Ruiz", 1991), ("Ciro Sol", 1992)])).unwrap();
    let house = &town.houses[0];
    town.issue_at_once(file.as_bytes(), false);
    // Two as they were issued, and one whose hours were wrong.
    let changed = file.replacen("Ciro Sol;1992;2026-03-13;20", "Ciro Sol;1992;2026-03-13;24", 1);
    let seen = clerk.import("achievement=GIN&preview=true", "", "", changed.as_bytes()).await.is(200).body;
    assert_eq!(seen["standing"], json!({"new": 0, "changed": 1, "unchanged": 2}));
    let taken = clerk.import("achievement=GIN&corrections=true", "k", "", changed.as_bytes()).await.is(200).body;
    assert_eq!((&taken["enrolled"], &taken["already"], &taken["corrected"]), (&json!(0), &json!(2), &json!(1)));
    // A repeated import brings nothing twice.
    clerk.import("achievement=GIN&corrections=true", "k", "", changed.as_bytes()).await.is(200);
    let awards = house.store().awards_after("", 100).unwrap();
    assert_eq!(awards.len(), 3);
    assert!(awards.iter().all(|award| award.serials.len() == 1));

    // The one goes to the second person as a correction; another is corrected by what is typed.
    let found = clerk.post("awards/search", &json!({"words": "ana"})).await.is(200).body["awards"][0].clone();
    assert_eq!(found["state"], "issued");
    let typed = json!({"name": "Ana Paz Rojas", "version": found["version"]});
    clerk.put(&format!("awards/{}", found["id"].as_str().unwrap()), &typed).await.is(200);
    let batch = clerk.issue(&sol, "GIN", "b", &town.keys[0]).await;
    assert_eq!(sol.get(&format!("batches/{batch}")).await.body["count"], 2);
    let records = house.store().records().unwrap();
    let revoked = records.iter().filter(|record| matches!(record.state, State::Revoked(_))).count();
    assert_eq!((records.len(), revoked), (5, 2));
    let (store, audited) = (house.store(), records.len());
    assert_eq!(store.log_size().unwrap(), audited as u64);
}

/// Sent twice under one key, a call is answered alike and done once.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_sent_again_is_done_once() {
    let town = Town::of(&["formar"]);
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let rosa = town.at_work(0, "rosa", &[Role::Administrator]).await;
    let body = json!({"name": "Moodle", "days": 30});
    let key = [("idempotency-key", "one")];
    let first = ana.send("POST", "tokens", &key, &body).await.is(201).body;
    assert_eq!(ana.send("POST", "tokens", &key, &body).await.is(201).body, first);
    ana.send("POST", "tokens", &key, &json!({"name": "Other", "days": 30})).await.refused(409, "key-reused");
    // Another person's key is another one, and so is another key.
    assert_ne!(rosa.send("POST", "tokens", &key, &body).await.is(201).body, first);
    assert_ne!(ana.send("POST", "tokens", &[("idempotency-key", "two")], &body).await.is(201).body, first);
    assert_eq!(ana.get("tokens").await.is(200).body.as_array().unwrap().len(), 3);
    // What was refused may be asked again; and after ten minutes a key is new.
    ana.send("POST", "tokens", &[("idempotency-key", "bad")], &json!({"name": "", "days": 1}))
        .await
        .refused(400, "malformed");
    ana.send("POST", "tokens", &[("idempotency-key", "bad")], &json!({"name": "T", "days": 1})).await.is(201);
    town.wait(600);
    assert_ne!(ana.send("POST", "tokens", &key, &body).await.is(201).body, first);
}
