//! Codes in a PDF: JSON files attached to it, and the QR codes on its pages, as a printer would show them.
//!
//! What a file unfolds to is bounded first, in [`insides`](crate::interop::insides).

use std::sync::Arc;
use std::time::Instant;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::GrayImage;

use super::{Found, Haul, Limits, Measure, Scan, ScanError, survive, symbol};
use crate::interop::insides::{UNFOLDED_BYTES, attachments, unfolds_within, widest_picture};

/// Attachments first, then the codes of the pages in order.
pub(super) fn codes_in(file: &Arc<Vec<u8>>, limits: Limits, deadline: Instant) -> Result<Scan, ScanError> {
    unfolds_within(file, UNFOLDED_BYTES).map_err(|_| ScanError::TooLarge {
        measure: Measure::Unfolded,
        found: UNFOLDED_BYTES as u64 + 1,
        limit: UNFOLDED_BYTES as u64,
    })?;
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
