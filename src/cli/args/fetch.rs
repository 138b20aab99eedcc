//! What may be typed after `skillpass fetch`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

/// `fetch`
#[derive(Args, Debug)]
pub struct Fetch {
    /// Certificate files, lists or presentations, or - for standard input
    #[arg(required = true, value_name = "FILE|-")]
    pub inputs: Vec<OsString>,
    /// Folder for what is fetched, and for map.json, which says what each file stands for
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
    /// Only say what would be fetched
    #[arg(long)]
    pub dry_run: bool,
    /// The servers' certificate authority (PEM), instead of the public ones
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}
