//! JSON-LD to RDF in safe mode: what is signed over RDF, and what is refused rather than signed in part.

mod bounds;
mod contexts;
mod peers;
mod reading;
mod vectors;

use skillpass::base::canonical::{Bounds, Json, Numbers, Object, read};
use skillpass::interop::rdfc::canonical::{Work, canonical};
use skillpass::interop::rdfc::{Contexts, Refused, to_quads};

/// As other people's documents are read.
const ANY: Bounds = Bounds { bytes: 1 << 20, depth: 32, string: 1 << 18, numbers: Numbers::Any };

/// A document out of its text.
fn document(text: &[u8]) -> Object {
    match read(text, ANY).unwrap() {
        Json::Object(object) => object,
        other => panic!("{other:?}"),
    }
}

/// A document's canonical N-Quads.
fn nquads(document: &Object, contexts: &Contexts) -> Result<String, Refused> {
    to_quads(document, contexts).map(|quads| canonical(&quads, Work::MOST).unwrap())
}
