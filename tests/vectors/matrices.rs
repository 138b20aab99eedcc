//! What one file cannot show: products of two lists, every length, every byte, and that nothing is remembered.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use skillpass::base::canonical::{self, Bounds, Json, Numbers};
use skillpass::base::did::MethodId;
use skillpass::base::key::PublicKey;
use skillpass::base::multibase;
use skillpass::base::timestamp::{Date, Timestamp};
use skillpass::credential::achievement::Kind;
use skillpass::credential::credential::Credential;
use skillpass::credential::document::{Document as _, Signed};
use skillpass::credential::draft::Draft;
use skillpass::trust::logged::DigestSet;
use skillpass::trust::pack::ListState;
use skillpass::verify::{Answer, Check, Evidence, Mapped, Method, Policy, Purpose, verify};

use super::run::{self, Found, Vector};
use crate::common::countries::{prefix, with_logged};
use crate::common::documents::{
    FORMAR, KEY_1, KEY_3, LIST, NOW, SIGNED, canonical as bytes_of, changed, did_key, did_key_method, key, module,
    of_kind, options, proof, seed, signed, signed_by, signed_bytes, with_proofs,
};
use crate::common::packs::{self, Parts, digest};
use crate::common::shared::to_hex;

fn judge(document: &Value) -> Found {
    run::verdict(&bytes_of(document), &["pilot"], &Policy::default(), NOW)
}

/// A16: five kinds of signed thing in five places, all signed by one key that may sign each of them. Only the diagonal counts.
#[test]
fn a_signature_over_one_thing_is_no_signature_over_another() {
    let mut parts = Parts::of_tests();
    // One key is everything, so that only purpose and form can tell the things apart.
    let own = key("workshop").public().to_multikey();
    for role in ["root", "accreditation", "freshness"] {
        parts.root["roles"][role] = json!({"keys": [own], "threshold": 1});
    }
    let issuer = did_key("workshop");
    let list = packs::list(LIST, &issuer, "revocation", &[]);
    parts.freshness["lists"] = json!([{"id": LIST, "issuer": issuer, "purpose": "revocation", "version": 1, "digest": digest(&list), "date": "2026-05-01T00:00:00Z"}]);
    let mut credential = module();
    credential["issuer"]["id"] = issuer.into();
    parts.freshness["accreditation"] = json!({"version": 3, "digest": digest(&parts.accreditation)});
    let sign = |document: &Value, purpose: &str| {
        let options = changed(&options(document, &did_key_method("workshop"), SIGNED), "/proofPurpose", purpose.into());
        with_proofs(document, vec![proof(document, &key("workshop"), options)])
    };
    let things = [
        ("root", sign(&parts.root, "trustRoot")),
        ("accreditation", sign(&parts.accreditation, "trustAccreditation")),
        ("freshness", sign(&parts.freshness, "trustFreshness")),
        ("list", sign(&list, "assertionMethod")),
        ("credential", sign(&credential, "assertionMethod")),
    ];
    let good = json!({"type": "TrustPack", "format": 1, "root": [things[0].1], "accreditation": things[1].1, "freshness": things[2].1, "statusLists": [things[3].1]});
    let mut accepted = Vec::new();
    for (place, _) in &things {
        for (name, thing) in &things {
            let (pack, checked) = match *place {
                "root" => (changed(&good, "/root/0", thing.clone()), &things[4].1),
                "list" => (changed(&good, "/statusLists/0", thing.clone()), &things[4].1),
                "credential" => (good.clone(), thing),
                part => (changed(&good, &format!("/{part}"), thing.clone()), &things[4].1),
            };
            let verdict =
                packs::read(&bytes_of(&pack)).ok().zip(Signed::read(&bytes_of(checked)).ok()).map(|(pack, signed)| {
                    Found::of_verdict(&verify(
                        &signed,
                        &Evidence::of_packs(vec![pack]),
                        &Policy::default(),
                        run::time(NOW),
                    ))
                });
            if verdict.is_some_and(|found| found.outcome == "accept") {
                accepted.push(format!("{name} as {place}"));
            }
        }
    }
    assert_eq!(
        accepted,
        [
            "root as root",
            "accreditation as accreditation",
            "freshness as freshness",
            "list as list",
            "credential as credential"
        ]
    );
}

