//! Strict JSON in, RFC 8785 bytes out.
//!
//! The reader refuses what two honest parsers could read differently: duplicate members (also when spelled with different
//! escapes), lone surrogates, a byte order mark, bytes after the document, numbers that are not whole and exact in a double.
//! [`Json::to_canonical`] writes the JSON Canonicalization Scheme: members sorted by UTF-16 code units, shortest escapes,
//! ECMAScript numbers.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

/// 2⁵³ − 1: the largest whole number that every JSON reader keeps exactly (RFC 8785 §3.2.2.3, RFC 7493 §2.2).
pub const LARGEST_EXACT: i64 = 9_007_199_254_740_991;

/// 2,048 bytes: room for a typical credential, so that writing one does not grow its text.
const CANONICAL_BYTES: usize = 2_048;

/// 16 members: an object of at most so many is searched from end to end.
const FEW_MEMBERS: usize = 16;

/// One JSON value, as read.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `true` or `false`
    Bool(bool),
    /// A number that is not whole; only [`Numbers::Any`] lets one in.
    Float(f64),
    /// A whole number, at most 2⁵³ − 1 away from zero.
    Integer(i64),
    /// An array.
    List(Vec<Json>),
    /// `null`
    Null,
    /// An object.
    Object(Object),
    /// A string.
    Text(String),
}

/// An object's members, unique, sorted by UTF-16 code units (RFC 8785 §3.2.3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(Vec<(String, Json)>);

/// How much a reader takes before it stops.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of the whole text.
    pub bytes: usize,
    /// Levels of nesting; the outermost object is level 1.
    pub depth: usize,
    /// Bytes of one string or member name, after unescaping.
    pub string: usize,
    /// Which numbers are let in.
    pub numbers: Numbers,
}

/// Which numbers a reader lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Any finite double: other people's documents.
    Any,
    /// Whole numbers up to 2⁵³ − 1 alone, and no `-0`: ours (threats.md B3, B4).
    Whole,
}

/// Why a text is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// A member name stands twice in one object.
    DuplicateMember {
        /// The name, unescaped.
        name: String,
    },
    /// No text at all.
    Empty,
    /// Not JSON, at this place.
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1, in bytes.
        column: usize,
    },
    /// A number that is not whole, or not exact in a double.
    NumberNotExact,
    /// One string is longer than this many bytes.
    StringTooLong {
        /// The bound, in bytes.
        most: usize,
    },
    /// Nested deeper than this.
    TooDeep {
        /// The bound, in levels.
        most: usize,
    },
    /// Longer than this many bytes.
    TooLong {
        /// The bound, in bytes.
        most: usize,
    },
}

impl ReadError {
    /// Its name, for programs and for looking up its words.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DuplicateMember { .. } => "duplicate-member",
            Self::Empty => "empty",
            Self::NotJson { .. } => "not-json",
            Self::NumberNotExact => "number-not-exact",
            Self::StringTooLong { .. } => "string-too-long",
            Self::TooDeep { .. } => "too-deep",
            Self::TooLong { .. } => "too-long",
        }
    }
}

/// Reads one JSON document and nothing after it.
///
/// # Errors
/// [`ReadError`] for whatever is not JSON, is ambiguous, or passes a bound.
pub fn read(text: &[u8], bounds: Bounds) -> Result<Json, ReadError> {
    if text.len() > bounds.bytes {
        return Err(ReadError::TooLong { most: bounds.bytes });
    }
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    // Checked as a whole, the strings need not be checked one by one.
    let text = std::str::from_utf8(text).map_err(|error| not_utf8(text, error.valid_up_to()))?;
    // serde_json's errors are words; ours are data and travel beside them.
    let refusal = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_str(text);
    let seed = Seed { bounds: &bounds, level: 0, refusal: &refusal };
    let read = seed.deserialize(&mut reader).and_then(|json| reader.end().map(|()| json));
    read.map_err(|error| {
        refusal.take().unwrap_or(ReadError::NotJson { line: error.line(), column: error.column().max(1) })
    })
}

/// The byte at `at` begins no character.
fn not_utf8(text: &[u8], at: usize) -> ReadError {
    let (before, _) = text.split_at(at);
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    ReadError::NotJson { line: before.iter().filter(|byte| **byte == b'\n').count() + 1, column }
}

impl Json {
    /// The canonical bytes (RFC 8785).
    #[must_use]
    pub fn to_canonical(&self) -> Vec<u8> {
        let mut out = String::with_capacity(CANONICAL_BYTES);
        self.write(&mut out);
        out.into_bytes()
    }

