//! Every call × every role × every institution, out of the table that the router is made from (threats.md I2, I3; goal G-15).

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use serde_json::{Value, json};
use skillpass::http::desk::table::{self, DeskRoute, Who};
use skillpass::store::Store;
use skillpass::store::staff::Role;

use super::{Town, Visitor, people};

/// What somebody of another institution must never come to see or change: every page that can be read, as one text.
fn all_of(store: &Arc<dyn Store>) -> String {
    let awards = store.awards_after("", 1_000).unwrap();
    let (members, batches) = (store.members().unwrap(), store.batches().unwrap());
    let cases = store.cases_after("", 1_000).unwrap();
    let (records, acts) = (store.records().unwrap(), store.acts_size().unwrap());
    format!("{members:?} {awards:?} {batches:?} {cases:?} {records:?} {:?} {acts}", store.standing_releases().unwrap())
}

/// An institution at work: a row, a batch that waits, one that is signed, a token and a standing release.
struct Things {
    /// A sealed copy of the institution.
    copy: String,
    award: String,
    batch: String,
    case: String,
    serial: String,
    member: String,
    paper: String,
    standing: String,
    token: String,
    upload: String,
}

impl Things {
    async fn made(town: &Town, house: usize) -> Self {
        let ana = town.at_work(house, "ana", &[Role::Administrator]).await;
        let clerk = town.at_work(house, "carla", &[Role::Clerk]).await;
        let sol = town.at_work(house, "sol", &[Role::Signatory]).await;
        let names: Vec<(&str, i32)> =
            ["Rosalía Íñiguez", "Eufrasia Óscar", "Ñusta Quispe"].map(|name| (name, 1980 + house as i32)).into();
        clerk.import("achievement=GIN", "k", "", &people(&names)).await.is(200);
        let awards = clerk.get("awards?achievement=GIN&state=open").await.is(200).body;
        let id = |at: usize| awards["awards"][at]["id"].as_str().unwrap().to_owned();
        let signed = clerk.propose("GIN", json!([id(0)]), "b1").await.is(201).body;
        let path = format!("batches/{}/release", signed["id"].as_str().unwrap());
        sol.post(&path, &json!({"digest": signed["digest"], "passphrase": town.keys[house]})).await.is(202);
        sol.settled(signed["id"].as_str().unwrap()).await;
        let waiting = clerk.propose("GIN", json!([id(1)]), "b2").await.is(201).body;
        let certificate = clerk.get(&format!("awards/{}", id(0))).await.is(200).body;
        let token = ana.post("tokens", &json!({"name": "Moodle", "days": 30})).await.is(201).body;
        let token = token["kept"]["prefix"].as_str().unwrap().to_owned();
        let standing = json!({"achievement": "GIN", "token": token, "count": 5, "until": "2026-12-01T00:00:00Z"});
        let standing = clerk.post("standing", &standing).await.is(201).body;
        let order = json!({"batch": signed["id"], "form": "print"});
        let paper = sol.post("paper", &order).await.is(202).body["id"].as_str().unwrap().to_owned();
        let upload = clerk.post("uploads", &json!({})).await.is(201).body["id"].as_str().unwrap().to_owned();
        let kept = json!({"passphrase": town.keys[house]});
        let copy = ana.post("backup", &kept).await.is(202).body["id"].as_str().unwrap().to_owned();
        super::safe_copy::settled(&ana).await;
        let asks = json!({"achievement": "COOK", "name": "Eufrasia Óscar", "birthYear": 1980 + house});
        let case = clerk.post("prior", &asks).await.is(201).body["id"].as_str().unwrap().to_owned();
        let member = town.houses[house].store().member_of_login("carla").unwrap().unwrap().id;
        Self {
            award: id(2),
            batch: waiting["id"].as_str().unwrap().to_owned(),
            case,
            serial: certificate["serials"][0].as_str().unwrap().to_owned(),
            copy,
            member,
            paper,
            standing: standing["id"].as_str().unwrap().to_owned(),
            token,
            upload,
        }
    }

