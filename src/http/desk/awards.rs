//! The register: found, looked at, corrected, left out, forgotten.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::problem::Problem;
use super::call::{Call, NAMED_MOST};
use super::imports::open_rows;
use super::said::Said;
use crate::credential::achievement::Language;
use crate::desk::catalogue::Template;
use crate::desk::import::{Column, SheetForm, empty_sheet};
use crate::desk::prior;
use crate::desk::register::{self, Cells, NotCorrected, column_code, row_of};
use crate::desk::release::count_open;
use crate::store::StoreError;
use crate::store::award::{Award, AwardState};
use crate::store::release::BATCH_AWARDS;

/// 50 rows of a search.
const FOUND_MOST: usize = 50;
/// 5,000 rows are looked through for one page of a list; the next page goes on from there.
const LOOKED_THROUGH: usize = 5_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    ids: Vec<String>,
}

#[derive(Deserialize)]
struct Typed {
    version: u32,
    #[serde(flatten)]
    cells: Map<String, Value>,
}

/// The media type of a workbook (ECMA-376, registered with IANA).
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `GET achievements`.
pub(super) fn achievements(call: &Call<'_>) -> Result<Said, Problem> {
    let language = call.words().language();
    let one = |template: &Template| {
        json!({
            "id": template.id.as_str(),
            "code": template.code,
            "kind": template.kind().code(),
            "title": template.name.in_language(language),
            "hours": template.hours,
        })
    };
    call.visit.paged(call.house.catalogue().templates(), |template| &template.code, one)
}

/// `GET achievements/{code}/sheet`.
pub(super) fn sheet(call: &Call<'_>) -> Result<Said, Problem> {
    let template = call.template(Some(call.part("code")))?;
    let (form, ending, media_type) = match call.asked("form") {
        None | Some("csv") => (SheetForm::Csv, "csv", "text/csv; charset=utf-8"),
        Some("xlsx") => (SheetForm::Xlsx, "xlsx", XLSX),
        Some(_) => return Err(Problem::Request),
    };
    let template = match call.asked("fromArchive") {
        None | Some("false") => template.clone(),
        Some("true") => template.from_archive(),
        Some(_) => return Err(Problem::Request),
    };
    let language = call.asked("lang").and_then(Language::of_tag).unwrap_or_else(|| call.words().language());
    let sheet = empty_sheet(&template, language, form, true).map_err(|_| Problem::Internal)?;
    Ok(Said::file(media_type, format!("{}.{ending}", template.file), sheet))
}

/// `GET awards`.
pub(super) fn list(call: &Call<'_>) -> Result<Said, Problem> {
    let (after, limit) = call.page()?;
    let achievement = call.asked("achievement").map(|wanted| call.template(Some(wanted))).transpose()?;
    let of_achievement = achievement.map(|template| template.id.as_str());
    let counted = match (call.asked("count"), call.asked("state"), of_achievement) {
        (None, ..) => None,
        (Some("true"), Some("open"), Some(achievement)) => Some(count_open(call.store(), achievement)?),
        _ => return Err(Problem::Request),
    };
    let (awards, next) = match (call.asked("state"), call.asked("batch"), of_achievement) {
        (Some("open"), None, Some(achievement)) => placed(call, &AwardState::Open, achievement, after, limit)?,
        (None | Some("in-batch"), Some(batch), None) => {
            placed(call, &AwardState::In(batch.to_owned()), "", after, limit)?
        }
        (state, None, achievement) => {
            if state.is_some_and(|state| !["in-batch", "issued", "left", "open"].contains(&state)) {
                return Err(Problem::Request);
            }
            let wanted = |award: &Award| {
                state.is_none_or(|state| state == award.state.code())
                    && achievement.is_none_or(|achievement| achievement == award.achievement)
            };
            looked_through(call, wanted, after, limit)?
        }
        _ => return Err(Problem::Request),
    };
    let awards: Vec<Value> = awards.iter().map(shown).collect();
    let mut said = json!({"awards": awards, "next": next});
    if let Some(count) = counted {
        // What a batch holds of them is said with it: the rest is another batch's.
        (said["count"], said["batchMost"]) = (count.into(), BATCH_AWARDS.into());
    }
    Ok(Said::json(said))
}

/// Awards that stand in one place, by its index.
fn placed(
    call: &Call<'_>,
    state: &AwardState,
    achievement: &str,
    after: &str,
    limit: usize,
) -> Result<(Vec<Award>, Option<String>), Problem> {
    let ids = call.store().awards_in(state, achievement, after, limit + 1)?;
    let next = ids.get(limit).and(ids.get(limit - 1)).cloned();
    let awards = ids.iter().take(limit).filter_map(|id| call.store().award(id).transpose());
    Ok((awards.collect::<Result<_, _>>()?, next))
}

/// Awards of a state that has no place of its own.
fn looked_through(
    call: &Call<'_>,
    wanted: impl Fn(&Award) -> bool,
    after: &str,
    limit: usize,
) -> Result<(Vec<Award>, Option<String>), Problem> {
    let (mut found, mut after, mut looked) = (Vec::new(), after.to_owned(), 0);
    while looked < LOOKED_THROUGH {
        let page = call.store().awards_after(&after, limit)?;
        let is_last = page.len() < limit;
        for award in page {
            looked += 1;
            after.clone_from(&award.id);
            if wanted(&award) {
                found.push(award);
                if found.len() == limit {
                    return Ok((found, Some(after)));
                }
            }
        }
        if is_last {
            return Ok((found, None));
        }
    }
    Ok((found, Some(after)))
}

