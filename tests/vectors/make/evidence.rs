//! What the pack has, lacks and withdraws (design §2 *Absence*), status lists, several packs, environments, countries.

use serde_json::{Value, json};
use skillpass::credential::achievement::Kind;

use super::{Made, accept, reject, undecided};
use crate::common::documents::{
    FORMAR, KEY_1, KEY_3, KEY_4, SIGNED, SIGNED_AFTER, changed, module, of_kind, signed, signed_by,
};

/// All of them.
pub fn all(made: &mut Made) {
    absence(made);
    keys(made);
    standards(made);
    status(made);
    several_packs(made);
}

/// Signed before or after the accreditation date, awarded a week before.
fn dated(mut document: Value, after: bool) -> Value {
    let awarded = if after { "2026-04-25T00:00:00Z" } else { "2026-03-14T00:00:00Z" };
    document["awardedDate"] = awarded.into();
    document["validFrom"] = awarded.into();
    document
}

fn about(achievement: &str, after: bool) -> Value {
    dated(changed(&module(), "/credentialSubject/achievement/id", achievement.into()), after)
}

/// The twelve cells: present, absent, withdrawn × signed before, after × key, scope.
fn absence(made: &mut Made) {
    for (after, when, created) in [(false, "before", SIGNED), (true, "after", SIGNED_AFTER)] {
        let by = |name: &str, method: &str| signed_by(&dated(module(), after), name, method, created);
        let scoped = |achievement: &str| signed_by(&about(achievement, after), "formar-1", KEY_1, created);
        let name = |what: &str| format!("absence-{what}-signed-{when}-the-list");
        made.credential(
            &name("key-present"),
            "The pack has the key.",
            accept(&[("key", "key-in-window")]),
            by("formar-1", KEY_1),
        );
        let absent = if after { undecided("key-newer-than-list") } else { reject("key-not-listed") };
        made.credential(
            &name("key-absent"),
            "The pack lacks the key: a no only for what is not newer than the pack.",
            absent,
            by("formar-9", &format!("{FORMAR}#key-9")),
        );
        made.credential(
            &name("key-withdrawn"),
            "The key was rotated out at the end of 2025.",
            reject("key-outside-window"),
            by("formar-4", KEY_4),
        );
        made.credential(
            &name("scope-present"),
            "The pack has the scope.",
            accept(&[("scope", "in-scope")]),
            scoped("urn:skillpass:kind:module-completion"),
        );
        let absent = if after { undecided("scope-newer-than-list") } else { reject("out-of-scope") };
        made.credential(
            &name("scope-absent"),
            "The pack lacks the scope. No scope means none, never all.",
            absent,
            scoped("urn:skillpass:out-of-scope"),
        );
        made.credential(
            &name("scope-withdrawn"),
            "The scope ended on 28 February 2026, before the award.",
            reject("award-outside-scope"),
            scoped("urn:skillpass:withdrawn"),
        );
    }
    made.credential(
        "absence-key-withdrawn-signed-in-its-window",
        "A key that was rotated out still stands for what it signed in time.",
        accept(&[("key", "key-in-window")]),
        {
            let mut document = module();
            document["awardedDate"] = "2025-12-20T00:00:00Z".into();
            document["validFrom"] = "2025-12-20T00:00:00Z".into();
            signed_by(&document, "formar-4", KEY_4, "2025-12-31T23:59:59Z")
        },
    );
    made.credential(
        "absence-scope-withdrawn-awarded-in-its-period",
        "A scope that has ended still stands for what was awarded in time.",
        accept(&[("scope", "in-scope")]),
        {
            let document =
                changed(&about("urn:skillpass:withdrawn", false), "/awardedDate", "2026-02-28T00:00:00Z".into());
            signed_by(&document, "formar-1", KEY_1, SIGNED)
        },
    );
    for (name, created, expect) in [
        ("at", "2026-05-01T12:00:00Z", reject("key-not-listed")),
        ("1-s-after", "2026-05-01T12:00:01Z", undecided("key-newer-than-list")),
    ] {
        made.credential(
            &format!("absence-key-absent-signed-{name}-the-accreditation-date"),
            "No later than the accreditation date is a no.",
            expect,
            signed_by(&dated(module(), true), "formar-9", &format!("{FORMAR}#key-9"), created),
        );
    }
    let two = |awarded: &str| {
        signed(&changed(
            &changed(
                &of_kind(Kind::FromArchive),
                "/credentialSubject/achievement/id",
                "urn:skillpass:two-periods".into(),
            ),
            "/awardedDate",
            awarded.into(),
        ))
    };
    made.credential(
        "scope-in-the-second-of-two-periods",
        "A body that was accredited, paused, and accredited again.",
        accept(&[]),
        two("2026-01-15T00:00:00Z"),
    );
    made.credential(
        "scope-in-the-pause",
        "The pause between.",
        reject("award-outside-scope"),
        two("2025-03-15T00:00:00Z"),
    );
}

