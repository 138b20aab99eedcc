//! Keywords, and what counts as an IRI.

use std::sync::Arc;

/// What a member's name or a value stands for (JSON-LD API §5.2, IRI Expansion).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// An absolute IRI, or a blank node identifier with its `_:`.
    Iri(Arc<str>),
    /// A keyword, or an alias of one.
    Keyword(Keyword),
    /// Nothing: undefined, defined as `null`, relative, or in the form of a keyword that is none.
    Nothing,
}

/// The keywords that expansion tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Context,
    Direction,
    Graph,
    Id,
    Included,
    Index,
    Json,
    Language,
    List,
    Nest,
    None,
    /// Those that mean something in a context or a frame alone.
    Other,
    Preserve,
    Reverse,
    Set,
    Type,
    Value,
}

impl Keyword {
    /// The keyword that a text is (JSON-LD 1.1 §1.7).
    pub fn of(text: &str) -> Option<Self> {
        Some(match text {
            "@context" => Self::Context,
            "@direction" => Self::Direction,
            "@graph" => Self::Graph,
            "@id" => Self::Id,
            "@included" => Self::Included,
            "@index" => Self::Index,
            "@json" => Self::Json,
            "@language" => Self::Language,
            "@list" => Self::List,
            "@nest" => Self::Nest,
            "@none" => Self::None,
            "@preserve" => Self::Preserve,
            "@reverse" => Self::Reverse,
            "@set" => Self::Set,
            "@type" => Self::Type,
            "@value" => Self::Value,
            "@base" | "@container" | "@default" | "@embed" | "@explicit" | "@omitDefault" | "@prefix"
            | "@protected" | "@requireAll" | "@version" | "@vocab" => Self::Other,
            _ => return None,
        })
    }
}

impl Name {
    /// An IRI if the text is one.
    pub fn absolute(text: &str) -> Self {
        if is_absolute(text) { Name::Iri(Arc::from(text)) } else { Name::Nothing }
    }

    /// The IRI, if it is one.
    pub fn iri(&self) -> Option<&Arc<str>> {
        match self {
            Name::Iri(iri) => Some(iri),
            _ => None,
        }
    }
}

/// `@` and letters: reserved, also where it is no keyword yet (JSON-LD 1.1 §1.7).
pub(super) fn has_keyword_form(text: &str) -> bool {
    text.strip_prefix('@').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// A scheme (RFC 3986 §3.1) or `_`, a colon, and no character that N-Quads forbids within `<…>` (RDF 1.1 N-Quads §4, IRIREF), which
/// canonicalisers escape in different ways.
pub(super) fn is_absolute(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut bytes = scheme.bytes();
    let has_scheme = bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    (has_scheme || scheme == "_") && rest.chars().all(is_of_an_iri)
}

/// `_:` and a label.
pub(super) fn is_blank(text: &str) -> bool {
    text.starts_with("_:")
}

/// BCP 47 in outline, as the JSON-LD processors check it: 1 to 8 letters, then groups of 1 to 8 letters or digits.
pub(super) fn is_language(text: &str) -> bool {
    let mut groups = text.split('-');
    let sized = |group: &str| (1..=8).contains(&group.len());
    groups.next().is_some_and(|first| sized(first) && first.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && groups.all(|group| sized(group) && group.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_of_an_iri(character: char) -> bool {
    const BYTE_ORDER_MARK: char = '\u{feff}';
    character > ' '
        && !matches!(character, '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\' | BYTE_ORDER_MARK)
        && !character.is_control()
        && !character.is_whitespace()
}
