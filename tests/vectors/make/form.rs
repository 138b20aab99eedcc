//! The closed form, kind by kind: required, forbidden, of one type, within its limits (design §3).

use serde_json::{Value, json};
use skillpass::credential::achievement::Kind;

use super::{Made, accept, malformed};
use crate::common::documents::{changed, full, module, of_kind, result_row, signed, without};

/// All of them.
pub fn all(made: &mut Made) {
    required(made);
    by_kind(made);
    forbidden(made);
    values(made);
    edges(made);
}

fn required(made: &mut Made) {
    for (name, pointer, at) in [
        ("id", "/id", "id"),
        ("awarded-date", "/awardedDate", "awardedDate"),
        ("valid-from", "/validFrom", "validFrom"),
        ("status", "/credentialStatus", "credentialStatus"),
        ("status-index", "/credentialStatus/statusListIndex", "credentialStatus.statusListIndex"),
        ("status-list", "/credentialStatus/statusListCredential", "credentialStatus.statusListCredential"),
        ("context", "/@context", "@context"),
        ("type", "/type", "type"),
        ("issuer-name", "/issuer/name", "issuer.name"),
        ("issuer-type", "/issuer/type", "issuer.type"),
        ("holder-name", "/credentialSubject/identifier/0", "credentialSubject.identifier"),
        ("birth-year", "/credentialSubject/identifier/1", "credentialSubject.identifier"),
        ("identifiers", "/credentialSubject/identifier", "credentialSubject.identifier"),
        ("subject-type", "/credentialSubject/type", "credentialSubject.type"),
        ("title", "/credentialSubject/achievement/name", "credentialSubject.achievement.name"),
        ("description", "/credentialSubject/achievement/description", "credentialSubject.achievement.description"),
        ("criteria", "/credentialSubject/achievement/criteria", "credentialSubject.achievement.criteria"),
        (
            "narrative",
            "/credentialSubject/achievement/criteria/narrative",
            "credentialSubject.achievement.criteria.narrative",
        ),
        ("version", "/credentialSubject/achievement/version", "credentialSubject.achievement.version"),
        ("language", "/credentialSubject/achievement/inLanguage", "credentialSubject.achievement.inLanguage"),
        ("achievement-id", "/credentialSubject/achievement/id", "credentialSubject.achievement.id"),
        ("results", "/credentialSubject/result", "credentialSubject.result.hours"),
    ] {
        made.credential(
            &format!("form-lacks-{name}"),
            "A required member is missing.",
            malformed(at),
            signed(&without(&module(), pointer)),
        );
    }
}

/// Rows of `result`, added to or taken from a good one of a kind.
fn rows(kind: Kind, edit: impl Fn(&mut Vec<Value>)) -> Value {
    let mut document = of_kind(kind);
    edit(document["credentialSubject"]["result"].as_array_mut().unwrap());
    signed(&document)
}

fn drop_row(kind: Kind, name: &str) -> Value {
    rows(kind, |rows| rows.retain(|row| row["resultDescription"] != format!("urn:skillpass:result:{name}")))
}

fn set_row(kind: Kind, name: &str, value: &str) -> Value {
    rows(kind, |rows| {
        let at =
            rows.iter().position(|row| row["resultDescription"] == format!("urn:skillpass:result:{name}")).unwrap();
        rows[at] = result_row(name, value);
    })
}

