//! The kernel as a module of a page: a question in bytes, an answer in bytes.
//!
//! ```text
//! question  u32 LE length of the head · head · blobs     head {"args": {…}, "blobs": [lengths], "op": "verify"}
//! answer    u32 LE length of the head · head · blobs     head {"blobs": [lengths], "value": …} or {"error": {…}}
//! ```
//! `web/kernel.js` writes the one and reads the other. What a module keeps between two questions is [`Kept`]: what it verifies with, and
//! words. Nothing about a person.

mod carrying;
mod checking;
mod frame;
#[cfg(any(feature = "edges", feature = "reader"))]
mod looking;
mod presenting;
mod receipts;
mod trusting;
#[cfg(any(feature = "edges", feature = "reader"))]
mod work;

use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::Language;
use crate::credential::proof::Suites;
use crate::verify::Evidence;
use crate::verify::message::Words;

use frame::Frame;

/// What a module does, by its name.
const OPERATIONS: &[(&str, Operation)] = &[
    ("ask", presenting::ask),
    ("ask-read", presenting::ask_read),
    ("check-presentation", presenting::check),
    #[cfg(any(feature = "edges", feature = "reader"))]
    ("cv", work::cv),
    ("delegation", presenting::delegation),
    ("holder-key", presenting::key),
    ("pack", carrying::pack),
    #[cfg(any(feature = "edges", feature = "reader"))]
    ("pdf", looking::pdf),
    ("present", presenting::present),
    ("qr", carrying::qr),
    ("receipt", receipts::receipt),
    ("receive", presenting::receive),
    ("trust", trusting::trust),
    ("trust-take", trusting::take),
    ("unpack", carrying::unpack),
    #[cfg(any(feature = "edges", feature = "reader"))]
    ("vacancy", work::vacancy),
    ("verify", checking::verify),
    ("words", checking::words),
];

type Operation = fn(&mut Kept, &Call<'_>) -> Result<Answer, Refused>;

/// What is asked.
#[derive(Debug)]
pub struct Call<'a> {
    /// By name.
    pub args: &'a Object,
    /// Bytes, in the order of the operation.
    pub blobs: &'a [&'a [u8]],
}

/// What is answered.
#[derive(Debug)]
pub struct Answer {
    /// Its value.
    pub value: Json,
    /// Bytes that belong to it.
    pub blobs: Vec<Vec<u8>>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// Its code.
    pub code: String,
    /// Facts, and words where the language was known.
    pub params: Object,
}

/// What a module keeps.
#[derive(Debug, Default)]
pub struct Kept {
    /// What it verifies with.
    pub evidence: Evidence,
    /// The file of each pack of the evidence, in its order.
    packs: Vec<Vec<u8>>,
    words: Vec<Words>,
}

/// The suites of this build: a page's first load leaves RDF to the reader.
#[cfg(not(feature = "reader"))]
#[must_use]
pub fn suites() -> Suites {
    Suites::default()
}

/// The suites of this build: those over RDF too.
#[cfg(feature = "reader")]
#[must_use]
pub fn suites() -> Suites {
    crate::interop::rdfc::suites()
}

impl Kept {
    /// Nothing yet, but how signatures are checked.
    #[must_use]
    pub fn with(suites: Suites) -> Self {
        Self { evidence: Evidence { suites, ..Evidence::default() }, ..Self::default() }
    }

    /// Answers a question.
    #[must_use]
    pub fn answer(&mut self, question: &[u8]) -> Vec<u8> {
        let answered = Frame::read(question).and_then(|frame| {
            let operation = OPERATIONS.iter().find(|(name, _)| *name == frame.op);
            let (_, operation) = operation.ok_or_else(|| Refused::of("unknown-operation"))?;
            operation(self, &Call { args: &frame.args, blobs: &frame.blobs })
        });
        frame::write(answered)
    }

    /// The words of the language that is asked for.
    ///
    /// # Errors
    /// [`Refused`] when nobody has brought them.
    pub fn words(&self, call: &Call<'_>) -> Result<&Words, Refused> {
        let language = call.language()?;
        self.words.iter().find(|words| words.language() == language).ok_or_else(|| Refused::of("no-words"))
    }
}

impl<'a> Call<'a> {
    /// A text that has to be there.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn text(&self, name: &str) -> Result<&'a str, Refused> {
        self.args.get(name).and_then(Json::text).ok_or_else(|| Refused::argument(name))
    }

    /// The time: whole seconds since 1970.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn now(&self) -> Result<Timestamp, Refused> {
        let seconds = self.args.get("now").and_then(Json::integer);
        seconds.and_then(Timestamp::from_seconds).ok_or_else(|| Refused::argument("now"))
    }

    /// Bytes that have to be there.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn blob(&self, at: usize) -> Result<&'a [u8], Refused> {
        self.blobs.get(at).copied().ok_or_else(|| Refused::argument("blobs"))
    }

    fn language(&self) -> Result<Language, Refused> {
        Language::of_tag(self.text("language")?).ok_or_else(|| Refused::argument("language"))
    }
}

impl Answer {
    /// With bytes.
    #[must_use]
    pub fn with(value: impl Into<Json>, blobs: Vec<Vec<u8>>) -> Self {
        Self { value: value.into(), blobs }
    }
}

impl<T: Into<Json>> From<T> for Answer {
    fn from(value: T) -> Self {
        Self::with(value, Vec::new())
    }
}

impl Refused {
    /// By a code alone.
    #[must_use]
    pub fn of(code: &str) -> Self {
        Self { code: code.to_owned(), params: Object::new() }
    }

    /// An argument that is missing or of another kind: a slip of the page's own.
    #[must_use]
    pub fn argument(name: &str) -> Self {
        Self { code: "argument".to_owned(), params: Object::from_iter([("name", Json::from(name))]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_by_name() {
        assert!(OPERATIONS.is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        let mut kept = Kept::default();
        for question in [&b""[..], b"\x04\0\0\0{}", b"\xff\xff\xff\xff", b"\x02\0\0\0{}"] {
            let answer = kept.answer(question);
            assert!(String::from_utf8_lossy(&answer).contains("\"error\":"), "{question:?}");
        }
    }
}
