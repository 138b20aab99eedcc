//! What was done at the desk, by whom and when: a chain of lines, each with the hash of the one before (threats.md L3). A line names members,
//! batches, register rows and certificates by their random identifiers, never by a person's name.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Who does something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hand {
    /// A member's identifier, the first characters of a token, or [`PROGRAM`].
    pub who: String,
    /// `YYYY-MM-DDThh:mm:ssZ`.
    pub at: String,
}

/// Who acts when no member is signed in: whoever has the folder and its keys, at the command line.
pub const PROGRAM: &str = "program";

macro_rules! acts {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// What can be done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum What { $($(#[$doc])* #[serde(rename = $code)] $variant,)* }

        impl What {
            /// Every act.
            pub const ALL: &'static [What] = &[$(What::$variant,)*];

            /// The code of files and language tables.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(What::$variant => $code,)* }
            }
        }
    };
}

acts! {
    /// A row of the register was changed.
    AwardChanged = "award-changed",
    /// A row's person was forgotten.
    AwardErased = "award-erased",
    /// A row was left out, or taken back in.
    AwardLeft = "award-left",
    /// Rows that have a certificate are to be certified again, as they stand: the key of the certificate is not trusted any more.
    AwardReopened = "award-reopened",
    /// Rows came into the register.
    AwardsEnrolled = "awards-enrolled",
    /// A copy of the folder was made.
    BackedUp = "backed-up",
    /// A batch was proposed.
    BatchProposed = "batch-proposed",
    /// A second person released a batch.
    BatchReleased = "batch-released",
    /// A batch was given back.
    BatchReturned = "batch-returned",
    /// A person of a case of prior learning was forgotten.
    CaseErased = "case-erased",
    /// A case of prior learning went a step further.
    CaseMoved = "case-moved",
    /// A case of prior learning was begun.
    CaseOpened = "case-opened",
    /// The persons of certificates without a row were forgotten, by their date.
    CertificatesForgotten = "certificates-forgotten",
    /// A person fetched a certificate by its link.
    Fetched = "fetched",
    /// A restored store is worked with: nothing newer was handed in.
    Confirmed = "confirmed",
    /// Certificates were signed.
    Issued = "issued",
    /// The institution has a new signing key.
    KeyRotated = "key-rotated",
    /// Somebody joined, or their account changed.
    MemberKept = "member-kept",
    /// A link to fetch a certificate was made.
    Offered = "offered",
    /// Another passphrase opens the keys.
    PassphraseChanged = "passphrase-changed",
    /// It stopped being a pilot.
    PilotEnded = "pilot-ended",
    /// A certificate was bound to another key of its holder.
    Rebound = "rebound",
    /// A certificate was printed again from a scan: which one is salted, see `desk::reprint`.
    Reprinted = "reprinted",
    /// The store was restored from a copy; how many slots are left free for what the copy does not know.
    Restored = "restored",
    /// A suspension ended.
    Resumed = "resumed",
    /// The institution's work went on elsewhere.
    Retired = "retired",
    /// How long rows are kept was said.
    RetentionSet = "retention-set",
    /// Certificates were withdrawn.
    Revoked = "revoked",
    /// A signatory confirmed another one.
    SignatoryConfirmed = "signatory-confirmed",
    /// A signatory refused another one.
    SignatoryRefused = "signatory-refused",
    /// Something was settled: the logo, the paper, the columns of files.
    Settled = "settled",
    /// A standing release was proposed.
    StandingProposed = "standing-proposed",
    /// A second person approved a standing release, or somebody ended it.
    StandingDecided = "standing-decided",
    /// Lists and checkpoint were signed by the institution's successor.
    SuccessorSigned = "successor-signed",
    /// Certificates were suspended.
    Suspended = "suspended",
    /// A token was ended.
    TokenEnded = "token-ended",
    /// A token was made.
    TokenMade = "token-made",
    /// From now on two people release whatever is signed.
    TwoPeopleRequired = "two-people-required",
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Its place, from 0.
    pub number: u64,
    /// What was done.
    pub what: What,
    /// By whom, and when.
    pub by: Hand,
    /// To what: the identifier of a batch, an award, a member, or a serial. Empty when it is many without a name of their own.
    pub of: String,
    /// To how many.
    pub count: u32,
    /// SHA-256 over what they were, as multibase; empty where there is nothing to hold it against.
    pub digest: String,
    /// The chain before this line, as lower-case hexadecimal.
    pub before: String,
}

/// 32 zero bytes: the chain before the first line.
pub const BEGINNING: [u8; 32] = [0; 32];

impl Act {
    /// The chain after this line: SHA-256 of the chain before, then of the line's own bytes as it is kept.
    #[must_use]
    pub fn chain(before: &[u8; 32], line: &[u8]) -> [u8; 32] {
        Sha256::new_with_prefix(before).chain_update(line).finalize().into()
    }
}

impl Hand {
    /// Somebody at a time.
    #[must_use]
    pub fn of(who: &str, at: impl std::fmt::Display) -> Self {
        Self { who: who.to_owned(), at: at.to_string() }
    }

    /// The command line, at a time.
    #[must_use]
    pub fn program(at: impl std::fmt::Display) -> Self {
        Self::of(PROGRAM, at)
    }
}
