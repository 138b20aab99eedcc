//! Dates as clerks write them. Which of day and month comes first is settled by the file or by the clerk, never guessed.

mod words;

use super::problem::Code;
use crate::base::timestamp::Date;

/// 80 bytes: a date with its weekday, month and time in words, in any of the languages.
const DATE_BYTES: usize = 80;

/// Which of day and month a file writes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 31/12/2026
    DayFirst,
    /// 12/31/2026
    MonthFirst,
}

impl DateOrder {
    /// A date that reads one way: the same in every language.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            DateOrder::DayFirst => "31/12/2026",
            DateOrder::MonthFirst => "12/31/2026",
        }
    }

    /// The order that one cell settles: by a first number above 12, or a second.
    #[must_use]
    pub(super) fn settled_by(text: &str) -> Option<Self> {
        match Written::of(text) {
            Written::YearLast { first, second, .. } => of_numbers(first, second),
            _ => None,
        }
    }
}

/// The date in a cell, by the order of its file.
///
/// # Errors
/// [`Code::AmbiguousDate`], [`Code::BadDate`], [`Code::MixedDateOrder`], [`Code::SerialDate`], [`Code::TwoDigitYear`].
pub(super) fn read(text: &str, order: Option<DateOrder>) -> Result<Date, Code> {
    let calendar = |year, month, day| Date::of(year, month, day).map_err(|_| Code::BadDate);
    match Written::of(text) {
        Written::No => Err(Code::BadDate),
        Written::Serial => Err(Code::SerialDate),
        Written::TwoDigitYear => Err(Code::TwoDigitYear),
        Written::YearFirst { year, month, day } => calendar(year, month, day),
        Written::YearLast { first, second, .. } if first > 12 && second > 12 => Err(Code::BadDate),
        Written::YearLast { first, second, year } => match (of_numbers(first, second), order) {
            (Some(own), Some(order)) if own != order => Err(Code::MixedDateOrder),
            (None, None) if first == second => calendar(year, first, second),
            (None, None) => Err(Code::AmbiguousDate),
            (Some(DateOrder::DayFirst), _) | (None, Some(DateOrder::DayFirst)) => calendar(year, second, first),
            (Some(DateOrder::MonthFirst), _) | (None, Some(DateOrder::MonthFirst)) => calendar(year, first, second),
        },
    }
}

fn of_numbers(first: u32, second: u32) -> Option<DateOrder> {
    match (first > 12, second > 12) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// The forms a date is written in.
enum Written {
    No,
    Serial,
    TwoDigitYear,
    YearFirst { year: i32, month: u32, day: u32 },
    YearLast { first: u32, second: u32, year: i32 },
}

impl Written {
    fn of(text: &str) -> Self {
        let text = text.trim();
        if text.len() > DATE_BYTES {
            return Written::No;
        }
        let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || b"-/.".contains(&byte));
        if numeric(text) {
            return Self::of_numbers(text);
        }
        // A time of day behind the date is left out: an award is of a day.
        match text.split_once([' ', 'T', ',', '\u{a0}', '\u{202f}']) {
            Some((date, time)) if numeric(date) && words::is_time(time) => match Self::of_numbers(date) {
                Written::Serial => Written::No,
                written => written,
            },
            _ => words::read(text),
        }
    }

    fn of_numbers(text: &str) -> Self {
        // Ten characters are the longest date in numbers, and five digits the only one without marks.
        if text.len() > 10 {
            return Written::No;
        }
        let mut parts = text.split(['-', '/', '.']);
        let (Some(a), b, c, None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Written::No;
        };
        let (Some(b), Some(c)) = (b, c) else {
            return if b.is_none() && a.len() == 5 { Written::Serial } else { Written::No };
        };
        let number = |digits: &str| digits.parse::<u32>().unwrap_or_default();
        let year = |digits: &str| digits.parse::<i32>().unwrap_or_default();
        match (a.len(), b.len(), c.len()) {
            (4, 1..=2, 1..=2) => Written::YearFirst { year: year(a), month: number(b), day: number(c) },
            (1..=2, 1..=2, 4) => Written::YearLast { first: number(a), second: number(b), year: year(c) },
            (1..=2, 1..=2, 2) => Written::TwoDigitYear,
            _ => Written::No,
        }
    }
}
