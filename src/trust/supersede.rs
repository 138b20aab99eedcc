//! When a newer pack takes the place of an older one. The model is The Update Framework 1.0.34, §5.3 to §5.5: part by part, never back
//! (threats.md F1 to F9, E7, E12, F20).

use super::pack::{ListState, TrustPack};
use super::root::Role;
use super::status::Bits;
use crate::base::limits::CLOCK_DRIFT_SECONDS;
use crate::base::timestamp::Timestamp;

/// Why a pack does not take the place of the one that is here. What is here stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is dated after the verifier's own time: the pack or the clock is wrong (threats.md D2).
    FromTheFuture {
        /// Its newest signed time.
        dated: Timestamp,
        /// The verifier's time.
        now: Timestamp,
    },
    /// A status list that was whole here is missing from it, or is another one's: whom it withdrew would be forgotten.
    ListGone {
        /// The list.
        list: String,
    },
    /// A status list of an older version (threats.md E7).
    ListOlder {
        /// The list.
        list: String,
        /// The version that is here.
        here: u64,
        /// The version that was offered.
        offered: u64,
    },
    /// It stands on other roots: another authority, or somebody who calls himself by its name.
    OtherRoot,
    /// An older pack was offered for a newer one (threats.md F1).
    Rollback(Rollback),
    /// Two different parts with the same version: the authority has told two people two things, or its keys are in other hands
    /// (threats.md F20).
    Split {
        /// Which part.
        part: &'static str,
        /// The version that both have.
        version: u64,
    },
    /// Something withdrawn for good is not withdrawn in it (threats.md E12).
    UnRevoked {
        /// The list.
        list: String,
    },
}

/// Whose word a pack's first root stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Nobody here has accepted it: another pack may recognise it.
    OfNobody,
    /// The person accepted it, now or before.
    OfThePerson,
}

/// Why an offered pack is not taken in beside those that are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAdmitted {
    /// It must not take the place of what is here.
    Refused(Refused),
    /// Nobody here has accepted its first root, and nobody who was accepted recognises it.
    UnknownRoot,
}

/// An older part was offered for a newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollback {
    /// Which part is older.
    pub part: &'static str,
    /// The version that is here.
    pub here: u64,
    /// The version that was offered.
    pub offered: u64,
}

impl Refused {
    /// The code of files and language tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Refused::FromTheFuture { .. } => "from-the-future",
            Refused::ListGone { .. } => "list-gone",
            Refused::ListOlder { .. } => "list-older",
            Refused::OtherRoot => "other-root",
            Refused::Rollback(_) => "rollback",
            Refused::Split { .. } => "split",
            Refused::UnRevoked { .. } => "un-revoked",
        }
    }
}

impl TrustPack {
    /// The pack as it stands among those that are `held`, in the place of the one `here` on the same first root. Without the
    /// person's own word for that root, another pinned pack has to recognise it.
    ///
    /// # Errors
    /// [`NotAdmitted`].
    pub fn admit(self, here: Option<&Self>, held: &[Self], word: Word, now: Timestamp) -> Result<Self, NotAdmitted> {
        let pack = self.not_from_the_future(now).map_err(NotAdmitted::Refused)?;
        // Whom another's word alone brought here stands in nobody's way whom the person accepts.
        let same_party = |other: &Self| {
            let (ours, theirs) = (other.root(), pack.root());
            let same = ours.authority.id == theirs.authority.id && ours.environment == theirs.environment;
            same && (word == Word::OfNobody || other.is_pinned())
        };
        if here.is_none() && held.iter().any(same_party) {
            return Err(NotAdmitted::Refused(Refused::OtherRoot));
        }
        let stands = match word {
            Word::OfThePerson => Some(pack),
            Word::OfNobody => pack.recognised_by(held.iter()),
        };
        let stands = stands.ok_or(NotAdmitted::UnknownRoot)?;
        match here {
            None => Ok(stands),
            Some(here) => stands.supersede(here).map_err(NotAdmitted::Refused),
        }
    }

