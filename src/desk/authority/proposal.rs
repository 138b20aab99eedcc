//! A proposal: the next root, the next accreditation, or both, on the way to the people who sign them. One file, complete in itself, so
//! that it travels by stick or chat.
//!
//! ```text
//! {"type": "TrustProposal", "format": 1,
//!  "base":          the published pack without status lists, or absent before the first
//!  "root":          the next root, with the proofs it has so far, or absent
//!  "accreditation": the next accreditation, likewise
//!  "people":        {"z6Mk…": "Ana Pérez"}}     whose key is whose, as the founder wrote it down: a label, never a proof
//! ```
//! Both parts in one file, because two steps need both at once: the first publication, and a rotation after which those who signed the
//! published accreditation no longer may.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::error::AuthorityError;
use crate::base::canonical::{Json, LARGEST_EXACT, Object, read};
use crate::base::did::MethodId;
use crate::base::key::{PublicKey, SecretKey};
use crate::base::limits::{NAME_CHARACTERS, PROOFS};
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::document::{Document, Signed};
use crate::trust::accreditation::Accreditation;
use crate::trust::freshness::Freshness;
use crate::trust::pack::{Anchor, PackError, SignedParts, TrustPack};
use crate::trust::root::{PART_BOUNDS, Role, Root, Unsigned};

const KIND: &str = "TrustProposal";
const FORMAT: i64 = 1;
/// 2³²: more publications than one a second for a century. A version beyond it came from a thief who held the key (threats.md F3); after a
/// rotation that leaves the thief without it, the part begins again at 1.
pub const VERSION_BELIEVED: u64 = 1 << 32;

/// Whose key is whose, by multikey.
pub type People = BTreeMap<String, String>;

/// What is to be published next, and who has signed it.
#[derive(Clone, Debug)]
pub struct Proposal {
    base: Option<Published>,
    root: Option<Part<Root>>,
    accreditation: Option<Part<Accreditation>>,
    people: People,
}

/// A pack as it is published.
#[derive(Clone, Debug)]
pub struct Published {
    /// What it says, checked from its root down.
    pub pack: TrustPack,
    /// Its signed parts.
    pub parts: SignedParts,
}

/// A part on its way: its content, and the document with the proofs it has so far.
#[derive(Clone, Debug)]
struct Part<T> {
    content: T,
    document: Object,
}

/// A part that people have to sign: as whom, who has, and how many must.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// `root` or `accreditation`.
    pub part: &'static str,
    /// Whether these are the keys of the root that is being replaced.
    pub outgoing: bool,
    /// Whose signatures count.
    pub role: Role,
    /// Those of them who have signed.
    pub signed: Vec<PublicKey>,
}

impl Published {
    /// Reads a pack.
    ///
    /// # Errors
    /// [`PackError`].
    pub fn read(bytes: &[u8]) -> Result<Self, PackError> {
        let pack = TrustPack::read(bytes, &Anchor::NamedByHand)?;
        let parts = TrustPack::parts(bytes).ok_or(PackError::NotAPack)?;
        Ok(Self { pack, parts })
    }

    /// The digest of its first root: what people compare by telephone.
    #[must_use]
    pub fn first_root(&self) -> [u8; 32] {
        self.parts.roots.first().map_or([0; 32], Signed::digest)
    }

    /// What tells two publications apart that people have signed: the digests of the last root and of the accreditation.
    #[must_use]
    pub fn digests(&self) -> ([u8; 32], [u8; 32]) {
        (self.parts.roots.last().map_or([0; 32], Signed::digest), self.parts.accreditation.digest())
    }

    fn without_lists(&self) -> Json {
        let SignedParts { roots, accreditation, freshness, .. } = &self.parts;
        let bytes = TrustPack::assemble(roots, accreditation, freshness, &[]);
        read(&bytes, PART_BOUNDS).unwrap_or(Json::Null)
    }
}

impl<T: Document> Part<T> {
    fn unsigned(content: T, document: Object) -> Self {
        Self { content, document }
    }

    /// Reads one out of a file. `None` when it says more than its content has, so that words made of the content would hide something.
    fn read(json: &Json, again: fn(&T) -> Object) -> Option<Self> {
        let document = json.object()?.clone();
        let content = T::parse(&document).ok()?;
        let same = again(&content).to_canonical() == document.to_canonical_without("proof");
        let part = Self { content, document };
        // More than verifiers read are nobody's: each is held against the whole document.
        (same && part.proofs().len() <= PROOFS).then_some(part)
    }

