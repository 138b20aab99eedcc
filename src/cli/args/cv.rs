//! What may be typed after `skillpass cv`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `cv`
#[derive(Debug, Subcommand)]
pub enum Cv {
    /// Bundle verified certificates for an employment service; those that are not accepted stay out
    #[command(after_help = "Example:\n  skillpass cv make certificates/ --trust centro/trust.json --out cv.json")]
    Make(Make),
    /// Take such a bundle in: every certificate in it is verified again
    #[command(after_help = "Example:\n  skillpass cv import cv.json --trust centro/trust.json --csv > rows.csv")]
    Import(Import),
}

/// `cv make`
#[derive(Args, Debug)]
pub struct Make {
    /// Files, folders, QR texts, or -
    #[arg(required = true, value_name = "FILE|TEXT|-")]
    pub inputs: Vec<OsString>,
    /// Trust file; give several times for several [default: the accepted ones]
    #[arg(long, value_name = "FILE")]
    pub trust: Vec<PathBuf>,
    /// The file; must not be there yet
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `cv import`
#[derive(Args, Debug)]
pub struct Import {
    /// The bundle
    pub file: PathBuf,
    /// Trust file; give several times for several [default: the accepted ones]
    #[arg(long, value_name = "FILE")]
    pub trust: Vec<PathBuf>,
    /// One row of CSV for each certificate that is accepted
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}
