//! What the data model forbids (W3C Verifiable Credentials Data Model 2.0, and 1.1 where a verifier still meets it), as a list of faults with
//! the place of each. Pure: signatures are the kernel's business, undefined terms that of JSON-LD's safe mode (`rdfc`), and nothing is fetched.
//!
//! An issuer refuses a document with any fault before it signs; a verifier refuses one before it asks the signature. Reading stops at
//! [`FAULTS`] faults.

mod language;
mod presentation;
mod related;
mod status;

use std::borrow::Cow;

use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;

pub use presentation::presentation;

/// The base context of VC 2.0 (§4.3).
pub const BASE_2: &str = "https://www.w3.org/ns/credentials/v2";
/// The base context of VC 1.1 (§4.1).
pub const BASE_1: &str = "https://www.w3.org/2018/credentials/v1";
/// 32 faults of one document are told: more help nobody, and a document made of faults stays cheap.
pub const FAULTS: usize = 32;
/// 2,048 characters: a URL longer than this is none that anybody can use.
const URL_CHARACTERS: usize = 2_048;

/// One thing that the data model forbids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: a JSON Pointer (RFC 6901) into the document; of what is missing, where it should stand.
    pub pointer: String,
    /// What.
    pub code: Code,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// What is wrong at a place. Words are in `web/i18n`, under `datamodel.CODE`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code.
            pub const ALL: [Code; [$(Code::$variant),*].len()] = [$(Code::$variant),*];

            /// The code of answers and language tables; it does not change between versions.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Code::$variant => $code,)* }
            }
        }
    };
}

codes! {
    /// The first context is not the base context of a version that is read here.
    BaseContext = "base-context",
    /// A context is neither a URL nor an object.
    ContextItem = "context-item",
    /// A digest is not written as it has to be.
    Digest = "digest",
    /// A related resource has no digest.
    DigestMissing = "digest-missing",
    /// A resource that is here has another digest.
    DigestWrong = "digest-wrong",
    /// A text direction that is neither `ltr` nor `rtl`.
    Direction = "direction",
    /// Nothing is said in it.
    Empty = "empty",
    /// It ends before it begins.
    EndBeforeBegin = "end-before-begin",
    /// An enveloped credential or presentation (VC-JOSE-COSE), which this version does not read.
    Enveloped = "enveloped",
    /// Not a whole number as a text, 0 or more.
    Index = "index",
    /// Not a language tag (BCP 47).
    LanguageTag = "language-tag",
    /// A language value with another member than `@value`, `@language`, `@direction`.
    LanguageMember = "language-member",
    /// Not a media type.
    MediaType = "media-type",
    /// It has to be there, and is not.
    Missing = "missing",
    /// It has to be a list.
    NotAList = "not-a-list",
    /// It has to be an object.
    NotAnObject = "not-an-object",
    /// Neither a string nor language values.
    NotAText = "not-a-text",
    /// Not a date with time and zone (`dateTimeStamp`).
    NotATime = "not-a-time",
    /// Not one absolute URL.
    NotAUrl = "not-a-url",
    /// Two entries have one identifier.
    Repeated = "repeated",
    /// Not a whole number of bits above 0.
    StatusSize = "status-size",
    /// Not one message with `status` and `message` for each value that an entry can have.
    StatusMessage = "status-message",
    /// More than are read at a time.
    TooMany = "too-many",
    /// Not the type that it has to have, or no type at all where one is needed.
    Type = "type",
}

/// Which versions of the data model are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Versions {
    /// 2.0 alone: what is signed here.
    Two,
    /// 2.0 and 1.1: what is checked here.
    TwoAndOne,
}

/// How a document is read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// Which versions.
    pub versions: Versions,
    /// The bytes of a resource that is here, by its address: an embedded context, or one that a resource map names. `None` for one that is
    /// not: its digest is not compared with anything.
    pub resource: &'a dyn Fn(&str) -> Option<Cow<'a, [u8]>>,
}

/// The faults of a credential, in the order of its members.
#[must_use]
pub fn credential(document: &Object, reading: Reading<'_>) -> Vec<Fault> {
    let mut check = Check { reading, faults: Vec::new() };
    check.credential("", document);
    check.faults
}

/// A document under examination.
struct Check<'a> {
    reading: Reading<'a>,
    faults: Vec<Fault>,
}

