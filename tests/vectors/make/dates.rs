//! Threats D: dates and clocks; ages of the evidence (design §2 *Ages*).

use serde_json::{Value, json};

use super::{Made, accept, malformed, reject, undecided};
use crate::common::documents::{KEY_1, changed, module, of_kind, signed, signed_by, without};
use skillpass::credential::achievement::Kind;

/// Rows D1 to D6, and the ages.
pub fn all(made: &mut Made) {
    // D1: to the second, when the times are not whole days.
    let mut exact = module();
    exact["validFrom"] = "2026-05-03T08:30:00Z".into();
    exact["validUntil"] = "2026-05-04T17:45:00Z".into();
    let exact = signed(&exact);
    for (name, now, expect) in [
        ("1-s-before-beginning", "2026-05-03T08:29:59Z", reject("not-yet")),
        ("at-beginning", "2026-05-03T08:30:00Z", accept(&[("dates", "dates-hold")])),
        ("1-s-after-beginning", "2026-05-03T08:30:01Z", accept(&[])),
        ("1-s-before-end", "2026-05-04T17:44:59Z", accept(&[])),
        ("at-end", "2026-05-04T17:45:00Z", accept(&[("dates", "dates-hold")])),
        ("1-s-after-end", "2026-05-04T17:45:01Z", reject("ended")),
    ] {
        made.credential(
            &format!("D1-{name}"),
            "In force from 2026-05-03T08:30:00Z until 2026-05-04T17:45:00Z.",
            expect,
            exact.clone(),
        )
        .at(now);
    }
    made.credential(
        "D1-without-end",
        "Without an end, at the edge of what the evidence covers.",
        accept(&[("dates", "dates-hold")]),
        signed(&without(&module(), "/validUntil")),
    )
    .at("2026-06-01T05:59:59Z");
    // D2: a clock that runs behind what it has seen signed.
    let good = signed(&module());
    for (name, now, expect) in [
        ("300-s-behind-the-pack", "2026-05-02T05:55:00Z", accept(&[("clock", "clock-plausible")])),
        ("301-s-behind-the-pack", "2026-05-02T05:54:59Z", undecided("clock-behind")),
        ("years-behind", "2026-03-20T00:00:00Z", undecided("clock-behind")),
        ("in-1970", "1970-01-01T00:00:00Z", undecided("clock-behind")),
    ] {
        made.credential(
            &format!("D2-clock-{name}"),
            "The pack is of 2026-05-02T06:00:00Z: a clock far behind that is wrong, and says nothing about now.",
            expect,
            good.clone(),
        )
        .at(now);
    }
    let mut later = module();
    later["awardedDate"] = "2026-05-01T00:00:00Z".into();
    for (name, created, expect) in [
        ("300-s-ahead", "2026-05-04T10:05:00Z", accept(&[])),
        ("301-s-ahead", "2026-05-04T10:05:01Z", undecided("signed-in-future")),
    ] {
        made.credential(
            &format!("D2-signed-{name}"),
            "Signed ahead of the verifier's clock.",
            expect,
            signed_by(&later, "formar-1", KEY_1, created),
        );
    }
    // D3: whole days.
    let mut days = module();
    days["validFrom"] = "2026-05-04T00:00:00Z".into();
    days["validUntil"] = "2026-05-05T23:59:59Z".into();
    let days = signed(&days);
    for (name, now, expect) in [
        ("before-the-day-begins-anywhere", "2026-05-03T09:59:59Z", reject("not-yet")),
        ("as-the-day-begins-in-kiribati", "2026-05-03T10:00:00Z", accept(&[])),
        ("as-the-day-ends-at-baker-island", "2026-05-06T11:59:59Z", accept(&[])),
        ("after-the-day-has-ended-everywhere", "2026-05-06T12:00:00Z", reject("ended")),
    ] {
        made.credential(
            &format!("D3-{name}"),
            "In force on 4 and 5 May 2026: a date has no time zone.",
            expect,
            days.clone(),
        )
        .at(now);
    }
    // D3: the scope of one day, 14 March 2026.
    for (name, awarded, expect) in [
        ("the-day-before", "2026-03-13T00:00:00Z", reject("award-outside-scope")),
        ("on-the-day", "2026-03-14T00:00:00Z", accept(&[])),
        ("late-on-the-day", "2026-03-14T23:59:59Z", accept(&[])),
        ("the-day-after", "2026-03-15T00:00:00Z", reject("award-outside-scope")),
    ] {
        let mut document = module();
        document["credentialSubject"]["achievement"]["id"] = "urn:skillpass:one-day".into();
        document["awardedDate"] = awarded.into();
        made.credential(
            &format!("D3-scope-of-one-day-awarded-{name}"),
            "A scope of one day, compared with the award date as days.",
            expect,
            signed(&document),
        );
    }
    // D4: the one profile.
    for (name, text) in [
        ("leap-second", "2026-06-30T23:59:60Z"),
        ("hour-24", "2026-03-14T24:00:00Z"),
        ("29-february-of-a-common-year", "2026-02-29T00:00:00Z"),
        ("31-april", "2026-04-31T00:00:00Z"),
        ("month-13", "2026-13-01T00:00:00Z"),
        ("day-0", "2026-03-00T00:00:00Z"),
        ("year-0000", "0000-01-01T00:00:00Z"),
        ("year-10000", "10000-01-01T00:00:00Z"),
        ("offset-plus-14", "2026-03-14T00:00:00+14:00"),
        ("offset-minus-12", "2026-03-14T00:00:00-12:00"),
        ("offset-plus-99-99", "2026-03-14T00:00:00+99:99"),
        ("offset-zero", "2026-03-14T00:00:00+00:00"),
        ("lower-case-t", "2026-03-14t00:00:00Z"),
        ("lower-case-z", "2026-03-14T00:00:00z"),
        ("fraction", "2026-03-14T00:00:00.5Z"),
        ("fifty-digits", "2026-03-14T00:00:00.00000000000000000000000000000000000000000000000000Z"),
        ("rfc-2822", "Sat, 14 Mar 2026 00:00:00 GMT"),
        ("date-alone", "2026-03-14"),
        ("space", "2026-03-14 00:00:00Z"),
        ("basic-format", "20260314T000000Z"),
        ("week", "2026-W11-6T00:00:00Z"),
        ("no-zone", "2026-03-14T00:00:00"),
        ("other-digits", "２０２６-03-14T00:00:00Z"),
        ("minus", "-026-03-14T00:00:00Z"),
        ("plus", "+026-03-14T00:00:00Z"),
        ("leading-space", " 2026-03-14T00:00:00Z"),
        ("empty", ""),
    ] {
        made.credential(
            &format!("D4-{name}"),
            "A time of another spelling, or of no calendar.",
            malformed("validFrom"),
            signed(&changed(&module(), "/validFrom", text.into())),
        );
    }
    for (name, text) in [("29-february-of-a-leap-year", "2028-02-29T23:59:59Z"), ("year-9999", "9999-12-31T23:59:59Z")]
    {
        made.credential(
            &format!("D4-end-{name}"),
            "A time at the edge of the profile.",
            accept(&[]),
            signed(&changed(&module(), "/validUntil", text.into())),
        );
    }
    made.credential(
        "D4-time-as-number",
        "Seconds since 1970.",
        malformed("validFrom"),
        signed(&changed(&module(), "/validFrom", 1_773_446_400.into())),
    );
    for (name, text) in [("fraction", "2026-03-20T15:04:05.000Z"), ("offset", "2026-03-20T15:04:05+00:00")] {
        made.credential(
            &format!("D4-created-with-{name}"),
            "A signing time of another spelling: ours have one.",
            undecided("suite-not-checked"),
            signed_by(&module(), "formar-1", KEY_1, text),
        );
    }
    // D5
    made.credential(
        "D5-end-before-beginning",
        "It ends before it begins.",
        malformed("validUntil"),
        signed(&changed(&module(), "/validUntil", "2026-03-13T23:59:59Z".into())),
    );
    made.credential(
        "D5-end-at-beginning",
        "It ends as it begins.",
        malformed("validUntil"),
        signed(&changed(&module(), "/validUntil", "2026-03-14T00:00:00Z".into())),
    );
    made.credential(
        "D5-awarded-after-signing",
        "Awarded a month after it was signed.",
        reject("award-after-signing"),
        signed(&changed(&module(), "/awardedDate", "2026-04-20T00:00:00Z".into())),
    );
    made.credential(
        "D5-awarded-on-a-day-that-had-begun-in-the-east",
        "Signed on 20 March at 15:04 UTC, awarded on 21 March, which had begun east of UTC+9.",
        accept(&[]),
        signed(&changed(&module(), "/awardedDate", "2026-03-21T00:00:00Z".into())),
    );
    made.credential(
        "D5-born-after-the-award",
        "Born the year after.",
        malformed("credentialSubject.identifier.ext:birthYear"),
        signed(&changed(&module(), "/credentialSubject/identifier/1/identityHash", "2027".into())),
    );
    // D6
    for (name, awarded, expect) in [
        ("30-days", "2026-02-18T00:00:00Z", accept(&[("award", "award-matches")])),
        ("31-days", "2026-02-17T00:00:00Z", undecided("award-long-before")),
    ] {
        made.credential(
            &format!("D6-awarded-{name}-before-signing"),
            "An award may be signed up to thirty days later; after that it is an archive's.",
            expect,
            signed(&changed(&module(), "/awardedDate", awarded.into())),
        );
    }
    let mut archive = of_kind(Kind::FromArchive);
    archive["awardedDate"] = "2021-11-30T00:00:00Z".into();
    made.credential(
        "D6-archive-awarded-years-before",
        "An old paper award, attested as such.",
        accept(&[("award", "award-matches"), ("scope", "in-scope")]),
        signed(&archive),
    );
    archive["credentialSubject"]["achievement"]["id"] = "urn:skillpass:two-periods".into();
    made.credential(
        "D6-archive-accredited-then-and-again",
        "Accredited at the award and again at the signing.",
        accept(&[]),
        signed(&archive),
    );
    archive["awardedDate"] = "2025-06-30T00:00:00Z".into();
    made.credential(
        "D6-archive-awarded-in-the-gap",
        "Accredited at the signing, not at the award.",
        reject("award-outside-scope"),
        signed(&archive),
    );
    archive["credentialSubject"]["achievement"]["id"] = "urn:skillpass:withdrawn".into();
    archive["awardedDate"] = "2024-06-30T00:00:00Z".into();
    made.credential(
        "D6-archive-attested-after-withdrawal",
        "Accredited at the award, not at the signing: an archive needs both.",
        reject("award-outside-scope"),
        signed(&archive),
    );
    ages(made, &good);
}

