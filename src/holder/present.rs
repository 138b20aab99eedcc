//! Showing certificates: a presentation (W3C VC 2.0 §4.13) with one `eddsa-jcs-2022` proof of the holder's key, for one question or for a
//! minute.

use super::ask::{ASK_SECONDS, Ask};
use super::key::HolderKey;
use crate::base::canonical::{Json, Object, read};
use crate::base::limits::PRESENTED;
use crate::base::timestamp::Timestamp;
use crate::credential::credential::Credential;
use crate::credential::delegation::Delegation;
use crate::credential::document::{Document as _, Signed};
use crate::credential::presentation::Presentation;

const CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";

/// What it is signed for.
#[derive(Clone, Copy, Debug)]
pub enum Occasion<'a> {
    /// A checker's question.
    Asked(&'a Ask),
    /// Whoever looks within the next minute. It can be handed on, so it proves less.
    Live,
}

/// How it will travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In a code: each certificate with the proofs that a code has room for.
    Code,
    /// As a file or text.
    Whole,
}

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPresented {
    /// One of them is made out to another key.
    AnotherPerson,
    /// No certificate was chosen.
    Empty,
    /// The question's minute is over, by any clock.
    Expired,
    /// One of them cannot go into a code.
    NotForACode,
    /// More than 256.
    TooMany,
    /// What came out cannot be read.
    Unreadable,
}

/// Signs a presentation of these certificates, and of those delegations among them that bind one of these to another key.
///
/// # Errors
/// [`NotPresented`].
pub fn present(
    key: &HolderKey,
    credentials: &[Signed<Credential>],
    occasion: Occasion<'_>,
    form: Form,
    now: Timestamp,
) -> Result<Signed<Presentation>, NotPresented> {
    if credentials.is_empty() {
        return Err(NotPresented::Empty);
    }
    if credentials.len() > PRESENTED {
        return Err(NotPresented::TooMany);
    }
    let holder = key.did();
    let (delegations, credentials): (Vec<_>, Vec<_>) = credentials.iter().partition(|it| Delegation::is_claimed_by(it));
    if credentials.is_empty() {
        return Err(NotPresented::Empty);
    }
    let mine = |id: Option<&str>| id.is_none_or(|id| id == holder.as_str());
    let digests: Vec<String> = credentials.iter().map(|it| it.digest_multibase()).collect();
    // Those that speak of what is shown; the others are nobody's business there.
    let speaks = |it: &&Signed<Credential>| it.claimed_related().is_some_and(|of| digests.iter().any(|it| it == of));
    let delegations: Vec<_> = delegations.into_iter().filter(speaks).collect();
    let is_delegated = |it: &Signed<Credential>| {
        let digest = it.digest_multibase();
        let to_holder = |it: &&Signed<Credential>| it.claimed_subjects().contains(&Some(holder.as_str()));
        delegations.iter().filter(|it| it.claimed_related() == Some(&digest)).any(to_holder)
    };
    if credentials.iter().any(|it| !it.claimed_subjects().into_iter().all(mine) && !is_delegated(it)) {
        return Err(NotPresented::AnotherPerson);
    }
    let carried = |credential: &Signed<Credential>| match form {
        Form::Whole => Ok(credential.to_json()),
        Form::Code => {
            let bytes = credential.to_packet_document().ok_or(NotPresented::NotForACode)?;
            read(&bytes, Credential::BOUNDS).map_err(|_| NotPresented::Unreadable)
        }
    };
    let credentials = credentials.into_iter().chain(delegations).map(carried).collect::<Result<Vec<_>, _>>()?;
    let document = Object::from_iter([
        ("@context", Json::List(vec![CONTEXT.into()])),
        ("holder", holder.as_str().into()),
        ("type", Json::List(vec!["VerifiablePresentation".into()])),
        ("verifiableCredential", Json::List(credentials)),
    ]);
    let addressed = match occasion {
        Occasion::Asked(ask) if ask.is_long_over(now) => return Err(NotPresented::Expired),
        Occasion::Asked(ask) => Object::from_iter([
            ("challenge", Json::from(ask.challenge.as_str())),
            ("domain", ask.audience.as_str().into()),
            // The asker's own words: the clocks of two devices need not agree.
            ("expires", ask.expires.to_string().into()),
        ]),
        Occasion::Live => {
            let expires = Timestamp::from_seconds(now.seconds() + ASK_SECONDS).ok_or(NotPresented::Expired)?;
            Object::from_iter([("expires", Json::from(expires.to_string()))])
        }
    };
    Signed::seal_addressed(document, key.secret(), &key.method(), now, &addressed).map_err(|_| NotPresented::Unreadable)
}

impl NotPresented {
    /// The code of language tables: `present.CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            NotPresented::AnotherPerson => "another-person",
            NotPresented::Empty => "empty",
            NotPresented::Expired => "expired",
            NotPresented::NotForACode => "not-for-a-code",
            NotPresented::TooMany => "too-many",
            NotPresented::Unreadable => "unreadable",
        }
    }
}
