//! What is in the wallet stays there: beside a file that cannot be read, a saved file with another key, a second window, a lock, and a link that
//! came too early.

use fantoccini::Locator;
use serde_json::{Value, json};
use skillpass::holder::key::HolderKey;

use crate::backup::saved;
use crate::browser::Visitor;
use crate::common::documents::{self, NOW, canonical, signed};
use crate::page::{digits, good, house, revoked};
use crate::wallet_page::{WORDS, arrive};

/// A key's name.
fn did(name: &str) -> String {
    HolderKey::of_random(&documents::seed(name)).did().as_str().to_owned()
}

/// A certificate that is made out to a key.
fn made_out_to(did: &str) -> Value {
    let mut document = documents::module();
    document["credentialSubject"]["id"] = did.into();
    signed(&document)
}

/// So many certificates, each another.
fn many(count: usize) -> Vec<Value> {
    let one = |at: usize| {
        let mut document = documents::module();
        document["id"] = format!("urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9{at:06x}").into();
        signed(&document)
    };
    (0..count).map(one).collect()
}

/// Somebody who was never here, at the wallet's first page.
async fn stranger() -> Option<Visitor> {
    let (router, log) = house();
    let visitor = Visitor::arrive_at("en", router, log).await?;
    visitor.live_at(NOW).await;
    visitor.open("wallet?lang=en").await;
    visitor.see(".begin").await;
    Some(visitor)
}

impl Visitor {
    /// Offers a saved file, and waits for no answer.
    async fn brings(&self, folder: &tempfile::TempDir, bytes: &[u8]) {
        let path = folder.path().join("saved.age");
        std::fs::write(&path, bytes).unwrap();
        self.see("#saved").await;
        self.client.find(Locator::Id("saved")).await.unwrap().send_keys(path.to_str().unwrap()).await.unwrap();
        self.types("form .field input", &[WORDS]).await;
        self.press(".bring").await;
    }

    /// The same from the list of what is here.
    async fn also_brings(&self, folder: &tempfile::TempDir, bytes: &[u8]) {
        self.press(".more").await;
        self.see(".restore").await;
        self.press(".restore").await;
        self.brings(folder, bytes).await;
    }

