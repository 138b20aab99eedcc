//! A recognition authority's decision about another body's certificate (domain.md 2c): closed outcomes, a stated purpose, reasons.

use super::members::{Malformed, Problem};
use super::terms::{Rows, codes, fault};

codes! {
    /// What was decided (ENIC-NARIC practice, and assessments that decide nothing).
    Outcome {
        /// Recognised as something other than what was asked.
        Alternative = "alternative",
        /// What the person probably holds; no formal act (EQPR).
        AssessmentOnly = "assessment-only",
        /// Recognised once conditions are met.
        Conditional = "conditional",
        /// Refused. Given to the applicant alone, never presented by default.
        NotRecognised = "not-recognised",
        /// Recognised in part.
        Partial = "partial",
        /// Recognised.
        Recognised = "recognised",
    }
}

codes! {
    /// What the decision is good for.
    Purpose {
        /// To work.
        Employment = "employment",
        /// To study further.
        FurtherStudy = "further-study",
        /// To inform.
        Information = "information",
        /// To serve the state.
        PublicService = "public-service",
        /// To practise a regulated profession.
        RegulatedPractice = "regulated-practice",
    }
}

/// A decision, complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was decided.
    pub outcome: Outcome,
    /// What for.
    pub purpose: Purpose,
    /// The legal instrument it rests on.
    pub instrument: String,
    /// The title it is comparable to.
    pub comparable_title: Option<String>,
    /// The level, as framework, version and label; never converted.
    pub comparable_level: Option<String>,
    /// What a partial recognition covers.
    pub covers: Vec<String>,
    /// What a conditional recognition asks, with its due date in words.
    pub conditions: Vec<String>,
    /// Why; required for everything but [`Outcome::Recognised`].
    pub reasons: Vec<String>,
    /// Where to appeal.
    pub appeal_body: Option<String>,
    /// Until when, `YYYY-MM-DD`.
    pub appeal_deadline: Option<String>,
    /// Whether the profession is regulated: then this does not by itself permit practice (domain.md D52).
    pub regulated: bool,
}

impl Decision {
    pub(super) fn parse(rows: &mut Rows) -> Result<Self, Malformed> {
        let decision = Self {
            outcome: rows.code("outcome", Outcome::of_code)?,
            purpose: rows.code("purpose", Purpose::of_code)?,
            instrument: rows.one("instrument")?,
            comparable_title: rows.one_if_any("comparable-title")?,
            comparable_level: rows.one_if_any("comparable-level")?,
            covers: rows.all("covers"),
            conditions: rows.all("condition"),
            reasons: rows.all("reason"),
            appeal_body: rows.one_if_any("appeal-body")?,
            appeal_deadline: rows.one_if_any("appeal-deadline")?,
            regulated: rows.code("regulated", |text| match text {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            })?,
        };
        decision.complete()
    }

    /// A decision that says all its outcome must say.
    ///
    /// # Errors
    /// [`Problem::Missing`] for reasons, coverage or conditions that the outcome needs.
    pub fn complete(self) -> Result<Self, Malformed> {
        let lacks = match self.outcome {
            Outcome::Recognised => None,
            _ if self.reasons.is_empty() => Some("reason"),
            Outcome::Partial if self.covers.is_empty() => Some("covers"),
            Outcome::Conditional if self.conditions.is_empty() => Some("condition"),
            _ => None,
        };
        match lacks {
            None => Ok(self),
            Some(name) => Err(fault(name, Problem::Missing)),
        }
    }

    pub(super) fn write(&self, rows: &mut Rows) {
        rows.push("outcome", self.outcome.code());
        rows.push("purpose", self.purpose.code());
        rows.push("instrument", &self.instrument);
        let mut each =
            |name: &str, values: &mut dyn Iterator<Item = &String>| values.for_each(|value| rows.push(name, value));
        each("comparable-title", &mut self.comparable_title.iter());
        each("comparable-level", &mut self.comparable_level.iter());
        each("covers", &mut self.covers.iter());
        each("condition", &mut self.conditions.iter());
        each("reason", &mut self.reasons.iter());
        each("appeal-body", &mut self.appeal_body.iter());
        each("appeal-deadline", &mut self.appeal_deadline.iter());
        rows.push("regulated", if self.regulated { "yes" } else { "no" });
    }
}
