//! Codes out of photographs, scans and PDFs.
//!
//! What comes back is text and bytes that somebody printed or attached: claims, to be verified like any other. No address in
//! them is opened. This file and its two rooms are the only ones that name `image`, `rxing` and `hayro`.
//!
//! **Hostile files.** Sizes are checked before anything is decoded. The decoders run on a thread of their own, so that neither a
//! panic in them nor a picture that keeps them busy reaches the caller; that rests on `panic = "unwind"`. What this cannot hold
//! off is a PDF made to exhaust memory or the stack in ways [`pdf`] does not foresee: both end the process. A server that takes
//! files from strangers therefore uses [`Limits::STRANGER`], which reads no PDF.

mod pdf;
mod symbol;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once, mpsc};
use std::time::{Duration, Instant};

/// What one file may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Length of the file, in bytes.
    pub bytes: usize,
    /// Width × height of a picture, in pixels, from its header and before it is decoded.
    pub pixels: u64,
    /// Pages of a PDF that are looked at; 0 reads no PDF at all.
    pub pages: usize,
    /// Time after which the file is given up.
    pub time: Duration,
}

impl Limits {
    /// A person's own file on their own machine: 32 MiB and 64 million pixels (a telephone's 12 to 50 million, a 600 dpi A4
    /// scan's 35 million), 50 pages (a class), 60 seconds.
    pub const OWN_FILE: Self =
        Self { bytes: 32 * 1024 * 1024, pixels: 64_000_000, pages: 50, time: Duration::from_secs(60) };
    /// A file that a stranger sent to a server: 8 MiB, 16 million pixels (a usual photograph), no PDF, 5 seconds.
    pub const STRANGER: Self =
        Self { bytes: 8 * 1024 * 1024, pixels: 16_000_000, pages: 0, time: Duration::from_secs(5) };
}

/// Everything readable in one file, in the order found and without repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// At least one.
    pub found: Vec<Found>,
    /// Pages of a PDF that were not looked at: beyond [`Limits::pages`], out of time, or damaged.
    pub unread_pages: usize,
}

/// One thing that was in the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// A file attached to a PDF that begins like a JSON object; at most [`limits::CREDENTIAL_BYTES`](crate::base::limits::CREDENTIAL_BYTES).
    Attachment(Vec<u8>),
    /// The text of a QR code: any QR code, ours or not.
    Text(String),
}

/// Why nothing came out of a file. Only [`NoCode`](Self::NoCode) says something about what is on the picture; none says
/// anything about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanError {
    /// Too many earlier files still keep their threads; try again later.
    Busy,
    /// A picture or PDF that cannot be decoded, or whose decoder failed.
    Damaged,
    /// A PDF that opens only with a password.
    Locked,
    /// It was read in full, and no code was found.
    NoCode,
    /// The first bytes are not those of PNG, JPEG, WebP or (where allowed) PDF.
    NotAnImage,
    /// It exceeds a limit.
    TooLarge {
        /// What was counted.
        measure: Measure,
        /// What the file has, or at least has.
        found: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The time was over before a code was found.
    TooSlow {
        /// The time allowed.
        limit: Duration,
    },
}

/// What [`ScanError::TooLarge`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Bytes of the file.
    Bytes,
    /// Pages of a PDF; those within the limit held no code.
    Pages,
    /// Pixels of a picture, or of one inside a PDF.
    Pixels,
    /// Bytes that the compressed parts of a PDF unfold to.
    Unfolded,
}

/// The QR texts in `bytes`, and from a PDF also its JSON attachments: a PNG, JPEG, WebP or PDF, told apart by its first bytes.
///
/// From one picture or page it takes every code that the same preparation of it shows; a code that is hard to read beside one
/// that is easy may be missed. Pages are all looked at, each by itself.
///
/// Gives up after [`Limits::time`]. The thread it worked on may go on for minutes (a picture made of finder patterns alone does
/// that to rxing, which cannot be interrupted); [`ScanError::Busy`] keeps such threads few.
///
/// # Errors
/// [`ScanError`]. The first time it also installs a panic hook that is silent about its own threads and hands every other panic
/// to the hook before it.
pub fn codes_in(bytes: &[u8], limits: Limits) -> Result<Scan, ScanError> {
    let kind = Kind::of(bytes, limits).ok_or(ScanError::NotAnImage)?;
    if bytes.len() > limits.bytes {
        return Err(ScanError::TooLarge {
            measure: Measure::Bytes,
            found: bytes.len() as u64,
            limit: limits.bytes as u64,
        });
    }
    let file = Arc::new(bytes.to_vec());
    aside(limits.time, move |deadline| match kind {
        Kind::Picture(format) => symbol::in_picture(&file, format, limits, deadline),
        Kind::Pdf => pdf::codes_in(&file, limits, deadline),
    })
}

