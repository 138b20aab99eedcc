//! The container of a workbook: named parts in a ZIP archive, each read as a bounded stream of XML. What a bomb could make large
//! (entries, bytes, ratio, one tag, nesting) is bounded before it is decoded (threats.md I10).

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader, XmlVersion};
use zip::{CompressionMethod, ZipArchive, read::ZipFile};

use crate::desk::import::problem::Code;

/// How every ZIP archive begins that holds anything (APPNOTE.TXT 4.3.7).
const ARCHIVE_BEGINS: &[u8] = b"PK\x03\x04";
/// How each entry of an archive's table begins (APPNOTE.TXT 4.3.12).
const ENTRY_BEGINS: &[u8] = b"PK\x01\x02";
/// 4,096 entries: a workbook. One of a clerk has about 12, and one more for each sheet and picture.
const ENTRIES_MOST: usize = 4_096;
/// 805,306,368 bytes: one part, decoded. A million rows of ten cells take some 700 MB of XML, of which little is held at a time.
const PART_BYTES: u64 = 768 * 1024 * 1024;
/// 1,610,612,736 bytes: everything that is decoded of one workbook, however often and in however many parts: a sheet and its shared texts at
/// their largest.
const WORKBOOK_BYTES: u64 = 2 * PART_BYTES;
/// 100 decoded bytes for each packed one. Registers of 50,000 rows measure 9 to 14, coloured blank rows 12; DEFLATE could reach 1,032.
const RATIO_MOST: u64 = 100;
/// 1,048,576 bytes: below this no ratio is looked at; an almost empty sheet packs well.
const RATIO_FROM: u64 = 1024 * 1024;
/// 1,048,576 bytes: one tag, or one text between two tags. A cell holds 32,767 characters.
const EVENT_BYTES: usize = 1024 * 1024;
/// 64 tags within each other. Workbooks use 10.
const DEPTH_MOST: usize = 64;

/// The parts of a workbook by name.
pub(super) struct Parts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Small letters → place: names of parts are compared without capitals (ECMA-376-2 §6.2.2.3).
    places: HashMap<String, usize>,
    /// Bytes that may still be decoded, of all parts together.
    left: u64,
}

/// The bytes of one part as they are unpacked.
type Unpacked<'p, 'a> = BufReader<ZipFile<'p, Cursor<&'a [u8]>>>;

/// One part, tag after tag.
pub(super) struct Xml<'p, 'a> {
    reader: Reader<Bounded<'p, Unpacked<'p, 'a>>>,
    buffer: Vec<u8>,
    depth: usize,
}

/// Whether bytes are an archive at all.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(ARCHIVE_BEGINS)
}

impl<'a> Parts<'a> {
    /// The table of an archive.
    ///
    /// # Errors
    /// [`Code::DamagedWorkbook`], [`Code::WorkbookTooLarge`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, Code> {
        // Counted in the bytes: the archive's own count can say anything, and its table costs memory by the entry.
        let entries = bytes.windows(ENTRY_BEGINS.len()).filter(|window| *window == ENTRY_BEGINS).count();
        if entries > ENTRIES_MOST {
            return Err(Code::WorkbookTooLarge);
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Code::DamagedWorkbook)?;
        let mut places = HashMap::new();
        for (place, name) in archive.file_names().enumerate() {
            let name = name.map_err(|_| Code::DamagedWorkbook)?.to_ascii_lowercase();
            // Of two parts of one name, readers take different ones.
            if places.insert(name, place).is_some() {
                return Err(Code::DamagedWorkbook);
            }
        }
        Ok(Self { archive, places, left: WORKBOOK_BYTES })
    }

    /// Whether there is a part whose name ends so, in small letters.
    pub fn any_ends_with(&self, ending: &str) -> bool {
        self.places.keys().any(|name| name.ends_with(ending))
    }

    /// A part as XML; `None` when there is none of this name.
    ///
    /// # Errors
    /// As [`Parts::open`].
    pub fn xml(&mut self, name: &str) -> Result<Option<Xml<'_, 'a>>, Code> {
        let Self { archive, places, left } = self;
        let Some(place) = places.get(&name.to_ascii_lowercase()) else { return Ok(None) };
        let file = archive.by_index(*place).map_err(|_| Code::DamagedWorkbook)?;
        if file.encrypted() || !matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(Code::DamagedWorkbook);
        }
        let most = PART_BYTES.min(file.compressed_size().saturating_mul(RATIO_MOST).max(RATIO_FROM));
        if file.size() > most {
            return Err(Code::WorkbookTooLarge);
        }
        // What the table says of a size is a claim; what comes out is counted.
        let bounded = Bounded { inner: BufReader::new(file), left: most, of_all: left, event: EVENT_BYTES };
        let mut reader = Reader::from_reader(bounded);
        reader.config_mut().expand_empty_elements = true;
        Ok(Some(Xml { reader, buffer: Vec::new(), depth: 0 }))
    }
}

