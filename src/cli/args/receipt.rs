//! What may be typed after `skillpass receipt`.

use std::ffi::OsString;

use clap::Args;

/// `receipt`
#[derive(Args, Debug)]
pub struct Receipt {
    /// The receipt, or - for standard input
    #[arg(value_name = "FILE|-")]
    pub input: OsString,
    /// Say too whether it is about this certificate
    #[arg(long, value_name = "FILE|TEXT")]
    pub against: Option<OsString>,
}
