//! Who follows an authority: the kernel alone, and the program as its users run it. A case that holds for one and not the other is a
//! fault of the edge.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use skillpass::base::multibase;
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::document::Signed;
use skillpass::trust::bundle::Bundle;
use skillpass::trust::fingerprint::Fingerprint;
use skillpass::trust::pack::{Anchor, TrustPack};
use skillpass::verify::{Evidence, Policy, verify};
use tempfile::TempDir;

use crate::common::documents::canonical;

/// A time.
pub fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or_else(|_| panic!("{text}"))
}

/// The versions of root, accreditation and freshness.
pub type Versions = (u64, u64, u64);

/// A verifier behind a small interface. It has accepted one first root.
pub trait Client {
    /// Offers a file; the code of what was refused.
    fn update(&mut self, bytes: &[u8], now: &str) -> Result<(), String>;
    /// What it has.
    fn versions(&self) -> Option<Versions>;
    /// The outcome for a credential.
    fn verify(&self, document: &Value, now: &str) -> String;
}

/// The kernel: what it holds is one value.
pub struct Kernel {
    pinned: [u8; 32],
    pub here: Option<TrustPack>,
}

/// The built program and a folder of its own.
pub struct Program {
    pinned: [u8; 32],
    place: TempDir,
}

impl Kernel {
    pub fn new(pinned: [u8; 32]) -> Self {
        Self { pinned, here: None }
    }
}

impl Client for Kernel {
    fn update(&mut self, bytes: &[u8], now: &str) -> Result<(), String> {
        let bundle =
            Bundle::read(bytes, &Anchor::Pinned(vec![self.pinned])).map_err(|error| error.code().to_owned())?;
        let pack = bundle.packs.into_iter().next().unwrap().map_err(|error| error.code().to_owned())?;
        let pack = pack.not_from_the_future(time(now)).map_err(|refused| refused.code().to_owned())?;
        self.here = Some(match &self.here {
            None => pack,
            Some(here) => pack.supersede(here).map_err(|refused| refused.code().to_owned())?,
        });
        Ok(())
    }

    fn versions(&self) -> Option<Versions> {
        self.here.as_ref().map(TrustPack::versions)
    }

    fn verify(&self, document: &Value, now: &str) -> String {
        let signed = Signed::read(&canonical(document)).unwrap();
        let evidence = Evidence::of_packs(self.here.iter().cloned().collect());
        verify(&signed, &evidence, &Policy::default(), time(now)).outcome.code().to_owned()
    }
}

impl Program {
    pub fn new(pinned: [u8; 32]) -> Self {
        let memory = std::path::Path::new("/dev/shm");
        let place = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self { pinned, place: place.unwrap() }
    }

    /// The folder of accepted packs.
    pub fn folder(&self) -> PathBuf {
        self.place.path().join("trust")
    }

    /// Every byte of the folder.
    pub fn bytes(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = std::fs::read_dir(self.folder()).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skillpass"));
        command.args(words).arg("--json").current_dir(self.place.path()).env_clear();
        command.env("SKILLPASS_TRUST", self.folder()).output().unwrap()
    }
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

impl Client for Program {
    fn update(&mut self, bytes: &[u8], now: &str) -> Result<(), String> {
        std::fs::write(self.place.path().join("offered.json"), bytes).unwrap();
        let before = self.bytes();
        let root = Fingerprint::of(&self.pinned).as_argument();
        let output = self.run(&["trust", "update", "offered.json", "--root", &root, "--at", now]);
        let code = output.status.code().unwrap();
        if code == 0 {
            return Ok(());
        }
        assert!([1, 2, 66].contains(&code), "{output:?}");
        assert_eq!(self.bytes(), before, "a refused update leaves the folder as it was");
        let said = json(&output);
        let error = if said["error"].is_null() { &said["packs"][0]["error"] } else { &said["error"] };
        for part in ["code", "text", "next"] {
            assert!(error[part].as_str().is_some_and(|text| !text.is_empty()), "{part} in {said}");
        }
        Err(error["code"].as_str().unwrap().to_owned())
    }

    fn versions(&self) -> Option<Versions> {
        let shown = json(&self.run(&["trust", "show"]));
        let root = multibase::digest(&self.pinned);
        let pack = shown["packs"].as_array().unwrap().iter().find(|pack| pack["root"] == root.as_str())?;
        let version = |part: &str| pack["parts"][part]["version"].as_u64().unwrap();
        Some((version("root"), version("accreditation"), version("freshness")))
    }

    fn verify(&self, document: &Value, now: &str) -> String {
        std::fs::write(self.place.path().join("credential.json"), canonical(document)).unwrap();
        let output = self.run(&["verify", "credential.json", "--at", now]);
        json(&output)["verdicts"][0]["outcome"].as_str().unwrap().to_owned()
    }
}
