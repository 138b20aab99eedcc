//! Update sequences against a verifier, in the manner of TUF's conformance suite (tests/simulator/README.md): a repository of packs
//! that is broken in one way at a time, and a verifier behind a small interface, once the kernel and once the built program.

pub mod client;
mod keys;
mod random;
pub mod repository;
mod rollback;
mod standing;

use serde_json::Value;

use crate::common::documents::{NOW, module, signed};
use client::{Client, Kernel, Program};
use repository::{Part, Repository};

/// Plays one case against each verifier, on the repository as it is and after its first file was taken in.
fn each(case: impl Fn(&mut dyn Client, Repository)) {
    let repository = Repository::new();
    let pinned = repository.first_root();
    let clients: [Box<dyn Client>; 2] = [Box::new(Kernel::new(pinned)), Box::new(Program::new(pinned))];
    for mut client in clients {
        client.update(&repository.file(), NOW).unwrap();
        assert_eq!(client.versions(), Some((1, 1, 1)));
        case(client.as_mut(), repository.clone());
    }
}

/// The credential that is asked about: accepted under an untouched repository.
fn credential() -> Value {
    signed(&module())
}

/// It is refused, and what is here still serves.
#[track_caller]
fn refused(client: &mut dyn Client, file: &[u8], code: &str) {
    let before = client.versions();
    let outcome = client.verify(&credential(), NOW);
    assert_eq!(client.update(file, NOW), Err(code.to_owned()));
    assert_eq!(client.versions(), before, "{code}");
    assert_eq!(client.verify(&credential(), NOW), outcome, "{code}");
}

#[test]
fn first_file_and_a_newer_one() {
    each(|client, mut repository| {
        assert_eq!(client.verify(&credential(), NOW), "accept");
        client.update(&repository.publish(), NOW).unwrap();
        assert_eq!(client.versions(), Some((1, 1, 2)));
        repository.revoke(&[13, 94_567]);
        client.update(&repository.publish(), NOW).unwrap();
        assert_eq!(client.verify(&credential(), NOW), "reject");
        // The same file again is no news.
        client.update(&repository.file(), NOW).unwrap();
        assert_eq!(client.versions(), Some((1, 1, 3)));
    });
}

/// Members that no version knows yet stay inside the signature, and a new root with them is followed.
#[test]
fn members_of_a_later_version() {
    each(|client, mut repository| {
        for part in Part::ALL {
            repository.part(part)["later"] = serde_json::json!({"of": [1, "another", null]});
        }
        repository.root["roles"]["root"]["another-field"] = "value".into();
        repository.bump(Part::Root).bump(Part::Accreditation);
        client.update(&repository.publish(), NOW).unwrap();
        assert_eq!(client.versions(), Some((2, 2, 2)));
    });
}
