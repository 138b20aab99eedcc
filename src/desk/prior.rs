//! Prior learning at the desk: what is said of a person in a case, which steps are open to whom, and the row that a decision makes. The rules
//! themselves stand in [`crate::store::prior`], inside the transaction.

use std::collections::BTreeSet;

use super::catalogue::Template;
use super::house::House;
use super::import::{Assessed, RegisterRow, line};
use super::institution::DeskError;
use super::register::{award_of, members_named, row_of};
use crate::base::canonical::{Bounds, Json, Numbers, Object, read as read_json};
use crate::base::limits::{BIRTH_YEAR_LEAST, NAME_CHARACTERS, TEXT_CHARACTERS, WORKING_AGE_YEARS};
use crate::base::timestamp::Date;
use crate::credential::achievement::{Kind, Language};
use crate::credential::holder::HolderName;
use crate::credential::members::Members;
use crate::credential::terms::{Method, Terms};
use crate::store::acts::Hand;
use crate::store::award::{Award, Content};
use crate::store::prior::progress::Progress;
use crate::store::prior::transition::{Answer, Finding, Outcome, Plan, Reason, Subject, Transition, Verdict};
use crate::store::prior::{Case, Intent};
use crate::store::staff::{Member, Role};
use crate::store::{Store, StoreError};

/// 8,192 bytes: a name, a year and two texts of 500 characters.
const BOUNDS: Bounds = Bounds { bytes: 8 * 1024, depth: 2, string: 4 * TEXT_CHARACTERS, numbers: Numbers::Whole };

/// What is said of the person in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The name as it would be signed.
    pub name: HolderName,
    /// Year of birth.
    pub birth_year: i32,
    /// The language of the certificate.
    pub language: Language,
    /// Who taught or accompanied the person, if anybody did.
    pub trainer: Option<String>,
    /// Where the evidence lies.
    pub evidence: Option<String>,
}

/// What somebody wrote anew in a file; `None` for what stays, an empty text for what is taken away.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The name.
    pub name: Option<String>,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// The language of the certificate.
    pub language: Option<Language>,
    /// Who taught.
    pub trainer: Option<String>,
    /// Where the evidence lies.
    pub evidence: Option<String>,
}

/// What somebody wants to do with a case.
#[derive(Clone, Debug)]
pub enum Wish {
    /// A step that says everything.
    Do(Transition),
    /// The file is written anew.
    File(Written),
    /// A plan: the codes of its units, the method, and who taught.
    Plan {
        /// Codes of units of the standard.
        units: Vec<String>,
        /// How they are assessed.
        method: Method,
        /// Who taught or accompanied the person.
        trainer: Option<String>,
    },
}

/// Begins a case.
///
/// # Errors
/// [`DeskError::Value`] for what cannot be kept, and any other.
pub fn enquire(
    house: &House,
    template: &Template,
    written: &Written,
    today: Date,
    by: &Hand,
) -> Result<Case, DeskError> {
    if template.kind() != Kind::Competence {
        return Err(DeskError::Value("achievement"));
    }
    let name = written.name.as_deref().unwrap_or_default();
    let bare = Candidate {
        name: HolderName::from_clerk(name).map_err(|_| DeskError::Value("name"))?,
        birth_year: written.birth_year.ok_or(DeskError::Value("birthYear"))?,
        language: written.language.unwrap_or(Language::Es),
        trainer: None,
        evidence: None,
    };
    let content = content(house, &bare.with(written, today)?)?;
    let case = Case::new(house.new_id()?, template.id.to_string(), content.clone());
    let intent = Intent { content: Some(content), ..Intent::of(Transition::Enquire, Reason::Ordinary) };
    Ok(house.store().open_case(&case, &intent, by)?)
}

