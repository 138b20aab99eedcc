//! Paper from the desk: one person's file, and orders for many, which are worked off while the desk goes on.

use std::fs::File;
use std::sync::Arc;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::problem::Problem;
use super::call::Call;
use super::said::Said;
use crate::desk::paper::{Form, PaperSize, Signatory, single};
use crate::desk::press_room::{Order, OrderState, PEOPLE_MOST, People, print};
use crate::desk::stationery::{Stationery, settle_logo, settle_paper};
use crate::store::StoreError;
use crate::store::setting::Setting;
use crate::verify::message::{Fact, Words};

/// The media types of what is printed.
const PDF: &str = "application/pdf";
const ZIP: &str = "application/zip";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    batch: Option<String>,
    serials: Option<Vec<String>>,
    form: String,
    size: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settled {
    size: String,
    signatories: Vec<SettledSignatory>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SettledSignatory {
    name: String,
    #[serde(default)]
    post: String,
}

/// `GET certificates/{serial}/paper`.
pub(super) fn one(call: &Call<'_>) -> Result<Said, Problem> {
    let record = super::certificates::known(call)?;
    if record.document.is_empty() {
        return Err(Problem::NotFound);
    }
    let size = size(call.asked("size"))?;
    let mut stationery = Stationery::of(call.store())?;
    stationery.size = size.unwrap_or(stationery.size);
    let pdf = single(&call.house.institution(), &record, &stationery.style())?;
    Ok(Said::file(PDF, format!("{}.pdf", record.serial), pdf))
}

/// `POST paper`: an order.
pub(super) fn order(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Wanted = call.read()?;
    let malformed = || Problem::Malformed(Box::default());
    let form = Form::of_code(&wanted.form).filter(|form| *form != Form::Single).ok_or_else(malformed)?;
    let size = size(wanted.size.as_deref())?;
    let people = match (wanted.batch, wanted.serials) {
        (Some(batch), None) => {
            call.store().batch(&batch)?.ok_or(Problem::NotFound)?;
            People::Batch(batch)
        }
        (None, Some(serials)) if serials.len() <= PEOPLE_MOST => {
            for serial in &serials {
                call.store().by_serial(serial)?.ok_or(Problem::NotFound)?;
            }
            People::Serials(serials)
        }
        (None, Some(_)) => return Err(StoreError::TooLong.into()),
        _ => return Err(malformed()),
    };
    let order = call.house.press_room().order(call.house.new_id()?, form, call.now());
    let said = Said::json(shown(&order, call.words())).with(StatusCode::ACCEPTED);
    let house = Arc::clone(&call.house);
    // What it came to stands in the order.
    drop(tokio::task::spawn_blocking(move || print(&house, &order.id, &people, size)));
    Ok(said)
}

/// `GET paper/{id}`: how far an order is.
pub(super) fn state(call: &Call<'_>) -> Result<Said, Problem> {
    Ok(Said::json(shown(&known(call)?, call.words())))
}

/// `GET paper/{id}/{number}`: one of its files, from 1.
pub(super) fn file(call: &Call<'_>) -> Result<Said, Problem> {
    let order = known(call)?;
    let OrderState::Done(printed) = &order.state else { return Err(StoreError::NotNow.into()) };
    let number = call.part("number").parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let (path, _) = number.and_then(|number| printed.files.get(number)).ok_or(Problem::NotFound)?;
    let name = path.file_name().and_then(|name| name.to_str()).ok_or(Problem::Internal)?.to_owned();
    let kind = if order.form == Form::Archive { ZIP } else { PDF };
    let file = File::open(path).map_err(|_| Problem::Internal)?;
    Ok(Said::disk(kind, name, file))
}

/// `DELETE paper/{id}`.
pub(super) fn forget(call: &Call<'_>) -> Result<Said, Problem> {
    call.house.press_room().forget(call.part("id"))?;
    Ok(Said::nothing())
}

/// `GET stationery`.
pub(super) fn stationery(call: &Call<'_>) -> Result<Said, Problem> {
    let settled = Stationery::of(call.store())?;
    let signatory = |it: &Signatory| json!({"name": it.name, "post": it.post});
    Ok(Said::json(json!({
        "size": settled.size.code(),
        "signatories": settled.signatories.iter().map(signatory).collect::<Vec<_>>(),
        "logo": settled.logo.is_some(),
    })))
}

/// `PUT stationery`.
pub(super) fn settle(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Settled = call.read()?;
    let size = PaperSize::of_code(&wanted.size).ok_or_else(|| Problem::Malformed(Box::default()))?;
    let tidy = |it: SettledSignatory| Signatory { name: it.name.trim().to_owned(), post: it.post.trim().to_owned() };
    let signatories: Vec<Signatory> = wanted.signatories.into_iter().map(tidy).collect();
    settle_paper(call.store(), size, &signatories, &call.by)?;
    stationery(call)
}

/// `GET stationery/logo`.
pub(super) fn logo(call: &Call<'_>) -> Result<Said, Problem> {
    let picture = call.store().settled(&Setting::Logo)?.ok_or(Problem::NotFound)?;
    let (kind, ending) = if picture.starts_with(b"\x89PNG") { ("image/png", "png") } else { ("image/jpeg", "jpg") };
    Ok(Said::file(kind, format!("logo.{ending}"), picture))
}

/// `PUT stationery/logo`: the picture itself is the body.
pub(super) fn put_logo(call: &Call<'_>) -> Result<Said, Problem> {
    settle_logo(call.store(), Some(call.body), &call.by)?;
    Ok(Said::nothing())
}

/// `DELETE stationery/logo`.
pub(super) fn take_logo(call: &Call<'_>) -> Result<Said, Problem> {
    settle_logo(call.store(), None, &call.by)?;
    Ok(Said::nothing())
}

fn known(call: &Call<'_>) -> Result<Order, Problem> {
    call.house.press_room().find(call.part("id"), call.now()).ok_or(Problem::NotFound)
}

fn size(code: Option<&str>) -> Result<Option<PaperSize>, Problem> {
    code.map(|code| PaperSize::of_code(code).ok_or(Problem::Request)).transpose()
}

fn shown(order: &Order, words: &Words) -> Value {
    let mut all = json!({"id": order.id, "form": order.form.code(), "people": order.people, "done": order.done});
    match &order.state {
        OrderState::Working => all["state"] = "working".into(),
        OrderState::Failed => all["state"] = "failed".into(),
        OrderState::Done(printed) => {
            all["state"] = "done".into();
            let file = |(number, (path, bytes)): (usize, &(std::path::PathBuf, u64))| {
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                json!({"number": number, "name": name, "bytes": bytes})
            };
            all["files"] = (1..).zip(&printed.files).map(file).collect();
            all["printed"] = printed.people.into();
            all["notInForce"] = printed.not_in_force.into();
            let refused = |(serial, error): &(String, Arc<crate::desk::paper::PaperError>)| {
                let mut facts = vec![("serial", Fact::Text(serial.clone()))];
                if let crate::desk::paper::PaperError::NoGlyph { character } = &**error {
                    facts.push(("character", Fact::Text(character.to_string())));
                }
                let text = words.say(&format!("paper.{}", error.code()), &facts);
                json!({"serial": serial, "code": error.code(), "text": text})
            };
            all["refused"] = printed.refused.iter().map(refused).collect();
        }
    }
    all
}
