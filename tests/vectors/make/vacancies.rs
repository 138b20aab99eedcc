//! Vacancies, and what each comes to with the certificates that are held against it (domain.md D31). One defect a file.

use serde_json::{Value, json};
use skillpass::credential::achievement::Kind;

use super::Made;
use crate::common::documents::{self, FORMAR, KEY_1, KEY_3, changed, did_key, did_key_method, key, of_kind, without};

/// Two days before the usual time.
const SIGNED: &str = "2026-05-02T10:00:00Z";

/// A vacancy of the first body before it is signed: an electrician, by ISCO-08.
pub fn vacancy() -> Value {
    json!({
        "type": "SkillpassVacancy", "format": 1, "id": "urn:uuid:5b8f0a52-6c1b-4d7e-9a40-5be2c9d81f04",
        "issuer": {"id": FORMAR, "name": "Bolsa de empleo Formar"}, "title": "Electricista de obra", "country": "CO", "place": "Medellín",
        "language": "es", "until": "2026-06-30T23:59:59Z", "needs": "all",
        "requirements": [{
            "name": "Electricidad de obra", "needs": "any", "codes": [{"framework": "ISCO-08", "code": "7411"}], "kinds": ["competence"],
        }],
    })
}

/// Signed for its own purpose.
pub fn signed_by(document: &Value, name: &str, method: &str, created: &str) -> Value {
    let mut options = documents::options(document, method, created);
    options["proofPurpose"] = "vacancy".into();
    let proof = documents::proof(document, &key(name), options);
    let mut document = document.clone();
    document["proof"] = json!([proof]);
    document
}

/// Signed by the first body's first key.
pub fn signed(document: &Value) -> Value {
    signed_by(document, "formar-1", KEY_1, SIGNED)
}

/// A certificate that is aligned with a code.
pub fn aligned(kind: Kind, framework: &str, code: &str) -> Value {
    let mut document = of_kind(kind);
    document["credentialSubject"]["achievement"]["alignment"] = json!([{
        "type": ["Alignment"], "targetFramework": framework, "targetCode": code, "targetName": "Building electricians",
        "targetUrl": format!("http://data.europa.eu/esco/isco/C{code}"),
    }]);
    document
}

/// The requirement's only code.
fn asking(framework: &str, code: &str) -> Value {
    changed(&vacancy(), "/requirements/0/codes/0", json!({"framework": framework, "code": code}))
}

fn comes_to(outcome: &str, codes: &[&str]) -> Value {
    json!({"outcome": outcome, "codes": codes, "signer": "listed"})
}

fn refused(reason: &str) -> Value {
    json!({"outcome": "refused", "reason": reason})
}

