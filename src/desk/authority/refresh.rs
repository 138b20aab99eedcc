//! Freshness: what institutions hand in, and the one online key that says what is current. One bad hand-in does not stop the others.
//!
//! ```text
//! FOLDER/*.status.json     the institution's signed status lists
//! FOLDER/checkpoint.json   its checkpoint; comes back countersigned
//! FOLDER/log.txt           its log since the beginning
//! ```

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::compromise::{Continuation, Logs};
use super::proposal::Published;
use super::{Authority, AuthorityError, Keys};
use crate::base::did::{Did, MethodId};
use crate::base::key::SecretKey;
use crate::base::limits::{CLOCK_DRIFT_SECONDS, PACK_BYTES};
use crate::base::timestamp::Timestamp;
use crate::credential::document::{Authentic, Document, Signed};
use crate::desk::institution::DeskError;
use crate::desk::publish::ACTS;
use crate::store::files::{Readers, write_whole};
use crate::trust::accreditation::{Issuer, IssuerKey};
use crate::trust::checkpoint::{Acts, Checkpoint};
use crate::trust::freshness::{CheckpointRow, Freshness, ListRow};
use crate::trust::status::{Bits, MESSAGE, REVOCATION, SUSPENSION, StatusList};

/// 4,096 lists in one folder: 500 million certificates of one institution.
const LISTS: usize = 4_096;
/// 4,096 folders in one.
const FOLDERS: usize = 4_096;

/// What came of one hand-in.
#[derive(Debug, Default)]
pub struct HandIn {
    /// Where it lay.
    pub from: PathBuf,
    /// The institution's name in the list, once it was known.
    pub institution: Option<String>,
    /// New status lists that were taken.
    pub lists: usize,
    /// How many credentials are logged and countersigned, when that is news.
    pub logged: Option<u64>,
    /// Whether the countersigned checkpoint could not be given back.
    pub not_given_back: bool,
    /// What was not taken.
    pub refused: Vec<Refusal>,
}

/// A file that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its name.
    pub file: String,
    /// Why.
    pub why: Why,
}

/// Why a file was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The list with this identifier is another institution's, or of another purpose.
    Foreign,
    /// Its date is yet to come.
    FromTheFuture(Timestamp),
    /// The key that signed it is compromised, or was out of use by then.
    KeyEnded,
    /// Something that had been countersigned is not in the log any more, or otherwise.
    LogRewritten,
    /// Not a list, a checkpoint or a log, or the log is not the checkpoint's.
    NotReadable,
    /// Older than what we have.
    Older {
        /// The date of ours.
        here: Timestamp,
        /// The date of this one.
        offered: Timestamp,
    },
    /// Not signed by an institution of the list.
    Unlisted,
    /// Withdrawals that the published list has are missing: so many.
    Unrevoked(usize),
}

impl Why {
    /// Every code, sorted: each has its words.
    pub const CODES: [&'static str; 8] =
        ["foreign", "from-the-future", "key-ended", "log-rewritten", "not-readable", "older", "unlisted", "unrevoked"];

    /// The last part of the identifier of its words.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Why::Foreign => "foreign",
            Why::FromTheFuture(_) => "from-the-future",
            Why::KeyEnded => "key-ended",
            Why::LogRewritten => "log-rewritten",
            Why::NotReadable => "not-readable",
            Why::Older { .. } => "older",
            Why::Unlisted => "unlisted",
            Why::Unrevoked(_) => "unrevoked",
        }
    }
}

/// What a refresh came to.
#[derive(Debug)]
pub struct Refreshed {
    /// What came of each hand-in.
    pub hand_ins: Vec<HandIn>,
    /// The version of freshness that was published; `None` when there was nothing to publish.
    pub published: Option<u64>,
}

/// When a refresh publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publishing {
    /// Always: the date itself is what people wait for.
    Always,
    /// With news, and once a day without.
    OnNews,
}

/// One refresh at work: freshness as it will be.
struct Refreshing<'a> {
    folder: &'a Path,
    published: &'a Published,
    key: &'a SecretKey,
    freshness: Freshness,
    lists: Vec<Signed<StatusList>>,
    now: Timestamp,
}

