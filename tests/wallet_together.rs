//! Certificates and their verdicts stay together: while something is stored, when it cannot be, when the lock comes meanwhile, and when somebody else
//! opens what is theirs.

use serde_json::json;

use crate::browser::Visitor;
use crate::common::documents::canonical;
use crate::page::{digits, good, revoked};
use crate::scan_page::{camera, film};
use crate::wallet_page::{WORDS, arrive, arrive_with};

/// Storing waits at its end until the test lets it go on.
const HOLDS: &str = "void (navigator.storage.persist = () => new Promise((go) => (window.go = () => go(true))))";
const HOLDS_NOT: &str = "void (navigator.storage.persist = () => Promise.resolve(true), window.go())";

/// A minute that nobody sees the page.
const UNSEEN: &str = "(() => { const turn = (hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); \
     document.dispatchEvent(new Event('visibilitychange')); }; \
     turn(true); const real = Date.now; Date.now = () => real() + 61000; turn(false); })()";

const ROWS: &str = "[...document.querySelectorAll('.held li')].map((row) => row.dataset.outcome).join()";

impl Visitor {
    async fn locks(&self) {
        self.see(".more").await;
        self.press(".more").await;
        self.see(".lock").await;
        self.types("form input[type=password]", &[WORDS, WORDS]).await;
        self.press(".lock").await;
        self.see(".unlock").await;
    }

    async fn unlocks(&self) {
        self.see(".unlock").await;
        self.types("form input", &[WORDS]).await;
        self.press(".unlock").await;
    }

