//! Recognition of prior learning over the real routes: from an enquiry to a certificate that two people released (domain.md 2b; D12, D15, D29).

use serde_json::{Value, json};
use skillpass::desk::retention;
use skillpass::store::acts::What;
use skillpass::store::staff::Role;

use super::{Answer, Town, Visitor};

/// 30 days, in seconds.
const AGAIN: i64 = 30 * 86_400;

/// Everybody that a case needs, each at a browser of their own.
struct Office {
    town: Town,
    clerk: Visitor,
    trainer: Visitor,
    assessor: Visitor,
    verifier: Visitor,
    signatory: Visitor,
}

impl Office {
    async fn open() -> Self {
        let town = Town::of(&["formar"]);
        Self {
            clerk: town.at_work(0, "carla", &[Role::Clerk]).await,
            trainer: town.at_work(0, "tomas", &[Role::Assessor, Role::Signatory]).await,
            assessor: town.at_work(0, "eva", &[Role::Assessor, Role::Signatory]).await,
            verifier: town.at_work(0, "eli", &[Role::Assessor]).await,
            signatory: town.at_work(0, "sol", &[Role::Signatory]).await,
            town,
        }
    }

    /// After a night everybody signs in again.
    async fn next_day(&mut self, seconds: i64) {
        self.town.wait(seconds);
        self.clerk = self.town.signed_in(0, "carla").await;
        self.trainer = self.town.signed_in(0, "tomas").await;
        self.assessor = self.town.signed_in(0, "eva").await;
        self.verifier = self.town.signed_in(0, "eli").await;
        self.signatory = self.town.signed_in(0, "sol").await;
    }

    async fn asks(&self, name: &str) -> String {
        let asks = json!({"achievement": "COOK", "name": name, "birthYear": 1984, "language": "es"});
        self.clerk.post("prior", &asks).await.is(201).body["id"].as_str().unwrap().to_owned()
    }

    async fn in_evidence(&self, name: &str) -> String {
        self.taught_by("Tomás", name).await
    }

    async fn taught_by(&self, trainer: &str, name: &str) -> String {
        let id = self.asks(name).await;
        step(&self.clerk, &id, json!({"step": "register"})).await.is(200);
        step(&self.assessor, &id, json!({"step": "interview", "result": "eligible"})).await.is(200);
        let plan = json!({
            "step": "agree-plan", "units": ["cook-1", "COOK-2"], "method": "observation", "trainer": trainer,
        });
        step(&self.clerk, &id, plan).await.is(200);
        step(&self.clerk, &id, json!({"step": "open-evidence"})).await.is(200);
        step(&self.clerk, &id, json!({"step": "keep-file", "evidence": "Carpeta 7"})).await.is(200);
        id
    }

    async fn moderated(&self, name: &str, second: &str, reason: &str) -> String {
        let id = self.in_evidence(name).await;
        let judged = |unit: &str, result: &str, reason: &str| json!({"step": "judge", "about": unit, "result": result, "reason": reason});
        step(&self.assessor, &id, judged("COOK-1", "competent", "evidence-meets")).await.is(200);
        step(&self.assessor, &id, judged("COOK-2", second, reason)).await.is(200);
        step(&self.verifier, &id, json!({"step": "moderate"})).await.is(200);
        id
    }
}

/// One step, upon what the case says now.
async fn step(hand: &Visitor, id: &str, mut body: Value) -> Answer {
    body["version"] = hand.get(&format!("prior/{id}")).await.is(200).body["version"].clone();
    hand.post(&format!("prior/{id}/steps"), &body).await
}

fn codes(list: &Value) -> Vec<String> {
    let code = |one: &Value| match one["result"].as_str() {
        Some(result) => format!("{} {result}", one["step"].as_str().unwrap()),
        None => one["step"].as_str().unwrap().to_owned(),
    };
    let mut codes: Vec<String> = list.as_array().unwrap().iter().map(code).collect();
    codes.dedup();
    codes
}

