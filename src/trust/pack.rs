//! One file that makes verification possible with no network: read once, asked many times.

use std::collections::{HashMap, HashSet};

use super::accreditation::{Accreditation, CatalogueEntry, Issuer, IssuerKey};
use super::freshness::{Freshness, ListRow};
use super::root::{PART_BOUNDS, Root, Unsigned};
use super::status::StatusList;
use crate::base::canonical::{Json, Object, ReadError, read};
use crate::base::did::{Did, DidError, MethodId};
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::AchievementId;
use crate::credential::document::{Authentic, Document, Signed, Unreadable, VouchedKey};

/// The version of the file's outer shape.
const FORMAT: i64 = 1;

/// An authority's word on who may award what, checked from its root down.
#[derive(Clone, Debug)]
pub struct TrustPack {
    root: Authentic<Root>,
    accreditation: Authentic<Accreditation>,
    freshness: Authentic<Freshness>,
    issuer_at: HashMap<String, usize>,
    /// identifier → version → position
    achievement_at: HashMap<AchievementId, HashMap<String, usize>>,
    lists: HashMap<String, ListState>,
    /// Of each root since the first.
    root_digests: Vec<[u8; 32]>,
    /// list → position among freshness's rows
    row_at: HashMap<String, usize>,
    /// revocation list → purpose → position of the sibling's row
    sibling_at: HashMap<String, HashMap<String, usize>>,
    standing: Standing,
}

/// Whom a pack is believed from.
#[derive(Clone, Debug)]
pub enum Anchor {
    /// The person at the machine named this file and so vouches for its first root. What `--trust FILE` means.
    NamedByHand,
    /// Only a first root with one of these digests.
    Pinned(Vec<[u8; 32]>),
}

/// Why a pack is believed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its own first root was accepted: pinned, or the file named by hand.
    Pinned,
    /// A pinned pack vouches for its first root. One hop: whom a recognised pack recognises, nobody here has accepted.
    Recognised {
        /// The name of the authority that recognises it.
        by: String,
        /// That authority's country, ISO 3166-1 alpha-2.
        country: String,
        /// The title of the legal instrument.
        instrument: String,
        /// Awards count from this day on.
        from: Timestamp,
        /// Awards count until this day; `None` while it lasts.
        until: Option<Timestamp>,
    },
}

/// A status list that the freshness part names, as found in the file.
#[derive(Clone, Debug)]
pub enum ListState {
    /// Signed by its issuer, the very one that freshness names.
    Current(StatusList),
    /// There, and not the one it should be: altered, of another issuer, or not a list.
    Malformed,
    /// Named by freshness and not in the file.
    Missing,
}

/// The signed parts of a pack's file.
#[derive(Clone, Debug)]
pub struct SignedParts {
    /// Every root since the first.
    pub roots: Vec<Signed<Root>>,
    /// The accreditation.
    pub accreditation: Signed<Accreditation>,
    /// The freshness.
    pub freshness: Signed<Freshness>,
    /// The status lists.
    pub lists: Vec<Signed<StatusList>>,
}

/// Why a file is not a pack that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackError {
    /// Freshness names a list twice, or two siblings of one purpose: which of them counts, nobody can tell (threats.md F16).
    Ambiguous,
    /// Parts of different publications: freshness names another accreditation.
    Mixed,
    /// Not JSON.
    Json(ReadError),
    /// JSON, and not a trust pack of a format this version reads.
    NotAPack,
    /// A part that is not a signed document: which one.
    Part(&'static str, Unreadable),
    /// A part that too few keys have signed: which one.
    Unsigned(&'static str, Unsigned),
    /// The first root is not one that is pinned here.
    UnknownRoot,
    /// A root does not follow the one before it.
    RootOutOfOrder,
}

impl PackError {
    /// The code of language tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            PackError::Ambiguous => "ambiguous",
            PackError::Json(_) => "not-json",
            PackError::Mixed => "mixed",
            PackError::NotAPack => "not-a-pack",
            PackError::Part(..) => "part",
            PackError::RootOutOfOrder => "root-out-of-order",
            PackError::UnknownRoot => "unknown-root",
            PackError::Unsigned(..) => "unsigned",
        }
    }

    /// The part that is at fault, where it is one alone.
    #[must_use]
    pub fn part(&self) -> Option<&'static str> {
        match self {
            PackError::Part(part, _) | PackError::Unsigned(part, _) => Some(part),
            PackError::Ambiguous
            | PackError::Json(_)
            | PackError::Mixed
            | PackError::NotAPack
            | PackError::RootOutOfOrder
            | PackError::UnknownRoot => None,
        }
    }
}

