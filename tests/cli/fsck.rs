//! `fsck` of a folder as it is, and of one in which something was changed.

use super::damage::Dice;
use super::program::{KEY, Place};

#[test]
fn a_folder_as_it_should_be_is_said_to_be_so() {
    let place = Place::of_world();
    let said = place.run("fsck centro --json").ends(0).json();
    assert_eq!((said["found"].as_i64(), said["records"].as_i64()), (Some(0), Some(6)), "{said}");
    assert_eq!((&said["custody"], said["unpublished"].as_array().unwrap().len()), (&"working".into(), 0));
    place.run(&format!("fsck centro --keys --key-file {KEY}")).ends(0);
    // Every state that a certificate can come to, and a correction.
    let serials = [("María Fernanda Ñáñez de la Cruz", "suspend"), ("José Ángel Muñoz Piñeros", "suspend")];
    for (name, act) in serials {
        place.run(&format!("{act} {} --institution centro --key-file {KEY}", place.serial(name))).ends(0);
    }
    let serial = place.serial("José Ángel Muñoz Piñeros");
    place.run(&format!("revoke {serial} --reason error --institution centro --key-file {KEY}")).ends(0);
    let serial = place.serial("Jean-Baptiste Désir");
    place.run(&format!("suspend {serial} --institution centro --key-file {KEY}")).ends(0);
    place.run(&format!("resume {serial} --institution centro --key-file {KEY}")).ends(0);
    let register = String::from_utf8(place.read("gin.csv")).unwrap().replace("Conceição d'Ávila", "da Conceição");
    place.write("corrected.csv", register);
    place.issue("corrected.csv", "--correct").ends(0);
    let said = place.run(&format!("fsck centro --keys --key-file {KEY} --json")).ends(0).json();
    assert_eq!((said["found"].as_i64(), said["records"].as_i64()), (Some(0), Some(7)), "{said}");

    // What is not published yet is no damage.
    let earlier = place.read("centro/publish/checkpoint.json");
    place.write("more.csv", super::program::register([("Nazareth Urdaneta", 1999, "N-1")]));
    place.issue("more.csv", "").ends(0);
    place.write("centro/publish/checkpoint.json", earlier);
    std::fs::remove_file(place.path("centro/status/1.json")).unwrap();
    let said = place.run("fsck centro --json").ends(0).json();
    let unpublished = serde_json::json!(["status/1.json", "publish/checkpoint.json"]);
    assert_eq!((said["found"].as_i64(), &said["unpublished"]), (Some(0), &unpublished));
    place.run(&format!("publish --institution centro --key-file {KEY}")).ends(0);
    assert_eq!(place.run("fsck centro --json").ends(0).json()["unpublished"].as_array().unwrap().len(), 0);
}

/// One bit, anywhere in what was published, or in the tokens: found, whichever it is.
#[test]
fn one_bit_in_a_published_file_is_found() {
    let place = Place::of_world();
    place.run("token new --institution centro --name Moodle").ends(0);
    let files = [
        "institution.json",
        "publish/1-message.status.json",
        "publish/1-suspension.status.json",
        "publish/1.status.json",
        "publish/checkpoint.json",
        "publish/institution.json",
        "publish/log.txt",
        "status/1-message.json",
        "status/1-suspension.json",
        "status/1.json",
        "tokens.json",
        "trust.json",
    ];
    let mut dice = Dice(0x5eed_0003);
    for name in files {
        let path = format!("centro/{name}");
        let sound = place.read(&path);
        for _ in 0..3 {
            let mut bytes = sound.clone();
            let at = dice.throw(bytes.len());
            bytes[at] ^= 1 << dice.throw(8);
            place.write(&path, bytes);
            let said = place.run("fsck centro --json");
            // A pack that still holds, and is not the pilot authority's, is published anew.
            let renewed = name == "trust.json" && said.code == 0 && said.json()["unpublished"][0] == "trust.json";
            assert!([66, 74].contains(&said.code) || renewed, "{name}, byte {at}: {said:?}");
            place.write(&path, &sound);
        }
    }
    place.run("fsck centro").ends(0);
}

#[test]
fn keys_of_another_institution_are_found() {
    let place = Place::of_world();
    std::fs::copy(place.path("otro/keys.age"), place.path("centro/keys.age")).unwrap();
    let said = place.run(&format!("fsck centro --keys --key-file {KEY} --json")).ends(74).json();
    let codes: Vec<&str> = said["findings"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    // Their order of slots is another one too.
    assert!(codes.contains(&"card") && codes.contains(&"slot"), "{said}");
    assert_eq!(said["error"]["code"], "fsck-damaged");
}

/// The authority writes its own signature into the checkpoint that was handed in.
#[test]
fn a_countersigned_checkpoint_is_no_damage() {
    let place = Place::of_world();
    place.run(&format!("authority init min --name Min --country CO --key-file {KEY}")).ends(0);
    place.run("authority accredit min --institution centro/institution.json --achievement GIN").ends(0);
    place.run(&format!("authority publish min --key-file {KEY}")).ends(0);
    let before = place.read("centro/publish/checkpoint.json");
    place.run(&format!("authority refresh min --hand-in centro/publish --key-file {KEY}")).ends(0);
    assert_ne!(place.read("centro/publish/checkpoint.json"), before, "it was countersigned");
    let said = place.run("fsck centro --json").ends(0).json();
    assert_eq!(said["unpublished"].as_array().unwrap().len(), 0);
    // And it is what a restored copy is held against.
    place.run(&format!("backup centro --out copy.age --key-file {KEY}")).ends(0);
    place.run(&format!("restore copy.age new --witnessed centro/publish/checkpoint.json --key-file {KEY}")).ends(0);
    place.write("late.csv", super::program::register([("Nazareth Urdaneta", 1999, "N-1")]));
    let line = format!("issue --institution new --register late.csv --achievement GIN --out out --key-file {KEY}");
    place.run(&line).ends(0);
}
