//! Statistics: held against a count by hand, and against somebody who takes every number from every other (threats.md M4).

use serde_json::json;
use skillpass::desk::report::{By, CELL_LEAST, Question, report};
use skillpass::store::acts::Hand;
use skillpass::store::award::{Award, AwardState, Facts};
use skillpass::store::staff::Role;

use super::{MORNING, Town, many};

fn award(number: usize, achievement: &str, month: &str, sex: &str, person: usize) -> Award {
    Award {
        id: format!("a{number}"),
        achievement: achievement.to_owned(),
        content: None,
        facts: Facts {
            month: month.to_owned(),
            kind: "module-completion".to_owned(),
            sex: Some(sex.to_owned()).filter(|sex| !sex.is_empty()),
            isco: None,
            person: format!("p{person}"),
        },
        hash: String::new(),
        state: AwardState::Issued,
        serials: vec![format!("S{number}")],
        by: Hand::of("carla", MORNING),
        touched_by: ["carla".to_owned()].into(),
        assessed_by: std::collections::BTreeSet::new(),
        version: 0,
    }
}

/// So many awards for each line.
fn register(lines: &[(&str, &str, &str, usize)]) -> Vec<Award> {
    let mut awards = Vec::new();
    for (achievement, month, sex, count) in lines {
        for _ in 0..*count {
            let number = awards.len();
            awards.push(award(number, achievement, month, sex, number));
        }
    }
    awards
}

fn question(from: &str, to: &str, by: &[By]) -> Question {
    Question { from: from.to_owned(), to: to.to_owned(), by: by.iter().copied().collect() }
}

#[test]
fn what_is_counted_is_what_a_hand_counts() {
    let awards = register(&[
        ("gin", "2026-01", "", 12),
        ("gin", "2026-02", "", 30),
        ("siyb", "2026-01", "", 25),
        ("siyb", "2026-02", "", 9),
        ("siyb", "2026-03", "", 4),
    ]);
    let told = |question: &Question| -> Vec<(String, Option<usize>, bool)> {
        let told = report(&awards, question).rows.into_iter();
        told.map(|row| {
            (row.of.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "), row.count, row.partial)
        })
        .collect()
    };
    assert_eq!(
        told(&question("", "", &[By::Achievement])),
        [("gin".into(), Some(42), false), ("siyb".into(), Some(38), false)]
    );
    // The nine and the four are one block: in the sum of the year, and in no month.
    assert_eq!(
        told(&question("", "", &[By::Month])),
        [("2026-01".into(), Some(37), false), ("2026-02".into(), Some(30), true), ("2026-03".into(), None, true)]
    );
    assert_eq!(
        told(&question("2026-01", "2026-02", &[By::Achievement])),
        [("gin".into(), Some(42), false), ("siyb".into(), Some(25), true)]
    );
    let all = report(&awards, &question("", "", &[]));
    assert_eq!((all.total, all.persons, all.suppressed), (80, 80, 0));
    assert_eq!(report(&[], &question("", "", &[By::Kind])).rows, []);
}

#[test]
fn occupations_are_counted_by_their_major_group() {
    let mut awards = register(&[
        ("planning", "2026-01", "", 25),
        ("tailor", "2026-01", "", 30),
        ("welder", "2026-01", "", 9),
        ("gin", "2026-01", "", 20),
    ]);
    for award in &mut awards {
        let isco = [("planning", "1"), ("tailor", "7"), ("welder", "7")];
        let isco = isco.into_iter().find(|(achievement, _)| award.achievement == *achievement);
        award.facts.isco = isco.map(|(_, group)| group.to_owned());
    }
    let told: Vec<(String, Option<usize>, bool)> = report(&awards, &question("", "", &[By::Isco]))
        .rows
        .into_iter()
        .map(|row| (row.of[0].1.clone(), row.count, row.partial))
        .collect();
    // The nine of one achievement are told in no sum from which they could be taken again.
    assert_eq!(
        told,
        [(String::new(), Some(20), false), ("1".to_owned(), Some(25), false), ("7".to_owned(), Some(30), true)]
    );
}

/// What the catalogue says of an achievement's occupation is what its rows are counted under.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_has_the_major_group_of_its_achievement() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let house = &town.houses[0];
    let mut seen = std::collections::BTreeSet::new();
    for template in house.catalogue().templates() {
        let isco = template.alignments.iter().find(|it| it.framework.as_deref() == Some("ISCO-08"));
        let wanted = isco.and_then(|it| it.code.as_deref()?.chars().next());
        let sheet = "Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad\n\
                     Ana Paz;1980;2026-03-13;20;presencial\n";
        let taken = clerk.import(&format!("achievement={}", template.code), &template.code, "", sheet.as_bytes()).await;
        // Kinds that need other columns are counted by the same lines.
        if taken.status == 200 {
            let awards = house.store().awards_after("", 100).unwrap();
            let award = awards.iter().find(|it| it.achievement == template.id.as_str()).unwrap();
            assert_eq!(award.facts.isco, wanted.map(String::from), "{}", template.code);
            seen.insert(wanted);
        }
    }
    assert!(seen.len() > 1, "{seen:?}");
}

