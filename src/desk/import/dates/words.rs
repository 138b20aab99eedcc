//! Dates with the month in words, as learning platforms export them: `14 March 2026, 3:05 PM`, `sábado, 14 de marzo de 2026, 15:05`.
//! A month's name settles by itself which number is the day.

use super::Written;
use crate::desk::import::fold::fold;

/// The months' names and short names, folded, in es, pt, en, fr and ht. `out` is missing on purpose: it is October in Portuguese,
/// shortened, and August in Kreyòl.
const MONTHS: [&str; 12] = [
    "enero janeiro january janvier janvye ene jan janv",
    "febrero fevereiro february fevrier fevriye feb fev fevr",
    "marzo marco march mars mas mar",
    "abril april avril abr apr avr",
    "mayo maio may mai me",
    "junio junho june juin jen jun",
    "julio julho july juillet jiye jul juil",
    "agosto august aout ago aug",
    "septiembre setiembre setembro september septembre septanm sep sept set",
    "octubre outubro october octobre oktob oct",
    "noviembre novembro november novembre novanm nov",
    "diciembre dezembro december decembre desanm dic dez dec",
];
/// The days of the week and their short names, likewise.
const WEEKDAYS: &str = "lunes martes miercoles jueves viernes sabado domingo lun mar mie jue vie sab dom \
                        segunda terca quarta quinta sexta segunda-feira terca-feira quarta-feira quinta-feira sexta-feira seg ter qua qui sex \
                        monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun \
                        lundi mardi mercredi jeudi vendredi samedi dimanche mer jeu ven sam dim \
                        lendi madi mekredi jedi vandredi samdi dimanch";
/// Words between the parts of a date.
const BETWEEN: [&str; 9] = ["de", "del", "do", "of", "le", "the", "a", "las", "at"];
/// What may follow the number of a day: `1er`, `1º`, `14th`.
const ORDINALS: [&str; 9] = ["er", "ro", "o", "º", "°", "th", "st", "nd", "rd"];

/// The date that a text says with its month in words.
pub(super) fn read(text: &str) -> Written {
    let folded = fold(text);
    // The time of day begins at the word that has a colon.
    let (date, time) = match folded.find(':') {
        Some(colon) => {
            let begin = folded.get(..colon).and_then(|before| before.rfind(|it: char| !it.is_ascii_digit()));
            begin.and_then(|begin| folded.split_at_checked(begin)).unwrap_or((&folded, ""))
        }
        None => (folded.as_str(), ""),
    };
    if !time.is_empty() && !is_time(time.trim_start_matches(|character: char| !character.is_ascii_digit())) {
        return Written::No;
    }
    let mut words: Vec<&str> = date
        .split([' ', ',', '.', '/'])
        .flat_map(parted)
        .filter(|word| !word.is_empty() && !BETWEEN.contains(word))
        .collect();
    // `mar` is a Tuesday before the rest of a date, and a March inside it.
    if words.len() == 4 && words.first().is_some_and(|word| WEEKDAYS.split_whitespace().any(|day| day == *word)) {
        words.remove(0);
    }
    let [first, second, third] = words.as_slice() else { return Written::No };
    let (day, month, year) = match (month(first), month(second)) {
        (Some(month), None) => (second, month, third),
        (None, Some(month)) if number(first, 4..=4).is_some() => (third, month, first),
        (None, Some(month)) => (first, month, third),
        _ => return Written::No,
    };
    let Some(day) = number(ORDINALS.iter().find_map(|ending| day.strip_suffix(ending)).unwrap_or(day), 1..=2) else {
        return Written::No;
    };
    match (number(year, 4..=4), number(year, 2..=2)) {
        (Some(year), _) => Written::YearFirst { year: i32::try_from(year).unwrap_or_default(), month, day },
        (None, Some(_)) => Written::TwoDigitYear,
        _ => Written::No,
    }
}

/// Whether a text is a time of day: `15:05`, `3:05 PM`, `03:05:00 a. m.`, without a zone, which could change the day.
pub(super) fn is_time(text: &str) -> bool {
    let folded = fold(text);
    let whole = folded.strip_suffix(".000").unwrap_or(&folded);
    let close: String = whole.chars().filter(|character| !matches!(character, ' ' | '.' | ',')).collect();
    let clock = close.strip_suffix("am").or_else(|| close.strip_suffix("pm")).unwrap_or(&close);
    let numbers: Vec<Option<u32>> = clock.split(':').map(|digits| number(digits, 1..=2)).collect();
    match numbers.as_slice() {
        [Some(hour), rest @ ..] => {
            *hour <= 24 && (1..=2).contains(&rest.len()) && rest.iter().all(|part| part.is_some_and(|part| part < 60))
        }
        _ => false,
    }
}

/// A word between hyphens, unless it is a Brazilian weekday: `14-mar-2026`.
fn parted(word: &str) -> Vec<&str> {
    if word.ends_with("-feira") { vec![word] } else { word.split('-').collect() }
}

fn month(word: &str) -> Option<u32> {
    let place = MONTHS.iter().position(|names| names.split(' ').any(|name| name == word))?;
    u32::try_from(place + 1).ok()
}

fn number(digits: &str, length: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let plain = length.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::super::{DateOrder, read};
    use crate::desk::import::problem::Code;

    #[test]
    fn dates_as_platforms_write_them() {
        for text in [
            "14 March 2026, 3:05 PM",
            "Saturday, 14 March 2026, 3:05 PM",
            "March 14, 2026",
            "14th of March 2026",
            "14-Mar-2026",
            "14 de marzo de 2026, 15:05",
            "sábado, 14 de marzo de 2026, 15:05",
            "SÁBADO 14 DE MARZO DEL 2026 a las 3:05 p. m.",
            "14/mar/2026",
            "14 de março de 2026, 15:05",
            "sábado, 14 mar. 2026, 15:05",
            "samedi 14 mars 2026, 15:05",
            "samdi 14 mas 2026, 15:05",
            "2026 March 14",
            "mar, 14 mar 2026",
            "14/03/2026 15:05",
            "2026-03-14 15:05:00",
            "2026-03-14T15:05:00.000",
            "14.03.2026, 3:05 PM",
        ] {
            let date = read(text, Some(DateOrder::DayFirst)).map(|date| date.to_string());
            assert_eq!(date.as_deref(), Ok("2026-03-14"), "{text}");
        }
        assert_eq!(read("1er août 2026", None).unwrap().to_string(), "2026-08-01");
        assert_eq!(read("segunda-feira, 1º de junho de 2026", None).unwrap().to_string(), "2026-06-01");
    }

    #[test]
    fn what_says_no_day_is_no_date() {
        for text in [
            "marzo de 2026",
            "14 out 2026",
            "14 de marzo",
            "32 de marzo de 2026",
            "14 de marzo de 2026 y 15 de abril de 2026",
            "2026-03-14T15:05:00Z",
            "2026-03-14T15:05:00+02:00",
            "14 March 2026, 25:05",
            "14 March 2026, 3:65 PM",
            "46095 15:05",
            "March March 2026",
            "x:y",
            ":",
            "14 ma 2026",
        ] {
            assert_eq!(read(text, None), Err(Code::BadDate), "{text}");
        }
        assert_eq!(read("14 de marzo de 26", None), Err(Code::TwoDigitYear));
    }
}
