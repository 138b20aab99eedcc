//! Where a case stands, and what may follow: domain.md 2b as one function from a state and a step to the next state.

use std::collections::{BTreeMap, BTreeSet};

use super::Step;
use super::transition::{Answer, Finding, Outcome, Plan, Subject, Transition, Verdict};
use crate::base::limits::ROWS;
use crate::base::timestamp::Date;
use crate::store::StoreError;

/// 30 days to answer an appeal.
pub const ANSWER_DAYS: i64 = 30;
/// 180 days without an answer, six times as long as there is for it: then an appeal is closed, and is not what its person is kept for.
pub const UNANSWERED_DAYS: i64 = 180;
/// 40 characters of a unit's or a method's code, as the catalogue has them.
const CODE_CHARACTERS: usize = 40;

/// Where a case stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Every unit of the plan is judged.
    Assessed,
    /// It is decided.
    Decided(Outcome),
    /// Somebody asked.
    #[default]
    Enquiry,
    /// Evidence is taken in and judged, unit by unit.
    Evidence,
    /// The interview took place.
    Interviewed(Finding),
    /// The internal verifier agreed.
    Moderated,
    /// The plan is agreed.
    Planned,
    /// The person is registered.
    Registered,
    /// The external verifier agreed too.
    Sampled,
    /// The person went no further.
    Withdrawn,
}

/// One unit's judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// What was found.
    pub verdict: Verdict,
    /// Who found it: a member.
    pub by: String,
    /// The day of it, `YYYY-MM-DD`.
    pub on: String,
    /// The last day of an appeal; `None` when there was one.
    pub appeal_until: Option<String>,
    /// The first day on which it may be assessed again.
    pub again_from: Option<String>,
}

/// An appeal that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenAppeal {
    /// What it is about.
    pub about: Subject,
    /// The day of it.
    pub on: String,
}

/// What a case has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Where it stands.
    pub stage: Stage,
    /// What was agreed.
    pub plan: Option<Plan>,
    /// The judgements that stand, by unit.
    pub units: BTreeMap<String, Judgement>,
    /// The appeal that is open: nothing else is done meanwhile.
    pub appeal: Option<OpenAppeal>,
    /// The last day for the next step.
    pub due: Option<String>,
    /// The last day of an appeal against the interview, while it can be appealed against.
    pub interview_until: Option<String>,
    /// The same of the decision.
    pub decision_until: Option<String>,
    /// Whether a decision made a row of the register.
    pub made_row: bool,
    /// Whether the decision that made it still stands: neither decided otherwise nor fallen with what it was decided upon.
    pub row_stands: bool,
    /// Who kept the file.
    pub keepers: BTreeSet<String>,
    /// Who interviewed.
    pub interviewers: BTreeSet<String>,
    /// Who ever judged a unit, and whose judgements fell among them.
    pub assessors: BTreeSet<String>,
    /// Who verified, within and from outside.
    pub verifiers: BTreeSet<String>,
    /// Who ever decided.
    pub deciders: BTreeSet<String>,
    /// Who judged a unit and was not upheld: they do not judge it again.
    overturned: BTreeMap<String, BTreeSet<String>>,
    /// Who found or decided something and was not upheld.
    overruled: BTreeSet<String>,
    /// Whether it has a first step.
    begun: bool,
}

impl Stage {
    /// Every place.
    pub const ALL: [Stage; 14] = [
        Stage::Enquiry,
        Stage::Registered,
        Stage::Interviewed(Finding::Eligible),
        Stage::Interviewed(Finding::NotEligible),
        Stage::Interviewed(Finding::Advised),
        Stage::Planned,
        Stage::Evidence,
        Stage::Assessed,
        Stage::Moderated,
        Stage::Sampled,
        Stage::Decided(Outcome::Full),
        Stage::Decided(Outcome::Some),
        Stage::Decided(Outcome::Nothing),
        Stage::Withdrawn,
    ];