/// The hand-ins at a path: a status list by itself, a folder of one institution, or a folder of such folders.
///
/// # Errors
/// What the disk says.
pub fn hand_ins(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !std::fs::metadata(path)?.is_dir() || is_hand_in(path) {
        return Ok(vec![path.to_owned()]);
    }
    if is_hand_in(&path.join("publish")) {
        return Ok(vec![path.join("publish")]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path)?.take(FOLDERS) {
        let inner = entry?.path();
        found.extend([inner.join("publish"), inner].into_iter().find(|folder| is_hand_in(folder)));
    }
    found.sort();
    Ok(found)
}

fn is_hand_in(folder: &Path) -> bool {
    folder.join("checkpoint.json").is_file() || !status_files(folder).is_empty()
}

fn status_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).take(LISTS);
    let is_list =
        |path: &PathBuf| path.file_name().and_then(|it| it.to_str()).is_some_and(|it| it.ends_with(".status.json"));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_list).collect();
    files.sort();
    files
}

impl Authority {
    /// Takes hand-ins in, and publishes what is current.
    ///
    /// # Errors
    /// [`AuthorityError`]; what is wrong with a hand-in is in [`HandIn::refused`].
    pub fn refresh(
        &mut self,
        keys: &Keys,
        hand_ins: &[PathBuf],
        publishing: Publishing,
        now: Timestamp,
    ) -> Result<Refreshed, AuthorityError> {
        let work = |refreshing: &mut Refreshing<'_>| Ok(hand_ins.iter().map(|path| refreshing.take(path)).collect());
        self.refreshed(keys, publishing, now, work)
    }

    /// Takes status lists in from memory, as [`Authority::refresh`] does from files, and publishes.
    ///
    /// # Errors
    /// [`AuthorityError`]; a list that is not taken is a fault here, and nothing is published: [`DeskError::Value`].
    pub fn refresh_lists(
        &mut self,
        keys: &Keys,
        lists: Vec<Signed<StatusList>>,
        now: Timestamp,
    ) -> Result<(), AuthorityError> {
        let work = |refreshing: &mut Refreshing<'_>| {
            let mut hand_in = HandIn::default();
            refreshing.take_lists(lists.into_iter().map(|list| (String::new(), list)).collect(), &mut hand_in);
            let whole = hand_in.refused.is_empty();
            if whole { Ok(vec![hand_in]) } else { Err(DeskError::Value("list").into()) }
        };
        self.refreshed(keys, Publishing::Always, now, work).map(|_| ())
    }

    fn refreshed(
        &mut self,
        keys: &Keys,
        publishing: Publishing,
        now: Timestamp,
        work: impl FnOnce(&mut Refreshing<'_>) -> Result<Vec<HandIn>, AuthorityError>,
    ) -> Result<Refreshed, AuthorityError> {
        let published = self.published.clone().ok_or(AuthorityError::NothingProposed)?;
        let root = published.pack.root();
        let key = keys.of_role(&root.freshness, "freshness")?;
        let mut refreshing = Refreshing {
            folder: self.folder(),
            published: &published,
            key,
            freshness: published.pack.freshness().clone(),
            lists: published.parts.lists.clone(),
            now,
        };
        let hand_ins = work(&mut refreshing)?;
        let Refreshing { mut freshness, lists, .. } = refreshing;
        let news = hand_ins.iter().any(|hand_in| hand_in.lists > 0 || hand_in.logged.is_some());
        if publishing == Publishing::OnNews && !news && now.date() == freshness.date.date() {
            return Ok(Refreshed { hand_ins, published: None });
        }
        freshness.version = super::proposal::next_version("freshness", freshness.version, false)?;
        freshness.date = now;
        let version = freshness.version;
        self.write(&published.parts.roots, &published.parts.accreditation, &freshness, key, &lists, now)?;
        Ok(Refreshed { hand_ins, published: Some(version) })
    }
}

