//! A clerk's and a signatory's day in the browser, before the real routes and a store.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use skillpass::base::timestamp::Timestamp;
use skillpass::desk::account;
use skillpass::desk::catalogue::Catalogue;
use skillpass::desk::house::House;
use skillpass::desk::institution::{Card, Founding, Institution};
use skillpass::desk::invitation;
use skillpass::desk::keyring::Secret;
use skillpass::desk::pilot;
use skillpass::desk::publish::publish;
use skillpass::http::published::Shelf;
use skillpass::http::{ServeState, router};
use skillpass::store::acts::Hand;
use skillpass::store::memory::MemoryStore;
use skillpass::store::staff::{Member, Role};
use skillpass::verify::Evidence;

use crate::browser::{PATIENCE, Visitor};
use crate::common::Dice;
use crate::common::packs::read;
use crate::page::{Log, NAME};

const FOUNDED: &str = "2026-03-01T08:00:00Z";
/// A working morning.
pub const TODAY: &str = "2026-03-20T15:04:05Z";
pub const PASSWORD: &str = "tres palabras largas";
pub const PASSPHRASE: &str = "siete llaves guardan la firma del centro";

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// An institution whose clerk has an invitation, and whose signatory has a password.
pub struct Town {
    pub router: Router,
    pub log: Log,
    pub house: Arc<House>,
    invitation: String,
    _folder: tempfile::TempDir,
}

impl Town {
    pub fn found(domain: Option<&str>) -> Self {
        Self::at(TODAY, domain, |_| Vec::new())
    }

    /// The same on another day, at a server with lists that are made for it.
    pub fn at(today: &'static str, domain: Option<&str>, trusted: impl Fn(&Card) -> Vec<Vec<u8>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let random: &'static Dice = Box::leak(Box::new(Dice(Mutex::new(0xda1))));
        let (founding, now) = (
            Founding {
                name: "Centro El Puente".into(),
                country: "CO".into(),
                verify_host: None,
                domain: domain.map(str::to_owned),
            },
            time(FOUNDED),
        );
        let secret = Secret::passphrase(PASSPHRASE.to_owned()).unwrap();
        let institution = Institution::found(&folder.path().join("centro"), &founding, &secret, random, now).unwrap();
        let keyring = institution.keyring(&secret).unwrap();
        let lists = publish(&institution, &institution.store_in_turn().unwrap(), &keyring, now).unwrap().lists;
        pilot::found(&institution, &Catalogue::shipped().unwrap(), lists, &secret, random, now).unwrap();
        let house = Arc::new(House::with_store(institution, Arc::new(MemoryStore::default()), random).unwrap());
        employ(&house, "rosa", "Rosa Jefa", Role::Administrator, Some(PASSWORD));
        employ(&house, "luis", "Luis Firma", Role::Signatory, Some(PASSWORD));
        let secret = employ(&house, "ana", "Ana Secretaria", Role::Clerk, None);
        let invitation = invitation::path(house.institution().did(), &secret).to_string();
        let log = Log::default();
        let lines = Arc::clone(&log);
        let files = trusted(house.institution().card());
        let packs: Vec<_> = files.iter().map(|bytes| read(bytes).unwrap()).collect();
        let mut shelf = Shelf::default();
        if !files.is_empty() {
            shelf.put_packs(files, &packs);
        }
        let (evidence, shelf) = (Arc::new(Evidence::of_packs(packs)), Arc::new(shelf));
        let state = ServeState {
            evidence: Arc::new(move || Arc::clone(&evidence)),
            published: Arc::new(move || Arc::clone(&shelf)),
            clock: Arc::new(move || time(today)),
            issuing: None,
            desks: vec![Arc::clone(&house)],
            resource: Arc::new(|_| None),
            demo: None,
            log: Arc::new(move |served| lines.lock().unwrap().push(served.to_string())),
            secure: false,
            fits: Arc::new(skillpass::desk::account::fits),
            checks: 2,
        };
        Self { router: router(state), log, house, invitation, _folder: folder }
    }
}

/// Somebody who works here, with a password or with the secret of an invitation, which is the result.
pub fn employ(house: &House, login: &str, name: &str, role: Role, password: Option<&str>) -> invitation::LinkSecret {
    let (random, roles) = (house.random(), BTreeSet::from([role]));
    let (member, secret) = invitation::new_member(login, name, roles, random, time(TODAY)).unwrap();
    let member = match password {
        None => member,
        Some(password) => {
            Member { password: Some(account::hash(password, random).unwrap()), invitation: None, ..member }
        }
    };
    house.store().keep_member(&member, &Hand::program(TODAY)).unwrap();
    secret
}

/// Three people, and one whose year is wrong.
pub fn register() -> String {
    let head = "Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad\n";
    let rows =
        [NAME, "Wilner Jean-Baptiste", "João Gonçalves"].map(|name| format!("{name};1990;13/3/2026;20;presencial\n"));
    format!("{head}{}Persona Equivocada;19885;13/3/2026;20;presencial\n", rows.concat())
}

