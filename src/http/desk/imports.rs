//! A register comes in: looked at first, then taken in when every row is right or left out.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::problem::{Problem, Report};
use super::call::Call;
use super::said::Said;
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Date;
use crate::credential::achievement::{Kind, Language};
use crate::desk::catalogue::Template;
use crate::desk::import::{
    CellProblem, DateOrder, FileColumn, Import, Mapping, Meaning, RegisterRow, Settings, columns_of_file, read_register,
};
use crate::desk::register::{self, Intake, Known};
use crate::store::setting::Setting;
use crate::verify::message::{Fact, Words};

/// 10 rows are shown before a register is taken in.
const FIRST: usize = 10;
/// 50,000 problems are told of one by one, some 10 MB: a register of 50,000 rows with one each.
const PROBLEMS_SHOWN: usize = 50_000;
/// What the clerk says of the columns, as JSON of ASCII alone.
const COLUMNS: &str = "x-skillpass-columns";
/// 1,000 notes: nobody reads more.
const NOTES_SHOWN: usize = 1_000;

/// `POST imports`.
pub(super) fn import(call: &Call<'_>) -> Result<Said, Problem> {
    let template = call.template(call.asked("achievement"))?;
    let template = match call.asked("fromArchive") {
        None | Some("false") => Cow::Borrowed(template),
        Some("true") => Cow::Owned(template.from_archive()),
        Some(_) => return Err(Problem::Request),
    };
    let is_preview = match call.asked("preview") {
        Some("true") => true,
        None | Some("false") => false,
        Some(_) => return Err(Problem::Request),
    };
    let mut settings = settings(call)?;
    let columns = Setting::Columns(template.id.to_string());
    // Never in the address: what stands in a file's first row may be a person's.
    if call.asked("columns").is_some() {
        return Err(Problem::Request);
    }
    let said = match call.header(COLUMNS) {
        None => None,
        Some(json) => Some(serde_json::from_str::<Mapping>(json).map_err(|_| Problem::Request)?),
    };
    // What the clerk says now goes before what was said for another file of this achievement.
    settings.columns = match said.clone() {
        Some(said) => Some(said),
        None => call.store().settled(&columns)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()),
    };
    // What came up in parts before, or what is sent now.
    let uploaded =
        call.asked("upload").map(|id| call.house.uploads().read(id, &call.member.id, call.now())).transpose()?;
    let bytes = uploaded.as_deref().unwrap_or(call.body);
    let words = call.words();
    let import = match read_register(bytes, &template, &settings) {
        Ok(import) => import,
        // A file that cannot be read as it is may be one whose columns nobody has explained yet.
        Err(problems) if is_preview => {
            let columns = columns_of_file(bytes, &settings).unwrap_or_default();
            return Err(unread(&problems, &columns, template.kind(), words));
        }
        Err(problems) => return Err(open_rows(&problems, words)),
    };
    if is_preview {
        let mut seen = preview(call, &import, &template)?;
        let of_file = columns_of_file(bytes, &settings).map_err(|problems| open_rows(&problems, words))?;
        seen["columns"] = of_file.iter().map(of_column).collect();
        seen["meanings"] = meanings(template.kind()).collect();
        seen["nameOrder"] = json!(settings.columns.as_ref().and_then(Mapping::name_order));
        return Ok(Said::json(seen));
    }
    let taken = take_in(call, import, &template)?;
    if let Some(said) = said.filter(Mapping::is_of_titles) {
        let json = serde_json::to_vec(&said).map_err(|_| Problem::Internal)?;
        call.store().settle(&columns, Some(&json), &call.by)?;
    }
    if let Some(id) = call.asked("upload") {
        call.house.uploads().end(id, &call.member.id)?;
    }
    Ok(taken)
}

/// What a column of a register of this kind can be.
fn meanings(kind: Kind) -> impl Iterator<Item = Value> {
    let is_of = move |meaning: &Meaning| match meaning {
        Meaning::Column(column) => column.is_of(kind),
        Meaning::Ignored | Meaning::Name(_) => true,
    };
    Meaning::all().filter(is_of).map(|meaning| meaning.code().into())
}

fn of_column(column: &FileColumn) -> Value {
    json!({"header": column.header, "cells": column.cells, "meaning": column.meaning.map(Meaning::code)})
}

/// What keeps a whole file from being read, with its columns: the clerk may say what they are.
fn unread(problems: &[CellProblem], columns: &[FileColumn], kind: Kind, words: &Words) -> Problem {
    let Problem::RowsOpen(mut report) = open_rows(problems, words) else { return Problem::Internal };
    let text = |text: &str| Json::from(text);
    let column = |column: &FileColumn| {
        Object::from_iter([
            ("cells", Json::List(column.cells.iter().map(|cell| text(cell)).collect())),
            ("header", text(&column.header)),
            ("meaning", column.meaning.map_or(Json::Null, |meaning| text(meaning.code()))),
        ])
        .into()
    };
    report.members.set("columns", Json::List(columns.iter().map(column).collect()));
    let meanings = meanings(kind).filter_map(|code| code.as_str().map(text));
    report.members.set("meanings", Json::List(meanings.collect()));
    Problem::RowsOpen(report)
}

