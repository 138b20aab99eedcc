//! Between one person and the next: what was begun for one is never shown to another, what was chosen is what is checked, and what fails leaves a
//! page that can go on.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use fantoccini::Locator;
use serde_json::{Value, json};
use skillpass::credential::achievement::Language;
use skillpass::verify::message::Words;

use super::{arrive, choose};
use crate::browser::{Visitor, WHOLE};
use crate::common::documents::{NOW, canonical};
use crate::page::{digits, good, house, revoked};
use crate::scan_page::{camera, film};

/// A file of this name is read once the test lets it.
const HELD: &str = "(() => { const real = Blob.prototype.arrayBuffer; Blob.prototype.arrayBuffer = async function () { \
     if (this.name === 'held.json') await new Promise((go) => (window.go = go)); return real.call(this); }; })()";

/// Two minutes are over when the test says so.
const OVER: &str = "(() => { const real = setTimeout; window.setTimeout = (work, ms, ...rest) => real(work, ms === 120000 && window.over ? 0 : ms, ...rest); })()";

/// What was held goes on and comes to its end: what is begun after it ends after it.
const GOES_ON: &str = "(async () => { const { judged } = await import('/judge.js'); window.go(); \
     for (let times = 0; times < 3; times += 1) await judged(new File([window.other], 'c.json'), ''); return true; })()";

async fn before(visitor: &Visitor, source: &str) {
    visitor.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
}

async fn dropped(visitor: &Visitor, files: &[(&str, &Value)]) {
    let files: Vec<Value> =
        files.iter().map(|(name, document)| json!([name, String::from_utf8(canonical(document)).unwrap()])).collect();
    let script = "const all = new DataTransfer(); window.other = arguments[0][0][1]; \
         arguments[0].forEach(([name, text]) => all.items.add(new File([text], name, { type: 'application/json' }))); \
         document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: all }));";
    visitor.client.execute(script, vec![json!(files)]).await.unwrap();
}

/// What a person sees of an answer.
const SHOWN: &str = "[...document.querySelectorAll('.verdict')].map((one) => one.dataset.outcome).join() \
     + (document.querySelector('#holder').hidden ? '' : ' holder') + (document.querySelector('#ask').hidden ? '' : ' ask')";

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_not_shown_to_the_next_person() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    before(&visitor, HELD).await;
    before(&visitor, OVER).await;
    visitor.open("").await;
    // While the first one's is looked at, the second comes and has the answer.
    dropped(&visitor, &[("held.json", &good())]).await;
    visitor.until("Boolean(window.go)").await;
    dropped(&visitor, &[("b.json", &revoked())]).await;
    visitor.see(".verdict[data-outcome=reject]").await;
    visitor.until(GOES_ON).await;
    assert_eq!(visitor.ask(SHOWN).await, "reject");

    // Nor is it when everything was forgotten meanwhile: by the button, and with several people in a row by itself.
    for by_itself in [false, true] {
        visitor.ask("void (window.go = null, window.over = false)").await;
        dropped(&visitor, &[("held.json", &good())]).await;
        visitor.until("Boolean(window.go)").await;
        if by_itself {
            // A look that takes long is not disturbed.
            visitor.ask("void (window.over = true, document.querySelector('#row').checked = true, dispatchEvent(new Event('scroll')))").await;
            visitor.until("new Promise((done) => setTimeout(() => done(true), 50))").await;
            assert_eq!(visitor.ask("document.querySelector('#chosen-name').textContent").await, "held.json");
            assert_eq!(visitor.ask("document.querySelector('#chosen').hidden").await, false);
        }
        visitor.ask("void dispatchEvent(new Event('pagehide'))").await;
        visitor.until(GOES_ON).await;
        assert_eq!(visitor.ask(SHOWN).await, " ask", "{by_itself}");
        assert_eq!(visitor.ask("document.querySelector('#check').disabled").await, false);
    }
    visitor.leave(0).await;
}

