//! JSON's own values as RDF literals: JSON-LD API §8.2.2, Object to RDF Conversion.

use crate::base::canonical::{Json, LARGEST_EXACT};
use crate::interop::rdfc::quad::Term;

pub(super) const RDF_JSON: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON";
/// JSON-LD 1.1 §10.4: language tag in lower case, `_`, direction.
const I18N: &str = "https://www.w3.org/ns/i18n#";
const RDF_LANG_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";
const XSD_BOOLEAN: &str = "http://www.w3.org/2001/XMLSchema#boolean";
const XSD_DOUBLE: &str = "http://www.w3.org/2001/XMLSchema#double";
const XSD_INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";
const XSD_STRING: &str = "http://www.w3.org/2001/XMLSchema#string";

/// 10²¹: from here on a whole number is a double too (JSON-LD API §8.2.2 step 10).
const DOUBLE_FROM: f64 = 1e21;

/// Text in a language, whose tag is in lower case.
pub(super) fn in_language(text: &str, language: &str) -> Term {
    Term::Literal { value: text.to_owned(), datatype: RDF_LANG_STRING.to_owned(), language: Some(language.to_owned()) }
}

/// Text with a direction, as JSON-LD API §8.2.2 step 13 writes it under `rdfDirection` = `i18n-datatype`, which is what other software signs.
pub(super) fn directed(text: &str, language: Option<&str>, direction: &str) -> Term {
    literal(text.to_owned(), &format!("{I18N}{}_{direction}", language.unwrap_or_default()))
}

/// A JSON literal (JSON-LD 1.1 §10.2): its canonical text, RFC 8785.
pub(super) fn json(value: &Json) -> Option<Term> {
    let text = String::from_utf8(value.to_canonical()).ok()?;
    Some(literal(text, RDF_JSON))
}

/// A text, number or boolean of this datatype, or of its own. `None` where the literal would say less than the JSON, or where
/// processors write different ones.
pub(super) fn plain(value: &Json, datatype: Option<&str>) -> Option<Term> {
    match value {
        Json::Bool(value) => Some(literal(value.to_string(), datatype.unwrap_or(XSD_BOOLEAN))),
        #[allow(clippy::cast_precision_loss)] // at most 2⁵³ − 1
        Json::Integer(number) if datatype == Some(XSD_DOUBLE) => Some(literal(double(*number as f64)?, XSD_DOUBLE)),
        Json::Integer(number) => Some(literal(number.to_string(), datatype.unwrap_or(XSD_INTEGER))),
        Json::Float(number) => float(*number, datatype),
        // Off-spec: some processors parse a text of type xsd:double and write the number. Alike for all: what is written that way.
        Json::Text(text) if datatype == Some(XSD_DOUBLE) => {
            let number: f64 = text.parse().ok()?;
            (number.is_finite() && double(number)? == *text).then(|| literal(text.clone(), XSD_DOUBLE))
        }
        Json::Text(text) => Some(literal(text.clone(), datatype.unwrap_or(XSD_STRING))),
        Json::List(_) | Json::Null | Json::Object(_) => None,
    }
}

fn literal(value: String, datatype: &str) -> Term {
    Term::Literal { value, datatype: datatype.to_owned(), language: None }
}

/// Steps 10 and 11.
fn float(number: f64, datatype: Option<&str>) -> Option<Term> {
    if datatype == Some(XSD_DOUBLE) || number.abs() >= DOUBLE_FROM {
        return Some(literal(double(number)?, datatype.unwrap_or(XSD_DOUBLE)));
    }
    if number.fract() == 0.0 {
        // A whole number beyond 2⁵³ was rounded when it was read.
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // within ±(2⁵³ − 1), and whole
        let whole = (number.abs() <= LARGEST_EXACT as f64).then_some(number as i64)?;
        return Some(literal(whole.to_string(), datatype.unwrap_or(XSD_INTEGER)));
    }
    // Off-spec: jsonld.js takes 1e-7 for a whole number, since ECMAScript writes it without a full stop, and signs 0.
    if !ryu_js::Buffer::new().format(number).contains('.') {
        return None;
    }
    Some(literal(double(number)?, datatype.unwrap_or(XSD_DOUBLE)))
}

/// The canonical form of xsd:double (JSON-LD API §8.6): at most 15 digits after the full stop. A number that needs more is none: two
/// numbers would have one signature.
fn double(number: f64) -> Option<String> {
    // The literal "0.0E0" would lose the sign.
    if number == 0.0 && number.is_sign_negative() {
        return None;
    }
    let written = format!("{number:.15e}");
    let (digits, exponent) = written.split_once('e')?;
    let mut digits = digits.trim_end_matches('0').to_owned();
    if digits.ends_with('.') {
        digits.push('0');
    }
    let text = format!("{digits}E{exponent}");
    (text.parse() == Ok(number)).then_some(text)
}
