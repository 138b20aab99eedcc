//! Many people at once: one file for the printer, and one archive to hand out from.
//!
//! What is printed together has nobody's credential attached: whoever gets the file of a class would get everybody's. It is whole in
//! memory until it is written, so one file has [`PRINTED_TOGETHER`] people at most; an archive is written as it grows.

use std::io::Write;

use rayon::prelude::*;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};
use zip::{CompressionMethod, DateTime};

use super::certificate::pages;
use super::drawing::Drawing;
use super::{Certificate, PaperError, Refused, Style, certificate};

/// 500 people in one file to print: some 5 MB, and a ream of paper.
pub const PRINTED_TOGETHER: usize = 500;
/// Files in an archive name people once they are out of it: their owner alone reads them.
const MODE: u32 = 0o600;

/// A file to print.
#[derive(Debug)]
pub struct Printed {
    /// The file; `None` when there is nobody in it.
    pub pdf: Option<Vec<u8>>,
    /// Who is not in it, by place in what was given, and why.
    pub refused: Vec<Refused>,
}

/// The certificates of people in one file, in their order, with the fonts in it once. Its own language is that of the first; each person's
/// pages have theirs.
///
/// # Errors
/// [`PaperError`] of the whole file; those of single people are in the result.
pub fn print(people: &[Certificate<'_>], style: &Style<'_>, progress: &dyn Fn(usize)) -> Result<Printed, PaperError> {
    let Some(first) = people.first() else { return Ok(Printed { pdf: None, refused: Vec::new() }) };
    let last = people.iter().map(|person| person.facts.signed).max().unwrap_or(first.facts.signed);
    let mut drawing = Drawing::begin(first.words, first.words.get("cert.batch-title"), last)?;
    let mut refused = Vec::new();
    for (place, person) in people.iter().enumerate() {
        match pages(person, style) {
            Ok(sheets) => drawing.part(person.facts.serial, person.words, &sheets)?,
            Err(PaperError::Signatories) => return Err(PaperError::Signatories),
            Err(error) => refused.push((place, error)),
        }
        progress(place + 1);
    }
    let pdf = if refused.len() < people.len() { Some(drawing.end()?) } else { None };
    Ok(Printed { pdf, refused })
}

/// A ZIP archive of single files, written as it grows. Named by number, never by name; the same people make the same bytes.
pub struct Archive<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
}

impl<W: Write> Archive<W> {
    /// Begins one.
    pub fn begin(out: W) -> Self {
        Self { zip: ZipWriter::new_stream(out) }
    }

    /// Adds people: for each the PDF, and the credential as JSON. They are drawn on all cores and held until they are written, so they should
    /// be given some hundred at a time. Who could not be drawn is the result, by place.
    ///
    /// # Errors
    /// [`PaperError::Write`], [`PaperError::Signatories`].
    pub fn add(&mut self, people: &[Certificate<'_>], style: &Style<'_>) -> Result<Vec<Refused>, PaperError> {
        let drawn: Vec<_> = people.par_iter().map(|person| certificate(person, style)).collect();
        let mut refused = Vec::new();
        for (place, (person, pdf)) in people.iter().zip(drawn).enumerate() {
            match pdf {
                Ok(pdf) => {
                    self.file(&format!("{}.pdf", person.facts.serial), &pdf)?;
                    self.file(&format!("{}.json", person.facts.serial), person.document)?;
                }
                Err(PaperError::Signatories) => return Err(PaperError::Signatories),
                Err(error) => refused.push((place, error)),
            }
        }
        Ok(refused)
    }

    /// Writes the archive's table of contents, and gives back what it was written to.
    ///
    /// # Errors
    /// [`PaperError::Write`].
    pub fn end(self) -> Result<W, PaperError> {
        let out = self.zip.finish().map_err(|error| PaperError::Write(error.into()))?;
        Ok(out.into_inner())
    }

    /// A PDF is compressed in itself, and a credential is small: both are stored as they are.
    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), PaperError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(MODE);
        self.zip.start_file(name, options).map_err(|error| PaperError::Write(error.into()))?;
        self.zip.write_all(bytes).map_err(PaperError::Write)
    }
}
