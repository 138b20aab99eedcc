//! What a document names that stands elsewhere, and that its verification would want at hand.

use crate::base::canonical::{Json, Object};
use crate::interop::did_document::address_of;

/// 16 levels of a document are looked through for contexts; deeper ones are left to the reader that refuses them.
const LEVELS: usize = 16;

/// Something to have at hand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// The address, as the document has it, or where the DID method puts the document.
    pub address: String,
    /// What should stand there.
    pub what: What,
}

/// What stands at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A JSON-LD context.
    Context,
    /// A DID document or controlled identifier document.
    Keys,
    /// A status list credential.
    List,
}

impl What {
    /// The code of results and language tables: `fetch.what.CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            What::Context => "context",
            What::Keys => "keys",
            What::List => "list",
        }
    }
}

/// What a credential, a presentation or a status list credential needs: its issuer's or holder's keys, the lists of its status entries, the
/// contexts that `known` does not have. Each once.
#[must_use]
pub fn of_document(document: &Object, known: &dyn Fn(&str) -> bool) -> Vec<Need> {
    let mut needs = Vec::new();
    // A URN is a name that stands nowhere: whoever has the thing has it from elsewhere, from a pack for one.
    let mut add = |address: String, what: What| {
        if !address.starts_with("urn:") {
            needs.push(Need { address, what });
        }
    };
    for name in ["issuer", "holder"] {
        if let Some(address) = id_of(document.get(name)).and_then(address_of) {
            add(address, What::Keys);
        }
    }
    for proof in each(document.get("proof")).filter_map(Json::object) {
        let method = proof.get("verificationMethod");
        if let Some(address) = id_of(method).and_then(address_of) {
            add(address, What::Keys);
        }
    }
    for status in each(document.get("credentialStatus")).filter_map(Json::object) {
        if let Some(address) = status.get("statusListCredential").and_then(Json::text) {
            add(address.to_owned(), What::List);
        }
    }
    contexts(&Json::Object(document.clone()), LEVELS, &mut |address| {
        if !known(address) {
            add(address.to_owned(), What::Context);
        }
    });
    needs.sort();
    needs.dedup();
    needs
}

/// The contexts that a context is made of.
#[must_use]
pub fn of_context(context: &Json, known: &dyn Fn(&str) -> bool) -> Vec<Need> {
    let mut needs = Vec::new();
    contexts(context, LEVELS, &mut |address| {
        if !known(address) {
            needs.push(Need { address: address.to_owned(), what: What::Context });
        }
    });
    needs.sort();
    needs.dedup();
    needs
}

/// The identifier of something that may be named or embedded.
fn id_of(json: Option<&Json>) -> Option<&str> {
    let json = json?;
    json.text().or_else(|| json.object()?.get("id")?.text())
}

/// One value, or a list's entries.
fn each(json: Option<&Json>) -> impl Iterator<Item = &Json> {
    let (list, single) = match json {
        Some(Json::List(list)) => (list.as_slice(), None),
        other => (&[][..], other),
    };
    list.iter().chain(single)
}

/// Every address that stands as a context, wherever contexts may stand (JSON-LD 1.1 §4.1: `@context`, and `@import` inside one).
fn contexts(json: &Json, levels: usize, found: &mut dyn FnMut(&str)) {
    let Some(levels) = levels.checked_sub(1) else { return };
    match json {
        Json::List(list) => list.iter().for_each(|entry| contexts(entry, levels, found)),
        Json::Object(object) => {
            for (name, value) in object.iter() {
                if name == "@context" {
                    each(Some(value)).filter_map(Json::text).for_each(&mut *found);
                }
                if name == "@import"
                    && let Some(address) = value.text()
                {
                    found(address);
                }
                contexts(value, levels, found);
            }
        }
        _ => {}
    }
}
