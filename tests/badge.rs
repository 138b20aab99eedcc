//! Baked badges: into pictures and out again, and pictures that are made to do harm.

use std::io::Write as _;
use std::time::Instant;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use skillpass::interop::badge::{BadgeError, Baked, Earlier, PLAIN, bake, read};
use skillpass::interop::intake::{self, Carrier, NotRead};
use skillpass::interop::scan::Limits;

use crate::common::documents::{canonical, full, module, signed};

/// A small picture without a code.
fn picture() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let shades = image::GrayImage::from_fn(24, 24, |x, y| image::Luma([u8::try_from(x * y % 251).unwrap()]));
    shades.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

fn credential() -> String {
    String::from_utf8(canonical(&signed(&module()))).unwrap()
}

fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum().to_be_bytes()
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind, data].concat();
    [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &body, &crc(&body)].concat()
}

/// The picture with chunks after its header: 8 bytes of signature, 25 of IHDR.
fn with_chunks(chunks: &[Vec<u8>]) -> Vec<u8> {
    let picture = picture();
    [&picture[..33], &chunks.concat(), &picture[33..]].concat()
}

fn itxt(keyword: &str, flag: u8, text: &[u8]) -> Vec<u8> {
    chunk(b"iTXt", &[keyword.as_bytes(), &[0, flag, 0], b"es\0clave\0", text].concat())
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const SVG: &str = r#"<?xml version="1.0"?>
<!-- a medal -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" data-x='a > b'>
  <circle cx="4" cy="4" r="4"/>
</svg>
"#;

#[test]
fn into_a_picture_and_out_again() {
    for text in [credential(), String::from_utf8(canonical(&signed(&full()))).unwrap()] {
        for image in [picture(), SVG.as_bytes().to_vec(), PLAIN.as_bytes().to_vec()] {
            let baked = bake(&image, &text, Earlier::Keep).unwrap();
            assert_eq!(read(&baked), Ok(vec![Baked::Credential(text.clone())]));
            let offered = intake::read(&baked, Limits::STRANGER).unwrap().offered;
            assert_eq!((offered.len(), offered[0].carrier), (1, Carrier::Badge));
            assert_eq!(offered[0].signed.bytes(), text.as_bytes());
            // A second one is refused, or takes the first one's place; nothing else of the picture moves.
            assert_eq!(bake(&baked, &text, Earlier::Keep), Err(BadgeError::Baked));
            let other = text.replace("Centro", "Otro");
            let again = bake(&baked, &other, Earlier::Replace).unwrap();
            assert_eq!(read(&again), Ok(vec![Baked::Credential(other)]));
            assert_eq!(bake(&again, &text, Earlier::Replace).unwrap(), baked);
        }
    }
    // The pixels stay.
    let baked = bake(&picture(), &credential(), Earlier::Keep).unwrap();
    assert_eq!(image::load_from_memory(&baked).unwrap(), image::load_from_memory(&picture()).unwrap());
}

/// As the specification draws it (Open Badges 3.0 §5.3).
#[test]
fn a_baked_file_is_laid_out_as_specified() {
    let text = credential();
    let baked = bake(&picture(), &text, Earlier::Keep).unwrap();
    let expected = chunk(b"iTXt", &[b"openbadgecredential\0\0\0\0\0", text.as_bytes()].concat());
    assert_eq!(baked, with_chunks(&[expected]));
    let baked = String::from_utf8(bake(SVG.as_bytes(), &text, Earlier::Keep).unwrap()).unwrap();
    let tag = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" data-x='a > b' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">"#;
    let element = format!("{tag}<openbadges:credential><![CDATA[{text}]]></openbadges:credential>\n  <circle");
    assert!(baked.contains(&element), "{baked}");
    let token = "eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2lnbmF0dXJl";
    let baked = String::from_utf8(bake(SVG.as_bytes(), token, Earlier::Keep).unwrap()).unwrap();
    assert!(baked.contains(&format!(r#"<openbadges:credential verify="{token}"/>"#)), "{baked}");
    assert_eq!(read(baked.as_bytes()), Ok(vec![Baked::Jose(token.to_owned())]));
    // A root without an end tag, with a prefix; a prefix that means something else there.
    for svg in [
        r#"<svg xmlns="http://www.w3.org/2000/svg"/>"#,
        r#"<s:svg xmlns:s="http://www.w3.org/2000/svg" width="1" />"#,
        r#"<svg xmlns:openbadges="http://openbadges.org"></svg>"#,
        r#"<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"></svg>"#,
        "\u{feff}<svg></svg>",
    ] {
        let baked = bake(svg.as_bytes(), &text, Earlier::Keep).unwrap_or_else(|error| panic!("{svg}: {error:?}"));
        assert_eq!(read(&baked), Ok(vec![Baked::Credential(text.clone())]), "{svg}");
    }
}

#[test]
fn texts_that_xml_would_change() {
    for odd in [r#"{"a":"]]>"}"#, r#"{"a":"]]]]>>&amp;<b>"}"#, "{\"a\":\r\n\"b\"}", "{\"a\":\"\u{10fffd}\"}"] {
        let baked = bake(SVG.as_bytes(), odd, Earlier::Keep).unwrap();
        assert_eq!(read(&baked), Ok(vec![Baked::Credential(odd.replace('\r', ""))]), "{odd}");
    }
    // U+FFFF is no character of XML, and one of JSON.
    let odd = "{\"a\":\"\u{ffff}\"}";
    assert!(bake(SVG.as_bytes(), odd, Earlier::Keep).is_err());
    assert!(bake(&picture(), odd, Earlier::Keep).is_ok());
    // Other bakers write the JSON as escaped text.
    let escaped = format!(
        r#"<svg xmlns:ob="https://purl.imsglobal.org/ob/v3p0"><ob:credential> {} </ob:credential></svg>"#,
        credential().replace('&', "&amp;").replace('<', "&lt;")
    );
    assert_eq!(read(escaped.as_bytes()), Ok(vec![Baked::Credential(credential())]));
}

#[test]
fn several_compressed_and_old_ones() {
    let (one, two) = (credential(), String::from_utf8(canonical(&signed(&full()))).unwrap());
    let key = "openbadgecredential";
    let both = with_chunks(&[itxt(key, 0, one.as_bytes()), itxt(key, 1, &zlib(two.as_bytes()))]);
    assert_eq!(read(&both), Ok(vec![Baked::Credential(one.clone()), Baked::Credential(two)]));
    assert_eq!(intake::read(&both, Limits::STRANGER).unwrap().offered.len(), 2);
    // One that is altered beside one that is not: each is read for itself.
    let mixed = with_chunks(&[itxt(key, 0, b"{\"a\":1}"), itxt(key, 0, one.as_bytes())]);
    let taken = intake::read(&mixed, Limits::STRANGER).unwrap();
    assert_eq!((taken.offered.len(), taken.not_read[0].1.code()), (1, "no-proof"));
    for old in [itxt("openbadges", 0, b"eyJ"), chunk(b"tEXt", b"openbadges\0https://example.org/assertion")] {
        let old = with_chunks(&[old]);
        assert_eq!(read(&old), Ok(vec![Baked::Old]));
        assert_eq!(intake::read(&old, Limits::STRANGER).unwrap_err(), NotRead::OldBadge);
    }
    let old = r#"<svg xmlns:openbadges="http://openbadges.org"><openbadges:assertion verify="https://e.org/1"/></svg>"#;
    assert_eq!(intake::read(old.as_bytes(), Limits::STRANGER).unwrap_err(), NotRead::OldBadge);
    let token = with_chunks(&[itxt(key, 0, b"eyJhbGciOiJFZERTQSJ9.eyJ2YyI6e319.c2lnbmF0dXJl")]);
    assert_eq!(intake::read(&token, Limits::STRANGER).unwrap_err(), NotRead::Jose);
    // A chunk of another name is nobody's badge, and codes are looked for as ever.
    let plain = with_chunks(&[chunk(b"tEXt", b"Comment\0openbadges"), itxt("openbadgecredentials", 0, b"{}")]);
    assert_eq!(read(&plain), Ok(Vec::new()));
    assert_eq!(intake::read(&plain, Limits::STRANGER).unwrap_err().code(), "no-code-in-image");
}

/// I10. Bombs and endless things end at their bounds.
#[test]
fn pictures_that_are_made_to_do_harm() {
    let key = "openbadgecredential";
    let bomb = with_chunks(&[itxt(key, 1, &zlib(&vec![b' '; 64 * 1024 * 1024]))]);
    assert_eq!(read(&bomb), Err(BadgeError::TooLarge));
    let many = with_chunks(&vec![itxt(key, 0, b"{}"); 9]);
    assert_eq!(read(&many), Err(BadgeError::TooLarge));
    // 27,000 of them fit into what a stranger may send; unpacked they were 7 GB. Those beyond the bound are not looked into.
    let mut many = vec![itxt(key, 1, &zlib(&vec![b'x'; 256 * 1024])); 9];
    many.push(itxt(key, 1, b"no zlib"));
    assert_eq!(read(&with_chunks(&many)), Err(BadgeError::TooLarge));
    assert_eq!(bake(&picture(), &"x".repeat(256 * 1024 + 1), Earlier::Keep), Err(BadgeError::TooLarge));
    let svg = |inside: &str| format!(r#"<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>"#);
    let nested = |depth: usize| svg(&format!("{}{}", "<g>".repeat(depth), "</g>".repeat(depth)));
    let attributes: String = (0..200_000).map(|at| format!(" a{at}=''")).collect();
    let namespaces: String = (0..2_000).map(|at| format!("<g xmlns:n{at}='u'>")).collect();
    for (hostile, error) in [
        (nested(100), BadgeError::TooLarge),
        (nested(60_000), BadgeError::TooLarge),
        (svg(&"<g/>".repeat(60_000)), BadgeError::TooLarge),
        (svg(&format!("<g{attributes}/>")), BadgeError::TooLarge),
        (svg(&format!("{namespaces}{}", "</g>".repeat(2_000))), BadgeError::TooLarge),
        (svg(&" ".repeat(2 * 1024 * 1024)), BadgeError::TooLarge),
        (r#"<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>"#.to_owned(), BadgeError::DocumentType),
        (r#"<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg/>"#.to_owned(), BadgeError::DocumentType),
        ("<svg>&a;</svg>".to_owned(), BadgeError::Damaged),
        ("<svg>".to_owned(), BadgeError::Damaged),
        ("<html></html>".to_owned(), BadgeError::NotAPicture),
        (r#"<svg xmlns="urn:other"/>"#.to_owned(), BadgeError::NotAPicture),
    ] {
        assert_eq!(read(hostile.as_bytes()), Err(error), "{}", &hostile[..hostile.len().min(80)]);
        assert!(intake::read(hostile.as_bytes(), Limits::STRANGER).is_err());
    }
    assert!(read(nested(60).as_bytes()).is_ok());
    // As many attributes as may be, over and over: the worst that is still read.
    let dense = format!("<g{}/>", (0..125).map(|at| format!(" a{at}=''")).collect::<String>());
    let worst = Instant::now();
    assert_eq!(read(svg(&dense.repeat(2_000_000 / dense.len())).as_bytes()), Ok(Vec::new()));
    eprintln!("2 MB of attributes: {:?}", worst.elapsed());
    // Nobody is sent a badge that runs a program.
    for active in [
        "<script>alert(1)</script>",
        r#"<g onload="alert(1)"/>"#,
        r#"<a href="javascript:alert(1)"/>"#,
        r#"<foreignObject><p xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>"#,
    ] {
        assert_eq!(bake(svg(active).as_bytes(), &credential(), Earlier::Keep), Err(BadgeError::Active), "{active}");
    }
    for nothing in [&b""[..], b"GIF89a", b"{}", b"%PDF-1.7"] {
        assert_eq!(bake(nothing, &credential(), Earlier::Keep), Err(BadgeError::NotAPicture));
    }
}

/// Every prefix, and a flipped bit anywhere in the badge: an error or another text, never a panic.
#[test]
fn cut_and_altered_pictures() {
    let text = credential();
    for baked in [bake(&picture(), &text, Earlier::Keep).unwrap(), bake(SVG.as_bytes(), &text, Earlier::Keep).unwrap()]
    {
        for length in 0..baked.len() {
            let read = read(&baked[..length]);
            // A drawing whose last line end is missing is whole.
            assert!(read.is_err() || length + 1 >= baked.len(), "{length}: {read:?}");
        }
    }
    let baked = bake(&picture(), &text, Earlier::Keep).unwrap();
    let badge = 33..33 + 12 + 24 + text.len();
    for at in badge {
        let mut altered = baked.clone();
        altered[at] ^= 1;
        assert_ne!(read(&altered), Ok(vec![Baked::Credential(text.clone())]), "byte {at}");
    }
}
