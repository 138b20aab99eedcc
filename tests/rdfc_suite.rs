//! RDFC-1.0: the W3C's 86 vectors, what may not change a dataset's text, what must, and graphs that are made to take
//! for ever.

use std::collections::BTreeMap;

use proptest::prelude::*;
use skillpass::base::canonical::{Bounds, Json, Numbers, read};
use skillpass::interop::rdfc::canonical::{Hash, TooMuchWork, Work, canonical, canonical_with};
use skillpass::interop::rdfc::nquads;
use skillpass::interop::rdfc::quad::{Quad, Term};
use skillpass::interop::rdfc::{Contexts, digest};

use crate::common::nquads::parse;
use crate::common::shared::{json, suite, to_hex};

#[test]
fn the_86_of_rdf_canon() {
    let Some(folder) = suite("rdf-canon") else { return };
    let manifest = json(&folder.join("manifest.jsonld"));
    let (mut evaluated, mut mapped, mut refused) = (0, 0, 0);
    for entry in manifest["entries"].as_array().unwrap() {
        let read = |member: &str| std::fs::read_to_string(folder.join(entry[member].as_str().unwrap())).unwrap();
        let quads = parse(&read("action")).unwrap();
        let hash = if entry["hashAlgorithm"] == "SHA384" { Hash::Sha384 } else { Hash::Sha256 };
        let canonical = canonical_with(&quads, Work::MOST, hash);
        match entry["type"].as_str().unwrap() {
            "rdfc:RDFC10EvalTest" => {
                assert_eq!(canonical.unwrap().text, read("result"), "{}", entry["id"]);
                evaluated += 1;
            }
            "rdfc:RDFC10MapTest" => {
                let expected: BTreeMap<String, String> = serde_json::from_str(&read("result")).unwrap();
                let labels: BTreeMap<String, String> = canonical.unwrap().labels.into_iter().collect();
                assert_eq!(labels, expected, "{}", entry["id"]);
                mapped += 1;
            }
            "rdfc:RDFC10NegativeEvalTest" => {
                assert_eq!(canonical, Err(TooMuchWork), "{}", entry["id"]);
                refused += 1;
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!((evaluated, mapped, refused), (64, 21, 1));
}

/// Large Open Badges, and what jsonld.js 9.0.0 with rdf-canonize 5.0.0 makes of them: SHA-256 of the canonical N-Quads,
/// the outer proof left out. `tests/peers/run` asks jsonld.js again.
const AS_JSONLD_JS: [(&str, &str); 2] = [
    ("full_ex", "92ee02bd83460967fa37c06b72a18d7ef8cd987a36b8bd657e5a7ad471129280"),
    ("minimal_valid_obv3", "72fd059374dee90a65b7200a6ed2a9615900aaa4e3d405d1fdf2babd2e39985b"),
];

#[test]
fn large_badges_as_jsonld_js_has_them() {
    let Some(folder) = suite("ob3-schema") else { return };
    let any = Bounds { bytes: 1 << 24, depth: 64, string: 1 << 24, numbers: Numbers::Any };
    for (name, expected) in AS_JSONLD_JS {
        let bytes = std::fs::read(folder.join(format!("ref/{name}.json"))).unwrap();
        let Ok(Json::Object(document)) = read(&bytes, any) else { panic!("{name}") };
        let unsecured =
            document.iter().filter(|(member, _)| *member != "proof").map(|(member, json)| (member, json.clone()));
        let digest = digest(&unsecured.collect(), Contexts::embedded());
        assert_eq!(digest.map(|digest| to_hex(&digest)).as_deref(), Ok(expected), "{name}");
    }
}

/// Refused: by the number of its steps, which is the same on every machine. What they take is measured by `cargo bench`.
fn is_poison(name: &str, quads: &[Quad]) {
    assert_eq!(canonical(quads, Work::MOST), Err(TooMuchWork), "{name}");
}

fn is_sound(name: &str, quads: &[Quad]) -> String {
    canonical(quads, Work::MOST).unwrap_or_else(|_| panic!("{name}"))
}

fn edge(from: impl std::fmt::Display, to: impl std::fmt::Display) -> Quad {
    let blank = |label: &dyn std::fmt::Display| Term::Blank(format!("n{label}"));
    Quad { subject: blank(&from), predicate: "urn:example:p".to_owned(), object: blank(&to), graph: None }
}

/// Every one of so many nodes points at every other.
fn clique(nodes: usize) -> Vec<Quad> {
    (0..nodes).flat_map(|from| (0..nodes).filter(move |to| *to != from).map(move |to| edge(from, to))).collect()
}

#[test]
fn cliques_are_refused() {
    for nodes in [10, 12, 20, 30, 100] {
        is_poison(&format!("clique of {nodes}"), &clique(nodes));
    }
}

#[test]
fn regular_graphs_are_refused() {
    // Every node has the same number of neighbours, and nothing else tells it from the others.
    let ring = |nodes: usize, steps: &[usize]| -> Vec<Quad> {
        (0..nodes).flat_map(|from| steps.iter().map(move |step| edge(from, (from + step) % nodes))).collect()
    };
    is_poison("two rings in one", &ring(40, &[1, 7]));
    is_poison("three rings in one", &ring(40, &[1, 7, 12]));
    is_poison("a ring deeper than the stack allowed", &ring(1_000, &[1]));
    let grid =
        (0..36).flat_map(|at| [edge(at, (at + 1) % 6 + at / 6 * 6), edge(at, (at + 6) % 36)]).collect::<Vec<_>>();
    is_poison("a torus", &grid);
    let halves = (0..8).flat_map(|from| (8..16).map(move |to| edge(from, to))).collect::<Vec<_>>();
    is_poison("a complete bipartite graph", &halves);
}

#[test]
fn long_chains_are_refused_before_the_stack_ends() {
    for nodes in [1_000, 5_000] {
        is_poison("chain", &(0..nodes).map(|at| edge(at, at + 1)).collect::<Vec<_>>());
    }
    // One node with so many alike neighbours that a single permutation is all the work allowed.
    let star: Vec<Quad> =
        (0..2).flat_map(|hub| (0..5_000).map(move |leaf| edge(format!("hub{hub}"), format!("{hub}-{leaf}")))).collect();
    is_poison("two stars", &star);
}

/// What real files hold: parts without a name that say the same.
#[test]
fn alike_parts_are_canonicalised() {
    let parts = |count: usize| -> Vec<Quad> {
        let subject = Term::Iri("urn:example:person".to_owned());
        (0..count)
            .flat_map(|at| {
                let part = edge(at, format!("{at}-inner"));
                let held = Quad {
                    subject: subject.clone(),
                    predicate: "urn:example:has".to_owned(),
                    object: part.subject.clone(),
                    graph: None,
                };
                [held, part]
            })
            .collect()
    };
    assert_eq!(is_sound("1,000 parts of two nodes", &parts(1_000)).lines().count(), 2_000);
    let short = is_sound("a chain of 20", &(0..20).map(|at| edge(at, at + 1)).collect::<Vec<_>>());
    assert_eq!(short.lines().count(), 20);
    assert_eq!(is_sound("nothing", &[]), "");
}

/// No IRI, language or label can end its own brackets: a dataset has one text, and a text one dataset.
#[test]
fn nothing_breaks_out_of_its_place() {
    let literal = |value: &str, language: Option<&str>| Term::Literal {
        value: value.to_owned(),
        datatype: nquads::XSD_STRING.to_owned(),
        language: language.map(str::to_owned),
    };
    let object = |object: Term| Quad {
        subject: Term::Blank("b".to_owned()),
        predicate: "urn:p".to_owned(),
        object,
        graph: None,
    };
    let line = |term: Term| canonical(&[object(term)], Work::MOST).unwrap();
    assert_eq!(
        line(Term::Iri("urn:a> .\n<urn:b".to_owned())),
        "_:c14n0 <urn:p> <urn:a\\u003E\\u0020.\\u000A\\u003Curn:b> .\n"
    );
    assert_eq!(line(literal("a", Some("en .\n"))), "_:c14n0 <urn:p> \"a\"@en\\u0020\\u002E\\u000A .\n");
    assert_eq!(
        line(literal("\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1F}\"\\\u{7F}\u{FFFE}\u{FFFD}ñ", None)),
        "_:c14n0 <urn:p> \"\\u0000\\b\\t\\n\\u000B\\f\\r\\u001F\\\"\\\\\\u007F\\uFFFE\u{FFFD}ñ\" .\n"
    );
    assert_eq!(nquads::line(&object(literal("a\nb", None))), "_:b <urn:p> \"a\\nb\" .\n");
}

/// Code points decide, not UTF-16 units: U+FF5E comes before U+1F600.
#[test]
fn lines_stand_in_code_point_order() {
    let of = |name: &str| Quad {
        subject: Term::Iri(format!("urn:{name}")),
        predicate: "urn:p".to_owned(),
        object: Term::Iri("urn:o".to_owned()),
        graph: None,
    };
    let text = canonical(&[of("\u{1F600}"), of("\u{FF5E}")], Work::MOST).unwrap();
    assert_eq!(text, "<urn:\u{FF5E}> <urn:p> <urn:o> .\n<urn:\u{1F600}> <urn:p> <urn:o> .\n");
}

fn name() -> impl Strategy<Value = Term> {
    prop_oneof![
        2 => (0..6u8).prop_map(|at| Term::Blank(format!("b{at}"))),
        1 => (0..3u8).prop_map(|at| Term::Iri(format!("urn:example:{at}"))),
    ]
}

fn term() -> impl Strategy<Value = Term> {
    let literal = ("[a-c\"\\\\\n]{0,2}", 0..3u8).prop_map(|(value, of)| Term::Literal {
        value,
        datatype: if of == 1 { "urn:example:type" } else { nquads::XSD_STRING }.to_owned(),
        language: (of == 2).then(|| "es".to_owned()),
    });
    prop_oneof![3 => name(), 1 => literal]
}

/// Without statements of three blank nodes: of these RDFC-1.0 does not promise one text (see `canonical.rs`).
fn quads() -> impl Strategy<Value = Vec<Quad>> {
    let quad = (name(), 0..2u8, term(), proptest::option::weighted(0.2, name()));
    let quad = quad.prop_map(|(subject, predicate, object, graph)| {
        let is_blank = |term: &Term| matches!(term, Term::Blank(_));
        let graph = graph.filter(|graph| ![&subject, &object, graph].into_iter().all(is_blank));
        Quad { subject, predicate: format!("urn:example:p{predicate}"), object, graph }
    });
    proptest::collection::vec(quad, 1..12)
}

/// Every term of a dataset, to be changed.
fn terms(quads: &mut [Quad]) -> impl Iterator<Item = &mut Term> {
    quads
        .iter_mut()
        .flat_map(|quad| [Some(&mut quad.subject), Some(&mut quad.object), quad.graph.as_mut()].into_iter().flatten())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn other_labels_and_another_order_give_the_same_text(
        (quads, shuffled) in quads().prop_flat_map(|quads| (Just(quads.clone()), Just(quads).prop_shuffle())),
        labels in Just((0..6).map(|at| format!("x{at}")).collect::<Vec<_>>()).prop_shuffle(),
        twice in any::<bool>(),
    ) {
        let Ok(text) = canonical(&quads, Work::MOST) else { return Ok(()) };
        let mut other = shuffled;
        for term in terms(&mut other) {
            if let Term::Blank(label) = term {
                let at: usize = label[1..].parse().unwrap();
                *label = labels[at].clone();
            }
        }
        if twice {
            other.push(other[0].clone());
        }
        prop_assert_eq!(canonical(&other, Work::MOST), Ok(text.clone()));
        // The text is N-Quads, and canonical already.
        prop_assert_eq!(canonical(&parse(&text).unwrap(), Work::MOST), Ok(text));
    }

    #[test]
    fn another_term_gives_another_text(quads in quads(), at in any::<proptest::sample::Index>()) {
        let Ok(text) = canonical(&quads, Work::MOST) else { return Ok(()) };
        let mut other = quads;
        let count = terms(&mut other).count();
        *terms(&mut other).nth(at.index(count)).unwrap() = Term::Iri("urn:example:another".to_owned());
        prop_assert_ne!(canonical(&other, Work::MOST), Ok(text));
    }
}
