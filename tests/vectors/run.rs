//! Reads a vector file and runs it.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;
use skillpass::base::canonical::{self, Bounds, Numbers};
use skillpass::base::key::PublicKey;
use skillpass::base::limits::{CREDENTIAL_STRING_BYTES, FILE_DEPTH};
use skillpass::base::timestamp::Timestamp;
use skillpass::carry::PacketError;
use skillpass::credential::achievement::Language;
use skillpass::credential::credential::Credential;
use skillpass::credential::document::{Signed, Unreadable};
use skillpass::credential::proof::ProofProblem;
use skillpass::credential::proof::Suites;
use skillpass::holder::ask::Ask;
use skillpass::holder::check::{Asked, check};
use skillpass::interop::rdfc::suites;
use skillpass::trust::bundle::Bundle;
use skillpass::trust::foreign_list::ForeignList;
use skillpass::trust::pack::{Anchor, PackError, Standing, TrustPack};
use skillpass::verify::message::Words;
use skillpass::verify::{Evidence, Mapped, Method, Policy, Presented, Purpose, Reason, Verdict, verify};

use crate::common::here;
use crate::common::shared::hex;

/// Why bytes are not even a signed document, as vectors name it.
pub const UNREADABLE: [&str; 14] = [
    "duplicate-member",
    "empty",
    "not-an-object",
    "not-json",
    "number-not-exact",
    "proof-member",
    "proof-none",
    "proof-not-an-object",
    "proof-not-data-integrity",
    "proof-value",
    "string-too-long",
    "too-deep",
    "too-long",
    "too-many-proofs",
];

/// A vector as its file has it.
pub struct Vector {
    /// `credential`, `json`, `pack`, `packet` or `presentation`.
    pub folder: String,
    /// `credential/A10-key-of-another-issuer`.
    pub name: String,
    /// What must be found.
    pub expect: Value,
    file: Value,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// `accept`, `reject`, `undecided`, `unreadable`; `reads`, `refused`; `loads`, `refused`; `not-ours`, `damaged`.
    pub outcome: String,
    /// The code of the deciding reason.
    pub reason: Option<String>,
    /// Where a malformed document is at fault.
    pub at: Option<String>,
    /// Every check with its reason.
    pub findings: BTreeMap<String, String>,
    /// Every check with its answer.
    pub answers: BTreeMap<String, String>,
    /// How it stands to the certificate that it speaks about.
    pub link: Option<String>,
    /// Everything that is said about its worth: outcome, and whether a decision says it.
    pub worth: Vec<(String, bool)>,
    /// The instruments that the statements rest on.
    pub instruments: Vec<String>,
    /// `verified`, `authentic` or `claims`, when content may be shown, and the holder's name as it would be.
    pub shown: Option<(String, String)>,
    /// The canonical text of what was read.
    pub canonical: Option<String>,
}

/// A JSON file of the project.
pub fn json(path: &Path) -> Value {
    crate::common::shared::json(path)
}

/// A time.
pub fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or_else(|_| panic!("{text}"))
}

impl Vector {
    /// Every committed vector.
    pub fn all() -> Vec<Self> {
        let mut vectors = Vec::new();
        for folder in ["credential", "json", "pack", "packet", "presentation"] {
            let Ok(entries) = std::fs::read_dir(here("tests/vectors").join(folder)) else { continue };
            let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
            paths.sort();
            vectors.extend(paths.iter().map(|path| {
                let file = json(path);
                let name = format!("{folder}/{}", path.file_stem().unwrap().to_str().unwrap());
                Self { folder: folder.to_owned(), name, expect: file["expect"].clone(), file }
            }));
        }
        vectors
    }

    /// The file itself.
    pub fn file(&self) -> &Value {
        &self.file
    }

