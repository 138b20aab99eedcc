//! What a wallet saved: vectors of one defect each, which the browser reads too (`wallet_page`), and ten thousand changed bytes.

use std::io::{Cursor, Write as _};

use age::secrecy::SecretString;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use skillpass::base::multibase;
use skillpass::holder::backup::{NotABackup, open};
use skillpass::holder::key::HolderKey;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::common::documents::{self, canonical};
use crate::common::here;
use crate::common::shared::{hex, to_hex};

const WORDS: &str = "cuatro palabras y ñandú";
/// 2² × 1 KiB: the format's defects are the same at any work.
const WORK: u8 = 2;

/// A vector as the browser's test reads it too.
pub struct Backup {
    pub name: String,
    pub expect: Value,
    pub passphrase: String,
    pub bytes: Vec<u8>,
}

/// Every committed vector.
pub fn all() -> Vec<Backup> {
    let mut paths: Vec<_> =
        std::fs::read_dir(here("tests/vectors/backup")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: std::path::PathBuf| {
        let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        Backup {
            name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
            expect: file["expect"].clone(),
            passphrase: file["passphrase"].as_str().unwrap().to_owned(),
            bytes: hex(file["document"][0]["hex"].as_str().unwrap()),
        }
    };
    paths.into_iter().map(read).collect()
}

/// What opening came to, as vectors say it.
fn found(bytes: &[u8], passphrase: &str) -> Value {
    match open(bytes, passphrase) {
        Ok(wallet) => {
            json!({"outcome": "opens", "certificates": wallet.certificates.len(), "key": wallet.key.is_some()})
        }
        Err(why) => json!({"outcome": "refused", "reason": why.code()}),
    }
}

#[test]
fn every_backup_meets_its_expectation() {
    let all = all();
    for vector in &all {
        assert_eq!(found(&vector.bytes, &vector.passphrase), vector.expect, "{}", vector.name);
    }
    assert!(all.len() > 20, "{}", all.len());
    for why in NotABackup::ALL {
        assert!(all.iter().any(|vector| vector.expect["reason"] == why.code()), "no file for {}", why.code());
    }
}

/// Every byte counts: of so many files with one byte changed, not one opens (threats.md K3).
fn changed_bytes_are_detected(count: usize) {
    let good = all().into_iter().find(|vector| vector.name == "good").unwrap();
    let (mut bytes, mut reached) = (good.bytes.clone(), std::collections::BTreeSet::new());
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..count {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        let at = usize::try_from(dice >> 16).unwrap() % bytes.len();
        let flip = u8::try_from(dice & 0xff).unwrap().max(1);
        bytes[at] ^= flip;
        let said = open(&bytes, &good.passphrase).map(drop);
        bytes[at] ^= flip;
        reached.insert(said.expect_err("a changed byte was not detected").code());
    }
    assert_eq!(bytes, good.bytes);
    assert!(reached.contains("damaged") && reached.contains("passphrase") && reached.contains("not-a-backup"));
    for length in 0..bytes.len() {
        assert!(open(&bytes[..length], &good.passphrase).is_err(), "cut at {length}");
    }
}

#[test]
fn a_thousand_changed_bytes_are_detected() {
    changed_bytes_are_detected(1_000);
}

#[test]
#[ignore = "a minute and more: tests/long/many/run"]
fn ten_thousand_changed_bytes_are_detected() {
    changed_bytes_are_detected(10_000);
}

/// The files of a zip, in their order.
type Files = Vec<(String, Vec<u8>)>;

fn zipped(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sealed_to(plain: &[u8], recipient: &dyn age::Recipient) -> Vec<u8> {
    let mut out = Vec::new();
    let encryptor = age::Encryptor::with_recipients([recipient].into_iter()).unwrap();
    let mut writer = encryptor.wrap_output(&mut out).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap();
    out
}

fn sealed(plain: &[u8]) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(WORDS.to_owned()));
    recipient.set_work_factor(WORK);
    sealed_to(plain, &recipient)
}

