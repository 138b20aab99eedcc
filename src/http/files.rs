//! The pages and what they load, compiled in: nothing is read from the disk, so no path can lead out of a folder (threats.md I11).

use std::io::Write as _;
use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::{bare, rights};
use crate::base::canonical::{Bounds, Json, Numbers, Object, read};
use crate::base::multibase;
use crate::credential::achievement::Language;
use crate::desk::catalogue::Catalogue;
use crate::desk::page::escape;
use crate::verify::message::Words;

/// The page before its words are put in.
const PAGE: &str = include_str!("../../web/index.html");

/// Languages and texts that the checker's page needs: its own, not the command line's and not those of a printed certificate.
const TEXTS: [&str; 13] = [
    "answer.",
    "check.",
    "country.",
    "foreign.",
    "mark.",
    "notread.file-too-large",
    "pack.",
    "page.",
    "part.",
    "pilot",
    "proof.",
    "scan.",
    "testcode.",
];

/// Languages and texts that the kernel puts into a verdict.
const VERDICT_TEXTS: [&str; 38] = [
    "age.",
    "answer.",
    "check.",
    "country.",
    "date",
    "day.first",
    "detail.",
    "environment.",
    "foreign.",
    "kind.",
    "link.",
    "mark.",
    "method.",
    "modality.",
    "month.",
    "next.",
    "notread.",
    "office.",
    "outcome.",
    "page.successor",
    "part.",
    "pilot",
    "presentation.",
    "problem.",
    "proof.",
    "purpose.",
    "question.",
    "reason.",
    "receipt.line.",
    "recognition.",
    "regulated.",
    "revoked.",
    "role.",
    "standing.",
    "testcode.",
    "until.",
    "withdrawal.",
    "worth.",
];

/// Languages and texts that the desk's pages need: their own, and those of a verdict and of the camera.
const DESK_TEXTS: [&str; 22] = [
    "answer.",
    "check.",
    "country.",
    "date",
    "day.first",
    "desk.",
    "foreign.",
    "kind.",
    "mark.",
    "method.",
    "modality.",
    "month.",
    "notread.file-too-large",
    "pack.",
    "page.",
    "part.",
    "pilot",
    "proof.",
    "rebind.",
    "scan.",
    "testcode.",
    "withdrawal.",
];

/// The language files are our own; see `verify::message`.
const BOUNDS: Bounds = Bounds { bytes: 1 << 20, depth: 2, string: 4096, numbers: Numbers::Whole };

/// Browsers ask each time: a page that judges certificates is never a version behind.
const ASK: &str = "no-cache";

/// A file that is the same for everyone.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub path: String,
    kind: &'static str,
    cache: &'static str,
    bytes: Bytes,
    etag: String,
    /// The same in gzip, made when it is first asked for.
    gzip: Arc<OnceLock<Bytes>>,
    /// The same in brotli; so too, but for what takes long and is at hand.
    brotli: Arc<OnceLock<Bytes>>,
}

/// How a file travels. Browsers ask for brotli over TLS and from their own device alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// RFC 7932.
    Brotli,
    /// RFC 1952.
    Gzip,
    /// As it is.
    Identity,
}

/// 1,024 bytes: what is smaller fits one packet of the network either way.
const WORTH_PRESSING: usize = 1024;

/// 256 KiB: what is longer would keep its first visitor waiting at the highest quality.
const PRESSED_HARD: usize = 256 * 1024;

/// Brotli's qualities: the highest, and the highest that is quick.
const QUALITIES: (i32, i32) = (11, 9);

/// 22: the default window of brotli, 4 MiB; longer than any file of ours.
const WINDOW: i32 = 22;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const MANIFEST: &str = "application/manifest+json";

/// What asks the server to check in the page's stead: no device keeps it for a time without a server.
const SENDING: &str = "/sending.js";

