//! A pack whose status lists have one defect each (threats.md E).

use std::io::Write as _;

use serde_json::{Value, json};
use skillpass::base::multibase;

use super::documents::{ANDES, ANDES_KEY, FORMAR, KEY_1, LIST};
use super::packs::{Parts, digest, list, signed_list};

/// 16 MiB and a byte of zeros: one byte more than the longest list has (`STATUS_ENTRIES_MOST` / 8 is 2 MiB; a reader that trusted the
/// stream would unpack all of it).
const BOMB_BYTES: usize = (16 << 20) + 1;

/// The address of a list of this pack.
pub fn address(name: &str) -> String {
    format!("https://cert.formar.example/status/{name}")
}

/// The pack `lists`, and one where an older list came back.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let mut replayed = Parts::of_tests();
    replayed.freshness["version"] = 8.into();
    replayed.freshness["date"] = "2026-05-03T06:00:00Z".into();
    // Freshness names the new list, in which entry 94,567 is set; the file brings the old one, in which it is not.
    let newer = signed_list(list(LIST, FORMAR, "revocation", &[13, 94_567]), "formar-1", KEY_1);
    replayed.freshness["lists"][0]["digest"] = digest(&newer).into();
    replayed.freshness["lists"][0]["version"] = 5.into();
    let mut replayed = replayed.to_json();
    replayed["freshness"]["lists"][0]["digest"] = digest(&newer).into();
    let freshness = super::documents::without(&replayed["freshness"], "/proof");
    replayed["freshness"] = super::packs::sign_part(&freshness, "trustFreshness", &["online"], "2026-05-03T06:00:00Z");
    vec![
        ("revoked-why", with_reasons().to_bytes()),
        ("lists", broken().to_bytes()),
        ("list-replayed", super::documents::canonical(&replayed)),
    ]
}

/// Entries 1 to 6 are revoked; the message list gives the reasons 1 to 4, none for 5, and for 6 one of a later version.
fn with_reasons() -> Parts {
    let mut parts = Parts::of_tests();
    let revoked = signed_list(list(&address("why"), FORMAR, "revocation", &[1, 2, 3, 4, 5, 6]), "formar-1", KEY_1);
    let mut messages = list(&address("why-message"), FORMAR, "message", &[]);
    // Four bits an entry: the even ones in the upper half of a byte (W3C Bitstring Status List §3.2).
    let mut bits = vec![0_u8; 65_536];
    for (index, value) in [(1_usize, 1_u8), (2, 2), (3, 3), (4, 4), (6, 9)] {
        bits[index / 2] |= if index % 2 == 0 { value << 4 } else { value };
    }
    messages["credentialSubject"]["encodedList"] = gzip(&bits).into();
    messages["credentialSubject"]["statusSize"] = 4.into();
    let messages = signed_list(messages, "formar-1", KEY_1);
    super::countries::add_list(&mut parts, revoked, None);
    super::countries::add_list(&mut parts, messages, Some(&address("why")));
    parts
}

fn broken() -> Parts {
    let mut parts = Parts::of_tests();
    let good = |name: &str, set: &[u32]| list(&address(name), FORMAR, "revocation", set);
    let own = |list: Value| signed_list(list, "formar-1", KEY_1);
    let encoded = |name: &str, bits: &[u8]| {
        let mut list = good(name, &[]);
        list["credentialSubject"]["encodedList"] = gzip(bits).into();
        own(list)
    };
    let with =
        |name: &str, pointer: &str, value: Value| own(super::documents::changed(&good(name, &[13]), pointer, value));
    let mut by_hand = vec![0_u8; 16_384];
    // Index 8 is the most significant bit of the second byte (W3C Bitstring Status List §4.1).
    by_hand[1] = 0x80;
    let cut = {
        let whole = multibase::base64url_bytes(&gzip(&[0; 16_384])).unwrap();
        let mut list = good("cut", &[]);
        list["credentialSubject"]["encodedList"] = multibase::base64url(&whole[..whole.len() - 9]).into();
        own(list)
    };
    let more = {
        let whole = multibase::base64url_bytes(&gzip(&[0; 16_384])).unwrap();
        let mut list = good("bytes-after", &[]);
        list["credentialSubject"]["encodedList"] = multibase::base64url(&[whole, vec![0; 4]].concat()).into();
        own(list)
    };
    let not_gzip = {
        let mut list = good("not-gzip", &[]);
        list["credentialSubject"]["encodedList"] = multibase::base64url(&[0; 16_384]).into();
        own(list)
    };
    let lists = [
        own(list(&address("message"), FORMAR, "refresh", &[])),
        signed_list(good("by-another-body", &[]), "andes-1", ANDES_KEY),
        signed_list(good("by-the-host", &[]), "thief", "did:web:host.example#key-1"),
        signed_list(list(&address("of-another-body"), ANDES, "revocation", &[]), "andes-1", ANDES_KEY),
        good("unsigned", &[]),
        own(good("swapped-1", &[])),
        own(good("swapped-2", &[])),
        encoded("short", &[0; 16_383]),
        encoded("empty", &[]),
        encoded("bomb", &vec![0; BOMB_BYTES]),
        encoded("by-hand", &by_hand),
        cut,
        more,
        not_gzip,
        with("status-size-2", "/credentialSubject/statusSize", 2.into()),
        with("type-of-another", "/type", json!(["VerifiableCredential", "StatusList2021Credential"])),
        with("without-beginning", "/validFrom", Value::Null),
        own(list(&address("sibling-1"), FORMAR, "suspension", &[])),
        own(good("sibling-missing", &[])),
    ];
    let rows = parts.freshness["lists"].as_array_mut().unwrap();
    for list in &lists {
        let row = json!({"id": list["id"], "issuer": FORMAR, "purpose": list["credentialSubject"]["statusPurpose"],
                             "version": 1, "digest": digest(list), "date": "2026-05-01T00:00:00Z"});
        rows.push(row);
    }
    // Freshness names the digest of one under the identifier of the other.
    let at = |rows: &[Value], name: &str| rows.iter().position(|row| row["id"] == address(name)).unwrap();
    let (one, two) = (at(rows, "swapped-1"), at(rows, "swapped-2"));
    let digests = (rows[one]["digest"].clone(), rows[two]["digest"].clone());
    (rows[one]["digest"], rows[two]["digest"]) = (digests.1, digests.0);
    // Its suspension list is named, and nobody brought it.
    let sibling = own(list(&address("sibling-2"), FORMAR, "suspension", &[]));
    rows.push(
        json!({"id": sibling["id"], "issuer": FORMAR, "purpose": "suspension", "version": 1, "digest": digest(&sibling),
                     "date": "2026-05-01T00:00:00Z", "siblingOf": address("sibling-missing")}),
    );
    parts.lists.extend(lists);
    parts
}

fn gzip(bits: &[u8]) -> String {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(bits).unwrap();
    multibase::base64url(&gzip.finish().unwrap())
}