fn manifest(of_type: &str, files: &Files) -> (String, Vec<u8>) {
    let digest = |bytes: &[u8]| multibase::digest(&Sha256::digest(bytes).into());
    let rows: Vec<Value> = files.iter().map(|(name, bytes)| json!({"name": name, "digest": digest(bytes)})).collect();
    let manifest = json!({"type": of_type, "made": "2026-05-04T10:00:00Z", "files": rows});
    ("manifest.json".to_owned(), canonical(&manifest))
}

/// A whole wallet, in which `spoil` may change what its manifest has not seen.
fn wallet(files: &Files, spoil: impl Fn(&mut Files)) -> Vec<u8> {
    let mut all = files.clone();
    all.insert(0, manifest("skillpass-wallet-1", files));
    spoil(&mut all);
    sealed(&zipped(&all))
}

/// A saved wallet with the key of a seed's name, if any, and these certificates.
pub fn saved(key: Option<&str>, certificates: &[Vec<u8>]) -> Vec<u8> {
    let key = key.map(|name| HolderKey::of_random(&documents::seed(name)).to_document().to_vec());
    let named = certificates.iter().enumerate();
    let named = named.map(|(at, bytes)| (format!("certificates/{:04}.json", at + 1), bytes.clone()));
    let files: Files = key.map(|key| ("key.json".to_owned(), key)).into_iter().chain(named).collect();
    wallet(&files, |_| ())
}

