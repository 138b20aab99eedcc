//! In the browser before the real routes: a restored copy is confirmed and its desk then retired; and a signatory who waits for another one.

use std::sync::Arc;

use skillpass::store::acts::Hand;
use skillpass::store::custody::Custody;
use skillpass::store::staff::Role;

use super::day::{PASSPHRASE, PASSWORD, TODAY, Town, employ, go, reads, sign_in, sign_out, write};
use super::keeper::press;
use crate::browser::Visitor;

const NAME: &str = "Centro El Puente";

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_confirmed_and_a_desk_is_retired() {
    let town = Town::found(Some("puente.example"));
    let store = Arc::clone(town.house.store());
    store.restored(&Hand::program("2026-03-20T09:30:00Z")).unwrap();
    let Some(visitor) = Visitor::arrive_at("es", town.router, Arc::clone(&town.log)).await else { return };
    visitor.live_at(TODAY).await;
    visitor.hold(360, 740).await;
    visitor.client.goto(&format!("{}desk", visitor.base)).await.unwrap();
    visitor.see("[name=login]").await;

    // Whoever does not administer is told whom to ask.
    sign_in(&visitor, "luis").await;
    reads(&visitor, ".alert", "nadie la ha confirmado").await;
    go(&visitor, "custody").await;
    reads(&visitor, "#main", "Pida a quien administra").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.confirm-copy, .retire').length").await, 0);
    sign_out(&visitor).await;

    sign_in(&visitor, "rosa").await;
    reads(&visitor, ".alert", "nadie la ha confirmado").await;
    visitor.fits("home of a copy").await;
    visitor.look("home of a copy").await;
    visitor.picture("desk-custody-1-home", true).await;
    go(&visitor, "custody").await;
    reads(&visitor, ".badge", "Copia sin confirmar").await;
    reads(&visitor, "#main .facts", "20 mar 2026").await;
    reads(&visitor, ".empty", "Ninguna lista").await;
    visitor.fits("unconfirmed").await;
    visitor.look("unconfirmed").await;
    visitor.picture("desk-custody-2-unconfirmed", true).await;
    write(&visitor, ".confirm-copy [name=institution-name]", "Centro").await;
    write(&visitor, ".confirm-copy [name=passphrase]", PASSPHRASE).await;
    press(&visitor, ".confirm-copy [type=submit]").await;
    assert!(!visitor.see("[data-field=files] .wrong:not(:empty)").await.is_empty(), "files, or one's word");
    let folder = town.house.institution().publish_folder();
    // A field for files is given several as lines.
    let files = |names: &[&str]| {
        names.iter().map(|name| folder.join(name).display().to_string()).collect::<Vec<_>>().join("\n")
    };
    let field = visitor.find("[name=files]").await;
    field.send_keys(&files(&["checkpoint.json", "1.status.json"])).await.unwrap();
    press(&visitor, ".confirm-copy [type=submit]").await;
    reads(&visitor, "[data-field=institution-name] .wrong", "no es el nombre").await;
    write(&visitor, ".confirm-copy [name=institution-name]", NAME).await;
    press(&visitor, ".confirm-copy [type=submit]").await;
    reads(&visitor, "[data-field=files] .wrong", "1-suspension.status.json").await;
    visitor.fits("a file is missing").await;
    visitor.picture("desk-custody-3-missing", true).await;
    assert_eq!(store.custody(), Ok(Custody::Unconfirmed));
    let field = visitor.find("[name=files]").await;
    field.send_keys(&files(&["1-suspension.status.json"])).await.unwrap();
    press(&visitor, ".confirm-copy [type=submit]").await;
    reads(&visitor, ".done", "aquí se vuelve a trabajar").await;
    assert_eq!(visitor.ask("document.activeElement.matches('.done')").await, true);
    reads(&visitor, ".badge", "Aquí se trabaja").await;
    visitor.fits("confirmed").await;
    visitor.look("confirmed").await;
    visitor.picture("desk-custody-4-confirmed", true).await;
    assert_eq!(store.custody(), Ok(Custody::Working));

    retires(&visitor).await;
    assert_eq!(store.custody(), Ok(Custody::Retired));
    go(&visitor, "").await;
    reads(&visitor, ".alert", "sigue en otro equipo").await;
    go(&visitor, "log").await;
    reads(&visitor, "tbody", "Se confirmó una copia").await;
    reads(&visitor, "tbody", "dejó de firmar").await;
    sign_out(&visitor).await;
    // The console repeats what was refused, and each time that nobody is signed in.
    visitor.leave(30).await;
}

