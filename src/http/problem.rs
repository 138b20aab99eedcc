//! What is answered when there is no verdict: `application/problem+json` (RFC 9457), a stable code, words, and no internals.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::base::canonical::{Json, Object};
use crate::interop::intake::NotRead;
use crate::interop::scan::ScanError;
use crate::verify::message::{Fact, Words};

/// How long a client is asked to wait when the server is busy, in seconds: a few checks are done by then.
const RETRY_SECONDS: u32 = 2;

/// Why there is no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// As many checks as this computer does at a time are under way.
    Busy,
    /// The chosen country is not one of the list.
    Country(String),
    /// Another site's page sent the request (threats.md I4).
    CrossSite,
    /// The server failed. What failed is no business of the client's (threats.md I15).
    Internal,
    /// The route does not do this.
    Method,
    /// There is nothing here.
    NotFound,
    /// The body is no credential: the code of `notread.*`.
    NotRead(&'static str),
    /// The address cannot be read.
    Request,
    /// It took too long.
    TimedOut,
    /// The body is larger than is read.
    TooLarge,
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
            Problem::Country(_) => "country-unknown",
            Problem::CrossSite => "cross-site",
            Problem::Internal => "internal",
            Problem::Method => "method",
            Problem::NotFound => "not-found",
            Problem::NotRead(code) => code,
            Problem::Request => "request",
            Problem::TimedOut => "timed-out",
            Problem::TooLarge => "file-too-large",
        }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Problem::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Problem::Country(_) | Problem::Request => StatusCode::BAD_REQUEST,
            Problem::CrossSite => StatusCode::FORBIDDEN,
            Problem::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Problem::Method => StatusCode::METHOD_NOT_ALLOWED,
            Problem::NotFound => StatusCode::NOT_FOUND,
            Problem::NotRead(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Problem::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
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
            Problem::NotRead(code) => with_advice(&format!("notread.{code}")),
            Problem::TooLarge => with_advice("notread.file-too-large"),
            Problem::Busy
            | Problem::CrossSite
            | Problem::Internal
            | Problem::Method
            | Problem::NotFound
            | Problem::Request
            | Problem::TimedOut => with_advice(&format!("http.{}", self.code())),
        }
    }

    /// The answer.
    #[must_use]
    pub fn answer(&self, words: &Words) -> Response {
        let (title, detail) = self.words(words);
        let mut object = Object::from_iter([
            ("code", Json::from(self.code())),
            ("language", words.language().tag().into()),
            ("status", Json::Integer(i64::from(self.status().as_u16()))),
            ("title", title.into()),
            ("type", format!("urn:skillpass:problem:{}", self.code()).into()),
        ]);
        if let Some(detail) = detail {
            object.set("detail", detail.into());
        }
        let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        let mut response = (self.status(), kind, Json::Object(object).to_canonical()).into_response();
        if matches!(self, Problem::Busy) {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_SECONDS.into());
        }
        response
    }
}
