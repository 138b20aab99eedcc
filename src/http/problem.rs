//! What is answered when there is no verdict, or a bad one for a program that asked: `application/problem+json` (RFC 9457), a stable code,
//! words, and no internals.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::desk::delivery::NotFetched;
use crate::desk::handover::NotConfirmed;
use crate::desk::institution::DeskError;
use crate::desk::paper::{NotMade, PaperError};
use crate::desk::stationery::NotSettled;
use crate::desk::token::NoEntry;
use crate::interop::intake::NotRead;
use crate::interop::scan::ScanError;
use crate::store::StoreError;
use crate::verify::message::{Fact, Words};

/// How long a client is asked to wait when the server is busy, in seconds: a few checks are done by then.
const RETRY_SECONDS: u32 = 2;

/// One thing that is wrong in a body, as an entry of `errors`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its code, which does not change between versions.
    pub code: String,
    /// Where, as a JSON Pointer (RFC 6901) into the body; `None` when it is about the whole.
    pub pointer: Option<String>,
    /// What it says.
    pub words: String,
}

/// What a program is told besides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// What is wrong.
    pub errors: Vec<Entry>,
    /// Members of the answer beside the problem's own: `verified`, the verdict.
    pub members: Object,
}

/// Why there is no verdict, or no good one.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// As many checks as this computer does at a time are under way.
    Busy,
    /// The checkpoint that a copy is held against is not of it.
    CheckpointOfAnother,
    /// A copy lacks what was handed in: so many certificates, and so many withdrawals and suspensions.
    CopyBehind(u64, u64),
    /// Something could not be checked that has to be: a key, a suite, a context that is not here.
    CouldNotCheck(Box<Report>),
    /// The chosen country is not one of the list.
    Country(String),
    /// Another site's page sent the request (threats.md I4).
    CrossSite,
    /// The server failed. What failed is no business of the client's (threats.md I15).
    Internal,
    /// What is presented is not what it has to be.
    Invalid(Box<Report>),
    /// The one-time link was used, has ended, or is none.
    InvitationOver,
    /// The idempotency key was used for another request.
    KeyReused,
    /// The store does not do this: who asks may not, or it is not as it was.
    Kept(StoreError),
    /// Nobody has this login and this password.
    LoginFailed,
    /// Programs have the institution issue in this server, with the keys that would change.
    IssuesHere,
    /// The body is JSON, and not of the shape that is asked for.
    Malformed(Box<Report>),
    /// The body is of another media type.
    MediaType,
    /// The route does not do this.
    Method,
    /// A one-time link to a certificate gives nothing.
    NotFetched(NotFetched),
    /// Nobody issues here.
    NotIssuing,
    /// There is nothing here.
    NotFound,
    /// The body is no credential: the code of `notread.*`.
    NotRead(&'static str),
    /// The certificate is not bound to another key: the code of `rebind.*`, and the verdict's reason in words.
    NotRebound(&'static str, String),
    /// No list that is here names a successor whose desk is here.
    NoSuccessor,
    /// A file that was brought cannot be read, is missing or too old: its name.
    NotReadable(String),
    /// The certificate is not printed again: the code of `reprint.*`, and the verdict's reason in words.
    NotReprinted(&'static str, String),
    /// The logo, or those who sign by hand, cannot be put on paper: the code of `paper.*`.
    Paper(&'static str),
    /// The passphrase does not open the institution's keys.
    PassphraseWrong,
    /// What is handed in is not signed here.
    Refused(Box<Report>),
    /// The address cannot be read.
    Request,
    /// Rows of a register that cannot be signed as they are.
    RowsOpen(Box<Report>),
    /// Nobody is signed in.
    SignedOut,
    /// What was done is published; whoever was to be forgotten with it is still kept.
    StillKept,
    /// Another program has the institution's store.
    StoreBusy,
    /// The store of an institution failed.
    StoreFailed,
    /// The disk of the institution's store is full.
    StoreFull,
    /// It took too long.
    TimedOut,
    /// The token opens nothing here.
    Token(NoEntry),
    /// There is no token.
    TokenMissing,
    /// One token asks too often.
    TooMany,
    /// The body is larger than is read.
    TooLarge,
    /// Too many wrong passwords: how many seconds there are to wait.
    TooManyTries(u32),
    /// A value that was sent cannot be used: which one.
    Value(&'static str),
    /// The password is too short, too long, or one of those that are tried first.
    WeakPassword,
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(_) | StoreError::Unwritable(_) => Problem::Internal,
            StoreError::Full => Problem::StoreFull,
            StoreError::Locked => Problem::StoreBusy,
            StoreError::Unsure(_) => Problem::StoreFailed,
            StoreError::Unknown(_) => Problem::NotFound,
            other => Problem::Kept(other),
        }
    }
}

impl From<NotFetched> for Problem {
    fn from(error: NotFetched) -> Self {
        match error {
            NotFetched::Store(error) => error.into(),
            other => Problem::NotFetched(other),
        }
    }
}

impl From<PaperError> for Problem {
    fn from(error: PaperError) -> Self {
        match error {
            PaperError::Rule(_) | PaperError::Write(_) => Problem::Internal,
            other => Problem::Paper(other.code()),
        }
    }
}

impl From<NotMade> for Problem {
    fn from(error: NotMade) -> Self {
        match error {
            NotMade::Desk(error) => error.into(),
            NotMade::OutOfForce(_) => StoreError::NotNow.into(),
            NotMade::Paper(error) => error.into(),
            NotMade::Taken(_) => Problem::Internal,
        }
    }
}

impl From<NotSettled> for Problem {
    fn from(error: NotSettled) -> Self {
        match error {
            NotSettled::Paper(error) => error.into(),
            NotSettled::Store(error) => error.into(),
        }
    }
}

impl From<NotConfirmed> for Problem {
    fn from(error: NotConfirmed) -> Self {
        match error {
            NotConfirmed::Behind { certificates, withdrawals } => Problem::CopyBehind(certificates, withdrawals),
            NotConfirmed::Desk(DeskError::NotReadable(name)) => Problem::NotReadable(name.display().to_string()),
            NotConfirmed::Desk(error) => error.into(),
            NotConfirmed::OfAnother => Problem::CheckpointOfAnother,
        }
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::StillKept(_) => Problem::StillKept,
            DeskError::Store(error) => error.into(),
            DeskError::Value(name) => Problem::Value(name),
            _ => Problem::Internal,
        }
    }
}

impl Problem {
    /// Why the body gave no credential.
    #[must_use]
    pub fn of_not_read(not_read: &NotRead) -> Self {
        match not_read {
            NotRead::Picture(ScanError::Busy) => Problem::Busy,
            other => Problem::NotRead(other.code()),
        }
    }

    /// The code, which does not change between versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Problem::Busy => "busy",
            Problem::CheckpointOfAnother => "checkpoint-of-another",
            Problem::CopyBehind(..) => "copy-behind",
            Problem::CouldNotCheck(_) => "could-not-check",
            Problem::Country(_) => "country-unknown",
            Problem::CrossSite => "cross-site",
            Problem::Internal => "internal",
            Problem::Invalid(_) => "invalid",
            Problem::InvitationOver => "invitation-over",
            Problem::IssuesHere => "issues-here",
            Problem::KeyReused => "key-reused",
            Problem::Kept(StoreError::Final(..)) => "final",
            Problem::Kept(error) => error.code().unwrap_or("taken"),
            Problem::LoginFailed => "login-failed",
            Problem::Malformed(_) | Problem::Value(_) => "malformed",
            Problem::MediaType => "media-type",
            Problem::Method => "method",
            Problem::NoSuccessor => "no-successor",
            Problem::NotFound => "not-found",
            Problem::NotFetched(NotFetched::Ended(_)) => "delivery-ended",
            Problem::NotFetched(NotFetched::Used(_)) => "delivery-used",
            Problem::NotFetched(NotFetched::Withdrawn) => "delivery-withdrawn",
            Problem::NotFetched(_) => "delivery-unknown",
            Problem::NotIssuing => "not-issuing",
            Problem::NotRead(code) => code,
            Problem::NotReadable(_) => "not-readable",
            Problem::NotRebound(code, _) | Problem::NotReprinted(code, _) => code,
            Problem::Paper(code) => code,
            Problem::PassphraseWrong => "passphrase-wrong",
            Problem::Refused(_) => "refused",
            Problem::Request => "request",
            Problem::RowsOpen(_) => "rows-open",
            Problem::SignedOut => "signed-out",
            Problem::StillKept => "still-kept",
            Problem::StoreBusy => "store-busy",
            Problem::StoreFailed => "store-failed",
            Problem::StoreFull => "disk-full",
            Problem::TimedOut => "timed-out",
            Problem::Token(NoEntry::Expired) => "token-expired",
            Problem::Token(NoEntry::OfAnother) => "token-of-another",
            Problem::Token(NoEntry::Revoked) => "token-revoked",
            Problem::Token(NoEntry::Unknown) => "token-unknown",
            Problem::TokenMissing => "token-missing",
            Problem::TooMany | Problem::TooManyTries(_) => "too-many",
            Problem::TooLarge => "file-too-large",
            Problem::WeakPassword => "password-weak",
        }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Problem::Busy | Problem::StoreBusy | Problem::StoreFailed | Problem::StoreFull => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Problem::Country(_) | Problem::Malformed(_) | Problem::Request | Problem::Value(_) => {
                StatusCode::BAD_REQUEST
            }
            Problem::CheckpointOfAnother
            | Problem::CouldNotCheck(_)
            | Problem::Invalid(_)
            | Problem::NotRead(_)
            | Problem::NotReadable(_)
            | Problem::NotRebound(..)
            | Problem::NotReprinted(..)
            | Problem::Paper(_)
            | Problem::Refused(_)
            | Problem::RowsOpen(_)
            | Problem::WeakPassword => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::CrossSite | Problem::Token(NoEntry::Expired | NoEntry::OfAnother | NoEntry::Revoked) => {
                StatusCode::FORBIDDEN
            }
            Problem::Internal | Problem::StillKept => StatusCode::INTERNAL_SERVER_ERROR,
            Problem::Kept(StoreError::NotAllowed | StoreError::OwnCandidate | StoreError::SamePerson) => {
                StatusCode::FORBIDDEN
            }
            Problem::Kept(StoreError::TooLong) => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::CopyBehind(..)
            | Problem::IssuesHere
            | Problem::KeyReused
            | Problem::Kept(_)
            | Problem::NoSuccessor => StatusCode::CONFLICT,
            Problem::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Problem::Method => StatusCode::METHOD_NOT_ALLOWED,
            Problem::NotFetched(NotFetched::Unknown) => StatusCode::NOT_FOUND,
            Problem::NotFetched(_) => StatusCode::GONE,
            Problem::NotFound | Problem::NotIssuing => StatusCode::NOT_FOUND,
            Problem::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Problem::InvitationOver
            | Problem::LoginFailed
            | Problem::PassphraseWrong
            | Problem::SignedOut
            | Problem::Token(NoEntry::Unknown)
            | Problem::TokenMissing => StatusCode::UNAUTHORIZED,
            Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::TooMany | Problem::TooManyTries(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// What happened, and what to do.
    #[must_use]
    pub fn words(&self, words: &Words) -> (String, Option<String>) {
        let with_advice = |id: &str| {
            let advice = format!("{id}.next");
            (words.get(id).to_owned(), words.has(&advice).then(|| words.get(&advice).to_owned()))
        };
        match self {
            Problem::Country(country) => {
                (words.say("cli.country-unknown", &[("country", Fact::Text(country.clone()))]), None)
            }
            Problem::CheckpointOfAnother => with_advice("cli.checkpoint-of-another"),
            Problem::CopyBehind(certificates, withdrawals) => {
                let number = |count: u64| Fact::Number(i64::try_from(count).unwrap_or(i64::MAX));
                let facts = [("certificates", number(*certificates)), ("withdrawals", number(*withdrawals))];
                (words.say("cli.copy-behind", &facts), Some(words.get("cli.copy-behind.next").to_owned()))
            }
            Problem::NotReadable(name) => {
                let facts = [("name", Fact::Text(name.clone()))];
                (words.say("http.not-readable", &facts), Some(words.get("http.not-readable.next").to_owned()))
            }
            Problem::NotRead(code) => with_advice(&format!("notread.{code}")),
            Problem::NotRebound(code, reason) => {
                let (_, advice) = with_advice(&format!("rebind.{code}"));
                (words.say(&format!("rebind.{code}"), &[("reason", Fact::Text(reason.clone()))]), advice)
            }
            Problem::NotReprinted(code, reason) => {
                let (_, advice) = with_advice(&format!("reprint.{code}"));
                (words.say(&format!("reprint.{code}"), &[("reason", Fact::Text(reason.clone()))]), advice)
            }
            Problem::TooLarge => with_advice("notread.file-too-large"),
            Problem::NotFetched(NotFetched::Ended(at) | NotFetched::Used(at)) => {
                let id = format!("http.{}", self.code());
                let day = Timestamp::parse(at).map_or_else(|_| Fact::Text(at.clone()), Fact::Day);
                (words.say(&id, &[("day", day)]), Some(words.get("http.delivery.next").to_owned()))
            }
            Problem::NotFetched(_) => {
                let text = words.get(&format!("http.{}", self.code())).to_owned();
                (text, Some(words.get("http.delivery.next").to_owned()))
            }
            Problem::TooManyTries(_) => with_advice("http.too-many-tries"),
            Problem::Kept(error) if error.code().is_some() => with_advice(&format!("store.{}", self.code())),
            Problem::Busy
            | Problem::CouldNotCheck(_)
            | Problem::CrossSite
            | Problem::Internal
            | Problem::Invalid(_)
            | Problem::InvitationOver
            | Problem::IssuesHere
            | Problem::Kept(_)
            | Problem::KeyReused
            | Problem::LoginFailed
            | Problem::Malformed(_)
            | Problem::MediaType
            | Problem::Method
            | Problem::NoSuccessor
            | Problem::NotFound
            | Problem::NotIssuing
            | Problem::Paper(_)
            | Problem::PassphraseWrong
            | Problem::Refused(_)
            | Problem::Request
            | Problem::RowsOpen(_)
            | Problem::SignedOut
            | Problem::StillKept
            | Problem::StoreBusy
            | Problem::StoreFailed
            | Problem::StoreFull
            | Problem::TimedOut
            | Problem::Token(_)
            | Problem::TokenMissing
            | Problem::TooMany
            | Problem::Value(_)
            | Problem::WeakPassword => with_advice(&format!("http.{}", self.code())),
        }
    }

    /// The answer.
    #[must_use]
    pub fn answer(&self, words: &Words) -> Response {
        let (title, detail) = self.words(words);
        let mut object = match self {
            Problem::Value(name) => Report { errors: vec![of_value(name, words)], members: Object::new() }.to_json(),
            _ => self.report().map(Report::to_json).unwrap_or_default(),
        };
        let own = Object::from_iter([
            ("code", Json::from(self.code())),
            ("language", words.language().tag().into()),
            ("status", Json::Integer(i64::from(self.status().as_u16()))),
            ("title", title.into()),
            ("type", format!("urn:skillpass:problem:{}", self.code()).into()),
        ]);
        own.iter().for_each(|(name, json)| drop(object.set(name, json.clone())));
        if let Some(detail) = detail {
            object.set("detail", detail.into());
        }
        let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        let mut response = (self.status(), kind, Json::Object(object).to_canonical()).into_response();
        let wait = match self {
            Problem::Busy | Problem::StoreBusy | Problem::TooMany => Some(RETRY_SECONDS),
            Problem::TooManyTries(seconds) => Some(*seconds),
            _ => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if matches!(self, Problem::Token(NoEntry::Unknown) | Problem::TokenMissing) {
            // RFC 6750 §3.
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    pub(super) fn report(&self) -> Option<&Report> {
        match self {
            Problem::CouldNotCheck(report)
            | Problem::Invalid(report)
            | Problem::Malformed(report)
            | Problem::Refused(report)
            | Problem::RowsOpen(report) => Some(report),
            _ => None,
        }
    }
}

/// That a value cannot be used, in the words that the command line has for it too.
fn of_value(name: &str, words: &Words) -> Entry {
    let id = format!("cli.value.{name}");
    Entry { code: format!("value-{name}"), pointer: Some(format!("/{name}")), words: words.get(&id).to_owned() }
}

impl Entry {
    /// As it stands in `errors`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut object = Object::from_iter([
            ("code", Json::from(self.code.as_str())),
            ("title", self.words.as_str().into()),
            ("type", format!("urn:skillpass:problem:{}", self.code).into()),
        ]);
        if let Some(pointer) = &self.pointer {
            object.set("pointer", pointer.as_str().into());
        }
        Json::Object(object)
    }
}

impl Report {
    /// The members that an answer has because of it.
    #[must_use]
    pub fn to_json(&self) -> Object {
        let mut object = self.members.clone();
        object.set("errors", Json::List(self.errors.iter().map(Entry::to_json).collect()));
        object
    }
}