/// Types into a field, in the place of what was there.
pub async fn write(visitor: &Visitor, what: &str, text: &str) {
    let field = visitor.find(what).await;
    field.clear().await.unwrap();
    field.send_keys(text).await.unwrap();
}

pub async fn sign_out(visitor: &Visitor) {
    visitor.press("#menu").await;
    visitor.press(".me button").await;
    visitor.see("[name=login]").await;
    visitor.look("signed out").await;
    assert_eq!(visitor.ask("document.querySelectorAll('#rooms a').length").await, 0);
}

pub async fn sign_in(visitor: &Visitor, login: &str) {
    write(visitor, "[name=login]", login).await;
    write(visitor, "[name=password]", PASSWORD).await;
    visitor.press("[type=submit]").await;
    visitor.see("#side:not([hidden])").await;
}

/// Goes to a page by its place in the menu.
pub async fn go(visitor: &Visitor, page: &str) {
    visitor.press("#menu").await;
    visitor.press(&format!("#rooms a[href=\"#/{page}\"]")).await;
    visitor.see(&format!("#rooms a[aria-current][href=\"#/{page}\"]")).await;
}

/// Waits until something has so much text.
pub async fn reads(visitor: &Visitor, what: &str, wanted: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let text = visitor.see(what).await;
        if text.contains(wanted) {
            return;
        }
        assert!(Instant::now() < deadline, "{what}: {text}, and not {wanted}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_of_a_clerk_and_a_signatory() {
    let town = Town::found(None);
    let Some(visitor) = Visitor::arrive_at("es", town.router, Arc::clone(&town.log)).await else { return };
    comes_in(&visitor, &town.invitation).await;
    brings_in_a_file(&visitor).await;
    proposes(&visitor).await;
    sign_out(&visitor).await;

    sign_in(&visitor, "luis").await;
    releases(&visitor).await;
    withdraws(&visitor).await;
    go(&visitor, "log").await;
    reads(&visitor, "tbody", "Anuló certificados").await;
    assert!(!visitor.see("#main").await.contains("Ñáñez"), "no person's name in the log");
    visitor.picture("desk-day-8-log", true).await;
    go(&visitor, "statistics").await;
    reads(&visitor, "tbody", "<10").await;
    visitor.picture("desk-day-9-statistics", true).await;
    sign_out(&visitor).await;
    // The console repeats the wrong passphrase and, twice, that nobody is signed in; it wants a login beside an invited password; and where
    // there are no lists of institutions the wallet finds none.
    visitor.leave(5).await;
    let log = town.log.lock().unwrap().join("\n");
    assert!(log.contains("/api/desk/batches") && log.contains("/api/desk/delivery") && !log.contains('#'), "{log}");
}

async fn comes_in(visitor: &Visitor, invitation: &str) {
    visitor.client.goto(&format!("{}{}", visitor.base, invitation.trim_start_matches('/'))).await.unwrap();
    visitor.see("[name=again]").await;
    assert!(!visitor.ask("location.href").await.as_str().unwrap().contains("invitation"), "the secret is cleared away");
    write(visitor, "[name=new]", "corta").await;
    write(visitor, "[name=again]", "corta").await;
    visitor.press("[type=submit]").await;
    assert!(visitor.see("[data-field=new] .wrong").await.contains("12"));
    visitor.look("invited").await;
    write(visitor, "[name=new]", PASSWORD).await;
    write(visitor, "[name=again]", PASSWORD).await;
    visitor.press("[type=submit]").await;
    visitor.see("#side:not([hidden])").await;
    assert!(visitor.see("h1").await.contains("Ana Secretaria"));
    visitor.fits("home").await;
    visitor.picture("desk-day-1-home", true).await;
}

async fn brings_in_a_file(visitor: &Visitor) {
    go(visitor, "import").await;
    visitor.see("[name=achievement]").await;
    let choice = visitor.find("[name=achievement]").await;
    choice.select_by_value("GIN").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lista.csv");
    std::fs::write(&path, register()).unwrap();
    visitor.find("input[type=file]").await.send_keys(path.to_str().unwrap()).await.unwrap();
    reads(visitor, ".problems", "19885").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.problems > li').length").await, 1);
    visitor.fits("preview").await;
    visitor.picture("desk-day-2-preview", true).await;
    // Nothing comes in before the wrong row is decided upon.
    visitor.press("#main .stack .primary").await;
    assert_eq!(visitor.ask("document.activeElement.closest('.problems') !== null").await, true);
    visitor.press(".problems input").await;
    visitor.press("#main .stack .primary").await;
    reads(visitor, ".done dl", "3").await;
    visitor.picture("desk-day-3-imported", true).await;
}

async fn proposes(visitor: &Visitor) {
    visitor.press(".done a.primary").await;
    visitor.see("form [name=which]").await;
    let choice = visitor.find("[name=achievement]").await;
    choice.select_by_value("GIN").await.unwrap();
    visitor.see("form [type=submit]:not([hidden])").await;
    visitor.press("form [type=submit]").await;
    reads(visitor, "#main", "Usted preparó este lote").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.decide').length").await, 0);
    visitor.fits("proposed").await;
    visitor.look("proposed").await;
}

async fn releases(visitor: &Visitor) {
    reads(visitor, ".task", "Un lote espera su decisión").await;
    visitor.press(".task a").await;
    visitor.see(".decide form").await;
    assert_eq!(visitor.ask("document.querySelectorAll('tbody tr').length").await, 3);
    visitor.fits("review").await;
    visitor.picture("desk-day-4-review", true).await;
    write(visitor, "[name=count]", "33").await;
    write(visitor, "[name=passphrase]", "otra frase").await;
    visitor.press(".decide [type=submit]").await;
    assert!(!visitor.see("[data-field=count] .wrong").await.is_empty());
    write(visitor, "[name=count]", "3").await;
    visitor.press(".decide [type=submit]").await;
    visitor.see("[data-field=passphrase] [aria-invalid]").await;
    visitor.picture("desk-day-5-wrong-passphrase", true).await;
    write(visitor, "[name=passphrase]", PASSPHRASE).await;
    visitor.press(".decide [type=submit]").await;
    reads(visitor, ".done", "Certificados firmados: 3").await;
    visitor.picture("desk-day-6-signed", true).await;
    visitor.press(".printing .primary").await;
    reads(visitor, ".printing .done", "Listo: 3 en papel").await;
    reads(visitor, ".printing .done", "print.pdf").await;
    visitor.fits("printed").await;
    visitor.picture("desk-day-6-printed", true).await;
}

/// Makes a link, and fetches the certificate by it as its person does.
async fn hands_out(visitor: &Visitor) {
    let certificate = visitor.ask("location.href").await.as_str().unwrap().to_owned();
    visitor.press(".delivery summary").await;
    visitor.press(".delivery .primary").await;
    visitor.see(".delivery [name=link]").await;
    visitor.fits("link").await;
    visitor.picture("desk-day-6-link", true).await;
    let link = visitor.ask("document.querySelector('.delivery [name=link]').value").await.as_str().unwrap().to_owned();
    assert!(link.starts_with(&format!("{}get/#", visitor.base)), "{link}");
    assert!(visitor.ask("document.querySelector('.delivery textarea').value").await.as_str().unwrap().contains(&link));
    visitor.client.goto(&link).await.unwrap();
    reads(visitor, "#main", "Centro El Puente tiene un certificado para usted").await;
    assert!(!visitor.ask("location.href").await.as_str().unwrap().contains('#'), "the secret is cleared away");
    visitor.fits("get").await;
    visitor.picture("get-1-waiting", true).await;
    visitor.press("#main .primary").await;
    reads(visitor, "#main", "Su certificado está aquí").await;
    assert_eq!(visitor.ask("document.querySelectorAll('a[download]').length").await, 2);
    for language in ["pt", "en", "fr", "ht", "es"] {
        visitor.press(&format!("[data-language={language}]")).await;
        visitor.see(&format!("html[lang={language}] a[download]")).await;
        visitor.fits(&format!("got {language}")).await;
        let text = visitor.ask("document.body.innerText").await;
        assert!(!text.as_str().unwrap().contains("get."), "{text}");
    }
    visitor.picture("get-2-fetched", true).await;
    // Into the wallet of the same browser: through no address, and once.
    visitor.press("#main .keep").await;
    visitor.see(".wallet .begin").await;
    assert_eq!(visitor.ask("location.hash + location.search.replace('?lang=es', '')").await, "");
    assert_eq!(visitor.ask("sessionStorage.length").await, 0, "nothing is left lying about");
    visitor.press(".begin").await;
    visitor.see(".verdict").await;
    visitor.press(".back").await;
    visitor.see(".held li .open").await;
    let (before, _) = certificate.split_once('#').unwrap();
    visitor.client.goto(&format!("{before}?again{}", &certificate[before.len()..])).await.unwrap();
    reads(visitor, ".badge", "En vigor").await;
}

async fn withdraws(visitor: &Visitor) {
    visitor.press(".done a").await;
    visitor.see("tbody tr td.main a").await;
    write(visitor, "[type=search]", "nanez").await;
    visitor.press(".finder button").await;
    reads(visitor, "#main", "Encontradas: 1").await;
    visitor.press("tbody td.main a").await;
    reads(visitor, "h1", NAME).await;
    // What stands in the tab is kept by the browser; the name is on the page alone.
    assert!(!visitor.client.title().await.unwrap().contains("Ñáñez"));
    reads(visitor, ".badge", "En vigor").await;
    hands_out(visitor).await;
    visitor.press("button.danger").await;
    visitor.see("dialog[open] [name=reason]").await;
    visitor.look("withdraw").await;
    write(visitor, "dialog [name=passphrase]", PASSPHRASE).await;
    visitor.press("dialog [type=submit]").await;
    reads(visitor, ".badge", "Anulado").await;
    visitor.see(".note .done").await;
    visitor.fits("revoked").await;
    visitor.picture("desk-day-7-revoked", true).await;
}
