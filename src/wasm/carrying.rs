//! Codes and their pictures.

use super::{Answer, Call, Kept, Refused};
use crate::base::canonical::{Json, Object};
use crate::carry::qr::{MARGIN, Symbol, SymbolError};
use crate::carry::{Host, Packet};

/// `unpack` [the text of a code] → {draft}, [the document]
pub(super) fn unpack(_: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let text = std::str::from_utf8(call.blob(0)?).map_err(|_| Refused::argument("blobs"))?;
    let unpacked = crate::carry::unpack(text).map_err(|error| {
        Refused::of(if error.is_foreign() { "notread.not-our-code" } else { "notread.code-damaged" })
    })?;
    let draft = Object::from_iter([("draft", Json::Bool(unpacked.codec.is_draft()))]);
    Ok(Answer::with(draft, vec![unpacked.document]))
}

/// `pack` {host?} [a document] → {text}
pub(super) fn pack(_: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let host = match call.args.get("host").and_then(Json::text) {
        None => Host::none(),
        Some(host) => Host::parse(host).map_err(|_| Refused::argument("host"))?,
    };
    let packet = Packet::of(call.blob(0)?).map_err(|_| Refused::of("too-long-for-a-code"))?;
    Ok(Object::from_iter([("text", Json::from(packet.to_text(&host)))]).into())
}

/// `qr` {text} → {path, size, version}: a path of strokes one unit wide, in a box of size × size with its margin
pub(super) fn qr(_: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let symbol = Symbol::of(call.text("text")?).map_err(|error| match error {
        SymbolError::TooBig { .. } => Refused::of("too-long-for-a-code"),
        SymbolError::Unencodable => Refused::argument("text"),
    })?;
    let size = i64::try_from(symbol.side() + 2 * MARGIN).unwrap_or(i64::MAX);
    let version = Json::Integer(i64::from(symbol.version()));
    Ok(Object::from_iter([("path", symbol.path().into()), ("size", Json::Integer(size)), ("version", version)]).into())
}
