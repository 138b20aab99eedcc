//! Vacancies of any shape: what can be read was signed as it stands; what can be signed opens as what was signed, and comes to an answer.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use skillpass::base::canonical::{Bounds, Json, Numbers, read};
use skillpass::base::did::MethodId;
use skillpass::base::key::SecretKey;
use skillpass::base::timestamp::Timestamp;
use skillpass::holder::matching::matched;
use skillpass::holder::vacancy::{NotOpen, Vacancy};
use skillpass::verify::{Answer, Evidence};

/// As a vacancy's file is read, and a little more.
const FILE: Bounds = Bounds { bytes: 128 * 1024, depth: 16, string: 64 * 1024, numbers: Numbers::Any };

static KEY: LazyLock<SecretKey> = LazyLock::new(|| SecretKey::from_seed(&[7; 32]));

fuzz_target!(|bytes: &[u8]| {
    let now = Timestamp::from_seconds(1_780_000_000).expect("a time");
    let nobody = Evidence::default();
    // Nobody listed it, so what opens is its signer's own claim.
    let _ = Vacancy::open(bytes, &nobody, now);
    let Ok(Json::Object(mut document)) = read(bytes, FILE) else { return };
    let did = format!("did:key:{}", KEY.public().to_multikey());
    if let Some(Json::Object(issuer)) = document.get("issuer").cloned() {
        let mut issuer = issuer;
        issuer.set("id", did.as_str().into());
        document.set("issuer", issuer.into());
    }
    document.remove("proof");
    let method = MethodId::parse(&format!("{did}#{}", KEY.public().to_multikey())).expect("a method");
    let Ok(signed) = Vacancy::sign(document, &KEY, &method, now) else { return };
    match Vacancy::open(signed.bytes(), &nobody, now) {
        Ok(open) => {
            let found = matched(&open.vacancy, &[], &nobody);
            assert_ne!(found.answer, Answer::Yes, "nothing was shown");
        }
        // More than a reader takes in.
        Err(why) => assert_eq!(why, NotOpen::TooLarge),
    }
});
