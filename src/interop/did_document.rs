//! DID documents and controlled identifier documents (W3C Controlled Identifiers 1.0): which keys their subject says are its own.
//!
//! Nothing is fetched here. A document is read as plain JSON.
//! Off-spec: its `@context` is not processed, so that no context can give another meaning to `assertionMethod`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::base::canonical::{Json, Object};
use crate::base::did::Did;
use crate::base::key::PublicKey;
use crate::base::limits::METHOD_BYTES;
use crate::base::timestamp::Timestamp;
use crate::verify::{Method, Purpose};

/// 256 verification methods: an issuer that rotates its key every month for twenty years has fewer.
const METHODS: usize = 256;
/// 44 characters: 32 bytes in base58.
const BASE58_CHARACTERS: usize = 44;

/// What a document says about its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidDocument {
    /// Whose it is: a did:web, or an `https` URL.
    pub id: String,
    /// The Ed25519 keys that it gives out for a purpose that is known here.
    pub methods: Vec<Method>,
    /// How many further methods are listed for such a purpose: of other key types, revoked, expired, of another controller, or unreadable.
    pub left_out: usize,
}

/// Why a document is none, or none that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotADocument {
    /// Its `id` is not what stands at this address.
    OfAnother,
    /// It carries secret key material. Whoever publishes that has lost the key.
    Secret,
    /// More methods than the bound.
    TooMany,
}

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

/// Where the document of an identifier stands: of a did:web [`address`], of an `https` URL itself without its fragment. `None` for a did:key,
/// which is its own document, and for whatever else.
#[must_use]
pub fn address_of(id: &str) -> Option<String> {
    let subject = id.split('#').next().unwrap_or_default();
    match Did::parse(subject) {
        Ok(did) => address(&did),
        Err(_) => subject.starts_with("https://").then(|| subject.to_owned()),
    }
}

impl DidDocument {
    /// Reads the document that stands at `asked`: an address, or the identifier itself. `now` tells which methods have expired.
    ///
    /// # Errors
    /// [`NotADocument`].
    pub fn read(document: &Object, asked: &str, now: Timestamp) -> Result<Self, NotADocument> {
        let id = document.get("id").and_then(Json::text).ok_or(NotADocument::OfAnother)?;
        // Controlled Identifiers §3.2: the document's id is the address it was asked for under; did:web method §3.2 gives the DID's.
        let own = id == asked || address_of(id).as_deref() == Some(asked);
        let subject = Did::parse(id).map_or(id.starts_with("https://"), |did| did.own_key().is_none());
        if !own || !subject || id.contains('#') {
            return Err(NotADocument::OfAnother);
        }
        let listed = |name: &str| entries(document.get(name));
        let all: Vec<&Json> =
            ["verificationMethod", "assertionMethod", "authentication"].into_iter().flat_map(listed).collect();
        if all.len() > 3 * METHODS {
            return Err(NotADocument::TooMany);
        }
        if all.iter().filter_map(|json| json.object()).any(has_secret) {
            return Err(NotADocument::Secret);
        }
        let mut read = Self { id: id.to_owned(), methods: Vec::new(), left_out: 0 };
        for (name, purpose) in [("assertionMethod", Purpose::Assertion), ("authentication", Purpose::Authentication)] {
            for entry in listed(name) {
                read.take(entry, listed("verificationMethod"), purpose, now);
            }
        }
        Ok(read)
    }

    /// A method listed for a purpose: embedded, or named. A name may stand at several methods; each is given out (threats.md A9b).
    fn take(&mut self, entry: &Json, methods: &[Json], purpose: Purpose, now: Timestamp) {
        let embedded = entry.object().into_iter();
        let wanted = entry.text().map(|text| resolved(text, &self.id));
        let named = methods.iter().filter_map(Json::object).filter(|method| {
            let id = method.get("id").and_then(Json::text).map(|id| resolved(id, &self.id));
            wanted.is_some() && id == wanted
        });
        let before = self.methods.len();
        let mut known = 0;
        for method in embedded.chain(named) {
            let Some(read) = method_of(method, &self.id, purpose, now) else { continue };
            match self.methods.iter_mut().find(|it| it.id == read.id && it.key == read.key) {
                Some(same) if same.purposes.contains(&purpose) => known += 1,
                Some(same) => {
                    same.purposes.push(purpose);
                    known += 1;
                }
                None => self.methods.push(read),
            }
        }
        if self.methods.len() == before && known == 0 {
            self.left_out += 1;
        }
    }
}

