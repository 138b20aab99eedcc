//! Strangers who hold what they can hold keep nobody from work.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use http_body::Frame;
use serde_json::json;
use skillpass::store::ledger::{Ledger, Page, Pages};
use skillpass::store::memory::MemoryStore;
use skillpass::store::staff::Role;
use skillpass::store::{Store, StoreError};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tower::ServiceExt as _;

use super::{Town, people};

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

/// A memory whose next act waits at a gate, and says that it came there.
struct Gated {
    pages: MemoryStore,
    gate: Mutex<Option<(UnboundedSender<()>, std::sync::mpsc::Receiver<()>)>>,
}

impl Ledger for Gated {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let gate = self.gate.lock().unwrap().take();
        if let Some((came, opens)) = gate {
            came.send(()).unwrap();
            // Or the test is over.
            let _ = opens.recv();
        }
        self.pages.transact(act)
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.pages.page(key)
    }

    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
        self.pages.range(from, until, most)
    }
}

/// A body that says when it was read to its end.
struct Read(Option<Bytes>, UnboundedSender<()>);

impl HttpBody for Read {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let frame = self.0.take().map(|bytes| Ok(Frame::data(bytes)));
        if frame.is_none() {
            let _ = self.1.send(());
        }
        Poll::Ready(frame)
    }
}

/// One import is at the register, and more of them and a correction wait for it than there are places at work: strangers have their certificates
/// checked, and colleagues go on with what does not touch the register.
#[tokio::test]
async fn a_long_import_and_whoever_waits_for_it_keep_nobody_else() {
    let store = Arc::new(Gated { pages: MemoryStore::default(), gate: Mutex::default() });
    let town = Town::with(&["formar"], false, |_| Arc::clone(&store) as Arc<dyn Store>);
    let carla = town.at_work(0, "carla", &[Role::Clerk]).await;
    carla.import("achievement=GIN", "before", "", &people(&[("Ana Paz", 1990)])).await.is(200);
    let ana = carla.get("awards").await.is(200).body["awards"][0].clone();
    let (came, mut coming) = unbounded_channel();
    let (open, opens) = std::sync::mpsc::channel();
    *store.gate.lock().unwrap() = Some((came, opens));
    let (read, mut reading) = unbounded_channel();
    let send = |number: i32| {
        let (carla, read) = (carla.clone(), read.clone());
        let body = Body::new(Read(Some(people(&[("Bea Ruiz", 1960 + number)]).into()), read));
        tokio::spawn(async move {
            let key = format!("import {number}");
            let own = [("x-skillpass-desk", "1"), ("origin", "http://desk.example"), ("idempotency-key", key.as_str())];
            carla.ask("POST", "imports?achievement=GIN", &own, body).await
        })
    };
    let mut imports = vec![send(0)];
    coming.recv().await.unwrap();
    imports.extend((1..9).map(send));
    for _ in &imports {
        reading.recv().await.unwrap();
    }
    let corrects = {
        let (carla, path) = (carla.clone(), format!("awards/{}", ana["id"].as_str().unwrap()));
        tokio::spawn(async move { carla.put(&path, &json!({"name": "Ana Paz Gil", "version": 0})).await })
    };
    tokio::task::yield_now().await;
    let stranger = town.visitor();
    stranger.ask("POST", "/api/verify", &[], "no certificate".into()).await.is(422);
    carla.get("awards").await.is(200);
    let file = people(&[("Ciro Gil", 1992)]);
    let seen = carla.import("achievement=GIN&preview=true", "", "", &file).await.is(200).body;
    assert_eq!(seen["standing"]["new"], 1);
    assert!(imports.iter().all(|import| !import.is_finished()), "all of them still wait");
    open.send(()).unwrap();
    for import in imports {
        assert_eq!(import.await.unwrap().is(200).body["enrolled"], 1);
    }
    corrects.await.unwrap().is(200);
    assert_eq!(carla.get("awards").await.is(200).body["awards"].as_array().unwrap().len(), 10);
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
