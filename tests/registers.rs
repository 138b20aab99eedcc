//! Registers as clerks have them: every sample of `tests/registers/` and what its expectation says, row by row.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use serde::Deserialize;
use skillpass::base::did::Did;
use skillpass::base::timestamp::Date;
use skillpass::credential::achievement::{Kind, Language};
use skillpass::credential::terms::{Course, Method, Modality, Terms};
use skillpass::desk::catalogue::{Catalogue, Template};
use skillpass::desk::import::{
    CellProblem, Code, DateOrder, FILE_BYTES, Fix, ForAll, Import, Mapping, ROWS_MOST, Register, RegisterRow, Settings,
    read_register,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    about: String,
    achievement: String,
    kind: Option<String>,
    /// What the clerk answers besides.
    sheet: Option<String>,
    columns: Option<Mapping>,
    #[serde(default)]
    for_statistics: bool,
    rows_good: usize,
    good: Vec<Good>,
    problems: Vec<Said>,
    notes: Vec<Said>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Good {
    row: u32,
    name: String,
    birth_year: i32,
    award_date: String,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Said {
    row: u32,
    column: Option<String>,
    code: String,
}

impl Said {
    fn of(problem: &CellProblem) -> Self {
        Self { row: problem.row, column: problem.column.clone(), code: problem.code.code().to_owned() }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/registers")
}

fn samples() -> Vec<PathBuf> {
    let mut samples: Vec<PathBuf> = [folder(), folder().join("bad"), folder().join("xlsx")]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|ending| ending != "json" && ending != "md" && ending != "py"))
        .filter(|path| path.is_file())
        .collect();
    samples.sort();
    samples
}

fn expectation(sample: &Path) -> Expectation {
    let mut beside = sample.as_os_str().to_owned();
    beside.push(".expect.json");
    serde_json::from_slice(&std::fs::read(beside).unwrap()).unwrap()
}

fn template(achievement: &str) -> Template {
    static SHIPPED: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::shipped().unwrap());
    SHIPPED.find(achievement).unwrap().clone()
}

fn settings() -> Settings {
    Settings::of(Date::parse("2026-06-30").unwrap(), Language::Es)
}

/// The sample as an import reads it; what keeps the whole file from being read stands among the problems.
fn import(
    bytes: &[u8],
    template: &Template,
    settings: &Settings,
) -> (Vec<RegisterRow>, Vec<CellProblem>, Vec<CellProblem>) {
    match read_register(bytes, template, settings) {
        Ok(Import { rows, problems, notes, .. }) => (rows, problems, notes),
        Err(problems) => (Vec::new(), problems, Vec::new()),
    }
}

