//! The logs that institutions have handed in, and what of one is kept when a key is compromised.
//!
//! ```text
//! DIR/logs/HASH/log.txt           the log as far as it was countersigned: one digest a line
//! DIR/logs/HASH/acts.json         the checkpoint of the log of acts, as it was countersigned last
//! DIR/logs/HASH/checkpoints.jsonl {"checkpoint": …, "countersigned": TIME}, one a line, oldest first
//! ```
//! HASH is of the institution's identifier: names never become paths (threats.md F9). The log is on the disk before its checkpoint is, and
//! the checkpoint before the pack that names it; what a killed process left beyond the last checkpoint is cut off by the next one.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::error::AuthorityError;
use crate::base::canonical::{Json, Object, read};
use crate::base::did::Did;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::document::{Document as _, Signed};
use crate::desk::institution::at;
use crate::desk::publish::ACTS;
use crate::store::files::{Readers, write_whole};
use crate::trust::checkpoint::{Acts, Checkpoint, chain, first_head, read_log};
use crate::trust::freshness::CheckpointRow;
use crate::trust::logged::{DigestSet, Logged};
use crate::trust::root::PART_BOUNDS;

/// 48 bytes: a line of a log, `uEi` and 44 further characters, and the line's end.
const LINE_BYTES: u64 = 48;

/// The log of one institution, as it was handed in.
#[derive(Clone, Debug)]
pub struct Logs {
    folder: PathBuf,
    issuer: Did,
}

/// A checkpoint that was countersigned here, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countersigned {
    /// What the institution said.
    pub checkpoint: Checkpoint,
    /// When we countersigned it: our own word, not the institution's.
    pub at: Timestamp,
}

/// What a log that was handed in is, beside the one we hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// It goes on from ours.
    Extends,
    /// It is not a log, or not what its checkpoint says.
    NotALog,
    /// It is ours, or an earlier state of it.
    NothingNew,
    /// It contradicts what was countersigned: something was taken out, put in or changed.
    Rewritten,
}

impl Logs {
    /// Those of an institution.
    #[must_use]
    pub fn of(folder: &Path, issuer: &Did) -> Self {
        let hash = multibase::base58btc(&Sha256::digest(issuer.as_str()));
        Self { folder: folder.join("logs").join(hash), issuer: issuer.clone() }
    }

    fn log_path(&self) -> PathBuf {
        self.folder.join("log.txt")
    }

    fn checkpoints_path(&self) -> PathBuf {
        self.folder.join("checkpoints.jsonl")
    }

    /// The checkpoint of the log of acts that was countersigned last.
    ///
    /// # Errors
    /// What the disk says; that it is not one is `InvalidData`.
    pub fn acts(&self) -> io::Result<Option<Checkpoint<Acts>>> {
        let bytes = match std::fs::read(self.folder.join(ACTS)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read?,
        };
        let signed = Signed::<Checkpoint<Acts>>::read(&bytes).ok().map(|signed| signed.to_json());
        // It was written here, by whoever can write here whatever they like.
        let content = signed.as_ref().and_then(Json::object).and_then(|it| Checkpoint::<Acts>::parse(it).ok());
        content.map(Some).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// Keeps it, in the place of the one before.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keep_acts(&self, bytes: &[u8]) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        write_whole(&self.folder.join(ACTS), bytes, Readers::Everybody)
    }

