//! The wallet in a real browser: made, filled, saved, wiped, brought back, locked, shown; and with the network gone.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::Locator;
use serde_json::json;
use skillpass::base::timestamp::Timestamp;
use skillpass::carry::Packet;
use skillpass::credential::achievement::Language;
use skillpass::credential::document::Signed;
use skillpass::holder::ask::{Ask, Audience, CHALLENGE_BYTES, Challenge};
use skillpass::holder::backup;
use skillpass::holder::check::{Asked, State, check};
use skillpass::holder::key::HolderKey;
use skillpass::holder::present::{Form, NotPresented, Occasion, present};
use skillpass::verify::message::Words;

use crate::backup::all;
use crate::browser::{PATIENCE, Visitor};
use crate::common::documents::{self, NOW, canonical};
use crate::page::{digits, good, house, revoked};

pub const WORDS: &str = "cuatro palabras y ñandú";

/// Somebody at the wallet's page, with an empty one.
pub async fn arrive() -> Option<Visitor> {
    arrive_with(&[]).await
}

/// The same with more said to the browser.
pub async fn arrive_with(more: &[String]) -> Option<Visitor> {
    let (router, log) = house();
    let visitor = Visitor::arrive_with("en", router, log, more).await?;
    visitor.live_at(NOW).await;
    visitor.open("wallet?lang=en").await;
    visitor.press(".begin").await;
    visitor.see(".add").await;
    Some(visitor)
}

impl Visitor {
    /// Types into the fields that fit, one after the other.
    pub async fn types(&self, what: &str, texts: &[&str]) {
        let fields = self.client.find_all(Locator::Css(what)).await.unwrap();
        assert_eq!(fields.len(), texts.len(), "{what}");
        for (field, text) in fields.iter().zip(texts) {
            field.send_keys(text).await.unwrap();
        }
    }

    pub async fn takes(&self, text: &str) {
        self.press(".add").await;
        self.see(".take").await;
        // Faster than key by key.
        let script = format!("document.querySelector('textarea').value = {}", json!(text));
        self.ask(&script).await;
        self.press(".take").await;
        self.see(".verdict").await;
    }
}

/// A file of this ending in a folder, once it is whole.
pub async fn downloaded(folder: &Path, ending: &str) -> Vec<u8> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        // The browser keeps the name with an empty file, until what it has written beside it is whole.
        let kept = paths.into_iter().find(|path| path.extension().is_some_and(|it| it == ending));
        if let Some(bytes) = kept.map(|path| std::fs::read(path).unwrap()).filter(|it| !it.is_empty()) {
            return bytes;
        }
        assert!(Instant::now() < deadline, "nothing was saved");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The age program, which is none of ours, opens what was saved, and the JSON in it is plain.
fn opens_with_age(folder: &Path, sealed: &[u8]) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("saved.age"), sealed).unwrap();
    // It reads a passphrase from a terminal alone: `script` is one.
    let mut command = Command::new("script");
    command.args(["-qec", "age -d -o saved.zip saved.age", "/dev/null"]).current_dir(folder);
    let program = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let has_age = Command::new("age").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    let (Ok(mut program), true) = (program, has_age) else {
        assert!(!crate::common::shared::is_required(), "age and script are required and not here");
        return;
    };
    program.stdin.take().unwrap().write_all(format!("{WORDS}\n").as_bytes()).unwrap();
    assert!(program.wait().unwrap().success(), "the age program does not open it");
    let mut zip = zip::ZipArchive::new(std::fs::File::open(folder.join("saved.zip")).unwrap()).unwrap();
    let mut read = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let manifest: serde_json::Value = serde_json::from_str(&read("manifest.json")).unwrap();
    assert_eq!((&manifest["type"], manifest["files"].as_array().unwrap().len()), (&"skillpass-wallet-1".into(), 3));
    assert_eq!(read("certificates/0001.json").into_bytes(), canonical(&good()));
    let key: serde_json::Value = serde_json::from_str(&read("key.json")).unwrap();
    assert_eq!(key["type"], "Multikey");
}

