//! Registers in XLSX, mapped columns and empty registers to fill in: every row under its own number, no bomb, nothing kept that must
//! not be. The samples are those of `registers`.

mod bad_row;

use std::io::{Cursor, Read as _, Write as _};
use std::time::Instant;

use proptest::prelude::*;
use skillpass::base::timestamp::{Date, Timestamp};
use skillpass::credential::achievement::Language;
use skillpass::credential::terms::{Method, Terms};
use skillpass::desk::catalogue::{Catalogue, Template};
use skillpass::desk::guard::{cell, guard, unguard};
use skillpass::desk::import::{
    CellProblem, Code, Column, Fix, Import, Mapping, Meaning, NameOrder, NamePart, NotAMapping, RegisterRow, Settings,
    Sex, SheetForm, empty_sheet, read_register,
};
use skillpass::desk::institution::{Founding, Institution};
use skillpass::desk::issue::Issuing;
use skillpass::desk::keyring::Secret;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::common::Dice;
use crate::common::figures::tell;

const HEADER: [&str; 6] =
    ["Nombre completo", "Año de nacimiento", "Fecha de certificación", "Horas", "Modalidad", "ID interno"];

fn template(achievement: &str) -> Template {
    Catalogue::shipped().unwrap().find(achievement).unwrap().clone()
}

fn settings() -> Settings {
    Settings::of(Date::parse("2026-06-30").unwrap(), Language::Es)
}

fn import(bytes: &[u8], settings: &Settings) -> Result<Import, Vec<CellProblem>> {
    read_register(bytes, &template("GIN"), settings)
}

/// The code of the one problem that keeps the whole file from being read.
fn refused(bytes: &[u8]) -> Code {
    let problems = import(bytes, &settings()).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].code
}