fn by_kind(made: &mut Made) {
    for (kind, row) in [
        (Kind::Attendance, "hours"),
        (Kind::Attendance, "modality"),
        (Kind::ModuleCompletion, "hours"),
        (Kind::ModuleCompletion, "modality"),
        (Kind::Competence, "unit"),
        (Kind::Competence, "method"),
        (Kind::Recognition, "outcome"),
        (Kind::Recognition, "purpose"),
        (Kind::Recognition, "instrument"),
        (Kind::Recognition, "regulated"),
        (Kind::Recognition, "reason"),
        (Kind::Recognition, "covers"),
    ] {
        made.credential(
            &format!("form-{}-lacks-{row}", kind.code()),
            "A row that its kind must have is missing.",
            malformed(&format!("credentialSubject.result.{row}")),
            drop_row(kind, row),
        );
    }
    for (kind, row) in [(Kind::Endorsement, "statement"), (Kind::FromArchive, "archive")] {
        made.credential(
            &format!("form-{}-lacks-{row}", kind.code()),
            "The row that its kind must have is missing.",
            malformed(&format!("credentialSubject.result.{row}")),
            signed(&without(&of_kind(kind), "/credentialSubject/result")),
        );
    }
    for (kind, row, value) in [
        (Kind::ModuleCompletion, "hours", "0"),
        (Kind::ModuleCompletion, "hours", "020"),
        (Kind::ModuleCompletion, "hours", "10000"),
        (Kind::ModuleCompletion, "hours", "20.5"),
        (Kind::ModuleCompletion, "hours", "-1"),
        (Kind::ModuleCompletion, "modality", "hybrid"),
        (Kind::Competence, "method", "seen"),
        (Kind::Recognition, "outcome", "accepted"),
        (Kind::Recognition, "purpose", "travel"),
        (Kind::Recognition, "regulated", "maybe"),
    ] {
        made.credential(
            &format!("form-{}-{row}-{}", kind.code(), value.replace('.', "-point-").replace('-', "_")),
            "A value that its row may not have.",
            malformed(&format!("credentialSubject.result.{row}")),
            set_row(kind, row, value),
        );
    }
    made.credential(
        "form-recognition-conditional-lacks-conditions",
        "Conditional, and no condition.",
        malformed("credentialSubject.result.condition"),
        set_row(Kind::Recognition, "outcome", "conditional"),
    );
    made.credential(
        "form-recognition-recognised-needs-no-reason",
        "Recognised without reasons.",
        accept(&[]),
        rows(Kind::Recognition, |rows| {
            rows.retain(|row| {
                !["reason", "covers"].iter().any(|it| row["resultDescription"] == format!("urn:skillpass:result:{it}"))
            });
            rows[0] = result_row("outcome", "recognised");
        }),
    );
    made.credential(
        "form-recognition-with-all-rows",
        "Every row that a decision can have.",
        accept(&[]),
        rows(Kind::Recognition, |rows| {
            for (name, value) in [
                ("comparable-title", "Técnico en instalaciones"),
                ("comparable-level", "CO-MNC 2021 3"),
                ("condition", "Curso de seguridad, 40 horas"),
                ("appeal-body", "Oficina central"),
                ("appeal-deadline", "2026-06-30"),
            ] {
                rows.push(result_row(name, value));
            }
        }),
    );
    made.credential(
        "form-recognition-two-outcomes",
        "Two outcomes in one decision.",
        malformed("credentialSubject.result.outcome"),
        rows(Kind::Recognition, |rows| rows.push(result_row("outcome", "recognised"))),
    );
    made.credential(
        "form-module-hours-twice",
        "Hours twice.",
        malformed("credentialSubject.result.hours"),
        rows(Kind::ModuleCompletion, |rows| rows.push(result_row("hours", "40"))),
    );
    made.credential(
        "form-module-with-a-unit",
        "A module that claims an assessed unit.",
        malformed("credentialSubject.result.unit"),
        rows(Kind::ModuleCompletion, |rows| rows.push(result_row("unit", "NCL 1"))),
    );
    made.credential(
        "form-module-with-a-decision",
        "A module that claims a decision.",
        malformed("credentialSubject.result.outcome"),
        rows(Kind::ModuleCompletion, |rows| rows.push(result_row("outcome", "recognised"))),
    );
    made.credential(
        "form-row-of-another-namespace",
        "A result of somebody else's.",
        malformed("credentialSubject.result.2.resultDescription"),
        rows(Kind::ModuleCompletion, |rows| {
            rows.push(json!({"type": ["Result"], "resultDescription": "urn:other:grade", "value": "A"}));
        }),
    );
    made.credential(
        "form-row-with-status",
        "A result with a member of Open Badges that ours do not have.",
        malformed("credentialSubject.result.0.status"),
        rows(Kind::ModuleCompletion, |rows| rows[0]["status"] = "Completed".into()),
    );
    made.credential(
        "form-competence-lacks-standard",
        "A competence without its standard.",
        malformed("credentialSubject.achievement.otherIdentifier"),
        signed(&without(&of_kind(Kind::Competence), "/credentialSubject/achievement/otherIdentifier")),
    );
    made.credential(
        "form-competence-lacks-standard-version",
        "A standard without its version.",
        malformed("credentialSubject.achievement.otherIdentifier"),
        signed(&without(&of_kind(Kind::Competence), "/credentialSubject/achievement/otherIdentifier/1")),
    );
    for kind in [Kind::Endorsement, Kind::Recognition] {
        made.credential(
            &format!("form-{}-lacks-what-it-speaks-of", kind.code()),
            "It speaks about a certificate, and names none.",
            malformed("relatedResource"),
            signed(&without(&of_kind(kind), "/relatedResource")),
        );
    }
    made.credential(
        "form-module-speaks-of-another",
        "A module that names another certificate.",
        malformed("relatedResource"),
        signed(&changed(&module(), "/relatedResource", of_kind(Kind::Endorsement)["relatedResource"].clone())),
    );
    made.credential("form-endorsement-of-two", "Two certificates at once.", malformed("relatedResource"), {
        let document = of_kind(Kind::Endorsement);
        signed(&changed(&document, "/relatedResource/1", document["relatedResource"][0].clone()))
    });
    for (name, pointer, at) in [
        ("role", "/credentialSubject/role", "credentialSubject.role"),
        ("start", "/credentialSubject/activityStartDate", "credentialSubject.activityStartDate"),
    ] {
        made.credential(
            &format!("form-work-experience-lacks-{name}"),
            "Work experience lacks its post or its beginning.",
            malformed(at),
            signed(&without(&of_kind(Kind::WorkExperience), pointer)),
        );
    }
    made.credential(
        "form-work-experience-that-goes-on",
        "Work that is not over.",
        accept(&[]),
        signed(&without(&of_kind(Kind::WorkExperience), "/credentialSubject/activityEndDate")),
    );
    made.credential(
        "form-work-experience-with-hours",
        "Work experience has no rows.",
        malformed("credentialSubject.result.hours"),
        signed(&changed(
            &of_kind(Kind::WorkExperience),
            "/credentialSubject/result",
            json!([result_row("hours", "20")]),
        )),
    );
    made.credential(
        "form-module-with-a-role",
        "A module with a post.",
        malformed("credentialSubject.role"),
        signed(&changed(&module(), "/credentialSubject/role", "Cocinera".into())),
    );
}

