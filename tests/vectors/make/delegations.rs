//! Certificates that were bound to another key since (design §7), and what does not bind them.

use serde_json::{Value, json};

use super::Made;
use super::presentations::{ANSWERED, HERE, UNTIL, answer, ask, challenge, expect, live, of, shown, signed_by};
use crate::common::documents::{
    ANDES, ANDES_KEY, FORMAR, KEY_1, LIST, canonical, changed, did_key, did_key_method, module, signed,
    signed_by as sealed,
};
use crate::common::packs::digest;

/// When the second institution bound it.
const BOUND: &str = "2026-04-20T10:00:00Z";
/// Its list, in which the seventh entry is set.
const ITS_LIST: &str = "https://andes.example/status/1";

/// A delegation about a certificate, before it is signed.
pub fn delegation(about: &Value, old: Option<&str>, new: &str) -> Value {
    let mut subject = json!({"id": did_key(new)});
    if let Some(old) = old {
        subject["formerKey"] = did_key(old).into();
    }
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            {
                "HolderKeyDelegation": "urn:skillpass:delegation#HolderKeyDelegation",
                "formerKey": {"@id": "urn:skillpass:delegation#formerKey", "@type": "@id"},
            },
        ],
        "id": "urn:uuid:5b2f8c1d-0e4a-4c3b-9d7e-1a2b3c4d5e6f",
        "type": ["VerifiableCredential", "HolderKeyDelegation"],
        "issuer": ANDES,
        "validFrom": BOUND,
        "credentialSubject": subject,
        "relatedResource": [{"id": about["id"], "digestMultibase": digest(about)}],
        "credentialStatus": {
            "id": format!("{ITS_LIST}#5"), "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": "5", "statusListCredential": ITS_LIST,
        },
    })
}

/// The same, signed by the second institution.
pub fn delegated(about: &Value, old: Option<&str>, new: &str) -> Value {
    by_andes(&delegation(about, old, new))
}

fn by_andes(document: &Value) -> Value {
    sealed(document, "andes-1", ANDES_KEY, BOUND)
}

