//! The wallet between two people, and by every way that a certificate comes: what was begun at one lock opens nothing at the next, and a PDF, a
//! photograph and a link's page bring what the checker would read.

use fantoccini::Locator;
use image::{GrayImage, Luma};
use serde_json::{Value, json};
use skillpass::holder::ask::{Ask, Audience, CHALLENGE_BYTES, Challenge};

use crate::browser::Visitor;
use crate::common::documents::{NOW, canonical};
use crate::page::{digits, good, house, revoked};
use crate::scan::{Pdf, deflated, drawn, scanned};
use crate::scan_page::{camera, film};
use crate::wallet_page::{WORDS, arrive, arrive_with};

/// Every lock waits before it opens or closes, until the test lets it.
const HOLDS: &str = "void (() => { const real = crypto.subtle.importKey; window.waits = []; window.hold = true; \
     crypto.subtle.importKey = async function (...all) { if (window.hold) await new Promise((go) => window.waits.push(go)); return real.apply(this, all); }; })()";
const GO_ON: &str = "void (window.hold = false, window.waits.forEach((go) => go()))";

/// Nobody sees the page for a minute.
const UNSEEN: &str = "(() => { const turn = (hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); \
     document.dispatchEvent(new Event('visibilitychange')); }; \
     turn(true); const real = Date.now; Date.now = () => real() + 61000; turn(false); })()";

impl Visitor {
    /// Puts a lock on what is open, under a name.
    async fn is_locked_as(&self, name: &str) {
        self.see(".more").await;
        self.press(".more").await;
        self.see(".lock").await;
        self.types("form input[type=password]", &[WORDS, WORDS]).await;
        self.types("form input[name=person]", &[name]).await;
        self.press(".lock").await;
        self.see(".unlock").await;
    }

    /// Offers a file to the wallet.
    async fn offers(&self, folder: &tempfile::TempDir, name: &str, bytes: &[u8]) {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        self.see(".add").await;
        self.press(".add").await;
        self.see("#file").await;
        self.client.find(Locator::Id("file")).await.unwrap().send_keys(path.to_str().unwrap()).await.unwrap();
    }

    /// How many certificates stand on the first page.
    async fn has(&self, count: usize) {
        self.press(".back").await;
        self.see(".add").await;
        assert_eq!(self.ask("document.querySelectorAll('.held li').length").await, count);
    }
}

/// Somebody types the passphrase, turns to the others and hands the phone on: the wallet does not open before the next person.
#[tokio::test(flavor = "multi_thread")]
async fn an_unlock_under_way_opens_nothing_on_the_next_persons_screen() {
    let Some(visitor) = arrive().await else { return };
    visitor.takes(&digits(&good())).await;
    visitor.press(".back").await;
    visitor.is_locked_as("Ana").await;
    visitor.press(".others").await;
    visitor.see("form .person").await;
    visitor.types("form input[name=person]", &["Berta"]).await;
    visitor.types("form input[type=password]", &[WORDS, WORDS]).await;
    visitor.press("form .person").await;
    visitor.see(".add").await;

    visitor.open("wallet?lang=en&two").await;
    visitor.see(".people li:nth-child(2)").await;
    let ana = "[...document.querySelectorAll('.people .open')].find((one) => one.textContent === 'Ana')";
    visitor.ask(&format!("void {ana}.click()")).await;
    visitor.see(".unlock").await;
    visitor.ask(HOLDS).await;
    visitor.types("form input", &[WORDS]).await;
    visitor.press(".unlock").await;
    visitor.until("window.waits.length > 0").await;
    visitor.press(".others").await;
    visitor.see(".people li:nth-child(2)").await;
    visitor.ask(GO_ON).await;
    // What is begun after it ends after it.
    let after = format!(
        "(async () => {{ const [{{ load, FIRST }}, {{ judge }}] = await Promise.all([import('/wallet/vault.js'), import('/wallet/judge.js')]); \
         for (let times = 0; times < 2; times += 1) await judge((await load(FIRST, {})).certificates); return true; }})()",
        json!(WORDS)
    );
    visitor.until(&after).await;
    assert_eq!(visitor.ask("document.querySelectorAll('.people li').length").await, 2);
    assert!(visitor.client.find(Locator::Css(".add, .verdict")).await.is_err(), "nobody's wallet is open");
    // Whoever unlocks and waits has it.
    visitor.ask(&format!("void {ana}.click()")).await;
    visitor.see(".unlock").await;
    visitor.types("form input", &[WORDS]).await;
    visitor.press(".unlock").await;
    visitor.see(".held li[data-outcome=accept]").await;
    visitor.leave(0).await;
}