fn forbidden(made: &mut Made) {
    for name in [
        "nationality",
        "birthPlace",
        "migratoryStatus",
        "id_number",
        "sex",
        "gender",
        "birthDate",
        "address",
        "phone",
        "email",
        "family",
        "health",
        "ethnicity",
        "religion",
        "programme",
        "cohort",
        "donor",
    ] {
        made.credential(
            &format!("forbidden-{}", name.to_lowercase()),
            "A member that people's safety forbids.",
            malformed(&format!("credentialSubject.{name}")),
            signed(&changed(&module(), &format!("/credentialSubject/{name}"), "x".into())),
        );
    }
    for name in ["nationalIdentityNumber", "emailAddress", "ext:passport", "ext:nationality", "sourcedId"] {
        made.credential(
            &format!("forbidden-identifier-{}", name.trim_start_matches("ext:").to_lowercase()),
            "An identifier that may not stand in one.",
            malformed("credentialSubject.identifier.2.identityType"),
            signed(&changed(
                &module(),
                "/credentialSubject/identifier/2",
                json!({"type": "IdentityObject", "hashed": false, "identityHash": "x", "identityType": name}),
            )),
        );
    }
    made.credential(
        "forbidden-issuer-email",
        "Contact data of the issuer has no place either.",
        malformed("issuer.email"),
        signed(&changed(&module(), "/issuer/email", "a@formar.example".into())),
    );
    made.credential(
        "forbidden-salt",
        "The salt of a commitment stays with the holder.",
        malformed("credentialSubject.identifier.3.salt"),
        signed(&changed(&full(), "/credentialSubject/identifier/3/salt", "abc".into())),
    );
}

