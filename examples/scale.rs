//! How a bundle grows (domain.md D63): `cargo run --release --example scale`.
//!
//! 14 countries, 50 institutions each, 10³ to 5·10⁶ certificates in all; 1 in 100 withdrawn with its reason, 1 in 500 suspended, so three
//! signed lists an institution. Everything is synthetic, and the same on every machine. For each size: the bundle's bytes, how long
//! reading and checking it takes on one core and on all, what it weighs in memory, and how long one certificate's check takes with it. Each time is
//! also given as a ratio to bare strict Ed25519 verifications of the same run: as many as the bundle has signatures, and one.
//!
//! Each size is measured in a process of its own, so that memory is that bundle's alone.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use skillpass::base::canonical::{Bounds, Json, Numbers, read};
use skillpass::base::did::{Did, MethodId};
use skillpass::base::key::SecretKey;
use skillpass::base::limits::{PACK_BYTES, STATUS_ENTRIES_LEAST};
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::achievement::{AchievementId, Kind, Language};
use skillpass::credential::credential::Credential;
use skillpass::credential::document::{Document as _, Signed};
use skillpass::credential::draft::Draft;
use skillpass::trust::accreditation::{Accreditation, CatalogueEntry, Issuer, IssuerKey, Scope};
use skillpass::trust::bundle::{Bundle, Member};
use skillpass::trust::freshness::{Freshness, ListRow};
use skillpass::trust::pack::{Anchor, TrustPack};
use skillpass::trust::root::{Authority, Environment, Role, Root, add_signature};
use skillpass::trust::status::{Bits, MESSAGE, MESSAGE_BITS, REVOCATION, SUSPENSION, StatusList};
use skillpass::verify::verdict::Outcome;
use skillpass::verify::{Evidence, Policy, verify};

type Fallible<T> = Result<T, Box<dyn Error>>;

const COUNTRIES: [&str; 14] = ["AR", "BO", "BR", "CL", "CO", "CR", "DO", "EC", "GT", "HT", "MX", "PA", "PE", "UY"];
const INSTITUTIONS: usize = 50;
/// Achievements in a country's catalogue, each named in five languages, and each accredited to every institution.
const ACHIEVEMENTS: usize = 12;
/// Certificates in all.
const SIZES: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 5_000_000];
/// 1 in 100 is withdrawn.
const PER_WITHDRAWN: usize = 100;
/// 1 in 500 is suspended.
const PER_SUSPENDED: usize = 500;
/// How often each work is timed; the median counts.
const TIMES: usize = 9;
/// Checks of one certificate in one timing.
const CHECKS: usize = 400;
const ISSUED: &str = "2026-07-01T08:00:00Z";
const AWARDED: &str = "2026-07-07T00:00:00Z";
const SIGNED: &str = "2026-07-12T15:04:05Z";
const FRESH: &str = "2026-07-13T06:00:00Z";
const CHECKED: &str = "2026-07-13T09:00:00Z";
/// The first argument of a measuring process.
const CHILD: &str = "one-size";

fn main() -> Fallible<()> {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some(CHILD) {
        return one_size(args.next().ok_or("which size")?.parse()?);
    }
    println!(
        "| certificates | bytes | signatures | load, 1 core | × Ed25519 | load, all cores | memory | one check | × Ed25519 |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for size in SIZES {
        let output = Command::new(std::env::current_exe()?).args([CHILD, &size.to_string()]).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        print!("{}", String::from_utf8_lossy(&output.stdout));
    }
    Ok(())
}

fn one_size(certificates: usize) -> Fallible<()> {
    let packs = COUNTRIES.par_iter().map(|country| said(pack(country, certificates))).collect::<Result<Vec<_>, _>>()?;
    let bytes = Bundle::assemble(&packs, &[]).ok_or("a pack is no JSON")?;
    drop(packs);
    let signed = credential()?;
    let path = std::env::temp_dir().join(format!("skillpass-scale-{}.json", std::process::id()));
    std::fs::write(&path, &bytes)?;
    drop(bytes);
    let measured = measure(&path, &signed, certificates);
    std::fs::remove_file(&path)?;
    measured
}