fn keys(made: &mut Made) {
    for (name, created, expect) in [
        ("before", "2026-03-31T23:59:59Z", undecided("key-compromised-later")),
        ("at", "2026-04-01T00:00:00Z", reject("key-compromised")),
        ("after", "2026-04-03T00:00:00Z", reject("key-compromised")),
    ] {
        made.credential(&format!("key-compromised-signed-{name}"), "The key was compromised on 1 April 2026: the signing time is the signer's word, so what is earlier cannot be told.",
            expect, signed_by(&module(), "formar-3", KEY_3, created));
    }
}

fn standards(made: &mut Made) {
    made.credential(
        "standard-ended",
        "Its standard ended in 2025, the award is of 2026.",
        reject("standard-not-in-force"),
        signed(&about("urn:skillpass:ended-standard", false)),
    );
    made.credential(
        "standard-not-begun",
        "Its standard begins after the award.",
        reject("standard-not-in-force"),
        signed(&about("urn:skillpass:future-standard", false)),
    );
    made.credential(
        "standard-not-in-the-catalogue",
        "In scope, and not in the catalogue.",
        reject("standard-not-listed"),
        signed(&about("urn:skillpass:not-in-catalogue", false)),
    );
    made.credential(
        "standard-newer-than-the-catalogue",
        "The same, signed after the accreditation date.",
        undecided("standard-newer-than-list"),
        signed_by(&about("urn:skillpass:not-in-catalogue", true), "formar-1", KEY_1, SIGNED_AFTER),
    );
    made.credential(
        "standard-of-another-version",
        "A version that the catalogue does not have.",
        reject("standard-not-listed"),
        signed(&changed(&module(), "/credentialSubject/achievement/version", "2".into())),
    );
    let other_standard = changed(
        &of_kind(Kind::Competence),
        "/credentialSubject/achievement/otherIdentifier/0/identifier",
        "SENA NSCL 290601037".into(),
    );
    made.credential(
        "standard-of-another-competence",
        "The list has another standard for this achievement than the certificate.",
        reject("standard-not-listed"),
        signed(&other_standard),
    );
    made.credential(
        "standard-in-another-version-of-its-own",
        "The standard of the list, in a version that the list does not have.",
        reject("standard-not-listed"),
        signed(&changed(
            &of_kind(Kind::Competence),
            "/credentialSubject/achievement/otherIdentifier/1/identifier",
            "3".into(),
        )),
    );
    made.credential(
        "standard-module-sold-as-competence",
        "The catalogue knows it as a module, the certificate says competence.",
        reject("kind-differs"),
        signed(&changed(
            &of_kind(Kind::Competence),
            "/credentialSubject/achievement/id",
            "urn:skillpass:kind:module-completion".into(),
        )),
    );
    for kind in Kind::ALL {
        made.credential(
            &format!("kind-{}", kind.code()),
            "A good one of each kind.",
            accept(&[("form", "form-holds"), ("standard", "standard-in-force")]),
            signed(&of_kind(kind)),
        );
    }
    made.credential(
        "good-with-every-optional-member",
        "Holder key, photograph and its digest, commitment, code, alignments, standard.",
        accept(&[]),
        signed(&crate::common::documents::full()),
    );
}

