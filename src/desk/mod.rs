//! The desk: where institutions and authorities do their work. Reads registers, signs, withdraws, publishes.

pub mod authority;
pub mod catalogue;
pub mod import;
pub mod institution;
pub mod issue;
pub mod keyring;
pub mod page;
pub mod pilot;
pub mod publish;
pub mod random;
pub mod revoke;
pub mod slot;