/// What ends after the lock draws nothing over it.
#[tokio::test(flavor = "multi_thread")]
async fn what_ends_after_the_lock_draws_nothing_over_it() {
    let Some(visitor) = arrive().await else { return };
    visitor.is_locked_as("Ana").await;
    let unlocks = async || {
        visitor.see(".unlock").await;
        visitor.types("form input", &[WORDS]).await;
        visitor.press(".unlock").await;
        visitor.see(".save").await;
    };
    unlocks().await;
    visitor.press(".save").await;
    visitor.see(".write").await;
    visitor.types("form input", &[WORDS, WORDS]).await;
    visitor.ask("void (window.saved = 0, HTMLAnchorElement.prototype.click = () => (window.saved += 1))").await;
    visitor.ask(HOLDS).await;
    visitor.press(".write").await;
    visitor.until("window.waits.length > 0").await;
    visitor.ask(UNSEEN).await;
    visitor.see(".unlock").await;
    visitor.ask(GO_ON).await;
    visitor.is_told("It was locked meanwhile.").await;
    assert!(visitor.client.find(Locator::Css(".there")).await.is_err());
    visitor.see(".unlock").await;
    assert_eq!(visitor.ask("window.saved").await, 0, "no file is offered to the next person");

    // A vacancy that is being read is not shown to the next person either.
    unlocks().await;
    visitor.press(".work").await;
    visitor.see(".vacancy").await;
    visitor.press(".vacancy").await;
    visitor.see("#vacancy").await;
    visitor.ask("void (() => { const real = Blob.prototype.arrayBuffer; Blob.prototype.arrayBuffer = async function () { await new Promise((go) => (window.go = go)); return real.call(this); }; \
         const all = new DataTransfer(); all.items.add(new File(['{}'], 'v.json', { type: 'application/json' })); const input = document.querySelector('#vacancy'); \
         input.files = all.files; input.dispatchEvent(new Event('change', { bubbles: true })); })()").await;
    visitor.until("Boolean(window.go)").await;
    visitor.ask(UNSEEN).await;
    visitor.see(".unlock").await;
    visitor.ask("window.go()").await;
    visitor.is_told("It was locked meanwhile.").await;
    visitor.see(".unlock").await;
    assert!(visitor.client.find(Locator::Id("vacancy")).await.is_err());
    visitor.leave(0).await;
}

/// A wallet that is lost comes back from the PDF or the paper of each certificate.
#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_and_a_photograph_of_paper_come_in() {
    let folder = tempfile::tempdir().unwrap();
    let (document, code) = (canonical(&good()), format!("https://skillpass.invalid/#{}", digits(&good())));
    let photograph = {
        let path = folder.path().join("drawn.png");
        drawn(&code, 6).save(&path).unwrap();
        std::fs::read(path).unwrap()
    };
    let ways = [
        ("file.pdf", Pdf::default().attach("/Filter/FlateDecode", &deflated(&document)).blank().bytes()),
        ("code.pdf", Pdf::default().scan(&scanned(&code)).bytes()),
        ("both.pdf", Pdf::default().attach("", &document).scan(&scanned(&code)).bytes()),
        ("photograph.png", photograph),
    ];
    for (name, bytes) in ways {
        let Some(visitor) = arrive().await else { return };
        visitor.offers(&folder, name, &bytes).await;
        visitor.see(".verdict[data-outcome=accept]").await;
        assert_eq!(visitor.see("#status").await, "Added: 1", "{name}");
        assert!(visitor.ask("document.querySelector('#error').hidden").await.as_bool().unwrap(), "{name}");
        visitor.has(1).await;
        if name == "file.pdf" {
            let kept = "import('/wallet/vault.js').then((vault) => vault.load('all', null)).then((kept) => (window.kept = kept.certificates[0])).then(() => true)";
            visitor.until(kept).await;
            assert_eq!(visitor.ask("window.kept").await.as_str().unwrap().as_bytes(), document, "byte for byte");
        }
        visitor.leave(0).await;
    }
}