/// Every kind claimed × every kind in the catalogue: a body may say less about an achievement than the catalogue, never more.
#[test]
fn kinds_claimed_and_kinds_listed() {
    for claimed in Kind::ALL {
        for listed in Kind::ALL {
            let document = changed(
                &of_kind(claimed),
                "/credentialSubject/achievement/id",
                format!("urn:skillpass:kind:{}", listed.code()).into(),
            );
            let found = judge(&signed(&document));
            let less = matches!(claimed, Kind::Attendance | Kind::Endorsement | Kind::FromArchive);
            let expected = if claimed == listed || less { ("accept", None) } else { ("reject", Some("kind-differs")) };
            assert_eq!(
                (found.outcome.as_str(), found.reason.as_deref()),
                expected,
                "{} of {}",
                claimed.code(),
                listed.code()
            );
        }
    }
}

/// A7: twenty names of algorithms in three places. The algorithm is a property of the key in the pack.
#[test]
fn no_name_of_an_algorithm_is_believed() {
    let names = [
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        "HS256",
        "HS384",
        "HS512",
        "RS256",
        "PS256",
        "ES256",
        "ES256K",
        "ES384",
        "ES512",
        "EdDSA",
        "Ed25519",
        "Ed448",
        "eddsa-2022",
        "ecdsa-jcs-2019",
        "bbs-2023",
    ];
    let good = signed(&module());
    for name in names {
        for place in ["/proof/0/cryptosuite", "/proof/0/type", "/proof/0/alg"] {
            // Changed on the way, and signed so by somebody else.
            let thief = {
                let document = module();
                let options = changed(&good["proof"][0], &place["/proof/0".len()..], name.into());
                with_proofs(&document, vec![proof(&document, &key("thief"), options)])
            };
            for document in [changed(&good, place, name.into()), thief] {
                let found = judge(&document);
                assert_ne!(found.outcome, "accept", "{name} in {place}");
                assert_eq!(found.shown, None, "{name} in {place}");
            }
        }
    }
}

/// A3: signatures and keys of every length from 0 to 200 bytes.
#[test]
fn signatures_and_keys_of_every_length() {
    let good = signed(&module());
    let value = bs58::decode(&good["proof"][0]["proofValue"].as_str().unwrap()[1..]).into_vec().unwrap();
    let public = key("formar-1").public().to_bytes();
    for length in 0..=200 {
        let cut: Vec<u8> = value.iter().copied().cycle().take(length).collect();
        let found = judge(&changed(&good, "/proof/0/proofValue", multibase::base58btc(&cut).into()));
        assert_eq!(found.outcome == "accept", length == 64, "{length} bytes");
        let cut: Vec<u8> = [0xed, 0x01].into_iter().chain(public.iter().copied().cycle()).take(length).collect();
        assert_eq!(PublicKey::from_multikey(&multibase::base58btc(&cut)).is_ok(), length == 34, "{length} bytes");
    }
}

/// A2, C11: the name under which a credential is known comes from its content alone: not from who signed it, not from its form.
#[test]
fn the_digest_is_of_the_content() {
    let digest = |document: &Value| Signed::<Credential>::read(&bytes_of(document)).unwrap().digest();
    let expected: [u8; 32] = Sha256::digest(bytes_of(&module())).into();
    for document in [
        signed(&module()),
        signed_by(&module(), "thief", KEY_1, SIGNED),
        signed_by(&module(), "formar-1", KEY_1, "2026-03-21T00:00:00Z"),
    ] {
        assert_eq!(digest(&document), expected);
    }
    let mut compared = 0;
    for vector in Vector::all().iter().filter(|vector| vector.folder == "credential") {
        let Ok(file) = Signed::<Credential>::read(&vector.bytes()) else { continue };
        let Some(packet) = file.to_packet_document() else { continue };
        let again = Signed::<Credential>::read(&packet).unwrap();
        assert_eq!(again.digest(), file.digest(), "{}", vector.name);
        compared += 1;
    }
    assert!(compared > 300, "{compared}");
}