/// The entries of a set, which may be one value without its brackets.
fn entries(json: Option<&Json>) -> &[Json] {
    match json {
        Some(Json::List(list)) => list,
        Some(single) => std::slice::from_ref(single),
        None => &[],
    }
}

/// DID Core §3.2.2: `#FRAGMENT` is relative to the document's identifier. No other relative form is.
fn resolved(reference: &str, document: &str) -> String {
    if reference.starts_with('#') { [document, reference].concat() } else { reference.to_owned() }
}

/// One method, when it is an Ed25519 key of the document's own subject (threats.md A10) that may still be used.
fn method_of(method: &Object, subject: &str, purpose: Purpose, now: Timestamp) -> Option<Method> {
    let text = |name: &str| method.get(name).and_then(Json::text);
    let id = resolved(text("id")?, subject);
    let fragment = id.strip_prefix(subject)?.strip_prefix('#')?;
    if fragment.is_empty() || id.len() > METHOD_BYTES || text("controller")? != subject {
        return None;
    }
    // Controlled Identifiers §2.2: after `revoked` a method is not used at all, after `expires` no longer. What cannot be read has passed.
    if method.get("revoked").is_some() {
        return None;
    }
    if let Some(expires) = method.get("expires") {
        Timestamp::parse_any(expires.text()?).ok().filter(|expires| now < *expires)?;
    }
    let key = key_of(method)?;
    Some(Method { id, controller: subject.to_owned(), key, purposes: vec![purpose] })
}

/// The key, in the one form that the method's type has it in. A second form beside it could name another key (threats.md A9c).
fn key_of(method: &Object) -> Option<PublicKey> {
    const FORMS: [&str; 5] = ["publicKeyBase58", "publicKeyHex", "publicKeyJwk", "publicKeyMultibase", "publicKeyPem"];
    let mut forms = FORMS.into_iter().filter(|form| method.get(form).is_some());
    let form = forms.next()?;
    if forms.next().is_some() {
        return None;
    }
    let value = method.get(form)?;
    match (method.get("type")?.text()?, form) {
        ("Multikey" | "Ed25519VerificationKey2020", "publicKeyMultibase") => {
            PublicKey::from_multikey(value.text()?).ok()
        }
        ("JsonWebKey" | "JsonWebKey2020", "publicKeyJwk") => of_jwk(value.object()?),
        // Ed25519 Signature 2018 §3.1 (W3C Community Group).
        ("Ed25519VerificationKey2018", "publicKeyBase58") => of_base58(value.text()?),
        _ => None,
    }
}

fn of_base58(text: &str) -> Option<PublicKey> {
    let bytes = bs58::decode(Some(text).filter(|text| text.len() <= BASE58_CHARACTERS)?).into_vec().ok()?;
    PublicKey::from_bytes(&bytes.try_into().ok()?).ok()
}

/// RFC 8037 §2: `kty` OKP, `crv` Ed25519, `x` 32 bytes in base64url without padding.
fn of_jwk(jwk: &Object) -> Option<PublicKey> {
    let text = |name: &str| jwk.get(name).and_then(Json::text);
    let is =
        |name: &str, values: &[&str]| jwk.get(name).is_none_or(|it| it.text().is_some_and(|it| values.contains(&it)));
    // RFC 7517 §4.2, §4.3: a key that says what it is for is used for nothing else.
    let verifies = jwk
        .get("key_ops")
        .is_none_or(|ops| ops.list().unwrap_or_default().iter().any(|op| op.text() == Some("verify")));
    // threats.md A8: a key that points at another one, or at a certificate, is no plain key.
    let points = ["jku", "x5c", "x5t", "x5t#S256", "x5u"].iter().any(|name| jwk.get(name).is_some());
    let ours = text("kty")? == "OKP" && text("crv")? == "Ed25519";
    if !ours || points || !verifies || !is("use", &["sig"]) || !is("alg", &["EdDSA", "Ed25519"]) {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text("x")?).ok()?;
    PublicKey::from_bytes(&bytes.try_into().ok()?).ok()
}

/// The private half of a key, in any of the forms that it has been published in.
fn has_secret(method: &Object) -> bool {
    let jwk = |name: &str| method.get(name).and_then(Json::object);
    let named = method.iter().any(|(name, _)| name.starts_with("secretKey") || name.starts_with("privateKey"));
    named || jwk("publicKeyJwk").is_some_and(|jwk| ["d", "k", "p"].iter().any(|name| jwk.get(name).is_some()))
}
