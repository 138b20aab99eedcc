//! An authority that publishes, and that can be broken: every part is plain JSON until it is signed, so that a test may do to it what
//! the kernel's own types refuse to do.

use serde_json::{Value, json};

use crate::common::documents::{FORMAR, KEY_1, LIST, canonical, key};
use crate::common::packs::{Parts, digest, list, sign_part, signed_list};

/// A part of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Accreditation,
    Freshness,
    Root,
}

/// Who signs a part, by the names of their keys.
#[derive(Clone, Debug)]
pub struct Signers {
    pub root: Vec<String>,
    pub accreditation: Vec<String>,
    pub freshness: Vec<String>,
}

/// An authority at work.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Every root that was published, signed.
    pub roots: Vec<Value>,
    /// The current root, unsigned.
    pub root: Value,
    /// The accreditation, unsigned.
    pub accreditation: Value,
    /// The freshness, unsigned.
    pub freshness: Value,
    /// The lists, signed by their issuers.
    pub lists: Vec<Value>,
    /// Who signs what is published next.
    pub signers: Signers,
}

impl Part {
    pub const ALL: [Part; 3] = [Part::Accreditation, Part::Freshness, Part::Root];

    pub fn name(self) -> &'static str {
        match self {
            Part::Accreditation => "accreditation",
            Part::Freshness => "freshness",
            Part::Root => "root",
        }
    }

    pub fn purpose(self) -> &'static str {
        match self {
            Part::Accreditation => "trustAccreditation",
            Part::Freshness => "trustFreshness",
            Part::Root => "trustRoot",
        }
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn refs(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// A role as a root has it.
pub fn role(names: &[&str], threshold: usize) -> Value {
    let keys: Vec<String> = names.iter().map(|name| key(name).public().to_multikey()).collect();
    json!({"keys": keys, "threshold": threshold})
}

impl Repository {
    /// The authority of the test packs, with all parts in version 1 and the first body's revocation list alone.
    pub fn new() -> Self {
        let parts = Parts::of_tests();
        let mut repository = Self {
            roots: Vec::new(),
            root: parts.root,
            accreditation: parts.accreditation,
            freshness: parts.freshness,
            lists: vec![parts.lists[0].clone()],
            signers: Signers {
                root: names(&["root-1", "root-2"]),
                accreditation: names(&["person-1", "person-3"]),
                freshness: names(&["online"]),
            },
        };
        repository.accreditation["version"] = 1.into();
        repository.freshness["version"] = 1.into();
        let mut row = repository.freshness["lists"][0].clone();
        row["version"] = 1.into();
        repository.freshness["lists"] = json!([row]);
        repository.publish_root();
        repository
    }

    /// Another authority, on roots of its own.
    pub fn another(id: &str, country: &str, environment: &str) -> Self {
        let mut repository = Self::new();
        repository.roots.clear();
        repository.root["version"] = 1.into();
        repository.root["authority"]["id"] = id.into();
        repository.root["authority"]["name"] = format!("Autoridad {id}").into();
        repository.root["authority"]["country"] = country.into();
        repository.root["environment"] = environment.into();
        let signers = [format!("{id}-root-1"), format!("{id}-root-2")];
        repository.root["roles"]["root"] = role(&[&signers[0], &signers[1]], 2);
        repository.signers.root = signers.into();
        repository.publish_root();
        repository
    }

    /// The digest of its first root.
    pub fn first_root(&self) -> [u8; 32] {
        skillpass::base::multibase::digest_bytes(&digest(&self.roots[0])).unwrap()
    }

    /// The unsigned part.
    pub fn part(&mut self, part: Part) -> &mut Value {
        match part {
            Part::Accreditation => &mut self.accreditation,
            Part::Freshness => &mut self.freshness,
            Part::Root => &mut self.root,
        }
    }

    pub fn signers(&mut self, part: Part) -> &mut Vec<String> {
        match part {
            Part::Accreditation => &mut self.signers.accreditation,
            Part::Freshness => &mut self.signers.freshness,
            Part::Root => &mut self.signers.root,
        }
    }

    pub fn version(&mut self, part: Part) -> u64 {
        self.part(part)["version"].as_u64().unwrap()
    }

    /// Raises a part's version by one. A root is published by it.
    pub fn bump(&mut self, part: Part) -> &mut Self {
        let version = self.version(part);
        self.part(part)["version"] = (version + 1).into();
        if part == Part::Root {
            self.publish_root();
        }
        self
    }

    /// Puts the current root, signed, at the end of the chain.
    pub fn publish_root(&mut self) {
        let signed = sign_part(&self.root, "trustRoot", &refs(&self.signers.root), "2025-12-01T00:00:00Z");
        self.roots.push(signed);
    }

    /// Gives a part other keys by a new root. A new root's own keys sign beside the old ones, and from then on alone.
    pub fn rotate(&mut self, part: Part, names: &[&str], threshold: usize) -> &mut Self {
        self.root["roles"][part.name()] = role(names, threshold);
        let new: Vec<String> = names[..threshold].iter().map(|name| (*name).to_owned()).collect();
        if part == Part::Root {
            let old = self.signers.root.clone();
            self.signers.root.extend(new.iter().filter(|name| !old.contains(name)).cloned());
            self.bump(Part::Root);
            self.signers.root = new;
        } else {
            *self.signers(part) = new;
            self.bump(Part::Root);
        }
        self
    }

    /// The first body withdraws; the list and its row get new versions.
    pub fn revoke(&mut self, positions: &[u32]) -> &mut Self {
        self.replace_list(signed_list(list(LIST, FORMAR, "revocation", positions), "formar-1", KEY_1))
    }

    /// Another list in the place of the first body's.
    pub fn replace_list(&mut self, list: Value) -> &mut Self {
        let row = &mut self.freshness["lists"][0];
        row["digest"] = digest(&list).into();
        row["version"] = (row["version"].as_u64().unwrap() + 1).into();
        self.lists[0] = list;
        self
    }

    /// The file as it is now, with every part signed by whoever signs it.
    pub fn to_json(&self) -> Value {
        let accreditation = sign_part(
            &self.accreditation,
            "trustAccreditation",
            &refs(&self.signers.accreditation),
            "2026-05-01T12:10:00Z",
        );
        let mut freshness = self.freshness.clone();
        freshness["accreditation"] = json!({"version": accreditation["version"], "digest": digest(&accreditation)});
        let date = freshness["date"].as_str().unwrap().to_owned();
        json!({
            "type": "TrustPack", "format": 1, "root": self.roots, "accreditation": accreditation,
            "freshness": sign_part(&freshness, "trustFreshness", &refs(&self.signers.freshness), &date),
            "statusLists": self.lists,
        })
    }

    /// The file's bytes.
    pub fn file(&self) -> Vec<u8> {
        canonical(&self.to_json())
    }

    /// An ordinary day: the freshness version grows, and the file is given out.
    pub fn publish(&mut self) -> Vec<u8> {
        self.bump(Part::Freshness).file()
    }
}

/// Several files in one.
pub fn bundle(packs: &[&[u8]]) -> Vec<u8> {
    let packs: Vec<Value> = packs.iter().map(|bytes| serde_json::from_slice(bytes).unwrap()).collect();
    canonical(&json!({"type": "TrustBundle", "format": 1, "packs": packs}))
}
