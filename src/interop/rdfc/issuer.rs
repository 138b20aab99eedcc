//! RDFC-1.0 §4.5: identifiers issued in order, each once.

/// A blank node by its place among those of the dataset.
pub(super) type Node = usize;

/// Issues 0, 1, 2 … to blank nodes. Where the specification copies an issuer to try something out, this one is taken
/// back.
pub(super) struct Issuer {
    /// The nodes, in the order of their identifiers.
    issued: Vec<Node>,
    /// By node, the number of its identifier.
    numbers: Vec<Option<usize>>,
}

impl Issuer {
    /// One that has issued nothing, for so many nodes.
    pub(super) fn new(nodes: usize) -> Self {
        Self { issued: Vec::new(), numbers: vec![None; nodes] }
    }

    /// The node's number, if one was issued.
    pub(super) fn number(&self, node: Node) -> Option<usize> {
        self.numbers.get(node).copied().flatten()
    }

    /// The node's number, issued now if it was not before (§4.5.2).
    pub(super) fn issue(&mut self, node: Node) -> usize {
        if let Some(number) = self.number(node) {
            return number;
        }
        let number = self.issued.len();
        self.issued.push(node);
        if let Some(place) = self.numbers.get_mut(node) {
            *place = Some(number);
        }
        number
    }

    /// The nodes with an identifier, in order of issue.
    pub(super) fn issued(&self) -> &[Node] {
        &self.issued
    }

    /// Forgets all but the first `count` identifiers.
    pub(super) fn back_to(&mut self, count: usize) {
        for node in self.issued.drain(count.min(self.issued.len())..) {
            if let Some(place) = self.numbers.get_mut(node) {
                *place = None;
            }
        }
    }
}