/// Sealing draws randomness, so these are made once: `cargo test --test all -- --ignored make_backups`.
#[test]
#[ignore = "writes tests/vectors/backup"]
fn make_backups() {
    let key = HolderKey::of_random(&documents::seed("holder")).to_document().to_vec();
    let one = ("certificates/0001.json".to_owned(), canonical(&documents::signed(&documents::full())));
    let two = ("certificates/0002.json".to_owned(), canonical(&documents::signed(&documents::module())));
    let files: Files = vec![("key.json".to_owned(), key), one.clone(), two.clone()];
    let good = wallet(&files, |_| ());
    let header = good.windows(4).position(|it| it == b"\n---").unwrap();
    let payload = header + 1 + good[header + 1..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let changed = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let in_header = |from: &str, to: &str| {
        let text: Vec<u8> = good[..header].to_vec();
        let text = String::from_utf8(text).unwrap().replacen(from, to, 1);
        [text.as_bytes(), &good[header..]].concat()
    };
    let refused = |reason: &str| json!({"outcome": "refused", "reason": reason});
    let opens = |certificates: usize, key: bool| json!({"outcome": "opens", "certificates": certificates, "key": key});
    let mut made: Vec<(&str, &str, Value, Vec<u8>)> = vec![
        ("good", "nothing: a key and two certificates", opens(2, true), good.clone()),
        ("good-empty", "nothing: a wallet with nothing in it", opens(0, false), wallet(&Vec::new(), |_| ())),
        ("good-without-key", "nothing: certificates alone", opens(1, false), wallet(&vec![one.clone()], |_| ())),
        ("header-cut", "it ends within its header", refused("not-a-backup"), good[..header - 9].to_vec()),
        ("header-mac-changed", "a letter of the header's MAC", refused("not-a-backup"), changed(payload - 2)),
        ("header-salt-changed", "the salt of the passphrase", refused("passphrase"), in_header("scrypt A", "scrypt B")),
        ("header-two-recipients", "a second line of a passphrase", refused("not-a-backup"), {
            let text = String::from_utf8(good[..header].to_vec()).unwrap();
            let stanza = text.split_once('\n').unwrap().1;
            [text.as_bytes(), b"\n", stanza.as_bytes(), &good[header..]].concat()
        }),
        ("header-version-2", "a version of age that nobody knows", refused("not-a-backup"), in_header("/v1", "/v2")),
        ("header-work-of-2-to-30", "a terabyte for one guess", refused("work"), in_header(" 2\n", " 30\n")),
        ("header-work-of-zero", "a padded number", refused("not-a-backup"), in_header(" 2\n", " 02\n")),
        ("key-of-a-file", "sealed for a key, not for a passphrase", refused("not-a-backup"), {
            sealed_to(b"x", &age::x25519::Identity::generate().to_public())
        }),
        ("nothing", "no byte at all", refused("not-a-backup"), Vec::new()),
        ("payload-byte-added", "a byte more at the end", refused("damaged"), [good.as_slice(), b"\0"].concat()),
        ("payload-changed", "one bit in the middle", refused("damaged"), changed((payload + good.len()) / 2)),
        ("payload-cut", "it ends before its end", refused("damaged"), good[..good.len() - 40].to_vec()),
        ("payload-gone", "the header alone", refused("not-a-backup"), good[..payload].to_vec()),
        ("payload-nonce-changed", "the payload's nonce", refused("damaged"), changed(payload)),
        ("plain-zip", "not sealed at all", refused("not-a-backup"), zipped(&files)),
        ("sealed-text", "no zip in it", refused("contents"), sealed(b"lista de compras")),
        ("zip-without-manifest", "no manifest", refused("contents"), sealed(&zipped(&files))),
        ("zip-file-changed", "a file with another digest", refused("contents"), {
            wallet(&files, |all| all[2].1 = two.1.clone())
        }),
        (
            "zip-file-gone",
            "a file that is named and not there",
            refused("contents"),
            wallet(&files, |all| drop(all.pop())),
        ),
        ("zip-file-put-in", "a file that nobody named", refused("contents"), {
            wallet(&files, |all| all.push(("certificates/0003.json".to_owned(), b"{}".to_vec())))
        }),
        ("zip-file-too-large", "a certificate of 300 KB", refused("too-large"), {
            wallet(&vec![("certificates/0001.json".to_owned(), vec![b' '; 300 * 1024])], |_| ())
        }),
        ("zip-name-leads-out", "a name that leads out of its folder", refused("contents"), {
            wallet(&vec![("../0001.json".to_owned(), b"{}".to_vec())], |_| ())
        }),
        ("zip-name-of-another-kind", "a program among the files", refused("contents"), {
            wallet(&vec![("certificates/0001.exe".to_owned(), b"{}".to_vec())], |_| ())
        }),
        ("key-halves-differ", "a key document whose halves are of two keys", refused("contents"), {
            let mut key: Value = serde_json::from_slice(&files[0].1).unwrap();
            let other = HolderKey::of_random(&documents::seed("somebody else")).to_document();
            let other: Value = serde_json::from_slice(&other).unwrap();
            key["publicKeyMultibase"] = other["publicKeyMultibase"].clone();
            wallet(&vec![("key.json".to_owned(), canonical(&key))], |_| ())
        }),
        ("version-newer", "saved by a version to come", refused("version"), {
            let newer = vec![manifest("skillpass-wallet-2", &files), files[0].clone(), one, two];
            sealed(&zipped(&newer))
        }),
        ("passphrase-of-another", "another passphrase", refused("passphrase"), good.clone()),
    ];
    let letter = String::from_utf8_lossy(&good[..header]).split("scrypt ").nth(1).unwrap().chars().next().unwrap();
    let other = if letter == 'A' { 'B' } else { 'A' };
    made[5].3 = in_header(&format!("scrypt {letter}"), &format!("scrypt {other}"));
    std::fs::create_dir_all(here("tests/vectors/backup")).unwrap();
    for (name, about, expect, bytes) in made {
        let passphrase = if name == "passphrase-of-another" { "cuatro palabras y nandu" } else { WORDS };
        let line = |value: &Value| serde_json::to_string(value).unwrap();
        let text = format!(
            "{{\n\"expect\": {},\n\"about\": {},\n\"passphrase\": {},\n\"document\": [{{\"hex\": \"{}\"}}]\n}}\n",
            line(&expect),
            line(&about.into()),
            line(&passphrase.into()),
            to_hex(&bytes)
        );
        std::fs::write(here("tests/vectors/backup").join(format!("{name}.json")), text).unwrap();
    }
}
