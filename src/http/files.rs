//! The page and what it loads, compiled in: nothing is read from the disk, so no path can lead out of a folder (threats.md I11).

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use crate::base::canonical::{Bounds, Json, Numbers, Object, read};
use crate::base::multibase;
use crate::credential::achievement::Language;
use crate::desk::page::escape;
use crate::verify::message::Words;

/// The page before its words are put in.
const PAGE: &str = include_str!("../../web/index.html");

/// Languages and texts that the browser needs: the page's own, not the command line's and not those of a printed certificate.
const TEXTS: [&str; 9] =
    ["answer.", "check.", "country.", "mark.", "notread.file-too-large", "page.", "pilot", "proof.", "testcode."];

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
}

/// Everything that the page loads.
pub(super) fn all() -> Vec<File> {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    let plain = [
        ("/arrival.js", SCRIPT, include_str!("../../web/arrival.js")),
        ("/check.js", SCRIPT, include_str!("../../web/check.js")),
        ("/icon.svg", "image/svg+xml", include_str!("../../web/icon.svg")),
        ("/skillpass.css", "text/css; charset=utf-8", include_str!("../../web/skillpass.css")),
        ("/verdict.js", SCRIPT, include_str!("../../web/verdict.js")),
        ("/words.js", SCRIPT, include_str!("../../web/words.js")),
    ];
    let plain = plain.map(|(path, kind, text)| File::of(path.to_owned(), kind, ASK, text.as_bytes().to_vec()));
    let texts = Language::ALL
        .map(|language| File::of(format!("/i18n/{}.json", language.tag()), "application/json", ASK, texts(language)));
    plain.into_iter().chain(texts).collect()
}

/// The page in a language.
pub(super) fn page(language: Language) -> String {
    let text = fill(PAGE, Words::of(language));
    text.replacen("<html lang=\"es\"", &format!("<html lang=\"{}\"", language.tag()), 1)
}

impl File {
    pub(super) fn of(path: String, kind: &'static str, cache: &'static str, bytes: Vec<u8>) -> Self {
        let etag = format!("\"{}\"", multibase::digest(&Sha256::digest(&bytes).into()));
        Self { path, kind, cache, bytes: bytes.into(), etag }
    }

    /// The file, or "you have it".
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let known = known.flat_map(|value| value.split(',')).any(|tag| tag.trim() == self.etag || tag.trim() == "*");
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(header::CONTENT_TYPE, HeaderValue::from_static(self.kind))], self.bytes.clone()).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache));
        if let Ok(etag) = HeaderValue::from_str(&self.etag) {
            headers.insert(header::ETAG, etag);
        }
        response
    }
}

/// The texts of a language that the browser needs.
fn texts(language: Language) -> Vec<u8> {
    let source = match language {
        Language::En => include_str!("../../web/i18n/en.json"),
        Language::Es => include_str!("../../web/i18n/es.json"),
        Language::Fr => include_str!("../../web/i18n/fr.json"),
        Language::Ht => include_str!("../../web/i18n/ht.json"),
        Language::Pt => include_str!("../../web/i18n/pt.json"),
    };
    let mut needed = Object::new();
    if let Ok(Json::Object(all)) = read(source.as_bytes(), BOUNDS) {
        for (id, text) in all.iter().filter(|(id, _)| TEXTS.iter().any(|prefix| id.starts_with(prefix))) {
            needed.set(id, text.clone());
        }
    }
    Json::Object(needed).to_canonical()
}

/// Puts words where the page names them: `data-say="ID">` is followed by the text, `data-say-label="ID"` by an `aria-label`. The
/// browser reads the same attributes when the visitor changes the language.
fn fill(page: &str, words: &Words) -> String {
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