/// With several people in a row nothing of anybody stays, whether there was a verdict or not.
#[tokio::test(flavor = "multi_thread")]
async fn what_had_no_verdict_goes_by_itself_too() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    before(&visitor, OVER).await;
    visitor.open("").await;
    visitor.ask("void (document.querySelector('#row').checked = true)").await;
    let folder = tempfile::tempdir().unwrap();
    let list = json!([good(), {"type": "VerifiableCredential"}]).to_string();
    // One that is beside the point stands no longer than until the next look, though that fails.
    choose(&visitor, "file", &folder, &[("list.json", list.as_bytes())]).await;
    visitor.press("#check").await;
    visitor.see("#not-read:not([hidden])").await;
    visitor
        .ask("void (document.querySelector('#text').value = 'x', document.querySelector('#form').requestSubmit())")
        .await;
    visitor.see("#error:not([hidden]), #not-read[hidden]").await;
    visitor.until("document.querySelector('#not-read').hidden").await;
    visitor.ask("void document.querySelector('.again').click()").await;
    visitor.see("#ask:not([hidden])").await;

    // What was refused, and what was typed.
    visitor.ask("void (document.querySelector('#row').checked = true)").await;
    choose(&visitor, "file", &folder, &[("Ana Perez.json", b"{\"no\":\"certificate\"}")]).await;
    visitor.press("#check").await;
    visitor.see("#error:not([hidden])").await;
    visitor.ask("void (window.over = true, dispatchEvent(new Event('scroll')))").await;
    visitor.until("document.querySelector('#chosen').hidden && document.querySelector('#error').hidden").await;
    visitor.press("#check").await;
    let nothing: Value = serde_json::from_str(include_str!("../../web/i18n/en.json")).unwrap();
    assert_eq!(visitor.see("#error:not([hidden]) #error-title").await, nothing["page.check.nothing"].as_str().unwrap());
    visitor.client.find(Locator::Id("text")).await.unwrap().send_keys("Ana").await.unwrap();
    visitor.until("document.querySelector('#text').value === ''").await;
    visitor.leave(0).await;
}

/// The last choice counts, by whichever way it was made.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_choice_is_what_is_checked() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    visitor.open("").await;
    let folder = tempfile::tempdir().unwrap();
    let text = visitor.client.find(Locator::Id("text")).await.unwrap();
    text.send_keys("an old text").await.unwrap();
    choose(&visitor, "file", &folder, &[("a.json", &canonical(&good()))]).await;
    visitor.see("#chosen:not([hidden])").await;
    assert_eq!(visitor.ask("document.querySelector('#text').value").await, "");
    visitor.press("#check").await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.press(".again").await;
    choose(&visitor, "file", &folder, &[("a.json", &canonical(&good()))]).await;
    visitor.see("#chosen:not([hidden])").await;
    text.send_keys("something else").await.unwrap();
    visitor.see("#chosen[hidden]").await;
    visitor.press("#check").await;
    visitor.see("#error:not([hidden])").await;
    // The same file once more.
    choose(&visitor, "file", &folder, &[("a.json", &canonical(&good()))]).await;
    visitor.press("#check").await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.leave(0).await;
}

/// Whoever goes by the keyboard stays where they are: in the country's list, and by the camera.
#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_stays_where_it_is_and_a_refused_camera_can_be_asked_again() {
    let refused = ["--deny-permission-prompts".into(), "--use-fake-device-for-media-stream".into(), WHOLE.into()];
    let Some(visitor) = arrive("en", &refused).await else { return };
    visitor.open("").await;
    let focused = "(document.activeElement.id || document.activeElement.className)";
    // Two taps are one panel.
    visitor.ask("void (document.querySelector('#scan').click(), document.querySelector('#scan').click())").await;
    for _ in 0..2 {
        visitor.see(".scan[data-state=refused]").await;
        assert_eq!(visitor.ask("document.querySelectorAll('.scan').length").await, 1);
        visitor.until(&format!("{focused} === 'scan-close'")).await;
        visitor.press(".scan-close").await;
        visitor.see("#scan:not([hidden])").await;
        visitor.until(&format!("{focused} === 'scan'")).await;
        visitor.press("#scan").await;
    }
    visitor.ask(&format!("void (location.hash = '{}')", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.ask("void (() => { const list = document.querySelector('#country'); list.focus(); list.value = 'BR'; list.dispatchEvent(new Event('change')); })()").await;
    visitor.see(".statement").await;
    visitor.until(&format!("{focused} === 'country'")).await;
    visitor.leave(0).await;
}

/// Of two codes in view the second is looked at too.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_beside_ours_does_not_hide_it() {
    let film = film(&[image::GrayImage::from_pixel(700, 700, image::Luma([150]))]);
    let Some(visitor) = arrive("en", &camera(&film)).await else { return };
    let both = json!([{"rawValue": "00020126580014br.gov.bcb.pix"}, {"rawValue": digits(&good())}]);
    let detector = format!(
        "window.BarcodeDetector = class {{ static async getSupportedFormats() {{ return ['qr_code']; }} async detect() {{ return {both}; }} }}"
    );
    before(&visitor, &detector).await;
    visitor.open("").await;
    visitor.press("#scan").await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.leave(0).await;
}

