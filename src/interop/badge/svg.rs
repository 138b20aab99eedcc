//! SVG: an element `openbadges:credential` with the JSON inside, or with a token in its attribute `verify` (Open Badges 3.0 §5.3.2). No entity
//! is expanded, nothing that a drawing names is opened.

use roxmltree::{Document, Error, Node, ParsingOptions};

use super::{BadgeError, Baked, Earlier, of_text};

/// 2 MiB: a drawing. One with an embedded photograph of a megabyte fits.
const SVG_BYTES: usize = 2 * 1024 * 1024;
/// 50,000 nodes: a map's outlines have fewer.
const NODES: u32 = 50_000;
/// 64 levels of nesting.
const DEPTH: usize = 64;
/// 128 attributes of one element. Finding a doubled one costs their square.
const ATTRIBUTES: usize = 128;
/// 128 declarations of namespaces in the whole drawing. Each element that has one copies all that hold there.
const NAMESPACES: usize = 128;

/// The namespace of Open Badges 3.0 (§5.3.2.1).
const NAMESPACE: &str = "https://purl.imsglobal.org/ob/v3p0";
/// The namespace of Open Badges 1 and 2.
const OLD_NAMESPACE: &str = "http://openbadges.org";
/// The namespace of SVG.
const SVG: &str = "http://www.w3.org/2000/svg";
/// The prefix that the specification uses, and that some readers look for instead of the namespace.
const PREFIX: &str = "openbadges";

/// A drawing's text and tree.
fn parse(bytes: &[u8]) -> Result<Document<'_>, BadgeError> {
    if bytes.len() > SVG_BYTES {
        return Err(BadgeError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| BadgeError::Damaged)?;
    // Before the parser, which bounds neither: `<` stands in no attribute, so that each piece has one element's attributes at most.
    let dense = text.split('<').any(|piece| piece.bytes().filter(|byte| *byte == b'=').count() > ATTRIBUTES);
    if dense || text.matches("xmlns").count() > NAMESPACES {
        return Err(BadgeError::TooLarge);
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        Error::DtdDetected => BadgeError::DocumentType,
        Error::NodesLimitReached => BadgeError::TooLarge,
        _ => BadgeError::Damaged,
    })?;
    let root = document.root_element().tag_name();
    if root.name() != "svg" || root.namespace().is_some_and(|namespace| namespace != SVG) {
        return Err(BadgeError::NotAPicture);
    }
    if is_deep(&document) { Err(BadgeError::TooLarge) } else { Ok(document) }
}

/// Whether a drawing is nested beyond the bound. Walks up no further than the bound.
fn is_deep(document: &Document<'_>) -> bool {
    let leaf = |node: &Node<'_, '_>| node.is_element() && !node.has_children();
    document.descendants().filter(leaf).any(|leaf| leaf.ancestors().take(DEPTH + 1).count() > DEPTH)
}

fn badges<'a, 'input>(document: &'a Document<'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    document.descendants().filter(|node| {
        let (name, namespace) = (node.tag_name().name(), node.tag_name().namespace());
        matches!((name, namespace), ("credential", Some(NAMESPACE)) | ("assertion", Some(OLD_NAMESPACE | NAMESPACE)))
    })
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Baked>, BadgeError> {
    let document = parse(bytes)?;
    badges(&document).map(read_one).collect()
}

fn read_one(node: Node<'_, '_>) -> Result<Baked, BadgeError> {
    if node.tag_name().name() == "assertion" {
        return Ok(Baked::Old);
    }
    if let Some(token) = node.attribute("verify") {
        return of_text(token);
    }
    // Text and CDATA sections, put together. An element among them is no part of a JSON text.
    if node.children().any(|child| child.is_element()) {
        return Err(BadgeError::Damaged);
    }
    let text: String = node.children().filter(Node::is_text).filter_map(|child| child.text()).collect();
    of_text(&text)
}

pub(super) fn bake(picture: &[u8], credential: &str, earlier: Earlier) -> Result<Vec<u8>, BadgeError> {
    let document = parse(picture)?;
    if document.descendants().any(|node| is_active(&node)) {
        return Err(BadgeError::Active);
    }
    let old: Vec<_> = badges(&document).map(|node| node.range()).collect();
    if earlier == Earlier::Keep && !old.is_empty() {
        return Err(BadgeError::Baked);
    }
    let text = document.input_text();
    let root = document.root_element();
    let tag = start_tag(text, root.range().start).ok_or(BadgeError::Damaged)?;
    let (head, empty) = match tag.text.strip_suffix("/>") {
        Some(head) => (head, true),
        None => (tag.text.strip_suffix('>').ok_or(BadgeError::Damaged)?, false),
    };
    // §5.3.2.1: the namespace is declared on the root. Where the prefix means something else there, on the element itself.
    let declared = root.lookup_namespace_uri(Some(PREFIX));
    let declaration = format!(r#" xmlns:{PREFIX}="{NAMESPACE}""#);
    let (on_root, on_element) = match declared {
        None => (declaration.as_str(), ""),
        Some(NAMESPACE) => ("", ""),
        Some(_) => ("", declaration.as_str()),
    };
    let element = element(credential, on_element)?;
    let mut out = [text.get(..tag.from).unwrap_or_default(), head, on_root, ">", &element].concat();
    if empty {
        // The root's name as it is written there: it may have a prefix.
        let name = head.trim_start_matches('<').split(|c: char| c.is_whitespace()).next().unwrap_or("svg");
        out.push_str(&format!("</{name}>"));
    }
    // The rest, without earlier badges.
    let mut from = tag.to;
    for range in old {
        out.push_str(text.get(from..range.start).unwrap_or_default());
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Ok(out.into_bytes())
}

/// `<svg …>` as it stands in the text.
struct Tag<'a> {
    from: usize,
    to: usize,
    text: &'a str,
}

/// The tag that begins at `from`: up to the first `>` outside quotes.
fn start_tag(text: &str, from: usize) -> Option<Tag<'_>> {
    let mut quote = None;
    for (at, byte) in text.get(from..)?.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(Tag { from, to: from + at + 1, text: text.get(from..=from + at)? }),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}

fn element(credential: &str, declaration: &str) -> Result<String, BadgeError> {
    if crate::interop::intake::is_jose(credential) {
        // A token has neither `<` nor `&` nor quotes.
        return Ok(format!(r#"<{PREFIX}:credential{declaration} verify="{credential}"/>"#));
    }
    // `]]>` ends a CDATA section (XML 1.0 §2.7), so one of the text's own is parted between two.
    let text = credential.replace("]]>", "]]]]><![CDATA[>");
    Ok(format!("<{PREFIX}:credential{declaration}><![CDATA[{text}]]></{PREFIX}:credential>"))
}

/// Whether whoever opens the drawing runs somebody's program.
fn is_active(node: &Node<'_, '_>) -> bool {
    let name = node.tag_name().name().to_ascii_lowercase();
    let element = ["script", "foreignobject", "handler", "iframe", "embed", "object"].contains(&name.as_str());
    let attribute = node.attributes().any(|attribute| {
        let (name, value) = (attribute.name().to_ascii_lowercase(), attribute.value().trim().to_ascii_lowercase());
        // No attribute of SVG that begins so is anything but a handler.
        name.starts_with("on") || value.starts_with("javascript:") || value.starts_with("data:text/html")
    });
    element || attribute
}
