//! RDFC-1.0 (W3C Recommendation 2024-05-21, §4.4 to §4.8): labels for blank nodes that depend on nothing but what they
//! stand in.
//!
//! Our own, because the work is bounded: a graph of forty lines can ask for more permutations than there is time for
//! (§7.1, "dataset poisoning"), and such a file must end in a refusal, not in a server that stands still. Strings are
//! compared by code points, as the specification asks; implementations in JavaScript compare UTF-16 units, which
//! differs only beyond the basic plane.
//!
//! What the algorithm itself does not promise: where a blank node stands in a statement with two others (subject, object
//! and graph name), §4.7 does not say in which place, and two datasets that differ in nothing but labels may get two
//! texts. jsonld.js gives the same two. It may cost a signature, never lend one: a text is still of one dataset alone.

use sha2::{Digest as _, Sha256, Sha384};

use super::dataset::{Dataset, Statement, sorted_lines, write_number};
use super::issuer::{Issuer, Node};
use super::quad::Quad;

/// How much work a dataset may ask for.
///
/// A step is a call of Hash N-Degree Quads (§4.8), a call of Hash Related Blank Node (§4.7), or one blank node looked
/// at in one permutation (§4.8.3 step 5.4.4). Each takes one short digest at most, so steps bound time. Datasets whose
/// blank nodes all differ in their own statements, as nearly every credential's do, take none.
///
/// Close to the bound, the labels of the input decide on which side a dataset falls: they order the permutations, and
/// the sooner the least path is met, the less is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// Steps in all.
    pub steps: u32,
    /// Calls of Hash N-Degree Quads inside one another; each uses stack.
    pub depth: u32,
}

impl Work {
    /// 16,384 steps, 128 calls deep. The hardest dataset of the W3C's suite that has an answer (test044) takes 6,006
    /// steps and is 7 deep at most; a credential file of 256 KiB that is full of alike parts without a name (five
    /// thousand of them) takes three steps for each.
    pub const MOST: Self = Self { steps: 16_384, depth: 128 };
}

/// The dataset asks for more than [`Work`] allows: its blank nodes are too much alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuchWork;

/// The hash function. Cryptosuites over Ed25519 use SHA-256 (EdDSA Cryptosuites 1.0 §3.2.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256, RDFC-1.0's default.
    #[default]
    Sha256,
    /// SHA-384, which ECDSA cryptosuites over P-384 ask for.
    Sha384,
}

/// A canonical dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// Canonical N-Quads in code point order, each line ended with a line feed.
    pub text: String,
    /// The issued identifiers map: labels of the input, without `_:`, and the label each got, in order of issue.
    pub labels: Vec<(String, String)>,
}

/// The dataset's canonical N-Quads, by SHA-256.
///
/// # Errors
/// [`TooMuchWork`]: the dataset needs more than `most`.
pub fn canonical(quads: &[Quad], most: Work) -> Result<String, TooMuchWork> {
    let dataset = Dataset::new(quads);
    let issuer = Canonicalisation::new(&dataset, most, Hash::Sha256).run()?;
    Ok(text(&dataset, &issuer))
}

/// The same by either hash function, with the map of labels.
///
/// # Errors
/// As [`canonical`].
pub fn canonical_with(quads: &[Quad], most: Work, hash: Hash) -> Result<Canonical, TooMuchWork> {
    let dataset = Dataset::new(quads);
    let issuer = Canonicalisation::new(&dataset, most, hash).run()?;
    let label =
        |(number, node): (usize, &Node)| Some(((*dataset.labels.get(*node)?).to_owned(), format!("c14n{number}")));
    let labels = issuer.issued().iter().enumerate().filter_map(label).collect();
    Ok(Canonical { text: text(&dataset, &issuer), labels })
}

/// §5: every statement under its canonical labels, sorted.
fn text(dataset: &Dataset, issuer: &Issuer) -> String {
    sorted_lines(dataset.statements(), |node, out| {
        out.push_str("_:c14n");
        issuer.number(node).into_iter().for_each(|number| write_number(number, out));
    })
}

/// A digest in lower-case hexadecimal digits, as it goes into every other digest and path.
type Digest = String;

impl Hash {
    fn of(self, text: &str) -> Digest {
        match self {
            Self::Sha256 => digits(&Sha256::digest(text)),
            Self::Sha384 => digits(&Sha384::digest(text)),
        }
    }
}

fn digits(digest: &[u8]) -> Digest {
    let digit = |half: u8| char::from(if half < 10 { b'0' + half } else { b'a' - 10 + half });
    let mut digits = String::with_capacity(2 * digest.len());
    for byte in digest {
        digits.push(digit(byte >> 4));
        digits.push(digit(byte & 0xF));
    }
    digits
}

