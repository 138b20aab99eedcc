//! Every byte, every value, every length of something good: what comes out is never good.

use serde_json::{Value, json};
use skillpass::carry::{Packet, unpack};
use skillpass::credential::achievement::Kind;
use skillpass::credential::credential::Credential;
use skillpass::credential::document::Signed;
use skillpass::trust::pack::{ListState, TrustPack};
use skillpass::verify::{Evidence, Outcome, Policy, Verdict, verify};

use crate::common::documents::{NOW, canonical, full, module, of_kind, signed};
use crate::common::packs::{Parts, read};

/// A checker that has the pilot pack at hand.
struct Checker(Evidence);

impl Checker {
    fn new() -> Self {
        Self(Evidence::of_packs(vec![read(&Parts::of_tests().to_bytes()).unwrap()]))
    }

    fn verdict(&self, bytes: &[u8]) -> Option<Verdict> {
        let signed = Signed::<Credential>::read(bytes).ok()?;
        let now = skillpass::base::timestamp::Timestamp::parse(NOW).unwrap();
        Some(verify(&signed, &self.0, &Policy { country: None, test_code: true }, now))
    }

    fn accepts(&self, bytes: &[u8]) -> bool {
        self.verdict(bytes).is_some_and(|verdict| matches!(verdict.outcome, Outcome::Accept(_)))
    }

    /// Neither accepted nor shown.
    fn refuses(&self, bytes: &[u8], what: impl Fn() -> String) {
        if let Some(verdict) = self.verdict(bytes) {
            assert!(!matches!(verdict.outcome, Outcome::Accept(_)) && verdict.shown().is_none(), "{}", what());
        }
    }
}

/// A12, A13: each byte of a good credential, four ways, its proof included.
#[test]
fn every_byte_of_a_credential() {
    let checker = Checker::new();
    let good = canonical(&signed(&module()));
    assert!(checker.accepts(&good));
    for at in 0..good.len() {
        for flip in [0x01, 0x02, 0x20, 0x80] {
            let mut bytes = good.clone();
            bytes[at] ^= flip;
            checker.refuses(&bytes, || format!("byte {at} ^ {flip:02x}: {}", String::from_utf8_lossy(&bytes)));
        }
    }
}

/// A13: each value at every depth of a credential of each kind: replaced, renamed, taken out, doubled, moved.
#[test]
fn every_value_at_every_depth() {
    let checker = Checker::new();
    let mut tried = 0;
    for document in Kind::ALL.map(of_kind).into_iter().chain([full()]) {
        let good = signed(&document);
        assert!(checker.accepts(&canonical(&good)));
        let mut places = Vec::new();
        collect(&good, String::new(), &mut places);
        for place in places {
            for mutant in mutants(&good, &place) {
                checker.refuses(&canonical(&mutant), || format!("{place}: {mutant}"));
                tried += 1;
            }
        }
    }
    assert!(tried > 6_000, "{tried}");
}

/// B14: every prefix of a credential, and of a pack: an error value, no panic.
#[test]
fn every_prefix() {
    let checker = Checker::new();
    let good = canonical(&signed(&module()));
    for length in 0..good.len() {
        assert!(Signed::<Credential>::read(&good[..length]).is_err(), "{length} bytes of a credential");
    }
    assert!(checker.accepts(&good));
    let pack = Parts::of_tests().to_bytes();
    // Every length near both ends, and one in seven between.
    for length in (0..pack.len()).filter(|it| it % 7 == 0 || *it < 600 || pack.len() - it < 600) {
        assert!(read(&pack[..length]).is_err(), "{length} bytes of a pack");
    }
}

/// One byte in thirteen of a pack: refused, or it says what it said, and an altered list is a malformed one.
#[test]
fn bytes_of_a_pack() {
    let good = Parts::of_tests().to_bytes();
    let whole = read(&good).unwrap();
    let said = |pack: &TrustPack| format!("{:?}{:?}{:?}", pack.root(), pack.freshness(), pack.accreditation().issuers);
    let expected = said(&whole);
    let mut loaded = 0;
    for at in (0..good.len()).step_by(13) {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        let Ok(pack) = read(&bytes) else { continue };
        loaded += 1;
        assert_eq!(said(&pack), expected, "byte {at}");
        for row in &whole.freshness().lists {
            match (pack.list(&row.id), whole.list(&row.id)) {
                (Some(ListState::Current(list)), Some(ListState::Current(before))) => {
                    assert_eq!(list.bits, before.bits, "byte {at}")
                }
                (Some(ListState::Current(_)), _) => panic!("byte {at} makes a list good"),
                _ => {}
            }
        }
    }
    assert!(loaded > 20, "{loaded}");
}

