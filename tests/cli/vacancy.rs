//! `vacancy`: signed by whoever offers work, and held against certificates, with exit codes as elsewhere.

use serde_json::{Value, json};

use super::program::{KEY, Place};

const TRUST: &str = "--trust centro/trust.json";

/// A draft that asks for an achievement, in the name of somebody.
fn draft(achievement: &str) -> String {
    json!({
        "issuer": {"name": "Bolsa de empleo"}, "title": "Ayudante", "country": "CO", "language": "es", "needs": "all",
        "until": "2099-12-31T23:59:59Z",
        "requirements": [{"name": "Idea de negocio", "needs": "any", "kinds": ["module-completion"],
                          "codes": [{"framework": "achievement", "code": achievement}]}],
    })
    .to_string()
}

fn state(said: &Value) -> (&str, &str) {
    let vacancy = &said["vacancies"][0];
    (vacancy["answer"].as_str().unwrap(), vacancy["signer"]["state"].as_str().unwrap())
}

#[test]
fn a_vacancy_is_signed_and_matched_with_reasons() {
    let place = Place::of_world();
    let mine = place.files("out", ".json").remove(0);
    place.write("asked.json", draft("urn:skillpass:ilo:gin"));
    place.write("other.json", draft("urn:skillpass:competence:cook"));
    place.run(&format!("vacancy sign asked.json --institution centro --out vacancy.json --key-file {KEY}")).ends(0);
    place.run(&format!("vacancy sign asked.json --institution centro --out vacancy.json --key-file {KEY}")).ends(64);
    let said = place.run(&format!("vacancy match vacancy.json {mine} {TRUST} --json")).ends(0).json();
    assert_eq!(state(&said), ("yes", "listed"), "{said}");
    let code = &said["vacancies"][0]["requirements"][0]["codes"][0];
    assert_eq!((&code["reason"], &code["certificate"]["place"]), (&"achievement".into(), &1.into()));
    // In five languages, and each says it with its own words.
    let mut told: Vec<String> = ["es", "pt", "en", "fr", "ht"]
        .map(|tag| place.run(&format!("vacancy match vacancy.json {mine} {TRUST} --lang {tag}")).ends(0).out)
        .into();
    assert!(told.iter().all(|text| text.starts_with("✓ Ayudante: ")), "{told:?}");
    // What was issued for a trial says so at the certificate too (threats.md F17).
    let words = [" [PRUEBA: ", " [TESTE: ", " [PILOT: ", " [ESSAI\u{a0}: ", " [TÈS: "];
    assert!(told.iter().zip(words).all(|(text, word)| text.matches(word).count() == 2), "{told:?}");
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 5);
    // Another is not met, and the worse of two decides how the program ends.
    place.run("holder new employer.age --key-file employer.txt").ends(0);
    place.run("vacancy sign other.json --key employer.age --out second.json --key-file employer.txt").ends(0);
    let said = place.run(&format!("vacancy match second.json {mine} {TRUST} --json")).ends(1).json();
    assert_eq!(state(&said), ("no", "claims"), "{said}");
    place.run(&format!("vacancy match vacancy.json --also second.json {mine} {TRUST}")).ends(1);
    // Without a list that knows the body, nothing is met.
    let said = place.run(&format!("vacancy match vacancy.json {mine} --trust otro/trust.json --json")).ends(2).json();
    assert_eq!(said["vacancies"][0]["answer"], "cannot-tell", "{said}");
}

#[test]
fn what_is_no_vacancy_is_not_matched() {
    let place = Place::of_world();
    let mine = place.files("out", ".json").remove(0);
    place.write("asked.json", draft("urn:skillpass:ilo:gin"));
    let code = |line: &str, exit: i32| {
        let said = place.run(&format!("vacancy match {line} {mine} {TRUST} --json")).ends(exit).json();
        said["vacancies"][0]["error"]["code"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned()
    };
    assert_eq!(code("asked.json", 66), "unsigned");
    place.run(&format!("vacancy sign asked.json --institution centro --out vacancy.json --key-file {KEY}")).ends(0);
    let text = String::from_utf8(place.read("vacancy.json")).unwrap();
    place.write("changed.json", text.replace("Ayudante", "Gerente"));
    assert_eq!(code("changed.json", 1), "altered");
    assert_eq!(code("vacancy.json --at 2100-01-01T12:00:00Z", 1), "over");
    place.write("large.json", "x".repeat(70_000));
    assert_eq!(code("large.json", 66), "too-large");
    // What nobody may ask for is not signed either.
    place.write(
        "age.json",
        draft("urn:skillpass:ilo:gin").replace("\"needs\":\"any\"", "\"needs\":\"any\",\"sex\":\"x\""),
    );
    let said = place
        .run(&format!("vacancy sign age.json --institution centro --out no.json --json --key-file {KEY}"))
        .ends(66)
        .json();
    assert_eq!(said["error"]["code"], "form");
}

#[test]
fn a_wallets_saved_file_is_matched_too() {
    let place = Place::of_world();
    let vector: Value = crate::common::shared::json(&crate::common::here("tests/vectors/backup/good.json"));
    place.write("folder.age", crate::common::shared::hex(vector["document"][0]["hex"].as_str().unwrap()));
    place.write("asked.json", draft("urn:skillpass:kind:module-completion"));
    place.run(&format!("vacancy sign asked.json --institution centro --out vacancy.json --key-file {KEY}")).ends(0);
    let line = format!("vacancy match vacancy.json --wallet folder.age {TRUST} --json");
    let words = vector["passphrase"].as_str().unwrap();
    let said = place.skillpass(line.split_whitespace()).env("SKILLPASS_PASSPHRASE", words).end();
    // Nobody here lists who signed what is in it.
    let (exit, said) = (said.code, said.json());
    assert_ne!(said["vacancies"][0]["answer"], "yes", "{exit} {said}");
}
