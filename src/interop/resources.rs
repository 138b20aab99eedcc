//! Resource maps (interop.md §2.4): `{"https://…": "file"}`, addresses and the local files that stand for what is there. Nothing is ever
//! fetched; an address that is not in the map stands for nothing.
//!
//! What a map holds proves nothing by itself. A key from it shows that a file is unaltered, never by whom it was signed; a status list counts
//! when its issuer's signature holds; a context never takes the place of one that this program has pinned (threats.md B10).

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::did_document::{DidDocument, NotADocument};
use super::rdfc::{self, Canonicaliser, Contexts};
use crate::base::canonical::{Bounds, Json, Numbers, Object, ReadError, read};
use crate::base::did::Did;
use crate::base::limits::FILE_DEPTH;
use crate::base::timestamp::Timestamp;
use crate::credential::document::{Signed, Unreadable};
use crate::credential::proof::Suites;
use crate::trust::foreign_list::ForeignList;
use crate::verify::Mapped;

/// 1,048,576 bytes: one file of a map (threats.md I1). A status list of a million entries, one in a hundred set, has 20 KB.
pub const RESOURCE_BYTES: usize = 1024 * 1024;
/// 1,024 entries of a map, so at most 1 GiB is read: the issuers of a large reader's year.
const ENTRIES: usize = 1_024;
/// How the map itself is read: 1 MiB, one level, 4 KiB an address or path.
const MAP: Bounds = Bounds { bytes: 1024 * 1024, depth: 2, string: 4_096, numbers: Numbers::Whole };
/// How what it names is read. A list is one long string.
const RESOURCE: Bounds =
    Bounds { bytes: RESOURCE_BYTES, depth: FILE_DEPTH, string: RESOURCE_BYTES, numbers: Numbers::Any };

/// What a map holds, sorted by what it is.
#[derive(Debug, Default)]
pub struct Resources {
    /// Keys and status lists, for the kernel.
    pub mapped: Mapped,
    /// JSON-LD contexts by address, for whoever canonicalises RDF.
    pub contexts: Vec<(String, Json)>,
    /// The entries that are of no use, each with why. The others are none the worse for it (threats.md F18).
    pub problems: Vec<(String, Unusable)>,
}

/// One thing that an address stands for.
#[derive(Clone, Debug)]
pub enum Resource {
    /// A JSON-LD context.
    Context(Json),
    /// A DID document or controlled identifier document.
    Document(DidDocument),
    /// A status list credential: claims.
    List(Signed<ForeignList>),
}

/// Why a map is none.
#[derive(Debug)]
pub enum NotAMap {
    /// The disk.
    Io(io::Error),
    /// Not an object of addresses and files.
    NotAMap,
    /// More entries than are read.
    TooMany,
}

/// Why an entry is of no use.
#[derive(Debug)]
pub enum Unusable {
    /// A DID document that may not be used.
    Document(NotADocument),
    /// The disk.
    Io(io::Error),
    /// Not JSON, or ambiguous JSON.
    Json(ReadError),
    /// A status list credential that is not signed, or whose proof cannot be read.
    List(Unreadable),
    /// Its `id` is not the address that the map has it under.
    OfAnother,
    /// A context that this program has itself: its own counts (threats.md B10).
    Pinned,
    /// JSON, and neither a context nor a DID document nor a status list.
    Unknown,
}

impl Unusable {
    /// The code of language tables: `resource.CODE`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Unusable::Document(NotADocument::OfAnother) | Unusable::OfAnother => "of-another",
            Unusable::Document(NotADocument::Secret) => "secret",
            Unusable::Document(NotADocument::TooMany) | Unusable::Json(ReadError::TooLong { .. }) => "too-large",
            Unusable::Io(error) if error.kind() == io::ErrorKind::NotFound => "missing",
            Unusable::Io(_) => "unreadable",
            Unusable::Json(_) => "not-json",
            Unusable::List(_) => "unsigned-list",
            Unusable::Pinned => "pinned",
            Unusable::Unknown => "unknown",
        }
    }
}

