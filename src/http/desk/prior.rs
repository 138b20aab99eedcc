//! Prior learning: the list of cases, one case with what is open to whoever asks, and its next step.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::problem::Problem;
use super::call::Call;
use super::said::Said;
use crate::credential::achievement::Language;
use crate::credential::terms::Method;
use crate::desk::catalogue::Template;
use crate::desk::prior::{self, Wish, Written, candidate_of};
use crate::desk::register;
use crate::store::prior::progress::{Progress, Stage};
use crate::store::prior::transition::{Answer, Finding, Outcome, Reason, Subject, Transition, Verdict};
use crate::store::prior::{Case, is_overdue};
use crate::store::staff::Role;

/// 5,000 cases are looked through for one page of a list; the next page goes on from there.
const LOOKED_THROUGH: usize = 5_000;
/// 100 of them at a time.
const LOOKED_AT: usize = 100;
/// 50 cases of a search.
const FOUND_MOST: usize = 50;
/// 10 words of what is typed count: a long name has eight.
const WORDS_MOST: usize = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct New {
    achievement: String,
    name: String,
    birth_year: i32,
    language: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    words: String,
    /// The last case of the page before.
    #[serde(default)]
    after: String,
}

/// A step: its code, what it found, and what it is about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Told {
    version: usize,
    step: String,
    reason: Option<String>,
    result: Option<String>,
    about: Option<String>,
    units: Option<Vec<String>>,
    method: Option<String>,
    trainer: Option<String>,
    name: Option<String>,
    birth_year: Option<i32>,
    language: Option<String>,
    evidence: Option<String>,
}

/// `GET prior`.
pub(super) fn list(call: &Call<'_>) -> Result<Said, Problem> {
    let (after, limit) = call.page()?;
    let stage = call.asked("stage").map(|code| Stage::of_code(code).ok_or(Problem::Request)).transpose()?;
    let overdue = match call.asked("overdue") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Problem::Request),
    };
    let role = |code: &str| Role::of_code(code).ok_or(Problem::Request);
    let waits: Option<BTreeSet<Role>> =
        call.asked("waits").map(|codes| codes.split(',').map(role).collect()).transpose()?;
    let today = call.now().date();
    looked_through(call, after, limit, |case, progress| {
        let waits_for = || prior::waits_for(case, progress, template(call, case), &call.by);
        stage.is_none_or(|stage| progress.stage == stage)
            && (!overdue || is_overdue(case, progress, today))
            && waits.as_ref().is_none_or(|roles| !roles.is_disjoint(&waits_for()))
    })
}

/// `POST prior/search`: names stand in no address. Each word that is typed begins one of the name's.
pub(super) fn search(call: &Call<'_>) -> Result<Said, Problem> {
    let Wanted { words, after } = call.read()?;
    let typed: Vec<String> = register::words(&words).into_iter().take(WORDS_MOST).collect();
    if typed.is_empty() {
        return Ok(Said::json(json!({"cases": [], "next": null})));
    }
    looked_through(call, &after, FOUND_MOST, |case, _| {
        candidate_of(call.store(), case).is_ok_and(|candidate| {
            let own = register::words(candidate.name.as_str());
            typed.iter().all(|word| own.iter().any(|own| own.starts_with(word.as_str())))
        })
    })
}

/// The cases that are wanted, a page of them.
fn looked_through(
    call: &Call<'_>,
    after: &str,
    limit: usize,
    wanted: impl Fn(&Case, &Progress) -> bool,
) -> Result<Said, Problem> {
    let (mut found, mut after, mut looked) = (Vec::new(), after.to_owned(), 0);
    let next = loop {
        let page = call.store().cases_after(&after, LOOKED_AT)?;
        let is_last = page.len() < LOOKED_AT;
        for case in page {
            looked += 1;
            after.clone_from(&case.id);
            let progress = case.progress()?;
            if wanted(&case, &progress) {
                found.push(shown(call, &case, &progress));
            }
            if found.len() == limit {
                break;
            }
        }
        if found.len() == limit || (!is_last && looked >= LOOKED_THROUGH) {
            break Some(after);
        }
        if is_last {
            break None;
        }
    };
    Ok(Said::json(json!({"cases": found, "next": next})))
}

