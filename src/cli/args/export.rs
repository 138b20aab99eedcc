//! What may be typed after `skillpass export`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `export`
#[derive(Args, Debug)]
pub struct Export {
    /// Certificate file, for the forms file and rdfc
    #[arg(value_name = "FILE|-", required_unless_present = "institution", conflicts_with = "institution")]
    pub input: Option<OsString>,
    /// An institution's folder: everything it issued, for the forms json, csv and badges
    #[arg(long, value_name = "DIR", requires = "out")]
    pub institution: Option<PathBuf>,
    /// The form
    #[arg(long, value_enum, value_name = "FORM")]
    pub form: Form,
    /// File of one certificate [default: standard output], or folder of an institution's record
    #[arg(long, value_name = "FILE|DIR")]
    pub out: Option<PathBuf>,
}

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Record: a drawing with the badge in it, and a JSON file, for each certificate
    Badges,
    /// Record: one table for spreadsheets
    Csv,
    /// Certificate: the file with all its signatures
    File,
    /// Record: one JSON file
    Json,
    /// Certificate: the file with its eddsa-rdfc-2022 signature alone, for software that refuses several
    Rdfc,
}
