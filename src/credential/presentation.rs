//! A presentation (W3C VC 2.0 §4.13): credentials that a holder shows, signed for one place and one occasion.

use super::credential::Credential;
use super::document::Document;
use super::members::{Malformed, Members, Problem};
use crate::base::canonical::{Bounds, Json, Object};
use crate::base::limits::{CREDENTIAL_BYTES, PRESENTED};

/// What a holder shows. The credentials in it are each their own document, with a verdict of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Presentation {
    /// The credentials, as they stand in it.
    pub credentials: Vec<Json>,
}

impl Document for Presentation {
    /// Never a credential's: a key that may only authenticate issues nothing (threats.md A11).
    const PURPOSE: &'static str = "authentication";
    const BOUNDS: Bounds = Bounds { bytes: CREDENTIAL_BYTES * 8, ..Credential::BOUNDS };

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        let of_type = match members.need("type")? {
            Json::Text(text) => text == "VerifiablePresentation",
            Json::List(list) => list.iter().any(|it| it.text() == Some("VerifiablePresentation")),
            _ => false,
        };
        if !of_type {
            return Err(members.fault("type", Problem::WrongValue));
        }
        // It has certificates in one place alone: what stands elsewhere in it, nobody has looked at whose it is.
        for elsewhere in ["credentialSubject", "verifiablePresentation"] {
            if members.get(elsewhere).is_some() {
                return Err(members.fault(elsewhere, Problem::WrongValue));
            }
        }
        let credentials = match members.get("verifiableCredential") {
            None => Vec::new(),
            Some(Json::List(list)) if list.len() > PRESENTED => {
                return Err(members.fault("verifiableCredential", Problem::TooLong));
            }
            Some(Json::List(list)) => list.clone(),
            Some(single) => vec![single.clone()],
        };
        Ok(Self { credentials })
    }
}
