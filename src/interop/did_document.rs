//! DID documents (W3C Controlled Identifiers 1.0) that a resource map names. Nothing is fetched: an address in the map stands for a
//! local file, and one that is not in the map stands for nothing.

use crate::base::canonical::{Bounds, Json, Numbers, Object, read};
use crate::base::did::{Did, MethodId};
use crate::base::key::PublicKey;

/// 64 KiB: a DID document with hundreds of keys.
const BOUNDS: Bounds = Bounds { bytes: 64 * 1024, depth: 16, string: 4096, numbers: Numbers::Any };

/// Where a did:web's document stands (did:web method §3.2): `https://HOST/.well-known/did.json`, or `https://HOST/PATH/did.json`.
#[must_use]
pub fn address(did: &Did) -> Option<String> {
    let host = did.host()?;
    let path = did.as_str().splitn(4, ':').nth(3);
    Some(match path {
        None => format!("https://{host}/.well-known/did.json"),
        Some(path) => format!("https://{host}/{}/did.json", path.replace(':', "/")),
    })
}

/// The Ed25519 keys that a document gives its own identifier for `assertionMethod`. `None` when it is not the document of `did`.
#[must_use]
pub fn assertion_keys(bytes: &[u8], did: &Did) -> Option<Vec<(MethodId, PublicKey)>> {
    let Ok(Json::Object(document)) = read(bytes, BOUNDS) else { return None };
    if document.get("id").and_then(Json::text) != Some(did.as_str()) {
        return None;
    }
    let methods = |name: &str| document.get(name).and_then(Json::list).unwrap_or_default();
    let key = |method: &Object| {
        let id = MethodId::parse(method.get("id")?.text()?).ok()?;
        let own = id.did() == *did && method.get("controller")?.text()? == did.as_str();
        let key = PublicKey::from_multikey(method.get("publicKeyMultibase")?.text()?).ok()?;
        own.then_some((id, key))
    };
    let named = |id: &str| {
        let of_id = |json: &&Json| json.object().and_then(|method| method.get("id")).and_then(Json::text) == Some(id);
        methods("verificationMethod").iter().find(of_id).and_then(Json::object)
    };
    let asserted = |json: &Json| match json {
        Json::Text(id) => named(id).and_then(key),
        Json::Object(method) => key(method),
        _ => None,
    };
    Some(methods("assertionMethod").iter().filter_map(asserted).collect())
}