/// The place of a member (RFC 6901 §3).
fn at(parent: &str, name: &str) -> String {
    format!("{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
}

impl Check<'_> {
    fn fault(&mut self, pointer: impl Into<String>, code: Code) {
        let fault = Fault { pointer: pointer.into(), code };
        // The walk over all identifiers meets some a second time.
        if self.faults.len() < FAULTS && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn credential(&mut self, place: &str, document: &Object) {
        let Some(types) = self.types(place, document, "VerifiableCredential") else { return };
        if types.contains(&"EnvelopedVerifiableCredential") {
            return self.fault(at(place, "type"), Code::Enveloped);
        }
        let first = self.contexts(place, document);
        self.issuer(place, document);
        self.subject(place, document);
        if first == Some(BASE_1) {
            // VC 1.1 §4.6, §4.7.
            self.period(place, document, "issuanceDate", "expirationDate", true);
        } else {
            // VC 2.0 §4.9.
            self.period(place, document, "validFrom", "validUntil", false);
            self.language_values(place, document);
            self.related_resources(place, document);
        }
        self.statuses(place, document);
        // §4.11, §5.4, §5.5, §5.6: each says of what kind it is; a schema also where it is.
        self.typed(place, document, "credentialSchema", true);
        for name in ["evidence", "refreshService", "termsOfUse"] {
            self.typed(place, document, name, false);
        }
        self.identifiers(place, document);
    }

    /// §4.3: an ordered set whose first item is the base context. Which one it is.
    fn contexts(&mut self, place: &str, document: &Object) -> Option<&'static str> {
        let place = at(place, "@context");
        let contexts = match document.get("@context") {
            None => {
                self.fault(place, Code::Missing);
                return None;
            }
            Some(Json::List(contexts)) => contexts,
            Some(_) => {
                self.fault(place, Code::NotAList);
                return None;
            }
        };
        let base = match contexts.first().and_then(Json::text) {
            Some(BASE_2) => Some(BASE_2),
            Some(BASE_1) if self.reading.versions == Versions::TwoAndOne => Some(BASE_1),
            _ => None,
        };
        if base.is_none() {
            self.fault(at(&place, "0"), Code::BaseContext);
        }
        for (number, context) in contexts.iter().enumerate().skip(usize::from(base.is_some())) {
            let plain = match context {
                Json::Text(url) => is_url(url),
                Json::Object(_) => true,
                _ => false,
            };
            if !plain {
                self.fault(at(&place, &number.to_string()), Code::ContextItem);
            }
        }
        base
    }

    /// §4.5: one type or several, strings; `needed` among them. `None` when they cannot be read.
    fn types<'d>(&mut self, place: &str, document: &'d Object, needed: &str) -> Option<Vec<&'d str>> {
        let place = at(place, "type");
        let types = match document.get("type") {
            None => {
                self.fault(place, Code::Missing);
                return None;
            }
            Some(Json::Text(text)) => vec![text.as_str()],
            Some(Json::List(list)) if list.iter().all(|entry| entry.text().is_some()) => {
                list.iter().filter_map(Json::text).collect()
            }
            Some(_) => {
                self.fault(place, Code::Type);
                return None;
            }
        };
        let enveloped = needed
            .strip_prefix("Verifiable")
            .is_some_and(|what| types.iter().any(|it| it.strip_prefix("EnvelopedVerifiable") == Some(what)));
        if !enveloped && (!types.contains(&needed) || types.iter().any(|name| name.is_empty())) {
            self.fault(place, Code::Type);
        }
        Some(types)
    }

    /// §4.7: a URL, or an object whose `id` is one.
    fn issuer(&mut self, place: &str, document: &Object) {
        let place = at(place, "issuer");
        match document.get("issuer") {
            None => self.fault(place, Code::Missing),
            Some(Json::Object(issuer)) => match issuer.get("id") {
                None => self.fault(at(&place, "id"), Code::Missing),
                Some(id) => self.url(at(&place, "id"), id),
            },
            Some(id) => self.url(place, id),
        }
    }

    /// §4.8: one object or several, each with something in it.
    fn subject(&mut self, place: &str, document: &Object) {
        let place = at(place, "credentialSubject");
        match document.get("credentialSubject") {
            None => self.fault(place, Code::Missing),
            Some(Json::List(list)) if list.is_empty() => self.fault(place, Code::Empty),
            Some(Json::List(list)) => {
                for (number, subject) in list.iter().enumerate() {
                    self.one_subject(at(&place, &number.to_string()), subject);
                }
            }
            Some(subject) => self.one_subject(place, subject),
        }
    }

    fn one_subject(&mut self, place: String, subject: &Json) {
        match subject.object() {
            None => self.fault(place, Code::NotAnObject),
            Some(subject) if subject.is_empty() => self.fault(place, Code::Empty),
            Some(_) => {}
        }
    }

    fn period(&mut self, place: &str, document: &Object, from: &str, until: &str, needed: bool) {
        let mut time = |name: &str| match document.get(name) {
            None => None,
            Some(json) => {
                let time = json.text().and_then(|text| Timestamp::parse_any(text).ok());
                if time.is_none() {
                    self.fault(at(place, name), Code::NotATime);
                }
                time
            }
        };
        let (begins, ends) = (time(from), time(until));
        if needed && document.get(from).is_none() {
            self.fault(at(place, from), Code::Missing);
        }
        if let (Some(begins), Some(ends)) = (begins, ends)
            && begins > ends
        {
            self.fault(at(place, until), Code::EndBeforeBegin);
        }
    }

    /// An object or several, each with a type; with a URL as `id` too where that is needed.
    fn typed(&mut self, place: &str, document: &Object, name: &str, with_id: bool) {
        for (place, json) in entries(document, place, name) {
            let Some(object) = json.object() else {
                self.fault(place, Code::NotAnObject);
                continue;
            };
            if of_types(object).is_empty() {
                self.fault(at(&place, "type"), Code::Type);
            }
            if with_id && object.get("id").is_none() {
                self.fault(at(&place, "id"), Code::Missing);
            }
        }
    }

    /// §4.4: wherever an `id` stands, it is one URL. What a proof names is the proof's business, what a context defines is a definition.
    fn identifiers(&mut self, place: &str, object: &Object) {
        for (name, json) in object.iter() {
            match name {
                "@context" | "proof" | "verifiableCredential" => {}
                "id" | "@id" => self.url(at(place, name), json),
                _ => self.identifiers_in(&at(place, name), json),
            }
        }
    }

    fn identifiers_in(&mut self, place: &str, json: &Json) {
        match json {
            Json::Object(object) => self.identifiers(place, object),
            Json::List(list) => {
                for (number, entry) in list.iter().enumerate() {
                    self.identifiers_in(&at(place, &number.to_string()), entry);
                }
            }
            _ => {}
        }
    }

    fn url(&mut self, place: String, json: &Json) {
        if !json.text().is_some_and(is_url) {
            self.fault(place, Code::NotAUrl);
        }
    }
}

