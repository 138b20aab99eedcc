//! Makes the packets' draft dictionary: `cargo run --release --no-default-features --example train`.
//!
//! Reads `schemas/catalogue/*.json` and the certificates of `src/carry/dictionary/samples.rs`; writes
//! `src/carry/dictionary/d1.bin` and `d1.sha256`; prints what packets then cost. The same catalogue gives the same bytes.
//! `tests/vectors/typical.*.json` and `full.*.json` are measured and never read into the dictionary.
//!
//! A changed dictionary is another codec. While codecs are drafts it replaces the old one, and printed test codes stop to be read.

use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use skillpass::base::canonical::{Bounds, Numbers, read};
use skillpass::carry::dictionary::{compose, trial};
use skillpass::carry::digits::digits_of;
use skillpass::carry::qr::{Symbol, SymbolError};

#[path = "../src/carry/dictionary/samples.rs"]
mod samples;

use samples::{KINDS, LANGUAGES, Random, Wish, certificate, everything};

/// The draw of the certificates that are trained on.
const SEED: u64 = 1;
/// The draw of those that are measured.
const SEED_MEASURED: u64 = 1_000_003;
/// 1 MiB: the model's memory in the library.
const MEMORY: u32 = 1 << 20;
/// KiB of model memory that are compared.
const MEMORIES: [u32; 6] = [256, 512, 768, 896, 1024, 2048];
/// An address of 23 characters, as in the design's tables.
const ADDRESS: &str = "https://v.example.org/#";

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalogue = read_catalogue(root)?;
    let dictionary = train(&catalogue, &LANGUAGES)?;
    let sha256: String = Sha256::digest(&dictionary).iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = root.join("src/carry/dictionary");
    fs::write(folder.join("d1.bin"), &dictionary)?;
    fs::write(folder.join("d1.sha256"), &sha256)?;
    println!("d1.bin: {} bytes, SHA-256 {sha256}", dictionary.len());

    let vectors = read_vectors(root)?;
    print_memories(&dictionary, &vectors);
    print_vectors(&catalogue, &dictionary, &vectors)?;
    print_kinds(&catalogue, &dictionary)
}

/// The dictionary from these achievements in these languages.
fn train(catalogue: &[Value], languages: &[&str]) -> Outcome<Vec<u8>> {
    let mut random = Random(SEED);
    let position = |turn: usize| LANGUAGES.iter().position(|language| *language == languages[turn % languages.len()]);
    let mut certificates = vec![everything(&mut random, catalogue, position(0).unwrap_or(0))];
    for (turn, full, key_issuer) in [(1, false, false), (2, true, true), (3, false, false)] {
        let wish = Wish { kind: 1, language: position(turn).unwrap_or(0), key_issuer, full };
        certificates.push(certificate(&mut random, catalogue, wish));
    }
    let certificates: Vec<String> = certificates.iter().map(canonical).collect::<Outcome<_>>()?;
    Ok(compose(&vocabulary(catalogue, languages), &certificates))
}