#[test]
fn every_sample_is_as_expected() {
    let mut wrong = Vec::new();
    let samples = samples();
    for sample in &samples {
        let expected = expectation(sample);
        let mut template = template(&expected.achievement);
        match expected.kind.as_deref().map(|code| Kind::of_code(code).unwrap()) {
            None => {}
            Some(Kind::FromArchive) => template = template.from_archive(),
            Some(kind) => panic!("{}: no sample of {kind:?}", sample.display()),
        }
        let settings = Settings {
            sheet: expected.sheet.clone(),
            columns: expected.columns.clone(),
            for_statistics: expected.for_statistics,
            ..settings()
        };
        let (rows, problems, notes) = import(&std::fs::read(sample).unwrap(), &template, &settings);
        let good: Vec<Good> = rows
            .iter()
            .map(|row| Good {
                row: row.row,
                name: row.name.as_str().to_owned(),
                birth_year: row.birth_year,
                award_date: row.awarded.to_string(),
            })
            .collect();
        let said = |problems: &[CellProblem]| problems.iter().map(Said::of).collect::<Vec<_>>();
        assert_eq!(expected.rows_good, expected.good.len(), "{}", sample.display());
        let as_expected =
            good == expected.good && said(&problems) == expected.problems && said(&notes) == expected.notes;
        if !as_expected {
            let file = sample.file_name().unwrap().display();
            wrong.push(format!(
                "{file}: {}\n  good {good:?}\n  {:?}\n  {:?}",
                expected.about,
                said(&problems),
                said(&notes)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} samples:\n{}", wrong.len(), samples.len(), wrong.join("\n"));
    let workbooks = samples.iter().filter(|sample| sample.parent().unwrap().ends_with("xlsx")).count();
    assert!(samples.len() - workbooks >= 104 && workbooks >= 65, "{workbooks} of {}", samples.len());
}

#[test]
fn every_code_is_documented_and_has_a_sample() {
    // Too large for the folder; tested below.
    let generated = ["cell-too-long", "file-too-large", "too-many-columns", "too-many-rows"];
    // A body's own catalogue alone has attendance or optional values like these; tested below.
    let elsewhere = ["bad-archive", "no-hours", "no-method"];
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let seen: HashSet<String> = samples()
        .iter()
        .map(|sample| expectation(sample))
        .flat_map(|expected| expected.problems.into_iter().chain(expected.notes))
        .map(|said| said.code)
        .collect();
    for code in Code::ALL.iter().map(|code| code.code()) {
        assert!(readme.contains(&format!("`{code}`")), "{code} is not in the README");
        let known = generated.contains(&code) || elsewhere.contains(&code);
        assert!(seen.contains(code) != known, "{code} has no sample, or is listed here for nothing");
    }
    assert!(seen.iter().all(|code| Code::ALL.iter().any(|known| known.code() == code)));
}

/// Fifty people and one defect, in each row in turn: exactly that row is reported (threats.md J6).
#[test]
fn one_bad_row_of_fifty_is_the_row_reported() {
    let gin = template("GIN");
    let clean = |row: u32| {
        let letter = |number: u32| char::from(b'a' + u8::try_from(number % 26).unwrap());
        format!(
            "Zoila X{}{} Peña;{};14/03/2026;20;presencial;R-{row:03}",
            letter(row),
            letter(row / 26),
            1960 + row % 40
        )
    };
    type Defect = fn(String) -> String;
    // What is spoiled, and the code and column that must say so.
    let spoil: [(Defect, Code, Option<&str>); 7] = [
        (|row| row.replace("Zoila", "Zo1la"), Code::NameHasDigit, Some("Nombre completo")),
        (|row| row.replace("14/03/2026", "31/02/2026"), Code::BadDate, Some("Fecha de certificación")),
        (|row| row.replace(";20;", ";;20;"), Code::RaggedRow, None),
        (|row| row.replace("presencial", "lunar"), Code::BadModality, Some("Modalidad")),
        (|row| row.replace("R-", "=R"), Code::Formula, Some("ID interno")),
        (|row| row.replacen(";19", ";18", 1), Code::BadBirthYear, Some("Año de nacimiento")),
        (|row| row.replace("Peña", "PeÃ±a"), Code::Mojibake, Some("Nombre completo")),
    ];
    for (defect, code, column) in spoil {
        for bad in 1..=50 {
            let mut text =
                String::from("Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad;ID interno\r\n");
            for row in 1..=50 {
                let line = if row == bad { defect(clean(row)) } else { clean(row) };
                text.push_str(&line);
                text.push_str("\r\n");
            }
            let (rows, problems, notes) = import(text.as_bytes(), &gin, &settings());
            let reported: Vec<_> =
                problems.iter().map(|problem| (problem.row, problem.code, problem.column.as_deref())).collect();
            assert_eq!(reported, [(bad + 1, code, column)]);
            let expected: Vec<u32> = (2..=51).filter(|row| *row != bad + 1).collect();
            assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), expected);
            assert!(notes.is_empty());
        }
    }
}

/// The same for five hundred people, the one row drawn at random (threats.md J6).
#[test]
fn one_bad_row_of_five_hundred_is_the_row_reported() {
    let gin = template("GIN");
    let letter = |number: u32| char::from(b'a' + u8::try_from(number % 26).unwrap());
    let clean = |row: u32| {
        let name = format!("Zoila X{}{}{} Peña", letter(row), letter(row / 26), letter(row / 676));
        format!("{name};{};14/03/2026;20;presencial;R-{row:03}\n", 1950 + row % 50)
    };
    let mut drawn = 0x5eed_u32;
    for _ in 0..40 {
        // Knuth's: any rows do, and the same ones each time.
        drawn = drawn.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let bad = 1 + (drawn >> 8) % 500;
        let line = |row| if row == bad { clean(row).replace("14/03", "14/13") } else { clean(row) };
        let text: String = std::iter::once(HEADER.to_owned()).chain((1..=500).map(line)).collect();
        let (rows, problems, _) = import(text.as_bytes(), &gin, &settings());
        let reported: Vec<_> = problems.iter().map(|problem| (problem.row, problem.code)).collect();
        assert_eq!(reported, [(bad + 1, Code::BadDate)]);
        assert!(rows.len() == 499 && rows.iter().all(|row| row.row != bad + 1));
    }
}

const HEADER: &str = "Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad;ID interno\n";

fn one_problem(text: &str, achievement: &str, settings: &Settings) -> CellProblem {
    let (_, problems, _) = import(text.as_bytes(), &template(achievement), settings);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.into_iter().next().unwrap()
}

#[test]
fn the_clerk_says_which_of_day_and_month_comes_first() {
    let text = format!("{HEADER}Ana Peña;1990;03/04/2026;20;virtual;R-1\n");
    assert_eq!(one_problem(&text, "GIN", &settings()).code, Code::AmbiguousDate);
    for (order, date) in [(DateOrder::DayFirst, "2026-04-03"), (DateOrder::MonthFirst, "2026-03-04")] {
        let answered = Settings { date_order: Some(order), ..settings() };
        let import = read_register(text.as_bytes(), &template("GIN"), &answered).unwrap();
        assert_eq!(import.rows[0].awarded.to_string(), date);
        assert_eq!(import.form.date_order, Some(order));
    }
    // The answer does not bend a date that reads one way.
    let text = format!("{HEADER}Ana Peña;1990;13/04/2026;20;virtual;R-1\n");
    let answered = Settings { date_order: Some(DateOrder::MonthFirst), ..settings() };
    let problem = one_problem(&text, "GIN", &answered);
    assert_eq!((problem.code, problem.fix), (Code::MixedDateOrder, Fix::Order(DateOrder::MonthFirst)));
}

#[test]
fn the_clerk_says_that_a_row_is_one_person() {
    let text = format!("{HEADER}José Ortega y Gasset Pérez;1990;14/03/2026;20;virtual;R-1\n");
    assert_eq!(one_problem(&text, "GIN", &settings()).code, Code::TwoPeople);
    let answered = Settings { one_person: BTreeSet::from([2]), ..settings() };
    let (rows, problems, _) = import(text.as_bytes(), &template("GIN"), &answered);
    assert_eq!((rows.len(), problems.len()), (1, 0));
    // The answer is about people, not about characters.
    let text = format!("{HEADER}Ana Peña / José Ortega;1990;14/03/2026;20;virtual;R-1\n");
    assert_eq!(one_problem(&text, "GIN", &answered).code, Code::NameHasSymbol);
}

#[test]
fn the_clerk_says_that_a_namesake_is_another_person() {
    let row = |id: &str| format!("Ana Peña;1990;14/03/2026;20;virtual;{id}\n");
    let answered = Settings { other_person: BTreeSet::from([3]), ..settings() };
    let text = format!("{HEADER}{}{}", row("R-1"), row("R-2"));
    let problem = one_problem(&text, "GIN", &settings());
    assert_eq!((problem.row, problem.code, problem.fix), (3, Code::DuplicatePerson, Fix::EarlierRow(2)));
    assert_eq!(import(text.as_bytes(), &template("GIN"), &answered).0.len(), 2);
    // Nothing would tell the two apart when the register comes again.
    let text = format!("{HEADER}{}{}", row("R-1"), row(""));
    assert_eq!(one_problem(&text, "GIN", &answered).code, Code::DuplicatePerson);
    let text = format!("{HEADER}{}{}", row("R-1"), row("R-1"));
    assert_eq!(one_problem(&text, "GIN", &answered).code, Code::DuplicateId);
}

#[test]
fn what_holds_for_all_rows_may_be_given_once() {
    let bare = "Nombre completo;Año de nacimiento\nAna Peña;1990\nLuis Peña;1991\n";
    let (_, problems, _) = import(bare.as_bytes(), &template("GIN"), &settings());
    let codes: Vec<Code> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::MissingColumn, Code::MissingColumn]);
    let for_all = ForAll {
        awarded: Some(Date::parse("2026-06-01").unwrap()),
        valid_until: Some(Date::parse("2029-06-01").unwrap()),
        modality: Some(Modality::Blended),
        ..ForAll::default()
    };
    let rows = import(bare.as_bytes(), &template("GIN"), &Settings { for_all, ..settings() }).0;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].awarded.to_string(), "2026-06-01");
    assert_eq!(rows[0].valid_until.unwrap().to_string(), "2029-06-01");
    // The hours of a module are the catalogue's where nobody says otherwise.
    assert_eq!(rows[0].terms, Terms::ModuleCompletion(Course { hours: 20, modality: Modality::Blended }));

    // A row's own cell goes first.
    let own = format!("{HEADER}Ana Peña;1990;14/03/2026;18;virtual;R-1\n");
    let rows = import(own.as_bytes(), &template("GIN"), &Settings { for_all, ..settings() }).0;
    assert_eq!(rows[0].awarded.to_string(), "2026-03-14");
    assert_eq!(rows[0].terms, Terms::ModuleCompletion(Course { hours: 18, modality: Modality::Online }));

    // What is given for all is checked against each row.
    let late = ForAll { awarded: Some(Date::parse("2026-07-01").unwrap()), ..for_all };
    let (rows, problems, _) = import(bare.as_bytes(), &template("GIN"), &Settings { for_all: late, ..settings() });
    assert!(rows.is_empty());
    let said: Vec<_> = problems.iter().map(|problem| (problem.row, problem.column.clone(), problem.code)).collect();
    assert_eq!(said, [(2, None, Code::AwardInFuture), (3, None, Code::AwardInFuture)]);
}

