//! Threats E: status lists. What is wrong with a list is never "not revoked", and never "revoked".

use serde_json::{Value, json};

use super::{Made, accept, malformed, reject, undecided};
use crate::common::documents::{LIST, changed, module, signed};
use crate::common::lists::address;

/// Rows E1 to E10, E13 and F16.
pub fn all(made: &mut Made) {
    let at = |list: &str, index: &str| {
        let document = changed(&module(), "/credentialStatus/statusListCredential", list.into());
        signed(&changed(&document, "/credentialStatus/statusListIndex", index.into()))
    };
    for (name, list, about, expect) in [
        (
            "E1-list-of-unknown-purpose",
            "message",
            "A list of a purpose that is neither.",
            undecided("status-list-foreign"),
        ),
        (
            "E1-suspension-list-as-revocation-list",
            "sibling-1",
            "A suspension list, named by the credential.",
            undecided("status-list-foreign"),
        ),
        (
            "E3-list-signed-by-another-body",
            "by-another-body",
            "Another body's signature under this one's list.",
            undecided("status-list-malformed"),
        ),
        (
            "E3-list-signed-by-the-host",
            "by-the-host",
            "Signed by whoever serves it.",
            undecided("status-list-malformed"),
        ),
        (
            "E3-list-of-another-body",
            "of-another-body",
            "Another body's list, signed by that body, in this one's place.",
            undecided("status-list-malformed"),
        ),
        (
            "E4-list-swapped-1",
            "swapped-1",
            "Two lists of one body, each in the other one's place.",
            undecided("status-list-malformed"),
        ),
        ("E4-list-swapped-2", "swapped-2", "The other of the two.", undecided("status-list-malformed")),
        ("E5-list-unsigned", "unsigned", "A list without a signature is not there.", undecided("status-list-missing")),
        (
            "E6-list-is-a-page",
            "type-of-another",
            "Something else at the list's address.",
            undecided("status-list-malformed"),
        ),
        ("E8-list-of-131064-bits", "short", "Eight entries too few for a crowd.", undecided("status-list-malformed")),
        ("E8-list-of-no-bits", "empty", "No entries.", undecided("status-list-malformed")),
        ("E8-list-cut", "cut", "Its last nine bytes are lost.", undecided("status-list-malformed")),
        (
            "E8-bytes-after-the-list",
            "bytes-after",
            "Bytes after the end of the compressed list.",
            undecided("status-list-malformed"),
        ),
        ("E8-list-not-compressed", "not-gzip", "Bits that were not compressed.", undecided("status-list-malformed")),
        (
            "E8-list-without-beginning",
            "without-beginning",
            "A list without a date.",
            undecided("status-list-malformed"),
        ),
        (
            "E9-bomb",
            "bomb",
            "A few kilobytes that unpack to more than a list may have.",
            undecided("status-list-malformed"),
        ),
        (
            "E10-list-of-two-bits-an-entry",
            "status-size-2",
            "A revocation list that says its entries have two bits.",
            undecided("status-list-malformed"),
        ),
        (
            "F16-second-list-not-here",
            "sibling-missing",
            "The suspension list that goes with it is not here: each reference is consulted.",
            undecided("status-list-missing"),
        ),
    ] {
        made.credential(name, about, expect, at(&address(list), "5")).packs(&["lists"]);
    }
    for (index, expect) in [("7", accept(&[])), ("8", reject("revoked")), ("9", accept(&[])), ("15", accept(&[]))] {
        made.credential(
            &format!("E10-entry-{index}-of-a-list-made-by-hand"),
            "The second byte is 0x80: entry 8 and no other, bits counted from the most significant.",
            expect,
            at(&address("by-hand"), index),
        )
        .packs(&["lists"]);
    }
    for (index, why) in
        ["error", "replaced", "fraud-confirmed", "withdrawn-by-holder", "without-a-reason", "reason-of-a-later-version"]
            .iter()
            .enumerate()
    {
        made.credential(
            &format!("revoked-{why}"),
            "Revoked, with what the institution publishes as its reason.",
            reject("revoked"),
            at(&address("why"), &(index + 1).to_string()),
        )
        .packs(&["revoked-why"]);
    }
    for (name, text) in [
        ("negative", json!("-1")),
        ("letters", json!("abc")),
        ("fraction", json!("1.5")),
        ("two-to-the-64", json!("18446744073709551616")),
        ("not-a-number", json!("NaN")),
        ("empty", json!("")),
        ("leading-zero", json!("013")),
        ("exponent", json!("1e1")),
        ("plus", json!("+13")),
        ("other-digits", json!("١٣")),
        ("number", json!(13)),
        ("null", Value::Null),
    ] {
        made.credential(
            &format!("E2-index-{name}"),
            "An index of another spelling is never read as some entry that is not revoked.",
            malformed("credentialStatus.statusListIndex"),
            signed(&changed(&module(), "/credentialStatus/statusListIndex", text)),
        );
    }
    made.credential(
        "E2-index-past-every-list",
        "An index that no list can have.",
        malformed("credentialStatus.statusListIndex"),
        at(LIST, "4294967295"),
    );
    made.credential(
        "E4-list-under-another-spelling",
        "The same address in other letters is another list.",
        undecided("status-list-missing"),
        at("https://CERT.formar.example/status/1", "5"),
    );
    made.credential(
        "E7-older-list-in-a-newer-pack",
        "Freshness names the new list, in which this one is revoked; the file brings the old one.",
        undecided("status-list-malformed"),
        at(LIST, "94567"),
    )
    .packs(&["list-replayed"]);
    made.credential(
        "E13-list-of-one-holder",
        "A list that only this person's certificate names stands in no pack: nothing is fetched, so nobody is followed.",
        undecided("status-list-missing"),
        at("https://cert.formar.example/status/of/maria", "0"),
    );
    made.credential(
        "E14-list-at-an-internal-address",
        "An address inside a network. It is compared, never fetched.",
        undecided("status-list-missing"),
        at("http://169.254.169.254/latest/meta-data", "0"),
    );
}