    fn signed(&self) -> Option<Signed<T>> {
        Signed::of_member(Json::Object(self.document.clone())).ok()
    }

    fn proofs(&self) -> Vec<Json> {
        match self.document.get("proof") {
            Some(Json::List(list)) => list.clone(),
            Some(single) => vec![single.clone()],
            None => Vec::new(),
        }
    }

    /// The key that a proof is of, when it holds: by the rule that verifiers go by.
    fn signer(&self, proof: &Json) -> Option<PublicKey> {
        let method = MethodId::parse(proof.object()?.get("verificationMethod")?.text()?).ok()?;
        let key = method.did().own_key()?;
        let mut alone = self.document.clone();
        alone.set("proof", Json::List(vec![proof.clone()]));
        let signed = Signed::<T>::of_member(Json::Object(alone)).ok()?;
        Role::of_one(key).require(&signed).is_ok().then_some(key)
    }

    fn signers(&self) -> Vec<PublicKey> {
        let mut keys: Vec<PublicKey> = Vec::new();
        for key in self.proofs().iter().filter_map(|proof| self.signer(proof)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    fn is_altered(&self) -> bool {
        self.proofs().iter().any(|proof| self.signer(proof).is_none())
    }

    fn sign(&mut self, key: &SecretKey, now: Timestamp) -> Result<(), AuthorityError> {
        let method = MethodId::of_key(&key.public());
        let signed = Signed::<T>::seal_again(self.document.clone(), key, &method, now);
        let signed = signed.map_err(|error| AuthorityError::Pack(PackError::Part("proof", error)))?;
        if let Json::Object(document) = signed.to_json() {
            self.document = document;
        }
        Ok(())
    }

    /// Takes in the signatures of another copy, each key once.
    fn merge(&mut self, other: &Self) {
        let mut proofs = Vec::new();
        let mut keys: Vec<PublicKey> = Vec::new();
        for proof in self.proofs().into_iter().chain(other.proofs()) {
            if let Some(key) = self.signer(&proof).filter(|key| !keys.contains(key)) {
                keys.push(key);
                proofs.push(proof);
            }
        }
        if !proofs.is_empty() {
            self.document.set("proof", Json::List(proofs));
        }
    }

    fn without_proofs(&self) -> Vec<u8> {
        self.document.to_canonical_without("proof")
    }
}

impl Proposal {
    /// Begins one on what is published.
    #[must_use]
    pub fn on(base: Published, people: People) -> Self {
        Self { base: Some(base), root: None, accreditation: None, people }
    }

    /// Begins the first of an authority.
    #[must_use]
    pub fn first(root: Root, now: Timestamp, people: People) -> Self {
        let accreditation = Accreditation { version: 1, issued: Some(now), ..Accreditation::default() };
        let document = accreditation.to_json();
        Self {
            base: None,
            root: Some(Part::unsigned(root.clone(), root.to_json())),
            accreditation: Some(Part::unsigned(accreditation, document)),
            people,
        }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`AuthorityError::Pack`], [`AuthorityError::NotInWords`].
    pub fn read(bytes: &[u8]) -> Result<Self, AuthorityError> {
        let not_one = || AuthorityError::Pack(PackError::NotAPack);
        let json = read(bytes, PART_BOUNDS).map_err(|error| AuthorityError::Pack(PackError::Json(error)))?;
        let file = json.object().ok_or_else(not_one)?;
        if file.get("type").and_then(Json::text) != Some(KIND)
            || file.get("format").and_then(Json::integer) != Some(FORMAT)
        {
            return Err(not_one());
        }
        let base = file.get("base").map(|json| Published::read(&json.to_canonical()).map_err(AuthorityError::Pack));
        let root = file
            .get("root")
            .map(|json| Part::<Root>::read(json, Root::to_json).ok_or(AuthorityError::NotInWords("root")));
        let accreditation = file.get("accreditation").map(|json| {
            Part::<Accreditation>::read(json, Accreditation::to_json)
                .filter(|part| !part.content.is_of_later_version() && !has_twins(&part.content))
                .ok_or(AuthorityError::NotInWords("accreditation"))
        });
        let people = file.get("people").and_then(Json::object).map(|object| {
            let label = |text: &str| text.chars().filter(|it| !it.is_control()).take(NAME_CHARACTERS).collect();
            object.iter().filter_map(|(key, name)| Some((key.to_owned(), label(name.text()?)))).collect()
        });
        let proposal = Self {
            base: base.transpose()?,
            root: root.transpose()?,
            accreditation: accreditation.transpose()?,
            people: people.unwrap_or_default(),
        };
        let complete = proposal.base.is_some() || proposal.root.is_some() && proposal.accreditation.is_some();
        if complete { Ok(proposal) } else { Err(not_one()) }
    }

    /// Writes the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let people: Object = self.people.iter().map(|(key, name)| (key, Json::from(name.as_str()))).collect();
        let mut file =
            Object::from_iter([("format", Json::Integer(FORMAT)), ("people", people.into()), ("type", KIND.into())]);
        if let Some(base) = &self.base {
            file.set("base", base.without_lists());
        }
        if let Some(root) = &self.root {
            file.set("root", Json::Object(root.document.clone()));
        }
        if let Some(accreditation) = &self.accreditation {
            file.set("accreditation", Json::Object(accreditation.document.clone()));
        }
        Json::Object(file).to_canonical()
    }

    /// What it stands on; `None` before the first publication.
    #[must_use]
    pub fn base(&self) -> Option<&Published> {
        self.base.as_ref()
    }

    /// The proposed root, if it is a new one.
    #[must_use]
    pub fn new_root(&self) -> Option<&Root> {
        self.root.as_ref().map(|part| &part.content)
    }

    /// The proposed accreditation, if it is a new one.
    #[must_use]
    pub fn new_accreditation(&self) -> Option<&Accreditation> {
        self.accreditation.as_ref().map(|part| &part.content)
    }

    /// The root as it would be.
    #[must_use]
    pub fn root(&self) -> Option<&Root> {
        self.new_root().or_else(|| self.base.as_ref().map(|base| base.pack.root()))
    }

    /// The accreditation as it would be.
    #[must_use]
    pub fn accreditation(&self) -> Accreditation {
        let published = || self.base.as_ref().map(|base| base.pack.accreditation());
        self.new_accreditation().or_else(published).cloned().unwrap_or_default()
    }

    /// What tells two proposals apart: the digest of what is to be signed.
    #[must_use]
    pub fn digest(&self) -> String {
        let root = self.root.as_ref().map(Part::without_proofs).unwrap_or_default();
        let accreditation = self.accreditation.as_ref().map(Part::without_proofs).unwrap_or_default();
        multibase::digest(
            &Sha256::new().chain_update(Sha256::digest(root)).chain_update(accreditation).finalize().into(),
        )
    }

    /// Whose key is whose.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }

    /// A key as people know it: a name where one is known, and the end of the key.
    #[must_use]
    pub fn name_of(&self, key: &PublicKey) -> String {
        let multikey = key.to_multikey();
        match self.people.get(&multikey) {
            Some(name) => format!("{name} (…{})", &multikey[multikey.len().saturating_sub(6)..]),
            None => multikey,
        }
    }

    /// Whether nothing is proposed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.root.is_none() && self.accreditation.is_none()
    }