#[test]
fn hours_present_are_never_assumed() {
    let gin = std::fs::read_to_string(folder().join("../../schemas/catalogue/gin.json")).unwrap();
    let attendance = gin.replace("module-completion", "attendance");
    let catalogue = Catalogue::read([("gin", attendance.as_bytes())]).unwrap();
    let text = format!("{HEADER}Ana Peña;1990;14/03/2026;;virtual;R-1\n");
    let (_, problems, _) = import(text.as_bytes(), catalogue.find("GIN").unwrap(), &settings());
    assert_eq!((problems.len(), problems[0].code), (1, Code::NoHours));
    let given = Settings { for_all: ForAll { hours: Some(6), ..ForAll::default() }, ..settings() };
    let (rows, ..) = import(text.as_bytes(), catalogue.find("GIN").unwrap(), &given);
    assert_eq!(rows[0].terms, Terms::Attendance(Course { hours: 6, modality: Modality::Online }));
}

#[test]
fn a_competence_says_its_units_and_its_method() {
    let header = "Nombre completo,Año de nacimiento,Fecha de certificación,Unidades,Método,Idioma\n";
    let text = format!("{header}Ana Peña,1990,14/03/2026,cook-2 | COOK-1|COOK-2,entrevista,pt-BR\n");
    let rows = import(text.as_bytes(), &template("COOK"), &settings()).0;
    let units =
        vec!["COOK-2 Preparo de ingredientes".to_owned(), "COOK-1 Higiene e segurança dos alimentos".to_owned()];
    assert_eq!(rows[0].terms, Terms::Competence { units, method: Method::Interview });
    let text = format!("{header}Ana Peña,1990,14/03/2026,COOK-1,,es\n");
    assert_eq!(one_problem(&text, "COOK", &settings()).code, Code::NoMethod);
    // A column that this kind of award does not use is said, and not read.
    let text = "Nombre completo;Año de nacimiento;Fecha de certificación;Unidades;Método;Horas\nAna Peña;1990;14/03/2026;COOK-1;mixta;muchas\n";
    let (rows, problems, notes) = import(text.as_bytes(), &template("COOK"), &settings());
    assert_eq!((rows.len(), problems.len()), (1, 0));
    assert_eq!(
        notes.iter().map(Said::of).collect::<Vec<_>>(),
        [Said { row: 1, column: Some("Horas".into()), code: "column-not-used".into() }]
    );
}

