//! How long the register keeps people, settled at the desk.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use skillpass::store::acts::What;
use skillpass::store::ledger::{Ledger, Page, Pages};
use skillpass::store::memory::MemoryStore;
use skillpass::store::release::BatchState;
use skillpass::store::staff::Role;
use skillpass::store::{Store as _, StoreError};

use super::{Town, people};

/// 92 days, in seconds: three months and the rest of one.
const THREE_MONTHS: i64 = 92 * 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn who_would_be_forgotten_is_seen_before_and_only_they_are() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    town.employ(0, "ana", &[Role::Administrator]);
    let old = people(&[("Ana Paz", 1990), ("Bea Ruiz", 1991)]);
    clerk.import("achievement=GIN", "k1", "", &old).await.is(200);
    town.wait(THREE_MONTHS);
    let clerk = town.signed_in(0, "carla").await;
    let ana = town.signed_in(0, "ana").await;
    let fresh = String::from_utf8(people(&[("Ciro Gil", 1992)])).unwrap().replace("2026-03-13", "2026-07-01");
    clerk.import("achievement=GIN", "k2", "", fresh.as_bytes()).await.is(200);

    assert_eq!(ana.get("retention").await.is(200).body, json!({"months": null, "due": null}));
    clerk.get("retention").await.refused(403, "not-allowed");
    for wrong in ["0", "1201", "x"] {
        ana.get(&format!("retention?months={wrong}")).await.refused(400, "malformed");
    }
    let due = |rows: usize| json!({"rows": rows, "certificates": 0});
    let asked = ana.get("retention?months=2").await.is(200).body;
    assert_eq!(asked, json!({"months": null, "due": due(2)}), "asked, and not settled");
    assert_eq!(ana.get("retention?months=12").await.is(200).body["due"], due(0));
    let names = || {
        let awards = town.houses[0].store().awards_after("", 10).unwrap();
        awards.iter().filter(|award| award.content.is_some()).count()
    };
    ana.put("retention", &json!({"months": 2, "count": 1})).await.refused(409, "stale");
    ana.put("retention", &json!({"months": 0, "count": 0})).await.refused(400, "malformed");
    // A file on its way up may name them: it goes with them, and not before.
    let upload = clerk.post("uploads", &json!({})).await.is(201).body["id"].as_str().unwrap().to_owned();
    let path = format!("uploads/{upload}?at=0");
    let put = async || clerk.send("PUT", &path, &[], &json!("Ana Paz")).await;
    ana.put("retention", &json!({"months": 12, "count": 0})).await.is(200);
    put().await.is(200);
    ana.put("retention", &json!({"months": null, "count": 0})).await.is(200);
    assert_eq!((names(), town.houses[0].store().retention()), (3, Ok(None)));
    let settled = ana.put("retention", &json!({"months": 2, "count": 2})).await.is(200).body;
    assert_eq!(settled, json!({"months": 2, "forgotten": due(2)}));
    assert_eq!(names(), 1, "whose time is not over stays");
    put().await.refused(404, "not-found");
    assert_eq!(ana.get("retention").await.is(200).body, json!({"months": 2, "due": due(0)}));
    let acts = town.houses[0].store().acts(0, 1_000).unwrap();
    let me = town.houses[0].store().member_of_login("ana").unwrap().unwrap().id;
    for (what, count) in [(What::RetentionSet, 3), (What::AwardErased, 2)] {
        let of = acts.iter().filter(|(act, _)| act.what == what && act.by.who == me).count();
        assert_eq!(of, count, "{what:?}");
    }
    // And without an end again.
    ana.put("retention", &json!({"months": null, "count": 0})).await.is(200);
    assert_eq!(town.houses[0].store().retention(), Ok(None));
}

/// A proposal that nobody decides does not keep its people for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_that_nobody_decides_is_given_back_when_its_time_is_over() {
    let store = Arc::new(MemoryStore::default());
    let town = Town::with(&["formar"], false, |_| Arc::clone(&store) as Arc<dyn skillpass::store::Store>);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    town.employ(0, "ana", &[Role::Administrator]);
    clerk.import("achievement=GIN", "k1", "", &people(&[("Ana Paz", 1990), ("Bea Ruiz", 1991)])).await.is(200);
    let old = clerk.propose("GIN", json!("all"), "b1").await.is(201).body;
    town.wait(THREE_MONTHS);
    let clerk = town.signed_in(0, "carla").await;
    let ana = town.signed_in(0, "ana").await;
    // What was awarded long ago and proposed today waits for whoever decides.
    let archive = "Nombre completo;Año de nacimiento;Fecha de certificación;Referencia de archivo\n\
                   Ciro Gil;1962;1999-03-12;Libro 3, folio 12\n";
    clerk.import("achievement=GIN&fromArchive=true", "k2", "", archive.as_bytes()).await.is(200);
    let fresh = clerk.propose("GIN", json!("all"), "b2").await.is(201).body;
    assert_eq!(ana.get("retention?months=2").await.is(200).body["due"], json!({"rows": 2, "certificates": 0}));
    ana.put("retention", &json!({"months": 2, "count": 2})).await.is(200);
    let state = |id: &serde_json::Value| {
        let batch = town.houses[0].store().batch(id.as_str().unwrap()).unwrap().unwrap();
        (batch.state, batch.decided.is_some())
    };
    assert_eq!((state(&old["id"]), state(&fresh["id"])), ((BatchState::Returned, true), (BatchState::Proposed, false)));
    let awards = town.houses[0].store().awards_after("", 10).unwrap();
    assert_eq!(awards.iter().filter(|award| award.content.is_some()).count(), 1);
    let audited = skillpass::store::audit::audit(&*store, &mut |_, _| {}, &|_| {}).unwrap();
    assert_eq!(audited.findings, []);
}

/// A memory whose rows of the register turn bad.
#[derive(Default)]
struct Rotting {
    pages: MemoryStore,
    bad: AtomicBool,
}

impl Ledger for Rotting {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.pages.transact(act)
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.pages.page(key)
    }

    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
        let mut pages = self.pages.range(from, until, most)?;
        // The shelf of awards.
        for (_, value) in pages.iter_mut().filter(|(key, _)| self.bad.load(Ordering::SeqCst) && key.starts_with(b"W")) {
            value.truncate(5);
        }
        Ok(pages)
    }
}

/// A row that cannot be read keeps nobody from hearing what was withdrawn.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_row_holds_no_withdrawal_back() {
    let store = Arc::new(Rotting::default());
    let town = Town::with(&["formar"], false, |_| Arc::clone(&store) as Arc<dyn skillpass::store::Store>);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    clerk.import("achievement=GIN", "k", "", &people(&[("Ana Paz", 1990)])).await.is(200);
    clerk.issue(&sol, "GIN", "b", &town.keys[0]).await;
    ana.put("retention", &json!({"months": 2, "count": 0})).await.is(200);
    let serial = store.records().unwrap().remove(0).serial;
    let list = || fs::read(town.houses[0].institution().publish_folder().join("1.status.json")).unwrap();
    let pack = || fs::read(town.houses[0].institution().folder().join("trust.json")).unwrap();
    let before = (list(), pack());
    store.bad.store(true, Ordering::SeqCst);
    let withdrawn = json!({"serials": [serial], "reason": "error", "passphrase": town.keys[0]});
    sol.post("certificates/revoke", &withdrawn).await.refused(500, "still-kept");
    assert!(town.houses[0].is_published());
    assert!(before.0 != list() && before.1 != pack());
    store.bad.store(false, Ordering::SeqCst);
    sol.post("certificates/revoke", &withdrawn).await.is(200);
}
