//! What is refused takes nothing else away, and what is proven says nothing about what lies beside it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::document::Signed;
use skillpass::holder::ask::Ask;
use skillpass::holder::key::HolderKey;
use skillpass::holder::present::{Form, Occasion, present};

use super::{arrive, choose};
use crate::browser::Visitor;
use crate::common::documents::{self, NOW, canonical};
use crate::page::{digits, good, house};
use crate::scan::Pdf;

/// In the place of the lists something else comes, as from a network that wants a password first.
async fn captured(State(away): State<Arc<AtomicBool>>, request: Request, next: Next) -> Response {
    if away.load(Ordering::SeqCst) && request.uri().path() == "/packs/current.json" {
        return Body::from("<title>Wi-Fi</title>").into_response();
    }
    next.run(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_list_of_the_server_leaves_those_that_are_here() {
    let away = Arc::new(AtomicBool::default());
    let (router, log) = house();
    let router = router.layer(from_fn_with_state(Arc::clone(&away), captured));
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    // The clock is ten days ahead when the lists come.
    visitor.live_at("2026-05-14T10:00:00Z").await;
    visitor.open("").await;
    visitor.until(super::offline::KEPT).await;
    let asked = |visitor: &Visitor| {
        visitor.log.lock().unwrap().iter().filter(|line| line.contains("/packs/current.json")).count()
    };
    let before = asked(&visitor);
    visitor.live_at(NOW).await;
    visitor.open(&format!("?right#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert_eq!(asked(&visitor), before + 1, "a clock that was ahead is no reason to wait until then");
    let kept = format!(
        "caches.open('packs').then((it) => it.matchAll()).then((all) => all.every((it) => \
             JSON.parse(decodeURIComponent(it.headers.get('x-about'))).asked < Date.parse('{NOW}') / 1000 + 3600))"
    );
    visitor.until(&kept).await;

    away.store(true, Ordering::SeqCst);
    visitor.live_at("2026-05-04T12:00:00Z").await;
    visitor.open(&format!("?captured#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert_eq!(asked(&visitor), before + 1, "the house itself was not asked");
    let said = visitor.see("#lists-refused:not([hidden])").await;
    assert!(said.starts_with("The server's list was not taken in."), "{said}");
    assert!(visitor.see("#lists").await.contains("Autoridad de prueba"));
    visitor.picture("43-refused-list", true).await;
    visitor.leave(1).await;
}

/// One's own answer and somebody's certificate in one file: the answer is heard, and nothing stands above the other that is not so.
#[tokio::test(flavor = "multi_thread")]
async fn what_lies_beside_an_answer_is_not_proven_by_it() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    visitor.open("").await;
    visitor.press("#ask-button").await;
    visitor.see("#question:not([hidden]) .question-code").await;
    let link = visitor.ask("document.getElementById('question-link').value").await;
    let ask = Ask::parse(link.as_str().unwrap()).unwrap();
    let key = HolderKey::of_random(&documents::seed("holder"));
    let mut document = documents::module();
    document["credentialSubject"]["id"] = key.did().as_str().into();
    let mine = Signed::read(&canonical(&documents::signed(&document))).unwrap();
    let now = Timestamp::parse(NOW).unwrap();
    let answer = present(&key, &[mine], Occasion::Asked(&ask), Form::Code, now).unwrap();
    let both = Pdf::default().attach("", answer.bytes()).attach("", &canonical(&good())).blank().bytes();
    let folder = tempfile::tempdir().unwrap();
    choose(&visitor, "file", &folder, &[("both.pdf", &both)]).await;
    visitor.press("#check").await;
    visitor.see("#holder[data-state=not-proven]").await;
    visitor.until("document.querySelectorAll('.verdict[data-outcome=accept]').length === 2").await;
    visitor.picture("44-answer-and-another", false).await;
    // It was an answer all the same: once more it is a replay.
    let script = format!(
        "void (document.getElementById('text').value = {}, document.getElementById('form').requestSubmit())",
        json!(String::from_utf8(answer.bytes().to_vec()).unwrap())
    );
    visitor.ask(&script).await;
    visitor.see("#holder[data-state=refused]").await;
    visitor.leave(2).await;
}
