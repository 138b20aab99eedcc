//! What is served under `/desk`, and the texts that it names.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use tower::ServiceExt as _;

use crate::common::here;
use crate::page::house;

/// Groups whose last part is a code that the server says, or one of a list in the page.
const GROUPS: [&str; 23] = [
    "desk.about.",
    "desk.act.",
    "desk.award.",
    "desk.batch.",
    "desk.by.",
    "desk.cell.",
    "desk.certificate.",
    "desk.custody-state.",
    "desk.do.",
    "desk.isco.",
    "desk.key-file.",
    "desk.member.",
    "desk.result.",
    "desk.role.",
    "desk.scope.",
    "desk.sex.",
    "desk.stage.",
    "desk.standing-state.",
    "desk.step.",
    "desk.token-state.",
    "desk.unusual.",
    "desk.value.",
    "desk.why.",
];

fn sources() -> BTreeMap<String, String> {
    let folder = std::fs::read_dir(here("web/desk")).unwrap();
    let files = folder.map(|entry| entry.unwrap().path()).map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).unwrap())
    });
    files.collect()
}

async fn get(path: &str) -> (u16, axum::http::HeaderMap, String) {
    let (router, _) = house();
    let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
    (status, headers, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn every_file_is_served_under_a_strict_policy() {
    let mut paths: Vec<(String, &str)> = vec![("/desk".into(), "text/html"), ("/desk/".into(), "text/html")];
    for name in sources().into_keys().filter(|name| name != "index.html") {
        let kind = if name.ends_with(".css") { "text/css" } else { "text/javascript" };
        paths.push((format!("/desk/{name}"), kind));
    }
    assert!(paths.len() > 20, "{paths:?}");
    for (path, kind) in paths {
        let (status, headers, text) = get(&path).await;
        assert_eq!(status, 200, "{path}");
        assert!(headers["content-type"].to_str().unwrap().starts_with(kind), "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "trusted-types skillpass"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.replace("'wasm-unsafe-eval'", "").contains("unsafe"), "{path}: {policy}");
        assert!(!text.is_empty(), "{path}");
    }
    assert_eq!(get("/desk/none.js").await.0, 404);
}

/// The policy would stop it; it is not there in the first place.
#[test]
fn no_markup_is_made_of_text_and_nothing_stands_inline() {
    for (name, text) in sources() {
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
            ".style",
            "javascript:",
        ] {
            assert!(!text.contains(word), "{name}: {word}");
        }
        if name == "index.html" {
            let files =
                ["<script src=\"/desk/began.js\"></script>", "<script type=\"module\" src=\"/desk/desk.js\"></script>"];
            let without_files = files.iter().fold(text.to_owned(), |text, file| text.replace(file, ""));
            for word in ["<script", "<style", "style=", " onclick", " onload", " onerror"] {
                let found = without_files.lines().find(|line| line.contains(word) && line.contains('<'));
                assert!(found.is_none(), "{name}: {word}: {found:?}");
            }
        }
    }
}

#[tokio::test]
async fn every_text_that_is_named_is_there_and_every_other_is_not() {
    let sources = sources();
    let all: String = sources.values().map(String::as_str).collect();
    let texts: BTreeMap<String, String> = serde_json::from_str(&get("/desk/i18n/es.json").await.2).unwrap();
    let mut named = BTreeSet::new();
    for quote in ['"', '`'] {
        for part in all.split(quote) {
            let is_id = |part: &str| part.bytes().all(|c| c.is_ascii_alphanumeric() || b".-".contains(&c));
            if part.starts_with("desk.") && is_id(part) && !part.ends_with(".js") && !part.ends_with(".css") {
                named.insert(part.to_owned());
            }
        }
    }
    assert!(named.len() > 150, "{}", named.len());
    // What the page builds out of parts.
    for code in ["revoke", "suspend", "resume"] {
        named.extend(["", ".text", ".done"].map(|end| format!("desk.{code}{end}")));
    }
    named.extend(["file", "authority", "until", "copy"].map(|step| format!("desk.keys.after.{step}")));
    named.extend(
        ["confirm.ask", "confirm.below", "retired", "retired.next", "unconfirmed"]
            .map(|end| format!("desk.custody.{end}")),
    );
    named.extend(["ask", "me", "not-arrived", "other"].map(|why| format!("desk.waits.{why}")));
    for answer in ["confirm", "refuse"] {
        named.extend(["", ".of", ".text"].map(|end| format!("desk.waits.{answer}{end}")));
    }
    named.extend(["one", "other"].map(|end| format!("desk.import.{end}")));
    for line in all.lines().filter(|line| line.contains("{ path: \"")) {
        let path = line.split('"').nth(1).unwrap();
        if !line.contains(" of: ") {
            named.insert(format!("desk.page.{}", if path.is_empty() { "home" } else { path }));
        }
    }
    let groups = [
        "desk.about",
        "desk.act",
        "desk.award",
        "desk.batch",
        "desk.by",
        "desk.cell",
        "desk.certificate",
        "desk.custody-state",
        "desk.do",
        "desk.isco",
        "desk.key-file",
        "desk.member",
        "desk.result",
        "desk.role",
        "desk.scope",
        "desk.sex",
        "desk.stage",
        "desk.standing-state",
        "desk.token-state",
        "desk.value",
        "desk.why",
    ];
    let missing: Vec<_> =
        named.iter().filter(|id| !texts.contains_key(*id) && !groups.contains(&id.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let of_group = |id: &str| GROUPS.iter().any(|group| id.starts_with(group));
    let unused: Vec<_> =
        texts.keys().filter(|id| id.starts_with("desk.") && !named.contains(*id) && !of_group(id)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// What the server can say in a code has a word on the page.
#[tokio::test]
async fn every_code_of_the_desk_has_a_word() {
    use skillpass::desk::import::Column;
    use skillpass::desk::register::column_code;
    use skillpass::store::acts::What;
    use skillpass::store::prior::progress::Stage;
    use skillpass::store::prior::transition::{Answer, Finding, Outcome, Reason, Verdict};
    use skillpass::store::staff::Role;
    use skillpass::trust::status::RevocationReason;

    let texts: BTreeMap<String, String> = serde_json::from_str(&get("/desk/i18n/ht.json").await.2).unwrap();
    let mut wanted: Vec<String> = What::ALL.iter().map(|what| format!("desk.act.{}", what.code())).collect();
    wanted.extend(Column::ALL.into_iter().map(|column| format!("desk.cell.{}", column_code(column))));
    wanted.extend(
        Role::ALL
            .into_iter()
            .flat_map(|role| [format!("desk.role.{}", role.code()), format!("desk.role.{}.may", role.code())]),
    );
    wanted.extend(RevocationReason::ALL.into_iter().map(|reason| format!("withdrawal.{}", reason.code())));
    wanted.extend(["in-batch", "issued", "left", "open"].map(|state| format!("desk.award.{state}")));
    wanted.extend(["retired", "unconfirmed", "working"].map(|state| format!("desk.custody-state.{state}")));
    wanted.extend(["done", "proposed", "released", "returned"].map(|state| format!("desk.batch.{state}")));
    wanted.extend(["issued", "revoked", "suspended"].map(|state| format!("desk.certificate.{state}")));
    wanted.extend(Stage::ALL.map(|stage| format!("desk.stage.{}", stage.code())));
    wanted.extend(Reason::ALL.iter().map(|reason| format!("desk.why.{}", reason.code())));
    let found = [
        Finding::ALL.iter().map(|it| it.code()).collect::<Vec<_>>(),
        Verdict::ALL.iter().map(|it| it.code()).collect(),
    ];
    let came =
        [Outcome::ALL.iter().map(|it| it.code()).collect::<Vec<_>>(), Answer::ALL.iter().map(|it| it.code()).collect()];
    wanted.extend(found.concat().into_iter().chain(came.concat()).map(|code| format!("desk.result.{code}")));
    let steps = schema_enum("deskMoveCase", "step");
    assert!(steps.len() > 10, "{steps:?}");
    wanted.extend(steps.iter().chain(&["enquire".to_owned()]).map(|step| format!("desk.do.{step}")));
    let unusual = [
        "assessor-often",
        "corrections",
        "many-on-one-day",
        "names-repeated",
        "on-holiday",
        "signed-at-night",
        "volume",
        "volume-first",
    ];
    wanted.extend(unusual.map(|code| format!("desk.unusual.{code}")));
    let files = ["key-file", "missing", "open-to-others", "passphrase", "unreadable"];
    wanted.extend(files.map(|state| format!("desk.key-file.{state}")));
    wanted.push("desk.scope.issue".to_owned());
    let missing: Vec<_> = wanted.iter().filter(|id| !texts.contains_key(*id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The codes that a member of a body may have, as the OpenAPI source lists them.
fn schema_enum(operation: &str, member: &str) -> Vec<String> {
    let source: serde_json::Value = serde_json::from_str(include_str!("../../schemas/openapi.json")).unwrap();
    let schema = &source["operations"][operation]["requestBody"]["content"]["application/json"]["schema"];
    let codes = schema["properties"][member]["enum"].as_array().unwrap();
    codes.iter().filter_map(|code| Some(code.as_str()?.to_owned())).collect()
}