/// The checker's files.
const CHECKER: [(&str, &str, &str); 24] = [
    ("/aloud.js", SCRIPT, include_str!("../../web/aloud.js")),
    ("/arrival.js", SCRIPT, include_str!("../../web/arrival.js")),
    ("/asking.js", SCRIPT, include_str!("../../web/asking.js")),
    ("/check.js", SCRIPT, include_str!("../../web/check.js")),
    ("/csv.js", SCRIPT, include_str!("../../web/csv.js")),
    ("/demo.js", SCRIPT, include_str!("../../web/demo.js")),
    ("/file.js", SCRIPT, include_str!("../../web/file.js")),
    ("/icon.svg", "image/svg+xml", include_str!("../../web/icon.svg")),
    ("/judge.js", SCRIPT, include_str!("../../web/judge.js")),
    ("/kernel.js", SCRIPT, include_str!("../../web/kernel.js")),
    ("/lists.js", SCRIPT, include_str!("../../web/lists.js")),
    ("/manifest.webmanifest", MANIFEST, include_str!("../../web/manifest.webmanifest")),
    ("/many.css", STYLE, include_str!("../../web/many.css")),
    ("/many.js", SCRIPT, include_str!("../../web/many.js")),
    ("/notice.js", SCRIPT, include_str!("../../web/notice.js")),
    ("/offline.js", SCRIPT, include_str!("../../web/offline.js")),
    ("/packs.js", SCRIPT, include_str!("../../web/packs.js")),
    ("/receipt.js", SCRIPT, include_str!("../../web/receipt.js")),
    (SENDING, SCRIPT, include_str!("../../web/sending.js")),
    ("/skillpass.css", STYLE, include_str!("../../web/skillpass.css")),
    ("/trusted.js", SCRIPT, include_str!("../../web/trusted.js")),
    ("/verdict.js", SCRIPT, include_str!("../../web/verdict.js")),
    ("/ways.js", SCRIPT, include_str!("../../web/ways.js")),
    ("/words.js", SCRIPT, include_str!("../../web/words.js")),
];

/// The desk's shell: the same for everyone and in no language, for what it shows comes with a session.
const DESK_SHELL: &str = include_str!("../../web/desk/index.html");
/// Its address, and how an invitation's ends.
const DESK_PAGES: [&str; 2] = ["/desk", "/desk/"];

/// The desk's files.
const DESK: [(&str, &str, &str); 46] = [
    ("/desk/account.js", SCRIPT, include_str!("../../web/desk/account.js")),
    ("/desk/ask.js", SCRIPT, include_str!("../../web/desk/ask.js")),
    ("/desk/award.js", SCRIPT, include_str!("../../web/desk/award.js")),
    ("/desk/backup.js", SCRIPT, include_str!("../../web/desk/backup.js")),
    ("/desk/began.js", SCRIPT, include_str!("../../web/desk/began.js")),
    ("/desk/batch.js", SCRIPT, include_str!("../../web/desk/batch.js")),
    ("/desk/batches.js", SCRIPT, include_str!("../../web/desk/batches.js")),
    ("/desk/bring.js", SCRIPT, include_str!("../../web/desk/bring.js")),
    ("/desk/case.js", SCRIPT, include_str!("../../web/desk/case.js")),
    ("/desk/catalogue.js", SCRIPT, include_str!("../../web/desk/catalogue.js")),
    ("/desk/certificate.js", SCRIPT, include_str!("../../web/desk/certificate.js")),
    ("/desk/chart.js", SCRIPT, include_str!("../../web/desk/chart.js")),
    ("/desk/columns.js", SCRIPT, include_str!("../../web/desk/columns.js")),
    ("/desk/custody.js", SCRIPT, include_str!("../../web/desk/custody.js")),
    ("/desk/delivery.js", SCRIPT, include_str!("../../web/desk/delivery.js")),
    ("/desk/desk.js", SCRIPT, include_str!("../../web/desk/desk.js")),
    ("/desk/dom.js", SCRIPT, include_str!("../../web/desk/dom.js")),
    ("/desk/enter.js", SCRIPT, include_str!("../../web/desk/enter.js")),
    ("/desk/finder.js", SCRIPT, include_str!("../../web/desk/finder.js")),
    ("/desk/form.js", SCRIPT, include_str!("../../web/desk/form.js")),
    ("/desk/home.js", SCRIPT, include_str!("../../web/desk/home.js")),
    ("/desk/import.js", SCRIPT, include_str!("../../web/desk/import.js")),
    ("/desk/issued.js", SCRIPT, include_str!("../../web/desk/issued.js")),
    ("/desk/keys.js", SCRIPT, include_str!("../../web/desk/keys.js")),
    ("/desk/leak.js", SCRIPT, include_str!("../../web/desk/leak.js")),
    ("/desk/log.js", SCRIPT, include_str!("../../web/desk/log.js")),
    ("/desk/once.js", SCRIPT, include_str!("../../web/desk/once.js")),
    ("/desk/paper.js", SCRIPT, include_str!("../../web/desk/paper.js")),
    ("/desk/parts.js", SCRIPT, include_str!("../../web/desk/parts.js")),
    ("/desk/preview.js", SCRIPT, include_str!("../../web/desk/preview.js")),
    ("/desk/prior.js", SCRIPT, include_str!("../../web/desk/prior.js")),
    ("/desk/printing.js", SCRIPT, include_str!("../../web/desk/printing.js")),
    ("/desk/problems.js", SCRIPT, include_str!("../../web/desk/problems.js")),
    ("/desk/programs.js", SCRIPT, include_str!("../../web/desk/programs.js")),
    ("/desk/question.js", SCRIPT, include_str!("../../web/desk/question.js")),
    ("/desk/register.js", SCRIPT, include_str!("../../web/desk/register.js")),
    ("/desk/rebind.js", SCRIPT, include_str!("../../web/desk/rebind.js")),
    ("/desk/reprint.js", SCRIPT, include_str!("../../web/desk/reprint.js")),
    ("/desk/retention.js", SCRIPT, include_str!("../../web/desk/retention.js")),
    ("/desk/staff.js", SCRIPT, include_str!("../../web/desk/staff.js")),
    ("/desk/statistics.js", SCRIPT, include_str!("../../web/desk/statistics.js")),
    ("/desk/typed.js", SCRIPT, include_str!("../../web/desk/typed.js")),
    ("/desk/withdraw.js", SCRIPT, include_str!("../../web/desk/withdraw.js")),
    ("/desk/waiting.js", SCRIPT, include_str!("../../web/desk/waiting.js")),
    ("/desk/words.js", SCRIPT, include_str!("../../web/desk/words.js")),
    ("/desk/desk.css", STYLE, include_str!("../../web/desk/desk.css")),
];

