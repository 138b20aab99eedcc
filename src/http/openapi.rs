//! `GET /api/openapi.json`: what programs are told about this server (OpenAPI 3.1). Which addresses there are, and how each is asked, comes from
//! the table that the router is built from; what stands in bodies and answers, from `schemas/openapi.json`.

use std::sync::OnceLock;

use axum::http::{Method, header};
use axum::response::{IntoResponse as _, Response};

use super::desk::table::Who;
use super::routes::{self, Answer, Route};
use crate::base::canonical::{Bounds, Json, Numbers, Object, read};

/// Operations by name, and components.
const SOURCE: &str = include_str!("../../schemas/openapi.json");
/// Our own file.
const BOUNDS: Bounds = Bounds { bytes: 1 << 20, depth: 32, string: 1 << 14, numbers: Numbers::Whole };
/// The header by which a repeated request is the same one.
const ONCE: &str = "Idempotency-Key";
/// It changes with the program alone.
const CACHE: &str = "public, max-age=3600";

/// `GET /api/openapi.json`.
pub(super) async fn answer() -> Response {
    static DOCUMENT: OnceLock<Vec<u8>> = OnceLock::new();
    let bytes = DOCUMENT.get_or_init(|| Json::Object(document()).to_canonical());
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, CACHE),
        // It is the same for everyone: documentation pages of other sites may read it.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, bytes.as_slice()).into_response()
}

/// The document.
pub fn document() -> Object {
    let Ok(Json::Object(mut document)) = read(SOURCE.as_bytes(), BOUNDS) else { return Object::new() };
    let operations = match document.remove("operations") {
        Some(Json::Object(operations)) => operations,
        _ => Object::new(),
    };
    let mut paths = Object::new();
    for Route { method, path, id, answer } in routes::all() {
        let mut operation = operations.get(id).and_then(Json::object).cloned().unwrap_or_default();
        operation.set("operationId", id.into());
        let mut parameters: Vec<Json> = variables(path).map(path_parameter).collect();
        if let Some(Json::List(more)) = operation.remove("parameters") {
            parameters.extend(more);
        }
        // Whoever is signed in may send any of these again under a key.
        let takes_key = matches!(answer, Answer::Desk(route) if method == Method::POST && route.who != Who::Anybody);
        let named = |it: &Json| it.object().and_then(|it| it.get("name")) == Some(&Json::from(ONCE));
        if takes_key && !parameters.iter().any(named) {
            parameters.push(Object::from_iter([("$ref", Json::from("#/components/parameters/once"))]).into());
        }
        if !parameters.is_empty() {
            operation.set("parameters", Json::List(parameters));
        }
        let mut item = match paths.remove(path) {
            Some(Json::Object(item)) => item,
            _ => Object::new(),
        };
        item.set(&method.as_str().to_ascii_lowercase(), operation.into());
        paths.set(path, item.into());
    }
    document.set("paths", paths.into());
    document
}

/// The names in braces.
fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn path_parameter(name: &str) -> Json {
    let schema = Object::from_iter([("maxLength", Json::Integer(200)), ("type", "string".into())]);
    Object::from_iter([
        ("in", Json::from("path")),
        ("name", name.into()),
        ("required", Json::Bool(true)),
        ("schema", schema.into()),
    ])
    .into()
}
