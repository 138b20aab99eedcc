//! Question 4: rules, one-hop recognition, decisions, and how a decision stands to the certificate that it speaks about.

use serde_json::{Value, json};
use skillpass::credential::achievement::Kind;

use super::{Made, accept, linked, saying};
use crate::common::countries::{DECIDED, DECIDER, LIMA, LIMA_KEY, decided, decision, original};
use crate::common::documents::{KEY_1, changed, module, of_kind, on_list, signed, signed_by, without};

/// All of them.
pub fn all(made: &mut Made) {
    rules(made);
    which_rule(made);
    directions(made);
    region(made);
    links(made);
    decisions(made);
}

/// Accepted, and this is said about its worth.
fn worth(reason: &str) -> Value {
    accept(&[("worth", reason)])
}

fn by_rule(reason: &str, outcome: &str) -> Value {
    saying(worth(reason), &[(outcome, false)])
}

fn unsaid(reason: &str) -> Value {
    saying(worth(reason), &[])
}

fn rules(made: &mut Made) {
    let good = signed(&module());
    for outcome in ["recognised", "alternative", "partial", "conditional", "not-recognised", "assessment-only"] {
        made.credential(
            &format!("worth-{outcome}"),
            "A rule of Peru about Colombia's modules. Whatever it says, the outcome stays what it is.",
            by_rule(&format!("worth-{outcome}"), outcome),
            good.clone(),
        )
        .packs(&["pilot", &format!("peru-{outcome}")])
        .country("PE");
    }
    made.credential(
        "worth-conditional-due-passed",
        "The day by which the condition was to be met has passed: whether it was met, this verifier still cannot tell.",
        by_rule("worth-conditional", "conditional"),
        good.clone(),
    )
    .packs(&["pilot", "peru-conditional-due-passed"])
    .country("PE");
    made.credential(
        "D49-instrument-as-data",
        "A treaty that no program has heard of: an instrument is data.",
        {
            let mut expect = by_rule("worth-recognised", "recognised");
            expect["instruments"] = json!(["Tratado de tres países"]);
            expect
        },
        good.clone(),
    )
    .packs(&["pilot", "peru-instrument-as-data"])
    .country("PE");
    made.credential(
        "worth-narrower-rule-for-another-purpose",
        "A narrower rule about studies takes nothing from a wider one about work.",
        saying(
            json!({"outcome": "accept", "findings": {"worth": "worth-recognised"}}),
            &[("recognised", false), ("not-recognised", false)],
        ),
        good.clone(),
    )
    .packs(&["pilot", "peru-narrower-for-study"])
    .country("PE");
    for (pack, reason) in [("peru-30-days-old", "worth-recognised"), ("peru-31-days-old", "rules-stale")] {
        made.credential(
            &format!("worth-rule-{pack}"),
            "A rule in a list that is too old may have been withdrawn since.",
            worth(reason),
            good.clone(),
        )
        .packs(&["pilot", pack])
        .country("PE");
    }
    for (name, pack, now, reason) in [
        ("the-day-before-it-begins", "peru-not-begun", "2026-05-04T23:59:59Z", "rule-not-in-force"),
        ("on-its-first-day", "peru-not-begun", "2026-05-05T00:00:00Z", "worth-recognised"),
        ("on-its-last-day", "peru-ended", "2026-05-03T23:59:59Z", "worth-recognised"),
        ("the-day-after-its-end", "peru-ended", "2026-05-04T00:00:00Z", "rule-not-in-force"),
    ] {
        made.credential(
            &format!("worth-rule-{name}"),
            "A rule counts on the days on which it is in force.",
            worth(reason),
            good.clone(),
        )
        .packs(&["pilot", pack])
        .country("PE")
        .at(now);
    }
    for (name, awarded, reason) in [
        ("the-day-before", "2026-03-13T00:00:00Z", "no-rule"),
        ("on-the-first-day", "2026-03-14T00:00:00Z", "worth-recognised"),
        ("on-the-last-day", "2026-03-31T00:00:00Z", "worth-recognised"),
        ("the-day-after", "2026-04-01T00:00:00Z", "no-rule"),
    ] {
        let document = changed(&changed(&module(), "/awardedDate", awarded.into()), "/validFrom", awarded.into());
        made.credential(
            &format!("worth-awarded-{name}"),
            "A rule about what was awarded from 14 to 31 March 2026.",
            worth(reason),
            signed_by(&document, "formar-1", KEY_1, "2026-04-05T12:00:00Z"),
        )
        .packs(&["pilot", "peru-awarded-in-a-period"])
        .country("PE");
    }
    made.credential(
        "worth-revoked",
        "A rule recognises such certificates; this one is revoked, so its worth is not asked.",
        saying(json!({"outcome": "reject", "reason": "revoked", "findings": {"worth": "not-reached"}}), &[]),
        signed(&changed(&module(), "/credentialStatus/statusListIndex", "13".into())),
    )
    .packs(&["pilot", "peru-recognised"])
    .country("PE");
    made.credential(
        "worth-stale",
        "A rule recognises it, and everything is a year old: what the rule says is shown, whether it still holds cannot be told.",
        saying(
            json!({"outcome": "undecided", "reason": "evidence-stale", "findings": {"worth": "rules-stale"}}),
            &[("recognised", false)],
        ),
        good,
    )
    .packs(&["pilot", "peru-recognised"])
    .country("PE")
    .at("2027-05-04T10:00:00Z");
}

