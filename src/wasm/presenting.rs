//! The holder's key, questions, presentations, and what a checker may say of them.

use super::checking::{country, with_beside};
use super::{Answer, Call, Kept, Refused};
use crate::base::canonical::{Json, Object};
use crate::base::multibase;
use crate::carry::{Host, Packet};
use crate::credential::achievement::Kind;
use crate::holder::ask::{Ask, Audience, Challenge};
use crate::holder::check::{Asked, State, check as checked};
use crate::holder::key::HolderKey;
use crate::holder::present::{Form, Occasion, present as presented};
use crate::interop::intake;
use crate::interop::verdicts::verdicts;
use crate::verify::{self, Delegated};

/// `holder-key` [32 random bytes, or a key document] → {did}, [the key document]
pub(super) fn key(_: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let bytes = call.blob(0)?;
    let key = match <&[u8; 32]>::try_from(bytes) {
        Ok(seed) => HolderKey::of_random(seed),
        Err(_) => HolderKey::read(bytes).ok_or_else(|| Refused::of("not-a-key"))?,
    };
    let did = Object::from_iter([("did", Json::from(key.did().as_str()))]);
    Ok(Answer::with(did, vec![key.to_document().to_vec()]))
}

/// `ask` {audience, kinds, now} [16 random bytes] → {audience, challenge, expires, kinds, text}
pub(super) fn ask(_: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let audience = Audience::parse(call.text("audience")?).ok_or_else(|| Refused::argument("audience"))?;
    let random = call.blob(0)?.try_into().map_err(|_| Refused::argument("blobs"))?;
    let kinds = call.args.get("kinds").and_then(Json::list).unwrap_or_default().iter();
    let kinds: Option<Vec<Kind>> = kinds.map(|kind| kind.text().and_then(Kind::of_code)).collect();
    let kinds = kinds.ok_or_else(|| Refused::argument("kinds"))?;
    let ask = Ask::new(audience, Challenge::of_random(random), &kinds, call.now()?);
    let ask = ask.ok_or_else(|| Refused::argument("now"))?;
    Ok(told(&ask).into())
}

/// `ask-read` {now} [a link or what stands behind its #] → {audience, challenge, expires, kinds, over, text}; `over` where no clock of a holder's could
/// find it in time
pub(super) fn ask_read(_: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let text = std::str::from_utf8(call.blob(0)?).map_err(|_| Refused::of("ask.other"))?;
    let ask = Ask::parse(text.trim()).map_err(|why| Refused::of(&format!("ask.{}", why.code())))?;
    let mut object = told(&ask);
    object.set("over", Json::Bool(ask.is_long_over(call.now()?)));
    Ok(object.into())
}

fn told(ask: &Ask) -> Object {
    let mut object = ask.to_json();
    object.set("text", ask.to_text().into());
    object
}

/// `present` {now, ask?, host?} [the key document, certificates…] → {text}, [the presentation]. Without a question it is a live code; `text` is
/// that of its code where one has room for it.
pub(super) fn present(_: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let key = HolderKey::read(call.blob(0)?).ok_or_else(|| Refused::of("not-a-key"))?;
    let chosen =
        call.blobs.iter().skip(1).map(|blob| intake::read_text(blob).map_err(|_| Refused::of("present.unreadable")));
    let chosen = chosen.collect::<Result<Vec<_>, _>>()?.into_iter().flat_map(|taken| taken.offered);
    let chosen: Vec<_> = chosen.map(|offered| offered.signed).collect();
    let ask = match call.args.get("ask") {
        None | Some(Json::Null) => None,
        Some(_) => Some(Ask::parse(call.text("ask")?).map_err(|why| Refused::of(&format!("ask.{}", why.code())))?),
    };
    let host = match call.args.get("host").and_then(Json::text) {
        None => Host::none(),
        Some(host) => Host::parse(host).map_err(|_| Refused::argument("host"))?,
    };
    let occasion = ask.as_ref().map_or(Occasion::Live, Occasion::Asked);
    let signed = presented(&key, &chosen, occasion, Form::Code, call.now()?);
    let signed = signed.map_err(|why| Refused::of(&format!("present.{}", why.code())))?;
    let text = Packet::of(signed.bytes()).ok().map(|packet| packet.to_text(&host).into());
    Ok(Answer::with(Object::from_iter([("text", text.unwrap_or(Json::Null))]), vec![signed.bytes().to_vec()]))
}

