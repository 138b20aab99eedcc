//! Codes in a PDF: JSON files attached to it, and the QR codes on its pages, as a printer would show them.
//!
//! hayro sets no bound on what a file unfolds to, so this is looked at first: the unfolded size of every compressed stream, layer
//! by layer, and the size of every picture. Streams under other compressions (LZW, JBIG2) are not foreseen.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use flate2::{Decompress, FlushDecompress, Status};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::object::dict::Dict;
use hayro::hayro_syntax::object::{Array, Name, Object, Stream};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::GrayImage;

use super::{Found, Haul, Limits, Measure, Scan, ScanError, survive, symbol};
use crate::base::limits::CREDENTIAL_BYTES;

/// Attachments first, then the codes of the pages in order.
pub(super) fn codes_in(file: &Arc<Vec<u8>>, limits: Limits, deadline: Instant) -> Result<Scan, ScanError> {
    bounded(file)?;
    let pdf = Pdf::new(Arc::clone(file)).map_err(|error| match error {
        LoadPdfError::Decryption(_) => ScanError::Locked,
        LoadPdfError::Invalid => ScanError::Damaged,
    })?;
    let widest = survive(|| Some(widest_picture(&pdf))).ok_or(ScanError::Damaged)?;
    symbol::within(widest, limits.pixels)?;

    let mut haul = Haul::default();
    for attachment in survive(|| Some(attachments(&pdf))).unwrap_or_default() {
        haul.add(Found::Attachment(attachment));
    }
    let pages = pdf.pages().len();
    let mut read = 0;
    let mut finished = true;
    for page in pdf.pages().iter().take(limits.pages) {
        match scan_page(page, deadline, &mut haul) {
            Looked::Fully => read += 1,
            Looked::NotAtAll => {}
            Looked::OutOfTime => {
                finished = false;
                break;
            }
        }
    }
    match () {
        () if !haul.found.is_empty() => Ok(Scan { found: haul.found, unread_pages: pages - read }),
        () if !finished => Err(ScanError::TooSlow { limit: limits.time }),
        () if read < pages.min(limits.pages) => Err(ScanError::Damaged),
        () if pages > limits.pages => {
            Err(ScanError::TooLarge { measure: Measure::Pages, found: pages as u64, limit: limits.pages as u64 })
        }
        () => Err(ScanError::NoCode),
    }
}

enum Looked {
    Fully,
    NotAtAll,
    OutOfTime,
}

/// Draws a page coarsely, and finely if that shows no code at all.
fn scan_page(page: &Page<'_>, deadline: Instant, haul: &mut Haul) -> Looked {
    let before = haul.found.len();
    for (dpi, tries) in [(COARSE_DPI, symbol::QUICK), (FINE_DPI, symbol::THOROUGH)] {
        if Instant::now() >= deadline {
            return Looked::OutOfTime;
        }
        let Some(drawn) = survive(|| draw(page, dpi)) else { return Looked::NotAtAll };
        let finished = symbol::collect(&drawn, tries, deadline, haul);
        if haul.found.len() > before {
            return Looked::Fully;
        }
        if !finished {
            return Looked::OutOfTime;
        }
    }
    Looked::Fully
}

/// A page in grey at `dpi`, or as fine as [`PAGE_PIXELS`] and [`PAGE_SIDE`] allow.
fn draw(page: &Page<'_>, dpi: f32) -> Option<GrayImage> {
    let (width, height) = page.render_dimensions();
    if !(width.is_finite() && height.is_finite() && width > 0.0 && height > 0.0) {
        return None;
    }
    let scale = (dpi / POINTS_PER_INCH).min((PAGE_PIXELS / (width * height)).sqrt()).min(PAGE_SIDE / width.max(height));
    if width * scale < 1.0 || height * scale < 1.0 {
        return None;
    }
    let drawn = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE },
    );
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    // Painted on opaque white, so transparency is gone. The weights are those of Rec. ITU-R BT.601.
    let grey = drawn
        .data()
        .iter()
        .map(|p| ((u32::from(p.r) * 299 + u32::from(p.g) * 587 + u32::from(p.b) * 114) / 1000) as u8);
    GrayImage::from_raw(width, height, grey.collect())
}

