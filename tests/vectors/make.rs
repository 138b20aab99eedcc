//! Makes the vectors: fixed seeds, fixed times, the same bytes on every machine. `make_vectors` writes them.

mod attacks;
mod compromise;
mod dates;
mod delegations;
mod entitled;
mod evidence;
mod foreign;
mod form;
mod json_texts;
mod lists;
mod packets;
mod presentations;
pub mod receipts;
mod structure;
mod trust_packs;
mod updates;
pub mod vacancies;
mod worth;

use serde_json::{Value, json};

use crate::common::documents::NOW;
use crate::common::{countries, lists as broken_lists, packs};

/// Every file by its path under tests/vectors, with its text.
pub fn files() -> Vec<(String, String)> {
    let mut made = Made::default();
    attacks::all(&mut made);
    compromise::all(&mut made);
    dates::all(&mut made);
    delegations::all(&mut made);
    entitled::all(&mut made);
    evidence::all(&mut made);
    foreign::all(&mut made);
    form::all(&mut made);
    json_texts::all(&mut made);
    lists::all(&mut made);
    packets::all(&mut made);
    presentations::all(&mut made);
    receipts::all(&mut made);
    structure::all(&mut made);
    trust_packs::all(&mut made);
    updates::all(&mut made);
    vacancies::all(&mut made);
    worth::all(&mut made);
    let vectors = made.0.into_iter().map(|draft| (format!("{}/{}.json", draft.folder, draft.name), draft.to_text()));
    let packs = packs::all().into_iter().chain(countries::all()).chain(broken_lists::all());
    let packs = packs.chain([("held", updates::held().file())]);
    let packs = packs.map(|(name, bytes)| (format!("packs/{name}.json"), String::from_utf8(bytes).unwrap()));
    let files: Vec<_> = vectors.chain(packs).collect();
    let mut names: Vec<&String> = files.iter().map(|(path, _)| path).collect();
    names.sort();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "a name stands twice");
    files
}

/// The vectors made so far.
#[derive(Default)]
pub struct Made(Vec<Draft>);

/// A vector about to be written. Its file opens with the expectation.
pub struct Draft {
    folder: &'static str,
    name: String,
    expect: Value,
    about: String,
    more: Vec<(&'static str, Value)>,
    document: Value,
}

impl Made {
    /// A credential, by default checked against the pilot pack at the usual time.
    pub fn credential(&mut self, name: &str, about: &str, expect: Value, document: Value) -> &mut Draft {
        self.add("credential", name, about, expect, document).with("now", NOW.into())
    }

    /// A JSON text.
    pub fn json(&mut self, name: &str, about: &str, expect: Value, text: impl Into<Value>) -> &mut Draft {
        self.add("json", name, about, expect, text.into())
    }

    /// A scanned text, read and then checked against the pilot pack at the usual time.
    pub fn packet(&mut self, name: &str, about: &str, expect: Value, text: String) -> &mut Draft {
        self.add("packet", name, about, expect, text.into()).with("now", NOW.into())
    }

    /// What was shown at the usual time.
    pub fn presentation(&mut self, name: &str, about: &str, expect: Value, document: Value) -> &mut Draft {
        self.add("presentation", name, about, expect, document).with("now", NOW.into())
    }

    /// A vacancy, held against certificates at the usual time.
    pub fn vacancy(&mut self, name: &str, about: &str, expect: Value, document: Value) -> &mut Draft {
        self.add("vacancy", name, about, expect, document).with("now", NOW.into())
    }

    /// A receipt of a check.
    pub fn receipt(&mut self, name: &str, about: &str, expect: Value, document: Value) -> &mut Draft {
        self.add("receipt", name, about, expect, document)
    }

    /// A pack to load.
    pub fn pack(&mut self, name: &str, about: &str, expect: Value, document: Value) -> &mut Draft {
        self.add("pack", name, about, expect, document)
    }

    fn add(&mut self, folder: &'static str, name: &str, about: &str, expect: Value, document: Value) -> &mut Draft {
        self.0.push(Draft {
            folder,
            name: name.to_owned(),
            expect,
            about: about.to_owned(),
            more: Vec::new(),
            document,
        });
        self.0.last_mut().unwrap()
    }
}

impl Draft {
    /// Sets a member of the file.
    pub fn with(&mut self, name: &'static str, value: Value) -> &mut Self {
        self.more.retain(|(there, _)| *there != name);
        self.more.push((name, value));
        self
    }

    /// The verifier's time.
    pub fn at(&mut self, now: &str) -> &mut Self {
        self.with("now", now.into())
    }

    /// The packs at hand, by name.
    pub fn packs(&mut self, names: &[&str]) -> &mut Self {
        self.with("packs", names.into())
    }

    /// What was presented together with it.
    pub fn presented(&mut self, documents: &[&Value]) -> &mut Self {
        self.with("presented", documents.iter().map(|document| (*document).clone()).collect())
    }

    /// The country that was chosen.
    pub fn country(&mut self, code: &str) -> &mut Self {
        self.with("country", code.into())
    }

    fn to_text(&self) -> String {
        let line = |value: &Value| serde_json::to_string(value).unwrap();
        let mut text =
            format!("{{\n\"expect\": {},\n\"about\": {},\n", line(&self.expect), line(&self.about.clone().into()));
        // What stands before the first hyphen is the row of threats.md, when it is one.
        let row = self.name.split('-').next().unwrap();
        if row.starts_with(|first: char| first.is_ascii_uppercase()) {
            text += &format!("\"threat\": {},\n", line(&row.into()));
        }
        for (name, value) in &self.more {
            text += &format!("\"{name}\": {},\n", line(value));
        }
        text + &format!("\"document\": {}\n}}\n", line(&self.document))
    }
}

/// Accepted, with these findings.
pub fn accept(findings: &[(&str, &str)]) -> Value {
    let mut expect = json!({"outcome": "accept"});
    if !findings.is_empty() {
        expect["findings"] =
            findings.iter().map(|(check, reason)| ((*check).to_owned(), Value::from(*reason))).collect();
    }
    expect
}

/// Rejected, with this deciding reason.
pub fn reject(reason: &str) -> Value {
    json!({"outcome": "reject", "reason": reason})
}

/// Undecided, with this deciding reason.
pub fn undecided(reason: &str) -> Value {
    json!({"outcome": "undecided", "reason": reason})
}

/// Undecided because malformed, at this place.
pub fn malformed(at: &str) -> Value {
    json!({"outcome": "undecided", "findings": {"form": "malformed"}, "at": at, "shown": null})
}

/// Undecided because of somebody else's kind, by a listed body.
pub fn foreign() -> Value {
    json!({"outcome": "undecided", "reason": "foreign-kind",
           "findings": {"signature": "signature-holds", "form": "foreign-form"}, "shown": {"mark": "authentic"}})
}

/// Not even a signed document.
pub fn unreadable(reason: &str) -> Value {
    json!({"outcome": "unreadable", "reason": reason})
}

/// Content as it may be shown.
pub fn showing(mut expect: Value, mark: &str, name: &str) -> Value {
    expect["shown"] = json!({"mark": mark, "name": name});
    expect
}

/// How a certificate that speaks about another one stands to it.
pub fn linked(mut expect: Value, link: &str) -> Value {
    expect["link"] = link.into();
    expect
}

/// What is said about its worth, in order: outcome, and whether a decision says it and not a rule.
pub fn saying(mut expect: Value, worth: &[(&str, bool)]) -> Value {
    let said = worth.iter().map(|(outcome, decision)| json!({"outcome": outcome, "decision": decision}));
    expect["worth"] = said.collect();
    expect
}
