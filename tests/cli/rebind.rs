//! `rebind`: any listed institution with the scope binds a certificate to a new key, and the old one answers no more.

use serde_json::Value;

use super::program::{KEY, Place, days_ago};

const HERE: &str = "https://check.example.org";

/// A ministry that lists two institutions; the second alone may bind certificates. Rosa has one of the first, made out to a phone that she lost.
struct World {
    place: Place,
    /// Rosa's certificate.
    paper: String,
    /// Her new key.
    did: String,
}

impl World {
    fn new() -> Self {
        let place = Place::of_world();
        let lost = place.run(&format!("holder new lost.age --key-file {KEY}")).ends(0).out.trim().to_owned();
        let did = place.run(&format!("holder new newer.age --key-file {KEY}")).ends(0).out.trim().to_owned();
        let register = format!(
            "Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad;ID interno;Clave del titular\n\
             Rosa Elena Cruz;1990;{};20;presencial;G-90;{lost}\n",
            days_ago(3)
        );
        place.write("rosa.csv", register);
        let issue = "issue --institution centro --register rosa.csv --achievement GIN --out mine";
        place.run(&format!("{issue} --key-file {KEY}")).ends(0);
        let paper = place.files("mine", ".json").remove(0);
        place.run(&format!("authority init ministry --name Ministerio --country CO --key-file {KEY}")).ends(0);
        let from = days_ago(30);
        let accredit = "authority accredit ministry --institution";
        place.run(&format!("{accredit} centro/institution.json --achievement GIN --from {from}")).ends(0);
        let said = place.run(&format!("{accredit} otro/institution.json --rebind --from {from} --lang en")).ends(0);
        assert!(said.err.contains("may bind certificates to a new key of their holder"), "{}", said.err);
        let shown = place.run("authority show ministry --lang en").ends(0);
        assert!(shown.out.contains("“Taller Otro” may bind certificates"), "{}", shown.out);
        // With that alone it awards nothing.
        assert!(!shown.out.contains("“Taller Otro” may award"), "{}", shown.out);
        place.run(&format!("authority publish ministry --key-file {KEY}")).ends(0);
        let world = Self { place, paper, did };
        world.hand_in();
        world
    }

    fn hand_in(&self) {
        for name in ["centro", "otro"] {
            self.place.run(&format!("publish --institution {name} --key-file {KEY}")).ends(0);
            let refresh = format!("authority refresh ministry --hand-in {name}/publish --key-file {KEY}");
            self.place.run(&refresh).ends(0);
        }
    }

    fn rebind(&self, more: &str) -> super::program::Ran {
        let Self { place, paper, did } = self;
        let line = format!("rebind {paper} --holder {did} --institution otro --trust ministry/trust.json {more}");
        place.run(&format!("{line} --key-file {KEY} --json"))
    }

    /// What a checker says of an answer of a key, with these delegations in the answer and those beside.
    fn checked(&self, key: &str, within: &[&str], beside: &[&str], question: &str) -> Value {
        let Self { place, paper, .. } = self;
        let link = place.run(&format!("holder ask --audience {HERE} --out {question}")).ends(0).out;
        let each = |files: &[&str]| files.iter().map(|file| format!(" --delegation {file}")).collect::<String>();
        let answer = format!("{question}.json");
        let present = format!("holder present {key} {paper} --ask {} --out {answer}{}", link.trim(), each(within));
        place.run(&format!("{present} --key-file {KEY}")).ends(0);
        let check =
            format!("holder check {answer} --ask {question} --trust ministry/trust.json{} --json", each(beside));
        place.run(&check).json()
    }
}

