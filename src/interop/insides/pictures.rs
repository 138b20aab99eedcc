//! Pictures in a PDF: photographs as the JPEG they are, scans and printed codes as grey pixels.
//!
//! Read are JPEG, fax (CCITT) and plain or deflated pixels, which is what scanners, phones and office programs write. JPEG 2000,
//! JBIG2 and LZW are not: their decoders allocate by numbers in the data that nobody has checked.

use hayro_syntax::Pdf;
use hayro_syntax::object::dict::Dict;
use hayro_syntax::object::stream::ImageDecodeParams;
use hayro_syntax::object::{Array, Name, Object, Stream};

use super::InsidesLimits;

/// One picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// Grey pixels, row by row.
    Grey {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// One byte a pixel, 0 is black.
        luma: Vec<u8>,
    },
    /// The bytes of a JPEG file.
    Jpeg(Vec<u8>),
}

/// The pictures, the largest first, and how many were left out.
pub(super) fn of(pdf: &Pdf, limits: InsidesLimits) -> (Vec<Picture>, usize) {
    let mut found: Vec<(u64, Stream<'_>)> = pictures(pdf).map(|stream| (pixels(stream.dict()), stream)).collect();
    found.retain(|(pixels, _)| *pixels >= SMALLEST_PIXELS);
    // Stable, so that pictures of one size stay in the file's order.
    found.sort_by_key(|(pixels, _)| std::cmp::Reverse(*pixels));
    let (all, mut left) = (found.len(), limits.pixels);
    let mut taken = Vec::new();
    for (pixels, stream) in found {
        if taken.len() == limits.pictures || pixels > left {
            continue;
        }
        if let Some(picture) = picture(&stream, left) {
            left -= pixels;
            taken.push(picture);
        }
    }
    let unread = all - taken.len();
    (taken, unread)
}

fn pictures(pdf: &Pdf) -> impl Iterator<Item = Stream<'_>> {
    let is_picture =
        |stream: &Stream<'_>| stream.dict().get::<Name<'_>>("Subtype").is_some_and(|name| name.as_str() == "Image");
    pdf.objects().into_iter().filter_map(Object::into_stream).filter(is_picture)
}

fn pixels(dict: &Dict<'_>) -> u64 {
    let side = |key: &str| u64::from(dict.get::<u32>(key).unwrap_or(0));
    side("Width").saturating_mul(side("Height"))
}

/// The pixels of the largest picture that the file declares.
#[must_use]
pub fn widest_picture(pdf: &Pdf) -> u64 {
    pictures(pdf).map(|stream| pixels(stream.dict())).max().unwrap_or(0)
}

/// One picture of at most `limit` pixels; `None` if it is of a form that is not read here.
fn picture(stream: &Stream<'_>, limit: u64) -> Option<Picture> {
    let filters = names(stream.dict(), "Filter");
    let filters: Vec<&str> = filters.iter().map(|name| name.as_str()).collect();
    match filters.as_slice() {
        ["DCTDecode" | "DCT"] => Some(Picture::Jpeg(stream.raw_data().into_owned())),
        [] | ["FlateDecode" | "Fl"] => grey(stream),
        ["CCITTFaxDecode" | "CCF"] if fax_columns(stream.dict()).saturating_mul(height(stream)) <= limit => {
            grey(stream)
        }
        _ => None,
    }
}

/// The one name or the names under a key.
fn names<'a>(dict: &Dict<'a>, key: &str) -> Vec<Name<'a>> {
    let one = dict.get::<Name<'a>>(key);
    let list = dict.get::<Array<'a>>(key).map(|list| list.iter::<Name<'a>>().take(3).collect::<Vec<_>>());
    one.into_iter().chain(list.into_iter().flatten()).collect()
}

/// The width that a fax says of itself, beside the picture's (ISO 32000-2 §7.4.6, table 11).
fn fax_columns(dict: &Dict<'_>) -> u64 {
    let first = || dict.get::<Array<'_>>("DecodeParms").and_then(|list| list.iter::<Dict<'_>>().next());
    let parameters = dict.get::<Dict<'_>>("DecodeParms").or_else(first);
    parameters.and_then(|parameters| parameters.get::<u32>("Columns")).map_or(FAX_COLUMNS, u64::from)
}

fn height(stream: &Stream<'_>) -> u64 {
    u64::from(stream.dict().get::<u32>("Height").unwrap_or(0))
}

