//! What a resource map holds (interop.md §2.4): other people's keys and status lists, put beside the packs by whoever runs the check. They
//! show that a file is unaltered and what its issuer publishes about it; they vouch for nobody.

use crate::base::key::PublicKey;
use crate::credential::document::Signed;
use crate::trust::foreign_list::ForeignList;

/// Keys and lists out of a resource map.
#[derive(Clone, Debug, Default)]
pub struct Mapped {
    /// The verification methods of every DID document or controlled identifier document of the map.
    pub methods: Vec<Method>,
    /// The status list credentials of the map, by the address that the map gives them.
    pub lists: Vec<(String, Signed<ForeignList>)>,
}

/// A verification method, as its controller's own document has it (W3C Controlled Identifiers 1.0 §2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// Its identifier: the document's own, `#`, and a fragment.
    pub id: String,
    /// Whose it is: a DID or an `https` URL.
    pub controller: String,
    /// The key.
    pub key: PublicKey,
    /// What its controller lets it be used for.
    pub purposes: Vec<Purpose>,
}

/// What a key may be used for (Controlled Identifiers 1.0 §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Credentials: `assertionMethod`.
    Assertion,
    /// Presentations: `authentication`.
    Authentication,
}

impl Purpose {
    /// The name in `proofPurpose` and in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Assertion => "assertionMethod",
            Purpose::Authentication => "authentication",
        }
    }
}

impl Mapped {
    /// The methods with an identifier that may be used for a purpose. Two documents may name the same one: each is asked (threats.md A9b).
    pub(super) fn named<'a>(&'a self, id: &'a str, purpose: Purpose) -> impl Iterator<Item = &'a Method> {
        self.methods.iter().filter(move |method| method.id == id && method.purposes.contains(&purpose))
    }
}