    /// The digest of the authority's first root.
    #[must_use]
    pub fn first_root(&self) -> [u8; 32] {
        let own = || self.root.as_ref().map(|part| Sha256::digest(part.without_proofs()).into());
        self.base.as_ref().map(Published::first_root).or_else(own).unwrap_or([0; 32])
    }

    /// Changes the accreditation. How many signatures that undid; `None` when nothing changed.
    ///
    /// # Errors
    /// What the change itself refuses; [`AuthorityError::LaterVersion`], [`AuthorityError::VersionAtEnd`].
    pub fn change_accreditation(
        &mut self,
        now: Timestamp,
        change: impl FnOnce(&mut Accreditation) -> Result<(), AuthorityError>,
    ) -> Result<Option<usize>, AuthorityError> {
        let before = self.accreditation();
        if before.is_of_later_version() {
            return Err(AuthorityError::LaterVersion);
        }
        let mut after = before.clone();
        change(&mut after)?;
        if after.to_json().to_canonical() == before.to_json().to_canonical() {
            return Ok(None);
        }
        if self.root.is_none() && self.base.as_ref().is_some_and(|base| says_the_same(&after, base)) {
            // What was proposed has been taken back.
            let undone = self.accreditation.take().map_or(0, |part| part.signers().len());
            return Ok(Some(undone));
        }
        self.set_accreditation(after, now).map(Some)
    }

