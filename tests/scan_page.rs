//! The scanner in a real browser: a camera that plays a film of our codes, photographs, PDFs, and everything that a camera can
//! refuse. The scanner's files come from the disk through routes of this test, under the policy that the pages have.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};
use serde_json::{Value, json};
use skillpass::desk::paper::PaperSize;
use skillpass::interop::insides::{InsidesLimits, Picture, insides};

use crate::browser::{PATIENCE, Visitor, WHOLE};
use crate::common::figures::tell;
use crate::common::here;
use crate::page::Log;
use crate::pdf::{Person, plain};
use crate::scan::{Dice, Pdf, dim, drawn, folded, jpeg, noisy, scanned, seen, text_of};

/// As web.md §6 has it, and what a worker and its module need.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; \
     connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types skillpass";

const PAGE: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>scan</title>\
     <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"icon\" href=\"data:,\">\
     <link rel=\"stylesheet\" href=\"/skillpass.css\"><link rel=\"stylesheet\" href=\"/scan/panel.css\">\
     <script type=\"module\" src=\"/test.js\"></script></head><body><main></main></body></html>";

/// A page with the panel, and the functions of the scanner within a test's reach.
const SCRIPT: &str = r#"
import { panel } from "/scan/panel.js";
import { textsIn, tiles } from "/scan/picture.js";
import { insideOf } from "/scan/pdf.js";

const blob = (base64) => new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]);
const words = await (await fetch("/i18n/en")).json();
window.found = [];
window.states = [];
window.scanner = panel({ say: (id) => words[id] ?? id, onText: (text) => found.push(text), onClose: () => (window.shut = true) });
new MutationObserver(() => states.push(scanner.element.dataset.state)).observe(scanner.element, { attributeFilter: ["data-state"] });
window.tiles = tiles;
window.texts = (base64) => textsIn(blob(base64)).then((texts) => ({ texts }), (error) => ({ error: error.code ?? String(error) }));
window.pdf = async (base64) => {
  const bytes = new Uint8Array(await blob(base64).arrayBuffer());
  const answer = await (await fetch("/pdf", { method: "POST", body: bytes })).json();
  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const call = () => {
    if (answer.error) throw Object.assign(new Error(), { code: answer.error });
    return { ...answer, blobs: answer.blobs.map(bytesOf) };
  };
  try {
    const { attachment, codes, unread } = await insideOf(bytes, { call });
    return { attachment: attachment ? new TextDecoder().decode(attachment) : null, codes, unread };
  } catch (error) {
    return { error: error.code ?? String(error) };
  }
};
document.querySelector("main").append(scanner.element);
document.documentElement.classList.add("ready");
"#;

/// The routes, and which of them were asked for.
fn room() -> (Router, Log) {
    let log = Log::default();
    let router = Router::new()
        .route("/", get(|| async { Html(PAGE) }))
        .route("/test.js", get(|| async { script(SCRIPT.into()) }))
        .route("/i18n/en", get(|| async { std::fs::read(here("web/i18n/en.json")).unwrap() }))
        .route("/skillpass.css", get(|| async { of_disk("skillpass.css") }))
        .route("/trusted.js", get(|| async { of_disk("trusted.js") }))
        .route("/scan/{file}", get(|Path(file): Path<String>| async move { of_disk(&format!("scan/{file}")) }))
        .route("/vendor/{*file}", get(|Path(file): Path<String>| async move { of_disk(&format!("vendor/{file}")) }))
        .route("/pdf", post(pdf))
        // What is too large is for the module to say.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(Arc::clone(&log), around));
    (router, log)
}

async fn around(State(log): State<Log>, request: Request, next: Next) -> Response {
    log.lock().unwrap().push(request.uri().path().to_owned());
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.parse().unwrap());
    response
}

fn script(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/javascript")], text).into_response()
}

fn of_disk(file: &str) -> Response {
    assert!(!file.contains(".."), "{file}");
    let Ok(bytes) = std::fs::read(here(&format!("web/{file}"))) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match file.rsplit('.').next() {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        _ => "application/wasm",
    };
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}