/// What stands under a name, one by one with its place: a list's entries, or the single value.
fn entries<'d>(document: &'d Object, place: &str, name: &str) -> Vec<(String, &'d Json)> {
    let place = at(place, name);
    match document.get(name) {
        None => Vec::new(),
        Some(Json::List(list)) => {
            list.iter().enumerate().map(|(number, entry)| (at(&place, &number.to_string()), entry)).collect()
        }
        Some(single) => vec![(place, single)],
    }
}

/// The types of an object; none unless all of them are strings with something in them.
fn of_types(object: &Object) -> Vec<&str> {
    let types: Option<Vec<&str>> = match object.get("type") {
        Some(Json::Text(text)) => Some(vec![text]),
        Some(Json::List(list)) => list.iter().map(Json::text).collect(),
        _ => None,
    };
    types.filter(|types| types.iter().all(|name| !name.is_empty())).unwrap_or_default()
}

/// An absolute URL (WHATWG URL; RFC 3986 §4.3, and §3 for its characters): a scheme, something behind it, for `http` and `https` a host.
#[must_use]
pub fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let scheme_holds = scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(of_scheme);
    let host = rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']));
    let of_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    // A data URL holds a picture; what is long has been bounded by the reader.
    let short = scheme == "data" || text.len() <= URL_CHARACTERS;
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"{}|\\^`".contains(c);
    scheme_holds && short && !rest.is_empty() && (host || !of_web) && rest.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_url() {
        for good in [
            "https://example.org/x?y#z",
            "http://a",
            "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f03",
            "did:key:z6Mk",
            "did:example:a/b#c",
            "data:image/png;base64,iVBORw0KGgo=",
            "mailto:a@b",
            "https://例え.example/é",
        ] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "",
            "x",
            ":",
            "a:",
            "1a:b",
            "_:b0",
            "http:/x",
            "https://",
            "https:///x",
            "a b:c",
            "did:a b",
            "a:<b>",
            "/x",
            "#x",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
        assert!(!is_url(&format!("https://example.org/{}", "x".repeat(URL_CHARACTERS))));
    }
}