fn which_rule(made: &mut Made) {
    let good = signed(&module());
    made.credential(
        "worth-rules-contradict",
        "Two rules as narrow as each other, for the same purpose, say different things.",
        saying(worth("rules-contradict"), &[("recognised", false), ("not-recognised", false)]),
        good.clone(),
    )
    .packs(&["pilot", "peru-contradicts"])
    .country("PE");
    made.credential(
        "worth-two-purposes",
        "Recognised for work and not for study: no contradiction. Who hires reads the first.",
        saying(worth("worth-recognised"), &[("recognised", false), ("not-recognised", false)]),
        good.clone(),
    )
    .packs(&["pilot", "peru-two-purposes"])
    .country("PE");
    for (pack, outcome) in [
        ("peru-narrower-achievement", "recognised"),
        ("peru-narrower-issuer", "recognised"),
        ("peru-narrowest", "alternative"),
    ] {
        made.credential(
            &format!("worth-{}", &pack["peru-".len()..]),
            "A rule about all modules says no; a narrower one says something else, and counts.",
            by_rule(&format!("worth-{outcome}"), outcome),
            good.clone(),
        )
        .packs(&["pilot", pack])
        .country("PE");
    }
    for kind in [Kind::Attendance, Kind::ModuleCompletion, Kind::WorkExperience, Kind::Endorsement, Kind::FromArchive] {
        made.credential(
            &format!("worth-competence-rule-and-{}", kind.code()),
            "A rule about competences says nothing about any other kind.",
            unsaid("no-rule"),
            signed(&of_kind(kind)),
        )
        .packs(&["pilot", "peru-competence"])
        .country("PE");
    }
    let attended = changed(
        &of_kind(Kind::Attendance),
        "/credentialSubject/achievement/id",
        "urn:skillpass:kind:competence".into(),
    );
    made.credential(
        "worth-competence-rule-and-attendance-at-the-same-achievement",
        "Attendance at the very achievement whose competence the rule names: attended is not assessed.",
        unsaid("no-rule"),
        signed(&attended),
    )
    .packs(&["pilot", "peru-competence-named"])
    .country("PE");
    made.credential(
        "worth-competence-rule-and-competence",
        "The kind that the rule speaks of.",
        by_rule("worth-recognised", "recognised"),
        signed(&of_kind(Kind::Competence)),
    )
    .packs(&["pilot", "peru-competence-named"])
    .country("PE");
    for kind in Kind::ALL {
        made.credential(
            &format!("worth-rule-of-its-own-kind-{}", kind.code()),
            "A rule for each kind.",
            by_rule("worth-recognised", "recognised"),
            signed(&of_kind(kind)),
        )
        .packs(&["pilot", "peru-all-kinds"])
        .country("PE");
    }
    made.credential(
        "not-understood-rule",
        "A rule of a later version about such certificates: it may say anything.",
        unsaid("not-understood"),
        good.clone(),
    )
    .packs(&["pilot", "peru-newer-rule"])
    .country("PE");
    made.credential(
        "not-understood-rule-about-others",
        "The same rule says whom it speaks of, and it is not this kind.",
        unsaid("no-rule"),
        signed(&of_kind(Kind::Competence)),
    )
    .packs(&["pilot", "peru-newer-rule"])
    .country("PE");
    made.credential(
        "not-understood-rule-about-nobody-knows-whom",
        "A rule that cannot be read at all.",
        unsaid("not-understood"),
        good,
    )
    .packs(&["pilot", "peru-unreadable-rule"])
    .country("PE");
}

