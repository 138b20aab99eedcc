//! Why an authority's work was refused, as facts; the words are elsewhere.

use std::path::PathBuf;

use crate::base::timestamp::Timestamp;
use crate::credential::members::Malformed;
use crate::desk::institution::DeskError;
use crate::desk::keyring::KeyringError;
use crate::desk::random::NoRandomness;
use crate::trust::pack::PackError;
use crate::trust::supersede::Refused;

/// Why an authority's work was refused. Nothing has changed then.
#[derive(Debug)]
pub enum AuthorityError {
    /// This person has signed all that is theirs to sign.
    AlreadySigned,
    /// A signature in the proposal does not hold: it was changed after somebody had signed.
    Altered,
    /// More than one institution of this name: ask by identifier.
    Ambiguous(String),
    /// Another command is at work in this folder.
    Busy,
    /// The folder, its keys, the disk.
    Desk(DeskError),
    /// The list holds entries of a later version of this program, which this one would lose.
    LaterVersion,
    /// What the desk has logged is needed, or the word that it cannot be had: without it, what it issued after this day would be refused.
    LogNeeded(Timestamp),
    /// A file that is not a log, or one that does not go on from the log we hold.
    LogOfAnother(PathBuf),
    /// A name that could be taken for another one of the list.
    LookAlike {
        /// The name that was given.
        name: String,
        /// The listed name.
        other: String,
    },
    /// A folder that holds no authority.
    NoAuthority(PathBuf),
    /// This person's key has no part in what is proposed.
    NoRole,
    /// A version that does not grow by one.
    NotGrowing {
        /// Which part.
        part: &'static str,
        /// The published version.
        here: u64,
        /// The proposed version.
        offered: u64,
    },
    /// The proposal says things that this version of the program cannot put into words.
    NotInWords(&'static str),
    /// There is nothing to publish.
    NothingProposed,
    /// The published list has moved on since this was proposed, or this is a proposal to somebody else's.
    OtherBase,
    /// The copies are of different proposals.
    OtherProposal(PathBuf),
    /// This person has seen another root under the same identifier.
    OtherRoot(String),
    /// What the list would be is not one that verifiers read.
    Pack(PackError),
    /// One machine holds the keys of a pilot alone.
    PilotAlone,
    /// A rule with this identifier is there already.
    RuleExists(String),
    /// A rule that is not of its shape.
    RuleMalformed(Malformed),
    /// A proposal on a list that is older than one this person has seen.
    Stale {
        /// What the person has seen: versions of root and accreditation.
        seen: (u64, u64),
        /// What the proposal stands on.
        offered: (u64, u64),
    },
    /// Verifiers who have the published pack would not take the new one.
    Superseding(Refused),
    /// A threshold that can never be met, or would be met by nobody.
    Threshold(&'static str),
    /// Fewer people have signed than must.
    TooFew {
        /// Which part.
        part: &'static str,
        /// How many have.
        signed: usize,
        /// How many must.
        threshold: usize,
        /// Who has not: names where they are known, else keys.
        missing: Vec<String>,
    },
    /// No institution of this name or identifier in the list.
    UnknownInstitution(String),
    /// No such key in the list.
    UnknownKey(String),
    /// No rule of this identifier.
    UnknownRule(String),
    /// No award of this achievement is allowed to the institution.
    UnknownScope(String),
    /// A name with characters that cannot be seen, or turn the line around.
    Unseen(String),
    /// A part's version cannot grow any more: its keys have to be renewed.
    VersionAtEnd(&'static str),
}

impl AuthorityError {
    /// The last part of the identifier of its words.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            AuthorityError::AlreadySigned => "already-signed",
            AuthorityError::Altered => "altered",
            AuthorityError::Ambiguous(_) => "ambiguous",
            AuthorityError::Busy => "busy",
            AuthorityError::Desk(_) => "desk",
            AuthorityError::LaterVersion => "later-version",
            AuthorityError::LogNeeded(_) => "log-needed",
            AuthorityError::LogOfAnother(_) => "log-of-another",
            AuthorityError::LookAlike { .. } => "look-alike",
            AuthorityError::NoAuthority(_) => "no-authority",
            AuthorityError::NoRole => "no-role",
            AuthorityError::NotGrowing { .. } => "not-growing",
            AuthorityError::NotInWords(_) => "not-in-words",
            AuthorityError::NothingProposed => "nothing-proposed",
            AuthorityError::OtherBase => "other-base",
            AuthorityError::OtherProposal(_) => "other-proposal",
            AuthorityError::OtherRoot(_) => "other-root",
            AuthorityError::Pack(_) => "pack",
            AuthorityError::PilotAlone => "pilot-alone",
            AuthorityError::RuleExists(_) => "rule-exists",
            AuthorityError::RuleMalformed(_) => "rule-malformed",
            AuthorityError::Stale { .. } => "stale",
            AuthorityError::Superseding(_) => "superseding",
            AuthorityError::Threshold(_) => "threshold",
            AuthorityError::TooFew { .. } => "too-few",
            AuthorityError::UnknownInstitution(_) => "unknown-institution",
            AuthorityError::UnknownKey(_) => "unknown-key",
            AuthorityError::UnknownRule(_) => "unknown-rule",
            AuthorityError::UnknownScope(_) => "unknown-scope",
            AuthorityError::Unseen(_) => "unseen",
            AuthorityError::VersionAtEnd(_) => "version-at-end",
        }
    }
}

impl From<DeskError> for AuthorityError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Authority(error) => *error,
            other => AuthorityError::Desk(other),
        }
    }
}

impl From<AuthorityError> for DeskError {
    fn from(error: AuthorityError) -> Self {
        match error {
            AuthorityError::Desk(error) => error,
            other => DeskError::Authority(Box::new(other)),
        }
    }
}

impl From<KeyringError> for AuthorityError {
    fn from(error: KeyringError) -> Self {
        AuthorityError::Desk(error.into())
    }
}

impl From<NoRandomness> for AuthorityError {
    fn from(error: NoRandomness) -> Self {
        AuthorityError::Desk(error.into())
    }
}
