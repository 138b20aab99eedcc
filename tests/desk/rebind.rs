//! A certificate is bound to a new key by two people, over the desk's own calls: proposed after it was verified, released by another.

use std::sync::Arc;

use axum::body::Body;
use serde_json::{Value, json};
use skillpass::store::acts::What;
use skillpass::store::staff::Role;

use super::Town;
use crate::common::documents::{changed, did_key, module, signed};
use crate::common::packs::Parts;

/// From the desk's morning to the usual time of the vectors.
const DAYS_TO_MAY: i64 = 24;

/// A list that knows the tests' first institution, and this one with the scope.
pub fn town(rebind: bool) -> Town {
    let town = Town::of(&["formar"]);
    let parts = Parts::of_tests().with_counter(town.houses[0].institution().card(), rebind);
    // The desk's morning is in April, the list's in May.
    town.wait(DAYS_TO_MAY * 86_400);
    town.trusting(crate::common::packs::read(&parts.to_bytes()).unwrap());
    town
}

fn wanted() -> Value {
    json!({"certificate": signed(&module()).to_string(), "holder": did_key("next phone")})
}

#[tokio::test(flavor = "multi_thread")]
async fn proposed_by_one_and_released_by_another() {
    let town = town(true);
    let store = Arc::clone(town.houses[0].store());
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let key = |name: &'static str| [("idempotency-key", name)];
    let batch = clerk.send("POST", "rebindings", &key("r"), &wanted()).await.is(201).body;
    assert_eq!((&batch["state"], &batch["rebinding"]["old"]), (&"proposed".into(), &Value::Null), "{batch}");
    assert_eq!(clerk.send("POST", "rebindings", &key("r"), &wanted()).await.is(201).body, batch);
    let other = json!({"certificate": wanted()["certificate"], "holder": did_key("thief")});
    clerk.send("POST", "rebindings", &key("r"), &other).await.refused(409, "key-reused");
    let id = batch["id"].as_str().unwrap();
    let file = format!("batches/{id}/delegation");
    clerk.get(&file).await.refused(404, "not-found");

    let release = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
    let path = format!("batches/{id}/release");
    clerk.post(&path, &release).await.refused(403, "not-allowed");
    sol.post(&path, &release).await.is(202);
    let done = sol.settled(id).await;
    assert_eq!((&done["state"], &done["signed"], &done["published"]), (&"done".into(), &1.into(), &true.into()));
    let said = clerk.ask("GET", &file, &[], Body::empty()).await.is(200);
    let document: Value = serde_json::from_str(&said.text).unwrap();
    assert_eq!(document["credentialSubject"]["id"], did_key("next phone").as_str());
    assert!(!said.text.contains("Mar\u{ed}a") && !said.text.contains("1987"), "{}", said.text);
    let acts = store.acts(0, usize::MAX).unwrap();
    assert_eq!(acts.iter().filter(|(act, _)| act.what == What::Rebound).count(), 1);
    // A second time there is nothing to sign.
    sol.post(&path, &release).await.refused(409, "not-now");
    clerk.send("POST", "rebindings", &key("again"), &wanted()).await.refused(422, "same");
    // It is no certificate: it has no paper.
    let serial = store.records().unwrap()[0].serial.clone();
    sol.get(&format!("certificates/{serial}/paper")).await.refused(404, "not-found");
    // And it is withdrawn like one.
    let revoke = json!({"serials": [serial], "reason": "error", "passphrase": town.keys[0]});
    sol.post("certificates/revoke", &revoke).await.is(200);
    clerk.get(&file).await.refused(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proposed_it_does_not_release_it_and_nothing_bad_is_proposed() {
    let one = town(true);
    let both = one.at_work(0, "ciro", &[Role::Clerk, Role::Signatory]).await;
    let key = |name: &'static str| [("idempotency-key", name)];
    let batch = both.send("POST", "rebindings", &key("r"), &wanted()).await.is(201).body;
    let path = format!("batches/{}/release", batch["id"].as_str().unwrap());
    both.post(&path, &json!({"digest": batch["digest"], "passphrase": one.keys[0]})).await.refused(403, "same-person");
    let mut altered = wanted();
    altered["certificate"] = altered["certificate"].as_str().unwrap().replace("1987", "1988").into();
    both.send("POST", "rebindings", &key("a"), &altered).await.refused(422, "rejected");
    let mut nobody = wanted();
    nobody["holder"] = "did:web:x.example".into();
    both.send("POST", "rebindings", &key("b"), &nobody).await.refused(400, "malformed");
    let mut nothing = wanted();
    nothing["certificate"] = "{}".into();
    both.send("POST", "rebindings", &key("c"), &nothing).await.refused(422, "no-proof");
    // Of two nobody knows which.
    let mut two = wanted();
    two["certificate"] = format!(
        "[{0},{1}]",
        signed(&module()),
        signed(&changed(&module(), "/id", "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f04".into()))
    )
    .into();
    both.send("POST", "rebindings", &key("d"), &two).await.refused(400, "malformed");
    // By a list that does not say that it may.
    let other = town(false);
    let clerk = other.at_work(0, "carla", &[Role::Clerk]).await;
    clerk.send("POST", "rebindings", &key("r"), &wanted()).await.refused(422, "not-entitled");
    let ada = other.at_work(0, "ada", &[Role::Auditor]).await;
    ada.send("POST", "rebindings", &key("r"), &wanted()).await.refused(403, "not-allowed");
}