/// D50: that A counts in B says nothing about B in A, nor about A in C. F17: a trial's rules are a trial's.
fn directions(made: &mut Made) {
    let good = signed(&module());
    let mut lima = module();
    lima["issuer"] = json!({"id": LIMA, "name": "Instituto Lima", "type": ["Profile"]});
    lima = on_list(&lima, "https://lima.example/status/1");
    let lima = signed_by(&lima, "lima-1", LIMA_KEY, "2026-03-20T15:04:05Z");
    made.credential(
        "D50-the-other-direction",
        "Peru recognises Colombia's modules; nobody has said that Colombia recognises Peru's.",
        unsaid("no-rule"),
        lima.clone(),
    )
    .packs(&["pilot", "peru-decides", "peru-recognised"])
    .country("CO");
    made.credential("own-country", "A Peruvian body's certificate in Peru.", unsaid("own-country"), lima)
        .packs(&["pilot", "peru-decides"])
        .country("PE");
    made.credential("own-country-colombia", "A Colombian body's in Colombia.", unsaid("own-country"), good.clone())
        .packs(&["pilot"])
        .country("CO");
    for (name, packs, country, expect) in [
        ("D50-rule-of-a-third-country", ["pilot", "chile-recognised"], "PE", unsaid("no-rule")),
        ("D50-in-its-own-country", ["pilot", "chile-recognised"], "CL", by_rule("worth-recognised", "recognised")),
        ("D50-about-another-authority", ["production", "peru-production"], "CL", unsaid("no-rule")),
        ("F17-pilot-rule-and-real-certificate", ["production", "peru-recognised"], "PE", unsaid("no-rule")),
        ("F17-real-rule-and-pilot-certificate", ["pilot", "peru-production"], "PE", unsaid("no-rule")),
        (
            "F17-real-rule-and-real-certificate",
            ["production", "peru-production"],
            "PE",
            by_rule("worth-recognised", "recognised"),
        ),
    ] {
        made.credential(name, "Whose rules count, and for whom.", expect, good.clone()).packs(&packs).country(country);
    }
}

fn region(made: &mut Made) {
    let good = signed(&module());
    let yes = || by_rule("worth-recognised", "recognised");
    for (name, packs, about, expect) in [
        (
            "recognised-by-peru",
            vec!["peru-in-region", "region"],
            "Peru's authority recognises the region's, whose rule names Peru.",
            yes(),
        ),
        (
            "not-recognised-by-anybody",
            vec!["region"],
            "Nobody in Peru has said that the region's rules count.",
            unsaid("no-rule"),
        ),
        ("left", vec!["peru-left-region", "region"], "Peru's recognition has ended.", unsaid("no-rule")),
        ("not-yet", vec!["peru-in-region-later", "region"], "Peru's recognition begins later.", unsaid("no-rule")),
        (
            "another-root",
            vec!["peru-in-region-of-another-root", "region"],
            "Another root under the same name.",
            unsaid("no-rule"),
        ),
        (
            "parties-lack-peru",
            vec!["peru-in-region", "region-without-peru"],
            "The region's instrument does not bind Peru.",
            unsaid("no-rule"),
        ),
        (
            "one-hop",
            vec!["peru-in-region", "region-recognises-chile", "chile-two-hops-away"],
            "The region recognises Chile's authority: that is two hops, and one counts.",
            unsaid("no-rule"),
        ),
    ] {
        let packs: Vec<&str> = std::iter::once("pilot").chain(packs).collect();
        made.credential(&format!("region-{name}"), about, expect, good.clone()).packs(&packs).country("PE");
    }
}