/// Who has one number in the register is one person though a letter is wrong, and who has two numbers is two though the name is one.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_in_the_register_says_who_is_who() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let rows = [
        ("GIN", "A-1;María Pérez;1985", 'a'),
        ("GIN", "A-2;María Pérez;1985", 'b'),
        ("SIYB", "A-1;María Peres;1985", 'a'),
        ("SIYB", "A-2;María Pérez;1985", 'b'),
        ("GREEN", ";María Peres;1985", 'a'),
        ("GREEN", "A-1;Otro Hombre;1990", 'c'),
    ];
    let mut people = std::collections::BTreeMap::new();
    let mut before = std::collections::BTreeSet::new();
    for (at, (code, row, who)) in rows.into_iter().enumerate() {
        let sheet = format!(
            "Matrícula;Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad\n{row};2026-03-13;20;presencial\n"
        );
        let came = clerk.import(&format!("achievement={code}"), &at.to_string(), "", sheet.as_bytes()).await;
        assert_eq!(came.status, 200, "{}", came.text);
        let awards = town.houses[0].store().awards_after("", 100).unwrap();
        let new = awards
            .into_iter()
            .find(|award| before.insert(award.id.clone()))
            .unwrap_or_else(|| panic!("{row}: {}", came.text));
        assert_eq!(*people.entry(who).or_insert_with(|| new.facts.person.clone()), new.facts.person, "{row}");
    }
    assert_eq!(people.values().collect::<std::collections::BTreeSet<_>>().len(), 3);
}

/// What the register says of who is one person, whatever comes first, and again when a row is corrected.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_never_has_two_numbers_in_whatever_order_rows_come() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let store = town.houses[0].store();
    let mut keys = 0;
    let mut bring = async |code: &str, rows: &str| -> Vec<Award> {
        keys += 1;
        let all = || store.awards_after("", 1_000).unwrap();
        let before: Vec<String> = all().into_iter().map(|award| award.id).collect();
        let sheet =
            format!("Matrícula;Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad\n{rows}");
        clerk.import(&format!("achievement={code}"), &keys.to_string(), "", sheet.as_bytes()).await.is(200);
        all().into_iter().filter(|award| !before.contains(&award.id)).collect()
    };
    let row = |who: &str| format!("{who};2026-03-13;20;presencial\n");
    let person = |award: &Award| store.award(&award.id).unwrap().unwrap().facts.person;
    // Without a number first: who comes with one is that person, who comes with another is none of them.
    let unnumbered = bring("GIN", &row(";Ana Paz;1990")).await.remove(0);
    let first = bring("SIYB", &row("A-1;Ana Paz;1990")).await.remove(0);
    let second = bring("GREEN", &row("A-2;Ana Paz;1990")).await.remove(0);
    assert_eq!(person(&unnumbered), person(&first));
    assert_ne!(person(&second), person(&first));
    // A number counts before a name, though a namesake without one is there.
    let namesake = bring("ISUN", &row(";Ana Pas;1990")).await.remove(0);
    let again = bring("MESUN", &row("A-1;Ana Pas;1990")).await.remove(0);
    assert_ne!(person(&namesake), person(&first));
    assert_eq!(person(&again), person(&first));

    // Two who came in without numbers, and get one each.
    let lia = bring("GIN", &row(";Lía Mora;1991")).await.remove(0);
    let other = bring("SIYB", &row(";Lía Mora;1991")).await.remove(0);
    assert_eq!(person(&lia), person(&other));
    for (award, number) in [(&lia, "B-1"), (&other, "B-2")] {
        let version = store.award(&award.id).unwrap().unwrap().version;
        let cells = json!({"registerId": number, "version": version});
        clerk.put(&format!("awards/{}", award.id), &cells).await.is(200);
    }
    assert_ne!(person(&lia), person(&other));
    let third = bring("GREEN", &row("B-2;Lía Mora;1991")).await.remove(0);
    assert_eq!(person(&third), person(&other));
    // A number that was mistyped, and is corrected, ties nobody together.
    let iris = bring("GIN", &row("C-1;Iris Soto;1992")).await.remove(0);
    let olga = bring("SIYB", &row("C-1;Olga Ruiz;1992")).await.remove(0);
    assert_eq!(person(&iris), person(&olga));
    let version = store.award(&olga.id).unwrap().unwrap().version;
    let cells = json!({"registerId": "C-2", "version": version});
    clerk.put(&format!("awards/{}", olga.id), &cells).await.is(200);
    assert_ne!(person(&iris), person(&olga));
    // A letter of a name is no other person.
    let version = store.award(&iris.id).unwrap().unwrap().version;
    let before = person(&iris);
    clerk.put(&format!("awards/{}", iris.id), &json!({"name": "Iris Sotto", "version": version})).await.is(200);
    assert_eq!(person(&iris), before);
}

