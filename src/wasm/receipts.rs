//! A receipt of a check that is made at this moment: what it says, nobody else told.

use super::checking::{country, with_beside};
use super::{Answer, Call, Kept, Refused};
use crate::base::canonical::{Json, Object};
use crate::base::multibase;
use crate::holder::key::HolderKey;
use crate::interop::intake;
use crate::interop::verdicts::judged;
use crate::verify::receipt::{Place, Receipt};

/// `receipt` {country?, digest, host?, language, now} [a key document, what was offered; what was presented with it…] → {text}, [the
/// receipt]. `digest`: the certificate's, of those that were offered.
pub(super) fn receipt(kept: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let words = kept.words(call)?;
    let key = HolderKey::read(call.blob(0)?).ok_or_else(|| Refused::of("not-a-key"))?;
    let offered = Call { args: call.args, blobs: call.blobs.get(1..).unwrap_or_default() };
    let taken = intake::read_text(offered.blob(0)?).map_err(|why| Refused::unread(&why, words))?;
    let evidence = with_beside(kept, &offered, words)?;
    let place = Place { host: call.args.get("host").and_then(Json::text), country: country(call)? };
    let digest = multibase::digest_bytes(call.text("digest")?);
    let verdicts = judged(&taken, &evidence, place.country, call.now()?);
    let verdict = verdicts.into_iter().find(|verdict| Some(verdict.digest) == digest);
    let verdict = verdict.ok_or_else(|| Refused::argument("digest"))?;
    let made = Receipt::sign(&verdict, &evidence, place, key.secret());
    let (receipt, signed) = made.map_err(|why| Refused::of(why.code()))?;
    let text = receipt.lines(words).join("\r\n");
    Ok(Answer::with(Object::from_iter([("text", Json::from(text))]), vec![signed.bytes().to_vec()]))
}