/// C11: file, canonical text, packet by either codec: one verdict.
#[test]
fn file_and_packet_have_one_verdict() {
    use skillpass::carry::{Codec, Packet, unpack};
    let mut compared = 0;
    for vector in Vector::all().iter().filter(|vector| {
        vector.name.contains("/kind-") || vector.name.contains("/absence-") || vector.name.contains("/A13-")
    }) {
        let file = vector.run();
        let Ok(signed) = Signed::<Credential>::read(&vector.bytes()) else { continue };
        // One without a jcs proof is a file only.
        let Some(document) = signed.to_packet_document() else { continue };
        for codec in [Codec::DraftDeflate, Codec::DraftModel] {
            let unpacked = unpack(&Packet::with(&document, codec).unwrap().digits()).unwrap();
            let policy = Policy { country: None, test_code: unpacked.codec.is_draft() };
            let found = run::verdict(&unpacked.document, &["pilot"], &policy, NOW);
            assert_eq!(
                (&found.outcome, &found.findings, &found.shown),
                (&file.outcome, &file.findings, &file.shown),
                "{}",
                vector.name
            );
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared}");
}

/// A17: there is no cache to poison. A failed try between two good ones changes nothing, in either order.
#[test]
fn verification_remembers_nothing() {
    let good = signed(&module());
    let broken = changed(&good, "/proof/0/proofValue", multibase::base58btc(&[9; 64]).into());
    let revoked = signed(&changed(&module(), "/credentialStatus/statusListIndex", "13".into()));
    let expected: Vec<BTreeMap<String, String>> =
        [&good, &broken, &revoked].map(|document| judge(document).findings).into();
    for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0], [1, 2, 0]] {
        for at in order.into_iter().chain(order) {
            assert_eq!(judge([&good, &broken, &revoked][at]).findings, expected[at]);
        }
    }
}

/// B6: 300 texts of bytes that are not UTF-8, or stand raw where JSON wants an escape.
#[test]
fn no_bytes_beyond_utf_8() {
    let bounds = Bounds { bytes: 64, depth: 4, string: 64, numbers: Numbers::Whole };
    let lone = (0x80..=0xff_u8).map(|byte| vec![byte]);
    let overlong = (0x80..=0xbf_u8).map(|byte| vec![0xc0 | byte & 1, byte]);
    let surrogates = (0xa0..=0xbf_u8).map(|byte| vec![0xed, byte, 0x80]);
    let beyond = (0x90..=0xbf_u8).map(|byte| vec![0xf4, byte, 0x80, 0x80]);
    let controls = (0..0x20_u8).map(|byte| vec![byte]);
    let mut count = 0;
    for bytes in lone.chain(overlong).chain(surrogates).chain(beyond).chain(controls) {
        let text = [b"\"a", bytes.as_slice(), b"b\""].concat();
        assert!(canonical::read(&text, bounds).is_err(), "{bytes:02x?}");
        count += 1;
    }
    assert!(count >= 300, "{count}");
}

/// B15: a hundred thousand distinct members, in an order that is none, and one of them twice.
#[test]
fn a_hundred_thousand_members() {
    let bounds = Bounds { bytes: 1 << 22, depth: 4, string: 64, numbers: Numbers::Whole };
    let mut text = String::from("{");
    let mut number = 1_u32;
    for _ in 0..100_000 {
        // A full-period step: every number once.
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text += &format!("\"{number:08x}\":0,");
    }
    let json = canonical::read(format!("{text}\"\":0}}").as_bytes(), bounds).unwrap();
    assert_eq!(json.object().unwrap().len(), 100_001);
    let twice = format!("{text}\"{number:08x}\":1}}");
    assert!(matches!(canonical::read(twice.as_bytes(), bounds), Err(canonical::ReadError::DuplicateMember { .. })));
}

/// D8: random texts near the profile: no panic, and what is read is written back as it was.
#[test]
fn random_times() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let alphabet = b"0123456789012345678901234567890123456789-:TZ.+tz /\xd9\xa3";
    let mut read = 0;
    for _ in 0..1_000_000 {
        let mut text = *b"2026-03-14T15:09:26Z";
        // One to four places, of which most get a digit.
        let bits = random();
        for place in 0..=(bits & 3) {
            let at = (random() % 20) as usize;
            text[at] = alphabet[(random() % alphabet.len() as u64) as usize];
            let _ = place;
        }
        let Ok(text) = std::str::from_utf8(&text) else { continue };
        if let Ok(time) = Timestamp::parse(text) {
            assert_eq!(time.to_string(), text);
            assert_eq!(Timestamp::from_seconds(time.seconds()), Some(time));
            read += 1;
        }
        if let Some(Ok(date)) = text.get(..10).map(Date::parse) {
            assert_eq!(date.to_string(), text[..10]);
        }
    }
    assert!(read > 50_000, "{read}");
}