/// B14, C6: every prefix of a code, and every digit of it changed: never accepted, no panic.
#[test]
fn every_digit_of_a_code() {
    let checker = Checker::new();
    let good = canonical(&signed(&module()));
    let digits = Packet::of(&good).unwrap().digits();
    assert!(checker.accepts(&unpack(&digits).unwrap().document));
    for length in 0..digits.len() {
        assert!(unpack(&digits[..length]).is_err(), "{length} digits");
    }
    for at in 0..digits.len() {
        let mut changed = digits.clone().into_bytes();
        changed[at] = b'0' + (changed[at] - b'0' + 1 + (at % 8) as u8) % 10;
        // The coder's last byte has bits that decide nothing: several codes may carry one document (carry::packet).
        let unpacked = unpack(std::str::from_utf8(&changed).unwrap()).ok();
        if let Some(unpacked) = unpacked.filter(|unpacked| unpacked.document != good) {
            checker.refuses(&unpacked.document, || {
                format!("digit {at} of {}: {}", digits.len(), String::from_utf8_lossy(&unpacked.document))
            });
        }
    }
}

/// Where something stands in a document.
fn collect(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(number, value)| collect(value, format!("{at}/{number}"), places))
        }
        Value::Object(object) => object.iter().for_each(|(name, value)| collect(value, format!("{at}/{name}"), places)),
        _ => {}
    }
    if !at.is_empty() {
        places.push(at);
    }
}

/// A document, changed in one place in every way that a change can be made there.
fn mutants(good: &Value, place: &str) -> Vec<Value> {
    let old = good.pointer(place).unwrap();
    let longer = old.as_str().map(|text| json!(format!("{text} ")));
    let values = [
        Value::Null,
        true.into(),
        false.into(),
        "".into(),
        "x".into(),
        0.into(),
        json!([]),
        json!({}),
        json!([old]),
        json!({"value": old}),
    ];
    let mut mutants = Vec::new();
    for value in values.into_iter().chain(longer).filter(|value| value != old) {
        let mut mutant = good.clone();
        *mutant.pointer_mut(place).unwrap() = value;
        mutants.push(mutant);
    }
    let (parent, name) = place.rsplit_once('/').unwrap();
    let mut with_parent = |edit: &dyn Fn(&mut Value)| {
        let mut mutant = good.clone();
        edit(mutant.pointer_mut(parent).unwrap());
        if mutant != *good {
            mutants.push(mutant);
        }
    };
    with_parent(&|parent| match parent {
        Value::Array(list) => drop(list.remove(name.parse().unwrap())),
        parent => drop(parent.as_object_mut().unwrap().remove(name)),
    });
    with_parent(&|parent| match parent {
        Value::Array(list) => list.push(old.clone()),
        parent => parent[format!("{name}2")] = old.clone(),
    });
    with_parent(&|parent| match parent {
        Value::Array(list) => list.reverse(),
        parent => {
            let value = parent.as_object_mut().unwrap().remove(name).unwrap();
            parent[name.to_uppercase() + "_"] = value;
        }
    });
    // `proof` as its only entry is the same proof; the array of one around it too.
    let sameness = |mutant: &Value| {
        let single = |proof: &Value| {
            proof.as_array().filter(|list| list.len() == 1).map_or_else(|| proof.clone(), |list| list[0].clone())
        };
        single(&mutant["proof"]) == single(&good["proof"]) && {
            let (mut mutant, mut good) = (mutant.clone(), good.clone());
            (mutant["proof"], good["proof"]) = (Value::Null, Value::Null);
            mutant == good
        }
    };
    // The same proof twice is a proof that holds, twice.
    let doubled = |mutant: &Value| {
        place.starts_with("/proof")
            && mutant["proof"].as_array().is_some_and(|list| list.len() == 2 && list[0] == list[1])
    };
    mutants.retain(|mutant| !sameness(mutant) && !doubled(mutant));
    mutants
}
