//! How the program behaves towards people and scripts: help, languages, results and talk apart, one JSON document.

use super::program::{PEOPLE, Place, Ran};

const COMMANDS: [&str; 65] = [
    "",
    "init",
    "issue",
    "verify",
    "show",
    "qr",
    "keys",
    "revoke",
    "suspend",
    "resume",
    "publish",
    "catalogue",
    "serve",
    "demo",
    "authority",
    "authority accredit",
    "authority add-key",
    "authority compromise",
    "authority discard",
    "authority init",
    "authority key",
    "authority publish",
    "authority recognise",
    "authority refresh",
    "authority retire-key",
    "authority rotate-root",
    "authority rule",
    "authority rule add",
    "authority rule list",
    "authority rule remove",
    "authority show",
    "authority sign",
    "badge",
    "badge bake",
    "badge read",
    "export",
    "fetch",
    "fsck",
    "backup",
    "restore",
    "confirm",
    "retire",
    "member",
    "member x add",
    "member x list",
    "member x close",
    "member x invite",
    "desk",
    "desk end-pilot",
    "desk require-two",
    "cv",
    "cv make",
    "cv import",
    "holder",
    "holder new",
    "holder ask",
    "holder present",
    "holder check",
    "receipt",
    "vacancy",
    "vacancy sign",
    "vacancy match",
    "wallet",
    "wallet show",
    "wallet verify",
];

/// The words of an example as a shell would cut them.
fn words(example: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in example.trim().chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    // What a shell would do with the rest of the line is its own matter.
    words.into_iter().take_while(|word| word != ">").skip(1).collect()
}

fn is_usage_fault(ran: &Ran) -> bool {
    ran.err.contains("Usage:") || ran.err.starts_with("error:")
}

#[test]
fn every_help_ends_with_an_example_that_can_be_pasted() {
    let place = Place::of_world();
    // What the examples speak of.
    std::fs::rename(place.path("centro"), place.path("one")).unwrap();
    let key = place.read("key.txt");
    let more = [
        "token",
        "token new",
        "token list",
        "token revoke",
        "authority successor",
        "authority withdraw",
        "trust",
        "trust update",
        "trust show",
        "trust remove",
    ];
    for command in COMMANDS.iter().chain(&more) {
        let help = place.run(&format!("{command} --help")).ends(0);
        assert!(help.err.is_empty(), "help asked for is a result");
        let lines: Vec<&str> =
            help.out.lines().skip_while(|line| !line.starts_with("Example") && !line.starts_with("Try it")).collect();
        let (_, examples) = lines.split_first().unwrap_or_else(|| panic!("{command}: no example in {}", help.out));
        assert!(
            !examples.is_empty() && examples.iter().all(|line| line.trim().starts_with("skillpass ")),
            "{examples:?}"
        );
        for example in examples {
            let mut line = words(example);
            let command = line.first().cloned().unwrap();
            if command == "demo" {
                line.push("--no-serve".to_owned());
            }
            let ran = place.skillpass(&line).env("SKILLPASS_PASSPHRASE", "ocho caballos").end();
            assert!(!is_usage_fault(&ran), "{example}: {}", ran.err);
        }
        // The next help's examples start from the same ground.
        for left in ["centro", "demo-data", "ministry", "ana", "certificates", "fetched", "record"] {
            let _ = std::fs::remove_dir_all(place.path(left));
        }
    }
    assert_eq!(place.read("key.txt"), key);
}

#[test]
fn a_line_that_is_not_understood_ends_with_64() {
    let place = Place::of_world();
    for line in [
        "",
        "frob",
        "verify",
        "verify --at yesterday x",
        "verify --country COL x",
        "--lang xx catalogue",
        "verify x --csv --json",
        "serve --listen nowhere",
        "serve --tls-cert a.pem",
        "issue",
        "init",
        "authority",
        "revoke X",
        "catalogue extra",
        "demo --data",
        "authority accredit ministry",
        "keys a b",
        "qr",
        "show",
        "receipt",
        "verify x --receipt out.json",
        "verify x --receipt out.json --receipt-key me.age --at 2026-05-04T10:00:00Z",
        "verify x --key-file key.txt",
        "badge",
        "badge bake",
        "export --form csv",
        "fetch x",
    ] {
        let said = place.run(line).ends(64);
        assert!(said.out.is_empty() && !said.err.is_empty(), "{line}: {said:?}");
    }
    place.run("--version").ends(0);
}

