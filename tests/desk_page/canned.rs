//! A server of canned answers: the shapes of `/api/desk`, with as little, as much or as hostile content as a test wants.

use axum::Router;
use axum::body::Bytes;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use serde_json::{Value, json};

use crate::page::{Log, house};

/// What the desk of a test has in it.
#[derive(Clone, Debug)]
pub enum Content {
    /// Nothing but the person who looks.
    Empty,
    /// One row for each text, and the text wherever a text can stand.
    Texts(Vec<String>),
}

/// The pages' real files before canned answers.
pub fn desk(content: Content) -> (Router, Log) {
    let (files, log) = house();
    let answer = move |method: Method, uri: Uri, body: Bytes| {
        let content = content.clone();
        async move { said(&content, &method, &uri, &body) }
    };
    (Router::new().route("/api/desk/{*path}", any(answer)).fallback_service(files), log)
}

fn said(content: &Content, method: &Method, uri: &Uri, body: &Bytes) -> Response {
    let path = uri.path().trim_start_matches("/api/desk/");
    let value = match (method.as_str(), path) {
        ("GET", "session") => session(content),
        ("GET", "stationery") => {
            json!({"size": "a4", "signatories": [{"name": text(content, 0), "post": text(content, 1)}], "logo": false})
        }
        ("GET", "institutions") => json!([{"key": "k", "name": "Centro", "country": "CO"}]),
        ("POST", "imports") => preview(content, body.len()),
        ("POST", "awards/search") => rows(content, "awards", award),
        ("GET", "awards") => rows(content, "awards", award),
        ("GET", "log") => {
            let mut log = rows(content, "acts", act);
            log["size"] = log["acts"].as_array().unwrap().len().into();
            log["head"] = text(content, 0).into();
            log
        }
        ("GET", "statistics") => {
            let mut counted =
                rows(content, "rows", |text, _| json!({"achievement": text, "count": null, "partial": true}));
            counted["suppressed"] = 1.into();
            counted
        }
        ("GET", "backup") => match content {
            Content::Empty => json!({"last": null, "copy": null}),
            Content::Texts(_) => {
                let copy =
                    json!({"id": "c1", "begun": text(content, 0), "state": "done", "bytes": 70_000, "pages": null});
                json!({"last": hand(&text(content, 1)), "copy": copy})
            }
        },
        ("GET", "keys") => keys(content),
        ("GET", "custody") => custody(content),
        ("GET", "keys/leak") => json!({"inForce": 3, "withRow": 2, "underWay": 0}),
        ("GET", "retention") => match content {
            Content::Empty => json!({"months": null, "due": null}),
            Content::Texts(_) => json!({"months": 60, "due": {"rows": 2, "certificates": 1}}),
        },
        ("GET", "standing") => rows(content, "all", standing)["all"].take(),
        ("GET", "tokens") => rows(content, "all", token)["all"].take(),
        ("GET", "achievements") => rows(content, "all", achievement)["all"].take(),
        ("GET", "members") => rows(content, "all", member)["all"].take(),
        ("GET", "prior") | ("POST", "prior/search") => rows(content, "cases", case),
        ("GET", "batches") => rows(content, "all", batch)["all"].take(),
        ("GET", _) if path.starts_with("awards/") => {
            let mut one = award(&text(content, 1), 1);
            one["others"] = rows(content, "all", award)["all"].take();
            one
        }
        ("GET", _) if path.starts_with("prior/") => case(&text(content, 1), 1),
        ("GET", _) if path.starts_with("batches/") => {
            let mut one = batch(&text(content, 2), 0);
            one["sample"] = rows(content, "all", award)["all"].take();
            one["unusual"] = json!([{"code": text(content, 3), "facts": {"count": text(content, 4)}}]);
            one
        }
        ("GET", _) if path.starts_with("certificates/") => {
            let words = text(content, 5);
            json!({"serial": words, "state": words, "reason": words, "signedAt": words, "award": "a1"})
        }
        _ => {
            let problem = json!({"code": "not-found", "title": text(content, 6), "detail": text(content, 7)});
            let kind = [(header::CONTENT_TYPE, "application/problem+json")];
            return (StatusCode::NOT_FOUND, kind, problem.to_string()).into_response();
        }
    };
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

fn text(content: &Content, number: usize) -> String {
    match content {
        Content::Empty => "Centro".to_owned(),
        Content::Texts(texts) => texts[number % texts.len()].clone(),
    }
}

/// One row for each text, under a name.
fn rows(content: &Content, name: &str, row: impl Fn(&str, usize) -> Value) -> Value {
    let rows: Vec<Value> = match content {
        Content::Empty => Vec::new(),
        Content::Texts(texts) => texts.iter().enumerate().map(|(number, text)| row(text, number)).collect(),
    };
    json!({name: rows, "next": null})
}

fn session(content: &Content) -> Value {
    let name = text(content, 0);
    let roles = ["administrator", "auditor", "clerk", "signatory"];
    json!({
        "institution": {"key": "k", "name": name, "country": "CO", "pilot": true, "twoPeople": true, "custody": custody(content)["custody"]},
        "member": {"id": "me", "login": name, "name": name, "roles": roles, "waits": !matches!(content, Content::Empty)},
    })
}

fn achievement(text: &str, number: usize) -> Value {
    json!({"id": format!("urn:{number}"), "code": format!("C{number}"), "kind": text, "title": text, "hours": 20})
}

pub fn award(text: &str, number: usize) -> Value {
    json!({
        "id": format!("a{number}"), "name": text, "birthYear": 1990, "awarded": text, "achievement": text, "state": "issued",
        "serials": [text], "version": 1, "validUntil": text, "hours": text, "modality": text, "registerId": text, "language": text,
        "by": {"who": text, "name": text, "at": text}, "certificates": [{"serial": text, "state": text, "signedAt": text}],
    })
}

/// A case at which everything is open at once.
fn case(text: &str, number: usize) -> Value {
    let step = |step: &str, about: Value, result: Value| json!({"step": step, "about": about, "result": result, "reason": text, "by": hand(text), "reasons": ["ordinary", "work"]});
    let open = |name: &str| step(name, Value::Null, Value::Null);
    json!({
        "id": format!("k{number}"), "name": text, "birthYear": 1990, "achievement": text, "stage": text, "appeal": true,
        "appealAbout": text, "due": text, "overdue": true, "waitsFor": ["clerk", text], "version": 3, "trainer": text,
        "evidence": text, "standard": {"code": text, "version": text}, "method": text, "award": {"id": "a1", "state": text},
        "units": [{"code": text, "title": text, "planned": true, "verdict": text, "againFrom": text}],
        "steps": [step(text, text.into(), text.into())],
        "next": [
            open("agree-plan"), open("keep-file"), open("moderate"), step("judge", text.into(), "not-yet".into()),
            step("decide", Value::Null, "some".into()), open("withdraw"),
        ],
    })
}

fn hand(text: &str) -> Value {
    json!({"who": text, "name": text, "at": text})
}

fn keys(content: &Content) -> Value {
    let (name, is_new) = (text(content, 0), matches!(content, Content::Empty));
    let by = if is_new { Value::Null } else { hand(&name) };
    let earlier = rows(content, "all", |text, _| json!({"name": text, "method": text, "since": text, "until": text}));
    let lists = rows(content, "all", |text, number| json!({"authority": text, "asOf": text, "knows": number == 0}));
    json!({
        "did": name, "name": name, "method": name, "since": name, "earlier": earlier["all"], "ownKey": false,
        "file": if is_new { "passphrase".to_owned() } else { name.clone() }, "issuesHere": false, "lists": lists["all"],
        "checkpoint": if is_new { Value::Null } else { json!({"date": name, "size": 3}) }, "published": is_new,
        "rotated": by, "passphraseChanged": by, "backedUp": by,
    })
}

/// A restored copy that waits, of an institution that has closed and answers for others: everything that can stand on the page at once.
fn custody(content: &Content) -> Value {
    let body = |text: &str, number: usize| json!({"authority": text, "asOf": text, "id": text, "name": text, "here": number == 0});
    let (all, name) = (rows(content, "all", body)["all"].take(), text(content, 0));
    let (custody, by) = match content {
        Content::Empty => ("working", Value::Null),
        Content::Texts(_) => ("unconfirmed", hand(&name)),
    };
    json!({
        "custody": custody, "since": by, "did": name, "successors": all, "closed": all, "successorSigned": by,
    })
}

fn token(text: &str, number: usize) -> Value {
    let revoked = (number % 2 == 1).then_some(text);
    json!({
        "prefix": format!("skp_u{number:08}"), "name": text, "scope": text, "made": text, "expires": text, "revoked": revoked,
    })
}

fn standing(text: &str, number: usize) -> Value {
    json!({
        "id": format!("s{number}"), "achievement": text, "token": text, "count": 5, "used": 1, "until": text,
        "proposed": hand(text), "approved": null, "ended": null,
    })
}

pub fn batch(text: &str, number: usize) -> Value {
    let by = hand(text);
    json!({
        "id": format!("b{number}"), "achievement": text, "count": 3, "digest": text, "proposed": by, "decided": by, "note": text,
        "state": "proposed", "signed": 0, "signing": false, "published": true,
    })
}

fn member(text: &str, number: usize) -> Value {
    let waits = json!({"since": text, "givenBy": [hand(text)]});
    json!({
        "id": format!("m{number}"), "login": text, "name": text, "roles": [text], "standing": "active",
        "invited": number % 2 == 1, "arrived": true, "waits": waits, "version": 1,
    })
}

fn act(text: &str, number: usize) -> Value {
    json!({"number": number, "what": text, "by": {"who": text, "name": text, "at": text}, "of": text, "count": 2, "digest": text, "before": text})
}

/// A preview in which every row is wrong: as many as the file has bytes.
fn preview(content: &Content, bytes: usize) -> Value {
    let wrong = |row: usize| {
        let words = text(content, row);
        json!({"row": row + 2, "column": words, "code": "bad-date", "text": words, "fix": words})
    };
    json!({
        "form": {"encoding": text(content, 1), "separator": ";", "dateOrder": null}, "columns": [{"header": text(content, 2), "cells": [text(content, 3)], "meaning": "name"}, {"header": text(content, 4), "cells": [], "meaning": null}],
        "meanings": ["name", "birth-year", "given-names", "ignored"],
        "good": 0, "problems": (0..bytes).map(wrong).collect::<Vec<_>>(), "notes": [wrong(0)],
        "first": [{"row": 2, "name": text(content, 3), "birthYear": 1990, "awarded": text(content, 4)}],
        "standing": {"new": 0, "changed": 1, "unchanged": 0}, "changed": [],
    })
}
