//! `init`, `issue`, `revoke`, `keys`, `trust`: what an institution and an authority do, by hand.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::program::{KEY, PEOPLE, Place, days_ago, register, register_of};

const TRUST: &str = "--trust centro/trust.json";

fn mode(path: impl AsRef<Path>) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn founding_makes_keys_that_are_never_overwritten() {
    let place = Place::of_world();
    assert_eq!(mode(place.path("centro/keys.age")), 0o600);
    assert_eq!(mode(place.path("centro/pilot/keys.age")), 0o600);
    assert_eq!(mode(place.path(KEY)), 0o600);
    let (keys, key_file) = (place.read("centro/keys.age"), place.read(KEY));
    let again = |dir: &str| place.run(&format!("init {dir} --name X --country CO --key-file other.txt"));
    again("centro").ends(64);
    std::fs::create_dir(place.path("full")).unwrap();
    place.write("full/letter.txt", "dear");
    again("full").ends(64);
    assert!(!place.path("other.txt").exists(), "no key file is made for nothing");
    assert!(place.path("full/letter.txt").exists());
    assert_eq!((place.read("centro/keys.age"), place.read(KEY)), (keys, key_file));
    // An empty folder will do, and a key file that is there is used.
    std::fs::create_dir(place.path("empty")).unwrap();
    place.run(&format!("init empty --name X --country co --key-file {KEY}")).ends(0);
    place.run(&format!("keys empty --check --key-file {KEY}")).ends(0);
}

#[test]
fn founding_asks_for_what_can_be_used() {
    let place = Place::empty();
    let key = ["--key-file", "key.txt"];
    let cases: [&[&str]; 9] = [
        &["--name", "X", "--country", "COL"],
        &["--name", "X", "--country", "C1"],
        &["--name", "  ", "--country", "CO"],
        &["--name", "a\u{7}b", "--country", "CO"],
        &["--name", "X", "--country", "CO", "--verify-host", "https://v.example.org"],
        &["--name", "X", "--country", "CO", "--verify-host", "v example"],
        &["--name", "X", "--country", "CO", "--domain", "a/b"],
        &["--name", "X", "--country", "CO", "--domain", "-"],
        &["--name", "X"],
    ];
    for case in cases {
        place.skillpass(["init", "dir"].iter().chain(case).chain(&key)).end().ends(64);
        assert!(!place.path("dir").exists(), "{case:?} leaves nothing");
    }
    place.write("file", "");
    place.run("init file --name X --country CO --key-file key.txt").ends(74);
    place.run("init file/dir --name X --country CO --key-file key.txt").ends(74);
}

#[test]
fn a_passphrase_opens_what_it_sealed() {
    let place = Place::empty();
    place.write("gin.csv", register(PEOPLE));
    let with =
        |passphrase: &str, line: &str| place.skillpass(line.split(' ')).env("SKILLPASS_PASSPHRASE", passphrase).end();
    with("short", "init centro --name Centro --country CO").ends(64);
    assert!(!place.path("centro/keys.age").exists());
    with("ocho caballos", "init centro --name Centro --country CO").ends(0);
    with("ocho caballos", "keys centro --check").ends(0);
    with("nueve caballos", "keys centro --check").ends(64);
    let issue = "issue --institution centro --register gin.csv --achievement GIN --out out";
    with("nueve caballos", issue).ends(64);
    assert!(!place.path("out").exists());
    with("ocho caballos", issue).ends(0);
    // A key file does not open what a passphrase sealed, and nothing but a key file is one.
    place.run("init other --name Other --country CO --key-file key.txt").ends(0);
    place.run("keys centro --check --key-file key.txt").ends(64);
    place.run("keys centro --check --key-file gin.csv").ends(66);
    place.run("keys centro --check --key-file none.txt").ends(66);
    place.write("bytes", [0xff, 0xfe, 0]);
    place.run("keys centro --check --key-file bytes").ends(66);
}

