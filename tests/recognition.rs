//! The samples of rules and decisions that are shipped (`schemas/rules`, `schemas/recognition`): they hold their form, say that they are
//! examples, and answer the fourth question from end to end.

use serde_json::{Value, json};
use skillpass::base::canonical::{self, Bounds, Json, Numbers};
use skillpass::base::did::MethodId;
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::achievement::{Kind, Language};
use skillpass::credential::credential::Credential;
use skillpass::credential::document::{Document as _, Signed};
use skillpass::credential::draft::Draft;
use skillpass::credential::members::Members;
use skillpass::credential::schema;
use skillpass::trust::bundle::Named;
use skillpass::trust::equivalence::Rule;
use skillpass::trust::pack::{PackError, TrustPack};
use skillpass::trust::supersede::{NotAdmitted, Refused, Word};
use skillpass::verify::message::Words;
use skillpass::verify::{Answer, Evidence, Link, Outcome, Policy, Presented, Question, Verdict, verify};

use crate::common::countries::{self, body};
use crate::common::documents::{
    NOW, SIGNED, canonical as bytes_of, changed, key, of_kind, on_list, result_row, signed_by,
};
use crate::common::here;
use crate::common::packs::{self, Parts};
use crate::common::shared::json;

/// The sample rules, and the country whose authority would make each; `GY` is where the region's has its seat.
pub const RULES: [(&str, &str); 4] =
    [("br-uy-school-years", "BR"), ("co-ve-archive", "CO"), ("pe-cl-competence", "PE"), ("region-tt-cvq", "GY")];
/// The sample decisions.
pub const DECISIONS: [&str; 3] = ["assessment", "co-conditional", "co-partial"];

/// A time.
pub fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A sample rule.
pub fn rule(name: &str) -> Value {
    json(&here("schemas/rules").join(format!("{name}.json")))
}

/// The authority of a country in this world.
pub fn authority_id(country: &str) -> String {
    format!("urn:skillpass:example:authority:{}", country.to_lowercase())
}

/// The body of a country in this world, which may award whatever is asked for.
pub fn body_id(country: &str) -> String {
    format!("did:web:{}.example", country.to_lowercase())
}

/// The pack of a country's authority: one body, one achievement of each kind besides those that rules name, and its rules.
pub fn country(code: &str) -> Parts {
    let mut parts =
        countries::with_catalogue(countries::authority(&authority_id(code), &format!("Authority {code}"), code));
    let mut issuer = body(&body_id(code), &format!("Institute {code}"), &format!("{code}-1"), code, &Kind::ALL);
    let named = [
        ("urn:skillpass:example:cvq:food-preparation-2", "competence"),
        ("urn:skillpass:example:uy:school-year-6", "module-completion"),
        ("urn:skillpass:example:co:convalidation", "recognition"),
        ("urn:skillpass:example:assessment", "recognition"),
    ];
    for (id, kind) in named {
        issuer["scope"].as_array_mut().unwrap().push(json!({"achievement": id, "from": "2020-01-01T00:00:00Z"}));
        let entry = json!({"id": id, "version": "1", "kind": kind, "from": "2019-01-01T00:00:00Z", "regulated": false, "name": {"en": "x"}});
        parts.accreditation["achievements"].as_array_mut().unwrap().push(entry);
    }
    parts.accreditation["issuers"] = json!([issuer]);
    let rules = RULES.iter().filter(|(_, maker)| *maker == code).map(|(name, _)| rule(name));
    parts.accreditation["rules"] = rules.collect();
    let list = packs::list(&list_id(code), &body_id(code), "revocation", &[]);
    let list = packs::signed_list(list, &format!("{code}-1"), &format!("{}#key-1", body_id(code)));
    countries::add_list(&mut parts, list, None);
    parts
}

fn list_id(code: &str) -> String {
    format!("https://{}.example/status/1", code.to_lowercase())
}

