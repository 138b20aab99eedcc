//! Rules that matter are tests (style habit 12): who may know whom, what the kernel may not touch, what may not stand in the source.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::common::here;

/// Who may know whom, downwards only (design §9). A room not named here may be used by no other.
const ARROWS: [(&str, &[&str]); 13] = [
    ("base", &[]),
    ("credential", &["base"]),
    ("trust", &["base", "credential"]),
    ("verify", &["base", "credential", "trust"]),
    ("carry", &["base"]),
    ("desk", KERNEL_AND_STORE),
    ("holder", KERNEL),
    ("interop", KERNEL),
    ("store", KERNEL),
    ("http", BELOW_THE_EDGES),
    ("cli", BELOW_THE_EDGES),
    // Of `interop` those files alone that are pure: `the_kernel_touches_nothing` reads them.
    ("wasm", &["base", "credential", "trust", "verify", "carry", "holder", "interop"]),
    ("main", &["base", "carry", "cli", "credential", "desk", "holder", "http", "interop", "store", "trust", "verify"]),
];
/// What of the command line starts the router, and what hands it the demonstration's page; nothing else of it knows `http` (design §9).
const MAY_SERVE: [&str; 2] = ["cli/demo.rs", "cli/serving.rs"];
const KERNEL: &[&str] = &["base", "credential", "trust", "verify", "carry"];
const KERNEL_AND_STORE: &[&str] = &["base", "credential", "trust", "verify", "carry", "store", "interop", "holder"];
const BELOW_THE_EDGES: &[&str] =
    &["base", "credential", "trust", "verify", "carry", "desk", "holder", "interop", "store"];

/// What the kernel may not name: files, clocks, environment, network, randomness, async, output, threads.
const NOT_IN_THE_KERNEL: [&str; 22] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "std::path",
    "SystemTime",
    "Instant",
    "Utc::now",
    "Local::now",
    "async fn",
    "async move",
    ".await",
    "getrandom",
    "rand::",
    "OsRng",
    "println!",
    "eprintln!",
    "print!",
    "tokio",
    "option_env!",
    "stdin",
];

