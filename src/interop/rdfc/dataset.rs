//! The statements of a dataset as RDFC-1.0 uses them: each once, its line written once with gaps where blank nodes
//! stand.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::issuer::Node;
use super::nquads;
use super::quad::{Quad, Term};

/// The statements, and which blank node stands in which: the *blank node to quads map* (§4.3).
pub(super) struct Dataset<'a> {
    /// The labels of the blank nodes, without `_:`, by node.
    pub(super) labels: Vec<&'a str>,
    /// Each different statement once.
    statements: Vec<Statement<'a>>,
    /// By node, the statements it stands in.
    of_node: Vec<Vec<usize>>,
}

/// A statement, its line cut at its blank nodes.
pub(super) struct Statement<'a> {
    /// The blank nodes that stand in it: subject, object, graph name.
    pub(super) blanks: [Option<Node>; 3],
    /// The IRI of its predicate.
    pub(super) predicate: &'a str,
    /// What stands before, between and after the blank nodes that are there, cut by [`GAP`].
    text: String,
}

/// Stands for a blank node in a line. Control characters are escaped in N-Quads, so it never stands for itself.
const GAP: char = '\0';

impl<'a> Dataset<'a> {
    pub(super) fn new(quads: &'a [Quad]) -> Self {
        let mut labels = Vec::new();
        let mut nodes = BTreeMap::new();
        let mut node = |term: &'a Term| match term {
            Term::Blank(label) => Some(*nodes.entry(label.as_str()).or_insert_with(|| {
                labels.push(label.as_str());
                labels.len() - 1
            })),
            _ => None,
        };
        let mut statements: Vec<Statement> = quads
            .iter()
            .map(|quad| {
                let blanks = [node(&quad.subject), node(&quad.object), quad.graph.as_ref().and_then(&mut node)];
                let mut text = String::with_capacity(LINE_BYTES);
                nquads::write_line(quad, &mut text, |_, text| text.push(GAP));
                Statement { blanks, predicate: &quad.predicate, text }
            })
            .collect();
        // A dataset is a set: the same statement twice is one. The blank nodes are compared first, being cheaper than
        // text.
        statements.sort_unstable_by(|one, other| one.key().cmp(&other.key()));
        statements.dedup_by(|one, other| one.key() == other.key());
        let mut of_node = vec![Vec::new(); labels.len()];
        for (at, statement) in statements.iter().enumerate() {
            for node in statement.blanks.into_iter().flatten() {
                if let Some(of_node) = of_node.get_mut(node)
                    && of_node.last() != Some(&at)
                {
                    of_node.push(at);
                }
            }
        }
        Self { labels, statements, of_node }
    }

    /// Every statement.
    pub(super) fn statements(&self) -> impl ExactSizeIterator<Item = &Statement<'a>> {
        self.statements.iter()
    }

    /// The statements in which the node stands.
    pub(super) fn of_node(&self, node: Node) -> impl Iterator<Item = &Statement<'a>> {
        self.of_node.get(node).into_iter().flatten().filter_map(|at| self.statements.get(*at))
    }
}

/// 192 bytes: room for a line of a credential, so that writing one seldom grows its text.
const LINE_BYTES: usize = 192;

impl Statement<'_> {
    fn key(&self) -> ([Option<Node>; 3], &str) {
        (self.blanks, &self.text)
    }

    /// Appends the line; `label` writes a blank node.
    pub(super) fn write(&self, out: &mut String, mut label: impl FnMut(Node, &mut String)) {
        let mut blanks = self.blanks.into_iter().flatten();
        for (at, piece) in self.text.split(GAP).enumerate() {
            if at > 0 {
                blanks.next().into_iter().for_each(|node| label(node, out));
            }
            out.push_str(piece);
        }
    }
}

/// The lines of these statements in code point order, joined; `label` writes a blank node.
pub(super) fn sorted_lines<'a, 'b: 'a>(
    statements: impl Iterator<Item = &'a Statement<'b>>,
    mut label: impl FnMut(Node, &mut String),
) -> String {
    let mut text = String::new();
    for statement in statements {
        statement.write(&mut text, &mut label);
    }
    // A line feed inside a literal is escaped: each one ends a line.
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    // The order of UTF-8's bytes is that of code points.
    lines.sort_unstable();
    lines.concat()
}

/// Appends a number.
pub(super) fn write_number(number: usize, out: &mut String) {
    // Writing to a string does not fail.
    let _ = write!(out, "{number}");
}
