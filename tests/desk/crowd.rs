//! Strangers who hold what they can hold keep nobody from work.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use http_body::Frame;
use serde_json::json;
use skillpass::store::staff::Role;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tower::ServiceExt as _;

use super::Town;

/// A body that is waited for, says so, and never comes.
struct Endless(UnboundedSender<()>);

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let _ = self.0.send(());
        Poll::Pending
    }
}

#[tokio::test]
async fn slow_strangers_keep_the_staff_from_nothing() {
    let town = Town::of(&["formar"]);
    let carla = town.at_work(0, "carla", &[Role::Clerk]).await;
    let (waits, mut waiting) = unbounded_channel();
    let slow: Vec<_> = (0..32)
        .map(|_| {
            let request = Request::post("/api/verify").body(Body::new(Endless(waits.clone()))).unwrap();
            tokio::spawn(town.router.clone().oneshot(request))
        })
        .collect();
    for _ in &slow {
        waiting.recv().await.unwrap();
    }
    // All their places are taken; the next stranger is asked to come back, and is not kept.
    let stranger = town.visitor();
    stranger.ask("POST", "/api/verify", &[], "anything".into()).await.refused(503, "busy");
    carla.get("achievements").await.is(200);
    carla.post("awards/search", &json!({"words": "ana"})).await.is(200);
    slow.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn who_asks_for_too_many_checks_waits() {
    let town = Town::of(&["formar"]);
    let (eager, mut other) = (town.visitor(), town.visitor());
    other.address = [203, 0, 113, 99];
    for _ in 0..1_200 {
        eager.ask("POST", "/api/verify", &[], "no certificate".into()).await.is(422);
    }
    let wait = eager.ask("POST", "/api/verify", &[], "no certificate".into()).await.is(429);
    assert!(wait.headers.contains_key("retry-after"));
    other.ask("POST", "/api/verify", &[], "no certificate".into()).await.is(422);
}
