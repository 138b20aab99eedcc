//! What is read of a document is what was signed (Data Integrity 1.0 §4.6, threats.md B10).
//!
//! A signature over RDF covers statements, not spelling: contexts are no part of it, and one statement has many spellings. Whoever holds a
//! file could write `credentialStatus` or `validUntil` under its full IRI, an alias, a prefix, `@set`, `@reverse` or another node of the same
//! name; nothing signed would change, and a reader of JSON would see neither. So what this program reads by member names has to stand under
//! these names, and these names have to stand for what was signed.

use std::sync::Arc;

use crate::base::canonical::{Json, Object};
use crate::interop::rdfc::expanded::{Item, Node};
use crate::interop::rdfc::quad::Term;
use crate::interop::rdfc::refused::{Place, Refused};

/// A member that is read by its name.
struct Member {
    name: &'static str,
    meaning: Meaning,
    /// What is read of its values.
    within: &'static [Member],
}

/// What a member may stand for.
enum Meaning {
    /// One of these, and these stand nowhere else in the node: something is decided by it.
    These(&'static [&'static str]),
    /// An IRI that ends in its own name, in whatever vocabulary: it is shown.
    OwnName,
}

use Meaning::{OwnName, These};

const fn shown(name: &'static str, within: &'static [Member]) -> Member {
    Member { name, meaning: OwnName, within }
}

