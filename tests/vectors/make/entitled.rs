//! Threats F about who was entitled: scopes compared exactly, accreditation that came later or was withdrawn, trials apart from the real,
//! and entries of a later version.

use serde_json::{Value, json};

use super::{Made, accept, malformed, reject, undecided};
use crate::common::countries::{COLOMBIA, LIMA, LIMA_KEY};
use crate::common::documents::{FORMAR, SIGNED, changed, module, of_kind, signed, signed_by};
use skillpass::credential::achievement::Kind;

fn about(achievement: &str, awarded: &str) -> Value {
    let document = changed(&module(), "/credentialSubject/achievement/id", achievement.into());
    changed(&changed(&document, "/awardedDate", awarded.into()), "/validFrom", awarded.into())
}

/// Rows F11 to F19, and D2.
pub fn all(made: &mut Made) {
    made.credential(
        "F11-achievement-of-another-body",
        "In the catalogue and in another body's scope, not in this one's. No scope means none.",
        reject("out-of-scope"),
        signed(&about("urn:skillpass:out-of-scope", "2026-03-14T00:00:00Z")),
    );
    let mut lima = of_kind(Kind::Competence);
    lima["credentialSubject"]["achievement"]["id"] = "urn:skillpass:kind:recognition".into();
    lima["credentialSubject"]["achievement"]["achievementType"] = "ext:Attendance".into();
    lima["credentialSubject"]["result"] = of_kind(Kind::Attendance)["credentialSubject"]["result"].clone();
    lima["credentialSubject"]["achievement"].as_object_mut().unwrap().remove("otherIdentifier");
    lima["issuer"] = json!({"id": LIMA, "name": "Instituto Lima", "type": ["Profile"]});
    made.credential(
        "F11-less-said-about-what-is-not-in-scope",
        "Attendance at something that the body may not award.",
        reject("out-of-scope"),
        signed_by(&lima, "lima-1", LIMA_KEY, SIGNED),
    )
    .packs(&["peru-decides"]);
    // F12, F13: urn:skillpass:withdrawn was in scope from 2020-01-01 to 2026-02-28.
    for (name, awarded, created, expect) in [
        (
            "F12-accredited-the-day-after-the-award",
            "2019-12-31T00:00:00Z",
            "2020-01-02T10:00:00Z",
            reject("award-outside-scope"),
        ),
        (
            "F12-accredited-on-the-day-of-the-award",
            "2020-01-01T00:00:00Z",
            "2020-01-02T10:00:00Z",
            accept(&[("scope", "in-scope")]),
        ),
        ("F13-withdrawn-the-day-before-the-award", "2026-03-01T00:00:00Z", SIGNED, reject("award-outside-scope")),
        ("F13-withdrawn-on-the-day-of-the-award", "2026-02-28T00:00:00Z", SIGNED, accept(&[("scope", "in-scope")])),
        ("F13-withdrawn-since-and-signed-after", "2026-02-27T00:00:00Z", SIGNED, accept(&[("scope", "in-scope")])),
    ] {
        made.credential(
            name,
            "Accredited from 1 January 2020 to 28 February 2026: withdrawn without a cut-off, earlier awards stand.",
            expect,
            signed_by(&about("urn:skillpass:withdrawn", awarded), "formar-1", crate::common::documents::KEY_1, created),
        );
    }
    for (name, awarded, expect) in [
        ("before", "2026-02-19T00:00:00Z", accept(&[("scope", "in-scope")])),
        ("after", "2026-02-21T00:00:00Z", reject("award-outside-scope")),
    ] {
        made.credential(
            &format!("F13-cut-off-awarded-{name}"),
            "Withdrawn in May with a cut-off: what was awarded after 20 February is not recognised, what was awarded before stands.",
            expect,
            signed(&about("urn:skillpass:kind:module-completion", awarded)),
        )
        .packs(&["cut-off"]);
    }
    // F15: compared exactly, whatever a web server would make of the name.
    for (name, id) in [
        ("other-case", "urn:skillpass:KIND:module-completion"),
        ("slash-after", "urn:skillpass:kind:module-completion/"),
        ("percent-encoded", "urn:skillpass:kind:module%2Dcompletion"),
        ("fragment", "urn:skillpass:kind:module-completion#x"),
        ("query", "urn:skillpass:kind:module-completion?x"),
        ("longer", "urn:skillpass:kind:module-completion-2"),
        ("shorter", "urn:skillpass:kind:module"),
        ("parent", "urn:skillpass:kind:x/../module-completion"),
    ] {
        made.credential(
            &format!("F15-achievement-{name}"),
            "Nearly the name of what is in scope.",
            reject("out-of-scope"),
            signed(&about(id, "2026-03-14T00:00:00Z")),
        );
    }
    made.credential(
        "F15-achievement-of-everything",
        "A star names nothing.",
        malformed("credentialSubject.achievement.id"),
        signed(&about("*", "2026-03-14T00:00:00Z")),
    );
    made.credential(
        "F17-production-before-pilot",
        "A trial and the real list the same body: the real one counts, and a test code counts in neither way under it.",
        undecided("test-code"),
        signed(&module()),
    )
    .packs(&["pilot", "production"])
    .with("testCode", true.into());
    made.credential(
        "F18-list-not-loaded",
        "The list could not be loaded: the body is not unknown to the world, only here.",
        json!({"outcome": "undecided", "reason": "issuer-unknown", "shown": null}),
        signed(&module()),
    )
    .packs(&["peru-decides"]);
    made.credential(
        "F19-key-of-another-document",
        "The verification method of another DID than the issuer's.",
        reject("key-of-another"),
        signed_by(&module(), "andes-1", crate::common::documents::ANDES_KEY, SIGNED),
    );
    made.credential(
        "not-understood-key-type",
        "The list names the key in a form of a later version: it is there, and cannot be held against the signature.",
        json!({"outcome": "undecided", "reason": "not-understood", "shown": null}),
        signed_by(&module(), "formar-9", &format!("{FORMAR}#key-9"), SIGNED),
    )
    .packs(&["later-key"]);
    made.credential(
        "not-understood-achievement-kind",
        "The catalogue has the achievement as a kind of a later version.",
        json!({"outcome": "undecided", "findings": {"standard": "not-understood", "scope": "in-scope"}, "shown": {"mark": "authentic"}}),
        signed(&of_kind(Kind::Attendance)),
    )
    .packs(&["later-kind"]);
    made.credential(
        "not-understood-is-of-that-achievement-alone",
        "Another achievement of the same catalogue.",
        accept(&[]),
        signed(&module()),
    )
    .packs(&["later-kind"]);
    for (pack, expect) in [
        ("peru-vouches", accept(&[("authority", "authority-recognised")])),
        ("peru-vouches-until-14-march", accept(&[("authority", "authority-recognised")])),
        ("peru-vouches-until-13-march", undecided("authority-not-recognised-then")),
        ("peru-vouches-from-15-march", undecided("authority-not-recognised-then")),
    ] {
        made.credential(
            &format!("authority-{pack}"),
            "Only Peru's authority is accepted here. It vouches for Colombia's, for awards of some days; this one is of 14 March 2026.",
            expect,
            signed(&module()),
        )
        .packs(&["pilot", pack])
        .with("vouched", json!([COLOMBIA]));
    }
    made.credential(
        "authority-accepted-itself",
        "The authority's own root is accepted here.",
        accept(&[("authority", "authority-accepted")]),
        signed(&module()),
    );
    for (name, seen, expect) in [
        ("300-s-ahead-of-the-clock", "2026-05-04T10:05:00Z", accept(&[("clock", "clock-plausible")])),
        ("301-s-ahead-of-the-clock", "2026-05-04T10:05:01Z", undecided("clock-behind")),
        ("years-ahead-of-the-clock", "2031-01-01T00:00:00Z", undecided("clock-behind")),
        ("older-than-the-pack", "2025-01-01T00:00:00Z", accept(&[("clock", "clock-plausible")])),
    ] {
        made.credential(
            &format!("D2-seen-{name}"),
            "The verifier remembers the newest signed time that it has seen.",
            expect,
            signed(&module()),
        )
        .with("seen", seen.into());
    }
}
