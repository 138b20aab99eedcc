//! The trust packs that a verifier has accepted, in a folder.
//!
//! ```text
//! DIR/accepted.json          the first roots that a person accepted, and the newest signed time ever seen
//! DIR/ROOT.json              a pack, named by the SHA-256 of its first root in hexadecimal digits
//! DIR/ROOT.before.json       the pack whose place it took
//! ```
//! No name out of a pack ever becomes the name of a file (threats.md F9). What is refused changes no byte here.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files::{Readers, write_whole};
use crate::base::limits::PACK_BYTES;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::trust::bundle::Member;
use crate::trust::fingerprint::Fingerprint;
use crate::trust::pack::{Anchor, PackError, TrustPack};
use crate::trust::supersede::{NotAdmitted, Refused, Word};

const ACCEPTED: &str = "accepted.json";
const BEFORE: &str = ".before.json";
const PACK: &str = ".json";

/// 8 digits of a file's name tell the packs of one folder apart.
const NAME_DIGITS_LEAST: usize = 8;

/// A folder of accepted packs.
#[derive(Debug)]
pub struct TrustFolder {
    dir: PathBuf,
    /// First roots that a person accepted.
    pinned: BTreeSet<[u8; 32]>,
    seen: Option<Timestamp>,
}

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Held {
    /// Packs that stand, with their files.
    pub packs: Vec<(PathBuf, TrustPack)>,
    /// Files that do not, with why. Verification goes on without them (threats.md F18).
    pub problems: Vec<(PathBuf, Unusable)>,
}

/// Why a file of a folder is not used.
#[derive(Debug)]
pub enum Unusable {
    /// It cannot be read from the disk.
    Io(io::Error),
    /// It is no pack that stands.
    Pack(PackError),
}

/// What became of one pack that was offered.
#[derive(Debug)]
pub struct Offered {
    /// The pack, when it was sound enough to say whose it is.
    pub pack: Option<Box<TrustPack>>,
    /// What was done.
    pub result: Result<Taken, NotTaken>,
}

/// How a pack was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The first of its authority.
    First,
    /// It was here already.
    Same,
    /// It took the place of an older one, which is kept here.
    Superseded {
        /// The file of the older one.
        before: PathBuf,
    },
}

/// Why a pack was not taken. What was here stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It must not take the place of what is here.
    Refused(Refused),
    /// Nobody has accepted its first root, and no accepted authority recognises it.
    UnknownRoot(Fingerprint),
    /// It cannot be used, here or anywhere.
    Unusable(PackError),
}

/// Why a folder cannot be worked with.
#[derive(Debug)]
pub enum FolderError {
    /// The note of what was accepted is damaged: better nothing than a guess.
    Damaged(PathBuf),
    /// The disk.
    Io(PathBuf, io::Error),
    /// Neither a pack nor a bundle.
    NotAPack(PackError),
    /// No pack, or several, of this name.
    Unknown,
}

/// `accepted.json`
#[derive(Debug, Default, Serialize, Deserialize)]
struct Accepted {
    format: u8,
    roots: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<String>,
}

