//! Disks that are full, read-only or gone. Needs to mount: says so where it cannot, and fails there with `SKILLPASS_REQUIRE=1`.

use std::process::Command;

use super::program::{KEY, PEOPLE, Place, register};
use crate::common::disk::Disk;

fn people(count: usize) -> String {
    let names: Vec<(String, String)> = (0..count)
        .map(|number| {
            let letters: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
            (format!("Ana P{letters} Peña"), format!("F-{number}"))
        })
        .collect();
    register(names.iter().map(|(name, id)| (name.as_str(), 1980, id.as_str())))
}

#[test]
fn a_full_disk_for_the_certificates_is_said_and_mended_by_repeating() {
    let place = Place::of_world();
    let Some(disk) = Disk::mount(&place.path("usb"), 4) else { return };
    place.write("many.csv", people(120));
    let line =
        format!("issue --institution centro --register many.csv --achievement GIN --out usb/out --key-file {KEY}");
    let said = place.run(&format!("{line} --json")).ends(74);
    assert_eq!(said.json()["error"]["code"], "disk-full", "{}", said.out);
    let parts = place.files("usb/out", ".part");
    assert!(parts.is_empty(), "nothing half-written stays: {parts:?}");
    // What is there is whole.
    for file in place.files("usb/out", ".json") {
        assert_ne!(place.run(&format!("show {file}")).code, 66, "{file}");
    }
    place.run(&line).ends(74);
    disk.remount("size=64m");
    place.run(&line).ends(0);
    assert_eq!(place.files("usb/out", "").len(), 4 * 120 + 1);
    place.run("verify --trust centro/trust.json usb/out").ends(0);
    let said = place.run(&format!("{line} --json")).ends(0).json();
    assert!(said["certificates"].as_array().unwrap().iter().all(|row| row["state"] == "unchanged"));
}

#[test]
fn a_full_disk_for_the_institution_stops_before_anything_is_lost() {
    let place = Place::of_world();
    let Some(disk) = Disk::mount(&place.path("small"), 96) else { return };
    let issue = |register: &str| {
        place.run(&format!(
            "issue --institution small/centro --register {register} --achievement GIN --out out2 --key-file {KEY} --json"
        ))
    };
    // Founding on a full disk leaves nothing, and works when there is room again.
    disk.fill(200 * 1024);
    let init = format!("init small/centro --name Centro --country CO --key-file {KEY}");
    place.run(&init).ends(74);
    assert!(!place.path("small/centro").exists(), "{:?}", place.files("small/centro", ""));
    let new = format!("authority init small/authority --name Autoridad --country CO --key-file {KEY}");
    disk.empty();
    // Room for the keys, and none for the pack.
    disk.fill(4 * 1024);
    place.run(&new).ends(74);
    assert!(!place.path("small/authority/keys.age").exists());
    disk.empty();
    place.run(&init).ends(0);
    place.run(&new).ends(0);
    issue("gin.csv").ends(0);
    let serial = place.files("out2", ".json").remove(0).replace("out2/", "").replace(".json", "");

    // Every amount of room, from none on: the same answer, and nothing is lost.
    place.write("many.csv", people(300));
    for leaving in [0, 4 * 1024, 100 * 1024, 1024 * 1024, 8 * 1024 * 1024, 60 * 1024 * 1024] {
        disk.fill(leaving);
        let said = issue("many.csv").ends(74);
        assert_eq!(said.json()["error"]["code"], "disk-full", "{leaving}: {}", said.out);
        place.run(&format!("revoke {serial} --institution small/centro --reason error --key-file {KEY}")).ends(74);
        disk.empty();
        place.run(&format!("verify out2/{serial}.json --trust small/centro/trust.json")).ends(0);
    }
    issue("many.csv").ends(0);
    assert_eq!(place.files("out2", ".json").len(), 300 + PEOPLE.len());
    place.run(&format!("revoke {serial} --institution small/centro --reason error --key-file {KEY}")).ends(0);
    place.run("verify --trust small/centro/trust.json out2").ends(1);
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    let place = Place::of_world();
    let Some(disk) = Disk::mount(&place.path("cd"), 128) else { return };
    std::fs::create_dir(place.path("cd/out")).unwrap();
    let copied = Command::new("cp").arg("-a").arg(place.path("centro")).arg(place.path("cd/centro")).status().unwrap();
    assert!(copied.success());
    disk.remount("ro");
    place
        .run(&format!("issue --institution centro --register gin.csv --achievement GIN --out cd/out --key-file {KEY}"))
        .ends(74);
    let line = format!("issue --institution cd/centro --register gin.csv --achievement GIN --out out --key-file {KEY}");
    place.run(&line).ends(74);
    place.run(&format!("init cd/new --name X --country CO --key-file {KEY}")).ends(74);
    place.run(&format!("authority init cd/new --name X --country CO --key-file {KEY}")).ends(74);
    place.run("demo --no-serve --data cd/demo").ends(74);
    let file = place.files("out", ".json").remove(0);
    place.run(&format!("qr {file} --out cd/code.svg")).ends(74);
    // Reading works as ever.
    place.run(&format!("verify {file} --trust cd/centro/trust.json")).ends(0);
    place.run(&format!("keys cd/centro --check --key-file {KEY}")).ends(0);
}
