//! Threats B: texts that two honest parsers could read differently, and what RFC 8785 makes of the others.

use serde_json::{Value, json};

use super::Made;

fn refused(reason: &str) -> Value {
    json!({"outcome": "refused", "reason": reason})
}

fn reads(canonical: &str) -> Value {
    json!({"outcome": "reads", "canonical": canonical})
}

/// Rows B1 to B9 and B12.
pub fn all(made: &mut Made) {
    for (name, text) in [
        ("plain", r#"{"a":1,"a":1}"#),
        ("escaped", r#"{"a":1,"\u0061":2}"#),
        ("nested", r#"[{"x":{"b":1,"c":2,"b":3}}]"#),
        ("escaped-twice", r#"{"\u00e9":1,"é":2}"#),
        ("surrogate-pair", r#"{"\ud83d\ude00":1,"😀":2}"#),
        ("empty-name", r#"{"":1,"":2}"#),
        ("far-apart", r#"{"z":1,"a":2,"m":3,"z":4}"#),
    ] {
        made.json(
            &format!("B1-duplicate-{name}"),
            "A member name twice in one object.",
            refused("duplicate-member"),
            text,
        );
    }
    made.json(
        "B1-same-name-in-two-objects",
        "The same name in two objects is no duplicate.",
        reads(r#"[{"a":1},{"a":{"a":2}}]"#),
        r#"[{"a":1},{"a":{"a":2}}]"#,
    );
    made.json(
        "B2-depth-32",
        "As deep as is read.",
        reads(&format!("{}{}", "[".repeat(32), "]".repeat(32))),
        format!("{}{}", "[".repeat(32), "]".repeat(32)),
    );
    made.json("B2-depth-33", "One level deeper.", refused("too-deep"), format!("{}{}", "[".repeat(33), "]".repeat(33)));
    for (name, repeat, times) in [
        ("100-arrays", "[", 100),
        ("100000-arrays", "[", 100_000),
        ("1000000-arrays", "[", 1_000_000),
        ("100000-objects", "{\"a\":", 100_000),
        ("200000-mixed", "[{\"a\":", 100_000),
    ] {
        made.json(
            &format!("B2-{name}"),
            "Opened and never closed: refused at the bound, on a small stack.",
            refused("too-deep"),
            json!([{"repeat": repeat, "times": times}]),
        );
    }
    for (name, text) in [
        ("1e400", "1e400"),
        ("35-digits", "12345678901234567890123456789012345"),
        ("2-to-53", "9007199254740992"),
        ("2-to-53-plus-1", "9007199254740993"),
        ("minus-2-to-53", "-9007199254740992"),
        ("minus-zero", "-0"),
        ("u64", "18446744073709551615"),
        ("i64", "-9223372036854775808"),
    ] {
        let reason = if name == "1e400" { "not-json" } else { "number-not-exact" };
        made.json(
            &format!("B3-{name}"),
            "A number that readers keep differently.",
            refused(reason),
            format!("{{\"n\":{text}}}"),
        );
    }
    for text in ["9007199254740991", "-9007199254740991", "0", "1"] {
        made.json(
            &format!("B3-exact-{}", text.replace('-', "minus-")),
            "A number that every reader keeps.",
            reads(&format!("{{\"n\":{text}}}")),
            format!("{{ \"n\" : {text} }}"),
        );
    }
    for (name, text) in
        [("fraction", "0.1"), ("whole-with-point", "1.0"), ("exponent", "1e2"), ("minus-zero-point", "-0.0")]
    {
        made.json(
            &format!("B4-{name}"),
            "A number that is not whole, or not spelled so: ours have none.",
            refused("number-not-exact"),
            text,
        );
        let canonical =
            [("0.1", "0.1"), ("1.0", "1"), ("1e2", "100"), ("-0.0", "0")].iter().find(|it| it.0 == text).unwrap().1;
        made.json(
            &format!("B4-{name}-elsewhere"),
            "The same in somebody else's document, as ECMAScript writes it (RFC 8785 §3.2.2.3).",
            reads(canonical),
            text,
        )
        .with("bounds", json!({"numbers": "any"}));
    }
    for (name, text) in [
        ("high-alone", r#""\ud800""#),
        ("low-alone", r#""\udc00""#),
        ("reversed", r#""\ude00\ud83d""#),
        ("in-a-name", r#"{"\ud800":1}"#),
        ("high-then-text", r#""\ud83dx""#),
        ("high-twice", r#""\ud83d\ud83d""#),
        ("high-then-other-escape", r#""\ud83d\n""#),
        ("high-at-end", r#"["\udbff"]"#),
    ] {
        made.json(&format!("B5-{name}"), "Half a character.", refused("not-json"), text);
    }
    made.json("B5-pair", "A whole pair is a character.", reads("\"😀\""), r#""\ud83d\ude00""#);
    for (name, hex) in [
        ("lone-continuation", "2280 22"),
        ("overlong-slash", "22c0af22"),
        ("overlong-nul", "22c08022"),
        ("overlong-3", "22e0809f22"),
        ("surrogate-in-utf-8", "22eda08022"),
        ("beyond-unicode", "22f490808022"),
        ("five-bytes", "22f88080808022"),
        ("cut-sequence", "22e282"),
        ("latin-1", "22e922"),
        ("in-a-name", "7b22ff223a317d"),
        ("byte-order-mark", "efbbbf7b7d"),
        ("utf-16-le", "fffe7b007d00"),
        ("utf-16-be", "feff007b007d"),
        ("utf-16-without-mark", "7b007d00"),
        ("utf-32", "fffe00007b0000007d000000"),
        ("nul-after", "7b7d00"),
        ("nul-before", "007b7d"),
        ("nul-in-a-text", "22610062 22"),
        ("raw-control", "22611f22"),
        ("raw-tab", "22610922"),
        ("raw-line-break", "22610a22"),
    ] {
        made.json(
            &format!("B6-{name}"),
            "Bytes that are not UTF-8, or not as JSON asks.",
            refused("not-json"),
            json!([{"hex": hex}]),
        );
    }
    made.json(
        "B6-escaped-nul",
        "An escaped NUL is a character, and stays one.",
        reads("\"a\\u0000b\""),
        r#""a\u0000b""#,
    );
    made.json("B6-escaped-slash", "An escape that need not be goes.", reads("\"/é\""), r#""\/\u00e9""#);
    made.json(
        "B7-order-by-utf-16",
        "U+E000 is one unit above the surrogates: U+10000 comes first (RFC 8785 §3.2.3).",
        reads("{\"\u{10000}\":2,\"\u{e000}\":1}"),
        "{\"\u{e000}\":1,\"\u{10000}\":2}",
    );
    made.json("B7-order-of-the-rfc", "The RFC's own example.", reads("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"),
        r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#);
    made.json(
        "B7-prefix-first",
        "A name comes before the one it begins.",
        reads(r#"{"a":1,"a ":2,"aa":3,"b":4}"#),
        r#"{"b":4,"aa":3,"a ":2,"a":1}"#,
    );
    made.json(
        "B8-nothing-is-normalised",
        "Composed and decomposed are two texts, and two names.",
        reads("{\"e\u{301}\":1,\"é\":2}"),
        "{\"é\":2,\"e\u{301}\":1}",
    );
    made.json(
        "B9-prototype-names",
        "Names that mean something to a script are names.",
        reads(r#"{"__proto__":{"x":1},"constructor":2,"toString":3}"#),
        r#"{"constructor":2,"__proto__":{"x":1},"toString":3}"#,
    );
    for (name, text) in [
        ("two-documents", "{}{}"),
        ("comma-after", "{},"),
        ("line-comment", "{} // x"),
        ("block-comment", "/* x */{}"),
        ("trailing-comma", r#"{"a":1,}"#),
        ("trailing-comma-in-a-list", "[1,]"),
        ("single-quotes", "{'a':1}"),
        ("name-without-quotes", "{a:1}"),
        ("nan", "NaN"),
        ("infinity", "-Infinity"),
        ("hexadecimal", "0x10"),
        ("leading-zero", "01"),
        ("plus", "+1"),
        ("point-without-digit", "1."),
        ("upper-case-true", "True"),
        ("unknown-escape", r#""\x41""#),
        ("short-escape", r#""\u12""#),
        ("open-text", r#""abc"#),
        ("json-text-sequence", "\u{1e}{}"),
        ("vertical-tab", "\u{b}{}"),
        ("no-break-space", "\u{a0}{}"),
    ] {
        made.json(&format!("B12-{name}"), "Not one JSON document and nothing else.", refused("not-json"), text);
    }
    made.json("B12-only-white-space", "White space and nothing else.", refused("empty"), " \r\n\t ");
    made.json("B14-open-object", "Cut inside an object.", refused("not-json"), r#"{"a":{"b":[1,2"#);
    made.json(
        "B15-text-longer-than-read",
        "A text of one byte more than is read.",
        refused("string-too-long"),
        json!(["\"", {"repeat": "a", "times": 65_537}, "\""]),
    );
    made.json(
        "B15-document-longer-than-read",
        "More bytes than are read: not even parsed.",
        refused("too-long"),
        json!([{"repeat": " ", "times": 4_194_305}]),
    );
}
