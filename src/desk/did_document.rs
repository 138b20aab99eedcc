//! An institution's own DID document (W3C Controlled Identifiers 1.0 §2, DID Core 1.0): its keys, for whoever resolves did:web.

use super::institution::Card;
use crate::base::canonical::{Json, Object};
use crate::base::did::Did;
use crate::trust::accreditation::IssuerKey;
use crate::trust::pack::TrustPack;

/// The contexts of a DID document with Multikeys.
const CONTEXTS: [&str; 2] = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"];

/// The document of an institution that has a domain: its card's key, and every key that the packs give to its identifier. `None` for a
/// did:key, which is its own document, and for a card that is not right.
#[must_use]
pub fn of(card: &Card, packs: &[TrustPack]) -> Option<(Did, Object)> {
    let did = Did::parse(&card.did).ok().filter(|did| did.host().is_some())?;
    let own = card.key()?;
    let listed = packs.iter().filter_map(|pack| pack.issuer(did.as_str())).flat_map(|issuer| &issuer.keys);
    let mut keys: Vec<IssuerKey> = Vec::new();
    for key in std::iter::once(&own).chain(listed) {
        match keys.iter_mut().find(|known| known.id == key.id && known.key == key.key) {
            None => keys.push(key.clone()),
            // What one list knows of a leak counts, and the earliest time of it.
            Some(known) => known.compromised = known.compromised.into_iter().chain(key.compromised).min(),
        }
    }
    let document = document(&did, &keys);
    Some((did, document))
}

/// The document of an identifier with these keys. A key that was rotated out stays where it was: what it signed has to hold elsewhere too.
/// One in other hands says since when, and signs for nobody any more (Controlled Identifiers 1.0 §2.2 `revoked`).
#[must_use]
pub fn document(did: &Did, keys: &[IssuerKey]) -> Object {
    let method = |key: &IssuerKey| {
        let mut method = Object::from_iter([
            ("controller", Json::from(did.as_str())),
            ("id", key.id.as_str().into()),
            ("publicKeyMultibase", key.key.to_multikey().into()),
            ("type", "Multikey".into()),
        ]);
        if let Some(since) = key.compromised {
            method.set("revoked", since.to_string().into());
        }
        Json::Object(method)
    };
    let good = keys.iter().filter(|key| key.compromised.is_none());
    Object::from_iter([
        ("@context", Json::List(CONTEXTS.map(Json::from).into())),
        ("assertionMethod", Json::List(good.map(|key| key.id.as_str().into()).collect())),
        ("id", did.as_str().into()),
        ("verificationMethod", Json::List(keys.iter().map(method).collect())),
    ])
}
