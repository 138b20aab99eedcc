//! Recognition of prior learning: a person's case, from the enquiry to the decision that makes a row of the register (domain.md 2b). A case is
//! its steps: where it stands is folded from them each time, so no page can say what no step led to. It stands in the store and not at the
//! desk because its rules are asked inside the transaction (design §6), and the store knows no desk.

pub(super) mod pages;
pub mod progress;
pub mod transition;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use self::progress::{Progress, Stage};
use self::transition::{Reason, Transition};
use super::StoreError;
use super::acts::Hand;
use super::award::{Award, Content};
use super::staff::Member;
use crate::base::multibase;
use crate::base::timestamp::{Date, Timestamp};

/// 200 steps: 32 units judged twice, sent back and appealed about, and the way before and after. Some 45 KB of a page's 64.
/// Three more can follow that bring it to its end.
pub const STEPS_MOST: usize = 200;
/// 150 steps: from then on the file is kept as it is, and what is left is for judging and deciding.
pub const FILE_STEPS_MOST: usize = 150;
/// 15 days in which a person may appeal; a body whose law gives another term needs it as a setting (domain.md §7: "make them data").
pub const APPEAL_DAYS: i64 = 15;
/// 30 days before what was not yet competent is assessed again (domain.md 2b: "reachable again after N days").
pub const AGAIN_DAYS: i64 = 30;

/// One person's case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// 128 random bits, base64url. The row that a decision makes has the same name, so there is never a second one.
    pub id: String,
    /// What is to be recognised.
    pub achievement: String,
    /// What is said of the person, as the desk writes it; gone when the person is forgotten.
    pub content: Option<Content>,
    /// What was done, in its order.
    pub steps: Vec<Step>,
}

/// One step of a case. Names members, never the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What was done.
    pub did: Transition,
    /// Why.
    pub reason: Reason,
    /// By whom, and when.
    pub by: Hand,
    /// The hash of the content that this step wrote, as [`Content::hash`] makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The last day for the next step, `YYYY-MM-DD`; `None` where nothing has to follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// The last day of an appeal against what this step judged or decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal_until: Option<String>,
    /// The first day on which what is not yet competent may be assessed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_from: Option<String>,
}

/// What somebody wants done with a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// What.
    pub to_do: Transition,
    /// Why.
    pub reason: Reason,
    /// What is said of the person from now on, where the step changes it.
    pub content: Option<Content>,
    /// The row of the register, where the step is a decision that makes one.
    pub row: Option<Award>,
}

impl Case {
    /// A case before its first step.
    #[must_use]
    pub fn new(id: String, achievement: String, content: Content) -> Self {
        Self { id, achievement, content: Some(content), steps: Vec::new() }
    }

    /// Counts the changes: a step names the version that it was made upon.
    #[must_use]
    pub fn version(&self) -> usize {
        self.steps.len()
    }

    /// Where it stands.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for steps that do not follow from one another.
    pub fn progress(&self) -> Result<Progress, StoreError> {
        let folded = self.steps.iter().try_fold(Progress::default(), Progress::after);
        folded.map_err(|_| StoreError::Damaged("cases".to_owned()))
    }

    /// The case after one more step: the rules of domain.md 2b and nothing else. `member` is whoever acts, as they are at this moment.
    ///
    /// # Errors
    /// [`StoreError::NotNow`] for what does not follow from where the case stands, [`StoreError::NotAllowed`] without the role,
    /// [`StoreError::SamePerson`] for one who taught, judged or decided in it, [`StoreError::TooEarly`], [`StoreError::TooLate`],
    /// [`StoreError::TooManySteps`].
    pub fn moved(mut self, intent: &Intent, member: Option<&Member>, by: &Hand) -> Result<Self, StoreError> {
        let step = self.next(&self.progress()?, intent, member, by)?;
        if let Some(content) = &intent.content {
            self.content = Some(content.clone());
        }
        self.steps.push(step);
        Ok(self)
    }

