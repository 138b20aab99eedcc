//! A case's page in a transaction: begun, moved on, forgotten; and the row that its decision makes.

use super::progress::Progress;
use super::transition::{Answer, Reason, Transition};
use super::{Case, Intent};
use crate::credential::achievement::Kind;
use crate::store::StoreError;
use crate::store::acts::{Hand, What};
use crate::store::award::{Award, AwardState};
use crate::store::ledger::{Book, Shelf};
use crate::store::staff::Member;
use crate::store::{people, register};

fn key_of(id: &str) -> Vec<u8> {
    Shelf::Cases.key(&[id.as_bytes()])
}

/// Begins a case with its first step.
pub(in crate::store) fn open(book: &Book<'_>, case: &Case, intent: &Intent, by: &Hand) -> Result<Case, StoreError> {
    let key = key_of(&case.id);
    // The row that it may come to has its name: a row of that name that is no case's would be taken for it.
    if book.get(&key)?.is_some() || book.get(&Shelf::Awards.key(&[case.id.as_bytes()]))?.is_some() {
        return Err(StoreError::Taken);
    }
    if !case.steps.is_empty() || intent.to_do != Transition::Enquire || intent.content != case.content {
        return Err(StoreError::NotNow);
    }
    let moved = case.clone().moved(intent, member(book, by)?.as_ref(), by)?;
    write(book, &key, &moved, What::CaseOpened, by)?;
    Ok(moved)
}

/// Takes a case one step further, and the register with it where the step decides.
pub(in crate::store) fn step(
    book: &Book<'_>,
    id: &str,
    version: usize,
    intent: &Intent,
    by: &Hand,
) -> Result<Case, StoreError> {
    let key = key_of(id);
    let case: Case = book.read(&key)?.ok_or_else(|| StoreError::Unknown(id.to_owned()))?;
    if case.version() != version {
        return Err(StoreError::Stale);
    }
    let moved = case.moved(intent, member(book, by)?.as_ref(), by)?;
    let after = moved.progress()?;
    match (&intent.to_do, &intent.row) {
        (Transition::Decide(outcome), Some(row)) if outcome.makes_a_row() => {
            make_row(book, &moved, &after, row, by)?;
        }
        (Transition::Decide(outcome), None) if !outcome.makes_a_row() => take_row_back(book, id, by)?,
        // A row does not stand upon what fell.
        (Transition::AnswerAppeal(Answer::Changed) | Transition::SendBack(_), None) => take_row_back(book, id, by)?,
        (Transition::Decide(_), _) | (_, Some(_)) => return Err(StoreError::NotNow),
        _ => {}
    }
    write(book, &key, &moved, What::CaseMoved, by)?;
    Ok(moved)
}

/// Closes an appeal that nobody answered for so long ([`super::progress::UNANSWERED_DAYS`]). The day is looked at here. Whether it was closed.
pub(in crate::store) fn close_unanswered(book: &Book<'_>, id: &str, by: &Hand) -> Result<bool, StoreError> {
    let key = key_of(id);
    let mut case: Case = book.read(&key)?.ok_or_else(|| StoreError::Unknown(id.to_owned()))?;
    let before = case.progress()?;
    if case.content.is_none() || before.appeal.is_none() {
        return Ok(false);
    }
    match Intent::of(Transition::Unanswered, Reason::NotAnswered).step(&before, by) {
        Err(StoreError::TooEarly) => Ok(false),
        step => {
            case.steps.push(step?);
            write(book, &key, &case, What::CaseMoved, by)?;
            Ok(true)
        }
    }
}

/// Forgets whose case it is. Whether there is one.
pub(in crate::store) fn erase(book: &Book<'_>, id: &str, by: &Hand) -> Result<bool, StoreError> {
    let key = key_of(id);
    let Some(mut case) = book.read::<Case>(&key)? else { return Ok(false) };
    if case.content.take().is_some() {
        book.write(&key, &case)?;
        book.act(What::CaseErased, by, id, 1, case.content_hash().unwrap_or_default().to_owned())?;
    }
    Ok(true)
}

/// Whether a row may be certified: any that is no case's, and a case's own as long as its decision stands.
pub(in crate::store) fn row_stands(book: &Book<'_>, id: &str) -> Result<bool, StoreError> {
    let case: Option<Case> = book.read(&key_of(id))?;
    case.map_or(Ok(true), |case| Ok(case.progress()?.row_stands))
}

fn member(book: &Book<'_>, by: &Hand) -> Result<Option<Member>, StoreError> {
    people::member(book, &by.who)
}

fn write(book: &Book<'_>, key: &[u8], case: &Case, what: What, by: &Hand) -> Result<(), StoreError> {
    book.write(key, case)?;
    let digest = case.steps.last().map(|step| step.digest(&case.achievement)).unwrap_or_default();
    book.act(what, by, &case.id, 1, digest)
}

/// The one row of a case. Who taught, judged or verified does not release it, nor does who kept the file; who decided may, since the batch
/// has a proposer besides (domain.md 2b sets the certifier apart from trainer and assessor, and from nobody else).
fn make_row(book: &Book<'_>, case: &Case, progress: &Progress, row: &Award, by: &Hand) -> Result<(), StoreError> {
    let fits = row.id == case.id
        && row.achievement == case.achievement
        && row.facts.kind == Kind::Competence.code()
        && row.serials.is_empty();
    if !fits {
        return Err(StoreError::NotNow);
    }
    let judged = [progress.trainers(), &progress.assessors, &progress.verifiers];
    let row = Award {
        state: AwardState::Open,
        by: by.clone(),
        touched_by: progress.keepers.clone(),
        assessed_by: judged.into_iter().flatten().cloned().collect(),
        version: 0,
        ..row.clone()
    };
    register::put_decided(book, row, by)
}

/// What is not decided any more is not proposed. What was signed already is the signatory's to withdraw.
fn take_row_back(book: &Book<'_>, id: &str, by: &Hand) -> Result<(), StoreError> {
    let row: Option<Award> = book.read(&Shelf::Awards.key(&[id.as_bytes()]))?;
    match row.map(|row| (row.state, row.content.is_some())) {
        Some((AwardState::In(_), _)) => Err(StoreError::NotNow),
        Some((AwardState::Open, true)) => register::leave(book, &[id], AwardState::Left, by),
        _ => Ok(()),
    }
}
