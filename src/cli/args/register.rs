//! `register`, and how a register is read wherever one is.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{date, language};
use crate::base::timestamp::Date;
use crate::credential::achievement::Language;
use crate::desk::import::{DateOrder, Meaning, NameOrder};

/// `register`
#[derive(Debug, Subcommand)]
pub enum Register {
    /// Read a register and say what would be issued and what is wrong, row by row: nothing is issued or kept
    #[command(after_help = "Example:\n  skillpass register check gin.xlsx --achievement GIN\n  \
                            skillpass register check moodle.csv --achievement GIN --column \"First name=given-names\" \
                            --column \"Last name=family-names\" --name-order given-first")]
    Check(Check),
    /// Bring a register into the institution's own, as at its desk: rows come in once, and two people release them there
    #[command(after_help = "The password is asked for, or taken from SKILLPASS_PASSWORD.\n\nExample:\n  \
                            skillpass register import gin.xlsx --institution centro --achievement GIN --login ana")]
    Import(Import),
    /// Write an empty register for an achievement, with its columns and how to fill them in
    #[command(after_help = "Example:\n  skillpass register sheet GIN --out gin.xlsx --lang pt")]
    Sheet(Sheet),
}

/// `register check`
#[derive(Args, Debug)]
pub struct Check {
    /// The register: XLSX, or CSV with a header
    #[arg(value_name = "FILE")]
    pub register: PathBuf,
    /// What is awarded: a code or identifier of the catalogue (see: skillpass catalogue)
    #[arg(long, value_name = "ID")]
    pub achievement: String,
    /// How the register is read
    #[command(flatten)]
    pub reading: Reading,
}

/// `register import`
#[derive(Args, Debug)]
pub struct Import {
    /// The register: XLSX, or CSV with a header
    #[arg(value_name = "FILE")]
    pub register: PathBuf,
    /// The institution's folder
    #[arg(long, value_name = "DIR")]
    pub institution: PathBuf,
    /// What is awarded: a code or identifier of the catalogue (see: skillpass catalogue)
    #[arg(long, value_name = "ID")]
    pub achievement: String,
    /// The clerk who brings it in
    #[arg(long, value_name = "LOGIN")]
    pub login: String,
    /// Rows that stay out: 7,12
    #[arg(long, value_delimiter = ',', value_name = "ROWS")]
    pub leave_out: Vec<u32>,
    /// Correct the people whose rows changed
    #[arg(long)]
    pub corrections: bool,
    /// Key under which a repeated import is the same one [default: the file's digest]
    #[arg(long, value_name = "KEY")]
    pub once: Option<String>,
    /// How the register is read
    #[command(flatten)]
    pub reading: Reading,
}

/// `register sheet`
#[derive(Args, Debug)]
pub struct Sheet {
    /// What is awarded: a code or identifier of the catalogue (see: skillpass catalogue)
    #[arg(value_name = "ID")]
    pub achievement: String,
    /// What to write
    #[arg(long, value_enum, value_name = "FORM", default_value = "xlsx")]
    pub form: SheetForm,
    /// For old awards from the archive
    #[arg(long)]
    pub from_archive: bool,
    /// The file [default: the achievement's code, .xlsx or .csv, here]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// What an empty register is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SheetForm {
    /// A header for any program
    Csv,
    /// A workbook with lists to choose from
    Xlsx,
}

/// How a register is read: the clerk's answers to what the file leaves open.
#[derive(Args, Debug)]
pub struct Reading {
    /// Attest old awards from the archive (needs the archive column)
    #[arg(long)]
    pub from_archive: bool,
    /// Which comes first in dates like 03/04/2026
    #[arg(long, value_enum, value_name = "ORDER")]
    pub date_order: Option<Order>,
    /// Language of certificates whose row names none [default: the language of talk]
    #[arg(long, value_parser = language, value_name = "LANG")]
    pub certificate_lang: Option<Language>,
    /// Award date of rows that have none
    #[arg(long, value_parser = date, value_name = "YYYY-MM-DD")]
    pub award_date: Option<Date>,
    /// Rows whose name joins two words with "and" and is still one person: 7,12
    #[arg(long, value_delimiter = ',', value_name = "ROWS")]
    pub one_person: Vec<u32>,
    /// Sheet of the workbook that is the register
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// What a column is, once for each: "Finished on=award-date", "Notes=ignored"
    #[arg(long, value_parser = column, value_name = "HEADING=MEANING")]
    pub column: Vec<(String, Meaning)>,
    /// In which order given names and surnames of two columns are shown
    #[arg(long, value_enum, value_name = "ORDER")]
    pub name_order: Option<Names>,
}

/// Which number of a date comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// 31/12/2026
    DayFirst,
    /// 12/31/2026
    MonthFirst,
}

/// Which part of a name comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Names {
    /// Pérez Rojas Ana María
    FamilyFirst,
    /// Ana María Pérez Rojas
    GivenFirst,
}

impl From<Order> for DateOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::DayFirst => DateOrder::DayFirst,
            Order::MonthFirst => DateOrder::MonthFirst,
        }
    }
}

impl From<Names> for NameOrder {
    fn from(order: Names) -> Self {
        match order {
            Names::FamilyFirst => NameOrder::FamilyFirst,
            Names::GivenFirst => NameOrder::GivenFirst,
        }
    }
}

/// `HEADING=MEANING`; a heading may have an equals sign of its own.
fn column(text: &str) -> Result<(String, Meaning), String> {
    let (header, code) = text.rsplit_once('=').ok_or_else(known)?;
    let meaning = Meaning::of_code(code.trim()).ok_or_else(known)?;
    Ok((header.trim().to_owned(), meaning))
}

fn known() -> String {
    let codes: Vec<&str> = Meaning::all().map(Meaning::code).collect();
    format!("HEADING=MEANING, where MEANING is one of: {}", codes.join(", "))
}
