//! How an institution has its certificates on paper: settled once at its desk, used whenever something is printed there.

use serde::{Deserialize, Serialize};

use super::institution::DeskError;
use super::paper::{Logo, PaperError, PaperSize, SIGNATORIES, SIGNATORY_CHARACTERS, Signatory, Style};
use crate::store::acts::Hand;
use crate::store::setting::Setting;
use crate::store::{Store, StoreError};

/// What was settled.
#[derive(Clone, Debug)]
pub struct Stationery {
    /// The paper in the printer.
    pub size: PaperSize,
    /// Who signs by hand.
    pub signatories: Vec<Signatory>,
    /// The picture above the name.
    pub logo: Option<Logo>,
}

/// Why it was not settled.
#[derive(Debug)]
pub enum NotSettled {
    /// The picture, or those who sign.
    Paper(PaperError),
    /// The store.
    Store(StoreError),
}

impl From<StoreError> for NotSettled {
    fn from(error: StoreError) -> Self {
        NotSettled::Store(error)
    }
}

impl From<PaperError> for NotSettled {
    fn from(error: PaperError) -> Self {
        NotSettled::Paper(error)
    }
}

/// As the store has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    size: String,
    signatories: Vec<KeptSignatory>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptSignatory {
    name: String,
    post: String,
}

impl Stationery {
    /// What an institution settled; what it did not is A4, one line for a signature and no picture.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn of(store: &dyn Store) -> Result<Self, DeskError> {
        let damaged = || DeskError::Store(StoreError::Damaged("settings".to_owned()));
        let kept = match store.settled(&Setting::Paper)? {
            None => Kept { size: PaperSize::A4.code().to_owned(), signatories: Vec::new() },
            Some(bytes) => serde_json::from_slice(&bytes).map_err(|_| damaged())?,
        };
        let logo = store.settled(&Setting::Logo)?.map(|bytes| Logo::read(&bytes)).transpose();
        let signatory = |it: KeptSignatory| Signatory { name: it.name, post: it.post };
        Ok(Self {
            size: PaperSize::of_code(&kept.size).ok_or_else(damaged)?,
            signatories: kept.signatories.into_iter().map(signatory).collect(),
            logo: logo.map_err(|_| damaged())?,
        })
    }

    /// As paper is drawn with it.
    #[must_use]
    pub fn style(&self) -> Style<'_> {
        Style { size: self.size, logo: self.logo.as_ref(), signatories: &self.signatories }
    }
}

/// Settles the paper and who signs it by hand.
///
/// # Errors
/// [`PaperError::Signatories`] for too many, or a name that is empty, too long or more than one line; [`StoreError`].
pub fn settle_paper(
    store: &dyn Store,
    size: PaperSize,
    signatories: &[Signatory],
    by: &Hand,
) -> Result<(), NotSettled> {
    let plain = |text: &String| {
        text.chars().count() <= SIGNATORY_CHARACTERS && text.trim() == text && !text.chars().any(char::is_control)
    };
    let fits = |it: &Signatory| !it.name.is_empty() && plain(&it.name) && plain(&it.post);
    if signatories.len() > SIGNATORIES || !signatories.iter().all(fits) {
        return Err(PaperError::Signatories.into());
    }
    let one = |it: &Signatory| KeptSignatory { name: it.name.clone(), post: it.post.clone() };
    let kept = Kept { size: size.code().to_owned(), signatories: signatories.iter().map(one).collect() };
    let bytes = serde_json::to_vec(&kept).map_err(|_| StoreError::TooLong)?;
    Ok(store.settle(&Setting::Paper, Some(&bytes), by)?)
}

/// Settles the picture, made small and stripped of whatever else was in its file; or takes it away.
///
/// # Errors
/// [`PaperError::LogoTooLarge`] before anything is decoded, [`PaperError::LogoDamaged`], [`StoreError`].
pub fn settle_logo(store: &dyn Store, picture: Option<&[u8]>, by: &Hand) -> Result<(), NotSettled> {
    let tidy = picture.map(Logo::tidy).transpose()?;
    Ok(store.settle(&Setting::Logo, tidy.as_deref(), by)?)
}
