//! Codes read back from pictures as people send them, and files that were made to do harm.

use std::io::Write;
use std::time::Duration;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};
use skillpass::carry::qr::Symbol;
use skillpass::interop::scan::{Found, Limits, Measure, ScanError, codes_in};

/// Digits that fill a version at M beside the prefix.
const FULL: [(u8, usize); 2] = [(10, 442), (16, 1_011)];
const PREFIX: &str = "https://skillpass.invalid/#";

#[test]
fn each_format_is_told_by_its_first_bytes() {
    let text = text_of(442, 1);
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        assert_eq!(texts(&encoded(&drawn(&text, 6), format)), std::slice::from_ref(&text), "{format:?}");
    }
}

#[test]
fn every_distortion_of_paper_is_read() {
    for (version, digits) in FULL {
        let text = text_of(digits, u64::from(version));
        let print = drawn(&text, 10);
        for (name, distort) in DISTORTIONS {
            let mut dice = Dice(u64::from(version) * 7 + 1);
            let photograph = distort(&print, &mut dice);
            let found = codes_in(&jpeg(&photograph, 85), Limits::OWN_FILE).map(|scan| scan.found);
            assert_eq!(found, Ok(vec![Found::Text(text.clone())]), "version {version}, {name}");
        }
    }
}

type Distortion = fn(&GrayImage, &mut Dice) -> GrayImage;

const DISTORTIONS: &[(&str, Distortion)] = &[
    ("turned by 17 degrees", |print, _| seen(print, 900, 17.0, 0.0, 0.8)),
    ("turned by 200 degrees", |print, _| seen(print, 900, 200.0, 0.0, 0.8)),
    ("seen aslant", |print, _| seen(print, 900, 10.0, 0.35, 0.75)),
    ("out of focus", |print, _| imageops::fast_blur(&seen(print, 800, 5.0, 0.1, 0.8), 1.6)),
    ("noisy", |print, dice| noisy(&seen(print, 800, 5.0, 0.1, 0.8), 25.0, dice)),
    ("folded in the middle", |print, dice| noisy(&folded(&seen(print, 900, 8.0, 0.1, 0.8)), 6.0, dice)),
    ("faded, in bad light", |print, dice| noisy(&dim(&seen(print, 900, 8.0, 0.1, 0.8)), 3.0, dice)),
    ("as a chat sends it", |print, dice| {
        let sent = imageops::resize(
            &noisy(&seen(print, 1_800, 12.0, 0.15, 0.8), 5.0, dice),
            1_024,
            1_024,
            imageops::FilterType::Triangle,
        );
        recoded(&sent, 50)
    }),
    ("copied twice in black and white", |print, dice| {
        let first = copied(&seen(print, 1_100, 1.5, 0.0, 0.8), dice);
        let second = copied(&imageops::fast_blur(&first, 0.8), dice);
        seen(&second, 1_000, 4.0, 0.1, 0.95)
    }),
    ("small in a large photograph", |print, dice| {
        let mut table = GrayImage::from_pixel(2_600, 1_950, Luma([140]));
        imageops::replace(&mut table, &seen(print, 700, 20.0, 0.1, 0.85), 1_500, 1_000);
        noisy(&table, 8.0, dice)
    }),
    ("white on black", |print, _| {
        let mut negative = seen(print, 700, 3.0, 0.0, 0.8);
        imageops::invert(&mut negative);
        negative
    }),
    ("mirrored", |print, _| imageops::flip_horizontal(&seen(print, 700, 3.0, 0.0, 0.8))),
];

#[test]
fn several_codes_in_one_picture_are_all_found_once() {
    let mut sheet = GrayImage::from_pixel(1_500, 1_500, Luma([255]));
    let all: Vec<String> = (0..4).map(|number| text_of(442, number)).collect();
    for (text, (x, y)) in all.iter().zip([(40, 40), (800, 60), (50, 800), (790, 780)]) {
        imageops::replace(&mut sheet, &drawn(text, 10), x, y);
    }
    let mut found = texts(&encoded(&sheet, ImageFormat::Png));
    found.sort();
    let mut wanted = all;
    wanted.sort();
    assert_eq!(found, wanted);
}

