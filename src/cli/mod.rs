//! The command line: reads, calls one function, writes. Results go to standard output, talk to standard error.

pub mod args;
pub mod authority;
pub mod backup;
pub mod badge;
pub mod checking;
pub mod commands;
mod cv;
pub mod demo;
pub mod evidence;
pub mod exporting;
pub mod fetching;
pub mod fsck;
mod holder;
pub mod issuing;
mod leak;
pub mod member;
pub mod paper;
mod rebind;
mod receipt;
pub mod register;
mod reprint;
pub mod resources;
pub mod say;
pub mod secret;
pub mod serving;
pub mod status;
pub mod table;
pub mod token;
pub mod trust;
mod vacancy;
mod wallet;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use crate::base::timestamp::Timestamp;
use crate::desk::random::Randomness;
use say::Failure;

/// What the world gives a command: nothing below `main` reads a clock or draws randomness by itself.
pub struct World<'a> {
    /// The time now.
    pub clock: fn() -> Timestamp,
    /// The system's randomness.
    pub random: &'static dyn Randomness,
    /// How this program was called, for examples to paste.
    pub program: &'a str,
}

/// How a command ends: the numbers that scripts build on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done; every certificate accepted.
    Accept,
    /// 70: a fault of this program.
    Internal,
    /// 74: the disk, the store or the network failed.
    InputOutput,
    /// 1: at least one certificate rejected.
    Reject,
    /// 2: none rejected, at least one undecided.
    Undecided,
    /// 66: an input that is not there or cannot be read.
    Unreadable,
    /// 64: the command was not understood, or asks for what cannot be done.
    Usage,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Exit::Accept => 0,
            Exit::Reject => 1,
            Exit::Undecided => 2,
            Exit::Usage => 64,
            Exit::Unreadable => 66,
            Exit::Internal => 70,
            Exit::InputOutput => 74,
        }
    }
}

/// Runs one command.
#[must_use]
pub fn run(world: &World<'_>) -> ExitCode {
    let args = match args::parse() {
        Ok(args) => args,
        Err(exit) => return ExitCode::from(exit.code()),
    };
    let say = say::Say::new(args.language, args.json);
    // A fault of this program is said as one, and never with a number that means something else.
    let ran = catch_unwind(AssertUnwindSafe(|| commands::run(&args.command, world, &say)));
    let exit = match ran {
        Ok(Ok(_)) if say.has_lost() => {
            say.told(&Failure::new(Exit::InputOutput, "cli.disk-full").with("path", "stdout"))
        }
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => say.failure(&failure),
        Err(_) => say.failure(&Failure::new(Exit::Internal, "cli.internal")),
    };
    ExitCode::from(exit.code())
}
