//! The insides of a PDF without drawing it: what a browser does with one.

use image::{GrayImage, ImageFormat, Luma};
use skillpass::desk::paper::PaperSize;
use skillpass::interop::insides::{Insides, InsidesError, InsidesLimits, Picture, insides};
use skillpass::interop::scan::{Found, Limits, codes_in};

use crate::pdf::{Person, plain};
use crate::scan::{Dice, Pdf, deflated, drawn, scanned, text_of};

const LIMITS: InsidesLimits = InsidesLimits::BROWSER;

/// The codes in the pictures, as a browser reads them from there.
fn codes(found: &Insides) -> Vec<String> {
    let read = |picture: &Picture| {
        let file = match picture {
            Picture::Jpeg(bytes) => bytes.clone(),
            Picture::Grey { width, height, luma } => {
                let mut bytes = std::io::Cursor::new(Vec::new());
                let grey = GrayImage::from_raw(*width, *height, luma.clone()).expect("as many pixels as it says");
                grey.write_to(&mut bytes, ImageFormat::Png).expect("memory");
                bytes.into_inner()
            }
        };
        codes_in(&file, Limits::OWN_FILE).map(|scan| scan.found).unwrap_or_default()
    };
    let texts = found.pictures.iter().flat_map(read).filter_map(|found| match found {
        Found::Text(text) => Some(text),
        Found::Attachment(_) => None,
    });
    texts.collect()
}

#[test]
fn our_own_certificate_gives_its_credential_and_both_its_codes() {
    let person = Person::named("María Fernanda Ñáñez de la Cruz");
    for size in [PaperSize::A4, PaperSize::Letter] {
        let found = insides(&person.pdf(&plain(size)).unwrap(), LIMITS).unwrap();
        assert_eq!(found.attachments, [person.signed.bytes()]);
        let codes = codes(&found);
        assert!(!codes.is_empty() && codes.iter().all(|code| *code == person.text), "{codes:?}");
    }
}

/// H9: the page of one person with the file of another. Both come out, so that they can be compared.
#[test]
fn a_code_that_is_not_the_attached_credential_shows() {
    let (one, other) = (Person::named("Ana Pérez"), Person::named("Bea Gómez"));
    let forged = Pdf::default().attach("", one.signed.bytes()).drawing(&other.text, 200.0).bytes();
    let found = insides(&forged, LIMITS).unwrap();
    assert_eq!(found.attachments, [one.signed.bytes()]);
    assert_eq!(codes(&found), [other.text]);
}

#[test]
fn a_scanned_page_is_a_picture() {
    let text = text_of(442, 3);
    let page = scanned(&text);
    let (width, height) = page.dimensions();
    let declared = |space: &str, bits: u8, more: &str| {
        format!(
            "/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace{space}/BitsPerComponent {bits}{more}"
        )
    };
    let rows = |bits: u32| {
        let pack = |row: &[u8]| {
            let mut packed = vec![0_u8; (row.len() * bits as usize).div_ceil(8)];
            for (at, luma) in row.iter().enumerate() {
                let place = at * bits as usize;
                packed[place / 8] |= (luma >> (8 - bits)) << (8 - bits as usize - place % 8);
            }
            packed
        };
        page.as_raw().chunks_exact(width as usize).flat_map(pack).collect::<Vec<_>>()
    };
    let rgb: Vec<u8> = page.as_raw().iter().flat_map(|luma| [*luma; 3]).collect();
    let inks: Vec<u8> = page.as_raw().iter().flat_map(|luma| [0, 0, 0, 255 - luma]).collect();
    let negative: Vec<u8> = page.as_raw().iter().map(|luma| 255 - luma).collect();
    let table = format!("[/Indexed/DeviceRGB 1<{}{}>]", "000000", "ffffff");
    let flate = "/Filter/FlateDecode";
    let pdfs = [
        ("JPEG", Pdf::default().scan(&page)),
        ("grey", Pdf::default().stream(&declared("/DeviceGray", 8, ""), page.as_raw())),
        ("deflated", Pdf::default().stream(&declared("/DeviceGray", 8, flate), &deflated(page.as_raw()))),
        ("four bits", Pdf::default().stream(&declared("/DeviceGray", 4, flate), &deflated(&rows(4)))),
        ("one bit", Pdf::default().stream(&declared("/CalGray", 1, flate), &deflated(&rows(1)))),
        ("colour", Pdf::default().stream(&declared("/DeviceRGB", 8, flate), &deflated(&rgb))),
        ("inks", Pdf::default().stream(&declared("/DeviceCMYK", 8, flate), &deflated(&inks))),
        ("table", Pdf::default().stream(&declared(&table, 1, flate), &deflated(&rows(1)))),
        ("upside down", Pdf::default().stream(&declared("/DeviceGray", 8, "/Decode[1 0]"), &negative)),
    ];
    for (name, pdf) in pdfs {
        let found = insides(&pdf.bytes(), LIMITS).unwrap();
        assert_eq!((found.pictures.len(), found.unread_pictures), (1, 0), "{name}");
        assert_eq!(codes(&found), std::slice::from_ref(&text), "{name}");
    }
}

