//! Paper from the desk: the institution's own way, one person's file, and orders for many.

use std::io::Cursor;
use std::time::Duration;

use axum::body::Body;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use skillpass::desk::paper::LOGO_KEPT_BYTES;
use skillpass::store::setting::Setting;
use skillpass::store::staff::Role;

use super::{Town, Visitor, many};

const OWN: [(&str, &str); 2] = [("x-skillpass-desk", "1"), ("origin", "http://desk.example")];

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    // Every dot another: the hardest to make small.
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 37 + y * 91) as u8, ((x * 53) ^ (y * 17)) as u8, (x * y) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

async fn printed(visitor: &Visitor, order: &Value) -> Value {
    let begun = visitor.post("paper", order).await.is(202).body;
    let path = format!("paper/{}", begun["id"].as_str().unwrap());
    for _ in 0..3_000 {
        let order = visitor.get(&path).await.is(200).body;
        if order["state"] != "working" {
            return order;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("still printing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_printed_in_one_file_and_handed_out_in_another() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    clerk.import("achievement=GIN", "k", "", &many(7)).await.is(200);
    let batch = clerk.issue(&sol, "GIN", "b", &town.keys[0]).await;
    clerk.import("achievement=GIN", "k2", "", &super::people(&[("Otra Persona", 1970)])).await.is(200);
    clerk.issue(&sol, "GIN", "b2", &town.keys[0]).await;
    let awards = clerk.get("awards?state=issued").await.is(200).body;
    let of = |name: &str| {
        let all = awards["awards"].as_array().unwrap();
        let award = all.iter().find(|award| award["name"].as_str().unwrap().starts_with(name)).unwrap();
        award["serials"][0].as_str().unwrap().to_owned()
    };
    let revoked = json!({"serials": [of("Ana")], "passphrase": town.keys[0]});
    sol.post("certificates/revoke", &revoked).await.is(200);

    for (form, kind, name) in [
        ("print", "application/pdf", "print.pdf"),
        ("cards", "application/pdf", "cards.pdf"),
        ("archive", "application/zip", "certificates.zip"),
    ] {
        let order = printed(&clerk, &json!({"batch": batch, "form": form, "size": "letter"})).await;
        assert_eq!(
            (&order["state"], &order["printed"], &order["notInForce"]),
            (&json!("done"), &json!(6), &json!(1)),
            "{order}"
        );
        assert_eq!(order["files"].as_array().unwrap().len(), 1, "{order}");
        assert_eq!(order["files"][0]["name"], name);
        let file = clerk.get(&format!("paper/{}/1", order["id"].as_str().unwrap())).await.is(200);
        assert_eq!(file.headers["content-type"], kind);
        assert_eq!(file.bytes.len() as u64, order["files"][0]["bytes"].as_u64().unwrap());
        assert!(file.headers["content-disposition"].to_str().unwrap().contains(name));
        match form {
            "archive" => assert!(file.bytes.starts_with(b"PK") && !file.text.contains(&format!("{}.pdf", of("Otra")))),
            _ => assert!(file.bytes.starts_with(b"%PDF")),
        }
        clerk.get(&format!("paper/{}/2", order["id"].as_str().unwrap())).await.refused(404, "not-found");
        clerk.delete(&format!("paper/{}", order["id"].as_str().unwrap())).await.is(204);
        clerk.get(&format!("paper/{}", order["id"].as_str().unwrap())).await.refused(404, "not-found");
    }
    // Nothing of it stays on the disk.
    let left = std::fs::read_dir(town.houses[0].institution().folder().join("press")).unwrap().count();
    assert_eq!(left, 0);
    let other = printed(&sol, &json!({"serials": [of("Otra"), of("Ana")], "form": "print"})).await;
    assert_eq!((&other["printed"], &other["notInForce"]), (&json!(1), &json!(1)));
    clerk.post("paper", &json!({"batch": "uNOBODY", "form": "print"})).await.refused(404, "not-found");
    clerk.post("paper", &json!({"serials": [of("Otra")], "form": "single"})).await.refused(400, "malformed");
    clerk.post("paper", &json!({"form": "print"})).await.refused(400, "malformed");

    let one = clerk.get(&format!("certificates/{}/paper?size=letter", of("Otra"))).await.is(200);
    assert!(one.bytes.starts_with(b"%PDF") && one.bytes.len() < 100 * 1024);
    assert!(one.headers["content-disposition"].to_str().unwrap().contains(&format!("{}.pdf", of("Otra"))));
    clerk.get(&format!("certificates/{}/paper", of("Ana"))).await.refused(409, "not-now");
}

/// What is printed names people: it waits for an hour, and no longer than they may be kept.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_printed_is_gone_after_an_hour_and_when_somebody_is_forgotten() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    town.employ(0, "ana", &[Role::Administrator]);
    clerk.import("achievement=GIN", "k", "", &many(3)).await.is(200);
    let batch = clerk.issue(&sol, "GIN", "b", &town.keys[0]).await;
    let house = &town.houses[0];
    let on_disk = || std::fs::read_dir(house.institution().folder().join("press")).unwrap().count();
    let order = async |clerk: &Visitor| {
        let order = printed(clerk, &json!({"batch": batch, "form": "cards"})).await;
        format!("paper/{}/1", order["id"].as_str().unwrap())
    };
    // Asked for a second too late.
    let file = order(&clerk).await;
    town.wait(3_600);
    let clerk = town.signed_in(0, "carla").await;
    clerk.get(&file).await.is(200);
    town.wait(1);
    clerk.get(&file).await.refused(404, "not-found");
    assert_eq!(on_disk(), 0);
    // And never asked for again.
    order(&clerk).await;
    town.wait(3_601);
    assert_eq!(on_disk(), 1);
    house.tidy(town.now());
    assert_eq!(on_disk(), 0);
    let (clerk, ana) = (town.signed_in(0, "carla").await, town.signed_in(0, "ana").await);
    let file = order(&clerk).await;
    let award = house.store().awards_after("", 1).unwrap().remove(0).id;
    ana.post("awards/erase", &json!({"ids": [award]})).await.is(204);
    assert_eq!(on_disk(), 0);
    clerk.get(&file).await.refused(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_logo_and_who_signs_are_settled_once_and_bounded() {
    let town = Town::of(&["formar"]);
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let bare = ana.get("stationery").await.is(200).body;
    assert_eq!(bare, json!({"size": "a4", "signatories": [], "logo": false}));
    let put = async |bytes: Vec<u8>| ana.ask("PUT", "stationery/logo", &OWN, Body::from(bytes)).await;
    put(b"GIF89a".to_vec()).await.refused(422, "logo-damaged");
    put(vec![0; 4 * 1024 * 1024 + 1]).await.refused(422, "logo-too-large");
    ana.get("stationery/logo").await.refused(404, "not-found");
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        put(picture(900, 700, format)).await.is(204);
        let kept = ana.get("stationery/logo").await.is(200);
        assert!(kept.headers["content-type"].to_str().unwrap().starts_with("image/"));
        assert!(kept.bytes.len() <= LOGO_KEPT_BYTES, "{}", kept.bytes.len());
    }
    let people = |count: usize| json!(vec![json!({"name": "Rosa Jefa", "post": "Directora"}); count]);
    let settle = |size: &str, people: Value| json!({"size": size, "signatories": people});
    ana.put("stationery", &settle("a4", people(5))).await.refused(422, "signatories");
    ana.put("stationery", &settle("a4", json!([{"name": "x".repeat(121)}]))).await.refused(422, "signatories");
    ana.put("stationery", &settle("a5", people(1))).await.refused(400, "malformed");
    ana.put("stationery", &settle("letter", people(2))).await.is(200);
    let settled = clerk.get("stationery").await.is(200).body;
    assert_eq!((&settled["size"], &settled["logo"]), (&json!("letter"), &json!(true)));
    clerk.put("stationery", &settle("a4", people(0))).await.refused(403, "not-allowed");

    // And that is how paper looks: with the logo and both who sign, still small.
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    clerk.import("achievement=GIN", "k", "", &many(1)).await.is(200);
    clerk.issue(&sol, "GIN", "b", &town.keys[0]).await;
    let awards = clerk.get("awards?state=issued").await.is(200).body;
    let serial = awards["awards"][0]["serials"][0].as_str().unwrap();
    let with = clerk.get(&format!("certificates/{serial}/paper")).await.is(200).bytes;
    ana.delete("stationery/logo").await.is(204);
    assert_eq!(town.houses[0].store().settled(&Setting::Logo), Ok(None));
    let without = clerk.get(&format!("certificates/{serial}/paper")).await.is(200).bytes;
    assert!(without.len() < with.len() && with.len() < 100 * 1024, "{} {}", without.len(), with.len());
    if let Some(folder) = option_env!("CARGO_TARGET_TMPDIR") {
        std::fs::write(std::path::Path::new(folder).join("desk-paper.pdf"), &with).unwrap();
    }
}
