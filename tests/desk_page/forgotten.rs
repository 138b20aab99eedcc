//! Somebody brings a certificate that is in no list of the desk, in the browser: it is opened by its number, given to them, and forgotten.

use std::sync::Arc;

use serde_json::json;
use skillpass::base::timestamp::Timestamp;
use skillpass::desk::keyring::Secret;

use super::day::{PASSPHRASE, TODAY, Town, go, reads, sign_in, write};
use crate::browser::Visitor;
use crate::desk::{certify_at_once, people};
use crate::page::NAME;

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_without_a_row_is_opened_by_its_number_and_forgotten() {
    let town = Town::found(None);
    let secret = Secret::passphrase(PASSPHRASE.to_owned()).unwrap();
    certify_at_once(&town.house, &secret, &people(&[(NAME, 1990)]), false, Timestamp::parse(TODAY).unwrap());
    let serial = town.house.store().records().unwrap()[0].serial.clone();
    let Some(visitor) = Visitor::arrive_at("es", town.router, Arc::clone(&town.log)).await else { return };
    visitor.client.goto(&format!("{}desk", visitor.base)).await.unwrap();
    visitor.see("[name=login]").await;
    sign_in(&visitor, "rosa").await;
    go(&visitor, "issued").await;
    visitor.see(".empty").await;
    visitor.fits("issued").await;
    visitor.picture("desk-forgotten-1-number", true).await;
    write(&visitor, "[name=number]", &format!(" {} ", serial.to_lowercase())).await;
    visitor.press("[data-field=number] ~ button").await;
    reads(&visitor, ".facts", &serial).await;
    reads(&visitor, "#main", "no tiene fila").await;
    let export = "document.querySelector('.actions a[download]').getAttribute('href')";
    assert_eq!(visitor.ask(export).await, format!("/api/desk/certificates/{serial}/export"));
    visitor.fits("certificate").await;
    visitor.picture("desk-forgotten-2-certificate", true).await;
    visitor.press(".actions .danger").await;
    reads(&visitor, "dialog", "nadie los puede recuperar").await;
    visitor.press("dialog [type=submit]").await;
    reads(&visitor, "h1", "Datos borrados").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.actions .danger').length").await, json!(0));
    reads(&visitor, ".facts", &serial).await;
    assert_eq!(visitor.ask("document.querySelectorAll('a[download]').length").await, json!(0));
    assert!(town.house.store().records().unwrap()[0].document.is_empty());
    visitor.picture("desk-forgotten-3-gone", true).await;
    // The console repeats that nobody is signed in.
    visitor.leave(1).await;
}
