//! Names and descriptions: strings, or what is said in several languages (VC 2.0 §4.6, §11.1).

use super::{Check, Code, at};
use crate::base::canonical::{Json, Object};

/// 8 characters: the longest subtag of a language tag (RFC 5646 §2.1).
const SUBTAG: usize = 8;

impl Check<'_> {
    /// `name` and `description` of the credential, and of its issuer.
    pub(super) fn language_values(&mut self, place: &str, document: &Object) {
        let issuer = document.get("issuer").and_then(Json::object);
        let owners = [(place.to_owned(), Some(document)), (at(place, "issuer"), issuer)];
        for (place, owner) in owners {
            for name in ["name", "description"] {
                if let Some(json) = owner.and_then(|owner| owner.get(name)) {
                    self.language_value(&at(&place, name), json);
                }
            }
        }
    }

    fn language_value(&mut self, place: &str, json: &Json) {
        match json {
            Json::Text(_) => {}
            Json::Object(value) => self.one_value(place, value),
            Json::List(values) if !values.is_empty() => {
                for (number, value) in values.iter().enumerate() {
                    let place = at(place, &number.to_string());
                    match value.object() {
                        Some(value) => self.one_value(&place, value),
                        None => self.fault(place, Code::NotAText),
                    }
                }
            }
            _ => self.fault(place, Code::NotAText),
        }
    }

    /// §11.1: `@value` is a string, `@language` a language tag, `@direction` one of two, and nothing else stands there.
    fn one_value(&mut self, place: &str, value: &Object) {
        match value.get("@value") {
            None => self.fault(at(place, "@value"), Code::Missing),
            Some(Json::Text(_)) => {}
            Some(_) => self.fault(at(place, "@value"), Code::NotAText),
        }
        for (name, json) in value.iter() {
            match name {
                "@value" => {}
                "@language" if json.text().is_some_and(is_language_tag) => {}
                "@language" => self.fault(at(place, name), Code::LanguageTag),
                "@direction" if matches!(json.text(), Some("ltr" | "rtl")) => {}
                "@direction" => self.fault(at(place, name), Code::Direction),
                _ => self.fault(at(place, name), Code::LanguageMember),
            }
        }
    }
}

/// Well-formed as far as no registry is needed (RFC 5646 §2.1): a language of letters, or `x` or `i`, then subtags.
fn is_language_tag(text: &str) -> bool {
    let mut subtags = text.split('-');
    let first = subtags.next().unwrap_or_default();
    let rest: Vec<&str> = subtags.collect();
    let letters = first.bytes().all(|byte| byte.is_ascii_alphabetic());
    let language = letters && (2..=SUBTAG).contains(&first.len());
    let private = matches!(first, "x" | "X" | "i" | "I") && !rest.is_empty();
    let subtag =
        |subtag: &&str| (1..=SUBTAG).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // A single letter begins an extension, which says something.
    let ends_well =
        rest.last().is_none_or(|last| last.len() > 1 || rest.iter().any(|it| it.eq_ignore_ascii_case("x")) || private);
    (language || private) && rest.iter().all(subtag) && ends_well
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags() {
        for good in ["en", "es-419", "zh-Hant-TW", "x-ours", "i-klingon", "en-x-a", "de-CH-1901", "ht"] {
            assert!(is_language_tag(good), "{good}");
        }
        for bad in ["", "e", "en_US", "en-", "-en", "en--us", "123", "englishlanguage", "en-u", "x", "es-muchtoolong"] {
            assert!(!is_language_tag(bad), "{bad}");
        }
    }
}
