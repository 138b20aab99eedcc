//! Status lists from the bit to the address: order, lengths and bombs by hand; what an institution publishes, and what a verifier then
//! says; that no index tells when or in what order it was given out.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use proptest::prelude::*;
use serde_json::{Value, json};
use skillpass::base::did::Did;
use skillpass::base::multibase;
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::credential::Credential;
use skillpass::credential::document::Signed;
use skillpass::desk::authority::edit::{LookAlikes, accredit};
use skillpass::desk::authority::{Authority, Keys, NewAuthority};
use skillpass::desk::catalogue::Catalogue;
use skillpass::desk::import::{RegisterRow, Settings, read_register};
use skillpass::desk::institution::{Founding, Institution};
use skillpass::desk::issue::Issuing;
use skillpass::desk::keyring::{Keyring, Secret};
use skillpass::desk::publish::{Publication, publish};
use skillpass::desk::revoke::{Act, change};
use skillpass::desk::slot::SlotOrder;
use skillpass::http::published::Twice;
use skillpass::http::{ServeState, Shelf, router};
use skillpass::store::memory::MemoryStore;
use skillpass::store::release::Warrant;
use skillpass::store::sled_store::SledStore;
use skillpass::store::{Store, StoreError};
use skillpass::trust::checkpoint::{Checkpoint, chain, first_head, heads, read_log};
use skillpass::trust::pack::{Anchor, ListState, TrustPack};
use skillpass::trust::status::{Bits, MESSAGE, MESSAGE_BITS, REVOCATION, RevocationReason, SUSPENSION, StatusList};
use skillpass::verify::{Evidence, Outcome, Policy, verify};
use tower::ServiceExt as _;

use crate::common::Dice;
use crate::common::documents::{FORMAR, KEY_1, key, rdfc_alone, signed_by};
use crate::common::packs;
use crate::store::by;

/// 16,384 bytes: the least list.
const LEAST: usize = 131_072 / 8;

/// A gzip member with one stored block per 65,535 bytes, written by hand (RFC 1952, RFC 1951 §3.2.4): no compressor of ours takes part.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let blocks: Vec<&[u8]> = if bytes.is_empty() { vec![&[]] } else { bytes.chunks(65_535).collect() };
    for (number, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap();
        out.push(u8::from(number + 1 == blocks.len()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let crc = !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    });
    out.extend(crc.to_le_bytes());
    out.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    out
}

/// A list of the least length that begins with these bytes.
fn beginning(first: &[u8]) -> Bits {
    let mut bytes = vec![0; LEAST];
    bytes[..first.len()].copy_from_slice(first);
    Bits::decode(&multibase::base64url(&stored(&bytes))).unwrap()
}

/// threats.md E10.
#[test]
fn the_first_index_is_the_left_most_bit() {
    let bits = beginning(&[0b1000_0001, 0b0100_0000, 0, 0b0000_0010]);
    assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 7, 9, 30]);
    assert_eq!([0, 1, 6, 7, 8, 9].map(|index| bits.get(index)), [true, false, false, true, false, true].map(Some));
    // Read from the other end of each byte it would be these; a reader with the wrong order says so here.
    assert!([14, 25].iter().all(|index| bits.get(*index) == Some(false)));
    // The empty list of the specification's own example.
    let example = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";
    assert_eq!(Bits::decode(example), Some(Bits::clear()));
}

/// threats.md E10.
#[test]
fn an_entry_of_several_bits_begins_at_its_index_times_its_size() {
    let bits = beginning(&[0x12, 0x34, 0xf0]);
    assert_eq!([0, 1, 2, 3, 4, 5].map(|index| bits.value(index, 4)), [1, 2, 3, 4, 15, 0].map(Some));
    assert_eq!([0, 1, 2, 3, 4, 5].map(|index| bits.value(index, 2)), [0, 1, 0, 2, 0, 3].map(Some));
    // 0001 0010 0011 …, three at a time: 000 100 100 011.
    assert_eq!([0, 1, 2, 3].map(|index| bits.value(index, 3)), [0, 4, 4, 3].map(Some));
    assert_eq!([0, 1, 2].map(|index| bits.value(index, 8)), [0x12, 0x34, 0xf0].map(Some));
    assert_eq!((bits.value(0, 0), bits.value(0, 9), bits.value(0, 255)), (None, None, None));

    let mut message = Bits::clear_of(131_072 * 4);
    assert!(message.set_value(0, 4, 1) && message.set_value(131_071, 4, 4) && message.set_value(7, 4, 15));
    assert!(message.set_value(7, 4, 3), "and again, over what was there");
    assert_eq!([0, 7, 131_070, 131_071].map(|index| message.value(index, 4)), [1, 3, 0, 4].map(Some));
    assert_eq!(message.iter().collect::<Vec<_>>(), [3, 30, 31, 131_071 * 4 + 1]);
    let before = message.clone();
    assert!(!message.set_value(131_072, 4, 1), "past the end");
    assert!(!message.set_value(3, 4, 16), "five bits in four");
    assert!(!message.set_value(3, 0, 0) && !message.set_value(3, 9, 0));
    assert_eq!(message, before);
}