/// An archive of these parts.
fn archive<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook of one sheet, whose part is given.
fn workbook(sheet: &str) -> Vec<u8> {
    let root = format!(
        "<Relationships><Relationship Id=\"a\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let book = "<workbook><sheets><sheet name=\"Hoja1\" sheetId=\"1\" r:id=\"x\" xmlns:r=\"r\"/></sheets></workbook>";
    let of_book = format!(
        "<Relationships><Relationship Id=\"x\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    archive([
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", of_book.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// Rows of texts as a sheet's part; `None` leaves the number out.
fn sheet<'a>(rows: impl IntoIterator<Item = (u32, Vec<&'a str>)>) -> String {
    let mut xml = String::from("<worksheet><sheetData>");
    for (row, cells) in rows {
        xml.push_str(&format!("<row r=\"{row}\">"));
        for (place, text) in cells.into_iter().enumerate() {
            let column = char::from(b'A' + u8::try_from(place).unwrap());
            xml.push_str(&format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"));
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

fn name(person: u32) -> String {
    let letter = |number: u32| char::from(b'a' + u8::try_from(number % 26).unwrap());
    format!("Zoila X{}{}{} Peña", letter(person), letter(person / 26), letter(person / 676))
}

/// A register of people, one of whom has no date that there is.
fn one_bad(people: u32, bad: u32) -> (String, Vec<u8>) {
    let rows: Vec<[String; 6]> = (1..=people)
        .map(|person| {
            let date = if person == bad { "2026-02-30" } else { "2026-03-14" };
            let cells =
                [&name(person), &(1940 + person % 60).to_string(), date, "20", "virtual", &format!("R-{person}")];
            cells.map(str::to_owned)
        })
        .collect();
    let mut text = HEADER.join(";") + "\n";
    for row in &rows {
        text.push_str(&(row.join(";") + "\n"));
    }
    let cells = rows.iter().map(|row| row.iter().map(String::as_str).collect());
    let sheet = sheet((1u32..).zip(std::iter::once(HEADER.to_vec()).chain(cells)));
    (text, workbook(&sheet))
}

/// threats.md J6: for every bad row k of N exactly row k is reported, in both forms.
#[test]
fn exactly_the_bad_row_is_reported() {
    let gin = template("GIN");
    let settings = settings();
    let check = |bytes: &[u8], people: u32, bad: u32| {
        let import = read_register(bytes, &gin, &settings).unwrap();
        let reported: Vec<_> = import.problems.iter().map(|problem| (problem.row, problem.code)).collect();
        assert_eq!(reported, [(bad + 1, Code::BadDate)], "{bad} of {people}");
        let good: Vec<u32> = import.rows.iter().map(|row| row.row).collect();
        assert_eq!(good, (2..=people + 1).filter(|row| *row != bad + 1).collect::<Vec<_>>());
    };
    for people in 1..=500 {
        // Every place in short registers; in each longer one a place that moves through it.
        let places: Vec<u32> =
            if people <= 24 { (1..=people).collect() } else { vec![1 + (people * people / 7) % people] };
        for bad in places {
            let (text, workbook) = one_bad(people, bad);
            check(text.as_bytes(), people, bad);
            check(&workbook, people, bad);
        }
    }
    for bad in [1, 2, 249, 250, 251, 499, 500] {
        check(&one_bad(500, bad).1, 500, bad);
    }
}

/// Blank rows, rows that are not there and rows that hold formats alone: whoever is in row n of the spreadsheet is in row n here.
#[test]
fn rows_keep_their_numbers() {
    let mut rows = vec![(3, HEADER.to_vec())];
    let names: Vec<String> = (1..=4).map(name).collect();
    for (person, row) in [4, 9, 10, 40].into_iter().enumerate() {
        rows.push((row, vec![names[person].as_str(), "1990", "2026-03-14", "20", "virtual", ""]));
        if row != 9 {
            rows.push((row + 1, vec!["", " ", ""]));
        }
    }
    let import = import(&workbook(&sheet(rows)), &settings()).unwrap();
    assert_eq!(import.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [4, 9, 10, 40]);
    assert_eq!(
        (import.form.encoding, import.form.separator, import.form.sheet.as_deref()),
        ("XLSX", None, Some("Hoja1"))
    );
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    // Entries without end: the table alone would fill the memory.
    let many: Vec<String> = (0..5_000).map(|number| format!("xl/{number}.xml")).collect();
    assert_eq!(refused(&archive(many.iter().map(|name| (name.as_str(), &b""[..])))), Code::WorkbookTooLarge);
    // 64 MB of spaces in 64 kB.
    let spaces = format!("<worksheet>{}</worksheet>", " ".repeat(64 * 1024 * 1024));
    let bomb = workbook(&spaces);
    assert!(bomb.len() < 128 * 1024);
    assert_eq!(refused(&bomb), Code::WorkbookTooLarge);
    // The same, and the archive says that it is one byte: what comes out is counted, whatever was said.
    let (real, told) = (u32::try_from(spaces.len()).unwrap().to_le_bytes(), 1u32.to_le_bytes());
    let mut lying = bomb.clone();
    let places: Vec<usize> = (0..bomb.len() - 4).filter(|at| bomb[*at..at + 4] == real).collect();
    assert!(!places.is_empty());
    for at in places {
        lying[at..at + 4].copy_from_slice(&told);
    }
    assert!(matches!(refused(&lying), Code::WorkbookTooLarge | Code::DamagedWorkbook));
    // One text named a hundred thousand times: small in the file, large in memory.
    let long = "a".repeat(30_000);
    let cells: String = (1..=100_000).map(|row| format!("<row r=\"{row}\"><c t=\"s\"><v>0</v></c></row>")).collect();
    let strings = format!("<sst><si><t>{long}</t></si></sst>");
    let book = "<workbook><sheets><sheet name=\"H\" sheetId=\"1\" r:id=\"x\" xmlns:r=\"r\"/></sheets></workbook>";
    let of_book = format!(
        "<Relationships><Relationship Id=\"x\" Type=\"{RELATIONS}/worksheet\" Target=\"sheet1.xml\"/>\
         <Relationship Id=\"y\" Type=\"{RELATIONS}/sharedStrings\" Target=\"strings.xml\"/></Relationships>"
    );
    let cells = format!("<worksheet><sheetData>{cells}</sheetData></worksheet>");
    let named = archive([
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", of_book.as_bytes()),
        ("xl/sheet1.xml", cells.as_bytes()),
        ("xl/strings.xml", strings.as_bytes()),
    ]);
    assert_eq!(refused(&named), Code::WorkbookTooLarge);
    // Merged regions and hidden columns without end.
    let regions = "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(20_000);
    let merged = workbook(&format!(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>{regions}</worksheet>"
    ));
    assert_eq!(refused(&merged), Code::WorkbookTooLarge);
}

/// A workbook of so many sheets, each with its part: the number of the sheet in `parts`.
fn sheets(parts: &[usize], sheet: &str) -> Vec<u8> {
    let mut book = String::from("<workbook xmlns:r=\"r\"><sheets>");
    let mut of_book = String::from("<Relationships>");
    for (number, part) in parts.iter().enumerate() {
        book.push_str(&format!("<sheet name=\"H{number}\" sheetId=\"1\" r:id=\"x{part}\"/>"));
        of_book
            .push_str(&format!("<Relationship Id=\"x{part}\" Type=\"{RELATIONS}/worksheet\" Target=\"{part}.xml\"/>"));
    }
    book.push_str("</sheets></workbook>");
    of_book.push_str("</Relationships>");
    let named: std::collections::BTreeSet<String> = parts.iter().map(|part| format!("xl/{part}.xml")).collect();
    let fixed = [("xl/workbook.xml", book.as_bytes()), ("xl/_rels/workbook.xml.rels", of_book.as_bytes())];
    archive(fixed.into_iter().chain(named.iter().map(|name| (name.as_str(), sheet.as_bytes()))))
}

/// What a small file could keep a computer busy with: one part read for every sheet that names it, and rows without end that hold nothing.
#[test]
fn a_part_is_read_once_and_empty_rows_count() {
    let register = sheet([(1, HEADER.to_vec()), (2, vec!["Ana Paz", "1990", "2026-03-14", "20", "virtual", ""])]);
    assert_eq!(import(&sheets(&[1], &register), &settings()).unwrap().rows.len(), 1);
    assert_eq!(refused(&sheets(&[1, 2], &register)), Code::SeveralSheets);
    assert_eq!(refused(&sheets(&[1, 1], &register)), Code::DamagedWorkbook);
    let mut rows = String::from("<worksheet><sheetData>");
    for number in 0..1_048_577_u64 {
        // Nothing that packs so well that its size alone would give it away.
        let odd = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        rows.push_str(&format!("<row r=\"1\" ht=\"{odd}\"/>"));
    }
    let most = format!("{rows}</sheetData></worksheet>");
    assert_eq!(refused(&workbook(&most)), Code::WorkbookTooLarge);
}

#[test]
fn limits_of_rows_and_columns_hold() {
    let far = sheet([(1, HEADER.to_vec()), (1_000_001, vec!["Ana"])]);
    assert_eq!(refused(&workbook(&far)), Code::TooManyRows);
    let wide = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"IW1\"><v>1</v></c></row></sheetData></worksheet>";
    assert_eq!(refused(&workbook(wide)), Code::TooManyColumns);
    let long = "a".repeat(70_000);
    let cell = sheet([(1, HEADER.to_vec()), (2, vec![long.as_str(), "1990", "2026-03-14", "20", "virtual", "1"])]);
    let import = import(&workbook(&cell), &settings()).unwrap();
    assert_eq!(
        import.problems.iter().map(|problem| (problem.row, problem.code)).collect::<Vec<_>>(),
        [(2, Code::CellTooLong)]
    );
}

/// 50,000 rows with the work of finding who looks alike. Figures are printed, never judged.
#[test]
fn a_large_workbook_is_read_whole() {
    let names: Vec<String> = (0..50_000u32).map(|person| format!("{} {}", name(person), name(person / 7))).collect();
    let years: Vec<String> = (0..50_000u32).map(|person| (1940 + person % 60).to_string()).collect();
    let rows = (0..50_000u32).map(|person| {
        let at = person as usize;
        (person + 2, vec![names[at].as_str(), years[at].as_str(), "2026-03-14", "20", "virtual", ""])
    });
    let bytes = workbook(&sheet(std::iter::once((1, HEADER.to_vec())).chain(rows)));
    let begun = Instant::now();
    let import = import(&bytes, &settings()).unwrap();
    tell(format!(
        "{} bytes, {} rows good, {} wrong, {:?}",
        bytes.len(),
        import.rows.len(),
        import.problems.len(),
        begun.elapsed()
    ));
    assert_eq!(import.rows.len() + import.problems.len(), 50_000);
    assert!(import.rows.len() > 40_000);
}

#[test]
fn an_empty_register_comes_back_filled() {
    let catalogue = Catalogue::shipped().unwrap();
    for template in
        catalogue.templates().iter().flat_map(|template| [template.clone(), template.clone().from_archive()])
    {
        for language in Language::ALL {
            let case = format!("{} {:?} {}", template.code, template.kind(), language.tag());
            let xlsx = empty_sheet(&template, language, SheetForm::Xlsx, false).unwrap();
            let csv = empty_sheet(&template, language, SheetForm::Csv, false).unwrap();
            assert_eq!(
                xlsx,
                empty_sheet(&template, language, SheetForm::Xlsx, false).unwrap(),
                "the same bytes each time"
            );
            let settings = Settings::of(Date::parse("2026-06-30").unwrap(), language);
            for empty in [&xlsx, &csv] {
                let problems = read_register(empty, &template, &settings).unwrap_err();
                assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [Code::NoRows], "{case}");
            }
            let filled = [fill_xlsx(&xlsx, &template, language), fill_csv(&csv, &template, language)];
            for bytes in filled {
                let import =
                    read_register(&bytes, &template, &settings).unwrap_or_else(|error| panic!("{case}: {error:?}"));
                assert!(import.problems.is_empty(), "{case}: {:?}", import.problems);
                let rows: Vec<_> = import.rows.iter().map(|row| (row.name.as_str(), row.awarded.to_string())).collect();
                assert_eq!(rows, [("Ana Rojas", "2026-03-14".to_owned())], "{case}");
                assert_eq!(import.rows[0].register_id.as_deref(), Some("0042"));
                if let Terms::Competence { units, method } = &import.rows[0].terms {
                    assert_eq!((units.len(), *method), (template.units().len(), Method::Observation));
                }
                let notes: Vec<Code> = import.notes.iter().map(|note| note.code).collect();
                assert!(notes.iter().all(|code| *code == Code::OtherSheets), "{case}: {notes:?}");
            }
            // Nothing in it is calculated (threats.md J1).
            assert!(!parts(&xlsx).iter().any(|(name, text)| name.contains("sheet") && text.contains("<f>")));
        }
    }
}

/// What a clerk would write under a header.
fn answer(header: &str, template: &Template, language: Language) -> String {
    let is = |column: Column| header == column.header(language);
    let all: Vec<&str> = template.units().iter().map(|unit| unit.code.as_str()).collect();
    match header {
        _ if is(Column::Name) => "Ana Rojas".to_owned(),
        _ if is(Column::BirthYear) => "1990".to_owned(),
        _ if is(Column::AwardDate) => "46095".to_owned(),
        _ if is(Column::Hours) => "20".to_owned(),
        _ if is(Column::Modality) => "virtual".to_owned(),
        _ if is(Column::Units) => all.join("|"),
        _ if is(Column::Method) => "observation".to_owned(),
        _ if is(Column::Archive) => "Libro 4".to_owned(),
        _ if is(Column::RegisterId) => "0042".to_owned(),
        _ => String::new(),
    }
}

fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|place| {
            let mut part = archive.by_index(place).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut text = Vec::new();
            part.read_to_end(&mut text).unwrap();
            (name, String::from_utf8(text).unwrap())
        })
        .collect()
}

/// The first sheet with one row more; numbers take the format of their column, as they do when somebody types them.
fn fill_xlsx(empty: &[u8], template: &Template, language: Language) -> Vec<u8> {
    let columns: Vec<String> = header_of(empty, template, language);
    let mut parts = parts(empty);
    let (_, first) = parts.iter_mut().find(|(name, _)| name == "xl/worksheets/sheet1.xml").unwrap();
    let style = |place: usize| {
        let number = place + 1;
        first.split("<col ").skip(1).find_map(|column| {
            let value = |name: &str| {
                column
                    .split_once(&format!("{name}=\""))
                    .and_then(|(_, rest)| rest.split('"').next()?.parse::<usize>().ok())
            };
            let covers = value("min")? <= number && number <= value("max")?;
            column
                .split('>')
                .next()
                .filter(|_| covers)
                .and_then(|tag| tag.contains("style=").then(|| value("style")).flatten())
        })
    };
    let mut row = String::from("<row r=\"2\">");
    for (place, header) in columns.iter().enumerate() {
        let text = answer(header, template, language);
        let at = char::from(b'A' + u8::try_from(place).unwrap());
        let style = style(place).map(|style| format!(" s=\"{style}\"")).unwrap_or_default();
        match text.parse::<u32>() {
            Ok(number) if !text.starts_with('0') => row.push_str(&format!("<c r=\"{at}2\"{style}><v>{number}</v></c>")),
            _ if text.is_empty() => row.push_str(&format!("<c r=\"{at}2\"{style}/>")),
            _ => row.push_str(&format!("<c r=\"{at}2\"{style} t=\"inlineStr\"><is><t>{text}</t></is></c>")),
        }
    }
    row.push_str("</row></sheetData>");
    *first = first.replace("</sheetData>", &row);
    archive(parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())))
}

