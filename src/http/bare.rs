//! Scripts and styles as they travel: what is there for whoever reads the source, a twelfth of a first visit's own lines, stays at home. A policy test
//! holds that none of it stands inside a text.

/// A script without its lines of comment, its types in `/** … */`, its indentation and its empty lines. What a line says besides stays as it is.
#[must_use]
pub fn script(source: &str) -> String {
    let told = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines(&without(&told.collect::<Vec<_>>().join("\n"), "/**"))
}

/// A style without its comments, its indentation and its empty lines.
#[must_use]
pub fn style(source: &str) -> String {
    lines(&without(source, "/*"))
}

/// The text without what stands between such an opening and the next `*/`. Of the spaces on both sides one stays.
fn without(text: &str, opening: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once(opening) {
        left.push_str(before);
        let after = inside.split_once("*/").map_or("", |(_, after)| after);
        rest = after.strip_prefix(' ').filter(|_| !left.ends_with(char::is_alphanumeric)).unwrap_or(after);
    }
    left.push_str(rest);
    left
}

/// Each line that says something, from its first letter to its last.
fn lines(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_readers_stays_at_home() {
        let source = "// Why.\n/** One. @param {number} a */\nconst f = (/** @type {any} */ a) => {\n\n  // How.\n  return a / 2 / 1; // here\n};\n\
                      /**\n * Two\n * @returns {string}\n */\nexport const url = \"https://x.example/*\";\n";
        let travels =
            "const f = (a) => {\nreturn a / 2 / 1; // here\n};\nexport const url = \"https://x.example/*\";\n";
        assert_eq!(script(source), travels);
        assert_eq!(script(travels), travels, "once is enough");
        let sheet =
            "/* Why,\n   and how. */\na { color: red; } /* so */\n\n@media print {\n  b > c { margin: 0 auto; }\n}\n";
        assert_eq!(style(sheet), "a { color: red; }\n@media print {\nb > c { margin: 0 auto; }\n}\n");
    }

    #[test]
    fn what_is_opened_and_not_closed_takes_the_rest_with_it() {
        assert_eq!((script("a\n/** b"), style("a\n/* b")), ("a\n".to_owned(), "a\n".to_owned()));
        assert_eq!(
            (script("return/** @type {any} */ a"), style("a/* b */ c")),
            ("return a\n".to_owned(), "a c\n".to_owned())
        );
    }
}
