//! What was measured on the way, for whoever reads the output of `tests/run`: tests that pass keep their own to themselves.

use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;

/// Tells a line, and adds it to `figures.txt` in the tests' folder, which `tests/run` shows at its end.
pub fn tell(line: impl Display) {
    println!("{line}");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("figures.txt");
    let file = std::fs::OpenOptions::new().create(true).append(true).open(file);
    file.and_then(|mut file| writeln!(file, "{line}")).unwrap();
}
