//! Batches: proposed by one person, looked at and released by another, signed while the desk goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::super::problem::{Problem, Report};
use super::call::Call;
use super::said::Said;
use super::session::begin;
use super::tries::{FREE, FREE_OF_INSTITUTION};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::credential::draft::NotComplete;
use crate::desk::house::House;
use crate::desk::institution::DeskError;
use crate::desk::issue::Fault;
use crate::desk::keyring::{Keyring, KeyringError, Secret};
use crate::desk::release::{self, AwardFault, Hindrance, NotReady, Which};
use crate::desk::unusual::Unusual;
use crate::store::StoreError;
use crate::store::acts::Hand;
use crate::store::release::{BATCH_AWARDS, Batch, BatchState, Decision, NOTE_CHARACTERS};
use crate::verify::message::{Fact, Words};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proposal {
    achievement: String,
    awards: Wanted,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Wanted {
    All(AllOfThem),
    These(BTreeSet<String>),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AllOfThem {
    All,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    /// Of a rebinding: the certificate, which the second person brings too.
    #[serde(default)]
    certificate: Option<String>,
    digest: String,
    passphrase: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resume {
    /// Of a rebinding that nothing was signed of: the certificate, once more.
    #[serde(default)]
    certificate: Option<String>,
    passphrase: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Return {
    note: String,
}

/// The institution's keys, opened for one act.
pub(super) struct Opened {
    pub keyring: Keyring,
    pub secret: Secret,
}

/// `GET batches`: the newest first.
pub(super) fn list(call: &Call<'_>) -> Result<Said, Problem> {
    let signing = call.house.signing();
    let mut batches = call.store().batches()?;
    batches.sort_by(|left, right| right.proposed.at.cmp(&left.proposed.at).then_with(|| left.id.cmp(&right.id)));
    call.visit.paged(&batches, |batch| &batch.id, |batch| shown(call, batch, &signing))
}

/// `POST batches`. Of more open rows than a batch has, the first are in it, and it says how many are left for the next one.
pub(super) fn propose(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Proposal = call.read()?;
    let template = call.template(Some(&wanted.achievement))?;
    let id = call.id_of(call.once()?, template);
    let ids: Vec<&str> = match &wanted.awards {
        Wanted::All(AllOfThem::All) => Vec::new(),
        Wanted::These(ids) => ids.iter().map(String::as_str).collect(),
    };
    let which = match &wanted.awards {
        Wanted::All(AllOfThem::All) => Which::First(BATCH_AWARDS),
        Wanted::These(_) => Which::These(&ids),
    };
    let proposed = release::propose(&call.house, template, which, &id, &call.by, call.now());
    let proposed = proposed.map_err(|error| match error {
        NotReady::Desk(DeskError::Store(StoreError::Taken)) => Problem::KeyReused,
        error => not_ready(error, call.words()),
    })?;
    let mut said = shown(call, &proposed.batch, &BTreeSet::new());
    said["left"] = proposed.left.into();
    Ok(Said::json(said).with(StatusCode::CREATED))
}

/// `GET batches/{id}`: with other rows each time.
pub(super) fn one(call: &Call<'_>) -> Result<Said, Problem> {
    // Looked at first: what is said to have stopped is then shown as far as it came.
    let signing = call.house.signing();
    let batch = known(call)?;
    let mut all = shown(call, &batch, &signing);
    (all["sample"], all["unusual"]) = (json!([]), json!([]));
    // Whoever is to decide looks at the rows; whoever waits for the end asks often, and looks at the number alone.
    if batch.state == BatchState::Proposed {
        let seen = release::look(&call.house, &batch, call.now())?;
        all["sample"] = seen.sample.iter().map(|(award, _)| super::awards::shown(award)).collect();
        all["unusual"] = seen.unusual.iter().map(of_unusual).collect();
    }
    Ok(Said::json(all))
}

/// `POST batches/{id}/release`: the keys are opened first, so that nothing is decided that is then not signed.
pub(super) fn release(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Release = call.read()?;
    let batch = known(call)?;
    let opened = open_keys(call, &wanted.passphrase)?;
    match &batch.rebinding {
        _ if batch.state != BatchState::Proposed => {}
        Some(rebinding) => super::rebindings::look_again(call, rebinding, wanted.certificate.as_deref())?,
        None => {
            let rehearsed = release::rehearse(&call.house, &batch, &call.by, call.now());
            rehearsed.map_err(|error| not_ready(error, call.words()))?;
        }
    }
    let batch = call.store().decide(&batch.id, &Decision::Release(wanted.digest), &call.by)?;
    go_on(call, batch, opened)
}

/// `POST batches/{id}/resume`: signs what an interruption left, and publishes.
pub(super) fn resume(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Resume = call.read()?;
    let batch = known(call)?;
    if !matches!(batch.state, BatchState::Released | BatchState::Done) {
        return Err(StoreError::NotNow.into());
    }
    let opened = open_keys(call, &wanted.passphrase)?;
    if let Some(rebinding) = batch.rebinding.as_ref().filter(|_| batch.signed == 0) {
        super::rebindings::look_again(call, rebinding, wanted.certificate.as_deref())?;
    }
    go_on(call, batch, opened)
}

/// `POST batches/{id}/return`.
pub(super) fn give_back(call: &Call<'_>) -> Result<Said, Problem> {
    let Return { note } = call.read()?;
    if note.chars().count() > NOTE_CHARACTERS || note.chars().any(|letter| letter.is_control() && letter != '\n') {
        return Err(StoreError::TooLong.into());
    }
    let batch = known(call)?;
    let batch = call.store().decide(&batch.id, &Decision::GiveBack(note.trim().to_owned()), &call.by)?;
    Ok(Said::json(shown(call, &batch, &BTreeSet::new())))
}

/// Opens the institution's keys with the words that somebody typed.
pub(super) fn open_keys(call: &Call<'_>, passphrase: &str) -> Result<Opened, Problem> {
    open_keys_of(call, &call.house, passphrase)
}

/// The same of another institution that has its desk here.
pub(super) fn open_keys_of(call: &Call<'_>, house: &House, passphrase: &str) -> Result<Opened, Problem> {
    /// How an age identity begins, for those whose keys are sealed for a key file.
    const IDENTITY: &str = "AGE-SECRET-KEY-1";
    let tries = format!("passphrase\0{}\0{}", house.key(), call.member.id);
    // Whoever has several logins has no more guesses for that.
    let of_all = format!("passphrase\0{}", house.key());
    let tried = begin(&call.visit, &of_all, FREE_OF_INSTITUTION)?;
    begin(&call.visit, &tries, FREE)?;
    let secret = if passphrase.contains(IDENTITY) {
        Secret::key_file(passphrase)
    } else {
        Secret::passphrase(passphrase.to_owned())
    };
    let secret = secret.map_err(|_| Problem::PassphraseWrong)?;
    let keyring = house.institution().keyring(&secret).map_err(|error| match error {
        KeyringError::WrongSecret => Problem::PassphraseWrong,
        _ => Problem::Internal,
    })?;
    call.visit.rooms.tries.forgive(&of_all, tried);
    call.visit.rooms.tries.clear(&tries);
    Ok(Opened { keyring, secret })
}

/// What stopped signing, by institution and batch, until it goes on. A server that was stopped itself knows nothing of it.
#[derive(Debug, Default)]
pub(crate) struct Stopped(Mutex<BTreeMap<(String, String), Problem>>);

impl Stopped {
    fn all(&self) -> MutexGuard<'_, BTreeMap<(String, String), Problem>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Signs and publishes while the desk goes on; how far it is stands in the batch.
fn go_on(call: &Call<'_>, batch: Batch, opened: Opened) -> Result<Said, Problem> {
    let signing = call.house.begin_signing(&batch.id).ok_or(StoreError::NotNow)?;
    call.house.to_publish();
    let (stopped, place) = (Arc::clone(&call.visit.rooms.stopped), (call.house.key().to_owned(), batch.id.clone()));
    stopped.all().remove(&place);
    let said = Said::json(shown(call, &batch, &call.house.signing())).with(StatusCode::ACCEPTED);
    let (house, by, now, words) = (Arc::clone(&call.house), call.by.clone(), call.now(), call.words());
    let work = move || {
        // What it came to stands in the batch: released, and not all signed, is what resuming is for.
        if let Err(error) = sign_and_publish(&house, &batch, &opened, &by, now) {
            // A row that was good when it was released, and cannot be signed any more, is named; else the disk or the keys are in the way.
            let why = match release::rehearse(&house, &batch, &by, now) {
                Err(rows @ NotReady::Rows(_)) => not_ready(rows, words),
                _ => error.into(),
            };
            stopped.all().insert(place, why);
        }
        drop(signing);
    };
    drop(tokio::task::spawn_blocking(work));
    Ok(said)
}

fn sign_and_publish(house: &House, batch: &Batch, opened: &Opened, by: &Hand, now: Timestamp) -> Result<(), DeskError> {
    release::sign(house, batch, &opened.keyring, by, now)?;
    house.publish(&opened.keyring, &opened.secret, now)
}

pub(super) fn known(call: &Call<'_>) -> Result<Batch, Problem> {
    call.store().batch(call.part("id"))?.ok_or(Problem::NotFound)
}

pub(super) fn shown(call: &Call<'_>, batch: &Batch, signing: &BTreeSet<String>) -> Value {
    let place = (call.house.key().to_owned(), batch.id.clone());
    let stopped = call.visit.rooms.stopped.all().get(&place).map(|problem| {
        let (title, detail) = problem.words(call.words());
        let rows = problem.report().and_then(|report| report.members.get("problems")).map(Json::to_canonical);
        let rows: Value = rows.and_then(|rows| serde_json::from_slice(rows.as_ref()).ok()).unwrap_or_else(|| json!([]));
        json!({"code": problem.code(), "title": title, "detail": detail, "problems": rows})
    });
    json!({
        "id": batch.id,
        "achievement": batch.achievement,
        "count": batch.count,
        "digest": batch.digest,
        "proposed": call.hand(&batch.proposed),
        "decided": batch.decided.as_ref().map(|hand| call.hand(hand)),
        "note": batch.note,
        "state": match batch.state {
            BatchState::Done => "done",
            BatchState::Proposed => "proposed",
            BatchState::Released => "released",
            BatchState::Returned => "returned",
        },
        "signed": batch.signed,
        "signing": signing.contains(&batch.id),
        "stopped": stopped,
        "published": call.house.is_published(),
        "rebinding": batch.rebinding.as_ref().map(|it| {
            json!({"certificate": it.certificate, "digest": it.digest, "old": it.old, "new": it.new})
        }),
    })
}

fn of_unusual(unusual: &Unusual) -> Value {
    let facts = match unusual {
        Unusual::Corrections(count)
        | Unusual::NamesRepeated(count)
        | Unusual::OnHoliday(count)
        | Unusual::VolumeFirst(count) => json!({"count": count}),
        Unusual::AssessorOften(day, count) | Unusual::ManyOnOneDay(day, count) | Unusual::NotAllRead(day, count) => {
            json!({"day": day.to_string(), "count": count})
        }
        Unusual::SignedAtNight(hour) => json!({"hour": hour}),
        Unusual::Volume(count, median) => json!({"count": count, "median": median}),
    };
    json!({"code": unusual.code(), "facts": facts})
}

fn not_ready(error: NotReady, words: &Words) -> Problem {
    match error {
        NotReady::Desk(error) => error.into(),
        NotReady::Rows(faults) => {
            let members = Object::from_iter([(
                "problems",
                Json::List(faults.iter().map(|fault| of_fault(fault, words)).collect()),
            )]);
            Problem::RowsOpen(Box::new(Report { errors: Vec::new(), members }))
        }
    }
}

fn of_fault(AwardFault { award, hindrance }: &AwardFault, words: &Words) -> Json {
    let (code, facts): (&str, Vec<(&str, Fact)>) = match hindrance {
        Hindrance::AlreadyIssued(serial) => ("already-issued", vec![("serial", Fact::Text(serial.clone()))]),
        Hindrance::Fault(Fault::NotComplete(NotComplete::AwardInFuture { awarded, now })) => {
            ("award-in-future", vec![("awarded", Fact::Day(*awarded)), ("now", Fact::Day(*now))])
        }
        Hindrance::Fault(Fault::NotComplete(NotComplete::AwardTooOld { awarded, now })) => {
            ("award-too-old", vec![("awarded", Fact::Day(*awarded)), ("now", Fact::Day(*now))])
        }
        Hindrance::Fault(Fault::NotComplete(NotComplete::Malformed(malformed))) => {
            let problem = Fact::Id(format!("problem.{}", malformed.problem.code()));
            ("malformed", vec![("at", Fact::Text(malformed.at.clone())), ("problem", problem)])
        }
        Hindrance::Fault(Fault::NotComplete(NotComplete::TooYoung { years })) => {
            ("too-young", vec![("years", Fact::Number(i64::from(*years)))])
        }
        Hindrance::Fault(Fault::Schema(at)) => {
            let problem = Fact::Id("problem.wrong-value".to_owned());
            ("malformed", vec![("at", Fact::Text(at.clone())), ("problem", problem)])
        }
        Hindrance::Fault(Fault::TooBig { longest, .. }) => {
            ("code-too-big", vec![("field", Fact::Id(format!("field.{longest}")))])
        }
    };
    let id = format!("draft.{code}");
    Object::from_iter([
        ("award", Json::from(award.as_str())),
        ("code", code.into()),
        ("fix", words.say(&format!("{id}.next"), &facts).into()),
        ("text", words.say(&id, &facts).into()),
    ])
    .into()
}