pub fn all(made: &mut Made) {
    let electrician = || documents::signed(&aligned(Kind::Competence, "ISCO-08", "7411"));
    let plain = |made: &mut Made, name: &str, about: &str, expect: Value, document: Value, held: &[Value]| {
        made.vacancy(name, about, expect, document).with("certificates", held.to_vec().into());
    };
    // What is met.
    let one = [electrician()];
    plain(
        made,
        "good",
        "a certificate with the very code that is asked",
        comes_to("yes", &["exact"]),
        signed(&vacancy()),
        &one,
    );
    plain(
        made,
        "good-child-of-the-group",
        "the minor group 741 is asked, and 7411 belongs to it",
        comes_to("yes", &["narrower"]),
        signed(&asking("ISCO-08", "741")),
        &one,
    );
    plain(
        made,
        "good-achievement",
        "the achievement itself is asked",
        comes_to("yes", &["achievement"]),
        signed(&asking("achievement", "urn:skillpass:kind:competence")),
        &one,
    );
    let esco = "7a63f944-6948-4ae4-9c1f-d08e492535c9";
    plain(
        made,
        "good-esco",
        "an ESCO concept, whatever the version of ESCO it was aligned with",
        comes_to("yes", &["exact"]),
        signed(&asking("ESCO", esco)),
        &[documents::signed(&aligned(Kind::Competence, "ESCO 1.1.1", esco))],
    );
    let two = json!([{"framework": "ISCO-08", "code": "7411"}, {"framework": "ISCO-08", "code": "5120"}]);
    let any = changed(&vacancy(), "/requirements/0/codes", two);
    plain(
        made,
        "good-any-of-two",
        "one of two codes is enough",
        comes_to("yes", &["exact", "none"]),
        signed(&any),
        &one,
    );
    let mut claims = vacancy();
    claims["issuer"] = json!({"id": did_key("employer"), "name": "Centro Formar"});
    let mut expect = comes_to("yes", &["exact"]);
    expect["signer"] = "claims".into();
    let by_own = signed_by(&claims, "employer", &did_key_method("employer"), SIGNED);
    plain(
        made,
        "good-of-an-unlisted-key",
        "signed by a key that nobody lists, in the name of a body that is listed",
        expect,
        by_own,
        &one,
    );
    // What is not.
    plain(made, "no-certificate", "nothing is held against it", comes_to("no", &["none"]), signed(&vacancy()), &[]);
    plain(
        made,
        "other-code",
        "a certificate of another unit group",
        comes_to("no", &["none"]),
        signed(&asking("ISCO-08", "7412")),
        &one,
    );
    let all = changed(&any, "/requirements/0/needs", "all".into());
    plain(
        made,
        "all-of-two",
        "both codes are asked, and one is held",
        comes_to("no", &["exact", "none"]),
        signed(&all),
        &one,
    );
    let attended = documents::signed(&aligned(Kind::Attendance, "ISCO-08", "7411"));
    plain(
        made,
        "attendance-for-a-competence",
        "whoever was there is not thereby able",
        comes_to("no", &["other-kind"]),
        signed(&vacancy()),
        &[attended],
    );
    let revoked =
        changed(&aligned(Kind::Competence, "ISCO-08", "7411"), "/credentialStatus/statusListIndex", "13".into());
    plain(
        made,
        "revoked",
        "the certificate was revoked",
        comes_to("no", &["refused"]),
        signed(&vacancy()),
        &[documents::signed(&revoked)],
    );
    let ended = changed(&aligned(Kind::Competence, "ISCO-08", "7411"), "/validUntil", "2026-05-01T00:00:00Z".into());
    plain(
        made,
        "ended",
        "the certificate has ended",
        comes_to("no", &["refused"]),
        signed(&vacancy()),
        &[documents::signed(&ended)],
    );
    let country = changed(&vacancy(), "/requirements/0/countries", json!(["PE", "EC"]));
    plain(
        made,
        "other-country",
        "of an institution in another country",
        comes_to("no", &["other-country"]),
        signed(&country),
        &one,
    );
    let from = changed(&vacancy(), "/requirements/0/awardedFrom", "2026-04-01T00:00:00Z".into());
    plain(
        made,
        "awarded-too-early",
        "awarded before the day that is asked",
        comes_to("no", &["too-early"]),
        signed(&from),
        &one,
    );
    let until = changed(&vacancy(), "/requirements/0/validUntil", "2030-01-01T00:00:00Z".into());
    plain(
        made,
        "ends-too-early",
        "ends before the day that is asked",
        comes_to("no", &["ends-early"]),
        signed(&until),
        &one,
    );
    // What nobody can tell.
    let nobody = documents::signed_by(
        &aligned(Kind::Competence, "ISCO-08", "7411"),
        "stranger",
        "did:web:nobody.example#key-1",
        documents::SIGNED,
    );
    let nobody = changed(&nobody, "/issuer/id", "did:web:nobody.example".into());
    let own = changed(&aligned(Kind::Competence, "ISCO-08", "7411"), "/issuer/id", did_key("stranger").into());
    let own = documents::signed_by(&own, "stranger", &did_key_method("stranger"), documents::SIGNED);
    plain(
        made,
        "certificate-of-nobody",
        "unaltered, and signed by we do not know whom: undecided never counts",
        comes_to("cannot-tell", &["undecided"]),
        signed(&vacancy()),
        &[own],
    );
    plain(
        made,
        "certificate-that-cannot-be-read",
        "nothing of it may be shown, so it has no code either",
        comes_to("no", &["none"]),
        signed(&vacancy()),
        &[nobody],
    );
    let wide = documents::signed(&aligned(Kind::Competence, "ISCO-08", "741"));
    plain(
        made,
        "wider-group",
        "the certificate has only the minor group of the unit that is asked",
        comes_to("cannot-tell", &["broader"]),
        signed(&vacancy()),
        &[wide],
    );
    for (name, framework, code) in [
        ("unknown-isco-code", "ISCO-08", "7911"),
        ("unknown-isco-form", "ISCO-08", "74A1"),
        ("unknown-esco-code", "ESCO", "electrician"),
    ] {
        let about = "a code that its list cannot have";
        plain(made, name, about, comes_to("cannot-tell", &["unknown-code"]), signed(&asking(framework, code)), &one);
    }
    let level = json!({"framework": "CO-MNC", "version": "2021", "label": "3"});
    let leveled = changed(&vacancy(), "/requirements/0/level", level);
    plain(
        made,
        "no-level",
        "the list says no level for it",
        comes_to("cannot-tell", &["no-level"]),
        signed(&leveled),
        &one,
    );
    // What is not matched at all.
    let tampered = changed(&signed(&vacancy()), "/title", "Electricista en el exterior".into());
    plain(made, "tampered", "changed after it was signed", refused("altered"), tampered, &one);
    for (name, day, about, expect) in [
        (
            "last-day-not-over-everywhere",
            "2026-05-03",
            "its last day still lasts in the west",
            comes_to("yes", &["exact"]),
        ),
        ("over-everywhere", "2026-05-02", "its last day is over everywhere", refused("over")),
    ] {
        let until = changed(&vacancy(), "/until", format!("{day}T23:59:59Z").into());
        plain(made, name, about, expect, signed(&until), &one);
    }
    let same_day = changed(&vacancy(), "/requirements/0/awardedFrom", "2026-03-14T12:00:00Z".into());
    let met = comes_to("yes", &["exact"]);
    plain(made, "awarded-on-the-day", "awarded on the very day that is asked", met.clone(), signed(&same_day), &one);
    let worded = [documents::signed(&aligned(Kind::Competence, "ISCO-08 (CIUO-08)", "7411"))];
    plain(made, "good-isco-with-words", "the framework's name has words after it", met, signed(&vacancy()), &worded);
    let school = [documents::signed(&aligned(Kind::Competence, "ESCOLAR", esco))];
    let none = comes_to("no", &["none"]);
    plain(
        made,
        "framework-of-like-name",
        "another framework that begins alike",
        none,
        signed(&asking("ESCO", esco)),
        &school,
    );
    let over = changed(&vacancy(), "/until", "2026-05-04T09:59:59Z".into());
    plain(made, "over", "its last moment is a second ago", refused("over"), signed(&over), &one);
    plain(made, "unsigned", "nobody signed it", refused("unsigned"), vacancy(), &one);
    let large = changed(&vacancy(), "/text", "x".repeat(70_000).into());
    plain(made, "oversize", "more than 65,536 bytes", refused("too-large"), signed(&large), &one);
    let sex = changed(&vacancy(), "/requirements/0/gender", "x".into());
    plain(made, "asks-for-a-sex", "a member that people's safety forbids", refused("form"), signed(&sex), &one);
    let endorsed = changed(&vacancy(), "/requirements/0/kinds", json!(["endorsement"]));
    plain(made, "asks-for-an-endorsement", "which meets nothing", refused("form"), signed(&endorsed), &one);
    plain(
        made,
        "without-requirements",
        "nothing is asked",
        refused("form"),
        signed(&without(&vacancy(), "/requirements")),
        &one,
    );
    let as_award = documents::signed_by(&vacancy(), "formar-1", KEY_1, SIGNED);
    plain(made, "A16-signed-as-a-credential", "the signature is for another purpose", refused("key"), as_award, &one);
    let by_other = signed_by(&vacancy(), "employer", &did_key_method("employer"), SIGNED);
    plain(made, "key-of-another", "another's key under the name of a listed body", refused("altered"), by_other, &one);
    let unlisted = changed(&vacancy(), "/issuer/id", "did:web:nobody.example".into());
    let unlisted = signed_by(&unlisted, "stranger", "did:web:nobody.example#key-1", SIGNED);
    plain(made, "key-that-nobody-lists", "a did:web that no pack lists", refused("key"), unlisted, &one);
    let leaked = signed_by(&vacancy(), "formar-3", KEY_3, SIGNED);
    plain(made, "key-compromised", "somebody else may hold the key", refused("key"), leaked, &one);
}
