//! The page in a real browser: Chromium at 360 × 740, through chromedriver. Pictures go to `target/tmp/browser`.

use std::io::Write as _;
use std::net::TcpListener as StdListener;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use base64::Engine as _;
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use skillpass::carry::packet::Host;
use skillpass::carry::qr::Symbol;
use skillpass::credential::achievement::Language;
use skillpass::desk::import::fold;
use skillpass::http::door::{Door, serve};
use skillpass::interop::scan::{Found, Limits, codes_in};
use tokio::sync::{Mutex, oneshot};

use crate::common::axe::Axe;
use crate::common::documents::{NOW, canonical};
use crate::page::{Log, NAME, claimed, digits, good, house, revoked};

/// How long anything is waited for that has to come: 120 s, long on a busy machine. What comes late is slow and not wrong; speed is in `benches`.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// 20 to 160 ms between two looks at what has not come: each of them costs the browser work.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(160));

/// Waiting for something, with [`PATIENCE`].
pub struct Wait {
    deadline: Instant,
    pause: Duration,
}

impl Wait {
    pub fn begin() -> Self {
        Self { deadline: Instant::now() + PATIENCE, pause: PAUSES.0 }
    }

    /// Waits a little, and longer each time; `false` when it was long enough.
    pub async fn goes_on(&mut self) -> bool {
        tokio::time::sleep(self.pause).await;
        self.pause = PAUSES.1.min(self.pause * 2);
        Instant::now() < self.deadline
    }
}

/// Asks for the whole browser.
pub const WHOLE: &str = "--whole";

/// For what a browser's cache, its workers or its refusals decide. All else is seen by its headless shell, where that is installed: the same engine
/// without a window's surroundings, in half the time.
pub fn whole() -> [String; 1] {
    [WHOLE.to_owned()]
}

/// Starts the shell with a page: it opens none by itself, and the driver waits for one.
fn shell() -> Option<PathBuf> {
    let installed =
        std::env::split_paths(&std::env::var_os("PATH")?).any(|folder| folder.join("chromium-headless-shell").exists());
    installed.then(|| crate::common::here("tests/common/headless-shell"))
}

/// Somebody with a phone in front of our page.
pub struct Visitor {
    pub client: Client,
    driver: Driver,
    pub base: String,
    pub log: Log,
    /// What looks for barriers wherever a picture is taken, if it is here.
    axe: Mutex<Option<Axe>>,
    stop: oneshot::Sender<()>,
    _profile: tempfile::TempDir,
}

/// chromedriver and the browsers it started, gone when the test is, however it ends.
struct Driver(Child);

impl Driver {
    fn start(port: u16) -> std::io::Result<Self> {
        let mut command = Command::new("chromedriver");
        // A group of their own, so that a failing test leaves no browser behind.
        command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        command.spawn().map(Self)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // They may have ended by themselves.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A command that fantoccini does not have.
#[derive(Debug)]
struct Also(&'static str, Value);

impl WebDriverCompatibleCommand for Also {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap(), self.0))
    }

    fn method_and_body(&self, _: &url::Url) -> (axum::http::Method, Option<String>) {
        (axum::http::Method::POST, Some(self.1.to_string()))
    }
}

impl Visitor {
    /// Opens a browser; `None`, and said aloud, where there is none and none is required.
    pub async fn arrive(language: &str) -> Option<Self> {
        let (router, log) = house();
        let visitor = Self::arrive_with(language, router, log, &whole()).await?;
        visitor.live_at(NOW).await;
        Some(visitor)
    }

    /// Sets the browser's clock going from a time: certificates of tests are of a year, and verdicts are made in the page.
    pub async fn live_at(&self, now: &str) {
        let source = format!(
            "(() => {{ const shift = Date.parse('{now}') - Date.now(); const real = Date.now.bind(Date); Date.now = () => real() + shift; }})()"
        );
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
    }

    /// The same at other routes.
    pub async fn arrive_at(language: &str, router: Router, log: Log) -> Option<Self> {
        Self::arrive_with(language, router, log, &[]).await
    }