fn settings(call: &Call<'_>) -> Result<Settings, Problem> {
    let language = match call.asked("language") {
        None => call.words().language(),
        Some(tag) => Language::of_tag(tag).ok_or(Problem::Request)?,
    };
    let mut settings = Settings::of(call.now().date(), language);
    settings.for_statistics = true;
    settings.date_order = match call.asked("dateOrder") {
        None => None,
        Some("day-first") => Some(DateOrder::DayFirst),
        Some("month-first") => Some(DateOrder::MonthFirst),
        Some(_) => return Err(Problem::Request),
    };
    settings.one_person = numbers(call.asked("onePerson"))?;
    settings.other_person = numbers(call.asked("otherPerson"))?;
    settings.for_all.awarded = call.asked("awarded").map(Date::parse).transpose().map_err(|_| Problem::Request)?;
    Ok(settings)
}

/// Row numbers between commas.
fn numbers(text: Option<&str>) -> Result<BTreeSet<u32>, Problem> {
    let numbers = text.unwrap_or_default().split(',').map(str::trim).filter(|number| !number.is_empty());
    numbers.map(str::parse).collect::<Result<_, _>>().map_err(|_| Problem::Request)
}

fn preview(call: &Call<'_>, import: &Import, template: &Template) -> Result<Value, Problem> {
    let (mut new, mut changed, mut unchanged) = (0, Vec::new(), 0);
    for row in &import.rows {
        match register::known(&call.house, template, row)? {
            Known::Changed(award) => changed.push(json!({"row": row.row, "award": award.id})),
            Known::ChangedBefore(_) => changed.push(json!({"row": row.row, "award": null})),
            Known::New => new += 1,
            Known::IssuedBefore(_) | Known::Unchanged(_) => unchanged += 1,
        }
    }
    let first = |row: &RegisterRow| {
        json!({
            "row": row.row,
            "name": row.name.as_str(),
            "birthYear": row.birth_year,
            "awarded": row.awarded.to_string(),
        })
    };
    let form = &import.form;
    let date_order = form.date_order.map(|order| match order {
        DateOrder::DayFirst => "day-first",
        DateOrder::MonthFirst => "month-first",
    });
    let all = |problems: &[CellProblem]| problems.iter().map(|it| of_cell(it, call.words())).collect::<Vec<_>>();
    Ok(json!({
        "form": {"encoding": form.encoding, "separator": form.separator, "sheet": form.sheet, "dateOrder": date_order},
        "good": import.rows.len(),
        // A file of a hundred thousand wrong rows is mended row by row in no browser; how many there are is said.
        "problems": all(import.problems.get(..PROBLEMS_SHOWN).unwrap_or(&import.problems)),
        "bad": import.problems.iter().map(|problem| problem.row).collect::<BTreeSet<_>>().len(),
        "notes": all(import.notes.get(..NOTES_SHOWN).unwrap_or(&import.notes)),
        "first": import.rows.iter().take(FIRST).map(first).collect::<Vec<_>>(),
        "standing": {"new": new, "changed": changed.len(), "unchanged": unchanged},
        "changed": changed,
    }))
}

fn take_in(call: &Call<'_>, import: Import, template: &Template) -> Result<Said, Problem> {
    let once = call.once()?;
    let mut left_out = numbers(call.header("x-skillpass-leave-out"))?;
    // A header holds some ten thousand numbers; that every wrong row stays out is said in a word.
    match call.asked("leaveOut") {
        None => {}
        Some("wrong") => left_out.extend(import.problems.iter().map(|problem| problem.row)),
        Some(_) => return Err(Problem::Request),
    }
    let open: Vec<CellProblem> =
        import.problems.iter().filter(|problem| !left_out.contains(&problem.row)).cloned().collect();
    if !open.is_empty() {
        return Err(open_rows(&open, call.words()));
    }
    let wrong = import.problems.iter().map(|problem| problem.row).collect::<BTreeSet<_>>();
    let mut rows = import.rows;
    let all = rows.len();
    rows.retain(|row| !left_out.contains(&row.row));
    let left = wrong.len() + all - rows.len();
    let corrections = call.asked("corrections") == Some("true");
    let taken = register::take_in(&call.house, Intake { template, once, corrections, by: &call.by }, &rows)?;
    Ok(Said::json(json!({
        "enrolled": taken.enrolled,
        "already": taken.already,
        "left": left,
        "changed": taken.changed,
        "corrected": if corrections { taken.changed.len() - taken.refused.len() } else { 0 },
        "refused": taken.refused,
    })))
}

/// What keeps rows from being taken in, each with what mends it.
pub(super) fn open_rows(problems: &[CellProblem], words: &Words) -> Problem {
    let list = problems.iter().map(|problem| {
        let value = of_cell(problem, words);
        let text = |name: &str| value.get(name).and_then(Value::as_str).map_or(Json::Null, Json::from);
        Object::from_iter([
            ("code", text("code")),
            ("column", text("column")),
            ("fix", text("fix")),
            ("row", Json::Integer(problem.row.into())),
            ("text", text("text")),
        ])
        .into()
    });
    let members = Object::from_iter([("problems", Json::List(list.collect()))]);
    Problem::RowsOpen(Box::new(Report { errors: Vec::new(), members }))
}

fn of_cell(problem: &CellProblem, words: &Words) -> Value {
    let facts: Vec<(&str, Fact)> =
        problem.placeholders(words.language()).into_iter().map(|(name, text)| (name, Fact::Text(text))).collect();
    let id = problem.code.message_id();
    let fix = format!("{id}.fix");
    json!({
        "row": problem.row,
        "column": problem.column,
        "code": problem.code.code(),
        "text": words.say(&id, &facts),
        "fix": words.has(&fix).then(|| words.say(&fix, &facts)),
    })
}