#[tokio::test(flavor = "multi_thread")]
async fn from_an_enquiry_to_a_certificate_that_two_people_released() {
    let office = Office::open().await;
    let (town, store) = (&office.town, office.town.houses[0].store());
    let id = office.moderated("Zoila Peña", "not-yet", "evidence-gaps").await;
    let case = office.signatory.get(&format!("prior/{id}")).await.is(200).body;
    assert_eq!(
        (&case["stage"], &case["evidence"], &case["trainer"]),
        (&json!("moderated"), &json!("Carpeta 7"), &json!("Tomás"))
    );
    assert_eq!(case["standard"], json!({"code": "example EX-5120", "version": "1"}));
    assert_eq!(codes(&case["next"]), ["decide some", "decide none"]);
    assert_eq!(case["waitsFor"], json!(["assessor", "signatory"]));
    // Nothing before the decision leaves the case: no row, no certificate.
    assert_eq!((store.awards_after("", 9).unwrap().len(), store.records().unwrap().len()), (0, 0));
    // Who taught and who assessed sign too, and do not decide.
    for hand in [&office.trainer, &office.assessor] {
        let decide = json!({"step": "decide", "result": "some"});
        step(hand, &id, decide).await.refused(403, "same-person");
    }
    let unripe = json!({"step": "decide", "result": "full"});
    step(&office.signatory, &id, unripe).await.refused(409, "not-now");
    let decide = json!({"step": "decide", "result": "some", "version": case["version"]});
    let path = format!("prior/{id}/steps");
    let decided = office.signatory.post(&path, &decide).await.is(200).body;
    assert_eq!((&decided["stage"], &decided["award"]), (&json!("decided-some"), &json!({"id": id, "state": "open"})));
    office.signatory.post(&path, &decide).await.refused(409, "stale");
    assert_eq!(store.awards_after("", 9).unwrap().len(), 1);

    // The row says what was judged, and is not made to say more by typing.
    let row = office.clerk.get(&format!("awards/{id}")).await.is(200).body;
    for (name, text) in [("name", "Zoila Peña"), ("units", "COOK-1"), ("method", "observation"), ("assessor", "eva")] {
        assert_eq!(row[name], text);
    }
    assert_eq!(
        (&row["trainer"], &row["evidence"], &row["awarded"]),
        (&json!("Tomás"), &json!("Carpeta 7"), &json!("2026-04-10"))
    );
    let typed = json!({"units": "COOK-1|COOK-2", "version": row["version"]});
    office.clerk.put(&format!("awards/{id}"), &typed).await.refused(403, "not-allowed");
    let typed = json!({"name": "Zoila Peña Ruiz", "version": row["version"]});
    office.clerk.put(&format!("awards/{id}"), &typed).await.is(200);

    // The ordinary way: a clerk proposes, a second person releases, and it is neither who taught nor who assessed.
    let batch = office.clerk.propose("COOK", json!("all"), "b").await.is(201).body;
    let release = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
    let path = format!("batches/{}/release", batch["id"].as_str().unwrap());
    for hand in [&office.trainer, &office.assessor] {
        hand.post(&path, &release).await.refused(403, "same-person");
    }
    office.signatory.post(&path, &release).await.is(202);
    assert_eq!(office.signatory.settled(batch["id"].as_str().unwrap()).await["state"], "done");
    let records = store.records().unwrap();
    assert_eq!(records.len(), 1);
    for word in ["COOK-2", "Carpeta", "Tomás", "not-yet"] {
        assert!(!records[0].document.contains(word), "{word}");
    }
    assert!(records[0].document.contains("Zoila Peña Ruiz") && records[0].document.contains("COOK-1"));
    // Names of persons stand in no line of either log.
    for (_, line) in store.acts(0, 1_000).unwrap() {
        assert!(!String::from_utf8_lossy(&line).contains("Zoila"));
    }
    assert!(!town.log.lock().unwrap().join("\n").contains("Zoila"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_certified_is_told_to_nobody_but_the_desk() {
    let office = Office::open().await;
    let store = office.town.houses[0].store();
    let id = office.moderated("Rosa Luz", "not-yet", "evidence-doubt").await;
    let none = json!({"step": "decide", "result": "none"});
    step(&office.signatory, &id, none).await.refused(400, "malformed");
    let none = json!({"step": "decide", "result": "none", "reason": "evidence-doubt"});
    let decided = step(&office.signatory, &id, none).await.is(200).body;
    assert_eq!((&decided["stage"], &decided["award"]), (&json!("decided-none"), &Value::Null));
    assert_eq!((store.awards_after("", 9).unwrap().len(), store.records().unwrap().len()), (0, 0));
    assert_eq!(office.clerk.post("awards/search", &json!({"words": "rosa"})).await.is(200).body["awards"], json!([]));
    assert_eq!(office.signatory.get("statistics").await.is(200).body["rows"], json!([]));
    assert!(store.revoked(0).unwrap().is_empty() && store.suspended(0).unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_that_is_upheld_stands_and_one_that_changes_is_judged_by_another() {
    let mut office = Office::open().await;
    let id = office.moderated("Ana Paz", "not-yet", "evidence-gaps").await;
    let appeal = json!({"step": "appeal", "about": "COOK-2", "reason": "disagrees"});
    let open = step(&office.clerk, &id, appeal.clone()).await.is(200).body;
    assert_eq!(
        (&open["appeal"], &open["appealAbout"], &open["due"]),
        (&json!(true), &json!("COOK-2"), &json!("2026-05-10"))
    );
    assert_eq!(open["waitsFor"], json!(["clerk", "signatory"]));
    step(&office.signatory, &id, json!({"step": "decide", "result": "some"})).await.refused(409, "not-now");
    let changed = json!({"step": "answer-appeal", "result": "changed", "reason": "new-evidence"});
    for hand in [&office.assessor, &office.trainer] {
        step(hand, &id, changed.clone()).await.refused(403, "same-person");
    }
    let again = step(&office.signatory, &id, changed).await.is(200).body;
    assert_eq!((&again["stage"], &again["units"][1]["verdict"]), (&json!("evidence"), &Value::Null));
    let judged = json!({"step": "judge", "about": "COOK-2", "result": "competent"});
    step(&office.assessor, &id, judged.clone()).await.refused(403, "same-person");
    step(&office.trainer, &id, judged.clone()).await.refused(403, "same-person");
    assert_eq!(step(&office.verifier, &id, judged).await.is(200).body["stage"], "assessed");
    // The days for an appeal are counted from the judgement.
    office.next_day(16 * 86_400).await;
    let late = json!({"step": "appeal", "about": "COOK-1", "reason": "procedure"});
    step(&office.clerk, &id, late).await.refused(409, "too-late");
}

#[tokio::test(flavor = "multi_thread")]
async fn not_yet_is_assessed_again_after_thirty_days_and_corrects_the_certificate() {
    let mut office = Office::open().await;
    let id = office.moderated("Ana Paz", "not-yet", "evidence-gaps").await;
    step(&office.signatory, &id, json!({"step": "decide", "result": "some"})).await.is(200);
    // What a clerk put right meanwhile is not undone by deciding anew.
    let key = crate::common::documents::did_key("phone");
    let typed = json!({
        "name": "Ana Paz Ruiz", "birthYear": 1985, "language": "pt", "validUntil": "2030-04-10", "holderKey": key, "sex": "female",
        "evidence": "Carpeta 8", "version": 0,
    });
    let corrected = office.clerk.put(&format!("awards/{id}"), &typed).await.is(200).body;
    let release = async |office: &Office, key: &str| {
        let batch = office.clerk.propose("COOK", json!("all"), key).await.is(201).body;
        let body = json!({"digest": batch["digest"], "passphrase": office.town.keys[0]});
        let batch = batch["id"].as_str().unwrap();
        office.signatory.post(&format!("batches/{batch}/release"), &body).await.is(202);
        assert_eq!(office.signatory.settled(batch).await["state"], "done");
    };
    release(&office, "one").await;
    let reopen = json!({"step": "reopen", "reason": "new-evidence"});
    office.next_day(AGAIN - 86_400).await;
    step(&office.clerk, &id, reopen.clone()).await.refused(409, "too-early");
    office.next_day(86_400).await;
    step(&office.clerk, &id, reopen).await.is(200);
    step(&office.assessor, &id, json!({"step": "judge", "about": "COOK-2", "result": "competent"})).await.is(200);
    step(&office.verifier, &id, json!({"step": "moderate"})).await.is(200);
    let decided = step(&office.signatory, &id, json!({"step": "decide", "result": "some"})).await.is(200).body;
    assert_eq!(decided["name"], "Ana Paz Ruiz");
    let row = office.clerk.get(&format!("awards/{id}")).await.is(200).body;
    assert_eq!((&row["units"], &row["state"]), (&json!("COOK-1|COOK-2"), &json!("open")));
    for name in ["name", "birthYear", "language", "validUntil", "holderKey", "sex", "evidence"] {
        assert_eq!(row[name], corrected[name], "{name}");
        assert_ne!(row[name], Value::Null, "{name}");
    }
    release(&office, "two").await;
    let row = office.clerk.get(&format!("awards/{id}")).await.is(200).body;
    let states: Vec<&Value> = row["certificates"].as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert_eq!(states, ["revoked", "issued"], "one certificate in the place of the other");
}

/// A case is found by its person's name before there is any row; and by the name that was put right since.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_found_by_name() {
    let office = Office::open().await;
    let id = office.moderated("Zoila Peña Núñez", "not-yet", "evidence-gaps").await;
    office.asks("Ana Zamora").await;
    let found = async |words: &str| {
        let body = office.assessor.post("prior/search", &json!({"words": words})).await.is(200).body;
        assert_eq!(body["next"], Value::Null);
        let cases = body["cases"].as_array().unwrap().clone();
        cases.iter().map(|case| case["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for words in ["zoi", "PENA", "núñ zoila", "  Nunez, Z"] {
        assert_eq!(found(words).await, ["Zoila Peña Núñez"], "{words}");
    }
    for words in ["zoila ana", "oila", "", " - "] {
        assert!(found(words).await.is_empty(), "{words}");
    }
    let both = office.clerk.post("prior/search", &json!({"words": "z"})).await.is(200).body;
    let mut both: Vec<&Value> = both["cases"].as_array().unwrap().iter().map(|case| &case["name"]).collect();
    both.sort_by_key(|name| name.to_string());
    assert_eq!(both, ["Ana Zamora", "Zoila Peña Núñez"]);
    office.clerk.post("prior/search", &json!({"name": "z"})).await.refused(400, "malformed");
    step(&office.signatory, &id, json!({"step": "decide", "result": "some"})).await.is(200);
    office.clerk.put(&format!("awards/{id}"), &json!({"name": "Zoila Rojas", "version": 0})).await.is(200);
    assert_eq!(found("rojas").await, ["Zoila Rojas"]);
    let ana = office.town.at_work(0, "ana", &[Role::Administrator]).await;
    ana.post("awards/erase", &json!({"ids": [id]})).await.is(204);
    assert!(found("zoila").await.is_empty());
    assert!(!office.town.log.lock().unwrap().join("\n").to_lowercase().contains("zoi"));
}

/// Two taught, and the plan names them in one line: neither judges, and neither decides.
#[tokio::test(flavor = "multi_thread")]
async fn each_who_taught_is_kept_from_judging() {
    let office = Office::open().await;
    for both in ["Tomás, Eva", "Eva y Tomás", "EVA & tomas", "Eva; Tomás"] {
        let id = office.taught_by(both, "Ana Paz").await;
        let judge = json!({"step": "judge", "about": "COOK-1", "result": "competent"});
        for hand in [&office.trainer, &office.assessor] {
            step(hand, &id, judge.clone()).await.refused(403, "same-person");
        }
        step(&office.verifier, &id, judge).await.is(200);
    }
}

/// What the file of a case says anew wins over a correction that is older.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_last_is_what_is_decided_anew() {
    let mut office = Office::open().await;
    let id = office.moderated("Ana Paz", "not-yet", "evidence-gaps").await;
    step(&office.signatory, &id, json!({"step": "decide", "result": "some"})).await.is(200);
    let typed = json!({"name": "Ana Pas Ruiz", "birthYear": 1985, "version": 0});
    office.clerk.put(&format!("awards/{id}"), &typed).await.is(200);
    office.next_day(AGAIN).await;
    let open = step(&office.clerk, &id, json!({"step": "reopen", "reason": "new-evidence"})).await.is(200).body;
    assert_eq!((&open["name"], &open["birthYear"]), (&json!("Ana Pas Ruiz"), &json!(1985)));
    let kept = step(&office.clerk, &id, json!({"step": "keep-file", "name": "Ana Paz Ruiz"})).await.is(200).body;
    assert_eq!((&kept["name"], &kept["birthYear"]), (&json!("Ana Paz Ruiz"), &json!(1985)));
    office.town.wait(60);
    step(&office.assessor, &id, json!({"step": "judge", "about": "COOK-2", "result": "competent"})).await.is(200);
    step(&office.verifier, &id, json!({"step": "moderate"})).await.is(200);
    step(&office.signatory, &id, json!({"step": "decide", "result": "some"})).await.is(200);
    let row = office.clerk.get(&format!("awards/{id}")).await.is(200).body;
    assert_eq!((&row["name"], &row["birthYear"]), (&json!("Ana Paz Ruiz"), &json!(1985)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_filtered_and_what_is_wrong_is_refused() {
    let mut office = Office::open().await;
    let first = office.asks("Ana Paz").await;
    office.in_evidence("Bea Ruiz").await;
    let clerk = &office.clerk;
    let names = |answer: Answer| {
        let cases = answer.is(200).body["cases"].as_array().unwrap().clone();
        let mut names: Vec<String> = cases.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names(clerk.get("prior").await), ["Ana Paz", "Bea Ruiz"]);
    assert_eq!(names(clerk.get("prior?stage=evidence").await), ["Bea Ruiz"]);
    assert!(names(clerk.get("prior?overdue=true").await).is_empty());
    let page = clerk.get("prior?limit=1").await.is(200).body;
    let next = page["next"].as_str().unwrap();
    let rest = clerk.get(&format!("prior?limit=1&after={next}")).await.is(200).body;
    assert_ne!(page["cases"][0]["name"], rest["cases"][0]["name"]);
    clerk.get("prior?stage=x").await.refused(400, "request");
    clerk.get("prior?overdue=x").await.refused(400, "request");

    let asks = |change: Value| {
        let mut body = json!({"achievement": "COOK", "name": "Ana Paz", "birthYear": 1984});
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    for wrong in [
        json!({"achievement": "GIN"}),
        json!({"achievement": "NONE"}),
        json!({"name": ""}),
        json!({"name": "x\u{202e}y"}),
        json!({"birthYear": 1899}),
        json!({"birthYear": 2020}),
        json!({"language": "qu"}),
        json!({"nationality": "VE"}),
    ] {
        clerk.post("prior", &asks(wrong.clone())).await.refused(400, "malformed");
    }
    for wrong in [
        json!({"step": "fly"}),
        json!({"step": "judge", "about": "COOK-1"}),
        json!({"step": "withdraw"}),
        json!({"step": "withdraw", "reason": "evidence-gaps"}),
        json!({"step": "agree-plan", "method": "observation", "units": ["COOK-99"]}),
        json!({"step": "agree-plan", "method": "observation", "units": []}),
        json!({"step": "keep-file", "birthYear": 3}),
    ] {
        step(clerk, &first, wrong.clone()).await.refused(400, "malformed");
    }
    step(clerk, &first, json!({"step": "open-evidence"})).await.refused(409, "not-now");
    step(clerk, &first, json!({"step": "interview", "result": "eligible"})).await.refused(403, "not-allowed");
    office.assessor.post("prior", &asks(json!({}))).await.refused(403, "not-allowed");
    // For whom a case waits.
    for (waits, whose) in [("clerk", vec!["Ana Paz"]), ("assessor", vec!["Bea Ruiz"]), ("signatory", vec![])] {
        assert_eq!(names(clerk.get(&format!("prior?waits={waits}")).await), whose, "{waits}");
    }
    assert_eq!(names(clerk.get("prior?waits=clerk,assessor&limit=5").await), ["Ana Paz", "Bea Ruiz"]);
    clerk.get("prior?waits=everybody").await.refused(400, "request");
    // Thirty days without an answer.
    office.next_day(31 * 86_400).await;
    assert_eq!(names(office.clerk.get("prior?overdue=true").await), ["Ana Paz"]);
    // Of whoever was forgotten nothing is late, and nothing waits.
    let ana = office.town.at_work(0, "ana", &[Role::Administrator]).await;
    ana.post("awards/erase", &json!({"ids": [first]})).await.is(204);
    assert!(names(office.clerk.get("prior?overdue=true").await).is_empty());
    assert!(names(office.clerk.get("prior?waits=clerk").await).is_empty());
    let case = office.clerk.get(&format!("prior/{first}")).await.is(200).body;
    assert_eq!((&case["due"], &case["overdue"]), (&Value::Null, &json!(false)));
}

/// Nobody is kept for ever because the institution did not answer, and nothing is held against the person for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_that_nobody_answers_is_closed_and_may_be_made_again() {
    let mut office = Office::open().await;
    let id = office.moderated("Rosa Luz", "not-yet", "evidence-gaps").await;
    let appeal = json!({"step": "appeal", "about": "COOK-2", "reason": "disagrees"});
    step(&office.clerk, &id, appeal.clone()).await.is(200);
    let store = std::sync::Arc::clone(office.town.houses[0].store());
    let forget = |office: &Office| {
        let by = skillpass::store::acts::Hand::program(office.town.now());
        retention::forget(&*store, &by, office.town.now()).unwrap().rows
    };
    store.set_retention(Some(1), &skillpass::store::acts::Hand::program(office.town.now())).unwrap();
    // Nobody says so, and no day before the last one does.
    step(&office.clerk, &id, json!({"step": "unanswered"})).await.refused(400, "malformed");
    office.next_day(179 * 86_400).await;
    assert_eq!(forget(&office), 0);
    assert_eq!(office.clerk.get(&format!("prior/{id}")).await.is(200).body["appeal"], true);
    let by = skillpass::store::acts::Hand::program(office.town.now());
    assert_eq!(store.close_unanswered(&id, &by), Ok(false));

    office.next_day(86_400).await;
    assert_eq!(forget(&office), 0, "whoever was told so has time to appeal again");
    let case = office.clerk.get(&format!("prior/{id}")).await.is(200).body;
    let last = case["steps"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["step"], &last["reason"]), (&json!("unanswered"), &json!("not-answered")));
    assert_eq!((&case["appeal"], &case["stage"]), (&json!(false), &json!("moderated")));
    let unit = &case["units"][1];
    assert_eq!((&unit["verdict"], &unit["appealUntil"]), (&json!("not-yet"), &json!("2026-10-22")));
    // It is closed once.
    assert_eq!(forget(&office), 0);
    let again = office.clerk.get(&format!("prior/{id}")).await.is(200).body;
    assert_eq!(again["version"], case["version"]);
    assert_eq!(step(&office.clerk, &id, appeal).await.is(200).body["appeal"], true);

    // Not answered again, and nobody comes any more: then the person is forgotten like everybody.
    office.next_day(180 * 86_400).await;
    assert_eq!(forget(&office), 0);
    office.next_day(70 * 86_400).await;
    assert_eq!(forget(&office), 1);
    assert_eq!(store.case(&id).unwrap().unwrap().content, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_forgotten_leaves_a_case_without_a_name() {
    let office = Office::open().await;
    let ana = office.town.at_work(0, "ana", &[Role::Administrator]).await;
    let id = office.in_evidence("Zoila Peña").await;
    let export = ana.get(&format!("prior/{id}/export")).await.is(200);
    assert!(export.text.contains("Zoila") && export.text.contains("Carpeta 7") && export.body["next"].is_null());
    office.clerk.get(&format!("prior/{id}/export")).await.refused(403, "not-allowed");
    ana.post("awards/erase", &json!({"ids": [id]})).await.is(204);
    let case = ana.get(&format!("prior/{id}")).await.is(200);
    assert!(!case.text.contains("Zoila") && !case.text.contains("Carpeta"), "{}", case.text);
    assert_eq!((&case.body["name"], case.body["steps"].as_array().unwrap().len()), (&Value::Null, 6));
    step(&office.assessor, &id, json!({"step": "judge", "about": "COOK-1", "result": "competent"}))
        .await
        .refused(409, "not-now");
    // By the rule of how long people are kept as well.
    let (store, id) = (office.town.houses[0].store(), office.asks("Rosa Luz").await);
    let by = skillpass::store::acts::Hand::program(office.town.now());
    store.set_retention(Some(1), &by).unwrap();
    assert_eq!(retention::forget(&**store, &by, office.town.now()).unwrap().rows, 0);
    let later = skillpass::base::timestamp::Timestamp::from_seconds(office.town.now().seconds() + 70 * 86_400).unwrap();
    assert_eq!(retention::due(&**store, 1, later).unwrap().rows, 1);
    assert_eq!(retention::forget(&**store, &by, later).unwrap().rows, 1);
    assert_eq!(store.case(&id).unwrap().unwrap().content, None);
    let erased = store.acts(0, 1_000).unwrap().iter().filter(|(act, _)| act.what == What::CaseErased).count();
    assert_eq!(erased, 2);
}
