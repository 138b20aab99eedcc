//! `authority`: people who sign on machines of their own, and what is published when enough of them have.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::program::{KEY, Place, Ran, days_ago, now, register};

/// A ministry of three people, two of whom must sign; nothing is published yet.
struct Ministry {
    place: Place,
}

const PEOPLE: [&str; 3] = ["ana", "luis", "eva"];

impl Ministry {
    fn founded() -> Self {
        let place = Place::of_world();
        let keys = PEOPLE.map(|name| person(&place, name));
        let mut line: Vec<String> =
            "authority init ministry --name Ministerio --country CO --environment production --root-threshold 2 \
             --accreditation-threshold 2 --key-file key.txt --json"
                .split_whitespace()
                .map(str::to_owned)
                .collect();
        for key in &keys {
            line.extend(["--root-key".to_owned(), key.clone(), "--accreditation-key".to_owned(), key.clone()]);
        }
        let said = place.skillpass(&line).end().ends(0).json();
        assert_eq!(said["ready"], false);
        assert!(!place.path("ministry/trust.json").exists(), "nothing counts before two have signed");
        Self { place }
    }

    fn published() -> Self {
        let ministry = Self::founded();
        for name in ["ana", "eva"] {
            ministry.sign("ministry/proposal.json", name).ends(0);
        }
        ministry.publish("").ends(0);
        ministry
    }

    fn run(&self, line: &str) -> Ran {
        self.place.run(&format!("{line} --key-file {KEY}"))
    }

    fn sign(&self, proposal: &str, name: &str) -> Ran {
        self.run(&format!("authority sign {proposal} --with {name} --yes"))
    }

    fn publish(&self, copies: &str) -> Ran {
        self.run(&format!("authority publish ministry {copies}"))
    }

    fn accredit(&self, more: &str) -> Ran {
        self.place.run(&format!("authority accredit ministry --institution centro/institution.json {more}"))
    }

    /// A copy of the open proposal, as it travels.
    fn copy(&self, name: &str) {
        self.place.write(name, self.place.read("ministry/proposal.json"));
    }

    fn pack(&self) -> Value {
        serde_json::from_slice(&self.place.read("ministry/trust.json")).unwrap()
    }
}

/// Makes a person's key, and gives the line that is sent to the founder.
fn person(place: &Place, name: &str) -> String {
    let line = ["authority", "key", name, "--name", name, "--key-file", KEY];
    place.skillpass(line).end().ends(0).out.trim().to_owned()
}

fn code(ran: &Ran) -> String {
    ran.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
}

/// Domain D14: two of three sign; one alone does not count, nor does one twice.
#[test]
fn two_of_three_people_on_three_machines() {
    let ministry = Ministry::founded();
    let place = &ministry.place;
    ministry.copy("a.json");
    ministry.copy("e.json");
    let said = ministry.sign("a.json", "ana").ends(0);
    assert!(said.err.contains("Firmas para raíz: 1 de 2"), "{}", said.err);
    let refused = ministry.publish("a.json --json").ends(64);
    assert_eq!(code(&refused), "too-few");
    assert!(refused.err.contains("luis") && refused.err.contains("eva") && !refused.err.contains("ana"));
    // The same person twice, on the same file and on a fresh copy that is brought along.
    assert_eq!(code(&ministry.run("authority sign a.json --with ana --yes --json").ends(64)), "already-signed");
    ministry.copy("again.json");
    ministry.sign("again.json", "ana").ends(0);
    assert_eq!(code(&ministry.publish("a.json again.json --json").ends(64)), "too-few");
    // Somebody without a part in it.
    person(place, "zoe");
    assert_eq!(code(&ministry.run("authority sign e.json --with zoe --yes --json").ends(64)), "no-role");
    assert!(!place.path("ministry/trust.json").exists());
    // Two copies, signed apart, are one proposal.
    ministry.sign("e.json", "eva").ends(0);
    let said = ministry.publish("a.json e.json --json").ends(0).json();
    assert_eq!(said["versions"], serde_json::json!({"root": 1, "accreditation": 1, "freshness": 1}));
    assert!(!place.path("ministry/proposal.json").exists());
    assert_eq!(ministry.pack()["accreditation"]["proof"].as_array().unwrap().len(), 2);

    // The next one: an institution. What each signer is told, in two languages.
    let day = super::program::days_ago(30);
    ministry.accredit(&format!("--achievement GIN --from {day}")).ends(0);
    ministry.copy("second.json");
    let told = |lang: &str| {
        let said = place.skillpass(["authority", "show", "second.json", "--json", "--lang", lang]).end().ends(0).json();
        said["changes"].as_array().unwrap().clone()
    };
    let codes = |rows: &[Value]| rows.iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let (spanish, english) = (told("es"), told("en"));
    assert_eq!(codes(&spanish), ["issuer-added", "key-added", "scope-added", "achievement-added"]);
    assert_eq!(codes(&spanish), codes(&english));
    for (lang, rows) in [("es", &spanish), ("en", &english)] {
        let signed = place
            .skillpass(["authority", "sign", "second.json", "--with", "luis", "--lang", lang, "--key-file", KEY])
            .stdin("no\n".as_bytes())
            .end()
            .ends(64);
        for row in rows {
            assert!(signed.err.contains(row["text"].as_str().unwrap()), "{lang}: {}", signed.err);
        }
    }
    assert!(spanish[0]["text"].as_str().unwrap().starts_with("Institución nueva: «Centro Formar» (CO)"));
    assert!(english[0]["text"].as_str().unwrap().starts_with("New institution: “Centro Formar” (CO)"));
    for (name, yes) in [("luis", "sí"), ("ana", "SI")] {
        let line = ["authority", "sign", "second.json", "--with", name, "--lang", "es", "--key-file", KEY];
        place.skillpass(line).stdin(yes.as_bytes()).end().ends(0);
    }
    ministry.publish("second.json").ends(0);
    ministry.run("authority refresh ministry --hand-in centro").ends(0);
    let file = place.files("out", ".json").remove(0);
    place.run(&format!("verify --trust ministry/trust.json {file}")).ends(0);
    assert_eq!(place.files("ministry/history", ".json"), ["ministry/history/1-1-1.json"]);
}

