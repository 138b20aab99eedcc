//! What was shown by a holder, and what a checker may say of them (design §7, threats.md G).

use serde_json::{Value, json};
use skillpass::base::multibase;

use super::Made;
use crate::common::documents::{self, NOW, canonical, changed, did_key, did_key_method, key};

/// Whoever asks.
pub const HERE: &str = "https://check.example.org";
/// 20 seconds before the usual time: when the holder answers.
pub const ANSWERED: &str = "2026-05-04T09:59:40Z";
/// When the question's minute ends.
pub const UNTIL: &str = "2026-05-04T10:00:30Z";

/// The challenge of a name.
pub fn challenge(name: &str) -> String {
    multibase::base64url(&documents::seed(name)[..16])
}

/// The link of a question.
pub fn ask(audience: &str, of: &str, expires: &str, kinds: &[&str]) -> String {
    let json = json!({"audience": audience, "challenge": challenge(of), "expires": expires, "kinds": kinds});
    format!("{audience}/wallet#ask.{}", multibase::base64url(&canonical(&json)))
}

/// A certificate made out to a named key.
pub fn of(holder: &str) -> Value {
    let mut document = documents::module();
    document["credentialSubject"]["id"] = did_key(holder).into();
    documents::signed(&document)
}

/// A presentation before it is signed.
pub fn shown(credentials: &[&Value]) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "holder": did_key("holder"),
        "type": ["VerifiablePresentation"],
        "verifiableCredential": credentials,
    })
}

/// Signed by a named key, with these members in the proof besides.
pub fn signed_by(document: &Value, name: &str, more: Value) -> Value {
    let mut options = documents::options(document, &did_key_method(name), ANSWERED);
    options["proofPurpose"] = "authentication".into();
    for (member, value) in more.as_object().unwrap() {
        options[member] = value.clone();
    }
    let proof = documents::proof(document, &key(name), options);
    let mut document = document.clone();
    document["proof"] = proof;
    document
}

/// An answer to the usual question.
pub fn answer(document: &Value) -> Value {
    signed_by(document, "holder", json!({"challenge": challenge("question"), "domain": HERE, "expires": UNTIL}))
}

/// A live code.
pub fn live(document: &Value, created: &str, expires: &str) -> Value {
    signed_by(document, "holder", json!({"created": created, "expires": expires}))
}

pub fn expect(state: &str, reason: &str) -> Value {
    json!({"outcome": state, "reason": reason})
}

