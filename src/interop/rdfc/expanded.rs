//! What expansion makes: JSON-LD 1.1 §9, in expanded form, with literals already as RDF has them.

use std::sync::Arc;

use crate::interop::rdfc::quad::Term;

/// A value of a property.
#[derive(Clone, Debug)]
pub(super) enum Item {
    List(Vec<Item>),
    Literal(Term),
    Node(Node),
}

/// A node object.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// An IRI, or a blank node identifier with its `_:`.
    pub id: Option<Arc<str>>,
    pub types: Vec<Arc<str>>,
    /// What it names as a graph.
    pub graph: Option<Vec<Item>>,
    /// The same property may stand there more than once.
    pub properties: Vec<(Arc<str>, Vec<Item>)>,
    /// Properties that the others have, with this node as the value.
    pub reverse: Vec<(Arc<str>, Vec<Node>)>,
}

impl Node {
    /// A node that is named and about which nothing is said.
    pub fn reference(id: Arc<str>) -> Self {
        Self { id: Some(id), ..Self::default() }
    }

    /// Whether nothing is said about it.
    pub fn says_nothing(&self) -> bool {
        self.types.is_empty() && self.graph.is_none() && self.properties.is_empty() && self.reverse.is_empty()
    }
}

/// What an element becomes.
#[derive(Debug)]
pub(super) enum Expanded {
    Many(Vec<Item>),
    Nothing,
    One(Item),
}

impl Expanded {
    /// As an array.
    pub fn into_items(self) -> Vec<Item> {
        match self {
            Expanded::Many(items) => items,
            Expanded::Nothing => Vec::new(),
            Expanded::One(item) => vec![item],
        }
    }
}