/// The wallet's shell: in no language, for what it shows is on the visitor's device.
const WALLET_SHELL: &str = include_str!("../../web/wallet/index.html");
/// Where the verdict's templates stand in it and in the desk's: those of the checker's page, so that all show the same.
const TEMPLATES: &str = "<!-- the verdict's templates -->";
/// Its address.
const WALLET_PAGE: &str = "/wallet";

/// The wallet's files. A checker's visitor loads none of them.
const WALLET: [(&str, &str, &str); 26] = [
    ("/vendor/ciphers/_arx.js", SCRIPT, include_str!("../../web/vendor/ciphers/_arx.js")),
    ("/vendor/ciphers/_poly1305.js", SCRIPT, include_str!("../../web/vendor/ciphers/_poly1305.js")),
    ("/vendor/ciphers/chacha.js", SCRIPT, include_str!("../../web/vendor/ciphers/chacha.js")),
    ("/vendor/ciphers/utils.js", SCRIPT, include_str!("../../web/vendor/ciphers/utils.js")),
    ("/vendor/fflate/esm/browser.js", SCRIPT, include_str!("../../web/vendor/fflate/esm/browser.js")),
    ("/vendor/hashes/_md.js", SCRIPT, include_str!("../../web/vendor/hashes/_md.js")),
    ("/vendor/hashes/_u64.js", SCRIPT, include_str!("../../web/vendor/hashes/_u64.js")),
    ("/vendor/hashes/hmac.js", SCRIPT, include_str!("../../web/vendor/hashes/hmac.js")),
    ("/vendor/hashes/pbkdf2.js", SCRIPT, include_str!("../../web/vendor/hashes/pbkdf2.js")),
    ("/vendor/hashes/scrypt.js", SCRIPT, include_str!("../../web/vendor/hashes/scrypt.js")),
    ("/vendor/hashes/sha2.js", SCRIPT, include_str!("../../web/vendor/hashes/sha2.js")),
    ("/vendor/hashes/utils.js", SCRIPT, include_str!("../../web/vendor/hashes/utils.js")),
    ("/wallet/age.js", SCRIPT, include_str!("../../web/wallet/age.js")),
    ("/wallet/backup.js", SCRIPT, include_str!("../../web/wallet/backup.js")),
    ("/wallet/delegation.js", SCRIPT, include_str!("../../web/wallet/delegation.js")),
    ("/wallet/held.js", SCRIPT, include_str!("../../web/wallet/held.js")),
    ("/wallet/icon.svg", "image/svg+xml", include_str!("../../web/wallet/icon.svg")),
    ("/wallet/judge.js", SCRIPT, include_str!("../../web/wallet/judge.js")),
    ("/wallet/passkey.js", SCRIPT, include_str!("../../web/wallet/passkey.js")),
    ("/wallet/pathways.js", SCRIPT, include_str!("../../web/wallet/pathways.js")),
    ("/wallet/present.js", SCRIPT, include_str!("../../web/wallet/present.js")),
    ("/wallet/screen.js", SCRIPT, include_str!("../../web/wallet/screen.js")),
    ("/wallet/vault.js", SCRIPT, include_str!("../../web/wallet/vault.js")),
    ("/wallet/wallet.css", STYLE, include_str!("../../web/wallet/wallet.css")),
    ("/wallet/wallet.js", SCRIPT, include_str!("../../web/wallet/wallet.js")),
    ("/wallet/work.js", SCRIPT, include_str!("../../web/wallet/work.js")),
];