pub fn all(made: &mut Made) {
    let (mine, good) = (of("holder"), answer(&shown(&[&of("holder")])));
    let question = ask(HERE, "question", UNTIL, &[]);
    let asked = |made: &mut Made, name: &str, about: &str, state: &str, reason: &str, document: &Value| {
        made.presentation(name, about, expect(state, reason), document.clone()).with("ask", question.clone().into());
    };
    asked(made, "answered", "nothing: the holder answers the question within its minute", "proven", "proven", &good);
    let two = answer(&shown(&[&mine, &documents::signed(&documents::full())]));
    asked(made, "answered-with-two", "nothing: two certificates of one key", "proven", "proven", &two);
    let wants = ask(HERE, "question", UNTIL, &["competence"]);
    made.presentation(
        "answered-without-what-was-asked",
        "no competence is there",
        expect("proven", "proven"),
        good.clone(),
    )
    .with("ask", wants.into());

    made.presentation("G1-replay", "the question had its answer", expect("refused", "replay"), good.clone())
        .with("ask", question.clone().into())
        .with("answered", true.into());
    let later = "2026-05-04T10:00:31Z";
    made.presentation("G1-a-second-too-late", "the minute is over", expect("refused", "expired"), good.clone())
        .with("ask", question.clone().into())
        .at(later);
    let mut stretched = good.clone();
    stretched["proof"]["expires"] = "2026-05-04T11:00:00Z".into();
    asked(made, "G1-end-changed", "its end was moved after signing", "refused", "altered", &stretched);
    made.presentation(
        "G1-nothing-asked",
        "it answers a question of somebody else",
        expect("refused", "not-asked"),
        good.clone(),
    );
    let other = signed_by(&shown(&[&mine]), "holder", json!({"challenge": challenge("another"), "domain": HERE}));
    asked(made, "G1-other-challenge", "it answers another question", "refused", "other-challenge", &other);

    let elsewhere = json!({"challenge": challenge("question"), "domain": "https://elsewhere.example"});
    let elsewhere = signed_by(&shown(&[&mine]), "holder", elsewhere);
    asked(made, "G2-other-audience", "it was made for another place", "refused", "other-audience", &elsewhere);
    let nowhere = signed_by(&shown(&[&mine]), "holder", json!({"challenge": challenge("question")}));
    asked(made, "G2-no-audience", "it names no place", "refused", "other-audience", &nowhere);
    let both = json!({"challenge": challenge("question"), "domain": [HERE, "https://elsewhere.example"]});
    let both = signed_by(&shown(&[&mine]), "holder", both);
    asked(made, "G2-two-audiences", "it names a second place", "refused", "other-audience", &both);

    let unbound = documents::signed(&documents::module());
    let bare = answer(&shown(&[&unbound]));
    asked(made, "G3-bound-to-no-key", "the certificate names no key", "not-proven", "unbound", &bare);
    let mixed = answer(&shown(&[&mine, &unbound]));
    asked(made, "G3-one-of-two-bound-to-no-key", "one of two names no key", "not-proven", "unbound", &mixed);
    asked(made, "G3-a-copy", "a certificate alone, in answer to a question", "not-proven", "copy", &mine);
    made.presentation(
        "G3-a-copy-of-paper",
        "a certificate that is bound to no key",
        expect("not-proven", "copy"),
        unbound.clone(),
    );
    let mut unsigned = good.clone();
    unsigned.as_object_mut().unwrap().remove("proof");
    asked(made, "G3-unsigned", "a presentation without a signature", "not-proven", "copy", &unsigned);

    let others = answer(&shown(&[&of("somebody else")]));
    asked(made, "G4-of-another-person", "the certificate belongs to another key", "refused", "another-person", &others);
    let among = answer(&shown(&[&mine, &of("somebody else")]));
    asked(made, "G4-among-ones-own", "one of two belongs to another key", "refused", "another-person", &among);
    let mut two_subjects = of("holder");
    let subject = two_subjects["credentialSubject"].clone();
    let mut second = subject.clone();
    second["id"] = did_key("somebody else").into();
    two_subjects["credentialSubject"] = json!([subject, second]);
    let two_subjects = answer(&shown(&[&two_subjects]));
    asked(made, "G4-of-two-people", "a certificate of two keys", "refused", "another-person", &two_subjects);
    let by_another = json!({"challenge": challenge("question"), "domain": HERE});
    let by_another = signed_by(&shown(&[&mine]), "somebody else", by_another);
    asked(
        made,
        "G4-signed-by-another",
        "the holder's name, and another's signature",
        "not-proven",
        "form",
        &by_another,
    );
    let mut carrying = of("holder");
    carrying["credentialSubject"]["verifiableCredential"] = json!([of("somebody else")]);
    let carrying = answer(&shown(&[&carrying]));
    asked(made, "G4-inside-a-record", "another's certificate inside one's own", "not-proven", "form", &carrying);
    let mut beside = shown(&[&mine]);
    beside["credentialSubject"] = json!({"verifiableCredential": [of("somebody else")]});
    let (title, beside) = ("another's certificate beside one's own, as a record has it", answer(&beside));
    asked(made, "G4-beside-in-a-subject", title, "not-proven", "form", &beside);
    let mut beside = shown(&[&mine]);
    beside["verifiablePresentation"] = shown(&[&of("somebody else")]);
    let (title, beside) = ("another's certificate in a second presentation", answer(&beside));
    asked(made, "G4-beside-in-a-presentation", title, "not-proven", "form", &beside);
    let nested = answer(&shown(&[&shown(&[&of("somebody else")])]));
    asked(made, "G4-inside-a-presentation", "a presentation inside the presentation", "not-proven", "form", &nested);

    let mut altered = good.clone();
    altered["verifiableCredential"] = json!([documents::signed(&documents::full())]);
    asked(made, "altered", "another certificate was put in", "refused", "altered", &altered);
    let mut unbounded = good.clone();
    unbounded["proof"].as_object_mut().unwrap().remove("challenge");
    asked(made, "altered-challenge-taken-out", "the challenge was taken out", "refused", "altered", &unbounded);
    let purpose = json!({"challenge": challenge("question"), "domain": HERE, "proofPurpose": "assertionMethod"});
    let purpose = signed_by(&shown(&[&mine]), "holder", purpose);
    asked(made, "A11-asserted", "signed as an issuer signs", "refused", "wrong-purpose", &purpose);
    asked(made, "empty", "no certificate in it", "refused", "no-credential", &answer(&shown(&[])));
    let mut nobody = shown(&[&mine]);
    nobody.as_object_mut().unwrap().remove("holder");
    asked(made, "no-holder", "it does not say who shows it", "not-proven", "form", &answer(&nobody));
    let mut set = good.clone();
    set["proof"] = json!([good["proof"], other["proof"]]);
    asked(made, "two-proofs", "a second proof stands beside it", "not-proven", "form", &set);
    let unknown = json!({"challenge": challenge("question"), "domain": HERE, "mood": "good"});
    let unknown = signed_by(&shown(&[&mine]), "holder", unknown);
    asked(made, "unknown-member", "a member of the proof that nobody knows", "not-proven", "form", &unknown);

    let document = shown(&[&mine]);
    let code = live(&document, ANSWERED, "2026-05-04T10:00:40Z");
    made.presentation("live", "nothing: a live code of 20 seconds ago", expect("held", "held"), code.clone());
    asked(made, "live-in-answer", "a live code never proves, even when something was asked", "held", "held", &code);
    let packed = skillpass::carry::Packet::of(&canonical(&code)).unwrap().digits();
    made.presentation(
        "live-as-a-code",
        "nothing: the same as the text of a code",
        expect("held", "held"),
        packed.into(),
    );
    let several = live(&shown(&[&mine, &documents::signed(&documents::full())]), ANSWERED, "2026-05-04T10:00:40Z");
    made.presentation(
        "live-two-as-a-code",
        "nothing: a code of two certificates, so of two status entries",
        expect("held", "held"),
        skillpass::carry::Packet::of(&canonical(&several)).unwrap().digits().into(),
    );
    let nobody = changed(&mine, "/credentialSubject", json!([]));
    asked(
        made,
        "G3-about-nobody",
        "a certificate without a subject is bound to no key",
        "not-proven",
        "unbound",
        &answer(&shown(&[&nobody])),
    );
    let over = expect("refused", "expired");
    made.presentation("live-two-minutes-old", "a photograph of it", over.clone(), code.clone())
        .at("2026-05-04T10:01:41Z");
    let days = live(&document, "2026-05-03T09:59:40Z", "2026-06-04T10:00:00Z");
    made.presentation("live-for-a-month", "it says that it holds for a month", over, days);
    let ahead = live(&document, "2026-05-04T10:05:01Z", "2026-05-04T10:06:01Z");
    made.presentation(
        "live-from-the-future",
        "more than five minutes ahead",
        expect("refused", "from-the-future"),
        ahead,
    );
    let endless = signed_by(&document, "holder", json!({}));
    made.presentation("live-without-end", "it does not say until when", expect("not-proven", "form"), endless);
    let bare = live(&shown(&[&unbound]), ANSWERED, "2026-05-04T10:00:40Z");
    made.presentation("live-bound-to-no-key", "the certificate names no key", expect("not-proven", "unbound"), bare);
    let others = live(&shown(&[&of("somebody else")]), ANSWERED, "2026-05-04T10:00:40Z");
    made.presentation(
        "live-of-another-person",
        "it belongs to another key",
        expect("refused", "another-person"),
        others,
    );
    assert_eq!(NOW, "2026-05-04T10:00:00Z");
}