/// threats.md E2: past the end is no answer, never "not set".
#[test]
fn nothing_is_said_of_an_index_past_the_end() {
    let mut bits = Bits::clear();
    assert_eq!((bits.len(), bits.is_empty()), (131_072, false));
    assert_eq!((bits.get(131_071), bits.get(131_072), bits.get(u32::MAX)), (Some(false), None, None));
    assert_eq!((bits.value(32_767, 4), bits.value(32_768, 4), bits.value(u32::MAX, 8)), (Some(0), None, None));
    assert!(bits.set(131_071) && !bits.set(131_072) && !bits.set(u32::MAX));
    assert!(bits.unset(131_071) && !bits.unset(131_072) && !bits.unset(u32::MAX));
    // 131,074 bits are whole bytes; the last entry of three bits is not whole.
    let odd = Bits::clear_of(131_074);
    assert_eq!((odd.len(), odd.get(131_079), odd.get(131_080)), (131_080, Some(false), None));
    assert_eq!((odd.value(43_692, 3), odd.value(43_693, 3)), (Some(0), None));
}

/// threats.md E8.
#[test]
fn a_list_that_is_too_short_or_cut_is_none() {
    let list = |bytes: &[u8]| Bits::decode(&multibase::base64url(bytes));
    let bytes = stored(&[0; LEAST]);
    assert!(list(&bytes).is_some());
    assert!(list(&stored(&[0; LEAST + 1])).is_some_and(|bits| bits.len() == 131_080));
    assert!(list(&stored(&[0; LEAST - 1])).is_none());
    assert!(list(&stored(&[])).is_none());
    for cut in [0, 1, 9, 10, 11, 100, bytes.len() - 9, bytes.len() - 8, bytes.len() - 4, bytes.len() - 1] {
        assert!(list(&bytes[..cut]).is_none(), "cut at {cut}");
    }
    // A wrong check value, a wrong length, bytes after the end, a second member.
    for (at, what) in [(bytes.len() - 6, "crc"), (bytes.len() - 2, "length"), (200, "content")] {
        let mut wrong = bytes.clone();
        wrong[at] ^= 1;
        assert!(list(&wrong).is_none(), "{what}");
    }
    assert!(list(&[&bytes[..], &[0]].concat()).is_none());
    assert!(list(&[&bytes[..], &bytes[..]].concat()).is_none());
    let text = multibase::base64url(&bytes);
    for wrong in [String::new(), "u".to_owned(), text[1..].to_owned(), format!("z{}", &text[1..]), format!("{text}=")] {
        assert!(Bits::decode(&wrong).is_none());
    }
}

/// threats.md E8: entries count, not bits; and a purpose has its own size.
#[test]
fn a_message_list_has_four_bits_an_entry() {
    let read = |purpose: &str, size: Option<Value>, bits: &Bits| {
        let mut list = packs::list("https://cert.formar.example/status/1/message", FORMAR, purpose, &[]);
        list["credentialSubject"]["encodedList"] = bits.encode().into();
        if let Some(size) = size {
            list["credentialSubject"]["statusSize"] = size;
        }
        let signed = serde_json::to_vec(&signed_by(&list, "formar-1", KEY_1, "2026-05-01T00:00:00Z")).unwrap();
        Signed::<StatusList>::read(&signed).unwrap().ours(&key("formar-1").public()).ok()
    };
    let (one, four) = (Bits::clear(), Bits::clear_of(131_072 * 4));
    let list = read(MESSAGE, Some(4.into()), &four).unwrap();
    assert_eq!((list.purpose.as_str(), list.sibling_of, list.bits.len()), (MESSAGE, None, 524_288));
    assert!(read(MESSAGE, Some(4.into()), &one).is_none(), "32,768 entries are too few");
    for size in
        [None, Some(json!(1)), Some(json!(2)), Some(json!(8)), Some(json!("4")), Some(json!(-4)), Some(json!(0))]
    {
        assert!(read(MESSAGE, size.clone(), &four).is_none(), "{size:?}");
    }
    for purpose in [REVOCATION, SUSPENSION] {
        assert!(read(purpose, None, &one).is_some() && read(purpose, Some(1.into()), &one).is_some());
        assert!(read(purpose, Some(4.into()), &four).is_none(), "{purpose} of four bits");
    }
}

