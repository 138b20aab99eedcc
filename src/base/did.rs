//! Decentralized identifiers of issuers and holders: did:key (Ed25519 alone) and did:web.
//!
//! A did:web is a name here, never an address: nothing is fetched while verifying, keys come from the trust pack.

use std::fmt;

use super::key::PublicKey;

/// A did:key or did:web identifier in its one accepted spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Did(String);

/// A DID URL with a fragment that names a key: a verification method.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MethodId {
    text: String,
    fragment_at: usize,
}

/// Why a text is not one of our identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DidError {
    /// A did:key that is not an Ed25519 Multikey.
    BadKey,
    /// A did:web whose host or path is not plain.
    BadWeb,
    /// No fragment, an empty one, or characters that have no place in it.
    BadFragment,
    /// Another method, or no DID at all.
    UnknownMethod,
}

/// 253 characters: a DNS name (RFC 1035 §3.1), with room for a path.
const DID_BYTES: usize = 400;

impl Did {
    /// Parses `did:key:z6Mk…` or `did:web:HOST[%3APORT][:PATH…]`.
    ///
    /// # Errors
    /// [`DidError`].
    pub fn parse(text: &str) -> Result<Self, DidError> {
        if text.len() > DID_BYTES {
            return Err(DidError::UnknownMethod);
        }
        if let Some(multikey) = text.strip_prefix("did:key:") {
            let key = PublicKey::from_multikey(multikey).map_err(|_| DidError::BadKey)?;
            // Base58 has one spelling; leading zeros cannot occur under the 0xed prefix.
            return if key.to_multikey() == multikey { Ok(Self(text.to_owned())) } else { Err(DidError::BadKey) };
        }
        let web = text.strip_prefix("did:web:").ok_or(DidError::UnknownMethod)?;
        let mut parts = web.split(':');
        let host = parts.next().unwrap_or_default();
        if is_host(host) && parts.all(is_segment) { Ok(Self(text.to_owned())) } else { Err(DidError::BadWeb) }
    }

    /// The did:key of a key.
    #[must_use]
    pub fn of_key(key: &PublicKey) -> Self {
        Self(format!("did:key:{}", key.to_multikey()))
    }

    /// The key that a did:key *is*; `None` for a did:web.
    #[must_use]
    pub fn own_key(&self) -> Option<PublicKey> {
        PublicKey::from_multikey(self.0.strip_prefix("did:key:")?).ok()
    }

    /// The host of a did:web, with its port if it has one; `None` for a did:key.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let web = self.0.strip_prefix("did:web:")?;
        Some(web.split(':').next().unwrap_or_default().replace("%3A", ":"))
    }

    /// The identifier's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The verification method of this identifier with the given fragment; for a did:key the fragment is its own Multikey.
    ///
    /// # Errors
    /// [`DidError::BadFragment`].
    pub fn method(&self, fragment: &str) -> Result<MethodId, DidError> {
        MethodId::parse(&format!("{}#{fragment}", self.0))
    }
}

impl fmt::Display for Did {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl MethodId {
    /// Parses `DID#FRAGMENT`.
    ///
    /// # Errors
    /// [`DidError`].
    pub fn parse(text: &str) -> Result<Self, DidError> {
        let (did, fragment) = text.split_once('#').ok_or(DidError::BadFragment)?;
        let did = Did::parse(did)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if fragment.is_empty() || fragment.len() > 128 || !fragment.bytes().all(plain) {
            return Err(DidError::BadFragment);
        }
        // did:key §3.1.2: the fragment repeats the key. Any other one would name a second key that nobody can know.
        if did.as_str().strip_prefix("did:key:").is_some_and(|own| own != fragment) {
            return Err(DidError::BadFragment);
        }
        Ok(Self { text: text.to_owned(), fragment_at: did.as_str().len() })
    }

    /// The one method of a did:key.
    #[must_use]
    pub fn of_key(key: &PublicKey) -> Self {
        let multikey = key.to_multikey();
        let did = format!("did:key:{multikey}");
        Self { fragment_at: did.len(), text: format!("{did}#{multikey}") }
    }

    /// The identifier that the method belongs to.
    #[must_use]
    pub fn did(&self) -> Did {
        Did(self.text[..self.fragment_at].to_owned())
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for MethodId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// A lower-case DNS name with at least two labels, or `localhost`; `%3A` and a port may follow.
/// Upper case, user names, addresses in brackets and trailing dots are other spellings of the same thing and so refused.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.split_once("%3A") {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253
        && (name == "localhost" || name.contains('.'))
        && name.split('.').all(label)
        && port
            .is_none_or(|port| (1..=5).contains(&port.len()) && !port.starts_with('0') && port.parse::<u16>().is_ok())
}

fn is_segment(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text != "."
        && text != ".."
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}