#[test]
fn a_proposal_that_was_changed_has_no_signatures() {
    let ministry = Ministry::published();
    let place = &ministry.place;
    ministry.accredit("--achievement GIN").ends(0);
    ministry.copy("p.json");
    ministry.sign("p.json", "ana").ends(0);
    let text = String::from_utf8(place.read("p.json")).unwrap();
    place.write("bad.json", text.replace("Centro Formar", "Centro Firmar"));
    assert_eq!(code(&ministry.run("authority sign bad.json --with luis --yes --json").ends(66)), "altered");
    assert_eq!(code(&ministry.publish("bad.json --json").ends(66)), "altered");
    assert_eq!(code(&place.run("authority show bad.json --json").ends(66)), "altered");
    // More than can be said in words.
    place.write("more.json", text.replacen("\"accreditation\":{", "\"accreditation\":{\"also\":1,", 2));
    let said = ministry.run("authority sign more.json --with luis --yes --json").ends(66);
    assert!(["not-in-words", "unsigned", "mixed"].contains(&code(&said).as_str()), "{}", said.out);
    // Changing the open proposal drops what it had, and says so.
    place.write("ministry/proposal.json", place.read("p.json"));
    let said = place.run("authority withdraw ministry --institution centro --achievement gin").ends(64);
    assert!(said.err.contains("centro"), "{}", said.err);
    let said =
        place.skillpass(["authority", "withdraw", "ministry", "--institution", "centro formar", "--all"]).end().ends(0);
    assert!(said.err.contains("(1)"), "{}", said.err);
    let shown = place.run("authority show ministry --json").ends(0).json();
    assert_eq!(shown["signatures"][0]["count"], 0);
    assert_eq!(code(&ministry.publish("p.json --json").ends(64)), "other-proposal");
    // And all of it can be dropped.
    assert_eq!(place.run("authority discard ministry --json").ends(0).json()["discarded"], true);
    assert_eq!(place.run("authority show ministry --json").ends(0).json()["proposal"], Value::Null);
}

