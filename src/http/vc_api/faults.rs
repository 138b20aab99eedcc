//! What is wrong with a signature, as entries of `errors`: a code, a place in the body, words.

use super::super::problem::Entry;
use crate::base::canonical::{Json, Object};
use crate::credential::document::Unreadable;
use crate::credential::proof::{NotCanonical, ProofProblem};
use crate::verify::message::{Fact, Words};
use crate::verify::report::say;
use crate::verify::securing::Fault;

/// Member names and positions joined by dots, as a pointer below a place.
pub(super) fn pointer(place: &str, at: &str) -> String {
    format!("{place}/{}", at.replace('~', "~0").replace('/', "~1").replace('.', "/"))
}

/// A fault of a document that stands at a place.
pub(super) fn entry(place: &str, fault: &Fault, words: &Words) -> Entry {
    let below = |name: &str| pointer(place, name);
    let place = match fault {
        Fault::Ended { .. } => below("validUntil"),
        Fault::Malformed(malformed) => below(&malformed.at),
        Fault::NotCanonical(NotCanonical::UnknownContext { .. }) => below("@context"),
        Fault::NotCanonical(NotCanonical::Unsafe { at }) => below(at),
        Fault::NotYet { .. } => below("validFrom"),
        Fault::Status(_) => below("credentialStatus"),
        Fault::Challenge
        | Fault::Domain
        | Fault::FromTheFuture { .. }
        | Fault::KeyUnknown { .. }
        | Fault::NoController
        | Fault::NoPrevious
        | Fault::NotCanonical(NotCanonical::TooMuchWork)
        | Fault::NotTheirs { .. }
        | Fault::ProofExpired { .. }
        | Fault::Signature
        | Fault::SuiteUnknown { .. }
        | Fault::WrongPurpose { .. } => below("proof"),
    };
    let said = match fault {
        Fault::Status(reason) => say(reason, words),
        other => words.say(&format!("securing.{}", other.code()), &facts(other)),
    };
    Entry { code: fault.code().to_owned(), pointer: Some(place), words: said }
}

fn facts(fault: &Fault) -> Vec<(&'static str, Fact)> {
    let text = |text: &str| Fact::Text(text.to_owned());
    match fault {
        Fault::Ended { until } => vec![("until", Fact::Day(*until))],
        Fault::FromTheFuture { created } => vec![("created", text(&created.to_string()))],
        Fault::KeyUnknown { method } | Fault::NotTheirs { method } => vec![("method", text(method))],
        Fault::NotCanonical(NotCanonical::UnknownContext { url }) => vec![("url", text(url))],
        Fault::NotYet { from } => vec![("from", Fact::Day(*from))],
        Fault::ProofExpired { expires } => vec![("expires", text(&expires.to_string()))],
        Fault::SuiteUnknown { name } => vec![("suite", text(name))],
        Fault::WrongPurpose { purpose } => vec![("purpose", text(purpose))],
        Fault::Challenge
        | Fault::Domain
        | Fault::Malformed(_)
        | Fault::NoController
        | Fault::NoPrevious
        | Fault::NotCanonical(NotCanonical::TooMuchWork | NotCanonical::Unsafe { .. })
        | Fault::Signature
        | Fault::Status(_) => Vec::new(),
    }
}

/// A document whose proofs cannot even be read.
pub(super) fn unreadable(place: &str, document: &Object, unreadable: &Unreadable, words: &Words) -> Entry {
    // Of several proofs it is not said which: the place is that of all.
    let single = matches!(document.get("proof"), Some(Json::Object(_)));
    let (code, at) = match unreadable {
        Unreadable::Json(error) => {
            let code = error.code();
            let words = words.get(&format!("notread.{code}")).to_owned();
            return Entry { code: code.to_owned(), pointer: Some(place.to_owned()), words };
        }
        Unreadable::NotAnObject => ("malformed", ""),
        Unreadable::Proof(ProofProblem::Member(name)) => ("proof-member", *name),
        Unreadable::Proof(ProofProblem::None) => ("proof-missing", ""),
        Unreadable::Proof(ProofProblem::NotAnObject) => ("proof-not-an-object", ""),
        Unreadable::Proof(ProofProblem::NotDataIntegrity) => ("proof-type", "type"),
        Unreadable::Proof(ProofProblem::Value) => ("proof-value", "proofValue"),
        Unreadable::TooManyProofs => ("too-many-proofs", ""),
    };
    let member = if single && !at.is_empty() { format!("/{at}") } else { String::new() };
    let said = words.say(&format!("securing.{code}"), &[("member", Fact::Text(at.to_owned()))]);
    Entry { code: code.to_owned(), pointer: Some(format!("{place}/proof{member}")), words: said }
}
