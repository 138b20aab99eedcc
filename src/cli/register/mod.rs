//! Registers on the command line: how one is read, and how what is wrong with it is told. `issue` and `register` share it.

mod check;
mod import;
mod sheet;

use std::path::Path;

use super::args::{Reading, Register};
use super::commands::{Ends, catalogue, unknown_achievement};
use super::say::{Failure, Say};
use super::{Exit, World};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Date;
use crate::desk::catalogue::Template;
use crate::desk::import::{CellProblem, Code, FILE_BYTES, Mapping, Meaning, NotAMapping, Settings};
use crate::verify::message::{Fact, Words};

/// 20 problems are told one by one on the terminal; `--json` has them all.
pub const PROBLEMS_TOLD: usize = 20;

/// Checks a register, or writes an empty one.
///
/// # Errors
/// [`Failure`].
pub fn run(command: &Register, world: &World<'_>, say: &Say) -> Ends {
    match command {
        Register::Check(args) => check::run(args, world, say),
        Register::Import(args) => import::run(args, world, say),
        Register::Sheet(args) => sheet::run(args, say),
    }
}

/// What is awarded.
///
/// # Errors
/// [`Failure`] for what the catalogue does not have.
pub fn template(achievement: &str, from_archive: bool) -> Result<Template, Failure> {
    let catalogue = catalogue()?;
    let template = catalogue.find(achievement).cloned().ok_or_else(|| unknown_achievement(achievement, &catalogue))?;
    Ok(if from_archive { template.from_archive() } else { template })
}

/// The clerk's answers.
///
/// # Errors
/// [`Failure`] for columns that cannot be told apart.
pub fn settings(reading: &Reading, today: Date, say: &Say) -> Result<Settings, Failure> {
    let mut settings = Settings::of(today, reading.certificate_lang.unwrap_or(say.words().language()));
    settings.one_person = reading.one_person.iter().copied().collect();
    settings.for_all.awarded = reading.award_date;
    settings.date_order = reading.date_order.map(Into::into);
    settings.sheet.clone_from(&reading.sheet);
    if !reading.column.is_empty() {
        let mapping = Mapping::of(reading.column.iter().cloned(), reading.name_order.map(Into::into));
        settings.columns = Some(mapping.map_err(|error| refused(&error))?);
    }
    Ok(settings)
}

fn refused(error: &NotAMapping) -> Failure {
    let column = match error {
        NotAMapping::TooMany => "…",
        NotAMapping::Twice(header) | NotAMapping::Unknown(header) => header,
    };
    let known: Vec<&str> = Meaning::all().map(Meaning::code).collect();
    Failure::new(Exit::Usage, "cli.value.column").with("column", column).with("list", known.join(", "))
}

/// The bytes of a register's file.
///
/// # Errors
/// [`Failure`].
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let length = std::fs::metadata(path).map_err(|error| Failure::unread(path, &error))?.len();
    if length > FILE_BYTES as u64 {
        return Err(Failure::new(Exit::Unreadable, "notread.file-too-large").with("path", path.display()));
    }
    std::fs::read(path).map_err(|error| Failure::unread(path, &error))
}

/// The whole file cannot be read as a register.
#[must_use]
pub fn unreadable(path: &Path, problems: &[CellProblem], say: &Say) -> Exit {
    tell_problems(problems, say);
    tell_ways_out(problems, say);
    let failure = Failure::new(Exit::Unreadable, "cli.register-unreadable").with("path", path.display());
    if say.is_json() {
        let rows = problems.iter().map(|problem| problem_json(problem, say.words())).collect();
        let error = ("error", Json::Object(say.error(&failure)));
        say.json(Object::from_iter([error, ("issued", Json::Integer(0)), ("problems", Json::List(rows))]));
    }
    say.told(&failure)
}

/// Which option answers a question that the register leaves open.
pub fn tell_ways_out(problems: &[CellProblem], say: &Say) {
    let has = |codes: &[Code]| problems.iter().any(|problem| codes.contains(&problem.code));
    if has(&[Code::AmbiguousDate]) {
        say.tell("cli.how-date-order", &[]);
    }
    if has(&[Code::TwoPeople]) {
        let two = problems.iter().filter(|problem| problem.code == Code::TwoPeople);
        let rows: Vec<String> = two.map(|problem| problem.row.to_string()).collect();
        say.tell("cli.how-one-person", &[("rows", Fact::Text(rows.join(",")))]);
    }
    if has(&[Code::SeveralSheets, Code::UnknownSheet]) {
        say.tell("cli.how-sheet", &[]);
    }
    if has(&[Code::NameInParts]) {
        say.tell("cli.how-name-parts", &[]);
    }
    if has(&[Code::MissingColumn, Code::NoHeader]) {
        say.tell("cli.how-column", &[]);
    }
}

/// A count as a fact.
#[must_use]
pub fn number(count: usize) -> Fact {
    Fact::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

fn problem_text(problem: &CellProblem, words: &Words) -> String {
    let facts: Vec<(&str, Fact)> =
        problem.placeholders(words.language()).into_iter().map(|(name, text)| (name, Fact::Text(text))).collect();
    let id = problem.code.message_id();
    let fix = format!("{id}.fix");
    let text = words.say(&id, &facts);
    if words.has(&fix) { format!("{text} {}", words.say(&fix, &facts)) } else { text }
}

/// A problem or note as JSON.
#[must_use]
pub fn problem_json(problem: &CellProblem, words: &Words) -> Json {
    let mut object = Object::from_iter([
        ("code", Json::from(problem.code.code())),
        ("row", Json::Integer(i64::from(problem.row))),
        ("text", problem_text(problem, words).into()),
    ]);
    if let Some(column) = &problem.column {
        object.set("column", column.as_str().into());
    }
    object.into()
}

/// Problems or notes as talk, the first of them.
pub fn tell_problems(problems: &[CellProblem], say: &Say) {
    for problem in problems.iter().take(PROBLEMS_TOLD) {
        let text = Fact::Text(problem_text(problem, say.words()));
        let row = Fact::Number(i64::from(problem.row));
        match &problem.column {
            Some(column) => {
                say.tell("cli.row", &[("row", row), ("column", Fact::Text(column.clone())), ("text", text)])
            }
            None => say.tell("cli.row-whole", &[("row", row), ("text", text)]),
        }
    }
    if problems.len() > PROBLEMS_TOLD {
        say.tell("cli.more-rows", &[("count", number(problems.len() - PROBLEMS_TOLD))]);
    }
}
