//! What a file's compressed streams unfold to, before anybody else unfolds them: hayro sets no bound on it. Streams under other
//! compressions (LZW, JBIG2) are not foreseen.

use std::borrow::Cow;

use flate2::{Decompress, FlushDecompress, Status};

use super::InsidesError;

/// Refuses a file whose deflated streams unfold beyond `limit` bytes in total, layers within layers counted, or that has to be read again and
/// again for it: streams that lie in each other may unfold to nothing and still take minutes. Streams are found
/// by their keyword, whatever the file's own tables say, since hayro repairs broken tables the same way.
///
/// # Errors
/// [`InsidesError::Unfolds`].
pub fn unfolds_within(file: &[u8], limit: usize) -> Result<(), InsidesError> {
    let too_large = || InsidesError::Unfolds { limit };
    let mut unfold = Unfold::new();
    let mut left = limit;
    // Streams side by side are read once, and what is inside a layer is at most what that unfolded to.
    let mut to_read = file.len().saturating_add(limit);
    for (count, start) in streams(file).enumerate() {
        let mut layer = Cow::Borrowed(start);
        for depth in 0.. {
            let inner = unfold.layer(&layer, left).filter(|_| count < STREAMS).ok_or_else(too_large)?;
            to_read = to_read.checked_sub(unfold.read()).ok_or_else(too_large)?;
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
pub(super) struct Unfold(Decompress);

impl Unfold {
    pub(super) fn new() -> Self {
        Self(Decompress::new(false))
    }

    /// How many bytes the last layer was read from.
    fn read(&self) -> usize {
        usize::try_from(self.0.total_in()).unwrap_or(usize::MAX)
    }

    /// What `folded` unfolds to, up to its end or its first error; empty if it is not DEFLATE. `None` beyond `limit` bytes.
    pub(super) fn layer(&mut self, folded: &[u8], limit: usize) -> Option<Vec<u8>> {
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

/// 128 MiB: what all streams of a PDF unfold to. An A4 page at 600 dpi in colour is 104 MB, and few scanners leave it to DEFLATE.
pub const UNFOLDED_BYTES: usize = 128 * 1024 * 1024;
/// 3 layers of deflate in deflate; honest files have one, rarely two.
const LAYERS: usize = 3;
/// 50,000 streams: a book has some thousand.
const STREAMS: usize = 50_000;
/// 64 KiB: unfolded at a time.
const CHUNK_BYTES: usize = 64 * 1024;
