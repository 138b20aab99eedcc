//! Standing releases, by which programs issue, and the tokens of those programs.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::super::problem::Problem;
use super::batches::open_keys;
use super::call::Call;
use super::said::Said;
use crate::base::timestamp::Timestamp;
use crate::desk::institution::DeskError;
use crate::desk::token::{NAMED_BY, Token, Tokens};
use crate::store::acts::What;
use crate::store::release::{STANDING_MOST, StandingRelease};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proposal {
    achievement: String,
    token: String,
    count: u32,
    until: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewToken {
    name: String,
    days: u32,
}

/// `GET standing`.
pub(super) fn list(call: &Call<'_>) -> Result<Said, Problem> {
    let releases = call.store().standing_releases()?;
    call.visit.paged(&releases, |release| &release.id, |release| shown(call, release))
}

/// `POST standing`.
pub(super) fn propose(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Proposal = call.read()?;
    let template = call.template(Some(&wanted.achievement))?;
    let until = Timestamp::parse(&wanted.until).ok().filter(|until| *until > call.now());
    let until = until.ok_or(DeskError::Value("until"))?;
    if !(1..=STANDING_MOST).contains(&wanted.count) {
        return Err(DeskError::Value("count").into());
    }
    let tokens = Tokens::open(&call.house.institution())?;
    if !tokens.list().iter().any(|token| token.prefix == wanted.token && token.revoked.is_none()) {
        return Err(DeskError::Value("token").into());
    }
    let release = StandingRelease {
        id: call.house.new_id()?,
        achievement: template.id.to_string(),
        token: wanted.token,
        count: wanted.count,
        used: 0,
        until: until.to_string(),
        proposed: call.by.clone(),
        approved: None,
        ended: None,
    };
    call.store().propose_standing(&release, &call.by)?;
    Ok(Said::json(shown(call, &release)).with(StatusCode::CREATED))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approval {
    passphrase: Zeroizing<String>,
}

/// `POST standing/{id}/approve`.
///
/// The institution's passphrase is asked for, as for a batch: whoever can make themselves two members does not thereby have that. It is no
/// second person against an administrator who knows it: who works here is one person's word.
pub(super) fn approve(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Approval = call.read()?;
    if !call.store().standing_releases()?.iter().any(|release| release.id == call.part("id")) {
        return Err(Problem::NotFound);
    }
    drop(open_keys(call, &wanted.passphrase)?);
    let release = call.store().approve_standing(call.part("id"), &call.by)?;
    Ok(Said::json(shown(call, &release)))
}

/// `POST standing/{id}/end`.
pub(super) fn end(call: &Call<'_>) -> Result<Said, Problem> {
    let release = call.store().end_standing(call.part("id"), &call.by)?;
    Ok(Said::json(shown(call, &release)))
}

fn shown(call: &Call<'_>, release: &StandingRelease) -> Value {
    json!({
        "id": release.id,
        "achievement": release.achievement,
        "token": release.token,
        "count": release.count,
        "used": release.used,
        "until": release.until,
        "proposed": call.hand(&release.proposed),
        "approved": release.approved.as_ref().map(|hand| call.hand(hand)),
        "ended": release.ended.as_ref().map(|hand| call.hand(hand)),
    })
}

/// `GET tokens`.
pub(super) fn tokens(call: &Call<'_>) -> Result<Said, Problem> {
    let tokens = Tokens::open(&call.house.institution())?;
    call.visit.paged(tokens.list(), |token| &token.prefix, of_token)
}

/// `POST tokens`: the token is in this answer and nowhere else.
pub(super) fn make_token(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: NewToken = call.read()?;
    // The file is read, changed and written: one at a time.
    let _alone = call.house.register();
    let mut tokens = Tokens::open(&call.house.institution())?;
    let note = |prefix: &str| call.store().note(What::TokenMade, prefix, &call.by);
    let made = tokens.make_noted(&wanted.name, wanted.days, call.house.random(), call.now(), note)?;
    let token = tokens.list().last().map(of_token);
    Ok(Said::json(json!({"token": made.as_str(), "kept": token})).with(StatusCode::CREATED))
}

/// `DELETE tokens/{prefix}`.
pub(super) fn end_token(call: &Call<'_>) -> Result<Said, Problem> {
    let prefix = call.part("prefix");
    let _alone = call.house.register();
    let mut tokens = Tokens::open(&call.house.institution())?;
    // A name would mean a token too; here it is the first characters alone.
    let note = |prefix: &str| call.store().note(What::TokenEnded, prefix, &call.by);
    let news = if prefix.len() == NAMED_BY { tokens.revoke_noted(prefix, call.now(), note)? } else { None };
    news.ok_or(Problem::NotFound)?;
    Ok(Said::nothing())
}

fn of_token(token: &Token) -> Value {
    json!({
        "prefix": token.prefix,
        "name": token.name,
        "scope": token.scope,
        "made": token.made,
        "expires": token.expires,
        "revoked": token.revoked,
    })
}