fn fill_csv(empty: &[u8], template: &Template, language: Language) -> Vec<u8> {
    let separator = if language == Language::En { "," } else { ";" };
    let row: Vec<String> = header_of(empty, template, language)
        .iter()
        .map(|header| answer(header, template, language).replace("46095", "2026-03-14"))
        .collect();
    [empty, row.join(separator).as_bytes()].concat()
}

/// The headers of an empty register, in the order of the CSV form.
fn header_of(_: &[u8], template: &Template, language: Language) -> Vec<String> {
    let csv = String::from_utf8(empty_sheet(template, language, SheetForm::Csv, false).unwrap()).unwrap();
    let separator = if language == Language::En { ',' } else { ';' };
    csv.trim_start_matches('\u{feff}').trim_end().split(separator).map(str::to_owned).collect()
}

#[test]
fn the_sex_is_counted_and_never_signed() {
    let text = |sex: bool| {
        let people = [("Ana Rojas", "F", "R-1"), ("Luis Peña", "masculino", "R-2"), ("Sol Gil", "", "R-3")];
        let mut text = HEADER.join(";") + if sex { ";Sexo\n" } else { "\n" };
        for (name, own, id) in people {
            text.push_str(&format!("{name};1990;2026-03-14;20;virtual;{id}"));
            text.push_str(&if sex { format!(";{own}\n") } else { "\n".to_owned() });
        }
        text
    };
    let read = |sex: bool, for_statistics: bool| {
        import(text(sex).as_bytes(), &Settings { for_statistics, ..settings() }).unwrap().rows
    };
    let (with, without) = (read(true, true), read(false, true));
    assert_eq!(with.iter().map(|row| row.sex).collect::<Vec<_>>(), [Some(Sex::Female), Some(Sex::Male), None]);
    // Unless it is asked for, it is not even read.
    assert!(read(true, false).iter().all(|row| row.sex.is_none()));
    let digests = |rows: &[RegisterRow]| rows.iter().map(RegisterRow::digest).collect::<Vec<_>>();
    assert_eq!(digests(&with), digests(&without));
    assert_eq!((with.len(), without.len()), (3, 3));
    // The same institution with the same dice on the same day signs the same bytes. One row at a time: threads that sign several draw from the
    // dice as they come.
    for (with, without) in with.iter().zip(&without) {
        let documents = issued(std::slice::from_ref(with));
        assert_eq!(documents, issued(std::slice::from_ref(without)));
        assert_eq!(documents.len(), 1);
        assert!(documents.iter().all(|document| !document.contains("female") && !document.contains("exo")));
    }
}