/// Where a blank node stands in a statement; the letter goes into Hash Related Blank Node.
const POSITIONS: [char; 3] = ['s', 'o', 'g'];

/// The canonicalization state (§4.3) and what is left of the work allowed.
struct Canonicalisation<'a> {
    dataset: &'a Dataset<'a>,
    hash: Hash,
    steps: u32,
    depth: u32,
    /// By node, the result of Hash First Degree Quads, which does not change.
    first_degree: Vec<Digest>,
    /// The canonical issuer, prefix `c14n`.
    canonical: Issuer,
    /// The issuer of paths, prefix `b`.
    temporary: Issuer,
}

impl<'a> Canonicalisation<'a> {
    fn new(dataset: &'a Dataset<'a>, most: Work, hash: Hash) -> Self {
        let nodes = dataset.labels.len();
        let first_degree = (0..nodes).map(|node| hash_first_degree_quads(dataset, node, hash)).collect();
        let [canonical, temporary] = [Issuer::new(nodes), Issuer::new(nodes)];
        Self { dataset, hash, steps: most.steps, depth: most.depth, first_degree, canonical, temporary }
    }

    /// §4.4.3, from step 3 on: steps 1 and 2 are [`Dataset::new`].
    fn run(mut self) -> Result<Issuer, TooMuchWork> {
        // 3. The hash to blank nodes map, in order of hash.
        let mut hashes: Vec<(Digest, Node)> =
            self.first_degree.iter().enumerate().map(|(node, digest)| (digest.clone(), node)).collect();
        hashes.sort_unstable();
        let alike = || hashes.chunk_by(|one, other| one.0 == other.0);
        // 4. A node whose hash no other has gets its canonical identifier.
        for group in alike() {
            if let [(_, node)] = group {
                self.canonical.issue(*node);
            }
        }
        // 5. The others, in order of hash.
        for group in alike().filter(|group| group.len() > 1) {
            // 5.1 Hash path list.
            let mut results: Vec<(Digest, Vec<Node>)> = Vec::new();
            // 5.2
            for (_, node) in group {
                // 5.2.1
                if self.canonical.number(*node).is_some() {
                    continue;
                }
                // 5.2.2, 5.2.3
                self.temporary.back_to(0);
                self.temporary.issue(*node);
                // 5.2.4
                let digest = self.hash_n_degree_quads(*node, self.depth)?;
                results.push((digest, self.temporary.issued().to_vec()));
            }
            // 5.3
            results.sort_by(|one, other| one.0.cmp(&other.0));
            for (_, issued) in results {
                // 5.3.1
                issued.into_iter().for_each(|node| {
                    self.canonical.issue(node);
                });
            }
        }
        Ok(self.canonical)
    }

    /// §4.7.3, for a node at a place in a statement.
    fn hash_related_blank_node(&self, related: Node, statement: &Statement, position: char) -> Digest {
        // 1
        let mut input = String::with_capacity(128);
        input.push(position);
        // 2
        if position != 'g' {
            input.push('<');
            input.push_str(statement.predicate);
            input.push('>');
        }
        // 3, 4
        if self.canonical.number(related).is_some() || self.temporary.number(related).is_some() {
            self.write_identifier(related, &mut input);
        } else if let Some(digest) = self.first_degree.get(related) {
            input.push_str(digest);
        }
        // 5
        self.hash.of(&input)
    }

    /// §4.8.3. Identifiers are issued by the issuer of paths, which at the end stands for the issuer returned.
    fn hash_n_degree_quads(&mut self, node: Node, depth: u32) -> Result<Digest, TooMuchWork> {
        self.spend(1)?;
        let depth = depth.checked_sub(1).ok_or(TooMuchWork)?;
        // 1 to 3
        let related = self.related(node)?;
        // 4
        let mut data = String::new();
        // 5
        for alike in related.chunk_by(|one, other| one.0 == other.0) {
            // 5.1
            alike.iter().take(1).for_each(|(digest, _)| data.push_str(digest));
            // 5.2, 5.3
            let before = self.temporary.issued().len();
            let mut chosen: Option<(String, Vec<Node>)> = None;
            // 5.4
            let mut permutation: Vec<Node> = alike.iter().map(|(_, node)| *node).collect();
            loop {
                let chosen_path = chosen.as_ref().map(|(path, _)| path.as_str());
                // 5.4.6
                if let Some(path) = self.path(&permutation, chosen_path, depth)? {
                    let issued = self.temporary.issued().iter().skip(before).copied().collect();
                    chosen = Some((path, issued));
                }
                self.temporary.back_to(before);
                if !next_permutation(&mut permutation) {
                    break;
                }
            }
            if let Some((path, issued)) = chosen {
                // 5.5
                data.push_str(&path);
                // 5.6
                issued.into_iter().for_each(|node| {
                    self.temporary.issue(node);
                });
            }
        }
        // 6
        Ok(self.hash.of(&data))
    }

