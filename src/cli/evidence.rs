//! What a verifier has at hand: the trust files that were named, else the folder of accepted ones.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::Exit;
use super::say::{Failure, Say};
use crate::base::canonical::Json;
use crate::interop::rdfc::suites;
use crate::store::trust_folder::{FolderError, TrustFolder, Unusable, pack_files, read_file};
use crate::trust::bundle::{Member, Named};
use crate::trust::pack::{Anchor, PackError, TrustPack};
use crate::trust::supersede::Refused;
use crate::verify::Evidence;
use crate::verify::message::Fact;

/// Where evidence comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// Files named by hand: whoever names one vouches for the first roots in it.
    Files(Vec<PathBuf>),
    /// A folder of accepted packs.
    Folder(PathBuf),
}

/// Evidence, and what could not be used of its source. Verification goes on without that: what it would have said is not known, and no
/// certificate is the worse for it (threats.md F18).
#[derive(Debug)]
pub struct Gathered {
    /// The packs.
    pub evidence: Evidence,
    /// What was wrong, each with the path of its file.
    pub problems: Vec<(PathBuf, Failure)>,
}

impl Source {
    /// The named files; without any, the folder of whoever runs this; and nothing where there is none.
    #[must_use]
    pub fn of(named: &[PathBuf]) -> Self {
        match default_folder() {
            Some(folder) if named.is_empty() => Source::Folder(folder),
            _ => Source::Files(named.to_vec()),
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`Failure`] when every named file fails, or the folder's own note is damaged.
    pub fn gather(&self) -> Result<Gathered, Failure> {
        match self {
            Source::Files(paths) => of_files(paths),
            Source::Folder(dir) => of_folder(dir),
        }
    }

    /// The files of packs.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        match self {
            Source::Files(paths) => paths.clone(),
            Source::Folder(dir) => pack_files(dir).unwrap_or_default().into_iter().map(|(path, _)| path).collect(),
        }
    }
}

impl Gathered {
    /// Tells what was wrong.
    pub fn tell(&self, say: &Say) {
        for (_, failure) in &self.problems {
            say.told(failure);
        }
        if !self.problems.is_empty() {
            say.tell("cli.trust-problems", &[]);
        }
    }

    /// What was wrong, as JSON.
    #[must_use]
    pub fn problems_json(&self, say: &Say) -> Json {
        let problem = |(path, failure): &(PathBuf, Failure)| {
            let mut object = say.error(failure);
            object.set("path", path.display().to_string().into());
            Json::Object(object)
        };
        Json::List(self.problems.iter().map(problem).collect())
    }
}

/// `$SKILLPASS_TRUST`, else `skillpass/trust` in the user's data folder (XDG Base Directory Specification: `$XDG_DATA_HOME`, which must be
/// absolute, else `~/.local/share`).
#[must_use]
pub fn default_folder() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from);
    let data = || named("XDG_DATA_HOME").filter(|path| path.is_absolute());
    let home = || named("HOME").map(|home| home.join(".local/share"));
    named("SKILLPASS_TRUST").or_else(|| data().or_else(home).map(|data| data.join("skillpass/trust")))
}

/// The trust files that came with the program, in the folder `trust` beside it: whoever gave the one gave the other.
#[must_use]
pub fn shipped() -> Option<(PathBuf, Vec<PathBuf>)> {
    let folder = std::env::current_exe().ok()?.parent()?.join("trust");
    let entries = std::fs::read_dir(&folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect();
    files.sort();
    (!files.is_empty()).then_some((folder, files))
}

fn of_files(paths: &[PathBuf]) -> Result<Gathered, Failure> {
    let mut packs = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        match of_file(path) {
            Err(failure) => problems.push((path.clone(), failure)),
            Ok(members) => {
                for member in members {
                    match member {
                        Ok(pack) => packs.push(pack),
                        Err(error) => problems.push((path.clone(), not_a_pack(path, &error))),
                    }
                }
            }
        }
    }
    if packs.is_empty() && !problems.is_empty() {
        return Err(problems.swap_remove(0).1);
    }
    // What the folder remembers of the time counts for named files too; a note that is damaged is not theirs.
    let seen = default_folder().and_then(|dir| TrustFolder::open(&dir).ok()).and_then(|folder| folder.seen());
    Ok(Gathered { evidence: Evidence { seen, suites: suites(), ..Evidence::of_packs(packs) }, problems })
}

