//! Data Integrity proofs (W3C VC Data Integrity 1.0): what a proof claims, which suites there are, and the bytes that they sign.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::base::canonical::{Json, Object};
use crate::base::limits::{METHOD_BYTES, PROOFS};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;

/// A cryptosuite, as far as we know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suite {
    /// The proof *type* `Ed25519Signature2020` (W3C CCG, most badges in people's hands): as `eddsa-rdfc-2022`, before cryptosuites had names.
    Ed25519Signature2020,
    /// `eddsa-2022`: the draft's name of `eddsa-rdfc-2022`.
    Eddsa2022,
    /// `eddsa-jcs-2022`: what the QR carries and this kernel checks.
    EddsaJcs2022,
    /// `eddsa-rdfc-2022`: checked by a build that has a [`Canonicalise`].
    EddsaRdfc2022,
    /// Any other.
    Other(String),
}

impl Suite {
    /// The name in the `cryptosuite` member; of the old proof type, its type.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Suite::Ed25519Signature2020 => "Ed25519Signature2020",
            Suite::Eddsa2022 => "eddsa-2022",
            Suite::EddsaJcs2022 => "eddsa-jcs-2022",
            Suite::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Suite::Other(name) => name,
        }
    }

    fn of_name(name: &str) -> Self {
        match name {
            "eddsa-2022" => Suite::Eddsa2022,
            "eddsa-jcs-2022" => Suite::EddsaJcs2022,
            "eddsa-rdfc-2022" => Suite::EddsaRdfc2022,
            _ => Suite::Other(name.to_owned()),
        }
    }

    /// Whether what it signs is RDF.
    pub(super) fn is_of_rdf(&self) -> bool {
        matches!(self, Suite::Ed25519Signature2020 | Suite::Eddsa2022 | Suite::EddsaRdfc2022)
    }
}

/// Turns a JSON-LD document into the SHA-256 of its canonical RDF (RDFC-1.0): what the rdfc suites sign. The kernel has none of its own; a build
/// that can do it hands one in.
pub trait Canonicalise: fmt::Debug + Send + Sync {
    /// The digest of a document, every member of which is covered by it.
    ///
    /// # Errors
    /// [`NotCanonical`]; never a digest that leaves something out.
    fn digest(&self, document: &Object) -> Result<[u8; 32], NotCanonical>;
}

/// Why a document has no canonical RDF here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotCanonical {
    /// More work than the bound: a poison graph.
    TooMuchWork,
    /// It names a context that is neither embedded nor in the resource map. Nothing is fetched.
    UnknownContext {
        /// Its address.
        url: String,
    },
    /// Something in it would be left out, and so would not be signed.
    Unsafe {
        /// Where, as member names and positions joined by dots.
        at: String,
    },
}

/// The cryptosuites that a build can check: `eddsa-jcs-2022` always, those that sign RDF when it is given a [`Canonicalise`].
#[derive(Clone, Debug, Default)]
pub struct Suites {
    rdf: Option<Arc<dyn Canonicalise>>,
}

impl Suites {
    /// With the suites that sign RDF.
    #[must_use]
    pub fn with_rdf(rdf: Arc<dyn Canonicalise>) -> Self {
        Self { rdf: Some(rdf) }
    }

    /// Whether a proof of a suite can be checked.
    #[must_use]
    pub fn can_check(&self, suite: &Suite) -> bool {
        *suite == Suite::EddsaJcs2022 || suite.is_of_rdf() && self.rdf.is_some()
    }

    /// The suites of the proofs that a credential gets: each secures the document without the other (interop.md 2.1).
    #[must_use]
    pub fn to_sign_with(&self) -> &'static [Suite] {
        if self.rdf.is_some() { &[Suite::EddsaJcs2022, Suite::EddsaRdfc2022] } else { &[Suite::EddsaJcs2022] }
    }

    pub(super) fn rdf(&self) -> Option<&dyn Canonicalise> {
        self.rdf.as_deref()
    }
}

/// One proof as it stands in a document: claims, nothing checked.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Its cryptosuite.
    pub suite: Suite,
    /// When it says it was made; optional in others' proofs, always there in ours.
    pub claimed_created: Option<Timestamp>,
    /// Until when it says that it may be relied upon.
    pub claimed_expires: Option<Timestamp>,
    /// The key it names.
    pub claimed_method: String,
    /// What it says it is for.
    pub claimed_purpose: String,
    /// Whom it says it is for: `domain`, none where it has none.
    pub claimed_domains: Vec<String>,
    /// What it answers: `challenge`.
    pub claimed_challenge: Option<String>,
    /// Its identifier.
    pub claimed_id: Option<String>,
    /// The proofs that it stands upon: `previousProof` (Data Integrity 1.0 §4.5).
    pub claimed_previous: Vec<String>,
    /// A member whose meaning this kernel does not check: one that nobody knows, or a key that somebody brings along (threats.md A8).
    pub unchecked_member: Option<String>,
    pub(super) context: Option<Json>,
    pub(super) options_digest: [u8; 32],
    pub(super) value: Option<[u8; 64]>,
    /// Whether its times are in the one profile of ours.
    plain_times: bool,
    /// Where it stands among the document's proofs.
    pub(crate) position: usize,
}