#[test]
fn a_transparent_background_is_white_paper() {
    let text = text_of(442, 5);
    let print = drawn(&text, 6);
    let clear = image::RgbaImage::from_fn(print.width(), print.height(), |x, y| {
        image::Rgba([0, 0, 0, 255 - print.get_pixel(x, y).0[0]])
    });
    assert_eq!(texts(&encoded_as(&DynamicImage::ImageRgba8(clear), ImageFormat::Png)), [text]);
}

#[test]
fn refusals_say_what_is_wrong() {
    let print = encoded(&drawn(&text_of(442, 6), 4), ImageFormat::Png);
    let blank = encoded(&GrayImage::from_pixel(300, 300, Luma([200])), ImageFormat::Png);
    let small = Limits { bytes: 100, ..Limits::OWN_FILE };
    assert_eq!(codes_in(b"", Limits::OWN_FILE), Err(ScanError::NotAnImage));
    assert_eq!(codes_in(b"GIF89a and so on", Limits::OWN_FILE), Err(ScanError::NotAnImage));
    assert_eq!(codes_in(&print[..60], Limits::OWN_FILE), Err(ScanError::Damaged));
    assert_eq!(codes_in(&blank, Limits::OWN_FILE), Err(ScanError::NoCode));
    let bytes = print.len() as u64;
    assert_eq!(codes_in(&print, small), Err(ScanError::TooLarge { measure: Measure::Bytes, found: bytes, limit: 100 }));
    assert_eq!(codes_in(b"%PDF-1.7 and so on", Limits::STRANGER), Err(ScanError::NotAnImage));
    assert_eq!(codes_in(b"%PDF-1.7 and so on", Limits::OWN_FILE), Err(ScanError::Damaged));
    let now = Limits { time: Duration::ZERO, ..Limits::OWN_FILE };
    assert_eq!(codes_in(&print, now), Err(ScanError::TooSlow { limit: Duration::ZERO }));
}

#[test]
fn pixels_are_counted_before_they_are_decoded() {
    let mut claims = encoded(&GrayImage::from_pixel(8, 8, Luma([0])), ImageFormat::Png);
    claims[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]); // IHDR: 65,536 × 65,536
    let checksum = crc32(&claims[12..29]);
    claims[29..33].copy_from_slice(&checksum.to_be_bytes());
    let refused = ScanError::TooLarge { measure: Measure::Pixels, found: 1 << 32, limit: Limits::OWN_FILE.pixels };
    assert_eq!(codes_in(&claims, Limits::OWN_FILE), Err(refused));
}

#[test]
fn a_page_printed_by_a_browser_is_read() {
    let page = include_bytes!("vectors/scan/printed_by_chromium.pdf");
    let text = include_str!("vectors/scan/printed_by_chromium.txt");
    assert_eq!(texts(page), [text]);
}

#[test]
fn a_drawn_code_and_a_scanned_one_are_read_from_a_pdf() {
    let (drawn_text, scanned_text) = (text_of(442, 7), text_of(1_011, 8));
    let pdf = Pdf::default().drawing(&drawn_text, 99.0).scan(&scanned(&scanned_text)).bytes();
    assert_eq!(texts(&pdf), [drawn_text, scanned_text]);
}