#[test]
fn results_go_out_and_talk_goes_to_standard_error() {
    let place = Place::of_world();
    place.write("more.csv", super::program::register([("Nazareth Urdaneta", 1999, "N-1")]));
    let said = place.issue("more.csv", "").ends(0);
    assert_eq!(said.out.trim().len(), 8, "the serial alone: {}", said.out);
    assert!(place.path(format!("out/{}.json", said.out.trim())).exists());
    assert!(said.err.contains("index.csv"));
    // Nobody is named where a terminal's log would keep it.
    assert!(!said.err.contains("Urdaneta"), "{}", said.err);
}

#[test]
fn every_command_gives_one_json_document() {
    let place = Place::of_world();
    let serial = place.serial(PEOPLE[0].0);
    let (json, missing) = (format!("out/{serial}.json"), "missing");
    let lines = [
        ("keys centro", 0),
        ("keys missing", 66),
        ("keys centro --check --key-file key.txt", 0),
        ("catalogue", 0),
        (&format!("show {json}"), 0),
        (&format!("show out/{serial}.png"), 0),
        (&format!("show {missing}"), 66),
        (&format!("qr {json}"), 0),
        (&format!("qr {json} --text"), 0),
        (&format!("qr {json} --out q.svg"), 0),
        (&format!("qr {missing}"), 66),
        (&format!("badge bake {json} --out b.svg"), 0),
        (&format!("badge bake {missing} --out b.svg"), 66),
        ("badge read b.svg", 0),
        ("badge read out", 66),
        (&format!("export {json} --form file"), 0),
        (&format!("export {json} --form file --out copy.json"), 0),
        ("export --institution centro --form csv --out record", 0),
        ("export --institution centro --form rdfc --out record", 64),
        (&format!("fetch {json} --into fetched --dry-run"), 0),
        (&format!("fetch {json} --into fetched"), 0),
        (&format!("fetch {missing} --into fetched"), 66),
        ("verify eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2lnbmF0dXJl", 66),
        (&format!("verify {json}"), 2),
        (&format!("verify {json} --trust centro/trust.json"), 0),
        (&format!("verify {missing}"), 66),
        (&format!("verify {missing} {json}"), 66),
        ("verify out --trust missing", 66),
        ("trust update centro/trust.json --into trusted", 2),
        ("trust update missing --into trusted", 66),
        ("trust update http://127.0.0.1/trust.json --into trusted", 64),
        ("trust update centro/trust.json", 64),
        ("trust show --into trusted", 0),
        ("trust show centro/trust.json", 0),
        ("trust show gin.csv", 66),
        ("trust remove nobody --into trusted", 64),
        ("init new --name New --country CO --key-file key.txt", 0),
        ("init new --name New --country CO --key-file key.txt", 64),
        ("authority init auth --name Auth --country CO --key-file key.txt", 0),
        ("authority accredit auth --institution new/institution.json", 0),
        ("authority show auth", 0),
        ("authority rule list auth", 0),
        ("authority publish auth --key-file key.txt", 0),
        ("authority publish auth --key-file key.txt", 64),
        ("authority show auth", 0),
        ("authority discard auth", 0),
        ("authority refresh auth --hand-in new --key-file key.txt", 0),
        ("authority refresh missing --key-file key.txt", 66),
        ("authority key zoe --name Zoe --key-file key.txt", 0),
        (&format!("revoke {serial} --institution centro --reason replaced --key-file key.txt"), 0),
        (&format!("revoke {serial} --institution centro --reason replaced --key-file key.txt"), 0),
        ("revoke NONE --institution centro --reason replaced --key-file key.txt", 66),
        (&format!("suspend {serial} --institution centro --key-file key.txt"), 64),
        (&format!("resume {serial} --institution centro --key-file key.txt"), 64),
        ("publish --institution centro --key-file key.txt", 0),
        ("publish --institution missing --key-file key.txt", 66),
        ("serve --trust missing", 66),
        ("serve --institution missing", 66),
        ("token new --institution centro --name programs", 0),
        ("token new --institution centro --name programs --days 0", 64),
        ("token new --institution missing --name programs", 66),
        ("token list --institution centro", 0),
        ("token revoke programs --institution centro", 0),
        ("token revoke nobody --institution centro", 66),
    ];
    for (line, code) in lines {
        let said = place.run(&format!("{line} --json")).ends(code);
        assert!(said.json().is_object(), "{line}: {}", said.out);
        assert_eq!(
            said.json().get("error").is_some(),
            code >= 64 && said.json().get("verdicts").is_none(),
            "{line}: {}",
            said.out
        );
    }
}

