//! The range coder of 7-Zip's PPMd7: carries are resolved before a byte is written, so written bytes never change.

/// Below this the range is widened by a byte.
const TOP: u32 = 1 << 24;

/// Zero bytes a decoder may read past the end of a stream before the stream counts as cut short.
/// The encoder's shortest ending leaves out 3 or 4 of the decoder's 4 bytes of look-ahead; the rest is room
/// for streams whose last bytes happen to be zero.
pub(super) const PADDING: usize = 8;

/// Writes symbols as subdivisions of a range.
#[derive(Clone)]
pub(super) struct Encoder {
    low: u64,
    pub(super) range: u32,
    held: u8,
    pending: u64,
    written: Vec<u8>,
}

impl Encoder {
    pub(super) fn new() -> Self {
        Self { low: 0, range: u32::MAX, held: 0, pending: 1, written: Vec::new() }
    }

    /// Divides the range into `total` parts.
    #[inline(always)]
    pub(super) fn divide(&mut self, total: u32) {
        self.range /= total;
    }

    /// Takes `size` parts from `start` on, without widening.
    #[inline(always)]
    pub(super) fn take(&mut self, start: u32, size: u32) {
        self.low += u64::from(start * self.range);
        self.range *= size;
    }

    /// Takes the lower `bound` of the range.
    #[inline(always)]
    pub(super) fn take_lower(&mut self, bound: u32) {
        self.range = bound;
        self.widen();
    }

    /// Takes what lies above `bound`, without widening.
    #[inline(always)]
    pub(super) fn take_upper(&mut self, bound: u32) {
        self.low += u64::from(bound);
        self.range -= bound;
    }

    /// Brings the range back above [`TOP`]; two bytes always suffice, since totals stay below 2^16.
    #[inline(always)]
    pub(super) fn widen(&mut self) {
        while self.range < TOP {
            self.range <<= 8;
            self.shift();
        }
    }

    fn shift(&mut self) {
        let carry = (self.low >> 32) as u8;
        if self.low < 0xFF00_0000 || carry != 0 {
            self.written.push(self.held.wrapping_add(carry));
            for _ in 1..self.pending {
                self.written.push(0xFF_u8.wrapping_add(carry));
            }
            self.pending = 0;
            self.held = (self.low >> 24) as u8;
        }
        self.pending += 1;
        self.low = (self.low & 0x00FF_FFFF) << 8;
    }

    /// The shortest stream that decodes to what was encoded, given that its reader pads with zeros.
    ///
    /// Every value in `low .. low + range` decodes alike. Of these the one with the most zero bytes at its end
    /// is written, the smallest if there are several, and its zero bytes are left out.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let end = self.low + u64::from(self.range);
        for bits in [32_u32, 24, 16, 8, 0] {
            let step = 1_u64 << bits;
            let value = self.low.div_ceil(step) * step;
            if value < end {
                self.low = value;
                break;
            }
        }
        for _ in 0..5 {
            self.shift();
        }
        while self.written.last() == Some(&0) {
            self.written.pop();
        }
        self.written
    }

    /// What every continuation of this encoding begins with, and where a reader stands after it.
    ///
    /// None if a carry could still reach bytes before the reader's look-ahead: then there is no such beginning.
    pub(super) fn fork(&self) -> Option<Fork> {
        let low = self.low as u32;
        let high = low.checked_add(self.range - 1)?;
        let mut written = self.clone();
        for _ in 0..5 {
            written.shift();
        }
        let known = ((low ^ high).leading_zeros() / 8) as usize;
        let mut prefix = written.written;
        prefix.truncate(prefix.len().saturating_sub(4 - known));
        Some(Fork { prefix, low, range: self.range, known })
    }
}

/// The state between a shared beginning and what follows it.
#[derive(Clone)]
pub(super) struct Fork {
    /// The bytes every stream with this beginning starts with.
    pub(super) prefix: Vec<u8>,
    low: u32,
    range: u32,
    /// How many of the reader's 4 bytes of look-ahead the prefix already gives.
    known: usize,
}

impl Fork {
    /// A reader of `rest`, the bytes after the prefix; None if the stream does not have this beginning.
    pub(super) fn decoder<'a>(&self, rest: &'a [u8]) -> Option<Decoder<'a>> {
        let mut window = [0; 4];
        window[..self.known].copy_from_slice(&self.low.to_be_bytes()[..self.known]);
        let mut decoder = Decoder { range: self.range, code: 0, rest, next: 0 };
        for byte in &mut window[self.known..] {
            *byte = decoder.byte();
        }
        decoder.code = u32::from_be_bytes(window).checked_sub(self.low)?;
        (decoder.code < self.range).then_some(decoder)
    }
}

/// Reads what [`Encoder`] wrote; past the end it reads zeros and keeps count.
pub(super) struct Decoder<'a> {
    pub(super) range: u32,
    pub(super) code: u32,
    rest: &'a [u8],
    next: usize,
}

impl Decoder<'_> {
    /// Divides the range into `total` parts (never 0) and says in which part the code lies.
    #[inline(always)]
    pub(super) fn divide(&mut self, total: u32) -> u32 {
        self.range /= total;
        self.code / self.range
    }

    /// Takes `size` parts from `start` on, without widening. The code lies in them.
    #[inline(always)]
    pub(super) fn take(&mut self, start: u32, size: u32) {
        self.code -= start * self.range;
        self.range *= size;
    }

    /// Takes the lower `bound` of the range. The code lies in it.
    #[inline(always)]
    pub(super) fn take_lower(&mut self, bound: u32) {
        self.range = bound;
        self.widen();
    }

    /// Takes what lies above `bound`, without widening. The code lies in it.
    #[inline(always)]
    pub(super) fn take_upper(&mut self, bound: u32) {
        self.code -= bound;
        self.range -= bound;
    }

    /// Brings the range back above [`TOP`].
    #[inline(always)]
    pub(super) fn widen(&mut self) {
        while self.range < TOP {
            self.code = self.code << 8 | u32::from(self.byte());
            self.range <<= 8;
        }
    }

    /// Whether so many zeros were read past the end that no encoder wrote this stream.
    pub(super) fn is_cut_short(&self) -> bool {
        self.next > self.rest.len() + PADDING
    }

    /// Whether bytes remain that were never looked at, or the last byte is a zero that need not be there.
    pub(super) fn has_surplus(&self) -> bool {
        self.next < self.rest.len() || self.rest.last() == Some(&0)
    }

    #[inline(always)]
    fn byte(&mut self) -> u8 {
        let byte = self.rest.get(self.next).copied().unwrap_or(0);
        self.next += 1;
        byte
    }
}