#[tokio::test(flavor = "multi_thread")]
async fn made_filled_saved_wiped_and_brought_back() {
    let Some(mut visitor) = arrive().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let saves = json!({"behavior": "allow", "downloadPath": folder.path()});
    visitor.devtools("Browser.setDownloadBehavior", saves).await;
    let path = folder.path().join("certificate.json");
    std::fs::write(&path, canonical(&good())).unwrap();
    visitor.press(".add").await;
    visitor.see(".did").await;
    visitor.client.find(Locator::Id("file")).await.unwrap().send_keys(path.to_str().unwrap()).await.unwrap();
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.picture("wallet-1-verdict", false).await;
    // "Choose the country", and here it is chosen; it stays chosen, on the checker's page too.
    let says = |what: &str| format!("document.querySelector('#main .answers').textContent.includes({})", json!(what));
    let none = Words::of(Language::En).get("reason.no-country");
    visitor.until(&says(none)).await;
    let choose = |code: &str| {
        format!(
            "void ((it) => {{ it.value = '{code}'; it.dispatchEvent(new Event('change')); }})(document.querySelector('select.country'))"
        )
    };
    visitor.ask(&choose("BR")).await;
    visitor.until(&format!("!{} && document.activeElement.value === 'BR'", says(none))).await;
    assert_eq!(visitor.ask("localStorage.getItem('country')").await, "BR");
    visitor.ask(&choose("")).await;
    visitor.until(&says(none)).await;
    visitor.press(".back").await;
    visitor.takes(&digits(&revoked())).await;
    visitor.see(".verdict[data-outcome=reject]").await;
    visitor.press(".back").await;
    visitor.see(".held li[data-outcome=accept]").await;
    let row = visitor.see(".held li[data-outcome=reject]").await;
    assert!(!row.contains("below"), "nothing stands below: {row}");
    visitor.see("#unsaved:not([hidden])").await;
    visitor.fits("wallet").await;
    visitor.picture("wallet-2-home", true).await;

    visitor.press(".save").await;
    visitor.see(".write").await;
    visitor.types("form input", &["1234567890", "1234567890"]).await;
    visitor.press(".write").await;
    visitor.see("#error:not([hidden])").await;
    visitor.picture("wallet-3-weak", true).await;
    // Long, and one guess: four letters make no passphrase.
    let empty = "document.querySelectorAll('form input').forEach((field) => (field.value = ''))";
    visitor.ask(empty).await;
    visitor.types("form input", &["abcdabcdabcd", "abcdabcdabcd"]).await;
    visitor.press(".write").await;
    visitor.see("#error:not([hidden])").await;
    visitor.ask(empty).await;
    visitor.types("form input", &[WORDS, WORDS]).await;
    visitor.press(".write").await;
    // A page never hears whether its file was kept: it is not saved until somebody has seen it.
    visitor.see(".there").await;
    visitor.see("#unsaved:not([hidden])").await;
    visitor.fits("is it there").await;
    visitor.picture("wallet-3-there", true).await;
    let bytes = downloaded(folder.path(), "age").await;
    visitor.press(".not-there").await;
    visitor.see(".write").await;
    visitor.see("#unsaved:not([hidden])").await;
    visitor.types("form input", &[WORDS, WORDS]).await;
    visitor.press(".write").await;
    visitor.see(".there").await;
    visitor.press(".there").await;
    visitor.see("#unsaved[hidden]").await;
    let wallet = backup::open(&bytes, WORDS).unwrap();
    assert_eq!((wallet.certificates.len(), wallet.key.is_some()), (2, true));
    assert_eq!(wallet.certificates[0], canonical(&good()), "byte for byte");
    assert_eq!(wallet.made.date(), Timestamp::parse(NOW).unwrap().date());
    opens_with_age(&folder.path().join("kept"), &bytes);

    visitor.see(".more").await;
    visitor.press(".more").await;
    visitor.see(".wipe").await;
    visitor.picture("wallet-4-more", true).await;
    visitor.press(".wipe").await;
    visitor.client.accept_alert().await.unwrap();
    visitor.see(".begin").await;
    visitor.picture("wallet-5-welcome", true).await;
    let saved = folder.path().join("again.age");
    std::fs::write(&saved, &bytes).unwrap();
    visitor.press(".restore").await;
    visitor.see("#saved").await;
    visitor.client.find(Locator::Id("saved")).await.unwrap().send_keys(saved.to_str().unwrap()).await.unwrap();
    visitor.types("form .field input", &["another one altogether"]).await;
    visitor.press(".bring").await;
    visitor.see("#error:not([hidden])").await;
    visitor.picture("wallet-6-wrong-passphrase", true).await;
    visitor.ask("document.querySelector('form .field input').value = ''").await;
    visitor.types("form .field input", &[WORDS]).await;
    visitor.press(".bring").await;
    visitor.see(".held li[data-outcome=accept]").await;
    visitor.see(".held li[data-outcome=reject]").await;
    visitor.see("#unsaved[hidden]").await;

    // What makes up a package is the catalogue's word: six modules of one.
    let six = "fetch('/wallet/catalogue.json').then((answer) => answer.json()) \
               .then((all) => all.some(({ id, names, requires }) => id === 'urn:skillpass:ilo:mesun' && names.ht && requires.length === 6))";
    visitor.until(six).await;
    // The worker has it all; then the network goes.
    let here = "Promise.all(['/wallet', '/wallet/wallet.js', '/wallet/i18n/en.json', '/vendor/hashes/scrypt.js', '/desk/dom.js', \
                '/wasm/reader.wasm'].map((path) => caches.match(path))).then((all) => all.every(Boolean) && Boolean(navigator.serviceWorker.controller))";
    visitor.until(here).await;
    visitor.cut().await;
    visitor.open("wallet?lang=en&again").await;
    visitor.see(".held li[data-outcome=accept]").await;
    visitor.press(".held li[data-outcome=accept] .open").await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.picture("wallet-7-offline", false).await;
    visitor.press(".back").await;
    // Locked, nothing is read without the passphrase.
    visitor.see(".more").await;
    visitor.press(".more").await;
    visitor.see(".lock").await;
    visitor.types("form input[type=password]", &[WORDS, WORDS]).await;
    visitor.press(".lock").await;
    visitor.see(".unlock").await;
    visitor.open("wallet?lang=en&locked").await;
    visitor.see(".unlock").await;
    let kept = "import('/wallet/vault.js').then((vault) => vault.found()).then(({ locked, bytes }) => locked && \
                new TextDecoder().decode(bytes).startsWith('age-encryption.org/v1'))";
    visitor.until(kept).await;
    visitor.picture("wallet-8-locked", true).await;
    visitor.types("form input", &[WORDS]).await;
    visitor.press(".unlock").await;
    visitor.see(".held li[data-outcome=accept]").await;
    // Away at once: a page that says nothing, and nothing behind it.
    visitor.press("#leave").await;
    visitor.until("location.href === 'about:blank'").await;
    visitor.leave(20).await;
}