/// What the first bytes say a file is.
#[derive(Clone, Copy)]
enum Kind {
    Pdf,
    Picture(image::ImageFormat),
}

impl Kind {
    fn of(bytes: &[u8], limits: Limits) -> Option<Self> {
        // ISO 32000-2 §7.5.2 puts the header first; readers have always allowed bytes before it.
        let pdf = || {
            bytes
                .get(..bytes.len().min(PDF_HEADER_WITHIN))
                .is_some_and(|head| head.windows(5).any(|five| five == b"%PDF-"))
        };
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Picture(image::ImageFormat::Png)),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Picture(image::ImageFormat::Jpeg)),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
                Some(Self::Picture(image::ImageFormat::WebP))
            }
            _ if limits.pages > 0 && pdf() => Some(Self::Pdf),
            _ => None,
        }
    }
}

/// What has been found so far, without repeats.
#[derive(Default)]
struct Haul {
    found: Vec<Found>,
    seen: BTreeSet<Found>,
}

impl Haul {
    fn add(&mut self, found: Found) {
        if self.seen.insert(found.clone()) {
            self.found.push(found);
        }
    }
}

/// Runs `work` on a thread of its own for at most `time`. A panic there is [`ScanError::Damaged`].
fn aside<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce(Instant) -> Result<T, ScanError> + Send + 'static,
) -> Result<T, ScanError> {
    static AT_WORK: AtomicUsize = AtomicUsize::new(0);
    /// Counts the thread as gone when it ends, however it ends.
    struct Place;
    impl Drop for Place {
        fn drop(&mut self) {
            AT_WORK.fetch_sub(1, Ordering::SeqCst);
        }
    }

    keep_quiet();
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    if AT_WORK.fetch_add(1, Ordering::SeqCst) >= cores * THREADS_A_CORE {
        AT_WORK.fetch_sub(1, Ordering::SeqCst);
        return Err(ScanError::Busy);
    }
    let place = Place;
    let deadline = Instant::now() + time;
    let (done, outcome) = mpsc::channel();
    let spawned = std::thread::Builder::new().name(THREAD_NAME.into()).stack_size(STACK_BYTES).spawn(move || {
        let _place = place;
        // The caller may have given up and gone; then there is nobody to tell.
        let _ = done.send(work(deadline));
    });
    if spawned.is_err() {
        return Err(ScanError::Busy);
    }
    match outcome.recv_timeout(time + GRACE) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(ScanError::Damaged),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(ScanError::TooSlow { limit: time }),
    }
}

/// Runs one decoder; if it panics there is no result from it, and the next one has its turn.
fn survive<T>(decoder: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(decoder)).unwrap_or(None)
}

/// Panics on our own threads are expected and handled, so their message is dropped; every other panic is reported as before.
fn keep_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() != Some(THREAD_NAME) {
                report(panic);
            }
        }));
    });
}

/// The name of the threads on which foreign decoders run.
const THREAD_NAME: &str = "skillpass-scan";
/// 4 threads for each core: one reads a folder's files, the rest is room for those that were given up and still run.
const THREADS_A_CORE: usize = 4;
/// 64 MiB of address space, used as needed: hayro follows a PDF's nesting (512 levels) by recursion.
const STACK_BYTES: usize = 64 * 1024 * 1024;
/// 2 seconds beyond the deadline, within which a decoder that heeds it hands in what it has.
const GRACE: Duration = Duration::from_secs(2);
/// 1,024 bytes: where a PDF's header must begin (Adobe's PDF Reference 1.7, implementation note 13).
const PDF_HEADER_WITHIN: usize = 1_024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_that_panics_or_hangs_reaches_nobody() {
        let long = Duration::from_secs(60);
        assert_eq!(aside::<()>(long, |_| unreachable!("as a decoder may")), Err(ScanError::Damaged));
        assert_eq!(survive::<()>(|| None), None);
        let limit = Duration::from_millis(10);
        let stuck = aside(limit, |_| {
            std::thread::sleep(GRACE * 2);
            Ok(())
        });
        assert_eq!(stuck, Err(ScanError::TooSlow { limit }));
    }
}
