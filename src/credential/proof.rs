//! Data Integrity proofs (W3C VC Data Integrity 1.0): what a proof claims, and the bytes that `eddsa-jcs-2022` signs.

use sha2::{Digest as _, Sha256};

use crate::base::canonical::{Json, Object};
use crate::base::limits::METHOD_BYTES;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;

/// A cryptosuite, as far as we know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suite {
    /// `eddsa-jcs-2022`: what the QR carries and this kernel checks.
    EddsaJcs2022,
    /// `eddsa-rdfc-2022`: known, and not checked by this build.
    EddsaRdfc2022,
    /// Any other.
    Other(String),
}

impl Suite {
    /// The name in the `cryptosuite` member.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Suite::EddsaJcs2022 => "eddsa-jcs-2022",
            Suite::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Suite::Other(name) => name,
        }
    }

    fn of_name(name: &str) -> Self {
        match name {
            "eddsa-jcs-2022" => Suite::EddsaJcs2022,
            "eddsa-rdfc-2022" => Suite::EddsaRdfc2022,
            _ => Suite::Other(name.to_owned()),
        }
    }
}

/// One proof as it stands in a document: claims, nothing checked.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Its cryptosuite.
    pub suite: Suite,
    /// When it says it was made.
    pub claimed_created: Timestamp,
    /// The key it names.
    pub claimed_method: String,
    /// What it says it is for.
    pub claimed_purpose: String,
    /// A member whose meaning this build does not check: `expires`, `previousProof`, `domain`, or a key that somebody brings along
    /// (threats.md A8).
    pub unchecked_member: Option<String>,
    pub(super) context: Option<Json>,
    pub(super) options_digest: [u8; 32],
    pub(super) value: Option<[u8; 64]>,
}

/// Why something is not a proof that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofProblem {
    /// A required member is missing or not of its type: which one.
    Member(&'static str),
    /// `type` is not `DataIntegrityProof`.
    NotDataIntegrity,
    /// `null`, a string or a number where a proof should stand.
    NotAnObject,
    /// The document has no proof.
    None,
    /// `proofValue` is not base58btc of 64 bytes.
    Value,
}

/// The members of a proof that this build understands (Data Integrity 1.0 §2.1).
const MEMBERS: [&str; 8] =
    ["@context", "created", "cryptosuite", "id", "proofPurpose", "proofValue", "type", "verificationMethod"];

impl Proof {
    /// Reads one proof.
    ///
    /// # Errors
    /// [`ProofProblem`].
    pub(super) fn read(json: &Json) -> Result<Self, ProofProblem> {
        let object = json.object().ok_or(ProofProblem::NotAnObject)?;
        let text = |name: &'static str| {
            let text =
                object.get(name).and_then(Json::text).filter(|text| !text.is_empty() && text.len() <= METHOD_BYTES);
            text.ok_or(ProofProblem::Member(name))
        };
        if text("type")? != "DataIntegrityProof" {
            return Err(ProofProblem::NotDataIntegrity);
        }
        let suite = Suite::of_name(text("cryptosuite")?);
        let value_text = text("proofValue")?;
        let value = match suite {
            Suite::EddsaJcs2022 => Some(multibase::base58btc_exact(value_text).ok_or(ProofProblem::Value)?),
            _ => None,
        };
        // Every member but the signature itself is signed (Data Integrity EdDSA 1.0 §3.3.2 step 5, threats.md A12).
        let options_digest = Sha256::digest(object.to_canonical_without("proofValue")).into();
        Ok(Self {
            suite,
            claimed_created: Timestamp::parse(text("created")?).map_err(|_| ProofProblem::Member("created"))?,
            claimed_method: text("verificationMethod")?.to_owned(),
            claimed_purpose: text("proofPurpose")?.to_owned(),
            unchecked_member: object
                .iter()
                .map(|(name, _)| name)
                .find(|name| !MEMBERS.contains(name))
                .map(str::to_owned),
            context: object.get("@context").cloned(),
            options_digest,
            value,
        })
    }

    /// The members of a proof before it is signed.
    pub(super) fn options(context: Option<&Json>, method: &str, purpose: &str, created: Timestamp) -> Object {
        let mut options = Object::from_iter([
            ("created", Json::from(created.to_string())),
            ("cryptosuite", Suite::EddsaJcs2022.name().into()),
            ("proofPurpose", purpose.into()),
            ("type", "DataIntegrityProof".into()),
            ("verificationMethod", method.into()),
        ]);
        // Data Integrity EdDSA 1.0 §3.3.1 step 3: the proof carries the document's contexts.
        if let Some(context) = context {
            options.set("@context", context.clone());
        }
        options
    }
}

/// What `eddsa-jcs-2022` signs: SHA-256 of the canonical proof options, then of the canonical document (§3.3.4), 64 bytes.
#[must_use]
pub fn hash_data(options_digest: &[u8; 32], document_digest: &[u8; 32]) -> [u8; 64] {
    let mut data = [0; 64];
    data[..32].copy_from_slice(options_digest);
    data[32..].copy_from_slice(document_digest);
    data
}
