//! Where other people's vectors are: `SKILLPASS_SHARED`, by default `../shared`. They are not copied into the project.

use std::path::PathBuf;

use serde_json::Value;

/// The folder of a suite; `None` when it is not on this machine. With `SKILLPASS_REQUIRE=1` that is a failure.
pub fn suite(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("SKILLPASS_SHARED").map_or_else(|| super::here("../shared"), PathBuf::from);
    let folder = root.join("vectors").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(!is_required(), "SKILLPASS_REQUIRE=1, and {} is not there", folder.display());
    None
}

/// Whether a missing suite is a failure.
pub fn is_required() -> bool {
    std::env::var_os("SKILLPASS_REQUIRE").is_some_and(|value| value == "1")
}

/// A JSON file.
pub fn json(path: &std::path::Path) -> Value {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Bytes written as hexadecimal digits; spaces and line ends between them do not count.
pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// Bytes as hexadecimal digits.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
