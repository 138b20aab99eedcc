//! The contexts that this build knows: embedded, pinned by digest, read once. Nothing is ever fetched.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::base::canonical::{Bounds, Json, Numbers, read};
use crate::interop::rdfc::define::Core;
use crate::interop::rdfc::local::Local;
use crate::interop::rdfc::refused::{ContextFault, Place, Refused};

/// 1,024 worked-out contexts are remembered, some 10 MB at most; when there are more, all are forgotten. One kind of badge needs 30.
const REMEMBERED: usize = 1_024;
/// 262,144 bytes, 24 levels: an embedded context. The largest has 15 KB and 9 levels.
const EMBEDDED_BOUNDS: Bounds = Bounds { bytes: 256 * 1024, depth: 24, string: 4 * 1024, numbers: Numbers::Any };

/// Address, file as embedded, and its SHA-256 in hexadecimal digits. Where each comes from: `contexts/README.md`.
pub const EMBEDDED: [(&str, &str, &str); 17] = [
    (
        "https://www.w3.org/ns/credentials/v2",
        include_str!("contexts/credentials-v2.jsonld"),
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    (
        "https://www.w3.org/2018/credentials/v1",
        include_str!("contexts/credentials-v1.jsonld"),
        "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
        include_str!("contexts/ob-v3p0.json"),
        "b077fa134d909d92c1dcd1c153f2af1b244aeb415967fdc1467d7fc5dd48ac10",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        include_str!("contexts/ob-v3p0-3.0.1.json"),
        "af095468326d3449160509b26ca71576e6321d13c85b0369cfe3b654c9a48fba",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        include_str!("contexts/ob-v3p0-3.0.2.json"),
        "bba433989e1e700ca60838a3c22378e7d8381aeb0c9590f9ddf84d1714f10296",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        include_str!("contexts/ob-v3p0-3.0.3.json"),
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        include_str!("contexts/ob-v3p0-extensions.json"),
        "2d013f981d1f4516081a6a04e55468ba2b071d4153b794f19a79715c45a89a5e",
    ),
    (
        "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
        include_str!("contexts/clr-v2p0-2.0.1.json"),
        "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
    ),
    (
        "https://w3id.org/security/data-integrity/v1",
        include_str!("contexts/data-integrity-v1.jsonld"),
        "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
    ),
    (
        "https://w3id.org/security/data-integrity/v2",
        include_str!("contexts/data-integrity-v2.jsonld"),
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    (
        "https://w3id.org/security/multikey/v1",
        include_str!("contexts/multikey-v1.jsonld"),
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
    (
        "https://w3id.org/security/jwk/v1",
        include_str!("contexts/jwk-v1.jsonld"),
        "b1141b3e8b01ee5b961129b4157e9f5e44e749fdfef582d77eb92f587e19504b",
    ),
    (
        "https://w3id.org/security/suites/ed25519-2020/v1",
        include_str!("contexts/ed25519-2020-v1.jsonld"),
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
    ),
    (
        "https://www.w3.org/ns/credentials/status/v1",
        include_str!("contexts/bitstring-status-list-v1.jsonld"),
        "fd08cbf28ddd829ab2f1978c48f43ab07a112c1c90245a0cfac7ba721c65170c",
    ),
    (
        "https://w3id.org/vc/status-list/2021/v1",
        include_str!("contexts/status-list-2021-v1.jsonld"),
        "634d71c159289f068c96012e4511c657fdf82ac4231900081bda3ba24e2e1160",
    ),
    (
        "https://w3id.org/dcc/v1",
        include_str!("contexts/dcc-v1.json"),
        "1543695325471b0d23e839a28166ba4ea445cca294ac46fe034ca584cbfc6077",
    ),
    (
        "https://www.w3.org/ns/did/v1",
        include_str!("contexts/did-v1.jsonld"),
        "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f",
    ),
];

/// Contexts by their addresses, and what was worked out from them before.
#[derive(Debug)]
pub struct Contexts {
    documents: HashMap<String, Result<Arc<Local>, Refused>>,
    last_map: u32,
    nothing: Arc<Core>,
    numbers: AtomicU64,
    remembered: Mutex<HashMap<Key, (Arc<Core>, usize)>>,
}

/// What was applied to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub core: u64,
    pub map: u32,
    pub may_override: bool,
}

impl Contexts {
    /// Those of this build alone.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static READ: OnceLock<Contexts> = OnceLock::new();
        READ.get_or_init(|| {
            let mut contexts = Self::none();
            for (url, text, _) in EMBEDDED {
                match read(text.as_bytes(), EMBEDDED_BOUNDS) {
                    Ok(json) => contexts.add(url, &json),
                    // A test reads each of them: this is for the type alone.
                    Err(_) => contexts.refuse(url, ContextFault::Malformed),
                }
            }
            contexts
        })
    }

    /// These, and more from a resource map: pairs of an address and the document found there, an object with an `@context`. What is here
    /// already stays as it is: a map cannot change what a pinned context means. One that is no context is refused when it is used.
    #[must_use]
    pub fn with(&self, more: impl IntoIterator<Item = (String, Json)>) -> Self {
        let mut contexts = Self { documents: self.documents.clone(), last_map: self.last_map, ..Self::none() };
        for (url, document) in more {
            if !contexts.documents.contains_key(&url) {
                contexts.add(&url, &document);
            }
        }
        contexts
    }

    /// Whether a context is known by this address.
    #[must_use]
    pub fn knows(&self, url: &str) -> bool {
        self.documents.contains_key(url)
    }

    pub(super) fn get(&self, url: &str) -> Result<&Local, Refused> {
        match self.documents.get(url) {
            Some(Ok(local)) => Ok(local),
            Some(Err(refused)) => Err(refused.clone()),
            None => Err(Refused::UnknownContext { url: url.to_owned() }),
        }
    }

    pub(super) fn last_map(&self) -> u32 {
        self.last_map
    }

    pub(super) fn nothing(&self) -> Arc<Core> {
        self.nothing.clone()
    }

    pub(super) fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn remembered(&self, key: Key) -> Option<(Arc<Core>, usize)> {
        self.memory().get(&key).cloned()
    }

    /// Keeps what was made with so much work, and gives back the one to use: the one that somebody else made meanwhile comes first.
    pub(super) fn remember(&self, key: Key, made: Arc<Core>, work: usize) -> Arc<Core> {
        let mut memory = self.memory();
        if memory.len() >= REMEMBERED {
            memory.clear();
        }
        memory.entry(key).or_insert((made, work)).0.clone()
    }

    /// A memory half written is no worse than none: its entries are whole.
    fn memory(&self) -> MutexGuard<'_, HashMap<Key, (Arc<Core>, usize)>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn none() -> Self {
        Self {
            documents: HashMap::new(),
            last_map: 0,
            nothing: Arc::new(Core::default()),
            numbers: AtomicU64::new(0),
            remembered: Mutex::new(HashMap::new()),
        }
    }

    fn add(&mut self, url: &str, document: &Json) {
        let place = Place::context_at(url);
        let written = document.object().and_then(|object| object.get("@context"));
        let local = match written {
            Some(written) => Local::read(written, &mut self.last_map, &place).map(Arc::new),
            None => Err(place.context(ContextFault::Malformed)),
        };
        self.documents.insert(url.to_owned(), local);
    }

    fn refuse(&mut self, url: &str, fault: ContextFault) {
        self.documents.insert(url.to_owned(), Err(Place::context_at(url).context(fault)));
    }
}