    /// The same with more said to the browser on its command line.
    pub async fn arrive_with(language: &str, router: Router, log: Log, more: &[String]) -> Option<Self> {
        let port = StdListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let Ok(driver) = Driver::start(port) else {
            assert!(!crate::common::shared::is_required(), "chromedriver is required and not here");
            // Past the test harness, which keeps what a passing test prints to itself.
            let _ = writeln!(std::io::stderr(), "browser suite NOT run: there is no chromedriver on this machine");
            return None;
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let door = Door::open(listener, None).unwrap();
        let base = format!("http://127.0.0.1:{}/", door.address().port());
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(serve(door, router, async {
            let _ = stopped.await;
        }));
        let profile = tempfile::tempdir().unwrap();
        let mut arguments = vec![
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ];
        let own = [
            format!("--lang={language}"),
            format!("--accept-lang={language}"),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        arguments.extend(own.iter().chain(more).map(String::as_str));
        let mut options = json!({"args": arguments, "prefs": {"intl.accept_languages": language}});
        if let Some(shell) = shell().filter(|_| !more.iter().any(|one| one == WHOLE)) {
            options["binary"] = json!(shell);
        }
        let wanted = json!({
            "goog:chromeOptions": options,
            "timeouts": {"script": PATIENCE.as_secs() * 1_000},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        });
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(wanted.as_object().unwrap().clone());
        let began = Instant::now();
        let client = loop {
            match builder.connect(&format!("http://127.0.0.1:{port}")).await {
                Ok(client) => break client,
                Err(error) if began.elapsed() > PATIENCE => panic!("{error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        let axe = Mutex::new(Axe::fetched());
        let visitor = Self { client, driver, base, log, axe, stop, _profile: profile };
        visitor.hold(360, 740).await;
        Some(visitor)
    }

    async fn also(&self, command: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Also(command, body)).await.unwrap()
    }

    pub async fn devtools(&self, name: &str, parameters: Value) -> Value {
        self.also("goog/cdp/execute", json!({"cmd": name, "params": parameters})).await
    }

    /// A screen of so many CSS pixels.
    pub async fn hold(&self, width: u32, height: u32) {
        let screen = json!({"width": width, "height": height, "deviceScaleFactor": 2, "mobile": true});
        self.devtools("Emulation.setDeviceMetricsOverride", screen).await;
    }

    pub async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.unwrap();
        self.see("html.ready").await;
    }

    /// An element once it is there.
    pub async fn find(&self, what: &str) -> Element {
        let mut wait = Wait::begin();
        loop {
            if let Ok(element) = self.client.find(Locator::Css(what)).await {
                return element;
            }
            assert!(wait.goes_on().await, "never seen: {what}");
        }
    }

    /// The text of an element once it is there. The page may put another in its place meanwhile.
    pub async fn see(&self, what: &str) -> String {
        let mut wait = Wait::begin();
        loop {
            if let Ok(text) = self.find(what).await.text().await {
                return text;
            }
            assert!(wait.goes_on().await, "never still: {what}");
        }
    }

    pub async fn press(&self, what: &str) {
        self.find(what).await.click().await.unwrap();
    }

    pub async fn ask(&self, script: &str) -> Value {
        self.client.execute(&format!("return ({script})"), Vec::new()).await.unwrap()
    }

    /// Looks for what keeps somebody from the page as it is now; [`Self::leave`] tells what was found.
    pub async fn look(&self, place: &str) {
        if let Some(axe) = self.axe.lock().await.as_mut() {
            axe.look(&self.client, place).await;
        }
    }

    /// What was found until now, which [`Self::leave`] then tells no more; `None` where nobody looks.
    pub async fn barriers(&self) -> Option<Vec<String>> {
        self.axe.lock().await.as_mut().map(Axe::taken)
    }

    /// A picture of the whole page, or of the screen as it is. What is worth one is worth a look for barriers.
    pub async fn picture(&self, name: &str, whole: bool) {
        self.look(name).await;
        let shot = self.devtools("Page.captureScreenshot", json!({"captureBeyondViewport": whole})).await;
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser");
        std::fs::create_dir_all(&folder).unwrap();
        let bytes = base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    }

    /// Nothing is wider than the screen.
    pub async fn fits(&self, where_: &str) {
        let wide = self.ask("[document.documentElement.scrollWidth, innerWidth]").await;
        assert!(wide[0].as_i64() <= wide[1].as_i64(), "{where_}: {wide}");
    }

    pub fn checks(&self) -> usize {
        self.log.lock().unwrap().iter().filter(|line| line.contains("/api/verify")).count()
    }

    /// No error on the console but of so many answers that did not come, no request to anybody else, no barrier; then the browser goes.
    pub async fn leave(self, unanswered: usize) {
        let complaints = self.also("se/log", json!({"type": "browser"})).await;
        // The browser's own pages (the empty tab) say things too, and it gives advice.
        let own = |one: &&Value| {
            one["message"].as_str().is_some_and(|text| text.starts_with("chrome://"))
                || one["source"] == "recommendation"
                || one["message"]
                    .as_str()
                    .is_some_and(|text| text.contains("was preloaded using link preload but not used"))
        };
        let complaints: Vec<&Value> = complaints.as_array().unwrap().iter().filter(|one| !own(one)).collect();
        let network =
            |one: &Value| one["message"].as_str().is_some_and(|text| text.contains("Failed to load resource"));
        assert!(complaints.iter().all(|one| network(one)) && complaints.len() <= unanswered, "{complaints:#?}");
        let events = self.also("se/log", json!({"type": "performance"})).await;
        let mut asked = 0;
        for event in events.as_array().unwrap() {
            let event: Value = serde_json::from_str(event["message"].as_str().unwrap()).unwrap();
            // Whatever was asked for or stood in the address, which the browser keeps (G-14).
            let of = &event["message"]["params"];
            for url in [&of["request"]["url"], &of["url"], &of["frame"]["url"]].into_iter().filter_map(Value::as_str) {
                assert!(!names_somebody(url), "a person's name in an address: {url}");
            }
            if event["message"]["method"] == "Network.requestWillBeSent" {
                let url = event["message"]["params"]["request"]["url"].as_str().unwrap();
                let nobody =
                    ["blob:", "chrome:", "chrome-untrusted:", "data:"].iter().any(|scheme| url.starts_with(scheme));
                assert!(nobody || url.starts_with(&self.base), "a request to somebody else: {url}");
                asked += 1;
            }
        }
        assert!(asked > 5, "the log of requests is not being kept");
        assert!(!self.log.lock().unwrap().join("\n").contains(NAME));
        self.client.close().await.unwrap();
        drop(self.driver);
        if let Some(axe) = self.axe.into_inner() {
            axe.none();
        }
    }

    /// The server goes, and the network with it.
    pub async fn cut(&mut self) {
        let (stop, _) = oneshot::channel::<()>();
        let _ = std::mem::replace(&mut self.stop, stop).send(());
        self.devtools("Network.enable", json!({})).await;
        let cut = json!({"offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.devtools("Network.emulateNetworkConditions", cut).await;
    }

    /// Until a script's answer is true.
    pub async fn until(&self, script: &str) {
        let mut wait = Wait::begin();
        loop {
            let answer = self
                .client
                .execute_async(
                    &format!("const done = arguments[0]; Promise.resolve({script}).then(done, () => done(false))"),
                    Vec::new(),
                )
                .await;
            if answer.is_ok_and(|answer| answer == true) {
                return;
            }
            assert!(wait.goes_on().await, "never so: {script}");
        }
    }
}

/// Whether a word of the person's name stands in an address, with accents and capitals or without. What a page made for itself is in no history.
fn names_somebody(url: &str) -> bool {
    if url.starts_with("blob:") || url.starts_with("data:") {
        return false;
    }
    let folded = fold(&percent_decoded(url));
    NAME.split(' ').map(fold).filter(|word| word.len() > 4).any(|word| folded.contains(&word))
}

/// An address without its escapes (RFC 3986 §2.1).
pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        let escaped = more.get(..2).filter(|_| *first == b'%');
        let value = escaped.and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        bytes.push(value.unwrap_or(*first));
        rest = if value.is_some() { &more[2..] } else { more };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_name_in_an_address_is_seen() {
    let last = NAME.split(' ').find(|word| !word.is_ascii() && word.starts_with('Ñ')).unwrap();
    let escaped: String = last.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for text in [last, &escaped, &fold(last).to_uppercase()] {
        assert!(names_somebody(&format!("http://x.example/desk#/award/{text}")), "{text}");
    }
    assert!(!names_somebody("http://x.example/desk#/award/a1"));
}

/// The page is here to stay: its worker has it, and the lists are kept.
const KEPT: &str = "navigator.serviceWorker.ready.then(async () => Boolean(navigator.serviceWorker.controller) \
     && (await caches.open('packs').then((cache) => cache.keys())).length === 2)";

#[tokio::test(flavor = "multi_thread")]
async fn after_one_visit_the_network_may_go() {
    let Some(mut visitor) = Visitor::arrive("en").await else { return };
    visitor.open("").await;
    visitor.until(KEPT).await;
    visitor.cut().await;
    visitor.open(&format!("?again#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert_eq!(visitor.see(".name").await, NAME);
    visitor.picture("9-offline", false).await;
    visitor.press(".again").await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("certificate.json");
    std::fs::write(&path, canonical(&revoked())).unwrap();
    visitor.client.find(Locator::Id("file")).await.unwrap().send_keys(path.to_str().unwrap()).await.unwrap();
    visitor.press("#check").await;
    visitor.see(".verdict[data-outcome=reject]").await;
    // A hundred checks more leave nothing behind but the page itself, the lists and the language.
    let code = digits(&good());
    let many = format!(
        "import('/kernel.js').then(async ({{ kernel }}) => {{ const one = await kernel(); const bytes = new TextEncoder().encode('{code}'); \
         for (let n = 0; n < 100; n += 1) one.call('verify', {{ language: 'en', now: Math.floor(Date.now() / 1000) }}, bytes); return true; }})"
    );
    visitor.until(&many).await;
    let stored = "Promise.all([caches.keys(), indexedDB.databases()]).then(([names, bases]) => names.length === 2 && names.includes('packs') \
         && bases.length === 0 && document.cookie === '' && sessionStorage.length === 0 \
         && Object.keys(localStorage).every((key) => key === 'country' || key === 'language'))";
    visitor.until(stored).await;
    // `/about` was not reached: the console says so.
    visitor.leave(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_on_paper_leads_to_its_verdict() {
    let Some(visitor) = Visitor::arrive("en").await else { return };
    let code = digits(&good());
    visitor.open(&format!("#{code}")).await;
    assert_eq!(visitor.ask("location.href").await, visitor.base, "the code is cleared away");
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.picture("1-arrived", false).await;
    assert_eq!(visitor.checks(), 0, "nothing is sent");
    assert_eq!(visitor.see(".name").await, NAME);
    assert_eq!(visitor.ask("document.activeElement.tagName").await, "H2");
    let (headline, pilot) = (visitor.see(".bar h2").await, visitor.see(".bar .pilot").await);
    assert!(!headline.is_empty() && pilot.contains("PILOT"), "{headline} {pilot}");
    // The stripe has a ground of its own, also where a browser draws no stripes; and who it is that answers stands as large as whose word it is.
    let ground = "getComputedStyle(document.querySelector('.bar .pilot')).backgroundColor";
    assert_eq!(visitor.ask(ground).await, "rgb(90, 43, 138)");
    let host = visitor.see(".verdict .address strong").await;
    assert_eq!(format!("http://{host}/"), visitor.base);
    let sizes = "['.address strong', '.who dd'].map((what) => getComputedStyle(document.querySelector(`.verdict ${what}`)).fontSize)";
    let sizes = visitor.ask(sizes).await;
    assert_eq!(sizes[0], sizes[1]);
    visitor.fits("accept").await;
    visitor.picture("2-accept", false).await;
    visitor.picture("2-accept-whole", true).await;
    // However far down one reads, the verdict stays in sight.
    visitor.ask("scrollTo(0, 9999)").await;
    let top = visitor.ask("document.querySelector('.bar').getBoundingClientRect().top").await;
    assert_eq!(top.as_f64(), Some(0.0));
    visitor.press("a[data-language=pt]").await;
    visitor.see("html[lang=pt] .verdict[data-outcome=accept]").await;
    let deadline = Instant::now() + PATIENCE;
    while visitor.see(".bar h2").await == headline && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_ne!(visitor.see(".bar h2").await, headline, "the verdict speaks the new language");
    // The next person at this phone finds nothing.
    visitor.press(".again").await;
    visitor.see("#ask:not([hidden])").await;
    assert!(!visitor.ask("document.body.textContent").await.as_str().unwrap().contains("Ñáñez de la Cruz"));
    visitor.leave(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_is_worth_in_the_chosen_country() {
    let Some(visitor) = Visitor::arrive("es").await else { return };
    visitor.open(&format!("#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert!(visitor.client.find(Locator::Css(".statement")).await.is_err(), "nobody was asked yet");
    // The country is asked for where the fourth answer stands.
    visitor.client.find(Locator::Id("country")).await.unwrap().select_by_value("BR").await.unwrap();
    let statement = visitor.see(".statement").await;
    assert!(statement.contains("Ministério de exemplo") && statement.contains("ejemplo"), "{statement}");
    // Hours and dates are the certificate's, not the authority's.
    assert!(!statement.contains("Horas"), "{statement}");
    assert!(visitor.see(".facts").await.contains("Horas"));
    assert!(visitor.see("[data-answer=yes]:last-child").await.contains("Brasil"));
    assert!(!visitor.see(".regulated").await.is_empty());
    visitor.fits("worth").await;
    visitor.picture("8-worth-whole", true).await;
    // It is chosen once: the next code that the phone's own camera opens is a new page.
    visitor.open(&format!("?next#{}", digits(&good()))).await;
    assert!(visitor.see(".statement").await.contains("Ministério de exemplo"));
    visitor.client.find(Locator::Id("country")).await.unwrap().select_by_value("").await.unwrap();
    visitor.until("!document.querySelector('.statement')").await;
    assert_eq!(visitor.ask("Object.keys(localStorage)").await, json!([]));
    // A country that no list has any more is none; and where nothing may be stored, it is good for this page.
    visitor.ask("void (localStorage.country = 'XX')").await;
    visitor.open(&format!("?none#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert_eq!(visitor.ask("document.querySelector('#country').selectedIndex").await, 0);
    let refused = "for (const name of ['getItem', 'setItem', 'removeItem']) Storage.prototype[name] = () => { throw new DOMException('no', 'SecurityError'); }";
    visitor.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": refused})).await;
    visitor.open(&format!("?refused#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.client.find(Locator::Id("country")).await.unwrap().select_by_value("BR").await.unwrap();
    visitor.see(".statement").await;
    visitor.leave(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paste_file_and_junk() {
    let Some(visitor) = Visitor::arrive("es").await else { return };
    visitor.open("").await;
    visitor.fits("start").await;
    visitor.picture("0-start", false).await;
    visitor.picture("0-start-whole", true).await;
    visitor.press("#check").await;
    visitor.see("#error:not([hidden])").await;
    assert_eq!(visitor.checks(), 0);
    let text = visitor.client.find(Locator::Id("text")).await.unwrap();
    text.send_keys("hola, esto no es un certificado").await.unwrap();
    visitor.press("#check").await;
    visitor.see("#error:not([hidden]) #error-next:not(:empty)").await;
    visitor.picture("3-junk", true).await;
    assert_eq!(visitor.ask("document.activeElement.id").await, "error");
    // The address of the code, as somebody may have copied it.
    text.clear().await.unwrap();
    let address = format!("https://skillpass.invalid/#{}", digits(&revoked()));
    visitor.client.execute("document.getElementById('text').value = arguments[0]", vec![address.into()]).await.unwrap();
    visitor.client.find(Locator::Id("country")).await.unwrap().select_by_value("PE").await.unwrap();
    visitor.press("#check").await;
    visitor.see(".verdict[data-outcome=reject]").await;
    visitor.fits("reject").await;
    visitor.picture("4-reject", false).await;
    visitor.picture("4-reject-whole", true).await;
    visitor.press(".again").await;
    visitor.see("#ask:not([hidden])").await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("certificado.json");
    std::fs::write(&path, canonical(&claimed())).unwrap();
    let input = visitor.client.find(Locator::Id("file")).await.unwrap();
    input.send_keys(path.to_str().unwrap()).await.unwrap();
    assert_eq!(visitor.see("#chosen-name").await, "certificado.json");
    visitor.press("#check").await;
    visitor.see(".verdict[data-outcome=undecided]").await;
    visitor.see(".sheet.claimed").await;
    assert!(visitor.client.find(Locator::Css(".who")).await.is_err(), "nobody's name in large type");
    visitor.fits("claims").await;
    visitor.picture("5-claims", false).await;
    visitor.picture("5-claims-whole", true).await;
    // A list whose second member has no verdict: the page says so above the one that has.
    visitor.press(".again").await;
    visitor.see("#ask:not([hidden])").await;
    std::fs::write(&path, json!([good(), {"type": "VerifiableCredential"}]).to_string()).unwrap();
    visitor.client.find(Locator::Id("file")).await.unwrap().send_keys(path.to_str().unwrap()).await.unwrap();
    visitor.press("#check").await;
    visitor.see(".verdict[data-outcome=accept]").await;
    let told = visitor.see("#not-read:not([hidden])").await;
    assert!(told.contains("No se pudieron leer: 1.") && told.contains("N.º 2: El archivo no lleva firma."), "{told}");
    visitor.fits("not-read").await;
    visitor.picture("6-not-read", false).await;
    visitor.press(".again").await;
    visitor.see("#not-read[hidden]").await;
    assert_eq!(visitor.checks(), 0, "nothing was sent");
    visitor.leave(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn small_zoomed_dark_wide_and_printed() {
    let Some(visitor) = Visitor::arrive("fr").await else { return };
    let code = digits(&good());
    for (name, width, height) in [("320", 320, 568), ("zoom-200", 180, 370), ("wide", 1280, 800)] {
        visitor.hold(width, height).await;
        visitor.open(&format!("?lang=fr&{name}#{code}")).await;
        visitor.see(".verdict").await;
        visitor.fits(name).await;
        visitor.picture(&format!("6-{name}"), false).await;
    }
    let dark = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
    visitor.hold(360, 740).await;
    visitor.devtools("Emulation.setEmulatedMedia", dark).await;
    visitor.picture("7-dark", true).await;
    visitor.devtools("Emulation.setEmulatedMedia", json!({"media": "print"})).await;
    visitor.picture("8-print", true).await;
    visitor.leave(0).await;
}

/// A page of paper as the browser prints it.
pub async fn print(visitor: &Visitor, width: f64, height: f64) -> Vec<u8> {
    let wanted =
        json!({"preferCSSPageSize": true, "printBackground": true, "paperWidth": width, "paperHeight": height});
    let pdf = visitor.devtools("Page.printToPDF", wanted).await;
    base64::engine::general_purpose::STANDARD.decode(pdf["data"].as_str().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_printed_on_one_sheet_and_read_back() {
    let Some(visitor) = Visitor::arrive("es").await else { return };
    let host = Host::parse("cert.formar.example").unwrap();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("paper");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, document) in crate::paper::sorts() {
        for (paper, width, height) in [("a4", 8.27, 11.69), ("letter", 8.5, 11.0)] {
            let html = crate::paper::paper(&document, Language::Es, Some(&host));
            let file = folder.join(format!("{name}.html"));
            std::fs::write(&file, html).unwrap();
            visitor.client.goto(&format!("file://{}", file.display())).await.unwrap();
            let pdf = print(&visitor, width, height).await;
            std::fs::write(folder.join(format!("{name}-{paper}.pdf")), &pdf).unwrap();
            let pages = String::from_utf8_lossy(&pdf).matches("/Type /Page\n").count();
            assert_eq!(pages, 1, "{name} on {paper}");
            if paper == "letter" {
                continue;
            }
            let scan = codes_in(&pdf, Limits::OWN_FILE).unwrap();
            let texts = scan.found.iter().filter_map(|found| match found {
                Found::Text(text) => Some(text.as_str()),
                Found::Attachment(_) => None,
            });
            assert!(
                texts.into_iter().any(|text| text.starts_with("https://cert.formar.example/#")),
                "{name} on {paper}"
            );
        }
    }
    visitor.client.clone().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_is_read() {
    let Some(visitor) = Visitor::arrive("pt").await else { return };
    let symbol = Symbol::of(&format!("https://skillpass.invalid/#{}", digits(&good()))).unwrap();
    let (side, gray) = symbol.to_gray(12);
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("pequena.png");
    image::GrayImage::from_raw(side as u32, side as u32, gray.clone()).unwrap().save(&small).unwrap();
    // A telephone's 24 million pixels, with the grain of a dark room: more than the server reads of strangers, so the page sends less.
    let mut grain = 1_u32;
    let large = image::GrayImage::from_fn(6000, 4000, |x, y| {
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (x, y) = (x as usize / 2, y as usize / 2);
        let inside = x.checked_sub(900).zip(y.checked_sub(500)).filter(|(x, y)| *x < side && *y < side);
        let paper = inside.map_or(220, |(x, y)| gray[y * side + x].clamp(30, 220));
        image::Luma([paper.saturating_sub((grain >> 27) as u8)])
    });
    let photo = folder.path().join("foto.jpg");
    large.save(&photo).unwrap();
    assert!(std::fs::metadata(&photo).unwrap().len() > 1024 * 1024);
    for file in [small, photo] {
        visitor.open("").await;
        let input = visitor.client.find(Locator::Id("file")).await.unwrap();
        input.send_keys(file.to_str().unwrap()).await.unwrap();
        visitor.press("#check").await;
        visitor.see(".verdict[data-outcome=accept]").await;
        assert_eq!(visitor.see(".name").await, NAME);
    }
    assert_eq!(visitor.checks(), 0, "nothing was sent");
    // In which the page finds nothing: that goes to the server if the person says so, made smaller.
    let blank = folder.path().join("nada.png");
    image::GrayImage::from_pixel(4_000, 3_000, image::Luma([200])).save(&blank).unwrap();
    visitor.open("").await;
    visitor.client.find(Locator::Id("file")).await.unwrap().send_keys(blank.to_str().unwrap()).await.unwrap();
    visitor.press("#check").await;
    visitor.see("#send:not([hidden])").await;
    assert_eq!(visitor.checks(), 0, "not before that");
    visitor.press("#send-button").await;
    visitor.see("#error:not([hidden]) #error-next:not(:empty)").await;
    assert_eq!(visitor.checks(), 1);
    // The server says that there is none: one refusal on the console.
    visitor.leave(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn overlong_text_does_not_push_the_verdict_away() {
    let Some(visitor) = Visitor::arrive("es").await else { return };
    let name = "Ñ".repeat(120);
    let long = crate::common::documents::changed(
        &crate::common::documents::module(),
        "/credentialSubject/identifier/0/identityHash",
        name.into(),
    );
    let long = crate::common::documents::changed(
        &long,
        "/credentialSubject/achievement/name",
        format!("{}W{}", "\u{301}".repeat(60), "W".repeat(120)).into(),
    );
    let signed = crate::common::documents::signed(&long);
    visitor.open("").await;
    let text = String::from_utf8(canonical(&signed)).unwrap();
    visitor.client.execute("document.getElementById('text').value = arguments[0]", vec![text.into()]).await.unwrap();
    visitor.press("#check").await;
    visitor.see(".verdict").await;
    // As it is, and with letters a fifth wider, as the fonts of some phones are.
    for (picture, wider) in [("9-overlong", "0"), ("9-overlong-wide-letters", "0.1em")] {
        visitor.ask(&format!("document.body.style.letterSpacing = '{wider}'")).await;
        visitor.fits("overlong").await;
        visitor.picture(picture, false).await;
        let bar = visitor.ask("document.querySelector('.bar').getBoundingClientRect().bottom").await;
        assert!(bar.as_f64().unwrap() < 740.0 / 3.0, "{wider}: {bar}");
    }
    visitor.leave(0).await;
}
