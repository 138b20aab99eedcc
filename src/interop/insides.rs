//! What is inside a PDF, without drawing its pages: attached files, pictures, and drawings that look like a code. Pure, so that a browser can have it.
//!
//! Everything is bounded: the bytes of the file, what they unfold to, the number of pictures and their pixels. What comes out is a
//! claim like any other. Two things this cannot hold off are a file that exhausts memory by LZW, and one that exhausts the stack by
//! nesting; in a browser either ends the module that reads, and nothing else.

mod attached;
mod drawn;
mod pictures;
mod unfold;

use std::sync::Arc;

use hayro_syntax::{LoadPdfError, Pdf};

pub use attached::attachments;
pub use pictures::{Picture, widest_picture};
pub use unfold::{UNFOLDED_BYTES, unfolds_within};

/// What one PDF may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsidesLimits {
    /// Length of the file, in bytes.
    pub bytes: usize,
    /// Bytes that its compressed parts unfold to.
    pub unfolded: usize,
    /// Pictures that are taken out.
    pub pictures: usize,
    /// Pixels of all pictures taken out.
    pub pixels: u64,
}

impl InsidesLimits {
    /// A browser on a telephone: 16 MiB and 64 MiB unfolded, 24 pictures (a certificate of several pages with its logos), 40 million
    /// pixels (an A4 page at 600 dpi is 35 million).
    pub const BROWSER: Self =
        Self { bytes: 16 * 1024 * 1024, unfolded: 64 * 1024 * 1024, pictures: 24, pixels: 40_000_000 };
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insides {
    /// Attached files that begin like a JSON object.
    pub attachments: Vec<Vec<u8>>,
    /// Drawings that look like a code, and then pictures, the largest first.
    pub pictures: Vec<Picture>,
    /// Pictures that were left out: of a form that is not read here, damaged, or beyond a limit.
    pub unread_pictures: usize,
}

/// Why a PDF was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InsidesError {
    /// It cannot be read as a PDF.
    Damaged,
    /// It opens only with a password.
    Locked,
    /// It is larger than this many bytes.
    TooLarge {
        /// What is allowed.
        limit: usize,
    },
    /// Its compressed parts unfold to more than this many bytes.
    Unfolds {
        /// What is allowed.
        limit: usize,
    },
}

/// What is inside `pdf`.
///
/// # Errors
/// [`InsidesError`]; none says anything about a certificate.
pub fn insides(pdf: &[u8], limits: InsidesLimits) -> Result<Insides, InsidesError> {
    if pdf.len() > limits.bytes {
        return Err(InsidesError::TooLarge { limit: limits.bytes });
    }
    unfolds_within(pdf, limits.unfolded)?;
    let pdf = Pdf::new(Arc::new(pdf.to_vec())).map_err(|error| match error {
        LoadPdfError::Decryption(_) => InsidesError::Locked,
        LoadPdfError::Invalid => InsidesError::Damaged,
    })?;
    let (found, unread_pictures) = pictures::of(&pdf, limits);
    let pictures = drawn::of(&pdf).into_iter().chain(found).collect();
    Ok(Insides { attachments: attachments(&pdf), pictures, unread_pictures })
}
