//! What an institution had logged before its key was compromised: exact sets of digests, so that a leaked key does not kill the honest
//! (design §5).

use crate::base::canonical::{Json, Object};
use crate::base::multibase;
use crate::credential::members::{Malformed, Members, Problem};

/// 16 bytes: 128 bits of a credential's SHA-256. A forger who holds the key would have to find a second document with the same ones, 2¹²⁸
/// attempts for one, 2¹⁰⁸ for any of a million; so an exact set, never a filter with a chance (design §5).
pub const PREFIX_BYTES: usize = 16;
/// 65,536 digests in one string of the file: 1.4 MB, below the longest string that is read.
const DIGESTS_IN_STRING: usize = 65_536;

/// Credentials by the first 128 bits of their digest, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestSet(Vec<[u8; PREFIX_BYTES]>);

/// What an institution had signed under a key before it was compromised.
///
/// ```text
/// {"kept": ["u…", …], "unwitnessed": ["u…", …]}   each string: base64url of up to 65,536 digests' first 16 bytes, all in ascending order
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logged {
    /// Logged under a checkpoint that the authority countersigned before the key was compromised: in force.
    pub kept: DigestSet,
    /// Logged, and never handed in before: nobody can tell these from a thief's, so they are reissued.
    pub unwitnessed: DigestSet,
}

impl DigestSet {
    /// The set of these digests.
    #[must_use]
    pub fn of<'a>(digests: impl IntoIterator<Item = &'a [u8; 32]>) -> Self {
        let mut prefixes: Vec<_> = digests.into_iter().map(prefix).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        Self(prefixes)
    }

    /// Whether a credential's digest is one of them.
    #[must_use]
    pub fn contains(&self, digest: &[u8; 32]) -> bool {
        self.0.binary_search(&prefix(digest)).is_ok()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn parse(members: &Members<'_>, name: &'static str) -> Result<Self, Malformed> {
        let fault = || members.fault(name, Problem::WrongValue);
        let mut all = Vec::new();
        for json in members.get(name).map_or(Some(&[][..]), Json::list).ok_or_else(fault)? {
            let bytes = json.text().and_then(multibase::base64url_bytes).ok_or_else(fault)?;
            let (whole, rest) = bytes.as_chunks::<PREFIX_BYTES>();
            if !rest.is_empty() {
                return Err(fault());
            }
            all.extend_from_slice(whole);
        }
        // Out of order, a search would miss what is there and refuse the honest.
        if all.is_sorted_by(|one, next| one < next) { Ok(Self(all)) } else { Err(fault()) }
    }

    fn to_json(&self) -> Json {
        Json::List(
            self.0
                .chunks(DIGESTS_IN_STRING)
                .map(|digests| multibase::base64url(digests.as_flattened()).into())
                .collect(),
        )
    }
}

impl Logged {
    pub(super) fn parse(members: &Members<'_>) -> Result<Self, Malformed> {
        Ok(Self { kept: DigestSet::parse(members, "kept")?, unwitnessed: DigestSet::parse(members, "unwitnessed")? })
    }

    pub(super) fn to_json(&self) -> Json {
        Object::from_iter([("kept", self.kept.to_json()), ("unwitnessed", self.unwitnessed.to_json())]).into()
    }
}

fn prefix(digest: &[u8; 32]) -> [u8; PREFIX_BYTES] {
    let mut prefix = [0; PREFIX_BYTES];
    prefix.copy_from_slice(&digest[..PREFIX_BYTES]);
    prefix
}
