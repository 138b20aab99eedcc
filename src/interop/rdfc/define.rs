//! One context map applied to what was defined before: JSON-LD API §4.1.2 (steps 5.4 on) and §4.2.2, Create Term Definition.

use std::collections::HashMap;
use std::sync::Arc;

use crate::interop::rdfc::iri::{Keyword, Name, has_keyword_form, is_absolute, is_blank};
use crate::interop::rdfc::local::{Containers, Local, Map, Written};
use crate::interop::rdfc::refused::{ContextFault, Place, Refused};

/// 1,024 bytes: an IRI that a term stands for. Those of the published contexts have less than 100; a chain of prefixes would grow.
const TERM_IRI_BYTES: usize = 1_024;
/// 32 terms that are defined by each other, one within the next: published contexts have 2.
const CHAIN: usize = 32;

/// What is defined at a place, without regard to how it came about. Shared, never changed.
#[derive(Debug, Default)]
pub(super) struct Core {
    /// Which one it is: to remember what a map makes of it.
    pub number: u64,
    pub terms: HashMap<Arc<str>, Arc<Definition>>,
    pub vocab: Option<Arc<str>>,
    pub language: Option<Arc<str>>,
    /// Whether any term was ever protected: then `null` may not take it away.
    pub protects: bool,
}

/// What a term stands for.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub target: Name,
    /// Whether it may begin a compact IRI; `None` where the term's own name made the IRI.
    pub prefix: Option<bool>,
    pub protected: bool,
    pub reverse: bool,
    pub coercion: Option<Coercion>,
    pub containers: Containers,
    pub index: Option<Arc<str>>,
    pub language: Option<Option<Arc<str>>>,
    pub nest: Option<Arc<str>>,
    pub context: Option<Arc<Local>>,
}

/// The `@type` of a term definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Coercion {
    Datatype(Arc<str>),
    Id,
    Json,
    None,
    Vocab,
}

impl Definition {
    /// JSON-LD API §4.2.2 step 27: the same but for being protected.
    fn is_same_as(&self, other: &Self) -> bool {
        self.target == other.target
            && self.prefix == other.prefix
            && self.reverse == other.reverse
            && self.coercion == other.coercion
            && self.containers == other.containers
            && self.index == other.index
            && self.language == other.language
            && self.nest == other.nest
            && self.context == other.context
    }
}

impl Core {
    /// From this number on, a core belongs to one document.
    pub const OF_A_DOCUMENT: u64 = 1 << 63;

    /// JSON-LD API §5.2.2, IRI Expansion, of a member's name, a type (`vocab`) or an identifier (not `vocab`). No base: what is relative
    /// is [`Name::Nothing`].
    pub fn expand(&self, text: &str, vocab: bool) -> Name {
        if text.starts_with('@') {
            if let Some(keyword) = Keyword::of(text) {
                return Name::Keyword(keyword);
            }
            // 2: in the form of a keyword
            if has_keyword_form(text) {
                return Name::Nothing;
            }
        }
        // 5
        if vocab && let Some(definition) = self.terms.get(text) {
            return definition.target.clone();
        }
        // 6: a colon anywhere after the first character
        if let Some((prefix, suffix)) = text.split_once(':')
            && !prefix.is_empty()
        {
            if prefix == "_" || suffix.starts_with("//") {
                return Name::absolute(text);
            }
            if let Some(definition) = self.terms.get(prefix)
                && definition.prefix == Some(true)
                && let Name::Iri(start) = &definition.target
            {
                return Name::absolute(&[start, suffix].concat());
            }
            if is_absolute(text) {
                return Name::Iri(Arc::from(text));
            }
        }
        // 7
        match &self.vocab {
            Some(start) if vocab => Name::absolute(&[start, text].concat()),
            _ => Name::Nothing,
        }
    }

    /// A term's definition.
    pub fn definition(&self, term: Option<&str>) -> Option<&Arc<Definition>> {
        self.terms.get(term?)
    }