#[test]
fn without_a_terminal_no_passphrase_is_asked_for() {
    let place = Place::of_world();
    // Of a session of its own: no terminal, even if the tests run in one.
    let mut command = std::process::Command::new("setsid");
    command.arg("--wait").arg(env!("CARGO_BIN_EXE_skillpass")).args(["keys", "centro", "--check", "--json"]);
    command.current_dir(place.path(".")).env_clear().stdin(std::process::Stdio::null());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(64), "{output:?}");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["error"]["code"], "passphrase-nowhere");
}

#[test]
fn keys_that_others_can_read_are_refused() {
    let place = Place::of_world();
    let keys = place.path("centro/keys.age");
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o640)).unwrap();
    place.run(&format!("keys centro --check --key-file {KEY}")).ends(64);
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::copy(place.path("otro/keys.age"), &keys).unwrap();
    place.run(&format!("keys centro --check --key-file {KEY}")).ends(66);
    std::fs::write(&keys, "age-encryption.org/v1\n").unwrap();
    place.run(&format!("keys centro --check --key-file {KEY}")).ends(66);
    std::fs::remove_file(&keys).unwrap();
    place.run(&format!("keys centro --check --key-file {KEY}")).ends(66);
    place.run("keys centro").ends(0);
    place.run("keys nowhere").ends(66);
    place.write("centro/institution.json", "{");
    place.run("keys centro").ends(66);
}

#[test]
fn four_files_a_person_under_no_name() {
    let place = Place::of_world();
    let index = place.index();
    assert_eq!(index.len(), PEOPLE.len());
    assert_eq!(mode(place.path("out/index.csv")), 0o600);
    let names: Vec<String> = place.files("out", "");
    assert_eq!(names.len(), 4 * PEOPLE.len() + 1, "{names:?}");
    for name in &names {
        assert_eq!(mode(place.path(name)), 0o600, "{name} names a person");
        let lower = name.to_lowercase();
        for (person, ..) in PEOPLE {
            for word in person.split([' ', '-', '\'']).filter(|word| word.chars().count() > 3) {
                assert!(!lower.contains(&word.to_lowercase()), "{name}");
            }
        }
    }
    for line in &index {
        assert_eq!(line["serial"].len(), 8);
        for ending in ["json", "svg", "png", "html"] {
            assert!(names.contains(&format!("out/{}.{ending}", line["serial"])));
        }
    }
}

#[test]
fn the_same_register_twice_issues_nothing_twice() {
    let place = Place::of_world();
    let (index, before) = (place.read("out/index.csv"), place.files("out", ""));
    let said = place.issue("gin.csv", "--json").ends(0).json();
    let states = said["certificates"].as_array().unwrap().iter().map(|row| &row["state"]);
    assert!(states.clone().count() == 6 && states.into_iter().all(|state| state == "unchanged"), "{said}");
    assert_eq!((place.read("out/index.csv"), place.files("out", "")), (index.clone(), before.clone()));
    // What is missing is written again: from the register, without a new signature.
    let lost = place.files("out", ".json").remove(2);
    let document = place.read(&lost);
    std::fs::remove_file(place.path(&lost)).unwrap();
    std::fs::remove_file(place.path("out/index.csv")).unwrap();
    place.issue("gin.csv", "").ends(0);
    assert_eq!((place.read("out/index.csv"), place.files("out", "")), (index, before));
    assert_eq!(place.read(lost), document);
    // In another order, with one more: one more.
    let mut people = PEOPLE.to_vec();
    people.push(("Nazareth Urdaneta", 1999, "G-7"));
    people.reverse();
    place.write("more.csv", register(people));
    let said = place.issue("more.csv", "").ends(0);
    assert_eq!(said.out.lines().count(), 1, "{}", said.out);
}

