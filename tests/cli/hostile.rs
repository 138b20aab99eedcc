//! Bad input: random bytes, every prefix of good files, hostile arguments. An answer or an error, and never a panic.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use serde_json::Value;
use skillpass::interop::intake;
use skillpass::interop::scan::Limits;

use super::damage::Dice;
use super::program::Place;

#[test]
fn random_bytes_are_unreadable() {
    let place = Place::of_world();
    let mut dice = Dice(0x5eed_0003);
    let heads: [&[u8]; 11] = [
        b"",
        b"{",
        b"[",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"%PDF-1.7\n",
        b"RIFF\x10\0\0\0WEBP",
        b"https://a/#",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\">",
        b"<?xml version=\"1.0\"?>",
        b"eyJ",
    ];
    for round in 0..24 {
        let mut bytes = heads[round % heads.len()].to_vec();
        bytes.extend((0..dice.throw(3_000)).map(|_| u8::try_from(dice.throw(256)).unwrap()));
        place.write(&format!("r{round}.json"), &bytes);
    }
    let names: Vec<String> = (0..24).map(|round| format!("r{round}.json")).collect();
    let list = names.join(" ");
    let said = place.run(&format!("verify --trust centro/trust.json --json {list}")).ends(66).json();
    assert!(said["verdicts"].as_array().unwrap().iter().all(|row| row["error"].is_string()), "{said}");
    for name in names.iter().take(8) {
        place.run(&format!("show {name}")).ends(66);
        place.run(&format!("qr {name}")).ends(66);
        let line = "verify -";
        place.skillpass(line.split(' ')).stdin(&place.read(name)).end().ends(66);
        place.run(&format!("verify x --trust {name}")).ends(66);
        place.run(&format!("verify x --resources {name}")).ends(66);
        place.run(&format!("keys centro --check --key-file {name}")).ends(66);
        place.run(&format!("authority accredit centro/pilot --institution {name}")).ends(66);
        place.run(&format!("authority refresh centro/pilot --hand-in {name} --key-file key.txt")).ends(1);
        place.run(&format!("authority show {name}")).ends(66);
        place.run(&format!("authority sign {name} --with centro --yes --key-file key.txt")).ends(66);
        place.run(&format!("authority rule add centro/pilot --file {name}")).ends(66);
    }
}

/// Every prefix, in this process, where a panic would fail the test as well; the binary gets some of them.
#[test]
fn truncated_files_and_codes_are_unreadable_at_every_length() {
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    let json = place.read(&file);
    let png = place.read(file.replace(".json", ".png"));
    let text = place.run(&format!("qr {file} --text")).ends(0).out.trim().to_owned().into_bytes();
    for length in 0..json.len() {
        assert!(intake::read(&json[..length], Limits::OWN_FILE).is_err(), "{length} bytes of JSON");
    }
    for length in 0..text.len() {
        assert!(intake::read(&text[..length], Limits::OWN_FILE).is_err(), "{length} characters of a code");
    }
    // A picture that lacks its last chunk alone may still be read.
    for length in (0..png.len() - 16).step_by(97) {
        assert!(intake::read(&png[..length], Limits::OWN_FILE).is_err(), "{length} bytes of a picture");
    }
    let mut dice = Dice(0x5eed_0004);
    for (name, bytes) in [("cut.json", &json), ("cut.txt", &text), ("cut.png", &png)] {
        for _ in 0..4 {
            place.write(name, &bytes[..dice.throw(bytes.len() - 16)]);
            place.run(&format!("verify --trust centro/trust.json {name}")).ends(66);
        }
    }
    // The pack, too.
    let pack = place.read("centro/trust.json");
    for _ in 0..6 {
        place.write("pack.json", &pack[..dice.throw(pack.len())]);
        place.run(&format!("verify --trust pack.json {file}")).ends(66);
    }
}

/// A changed byte is found: another answer than yes, or unreadable. A proof that becomes one of a suite or key that nobody knows is listed and
/// no more (interop.md 2.5): then everything that the other proof covers is as it was.
#[test]
fn no_flipped_bit_is_accepted() {
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    let json = place.read(&file);
    let mut dice = Dice(0x5eed_0005);
    let mut names = Vec::new();
    for round in 0..60 {
        let mut bytes = json.clone();
        let at = dice.throw(bytes.len());
        bytes[at] ^= 1 << dice.throw(8);
        place.write(&format!("f{round}.json"), bytes);
        names.push(format!("f{round}.json"));
    }
    let list = names.join(" ");
    let said = place.run(&format!("verify --trust centro/trust.json --json {list}")).json();
    let without_rdfc = |bytes: &[u8]| {
        let mut document: Value = serde_json::from_slice(bytes).unwrap();
        document["proof"].as_array_mut().unwrap().truncate(1);
        document
    };
    let mut accepted = 0;
    for row in said["verdicts"].as_array().unwrap() {
        if row["outcome"] == "accept" {
            assert_eq!(without_rdfc(&place.read(row["input"].as_str().unwrap())), without_rdfc(&json), "{row}");
            assert_eq!(row["proofs"][1]["state"], "not-checked", "{row}");
            accepted += 1;
        }
    }
    assert!(accepted < 20, "{accepted} of 60");
}

#[test]
fn hostile_arguments_are_words_like_others() {
    let place = Place::of_world();
    let long = "9".repeat(100_000);
    let words: [OsString; 14] = [
        "".into(),
        " ".into(),
        "\n".into(),
        "{PATH}".into(),
        "%s%n".into(),
        "../../../../etc/passwd".into(),
        "/dev/null".into(),
        "https://".into(),
        "https://x/#".into(),
        "https://x/#1".into(),
        long.into(),
        "a".repeat(5_000).into(),
        "\u{202e}\u{0}".replace('\0', "").into(),
        OsString::from_vec(vec![0xff, 0xfe]),
    ];
    for word in &words {
        for line in [vec!["verify"], vec!["show"], vec!["qr"]] {
            let mut arguments: Vec<OsString> = line.into_iter().map(OsString::from).collect();
            arguments.push(word.clone());
            let ran = place.skillpass(&arguments).end();
            assert!([64, 66].contains(&ran.code), "{arguments:?}: {ran:?}");
            assert!(!ran.err.contains("root:x:0"), "contents are not repeated");
        }
        let option = |before: &[&str], name: &str| {
            let mut arguments: Vec<OsString> = before.iter().map(OsString::from).collect();
            arguments.extend([OsString::from(name), word.clone()]);
            let ran = place.skillpass(&arguments).end();
            assert!([64, 66, 74].contains(&ran.code), "{arguments:?}: {ran:?}");
        };
        option(&["verify", "gin.csv"], "--trust");
        option(&["verify", "gin.csv"], "--at");
        option(&["keys", "centro", "--check"], "--key-file");
        option(&["revoke", "X", "--reason", "error", "--key-file", "key.txt"], "--institution");
        let issue = ["issue", "--institution", "centro", "--out", "out3", "--key-file", "key.txt"];
        option(&[&issue[..], &["--achievement", "GIN"]].concat(), "--register");
        option(&[&issue[..], &["--register", "gin.csv"]].concat(), "--achievement");
    }
    place.run("verify /dev/zero --trust centro/trust.json").ends(66);
    place.run("verify centro/store/db").ends(66);
}
