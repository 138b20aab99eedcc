//! Baked badges: a credential inside the picture that stands for it (1EdTech Open Badges 3.0 §5.3 *Baked Badges*).
//!
//! A picture proves nothing. What is taken out of it is a credential file like any other.

mod png;
mod svg;

use crate::base::limits::CREDENTIAL_BYTES;

/// 8 credentials in one picture are read. The specification asks for one; a second one is told, not chosen from.
const BAKED: usize = 8;

/// A picture for a credential that brings none: a plain ribbon. It has no tick, since nothing was checked.
pub const PLAIN: &str = concat!(
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">"##,
    r##"<path d="M34 54 26 90l22-12 22 12-8-36z" fill="#5b6b7a"/><circle cx="48" cy="38" r="30" fill="#24435c"/>"##,
    r##"<circle cx="48" cy="38" r="22" fill="none" stroke="#fff" stroke-width="3"/></svg>"##
);

/// What was baked in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Baked {
    /// The text of a credential with an embedded proof: JSON.
    Credential(String),
    /// A credential that is secured as a JSON Web Token: recognised, not read yet.
    Jose(String),
    /// A badge of Open Badges 1 or 2, whose assertions have no place here.
    Old,
}

/// A picture that can carry a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Portable Network Graphics (ISO/IEC 15948).
    Png,
    /// Scalable Vector Graphics (W3C SVG 1.1, 2).
    Svg,
}

/// Why nothing is read from, or baked into, a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadgeError {
    /// The drawing runs a program when it is opened; nobody should be sent that.
    Active,
    /// There is a badge in it already.
    Baked,
    /// The file is cut or altered, or is no such picture.
    Damaged,
    /// The drawing has a document type declaration, which could name other files and is not read.
    DocumentType,
    /// Neither PNG nor SVG.
    NotAPicture,
    /// Larger than a picture or a credential may be, or more badges than are read.
    TooLarge,
    /// The credential's text cannot stand in this kind of picture.
    Unbakeable,
}

impl BadgeError {
    /// The code of language tables: `badge.CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            BadgeError::Active => "active",
            BadgeError::Baked => "baked",
            BadgeError::Damaged => "damaged",
            BadgeError::DocumentType => "document-type",
            BadgeError::NotAPicture => "not-a-picture",
            BadgeError::TooLarge => "too-large",
            BadgeError::Unbakeable => "unbakeable",
        }
    }
}

/// What to do with a badge that is in the picture already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// Leave it, and bake nothing.
    Keep,
    /// Take it out.
    Replace,
}

impl Picture {
    /// What a file's beginning says it is.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(png::SIGNATURE) {
            return Some(Picture::Png);
        }
        let text = std::str::from_utf8(bytes).ok()?;
        let begins = text.trim_start_matches('\u{feff}').trim_start();
        begins.starts_with('<').then_some(Picture::Svg)
    }
}

/// The badges of a picture, in their order; none when it has none.
///
/// # Errors
/// [`BadgeError`].
pub fn read(bytes: &[u8]) -> Result<Vec<Baked>, BadgeError> {
    let baked = match Picture::of(bytes).ok_or(BadgeError::NotAPicture)? {
        Picture::Png => png::read(bytes)?,
        Picture::Svg => svg::read(bytes)?,
    };
    if baked.len() > BAKED { Err(BadgeError::TooLarge) } else { Ok(baked) }
}

/// A picture with a credential in it. All else of the picture stays as it is.
///
/// # Errors
/// [`BadgeError`].
pub fn bake(picture: &[u8], credential: &str, earlier: Earlier) -> Result<Vec<u8>, BadgeError> {
    if credential.len() > CREDENTIAL_BYTES {
        return Err(BadgeError::TooLarge);
    }
    // XML turns every line end into U+000A (XML 1.0 §2.11). Inside a JSON string none stands unescaped.
    let credential = credential.trim().replace('\r', "");
    let baked = match Picture::of(picture).ok_or(BadgeError::NotAPicture)? {
        Picture::Png => png::bake(picture, &credential, earlier)?,
        Picture::Svg => svg::bake(picture, &credential, earlier)?,
    };
    // What cannot be read back was not baked: a character that XML does not have, for one.
    match read(&baked)?.as_slice() {
        [Baked::Credential(text) | Baked::Jose(text)] if *text == credential => Ok(baked),
        _ => Err(BadgeError::Unbakeable),
    }
}

/// What a baked text is. A text is never both, since JSON begins with a brace and a token cannot.
fn of_text(text: &str) -> Result<Baked, BadgeError> {
    let text = text.trim();
    if text.len() > CREDENTIAL_BYTES {
        return Err(BadgeError::TooLarge);
    }
    if super::intake::is_jose(text) { Ok(Baked::Jose(text.to_owned())) } else { Ok(Baked::Credential(text.to_owned())) }
}
