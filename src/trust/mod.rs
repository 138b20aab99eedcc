//! The trust pack: who may award what, with which keys, what has been withdrawn, as of which date; signed by an authority.
//!
//! # The file
//! ```text
//! {"type": "TrustPack", "format": 1,
//!  "root":          [ROOT, ROOT, …]     every root since the first, each signed by its own and the previous root's threshold
//!  "accreditation": ACCREDITATION       issuers, keys, scopes, catalogue, rules
//!  "freshness":     FRESHNESS           the date, what accreditation is current, the digests of the status lists
//!  "statusLists":   [LIST, …]}          W3C Bitstring Status List credentials, each signed by its issuer
//! ```
//! ```text
//! {"type": "TrustBundle", "format": 1, "packs": [PACK, …]}    several packs in one file, each standing on its own root
//! ```
//! Each part is signed with `eddsa-jcs-2022` proofs whose purpose is the part's own, so that no signature is good for another part.
//! Members that this version does not know are kept inside the signature and ignored: newer packs load in older verifiers.

pub mod accreditation;
pub mod bits;
pub mod bundle;
pub mod checkpoint;
pub mod equivalence;
pub mod fingerprint;
pub mod foreign_list;
pub mod freshness;
pub mod logged;
pub mod pack;
pub mod root;
pub mod status;
pub mod supersede;
