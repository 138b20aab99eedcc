//! Bodies of requests: JSON of one shape, within bounds.

use axum::http::{HeaderMap, header};

use super::super::problem::{Entry, Problem, Report};
use super::BODY_BYTES;
use crate::base::canonical::{Bounds, Json, Numbers, Object, ReadError, read as read_json};
use crate::base::limits::{CREDENTIAL_STRING_BYTES, FILE_DEPTH};
use crate::interop::data_model::{self, Fault};
use crate::verify::message::Words;

/// A document's own levels, and those of a presentation around it and of the request around that.
const BOUNDS: Bounds =
    Bounds { bytes: BODY_BYTES, depth: FILE_DEPTH + 4, string: CREDENTIAL_STRING_BYTES, numbers: Numbers::Any };

/// Whether the body says that it is JSON: `application/json`, `application/vc`, `application/vp`, or another kind of JSON (RFC 6839 §3.1).
pub(super) fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = matches!(essence.as_str(), "application/json" | "application/vc" | "application/vp");
    if known || essence.starts_with("application/") && essence.ends_with("+json") {
        return Ok(());
    }
    Err(Problem::MediaType)
}

/// The object that a body is.
pub(super) fn read(bytes: &[u8], words: &Words) -> Result<Object, Problem> {
    let not_read = |code: &str| {
        let entry =
            Entry { code: code.to_owned(), pointer: None, words: words.get(&format!("notread.{code}")).to_owned() };
        malformed(entry)
    };
    match read_json(bytes, BOUNDS) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err(not_read("not-an-object")),
        Err(ReadError::TooLong { .. }) => Err(Problem::TooLarge),
        Err(error) => Err(not_read(error.code())),
    }
}

/// One member of the request is wrong.
fn wrong(pointer: &str, code: &str, words: &Words) -> Problem {
    let said = words.get(&format!("request.{code}")).to_owned();
    malformed(Entry { code: format!("request-{code}"), pointer: Some(pointer.to_owned()), words: said })
}

fn malformed(entry: Entry) -> Problem {
    Problem::Malformed(Box::new(Report { errors: vec![entry], members: Object::new() }))
}

/// A member that has to be there.
pub(super) fn document<'b>(body: &'b Object, name: &str, words: &Words) -> Result<&'b Object, Problem> {
    let pointer = format!("/{name}");
    match body.get(name) {
        None => Err(wrong(&pointer, "missing", words)),
        Some(Json::Object(object)) => Ok(object),
        Some(_) => Err(wrong(&pointer, "type", words)),
    }
}

/// What the data model forbids, as entries: their places are in the body.
pub(super) fn entries(place: &str, faults: &[Fault], words: &Words) -> Vec<Entry> {
    let entry = |fault: &Fault| Entry {
        code: fault.code.code().to_owned(),
        pointer: Some(format!("{place}{}", fault.pointer)),
        words: words.get(&format!("datamodel.{}", fault.code.code())).to_owned(),
    };
    faults.iter().take(data_model::FAULTS).map(entry).collect()
}

/// `options` of a request. What is not known is ignored, as VC-API asks; what is known has its type.
pub(super) struct Options<'b> {
    members: Option<&'b Object>,
    words: &'b Words,
}

/// 1,024 bytes: a challenge or domain; ours have 44 and 253.
const OPTION_BYTES: usize = 1_024;

impl<'b> Options<'b> {
    pub(super) fn of(body: &'b Object, words: &'b Words) -> Result<Self, Problem> {
        let members = match body.get("options") {
            None => None,
            Some(Json::Object(options)) => Some(options),
            Some(_) => return Err(wrong("/options", "type", words)),
        };
        Ok(Self { members, words })
    }

    /// A text, if it is there.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'b str>, Problem> {
        let place = format!("/options/{name}");
        match self.members.and_then(|members| members.get(name)) {
            None => Ok(None),
            Some(Json::Text(text)) if text.len() > OPTION_BYTES => Err(wrong(&place, "too-long", self.words)),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(&place, "type", self.words)),
        }
    }

    /// A text that has to be there, with something in it.
    pub(super) fn needed(&self, name: &str) -> Result<&'b str, Problem> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| wrong(&format!("/options/{name}"), "missing", self.words))
    }

    /// A list of texts, if it is there.
    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<&'b str>>, Problem> {
        let wrong = || wrong(&format!("/options/{name}"), "type", self.words);
        match self.members.and_then(|members| members.get(name)) {
            None => Ok(None),
            Some(Json::List(list)) => list.iter().map(Json::text).collect::<Option<_>>().map(Some).ok_or_else(wrong),
            Some(_) => Err(wrong()),
        }
    }
}
