//! QR codes in a picture. One decoder misses what the next reads, so each picture is prepared in several ways; the ways and
//! their order come from decode rates measured with `tests/long/scan_sim`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Cursor;
use std::time::Instant;

use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, imageops};
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, FilteredImageReader, Luma8Source, MultiFormatReader, Reader};

use super::{Found, Haul, Limits, Measure, Scan, ScanError, survive};

/// The codes in a PNG, JPEG or WebP.
pub(super) fn in_picture(
    file: &[u8],
    format: ImageFormat,
    limits: Limits,
    deadline: Instant,
) -> Result<Scan, ScanError> {
    let grey = decode(file, format, limits)?;
    let mut haul = Haul::default();
    let finished = collect(&grey, THOROUGH, deadline, &mut haul);
    match (haul.found.is_empty(), finished) {
        (false, _) => Ok(Scan { found: haul.found, unread_pages: 0 }),
        (true, true) => Err(ScanError::NoCode),
        (true, false) => Err(ScanError::TooSlow { limit: limits.time }),
    }
}

/// The picture in grey, on white where it is transparent. Its size is checked from the header, before pixels are decoded.
fn decode(file: &[u8], format: ImageFormat, limits: Limits) -> Result<GrayImage, ScanError> {
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut allowed = image::Limits::default();
    allowed.max_alloc = Some(limits.pixels.saturating_mul(BYTES_PER_PIXEL));
    reader.limits(allowed);
    let decoder = reader.into_decoder().map_err(|_| ScanError::Damaged)?;
    let (width, height) = decoder.dimensions();
    within(u64::from(width) * u64::from(height), limits.pixels)?;
    if decoder.total_bytes() > limits.pixels.saturating_mul(BYTES_PER_PIXEL) {
        return Err(ScanError::TooLarge {
            measure: Measure::Pixels,
            found: u64::from(width) * u64::from(height),
            limit: limits.pixels,
        });
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| ScanError::Damaged)?;
    Ok(on_white(picture))
}

/// [`Measure::Pixels`] against its limit.
pub(super) fn within(pixels: u64, limit: u64) -> Result<(), ScanError> {
    if pixels > limit {
        return Err(ScanError::TooLarge { measure: Measure::Pixels, found: pixels, limit });
    }
    Ok(())
}

fn on_white(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let layered = picture.into_luma_alpha8();
    GrayImage::from_fn(layered.width(), layered.height(), |x, y| {
        let image::LumaA([luma, alpha]) = *layered.get_pixel(x, y);
        let (luma, alpha) = (u16::from(luma), u16::from(alpha));
        image::Luma([((luma * alpha + 255 * (255 - alpha)) / 255) as u8])
    })
}

/// Adds the texts that are read from the picture. Stops at the first try that yields one of our own form; otherwise all tries are
/// made, since the first code read may be a letterhead's. A code that is hard to read beside one that is easy may be missed.
/// `false` if the time was over first.
pub(super) fn collect(picture: &GrayImage, tries: &[Try], deadline: Instant, haul: &mut Haul) -> bool {
    let mut sizes = Sizes { whole: picture, grown: None, reduced: None };
    for (size, way) in tries {
        if Instant::now() >= deadline {
            return false;
        }
        let Some(sized) = sizes.get(*size) else { continue };
        let texts = survive(|| Some(way.texts(sized))).unwrap_or_default();
        let ours = texts.iter().any(|text| is_ours(text));
        texts.into_iter().for_each(|text| haul.add(Found::Text(text)));
        if ours {
            return true;
        }
    }
    true
}

/// `…#` and digits: the form of a packet (qr.md §7.5). Whether it is one is for `carry` to say.
fn is_ours(text: &str) -> bool {
    text.rsplit_once('#')
        .is_some_and(|(_, digits)| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The order of tries, cheap first. Of 120 simulated single photographs of faded print the second reads 100 and the third 116;
/// of 240, faded or folded, the third and the fourth together miss 2.
pub(super) const THOROUGH: &[Try] = &[
    (Size::Reduced, Way::Hybrid),
    (Size::Reduced, Way::Filtered),
    (Size::Reduced, Way::Sharpened),
    (Size::Grown, Way::Sharpened),
    (Size::Whole, Way::Hybrid),
    (Size::Whole, Way::Filtered),
    (Size::Whole, Way::Sharpened),
    (Size::Reduced, Way::Global),
    (Size::Reduced, Way::Turned),
    (Size::Reduced, Way::Inverted),
];

/// For a page that was drawn, not photographed: what is not read at once is drawn more finely.
pub(super) const QUICK: &[Try] = &[(Size::Reduced, Way::Hybrid), (Size::Whole, Way::Hybrid)];

/// At what size, and how prepared.
pub(super) type Try = (Size, Way);

/// A picture at one of three sizes.
#[derive(Clone, Copy)]
pub(super) enum Size {
    /// Half as large again, for a picture that [`Reduced`](Self::Reduced) leaves as it is.
    Grown,
    /// At most [`REDUCED_SIDE`]: averaging takes noise away, and a large picture's symbol is large enough.
    Reduced,
    /// As it came, for a picture that [`Reduced`](Self::Reduced) makes smaller.
    Whole,
}

struct Sizes<'a> {
    whole: &'a GrayImage,
    grown: Option<GrayImage>,
    reduced: Option<GrayImage>,
}

impl Sizes<'_> {
    /// `None` if it would repeat another size.
    fn get(&mut self, size: Size) -> Option<&GrayImage> {
        let (width, height) = self.whole.dimensions();
        let side = width.max(height);
        match (size, side > REDUCED_SIDE) {
            (Size::Grown, true) | (Size::Whole, false) => None,
            (Size::Grown, false) => {
                let (width, height) = (width + width / 2, height + height / 2);
                let grown = || imageops::resize(self.whole, width, height, imageops::FilterType::CatmullRom);
                Some(self.grown.get_or_insert_with(grown))
            }
            (Size::Reduced, true) => {
                let part = |of: u32| (u64::from(of) * u64::from(REDUCED_SIDE) / u64::from(side)).max(1) as u32;
                let reduced =
                    || imageops::resize(self.whole, part(width), part(height), imageops::FilterType::Triangle);
                Some(self.reduced.get_or_insert_with(reduced))
            }
            (Size::Reduced, false) | (Size::Whole, true) => Some(self.whole),
        }
    }
}

