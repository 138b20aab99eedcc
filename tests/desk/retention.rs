//! How long the register keeps people, settled at the desk.

use serde_json::json;
use skillpass::store::acts::What;
use skillpass::store::staff::Role;

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
    assert_eq!((names(), town.houses[0].store().retention()), (3, Ok(None)));
    let settled = ana.put("retention", &json!({"months": 2, "count": 2})).await.is(200).body;
    assert_eq!(settled, json!({"months": 2, "forgotten": due(2)}));
    assert_eq!(names(), 1, "whose time is not over stays");
    assert_eq!(ana.get("retention").await.is(200).body, json!({"months": 2, "due": due(0)}));
    let acts = town.houses[0].store().acts(0, 1_000).unwrap();
    let me = town.houses[0].store().member_of_login("ana").unwrap().unwrap().id;
    for (what, count) in [(What::RetentionSet, 1), (What::AwardErased, 2)] {
        let of = acts.iter().filter(|(act, _)| act.what == what && act.by.who == me).count();
        assert_eq!(of, count, "{what:?}");
    }
    // And without an end again.
    ana.put("retention", &json!({"months": null, "count": 0})).await.is(200);
    assert_eq!(town.houses[0].store().retention(), Ok(None));
}