    /// Answers a question of the page, once it is there.
    pub async fn answers(&self, yes: bool) -> String {
        let deadline = std::time::Instant::now() + crate::browser::PATIENCE;
        let asked = loop {
            match self.client.get_alert_text().await {
                Ok(text) => break text,
                Err(error) => assert!(std::time::Instant::now() < deadline, "{error}"),
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        };
        let answered = if yes { self.client.accept_alert().await } else { self.client.dismiss_alert().await };
        answered.unwrap();
        asked
    }

    /// The key's name, as the page for taking in has it.
    pub async fn key(&self) -> String {
        self.see(".add").await;
        self.press(".add").await;
        let did = self.see(".did").await;
        self.ask("document.querySelector('.actions button:not(.scan-code)').click()").await;
        self.see(".more").await;
        did
    }

    pub async fn is_told(&self, words: &str) {
        self.until(&format!("document.querySelector('#error:not([hidden])')?.textContent.includes({})", json!(words)))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_cannot_be_read_is_one_row_and_nothing_leads_back_to_the_beginning() {
    let Some(visitor) = stranger().await else { return };
    let folder = tempfile::tempdir().unwrap();
    visitor.press(".restore").await;
    visitor.brings(&folder, &saved(Some("holder"), &[b"{}".to_vec(), canonical(&good())])).await;
    for again in ["", "&again"] {
        if !again.is_empty() {
            visitor.open("wallet?lang=en&again").await;
        }
        visitor.see(".held li[data-outcome=accept]").await;
        visitor.see(".held li[data-outcome=undecided]").await;
        visitor.see("#unsaved[hidden]").await;
    }
    visitor.picture("wallet-20-unreadable", true).await;
    visitor.press(".held li[data-outcome=undecided] .open").await;
    visitor.see(".verdict[data-outcome=undecided] h2").await;
    visitor.fits("unreadable").await;
    visitor.picture("wallet-21-unreadable-one", false).await;
    visitor.press(".back").await;
    assert_eq!(visitor.key().await, did("holder"));

    // Without the kernel every row is there, and says that it was not checked.
    let script = json!({"source": "WebAssembly.compileStreaming = () => Promise.reject(new Error('none'));"});
    let without = visitor.devtools("Page.addScriptToEvaluateOnNewDocument", script).await;
    visitor.open("wallet?lang=en&without").await;
    visitor.until("document.querySelectorAll('.held li[data-outcome=undecided]').length === 2").await;
    assert!(visitor.see(".held").await.contains("It could not be checked now."));
    visitor.picture("wallet-22-unchecked", true).await;
    visitor.devtools("Page.removeScriptToEvaluateOnNewDocument", without).await;

    // What cannot be opened is no first visit.
    let script = json!({"source": "IDBFactory.prototype.open = () => { throw new Error('none'); };"});
    let without = visitor.devtools("Page.addScriptToEvaluateOnNewDocument", script).await;
    visitor.open("wallet?lang=en&closed").await;
    visitor.see(".reload").await;
    visitor.see("#error:not([hidden])").await;
    assert!(visitor.client.find(Locator::Css(".begin")).await.is_err());
    visitor.picture("wallet-23-stuck", true).await;
    visitor.devtools("Page.removeScriptToEvaluateOnNewDocument", without).await;
    visitor.open("wallet?lang=en&open").await;
    visitor.see(".held li[data-outcome=accept]").await;
    visitor.leave(20).await;
}

/// A new phone has made a key before the saved file came: the file's takes its place if the person says so, and no key that is in use goes.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_in_use_is_never_lost() {
    let Some(visitor) = arrive().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let fresh = visitor.key().await;
    // Of certificates alone: what is here is no more saved than before.
    visitor.also_brings(&folder, &saved(None, &[canonical(&good())])).await;
    visitor.see(".held li[data-outcome=accept]").await;
    visitor.see("#unsaved:not([hidden])").await;
    assert_eq!(visitor.key().await, fresh);

    let with_key = saved(Some("holder"), &[canonical(&good()), canonical(&made_out_to(&did("holder")))]);
    visitor.also_brings(&folder, &with_key).await;
    let asked = visitor.answers(false).await;
    assert!(asked.contains("Use it in place"), "{asked}");
    visitor.press(".back, .actions button").await;
    assert_eq!(visitor.key().await, fresh);
    visitor.also_brings(&folder, &with_key).await;
    visitor.answers(true).await;
    visitor.until("document.querySelectorAll('.held li').length === 2").await;
    visitor.see("#unsaved[hidden]").await;
    assert_eq!(visitor.key().await, did("holder"));

    // Another's, which is in use too, comes to nobody else's place.
    let another = saved(Some("another"), &[canonical(&made_out_to(&did("another")))]);
    visitor.also_brings(&folder, &another).await;
    visitor.is_told("both are in use").await;
    visitor.picture("wallet-24-two-keys", true).await;
    visitor.press(".actions button").await;
    visitor.until("document.querySelectorAll('.held li').length === 2").await;
    assert_eq!(visitor.key().await, did("holder"));
    // A file whose own key is not in use: its certificates alone.
    visitor.also_brings(&folder, &saved(Some("another"), &[canonical(&revoked())])).await;
    let asked = visitor.answers(true).await;
    assert!(asked.contains("the certificates alone"), "{asked}");
    visitor.see(".held li[data-outcome=reject]").await;
    visitor.see("#unsaved:not([hidden])").await;
    assert_eq!(visitor.key().await, did("holder"));

    // More than can be here, and none of them comes.
    let all: Vec<Vec<u8>> = many(254).iter().map(canonical).collect();
    visitor.also_brings(&folder, &saved(Some("holder"), &all)).await;
    visitor.is_told("no room for more than 256").await;
    visitor.press(".actions button").await;
    visitor.until("document.querySelectorAll('.held li').length === 3").await;
    visitor.leave(20).await;
}

/// A file without a key, where there is no wallet: its key is new, and in no file.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_in_no_file_is_not_saved() {
    let Some(visitor) = stranger().await else { return };
    let folder = tempfile::tempdir().unwrap();
    visitor.press(".restore").await;
    visitor.brings(&folder, &saved(None, &[canonical(&good())])).await;
    visitor.see(".held li[data-outcome=accept]").await;
    visitor.see("#unsaved:not([hidden])").await;
    visitor.leave(20).await;
}

/// Two windows: what one did, the other takes in, and undoes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn two_windows_undo_nothing_of_each_other() {
    const TOLD: &str = "Another window has changed this.";
    let Some(visitor) = stranger().await else { return };
    let first = visitor.client.window().await.unwrap();
    let second = visitor.client.new_window(true).await.unwrap().handle;
    visitor.client.switch_to_window(second.clone()).await.unwrap();
    visitor.open("wallet?lang=en").await;
    visitor.see(".begin").await;
    visitor.press(".begin").await;
    let key = visitor.key().await;
    visitor.takes(&digits(&good())).await;

