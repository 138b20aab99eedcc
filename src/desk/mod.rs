//! The desk of a training body: what it may award, and the registers it keeps.

pub mod catalogue;
pub mod import;
pub mod page;
