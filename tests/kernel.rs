//! What browsers run: that the shipped modules are built from these sources, and that they say, byte for byte, what native code says.

use std::path::Path;

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use skillpass::credential::achievement::Language;
use skillpass::credential::proof::Suites;
use skillpass::holder::key::HolderKey;
use skillpass::http::Coding;
use skillpass::interop::rdfc;
use skillpass::verify::message::Words;
use skillpass::verify::receipt::Receipt;
use skillpass::wasm::Kept;
use wasmi::{Engine, Instance, Linker, Module, Store};

use crate::browser::Visitor;
use crate::common::{documents, here, packs};
use crate::vectors::run::{Vector, time};

/// What to do about a stale module.
const AGAIN: &str = "run web/build-wasm and commit web/wasm";

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What of Cargo.toml decides what is built, as `web/build-wasm` takes it.
fn settings() -> String {
    let mut inside = false;
    let mut lines = String::new();
    for line in std::fs::read_to_string(here("Cargo.toml")).unwrap().lines() {
        inside |= line.starts_with("[features]") || line.starts_with("[profile.wasm");
        if inside {
            lines.push_str(line);
            lines.push('\n');
            let ends = line.is_empty() && lines.contains("[profile.wasm");
            inside = !ends && !line.starts_with("# The edges");
        }
    }
    lines
}

#[test]
fn the_shipped_modules_are_of_these_sources() {
    let lock = std::fs::read_to_string(here("web/wasm/lock")).unwrap();
    let crates = std::fs::read_to_string(here("Cargo.lock")).unwrap();
    let (mut stale, mut sources, mut rooms) = (Vec::new(), 0, 0);
    for line in lock.lines() {
        if line.starts_with("rustc: ") {
            continue;
        }
        if let Some(named) = line.strip_prefix("crate: ") {
            let (name, version) = named.split_once(" v").unwrap();
            let version = version.split(' ').next().unwrap();
            if !crates.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")) {
                stale.push(named.to_owned());
            }
            rooms += 1;
            continue;
        }
        let (digest, path) = line.split_once("  ").unwrap();
        let found = match path {
            "Cargo.toml#kernel" => sha256(settings().as_bytes()),
            _ if path.ends_with(".wasm") => sha256(&std::fs::read(here("web/wasm").join(path)).unwrap()),
            _ => std::fs::read(here(path)).map(|bytes| sha256(&bytes)).unwrap_or_default(),
        };
        if found != digest {
            stale.push(path.to_owned());
        }
        sources += 1;
    }
    assert!(sources > 60 && rooms > 20, "the lock says too little: {sources}, {rooms}");
    assert!(stale.is_empty(), "stale, {AGAIN}: {stale:#?}");
}

/// A module as a page has it.
struct Shipped {
    store: Store<()>,
    instance: Instance,
}

impl Shipped {
    fn load(path: &Path) -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, std::fs::read(path).unwrap()).unwrap();
        assert_eq!(module.imports().count(), 0, "{} asks the page for something", path.display());
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).unwrap();
        Self { store, instance }
    }

    fn answer(&mut self, question: &[u8]) -> Vec<u8> {
        let Self { store, instance } = self;
        let memory = instance.get_memory(&*store, "memory").unwrap();
        let reserve = instance.get_typed_func::<i32, i32>(&*store, "reserve").unwrap();
        let answer = instance.get_typed_func::<(), i32>(&*store, "answer").unwrap();
        let length = instance.get_typed_func::<(), i32>(&*store, "length").unwrap();
        let at = reserve.call(&mut *store, i32::try_from(question.len()).unwrap()).unwrap();
        memory.write(&mut *store, at.cast_unsigned() as usize, question).unwrap();
        let from = answer.call(&mut *store, ()).unwrap();
        let length = length.call(&mut *store, ()).unwrap();
        let mut bytes = vec![0; length.cast_unsigned() as usize];
        memory.read(&*store, from.cast_unsigned() as usize, &mut bytes).unwrap();
        bytes
    }
}

/// A question as `web/kernel.js` writes it.
fn question(op: &str, args: &Value, blobs: &[Vec<u8>]) -> Vec<u8> {
    let lengths: Vec<usize> = blobs.iter().map(Vec::len).collect();
    let head = json!({"args": args, "blobs": lengths, "op": op}).to_string();
    let length = u32::try_from(head.len()).unwrap().to_le_bytes();
    [&length[..], head.as_bytes()].into_iter().chain(blobs.iter().map(Vec::as_slice)).collect::<Vec<_>>().concat()
}