#[test]
fn a_changed_row_is_a_correction_and_waits_to_be_asked_for() {
    let place = Place::of_world();
    let (name, year, id) = PEOPLE[0];
    let old = format!("out/{}.json", place.serial(name));
    let corrected = "María Fernanda Ñáñez de la Rosa";
    let mut people = PEOPLE.to_vec();
    people[0] = (corrected, year, id);
    place.write("gin.csv", register(people));

    let dry = place.issue("gin.csv", "--dry-run --json").ends(0).json();
    assert_eq!((&dry["wouldIssue"], &dry["rows"][0]["state"]), (&0.into(), &"changed".into()), "{dry}");
    let said = place.issue("gin.csv", "").ends(0);
    assert!(said.out.is_empty() && said.err.contains("--correct"), "{}", said.err);
    place.run(&format!("verify {TRUST} {old}")).ends(0);
    assert_eq!(place.files("out", ".json").len(), 6);

    let dry = place.issue("gin.csv", "--dry-run --correct --json").ends(0).json();
    assert_eq!(dry["wouldIssue"], 1);
    let said = place.issue("gin.csv", "--correct").ends(0);
    assert_eq!(said.out.lines().count(), 1);
    place.run(&format!("verify {TRUST} {old}")).ends(1);
    let new = format!("out/{}.json", place.serial(corrected));
    place.run(&format!("verify {TRUST} {new}")).ends(0);
    // The index does not go on calling the old one issued.
    let index = place.index();
    let states = index.iter().filter(|line| line["register_id"] == id).map(|line| line["state"].as_str());
    assert_eq!(states.collect::<Vec<_>>(), ["withdrawn", "issued"]);
    // Once is enough.
    assert!(place.issue("gin.csv", "--correct").ends(0).out.is_empty());
}

#[test]
fn withdrawing_is_public_at_once_and_for_good() {
    let place = Place::of_world();
    let serial = place.serial(PEOPLE[3].0);
    let file = format!("out/{serial}.json");
    let revoke = |serial: &str, more: &str| {
        place.run(&format!("revoke {serial} --institution centro --reason error --key-file {KEY} {more}"))
    };
    revoke("00000000", "").ends(66);
    revoke("NO", "").ends(66);
    place.run(&format!("verify {TRUST} {file}")).ends(0);
    let said = revoke(&serial.to_lowercase(), "--json").ends(0).json();
    let row = serde_json::json!({"changed": true, "serial": serial, "state": "revoked", "reason": "error"});
    assert_eq!(said["certificates"], serde_json::json!([row]));
    place.run(&format!("verify {TRUST} {file}")).ends(1);
    place.run(&format!("verify {TRUST} out/{serial}.png")).ends(1);
    revoke(&serial, "").ends(0);
    // The same register does not bring it back.
    let said = place.issue("gin.csv", "").ends(0);
    assert!(said.out.is_empty());
    place.run(&format!("verify {TRUST} {file}")).ends(1);
    assert_eq!(place.index().iter().find(|line| line["serial"] == serial).unwrap()["state"], "withdrawn");
    // Without a reason, or with an invented one, it is not done.
    place.run(&format!("revoke {serial} --institution centro --key-file {KEY}")).ends(64);
    place.run(&format!("revoke {serial} --institution centro --reason whim --key-file {KEY}")).ends(64);
}

#[test]
fn what_was_withdrawn_and_not_published_is_published_by_repeating() {
    let place = Place::of_world();
    let serial = place.serial(PEOPLE[2].0);
    let old =
        [place.read("centro/trust.json"), place.read("centro/pilot/trust.json"), place.read("centro/status/1.json")];
    let revoke = format!("revoke {serial} --institution centro --reason error --key-file {KEY}");
    place.run(&revoke).ends(0);
    // As if the process had been stopped after its register knew.
    for (name, bytes) in ["centro/trust.json", "centro/pilot/trust.json", "centro/status/1.json"].iter().zip(old) {
        place.write(name, bytes);
    }
    place.run(&format!("verify {TRUST} out/{serial}.json")).ends(0);
    place.run(&revoke).ends(0);
    place.run(&format!("verify {TRUST} out/{serial}.json")).ends(1);
}