    /// What nobody has.
    fn of_nobody() -> Self {
        Self {
            award: "uNOBODY".into(),
            batch: "uNOBODY".into(),
            case: "uNOBODY".into(),
            serial: "00000000".into(),
            copy: "uNOBODY".into(),
            member: "uNOBODY".into(),
            paper: "uNOBODY".into(),
            standing: "uNOBODY".into(),
            token: "skp_uNOBODY00".into(),
            upload: "uNOBODY".into(),
        }
    }

    fn path(&self, route: &DeskRoute) -> String {
        let collection = route.path.trim_start_matches("/api/desk/").split('/').next().unwrap();
        let id = match collection {
            "awards" => &self.award,
            "backup" => &self.copy,
            "batches" => &self.batch,
            "members" => &self.member,
            "paper" => &self.paper,
            "prior" => &self.case,
            "standing" => &self.standing,
            "uploads" => &self.upload,
            _ => "",
        };
        let path = route.path.replace("{id}", id).replace("{serial}", &self.serial).replace("{prefix}", &self.token);
        let path = path.replace("{code}", "GIN").replace("{number}", "1");
        assert!(!path.contains('{') && !path.contains("//"), "{route:?}: what stands in its address is not said here");
        if route.id == "deskImport" { format!("{path}?achievement=GIN&preview=true") } else { path }
    }

    /// A body that would do something, with these things in it. A call that is not known here fails the test: it is to be thought of.
    fn body(&self, route: &DeskRoute) -> Value {
        match route.id {
            "deskEraseAwards" | "deskLeaveAwards" | "deskTakeAwards" => json!({"ids": [self.award]}),
            "deskEraseCertificate" => json!({"certificate": self.serial}),
            "deskSearchAwards" => json!({"words": "Rosalia"}),
            "deskSearchCases" => json!({"words": "Eufrasia"}),
            "deskCorrectAward" => json!({"name": "Otra Persona", "version": 0}),
            "deskProposeBatch" => json!({"achievement": "GIN", "awards": [self.award]}),
            "deskProposeRebinding" => {
                json!({"certificate": "{}", "holder": "did:key:z6MkhotY71HPQwfqxbkozQgkiVQ1iiNXFs1basVErtKRz5EF"})
            }
            "deskPrintAgain" => json!({"certificate": "{}"}),
            "deskReleaseBatch" => json!({"digest": "uEiX", "passphrase": "una frase cualquiera"}),
            "deskApproveStanding" | "deskMakeBackup" | "deskResumeBatch" | "deskRotateKey" => {
                json!({"passphrase": "una frase cualquiera"})
            }
            "deskChangePassphrase" => json!({"passphrase": "una frase cualquiera", "new": "otra frase larga"}),
            "deskRevokeUnder" => {
                json!({
                    "key": "key-1", "since": "2026-03-01T00:00:00Z", "reason": "error", "count": 1,
                    "passphrase": "una frase cualquiera",
                })
            }
            "deskConfirmCopy" => {
                json!({"institution": "Centro formar", "passphrase": "una frase cualquiera", "files": []})
            }
            "deskRetire" => json!({"institution": "Centro formar", "passphrase": "una frase cualquiera"}),
            "deskPublishAsSuccessor" => json!({"passphrase": "una frase cualquiera"}),
            "deskConfirmSignatory" | "deskRefuseSignatory" => json!({"version": 1}),
            "deskSettleRetention" => json!({"months": 1_200, "count": 0}),
            "deskOpenCase" => json!({"achievement": "COOK", "name": "Otra Persona", "birthYear": 1990}),
            "deskMoveCase" => json!({"step": "register", "version": 1}),
            "deskReturnBatch" => json!({"note": "no"}),
            "deskResumeCertificates" | "deskRevokeCertificates" | "deskSuspendCertificates" => {
                json!({"serials": [self.serial], "passphrase": "una frase cualquiera"})
            }
            "deskAddMember" => json!({"login": "new", "name": "New", "roles": ["clerk"]}),
            "deskChangeMember" => json!({"standing": "closed", "version": 0}),
            "deskProposeStanding" => {
                json!({"achievement": "GIN", "token": self.token, "count": 5, "until": "2026-12-01T00:00:00Z"})
            }
            "deskMakeToken" => json!({"name": "T", "days": 1}),
            "deskChangePassword" => json!({"old": "no es esta palabra", "new": "otra frase larga"}),
            "deskSignIn" => json!({"institution": "", "login": "", "password": ""}),
            "deskFetchCertificate" => json!({"institution": "", "secret": ""}),
            "deskOrderPaper" => json!({"batch": self.batch, "form": "print"}),
            "deskSettleStationery" => json!({"size": "a4", "signatories": []}),
            "deskAcceptInvitation" => json!({"institution": "", "secret": "", "password": ""}),
            // A file, a part of one, a picture; and those that say everything in their address.
            "deskAddToUpload"
            | "deskBeginUpload"
            | "deskEndStanding"
            | "deskImport"
            | "deskInviteMember"
            | "deskOfferCertificate"
            | "deskPutLogo" => json!({}),
            _ => panic!("{route:?}: what it sends is not said here"),
        }
    }
}

