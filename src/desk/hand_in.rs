//! What an institution hands to its authority, as one file: the folder that [`super::publish`] wrote, for whoever works at a desk and has no
//! folder before them. Nothing in it names a person.

use std::io::{Cursor, Write as _};

use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

use super::institution::{DeskError, Institution, at};

/// Read by everybody, as the folder's files are.
const MODE: u32 = 0o644;

/// The published folder as a ZIP archive, its files by name.
///
/// # Errors
/// [`DeskError::Io`], also when nothing was published yet.
pub fn archive(institution: &Institution) -> Result<Vec<u8>, DeskError> {
    let folder = institution.publish_folder();
    let failed = |error: zip::result::ZipError| DeskError::Io(folder.clone(), error.into());
    let entries = std::fs::read_dir(&folder).map_err(at(&folder))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>().map_err(at(&folder))?;
    // A file that is being written has another ending until it is whole.
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json" || ending == "txt"));
    paths.sort();
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(MODE);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = std::fs::read(&path).map_err(at(&path))?;
        zip.start_file(name, options).map_err(failed)?;
        zip.write_all(&bytes).map_err(at(&path))?;
    }
    Ok(zip.finish().map_err(failed)?.into_inner())
}
