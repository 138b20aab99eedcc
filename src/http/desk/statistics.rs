//! Statistics, for people and for spreadsheets.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::problem::Problem;
use super::call::Call;
use super::said::Said;
use crate::desk::guard::line;
use crate::desk::report::{By, CELL_LEAST, PERSONS_TOLD_IN, Question, Report, Row, report};

/// 200 rows are read at a time.
const PAGE: usize = 200;

/// `GET statistics`.
pub(super) fn statistics(call: &Call<'_>) -> Result<Said, Problem> {
    let question = question(call)?;
    let report = answer(call, &question)?;
    let row = |row: &Row| {
        let mut members: Map<String, Value> =
            row.of.iter().map(|(by, text)| (by.code().to_owned(), text.as_str().into())).collect();
        members.insert("count".to_owned(), json!(row.count));
        members.insert("partial".to_owned(), row.partial.into());
        Value::Object(members)
    };
    Ok(Said::json(json!({
        "rows": report.rows.iter().map(row).collect::<Vec<_>>(),
        "persons": report.persons,
        "personsToldIn": PERSONS_TOLD_IN,
        "total": report.total,
        "suppressed": report.suppressed,
        "least": CELL_LEAST,
    })))
}

/// `GET statistics.csv`: a number that is not said is an empty cell.
pub(super) fn csv(call: &Call<'_>) -> Result<Said, Problem> {
    let question = question(call)?;
    let report = answer(call, &question)?;
    let mut table = line(question.by.iter().map(|by| by.code()).chain(["count", "partial"]));
    for row in &report.rows {
        let count = row.count.map(|count| count.to_string()).unwrap_or_default();
        let partial = if row.partial { "1" } else { "" };
        let cells = row.of.iter().map(|(_, text)| text.as_str()).chain([count.as_str(), partial]);
        table.push_str(&line(cells));
    }
    Ok(Said::file("text/csv; charset=utf-8", "statistics.csv".to_owned(), table.into_bytes()))
}

fn question(call: &Call<'_>) -> Result<Question, Problem> {
    let by = call.asked("by").unwrap_or("achievement").split(',').map(|code| By::of_code(code.trim()));
    let by = by.collect::<Option<BTreeSet<By>>>().ok_or(Problem::Request)?;
    Ok(Question { from: month(call.asked("from"))?, to: month(call.asked("to"))?, by })
}

/// `YYYY-MM`.
fn month(text: Option<&str>) -> Result<String, Problem> {
    let Some(text) = text else { return Ok(String::new()) };
    let first = crate::base::timestamp::Date::parse(&format!("{text}-01"));
    first.map(|_| text.to_owned()).map_err(|_| Problem::Request)
}

fn answer(call: &Call<'_>, question: &Question) -> Result<Report, Problem> {
    let (mut awards, mut after) = (Vec::new(), String::new());
    loop {
        let page = call.store().awards_after(&after, PAGE)?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        // Nothing of the persons is needed, and it is not held.
        awards.extend(page.into_iter().map(|award| crate::store::award::Award { content: None, ..award }));
    }
    Ok(report(&awards, question))
}
