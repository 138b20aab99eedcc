//! The printable certificate.

use crate::carry::qr::Symbol;
use crate::credential::credential::Credential;

/// What a page says besides the credential.
#[derive(Clone, Copy, Debug)]
pub struct PageFacts<'a> {
    /// The institution's name.
    pub issuer_name: &'a str,
    /// The serial.
    pub serial: &'a str,
    /// The printed host.
    pub verify_host: Option<&'a str>,
    /// Whether it is a pilot.
    pub pilot: bool,
    /// The digest.
    pub digest: &'a str,
}

/// The side of a printed code, in millimetres.
#[must_use]
pub fn side_mm(version: u8) -> i64 {
    if version <= 10 { 35 } else { 50 }
}

/// The page.
#[must_use]
pub fn certificate_page(_credential: &Credential, symbol: &Symbol, _facts: &PageFacts<'_>) -> String {
    symbol.to_svg()
}
