//! A certificate, of whichever institution, that is to belong to another key of its holder: verified here and proposed; a second person releases
//! it like any batch.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::Deserialize;

use super::super::problem::Problem;
use super::batches;
use super::call::Call;
use super::said::Said;
use crate::base::did::Did;
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::desk::rebind::{self, NotRebound};
use crate::interop::intake::{self, Intake, Offered};
use crate::store::StoreError;
use crate::store::release::Rebinding;
use crate::verify::report::say;
use crate::verify::{Evidence, Policy, Presented};

/// 32 delegations of one certificate: nobody changes their key as often.
const DELEGATIONS: usize = 32;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// A certificate file, or the text of a code.
    certificate: String,
    /// Delegations that the holder has already.
    #[serde(default)]
    delegations: Vec<String>,
    /// The new key.
    holder: String,
}

/// `POST rebindings`.
pub(super) fn propose(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Wanted = call.read()?;
    let holder = Did::parse(wanted.holder.trim()).ok().filter(|did| did.own_key().is_some());
    let holder = holder.ok_or(Problem::Value("holder"))?;
    if wanted.delegations.len() > DELEGATIONS {
        return Err(StoreError::TooLong.into());
    }
    let id = call.id_named(call.once()?, "rebinding");
    let certificate = alone(&wanted.certificate)?;
    let mut beside: Vec<Signed<Credential>> = Vec::new();
    for text in &wanted.delegations {
        let taken = taken_in(text)?;
        beside.extend(taken.offered.into_iter().map(|offered| offered.signed).chain(taken.delegations));
    }
    let evidence = (call.visit.rooms.state.evidence)();
    let evidence = Evidence { presented: Presented::of(beside), ..(*evidence).clone() };
    let policy = policy_of(&certificate);
    let institution = call.house.institution();
    let rebinding =
        rebind::wanted(&institution, call.store(), &certificate.signed, &holder, &evidence, &policy, call.now());
    let rebinding = rebinding.map_err(|error| not_rebound(error, call))?;
    let batch = call.store().propose_rebinding(&id, &rebinding, &call.by).map_err(|error| match error {
        StoreError::Taken => Problem::KeyReused,
        other => other.into(),
    })?;
    Ok(Said::json(batches::shown(call, &batch, &BTreeSet::new())).with(StatusCode::CREATED))
}

/// Asks a proposal again before it is released, with the certificate that the second person has brought: there may be days between the two.
pub(super) fn look_again(call: &Call<'_>, rebinding: &Rebinding, certificate: Option<&str>) -> Result<(), Problem> {
    let certificate = alone(certificate.ok_or(Problem::Value("certificate"))?)?;
    let evidence = (call.visit.rooms.state.evidence)();
    let policy = policy_of(&certificate);
    let institution = call.house.institution();
    let now = call.now();
    let still =
        rebind::still_wanted(&institution, call.store(), rebinding, &certificate.signed, &evidence, &policy, now);
    still.map_err(|error| not_rebound(error, call))
}

/// Which country it is for nobody asks here; what came as a test code counts as one.
fn policy_of(certificate: &Offered) -> Policy {
    Policy { country: None, test_code: certificate.carrier.is_test_code() }
}

/// `GET batches/{id}/delegation`: what was signed, to be given to the holder.
pub(super) fn file(call: &Call<'_>) -> Result<Said, Problem> {
    let rebinding = batches::known(call)?.rebinding.ok_or(Problem::NotFound)?;
    let record = rebind::signed(&call.house.institution(), call.store(), &rebinding)?.ok_or(Problem::NotFound)?;
    Ok(Said::file("application/json", format!("{}.json", record.serial), record.document.into_bytes()))
}

/// The one certificate of a text: of several nobody knows which is meant.
pub(super) fn alone(text: &str) -> Result<Offered, Problem> {
    let mut all = taken_in(text)?.offered.into_iter();
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Problem::NotRead("no-credential")),
        (Some(_), Some(_)) => Err(Problem::Value("certificate")),
    }
}

fn taken_in(text: &str) -> Result<Intake, Problem> {
    intake::read_text(text.as_bytes()).map_err(|why| Problem::of_not_read(&why))
}

fn not_rebound(error: NotRebound, call: &Call<'_>) -> Problem {
    let code = error.code();
    match (error, code) {
        (NotRebound::NotAccepted(verdict), Some(code)) => {
            let reason = verdict.deciding().map(|finding| say(&finding.reason, call.words()));
            Problem::NotRebound(code, reason.unwrap_or_default())
        }
        (NotRebound::Desk(error), _) => error.into(),
        (_, code) => Problem::NotRebound(code.unwrap_or("unclear"), String::new()),
    }
}