/// What the op `pdf` of the reading module answers.
async fn pdf(bytes: Bytes) -> axum::Json<Value> {
    let limits = InsidesLimits { bytes: 4_000_000, ..InsidesLimits::BROWSER };
    let found = match insides(&bytes, limits) {
        Ok(found) => found,
        Err(skillpass::interop::insides::InsidesError::TooLarge { .. }) => return json!({"error": "too-large"}).into(),
        Err(_) => return json!({"error": "damaged"}).into(),
    };
    let mut blobs: Vec<String> = found.attachments.iter().map(|file| STANDARD.encode(file)).collect();
    let mut pictures = Vec::new();
    for picture in &found.pictures {
        let (declared, bytes) = match picture {
            Picture::Grey { width, height, luma } => (json!({"form": "grey", "width": width, "height": height}), luma),
            Picture::Jpeg(bytes) => (json!({"form": "jpeg"}), bytes),
        };
        pictures.push(declared);
        blobs.push(STANDARD.encode(bytes));
    }
    let count = found.attachments.len();
    json!({"attachments": count, "pictures": pictures, "unread": found.unread_pictures, "blobs": blobs}).into()
}

async fn open(more: &[String]) -> Option<Visitor> {
    let (router, log) = room();
    let visitor = Visitor::arrive_with("en", router, log, more).await?;
    visitor.client.goto(&visitor.base).await.unwrap();
    visitor.see("html.ready").await;
    Some(visitor)
}

/// Waits until a script says something true.
async fn until(visitor: &Visitor, script: &str) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let said = visitor.ask(script).await;
        if said.as_bool() != Some(false) && !said.is_null() {
            return said;
        }
        if Instant::now() >= deadline {
            let seen = visitor.ask("JSON.stringify([states, found, scanner.element.textContent])").await;
            panic!("never true: {script}: {seen}");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What an asynchronous function of the page answers.
async fn answer(visitor: &Visitor, call: &str, file: &[u8]) -> Value {
    let script = format!("window.said = null; window.{call}(arguments[0]).then((said) => (window.said = said))");
    visitor.client.execute(&script, vec![STANDARD.encode(file).into()]).await.unwrap();
    until(visitor, "window.said").await
}

/// A film for the camera that Chromium plays: JPEGs one after the other, over and over.
pub fn film(scenes: &[GrayImage]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".mjpeg").tempfile().unwrap();
    for scene in scenes {
        let mut frame = GrayImage::from_pixel(1_280, 720, Luma([150]));
        let (x, y) = ((1_280 - i64::from(scene.width())) / 2, (720 - i64::from(scene.height())) / 2);
        imageops::replace(&mut frame, scene, x, y);
        // Chromium's reader of films takes colour alone.
        let colour = DynamicImage::ImageLuma8(frame).to_rgb8();
        let mut bytes = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 85).encode_image(&colour).unwrap();
        for _ in 0..15 {
            file.write_all(&bytes).unwrap();
        }
    }
    file.flush().unwrap();
    file
}

pub fn camera(film: &tempfile::NamedTempFile) -> [String; 3] {
    [
        "--use-fake-ui-for-media-stream".into(),
        "--use-fake-device-for-media-stream".into(),
        format!("--use-file-for-fake-video-capture={}", film.path().display()),
    ]
}

fn blank() -> GrayImage {
    GrayImage::from_pixel(700, 700, Luma([150]))
}

/// A telephone with a broken glass: two shards see the code shifted, and the cracks are white.
fn cracked(print: &GrayImage) -> GrayImage {
    let (width, height) = print.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let from = i64::from(x) - i64::from(y) / 2 - i64::from(width) / 3;
        if from.abs() < 3 {
            return Luma([245]);
        }
        let (x, y) = if from > 0 { (x, y) } else { ((x + 1).min(width - 1), (y + 2).min(height - 1)) };
        *print.get_pixel(x, y)
    })
}

