//! Text set in Noto Sans: which letters stand where, how wide a line is, where it is broken. `harfrust` shapes, krilla draws.

use std::sync::OnceLock;

use harfrust::{Buffer, ShapeOptions, ShaperFont, shape};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use unicode_normalization::UnicodeNormalization as _;

use super::PaperError;
use crate::desk::page::shown;

/// 1.362 of the size: what Noto Sans takes from its highest accent to its lowest tail; 1.069 of it stand above the line.
const HEIGHT: f32 = 1.362;
const ABOVE: f32 = 1.069;
/// U+00AD, where a word may be divided. We divide none, so it is not drawn.
const SOFT_HYPHEN: char = '\u{ad}';

/// A colour: red, green, blue.
pub(super) type Ink = (u8, u8, u8);

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letters {
    pub weight: Weight,
    /// In points.
    pub size: f32,
    /// From one line to the next, as a multiple of the size.
    pub leading: f32,
    pub ink: Ink,
}

impl Letters {
    pub(super) fn new(weight: Weight, size: f32, leading: f32, ink: Ink) -> Self {
        Self { weight, size, leading, ink }
    }

    /// From one line to the next, in points.
    pub(super) fn line_height(&self) -> f32 {
        self.size * self.leading
    }

    /// From the top of a line to where its letters stand.
    pub(super) fn baseline(&self) -> f32 {
        (self.line_height() - HEIGHT * self.size) / 2.0 + ABOVE * self.size
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Bold,
    Regular,
}

/// Our fonts, read once.
pub(super) struct Faces {
    regular: Face,
    bold: Face,
}

struct Face {
    shaping: harfrust::Font,
    drawing: Font,
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        Some(Self { shaping: harfrust::Font::new(bytes, 0)?, drawing: Font::new(bytes.into(), 0)? })
    }
}

impl Faces {
    /// # Errors
    /// [`PaperError::Rule`] if a font of ours does not open, which a test forbids.
    pub(super) fn ours() -> Result<&'static Self, PaperError> {
        static OURS: OnceLock<Option<Faces>> = OnceLock::new();
        let read = || {
            Some(Faces {
                regular: Face::read(include_bytes!("fonts/NotoSans-Regular.ttf"))?,
                bold: Face::read(include_bytes!("fonts/NotoSans-Bold.ttf"))?,
            })
        };
        OURS.get_or_init(read).as_ref().ok_or_else(|| PaperError::Rule("fonts".to_owned()))
    }

    fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Bold => &self.bold,
            Weight::Regular => &self.regular,
        }
    }

    /// The font that a line is drawn in.
    pub(super) fn drawing(&self, weight: Weight) -> Font {
        self.face(weight).drawing.clone()
    }

    /// A text in one endless line. What would change the direction of writing goes; accents are joined to their letters (NFC).
    ///
    /// # Errors
    /// [`PaperError::NoGlyph`].
    pub(super) fn set(&self, text: &str, weight: Weight) -> Result<Shaped, PaperError> {
        let text: String = text.chars().filter(|it| *it != SOFT_HYPHEN).filter_map(shown).nfc().collect();
        let face = self.face(weight);
        let charmap = face.shaping.charmap();
        if let Some(character) = text.chars().find(|it| charmap.map_unicode(*it).is_none_or(|id| id.to_u32() == 0)) {
            return Err(PaperError::NoGlyph { character });
        }
        let mut buffer = Buffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        // A font without right-to-left letters is only ever written to the right.
        buffer.set_direction(harfrust::Direction::LeftToRight);
        shape(&ShaperFont::new(&face.shaping), &mut buffer, ShapeOptions::new())
            .map_err(|error| PaperError::Rule(format!("{error:?}")))?;
        let em = f32::from(face.shaping.units_per_em());
        let places = |units: i32| units as f32 / em;
        let starts: Vec<usize> = buffer.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        let glyphs = buffer.glyph_infos().iter().zip(buffer.glyph_positions()).zip(&starts);
        let glyphs = glyphs.map(|((info, position), start)| {
            let next = starts.partition_point(|other| other <= start);
            let end = starts.get(next).copied().unwrap_or(text.len());
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                places(position.x_advance),
                places(position.x_offset),
                places(position.y_offset),
                places(position.y_advance),
                *start..end,
                None,
            )
        });
        Ok(Shaped { glyphs: glyphs.collect(), text })
    }
}

/// A text with its letters in place, for size 1.
#[derive(Clone, Debug)]
pub(super) struct Shaped {
    text: String,
    glyphs: Vec<KrillaGlyph>,
}

/// A line that is drawn as it is.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its text; a space at its end says that the text goes on in the next.
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
}

