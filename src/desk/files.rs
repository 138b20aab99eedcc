//! Files that are either whole or not there.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone, mode 0600: keys, and whatever names a person.
    Owner,
    /// Everybody the folder lets in, mode 0644.
    Everybody,
}

/// Writes a file through a twin that takes its place when it is whole and on the disk.
///
/// # Errors
/// What the disk says; the old file, if any, is as it was.
pub fn write_whole(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = write_new(&part, bytes, readers).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // Nothing half-written stays; that it was there at all is what the caller is told.
        let _ = std::fs::remove_file(&part);
    }
    written?;
    sync_folder(path)
}

/// Writes a file that must not be there yet.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`], or what the disk says.
pub fn write_once(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let mut file = options(readers).create_new(true).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written?;
    sync_folder(path)
}

fn write_new(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    // A part that a killed process left may have another mode.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = options(readers).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn options(readers: Readers) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(match readers {
        Readers::Owner => 0o600,
        Readers::Everybody => 0o644,
    });
    options
}

/// A rename is durable when its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => File::open(parent)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}