/// D5, D6: what verification refuses is refused before it is signed.
#[test]
fn drafts_keep_the_calendar() {
    use skillpass::credential::draft::NotComplete;
    let draft = |document: &Value, now: &str| {
        let json = canonical::read(&bytes_of(document), Credential::BOUNDS).unwrap();
        Draft::complete(Credential::parse(json.object().unwrap()).unwrap(), run::time(now)).map(drop)
    };
    assert!(matches!(draft(&module(), "2026-03-13T09:59:59Z"), Err(NotComplete::AwardInFuture { .. })));
    assert_eq!(draft(&module(), "2026-03-13T10:00:00Z"), Ok(()));
    assert_eq!(draft(&module(), "2026-04-13T23:59:59Z"), Ok(()));
    assert!(matches!(draft(&module(), "2026-04-14T00:00:00Z"), Err(NotComplete::AwardTooOld { .. })));
    assert_eq!(draft(&of_kind(Kind::FromArchive), "2036-04-14T00:00:00Z"), Ok(()));
    let young = changed(&of_kind(Kind::Competence), "/credentialSubject/identifier/1/identityHash", "2012".into());
    assert!(matches!(draft(&young, "2026-03-20T00:00:00Z"), Err(NotComplete::TooYoung { years: 14 })));
    // Never under another body's name.
    let json = canonical::read(&bytes_of(&module()), Credential::BOUNDS).unwrap();
    let complete = Draft::complete(Credential::parse(json.object().unwrap()).unwrap(), run::time(SIGNED)).unwrap();
    assert!(
        complete
            .sign(
                &key("thief"),
                &MethodId::of_key(&key("thief").public()),
                run::time(SIGNED),
                &skillpass::credential::proof::Suites::default()
            )
            .is_err()
    );
}

/// A key that somebody put beside the packs shows that a file is unaltered, never whose it is; and a listed issuer's keys are the
/// pack's alone.
#[test]
fn a_mapped_key_vouches_for_nobody() {
    let judge = |issuer: &str, signer: &str, mapped: &str| {
        let method = MethodId::parse(&format!("{issuer}#key-1")).unwrap();
        let mut document = module();
        document["issuer"]["id"] = issuer.into();
        let signed = Signed::read(&bytes_of(&signed_by(&document, signer, method.as_str(), SIGNED))).unwrap();
        let method = Method {
            id: method.to_string(),
            controller: issuer.to_owned(),
            key: key(mapped).public(),
            purposes: vec![Purpose::Assertion],
        };
        let mapped = Mapped { methods: vec![method], lists: Vec::new() };
        let evidence = Evidence { mapped: mapped.into(), ..Evidence::of_packs(vec![run::pack("pilot")]) };
        let found = Found::of_verdict(&verify(&signed, &evidence, &Policy::default(), run::time(NOW)));
        (found.outcome, found.reason.unwrap_or_default(), found.shown.map(|(mark, _)| mark))
    };
    let as_text = |(outcome, reason, mark): (String, String, Option<String>)| format!("{outcome} {reason} {mark:?}");
    assert_eq!(as_text(judge("did:web:unknown.example", "own", "own")), "undecided intact-only Some(\"claims\")");
    assert_eq!(as_text(judge("did:web:unknown.example", "thief", "own")), "reject altered None");
    assert_eq!(as_text(judge(FORMAR, "thief", "thief")), "reject altered None");
}

/// A list that was altered does not spoil the pack: it is known as malformed, and no other list is.
#[test]
fn an_altered_list_is_one_altered_list() {
    let pack = run::pack("pilot");
    let state = |number: u8| pack.list(&format!("https://cert.formar.example/status/{number}"));
    assert!(matches!(state(1), Some(ListState::Current(_))));
    assert!(matches!(state(3), Some(ListState::Missing)));
    assert!(matches!(state(4), Some(ListState::Malformed)));
    assert!(state(99).is_none());
}