/// What the wallet signs, a checker believes, and a checker's question is shown before anything is signed.
#[tokio::test(flavor = "multi_thread")]
async fn shown_to_whoever_asked() {
    let Some(visitor) = arrive().await else { return };
    visitor.press(".add").await;
    let did = visitor.see(".did").await;
    visitor.ask("document.querySelector('.back').click()").await;
    let mut document = documents::module();
    document["credentialSubject"]["id"] = did.clone().into();
    visitor.takes(&digits(&documents::signed(&document))).await;
    visitor.press(".back").await;
    // Called so, it is a certificate all the same: it goes along when it is chosen, and not by itself.
    document["id"] = "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9000001".into();
    document["credentialSubject"]["achievement"]["name"] = "HolderKeyDelegation".into();
    visitor.see(".add").await;
    visitor.takes(&documents::signed(&document).to_string()).await;
    visitor.press(".back").await;
    visitor.see(".show").await;
    visitor.press(".show").await;
    let boxes = "[...document.querySelectorAll('.held input')].map(({ checked, disabled }) => [checked, disabled])";
    assert_eq!(visitor.ask(boxes).await, json!([[false, false], [false, false]]));
    visitor.press(".held input").await;
    let audience = Audience::parse("https://check.example.org").unwrap();
    let challenge = Challenge::of_random(&[7; CHALLENGE_BYTES]);
    // The page's clock goes on from this time.
    let later = Timestamp::from_seconds(Timestamp::parse(NOW).unwrap().seconds() + 120).unwrap();
    let ask = Ask::new(audience, challenge, &[], later).unwrap();
    let script = format!(
        "(() => {{ const text = document.querySelector('textarea'); text.value = {}; text.dispatchEvent(new Event('input')); }})()",
        json!(ask.to_text())
    );
    visitor.ask(&script).await;
    visitor.until("document.querySelector('form .audience').textContent.includes('check.example.org')").await;
    visitor.press(".sign").await;
    visitor.see(".shown .code").await;
    visitor.fits("answer").await;
    visitor.picture("wallet-9-answer", true).await;
    let text = visitor.ask("document.querySelector('.answer').value").await;
    let text = text.as_str().unwrap().to_owned();
    let asked = |answered| Asked { ask: ask.clone(), answered };
    let now = Timestamp::parse(NOW).unwrap();
    assert!(matches!(
        check(text.as_bytes(), Some(&asked(false)), &skillpass::verify::Evidence::default(), now).state,
        State::Proven { .. }
    ));
    assert_eq!(
        check(text.as_bytes(), Some(&asked(true)), &skillpass::verify::Evidence::default(), now).state.reason(),
        "replay"
    );
    // By this device's clock the minute of a question may be over, and by the asker's not: who asked decides. What no clock explains is refused.
    let answered = async |seconds: i64| {
        let before = Timestamp::from_seconds(Timestamp::parse(NOW).unwrap().seconds() - seconds).unwrap();
        let ask = Ask::new(ask.audience.clone(), Challenge::of_random(&[8; CHALLENGE_BYTES]), &[], before).unwrap();
        let text = json!(ask.to_text());
        visitor.ask(&format!("void (document.querySelector('textarea').value = {text}, document.querySelector('.shown').replaceChildren())")).await;
        visitor.press(".sign").await;
        (ask, before)
    };
    let (fresh, then) = answered(240).await;
    visitor.see(".shown .code").await;
    let text = visitor.ask("document.querySelector('.answer').value").await;
    let asked = Asked { ask: fresh, answered: false };
    let found = check(text.as_str().unwrap().as_bytes(), Some(&asked), &skillpass::verify::Evidence::default(), then);
    assert!(matches!(found.state, State::Proven { .. }), "{found:?}");
    answered(3_600).await;
    visitor.see("#error:not([hidden])").await;
    assert_eq!(visitor.ask("document.querySelector('.shown').childElementCount").await, 0);
    // A live code is another every minute.
    visitor.press(".live").await;
    visitor.see(".shown .left").await;
    visitor.picture("wallet-10-live", true).await;
    let before = visitor.ask("document.querySelector('.shown path').getAttribute('d')").await;
    visitor.ask("(() => { const real = Date.now; Date.now = () => real() + 61000; })()").await;
    let other = format!("document.querySelector('.shown path').getAttribute('d') !== {before}");
    visitor.until(&other).await;
    visitor.leave(20).await;
}

