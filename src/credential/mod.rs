//! What is signed, and how: achievements, credentials, drafts, proofs, and the states a document passes through.

pub mod achievement;
#[allow(clippy::module_inception)] // the noun of the specification
pub mod credential;
pub mod delegation;
pub mod document;
pub mod draft;
pub mod foreign;
pub mod holder;
pub mod letters;
pub mod members;
pub mod presentation;
pub mod proof;
pub mod recognition;
pub mod schema;
pub mod terms;
