//! The JSON Schemas of what we sign, as shipped in `schemas/`. The kernel only carries their text; the desk holds every document
//! against them before it is signed.

/// The schema of a credential of any of our kinds (JSON Schema 2020-12).
pub const CREDENTIAL: &str = include_str!("../../schemas/credential.json");
/// The schema of a delegation (JSON Schema 2020-12).
pub const DELEGATION: &str = include_str!("../../schemas/delegation.json");
/// The schema of a trust pack (JSON Schema 2020-12).
pub const PACK: &str = include_str!("../../schemas/pack.json");
