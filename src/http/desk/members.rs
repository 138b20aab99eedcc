//! Who works here.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::problem::Problem;
use super::call::Call;
use super::said::Said;
use crate::desk::institution::DeskError;
use crate::desk::invitation;
use crate::store::StoreError;
use crate::store::acts::Hand;
use crate::store::staff::{Member, Role, Standing};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    login: String,
    name: String,
    roles: BTreeSet<Role>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    login: Option<String>,
    name: Option<String>,
    roles: Option<BTreeSet<Role>>,
    standing: Option<Standing>,
    version: u32,
}

/// The version that somebody saw.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: u32,
}

/// `GET members`.
pub(super) fn list(call: &Call<'_>) -> Result<Said, Problem> {
    call.visit.paged(&call.store().members()?, |member| &member.id, |member| shown(call, member))
}

/// `POST members`: the link is shown once.
pub(super) fn add(call: &Call<'_>) -> Result<Said, Problem> {
    let new: New = call.read()?;
    let made = invitation::new_member(&new.login, &new.name, new.roles, call.house.random(), call.now());
    let (member, secret) = made?;
    let member = call.store().keep_member(&member, &call.by)?;
    invited(call, &member, &secret).map(|said| said.with(StatusCode::CREATED))
}

/// `PUT members/{id}`.
pub(super) fn change(call: &Call<'_>) -> Result<Said, Problem> {
    let changed: Changed = call.read()?;
    let member = known(call)?;
    let login = changed.login.map(|login| invitation::read_login(&login).ok_or(DeskError::Value("login")));
    let name = changed.name.map(|name| invitation::read_name(&name).ok_or(DeskError::Value("member-name")));
    let roles = changed.roles.unwrap_or_else(|| member.roles.clone());
    if roles.is_empty() {
        return Err(DeskError::Value("roles").into());
    }
    if changed.version != member.version {
        return Err(StoreError::Stale.into());
    }
    let standing = changed.standing.unwrap_or(member.standing);
    let member = Member {
        login: login.transpose()?.unwrap_or(member.login),
        name: name.transpose()?.unwrap_or(member.name),
        roles,
        standing,
        // Whoever is sent away does not come back by an old link.
        invitation: member.invitation.filter(|_| standing == Standing::Active),
        version: member.version.saturating_add(1),
        ..member
    };
    let member = call.store().keep_member(&member, &call.by)?;
    Ok(Said::json(shown(call, &member)))
}

/// `POST members/{id}/invitation`: a new link, also for whoever forgot the password.
pub(super) fn invite(call: &Call<'_>) -> Result<Said, Problem> {
    let (member, secret) = invitation::invited_again(&known(call)?, call.house.random(), call.now())?;
    let member = call.store().keep_member(&member, &call.by)?;
    invited(call, &member, &secret)
}

/// `POST members/{id}/confirm`: another signatory says that it is that person.
pub(super) fn confirm(call: &Call<'_>) -> Result<Said, Problem> {
    let seen: Seen = call.read()?;
    let member = call.store().confirm_signatory(call.part("id"), seen.version, &call.by)?;
    Ok(Said::json(shown(call, &member)))
}

/// `POST members/{id}/refuse`: or that it shall not be.
pub(super) fn refuse(call: &Call<'_>) -> Result<Said, Problem> {
    let seen: Seen = call.read()?;
    let member = call.store().refuse_signatory(call.part("id"), seen.version, &call.by)?;
    Ok(Said::json(shown(call, &member)))
}

fn known(call: &Call<'_>) -> Result<Member, Problem> {
    call.store().member(call.part("id"))?.ok_or(Problem::NotFound)
}

fn invited(call: &Call<'_>, member: &Member, secret: &invitation::LinkSecret) -> Result<Said, Problem> {
    let path = invitation::path(call.house.institution().did(), secret);
    Ok(Said::json(json!({"member": shown(call, member), "invitation": path.as_str()})))
}

/// A member without password and link.
fn shown(call: &Call<'_>, member: &Member) -> Value {
    let waits = member.waits.as_ref().map(|waits| {
        let by = waits.given_by.iter().map(|who| call.hand(&Hand::of(who, &waits.since)));
        json!({"since": waits.since, "givenBy": by.collect::<Vec<_>>()})
    });
    json!({
        "id": member.id,
        "login": member.login,
        "name": member.name,
        "roles": member.roles.iter().map(|role| role.code()).collect::<Vec<_>>(),
        "standing": match member.standing { Standing::Active => "active", Standing::Closed => "closed" },
        "invited": member.invitation.is_some(),
        "arrived": member.password.is_some(),
        "waits": waits,
        "version": member.version,
    })
}