fn status(made: &mut Made) {
    let at = |list: &str, index: &str| {
        let document = changed(&module(), "/credentialStatus/statusListCredential", list.into());
        signed(&changed(&document, "/credentialStatus/statusListIndex", index.into()))
    };
    let list = |number: u8| format!("https://cert.formar.example/status/{number}");
    made.credential(
        "status-revoked",
        "Entry 13 is revoked.",
        json!({"outcome": "reject", "reason": "revoked", "shown": {"mark": "authentic"}}),
        at(&list(1), "13"),
    );
    made.credential(
        "status-before-a-revoked-one",
        "The entry before: bits are counted from the most significant.",
        accept(&[("revocation", "not-revoked")]),
        at(&list(1), "12"),
    );
    made.credential(
        "status-after-a-revoked-one",
        "The entry after.",
        accept(&[("revocation", "not-revoked")]),
        at(&list(1), "14"),
    );
    made.credential(
        "status-suspended",
        "Entry 21 of the sibling list is suspended.",
        reject("suspended"),
        at(&list(1), "21"),
    );
    made.credential(
        "status-list-without-sibling",
        "An institution without a suspension list suspends nobody.",
        accept(&[("suspension", "not-suspended")]),
        at("https://cert.formar.example/status/6", "21"),
    );
    made.credential("status-last-entry", "The last entry of the shortest list.", accept(&[]), at(&list(1), "131071"));
    made.credential(
        "status-index-outside",
        "One past the end.",
        undecided("status-index-outside"),
        at(&list(1), "131072"),
    );
    made.credential(
        "status-list-in-no-pack",
        "A list that no pack names.",
        undecided("status-list-missing"),
        at("https://cert.formar.example/status/99", "5"),
    );
    made.credential(
        "status-list-named-and-not-there",
        "A list that freshness names, and that is not in the file.",
        undecided("status-list-missing"),
        at(&list(3), "5"),
    );
    made.credential(
        "status-list-altered",
        "A list that is not the one that freshness names.",
        undecided("status-list-malformed"),
        at(&list(4), "5"),
    );
    made.credential("status-list-ended", "A list that has ended.", undecided("status-list-ended"), at(&list(5), "5"))
        .at("2026-05-04T10:00:00Z");
    made.credential(
        "status-list-not-begun",
        "A list that begins after the verifier's time: not in its dates (interop.md 2.6).",
        json!({"outcome": "undecided"}),
        at(&list(8), "5"),
    );
    made.credential(
        "status-revoked-on-an-ended-list",
        "Revoked on a list that has ended: once seen, a no.",
        reject("revoked"),
        at(&list(5), "13"),
    );
    made.credential(
        "status-list-of-another-issuer",
        "Another body's list.",
        undecided("status-list-foreign"),
        at("https://andes.example/status/1", "5"),
    );
    made.credential(
        "status-list-of-another-purpose",
        "The suspension list, named as the revocation list.",
        undecided("status-list-foreign"),
        at(&list(2), "5"),
    );
    made.credential(
        "status-entry-of-another-purpose",
        "An entry whose purpose is not revocation.",
        undecided("status-list-foreign"),
        signed(&changed(&module(), "/credentialStatus/statusPurpose", "suspension".into())),
    );
    made.credential(
        "status-entry-of-unknown-purpose",
        "A purpose nobody knows.",
        undecided("status-list-foreign"),
        signed(&changed(&module(), "/credentialStatus/statusPurpose", "refresh".into())),
    );
}

fn several_packs(made: &mut Made) {
    let good = signed(&module());
    made.credential(
        "pack-none",
        "No pack at all: nothing is known about anybody.",
        json!({"outcome": "undecided", "reason": "issuer-unknown", "shown": null}),
        good.clone(),
    )
    .packs(&[]);
    made.credential("pack-production", "The same issuer under a production root.", accept(&[]), good.clone())
        .packs(&["production"]);
    made.credential(
        "pack-test-code-under-production",
        "A packet with a draft codec counts under pilot roots alone.",
        undecided("test-code"),
        good.clone(),
    )
    .packs(&["production"])
    .with("testCode", true.into());
    made.credential(
        "pack-test-code-under-pilot",
        "Under a pilot root it counts, as a pilot's.",
        accept(&[]),
        good.clone(),
    )
    .with("testCode", true.into());
    made.credential(
        "pack-with-unknown-members",
        "A pack of a later version, with members that this one does not know.",
        accept(&[]),
        good.clone(),
    )
    .packs(&["unknown-members"]);
    for (name, packs) in [("first", ["pilot-newer", "pilot"]), ("last", ["pilot", "pilot-newer"])] {
        made.credential(&format!("F1-newer-pack-{name}-has-the-revocation"), "Two packs of one authority, the newer one revokes: a revocation once seen stays a no, in whatever order the files were given.",
            reject("revoked"), good.clone()).packs(&packs);
    }
    for (name, pack, about, expect) in [
        (
            "F16-second-authority-has-the-revocation",
            "second-withdrawn",
            "Two authorities list the institution; its list with the revocation was handed in to one of them alone.",
            reject("revoked"),
        ),
        (
            "F16-second-authority-has-the-suspension",
            "second-suspended",
            "Two authorities list the institution; the newer suspension list was handed in to one of them alone.",
            reject("suspended"),
        ),
        (
            "second-authority-has-an-older-suspension",
            "second-suspended-before",
            "Two authorities list the institution; the older list still has it suspended, the newer one has it resumed.",
            accept(&[("suspension", "not-suspended")]),
        ),
        (
            "F16-second-authority-knows-of-the-theft",
            "second-theft",
            "Two authorities list the institution; only one of them knows that the key was stolen before the signature.",
            reject("key-compromised"),
        ),
        (
            "second-authority-accredits-for-other-things",
            "second-narrow",
            "Two authorities list the institution, one of them for other achievements: one that accredits it is enough.",
            accept(&[("scope", "in-scope")]),
        ),
    ] {
        for (order, packs) in [("first", [pack, "pilot"]), ("last", ["pilot", pack])] {
            made.credential(&format!("{name}-{order}"), about, expect.clone(), good.clone()).packs(&packs);
        }
    }
    for (country, code) in [("Peru", "PE"), ("Chile", "CL")] {
        made.credential(
            &format!("worth-no-rule-for-{}", country.to_lowercase()),
            "No rule for the country: never a yes, never a no, and the outcome does not change.",
            accept(&[("worth", "no-rule")]),
            good.clone(),
        )
        .with("country", code.into());
    }
    made.credential("worth-no-country", "No country was chosen.", accept(&[("worth", "no-country")]), good);
}