    /// Its name without its folder.
    pub fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap()
    }

    /// The verdict itself, of a credential that can be read at all.
    pub fn verdict_itself(&self) -> Option<Verdict> {
        let signed = Signed::<Credential>::read(&self.bytes()).ok()?;
        let (evidence, policy) = self.asked(self.file["testCode"] == true);
        Some(verify(&signed, &evidence, &policy, time(self.file["now"].as_str().unwrap())))
    }

    /// The bytes that it gives to the reader.
    pub fn bytes(&self) -> Vec<u8> {
        match &self.file["document"] {
            Value::String(text) => text.clone().into_bytes(),
            Value::Array(parts) => parts.iter().flat_map(part).collect(),
            document => serde_json::to_vec(document).unwrap(),
        }
    }

    /// Runs it. A panic is an outcome too, and never an expected one.
    pub fn run(&self) -> Found {
        std::panic::catch_unwind(|| self.answer())
            .unwrap_or_else(|_| Found { outcome: "panic".to_owned(), ..Found::default() })
    }

    fn answer(&self) -> Found {
        let bytes = self.bytes();
        match self.folder.as_str() {
            "credential" => self.verdict(&bytes, self.file["testCode"] == true),
            "json" => read_json(&bytes, &self.file["bounds"]),
            "pack" => load(&bytes, &self.file["pinned"], &self.file["here"]),
            "packet" => self.unpack(&bytes),
            "presentation" => self.shown(&bytes),
            other => panic!("{other}"),
        }
    }

    fn verdict(&self, bytes: &[u8], test_code: bool) -> Found {
        let (evidence, policy) = self.asked(test_code);
        verdict_with(bytes, &evidence, &policy, self.file["now"].as_str().unwrap())
    }

    /// What a checker says of whoever shows it.
    fn shown(&self, bytes: &[u8]) -> Found {
        let ask = self.file["ask"].as_str().map(|text| Ask::parse(text).unwrap());
        let asked = ask.map(|ask| Asked { ask, answered: self.file["answered"] == true });
        let (evidence, _) = self.asked(false);
        let checked = check(bytes, asked.as_ref(), &evidence, time(self.file["now"].as_str().unwrap()));
        Found::refused(checked.state.code(), checked.state.reason())
    }

    /// What is at hand, and what is asked for.
    fn asked(&self, test_code: bool) -> (Evidence, Policy) {
        let names: Vec<&str> = match self.file["packs"].as_array() {
            None => vec!["pilot"],
            Some(names) => names.iter().map(|name| name.as_str().unwrap()).collect(),
        };
        let presented = self.file["presented"].as_array().into_iter().flatten();
        let presented =
            presented.map(|document| Signed::<Credential>::read(&serde_json::to_vec(document).unwrap()).unwrap());
        let mapped = &self.file["mapped"];
        let evidence = Evidence {
            suites: if self.file["suites"] == "jcs" { Suites::default() } else { suites() },
            mapped: Mapped {
                methods: mapped["methods"].as_array().into_iter().flatten().map(method).collect(),
                lists: mapped["lists"].as_array().into_iter().flatten().map(list).collect(),
            }
            .into(),
            presented: Presented::of(presented),
            seen: self.file["seen"].as_str().map(time),
            ..Evidence::of_packs(self.standing(names.iter().map(|name| pack(name)).collect()))
        };
        (evidence, Policy { country: self.file["country"].as_str().map(str::to_owned), test_code })
    }

    /// The packs as they stand: those of the authorities in `vouched` count on the word of the others alone.
    fn standing(&self, packs: Vec<TrustPack>) -> Vec<TrustPack> {
        let vouched: Vec<&str> =
            self.file["vouched"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let (others, own): (Vec<_>, Vec<_>) =
            packs.into_iter().partition(|pack| vouched.contains(&pack.root().authority.id.as_str()));
        let others = others.into_iter().map(|pack| pack.recognised_by(&own).unwrap()).collect::<Vec<_>>();
        own.into_iter().chain(others).collect()
    }

    /// From the scanned text to the verdict, as a checker goes.
    fn unpack(&self, bytes: &[u8]) -> Found {
        match skillpass::carry::unpack(std::str::from_utf8(bytes).unwrap()) {
            Ok(unpacked) => self.verdict(&unpacked.document, unpacked.codec.is_draft()),
            Err(error) => {
                let outcome = if error.is_foreign() { "not-ours" } else { "damaged" };
                Found::refused(outcome, packet_code(&error))
            }
        }
    }

    /// What differs from the expectation.
    pub fn compare(&self, found: &Found) -> Option<String> {
        let expected = Found::of_json(&self.expect);
        let differs = |what: &str, expected: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
            Some(format!("expected {what} {expected:?}, found {found:?}"))
        };
        if expected.outcome != found.outcome {
            return differs("outcome", &(&expected.outcome, &expected.reason), &(&found.outcome, &found.reason));
        }
        if expected.reason.is_some() && expected.reason != found.reason {
            return differs("reason", &expected.reason, &(&found.reason, &found.at));
        }
        if expected.at.is_some() && expected.at != found.at {
            return differs("at", &expected.at, &found.at);
        }
        if expected.canonical.is_some() && expected.canonical != found.canonical {
            return differs("canonical", &expected.canonical, &found.canonical);
        }
        if self.expect.get("link").is_some() && expected.link != found.link {
            return differs("link", &expected.link, &found.link);
        }
        if self.expect.get("worth").is_some() && expected.worth != found.worth {
            return differs("worth", &expected.worth, &found.worth);
        }
        if self.expect.get("instruments").is_some() && expected.instruments != found.instruments {
            return differs("instruments", &expected.instruments, &found.instruments);
        }
        for (check, reason) in &expected.findings {
            if found.findings.get(check) != Some(reason) {
                return differs(check, reason, &found.findings.get(check));
            }
        }
        match self.expect.get("shown") {
            None => None,
            Some(Value::Null) if found.shown.is_none() => None,
            Some(shown) => {
                let pair = found.shown.as_ref();
                let same = pair.is_some_and(|(mark, name)| {
                    shown["mark"] == mark.as_str() && shown.get("name").is_none_or(|it| it == name.as_str())
                });
                if same { None } else { differs("shown", shown, &found.shown) }
            }
        }
    }
}