#[test]
fn a_bad_row_keeps_the_register_back_until_it_is_left_out() {
    let place = Place::of_world();
    let good = [("Nazareth Urdaneta", 1999, "B-1"), ("Santiago Peña y Lillo", 1989, "B-2")];
    let bad = [
        ("=HYPERLINK(\"http://x\")", 1990, "B-3"),
        ("Juan y María Peña", 1980, "B-4"),
        ("", 1970, "B-5"),
        ("Ana\u{202e}Peña", 1970, "B-6"),
        ("Wílmer Colmenares", 1799, "B-7"),
    ];
    place.write("bad.csv", register(good.into_iter().chain(bad)));
    let said = place.issue("bad.csv", "--json").ends(66);
    assert_eq!((&said.json()["issued"], said.json()["problems"].as_array().unwrap().len()), (&0.into(), bad.len()));
    assert!(said.err.contains("--skip-bad") && said.err.contains("--one-person 5"), "{}", said.err);
    assert_eq!(place.files("out", ".json").len(), 6);
    place.issue("bad.csv", "--dry-run").ends(66);
    let said = place.issue("bad.csv", "--skip-bad --json").ends(0).json();
    assert_eq!((said["certificates"].as_array().unwrap().len(), &said["skipped"]), (2, &5.into()));
    let said = place.issue("bad.csv", "--skip-bad --one-person 5 --json").ends(0).json();
    assert_eq!((said["certificates"].as_array().unwrap().len(), &said["skipped"]), (3, &4.into()));
}

#[test]
fn a_name_that_no_code_can_hold_is_a_row_to_mend() {
    let place = Place::of_world();
    let long = "Ñúçãø ".repeat(20);
    let name = long.trim();
    place.write("long.csv", register([(name, 1999, "L-1"), ("Nazareth Urdaneta", 1999, "L-2")]));
    let said = place.issue("long.csv", "--json");
    if said.code == 0 {
        return; // The code had room for it.
    }
    said.ends(66);
    let huge = "a".repeat(10_000);
    place.write("huge.csv", register([(huge.as_str(), 1999, "L-3")]));
    place.issue("huge.csv", "").ends(66);
    assert_eq!(place.files("out", ".json").len(), 6);
}

#[test]
fn a_file_that_is_no_register_says_so_once() {
    let place = Place::of_world();
    for (name, bytes) in [
        ("empty.csv", &b""[..]),
        ("binary.csv", b"PK\x03\x04\0\0\0\0"),
        ("other.csv", b"a;b;c\n1;2;3\n"),
        ("open.csv", b"Nombre completo;A\xc3\xb1o de nacimiento\n\"Mar\xc3\xada;1987\n"),
    ] {
        place.write(name, bytes);
        let said = place.issue(name, "--json").ends(66).json();
        assert_eq!(said["error"]["code"], "register-unreadable");
        assert!(!said["problems"].as_array().unwrap().is_empty(), "{said}");
        place.issue(name, "").ends(66);
    }
    place.issue("none.csv", "").ends(66);
    place.issue("out", "").ends(66);
}

#[test]
fn old_awards_are_attested_from_the_archive() {
    let place = Place::of_world();
    let day = days_ago(400);
    place.write("old.csv", register_of(day, [("Nazareth Urdaneta", 1999, "A-1")]));
    let said = place.issue("old.csv", "--json").ends(66);
    assert_eq!(said.json()["problems"][0]["code"], "award-too-old");
    assert!(said.err.contains("--from-archive"), "{}", said.err);
    place.issue("old.csv", "--from-archive").ends(66);
    let text = format!(
        "Nombre completo;Año de nacimiento;Fecha de certificación;Referencia de archivo;ID interno\n\
         Nazareth Urdaneta;1999;{day};Libro 4, folio 112;A-1\n"
    );
    place.write("archive.csv", text);
    let serial = place.issue("archive.csv", "--from-archive").ends(0).out.trim().to_owned();
    let shown = place.run(&format!("show out/{serial}.json --json")).ends(0).json();
    let subject = &shown["documents"][0]["document"]["credentialSubject"];
    assert_eq!(subject["achievement"]["achievementType"], "ext:FromArchive");
    place.run(&format!("verify {TRUST} out/{serial}.json")).ends(0);
}