/// `receive` {language} [what was offered] → {notRead}, [each certificate in it, as it stands there]
pub(super) fn receive(kept: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let words = kept.words(call)?;
    let taken = intake::read_text(call.blob(0)?).map_err(|why| Refused::unread(&why, words))?;
    let not_read = Json::Integer(i64::try_from(taken.not_read.len()).unwrap_or(i64::MAX));
    let certificates = taken.offered.into_iter().map(|offered| offered.signed.bytes().to_vec()).collect();
    Ok(Answer::with(Object::from_iter([("notRead", not_read)]), certificates))
}

/// `delegation` {language, now} [a delegation; the certificate that it speaks of, if it is there…] → {about, answer, next?, reason?, text, to}; null
/// for what is none. `about` is that certificate's digest.
pub(super) fn delegation(kept: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let words = kept.words(call)?;
    let taken = intake::read_text(call.blob(0)?).map_err(|why| Refused::unread(&why, words))?;
    let json = taken.offered.first().map(|offered| offered.signed.to_json());
    let asked = json.and_then(|json| Delegated::ask(&json, &kept.evidence, call.now().ok()?));
    let Some(mut asked) = asked else { return Ok(Json::Null.into()) };
    let digest = asked.claimed.about.digest;
    let beside = with_beside(kept, call, words)?.presented;
    if let Some(certificate) = beside.documents().iter().find(|it| it.digest() == digest) {
        asked = asked.about(certificate.claimed_issuer(), &kept.evidence);
    }
    let mut object = asked.to_json(words);
    object.set("about", multibase::digest(&digest).into());
    let next = asked.reason.as_ref().filter(|_| asked.answer != verify::Answer::Yes);
    if let Some(next) = next.map(|reason| (format!("reason.{}.next", reason.code()), reason.facts())) {
        object.set("next", words.say(&next.0, &next.1).into());
    }
    Ok(Json::Object(object).into())
}

/// `check-presentation` {language, now, country?, ask?, answered?} [what was shown; what was presented with it…] → {state, reason, title, text, next, notes,
/// delegations, lacking, notRead, verdicts}. `ask` is the asker's own. What is refused has no verdicts.
pub(super) fn check(kept: &mut Kept, call: &Call<'_>) -> Result<Answer, Refused> {
    let words = kept.words(call)?;
    let (shown, now) = (call.blob(0)?, call.now()?);
    let asked = match call.args.get("ask") {
        None | Some(Json::Null) => None,
        Some(_) => {
            let ask = Ask::parse(call.text("ask")?).map_err(|_| Refused::argument("ask"))?;
            Some(Asked { ask, answered: call.args.get("answered") == Some(&Json::Bool(true)) })
        }
    };
    let evidence = with_beside(kept, call, words)?;
    let found = checked(shown, asked.as_ref(), &evidence, now);
    let mut object = found.to_json(words);
    let lacking = found.lacking.iter().map(|kind| words.get(&format!("kind.{}", kind.code())).into());
    object.set("lacking", Json::List(lacking.collect()));
    if !matches!(found.state, State::Refused(_)) {
        let taken = intake::read_text(shown).map_err(|why| Refused::unread(&why, words))?;
        for (name, value) in verdicts(&taken, &evidence, country(call)?, words, now).iter() {
            object.set(name, value.clone());
        }
    }
    Ok(Json::Object(object).into())
}