    /// What a map makes of this. `may_override` as in JSON-LD API §4.1: contexts of terms may redefine what is protected.
    pub fn with(&self, map: &Map, may_override: bool, place: &Place) -> Result<Core, Refused> {
        let mut core = Core {
            number: 0,
            terms: self.terms.clone(),
            vocab: self.vocab.clone(),
            language: self.language.clone(),
            protects: self.protects,
        };
        // 5.8: @vocab, against what was defined before
        match &map.vocab {
            None => {}
            Some(None) => core.vocab = None,
            Some(Some(text)) => match core.expand(text, true) {
                Name::Iri(iri) if !is_blank(&iri) && iri.len() <= TERM_IRI_BYTES => core.vocab = Some(iri),
                _ => return Err(place.context(ContextFault::Malformed)),
            },
        }
        // 5.9: @language
        if let Some(language) = &map.language {
            core.language = language.clone();
        }
        // 5.13
        let mut defining = Defining { core, map, states: HashMap::with_capacity(map.terms.len()) };
        for term in map.terms.keys() {
            defining.term(term, may_override, &place.member(term)?, 0)?;
        }
        Ok(defining.core)
    }
}

struct Defining<'a> {
    core: Core,
    map: &'a Map,
    /// `false` while a term is being defined, `true` once it is.
    states: HashMap<&'a str, bool>,
}

impl<'a> Defining<'a> {
    /// JSON-LD API §4.2.2.
    fn term(&mut self, term: &str, may_override: bool, place: &Place, depth: usize) -> Result<(), Refused> {
        let Some((term, written)) = self.map.terms.get_key_value(term) else { return Ok(()) };
        // 1
        match self.states.get(&**term) {
            Some(true) => return Ok(()),
            Some(false) => return Err(place.context(ContextFault::Cycle)),
            None => self.states.insert(term, false),
        };
        if depth > CHAIN {
            return Err(Refused::TooMuchWork);
        }
        // 9
        let previous = self.core.terms.remove(term);
        let mut definition = Definition {
            target: Name::Nothing,
            prefix: None,
            protected: written.protected.unwrap_or(self.map.protected),
            reverse: false,
            coercion: None,
            containers: written.containers,
            index: written.index.clone(),
            language: None,
            nest: written.nest.clone(),
            context: written.context.clone(),
        };
        self.target(term, written, &mut definition, place, depth)?;
        self.states.insert(term, true);
        definition.coercion = self.coercion(term, written, place, depth)?;
        // 23: a language only where no type is given
        if written.coercion.is_none() {
            definition.language = written.language.clone();
        }
        // 25
        if let Some(prefix) = written.prefix {
            if definition.target.iri().is_none() {
                return Err(place.context(ContextFault::Malformed));
            }
            definition.prefix = Some(prefix);
        }
        if matches!(definition.target, Name::Keyword(Keyword::Context | Keyword::Preserve)) {
            return Err(place.context(ContextFault::Malformed));
        }
        // 27
        if let Some(previous) = previous
            && previous.protected
            && !may_override
        {
            if !previous.is_same_as(&definition) {
                return Err(place.context(ContextFault::Protected));
            }
            definition.protected = true;
        }
        self.core.protects |= definition.protected;
        self.core.terms.insert(term.clone(), Arc::new(definition));
        Ok(())
    }

    /// Steps 13 to 18: which IRI or keyword.
    fn target(
        &mut self,
        term: &str,
        written: &Written,
        definition: &mut Definition,
        place: &Place,
        depth: usize,
    ) -> Result<(), Refused> {
        let malformed = || place.context(ContextFault::Malformed);
        let target = if let Some(reverse) = &written.reverse {
            definition.reverse = true;
            let Name::Iri(iri) = self.expand(reverse, place, depth)? else { return Err(malformed()) };
            Name::Iri(iri)
        } else {
            match &written.id {
                // 12: decoupled from @vocab, and left out wherever it is used
                Some(None) => return Ok(()),
                Some(Some(id)) if id != term => {
                    let target = self.expand(id, place, depth)?;
                    if target == Name::Nothing {
                        return Err(malformed());
                    }
                    // 14.2.4: a term in the form of an IRI must stand for itself
                    if has_iri_form(term) {
                        self.states.insert(self.name_of(term), true);
                        if self.expand(term, place, depth)? != target {
                            return Err(malformed());
                        }
                    }
                    // 14.2.5
                    let ends_as_prefix = matches!(&target, Name::Iri(iri) if iri.ends_with(GENERAL_DELIMITERS));
                    definition.prefix = Some(written.is_simple && !term.contains(':') && ends_as_prefix);
                    target
                }
                _ => self.own_name(term, place, depth)?,
            }
        };
        if let Name::Iri(iri) = &target {
            // Off-spec: a blank node as a predicate is no RDF; as a type or an identifier a term for it serves nobody.
            if is_blank(iri) {
                return Err(place.context(ContextFault::Unsupported));
            }
            if iri.len() > TERM_IRI_BYTES {
                return Err(Refused::TooMuchWork);
            }
        }
        definition.target = target;
        Ok(())
    }