pub fn all(made: &mut Made) {
    let lost = of("lost");
    let good = delegated(&lost, Some("lost"), "holder");
    let question = ask(HERE, "question", UNTIL, &[]);
    let show = |documents: &[&Value]| answer(&shown(documents));
    let mut told = |name: &str, about: &str, state: &str, reason: &str, packs: &[&str], documents: &[&Value]| {
        made.presentation(name, about, expect(state, reason), show(documents))
            .with("ask", question.clone().into())
            .packs(packs);
    };
    let here = ["rebind"];
    told("rebound", "nothing: bound to the holder's new key", "proven", "proven", &here, &[&lost, &good]);
    let bare = signed(&module());
    let from_none = delegated(&bare, None, "holder");
    told("rebound-from-no-key", "nothing: it named no key", "proven", "proven", &here, &[&bare, &from_none]);
    let other = delegated(&bare, Some("lost"), "holder");
    told(
        "rebound-other-certificate",
        "the delegation names another certificate",
        "refused",
        "another-person",
        &here,
        &[&lost, &other],
    );
    told(
        "rebound-scope-absent",
        "the institution may not bind certificates",
        "refused",
        "delegation-refused",
        &["pilot"],
        &[&lost, &good],
    );
    told(
        "rebound-scope-withdrawn",
        "it might not any more when it did",
        "refused",
        "delegation-refused",
        &["rebind-withdrawn"],
        &[&lost, &good],
    );
    let mut early = delegation(&lost, Some("lost"), "holder");
    early["validFrom"] = "2025-12-30T10:00:00Z".into();
    told(
        "rebound-before-the-scope",
        "its day is before the institution might",
        "refused",
        "delegation-refused",
        &here,
        &[&lost, &by_andes(&early)],
    );
    let mut late = delegation(&lost, Some("lost"), "holder");
    late["validFrom"] = "2026-05-03T09:00:00Z".into();
    let late = sealed(&late, "andes-1", ANDES_KEY, "2026-05-03T09:00:00Z");
    told(
        "rebound-newer-than-the-list",
        "signed after the list was made, which may not know the scope yet",
        "not-proven",
        "delegation-unclear",
        &["pilot"],
        &[&lost, &late],
    );
    let revoked = changed(&delegation(&lost, Some("lost"), "holder"), "/credentialStatus/statusListIndex", "7".into());
    told(
        "rebound-revoked",
        "the delegation was withdrawn",
        "refused",
        "delegation-refused",
        &here,
        &[&lost, &by_andes(&revoked)],
    );
    told(
        "rebound-list-too-old",
        "whether it was withdrawn cannot be told any more",
        "not-proven",
        "delegation-unclear",
        &["rebind-stale"],
        &[&lost, &good],
    );
    let mine = of("holder");
    let away = delegated(&mine, Some("holder"), "next phone");
    told(
        "rebound-former-key",
        "the former key answers, and the delegation is at hand",
        "refused",
        "former-key",
        &here,
        &[&mine, &away],
    );
    told(
        "rebound-former-key-list-too-old",
        "the former key answers, and nobody can tell whether the delegation counts",
        "not-proven",
        "delegation-unclear",
        &["rebind-stale"],
        &[&mine, &away],
    );
    told(
        "rebound-former-key-withdrawn",
        "nothing: the delegation was withdrawn, so the first key has it again",
        "proven",
        "proven",
        &here,
        &[
            &mine,
            &by_andes(&changed(
                &delegation(&mine, Some("holder"), "next phone"),
                "/credentialStatus/statusListIndex",
                "7".into(),
            )),
        ],
    );
    told(
        "rebound-to-another",
        "bound to a third key",
        "refused",
        "another-person",
        &here,
        &[&lost, &delegated(&lost, Some("lost"), "somebody else")],
    );
    told(
        "rebound-unsigned",
        "nobody has signed the delegation",
        "refused",
        "delegation-refused",
        &here,
        &[&lost, &delegation(&lost, Some("lost"), "holder")],
    );
    told(
        "rebound-altered",
        "the new key was put in after it was signed",
        "refused",
        "delegation-refused",
        &here,
        &[
            &lost,
            &changed(
                &delegated(&lost, Some("lost"), "somebody else"),
                "/credentialSubject/id",
                did_key("holder").into(),
            ),
        ],
    );
    let mut own = delegation(&lost, Some("lost"), "holder");
    own["issuer"] = did_key("lost").into();
    told(
        "rebound-by-the-former-key",
        "signed by the former key, which is no institution",
        "not-proven",
        "delegation-unclear",
        &here,
        &[&lost, &sealed(&own, "lost", &did_key_method("lost"), BOUND)],
    );
    told(
        "rebound-by-the-former-key-in-its-name",
        "signed by the former key in an institution's name",
        "refused",
        "delegation-refused",
        &here,
        &[&lost, &sealed(&delegation(&lost, Some("lost"), "holder"), "lost", &did_key_method("lost"), BOUND)],
    );
    let mut of_first = delegation(&lost, Some("lost"), "holder");
    of_first["issuer"] = FORMAR.into();
    let of_first = changed(&of_first, "/credentialStatus/statusListCredential", LIST.into());
    told(
        "rebound-by-the-first-institution",
        "the first institution has not the scope either",
        "refused",
        "delegation-refused",
        &here,
        &[&lost, &sealed(&of_first, "formar-1", KEY_1, BOUND)],
    );
    let (first, second) = (delegated(&lost, Some("lost"), "between"), delegated(&lost, Some("between"), "holder"));
    told("rebound-twice", "nothing: bound twice, the later wins", "proven", "proven", &here, &[&lost, &second, &first]);
    told(
        "rebound-twice-the-first-missing",
        "it begins at a key that nothing here leads to",
        "not-proven",
        "delegation-unclear",
        &here,
        &[&lost, &second],
    );
    let on = delegated(&lost, Some("holder"), "after");
    told(
        "rebound-twice-the-first-answers",
        "bound on to a later key",
        "refused",
        "former-key",
        &here,
        &[&lost, &good, &on],
    );
    told(
        "rebound-conflict",
        "two delegations bind it to two keys",
        "not-proven",
        "conflict",
        &here,
        &[&lost, &good, &delegated(&lost, Some("lost"), "somebody else")],
    );
    let mut again = delegation(&lost, Some("lost"), "holder");
    again["id"] = "urn:uuid:6c3f8c1d-0e4a-4c3b-9d7e-1a2b3c4d5e6f".into();
    told(
        "rebound-to-the-same-key-twice",
        "nothing: two delegations say the same",
        "proven",
        "proven",
        &here,
        &[&lost, &good, &by_andes(&again)],
    );
    told(
        "rebound-misshapen",
        "a member that no delegation has",
        "not-proven",
        "form",
        &here,
        &[&lost, &by_andes(&changed(&delegation(&lost, Some("lost"), "holder"), "/validUntil", BOUND.into()))],
    );
    told(
        "rebound-from-itself",
        "the former key and the new one are one",
        "not-proven",
        "form",
        &here,
        &[&lost, &delegated(&lost, Some("holder"), "holder")],
    );
    told("rebound-alone", "a delegation, and no certificate", "refused", "no-credential", &here, &[&good]);
    told(
        "F17-rebound-by-a-pilot",
        "a pilot's institution binds what was issued in earnest",
        "not-proven",
        "delegation-unclear",
        &["rebind-in-earnest", "rebind"],
        &[&lost, &good],
    );

    made.presentation(
        "rebound-former-key-beside",
        "the former key answers without the delegation, which the checker has seen",
        expect("refused", "former-key"),
        show(&[&mine]),
    )
    .with("ask", question.clone().into())
    .packs(&here)
    .presented(&[&away]);
    made.presentation(
        "rebound-former-key-unseen",
        "the former key answers a checker that has not seen the delegation, and cannot know",
        expect("proven", "proven"),
        show(&[&mine]),
    )
    .with("ask", question.clone().into())
    .packs(&here);
    made.presentation(
        "rebound-replay",
        "the question had its answer",
        expect("refused", "replay"),
        show(&[&lost, &good]),
    )
    .with("ask", question.clone().into())
    .with("answered", true.into())
    .packs(&here);
    made.presentation(
        "rebound-other-challenge",
        "it answers another question",
        expect("refused", "other-challenge"),
        signed_by(
            &shown(&[&lost, &good]),
            "holder",
            json!({"challenge": challenge("another"), "domain": HERE, "expires": UNTIL}),
        ),
    )
    .with("ask", question.clone().into())
    .packs(&here);
    for (order, packs) in [("first", ["second-rebind", "pilot"]), ("last", ["pilot", "second-rebind"])] {
        made.presentation(
            &format!("rebound-by-the-scope-of-one-authority-{order}"),
            "nothing: two authorities list the institution, and one of them lets it bind keys",
            expect("proven", "proven"),
            show(&[&lost, &good]),
        )
        .with("ask", question.clone().into())
        .packs(&packs);
    }
    made.presentation(
        "rebound-live-as-a-code",
        "nothing: a live code with its delegation, as the text of a code",
        expect("held", "held"),
        skillpass::carry::Packet::of(&canonical(&live(&shown(&[&lost, &good]), ANSWERED, "2026-05-04T10:00:40Z")))
            .unwrap()
            .digits()
            .into(),
    )
    .packs(&here);
    made.presentation(
        "rebound-live",
        "nothing: a live code with its delegation",
        expect("held", "held"),
        live(&shown(&[&lost, &good]), ANSWERED, "2026-05-04T10:00:40Z"),
    )
    .packs(&here);
}