/// Packs take each other's place only forwards, part by part.
#[test]
fn an_older_pack_does_not_take_the_place_of_a_newer_one() {
    let (old, new) = (run::pack("pilot"), run::pack("pilot-newer"));
    assert!(new.clone().supersede(&old).is_ok());
    assert!(old.clone().supersede(&new).is_err());
    assert!(old.clone().supersede(&old).is_ok());
}

/// The signer of the tests and the canonical bytes of the kernel know the same document.
#[test]
fn what_is_signed_is_two_digests() {
    let good = signed(&module());
    let data = signed_bytes(&module(), &good["proof"][0]);
    assert_eq!(data[32..], Sha256::digest(bytes_of(&module()))[..]);
    let value: [u8; 64] = multibase::base58btc_exact(good["proof"][0]["proofValue"].as_str().unwrap()).unwrap();
    assert!(skillpass::base::key::SecretKey::from_seed(&seed("formar-1")).public().holds(&data, &value));
    assert_eq!(
        Json::Object(Signed::<Credential>::read(&bytes_of(&good)).unwrap().to_json().object().unwrap().clone())
            .to_canonical(),
        bytes_of(&good)
    );
    assert_eq!(module()["issuer"]["id"], FORMAR);
}

/// F14: who holds the stolen key makes 20,000 certificates, each with a random number of its own, signed before the leak by their own
/// word. 4,096 honest ones are kept. None of the forged is.
#[test]
fn a_forger_who_grinds_is_never_kept() {
    let honest: Vec<[u8; 16]> = (0..4_096_u32)
        .map(|number| prefix(&Sha256::digest(format!("an honest certificate {number}").as_bytes()).into()))
        .collect();
    let pack = packs::read(&with_logged(&honest, &honest[..1]).to_bytes()).unwrap();
    let evidence = Evidence::of_packs(vec![pack]);
    let forged = |number: u32| {
        let hash = Sha256::digest(number.to_be_bytes());
        let id = format!("urn:uuid:{}-0000-4000-8000-{}", to_hex(&hash[..4]), to_hex(&hash[4..10]));
        let document = changed(&module(), "/id", id.into());
        let document = signed_by(&document, "formar-3", KEY_3, "2026-03-20T15:04:05Z");
        let signed = Signed::<Credential>::read(&bytes_of(&document)).unwrap();
        let verdict = verify(&signed, &evidence, &Policy::default(), run::time(NOW));
        (verdict.findings.get(Check::Signature).answer, verdict.findings.get(Check::Key).reason.code(), verdict.digest)
    };
    // Two hands, as the forger has more.
    let half = |range: std::ops::Range<u32>| -> Vec<_> { range.map(forged).collect() };
    let all = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(10_000..20_000));
        let mut all = half(0..10_000);
        all.extend(other.join().unwrap());
        all
    });
    let distinct: std::collections::BTreeSet<[u8; 32]> = all.iter().map(|(_, _, digest)| *digest).collect();
    assert_eq!(distinct.len(), 20_000, "each is another document");
    let refused =
        |(signature, key, _): &&(Answer, &str, _)| *signature == Answer::Yes && *key == "key-compromised-unlogged";
    assert_eq!(all.iter().filter(refused).count(), 20_000, "each signature holds, and each is refused");
}

/// F14: 128 bits of a digest count, every one of them, and no others: that is what a forger would have to hit.
#[test]
fn every_bit_of_a_kept_digest_counts() {
    let digest: [u8; 32] = Sha256::digest(b"kept").into();
    let kept = DigestSet::of([&digest]);
    assert!(kept.contains(&digest));
    for bit in 0..256 {
        let mut other = digest;
        other[bit / 8] ^= 0x80 >> (bit % 8);
        assert_eq!(kept.contains(&other), bit >= 128, "bit {bit}");
    }
    assert!(DigestSet::of([]).is_empty() && !DigestSet::of([]).contains(&digest));
}

