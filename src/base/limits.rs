//! Every limit of the kernel: a name, a unit, and where the number comes from.

/// 8,192 bytes: a packet's unpacked document (design §4). A typical credential is 1.6 KB, a full one 3 KB.
pub const PACKET_DOCUMENT_BYTES: usize = 8 * 1024;
/// 2,400 decimal digits: a packet's text (design §4); version 22 at M, the largest code that phones read reliably, holds fewer.
pub const PACKET_DIGITS: usize = 2_400;
/// 1,024 bytes: the binary slots of a packet (qr.md §9).
pub const PACKET_BLOB_BYTES: usize = 1_024;
/// 16 levels of nesting in a packet's document (design §4). Ours use 6.
pub const PACKET_DEPTH: usize = 16;
/// 1,024 bytes: one string inside a packet (design §4).
pub const PACKET_STRING_BYTES: usize = 1_024;
/// QR version 16 (81 × 81 modules): the densest code that is printed at 50 mm (qr.md §0.3).
pub const QR_VERSION_PRINTED: u8 = 16;

/// 262,144 bytes: a credential file. A photograph of 4 KiB and twenty proofs fit many times over.
pub const CREDENTIAL_BYTES: usize = 256 * 1024;
/// 32 levels of nesting in a file (threats.md B2); serde_json's own stop is at 128.
pub const FILE_DEPTH: usize = 32;
/// 16,384 bytes: a delegation. Ours have 1.5 KB.
pub const DELEGATION_BYTES: usize = 16 * 1024;
/// 65,536 bytes: one string in a credential file, enough for a photograph as a data URL.
pub const CREDENTIAL_STRING_BYTES: usize = 64 * 1024;
/// 33,554,432 bytes: a trust pack (design §5, threats.md F5).
pub const PACK_BYTES: usize = 32 * 1024 * 1024;
/// 4,194,304 bytes: one string in a trust pack: the encoded list of some 25 million rarely set status bits.
pub const PACK_STRING_BYTES: usize = 4 * 1024 * 1024;
/// 32 proofs of one document are read, the rest is refused (design §5).
pub const PROOFS: usize = 32;
/// 256 credentials in one presentation or list: a national record of a working life has some dozens.
pub const PRESENTED: usize = 256;
/// 8: as many proofs of a document may be asked that need its RDF, each of which may cost as much as the bound on that work; sets and
/// chains of people have 2 to 5 (interop.md §2.1).
pub const RDF_PROOFS: usize = 8;
/// 128 bytes: a key identifier (threats.md A9a).
pub const METHOD_BYTES: usize = 512;

/// 131,072 entries: the least length of a status list, for herd privacy (W3C Bitstring Status List 1.0 §6.1).
pub const STATUS_ENTRIES_LEAST: usize = 131_072;
/// 16,777,216 entries: the longest status list that is inflated (2 MiB of bits).
pub const STATUS_ENTRIES_MOST: usize = 16 * 1024 * 1024;

/// 30 days: evidence older than this no longer answers "in force" (design §2 *Ages*).
pub const EVIDENCE_DAYS_GREEN: i64 = 30;
/// 7 days: from here on the age of the evidence is pointed out (design §2 *Ages*).
pub const EVIDENCE_DAYS_NOTE: i64 = 7;
/// 300 seconds: how far a verifier's clock may run behind a signing time it has seen (ordinary drift of a phone without network).
pub const CLOCK_DRIFT_SECONDS: i64 = 300;
/// 14 hours: the earliest zone is UTC+14, so a day begins there 14 hours before it does in UTC.
pub const DAY_BEGINS_EARLY_SECONDS: i64 = 14 * 3600;
/// 12 hours: the latest zone is UTC-12, so a day ends there 12 hours after it does in UTC (threats.md D3).
pub const DAY_ENDS_LATE_SECONDS: i64 = 12 * 3600;
/// 30 days: an award older than this at signing is `from-archive` (threats.md D6).
pub const AWARD_TO_SIGNING_DAYS: i64 = 30;

/// 120 characters: a holder's name (domain.md 4b).
pub const NAME_CHARACTERS: usize = 120;
/// 200 characters: a title (threats.md H5).
pub const TITLE_CHARACTERS: usize = 200;
/// 500 characters: a description, criteria or statement (threats.md H5).
pub const TEXT_CHARACTERS: usize = 500;
/// 32 alignments, units, results or reasons in one credential: a standard with more is split.
pub const ROWS: usize = 32;
/// 1900: the earliest year of birth that is believed.
pub const BIRTH_YEAR_LEAST: i32 = 1900;
/// 15 years: the least age for an occupational competence, where nothing else is configured (domain.md D61; ILO C138).
pub const WORKING_AGE_YEARS: i32 = 15;
