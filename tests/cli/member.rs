//! Who signs, as whoever has the folder says: a signatory waits for the word of another one, and signs nothing before it.

use serde_json::Value;
use skillpass::store::acts::Hand;
use skillpass::store::release::{Batch, BatchState, Decision};
use skillpass::store::staff::{Member, Role};
use skillpass::store::{Store as _, StoreError};

use super::crash::{GIN, by, enrol, people, staffed};
use super::program::{Place, now};

fn standing(place: &Place, login: &str) -> String {
    let list = place.run("member desk list --json").ends(0).json();
    let mut members = list["members"].as_array().unwrap().iter();
    members.find(|it| it["login"] == login).unwrap()["standing"].as_str().unwrap().to_owned()
}

/// They take up their link, as the desk's page does.
fn comes_in(place: &Place, login: &str) -> Member {
    let store = place.store("desk");
    let member = store.member_of_login(login).unwrap().unwrap();
    let version = member.version + 1;
    let came = Member { password: Some(format!("hash of {version}")), invitation: None, version, ..member };
    store.keep_member(&came, &by(&came.id)).unwrap()
}

/// What comes of her releasing a batch.
fn release(place: &Place, batch: &Batch, who: &Member) -> Result<BatchState, StoreError> {
    let decided = place.store("desk").decide(&batch.id, &Decision::Release(batch.digest.clone()), &by(&who.id));
    decided.map(|batch| batch.state)
}

#[test]
fn a_signatory_of_the_command_line_waits_for_another_ones_word() {
    let place = Place::of_world();
    staffed(&place, "");
    let sol = comes_in(&place, "sol");
    assert_eq!(sol.waits, None, "somebody has to be the first");
    let batch = {
        let house = enrol(&place, &people(3));
        let template = house.template(GIN).unwrap();
        let first = skillpass::desk::release::Which::First(9);
        skillpass::desk::release::propose(&house, template, first, "b1", &by("carla"), now()).unwrap().batch
    };

    let said = place.run("member desk add eva --role signatory").ends(0);
    assert!(said.out.starts_with("/desk/#invitation=u"), "{said:?}");
    assert!(said.err.contains("eva firma cuando otra persona que firma lo confirme en el escritorio."), "{said:?}");
    // A clerk signs nothing, and waits for nobody.
    let said = place.run("member desk add bea --role clerk").ends(0);
    assert!(!said.err.contains("otra persona que firma"), "{said:?}");
    assert_eq!((standing(&place, "eva"), standing(&place, "bea")), ("invited".to_owned(), "invited".to_owned()));
    let eva = comes_in(&place, "eva");
    assert_eq!(standing(&place, "eva"), "waits");
    let shown = place.run("member desk list").ends(0).out;
    let line = shown.lines().find(|line| line.starts_with("eva ")).unwrap();
    assert!(line.ends_with("su firma espera confirmación"), "{line}");

    assert_eq!(release(&place, &batch, &eva), Err(StoreError::NotAllowed));
    let confirm = |by: &Hand| {
        let store = place.store("desk");
        let version = store.member_of_login("eva").unwrap().unwrap().version;
        store.confirm_signatory(&eva.id, version, by).map(|member| member.waits)
    };
    // Not by herself, nor by whoever has the folder: it was that hand which gave her the role.
    assert_eq!(confirm(&by(&eva.id)), Err(StoreError::NotAllowed));
    assert_eq!(confirm(&Hand::program(now())), Err(StoreError::NotAllowed));
    assert_eq!(confirm(&by(&sol.id)), Ok(None));
    assert_eq!(standing(&place, "eva"), "active");

    // Whoever comes in by a new link waits again: the one who has the link may be another.
    let said = place.run("member desk invite eva --json").ends(0);
    let told: Value = said.json();
    assert!(told["invitation"].as_str().is_some_and(|path| path.starts_with("/desk/#invitation=u")), "{told}");
    let eva = comes_in(&place, "eva");
    assert_eq!((standing(&place, "eva"), eva.may(Role::Signatory)), ("waits".to_owned(), false));
    assert_eq!(release(&place, &batch, &eva), Err(StoreError::NotAllowed));
    assert_eq!(confirm(&by(&sol.id)), Ok(None));
    assert_eq!(release(&place, &batch, &eva), Ok(BatchState::Released));
    place.run("fsck desk").ends(0);
}
