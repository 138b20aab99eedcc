//! Whichever row is wrong, and whatever is wrong with it, that row is reported and no other: in both forms (threats.md J6, after a check that
//! looked at the wrong certificate of a list and let thousands pass).

use proptest::prelude::*;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use skillpass::desk::catalogue::Template;
use skillpass::desk::import::{Code, Settings, read_register};

use super::{HEADER, name, settings, sheet, template, workbook};

/// What is put into one cell, and what is said of it.
struct Fault {
    cell: usize,
    text: String,
    code: Code,
}

/// Every way in which one row is wrong by itself.
fn faults() -> Vec<Fault> {
    let long = "Zoila ".repeat(25);
    let name = [
        ("", Code::EmptyName),
        ("...", Code::EmptyName),
        ("=Zoila Paz", Code::Formula),
        ("Zoila PeÃ±a", Code::Mojibake),
        ("Zoila\u{202e} Paz", Code::NameHasControl),
        (&long, Code::NameTooLong),
        ("Zoila Paz / Luz Mar", Code::TwoPeople),
        ("Zo1la Paz", Code::NameHasDigit),
        ("Zoila_Paz", Code::NameHasSymbol),
        ("Zoil\u{430} Paz", Code::NameMixedScript),
    ];
    let year = ["", "19885", "1899", "2027", "mil"].map(|text| (text, Code::BadBirthYear));
    let date = [
        ("", Code::BadDate),
        ("2026-02-30", Code::BadDate),
        ("ayer", Code::BadDate),
        ("46095", Code::SerialDate),
        ("14/03/26", Code::TwoDigitYear),
        ("2026-07-01", Code::AwardInFuture),
    ];
    let hours = ["0", "10000", "muchas"].map(|text| (text, Code::BadHours));
    let modality = [("lunar", Code::BadModality), ("", Code::NoModality)];
    let wide = "R".repeat(65);
    let id = [("=1", Code::Formula), (&wide, Code::BadRegisterId), ("R\u{200b}1", Code::BadRegisterId)];
    let columns: [(usize, &[(&str, Code)]); 6] =
        [(0, &name), (1, &year), (2, &date), (3, &hours), (4, &modality), (5, &id)];
    let of_column = |(cell, faults): (usize, &[(&str, Code)])| {
        faults.iter().map(move |(text, code)| Fault { cell, text: (*text).to_owned(), code: *code }).collect::<Vec<_>>()
    };
    let mut all: Vec<Fault> = columns.into_iter().flat_map(of_column).collect();
    // A cell beside the table.
    all.push(Fault { cell: 6, text: "¿y esto?".to_owned(), code: Code::RaggedRow });
    all
}

/// So many people who are all right.
fn people(count: u32) -> Vec<Vec<String>> {
    let row = |person: u32| {
        let year = (1940 + person % 60).to_string();
        let id = format!("R-{person}");
        [&name(person), &year, "2026-03-14", "20", "virtual", &id].map(str::to_owned).to_vec()
    };
    (1..=count).map(row).collect()
}

fn spoil(row: &mut Vec<String>, fault: &Fault) {
    row.resize(row.len().max(fault.cell + 1), String::new());
    row[fault.cell].clone_from(&fault.text);
}

/// The same rows as a CSV and as a workbook.
fn both(rows: &[Vec<String>]) -> [Vec<u8>; 2] {
    let lines = rows.iter().map(|row| row.join(";") + "\n");
    let text: String = std::iter::once(HEADER.join(";") + "\n").chain(lines).collect();
    let cells = rows.iter().map(|row| row.iter().map(String::as_str).collect());
    let sheet = sheet((1u32..).zip(std::iter::once(HEADER.to_vec()).chain(cells)));
    [text.into_bytes(), workbook(&sheet)]
}

/// What is expected of the row of one person.
type Expected<'f> = (u32, Code, Option<&'f str>);

fn expected(person: u32, fault: &Fault) -> Expected<'static> {
    (person + 1, fault.code, HEADER.get(fault.cell).copied())
}

fn check(rows: &[Vec<String>], expected: &[Expected<'_>], gin: &Template, settings: &Settings) {
    for (form, bytes) in ["csv", "xlsx"].into_iter().zip(both(rows)) {
        let import = read_register(&bytes, gin, settings).unwrap();
        let reported: Vec<_> = import.problems.iter().map(|it| (it.row, it.code, it.column.as_deref())).collect();
        assert_eq!(reported, expected, "{form} of {}", rows.len());
        let bad = |row: u32| expected.iter().any(|(of, ..)| *of == row);
        let good = (2..).take(rows.len()).filter(|row| !bad(*row));
        assert!(import.rows.iter().map(|row| row.row).eq(good), "{form}: {expected:?}");
        // And each that is good is the person who stands there.
        for row in &import.rows {
            assert_eq!(row.name.as_str(), rows[row.row as usize - 2][0], "{form}");
        }
    }
}

#[test]
fn whatever_is_wrong_in_whichever_row_is_said_of_that_row() {
    let (gin, settings, faults) = (template("GIN"), settings(), faults());
    let right = people(24);
    for fault in &faults {
        for bad in 1..=24_u32 {
            let mut rows = right.clone();
            spoil(&mut rows[bad as usize - 1], fault);
            check(&rows, &[expected(bad, fault)], &gin, &settings);
        }
    }
    // What is wrong only beside an earlier row is said of the later one.
    for bad in 2..=24_u32 {
        for earlier in 1..bad {
            let at = bad as usize - 1;
            let mut rows = right.clone();
            rows[at][5] = format!("R-{earlier}");
            check(&rows, &[(bad + 1, Code::DuplicateId, Some(HEADER[5]))], &gin, &settings);
            let mut rows = right.clone();
            let (there, before) = rows.split_at_mut(at);
            before[0][..3].clone_from_slice(&there[earlier as usize - 1][..3]);
            check(&rows, &[(bad + 1, Code::DuplicatePerson, Some(HEADER[0]))], &gin, &settings);
        }
    }
}

#[test]
fn every_row_of_five_hundred() {
    let (gin, settings, faults) = (template("GIN"), settings(), faults());
    let right = people(510);
    (1..=500_u32).into_par_iter().for_each(|bad| {
        let fault = &faults[bad as usize % faults.len()];
        // With some behind it; that more of them change nothing, shorter registers show.
        let mut rows = right[..bad as usize + 10].to_vec();
        spoil(&mut rows[bad as usize - 1], fault);
        check(&rows, &[expected(bad, fault)], &gin, &settings);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Several at once, each with something of its own.
    #[test]
    fn any_rows_with_any_faults(
        count in 1u32..80,
        spoilt in proptest::collection::btree_map(1u32..80, any::<prop::sample::Index>(), 0..12),
    ) {
        let (gin, settings, faults) = (template("GIN"), settings(), faults());
        let (mut rows, mut wanted) = (people(count), Vec::new());
        for (bad, which) in spoilt.into_iter().filter(|(bad, _)| *bad <= count) {
            let fault = which.get(&faults);
            spoil(&mut rows[bad as usize - 1], fault);
            wanted.push(expected(bad, fault));
        }
        check(&rows, &wanted, &gin, &settings);
    }
}
