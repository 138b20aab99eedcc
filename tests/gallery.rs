//! Pictures to look at: every state of the checker, the wallet's pages, the rights page, `/get` and the desk, at 320, 360 and 1280 pixels in five
//! languages. Nothing is asserted but that nothing is wider than its screen.
//!
//!     cargo test --test all gallery -- --ignored --nocapture     # ten minutes; pictures and, with ImageMagick, sheets in target/tmp/gallery

use std::path::PathBuf;
use std::process::Command;

use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::Locator;
use image::{GrayImage, Luma};
use serde_json::{Value, json};

use crate::browser::Visitor;
use crate::common::documents::{NOW, canonical};
use crate::desk_page::canned::{Content, desk};
use crate::page::{claimed, digits, good, revoked};
use crate::scan_page::{camera, film};
use crate::wallet_page::WORDS;

const LANGUAGES: [&str; 5] = ["es", "pt", "en", "fr", "ht"];
const WIDTHS: [u32; 3] = [320, 360, 1280];

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("gallery");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Somebody with a camera, who takes pictures of what they see.
struct Photographer {
    visitor: Visitor,
    language: &'static str,
    width: u32,
}

impl Photographer {
    /// Opens an address of the checker anew.
    async fn open(&self, state: &str, fragment: &str) {
        let address = format!("{}?lang={}&state={state}{}#{fragment}", self.visitor.base, self.language, self.width);
        self.visitor.client.goto(&address).await.unwrap();
        self.visitor.see("html.ready").await;
    }

    /// Opens any other address.
    async fn go(&self, path: &str, until: &str) {
        self.visitor.client.goto(&format!("{}{path}", self.visitor.base)).await.unwrap();
        self.visitor.see(until).await;
    }

    async fn take(&self, state: &str) {
        let screen = json!({"width": self.width, "height": 740, "deviceScaleFactor": 1, "mobile": self.width < 1000});
        self.visitor.devtools("Emulation.setDeviceMetricsOverride", screen).await;
        self.visitor.fits(&format!("{state}, {}, {}", self.language, self.width)).await;
        let shot = self.visitor.devtools("Page.captureScreenshot", json!({"captureBeyondViewport": true})).await;
        let name = format!("{state}-{:04}-{}.png", self.width, self.language);
        std::fs::write(folder().join(name), STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()).unwrap();
    }

