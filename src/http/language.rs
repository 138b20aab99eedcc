//! Which language a visitor reads.

use axum::http::{HeaderMap, header};

use crate::credential::achievement::Language;

/// 32 languages of a header are looked at. Browsers send up to ten.
const LANGUAGES_READ: usize = 32;

/// The language asked for by name, else the best of `Accept-Language` (RFC 9110 §12.5.4), else Spanish.
pub(super) fn choose(by_name: Option<&str>, headers: &HeaderMap) -> Language {
    by_name.and_then(Language::of_tag).or_else(|| accepted(headers)).unwrap_or_default()
}

fn accepted(headers: &HeaderMap) -> Option<Language> {
    let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(Language, f32)> = None;
    for range in header.split(',').take(LANGUAGES_READ) {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|number| number.parse().ok()).unwrap_or(0.0);
        let better = best.is_none_or(|(_, so_far)| weight > so_far) && weight > 0.0;
        if let Some(language) = Language::of_tag(tag.trim()).filter(|_| better) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_best_of_what_the_browser_says() {
        for (header, language) in [
            ("pt-BR,pt;q=0.9,en;q=0.8", Language::Pt),
            ("de,en;q=0.5,fr;q=0.7", Language::Fr),
            ("ht", Language::Ht),
            ("en;q=0,es;q=0.1", Language::Es),
            ("xx", Language::Es),
            (",,;q=,en;q=x", Language::Es),
            ("", Language::Es),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, header.parse().unwrap());
            assert_eq!(choose(None, &headers), language, "{header}");
            assert_eq!(choose(Some("fr"), &headers), Language::Fr, "{header}");
        }
        assert_eq!(choose(Some("../.."), &HeaderMap::new()), Language::Es);
    }
}