impl TrustPack {
    /// Reads a pack and checks it from its root down.
    ///
    /// # Errors
    /// [`PackError`].
    pub fn read(bytes: &[u8], anchor: &Anchor) -> Result<Self, PackError> {
        let json = read(bytes, PART_BOUNDS).map_err(PackError::Json)?;
        Self::of_json(json, anchor)
    }

    /// From a file, or a bundle's member, that was read as JSON within [`PART_BOUNDS`].
    ///
    /// # Errors
    /// [`PackError`].
    pub(super) fn of_json(json: Json, anchor: &Anchor) -> Result<Self, PackError> {
        let Json::Object(mut file) = json else { return Err(PackError::NotAPack) };
        if file.get("type").and_then(Json::text) != Some("TrustPack")
            || file.get("format").and_then(Json::integer) != Some(FORMAT)
        {
            return Err(PackError::NotAPack);
        }
        let (root, root_digests) = read_roots(&mut file, anchor)?;
        let accreditation = part::<Accreditation>(&mut file, "accreditation")?;
        let accreditation = root
            .content()
            .accreditation
            .require(&accreditation)
            .map_err(|error| PackError::Unsigned("accreditation", error))?;
        let freshness = part::<Freshness>(&mut file, "freshness")?;
        let freshness =
            root.content().freshness.require(&freshness).map_err(|error| PackError::Unsigned("freshness", error))?;
        if freshness.content().accreditation_version != accreditation.content().version
            || freshness.content().accreditation_digest != accreditation.digest()
        {
            return Err(PackError::Mixed);
        }
        let (row_at, sibling_at) = index_rows(&freshness.content().lists)?;
        let mut pack = Self {
            issuer_at: index_issuers(accreditation.content()),
            achievement_at: index_achievements(accreditation.content()),
            root,
            accreditation,
            freshness,
            lists: HashMap::new(),
            root_digests,
            row_at,
            sibling_at,
            standing: Standing::Pinned,
        };
        pack.lists = pack.read_lists(take_list(&mut file, "statusLists").unwrap_or_default());
        Ok(pack)
    }

    /// Writes the file.
    #[must_use]
    pub fn assemble(
        roots: &[Signed<Root>],
        accreditation: &Signed<Accreditation>,
        freshness: &Signed<Freshness>,
        lists: &[Signed<StatusList>],
    ) -> Vec<u8> {
        Json::Object(Object::from_iter([
            ("accreditation", accreditation.to_json()),
            ("format", Json::Integer(FORMAT)),
            ("freshness", freshness.to_json()),
            ("root", Json::List(roots.iter().map(Signed::to_json).collect())),
            ("statusLists", Json::List(lists.iter().map(Signed::to_json).collect())),
            ("type", "TrustPack".into()),
        ]))
        .to_canonical()
    }

    /// The signed parts of a file, unchecked: for the authority that adds to its own pack, and checks it by [`TrustPack::read`].
    #[must_use]
    pub fn parts(bytes: &[u8]) -> Option<SignedParts> {
        let Ok(Json::Object(mut file)) = read(bytes, PART_BOUNDS) else { return None };
        let (roots, lists) = (take_list(&mut file, "root"), take_list(&mut file, "statusLists"));
        let (roots, lists) = (roots.unwrap_or_default(), lists.unwrap_or_default());
        Some(SignedParts {
            roots: roots.into_iter().map(|json| Signed::of_member(json).ok()).collect::<Option<_>>()?,
            accreditation: part(&mut file, "accreditation").ok()?,
            freshness: part(&mut file, "freshness").ok()?,
            lists: lists.into_iter().map(|json| Signed::of_member(json).ok()).collect::<Option<_>>()?,
        })
    }

    /// The authority's root.
    #[must_use]
    pub fn root(&self) -> &Root {
        self.root.content()
    }

    /// The digests of the chain of roots, from the first, which is the one that is pinned, to the current one.
    #[must_use]
    pub fn root_digests(&self) -> &[[u8; 32]] {
        &self.root_digests
    }

    /// The digest of the first root: who this authority is, whatever its pack says of itself.
    #[must_use]
    pub fn first_root(&self) -> [u8; 32] {
        self.root_digests[0]
    }

    /// The digests of the current root, accreditation and freshness: what two verifiers compare (threats.md F20).
    #[must_use]
    pub fn digests(&self) -> [(&'static str, [u8; 32]); 3] {
        [
            ("root", self.root.digest()),
            ("accreditation", self.accreditation.digest()),
            ("freshness", self.freshness.digest()),
        ]
    }

    /// Why it is believed.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Whether its own first root was accepted, and not another authority's word for it.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.standing == Standing::Pinned
    }

    pub(super) fn with_standing(self, standing: Standing) -> Self {
        Self { standing, ..self }
    }

    /// The accreditation part.
    #[must_use]
    pub fn accreditation(&self) -> &Accreditation {
        self.accreditation.content()
    }

