//! One credential's way through the house (design §1): the committed credentials of every language, signed, packed, drawn, scanned back
//! from the picture, unpacked and checked. The sizes that paper allows are held here too.

use serde_json::{Value, json};
use skillpass::base::did::Did;
use skillpass::base::timestamp::Timestamp;
use skillpass::carry::packet::{Host, Packet};
use skillpass::carry::qr::Symbol;
use skillpass::credential::achievement::Language;
use skillpass::credential::credential::Credential;
use skillpass::credential::document::{Document as _, Signed};
use skillpass::credential::draft::Draft;
use skillpass::desk::issue::png;
use skillpass::interop::intake::{self, Carrier};
use skillpass::interop::scan::Limits;
use skillpass::verify::{Evidence, Outcome, Policy, verify};

use crate::common::documents::key;
use crate::common::here;
use crate::common::packs::{self, Parts};

/// 23 characters with its `https://` and `/#`, as in qr.md §0.
const HOST: &str = "v.example.org";

/// The committed credential, freshly signed by the institution it names, and a pack that lists that institution.
fn signed(name: &str) -> (Signed<Credential>, Evidence, Timestamp) {
    let text = std::fs::read(here(&format!("tests/vectors/{name}.json"))).unwrap();
    let json = skillpass::base::canonical::read(&text, Credential::BOUNDS).unwrap();
    let credential = Credential::parse(json.object().unwrap()).unwrap();
    let (id, list, issuer) =
        (credential.achievement.clone(), credential.status.list.clone(), credential.issuer.clone());
    let awarded = credential.awarded;
    let now = Timestamp::from_seconds(awarded.seconds() + 3 * 86_400 + 3_661).unwrap();
    let method = issuer.method("key-1").unwrap();
    let document = Draft::complete(credential, now)
        .unwrap()
        .sign(&key("flow"), &method, now, &skillpass::credential::proof::Suites::default())
        .unwrap();
    (document, Evidence::of_packs(vec![packs::read(&pack(&issuer, &id, &list, awarded, now)).unwrap()]), now)
}

fn pack(
    issuer: &Did,
    achievement: &skillpass::credential::achievement::Achievement,
    list: &str,
    awarded: Timestamp,
    now: Timestamp,
) -> Vec<u8> {
    let mut parts = Parts::of_tests();
    let from = awarded.to_string();
    let method = format!("{issuer}#key-1");
    parts.accreditation["issued"] = now.to_string().into();
    parts.accreditation["issuers"] = json!([{
        "id": issuer.as_str(), "name": "Instituto de prueba", "country": "CO",
        "keys": [{"id": method, "publicKeyMultibase": key("flow").public().to_multikey(), "from": from}],
        "scope": [{"achievement": achievement.id.as_str(), "from": from}],
    }]);
    parts.accreditation["achievements"] = json!([{
        "id": achievement.id.as_str(), "version": achievement.version, "kind": achievement.kind.code(),
        "name": {"es": achievement.name}, "from": from, "regulated": false,
    }]);
    let mut list = packs::list(list, issuer.as_str(), "revocation", &[]);
    list["validFrom"] = awarded.to_string().into();
    let list: Value = packs::signed_list(list, "flow", &method);
    parts.freshness["date"] = now.to_string().into();
    parts.freshness["lists"] = json!([{
        "id": list["id"], "issuer": issuer.as_str(), "purpose": "revocation", "version": 1,
        "digest": packs::digest(&list), "date": list["validFrom"],
    }]);
    parts.lists = vec![list];
    parts.to_bytes()
}

#[test]
fn typical_and_full_credentials_go_through_paper_and_are_accepted() {
    for (size, most) in [("typical", 10), ("full", 16)] {
        for language in Language::ALL {
            let name = format!("{size}.{}", language.tag());
            let (document, evidence, now) = signed(&name);
            let packet = Packet::of(&document.to_packet_document().unwrap()).unwrap();
            let symbol = Symbol::of(&packet.to_text(&Host::parse(HOST).unwrap())).unwrap();
            assert!(symbol.version() <= most, "{name}: version {}", symbol.version());

            // From the picture, as a stranger's camera would hand it over.
            let offered = intake::read(&png(&symbol).unwrap(), Limits::STRANGER).unwrap().offered;
            assert_eq!(offered.len(), 1, "{name}");
            assert_eq!(offered[0].carrier, Carrier::Packet { draft: true }, "{name}");
            assert_eq!(offered[0].signed.digest(), document.digest(), "{name}");
            assert_eq!(offered[0].signed.bytes(), document.bytes(), "{name}: paper and file are the same bytes");
            let policy = Policy { test_code: true, ..Policy::default() };
            let verdict = verify(&offered[0].signed, &evidence, &policy, now);
            assert!(matches!(verdict.outcome, Outcome::Accept(_)), "{name}: {:?}", verdict.deciding());
            assert!(verdict.is_pilot());
        }
    }
}