fn measure(path: &Path, credential: &[u8], certificates: usize) -> Fallible<()> {
    let bytes = std::fs::read(path)?;
    assert!(bytes.len() <= PACK_BYTES, "the bundle is within its bound");
    let before = resident()?;
    let bundle = Bundle::read(&bytes, &Anchor::NamedByHand).map_err(|error| format!("{error:?}"))?;
    let packs: Vec<TrustPack> = said(bundle.packs.into_iter().collect::<Result<_, _>>())?;
    let memory = resident()?.saturating_sub(before);
    // A root and an accreditation have two signatures each, a freshness and each list one.
    let lists: usize = packs.iter().map(|pack| pack.freshness().lists.len()).sum();
    let signatures = packs.len() * 5 + lists;
    let bare = bare()?;
    let one = median(|| {
        let _ = black_box(Bundle::read(black_box(&bytes), &Anchor::NamedByHand));
    });
    let all = median(|| {
        let members = Member::all(black_box(&bytes)).unwrap_or_default();
        let read: Vec<_> = members.into_par_iter().map(|member| member.read(&Anchor::NamedByHand)).collect();
        black_box(read);
    });
    let evidence = Evidence::of_packs(packs);
    let now = time(CHECKED)?;
    let check = || -> Option<_> {
        let signed = Signed::<Credential>::read(black_box(credential)).ok()?;
        Some(verify(&signed, &evidence, &Policy::default(), now))
    };
    let verdict = check().ok_or("no credential")?;
    if !matches!(verdict.outcome, Outcome::Accept(_)) {
        return Err(format!("not accepted: {verdict:?}").into());
    }
    let checked = median(|| {
        for _ in 0..CHECKS {
            black_box(check());
        }
    }) / CHECKS as u32;
    println!(
        "| {certificates} | {} | {signatures} | {:.1} ms | {:.2} | {:.1} ms | {:.1} MiB | {:.1} µs | {:.2} |",
        bytes.len(),
        ms(one),
        one.as_secs_f64() / (bare.as_secs_f64() * signatures as f64),
        ms(all),
        memory as f64 / 1024.0,
        ms(checked) * 1e3,
        checked.as_secs_f64() / bare.as_secs_f64(),
    );
    Ok(())
}

/// One country's pack.
fn pack(country: &str, certificates: usize) -> Fallible<Vec<u8>> {
    let key = |name: &str| secret(&format!("{country} {name}"));
    let role = |name: &str, number: usize, threshold: usize| Role {
        keys: (0..number).map(|at| key(&format!("{name} {at}")).public()).collect(),
        threshold,
    };
    let issued = time(ISSUED)?;
    let root = Root {
        version: 1,
        environment: Environment::Production,
        issued,
        authority: Authority {
            id: format!("did:web:trust.{}.example", country.to_lowercase()),
            name: format!("Ministerio de Trabajo de {country}"),
            country: country.to_owned(),
            office: Some("Oficina de reconocimiento".to_owned()),
        },
        root: role("root", 3, 2),
        accreditation: role("person", 3, 2),
        freshness: role("online", 1, 1),
        green_days: 30,
    };
    let root = said(root.sign(&key("root 0"), issued))?;
    let root = said(add_signature(&root, &key("root 1"), issued))?;
    let per_institution = certificates.div_ceil(COUNTRIES.len() * INSTITUTIONS);
    let (mut issuers, mut rows, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..INSTITUTIONS {
        let (issuer, signer, method) = institution(country, number)?;
        for list in lists_of(&issuer, country, number, per_institution)? {
            let signed =
                said(list.sign(&signer, &method, time(FRESH)?, &skillpass::credential::proof::Suites::default()))?;
            rows.push(ListRow {
                id: list.id.clone(),
                issuer: issuer.id.clone(),
                purpose: list.purpose.clone(),
                version: 1,
                digest: signed.digest(),
                date: list.valid_from,
                sibling_of: list.sibling_of.clone(),
            });
            lists.push(signed);
        }
        issuers.push(issuer);
    }
    let accreditation = Accreditation {
        version: 1,
        issued: Some(issued),
        issuers,
        achievements: (0..ACHIEVEMENTS).map(|number| achievement(country, number)).collect::<Fallible<_>>()?,
        ..Accreditation::default()
    };
    let accreditation = said(accreditation.sign(&key("person 0"), issued))?;
    let accreditation = said(add_signature(&accreditation, &key("person 1"), issued))?;
    let freshness = Freshness {
        version: 1,
        date: time(FRESH)?,
        expires: None,
        accreditation_version: 1,
        accreditation_digest: accreditation.digest(),
        lists: rows,
        checkpoints: Vec::new(),
    };
    let freshness = said(freshness.sign(&key("online 0"), time(FRESH)?))?;
    Ok(TrustPack::assemble(&[root], &accreditation, &freshness, &lists))
}

fn institution(country: &str, number: usize) -> Fallible<(Issuer, SecretKey, MethodId)> {
    let did = said(Did::parse(&format!("did:web:i{number}.{}.example", country.to_lowercase())))?;
    let signer = secret(&format!("{country} institution {number}"));
    let method = said(did.method("key-1"))?;
    let from = time("2026-01-01T00:00:00Z")?;
    let key = IssuerKey {
        id: method.clone(),
        key: signer.public(),
        from,
        until: None,
        compromised: None,
        logged: Default::default(),
    };
    let scope = |number: usize| -> Fallible<Scope> {
        Ok(Scope { achievement: achievement_id(country, number)?, from, until: None })
    };
    let issuer = Issuer {
        id: did,
        name: format!("Instituto de formación {number}"),
        legal_name: None,
        country: country.to_owned(),
        keys: vec![key],
        foreign_keys: Vec::new(),
        scope: (0..ACHIEVEMENTS).map(scope).collect::<Fallible<_>>()?,
        successor: None,
    };
    Ok((issuer, signer, method))
}

fn list_id(country: &str, number: usize, purpose: &str) -> String {
    format!("https://i{number}.{}.example/status/1/{purpose}", country.to_lowercase())
}

fn lists_of(issuer: &Issuer, country: &str, number: usize, certificates: usize) -> Fallible<Vec<StatusList>> {
    let entries = certificates.max(STATUS_ENTRIES_LEAST);
    let mut revocation = Bits::clear_of(entries);
    let mut suspension = Bits::clear_of(entries);
    let mut message = Bits::clear_of(entries * usize::from(MESSAGE_BITS));
    let mut random = 0x9e37_79b9_7f4a_7c15u64 ^ (number as u64) << 32 ^ certificates as u64;
    // xorshift64: positions all over the list, as the keyed permutation gives them.
    let mut draw = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // Position 0 is the certificate that is checked.
        1 + (random % (entries as u64 - 1)) as u32
    };
    for turn in 0..certificates.div_ceil(PER_WITHDRAWN) {
        let at = draw();
        revocation.set(at);
        message.set_value(at, MESSAGE_BITS, 1 + (turn % 4) as u8);
    }
    for _ in 0..certificates / PER_SUSPENDED {
        suspension.set(draw());
    }
    let first = list_id(country, number, REVOCATION);
    let list = |purpose: &str, bits: Bits| -> Fallible<StatusList> {
        Ok(StatusList {
            id: list_id(country, number, purpose),
            issuer: issuer.id.clone(),
            purpose: purpose.to_owned(),
            sibling_of: (purpose != REVOCATION).then(|| first.clone()),
            valid_from: time(FRESH)?,
            valid_until: None,
            bits,
        })
    };
    Ok(vec![list(REVOCATION, revocation)?, list(SUSPENSION, suspension)?, list(MESSAGE, message)?])
}