#[test]
fn an_archive_reference_is_plain_text() {
    let template = template("GIN").from_archive();
    let code = |archive: &str| {
        let text = format!(
            "Nombre completo;Año de nacimiento;Fecha de certificación;Libro/Folio/Acta\nAna Peña;1960;14/03/1990;{archive}\n"
        );
        match import(text.as_bytes(), &template, &settings()) {
            (rows, problems, _) if problems.is_empty() => Ok(rows[0].terms.clone()),
            (_, problems, _) => Err(problems[0].code),
        }
    };
    assert_eq!(code(" Libro  4,\u{a0}folio 2 "), Ok(Terms::FromArchive { archive: "Libro 4, folio 2".into() }));
    assert_eq!(code("=1+1"), Err(Code::Formula));
    assert_eq!(code("Acta nÃºmero 3"), Err(Code::Mojibake));
    assert_eq!(code("Libro\u{202e} 4"), Err(Code::BadArchive));
    assert_eq!(code(&"9".repeat(201)), Err(Code::BadArchive));
}

#[test]
fn a_row_is_known_again() {
    let read = |line: &str| {
        let import = read_register(format!("{HEADER}{line}\n").as_bytes(), &template("GIN"), &settings()).unwrap();
        assert!(import.problems.is_empty(), "{line}: {:?}", import.problems);
        import.rows.into_iter().next().unwrap()
    };
    let institution = Did::parse("did:web:formar.example").unwrap();
    let gin = template("GIN").id;
    let key = |row: &RegisterRow| row.same_person_key(&institution, &gin);
    let first = read("Ana Peña Núñez;1990;14/03/2026;20;virtual;R-1");

    // The same row again, however it is spaced: nothing to do.
    let again = read("  Ana  Peña Núñez;1990;2026-03-14;20;Virtual;R-1 ");
    assert_eq!((key(&first), first.digest()), (key(&again), again.digest()));
    // Each signed cell changed: the same person, another digest: a correction.
    for changed in [
        "Ana Peña Núñez de León;1990;14/03/2026;20;virtual;R-1",
        "ANA PEÑA NÚÑEZ;1990;14/03/2026;20;virtual;R-1",
        "Ana Peña Núñez;1991;14/03/2026;20;virtual;R-1",
        "Ana Peña Núñez;1990;15/03/2026;20;virtual;R-1",
        "Ana Peña Núñez;1990;14/03/2026;21;virtual;R-1",
        "Ana Peña Núñez;1990;14/03/2026;20;presencial;R-1",
    ] {
        let changed = read(changed);
        assert_eq!(key(&first), key(&changed));
        assert_ne!(first.digest(), changed.digest());
    }
    // Without an id the folded name, year and date are the person; with another id it is another person.
    let nameless = read("Ana Peña Núñez;1990;14/03/2026;20;virtual;");
    let capitals = read("ANA PENA NUNEZ;1990;14/03/2026;20;virtual;");
    assert_eq!(key(&nameless), key(&capitals));
    assert_ne!(nameless.digest(), capitals.digest());
    assert_ne!(key(&nameless), key(&first));
    assert_ne!(key(&read("Ana Peña Núñez;1990;14/03/2026;20;virtual;R-2")), key(&first));
    // Another institution, another achievement.
    assert_ne!(first.same_person_key(&Did::parse("did:web:otra.example").unwrap(), &gin), key(&first));
    assert_ne!(first.same_person_key(&institution, &template("ISUN").id), key(&first));
    // The id is no part of what is signed.
    assert_eq!(nameless.digest(), first.digest());
}