/// What the wallet loads of other pages.
const WALLET_ELSEWHERE: [&str; 3] = ["/desk/dom.js", CATALOGUE, "/wasm/reader.wasm"];
/// The achievements' names, and which of them make up which, by the catalogue.
const CATALOGUE: &str = "/wallet/catalogue.json";

/// Languages and texts that the wallet needs: those of a verdict on the screen, and its own.
const WALLET_TEXTS: [&str; 19] = [
    "answer.",
    "ask.",
    "backup.",
    "check.",
    "country.",
    "environment.",
    "foreign.",
    "kind.",
    "mark.",
    "notread.",
    "pack.",
    "page.",
    "pilot",
    "present.",
    "proof.",
    "scan.",
    "testcode.",
    "vacancy.",
    "wallet.",
];

const WASM: &str = "application/wasm";

/// The service worker before its list is put in.
const WORKER: &str = include_str!("../../web/sw.js");

/// The kernel for browsers, as `web/build-wasm` makes it.
const MODULES: [(&str, &[u8]); 2] = [
    ("/wasm/kernel.wasm", include_bytes!("../../web/wasm/kernel.wasm")),
    ("/wasm/reader.wasm", include_bytes!("../../web/wasm/reader.wasm")),
];

/// The kernel in brotli, as `web/build-wasm` makes it: every first visit loads it, and to press it takes longer than that.
const PRESSED_KERNEL: &[u8] = include_bytes!("../../web/wasm/kernel.wasm.br");

/// The scanner: loaded when the camera, a picture or a PDF needs it, and kept from then on; the last three, when a code resists.
const SCANNER: [(&str, &str, &[u8]); 16] = [
    ("/scan/camera.js", SCRIPT, include_bytes!("../../web/scan/camera.js")),
    ("/scan/looks.js", SCRIPT, include_bytes!("../../web/scan/looks.js")),
    ("/scan/native.js", SCRIPT, include_bytes!("../../web/scan/native.js")),
    ("/scan/panel.css", STYLE, include_bytes!("../../web/scan/panel.css")),
    ("/scan/panel.js", SCRIPT, include_bytes!("../../web/scan/panel.js")),
    ("/scan/pdf.js", SCRIPT, include_bytes!("../../web/scan/pdf.js")),
    ("/scan/picture.js", SCRIPT, include_bytes!("../../web/scan/picture.js")),
    ("/scan/prepare.js", SCRIPT, include_bytes!("../../web/scan/prepare.js")),
    ("/scan/reader.js", SCRIPT, include_bytes!("../../web/scan/reader.js")),
    ("/scan/size.js", SCRIPT, include_bytes!("../../web/scan/size.js")),
    ("/scan/worker.js", SCRIPT, include_bytes!("../../web/scan/worker.js")),
    ("/vendor/qr/decode.js", SCRIPT, include_bytes!("../../web/vendor/qr/decode.js")),
    ("/vendor/qr/index.js", SCRIPT, include_bytes!("../../web/vendor/qr/index.js")),
    (
        "/vendor/zxing-wasm/dist/es/reader/index.js",
        SCRIPT,
        include_bytes!("../../web/vendor/zxing-wasm/dist/es/reader/index.js"),
    ),
    ("/vendor/zxing-wasm/dist/es/share.js", SCRIPT, include_bytes!("../../web/vendor/zxing-wasm/dist/es/share.js")),
    (
        "/vendor/zxing-wasm/dist/reader/zxing_reader.wasm",
        WASM,
        include_bytes!("../../web/vendor/zxing-wasm/dist/reader/zxing_reader.wasm"),
    ),
];

