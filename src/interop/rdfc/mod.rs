//! `eddsa-rdfc-2022`'s half of the work: a JSON-LD document to RDF (JSON-LD 1.1, safe mode, contexts embedded and
//! pinned), and RDF to canonical N-Quads (RDFC-1.0, W3C Recommendation 2024-05-21), with a bound on the work.

pub mod canonical;
mod context;
mod contexts;
mod dataset;
mod define;
mod expand;
mod expanded;
mod iri;
mod issuer;
mod literal;
mod local;
pub mod nquads;
mod property;
pub mod quad;
mod reading;
mod refused;
mod to_rdf;
mod value;

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::base::canonical::Object;
use crate::credential::proof::{Canonicalise, NotCanonical, Suites};
use canonical::{Work, canonical};
use expand::expand;
use to_rdf::statements;

pub use contexts::{Contexts, EMBEDDED};
pub use refused::{ContextFault, Refused};
pub use to_rdf::to_quads;

/// The SHA-256 of a document's canonical RDF: what the suites over RDF sign of a document, and of a proof's options (EdDSA Cryptosuites
/// 1.0 §3.2.3 and §3.2.4).
///
/// # Errors
/// [`Refused`]: never a digest that leaves something out, nor of a document that reads otherwise than its statements say.
pub fn digest(document: &Object, contexts: &Contexts) -> Result<[u8; 32], Refused> {
    let node = expand(document, contexts)?;
    reading::check(document, &node)?;
    let quads = statements(node)?;
    let text = canonical(&quads, Work::MOST).map_err(|_| Refused::TooMuchWork)?;
    Ok(Sha256::digest(text.as_bytes()).into())
}

/// The suites of a whole build: jcs, and those over RDF with the contexts of this build.
#[must_use]
pub fn suites() -> Suites {
    Suites::with_rdf(Arc::new(Canonicaliser::embedded()))
}

/// The contexts of this build and perhaps of a resource map, and RDFC-1.0: what a kernel needs for the suites over RDF.
#[derive(Clone, Debug)]
pub struct Canonicaliser {
    /// `None`: those of this build alone.
    contexts: Option<Arc<Contexts>>,
}

impl Canonicaliser {
    /// With the contexts of this build.
    #[must_use]
    pub fn embedded() -> Self {
        Self { contexts: None }
    }

    /// With these contexts.
    #[must_use]
    pub fn with(contexts: Arc<Contexts>) -> Self {
        Self { contexts: Some(contexts) }
    }

    /// The contexts.
    #[must_use]
    pub fn contexts(&self) -> &Contexts {
        self.contexts.as_deref().unwrap_or_else(|| Contexts::embedded())
    }
}

impl Canonicalise for Canonicaliser {
    fn digest(&self, document: &Object) -> Result<[u8; 32], NotCanonical> {
        Ok(digest(document, self.contexts())?)
    }
}

impl From<Refused> for NotCanonical {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooMuchWork => NotCanonical::TooMuchWork,
            Refused::UnknownContext { url } => NotCanonical::UnknownContext { url },
            Refused::Context { at, .. }
            | Refused::Dropped { at }
            | Refused::Malformed { at }
            | Refused::Unsupported { at } => NotCanonical::Unsafe { at },
        }
    }
}
