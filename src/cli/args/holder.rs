//! What may be typed after `skillpass holder`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Unlock, time};
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::Kind;

/// `holder`
#[derive(Debug, Subcommand)]
pub enum Holder {
    /// Make a holder's key, sealed; says the name under which an institution can make certificates out to it
    #[command(after_help = "Example:\n  skillpass holder new me.age")]
    New(New),
    /// Ask a holder: the link is good for a minute, and its file remembers it
    #[command(
        after_help = "Example:\n  skillpass holder ask --audience https://check.example.org --kind competence --out question.txt"
    )]
    Ask(Ask),
    /// Show certificates: in answer to a question, or without one to whoever looks within a minute
    #[command(after_help = "Example:\n  skillpass holder present me.age K7QX2M9D.json --ask LINK --out answer.json")]
    Present(Present),
    /// Check what a holder showed: three states, and a verdict on each certificate
    #[command(
        after_help = "Example:\n  skillpass holder check answer.json --ask question.txt --trust centro/trust.json"
    )]
    Check(Check),
}

/// `holder new`
#[derive(Args, Debug)]
pub struct New {
    /// File for the key; must not be there yet
    pub file: PathBuf,
    /// How it is sealed
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `holder ask`
#[derive(Args, Debug)]
pub struct Ask {
    /// Who asks: the address of a page
    #[arg(long, value_name = "https://HOST")]
    pub audience: String,
    /// Kinds of certificate that are wanted: competence, module-completion, … [default: any]
    #[arg(long, value_parser = kind, value_name = "KIND")]
    pub kind: Vec<Kind>,
    /// Write the question to this file, for check
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `holder present`
#[derive(Args, Debug)]
pub struct Present {
    /// The sealed key
    pub key: PathBuf,
    /// Certificates to show
    #[arg(required = true, value_name = "FILE|TEXT|-")]
    pub inputs: Vec<OsString>,
    /// What binds one of them to this key since, as `skillpass rebind` writes it; several times for several
    #[arg(long, value_name = "FILE")]
    pub delegation: Vec<OsString>,
    /// The question, as its link [default: a live code, good for a minute]
    #[arg(long, value_name = "LINK")]
    pub ask: Option<String>,
    /// Write to this file [default: print]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// As the text of a code
    #[arg(long)]
    pub code: bool,
    /// How the key is opened
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `holder check`
#[derive(Args, Debug)]
pub struct Check {
    /// What was shown
    #[arg(value_name = "FILE|TEXT|-")]
    pub input: OsString,
    /// One's own question: the file of ask. A proven answer uses it up
    #[arg(long, value_name = "FILE")]
    pub ask: Option<PathBuf>,
    /// A delegation that was seen elsewhere, as `skillpass rebind` writes it; several times for several
    #[arg(long, value_name = "FILE")]
    pub delegation: Vec<OsString>,
    /// Trust file; give several times for several [default: the accepted ones]
    #[arg(long, value_name = "FILE")]
    pub trust: Vec<PathBuf>,
    /// Check as of this time instead of now
    #[arg(long, value_parser = time, value_name = "YYYY-MM-DDThh:mm:ssZ")]
    pub at: Option<Timestamp>,
}

fn kind(text: &str) -> Result<Kind, String> {
    let codes = Kind::ALL.map(Kind::code).join(", ");
    Kind::of_code(text).ok_or(codes)
}