/// The decoded pixels, in grey.
fn grey(stream: &Stream<'_>) -> Option<Picture> {
    let dict = stream.dict();
    let (width, height) = (dict.get::<u32>("Width")?, dict.get::<u32>("Height")?);
    let is_mask = dict.get::<bool>("ImageMask").unwrap_or(false);
    let colours = if is_mask { Colours::Grey } else { Colours::of(&dict.get::<Object<'_>>("ColorSpace")?, 0)? };
    let declared = if is_mask { 1 } else { dict.get::<u8>("BitsPerComponent").unwrap_or(8) };
    let asked = ImageDecodeParams {
        is_indexed: matches!(colours, Colours::Table(_)),
        bpc: Some(declared),
        num_components: Some(colours.components() as u8),
        width,
        height,
        ..ImageDecodeParams::default()
    };
    let decoded = stream.decoded_image(&asked).ok()?;
    let (bits, wide) =
        decoded.image_data.as_ref().map_or((declared, width), |data| (data.bits_per_component, data.width));
    let samples = Samples { data: &decoded.data, bits, row: wide as usize * colours.components() };
    let upside_down = dict.get::<Array<'_>>("Decode").is_some_and(|decode| {
        let mut ends = decode.iter::<f32>();
        matches!((ends.next(), ends.next()), (Some(first), Some(second)) if first > second)
    });
    let mut luma = Vec::with_capacity(width as usize * height as usize);
    for row in 0..height as usize {
        for column in 0..width as usize {
            let value = colours.luma(&samples, row, column)?;
            luma.push(if upside_down { 255 - value } else { value });
        }
    }
    Some(Picture::Grey { width, height, luma })
}

/// How samples become grey.
enum Colours {
    Cmyk,
    Grey,
    Rgb,
    /// The grey of each entry.
    Table(Vec<u8>),
}

impl Colours {
    /// From a colour space (ISO 32000-2 §8.6); `None` for one that photographs and scans do not use.
    fn of(space: &Object<'_>, depth: usize) -> Option<Self> {
        let plain = |name: &str| match name {
            "CalGray" | "DeviceGray" | "G" => Some(Self::Grey),
            "CalRGB" | "DeviceRGB" | "RGB" => Some(Self::Rgb),
            "CMYK" | "DeviceCMYK" => Some(Self::Cmyk),
            _ => None,
        };
        match space {
            Object::Name(name) => plain(name.as_str()),
            Object::Array(array) => {
                let mut parts = array.iter::<Object<'_>>();
                let family = parts.next()?.into_name()?;
                match family.as_str() {
                    "ICCBased" => match parts.next()?.into_stream()?.dict().get::<u8>("N")? {
                        1 => Some(Self::Grey),
                        3 => Some(Self::Rgb),
                        4 => Some(Self::Cmyk),
                        _ => None,
                    },
                    "I" | "Indexed" if depth == 0 => {
                        let base = Self::of(&parts.next()?, depth + 1)?;
                        let _highest = parts.next()?;
                        let entries = match parts.next()? {
                            Object::Stream(stream) => stream.decoded_data().ok()?.into_owned(),
                            Object::String(string) => string.to_vec(),
                            _ => return None,
                        };
                        let entry = base.components();
                        let table = Samples { data: &entries, bits: 8, row: entry };
                        let count = (entries.len() / entry).min(256);
                        (0..count).map(|at| base.luma(&table, at, 0)).collect::<Option<Vec<_>>>().map(Self::Table)
                    }
                    other => plain(other),
                }
            }
            _ => None,
        }
    }

    fn components(&self) -> usize {
        match self {
            Self::Grey | Self::Table(_) => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }

    /// The grey of a pixel; `None` where the data ends too early.
    fn luma(&self, samples: &Samples<'_>, row: usize, column: usize) -> Option<u8> {
        let at = |component: usize| samples.get(row, column * self.components() + component);
        let part = |component: usize| at(component).map(|value| samples.of_255(value));
        // The weights are those of Rec. ITU-R BT.601.
        let weigh = |red: u32, green: u32, blue: u32| ((red * 299 + green * 587 + blue * 114) / 1000) as u8;
        Some(match self {
            Self::Grey => part(0)? as u8,
            Self::Rgb => weigh(part(0)?, part(1)?, part(2)?),
            Self::Cmyk => {
                let black = 255 - part(3)?;
                let ink = |component: usize| part(component).map(|value| (255 - value) * black / 255);
                weigh(ink(0)?, ink(1)?, ink(2)?)
            }
            Self::Table(greys) => *greys.get(at(0)? as usize)?,
        })
    }
}

/// Samples of 1 to 16 bits, each row beginning with a byte.
struct Samples<'a> {
    data: &'a [u8],
    bits: u8,
    row: usize,
}

impl Samples<'_> {
    fn get(&self, row: usize, at: usize) -> Option<u32> {
        let bits = usize::from(self.bits);
        let start = row * (self.row * bits).div_ceil(8);
        let byte = |offset: usize| self.data.get(start + offset).map(|&byte| u32::from(byte));
        match bits {
            1 | 2 | 4 => {
                let shift = 8 - bits - at * bits % 8;
                Some(byte(at * bits / 8)? >> shift & ((1 << bits) - 1))
            }
            8 => byte(at),
            16 => Some(byte(2 * at)? << 8 | byte(2 * at + 1)?),
            _ => None,
        }
    }

    fn of_255(&self, value: u32) -> u32 {
        match self.bits {
            8 => value,
            16 => value >> 8,
            bits => value * 255 / ((1 << bits) - 1),
        }
    }
}

/// 441 pixels: the smallest symbol there is (version 1, 21 modules a side) at one pixel a module.
const SMALLEST_PIXELS: u64 = 441;
/// 1,728 columns, where a fax does not say (ISO 32000-2 §7.4.6, table 11).
const FAX_COLUMNS: u64 = 1_728;
