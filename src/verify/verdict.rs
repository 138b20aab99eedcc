//! The verdict as data: what was checked, what was found on both sides, and what follows.

use crate::base::timestamp::Timestamp;
use crate::credential::achievement::Kind;
use crate::credential::credential::Credential;
use crate::credential::document::{Authentic, Intact};
use crate::credential::foreign::Foreign;
use crate::credential::members::Malformed;
use crate::trust::pack::Standing;
use crate::trust::root::Environment;
use crate::trust::status::RevocationReason;

use super::link::Link;
use super::worth::Statement;

/// One of the four questions (design §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Does the signature hold, under a key that the pack gives to this issuer?
    Genuine,
    /// Was this body accredited for this achievement when it awarded it?
    Entitled,
    /// Is it in force, as of the status data's date?
    InForce,
    /// What is it worth in the country the verifier chose?
    WorthHere,
}

/// An answer. There is no fourth, and no bare boolean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Could not be found out. Never shown as good, never as bad.
    CannotTell,
    /// No.
    No,
    /// Yes.
    Yes,
}

impl Answer {
    /// Of several findings the lowest decides: a *no*, else a *cannot tell*.
    pub(super) fn rank(self) -> u8 {
        match self {
            Answer::No => 0,
            Answer::CannotTell => 1,
            Answer::Yes => 2,
        }
    }
}

macro_rules! checks {
    ($($(#[$doc:meta])* $check:ident = $code:literal of $question:ident,)*) => {
        /// Everything that is checked, in the order in which it is reported.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Check { $($(#[$doc])* $check,)* }

        impl Check {
            /// Every check.
            pub const ALL: [Check; [$(Check::$check),*].len()] = [$(Check::$check),*];

            /// The code of files and language tables.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Check::$check => $code,)* }
            }

            /// The question that the check helps to answer.
            #[must_use]
            pub fn question(self) -> Question {
                match self { $(Check::$check => Question::$question,)* }
            }
        }
    };
}

checks! {
    /// The signature holds, under a key that the pack gives to this issuer.
    Signature = "signature" of Genuine,
    /// Every other proof of a known suite holds too.
    Proofs = "proofs" of Genuine,
    /// The document is of one of our closed kinds.
    Form = "form" of Genuine,
    /// The issuer was accredited for this achievement on the award date.
    Scope = "scope" of Entitled,
    /// The authority is accepted here, itself or on another one's word that covers the award date.
    Authority = "authority" of Entitled,
    /// The key was in its window at the signing time.
    Key = "key" of Entitled,
    /// The achievement is of this kind and version, and its standard was in force on the award date.
    Standard = "standard" of Entitled,
    /// The award and the signing belong together.
    Award = "award" of Entitled,
    /// Within its dates.
    Dates = "dates" of InForce,
    /// The verifier's clock is believable.
    Clock = "clock" of InForce,
    /// Not revoked.
    Revocation = "revocation" of InForce,
    /// Not suspended.
    Suspension = "suspension" of InForce,
    /// The evidence is young enough.
    Freshness = "freshness" of InForce,
    /// What a signed rule says for the country.
    Worth = "worth" of WorthHere,
}

/// What one check found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// Its answer.
    pub answer: Answer,
    /// Why.
    pub reason: Reason,
}

/// One finding for each check: an array with one slot each, so that a forgotten check does not compile.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings([Finding; Check::ALL.len()]);

impl Findings {
    /// Asks every check.
    pub(super) fn of(mut find: impl FnMut(Check) -> (Answer, Reason)) -> Self {
        Self(Check::ALL.map(|check| {
            let (answer, reason) = find(check);
            // What was not reached never accepts.
            let answer = if reason == Reason::NotReached { Answer::CannotTell } else { answer };
            Finding { check, answer, reason }
        }))
    }

    /// The findings in order.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    /// What a check found.
    #[must_use]
    pub fn get(&self, check: Check) -> &Finding {
        // The array is made from `Check::ALL`, in its order.
        &self.0[check as usize]
    }

    /// The finding that decides a question: the first *no*, else the first *cannot tell*, else the first.
    #[must_use]
    pub fn deciding(&self, question: Question) -> &Finding {
        let of = |answer: Answer| self.iter().find(move |it| it.check.question() == question && it.answer == answer);
        // A check that was not reached says less than the one that stopped it.
        let reached = self.iter().find(|it| {
            it.check.question() == question && it.answer == Answer::CannotTell && it.reason != Reason::NotReached
        });
        let first = self.iter().find(|it| it.check.question() == question);
        of(Answer::No).or(reached).or_else(|| of(Answer::CannotTell)).or(first).unwrap_or(&self.0[0])
    }