/// `POST prior`: somebody asks.
pub(super) fn open(call: &Call<'_>) -> Result<Said, Problem> {
    let New { achievement, name, birth_year, language } = call.read()?;
    let template = call.house.template(&achievement).ok_or(Problem::Value("achievement"))?;
    let language = language_of(language.as_deref())?.unwrap_or_else(|| call.words().language());
    let written =
        Written { name: Some(name), birth_year: Some(birth_year), language: Some(language), ..Written::default() };
    let case = prior::enquire(&call.house, template, &written, call.now().date(), &call.by)?;
    whole(call, &case).map(|value| Said::json(value).with(StatusCode::CREATED))
}

/// `GET prior/{id}`.
pub(super) fn one(call: &Call<'_>) -> Result<Said, Problem> {
    whole(call, &known(call)?).map(Said::json)
}

/// `GET prior/{id}/export`: everything that is kept of one person's case, for that person.
pub(super) fn export(call: &Call<'_>) -> Result<Said, Problem> {
    let case = known(call)?;
    let mut all = whole(call, &case)?;
    if let Value::Object(members) = &mut all {
        // What is open to whoever exports it is nothing of the person's.
        members.remove("next");
        members.insert("institution".to_owned(), json!(call.house.institution().card().name));
    }
    Ok(Said::file("application/json", format!("{}.json", case.id), all.to_string().into_bytes()))
}

/// `POST prior/{id}/steps`.
pub(super) fn step(call: &Call<'_>) -> Result<Said, Problem> {
    let told: Told = call.read()?;
    // Whether it is here at all comes before what is said of it.
    known(call)?;
    let reason = told.reason.as_deref().filter(|code| !code.is_empty());
    let reason = reason.map(|code| Reason::of_code(code).ok_or(Problem::Value("reason"))).transpose()?;
    let wish = wish(&told)?;
    let case = prior::step(&call.house, call.part("id"), told.version, &wish, reason, call.now().date(), &call.by)?;
    whole(call, &case).map(Said::json)
}

fn wish(told: &Told) -> Result<Wish, Problem> {
    let malformed = || Problem::Malformed(Box::default());
    let result = || told.result.as_deref().ok_or_else(malformed);
    let about = || told.about.clone().ok_or_else(malformed);
    let to_do = match told.step.as_str() {
        "agree-plan" => {
            let method = told.method.as_deref().and_then(Method::of_code).ok_or_else(malformed)?;
            let units = told.units.clone().unwrap_or_default();
            return Ok(Wish::Plan { units, method, trainer: told.trainer.clone() });
        }
        "keep-file" => {
            return Ok(Wish::File(Written {
                name: told.name.clone(),
                birth_year: told.birth_year,
                language: language_of(told.language.as_deref())?,
                trainer: None,
                evidence: told.evidence.clone(),
            }));
        }
        "answer-appeal" => Transition::AnswerAppeal(Answer::of_code(result()?).ok_or_else(malformed)?),
        "appeal" => Transition::Appeal(match about()?.as_str() {
            "decision" => Subject::Decision,
            "interview" => Subject::Interview,
            unit => Subject::Unit(unit.to_owned()),
        }),
        "decide" => Transition::Decide(Outcome::of_code(result()?).ok_or_else(malformed)?),
        "interview" => Transition::Interview(Finding::of_code(result()?).ok_or_else(malformed)?),
        "judge" => Transition::Judge(about()?, Verdict::of_code(result()?).ok_or_else(malformed)?),
        "moderate" => Transition::Moderate,
        "open-evidence" => Transition::OpenEvidence,
        "register" => Transition::Register,
        "reopen" => Transition::Reopen,
        "sample" => Transition::Sample,
        "send-back" => Transition::SendBack(about()?),
        "withdraw" => Transition::Withdraw,
        _ => return Err(malformed()),
    };
    Ok(Wish::Do(to_do))
}

fn language_of(tag: Option<&str>) -> Result<Option<Language>, Problem> {
    let read = |tag: &str| Language::of_tag(tag).ok_or_else(|| Problem::Malformed(Box::default()));
    tag.filter(|tag| !tag.is_empty()).map(read).transpose()
}

fn known(call: &Call<'_>) -> Result<Case, Problem> {
    call.store().case(call.part("id"))?.ok_or(Problem::NotFound)
}

/// A case as lists show it. Of one whose person was forgotten the rest is there.
fn shown(call: &Call<'_>, case: &Case, progress: &Progress) -> Value {
    let candidate = candidate_of(call.store(), case).ok();
    let waits = prior::waits_for(case, progress, template(call, case), &call.by);
    json!({
        "id": case.id,
        "name": candidate.as_ref().map(|it| it.name.as_str()),
        "birthYear": candidate.as_ref().map(|it| it.birth_year),
        "achievement": case.achievement,
        "stage": progress.stage.code(),
        "appeal": progress.appeal.is_some(),
        "due": progress.due.as_ref().filter(|_| case.content.is_some()),
        "overdue": is_overdue(case, progress, call.now().date()),
        "waitsFor": waits.iter().map(|role| role.code()).collect::<Vec<_>>(),
        "version": case.version(),
    })
}

