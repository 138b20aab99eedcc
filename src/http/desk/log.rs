//! Who did what and when, as an auditor reads it.

use serde_json::{Value, json};

use super::super::problem::Problem;
use super::call::Call;
use super::said::Said;
use crate::store::acts::{Act, BEGINNING};

/// `GET log`.
pub(super) fn log(call: &Call<'_>) -> Result<Said, Problem> {
    let from = call.asked("from").map_or(Ok(0), str::parse).map_err(|_| Problem::Request)?;
    let (_, limit) = call.page()?;
    let size = call.store().acts_size()?;
    let acts: Vec<Value> = call.store().acts(from, limit)?.iter().map(|(act, _)| shown(call, act)).collect();
    Ok(Said::json(json!({"acts": acts, "size": size, "head": head(call, size)?})))
}

/// Where the chain ends, as lower-case hexadecimal.
fn head(call: &Call<'_>, size: u64) -> Result<String, Problem> {
    let Some(last) = size.checked_sub(1) else { return Ok(hex(&BEGINNING)) };
    let acts = call.store().acts(last, 1)?;
    let (act, line) = acts.first().ok_or(Problem::Internal)?;
    let before = bytes(&act.before).ok_or(Problem::Internal)?;
    Ok(hex(&Act::chain(&before, line)))
}

fn shown(call: &Call<'_>, act: &Act) -> Value {
    json!({
        "number": act.number,
        "what": act.what.code(),
        "by": call.hand(&act.by),
        "of": act.of,
        "count": act.count,
        "digest": act.digest,
        "before": act.before,
    })
}

fn hex(bytes: &[u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Option<[u8; 32]> {
    let pairs = (0..64).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok());
    pairs.collect::<Option<Vec<u8>>>()?.try_into().ok()
}
