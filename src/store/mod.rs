//! What an institution must not forget: which slots were given out, what was issued to whom, what was withdrawn, who released it; and what
//! a verifier must not: whom it trusts.

pub mod acts;
pub mod audit;
pub mod award;
pub mod beside;
pub mod custody;
pub mod files;
mod high_water;
mod issued;
pub mod ledger;
pub mod memory;
pub mod offer;
mod people;
pub mod prior;
mod register;
pub mod release;
pub mod setting;
mod signing;
pub mod sled_store;
pub mod staff;
#[allow(clippy::module_inception)] // the noun of the design
pub mod store;
pub mod trust_folder;

pub use store::{Issued, Record, State, Store, StoreError};
