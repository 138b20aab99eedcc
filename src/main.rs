//! The `skillpass` program: hands the clock and the system's randomness to the command line, and nothing else.

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use skillpass::base::timestamp::Timestamp;
use skillpass::cli::{World, run};
use skillpass::desk::random::{NoRandomness, Randomness};

struct System;

impl Randomness for System {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(bytes).map_err(|_| NoRandomness)
    }
}

fn clock() -> Timestamp {
    // A clock before 1970 or after 9999 is broken; the beginning of 1970 is behind every signed time, so verdicts say so.
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(seconds).ok().and_then(Timestamp::from_seconds).unwrap_or(Timestamp::EPOCH)
}

fn main() -> ExitCode {
    let program =
        std::env::args_os().next().map_or_else(|| "skillpass".to_owned(), |name| name.to_string_lossy().into_owned());
    run(&World { clock, random: &System, program: &program })
}
