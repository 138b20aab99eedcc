//! From expanded form to statements: JSON-LD API §8.1, Deserialize JSON-LD to RDF.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::canonical::Object;
use crate::interop::rdfc::contexts::Contexts;
use crate::interop::rdfc::expand::expand;
use crate::interop::rdfc::expanded::{Item, Node};
use crate::interop::rdfc::iri::is_blank;
use crate::interop::rdfc::quad::{Quad, Term};
use crate::interop::rdfc::refused::{Place, Refused};

/// 16,777,216 bytes: the texts of all statements. A file of 256 KiB makes 2 MB, unless a long name is repeated in each.
const BYTES: usize = 16 * 1024 * 1024;

const RDF_FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
const RDF_NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";
const RDF_REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// A JSON-LD 1.1 document as RDF statements (JSON-LD API §8.1, no base, `rdfDirection` `i18n-datatype`), in safe mode: whatever would not become
/// part of a statement is refused, so that a signature over the statements covers the document. The labels of blank nodes are
/// arbitrary, the order too; a statement may stand there twice, which says nothing more.
///
/// # Errors
/// [`Refused`], with the place in the document.
pub fn to_quads(document: &Object, contexts: &Contexts) -> Result<Vec<Quad>, Refused> {
    statements(expand(document, contexts)?)
}

/// The same of what expansion made.
pub(super) fn statements(node: Node) -> Result<Vec<Quad>, Refused> {
    let mut rdf = Rdf { quads: Vec::new(), labels: HashMap::new(), blank: 0, bytes: BYTES };
    match node {
        // JSON-LD API §5.1, step 8: a graph alone is the default graph
        Node { id: None, graph: Some(items), types, properties, reverse }
            if types.is_empty() && properties.is_empty() && reverse.is_empty() =>
        {
            for item in &items {
                rdf.object(item, None)?;
            }
        }
        node => {
            rdf.node(&node, None)?;
        }
    }
    // Nothing stated is nothing signed.
    if rdf.quads.is_empty() { Err(Place::top().dropped()) } else { Ok(rdf.quads) }
}

struct Rdf {
    quads: Vec<Quad>,
    /// The document's own labels of blank nodes, and ours for them.
    labels: HashMap<Arc<str>, String>,
    blank: usize,
    bytes: usize,
}

impl Rdf {
    /// JSON-LD API §8.1.2 step 1.3, for a node and those within it.
    fn node(&mut self, node: &Node, graph: Option<&Term>) -> Result<Term, Refused> {
        let subject = match &node.id {
            Some(id) => self.named(id),
            None => self.fresh(),
        };
        for kind in &node.types {
            let kind = self.named(kind);
            self.state(&subject, RDF_TYPE, kind, graph)?;
        }
        for (property, items) in &node.properties {
            for item in items {
                let object = self.object(item, graph)?;
                self.state(&subject, property, object, graph)?;
            }
        }
        for (property, nodes) in &node.reverse {
            for other in nodes {
                let other = self.node(other, graph)?;
                self.state(&other, property, subject.clone(), graph)?;
            }
        }
        for item in node.graph.iter().flatten() {
            self.object(item, Some(&subject))?;
        }
        Ok(subject)
    }

    /// §8.2.2, Object to RDF Conversion.
    fn object(&mut self, item: &Item, graph: Option<&Term>) -> Result<Term, Refused> {
        match item {
            Item::List(items) => self.list(items, graph),
            Item::Literal(term) => Ok(term.clone()),
            Item::Node(node) => self.node(node, graph),
        }
    }

    /// §8.3.2, List Conversion.
    fn list(&mut self, items: &[Item], graph: Option<&Term>) -> Result<Term, Refused> {
        let mut rest = Term::Iri(RDF_NIL.to_owned());
        for item in items.iter().rev() {
            let cell = self.fresh();
            let object = self.object(item, graph)?;
            self.state(&cell, RDF_FIRST, object, graph)?;
            self.state(&cell, RDF_REST, rest, graph)?;
            rest = cell;
        }
        Ok(rest)
    }

    fn state(&mut self, subject: &Term, predicate: &str, object: Term, graph: Option<&Term>) -> Result<(), Refused> {
        let bytes = length(subject) + predicate.len() + length(&object) + graph.map_or(0, length);
        self.bytes = self.bytes.checked_sub(bytes).ok_or(Refused::TooMuchWork)?;
        self.quads.push(Quad {
            subject: subject.clone(),
            predicate: predicate.to_owned(),
            object,
            graph: graph.cloned(),
        });
        Ok(())
    }

    fn named(&mut self, id: &Arc<str>) -> Term {
        if !is_blank(id) {
            return Term::Iri(id.to_string());
        }
        if let Some(label) = self.labels.get(id) {
            return Term::Blank(label.clone());
        }
        let term = self.fresh();
        if let Term::Blank(label) = &term {
            self.labels.insert(id.clone(), label.clone());
        }
        term
    }

    fn fresh(&mut self) -> Term {
        self.blank += 1;
        Term::Blank(format!("b{}", self.blank))
    }
}

fn length(term: &Term) -> usize {
    match term {
        Term::Blank(text) | Term::Iri(text) => text.len(),
        Term::Literal { value, datatype, language } => {
            value.len() + datatype.len() + language.as_ref().map_or(0, String::len)
        }
    }
}