/// A browser that does not let the kernel in offers to send; with many files it says so and stays; and a late answer of the server's is nobody's.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_kernel_the_page_offers_what_it_can() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    let source = "WebAssembly.compileStreaming = () => Promise.reject(new WebAssembly.CompileError('none')); \
         (() => { const real = fetch; window.fetch = async (...all) => { \
             if (String(all[0]).startsWith('/api/verify') && window.hold) await new Promise((go) => (window.go = go)); return real(...all); }; })()";
    before(&visitor, source).await;
    visitor.open("").await;
    dropped(&visitor, &[("a.json", &good()), ("b.json", &revoked())]).await;
    visitor.see("#error:not([hidden])").await;
    assert_eq!(visitor.ask(SHOWN).await, " ask");
    dropped(&visitor, &[("a.json", &good())]).await;
    visitor.see("#send:not([hidden])").await;
    assert_eq!(visitor.checks(), 0, "nothing was sent");
    visitor.ask("void (window.hold = true)").await;
    visitor.press("#send-button").await;
    visitor.until("Boolean(window.go)").await;
    visitor.ask("void (dispatchEvent(new Event('pagehide')), window.hold = false)").await;
    visitor
        .until("(async () => { const answer = fetch('/healthz'); window.go(); await answer; return true; })()")
        .await;
    while visitor.checks() == 0 {
        tokio::task::yield_now().await;
    }
    visitor.until("fetch('/healthz').then((answer) => answer.ok)").await;
    assert_eq!(visitor.ask(SHOWN).await, " ask");
    dropped(&visitor, &[("b.json", &revoked())]).await;
    visitor.see("#send:not([hidden])").await;
    visitor.press("#send-button").await;
    visitor.see(".verdict[data-outcome=reject]").await;
    visitor.leave(0).await;
}

/// A language that is not here now changes nothing, also when it was chosen before.
#[tokio::test(flavor = "multi_thread")]
async fn another_language_without_the_network_changes_nothing() {
    let Some(mut visitor) = arrive("en", &[]).await else { return };
    visitor.open("").await;
    visitor.until(super::offline::KEPT).await;
    visitor.cut().await;
    for beside in ["#ask:not([hidden])", ".verdict"] {
        visitor.see(beside).await;
        visitor.press("a[data-language=fr]").await;
        visitor.see("#error:not([hidden]) #error-next:not(:empty)").await;
        visitor.until("document.activeElement.id === 'error'").await;
        visitor.picture(if beside == ".verdict" { "61-language" } else { "60-language" }, true).await;
        visitor.ask(&format!("void (location.hash = '{}')", digits(&good()))).await;
    }
    assert_eq!(visitor.ask("document.documentElement.lang").await, "en");
    assert_ne!(visitor.ask("localStorage.getItem('language')").await, "fr");
    visitor.ask("void localStorage.setItem('language', 'fr')").await;
    for path in ["?chosen", "?lang=ht&linked"] {
        visitor.open(&format!("{path}#{}", digits(&good()))).await;
        visitor.see("html[lang=en] .verdict[data-outcome=accept]").await;
    }
    // `/about`, the manifest, the worker and the two languages were not reached.
    visitor.leave(20).await;
}

/// A language that was chosen once is here from then on, with the words of its verdicts.
#[tokio::test(flavor = "multi_thread")]
async fn a_language_that_was_chosen_is_kept_whole() {
    let Some(mut visitor) = arrive("en", &[]).await else { return };
    visitor.open("").await;
    visitor.until(super::offline::KEPT).await;
    visitor.press("a[data-language=fr]").await;
    visitor.see("html[lang=fr]").await;
    visitor.until("Promise.all(['/?lang=fr', '/i18n/fr.json', '/i18n/verdict/fr.json'].map((path) => caches.match(path))).then((all) => all.every(Boolean))").await;
    visitor.cut().await;
    visitor.open(&format!("?fr#{}", digits(&good()))).await;
    visitor.see("html[lang=fr] .verdict[data-outcome=accept]").await;
    visitor.leave(10).await;
}