/// D60: the decision is asked about, the original is presented with it.
fn links(made: &mut Made) {
    let decision_about = |original: &Value| decided(&decision(original, &[]));
    let good = signed(&original());
    let said = || saying(accept(&[("worth", "worth-partial")]), &[("partial", true)]);
    let packs = ["pilot", "peru-decides"];
    let mut link = |name: &str, about: &str, state: &str, spoken_of: &Value, presented: &[&Value]| {
        made.credential(&format!("link-{name}"), about, linked(said(), state), decision_about(spoken_of))
            .packs(&packs)
            .country("PE")
            .presented(presented);
    };
    link("original-good", "The original was presented with the decision.", "accepted", &original(), &[&good]);
    link("original-not-presented", "It was not.", "not-presented", &original(), &[]);
    link("another-certificate-presented", "Another one was.", "not-presented", &original(), &[&signed(&module())]);
    // One letter of the name.
    let tampered =
        changed(&good, "/credentialSubject/identifier/0/identityHash", "María Fernanda Ñáñez de la Cruy".into());
    link(
        "original-tampered",
        "One byte of the original was changed: the link fails, the decision still holds.",
        "broken",
        &original(),
        &[&tampered],
    );
    let resigned = signed(&without(&tampered, "/proof"));
    link(
        "original-tampered-and-signed-again",
        "Changed and signed again by the body itself: not the one that was seen.",
        "broken",
        &original(),
        &[&resigned],
    );
    link(
        "original-beside-a-tampered-copy",
        "Both were presented: the one that was seen counts.",
        "accepted",
        &original(),
        &[&tampered, &good],
    );
    let other_proof = signed_by(&original(), "formar-1", KEY_1, "2026-03-21T00:00:00Z");
    link(
        "original-with-another-proof",
        "The same document, signed on another day: the digest is of the content.",
        "accepted",
        &original(),
        &[&other_proof],
    );
    for (name, index, state) in [("revoked", "13", "withdrawn"), ("suspended", "21", "withdrawn")] {
        let document = changed(&original(), "/credentialStatus/statusListIndex", index.into());
        link(
            &format!("original-{name}"),
            "The original has been withdrawn since.",
            state,
            &document,
            &[&signed(&document)],
        );
    }
    let ended = changed(&original(), "/validUntil", "2026-04-30T23:59:59Z".into());
    link("original-ended", "The original has ended.", "rejected", &ended, &[&signed(&ended)]);
    let unscoped = changed(&original(), "/credentialSubject/achievement/id", "urn:skillpass:out-of-scope".into());
    link(
        "original-out-of-scope",
        "The body was not accredited for the original.",
        "rejected",
        &unscoped,
        &[&signed(&unscoped)],
    );
    let forged = signed_by(&original(), "thief", KEY_1, "2026-03-20T15:04:05Z");
    link(
        "original-forged",
        "The same content under a signature that does not hold.",
        "rejected",
        &original(),
        &[&forged],
    );
    let unknown = changed(&original(), "/issuer/id", "did:web:unknown.example".into());
    let by_unknown = signed_by(&unknown, "unknown-1", "did:web:unknown.example#key-1", "2026-03-20T15:04:05Z");
    link(
        "original-of-unknown-issuer",
        "The original's body is in no list here.",
        "undecided",
        &unknown,
        &[&by_unknown],
    );
    let listless =
        changed(&original(), "/credentialStatus/statusListCredential", "https://cert.formar.example/status/3".into());
    link(
        "original-without-its-list",
        "The original's list is not here.",
        "undecided",
        &listless,
        &[&signed(&listless)],
    );
}

