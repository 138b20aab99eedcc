//! Files attached to a PDF.

use hayro_syntax::Pdf;
use hayro_syntax::object::dict::Dict;
use hayro_syntax::object::{Array, Name, Object, Stream};

use super::unfold::Unfold;
use crate::base::limits::CREDENTIAL_BYTES;

/// Every attached file that begins like a JSON object: the name tree `Names / EmbeddedFiles` (ISO 32000-2 §7.11.4) and the
/// associated files `AF` (§14.13) of the catalogue.
pub fn attachments(pdf: &Pdf) -> Vec<Vec<u8>> {
    let mut kept = Vec::new();
    let Some(catalogue) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) else { return kept };
    let mut specs: Vec<Dict<'_>> = Vec::new();
    if let Some(associated) = catalogue.get::<Array<'_>>("AF") {
        specs.extend(associated.iter::<Dict<'_>>().take(ATTACHMENTS));
    }
    let tree = catalogue.get::<Dict<'_>>("Names").and_then(|names| names.get::<Dict<'_>>("EmbeddedFiles"));
    let mut nodes: Vec<Dict<'_>> = tree.into_iter().collect();
    // Breadth first and counted, so a tree that contains itself ends too.
    let mut visited = 0;
    while visited < nodes.len() && visited < NAME_TREE_NODES {
        let node = nodes[visited].clone();
        visited += 1;
        if let Some(kids) = node.get::<Array<'_>>("Kids") {
            nodes.extend(kids.iter::<Dict<'_>>().take(NAME_TREE_NODES));
            nodes.truncate(NAME_TREE_NODES);
        }
        if let Some(names) = node.get::<Array<'_>>("Names") {
            specs.extend(names.iter::<Object<'_>>().take(2 * ATTACHMENTS).filter_map(Object::into_dict));
            specs.truncate(2 * ATTACHMENTS);
        }
    }
    for spec in specs {
        let Some(versions) = spec.get::<Dict<'_>>("EF") else { continue };
        let file = ["UF", "F"]
            .into_iter()
            .find_map(|key| versions.get::<Stream<'_>>(key))
            .and_then(|stream| contents(&stream));
        if let Some(file) = file.filter(|file| file.trim_ascii_start().starts_with(b"{"))
            && !kept.contains(&file)
            && kept.len() < ATTACHMENTS
        {
            kept.push(file);
        }
    }
    kept
}

/// A stream's bytes: as they are, or under one deflate. Nothing is unfolded beyond [`CREDENTIAL_BYTES`].
fn contents(stream: &Stream<'_>) -> Option<Vec<u8>> {
    let raw = stream.raw_data();
    let dict = stream.dict();
    if dict.contains_key("DecodeParms") {
        return None;
    }
    let one = dict.get::<Name<'_>>("Filter");
    let list = dict.get::<Array<'_>>("Filter").map(|list| list.iter::<Name<'_>>().take(2).collect::<Vec<_>>());
    let filters: Vec<Name<'_>> = one.into_iter().chain(list.into_iter().flatten()).collect();
    match filters.as_slice() {
        [] => (raw.len() <= CREDENTIAL_BYTES).then(|| raw.into_owned()),
        [only] if matches!(only.as_str(), "FlateDecode" | "Fl") => Unfold::new().layer(&raw, CREDENTIAL_BYTES),
        _ => None,
    }
}

/// 16 attachments are read: a certificate has one.
const ATTACHMENTS: usize = 16;
/// 256 nodes of the tree of attachments.
const NAME_TREE_NODES: usize = 256;