    /// Changes the root: the next one of the published, or the first itself. How many signatures that undid; `None` when nothing changed.
    ///
    /// # Errors
    /// [`AuthorityError::Threshold`], [`AuthorityError::LaterVersion`], [`AuthorityError::VersionAtEnd`].
    pub fn change_root(
        &mut self,
        now: Timestamp,
        change: impl FnOnce(&mut Root) -> Result<(), AuthorityError>,
    ) -> Result<Option<usize>, AuthorityError> {
        let before = self.root().cloned().ok_or(AuthorityError::NothingProposed)?;
        let mut after = before.clone();
        change(&mut after)?;
        if after == before {
            return Ok(None);
        }
        for (name, role) in
            [("root", &after.root), ("accreditation", &after.accreditation), ("freshness", &after.freshness)]
        {
            if role.threshold == 0 || role.threshold > role.keys.len() {
                return Err(AuthorityError::Threshold(name));
            }
        }
        after.issued = now;
        after.version = self.base.as_ref().map_or(1, |base| base.pack.root().version + 1);
        let mut undone = self.root.as_ref().map_or(0, |part| part.signers().len());
        let document = after.to_json();
        self.root = Some(Part::unsigned(after, document));
        undone += self.renew_accreditation(now)?;
        Ok(Some(undone))
    }

    /// After a change of the root: the accreditation is signed anew when those who signed it no longer may, or its version begins again.
    fn renew_accreditation(&mut self, now: Timestamp) -> Result<usize, AuthorityError> {
        let (Some(base), Some(root)) = (&self.base, self.new_root()) else { return Ok(0) };
        let stands = root.accreditation.require(&base.parts.accreditation).is_ok();
        let version = self.next_accreditation()?;
        let has_right_version = self.new_accreditation().is_some_and(|part| part.version == version);
        if stands && self.accreditation.is_none() || has_right_version {
            return Ok(0);
        }
        let content = self.accreditation();
        if content.is_of_later_version() {
            return Err(AuthorityError::LaterVersion);
        }
        self.set_accreditation(content, now)
    }

    fn set_accreditation(&mut self, mut content: Accreditation, now: Timestamp) -> Result<usize, AuthorityError> {
        let undone = self.accreditation.as_ref().map_or(0, |part| part.signers().len());
        content.version = self.next_accreditation()?;
        content.issued = Some(now);
        let document = content.to_json();
        self.accreditation = Some(Part::unsigned(content, document));
        Ok(undone)
    }

    fn next_accreditation(&self) -> Result<u64, AuthorityError> {
        let Some(base) = &self.base else { return Ok(1) };
        let renewed =
            self.new_root().is_some_and(|new| is_renewed(&base.pack.root().accreditation, &new.accreditation));
        next_version("accreditation", base.pack.accreditation().version, renewed)
    }

    /// Adds labels of keys.
    pub fn add_people(&mut self, people: &People) {
        self.people.extend(people.iter().map(|(key, name)| (key.clone(), name.clone())));
    }

    /// Everything that must be signed, and who has.
    #[must_use]
    pub fn tallies(&self) -> Vec<Tally> {
        let tally = |part, outgoing, role: &Role, signers: &[PublicKey]| Tally {
            part,
            outgoing,
            role: role.clone(),
            signed: role.keys.iter().filter(|key| signers.contains(key)).copied().collect(),
        };
        let mut tallies = Vec::new();
        if let Some(root) = &self.root {
            let signers = root.signers();
            let old = self.base.as_ref().map(|base| &base.pack.root().root).filter(|old| **old != root.content.root);
            tallies.extend(old.map(|old| tally("root", true, old, &signers)));
            tallies.push(tally("root", false, &root.content.root, &signers));
        }
        if let (Some(accreditation), Some(root)) = (&self.accreditation, self.root()) {
            tallies.push(tally("accreditation", false, &root.accreditation, &accreditation.signers()));
        }
        tallies
    }