async fn retires(visitor: &Visitor) {
    press(visitor, ".retire").await;
    reads(visitor, "dialog", "No se puede deshacer").await;
    write(visitor, "dialog [name=institution-name]", "Centro").await;
    write(visitor, "dialog [name=passphrase]", PASSPHRASE).await;
    visitor.press("dialog [type=submit]").await;
    reads(visitor, "dialog [data-field=institution-name] .wrong", "no es el nombre").await;
    visitor.fits("retire").await;
    visitor.look("retire").await;
    visitor.picture("desk-custody-5-retire", false).await;
    write(visitor, "dialog [name=institution-name]", NAME).await;
    visitor.press("dialog [type=submit]").await;
    reads(visitor, ".done", "ya no firma").await;
    reads(visitor, ".badge", "Retirado").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.retire').length").await, 0);
    visitor.fits("retired").await;
    visitor.look("retired").await;
    visitor.picture("desk-custody-6-retired", true).await;
}

/// An administrator invites somebody who is to sign; the person comes in; another signatory confirms.
#[tokio::test(flavor = "multi_thread")]
async fn a_signatory_waits_for_another_one() {
    let town = Town::found(Some("puente.example"));
    town.house.store().require_two_people(&Hand::program(TODAY)).unwrap();
    employ(&town.house, "carla", "Carla Secretaria", Role::Clerk, Some(PASSWORD));
    let Some(visitor) = Visitor::arrive_at("es", town.router, Arc::clone(&town.log)).await else { return };
    visitor.live_at(TODAY).await;
    visitor.hold(360, 740).await;
    visitor.client.goto(&format!("{}desk", visitor.base)).await.unwrap();
    visitor.see("[name=login]").await;
    sign_in(&visitor, "rosa").await;
    go(&visitor, "staff").await;
    reads(&visitor, "#main", "La confirma otra persona que firma").await;
    write(&visitor, "[name=name]", "Iris Firma").await;
    write(&visitor, "[name=login]", "iris").await;
    press(&visitor, "[name=roles][value=signatory]").await;
    press(&visitor, "form [type=submit]").await;
    visitor.see(".done [name=link]").await;
    let link = visitor.ask("document.querySelector('.done [name=link]').value").await.as_str().unwrap().to_owned();
    go(&visitor, "log").await;
    go(&visitor, "staff").await;
    reads(&visitor, ".waits", "todavía no ha entrado").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.waits button').length").await, 0);
    // The only one who signs is not taken away.
    press(&visitor, "[aria-label='Cerrar la cuenta: Luis Firma']").await;
    visitor.press("dialog [type=submit]").await;
    reads(&visitor, "dialog .alert", "la única persona que firma").await;
    visitor.fits("the only one").await;
    visitor.look("the only one").await;
    visitor.picture("desk-signing-1-only", false).await;
    press(&visitor, "dialog .quiet").await;
    sign_out(&visitor).await;

    visitor.client.goto("about:blank").await.unwrap();
    visitor.client.goto(&link).await.unwrap();
    visitor.see("[name=again]").await;
    write(&visitor, "[name=new]", PASSWORD).await;
    write(&visitor, "[name=again]", PASSWORD).await;
    visitor.press("[type=submit]").await;
    visitor.see("#side:not([hidden])").await;
    reads(&visitor, ".alert", "Su firma espera").await;
    visitor.fits("waiting").await;
    visitor.look("waiting").await;
    visitor.picture("desk-signing-2-waiting", true).await;
    assert_eq!(visitor.ask("document.querySelectorAll('#rooms a[href=\"#/batches\"]').length").await, 0);
    sign_out(&visitor).await;

    sign_in(&visitor, "luis").await;
    reads(&visitor, ".task", "espera que usted confirme").await;
    visitor.press(".task a").await;
    reads(&visitor, ".waits", "Pregúntele en persona").await;
    reads(&visitor, ".waits", "Rosa Jefa").await;
    visitor.fits("to confirm").await;
    visitor.look("to confirm").await;
    visitor.picture("desk-signing-3-confirm", true).await;
    press(&visitor, ".waits .confirm").await;
    reads(&visitor, "dialog", "entra como iris").await;
    visitor.look("confirm").await;
    visitor.picture("desk-signing-4-question", false).await;
    visitor.press("dialog [type=submit]").await;
    visitor.see("#main:not(:has(.waits)) table").await;
    go(&visitor, "log").await;
    reads(&visitor, "tbody", "Confirmó a una persona que firma").await;
    sign_out(&visitor).await;

    sign_in(&visitor, "iris").await;
    visitor.see("#rooms a[href=\"#/batches\"]").await;
    assert_eq!(visitor.ask("document.querySelectorAll('#main .alert').length").await, 0);
    sign_out(&visitor).await;
    visitor.leave(30).await;
    let log = town.log.lock().unwrap().join("\n");
    assert!(log.contains("/api/desk/members/{id}/confirm") && !log.contains("iris"), "{log}");
}
