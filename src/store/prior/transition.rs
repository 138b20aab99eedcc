//! What can be done with a case, by whom, and for which reasons.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::store::staff::Role;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$of])* #[serde(rename = $code)] $variant,)* }

        impl $name {
            /// Every one.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The code of files and language tables.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)* }
            }

            /// The one of a code.
            #[must_use]
            pub fn of_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

codes! {
    /// What an interview found.
    Finding {
        /// Something else comes first; another interview may follow.
        Advised = "advised",
        /// The person can be assessed.
        Eligible = "eligible",
        /// The person cannot.
        NotEligible = "not-eligible",
    }
}

codes! {
    /// What was found of one unit.
    Verdict {
        /// The person can do it.
        Competent = "competent",
        /// Not yet: said to the person alone, and never a certificate (design §3).
        NotYet = "not-yet",
    }
}

codes! {
    /// What is certified.
    Outcome {
        /// Every unit of the standard.
        Full = "full",
        /// Nothing. The desk alone knows.
        Nothing = "none",
        /// Some units.
        Some = "some",
    }
}

codes! {
    /// What became of an appeal.
    Answer {
        /// What was judged or decided falls, and is judged or decided anew by somebody else.
        Changed = "changed",
        /// What was judged or decided stands.
        Upheld = "upheld",
        /// The person took it back.
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// Why a step was taken (domain.md D23).
    Reason {
        /// The person sees it otherwise.
        Disagrees = "disagrees",
        /// It is not certain that the evidence is the person's own, or true.
        EvidenceDoubt = "evidence-doubt",
        /// Something that the standard asks for is not shown.
        EvidenceGaps = "evidence-gaps",
        /// The evidence shows what the standard asks for.
        EvidenceMeets = "evidence-meets",
        /// Too little practice so far.
        Experience = "experience-short",
        /// The person moved away.
        Moved = "moved",
        /// There is evidence that was not there before.
        NewEvidence = "new-evidence",
        /// The person does not answer any more.
        NoAnswer = "no-answer",
        /// The institution did not answer.
        NotAnswered = "not-answered",
        /// As it was planned.
        Ordinary = "ordinary",
        /// Another standard suits better.
        OtherStandard = "other-standard",
        /// The person's own wish.
        OwnWish = "own-wish",
        /// Something was not done as the rules say.
        Procedure = "procedure",
        /// A course comes first.
        TrainingFirst = "training-first",
        /// Work leaves no time.
        Work = "work",
    }
}

/// What somebody and the institution agreed to assess. The standard is frozen here: its units are judged whatever another version says.
/// Off-spec: once the catalogue has another version, nothing is certified from it, since a certificate cites the catalogue's (domain.md 2b); the
/// person asks anew under the new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The standard's framework and code.
    pub standard: String,
    /// Its version.
    pub version: String,
    /// The codes of all its units.
    pub all: Vec<String>,
    /// Of these the ones that will be assessed.
    pub units: Vec<String>,
    /// The code of the method.
    pub method: String,
    /// The members who taught or accompanied the person: none of them judges or decides.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub trainers: BTreeSet<String>,
}

/// What an appeal is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// The decision.
    Decision,
    /// What the interview found.
    Interview,
    /// The judgement of a unit: its code.
    Unit(String),
}

/// What can be done with a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transition {
    /// The plan is agreed.
    AgreePlan(Plan),
    /// An appeal is answered, or was taken back.
    AnswerAppeal(Answer),
    /// An appeal is opened.
    Appeal(Subject),
    /// The certification decision.
    Decide(Outcome),
    /// Somebody asks.
    Enquire,
    /// The interview, and what it found.
    Interview(Finding),
    /// A unit is judged.
    Judge(String, Verdict),
    /// What is said of the person, or where the evidence lies, is written anew.
    KeepFile,
    /// The internal verifier agrees with all judgements.
    Moderate,
    /// Evidence is taken in from now on.
    OpenEvidence,
    /// The person is registered.
    Register,
    /// What is not yet competent is assessed again.
    Reopen,
    /// The external verifier agrees.
    Sample,
    /// A verifier does not agree with the judgement of a unit: it is judged anew.
    SendBack(String),
    /// An appeal was not answered for so long that it is closed: nothing is found against the person, who may appeal again. Nobody chooses it.
    Unanswered,
    /// The person goes no further.
    Withdraw,
}

