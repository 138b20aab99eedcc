//! How long the register keeps people.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::problem::Problem;
use super::call::Call;
use super::said::Said;
use crate::desk::institution::DeskError;
use crate::desk::retention::{Forgotten, due, forget};
use crate::store::StoreError;
use crate::store::beside::RETENTION_MONTHS;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// `None`: without an end.
    months: Option<u16>,
    /// How many would be forgotten, when somebody looked.
    count: usize,
}

/// `GET retention`: the rule, and whom it would forget today; or whom another would.
pub(super) fn rule(call: &Call<'_>) -> Result<Said, Problem> {
    let months = call.store().retention()?;
    let asked = call.asked("months").map(|text| text.parse().map_err(|_| DeskError::Value("months"))).transpose()?;
    let looked_at = asked.map(checked).transpose()?.or(months);
    let due = looked_at.map(|months| due(call.store(), months, call.now())).transpose()?;
    Ok(Said::json(json!({"months": months, "due": due.map(shown)})))
}

/// `PUT retention`: who has been kept for long enough is forgotten at once, if they are as many as somebody saw.
pub(super) fn settle(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Rule = call.read()?;
    let months = wanted.months.map(checked).transpose()?;
    // Nobody comes into the register between counting and forgetting.
    let _alone = call.house.register();
    let found = months.map_or(Ok(Forgotten::default()), |months| due(call.store(), months, call.now()))?;
    if found.rows + found.certificates != wanted.count {
        return Err(StoreError::Stale.into());
    }
    call.store().set_retention(months, &call.by)?;
    let forgotten = forget(call.store(), &call.by, call.now());
    // Stopped in its middle too, some may be forgotten who stand in a file.
    if forgotten.as_ref().map_or(true, |forgotten| *forgotten != Forgotten::default()) {
        call.house.drop_files();
    }
    let forgotten = forgotten?;
    Ok(Said::json(json!({"months": months, "forgotten": shown(forgotten)})))
}

fn checked(months: u16) -> Result<u16, DeskError> {
    if (1..=RETENTION_MONTHS).contains(&months) { Ok(months) } else { Err(DeskError::Value("months")) }
}

fn shown(forgotten: Forgotten) -> Value {
    json!({"rows": forgotten.rows, "certificates": forgotten.certificates})
}
