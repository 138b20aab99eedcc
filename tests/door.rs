//! The door in TLS: a certificate made here, a client that checks it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use base64::Engine as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use skillpass::base::key::SecretKey;
use skillpass::http::door::{Door, serve};
use skillpass::http::tls::{TlsError, from_pem};
use tokio::net::TcpListener;

/// One DER value: tag, length, content (X.690 §8.1).
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut value = vec![tag];
    match content.len() {
        short @ ..=127 => value.push(short as u8),
        long @ ..=255 => value.extend([0x81, long as u8]),
        long => value.extend([0x82, (long >> 8) as u8, long as u8]),
    }
    value.extend(content);
    value
}

/// A certificate for `localhost` that vouches for itself (RFC 5280, RFC 8410), and its PKCS #8 key.
pub fn own_certificate(seed: u8) -> (Vec<u8>, Vec<u8>) {
    own_certificate_for(&["localhost"], seed)
}

/// The same for other names.
pub fn own_certificate_for(names: &[&str], seed: u8) -> (Vec<u8>, Vec<u8>) {
    let key = SecretKey::from_seed(&[seed; 32]);
    let ed25519 = der(0x30, &[&[0x06, 0x03, 0x2b, 0x65, 0x70]]);
    let common_name = der(0x30, &[&[0x06, 0x03, 0x55, 0x04, 0x03], &der(0x0c, &[b"localhost"])]);
    let name = der(0x30, &[&der(0x31, &[&common_name])]);
    let valid = der(0x30, &[&der(0x17, &[b"200101000000Z"]), &der(0x17, &[b"491231235959Z"])]);
    let public = der(0x30, &[&ed25519, &der(0x03, &[&[0], &key.public().to_bytes()])]);
    let names: Vec<u8> = names.iter().flat_map(|name| der(0x82, &[name.as_bytes()])).collect();
    let alternative = der(0x30, &[&names]);
    let extension = der(0x30, &[&[0x06, 0x03, 0x55, 0x1d, 0x11], &der(0x04, &[&alternative])]);
    let extensions = der(0xa3, &[&der(0x30, &[&extension])]);
    let version = der(0xa0, &[&der(0x02, &[&[2]])]);
    let serial = der(0x02, &[&[seed]]);
    let body = der(0x30, &[&version, &serial, &ed25519, &name, &valid, &name, &public, &extensions]);
    let certificate = der(0x30, &[&body, &ed25519, &der(0x03, &[&[0], &key.sign(&body)])]);
    let secret = der(0x04, &[&der(0x04, &[key.seed().as_slice()])]);
    (certificate, der(0x30, &[&der(0x02, &[&[0]]), &ed25519, &secret]))
}

/// PEM (RFC 7468).
pub fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n").into_bytes()
}

fn ask(address: SocketAddr, certificate: &[u8]) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(certificate.to_vec())).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let session = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
    let mut stream = StreamOwned::new(session, TcpStream::connect(address).unwrap());
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_over_tls() {
    let (certificate, key) = own_certificate(9);
    let config = from_pem(&pem("CERTIFICATE", &certificate), &pem("PRIVATE KEY", &key)).unwrap();
    let door = Door::open(TcpListener::bind("127.0.0.1:0").await.unwrap(), Some(config)).unwrap();
    let address = door.address();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (router, log) = crate::page::house_over_tls();
    let serving = tokio::spawn(serve(door, router, async {
        let _ = stopped.await;
    }));
    // Three who say nothing, and one who speaks no TLS, keep nobody waiting.
    let mut silent: Vec<_> = (0..4).map(|_| TcpStream::connect(address).unwrap()).collect();
    silent[3].write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let answer = tokio::task::spawn_blocking(move || ask(address, &certificate)).await.unwrap();
    // The first of them has not been given up yet: nobody waited for it.
    silent[0].set_nonblocking(true).unwrap();
    let waiting = silent[0].read(&mut [0]).map_err(|error| error.kind());
    assert_eq!(waiting, Err(std::io::ErrorKind::WouldBlock));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok"), "{answer}");
    assert!(answer.to_lowercase().contains("strict-transport-security: max-age="), "{answer}");
    assert_eq!(log.lock().unwrap().len(), 1);
    stop.send(()).unwrap();
    assert!(serving.await.unwrap().is_ok());
}

#[test]
fn files_that_are_no_certificate_and_key() {
    let (certificate, key) = own_certificate(1);
    let (_, other) = own_certificate(2);
    let (certificate, key, other) =
        (pem("CERTIFICATE", &certificate), pem("PRIVATE KEY", &key), pem("PRIVATE KEY", &other));
    let garbage = pem("CERTIFICATE", b"garbage");
    for (chain, secret, fault) in [
        (&b""[..], &key[..], TlsError::Certificate),
        (b"not PEM", &key, TlsError::Certificate),
        (&key, &key, TlsError::Certificate),
        (&garbage, &key, TlsError::Pair),
        (&certificate, b"", TlsError::Key),
        (&certificate, &certificate, TlsError::Key),
        (&certificate, &other, TlsError::Pair),
    ] {
        assert_eq!(from_pem(chain, secret).err(), Some(fault));
    }
    assert!(from_pem(&certificate, &key).is_ok());
}