#[test]
fn questions_of_a_register_are_answered_by_options() {
    let place = Place::of_world();
    let header = "Nombre completo;Año de nacimiento;Modalidad;ID interno";
    place.write("undated.csv", format!("{header}\nNazareth Urdaneta;1999;virtual;D-1\n"));
    place.issue("undated.csv", "").ends(66);
    place.issue("undated.csv", &format!("--award-date {}", days_ago(2))).ends(0);
    place.issue("undated.csv", "--award-date 31-12-2026").ends(64);
    let day = (2..26).map(days_ago).find(|day| day.day() <= 12 && day.day() != day.month()).unwrap();
    let written = format!("{:02}/{:02}/{}", day.day(), day.month(), day.year());
    let header = "Nombre completo;Año de nacimiento;Fecha de certificación;Modalidad;ID interno";
    place.write("dated.csv", format!("{header}\nNazareth Urdaneta;1999;{written};virtual;D-2\n"));
    let said = place.issue("dated.csv", "").ends(66);
    assert!(said.err.contains("--date-order"), "{}", said.err);
    place.issue("dated.csv", "--date-order day-first --certificate-lang ht").ends(0);
    assert_eq!(place.index().iter().find(|line| line["register_id"] == "D-2").unwrap()["awarded"], day.to_string());
    place.issue("gin.csv", "--certificate-lang xx").ends(64);
    let line = "issue --institution centro --register gin.csv --achievement NOTHING --out out --key-file key.txt";
    place.run(line).ends(64);
    place.run(&line.replace("centro", "nowhere")).ends(66);
}

#[test]
fn what_is_in_the_way_is_met_before_anything_is_signed() {
    let place = Place::of_world();
    place.write("more.csv", register([("Nazareth Urdaneta", 1999, "N-1")]));
    let store = |place: &Place| place.read("centro/store.mark");
    let before = store(&place);
    let issue = |out: &str| {
        place.run(&format!(
            "issue --institution centro --register more.csv --achievement GIN --out {out} --key-file {KEY}"
        ))
    };
    issue("gin.csv").ends(74);
    issue("gin.csv/out").ends(74);
    std::fs::create_dir(place.path("taken")).unwrap();
    place.write("taken/index.csv", "my;own;list\n");
    issue("taken").ends(66);
    assert_eq!(place.read("taken/index.csv"), b"my;own;list\n");
    std::fs::create_dir_all(place.path("blocked/index.csv")).unwrap();
    issue("blocked").ends(74);
    assert_eq!(store(&place), before, "no slot was given out");
    issue("out").ends(0);
}

