//! `holder`: a key, a question, an answer, and who may say "proven".

use super::program::{KEY, Place, days_ago};

const TRUST: &str = "--trust centro/trust.json";

/// A holder with a certificate made out to their key, and one that is somebody else's.
fn world() -> (Place, String, String) {
    let place = Place::of_world();
    let did = place.run(&format!("holder new me.age --key-file {KEY}")).ends(0).out.trim().to_owned();
    let register = format!(
        "Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad;ID interno;Clave del titular\n\
         Rosa Elena Cruz;1990;{};20;presencial;G-90;{did}\n",
        days_ago(3)
    );
    place.write("rosa.csv", register);
    place
        .run(&format!("issue --institution centro --register rosa.csv --achievement GIN --out mine --key-file {KEY}"))
        .ends(0);
    let (mine, others) = (place.files("mine", ".json").remove(0), place.files("out", ".json").remove(0));
    (place, mine, others)
}

#[test]
fn only_the_first_answer_to_ones_own_question_is_proven() {
    let (place, mine, _) = world();
    let link = place
        .run("holder ask --audience https://check.example.org --kind competence --out q.txt")
        .ends(0)
        .out
        .trim()
        .to_owned();
    assert!(link.starts_with("https://check.example.org/wallet#ask.u"), "{link}");
    place.run("holder ask --audience https://check.example.org --out q.txt").ends(64);
    place.run(&format!("holder present me.age {mine} --ask {link} --out answer.json --key-file {KEY}")).ends(0);
    // A checker that did not ask does not believe it, and nothing in it is shown.
    let said = place.run(&format!("holder check answer.json {TRUST} --json")).ends(1).json();
    assert_eq!((&said["state"], &said["reason"]), (&"refused".into(), &"not-asked".into()));
    assert_eq!(said["verdicts"], serde_json::json!([]));
    let said = place.run(&format!("holder check answer.json --ask q.txt {TRUST} --json")).ends(0).json();
    assert_eq!(said["state"], "proven", "{said}");
    assert_eq!(said["verdicts"][0]["outcome"], "accept");
    assert_eq!(said["lacking"], serde_json::json!(["competence"]));
    // The same again is a replay.
    let said = place.run(&format!("holder check answer.json --ask q.txt {TRUST} --json")).ends(1).json();
    assert_eq!((&said["state"], &said["reason"]), (&"refused".into(), &"replay".into()));
}

#[test]
fn a_live_code_is_held_and_a_copy_proves_nothing() {
    let (place, mine, others) = world();
    let code = place.run(&format!("holder present me.age {mine} --code --key-file {KEY}")).ends(0).out;
    let said = place.run(&format!("holder check {} {TRUST} --json", code.trim())).ends(2).json();
    assert_eq!((&said["state"], &said["verdicts"][0]["outcome"]), (&"held".into(), &"accept".into()), "{said}");
    let said = place.run(&format!("holder check {mine} {TRUST} --json")).ends(2).json();
    assert_eq!((&said["state"], &said["reason"]), (&"not-proven".into(), &"copy".into()));
    // What is made out to nobody can be shown, and says nothing about who shows it.
    place.run(&format!("holder present me.age {others} --out bare.json --key-file {KEY}")).ends(0);
    let said = place.run(&format!("holder check bare.json {TRUST} --json")).ends(2).json();
    assert_eq!((&said["state"], &said["reason"]), (&"not-proven".into(), &"unbound".into()));
    // Somebody else's is not signed at all.
    place.run(&format!("holder new other.age --key-file {KEY}")).ends(0);
    let said = place.run(&format!("holder present other.age {mine} --json --key-file {KEY}")).ends(64).json();
    assert_eq!(said["error"]["code"], "another-person");
    let said =
        place.run(&format!("holder present me.age {mine} --ask nonsense --json --key-file {KEY}")).ends(64).json();
    assert_eq!(said["error"]["code"], "other");
}

#[test]
fn a_wallet_that_was_saved_is_read_here() {
    let place = Place::of_world();
    let vector: serde_json::Value =
        serde_json::from_slice(&std::fs::read(crate::common::here("tests/vectors/backup/good.json")).unwrap()).unwrap();
    place.write("folder.age", crate::common::shared::hex(vector["document"][0]["hex"].as_str().unwrap()));
    let words = vector["passphrase"].as_str().unwrap();
    let run =
        |line: &str, words: &str| place.skillpass(line.split_whitespace()).env("SKILLPASS_PASSPHRASE", words).end();
    let said = run("wallet show folder.age --out taken --json", words).ends(0).json();
    assert_eq!(said["certificates"].as_array().unwrap().len(), 2, "{said}");
    assert!(said["holder"].as_str().unwrap().starts_with("did:key:z6Mk"));
    assert_eq!(place.files("taken", ".json"), ["taken/0001.json", "taken/0002.json"]);
    run("wallet show folder.age --lang en", words).ends(0);
    // Signed by nobody whom this trust file lists: told, and not believed.
    let said = run(&format!("wallet verify folder.age {TRUST} --json"), words).ends(2).json();
    assert_eq!(said["verdicts"].as_array().unwrap().len(), 2);
    let said = run("wallet show folder.age --json", "other words").ends(64).json();
    assert_eq!(said["error"]["code"], "passphrase");
    place.write("folder.age", "nothing");
    assert_eq!(run("wallet show folder.age --json", words).ends(66).json()["error"]["code"], "not-a-backup");
}