#[test]
fn json_attached_to_a_pdf_is_handed_on() {
    let (plain, folded) = (br#"{"plain":1}"#, br#" {"folded":2}"#);
    let pdf = Pdf::default().attach("", plain).attach("/Filter/FlateDecode", &deflated(folded)).attach("", b"not json");
    let pdf = pdf.attach("", &[b"{".as_slice(), &[b' '; 300 * 1024]].concat());
    let found = codes_in(&pdf.bytes(), Limits::OWN_FILE).map(|scan| scan.found);
    assert_eq!(found, Ok(vec![Found::Attachment(plain.to_vec()), Found::Attachment(folded.to_vec())]));
}

#[test]
fn pages_beyond_the_limit_are_named_as_unread() {
    let text = text_of(442, 9);
    let small = || Pdf { side: Some(150), ..Pdf::default() };
    let pdf = small().drawing(&text, 99.0).blank().blank().bytes();
    let two = Limits { pages: 2, ..Limits::OWN_FILE };
    assert_eq!(codes_in(&pdf, two).map(|scan| scan.unread_pages), Ok(1));
    let blank = small().blank().blank().blank().bytes();
    let refused = ScanError::TooLarge { measure: Measure::Pages, found: 3, limit: 2 };
    assert_eq!(codes_in(&blank, two), Err(refused));
    assert_eq!(codes_in(&blank, Limits::OWN_FILE), Err(ScanError::NoCode));
}

#[test]
fn a_pdf_that_unfolds_without_end_is_refused() {
    let once = deflated(&vec![0; 130 * 1024 * 1024]);
    let nested = (0..5).fold(deflated(b"deep"), |inner, _| deflated(&inner));
    for bomb in [once, nested] {
        let pdf = Pdf::default().content("/Filter/FlateDecode", &bomb).bytes();
        let refused = codes_in(&pdf, Limits::OWN_FILE);
        assert!(matches!(refused, Err(ScanError::TooLarge { measure: Measure::Unfolded, .. })), "{refused:?}");
    }
    let wide = Pdf::default()
        .object("<</Type/XObject/Subtype/Image/Width 60000/Height 60000/Length 0>>stream\n\nendstream")
        .blank();
    let refused = codes_in(&wide.bytes(), Limits::OWN_FILE);
    assert!(matches!(refused, Err(ScanError::TooLarge { measure: Measure::Pixels, .. })), "{refused:?}");
}

/// `SKILLPASS_LONG=1`: thirty times as many.
#[test]
fn mutilated_files_never_panic() {
    let print = drawn(&text_of(20, 10), 5);
    // Small pages and codes, so that a file that yields nothing costs little.
    let pdf = || Pdf { side: Some(90), ..Pdf::default() }.attach("/Filter/FlateDecode", &deflated(b"{}"));
    let whole = [
        encoded(&print, ImageFormat::Png),
        encoded(&print, ImageFormat::Jpeg),
        encoded(&print, ImageFormat::WebP),
        pdf().drawing(&text_of(60, 11), 60.0).bytes(),
        pdf().scan(&print).bytes(),
    ];
    let limits = Limits { pixels: 4_000_000, pages: 1, time: Duration::from_secs(30), ..Limits::OWN_FILE };
    let mut dice = Dice(11);
    for file in &whole {
        for _ in 0..if std::env::var_os("SKILLPASS_LONG").is_some() { 600 } else { 20 } {
            let mut bytes = file.clone();
            for _ in 0..1 + dice.below(8) {
                let at = dice.below(bytes.len());
                bytes[at] = dice.below(256) as u8;
            }
            if dice.below(3) == 0 {
                bytes.truncate(dice.below(bytes.len()));
            }
            // Any answer will do; that there is one is the test.
            let _ = codes_in(&bytes, limits);
        }
    }
}

/// Decode rates over a folder written by `tests/long/scan_sim/simulate.py`, as the table in the README there.
#[test]
#[ignore = "needs frames: tests/long/scan_sim/README.md"]
fn decode_rates_over_a_folder_of_frames() {
    use std::collections::BTreeMap;
    let folder =
        std::env::var_os("SKILLPASS_FRAMES").map(std::path::PathBuf::from).expect("SKILLPASS_FRAMES names the folder");
    let mut scans: BTreeMap<String, BTreeMap<String, Vec<(bool, Duration)>>> = BTreeMap::new();
    let mut wrong = 0;
    let mut frames: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    frames.retain(|path| path.extension().is_some_and(|extension| extension == "jpg"));
    frames.sort();
    for path in frames {
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let (scan, _) = name.rsplit_once("-f").expect("a frame number");
        let (cell, _) = scan.rsplit_once("-s").expect("a scan number");
        let text = std::fs::read_to_string(path.with_file_name(format!("{scan}.txt"))).expect("the text");
        let begun = std::time::Instant::now();
        let found = codes_in(&std::fs::read(&path).expect("a frame"), Limits::OWN_FILE)
            .map(|scan| scan.found)
            .unwrap_or_default();
        let right = found.contains(&Found::Text(text));
        wrong += found.len() - usize::from(right);
        scans.entry(cell.into()).or_default().entry(scan.into()).or_default().push((right, begun.elapsed()));
    }
    println!(
        "| scene | scans | 1 frame | 3 frames | 6 frames | ms a frame, median | p95 |\n|---|---|---|---|---|---|---|"
    );
    for (cell, scans) in scans {
        let within = |frames: usize| {
            let read = scans.values().filter(|scan| scan.iter().take(frames).any(|(right, _)| *right)).count();
            100.0 * read as f64 / scans.len() as f64
        };
        let mut times: Vec<Duration> = scans.values().flatten().map(|(_, time)| *time).collect();
        times.sort();
        let at = |part: usize| times[(times.len() - 1) * part / 100].as_millis();
        let (one, three, six) = (within(1), within(3), within(6));
        println!("| {cell} | {} | {one:.0} | {three:.0} | {six:.0} | {} | {} |", scans.len(), at(50), at(95));
    }
    println!("texts that were not the printed one: {wrong}");
}

fn texts(file: &[u8]) -> Vec<String> {
    let scan = codes_in(file, Limits::OWN_FILE).expect("a code");
    let text = |found| match found {
        Found::Text(text) => text,
        Found::Attachment(bytes) => panic!("an attachment of {} bytes", bytes.len()),
    };
    scan.found.into_iter().map(text).collect()
}

pub fn text_of(digits: usize, seed: u64) -> String {
    let mut dice = Dice(seed * 2 + 1);
    (0..digits).fold(PREFIX.to_owned(), |text, _| text + &dice.below(10).to_string())
}

/// Black on white with its margin.
pub fn drawn(text: &str, pixels: usize) -> GrayImage {
    let (side, grey) = Symbol::of(text).expect("a text that fits").to_gray(pixels);
    GrayImage::from_raw(side as u32, side as u32, grey).expect("a square")
}

/// The print on a table: turned, slanted, and filling `part` of a square of `side` pixels.
pub fn seen(print: &GrayImage, side: u32, degrees: f32, slant: f32, part: f32) -> GrayImage {
    let scale = print.width() as f32 / (side as f32 * part);
    // Reduced first, so that sampling single points does not alias.
    let (print, scale) = if scale > 1.0 {
        let to = (print.width() as f32 / scale) as u32;
        (imageops::resize(print, to, to, imageops::FilterType::Triangle), 1.0)
    } else {
        (print.clone(), scale)
    };
    let (sin, cos) = degrees.to_radians().sin_cos();
    let half = side as f32 / 2.0;
    GrayImage::from_fn(side, side, |x, y| {
        let (u, v) = (x as f32 - half, y as f32 - half);
        let depth = 1.0 + slant * (0.8 * u + 0.6 * v) / side as f32;
        let (u, v) = (u / depth * scale, v / depth * scale);
        let middle = print.width() as f32 / 2.0;
        Luma([sampled(&print, cos * u + sin * v + middle, cos * v - sin * u + middle)])
    })
}

fn sampled(print: &GrayImage, x: f32, y: f32) -> u8 {
    if x < 0.0 || y < 0.0 || x >= print.width() as f32 - 1.0 || y >= print.height() as f32 - 1.0 {
        return 190;
    }
    let (left, top) = (x as u32, y as u32);
    let (right, below) = (x - left as f32, y - top as f32);
    let at = |x, y| f32::from(print.get_pixel(x, y).0[0]);
    let upper = at(left, top) * (1.0 - right) + at(left + 1, top) * right;
    let lower = at(left, top + 1) * (1.0 - right) + at(left + 1, top + 1) * right;
    (upper * (1.0 - below) + lower * below) as u8
}

pub fn noisy(picture: &GrayImage, amount: f32, dice: &mut Dice) -> GrayImage {
    let mut out = picture.clone();
    for luma in out.iter_mut() {
        *luma = (f32::from(*luma) + amount * dice.bell()).clamp(0.0, 255.0) as u8;
    }
    out
}

/// The right of the fold lies in shade; along it the print is shifted and lighter.
pub fn folded(picture: &GrayImage) -> GrayImage {
    let at = picture.width() as f32 * 0.55;
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let from = x as f32 - at;
        let luma = f32::from(sampled(picture, x as f32 + 4.0 * (-from.abs() / 25.0).exp(), y as f32));
        let shade = if from > 0.0 { 0.7 } else { 1.0 };
        let worn = (1.2 - from.abs() / 2.0).clamp(0.0, 0.7);
        Luma([(luma * shade * (1.0 - worn) + 210.0 * worn) as u8])
    })
}

