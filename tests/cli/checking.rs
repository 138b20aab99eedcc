//! `verify`, `show` and `qr`: answers, exit codes, and every way to offer a certificate.

use super::program::{PEOPLE, Place};

const TRUST: &str = "--trust centro/trust.json";

/// A world with one certificate of each answer: `good`, `withdrawn`, `foreign`, and the forged file `forged.json`.
fn answers() -> (Place, [String; 4]) {
    let place = Place::of_world();
    let serial = place.serial(PEOPLE[0].0);
    let withdrawn = place.serial(PEOPLE[1].0);
    place.run(&format!("revoke {withdrawn} --institution centro --reason error --key-file key.txt")).ends(0);
    let text = String::from_utf8(place.read(format!("out/{serial}.json"))).unwrap();
    place.write("forged.json", text.replace("Ñáñez", "Nanez"));
    let foreign = place.files("out-otro", ".json").remove(0);
    (place, [format!("out/{serial}.json"), format!("out/{withdrawn}.json"), foreign, "forged.json".to_owned()])
}

#[test]
fn one_certificate_ends_with_its_answer() {
    let (place, [good, withdrawn, foreign, forged]) = answers();
    let said = place.run(&format!("verify {TRUST} {good}")).ends(0);
    assert!(said.out.contains(PEOPLE[0].0) && said.out.contains("Centro Formar"), "{}", said.out);
    place.run(&format!("verify {TRUST} {withdrawn}")).ends(1);
    let said = place.run(&format!("verify {TRUST} {forged}")).ends(1);
    assert!(!said.out.contains("Nanez"), "a forgery's claims are not shown: {}", said.out);
    place.run(&format!("verify {TRUST} {foreign}")).ends(2);
    place.run(&format!("verify {good}")).ends(2);
    place.run(&format!("verify {TRUST} nothing.json")).ends(66);
    // Its evidence has grown old by then; a clock behind the evidence tells nothing.
    place.run(&format!("verify {TRUST} --at 2099-01-01T00:00:00Z {good}")).ends(2);
    place.run(&format!("verify {TRUST} --at 1999-01-01T00:00:00Z {good}")).ends(2);
}

#[test]
fn many_certificates_end_with_the_worst_answer() {
    let (place, [good, withdrawn, foreign, forged]) = answers();
    let unread = "nothing.json";
    for (inputs, code) in [
        (vec![&*good, &good], 0),
        (vec![&good, &foreign], 2),
        (vec![&good, &foreign, &withdrawn], 1),
        (vec![&foreign, &forged], 1),
        (vec![&good, unread], 66),
        // Whether it is undecided or unread, somebody has to look again; an unread one may be anything.
        (vec![&foreign, unread], 66),
        (vec![unread, unread], 66),
        // A rejected certificate is known to be one, whatever the unread one is.
        (vec![&withdrawn, unread], 1),
        (vec![&good, &foreign, &withdrawn, unread], 1),
    ] {
        let list = inputs.join(" ");
        let said = place.run(&format!("verify {TRUST} {list}")).ends(code);
        assert_eq!(said.out.lines().count(), inputs.len(), "a row for each: {}", said.out);
        let said = place.run(&format!("verify {TRUST} --json {list}")).ends(code);
        assert_eq!(said.json()["verdicts"].as_array().unwrap().len(), inputs.len());
        let said = place.run(&format!("verify {TRUST} --csv {list}")).ends(code);
        assert_eq!(said.out.lines().count(), inputs.len() + 1, "{}", said.out);
    }
}

#[test]
fn rows_name_their_input_and_outcome() {
    let (place, [good, withdrawn, foreign, _]) = answers();
    let line = format!("verify {TRUST} {good} {withdrawn} {foreign} nothing.json");
    let verdicts = place.run(&format!("{line} --json")).ends(1).json();
    let outcomes: Vec<&str> =
        verdicts["verdicts"].as_array().unwrap().iter().map(|row| row["outcome"].as_str().unwrap_or("-")).collect();
    assert_eq!(outcomes, ["accept", "reject", "undecided", "-"]);
    assert_eq!(verdicts["verdicts"][0]["input"], good);
    assert_eq!(verdicts["verdicts"][3]["error"], "file-missing");

    let csv = place.run(&format!("{line} --csv")).ends(1).out;
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect();
    let outcomes: Vec<&str> = rows.iter().map(|row| row.get(1).unwrap()).collect();
    assert_eq!(outcomes, ["accept", "reject", "undecided", "unreadable"]);
    assert_eq!(rows[0].get(8), Some(PEOPLE[0].0));
    assert_eq!(rows[0].get(6), Some("pilot"));
}

