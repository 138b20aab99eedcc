//! Skillpass: certificates of learning and skill that anyone can check with no network.
//!
//! The kernel (`base`, `credential`, `trust`, `verify`, `carry`) has no clock, disk, network or randomness: time and evidence
//! come in as arguments. So has `holder`, but for the reading of backups.
#![forbid(unsafe_code)]

pub mod base;
pub mod carry;
#[cfg(feature = "edges")]
pub mod cli;
pub mod credential;
#[cfg(feature = "edges")]
pub mod desk;
pub mod holder;
#[cfg(feature = "edges")]
pub mod http;
pub mod interop;
#[cfg(feature = "edges")]
pub mod store;
pub mod trust;
pub mod verify;
pub mod wasm;
