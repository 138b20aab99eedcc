//! Certificates for whoever offers or finds work: held against a vacancy, and bundled as a CV. In the reader alone: a checker never asks.

use super::{Answer, Call, Kept, Refused};
use crate::base::canonical::{Json, Object};
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::holder::cv::{COLUMNS, Row, write};
use crate::holder::matching::matched;
use crate::holder::vacancy::Vacancy;
use crate::interop::intake;
use crate::verify::{Evidence, Policy, Presented, Verdict, verify};

/// `vacancy` {language, now} [the vacancy's file, certificates…] → what [`crate::holder::matching::Matched::to_json`] says
pub(super) fn vacancy(kept: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let words = kept.words(call)?;
    let (now, evidence) = (call.now()?, &kept.evidence);
    let open =
        Vacancy::open(call.blob(0)?, evidence, now).map_err(|why| Refused::of(&format!("vacancy.{}", why.code())))?;
    let (_, verdicts) = judged(evidence, call, 1)?;
    Ok(matched(&open.vacancy, &verdicts, evidence).to_json(&open, &verdicts, words).into())
}

/// `cv` {now} [certificates…] → {columns, cells, leftOut: places from 1}, [the bundle]. Without a row there is no bundle.
pub(super) fn cv(kept: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let (signed, verdicts) = judged(&kept.evidence, call, 0)?;
    let (mut rows, mut left_out) = (Vec::new(), Vec::new());
    for (place, (signed, verdict)) in signed.into_iter().zip(&verdicts).enumerate() {
        match Row::of(verdict) {
            // The file and the code of one certificate are one.
            Ok(row) if rows.iter().any(|(known, _): &(Row, _)| known.digest == row.digest) => {}
            Ok(row) => rows.push((row, signed)),
            Err(_) => left_out.push(Json::Integer(i64::try_from(place + 1).unwrap_or(i64::MAX))),
        }
    }
    let cells = rows.iter().map(|(row, _)| Json::List(row.cells().into_iter().map(Json::from).collect()));
    let said = Object::from_iter([
        ("cells", Json::List(cells.collect())),
        ("columns", Json::List(COLUMNS.iter().map(|name| Json::from(*name)).collect())),
        ("leftOut", Json::List(left_out)),
    ]);
    let bundle = if rows.is_empty() { Vec::new() } else { vec![write(&rows, call.now()?).to_canonical()] };
    Ok(Answer::with(said, bundle))
}

/// The certificates from a place on, each with its verdict, all of them presented together.
fn judged(
    evidence: &Evidence,
    call: &Call<'_>,
    from: usize,
) -> Result<(Vec<Signed<Credential>>, Vec<Verdict>), Refused> {
    let now = call.now()?;
    let mut offered = Vec::new();
    for blob in call.blobs.iter().skip(from) {
        offered.extend(intake::read_text(blob).map_err(|_| Refused::of("present.unreadable"))?.offered);
    }
    let presented = Presented::of(offered.iter().map(|it| it.signed.clone()));
    let evidence = Evidence { presented, ..evidence.clone() };
    let policy = |test_code| Policy { test_code, ..Policy::default() };
    let verdicts = offered.iter().map(|it| verify(&it.signed, &evidence, &policy(it.carrier.is_test_code()), now));
    let verdicts = verdicts.collect();
    Ok((offered.into_iter().map(|it| it.signed).collect(), verdicts))
}
