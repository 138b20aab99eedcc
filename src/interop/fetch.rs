//! Files from the network: `https` alone, no redirects, bounded in bytes and in time. Whatever an address answers is bytes from outside; what
//! they are worth, signatures say.
//!
//! [`fetch`] goes where a person said. [`fetch_public`] goes where somebody's document said, and so to public addresses alone.

pub mod address;
pub mod gather;
pub mod needs;

use std::io::Read as _;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use self::address::{Address, Network, Refused};
use super::resources::RESOURCE_BYTES;
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
    /// What a document names: 1 MiB within 5 seconds (threats.md I1).
    pub const RESOURCE: Self = Self { bytes: RESOURCE_BYTES, seconds: 5 };
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
    /// Nothing was asked for there.
    Refused(Refused),
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
            FetchError::Refused(refused) => refused.code(),
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
    let agent: Agent = Agent::config_builder()
        .https_only(true)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(most.seconds)))
        .tls_config(tls(authorities)?)
        .build()
        .into();
    get(&agent, &uri, most)
}

/// Fetches what is at an address that somebody's document named. The name is resolved once, every address that it has must be one that may be
/// reached, and nothing else is connected to: neither a second answer of the name's server (rebinding) nor a proxy.
///
/// # Errors
/// [`FetchError`].
pub fn fetch_public(
    address: &Address,
    network: &Arc<dyn Network>,
    authorities: Option<&[u8]>,
    most: Most,
) -> Result<Vec<u8>, FetchError> {
    let uri: Uri = address.as_str().parse().map_err(|_| FetchError::NotAnAddress)?;
    let (host, port) = address.door();
    // Two readers of one address must not part: what is checked is what is connected to.
    if uri.host() != Some(host) || uri.port_u16().unwrap_or(443) != port {
        return Err(FetchError::Refused(Refused::NotAnAddress));
    }
    let began = Instant::now();
    let within = Duration::from_secs(most.seconds);
    let found = resolve(address, network, within)?;
    if !found.iter().all(|door| network.may_reach(door.ip())) {
        return Err(FetchError::Refused(Refused::NotPublic));
    }
    let left = within.checked_sub(began.elapsed()).filter(|left| !left.is_zero()).ok_or(FetchError::TooSlow)?;
    let config = Agent::config_builder()
        .https_only(true)
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(left))
        .tls_config(tls(authorities)?)
        .build();
    get(&Agent::with_parts(config, DefaultConnector::default(), Checked(found)), &uri, most)
}

/// The addresses of a host, at least one. The system's resolver cannot be interrupted, so it works on a thread of its own.
fn resolve(address: &Address, network: &Arc<dyn Network>, within: Duration) -> Result<Vec<SocketAddr>, FetchError> {
    let (host, port) = address.door();
    let (host, network) = (host.to_owned(), Arc::clone(network));
    let (done, answer) = mpsc::channel();
    // Whoever asked may have given up.
    std::thread::spawn(move || drop(done.send(network.addresses(&host, port))));
    match answer.recv_timeout(within) {
        Ok(Ok(found)) if !found.is_empty() => Ok(found),
        Ok(_) | Err(mpsc::RecvTimeoutError::Disconnected) => Err(FetchError::NotReached),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(FetchError::TooSlow),
    }
}

/// Addresses that have been checked, in the place of a resolver.
#[derive(Debug)]
struct Checked(Vec<SocketAddr>);

impl Resolver for Checked {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        self.0.iter().take(ADDRESSES_TRIED).for_each(|address| addresses.push(*address));
        Ok(addresses)
    }
}

/// Servers that have a page for people and a document for programs at one address give the document.
const ACCEPT: &str = "application/ld+json, application/json;q=0.9, */*;q=0.1";
/// 16 addresses of one name are tried: ureq's own bound.
const ADDRESSES_TRIED: usize = 16;

fn tls(authorities: Option<&[u8]>) -> Result<TlsConfig, FetchError> {
    let tls = TlsConfig::builder();
    Ok(match authorities {
        Some(pem) => tls.root_certs(RootCerts::Specific(Arc::new(certificates(pem)?))).build(),
        None => tls.build(),
    })
}

fn get(agent: &Agent, uri: &Uri, most: Most) -> Result<Vec<u8>, FetchError> {
    let mut response = agent.get(uri).header("accept", ACCEPT).call().map_err(|error| of_ureq(&error))?;
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

impl From<Refused> for FetchError {
    fn from(refused: Refused) -> Self {
        FetchError::Refused(refused)
    }
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