#[test]
fn who_has_seen_more_does_not_sign_less() {
    let ministry = Ministry::published();
    let place = &ministry.place;
    ministry.accredit("--achievement GIN").ends(0);
    ministry.copy("first.json");
    place.write("old-trust.json", place.read("ministry/trust.json"));
    for name in ["ana", "luis"] {
        ministry.sign("first.json", name).ends(0);
    }
    place.run("authority discard ministry").ends(0);
    ministry.accredit("").ends(0);
    ministry.copy("other.json");
    // Another proposal of the same version is said to be one.
    let said = ministry.sign("other.json", "ana").ends(0);
    assert!(said.err.contains("otra propuesta de esta misma versión"), "{}", said.err);
    ministry.sign("other.json", "eva").ends(0);
    ministry.publish("other.json").ends(0);
    // Somebody published in between.
    assert_eq!(code(&ministry.publish("first.json --json").ends(64)), "other-base");
    // Ana sees the newer list, and then an older one is put before her.
    place.skillpass(["authority", "withdraw", "ministry", "--institution", "Centro Formar", "--all"]).end().ends(0);
    ministry.copy("third.json");
    ministry.sign("third.json", "ana").ends(0);
    assert_eq!(code(&ministry.run("authority sign first.json --with ana --yes --json").ends(64)), "stale");
    // An authority of the same name and identifier with another root.
    let id = ministry.pack()["root"][0]["authority"]["id"].as_str().unwrap().to_owned();
    let key = person(place, "ladron");
    let ana = place.read("ana/person.json");
    let ana: Value = serde_json::from_slice(&ana).unwrap();
    let ana = format!("ana={}", ana["publicKeyMultibase"].as_str().unwrap());
    let line = [
        "authority",
        "init",
        "fake",
        "--name",
        "Ministerio",
        "--country",
        "CO",
        "--id",
        &id,
        "--root-key",
        &key,
        "--root-threshold",
        "1",
        "--accreditation-key",
        &ana,
        "--accreditation-threshold",
        "1",
        "--key-file",
        KEY,
    ];
    place.skillpass(line).end().ends(0);
    let refused = ministry.run("authority sign fake/proposal.json --with ana --yes --json").ends(64);
    assert_eq!(code(&refused), "other-root");
}

#[test]
fn a_version_that_does_not_grow_is_not_published() {
    let ministry = Ministry::published();
    let place = &ministry.place;
    ministry.accredit("--achievement GIN").ends(0);
    let mut proposal: Value = serde_json::from_slice(&place.read("ministry/proposal.json")).unwrap();
    for version in [1, 0] {
        proposal["accreditation"]["version"] = version.into();
        place.write("same.json", proposal.to_string());
        let refused =
            ministry.run("authority sign same.json --with ana --yes --json").ends(if version == 1 { 64 } else { 66 });
        assert_eq!(code(&refused), if version == 1 { "not-growing" } else { "not-in-words" });
    }
}

#[test]
fn production_is_no_single_machine_and_thresholds_are_possible() {
    let place = Place::of_world();
    let line = "authority init a --name A --country CO --key-file key.txt --json";
    assert_eq!(code(&place.run(&format!("{line} --environment production")).ends(64)), "pilot-alone");
    let key = person(&place, "ana");
    for (root, accreditation) in [("0", "1"), ("2", "1"), ("1", "2")] {
        let more = format!(
            "--root-key {key} --accreditation-key {key} --root-threshold {root} --accreditation-threshold {accreditation}"
        );
        assert_eq!(code(&place.run(&format!("{line} {more}")).ends(64)), "threshold");
    }
    let twice = format!(
        "--root-key {key} --root-key {key} --root-threshold 2 --accreditation-key {key} --accreditation-threshold 1"
    );
    assert_eq!(code(&place.run(&format!("{line} {twice}")).ends(64)), "threshold");
    assert!(!place.path("a").exists());
}

/// Where one person alone can sign is nobody whom a production authority accredits without hearing of it.
#[test]
fn a_card_of_a_pilot_is_told_of() {
    let ministry = Ministry::published();
    let said = ministry.accredit("--achievement GIN").ends(0);
    assert!(said.err.contains("end-pilot"), "{said:?}");
    ministry.place.run("desk end-pilot centro --yes").ends(0);
    ministry.place.run("authority discard ministry").ends(0);
    let said = ministry.accredit("--achievement GIN").ends(0);
    assert!(!said.err.contains("end-pilot"), "{said:?}");
}

