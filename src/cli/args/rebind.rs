//! What may be typed to bind a certificate to a new key, and to print one again.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::{PaperSize, Unlock};
use crate::base::did::Did;

/// `rebind`
#[derive(Args, Debug)]
pub struct Rebind {
    /// The certificate: file, code, photo or PDF
    #[arg(value_name = "FILE|TEXT|-")]
    pub input: OsString,
    /// The holder's new key, as `skillpass holder new` or the wallet says it
    #[arg(long, value_parser = key, value_name = "did:key:…")]
    pub holder: Did,
    /// The institution's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub institution: PathBuf,
    /// Trust file; give several times for several [default: the accepted ones]
    #[arg(long, value_name = "FILE")]
    pub trust: Vec<PathBuf>,
    /// A delegation that the holder has already; several times for several
    #[arg(long, value_name = "FILE")]
    pub delegation: Vec<OsString>,
    /// File for the delegation, to be given to the holder
    #[arg(long, value_name = "FILE", default_value = "delegation.json")]
    pub out: PathBuf,
    /// Only say what would be signed
    #[arg(long)]
    pub dry_run: bool,
    /// How the keys are opened
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `reprint`
#[derive(Args, Debug)]
pub struct Reprint {
    /// Scans or photographs of paper, PDFs, files, codes, folders of them
    #[arg(required = true, value_name = "FILE|TEXT|-")]
    pub inputs: Vec<OsString>,
    /// The institution that prints
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub institution: PathBuf,
    /// Trust file; give several times for several [default: the accepted ones]
    #[arg(long, value_name = "FILE")]
    pub trust: Vec<PathBuf>,
    /// Folder for the files
    #[arg(long, value_name = "DIR", default_value = "paper")]
    pub out: PathBuf,
    /// The paper in your printer
    #[arg(long, value_enum, value_name = "SIZE", default_value = "a4")]
    pub size: PaperSize,
    /// Cards for the wallet, on sheets to cut, instead of whole pages
    #[arg(long)]
    pub cards: bool,
    /// Print too what can not be decided about; the paper says that it could not
    #[arg(long)]
    pub undecided: bool,
}

fn key(text: &str) -> Result<Did, String> {
    let did = Did::parse(text.trim()).ok().filter(|did| did.own_key().is_some());
    did.ok_or_else(|| "a key as in did:key:z6Mk…".to_owned())
}