    async fn checker(&self) {
        let visitor = &self.visitor;
        self.open("empty", "").await;
        visitor.until("document.querySelector('#lists').children.length > 0").await;
        self.take("empty").await;
        for (state, document) in [("yes", good()), ("no", revoked()), ("cannot-tell", claimed())] {
            self.open(state, &digits(&document)).await;
            visitor.see(".verdict").await;
            self.take(state).await;
        }
        self.open("worth", &digits(&good())).await;
        visitor.see(".verdict").await;
        visitor.client.find(Locator::Id("country")).await.unwrap().select_by_value("BR").await.unwrap();
        visitor.see(".statement").await;
        self.take("worth").await;
        visitor.press(".receipt").await;
        visitor.see(".receipt-said p").await;
        self.take("receipt").await;
        self.open("error", "").await;
        visitor.client.find(Locator::Id("text")).await.unwrap().send_keys("hola").await.unwrap();
        visitor.press("#check").await;
        visitor.see("#error:not([hidden]) #error-next:not(:empty)").await;
        self.take("error").await;
        self.open("asking", "").await;
        visitor.press("#ask-button").await;
        visitor.see("#question:not([hidden]) svg").await;
        self.take("asking").await;
        self.open("scan", "").await;
        visitor.press("#scan").await;
        visitor.see(".scan[data-state=looking] video").await;
        self.take("scan").await;
        self.open("many", "").await;
        let files = tempfile::tempdir().unwrap();
        let path = |name: &str, bytes: Vec<u8>| {
            let path = files.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let paths = [
            path("a.json", canonical(&good())),
            path("b.json", canonical(&revoked())),
            path("c.json", canonical(&claimed())),
            path("d.txt", b"hola".to_vec()),
        ];
        visitor.client.find(Locator::Id("file")).await.unwrap().send_keys(&paths.join("\n")).await.unwrap();
        visitor.press("#check").await;
        visitor.until("document.querySelectorAll('#table tbody tr').length === 4 && document.querySelectorAll('#table tr[data-outcome]').length >= 3").await;
        self.take("many").await;
    }

    /// A wallet from the first visit on, made anew for each language and width.
    async fn wallet(&self) {
        let visitor = &self.visitor;
        self.go(&format!("wallet?lang={}&{}", self.language, self.width), "html.ready .begin").await;
        self.take("wallet-welcome").await;
        visitor.press(".begin").await;
        visitor.see(".add").await;
        self.take("wallet-empty").await;
        visitor.press(".add").await;
        visitor.see(".take").await;
        self.take("wallet-adding").await;
        let all = json!([good(), revoked(), claimed()]).to_string();
        visitor.ask(&format!("void (document.querySelector('textarea').value = {})", json!(all))).await;
        visitor.press(".take").await;
        visitor.until("document.querySelectorAll('.held .open').length === 3").await;
        self.take("wallet-home").await;
        visitor.press(".held li[data-outcome=accept] .open").await;
        visitor.see(".verdict").await;
        self.take("wallet-verdict").await;
        for (page, until) in [("show", ".sign"), ("work", ".skills"), ("save", ".write"), ("more", ".wipe")] {
            visitor.press(".back").await;
            visitor.see(".add").await;
            visitor.press(&format!(".{page}")).await;
            visitor.see(until).await;
            self.take(&format!("wallet-{page}")).await;
        }
        visitor.press(".restore").await;
        visitor.see(".bring").await;
        visitor.press(".bring").await;
        visitor.see("#error:not([hidden])").await;
        self.take("wallet-restore").await;
        visitor.press(".back").await;
        for (page, until) in [("work", ".vacancy"), ("vacancy", "#vacancy"), ("back", ".cv"), ("cv", ".look")] {
            visitor.press(&format!(".{page}")).await;
            visitor.see(until).await;
            if ["vacancy", "cv"].contains(&page) {
                self.take(&format!("wallet-{page}")).await;
            }
        }
        // With a lock, and locked.
        self.go(&format!("wallet?lang={}&lock{}", self.language, self.width), "html.ready .more").await;
        visitor.press(".more").await;
        visitor.see(".lock").await;
        visitor.types("form input[type=password]", &[WORDS, WORDS]).await;
        visitor.press(".lock").await;
        visitor.see(".unlock").await;
        self.take("wallet-locked").await;
        visitor.ask("void indexedDB.deleteDatabase('folder')").await;
    }

    async fn others(&self) {
        self.go(&format!("rights/{}", self.language), "main h1").await;
        self.take("rights").await;
        self.go(&format!("get/?lang={}&{}#uX.uYYYY", self.language, self.width), "html.ready main h1").await;
        self.take("get").await;
        for (state, page) in [("dashboard", ""), ("import", "import"), ("release", "batch/b1")] {
            let fresh = format!("{state}{}", self.width);
            self.go(&format!("desk?lang={}&page={fresh}#/{page}", self.language), "#main h1, #main .alert").await;
            if state == "import" {
                let files = tempfile::tempdir().unwrap();
                let path = files.path().join("lista.csv");
                std::fs::write(&path, [b'x'; 9]).unwrap();
                let input = self.visitor.find("input[type=file]").await;
                input.send_keys(path.to_str().unwrap()).await.unwrap();
                self.visitor.see(".problems li").await;
            }
            self.take(&format!("desk-{state}")).await;
        }
    }
}

/// All pictures of a state beside each other: a sheet for each width.
fn sheets() {
    let mut pictures: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    pictures.retain(|path| !path.file_name().unwrap().to_str().unwrap().starts_with("sheet"));
    pictures.sort();
    let row = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().rsplit_once('-').unwrap().0.to_owned();
    for row_of in pictures.chunk_by(|one, other| row(one) == row(other)) {
        let sheet = folder().join(format!("sheet-{}.png", row(&row_of[0])));
        let mut montage = Command::new("montage");
        montage.args(row_of).args(["-tile", "5x1", "-geometry", "+6+6", "-gravity", "north", "-background", "#888"]);
        let _ = montage.arg(sheet).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "ten minutes, for eyes"]
async fn pictures_of_every_state() {
    let looked = film(&[GrayImage::from_pixel(700, 700, Luma([150]))]);
    let (router, log) = desk(Content::Texts(["Ana Ñáñez", "Wilner Jean-Baptiste"].map(str::to_owned).into()));
    let Some(visitor) = Visitor::arrive_with("es", router, log, &camera(&looked)).await else { return };
    visitor.live_at(NOW).await;
    let mut photographer = Photographer { visitor, language: "es", width: 360 };
    for (width, language) in WIDTHS.into_iter().flat_map(|width| LANGUAGES.map(|language| (width, language))) {
        (photographer.width, photographer.language) = (width, language);
        let screen = json!({"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": width < 1000});
        photographer.visitor.devtools("Emulation.setDeviceMetricsOverride", screen).await;
        photographer.checker().await;
        photographer.others().await;
        photographer.wallet().await;
    }
    assert_eq!(photographer.visitor.ask("document.readyState").await, Value::from("complete"));
    // Whoever is not signed in.
    let (router, log) = desk(Content::Empty);
    let router = router.route("/api/desk/session", get(|| async { StatusCode::UNAUTHORIZED }));
    let Some(visitor) = Visitor::arrive_with("es", router, log, &[]).await else { return };
    photographer.visitor = visitor;
    for (width, language) in WIDTHS.into_iter().flat_map(|width| LANGUAGES.map(|language| (width, language))) {
        (photographer.width, photographer.language) = (width, language);
        photographer.go(&format!("desk?lang={language}&page={width}"), "html.ready form").await;
        photographer.take("desk-enter").await;
    }
    sheets();
}
