//! Receipts of checks, and what is refused as one. One defect a file.

use serde_json::{Value, json};

use super::Made;
use super::vacancies;
use crate::common::documents::{self, KEY_1, NOW, changed, did_key, did_key_method, key};
use crate::common::packs;

/// The receipt of a check of a good certificate before it is signed: an employer's.
pub fn receipt() -> Value {
    json!({
        "type": "SkillpassReceipt", "format": 1, "program": "0.1.0", "checker": did_key("employer"), "checkedAt": NOW,
        "certificate": packs::digest(&documents::module()), "outcome": "accept", "pilot": true, "host": "check.example.org",
        "answers": {"genuine": "yes", "entitled": "yes", "in-force": "yes", "worth-here": "cannot-tell"}, "lists": [list(true)],
    })
}

fn list(vouches: bool) -> Value {
    json!({
        "authority": {"id": "did:web:autoridad.example", "name": "Autoridad de prueba", "country": "CO"}, "accreditationVersion": 3,
        "freshnessVersion": 15, "asOf": "2026-05-03T06:00:00Z", "vouches": vouches,
    })
}

/// One proof of a key, for a purpose.
fn proof(document: &Value, name: &str, method: &str, purpose: &str, created: &str) -> Value {
    let mut options = documents::options(document, method, created);
    options["proofPurpose"] = purpose.into();
    documents::proof(document, &key(name), options)
}

/// Signed as receipts are.
pub fn signed(document: &Value) -> Value {
    by(document, "employer", &did_key_method("employer"), "receipt", NOW)
}

fn by(document: &Value, name: &str, method: &str, purpose: &str, created: &str) -> Value {
    let mut signed = document.clone();
    signed["proof"] = json!([proof(document, name, method, purpose, created)]);
    signed
}

/// What none of the lists says anything about.
fn undecided() -> Value {
    let mut document = changed(&receipt(), "/answers/genuine", "cannot-tell".into());
    document["answers"]["entitled"] = "cannot-tell".into();
    document["answers"]["in-force"] = "cannot-tell".into();
    document["outcome"] = "undecided".into();
    document["pilot"] = false.into();
    document
}