impl Xml<'_, '_> {
    /// The next tag or text; an empty tag is a beginning and an end.
    ///
    /// # Errors
    /// [`Code::WorkbookTooLarge`] at a bound; [`Code::DamagedWorkbook`] for what is no XML, and for a document type, which could
    /// define entities and which no workbook has.
    pub fn next(&mut self) -> Result<Event<'_>, Code> {
        self.buffer.clear();
        self.reader.get_mut().event = EVENT_BYTES;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| match error {
            Error::Io(error) if error.kind() == ErrorKind::FileTooLarge => Code::WorkbookTooLarge,
            _ => Code::DamagedWorkbook,
        })?;
        match &event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::DocType(_) => return Err(Code::DamagedWorkbook),
            Event::Eof if self.depth > 0 => return Err(Code::DamagedWorkbook),
            _ => {}
        }
        if self.depth > DEPTH_MOST { Err(Code::WorkbookTooLarge) } else { Ok(event) }
    }
}

/// An attribute by its name without prefix.
///
/// # Errors
/// [`Code::DamagedWorkbook`].
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Code> {
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| Code::DamagedWorkbook)?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Code::DamagedWorkbook)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Adds what a text or a reference between tags says. Beyond `most` bytes nothing is added.
///
/// # Errors
/// [`Code::DamagedWorkbook`] for an entity that XML does not define itself.
pub(super) fn add_text(event: &Event<'_>, text: &mut String, most: usize) -> Result<(), Code> {
    if text.len() > most {
        return Ok(());
    }
    match event {
        Event::Text(said) => text.push_str(said),
        Event::CData(said) => text.push_str(said),
        Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(|_| Code::DamagedWorkbook)? {
            Some(character) => text.push(character),
            None => text.push_str(resolve_predefined_entity(reference).ok_or(Code::DamagedWorkbook)?),
        },
        _ => {}
    }
    Ok(())
}

/// A reader that ends in an error, not in memory, when more comes than was bargained for.
struct Bounded<'p, R> {
    inner: R,
    /// Bytes that may still come.
    left: u64,
    /// Bytes that may still come of this part and all after it.
    of_all: &'p mut u64,
    /// Bytes that may still come before the next tag.
    event: usize,
}

impl<R: BufRead> BufRead for Bounded<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let most = usize::try_from(self.left.min(*self.of_all)).unwrap_or(usize::MAX).min(self.event);
        let bytes = self.inner.fill_buf()?;
        if most == 0 && !bytes.is_empty() {
            return Err(ErrorKind::FileTooLarge.into());
        }
        Ok(bytes.get(..most).unwrap_or(bytes))
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count as u64);
        *self.of_all = self.of_all.saturating_sub(count as u64);
        self.event = self.event.saturating_sub(count);
        self.inner.consume(count);
    }
}

impl<R: BufRead> Read for Bounded<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut bytes = self.fill_buf()?;
        let count = bytes.read(into)?;
        self.consume(count);
        Ok(count)
    }
}
