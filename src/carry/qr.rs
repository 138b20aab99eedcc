//! QR symbols of packets, as modules and as pictures. The only file that names `qrcode`.
//!
//! QR model 2, a byte segment (the address up to its `#`) and a numeric one (the digits), error correction M, the smallest
//! version; a higher level when it costs no larger version (qr.md §7.1). Four light modules all around.

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::base::limits::QR_VERSION_PRINTED;

/// 4 modules: the light margin that ISO/IEC 18004 §9.1 asks for.
pub const MARGIN: usize = 4;

/// The largest version there is.
const VERSION_MOST: i16 = 40;

/// A printable symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    version: u8,
    side: usize,
    dark: Vec<bool>,
}

/// Why a text has no symbol that is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolError {
    /// Too dense to be read from paper: the document has to say less.
    TooBig {
        /// The version it would need; 16 is the largest that is printed.
        version: u8,
    },
    /// More than the largest symbol holds, or no text at all.
    Unencodable,
}

impl Symbol {
    /// The symbol of a packet's text, or of another link of ours.
    ///
    /// # Errors
    /// [`SymbolError`].
    pub fn of(text: &str) -> Result<Self, SymbolError> {
        let (number, mut bits) = smallest(text)?;
        let version = i16::from(number);
        let mut level = EcLevel::M;
        for higher in [EcLevel::Q, EcLevel::H] {
            if let Some(fits) = segments(text, version, higher) {
                (bits, level) = (fits, higher);
            }
        }
        let code = QrCode::with_bits(bits, level).map_err(|_| SymbolError::Unencodable)?;
        Ok(Self::drawn(number, &code))
    }

    fn drawn(version: u8, code: &QrCode) -> Self {
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Self { version, side: code.width(), dark }
    }

    /// The version, 1 to 16.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Modules along one side, without the margin: 17 + 4 × version.
    #[must_use]
    pub fn side(&self) -> usize {
        self.side
    }

    /// Whether a module is dark; `x` runs right and `y` down, from 0, without the margin. Light outside.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && y < self.side && self.dark[y * self.side + x]
    }

    /// The runs of dark modules, row by row: (x, y, length). What a page draws as rectangles.
    pub fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.dark.chunks(self.side).enumerate().flat_map(|(y, row)| {
            let mut x = 0;
            row.chunk_by(|left, right| left == right).filter_map(move |run| {
                let start = x;
                x += run.len();
                run[0].then_some((start, y, run.len()))
            })
        })
    }

    /// The dark modules as one SVG path of horizontal strokes, one unit a module, in a box with its margin.
    #[must_use]
    pub fn path(&self) -> String {
        use std::fmt::Write as _;
        let mut path = String::new();
        let mut pen = None;
        for (x, y, length) in self.runs() {
            // Writing into a String cannot fail. Within a row the pen moves on; a new row is a new start.
            let _ = match pen {
                Some((row, end)) if row == y => write!(path, "m{} 0h{length}", x - end),
                _ => write!(path, "M{} {}.5h{length}", x + MARGIN, y + MARGIN),
            };
            pen = Some((y, x + length));
        }
        path
    }

    /// An SVG picture with its margin.
    #[must_use]
    pub fn to_svg(&self) -> String {
        let side = self.side + 2 * MARGIN;
        let path = self.path();
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path stroke=\"#000\" d=\"{path}\"/></svg>\n"
        )
    }

    /// Grey pixels with the margin, row by row, 0 dark and 255 light; and the pixels along one side. `scale` is pixels a module.
    #[must_use]
    pub fn to_gray(&self, scale: usize) -> (usize, Vec<u8>) {
        let scale = scale.max(1);
        let side = (self.side + 2 * MARGIN) * scale;
        let mut pixels = vec![255; side * side];
        for (x, y, length) in self.runs() {
            let left = (x + MARGIN) * scale;
            for row in (y + MARGIN) * scale..(y + MARGIN + 1) * scale {
                pixels[row * side + left..row * side + left + length * scale].fill(0);
            }
        }
        (side, pixels)
    }

    /// Lines of block characters, two rows of modules a line, for a terminal with light writing on a dark ground.
    #[must_use]
    pub fn to_terminal(&self) -> String {
        let light = |x: usize, y: usize| x < MARGIN || y < MARGIN || !self.is_dark(x - MARGIN, y - MARGIN);
        let side = self.side + 2 * MARGIN;
        let mut lines = String::with_capacity(side * (side + 1) * 2);
        for y in (0..side).step_by(2) {
            // The side is odd: below the last row lies nothing, which a dark ground shows as dark.
            lines.extend((0..side).map(|x| match (light(x, y), y + 1 < side && light(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            }));
            lines.push('\n');
        }
        lines
    }
}

/// The version, 1 to 16, that [`Symbol::of`] would print a text in. Drawing the symbol takes a hundred times as long.
///
/// # Errors
/// [`SymbolError`].
pub fn version(text: &str) -> Result<u8, SymbolError> {
    smallest(text).map(|(version, _)| version)
}