fn template<'c>(call: &'c Call<'_>, case: &Case) -> Option<&'c Template> {
    call.house.template(&case.achievement)
}

/// The whole case: its file, its units, its steps, and what whoever asks could do next.
fn whole(call: &Call<'_>, case: &Case) -> Result<Value, Problem> {
    let progress = case.progress()?;
    let mut all = shown(call, case, &progress);
    let candidate = candidate_of(call.store(), case).ok();
    let template = template(call, case);
    let award = call.store().award(&case.id)?;
    let open = prior::open_to(case, &progress, template, &call.member, &call.by);
    let plan = progress.plan.as_ref();
    if let Value::Object(members) = &mut all {
        let more = json!({
            "language": candidate.as_ref().map(|it| it.language.tag()),
            "trainer": candidate.as_ref().and_then(|it| it.trainer.as_deref()),
            "evidence": candidate.as_ref().and_then(|it| it.evidence.as_deref()),
            "standard": plan.map(|plan| json!({"code": plan.standard, "version": plan.version})),
            "method": plan.map(|plan| &plan.method),
            "units": units(call, &progress, template),
            "appealAbout": progress.appeal.as_ref().map(|appeal| subject(&appeal.about)),
            "decisionAppealUntil": progress.decision_until,
            "award": award.as_ref().map(|award| json!({"id": award.id, "state": award.state.code()})),
            "steps": case.steps.iter().map(|step| told(call, step)).collect::<Vec<_>>(),
            "next": open.iter().map(offered).collect::<Vec<_>>(),
        });
        if let Value::Object(more) = more {
            members.extend(more);
        }
    }
    Ok(all)
}

/// The units: those of the plan, or before there is one those that the catalogue has.
fn units(call: &Call<'_>, progress: &Progress, template: Option<&Template>) -> Vec<Value> {
    let language = call.words().language();
    let known = template.map(Template::units).unwrap_or_default();
    let title = |code: &str| known.iter().find(|unit| unit.code == code).map(|unit| unit.name.in_language(language));
    let all =
        progress.plan.as_ref().map_or_else(|| known.iter().map(|it| it.code.clone()).collect(), |it| it.all.clone());
    let one = |code: &String| {
        let judged = progress.units.get(code);
        json!({
            "code": code,
            "title": title(code),
            "planned": progress.plan.as_ref().is_some_and(|plan| plan.units.contains(code)),
            "verdict": judged.map(|it| it.verdict.code()),
            "on": judged.map(|it| &it.on),
            "againFrom": judged.and_then(|it| it.again_from.as_ref()),
            "appealUntil": judged.and_then(|it| it.appeal_until.as_ref()),
        })
    };
    all.iter().map(one).collect()
}

/// A step that was taken.
fn told(call: &Call<'_>, step: &crate::store::prior::Step) -> Value {
    let mut one = coded(&step.did);
    if let Value::Object(members) = &mut one {
        members.insert("reason".to_owned(), step.reason.code().into());
        members.insert("by".to_owned(), call.hand(&step.by));
        members.insert("due".to_owned(), json!(step.due));
    }
    one
}

/// A step that could be taken, with its reasons.
fn offered(to_do: &Transition) -> Value {
    let mut one = coded(to_do);
    if let Value::Object(members) = &mut one {
        members.insert("reasons".to_owned(), to_do.reasons().iter().map(|reason| reason.code()).collect());
    }
    one
}

fn coded(to_do: &Transition) -> Value {
    let (result, about) = match to_do {
        Transition::AnswerAppeal(answer) => (Some(answer.code()), None),
        Transition::Appeal(about) => (None, Some(subject(about))),
        Transition::Decide(outcome) => (Some(outcome.code()), None),
        Transition::Interview(finding) => (Some(finding.code()), None),
        Transition::Judge(unit, verdict) => (Some(verdict.code()), Some(unit.as_str())),
        Transition::SendBack(unit) => (None, Some(unit.as_str())),
        _ => (None, None),
    };
    json!({"step": to_do.code(), "result": result, "about": about})
}

fn subject(about: &Subject) -> &str {
    match about {
        Subject::Decision => "decision",
        Subject::Interview => "interview",
        Subject::Unit(unit) => unit,
    }
}
