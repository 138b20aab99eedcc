//! What may be typed to copy an institution's folder, to make it again, and to end it.

use std::path::PathBuf;

use clap::Args;

use super::Unlock;

/// `backup`
#[derive(Args, Debug)]
pub struct Backup {
    /// The institution's folder
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// The copy: one file that is not there yet
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// How the keys are opened; the copy is sealed the same way
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `restore`
#[derive(Args, Debug)]
pub struct Restore {
    /// The copy
    #[arg(value_name = "FILE")]
    pub copy: PathBuf,
    /// Folder for the institution; must be empty or new
    pub dir: PathBuf,
    /// What it is held against
    #[command(flatten)]
    pub witness: Witness,
    /// How the copy is opened
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `confirm`
#[derive(Args, Debug)]
pub struct Confirm {
    /// The institution's folder
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// What it is held against
    #[command(flatten)]
    pub witness: Witness,
}

/// What a restored copy is held against.
#[derive(Args, Debug)]
#[group(multiple = false)]
pub struct Witness {
    /// The last checkpoint.json that was handed in; the status lists beside it are compared too
    #[arg(long, value_name = "FILE")]
    pub witnessed: Option<PathBuf>,
    /// Nothing was handed in, printed or sent since the copy was made
    #[arg(long)]
    pub nothing_was_handed_in: bool,
}

/// `retire`
#[derive(Args, Debug)]
pub struct Retire {
    /// The institution's folder
    pub dir: PathBuf,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}