/// The packs of the world of the samples. Jamaica's authority recognises the region's; Ecuador has none.
pub fn world() -> Vec<TrustPack> {
    let region = country("GY");
    let root = countries::digest_of(&region.root);
    let mut jamaica = country("JM");
    let mut recognised = packs::recognised(&authority_id("GY"), &root);
    recognised["country"] = "GY".into();
    jamaica.accreditation["recognises"] = json!([recognised]);
    let others = ["BR", "CL", "CO", "PE", "TT", "UY", "VE"].map(country);
    others.iter().chain([&region, &jamaica]).map(|parts| packs::read(&parts.to_bytes()).unwrap()).collect()
}

/// A certificate of a kind, by a country's body; of the achievement that the country's sample rule names, where it is of that kind.
pub fn certificate(code: &str, kind: Kind) -> Value {
    let mut document = of_kind(kind);
    document["issuer"] = json!({"id": body_id(code), "name": format!("Institute {code}"), "type": ["Profile"]});
    document = on_list(&document, &list_id(code));
    let named = match (code, kind) {
        ("TT", Kind::Competence) => Some("urn:skillpass:example:cvq:food-preparation-2"),
        ("UY", Kind::ModuleCompletion) => Some("urn:skillpass:example:uy:school-year-6"),
        _ => None,
    };
    if let Some(id) = named {
        document["credentialSubject"]["achievement"]["id"] = id.into();
    }
    document
}

/// Signed by a country's body.
pub fn sign(document: &Value, code: &str) -> Signed<Credential> {
    let method = format!("{}#key-1", body_id(code));
    Signed::read(&bytes_of(&signed_by(document, &format!("{code}-1"), &method, SIGNED))).unwrap()
}

/// The verdict on it where it is to be used.
pub fn ask(signed: &Signed<Credential>, evidence: &Evidence, country: &str) -> Verdict {
    verify(signed, evidence, &Policy { country: Some(country.to_owned()), test_code: false }, time(NOW))
}

#[test]
fn rules_hold_their_form_and_say_that_they_are_examples() {
    let pack: Value = serde_json::from_str(schema::PACK).unwrap();
    let of_rule = json!({"$schema": pack["$schema"], "$defs": pack["$defs"], "$ref": "#/$defs/rule"});
    let schema = jsonschema::draft202012::new(&of_rule).unwrap();
    let mut names: Vec<String> = std::fs::read_dir(here("schemas/rules"))
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".json")?.to_owned()))
        .collect();
    names.sort();
    assert_eq!(names, RULES.map(|(name, _)| name));
    let described = std::fs::read_to_string(here("schemas/rules/README.md")).unwrap();
    for (name, country) in RULES {
        let rule = rule(name);
        let faults: Vec<String> = schema.iter_errors(&rule).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
        let bounds = Bounds { bytes: 1 << 16, depth: 8, string: 1 << 10, numbers: Numbers::Whole };
        let json = canonical::read(&serde_json::to_vec(&rule).unwrap(), bounds).unwrap();
        let read =
            Rule::parse(&Members::of(json.object().unwrap())).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        // What is read is all that was written, and what an authority would sign again.
        assert_eq!(read.to_json(), json, "{name}");
        assert!(read.instrument.example && read.subject.authority.contains(":example:"), "{name}");
        assert!(read.instrument.parties.iter().any(|it| it == country), "{name}");
        assert!(described.contains(&format!("`{name}.json`")), "{name}");
    }
}

