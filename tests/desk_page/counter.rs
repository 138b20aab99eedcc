//! At the counter: somebody brings a certificate of another school, as a photograph, a PDF or before the camera; it is printed again, or bound to a
//! new key by two people who have both seen it.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};
use skillpass::interop::badge::{Earlier, PLAIN, bake};
use skillpass::interop::intake;
use skillpass::interop::scan::{Found, Limits, codes_in};
use skillpass::store::staff::Role;

use super::day::{PASSPHRASE, PASSWORD, Town, employ, go, reads, sign_in, sign_out, write};
use crate::browser::Visitor;
use crate::common::documents::{self, NOW, canonical, changed, did_key};
use crate::common::packs::Parts;
use crate::page::{NAME, digits, good, revoked};
use crate::scan::{Pdf, drawn, scanned, seen};
use crate::scan_page::{camera, film};
use crate::wallet_page::downloaded;

fn text(document: &Value) -> String {
    format!("https://skillpass.invalid/#{}", digits(document))
}

/// A photograph of paper, as a telephone takes it.
fn photograph(document: &Value) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    seen(&drawn(&text(document), 10), 900, 8.0, 0.05, 0.85).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A certificate of the same person for another achievement date: another certificate.
fn another() -> Value {
    let mut other = documents::module();
    other["id"] = "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f04".into();
    documents::signed(&changed(&other, "/credentialStatus/statusListIndex", "14".into()))
}

/// A town whose institution stands on a list of others' institutions.
fn town(rebind: bool) -> Town {
    let town = Town::at(NOW, None, |card| vec![Parts::of_tests().with_counter(card, rebind).to_bytes()]);
    employ(&town.house, "carla", "Carla Secretaria", Role::Clerk, Some(PASSWORD));
    town
}

async fn arrive(town: &Town, more: &[String]) -> Option<Visitor> {
    let visitor = Visitor::arrive_with("es", town.router.clone(), Arc::clone(&town.log), more).await?;
    visitor.live_at(NOW).await;
    visitor.client.goto(&format!("{}desk", visitor.base)).await.unwrap();
    visitor.see("[name=login]").await;
    Some(visitor)
}

/// Brings a file, and waits until the page has another answer than before.
async fn brings(visitor: &Visitor, folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    visitor.ask("void document.querySelectorAll('.brought > *').forEach((old) => old.remove())").await;
    let input = visitor.find(".bring input[type=file]").await;
    input.send_keys(path.to_str().unwrap()).await.unwrap();
    visitor.see(".brought .verdict, .brought .alert").await;
}

async fn pastes(visitor: &Visitor, what: &str) {
    visitor.ask("void document.querySelectorAll('.brought > *').forEach((old) => old.remove())").await;
    visitor.ask(&format!("void (document.querySelector('[name=certificate]').value = {})", json!(what))).await;
    visitor.press(".take").await;
    visitor.see(".brought .verdict, .brought .alert").await;
}

/// What the pixels of a printed page say.
fn scanned_back(folder: &Path, pdf: &[u8]) -> [u8; 32] {
    std::fs::write(folder.join("printed.pdf"), pdf).unwrap();
    let done = Command::new("pdftoppm")
        .args(["-r", "150", "-png", "-singlefile"])
        .args([folder.join("printed.pdf"), folder.join("printed")])
        .status();
    assert!(done.unwrap().success());
    let picture = std::fs::read(folder.join("printed.png")).unwrap();
    let found = codes_in(&picture, Limits::OWN_FILE).unwrap().found;
    let texts = found.into_iter().filter_map(|found| match found {
        Found::Text(text) => Some(text),
        Found::Attachment(_) => None,
    });
    let read = texts.filter_map(|text| intake::read_text(text.as_bytes()).ok()).next().unwrap();
    read.offered[0].signed.digest()
}

fn digest(document: &Value) -> [u8; 32] {
    intake::read_text(&canonical(document)).unwrap().offered[0].signed.digest()
}

