//! That no administrator is two people, over the desk's own calls: links, roles, accounts that are closed and opened, and who confirms.

use serde_json::{Value, json};
use skillpass::store::acts::{Hand, What};
use skillpass::store::staff::Role;

use super::{Answer, PASSWORD, Town, Visitor, people};

/// An institution that requires two people: Ana administers, Carla is a clerk, Sol signs.
struct Office {
    town: Town,
    ana: Visitor,
    clerk: Visitor,
    sol: Visitor,
}

impl Office {
    async fn open() -> Self {
        let town = Town::of(&["formar"]);
        let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
        let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
        let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
        town.houses[0].store().require_two_people(&Hand::program(town.now())).unwrap();
        Self { town, ana, clerk, sol }
    }

    /// Whoever holds a link comes in by it.
    async fn takes_up(&self, link: &Value, password: &str) -> (Visitor, Answer) {
        let (key, secret) = link.as_str().unwrap().split_once('=').unwrap().1.split_once('.').unwrap();
        let mut visitor = self.town.visitor();
        let body = json!({"institution": key, "secret": secret, "password": password});
        let answer = visitor.post("invitation", &body).await;
        visitor.keep_cookie(&answer);
        (visitor, answer)
    }

    async fn member(&self, login: &str) -> Value {
        let members = self.ana.get("members").await.is(200).body;
        members.as_array().unwrap().iter().find(|it| it["login"] == login).unwrap().clone()
    }

