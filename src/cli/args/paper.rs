//! What may be typed after `skillpass paper`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `paper`
#[derive(Args, Debug)]
pub struct Paper {
    /// The institution's folder
    #[arg(value_name = "DIR")]
    pub institution: PathBuf,
    /// Numbers of certificates [default: all that are in force]
    #[arg(value_name = "SERIAL")]
    pub serials: Vec<String>,
    /// Folder for the files
    #[arg(long, value_name = "DIR", default_value = "paper")]
    pub out: PathBuf,
    /// The paper in your printer
    #[arg(long, value_enum, value_name = "SIZE", default_value = "a4")]
    pub size: Size,
    /// Cards for the wallet, on sheets to cut, instead of whole pages
    #[arg(long, group = "form")]
    pub cards: bool,
    /// One file with everybody's page, for the printer
    #[arg(long, group = "form")]
    pub print: bool,
    /// One ZIP file with each person's PDF and certificate file
    #[arg(long, group = "form")]
    pub zip: bool,
    /// Picture above the institution's name, PNG or JPEG
    #[arg(long, value_name = "FILE")]
    pub logo: Option<PathBuf>,
    /// Who signs by hand: "Name; Post"; up to four times
    #[arg(long, value_name = "NAME; POST")]
    pub signatory: Vec<String>,
}

/// The paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Size {
    /// 210 × 297 mm
    A4,
    /// 8.5 × 11 inches
    Letter,
}