fn values(made: &mut Made) {
    let with = |pointer: &str, value: Value| signed(&changed(&module(), pointer, value));
    let name = |text: &str| with("/credentialSubject/identifier/0/identityHash", text.into());
    for (what, text) in [
        ("with-a-digit", "Ana 2"),
        ("with-bidi-override", "Ana \u{202e}zurC"),
        ("with-zero-width", "Ana\u{200b}Cruz"),
        ("with-line-break", "Ana\nCruz"),
        ("of-121-characters", &"ñ".repeat(121)),
        ("of-spaces", "   "),
        ("with-an-emoji", "Ana 🌟"),
        ("that-is-a-formula", "=Ana"),
        ("that-begins-with-a-minus", "-Ana"),
        ("of-two-scripts", "Anа Cruz"),
        ("with-four-marks", "A\u{301}\u{301}\u{301}\u{301}na"),
        ("with-markup", "<b>Ana</b>"),
        ("with-private-use", "Ana \u{e000}"),
    ] {
        made.credential(
            &format!("form-name-{what}"),
            "A name that may not be signed.",
            malformed("credentialSubject.identifier.0.identityHash"),
            name(text),
        );
    }
    for year in ["1899", "87", "19877", "MCMX", "198７"] {
        made.credential(
            &format!("form-birth-year-{}", if year.is_ascii() { year } else { "wide-digit" }),
            "Not a year of birth.",
            malformed("credentialSubject.identifier.1.identityHash"),
            with("/credentialSubject/identifier/1/identityHash", year.into()),
        );
    }
    made.credential(
        "form-birth-year-twice",
        "Two years of birth.",
        malformed("credentialSubject.identifier.2.identityType"),
        with("/credentialSubject/identifier/2", module()["credentialSubject"]["identifier"][1].clone()),
    );
    made.credential(
        "form-name-hashed",
        "A name that says it is hashed.",
        malformed("credentialSubject.identifier.0.identityType"),
        with("/credentialSubject/identifier/0/hashed", true.into()),
    );
    for (what, index) in [
        ("leading-zero", "094567"),
        ("plus", "+94567"),
        ("negative", "-1"),
        ("exponent", "9e4"),
        ("fraction", "1.0"),
        ("hexadecimal", "0x10"),
        ("space", " 1"),
        ("ten-digits", "4294967296"),
        ("empty", ""),
    ] {
        made.credential(
            &format!("form-status-index-{what}"),
            "A position in another spelling (threats.md E2).",
            malformed("credentialStatus.statusListIndex"),
            with("/credentialStatus/statusListIndex", index.into()),
        );
    }
    made.credential(
        "form-status-index-as-number",
        "A position as a number.",
        malformed("credentialStatus.statusListIndex"),
        with("/credentialStatus/statusListIndex", 94_567.into()),
    );
    made.credential(
        "form-status-id-of-another-position",
        "A status entry whose identifier says another position than the entry.",
        malformed("credentialStatus.id"),
        with("/credentialStatus/id", "https://cert.formar.example/status/1#94568".into()),
    );
    made.credential(
        "form-status-id-absent",
        "A status entry without an identifier, as the first certificates had it.",
        accept(&[]),
        signed(&without(&module(), "/credentialStatus/id")),
    );
    made.credential(
        "form-status-type-unknown",
        "A status of an unknown type.",
        malformed("credentialStatus.type"),
        with("/credentialStatus/type", "StatusList2021Entry".into()),
    );
    for (what, id) in [
        ("upper-case", "urn:uuid:3F0E8A52-6C1B-4D7E-9A40-5BE2C9D81F03"),
        ("version-1", "urn:uuid:3f0e8a52-6c1b-1d7e-9a40-5be2c9d81f03"),
        ("an-address", "https://cert.formar.example/c/1"),
        ("no-urn", "3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f03"),
    ] {
        made.credential(
            &format!("form-id-{what}"),
            "Not a random UUID in its one spelling.",
            malformed("id"),
            with("/id", id.into()),
        );
    }
    for (what, id) in [
        ("relative", "gin"),
        ("with-space", "urn:skillpass:a b"),
        ("with-markup", "urn:skillpass:<a>"),
        ("upper-case-scheme", "URN:skillpass:a"),
        ("of-201-characters", &format!("urn:{}", "a".repeat(197))),
    ] {
        made.credential(
            &format!("form-achievement-id-{what}"),
            "Not an absolute URI of plain characters.",
            malformed("credentialSubject.achievement.id"),
            with("/credentialSubject/achievement/id", id.into()),
        );
    }
    made.credential(
        "form-language-unknown",
        "A language that nobody here speaks.",
        malformed("credentialSubject.achievement.inLanguage"),
        with("/credentialSubject/achievement/inLanguage", "de".into()),
    );
    made.credential(
        "form-language-with-region",
        "A language in a second spelling.",
        malformed("credentialSubject.achievement.inLanguage"),
        with("/credentialSubject/achievement/inLanguage", "es-CO".into()),
    );
    made.credential(
        "form-title-of-201-characters",
        "A title beyond its limit.",
        malformed("credentialSubject.achievement.name"),
        with("/credentialSubject/achievement/name", "ñ".repeat(201).into()),
    );
    made.credential(
        "form-title-empty",
        "An empty title.",
        malformed("credentialSubject.achievement.name"),
        with("/credentialSubject/achievement/name", "".into()),
    );
    made.credential(
        "form-description-of-501-characters",
        "A description beyond its limit.",
        malformed("credentialSubject.achievement.description"),
        with("/credentialSubject/achievement/description", "é".repeat(501).into()),
    );
    made.credential(
        "form-holder-key-did-web",
        "A holder is a key, not a host.",
        malformed("credentialSubject.id"),
        with("/credentialSubject/id", "did:web:ana.example".into()),
    );
    made.credential(
        "form-holder-key-of-a-curve-we-do-not-use",
        "A holder key of P-256.",
        malformed("credentialSubject.id"),
        with("/credentialSubject/id", "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169".into()),
    );
    made.credential(
        "form-photo-by-address",
        "A photograph that would have to be fetched.",
        malformed("credentialSubject.image.id"),
        with("/credentialSubject/image", json!({"id": "https://photos.example/1.jpg", "type": "Image"})),
    );
    made.credential(
        "form-photo-svg",
        "A picture that is a program.",
        malformed("credentialSubject.image.id"),
        with("/credentialSubject/image", json!({"id": "data:image/svg+xml;base64,PHN2Zz4=", "type": "Image"})),
    );
    made.credential(
        "form-33-alignments",
        "More alignments than a credential has.",
        malformed("credentialSubject.achievement.alignment"),
        with(
            "/credentialSubject/achievement/alignment",
            vec![full()["credentialSubject"]["achievement"]["alignment"][0].clone(); 33].into(),
        ),
    );
    made.credential(
        "form-term-of-the-context-that-we-do-not-use",
        "A member that Open Badges knows and ours do not have.",
        malformed("credentialSubject.narrative"),
        with("/credentialSubject/narrative", "x".into()),
    );
    made.credential(
        "form-member-added-at-the-top",
        "A member that nobody knows.",
        malformed("note"),
        with("/note", "x".into()),
    );
    // C7: one text per byte string.
    let digest =
        |text: String| signed(&changed(&of_kind(Kind::Endorsement), "/relatedResource/0/digestMultibase", text.into()));
    let good = of_kind(Kind::Endorsement)["relatedResource"][0]["digestMultibase"].as_str().unwrap().to_owned();
    let (cut, last) = good.split_at(good.len() - 1);
    let next = char::from(last.as_bytes()[0] + 1);
    for (what, text) in [
        ("trailing-bits", format!("{cut}{next}")),
        ("padding", format!("{good}=")),
        ("line-break", format!("{cut}\n{last}")),
        ("other-alphabet", good.replacen("uEi", "uE+", 1)),
        ("other-base", good.replacen('u', "z", 1)),
        ("cut", cut.to_owned()),
        ("sha-512-prefix", good.replacen("uEi", "uFE", 1)),
    ] {
        made.credential(
            &format!("C7-digest-{what}"),
            "A digest in another spelling, or none.",
            malformed("relatedResource.0.digestMultibase"),
            digest(text),
        );
    }
}