    /// Proposes one person, and has somebody try to release it.
    async fn release(&self, visitor: &Visitor, key: &str) -> Answer {
        self.clerk.import("achievement=GIN", key, "", &people(&[(key, 1990)])).await.is(200);
        let batch = self.clerk.propose("GIN", json!("all"), key).await.is(201).body;
        let path = format!("batches/{}/release", batch["id"].as_str().unwrap());
        let answer = visitor.post(&path, &json!({"digest": batch["digest"], "passphrase": self.town.keys[0]})).await;
        if answer.status != 202 {
            self.clerk.post(&path.replace("release", "return"), &json!({"note": ""})).await.is(200);
        } else {
            self.clerk.settled(batch["id"].as_str().unwrap()).await;
        }
        answer
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_signatory_waits_for_another_one() {
    let office = Office::open().await;
    let Office { town, ana, clerk, sol } = &office;
    let new = json!({"login": "nino", "name": "Niño Díaz", "roles": ["signatory"]});
    let made = ana.post("members", &new).await.is(201).body;
    assert_eq!(made["member"]["waits"]["givenBy"][0]["name"], "ana", "{made}");
    let path = |what: &str| format!("members/{}/{what}", made["member"]["id"].as_str().unwrap());
    let seen = json!({"version": 0});
    sol.post(&path("confirm"), &seen).await.refused(409, "not-arrived");
    // Ana takes the link up herself.
    let (puppet, came) = office.takes_up(&made["invitation"], "una palabra de ana").await;
    assert_eq!(
        came.is(200).body["member"],
        json!({
            "id": made["member"]["id"], "login": "nino", "name": "Niño Díaz", "roles": [], "waits": true,
        })
    );
    office.release(&puppet, "Rosa Quispe").await.refused(403, "not-allowed");
    let seen = json!({"version": 1});
    for visitor in [ana, clerk, &puppet] {
        visitor.post(&path("confirm"), &seen).await.refused(403, "not-allowed");
        visitor.post(&path("refuse"), &seen).await.refused(403, "not-allowed");
    }
    town.visitor().post(&path("confirm"), &seen).await.refused(401, "signed-out");
    sol.post(&path("confirm"), &json!({"version": 0})).await.refused(409, "stale");
    // Sol asks, hears of no Niño, and refuses.
    let refused = sol.post(&path("refuse"), &seen).await.is(200).body;
    assert_eq!((&refused["standing"], &refused["waits"]), (&json!("closed"), &Value::Null));
    puppet.get("session").await.refused(401, "signed-out");

    // Another one is a person.
    let new = json!({"login": "nina", "name": "Nina Ríos", "roles": ["clerk", "signatory"]});
    let made = ana.post("members", &new).await.is(201).body;
    let (nina, came) = office.takes_up(&made["invitation"], "palabras de la nina").await;
    assert_eq!(came.is(200).body["member"]["roles"], json!(["clerk"]));
    office.release(&nina, "Luis Andrade").await.refused(403, "not-allowed");
    let path = format!("members/{}/confirm", made["member"]["id"].as_str().unwrap());
    let confirmed = sol.post(&path, &seen).await.is(200).body;
    assert_eq!((&confirmed["waits"], &confirmed["version"]), (&Value::Null, &json!(2)));
    assert_eq!(nina.get("session").await.is(200).body["member"]["roles"], json!(["clerk", "signatory"]));
    office.release(&nina, "Marta Salcedo").await.is(202);
    sol.post(&path, &json!({"version": 2})).await.refused(409, "not-now");
    let acts = town.houses[0].store().acts(0, 1_000).unwrap();
    let me = town.houses[0].store().member_of_login("sol").unwrap().unwrap().id;
    let answered: Vec<_> = acts
        .iter()
        .filter(|(act, _)| [What::SignatoryConfirmed, What::SignatoryRefused].contains(&act.what))
        .map(|(act, _)| (act.what, act.by.who.as_str()))
        .collect();
    assert_eq!(answered, [(What::SignatoryRefused, me.as_str()), (What::SignatoryConfirmed, me.as_str())]);
}

/// A role, a new link, coming back: what an administrator can do to an account, tried by one who wants to be the second person.
#[tokio::test(flavor = "multi_thread")]
async fn no_administrator_becomes_the_second_person() {
    let office = Office::open().await;
    let Office { town, ana, clerk, sol } = &office;
    let put = async |login: &str, change: Value| {
        let member = office.member(login).await;
        let mut change = change;
        change["version"] = member["version"].clone();
        ana.put(&format!("members/{}", member["id"].as_str().unwrap()), &change).await
    };
    let invite = async |login: &str| {
        let id = office.member(login).await["id"].as_str().unwrap().to_owned();
        ana.post(&format!("members/{id}/invitation"), &json!({})).await
    };
    let confirm = async |login: &str| {
        let member = office.member(login).await;
        let path = format!("members/{}/confirm", member["id"].as_str().unwrap());
        sol.post(&path, &json!({"version": member["version"]})).await
    };
    // Herself.
    put("ana", json!({"roles": ["administrator", "signatory"]})).await.is(200);
    office.release(ana, "Rosa Quispe").await.refused(403, "not-allowed");
    put("ana", json!({"roles": ["administrator"]})).await.is(200);
    // An account of hers that was a clerk's.
    let made = ana.post("members", &json!({"login": "eco", "name": "Eco", "roles": ["clerk"]})).await.is(201).body;
    let (eco, _) = office.takes_up(&made["invitation"], "una palabra de ana").await;
    put("eco", json!({"roles": ["clerk", "signatory"]})).await.is(200);
    office.release(&eco, "Luis Andrade").await.refused(403, "not-allowed");
    // The only signatory's own account, or that she be gone.
    for refused in [
        invite("sol").await,
        put("sol", json!({"standing": "closed"})).await,
        put("sol", json!({"roles": ["clerk"]})).await,
    ] {
        refused.refused(409, "last-signatory");
    }
    // A second signatory's account, once there is one.
    confirm("eco").await.is(200);
    office.release(&eco, "Marta Salcedo").await.is(202);
    let link = invite("eco").await.is(200).body["invitation"].clone();
    let late = invite("sol").await.is(200).body["invitation"].clone();
    let (eco, came) = office.takes_up(&link, "otra palabra de ana").await;
    assert_eq!(came.is(200).body["member"]["roles"], json!(["clerk"]));
    office.release(&eco, "Pedro Ibarra").await.refused(403, "not-allowed");
    let (_, came) = office.takes_up(&late, "y otra palabra de ana").await;
    came.refused(409, "last-signatory");
    sol.get("session").await.is(200);
    // One who left and comes back.
    confirm("eco").await.is(200);
    put("eco", json!({"standing": "closed"})).await.is(200);
    put("eco", json!({"standing": "active"})).await.is(200);
    let mut eco = town.visitor();
    eco.sign_in(town.houses[0].key(), "eco", "otra palabra de ana").await.is(200);
    office.release(&eco, "Elena Cifuentes").await.refused(403, "not-allowed");
    // Sol's own new password waits for nobody, though a link for her is open; and then it is not any more.
    let change = json!({"old": PASSWORD, "new": "otra frase larga de sol"});
    let changed = sol.post("session/password", &change).await.is(204);
    let mut sol = sol.clone();
    sol.keep_cookie(&changed);
    assert_eq!(sol.get("session").await.is(200).body["member"]["roles"], json!(["signatory"]));
    let (_, came) = office.takes_up(&late, "y otra palabra de ana").await;
    came.refused(401, "invitation-over");
    office.release(&sol, "Jorge Montes").await.is(202);
    assert_eq!(clerk.get("session").await.is(200).body["member"]["waits"], false);
}