#[test]
fn a_reworded_catalogue_corrects_nobody() {
    let text = "Nombre completo;Año de nacimiento;Fecha de certificación;Unidades;Método\nAna Peña;1990;14/03/2026;COOK-1;mixta\n";
    let file = std::fs::read_to_string(folder().join("../../schemas/catalogue/competence-cook.json")).unwrap();
    let reworded = file.replace("Higiene e inocuidad de los alimentos", "Higiene alimentaria");
    let digest = |file: &str| {
        let catalogue = Catalogue::read([("cook", file.as_bytes())]).unwrap();
        let rows = import(text.as_bytes(), catalogue.find("COOK").unwrap(), &settings()).0;
        (rows[0].terms.clone(), rows[0].digest())
    };
    let (before, after) = (digest(&file), digest(&reworded));
    assert_ne!(before.0, after.0);
    assert_eq!(before.1, after.1);
}

#[test]
fn rows_are_counted_as_a_spreadsheet_does() {
    let row = |name: &str, date: &str| format!("{name};1990;{date};20;virtual;\"two\nlines\"");
    for end in ["\n", "\r\n", "\r"] {
        let lines = [
            "",
            ";;;;;",
            HEADER.trim_end(),
            "",
            "",
            &row("Ana Peña", "14/03/2026"),
            " ",
            &row("Luz Peña", "x"),
            "\"\"",
            &row("Sol Peña", "y"),
            "",
            "",
        ];
        let header = HEADER.trim_end().replace("ID interno", "Observaciones");
        let text = lines.join(end).replace(HEADER.trim_end(), &header);
        let (rows, problems, notes) = import(text.as_bytes(), &template("GIN"), &settings());
        assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [6], "{end:?}");
        assert_eq!(
            problems.iter().map(|problem| (problem.row, problem.code)).collect::<Vec<_>>(),
            [(8, Code::BadDate), (10, Code::BadDate)],
            "{end:?}"
        );
        assert_eq!(notes[0].row, 3);
    }
}