/// The packs of a file, whose first roots the person vouches for who named it; but for those that the file's maker has on another's word alone.
///
/// # Errors
/// [`Failure`] when it is neither a pack nor a bundle.
pub fn of_file(path: &Path) -> Result<Vec<Result<TrustPack, PackError>>, Failure> {
    let bytes = read_file(path).map_err(|error| missing(path, &error))?;
    let members = Member::all(&bytes).map_err(|error| not_a_pack(path, &error))?;
    let recognised = members.first().map(|member| Arc::clone(&member.recognised)).unwrap_or_default();
    let packs = members.into_par_iter().map(|member| member.read(&Anchor::NamedByHand)).collect();
    Ok(Named { packs, recognised }.standing())
}

fn of_folder(dir: &Path) -> Result<Gathered, Failure> {
    let folder = TrustFolder::open(dir)?;
    let held = folder.packs()?;
    let problem = |(path, unusable): (PathBuf, Unusable)| {
        let failure = match unusable {
            Unusable::Io(error) => missing(&path, &error),
            Unusable::Pack(error) => not_a_pack(&path, &error),
        };
        (path, failure)
    };
    let packs = held.packs.into_iter().map(|(_, pack)| pack).collect();
    let problems = held.problems.into_iter().map(problem).collect();
    Ok(Gathered { evidence: Evidence { seen: folder.seen(), suites: suites(), ..Evidence::of_packs(packs) }, problems })
}

/// A trust file that cannot be read from the disk.
fn missing(path: &Path, error: &io::Error) -> Failure {
    let id = match error.kind() {
        io::ErrorKind::NotFound => "cli.trust-missing",
        io::ErrorKind::FileTooLarge => "notread.file-too-large",
        _ => return Failure::unread(path, error),
    };
    Failure::new(Exit::Unreadable, id).with("path", path.display())
}

/// A file that is no pack, or one that does not stand.
#[must_use]
pub fn not_a_pack(path: &Path, error: &PackError) -> Failure {
    let mut failure = Failure::new(Exit::Unreadable, &format!("pack.{}", error.code())).with("path", path.display());
    failure.facts.extend(error.part().map(|part| ("part", part_word(part))));
    failure
}

/// Why a pack does not take the place of the one that is here.
#[must_use]
pub fn refused(refused: &Refused) -> Failure {
    let number = |number: u64| Fact::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let mut failure = Failure::new(Exit::Reject, &format!("pack.{}", refused.code()));
    failure.facts = match refused {
        Refused::FromTheFuture { dated, now } => vec![("dated", Fact::Day(*dated)), ("now", Fact::Day(*now))],
        Refused::ListGone { list } | Refused::UnRevoked { list } => vec![("list", Fact::Text(list.clone()))],
        Refused::ListOlder { list, here, offered } => {
            vec![("list", Fact::Text(list.clone())), ("here", number(*here)), ("offered", number(*offered))]
        }
        Refused::OtherRoot => Vec::new(),
        Refused::Rollback(rollback) => vec![
            ("part", part_word(rollback.part)),
            ("here", number(rollback.here)),
            ("offered", number(rollback.offered)),
        ],
        Refused::Split { part, version } => vec![("part", part_word(part)), ("here", number(*version))],
    };
    failure
}

fn part_word(part: &str) -> Fact {
    Fact::Id(format!("part.{part}"))
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Damaged(path) => {
                Self::new(Exit::Unreadable, "cli.trust-folder-damaged").with("path", path.display())
            }
            FolderError::Io(path, error) => Self::io(&path, &error),
            FolderError::NotAPack(error) => not_a_pack(Path::new("-"), &error),
            FolderError::Unknown => Self::new(Exit::Usage, "cli.trust-unknown-name"),
        }
    }
}