    /// The freshness part.
    #[must_use]
    pub fn freshness(&self) -> &Freshness {
        self.freshness.content()
    }

    /// The versions of root, accreditation and freshness: which of two packs of one authority is the newer.
    #[must_use]
    pub fn versions(&self) -> (u64, u64, u64) {
        (self.root().version, self.accreditation().version, self.freshness().version)
    }

    /// The accreditation date (design §2 *Absence*).
    #[must_use]
    pub fn accreditation_date(&self) -> Timestamp {
        self.accreditation().issued.unwrap_or(self.freshness().date)
    }

    /// The newest signed time in it: a clock that is behind this is wrong (threats.md D2).
    #[must_use]
    pub fn newest_time(&self) -> Timestamp {
        self.freshness().date.max(self.accreditation_date()).max(self.root().issued)
    }

    /// Whether it is too old, by its authority's own policy, to say what is in force now (design §2 *Ages*).
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let freshness = self.freshness();
        now.days_since(freshness.date) > self.root().green_days
            || freshness.expires.is_some_and(|expires| now.seconds() > expires.ends())
    }

    /// The issuer with this identifier.
    #[must_use]
    pub fn issuer(&self, id: &str) -> Option<&Issuer> {
        self.issuer_at.get(id).and_then(|at| self.accreditation().issuers.get(*at))
    }

    /// The achievement with this identifier, in this version.
    #[must_use]
    pub fn achievement(&self, id: &AchievementId, version: &str) -> Option<&CatalogueEntry> {
        let at = self.achievement_at.get(id)?.get(version)?;
        self.accreditation().achievements.get(*at)
    }

    /// The status list with this identifier.
    #[must_use]
    pub fn list(&self, id: &str) -> Option<&ListState> {
        self.lists.get(id)
    }

    /// What freshness says of a status list.
    #[must_use]
    pub fn list_row(&self, id: &str) -> Option<&ListRow> {
        self.row_at.get(id).and_then(|at| self.freshness().lists.get(*at))
    }

    /// The list of another purpose that shares the positions of a revocation list: `suspension`, `message`.
    #[must_use]
    pub fn sibling(&self, list: &str, purpose: &str) -> Option<&ListRow> {
        let at = self.sibling_at.get(list)?.get(purpose)?;
        self.freshness().lists.get(*at)
    }

    fn read_lists(&self, in_file: Vec<Json>) -> HashMap<String, ListState> {
        let in_file: Vec<Signed<StatusList>> =
            in_file.into_iter().filter_map(|json| Signed::of_member(json).ok()).collect();
        // Freshness names a list by its digest; the identifier only tells a changed list from one that is not there.
        let by_digest: HashMap<[u8; 32], &Signed<StatusList>> =
            in_file.iter().map(|list| (list.digest(), list)).collect();
        let ids: HashSet<&str> = in_file.iter().filter_map(Signed::claimed_id).collect();
        let named = |row: &ListRow| {
            by_digest.get(&row.digest).filter(|list| list.claimed_id() == Some(row.id.as_str())).copied()
        };
        let state = |row: &ListRow| match named(row) {
            Some(list) => self.read_list(row, list).map_or(ListState::Malformed, ListState::Current),
            None if ids.contains(row.id.as_str()) => ListState::Malformed,
            None => ListState::Missing,
        };
        self.freshness().lists.iter().map(|row| (row.id.clone(), state(row))).collect()
    }

    /// Freshness vouches for the digest; the issuer's own signature is asked for besides, or that of the body that took over from it
    /// (threats.md E3, E4, E5).
    fn read_list(&self, row: &ListRow, list: &Signed<StatusList>) -> Option<StatusList> {
        let issuer = self.issuer(row.issuer.as_str())?;
        let successor = || issuer.successor.as_ref().and_then(|did| self.issuer(did.as_str()));
        let content = issuer.signed_list(list).or_else(|| successor()?.signed_list_of(list, &issuer.id))?;
        let same = content.digest() == row.digest
            && content.content().id == row.id
            && content.content().issuer == row.issuer
            && content.content().purpose == row.purpose
            // Whose positions it shares is the issuer's word: the online key alone cannot lay a suspension over another list.
            && content.content().sibling_of.as_ref().is_none_or(|list| row.sibling_of.as_ref() == Some(list));
        same.then(|| content.into_content())
    }
}

impl Issuer {
    /// The keys that a verification method names: one, unless a list is careless; then each is tried (threats.md A9b).
    pub fn keys_named<'a, 'm>(&'a self, method: &'m str) -> impl Iterator<Item = &'a IssuerKey> + use<'a, 'm> {
        self.keys.iter().filter(move |key| key.id.as_str() == method)
    }
}

