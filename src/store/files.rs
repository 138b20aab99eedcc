//! Files that are either whole or not there.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

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
    let part = part_of(path);
    let written =
        write_new(&part, bytes, readers).and_then(|file| file.sync_all()).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // Nothing half-written stays; that it was there at all is what the caller is told.
        let _ = std::fs::remove_file(&part);
    }
    written?;
    sync_folder(path)
}

/// A file that is too large to be held in memory: it grows as a twin, which takes its place when it is whole and on the disk. One that is not
/// finished leaves nothing.
#[derive(Debug)]
pub struct Growing {
    path: PathBuf,
    out: BufWriter<File>,
    finished: bool,
}

impl Growing {
    /// Begins one.
    ///
    /// # Errors
    /// What the disk says.
    pub fn begin(path: &Path, readers: Readers) -> io::Result<Self> {
        let file = write_new(&part_of(path), b"", readers)?;
        Ok(Self { path: path.to_owned(), out: BufWriter::new(file), finished: false })
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// What the disk says; the old file, if any, is as it was.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        std::fs::rename(part_of(&self.path), &self.path)?;
        self.finished = true;
        sync_folder(&self.path)
    }
}

impl io::Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        if !self.finished {
            let _ = std::fs::remove_file(part_of(&self.path));
        }
    }
}

/// Writes many files of one folder, each as [`write_whole`] does, but waits for the disk once for all of them: `syncfs` instead of
/// an `fsync` for each file and each rename.
///
/// # Errors
/// Which file it was, and what the disk says. Then some of the files may be there; each that is, is whole.
pub fn write_all_whole(files: &[(PathBuf, Vec<u8>)], readers: Readers) -> Result<(), (PathBuf, io::Error)> {
    let Some((first, _)) = files.first() else { return Ok(()) };
    let folder = folder_of(first);
    let written = write_parts(files, readers, folder);
    if written.is_err() {
        for (path, _) in files {
            let _ = std::fs::remove_file(part_of(path));
        }
    }
    written?;
    sync_folder(first).map_err(|error| (folder.to_owned(), error))
}

fn write_parts(files: &[(PathBuf, Vec<u8>)], readers: Readers, folder: &Path) -> Result<(), (PathBuf, io::Error)> {
    for (path, bytes) in files {
        write_new(&part_of(path), bytes, readers).map_err(|error| (path.clone(), error))?;
    }
    // No name is given to bytes that are not on the disk yet.
    let synced = File::open(folder).and_then(|folder| rustix::fs::syncfs(&folder).map_err(io::Error::from));
    synced.map_err(|error| (folder.to_owned(), error))?;
    for (path, _) in files {
        std::fs::rename(part_of(path), path).map_err(|error| (path.clone(), error))?;
    }
    Ok(())
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

/// Gives what is whole another name in its folder. The new name is on the disk when this returns.
///
/// # Errors
/// What the disk says.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::rename(from, to)?;
    sync_folder(to)
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

fn write_new(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<File> {
    // A part that a killed process left may have another mode.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = options(readers).create_new(true).open(path)?;
    file.write_all(bytes)?;
    Ok(file)
}

fn options(readers: Readers) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(match readers {
        Readers::Owner => 0o600,
        Readers::Everybody => 0o644,
    });
    options
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A rename is durable when its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}