/// What a phone takes when a person puts a page among its apps; `web/build-icons` draws them.
const ICONS: [(&str, &str, &[u8]); 6] = [
    ("/icon-192.png", "image/png", include_bytes!("../../web/icon-192.png")),
    ("/icon-512.png", "image/png", include_bytes!("../../web/icon-512.png")),
    ("/icon-maskable.png", "image/png", include_bytes!("../../web/icon-maskable.png")),
    ("/wallet/icon-192.png", "image/png", include_bytes!("../../web/wallet/icon-192.png")),
    ("/wallet/icon-512.png", "image/png", include_bytes!("../../web/wallet/icon-512.png")),
    ("/wallet/icon-maskable.png", "image/png", include_bytes!("../../web/wallet/icon-maskable.png")),
];

/// The page on which a person fetches a certificate, before it is in a language.
const FETCHING: &str = include_str!("../../web/get/index.html");

/// That page's files.
const FETCH: [(&str, &str, &str); 3] = [
    ("/get", HTML, FETCHING),
    // A link's address ends so.
    ("/get/", HTML, FETCHING),
    ("/get/get.js", SCRIPT, include_str!("../../web/get/get.js")),
];

/// Languages and texts that it needs.
const FETCH_TEXTS: [&str; 6] = ["desk.failed", "desk.no-line", "get.", "page.language.label", "page.skip", "pilot"];

/// Everything that the pages load.
pub(super) fn all() -> Vec<File> {
    let plain = CHECKER.into_iter().chain(DESK).chain(FETCH).chain(WALLET);
    let plain = plain.map(|(path, kind, text)| File::of(path.to_owned(), kind, ASK, text.as_bytes().to_vec()));
    let [kernel, reader] = MODULES.map(|(path, bytes)| (path, WASM, bytes));
    let binary = std::iter::once(reader).chain(SCANNER).chain(ICONS);
    let binary = binary.map(|(path, kind, bytes)| File::of(path.to_owned(), kind, ASK, bytes.to_vec()));
    let sets = [
        ("/i18n", TEXTS.as_slice()),
        ("/i18n/verdict", &VERDICT_TEXTS),
        ("/desk/i18n", &DESK_TEXTS),
        ("/get/i18n", &FETCH_TEXTS),
        ("/wallet/i18n", &WALLET_TEXTS),
    ];
    let texts = sets.into_iter().flat_map(|(folder, prefixes)| {
        Language::ALL.map(|language| {
            let path = format!("{folder}/{}.json", language.tag());
            File::of(path, "application/json", ASK, texts(language, prefixes))
        })
    });
    let desk = DESK_PAGES.map(|path| File::of(path.to_owned(), HTML, ASK, with_templates(DESK_SHELL).into_bytes()));
    let wallet = [
        File::of(WALLET_PAGE.to_owned(), HTML, ASK, with_templates(WALLET_SHELL).into_bytes()),
        File::of(CATALOGUE.to_owned(), "application/json", ASK, catalogue()),
    ];
    let kernel = File::of(kernel.0.to_owned(), WASM, ASK, kernel.2.to_vec()).with_brotli(PRESSED_KERNEL);
    let manifests = Language::ALL.map(|language| {
        File::of(format!("/wallet/{}.webmanifest", language.tag()), MANIFEST, ASK, wallet_manifest(language))
    });
    let pages = desk.into_iter().chain(wallet).chain(manifests);
    let files: Vec<File> = plain.chain([kernel]).chain(binary).chain(texts).chain(rights::all()).chain(pages).collect();
    let worker = worker(&files);
    files.into_iter().chain([worker]).collect()
}

