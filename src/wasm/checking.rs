//! A certificate to its verdict, and the words for it.

use super::{Answer, Call, Kept, Refused};
use crate::base::canonical::{Json, Object};
use crate::interop::intake::{self, NotRead};
use crate::interop::verdicts::{said, verdicts};
use crate::verify::message::Words;
use crate::verify::{Evidence, Presented};

/// `words` {language} [a language's file]: brings words. → null
pub(super) fn words(kept: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let language = call.language()?;
    let words = Words::read(language, call.blob(0)?).ok_or_else(|| Refused::argument("blobs"))?;
    kept.words.retain(|known| known.language() != language);
    kept.words.push(words);
    Ok(Json::Null.into())
}

/// `verify` {language, now, country?} [what was offered; what was presented with it…] → {notRead, verdicts}
pub(super) fn verify(kept: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let words = kept.words(call)?;
    let unread = |why: NotRead| Refused::unread(&why, words);
    let taken = intake::read_text(call.blob(0)?).map_err(unread)?;
    let evidence = with_beside(kept, call, words)?;
    Ok(Json::Object(verdicts(&taken, &evidence, country(call)?, words, call.now()?)).into())
}

/// What is at hand, and what was presented together with the first blob.
pub(super) fn with_beside(kept: &Kept, call: &Call<'_>, words: &Words) -> Result<Evidence, Refused> {
    let unread = |why: NotRead| Refused::unread(&why, words);
    let beside = call.blobs.iter().skip(1).map(|blob| intake::read_text(blob).map_err(unread));
    let beside = beside.collect::<Result<Vec<_>, _>>()?.into_iter().flat_map(|intake| intake.offered);
    let presented = Presented::of(beside.map(|offered| offered.signed));
    Ok(Evidence { presented, ..kept.evidence.clone() })
}

/// The country that the verifier chose, if one was.
pub(super) fn country<'a>(call: &Call<'a>) -> Result<Option<&'a str>, Refused> {
    match call.args.get("country") {
        None | Some(Json::Null) => Ok(None),
        Some(_) => Ok(Some(call.text("country")?).filter(|country| !country.is_empty())),
    }
}

impl Refused {
    /// Nothing could be read, in words. `look`: it is a picture, PDF or drawing, for other eyes than these.
    pub(super) fn unread(why: &NotRead, words: &Words) -> Self {
        let code = if *why == NotRead::Seen { "look".to_owned() } else { format!("notread.{}", why.code()) };
        let mut params: Object = said(why, words);
        params.remove("code");
        Self { code, params }
    }
}