    /// The answer to a question.
    #[must_use]
    pub fn answer(&self, question: Question) -> Answer {
        self.deciding(question).answer
    }
}

/// A credential that was accepted. Only [`super::verify()`] makes one.
///
/// ```compile_fail
/// // Nobody else can: the field is private and there is no constructor.
/// fn forge(credential: skillpass::credential::credential::Credential) -> skillpass::verify::Verified<skillpass::credential::credential::Credential> {
///     skillpass::verify::Verified(credential)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    pub(super) fn by_verify(content: T) -> Self {
        Self(content)
    }

    /// What was verified.
    #[must_use]
    pub fn content(&self) -> &T {
        &self.0
    }
}

/// What follows from the findings, and the content that may be shown.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Every check of questions 1 to 3 said yes.
    Accept(Box<Verified<Credential>>),
    /// A check of questions 1 to 3 said no. Content only when the signature holds under a listed key.
    Reject(Option<Box<Authentic<Credential>>>),
    /// Something in questions 1 to 3 could not be told.
    Undecided(Content),
}

/// The content of an undecided credential.
#[derive(Clone, Debug)]
pub enum Content {
    /// Signed by a listed issuer.
    Authentic(Box<Authentic<Credential>>),
    /// Unaltered, signed by we do not know whom: to be marked "claims", without tick and without issuer name in large type.
    Claimed(Box<Intact<Credential>>),
    /// Nothing that may be shown.
    Nothing,
}

/// The content of somebody else's credential. Never accepted: our lists speak of our kinds alone.
#[derive(Clone, Debug)]
pub enum Guest {
    /// Signed by a listed issuer.
    Authentic(Box<Authentic<Foreign>>),
    /// Unaltered, signed by we do not know whom: to be marked "claims".
    Claimed(Box<Intact<Foreign>>),
}

/// Everything that a verifier is told.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What follows.
    pub outcome: Outcome,
    /// What was found.
    pub findings: Findings,
    /// Each proof, as checked, failed or not checked.
    pub proofs: Vec<ProofReport>,
    /// SHA-256 of the canonical document without proofs.
    pub digest: [u8; 32],
    /// The identifier that the document claims to be issued by; not a name.
    pub claimed_issuer: Option<String>,
    /// What the pack says about the issuer.
    pub backing: Option<Backing>,
    /// What it says, when it is not of our kinds and its signature holds.
    pub guest: Option<Guest>,
    /// How it stands to the certificate that it speaks about, if it speaks about one.
    pub link: Option<Link>,
    /// Everything that is said about its worth in the chosen country; the one that answers first.
    pub worth: Vec<Statement>,
    /// It came out of a packet with a draft codec (design §4 *Freezing*).
    pub test_code: bool,
    /// The verifier's time.
    pub now: Timestamp,
}

/// What the pack says about the issuer, and how old its word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backing {
    /// The issuer's name in the pack.
    pub issuer_name: String,
    /// The issuer's country, ISO 3166-1 alpha-2.
    pub issuer_country: String,
    /// The SHA-256 of the first root that its word stands on.
    pub first_root: [u8; 32],
    /// The authority's name.
    pub authority_name: String,
    /// The authority's country.
    pub authority_country: String,
    /// Pilot or production.
    pub environment: Environment,
    /// The freshness date.
    pub as_of: Timestamp,
    /// Whole days from there to the verifier's time; negative when the clock is behind.
    pub age_days: i64,
    /// The accreditation's version.
    pub accreditation_version: u64,
    /// The freshness part's version.
    pub freshness_version: u64,
    /// Why the authority is believed here.
    pub standing: Standing,
    /// The body that took over, if this one closed or merged.
    pub successor: Option<String>,
    /// Whether the catalogue says that the profession is regulated.
    pub regulated: bool,
    /// The achievement's title in the pack's catalogue, language by language.
    pub titles: Vec<(crate::credential::achievement::Language, String)>,
}

/// What became of one proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofReport {
    /// The cryptosuite's name.
    pub suite: String,
    /// The key it names.
    pub method: String,
    /// What became of it.
    pub state: ProofState,
}