/// Every attached file that begins like a JSON object: the name tree `Names / EmbeddedFiles` (ISO 32000-2 §7.11.4) and the
/// associated files `AF` (§14.13) of the catalogue.
fn attachments(pdf: &Pdf) -> Vec<Vec<u8>> {
    let mut kept = Vec::new();
    let Some(catalogue) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) else { return kept };
    let mut specs: Vec<Dict<'_>> = Vec::new();
    if let Some(associated) = catalogue.get::<Array<'_>>("AF") {
        specs.extend(associated.iter::<Dict<'_>>().take(ATTACHMENTS));
    }
    let tree = catalogue.get::<Dict<'_>>("Names").and_then(|names| names.get::<Dict<'_>>("EmbeddedFiles"));
    let mut nodes: Vec<Dict<'_>> = tree.into_iter().collect();
    // Breadth first and counted, so a tree that contains itself ends too.
    let mut visited = 0;
    while visited < nodes.len() && visited < NAME_TREE_NODES {
        let node = nodes[visited].clone();
        visited += 1;
        if let Some(kids) = node.get::<Array<'_>>("Kids") {
            nodes.extend(kids.iter::<Dict<'_>>().take(NAME_TREE_NODES));
            nodes.truncate(NAME_TREE_NODES);
        }
        if let Some(names) = node.get::<Array<'_>>("Names") {
            specs.extend(names.iter::<Object<'_>>().take(2 * ATTACHMENTS).filter_map(Object::into_dict));
            specs.truncate(2 * ATTACHMENTS);
        }
    }
    for spec in specs {
        let Some(versions) = spec.get::<Dict<'_>>("EF") else { continue };
        let file = ["UF", "F"]
            .into_iter()
            .find_map(|key| versions.get::<Stream<'_>>(key))
            .and_then(|stream| contents(&stream));
        if let Some(file) = file.filter(|file| file.trim_ascii_start().starts_with(b"{"))
            && !kept.contains(&file)
            && kept.len() < ATTACHMENTS
        {
            kept.push(file);
        }
    }
    kept
}

/// A stream's bytes: as they are, or under one deflate. Nothing is unfolded beyond [`CREDENTIAL_BYTES`].
fn contents(stream: &Stream<'_>) -> Option<Vec<u8>> {
    let raw = stream.raw_data();
    let dict = stream.dict();
    if dict.contains_key("DecodeParms") {
        return None;
    }
    let one = dict.get::<Name<'_>>("Filter");
    let list = dict.get::<Array<'_>>("Filter").map(|list| list.iter::<Name<'_>>().take(2).collect::<Vec<_>>());
    let filters: Vec<Name<'_>> = one.into_iter().chain(list.into_iter().flatten()).collect();
    match filters.as_slice() {
        [] => (raw.len() <= CREDENTIAL_BYTES).then(|| raw.into_owned()),
        [only] if matches!(only.as_str(), "FlateDecode" | "Fl") => Unfold::new().layer(&raw, CREDENTIAL_BYTES),
        _ => None,
    }
}

