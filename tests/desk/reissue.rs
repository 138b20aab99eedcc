//! What may be certified again, and how late.

use serde_json::json;
use skillpass::desk::leak::Leak;
use skillpass::store::acts::Hand;
use skillpass::store::staff::Role;

use super::{Town, people};

/// An award older than thirty days is signed anew only as what it is by then, one from the archive: whoever asks for it learns that before
/// anything is proposed, and the certificate that is out stays as it is.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_awarded_long_ago_is_not_signed_again_as_new() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    clerk.import("achievement=GIN", "k", "", &people(&[("Ana Paz", 1990), ("Bea Ruiz", 1991)])).await.is(200);
    clerk.issue(&sol, "GIN", "b", &town.keys[0]).await;
    let house = &town.houses[0];
    let (institution, store) = (house.institution(), house.store());
    let named = institution.method().as_str().to_owned();
    let leak = Leak::of(&institution, &named, super::time("2026-04-01T00:00:00Z")).unwrap();
    let by = Hand::program(town.now());
    assert_eq!(leak.reopen(&institution, &**store, &by).unwrap(), 2);
    // Awarded on 13 March; thirty days later the last one is signed, and one day later none.
    town.wait(2 * 86_400);
    let (clerk, sol) = (town.signed_in(0, "carla").await, town.signed_in(0, "sol").await);
    let open = clerk.get("awards?achievement=GIN&state=open").await.is(200).body;
    let id = |at: usize| open["awards"][at]["id"].clone();
    let batch = clerk.propose("GIN", json!([id(0)]), "in-time").await.is(201).body;
    let release = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
    let path = format!("batches/{}", batch["id"].as_str().unwrap());
    sol.post(&format!("{path}/release"), &release).await.is(202);
    assert_eq!(sol.settled(batch["id"].as_str().unwrap()).await["state"], "done");
    town.wait(2 * 86_400);
    let clerk = town.signed_in(0, "carla").await;
    let refused = clerk.propose("GIN", json!([id(1)]), "late").await.refused(422, "rows-open").body;
    assert_eq!(refused["problems"][0]["code"], "award-too-old");
    assert!(refused["problems"][0]["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{refused}");
    let award = clerk.get(&format!("awards/{}", id(1).as_str().unwrap())).await.is(200).body;
    assert_eq!((&award["state"], &award["certificates"][0]["state"]), (&json!("open"), &json!("issued")));
}