#[test]
fn every_way_to_offer_a_certificate() {
    let (place, [good, ..]) = answers();
    let stem = good.trim_end_matches(".json");
    let text = place.run(&format!("qr {good} --text")).ends(0).out.trim().to_owned();
    assert!(text.starts_with("https://skillpass.invalid/#"), "{text}");
    let digits = text.rsplit('#').next().unwrap();
    for input in [good.as_str(), &format!("{stem}.png"), &text, digits, &format!(" {text} ")] {
        place.skillpass(["verify", "--trust", "centro/trust.json", input]).end().ends(0);
        place.skillpass(["show", input]).end().ends(0);
    }
    for bytes in [place.read(&good), text.clone().into_bytes(), place.read(format!("{stem}.png"))] {
        let line = format!("verify {TRUST} - --json");
        let said = place.skillpass(line.split(' ')).stdin(&bytes).end().ends(0);
        assert_eq!(said.json()["verdicts"][0]["input"], "-");
        place.skillpass(["show", "-"]).stdin(&bytes).end().ends(0);
    }
    // Named twice, it is read once.
    let line = format!("verify {TRUST} - -");
    place.skillpass(line.split(' ')).stdin(&place.read(&good)).end().ends(0);
    // In text files too, with the line end that editors leave.
    place.write("code.txt", format!("{text}\r\n"));
    place.run(&format!("verify {TRUST} code.txt")).ends(0);
    // A code's text is not repeated: it carries a person's data.
    let said = place.skillpass(["verify", "--json", digits]).end().ends(2);
    assert_eq!(said.json()["verdicts"][0]["input"], "code");
    assert!(!said.out.contains(digits) && !said.err.contains(digits));
    let said = place.skillpass(["verify", &digits[..digits.len() - 9]]).end().ends(66);
    assert!(!said.out.contains(&digits[..60]) && !said.err.contains(&digits[..60]), "{}", said.err);
}

#[test]
fn a_folder_is_checked_file_by_file() {
    let (place, _) = answers();
    let said = place.run(&format!("verify {TRUST} out --json")).ends(1).json();
    let rows = said["verdicts"].as_array().unwrap();
    // A JSON file and a picture of each; the index, the pages and the drawings are none.
    assert_eq!(rows.len(), 2 * PEOPLE.len());
    let count = |outcome: &str| rows.iter().filter(|row| row["outcome"] == outcome).count();
    assert_eq!((count("accept"), count("reject")), (10, 2));

    std::fs::create_dir(place.path("none")).unwrap();
    place.run(&format!("verify {TRUST} none")).ends(66);
    // A name that is no UTF-8 is a name.
    use std::os::unix::ffi::OsStrExt as _;
    let odd = std::ffi::OsStr::from_bytes(b"none/\xff.json");
    std::fs::copy(place.path(&place.files("out", ".json")[0]), place.path(odd)).unwrap();
    assert_ne!(place.run(&format!("verify {TRUST} none")).code, 66);
}

#[test]
fn trust_that_cannot_be_read_ends_the_run() {
    let (place, [good, ..]) = answers();
    place.write("pack.json", "{}");
    place.run(&format!("verify {good} --trust none.json")).ends(66);
    place.run(&format!("verify {good} --trust pack.json")).ends(66);
    place.run(&format!("verify {good} --trust out")).ends(66);
    place.run(&format!("verify {good} {TRUST} --resources none.json")).ends(66);
    place.run(&format!("verify {good} {TRUST} --resources pack.json")).ends(0);
    let error = place.run(&format!("verify {good} --trust none.json --json")).ends(66).json();
    assert_eq!(error["error"]["code"], "trust-missing");
    // With it: both packs count.
    place.run(&format!("verify out-otro {good} {TRUST} --trust otro/trust.json")).ends(0);
}

