//! The canonical form of N-Quads (RDFC-1.0 §5 and its appendix A): one text for every statement.

use super::quad::{Quad, Term};

/// The datatype that is left out of N-Quads (RDF 1.1 N-Quads §2.3).
pub const XSD_STRING: &str = "http://www.w3.org/2001/XMLSchema#string";

/// The statement's line, blank nodes under the labels they have, ended with a line feed.
pub fn line(quad: &Quad) -> String {
    let mut out = String::new();
    write_line(quad, &mut out, |label, out| {
        out.push_str("_:");
        out.push_str(label);
    });
    out
}

/// Appends the statement's line; `blank` writes a blank node, given its label. It is asked for subject, object and
/// graph name, in this order.
pub(super) fn write_line<'a>(quad: &'a Quad, out: &mut String, mut blank: impl FnMut(&'a str, &mut String)) {
    write_term(&quad.subject, out, &mut blank);
    out.push(' ');
    write_iri(&quad.predicate, out);
    out.push(' ');
    write_term(&quad.object, out, &mut blank);
    if let Some(graph) = &quad.graph {
        out.push(' ');
        write_term(graph, out, &mut blank);
    }
    out.push_str(" .\n");
}

fn write_term<'a>(term: &'a Term, out: &mut String, blank: &mut impl FnMut(&'a str, &mut String)) {
    match term {
        Term::Blank(label) => blank(label, out),
        Term::Iri(iri) => write_iri(iri, out),
        Term::Literal { value, datatype, language } => {
            write_string(value, out);
            if let Some(language) = language {
                out.push('@');
                write_language(language, out);
            } else if datatype != XSD_STRING {
                out.push_str("^^");
                write_iri(datatype, out);
            }
        }
    }
}

/// What `IRIREF` does not hold as itself (RDF 1.1 N-Quads §4) is escaped, so that no IRI can end its own brackets and
/// write statements of its own. An IRI has none of these (RFC 3987 §2.2).
fn write_iri(iri: &str, out: &mut String) {
    out.push('<');
    write_escaped(iri, out, |byte| {
        matches!(byte, 0..=0x20 | b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'^' | b'`' | b'\\')
    });
    out.push('>');
}

/// The same of a language tag, which has letters, digits and hyphens alone (BCP 47 §2.1).
fn write_language(language: &str, out: &mut String) {
    write_escaped(language, out, |byte| byte.is_ascii() && !byte.is_ascii_alphanumeric() && byte != b'-');
}

/// Appends the text, each ASCII character that is to be escaped as `\u` and four digits.
fn write_escaped(text: &str, out: &mut String, escaped: impl Fn(u8) -> bool) {
    if !text.bytes().any(&escaped) {
        out.push_str(text);
        return;
    }
    for character in text.chars() {
        match u8::try_from(character) {
            Ok(byte) if escaped(byte) => write_uchar(character, out),
            _ => out.push(character),
        }
    }
}

fn write_string(value: &str, out: &mut String) {
    out.push('"');
    // Most strings need no escape at all, and U+FFFE and U+FFFF are the only characters beyond ASCII that do: their
    // first byte is EF.
    if value.bytes().any(|byte| matches!(byte, 0..=0x1F | b'"' | b'\\' | 0x7F | 0xEF)) {
        value.chars().for_each(|character| write_character(character, out));
    } else {
        out.push_str(value);
    }
    out.push('"');
}

/// RDFC-1.0 appendix A: seven characters as ECHAR; the other controls, DEL and what is no character of XML 1.1 as
/// UCHAR; the rest as itself.
fn write_character(character: char, out: &mut String) {
    match character {
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{C}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\0'..='\u{1F}' | '\u{7F}' | '\u{FFFE}' | '\u{FFFF}' => write_uchar(character, out),
        _ => out.push(character),
    }
}

/// `\u` and four upper-case digits; only for characters of the basic plane.
fn write_uchar(character: char, out: &mut String) {
    out.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        let digit = char::from_digit((u32::from(character) >> shift) & 0xF, 16);
        out.extend(digit.map(|digit| digit.to_ascii_uppercase()));
    }
}
