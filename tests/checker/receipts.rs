//! Receipts of a counter: signed on the device, with one key until it is forgotten, and without a word about the person.

use serde_json::{Value, json};
use skillpass::verify::receipt::Receipt;

use super::offline::NOTHING_STORED;
use super::{arrive, catch_files, caught};
use crate::browser::Visitor;
use crate::page::{NAME, digits, good, revoked};

/// Checks a certificate, and saves its receipt: what it says.
async fn receipt(visitor: &Visitor, document: &Value, outcome: &str) -> Value {
    visitor.ask(&format!("void (location.hash = '{}')", digits(document))).await;
    visitor.see(&format!(".verdict[data-outcome={outcome}]")).await;
    catch_files(visitor).await;
    visitor.press(".verdict .receipt").await;
    let file = caught(visitor, 1).await;
    assert_eq!(file["name"], "skillpass-receipt.json");
    let text = file["text"].as_str().unwrap();
    for personal in [NAME, "Ñáñez", "1991", "Genere su idea"] {
        assert!(!text.contains(personal), "{text}");
    }
    let read = Receipt::read(text.as_bytes()).unwrap_or_else(|why| panic!("{why:?}: {text}"));
    assert_eq!(read.claimed().outcome(), outcome);
    visitor.see(".receipt-said .key").await;
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_signed_by_the_key_of_this_device() {
    let Some(mut visitor) = arrive("en", &[]).await else { return };
    visitor.open("").await;
    visitor.until(super::offline::KEPT).await;
    let first = receipt(&visitor, &good(), "accept").await;
    assert_eq!((&first["pilot"], &first["host"]), (&json!(true), &visitor.ask("location.host").await), "{first}");
    assert_eq!(first["lists"].as_array().unwrap().iter().filter(|list| list["vouches"] == true).count(), 1, "{first}");
    let checker = first["checker"].as_str().unwrap().to_owned();
    assert_eq!(visitor.see(".receipt-said .key").await, checker);
    assert_eq!(visitor.see("#device .key").await, checker);
    visitor.fits("receipt").await;
    visitor.picture("60-receipt", true).await;
    // The same in words, for a person.
    visitor.press(".receipt-said button").await;
    let words = caught(&visitor, 2).await;
    assert_eq!(words["name"], "skillpass-receipt-en.txt");
    let said = words["text"].as_str().unwrap();
    for fact in ["PILOT", "Result: accepted", "2026-", "institutions ", "withdrawals ", "Autoridad de prueba", &checker]
    {
        assert!(said.contains(fact), "{fact}: {said}");
    }
    assert!(said.contains(first["certificate"].as_str().unwrap()) && !said.contains(NAME), "{said}");
    // The next person's receipt has the same key, also after the page was closed, and without the network.
    visitor.cut().await;
    visitor.open("?later").await;
    assert_eq!(visitor.see("#device .key").await, checker);
    let second = receipt(&visitor, &revoked(), "reject").await;
    assert_eq!(second["checker"], checker.as_str());
    assert_ne!(second["certificate"], first["certificate"]);
    // Nothing but the key is there.
    assert_eq!(
        visitor.ask("Object.keys(localStorage).filter((key) => key !== 'language')").await,
        json!(["receipt-key"])
    );
    assert!(!visitor.ask("JSON.stringify(localStorage)").await.as_str().unwrap().contains(NAME));
    // Forgotten, it is gone; the next receipt has another.
    visitor.press("#device .forget-key").await;
    visitor
        .until("document.querySelector('.receipt-said') === null && document.querySelector('#device .key') === null")
        .await;
    visitor.until(NOTHING_STORED).await;
    visitor.picture("61-receipt-forgotten", true).await;
    let third = receipt(&visitor, &good(), "accept").await;
    assert_ne!(third["checker"], checker.as_str());
    // `/about`, the manifest and the lists were not reached.
    visitor.leave(4).await;
}

/// Whoever only checks has no key.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_receipt_there_is_no_key() {
    let Some(visitor) = arrive("es", &[]).await else { return };
    visitor.open(&format!("#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert!(visitor.ask("document.querySelector('#device').hidden").await.as_bool().unwrap());
    visitor.until(NOTHING_STORED).await;
    visitor.leave(0).await;
}

/// A browser that keeps nothing makes receipts all the same, of one key until the page is closed; and says so.
#[tokio::test(flavor = "multi_thread")]
async fn where_storage_is_refused_the_key_lives_as_long_as_the_page() {
    let Some(visitor) = arrive("fr", &[]).await else { return };
    let source =
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })";
    visitor.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
    visitor.open("").await;
    let first = receipt(&visitor, &good(), "accept").await;
    let second = receipt(&visitor, &revoked(), "reject").await;
    assert_eq!(first["checker"], second["checker"]);
    let words: Value = serde_json::from_str(include_str!("../../web/i18n/fr.json")).unwrap();
    assert!(visitor.see("#device").await.contains(words["page.receipt.unkept"].as_str().unwrap()));
    visitor.open("?again").await;
    let third = receipt(&visitor, &good(), "accept").await;
    assert_ne!(third["checker"], first["checker"]);
    visitor.leave(0).await;
}

/// No receipt says what nobody has seen on the screen: where the answer is another one by now, there is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_not_of_another_answer() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    visitor.open(&format!("#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    catch_files(&visitor).await;
    // A year later.
    visitor.ask("void (() => { const real = Date.now; Date.now = () => real() + 366 * 24 * 3600 * 1000; })()").await;
    visitor.press(".verdict .receipt").await;
    let words: Value = serde_json::from_str(include_str!("../../web/i18n/en.json")).unwrap();
    assert_eq!(visitor.see(".receipt-said p").await, words["page.receipt.changed"].as_str().unwrap());
    assert_eq!(visitor.ask("offered.length").await, 0);
    visitor.leave(0).await;
}