/// The service worker: before its own lines the list of what it keeps, made from the very files that are served, so that it cannot be stale.
fn worker(files: &[File]) -> File {
    let pages = Language::ALL.map(|language| (format!("/?lang={}", language.tag()), Bytes::from(page(language))));
    let files = files.iter().filter(|file| is_kept(&file.path)).map(|file| (file.path.clone(), file.bytes.clone()));
    let digests = files.chain(pages).map(|(path, bytes)| (path, STANDARD.encode(Sha256::digest(&bytes))));
    let digests: Vec<(String, Json)> = digests.map(|(path, digest)| (path, digest.into())).collect();
    let core = CHECKER.iter().map(|(path, ..)| *path).filter(|path| *path != SENDING);
    let core = core.chain([MODULES[0].0]).map(Json::from);
    let languages = Language::ALL.into_iter().flat_map(|language| {
        ["/wallet/i18n", "/i18n/verdict"].map(|folder| format!("{folder}/{}.json", language.tag()).into())
    });
    let rights = rights::all().into_iter().map(|file| file.path.into());
    let wallet = WALLET.iter().map(|(path, ..)| *path).chain(WALLET_ELSEWHERE).chain([WALLET_PAGE]).map(Json::from);
    let wallet = wallet.chain(languages).chain(rights).collect();
    let list = Object::from_iter(digests.iter().map(|(path, digest)| (path.as_str(), digest.clone())));
    let name = multibase::digest(&Sha256::digest([list.to_canonical(), WORKER.into()].concat()).into());
    let list = Object::from_iter([
        ("apart", Json::from(WALLET_PAGE)),
        ("core", Json::List(core.collect())),
        ("files", list.into()),
        ("name", format!("skillpass-{name}").into()),
        ("wallet", Json::List(wallet)),
    ]);
    let text = [b"const LIST = ".as_slice(), &list.to_canonical(), b";\n", WORKER.as_bytes()].concat();
    File::of("/sw.js".to_owned(), SCRIPT, ASK, text)
}

/// A page with the checker's templates in it.
fn with_templates(shell: &str) -> String {
    let templates = PAGE.split_once("<template").and_then(|(_, rest)| rest.rsplit_once("</template>"));
    let templates = templates.map_or_else(String::new, |(inside, _)| format!("<template{inside}</template>"));
    shell.replacen(TEMPLATES, &templates, 1)
}

/// What a phone asks before it puts the wallet among its apps: the name under which it stands there, which says nothing of what it is, in each
/// language.
fn wallet_manifest(language: Language) -> Vec<u8> {
    let name = Words::of(language).get("wallet.title");
    let icon = |file: &str, sizes: &str, purpose: &str| {
        let kind = if file.ends_with(".svg") { "image/svg+xml" } else { "image/png" };
        let members = [("purpose", purpose), ("sizes", sizes), ("src", &format!("/wallet/{file}")), ("type", kind)];
        Json::Object(members.into_iter().map(|(name, text)| (name, Json::from(text))).collect())
    };
    let icons = vec![
        icon("icon.svg", "any", "any"),
        icon("icon-192.png", "192x192", "any"),
        icon("icon-512.png", "512x512", "any"),
        icon("icon-maskable.png", "512x512", "maskable"),
    ];
    let texts = [
        ("background_color", "#f4f2ec"),
        ("display", "standalone"),
        ("id", WALLET_PAGE),
        ("lang", language.tag()),
        ("name", name),
        ("scope", WALLET_PAGE),
        ("short_name", name),
        ("start_url", WALLET_PAGE),
        ("theme_color", "#515c6d"),
    ];
    let mut manifest: Object = texts.into_iter().map(|(name, text)| (name, Json::from(text))).collect();
    manifest.set("icons", Json::List(icons));
    manifest.to_canonical()
}

