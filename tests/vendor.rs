//! Other people's files under web/vendor are byte for byte what they published: each folder's vendor.lock says which, and from where.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use sha2::{Digest as _, Sha512};

use crate::common::here;

/// What stands in a vendor.lock.
#[derive(Deserialize)]
struct Lock {
    name: String,
    version: String,
    source: String,
    /// As the registry gives it: the digest of the archive the files came from.
    tarball: String,
    licence: String,
    files: BTreeMap<String, String>,
}

/// Every file under a folder, by its path from there.
fn files(folder: &Path, from: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{from}{}", entry.file_name().to_str().unwrap());
        match entry.file_type().unwrap().is_dir() {
            true => files(&entry.path(), &format!("{name}/"), found),
            false => drop(found.insert(name, std::fs::read(entry.path()).unwrap())),
        }
    }
}

#[test]
fn vendored_files_are_those_that_were_published() {
    let mut folders = 0;
    for entry in std::fs::read_dir(here("web/vendor")).unwrap() {
        let folder = entry.unwrap().path();
        let mut found = BTreeMap::new();
        files(&folder, "", &mut found);
        let lock: Lock = serde_json::from_slice(&found.remove("vendor.lock").expect("a vendor.lock")).unwrap();
        assert_eq!(folder.file_name().unwrap().to_str(), Some(lock.name.as_str()));
        assert!(lock.source.contains(&format!("{}@{}", lock.name, lock.version)), "{}", lock.source);
        assert!(!lock.licence.is_empty() && found.keys().any(|name| name.starts_with("LICEN")), "{}", lock.name);
        let digest = lock.tarball.strip_prefix("sha512-").expect("a SHA-512");
        assert_eq!(STANDARD.decode(digest).unwrap().len(), 64, "{}", lock.name);
        let have: BTreeMap<String, String> = found
            .into_iter()
            .map(|(name, bytes)| (name, format!("sha512-{}", STANDARD.encode(Sha512::digest(&bytes)))))
            .collect();
        assert_eq!(have, lock.files, "{}", lock.name);
        folders += 1;
    }
    assert!(folders >= 2);
}