async fn ask(visitor: &Visitor, route: &DeskRoute, things: &Things) -> super::Answer {
    let path = things.path(route);
    match route.method.as_str() {
        "GET" => visitor.ask("GET", &path, &[], Body::empty()).await,
        "DELETE" => visitor.delete(&path).await,
        method => visitor.send(method, &path, &[("idempotency-key", route.id)], &things.body(route)).await,
    }
}

/// Calls that name a thing in their body.
const IN_BODY: [&str; 9] = [
    "deskEraseAwards",
    "deskEraseCertificate",
    "deskLeaveAwards",
    "deskOrderPaper",
    "deskProposeBatch",
    "deskResumeCertificates",
    "deskRevokeCertificates",
    "deskSuspendCertificates",
    "deskTakeAwards",
];
/// Calls that speak of the whole institution of the session, of the person who asks, or of nobody yet. A new call is put here or there by
/// somebody who has thought of it.
const OF_THE_SESSION: [&str; 47] = [
    "deskAcceptInvitation",
    "deskAchievements",
    "deskAddMember",
    "deskAwards",
    "deskBackup",
    "deskBatches",
    "deskBeginUpload",
    "deskCases",
    "deskChangePassphrase",
    "deskChangePassword",
    "deskConfirmCopy",
    "deskCustody",
    "deskFetchCertificate",
    "deskHandIn",
    "deskImport",
    "deskInstitutions",
    "deskKeys",
    "deskLeakReach",
    "deskLog",
    "deskLogo",
    "deskMakeBackup",
    "deskMakeToken",
    "deskMembers",
    "deskOpenCase",
    "deskPrintAgain",
    "deskProposeRebinding",
    "deskProposeStanding",
    "deskPublishAsSuccessor",
    "deskPutLogo",
    "deskRetention",
    "deskRetire",
    "deskRevokeUnder",
    "deskRotateKey",
    "deskSearchAwards",
    "deskSearchCases",
    "deskSession",
    "deskSettleRetention",
    "deskSettleStationery",
    "deskSheet",
    "deskSignIn",
    "deskSignOut",
    "deskStanding",
    "deskStationery",
    "deskStatistics",
    "deskStatisticsFile",
    "deskTakeLogo",
    "deskTokens",
];

/// Whether a call speaks about one thing that may be another institution's.
fn names_a_thing(route: &DeskRoute) -> bool {
    let in_address = route.path.contains('{') && !route.path.contains("{code}");
    let in_body = IN_BODY.contains(&route.id);
    assert_ne!(
        in_address || in_body,
        OF_THE_SESSION.contains(&route.id),
        "{route:?}: what it speaks of is not said here"
    );
    in_address || in_body
}