#[test]
fn rules_answer_the_fourth_question() {
    let evidence = Evidence::of_packs(world());
    // Whose certificate, of what kind, used where: what is answered, and what the sentence names.
    let cases = [
        ("CL", Kind::Competence, "PE", Answer::Yes, "worth-recognised", "ChileValora"),
        ("CL", Kind::Attendance, "PE", Answer::CannotTell, "no-rule", "Perú"),
        ("PE", Kind::Competence, "CL", Answer::CannotTell, "no-rule", "Chile"),
        ("CL", Kind::Competence, "CL", Answer::CannotTell, "own-country", "Chile"),
        ("TT", Kind::Competence, "JM", Answer::Yes, "worth-recognised", "CVQ"),
        ("TT", Kind::Competence, "PE", Answer::CannotTell, "no-rule", "Perú"),
        // Barbados is bound by the instrument, and its authority has not said here that the region's counts.
        ("TT", Kind::Competence, "BB", Answer::CannotTell, "no-rule", "Barbados"),
        ("UY", Kind::ModuleCompletion, "BR", Answer::Yes, "worth-recognised", "MERCOSUL"),
        ("UY", Kind::Competence, "BR", Answer::CannotTell, "no-rule", "Brasil"),
        (
            "VE",
            Kind::FromArchive,
            "CO",
            Answer::CannotTell,
            "worth-conditional",
            "Convalidación del título por resolución",
        ),
        ("CO", Kind::Competence, "EC", Answer::CannotTell, "no-rule", "Ecuador"),
    ];
    let words = Words::of(Language::Es);
    for (from, kind, to, answer, reason, named) in cases {
        let verdict = ask(&sign(&certificate(from, kind), from), &evidence, to);
        let at = format!("{from} {} in {to}", kind.code());
        assert!(matches!(verdict.outcome, Outcome::Accept(_)), "{at}: {:?}", verdict.deciding());
        let finding = verdict.findings.deciding(Question::WorthHere);
        assert_eq!((finding.answer, finding.reason.code()), (answer, reason), "{at}");
        let sentence = skillpass::verify::report::say(&finding.reason, words);
        assert!(sentence.contains(named), "{at}: {sentence}");
        // Wherever an instrument is named, that it is an example is said with it.
        assert_eq!(sentence.contains("ejemplo"), !verdict.worth.is_empty(), "{at}: {sentence}");
        assert!(verdict.worth.iter().all(|statement| statement.example), "{at}");
    }
    let regulated = ask(&sign(&certificate("VE", Kind::FromArchive), "VE"), &evidence, "CO");
    assert_eq!(regulated.regulated(words), Some(words.get("regulated.warning")));
    let rows = regulated.worth[0].rows(words);
    let row = |label: &str| rows.iter().find(|(name, _)| *name == label).map(|(_, value)| value.as_str());
    assert!(row("appeal-body").is_some_and(|body| body.contains("reposición")), "{rows:?}");
    assert_eq!(row("appeal-deadline"), Some("10 días desde la decisión"));
}

/// A sample decision about a certificate, by the body of a country that decides: drafted and signed as the product does.
fn decide(name: &str, code: &str, about: &Value) -> Signed<Credential> {
    let sample = json(&here("schemas/recognition").join(format!("{name}.json")));
    let mut document = certificate(code, Kind::Recognition);
    let achievement = &mut document["credentialSubject"]["achievement"];
    for (from, to) in [("id", "id"), ("name", "name"), ("description", "description"), ("language", "inLanguage")] {
        achievement[to] = sample["achievement"][from].clone();
    }
    achievement["criteria"] = json!({"narrative": sample["achievement"]["criteria"]});
    let rows = sample["rows"].as_array().unwrap().iter();
    document["credentialSubject"]["result"] =
        rows.map(|row| result_row(row[0].as_str().unwrap(), row[1].as_str().unwrap())).collect();
    document["id"] = "urn:uuid:5b0c9d6a-1f2e-4c3d-8a7b-6e5f4d3c2b1a".into();
    document["relatedResource"] = json!([{"id": about["id"], "digestMultibase": packs::digest(about)}]);
    let object = document.as_object_mut().unwrap();
    object.remove("validUntil");
    if let Some(years) = sample["years"].as_i64() {
        object.insert("validUntil".into(), format!("{}-03-13T23:59:59Z", 2026 + years).into());
    }
    let Json::Object(object) = canonical::read(&bytes_of(&document), Credential::BOUNDS).unwrap() else {
        panic!("{name}")
    };
    let draft = Draft::complete(Credential::parse(&object).unwrap(), time(SIGNED)).unwrap();
    let method = MethodId::parse(&format!("{}#key-1", body_id(code))).unwrap();
    draft
        .sign(&key(&format!("{code}-1")), &method, time(SIGNED), &skillpass::credential::proof::Suites::default())
        .unwrap()
}