/// The checker's page asks, and says of the first answer alone that it is proven.
#[tokio::test(flavor = "multi_thread")]
async fn the_checker_asks_and_hears_one_answer() {
    let (router, log) = house();
    let Some(visitor) = Visitor::arrive_at("en", router, log).await else { return };
    visitor.live_at(NOW).await;
    visitor.open("?lang=en").await;
    visitor.press("#ask-button").await;
    visitor.see("#question:not([hidden]) .question-code").await;
    visitor.picture("ask-1-question", true).await;
    let link = visitor.ask("document.getElementById('question-link').value").await;
    let ask = Ask::parse(link.as_str().unwrap()).unwrap();
    assert_eq!(format!("{}/", ask.audience.as_str()), visitor.base);
    let key = HolderKey::of_random(&documents::seed("holder"));
    let mut document = documents::module();
    document["credentialSubject"]["id"] = key.did().as_str().into();
    let mine = Signed::read(&canonical(&documents::signed(&document))).unwrap();
    let now = Timestamp::parse(NOW).unwrap();
    let answer = present(&key, std::slice::from_ref(&mine), Occasion::Asked(&ask), Form::Code, now).unwrap();
    let answer = Packet::of(answer.bytes()).unwrap().digits();
    let offer = async |text: &str| {
        visitor.ask(&format!("document.getElementById('text').value = {}", json!(text))).await;
        visitor.ask("document.getElementById('form').requestSubmit()").await;
    };
    offer(&answer).await;
    visitor.see("#holder[data-state=proven]").await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.fits("proven").await;
    visitor.picture("ask-2-proven", false).await;
    visitor.press("a[data-language=es]").await;
    visitor.see("html[lang=es] #holder[data-state=proven]").await;
    // The same text by the next person is a replay, and shows nothing of the certificate; also when it is said in another language.
    offer(&answer).await;
    visitor.see("#holder[data-state=refused]").await;
    assert!(visitor.client.find(Locator::Css(".verdict")).await.is_err());
    visitor.until("document.activeElement.id === 'holder'").await;
    visitor.picture("ask-3-replay", false).await;
    offer(&digits(&documents::signed(&document))).await;
    visitor.see("#holder[data-state=not-proven]").await;
    let live = present(&key, &[mine], Occasion::Live, Form::Code, now).unwrap();
    offer(&Packet::of(live.bytes()).unwrap().digits()).await;
    visitor.see("#holder[data-state=held]").await;
    // Whoever hears the headline hears with it what may be said of whoever shows it.
    visitor.see(".verdict[data-outcome=accept] h2[aria-describedby=holder]").await;
    visitor.until("document.activeElement.tagName === 'H2'").await;
    visitor.leave(2).await;
}

