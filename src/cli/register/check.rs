//! `register check`: what a register holds, before anything is issued.

use crate::base::canonical::{Json, Object};
use crate::cli::args::Check;
use crate::cli::commands::Ends;
use crate::cli::register::{bytes, number, problem_json, settings, tell_problems, tell_ways_out, template, unreadable};
use crate::cli::say::Say;
use crate::cli::{Exit, World};
use crate::desk::import::{CellProblem, DateOrder, FileForm, Mapping, Register, RegisterRow};
use crate::verify::message::Fact;

/// 5 rows are shown: enough to see that each column is what it should be.
const ROWS_SHOWN: usize = 5;
/// 40 characters of a name are shown in a line.
const NAME_SHOWN: usize = 40;

/// Reads a register and tells of it.
///
/// # Errors
/// [`crate::cli::say::Failure`].
pub fn run(args: &Check, world: &World<'_>, say: &Say) -> Ends {
    let template = template(&args.achievement, args.reading.from_archive)?;
    let settings = settings(&args.reading, (world.clock)().date(), say)?;
    let bytes = bytes(&args.register)?;
    let register = match Register::open(&bytes, &template, &settings) {
        Ok(register) => register,
        Err(problems) => return Ok(unreadable(&args.register, &problems, say)),
    };
    let (mut good, mut bad, mut shown): (usize, usize, Vec<RegisterRow>) = (0, 0, Vec::new());
    let mut problems: Vec<CellProblem> = Vec::new();
    let mut notes = register.notes().to_vec();
    for line in register.lines() {
        notes.extend(line.notes);
        match line.read {
            Ok(row) => {
                good += 1;
                shown.extend(Some(row).filter(|_| good <= ROWS_SHOWN));
            }
            Err(told) => {
                bad += 1;
                problems.extend(told);
            }
        }
    }
    let form = register.form();
    tell_form(&form, say);
    tell_problems(&notes, say);
    tell_problems(&problems, say);
    say.tell("cli.register.good", &[("count", number(good))]);
    if bad > 0 {
        say.tell("cli.register.bad", &[("count", number(bad))]);
    }
    tell_ways_out(&problems, say);
    if say.is_json() {
        let told = |problems: &[CellProblem]| {
            Json::List(problems.iter().map(|problem| problem_json(problem, say.words())).collect())
        };
        say.json(Object::from_iter([
            ("bad", Json::Integer(i64::try_from(bad).unwrap_or(i64::MAX))),
            ("columns", columns_json(register.headers(), &settings.columns)),
            ("form", form_json(&form)),
            ("good", Json::Integer(i64::try_from(good).unwrap_or(i64::MAX))),
            ("notes", told(&notes)),
            ("problems", told(&problems)),
            ("rows", Json::List(shown.iter().map(row_json).collect())),
        ]));
    } else {
        shown.iter().for_each(|row| say.result(&row_text(row)));
    }
    Ok(if bad > 0 { Exit::Unreadable } else { Exit::Accept })
}

fn tell_form(form: &FileForm, say: &Say) {
    match (&form.sheet, form.separator) {
        (Some(sheet), _) => say.tell("cli.register.sheet", &[("sheet", Fact::Text(sheet.clone()))]),
        (None, separator) => {
            let separator = match separator {
                Some('\t') | None => "TAB".to_owned(),
                Some(separator) => separator.to_string(),
            };
            let encoding = Fact::Text(form.encoding.to_owned());
            say.tell("cli.register.text", &[("encoding", encoding), ("separator", Fact::Text(separator))]);
        }
    }
}

fn form_json(form: &FileForm) -> Json {
    let mut object = Object::from_iter([("encoding", Json::from(form.encoding))]);
    if let Some(separator) = form.separator {
        object.set("separator", separator.to_string().into());
    }
    if let Some(sheet) = &form.sheet {
        object.set("sheet", sheet.as_str().into());
    }
    if let Some(order) = form.date_order {
        let order = match order {
            DateOrder::DayFirst => "day-first",
            DateOrder::MonthFirst => "month-first",
        };
        object.set("dateOrder", order.into());
    }
    object.into()
}

/// What each header was taken for: what the clerk said, else what was recognised.
fn columns_json(headers: &[String], said: &Option<Mapping>) -> Json {
    let proposed = Mapping::propose(headers);
    let of = |header: &String| {
        let meaning = said.as_ref().and_then(|said| said.of_header(header)).or_else(|| proposed.of_header(header));
        let code = meaning.map_or("ignored", crate::desk::import::Meaning::code);
        Object::from_iter([("header", Json::from(header.as_str())), ("meaning", code.into())]).into()
    };
    Json::List(headers.iter().map(of).collect())
}

fn row_json(row: &RegisterRow) -> Json {
    let mut object = Object::from_iter([
        ("awarded", Json::from(row.awarded.to_string())),
        ("birthYear", Json::Integer(row.birth_year.into())),
        ("language", row.language.tag().into()),
        ("name", row.name.as_str().into()),
        ("row", Json::Integer(i64::from(row.row))),
    ]);
    if let Some(id) = &row.register_id {
        object.set("registerId", id.as_str().into());
    }
    object.into()
}

fn row_text(row: &RegisterRow) -> String {
    let name: String = row.name.as_str().chars().take(NAME_SHOWN).collect();
    format!("{:>7}  {name:<NAME_SHOWN$}  {}  {}", row.row, row.birth_year, row.awarded)
}
