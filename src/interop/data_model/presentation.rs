//! Presentations (VC 2.0 §4.13): who presents, and what.

use super::{Check, Code, Fault, Reading, entries};
use crate::base::canonical::{Json, Object};

/// 32 credentials in one presentation: each is checked as if it came alone.
pub const CREDENTIALS: usize = 32;

/// The faults of a presentation and of every credential in it.
#[must_use]
pub fn presentation(document: &Object, reading: Reading<'_>) -> Vec<Fault> {
    let mut check = Check { reading, faults: Vec::new() };
    check.presentation(document);
    check.faults
}

impl Check<'_> {
    fn presentation(&mut self, document: &Object) {
        let Some(types) = self.types("", document, "VerifiablePresentation") else { return };
        if types.contains(&"EnvelopedVerifiablePresentation") {
            return self.fault("/type", Code::Enveloped);
        }
        self.contexts("", document);
        match document.get("holder") {
            None => {}
            Some(Json::Object(holder)) => match holder.get("id") {
                None => self.fault("/holder/id", Code::Missing),
                Some(id) => self.url("/holder/id".to_owned(), id),
            },
            Some(id) => self.url("/holder".to_owned(), id),
        }
        self.typed("", document, "termsOfUse", false);
        self.identifiers("", document);
        let credentials = entries(document, "", "verifiableCredential");
        if credentials.len() > CREDENTIALS {
            return self.fault("/verifiableCredential", Code::TooMany);
        }
        for (place, json) in credentials {
            match json.object() {
                // A bare identifier or a JWT is no credential that could be read (§4.13: objects).
                None => self.fault(place, Code::NotAnObject),
                Some(credential) => self.credential(&place, credential),
            }
        }
    }
}