/// Ink at 40 %, paper at 65 %, and light from one side.
pub fn dim(picture: &GrayImage) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let light = 0.6 + 0.4 * x as f32 / picture.width() as f32;
        Luma([((100.0 + 0.25 * f32::from(picture.get_pixel(x, y).0[0])) * light) as u8])
    })
}

/// Black or white, with specks.
fn copied(picture: &GrayImage, dice: &mut Dice) -> GrayImage {
    let mut out = noisy(&imageops::fast_blur(picture, 1.0), 20.0, dice);
    for luma in out.iter_mut() {
        *luma = if *luma > 128 { 255 } else { 0 };
        if dice.below(400) == 0 {
            *luma = 255 - *luma;
        }
    }
    out
}

pub fn scanned(text: &str) -> GrayImage {
    let mut page = GrayImage::from_pixel(1_240, 1_754, Luma([240])); // A4 at 150 dpi
    imageops::replace(&mut page, &imageops::fast_blur(&drawn(text, 5), 0.8), 300, 700);
    noisy(&page, 5.0, &mut Dice(3))
}

fn encoded(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
    match format {
        // The WebP writer takes colour only.
        ImageFormat::WebP => encoded_as(&DynamicImage::ImageLuma8(picture.clone()).to_rgb8().into(), format),
        _ => encoded_as(&DynamicImage::ImageLuma8(picture.clone()), format),
    }
}

