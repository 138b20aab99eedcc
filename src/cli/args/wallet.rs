//! What may be typed after `skillpass wallet`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `wallet`
#[derive(Debug, Subcommand)]
pub enum Wallet {
    /// Say what is in a wallet's saved file, without checking it
    #[command(after_help = "Example:\n  skillpass wallet show folder.age")]
    Show(Saved),
    /// Check every certificate in a wallet's saved file
    #[command(after_help = "Example:\n  skillpass wallet verify folder.age --trust centro/trust.json")]
    Verify(Verify),
}

/// `wallet show`
#[derive(Args, Debug)]
pub struct Saved {
    /// The saved file; its passphrase is asked for, or taken from SKILLPASS_PASSPHRASE
    pub file: PathBuf,
    /// Write the certificates into this folder, as they were received
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// `wallet verify`
#[derive(Args, Debug)]
pub struct Verify {
    /// The saved file; its passphrase is asked for, or taken from SKILLPASS_PASSPHRASE
    pub file: PathBuf,
    /// Trust file; give several times for several [default: the accepted ones]
    #[arg(long, value_name = "FILE")]
    pub trust: Vec<PathBuf>,
}
