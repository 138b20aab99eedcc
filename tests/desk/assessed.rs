//! Prior learning and assessed competences at the desk: who taught does not assess, and who did either does not release (design §6, domain.md
//! 2b, D29; threats.md L4).

use serde_json::{Value, json};
use skillpass::store::staff::Role;

use super::Town;

const HEADER: &str = "Nombre completo;Año de nacimiento;Fecha de certificación;Unidades;Método;Formador;Evaluador;Evidencia;ID interno\n";

/// A register of cooks, each with who taught and who assessed.
fn cooks(rows: &[(&str, &str, &str)]) -> Vec<u8> {
    let line = |(number, (name, trainer, assessor)): (usize, &(&str, &str, &str))| {
        format!("{name};1980;2026-03-13;COOK-1;observación;{trainer};{assessor};Carpeta {number};C-{number}\n")
    };
    (HEADER.to_owned() + &rows.iter().enumerate().map(line).collect::<String>()).into_bytes()
}

fn code(answer: &Value) -> &str {
    answer["problems"][0]["code"].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_taught_or_assessed_does_not_release() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let [sol, sira, tomas] = [
        town.at_work(0, "sol", &[Role::Assessor, Role::Signatory]).await,
        town.at_work(0, "sira", &[Role::Signatory]).await,
        town.at_work(0, "tomas", &[Role::Signatory]).await,
    ];
    let one = cooks(&[("Ana Paz", "Tomás", "TOMAS")]);
    let refused = clerk.import("achievement=COOK", "k", "", &one).await.refused(422, "rows-open").body;
    assert_eq!((code(&refused), &refused["problems"][0]["column"]), ("trainer-assesses", &json!("Evaluador")));

    // Of several one is enough.
    let several = cooks(&[("Ana Paz", "Luis Soto y Tomás", "Marta Rey, TOMAS")]);
    let refused = clerk.import("achievement=COOK", "k", "", &several).await.refused(422, "rows-open").body;
    assert_eq!(code(&refused), "trainer-assesses");

    let rows = [("Ana Paz", "Luis Gil & Tomás", "Sol, Marta Rey"), ("Bea Ruiz", "", "Marta Rey")];
    clerk.import("achievement=COOK", "k", "", &cooks(&rows)).await.is(200);
    let found = clerk.post("awards/search", &json!({"words": "ana"})).await.is(200).body["awards"][0].clone();
    let path = format!("awards/{}", found["id"].as_str().unwrap());
    let whole = clerk.get(&path).await.is(200).body;
    assert_eq!(
        [&whole["trainer"], &whole["assessor"], &whole["evidence"]],
        [&json!("Luis Gil & Tomás"), &json!("Sol, Marta Rey"), &json!("Carpeta 0")]
    );
    // Typed under the same rule; and who is named no more was named all the same.
    let typed = |assessor: &str, version: &Value| json!({"assessor": assessor, "version": version});
    let refused = clerk.put(&path, &typed("tomás", &whole["version"])).await.refused(422, "rows-open").body;
    assert_eq!(code(&refused), "trainer-assesses");
    clerk.put(&path, &typed("Luis Soto", &whole["version"])).await.is(200);

    let batch = clerk.propose("COOK", json!("all"), "b").await.is(201).body;
    let id = batch["id"].as_str().unwrap();
    let release = json!({"digest": batch["digest"], "passphrase": town.keys[0]});
    for hand in [&sol, &tomas] {
        hand.post(&format!("batches/{id}/release"), &release).await.refused(403, "same-person");
    }
    sira.post(&format!("batches/{id}/release"), &release).await.is(202);
    assert_eq!(sira.settled(id).await["state"], "done");
    // None of it is on a certificate.
    for record in town.houses[0].store().records().unwrap() {
        for word in ["Tomás", "Sol", "Luis Soto", "Marta", "Carpeta"] {
            assert!(!record.document.contains(word), "{word}: {}", record.document);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_person_is_told_who_assessed_very_many() {
    let town = Town::of(&["formar"]);
    let clerk = town.at_work(0, "carla", &[Role::Clerk]).await;
    let sol = town.at_work(0, "sol", &[Role::Signatory]).await;
    let names: Vec<String> = (b'a'..=b'z')
        .flat_map(|one| (b'a'..=b'b').map(move |two| (one, two)))
        .take(45)
        .map(|(one, two)| format!("Zoila X{}{} Peña", char::from(one), char::from(two)))
        .collect();
    // One assesses thirty, which is a day's work, and another fifteen; then the first one does one more.
    let rows: Vec<(&str, &str, &str)> = names
        .iter()
        .enumerate()
        .map(|(at, name)| (name.as_str(), "", if at < 30 { "Marta Rey" } else { "Luis Soto" }))
        .collect();
    let unusual = async |rows: &[(&str, &str, &str)], key: &str| {
        clerk.import("achievement=COOK&corrections=true", key, "", &cooks(rows)).await.is(200);
        let batch = clerk.propose("COOK", json!("all"), key).await.is(201).body["id"].as_str().unwrap().to_owned();
        let seen = sol.get(&format!("batches/{batch}")).await.is(200).body["unusual"].clone();
        sol.post(&format!("batches/{batch}/return"), &json!({"note": "otra vez"})).await.is(200);
        seen.as_array().unwrap().iter().find(|it| it["code"] == "assessor-often").cloned()
    };
    assert_eq!(unusual(&rows, "one").await, None);
    let more = [rows.as_slice(), &[("Rosa Luz", "", "marta  REY")]].concat();
    let told = unusual(&more, "two").await.unwrap();
    assert_eq!(told["facts"], json!({"day": "2026-03-13", "count": 31}));
}