/// The code on a PDF's page is another certificate than the file in it: the wallet says so as the checker does, and takes in the file.
#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_of_two_minds_is_told() {
    let Some(visitor) = arrive().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let other = format!("https://skillpass.invalid/#{}", digits(&revoked()));
    let forged = Pdf::default().attach("", &canonical(&good())).scan(&scanned(&other)).bytes();
    visitor.offers(&folder, "forged.pdf", &forged).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    let said = visitor.see("#error:not([hidden])").await;
    let words: Value = serde_json::from_str(include_str!("../web/i18n/en.json")).unwrap();
    for id in ["scan.pdf.differs", "wallet.differs.next"] {
        assert!(said.contains(words[id].as_str().unwrap()), "{id}: {said}");
    }
    visitor.fits("differs").await;
    visitor.picture("wallet-40-differs", true).await;
    visitor.has(1).await;
    // A PDF in which nothing was found says that, and how much of it was not looked at.
    let damaged = Pdf::default();
    let damaged = damaged.stream(
        "/Type/XObject/Subtype/Image/Width 900/Height 900/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode",
        b"\xff\xd8\xff no picture",
    );
    let picture = damaged.last();
    let damaged = damaged.stream("", b"q 500 0 0 500 0 0 cm /I Do Q");
    let content = damaged.last();
    let unread = damaged.page(content, &format!("/XObject<</I {picture} 0 R>>")).bytes();
    for (pdf, id) in [(Pdf::default().blank().bytes(), "scan.pdf.none"), (unread, "scan.pdf.unread")] {
        visitor.offers(&folder, "none.pdf", &pdf).await;
        visitor.is_told(words[id].as_str().unwrap()).await;
        visitor.see(".back").await;
        visitor.ask("void [...document.querySelectorAll('.actions .back')].pop().click()").await;
    }
    visitor.see(".add").await;
    visitor.leave(0).await;
}

/// Beside ours may stand any code: the scanner looks on until one is of the kind that is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_beside_ours_does_not_hide_it_from_the_wallet() {
    let film = film(&[GrayImage::from_pixel(700, 700, Luma([150]))]);
    let Some(visitor) = arrive_with(&camera(&film)).await else { return };
    let audience = Audience::parse("https://check.example.org").unwrap();
    let now = skillpass::base::timestamp::Timestamp::parse(NOW).unwrap();
    let ask = Ask::new(audience, Challenge::of_random(&[7; CHALLENGE_BYTES]), &[], now).unwrap().to_text();
    let code = digits(&good());
    for (page, scan, codes, seen) in [
        (".add", ".scan-code", ["00020126580014br.gov.bcb.pix", code.as_str()], ".verdict[data-outcome=accept]"),
        (".show", ".scan-question", [code.as_str(), ask.as_str()], ".scan[hidden]"),
    ] {
        let both = json!(codes.map(|text| json!({"rawValue": text})));
        let detector = format!(
            "window.BarcodeDetector = class {{ static async getSupportedFormats() {{ return ['qr_code']; }} async detect() {{ return {both}; }} }}"
        );
        visitor.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": detector})).await;
        visitor.open(&format!("wallet?lang=en&{}", &page[1..])).await;
        visitor.see(page).await;
        visitor.press(page).await;
        visitor.see(scan).await;
        visitor.press(scan).await;
        visitor.see(seen).await;
        if page == ".show" {
            assert_eq!(visitor.ask("document.querySelector('textarea').value").await, ask.as_str());
            visitor.until("document.querySelector('form .audience').textContent.includes('check.example.org')").await;
        }
    }
    visitor.leave(0).await;
}

/// What the page of a delivery link leaves for the wallet is taken in once, and is gone from where it lay.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_links_page_leaves_is_taken_in_once() {
    let (router, log) = house();
    let Some(visitor) = Visitor::arrive_at("en", router, log).await else { return };
    visitor.live_at(NOW).await;
    visitor.open("get/").await;
    let text = json!(String::from_utf8(canonical(&good())).unwrap());
    visitor.ask(&format!("sessionStorage.setItem('handed', {text})")).await;
    visitor.open("wallet?lang=en").await;
    visitor.see(".begin").await;
    assert_eq!(visitor.ask("sessionStorage.length").await, 0);
    visitor.press(".begin").await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.open("wallet?lang=en&again").await;
    visitor.see(".held li[data-outcome=accept]").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.held li').length").await, 1);
    // Nobody issues in this house.
    visitor.leave(1).await;
}