fn achievement_id(country: &str, number: usize) -> Fallible<AchievementId> {
    let id = format!("urn:skillpass:{}:module-{number}", country.to_lowercase());
    AchievementId::parse(&id).ok_or_else(|| "an identifier".into())
}

fn achievement(country: &str, number: usize) -> Fallible<CatalogueEntry> {
    Ok(CatalogueEntry {
        id: achievement_id(country, number)?,
        version: "1".to_owned(),
        kind: Kind::ModuleCompletion,
        name: Language::ALL.map(|language| (language, format!("Módulo de formación {number}"))).into(),
        from: time("2026-01-01T00:00:00Z")?,
        until: None,
        regulated: false,
        standard: None,
        level: None,
        alignments: Vec::new(),
    })
}

/// A certificate of the last country's last institution.
fn credential() -> Fallible<Vec<u8>> {
    let (country, number) = (COUNTRIES[COUNTRIES.len() - 1], INSTITUTIONS - 1);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/typical.es.json");
    let bounds = Bounds { bytes: 1 << 20, depth: 32, string: 1 << 16, numbers: Numbers::Whole };
    let Json::Object(document) = said(read(&std::fs::read(path)?, bounds))? else { return Err("no object".into()) };
    let mut credential = said(Credential::parse(&document))?;
    let (issuer, signer, method) = institution(country, number)?;
    credential.issuer = issuer.id;
    credential.achievement.id = achievement_id(country, ACHIEVEMENTS - 1)?;
    credential.achievement.version = "1".to_owned();
    credential.awarded = time(AWARDED)?;
    credential.valid_from = time(AWARDED)?;
    credential.valid_until = None;
    credential.status.list = list_id(country, number, REVOCATION);
    credential.status.index = 0;
    let draft = said(Draft::complete(credential, time(SIGNED)?))?;
    Ok(said(draft.sign(&signer, &method, time(SIGNED)?, &skillpass::credential::proof::Suites::default()))?
        .bytes()
        .to_vec())
}

/// One strict verification of 64 bytes.
fn bare() -> Fallible<Duration> {
    let key = secret("yardstick");
    let message = [7; 64];
    let signature = key.sign(&message);
    let public = key.public();
    if !public.holds(&message, &signature) {
        return Err("the yardstick".into());
    }
    Ok(median(|| {
        for _ in 0..CHECKS {
            black_box(public.holds(black_box(&message), black_box(&signature)));
        }
    }) / CHECKS as u32)
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..TIMES)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed()
        })
        .collect();
    times.sort();
    times[TIMES / 2]
}

/// KiB of this process in memory (Linux).
fn resident() -> Fallible<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse()?)
}

fn secret(name: &str) -> SecretKey {
    use sha2::Digest as _;
    SecretKey::from_seed(&sha2::Sha256::digest(format!("skillpass scale: {name}").as_bytes()).into())
}

fn time(text: &str) -> Fallible<Timestamp> {
    Ok(said(Timestamp::parse(text))?)
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn said<T, E: std::fmt::Debug>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|error| format!("{error:?}"))
}