    /// The string, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if it is an object.
    #[must_use]
    pub fn object(&self) -> Option<&Object> {
        match self {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The entries, if it is an array.
    #[must_use]
    pub fn list(&self) -> Option<&[Json]> {
        match self {
            Json::List(list) => Some(list),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        match self {
            Json::Integer(number) => Some(*number),
            _ => None,
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Float(number) => out.push_str(ryu_js::Buffer::new().format(*number)),
            Json::Integer(number) => {
                use fmt::Write as _;
                // Writing into a String cannot fail.
                let _ = write!(out, "{number}");
            }
            Json::List(list) => {
                out.push('[');
                for (position, entry) in list.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    entry.write(out);
                }
                out.push(']');
            }
            Json::Null => out.push_str("null"),
            Json::Object(object) => object.write(out),
            Json::Text(text) => write_string(text, out),
        }
    }
}

impl Object {
    /// No members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.place(name).map(|at| &self.0[at].1)
    }

    /// The value of a member, and its position in canonical order.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(usize, &Json)> {
        self.place(name).map(|at| (at, &self.0[at].1))
    }

    /// Sets a member, and gives back the value it replaces.
    pub fn set(&mut self, name: &str, value: Json) -> Option<Json> {
        match self.position(name) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (name.to_owned(), value));
                None
            }
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        self.position(name).ok().map(|at| self.0.remove(at).1)
    }

    /// The members in canonical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The canonical bytes (RFC 8785).
    #[must_use]
    pub fn to_canonical(&self) -> Vec<u8> {
        let mut out = String::with_capacity(CANONICAL_BYTES);
        self.write(&mut out);
        out.into_bytes()
    }

    /// The canonical bytes of the object as it would be without one of its members: a secured document without its `proof`.
    #[must_use]
    pub fn to_canonical_without(&self, name: &str) -> Vec<u8> {
        let mut out = String::with_capacity(CANONICAL_BYTES);
        write_members(self.0.iter().filter(|(member, _)| member != name), &mut out);
        out.into_bytes()
    }

    /// Where a member stands. Ours are few: to compare lengths first is quicker than to halve.
    fn place(&self, name: &str) -> Option<usize> {
        match self.0.len() {
            0..=FEW_MEMBERS => self.0.iter().position(|(member, _)| member == name),
            _ => self.position(name).ok(),
        }
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(member, _)| utf16_order(member, name))
    }

    fn write(&self, out: &mut String) {
        write_members(self.0.iter(), out);
    }
}

/// Members from pairs; a later pair with the same name replaces the earlier one.
impl<N: AsRef<str>> FromIterator<(N, Json)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, Json)>>(pairs: I) -> Self {
        let mut object = Object::new();
        for (name, value) in pairs {
            object.set(name.as_ref(), value);
        }
        object
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::Text(text)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Json::Object(object)
    }
}

impl From<Vec<Json>> for Json {
    fn from(list: Vec<Json>) -> Self {
        Json::List(list)
    }
}

fn write_members<'a>(members: impl Iterator<Item = &'a (String, Json)>, out: &mut String) {
    out.push('{');
    for (position, (name, value)) in members.enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_string(name, out);
        out.push(':');
        value.write(out);
    }
    out.push('}');
}

/// RFC 8785 §3.2.2.2: two-character escapes where JSON has them, `\u00xx` in lower case for the other controls, all else as it is.
fn write_string(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let escaped = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    out.push('"');
    // Nearly always nothing is: a sweep without a branch looks at many bytes at once.
    if !text.bytes().fold(false, |found, byte| found | escaped(byte)) {
        out.push_str(text);
        out.push('"');
        return;
    }
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !escaped(byte) {
            continue;
        }
        out.push_str(&text[plain_from..at]);
        plain_from = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            0x09 => out.push_str("\\t"),
            0x0a => out.push_str("\\n"),
            0x0c => out.push_str("\\f"),
            0x0d => out.push_str("\\r"),
            _ => {
                out.push_str("\\u00");
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
}

/// RFC 8785 §3.2.3. The order of UTF-8 bytes, unless names part at a character beyond the Basic Multilingual Plane, which stands
/// before U+E000 and up (threats.md B7). Those begin with the byte 0xEE or a later one.
fn utf16_order(left: &str, right: &str) -> Ordering {
    const FIRST_OF_U_E000: u8 = 0xee;
    match left.bytes().zip(right.bytes()).find(|(left, right)| left != right) {
        None => left.len().cmp(&right.len()),
        Some((left_byte, right_byte)) if left_byte.min(right_byte) < FIRST_OF_U_E000 => left_byte.cmp(&right_byte),
        Some(_) => left.encode_utf16().cmp(right.encode_utf16()),
    }
}

struct Seed<'a> {
    bounds: &'a Bounds,
    level: usize,
    refusal: &'a RefCell<Option<ReadError>>,
}