#[test]
fn what_is_not_read_is_counted() {
    let declared = |more: &str| format!("/Type/XObject/Subtype/Image/Width 60/Height 60/ColorSpace/DeviceGray{more}");
    let pdf = Pdf::default()
        .stream(&declared("/BitsPerComponent 8/Filter/LZWDecode"), b"anything")
        .stream(&declared("/BitsPerComponent 8/Filter/JPXDecode"), b"anything")
        .stream(&declared("/BitsPerComponent 8"), b"too short")
        .stream("/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceGray/BitsPerComponent 8", b"")
        .stream("/Type/XObject/Subtype/Image/Width 60/Height 60/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 2000000000>>", b"x");
    let found = insides(&pdf.bytes(), LIMITS).unwrap();
    assert_eq!((found.pictures.len(), found.unread_pictures), (0, 5));
}

#[test]
fn limits_hold() {
    let refused = |pdf: &[u8], limits| insides(pdf, limits).unwrap_err();
    let small = Pdf::default().bytes();
    let limits = InsidesLimits { bytes: small.len() - 1, ..LIMITS };
    assert_eq!(refused(&small, limits), InsidesError::TooLarge { limit: small.len() - 1 });
    assert_eq!(refused(b"no PDF at all", LIMITS), InsidesError::Damaged);
    let bomb = Pdf::default().content("/Filter/FlateDecode", &deflated(&vec![0; LIMITS.unfolded + 1])).bytes();
    assert_eq!(refused(&bomb, LIMITS), InsidesError::Unfolds { limit: LIMITS.unfolded });
    // A thousand streams that lie in each other, and share a long tail that unfolds to nothing.
    let mut woven = Vec::from(b"%PDF-1.7\n");
    for left in (0..1_000_u16).rev() {
        let length = left * 12;
        woven.extend(b"stream\n\0");
        woven.extend(length.to_le_bytes().into_iter().chain((!length).to_le_bytes()));
    }
    woven.extend(b"\0\0\0\xff\xff".repeat(200_000));
    assert_eq!(refused(&woven, LIMITS), InsidesError::Unfolds { limit: LIMITS.unfolded });
    let picture = "/Type/XObject/Subtype/Image/Width 30/Height 30/ColorSpace/DeviceGray/BitsPerComponent 8";
    let many = (0..40).fold(Pdf::default(), |pdf, _| pdf.stream(picture, &[7; 900])).bytes();
    let found = insides(&many, LIMITS).unwrap();
    assert_eq!((found.pictures.len(), found.unread_pictures), (LIMITS.pictures, 40 - LIMITS.pictures));
}

/// A form that draws itself, and forms that draw each other twice at every depth, end.
#[test]
fn drawings_inside_drawings_end() {
    let form =
        |inner: usize| format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F {inner} 0 R>>>>");
    let mut pdf = Pdf::default();
    let first = pdf.last() + 1;
    for deep in 0..30 {
        let inner = if deep == 29 { first } else { first + deep + 1 };
        pdf = pdf.stream(&form(inner), b"/F Do ".repeat(200).as_slice());
    }
    let pdf = pdf.stream("", b"/F Do");
    let content = pdf.last();
    let found = insides(&pdf.page(content, &format!("/XObject<</F {first} 0 R>>")).bytes(), LIMITS).unwrap();
    assert_eq!(found.pictures, []);
}

/// On a stack of a browser's size or so: each answer will do, that there is one is the test.
#[test]
fn mutilated_files_never_panic() {
    let text = text_of(60, 11);
    let small = GrayImage::from_fn(64, 64, |x, y| Luma([(x * y) as u8]));
    let attached = || Pdf::default().attach("/Filter/FlateDecode", &deflated(b"{}"));
    let plain = "/Type/XObject/Subtype/Image/Width 64/Height 64/ColorSpace[/Indexed/DeviceRGB 1<000000ffffff>]/BitsPerComponent 1/Filter/FlateDecode";
    let files = [
        attached().drawing(&text, 60.0).bytes(),
        attached().scan(&drawn(&text, 2)).bytes(),
        attached().stream(plain, &deflated(&small.as_raw()[..512])).bytes(),
        Person::named("Ana Pérez").pdf(&crate::pdf::plain(PaperSize::A4)).unwrap(),
    ];
    let work = move || {
        let mut dice = Dice(23);
        let mut read = 0;
        for file in &files {
            for _ in 0..250 {
                let mut bytes = file.clone();
                for _ in 0..1 + dice.below(8) {
                    let at = dice.below(bytes.len());
                    bytes[at] = dice.below(256) as u8;
                }
                if dice.below(4) == 0 {
                    bytes.truncate(dice.below(bytes.len()));
                }
                read += usize::from(insides(&bytes, LIMITS).is_ok());
            }
        }
        read
    };
    let stack = 8 * 1024 * 1024;
    let read = std::thread::Builder::new().stack_size(stack).spawn(work).unwrap().join().expect("no panic");
    assert!(read > 100, "the mutations leave something to read: {read}");
}
