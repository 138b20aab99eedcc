//! What was presented together: a decision and the certificate that it speaks about, linked by digest (domain.md D60).

use std::collections::HashMap;

use super::verdict::{Outcome, Question, Reason, Verdict};
use crate::base::multibase;
use crate::credential::achievement::Kind;
use crate::credential::credential::Credential;
use crate::credential::document::Signed;

/// 8 decisions about one certificate are asked; a person has one for each country.
pub(super) const DECISIONS: usize = 8;

/// Credentials that one person presented together. Nothing in them has been checked.
#[derive(Clone, Debug, Default)]
pub struct Presented {
    documents: Vec<Signed<Credential>>,
    by_digest: HashMap<[u8; 32], usize>,
    by_id: HashMap<String, usize>,
    /// What a recognition speaks about → the recognitions.
    decisions: HashMap<[u8; 32], Vec<usize>>,
}

/// How a certificate that speaks about another one stands to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The other one was presented with it, and is good.
    Accepted,
    /// One with the other's identifier was presented, and is not the one that was seen.
    Broken,
    /// The other one was not presented.
    NotPresented,
    /// The other one was presented, and is not good.
    Rejected,
    /// The other one was presented, and cannot be decided about.
    Undecided,
    /// The other one has been withdrawn or suspended since.
    Withdrawn,
}

impl Link {
    /// Every state.
    pub const ALL: [Link; 6] =
        [Link::Accepted, Link::Broken, Link::NotPresented, Link::Rejected, Link::Undecided, Link::Withdrawn];

    /// The code of files and language tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Link::Accepted => "accepted",
            Link::Broken => "broken",
            Link::NotPresented => "not-presented",
            Link::Rejected => "rejected",
            Link::Undecided => "undecided",
            Link::Withdrawn => "withdrawn",
        }
    }

    pub(super) fn of_original(original: &Verdict) -> Self {
        match (&original.outcome, &original.findings.deciding(Question::InForce).reason) {
            (Outcome::Accept(_), _) => Link::Accepted,
            (Outcome::Reject(_), Reason::Revoked { .. } | Reason::Suspended { .. }) => Link::Withdrawn,
            (Outcome::Reject(_), _) => Link::Rejected,
            (Outcome::Undecided(_), _) => Link::Undecided,
        }
    }
}

impl Presented {
    /// What was presented.
    #[must_use]
    pub fn of(documents: impl IntoIterator<Item = Signed<Credential>>) -> Self {
        let mut presented = Self::default();
        for document in documents {
            let at = presented.documents.len();
            presented.by_digest.entry(document.digest()).or_insert(at);
            if let Some(id) = document.claimed_id() {
                presented.by_id.entry(id.to_owned()).or_insert(at);
            }
            let decides = document.claimed_achievement_type() == Some(Kind::Recognition.achievement_type());
            if let Some(about) = document.claimed_related().filter(|_| decides) {
                let about = multibase::digest_bytes(about);
                about.into_iter().for_each(|about| presented.decisions.entry(about).or_default().push(at));
            }
            presented.documents.push(document);
        }
        presented
    }

    /// The documents, in the order in which they were presented.
    #[must_use]
    pub fn documents(&self) -> &[Signed<Credential>] {
        &self.documents
    }

    pub(super) fn with_digest(&self, digest: &[u8; 32]) -> Option<&Signed<Credential>> {
        self.by_digest.get(digest).map(|at| &self.documents[*at])
    }

    pub(super) fn with_id(&self, id: &str) -> Option<&Signed<Credential>> {
        self.by_id.get(id).map(|at| &self.documents[*at])
    }

    pub(super) fn decisions_about(&self, digest: &[u8; 32]) -> impl Iterator<Item = &Signed<Credential>> {
        self.decisions.get(digest).into_iter().flatten().take(DECISIONS).map(|at| &self.documents[*at])
    }
}