#[test]
fn decisions_are_drafted_signed_and_answer_for_the_original() {
    let words = Words::of(Language::Es);
    let schema: Value = serde_json::from_str(schema::CREDENTIAL).unwrap();
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    let about = certificate("VE", Kind::FromArchive);
    let original = sign(&about, "VE");
    for (name, reason, answer) in [
        ("assessment", "worth-assessment-only", Answer::CannotTell),
        ("co-conditional", "worth-conditional", Answer::CannotTell),
        ("co-partial", "worth-partial", Answer::Yes),
    ] {
        assert!(DECISIONS.contains(&name));
        let decision = decide(name, "CO", &about);
        let text: Value = serde_json::from_slice(&decision.to_json().to_canonical()).unwrap();
        assert!(schema.is_valid(&text), "{name}");
        let evidence = |presented: &Signed<Credential>| Evidence {
            presented: Presented::of([presented.clone()]),
            ..Evidence::of_packs(world())
        };
        // The original is asked about with the decision beside it, then the decision with the original.
        let of_original = ask(&original, &evidence(&decision), "CO");
        let of_decision = ask(&decision, &evidence(&original), "CO");
        assert_eq!(of_decision.link, Some(Link::Accepted), "{name}");
        for verdict in [of_original, of_decision] {
            assert!(matches!(verdict.outcome, Outcome::Accept(_)), "{name}: {:?}", verdict.deciding());
            let finding = verdict.findings.deciding(Question::WorthHere);
            assert_eq!((finding.answer, finding.reason.code()), (answer, reason), "{name}");
            assert!(verdict.worth[0].decision, "{name}");
            let sentence = skillpass::verify::report::say(&finding.reason, words);
            assert!(sentence.contains("sin valor legal") || sentence.contains("not legal data"), "{name}: {sentence}");
        }
        // Elsewhere it says nothing.
        let elsewhere = ask(&decision, &evidence(&original), "EC");
        assert_eq!(elsewhere.findings.deciding(Question::WorthHere).reason.code(), "no-rule", "{name}");
    }
}

/// Valid for five years, and not a day longer; then what it said is not said any more.
#[test]
fn an_assessment_ends_after_five_years() {
    let decision = decide("assessment", "CO", &certificate("VE", Kind::FromArchive));
    let mut fresh = country("CO");
    let verdict = |parts: &Parts, now: &str| {
        let evidence = Evidence::of_packs(vec![packs::read(&parts.to_bytes()).unwrap()]);
        verify(&decision, &evidence, &Policy { country: Some("CO".to_owned()), test_code: false }, time(now))
    };
    fresh.freshness["date"] = "2031-03-10T00:00:00Z".into();
    let last = verdict(&fresh, "2031-03-13T12:00:00Z");
    assert!(matches!(last.outcome, Outcome::Accept(_)), "{:?}", last.deciding());
    let after = verdict(&fresh, "2031-03-14T12:00:00Z");
    assert_eq!(after.deciding().map(|finding| finding.reason.code()), Some("ended"));
    assert!(after.worth.is_empty());
}

/// Tampering with the original breaks the link, and its withdrawal flags the decision (domain.md D60).
#[test]
fn a_decision_stands_when_its_original_does_not() {
    let about = certificate("VE", Kind::FromArchive);
    let decision = decide("co-partial", "CO", &about);
    let tampered = changed(&about, "/credentialSubject/identifier/1/identityHash", "1988".into());
    let evidence = Evidence { presented: Presented::of([sign(&tampered, "VE")]), ..Evidence::of_packs(world()) };
    let verdict = ask(&decision, &evidence, "CO");
    assert!(matches!(verdict.outcome, Outcome::Accept(_)));
    assert_eq!(verdict.link, Some(Link::Broken));
    assert_eq!(verdict.findings.deciding(Question::WorthHere).reason.code(), "worth-partial");
}