/// threats.md F10.
#[test]
fn names_that_look_alike_are_not_accredited_by_mistake() {
    let ministry = Ministry::published();
    let place = &ministry.place;
    for (dir, name) in [("sena", "SENA"), ("fake", "S\u{415}NA"), ("peru", "SENA Perú")] {
        place.skillpass(["init", dir, "--name", name, "--country", "CO", "--key-file", KEY]).end().ends(0);
    }
    let accredit = |dir: &str, more: &str| {
        place.run(&format!(
            "authority accredit ministry --institution {dir}/institution.json --achievement GIN --json {more}"
        ))
    };
    accredit("sena", "").ends(0);
    accredit("peru", "").ends(0);
    let refused = accredit("fake", "").ends(64);
    assert_eq!(code(&refused), "look-alike");
    assert!(refused.err.contains("«SENA»"), "{}", refused.err);
    let said = accredit("fake", "--same-name-is-right").ends(0).json();
    assert!(said["changes"].as_array().unwrap().iter().any(|row| row["code"] == "look-alike"), "{said}");
    let card = String::from_utf8(place.read("otro/institution.json")).unwrap();
    for unseen in ["\u{200b}", "\u{202e}", "\u{2060}"] {
        place.write("unseen.json", card.replace("Taller Otro", &format!("Taller{unseen} Otro")));
        let refused = place.run("authority accredit ministry --institution unseen.json --json").ends(64);
        assert_eq!(code(&refused), "unseen");
        assert!(!refused.out.contains(unseen), "it is shown by its number");
    }
}

/// threats.md F13: with and without a cut-off day.
#[test]
fn a_permission_ends_today_or_ended_on_a_day() {
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    let day = super::program::days_ago(30);
    place.run(&format!("authority init min --name Min --country CO --key-file {KEY}")).ends(0);
    place
        .run(&format!("authority accredit min --institution centro/institution.json --achievement GIN --from {day}"))
        .ends(0);
    let publish = || place.run(&format!("authority publish min --key-file {KEY}")).ends(0);
    let verdict = || place.run(&format!("verify --trust min/trust.json --json {file}"));
    publish();
    place.run(&format!("authority refresh min --hand-in centro --key-file {KEY}")).ends(0);
    assert_eq!(verdict().code, 0);
    let withdraw = |more: &str| {
        let words = format!("authority withdraw min --institution CENTRO=FORMAR --achievement gin {more}");
        place.skillpass(words.split(' ').filter(|word| !word.is_empty()).map(|word| word.replace('=', " "))).end()
    };
    withdraw("").ends(0);
    publish();
    assert_eq!(verdict().code, 0, "awards until today stay good");
    // Awarded three days ago, which is after the cut-off day.
    withdraw(&format!("--cut-off {}", super::program::days_ago(10))).ends(0);
    publish();
    let said = verdict().ends(1).out;
    assert!(said.contains("award-outside-scope"), "{said}");
    // A later day does not give back what ended.
    let said = withdraw("").ends(0);
    assert!(said.err.contains("Nada cambió"), "{}", said.err);
    withdraw("--cut-off tomorrow").ends(64);
    // Accredited again: a new period, and the old one stays as it is.
    place.run("authority accredit min --institution centro/institution.json --achievement GIN").ends(0);
    let shown = place.run("authority show min --json").ends(0).json();
    let codes: Vec<_> = shown["changes"].as_array().unwrap().iter().map(|row| row["code"].clone()).collect();
    assert_eq!(codes, ["scope-added"]);
}