impl Shaped {
    /// How wide it is in one line, for size 1.
    pub(super) fn width(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.x_advance).sum()
    }

    /// Its lines when none may be wider than `width`, which is for size 1. Broken after spaces, and within a word that is wider than
    /// that alone, between letters.
    pub(super) fn lines(&self, width: f32) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut start = 0;
        while start < self.glyphs.len() {
            let end = self.break_after(start, width);
            lines.push(self.line(start, end));
            start = end;
        }
        lines
    }

    /// The same number of lines, as even in width as can be.
    pub(super) fn even_lines(&self, width: f32) -> Vec<Line> {
        let lines = self.lines(width);
        let (mut least, mut most) = (width / 2.0, width);
        if lines.len() < 2 {
            return lines;
        }
        for _ in 0..EVENING {
            let middle = (least + most) / 2.0;
            if self.lines(middle).len() > lines.len() { least = middle } else { most = middle }
        }
        self.lines(most)
    }

    /// The first glyph that does not stand in the line that begins at `start`; always beyond it.
    fn break_after(&self, start: usize, width: f32) -> usize {
        // A letter and its accents are one cluster, however narrow the line is.
        let of_first = self.glyphs.get(start).map(|glyph| glyph.text_range.start);
        let first = self.glyphs.iter().skip(start).take_while(|glyph| Some(glyph.text_range.start) == of_first).count();
        let (mut used, mut good, mut letter) = (0.0, None, start + first.max(1));
        for (at, glyph) in self.glyphs.iter().enumerate().skip(start) {
            let space = self.is_space(glyph);
            used += glyph.x_advance;
            // A space at the end of a line may stand out: it is not seen.
            if used > width + SLACK && !space {
                return good.unwrap_or(letter);
            }
            let whole = self.glyphs.get(at + 1).is_none_or(|next| next.text_range.start != glyph.text_range.start);
            if whole {
                letter = at + 1;
            }
            if space {
                good = Some(at + 1);
            }
        }
        self.glyphs.len()
    }

    fn line(&self, start: usize, end: usize) -> Line {
        let glyphs = self.glyphs.get(start..end).unwrap_or_default();
        let from = glyphs.first().map_or(0, |glyph| glyph.text_range.start);
        let to = glyphs.last().map_or(0, |glyph| glyph.text_range.end);
        let rebased = glyphs.iter().map(|glyph| {
            let range = glyph.text_range.start - from..glyph.text_range.end - from;
            KrillaGlyph { text_range: range, ..glyph.clone() }
        });
        Line { text: self.text.get(from..to).unwrap_or_default().to_owned(), glyphs: rebased.collect() }
    }

    fn is_space(&self, glyph: &KrillaGlyph) -> bool {
        self.text.get(glyph.text_range.clone()) == Some(" ")
    }
}

/// 8 halvings find the width to 0.2 %.
const EVENING: usize = 8;
/// A thousandth of the size: what sums of floats may be off.
const SLACK: f32 = 0.001;

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: f32) -> Vec<String> {
        let shaped = Faces::ours().unwrap().set(text, Weight::Regular).unwrap();
        shaped.lines(width).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_break_after_spaces_and_lose_nothing() {
        assert_eq!(lines("uno dos tres", 4.5), ["uno dos ", "tres"]);
        assert_eq!(lines("", 4.0), Vec::<String>::new());
        let long = "Ñ".repeat(120);
        let broken = lines(&long, 10.0);
        assert!(broken.len() > 5 && broken.concat() == long);
        for text in ["a", "  a  b ", "n\u{304}n\u{304}n\u{304} x\u{301}\u{323}y"] {
            for width in [0.1, 1.0, 3.0] {
                assert_eq!(lines(text, width).concat(), text.nfc().collect::<String>());
            }
        }
    }

    /// Every character of the five languages and of the catalogue, in both weights: paper never lacks a letter of ours.
    #[test]
    fn our_own_texts_have_all_their_shapes() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut read = 0;
        for folder in ["web/i18n", "schemas/catalogue"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
                read += text.len();
                for weight in [Weight::Bold, Weight::Regular] {
                    for line in text.lines() {
                        assert!(Faces::ours().unwrap().set(line, weight).is_ok(), "{line}");
                    }
                }
            }
        }
        assert!(read > 400_000, "{read} bytes");
    }

    #[test]
    fn an_accent_stays_with_its_letter() {
        assert_eq!(lines("n\u{304}n\u{304}n\u{304}n\u{304}", 0.5), ["n\u{304}"; 4]);
    }

    #[test]
    fn what_has_no_shape_is_said_and_what_turns_text_around_goes() {
        let faces = Faces::ours().unwrap();
        for (text, character) in [("José 王", '王'), ("שלום", 'ש'), ("a\u{1f600}", '\u{1f600}')] {
            let refused = faces.set(text, Weight::Bold).unwrap_err();
            assert!(matches!(refused, PaperError::NoGlyph { character: it } if it == character), "{text}");
        }
        assert_eq!(faces.set("a\u{202e}b\u{200b}c\u{ad}d\n", Weight::Bold).unwrap().text, "abcd ");
    }
}
