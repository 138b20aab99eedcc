//! What a checker may say of whoever shows certificates (design §7): three states, and what is refused. It says nothing about the
//! certificates; each of them has its own verdict.

use super::ask::{ASK_SECONDS, Ask, Audience};
use crate::base::canonical::{Json, Object};
use crate::base::did::Did;
use crate::base::limits::CLOCK_DRIFT_SECONDS;
use crate::base::timestamp::Timestamp;
use crate::carry::unpack;
use crate::credential::achievement::Kind;
use crate::credential::credential::Credential;
use crate::credential::delegation::Delegation;
use crate::credential::document::{Document as _, Signed, Unproven};
use crate::credential::presentation::Presentation;
use crate::credential::proof::{Proof, Suites};
use crate::verify::delegated::{among, way};
use crate::verify::message::{Fact, Words};
use crate::verify::{Answer, Delegated, Evidence};

/// What a checker remembers of its own asking. A question read from anywhere else is not its own.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What it asked.
    pub ask: Ask,
    /// It had its answer: a second one is a replay (threats.md G1).
    pub answered: bool,
}

/// What was found about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The phone held the key at this time. A code on a screen can be handed on, so it is never "proven".
    Held {
        /// When, by the phone's clock.
        at: Timestamp,
    },
    /// Nothing was shown about who holds it.
    NotProven(Why),
    /// The key answered this checker's own fresh question.
    Proven {
        /// Whose question.
        audience: Audience,
    },
    /// What was shown is not as it should be: nothing in it is looked at.
    Refused(Why),
}

/// Why it is not proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The signature does not hold.
    Altered,
    /// A certificate in it belongs to another key (threats.md G4).
    AnotherPerson,
    /// Two delegations bind a certificate in it to two keys.
    Conflict,
    /// A certificate alone: whoever has a copy can show it.
    Copy,
    /// A delegation that should bind a certificate to this key does not count.
    DelegationRefused,
    /// Whether a delegation counts cannot be told.
    DelegationUnclear,
    /// Its minute is over.
    Expired,
    /// Not in the one form that is read.
    Form,
    /// A certificate in it was bound to another key since.
    FormerKey,
    /// Its time lies ahead.
    FromTheFuture,
    /// There is no certificate in it.
    NoCredential,
    /// It answers a question, and nothing was asked here.
    NotAsked,
    /// It was made for another place (threats.md G2).
    OtherAudience,
    /// It answers another question.
    OtherChallenge,
    /// The question had its answer already (threats.md G1).
    Replay,
    /// A certificate in it is bound to no key (threats.md G3).
    Unbound,
    /// The proof is for another purpose.
    WrongPurpose,
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// About the person.
    pub state: State,
    /// Kinds that were asked for and are not there.
    pub lacking: Vec<Kind>,
    /// The delegations that speak of its certificates, and whether each counts.
    pub delegations: Vec<Delegated>,
}

/// Checks what was shown: a presentation as JSON or as the text of a code; anything else is a copy. A delegation counts from within it, and
/// from what the evidence holds beside it. One that nobody has brought is not known here, and the former key may then still answer.
#[must_use]
pub fn check(shown: &[u8], asked: Option<&Asked>, evidence: &Evidence, now: Timestamp) -> Checked {
    let unpacked = std::str::from_utf8(shown).ok().and_then(|text| unpack(text.trim()).ok());
    let bytes = unpacked.as_ref().map_or(shown, |unpacked| &unpacked.document);
    let of = |state| Checked { state, lacking: Vec::new(), delegations: Vec::new() };
    match Signed::<Presentation>::read(bytes) {
        Ok(signed) if !signed.claimed_types().contains(&TYPE) => of(State::NotProven(Why::Copy)),
        Ok(signed) => {
            let mut delegations = Vec::new();
            let state = state(&signed, asked, &mut delegations, evidence, now).unwrap_or_else(|why| match why {
                // Of another suite or shape, as others make them: nothing is wrong with it, and nothing is shown about the person.
                Why::Form => State::NotProven(why),
                why => State::Refused(why),
            });
            let lacking = match (&state, asked) {
                (State::Refused(_), _) | (_, None) => Vec::new(),
                (_, Some(asked)) => lacking(&signed, &asked.ask),
            };
            Checked { state, lacking, delegations }
        }
        // Unsigned, or no JSON at all: what is in it, if anything, is a copy.
        Err(_) => of(State::NotProven(Why::Copy)),
    }
}

/// Whose the certificates are that somebody shows, whatever the occasion.
#[derive(Clone, Debug, PartialEq)]
pub struct Whose {
    /// *Yes*: each is the holder's own. *No*: one is another's. *Cannot tell*: one is bound to no key, or nobody can tell to which.
    pub answer: Answer,
    /// Why it is no *yes*.
    pub why: Option<Why>,
    /// The delegations that speak of them, and whether each counts.
    pub delegations: Vec<Delegated>,
}

