//! One-time links to a certificate (threats.md I7; goal G-14).

use serde_json::{Value, json};
use skillpass::desk::delivery::{AGAIN_MINUTES, DELIVERY_HOURS};
use skillpass::store::acts::What;
use skillpass::store::staff::Role;

use super::{Answer, Town, Visitor, people};

/// An institution with two certificates, and their numbers.
async fn issued(town: &Town) -> (Visitor, Visitor, Vec<String>) {
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    clerk.import("achievement=GIN", "k", "", &people(&[("Zoila Planted", 1990), ("Bea Ruiz", 1991)])).await.is(200);
    clerk.issue(&sol, "GIN", "b", &town.keys[0]).await;
    let awards = clerk.get("awards?state=issued").await.is(200).body;
    let awards = awards["awards"].as_array().unwrap().clone();
    let serials = awards.iter().map(|award| award["serials"][0].as_str().unwrap().to_owned()).collect();
    (clerk, sol, serials)
}

/// What stands in a link.
fn presented(made: &Value) -> Value {
    let path = made["path"].as_str().unwrap();
    let (institution, secret) = path.strip_prefix("/get/#").unwrap().split_once('.').unwrap();
    json!({"institution": institution, "secret": secret})
}

async fn fetch(town: &Town, link: &Value) -> Answer {
    town.visitor().post("delivery", link).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_fetches_a_certificate_once_with_file_and_paper() {
    let town = Town::of(&["formar", "otro"]);
    let (clerk, sol, serials) = issued(&town).await;
    let path = format!("certificates/{}/delivery", serials[0]);
    let made = clerk.post(&path, &json!({})).await.is(201).body;
    let link = presented(&made);
    let secret = link["secret"].as_str().unwrap();
    // 128 bits, as base64url behind the multibase letter.
    assert_eq!(secret.len(), 23);
    let address = format!("http://desk.example{}", made["path"].as_str().unwrap());
    assert_eq!(made["link"], address.as_str());
    assert_eq!(made["until"], "2026-04-13T15:04:05Z");
    assert!(made["code"]["runs"].as_array().unwrap().len() > 100);

    let got = fetch(&town, &link).await.is(200).body;
    assert_eq!((&got["serial"], &got["institution"]), (&json!(serials[0]), &json!("Centro formar")));
    let store = town.houses[0].store();
    let record = store.by_serial(&serials[0]).unwrap().unwrap();
    assert_eq!(got["document"], record.document.as_str());
    let pdf = skillpass::base::multibase::base64url_bytes(got["pdf"].as_str().unwrap()).unwrap();
    assert!(pdf.starts_with(b"%PDF-1.7") && pdf.len() < 100 * 1024, "{}", pdf.len());

    // A telephone that lost its network tries again; whoever comes later learns when it was used.
    town.wait(AGAIN_MINUTES * 60 - 1);
    fetch(&town, &link).await.is(200);
    town.wait(1);
    let used = fetch(&town, &link).await.refused(410, "delivery-used");
    assert!(used.body["detail"].as_str().is_some_and(|advice| !advice.is_empty()));

    // Another link, by the signatory; the other institution has none of it.
    let again = presented(&sol.post(&path, &json!({})).await.is(201).body);
    let elsewhere = json!({"institution": town.houses[1].key(), "secret": again["secret"]});
    fetch(&town, &elsewhere).await.refused(404, "delivery-unknown");
    fetch(&town, &json!({"institution": link["institution"], "secret": "uAAAAAAAAAAAAAAAAAAAAAA"}))
        .await
        .refused(404, "delivery-unknown");
    fetch(&town, &again).await.is(200);

    // No log has a secret or a name, and the store keeps no secret.
    let acts = store.acts(0, usize::MAX).unwrap();
    let of = |what: What| acts.iter().filter(|(act, _)| act.what == what).count();
    assert_eq!((of(What::Offered), of(What::Fetched)), (2, 2));
    let lines: String = acts.iter().map(|(_, line)| String::from_utf8_lossy(line).into_owned()).collect();
    let log = town.log.lock().unwrap().join("\n");
    for secret in [secret, again["secret"].as_str().unwrap(), "Planted", &serials[0]] {
        assert!(!log.contains(secret), "{secret}");
        assert!(secret == serials[0] || !lines.contains(secret), "{secret}");
    }
    assert!(log.contains("POST /api/desk/delivery 200"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_and_a_certificate_that_does_not_count_is_not_given() {
    let town = Town::of(&["formar"]);
    let (clerk, _, serials) = issued(&town).await;
    let path = |serial: &str| format!("certificates/{serial}/delivery");
    let late = presented(&clerk.post(&path(&serials[0]), &json!({})).await.is(201).body);
    town.wait(DELIVERY_HOURS * 3_600);
    fetch(&town, &late).await.refused(410, "delivery-ended");

    // Their sessions ended too.
    let clerk = town.signed_in(0, "carla").await;
    let sol = town.signed_in(0, "sol").await;
    let first = presented(&clerk.post(&path(&serials[0]), &json!({})).await.is(201).body);
    let second = presented(&clerk.post(&path(&serials[0]), &json!({})).await.is(201).body);
    fetch(&town, &first).await.refused(410, "delivery-ended");
    let serial = json!({"serials": [serials[0]], "passphrase": town.keys[0]});
    sol.post("certificates/suspend", &serial).await.is(200);
    clerk.post(&path(&serials[0]), &json!({})).await.refused(409, "not-now");
    fetch(&town, &second).await.refused(410, "delivery-withdrawn");
    // It is not used up by that.
    sol.post("certificates/resume", &serial).await.is(200);
    fetch(&town, &second).await.is(200);
    let auditor = town.at_work(0, "aldo", &[Role::Auditor]).await;
    auditor.post(&path(&serials[1]), &json!({})).await.refused(403, "not-allowed");
}

/// Whoever was forgotten has nothing to fetch, and is told of no time that has not come.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_somebody_who_was_forgotten_is_one_that_nobody_knows() {
    let town = Town::of(&["formar"]);
    let (clerk, _, serials) = issued(&town).await;
    let made = clerk.post(&format!("certificates/{}/delivery", serials[0]), &json!({})).await.is(201).body;
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let award = clerk.get(&format!("certificates/{}", serials[0])).await.is(200).body["award"].clone();
    ana.post("awards/erase", &json!({"ids": [award]})).await.is(204);
    fetch(&town, &presented(&made)).await.refused(404, "delivery-unknown");
}

/// The page is one file without anybody else's, and its texts are there in five languages.
#[tokio::test]
async fn the_page_stands_alone() {
    let town = Town::of(&["formar"]);
    let visitor = town.visitor();
    let page = visitor.get("/get/").await.is(200);
    assert!(!page.text.contains("http") && page.text.contains("/get/get.js"));
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    let script = visitor.get("/get/get.js").await.is(200).text;
    let texts = visitor.get("/get/i18n/es.json").await.is(200).body;
    let texts = texts.as_object().unwrap();
    for language in ["pt", "en", "fr", "ht"] {
        let other = visitor.get(&format!("/get/i18n/{language}.json")).await.is(200).body;
        assert!(other.as_object().unwrap().keys().eq(texts.keys()), "{language}");
    }
    let named: std::collections::BTreeSet<&str> =
        script.split('"').filter(|part| part.starts_with("get.") && !part.contains(' ')).collect();
    let own: std::collections::BTreeSet<&str> =
        texts.keys().map(String::as_str).filter(|id| id.starts_with("get.")).collect();
    assert_eq!(named, own);
}