fn encoded_as(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}

pub fn jpeg(picture: &GrayImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality);
    encoder.encode_image(picture).expect("a picture");
    bytes
}

fn recoded(picture: &GrayImage, quality: u8) -> GrayImage {
    image::load_from_memory(&jpeg(picture, quality)).expect("our own JPEG").into_luma8()
}

pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).expect("memory");
    writer.finish().expect("memory")
}

/// CRC-32 of PNG chunks (ISO 15948 annex D).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// A PDF written by hand: numbered objects, pages, attachments.
#[derive(Default)]
pub struct Pdf {
    objects: Vec<Vec<u8>>,
    pages: Vec<usize>,
    /// Side of a square page in points; A4 if it is not given.
    side: Option<u32>,
    attachments: Vec<usize>,
}

impl Pdf {
    pub fn object(mut self, body: &str) -> Self {
        self.objects.push(body.as_bytes().to_vec());
        self
    }

    pub fn stream(mut self, dict: &str, data: &[u8]) -> Self {
        let head = format!("<<{dict}/Length {}>>stream\n", data.len());
        self.objects.push([head.as_bytes(), data, b"\nendstream"].concat());
        self
    }

    /// The number of the object added last; 1 and 2 are the catalogue and the page tree.
    pub fn last(&self) -> usize {
        self.objects.len() + 2
    }