/// The router has no other calls than those of the table, and the doors that are open to anybody are these.
#[tokio::test]
async fn no_call_of_the_desk_is_outside_the_table() {
    let town = Town::of(&["formar"]);
    let visitor = town.visitor();
    let document = visitor.ask("GET", "/api/openapi.json", &[], Body::empty()).await.is(200).body;
    let told: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(path, _)| path.starts_with("/api/desk"))
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
        })
        .collect();
    let all: BTreeSet<(String, String)> =
        table::all().iter().map(|route| (route.method.to_string(), route.path.to_owned())).collect();
    assert_eq!((&told, all.len()), (&all, table::all().len()));
    let things = Things::of_nobody();
    for route in table::all() {
        for method in ["DELETE", "GET", "PATCH", "POST", "PUT"] {
            if !all.contains(&(method.to_owned(), route.path.to_owned())) {
                visitor.ask(method, &things.path(route), &[], Body::empty()).await.refused(405, "method");
            }
        }
    }
    let open: Vec<&str> = table::all().iter().filter(|it| it.who == Who::Anybody).map(|it| it.id).collect();
    assert_eq!(open, ["deskFetchCertificate", "deskInstitutions", "deskAcceptInvitation", "deskSignIn"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_of_every_role_in_every_institution() {
    let town = Town::of(&["formar", "otro"]);
    let (own, other) = (Things::made(&town, 0).await, Things::made(&town, 1).await);
    let private = [
        "Rosal",
        "Eufrasia",
        "usta Quispe",
        &other.award,
        &other.batch,
        &other.case,
        &other.serial,
        &other.member,
        &other.paper,
        &other.standing,
        &other.token,
        &other.upload,
    ];
    let before = all_of(town.houses[1].store());
    let (mut asked, mut let_in) = (0, 0);
    for role in Role::ALL {
        let at_work = town.at_work(0, role.code(), &[role]).await;
        for route in table::all() {
            // What begins or ends a session is asked in one of its own.
            let own_session = route.path.ends_with("/session");
            let visitor = if own_session { town.signed_in(0, role.code()).await } else { at_work.clone() };
            let may = match route.who {
                Who::Anybody | Who::Member => true,
                Who::Roles(roles) => roles.contains(&role),
            };
            let place = format!("{route:?} {}", role.code());
            // The other institution's things, by their true names.
            let answer = ask(&visitor, route, &other).await;
            asked += 1;
            match may {
                false => assert_eq!((answer.status, answer.code()), (403, "not-allowed"), "{place}"),
                true if names_a_thing(route) => {
                    let unknown = answer.refused(404, "not-found");
                    // The same words as for what nobody has.
                    assert_eq!(ask(&visitor, route, &Things::of_nobody()).await.text, unknown.text, "{place}");
                }
                true => {
                    assert_ne!((answer.status, answer.code()), (403, "not-allowed"), "{place}");
                    let_in += 1;
                    // Two institutions have people of the same names here; what is the other's own is in no answer.
                    for text in &private[3..] {
                        assert!(!answer.text.contains(*text), "{place}: {text}");
                    }
                    // As a value: four digits stand in many a random digest.
                    assert!(!answer.text.contains(":1981"), "{place}");
                }
            }
        }
    }
    assert_eq!(asked, table::all().len() * Role::ALL.len());
    assert!(let_in > 40, "{let_in}");
    assert_eq!(all_of(town.houses[1].store()), before, "nothing of the other institution was changed");

    // Nobody at all.
    for route in table::all() {
        let answer = ask(&town.visitor(), route, &own).await;
        match route.who {
            Who::Anybody => assert_ne!(answer.code(), "signed-out", "{route:?}"),
            Who::Member | Who::Roles(_) => drop(answer.refused(401, "signed-out")),
        }
    }
}

/// A session of one institution is none at another, whatever the request says.
#[tokio::test]
async fn who_works_here_does_not_work_there() {
    let town = Town::of(&["formar", "otro"]);
    town.employ(0, "ana", &[Role::Administrator]);
    town.employ(1, "bea", &[Role::Administrator]);
    let mut visitor = town.visitor();
    visitor.sign_in(town.houses[1].key(), "ana", super::PASSWORD).await.refused(401, "login-failed");
    visitor.sign_in(town.houses[0].key(), "ana", super::PASSWORD).await.is(200);
    let session = visitor.get(&format!("session?institution={}", town.houses[1].key())).await.is(200).body;
    assert_eq!(session["institution"]["key"], town.houses[0].key());
    assert!(!visitor.get("members").await.text.contains("bea"));
}

/// Where no desk is served there is none.
#[tokio::test]
async fn without_a_desk_there_is_nothing() {
    let town = Town::of(&[]);
    town.visitor().get("institutions").await.refused(404, "not-found");
    town.visitor().sign_in("x", "y", "z").await.refused(404, "not-found");
}