/// The catalogue's own words: the achievements, their names, and what makes up a package.
fn catalogue() -> Vec<u8> {
    let catalogue = Catalogue::shipped().ok();
    let templates = catalogue.iter().flat_map(|catalogue| catalogue.templates());
    let rows = templates.map(|template| {
        let names = Language::ALL.map(|language| (language.tag(), template.name.in_language(language).into()));
        let requires = template.requires.iter().map(|id| id.as_str().into()).collect();
        let row = [
            ("id", Json::from(template.id.as_str())),
            ("names", Object::from_iter(names).into()),
            ("requires", Json::List(requires)),
        ];
        Json::Object(Object::from_iter(row))
    });
    Json::List(rows.collect()).to_canonical()
}

/// The words that the kernel in a page is given.
#[must_use]
pub fn verdict_texts(language: Language) -> Vec<u8> {
    texts(language, &VERDICT_TEXTS)
}

/// What the first visit loads without the lists of institutions: each path with its bytes as they travel.
#[must_use]
pub fn first_load(language: Language, coding: Coding) -> Vec<(String, usize)> {
    let texts = ["/i18n", "/i18n/verdict"].map(|folder| format!("{folder}/{}.json", language.tag()));
    let wanted = |path: &str| {
        path == "/sw.js"
            || MODULES[0].0 == path
            || CHECKER.iter().any(|(of, ..)| *of == path && path != SENDING)
            || texts.iter().any(|of| of == path)
    };
    let page = page_file(language);
    let files = all().into_iter().filter(|file| wanted(&file.path)).chain([page]);
    files.map(|file| (file.path.clone(), file.travels(coding).len())).collect()
}

/// What a device keeps when a person asks for all of it: each path with its bytes as they travel.
#[must_use]
pub fn kept_load(coding: Coding) -> Vec<(String, usize)> {
    let pages = Language::ALL.map(|of| File::of(format!("/?lang={}", of.tag()), HTML, ASK, page(of).into_bytes()));
    let files = all().into_iter().filter(|file| is_kept(&file.path)).chain(pages);
    files.map(|file| (file.path.clone(), file.travels(coding).len())).collect()
}

/// Whether a file is one that devices keep: the desk works with its server alone.
fn is_kept(path: &str) -> bool {
    !path.starts_with("/desk") || WALLET_ELSEWHERE.contains(&path)
}

/// The checker's page as it is served. A page that has shown a certificate must not come back on a shared phone (threats.md I19).
pub(super) fn page_file(language: Language) -> File {
    File::of("/".to_owned(), HTML, "no-store", page(language).into_bytes())
}

/// The page in a language.
fn page(language: Language) -> String {
    let text = fill(PAGE, Words::of(language));
    let text = text.replacen("<html lang=\"es\"", &format!("<html lang=\"{}\"", language.tag()), 1);
    // Its words come while it is read.
    text.replace("/es.json\"", &format!("/{}.json\"", language.tag()))
}

impl File {
    pub(super) fn of(path: String, kind: &'static str, cache: &'static str, bytes: Vec<u8>) -> Self {
        let bytes = match str::from_utf8(&bytes) {
            // What others wrote is served as they published it.
            Ok(source) if kind == SCRIPT && !path.starts_with("/vendor/") => bare::script(source).into_bytes(),
            Ok(source) if kind == STYLE => bare::style(source).into_bytes(),
            _ => bytes,
        };
        let etag = format!("\"{}\"", multibase::digest(&Sha256::digest(&bytes).into()));
        Self { path, kind, cache, bytes: bytes.into(), etag, gzip: Arc::default(), brotli: Arc::default() }
    }

    /// With its brotli, which was made before.
    fn with_brotli(self, bytes: &'static [u8]) -> Self {
        Self { brotli: Arc::new(OnceLock::from(Bytes::from_static(bytes))), ..self }
    }

