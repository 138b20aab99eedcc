//! `reprint`: another institution's certificate on paper again, from a picture of it.

use std::process::Command;

use super::program::{KEY, PEOPLE, Place, days_ago};

/// A ministry that lists both institutions.
fn world() -> Place {
    let place = Place::of_world();
    place.run(&format!("authority init ministry --name Ministerio --country CO --key-file {KEY}")).ends(0);
    for name in ["centro", "otro"] {
        let accredit = format!("authority accredit ministry --institution {name}/institution.json --achievement GIN");
        place.run(&format!("{accredit} --from {}", days_ago(30))).ends(0);
    }
    place.run(&format!("authority publish ministry --key-file {KEY}")).ends(0);
    hand_in(&place);
    place
}

fn hand_in(place: &Place) {
    for name in ["centro", "otro"] {
        place.run(&format!("publish --institution {name} --key-file {KEY}")).ends(0);
        place.run(&format!("authority refresh ministry --hand-in {name}/publish --key-file {KEY}")).ends(0);
    }
}

/// The first page of a PDF as a picture of 150 dots an inch.
fn photographed(place: &Place, pdf: &str, name: &str) {
    let done = Command::new("pdftoppm")
        .args(["-r", "150", "-png", "-singlefile"])
        .args([place.path(pdf), place.path(name)])
        .status();
    assert!(done.unwrap().success(), "{pdf}");
}

fn text_of(place: &Place, pdf: &str) -> String {
    let said = Command::new("pdftotext").arg(place.path(pdf)).arg("-").output().unwrap();
    String::from_utf8(said.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

const OTHER: &str = "reprint --institution otro --trust ministry/trust.json";

#[test]
fn paper_from_a_picture_of_paper_is_the_same_certificate() {
    let place = world();
    let serial = place.serial(PEOPLE[1].0);
    place.run(&format!("paper centro {serial} --out first")).ends(0);
    photographed(&place, &format!("first/{serial}.pdf"), "photo");
    let digest = |what: &str| {
        let said = place.run(&format!("verify {what} --trust ministry/trust.json --json")).ends(0).json();
        said["verdicts"][0]["digest"].as_str().unwrap().to_owned()
    };
    let first = digest(&format!("out/{serial}.json"));

    let said = place.run(&format!("{OTHER} photo.png --out again --json")).ends(0).json();
    assert_eq!((&said["certificates"], &said["files"][0]["digests"][0]), (&1.into(), &first.as_str().into()), "{said}");
    let again = said["files"][0]["path"].as_str().unwrap().to_owned();
    assert!(!again.contains(&serial) && !again.contains("Muñoz"), "{again}");
    // From its attachment, and from its pixels alone.
    assert_eq!(digest(&again), first);
    photographed(&place, &again, "second");
    assert_eq!(digest("second.png"), first);
    // The first issuer stays the issuer; who printed it says so, and no more.
    let text = text_of(&place, &again);
    assert!(text.contains("Centro Formar") && text.contains(PEOPLE[1].0), "{text}");
    assert!(text.contains("Impreso otra vez por Taller Otro") && text.contains("Taller Otro no lo emitió"), "{text}");
    assert!(!text_of(&place, &format!("first/{serial}.pdf")).contains("otra vez"));

    // A card does the same.
    let said = place.run(&format!("{OTHER} second.png --cards --out cards --json")).ends(0).json();
    let card = said["files"][0]["path"].as_str().unwrap().to_owned();
    photographed(&place, &card, "card");
    assert_eq!(digest("card.png"), first);
    assert!(text_of(&place, &card).contains("Taller Otro"));

    // Lines in the log of acts, each with its own salt; none of them says which certificate it was.
    use skillpass::store::Store as _;
    use skillpass::store::acts::What;
    let store = place.store("otro");
    let acts = store.acts(0, usize::MAX).unwrap();
    let lines: Vec<_> = acts.iter().filter(|(act, _)| act.what == What::Reprinted).collect();
    assert_eq!(lines.len(), 2);
    assert_ne!(lines[0].0.of, lines[1].0.of);
    for (_, line) in lines {
        let line = String::from_utf8_lossy(line).into_owned();
        assert!(!line.contains(&first[3..20]) && !line.contains("Muñoz") && !line.contains(&serial), "{line}");
    }
    drop(store);
    place.run("fsck otro").ends(0);
}

#[test]
fn what_does_not_count_is_not_printed() {
    let place = world();
    let (withdrawn, good) = (place.serial(PEOPLE[0].0), place.serial(PEOPLE[2].0));
    place.run(&format!("revoke {withdrawn} --institution centro --reason error --key-file {KEY}")).ends(0);
    hand_in(&place);
    let said = place.run(&format!("{OTHER} out/{withdrawn}.json out/{good}.json --out p --json")).ends(1).json();
    assert_eq!((&said["certificates"], &said["refused"][0]["code"]), (&1.into(), &"rejected".into()), "{said}");
    assert_eq!(place.files("p", ".pdf").len(), 1);
    place.run(&format!("{OTHER} out/{withdrawn}.json --out q --undecided")).ends(1);
    assert!(place.files("q", ".pdf").is_empty());
    // By a list that does not know who prints, nobody prints.
    let line = format!("reprint out/{good}.json --institution otro --trust centro/trust.json --out r --json");
    assert_eq!(place.run(&line).ends(64).json()["refused"][0]["code"], "not-listed");
    // By one that does not know who issued it, there is nothing to print.
    let line = format!("reprint out/{good}.json --institution otro --trust otro/trust.json --out r --undecided --json");
    assert_eq!(place.run(&line).ends(2).json()["refused"][0]["code"], "unknown");
    // Nothing to be read.
    place.write("empty.txt", "nothing of ours");
    place.run(&format!("{OTHER} empty.txt --out r")).ends(66);
    assert!(place.files("r", ".pdf").is_empty());
}

/// A list that is too old decides nothing: the paper is made for whoever asks, and says so.
#[test]
fn what_cannot_be_decided_is_printed_for_whoever_asks() {
    let place = world();
    // The ministry has not heard of what the institution published since: its list is there no more.
    let good = place.serial(PEOPLE[3].0);
    let bytes = place.read("ministry/trust.json");
    let mut pack: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    pack["statusLists"] = serde_json::json!([]);
    place.write("without-lists.json", pack.to_string());
    let line = format!("reprint out/{good}.json --institution otro --trust without-lists.json --json");
    let said = place.run(&format!("{line} --out no")).ends(2).json();
    assert_eq!((&said["certificates"], &said["refused"][0]["code"]), (&0.into(), &"undecided".into()), "{said}");
    let said = place.run(&format!("{line} --out yes --undecided")).ends(0).json();
    let text = text_of(&place, said["files"][0]["path"].as_str().unwrap());
    assert!(text.contains("no se pudo saber si vale"), "{text}");
}