#[test]
fn a_second_institution_binds_it_and_the_former_key_is_over() {
    let world = World::new();
    let place = &world.place;
    // A look first: nothing is signed, and nothing is there.
    let said = world.rebind("--dry-run").ends(0).json();
    assert_eq!((&said["signed"], &said["new"]), (&false.into(), &world.did.as_str().into()), "{said}");
    assert!(said["old"].as_str().unwrap().starts_with("did:key:") && !place.path("delegation.json").exists());
    let said = world.rebind("").ends(0).json();
    let serial = said["serial"].as_str().unwrap().to_owned();
    let text = String::from_utf8(place.read("delegation.json")).unwrap();
    assert!(!text.contains("Rosa") && !text.contains("1990"), "{text}");
    world.hand_in();
    // Nothing is written over, and the same again is the same.
    world.rebind("").ends(64);
    assert_eq!(world.rebind("--out again.json").ends(64).json()["error"]["code"], "same");

    // The new key is proven, and only with the delegation beside the certificate.
    let said = world.checked("newer.age", &["delegation.json"], &[], "q1.txt");
    assert_eq!((&said["state"], &said["verdicts"][0]["outcome"]), (&"proven".into(), &"accept".into()), "{said}");
    assert_eq!(said["verdicts"].as_array().unwrap().len(), 1, "a delegation is no certificate: {said}");
    assert_eq!(said["delegations"][0]["answer"], "yes");
    let line = format!("holder present newer.age {} --key-file {KEY} --json", world.paper);
    assert_eq!(place.run(&line).ends(64).json()["error"]["code"], "another-person");
    // The former key answers whoever has not seen it, and is told to have no way of knowing; nobody else.
    let said = world.checked("lost.age", &[], &[], "q2.txt");
    assert_eq!(said["state"], "proven");
    assert!(said["notes"].to_string().contains("clave"), "{said}");
    let said = world.checked("lost.age", &[], &["delegation.json"], "q3.txt");
    assert_eq!((&said["state"], &said["reason"]), (&"refused".into(), &"former-key".into()), "{said}");

    // A delegation is withdrawn like a certificate, and then the first key has it again.
    place.run(&format!("revoke {serial} --institution otro --reason error --key-file {KEY}")).ends(0);
    world.hand_in();
    let said = world.checked("newer.age", &["delegation.json"], &[], "q4.txt");
    assert_eq!((&said["state"], &said["reason"]), (&"refused".into(), &"delegation-refused".into()), "{said}");
    let said = world.checked("lost.age", &[], &["delegation.json"], "q5.txt");
    assert_eq!(said["state"], "proven");
    // Bound again, to the same key: another delegation, another place in the list.
    let said = world.rebind("--out anew.json").ends(0).json();
    assert_ne!(said["serial"], serial.as_str());
    world.hand_in();
    assert_eq!(world.checked("newer.age", &["anew.json"], &[], "q6.txt")["state"], "proven");
    place.run("fsck otro").ends(0);
    // It is a line of the log of acts and nobody's paper.
    let exported = place.run("export --institution otro --form csv --out record --json").ends(0).json();
    // Two, of which the first was withdrawn: they stand apart from the certificates.
    assert_eq!((&exported["certificates"], &exported["delegations"]), (&1.into(), &2.into()), "{exported}");
    let table = String::from_utf8(place.read("record/delegations.csv")).unwrap();
    assert!(
        table.contains(&serial) && table.contains(&world.did) && table.contains("\"revoked\",\"error\""),
        "{table}"
    );
    assert_eq!(table.lines().count(), 3, "{table}");
    place.run("export --institution otro --form json --out whole").ends(0);
    let whole: Value = serde_json::from_slice(&place.read("whole/record.json")).unwrap();
    assert_eq!(
        (whole["certificates"].as_array().unwrap().len(), whole["delegations"].as_array().unwrap().len()),
        (1, 2)
    );
    let of = |serial: &str| whole["delegations"].as_array().unwrap().iter().find(|it| it["serial"] == serial).unwrap();
    assert_eq!(of(&serial)["delegation"], serde_json::from_str::<Value>(&text).unwrap());
    place.run("export --institution otro --form badges --out badges").ends(0);
    assert_eq!(place.read(format!("badges/{serial}.json")), text.as_bytes());
    assert!(!place.path(format!("badges/{serial}.svg")).exists(), "nobody's certificate");
    // The same again writes over nothing.
    place.run("export --institution otro --form badges --out badges").ends(0);
    place.run("paper otro --out printed").ends(0);
    assert_eq!(place.files("printed", ".pdf").len(), 1);
    place.run(&format!("paper otro {serial} --out printed")).ends(66);
}

#[test]
fn what_is_not_good_or_not_allowed_is_not_bound() {
    let world = World::new();
    let (place, did) = (&world.place, &world.did);
    let rebind = |what: &str, institution: &str, trust: &str| {
        let line = format!("rebind {what} --holder {did} --institution {institution} --trust {trust} --key-file {KEY}");
        place.run(&format!("{line} --json"))
    };
    let ministry = "ministry/trust.json";
    // The first institution issued it, and may not.
    assert_eq!(rebind(&world.paper, "centro", ministry).ends(64).json()["error"]["code"], "not-entitled");
    // Nobody here knows the issuer.
    assert_eq!(rebind(&world.paper, "otro", "otro/trust.json").ends(2).json()["error"]["code"], "undecided");
    // Altered.
    let text = String::from_utf8(place.read(&world.paper)).unwrap();
    place.write("altered.json", text.replace("Rosa Elena Cruz", "Rosa Elena Ruiz"));
    assert_eq!(rebind("altered.json", "otro", ministry).ends(1).json()["error"]["code"], "rejected");
    // Withdrawn by the first institution.
    let serial = world.paper.trim_start_matches("mine/").trim_end_matches(".json").to_owned();
    place.run(&format!("revoke {serial} --institution centro --reason error --key-file {KEY}")).ends(0);
    world.hand_in();
    assert_eq!(rebind(&world.paper, "otro", ministry).ends(1).json()["error"]["code"], "rejected");
    assert!(!place.path("delegation.json").exists());
    // Not a key.
    let line = format!("rebind {} --holder did:web:x.example --institution otro --trust {ministry}", world.paper);
    place.run(&line).ends(64);
}

#[test]
fn in_one_step_only_where_two_people_are_not_required() {
    let world = World::new();
    world.place.run("desk require-two otro --yes").ends(0);
    assert_eq!(world.rebind("").ends(64).json()["error"]["code"], "two-people");
    assert!(!world.place.path("delegation.json").exists());
}
