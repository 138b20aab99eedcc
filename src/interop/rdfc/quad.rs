//! RDF as JSON-LD makes it and RDFC-1.0 orders it.

/// A subject, object or graph name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Term {
    /// A blank node by its label, without `_:`.
    Blank(String),
    /// An absolute IRI.
    Iri(String),
    /// A literal.
    Literal {
        /// Its lexical form.
        value: String,
        /// The IRI of its datatype; `xsd:string` and `rdf:langString` are spelled out here and left out of N-Quads.
        datatype: String,
        /// Its language tag, of an `rdf:langString`.
        language: Option<String>,
    },
}

/// A statement. An RDF dataset is a set of them: the same one twice is one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quad {
    /// A blank node or an IRI.
    pub subject: Term,
    /// An IRI.
    pub predicate: String,
    /// Anything.
    pub object: Term,
    /// A blank node or an IRI; `None` for the default graph.
    pub graph: Option<Term>,
}