fn issued(rows: &[RegisterRow]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let dice = Dice(7.into());
    let now = Timestamp::parse("2026-03-20T08:00:00Z").unwrap();
    let secret = Secret::new_key_file(&folder.path().join("key.txt")).unwrap();
    let founding =
        Founding { name: "Centro Formar".to_owned(), country: "CO".to_owned(), verify_host: None, domain: None };
    let institution = Institution::found(&folder.path().join("centro"), &founding, &secret, &dice, now).unwrap();
    let keyring = institution.keyring(&secret).unwrap();
    let store = institution.store_in_turn().unwrap();
    let template = template("GIN");
    let issuing = Issuing {
        institution: &institution,
        keyring: &keyring,
        store: &store,
        template: &template,
        random: &dice,
        now,
        warrant: &skillpass::store::release::Warrant::Pilot,
        by: &crate::store::by(),
    };
    let done = issuing.issue(issuing.plan(rows).unwrap(), false, &|_| ()).unwrap();
    done.into_iter().map(|(_, _, record)| record.document).collect()
}

#[test]
fn a_mapping_is_said_once_and_kept() {
    let said = [
        ("Nombre".to_owned(), Meaning::Name(NamePart::Given)),
        ("Apellido(s)".to_owned(), Meaning::Name(NamePart::Family)),
        ("Terminó".to_owned(), Meaning::Column(Column::AwardDate)),
        ("Notas".to_owned(), Meaning::Ignored),
        ("Más notas".to_owned(), Meaning::Ignored),
    ];
    let mapping = Mapping::of(said, Some(NameOrder::FamilyFirst)).unwrap();
    let stored = serde_json::to_string(&mapping).unwrap();
    assert_eq!(
        stored,
        "{\"columns\":{\"Apellido(s)\":\"family-names\",\"Más notas\":\"ignored\",\"Nombre\":\"given-names\",\"Notas\":\"ignored\",\
         \"Terminó\":\"award-date\"},\"nameOrder\":\"family-first\"}"
    );
    assert_eq!(serde_json::from_str::<Mapping>(&stored).unwrap(), mapping);
    assert_eq!(mapping.of_header(" TERMINO "), Some(Meaning::Column(Column::AwardDate)));
    assert_eq!(mapping.of_header("Otra"), None);
    for wrong in [
        "{\"columns\":{\"a\":\"name\",\"b\":\"name\"}}",
        "{\"columns\":{\"Año\":\"name\",\"ANO\":\"ignored\"}}",
        "{\"columns\":{\"a\":\"nationality\"}}",
        "{\"columns\":{},\"other\":1}",
        "{\"columns\":{},\"nameOrder\":\"any\"}",
    ] {
        assert!(serde_json::from_str::<Mapping>(wrong).is_err(), "{wrong}");
    }
    let many = (0..300).map(|number| (format!("c{number}"), Meaning::Ignored));
    assert_eq!(Mapping::of(many, None), Err(NotAMapping::TooMany));
}

