//! Whoever looks after an institution, in the browser before the real routes: its key, its copy, how long people are kept, its programs.

use std::sync::Arc;

use serde_json::{Value, json};
use skillpass::store::staff::Role;

use super::day::{PASSPHRASE, PASSWORD, Town, employ, go, reads, sign_in, sign_out, write};
use crate::browser::Visitor;
use crate::page::NAME;

const NEW_PASSPHRASE: &str = "nueve llaves nuevas en fila";

/// A call of the desk's own page, in the session of whoever is signed in. Bytes come back as their length and their first letters.
async fn call(visitor: &Visitor, method: &str, path: &str, headers: Value, body: &str) -> Value {
    let script = "
        const [method, path, headers, body, done] = arguments;
        fetch('/api/desk/' + path, { method, headers: { 'x-skillpass-desk': '1', ...headers }, body: body || undefined }).then(async (answer) => {
            const bytes = await answer.text();
            let json = null;
            try { json = JSON.parse(bytes); } catch { json = { bytes: bytes.length, begins: bytes.slice(0, 24) }; }
            done({ status: answer.status, body: json });
        });";
    visitor.client.execute_async(script, vec![json!(method), json!(path), headers, json!(body)]).await.unwrap()
}

/// Presses what stands further down than the screen.
pub async fn press(visitor: &Visitor, what: &str) {
    visitor.see(what).await;
    let script = format!("document.querySelector({what:?}).scrollIntoView({{ block: 'center' }})");
    visitor.client.execute(&script, Vec::new()).await.unwrap();
    visitor.press(what).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_after_the_institution() {
    let town = Town::found(Some("puente.example"));
    employ(&town.house, "iris", "Iris Firma", Role::Signatory, Some(PASSWORD));
    employ(&town.house, "carla", "Carla Secretaria", Role::Clerk, Some(PASSWORD));
    let Some(visitor) = Visitor::arrive_at("es", town.router, Arc::clone(&town.log)).await else { return };
    visitor.live_at(super::day::TODAY).await;
    visitor.client.goto(&format!("{}desk", visitor.base)).await.unwrap();
    visitor.see("[name=login]").await;
    sign_in(&visitor, "carla").await;
    issue_one(&visitor).await;
    sign_out(&visitor).await;

    sign_in(&visitor, "rosa").await;
    changes_the_key(&visitor).await;
    changes_the_passphrase(&visitor).await;
    takes_a_copy(&visitor).await;
    settles_how_long(&visitor).await;
    forgets_somebody(&visitor).await;
    makes_a_token(&visitor).await;
    sign_out(&visitor).await;

    sign_in(&visitor, "luis").await;
    proposes_a_standing_release(&visitor).await;
    withdraws_all_under_a_key(&visitor).await;
    sign_out(&visitor).await;
    sign_in(&visitor, "iris").await;
    approves_it(&visitor).await;
    sign_out(&visitor).await;
    // The console repeats what was refused: a passphrase, two numbers; and each time that nobody is signed in. And it wants a login beside
    // three passphrases.
    visitor.leave(10).await;
    let log = town.log.lock().unwrap().join("\n");
    assert!(log.contains("/api/desk/keys/rotate") && log.contains("/api/desk/backup/{id}"), "{log}");
}

/// One person with a certificate and one without, by the calls that the pages make.
async fn issue_one(visitor: &Visitor) {
    let file = format!(
        "Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad\n{NAME};1990;2026-03-13;20;presencial\n"
    );
    let csv = json!({"content-type": "text/csv", "idempotency-key": "k1"});
    let came = call(visitor, "POST", "imports?achievement=GIN", csv, &file).await;
    assert_eq!(came["status"], 200, "{came}");
    let once = json!({"content-type": "application/json", "idempotency-key": "b1"});
    let batch =
        call(visitor, "POST", "batches", once, &json!({"achievement": "GIN", "awards": "all"}).to_string()).await;
    assert_eq!(batch["status"], 201, "{batch}");
    let (id, digest) = (batch["body"]["id"].as_str().unwrap(), &batch["body"]["digest"]);
    sign_out(visitor).await;
    sign_in(visitor, "luis").await;
    let kind = json!({"content-type": "application/json"});
    let release = json!({"digest": digest, "passphrase": PASSPHRASE}).to_string();
    let released = call(visitor, "POST", &format!("batches/{id}/release"), kind, &release).await;
    assert_eq!(released["status"], 202, "{released}");
    loop {
        let batch = call(visitor, "GET", &format!("batches/{id}"), json!({}), "").await;
        if batch["body"]["signing"] == false {
            assert_eq!(
                (&batch["body"]["state"], &batch["body"]["published"]),
                (&json!("done"), &json!(true)),
                "{batch}"
            );
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn changes_the_key(visitor: &Visitor) {
    go(visitor, "keys").await;
    reads(visitor, "#main .facts", "key-1").await;
    reads(visitor, "#main", "Todavía no hay ninguna copia").await;
    visitor.fits("keys").await;
    visitor.picture("desk-keeper-1-keys", true).await;
    press(visitor, ".rotate").await;
    reads(visitor, "dialog", "No se puede deshacer").await;
    write(visitor, "dialog [name=passphrase]", "una frase cualquiera").await;
    visitor.press("dialog [type=submit]").await;
    reads(visitor, "dialog [data-field=passphrase] .wrong", "no abre").await;
    visitor.picture("desk-keeper-2-rotate", false).await;
    write(visitor, "dialog [name=passphrase]", PASSPHRASE).await;
    visitor.press("dialog [type=submit]").await;
    reads(visitor, ".done", "key-2").await;
    assert_eq!(visitor.ask("document.activeElement.matches('.done')").await, true);
    visitor.fits("rotated").await;
    visitor.picture("desk-keeper-3-rotated", true).await;
    let href = visitor.ask("document.querySelector('.done a[download]').getAttribute('href')").await;
    let path = href.as_str().unwrap().trim_start_matches("/api/desk/").to_owned();
    let file = call(visitor, "GET", &path, json!({}), "").await;
    assert!(file["body"]["begins"].as_str().unwrap().starts_with("PK"), "{file}");
    for at in 1..=3 {
        press(visitor, &format!("#main .stack > details:nth-last-of-type({at}) summary")).await;
    }
    visitor.fits("what to do").await;
    visitor.picture("desk-keeper-4-cases", true).await;
}

async fn changes_the_passphrase(visitor: &Visitor) {
    let within = "details:has([name=again])";
    press(visitor, &format!("{within} summary")).await;
    for (name, text) in [("passphrase", PASSPHRASE), ("new-passphrase", NEW_PASSPHRASE), ("again", "otra cosa")] {
        write(visitor, &format!("{within} [name={name}]"), text).await;
    }
    press(visitor, &format!("{within} [type=submit]")).await;
    assert!(!visitor.see("[data-field=again] .wrong:not(:empty)").await.is_empty());
    write(visitor, &format!("{within} [name=again]"), NEW_PASSPHRASE).await;
    press(visitor, &format!("{within} [type=submit]")).await;
    reads(visitor, ".done", "frase nueva").await;
}

async fn takes_a_copy(visitor: &Visitor) {
    go(visitor, "backup").await;
    reads(visitor, ".empty", "ninguna copia").await;
    visitor.picture("desk-keeper-5-backup", true).await;
    write(visitor, "[name=passphrase]", NEW_PASSPHRASE).await;
    press(visitor, "form [type=submit]").await;
    visitor.see(".done a[download]").await;
    reads(visitor, "#main .facts", "Rosa Jefa").await;
    visitor.fits("backup").await;
    visitor.picture("desk-keeper-6-copy", true).await;
    let href = visitor.ask("document.querySelector('.done a[download]').getAttribute('href')").await;
    let path = href.as_str().unwrap().trim_start_matches("/api/desk/").to_owned();
    let file = call(visitor, "GET", &path, json!({}), "").await;
    assert_eq!(file["body"]["begins"].as_str(), Some("age-encryption.org/v1\n->"), "{file}");
}

async fn settles_how_long(visitor: &Visitor) {
    go(visitor, "retention").await;
    reads(visitor, ".empty", "sin fecha de fin").await;
    write(visitor, "[name=months]", "x").await;
    visitor.press("form [type=submit]").await;
    assert!(!visitor.see("[data-field=months] .wrong:not(:empty)").await.is_empty());
    write(visitor, "[name=months]", "60").await;
    visitor.press("form [type=submit]").await;
    reads(visitor, ".alert.plain", "0 filas").await;
    press(visitor, ".alert.plain + .actions button").await;
    visitor.press("dialog [type=submit]").await;
    reads(visitor, ".facts", "60").await;
    visitor.fits("retention").await;
    visitor.picture("desk-keeper-7-retention", true).await;
}

/// The person's own data as a file, and forgotten on their word.
async fn forgets_somebody(visitor: &Visitor) {
    go(visitor, "register").await;
    let state = visitor.find("[name=state]").await;
    state.select_by_value("issued").await.unwrap();
    press(visitor, "td.main a").await;
    reads(visitor, "h1", "Ñáñez").await;
    let href = visitor.ask("document.querySelector('.actions a[download]').getAttribute('href')").await;
    let path = href.as_str().unwrap().trim_start_matches("/api/desk/").to_owned();
    let data = call(visitor, "GET", &path, json!({}), "").await;
    assert_eq!((&data["status"], &data["body"]["name"]), (&json!(200), &json!(NAME)), "{data}");
    assert!(data["body"]["documents"][0]["credentialSubject"].is_object());
    visitor.fits("award").await;
    visitor.picture("desk-keeper-8-person", true).await;
    press(visitor, ".actions .danger").await;
    reads(visitor, "dialog", "nadie los puede recuperar").await;
    visitor.press("dialog [type=submit]").await;
    reads(visitor, "h1", "Datos borrados").await;
}

async fn makes_a_token(visitor: &Visitor) {
    go(visitor, "programs").await;
    reads(visitor, ".empty", "Todavía no hay tokens").await;
    visitor.picture("desk-keeper-9-programs", true).await;
    press(visitor, ".make-token summary").await;
    write(visitor, ".make-token [name=name]", "Moodle").await;
    write(visitor, ".make-token [name=days]", "400").await;
    press(visitor, ".make-token [type=submit]").await;
    assert!(!visitor.see("[data-field=days] .wrong:not(:empty)").await.is_empty());
    write(visitor, ".make-token [name=days]", "200").await;
    press(visitor, ".make-token [type=submit]").await;
    visitor.see(".done [name=token]").await;
    let token = visitor.ask("document.querySelector('.done [name=token]').value").await;
    assert!(token.as_str().unwrap().starts_with("skp_u"), "{token}");
    visitor.fits("token").await;
    visitor.picture("desk-keeper-10-token", true).await;
    go(visitor, "log").await;
    go(visitor, "programs").await;
    reads(visitor, "table", "Moodle").await;
    assert!(!visitor.see("body").await.contains(token.as_str().unwrap()), "shown once");
}

async fn proposes_a_standing_release(visitor: &Visitor) {
    go(visitor, "programs").await;
    press(visitor, ".propose-standing summary").await;
    write(visitor, ".propose-standing [name=count]", "25").await;
    // A field for days is written as the browser's own language writes them; the page reads its value.
    let until = "const field = document.querySelector('[name=until]'); field.value = '2099-12-31'";
    visitor.client.execute(until, Vec::new()).await.unwrap();
    press(visitor, ".propose-standing [type=submit]").await;
    reads(visitor, "#main", "Espera a la segunda persona").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.approve').length").await, 0, "not by whoever proposed it");
    visitor.fits("standing").await;
    visitor.picture("desk-keeper-11-standing", true).await;
}

async fn approves_it(visitor: &Visitor) {
    go(visitor, "programs").await;
    press(visitor, ".approve").await;
    reads(visitor, "dialog", "25").await;
    write(visitor, "dialog [name=passphrase]", NEW_PASSPHRASE).await;
    visitor.press("dialog [type=submit]").await;
    reads(visitor, "#main", "Aprobado").await;
    reads(visitor, "#main", "Iris Firma").await;
}

/// How many they are stands there before anything is done, and is typed again.
async fn withdraws_all_under_a_key(visitor: &Visitor) {
    go(visitor, "keys").await;
    press(visitor, ".leak summary").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.rotate').length").await, 0, "the administrator's alone");
    let key = visitor.find(".leak [name=key]").await;
    key.select_by_value("key-1").await.unwrap();
    let since = "const field = document.querySelector('[name=since]'); field.value = '2026-03-01T00:00'";
    visitor.client.execute(since, Vec::new()).await.unwrap();
    press(visitor, ".leak form [type=submit]").await;
    reads(visitor, ".leak .alert", "en vigor: 1").await;
    press(visitor, ".leak .danger").await;
    write(visitor, "dialog [name=count]", "2").await;
    write(visitor, "dialog [name=passphrase]", NEW_PASSPHRASE).await;
    visitor.press("dialog [type=submit]").await;
    assert!(!visitor.see("dialog [data-field=count] .wrong:not(:empty)").await.is_empty());
    visitor.fits("leak").await;
    visitor.picture("desk-keeper-12-leak", false).await;
    write(visitor, "dialog [name=count]", "1").await;
    visitor.press("dialog [type=submit]").await;
    reads(visitor, ".done", "anulados: 1").await;
}