#[test]
fn an_authority_lists_institutions_and_hands_on_their_lists() {
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    let said = place
        .skillpass([
            "authority",
            "init",
            "ministry",
            "--name",
            "Ministerio del Trabajo",
            "--country",
            "CO",
            "--key-file",
            KEY,
            "--json",
        ])
        .end()
        .ends(0)
        .json();
    assert_eq!(said["trust"], "ministry/trust.json");
    assert_eq!(mode(place.path("ministry/keys.age")), 0o600);
    let trust = "--trust ministry/trust.json";
    let keys = place.read("ministry/keys.age");
    place.run(&format!("authority init ministry --name X --country CO --key-file {KEY}")).ends(64);
    assert_eq!(place.read("ministry/keys.age"), keys);
    place.run(&format!("authority init other --name X --country COL --key-file {KEY}")).ends(64);

    let day = days_ago(30);
    let sign = |more: &str| place.run(&format!("authority refresh ministry --key-file {KEY} {more}"));
    // An institution that is not listed has no list to hand in.
    sign("--hand-in centro/status/1.json").ends(1);
    let add =
        |card: &str, more: &str| place.run(&format!("authority accredit ministry --institution {card} --json {more}"));
    add("centro/institution.json", &format!("--achievement GIN --from {day}")).ends(0);
    place.run(&format!("authority publish ministry --key-file {KEY}")).ends(0);
    add("centro/institution.json", "--achievement NOTHING").ends(64);
    add("gin.csv", "").ends(66);
    add("none.json", "").ends(66);
    let card = String::from_utf8(place.read("otro/institution.json")).unwrap();
    let key = place.run("keys centro --json").ends(0).json()["publicKeyMultibase"].as_str().unwrap().to_owned();
    let own = place.run("keys otro --json").ends(0).json()["publicKeyMultibase"].as_str().unwrap().to_owned();
    place.write(
        "lying.json",
        card.replace(&format!("\"publicKeyMultibase\": \"{own}\""), &format!("\"publicKeyMultibase\": \"{key}\"")),
    );

    place.run(&format!("verify {trust} {file}")).ends(2);
    sign("--hand-in centro/status/1.json").ends(0);
    place.run(&format!("verify {trust} {file}")).ends(0);
    sign("--hand-in none.json").ends(66);
    sign("--hand-in gin.csv").ends(1);
    sign("--hand-in otro/status/1.json").ends(1);

    // A list that comes again after a newer one is not taken back.
    let old = place.read("centro/status/1.json");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let serial = file.trim_start_matches("out/").trim_end_matches(".json");
    place.run(&format!("revoke {serial} --institution centro --reason fraud-confirmed --key-file {KEY}")).ends(0);
    sign("--hand-in centro/status/1.json").ends(0);
    place.run(&format!("verify {trust} {file}")).ends(1);
    place.write("old-list.json", old);
    sign("--hand-in old-list.json").ends(1);
    place.run(&format!("verify {trust} {file}")).ends(1);
    place.write("ministry/trust.json", "{}");
    sign("").ends(66);
}

#[test]
fn a_demo_can_be_made_twice_and_after_it_was_stopped() {
    let place = Place::empty();
    let said = place.run("demo --no-serve --data demo --json").ends(0).json();
    let [trust, accept, reject] = ["trust", "accept", "reject"].map(|name| said[name].as_str().unwrap().to_owned());
    place.run(&format!("verify --trust {trust} {accept}")).ends(0);
    place.run(&format!("verify --trust {trust} {reject}")).ends(1);
    let files = |place: &Place| {
        [place.files("demo/centro-formar/certificates", ""), place.files("demo/taller-sabores/certificates", "")]
    };
    let before = files(&place);
    assert_eq!(place.run("demo --no-serve --data demo --json").ends(0).json()["reject"], reject.as_str());
    assert_eq!(files(&place), before);
    // Stopped while the second institution was being founded.
    std::fs::remove_file(place.path("demo/taller-sabores/institution.json")).unwrap();
    place.run("demo --no-serve --data demo").ends(0);
    // Stopped while the authority was being founded.
    std::fs::remove_file(place.path("demo/authority/trust.json")).unwrap();
    let said = place.run("demo --no-serve --data demo --json").ends(0).json();
    place
        .run(&format!("verify --trust {} {}", said["trust"].as_str().unwrap(), said["accept"].as_str().unwrap()))
        .ends(0);
    // Somebody's own folder is left alone.
    std::fs::create_dir(place.path("mine")).unwrap();
    place.write("mine/letter.txt", "dear");
    place.run("demo --no-serve --data mine").ends(64);
}

#[test]
fn the_catalogue_is_listed_in_five_languages() {
    let place = Place::empty();
    let listed: Vec<String> = ["es", "pt", "en", "fr", "ht"]
        .iter()
        .map(|lang| place.run(&format!("catalogue --lang {lang}")).ends(0).out)
        .collect();
    for (at, one) in listed.iter().enumerate() {
        assert!(one.contains("GIN"));
        assert!(listed.iter().skip(at + 1).all(|other| other != one));
    }
    let json = place.run("catalogue --json").ends(0).json();
    assert!(json["achievements"].as_array().unwrap().iter().any(|one| one["id"] == "urn:skillpass:ilo:gin"));
}
