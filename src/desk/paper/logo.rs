//! An institution's picture: read once, made as small as paper needs it, and stripped of whatever else was in its file.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, overlay, resize};
use image::{DynamicImage, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage};
use krilla::image::Image;

use super::PaperError;

/// 4 MiB: a photograph of a letterhead; what graphic artists hand out is smaller.
pub const LOGO_BYTES: usize = 4 * 1024 * 1024;
/// 16 million pixels: 4,000 × 4,000, 64 MB while it is read.
pub const LOGO_PIXELS: u64 = 16_000_000;
/// 128 MiB: what a decoder may take for that.
const DECODER_BYTES: u64 = 128 * 1024 * 1024;
/// 720 × 240 pixels: 60 × 20 mm at 300 dots an inch, the most room a logo gets.
const SIDES: (u32, u32) = (720, 240);
/// 40 KiB: what is kept of a logo. A page of paper has 43 to 59 KB without one, and is to stay under 100 KB.
pub const LOGO_KEPT_BYTES: usize = 40 * 1024;
/// 24 KiB: a drawing of few colours stays below it; what does not is a photograph, and goes as JPEG.
const DRAWN_BYTES: usize = 24 * 1024;
/// JPEG quality of 100, at which letters have no visible halo.
const QUALITY: u8 = 88;

/// A logo ready for paper.
#[derive(Clone, Debug)]
pub struct Logo {
    image: Image,
    sides: (u32, u32),
}

impl Logo {
    /// Reads a PNG or JPEG. What is transparent becomes white, as paper is.
    ///
    /// # Errors
    /// [`PaperError::LogoTooLarge`] before anything is decoded; [`PaperError::LogoDamaged`].
    pub fn read(bytes: &[u8]) -> Result<Self, PaperError> {
        let damaged = || PaperError::LogoDamaged;
        let small = reduced(&on_white(&decoded(bytes)?), SIDES);
        let sides = small.dimensions();
        let image = match encoded(&small).ok_or_else(damaged)? {
            (ImageFormat::Png, bytes) => Image::from_png(bytes.into(), false),
            (_, bytes) => Image::from_jpeg(bytes.into(), false),
        };
        Ok(Self { image: image.map_err(|_| damaged())?, sides })
    }

    /// A picture as an institution keeps it: as paper needs it, of at most [`LOGO_KEPT_BYTES`], without whatever else was in its file.
    ///
    /// # Errors
    /// As [`Logo::read`].
    pub fn tidy(bytes: &[u8]) -> Result<Vec<u8>, PaperError> {
        let picture = on_white(&decoded(bytes)?);
        let mut sides = SIDES;
        loop {
            let (_, small) = encoded(&reduced(&picture, sides)).ok_or(PaperError::LogoDamaged)?;
            if small.len() <= LOGO_KEPT_BYTES {
                return Ok(small);
            }
            // A photograph of a busy street is smaller on paper, and not more than that.
            sides = (sides.0 * 3 / 4, sides.1 * 3 / 4);
        }
    }

    pub(super) fn image(&self) -> Image {
        self.image.clone()
    }

    /// Width and height that keep its shape within a rectangle, in the rectangle's unit.
    pub(super) fn within(&self, width: f32, height: f32) -> (f32, f32) {
        let (across, down) = (self.sides.0 as f32, self.sides.1 as f32);
        let scale = (width / across).min(height / down);
        (across * scale, down * scale)
    }
}

/// The pixels of a PNG or JPEG, once it is known how many they are.
fn decoded(bytes: &[u8]) -> Result<DynamicImage, PaperError> {
    if bytes.len() > LOGO_BYTES {
        return Err(PaperError::LogoTooLarge { found: bytes.len() as u64, limit: LOGO_BYTES as u64 });
    }
    let damaged = || PaperError::LogoDamaged;
    let format = image::guess_format(bytes).map_err(|_| damaged())?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg) {
        return Err(PaperError::LogoDamaged);
    }
    let (width, height) =
        ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().map_err(|_| damaged())?;
    let pixels = u64::from(width) * u64::from(height);
    if pixels > LOGO_PIXELS {
        return Err(PaperError::LogoTooLarge { found: pixels, limit: LOGO_PIXELS });
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES);
    reader.limits(limits);
    reader.decode().map_err(|_| damaged())
}

fn on_white(picture: &DynamicImage) -> RgbImage {
    let mut paper = RgbaImage::from_pixel(picture.width(), picture.height(), image::Rgba([255; 4]));
    overlay(&mut paper, &picture.to_rgba8(), 0, 0);
    DynamicImage::ImageRgba8(paper).into_rgb8()
}

fn reduced(picture: &RgbImage, sides: (u32, u32)) -> RgbImage {
    let (width, height) = picture.dimensions();
    let scale = (f64::from(sides.0) / f64::from(width)).min(f64::from(sides.1) / f64::from(height));
    if scale >= 1.0 {
        return picture.clone();
    }
    let side = |pixels: u32| ((f64::from(pixels) * scale).round() as u32).max(1);
    resize(picture, side(width), side(height), FilterType::Lanczos3)
}

/// As PNG where that is small, else as JPEG.
fn encoded(picture: &RgbImage) -> Option<(ImageFormat, Vec<u8>)> {
    let mut drawn = Cursor::new(Vec::new());
    picture.write_to(&mut drawn, ImageFormat::Png).ok()?;
    let mut photographed = Vec::new();
    JpegEncoder::new_with_quality(&mut photographed, QUALITY).encode_image(picture).ok()?;
    let drawn = drawn.into_inner();
    let is_drawn = drawn.len() <= DRAWN_BYTES.max(photographed.len());
    Some(if is_drawn { (ImageFormat::Png, drawn) } else { (ImageFormat::Jpeg, photographed) })
}
