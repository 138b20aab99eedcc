//! Several packs in one file, each standing on its own root; and one authority's word for another's root.
//!
//! ```text
//! {"type": "TrustBundle", "format": 1, "packs": [PACK, …], "recognised": [AUTHORITY, …]?}
//! ```
//! A bundle is signed by nobody: its packs are. One that cannot be used does not spoil the others. `recognised` names the authorities
//! whose packs its maker has on another's word alone: who believes the maker believes that too.

use std::sync::Arc;

use super::pack::{Anchor, PackError, Standing, TrustPack};
use super::root::PART_BOUNDS;
use crate::base::canonical::{Json, Object, read};

/// The version of the file's outer shape.
const FORMAT: i64 = 1;

/// The packs of a file, each with what came of it.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// In the file's order.
    pub packs: Vec<Result<TrustPack, PackError>>,
}

/// A pack as it stands in a file, not read yet.
#[derive(Clone, Debug)]
pub struct Member {
    pack: Json,
    /// The authorities that whoever made the file has on another's word alone.
    pub recognised: Arc<[String]>,
}

/// The packs of a file that a person named by hand.
#[derive(Debug)]
pub struct Named {
    /// In the file's order.
    pub packs: Vec<Result<TrustPack, PackError>>,
    /// As of [`Member::recognised`].
    pub recognised: Arc<[String]>,
}

impl Named {
    /// The packs as they stand among each other: who believes the file's maker believes too that those stand on another's word alone.
    #[must_use]
    pub fn standing(self) -> Vec<Result<TrustPack, PackError>> {
        let found = self.packs.into_iter().map(|pack| match pack {
            Ok(pack) if self.recognised.contains(&pack.root().authority.id) => Found::Unknown(Box::new(pack)),
            settled => Found::Settled(Box::new(settled)),
        });
        with_recognised(found.collect())
    }
}

impl Bundle {
    /// Reads a bundle or a single pack. A pack whose first root is not pinned still counts when a pinned one of the same file
    /// recognises it.
    ///
    /// # Errors
    /// [`PackError`] when it is neither.
    pub fn read(bytes: &[u8], anchor: &Anchor) -> Result<Self, PackError> {
        let packs = Member::all(bytes)?.into_iter().map(|member| member.read_or_unknown(anchor)).collect::<Vec<_>>();
        Ok(Self { packs: with_recognised(packs) })
    }

    /// Writes a bundle of packs, each as its own file has it, and names those authorities that stand on another's word alone. `None`
    /// when one of the packs is no JSON object.
    #[must_use]
    pub fn assemble(packs: &[Vec<u8>], recognised: &[&str]) -> Option<Vec<u8>> {
        let packs = packs.iter().map(|bytes| read(bytes, PART_BOUNDS).ok().filter(|json| json.object().is_some()));
        let mut file = Object::from_iter([
            ("format", Json::Integer(FORMAT)),
            ("packs", Json::List(packs.collect::<Option<_>>()?)),
            ("type", "TrustBundle".into()),
        ]);
        if !recognised.is_empty() {
            file.set("recognised", Json::List(recognised.iter().map(|id| Json::from(*id)).collect()));
        }
        Some(file.to_canonical())
    }
}

impl Member {
    /// The packs of a bundle, or the one of a single pack's file.
    ///
    /// # Errors
    /// [`PackError`] when it is neither.
    pub fn all(bytes: &[u8]) -> Result<Vec<Self>, PackError> {
        let json = read(bytes, PART_BOUNDS).map_err(PackError::Json)?;
        let Json::Object(mut file) = json else { return Err(PackError::NotAPack) };
        if file.get("type").and_then(Json::text) != Some("TrustBundle") {
            return Ok(vec![Self { pack: file.into(), recognised: Arc::default() }]);
        }
        if file.get("format").and_then(Json::integer) != Some(FORMAT) {
            return Err(PackError::NotAPack);
        }
        let named = file.remove("recognised");
        let named = named.as_ref().and_then(Json::list).unwrap_or_default().iter().filter_map(Json::text);
        let recognised: Arc<[String]> = named.map(str::to_owned).collect();
        match file.remove("packs") {
            Some(Json::List(packs)) if !packs.is_empty() => {
                Ok(packs.into_iter().map(|pack| Self { pack, recognised: Arc::clone(&recognised) }).collect())
            }
            _ => Err(PackError::NotAPack),
        }
    }

    /// The canonical bytes, as a file of its own.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.pack.to_canonical()
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`PackError`].
    pub fn read(self, anchor: &Anchor) -> Result<TrustPack, PackError> {
        TrustPack::of_json(self.pack, anchor)
    }

    /// Reads it; one that is sound and not pinned is kept for whoever may recognise it.
    fn read_or_unknown(self, anchor: &Anchor) -> Found {
        let Anchor::Pinned(pinned) = anchor else { return Found::Settled(Box::new(self.read(anchor))) };
        match self.read(&Anchor::NamedByHand) {
            Ok(pack) if !pinned.contains(&pack.first_root()) => Found::Unknown(Box::new(pack)),
            settled => Found::Settled(Box::new(settled)),
        }
    }
}

/// A pack as far as it is known.
#[derive(Debug)]
enum Found {
    Settled(Box<Result<TrustPack, PackError>>),
    /// Sound, on a root that is not pinned.
    Unknown(Box<TrustPack>),
}

fn with_recognised(found: Vec<Found>) -> Vec<Result<TrustPack, PackError>> {
    let settled = found.iter().filter_map(|found| match found {
        Found::Settled(settled) => settled.as_ref().as_ref().ok(),
        Found::Unknown(_) => None,
    });
    let settled: Vec<&TrustPack> = settled.collect();
    let standings: Vec<Option<Standing>> = found
        .iter()
        .map(|found| match found {
            Found::Settled(_) => None,
            Found::Unknown(pack) => pack.standing_by(settled.iter().copied()),
        })
        .collect();
    let stand = |(found, standing): (Found, Option<Standing>)| match (found, standing) {
        (Found::Settled(settled), _) => *settled,
        (Found::Unknown(pack), Some(standing)) => Ok(pack.with_standing(standing)),
        (Found::Unknown(_), None) => Err(PackError::UnknownRoot),
    };
    found.into_iter().zip(standings).map(stand).collect()
}

impl TrustPack {
    /// The pack as one that stands on another authority's word, if one of these vouches for its first root. Only pinned packs can: one
    /// hop. A pilot never vouches for production, nor production for a pilot.
    #[must_use]
    pub fn recognised_by<'a>(self, packs: impl IntoIterator<Item = &'a TrustPack>) -> Option<TrustPack> {
        let standing = self.standing_by(packs)?;
        Some(self.with_standing(standing))
    }

    fn standing_by<'a>(&self, packs: impl IntoIterator<Item = &'a TrustPack>) -> Option<Standing> {
        let mut pinned = packs.into_iter().filter(|pack| pack.is_pinned());
        pinned.find_map(|pack| {
            let (root, theirs) = (self.root(), pack.root());
            let entry = pack.accreditation().recognises.iter().find(|entry| {
                entry.root == self.first_root()
                    && entry.authority == root.authority.id
                    && entry.country == root.authority.country
                    && theirs.environment == root.environment
            })?;
            Some(Standing::Recognised {
                by: theirs.authority.name.clone(),
                country: theirs.authority.country.clone(),
                instrument: entry.instrument.title.clone(),
                from: entry.from,
                until: entry.until,
            })
        })
    }
}
