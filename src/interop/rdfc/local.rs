//! A context as it is written: read once, applied often.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::canonical::{Json, Object};
use crate::interop::rdfc::iri::{Keyword, has_keyword_form, is_language};
use crate::interop::rdfc::refused::{ContextFault, Place, Refused};

/// The value of an `@context`: one after the other.
#[derive(Debug)]
pub(super) struct Local {
    pub entries: Vec<Entry>,
    /// As it was written: a protected term's own context must stay the same (JSON-LD API §4.2.2 step 27).
    written: Json,
}

impl PartialEq for Local {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Map(Arc<Map>),
    Null,
    Url(Arc<str>),
}

/// A context definition (JSON-LD 1.1 §9.15).
#[derive(Debug)]
pub(super) struct Map {
    /// Which one it is, among all that a [`super::Contexts`] and a document hold.
    pub number: u32,
    pub vocab: Option<Option<String>>,
    pub language: Option<Option<Arc<str>>>,
    pub propagate: Option<bool>,
    pub protected: bool,
    pub terms: BTreeMap<Arc<str>, Written>,
}

/// A term definition, expanded or not (JSON-LD 1.1 §9.15.1).
#[derive(Debug, Default)]
pub(super) struct Written {
    /// A text or `null` in place of an object.
    pub is_simple: bool,
    pub id: Option<Option<String>>,
    pub reverse: Option<String>,
    pub coercion: Option<String>,
    pub containers: Containers,
    pub index: Option<Arc<str>>,
    pub language: Option<Option<Arc<str>>>,
    pub nest: Option<Arc<str>>,
    pub prefix: Option<bool>,
    pub protected: Option<bool>,
    pub context: Option<Arc<Local>>,
}

/// The values of `@container`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // seven independent keywords
pub(super) struct Containers {
    pub graph: bool,
    pub id: bool,
    pub index: bool,
    pub language: bool,
    pub list: bool,
    pub set: bool,
    pub kind: bool,
}

impl Local {
    /// Reads the value of an `@context`; `number` is the next free number of a map.
    pub fn read(written: &Json, number: &mut u32, place: &Place) -> Result<Self, Refused> {
        let one;
        let list = match written {
            Json::List(list) => list.as_slice(),
            other => {
                one = std::slice::from_ref(other);
                one
            }
        };
        let entries = list.iter().map(|entry| Entry::read(entry, number, place)).collect::<Result<_, _>>()?;
        Ok(Self { entries, written: written.clone() })
    }
}

impl Entry {
    fn read(written: &Json, number: &mut u32, place: &Place) -> Result<Self, Refused> {
        match written {
            Json::Null => Ok(Entry::Null),
            Json::Text(url) => Ok(Entry::Url(Arc::from(url.as_str()))),
            Json::Object(map) => Map::read(map, number, place).map(|map| Entry::Map(Arc::new(map))),
            _ => Err(place.context(ContextFault::Malformed)),
        }
    }
}

impl Map {
    /// JSON-LD API §4.1.2 steps 5.4 to 5.13, as far as they look at the map alone.
    fn read(written: &Object, number: &mut u32, place: &Place) -> Result<Self, Refused> {
        *number = number.checked_add(1).ok_or(Refused::TooMuchWork)?;
        let mut map = Map {
            number: *number,
            vocab: None,
            language: None,
            propagate: None,
            protected: false,
            terms: BTreeMap::new(),
        };
        for (name, value) in written.iter() {
            let here = place.member(name)?;
            let malformed = || here.context(ContextFault::Malformed);
            let unsupported = || here.context(ContextFault::Unsupported);
            match (name, value) {
                // Contexts are numbers or 1.1; as JSON both are the same number.
                ("@version", Json::Float(version)) if (version - 1.1).abs() < f64::EPSILON => {}
                // Relative identifiers are refused, so there is nothing a base could change, save to let them in.
                ("@base", Json::Null) | ("@direction", Json::Null) => {}
                ("@base" | "@direction" | "@import", _) => return Err(unsupported()),
                ("@vocab", Json::Null) => map.vocab = Some(None),
                ("@vocab", Json::Text(vocab)) => map.vocab = Some(Some(vocab.clone())),
                ("@language", _) => map.language = Some(language(value).ok_or_else(malformed)?),
                ("@propagate", Json::Bool(propagate)) => map.propagate = Some(*propagate),
                ("@protected", Json::Bool(protected)) => map.protected = *protected,
                ("@version" | "@vocab" | "@propagate" | "@protected", _) => return Err(malformed()),
                _ => {
                    map.terms.insert(Arc::from(name), Written::read(name, value, number, &here)?);
                }
            }
        }
        Ok(map)
    }
}