#[test]
fn rules_and_other_authorities() {
    let place = Place::empty();
    for (dir, country) in [("min", "CO"), ("peru", "PE")] {
        let line =
            format!("authority init {dir} --name {dir} --country {country} --id urn:example:{dir} --key-file {KEY}");
        place.run(&line).ends(0);
    }
    let flags = "--authority-id urn:example:peru --kind competence --outcome recognised --purpose employment \
                 --instrument-id urn:example:accord --instrument-title Acuerdo --from 2026-02-20";
    let add = |more: &str| place.run(&format!("authority rule add min --json {more}"));
    add(&format!("{flags} --id urn:example:rule-1")).ends(0);
    assert_eq!(code(&add(&format!("{flags} --id urn:example:rule-1")).ends(64)), "rule-exists");
    add(&format!("{flags} --id urn:example:rule-1 --until 2030-01-01 --replace")).ends(0);
    assert_eq!(code(&add(&flags.replace("recognised", "recognized")).ends(66)), "rule-malformed");
    assert_eq!(code(&add(&flags.replace("recognised", "partial")).ends(66)), "rule-malformed");
    let listed = place.run("authority rule list min --json").ends(0).json();
    assert_eq!(listed["rules"][0]["until"], "2030-01-01T23:59:59Z");
    assert_eq!(listed["rules"].as_array().unwrap().len(), 1);
    assert_eq!(code(&place.run("authority rule remove min urn:none --json").ends(64)), "unknown-rule");
    place.write("rule.json", serde_json::to_vec(&listed["rules"][0]).unwrap());
    place.run("authority rule remove min urn:example:rule-1").ends(0);
    assert!(
        !place.path("min/proposal.json").exists() || {
            place.run("authority show min --json").ends(0).json()["changes"].as_array().is_none_or(Vec::is_empty)
        }
    );
    add("--file rule.json").ends(0);

    let line =
        "authority recognise min peru/trust.json --instrument-id urn:example:accord --instrument-title Acuerdo --json";
    let said = place.run(line).ends(0);
    let fingerprint =
        place.run("authority show peru --json").ends(0).json()["fingerprint"].as_str().unwrap().to_owned();
    assert!(said.err.contains(&fingerprint), "it is shown to compare: {}", said.err);
    assert!(said.json()["changes"].as_array().unwrap().iter().any(|row| row["code"] == "recognises-added"));
    place.run(&line.replace("peru/trust.json", "min/trust.json")).ends(64);
    place.run(&line.replace("peru/trust.json", "rule.json")).ends(66);
    place.run(&format!("authority publish min --key-file {KEY}")).ends(0);
    let pack: Value = serde_json::from_slice(&place.read("min/trust.json")).unwrap();
    let row = &pack["accreditation"]["recognises"][0];
    let other = skillpass::desk::authority::proposal::Published::read(&place.read("peru/trust.json")).unwrap();
    let root = Value::from(skillpass::base::multibase::digest(&other.first_root()));
    assert_eq!((&row["authority"], &row["country"], &row["root"]), (&"urn:example:peru".into(), &"PE".into(), &root));
}

/// Killed at any moment, the published pack is the old one or the new one, and publishing again does the rest.
#[test]
fn publishing_that_is_killed_leaves_the_old_pack_or_the_new() {
    let place = Place::of_world();
    place.run(&format!("authority init min --name Min --country CO --key-file {KEY}")).ends(0);
    let line = format!("authority publish min --key-file {KEY}");
    let begun = Instant::now();
    place.run("authority accredit min --institution otro/institution.json --achievement GIN").ends(0);
    place.run(&line).ends(0);
    let whole = begun.elapsed() / 2;
    let card = String::from_utf8(place.read("centro/institution.json")).unwrap();
    let mut seen = [0, 0];
    for round in 0..30u32 {
        place.write("card.json", card.replace("Centro Formar", &format!("Centro Formar {round}")));
        place.run("authority accredit min --institution card.json --achievement GIN").ends(0);
        let (old, version) = (place.read("min/trust.json"), version(&place));
        let mut child = place
            .command(line.split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * round / 20);
        let _ = child.kill();
        child.wait().unwrap();
        let now = self::version(&place);
        assert!(now == version && place.read("min/trust.json") == old || now == version + 1, "{version} then {now}");
        seen[usize::from(now != version)] += 1;
        // What is there is a pack, and the work goes on from it.
        place.run("verify x --trust min/trust.json").ends(66);
        if now == version {
            place.run(&line).ends(0);
        }
        assert_eq!(self::version(&place), version + 1);
        place.run(&line).ends(64);
    }
    assert!(seen[0] > 0, "some were killed before: {seen:?}");
}

fn version(place: &Place) -> i64 {
    let pack: Value = serde_json::from_slice(&place.read("min/trust.json")).unwrap();
    pack["accreditation"]["version"].as_i64().unwrap()
}

#[test]
fn two_commands_do_not_publish_at_once() {
    let place = Place::empty();
    place.run(&format!("authority init min --name Min --country CO --key-file {KEY}")).ends(0);
    let held = std::fs::File::open(place.path("min/keys.age")).unwrap();
    held.lock().unwrap();
    assert_eq!(code(&place.run(&format!("authority refresh min --key-file {KEY} --json")).ends(74)), "busy");
    place.run("authority show min").ends(0);
    drop(held);
    place.run(&format!("authority refresh min --key-file {KEY}")).ends(0);
}

