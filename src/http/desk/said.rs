//! What is answered: JSON, a file, or nothing.

use std::fs::File;
use std::io::{self, Read as _};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::unfold;
use serde_json::Value;

use super::session::COOKIE_SECONDS;

/// 65,536 bytes of a file are read at a time.
const CHUNK: usize = 64 * 1024;

/// An answer.
#[derive(Debug)]
pub(super) struct Said {
    status: StatusCode,
    content: Content,
    cookie: Option<Cookie>,
    /// Where the next page of a list is, as a reference from this one.
    next: Option<String>,
}

#[derive(Debug)]
enum Content {
    /// A file that is open: it is sent as it is read, however large it is.
    Disk {
        kind: &'static str,
        name: String,
        file: File,
    },
    File {
        kind: &'static str,
        name: String,
        bytes: Vec<u8>,
    },
    Json(Value),
    Nothing,
}

/// What becomes of the cookie.
#[derive(Debug)]
enum Cookie {
    Set(String),
    Taken,
}

impl Said {
    /// 200, with JSON.
    pub fn json(value: Value) -> Self {
        Self { status: StatusCode::OK, content: Content::Json(value), cookie: None, next: None }
    }

    /// 200, with a file to keep. Its name is never a person's.
    pub fn file(kind: &'static str, name: String, bytes: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, content: Content::File { kind, name, bytes }, cookie: None, next: None }
    }

    /// 200, with a file of the disk to keep.
    pub fn disk(kind: &'static str, name: String, file: File) -> Self {
        Self { status: StatusCode::OK, content: Content::Disk { kind, name, file }, cookie: None, next: None }
    }

    /// 204.
    pub fn nothing() -> Self {
        Self { status: StatusCode::NO_CONTENT, content: Content::Nothing, cookie: None, next: None }
    }

    /// With another status.
    pub fn with(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same once more, if it is no file and changes no cookie.
    pub fn again(&self) -> Option<Self> {
        let content = match &self.content {
            Content::Json(value) => Content::Json(value.clone()),
            Content::Nothing => Content::Nothing,
            Content::Disk { .. } | Content::File { .. } => return None,
        };
        self.cookie.is_none().then_some(Self { status: self.status, content, cookie: None, next: None })
    }

    /// With the way to the next page of a list (RFC 8288).
    pub fn next(self, reference: String) -> Self {
        Self { next: Some(reference), ..self }
    }

    /// The same without its body.
    pub fn emptied(self) -> Self {
        Self { content: Content::Nothing, ..self }
    }

    /// With the cookie of a new session.
    pub fn signed_in(self, secret: String) -> Self {
        Self { cookie: Some(Cookie::Set(secret)), ..self }
    }

    /// Without the cookie.
    pub fn signed_out(self) -> Self {
        Self { cookie: Some(Cookie::Taken), ..self }
    }

    /// The answer.
    pub fn answer(self, secure: bool) -> Response {
        let mut response = match self.content {
            Content::Nothing => self.status.into_response(),
            Content::Json(value) => {
                let kind = [(header::CONTENT_TYPE, "application/json")];
                (self.status, kind, value.to_string()).into_response()
            }
            Content::Disk { kind, name, file } => {
                let disposition = format!("attachment; filename=\"{name}\"");
                let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
                (self.status, headers, streamed(file)).into_response()
            }
            Content::File { kind, name, bytes } => {
                let disposition = format!("attachment; filename=\"{name}\"");
                let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
                (self.status, headers, bytes).into_response()
            }
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let link = self.next.map(|next| format!("<{next}>; rel=\"next\""));
        if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
            headers.insert(header::LINK, link);
        }
        let cookie = self.cookie.map(|cookie| cookie.text(secure));
        if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
            headers.insert(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// A file's bytes, some at a time.
fn streamed(file: File) -> Body {
    Body::from_stream(unfold(Some(file), |file| async move {
        let mut file = file?;
        let read = move || {
            let mut chunk = vec![0; CHUNK];
            let length = file.read(&mut chunk)?;
            chunk.truncate(length);
            Ok::<_, io::Error>((chunk, file))
        };
        match tokio::task::spawn_blocking(read).await {
            Ok(Ok((chunk, _))) if chunk.is_empty() => None,
            Ok(Ok((chunk, file))) => Some((Ok(chunk), Some(file))),
            Ok(Err(error)) => Some((Err(error), None)),
            Err(error) => Some((Err(io::Error::other(error)), None)),
        }
    }))
}

impl Cookie {
    fn text(&self, secure: bool) -> String {
        let (value, age) = match self {
            Cookie::Set(secret) => (secret.as_str(), COOKIE_SECONDS),
            Cookie::Taken => ("", 0),
        };
        let name = super::session::cookie_name(secure);
        let secure = if secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}")
    }
}