    pub fn page(mut self, content: usize, resources: &str) -> Self {
        let (width, height) = self.side.map_or((595, 842), |side| (side, side));
        let sizes = format!("/MediaBox[0 0 {width} {height}]/Resources<<{resources}>>");
        let page = format!("<</Type/Page/Parent 2 0 R{sizes}/Contents {content} 0 R>>");
        self = self.object(&page);
        self.pages.push(self.last());
        self
    }

    pub fn content(self, dict: &str, data: &[u8]) -> Self {
        let pdf = self.stream(dict, data);
        let content = pdf.last();
        pdf.page(content, "")
    }

    pub fn blank(self) -> Self {
        self.content("", b"0 0 1 rg 20 20 50 9 re f")
    }

    /// A page with the symbol as vectors, `points` wide.
    pub fn drawing(self, text: &str, points: f32) -> Self {
        let symbol = Symbol::of(text).expect("a text that fits");
        let module = points / symbol.side() as f32;
        let run = |(x, y, length): (usize, usize, usize)| {
            let (x, y) = (15.0 + x as f32 * module, 15.0 + points - y as f32 * module);
            format!("{x:.3} {y:.3} {:.3} {module:.3} re\n", length as f32 * module)
        };
        let runs: String = symbol.runs().map(run).collect();
        self.content("/Filter/FlateDecode", &deflated(format!("0 g\n{runs}f").as_bytes()))
    }

    /// A page that is one photograph.
    pub fn scan(self, page: &GrayImage) -> Self {
        let (width, height) = page.dimensions();
        let pdf = self.stream(
            &format!("/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode"),
            &jpeg(page, 80),
        );
        let picture = pdf.last();
        let pdf = pdf.stream("", b"q 595 0 0 842 0 0 cm /P Do Q");
        let content = pdf.last();
        pdf.page(content, &format!("/XObject<</P {picture} 0 R>>"))
    }

    pub fn attach(mut self, dict: &str, data: &[u8]) -> Self {
        self = self.stream(&format!("/Type/EmbeddedFile{dict}"), data);
        let file = self.last();
        self = self.object(&format!("<</Type/Filespec/F(c.json)/EF<</F {file} 0 R>>>>"));
        self.attachments.push(self.last());
        self
    }

    pub fn bytes(mut self) -> Vec<u8> {
        if self.pages.is_empty() {
            self = self.blank();
        }
        let list = |numbers: &[usize]| numbers.iter().map(|number| format!("{number} 0 R ")).collect::<String>();
        let names: String = self.attachments.iter().map(|number| format!("(a{number}){number} 0 R ")).collect();
        // The tree names its own root among its children, which a reader must survive.
        let tree = self.objects.len() + 3;
        let catalogue = format!("<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles {tree} 0 R>>>>");
        let pages = format!("<</Type/Pages/Count {}/Kids[{}]>>", self.pages.len(), list(&self.pages));
        let node = format!("<</Kids[{tree} 0 R]/Names[{names}]>>");
        let head = [catalogue.into_bytes(), pages.into_bytes()];
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut table = String::from("0000000000 65535 f \n");
        for (number, body) in head.iter().chain(&self.objects).chain([&node.into_bytes()]).enumerate() {
            table += &format!("{:010} 00000 n \n", file.len());
            file.extend([format!("{} 0 obj\n", number + 1).as_bytes(), body, b"\nendobj\n"].concat());
        }
        let begins = file.len();
        file.extend(
            format!("xref\n0 {0}\n{table}trailer<</Size {0}/Root 1 0 R>>\nstartxref\n{begins}\n%%EOF", tree + 1)
                .bytes(),
        );
        file
    }
}

/// xorshift64*: the same draws on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound.max(1) as u64) as usize
    }

    /// Roughly normal, with deviation 1: three uniform draws less their mean.
    fn bell(&mut self) -> f32 {
        let uniform = |dice: &mut Self| dice.below(2_000) as f32 / 1_000.0 - 1.0;
        uniform(self) + uniform(self) + uniform(self)
    }
}