    // Still at the beginning, where it now is too late for that.
    visitor.client.switch_to_window(first.clone()).await.unwrap();
    visitor.press(".begin").await;
    visitor.is_told(TOLD).await;
    visitor.until("document.querySelectorAll('.held li').length === 1").await;
    visitor.picture("wallet-25-elsewhere", true).await;
    assert_eq!(visitor.key().await, key);
    visitor.takes(&digits(&revoked())).await;

    // From now on the first does not look whether it is seen again.
    visitor.ask("void Object.defineProperty(document, 'hidden', { value: true })").await;

    // The second is told when somebody comes back to it; then it locks.
    visitor.client.switch_to_window(second).await.unwrap();
    visitor.ask("void document.dispatchEvent(new Event('visibilitychange'))").await;
    visitor.is_told(TOLD).await;
    visitor.until("document.querySelectorAll('.held li').length === 2").await;
    visitor.press(".more").await;
    visitor.see(".lock").await;
    visitor.types("form input[type=password]", &[WORDS, WORDS]).await;
    visitor.press(".lock").await;
    visitor.see(".unlock").await;

    // The first still has it open, and does not write over the lock.
    visitor.client.switch_to_window(first).await.unwrap();
    visitor.press(".remove").await;
    visitor.answers(true).await;
    visitor.is_told(TOLD).await;
    visitor.see(".unlock").await;
    visitor.until("import('/wallet/vault.js').then((vault) => vault.found()).then(({ locked }) => locked)").await;
    visitor.types("form input", &[WORDS]).await;
    visitor.press(".unlock").await;
    visitor.until("document.querySelectorAll('.held li').length === 2").await;
    visitor.leave(20).await;
}

/// What was wiped in one window comes back from no other, and what the other has taken in since is not wiped with it unseen.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_wiped_comes_back_from_no_other_window() {
    const TOLD: &str = "Another window has changed this.";
    let Some(visitor) = stranger().await else { return };
    let first = visitor.client.window().await.unwrap();
    visitor.press(".begin").await;
    visitor.see(".add").await;
    visitor.takes(&digits(&good())).await;
    let second = visitor.client.new_window(true).await.unwrap().handle;
    visitor.client.switch_to_window(second.clone()).await.unwrap();
    // This one hears of nothing, and does not look: it has the old state open and goes on.
    let deaf = json!({"source": "delete window.BroadcastChannel; Object.defineProperty(document, 'hidden', { value: true });"});
    visitor.devtools("Page.addScriptToEvaluateOnNewDocument", deaf).await;
    visitor.live_at(NOW).await;
    visitor.open("wallet?lang=en&second").await;
    visitor.see(".held li[data-outcome=accept]").await;

    // The first takes in another; then the second, which has not seen that, wipes.
    visitor.client.switch_to_window(first.clone()).await.unwrap();
    visitor.press(".back").await;
    visitor.see(".add").await;
    visitor.takes(&digits(&revoked())).await;
    visitor.client.switch_to_window(second.clone()).await.unwrap();
    visitor.press(".more").await;
    visitor.see(".wipe").await;
    visitor.press(".wipe").await;
    visitor.answers(true).await;
    visitor.is_told(TOLD).await;
    visitor.until("document.querySelectorAll('.held li').length === 2").await;

    // The first wipes, and has seen all of it. The second still has it on the screen, and cannot bring it back.
    visitor.client.switch_to_window(first.clone()).await.unwrap();
    visitor.press(".back").await;
    visitor.see(".more").await;
    visitor.press(".more").await;
    visitor.see(".wipe").await;
    visitor.press(".wipe").await;
    visitor.answers(true).await;
    visitor.see(".begin").await;
    let gone = "import('/wallet/vault.js').then((vault) => vault.people()).then((all) => all.length === 0)";
    visitor.until(gone).await;
    visitor.client.switch_to_window(second.clone()).await.unwrap();
    visitor.press(".held .open").await;
    visitor.see(".verdict").await;
    visitor.press(".remove").await;
    visitor.answers(true).await;
    visitor.is_told(TOLD).await;
    visitor.see(".begin").await;
    visitor.until(gone).await;
    visitor.picture("wallet-26-wiped-elsewhere", false).await;

    // One that hears is empty at once.
    visitor.press(".begin").await;
    visitor.see(".add").await;
    visitor.takes(&digits(&good())).await;
    visitor.client.switch_to_window(first).await.unwrap();
    visitor.open("wallet?lang=en&first").await;
    visitor.see(".held li[data-outcome=accept]").await;
    let third = visitor.client.new_window(true).await.unwrap().handle;
    visitor.client.switch_to_window(third.clone()).await.unwrap();
    visitor.live_at(NOW).await;
    visitor.open("wallet?lang=en&third").await;
    visitor.see(".held li[data-outcome=accept]").await;
    visitor.press(".more").await;
    visitor.see(".wipe").await;
    visitor.press(".wipe").await;
    visitor.answers(true).await;
    visitor.see(".begin").await;
    let handles = visitor.client.windows().await.unwrap();
    let first = handles.into_iter().find(|it| *it != second && *it != third).unwrap();
    visitor.client.switch_to_window(first).await.unwrap();
    visitor.see(".begin").await;
    visitor.until(gone).await;
    visitor.leave(20).await;
}