    /// Steps 15 to 18: the IRI that a term's own name gives.
    fn own_name(&mut self, term: &str, place: &Place, depth: usize) -> Result<Name, Refused> {
        let name = match term.split_once(':') {
            Some((prefix, suffix)) if !prefix.is_empty() => {
                self.term(prefix, false, place, depth + 1)?;
                match self.core.terms.get(prefix) {
                    Some(definition) => match &definition.target {
                        Name::Iri(start) => Name::absolute(&[start, suffix].concat()),
                        _ => Name::Nothing,
                    },
                    None => Name::absolute(term),
                }
            }
            _ if term == "@type" => Name::Keyword(Keyword::Type),
            _ => match &self.core.vocab {
                Some(start) => Name::absolute(&[start, term].concat()),
                None => Name::Nothing,
            },
        };
        if name == Name::Nothing { Err(place.context(ContextFault::Malformed)) } else { Ok(name) }
    }

    /// Step 12: what the values are.
    fn coercion(
        &mut self,
        term: &str,
        written: &Written,
        place: &Place,
        depth: usize,
    ) -> Result<Option<Coercion>, Refused> {
        let Some(text) = &written.coercion else { return Ok(None) };
        // Whether a term may be its own type, processors see differently.
        if text == term {
            return Err(place.context(ContextFault::Unsupported));
        }
        Ok(Some(match self.expand(text, place, depth)? {
            Name::Iri(iri) if !is_blank(&iri) && iri.len() <= TERM_IRI_BYTES => Coercion::Datatype(iri),
            Name::Keyword(Keyword::Id) if text == "@id" => Coercion::Id,
            Name::Keyword(Keyword::Json) if text == "@json" => Coercion::Json,
            Name::Keyword(Keyword::None) if text == "@none" => Coercion::None,
            Name::Keyword(Keyword::Other) if text == "@vocab" => Coercion::Vocab,
            _ => return Err(place.context(ContextFault::Malformed)),
        }))
    }

    /// JSON-LD API §5.2.2 within a context: what the text rests on is defined first (steps 3 and 6.3).
    fn expand(&mut self, text: &str, place: &Place, depth: usize) -> Result<Name, Refused> {
        if Keyword::of(text).is_none() && !has_keyword_form(text) {
            if self.states.get(text) != Some(&true) {
                self.term(text, false, place, depth + 1)?;
            }
            if let Some((prefix, suffix)) = text.split_once(':')
                && !prefix.is_empty()
                && prefix != "_"
                && !suffix.starts_with("//")
                && !self.core.terms.contains_key(text)
            {
                self.term(prefix, false, place, depth + 1)?;
            }
        }
        Ok(self.core.expand(text, true))
    }

    fn name_of(&self, term: &str) -> &'a str {
        self.map.terms.get_key_value(term).map_or("", |(name, _)| name)
    }
}

/// RFC 3986 §2.2, gen-delims.
const GENERAL_DELIMITERS: [char; 7] = [':', '/', '?', '#', '[', ']', '@'];

/// A colon that is followed by something else than a colon, or a slash.
fn has_iri_form(term: &str) -> bool {
    term.contains('/') || term.as_bytes().windows(2).any(|pair| matches!(pair, [b':', next] if *next != b':'))
}