#[test]
fn a_person_of_three_modules_is_one() {
    let mut awards = Vec::new();
    for (at, module) in ["a", "b", "c"].iter().enumerate() {
        awards.extend((0..24).map(|person| award(at * 100 + person, module, "2026-01", "", person)));
    }
    let all = report(&awards, &question("", "", &[By::Achievement]));
    assert_eq!((all.total, all.persons), (72, 20), "twenty-four, told in tens");
    let open: Vec<Award> = awards.iter().cloned().map(|award| Award { serials: Vec::new(), ..award }).collect();
    assert_eq!(report(&open, &question("", "", &[By::Achievement])).rows, [], "what has no certificate is not counted");
}

/// Somebody asks a thousand questions of each of fifty registers, and takes each answer from each other: no difference is of fewer than ten,
/// and every number is made of whole blocks.
#[test]
fn no_small_number_comes_out_of_any_two_answers() {
    let mut dice = 0x5eed_u64;
    let mut roll = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    let months = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"];
    let (mut answers, mut small) = (0, 0);
    for _ in 0..50 {
        let mut lines = Vec::new();
        for achievement in ["gin", "siyb"] {
            for month in months {
                for sex in ["f", "m", ""] {
                    lines.push((achievement, month, sex, roll(25) as usize));
                }
            }
        }
        small += lines.iter().filter(|line| (1..CELL_LEAST).contains(&line.3)).count();
        let awards = register(&lines);
        for from in 0..months.len() {
            for to in from..months.len() {
                for by in [
                    vec![],
                    vec![By::Achievement],
                    vec![By::Sex],
                    vec![By::Achievement, By::Sex],
                    vec![By::Month],
                    vec![By::Achievement, By::Month, By::Sex],
                ] {
                    let answer = report(&awards, &question(months[from], months[to], &by));
                    answers += 1;
                    assert!(answer.persons.is_multiple_of(10));
                    for row in answer.rows {
                        assert!(row.count.is_none_or(|count| count >= CELL_LEAST), "{row:?}");
                    }
                }
            }
        }
        // Of one beginning, a longer time less a shorter one; of one time, the whole less a part.
        for from in 0..months.len() {
            let of = |to: usize, by: &[By]| report(&awards, &question(months[from], months[to], by));
            for to in from + 1..months.len() {
                for by in [vec![], vec![By::Achievement], vec![By::Achievement, By::Sex]] {
                    let (short, long) = (of(to - 1, &by), of(to, &by));
                    for row in &long.rows {
                        let before = short.rows.iter().find(|other| other.of == row.of).and_then(|row| row.count);
                        let more = row.count.unwrap_or(0) - before.unwrap_or(0);
                        assert!(more == 0 || more >= CELL_LEAST, "{row:?} {before:?}");
                    }
                }
            }
            let (whole, parts) = (of(5, &[By::Achievement]), of(5, &[By::Achievement, By::Sex]));
            for row in &whole.rows {
                let of_it: Vec<usize> =
                    parts.rows.iter().filter(|part| part.of[0] == row.of[0]).filter_map(|part| part.count).collect();
                let rest = row.count.unwrap_or(0) - of_it.iter().sum::<usize>();
                assert!(rest == 0 || rest >= CELL_LEAST, "{row:?} {of_it:?}");
            }
        }
    }
    assert!(answers > 5_000 && small > 300, "{answers} {small}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_tells_them_and_as_a_file() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    for (achievement, count) in [("GIN", 24), ("SIYB", 9)] {
        clerk.import(&format!("achievement={achievement}"), "k", "", &many(count)).await.is(200);
        let batch = clerk.propose(achievement, json!("all"), achievement).await.is(201).body;
        let id = batch["id"].as_str().unwrap();
        let release = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
        sol.post(&format!("batches/{id}/release"), &release).await.is(202);
        sol.settled(id).await;
    }
    let told = sol.get("statistics?by=achievement,month").await.is(200).body;
    let row =
        |at: usize| (told["rows"][at]["achievement"].as_str(), &told["rows"][at]["count"], &told["rows"][at]["month"]);
    assert_eq!(row(0), (Some("urn:skillpass:ilo:gin"), &json!(24), &json!("2026-03")));
    assert_eq!(row(1).1, &json!(null));
    assert_eq!((&told["persons"], &told["suppressed"], &told["total"]), (&json!(20), &json!(1), &json!(24)));
    let file = sol.get("statistics.csv?by=achievement").await.is(200);
    assert!(file.text.starts_with("achievement,count,partial\nurn:skillpass:ilo:gin,24,\n"), "{}", file.text);
    sol.get("statistics?by=nationality").await.refused(400, "request");
    sol.get("statistics?from=2026-13").await.refused(400, "request");
}