/// "Leave now" is silent too.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_is_not_spoken_to() {
    let Some(visitor) = arrive().await else { return };
    visitor.takes(&digits(&good())).await;
    // The page goes with what it knew; what was said stays where the next page can read it.
    visitor.ask("void (localStorage.removeItem('silenced'), speechSynthesis.cancel = () => localStorage.setItem('silenced', 'yes'))").await;
    assert_eq!(visitor.ask("localStorage.getItem('silenced')").await, Value::Null);
    visitor.press("#leave").await;
    visitor.until("location.href === 'about:blank'").await;
    visitor.open("wallet?lang=en&after").await;
    assert_eq!(visitor.ask("localStorage.getItem('silenced')").await, "yes");
    visitor.ask("localStorage.removeItem('silenced')").await;
    visitor.leave(20).await;
}

/// What binds a certificate to this device's key stands in the list under that certificate's name, is no certificate, and goes with what is saved.
#[tokio::test(flavor = "multi_thread")]
async fn a_delegation_is_a_row_of_its_own_and_is_saved() {
    let vector: Value = serde_json::from_str(include_str!("vectors/presentation/rebound.json")).unwrap();
    let shown = vector["document"]["verifiableCredential"].as_array().unwrap().clone();
    let [lost, delegation] = [0, 1].map(|at| canonical(&shown[at]));
    let pack = std::fs::read(crate::common::here("tests/vectors/packs/rebind.json")).unwrap();
    let (router, log) = crate::page::house_with_lists(vec![pack]);
    let Some(visitor) = Visitor::arrive_at("en", router, log).await else { return };
    visitor.live_at(NOW).await;
    visitor.open("wallet?lang=en").await;
    visitor.see(".begin").await;
    let (folder, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    visitor.devtools("Browser.setDownloadBehavior", json!({"behavior": "allow", "downloadPath": kept.path()})).await;
    visitor.press(".restore").await;
    visitor.brings(&folder, &saved(Some("holder"), &[delegation.clone(), lost.clone()])).await;
    visitor.until("document.querySelectorAll('.held li[data-outcome=accept]').length === 2").await;
    let rows = visitor.see(".held").await;
    assert!(rows.contains("New key: Generate your business idea"), "{rows}");
    assert!(rows.contains("bound a certificate here to a new key on"), "{rows}");
    assert_eq!(visitor.ask("document.querySelectorAll('.other-key').length").await, 0, "{rows}");
    visitor.fits("delegation").await;
    visitor.picture("wallet-27-delegation", true).await;
    visitor.press("[data-language=es]").await;
    visitor.see("html[lang=es] .held").await;
    visitor.until("document.querySelector('.held').textContent.includes('Clave nueva: ')").await;
    visitor.press("[data-language=en]").await;
    visitor.see("html[lang=en] .held").await;
    visitor.until("document.querySelector('.held').textContent.includes('New key: ')").await;
    visitor.press(".held li:first-child .open").await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.fits("one delegation").await;
    visitor.picture("wallet-28-one-delegation", true).await;
    visitor.press(".back").await;
    // It is nobody's skill, and not for a CV.
    visitor.press(".work").await;
    visitor.see(".cv").await;
    visitor.press(".cv").await;
    visitor.see(".look").await;
    let boxes = "[...document.querySelectorAll('.held input')].map((box) => box.disabled).join()";
    assert_eq!(visitor.ask(boxes).await, "true,false");
    visitor.press(".actions button:last-child").await;
    visitor.see(".cv").await;
    visitor.press(".actions button:last-child").await;
    visitor.see(".save").await;
    visitor.press(".save").await;
    visitor.see(".write").await;
    visitor.types("form input[type=password]", &[WORDS, WORDS]).await;
    visitor.press(".write").await;
    let bytes = crate::wallet_page::downloaded(kept.path(), "age").await;
    let wallet = skillpass::holder::backup::open(&bytes, WORDS).unwrap();
    assert_eq!(wallet.certificates, [delegation, lost]);
    visitor.leave(20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_waits_for_the_lock_a_sleeping_page_locks_and_nobody_goes_on_speaking() {
    let Some(visitor) = arrive().await else { return };
    visitor.press(".more").await;
    visitor.see(".lock").await;
    visitor.types("form input[type=password]", &[WORDS, WORDS]).await;
    visitor.press(".lock").await;
    visitor.see(".unlock").await;
    visitor.open(&format!("wallet?lang=en&link#{}", digits(&good()))).await;
    visitor.see(".unlock").await;
    visitor.types("form input", &[WORDS]).await;
    visitor.press(".unlock").await;
    visitor.answers(true).await;
    visitor.see(".verdict[data-outcome=accept]").await;

    let silenced = "void (window.silenced = 0, speechSynthesis.cancel = () => { window.silenced += 1; })";
    visitor.ask(silenced).await;
    visitor.press(".back").await;
    visitor.see(".held .open").await;
    assert!(visitor.ask("silenced").await.as_u64().unwrap() > 0, "Back");
    visitor.press(".held .open").await;
    visitor.see(".verdict").await;

    // Put to sleep, a page has no clock that rings: it looks at the time when it wakes.
    let turns = |hidden: bool| {
        format!(
            "void (Object.defineProperty(document, 'hidden', {{ value: {hidden}, configurable: true }}), \
                   document.dispatchEvent(new Event('visibilitychange')))"
        )
    };
    visitor.ask("void (window.setTimeout = () => 0, window.silenced = 0)").await;
    visitor.ask(&turns(true)).await;
    visitor.ask("void (() => { const real = Date.now; Date.now = () => real() + 59000; })()").await;
    visitor.ask(&turns(false)).await;
    visitor.see(".verdict").await;
    visitor.ask(&turns(true)).await;
    visitor.ask("void (() => { const real = Date.now; Date.now = () => real() + 61000; })()").await;
    visitor.ask(&turns(false)).await;
    visitor.see(".unlock").await;
    assert!(visitor.client.find(Locator::Css(".verdict")).await.is_err());
    assert!(visitor.ask("silenced").await.as_u64().unwrap() > 0, "the lock");
    visitor.leave(20).await;
}

/// However many there are, each is read a few times, and not once for every other.
#[tokio::test(flavor = "multi_thread")]
async fn judging_many_sends_each_a_few_times() {
    const COUNT: usize = 24;
    let Some(visitor) = arrive().await else { return };
    let mut all = many(COUNT - 1);
    all.push(revoked());
    let sum: usize = all.iter().map(|one| canonical(one).len()).sum();
    visitor.press(".add").await;
    visitor.see(".take").await;
    let script = format!("document.querySelector('textarea').value = {}", json!(json!(all).to_string()));
    visitor.ask(&script).await;
    visitor.press(".take").await;
    visitor.until(&format!("document.querySelectorAll('.held li').length === {COUNT}")).await;
    let counted = "import('/kernel.js').then(({ kernel }) => kernel()).then((one) => { const call = one.call.bind(one); window.sent = 0; \
         one.call = (op, args, ...blobs) => { for (const blob of blobs) window.sent += blob.length; return call(op, args, ...blobs); }; return true; })";
    visitor.until(counted).await;
    visitor.press("a[data-language=fr]").await;
    visitor.see("html[lang=fr] .held").await;
    visitor.until("sent > 0").await;
    visitor.until("document.querySelector('h1').textContent === 'Mes certificats'").await;
    let sent = visitor.ask("sent").await.as_u64().unwrap();
    // The words of a language are sent besides.
    assert!(sent < 3 * sum as u64 + 200_000, "{sent} bytes for {sum}");
    // Each verdict is at its own certificate.
    let outcomes = "[...document.querySelectorAll('.held li')].map((row) => row.dataset.outcome).join()";
    let expected = format!("{}reject", "accept,".repeat(COUNT - 1));
    assert_eq!(visitor.ask(outcomes).await, expected);
    visitor.leave(20).await;
}