    /// The code of files and language tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Stage::Assessed => "assessed",
            Stage::Decided(Outcome::Full) => "decided-full",
            Stage::Decided(Outcome::Nothing) => "decided-none",
            Stage::Decided(Outcome::Some) => "decided-some",
            Stage::Enquiry => "enquiry",
            Stage::Evidence => "evidence",
            Stage::Interviewed(Finding::Advised) => "advised",
            Stage::Interviewed(Finding::Eligible) => "eligible",
            Stage::Interviewed(Finding::NotEligible) => "not-eligible",
            Stage::Moderated => "moderated",
            Stage::Planned => "planned",
            Stage::Registered => "registered",
            Stage::Sampled => "sampled",
            Stage::Withdrawn => "withdrawn",
        }
    }

    /// The one of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// In how many days the next step is to follow. `None` where nothing has to: whoever was advised comes again when they can.
    #[must_use]
    pub fn days(self) -> Option<i64> {
        match self {
            Stage::Enquiry | Stage::Interviewed(Finding::Eligible) | Stage::Planned | Stage::Registered => Some(30),
            Stage::Evidence => Some(180),
            Stage::Assessed | Stage::Moderated | Stage::Sampled => Some(15),
            Stage::Decided(_) | Stage::Interviewed(Finding::Advised | Finding::NotEligible) | Stage::Withdrawn => None,
        }
    }
}

impl Progress {
    /// Where a case stands after one more step. Who acts is compared with who acted; what roles they have is not asked here.
    ///
    /// # Errors
    /// As [`super::Case::moved`], but for the roles.
    pub fn after(mut self, step: &Step) -> Result<Self, StoreError> {
        let who = step.by.who.as_str();
        let today = step.day()?.to_string();
        let first = step.did == Transition::Enquire;
        if first == self.begun || (step.content.is_some() && !step.did.may_write()) {
            return Err(StoreError::NotNow);
        }
        // While an appeal is open nothing goes on but its answer.
        if self.appeal.is_some() != matches!(step.did, Transition::AnswerAppeal(_) | Transition::Unanswered) {
            return Err(StoreError::NotNow);
        }
        match (&step.did, self.stage) {
            (Transition::Enquire, _) if step.content.is_some() => self.begun = true,
            (Transition::Register, Stage::Enquiry) => self.stage = Stage::Registered,
            (Transition::Interview(finding), Stage::Registered | Stage::Interviewed(Finding::Advised)) => {
                differs(who, &[&self.overruled])?;
                self.interviewers.insert(who.to_owned());
                self.interview_until.clone_from(&step.appeal_until);
                self.stage = Stage::Interviewed(*finding);
            }
            (Transition::AgreePlan(plan), Stage::Interviewed(Finding::Eligible)) if is_sound(plan) => {
                self.plan = Some(plan.clone());
                // What the interview found is settled by going on.
                self.interview_until = None;
                self.stage = Stage::Planned;
            }
            (Transition::OpenEvidence, Stage::Planned) => self.stage = Stage::Evidence,
            (Transition::KeepFile, Stage::Decided(_) | Stage::Withdrawn) => return Err(StoreError::NotNow),
            (Transition::KeepFile, _) if step.content.is_some() => {}
            (Transition::Judge(unit, verdict), Stage::Evidence) => self.judged(unit, *verdict, step, &today)?,
            (Transition::Moderate, Stage::Assessed) => {
                differs(who, &[&self.assessors, self.trainers()])?;
                self.verifiers.insert(who.to_owned());
                self.stage = Stage::Moderated;
            }
            (Transition::Sample, Stage::Moderated) => {
                differs(who, &[&self.assessors, self.trainers(), &self.verifiers])?;
                self.verifiers.insert(who.to_owned());
                self.stage = Stage::Sampled;
            }
            (Transition::SendBack(unit), Stage::Assessed | Stage::Moderated) if self.units.contains_key(unit) => {
                differs(who, &[&self.assessors, self.trainers()])?;
                self.verifiers.insert(who.to_owned());
                self.units.remove(unit);
                self.row_stands = false;
                self.stage = Stage::Evidence;
            }
            // Off-spec: domain.md 2b has every case sampled before it is decided. An external verifier looks at some of them, where there is one;
            // the internal one has always agreed.
            (Transition::Decide(outcome), Stage::Moderated | Stage::Sampled) => {
                // domain.md 2b: trainer ≠ assessor ≠ certifier.
                differs(who, &[&self.assessors, self.trainers(), &self.overruled])?;
                if !self.bears(*outcome) {
                    return Err(StoreError::NotNow);
                }
                self.deciders.insert(who.to_owned());
                self.decision_until.clone_from(&step.appeal_until);
                self.made_row |= outcome.makes_a_row();
                self.row_stands = outcome.makes_a_row();
                self.stage = Stage::Decided(*outcome);
            }
            (Transition::Reopen, Stage::Assessed | Stage::Moderated | Stage::Sampled | Stage::Decided(_)) => {
                self.reopened(&today)?;
            }
            (Transition::Appeal(about), stage) if stage != Stage::Withdrawn => {
                let until = self.until(about).ok_or(StoreError::NotNow)?;
                if today > *until {
                    return Err(StoreError::TooLate);
                }
                self.appeal = Some(OpenAppeal { about: about.clone(), on: today });
            }
            (Transition::AnswerAppeal(answer), _) => self.answered(*answer, who)?,
            (Transition::Unanswered, _) => self.unanswered(step)?,
            // Off-spec: domain.md 2b names evidence alone. Whoever walks away before it would stand in the list for ever.
            (
                Transition::Withdraw,
                Stage::Enquiry | Stage::Registered | Stage::Interviewed(_) | Stage::Planned | Stage::Evidence,
            ) => {
                // It would end every appeal against them.
                differs(who, &[&self.interviewers, &self.assessors])?;
                self.stage = Stage::Withdrawn;
            }
            _ => return Err(StoreError::NotNow),
        }
        if step.did.may_write() {
            self.keepers.insert(who.to_owned());
        }
        self.due.clone_from(&step.due);
        Ok(self)
    }

