//! The holder's key as a document (W3C Controlled Identifiers 1.0 §2.2.2 Multikey): made on their device, and in no other place than their
//! wallet and what it saves.

use zeroize::Zeroizing;

use crate::base::canonical::{Bounds, Json, Numbers, Object, read};
use crate::base::did::{Did, MethodId};
use crate::base::key::SecretKey;
use crate::base::multibase;

/// Multicodec `ed25519-priv`, 0x1300, as a varint.
const ED25519_PRIV: [u8; 2] = [0x80, 0x26];
const CONTEXT: &str = "https://w3id.org/security/multikey/v1";
const BOUNDS: Bounds = Bounds { bytes: 4_096, depth: 2, string: 512, numbers: Numbers::Whole };

/// A holder's key.
#[derive(Clone, Debug)]
pub struct HolderKey(SecretKey);

impl HolderKey {
    /// From 32 random bytes (RFC 8032 §5.1.5).
    #[must_use]
    pub fn of_random(seed: &[u8; 32]) -> Self {
        Self(SecretKey::from_seed(seed))
    }

    /// A key that was kept in another way than as a document.
    #[must_use]
    pub fn of_secret(key: SecretKey) -> Self {
        Self(key)
    }

    /// Reads a key document. `None` when it is none, or when its two halves do not belong together.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let Ok(Json::Object(object)) = read(bytes, BOUNDS) else { return None };
        let secret = Zeroizing::new(multibase::base58btc_exact::<34>(object.get(SECRET)?.text()?)?);
        let (prefix, seed) = secret.split_first_chunk::<2>()?;
        let key = Self::of_random(seed.try_into().ok().filter(|_| *prefix == ED25519_PRIV)?);
        let is_own = object.get("publicKeyMultibase").and_then(Json::text) == Some(&key.0.public().to_multikey());
        is_own.then_some(key)
    }

    /// The key document. Whoever has it is the holder, as far as anybody can tell.
    #[must_use]
    pub fn to_document(&self) -> Zeroizing<Vec<u8>> {
        let mut secret = Zeroizing::new(ED25519_PRIV.to_vec());
        secret.extend_from_slice(self.0.seed().as_slice());
        let object = Object::from_iter([
            ("@context", Json::from(CONTEXT)),
            ("controller", self.did().as_str().into()),
            ("id", self.method().as_str().into()),
            ("publicKeyMultibase", self.0.public().to_multikey().into()),
            (SECRET, multibase::base58btc(&secret).into()),
            ("type", "Multikey".into()),
        ]);
        Zeroizing::new(object.to_canonical())
    }

    /// Who the holder is: what an institution writes into a certificate.
    #[must_use]
    pub fn did(&self) -> Did {
        Did::of_key(&self.0.public())
    }

    pub(super) fn method(&self) -> MethodId {
        MethodId::of_key(&self.0.public())
    }

    /// The key itself, for sealing it in another way.
    #[must_use]
    pub fn secret(&self) -> &SecretKey {
        &self.0
    }
}

const SECRET: &str = "secretKeyMultibase";
