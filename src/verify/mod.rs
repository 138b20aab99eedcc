//! The four answers: is it genuine, was the body entitled, is it in force, what is it worth here.

pub mod delegated;
mod foreign;
mod genuine;
pub mod link;
pub mod mapped;
pub mod message;
pub mod receipt;
pub mod report;
pub mod securing;
pub mod verdict;
#[allow(clippy::module_inception)] // the verb of the design
pub mod verify;
pub mod worth;

pub use delegated::Delegated;
pub use link::{Link, Presented};
pub use mapped::{Mapped, Method, Purpose};
pub use verdict::{Answer, Check, Finding, Findings, Outcome, Question, Reason, Verdict, Verified};
pub use verify::{Evidence, Policy, verify};
