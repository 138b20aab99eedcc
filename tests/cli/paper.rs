//! `paper`: PDFs of what was issued, under numbers, for the owner's eyes.

use std::os::unix::fs::PermissionsExt as _;

use super::program::{KEY, PEOPLE, Place};

const TRUST: &str = "--trust centro/trust.json";

#[test]
fn everybody_in_force_in_every_form() {
    let place = Place::of_world();
    let (withdrawn, printed) = (place.serial(PEOPLE[0].0), place.serial(PEOPLE[1].0));
    place.run(&format!("revoke {withdrawn} --institution centro --reason error --key-file {KEY}")).ends(0);
    for (form, out, files) in
        [("", "single", 5), ("--cards --size letter", "cards", 1), ("--print", "print", 1), ("--zip", "zip", 1)]
    {
        let said = place.run(&format!("paper centro {form} --out {out} --json")).ends(0);
        let result = said.json();
        assert_eq!((result["certificates"].as_u64(), result["notInForce"].as_u64()), (Some(5), Some(1)), "{form}");
        assert_eq!((result["files"].as_array().unwrap().len(), place.files(out, "").len()), (files, files), "{form}");
        for file in place.files(out, "") {
            assert_eq!(std::fs::metadata(place.path(&file)).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
            for (name, ..) in PEOPLE {
                let part = name.split(' ').next().unwrap();
                assert!(!file.contains(part) && !said.err.contains(part) && !said.out.contains(part), "{file}");
            }
        }
    }
    assert!(!place.path(format!("single/{withdrawn}.pdf")).exists());
    // What was printed is checked like anything else; so is the file of a class.
    place.run(&format!("verify {TRUST} single/{printed}.pdf")).ends(0);
    let archive = std::fs::File::open(place.path("zip/certificates.zip")).unwrap();
    let mut archive = zip::ZipArchive::new(archive).unwrap();
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut archive.by_name(&format!("{printed}.pdf")).unwrap(), &mut bytes).unwrap();
    assert_eq!(bytes, place.read(format!("single/{printed}.pdf")));
    // Again: what is there stays.
    place.run("paper centro --out single").ends(0);
    assert_eq!(place.files("single", "").len(), 5);
}

#[test]
fn named_certificates_with_a_logo_and_signatures() {
    let place = Place::of_world();
    let serial = place.serial(PEOPLE[2].0);
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(300, 100, image::Rgb([18, 60, 105]))
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    place.write("logo.png", png.into_inner());
    let lower = serial.to_lowercase();
    let arguments = [
        "paper",
        "centro",
        &lower,
        "--logo",
        "logo.png",
        "--signatory",
        "Ana Ruiz; Directora",
        "--signatory",
        "Luis Paz",
    ];
    let said = place.skillpass(arguments).end().ends(0);
    assert_eq!(said.out.trim(), format!("paper/{serial}.pdf"));
    place.run(&format!("verify {TRUST} paper/{serial}.pdf")).ends(0);
    // Another look of the same certificate does not take the place of the first.
    let said = place.run(&format!("paper centro {serial} --json")).ends(64).json();
    assert_eq!(said["error"]["code"], "file-taken");
}

#[test]
fn what_does_not_go_is_said() {
    let place = Place::of_world();
    let (withdrawn, suspended) = (place.serial(PEOPLE[0].0), place.serial(PEOPLE[1].0));
    place.run(&format!("revoke {withdrawn} --institution centro --reason error --key-file {KEY}")).ends(0);
    place.run(&format!("suspend {suspended} --institution centro --key-file {KEY}")).ends(0);
    place.write("logo.png", "no picture");
    place.write("huge.png", vec![0; 5 << 20]);
    for (line, code, error) in [
        (format!("paper centro {withdrawn}"), 64, "out-of-force"),
        (format!("paper centro {suspended} --cards"), 64, "out-of-force"),
        ("paper centro 00000000".to_owned(), 66, "not-found"),
        ("paper missing".to_owned(), 66, "no-institution"),
        ("paper centro --logo logo.png".to_owned(), 66, "logo-damaged"),
        ("paper centro --logo huge.png".to_owned(), 66, "logo-too-large"),
        ("paper centro --logo missing.png".to_owned(), 66, "file-missing"),
        (
            "paper centro --signatory A --signatory B --signatory C --signatory D --signatory E".to_owned(),
            64,
            "signatories",
        ),
    ] {
        for language in ["es", "pt", "en", "fr", "ht"] {
            let said = place.run(&format!("{line} --out none --json --lang {language}")).ends(code).json();
            assert_eq!(said["error"]["code"], error, "{line}");
        }
        assert!(!place.path("none").exists() || place.files("none", "").is_empty(), "{line}");
    }
    place.run("paper centro --cards --zip").ends(64);
    place.run("paper").ends(64);
    place.write("none/certificates.zip", "mine");
    place.run("paper centro --zip --out none").ends(64);
    assert_eq!(place.read("none/certificates.zip"), b"mine");
    assert_eq!(place.files("none", "").len(), 1);
}

/// A name that our fonts have no letters for: that person is named by number, the others get theirs.
#[test]
fn a_name_that_paper_cannot_show() {
    let place = Place::of_world();
    place.write("wang.csv", super::program::register([("王小明", 1990, "W-1")]));
    let issued = place.issue("wang.csv", "");
    if issued.code != 0 {
        panic!("{}", issued.err);
    }
    let serial = place.serial("王小明");
    let said = place.run("paper centro --out some --json").ends(66).json();
    assert_eq!(
        (said["certificates"].as_u64(), said["refused"][0]["serial"].as_str()),
        (Some(6), Some(serial.as_str()))
    );
    assert_eq!(said["refused"][0]["code"], "no-glyph");
    assert_eq!(place.files("some", ".pdf").len(), 6);
}