#[test]
fn everything_is_said_in_five_languages() {
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    place.write(
        "bad.csv",
        super::program::register([("=1", 1999, "N-1"), ("Juan y Ana", 1999, "N-2"), ("Ana Peña", 20, "N-3")]),
    );
    for line in [
        format!("verify {file}"),
        format!("verify {file} --trust centro/trust.json"),
        format!("verify {file} missing --trust centro/trust.json"),
        "verify missing".to_owned(),
        "verify gin.csv".to_owned(),
        "keys missing".to_owned(),
        "keys centro --check --key-file gin.csv".to_owned(),
        "init centro --name X --country CO --key-file key.txt".to_owned(),
        "issue --institution centro --register bad.csv --achievement GIN --out out --key-file key.txt".to_owned(),
        "issue --institution centro --register gin.csv --achievement NO --out out --key-file key.txt".to_owned(),
        "issue --institution centro --register gin.csv --achievement GIN --out out --key-file key.txt".to_owned(),
        "revoke NONE --institution centro --reason error --key-file key.txt".to_owned(),
    ] {
        let mut said: Vec<(i32, String)> = Vec::new();
        for lang in ["es", "pt", "en", "fr", "ht"] {
            let ran = place.run(&format!("{line} --lang {lang}"));
            said.push((ran.code, format!("{}{}", ran.out, ran.err)));
        }
        let (code, first) = said[0].clone();
        for (at, (other, text)) in said.iter().enumerate().skip(1) {
            assert_eq!(*other, code, "{line}");
            assert!(
                !text.is_empty() && *text != first && said[..at].iter().all(|(_, one)| one != text),
                "{line}: {text}"
            );
        }
    }
}

#[test]
fn the_language_comes_from_the_environment_unless_it_is_said() {
    let place = Place::empty();
    let in_lang = |lang: &str| place.skillpass(["catalogue"]).env("LANG", lang).end().ends(0).out;
    let said = |lang: &str| place.run(&format!("catalogue --lang {lang}")).ends(0).out;
    assert_eq!(in_lang("pt_BR.UTF-8"), said("pt"));
    assert_eq!(in_lang("fr"), said("fr"));
    assert_eq!(in_lang("C"), said("es"));
    assert_eq!(place.run("catalogue").ends(0).out, said("es"));
    let both = place.skillpass(["catalogue", "--lang", "ht"]).env("LANG", "pt_BR.UTF-8").end().ends(0).out;
    assert_eq!(both, said("ht"));
}

#[test]
fn a_result_that_cannot_be_written_is_a_fault_but_a_closed_pipe_is_none() {
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    for arguments in [vec!["catalogue"], vec!["verify", &file, "--csv"], vec!["show", &file]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let status = place.command(&arguments).stdout(full).stderr(std::process::Stdio::null()).status().unwrap();
        assert_eq!(status.code(), Some(74), "{arguments:?}");
    }
    let mut child = place.command(["catalogue"]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn two_at_once_are_told_to_wait() {
    let place = Place::of_world();
    let store = skillpass::store::sled_store::SledStore::open(&place.path("centro/store")).unwrap();
    let said = place.issue("gin.csv", "--json").ends(74);
    assert_eq!(said.json()["error"]["code"], "store-locked");
    let serial = place.serial(PEOPLE[0].0);
    place.run(&format!("revoke {serial} --institution centro --reason error --key-file key.txt")).ends(74);
    // Checking needs no store.
    place.run(&format!("verify out/{serial}.json --trust centro/trust.json")).ends(0);
    drop(store);
    place.issue("gin.csv", "").ends(0);
}
