//! Coming in and staying in: cookies, other sites, back-off, links, and the end of sessions (threats.md I4 to I6).

use axum::body::Body;
use axum::http::HeaderName;
use serde_json::json;
use skillpass::http::door;
use skillpass::store::acts::Hand;
use skillpass::store::staff::{Member, Role, Standing};

use super::{PASSWORD, Town};

#[tokio::test]
async fn the_cookie_is_for_this_host_and_for_no_script() {
    for (secure, name, end) in [
        (false, "skillpass-desk=u", "; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"),
        (true, "__Host-skillpass=u", "; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure"),
    ] {
        let town =
            Town::with(&["formar"], secure, |_| std::sync::Arc::new(skillpass::store::memory::MemoryStore::default()));
        town.employ(0, "ana", &[Role::Administrator]);
        let body = json!({"institution": town.houses[0].key(), "login": "ana", "password": PASSWORD});
        let scheme = if secure { "https" } else { "http" };
        let origin = format!("{scheme}://desk.example");
        let headers = [("x-skillpass-desk", "1"), ("origin", origin.as_str()), ("content-type", "application/json")];
        let visitor = town.visitor();
        let answer = visitor.ask("POST", "session", &headers, body.to_string().into()).await.is(200);
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with(name) && cookie.ends_with(end), "{cookie}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert!(!answer.text.contains(cookie.split(['=', ';']).nth(1).unwrap()), "no script reads it");
        if secure {
            let plain =
                [("x-skillpass-desk", "1"), ("origin", "http://desk.example"), ("content-type", "application/json")];
            visitor.ask("POST", "session", &plain, body.to_string().into()).await.refused(403, "cross-site");
        }
    }
}