impl Written {
    /// JSON-LD API §4.2.2, as far as the steps look at the definition alone.
    fn read(term: &str, value: &Json, number: &mut u32, place: &Place) -> Result<Self, Refused> {
        let malformed = || place.context(ContextFault::Malformed);
        if term.is_empty() || (Keyword::of(term).is_some() && term != "@type") {
            return Err(malformed());
        }
        // A term in the form of a keyword would be left out; one with a slash and no colon is a prefix to some and not to others.
        if (has_keyword_form(term) && term != "@type") || (term.contains('/') && !term.contains(':')) {
            return Err(place.context(ContextFault::Unsupported));
        }
        let definition = match value {
            Json::Null => return Ok(Self { is_simple: true, id: Some(None), ..Self::default() }),
            Json::Text(id) if term != "@type" => {
                return Ok(Self { is_simple: true, id: Some(Some(id.clone())), ..Self::default() });
            }
            Json::Object(definition) => definition,
            _ => return Err(malformed()),
        };
        if term == "@type" && !is_set_of_types(definition) {
            return Err(malformed());
        }
        let mut written = Self::default();
        for (name, value) in definition.iter() {
            match (name, value) {
                ("@id", Json::Null) => written.id = Some(None),
                ("@id", Json::Text(id)) => written.id = Some(Some(id.clone())),
                ("@reverse", Json::Text(reverse)) => written.reverse = Some(reverse.clone()),
                ("@type", Json::Text(coercion)) => written.coercion = Some(coercion.clone()),
                ("@container", _) => written.containers = Containers::read(value).ok_or_else(malformed)?,
                ("@index", Json::Text(index)) if !index.starts_with('@') => {
                    written.index = Some(Arc::from(index.as_str()))
                }
                ("@language", _) => written.language = Some(language(value).ok_or_else(malformed)?),
                ("@nest", Json::Text(nest)) if nest == "@nest" || !nest.starts_with('@') => {
                    written.nest = Some(Arc::from(nest.as_str()));
                }
                ("@prefix", Json::Bool(prefix)) => written.prefix = Some(*prefix),
                ("@protected", Json::Bool(protected)) => written.protected = Some(*protected),
                ("@context", _) => {
                    let here = place.member("@context")?;
                    written.context = Some(Arc::new(Local::read(value, number, &here)?));
                }
                ("@direction", Json::Null) => {}
                ("@direction", _) => return Err(place.context(ContextFault::Unsupported)),
                _ => return Err(malformed()),
            }
        }
        let containers = written.containers;
        let reversed_wrongly = written.reverse.is_some()
            && (written.id.is_some() || written.nest.is_some() || !containers.suit_a_reverse_term());
        if reversed_wrongly
            || (written.index.is_some() && !containers.index)
            || (written.prefix.is_some() && term.contains([':', '/']))
        {
            return Err(malformed());
        }
        Ok(written)
    }
}

/// `@type` may be said to be a set always, and protected, and nothing else (JSON-LD API §4.2.2 step 4).
fn is_set_of_types(definition: &Object) -> bool {
    !definition.is_empty()
        && definition.iter().all(|(name, value)| match name {
            "@container" => value.text() == Some("@set"),
            "@protected" => matches!(value, Json::Bool(_)),
            _ => false,
        })
}

impl Containers {
    /// JSON-LD API §4.2.2 step 21.
    fn read(value: &Json) -> Option<Self> {
        let mut containers = Self::default();
        let list = match value {
            Json::List(list) => list.as_slice(),
            other => std::slice::from_ref(other),
        };
        for entry in list {
            let flag = match entry.text()? {
                "@graph" => &mut containers.graph,
                "@id" => &mut containers.id,
                "@index" => &mut containers.index,
                "@language" => &mut containers.language,
                "@list" => &mut containers.list,
                "@set" => &mut containers.set,
                "@type" => &mut containers.kind,
                _ => return None,
            };
            if std::mem::replace(flag, true) {
                return None;
            }
        }
        let Self { graph, id, index, language, list, set, kind } = containers;
        let maps = usize::from(id) + usize::from(index) + usize::from(language) + usize::from(kind);
        let fits = if list { !graph && !set && maps == 0 } else { maps <= 1 && !(graph && (language || kind)) };
        fits.then_some(containers)
    }

    fn suit_a_reverse_term(self) -> bool {
        !(self.graph || self.id || self.language || self.list || self.kind)
    }
}

/// Language tags compare without case; the processors write them in lower case (JSON-LD API §4.1.2 step 5.9).
fn language(value: &Json) -> Option<Option<Arc<str>>> {
    match value {
        Json::Null => Some(None),
        Json::Text(tag) if is_language(tag) => Some(Some(Arc::from(tag.to_ascii_lowercase()))),
        _ => None,
    }
}