pub fn all(made: &mut Made) {
    let says = |outcome: &str| json!({"outcome": outcome});
    let refused = |reason: &str| json!({"outcome": "refused", "reason": reason});
    let own = did_key_method("employer");
    made.receipt("good", "a check that accepted", says("accept"), signed(&receipt()));
    let mut rejected = changed(&receipt(), "/answers/in-force", "no".into());
    rejected["outcome"] = "reject".into();
    rejected["country"] = "PE".into();
    made.receipt("good-rejected", "a check that rejected, for another country", says("reject"), signed(&rejected));
    let nobody = changed(&undecided(), "/lists", json!([list(false)]));
    made.receipt("good-no-list-vouches", "a list that does not know the issuer", says("undecided"), signed(&nobody));
    let none = documents::without(&undecided(), "/lists");
    made.receipt("good-without-lists", "nothing was at hand, and no page", says("undecided"), signed(&none));
    // What is altered.
    for (name, at, value) in [
        ("altered-answer", "/answers/worth-here", json!("yes")),
        ("altered-list-version", "/lists/0/freshnessVersion", json!(16)),
        ("altered-list-date", "/lists/0/asOf", json!("2026-05-04T06:00:00Z")),
        ("altered-certificate", "/certificate", json!(packs::digest(&documents::full()))),
        ("altered-time", "/checkedAt", json!("2026-05-04T10:00:01Z")),
        ("altered-host", "/host", json!("other.example.org")),
    ] {
        made.receipt(name, "changed after it was signed", refused("altered"), changed(&signed(&receipt()), at, value));
    }
    let forged = by(&receipt(), "stranger", &own, "receipt", NOW);
    made.receipt("proof-by-another-key", "another's signature under its name", refused("altered"), forged);
    // Whose it is not.
    let other = by(&receipt(), "stranger", &did_key_method("stranger"), "receipt", NOW);
    made.receipt("key-of-another", "signed by another key than the one it names", refused("key"), other);
    let listed = by(&receipt(), "formar-1", KEY_1, "receipt", NOW);
    made.receipt("key-of-a-listed-body", "a key that is no did:key", refused("key"), listed);
    for purpose in ["assertionMethod", "authentication", "vacancy"] {
        let name = format!("A16-signed-for-{}", purpose.to_lowercase());
        let document = by(&receipt(), "employer", &own, purpose, NOW);
        made.receipt(&name, "the signature is for another purpose", refused("key"), document);
    }
    // What is no receipt.
    let certificate = documents::signed(&documents::module());
    made.receipt("certificate-offered-as-a-receipt", "a certificate", refused("other"), certificate);
    let vacancy = vacancies::signed(&vacancies::vacancy());
    made.receipt("vacancy-offered-as-a-receipt", "a vacancy", refused("other"), vacancy);
    made.receipt("unsigned", "nobody signed it", refused("unsigned"), receipt());
    let large = changed(&receipt(), "/padding", "x".repeat(140_000).into());
    made.receipt("too-large", "more than 131,072 bytes", refused("too-large"), signed(&large));
    // What is not of its form.
    let mut form = |name: &str, about: &str, document: Value| {
        made.receipt(name, about, refused("form"), document);
    };
    for (name, at, value) in [
        ("unknown-member", "/holder", json!("Ana Ruiz")),
        ("unknown-member-of-a-list", "/lists/0/achievement", json!("Genere su idea")),
        ("forbidden-member", "/birthDate", json!("1991-04-02")),
        ("fifth-answer", "/answers/learned", json!("yes")),
        ("answer-of-another-word", "/answers/worth-here", json!("perhaps")),
        ("outcome-against-its-answers", "/outcome", json!("reject")),
        ("certificate-by-name", "/certificate", json!("Ana Ruiz, 1991")),
        ("host-with-words", "/host", json!("Ana Ruiz")),
        ("program-with-words", "/program", json!("Ana Ruiz")),
        ("country-by-name", "/country", json!("Peru")),
        ("name-that-moves-the-screen", "/lists/0/authority/name", json!("Autoridad\u{1b}[2J")),
        ("H3-name-that-turns-the-line-round", "/lists/0/authority/name", json!("Autoridad \u{202e}de prueba")),
        ("H3-name-with-a-line-of-its-own", "/lists/0/authority/name", json!("Autoridad\u{2028}de prueba")),
        ("version-zero", "/lists/0/accreditationVersion", json!(0)),
        ("format-of-tomorrow", "/format", json!(2)),
        ("accepted-without-a-list", "/lists", json!([list(false)])),
        ("vouched-for-twice", "/lists", json!([list(true), list(true)])),
        ("too-many-lists", "/lists", vec![list(false); 65].into()),
    ] {
        form(name, "not what a receipt says", signed(&changed(&receipt(), at, value)));
    }
    form(
        "signed-at-another-time",
        "checked at one time, and signed at another",
        by(&receipt(), "employer", &own, "receipt", "2026-05-04T10:00:01Z"),
    );
    let mut twice = signed(&receipt());
    twice["proof"].as_array_mut().unwrap().push(proof(
        &receipt(),
        "stranger",
        &did_key_method("stranger"),
        "receipt",
        NOW,
    ));
    form("two-proofs", "of two keys one would not be looked at", twice);
    let mut options = documents::options(&receipt(), &own, NOW);
    options["proofPurpose"] = "receipt".into();
    options["domain"] = "https://check.example.org".into();
    let mut addressed = receipt();
    addressed["proof"] = json!([documents::proof(&receipt(), &key("employer"), options)]);
    form("proof-for-somebody", "a proof that is for one place alone", addressed);
}