/// Whose certificates are, by their own keys and the delegations that speak of them: what [`check`] asks of them too. Whether the holder has signed
/// is another question.
#[must_use]
pub fn whose_are(presentation: &Object, evidence: &Evidence, now: Timestamp) -> Whose {
    let mut delegations = Vec::new();
    // What lies beside its certificates may be somebody else's.
    let whole = Presentation::parse(presentation).map_err(|_| Why::Form);
    let holder = presentation.get("holder").and_then(Json::text).ok_or(Why::Form);
    let whole = whole.and_then(|it| binding(&it.credentials, holder?, &mut delegations, evidence, now));
    let (answer, why) = match whole {
        Ok(None) => (Answer::Yes, None),
        Ok(Some(why)) | Err(why @ (Why::Form | Why::NoCredential)) => (Answer::CannotTell, Some(why)),
        Err(why) => (Answer::No, Some(why)),
    };
    Whose { answer, why, delegations }
}

const TYPE: &str = "VerifiablePresentation";

fn state(
    signed: &Signed<Presentation>,
    asked: Option<&Asked>,
    spoken: &mut Vec<Delegated>,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<State, Why> {
    // One proof, of the holder's own key: beside another nobody could tell which of them answered.
    let [proof] = signed.proofs() else { return Err(Why::Form) };
    let holder = signed.claimed_holder().and_then(|text| Did::parse(text).ok()).ok_or(Why::Form)?;
    let key = holder.own_key().ok_or(Why::Form)?;
    if proof.claimed_method != format!("{holder}#{}", key.to_multikey()) {
        return Err(Why::Form);
    }
    // First of all: what is not signed says nothing.
    let content =
        signed.intact_as::<Presentation>(proof, &key, &Suites::default()).map_err(|unproven| match unproven {
            Unproven::Broken => Why::Altered,
            Unproven::WrongPurpose => Why::WrongPurpose,
            _ => Why::Form,
        })?;
    let unproven = binding(&content.claimed().credentials, holder.as_str(), spoken, evidence, now)?;
    let on_occasion = match (&proof.claimed_challenge, asked) {
        (None, _) => live(proof, now)?,
        (Some(_), None) => return Err(Why::NotAsked),
        (Some(challenge), Some(asked)) => {
            if proof.claimed_domains != [asked.ask.audience.as_str()] {
                return Err(Why::OtherAudience);
            }
            if challenge != asked.ask.challenge.as_str() {
                return Err(Why::OtherChallenge);
            }
            if asked.answered {
                return Err(Why::Replay);
            }
            if asked.ask.is_over(now) {
                return Err(Why::Expired);
            }
            State::Proven { audience: asked.ask.audience.clone() }
        }
    };
    Ok(unproven.map_or(on_occasion, State::NotProven))
}

/// Why not every certificate is bound to the holder, if that is so; it is an error when one is another's. The delegations that speak of them
/// are handed out.
fn binding(
    shown: &[Json],
    holder: &str,
    spoken: &mut Vec<Delegated>,
    evidence: &Evidence,
    now: Timestamp,
) -> Result<Option<Why>, Why> {
    let is_delegation = |json: &&Json| json.object().is_some_and(Delegation::is_claimed_in);
    let (within, credentials): (Vec<&Json>, Vec<&Json>) = shown.iter().partition(is_delegation);
    if credentials.is_empty() {
        return Err(Why::NoCredential);
    }
    if within.len() > DELEGATIONS {
        return Err(Why::Form);
    }
    let beside: Vec<Json> = among(evidence.presented.documents()).collect();
    let mut all: Vec<Delegated> = Vec::new();
    for json in within {
        let asked = Delegated::ask(json, evidence, now).ok_or(Why::Form)?;
        all.push(asked);
    }
    // What lies beside and cannot be read is nobody's here.
    let beside = beside.iter().filter_map(|json| Delegated::ask(json, evidence, now));
    for one in beside {
        if !all.iter().any(|known| known.claimed == one.claimed && known.answer == one.answer) {
            all.push(one);
        }
    }
    let mut unproven = None;
    for json in credentials {
        let credential = json.object().ok_or(Why::Form)?;
        let subjects = match credential.get("credentialSubject").ok_or(Why::Form)? {
            Json::List(list) => list.as_slice(),
            single => std::slice::from_ref(single),
        };
        // About nobody: bound to no key.
        let mut keys = if subjects.is_empty() { vec![None] } else { Vec::new() };
        for subject in subjects {
            let subject = subject.object().ok_or(Why::Form)?;
            keys.push(match subject.get("id") {
                Some(id) => Some(id.text().ok_or(Why::AnotherPerson)?),
                None => None,
            });
            // A record of certificates: whose those are, nobody here has asked.
            if subject.get(CARRIED).is_some() {
                return Err(Why::Form);
            }
        }
        if credential.get(CARRIED).is_some() {
            return Err(Why::Form);
        }
        let speaks = speaking(json, &all, evidence);
        let found = match keys.as_slice() {
            [own] => whose(*own, holder, &speaks),
            // Several people in one: none of them is bound anew.
            keys if keys.iter().any(|key| key.is_some_and(|key| key != holder)) => Err(Why::AnotherPerson),
            keys => Ok(keys.contains(&None).then_some(Why::Unbound)),
        };
        // What leads from nowhere here to somebody else is not this holder's business.
        let concerns = |it: &Delegated| {
            let old = it.claimed.old.as_ref().map(Did::as_str);
            it.answer == Answer::Yes || it.claimed.new.as_str() == holder || keys.contains(&old)
        };
        for one in speaks.into_iter().filter(concerns) {
            if !spoken.iter().any(|known| known.claimed == one.claimed && known.answer == one.answer) {
                spoken.push(one);
            }
        }
        unproven = unproven.or(found?);
    }
    Ok(unproven)
}

/// The delegations that speak of a certificate, each asked for it.
fn speaking(json: &Json, all: &[Delegated], evidence: &Evidence) -> Vec<Delegated> {
    if all.is_empty() {
        return Vec::new();
    }
    let Ok(credential) = Signed::<Credential>::of_member(json.clone()) else { return Vec::new() };
    let of_it = all.iter().filter(|it| it.claimed.about.digest == credential.digest()).cloned();
    of_it.map(|it| it.about(credential.claimed_issuer(), evidence)).collect()
}

/// Whether a certificate is the holder's own, by its own key and the delegations that speak of it: what is in the way of "proven", or an
/// error when it is another's.
fn whose(own: Option<&str>, holder: &str, delegations: &[Delegated]) -> Result<Option<Why>, Why> {
    let counted = delegations.iter().filter(|it| it.answer == Answer::Yes);
    let standing = delegations.iter().filter(|it| it.answer != Answer::No);
    let Some(surely) = way(own, counted) else { return Ok(Some(Why::Conflict)) };
    // With those that nobody can tell of it may be another's.
    let perhaps = way(own, standing.clone());
    let is_mine = |way: &[Option<String>]| way.last().is_some_and(|last| last.as_deref() == Some(holder));
    if perhaps.as_ref() != Some(&surely) {
        if is_mine(&surely) || perhaps.is_none_or(|way| is_mine(&way)) {
            return Ok(Some(Why::DelegationUnclear));
        }
    } else if is_mine(&surely) {
        return Ok(None);
    }
    let names_holder = |it: &Delegated| it.claimed.new.as_str() == holder;
    if surely.iter().any(|key| key.as_deref() == Some(holder)) {
        Err(Why::FormerKey)
    } else if standing.clone().any(names_holder) {
        // It begins at a key that nothing here leads to.
        Ok(Some(Why::DelegationUnclear))
    } else if delegations.iter().any(names_holder) {
        Err(Why::DelegationRefused)
    } else if surely.last() == Some(&None) {
        Ok(Some(Why::Unbound))
    } else {
        Err(Why::AnotherPerson)
    }
}

/// 32 delegations in a presentation: no certificate changes its key more often, and each is a signature to ask.
const DELEGATIONS: usize = 32;
const CARRIED: &str = "verifiableCredential";

/// A live code: signed for a minute, and for nobody.
fn live(proof: &Proof, now: Timestamp) -> Result<State, Why> {
    let (Some(created), Some(expires)) = (proof.claimed_created, proof.claimed_expires) else {
        return Err(Why::Form);
    };
    if !proof.claimed_domains.is_empty() {
        return Err(Why::Form);
    }
    // A minute, whatever it says; and a minute more for two clocks that do not agree.
    let end = expires.seconds().min(created.seconds() + ASK_SECONDS) + ASK_SECONDS;
    if now.seconds() > end {
        return Err(Why::Expired);
    }
    if created.seconds() > now.seconds() + CLOCK_DRIFT_SECONDS {
        return Err(Why::FromTheFuture);
    }
    Ok(State::Held { at: created })
}

/// The kinds that were asked for and that no certificate claims to be of.
fn lacking(signed: &Signed<Presentation>, ask: &Ask) -> Vec<Kind> {
    let of_kind = |credential: &Json| {
        let subject = credential.object()?.get("credentialSubject")?.object()?;
        Kind::of_achievement_type(subject.get("achievement")?.object()?.get("achievementType")?.text()?)
    };
    let document = signed.to_json();
    let there = document.object().and_then(|it| it.get(CARRIED)).and_then(Json::list).unwrap_or_default();
    let there: Vec<Kind> = there.iter().filter_map(of_kind).collect();
    ask.kinds.iter().copied().filter(|kind| !there.contains(kind)).collect()
}

impl Whose {
    /// In words: why it is no *yes*, and under `notes` what each delegation comes to and what nobody here can know.
    #[must_use]
    pub fn to_json(&self, words: &Words) -> Object {
        let mut object = Object::from_iter([("answer", Json::from(self.answer.code()))]);
        if let Some(why) = self.why {
            let id = format!("presentation.{}", why.code());
            object.set("next", words.get(&format!("{id}.next")).into());
            object.set("reason", why.code().into());
            object.set("text", words.get(&id).into());
        }
        notes(&mut object, &self.delegations, self.answer == Answer::Yes, words);
        object
    }
}

fn notes(object: &mut Object, delegations: &[Delegated], holds: bool, words: &Words) {
    let mut notes: Vec<Json> = delegations.iter().map(|it| it.text(words).into()).collect();
    if holds {
        notes.push(words.get("presentation.note.unheard").into());
    }
    object.set("notes", Json::List(notes));
    object.set("delegations", Json::List(delegations.iter().map(|it| it.to_json(words).into()).collect()));
}

impl Checked {
    /// In words: the state, and under `notes` what each delegation comes to and what a checker cannot know.
    #[must_use]
    pub fn to_json(&self, words: &Words) -> Object {
        let mut object = self.state.to_json(words);
        let holds = matches!(self.state, State::Held { .. } | State::Proven { .. });
        notes(&mut object, &self.delegations, holds, words);
        object
    }
}

impl State {
    /// Every state's code.
    pub const CODES: [&'static str; 4] = ["held", "not-proven", "proven", "refused"];

    /// The code of files and language tables: `presentation.state.CODE`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            State::Held { .. } => "held",
            State::NotProven(_) => "not-proven",
            State::Proven { .. } => "proven",
            State::Refused(_) => "refused",
        }
    }

    /// The code of the sentence that says more: `presentation.CODE`.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            State::Held { .. } | State::Proven { .. } => self.code(),
            State::NotProven(why) | State::Refused(why) => why.code(),
        }
    }

    /// In words.
    #[must_use]
    pub fn to_json(&self, words: &Words) -> Object {
        let facts = match self {
            State::Held { at } => vec![("time", Fact::Text(at.to_string().get(11..16).unwrap_or_default().to_owned()))],
            State::Proven { audience } => vec![("audience", Fact::Text(audience.as_str().to_owned()))],
            State::NotProven(_) | State::Refused(_) => Vec::new(),
        };
        let id = format!("presentation.{}", self.reason());
        let mut object = Object::from_iter([
            ("next", Json::from(words.say(&format!("{id}.next"), &facts))),
            ("reason", self.reason().into()),
            ("state", self.code().into()),
            ("text", words.say(&id, &facts).into()),
            ("title", words.get(&format!("presentation.state.{}", self.code())).into()),
        ]);
        if let State::Held { at } = self {
            object.set("at", at.to_string().into());
        }
        object
    }
}

