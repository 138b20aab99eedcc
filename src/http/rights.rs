//! The information page on rights and services: one plain file a language, without a script, so that it opens in any browser, without a
//! network, and after it was saved (domain.md D40).

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};

use super::files::{File, fill};
use super::router::{Asking, Rooms, language_of};
use crate::base::timestamp::Date;
use crate::credential::achievement::Language;
use crate::verify::message::Words;

/// The page before its words are put in.
const PAGE: &str = include_str!("../../web/rights/index.html");

/// Its own style; the rest is the checker's.
const STYLE: &str = include_str!("../../web/rights/rights.css");

/// Year, month and day on which the statements were written. A changed statement gets a new day, and the version in the texts a new number.
const WRITTEN: (i32, u32, u32) = (2026, 11, 28);

/// The page in each language, and its style.
pub(super) fn all() -> Vec<File> {
    let pages = Language::ALL.map(|language| {
        let path = format!("/rights/{}", language.tag());
        File::of(path, "text/html; charset=utf-8", "no-cache", page(language).into_bytes())
    });
    let style = File::of("/rights.css".to_owned(), "text/css; charset=utf-8", "no-cache", STYLE.as_bytes().to_vec());
    pages.into_iter().chain([style]).collect()
}

/// `GET /rights`: on to the page in the visitor's language.
pub(super) async fn page_of_visitor(State(_): State<Rooms>, asked: Asking, headers: HeaderMap) -> Response {
    let page = format!("/rights/{}", language_of(&asked, &headers).tag());
    let headers =
        [(header::LOCATION, page.as_str()), (header::CACHE_CONTROL, "no-store"), (header::VARY, "Accept-Language")];
    (axum::http::StatusCode::SEE_OTHER, headers).into_response()
}

fn page(language: Language) -> String {
    let (words, tag) = (Words::of(language), language.tag());
    let (year, month, day) = WRITTEN;
    let written = Date::of(year, month, day).map(|date| words.day(date)).unwrap_or_default();
    fill(PAGE, words)
        .replacen("{date}", &written, 1)
        .replacen("<html lang=\"es\"", &format!("<html lang=\"{tag}\""), 1)
        .replacen(&format!("data-language=\"{tag}\""), &format!("data-language=\"{tag}\" aria-current=\"true\""), 1)
}