#[test]
fn what_is_proposed_is_what_is_recognised() {
    let headers = |text: &str| text.split(';').map(str::to_owned).collect::<Vec<_>>();
    let codes = |text: &str| {
        let mapping = Mapping::propose(&headers(text));
        assert_eq!(mapping.name_order(), None);
        headers(text)
            .iter()
            .map(|header| mapping.of_header(header).map(Meaning::code).unwrap_or("-"))
            .collect::<Vec<_>>()
    };
    assert_eq!(codes("Nombre;Año nac;Horas;Correo;Cosas"), ["name", "birth-year", "hours", "ignored", "ignored"]);
    assert_eq!(codes("First name;Last name;Year of birth"), ["given-names", "family-names", "birth-year"]);
    assert_eq!(codes("Nombre;Apellido(s)"), ["given-names", "family-names"]);
    // Two columns of surnames are not guessed together.
    assert_eq!(codes("Nombres;Primer apellido;Segundo apellido"), ["ignored", "ignored", "ignored"]);
    assert_eq!(codes("Full name;First name;Hours;Number of hours"), ["name", "ignored", "hours", "ignored"]);
    // A file read with what is proposed for it is read as without it.
    let text = HEADER.join(";") + "\nAna Rojas;1990;2026-03-14;20;virtual;R-1\n";
    let columns = Some(Mapping::propose(&HEADER.map(str::to_owned)));
    let mapped = import(text.as_bytes(), &Settings { columns, ..settings() }).unwrap();
    assert_eq!(mapped.rows, import(text.as_bytes(), &settings()).unwrap().rows);
}

