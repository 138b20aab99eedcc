//! The register: brought in once, found without accents, corrected under the rules of a file, and kept as it was read.

use proptest::prelude::*;
use serde_json::{Value, json};
use skillpass::base::timestamp::Date;
use skillpass::credential::achievement::Language;
use skillpass::credential::holder::HolderName;
use skillpass::credential::terms::{Course, Method, Modality, Terms};
use skillpass::desk::import::{Assessed, RegisterRow, Sex};
use skillpass::desk::register;
use skillpass::store::staff::Role;

use super::{Town, people, sample};

fn any_row() -> impl Strategy<Value = RegisterRow> {
    let terms = prop_oneof![
        (1..=9_999_u16, 0..4_usize)
            .prop_map(|(hours, at)| { Terms::ModuleCompletion(Course { hours, modality: Modality::ALL[at] }) }),
        (1..=9_999_u16, 0..4_usize)
            .prop_map(|(hours, at)| Terms::Attendance(Course { hours, modality: Modality::ALL[at] })),
        (prop::collection::vec("[A-Z]{2}-[0-9]{1,4} [a-zñ]{1,30}", 1..=31), 0..6_usize)
            .prop_map(|(units, at)| Terms::Competence { units, method: Method::ALL[at] }),
        "[A-Za-zñ0-9 ,/]{0,60}[a-z]".prop_map(|archive| Terms::FromArchive { archive }),
    ];
    let name = "\\p{Lu}[a-zñáéíóú]{1,20}( [A-ZÑ][a-zñáéíóú'-]{1,20}){0,4}";
    let optional = (prop::option::of("[A-Za-z0-9][A-Za-z0-9/-]{0,40}"), prop::option::of(1..2_000_i64));
    let assessed = prop::array::uniform3(prop::option::of("[A-Za-zñ0-9][A-Za-zñ0-9 ,/-]{0,40}[a-z]"));
    let optional = (optional, assessed);
    (any::<u32>(), name, 1900..2026_i32, 0..20_000_i64, terms, 0..5_usize, optional).prop_filter_map(
        "a name that may be signed",
        |(row, name, birth_year, day, terms, language, ((register_id, valid), assessed))| {
            let date = |day: i64| skillpass::base::timestamp::Timestamp::from_seconds(day * 86_400).unwrap().date();
            Some(RegisterRow {
                row,
                name: HolderName::from_clerk(&name).ok()?,
                birth_year,
                awarded: date(day),
                valid_until: valid.map(|more| date(day + more)),
                terms,
                language: Language::ALL[language],
                holder_key: None,
                register_id,
                assessed: {
                    let [trainer, assessor, evidence] = assessed;
                    Assessed { trainer, assessor, evidence }
                },
                sex: [None, Some(Sex::Female), Some(Sex::Male), Some(Sex::Other)][row as usize % 4],
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_the_register_keeps_is_what_was_read(row in any_row()) {
        let text = register::write(&row);
        prop_assert_eq!(register::read(&text), Some(row), "{}", text);
    }
}

#[test]
fn what_is_not_a_row_is_none() {
    for text in ["", "{}", "[]", "{\"name\":\"Ana\"}", "\u{0}"] {
        assert_eq!(register::read(text), None, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_the_same_is_once() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let file = sample("formar-gin.csv");
    let all: Vec<_> = (0..10)
        .map(|_| {
            let (clerk, file) = (clerk.clone(), file.clone());
            tokio::spawn(async move { clerk.import("achievement=GIN", "once", "", &file).await })
        })
        .collect();
    for one in all {
        let taken = one.await.unwrap().is(200).body;
        assert_eq!((&taken["enrolled"], &taken["already"]), (&json!(13), &json!(0)), "answered as the first time");
    }
    let again = clerk.import("achievement=GIN", "another", "", &file).await.is(200).body;
    assert_eq!((&again["enrolled"], &again["already"]), (&json!(0), &json!(13)), "nor under another key");
    assert_eq!(town.houses[0].store().awards_after("", 99).unwrap().len(), 13);
    clerk.import("achievement=GIN", "", "", &file).await.refused(400, "malformed");

    let all: Vec<_> = (0..10)
        .map(|_| {
            let clerk = clerk.clone();
            tokio::spawn(async move { clerk.propose("GIN", json!("all"), "b").await.is(201).body["id"].clone() })
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for one in all {
        ids.insert(one.await.unwrap().to_string());
    }
    assert_eq!((ids.len(), town.houses[0].store().batches().unwrap().len()), (1, 1));
}

#[tokio::test]
async fn exactly_the_bad_row_is_told() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let names = ["Ana Paz", "Bea Ruiz", "Ciro Gil", "Dora Mena", "Eva Díaz", "Fidel Soto", "Gina Vera"];
    for bad in 0..names.len() {
        let rows: Vec<(&str, i32)> =
            names.iter().enumerate().map(|(at, name)| (*name, if at == bad { 1850 } else { 1990 })).collect();
        let file = people(&rows);
        let row = bad + 2;
        let seen = clerk.import("achievement=GIN&preview=true&lang=en", "", "", &file).await.is(200).body;
        let problems = seen["problems"].as_array().unwrap();
        assert_eq!(
            (problems.len(), &problems[0]["row"], &problems[0]["code"]),
            (1, &json!(row), &json!("bad-birth-year"))
        );
        assert!(!problems[0]["text"].as_str().unwrap().contains('{') && problems[0]["fix"].is_string());
        let open = clerk.import("achievement=GIN", &format!("k{bad}"), "", &file).await.refused(422, "rows-open").body;
        assert_eq!(open["problems"].as_array().unwrap().len(), 1);
        assert_eq!(open["problems"][0]["row"], row);
    }
    assert_eq!(
        town.houses[0].store().awards_after("", 9).unwrap(),
        vec![],
        "nothing until each row is right or left out"
    );
    let rows: Vec<(&str, i32)> =
        names.iter().map(|name| (*name, if *name == "Eva Díaz" { 1850 } else { 1990 })).collect();
    let taken = clerk.import("achievement=GIN", "k", "6,8", &people(&rows)).await.is(200).body;
    assert_eq!((&taken["enrolled"], &taken["left"]), (&json!(5), &json!(2)));
    clerk.import("achievement=NOTHING", "k", "", &people(&rows)).await.refused(404, "not-found");
    clerk.import("achievement=GIN&dateOrder=x", "k", "", &people(&rows)).await.refused(400, "request");
}

#[tokio::test]
async fn somebody_is_found_without_accents_by_any_beginning() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    clerk.import("achievement=GIN", "k", "", &sample("formar-gin.csv")).await.is(200);
    let names = |body: Value| -> Vec<String> {
        body["awards"].as_array().unwrap().iter().map(|award| award["name"].as_str().unwrap().to_owned()).collect()
    };
    let search = async |words: &str| names(clerk.post("awards/search", &json!({"words": words})).await.is(200).body);
    for words in ["nanez", "ÑÁÑEZ", "ñáñ maria", "fernanda  cruz", "María Fernanda Ñáñez de la Cruz"] {
        assert_eq!(search(words).await, ["María Fernanda Ñáñez de la Cruz"], "{words}");
    }
    for nothing in ["", " ", "nanezz", "maria ibanez zz", "#", "@", "#@", "\u{0}"] {
        assert_eq!(search(nothing).await, Vec::<String>::new(), "{nothing:?}");
    }
    // Pages of a list hold everybody once.
    let (mut after, mut seen) = (String::new(), Vec::new());
    loop {
        let page = clerk.get(&format!("awards?achievement=GIN&state=open&limit=5&after={after}")).await.is(200).body;
        seen.extend(names(page.clone()));
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    let all = names(clerk.get("awards?limit=200").await.is(200).body);
    assert_eq!((seen.len(), all.len()), (13, 13));
}

#[tokio::test]
async fn a_row_is_corrected_as_a_file_would_be() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    clerk.import("achievement=GIN", "k", "", &people(&[("Ana Paz", 1990), ("Bea Ruiz", 1991)])).await.is(200);
    let awards = clerk.get("awards?achievement=GIN&state=open").await.body["awards"].clone();
    let of = |name: &str| awards.as_array().unwrap().iter().find(|it| it["name"] == name).unwrap().clone();
    let path = format!("awards/{}", of("Ana Paz")["id"].as_str().unwrap());
    for (cell, code) in [
        (json!({"name": "Ana 2"}), "name-has-digit"),
        (json!({"name": "=1+1"}), "formula"),
        (json!({"birthYear": 1850}), "bad-birth-year"),
        (json!({"awarded": "2026-02-30"}), "bad-date"),
        (json!({"awarded": "3/4/2026"}), "ambiguous-date"),
        (json!({"validUntil": "2020-01-01"}), "bad-valid-until"),
        (json!({"modality": "by owl"}), "bad-modality"),
        (json!({"hours": 0}), "bad-hours"),
    ] {
        let mut body = cell;
        body["version"] = 0.into();
        let answer = clerk.put(&path, &body).await.refused(422, "rows-open").body;
        assert_eq!(answer["problems"][0]["code"], code, "{answer}");
    }
    clerk.put(&path, &json!({"nationality": "VE", "version": 0})).await.refused(400, "malformed");
    // She would be somebody who is there.
    clerk.put(&path, &json!({"name": "Bea  RUIZ", "birthYear": 1991, "version": 0})).await.refused(409, "taken");
    let good = json!({"name": "Ana María Paz", "hours": "24", "modality": "virtual", "version": 0});
    let now = clerk.put(&path, &good).await.is(200).body;
    assert_eq!(
        (&now["name"], &now["hours"], &now["modality"]),
        (&json!("Ana María Paz"), &json!("24"), &json!("online"))
    );
    assert_eq!((&now["birthYear"], &now["version"]), (&json!(1990), &json!(1)), "the rest stays");

    // The register comes again with other hours: told first, corrected only when that is asked for.
    let mut file = String::from_utf8(people(&[("Bea Ruiz", 1991)])).unwrap();
    file = file.replace(";20;", ";40;");
    let seen = clerk.import("achievement=GIN&preview=true", "", "", file.as_bytes()).await.is(200).body;
    assert_eq!(seen["standing"], json!({"new": 0, "changed": 1, "unchanged": 0}));
    let told = clerk.import("achievement=GIN", "k2", "", file.as_bytes()).await.is(200).body;
    assert_eq!((&told["changed"], &told["corrected"]), (&json!([2]), &json!(0)));
    let done = clerk.import("achievement=GIN&corrections=true", "k2", "", file.as_bytes()).await.is(200).body;
    assert_eq!(done["corrected"], 1);
    let path = format!("awards/{}", of("Bea Ruiz")["id"].as_str().unwrap());
    assert_eq!(clerk.get(&path).await.body["hours"], "40");

    // Left out and taken in again.
    let ids = json!({"ids": [of("Bea Ruiz")["id"]]});
    clerk.post("awards/leave", &ids).await.is(204);
    clerk.post("awards/leave", &ids).await.refused(409, "not-now");
    assert_eq!(clerk.get("awards?state=left").await.body["awards"].as_array().unwrap().len(), 1);
    clerk.post("awards/take", &ids).await.is(204);
    clerk.post("awards/take", &json!({"ids": vec!["x"; 1_001]})).await.refused(413, "too-long");
    assert!(Date::parse(now["awarded"].as_str().unwrap()).is_ok());
}

#[tokio::test]
async fn an_empty_sheet_has_the_columns_that_its_kind_needs() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sheet = clerk.get("achievements/GIN/sheet?form=csv&lang=pt").await.is(200);
    assert!(sheet.text.starts_with("\u{feff}Nome completo;Ano de nascimento;"), "{}", sheet.text);
    assert!(sheet.headers["content-disposition"].to_str().unwrap().contains("gin.csv"));
    let filled = format!("{}Ana Paz;1990;2026-03-13;20;presencial;;;;\r\n", sheet.text);
    let seen = clerk.import("achievement=GIN&preview=true", "", "", filled.as_bytes()).await.is(200).body;
    assert_eq!((&seen["good"], &seen["problems"]), (&json!(1), &json!([])));
    let cook = clerk.get("achievements/COOK/sheet?lang=es").await.is(200);
    assert!(cook.text.contains("Método de evaluación") && !cook.text.contains("Horas"), "{}", cook.text);
}

/// Whoever asks to be forgotten, or for what is kept of them, asks for all of it: a row names the person's others, to whoever may see them.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_names_the_other_rows_of_its_person() {
    let town = Town::of(&["formar", "otra"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let ana = town.at_work(0, "ana", &[Role::Administrator]).await;
    let elsewhere = town.at_work(1, "carla", &[Role::Clerk]).await;
    let modules = ["GIN", "ISUN", "SIYB"];
    for module in modules {
        let file = people(&[("Ana Paz", 1990), ("Ana Paz", 1991), ("Bea Ruiz", 1990)]);
        clerk.import(&format!("achievement={module}"), module, "", &file).await.is(200);
    }
    elsewhere.import("achievement=GIN", "k", "", &people(&[("Ana Paz", 1990)])).await.is(200);
    let found = clerk.post("awards/search", &json!({"words": "ana paz"})).await.is(200).body["awards"].clone();
    let hers: Vec<&Value> = found.as_array().unwrap().iter().filter(|award| award["birthYear"] == 1990).collect();
    assert_eq!(hers.len(), 3);
    let path = format!("awards/{}", hers[0]["id"].as_str().unwrap());
    for who in [&clerk, &ana] {
        let others = who.get(&path).await.is(200).body["others"].clone();
        assert_eq!(others.as_array().unwrap().len(), 2, "{others}");
        for other in &hers[1..] {
            assert!(others.as_array().unwrap().contains(*other), "{others}");
        }
    }
    // It may be somebody else: what is given to the person has only what is theirs.
    let given = ana.get(&format!("{path}/export")).await.is(200);
    assert!(!given.text.contains(hers[1]["id"].as_str().unwrap()), "{}", given.text);
    // Of whom was forgotten nothing is found any more, nor who else they were.
    ana.post("awards/erase", &json!({"ids": [hers[1]["id"]]})).await.is(204);
    assert_eq!(ana.get(&path).await.is(200).body["others"], json!([hers[2]]));
    ana.post("awards/erase", &json!({"ids": [hers[0]["id"]]})).await.is(204);
    assert_eq!(ana.get(&path).await.is(200).body["others"], json!([]));
}

/// Two numbers of the register are two people, whatever their name; one number is one person, though a letter is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn whom_the_register_numbers_otherwise_is_no_other_row_of_a_person() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let head = "Matrícula;Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad\n";
    for (code, row) in [
        ("GIN", "A-1;Ana Paz;1990"),
        ("ISUN", "A-1;Ana Pas;1990"),
        ("SIYB", ";Ana Paz;1990"),
        ("MESUN", "A-2;Ana Paz;1990"),
    ] {
        let sheet = format!("{head}{row};2026-03-13;20;presencial\n");
        clerk.import(&format!("achievement={code}"), code, "", sheet.as_bytes()).await.is(200);
    }
    let first = clerk.get("awards?achievement=GIN&state=open").await.is(200).body["awards"][0]["id"].clone();
    let others = clerk.get(&format!("awards/{}", first.as_str().unwrap())).await.is(200).body["others"].clone();
    let mut names: Vec<&str> = others.as_array().unwrap().iter().map(|other| other["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Ana Pas", "Ana Paz"], "{others}");
    // Namesakes with numbers of their own, more of them than are shown, stand between her and hers.
    for namesake in 10..70 {
        let sheet = format!("{head}A-{namesake};Ana Paz;1990;2026-03-13;20;presencial\n");
        clerk.import("achievement=GREEN", &format!("n{namesake}"), "", sheet.as_bytes()).await.is(200);
    }
    let again = clerk.get(&format!("awards/{}", first.as_str().unwrap())).await.is(200).body["others"].clone();
    assert_eq!(again, others);
}
