//! Resources that a credential pins by digest (VC 2.0 §5.3).

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::{Check, Code, at, entries};
use crate::base::canonical::{Json, Object};
use crate::base::multibase;

impl Check<'_> {
    pub(super) fn related_resources(&mut self, place: &str, document: &Object) {
        let mut seen = HashSet::new();
        for (place, json) in entries(document, place, "relatedResource") {
            let Some(resource) = json.object() else {
                self.fault(place, Code::NotAnObject);
                continue;
            };
            // The identifier is a URL: asked with all the others.
            let id = resource.get("id").and_then(Json::text);
            match id {
                None if resource.get("id").is_none() => self.fault(at(&place, "id"), Code::Missing),
                Some(id) if !seen.insert(id) => self.fault(at(&place, "id"), Code::Repeated),
                _ => {}
            }
            if resource.get("mediaType").is_some_and(|json| !json.text().is_some_and(is_media_type)) {
                self.fault(at(&place, "mediaType"), Code::MediaType);
            }
            self.digests(&place, resource, id);
        }
    }

    /// One of the two ways to write a digest, or both; what is here is held against them.
    fn digests(&mut self, place: &str, resource: &Object, id: Option<&str>) {
        let written = [("digestSRI", of_sri as fn(&str) -> Option<Vec<Digest>>), ("digestMultibase", of_multibase)];
        if written.iter().all(|(name, _)| resource.get(name).is_none()) {
            return self.fault(at(place, "digestSRI"), Code::DigestMissing);
        }
        let here = id.and_then(|id| (self.reading.resource)(id));
        for (name, read) in written {
            let Some(json) = resource.get(name) else { continue };
            match json.text().and_then(read) {
                None => self.fault(at(place, name), Code::Digest),
                Some(digests) => {
                    if here.as_deref().is_some_and(|bytes| !digests.iter().all(|digest| digest.is_of(bytes))) {
                        self.fault(at(place, name), Code::DigestWrong);
                    }
                }
            }
        }
    }
}

/// A digest by one of the functions that both ways know.
enum Digest {
    Sha256([u8; 32]),
    Sha384([u8; 48]),
    Sha512([u8; 64]),
}

impl Digest {
    fn is_of(&self, bytes: &[u8]) -> bool {
        match self {
            Digest::Sha256(digest) => Sha256::digest(bytes).as_slice() == digest,
            Digest::Sha384(digest) => Sha384::digest(bytes).as_slice() == digest,
            Digest::Sha512(digest) => Sha512::digest(bytes).as_slice() == digest,
        }
    }
}

/// W3C Subresource Integrity §3.5: `sha256-`, `sha384-` or `sha512-` and base64, several with blanks between them, options behind `?`.
/// Off-spec: every digest has to fit, not the strongest alone.
fn of_sri(text: &str) -> Option<Vec<Digest>> {
    let one = |expression: &str| {
        let expression = expression.split('?').next()?;
        let (function, digest) = expression.split_once('-')?;
        let bytes = STANDARD.decode(digest).ok()?;
        match function {
            "sha256" => bytes.try_into().ok().map(Digest::Sha256),
            "sha384" => bytes.try_into().ok().map(Digest::Sha384),
            "sha512" => bytes.try_into().ok().map(Digest::Sha512),
            _ => None,
        }
    };
    let digests: Vec<Digest> = text.split_ascii_whitespace().map(one).collect::<Option<_>>()?;
    (!digests.is_empty()).then_some(digests)
}

/// A Multihash (Controlled Identifiers 1.0 §2.5) in base58btc or base64url: SHA-256 (0x12, 32 bytes), SHA-384 (0x20, 48 bytes),
/// SHA-512 (0x13, 64 bytes).
fn of_multibase(text: &str) -> Option<Vec<Digest>> {
    /// 100 characters hold the longest of them, 66 bytes, in base58.
    const CHARACTERS: usize = 100;
    let short = (text.len() <= CHARACTERS).then_some(text)?;
    let bytes = multibase::base64url_bytes(short).or_else(|| multibase::base58btc_bytes(short))?;
    let digest = match bytes.as_slice() {
        [0x12, 0x20, digest @ ..] => Digest::Sha256(digest.try_into().ok()?),
        [0x20, 0x30, digest @ ..] => Digest::Sha384(digest.try_into().ok()?),
        [0x13, 0x40, digest @ ..] => Digest::Sha512(digest.try_into().ok()?),
        _ => return None,
    };
    Some(vec![digest])
}

/// `type/subtype` (RFC 6838 §4.2), with parameters or without.
fn is_media_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    let part = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        (1..=127).contains(&part.len()) && part.bytes().all(plain)
    };
    essence.split_once('/').is_some_and(|(kind, subtype)| part(kind) && part(subtype))
}
