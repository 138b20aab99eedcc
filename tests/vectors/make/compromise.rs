//! F14: a key that somebody else may hold. The signing time is the signer's word; what had been logged is an exact set.

use serde_json::json;

use super::{Made, accept, reject, undecided};
use crate::common::countries::under_the_leaked_key;
use crate::common::documents::{KEY_3, signed_by};

/// Signed before, at and after the leak × kept, unwitnessed, unlogged; and what lies beside.
pub fn all(made: &mut Made) {
    let times = [("before", "2026-03-31T23:59:59Z"), ("at", "2026-04-01T00:00:00Z"), ("after", "2026-04-01T00:00:01Z")];
    for (when, created) in times {
        for state in ["kept", "unwitnessed", "unlogged"] {
            let expect = match (when, state) {
                ("before", "kept") => accept(&[("key", "key-compromised-kept")]),
                ("before", "unwitnessed") => undecided("key-compromised-unwitnessed"),
                ("before", _) => reject("key-compromised-unlogged"),
                _ => reject("key-compromised"),
            };
            let about = match state {
                "kept" => {
                    "Logged under a checkpoint that the authority countersigned before the key was compromised on 1 April 2026."
                }
                "unwitnessed" => "In the institution's log, which nobody had seen before the key was compromised.",
                _ => "In no log.",
            };
            let signed = signed_by(&under_the_leaked_key(state), "formar-3", KEY_3, created);
            made.credential(&format!("F14-signed-{when}-{state}"), about, expect, signed).packs(&["logged"]);
        }
        let expect = if when == "before" { undecided("key-compromised-later") } else { reject("key-compromised") };
        made.credential(
            &format!("F14-signed-{when}-by-a-desk-that-never-handed-in"),
            "No checkpoint was ever handed in, and nobody has looked: what is said to be earlier cannot be told.",
            expect,
            signed_by(&under_the_leaked_key("kept"), "formar-3", KEY_3, created),
        );
    }
    made.credential(
        "F14-near-miss",
        "A digest with the same first 15 bytes is kept; the sixteenth differs.",
        reject("key-compromised-unlogged"),
        signed_by(&under_the_leaked_key("unlogged"), "formar-3", KEY_3, "2026-03-20T00:00:00Z"),
    )
    .packs(&["logged-near-miss"]);
    made.credential(
        "F14-kept-and-signed-by-a-thief-of-another-key",
        "What is kept is kept under this key: another key's signature does not hold under it.",
        json!({"outcome": "reject", "reason": "altered"}),
        signed_by(&under_the_leaked_key("kept"), "thief", KEY_3, "2026-03-20T00:00:00Z"),
    )
    .packs(&["logged"]);
    made.credential(
        "F14-kept-and-signed-after-the-key-was-rotated-out",
        "The key was rotated out on 28 February 2026. That it leaked later makes nothing good that was signed after its time.",
        reject("key-outside-window"),
        signed_by(&under_the_leaked_key("kept"), "formar-3", KEY_3, "2026-03-20T00:00:00Z"),
    )
    .packs(&["logged-rotated"]);
    made.credential(
        "F14-kept-and-signed-before-the-key-began",
        "A signing time before the key was in use.",
        json!({"outcome": "reject", "findings": {"key": "key-outside-window"}}),
        signed_by(
            &{
                let mut document = under_the_leaked_key("kept");
                document["awardedDate"] = "2019-12-30T00:00:00Z".into();
                document
            },
            "formar-3",
            KEY_3,
            "2019-12-31T00:00:00Z",
        ),
    )
    .packs(&["logged"]);
    made.credential(
        "F14-another-key-of-the-same-body",
        "The leak of one key says nothing about the others.",
        accept(&[("key", "key-in-window")]),
        crate::common::documents::signed(&under_the_leaked_key("unlogged")),
    )
    .packs(&["logged"]);
}