/// The questions of a vector.
fn questions(vector: &Vector, languages: &[Language]) -> Vec<Vec<u8>> {
    let file = vector.file();
    let packs: Vec<Vec<u8>> = match file["packs"].as_array() {
        None => vec!["pilot"],
        Some(names) => names.iter().map(|name| name.as_str().unwrap()).collect(),
    }
    .into_iter()
    .map(|name| std::fs::read(here("tests/vectors/packs").join(format!("{name}.json"))).unwrap())
    .collect();
    if vector.folder == "pack" {
        let here = file["here"].as_str().map(|name| here("tests/vectors/packs").join(format!("{name}.json")));
        let held: Vec<Vec<u8>> = here.iter().map(|path| std::fs::read(path).unwrap()).collect();
        let now = json!({"now": time("2026-05-04T10:00:00Z").seconds()});
        return vec![question("trust", &json!({}), &held), question("trust-take", &now, &[vector.bytes()])];
    }
    if vector.folder == "presentation" {
        let mut asked = vec![question("trust", &json!({}), &packs)];
        for language in languages {
            let now = time(file["now"].as_str().unwrap()).seconds();
            let args =
                json!({"answered": file["answered"], "ask": file["ask"], "language": language.tag(), "now": now});
            let beside = file["presented"].as_array().into_iter().flatten().map(|it| it.to_string().into_bytes());
            let blobs: Vec<Vec<u8>> = std::iter::once(vector.bytes()).chain(beside).collect();
            asked.push(question("check-presentation", &args, &blobs));
        }
        return asked;
    }
    let mut trust = json!({"recognised": file["vouched"].as_array().cloned().unwrap_or_default()});
    if let Some(seen) = file["seen"].as_str() {
        trust["seen"] = time(seen).seconds().into();
    }
    let mut asked = vec![question("trust", &trust, &packs)];
    let mut offered = vec![vector.bytes()];
    offered.extend(file["presented"].as_array().into_iter().flatten().map(|it| it.to_string().into_bytes()));
    // Each in one language, and all of them over the whole: `no_word_is_missing_in_a_page` asks in every one.
    for language in languages.iter().copied() {
        let now = file["now"].as_str().map_or(0, |now| time(now).seconds());
        let args = json!({"country": file["country"], "language": language.tag(), "now": now});
        asked.push(question("verify", &args, &offered));
    }
    asked
}

/// The head of a question or an answer.
fn head(bytes: &[u8]) -> Value {
    let (length, rest) = bytes.split_first_chunk::<4>().unwrap();
    serde_json::from_slice(&rest[..u32::from_le_bytes(*length) as usize]).unwrap()
}

/// Whether a question says what is trusted from now on.
fn is_trust(question: &[u8]) -> bool {
    let head = head(question);
    head["op"] == "trust" || head["op"] == "trust-take"
}

/// The words that a page brings: the part of the language file that is served for it.
fn words(language: Language) -> Vec<u8> {
    question("words", &json!({"language": language.tag()}), &[skillpass::http::verdict_texts(language)])
}

/// One vector's questions in so many, in one language, each with its name. Which certificates a kernel trusts it keeps: it is told once for all vectors that
/// ask under the same packs.
fn asked(of: usize) -> Vec<(String, Vec<u8>)> {
    let languages = Language::ALL.into_iter().cycle();
    let mut all: Vec<_> = Vector::all()
        .into_iter()
        .step_by(of)
        .zip(languages)
        .map(|(it, language)| (questions(&it, &[language]), it.name))
        .collect();
    all.sort();
    let mut asked: Vec<(String, Vec<u8>)> =
        Language::ALL.into_iter().map(|language| (language.tag().to_owned(), words(language))).collect();
    let mut told = Vec::new();
    for (questions, name) in all {
        for question in questions.into_iter().filter(|question| *question != told).collect::<Vec<_>>() {
            if is_trust(&question) {
                told.clone_from(&question);
            }
            asked.push((name.clone(), question));
        }
    }
    asked
}