impl Resources {
    /// Reads a map and every file that it names, each once; files stand beside the map, or where an absolute path says. `now` tells which keys
    /// have expired.
    ///
    /// # Errors
    /// [`NotAMap`]. What is wrong with single entries is in [`Resources::problems`].
    pub fn read(path: &Path, now: Timestamp) -> Result<Self, NotAMap> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut resources = Self::default();
        let mut files: BTreeMap<String, Result<Json, ReadError>> = BTreeMap::new();
        for (address, file) in entries(path)? {
            let json = match files.get(&file) {
                Some(known) => known.clone().map_err(Unusable::Json),
                None => match bounded(&folder.join(&file), RESOURCE_BYTES) {
                    Err(error) => Err(Unusable::Io(error)),
                    Ok(bytes) => {
                        files.entry(file).or_insert_with(|| read(&bytes, RESOURCE)).clone().map_err(Unusable::Json)
                    }
                },
            };
            match json.and_then(|json| Resource::of_json(json, &address, now)) {
                Ok(resource) => resources.add(address, resource),
                Err(unusable) => resources.problems.push((address, unusable)),
            }
        }
        Ok(resources)
    }

    /// The cryptosuites that can be checked with these contexts beside the program's own.
    #[must_use]
    pub fn suites(&self) -> Suites {
        let canonicaliser = match self.contexts.as_slice() {
            [] => return rdfc::suites(),
            more => Canonicaliser::with(Arc::new(Contexts::embedded().with(more.iter().cloned()))),
        };
        Suites::with_rdf(Arc::new(canonicaliser))
    }

    fn add(&mut self, address: String, resource: Resource) {
        match resource {
            Resource::Context(_) if is_pinned(&address) => self.problems.push((address, Unusable::Pinned)),
            Resource::Context(context) => self.contexts.push((address, context)),
            Resource::Document(document) => {
                // The same document may stand under its DID and under its address.
                let new = document.methods.into_iter().filter(|method| !self.mapped.methods.contains(method));
                let new: Vec<_> = new.collect();
                self.mapped.methods.extend(new);
            }
            Resource::List(list) => self.mapped.lists.push((address, list)),
        }
    }
}

/// The entries of a map: addresses and files, as they stand there.
///
/// # Errors
/// [`NotAMap`].
pub fn entries(path: &Path) -> Result<Vec<(String, String)>, NotAMap> {
    let bytes = bounded(path, MAP.bytes).map_err(NotAMap::Io)?;
    let Ok(Json::Object(map)) = read(&bytes, MAP) else { return Err(NotAMap::NotAMap) };
    if map.len() > ENTRIES {
        return Err(NotAMap::TooMany);
    }
    let entry = |(address, file): (&str, &Json)| Some((address.to_owned(), file.text()?.to_owned()));
    map.iter().map(entry).collect::<Option<_>>().ok_or(NotAMap::NotAMap)
}

impl Resource {
    /// Sorts out what stands at an address.
    ///
    /// # Errors
    /// [`Unusable`].
    pub fn read(bytes: &[u8], address: &str, now: Timestamp) -> Result<Self, Unusable> {
        Self::of_json(read(bytes, RESOURCE).map_err(Unusable::Json)?, address, now)
    }

    fn of_json(json: Json, address: &str, now: Timestamp) -> Result<Self, Unusable> {
        let Json::Object(object) = &json else { return Err(Unusable::Unknown) };
        if is_list(object) {
            let list = Signed::<ForeignList>::read(&json.to_canonical()).map_err(Unusable::List)?;
            // An entry names the list by this identifier, and it is signed (threats.md E4).
            return if list.claimed_id() == Some(address) {
                Ok(Resource::List(list))
            } else {
                Err(Unusable::OfAnother)
            };
        }
        let has = |name: &str| object.get(name).is_some();
        if ["verificationMethod", "assertionMethod", "authentication"].into_iter().any(has) || is_identifier(object) {
            return DidDocument::read(object, address, now).map(Resource::Document).map_err(Unusable::Document);
        }
        let is_context = |context: &Json| matches!(context, Json::Object(_) | Json::List(_));
        match object.get("@context").is_some_and(is_context) && !has("id") && !has("type") {
            true => Ok(Resource::Context(json)),
            false => Err(Unusable::Unknown),
        }
    }
}

/// Bitstring Status List 1.0 §3, and Status List 2021 §5 before it.
fn is_list(object: &Object) -> bool {
    let wanted =
        |json: &Json| matches!(json.text(), Some("BitstringStatusListCredential" | "StatusList2021Credential"));
    match object.get("type") {
        Some(Json::List(types)) => types.iter().any(wanted),
        Some(single) => wanted(single),
        None => false,
    }
}

/// A document that says whose it is and gives out no key at all: a DID that was deactivated.
fn is_identifier(object: &Object) -> bool {
    object.get("type").is_none() && object.get("id").and_then(Json::text).is_some_and(|id| Did::parse(id).is_ok())
}

/// A file of at most so many bytes, and one more that tells that it is longer: [`ReadError::TooLong`] says so.
fn bounded(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a context is one that this program has itself. Then nobody's copy of it is needed, and none counts (threats.md B10).
#[must_use]
pub fn is_pinned(address: &str) -> bool {
    Contexts::embedded().knows(address)
}

/// Where a map stands in a folder of fetched things.
#[must_use]
pub fn map_in(folder: &Path) -> PathBuf {
    folder.join("map.json")
}