impl Found {
    /// An expectation, in the same shape.
    pub fn of_json(expect: &Value) -> Self {
        let text = |name: &str| expect[name].as_str().map(str::to_owned);
        let list = |name: &str| expect[name].as_array().into_iter().flatten();
        let findings = expect["findings"].as_object().into_iter().flatten();
        Self {
            outcome: text("outcome").unwrap(),
            reason: text("reason"),
            at: text("at"),
            findings: findings.map(|(check, reason)| (check.clone(), reason.as_str().unwrap().to_owned())).collect(),
            link: text("link"),
            worth: list("worth")
                .map(|it| (it["outcome"].as_str().unwrap().to_owned(), it["decision"].as_bool().unwrap()))
                .collect(),
            instruments: list("instruments").map(|it| it.as_str().unwrap().to_owned()).collect(),
            canonical: text("canonical"),
            ..Self::default()
        }
    }

    /// What a verdict says.
    pub fn of_verdict(verdict: &Verdict) -> Self {
        let deciding = verdict.deciding();
        let at = verdict.findings.iter().find_map(|finding| match &finding.reason {
            Reason::Malformed { malformed } => Some(malformed.at.clone()),
            _ => None,
        });
        // What is printed must agree with what was decided, in every language.
        for language in Language::ALL {
            let json = verdict.to_json(Words::of(language));
            assert_eq!(json.get("outcome").and_then(|it| it.text()), Some(verdict.outcome.code()));
        }
        Self {
            outcome: verdict.outcome.code().to_owned(),
            reason: deciding.map(|finding| finding.reason.code().to_owned()),
            at,
            findings: verdict
                .findings
                .iter()
                .map(|finding| (finding.check.code().to_owned(), finding.reason.code().to_owned()))
                .collect(),
            answers: verdict
                .findings
                .iter()
                .map(|finding| (finding.check.code().to_owned(), finding.answer.code().to_owned()))
                .collect(),
            link: verdict.link.map(|link| link.code().to_owned()),
            worth: verdict.worth.iter().map(|it| (it.outcome.code().to_owned(), it.decision)).collect(),
            instruments: verdict.worth.iter().map(|it| it.instrument.clone()).collect(),
            shown: verdict
                .shown()
                .map(|(credential, mark)| (mark.code().to_owned(), credential.holder.name.as_str().to_owned()))
                .or_else(|| {
                    let (guest, mark) = verdict.guest()?;
                    Some((mark.code().to_owned(), guest.holder_name.clone().unwrap_or_default()))
                }),
            canonical: None,
        }
    }