    /// §4.8.3 steps 1 to 3: the related blank nodes with their hashes, in order of hash, then of node.
    fn related(&mut self, node: Node) -> Result<Vec<(Digest, Node)>, TooMuchWork> {
        let mut related = Vec::new();
        for statement in self.dataset.of_node(node) {
            // 3.1
            for (other, position) in statement.blanks.into_iter().zip(POSITIONS) {
                if let Some(other) = other.filter(|other| *other != node) {
                    self.spend(1)?;
                    // 3.1.1, 3.1.2
                    related.push((self.hash_related_blank_node(other, statement, position), other));
                }
            }
        }
        related.sort_unstable();
        Ok(related)
    }

    /// §4.8.3 steps 5.4.1 to 5.4.5 for one permutation: its path; nothing when it is not less than the path chosen so
    /// far.
    fn path(&mut self, permutation: &[Node], chosen: Option<&str>, depth: u32) -> Result<Option<String>, TooMuchWork> {
        let mut race = Race { ahead: chosen };
        // 5.4.2, 5.4.3
        let (mut path, mut recursion) = (String::new(), Vec::new());
        // 5.4.4
        for related in permutation {
            self.spend(1)?;
            let from = path.len();
            if self.canonical.number(*related).is_none() {
                // 5.4.4.2.1
                if self.temporary.number(*related).is_none() {
                    recursion.push(*related);
                }
                self.temporary.issue(*related);
            }
            // 5.4.4.1, 5.4.4.2.2
            self.write_identifier(*related, &mut path);
            // 5.4.4.3
            if race.is_lost_by(path.get(from..)) {
                return Ok(None);
            }
        }
        // 5.4.5
        for related in recursion {
            let from = path.len();
            // 5.4.5.1, 5.4.5.4
            let digest = self.hash_n_degree_quads(related, depth)?;
            // 5.4.5.2
            self.write_identifier(related, &mut path);
            // 5.4.5.3
            path.push('<');
            path.push_str(&digest);
            path.push('>');
            // 5.4.5.5
            if race.is_lost_by(path.get(from..)) {
                return Ok(None);
            }
        }
        // 5.4.6
        Ok(Some(path).filter(|_| race.is_won()))
    }

    /// Appends the identifier that was issued for the node: the canonical one before that of paths.
    fn write_identifier(&self, node: Node, out: &mut String) {
        let (prefix, number) = match self.canonical.number(node) {
            Some(number) => ("_:c14n", Some(number)),
            None => ("_:b", self.temporary.number(node)),
        };
        out.push_str(prefix);
        number.into_iter().for_each(|number| write_number(number, out));
    }

    fn spend(&mut self, steps: u32) -> Result<(), TooMuchWork> {
        self.steps = self.steps.checked_sub(steps).ok_or(TooMuchWork)?;
        Ok(())
    }
}

/// A path against the path chosen so far, as it grows. A path that is greater at its beginning is greater at its end,
/// whatever its length: the specification's condition on lengths only saves work, and so does comparing what was added
/// alone.
struct Race<'a> {
    /// What of the chosen path is still to be met, all before being equal; nothing when there is no chosen path or this
    /// one is less.
    ahead: Option<&'a str>,
}

impl Race<'_> {
    /// Whether the path is greater, now that this was added.
    fn is_lost_by(&mut self, added: Option<&str>) -> bool {
        let (Some(ahead), Some(added)) = (self.ahead, added) else { return false };
        let rest = ahead.strip_prefix(added);
        self.ahead = rest;
        rest.is_none() && added > ahead
    }

    /// Whether the path, as long as it gets, is less.
    fn is_won(&self) -> bool {
        self.ahead.is_none_or(|rest| !rest.is_empty())
    }
}

/// §4.6.3
fn hash_first_degree_quads(dataset: &Dataset, reference: Node, hash: Hash) -> Digest {
    // 1 to 4. The reference node is `_:a`, every other `_:z`.
    let nquads = sorted_lines(dataset.of_node(reference), |node, out| {
        out.push_str(if node == reference { "_:a" } else { "_:z" });
    });
    // 5
    hash.of(&nquads)
}

/// Puts the list into its next order, from ascending to descending; whether there was one.
fn next_permutation(list: &mut [Node]) -> bool {
    let Some(at) = list.windows(2).rposition(|pair| matches!(pair, [one, next] if one < next)) else { return false };
    let Some((head, tail)) = list.split_at_mut_checked(at + 1) else { return false };
    if let Some(pivot) = head.last_mut()
        && let Some(next) = tail.iter_mut().rfind(|next| **next > *pivot)
    {
        std::mem::swap(pivot, next);
    }
    tail.reverse();
    true
}