    /// Adds a person's signature to every part that is theirs to sign. `false` when that was done before, or is not theirs.
    ///
    /// # Errors
    /// [`AuthorityError::Pack`] with more signatures than are read.
    pub fn sign(&mut self, key: &SecretKey, now: Timestamp) -> Result<bool, AuthorityError> {
        let public = key.public();
        let open = |part: &str| {
            let of_part = |tally: &&Tally| tally.part == part && tally.role.keys.contains(&public);
            self.tallies().iter().find(of_part).is_some_and(|tally| !tally.signed.contains(&public))
        };
        let (root, accreditation) = (open("root"), open("accreditation"));
        if let Some(part) = self.root.as_mut().filter(|_| root) {
            part.sign(key, now)?;
        }
        if let Some(part) = self.accreditation.as_mut().filter(|_| accreditation) {
            part.sign(key, now)?;
        }
        Ok(root || accreditation)
    }

    /// Whether this key has a part in it at all.
    #[must_use]
    pub fn concerns(&self, key: &PublicKey) -> bool {
        self.tallies().iter().any(|tally| tally.role.keys.contains(key))
    }

    /// That it follows what it stands on, and that no signature in it is of something else.
    ///
    /// # Errors
    /// [`AuthorityError::Altered`], [`AuthorityError::NotGrowing`], [`AuthorityError::Pack`].
    pub fn check(&self) -> Result<(), AuthorityError> {
        let altered = self.root.as_ref().is_some_and(Part::is_altered)
            || self.accreditation.as_ref().is_some_and(Part::is_altered);
        if altered {
            return Err(AuthorityError::Altered);
        }
        let Some(base) = &self.base else { return self.check_first() };
        let (here, mut renewed) = (base.pack.root(), false);
        if let Some(root) = self.new_root() {
            if root.version != here.version + 1 {
                return Err(grow("root", here.version, root.version));
            }
            if root.environment != here.environment || root.authority.id != here.authority.id {
                return Err(AuthorityError::Pack(PackError::RootOutOfOrder));
            }
            renewed = is_renewed(&here.accreditation, &root.accreditation);
        }
        let version = base.pack.accreditation().version;
        match self.new_accreditation() {
            Some(new) if new.version <= version && !renewed => Err(grow("accreditation", version, new.version)),
            _ => Ok(()),
        }
    }

    fn check_first(&self) -> Result<(), AuthorityError> {
        let versions = [
            ("root", self.new_root().map(|it| it.version)),
            ("accreditation", self.new_accreditation().map(|it| it.version)),
        ];
        match versions.into_iter().find(|(_, version)| *version != Some(1)) {
            None => Ok(()),
            Some((part, version)) => Err(grow(part, 0, version.unwrap_or(0))),
        }
    }

    /// Takes in the signatures of another copy of the same proposal.
    ///
    /// # Errors
    /// [`AuthorityError::Altered`] when it is not the same.
    pub fn merge(&mut self, other: &Self) -> Result<(), AuthorityError> {
        fn same<T: Document>(one: Option<&Part<T>>, other: Option<&Part<T>>) -> bool {
            one.map(Part::without_proofs) == other.map(Part::without_proofs)
        }
        let base = |proposal: &Self| proposal.base.as_ref().map(|base| (base.first_root(), base.digests()));
        if !same(self.root.as_ref(), other.root.as_ref())
            || !same(self.accreditation.as_ref(), other.accreditation.as_ref())
            || base(self) != base(other)
        {
            return Err(AuthorityError::Altered);
        }
        if let (Some(one), Some(other)) = (&mut self.root, &other.root) {
            one.merge(other);
        }
        if let (Some(one), Some(other)) = (&mut self.accreditation, &other.accreditation) {
            one.merge(other);
        }
        Ok(())
    }

    /// That enough people have signed every part.
    ///
    /// # Errors
    /// [`AuthorityError::TooFew`], with who is missing.
    pub fn require(&self) -> Result<(), AuthorityError> {
        let lacking = self.tallies().into_iter().find(|tally| tally.signed.len() < tally.role.threshold);
        match lacking {
            None => Ok(()),
            Some(tally) => Err(AuthorityError::TooFew {
                part: tally.part,
                signed: tally.signed.len(),
                threshold: tally.role.threshold,
                missing: tally.missing().map(|key| self.name_of(key)).collect(),
            }),
        }
    }

