//! Prior learning in the browser, before the real routes and a store: from an enquiry to the row of a certificate.

use std::sync::Arc;

use skillpass::store::staff::Role;

use super::day::{PASSWORD, Town, employ, go, reads, sign_in, sign_out, write};
use crate::browser::Visitor;

/// Takes a step by its button and its question, with what is chosen there.
async fn step(visitor: &Visitor, name: &str, chosen: &[(&str, &str)], then: &str) {
    visitor.press(&format!("[data-step={name}]")).await;
    visitor.see("dialog[open] [type=submit]").await;
    for (field, value) in chosen {
        let choice = visitor.find(&format!("dialog [name={field}]")).await;
        choice.select_by_value(value).await.unwrap();
    }
    visitor.fits(name).await;
    visitor.look(name).await;
    visitor.press("dialog [type=submit]").await;
    reads(visitor, ".facts .badge", then).await;
}

/// Opens the case that waits, from the page after signing in.
async fn comes_to_the_case(visitor: &Visitor, login: &str) {
    sign_in(visitor, login).await;
    reads(visitor, ".task", "Un caso de saberes previos espera").await;
    visitor.press(".task a").await;
    visitor.see(".facts .badge").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_an_enquiry_to_the_row_of_a_certificate() {
    let town = Town::found(None);
    employ(&town.house, "carla", "Carla Secretaria", Role::Clerk, Some(PASSWORD));
    employ(&town.house, "eva", "Eva Evalúa", Role::Assessor, Some(PASSWORD));
    employ(&town.house, "eli", "Eli Verifica", Role::Assessor, Some(PASSWORD));
    let Some(visitor) = Visitor::arrive_at("es", town.router, Arc::clone(&town.log)).await else { return };
    visitor.hold(360, 740).await;
    visitor.client.goto(&format!("{}desk", visitor.base)).await.unwrap();
    visitor.see("[name=login]").await;
    sign_in(&visitor, "carla").await;
    go(&visitor, "prior").await;
    reads(&visitor, ".empty", "Nadie ha preguntado todavía").await;
    visitor.picture("desk-prior-1-empty", true).await;
    visitor.press("summary").await;
    write(&visitor, "[name=name]", "Zoila Ñáñez").await;
    // What is pasted there is refused for what it is, and is no broken line.
    for wrong in ["١٩٨٤", "1899"] {
        write(&visitor, "[name=birthYear]", wrong).await;
        visitor.press("form [type=submit]").await;
        visitor.see("[data-field=birthYear] [aria-invalid]").await;
        assert!(!visitor.see("#main").await.contains("No hay conexión"), "{wrong}");
    }
    write(&visitor, "[name=birthYear]", "1984").await;
    let choice = visitor.find("form [name=achievement]").await;
    choice.select_by_value("COOK").await.unwrap();
    visitor.press("form [type=submit]").await;
    reads(&visitor, ".facts .badge", "Consulta").await;
    visitor.fits("opened").await;
    visitor.picture("desk-prior-2-opened", true).await;
    step(&visitor, "register", &[], "Inscrito").await;
    assert!(visitor.see("#main").await.contains("Corregir los datos"));
    sign_out(&visitor).await;

    comes_to_the_case(&visitor, "eva").await;
    step(&visitor, "interview", &[("result", "eligible")], "Admitido").await;
    // Of the standard's units two, and one who works here taught.
    visitor.ask("document.querySelectorAll('[name=units]').forEach((box, at) => at > 1 && box.click())").await;
    write(&visitor, "[name=trainer]", "Rosa Jefa").await;
    visitor.picture("desk-prior-3-plan", true).await;
    visitor.press(".decide [type=submit]").await;
    reads(&visitor, ".facts .badge", "Plan acordado").await;
    step(&visitor, "open-evidence", &[], "Reuniendo pruebas").await;
    step(&visitor, "judge", &[("about", "COOK-1"), ("result", "competent")], "Reuniendo pruebas").await;
    reads(&visitor, "tbody tr .badge", "Competente").await;
    let second = [("about", "COOK-2"), ("result", "not-yet"), ("reason", "evidence-gaps")];
    step(&visitor, "judge", &second, "Evaluado").await;
    visitor.fits("judged").await;
    visitor.picture("desk-prior-4-judged", true).await;
    // Who judged does not verify: there is nothing to press.
    assert_eq!(visitor.ask("document.querySelectorAll('[data-step=moderate], [data-step=decide]').length").await, 0);
    sign_out(&visitor).await;

    comes_to_the_case(&visitor, "eli").await;
    step(&visitor, "moderate", &[], "Verificado dentro").await;
    sign_out(&visitor).await;

    comes_to_the_case(&visitor, "luis").await;
    assert_eq!(visitor.ask("document.querySelectorAll('[data-step=judge]').length").await, 0);
    step(&visitor, "decide", &[("result", "some")], "Certificado en parte").await;
    let empty = "[...document.querySelectorAll('.facts dd')].filter((fact) => !fact.textContent.trim()).length";
    assert_eq!(visitor.ask(empty).await, 0);
    let back = "getComputedStyle(document.querySelector('.back'), '::before').whiteSpace";
    assert_eq!(visitor.ask(back).await, "pre", "a space between the arrow and the word");
    visitor.picture("desk-prior-5-decided", true).await;
    visitor.press("a[href^=\"#/award/\"]").await;
    reads(&visitor, "h1", "Zoila Ñáñez").await;
    reads(&visitor, ".facts", "Eva Evalúa").await;
    reads(&visitor, ".badge", "Por proponer").await;
    visitor.fits("row").await;
    visitor.picture("desk-prior-6-row", true).await;
    go(&visitor, "prior").await;
    visitor.see("tbody td.main a").await;
    visitor.fits("list").await;
    // An ended case has no next step, and so no row of a day until which it is to be done.
    let empty = "[...document.querySelectorAll('td')].filter((cell) => cell.offsetHeight && !cell.textContent.trim()).map((cell) => cell.dataset.label)";
    assert_eq!(visitor.ask(empty).await, serde_json::json!([]));
    visitor.picture("desk-prior-7-list", true).await;
    write(&visitor, "[name=words]", "nanez z").await;
    visitor.press(".finder [type=submit]").await;
    reads(&visitor, ".done", "1").await;
    reads(&visitor, "tbody td.main a", "Zoila Ñáñez").await;
    visitor.fits("found").await;
    visitor.picture("desk-prior-8-found", true).await;
    write(&visitor, "[name=words]", "rosa").await;
    visitor.press(".finder [type=submit]").await;
    reads(&visitor, ".empty", "No se encontró").await;
    go(&visitor, "log").await;
    reads(&visitor, "tbody", "Dio un paso en un caso").await;
    assert!(!visitor.see("#main").await.contains("Ñáñez"), "no person's name in the log");
    sign_out(&visitor).await;
    // The console repeats both wrong years and, five times, that nobody is signed in.
    visitor.leave(7).await;
    let log = town.log.lock().unwrap().join("\n");
    assert!(log.contains("/api/desk/prior") && !log.contains("Zoila"), "{log}");
}
