//! What may be typed after `skillpass badge`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `badge`
#[derive(Debug, Subcommand)]
pub enum Badge {
    /// Put a certificate into a picture, so that the picture can be checked
    #[command(
        after_help = "Example:\n  skillpass badge bake certificates/K7QX2M9D.json --image medal.png --out badge.png"
    )]
    Bake(Bake),
    /// Take the certificate out of a picture, without checking it
    #[command(after_help = "Example:\n  skillpass badge read badge.png")]
    Read(Read),
}

/// `badge bake`
#[derive(Args, Debug)]
pub struct Bake {
    /// Certificate file
    #[arg(value_name = "FILE|-")]
    pub input: OsString,
    /// The picture, PNG or SVG [default: a drawing of the certificate's own code]
    #[arg(long, value_name = "FILE")]
    pub image: Option<PathBuf>,
    /// Write to this file, which must not be there yet [default: beside the certificate, ending in .badge.svg or .badge.png]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Take the place of a badge that is in the picture already
    #[arg(long)]
    pub replace: bool,
}

/// `badge read`
#[derive(Args, Debug)]
pub struct Read {
    /// Picture: PNG or SVG
    #[arg(value_name = "FILE|-")]
    pub input: OsString,
}