#[test]
fn what_is_forbidden_stays_so_whatever_it_is_called() {
    let text = "Nombre completo;Año de nacimiento;Fecha de certificación;Modalidad;Cédula\nAna Rojas;1990;2026-03-14;virtual;V-123\n";
    for column in Column::ALL {
        let columns = Mapping::of([("Cédula".to_owned(), Meaning::Column(column))], None).unwrap();
        let settings = Settings { columns: Some(columns), for_statistics: true, ..settings() };
        match import(text.as_bytes(), &settings) {
            Ok(import) => {
                assert!(import.rows.iter().all(|row| row.register_id.is_none() && row.sex.is_none()));
                assert!(import.notes.iter().any(|note| note.code == Code::ColumnForbidden));
            }
            Err(problems) => panic!("{column:?}: {problems:?}"),
        }
    }
    // The sex under a name of the body's own is forbidden too, unless it is asked for.
    let text = text.replace("Cédula", "Columna 7").replace("V-123", "F");
    let columns = Some(Mapping::of([("Columna 7".to_owned(), Meaning::Column(Column::Sex))], None).unwrap());
    let read = |for_statistics| {
        import(text.as_bytes(), &Settings { columns: columns.clone(), for_statistics, ..settings() }).unwrap()
    };
    assert_eq!((read(false).rows[0].sex, read(true).rows[0].sex), (None, Some(Sex::Female)));
    assert_eq!(read(false).notes[0].code, Code::ColumnForbidden);
}

