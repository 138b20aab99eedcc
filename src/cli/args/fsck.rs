//! What may be typed behind `fsck`.

use std::path::PathBuf;

use clap::Args;

use super::Unlock;

/// `fsck`
#[derive(Args, Debug)]
pub struct Fsck {
    /// The institution's folder
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Also open the sealed keys, and hold every slot against their order
    #[arg(long)]
    pub keys: bool,
    /// How the keys are opened
    #[command(flatten)]
    pub unlock: Unlock,
}
