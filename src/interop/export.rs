//! Forms of a credential file that other people's software opens.

use crate::base::canonical::{Json, Object};

/// The suite that most Open Badges software checks (interop.md §2.1).
pub const RDFC: &str = "eddsa-rdfc-2022";

/// A credential with one of its proofs alone, as a single object: for readers that refuse a proof set. Each proof of a set secures the document
/// without the others (Data Integrity 1.0 §2.1.1), so nothing is signed again. `None` when it has no proof of this suite, or only one that
/// is chained to another proof, which would be missing then (§2.1.2).
#[must_use]
pub fn with_one_proof(document: &Object, suite: &str) -> Option<Object> {
    let proofs = match document.get("proof")? {
        Json::List(list) => list.as_slice(),
        single => std::slice::from_ref(single),
    };
    let alone = |proof: &&Json| {
        let Some(proof) = proof.object() else { return false };
        let is = |name: &str, value: &str| proof.get(name).and_then(Json::text) == Some(value);
        is("type", "DataIntegrityProof") && is("cryptosuite", suite) && proof.get("previousProof").is_none()
    };
    let proof = proofs.iter().find(alone)?.clone();
    let mut document = document.clone();
    document.set("proof", proof);
    Some(document)
}