impl TrustFolder {
    /// Opens a folder; one that is not there is empty.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn open(dir: &Path) -> Result<Self, FolderError> {
        let path = dir.join(ACCEPTED);
        let damaged = || FolderError::Damaged(path.clone());
        let accepted: Accepted = match std::fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Accepted { format: 1, ..Accepted::default() },
            Err(error) => return Err(FolderError::Io(path, error)),
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| damaged())?,
        };
        if accepted.format != 1 {
            return Err(damaged());
        }
        let roots = accepted.roots.iter().map(|root| multibase::digest_bytes(root));
        let seen = accepted.seen.map(|seen| Timestamp::parse(&seen)).transpose();
        Ok(Self {
            dir: dir.to_owned(),
            pinned: roots.collect::<Option<_>>().ok_or_else(damaged)?,
            seen: seen.map_err(|_| damaged())?,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The newest signed time ever seen here: a clock behind it is wrong, whatever has been removed since (threats.md D2).
    #[must_use]
    pub fn seen(&self) -> Option<Timestamp> {
        self.seen
    }

    /// Its packs: those on accepted roots, and those that one of these recognises.
    ///
    /// # Errors
    /// [`FolderError::Io`] when the folder cannot be listed.
    pub fn packs(&self) -> Result<Held, FolderError> {
        let mut held = Held::default();
        let mut others = Vec::new();
        for (path, root) in pack_files(&self.dir)? {
            match read_pack(&path, root) {
                Err(unusable) => held.problems.push((path, unusable)),
                Ok(pack) if self.pinned.contains(&root) => held.packs.push((path, pack)),
                Ok(pack) => others.push((path, pack)),
            }
        }
        let mut recognised = Vec::new();
        for (path, pack) in others {
            match pack.recognised_by(held.packs.iter().map(|(_, pack)| pack)) {
                Some(pack) => recognised.push((path, pack)),
                None => held.problems.push((path, Unusable::Pack(PackError::UnknownRoot))),
            }
        }
        held.packs.extend(recognised);
        Ok(held)
    }

    /// Takes in what a file offers: a pack, or each pack of a bundle. New authorities are taken when their first root has one of the
    /// `accepted` fingerprints, or an accepted authority recognises them.
    ///
    /// # Errors
    /// [`FolderError`]; what is refused of single packs stands in their results.
    pub fn take(
        &mut self,
        bytes: &[u8],
        accepted: &[Fingerprint],
        now: Timestamp,
    ) -> Result<Vec<Offered>, FolderError> {
        let members = Member::all(bytes).map_err(FolderError::NotAPack)?;
        let _lock = self.lock()?;
        // Another process may have written while this one waited.
        *self = Self::open(&self.dir)?;
        let read = |member: Member| (member.to_bytes(), member.read(&Anchor::NamedByHand));
        let mut offered: Vec<(Vec<u8>, Result<TrustPack, PackError>)> = members.into_iter().map(read).collect();
        let mut results: Vec<Option<Offered>> = offered.iter().map(|_| None).collect();
        let mut held: Vec<TrustPack> = self.packs()?.packs.into_iter().map(|(_, pack)| pack).collect();
        // First those that stand by themselves: they may vouch for the others.
        for by_themselves in [true, false] {
            for ((bytes, read), result) in offered.iter_mut().zip(&mut results).filter(|(_, result)| result.is_none()) {
                *result = match read {
                    Err(error) => Some(Offered { pack: None, result: Err(NotTaken::Unusable(error.clone())) }),
                    Ok(pack) if by_themselves && !self.stands_by_itself(pack, accepted) => None,
                    Ok(pack) => {
                        let result = self.take_pack(pack, bytes, &mut held, accepted, now)?;
                        Some(Offered { pack: Some(Box::new(pack.clone())), result })
                    }
                };
            }
        }
        Ok(results.into_iter().flatten().collect())
    }

    /// Forgets an authority: named by its identifier, its fingerprint, or the beginning of its file's name. The newest time seen stays.
    /// What was removed is told by its file.
    ///
    /// # Errors
    /// [`FolderError::Unknown`] when it names none, or more than one.
    pub fn remove(&mut self, name: &str) -> Result<PathBuf, FolderError> {
        let _lock = self.lock()?;
        *self = Self::open(&self.dir)?;
        let held = self.packs()?;
        let of_identifier: Vec<&PathBuf> =
            held.packs.iter().filter_map(|(path, pack)| (pack.root().authority.id == name).then_some(path)).collect();
        let fingerprint = Fingerprint::parse(name);
        let digits = name.to_ascii_lowercase();
        let is_named = |path: &Path, root: &[u8; 32]| {
            of_identifier.contains(&&path.to_owned())
                || fingerprint == Some(Fingerprint::of(root))
                || (digits.len() >= NAME_DIGITS_LEAST && hex(root).starts_with(&digits))
        };
        let files = pack_files(&self.dir)?;
        let mut named = files.into_iter().filter(|(path, root)| is_named(path, root));
        let (Some((path, root)), None) = (named.next(), named.next()) else { return Err(FolderError::Unknown) };
        // First the acceptance: a pack that is left without one does not stand.
        self.pinned.remove(&root);
        self.write_accepted()?;
        for file in [self.file(&root, BEFORE), path.clone()] {
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(FolderError::Io(file, error)),
                _ => {}
            }
        }
        Ok(path)
    }

    fn stands_by_itself(&self, pack: &TrustPack, accepted: &[Fingerprint]) -> bool {
        self.pinned.contains(&pack.first_root()) || accepted.contains(&Fingerprint::of(&pack.first_root()))
    }

    /// Takes one pack in; `held` are those that stand here, and grows with it.
    fn take_pack(
        &mut self,
        pack: &TrustPack,
        bytes: &[u8],
        held: &mut Vec<TrustPack>,
        accepted: &[Fingerprint],
        now: Timestamp,
    ) -> Result<Result<Taken, NotTaken>, FolderError> {
        let root = pack.first_root();
        let here = self.here(root, held)?;
        let by_itself = self.stands_by_itself(pack, accepted);
        let word = if by_itself { Word::OfThePerson } else { Word::OfNobody };
        let new = match pack.clone().admit(here.as_ref(), held, word, now) {
            Ok(new) => new,
            Err(NotAdmitted::Refused(refused)) => return Ok(Err(NotTaken::Refused(refused))),
            Err(NotAdmitted::UnknownRoot) => return Ok(Err(NotTaken::UnknownRoot(Fingerprint::of(&root)))),
        };
        let taken = self.keep(root, bytes, here.is_some())?;
        let newest = new.newest_time();
        held.retain(|held| held.first_root() != root);
        held.push(new);
        let is_new = by_itself && self.pinned.insert(root);
        if is_new || self.seen.is_none_or(|seen| seen < newest) {
            self.seen = self.seen.max(Some(newest));
            self.write_accepted()?;
        }
        Ok(Ok(taken))
    }

    /// The pack on this root that is here, whether it stands or not; where its file is damaged, the one before it.
    fn here(&self, root: [u8; 32], held: &[TrustPack]) -> Result<Option<TrustPack>, FolderError> {
        if let Some(here) = held.iter().find(|held| held.first_root() == root) {
            return Ok(Some(here.clone()));
        }
        for ending in [PACK, BEFORE] {
            let path = self.file(&root, ending);
            match read_pack(&path, root) {
                Ok(here) => return Ok(Some(here)),
                Err(Unusable::Io(error)) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(FolderError::Io(path, error));
                }
                Err(Unusable::Io(_) | Unusable::Pack(_)) => {}
            }
        }
        Ok(None)
    }

    /// Writes a pack, and beside it the file whose place it takes.
    fn keep(&self, root: [u8; 32], bytes: &[u8], known: bool) -> Result<Taken, FolderError> {
        let path = self.file(&root, PACK);
        let before = self.file(&root, BEFORE);
        let old = match read_file(&path) {
            Ok(old) if old == bytes => return Ok(Taken::Same),
            Ok(old) => Some(old),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(FolderError::Io(path, error)),
        };
        // A damaged file takes nobody's place.
        let sound = old.filter(|_| known && read_pack(&path, root).is_ok());
        if let Some(old) = &sound {
            self.write(&before, old)?;
        }
        self.write(&path, bytes)?;
        Ok(if known { Taken::Superseded { before } } else { Taken::First })
    }

    fn file(&self, root: &[u8; 32], ending: &str) -> PathBuf {
        self.dir.join(format!("{}{ending}", hex(root)))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
        std::fs::create_dir_all(&self.dir).map_err(|error| FolderError::Io(self.dir.clone(), error))?;
        write_whole(path, bytes, Readers::Everybody).map_err(|error| FolderError::Io(path.to_owned(), error))
    }

    fn write_accepted(&self) -> Result<(), FolderError> {
        let accepted = Accepted {
            format: 1,
            roots: self.pinned.iter().map(multibase::digest).collect(),
            seen: self.seen.map(|seen| seen.to_string()),
        };
        let path = self.dir.join(ACCEPTED);
        let bytes = serde_json::to_vec(&accepted).map_err(|error| FolderError::Io(path.clone(), error.into()))?;
        self.write(&path, &bytes)
    }

    /// One writer at a time. The folder itself is locked, so that no file stands for it; one that is not there has no other writer's
    /// work in it yet.
    fn lock(&self) -> Result<Option<File>, FolderError> {
        let io = |error: io::Error| FolderError::Io(self.dir.clone(), error);
        match File::open(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io(error)),
            Ok(dir) => {
                rustix::fs::flock(&dir, rustix::fs::FlockOperation::LockExclusive).map_err(|error| io(error.into()))?;
                Ok(Some(dir))
            }
        }
    }
}