/// The folder that everybody's sticks are copied into: one bad hand-in, one good, news later, and an end when it is asked for.
#[test]
fn a_watched_folder_is_published_when_there_is_news() {
    let place = Place::of_world();
    let day = super::program::days_ago(30);
    place.run(&format!("authority init min --name Min --country CO --key-file {KEY}")).ends(0);
    place
        .run(&format!("authority accredit min --institution centro/institution.json --achievement GIN --from {day}"))
        .ends(0);
    place.run(&format!("authority publish min --key-file {KEY}")).ends(0);
    std::fs::create_dir(place.path("handed-in")).unwrap();
    let mut child = place
        .command(format!("authority refresh min --watch handed-in --every 1 --key-file {KEY}").split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let copied = |from: &str| {
        let status =
            std::process::Command::new("cp").arg("-r").arg(place.path(from)).arg(place.path("handed-in")).status();
        assert!(status.unwrap().success());
    };
    copied("otro");
    copied("centro");
    let file = place.files("out", ".json").remove(0);
    let verdict = || place.run(&format!("verify --trust min/trust.json {file}")).code;
    let until = |wanted: i32| {
        let begun = Instant::now();
        while verdict() != wanted {
            assert!(begun.elapsed() < Duration::from_secs(60), "no news");
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    until(0);
    let serial = file.trim_start_matches("out/").trim_end_matches(".json");
    place.run(&format!("revoke {serial} --institution centro --reason error --key-file {KEY}")).ends(0);
    copied("centro");
    until(1);
    let before = place.read("min/trust.json");
    std::thread::sleep(Duration::from_millis(2_500));
    assert_eq!(place.read("min/trust.json"), before, "nothing is published without news");
    // People go on proposing and publishing in the meantime.
    place.run("authority accredit min --institution otro/institution.json --achievement GIN").ends(0);
    let status = std::process::Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
    assert!(status.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let checkpoint: Value = serde_json::from_slice(&place.read("handed-in/centro/publish/checkpoint.json")).unwrap();
    assert_eq!(checkpoint["proof"].as_array().unwrap().len(), 2, "it comes back countersigned");
}

/// From the leak to the verdict: what was handed in before stays, what was logged and not handed in cannot be told, what was signed
/// afterwards does not count (design §5).
#[test]
fn a_leaked_key_from_the_ministry_to_the_verifier() {
    let place = Place::of_world();
    let run = |line: &str| place.run(&format!("{line} --key-file {KEY}")).ends(0);
    let propose = |line: &str| place.run(line).ends(0);
    let verdict = |name: &str| {
        let ran = place.run(&format!("verify --trust ministry/trust.json out/{}.json --json", place.serial(name)));
        let verdict = ran.json()["verdicts"][0].clone();
        let entitled = verdict["findings"].as_array().unwrap().iter().find(|it| it["check"] == "key").unwrap().clone();
        (verdict["outcome"].as_str().unwrap().to_owned(), entitled["reason"].as_str().unwrap().to_owned())
    };
    let said = |outcome: &str, reason: &str| (outcome.to_owned(), reason.to_owned());
    run("authority init ministry --name Ministerio --country CO");
    let from = days_ago(30);
    propose(&format!(
        "authority accredit ministry --institution centro/institution.json --achievement GIN --from {from}"
    ));
    run("authority publish ministry");
    run("publish --institution centro");
    run("authority refresh ministry --hand-in centro/publish");
    let handed_in = "José Ángel Muñoz Piñeros";
    assert_eq!(verdict(handed_in), said("accept", "key-in-window"));

    let (unwitnessed, late) = ("Rosa Elvira Quispe", "Nadège Joseph");
    place.write("second.csv", register([(unwitnessed, 1990, "G-20")]));
    place.issue("second.csv", "").ends(0);
    // Times are whole seconds: each act gets one of its own.
    let tick = || std::thread::sleep(Duration::from_millis(1_100));
    tick();
    let since = now();
    tick();
    place.write("third.csv", register([(late, 1992, "G-21")]));
    place.issue("third.csv", "").ends(0);
    run("publish --institution centro");
    let card: Value = serde_json::from_slice(&place.read("centro/institution.json")).unwrap();
    let key = card["method"].as_str().unwrap();
    let institution = card["did"].as_str().unwrap();
    propose(&format!(
        "authority compromise ministry --institution {institution} --key {key} --since {since} --log centro/publish/log.txt"
    ));
    run("authority publish ministry");
    assert_eq!(verdict(handed_in), said("accept", "key-compromised-kept"));
    assert_eq!(verdict(unwitnessed), said("undecided", "key-compromised-unwitnessed"));
    assert_eq!(verdict(late), said("reject", "key-compromised"));
}