/// The pixels of the largest picture that the file declares.
fn widest_picture(pdf: &Pdf) -> u64 {
    let side = |dict: &Dict<'_>, key: &str| u64::from(dict.get::<u32>(key).unwrap_or(0));
    pdf.objects()
        .into_iter()
        .filter_map(Object::into_stream)
        .filter(|stream| stream.dict().get::<Name<'_>>("Subtype").is_some_and(|name| name.as_str() == "Image"))
        .map(|stream| side(stream.dict(), "Width").saturating_mul(side(stream.dict(), "Height")))
        .max()
        .unwrap_or(0)
}

/// Refuses a file whose deflated streams unfold beyond [`UNFOLDED_BYTES`] in total, layers within layers counted. Streams are
/// found by their keyword, whatever the file's own tables say, since hayro repairs broken tables the same way.
fn bounded(file: &[u8]) -> Result<(), ScanError> {
    let too_large = || ScanError::TooLarge {
        measure: Measure::Unfolded,
        found: UNFOLDED_BYTES as u64 + 1,
        limit: UNFOLDED_BYTES as u64,
    };
    let mut unfold = Unfold::new();
    let mut left = UNFOLDED_BYTES;
    for (count, start) in streams(file).enumerate() {
        let mut layer = Cow::Borrowed(start);
        for depth in 0.. {
            let inner = unfold.layer(&layer, left).filter(|_| count < STREAMS).ok_or_else(too_large)?;
            if inner.is_empty() {
                break;
            }
            if depth == LAYERS {
                return Err(too_large());
            }
            left -= inner.len();
            layer = Cow::Owned(inner);
        }
    }
    Ok(())
}

/// What follows each `stream` keyword and its line end (ISO 32000-2 §7.3.8.1).
fn streams(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    const KEYWORD: &[u8] = b"stream";
    let begins = file.windows(KEYWORD.len()).enumerate().filter(|(_, window)| *window == KEYWORD).map(|(at, _)| at);
    begins.filter(|at| !file[..*at].ends_with(b"end")).map(|at| {
        let after = &file[at + KEYWORD.len()..];
        let line_end = [&b"\r\n"[..], b"\n", b"\r"].into_iter().find_map(|end| after.strip_prefix(end));
        line_end.unwrap_or(after)
    })
}

/// A raw DEFLATE reader that is used again and again, for a new one costs 40 KiB.
struct Unfold(Decompress);

impl Unfold {
    fn new() -> Self {
        Self(Decompress::new(false))
    }

    /// What `folded` unfolds to, up to its end or its first error; empty if it is not DEFLATE. `None` beyond `limit` bytes.
    fn layer(&mut self, folded: &[u8], limit: usize) -> Option<Vec<u8>> {
        self.0.reset(false);
        let mut folded = match folded {
            // A zlib header (RFC 1950 §2.2) is optional in practice; its checksum is not asked for.
            [method, flags, rest @ ..]
                if method & 0x0F == 8 && (u16::from(*method) << 8 | u16::from(*flags)).is_multiple_of(31) =>
            {
                rest
            }
            other => other,
        };
        let mut unfolded = Vec::new();
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let (taken, given) = (self.0.total_in(), self.0.total_out());
            let status = self.0.decompress(folded, &mut chunk, FlushDecompress::None);
            let given = (self.0.total_out() - given) as usize;
            folded = folded.get((self.0.total_in() - taken) as usize..)?;
            if unfolded.len() + given > limit {
                return None;
            }
            unfolded.extend_from_slice(chunk.get(..given)?);
            match status {
                Ok(Status::Ok) if given > 0 => {}
                _ => return Some(unfolded),
            }
        }
    }
}

/// 200 dots an inch draws a 35 mm version 10 symbol at 4.8 pixels a module, enough where it is vectors.
const COARSE_DPI: f32 = 200.0;
/// 300 dots an inch is what office scanners deliver; drawing such a page more finely adds nothing.
const FINE_DPI: f32 = 300.0;
/// 72 points an inch (ISO 32000-2 §8.3.2.3).
const POINTS_PER_INCH: f32 = 72.0;
/// 18 million pixels: A3 at 300 dpi is 17.4 million.
const PAGE_PIXELS: f32 = 18_000_000.0;
/// 8,192 pixels: a banner's longer side.
const PAGE_SIDE: f32 = 8_192.0;
/// 16 attachments are read: a certificate has one.
const ATTACHMENTS: usize = 16;
/// 256 nodes of the tree of attachments.
const NAME_TREE_NODES: usize = 256;
/// 128 MiB: what all streams of a PDF unfold to. An A4 page at 600 dpi in colour is 104 MB, and few scanners leave it to DEFLATE.
const UNFOLDED_BYTES: usize = 128 * 1024 * 1024;
/// 3 layers of deflate in deflate; honest files have one, rarely two.
const LAYERS: usize = 3;
/// 50,000 streams: a book has some thousand.
const STREAMS: usize = 50_000;
/// 64 KiB: unfolded at a time.
const CHUNK_BYTES: usize = 64 * 1024;
