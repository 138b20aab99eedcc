//! Times of the one strict profile, `YYYY-MM-DDThh:mm:ssZ`, and the days they name. The only file that names chrono.
//!
//! Two spellings name a whole day, so that a date never shifts by a time zone (domain.md D20, threats.md D3): a beginning at
//! `T00:00:00Z` begins when that day begins in UTC+14, an end at `T23:59:59Z` ends when that day ends in UTC-12.

use std::fmt;

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _};

use super::limits::{DAY_BEGINS_EARLY_SECONDS, DAY_ENDS_LATE_SECONDS};

const DAY: i64 = 86_400;
/// 40 bytes: `2026-03-14T09:26:53.589793238-05:00` has 35.
const STAMP_BYTES: usize = 40;

/// Whole seconds since 1970-01-01T00:00:00Z, in the years 0001 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A day of the Gregorian calendar, years 0001 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

/// The text is not of the profile, or names a moment that does not exist (31 February, second 60, hour 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATime;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// Parses `YYYY-MM-DDThh:mm:ssZ` and nothing else: no fractions, offsets, lower case or leap seconds.
    ///
    /// # Errors
    /// [`NotATime`].
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let bytes: &[u8; 20] = text.as_bytes().try_into().map_err(|_| NotATime)?;
        let marks = bytes[10] == b'T' && bytes[13] == b':' && bytes[16] == b':' && bytes[19] == b'Z';
        if !marks || !text.is_ascii() {
            return Err(NotATime);
        }
        let date = Date::parse(&text[..10])?;
        let (hour, minute, second) =
            (two(bytes[11], bytes[12])?, two(bytes[14], bytes[15])?, two(bytes[17], bytes[18])?);
        let moment = date.0.and_hms_opt(hour, minute, second).ok_or(NotATime)?;
        Ok(Self(moment.and_utc().timestamp()))
    }

    /// Parses any `dateTimeStamp` (XML Schema 1.1 Part 2 §3.4.28; W3C VC 2.0 §4.9): with an offset, with fractions of a second, which are cut
    /// off. What others sign is of this form; ours is of the one profile of [`Timestamp::parse`].
    ///
    /// # Errors
    /// [`NotATime`], also for a time without a zone, which names no moment.
    pub fn parse_any(text: &str) -> Result<Self, NotATime> {
        let shaped = text.len() <= STAMP_BYTES
            && text.is_ascii()
            && text.as_bytes().get(10) == Some(&b'T')
            && !text.contains(['t', 'z', ' '])
            && text.get(17..19) != Some("60");
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| NotATime)?;
        if shaped { Self::from_seconds(moment.timestamp()).ok_or(NotATime) } else { Err(NotATime) }
    }

    /// From seconds since 1970-01-01T00:00:00Z; `None` outside the years 0001 to 9999.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        let year = DateTime::from_timestamp(seconds, 0)?.year();
        (1..=9999).contains(&year).then_some(Self(seconds))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// The UTC day.
    #[must_use]
    pub fn date(self) -> Date {
        Date(self.moment().date_naive())
    }

    /// The first moment at which this beginning has begun somewhere: 14 hours early when it names a day.
    #[must_use]
    pub fn begins(self) -> i64 {
        if self.0.rem_euclid(DAY) == 0 { self.0 - DAY_BEGINS_EARLY_SECONDS } else { self.0 }
    }

    /// The last moment at which this end has not passed everywhere: 12 hours late when it names a day.
    #[must_use]
    pub fn ends(self) -> i64 {
        if self.0.rem_euclid(DAY) == DAY - 1 { self.0 + DAY_ENDS_LATE_SECONDS } else { self.0 }
    }

    /// Whether its day lies in a period, first and last day included: days are compared as days, wherever the clock stands (domain.md D20).
    #[must_use]
    pub fn is_day_within(self, from: Self, until: Option<Self>) -> bool {
        self.date() >= from.date() && until.is_none_or(|until| self.date() <= until.date())
    }

    /// Whole days from `earlier` to here; negative when `earlier` is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(DAY)
    }

    fn moment(self) -> DateTime<chrono::Utc> {
        // Every constructor has checked the range.
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = self.moment();
        write!(out, "{}T{:02}:{:02}:{:02}Z", self.date(), moment.hour(), moment.minute(), moment.second())
    }
}

impl Date {
    /// Parses `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`NotATime`].
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().map_err(|_| NotATime)?;
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(NotATime);
        }
        let year = two(bytes[0], bytes[1])? * 100 + two(bytes[2], bytes[3])?;
        Self::of(i32::try_from(year).map_err(|_| NotATime)?, two(bytes[5], bytes[6])?, two(bytes[8], bytes[9])?)
    }

    /// From year (1 to 9999), month and day.
    ///
    /// # Errors
    /// [`NotATime`] when the calendar has no such day.
    pub fn of(year: i32, month: u32, day: u32) -> Result<Self, NotATime> {
        if !(1..=9999).contains(&year) {
            return Err(NotATime);
        }
        NaiveDate::from_ymd_opt(year, month, day).map(Self).ok_or(NotATime)
    }

    /// The day's beginning, `T00:00:00Z`: how a day is written as a beginning.
    #[must_use]
    pub fn first_second(self) -> Timestamp {
        Timestamp(self.0.and_time(chrono::NaiveTime::MIN).and_utc().timestamp())
    }

    /// The day's end, `T23:59:59Z`: how a day is written as an end.
    #[must_use]
    pub fn last_second(self) -> Timestamp {
        Timestamp(self.first_second().0 + DAY - 1)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u32 {
        self.0.day()
    }

    /// The day so many days later (earlier when negative); `None` outside the years 0001 to 9999.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Option<Self> {
        let moved = self.0.checked_add_signed(chrono::Duration::try_days(days)?)?;
        (1..=9999).contains(&moved.year()).then_some(Self(moved))
    }

    /// Whole days from `earlier` to here; negative when `earlier` is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

fn two(tens: u8, ones: u8) -> Result<u32, NotATime> {
    if tens.is_ascii_digit() && ones.is_ascii_digit() {
        Ok(u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
    } else {
        Err(NotATime)
    }
}
