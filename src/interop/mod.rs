//! Other forms and other people's formats: what arrives as a photograph, a PDF, a badge or a DID document is read here and handed on.
//!
//! `intake`, `badge`, `insides`, `rdfc` and `verdicts` are pure, like the kernel, and build without the edges: they are what a browser reads with.

#[cfg(any(feature = "edges", feature = "reader"))]
pub mod badge;
pub mod data_model;
#[cfg(feature = "edges")]
pub mod did_document;
#[cfg(feature = "edges")]
pub mod export;
#[cfg(feature = "edges")]
pub mod fetch;
#[cfg(any(feature = "edges", feature = "reader"))]
pub mod insides;
pub mod intake;
pub mod rdfc;
#[cfg(feature = "edges")]
pub mod resources;
#[cfg(feature = "edges")]
pub mod scan;
pub mod verdicts;