#[test]
fn a_quote_that_never_closes_is_found_wherever_it_opens() {
    for (text, row, column) in [
        (format!("{HEADER}Ana Peña;1990;14/03/2026;20;virtual;\"R-1"), 2, Some("ID interno")),
        (format!("{HEADER}\n\nAna Peña;1990;14/03/2026;20;virtual;\"R-1\"\"\n"), 4, Some("ID interno")),
        (format!("\"{HEADER}Ana Peña;1990;14/03/2026;20;virtual;R-1\n"), 1, None),
        (format!("{HEADER}\""), 2, Some("Nombre completo")),
        (format!("{HEADER}\"\n"), 2, Some("Nombre completo")),
        (format!("{HEADER};;;;;;;;\"\n"), 2, None),
    ] {
        let problem = one_problem(&text, "GIN", &settings());
        assert_eq!(
            (problem.row, problem.column.as_deref(), problem.code),
            (row, column, Code::UnclosedQuote),
            "{text}"
        );
    }
    // Closed ones, even at the very end, are none.
    for end in ["\"R-1\"", "\"R-1\"\n", "\"\"", "\"R\"\"1\"\"\"", "\"R\n1\"\r"] {
        let text = format!("{HEADER}Ana Peña;1990;14/03/2026;20;virtual;{end}");
        assert_eq!(import(text.as_bytes(), &template("GIN"), &settings()).0.len(), 1, "{end:?}");
    }
}

#[test]
fn limits_hold() {
    let gin = template("GIN");
    let only = |bytes: &[u8]| {
        let (_, problems, _) = import(bytes, &gin, &settings());
        assert_eq!(problems.len(), 1);
        (problems[0].row, problems[0].code)
    };
    assert_eq!(only(&vec![b'a'; FILE_BYTES + 1]), (1, Code::FileTooLarge));
    assert_eq!(only(&vec![b';'; 1024 * 1024]), (1, Code::EmptyFile));
    assert_eq!(only(&[&vec![b';'; 1024 * 1024][..], b"x"].concat()), (1, Code::TooManyColumns));
    let wide = format!("{};{}\n", HEADER.trim_end(), vec!["x"; 256].join(";"));
    assert_eq!(only(wide.as_bytes()), (1, Code::TooManyColumns));
    let long = format!("{HEADER}\"{}\";1990;14/03/2026;20;virtual;R-1\n", "a\n".repeat(40_000));
    assert_eq!(only(long.as_bytes()), (2, Code::CellTooLong));
    let many = format!("{HEADER}{}Ana;1990;14/03/2026;20;virtual;R-1\n", "\n".repeat(ROWS_MOST as usize - 1));
    assert_eq!(only(many.as_bytes()), (ROWS_MOST + 1, Code::TooManyRows));
}

#[test]
fn an_excerpt_is_short_and_shows_the_invisible() {
    let text = format!("{HEADER}Ana\u{202e} Peña{};1990;14/03/2026;20;virtual;R-1\n", "a".repeat(100));
    let problem = one_problem(&text, "GIN", &settings());
    assert_eq!(problem.code, Code::NameHasControl);
    assert_eq!(problem.fix, Fix::Character('\u{202e}'));
    assert!(problem.found.starts_with("Ana\u{fffd} Peña") && problem.found.chars().count() == 41);
    let values = problem.placeholders(Language::Es);
    assert!(values.contains(&("character", "U+202E".to_owned())));
    let text = format!("{HEADER}PeÃ±a;1990;14/03/2026;20;virtual;R-1\n");
    assert!(
        one_problem(&text, "GIN", &settings()).placeholders(Language::Es).contains(&("perhaps", "Peña".to_owned()))
    );
}