#[tokio::test]
async fn another_site_changes_nothing() {
    let town = Town::of(&["formar"]);
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let (own, origin) = (("x-skillpass-desk", "1"), ("origin", "http://desk.example"));
    let kind = ("content-type", "application/json");
    let body = || Body::from(r#"{"login":"x","name":"X","roles":["clerk"]}"#);
    for headers in [
        &[kind] as &[_],
        &[kind, own],
        &[kind, origin],
        &[kind, ("x-skillpass-desk", "0"), origin],
        &[kind, own, ("origin", "http://evil.example")],
        &[kind, own, ("origin", "null")],
        &[kind, own, ("origin", "http://desk.example.evil.example")],
        &[kind, own, ("origin", "http://desk.example:81")],
        &[kind, own, ("sec-fetch-site", "cross-site")],
        &[kind, own, ("sec-fetch-site", "same-site")],
        &[kind, own, ("sec-fetch-site", "none")],
        &[kind, own, origin, ("sec-fetch-site", "cross-site")],
    ] {
        ana.ask("POST", "members", headers, body()).await.refused(403, "cross-site");
    }
    ana.ask("GET", "members", &[("sec-fetch-site", "cross-site")], Body::empty()).await.refused(403, "cross-site");
    ana.ask("POST", "members", &[own, origin, ("content-type", "text/plain")], body()).await.refused(415, "media-type");
    assert_eq!(town.houses[0].store().members().unwrap().len(), 1);
    ana.ask("POST", "members", &[kind, own, ("sec-fetch-site", "same-origin")], body()).await.is(201);
}

#[tokio::test]
async fn a_session_is_new_idle_for_half_an_hour_and_over_after_twelve() {
    let town = Town::of(&["formar"]);
    town.employ(0, "ana", &[Role::Administrator]);
    // Somebody left a cookie behind: it never becomes a session, and an old session never another's.
    let mut visitor = town.visitor();
    visitor.cookie = Some("skillpass-desk=uFIXED".to_owned());
    visitor.get("session").await.refused(401, "signed-out");
    visitor.sign_in(town.houses[0].key(), "ana", PASSWORD).await.is(200);
    let first = visitor.clone();
    assert_ne!(first.cookie.as_deref(), Some("skillpass-desk=uFIXED"));
    visitor.sign_in(town.houses[0].key(), "ana", PASSWORD).await.is(200);
    assert_ne!(first.cookie, visitor.cookie);
    first.get("session").await.refused(401, "signed-out");

    town.wait(29 * 60);
    visitor.get("session").await.is(200);
    town.wait(29 * 60);
    visitor.get("session").await.is(200);
    town.wait(30 * 60);
    visitor.get("session").await.refused(401, "signed-out");

    visitor.sign_in(town.houses[0].key(), "ana", PASSWORD).await.is(200);
    for _ in 0..24 {
        visitor.get("session").await.is(200);
        town.wait(30 * 60 - 1);
    }
    town.wait(30);
    visitor.get("session").await.refused(401, "signed-out");

    visitor.sign_in(town.houses[0].key(), "ana", PASSWORD).await.is(200);
    let stolen = visitor.clone();
    let out = visitor.delete("session").await.is(204);
    assert!(out.headers["set-cookie"].to_str().unwrap().starts_with("skillpass-desk=; Path=/; Max-Age=0"));
    stolen.get("session").await.refused(401, "signed-out");
}

#[tokio::test]
async fn another_password_and_going_away_end_every_session() {
    let town = Town::of(&["formar"]);
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let clerk = town.employ(0, "carla", &[Role::Clerk]);
    let (mut here, elsewhere) = (town.signed_in(0, "carla").await, town.signed_in(0, "carla").await);
    let change = |old: &str, new: &str| json!({"old": old, "new": new});
    here.post("session/password", &change("no es esta palabra", "otra frase larga")).await.refused(401, "login-failed");
    for weak in ["corta", "Password1234", "carla"] {
        here.post("session/password", &change(PASSWORD, weak)).await.refused(422, "password-weak");
    }
    let changed = here.post("session/password", &change(PASSWORD, "otra frase larga")).await.is(204);
    here.keep_cookie(&changed);
    here.get("session").await.is(200);
    elsewhere.get("session").await.refused(401, "signed-out");

    // Roles count at once, and so does leaving.
    here.get("awards").await.is(200);
    let path = format!("members/{}", clerk.id);
    ana.put(&path, &json!({"roles": ["assessor"], "version": 1})).await.is(200);
    here.get("awards").await.refused(403, "not-allowed");
    ana.put(&path, &json!({"standing": "closed", "version": 1})).await.refused(409, "stale");
    ana.put(&path, &json!({"standing": "closed", "version": 2})).await.is(200);
    here.get("session").await.refused(401, "signed-out");
    here.sign_in(town.houses[0].key(), "carla", "otra frase larga").await.refused(401, "login-failed");
    let own = &town.houses[0].store().member_of_login("ana").unwrap().unwrap();
    let gone = json!({"standing": "closed", "version": own.version});
    ana.put(&format!("members/{}", own.id), &gone).await.refused(409, "last-administrator");
}

#[tokio::test]
async fn whoever_guesses_waits_and_learns_nothing() {
    let town = Town::of(&["formar"]);
    town.employ(0, "ana", &[Role::Administrator]);
    town.employ(0, "bea", &[Role::Clerk]);
    let key = town.houses[0].key().to_owned();
    let mut wrong = town.visitor();
    // Of nobody, of somebody, and of an institution that is not here: the same words.
    let nobody = wrong.sign_in(&key, "nobody", PASSWORD).await.refused(401, "login-failed");
    let somebody = wrong.sign_in(&key, "ana", "no es esta palabra").await.refused(401, "login-failed");
    let nowhere = wrong.sign_in("uAAAAAAAAAAA", "ana", PASSWORD).await.refused(401, "login-failed");
    assert_eq!((nobody.text.as_str(), nobody.headers.len()), (somebody.text.as_str(), somebody.headers.len()));
    assert_eq!(somebody.text, nowhere.text);

    // The right password opens nothing while there is waiting to do; from elsewhere neither.
    for login in ["ana", "ghost"] {
        let free = if login == "ana" { 4 } else { 5 };
        for _ in 0..free {
            wrong.sign_in(&key, login, "no es esta palabra").await.refused(401, "login-failed");
        }
        let mut elsewhere = town.visitor();
        elsewhere.address = [198, 51, 100, 9];
        let waits = elsewhere.sign_in(&key, login, PASSWORD).await.refused(429, "too-many");
        assert_eq!(waits.headers["retry-after"], "1");
    }
    town.wait(1);
    wrong.sign_in(&key, "ana", PASSWORD).await.is(200);
    wrong.delete("session").await.is(204);
    // One address that tries many accounts waits too, and nobody at another does.
    let mut address = town.visitor();
    address.address = [203, 0, 113, 5];
    for number in 0..20 {
        address.sign_in(&key, &format!("guess{number}"), PASSWORD).await.refused(401, "login-failed");
    }
    address.sign_in(&key, "bea", PASSWORD).await.refused(429, "too-many");
    let mut other = town.visitor();
    other.address = [203, 0, 113, 6];
    other.sign_in(&key, "bea", PASSWORD).await.is(200);
}

/// Behind a proxy each caller is counted by the address that the proxy names, and not by one that the caller made up.
#[tokio::test]
async fn strangers_behind_a_proxy_keep_nobody_else_from_signing_in() {
    let town = Town::of(&["formar"]);
    town.employ(0, "ana", &[Role::Administrator]);
    let key = town.houses[0].key().to_owned();
    let header = HeaderName::from_static("x-forwarded-for");
    for (behind, named) in [(false, true), (true, false), (true, true)] {
        let router = if behind { door::behind(town.router.clone(), header.clone()) } else { town.router.clone() };
        // All come from the proxy's own address.
        let mut proxy = town.visitor().before(router);
        proxy.address = [10, 9, u8::from(behind), u8::from(named)];
        let sign_in = async |from: &str, login: &str| {
            let body = json!({"institution": key, "login": login, "password": PASSWORD});
            let from = if named { from } else { "unknown" };
            proxy.send("POST", "session", &[("x-forwarded-for", from)], &body).await
        };
        for number in 0..20 {
            // What a caller writes stands before what the proxy adds.
            let from = format!("192.0.2.{number}, 203.0.113.5");
            sign_in(&from, &format!("guess{number}{behind}{named}")).await.refused(401, "login-failed");
        }
        sign_in("198.51.100.7, 203.0.113.5", "ana").await.refused(429, "too-many");
        for staff in ["198.51.100.7", "203.0.113.5, [2001:db8::7]:4711"] {
            let answer = sign_in(staff, "ana").await;
            if behind && named {
                answer.is(200)
            } else {
                answer.refused(429, "too-many")
            };
        }
        town.wait(3_700);
    }
}

/// What takes the time at signing in is one hash of one cost, whoever is asked for; and none for anybody who has to wait (I6).
#[tokio::test]
async fn nobody_costs_as_much_as_somebody() {
    let town = Town::of(&["formar"]);
    town.employ(0, "ana", &[Role::Administrator]);
    town.employ(0, "bea", &[Role::Clerk]);
    let store = town.houses[0].store();
    let gone = town.employ(0, "gil", &[Role::Clerk]);
    let closed = Member { standing: Standing::Closed, version: gone.version + 1, ..gone };
    store.keep_member(&closed, &Hand::program(town.now())).unwrap();
    let new = town.employ(0, "iris", &[Role::Clerk]);
    let invited = Member { password: None, version: new.version + 1, ..new };
    store.keep_member(&invited, &Hand::program(town.now())).unwrap();
    let key = town.houses[0].key().to_owned();
    let long = "x".repeat(100_000);
    let held = || std::mem::take(&mut *town.held_against.lock().unwrap());
    for (institution, login, password) in [
        (key.as_str(), "nobody", "no es esta palabra"),
        (&key, "ana", "no es esta palabra"),
        (&key, "ana", &long),
        (&key, "gil", PASSWORD),
        (&key, "iris", PASSWORD),
        ("uAAAAAAAAAAA", "ana", PASSWORD),
    ] {
        town.visitor().sign_in(institution, login, password).await.refused(401, "login-failed");
        let held = held();
        let [against] = held.as_slice() else { panic!("{login}: {held:?}") };
        assert!(against.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{login}: {against}");
    }
    // Who has to wait is told so before anything is computed, somebody or not.
    for login in ["bea", "ghost"] {
        for _ in 0..5 {
            town.visitor().sign_in(&key, login, "no es esta palabra").await.refused(401, "login-failed");
        }
        assert_eq!(held().len(), 5, "{login}");
        town.visitor().sign_in(&key, login, PASSWORD).await.refused(429, "too-many");
        assert_eq!(held(), Vec::<String>::new(), "{login}");
    }
    town.visitor().sign_in(&key, "ana", PASSWORD).await.is(200);
    assert_eq!(held().len(), 1);
}

#[tokio::test]
async fn a_link_opens_once_and_for_seventy_two_hours() {
    let town = Town::of(&["formar", "otro"]);
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let new = json!({"login": "carla", "name": "Carla", "roles": ["clerk"]});
    let made = ana.post("members", &new).await.is(201).body;
    let secret = |body: &serde_json::Value| body["invitation"].as_str().unwrap().rsplit('.').next().unwrap().to_owned();
    let visitor = town.visitor();
    let keys: Vec<&str> = town.houses.iter().map(|house| house.key()).collect();
    let accept = |key: &str, secret: &str| json!({"institution": key, "secret": secret, "password": PASSWORD});
    visitor.post("invitation", &accept(keys[1], &secret(&made))).await.refused(401, "invitation-over");
    visitor.post("invitation", &accept(keys[0], "")).await.refused(401, "invitation-over");
    town.wait(72 * 3_600);
    visitor.post("invitation", &accept(keys[0], &secret(&made))).await.refused(401, "invitation-over");
    let ana = {
        drop(ana);
        town.signed_in(0, "ana").await
    };
    let path = format!("members/{}/invitation", made["member"]["id"].as_str().unwrap());
    let again = ana.post(&path, &json!({})).await.is(200).body;
    // Ten at once with one link: one comes in.
    let all = (0..10).map(|turn| {
        let mut visitor = visitor.clone();
        visitor.address = [10, 1, 1, turn];
        let body = accept(keys[0], &secret(&again));
        tokio::spawn(async move { visitor.post("invitation", &body).await.status })
    });
    let mut statuses = Vec::new();
    for one in all.collect::<Vec<_>>() {
        statuses.push(one.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200], vec![401; 9]].concat());
    assert!(!ana.get("members").await.text.contains("argon2"));
}

/// Whoever chose a new password has closed the door behind them: a link that was still open does not undo that.
#[tokio::test]
async fn an_open_link_ends_with_a_new_password() {
    let town = Town::of(&["formar"]);
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let carla = town.employ(0, "carla", &[Role::Clerk]);
    let made = ana.post(&format!("members/{}/invitation", carla.id), &json!({})).await.is(200).body;
    let secret = made["invitation"].as_str().unwrap().rsplit('.').next().unwrap();
    let here = town.signed_in(0, "carla").await;
    here.post("session/password", &json!({"old": PASSWORD, "new": "otra frase larga"})).await.is(204);
    let accept = json!({"institution": town.houses[0].key(), "secret": secret, "password": "la frase del ladrón"});
    town.visitor().post("invitation", &accept).await.refused(401, "invitation-over");
    let key = town.houses[0].key();
    town.visitor().sign_in(key, "carla", "la frase del ladrón").await.refused(401, "login-failed");
    town.visitor().sign_in(key, "carla", "otra frase larga").await.is(200);
}