/// What the native kernel, reader and all, answers on every vector: the certificates of vacancies held against them, and made into CVs, too.
pub fn answers() -> Vec<(String, Value)> {
    let mut native = Kept::with(rdfc::suites());
    let mut questions: Vec<Vec<u8>> = asked(1).into_iter().map(|(_, question)| question).collect();
    questions.push(question("words", &json!({"language": "en"}), &[std::fs::read(here("web/i18n/en.json")).unwrap()]));
    let pilot = std::fs::read(here("tests/vectors/packs/pilot.json")).unwrap();
    questions.push(question("trust", &json!({}), &[pilot]));
    let beside = json!([documents::signed(&documents::module()), {"type": "VerifiableCredential"}]).to_string();
    let args = json!({"language": "en", "now": time(documents::NOW).seconds()});
    questions.push(question("verify", &args, &[beside.into_bytes()]));
    for vector in crate::vacancy::all() {
        let now = time(vector.file["now"].as_str().unwrap()).seconds();
        let documents =
            std::iter::once(&vector.file["document"]).chain(vector.file["certificates"].as_array().unwrap());
        let blobs: Vec<Vec<u8>> = documents.map(|it| serde_json::to_vec(it).unwrap()).collect();
        questions.push(question("vacancy", &json!({"language": "en", "now": now}), &blobs));
        questions.push(question("cv", &json!({"now": now}), &blobs[1..]));
    }
    let op = |question: &[u8]| head(question)["op"].as_str().unwrap().to_owned();
    questions.iter().map(|question| (op(question), head(&native.answer(question))["value"].take())).collect()
}

/// The interpreter is slow: it is asked one vector in six. A browser is asked all of them.
const OF: usize = 6;

fn agree(module: &str, suites: Suites) {
    // `tests/rebuild-wasm` names a folder with modules of another compiler.
    let folder = std::env::var_os("SKILLPASS_WASM").map_or_else(|| here("web/wasm"), Into::into);
    let mut shipped = Shipped::load(&folder.join(format!("{module}.wasm")));
    let mut native = Kept::with(suites);
    let (mut agreed, mut verdicts) = (0, 0);
    for (name, question) in asked(OF) {
        let (theirs, ours) = (shipped.answer(&question), native.answer(&question));
        let texts = || (String::from_utf8_lossy(&theirs).into_owned(), String::from_utf8_lossy(&ours).into_owned());
        assert!(theirs == ours, "{module} {name}\n{:#?}", texts());
        agreed += 1;
        verdicts += usize::from(texts().1.contains("\"outcome\":"));
    }
    assert!(agreed > 100 && verdicts > 50, "{agreed} {verdicts}");
}

#[test]
fn the_kernel_in_a_page_says_what_the_kernel_here_says() {
    agree("kernel", Suites::default());
}

#[test]
fn the_reader_in_a_page_says_what_the_kernel_here_says() {
    agree("reader", rdfc::suites());
}

/// A browser, asked everything that every vector asks: the digest of each answer is that of the native kernel's.
#[tokio::test(flavor = "multi_thread")]
async fn the_modules_in_a_browser_say_what_the_kernel_here_says() {
    let asked = asked(1);
    let framed: Vec<u8> = asked
        .iter()
        .flat_map(|(_, question)| [&u32::try_from(question.len()).unwrap().to_le_bytes()[..], question].concat())
        .collect();
    let module = |axum::extract::Path(name): axum::extract::Path<String>| async move {
        std::fs::read(here("web/wasm").join(format!("{name}.wasm"))).unwrap()
    };
    let page = axum::response::Html(
        "<!doctype html><html lang=en><title>Vectors</title><link rel=icon href=data:,><h1>Vectors</h1>",
    );
    let router = Router::new()
        .route("/", get(async move || page))
        .route("/asked", get(async move || framed))
        .route("/module/{name}", get(module));
    let Some(visitor) = Visitor::arrive_with("en", router, crate::page::Log::default(), &crate::browser::whole()).await
    else {
        return;
    };
    visitor.client.goto(&visitor.base).await.unwrap();
    for (name, suites) in [("kernel", Suites::default()), ("reader", rdfc::suites())] {
        let theirs = visitor.client.execute_async(ASK_ALL, vec![json!(name)]).await.unwrap();
        let theirs = theirs.as_array().unwrap_or_else(|| panic!("{theirs}"));
        let mut native = Kept::with(suites);
        let mut verdicts = 0;
        assert_eq!(theirs.len(), asked.len());
        for (theirs, (of, question)) in theirs.iter().zip(asked.iter()) {
            let ours = native.answer(question);
            let text = String::from_utf8_lossy(&ours);
            assert_eq!(theirs, &sha256(&ours), "{name} {of}: {text}");
            verdicts += usize::from(text.contains("\"outcome\":"));
        }
        assert!(verdicts > 300, "{verdicts}");
    }
    visitor.leave(0).await;
}