/// A pack that another one vouches for by this row.
fn vouched(voucher: &Parts, other: &Parts, more: &Value) -> Vec<TrustPack> {
    let mut voucher = voucher.clone();
    let root = countries::digest_of(&other.root);
    let mut row = packs::recognised(other.root["authority"]["id"].as_str().unwrap(), &root);
    row["country"] = other.root["authority"]["country"].clone();
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    voucher.accreditation["recognises"] = json!([row]);
    let pinned = packs::read(&voucher.to_bytes()).unwrap();
    let other = packs::read(&other.to_bytes()).unwrap();
    let other = other.recognised_by(std::slice::from_ref(&pinned)).unwrap();
    vec![pinned, other]
}

/// Whose word another authority has been accepted on makes no rules when that word has ended.
#[test]
fn a_recognition_that_has_ended_makes_no_rules() {
    let chile = packs::read(&country("CL").to_bytes()).unwrap();
    for (until, answer) in [("2030-01-01T23:59:59Z", Answer::Yes), ("2026-01-01T23:59:59Z", Answer::CannotTell)] {
        let mut packs =
            vouched(&country("BR"), &country("PE"), &json!({"from": "2020-01-01T00:00:00Z", "until": until}));
        packs.push(chile.clone());
        let signed = sign(&certificate("CL", Kind::Competence), "CL");
        let verdict = ask(&signed, &Evidence::of_packs(packs), "PE");
        assert_eq!(verdict.findings.answer(Question::WorthHere), answer, "{until}");
    }
}

/// An authority that is accepted by another's word alone neither pushes one aside whose name it bears, nor takes its certificates away.
#[test]
fn a_recognised_authority_takes_nothing_from_an_accepted_one() {
    let signed = sign(&certificate("CL", Kind::Competence), "CL");
    let outcome = |packs: Vec<TrustPack>| ask(&signed, &Evidence::of_packs(packs), "PE").outcome.code();
    let chile = || packs::read(&country("CL").to_bytes()).unwrap();
    assert_eq!(outcome(vec![chile()]), "accept");
    // By the same identifier, on roots of its own, and with higher versions.
    let mut pretender = country("CL");
    pretender.root["roles"]["root"] = json!({"keys": [key("root-1").public().to_multikey()], "threshold": 1});
    pretender.root["version"] = 9.into();
    pretender.accreditation["issuers"] = json!([]);
    let mut with = vouched(&country("BR"), &pretender, &json!({"from": "2020-01-01T00:00:00Z"}));
    with.push(chile());
    assert_eq!(outcome(with), "accept");
    // By another identifier, and with another's body in its list: its key leaked long ago, it says.
    let mut slanderer = country("PE");
    slanderer.accreditation["issuers"] = country("CL").accreditation["issuers"].clone();
    slanderer.accreditation["issuers"][0]["keys"][0]["compromised"] = "2020-01-01T00:00:00Z".into();
    let mut with = vouched(&country("BR"), &slanderer, &json!({"from": "2020-01-01T00:00:00Z"}));
    with.push(chile());
    assert_eq!(outcome(with), "accept");
}

