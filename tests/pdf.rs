//! Certificates as PDF: complete, scanned back, readable by other people's programs, and deaf to what stands in a field.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use skillpass::base::timestamp::Timestamp;
use skillpass::carry::packet::{Host, Packet};
use skillpass::carry::qr::Symbol;
use skillpass::credential::achievement::{Kind, Language};
use skillpass::credential::credential::Credential;
use skillpass::credential::document::{Document as _, Signed};
use skillpass::desk::page::{PageFacts, side_mm};
use skillpass::desk::paper::{self, Archive, Certificate, LOGO_BYTES, Logo, PaperError, PaperSize, Signatory, Style};
use skillpass::interop::intake::{self, Carrier};
use skillpass::interop::scan::{Found, Limits, codes_in};
use skillpass::verify::message::Words;
use skillpass::verify::{Evidence, Outcome, Policy, verify};
use unicode_normalization::UnicodeNormalization as _;

use crate::common::documents::{self, NOW, canonical, changed};
use crate::common::packs::{self, Parts};
use crate::common::shared::is_required;
use crate::paper::sorts;

/// 100,000 bytes: a page, its fonts and its credential included.
const PAGE_BYTES: usize = 100_000;
/// The name in most of them.
const NAME: &str = "María Fernanda Ñáñez de la Cruz";

const SIZES: [PaperSize; 2] = [PaperSize::A4, PaperSize::Letter];

/// A signed document with what its paper needs.
pub struct Person {
    pub signed: Signed<Credential>,
    content: Credential,
    pub text: String,
    symbol: Symbol,
    host: Host,
    language: Language,
}

impl Person {
    fn of(document: &Value, language: Language) -> Self {
        let signed = Signed::<Credential>::read(&canonical(document)).unwrap();
        let content = Credential::parse(signed.to_json().object().unwrap()).unwrap();
        let packet = Packet::of(&signed.to_packet_document().unwrap()).unwrap();
        let host = Host::parse("cert.formar.example").unwrap();
        let text = packet.to_text(&host);
        let symbol = Symbol::of(&text).unwrap();
        Self { signed, content, text, symbol, host, language }
    }

    /// Somebody of another name.
    pub fn named(name: &str) -> Self {
        let document = changed(&documents::module(), "/credentialSubject/identifier/0/identityHash", name.into());
        Self::of(&documents::signed(&document), Language::Es)
    }

    fn certificate(&self) -> Certificate<'_> {
        Certificate {
            credential: &self.content,
            document: self.signed.bytes(),
            symbol: &self.symbol,
            facts: PageFacts {
                issuer_name: "Centro de Formación Los Andes",
                serial: "CF202642",
                digest: self.signed.digest(),
                signed: self.signed.proofs()[0].claimed_created.unwrap(),
                signatory: None,
                host: Some(&self.host),
                pilot: true,
                again: None,
            },
            words: Words::of(self.language),
        }
    }

    pub fn pdf(&self, style: &Style<'_>) -> Result<Vec<u8>, PaperError> {
        paper::certificate(&self.certificate(), style)
    }
}

pub fn plain(size: PaperSize) -> Style<'static> {
    Style { size, logo: None, signatories: &[] }
}

fn two() -> [Signatory; 2] {
    [("Lucía Quispe Mamani", "Directora"), ("Jean-Baptiste Désir", "Coordinador de formación técnica")]
        .map(|(name, post)| Signatory { name: name.to_owned(), post: post.to_owned() })
}

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pdf");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A competence with so many units.
fn with_units(count: usize) -> Value {
    let mut document = documents::of_kind(Kind::Competence);
    let words = [
        "Instalar circuitos de alumbrado",
        "Probar la continuidad y el aislamiento",
        "Leer planos eléctricos",
        "Montar tableros de distribución",
    ];
    let rows = (1..=count).map(|number| {
        documents::result_row("unit", &format!("NCL 280601040-{number} {}", words[number % words.len()]))
    });
    document["credentialSubject"]["result"] = rows.chain([documents::result_row("method", "observation")]).collect();
    document
}