/// threats.md E9: a sound list one byte longer than the longest is left alone where that byte begins. How long that takes is measured in
/// `benches/speed.rs`.
#[test]
fn what_unpacks_to_more_than_the_longest_list_is_none() {
    let list = |bytes: usize| Bits::decode(&multibase::base64url(&stored(&vec![0; bytes])));
    let most = 16 * 1024 * 1024 / 8;
    let full = list(most).unwrap();
    assert_eq!(full.len(), 16 * 1024 * 1024);
    assert!(full.bytes_held() < 20_000, "zeros take no room: {}", full.bytes_held());
    assert!([1, 8_191, 8_192, 8_193, most].iter().all(|more| list(most + more).is_none()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Against a plain array of booleans, from rare to dense and back, over both ends of a block.
    #[test]
    fn bits_are_what_was_set_whatever_their_form(
        extra in 0..9_usize,
        acts in prop::collection::vec((any::<bool>(), 0..140_000_u32, 1..9_000_u32), 1..12),
    ) {
        let length = 131_072 + extra * 8 * 1_000;
        let (mut bits, mut plain) = (Bits::clear_of(length), vec![false; length]);
        for (set, first, count) in acts {
            for index in (first..first + count).step_by(1 + count as usize % 3) {
                let changed = if set { bits.set(index) } else { bits.unset(index) };
                prop_assert_eq!(changed, (index as usize) < length);
                if changed {
                    plain[index as usize] = set;
                }
            }
        }
        let set: Vec<u32> = (0..).zip(&plain).filter(|(_, set)| **set).map(|(index, _)| index).collect();
        prop_assert_eq!(bits.iter().collect::<Vec<_>>(), set.clone());
        for index in (0..length as u32).step_by(997).chain(set.iter().copied().take(50)) {
            prop_assert_eq!(bits.get(index), Some(plain[index as usize]));
        }
        // The bytes are the plain array's, and back; and a form does not depend on the way to it.
        let bytes: Vec<u8> = plain.chunks(8).map(|byte| byte.iter().fold(0, |byte, set| byte << 1 | u8::from(*set))).collect();
        let decoded = Bits::decode(&bits.encode());
        prop_assert_eq!(decoded.as_ref(), Some(&bits));
        let by_hand = Bits::decode(&multibase::base64url(&stored(&bytes)));
        prop_assert_eq!(by_hand.as_ref(), Some(&bits));
        prop_assert_eq!(by_hand.map(|bits| bits.encode()), Some(bits.encode()));
        // Never more than the bits themselves and a few words for each 65,536.
        prop_assert!(decoded.is_some_and(|bits| bits.bytes_held() <= length / 8 + 3 * 64));
    }
}

#[test]
fn reasons_have_the_values_of_the_format() {
    let values = RevocationReason::ALL.map(|reason| (reason.code(), reason.value()));
    assert_eq!(values, [("error", 1), ("fraud-confirmed", 3), ("replaced", 2), ("withdrawn-by-holder", 4)]);
    for reason in RevocationReason::ALL {
        assert_eq!(RevocationReason::of_code(reason.code()), Some(reason));
        assert_eq!(RevocationReason::of_value(reason.value()), Some(reason));
    }
    assert_eq!(RevocationReason::of_code("whim"), None);
    assert!([0, 5, 15, 255].iter().all(|value| RevocationReason::of_value(*value).is_none()));
}

#[test]
fn the_chain_is_as_the_format_says() {
    use sha2::{Digest as _, Sha256};
    let issuer = Did::parse(FORMAR).unwrap();
    let log = [[1; 32], [2; 32], [3; 32]];
    let mut head: [u8; 32] = Sha256::digest(b"skillpass log\0did:web:cert.formar.example").into();
    assert_eq!(first_head(&issuer), head);
    let mut expected = vec![head];
    for digest in log {
        head = Sha256::digest([head, digest].concat()).into();
        expected.push(head);
    }
    assert_eq!(heads(&issuer, &log).collect::<Vec<_>>(), expected);
    assert_eq!(chain(expected[1], &log[1]), expected[2]);
    let now = Timestamp::parse("2026-05-01T00:00:00Z").unwrap();
    let checkpoint = Checkpoint::of_log(issuer.clone(), &log[..2], now);
    assert_eq!((checkpoint.size, checkpoint.head), (2, expected[2]));
    assert!(checkpoint.is_of(&log) && checkpoint.is_of(&log[..2]));
    // Shorter, another order, another credential, another institution.
    for other in [&log[..1], &[log[1], log[0], log[2]], &[log[0], log[2], log[1]], &[]] {
        assert!(!checkpoint.is_of(other));
    }
    let andes = Did::parse("did:web:andes.example").unwrap();
    let foreign: Checkpoint = Checkpoint::of(andes, checkpoint.size, checkpoint.head, checkpoint.date);
    assert!(!foreign.is_of(&log));
    let signed = checkpoint.sign(&key("formar-1"), &issuer.method("key-1").unwrap(), now).unwrap();
    let read = Signed::<Checkpoint>::read(signed.bytes()).unwrap();
    assert_eq!(read.ours(&key("formar-1").public()).unwrap(), checkpoint);
    assert!(read.ours(&key("formar-2").public()).is_err());
    // No line of it is taken for a digest.
    let text = "uEiDRRAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for wrong in [format!("{text}x\n"), format!(" {text}\n"), format!("{text}\n\n"), "x\n".to_owned()] {
        assert_eq!(read_log(&wrong), None, "{wrong:?}");
    }
    assert_eq!(read_log(""), Some(vec![]));
}

/// An institution with a domain, its authority, and three people's certificates.
struct Town {
    folder: tempfile::TempDir,
    institution: Institution,
    authority: Authority,
    keys: Keys,
    keyring: Keyring,
    store: SledStore,
    catalogue: Catalogue,
}

const REGISTER: &str = "Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad;ID interno\n\
                        Ana Peña;1990;2026-05-01;20;presencial;1\n\
                        Bea Peña;1991;2026-05-01;20;presencial;2\n\
                        Caro Peña;1992;2026-05-01;20;presencial;3\n";

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

impl Town {
    fn found(domain: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dice = Dice(7.into());
        let now = at("2026-05-02T08:00:00Z");
        let secret = Secret::new_key_file(&folder.path().join("key.txt")).unwrap();
        let founding = Founding {
            name: "Centro Formar".to_owned(),
            country: "CO".to_owned(),
            verify_host: None,
            domain: domain.map(str::to_owned),
        };
        let institution = Institution::found(&folder.path().join("centro"), &founding, &secret, &dice, now).unwrap();
        let new = NewAuthority::pilot("Autoridad", "CO", None);
        let mut authority = Authority::found(&folder.path().join("authority"), &new, &secret, &dice, now).unwrap();
        let catalogue = Catalogue::shipped().unwrap();
        let template = catalogue.find("GIN").unwrap();
        let day = at("2026-01-01T00:00:00Z").date();
        let card = institution.card();
        authority.change(now, |list| accredit(list, card, &[template], day, LookAlikes::Refused)).unwrap();
        let keys = authority.keys(&secret).unwrap();
        authority.publish(&keys, &[], now).unwrap();
        let keyring = institution.keyring(&secret).unwrap();
        let store = institution.store_in_turn().unwrap();
        let rows = rows(template);
        let issuing = Issuing {
            institution: &institution,
            keyring: &keyring,
            store: &store,
            template,
            random: &dice,
            now,
            warrant: &Warrant::Pilot,
            by: &by(),
        };
        issuing.issue(issuing.plan(&rows).unwrap(), false, &|_| ()).unwrap();
        Self { folder, institution, authority, keys, keyring, store, catalogue }
    }

    fn publish(&self, now: &str) -> Publication {
        publish(&self.institution, &self.store, &self.keyring, at(now)).unwrap()
    }

    fn serials(&self) -> Vec<String> {
        self.store.records().unwrap().into_iter().map(|record| record.serial).collect()
    }

    /// The authority's new pack with these lists.
    fn pack(&mut self, lists: Vec<Signed<StatusList>>, now: &str) -> TrustPack {
        self.authority.refresh_lists(&self.keys, lists, at(now)).unwrap();
        TrustPack::read(&std::fs::read(self.authority.pack_path()).unwrap(), &Anchor::NamedByHand).unwrap()
    }

    fn outcome(&self, serial: &str, pack: TrustPack, now: &str) -> (&'static str, Vec<String>) {
        let record = self.store.by_serial(serial).unwrap().unwrap();
        let signed = Signed::<Credential>::read(record.document.as_bytes()).unwrap();
        let evidence = Evidence { suites: skillpass::interop::rdfc::suites(), ..Evidence::of_packs(vec![pack]) };
        let verdict = verify(&signed, &evidence, &Policy { country: None, test_code: false }, at(now));
        let reasons = verdict.findings.iter().map(|finding| finding.reason.code().to_owned()).collect();
        let outcome = match verdict.outcome {
            Outcome::Accept(_) => "accept",
            Outcome::Reject(_) => "reject",
            Outcome::Undecided(_) => "undecided",
        };
        (outcome, reasons)
    }
}

fn rows(template: &skillpass::desk::catalogue::Template) -> Vec<RegisterRow> {
    let settings = Settings::of(at("2026-05-02T08:00:00Z").date(), skillpass::credential::achievement::Language::Es);
    read_register(REGISTER.as_bytes(), template, &settings).unwrap().rows
}

fn json_of(list: &Signed<StatusList>) -> Value {
    serde_json::from_slice(list.bytes()).unwrap()
}

#[test]
fn an_institution_publishes_three_lists_a_log_and_its_checkpoint() {
    let town = Town::found(Some("formar.example"));
    let serials = town.serials();
    change(&town.store, &[&serials[0]], Act::Revoke(RevocationReason::FraudConfirmed), &by()).unwrap();
    change(&town.store, &[&serials[1]], Act::Suspend, &by()).unwrap();
    let first = town.publish("2026-05-03T08:00:00Z");
    let [revocation, suspension, message] = first.lists.as_slice() else { panic!("{}", first.lists.len()) };
    let base = "https://formar.example/status/1";
    let expected = [
        (base.to_owned(), REVOCATION, Value::Null, Value::Null),
        (format!("{base}/suspension"), SUSPENSION, base.into(), Value::Null),
        (format!("{base}/message"), MESSAGE, base.into(), MESSAGE_BITS.into()),
    ];
    for (list, (id, purpose, sibling, size)) in first.lists.iter().zip(expected) {
        let json = json_of(list);
        let subject = &json["credentialSubject"];
        assert_eq!((json["id"].as_str(), subject["statusPurpose"].as_str()), (Some(id.as_str()), Some(purpose)));
        assert_eq!((&subject["siblingOf"], &subject["statusSize"]), (&sibling, &size), "{purpose}");
        // §2.2: what the values of a message list mean stands in it.
        let messages = subject["statusMessages"].as_array().map(|all| {
            all.iter().map(|of| (of["status"].as_str().unwrap(), of["message"].as_str().unwrap())).collect::<Vec<_>>()
        });
        let told = [
            ("0x0", "none"),
            ("0x1", "error"),
            ("0x2", "replaced"),
            ("0x3", "fraud-confirmed"),
            ("0x4", "withdrawn-by-holder"),
        ];
        assert_eq!(messages, (purpose == MESSAGE).then(|| told.to_vec()));
        // JSON-LD processors find a meaning for whatever is not the standard's own.
        let terms = json["@context"][1].as_object();
        assert_eq!(terms.is_some_and(|terms| terms.contains_key("siblingOf")), purpose != REVOCATION);
    }
    let own = town.keyring.key("issuer").unwrap().public();
    let bits = |list: &Signed<StatusList>| list.ours(&own).unwrap();
    let index = |serial: &str| town.store.by_serial(serial).unwrap().unwrap().index;
    assert_eq!(bits(revocation).bits.iter().collect::<Vec<_>>(), [index(&serials[0])]);
    assert_eq!(bits(suspension).bits.iter().collect::<Vec<_>>(), [index(&serials[1])]);
    assert_eq!(bits(message).reason(index(&serials[0])), Some(RevocationReason::FraudConfirmed));
    assert_eq!(bits(message).reason(index(&serials[1])), None);
    assert_eq!(bits(message).bits.iter().count(), 2, "nothing else");

    // The folder that is handed in: the same bytes, the card, and a log that is what the checkpoint says.
    let folder = town.folder.path().join("centro");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    for (list, name) in first.lists.iter().zip(["1", "1-suspension", "1-message"]) {
        assert_eq!(read(&format!("status/{name}.json")), list.bytes());
        assert_eq!(read(&format!("publish/{name}.status.json")), list.bytes());
    }
    assert_eq!(read("publish/institution.json"), read("institution.json"));
    let log = read_log(std::str::from_utf8(&read("publish/log.txt")).unwrap()).unwrap();
    let checkpoint = Signed::<Checkpoint>::read(&read("publish/checkpoint.json")).unwrap().ours(&own).unwrap();
    assert!(checkpoint.is_of(&log) && checkpoint.size == 3);
    assert_eq!(checkpoint.issuer, *town.institution.did());
    let signed: BTreeSet<[u8; 32]> = town
        .store
        .records()
        .unwrap()
        .iter()
        .map(|record| Signed::<Credential>::read(record.document.as_bytes()).unwrap().digest())
        .collect();
    assert_eq!(log.iter().copied().collect::<BTreeSet<_>>(), signed, "the digests are those of the documents");
    let mut names: Vec<_> =
        std::fs::read_dir(folder.join("publish")).unwrap().map(|it| it.unwrap().file_name()).collect();
    names.sort();
    let expected = [
        "1-message.status.json",
        "1-suspension.status.json",
        "1.status.json",
        "acts.json",
        "checkpoint.json",
        "did.json",
        "institution.json",
        "log.txt",
    ];
    assert_eq!(names, expected, "and no part of a file");

    // Published again: signed with the new date, the encoded lists the same to the byte.
    let again = town.publish("2026-05-04T08:00:00Z");
    for (old, new) in first.lists.iter().zip(&again.lists) {
        let (old, new) = (json_of(old), json_of(new));
        assert_eq!(old["credentialSubject"], new["credentialSubject"]);
        assert_eq!(
            (old["validFrom"].as_str(), new["validFrom"].as_str()),
            (Some("2026-05-03T08:00:00Z"), Some("2026-05-04T08:00:00Z"))
        );
        assert_ne!(old["proof"], new["proof"]);
    }
}

#[test]
fn a_body_without_a_domain_has_lists_that_nobody_guesses_from_another() {
    let town = Town::found(None);
    let ids: BTreeSet<String> = (0..3)
        .flat_map(|block| [REVOCATION, SUSPENSION, MESSAGE].map(|purpose| town.institution.list_id(block, purpose)))
        .collect();
    assert_eq!(ids.len(), 9);
    assert!(ids.iter().all(|id| id.starts_with("urn:uuid:") && id.len() == 45), "{ids:?}");
    let published: Vec<_> =
        town.publish("2026-05-03T08:00:00Z").lists.iter().map(|list| list.claimed_id().unwrap().to_owned()).collect();
    assert_eq!(published, [REVOCATION, SUSPENSION, MESSAGE].map(|purpose| town.institution.list_id(0, purpose)));
}

#[test]
fn what_was_published_is_what_a_verifier_says() {
    let mut town = Town::found(Some("formar.example"));
    let serials = town.serials();
    let now = "2026-05-04T09:00:00Z";
    let published = town.publish("2026-05-03T08:00:00Z");
    let pack = town.pack(published.lists, "2026-05-03T09:00:00Z");
    assert_eq!(town.outcome(&serials[0], pack, now).0, "accept");

    let said = change(&town.store, &[&serials[0], &serials[1]], Act::Suspend, &by()).unwrap();
    assert_eq!(said, [true, true]);
    let published = town.publish("2026-05-03T10:00:00Z");
    let pack = town.pack(published.lists, "2026-05-03T11:00:00Z");
    let base = town.institution.list_id(0, REVOCATION);
    for purpose in [SUSPENSION, MESSAGE] {
        let id = town.institution.list_id(0, purpose);
        let row = pack.list_row(&id).unwrap();
        assert_eq!((row.purpose.as_str(), row.sibling_of.as_ref(), row.version), (purpose, Some(&base), 2));
        assert!(matches!(pack.list(&id), Some(ListState::Current(list)) if list.purpose == purpose));
    }
    assert_eq!(pack.list_row(&base).unwrap().sibling_of, None);
    let (outcome, reasons) = town.outcome(&serials[0], pack, now);
    assert!(outcome == "reject" && reasons.contains(&"suspended".to_owned()), "{outcome}: {reasons:?}");

    change(&town.store, &[&serials[0]], Act::Resume, &by()).unwrap();
    change(&town.store, &[&serials[1]], Act::Revoke(RevocationReason::Error), &by()).unwrap();
    let published = town.publish("2026-05-03T12:00:00Z");
    let pack = town.pack(published.lists, "2026-05-03T13:00:00Z");
    assert_eq!(town.outcome(&serials[0], pack.clone(), now).0, "accept");
    assert_eq!(town.outcome(&serials[1], pack.clone(), now).0, "reject");
    assert_eq!(town.outcome(&serials[2], pack, now).0, "accept");
}

/// threats.md E12, E15: nothing undoes a revocation, and nothing is done to some of many.
#[test]
fn many_certificates_are_changed_together_or_not_at_all() {
    let town = Town::found(None);
    let serials = town.serials();
    let [a, b, c] = [0, 1, 2].map(|at| serials[at].as_str());
    let state = |serial: &str| town.store.by_serial(serial).unwrap().unwrap().state;
    change(&town.store, &[a], Act::Revoke(RevocationReason::Error), &by()).unwrap();
    // More than a transaction: found out before the first is begun.
    let many: Vec<&str> = std::iter::repeat_n(b, 300).chain([a]).collect();
    for act in [Act::Suspend, Act::Resume] {
        let refused = change(&town.store, &many, act, &by());
        assert!(
            matches!(&refused, Err(skillpass::desk::institution::DeskError::Store(StoreError::Final(of, RevocationReason::Error))) if of == a),
            "{refused:?}"
        );
    }
    let unknown: Vec<&str> = std::iter::repeat_n(b, 300).chain(["NOBODY"]).collect();
    let refused = change(&town.store, &unknown, Act::Revoke(RevocationReason::Error), &by());
    assert!(
        matches!(&refused, Err(skillpass::desk::institution::DeskError::Store(StoreError::Unknown(of))) if of == "NOBODY")
    );
    assert_eq!(state(b), skillpass::store::State::Issued);
    let many: Vec<&str> = std::iter::repeat_n(c, 600).collect();
    let news = change(&town.store, &many, Act::Revoke(RevocationReason::Error), &by()).unwrap();
    assert_eq!(news.iter().filter(|news| **news).count(), 1);
    assert_eq!(news.len(), 600);
}

#[test]
fn a_list_beside_another_bodys_is_not_taken_in() {
    let mut town = Town::found(Some("formar.example"));
    let published = town.publish("2026-05-03T08:00:00Z");
    let base = published.lists[0].ours(&town.keyring.key("issuer").unwrap().public()).unwrap();
    let id = town.institution.list_id(0, SUSPENSION);
    let sign = |purpose: &str, sibling_of: Option<&str>| {
        let list = StatusList {
            id: id.clone(),
            purpose: purpose.to_owned(),
            sibling_of: sibling_of.map(str::to_owned),
            ..base.clone()
        };
        list.sign(
            town.keyring.key("issuer").unwrap(),
            town.institution.method(),
            at("2026-05-03T08:00:00Z"),
            &skillpass::credential::proof::Suites::default(),
        )
        .unwrap()
    };
    let strange = [
        sign(SUSPENSION, None),
        sign(SUSPENSION, Some("https://andes.example/status/1")),
        sign(SUSPENSION, Some(&id)),
        sign(REVOCATION, Some(&base.id)),
    ];
    for list in strange {
        let lists = vec![published.lists[0].clone(), list];
        assert!(town.authority.refresh_lists(&town.keys, lists, at("2026-05-03T08:00:00Z")).is_err());
    }
    let good = sign(SUSPENSION, Some(&base.id));
    let lists = vec![good, published.lists[0].clone()];
    town.authority.refresh_lists(&town.keys, lists, at("2026-05-03T08:00:00Z")).unwrap();
}

/// A withdrawn certificate stays withdrawn, and its person can have another one.
#[test]
fn a_withdrawn_certificate_is_issued_again_under_another_number() {
    let town = Town::found(None);
    let old = town.serials().remove(0);
    let template = town.catalogue.find("GIN").unwrap();
    let rows = rows(template);
    let dice = Dice(9.into());
    let issuing = Issuing {
        institution: &town.institution,
        keyring: &town.keyring,
        store: &town.store,
        template,
        random: &dice,
        now: at("2026-05-03T08:00:00Z"),
        warrant: &Warrant::Pilot,
        by: &by(),
    };
    let reissued = |serial: &str| issuing.plan(&rows).unwrap().iter_mut().any(|planned| planned.reissue(serial));
    assert!(!reissued(&old), "it is not withdrawn");
    change(&town.store, &[&old], Act::Revoke(RevocationReason::Error), &by()).unwrap();
    assert!(reissued(&old) && !reissued("NOBODY"));
    let mut planned = issuing.plan(&rows).unwrap();
    assert_eq!(planned.iter_mut().filter_map(|planned| planned.reissue(&old).then_some(())).count(), 1);
    let done = issuing.issue(planned, false, &|_| ()).unwrap();
    let person = town.store.by_serial(&old).unwrap().unwrap().person;
    let new = town.store.by_person(&person).unwrap().unwrap();
    assert!(new.serial != old && done.iter().filter(|(_, what, _)| what.code() == "corrected").count() == 1);
    assert_eq!(new.state, skillpass::store::State::Issued);
    let old = town.store.by_serial(&old).unwrap().unwrap();
    assert_eq!(old.state, skillpass::store::State::Revoked(RevocationReason::Error), "its reason stays");
    assert_eq!(town.store.log_size(), Ok(4));
}

/// Pearson's r.
fn correlation(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let count = pairs.clone().count() as f64;
    let mean = |of: fn((f64, f64)) -> f64| pairs.clone().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let (xy, xx, yy) = pairs.fold((0.0, 0.0, 0.0), |(xy, xx, yy), (a, b)| {
        (xy + (a - x) * (b - y), xx + (a - x) * (a - x), yy + (b - y) * (b - y))
    });
    xy / (xx * yy).sqrt()
}

/// threats.md E11: 100,000 certificates of a hundred days, a lease each day.
#[test]
fn no_index_tells_when_it_was_given_out() {
    let folder = tempfile::tempdir().unwrap();
    let sled = SledStore::open(&folder.path().join("store")).unwrap();
    let (memory, order) = (MemoryStore::default(), SlotOrder::of_secret([0x5e; 32]));
    let stores: [&dyn Store; 2] = [&memory, &sled];
    for store in stores {
        let mut given = Vec::new();
        for day in 0..100 {
            for counter in store.lease_slots(1_000).unwrap() {
                let slot = order.slot(counter).unwrap();
                given.push((day, slot.list, slot.index));
            }
        }
        assert_eq!(given.len(), 100_000);
        let places: BTreeSet<(u32, u32)> = given.iter().map(|(_, list, index)| (*list, *index)).collect();
        assert_eq!(places.len(), given.len(), "no slot twice");
        let index = |at: usize| f64::from(given[at].2);
        let by_order = correlation((0..given.len()).map(|at| (at as f64, index(at))));
        let by_day = correlation((0..given.len()).map(|at| (f64::from(given[at].0), index(at))));
        let by_neighbour = correlation((1..given.len()).map(|at| (index(at - 1), index(at))));
        for (what, r) in [("order", by_order), ("day", by_day), ("neighbour", by_neighbour)] {
            assert!(r.abs() < 0.01, "{what}: r = {r}");
        }
        // Nor do the people of one day stand together: the closest pair of a day is as near as chance has it, not one apart for all.
        let near = given.windows(2).filter(|pair| pair[0].2.abs_diff(pair[1].2) < 66).count();
        assert!((40..170).contains(&near), "{near} of 100,000 neighbours within a two-thousandth; chance gives 100");
    }
    // The measure finds what it looks for: slots in their order, and in the order of leases shuffled within.
    assert!(correlation((0..1_000).map(|at| (f64::from(at), f64::from(at)))) > 0.99);
    let shuffled_within = (0..1_000).map(|at| (f64::from(at / 100), f64::from(at / 100 * 100 + at * 37 % 100)));
    assert!(correlation(shuffled_within) > 0.9);
}

async fn get(state: &ServeState, host: Option<&str>, path: &str, known: Option<&str>) -> Response {
    let mut request = Request::builder().uri(path);
    for (name, value) in [("host", host), ("if-none-match", known)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    router(state.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn bytes(response: Response) -> Vec<u8> {
    to_bytes(response.into_body(), 1 << 22).await.unwrap().to_vec()
}

fn serving(shelf: Shelf, log: Arc<std::sync::Mutex<Vec<String>>>) -> ServeState {
    let shelf = Arc::new(shelf);
    ServeState {
        evidence: Arc::new(Arc::default),
        published: Arc::new(move || Arc::clone(&shelf)),
        clock: Arc::new(|| at("2026-05-04T09:00:00Z")),
        issuing: None,
        desks: Vec::new(),
        resource: Arc::new(|_| None),
        demo: None,
        log: Arc::new(move |served| log.lock().unwrap().push(served.to_string())),
        secure: false,
        fits: Arc::new(skillpass::desk::account::fits),
        checks: 1,
    }
}

#[tokio::test]
async fn everyone_gets_the_same_bytes_at_the_address_that_a_list_names() {
    let (town, other) = (Town::found(Some("formar.example")), Town::found(Some("andes.example:8443")));
    let (lists, others) = (town.publish("2026-05-03T08:00:00Z").lists, other.publish("2026-05-03T08:00:00Z").lists);
    let mut shelf = Shelf::default();
    for list in &lists {
        assert_eq!(shelf.put_list(list), Ok(true));
    }
    assert_eq!(shelf.put_list(&lists[1]), Err(Twice("https://formar.example/status/1/suspension".to_owned())));
    let nowhere = Town::found(None).publish("2026-05-03T08:00:00Z").lists;
    assert_eq!(shelf.put_list(&nowhere[0]), Ok(false), "a list without an address");
    shelf.put_packs(vec![b"{\"pack\":1}".to_vec()], &[]);
    let log = Arc::default();
    let state = serving(shelf.clone(), Arc::clone(&log));

    for (list, path) in lists.iter().zip(["/status/1", "/status/1/suspension", "/status/1/message"]) {
        let first = get(&state, Some("formar.example"), path, None).await;
        assert_eq!(first.status(), StatusCode::OK, "{path}");
        let headers = first.headers().clone();
        assert_eq!(headers["content-type"], "application/vc");
        assert_eq!(headers["cache-control"], "public, max-age=300");
        assert_eq!(headers["access-control-allow-origin"], "*");
        // Nothing of whoever asks is in it but whether their program unpacks gzip.
        assert!(!headers.contains_key("set-cookie") && headers["vary"] == "Accept-Encoding");
        let etag = headers["etag"].to_str().unwrap().to_owned();
        assert!(etag.starts_with('"'), "a strong one: {etag}");
        let served = rdfc_alone(list.bytes());
        assert_eq!(bytes(first).await, served);
        // Whatever is asked beside the address.
        for variant in [format!("{path}?who=ana"), format!("{path}?"), format!("{path}?lang=fr&x=%00")] {
            let same = get(&state, Some("formar.example"), &variant, None).await;
            assert_eq!((same.status(), &same.headers()["etag"]), (StatusCode::OK, &headers["etag"]), "{variant}");
            assert_eq!(bytes(same).await, served, "{variant}");
        }
        // Behind a proxy, or by its number.
        assert_eq!(bytes(get(&state, Some("127.0.0.1:8080"), path, None).await).await, served);
        assert_eq!(bytes(get(&state, None, path, None).await).await, served);
        let known = get(&state, Some("formar.example"), path, Some(&etag)).await;
        assert_eq!((known.status(), &known.headers()["etag"]), (StatusCode::NOT_MODIFIED, &headers["etag"]));
        assert!(bytes(known).await.is_empty());
    }
    for path in [
        "/status/2",
        "/status/1/",
        "/status/1/revocation",
        "/status/..%2f1",
        "/status/1%2fsuspension",
        "/status/1.json",
        "/status",
        "/status/",
        "/trust/1.json",
        "/trust/",
        "/status/../institution.json",
        "/status/%2e%2e/keys.age",
    ] {
        let answer = get(&state, Some("formar.example"), path, None).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
    }
    let pack = get(&state, None, "/trust.json", None).await;
    assert_eq!((pack.headers()["content-type"].to_str().unwrap(), pack.status()), ("application/json", StatusCode::OK));
    assert_eq!(bytes(pack).await, b"{\"pack\":1}");
    let lines = log.lock().unwrap().join("\n");
    assert!(
        lines.contains("GET /status/{list} 200") && !lines.contains("who") && !lines.contains("suspension"),
        "{lines}"
    );

    // Two domains on one computer: each its own, and no guess where both have the path.
    for list in &others {
        assert_eq!(shelf.put_list(list), Ok(true));
    }
    shelf.put_packs(vec![b"1".to_vec(), b"2".to_vec()], &[]);
    let state = serving(shelf, Arc::default());
    assert_eq!(bytes(get(&state, Some("FORMAR.example"), "/status/1", None).await).await, rdfc_alone(lists[0].bytes()));
    assert_eq!(
        bytes(get(&state, Some("andes.example:8443"), "/status/1", None).await).await,
        rdfc_alone(others[0].bytes())
    );
    assert_eq!(
        bytes(get(&state, Some("x"), "http://andes.example:8443/status/1", None).await).await,
        rdfc_alone(others[0].bytes())
    );
    for stranger in [Some("elsewhere.example"), None] {
        assert_eq!(get(&state, stranger, "/status/1", None).await.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(bytes(get(&state, None, "/trust/2.json", None).await).await, b"2");
}