impl Seed<'_> {
    fn refuse<E: serde::de::Error>(&self, error: ReadError) -> E {
        self.refusal.replace(Some(error));
        E::custom("refused")
    }

    fn inner<E: serde::de::Error>(&self) -> Result<Self, E> {
        let level = self.level + 1;
        if level > self.bounds.depth {
            return Err(self.refuse(ReadError::TooDeep { most: self.bounds.depth }));
        }
        Ok(Seed { bounds: self.bounds, level, refusal: self.refusal })
    }

    fn check_length<E: serde::de::Error>(&self, text: &str) -> Result<(), E> {
        if text.len() > self.bounds.string {
            return Err(self.refuse(ReadError::StringTooLong { most: self.bounds.string }));
        }
        Ok(())
    }

    fn whole<E: serde::de::Error>(&self, number: i128) -> Result<Json, E> {
        match i64::try_from(number) {
            Ok(exact) if exact.unsigned_abs() <= LARGEST_EXACT.unsigned_abs() => Ok(Json::Integer(exact)),
            #[allow(clippy::cast_precision_loss)] // Numbers::Any reads as ECMAScript does
            _ if self.bounds.numbers == Numbers::Any => Ok(Json::Float(number as f64)),
            _ => Err(self.refuse(ReadError::NumberNotExact)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Json, E> {
        self.whole(i128::from(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Json, E> {
        self.whole(i128::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        match self.bounds.numbers {
            Numbers::Any if value.is_finite() => Ok(Json::Float(value)),
            _ => Err(self.refuse(ReadError::NumberNotExact)),
        }
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Json, E> {
        self.check_length(value)?;
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Json, E> {
        self.check_length(&value)?;
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        // An empty array is a level too.
        self.inner::<A::Error>()?;
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element_seed(self.inner()?)? {
            list.push(entry);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        self.inner::<A::Error>()?;
        while let Some(name) = entries.next_key::<String>()? {
            self.check_length::<A::Error>(&name)?;
            let value = entries.next_value_seed(self.inner()?)?;
            members.push((name, value));
        }
        // Canonical documents arrive sorted, each name once: then this one pass is all.
        if !members.is_sorted_by(|(left, _), (right, _)| utf16_order(left, right).is_lt()) {
            members.sort_by(|(left, _), (right, _)| utf16_order(left, right));
            if let Some(twin) = members.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                return Err(self.refuse(ReadError::DuplicateMember { name: twin[0].0.clone() }));
            }
        }
        Ok(Json::Object(Object(members)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { bytes: 1 << 20, depth: 4, string: 32, numbers: Numbers::Whole };

    fn refusal(text: &str) -> ReadError {
        read(text.as_bytes(), BOUNDS).unwrap_err()
    }

    #[test]
    fn members_are_sorted_by_utf16_units_and_written_back() {
        // U+E000 is one unit 0xE000; U+10000 begins with 0xD800 and so comes first (threats.md B7).
        let json =
            read("{\"\u{e000}\":1,\"\u{10000}\":2,\"a\":[null,true,\"\\u0007\\n\"]}".as_bytes(), BOUNDS).unwrap();
        assert_eq!(
            String::from_utf8(json.to_canonical()).unwrap(),
            "{\"a\":[null,true,\"\\u0007\\n\"],\"\u{10000}\":2,\"\u{e000}\":1}"
        );
    }

    #[test]
    fn the_order_is_that_of_utf16_units() {
        let edges = [
            "",
            "a",
            "b",
            "~",
            "\u{7f}",
            "\u{80}",
            "\u{7ff}",
            "\u{800}",
            "\u{d7ff}",
            "\u{e000}",
            "\u{ffff}",
            "\u{10000}",
            "\u{10ffff}",
        ];
        let names: Vec<String> =
            edges.iter().flat_map(|first| edges.map(|second| format!("{first}{second}"))).collect();
        for (left, right) in names.iter().flat_map(|left| names.iter().map(move |right| (left, right))) {
            assert_eq!(utf16_order(left, right), left.encode_utf16().cmp(right.encode_utf16()), "{left:?} {right:?}");
        }
    }

    #[test]
    fn other_encodings_are_refused_where_they_begin() {
        let refusal = |text: &[u8]| read(text, BOUNDS).unwrap_err();
        assert_eq!(refusal(b"{\n\"a\":\"\xed\xa0\x80\"}"), ReadError::NotJson { line: 2, column: 6 });
        assert_eq!(refusal(b"\xff\xfe{"), ReadError::NotJson { line: 1, column: 1 });
    }

    #[test]
    fn ambiguous_texts_are_refused() {
        assert_eq!(refusal(r#"{"a":1,"\u0061":2}"#), ReadError::DuplicateMember { name: "a".into() });
        assert_eq!(refusal("[[[[[]]]]]"), ReadError::TooDeep { most: 4 });
        assert_eq!(refusal("-0"), ReadError::NumberNotExact);
        assert_eq!(refusal("1.0"), ReadError::NumberNotExact);
        assert_eq!(refusal("9007199254740992"), ReadError::NumberNotExact);
        assert_eq!(refusal(" \n"), ReadError::Empty);
        assert!(matches!(refusal(r#""\ud800""#), ReadError::NotJson { .. }));
        assert!(matches!(refusal("{} {}"), ReadError::NotJson { .. }));
        assert!(matches!(refusal("\u{feff}{}"), ReadError::NotJson { .. }));
        assert_eq!(refusal(&format!("\"{}\"", "x".repeat(33))), ReadError::StringTooLong { most: 32 });
    }
}
