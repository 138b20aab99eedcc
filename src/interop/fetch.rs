//! One file from an address that a person typed: `https` alone, no redirects, bounded in bytes and in time. Whatever an address answers
//! is bytes from outside; what they are worth, signatures say.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::base::limits::PACK_BYTES;

/// How much is waited for and taken in.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Bytes of the file.
    pub bytes: usize,
    /// Seconds for everything, from the name's resolution to the last byte: a server that sends a byte now and then holds nobody longer
    /// (slow loris, threats.md F5).
    pub seconds: u64,
}

impl Most {
    /// A trust file: 32 MiB in a minute are 4.5 Mbit/s, and a national pack has a tenth of that.
    pub const TRUST: Self = Self { bytes: PACK_BYTES, seconds: 60 };
}

/// Why nothing was fetched.
#[derive(Debug)]
pub enum FetchError {
    /// The file of certificates holds none.
    Certificates,
    /// The server's certificate is not one that is trusted here, or it speaks no TLS.
    Insecure,
    /// Not an address of the form `https://HOST/PATH`, without a user name.
    NotAnAddress,
    /// Nobody answers there: no network, no such name, nobody at the door, or the connection broke.
    NotReached,
    /// It answered something else than the file: which HTTP status. A redirect is not followed.
    Status(u16),
    /// More than the bound.
    TooLong,
    /// It took longer than the bound.
    TooSlow,
}

impl FetchError {
    /// The code of language tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            FetchError::Certificates => "certificates",
            FetchError::Insecure => "insecure",
            FetchError::NotAnAddress => "not-an-address",
            FetchError::NotReached => "not-reached",
            FetchError::Status(_) => "status",
            FetchError::TooLong => "too-long",
            FetchError::TooSlow => "too-slow",
        }
    }
}

/// Fetches what is at an address, within bounds. With `authorities`, PEM, the server's certificate must come from one of these;
/// without, from one of the public ones (Mozilla's).
///
/// # Errors
/// [`FetchError`].
pub fn fetch(address: &str, authorities: Option<&[u8]>, most: Most) -> Result<Vec<u8>, FetchError> {
    let uri: Uri = address.parse().map_err(|_| FetchError::NotAnAddress)?;
    let authority = uri.authority().ok_or(FetchError::NotAnAddress)?;
    if uri.scheme_str() != Some("https") || authority.as_str().contains('@') {
        return Err(FetchError::NotAnAddress);
    }
    let mut tls = TlsConfig::builder();
    if let Some(pem) = authorities {
        tls = tls.root_certs(RootCerts::Specific(Arc::new(certificates(pem)?)));
    }
    let agent: Agent = Agent::config_builder()
        .https_only(true)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(most.seconds)))
        .tls_config(tls.build())
        .build()
        .into();
    let mut response = agent.get(&uri).call().map_err(|error| of_ureq(&error))?;
    if response.status().as_u16() != 200 {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    let read = response.body_mut().as_reader().take(most.bytes as u64 + 1).read_to_end(&mut bytes);
    match read {
        Err(error) => Err(of_ureq(&ureq::Error::from(error))),
        Ok(_) if bytes.len() > most.bytes => Err(FetchError::TooLong),
        Ok(_) => Ok(bytes),
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, FetchError> {
    let items = parse_pem(pem).map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Ok(certificate),
        Ok(_) | Err(_) => Err(FetchError::Certificates),
    });
    let certificates: Vec<_> = items.collect::<Result<_, _>>()?;
    if certificates.is_empty() { Err(FetchError::Certificates) } else { Ok(certificates) }
}

fn of_ureq(error: &ureq::Error) -> FetchError {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::RequireHttpsOnly(_) => FetchError::NotAnAddress,
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) | ureq::Error::TlsRequired => FetchError::Insecure,
        ureq::Error::Timeout(_) => FetchError::TooSlow,
        ureq::Error::BodyExceedsLimit(_) => FetchError::TooLong,
        // rustls reports a certificate that it does not trust from inside the stream.
        ureq::Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(_) => FetchError::Insecure,
            None if error.kind() == std::io::ErrorKind::TimedOut => FetchError::TooSlow,
            None => FetchError::NotReached,
        },
        _ => FetchError::NotReached,
    }
}