    fn refused(outcome: &str, reason: &str) -> Self {
        Self { outcome: outcome.to_owned(), reason: Some(reason.to_owned()), ..Self::default() }
    }
}

/// A key of a resource map.
fn method(json: &Value) -> Method {
    let text = |name: &str| json[name].as_str().unwrap().to_owned();
    Method {
        id: text("id"),
        controller: text("controller"),
        key: PublicKey::from_multikey(&text("publicKeyMultibase")).unwrap(),
        purposes: vec![Purpose::Assertion],
    }
}

/// A status list of a resource map, under its own address.
fn list(json: &Value) -> (String, Signed<ForeignList>) {
    (json["id"].as_str().unwrap().to_owned(), Signed::read(&serde_json::to_vec(json).unwrap()).unwrap())
}

/// The verdict on a document's bytes.
pub fn verdict(bytes: &[u8], names: &[&str], policy: &Policy, now: &str) -> Found {
    verdict_with(bytes, &Evidence::of_packs(names.iter().map(|name| pack(name)).collect()), policy, now)
}

/// The verdict on a document's bytes, with everything at hand.
pub fn verdict_with(bytes: &[u8], evidence: &Evidence, policy: &Policy, now: &str) -> Found {
    match Signed::<Credential>::read(bytes) {
        Err(error) => Found::refused("unreadable", unreadable_code(&error)),
        Ok(signed) => Found::of_verdict(&verify(&signed, evidence, policy, time(now))),
    }
}

/// A committed pack, read once.
pub fn pack(name: &str) -> TrustPack {
    static PACKS: OnceLock<HashMap<String, TrustPack>> = OnceLock::new();
    let packs = PACKS.get_or_init(|| {
        let entries = std::fs::read_dir(here("tests/vectors/packs")).unwrap().map(|entry| entry.unwrap().path());
        let read = |path: std::path::PathBuf| {
            let pack = TrustPack::read(&std::fs::read(&path).unwrap(), &Anchor::NamedByHand);
            (
                path.file_stem().unwrap().to_str().unwrap().to_owned(),
                pack.unwrap_or_else(|error| panic!("{path:?}: {error:?}")),
            )
        };
        entries.map(read).collect()
    });
    packs.get(name).unwrap_or_else(|| panic!("no pack {name}")).clone()
}

fn part(part: &Value) -> Vec<u8> {
    match part {
        Value::String(text) => text.clone().into_bytes(),
        part => match part["hex"].as_str() {
            Some(digits) => hex(digits),
            None => part["repeat"]
                .as_str()
                .unwrap()
                .repeat(usize::try_from(part["times"].as_u64().unwrap()).unwrap())
                .into_bytes(),
        },
    }
}

fn read_json(bytes: &[u8], bounds: &Value) -> Found {
    let numbers = if bounds["numbers"] == "any" { Numbers::Any } else { Numbers::Whole };
    let bounds = Bounds { bytes: 4 << 20, depth: FILE_DEPTH, string: CREDENTIAL_STRING_BYTES, numbers };
    match canonical::read(bytes, bounds) {
        Err(error) => Found::refused("refused", error.code()),
        Ok(json) => Found {
            outcome: "reads".to_owned(),
            canonical: Some(String::from_utf8(json.to_canonical()).unwrap()),
            ..Found::default()
        },
    }
}