/// How a picture is prepared before finder patterns are looked for.
#[derive(Clone, Copy)]
pub(super) enum Way {
    Filtered,
    Global,
    Hybrid,
    Inverted,
    Sharpened,
    Turned,
}

impl Way {
    fn texts(self, picture: &GrayImage) -> Vec<String> {
        match self {
            Self::Filtered => filtered(picture),
            Self::Global => global(picture),
            Self::Hybrid => hybrid(picture),
            Self::Inverted => {
                let mut negative = picture.clone();
                imageops::invert(&mut negative);
                hybrid(&negative)
            }
            Self::Sharpened => filtered(&blurred(&sharpened(picture))),
            Self::Turned => hybrid(&imageops::rotate90(picture)),
        }
    }
}

/// A threshold for each neighbourhood: uneven light.
fn hybrid(picture: &GrayImage) -> Vec<String> {
    let Some(source) = source(picture) else { return Vec::new() };
    all(&mut BinaryBitmap::new(HybridBinarizer::new(source)))
}

/// One threshold for the whole: photocopies.
fn global(picture: &GrayImage) -> Vec<String> {
    let Some(source) = source(picture) else { return Vec::new() };
    all(&mut BinaryBitmap::new(GlobalHistogramBinarizer::new(source)))
}

/// rxing's own pyramid of sizes, each also with small holes closed.
fn filtered(picture: &GrayImage) -> Vec<String> {
    let Some(source) = source(picture) else { return Vec::new() };
    FilteredImageReader::new(MultiFormatReader::default())
        .decode_with_hints(&mut BinaryBitmap::new(HybridBinarizer::new(source)), &hints())
        .map(|code| vec![code.getText().to_owned()])
        .unwrap_or_default()
}

fn all<B: rxing::Binarizer>(bitmap: &mut BinaryBitmap<B>) -> Vec<String> {
    QrReader
        .decode_multiple_with_hints(bitmap, &hints())
        .map(|codes| codes.iter().take(CODES).map(|code| code.getText().to_owned()).collect())
        .unwrap_or_default()
}

fn hints() -> DecodeHints {
    DecodeHints {
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        TryHarder: Some(true),
        ..DecodeHints::default()
    }
}

fn source(picture: &GrayImage) -> Option<Luma8Source<'_>> {
    Luma8Source::new_with_slice(picture.as_raw(), picture.width(), picture.height()).ok()
}

/// Each pixel's difference from its surroundings, enlarged: undoes part of a lens out of focus. The noise that this enlarges too
/// is what [`blurred`] takes away again; together they let through what has the size of a module.
fn sharpened(picture: &GrayImage) -> GrayImage {
    let mut sharp = imageops::fast_blur(picture, SHARPEN_SIGMA);
    for (mean, &luma) in sharp.iter_mut().zip(picture.as_raw()) {
        let (luma, around) = (f32::from(luma), f32::from(*mean));
        // The cast saturates, as it should.
        *mean = (luma + SHARPEN_AMOUNT * (luma - around)) as u8;
    }
    sharp
}

/// The mean of each pixel and its eight neighbours; the outermost rows and columns stay as they are.
fn blurred(picture: &GrayImage) -> Cow<'_, GrayImage> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if width < 3 || height < 3 {
        return Cow::Borrowed(picture);
    }
    let mut soft = picture.clone();
    let rows: Vec<&[u8]> = picture.as_raw().chunks_exact(width).collect();
    for (three, out) in rows.windows(3).zip(soft.chunks_exact_mut(width).skip(1)) {
        let [above, here, below] = three else { continue };
        let columns = above.windows(3).zip(here.windows(3)).zip(below.windows(3));
        for (((a, b), c), out) in columns.zip(out.iter_mut().skip(1)) {
            let sum: u16 = a.iter().chain(b).chain(c).map(|&luma| u16::from(luma)).sum();
            *out = (sum / 9) as u8;
        }
    }
    Cow::Owned(soft)
}

/// 8 bytes: the most a pixel takes in any form that `image` decodes to here (16-bit colour with transparency).
const BYTES_PER_PIXEL: u64 = 8;
/// 1,600 pixels: at this side a photograph of half an A4 page still gives a 35 mm version 10 symbol 4 pixels a module.
const REDUCED_SIDE: u32 = 1_600;
/// 2 pixels: the surroundings of a pixel, about half a module. With the amount below the best of (2, 1.5), (2, 3), (3, 2), (4, 3).
const SHARPEN_SIGMA: f32 = 2.0;
/// 1.5 times the difference.
const SHARPEN_AMOUNT: f32 = 1.5;
/// 64 codes in one picture: a sheet of certificates has a dozen.
const CODES: usize = 64;