/// The browser opens and refuses what Rust opens and refuses, for the same reasons.
#[tokio::test(flavor = "multi_thread")]
async fn every_backup_meets_its_expectation_in_the_page() {
    let Some(visitor) = arrive().await else { return };
    for vector in all() {
        let script = format!(
            "Promise.all([import('/wallet/backup.js'), import('/kernel.js')]).then(async ([{{ open }}, {{ kernel }}]) => {{ \
               const bytes = Uint8Array.from({bytes}.match(/../g) ?? [], (pair) => parseInt(pair, 16)); const expect = {expect}; \
               try {{ const found = await open(bytes, {passphrase}, await kernel()); \
                 return expect.outcome === 'opens' && found.certificates.length === expect.certificates && Boolean(found.key) === expect.key; \
               }} catch (error) {{ return expect.outcome === 'refused' && error.code === expect.reason; }} }})",
            bytes = json!(crate::common::shared::to_hex(&vector.bytes)),
            expect = vector.expect,
            passphrase = json!(vector.passphrase),
        );
        let done = format!("const done = arguments[0]; {script}.then(done, (error) => done(String(error)))");
        let met = visitor.client.execute_async(&done, Vec::new()).await.unwrap();
        assert_eq!(met, true, "{}", vector.name);
    }
    visitor.leave(20).await;
}