const fn decides(name: &'static str, iris: &'static [&'static str], within: &'static [Member]) -> Member {
    Member { name, meaning: These(iris), within }
}

/// What [`crate::credential::foreign::Foreign`], [`crate::trust::foreign_list::ForeignList`] and presentations are read from.
const DOCUMENT: [Member; 8] = [
    decides("credentialStatus", &[CREDENTIAL_STATUS], &STATUS),
    decides("credentialSubject", &["https://www.w3.org/2018/credentials#credentialSubject"], &SUBJECT),
    decides("expirationDate", &["https://www.w3.org/2018/credentials#expirationDate"], &[]),
    decides("issuanceDate", &["https://www.w3.org/2018/credentials#issuanceDate"], &[]),
    decides("issuer", &["https://www.w3.org/2018/credentials#issuer"], &[shown("name", &[])]),
    decides("validFrom", &["https://www.w3.org/2018/credentials#validFrom"], &[]),
    decides("validUntil", &["https://www.w3.org/2018/credentials#validUntil"], &[]),
    shown("name", &[]),
];
const CREDENTIAL_STATUS: &str = "https://www.w3.org/2018/credentials#credentialStatus";
/// What the holder of a presentation is read from.
const PRESENTATION: [Member; 1] = [decides("holder", &["https://www.w3.org/2018/credentials#holder"], &[])];
/// Of an entry of one of [`ENTRIES`]; others' members have meanings of their own.
const STATUS: [Member; 4] = [
    decides(
        "statusListCredential",
        &[
            "https://www.w3.org/ns/credentials/status#statusListCredential",
            "https://w3id.org/vc/status-list#statusListCredential",
        ],
        &[],
    ),
    decides(
        "statusListIndex",
        &[
            "https://www.w3.org/ns/credentials/status#statusListIndex",
            "https://w3id.org/vc/status-list#statusListIndex",
        ],
        &[],
    ),
    PURPOSE,
    SIZE,
];
const PURPOSE: Member = decides(
    "statusPurpose",
    &["https://www.w3.org/ns/credentials/status#statusPurpose", "https://w3id.org/vc/status-list#statusPurpose"],
    &[],
);
const SIZE: Member = decides("statusSize", &["https://www.w3.org/ns/credentials/status#statusSize"], &[]);
const SUBJECT: [Member; 6] = [
    shown("achievement", &[shown("name", &[])]),
    decides(
        "encodedList",
        &["https://www.w3.org/ns/credentials/status#encodedList", "https://w3id.org/vc/status-list#encodedList"],
        &[],
    ),
    shown("identifier", &[shown("hashed", &[]), shown("identityHash", &[]), shown("identityType", &[])]),
    shown("name", &[]),
    PURPOSE,
    SIZE,
];
/// What [`crate::credential::proof::Proof`] is read from.
const PROOF: [Member; 8] = [
    decides("challenge", &["https://w3id.org/security#challenge"], &[]),
    decides("created", &["http://purl.org/dc/terms/created"], &[]),
    decides("cryptosuite", &["https://w3id.org/security#cryptosuite"], &[]),
    decides("domain", &["https://w3id.org/security#domain"], &[]),
    decides("expires", &["https://w3id.org/security#expiration"], &[]),
    decides("previousProof", &["https://w3id.org/security#previousProof"], &[]),
    decides("proofPurpose", &["https://w3id.org/security#proofPurpose"], &[]),
    decides("verificationMethod", &["https://w3id.org/security#verificationMethod"], &[]),
];

/// Types that something is decided by.
const TYPES: [(&str, &str); 10] = [
    ("BitstringStatusList", "https://www.w3.org/ns/credentials/status#BitstringStatusList"),
    ("BitstringStatusListCredential", "https://www.w3.org/ns/credentials/status#BitstringStatusListCredential"),
    ("BitstringStatusListEntry", "https://www.w3.org/ns/credentials/status#BitstringStatusListEntry"),
    ("DataIntegrityProof", "https://w3id.org/security#DataIntegrityProof"),
    ("Ed25519Signature2020", "https://w3id.org/security#Ed25519Signature2020"),
    ("StatusList2021", "https://w3id.org/vc/status-list#StatusList2021"),
    ("StatusList2021Credential", "https://w3id.org/vc/status-list#StatusList2021Credential"),
    ("StatusList2021Entry", "https://w3id.org/vc/status-list#StatusList2021Entry"),
    ("VerifiableCredential", "https://www.w3.org/2018/credentials#VerifiableCredential"),
    ("VerifiablePresentation", "https://www.w3.org/2018/credentials#VerifiablePresentation"),
];
const ENTRIES: [&str; 2] = ["BitstringStatusListEntry", "StatusList2021Entry"];
const PROOFS: [&str; 2] = ["DataIntegrityProof", "Ed25519Signature2020"];

/// Purposes of proofs, which stand there as terms (Data Integrity 1.0 §2.6).
const PURPOSES: [(&str, &str); 5] = [
    ("assertionMethod", "https://w3id.org/security#assertionMethod"),
    ("authentication", "https://w3id.org/security#authenticationMethod"),
    ("capabilityDelegation", "https://w3id.org/security#capabilityDelegationMethod"),
    ("capabilityInvocation", "https://w3id.org/security#capabilityInvocationMethod"),
    ("keyAgreement", "https://w3id.org/security#keyAgreementMethod"),
];

/// Whether a document, or a proof's options, reads as what its statements say.
///
/// # Errors
/// [`Refused::Unsupported`] at the member that does not.
pub(super) fn check(document: &Object, node: &Node) -> Result<(), Refused> {
    let place = Place::top();
    // Whatever is read here is of one of the types, by its name; and whatever is of one by its statements says so.
    if !TYPES.iter().any(|(name, iri)| has_type(document, name) || is_of(node, iri)) {
        return Ok(());
    }
    if PROOFS.iter().any(|name| has_type(document, name)) {
        return same_node(document, node, &PROOF, &place);
    }
    same_node(document, node, &DOCUMENT, &place)?;
    if has_type(document, "VerifiablePresentation") {
        same_node(document, node, &PRESENTATION, &place)?;
    }
    said_once(node, &place)
}

fn same_node(object: &Object, node: &Node, members: &[Member], place: &Place) -> Result<(), Refused> {
    let id = object.get("id").and_then(Json::text);
    if id != node.id.as_deref() {
        return Err(place.member("id")?.unsupported());
    }
    if TYPES.iter().any(|(name, iri)| has_type(object, name) != is_of(node, iri)) {
        return Err(place.member("type")?.unsupported());
    }
    for member in members {
        let here = place.member(member.name)?;
        let values = entries(object.get(member.name));
        let is = |iri: &Arc<str>| match member.meaning {
            These(iris) => iris.contains(&&**iri),
            // What does not stand under its name is not read at all.
            OwnName => !values.is_empty() && ends_in(iri, member.name),
        };
        let items = node.properties.iter().filter(|(iri, _)| is(iri)).flat_map(|(_, items)| items);
        let items: Vec<&Item> = items.collect();
        // A language map: its texts are not read.
        let of_languages = |json: &Json| json.object().is_some_and(|object| object.get("@value").is_none());
        if matches!(member.meaning, OwnName)
            && let [single] = values
            && of_languages(single)
            && items.iter().all(|item| matches!(item, Item::Literal(_)))
            && !items.is_empty()
        {
            continue;
        }
        if values.len() != items.len() {
            return Err(here.unsupported());
        }
        for (value, item) in values.iter().zip(items) {
            same(value, item, member.within_of(value), &here)?;
        }
    }
    Ok(())
}

impl Member {
    /// What is read of one of its values: of a status entry of another type, nothing.
    fn within_of(&self, value: &Json) -> &'static [Member] {
        let unread = |object: &Object| !ENTRIES.iter().any(|name| has_type(object, name));
        if self.name == "credentialStatus" && value.object().is_some_and(unread) { &[] } else { self.within }
    }
}

