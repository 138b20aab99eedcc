//! A copy of the institution that is made and fetched at the desk, and the folder made again from it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use skillpass::desk::backup::restore;
use skillpass::desk::keyring::Secret;
use skillpass::store::acts::{Hand, What};
use skillpass::store::custody::Custody;
use skillpass::store::staff::Role;

use super::{Town, Visitor, many, people};

/// The copy, once it is made or cannot be.
pub(super) async fn settled(ana: &Visitor) -> Value {
    for _ in 0..1_500 {
        let body = ana.get("backup").await.is(200).body;
        if body["copy"]["state"] != "working" {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("still being made");
}

/// Clerks go on while it is made: what is in it belongs together all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_made_beside_the_work_and_makes_the_folder_again() {
    let town = Town::with(&["formar"], false, |institution| Arc::new(institution.store_in_turn().unwrap()));
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    clerk.import("achievement=GIN", "k", "", &many(100)).await.is(200);
    clerk.issue(&sol, "GIN", "b", &town.keys[0]).await;
    let key = json!({"passphrase": town.keys[0]});
    assert_eq!(ana.get("backup").await.is(200).body, json!({"last": null, "copy": null}));
    ana.post("backup", &json!({"passphrase": "una frase cualquiera"})).await.refused(401, "passphrase-wrong");
    sol.post("backup", &key).await.refused(403, "not-allowed");

    let working = {
        let (clerk, house) = (clerk.clone(), Arc::clone(&town.houses[0]));
        let (stop, stopped) = (Arc::new(std::sync::atomic::AtomicBool::new(false)), 0);
        let told = Arc::clone(&stop);
        let task = tokio::spawn(async move {
            let mut turn: i32 = stopped;
            while !told.load(std::sync::atomic::Ordering::SeqCst) {
                turn += 1;
                let one = people(&[("Nueva Persona", 1900 + turn % 100)]);
                clerk.import("achievement=GIN", &format!("k{turn}"), "", &one).await;
            }
            house.store().acts_size().unwrap()
        });
        (stop, task)
    };
    let secret = Secret::key_file(&town.keys[0]).unwrap();
    let by = Hand::program(town.now());
    let mut names = Vec::new();
    for turn in 0..2 {
        let begun = ana.post("backup", &key).await.is(202).body;
        let id = begun["id"].as_str().unwrap().to_owned();
        let state = settled(&ana).await;
        assert_eq!((&state["copy"]["state"], &state["last"]["name"]), (&json!("done"), &json!("ana")));
        let file = ana.get(&format!("backup/{id}")).await.is(200);
        assert_eq!(file.bytes.len() as u64, state["copy"]["bytes"].as_u64().unwrap());
        names.push(file.headers["content-disposition"].to_str().unwrap().to_owned());
        let folder = tempfile::tempdir().unwrap();
        let (path, again) = (folder.path().join("copy.age"), folder.path().join("again"));
        std::fs::write(&path, &file.bytes).unwrap();
        // It is recomputed, every page of it: what was half written would be found.
        let (institution, _) =
            restore(&path, &again, &secret, &by, &|_| {}).unwrap_or_else(|error| panic!("{turn}: {error:?}"));
        let store = institution.store_in_turn().unwrap();
        use skillpass::store::Store as _;
        assert_eq!((store.custody(), store.records().unwrap().len()), (Ok(Custody::Unconfirmed), 100));
        assert_eq!(institution.card(), town.houses[0].institution().card());
        if turn == 0 {
            continue;
        }
        // The one before is gone.
        ana.get(&format!("backup/{}", "u".repeat(22))).await.refused(404, "not-found");
    }
    let (stop, task) = working;
    stop.store(true, std::sync::atomic::Ordering::SeqCst);
    assert!(task.await.unwrap() > 10, "somebody worked meanwhile");
    assert!(names.iter().all(|name| name.contains("skillpass-") && name.contains("2026-04-10.age")), "{names:?}");
    let me = town.houses[0].store().member_of_login("ana").unwrap().unwrap().id;
    let acts = town.houses[0].store().acts(0, 10_000).unwrap();
    let made: Vec<_> = acts.iter().filter(|(act, _)| act.what == What::BackedUp).map(|(act, _)| &act.by.who).collect();
    assert_eq!(made, [&me, &me]);
    // After an hour nothing of it is left on this disk.
    let folder = town.houses[0].institution().folder().join("copy");
    assert!(folder.exists());
    town.wait(2 * 60 * 60);
    let ana = town.signed_in(0, "ana").await;
    assert_eq!(ana.get("backup").await.is(200).body["copy"], Value::Null);
    assert!(!folder.exists());
}