/// The original is asked about, a decision is presented with it.
fn decisions(made: &mut Made) {
    let good = signed(&original());
    let first = ["pilot", "peru-decides-and-rules"];
    let rule = || by_rule("worth-not-recognised", "not-recognised");
    let own = decided(&decision(&original(), &[]));
    let mut ask = |name: &str, about: &str, packs: &[&str], country: &str, presented: &[&Value], expect: Value| {
        made.credential(&format!("decision-{name}"), about, expect, good.clone())
            .packs(packs)
            .country(country)
            .presented(presented);
    };
    ask(
        "before-a-rule",
        "A rule says no about many, a decision says yes in part about this one.",
        &first,
        "PE",
        &[&own],
        saying(worth("worth-partial"), &[("partial", true)]),
    );
    ask(
        "of-another-country",
        "Peru's decision, asked about in Chile.",
        &["pilot", "peru-decides", "chile-recognised"],
        "CL",
        &[&own],
        by_rule("worth-recognised", "recognised"),
    );
    for (name, index) in [("revoked", "13"), ("suspended", "21")] {
        let withdrawn =
            decided(&changed(&decision(&original(), &[]), "/credentialStatus/statusListIndex", index.into()));
        ask(name, "A decision that was withdrawn does not count; the rule does.", &first, "PE", &[&withdrawn], rule());
    }
    let ended = changed(&decision(&original(), &[]), "/validUntil", "2026-04-30T23:59:59Z".into());
    ask("ended", "A decision that has ended.", &first, "PE", &[&decided(&ended)], rule());
    let other = decided(&decision(&module(), &[]));
    ask("about-another", "A decision about another certificate.", &first, "PE", &[&other], rule());
    let tampered = changed(&own, "/credentialSubject/result/0/value", "recognised".into());
    ask("tampered", "A decision that was made better than it was.", &first, "PE", &[&tampered], rule());
    let mut unscoped = decision(&original(), &[]);
    unscoped["issuer"]["id"] = LIMA.into();
    unscoped = on_list(&unscoped, "https://lima.example/status/1");
    let unscoped = signed_by(&unscoped, "lima-1", LIMA_KEY, DECIDED);
    ask("of-a-body-that-may-not", "A body that may certify and not decide.", &first, "PE", &[&unscoped], rule());
    let thief = signed_by(&decision(&original(), &[]), "thief", &format!("{DECIDER}#key-1"), DECIDED);
    ask("forged", "In the body's name, under a stranger's signature.", &first, "PE", &[&thief], rule());
    let unlisted = ["pilot", "peru-not-recognised"];
    ask("of-a-body-in-no-list", "The body that decided is in no list here.", &unlisted, "PE", &[&own], rule());
    ask(
        "of-a-real-body-about-a-trial",
        "A real decision about a trial's certificate says nothing.",
        &["pilot", "peru-decides-production"],
        "PE",
        &[&own],
        unsaid("no-rule"),
    );
    ask(
        "by-another-countrys-word",
        "Colombia's authority lists a body as Peru's and lets it decide. Who decides in Peru is for Peru's authority to say.",
        &["pilot", "colombia-says-peru-decides"],
        "PE",
        &[&own],
        unsaid("no-rule"),
    );
    let rows: &[(&str, &str)] = &[
        ("outcome", "not-recognised"),
        ("purpose", "employment"),
        ("instrument", "Resolución 7"),
        ("reason", "No es equivalente"),
        ("regulated", "no"),
    ];
    ask(
        "not-recognised",
        "A decision that says no.",
        &["pilot", "peru-decides"],
        "PE",
        &[&decided(&decision(&original(), rows))],
        saying(worth("worth-not-recognised"), &[("not-recognised", true)]),
    );
    let mut newer = changed(&decision(&original(), rows), "/validFrom", "2026-04-10T12:00:00Z".into());
    newer["id"] = "urn:uuid:77aa2f10-52f1-4c0e-9f4e-61f0a7a1b2c4".into();
    ask(
        "newer-first",
        "Two decisions: the newer one is said first, both are said.",
        &["pilot", "peru-decides"],
        "PE",
        &[&own, &decided(&newer)],
        saying(worth("worth-not-recognised"), &[("not-recognised", true), ("partial", true)]),
    );
    made.credential("decision-and-no-country", "No country was chosen.", worth("no-country"), good.clone())
        .packs(&["pilot", "peru-decides"])
        .presented(&[&own]);
    let revoked = decided(&changed(&decision(&original(), &[]), "/credentialStatus/statusListIndex", "13".into()));
    made.credential(
        "decision-revoked-itself",
        "The decision itself is asked about, and was revoked: what it said is not its worth any more.",
        saying(json!({"outcome": "reject", "reason": "revoked", "findings": {"worth": "not-reached"}}), &[]),
        revoked,
    )
    .packs(&["pilot", "peru-decides"])
    .country("PE");
    made.credential(
        "decision-by-another-countrys-word-itself",
        "A body that Colombia's authority calls Peruvian: what it decides is not Peru's.",
        unsaid("no-rule"),
        own.clone(),
    )
    .packs(&["colombia-says-peru-decides"])
    .country("PE");
    made.credential("decision-itself-elsewhere", "Peru's decision in Chile.", unsaid("no-rule"), own)
        .packs(&["pilot", "peru-decides"])
        .country("CL");
    // Five years, then it ends.
    let mut assessment = decision(
        &original(),
        &[
            ("outcome", "assessment-only"),
            ("purpose", "information"),
            ("instrument", "Evaluación de ejemplo"),
            ("reason", "Entrevista y documentos"),
            ("regulated", "no"),
        ],
    );
    assessment["validFrom"] = "2021-04-10T00:00:00Z".into();
    assessment["awardedDate"] = "2021-04-10T00:00:00Z".into();
    for (name, until, expect) in [
        (
            "in-its-five-years",
            "2026-05-04T23:59:59Z",
            saying(worth("worth-assessment-only"), &[("assessment-only", true)]),
        ),
        (
            "after-its-five-years",
            "2026-04-09T23:59:59Z",
            json!({"outcome": "reject", "reason": "ended", "findings": {"worth": "not-reached"}}),
        ),
    ] {
        let document = changed(&assessment, "/validUntil", until.into());
        made.credential(
            &format!("decision-assessment-{name}"),
            "An assessment that decides nothing, and ends after five years.",
            expect,
            signed_by(&document, "decider-1", crate::common::countries::DECIDER_KEY, "2021-04-12T10:00:00Z"),
        )
        .packs(&["pilot", "peru-decides"])
        .country("PE");
    }
}