    /// The codes of the units that the person can do.
    pub fn competent(&self) -> impl Iterator<Item = &str> {
        let able = self.units.iter().filter(|(_, judged)| judged.verdict == Verdict::Competent);
        able.map(|(unit, _)| unit.as_str())
    }

    /// Until when what is appealed against can be; `None` for what was not judged, or appealed against before.
    #[must_use]
    pub fn until(&self, about: &Subject) -> Option<&String> {
        match (about, self.stage) {
            (Subject::Decision, Stage::Decided(_)) => self.decision_until.as_ref(),
            (Subject::Interview, Stage::Interviewed(_)) => self.interview_until.as_ref(),
            (Subject::Unit(unit), _) => self.units.get(unit)?.appeal_until.as_ref(),
            (Subject::Decision | Subject::Interview, _) => None,
        }
    }

    /// Whether the judgements bear an outcome. Nothing can always be certified, for a reason.
    #[must_use]
    pub fn bears(&self, outcome: Outcome) -> bool {
        let Some(plan) = &self.plan else { return false };
        let able = self.competent().count();
        match outcome {
            Outcome::Full => able == plan.all.len(),
            Outcome::Nothing => true,
            Outcome::Some => able > 0 && able < plan.all.len(),
        }
    }

    /// Who taught, as far as they work here.
    #[must_use]
    pub fn trainers(&self) -> &BTreeSet<String> {
        const NOBODY: &BTreeSet<String> = &BTreeSet::new();
        self.plan.as_ref().map_or(NOBODY, |plan| &plan.trainers)
    }

    fn judged(&mut self, unit: &str, verdict: Verdict, step: &Step, today: &str) -> Result<(), StoreError> {
        let who = step.by.who.as_str();
        let plan = self.plan.as_ref().filter(|plan| plan.units.iter().any(|one| one == unit));
        let plan = plan.ok_or(StoreError::NotNow)?;
        let fell = self.overturned.get(unit).is_some_and(|fell| fell.contains(who));
        differs(who, &[&plan.trainers, &self.deciders])?;
        if fell {
            return Err(StoreError::SamePerson);
        }
        match self.units.get(unit) {
            Some(before) if before.verdict == Verdict::Competent => return Err(StoreError::NotNow),
            Some(before) if before.again_from.as_deref().is_some_and(|from| today < from) => {
                return Err(StoreError::TooEarly);
            }
            _ => {}
        }
        let judgement = Judgement {
            verdict,
            by: who.to_owned(),
            on: today.to_owned(),
            appeal_until: step.appeal_until.clone(),
            again_from: step.again_from.clone(),
        };
        let units = plan.units.len();
        self.units.insert(unit.to_owned(), judgement);
        self.assessors.insert(who.to_owned());
        if self.units.len() == units {
            self.stage = Stage::Assessed;
        }
        Ok(())
    }