/// A file that a person names by hand speaks for itself, and not for those whom its maker has on another's word alone: what the page makes of the
/// same file, the program does too.
#[test]
fn whom_a_file_has_on_anothers_word_is_not_accepted_for_itself() {
    let [voucher, other] = <[TrustPack; 2]>::try_from(vouched(&country("BR"), &country("PE"), &json!({}))).unwrap();
    let plain = packs::read(&country("PE").to_bytes()).unwrap();
    assert!(plain.is_pinned() && !other.is_pinned());
    let id = plain.root().authority.id.clone();
    let named = |packs: Vec<TrustPack>, ids: &[String]| {
        Named { packs: packs.into_iter().map(Ok).collect(), recognised: ids.into() }.standing()
    };
    let standing = named(vec![plain.clone(), voucher.clone()], std::slice::from_ref(&id));
    assert!(!standing[0].as_ref().unwrap().is_pinned() && standing[1].as_ref().unwrap().is_pinned());
    // Named by nobody else, or vouched for by nobody in it.
    assert!(named(vec![plain.clone(), voucher], &[])[0].as_ref().unwrap().is_pinned());
    assert!(matches!(named(vec![plain], &[id])[0], Err(PackError::UnknownRoot)));
}

/// Whom another's word alone brought here does not keep out the one of that name whom the person accepts; one that is accepted does.
#[test]
fn a_recognised_pretender_keeps_nobody_out() {
    let now = time(NOW);
    let mut pretender = country("CL");
    pretender.root["roles"]["root"] = json!({"keys": [key("root-1").public().to_multikey()], "threshold": 1});
    let held = vouched(&country("BR"), &pretender, &json!({"from": "2020-01-01T00:00:00Z"}));
    let chile = packs::read(&country("CL").to_bytes()).unwrap();
    assert!(chile.clone().admit(None, &held, Word::OfThePerson, now).is_ok());
    assert!(chile.clone().admit(None, &held, Word::OfNobody, now).is_err());
    let pinned = packs::read(&pretender.to_bytes()).unwrap();
    let refused = chile.admit(None, &[pinned], Word::OfThePerson, now);
    assert_eq!(refused.unwrap_err(), NotAdmitted::Refused(Refused::OtherRoot));
}

/// A key that no list has: the list that is older than the signature may still come to have it, whatever the newer one of another says.
#[test]
fn the_oldest_list_could_know_the_least() {
    let signed = sign(&certificate("CL", Kind::Competence), "CL");
    let without = |code: &str, issued: &str| {
        let mut parts = country(code);
        parts.accreditation["issuers"] = country("CL").accreditation["issuers"].clone();
        parts.accreditation["issuers"][0]["keys"] = json!([]);
        parts.accreditation["issued"] = issued.into();
        packs::read(&parts.to_bytes()).unwrap()
    };
    let (newer, older) = (without("BR", packs::ACCREDITED), without("CL", "2025-12-02T00:00:00Z"));
    for packs in [vec![newer.clone(), older.clone()], vec![older, newer.clone()]] {
        assert_eq!(ask(&signed, &Evidence::of_packs(packs), "PE").outcome.code(), "undecided");
    }
    assert_eq!(ask(&signed, &Evidence::of_packs(vec![newer]), "PE").outcome.code(), "reject");
}

/// The online key may not lay one list's suspensions over another's certificates: whose positions a list shares, its issuer has signed.
#[test]
fn a_sibling_stands_where_its_issuer_put_it() {
    let other = "https://cl.example/status/9";
    for (sibling, outcome) in [(Some(list_id("CL")), "reject"), (Some(other.to_owned()), "undecided"), (None, "reject")]
    {
        let mut parts = country("CL");
        let all: Vec<u32> = (0..131_072).collect();
        let mut list = packs::list("https://cl.example/status/1s", &body_id("CL"), "suspension", &all);
        if let Some(sibling) = sibling {
            list["credentialSubject"]["siblingOf"] = sibling.into();
        }
        let list = packs::signed_list(list, "CL-1", &format!("{}#key-1", body_id("CL")));
        countries::add_list(&mut parts, list, Some(&list_id("CL")));
        let pack = packs::read(&parts.to_bytes()).unwrap();
        let signed = sign(&certificate("CL", Kind::Competence), "CL");
        assert_eq!(ask(&signed, &Evidence::of_packs(vec![pack]), "PE").outcome.code(), outcome);
    }
}