/// Takes a case one step further.
///
/// # Errors
/// [`DeskError::Value`] for what cannot be kept, and as [`crate::store::Store::move_case`].
pub fn step(
    house: &House,
    id: &str,
    version: usize,
    wish: &Wish,
    reason: Option<Reason>,
    today: Date,
    by: &Hand,
) -> Result<Case, DeskError> {
    let _alone = house.register();
    let case = house.store().case(id)?.ok_or_else(|| StoreError::Unknown(id.to_owned()))?;
    if case.version() != version {
        return Err(StoreError::Stale.into());
    }
    let was = candidate_of(&**house.store(), &case)?;
    let (to_do, now) = match wish {
        Wish::Do(to_do) => (to_do.clone(), None),
        Wish::File(written) => (Transition::KeepFile, Some(was.with(written, today)?)),
        Wish::Plan { units, method, trainer } => {
            let written = Written { trainer: trainer.clone(), ..Written::default() };
            let now = was.with(&written, today)?;
            let plan = plan(house, &case, units, *method, now.trainer.as_deref(), today)?;
            (Transition::AgreePlan(plan), Some(now))
        }
    };
    let reason = match (reason, to_do.reasons()) {
        (Some(reason), reasons) if reasons.contains(&reason) => reason,
        (None, [only]) => *only,
        _ => return Err(DeskError::Value("reason")),
    };
    let row = match &to_do {
        Transition::Decide(outcome) if outcome.makes_a_row() => Some(row(house, &case, &was, today, by)?),
        _ => None,
    };
    let content = now.map(|now| content(house, &now)).transpose()?;
    Ok(house.store().move_case(id, version, &Intent { to_do, reason, content, row }, by)?)
}

/// What is said of the person: by the file of the case, or by the row that an earlier decision made of it, where a clerk put that right since.
///
/// # Errors
/// [`StoreError::NotNow`] for a person who was forgotten, [`StoreError::Damaged`].
pub fn candidate_of(store: &dyn Store, case: &Case) -> Result<Candidate, StoreError> {
    let content = case.content.as_ref().ok_or(StoreError::NotNow)?;
    let said = Candidate::read(&content.row).ok_or_else(|| StoreError::Damaged("cases".to_owned()))?;
    let written = case.steps.iter().rev().find(|step| step.content.is_some());
    // Both are `YYYY-MM-DDThh:mm:ssZ`, which sort as they follow.
    let is_later = |row: &Award| written.is_none_or(|step| step.by.at <= row.by.at);
    let Some((_, row)) = row_before(store, case)?.filter(|(award, _)| is_later(award)) else { return Ok(said) };
    Ok(Candidate {
        name: row.name,
        birth_year: row.birth_year,
        language: row.language,
        evidence: row.assessed.evidence,
        ..said
    })
}

/// The row that an earlier decision made.
fn row_before(store: &dyn Store, case: &Case) -> Result<Option<(Award, RegisterRow)>, StoreError> {
    let award = store.award(&case.id)?.filter(|award| award.content.is_some());
    let with_row = |award: Award| row_of(&award).map(|row| (award, row));
    award.map(with_row).transpose()
}

/// Whether a row may be certified: one of a case may as long as its decision stands.
///
/// # Errors
/// [`StoreError`].
pub fn row_stands(store: &dyn Store, award: &Award) -> Result<bool, StoreError> {
    store.case(&award.id)?.map_or(Ok(true), |case| Ok(case.progress()?.row_stands))
}

/// The steps that somebody could take now, each with the reasons that can be given.
#[must_use]
pub fn open_to(
    case: &Case,
    progress: &Progress,
    template: Option<&Template>,
    member: &Member,
    by: &Hand,
) -> Vec<Transition> {
    let all = every(progress, template).into_iter();
    all.filter(|to_do| is_open(case, progress, to_do, member, by)).collect()
}

/// The roles that could take a step now, whoever has them.
#[must_use]
pub fn waits_for(case: &Case, progress: &Progress, template: Option<&Template>, by: &Hand) -> BTreeSet<Role> {
    // Somebody who had no hand in anything yet.
    let stranger = |role: Role| Member {
        id: String::new(),
        login: String::new(),
        name: String::new(),
        roles: BTreeSet::from([role]),
        password: None,
        invitation: None,
        standing: crate::store::staff::Standing::Active,
        waits: None,
        version: 0,
    };
    let hand = Hand::of("", &by.at);
    // The file can be kept and an appeal taken at any time, and who comes again comes when they can: nothing waits for that.
    let onward = |to_do: &Transition| {
        use Transition::{Appeal, KeepFile, Reopen, SendBack, Withdraw};
        !matches!(to_do, Appeal(_) | KeepFile | Reopen | SendBack(_) | Withdraw)
    };
    if progress.due.is_none() || case.content.is_none() {
        return BTreeSet::new();
    }
    let mut all = every(progress, template);
    all.retain(onward);
    let waits = |role: &Role| {
        let (somebody, mut its) = (stranger(*role), all.iter().filter(|it| it.roles().contains(role)));
        its.any(|it| is_open(case, progress, it, &somebody, &hand))
    };
    Role::ALL.into_iter().filter(waits).collect()
}

