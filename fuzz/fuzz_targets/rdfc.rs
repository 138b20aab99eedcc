//! RDFC-1.0 under bytes of any kind: it ends, soon; its text is N-Quads and canonical; neither labels nor order change it.
#![no_main]

use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use skillpass::interop::rdfc::canonical::{TooMuchWork, Work, canonical};
use skillpass::interop::rdfc::quad::{Quad, Term};

#[path = "../../tests/common/nquads.rs"]
mod nquads;

/// One second: ten times what a refusal may take, for machines that do other things as well.
const SOON: Duration = Duration::from_secs(1);

fuzz_target!(|bytes: &[u8]| {
    // Bytes that are N-Quads are read as such; of any others, three make an edge.
    let read = std::str::from_utf8(bytes).ok().and_then(nquads::parse);
    let quads = read.unwrap_or_else(|| bytes.chunks_exact(3).map(edge).collect());
    let Ok(text) = soon(&quads) else { return };
    let again = nquads::parse(&text).expect("the text is N-Quads");
    // Three blank nodes in one statement are beyond what RDFC-1.0 promises. Close to the bound on work the labels of the
    // input decide on which side a dataset falls; where both have a text, it is one.
    if !quads.iter().any(is_of_three_blanks) {
        let other: Vec<Quad> = quads.iter().rev().map(relabelled).collect();
        for other in [again, other] {
            if let Ok(other) = canonical(&other, Work::MOST) {
                assert_eq!(other, text);
            }
        }
    }
});

/// The answer; fails when none of three comes soon. One may be late because of what else the machine does.
fn soon(quads: &[Quad]) -> Result<String, TooMuchWork> {
    let answer = || {
        let start = Instant::now();
        let answer = canonical(quads, Work::MOST);
        (start.elapsed(), answer)
    };
    let found = (0..3).map(|_| answer()).find(|(took, _)| *took < SOON);
    found.unwrap_or_else(|| panic!("too long for {} statements", quads.len())).1
}

/// A statement between a few names, seldom with a literal or a graph name.
fn edge(bytes: &[u8]) -> Quad {
    let [subject, object, rest] = bytes else { panic!("three bytes") };
    let name = |byte: u8| match byte {
        0..=0xEF => Term::Blank(format!("b{byte}")),
        _ => Term::Iri(format!("urn:example:{byte}")),
    };
    let literal = |byte: u8| Term::Literal {
        value: char::from(byte).to_string(),
        datatype: "http://www.w3.org/2001/XMLSchema#string".to_owned(),
        language: None,
    };
    Quad {
        subject: name(*subject),
        predicate: format!("urn:example:p{}", rest & 3),
        object: if rest & 0x0C == 0x0C { literal(*object) } else { name(*object) },
        graph: (rest & 0x70 == 0x70).then(|| name(*rest)),
    }
}

fn is_of_three_blanks(quad: &Quad) -> bool {
    let terms = [Some(&quad.subject), Some(&quad.object), quad.graph.as_ref()];
    terms.into_iter().all(|term| matches!(term, Some(Term::Blank(_))))
}

fn relabelled(quad: &Quad) -> Quad {
    let other = |term: &Term| match term {
        // Labels keep their differences and lose their order.
        Term::Blank(label) => Term::Blank(label.chars().rev().chain(['x']).collect()),
        term => term.clone(),
    };
    Quad {
        subject: other(&quad.subject),
        predicate: quad.predicate.clone(),
        object: other(&quad.object),
        graph: quad.graph.as_ref().map(other),
    }
}
