//! The whole way: founded, invited, a register brought in, proposed, released by a second person, signed, checked, withdrawn, forgotten.

use std::fs;

use serde_json::{Value, json};
use skillpass::credential::credential::Credential;
use skillpass::credential::document::Signed;
use skillpass::interop::rdfc;
use skillpass::store::sled_store::SledStore;
use skillpass::store::staff::Role;
use skillpass::trust::pack::{Anchor, TrustPack};
use skillpass::verify::{Evidence, Outcome, Policy, verify};

use super::{GIN, Town, sample};
use std::sync::Arc;

/// What a verifier says with the pack that stands beside the institution.
fn outcome(town: &Town, document: &str) -> Outcome {
    let bytes = fs::read(town.houses[0].institution().folder().join("trust.json")).unwrap();
    let pack = TrustPack::read(&bytes, &Anchor::NamedByHand).unwrap();
    let evidence = Evidence { suites: rdfc::suites(), ..Evidence::of_packs(vec![pack]) };
    let signed = Signed::<Credential>::read(document.as_bytes()).unwrap();
    verify(&signed, &evidence, &Policy::default(), town.now()).outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn from_an_invitation_to_a_certificate_and_its_end() {
    let town = Town::with(&["formar"], false, |institution| {
        Arc::new(SledStore::open(&institution.folder().join("store")).unwrap())
    });
    let key = town.houses[0].key().to_owned();
    assert_eq!(
        town.visitor().get("institutions").await.is(200).body,
        json!([{"key": key, "name": "Centro formar", "country": "CO"}])
    );

    // The administrator invites a clerk, who chooses a password with the link, once.
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let new = json!({"login": "Carla@centro", "name": "Carla", "roles": ["clerk"]});
    let invited = ana.post("members", &new).await.is(201).body;
    let link = invited["invitation"].as_str().unwrap();
    assert!(invited["member"]["invited"] == true && invited["member"].get("password").is_none());
    let (of, secret) = link.strip_prefix("/desk/#invitation=").unwrap().split_once('.').unwrap();
    let mut clerk = town.visitor();
    let with = |password: &str| json!({"institution": of, "secret": secret, "password": password});
    clerk.post("invitation", &with("corta")).await.refused(422, "password-weak");
    let session = clerk.post("invitation", &with("una frase bien larga")).await.is(200);
    clerk.keep_cookie(&session);
    assert_eq!(session.body["member"]["roles"], json!(["clerk"]));
    assert_eq!(
        (&session.body["institution"]["pilot"], &session.body["institution"]["twoPeople"]),
        (&json!(true), &json!(false))
    );
    town.visitor().post("invitation", &with("otra frase bien larga")).await.refused(401, "invitation-over");
    ana.post("members", &new).await.refused(409, "taken");

    // She looks at a register, and takes it in.
    let file = sample("formar-gin.csv");
    let seen = clerk.import("achievement=GIN&preview=true", "", "", &file).await.is(200).body;
    assert_eq!(
        (&seen["good"], &seen["form"]["encoding"], &seen["standing"]["new"]),
        (&json!(13), &json!("windows-1252"), &json!(13))
    );
    assert_eq!(seen["first"].as_array().unwrap().len(), 10);
    assert_eq!(seen["columns"][0]["meaning"], "name");
    let taken = clerk.import("achievement=GIN", "k1", "", &file).await.is(200).body;
    assert_eq!((&taken["enrolled"], &taken["already"]), (&json!(13), &json!(0)));

    let batch = clerk.propose("GIN", json!("all"), "b1").await.is(201).body;
    assert_eq!((&batch["count"], &batch["state"]), (&json!(13), &json!("proposed")));
    let id = batch["id"].as_str().unwrap();

    // The second person sees five rows and releases with the passphrase. The clerk cannot.
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let seen = sol.get(&format!("batches/{id}")).await.is(200).body;
    assert_eq!(seen["sample"].as_array().unwrap().len(), 5);
    let release = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
    let path = format!("batches/{id}/release");
    clerk.post(&path, &release).await.refused(403, "not-allowed");
    let wrong = json!({"digest": batch["digest"], "passphrase": "otra cosa muy distinta"});
    sol.post(&path, &wrong).await.refused(401, "passphrase-wrong");
    let stale = json!({"digest": "uEiX", "passphrase": town.keys[0]});
    sol.post(&path, &stale).await.refused(409, "stale");
    assert_eq!(sol.get(&format!("batches/{id}")).await.body["state"], "proposed", "nothing was changed");
    sol.post(&path, &release).await.is(202);
    let done = sol.settled(id).await;
    assert_eq!((&done["state"], &done["signed"], &done["published"]), (&json!("done"), &json!(13), &json!(true)));
    sol.post(&path, &release).await.refused(409, "not-now");

    // What was signed is accepted by a verifier.
    let awards = clerk.get("awards?achievement=GIN&state=issued&limit=200").await.is(200).body;
    let awards = awards["awards"].as_array().unwrap().clone();
    assert_eq!(awards.len(), 13);
    let serial = |award: &Value| award["serials"].as_array().unwrap().last().unwrap().as_str().unwrap().to_owned();
    for award in &awards {
        let file = clerk.get(&format!("certificates/{}/file", serial(award))).await.is(200);
        assert!(matches!(outcome(&town, &file.text), Outcome::Accept(_)), "{}", file.text);
        assert!(file.text.contains(award["name"].as_str().unwrap()));
    }

    // A name is corrected, whatever it was: the new certificate takes the place of the old one.
    let (first, old) = (&awards[0], serial(&awards[0]));
    let before = clerk.get(&format!("certificates/{old}/file")).await.text;
    let path = format!("awards/{}", first["id"].as_str().unwrap());
    let fix = json!({"name": "Nombre Corregido", "version": first["version"]});
    let corrected = clerk.put(&path, &fix).await.is(200).body;
    assert_eq!(
        (&corrected["state"], &corrected["name"], &corrected["awarded"]),
        (&json!("open"), &json!("Nombre Corregido"), &first["awarded"])
    );
    clerk.put(&path, &fix).await.refused(409, "stale");
    let batch = clerk.propose(GIN, json!([first["id"]]), "b2").await.is(201).body;
    let id = batch["id"].as_str().unwrap();
    let unusual = sol.get(&format!("batches/{id}")).await.body["unusual"].clone();
    assert!(unusual.as_array().unwrap().iter().any(|it| it["code"] == "corrections"), "{unusual}");
    let release = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
    sol.post(&format!("batches/{id}/release"), &release).await.is(202);
    assert_eq!(sol.settled(id).await["state"], "done");
    let now = clerk.get(&path).await.is(200).body;
    assert_eq!(now["serials"].as_array().unwrap().len(), 2);
    let old_state = clerk.get(&format!("certificates/{old}")).await.is(200).body;
    assert_eq!(
        (&old_state["state"], &old_state["reason"], &old_state["award"]),
        (&json!("revoked"), &json!("replaced"), &first["id"])
    );
    assert!(matches!(outcome(&town, &before), Outcome::Reject(_)));
    let renewed = clerk.get(&format!("certificates/{}/file", serial(&now))).await.text;
    assert!(matches!(outcome(&town, &renewed), Outcome::Accept(_)));

    // Suspended, in force again, withdrawn for good; each is public when it is answered.
    let serial = serial(&awards[1]);
    let document = clerk.get(&format!("certificates/{serial}/file")).await.text;
    let named = json!({"serials": [serial], "passphrase": town.keys[0]});
    clerk.post("certificates/suspend", &named).await.refused(403, "not-allowed");
    assert_eq!(sol.post("certificates/suspend", &named).await.is(200).body, json!([{"serial": serial, "news": true}]));
    assert!(matches!(outcome(&town, &document), Outcome::Reject(_)));
    sol.post("certificates/resume", &named).await.is(200);
    assert!(matches!(outcome(&town, &document), Outcome::Accept(_)));
    let withdrawn = json!({"serials": [serial], "reason": "error", "passphrase": town.keys[0]});
    sol.post("certificates/revoke", &withdrawn).await.is(200);
    assert_eq!(sol.post("certificates/revoke", &withdrawn).await.body[0]["news"], false);
    assert!(matches!(outcome(&town, &document), Outcome::Reject(_)));
    sol.post("certificates/resume", &named).await.refused(409, "final");

    // Exported, then forgotten: the log and the lists stay.
    let id = awards[1]["id"].as_str().unwrap();
    let own = ana.get(&format!("awards/{id}/export")).await.is(200);
    assert!(own.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(own.body["documents"].as_array().unwrap().len(), 1);
    clerk.post("awards/erase", &json!({"ids": [id]})).await.refused(403, "not-allowed");
    ana.post("awards/erase", &json!({"ids": [id]})).await.is(204);
    let gone = clerk.get(&format!("awards/{id}")).await.is(200).body;
    assert_eq!((&gone["name"], &gone["state"]), (&Value::Null, &json!("issued")));
    clerk.get(&format!("certificates/{serial}/file")).await.refused(404, "not-found");
    let word = awards[1]["name"].as_str().unwrap().split(' ').next().unwrap();
    let found = clerk.post("awards/search", &json!({"words": word})).await.is(200).body;
    assert!(found["awards"].as_array().unwrap().iter().all(|award| award["id"] != id));

    // An auditor recomputes the chain.
    let ada = town.at_work(0, "ada", &[Role::Auditor]).await;
    let log = ada.get("log?limit=200").await.is(200).body;
    let acts = log["acts"].as_array().unwrap();
    assert_eq!(log["size"], acts.len());
    for pair in acts.windows(2) {
        assert_ne!(pair[0]["before"], pair[1]["before"]);
    }
    let last = ada.get(&format!("log?from={}", acts.len() - 1)).await.body;
    assert_eq!(last["head"], log["head"]);
    let whats: Vec<&str> = acts.iter().map(|act| act["what"].as_str().unwrap()).collect();
    for what in ["awards-enrolled", "batch-released", "issued", "award-changed", "award-erased", "suspended", "revoked"]
    {
        assert!(whats.contains(&what), "{what}");
    }
    nothing_personal(&town, &log.to_string(), &awards);
}

/// G-14: names of the register stand in no log line, no line of acts, and no public file.
fn nothing_personal(town: &Town, acts: &str, awards: &[Value]) {
    let names: Vec<&str> = awards
        .iter()
        .flat_map(|award| award["name"].as_str().unwrap().split(' '))
        .filter(|word| word.len() > 4)
        .collect();
    let mut seen = vec![("acts".to_owned(), acts.to_owned())];
    seen.extend(town.log.lock().unwrap().iter().map(|line| ("log".to_owned(), line.clone())));
    let institution = town.houses[0].institution();
    let folder = institution.folder();
    for place in ["publish", "status"] {
        for entry in fs::read_dir(folder.join(place)).unwrap() {
            let path = entry.unwrap().path();
            seen.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    seen.push(("trust".to_owned(), fs::read_to_string(folder.join("trust.json")).unwrap()));
    assert!(seen.len() > 50);
    for (place, text) in seen {
        assert!(names.iter().all(|name| !text.contains(name)), "{place}");
        assert!(place != "log" || text.split(' ').nth(1).is_some_and(|route| !route.contains("u_")), "{text}");
    }
}
