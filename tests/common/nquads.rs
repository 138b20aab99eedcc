//! A reader of N-Quads (RDF 1.1 N-Quads §4), for the vectors and for fuzzing; the product only writes them.

use skillpass::interop::rdfc::nquads::XSD_STRING;
use skillpass::interop::rdfc::quad::{Quad, Term};

const RDF_LANG_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";

/// Every statement, in order; nothing when a line is not N-Quads.
pub fn parse(text: &str) -> Option<Vec<Quad>> {
    let mut quads = Vec::new();
    for line in text.split(['\n', '\r']) {
        let mut rest = Rest(line);
        if rest.is_over() {
            continue;
        }
        let subject = rest.term()?;
        let Term::Iri(predicate) = rest.term()? else { return None };
        let object = rest.term()?;
        let graph = if rest.skip().0.starts_with('.') { None } else { Some(rest.term()?) };
        rest.skip().take(".")?;
        let are_names =
            [Some(&subject), graph.as_ref()].iter().flatten().all(|term| !matches!(term, Term::Literal { .. }));
        if !are_names || !rest.is_over() {
            return None;
        }
        quads.push(Quad { subject, predicate, object, graph });
    }
    Some(quads)
}

struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn skip(&mut self) -> &mut Self {
        self.0 = self.0.trim_start_matches([' ', '\t']);
        self
    }

    /// Whether nothing but space and a comment is left.
    fn is_over(&mut self) -> bool {
        let rest = self.skip().0;
        rest.is_empty() || rest.starts_with('#')
    }

    fn take(&mut self, token: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(token)?;
        Some(())
    }

    fn while_of(&mut self, is_of: impl Fn(char) -> bool) -> &'a str {
        let (one, rest) = self.0.split_at(self.0.find(|character| !is_of(character)).unwrap_or(self.0.len()));
        self.0 = rest;
        one
    }

    fn term(&mut self) -> Option<Term> {
        self.skip();
        if self.take("_:").is_some() {
            let label = self.while_of(|character| character.is_alphanumeric() || "_-·".contains(character));
            return (!label.is_empty()).then(|| Term::Blank(label.to_owned()));
        }
        if self.0.starts_with('<') {
            return self.iri().map(Term::Iri);
        }
        let value = self.quoted('"', '"')?;
        if self.take("^^").is_some() {
            let datatype = self.iri()?;
            return Some(Term::Literal { value, datatype, language: None });
        }
        if self.take("@").is_some() {
            let language = self.while_of(|character| character.is_ascii_alphanumeric() || character == '-');
            let language = (!language.is_empty()).then(|| language.to_owned())?;
            return Some(Term::Literal { value, datatype: RDF_LANG_STRING.to_owned(), language: Some(language) });
        }
        Some(Term::Literal { value, datatype: XSD_STRING.to_owned(), language: None })
    }

    fn iri(&mut self) -> Option<String> {
        self.quoted('<', '>')
    }

    fn quoted(&mut self, open: char, close: char) -> Option<String> {
        let mut characters = self.0.strip_prefix(open)?.chars();
        let mut text = String::new();
        loop {
            match characters.next()? {
                '\\' => text.push(escaped(&mut characters)?),
                character if character == close => break,
                character => text.push(character),
            }
        }
        self.0 = characters.as_str();
        Some(text)
    }
}

/// What stands after a backslash.
fn escaped(characters: &mut std::str::Chars) -> Option<char> {
    let digits = match characters.next()? {
        't' => return Some('\t'),
        'b' => return Some('\u{8}'),
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        'f' => return Some('\u{C}'),
        sign @ ('"' | '\'' | '\\') => return Some(sign),
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let code: String = characters.by_ref().take(digits).filter(char::is_ascii_hexdigit).collect();
    (code.len() == digits).then(|| u32::from_str_radix(&code, 16).ok().and_then(char::from_u32))?
}
