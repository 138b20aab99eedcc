//! Threats C: packets as a scanner hands them on.

use serde_json::{Value, json};
use skillpass::carry::{Codec, Packet, digits};

use super::{Made, accept, reject, undecided};
use crate::common::documents::{canonical, changed, module, signed};

fn damaged(reason: &str) -> Value {
    json!({"outcome": "damaged", "reason": reason})
}

fn not_ours(reason: &str) -> Value {
    json!({"outcome": "not-ours", "reason": reason})
}

/// Format 1 and the DEFLATE codec, whose streams can be made by hand.
const HEAD: u8 = 0x19;

/// A packet of this head, blob and stream.
fn packet(head: u8, blob: &[u8], stream: &[u8]) -> String {
    let mut payload = vec![head];
    let mut length = blob.len();
    while length >= 0x80 {
        payload.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    payload.push(length as u8);
    payload.extend_from_slice(blob);
    payload.extend_from_slice(stream);
    address(&payload)
}

fn address(payload: &[u8]) -> String {
    format!("https://skillpass.invalid/#{}", digits::write(payload))
}

/// A stream of the plain codec: a text and its end mark.
fn stream(text: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec(&[text, &[0]].concat(), 10)
}

/// Rows C1 to C8 and C11.
pub fn all(made: &mut Made) {
    let good = canonical(&signed(&module()));
    let by_model = Packet::with(&good, Codec::DraftModel).unwrap();
    let by_deflate = Packet::with(&good, Codec::DraftDeflate).unwrap();
    let text = by_model.to_text(&skillpass::carry::Host::none());
    let digits = by_model.digits();
    made.packet("good", "A good certificate out of a code.", accept(&[]), text.clone());
    made.packet(
        "good-digits-alone",
        "The digits without an address, as a checker's own page has them.",
        accept(&[]),
        digits.clone(),
    );
    made.packet(
        "good-of-another-host",
        "The checker ignores the host.",
        accept(&[]),
        format!("https://verify.example:8443/#{digits}"),
    );
    made.packet(
        "C11-plain-codec",
        "The same document by the other codec: one credential, many codes.",
        accept(&[]),
        by_deflate.digits(),
    );
    made.packet("C11-stored-stream", "The same document in a stored block, longer than need be: nothing is keyed by a code's bytes.", undecided("issuer-unknown"), {
        let small = canonical(&json!({"issuer": "did:web:unknown.example", "proof": [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": "2026-03-20T15:04:05Z",
            "verificationMethod": "did:web:unknown.example#k", "proofPurpose": "assertionMethod", "proofValue": signed(&module())["proof"][0]["proofValue"]}]}));
        let (short, long) = ((small.len() + 1) as u16, !((small.len() + 1) as u16));
        let stored = [&[1][..], &short.to_le_bytes(), &long.to_le_bytes(), &small, &[0]].concat();
        packet(HEAD, &[], &stored)
    });
    made.packet(
        "A13-name-changed-in-a-code",
        "A code made from an altered document.",
        reject("altered"),
        Packet::of(&canonical(&changed(
            &signed(&module()),
            "/credentialSubject/identifier/0/identityHash",
            "Otra Persona".into(),
        )))
        .unwrap()
        .digits(),
    );
    made.packet(
        "test-code-under-production",
        "A draft codec counts under pilot roots alone.",
        undecided("test-code"),
        text.clone(),
    )
    .packs(&["production"]);

    // C1: one spelling of every number, one order of members.
    made.packet(
        "C1-length-padded",
        "A length in two bytes where one is enough.",
        damaged("bad-leb128"),
        address(&[&[HEAD, 0x80, 0x00][..], &stream(b"{}")].concat()),
    );
    made.packet(
        "C1-length-without-end",
        "A length that goes on and on.",
        damaged("bad-leb128"),
        address(&[&[HEAD][..], &[0x80; 12]].concat()),
    );
    made.packet(
        "C1-index-padded",
        "A status index in two bytes where one is enough.",
        damaged("bad-leb128"),
        packet(HEAD, &[0x85, 0x00], &stream(b"{\"a\":\"\x07\"}")),
    );
    made.packet(
        "C1-members-unsorted",
        "Members out of order: the code is not the canonical one.",
        damaged("not-canonical"),
        packet(HEAD, &[], &stream(br#"{"b":1,"a":2}"#)),
    );
    made.packet(
        "C1-white-space",
        "White space in the document.",
        damaged("not-canonical"),
        packet(HEAD, &[], &stream(b"{ }")),
    );
    made.packet(
        "C1-escape-that-need-not-be",
        "A letter as an escape.",
        damaged("not-canonical"),
        packet(HEAD, &[], &stream(br#""\u0061""#)),
    );
    made.packet(
        "C1-duplicate-member",
        "A member twice.",
        damaged("duplicate-member"),
        packet(HEAD, &[], &stream(br#"{"a":1,"a":2}"#)),
    );
    made.packet(
        "C1-number-not-exact",
        "A number that readers keep differently.",
        damaged("number-not-exact"),
        packet(HEAD, &[], &stream(b"[1e3]")),
    );
    // C2: unknown tags.
    for slot in [0x0b, 0x1f] {
        made.packet(
            &format!("C2-slot-{slot:02x}"),
            "A control byte that stands for nothing.",
            damaged("unknown-slot"),
            packet(HEAD, &[], &stream(&[b'"', slot, b'"'])),
        );
    }
    made.packet(
        "C2-again-without-before",
        "A slot that repeats what has not stood before.",
        damaged("nothing-before"),
        packet(HEAD, &[], &stream(b"\"\x08\"")),
    );
    for codec in [0, 1, 2, 15] {
        made.packet(
            &format!("C2-codec-{codec}"),
            "A codec that this program does not know: a newer one may. Not a forgery.",
            not_ours("unknown-codec"),
            packet(0x10 | codec, &[], &stream(b"{}")),
        );
    }
    made.packet(
        "C2-format-2",
        "A format of a later version.",
        not_ours("unknown-format"),
        packet(0x29, &[], &stream(b"{}")),
    );
    // C3: lengths that are claimed.
    made.packet(
        "C3-blob-of-2-to-28",
        "A blob that claims 268,435,455 bytes.",
        damaged("blob-too-long"),
        address(&[HEAD, 0xff, 0xff, 0xff, 0x7f]),
    );
    made.packet(
        "C3-blob-of-2-to-32",
        "A blob that claims 2³² − 1 bytes.",
        damaged("blob-too-long"),
        address(&[HEAD, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    );
    made.packet(
        "C3-blob-of-2-to-64",
        "A blob that claims 2⁶⁴ − 1 bytes.",
        damaged("bad-leb128"),
        address(&[HEAD, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
    );
    made.packet(
        "C3-blob-longer-than-the-code",
        "A blob of 1,024 bytes in a code of ten.",
        damaged("blob-too-short"),
        address(&[HEAD, 0x80, 0x08, 1, 2, 3, 4, 5, 6, 7]),
    );
    made.packet(
        "C3-blob-left-over",
        "A blob of which the slots use nothing.",
        damaged("blob-left-over"),
        packet(HEAD, &[1, 2, 3], &stream(b"{}")),
    );
    made.packet(
        "C3-slot-without-its-bytes",
        "A UUID, and no bytes for it.",
        damaged("blob-too-short"),
        packet(HEAD, &[1, 2, 3], &stream(b"\"\x01\"")),
    );
    // C4
    made.packet(
        "C4-17-deep",
        "One level more than a packet has.",
        damaged("too-deep"),
        packet(HEAD, &[], &stream(format!("{}{}", "[".repeat(17), "]".repeat(17)).as_bytes())),
    );
    made.packet(
        "C4-4000-deep",
        "As deep as the output cap allows.",
        damaged("too-deep"),
        packet(HEAD, &[], &stream("[".repeat(4_000).as_bytes())),
    );
    // C5
    made.packet(
        "C5-bomb",
        "A code of 900 bytes that inflates to 800,000.",
        damaged("document-too-long"),
        packet(HEAD, &[], &stream(&vec![b'a'; 800_000])),
    );
    made.packet(
        "C5-one-byte-too-much",
        "A document of 8,193 bytes.",
        damaged("document-too-long"),
        packet(HEAD, &[], &stream(format!("\"{}\"", "a".repeat(8_191)).as_bytes())),
    );
    made.packet(
        "C5-text-too-long",
        "A string of 1,025 bytes.",
        damaged("string-too-long"),
        packet(HEAD, &[], &stream(format!("\"{}\"", "a".repeat(1_025)).as_bytes())),
    );
    // C6
    made.packet(
        "C6-block-of-unknown-type",
        "A DEFLATE block of the type that does not exist.",
        damaged("bad-stream"),
        packet(HEAD, &[], &[0b0000_0111, 0, 0, 0]),
    );
    made.packet(
        "C6-not-compressed",
        "The document as it is, where a stream should be.",
        damaged("truncated"),
        packet(HEAD, &[], b"{\"a\":1}"),
    );
    made.packet(
        "C6-zlib-header",
        "A stream with a zlib header.",
        damaged("bad-stream"),
        packet(HEAD, &[], &miniz_oxide::deflate::compress_to_vec_zlib(b"{}\0", 10)),
    );
    made.packet(
        "C6-bytes-after",
        "Bytes after the stream's end.",
        damaged("surplus"),
        packet(HEAD, &[], &[stream(b"{}"), vec![0, 0]].concat()),
    );
    made.packet(
        "C6-no-end-mark",
        "A text without its end mark.",
        damaged("bad-stream"),
        packet(HEAD, &[], &miniz_oxide::deflate::compress_to_vec(b"{}", 10)),
    );
    made.packet(
        "C6-two-end-marks",
        "Two texts in one stream.",
        damaged("bad-stream"),
        packet(HEAD, &[], &stream(b"{}\0{}")),
    );
    made.packet("C6-stream-cut", "The last three bytes are missing.", damaged("truncated"), {
        let whole = stream(br#"{"a":"bcdefghijklmnop"}"#);
        packet(HEAD, &[], &whole[..whole.len() - 3])
    });
    made.packet("C6-no-stream", "A head and nothing after.", damaged("truncated"), address(&[HEAD]));
    made.packet(
        "C6-invalid-utf-8",
        "A document that is not UTF-8.",
        damaged("not-json"),
        packet(HEAD, &[], &stream(b"\"\xc3\"")),
    );
    // C7: one text per byte string.
    made.packet(
        "C7-letter",
        "A letter among the digits.",
        not_ours("not-digits"),
        format!("{}x{}", &digits[..20], &digits[21..]),
    );
    made.packet(
        "C7-space",
        "A space among the digits.",
        not_ours("not-digits"),
        format!("{} {}", &digits[..17], &digits[17..]),
    );
    made.packet("C7-line-end", "A line end after the digits.", not_ours("not-digits"), format!("{text}\n"));
    made.packet(
        "C7-other-digits",
        "Digits of another script.",
        not_ours("not-digits"),
        format!("{}\u{663}{}", &digits[..20], &digits[21..]),
    );
    made.packet(
        "C7-group-beyond-its-bytes",
        "Seventeen nines are more than seven bytes.",
        damaged("bad-chunk"),
        "9".repeat(17),
    );
    made.packet(
        "C7-impossible-tail",
        "Four digits that no byte string makes.",
        damaged("bad-tail"),
        format!("{}0000", &digits[..17]),
    );
    made.packet("C7-2401-digits", "A digit more than a code has.", not_ours("too-many-digits"), "0".repeat(2_401));
    made.packet("C7-minus", "A sign before the digits.", not_ours("not-ours"), format!("-{digits}"));
    // C8: other people's codes are not forgeries.
    for (name, text) in [
        (
            "vaccination-pass",
            "HC1:NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH-R6IOO6+IUKRG*I.I5BROCWAAT4V22F/8X*G3M9JUPY0BX/KR96R/S09T./0LWTKD33236J3TA3M*4VV2 73-E3GG396B-43O058YIB73A*G3W19UEBY5:PI0EGSP4*2DN43U*0CEBQ/GXQFY73CIBC:G 7376BXBJBAJ UNFMJCRN0H3PQN*E33H3OA70M3FMJIJN523.K5QZ4A+2XEN QT QTHC31M3+E32R44$28A9H0D3ZCL4JMYAZ+S-A5$XKX6T2YC 35H/ITX8GL2-LH/CJTK96L6SR9MU9RFGJA6Q3QR$P2OIC0JVLA8J3ET3:H3A+2+33U SAAUOT3TPTO4UBZIC0JKQTL*QDKBO.AI9BVYTOCFOPS4IJCOT0$89NT2V457U8+9W2KQ-7LF9-DF07U$B97JJ1D7WKP/HLIJLRKF1MFHJP7NVDEBU1J*Z222E.GJF67Z JA6B.38O4BH*HB0EGLE2%V -3O+J3.PI2GIDOB53SHA%-4D+ CH+6L+6HE7LBN6-5UGS3 4I6V4ZDEQ5F38XWI.4L7X.8Q9+4$Y5A-PUTM0CNL%NA:5Q3LN5T3:TZ2B6JZP4",
        ),
        ("web-page", "https://skillpass.invalid/"),
        ("address-without-mark", &format!("https://skillpass.invalid/{digits}")),
        ("http", &format!("http://skillpass.invalid/#{digits}")),
        ("path-before-the-mark", &format!("https://skillpass.invalid/a/#{digits}")),
        ("query-before-the-mark", &format!("https://skillpass.invalid?x=1/#{digits}")),
        ("user-name", &format!("https://a@skillpass.invalid/#{digits}")),
        ("upper-case-scheme", &format!("HTTPS://skillpass.invalid/#{digits}")),
        ("wifi", "WIFI:T:WPA;S=net;P=secret;;"),
        ("json", "{\"a\":1}"),
        ("empty", ""),
        ("telephone", "tel:+573001234567"),
        ("script", "javascript:alert(1)"),
    ] {
        made.packet(
            &format!("C8-{name}"),
            "Some other code: said so, and nothing about a forgery.",
            not_ours("not-ours"),
            text.to_owned(),
        );
    }
    made.packet(
        "C8-digits-of-something-else",
        "A long number that is no packet: a bar code.",
        not_ours("unknown-format"),
        "4006381333931000".repeat(2)[..27].to_owned(),
    );
    // B14: cut.
    made.packet(
        "B14-cut-by-a-group",
        "The last seventeen digits are missing.",
        damaged("truncated"),
        digits[..digits.len() / 17 * 17 - 17].to_owned(),
    );
    made.packet("B14-cut-by-one", "The last digit is missing.", damaged("bad-tail"), {
        let tail = digits.len() % 17;
        assert!([0, 3, 5, 8, 10, 13, 15].contains(&tail));
        digits[..digits.len() - 1].to_owned()
    });
    made.packet("B14-three-digits", "Three digits.", not_ours("unknown-format"), "000".into());
}