/// What became of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofState {
    /// It holds.
    Checked,
    /// It does not hold.
    Failed,
    /// This build cannot check it, or knows no key for it.
    NotChecked,
}

impl ProofState {
    /// The code of files and language tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            ProofState::Checked => "checked",
            ProofState::Failed => "failed",
            ProofState::NotChecked => "not-checked",
        }
    }
}

/// Why a check answered as it did, with the facts on both sides, each named by what it is. Words are in `web/i18n`, under
/// `reason.CODE`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // each field is the fact that its variant's line speaks of
pub enum Reason {
    /// Genuine, no: the signature does not hold under the named, known key.
    Altered,
    /// Entitled, yes: the authority itself is accepted here.
    AuthorityAccepted,
    /// Entitled, cannot tell: another authority vouches for this one, and not for the award date.
    AuthorityNotRecognisedThen { awarded: Timestamp, by: String, from: Timestamp, until: Option<Timestamp> },
    /// Entitled, yes: another authority vouches for this one, for the award date.
    AuthorityRecognised { by: String, instrument: String, from: Timestamp, until: Option<Timestamp> },
    /// Entitled, no: awarded after it was signed.
    AwardAfterSigning { awarded: Timestamp, signed: Timestamp },
    /// Entitled, cannot tell: awarded long before it was signed, and not from an archive.
    AwardLongBefore { awarded: Timestamp, signed: Timestamp, days: i64 },
    /// Entitled, yes: award and signing belong together.
    AwardMatches { awarded: Timestamp, signed: Timestamp },
    /// Entitled, no: accredited, but not on the award date.
    AwardOutsideScope { awarded: Timestamp, from: Timestamp, until: Option<Timestamp> },
    /// In force, cannot tell: the verifier's clock is behind a signed time it has seen.
    ClockBehind { now: Timestamp, newest: Timestamp },
    /// In force, yes: the clock is believable.
    ClockPlausible,
    /// Genuine, cannot tell: it names a context that is not here, so what was signed is not known.
    ContextUnknown { url: String },
    /// In force, yes: within its dates.
    DatesHold { from: Timestamp, until: Option<Timestamp> },
    /// In force, no: it has ended.
    Ended { until: Timestamp },
    /// In force, yes: the evidence is young.
    EvidenceFresh { as_of: Timestamp, days: i64 },
    /// In force, yes, with a note: the evidence is older than a week.
    EvidenceOld { as_of: Timestamp, days: i64 },
    /// In force, cannot tell: the evidence is too old.
    EvidenceStale { as_of: Timestamp, days: i64, most: i64 },
    /// Genuine, yes: well-formed, and not of our kinds.
    ForeignForm,
    /// Entitled, cannot tell: a credential of another kind than our lists speak about.
    ForeignKind,
    /// Genuine, yes: of one of our kinds.
    FormHolds { kind: Kind },
    /// Entitled, yes: accredited for it on the award date.
    InScope { from: Timestamp, until: Option<Timestamp> },
    /// Genuine, cannot tell: unaltered, signed by we do not know whom.
    IntactOnly,
    /// Genuine, cannot tell: the issuer stands in no pack here.
    IssuerUnknown,
    /// Entitled, no: signed when somebody else may have held the key.
    KeyCompromised { since: Timestamp, signed: Timestamp },
    /// Entitled, yes: signed with a key that was compromised later, and logged under a countersigned checkpoint before that.
    KeyCompromisedKept { since: Timestamp, signed: Timestamp },
    /// Entitled, cannot tell: signed before the key is known to have been compromised, which only the log can prove.
    KeyCompromisedLater { since: Timestamp, signed: Timestamp },
    /// Entitled, no: said to be signed before the key was compromised, and not in the log.
    KeyCompromisedUnlogged { since: Timestamp, signed: Timestamp },
    /// Entitled, cannot tell: in the log, which was not handed in before the key was compromised.
    KeyCompromisedUnwitnessed { since: Timestamp, signed: Timestamp },
    /// Entitled, yes: the key was in its window.
    KeyInWindow { from: Timestamp, until: Option<Timestamp> },
    /// Genuine, cannot tell: the issuer is known, the key is newer than the list.
    KeyNewerThanList { signed: Timestamp, list: Timestamp },
    /// Genuine, no: the issuer is known, and never had this key.
    KeyNotListed { list: Timestamp },
    /// Genuine, no: the key belongs to another issuer than the document names.
    KeyOfAnother,
    /// Entitled, no: signed outside the key's window.
    KeyOutsideWindow { signed: Timestamp, from: Timestamp, until: Option<Timestamp> },
    /// Entitled, no: the catalogue knows the achievement as another kind.
    KindDiffers { claimed: Kind, listed: Kind },
    /// Genuine, cannot tell: signed, and not of the closed form of our kinds.
    Malformed { malformed: Malformed },
    /// Worth here, cannot tell: no country was chosen.
    NoCountry,
    /// Worth here, cannot tell: no rule for this country in the pack.
    NoRule { country: String, office: Option<String> },
    /// Genuine, cannot tell: a part of it is covered by no signature.
    NotCovered { at: String },
    /// An earlier check left nothing to check.
    NotReached,
    /// Cannot tell: the list holds something of a later version than this program.
    NotUnderstood,
    /// In force, yes: it has no entry for this in any list, so it is never withdrawn this way.
    NoStatus,
    /// In force, yes: not revoked as of the list's date.
    NotRevoked { as_of: Timestamp },
    /// In force, yes: not suspended as of the list's date.
    NotSuspended { as_of: Timestamp },
    /// In force, no: it has not begun.
    NotYet { from: Timestamp },
    /// Entitled, no: not accredited for this achievement.
    OutOfScope { list: Timestamp },
    /// Worth here, cannot tell: it is under this country's own authority, and rules speak of other countries' certificates.
    OwnCountry { country: String },
    /// Genuine, no: another proof of the file does not hold.
    ProofFailed { suite: String },
    /// Genuine, yes: every proof that could be checked holds.
    ProofsHold { count: usize },
    /// In force, no: revoked; with the public reason's code, where the institution publishes it.
    Revoked { as_of: Timestamp, why: Option<RevocationReason> },
    /// Worth here, cannot tell: there is a rule, and today it is not in force.
    RuleNotInForce { country: String, office: Option<String>, from: Timestamp, until: Option<Timestamp> },
    /// Worth here, cannot tell: the rule stands in a list that is too old.
    RulesStale { as_of: Timestamp, country: String, office: Option<String> },
    /// Worth here, cannot tell: two rules contradict each other.
    RulesContradict { country: String, office: Option<String> },
    /// Entitled, cannot tell: the scope may be newer than the list.
    ScopeNewerThanList { awarded: Timestamp, list: Timestamp },
    /// Genuine, yes: the signature holds.
    SignatureHolds { signed: Timestamp },
    /// In force, cannot tell: signed in the verifier's future.
    SignedInFuture { signed: Timestamp, now: Timestamp },
    /// Entitled, yes: the standard was in force on the award date.
    StandardInForce { from: Timestamp, until: Option<Timestamp> },
    /// Entitled, cannot tell: the achievement or its version may be newer than the list.
    StandardNewerThanList { list: Timestamp },
    /// Entitled, no: the standard was not in force on the award date.
    StandardNotInForce { awarded: Timestamp, from: Timestamp, until: Option<Timestamp> },
    /// Entitled, no: the catalogue does not have this achievement in this version.
    StandardNotListed { list: Timestamp },
    /// In force, cannot tell: the position lies outside the list.
    StatusIndexOutside { index: u32 },
    /// In force, cannot tell: the list has ended.
    StatusListEnded { until: Timestamp },
    /// In force, cannot tell: the list belongs to another issuer or purpose.
    StatusListForeign,
    /// In force, cannot tell: the list that should be here is altered or not a list.
    StatusListMalformed,
    /// In force, cannot tell: the list is not here.
    StatusListMissing,
    /// In force, cannot tell: a status entry of a type or purpose that this version does not know.
    StatusUnknown { kind: String },
    /// Genuine, cannot tell: a proof of a known suite that this build does not check.
    SuiteNotChecked { suite: String },
    /// In force, no: suspended.
    Suspended { as_of: Timestamp },
    /// Genuine, cannot tell: a test code, which counts under pilot roots alone (design §4 *Freezing*).
    TestCode,
    /// Genuine, cannot tell: reading it takes more work than any honest document.
    TooMuchWork,
    /// Worth here: what a rule or a decision says; its outcome gives the answer and the code.
    Worth { statement: Box<Statement> },
    /// Entitled, cannot tell: it claims one of our kinds without the `eddsa-jcs-2022` proof that ours have (design §3).
    WithoutOurProof,
    /// Genuine, no: the proof is for another purpose.
    WrongPurpose { purpose: String },
}