/// The catalogue's texts, each once, with the quote that ends them in a credential. What stands first is what is lost when the
/// whole is too long: the units of the example standards, which real standards will replace.
fn vocabulary(catalogue: &[Value], languages: &[&str]) -> Vec<String> {
    let (competences, modules): (Vec<&Value>, Vec<&Value>) =
        catalogue.iter().partition(|entry| entry["kind"] == "competence");
    let entries = || competences.iter().chain(&modules);
    let mut texts: Vec<&str> = Vec::new();
    for entry in &competences {
        for language in languages {
            texts.extend(rows(entry, "units").map(|unit| word(&unit["name"][language])));
        }
    }
    for entry in entries() {
        texts.extend(rows(entry, "alignments").map(|alignment| word(&alignment["name"])));
    }
    for entry in entries() {
        for language in languages {
            texts.extend(["name", "description", "criteria"].map(|part| word(&entry[part][language])));
        }
    }
    let mut lines: Vec<String> = Vec::new();
    for text in texts {
        let line = format!("{text}\"");
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.extend(entries().map(|entry| format!("{}\",\"id\":\"{}\"", word(&entry["code"]), word(&entry["id"]))));
    lines
}

fn print_memories(dictionary: &[u8], vectors: &[(String, String)]) {
    println!("\npayload bytes of the ten vectors together, by KiB of model memory");
    let documents: Vec<String> = vectors.iter().map(|(_, document)| document.clone()).collect();
    for memory in MEMORIES {
        println!("{memory:5} {}", trial(dictionary, memory << 10, &documents).iter().sum::<usize>());
    }
}

/// The vectors with the shipped dictionary; with one that never saw their achievement; with one that never saw their language.
/// Their issuers and holders are in none.
fn print_vectors(catalogue: &[Value], dictionary: &[u8], vectors: &[(String, String)]) -> Outcome<()> {
    println!("\nvector        JSON  payload version | achievement unseen | language unseen");
    for (name, document) in vectors {
        let achievement = achievement_id(document)?;
        let others: Vec<Value> = catalogue.iter().filter(|entry| entry["id"] != achievement).cloned().collect();
        let foreign: Vec<&str> = LANGUAGES.into_iter().filter(|language| !name.ends_with(language)).collect();
        let (unseen, foreign) = (train(&others, &LANGUAGES)?, train(catalogue, &foreign)?);
        let cells = [dictionary, &unseen, &foreign].map(|dictionary| size(dictionary, document));
        println!("{name:12} {:5} {}", document.len(), cells.join("  |  "));
    }
    Ok(())
}

/// Freshly drawn certificates: other issuers and holders than in the training, every kind and language.
fn print_kinds(catalogue: &[Value], dictionary: &[u8]) -> Outcome<()> {
    println!(
        "\nkind                  did:web mean, most | did:key mean, most   (plain and full, five languages, 100 each)"
    );
    let mut random = Random(SEED_MEASURED);
    for (kind, name) in KINDS.iter().enumerate() {
        for full in [false, true] {
            let mut cells = Vec::new();
            for key_issuer in [false, true] {
                let documents: Vec<String> = (0..100)
                    .map(|turn| {
                        canonical(&certificate(
                            &mut random,
                            catalogue,
                            Wish { kind, language: turn % 5, key_issuer, full },
                        ))
                    })
                    .collect::<Outcome<_>>()?;
                let sizes = trial(dictionary, MEMORY, &documents);
                let mean = sizes.iter().sum::<usize>() / sizes.len().max(1);
                let most = sizes.iter().copied().max().unwrap_or(0);
                cells.push(format!("{mean:4} {} {most:4} {}", version(mean), version(most)));
            }
            println!("{name:20} {} {}", if full { "full " } else { "plain" }, cells.join("  |  "));
        }
    }
    Ok(())
}

fn size(dictionary: &[u8], document: &str) -> String {
    let bytes = trial(dictionary, MEMORY, &[document.to_owned()]).into_iter().sum();
    format!("{bytes:5} B {}", version(bytes))
}

/// The symbol's version at M.
fn version(bytes: usize) -> String {
    match Symbol::of(&format!("{ADDRESS}{}", "7".repeat(digits_of(bytes)))) {
        Ok(symbol) => format!("v{:<2}", symbol.version()),
        Err(SymbolError::TooBig { version }) => format!("v{version}!"),
        Err(SymbolError::Unencodable) => "none".to_owned(),
    }
}

fn read_catalogue(root: &Path) -> Outcome<Vec<Value>> {
    let mut files: Vec<_> = fs::read_dir(root.join("schemas/catalogue"))?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    files.iter().map(|file| Ok(serde_json::from_str(&fs::read_to_string(file.path())?)?)).collect()
}

fn read_vectors(root: &Path) -> Outcome<Vec<(String, String)>> {
    let mut vectors = Vec::new();
    for form in ["typical", "full"] {
        for language in LANGUAGES {
            let name = format!("{form}.{language}");
            let text = fs::read_to_string(root.join(format!("tests/vectors/{name}.json")))?;
            vectors.push((name, canonical(&serde_json::from_str(&text)?)?));
        }
    }
    Ok(vectors)
}

fn achievement_id(document: &str) -> Outcome<Value> {
    let document: Value = serde_json::from_str(document)?;
    Ok(document["credentialSubject"]["achievement"]["id"].clone())
}

fn canonical(value: &Value) -> Outcome<String> {
    let bounds = Bounds { bytes: 1 << 20, depth: 32, string: 1 << 16, numbers: Numbers::Whole };
    let json = read(value.to_string().as_bytes(), bounds).map_err(|error| format!("{error:?}"))?;
    Ok(String::from_utf8(json.to_canonical())?)
}

fn rows<'a>(entry: &'a Value, part: &str) -> impl Iterator<Item = &'a Value> {
    entry[part].as_array().into_iter().flatten()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
