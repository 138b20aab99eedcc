//! An institution whose files were damaged: an error that says so, never a panic, never a slot given twice.

use super::program::{KEY, Place, register};

/// Numbers that are the same in every run (Marsaglia's xorshift).
pub struct Dice(pub u64);

impl Dice {
    pub fn throw(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below.max(1) as u64).unwrap()
    }
}

#[test]
fn damaged_folders_are_refused_or_work() {
    let place = Place::of_world();
    place.write("more.csv", register([("Nazareth Urdaneta", 1999, "N-1")]));
    let files = [
        "institution.json",
        "keys.age",
        "trust.json",
        "pilot/trust.json",
        "pilot/keys.age",
        "status/1.json",
        "store.mark",
        "store/db",
        "store/conf",
    ];
    let mut dice = Dice(0x5eed_0002);
    for round in 0..3 * files.len() {
        let name = files[round % files.len()];
        let trial = Place::of_world();
        trial.write("more.csv", place.read("more.csv"));
        let path = format!("centro/{name}");
        let mut bytes = trial.read(&path);
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        match round / files.len() {
            0 => bytes.truncate(dice.throw(used)),
            1 => (0..4).for_each(|_| bytes[dice.throw(used)] ^= 1 << dice.throw(8)),
            _ => bytes.clear(),
        }
        trial.write(&path, bytes);
        let ran = trial.issue("more.csv", "");
        assert!([0, 64, 66, 74].contains(&ran.code), "{name}: {ran:?}");
        if ran.code == 0 {
            // Then all that was issued is known still: nothing is issued twice.
            let again = trial.issue("gin.csv", "").ends(0);
            assert!(again.out.is_empty(), "{name}: {again:?}");
        }
    }
}

#[test]
fn a_store_that_is_gone_is_not_begun_again() {
    let place = Place::of_world();
    std::fs::remove_dir_all(place.path("centro/store")).unwrap();
    let said = place.issue("gin.csv", "--json").ends(74);
    assert_eq!(said.json()["error"]["code"], "store-damaged");
    let serial = place.files("out", ".json").remove(0).replace("out/", "").replace(".json", "");
    place.run(&format!("revoke {serial} --institution centro --reason error --key-file {KEY}")).ends(74);
}
