//! Why a JSON-LD document is not turned into RDF.

/// A document is refused rather than signed in part: whatever would not reach the statements is an error with its place.
///
/// A place is a path from the document's top, of member names and of positions in arrays, from 0, joined by full stops:
/// `credentialSubject.achievement.alignment.0.x`. Within a context it begins with the context's address, if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A context that JSON-LD 1.1 does not allow, or that this reader does not take.
    Context {
        /// The member, or the context's address and the term, at which it is wrong.
        at: String,
        /// What is wrong.
        fault: ContextFault,
    },
    /// Something here would be left out of the statements, and so of the signature: an undefined term or type, a relative
    /// identifier, an unknown keyword, an index, a direction, a value without a property, a number that RDF would write otherwise.
    Dropped {
        /// Where.
        at: String,
    },
    /// Not JSON-LD 1.1.
    Malformed {
        /// Where.
        at: String,
    },
    /// More nesting, definitions, statements or bytes than the bounds allow.
    TooMuchWork,
    /// A context that is neither embedded nor given. Nothing is fetched.
    UnknownContext {
        /// Its address.
        url: String,
    },
    /// JSON-LD that processors read differently, or that no credential needs.
    Unsupported {
        /// Where.
        at: String,
    },
}

/// What is wrong with a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextFault {
    /// Terms, or contexts, that need each other.
    Cycle,
    /// Against the grammar of JSON-LD 1.1 §9.15, or an identifier that is no IRI.
    Malformed,
    /// `null` where terms are protected (JSON-LD API §4.1.2 step 5.1.1).
    Nullified,
    /// A protected term defined otherwise (JSON-LD API §4.2.2 step 27).
    Protected,
    /// `@base`, `@direction`, `@import`, terms for blank nodes: see the module.
    Unsupported,
}

/// 48 levels of values and contexts within each other: what a file may hold (32), and room for what is built in memory.
pub(super) const DEPTH: usize = 48;

/// A place in the document, kept on the stack; it becomes words only when something is wrong there.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    under: Option<&'a Place<'a>>,
    step: Step<'a>,
    level: usize,
}

/// From one place to the next.
#[derive(Clone, Copy)]
enum Step<'a> {
    Entry(usize),
    Member(&'a str),
    Top,
}

impl<'a> Place<'a> {
    /// The document itself.
    pub fn top() -> Self {
        Self { under: None, step: Step::Top, level: 0 }
    }

    /// A context by its address.
    pub fn context_at(url: &'a str) -> Self {
        Self { under: None, step: Step::Member(url), level: 0 }
    }

    /// A member of the object here.
    pub fn member(&'a self, name: &'a str) -> Result<Place<'a>, Refused> {
        self.step(Step::Member(name))
    }

    /// An entry of the array here.
    pub fn entry(&'a self, position: usize) -> Result<Place<'a>, Refused> {
        self.step(Step::Entry(position))
    }

    fn step(&'a self, step: Step<'a>) -> Result<Place<'a>, Refused> {
        if self.level >= DEPTH {
            return Err(Refused::TooMuchWork);
        }
        Ok(Place { under: Some(self), step, level: self.level + 1 })
    }

    pub fn dropped(&self) -> Refused {
        Refused::Dropped { at: self.words() }
    }

    pub fn malformed(&self) -> Refused {
        Refused::Malformed { at: self.words() }
    }

    pub fn unsupported(&self) -> Refused {
        Refused::Unsupported { at: self.words() }
    }

    pub fn context(&self, fault: ContextFault) -> Refused {
        Refused::Context { at: self.words(), fault }
    }

    fn words(&self) -> String {
        let mut names = Vec::new();
        let mut place = Some(self);
        while let Some(here) = place {
            match here.step {
                Step::Entry(position) => names.push(position.to_string()),
                Step::Member(name) => names.push(name.to_owned()),
                Step::Top => {}
            }
            place = here.under;
        }
        names.reverse();
        names.join(".")
    }
}