    /// The file, or "you have it".
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        self.answer_in(self.coding(asked), asked)
    }

    /// The same without pressing it: what was made for this one answer.
    pub(super) fn answer_plainly(&self, asked: &HeaderMap) -> Response {
        self.answer_in(Coding::Identity, asked)
    }

    fn answer_in(&self, coding: Coding, asked: &HeaderMap) -> Response {
        // In another coding the bytes are others, and so is their name.
        let etag = match coding.name() {
            Some(name) => self.etag.replacen('"', &format!("\"{name}-"), 1),
            None => self.etag.clone(),
        };
        let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let known = known.flat_map(|value| value.split(',')).any(|tag| tag.trim() == etag || tag.trim() == "*");
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(header::CONTENT_TYPE, HeaderValue::from_static(self.kind))], self.travels(coding)).into_response()
        };
        let headers = response.headers_mut();
        headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if let Some(name) = coding.name().filter(|_| !known) {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache));
        if let Ok(etag) = HeaderValue::from_str(&etag) {
            headers.insert(header::ETAG, etag);
        }
        response
    }

    /// The coding that suits both whoever asks and the file.
    fn coding(&self, asked: &HeaderMap) -> Coding {
        let takes = |coding: &Coding| {
            let values = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(',')).any(|way| Some(way.trim()) == coding.name())
        };
        let worth = self.bytes.len() > WORTH_PRESSING;
        [Coding::Brotli, Coding::Gzip].into_iter().find(|coding| worth && takes(coding)).unwrap_or(Coding::Identity)
    }

    fn travels(&self, coding: Coding) -> Bytes {
        match coding {
            Coding::Brotli => self.brotli.get_or_init(|| brotli(&self.bytes)).clone(),
            Coding::Gzip => self.gzip.get_or_init(|| gzip(&self.bytes)).clone(),
            Coding::Identity => self.bytes.clone(),
        }
    }
}

impl Coding {
    /// As HTTP names it; none for what travels as it is.
    fn name(self) -> Option<&'static str> {
        match self {
            Coding::Brotli => Some("br"),
            Coding::Gzip => Some("gzip"),
            Coding::Identity => None,
        }
    }
}

fn brotli(bytes: &[u8]) -> Bytes {
    let quality = if bytes.len() > PRESSED_HARD { QUALITIES.1 } else { QUALITIES.0 };
    let how = brotli::enc::BrotliEncoderParams { quality, lgwin: WINDOW, size_hint: bytes.len(), ..Default::default() };
    let (mut from, mut pressed) = (bytes, Vec::new());
    // From a slice into a vector it does not fail.
    let _ = brotli::BrotliCompress(&mut from, &mut pressed, &how);
    pressed.into()
}

fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into a vector does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default().into()
}

/// The texts of a language that begin so.
fn texts(language: Language, prefixes: &[&str]) -> Vec<u8> {
    let source = match language {
        Language::En => include_str!("../../web/i18n/en.json"),
        Language::Es => include_str!("../../web/i18n/es.json"),
        Language::Fr => include_str!("../../web/i18n/fr.json"),
        Language::Ht => include_str!("../../web/i18n/ht.json"),
        Language::Pt => include_str!("../../web/i18n/pt.json"),
    };
    let mut needed = Object::new();
    if let Ok(Json::Object(all)) = read(source.as_bytes(), BOUNDS) {
        for (id, text) in all.iter().filter(|(id, _)| prefixes.iter().any(|prefix| id.starts_with(prefix))) {
            needed.set(id, text.clone());
        }
    }
    Json::Object(needed).to_canonical()
}

/// Puts words where the page names them: `data-say="ID">` is followed by the text, `data-say-label="ID"` by an `aria-label`. The
/// browser reads the same attributes when the visitor changes the language.
pub(super) fn fill(page: &str, words: &Words) -> String {
    const MARK: &str = " data-say";
    let mut filled = String::with_capacity(page.len() * 2);
    let mut rest = page;
    while let Some((before, after)) = rest.split_once(MARK) {
        filled.push_str(before);
        filled.push_str(MARK);
        let (name, value) = after.split_once("=\"").unwrap_or((after, ""));
        let (id, after_id) = value.split_once('"').unwrap_or((value, ""));
        filled.push_str(name);
        filled.push_str("=\"");
        filled.push_str(id);
        filled.push('"');
        let text = escape(words.get(id));
        rest = match name {
            "-label" => {
                filled.push_str(&format!(" aria-label=\"{text}\""));
                after_id
            }
            _ => {
                let (tag, content) = after_id.split_once('>').unwrap_or((after_id, ""));
                filled.push_str(tag);
                filled.push('>');
                filled.push_str(&text);
                content
            }
        };
    }
    filled.push_str(rest);
    filled
}
