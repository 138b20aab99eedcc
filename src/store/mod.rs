//! What an institution must not forget: which slots were given out, what was issued to whom, what was withdrawn; and what a verifier
//! must not: whom it trusts.

pub mod files;
mod high_water;
pub mod sled_store;
#[allow(clippy::module_inception)] // the noun of the design
pub mod store;
pub mod trust_folder;

pub use store::{Issued, Record, State, Store, StoreError};