fn is_open(case: &Case, progress: &Progress, to_do: &Transition, member: &Member, by: &Hand) -> bool {
    let content = if matches!(to_do, Transition::KeepFile) { case.content.clone() } else { None };
    let Some(reason) = to_do.reasons().first() else { return false };
    let intent = Intent { content, ..Intent::of(to_do.clone(), *reason) };
    case.next(progress, &intent, Some(member), by).is_ok()
}

/// Every step that there could be, with what it could be about.
fn every(progress: &Progress, template: Option<&Template>) -> Vec<Transition> {
    let units = || progress.plan.iter().flat_map(|plan| plan.units.iter().cloned());
    let plan = template.and_then(|template| plan_of(template, template.units().iter().map(|it| it.code.clone()), ""));
    let mut all: Vec<Transition> = plan.map(Transition::AgreePlan).into_iter().collect();
    all.push(Transition::Register);
    all.extend([Finding::Eligible, Finding::Advised, Finding::NotEligible].map(Transition::Interview));
    all.push(Transition::OpenEvidence);
    all.extend(units().flat_map(|unit| Verdict::ALL.iter().map(move |it| Transition::Judge(unit.clone(), *it))));
    all.extend([Transition::Moderate, Transition::Sample]);
    all.extend([Outcome::Full, Outcome::Some, Outcome::Nothing].map(Transition::Decide));
    all.extend(Answer::ALL.iter().map(|answer| Transition::AnswerAppeal(*answer)));
    all.push(Transition::Reopen);
    all.extend(units().map(Transition::SendBack));
    all.extend([Subject::Interview, Subject::Decision].map(Transition::Appeal));
    all.extend(units().map(|unit| Transition::Appeal(Subject::Unit(unit))));
    all.extend([Transition::KeepFile, Transition::Withdraw]);
    all
}

/// The plan, with the standard as it is on that day.
fn plan(
    house: &House,
    case: &Case,
    units: &[String],
    method: Method,
    trainer: Option<&str>,
    today: Date,
) -> Result<Plan, DeskError> {
    let template = house.template(&case.achievement).ok_or(DeskError::Value("achievement"))?;
    let known = |wanted: &String| template.units().iter().find(|unit| unit.code.eq_ignore_ascii_case(wanted));
    let codes: Option<BTreeSet<String>> = units.iter().map(|unit| known(unit).map(|it| it.code.clone())).collect();
    let codes = codes.filter(|codes| !codes.is_empty()).ok_or(DeskError::Value("units"))?;
    let in_force = |from: Date, until: Option<Date>| from <= today && until.is_none_or(|until| today <= until);
    let standard = template.standard().filter(|standard| in_force(standard.from, standard.until));
    let plan = standard.and_then(|_| plan_of(template, codes.into_iter(), method.code()));
    let plan = plan.ok_or(DeskError::Value("standard"))?;
    Ok(Plan { trainers: members_named(house, trainer.into_iter())?, ..plan })
}

fn plan_of(template: &Template, units: impl Iterator<Item = String>, method: &str) -> Option<Plan> {
    let standard = template.cited_standard()?;
    Some(Plan {
        standard: standard.code,
        version: standard.version,
        all: template.units().iter().map(|unit| unit.code.clone()).collect(),
        units: units.collect(),
        method: if method.is_empty() { Method::ALL.first()?.code().to_owned() } else { method.to_owned() },
        trainers: BTreeSet::new(),
    })
}