    /// Every checkpoint that was countersigned here, oldest first.
    ///
    /// # Errors
    /// What the disk says.
    pub fn countersigned(&self) -> io::Result<Vec<Countersigned>> {
        let file = match File::open(self.checkpoints_path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let mut all = Vec::new();
        for line in BufReader::new(file).lines() {
            // A line that a killed process left half written was never answered for.
            all.extend(countersigned_of(&line?));
        }
        Ok(all)
    }

    /// Takes in a log that goes on from the one we hold, and is what its checkpoint says. One line at a time, whatever its length.
    ///
    /// # Errors
    /// What the disk says.
    pub fn take(
        &self,
        checkpoint: &Checkpoint,
        row: Option<&CheckpointRow>,
        log: impl Read,
    ) -> io::Result<Continuation> {
        let last = self.countersigned()?.pop().map(|last| (last.checkpoint.size, last.checkpoint.head));
        let known: Vec<(u64, [u8; 32])> = last.into_iter().chain(row.map(|row| (row.size, row.head))).collect();
        let longest = known.iter().map(|(size, _)| *size).max();
        std::fs::create_dir_all(&self.folder)?;
        let mut ours = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(self.log_path())?;
        let held = last.map_or(0, |(size, _)| size).min(ours.metadata()?.len() / LINE_BYTES);
        ours.set_len(held * LINE_BYTES)?;
        ours.seek(SeekFrom::End(0))?;
        let mut tail = BufWriter::new(&ours);
        let mut log = BufReader::new(log);
        let mut head = first_head(&self.issuer);
        let mut seen = known.iter().filter(|(size, theirs)| *size == 0 && *theirs == head).count();
        let mut broken = false;
        for number in 1..=checkpoint.size {
            let mut line = [0; LINE_BYTES as usize];
            let whole = log.read_exact(&mut line).is_ok() && line.ends_with(b"\n");
            let text = std::str::from_utf8(&line[..line.len() - 1]).unwrap_or_default();
            let Some(digest) = multibase::digest_bytes(text).filter(|_| whole) else {
                broken = true;
                break;
            };
            head = chain(head, &digest);
            seen += known.iter().filter(|(size, theirs)| *size == number && *theirs == head).count();
            if number > held {
                tail.write_all(&line)?;
            }
        }
        tail.flush()?;
        drop(tail);
        let beyond = longest.is_none_or(|longest| checkpoint.size > longest);
        let continuation = match () {
            () if broken || head != checkpoint.head => Continuation::NotALog,
            () if beyond && seen == known.len() => Continuation::Extends,
            () if !beyond && self.begins_with(checkpoint, &mut ours, held)? => Continuation::NothingNew,
            () => Continuation::Rewritten,
        };
        if continuation == Continuation::Extends {
            ours.sync_all()?;
        } else {
            ours.set_len(held * LINE_BYTES)?;
        }
        Ok(continuation)
    }

    /// Whether our log begins with what an older checkpoint is of.
    fn begins_with(&self, checkpoint: &Checkpoint, ours: &mut File, held: u64) -> io::Result<bool> {
        ours.seek(SeekFrom::Start(0))?;
        let mut head = first_head(&self.issuer);
        for line in BufReader::new(ours.take(held.min(checkpoint.size) * LINE_BYTES)).lines() {
            head = chain(head, &multibase::digest_bytes(&line?).unwrap_or([0; 32]));
        }
        Ok(checkpoint.size <= held && head == checkpoint.head)
    }

    /// Keeps a checkpoint that we have countersigned; its log is on the disk.
    ///
    /// # Errors
    /// What the disk says.
    pub fn record(&self, checkpoint: &Signed<Checkpoint>, now: Timestamp) -> io::Result<()> {
        let path = self.checkpoints_path();
        let mut file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::End(0))?;
        let row =
            Object::from_iter([("checkpoint", checkpoint.to_json()), ("countersigned", Json::from(now.to_string()))]);
        let mut line = Json::Object(row).to_canonical();
        line.push(b'\n');
        file.write_all(&line)?;
        file.sync_all()?;
        File::open(&self.folder)?.sync_all()
    }

