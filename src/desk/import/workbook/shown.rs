//! How numbers are shown: a spreadsheet keeps days as numbers and says in a style that they are days (ECMA-376-1 §18.8).

use std::collections::HashMap;

use quick_xml::events::Event;

use super::parts::{Parts, attribute};
use crate::base::timestamp::Date;
use crate::desk::import::problem::Code;

/// 65,536 styles: Excel has at most 65,490.
const STYLES_MOST: usize = 65_536;
/// 32 digits: as many zeros as are put before a number.
const ZEROS_MOST: usize = 32;
/// The built-in formats of whole days (ECMA-376-1 §18.8.30); 27 to 36 and 50 to 58 are those of East Asian editions.
const DAYS: [std::ops::RangeInclusive<u32>; 4] = [14..=17, 22..=22, 27..=36, 50..=58];

/// How one style shows a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// As a day.
    Day,
    /// As it is.
    Plain,
    /// With zeros before it, up to so many digits: `00042`.
    Zeros(usize),
}

/// The styles of a workbook's cells, and the day its calendar counts from.
pub(super) struct Styles {
    shown: Vec<Shown>,
    epoch: Epoch,
}

/// Day 0 of a workbook's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Epoch {
    /// Day 1 is 1 January 1900, and a 29 February 1900, which never was, is day 60 (ECMA-376-1 §18.17.4.1).
    Of1900,
    /// Day 0 is 1 January 1904.
    Of1904,
}

impl Styles {
    /// Reads the part of styles; without one every number is plain.
    ///
    /// # Errors
    /// As [`Parts::open`].
    pub fn read(parts: &mut Parts<'_>, name: &str, epoch: Epoch) -> Result<Self, Code> {
        let mut styles = Self { shown: Vec::new(), epoch };
        let Some(mut xml) = parts.xml(name)? else { return Ok(styles) };
        let mut own: HashMap<u32, Shown> = HashMap::new();
        let mut of_cells = false;
        loop {
            match xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "cellXfs" => of_cells = true,
                    "numFmt" => {
                        let id = attribute(&tag, "numFmtId")?.and_then(|id| id.parse().ok());
                        let code = attribute(&tag, "formatCode")?.unwrap_or_default();
                        own.extend(id.map(|id| (id, Shown::by_code(&code))));
                    }
                    "xf" if of_cells => {
                        let id: u32 = attribute(&tag, "numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                        let built_in = || Shown::built_in(id);
                        styles.shown.push(own.get(&id).copied().unwrap_or_else(built_in));
                    }
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => of_cells = false,
                Event::Eof => return Ok(styles),
                _ => {}
            }
            if own.len().max(styles.shown.len()) > STYLES_MOST {
                return Err(Code::WorkbookTooLarge);
            }
        }
    }

    /// A number as the clerk sees it: a day as `2026-03-14`, a whole number without a point. A day that the calendar does not have
    /// stays a number.
    pub fn show(&self, number: &str, style: Option<usize>) -> String {
        let Ok(value) = number.trim().parse::<f64>() else { return number.trim().to_owned() };
        let shown = style.and_then(|style| self.shown.get(style)).copied().unwrap_or(Shown::Plain);
        let plain = plain(value);
        match shown {
            Shown::Day => self.epoch.day(value).map_or(plain, |day| day.to_string()),
            Shown::Zeros(digits) if plain.bytes().all(|byte| byte.is_ascii_digit()) => format!("{plain:0>digits$}"),
            Shown::Plain | Shown::Zeros(_) => plain,
        }
    }
}

impl Shown {
    fn built_in(id: u32) -> Self {
        if DAYS.iter().any(|days| days.contains(&id)) { Shown::Day } else { Shown::Plain }
    }