/// The row of the register that a decision makes: the units that the person can do, against the standard of the plan.
fn row(house: &House, case: &Case, candidate: &Candidate, today: Date, by: &Hand) -> Result<Award, DeskError> {
    let template = house.template(&case.achievement).ok_or(DeskError::Value("achievement"))?;
    let progress = case.progress()?;
    let plan = progress.plan.as_ref().ok_or(StoreError::NotNow)?;
    // The certificate cites the standard of the catalogue: it has to be the one that was agreed.
    let cited = template.cited_standard().filter(|it| it.code == plan.standard && it.version == plan.version);
    cited.ok_or(DeskError::Value("standard"))?;
    let able: BTreeSet<&str> = progress.competent().collect();
    let units = template.units().iter().filter(|unit| able.contains(unit.code.as_str()));
    let shown = |code: &str, name: &str| format!("{code} {name}");
    let units = units.map(|unit| shown(&unit.code, unit.name.in_language(candidate.language))).collect();
    let method = Method::of_code(&plan.method).ok_or(StoreError::NotNow)?;
    // What a decision says nothing about stays as a clerk wrote it.
    let before = row_before(&**house.store(), case)?.map(|(_, row)| row);
    let valid_until = before.as_ref().and_then(|row| row.valid_until);
    if valid_until.is_some_and(|until| until <= today) {
        return Err(DeskError::Value("validUntil"));
    }
    let row = RegisterRow {
        row: 1,
        name: candidate.name.clone(),
        birth_year: candidate.birth_year,
        awarded: today,
        valid_until,
        terms: Terms::Competence { units, method },
        language: candidate.language,
        holder_key: before.as_ref().and_then(|row| row.holder_key.clone()),
        // The same case is the same certificate, whatever is decided anew.
        register_id: Some(case.id.clone()),
        assessed: Assessed {
            trainer: candidate.trainer.clone(),
            assessor: assessors(house, &progress)?,
            evidence: candidate.evidence.clone(),
        },
        sex: before.and_then(|row| row.sex),
    };
    award_of(house, template, &row, case.id.clone(), by)
}

/// The names of those whose judgements stand, as far as they fit.
fn assessors(house: &House, progress: &Progress) -> Result<Option<String>, StoreError> {
    let judged: BTreeSet<&str> = progress.units.values().map(|judged| judged.by.as_str()).collect();
    let mut names = String::new();
    for id in judged {
        let name = house.store().member(id)?.map_or_else(|| id.to_owned(), |member| member.name);
        let more = if names.is_empty() { name } else { format!("{names}, {name}") };
        if more.chars().count() <= NAME_CHARACTERS {
            names = more;
        }
    }
    Ok(Some(names).filter(|names| !names.is_empty()))
}

fn content(house: &House, candidate: &Candidate) -> Result<Content, DeskError> {
    let row = candidate.write();
    if Candidate::read(&row).as_ref() != Some(candidate) {
        return Err(DeskError::Value("row"));
    }
    Ok(Content { salt: house.new_id()?, row, words: Vec::new(), came: None })
}

impl Candidate {
    fn with(&self, written: &Written, today: Date) -> Result<Self, DeskError> {
        let text = |new: &Option<String>, was: &Option<String>, most: usize, name: &'static str| match new {
            None => Ok::<_, DeskError>(was.clone()),
            Some(text) => {
                let text = line(text, most).ok_or(DeskError::Value(name))?;
                Ok(Some(text).filter(|text| !text.is_empty()))
            }
        };
        let name = match &written.name {
            None => self.name.clone(),
            Some(name) => HolderName::from_clerk(name).map_err(|_| DeskError::Value("name"))?,
        };
        let birth_year = written.birth_year.unwrap_or(self.birth_year);
        if !(BIRTH_YEAR_LEAST..=today.year() - WORKING_AGE_YEARS).contains(&birth_year) {
            return Err(DeskError::Value("birthYear"));
        }
        Ok(Self {
            name,
            birth_year,
            language: written.language.unwrap_or(self.language),
            trainer: text(&written.trainer, &self.trainer, NAME_CHARACTERS, "trainer")?,
            evidence: text(&written.evidence, &self.evidence, NAME_CHARACTERS, "evidence")?,
        })
    }

    fn write(&self) -> String {
        let mut object = Object::from_iter([
            ("birthYear", Json::Integer(self.birth_year.into())),
            ("language", self.language.tag().into()),
            ("name", self.name.as_str().into()),
        ]);
        for (name, text) in [("evidence", &self.evidence), ("trainer", &self.trainer)] {
            if let Some(text) = text {
                object.set(name, text.as_str().into());
            }
        }
        String::from_utf8_lossy(&Json::Object(object).to_canonical()).into_owned()
    }

    fn read(text: &str) -> Option<Self> {
        let json = read_json(text.as_bytes(), BOUNDS).ok()?;
        let members = Members::within(&json, String::new()).ok()?;
        let if_any = |name: &'static str| Some(members.text_if_any(name, TEXT_CHARACTERS).ok()?.map(str::to_owned));
        let candidate = Self {
            name: HolderName::from_clerk(members.text("name", NAME_CHARACTERS).ok()?).ok()?,
            birth_year: i32::try_from(members.number("birthYear").ok()?).ok()?,
            language: Language::of_tag(members.text("language", 10).ok()?)?,
            trainer: if_any("trainer")?,
            evidence: if_any("evidence")?,
        };
        members.nothing_else().ok()?;
        Some(candidate)
    }
}