fn words_of(folder: &Path) -> String {
    let said = Command::new("pdftotext").arg(folder.join("printed.pdf")).arg("-").output().unwrap();
    String::from_utf8(said.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn paper_again_from_a_photograph() {
    let town = town(false);
    let Some(visitor) = arrive(&town, &[]).await else { return };
    let (folder, saved) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let saves = json!({"behavior": "allow", "downloadPath": saved.path()});
    visitor.devtools("Browser.setDownloadBehavior", saves).await;
    sign_in(&visitor, "carla").await;
    go(&visitor, "reprint").await;
    visitor.see(".bring .scan-code").await;
    visitor.fits("reprint").await;
    visitor.picture("desk-reprint-1-empty", true).await;

    brings(&visitor, folder.path(), "photo.png", &photograph(&good())).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert_eq!(visitor.see(".verdict .name").await, NAME);
    assert_eq!(visitor.ask("document.activeElement.closest('.verdict') !== null").await, true, "the answer is heard");
    visitor.fits("verdict").await;
    visitor.picture("desk-reprint-2-verdict", true).await;
    // It stays when the language changes.
    visitor.press("[data-language=pt]").await;
    visitor.see("html[lang=pt] .verdict[data-outcome=accept]").await;
    visitor.press("[data-language=es]").await;
    visitor.see("html[lang=es] .verdict[data-outcome=accept]").await;
    visitor.see(".printing [name=language]").await;
    for (name, value) in [("size", "letter"), ("language", "ht")] {
        let choice = visitor.find(&format!(".printing [name={name}]")).await;
        choice.select_by_value(value).await.unwrap();
    }
    visitor.press(".printing [type=submit]").await;
    reads(&visitor, ".printing .done", "Centro Formar").await;
    visitor.fits("printed").await;
    visitor.picture("desk-reprint-3-printed", true).await;
    visitor.press(".printing .done a[download]").await;
    let pdf = downloaded(saved.path(), "pdf").await;
    assert_eq!(scanned_back(folder.path(), &pdf), digest(&good()));
    let said = words_of(folder.path());
    assert!(said.contains("Centro Formar") && said.contains("Centro El Puente") && said.contains(NAME), "{said}");
    assert!(said.contains("enprime"), "in the language that was chosen: {said}");
    // The new paper goes the same way again.
    brings(&visitor, folder.path(), "again.pdf", &pdf).await;
    visitor.see(".verdict[data-outcome=accept]").await;

    // What does not count is not printed, and the page says why.
    pastes(&visitor, &text(&revoked())).await;
    visitor.see(".verdict[data-outcome=reject]").await;
    reads(&visitor, ".not-printed", "no vale").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.printing').length").await, 0);
    visitor.fits("red").await;
    visitor.picture("desk-reprint-4-red", true).await;
    pastes(&visitor, "nada que sea nuestro").await;
    assert!(visitor.see(".brought .alert").await.len() > 20);
    visitor.picture("desk-reprint-5-not-read", true).await;
    // A PDF with two minds, and two certificates in one file.
    let forged = Pdf::default().attach("", &canonical(&good())).scan(&scanned(&text(&another()))).bytes();
    brings(&visitor, folder.path(), "forged.pdf", &forged).await;
    assert_eq!(visitor.ask("document.querySelectorAll('.printing, .verdict').length").await, 0);
    let two = format!("[{},{}]", good(), another());
    brings(&visitor, folder.path(), "two.json", two.as_bytes()).await;
    reads(&visitor, ".brought .alert", "varios certificados").await;
    // The server says the last word: to it the lists are what counts, not what stands in a page.
    visitor.press("#menu").await;
    visitor.press(".me button").await;
    visitor.see("[name=login]").await;
    visitor.leave(2).await;
    assert!(town.log.lock().unwrap().join("\n").contains("/api/desk/reprints"));
}

/// As two people, in five pictures: the clerk scans and proposes, the signatory sees the same certificate before the release.
#[tokio::test(flavor = "multi_thread")]
async fn two_people_bind_it_and_both_have_seen_it() {
    let town = town(true);
    let shown = film(&[seen(&drawn(&text(&good()), 10), 700, 3.0, 0.0, 0.85)]);
    let Some(visitor) = arrive(&town, &camera(&shown)).await else { return };
    let folder = tempfile::tempdir().unwrap();
    sign_in(&visitor, "carla").await;
    go(&visitor, "rebind").await;
    visitor.see(".bring .scan-code").await;
    visitor.fits("rebind").await;
    visitor.picture("desk-rebind-1-empty", true).await;
    brings(&visitor, folder.path(), "red.json", &canonical(&revoked())).await;
    visitor.see(".not-bound").await;
    assert_eq!(visitor.ask("document.querySelectorAll('[name=holder]').length").await, 0);
    brings(&visitor, folder.path(), "photo.png", &photograph(&good())).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.see("[name=holder]").await;
    write(&visitor, "[name=holder]", &did_key("next phone")).await;
    visitor.fits("proposal").await;
    visitor.picture("desk-rebind-2-proposal", true).await;
    visitor.press("form:has([name=holder]) [type=submit]").await;
    reads(&visitor, "#main", "Usted preparó este lote").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.bring, .decide [name=passphrase]').length").await, 0);
    visitor.fits("proposed").await;
    visitor.picture("desk-rebind-3-proposed", true).await;
    sign_out(&visitor).await;

    sign_in(&visitor, "luis").await;
    visitor.press(".task a").await;
    visitor.see(".bring .scan-code").await;
    // Nothing can be released unseen, and nothing but what was proposed.
    assert_eq!(visitor.ask("document.querySelectorAll('[name=passphrase]').length").await, 0);
    brings(&visitor, folder.path(), "other.json", &canonical(&another())).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    reads(&visitor, ".alert.other", "otro certificado").await;
    assert_eq!(visitor.ask("document.querySelectorAll('[name=passphrase]').length").await, 0);
    // The paper itself, before the camera.
    visitor.press(".scan-code").await;
    reads(&visitor, ".calm", "Es el certificado de esta propuesta").await;
    assert_eq!(visitor.ask("document.querySelector('.scan video').srcObject").await, json!(null), "the camera is off");
    assert_eq!(visitor.see(".verdict .name").await, NAME);
    assert!(visitor.see(".verdict .achievement").await.contains("Genere su idea"));
    visitor.fits("second person").await;
    visitor.picture("desk-rebind-4-second-person", true).await;
    write(&visitor, "[name=count]", "1").await;
    write(&visitor, "[name=passphrase]", PASSPHRASE).await;
    visitor.press("form:has([name=passphrase]) [type=submit]").await;
    visitor.see(".done a[download]").await;
    visitor.fits("bound").await;
    visitor.picture("desk-rebind-5-done", true).await;
    sign_out(&visitor).await;
    visitor.leave(3).await;
}

/// A badge is a picture with the certificate in it: what is sent to the server is the certificate.
#[tokio::test(flavor = "multi_thread")]
async fn a_badge_that_is_brought_is_bound_as_what_is_in_it() {
    let town = town(true);
    let Some(visitor) = arrive(&town, &[]).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let text = String::from_utf8(canonical(&good())).unwrap();
    let mut plain = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_pixel(24, 24, image::Luma([90])).write_to(&mut plain, image::ImageFormat::Png).unwrap();
    for (name, picture) in [("badge.png", plain.into_inner()), ("badge.svg", PLAIN.as_bytes().to_vec())] {
        let picture = bake(&picture, &text, Earlier::Keep).unwrap();
        sign_in(&visitor, "carla").await;
        go(&visitor, "rebind").await;
        brings(&visitor, folder.path(), name, &picture).await;
        visitor.see(".verdict[data-outcome=accept]").await;
        let sent = visitor.ask("document.querySelector('[name=certificate]').value").await;
        assert_eq!(serde_json::from_str::<Value>(sent.as_str().unwrap()).unwrap(), good(), "{name}");
        write(&visitor, "[name=holder]", &did_key(name)).await;
        visitor.press("form:has([name=holder]) [type=submit]").await;
        reads(&visitor, "#main", "Usted preparó este lote").await;
        sign_out(&visitor).await;
    }
    visitor.leave(3).await;
}