#[test]
fn rooms_know_only_the_rooms_below() {
    let mut wrong = Vec::new();
    for source in Source::all() {
        let Some((_, may)) = ARROWS.iter().find(|(room, _)| *room == source.room) else {
            if source.room != "lib" {
                wrong.push(format!("{}: room {} has no place in design §9", source.name, source.room));
            }
            continue;
        };
        for known in source.rooms_named() {
            let serves = known == "http" && MAY_SERVE.contains(&source.name.as_str());
            if known != source.room && !may.contains(&known.as_str()) && !serves {
                wrong.push(format!("{} knows {known}", source.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_kernel_touches_nothing() {
    let mut wrong = Vec::new();
    for source in Source::all().iter().filter(|source| source.is_kernel() || source.is_pure_interop()) {
        for word in NOT_IN_THE_KERNEL {
            if source.code().contains(word) {
                wrong.push(format!("{} names {word}", source.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Some crates have one door.
#[test]
fn crates_behind_one_door() {
    for (name, door) in [("chrono", "base/timestamp.rs"), ("qrcode", "carry/qr.rs")] {
        let naming: Vec<String> =
            Source::all().iter().filter(|source| source.names_crate(name)).map(|source| source.name.clone()).collect();
        assert_eq!(naming, [door], "{name}");
    }
}

/// Outside tests nothing may end the program on its own.
#[test]
fn nothing_gives_up() {
    let mut wrong = Vec::new();
    for source in Source::all() {
        for (number, line) in source.code().lines().enumerate() {
            for word in [
                ".unwrap()",
                ".expect(",
                ".unwrap_err()",
                ".expect_err(",
                "panic!(",
                "todo!(",
                "unimplemented!(",
                "unreachable!(",
                "dbg!(",
            ] {
                if line.contains(word) {
                    wrong.push(format!("{}:{} {}", source.name, number + 1, line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A new name is on the disk when its folder is synced, and one file sees to that.
#[test]
fn nothing_is_renamed_beside_the_disk() {
    for source in Source::all() {
        assert!(source.name == "store/files.rs" || !source.code().contains("fs::rename("), "{}", source.name);
    }
}

/// threats.md A5: whoever takes a secret key derives the public one.
#[test]
fn no_function_takes_a_secret_and_a_public_key() {
    for source in Source::all() {
        for signature in source.signatures() {
            let both = signature.contains("SecretKey")
                && signature.split("->").next().is_some_and(|it| it.contains("PublicKey"));
            assert!(!both, "{}: {signature}", source.name);
        }
        if source.is_kernel() {
            assert!(!source.code().contains("from_keypair_bytes"), "{}", source.name);
        }
    }
}

/// threats.md A4: no batch verification, which may differ from the single one.
#[test]
fn no_batch_verification() {
    for source in Source::all() {
        assert!(!source.code().contains("verify_batch"), "{}", source.name);
    }
    let cargo = std::fs::read_to_string(here("Cargo.toml")).unwrap();
    let dalek = cargo.lines().find(|line| line.starts_with("ed25519-dalek")).unwrap();
    assert!(
        !dalek.contains("\"batch\"") && !dalek.contains("legacy_compatibility") && !dalek.contains("hazmat"),
        "{dalek}"
    );
    // One place verifies, and strictly.
    let verifying: Vec<String> = Source::all()
        .iter()
        .filter(|source| source.code().contains("verify_strict") || source.code().contains("VerifyingKey"))
        .map(|it| it.name.clone())
        .collect();
    assert_eq!(verifying, ["base/key.rs"]);
}

/// threats.md A19 and the floors of section 2: versions below which a known hole is open.
#[test]
fn no_crate_with_a_known_hole() {
    let versions = locked();
    assert!(!versions.contains_key("rsa"), "the Marvin attack has no patch");
    for (name, floor) in [
        ("ed25519-dalek", "2.0.0"),
        ("curve25519-dalek", "4.1.3"),
        ("ring", "0.17.12"),
        ("rustls-webpki", "0.103.13"),
        ("h2", "0.4.16"),
        ("time", "0.3.47"),
        ("quick-xml", "0.41.0"),
        ("sqlx", "0.8.1"),
        ("zip", "2.3.0"),
        ("tar", "0.4.45"),
        ("ammonia", "4.1.4"),
        ("idna", "1.0.0"),
        ("openssl", "0.10.72"),
    ] {
        for version in versions.get(name).into_iter().flatten() {
            assert!(number(version) >= number(floor), "{name} {version} is below {floor}");
        }
    }
}

/// threats.md C1 to C4 are of CBOR, which has no place in the product: a reader of it would need its own vectors.
#[test]
fn no_cbor_in_the_product() {
    let cargo = std::fs::read_to_string(here("Cargo.toml")).unwrap();
    assert!(!cargo.contains("cbor"));
}

/// A key under keys/ is a public one; nor does any other file that is not a test's carry a secret.
#[test]
fn keys_are_public() {
    let marks = [
        "PRIVATE KEY",
        "AGE-SECRET-KEY-",
        "privateKeyMultibase",
        "secretKeyMultibase",
        "\"d\":",
        "\"seed\"",
        "\"secret\":\"",
        "\"secret\": \"",
    ];
    let mut wrong = Vec::new();
    for folder in ["keys", "schemas", "web"] {
        for path in files(&here(folder)) {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            wrong.extend(
                marks.iter().filter(|mark| text.contains(**mark)).map(|mark| format!("{}: {mark}", path.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every dependency says on its line what it is for.
#[test]
fn every_dependency_has_its_reason() {
    let cargo = std::fs::read_to_string(here("Cargo.toml")).unwrap();
    let mut section = "";
    let mut wrong = Vec::new();
    for line in cargo.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && line.contains('=') && !line.starts_with('#') {
            let reason = line.split_once(" # ").map_or("", |(_, reason)| reason);
            if reason.trim().len() < 8 {
                wrong.push(line.to_owned());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// No API returns a bare boolean about a credential (design §2). What does return one says nothing about it.
#[test]
fn the_verdict_is_no_boolean() {
    let harmless = [
        "pub fn has(&self, id: &str) -> bool", // whether a language has a text
        "pub fn is_pilot(&self) -> bool",      // which label stands over everything; never a finding
    ];
    for source in Source::all().iter().filter(|source| source.room == "verify") {
        for signature in source.signatures().iter().filter(|it| it.trim_start().starts_with("pub")) {
            let returns = signature.split("->").nth(1).unwrap_or_default();
            let is_harmless = harmless.iter().any(|it| signature.trim().starts_with(it));
            assert!(!returns.contains("bool") || is_harmless, "{}: {signature}", source.name);
        }
        assert!(!source.code().contains("is_revoked") && !source.code().contains("is_valid"), "{}", source.name);
    }
}

/// No other crate can build what only verification builds: a doctest that must not compile shows it.
#[test]
fn verified_cannot_be_forged() {
    let verdict = std::fs::read_to_string(here("src/verify/verdict.rs")).unwrap();
    assert!(verdict.contains("/// ```compile_fail"));
    assert!(verdict.contains("pub struct Verified<T>(T);"), "its field is private");
    let document = std::fs::read_to_string(here("src/credential/document.rs")).unwrap();
    for state in ["Authentic", "Intact", "Signed"] {
        let body = document
            .split(&format!("pub struct {state}<T> {{"))
            .nth(1)
            .and_then(|rest| rest.split('}').next())
            .unwrap();
        assert!(!body.contains("pub"), "{state} has a public field");
    }
    assert!(document.contains("pub(crate) fn from_pack"), "only a pack vouches for a key");
}

/// Every source file says in its first line what lives in it.
#[test]
fn every_file_says_what_it_is() {
    for path in files(&here("src"))
        .into_iter()
        .chain(files(&here("tests")))
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
    {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("//! ") && text.lines().next().is_some_and(|line| line.len() > 16),
            "{}",
            path.display()
        );
    }
}

/// Comment, types and indentation are left out when a script or style is served (`http::bare`): none of it stands inside a text, and no text goes on
/// over the end of its line.
#[test]
fn what_is_left_out_of_scripts_and_styles_is_comment() {
    use skillpass::http::bare;
    let (mut looked, mut saved) = (0, 0);
    let is_ours = |path: &PathBuf| !path.components().any(|part| part.as_os_str() == "vendor");
    for path in files(&here("web")).into_iter().filter(is_ours) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let (bare, opening) = match path.extension().and_then(|ending| ending.to_str()) {
            Some("js") => (bare::script(&text), "/**"),
            Some("css") => (bare::style(&text), "/*"),
            _ => continue,
        };
        let marks = |line: &str, mark: char| line.matches(mark).count() - line.matches(&format!("\\{mark}")).count();
        for line in bare.lines() {
            // What is odd would go on in the next line.
            assert_eq!(marks(line, '`') % 2, 0, "{}: {line}", path.display());
            assert!(!line.ends_with('\\') && !line.starts_with("//"), "{}: {line}", path.display());
        }
        for (before, _) in text.lines().filter_map(|line| line.split_once(opening)) {
            let opened = !before.trim_start().starts_with("//") && marks(before, '"') % 2 == 1;
            assert!(!opened, "{}: opened inside a text: {before}", path.display());
            looked += 1;
        }
        saved += text.len() - bare.len();
    }
    assert!(looked > 400 && saved > 50_000, "{looked}, {saved}");
}

/// Chrome 97 and iOS 16 show our pages: a declaration that they do not know is dropped whole, and light letters lose their dark ground.
#[test]
fn no_style_that_our_oldest_browsers_drop() {
    let mut looked = 0;
    for path in files(&here("web")).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "css")) {
        let text = std::fs::read_to_string(&path).unwrap();
        looked += 1;
        // Chrome 111, 111, 123, 105, 99, 108 (three units), 112.
        for young in ["color-mix(", "oklch(", "light-dark(", "@container", "@layer", "dvh", "svh", "lvh", "&"] {
            assert!(!text.contains(young), "{}: {young}", path.display());
        }
    }
    assert!(looked > 5, "{looked}");
}

/// Names from the domain: no room of odds and ends.
#[test]
fn no_file_for_odds_and_ends() {
    for source in Source::all() {
        for word in ["manager", "service", "helper", "util", "mapper", "dto", "common", "misc"] {
            assert!(!source.name.contains(word), "{}", source.name);
        }
    }
}

/// The words of the kernel are data: every reason, in every language, with its next step where there is one to take.
#[test]
fn every_reason_has_its_words() {
    use skillpass::credential::achievement::Language;
    use skillpass::verify::Reason;
    use skillpass::verify::message::Words;
    let mut lacking = Vec::new();
    for language in Language::ALL {
        let words = Words::of(language);
        lacking.extend(
            Reason::CODES
                .iter()
                .map(|code| format!("reason.{code}"))
                .filter(|id| !words.has(id))
                .map(|id| format!("{} {id}", language.tag())),
        );
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
    assert!(Reason::CODES.is_sorted());
}

/// What README tells people to run exists. Until there is a README there is nothing to check.
#[test]
fn readme_commands_exist() {
    let Ok(readme) = std::fs::read_to_string(here("README.md")) else { return };
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_skillpass")).arg("--help").output().unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let mut wrong = BTreeSet::new();
    for line in readme.lines() {
        let line = line.trim().trim_start_matches("$ ");
        let Some(rest) = line.strip_prefix("skillpass ").or_else(|| line.strip_prefix("cargo run --release -- "))
        else {
            continue;
        };
        let command = rest.split_whitespace().next().unwrap_or_default();
        if command.chars().all(|letter| letter.is_ascii_lowercase()) && !help.contains(&format!("\n  {command} ")) {
            wrong.insert(command.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// A source file without its comments and its tests.
struct Source {
    /// Its path under src.
    name: String,
    /// Its folder, or its own name when it stands at the top.
    room: String,
    code: String,
}

impl Source {
    fn all() -> Vec<Self> {
        let paths = files(&here("src"));
        let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap_or_default();
        // Files that are modules of tests alone.
        let mut tests = BTreeSet::new();
        for path in &paths {
            let text = read(path);
            for declared in text.split("#[cfg(test)]\n").skip(1) {
                let mut lines = declared.lines();
                let first = lines.next().unwrap_or_default();
                let (given, declaration) = match first.strip_prefix("#[path = \"").and_then(|it| it.strip_suffix("\"]"))
                {
                    Some(given) => (Some(given.to_owned()), lines.next().unwrap_or_default()),
                    None => (None, first),
                };
                if let Some(name) = declaration.strip_prefix("mod ").and_then(|it| it.strip_suffix(';')) {
                    tests.insert(path.with_file_name(given.unwrap_or_else(|| format!("{name}.rs"))));
                }
            }
        }
        let sources =
            paths.iter().filter(|path| path.extension().is_some_and(|it| it == "rs") && !tests.contains(*path));
        sources
            .map(|path| {
                let name = path.strip_prefix(here("src")).unwrap().to_str().unwrap().replace('\\', "/");
                let room = name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
                let text = read(path);
                // By our habit tests stand last, whatever attributes stand before them.
                let text = text.split("\nmod tests {").next().unwrap_or_default();
                let code =
                    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
                Self { name, room, code }
            })
            .collect()
    }

    fn code(&self) -> &str {
        &self.code
    }

    fn is_kernel(&self) -> bool {
        KERNEL.contains(&self.room.as_str()) || ["holder", "wasm"].contains(&self.room.as_str())
    }

    /// What a browser reads with, beside the kernel.
    fn is_pure_interop(&self) -> bool {
        ["interop/rdfc/", "interop/badge", "interop/insides", "interop/intake.rs", "interop/verdicts.rs"]
            .iter()
            .any(|begin| self.name.starts_with(begin))
    }

    /// The rooms that it names, by `crate::` (or, in the binary, by the library's name).
    fn rooms_named(&self) -> BTreeSet<String> {
        let mut rooms = BTreeSet::new();
        for prefix in ["crate::", "skillpass::"] {
            for rest in self.code.split(prefix).skip(1) {
                match rest.strip_prefix('{') {
                    None => drop(rooms.insert(word(rest))),
                    // `use crate::{base::…, trust::…};`
                    Some(group) => {
                        let mut depth = 0;
                        let mut at_start = true;
                        for (position, character) in group.char_indices() {
                            match character {
                                '{' => depth += 1,
                                '}' if depth == 0 => break,
                                '}' => depth -= 1,
                                ',' if depth == 0 => at_start = true,
                                letter if letter.is_alphabetic() && at_start => {
                                    rooms.insert(word(&group[position..]));
                                    at_start = false;
                                }
                                _ => {}
                            }
                        }
                    }
                }
            }
        }
        // A type named through the crate's root (`crate::Something`) is no room.
        rooms.retain(|room| ARROWS.iter().any(|(known, _)| known == room));
        rooms
    }

    /// Whether it names a crate: not another one's module of the same name.
    fn names_crate(&self, name: &str) -> bool {
        let before = |at: usize| self.code[..at].chars().next_back().unwrap_or(' ');
        self.code
            .match_indices(&format!("{name}::"))
            .any(|(at, _)| !before(at).is_alphanumeric() && !"_:".contains(before(at)))
    }

    /// The signatures of its functions, each on one line.
    fn signatures(&self) -> Vec<String> {
        let mut signatures = Vec::new();
        let mut lines = self.code.lines();
        while let Some(line) = lines.next() {
            if !line
                .trim_start()
                .trim_start_matches("pub")
                .trim_start_matches("(crate)")
                .trim_start_matches("(super)")
                .trim_start()
                .starts_with("fn ")
            {
                continue;
            }
            let mut signature = line.to_owned();
            while !signature.contains('{') && !signature.ends_with(';') {
                let Some(next) = lines.next() else { break };
                signature = format!("{signature} {}", next.trim());
            }
            signatures.push(signature.split('{').next().unwrap_or_default().to_owned());
        }
        signatures
    }
}

fn word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every crate in Cargo.lock with its versions.
fn locked() -> BTreeMap<String, Vec<String>> {
    let lock = std::fs::read_to_string(here("Cargo.lock")).unwrap();
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let value = |line: Option<&str>, name: &str| {
        line.and_then(|line| line.strip_prefix(&format!("{name} = \"")))
            .and_then(|rest| rest.strip_suffix('"'))
            .map(str::to_owned)
    };
    for package in lock.split("[[package]]\n").skip(1) {
        let mut lines = package.lines();
        if let (Some(name), Some(version)) = (value(lines.next(), "name"), value(lines.next(), "version")) {
            versions.entry(name).or_default().push(version);
        }
    }
    versions
}

/// `0.17.12` as numbers, so that 12 is more than 9.
fn number(version: &str) -> Vec<u64> {
    version.split(['-', '+']).next().unwrap().split('.').map(|part| part.parse().unwrap()).collect()
}