    /// Takes the place of an older pack of the same authority, or says why it must not.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn supersede(self, here: &Self) -> Result<Self, Refused> {
        self.follows_root_of(here)?;
        let (old, new) = (here.root(), self.root());
        let accreditation_recovers = recovers(&old.accreditation, &new.accreditation);
        let freshness_recovers = recovers(&old.freshness, &new.freshness);
        if !accreditation_recovers {
            let (here, offered) = (here.accreditation(), self.accreditation());
            never_older("accreditation", here.version, offered.version)?;
        }
        if !freshness_recovers {
            never_older("freshness", here.freshness().version, self.freshness().version)?;
        }
        // What is signed by keys that only one of the two has is no contradiction.
        let recovering = [false, accreditation_recovers, freshness_recovers];
        let versions = [new.version, self.accreditation().version, self.freshness().version];
        let versions_here = [old.version, here.accreditation().version, here.freshness().version];
        for (at, ((part, offered), (_, known))) in self.digests().into_iter().zip(here.digests()).enumerate() {
            if !recovering[at] && versions[at] == versions_here[at] && offered != known {
                return Err(Refused::Split { part, version: versions[at] });
            }
        }
        self.keeps_lists_of(here, freshness_recovers)?;
        Ok(self)
    }

    /// The pack, unless it is dated after `now` by more than a clock may drift (threats.md D2).
    ///
    /// # Errors
    /// [`Refused::FromTheFuture`].
    pub fn not_from_the_future(self, now: Timestamp) -> Result<Self, Refused> {
        let dated = self.newest_time();
        let late = dated.seconds() > now.seconds() + CLOCK_DRIFT_SECONDS;
        if late { Err(Refused::FromTheFuture { dated, now }) } else { Ok(self) }
    }

    /// Whether both stand on the same first root.
    #[must_use]
    pub fn is_of_same_authority(&self, other: &Self) -> bool {
        self.first_root() == other.first_root()
    }

    /// The chain of roots must run through the one that is current here (TUF §5.3).
    fn follows_root_of(&self, here: &Self) -> Result<(), Refused> {
        let (ours, theirs) = (here.root_digests(), self.root_digests());
        if theirs.contains(&here.digests()[0].1) {
            return Ok(());
        }
        if ours.contains(&self.digests()[0].1) {
            let rollback = Rollback { part: "root", here: here.root().version, offered: self.root().version };
            return Err(Refused::Rollback(rollback));
        }
        // A fork: both begin alike, and part at some version.
        let alike = ours.iter().zip(theirs).take_while(|(ours, theirs)| ours == theirs).count();
        if alike == 0 || ours.len() <= alike || theirs.len() <= alike {
            return Err(Refused::OtherRoot);
        }
        let later = u64::try_from(ours.len() - 1 - alike).unwrap_or(0);
        Err(Refused::Split { part: "root", version: here.root().version - later })
    }

    /// What a list withdrew stays withdrawn: no whole list vanishes, none goes back, no bit of a revocation list is cleared.
    fn keeps_lists_of(&self, here: &Self, freshness_recovers: bool) -> Result<(), Refused> {
        for row in &here.freshness().lists {
            let list = || row.id.clone();
            let Some(offered) = self.list_row(&row.id) else {
                match here.list(&row.id) {
                    // Rows that a thief of the online key made up may go when the key has gone.
                    None | Some(ListState::Malformed | ListState::Missing) if freshness_recovers => continue,
                    _ => return Err(Refused::ListGone { list: list() }),
                }
            };
            if offered.version < row.version && !freshness_recovers {
                return Err(Refused::ListOlder { list: list(), here: row.version, offered: offered.version });
            }
            let Some(ListState::Current(known)) = here.list(&row.id) else { continue };
            let Some(ListState::Current(new)) = self.list(&row.id) else {
                return Err(Refused::ListGone { list: list() });
            };
            if known.issuer != new.issuer || known.purpose != new.purpose {
                return Err(Refused::ListGone { list: list() });
            }
            let may_differ = offered.digest != row.digest && row.purpose == REVOCATION;
            if may_differ && forgets(&known.bits, &new.bits) {
                return Err(Refused::UnRevoked { list: list() });
            }
        }
        Ok(())
    }
}

/// The purpose whose bits are never cleared (W3C Bitstring Status List 1.0 §2.2: "revocation … is not reversible").
const REVOCATION: &str = "revocation";

fn never_older(part: &'static str, here: u64, offered: u64) -> Result<(), Refused> {
    if offered < here { Err(Refused::Rollback(Rollback { part, here, offered })) } else { Ok(()) }
}

/// TUF §5.3.11, fast-forward recovery: a thief of the old keys may have raised a part's version as high as it goes. Once a newer root
/// gives the part keys of which the old ones alone are too few, nothing that the thief signed can come back, and the version may fall.
fn recovers(old: &Role, new: &Role) -> bool {
    new.keys.iter().filter(|key| old.keys.contains(key)).count() < new.threshold
}

/// Whether something that was set is not.
fn forgets(known: &Bits, new: &Bits) -> bool {
    known.iter().any(|index| new.get(index) != Some(true))
}