/// The smallest version that holds the text at M, and its bits there.
fn smallest(text: &str) -> Result<(u8, Bits), SymbolError> {
    let smallest = (1..=VERSION_MOST).find_map(|version| Some((version, segments(text, version, EcLevel::M)?)));
    let (version, bits) = smallest.ok_or(SymbolError::Unencodable)?;
    match u8::try_from(version) {
        Ok(version) if version <= QR_VERSION_PRINTED => Ok((version, bits)),
        Ok(version) => Err(SymbolError::TooBig { version }),
        Err(_) => Err(SymbolError::Unencodable),
    }
}

/// The text's bits in a symbol of this version and level, if they fit.
fn segments(text: &str, version: i16, level: EcLevel) -> Option<Bits> {
    let (address, digits) = text.split_at(text.find('#').map_or(0, |at| at + 1));
    let mut bits = Bits::new(Version::Normal(version));
    if !address.is_empty() {
        bits.push_byte_data(address.as_bytes()).ok()?;
    }
    let numeric = digits.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || address.is_empty() && !numeric {
        return None;
    }
    // A link of ours that holds no packet (a checker's question) is written as it stands.
    if numeric {
        bits.push_numeric_data(digits.as_bytes()).ok()?;
    } else {
        bits.push_byte_data(digits.as_bytes()).ok()?;
    }
    bits.push_terminator(level).ok()?;
    Some(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// qr.md §3: bytes of payload behind a 23-character address that still fit at M.
    const CAPACITY: [(u8, usize); 5] = [(9, 153), (10, 186), (12, 259), (15, 382), (16, 420)];

    fn text(bytes: usize) -> String {
        format!("https://v.example.org/#{}", "7".repeat(super::super::digits::digits_of(bytes)))
    }

    #[test]
    fn versions_hold_what_the_design_says() {
        for (version, bytes) in CAPACITY {
            assert_eq!(Symbol::of(&text(bytes)).unwrap().version(), version, "{bytes} bytes");
            assert_eq!(super::version(&text(bytes)), Ok(version));
            let next = Symbol::of(&text(bytes + 1));
            assert!(next.is_err() || next.is_ok_and(|symbol| symbol.version() > version), "{} bytes", bytes + 1);
        }
        assert_eq!(Symbol::of(&text(421)), Err(SymbolError::TooBig { version: 17 }));
        assert_eq!(Symbol::of("https://v.example.org/"), Err(SymbolError::Unencodable));
        assert_eq!(Symbol::of(&text(4000)), Err(SymbolError::Unencodable));
        assert!(Symbol::of("https://v.example.org/wallet#ask.uAbc").is_ok());
    }

    #[test]
    fn a_link_has_a_symbol() {
        let link = "https://desk.example/get/#zAbC.uTUvW";
        assert_eq!(Symbol::of(link).unwrap().version(), 3);
        assert_eq!(Symbol::of(""), Err(SymbolError::Unencodable));
        let long = |letters: usize| Symbol::of(&format!("{link}{}", "a".repeat(letters)));
        assert!(matches!(long(470), Err(SymbolError::TooBig { version: 17.. })));
        assert_eq!(long(4000), Err(SymbolError::Unencodable));
    }

    #[test]
    fn pictures_agree_with_the_modules() {
        let symbol = Symbol::of(&text(150)).unwrap();
        let (side, pixels) = symbol.to_gray(3);
        assert_eq!(side, (symbol.side() + 8) * 3);
        let terminal: Vec<Vec<char>> = symbol.to_terminal().lines().map(|line| line.chars().collect()).collect();
        for y in 0..symbol.side() {
            for x in 0..symbol.side() {
                let dark = symbol.is_dark(x, y);
                assert_eq!(pixels[((y + 4) * 3 + 1) * side + (x + 4) * 3 + 1] == 0, dark);
                let block = terminal[(y + 4) / 2][x + 4];
                let light = if (y + 4) % 2 == 0 { "█▀" } else { "█▄" };
                assert_eq!(!light.contains(block), dark);
            }
        }
        let dark: usize = symbol.runs().map(|(_, _, length)| length).sum();
        assert_eq!(dark, symbol.dark.iter().filter(|&&dark| dark).count());
        let svg = symbol.to_svg();
        assert!(svg.len() < 6_000, "{}", svg.len());
        assert_eq!(drawn(&svg), symbol.runs().collect::<Vec<_>>());
    }

    /// The runs that the picture's path draws.
    fn drawn(svg: &str) -> Vec<(usize, usize, usize)> {
        let path = svg.rsplit_once("d=\"").unwrap().1.split_once('"').unwrap().0;
        let (mut x, mut y, mut runs) = (0, 0, Vec::new());
        for step in path.split_inclusive(|mark: char| mark.eq_ignore_ascii_case(&'m')).collect::<Vec<_>>().windows(2) {
            let (moved, length) = step[1].trim_end_matches(['M', 'm']).split_once('h').unwrap();
            let (right, down) = moved.split_once(' ').unwrap();
            let right: usize = right.parse().unwrap();
            (x, y) = match down.strip_suffix(".5") {
                Some(row) => (right - MARGIN, row.parse::<usize>().unwrap() - MARGIN),
                None => (x + right, y),
            };
            runs.push((x, y, length.parse().unwrap()));
            x += length.parse::<usize>().unwrap();
        }
        runs
    }
}