/// Asks a module everything, in the page, and says the digests of its answers in hexadecimal.
const ASK_ALL: &str = "
    const [name, done] = arguments;
    const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
    (async () => {
        const { instance } = await WebAssembly.instantiate(await bytes(`/module/${name}`), {});
        const { answer, length, memory, reserve } = instance.exports;
        const asked = await bytes('/asked');
        const lengths = new DataView(asked.buffer);
        const digests = [];
        for (let at = 0; at < asked.length; ) {
            const question = asked.subarray(at + 4, at + 4 + lengths.getUint32(at, true));
            at += 4 + question.length;
            const place = reserve(question.length) >>> 0;
            new Uint8Array(memory.buffer).set(question, place);
            const from = answer() >>> 0;
            const said = new Uint8Array(memory.buffer).slice(from, from + (length() >>> 0));
            const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', said));
            digests.push([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
        }
        return digests;
    })().then(done, (error) => done(String(error)));";

/// What is inside PDFs: whole ones, ones without anything, broken ones.
#[test]
fn the_reader_in_a_page_sees_in_a_pdf_what_is_seen_here() {
    let folder = std::env::var_os("SKILLPASS_WASM").map_or_else(|| here("web/wasm"), Into::into);
    let mut native = Kept::with(rdfc::suites());
    let text = crate::scan::text_of(442, 5);
    let whole = || crate::scan::Pdf::default().attach("", b"{}");
    let files = [
        whole().drawing(&text, 100.0).bytes(),
        whole().scan(&crate::scan::drawn(&text, 3)).bytes(),
        crate::scan::Pdf::default().blank().bytes(),
        whole().bytes()[..200].to_vec(),
        b"%PDF-1.7 and so on".to_vec(),
        vec![0; 16 * 1024 * 1024 + 1],
    ];
    let mut shipped = Shipped::load(&folder.join("reader.wasm"));
    let mut read = 0;
    for file in files {
        let question = question("pdf", &json!({}), &[file]);
        let ours = native.answer(&question);
        assert!(shipped.answer(&question) == ours, "{}", String::from_utf8_lossy(&ours[..200.min(ours.len())]));
        read += usize::from(String::from_utf8_lossy(&ours).contains("\"pictures\":"));
    }
    assert!(read >= 3, "{read}");
    // The kernel of a first visit does without.
    let answer = Shipped::load(&folder.join("kernel.wasm")).answer(&question("pdf", &json!({}), &[Vec::new()]));
    assert!(String::from_utf8_lossy(&answer).contains("unknown-operation"));
}

/// The part of the language file that is served lacks no sentence: with the whole file the report is the same.
#[test]
fn no_word_is_missing_in_a_page() {
    let texts = |language: Language| std::fs::read(here("web/i18n").join(format!("{}.json", language.tag()))).unwrap();
    let (mut part, mut whole) = (Kept::with(rdfc::suites()), Kept::with(rdfc::suites()));
    for language in Language::ALL {
        let _ = part.answer(&words(language));
        let _ = whole.answer(&question("words", &json!({"language": language.tag()}), &[texts(language)]));
    }
    for vector in Vector::all() {
        for question in questions(&vector, &Language::ALL) {
            assert!(part.answer(&question) == whole.answer(&question), "{}", vector.name);
        }
    }
}

/// What the first visit loads, in brotli and, for whoever has no TLS, in gzip. Sizes are asserted, times never. `checker::load` counts the same in a browser.
#[test]
fn the_first_visit_is_small() {
    for (coding, name, most) in [(Coding::Brotli, "brotli", FIRST_LOAD), (Coding::Gzip, "gzip", FIRST_LOAD_IN_GZIP)] {
        let mut sizes: Vec<(String, usize)> = skillpass::http::first_load(Language::Es, coding);
        sizes.sort();
        let sum: usize = sizes.iter().map(|(_, size)| size).sum();
        eprintln!("first visit, {name}: {sum} bytes: {sizes:?}");
        assert!(sizes.iter().any(|(path, _)| path.ends_with("kernel.wasm")));
        assert!(sum <= most, "{name}: {sum} bytes: {sizes:?}");
    }
}

/// Vacancies are the reader's alone: there it says what native code says, and the kernel of a first visit does not know the question.
#[test]
fn the_reader_in_a_page_matches_vacancies_as_here() {
    let folder = std::env::var_os("SKILLPASS_WASM").map_or_else(|| here("web/wasm"), Into::into);
    let mut shipped = Shipped::load(&folder.join("reader.wasm"));
    let mut native = Kept::with(rdfc::suites());
    let pilot = std::fs::read(here("tests/vectors/packs/pilot.json")).unwrap();
    let trust = question("trust", &json!({}), &[pilot]);
    assert_eq!(shipped.answer(&trust), native.answer(&trust));
    let text = std::fs::read(here("web/i18n/en.json")).unwrap();
    let words = question("words", &json!({"language": "en"}), &[text]);
    assert_eq!(shipped.answer(&words), native.answer(&words));
    let mut matched = 0;
    for vector in crate::vacancy::all() {
        let now = time(vector.file["now"].as_str().unwrap()).seconds();
        let documents =
            std::iter::once(&vector.file["document"]).chain(vector.file["certificates"].as_array().unwrap());
        let blobs: Vec<Vec<u8>> = documents.map(|it| serde_json::to_vec(it).unwrap()).collect();
        let asked = question("vacancy", &json!({"language": "en", "now": now}), &blobs);
        let (theirs, ours) = (shipped.answer(&asked), native.answer(&asked));
        assert!(theirs == ours, "{}: {}", vector.name, String::from_utf8_lossy(&theirs));
        matched += usize::from(String::from_utf8_lossy(&ours).contains("\"requirements\""));
        let cv = question("cv", &json!({"now": now}), &blobs[1..]);
        assert_eq!(shipped.answer(&cv), native.answer(&cv), "{}", vector.name);
    }
    assert!(matched > 15, "{matched}");
    let mut kernel = Shipped::load(&folder.join("kernel.wasm"));
    let answer = kernel.answer(&question("vacancy", &json!({}), &[]));
    assert!(String::from_utf8_lossy(&answer).contains("unknown-operation"));
}

/// The kernel of a first visit makes receipts as native code does; and there too what calls itself one is no certificate.
#[test]
fn a_receipt_in_a_page_is_made_as_here() {
    let folder = std::env::var_os("SKILLPASS_WASM").map_or_else(|| here("web/wasm"), Into::into);
    let mut shipped = Shipped::load(&folder.join("kernel.wasm"));
    let mut native = Kept::with(Suites::default());
    let pilot = std::fs::read(here("tests/vectors/packs/pilot.json")).unwrap();
    let mut both = |question: &[u8]| {
        let (theirs, ours) = (shipped.answer(question), native.answer(question));
        assert!(theirs == ours, "{}", String::from_utf8_lossy(&theirs));
        ours
    };
    both(&question("trust", &json!({}), &[pilot]));
    Language::ALL.into_iter().for_each(|language| drop(both(&words(language))));
    let certificate = documents::signed(&documents::module());
    let key = HolderKey::of_random(&documents::seed("employer"));
    let blobs = [key.to_document().to_vec(), documents::canonical(&certificate)];
    let now = time(documents::NOW);
    for language in Language::ALL {
        let args = json!({"country": "PE", "digest": packs::digest(&certificate), "host": "check.example.org", "language": language.tag(), "now": now.seconds()});
        let answer = both(&question("receipt", &args, &blobs));
        let (length, rest) = answer.split_first_chunk::<4>().unwrap();
        let (head, receipt) = rest.split_at(u32::from_le_bytes(*length) as usize);
        let read = Receipt::read(receipt).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(head)));
        assert_eq!((read.claimed().outcome(), read.claimed().checked_at), ("accept", now));
        let head: Value = serde_json::from_slice(head).unwrap();
        assert_eq!(head["value"]["text"], read.claimed().lines(Words::of(language)).join("\r\n"));
    }
    // Of a certificate that was not offered there is none, and without a key neither.
    let other = json!({"digest": packs::digest(&documents::full()), "language": "en", "now": now.seconds()});
    assert!(String::from_utf8_lossy(&both(&question("receipt", &other, &blobs))).contains("\"error\""));
    assert!(String::from_utf8_lossy(&both(&question("receipt", &other, &blobs[1..]))).contains("not-a-key"));
    let mut refused = 0;
    for vector in crate::receipt::all() {
        let document = serde_json::to_vec(&vector.file["document"]).unwrap();
        let answer = both(&question("verify", &json!({"language": "en", "now": now.seconds()}), &[document]));
        refused += usize::from(String::from_utf8_lossy(&answer).contains("notread.receipt"));
    }
    assert!(refused > 25, "{refused}");
}

/// What is served in brotli is what the lock names.
#[test]
fn the_pressed_kernel_is_the_kernel() {
    let pressed = std::fs::read(here("web/wasm/kernel.wasm.br")).unwrap();
    let mut kernel = Vec::new();
    brotli::BrotliDecompress(&mut pressed.as_slice(), &mut kernel).unwrap();
    assert!(kernel == std::fs::read(here("web/wasm/kernel.wasm")).unwrap(), "{AGAIN}");
}

/// 300,000 bytes: the design's 300 KB, without the lists of institutions.
const FIRST_LOAD: usize = 300_000;
/// 350,000 bytes: where browsers take no brotli, which is where there is no TLS and so no service worker either.
const FIRST_LOAD_IN_GZIP: usize = 350_000;