    fn reopened(&mut self, today: &str) -> Result<(), StoreError> {
        let waits = |judged: &&Judgement| judged.verdict == Verdict::NotYet;
        let may = |judged: &Judgement| judged.again_from.as_deref().is_none_or(|from| from <= today);
        let mut open = self.units.values().filter(waits).peekable();
        if open.peek().is_none() {
            return Err(StoreError::NotNow);
        }
        if !open.any(may) {
            return Err(StoreError::TooEarly);
        }
        self.stage = Stage::Evidence;
        self.decision_until = None;
        Ok(())
    }

    /// What was found stands, as before the appeal, and can be appealed against once more: that nobody answered is not held against the person.
    fn unanswered(&mut self, step: &Step) -> Result<(), StoreError> {
        let appeal = self.appeal.take().ok_or(StoreError::NotNow)?;
        if unanswered_from(&appeal).is_none_or(|from| from.to_string() > step.by.at) {
            return Err(StoreError::TooEarly);
        }
        let until = match &appeal.about {
            Subject::Decision => &mut self.decision_until,
            Subject::Interview => &mut self.interview_until,
            Subject::Unit(unit) => &mut self.units.get_mut(unit).ok_or(StoreError::NotNow)?.appeal_until,
        };
        until.clone_from(&step.appeal_until);
        Ok(())
    }

    /// Whoever had a hand in what is appealed against does not answer it, nor say that it was taken back: either ends it for good.
    fn answered(&mut self, answer: Answer, who: &str) -> Result<(), StoreError> {
        let appeal = self.appeal.take().ok_or(StoreError::NotNow)?;
        let hands = [&self.interviewers, &self.assessors, &self.verifiers, &self.deciders, self.trainers()];
        differs(who, &hands)?;
        let changed = answer == Answer::Changed;
        match appeal.about {
            Subject::Decision => {
                self.decision_until = None;
                if changed {
                    self.row_stands = false;
                    self.overruled.extend(self.deciders.iter().cloned());
                    self.stage = Stage::Moderated;
                }
            }
            Subject::Interview => {
                self.interview_until = None;
                if changed {
                    self.overruled.extend(self.interviewers.iter().cloned());
                    self.stage = Stage::Registered;
                }
            }
            Subject::Unit(unit) if changed => {
                let fell = self.units.remove(&unit).ok_or(StoreError::NotNow)?;
                self.overturned.entry(unit).or_default().insert(fell.by);
                // A decision does not stand upon a judgement that fell.
                self.decision_until = None;
                self.row_stands = false;
                self.stage = Stage::Evidence;
            }
            Subject::Unit(unit) => {
                self.units.get_mut(&unit).ok_or(StoreError::NotNow)?.appeal_until = None;
            }
        }
        Ok(())
    }
}

/// The first day on which an appeal counts as unanswered.
pub(super) fn unanswered_from(appeal: &OpenAppeal) -> Option<Date> {
    Date::parse(&appeal.on).ok()?.plus_days(UNANSWERED_DAYS)
}

/// That somebody is none of these.
fn differs(who: &str, hands: &[&BTreeSet<String>]) -> Result<(), StoreError> {
    if hands.iter().any(|hands| hands.contains(who)) { Err(StoreError::SamePerson) } else { Ok(()) }
}

/// Whether a plan is one: units of the standard, each once.
fn is_sound(plan: &Plan) -> bool {
    let once = |codes: &[String]| codes.iter().collect::<BTreeSet<_>>().len() == codes.len();
    let short = |code: &String| (1..=CODE_CHARACTERS).contains(&code.chars().count());
    (1..=ROWS).contains(&plan.all.len())
        && !plan.units.is_empty()
        && plan.units.iter().all(|unit| plan.all.contains(unit))
        && once(&plan.all)
        && once(&plan.units)
        && plan.all.iter().chain([&plan.method]).all(short)
}
