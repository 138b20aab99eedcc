//! What may be typed after `skillpass vacancy`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Unlock, time};
use crate::base::timestamp::Timestamp;

/// `vacancy`
#[derive(Debug, Subcommand)]
pub enum Vacancy {
    /// Sign what a job asks for, as an institution or with a key of one's own
    #[command(after_help = "Example:\n  skillpass vacancy sign carer.json --institution centro --out vacancy.json\n  \
                      skillpass vacancy sign carer.json --key employer.age --out vacancy.json")]
    Sign(Sign),
    /// Hold certificates against vacancies: what is met, what is not, and by which certificate
    #[command(
        after_help = "Example:\n  skillpass vacancy match vacancy.json certificates/K7QX2M9D.json --trust centro/trust.json\n  \
                      skillpass vacancy match vacancy.json --wallet folder.age"
    )]
    Match(Match),
}

/// `vacancy sign`
#[derive(Args, Debug)]
pub struct Sign {
    /// What is asked for, as schemas/vacancy.json has it; type, format, identifiers and signature are put in
    pub file: PathBuf,
    /// Sign as this institution
    #[arg(long, value_name = "DIR", required_unless_present = "key", conflicts_with = "key")]
    pub institution: Option<PathBuf>,
    /// Sign with a key of one's own, see: skillpass holder new
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The signed file; must not be there yet
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// How the key is opened
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `vacancy match`
#[derive(Args, Debug)]
pub struct Match {
    /// The vacancy
    pub vacancy: PathBuf,
    /// Certificates, or folders of them
    #[arg(required_unless_present = "wallet", value_name = "FILE|TEXT|-")]
    pub inputs: Vec<OsString>,
    /// More vacancies
    #[arg(long, value_name = "FILE")]
    pub also: Vec<PathBuf>,
    /// A wallet's saved file; its passphrase is asked for, or taken from SKILLPASS_PASSPHRASE
    #[arg(long, value_name = "FILE")]
    pub wallet: Option<PathBuf>,
    /// Trust file; give several times for several [default: the accepted ones]
    #[arg(long, value_name = "FILE")]
    pub trust: Vec<PathBuf>,
    /// Match as of this time instead of now
    #[arg(long, value_parser = time, value_name = "YYYY-MM-DDThh:mm:ssZ")]
    pub at: Option<Timestamp>,
}
