//! The digest of a root in a form that two people can compare by telephone, whatever their languages: groups of digits.

use std::fmt;

use crate::base::multibase;

/// 24 bytes: 192 bits of the digest, so that nobody finds a root with the same one (2¹⁹² tries), in digits that are read out in a minute.
const BYTES: usize = 24;
/// Two bytes of the digest make one group, `00000` to `65535`.
const GROUP_DIGITS: usize = 5;

/// Twelve groups of five digits: `04512 33871 …`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; BYTES]);

impl Fingerprint {
    /// Of a digest.
    #[must_use]
    pub fn of(digest: &[u8; 32]) -> Self {
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(&digest[..BYTES]);
        Self(bytes)
    }

    /// What a person copied or typed: the groups, parted by blanks, hyphens or nothing; or the whole digest as `uEi…`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(digest) = multibase::digest_bytes(text) {
            return Some(Self::of(&digest));
        }
        let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')).collect();
        if digits.len() != BYTES / 2 * GROUP_DIGITS || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut bytes = [0; BYTES];
        for (pair, group) in bytes.chunks_exact_mut(2).zip(digits.chunks_exact(GROUP_DIGITS)) {
            let number = group.iter().fold(0u32, |number, digit| number * 10 + u32::from(digit - b'0'));
            pair.copy_from_slice(&u16::try_from(number).ok()?.to_be_bytes());
        }
        Some(Self(bytes))
    }

    /// In one word, for a command line: hyphens between the groups.
    #[must_use]
    pub fn as_argument(&self) -> String {
        self.groups().join("-")
    }

    fn groups(&self) -> Vec<String> {
        self.0.chunks_exact(2).map(|pair| format!("{:05}", u16::from_be_bytes([pair[0], pair[1]]))).collect()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.groups().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_aloud_and_typed_again() {
        let mut digest = [0; 32];
        (digest[0], digest[1], digest[3], digest[22], digest[23]) = (0xff, 0xff, 7, 1, 2);
        let fingerprint = Fingerprint::of(&digest);
        let said = fingerprint.to_string();
        assert!(said.starts_with("65535 00007 00000 ") && said.ends_with(" 00258"), "{said}");
        for typed in [said.clone(), said.replace(' ', ""), fingerprint.as_argument(), multibase::digest(&digest)] {
            assert_eq!(Fingerprint::parse(&typed), Some(fingerprint), "{typed}");
        }
        // A digit short, a group too large, a letter, nothing.
        for wrong in [&said[1..], &said.replace("65535", "65536"), &said.replace("65535", "6553O"), "", "uEiAA"] {
            assert_eq!(Fingerprint::parse(wrong), None, "{wrong}");
        }
        digest[23] = 3;
        assert_ne!(Fingerprint::of(&digest), fingerprint);
    }
}