    /// The step that [`Case::moved`] adds. `before` is where the case stands.
    ///
    /// # Errors
    /// As there.
    pub fn next(
        &self,
        before: &Progress,
        intent: &Intent,
        member: Option<&Member>,
        by: &Hand,
    ) -> Result<Step, StoreError> {
        let member = member.filter(|member| member.id == by.who).ok_or(StoreError::NotAllowed)?;
        if !intent.to_do.roles().iter().any(|role| member.may(*role)) {
            return Err(StoreError::NotAllowed);
        }
        // Of somebody who was forgotten nothing goes on.
        if self.content.is_none() || !intent.to_do.reasons().contains(&intent.reason) {
            return Err(StoreError::NotNow);
        }
        let most = match &intent.to_do {
            Transition::KeepFile => FILE_STEPS_MOST,
            // Each of them closes what is open, and nothing is opened any more: a case does not end without its decision or its answer.
            Transition::AnswerAppeal(_) | Transition::Decide(_) | Transition::Withdraw => usize::MAX,
            _ => STEPS_MOST,
        };
        if self.steps.len() >= most {
            return Err(StoreError::TooManySteps);
        }
        let step = intent.step(before, by)?;
        before.clone().after(&step)?;
        Ok(step)
    }

    /// The hash that its content must have.
    #[must_use]
    pub fn content_hash(&self) -> Option<&str> {
        self.steps.iter().rev().find_map(|step| step.content.as_deref())
    }

    /// The month of its last step, `YYYY-MM`.
    #[must_use]
    pub fn month(&self) -> &str {
        self.steps.last().and_then(|step| step.by.at.get(..7)).unwrap_or_default()
    }
}

impl Step {
    /// SHA-256 over what is to be recognised and the step as it is kept, as multibase: the log of acts holds it.
    #[must_use]
    pub fn digest(&self, achievement: &str) -> String {
        // A step is made of texts and lists: it has no form that JSON refuses.
        let json = serde_json::to_vec(self).unwrap_or_default();
        let digest = Sha256::new_with_prefix(achievement).chain_update([0]).chain_update(json).finalize();
        multibase::digest(&digest.into())
    }

    /// The day on which it was taken.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn day(&self) -> Result<Date, StoreError> {
        let moment = Timestamp::parse(&self.by.at).map_err(|_| StoreError::Damaged("cases".to_owned()))?;
        Ok(moment.date())
    }
}

impl Intent {
    /// A step that changes neither what is said of the person nor the register.
    #[must_use]
    pub fn of(to_do: Transition, reason: Reason) -> Self {
        Self { to_do, reason, content: None, row: None }
    }

    /// The step, with the days that follow from it.
    pub(super) fn step(&self, before: &Progress, by: &Hand) -> Result<Step, StoreError> {
        let content = self.content.as_ref().map(Content::hash);
        let bare = Step {
            did: self.to_do.clone(),
            reason: self.reason,
            by: by.clone(),
            content,
            due: None,
            appeal_until: None,
            again_from: None,
        };
        let today = bare.day()?;
        let after = before.clone().after(&bare)?;
        let day = |days: i64| today.plus_days(days).map(|day| day.to_string());
        // What leaves the case where it is gives nobody more time.
        let stays = after.stage == before.stage && after.appeal == before.appeal && *before != Progress::default();
        let due = match (stays, &after.appeal) {
            (true, _) => before.due.clone(),
            (false, Some(_)) => day(progress::ANSWER_DAYS),
            (false, None) => after.stage.days().and_then(day),
        };
        let again = self.to_do.is_not_yet().then(|| day(AGAIN_DAYS)).flatten();
        let appeal_until = self.to_do.opens_appeal().then(|| day(APPEAL_DAYS)).flatten();
        Ok(Step { due, appeal_until, again_from: again, ..bare })
    }
}

/// Whether a case is one that waits for somebody and has waited for too long. Of somebody who was forgotten nothing waits.
#[must_use]
pub fn is_overdue(case: &Case, progress: &Progress, today: Date) -> bool {
    let goes_on = case.content.is_some() && progress.stage != Stage::Withdrawn;
    // Both are `YYYY-MM-DD`, which sort as they follow.
    goes_on && progress.due.as_ref().is_some_and(|due| *due < today.to_string())
}

/// Whether an appeal of the case is open that nobody answered for so long that it is to be closed.
#[must_use]
pub fn is_unanswered(case: &Case, today: Date) -> bool {
    let appeal = case.progress().ok().filter(|_| case.content.is_some()).and_then(|progress| progress.appeal);
    appeal.as_ref().and_then(progress::unanswered_from).is_some_and(|from| from <= today)
}