#[test]
fn a_mapped_document_names_a_key_and_vouches_for_nothing() {
    let place = Place::of_world();
    let args = ["init", "web", "--name", "Web", "--country", "PE", "--domain", "cert.example", "--key-file", "key.txt"];
    let card = place.skillpass(args).arg("--json").end().ends(0).json();
    let line = "issue --institution web --register gin.csv --achievement GIN --out out-web --key-file key.txt";
    place.run(line).ends(0);
    let file = place.files("out-web", ".json").remove(0);
    let alone = place.run(&format!("verify {file} --json")).ends(2).json();
    assert_ne!(alone["verdicts"][0]["answers"][0]["reason"], "intact-only", "nothing is known of its key");
    let (did, method) = (&card["did"], &card["verificationMethod"]);
    assert_eq!(did, "did:web:cert.example");
    let document = serde_json::json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"], "id": did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": card["publicKeyMultibase"]}
        ],
        "assertionMethod": [method],
    });
    place.write("did.json", document.to_string());
    place.write("map.json", r#"{"https://cert.example/.well-known/did.json":"did.json"}"#);
    let said = place.run(&format!("verify {file} --resources map.json --json")).ends(2).json();
    assert_eq!(said["verdicts"][0]["answers"][0]["reason"], "intact-only", "{said}");
    let line = "verify - --resources map.json --json";
    let piped = place.skillpass(line.split(' ')).stdin(&place.read(&file)).end().ends(2).json();
    assert_eq!(piped["verdicts"][0]["answers"], said["verdicts"][0]["answers"]);
}

#[test]
fn show_says_what_is_claimed_and_checks_nothing() {
    let (place, [good, _, _, forged]) = answers();
    let said = place.run(&format!("show {good}")).ends(0);
    assert!(said.out.contains(PEOPLE[0].0));
    assert!(!said.err.is_empty(), "that nothing was checked is said");
    let json = place.run(&format!("show {forged} --json")).ends(0).json();
    assert_eq!(json["documents"][0]["carrier"], "file");
    place.run("show nothing.json").ends(66);
    place.run("show gin.csv").ends(66);
    assert_eq!(place.run("show nothing.json --json").ends(66).json()["error"]["code"], "file-missing");
}

#[test]
fn a_code_is_drawn_in_every_form() {
    let (place, [good, ..]) = answers();
    let drawn = place.run(&format!("qr {good}")).ends(0).out;
    assert!(drawn.lines().count() > 20 && drawn.contains('█'), "{drawn}");
    place.run(&format!("qr {good} --out code.png --verify-host v.example.org")).ends(0);
    place.run(&format!("verify {TRUST} code.png")).ends(0);
    place.run(&format!("qr {good} --out code.svg")).ends(0);
    assert!(place.read("code.svg").starts_with(b"<svg") || place.read("code.svg").starts_with(b"<?xml"));
    let json = place.run(&format!("qr {good} --json --verify-host v.example.org")).ends(0).json();
    assert!(json["text"].as_str().unwrap().starts_with("https://v.example.org/#"), "{json}");
    place.run(&format!("qr {good} --out code.gif")).ends(64);
    place.run(&format!("qr {good} --out none/code.svg")).ends(66);
    place.run(&format!("qr {good} --text --verify-host a/b")).ends(64);
    place.run("qr nothing.json").ends(66);
    place.run("qr gin.csv").ends(66);
}

#[test]
fn tables_hold_no_formula() {
    let (place, [good, ..]) = answers();
    for name in ["=1+1.json", "+1.json", "-1.json", "@a.json"] {
        std::fs::copy(place.path(&good), place.path(name)).unwrap();
    }
    let said = place.run(&format!("verify {TRUST} --csv -- =1+1.json +1.json -1.json @a.json")).ends(0);
    for line in said.out.lines().skip(1) {
        assert!(line.starts_with('\''), "{line}");
    }
}