/// As in Rust: of ten thousand files with one byte changed, not one opens in the page (threats.md K3).
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_changed_bytes_are_detected_in_the_page() {
    let Some(visitor) = arrive().await else { return };
    let good = all().into_iter().find(|vector| vector.name == "good").unwrap();
    let script = "const [hex, words, seed, done] = arguments; \
        Promise.all([import('/wallet/backup.js'), import('/kernel.js')]).then(async ([{ open }, { kernel }]) => { \
          const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16)); const module = await kernel(); \
          await open(bytes, words, module); \
          const said = {}; let dice = seed; \
          const next = (below) => { dice = (Math.imul(dice, 1664525) + 1013904223) >>> 0; return Math.floor((dice / 4294967296) * below); }; \
          for (let round = 0; round < 500; round += 1) { \
            const at = next(bytes.length); const flip = 1 + next(255); bytes[at] ^= flip; \
            try { await open(bytes, words, module); return `byte ${at} ^ ${flip} of seed ${seed} was not detected`; } \
            catch (error) { said[error.code] = (said[error.code] ?? 0) + 1; } \
            bytes[at] ^= flip; } \
          return said; }).then(done, (error) => done(String(error)))";
    let mut reached = std::collections::BTreeMap::<String, u64>::new();
    for seed in 1..=20 {
        let hex = crate::common::shared::to_hex(&good.bytes);
        let told = vec![json!(hex), json!(good.passphrase), json!(seed)];
        let said = visitor.client.execute_async(script, told).await.unwrap();
        for (code, count) in said.as_object().unwrap_or_else(|| panic!("{said}")) {
            *reached.entry(code.clone()).or_default() += count.as_u64().unwrap();
        }
    }
    // Each with a code that has words.
    assert_eq!(reached.values().sum::<u64>(), 10_000, "{reached:?}");
    let known = ["contents", "damaged", "not-a-backup", "passphrase", "too-large", "version", "work"];
    assert!(reached.keys().all(|code| known.contains(&code.as_str())) && reached.len() > 2, "{reached:?}");
    visitor.leave(0).await;
}

/// Five minutes are as far as two clocks may be apart: until then an answer is signed, and whether it is one the asker's clock says.
#[test]
fn a_holder_whose_clock_goes_ahead_can_answer() {
    let key = HolderKey::of_random(&documents::seed("holder"));
    let mut document = documents::module();
    document["credentialSubject"]["id"] = key.did().as_str().into();
    let mine = Signed::read(&canonical(&documents::signed(&document))).unwrap();
    let now = Timestamp::parse(NOW).unwrap();
    let later = |seconds: i64| Timestamp::from_seconds(now.seconds() + seconds).unwrap();
    let audience = Audience::parse("https://check.example.org").unwrap();
    let ask = Ask::new(audience, Challenge::of_random(&[7; CHALLENGE_BYTES]), &[], now).unwrap();
    let answer = |at| present(&key, std::slice::from_ref(&mine), Occasion::Asked(&ask), Form::Whole, at);
    let checked = |at: Timestamp, seconds: i64| {
        let asked = Asked { ask: ask.clone(), answered: false };
        check(answer(at).unwrap().bytes(), Some(&asked), &skillpass::verify::Evidence::default(), later(seconds)).state
    };
    for ahead in [0, 60, 61, 360] {
        assert!(matches!(checked(later(ahead), 60), State::Proven { .. }), "{ahead}");
        assert_eq!(checked(later(ahead), 61).reason(), "expired", "{ahead}");
    }
    assert_eq!(answer(later(361)).unwrap_err(), NotPresented::Expired);
}

/// Every text that the wallet names is there, and every other of its texts is named.
#[test]
fn every_text_that_is_named_is_there_and_every_other_is_not() {
    let mut source = String::new();
    for entry in std::fs::read_dir(crate::common::here("web/wallet")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "png") {
            source.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    let texts = std::fs::read(crate::common::here("web/i18n/es.json")).unwrap();
    let texts: std::collections::BTreeMap<String, String> = serde_json::from_slice(&texts).unwrap();
    let named: std::collections::BTreeSet<&str> =
        source.split('"').filter(|text| text.starts_with("wallet.") && !text.contains([' ', '/'])).collect();
    let lacking: Vec<_> = named.iter().filter(|id| !texts.contains_key(**id)).collect();
    assert!(lacking.is_empty() && named.len() > 40, "{lacking:?}");
    // An error's next step is found by the error's name.
    let known = |id: &str| named.contains(id) || id.strip_suffix(".next").is_some_and(|error| named.contains(error));
    let idle: Vec<_> = texts.keys().filter(|id| id.starts_with("wallet.") && !known(id)).collect();
    assert!(idle.is_empty(), "{idle:?}");
    // No HTML is made of text, and nothing stands inline.
    for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", " style=", " onclick="] {
        assert!(!source.contains(word), "{word}");
    }
}