impl Refreshing<'_> {
    fn take(&mut self, path: &Path) -> HandIn {
        let mut hand_in = HandIn { from: path.to_owned(), ..HandIn::default() };
        let files = if path.is_file() { vec![path.to_owned()] } else { status_files(path) };
        let mut lists = Vec::new();
        for file in files {
            match read_signed::<StatusList>(&file) {
                None => hand_in.refuse(&name_of(&file), Why::NotReadable),
                Some((list, _)) => lists.push((name_of(&file), list)),
            }
        }
        self.take_lists(lists, &mut hand_in);
        if path.join("checkpoint.json").exists() {
            self.take_log(path, &mut hand_in);
        }
        hand_in
    }

    /// Takes lists in, whatever their order: one that stands beside another comes after it.
    fn take_lists(&mut self, lists: Vec<(String, Signed<StatusList>)>, hand_in: &mut HandIn) {
        let first = |list: &Signed<StatusList>, refreshing: &Self| {
            refreshing.checked_list(list, &mut HandIn::default()) != Err(Why::Foreign)
        };
        let mut later = Vec::new();
        for (name, list) in lists {
            if first(&list, self) {
                self.take_list(list, &name, hand_in);
            } else {
                later.push((name, list));
            }
        }
        later.into_iter().for_each(|(name, list)| self.take_list(list, &name, hand_in));
    }

    fn take_list(&mut self, list: Signed<StatusList>, name: &str, hand_in: &mut HandIn) {
        match self.checked_list(&list, hand_in) {
            Err(why) => hand_in.refuse(name, why),
            Ok(None) => {}
            Ok(Some(row)) => {
                hand_in.lists += 1;
                self.lists.retain(|here| here.claimed_id() != Some(row.id.as_str()));
                self.lists.push(list);
                match self.freshness.lists.iter_mut().find(|here| here.id == row.id) {
                    Some(here) => *here = row,
                    None => self.freshness.lists.push(row),
                }
            }
        }
    }

    /// The row of a list that may be published; `None` for the one that is.
    fn checked_list(&self, list: &Signed<StatusList>, hand_in: &mut HandIn) -> Result<Option<ListRow>, Why> {
        let (issuer, content) = self.authentic(list, list.claimed_issuer()).ok_or(Why::Unlisted)?;
        hand_in.institution = Some(issuer.name.clone());
        let (key, digest, list) = (content.key, content.document.digest(), content.document.into_content());
        if list.issuer != issuer.id {
            return Err(Why::Unlisted);
        }
        let here = self.freshness.lists.iter().find(|row| row.id == list.id);
        if here.is_some_and(|row| row.digest == digest) {
            return Ok(None);
        }
        self.timely(list.valid_from, key)?;
        self.stands(&list)?;
        if let Some(row) = here {
            if row.issuer != list.issuer || row.purpose != list.purpose {
                return Err(Why::Foreign);
            }
            if row.sibling_of != list.sibling_of {
                return Err(Why::Foreign);
            }
            // A list never goes back: what was withdrawn stays withdrawn (threats.md E7, E12).
            if row.date > list.valid_from {
                return Err(Why::Older { here: row.date, offered: list.valid_from });
            }
            let before = self.lists.iter().find(|it| it.claimed_id() == Some(list.id.as_str()));
            let before = before.and_then(|it| self.authentic(it, it.claimed_issuer()));
            if let Some((_, before)) = before.filter(|_| list.purpose == REVOCATION) {
                match unrevoked(&before.document.content().bits, &list.bits) {
                    0 => {}
                    count => return Err(Why::Unrevoked(count)),
                }
            }
        }
        Ok(Some(ListRow {
            version: here.map_or(1, |row| row.version + 1),
            id: list.id,
            issuer: list.issuer,
            purpose: list.purpose,
            digest,
            date: list.valid_from,
            sibling_of: list.sibling_of,
        }))
    }

    /// A list stands beside a revocation list of its own institution, or it could speak about another's credentials.
    fn stands(&self, list: &StatusList) -> Result<(), Why> {
        let stands = match &list.sibling_of {
            None => ![SUSPENSION, MESSAGE].contains(&list.purpose.as_str()),
            Some(id) => {
                let rows = || self.freshness.lists.iter();
                let of_own = |row: &ListRow| {
                    row.id == *id
                        && row.issuer == list.issuer
                        && row.purpose == REVOCATION
                        && list.purpose != REVOCATION
                };
                // A second one of the same purpose would make the pack ambiguous, and stop everybody's publication.
                let twin = |row: &ListRow| {
                    row.id != list.id && row.sibling_of.as_ref() == Some(id) && row.purpose == list.purpose
                };
                rows().any(of_own) && !rows().any(twin)
            }
        };
        if stands { Ok(()) } else { Err(Why::Foreign) }
    }

    fn timely(&self, signed: Timestamp, key: &IssuerKey) -> Result<(), Why> {
        if signed.seconds() > self.now.seconds() + CLOCK_DRIFT_SECONDS {
            return Err(Why::FromTheFuture(signed));
        }
        // Whoever stole a key could withdraw the honest; the institution signs with its next one.
        let ended = key.compromised.is_some() || key.until.is_some_and(|until| signed > until);
        if ended { Err(Why::KeyEnded) } else { Ok(()) }
    }

    fn take_log(&mut self, folder: &Path, hand_in: &mut HandIn) {
        if let Err((file, why)) = self.try_log(folder, hand_in) {
            hand_in.refuse(file, why);
        }
        if let Err(why) = self.try_acts(folder) {
            hand_in.refuse(ACTS, why);
        }
    }

    /// The checkpoint of the log of acts: countersigned, given back and kept, when it does not say less than the one before. A desk of an
    /// earlier version hands none in.
    fn try_acts(&self, folder: &Path) -> Result<(), Why> {
        let path = folder.join(ACTS);
        if !path.exists() {
            return Ok(());
        }
        let (signed, _) = read_signed::<Checkpoint<Acts>>(&path).ok_or(Why::NotReadable)?;
        let (issuer, held) = self.authentic(&signed, signed.claimed_issuer()).ok_or(Why::Unlisted)?;
        let (key, new) = (held.key, held.document.into_content());
        if new.issuer != issuer.id {
            return Err(Why::Unlisted);
        }
        let logs = Logs::of(self.folder, &new.issuer);
        let before = logs.acts().map_err(|_| Why::NotReadable)?;
        if before.as_ref().is_some_and(|before| *before == new) {
            return Ok(());
        }
        self.timely(new.date, key)?;
        let rewritten =
            |before: &Checkpoint<Acts>| new.size < before.size || (new.size == before.size && new.head != before.head);
        if before.as_ref().is_some_and(rewritten) {
            return Err(Why::LogRewritten);
        }
        let method = MethodId::of_key(&self.key.public());
        let countersigned = signed.countersign(self.key, &method, self.now).map_err(|_| Why::NotReadable)?;
        logs.keep_acts(countersigned.bytes()).map_err(|_| Why::NotReadable)?;
        // A stick may be read-only: what counts is the copy here.
        let _ = write_whole(&path, countersigned.bytes(), Readers::Everybody);
        Ok(())
    }

    fn try_log(&mut self, folder: &Path, hand_in: &mut HandIn) -> Result<(), (&'static str, Why)> {
        const CHECKPOINT: &str = "checkpoint.json";
        const LOG: &str = "log.txt";
        let path = folder.join(CHECKPOINT);
        let (signed, bytes) = read_signed::<Checkpoint>(&path).ok_or((CHECKPOINT, Why::NotReadable))?;
        let (issuer, content) = self.authentic(&signed, signed.claimed_issuer()).ok_or((CHECKPOINT, Why::Unlisted))?;
        hand_in.institution = Some(issuer.name.clone());
        let (key, checkpoint) = (content.key, content.document.into_content());
        if checkpoint.issuer != issuer.id {
            return Err((CHECKPOINT, Why::Unlisted));
        }
        let row = self.freshness.checkpoints.iter().find(|row| row.issuer == checkpoint.issuer);
        let unread = |_| (CHECKPOINT, Why::NotReadable);
        let logs = Logs::of(self.folder, &checkpoint.issuer);
        let is_row = row.is_some_and(|row| row.size == checkpoint.size && row.head == checkpoint.head);
        let last = logs.countersigned().map_err(unread)?.pop();
        let method = MethodId::of_key(&self.key.public());
        let known = is_row && last.is_some_and(|last| last.checkpoint.date >= checkpoint.date);
        let timely = self.timely(checkpoint.date, key);
        if known && (timely.is_err() || signed.proofs().iter().any(|proof| proof.claimed_method == method.as_str())) {
            return Ok(());
        }
        timely.map_err(|why| (CHECKPOINT, why))?;
        if known {
            // Handed in again as it was before: it is given back again, and is no news. What we recorded of it stands.
            let again = signed.countersign(self.key, &method, self.now).map_err(|_| (CHECKPOINT, Why::NotReadable))?;
            let same = std::fs::read(&path).is_ok_and(|now| now == bytes);
            hand_in.not_given_back = !same || write_whole(&path, again.bytes(), Readers::Everybody).is_err();
            return Ok(());
        }
        let log = File::open(folder.join(LOG)).map_err(|_| (LOG, Why::NotReadable))?;
        match logs.take(&checkpoint, row, log).map_err(|_| (LOG, Why::NotReadable))? {
            // The same log at a later date: it is witnessed that nothing was issued in between.
            Continuation::NothingNew if is_row => {}
            Continuation::NothingNew if row.is_some_and(|row| row.size >= checkpoint.size) => return Ok(()),
            // Nothing new, and not in the pack: a process was stopped between the two.
            Continuation::Extends | Continuation::NothingNew => {}
            Continuation::NotALog => return Err((LOG, Why::NotReadable)),
            Continuation::Rewritten => return Err((LOG, Why::LogRewritten)),
        }
        let countersigned =
            signed.countersign(self.key, &method, self.now).map_err(|_| (CHECKPOINT, Why::NotReadable))?;
        logs.record(&countersigned, self.now).map_err(unread)?;
        hand_in.logged = Some(checkpoint.size);
        // A newer one may have come in the meantime; a stick may be read-only.
        let same = std::fs::read(&path).is_ok_and(|now| now == bytes);
        hand_in.not_given_back = !same || write_whole(&path, countersigned.bytes(), Readers::Everybody).is_err();
        self.checkpointed(checkpoint);
        Ok(())
    }

    fn checkpointed(&mut self, checkpoint: Checkpoint) {
        let Checkpoint { issuer, size, head, .. } = checkpoint;
        let row = CheckpointRow { issuer, size, head, date: self.now };
        match self.freshness.checkpoints.iter_mut().find(|here| here.issuer == row.issuer) {
            Some(here) => *here = row,
            None => self.freshness.checkpoints.push(row),
        }
    }

    /// A document that a listed institution has signed, or the one that took over from it; and the key it is signed with.
    fn authentic<T: Document>(&self, document: &Signed<T>, issuer: Option<&str>) -> Option<(&Issuer, Held<'_, T>)> {
        let issuer = self.published.pack.issuer(Did::parse(issuer?).ok()?.as_str())?;
        let successor = issuer.successor.as_ref().and_then(|did| self.published.pack.issuer(did.as_str()));
        let bodies = || [Some(issuer), successor].into_iter().flatten();
        document.proofs().iter().find_map(|proof| {
            bodies().flat_map(|body| body.keys_named(&proof.claimed_method)).find_map(|key| {
                let document = document.authentic(proof, &key.vouched()).ok()?;
                Some((issuer, Held { document, key }))
            })
        })
    }
}

struct Held<'a, T> {
    document: Authentic<T>,
    key: &'a IssuerKey,
}

impl HandIn {
    fn refuse(&mut self, file: &str, why: Why) {
        self.refused.push(Refusal { file: file.to_owned(), why });
    }
}

/// How many entries that were set are not any more.
fn unrevoked(before: &Bits, after: &Bits) -> usize {
    let lost = |index: &u32| after.get(*index) != Some(true);
    before.iter().filter(lost).count()
}

/// A signed document, and the bytes of its file. A file of many gigabytes is refused by its first bytes beyond the limit.
fn read_signed<T: Document>(path: &Path) -> Option<(Signed<T>, Vec<u8>)> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(PACK_BYTES as u64 + 1).read_to_end(&mut bytes).ok()?;
    Signed::read(&bytes).ok().map(|signed| (signed, bytes))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