fn same(json: &Json, item: &Item, within: &[Member], place: &Place) -> Result<(), Refused> {
    let is_same = match (json, item) {
        (Json::Object(object), Item::Node(node)) => return same_node(object, node, within, place),
        (Json::Object(object), Item::Literal(_)) => object.get("@value").is_some(),
        (Json::Text(text), Item::Node(Node { id: Some(id), .. })) => {
            **text == **id || PURPOSES.contains(&(text.as_str(), &**id))
        }
        (Json::Text(text), Item::Literal(Term::Literal { value, .. })) => text == value,
        (Json::Bool(_) | Json::Float(_) | Json::Integer(_), Item::Literal(_)) => true,
        _ => false,
    };
    if is_same { Ok(()) } else { Err(place.unsupported()) }
}

/// What decides something about the document, or about an entry of its status, stands in its own node and in no other of the same name.
fn said_once(document: &Node, place: &Place) -> Result<(), Refused> {
    let entries =
        document.properties.iter().filter(|(iri, _)| **iri == *CREDENTIAL_STATUS).flat_map(|(_, items)| items);
    let names: Vec<&str> =
        entries.filter_map(node_of).chain([document]).filter_map(|node| node.id.as_deref()).collect();
    let mut left: Vec<&Node> = document.reverse.iter().flat_map(|(_, nodes)| nodes).collect();
    for (iri, items) in &document.properties {
        let of_entries = **iri == *CREDENTIAL_STATUS;
        for node in items.iter().flat_map(nodes_of) {
            if of_entries { left.extend(nodes_in(node)) } else { left.push(node) }
        }
    }
    while let Some(node) = left.pop() {
        if node.id.as_deref().is_some_and(|id| names.contains(&id)) && decides_something(node) {
            return Err(place.member("id")?.unsupported());
        }
        left.extend(nodes_in(node));
    }
    Ok(())
}

/// The nodes within a node that state something in the same graph.
fn nodes_in(node: &Node) -> impl Iterator<Item = &Node> {
    let of_properties = node.properties.iter().flat_map(|(_, items)| items).flat_map(nodes_of);
    of_properties.chain(node.reverse.iter().flat_map(|(_, nodes)| nodes))
}

/// An item's node, or those of a list, however deep.
fn nodes_of(item: &Item) -> Vec<&Node> {
    match item {
        Item::List(items) => items.iter().flat_map(nodes_of).collect(),
        Item::Literal(_) => Vec::new(),
        Item::Node(node) => vec![node],
    }
}

fn node_of(item: &Item) -> Option<&Node> {
    if let Item::Node(node) = item { Some(node) } else { None }
}

fn decides_something(node: &Node) -> bool {
    let decides = |iri: &str| {
        DOCUMENT.iter().chain(&STATUS).chain(&SUBJECT).any(|member| match member.meaning {
            These(iris) => iris.contains(&iri),
            OwnName => false,
        })
    };
    node.properties.iter().any(|(iri, _)| decides(iri)) || TYPES.iter().any(|(_, iri)| is_of(node, iri))
}

fn is_of(node: &Node, iri: &str) -> bool {
    node.types.iter().any(|kind| **kind == *iri)
}

fn has_type(object: &Object, name: &str) -> bool {
    entries(object.get("type")).iter().any(|kind| kind.text() == Some(name))
}

/// One value, or a list's entries; of `null`, which says nothing, none.
fn entries(json: Option<&Json>) -> &[Json] {
    match json {
        None | Some(Json::Null) => &[],
        Some(Json::List(list)) => list,
        Some(single) => std::slice::from_ref(single),
    }
}

/// Whether an IRI's last part is a term's name, in whatever case, perhaps with a number: `…/vocab.html#achievement-0`.
fn ends_in(iri: &str, name: &str) -> bool {
    let last = iri.rsplit(['/', '#', ':']).next().unwrap_or_default();
    let own = last.split_once('-').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
    own.map_or(last, |(own, _)| own).eq_ignore_ascii_case(name)
}