/// What another program says; `None` when it is not here.
fn told_by(program: &str, arguments: &[&str]) -> Option<String> {
    match Command::new(program).args(arguments).env("LANG", "C.UTF-8").output() {
        Ok(output) => {
            let told = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(
                output.status.success(),
                "{program} {arguments:?}: {told}{}",
                String::from_utf8_lossy(&output.stderr)
            );
            Some(told)
        }
        Err(error) => {
            assert!(!is_required(), "SKILLPASS_REQUIRE=1, and {program} does not run: {error}");
            println!("NOT RUN: {program} is not here: {error}");
            None
        }
    }
}

/// A file to show to other programs.
fn kept(name: &str, pdf: &[u8]) -> String {
    let path = folder().join(name);
    std::fs::write(&path, pdf).unwrap();
    path.to_str().unwrap().to_owned()
}

fn found_in(file: &[u8]) -> Vec<Found> {
    let limits = Limits { time: std::time::Duration::from_secs(240), ..Limits::OWN_FILE };
    codes_in(file, limits).unwrap().found
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A drawing of few colours, part of it transparent.
fn logo() -> Vec<u8> {
    let picture = image::RgbaImage::from_fn(900, 400, |x, y| {
        let (across, down) = (x as f32 - 200.0, y as f32 - 200.0);
        match () {
            () if across.hypot(down) < 190.0 => image::Rgba([0x12, 0x3c, 0x69, 255]),
            () if x > 430 && (y / 60) % 2 == 0 => image::Rgba([0xb0, 0x8d, 0x3c, 255]),
            () => image::Rgba([0; 4]),
        }
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

#[test]
fn every_kind_in_every_language_on_both_papers() {
    for language in Language::ALL {
        for (name, document) in sorts() {
            let person = Person::of(&document, language);
            for size in SIZES {
                let pdf = person.pdf(&plain(size)).unwrap_or_else(|error| panic!("{name} {language:?}: {error:?}"));
                assert!(pdf.starts_with(b"%PDF-1.7") && pdf.len() < PAGE_BYTES, "{name}: {} bytes", pdf.len());
                // ISO 19005-3 §6.6.4 and ISO 14289-1 §5: what it says it is. krilla refuses what breaks these standards' rules.
                for claim in [
                    "<pdfaid:part>3</pdfaid:part>",
                    "<pdfaid:conformance>A</pdfaid:conformance>",
                    "<pdfuaid:part>1</pdfuaid:part>",
                    "/MarkInfo",
                    "/AFRelationship/Source",
                ] {
                    assert!(has(&pdf, claim.as_bytes()), "{name}: {claim}");
                }
                assert!(has(&pdf, format!("/Lang({})", language.tag()).as_bytes()), "{name}");
                assert_eq!(pdf, person.pdf(&plain(size)).unwrap(), "{name}: the same bytes for the same input");
                kept(&format!("{name}-{}-{size:?}.pdf", language.tag()), &pdf);
            }
        }
    }
}

/// As a checker gets it: the file with its attachment, and the paper through a camera.
#[test]
fn a_certificate_is_read_back_and_accepted() {
    let evidence = Evidence::of_packs(vec![packs::read(&Parts::of_tests().to_bytes()).unwrap()]);
    let now = Timestamp::parse(NOW).unwrap();
    for (language, size) in [(Language::Es, PaperSize::A4), (Language::Ht, PaperSize::Letter)] {
        let person = Person::of(&documents::signed(&documents::module()), language);
        let pdf = person.pdf(&plain(size)).unwrap();
        let offered = intake::read(&pdf, Limits::OWN_FILE).unwrap().offered;
        assert_eq!(offered[0].carrier, Carrier::File);
        assert_eq!(offered[0].signed.bytes(), person.signed.bytes());
        let verdict = verify(&offered[0].signed, &evidence, &Policy { country: None, test_code: false }, now);
        assert!(matches!(verdict.outcome, Outcome::Accept(_)), "{:?}", verdict.deciding());
    }
    for (name, document) in sorts() {
        let person = Person::of(&document, Language::Fr);
        let pdf = person.pdf(&plain(PaperSize::A4)).unwrap();
        let expected = [Found::Attachment(person.signed.bytes().to_vec()), Found::Text(person.text.clone())];
        assert_eq!(found_in(&pdf), expected, "{name}");
    }
}

/// How wide the code at the lower left is on Letter, in millimetres, at so many pixels a millimetre.
fn dark_across(page: &image::GrayImage, pixels: f32) -> f32 {
    let at = |millimetres: f32| (millimetres * pixels) as u32;
    let corner = image::imageops::crop_imm(page, at(16.0), at(279.4 - 19.0 - 30.0), at(54.0), at(25.0)).to_image();
    let dark: Vec<u32> = corner.enumerate_pixels().filter(|(.., luma)| luma.0[0] < 128).map(|(x, ..)| x).collect();
    (dark.iter().max().unwrap() - dark.iter().min().unwrap() + 1) as f32 / pixels
}

/// Another program's drawing of it, at the resolution of a bad printer: both codes are there.
#[test]
fn what_another_program_draws_is_read() {
    for (name, document) in [("module", documents::module()), ("units", with_units(8))] {
        let person = Person::of(&documents::signed(&document), Language::Pt);
        let path = kept(&format!("drawn-{name}.pdf"), &person.pdf(&plain(PaperSize::Letter)).unwrap());
        let drawn = path.replace(".pdf", "");
        if told_by("pdftoppm", &["-r", "150", "-png", "-singlefile", &path, &drawn]).is_none() {
            return;
        }
        let page = image::open(format!("{drawn}.png")).unwrap().into_luma8();
        let (width, height) = page.dimensions();
        let expected = side_mm(person.symbol.version()) as f32;
        let measured = dark_across(&page, 150.0 / 25.4);
        assert!((measured - expected).abs() < 0.5, "{name}: {measured} mm, not {expected} mm");
        for top in [0, height / 2] {
            let half = image::imageops::crop_imm(&page, 0, top, width, height / 2).to_image();
            let mut png = std::io::Cursor::new(Vec::new());
            half.write_to(&mut png, image::ImageFormat::Png).unwrap();
            assert_eq!(found_in(&png.into_inner()), [Found::Text(person.text.clone())], "{name} from {top}");
        }
    }
}

/// Text comes out in the order of reading, fonts are inside, and the form is one that another reader takes.
#[test]
fn other_programs_read_it() {
    let person = Person::of(&documents::signed(&with_units(5)), Language::Es);
    let signatories = two();
    let path = kept("others.pdf", &person.pdf(&Style { signatories: &signatories, ..plain(PaperSize::A4) }).unwrap());
    let words = Words::of(Language::Es);
    if let Some(text) = told_by("pdftotext", &["-raw", &path, "-"]) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut rest = text.as_str();
        for part in [
            "Centro de Formación Los Andes",
            words.get("kind.competence"),
            words.get("cert.pilot"),
            NAME,
            "1987",
            "Genere su idea de negocio",
            "NCL 280601040-1 Probar la continuidad y el aislamiento",
            "NCL 280601040-5",
            "14 de marzo de 2029",
            "Lucía Quispe Mamani Directora",
            "Jean-Baptiste Désir",
            words.get("cert.check"),
            words.get("kind.competence.not"),
            "CF202642",
        ] {
            let (_, after) =
                rest.split_once(part).unwrap_or_else(|| panic!("{part} is not in, or not in order: {text}"));
            rest = after;
        }
    }
    if let Some(fonts) = told_by("pdffonts", &[&path]) {
        let rows: Vec<Vec<&str>> = fonts.lines().skip(2).map(|row| row.split_whitespace().rev().collect()).collect();
        // emb, sub and uni, counted from the right: object and generation stand behind them.
        assert!(rows.len() == 2 && rows.iter().all(|row| row[2..5] == ["yes", "yes", "yes"]), "{fonts}");
    }
    if let Some(about) = told_by("pdfinfo", &[&path]) {
        for row in ["Tagged: yes", "Pages: 1", "JavaScript: no", "Encrypted: no"] {
            let (name, value) = row.split_once(' ').unwrap();
            assert!(about.lines().any(|line| line.starts_with(name) && line.ends_with(value)), "{row}: {about}");
        }
    }
    if let Some(structure) = told_by("pdfinfo", &["-struct-text", &path]) {
        for tag in ["H1", "H2", "Figure", "LBody"] {
            assert!(structure.lines().any(|line| line.trim_start().starts_with(tag)), "{tag}: {structure}");
        }
    }
    if let Some(checked) = told_by("qpdf", &["--check", &path]) {
        assert!(checked.contains("No syntax or stream encoding errors found"), "{checked}");
    }
}

/// Descriptions, headings, tables of contents and names of files say a number, never a person.
#[test]
fn nobody_is_named_outside_the_page() {
    let person = Person::named("Nombreplantado Apellidoplantado");
    let pdf = person.pdf(&plain(PaperSize::A4)).unwrap();
    let printed = paper::print(&[person.certificate()], &plain(PaperSize::A4), &|_| ()).unwrap().pdf.unwrap();
    let cards = paper::cards(&[person.certificate()], &plain(PaperSize::A4), &|_| ()).unwrap().pdf.unwrap();
    for (what, file) in [("single", pdf), ("print", printed), ("cards", cards)] {
        for word in ["Nombreplantado", "Apellidoplantado"] {
            let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert!(!has(&file, word.as_bytes()) && !has(&file, &wide), "{what}: {word}");
        }
        // The planted name would be found if it stood there: another text of the same kind is.
        assert!(what == "cards" || has(&file, b"CF202642"), "{what}");
    }
}

/// A name is shown whole or not at all.
#[test]
fn names_that_are_hard_to_print() {
    let long = "Ñ".repeat(120);
    let words = "Wolfeschlegelsteinhausenbergerdorff ".repeat(3) + "de los Reyes";
    let accents = "N\u{304}n\u{304}a Q\u{301}\u{323}u\u{328}\u{301}\u{304}";
    for name in [&long, &words, accents, "Nguyễn Thị Ánh Tuyết", "Ana", "Ελένη Παπαδοπούλου", "Оксана Їжак"]
    {
        let person = Person::named(name);
        for size in SIZES {
            let signatories = two();
            let logo = Logo::read(&logo()).unwrap();
            let style = Style { size, logo: Some(&logo), signatories: &signatories };
            let path = kept("name.pdf", &person.pdf(&style).unwrap_or_else(|error| panic!("{name}: {error:?}")));
            if let Some(text) = told_by("pdftotext", &["-raw", &path, "-"]) {
                let bare = |text: &str| text.nfc().filter(|it| !it.is_whitespace()).collect::<String>();
                assert!(bare(&text).contains(&bare(name)), "{name}: {text}");
            }
        }
        let cards = paper::cards(&[person.certificate()], &plain(PaperSize::A4), &|_| ()).unwrap();
        assert!(cards.refused.is_empty(), "{name}: {:?}", cards.refused);
    }
    for (name, missing) in [("王小明", '王'), ("דוד לוי", 'ד'), ("محمد", 'م')] {
        let refused = Person::named(name).pdf(&plain(PaperSize::A4));
        assert!(matches!(refused, Err(PaperError::NoGlyph { character }) if character == missing), "{name}");
    }
}

/// What does not fit on one page goes to a second; nothing is left out.
#[test]
fn many_units_go_to_a_second_page() {
    for (count, pages) in [(4, 1), (12, 1), (31, 2)] {
        let person = Person::of(&documents::signed(&with_units(count)), Language::En);
        let path = kept("units.pdf", &person.pdf(&plain(PaperSize::Letter)).unwrap());
        if let Some(text) = told_by("pdftotext", &["-raw", &path, "-"]) {
            assert_eq!(text.matches('\u{c}').count(), pages, "{count} units");
            for number in 1..=count {
                assert!(text.contains(&format!("NCL 280601040-{number} ")), "{count}: {number}");
            }
            assert_eq!(text.contains(Words::of(Language::En).get("cert.overleaf")), pages > 1);
            // Whose the second page is stands on it.
            let second = text.split('\u{c}').nth(1).unwrap_or_default();
            for part in [NAME, "CF202642", Words::of(Language::En).get("cert.pilot")] {
                assert_eq!(second.contains(part), pages > 1, "{count}: {part}");
            }
        }
    }
}

#[test]
fn logos_that_are_none() {
    let whole = logo();
    for (what, bytes) in [
        ("nothing", Vec::new()),
        ("text", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
        ("half", whole[..whole.len() / 2].to_vec()),
        ("a signature alone", whole[..8].to_vec()),
        ("GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec()),
    ] {
        assert!(matches!(Logo::read(&bytes), Err(PaperError::LogoDamaged)), "{what}");
    }
    // A header that promises 30,000 × 30,000 pixels, with its right checksum; nothing of it is unfolded.
    let mut bomb = whole.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let mut crc = flate2::Crc::new();
    crc.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    assert!(matches!(Logo::read(&bomb), Err(PaperError::LogoTooLarge { found: 900_000_000, .. })));
    let heavy = vec![0; LOGO_BYTES + 1];
    assert!(matches!(Logo::read(&heavy), Err(PaperError::LogoTooLarge { .. })));
}

/// A photograph for a logo makes no page too large, and nothing else of its file comes along.
#[test]
fn a_logo_is_made_small_and_bare() {
    let noisy = image::RgbImage::from_fn(2_000, 1_500, |x, y| {
        let seed = (x * 7_919 + y * 104_729) ^ (x * y);
        image::Rgb([(seed % 251) as u8, (seed % 241) as u8, (seed % 239) as u8])
    });
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 60).encode_image(&noisy).unwrap();
    // A comment in the file, as cameras and editors leave them.
    let planted = b"\xff\xfe\0\x12secret of camera";
    let with_comment = [&jpeg[..2], planted, &jpeg[2..]].concat();
    let person = Person::of(&documents::signed(&documents::full()), Language::Es);
    let (photograph, drawing) = (Logo::read(&with_comment).unwrap(), Logo::read(&logo()).unwrap());
    for logo in [&photograph, &drawing] {
        let pdf = person.pdf(&Style { logo: Some(logo), ..plain(PaperSize::A4) }).unwrap();
        assert!(pdf.len() < PAGE_BYTES + 60_000, "{} bytes", pdf.len());
        assert!(!has(&pdf, b"secret of camera"));
        assert_eq!(found_in(&pdf).len(), 2);
    }
    let pdf = person.pdf(&Style { logo: Some(&drawing), ..plain(PaperSize::A4) }).unwrap();
    assert!(pdf.len() < PAGE_BYTES, "{} bytes", pdf.len());
}

#[test]
fn too_many_signatures() {
    let person = Person::named("Ana");
    let one = Signatory { name: "A".to_owned(), post: String::new() };
    let five = vec![one.clone(); 5];
    let long = [Signatory { name: "x".repeat(121), ..one.clone() }];
    for signatories in [&five[..], &long] {
        let style = Style { signatories, ..plain(PaperSize::A4) };
        assert!(matches!(person.pdf(&style), Err(PaperError::Signatories)));
        assert!(matches!(paper::print(&[person.certificate()], &style, &|_| ()), Err(PaperError::Signatories)));
    }
    let four = Style { signatories: &five[..4], ..plain(PaperSize::Letter) };
    assert!(person.pdf(&four).is_ok());
}

/// Every card of a sheet is read; whoever has no card is named.
#[test]
fn cards_are_read() {
    let names = ["Ana Ruiz", "José Muñoz", "Jean-Baptiste Désir", "João Conceição", "Lucía Güiza", "Pedro Páez"];
    let mut people: Vec<Person> = names.into_iter().map(Person::named).collect();
    people.push(Person::of(&documents::signed(&documents::full()), Language::Fr));
    people.push(Person::of(&documents::signed(&with_units(8)), Language::Fr));
    people.push(Person::named("王小明"));
    people.extend(names.into_iter().map(|name| Person::named(&format!("{name} Segundo"))));
    let certificates: Vec<_> = people.iter().map(Person::certificate).collect();
    for size in SIZES {
        let cards = paper::cards(&certificates, &plain(size), &|_| ()).unwrap();
        let refused: Vec<_> = cards.refused.iter().map(|(place, error)| (*place, error.code())).collect();
        assert_eq!(refused, [(6, "code-too-dense"), (8, "no-glyph")]);
        let mut found = found_in(&cards.pdf.unwrap());
        let mut expected: Vec<_> = people.iter().map(|it| Found::Text(it.text.clone())).collect();
        expected.remove(8);
        expected.remove(6);
        found.sort();
        expected.sort();
        assert_eq!(found.len(), expected.len(), "{size:?}");
        assert_eq!(found, expected);
    }
    let nobody = paper::cards(&certificates[8..9], &plain(PaperSize::A4), &|_| ()).unwrap();
    assert!(nobody.pdf.is_none() && nobody.refused.len() == 1);
}

/// A code above version 15 has no room on a card at a size at which it is read.
#[test]
fn too_dense_for_a_card() {
    let documents = (9..31).map(with_units).chain([documents::full()]);
    let dense = documents.map(|document| Person::of(&documents::signed(&document), Language::Es));
    let versions: Vec<_> = dense
        .map(|person| {
            let cards = paper::cards(&[person.certificate()], &plain(PaperSize::A4), &|_| ()).unwrap();
            (person.symbol.version(), cards.refused.first().map(|(_, error)| error.code()))
        })
        .collect();
    for (version, refused) in &versions {
        assert_eq!(*refused, (*version > 15).then_some("code-too-dense"), "{version}");
    }
    assert!(versions.iter().any(|(version, _)| *version == 15) && versions.iter().any(|(version, _)| *version == 16));
}

/// What is printed together has everybody's page, nobody's credential, and the fonts once.
#[test]
fn a_batch_to_print() {
    let mut people: Vec<Person> = ["Ana Ruiz", "José Muñoz", "王小明", "João Conceição"].map(Person::named).into();
    people.push(Person::of(&documents::signed(&with_units(31)), Language::Ht));
    let certificates: Vec<_> = people.iter().map(Person::certificate).collect();
    let told = std::cell::RefCell::new(Vec::new());
    let printed = paper::print(&certificates, &plain(PaperSize::A4), &|count| told.borrow_mut().push(count)).unwrap();
    assert_eq!(*told.borrow(), [1, 2, 3, 4, 5]);
    assert_eq!(
        printed.refused.iter().map(|(place, error)| (*place, error.code())).collect::<Vec<_>>(),
        [(2, "no-glyph")]
    );
    let pdf = printed.pdf.unwrap();
    let found = found_in(&pdf);
    assert_eq!(found.len(), 4);
    assert!(found.iter().all(|found| matches!(found, Found::Text(_))));
    let fonts = pdf.windows(11).filter(|window| window == b"/FontFile2 ").count();
    assert_eq!(fonts, 2, "one of each weight");
    let path = kept("batch.pdf", &pdf);
    if let Some(about) = told_by("pdfinfo", &[&path]) {
        assert!(about.lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 4")), "{about}");
    }
    assert!(pdf.len() / 4 < PAGE_BYTES);
}

#[test]
fn an_archive() {
    let people: Vec<Person> = ["Ana Ruiz", "王小明"].map(Person::named).into();
    let certificates: Vec<_> = people.iter().map(Person::certificate).collect();
    let make = || {
        let mut archive = Archive::begin(Vec::new());
        let refused = archive.add(&certificates, &plain(PaperSize::A4)).unwrap();
        assert_eq!(refused.iter().map(|(place, error)| (*place, error.code())).collect::<Vec<_>>(), [(1, "no-glyph")]);
        archive.end().unwrap()
    };
    let bytes = make();
    assert_eq!(bytes, make());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["CF202642.pdf", "CF202642.json"]);
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    assert_eq!(read("CF202642.json"), people[0].signed.bytes());
    assert_eq!(read("CF202642.pdf"), people[0].pdf(&plain(PaperSize::A4)).unwrap());
    if let Some(listed) = told_by("python3", &["-m", "zipfile", "-l", &kept("archive.zip", &bytes)]) {
        assert!(listed.contains("CF202642.pdf"), "{listed}");
    }
    // A place that takes nothing more.
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    assert!(matches!(Archive::begin(Full).add(&certificates, &plain(PaperSize::A4)), Err(PaperError::Write(_))));
}
