//! A certificate of another institution on paper again, over the desk's own call: verified, printed, and one line in the log of acts.

use std::sync::Arc;

use serde_json::{Value, json};
use skillpass::store::acts::What;
use skillpass::store::staff::Role;

use super::rebind::town;
use super::{Answer, Visitor};
use crate::common::documents::{module, signed};
use crate::page::{digits, revoked};

async fn again(visitor: &Visitor, wanted: &Value) -> Answer {
    visitor.post("reprints", wanted).await
}

#[tokio::test(flavor = "multi_thread")]
async fn any_listed_institution_prints_it_again() {
    let town = town(false);
    let store = Arc::clone(town.houses[0].store());
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let (file, code) = (signed(&module()).to_string(), digits(&signed(&module())));
    let one = again(&clerk, &json!({"certificate": file})).await.is(200);
    assert_eq!(one.headers["content-type"], "application/pdf");
    let name = one.headers["content-disposition"].to_str().unwrap();
    assert!(name.ends_with(".pdf\"") && !name.contains("Mar"), "{name}");
    assert!(one.bytes.starts_with(b"%PDF-"));
    // From the code alone it is the same certificate; another size and another language are other papers of it.
    let code = again(&clerk, &json!({"certificate": code, "size": "letter", "language": "ht"})).await.is(200);
    assert_eq!(code.headers["content-disposition"], one.headers["content-disposition"]);
    assert_ne!(code.bytes, one.bytes);
    let acts = store.acts(0, usize::MAX).unwrap();
    let lines: Vec<_> = acts.iter().filter(|(act, _)| act.what == What::Reprinted).collect();
    assert_eq!(lines.len(), 2);
    let me = store.member_of_login("carla").unwrap().unwrap().id;
    assert!(lines.iter().all(|(act, line)| act.by.who == me && !String::from_utf8_lossy(line).contains("Mar\u{ed}a")));
    assert_ne!(lines[0].0.of, lines[1].0.of, "each with its own salt");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_count_or_cannot_be_read_is_not_printed() {
    let one = town(false);
    let sol = one.at_work(0, "sol", &[Role::Signatory]).await;
    let good = signed(&module()).to_string();
    let red = again(&sol, &json!({"certificate": revoked().to_string(), "undecided": true})).await;
    let red = red.refused(422, "rejected");
    assert!(!red.body["title"].as_str().unwrap().contains('{') && !red.body["detail"].is_null(), "{}", red.text);
    again(&sol, &json!({"certificate": "nothing of ours"})).await.refused(422, "not-our-code");
    again(&sol, &json!({"certificate": "{}"})).await.refused(422, "no-proof");
    again(&sol, &json!({"certificate": format!("[{good},{}]", revoked())})).await.refused(400, "malformed");
    for odd in [json!({"size": "a3"}), json!({"language": "xx"}), json!({"form": "card"})] {
        let mut wanted = json!({"certificate": good});
        wanted.as_object_mut().unwrap().extend(odd.as_object().unwrap().clone());
        again(&sol, &wanted).await.refused(400, "malformed");
    }
    let ada = one.at_work(0, "ada", &[Role::Auditor]).await;
    again(&ada, &json!({"certificate": good})).await.refused(403, "not-allowed");
    // Too old a list decides nothing: on paper only for whoever asks for it.
    one.wait(60 * 86_400);
    again(&sol, &json!({"certificate": good})).await.refused(401, "signed-out");
    let sol = one.signed_in(0, "sol").await;
    again(&sol, &json!({"certificate": good})).await.refused(422, "undecided");
    again(&sol, &json!({"certificate": good, "undecided": true})).await.is(200);
    let acts = one.houses[0].store().acts(0, usize::MAX).unwrap();
    assert_eq!(acts.iter().filter(|(act, _)| act.what == What::Reprinted).count(), 1);
    // By a list on which this institution does not stand, it prints nothing.
    let other = super::Town::of(&["formar"]);
    let sol = other.at_work(0, "sol", &[Role::Signatory]).await;
    again(&sol, &json!({"certificate": good})).await.refused(422, "not-listed");
}