    /// Reading waits too, for a file of this name.
    async fn holds_files(&self) {
        let script = "void (() => { const { arrayBuffer, slice } = Blob.prototype; \
             Blob.prototype.slice = function (...all) { return Object.assign(slice.apply(this, all), { of: this.name }); }; \
             Blob.prototype.arrayBuffer = async function () { \
             if ((this.of ?? this.name) === 'held.json') await new Promise((go) => (window.go = go)); return arrayBuffer.call(this); }; })()";
        self.ask(script).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_what_it_says_while_something_is_stored_and_when_it_cannot_be() {
    let Some(visitor) = arrive().await else { return };
    visitor.takes(&digits(&good())).await;
    visitor.press(".back").await;
    visitor.see(".add").await;
    visitor.takes(&digits(&revoked())).await;
    visitor.press(".back").await;
    visitor.until(&format!("{ROWS} === 'accept,reject'")).await;

    // The first is being removed, and the person goes back meanwhile.
    visitor.ask(HOLDS).await;
    visitor.press(".held li:first-child .open").await;
    visitor.see(".remove").await;
    visitor.press(".remove").await;
    visitor.answers(true).await;
    visitor.until("Boolean(window.go)").await;
    visitor.press(".back").await;
    visitor.see(".add").await;
    let is_itself = async |row: usize, outcome: &str| {
        visitor.press(&format!(".held li:nth-child({row}) .open")).await;
        visitor.see(&format!(".verdict[data-outcome={outcome}]")).await;
        visitor.ask("void (window.file = null, URL.createObjectURL = (blob) => (blob.text().then((text) => (window.file = text)), 'blob:x'), HTMLAnchorElement.prototype.click = () => {})").await;
        visitor.press(".back + button").await;
        visitor.until("Boolean(window.file)").await;
        let expected = if outcome == "accept" { good() } else { revoked() };
        assert_eq!(
            visitor.ask("window.file").await.as_str().unwrap().as_bytes(),
            canonical(&expected),
            "row {row}: its own file"
        );
        visitor.press(".back").await;
        visitor.see(".add").await;
    };
    if visitor.ask(ROWS).await == "accept,reject" {
        is_itself(1, "accept").await;
    }
    is_itself(visitor.ask("document.querySelectorAll('.held li').length").await.as_u64().unwrap() as usize, "reject")
        .await;
    visitor.ask(HOLDS_NOT).await;
    visitor.until(&format!("{ROWS} === 'reject'")).await;
    is_itself(1, "reject").await;

    // The storage is full: nothing is here that is not kept, and the page goes on.
    visitor.ask("void (window.put = IDBObjectStore.prototype.put, IDBObjectStore.prototype.put = function (...all) { return this.add(...all); })").await;
    visitor.press(".add").await;
    visitor.see(".take").await;
    visitor.ask(&format!("document.querySelector('textarea').value = '{}'", digits(&good()))).await;
    visitor.press(".take").await;
    visitor.see("#error:not([hidden])").await;
    visitor.picture("wallet-30-full", true).await;
    visitor.ask("void [...document.querySelectorAll('.actions button')].pop().click()").await;
    visitor.until(&format!("{ROWS} === 'reject'")).await;
    visitor.press(".show").await;
    visitor.see(".live").await;
    visitor.press(".live ~ .back").await;
    visitor.see(".add").await;
    visitor.ask("void (IDBObjectStore.prototype.put = window.put)").await;
    visitor.takes(&digits(&good())).await;
    visitor.press(".back").await;
    visitor.until(&format!("{ROWS} === 'reject,accept'")).await;
    visitor.leave(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_while_the_lock_comes_is_neither_lost_nor_said_to_be_there() {
    let Some(visitor) = arrive().await else { return };
    visitor.locks().await;
    visitor.unlocks().await;
    visitor.holds_files().await;
    let offers = |name: &str| {
        format!(
            "void (() => {{ const all = new DataTransfer(); all.items.add(new File([{}], '{name}', {{ type: 'application/json' }})); \
             window.input.files = all.files; window.input.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()",
            json!(String::from_utf8(canonical(&good())).unwrap())
        )
    };
    // The lock comes while a file is read.
    visitor.see(".add").await;
    visitor.press(".add").await;
    visitor.see("#file").await;
    visitor.ask("void (window.input = document.querySelector('#file'))").await;
    visitor.ask(&offers("held.json")).await;
    visitor.until("Boolean(window.go)").await;
    visitor.ask(UNSEEN).await;
    visitor.see(".unlock").await;
    visitor.ask("window.go()").await;
    visitor.is_told("It was locked meanwhile.").await;
    visitor.picture("wallet-31-locked-meanwhile", true).await;
    visitor.unlocks().await;
    visitor.see(".add").await;
    assert_eq!(visitor.ask(ROWS).await, "");

    // The lock comes while somebody chooses one: it waits, and whoever opens is asked.
    visitor.press(".add").await;
    visitor.see("#file").await;
    visitor.ask("void (window.input = document.querySelector('#file'))").await;
    visitor.ask(UNSEEN).await;
    visitor.see(".unlock").await;
    visitor.ask(&offers("a.json")).await;
    visitor.until("document.querySelector('#status').textContent.includes('waits here')").await;
    visitor.unlocks().await;
    let asked = visitor.answers(true).await;
    assert!(asked.contains("Is it yours?"), "{asked}");
    visitor.see(".verdict[data-outcome=accept]").await;

    // Whoever comes a minute later may be another: nothing waits for them. Nor is anything taken in that they say is not theirs.
    visitor.open(&format!("wallet?lang=en&left#{}", digits(&revoked()))).await;
    visitor.see(".unlock").await;
    visitor.ask(UNSEEN).await;
    visitor.until("document.querySelector('#status').textContent.includes('waited too long')").await;
    visitor.unlocks().await;
    visitor.until(&format!("{ROWS} === 'accept'")).await;
    visitor.open(&format!("wallet?lang=en&other#{}", digits(&revoked()))).await;
    visitor.unlocks().await;
    visitor.answers(false).await;
    visitor.until(&format!("{ROWS} === 'accept'")).await;

    // On a screen that is in sight it locks when nobody touches it.
    visitor.ask("(() => { const real = setTimeout; window.setTimeout = (work, ms, ...rest) => real(work, ms === 300000 ? 0 : ms, ...rest); })()").await;
    visitor.ask("void dispatchEvent(new Event('scroll'))").await;
    visitor.see(".unlock").await;
    visitor.leave(0).await;
}

/// The live code shows what is chosen and nothing else; the camera is one, and off when the page is left.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_is_what_is_chosen_and_one_camera_is_enough() {
    let film = film(&[image::GrayImage::from_pixel(700, 700, image::Luma([150]))]);
    let Some(visitor) = arrive_with(&camera(&film)).await else { return };
    let did = visitor.key().await;
    let mut document = crate::common::documents::module();
    document["credentialSubject"]["id"] = did.into();
    visitor.takes(&digits(&crate::common::documents::signed(&document))).await;
    visitor.press(".back").await;
    visitor.see(".show").await;
    visitor.press(".show").await;
    visitor.see(".live").await;
    visitor.press(".live").await;
    visitor.see(".shown .code").await;
    // A press moves it off cracked glass, large enough and within the screen's width, and back in the end.
    for corner in ["1", "2", "3", "4", "0"] {
        visitor.press(".move").await;
        visitor.see(&format!(".glass[data-corner='{corner}'] .code")).await;
        visitor.fits(corner).await;
        let wide = visitor.ask("document.querySelector('.glass .code').getBoundingClientRect().width").await;
        assert!(wide.as_f64() > Some(200.0), "{corner}: {wide}");
        if corner == "3" {
            visitor.picture("wallet-33-corner", true).await;
        }
    }
    visitor.find(".held input[type=checkbox]").await.click().await.unwrap();
    visitor.until("document.querySelector('.shown').childElementCount === 0").await;
    // What cannot be made new is not left standing.
    visitor.find(".held input[type=checkbox]").await.click().await.unwrap();
    visitor.press(".live").await;
    visitor.see(".shown .code").await;
    visitor
        .ask("void (document.querySelector('.held input').checked = false, (() => { const real = Date.now; Date.now = () => real() + 61000; })())")
        .await;
    visitor.see("#error:not([hidden])").await;
    assert_eq!(visitor.ask("document.querySelector('.shown').childElementCount").await, 0);

    for (page, scan) in [(".show", ".scan-question"), (".add", ".scan-code")] {
        visitor.open(&format!("wallet?lang=en&{}", &page[1..])).await;
        visitor.see(page).await;
        visitor.press(page).await;
        visitor.see(scan).await;
        visitor
            .ask(&format!("void (document.querySelector('{scan}').click(), document.querySelector('{scan}').click())"))
            .await;
        visitor.see(".scan[data-state=looking]").await;
        assert_eq!(
            visitor
                .ask(&format!("[document.querySelectorAll('.scan').length, document.querySelector('{scan}').hidden]"))
                .await,
            json!([1, true])
        );
        visitor.press(".scan-close").await;
        visitor.see(&format!("{scan}:not([hidden])")).await;
        visitor.press(scan).await;
        visitor.see(".scan[data-state=looking]").await;
        visitor.ask("void (window.film = document.querySelector('.scan video'))").await;
        visitor.ask("void [...document.querySelectorAll('.actions .quiet:last-child')].pop().click()").await;
        visitor.see(".more").await;
        visitor.until("window.film.srcObject === null").await;
    }
    visitor.leave(0).await;
}