/// The packs' files of a folder with the roots that their names say, in the order of their names.
///
/// # Errors
/// [`FolderError::Io`] when the folder cannot be listed; one that is not there has none.
pub fn pack_files(dir: &Path) -> Result<Vec<(PathBuf, [u8; 32])>, FolderError> {
    let entries = match std::fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(|error| FolderError::Io(dir.to_owned(), error))?,
    };
    let root = |path: PathBuf| {
        let digits = path.file_name()?.to_str()?.strip_suffix(PACK)?;
        let root = of_hex(digits)?;
        Some((path, root))
    };
    let mut files: Vec<_> = entries.filter_map(|entry| root(entry.ok()?.path())).collect();
    files.sort();
    Ok(files)
}

/// Reads a file of at most 32 MiB; a longer one is refused by its first byte too many, not read (threats.md F5).
///
/// # Errors
/// What the disk says; [`io::ErrorKind::FileTooLarge`].
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(PACK_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > PACK_BYTES { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

fn read_pack(path: &Path, root: [u8; 32]) -> Result<TrustPack, Unusable> {
    let bytes = read_file(path).map_err(Unusable::Io)?;
    TrustPack::read(&bytes, &Anchor::Pinned(vec![root])).map_err(Unusable::Pack)
}

fn hex(digest: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Exactly what [`hex`] writes.
fn of_hex(text: &str) -> Option<[u8; 32]> {
    let pairs = text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let digest: [u8; 32] = pairs.collect::<Option<Vec<u8>>>()?.try_into().ok()?;
    (hex(&digest) == text).then_some(digest)
}