impl Transition {
    /// The code of files and language tables, without what it is about.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Transition::AgreePlan(_) => "agree-plan",
            Transition::AnswerAppeal(_) => "answer-appeal",
            Transition::Appeal(_) => "appeal",
            Transition::Decide(_) => "decide",
            Transition::Enquire => "enquire",
            Transition::Interview(_) => "interview",
            Transition::Judge(..) => "judge",
            Transition::KeepFile => "keep-file",
            Transition::Moderate => "moderate",
            Transition::OpenEvidence => "open-evidence",
            Transition::Register => "register",
            Transition::Reopen => "reopen",
            Transition::Sample => "sample",
            Transition::SendBack(_) => "send-back",
            Transition::Unanswered => "unanswered",
            Transition::Withdraw => "withdraw",
        }
    }

    /// Who may do it: a clerk keeps the file, an assessor judges and verifies, a signatory decides.
    #[must_use]
    pub fn roles(&self) -> &'static [Role] {
        match self {
            Transition::AgreePlan(_) | Transition::KeepFile | Transition::OpenEvidence | Transition::Reopen => {
                &[Role::Assessor, Role::Clerk]
            }
            Transition::AnswerAppeal(Answer::Changed | Answer::Upheld) | Transition::Decide(_) => &[Role::Signatory],
            Transition::AnswerAppeal(Answer::Withdrawn)
            | Transition::Appeal(_)
            | Transition::Enquire
            | Transition::Register
            | Transition::Withdraw => &[Role::Clerk],
            Transition::Interview(_)
            | Transition::Judge(..)
            | Transition::Moderate
            | Transition::Sample
            | Transition::SendBack(_) => &[Role::Assessor],
            // The day alone does it, see `pages::close_unanswered`.
            Transition::Unanswered => &[],
        }
    }

    /// The reasons that can be given for it. Whatever is less than the person asked for has one of its own (domain.md 2b, Lisbon).
    #[must_use]
    pub fn reasons(&self) -> &'static [Reason] {
        match self {
            Transition::Interview(Finding::Advised) => {
                &[Reason::TrainingFirst, Reason::Experience, Reason::OtherStandard]
            }
            Transition::Interview(Finding::NotEligible) => &[Reason::Experience, Reason::OtherStandard],
            Transition::Judge(_, Verdict::Competent) | Transition::Decide(Outcome::Full) => &[Reason::EvidenceMeets],
            Transition::Judge(_, Verdict::NotYet) => &[Reason::EvidenceGaps, Reason::EvidenceDoubt],
            Transition::Decide(Outcome::Some) => &[Reason::EvidenceGaps],
            Transition::Decide(Outcome::Nothing) | Transition::SendBack(_) => {
                &[Reason::EvidenceGaps, Reason::EvidenceDoubt, Reason::Procedure]
            }
            Transition::Appeal(_) => &[Reason::Disagrees, Reason::NewEvidence, Reason::Procedure],
            Transition::AnswerAppeal(Answer::Changed) => {
                &[Reason::EvidenceMeets, Reason::NewEvidence, Reason::Procedure]
            }
            Transition::AnswerAppeal(Answer::Upheld) => {
                &[Reason::EvidenceGaps, Reason::EvidenceDoubt, Reason::Ordinary]
            }
            Transition::AnswerAppeal(Answer::Withdrawn) => &[Reason::OwnWish],
            Transition::Reopen => &[Reason::NewEvidence, Reason::OwnWish],
            Transition::Withdraw => &[Reason::OwnWish, Reason::Moved, Reason::Work, Reason::NoAnswer],
            Transition::AgreePlan(_)
            | Transition::Enquire
            | Transition::Interview(Finding::Eligible)
            | Transition::KeepFile
            | Transition::Moderate
            | Transition::OpenEvidence
            | Transition::Register
            | Transition::Sample => &[Reason::Ordinary],
            Transition::Unanswered => &[Reason::NotAnswered],
        }
    }

    /// Whether it says something about the person that can be appealed against.
    #[must_use]
    pub fn is_judgement(&self) -> bool {
        matches!(self, Transition::Decide(_) | Transition::Interview(_) | Transition::Judge(..))
    }

    /// Whether an appeal is possible from its day on: against what it says, or once more against what was not answered.
    pub(super) fn opens_appeal(&self) -> bool {
        self.is_judgement() || *self == Transition::Unanswered
    }

    pub(super) fn is_not_yet(&self) -> bool {
        matches!(self, Transition::Judge(_, Verdict::NotYet))
    }

    /// Whether it may change what is said of the person.
    pub(super) fn may_write(&self) -> bool {
        matches!(self, Transition::AgreePlan(_) | Transition::Enquire | Transition::KeepFile | Transition::Register)
    }
}

impl Outcome {
    /// Whether a row of the register follows.
    #[must_use]
    pub fn makes_a_row(self) -> bool {
        self != Outcome::Nothing
    }
}