/// `POST awards/search`: names stand in no address.
pub(super) fn search(call: &Call<'_>) -> Result<Said, Problem> {
    let Words { words } = call.read()?;
    let found = register::search(call.store(), &words, FOUND_MOST)?;
    Ok(Said::json(json!({"awards": found.iter().map(shown).collect::<Vec<_>>(), "next": null})))
}

/// `GET awards/{id}`: with what else is kept of somebody of the same name and year, so that nobody is forgotten in part. It is no part of what
/// is given to the person: the other may be another one.
pub(super) fn one(call: &Call<'_>) -> Result<Said, Problem> {
    let award = known(call)?;
    let mut all = whole(call, &award)?;
    all["others"] = register::others(&call.house, &award, FOUND_MOST)?.iter().map(shown).collect();
    Ok(Said::json(all))
}

/// `PUT awards/{id}`: under the same rules as a cell of a file.
pub(super) fn correct(call: &Call<'_>) -> Result<Said, Problem> {
    let typed: Typed = call.read()?;
    let mut cells = Vec::new();
    for (name, value) in typed.cells {
        let column = Column::ALL.into_iter().find(|column| column_code(*column) == name);
        let text = match value {
            Value::Null => String::new(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text,
            _ => return Err(Problem::Malformed(Box::default())),
        };
        cells.push((column.ok_or_else(|| Problem::Malformed(Box::default()))?, text));
    }
    let id = call.part("id");
    let today = call.now().date();
    match register::correct(&call.house, id, typed.version, &Cells(cells), today, &call.by) {
        Ok(award) => whole(call, &award).map(Said::json),
        Err(NotCorrected::Cells(problems)) => Err(open_rows(&problems, call.words())),
        Err(NotCorrected::Desk(error)) => Err(error.into()),
    }
}

/// `POST awards/leave`.
pub(super) fn leave(call: &Call<'_>) -> Result<Said, Problem> {
    named(call, |ids| call.store().leave_out(ids, &call.by))
}

/// `POST awards/take`.
pub(super) fn take(call: &Call<'_>) -> Result<Said, Problem> {
    named(call, |ids| call.store().take_in(ids, &call.by))
}

/// `POST awards/erase`: cannot be undone.
pub(super) fn erase(call: &Call<'_>) -> Result<Said, Problem> {
    named(call, |ids| {
        call.store().erase(ids, &call.by)?;
        call.house.drop_files();
        Ok(())
    })
}

fn named(call: &Call<'_>, act: impl FnOnce(&[&str]) -> Result<(), StoreError>) -> Result<Said, Problem> {
    let Named { ids } = call.read()?;
    if ids.len() > NAMED_MOST {
        return Err(StoreError::TooLong.into());
    }
    act(&ids.iter().map(String::as_str).collect::<Vec<_>>())?;
    Ok(Said::nothing())
}

/// `GET awards/{id}/export`: everything that is kept of one person's award, for that person.
pub(super) fn export(call: &Call<'_>) -> Result<Said, Problem> {
    own_data(call, &known(call)?)
}

/// The same of a row that is at hand.
pub(super) fn own_data(call: &Call<'_>, award: &Award) -> Result<Said, Problem> {
    let mut all = whole(call, award)?;
    let mut documents = Vec::new();
    for serial in &award.serials {
        let record = call.store().by_serial(serial)?;
        documents.extend(record.and_then(|record| serde_json::from_str::<Value>(&record.document).ok()));
    }
    if let Value::Object(members) = &mut all {
        members.insert("documents".to_owned(), documents.into());
        members.insert("facts".to_owned(), json!(award.facts));
        members.insert("institution".to_owned(), json!(call.house.institution().card().name));
    }
    Ok(Said::file("application/json", format!("{}.json", award.id), all.to_string().into_bytes()))
}

fn known(call: &Call<'_>) -> Result<Award, Problem> {
    call.store().award(call.part("id"))?.ok_or(Problem::NotFound)
}

/// An award as lists show it. Of one whose person was forgotten the rest is there.
pub(super) fn shown(award: &Award) -> Value {
    let row = row_of(award).ok();
    json!({
        "id": award.id,
        "name": row.as_ref().map(|row| row.name.as_str()),
        "birthYear": row.as_ref().map(|row| row.birth_year),
        "awarded": row.as_ref().map(|row| row.awarded.to_string()),
        "achievement": award.achievement,
        "state": award.state.code(),
        "serials": award.serials,
        "version": award.version,
    })
}

/// The whole award, with its certificates.
fn whole(call: &Call<'_>, award: &Award) -> Result<Value, Problem> {
    let mut all = shown(award);
    let mut certificates = Vec::new();
    for serial in &award.serials {
        if let Some(record) = call.store().by_serial(serial)? {
            certificates.push(super::certificates::shown(&record));
        }
    }
    if let Value::Object(members) = &mut all {
        if let Ok(row) = row_of(award) {
            for column in Column::ALL {
                let (name, text) = (column_code(column), register::cell(&row, column));
                members.entry(name).or_insert_with(|| if text.is_empty() { Value::Null } else { text.into() });
            }
        }
        let batch = match &award.state {
            AwardState::In(batch) => Some(batch),
            _ => None,
        };
        members.insert("batch".to_owned(), json!(batch));
        // What fell with its decision is not taken in again.
        members.insert("stands".to_owned(), prior::row_stands(call.store(), award)?.into());
        members.insert("by".to_owned(), call.hand(&award.by));
        members.insert("certificates".to_owned(), certificates.into());
        members.insert("kind".to_owned(), award.facts.kind.as_str().into());
    }
    Ok(all)
}