/// Every pack of the file, its place being the check: `0`, `1` … For a single one also whether it takes the place of the pack `here`.
fn load(bytes: &[u8], pinned: &Value, here: &Value) -> Found {
    let anchor = match pinned.as_array() {
        None => Anchor::NamedByHand,
        Some(digests) => Anchor::Pinned(
            digests
                .iter()
                .map(|digest| skillpass::base::multibase::digest_bytes(digest.as_str().unwrap()).unwrap())
                .collect(),
        ),
    };
    let packs = match Bundle::read(bytes, &anchor) {
        Ok(bundle) => bundle.packs,
        Err(error) => return Found::refused("refused", pack_code(&error)),
    };
    let findings = packs.iter().enumerate().map(|(at, pack)| {
        let found = match pack.as_ref().map(TrustPack::standing) {
            Ok(Standing::Pinned) => "pinned",
            Ok(Standing::Recognised { .. }) => "recognised",
            Err(error) => pack_code(error),
        };
        (at.to_string(), found.to_owned())
    });
    let loads = Found { outcome: "loads".to_owned(), findings: findings.collect(), ..Found::default() };
    let [single] = &packs[..] else { return loads };
    match (single, here.as_str()) {
        (Err(error), _) => Found::refused("refused", pack_code(error)),
        (Ok(_), None) => loads,
        (Ok(single), Some(name)) => match single.clone().supersede(&pack(name)) {
            Ok(_) => Found { outcome: "supersedes".to_owned(), ..Found::default() },
            Err(refused) => Found::refused("stays", refused.code()),
        },
    }
}

fn unreadable_code(error: &Unreadable) -> &'static str {
    match error {
        Unreadable::Json(error) => error.code(),
        Unreadable::NotAnObject => "not-an-object",
        Unreadable::Proof(ProofProblem::Member(_)) => "proof-member",
        Unreadable::Proof(ProofProblem::NotDataIntegrity) => "proof-not-data-integrity",
        Unreadable::Proof(ProofProblem::NotAnObject) => "proof-not-an-object",
        Unreadable::Proof(ProofProblem::None) => "proof-none",
        Unreadable::Proof(ProofProblem::Value) => "proof-value",
        Unreadable::TooManyProofs => "too-many-proofs",
    }
}

fn pack_code(error: &PackError) -> &'static str {
    use skillpass::trust::root::Unsigned;
    match error {
        PackError::Ambiguous => "ambiguous",
        PackError::Json(error) => error.code(),
        PackError::Mixed => "mixed",
        PackError::NotAPack => "not-a-pack",
        PackError::Part(_, error) => unreadable_code(error),
        PackError::RootOutOfOrder => "root-out-of-order",
        PackError::UnknownRoot => "unknown-root",
        PackError::Unsigned(_, Unsigned::Malformed(_)) => "malformed",
        PackError::Unsigned(_, Unsigned::TooFew { .. }) => "too-few-signatures",
    }
}

fn packet_code(error: &PacketError) -> &'static str {
    match error {
        PacketError::BadChunk { .. } => "bad-chunk",
        PacketError::BadLeb128 => "bad-leb128",
        PacketError::BadStream => "bad-stream",
        PacketError::BadTail { .. } => "bad-tail",
        PacketError::BlobLeftOver { .. } => "blob-left-over",
        PacketError::BlobTooLong { .. } => "blob-too-long",
        PacketError::BlobTooShort => "blob-too-short",
        PacketError::DocumentTooLong => "document-too-long",
        PacketError::NotAPacketDocument(error) => error.code(),
        PacketError::NotCanonical => "not-canonical",
        PacketError::NotDigits { .. } => "not-digits",
        PacketError::NotOurs => "not-ours",
        PacketError::NothingBefore { .. } => "nothing-before",
        PacketError::Surplus => "surplus",
        PacketError::TooManyDigits { .. } => "too-many-digits",
        PacketError::Truncated => "truncated",
        PacketError::UnknownCodec { .. } => "unknown-codec",
        PacketError::UnknownFormat { .. } => "unknown-format",
        PacketError::UnknownSlot { .. } => "unknown-slot",
    }
}