    /// By a format's code: a year or a day outside quotes and brackets makes a date. Times alone, and minutes, do not.
    fn by_code(code: &str) -> Self {
        let mut bare = String::new();
        let mut characters = code.chars();
        while let Some(character) = characters.next() {
            match character {
                '"' => characters.by_ref().take_while(|next| *next != '"').for_each(drop),
                '[' => characters.by_ref().take_while(|next| *next != ']').for_each(drop),
                '\\' | '_' | '*' => drop(characters.next()),
                ';' => break,
                _ => bare.push(character.to_ascii_lowercase()),
            }
        }
        if bare.contains(['d', 'y']) {
            Shown::Day
        } else if bare.len() > 1 && bare.bytes().all(|byte| byte == b'0') {
            Shown::Zeros(bare.len().min(ZEROS_MOST))
        } else {
            Shown::Plain
        }
    }
}

impl Epoch {
    /// The day of a serial number; its time of day is left out.
    fn day(self, serial: f64) -> Option<Date> {
        // The last day that spreadsheets count to is 31 December 9999.
        if !(0.0..2_958_466.0).contains(&serial) {
            return None;
        }
        // Whole and in range, so nothing is lost.
        let serial = serial.floor() as i64;
        let day_zero = match self {
            Epoch::Of1900 if serial == 0 || serial == 60 => return None,
            Epoch::Of1900 if serial < 60 => Date::of(1899, 12, 31),
            Epoch::Of1900 => Date::of(1899, 12, 30),
            Epoch::Of1904 => Date::of(1904, 1, 1),
        };
        day_zero.ok()?.plus_days(serial)
    }
}

/// A number without the traces of its storage: 20.0 and 2E1 are 20.
fn plain(value: f64) -> String {
    // Negative zero is a zero.
    let value = if value == 0.0 { 0.0 } else { value };
    format!("{value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_calendars_and_the_day_that_never_was() {
        let day = |epoch: Epoch, serial: f64| epoch.day(serial).map(|day| day.to_string());
        assert_eq!(day(Epoch::Of1900, 46_095.0).as_deref(), Some("2026-03-14"));
        assert_eq!(day(Epoch::Of1904, 44_633.0).as_deref(), Some("2026-03-14"));
        assert_eq!(day(Epoch::Of1900, 1.0).as_deref(), Some("1900-01-01"));
        assert_eq!(day(Epoch::Of1900, 59.0).as_deref(), Some("1900-02-28"));
        assert_eq!(day(Epoch::Of1900, 60.0), None);
        assert_eq!(day(Epoch::Of1900, 61.0).as_deref(), Some("1900-03-01"));
        assert_eq!(day(Epoch::Of1900, 46_095.63).as_deref(), Some("2026-03-14"));
        assert_eq!(day(Epoch::Of1900, -1.0), None);
        assert_eq!(day(Epoch::Of1900, f64::NAN), None);
        assert_eq!(day(Epoch::Of1900, 3e9), None);
    }

    #[test]
    fn a_format_is_a_date_when_it_shows_a_day_or_a_year() {
        for code in ["dd/mm/yyyy", "yyyy\\-mm\\-dd", "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "mmm-yy", "D\" de \"MMMM"]
        {
            assert_eq!(Shown::by_code(code), Shown::Day, "{code}");
        }
        for code in ["0.00", "General", "\"day\" 0", "[Red]0;[Blue]-0", "hh:mm:ss", "[h]:mm", "#,##0\\d", "0;yyyy", "0"]
        {
            assert_eq!(Shown::by_code(code), Shown::Plain, "{code}");
        }
        assert_eq!(Shown::by_code("00000"), Shown::Zeros(5));
    }

    #[test]
    fn numbers_look_as_they_do_on_the_screen() {
        let styles = Styles { shown: vec![Shown::Plain, Shown::Day, Shown::Zeros(5)], epoch: Epoch::Of1900 };
        for (number, style, shown) in [
            ("20", None, "20"),
            ("20.0", Some(0), "20"),
            ("2E1", Some(0), "20"),
            ("20.5", Some(0), "20.5"),
            ("46095", Some(0), "46095"),
            ("46095", Some(1), "2026-03-14"),
            ("60", Some(1), "60"),
            ("42", Some(2), "00042"),
            ("-42", Some(2), "-42"),
            ("-0", Some(0), "0"),
            ("1e999", Some(1), "inf"),
        ] {
            assert_eq!(styles.show(number, style), shown, "{number}");
        }
    }
}