fn png(picture: &GrayImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_reads_codes_clean_turned_blurred_folded_and_cracked() {
    let mut dice = Dice(5);
    let texts: Vec<String> = (0..5).map(|seed| text_of(442, 100 + seed)).collect();
    let prints: Vec<GrayImage> = texts.iter().map(|text| drawn(text, 10)).collect();
    let scenes = [
        blank(),
        seen(&prints[0], 700, 2.0, 0.0, 0.8),
        noisy(&seen(&prints[1], 700, 200.0, 0.2, 0.8), 4.0, &mut dice),
        imageops::fast_blur(&seen(&prints[2], 700, 5.0, 0.1, 0.8), 1.4),
        noisy(&folded(&seen(&prints[3], 700, 8.0, 0.1, 0.85)), 4.0, &mut dice),
        noisy(&cracked(&seen(&prints[4], 700, 6.0, 0.0, 0.85)), 4.0, &mut dice),
    ];
    let film = film(&scenes);
    let Some(visitor) = open(&camera(&film)).await else { return };
    assert!(!visitor.log.lock().unwrap().iter().any(|path| path.contains("worker")), "loaded before it was asked for");
    visitor.ask("void scanner.open()").await;
    until(&visitor, "found.length > 0").await;
    visitor.fits("camera").await;
    visitor.picture("scan-1-camera", false).await;
    visitor.hold(320, 640).await;
    visitor.fits("camera, 320 px").await;
    visitor.picture("scan-2-camera-320", false).await;
    until(&visitor, "new Set(found).size === 5").await;
    let found = visitor.ask("[...new Set(found)].sort()").await;
    let mut texts = texts;
    texts.sort();
    assert_eq!(found, json!(texts), "each as it was printed, and nothing else");
    // The code that stays in view is not told again and again.
    assert_eq!(visitor.ask("document.querySelector('.scan video').readyState >= 2").await, true);
    visitor.press(".scan-close").await;
    until(&visitor, "window.shut === true && document.querySelector('.scan').hidden").await;
    assert_eq!(visitor.ask("document.querySelector('.scan video').srcObject").await, Value::Null, "the camera is off");
    nothing_is_kept(&visitor).await;
    visitor.leave(0).await;
}

/// The small decoder does not get this one; the strongest is fetched then, and only then.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_resists_brings_the_strongest_decoder() {
    let easy = text_of(100, 77);
    let film_of_easy = film(&[seen(&drawn(&easy, 10), 700, 3.0, 0.0, 0.7)]);
    let Some(visitor) = open(&camera(&film_of_easy)).await else { return };
    let fetched = |visitor: &Visitor| visitor.log.lock().unwrap().iter().any(|path| path.contains("zxing"));
    visitor.ask("void scanner.open()").await;
    until(&visitor, "found.length > 0").await;
    assert!(!fetched(&visitor), "an easy code needs nothing more");
    visitor.leave(0).await;

    let text = text_of(1_011, 78);
    let film_of_hard = film(&[resisting(&text)]);
    let Some(visitor) = open(&camera(&film_of_hard)).await else { return };
    visitor.ask("void scanner.open()").await;
    let found = until(&visitor, "found.length > 0 && found").await;
    assert_eq!(found[0], text);
    assert!(fetched(&visitor));
    assert!(visitor.ask("states.includes('stronger')").await.as_bool().unwrap());
    visitor.leave(0).await;
}

