//! `register`: an empty register, what a filled one holds, and the same workbook issued.

use std::path::Path;

use super::program::{KEY, Place, days_ago};

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/registers").join(name)).unwrap()
}

#[test]
fn a_workbook_is_checked_and_issued() {
    let place = Place::of_world();
    place.write("abril.xlsx", sample("xlsx/good-title-above.xlsx"));
    let said = place.run("register check abril.xlsx --achievement GIN --json --award-date 2026-01-01").ends(0).json();
    assert_eq!((&said["good"], &said["bad"], &said["form"]["sheet"]), (&4.into(), &0.into(), &"Hoja1".into()));
    assert_eq!((&said["rows"][0]["row"], &said["rows"][0]["birthYear"]), (&5.into(), &1988.into()));
    assert_eq!(said["notes"][0]["code"], "rows-above");
    assert_eq!(said["columns"][2]["meaning"], "award-date");
    // Nothing was issued by looking.
    assert_eq!(place.files("out", ".json").len(), 6);
    // The sample's dates are of one year; those given here are of this week, in the place of a column that the clerk leaves out.
    let day = days_ago(3).to_string();
    let mut words: Vec<&str> =
        "issue --institution centro --register abril.xlsx --achievement GIN --out out --json".split(' ').collect();
    words.extend(["--key-file", KEY, "--award-date", &day, "--column", "Fecha de certificación=ignored"]);
    let issued = place.skillpass(&words).end().ends(0).json();
    assert_eq!(issued["certificates"].as_array().unwrap().len(), 4);
    assert_eq!(place.files("out", ".json").len(), 10);
    let text = place.run("register check abril.xlsx --achievement GIN --lang fr").ends(0);
    assert!(text.out.contains("1988  2026-03-14") && text.err.contains("«\u{a0}Hoja1\u{a0}»"), "{text:?}");
}

#[test]
fn wrong_rows_and_wrong_files_are_told_with_the_way_out() {
    let place = Place::empty();
    let check = |sample_name: &str, more: &str| {
        let file = sample_name.rsplit('/').next().unwrap();
        place.write(file, sample(sample_name));
        place.run(&format!("register check {file} --achievement GIN {more}"))
    };
    let said = check("xlsx/merged-dates.xlsx", "--json").ends(66).json();
    assert_eq!(
        (&said["good"], &said["bad"], &said["problems"][0]["code"]),
        (&1.into(), &3.into(), &"merged-cell".into())
    );
    for (file, code, hint) in [
        ("xlsx/several-sheets.xlsx", "several-sheets", "--sheet"),
        ("bad/moodle-unmapped.csv", "name-in-parts", "--name-order"),
        ("xlsx/no-header.xlsx", "no-header", "--column"),
        ("xlsx/macros.xlsm", "macros", "XLSX"),
        ("xlsx/bomb.xlsx", "workbook-too-large", "CSV"),
    ] {
        let said = check(file, "--json").ends(66);
        assert_eq!(said.json()["problems"][0]["code"], code);
        assert!(said.err.contains(hint), "{said:?}");
    }
    check("xlsx/several-sheets.xlsx", "--sheet abril").ends(0);
    // Headings of two words, which a line of this test cannot say.
    let mut words: Vec<&str> = "register check moodle-unmapped.csv --achievement GIN --json".split(' ').collect();
    for column in ["First name=given-names", "last name=family-names", "Completion date=award-date"] {
        words.extend(["--column", column]);
    }
    words.extend(["--name-order", "given-first"]);
    let said = place.skillpass(&words).end().ends(0).json();
    assert_eq!((&said["good"], &said["rows"][0]["name"]), (&4.into(), &"María Elena Suárez Niño".into()));
    assert_eq!(said["columns"][0]["meaning"], "given-names");
    let twice = [
        "register",
        "check",
        "moodle-unmapped.csv",
        "--achievement",
        "GIN",
        "--column",
        "A=name",
        "--column",
        "B=name",
    ];
    place.skillpass(twice).end().ends(64);
    place.run("register check moodle-unmapped.csv --achievement GIN --column A=nationality").ends(64);
    place.run("register check absent.xlsx --achievement GIN").ends(66);
    place.run("register check moodle-unmapped.csv --achievement NONE").ends(64);
}

#[test]
fn an_empty_register_is_written_once() {
    let place = Place::empty();
    place.run("register sheet gin").ends(0);
    assert!(place.read("GIN.xlsx").starts_with(b"PK"));
    place.run("register sheet GIN --lang es").ends(0);
    place.run("register check GIN.xlsx --achievement GIN").ends(66);
    place.run("register sheet COOK --form csv --out kitchen.csv --lang pt").ends(0);
    let text = String::from_utf8(place.read("kitchen.csv")).unwrap();
    assert_eq!(
        text,
        "\u{feff}Nome completo;Ano de nascimento;Data de certificação;Unidades;Método de avaliação;Formador;Avaliador;Evidência;Matrícula;Válido até;Idioma\r\n"
    );
    // What a clerk began to fill in is never written over.
    place.write("GIN.xlsx", b"mine");
    place.run("register sheet GIN").ends(64);
    assert_eq!(place.read("GIN.xlsx"), b"mine");
    assert!(!place.path(KEY).exists());
}
