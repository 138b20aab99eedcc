//! A folder of files to one table: the same table as the command line's, and no formula in it.

use std::process::Command;

use serde_json::{Value, json};

use super::{arrive, catch_files, caught, choose};
use crate::common::documents::{self, NOW, canonical, changed};
use crate::common::packs::Parts;
use crate::page::{claimed, digits, good, revoked};
use crate::scan::{Pdf, drawn, jpeg, scanned, seen};

fn code(document: &Value) -> String {
    format!("https://skillpass.invalid/#{}", digits(document))
}

/// A certificate whose title a spreadsheet would calculate.
fn formula() -> Value {
    documents::signed(&changed(
        &documents::module(),
        "/credentialSubject/achievement/name",
        "=HYPERLINK(\"x\",\"y\"), a".into(),
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_becomes_the_table_of_the_command_line() {
    let Some(visitor) = arrive("es", &[]).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let documents = [good(), revoked(), claimed(), formula()].map(|document| canonical(&document));
    let photograph = jpeg(&seen(&drawn(&code(&good()), 8), 700, 12.0, 0.1, 0.85), 85);
    let pdf = Pdf::default().attach("", &documents[0]).scan(&scanned(&code(&good()))).bytes();
    let list = json!([good(), {"type": "VerifiableCredential"}, revoked()]).to_string();
    let files: Vec<(&str, &[u8])> = vec![
        ("=a.json", &documents[3]),
        ("b.json", &documents[1]),
        ("c.json", &documents[2]),
        ("d.jpg", &photograph),
        ("e.pdf", &pdf),
        ("f.json", b"{\"no\":\"certificate\"}"),
        ("g.json", list.as_bytes()),
    ];
    visitor.open("").await;
    choose(&visitor, "file", &folder, &files).await;
    visitor.press("#check").await;
    visitor.see(".many button.primary:not([hidden])").await;
    visitor.fits("many").await;
    visitor.picture("30-many", true).await;
    catch_files(&visitor).await;
    visitor.press(".many button.primary").await;
    let saved = caught(&visitor, 1).await;
    let ours = saved["text"].as_str().unwrap().trim_start_matches('\u{feff}').to_owned();

    let lists = tempfile::tempdir().unwrap();
    let trust = lists.path().join("trust.json");
    std::fs::write(&trust, Parts::of_tests().to_bytes()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_skillpass"));
    command.args(["--lang", "es", "verify", "--csv", "--at", NOW, "--trust", trust.to_str().unwrap()]);
    let output = command.arg(folder.path()).env_clear().output().unwrap();
    // The command line names the folder too.
    let theirs = String::from_utf8(output.stdout).unwrap().replace(&format!("{}/", folder.path().display()), "");
    let theirs = theirs.replace("\n=a.json", "\n'=a.json");
    assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(ours.contains("'=HYPERLINK") && ours.contains("\n'=a.json,accept,"), "{ours}");
    assert_eq!(visitor.checks(), 0, "nothing was sent");

    // On a wide screen it is a table; and it goes.
    visitor.hold(1280, 800).await;
    visitor.fits("many, wide").await;
    visitor.picture("31-many-wide", true).await;
    visitor.hold(320, 640).await;
    visitor.fits("many, 320 px").await;
    visitor
        .client
        .find(fantoccini::Locator::Css(".many .actions button:last-of-type"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    visitor.see("#ask:not([hidden])").await;
    assert_eq!(visitor.ask("document.querySelector('#table').childElementCount").await, 0);
    visitor.until(super::offline::NOTHING_STORED).await;
    visitor.leave(0).await;
}