/// Faded, aslant and out of focus.
fn resisting(text: &str) -> GrayImage {
    let mut dice = Dice(9);
    let print = seen(&drawn(text, 10), 700, 31.0, 0.45, 0.7);
    noisy(&imageops::fast_blur(&dim(&print), 1.2), 4.0, &mut dice)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_with_a_decoder_of_its_own_uses_it_and_survives_its_failure() {
    let text = text_of(100, 79);
    let film = film(&[seen(&drawn(&text, 10), 700, 3.0, 0.0, 0.7)]);
    let Some(visitor) = open(&camera(&film)).await else { return };
    let detector = |detect: &str| {
        format!(
            "void (window.BarcodeDetector = class {{ static async getSupportedFormats() {{ return ['qr_code'] }} async detect() {{ {detect} }} }})"
        )
    };
    visitor.ask(&detector("return [{ rawValue: 'of the browser' }]")).await;
    visitor.ask("void scanner.open()").await;
    until(&visitor, "found[0] === 'of the browser'").await;
    assert!(!visitor.log.lock().unwrap().iter().any(|path| path.contains("worker")), "ours is not needed");
    // One that promises and throws, as without Play services.
    visitor.client.refresh().await.unwrap();
    visitor.see("html.ready").await;
    visitor.ask(&detector("throw new Error('no services')")).await;
    visitor.ask("void scanner.open()").await;
    assert_eq!(until(&visitor, "found[0]").await, text);
    visitor.leave(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_camera_refuses_is_said_with_what_to_do() {
    let Some(visitor) =
        open(&["--deny-permission-prompts".into(), "--use-fake-device-for-media-stream".into(), WHOLE.into()]).await
    else {
        return;
    };
    visitor.ask("void scanner.open()").await;
    until(&visitor, "scanner.element.dataset.state === 'refused'").await;
    let said = visitor.ask("document.querySelector('.scan-words').innerText").await;
    assert!(said.as_str().unwrap().lines().count() >= 2, "what it is, and what to do: {said}");
    visitor.fits("refused").await;
    visitor.picture("scan-3-refused", false).await;
    for (name, code) in [
        ("NotFoundError", "no-camera"),
        ("NotReadableError", "busy"),
        ("AbortError", "busy"),
        ("OverconstrainedError", "no-camera"),
        ("Other", "failed"),
    ] {
        let thrown = format!(
            "void (navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{name}') }})"
        );
        visitor.ask(&thrown).await;
        visitor.press(".scan-again").await;
        until(&visitor, &format!("scanner.element.dataset.state === '{code}'")).await;
        let says = visitor.ask("[...document.querySelectorAll('.scan-words p')].map((p) => p.textContent)").await;
        assert!(
            says.as_array().unwrap().iter().all(|text| text.as_str().is_some_and(|text| text.ends_with('.'))),
            "{says}"
        );
    }
    visitor.ask("void Object.defineProperty(window, 'isSecureContext', { value: false })").await;
    visitor.press(".scan-again").await;
    until(&visitor, "scanner.element.dataset.state === 'insecure'").await;
    // By the keyboard alone: from the panel's first button through all of them, and Escape closes it.
    let names = visitor.ask("[...scanner.element.querySelectorAll('button, input')].filter((e) => e.offsetParent).map((e) => e.textContent || e.closest('label').textContent)").await;
    assert!(names.as_array().unwrap().iter().all(|name| !name.as_str().unwrap().is_empty()), "{names}");
    visitor.ask("document.querySelector('.scan-close').focus()").await;
    visitor.client.active_element().await.unwrap().send_keys("\u{e00c}").await.unwrap();
    until(&visitor, "scanner.element.hidden").await;
    visitor.leave(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn light_zoom_and_a_page_that_is_hidden() {
    let film = film(&[blank()]);
    let Some(visitor) = open(&camera(&film)).await else { return };
    let pretend = "void (() => {
        window.wishes = [];
        MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true, zoom: { min: 1, max: 4, step: 0.5 }, focusMode: ['continuous'] });
        MediaStreamTrack.prototype.applyConstraints = async (wish) => void wishes.push(wish.advanced[0]);
    })()";
    visitor.ask(pretend).await;
    visitor.ask("void scanner.open()").await;
    visitor.see(".scan-torch:not([hidden])").await;
    visitor.press(".scan-torch").await;
    visitor.see(".scan-torch[aria-pressed=true]").await;
    visitor.find(".scan-zoom input").await.send_keys("\u{e014}").await.unwrap();
    let wishes = until(&visitor, "wishes.length >= 3 && wishes").await;
    assert_eq!(wishes, json!([{"focusMode": "continuous"}, {"torch": true}, {"zoom": 1.5}]));
    visitor.fits("light and zoom").await;
    visitor.picture("scan-4-tools", false).await;
    // Nobody films what nobody sees.
    visitor.ask("void (Object.defineProperty(document, 'hidden', { value: true }), document.dispatchEvent(new Event('visibilitychange')))").await;
    until(
        &visitor,
        "scanner.element.dataset.state === 'stopped' && document.querySelector('.scan video').srcObject === null",
    )
    .await;
    visitor.leave(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn photographs_and_screenshots() {
    let Some(visitor) = open(&[]).await else { return };
    let (one, two) = (text_of(442, 201), text_of(1_011, 202));
    let mut both = GrayImage::from_pixel(1_700, 1_200, Luma([160]));
    imageops::replace(&mut both, &seen(&drawn(&one, 8), 700, 12.0, 0.1, 0.85), 60, 300);
    imageops::replace(&mut both, &seen(&drawn(&two, 8), 800, -9.0, 0.1, 0.85), 850, 200);
    let said = answer(&visitor, "texts", &jpeg(&both, 80)).await;
    let mut texts: Vec<&str> = said["texts"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    texts.sort_unstable();
    let mut wanted = [one.as_str(), &two];
    wanted.sort_unstable();
    assert_eq!(texts, wanted, "two codes in one photograph");

    let small_in_large = {
        let mut table = GrayImage::from_pixel(4_000, 3_000, Luma([140]));
        imageops::replace(&mut table, &seen(&drawn(&one, 8), 420, 20.0, 0.1, 0.85), 2_500, 1_700);
        table
    };
    assert_eq!(answer(&visitor, "texts", &jpeg(&small_in_large, 85)).await, json!({"texts": [one]}));
    assert_eq!(answer(&visitor, "texts", &png(&drawn(&one, 3))).await, json!({"texts": [one]}), "a screenshot");
    let mut negative = seen(&drawn(&one, 8), 700, 3.0, 0.0, 0.8);
    imageops::invert(&mut negative);
    assert_eq!(answer(&visitor, "texts", &png(&negative)).await, json!({"texts": [one]}), "white on black");
    assert_eq!(answer(&visitor, "texts", &png(&blank())).await, json!({"texts": []}));
    assert_eq!(answer(&visitor, "texts", b"no picture at all").await, json!({"error": "damaged"}));
    // A header that promises more pixels than a telephone has: refused before anything is unfolded.
    let mut promised = png(&blank());
    promised[16..24].copy_from_slice(&[0, 0, 0x80, 0, 0, 0, 0x80, 0]);
    assert_eq!(answer(&visitor, "texts", &promised).await, json!({"error": "too-large"}));
    // Tiles cover a large picture whole.
    let tiles = visitor.ask("tiles({ width: 4000, height: 3000 })").await;
    let tiles = tiles.as_array().unwrap();
    let reaches =
        |at: &str, length: &str| tiles.iter().map(|t| t[at].as_u64().unwrap() + t[length].as_u64().unwrap()).max();
    assert_eq!((reaches("left", "width"), reaches("top", "height")), (Some(4_000), Some(3_000)));
    assert!((4..=16).contains(&tiles.len()), "{}", tiles.len());
    // A browser that cannot draw in a worker draws in the page.
    visitor.client.refresh().await.unwrap();
    visitor.see("html.ready").await;
    visitor.ask("void delete window.OffscreenCanvas").await;
    assert_eq!(
        answer(&visitor, "texts", &jpeg(&seen(&drawn(&one, 8), 700, 12.0, 0.1, 0.85), 80)).await,
        json!({"texts": [one]})
    );

    // Through the panel, as somebody without a camera does it.
    visitor.ask("void Object.defineProperty(window, 'isSecureContext', { value: false, configurable: true })").await;
    visitor.ask("void scanner.open()").await;
    let folder = tempfile::tempdir().unwrap();
    for (name, picture, state) in [("code.png", drawn(&one, 4), "found"), ("none.png", blank(), "none")] {
        let path: PathBuf = folder.path().join(name);
        std::fs::write(&path, png(&picture)).unwrap();
        visitor.find(".scan-photo input").await.send_keys(path.to_str().unwrap()).await.unwrap();
        until(&visitor, &format!("scanner.element.dataset.state === '{state}'")).await;
    }
    assert_eq!(visitor.ask("found").await, json!([one]));
    visitor.picture("scan-5-no-code-in-photo", false).await;
    nothing_is_kept(&visitor).await;
    visitor.leave(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pdfs() {
    let Some(visitor) = open(&[]).await else { return };
    let person = Person::named("María Fernanda Ñáñez de la Cruz");
    let document = String::from_utf8(person.signed.bytes().to_vec()).unwrap();
    let said = answer(&visitor, "pdf", &person.pdf(&plain(PaperSize::A4)).unwrap()).await;
    assert_eq!(said, json!({"attachment": document, "codes": [person.text], "unread": 0}), "our own, whole");
    let printed = Pdf::default().scan(&scanned(&person.text)).bytes();
    let said = answer(&visitor, "pdf", &printed).await;
    assert_eq!(said, json!({"attachment": null, "codes": [person.text], "unread": 0}), "printed and scanned");
    let other = Person::named("Bea Gómez");
    let forged = Pdf::default().attach("", other.signed.bytes()).scan(&scanned(&person.text)).bytes();
    let said = answer(&visitor, "pdf", &forged).await;
    assert_eq!(said["codes"], json!([person.text]), "the code of one");
    assert_ne!(said["attachment"], json!(document), "and the file of another");
    let said = answer(&visitor, "pdf", &Pdf::default().bytes()).await;
    assert_eq!(said, json!({"attachment": null, "codes": [], "unread": 0}), "photograph the code");
    assert_eq!(answer(&visitor, "pdf", b"no PDF").await, json!({"error": "damaged"}));
    assert_eq!(answer(&visitor, "pdf", &vec![0; 4_000_001]).await, json!({"error": "too-large"}));
    visitor.leave(0).await;
}

/// No storage of the browser holds anything, and no request carried anything away.
async fn nothing_is_kept(visitor: &Visitor) {
    visitor.ask("void (window.kept = null, Promise.all([indexedDB.databases(), caches.keys()]).then((all) => (window.kept = all.map((one) => one.length))))").await;
    assert_eq!(until(visitor, "window.kept").await, json!([0, 0]));
    assert_eq!(visitor.ask("localStorage.length + sessionStorage.length + document.cookie.length").await, 0);
}

/// What the scanner costs a telephone, compressed: nothing before it is asked for. Printed, and held below what web.md §4 measured.
#[test]
fn what_the_scanner_weighs() {
    let weigh = |files: &[&str]| -> usize {
        let of_file = |file: &&str| {
            let mut folded = GzEncoder::new(Vec::new(), Compression::best());
            folded.write_all(&std::fs::read(here(&format!("web/{file}"))).unwrap()).unwrap();
            folded.finish().unwrap().len()
        };
        files.iter().map(of_file).sum()
    };
    let mut own: Vec<String> = std::fs::read_dir(here("web/scan"))
        .unwrap()
        .map(|entry| format!("scan/{}", entry.unwrap().file_name().into_string().unwrap()))
        .collect();
    own.push("trusted.js".into());
    let own = weigh(&own.iter().map(String::as_str).collect::<Vec<_>>());
    let small = weigh(&["vendor/qr/decode.js", "vendor/qr/index.js"]);
    let strong = ["es/reader/index.js", "es/share.js", "reader/zxing_reader.wasm"];
    let strong = weigh(&strong.map(|file| format!("vendor/zxing-wasm/dist/{file}")).each_ref().map(String::as_str));
    tell(format!(
        "scanner, gzip -9: own files {own} bytes, small decoder {small}, strongest decoder {strong} (only when a code resists)"
    ));
    assert!(own < 20_000 && small < 60_000 && strong < 450_000, "{own} {small} {strong}");
}