impl Issuer {
    /// A status list, when one of this issuer's keys has signed it.
    #[must_use]
    pub fn signed_list(&self, list: &Signed<StatusList>) -> Option<Authentic<StatusList>> {
        self.signed_list_of(list, &self.id)
    }

    /// The status list of a body, when one of this issuer's keys has signed it.
    fn signed_list_of(&self, list: &Signed<StatusList>, of: &Did) -> Option<Authentic<StatusList>> {
        let signed = |proof: &crate::credential::proof::Proof| {
            self.keys_named(&proof.claimed_method).find_map(|key| list.authentic(proof, &key.vouched()).ok())
        };
        list.proofs().iter().find_map(signed).filter(|list| list.content().issuer == *of)
    }
}

impl IssuerKey {
    /// The key as the pack vouches for it.
    pub(crate) fn vouched(&self) -> VouchedKey {
        VouchedKey::from_pack(self.key)
    }
}

fn part<T: Document>(file: &mut Object, name: &'static str) -> Result<Signed<T>, PackError> {
    let json = file.remove(name).ok_or(PackError::NotAPack)?;
    Signed::of_member(json).map_err(|error| PackError::Part(name, error))
}

/// Takes an array out of a file: nothing of it is copied.
fn take_list(file: &mut Object, name: &str) -> Option<Vec<Json>> {
    match file.remove(name) {
        Some(Json::List(list)) => Some(list),
        _ => None,
    }
}

/// Where each issuer stands; of two with one identifier the first counts.
fn index_issuers(accreditation: &Accreditation) -> HashMap<String, usize> {
    let issuers = accreditation.issuers.iter().enumerate().rev();
    issuers.map(|(at, issuer)| (issuer.id.as_str().to_owned(), at)).collect()
}

fn index_achievements(accreditation: &Accreditation) -> HashMap<AchievementId, HashMap<String, usize>> {
    let mut index: HashMap<AchievementId, HashMap<String, usize>> = HashMap::new();
    for (at, entry) in accreditation.achievements.iter().enumerate().rev() {
        index.entry(entry.id.clone()).or_default().insert(entry.version.clone(), at);
    }
    index
}

type RowIndex = (HashMap<String, usize>, HashMap<String, HashMap<String, usize>>);

fn index_rows(rows: &[ListRow]) -> Result<RowIndex, PackError> {
    let mut row_at = HashMap::with_capacity(rows.len());
    let mut sibling_at: HashMap<String, HashMap<String, usize>> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        let twice = row_at.insert(row.id.clone(), at).is_some();
        let sibling = row
            .sibling_of
            .as_ref()
            .and_then(|list| sibling_at.entry(list.clone()).or_default().insert(row.purpose.clone(), at));
        if twice || sibling.is_some() {
            return Err(PackError::Ambiguous);
        }
    }
    Ok((row_at, sibling_at))
}

/// The chain of roots: the first by the anchor and its own threshold, each further one by the old and its own (threats.md F7).
fn read_roots(file: &mut Object, anchor: &Anchor) -> Result<(Authentic<Root>, Vec<[u8; 32]>), PackError> {
    let mut current: Option<Authentic<Root>> = None;
    let mut digests = Vec::new();
    for json in take_list(file, "root").ok_or(PackError::NotAPack)? {
        let claimed = claimed_root(&json);
        let signed = Signed::<Root>::of_member(json).map_err(|error| PackError::Part("root", error))?;
        let claimed = claimed?;
        let next = claimed.root.require(&signed).map_err(|error| PackError::Unsigned("root", error))?;
        match (&current, anchor) {
            (None, Anchor::Pinned(digests)) if !digests.contains(&next.digest()) => return Err(PackError::UnknownRoot),
            (None, _) => {}
            (Some(old), _) => {
                old.content().root.require(&signed).map_err(|error| PackError::Unsigned("root", error))?;
                let follows = next.content().version == old.content().version + 1
                    && next.content().environment == old.content().environment
                    && next.content().authority.id == old.content().authority.id;
                if !follows {
                    return Err(PackError::RootOutOfOrder);
                }
            }
        }
        digests.push(next.digest());
        current = Some(next);
    }
    Ok((current.ok_or(PackError::NotAPack)?, digests))
}

/// A root names its own signers, so it is read before its signature is checked; it counts only after.
fn claimed_root(json: &Json) -> Result<Root, PackError> {
    let object = json.object().ok_or(PackError::NotAPack)?;
    <Root as Document>::parse(object).map_err(|error| PackError::Unsigned("root", Unsigned::Malformed(error)))
}

/// The verification method of an issuer's key in the pack, by its DID and fragment.
///
/// # Errors
/// [`DidError`].
pub fn method(did: &Did, fragment: &str) -> Result<MethodId, DidError> {
    match did.own_key() {
        Some(key) => Ok(MethodId::of_key(&key)),
        None => did.method(fragment),
    }
}