#[test]
fn mojibake_that_ends_in_a_no_break_space_is_seen() {
    // à is C3 A0, and A0 alone is a space.
    let text = format!("{HEADER}Nicol\u{c3}\u{a0};1990;14/03/2026;20;virtual;R-1\n");
    assert_eq!(one_problem(&text, "GIN", &settings()).code, Code::Mojibake);
}

#[test]
fn rows_come_one_by_one_too() {
    let bytes = std::fs::read(folder().join("formar-gin.csv")).unwrap();
    let (gin, settings) = (template("GIN"), settings());
    let register = Register::open(&bytes, &gin, &settings).unwrap();
    let form = register.form();
    assert_eq!(
        (form.encoding, form.separator, form.date_order),
        ("windows-1252", Some(';'), Some(DateOrder::DayFirst))
    );
    assert_eq!(register.lines().filter(|line| line.read.is_ok()).count(), 13);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// No bytes bring the import down, and whatever it accepts is complete.
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        sound(&bytes);
    }

    /// Bytes of registers, mixed.
    #[test]
    fn any_cells_are_answered(text in "(Nombre completo|Año de nacimiento|Fecha de certificación|Modalidad|14/03/2026|03/04/2026|1990|Ana Peña|y|virtual|[;,\t\"\r\n =]|\\PC){0,60}") {
        sound(text.as_bytes());
        sound(format!("{HEADER}{text}").as_bytes());
        sound(format!("Nombre completo;Año de nacimiento;Fecha de certificación;Modalidad\nAna Peña;1990;14/03/2026;{text}").as_bytes());
    }

    /// Samples with bytes changed, cut and doubled.
    #[test]
    fn mutated_samples_are_answered(sample in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), to in any::<u8>(), how in 0..4) {
        let samples = samples();
        let mut bytes = std::fs::read(sample.get(&samples)).unwrap();
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = to,
                1 => bytes.truncate(at),
                2 => bytes.insert(at, to),
                _ => { bytes.remove(at); }
            }
        }
        sound(&bytes);
    }

    /// Rows are where they are: names under any separator, line end and quoting, with blank lines between.
    #[test]
    fn every_row_keeps_its_number(
        blanks in proptest::collection::vec(0usize..3, 1..20),
        separator in prop::sample::select(vec![";", ",", "\t"]),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        quoted in any::<bool>(),
    ) {
        let cell = |text: &str| if quoted { format!("\"{text}\"") } else { text.to_owned() };
        let line = |cells: [&str; 4]| cells.map(cell).join(separator);
        let mut text = line(["Full name", "Year of birth", "Award date", "Modality"]) + end;
        let mut rows = Vec::new();
        let mut row = 1;
        for (person, blank) in blanks.iter().enumerate() {
            text.push_str(&end.repeat(*blank));
            row += u32::try_from(*blank).unwrap() + 1;
            rows.push(row);
            let name = format!("Ana {}", "Xo".repeat(person + 1));
            text.push_str(&line([&name, "1990", "2026-03-14", "online"]));
            text.push_str(end);
        }
        let import = read_register(text.as_bytes(), &template("GIN"), &settings()).unwrap();
        prop_assert_eq!(import.rows.iter().map(|row| row.row).collect::<Vec<_>>(), rows);
        prop_assert!(import.problems.is_empty());
    }
}

/// What holds for every answer.
fn sound(bytes: &[u8]) {
    for template in [template("GIN"), template("COOK"), template("GIN").from_archive()] {
        match read_register(bytes, &template, &settings()) {
            Err(problems) => assert!(!problems.is_empty()),
            Ok(import) => {
                let good: BTreeSet<u32> = import.rows.iter().map(|row| row.row).collect();
                let bad: BTreeSet<u32> = import.problems.iter().map(|problem| problem.row).collect();
                assert!(good.is_disjoint(&bad) && good.len() == import.rows.len());
                assert!(good.len() + bad.len() > 0);
                assert!(import.problems.windows(2).all(|pair| pair[0].row <= pair[1].row));
                assert!(import.problems.iter().all(|problem| !problem.code.is_note()));
                assert!(import.notes.iter().all(|note| note.code.is_note()));
                for row in &import.rows {
                    assert_eq!(row.terms.kind(), template.kind());
                    assert!(row.birth_year <= row.awarded.year() && row.awarded <= settings().today);
                }
            }
        }
    }
}