/// Why something is not a proof that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofProblem {
    /// A required member is missing or not of its type: which one.
    Member(&'static str),
    /// `type` is neither `DataIntegrityProof` nor `Ed25519Signature2020`.
    NotDataIntegrity,
    /// `null`, a string or a number where a proof should stand.
    NotAnObject,
    /// The document has no proof.
    None,
    /// `proofValue` is not base58btc of 64 bytes.
    Value,
}

/// The members of a proof that this kernel understands (Data Integrity 1.0 §2.1).
const MEMBERS: [&str; 13] = [
    "@context",
    "challenge",
    "created",
    "cryptosuite",
    "domain",
    "expires",
    "id",
    "nonce",
    "previousProof",
    "proofPurpose",
    "proofValue",
    "type",
    "verificationMethod",
];

impl Proof {
    /// Whether its times are spelled as all of ours are: `YYYY-MM-DDThh:mm:ssZ` (threats.md D4).
    #[must_use]
    pub fn has_plain_times(&self) -> bool {
        self.plain_times
    }

    /// Whether it is meant for one place or one occasion: then it says little anywhere else.
    #[must_use]
    pub fn is_addressed(&self) -> bool {
        !self.claimed_domains.is_empty() || self.claimed_challenge.is_some()
    }

    /// Reads the proof at a position.
    ///
    /// # Errors
    /// [`ProofProblem`].
    pub(super) fn read(position: usize, json: &Json) -> Result<Self, ProofProblem> {
        let object = json.object().ok_or(ProofProblem::NotAnObject)?;
        let short = |text: &&str| !text.is_empty() && text.len() <= METHOD_BYTES;
        let text =
            |name: &'static str| object.get(name).and_then(Json::text).filter(short).ok_or(ProofProblem::Member(name));
        let text_if_any = |name: &'static str| object.get(name).map(|_| text(name)).transpose();
        let texts_if_any = |name: &'static str| match object.get(name) {
            None => Ok(Vec::new()),
            Some(Json::List(list)) if list.len() <= PROOFS => {
                let texts = list.iter().map(|json| json.text().filter(short).map(str::to_owned));
                texts.collect::<Option<Vec<_>>>().ok_or(ProofProblem::Member(name))
            }
            Some(_) => Ok(vec![text(name)?.to_owned()]),
        };
        let time_if_any = |name: &'static str| {
            let text = text_if_any(name)?;
            // The one profile of ours is quicker to read.
            let parse = |text| Timestamp::parse(text).or_else(|_| Timestamp::parse_any(text));
            text.map(|text| parse(text).map_err(|_| ProofProblem::Member(name))).transpose()
        };
        let suite = match text("type")? {
            "DataIntegrityProof" => Suite::of_name(text("cryptosuite")?),
            "Ed25519Signature2020" => Suite::Ed25519Signature2020,
            _ => return Err(ProofProblem::NotDataIntegrity),
        };
        let value_text = text("proofValue")?;
        let value = match suite {
            Suite::Other(_) => None,
            _ => Some(multibase::base58btc_exact(value_text).ok_or(ProofProblem::Value)?),
        };
        // Every member but the signature itself is signed (Data Integrity EdDSA 1.0 §3.3.2 step 5, threats.md A12).
        let options_digest = match suite {
            Suite::EddsaJcs2022 => Sha256::digest(object.to_canonical_without("proofValue")).into(),
            _ => [0; 32],
        };
        Ok(Self {
            suite,
            claimed_created: time_if_any("created")?,
            claimed_expires: time_if_any("expires")?,
            claimed_method: text("verificationMethod")?.to_owned(),
            claimed_purpose: text("proofPurpose")?.to_owned(),
            claimed_domains: texts_if_any("domain")?,
            claimed_challenge: text_if_any("challenge")?.map(str::to_owned),
            claimed_id: text_if_any("id")?.map(str::to_owned),
            claimed_previous: texts_if_any("previousProof")?,
            unchecked_member: object
                .iter()
                .map(|(name, _)| name)
                .find(|name| !MEMBERS.contains(name))
                .map(str::to_owned),
            context: object.get("@context").cloned(),
            options_digest,
            value,
            plain_times: ["created", "expires"]
                .iter()
                .all(|name| object.get(name).and_then(Json::text).is_none_or(|text| Timestamp::parse(text).is_ok())),
            position,
        })
    }

    /// The members of a proof before it is signed.
    pub(super) fn options(
        suite: &Suite,
        context: Option<&Json>,
        method: &str,
        purpose: &str,
        created: Timestamp,
    ) -> Object {
        let mut options = Object::from_iter([
            ("created", Json::from(created.to_string())),
            ("cryptosuite", suite.name().into()),
            ("proofPurpose", purpose.into()),
            ("type", "DataIntegrityProof".into()),
            ("verificationMethod", method.into()),
        ]);
        // Data Integrity EdDSA 1.0 §3.3.1 step 3: a jcs proof carries the document's contexts. §3.2.5 step 5 gives them to an rdfc proof
        // only while it is made.
        if let Some(context) = context {
            options.set("@context", context.clone());
        }
        options
    }
}

/// What the suites sign: SHA-256 of the canonical proof options, then of the canonical document (§3.2.4, §3.3.4), 64 bytes.
#[must_use]
pub fn hash_data(options_digest: &[u8; 32], document_digest: &[u8; 32]) -> [u8; 64] {
    let mut data = [0; 64];
    data[..32].copy_from_slice(options_digest);
    data[32..].copy_from_slice(document_digest);
    data
}