#[test]
fn a_likely_duplicate_is_said_and_the_clerk_decides() {
    let text = HEADER.join(";")
        + "\nYuleisi Peña;1990;2026-03-14;20;virtual;R-1\nLuis Gil;1990;2026-03-14;20;virtual;R-2\nYuleisy Peña;1990;2026-03-14;20;virtual;R-3\n";
    let import_with = |settings: &Settings| import(text.as_bytes(), settings).unwrap();
    let asked = import_with(&settings());
    assert_eq!(asked.rows.len(), 3);
    assert_eq!(
        (asked.notes[0].row, asked.notes[0].code, &asked.notes[0].fix),
        (4, Code::LikelyDuplicate, &Fix::EarlierRow(2))
    );
    let answered = Settings { other_person: [4].into(), ..settings() };
    assert!(import_with(&answered).notes.is_empty());
}

/// threats.md J1: no cell of an export begins as a formula does.
#[test]
fn exports_hold_no_formula() {
    for sign in ['=', '+', '-', '@', '\t', '\r'] {
        let cell = format!("{sign}HYPERLINK(\"http://x\")");
        assert_eq!(guard(&cell), format!("'{cell}"));
    }
    let table: serde_json::Value = serde_json::from_str(include_str!("cells.json")).unwrap();
    let cells = table["cells"].as_array().unwrap();
    assert!(cells.len() > 20);
    for one in cells {
        let [is, guarded, written] = ["is", "guarded", "written"].map(|name| one[name].as_str().unwrap());
        assert_eq!((guard(is).as_str(), cell(is).as_str(), unguard(guarded).as_str()), (guarded, written, is), "{one}");
    }
}

proptest! {
    /// What was guarded comes back, and wherever it is cut nothing begins as a formula does.
    #[test]
    fn a_guarded_cell_comes_back_and_no_part_is_a_formula(text in "[;\t\r\n \u{a0}\"'=+@a,-]{0,12}") {
        let guarded = guard(&text);
        prop_assert_eq!(unguard(&guarded), text.clone());
        for part in guarded.split([';', '\t', '\r', '\n']) {
            let seen = part.trim_start_matches([' ', '\u{a0}', '"']);
            prop_assert!(!seen.starts_with(['=', '+', '-', '@']), "{:?}", guarded);
        }
        let line = format!("{},{}\n", cell(&text), cell("b"));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        let read = reader.records().next().unwrap().unwrap();
        prop_assert_eq!((&read[0], &read[1], read.len()), (guarded.as_str(), "b", 2));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// No sheet brings the import down: tags and texts of sheets, mixed.
    #[test]
    fn any_sheet_is_answered(inside in "(<row r=\"[0-9]{1,3}\">|<row>|</row>|<c r=\"[A-Z]{1,2}[0-9]\">|<c t=\"(s|str|b|e|d|n|inlineStr)\" s=\"[0-9]\">|</c>|<v>[0-9.eE-]{0,6}</v>|<f>[A-Z(\\[]{0,9}</f>|<is><t>|</t></is>|Nombre completo|Año de nacimiento|<mergeCell ref=\"[A-D][0-9]:[A-D][0-9]\"/>|<col min=\"[0-9]\" max=\"[0-9]{1,9}\" hidden=\"1\"/>|&amp;|&#[0-9]{1,7};|&x;|<!--|-->|<!\\[CDATA\\[|\\]\\]>){0,30}") {
        for sheet in [inside.clone(), format!("<worksheet><sheetData>{inside}</sheetData></worksheet>")] {
            answered(&workbook(&sheet));
        }
    }

    /// Archives with bytes changed, behind checks that a change would fail.
    #[test]
    fn changed_archives_are_answered(at in any::<prop::sample::Index>(), to in any::<u8>(), length in 1usize..40) {
        let mut bytes = one_bad(3, 2).1;
        let at = at.index(bytes.len());
        for byte in bytes.iter_mut().skip(at).take(length) {
            *byte = to;
        }
        answered(&bytes);
    }
}

fn answered(bytes: &[u8]) {
    match import(bytes, &settings()) {
        Err(problems) => assert!(!problems.is_empty() && problems.iter().all(|problem| !problem.code.is_note())),
        Ok(import) => assert!(!import.rows.is_empty() || !import.problems.is_empty()),
    }
}