/// domain.md 2d: key, accreditation, standard, and today; each sentence holds the dates of both sides, in every language.
#[test]
fn the_four_time_checks_show_their_dates() {
    use skillpass::credential::achievement::Language;
    use skillpass::verify::message::Words;
    let scoped = |achievement: &str| changed(&module(), "/credentialSubject/achievement/id", achievement.into());
    let by = |document: &Value, number: u8, created: &str| {
        let key = format!("{FORMAR}#key-{number}");
        signed_by(document, &format!("formar-{number}"), &key, created)
    };
    let revoked = |index: &str| signed(&changed(&module(), "/credentialStatus/statusListIndex", index.into()));
    let ended = signed(&changed(&module(), "/validUntil", "2026-05-01T23:59:59Z".into()));
    let later = signed(&changed(&module(), "/validFrom", "2026-05-09T00:00:00Z".into()));
    // The check, the document, and the days that its sentence must name.
    let cases: [(Check, Value, &[&str]); 14] = [
        (Check::Key, by(&module(), 2, SIGNED), &["2026-02-01", "2026-06-01"]),
        (Check::Key, by(&module(), 4, SIGNED), &["2026-03-20", "2020-01-01", "2025-12-31"]),
        (Check::Key, by(&module(), 3, "2026-04-03T00:00:00Z"), &["2026-04-03", "2026-04-01"]),
        (Check::Key, by(&module(), 3, SIGNED), &["2026-03-20", "2026-04-01"]),
        (Check::Scope, signed(&scoped("urn:skillpass:one-day")), &["2026-03-14"]),
        (Check::Scope, signed(&scoped("urn:skillpass:withdrawn")), &["2026-03-14", "2020-01-01", "2026-02-28"]),
        (Check::Standard, signed(&module()), &["2019-01-01"]),
        (Check::Standard, signed(&scoped("urn:skillpass:ended-standard")), &["2026-03-14", "2019-01-01", "2025-12-31"]),
        (Check::Standard, signed(&scoped("urn:skillpass:future-standard")), &["2026-03-14", "2026-04-01"]),
        (Check::Dates, signed(&module()), &["2026-03-14", "2029-03-14"]),
        (Check::Dates, ended, &["2026-05-01"]),
        (Check::Dates, later, &["2026-05-09"]),
        (Check::Revocation, signed(&module()), &["2026-05-01"]),
        (Check::Revocation, revoked("13"), &["2026-05-01"]),
    ];
    let evidence = Evidence::of_packs(vec![run::pack("pilot")]);
    for (check, document, days) in cases {
        let document = Signed::<Credential>::read(&bytes_of(&document)).unwrap();
        let verdict = verify(&document, &evidence, &Policy::default(), run::time(NOW));
        for language in Language::ALL {
            let words = Words::of(language);
            let finding = verdict.findings.get(check);
            let text = skillpass::verify::report::say(&finding.reason, words);
            for day in days {
                let day = words.day(Date::parse(day).unwrap());
                assert!(text.contains(&day), "{} {}: {text} lacks {day}", language.tag(), finding.reason.code());
            }
        }
    }
}

/// D3, D20: wherever the machine stands, the same file shows the same dates.
#[test]
fn a_date_has_no_time_zone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pack.json"), Parts::of_tests().to_bytes()).unwrap();
    let mut document = module();
    document["validFrom"] = "2026-03-14T00:00:00Z".into();
    document["validUntil"] = "2029-03-14T23:59:59Z".into();
    std::fs::write(folder.path().join("one.json"), bytes_of(&signed(&document))).unwrap();
    let show = |zone: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_skillpass"))
            .args(["verify", "--trust", "pack.json", "--json", "one.json"])
            .current_dir(folder.path())
            .env_clear()
            .env("TZ", zone)
            .output()
            .unwrap();
        let mut shown: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
        strip_clock(&mut shown);
        shown
    };
    let at_home = show("UTC0");
    let text = at_home.to_string();
    assert!(text.contains("2026-03-14") && text.contains("2029-03-14"), "{text}");
    for zone in ["<-12>12", "<+14>-14", "Pacific/Kiritimati", "Etc/GMT+12", "America/Bogota"] {
        assert_eq!(show(zone), at_home, "{zone}");
    }
}

/// Leaves out the moment of checking.
fn strip_clock(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("checkedAt");
            object.values_mut().for_each(strip_clock);
        }
        Value::Array(list) => list.iter_mut().for_each(strip_clock),
        _ => {}
    }
}