fn edges(made: &mut Made) {
    let with = |pointer: &str, value: Value| signed(&changed(&module(), pointer, value));
    for (what, name) in [
        ("of-120-characters", "ñ".repeat(120)),
        ("with-an-apostrophe", "Ti’Jan N'Diaye".into()),
        ("with-a-middle-dot", "Gal·la Mª".into()),
        ("in-arabic", "فاطمة الزهراء".into()),
        ("in-chinese", "王小明".into()),
        ("in-japanese", "佐藤 ひなた".into()),
        ("in-cyrillic", "Анна Иванова".into()),
        ("in-devanagari", "प्रिया".into()),
        ("of-one-letter", "O".into()),
    ] {
        made.credential(
            &format!("form-name-{what}"),
            "A name as people have them.",
            super::showing(accept(&[]), "verified", &name),
            with("/credentialSubject/identifier/0/identityHash", name.clone().into()),
        );
    }
    for language in ["en", "es", "fr", "ht", "pt"] {
        made.credential(
            &format!("form-language-{language}"),
            "A credential in each language.",
            accept(&[]),
            with("/credentialSubject/achievement/inLanguage", language.into()),
        );
    }
    made.credential(
        "form-title-of-200-characters",
        "A title at its limit: characters are counted, not bytes.",
        accept(&[]),
        with("/credentialSubject/achievement/name", "ñ".repeat(200).into()),
    );
    made.credential(
        "form-hours-9999",
        "As many hours as a credential has.",
        accept(&[]),
        set_row(Kind::ModuleCompletion, "hours", "9999"),
    );
    made.credential(
        "form-32-units",
        "As many units as a credential has, with the method.",
        accept(&[]),
        rows(Kind::Competence, |rows| {
            let method = rows.pop().unwrap();
            rows.truncate(0);
            rows.extend((1..=31).map(|number| result_row("unit", &format!("NCL {number}"))));
            rows.push(method);
        }),
    );
    made.credential("form-identifiers-in-another-order", "Identifiers in another order say the same.", accept(&[]), {
        let entries = module()["credentialSubject"]["identifier"].clone();
        with("/credentialSubject/identifier", json!([entries[1], entries[0]]))
    });
}
