//! Where a credential's status stands (VC 2.0 §4.10, W3C Bitstring Status List 1.0 §2.1).

use super::{Check, Code, at, entries, of_types};
use crate::base::canonical::{Json, Object};

/// 20 digits hold any index that a list could have.
const INDEX_DIGITS: usize = 20;
/// 8 bits an entry: 256 messages are more than anybody can write down.
const SIZE_MOST: i64 = 8;

impl Check<'_> {
    pub(super) fn statuses(&mut self, place: &str, document: &Object) {
        for (place, json) in entries(document, place, "credentialStatus") {
            let Some(entry) = json.object() else {
                self.fault(place, Code::NotAnObject);
                continue;
            };
            let types = of_types(entry);
            if types.is_empty() {
                self.fault(at(&place, "type"), Code::Type);
            }
            if types.contains(&"BitstringStatusListEntry") {
                self.bitstring_entry(&place, entry);
            }
        }
    }

    fn bitstring_entry(&mut self, place: &str, entry: &Object) {
        match entry.get("statusPurpose") {
            None => self.fault(at(place, "statusPurpose"), Code::Missing),
            Some(Json::Text(purpose)) if !purpose.is_empty() => {}
            Some(_) => self.fault(at(place, "statusPurpose"), Code::NotAText),
        }
        match entry.get("statusListIndex") {
            None => self.fault(at(place, "statusListIndex"), Code::Missing),
            Some(Json::Text(index)) if is_index(index) => {}
            Some(_) => self.fault(at(place, "statusListIndex"), Code::Index),
        }
        match entry.get("statusListCredential") {
            None => self.fault(at(place, "statusListCredential"), Code::Missing),
            Some(url) => self.url(at(place, "statusListCredential"), url),
        }
        for (place, url) in entries(entry, place, "statusReference") {
            self.url(place, url);
        }
        self.messages(place, entry);
    }

    /// As many messages as an entry has values, when it has more than two; each with its value and its text.
    fn messages(&mut self, place: &str, entry: &Object) {
        let size = match entry.get("statusSize") {
            None => 1,
            Some(Json::Integer(size)) if (1..=SIZE_MOST).contains(size) => *size,
            Some(_) => return self.fault(at(place, "statusSize"), Code::StatusSize),
        };
        let messages = match entry.get("statusMessage") {
            None if size == 1 => return,
            None => return self.fault(at(place, "statusMessage"), Code::Missing),
            Some(Json::List(messages)) => messages,
            Some(_) => return self.fault(at(place, "statusMessage"), Code::NotAList),
        };
        let whole = |message: &Json| {
            let text = |name: &str| message.object().and_then(|object| object.get(name)).and_then(Json::text);
            let value = text("status").and_then(|status| status.strip_prefix("0x"));
            let value = value.and_then(|digits| u8::from_str_radix(digits, 16).ok());
            text("message").and(value).is_some_and(|value| i64::from(value) < 1 << size)
        };
        let values = usize::try_from(1_u32 << size).unwrap_or(usize::MAX);
        if messages.len() != values || !messages.iter().all(whole) {
            self.fault(at(place, "statusMessage"), Code::StatusMessage);
        }
    }
}

/// A whole number, 0 or more, in base 10 and in one spelling (threats.md E2).
fn is_index(text: &str) -> bool {
    let digits = (1..=INDEX_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && (text == "0" || !text.starts_with('0'))
}