impl Why {
    /// Every one.
    pub const ALL: [Why; 17] = [
        Why::Altered,
        Why::AnotherPerson,
        Why::Conflict,
        Why::Copy,
        Why::DelegationRefused,
        Why::DelegationUnclear,
        Why::Expired,
        Why::Form,
        Why::FormerKey,
        Why::FromTheFuture,
        Why::NoCredential,
        Why::NotAsked,
        Why::OtherAudience,
        Why::OtherChallenge,
        Why::Replay,
        Why::Unbound,
        Why::WrongPurpose,
    ];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Why::Altered => "altered",
            Why::AnotherPerson => "another-person",
            Why::Conflict => "conflict",
            Why::Copy => "copy",
            Why::DelegationRefused => "delegation-refused",
            Why::DelegationUnclear => "delegation-unclear",
            Why::Expired => "expired",
            Why::Form => "form",
            Why::FormerKey => "former-key",
            Why::FromTheFuture => "from-the-future",
            Why::NoCredential => "no-credential",
            Why::NotAsked => "not-asked",
            Why::OtherAudience => "other-audience",
            Why::OtherChallenge => "other-challenge",
            Why::Replay => "replay",
            Why::Unbound => "unbound",
            Why::WrongPurpose => "wrong-purpose",
        }
    }
}
