//! What an institution settled for itself, and asks for no second time: its logo, its paper, how its files call their columns.

use super::StoreError;
use super::acts::{Hand, What};
use super::issued::digest_of;
use super::ledger::{Book, Shelf};
use super::people;
use super::staff::Role;

/// What can be settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// What the columns of an achievement's files are: which achievement.
    Columns(String),
    /// The picture on its paper.
    Logo,
    /// The size of its paper, and who signs it by hand.
    Paper,
}

/// How the names of the first kind begin.
const COLUMNS: &str = "columns ";

impl Setting {
    /// Under which name it is kept.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Setting::Columns(achievement) => format!("{COLUMNS}{achievement}"),
            Setting::Logo => "logo".to_owned(),
            Setting::Paper => "paper".to_owned(),
        }
    }

    /// The one of a name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "logo" => Some(Setting::Logo),
            "paper" => Some(Setting::Paper),
            _ => name.strip_prefix(COLUMNS).map(|achievement| Setting::Columns(achievement.to_owned())),
        }
    }

    /// Whose business it is.
    fn role(&self) -> Role {
        match self {
            Setting::Columns(_) => Role::Clerk,
            Setting::Logo | Setting::Paper => Role::Administrator,
        }
    }
}

/// Keeps it in the place of what was settled before, or takes it away. The same again is no act.
pub(super) fn settle(book: &Book<'_>, setting: &Setting, value: Option<&[u8]>, by: &Hand) -> Result<(), StoreError> {
    people::require(book, setting.role(), by)?;
    let name = setting.name();
    let key = Shelf::Settings.key(&[name.as_bytes()]);
    if book.get(&key)?.as_deref() == value {
        return Ok(());
    }
    match value {
        Some(value) => book.put(&key, value)?,
        None => book.remove(&key)?,
    }
    book.act(What::Settled, by, &name, 1, digest_of(value.into_iter()))
}