    /// What of the institution's credentials outlives the compromise of a key at `since` (design §5).
    ///
    /// Kept is what was logged under the newest checkpoint that *we* countersigned before `since`: its date is our word, so a thief who
    /// holds the institution's key cannot make one. Everything else that the log holds, ours or the one the desk hands over now, may be
    /// the desk's or the thief's: unwitnessed, *cannot tell*, reissued. What is in neither is refused, so this may be said only when the log
    /// is complete up to `since`. Hence:
    /// * nothing was ever handed in and no log comes now: `None`. Then nothing that was signed before `since` is refused because the desk
    ///   was lazy: it is *cannot tell*, and what was signed later is refused;
    /// * something was handed in, but the last of it before `since`: what the desk issued in between is in no log we hold. The desk's log is
    ///   asked for, or the word that it cannot be had.
    ///
    /// # Errors
    /// [`AuthorityError::LogNeeded`], [`AuthorityError::LogOfAnother`], the disk.
    pub fn logged(&self, since: Timestamp, now_handed: &Handed) -> Result<Option<Logged>, AuthorityError> {
        let path = self.log_path();
        let countersigned = self.countersigned().map_err(at(&self.checkpoints_path()))?;
        let newest = countersigned.iter().max_by_key(|it| it.checkpoint.size);
        let ours = match newest {
            None => Vec::new(),
            Some(newest) => self.digests(&newest.checkpoint)?,
        };
        let all = match now_handed {
            Handed::Log(file, digests) if digests.starts_with(&ours) => {
                let _ = file;
                digests.clone()
            }
            Handed::Log(file, _) => return Err(AuthorityError::LogOfAnother(file.clone())),
            Handed::CannotBeHad => ours,
            Handed::Nothing => match newest {
                Some(newest) if newest.at < since || newest.checkpoint.date < since => {
                    return Err(AuthorityError::LogNeeded(newest.at));
                }
                _ => ours,
            },
        };
        if all.is_empty() && newest.is_none() {
            return Ok(None);
        }
        let before = countersigned.iter().filter(|it| it.at < since).map(|it| it.checkpoint.size).max().unwrap_or(0);
        let kept = usize::try_from(before).ok().filter(|kept| *kept <= all.len());
        let kept = kept.ok_or(AuthorityError::LogOfAnother(path))?;
        Ok(Some(Logged { kept: DigestSet::of(&all[..kept]), unwitnessed: DigestSet::of(&all[kept..]) }))
    }

    fn digests(&self, checkpoint: &Checkpoint) -> Result<Vec<[u8; 32]>, AuthorityError> {
        let path = self.log_path();
        let file = File::open(&path).map_err(at(&path))?;
        let mut text = String::new();
        file.take(checkpoint.size * LINE_BYTES).read_to_string(&mut text).map_err(at(&path))?;
        let digests = read_log(&text).filter(|digests| checkpoint.is_of(digests));
        digests.ok_or(AuthorityError::LogOfAnother(path))
    }
}

/// What the desk gives when a key of it is declared compromised.
#[derive(Clone, Debug)]
pub enum Handed {
    /// The log cannot be had: what it holds beyond ours will be refused.
    CannotBeHad,
    /// Its log, from this file.
    Log(PathBuf, Vec<[u8; 32]>),
    /// Nothing was given.
    Nothing,
}

impl Handed {
    /// Reads a log file.
    ///
    /// # Errors
    /// [`AuthorityError::LogOfAnother`] for one that is none, the disk.
    pub fn read(path: &Path) -> Result<Self, AuthorityError> {
        let text = std::fs::read_to_string(path).map_err(at(path))?;
        let digests = read_log(&text).ok_or_else(|| AuthorityError::LogOfAnother(path.to_owned()))?;
        Ok(Handed::Log(path.to_owned(), digests))
    }
}

fn countersigned_of(line: &str) -> Option<Countersigned> {
    let json = read(line.as_bytes(), PART_BOUNDS).ok()?;
    let row = json.object()?;
    let checkpoint = Checkpoint::parse(row.get("checkpoint")?.object()?).ok()?;
    Some(Countersigned { checkpoint, at: Timestamp::parse(row.get("countersigned")?.text()?).ok()? })
}