/// Days since the freshness date, 2026-05-02T06:00:00Z.
fn ages(made: &mut Made, good: &Value) {
    for (name, now, expect) in [
        ("0-days", "2026-05-02T06:00:00Z", accept(&[("freshness", "evidence-fresh")])),
        ("6-days", "2026-05-09T05:59:59Z", accept(&[("freshness", "evidence-fresh")])),
        ("7-days", "2026-05-09T06:00:00Z", accept(&[("freshness", "evidence-old")])),
        ("29-days", "2026-06-01T05:59:59Z", accept(&[("freshness", "evidence-old")])),
        ("30-days", "2026-06-02T05:59:59Z", accept(&[("freshness", "evidence-old")])),
        (
            "31-days",
            "2026-06-02T06:00:00Z",
            json!({"outcome": "undecided", "reason": "evidence-stale", "shown": {"mark": "authentic"}}),
        ),
    ] {
        made.credential(
            &format!("age-{name}"),
            "Green up to 30 days, with a note from day 7, undecided after.",
            expect,
            good.clone(),
        )
        .at(now);
    }
    made.credential("age-ten-years", "Every host is gone: genuine, entitled, and in force cannot be told. The content is still shown.",
        json!({"outcome": "undecided", "reason": "evidence-stale", "findings": {"signature": "signature-holds", "scope": "in-scope", "key": "key-in-window"},
               "shown": {"mark": "authentic", "name": "María Fernanda Ñáñez de la Cruz"}}),
        signed(&without(&module(), "/validUntil"))).at("2036-05-04T10:00:00Z");
    made.credential(
        "age-ten-years-and-ended",
        "The same with an end that has passed: that is known without any list.",
        reject("ended"),
        good.clone(),
    )
    .at("2036-05-04T10:00:00Z");
    for (name, now, expect) in [
        ("7-days", "2026-05-10T05:59:59Z", accept(&[("freshness", "evidence-old")])),
        ("8-days", "2026-05-10T06:00:00Z", undecided("evidence-stale")),
    ] {
        made.credential(
            &format!("age-{name}-where-a-week-is-the-limit"),
            "An authority may set the limit lower.",
            expect,
            good.clone(),
        )
        .at(now)
        .packs(&["pilot-week"]);
    }
    for (name, now, expect) in [
        ("at-expiry", "2026-05-04T09:59:59Z", accept(&[])),
        ("1-s-after-expiry", "2026-05-04T10:00:00Z", undecided("evidence-stale")),
    ] {
        // 09:59:59 is not the end of a day, so it is exact.
        made.credential(&format!("age-{name}"), "The evidence says itself until when it counts.", expect, good.clone())
            .at(now)
            .packs(&["pilot-expires"]);
    }
    let revoked = signed(&changed(&module(), "/credentialStatus/statusListIndex", "13".into()));
    for (name, now) in
        [("0-days", "2026-05-02T06:00:00Z"), ("31-days", "2026-06-02T06:00:00Z"), ("two-years", "2028-05-04T10:00:00Z")]
    {
        made.credential(
            &format!("age-{name}-and-revoked"),
            "A revocation once seen stays a no at any age.",
            reject("revoked"),
            revoked.clone(),
        )
        .at(now);
    }
    let endless = without(&changed(&module(), "/credentialStatus/statusListIndex", "13".into()), "/validUntil");
    made.credential("age-ten-years-and-revoked", "The same ten years on.", reject("revoked"), signed(&endless))
        .at("2036-05-04T10:00:00Z");
}