    /// The signed parts of the pack that it makes: every root since the first, and the accreditation.
    ///
    /// # Errors
    /// [`AuthorityError::TooFew`] with too few signatures.
    pub fn finish(&self) -> Result<(Vec<Signed<Root>>, Signed<Accreditation>), AuthorityError> {
        self.require()?;
        let missing =
            |name| AuthorityError::Pack(PackError::Unsigned(name, Unsigned::TooFew { signed: 0, threshold: 1 }));
        let mut roots = self.base.as_ref().map(|base| base.parts.roots.clone()).unwrap_or_default();
        if let Some(part) = &self.root {
            roots.push(part.signed().ok_or_else(|| missing("root"))?);
        }
        let published = self.base.as_ref().map(|base| base.parts.accreditation.clone());
        let accreditation = match &self.accreditation {
            Some(part) => part.signed(),
            None => published,
        };
        Ok((roots, accreditation.ok_or_else(|| missing("accreditation"))?))
    }

    /// Whether this is what has been published already.
    #[must_use]
    pub fn is_published_as(&self, published: &Published) -> bool {
        let (root, accreditation) = published.digests();
        let is = |document: Option<Vec<u8>>, digest: [u8; 32]| {
            document.is_none_or(|bytes| <[u8; 32]>::from(Sha256::digest(bytes)) == digest)
        };
        !self.is_empty()
            && is(self.root.as_ref().map(Part::without_proofs), root)
            && is(self.accreditation.as_ref().map(Part::without_proofs), accreditation)
    }
}

impl Tally {
    /// Those who could still sign.
    pub fn missing(&self) -> impl Iterator<Item = &PublicKey> {
        self.role.keys.iter().filter(|key| !self.signed.contains(key))
    }
}

/// Whether the old keys can make a part no more under the new role (TUF: recovery from a fast-forward attack).
#[must_use]
pub fn is_renewed(old: &Role, new: &Role) -> bool {
    old.keys.iter().filter(|key| new.keys.contains(key)).count() < new.threshold
}

/// The version after this one; from the beginning again after a thief ran it up, once the thief's key is out.
///
/// # Errors
/// [`AuthorityError::VersionAtEnd`].
pub fn next_version(part: &'static str, here: u64, renewed: bool) -> Result<u64, AuthorityError> {
    match here {
        _ if renewed && here > VERSION_BELIEVED => Ok(1),
        _ if here >= LARGEST_EXACT.unsigned_abs() => Err(AuthorityError::VersionAtEnd(part)),
        _ => Ok(here + 1),
    }
}

/// The version of freshness after this one.
///
/// # Errors
/// [`AuthorityError::VersionAtEnd`].
pub fn next_freshness(here: &Freshness, old: &Root, new: &Root) -> Result<u64, AuthorityError> {
    next_version("freshness", here.version, is_renewed(&old.freshness, &new.freshness))
}

/// Whether a list says what is published, whatever its version and date.
fn says_the_same(list: &Accreditation, base: &Published) -> bool {
    let published = base.pack.accreditation();
    let again = Accreditation { version: published.version, issued: published.issued, ..list.clone() };
    again.to_json().to_canonical() == published.to_json().to_canonical()
}

fn grow(part: &'static str, here: u64, offered: u64) -> AuthorityError {
    AuthorityError::NotGrowing { part, here, offered }
}

/// Whether two entries have one identifier: a verifier goes by the first, and a list of changes would show one of them alone.
fn has_twins(list: &Accreditation) -> bool {
    fn twins<T: Ord>(mut all: Vec<T>) -> bool {
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        all.len() != count
    }
    twins(list.issuers.iter().map(|it| it.id.as_str()).collect())
        || twins(list.achievements.iter().map(|it| (it.id.as_str(), it.version.as_str())).collect())
        || twins(list.rules.iter().map(|it| it.id.as_str()).collect())
        || twins(list.recognises.iter().map(|it| it.authority.as_str()).collect())
        || list.issuers.iter().any(|issuer| twins(issuer.keys.iter().map(|key| key.id.as_str()).collect()))
}