/// A module that no old browser reads.
async fn unreadable(request: Request, next: Next) -> Response {
    if ["/words.js", "/desk/words.js"].contains(&request.uri().path()) {
        return ([(header::CONTENT_TYPE, "text/javascript")], Body::from("let 1 = 2;")).into_response();
    }
    next.run(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_cannot_read_the_page_is_told() {
    let (router, log) = house();
    let Some(visitor) = Visitor::arrive_with("en", router.layer(from_fn(unreadable)), log, &[]).await else { return };
    visitor.live_at(NOW).await;
    for (path, name) in [("", "checker"), ("wallet", "wallet"), ("get/", "get"), ("desk", "desk")] {
        visitor.client.goto(&format!("{}{path}", visitor.base)).await.unwrap();
        let said = visitor.see("#old:not([hidden])").await;
        // Where no word of any language has come, it stands there in all of them.
        for language in Language::ALL.into_iter().filter(|language| !path.is_empty() || *language == Language::En) {
            let words = Words::of(language).get("page.old").replace('\'', "’");
            assert!(said.replace('\'', "’").contains(&words), "{name}: {said}");
        }
        visitor.fits(name).await;
        visitor.picture(&format!("62-old-browser-{name}"), false).await;
    }
    // The console has the module that cannot be read.
    visitor.client.clone().close().await.unwrap();
}

/// A photograph of the panel that was closed meanwhile is looked at by nobody: the next person has the page.
#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_of_a_closed_panel_is_nobodys() {
    let refused = ["--deny-permission-prompts".into(), "--use-fake-device-for-media-stream".into(), WHOLE.into()];
    let Some(visitor) = arrive("en", &refused).await else { return };
    let held = "(() => { const real = createImageBitmap; window.createImageBitmap = async (of, ...rest) => { \
         if (of instanceof File && window.hold) await new Promise((go) => (window.go = go)); return real(of, ...rest); }; })()";
    before(&visitor, held).await;
    visitor.open("").await;
    let folder = tempfile::tempdir().unwrap();
    let picture = |document: &Value, name: &str| {
        let path = folder.path().join(name);
        crate::scan::drawn(&digits(document), 6).save(&path).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (one, broken) = (picture(&good(), "one.png"), folder.path().join("broken.png"));
    std::fs::write(&broken, b"\x89PNG\r\n\x1a\n no picture").unwrap();
    let photographed = async |path: &str| {
        visitor.press("#scan").await;
        visitor.see(".scan[data-state=refused]").await;
        visitor.client.find(Locator::Css(".scan-photo input")).await.unwrap().send_keys(path).await.unwrap();
    };
    for path in [one.as_str(), broken.to_str().unwrap()] {
        visitor.ask("void (window.hold = true, window.go = null)").await;
        photographed(path).await;
        visitor.until("Boolean(window.go)").await;
        visitor.press(".scan-close").await;
        // What is begun after it ends after it.
        let ends = "(async () => { const { textsIn } = await import('/scan/picture.js'); window.hold = false; window.go(); \
             const canvas = document.createElement('canvas'); canvas.width = canvas.height = 900; canvas.getContext('2d').fillRect(0, 0, 9, 9); \
             const other = await new Promise((done) => canvas.toBlob(done)); \
             for (let times = 0; times < 3; times += 1) await textsIn(other).catch(() => {}); return true; })()";
        visitor.until(ends).await;
        visitor.until(GOES_ON_ALONE).await;
        assert_eq!(visitor.ask(SHOWN).await, " ask", "{path}");
        assert_eq!(visitor.ask("document.querySelector('.scan').hidden").await, true);
        assert_eq!(visitor.ask("document.querySelector('.scan-status').textContent").await, "", "{path}");
    }
    // One that is not closed is read.
    photographed(&one).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.leave(0).await;
}

/// The same for what was begun before, whatever it was: checks one after the other.
const GOES_ON_ALONE: &str = "(async () => { const { judged } = await import('/judge.js'); \
     for (let times = 0; times < 3; times += 1) await judged('x', '').catch(() => {}); return true; })()";

/// A device that slept for longer than anybody looks at a verdict has nothing of the last person for the next.
#[tokio::test(flavor = "multi_thread")]
async fn what_stood_there_before_the_device_slept_is_gone() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    visitor.open("").await;
    let slept = |minutes: u32| {
        format!("void (() => {{ const real = Date.now; Date.now = () => real() + {minutes} * 60000; }})()")
    };
    for wakes in ["pointerdown", "visibilitychange"] {
        visitor.ask("void (document.querySelector('#row').checked = true)").await;
        dropped(&visitor, &[("a.json", &good())]).await;
        visitor.see(".verdict[data-outcome=accept]").await;
        // A minute is no sleep.
        visitor.ask(&slept(1)).await;
        visitor.ask("void dispatchEvent(new Event('pointerdown'))").await;
        assert_eq!(visitor.ask(SHOWN).await, "accept");
        visitor.ask(&slept(3)).await;
        let target = if wakes == "visibilitychange" { "document" } else { "window" };
        visitor.ask(&format!("void {target}.dispatchEvent(new Event('{wakes}'))")).await;
        assert_eq!(visitor.ask(SHOWN).await, " ask", "{wakes}");
        assert_eq!(visitor.ask("document.querySelector('#verdicts').textContent").await, "");
    }
    // With one person alone it stays.
    visitor.ask("void (document.querySelector('#row').checked = false)").await;
    dropped(&visitor, &[("a.json", &good())]).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.ask(&slept(3)).await;
    visitor.ask("void dispatchEvent(new Event('pointerdown'))").await;
    assert_eq!(visitor.ask(SHOWN).await, "accept");
    visitor.leave(0).await;
}

/// A question is announced, and its end too; it does not stand there as if it were still good.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_goes_with_its_minute() {
    let Some(visitor) = arrive("fr", &[]).await else { return };
    before(&visitor, "(() => { const real = setTimeout; window.setTimeout = (work, ms, ...rest) => real(work, ms === 60000 && window.over ? 0 : ms, ...rest); })()").await;
    visitor.open("").await;
    let words: Value = serde_json::from_str(include_str!("../../web/i18n/fr.json")).unwrap();
    visitor.press("#ask-button").await;
    visitor.see("#question:not([hidden]) .question-code").await;
    visitor.until("document.activeElement.id === 'question-title'").await;
    assert_eq!(visitor.see("#question-title").await, words["page.ask.code"].as_str().unwrap());
    visitor.fits("question").await;
    visitor.picture("67-question", true).await;
    visitor.ask("void (window.over = true)").await;
    visitor.press("#ask-button").await;
    visitor.see("#question[hidden]").await;
    let said = format!("document.querySelector('#status').textContent === {}", words["page.ask.over"]);
    visitor.until(&said).await;
    visitor.until("document.activeElement.id === 'ask-button'").await;
    visitor.picture("68-question-over", true).await;
    // Whoever types meanwhile goes on typing.
    let typed = "void (() => { const real = window.setTimeout; window.setTimeout = (work, ms, ...rest) => \
         (ms === 60000 ? (window.ends = work, 0) : real(work, ms, ...rest)); document.querySelector('#ask-button').click(); })()";
    visitor.ask(typed).await;
    visitor.see("#question:not([hidden])").await;
    visitor.until("Boolean(window.ends)").await;
    visitor.ask("void (document.querySelector('#text').focus(), window.ends())").await;
    visitor.see("#question[hidden]").await;
    assert_eq!(visitor.ask("document.activeElement.id").await, "text");
    visitor.leave(0).await;
}

/// What the details name, they name in words.
#[tokio::test(flavor = "multi_thread")]
async fn the_details_are_in_words() {
    let Some(visitor) = arrive("fr", &[]).await else { return };
    visitor.open(&format!("#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    let terms = visitor.ask("[...document.querySelectorAll('.more dt')].map((term) => term.textContent)").await;
    let words: Value = serde_json::from_str(include_str!("../../web/i18n/fr.json")).unwrap();
    for id in ["page.issuer.id", "page.credential.id", "page.achievement.id", "page.digest", "page.receipt.checked"] {
        assert!(terms.as_array().unwrap().contains(&words[id]), "{id}: {terms}");
    }
    visitor.press(".verdict details summary").await;
    visitor.fits("details").await;
    visitor.picture("69-details", true).await;
    visitor.leave(0).await;
}
