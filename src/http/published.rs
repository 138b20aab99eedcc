//! What authorities and institutions publish: trust packs, DID documents, and status lists at the very addresses that credentials name. The same bytes
//! for everyone at one address, so that nobody learns from a request whose certificate is being checked; anyone may keep them.
//! No name of a file comes from a path: a path is looked up among the addresses that stand inside the signed lists.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;

use super::files::File;
use crate::base::canonical::{Json, Object};
use crate::base::did::Did;
use crate::credential::document::Signed;
use crate::interop::did_document;
use crate::interop::export::{RDFC, with_one_proof};
use crate::trust::bundle::{Bundle, Member};
use crate::trust::pack::{Anchor, TrustPack};
use crate::trust::status::StatusList;

/// 5 minutes: a revocation is seen by everyone soon after it is published, and a class of forty asks once.
const CACHE: &str = "public, max-age=300";
/// The media type of a credential with an embedded proof (VC Data Model 2.0 §C.1, which Bitstring Status List 1.0 §2.2 points to).
const CREDENTIAL: &str = "application/vc";
/// The media type of a DID document (DID Core 1.0 §6.2).
const DID_DOCUMENT: &str = "application/did+json";
/// All trust packs of this server, at one address for everyone.
const CURRENT_PACKS: &str = "/packs/current.json";
/// 200 characters: a path longer than this is none of ours.
const PATH_CHARACTERS: usize = 200;

/// Published files by their addresses.
#[derive(Clone, Debug, Default)]
pub struct Shelf(Vec<Placed>);

#[derive(Clone, Debug)]
struct Placed {
    /// Whose file it is when institutions of several domains are served here; `None` for a file that has no domain.
    host: Option<String>,
    file: File,
}

/// Two lists have one address: which one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twice(pub String);

impl Shelf {
    /// Puts a status list at its address, if it has one: `https://HOST/status/…`. Whether it had.
    ///
    /// # Errors
    /// [`Twice`].
    pub fn put_list(&mut self, list: &Signed<StatusList>) -> Result<bool, Twice> {
        let Some((host, path)) = list.claimed_id().and_then(address) else { return Ok(false) };
        let host = Some(host.to_ascii_lowercase());
        let path = format!("/{path}");
        if self.0.iter().any(|placed| placed.host == host && placed.file.path == path) {
            return Err(Twice(list.claimed_id().unwrap_or_default().to_owned()));
        }
        // The suite that every reader of others knows, as the single proof that every one of them reads: some refuse any set (docs/peers.md).
        // The file that goes into packs keeps its jcs proof beside it.
        let bytes = list.to_json().object().and_then(|document| with_one_proof(document, RDFC));
        let bytes = bytes.map_or_else(|| list.bytes().to_vec(), |document| document.to_canonical());
        let file = File::of(path, CREDENTIAL, CACHE, bytes);
        self.0.push(Placed { host, file });
        Ok(true)
    }

    /// Puts a DID document at the address of its identifier (did:web method §3.2). Whether it has one that can be served here.
    pub fn put_did_document(&mut self, did: &Did, document: &Object) -> bool {
        let Some(url) = did_document::address(did) else { return false };
        let Some((host, path)) = url.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else {
            return false;
        };
        let (host, path) = (Some(host.to_ascii_lowercase()), format!("/{path}"));
        if self.0.iter().any(|placed| placed.host == host && placed.file.path == path) {
            return false;
        }
        let bytes = Json::Object(document.clone()).to_canonical();
        self.0.push(Placed { host, file: File::of(path, DID_DOCUMENT, CACHE, bytes) });
        true
    }

    /// Puts trust packs: one at `/trust.json`, several at `/trust/1.json` and so on; and those of `known`, which this computer checks with,
    /// in one file at the address that the page asks. That file says too which of them stand on another's word alone.
    pub fn put_packs(&mut self, packs: Vec<Vec<u8>>, known: &[TrustPack]) {
        let members = packs.iter().filter_map(|bytes| Member::all(bytes).ok()).flatten();
        let is_known = |member: &Member| {
            let pack = member.clone().read(&Anchor::NamedByHand);
            pack.is_ok_and(|pack| known.iter().any(|here| here.first_root() == pack.first_root()))
        };
        let members: Vec<Vec<u8>> = members.filter(is_known).map(|member| member.to_bytes()).collect();
        let recognised = known.iter().filter(|pack| !pack.is_pinned()).map(|pack| pack.root().authority.id.as_str());
        let recognised: Vec<&str> = recognised.collect();
        if let Some(all) = Bundle::assemble(&members, &recognised).filter(|_| !members.is_empty()) {
            let file = File::of(CURRENT_PACKS.to_owned(), "application/json", "no-cache", all);
            self.0.push(Placed { host: None, file });
        }
        let alone = packs.len() == 1;
        for (number, bytes) in (1..).zip(packs) {
            let path = if alone { "/trust.json".to_owned() } else { format!("/trust/{number}.json") };
            self.0.push(Placed { host: None, file: File::of(path, "application/json", CACHE, bytes) });
        }
    }

    /// The file at a path. A host that is not the file's own is believed only where there is nothing to confuse: behind a proxy the
    /// name in a request may be another.
    fn find(&self, host: Option<&str>, path: &str) -> Option<&File> {
        let here: Vec<&Placed> = self.0.iter().filter(|placed| placed.file.path == path).collect();
        let named = here.iter().find(|placed| {
            placed.host.as_deref().is_some_and(|own| host.is_some_and(|host| host.eq_ignore_ascii_case(own)))
        });
        named.or(here.first().filter(|_| here.len() == 1)).map(|placed| &placed.file)
    }

    /// The answer for an address; whatever stands behind its question mark changes nothing.
    pub(super) fn answer(&self, uri: &Uri, asked: &HeaderMap) -> Option<Response> {
        let of_header = || asked.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = uri.authority().map(axum::http::uri::Authority::as_str).or_else(of_header);
        let mut response = self.find(host, uri.path())?.answer(asked);
        // Pages of other sites may read what is the same for everyone.
        let open = [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        ];
        for (name, value) in open {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        Some(response)
    }
}

/// Host and path of a list's identifier, where it is an address that can be served here.
fn address(id: &str) -> Option<(&str, &str)> {
    let (host, path) = id.strip_prefix("https://")?.split_once('/')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'/' || byte == b'-';
    let served = path.starts_with("status/") && path.len() <= PATH_CHARACTERS && path.bytes().all(plain);
    (served && !host.is_empty()).then_some((host, path))
}
