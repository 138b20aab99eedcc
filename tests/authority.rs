//! An authority at work, in this process: rules as people write them, what institutions hand in, leaked keys, and the renewal of keys.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use skillpass::base::canonical::{self, Json};
use skillpass::base::did::{Did, MethodId};
use skillpass::base::key::SecretKey;
use skillpass::base::timestamp::Timestamp;
use skillpass::credential::document::Signed;
use skillpass::desk::authority::change::{Change, changes};
use skillpass::desk::authority::compromise::{Handed, Logs};
use skillpass::desk::authority::edit::{self, LookAlikes};
use skillpass::desk::authority::proposal::{Proposal, Published};
use skillpass::desk::authority::refresh::{HandIn, Publishing, Refreshed, Why, hand_ins};
use skillpass::desk::authority::{Authority, AuthorityError, Keys, NewAuthority, Signers};
use skillpass::desk::catalogue::Catalogue;
use skillpass::desk::institution::{CARD_KIND, Card};
use skillpass::desk::keyring::Secret;
use skillpass::trust::checkpoint::{Checkpoint, log_text};
use skillpass::trust::logged::Logged;
use skillpass::trust::pack::{Anchor, ListState, TrustPack};
use skillpass::trust::root::{Environment, PART_BOUNDS, Role};
use skillpass::trust::status::{Bits, MESSAGE, MESSAGE_BITS, REVOCATION, SUSPENSION, StatusList};
use skillpass::verify::message::Words;

use crate::common::Dice;
use crate::common::documents::key;
use crate::common::packs::rule;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// The days of these tests: `day(5)` is the morning of 5 May 2026.
fn day(day: u32) -> Timestamp {
    at(&format!("2026-05-{day:02}T08:00:00Z"))
}

/// A pilot authority that lists two institutions, and the folder that everything lies in.
struct Ministry {
    folder: tempfile::TempDir,
    secret: Secret,
    authority: Authority,
    keys: Keys,
    dice: Dice,
}

fn did(name: &str) -> Did {
    Did::of_key(&key(name).public())
}

fn method(name: &str) -> MethodId {
    MethodId::of_key(&key(name).public())
}

fn card(name: &str) -> Card {
    Card {
        kind: CARD_KIND.to_owned(),
        name: name.to_owned(),
        country: "CO".to_owned(),
        did: did(name).to_string(),
        method: method(name).to_string(),
        public_key_multibase: key(name).public().to_multikey(),
        since: "2026-01-01T00:00:00Z".to_owned(),
        verify_host: None,
        earlier: Vec::new(),
        pilot: false,
    }
}

const FORMAR: &str = "Centro Formar";
const OTHER: &str = "Taller Otro";

impl Ministry {
    fn founded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let secret = Secret::new_key_file(&folder.path().join("key.txt")).unwrap();
        let dice = Dice(7.into());
        let new = NewAuthority::pilot("Ministerio", "CO", None);
        let mut authority = Authority::found(&folder.path().join("min"), &new, &secret, &dice, day(1)).unwrap();
        let catalogue = Catalogue::shipped().unwrap();
        let templates = [catalogue.find("GIN").unwrap()];
        for name in [FORMAR, OTHER] {
            let change =
                |list: &mut _| edit::accredit(list, &card(name), &templates, day(1).date(), LookAlikes::Refused);
            authority.change(day(1), change).unwrap();
        }
        let keys = authority.keys(&secret).unwrap();
        authority.publish(&keys, &[], day(1)).unwrap();
        Self { folder, secret, authority, keys, dice }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn pack(&self) -> TrustPack {
        TrustPack::read(&std::fs::read(self.authority.pack_path()).unwrap(), &Anchor::NamedByHand).unwrap()
    }

    fn refresh(&mut self, folders: &[&str], now: Timestamp) -> Refreshed {
        let paths: Vec<PathBuf> = folders.iter().map(|name| self.path(name)).collect();
        self.authority.refresh(&self.keys, &paths, Publishing::Always, now).unwrap()
    }

    /// Hands in a checkpoint of this log, and its text.
    fn hand_log(&self, folder: &str, name: &str, log: &[[u8; 32]], date: Timestamp) {
        self.hand_checkpoint(folder, name, &Checkpoint::of_log(did(name), log, date), &log_text(log));
    }

    fn hand_checkpoint(&self, folder: &str, name: &str, checkpoint: &Checkpoint, log: &str) {
        let folder = self.path(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let signed = checkpoint.sign(&key(name), &method(name), checkpoint.date).unwrap();
        std::fs::write(folder.join("log.txt"), log).unwrap();
        std::fs::write(folder.join("checkpoint.json"), signed.bytes()).unwrap();
    }

    fn hand_list(&self, folder: &str, file: &str, list: &Signed<StatusList>) {
        std::fs::create_dir_all(self.path(folder)).unwrap();
        std::fs::write(self.path(folder).join(file), list.bytes()).unwrap();
    }

    fn compromise(&mut self, since: Timestamp, handed: &Handed) -> Result<Option<Logged>, AuthorityError> {
        let folder = self.path("min");
        let mut outcome = None;
        self.authority.change(day(28), |list| {
            let logged = edit::logs_of(list, FORMAR, &folder)?.logged(since, handed)?;
            outcome = Some(logged.clone());
            edit::compromise(list, FORMAR, method(FORMAR).as_str(), since, logged)
        })?;
        Ok(outcome.unwrap())
    }
}

fn digests(count: u8) -> Vec<[u8; 32]> {
    (1..=count).map(|number| [number; 32]).collect()
}

fn list(name: &str, id: &str, purpose: &str, date: Timestamp, set: &[u32]) -> StatusList {
    let entry = if purpose == MESSAGE { MESSAGE_BITS } else { 1 };
    let mut bits = Bits::clear_of(131_072 * usize::from(entry));
    for index in set {
        assert!(bits.set(*index));
    }
    StatusList {
        id: id.to_owned(),
        issuer: did(name),
        purpose: purpose.to_owned(),
        sibling_of: (purpose != REVOCATION).then(|| "urn:list:1".to_owned()),
        valid_from: date,
        valid_until: None,
        bits,
    }
}

fn signed(list: &StatusList, name: &str) -> Signed<StatusList> {
    list.sign(&key(name), &method(name), list.valid_from, &skillpass::credential::proof::Suites::default()).unwrap()
}

/// A name, a list, and why it must be refused.
type Case<'a> = (&'a str, Signed<StatusList>, fn(&Why) -> bool);

fn why(hand_in: &HandIn) -> Vec<&Why> {
    hand_in.refused.iter().map(|refusal| &refusal.why).collect()
}

/// The codes of an enum's words, and the words themselves.
#[test]
fn every_change_and_refusal_has_its_words() {
    for language in skillpass::credential::achievement::Language::ALL {
        let words = Words::of(language);
        for code in Change::CODES {
            assert!(words.has(&format!("change.{code}")), "{} {code}", language.tag());
        }
        for code in Why::CODES {
            assert!(words.has(&format!("refusal.{code}")), "{} {code}", language.tag());
        }
    }
    assert!(Change::CODES.is_sorted() && Why::CODES.is_sorted());
}

#[test]
fn a_rule_that_is_not_right_is_refused_by_its_member() {
    let read = |value: &Value| {
        let json = canonical::read(value.to_string().as_bytes(), PART_BOUNDS).unwrap();
        edit::read_rule(&json)
    };
    let good = || {
        let mut good = rule("urn:r", "urn:peru");
        good["subject"]["kind"] = "competence".into();
        good["until"] = "2030-01-01T00:00:00Z".into();
        good["regulated"] = false.into();
        good["covers"] = json!([]);
        good["comparable"] =
            json!({"title": "Cocinera", "level": {"framework": "CO-MNC", "version": "1", "label": "3"}});
        good["appeal"] = json!({"body": "Ministerio", "days": 30});
        good["conditions"] = json!([{"text": "Examen", "due": "2027-01-01T00:00:00Z"}]);
        good
    };
    read(&good()).unwrap();
    let bad = |pointer: &str, value: Value, at: &str| {
        let rule = crate::common::documents::changed(&good(), pointer, value);
        match read(&rule) {
            Err(AuthorityError::RuleMalformed(malformed)) => assert_eq!(malformed.at, at, "{pointer}"),
            other => panic!("{pointer}: {other:?}"),
        }
    };
    for (pointer, value, at) in [
        ("/id", json!(1), "id"),
        ("/subject/authority", json!(""), "subject.authority"),
        ("/subject/kind", json!("diploma"), "subject.kind"),
        ("/subject/issuer", json!("did:nobody"), "subject.issuer"),
        ("/subject/achievement", json!("no uri"), "subject.achievement"),
        ("/subject/programme", json!("x"), "subject.programme"),
        ("/outcome", json!("Recognised"), "outcome"),
        ("/outcome", json!("partial"), "reasons"),
        ("/outcome", json!("conditional"), "reasons"),
        ("/purposes", json!([]), "purposes"),
        ("/purposes", json!(["work"]), "purposes"),
        ("/instrument/title", Value::Null, "instrument.title"),
        ("/instrument/parties", json!(["peru"]), "instrument.parties"),
        ("/from", json!("2026-02-20"), "from"),
        ("/untill", json!("2030-01-01T00:00:00Z"), "untill"),
        ("/until", json!("soon"), "until"),
        ("/awardedFrom", json!(2020), "awardedFrom"),
        ("/regulated", json!("yes"), "regulated"),
        ("/comparable/level/label", json!(3), "comparable.level.label"),
        ("/comparable/levels", json!([1]), "comparable.levels"),
        ("/conditions/0/until", json!("2027-01-01T00:00:00Z"), "conditions.0.until"),
        ("/appeal/days", json!(-1), "appeal.days"),
        ("/appeal/body", json!(""), "appeal.body"),
    ] {
        bad(pointer, value, at);
    }
    let mut lacks = good();
    lacks.as_object_mut().unwrap().remove("from");
    assert!(matches!(read(&lacks), Err(AuthorityError::RuleMalformed(malformed)) if malformed.at == "from"));
    assert!(matches!(edit::read_rule(&Json::from("rule")), Err(AuthorityError::RuleMalformed(_))));
}

/// threats.md E3, E4, E7, E12, F16: what an institution hands in, good and bad, one beside the other.
#[test]
fn status_lists_are_taken_or_refused_one_by_one() {
    let mut min = Ministry::founded();
    let id = "urn:list:1";
    let first = list(FORMAR, id, REVOCATION, day(2), &[5, 9]);
    min.hand_list("formar", "1.status.json", &signed(&first, FORMAR));
    min.hand_list(
        "formar",
        "1-suspension.status.json",
        &signed(&list(FORMAR, "urn:list:1s", SUSPENSION, day(2), &[7]), FORMAR),
    );
    min.hand_list(
        "formar",
        "1-message.status.json",
        &signed(&list(FORMAR, "urn:list:1m", MESSAGE, day(2), &[]), FORMAR),
    );
    let refreshed = min.refresh(&["formar"], day(2));
    assert_eq!((refreshed.hand_ins[0].lists, &why(&refreshed.hand_ins[0])), (3, &vec![]));
    assert_eq!(refreshed.hand_ins[0].institution.as_deref(), Some(FORMAR));
    let rows = |min: &Ministry| -> Vec<(String, u64, Option<String>)> {
        let rows = min.pack().freshness().lists.clone();
        let mut rows: Vec<_> = rows.iter().map(|row| (row.id.clone(), row.version, row.sibling_of.clone())).collect();
        rows.sort();
        rows
    };
    let beside = Some(id.to_owned());
    assert_eq!(
        rows(&min),
        [
            (id.to_owned(), 1, None),
            ("urn:list:1m".to_owned(), 1, beside.clone()),
            ("urn:list:1s".to_owned(), 1, beside)
        ]
    );
    // The same again: the date is new, the versions of lists are not.
    let before = min.pack().freshness().version;
    let again = min.refresh(&["formar"], day(3));
    assert_eq!((again.hand_ins[0].lists, again.published), (0, Some(before + 1)));
    assert_eq!(rows(&min)[0].1, 1);
    assert_eq!(min.pack().freshness().date, day(3));

    // One institution's folder is all wrong; the other's, after it, is taken.
    let bad = |list: &StatusList, by: &str| signed(list, by);
    let newer = |set: &[u32]| list(FORMAR, id, REVOCATION, day(4), set);
    let cases: Vec<Case> = vec![
        ("older", bad(&list(FORMAR, id, REVOCATION, day(1), &[5, 9]), FORMAR), |why| matches!(why, Why::Older { .. })),
        ("unrevoked", bad(&newer(&[5]), FORMAR), |why| *why == Why::Unrevoked(1)),
        ("all-unrevoked", bad(&newer(&[8]), FORMAR), |why| *why == Why::Unrevoked(2)),
        ("by-another", bad(&newer(&[5, 9]), OTHER), |why| *why == Why::Unlisted),
        ("anothers", bad(&list(OTHER, id, REVOCATION, day(4), &[5, 9]), OTHER), |why| *why == Why::Foreign),
        ("nobodys", bad(&list("nobody", "urn:x", REVOCATION, day(4), &[]), "nobody"), |why| *why == Why::Unlisted),
        ("other-purpose", bad(&list(FORMAR, id, SUSPENSION, day(4), &[5, 9]), FORMAR), |why| *why == Why::Foreign),
        ("no-sibling", bad(&list(OTHER, "urn:o:s", SUSPENSION, day(4), &[]), OTHER), |why| *why == Why::Foreign),
        ("future", bad(&list(FORMAR, id, REVOCATION, day(20), &[5, 9]), FORMAR), |why| {
            matches!(why, Why::FromTheFuture(_))
        }),
    ];
    for (name, list, _) in &cases {
        min.hand_list("bad", &format!("{name}.status.json"), list);
    }
    std::fs::write(min.path("bad/zz.status.json"), "not json").unwrap();
    min.hand_list("good", "1.status.json", &signed(&list(OTHER, "urn:o:1", REVOCATION, day(4), &[1]), OTHER));
    let refreshed = min.refresh(&["bad", "good"], day(4));
    let [bad, good] = &refreshed.hand_ins[..] else { panic!("{refreshed:?}") };
    for (name, _, is) in &cases {
        let refusal = bad.refused.iter().find(|it| it.file == format!("{name}.status.json"));
        assert!(refusal.is_some_and(|it| is(&it.why)), "{name}: {refusal:?}");
    }
    assert!(bad.refused.iter().any(|it| it.file == "zz.status.json" && it.why == Why::NotReadable));
    assert_eq!((bad.lists, good.lists, good.refused.len()), (0, 1, 0));
    let pack = min.pack();
    let state = pack.list(id).unwrap();
    assert!(format!("{state:?}").starts_with("Current"), "{state:?}");

    // A longer list of withdrawals is news, a suspension may end, and a new date alone too.
    min.hand_list("formar", "1.status.json", &signed(&list(FORMAR, id, REVOCATION, day(5), &[5, 9, 11]), FORMAR));
    min.hand_list(
        "formar",
        "1-suspension.status.json",
        &signed(&list(FORMAR, "urn:list:1s", SUSPENSION, day(5), &[]), FORMAR),
    );
    assert_eq!(min.refresh(&["formar"], day(5)).hand_ins[0].lists, 2);
    assert_eq!(rows(&min)[0].1, 2);
}

/// A body that closed: the one that took over from it goes on with its lists (threats.md E3), and nobody else does.
#[test]
fn a_successor_hands_in_the_lists_of_a_closed_body() {
    let mut min = Ministry::founded();
    let of_formar = |on: u32, set: &[u32]| list(FORMAR, "urn:list:1", REVOCATION, day(on), set);
    min.hand_list("formar", "1.status.json", &signed(&of_formar(2, &[5]), FORMAR));
    min.refresh(&["formar"], day(2));
    min.hand_list("formar", "1.status.json", &signed(&of_formar(3, &[5, 6]), OTHER));
    assert_eq!(why(&min.refresh(&["formar"], day(3)).hand_ins[0]), [&Why::Unlisted]);
    min.authority.change(day(4), |list| edit::successor(list, FORMAR, OTHER)).unwrap();
    min.authority.publish(&min.keys, &[], day(4)).unwrap();
    let refreshed = min.refresh(&["formar"], day(4));
    assert_eq!((refreshed.hand_ins[0].lists, &why(&refreshed.hand_ins[0])), (1, &vec![]));
    match min.pack().list("urn:list:1") {
        Some(ListState::Current(list)) => assert_eq!(list.bits.iter().collect::<Vec<_>>(), [5, 6]),
        other => panic!("{other:?}"),
    }
}

/// A thief who holds a key that is known to be leaked could withdraw the honest.
#[test]
fn a_key_out_of_use_hands_nothing_in() {
    let mut min = Ministry::founded();
    min.hand_list("formar", "1.status.json", &signed(&list(FORMAR, "urn:list:1", REVOCATION, day(2), &[]), FORMAR));
    min.refresh(&["formar"], day(2));
    min.compromise(day(3), &Handed::Nothing).unwrap();
    min.authority.publish(&min.keys, &[], day(4)).unwrap();
    assert!(format!("{:?}", min.pack().list("urn:list:1").unwrap()).starts_with("Current"), "what it published stands");
    min.hand_list("formar", "1.status.json", &signed(&list(FORMAR, "urn:list:1", REVOCATION, day(5), &[3]), FORMAR));
    min.hand_log("formar", FORMAR, &digests(3), day(5));
    let refreshed = min.refresh(&["formar"], day(5));
    assert_eq!(why(&refreshed.hand_ins[0]), [&Why::KeyEnded, &Why::KeyEnded]);
}

#[test]
fn logs_are_countersigned_and_only_grow() {
    let mut min = Ministry::founded();
    let log = digests(9);
    min.hand_log("formar", FORMAR, &log[..4], day(2));
    let refreshed = min.refresh(&["formar"], day(2));
    assert_eq!((refreshed.hand_ins[0].logged, refreshed.hand_ins[0].not_given_back), (Some(4), false));
    let given_back = std::fs::read(min.path("formar/checkpoint.json")).unwrap();
    let given_back = Signed::<Checkpoint>::read(&given_back).unwrap();
    assert_eq!(given_back.proofs().len(), 2);
    let online = &min.pack().root().freshness.clone();
    assert!(
        online.require(&given_back).is_ok(),
        "the second signature is the online key's, with the checkpoint's own purpose"
    );
    let row = min.pack().freshness().checkpoints[0].clone();
    assert_eq!((row.size, row.date, &row.issuer), (4, day(2), &did(FORMAR)));
    assert_eq!(row.head, Checkpoint::of_log(did(FORMAR), &log[..4], day(2)).head);

    // Grown; then nothing new; then yesterday's stick again.
    min.hand_log("formar", FORMAR, &log[..6], day(3));
    assert_eq!(min.refresh(&["formar"], day(3)).hand_ins[0].logged, Some(6));
    assert_eq!(min.refresh(&["formar"], day(4)).hand_ins[0].logged, None);
    min.hand_log("old", FORMAR, &log[..4], day(2));
    let refreshed = min.refresh(&["old"], day(4));
    assert_eq!((refreshed.hand_ins[0].logged, why(&refreshed.hand_ins[0])), (None, vec![]));

    // Rewritten: one taken out, one changed, one put in before the end, the order turned; shorter; longer.
    let mut turned = log.clone();
    turned.swap(1, 2);
    let mut changed = log.clone();
    changed[5] = [99; 32];
    let mut without = log.clone();
    without.remove(3);
    let mut inserted = log.clone();
    inserted.insert(2, [77; 32]);
    for (what, log) in [("turned", turned), ("changed", changed), ("without", without), ("inserted", inserted)] {
        for size in [5, 6, 7, 8] {
            if what == "changed" && size == 5 {
                continue;
            }
            min.hand_log("rewritten", FORMAR, &log[..size], day(5));
            let refreshed = min.refresh(&["rewritten"], day(5));
            assert_eq!(why(&refreshed.hand_ins[0]), [&Why::LogRewritten], "{what} {size}");
        }
    }
    // A log that is not its checkpoint's: torn, of other lines, missing, or with more lines than the checkpoint speaks of.
    let checkpoint = Checkpoint::of_log(did(FORMAR), &log[..8], day(5));
    for text in [
        "",
        "uEi\n",
        &log_text(&log[..7]),
        &log_text(&log[..8])[1..],
        "nothing\nof\nthis\n",
        &log_text(&log[..8]).replace('\n', "\r\n"),
    ] {
        min.hand_checkpoint("torn", FORMAR, &checkpoint, text);
        assert_eq!(why(&min.refresh(&["torn"], day(5)).hand_ins[0]), [&Why::NotReadable], "{text:?}");
    }
    std::fs::remove_file(min.path("torn/log.txt")).unwrap();
    assert_eq!(why(&min.refresh(&["torn"], day(5)).hand_ins[0]), [&Why::NotReadable]);
    // Another institution cannot speak for this one.
    let strange = checkpoint.sign(&key(OTHER), &method(OTHER), day(5)).unwrap();
    std::fs::write(min.path("torn/checkpoint.json"), strange.bytes()).unwrap();
    assert_eq!(why(&min.refresh(&["torn"], day(5)).hand_ins[0]), [&Why::Unlisted]);
    // After all that the true log still goes on, and more lines than the checkpoint speaks of are no fault.
    min.hand_checkpoint("formar", FORMAR, &checkpoint, &log_text(&log));
    assert_eq!(min.refresh(&["formar"], day(6)).hand_ins[0].logged, Some(8));
    let kept = std::fs::read_to_string(logs_folder(&min.path("min")).join("log.txt")).unwrap();
    assert_eq!(kept, log_text(&log[..8]));
}

fn logs_folder(dir: &Path) -> PathBuf {
    std::fs::read_dir(dir.join("logs")).unwrap().next().unwrap().unwrap().path()
}

/// Killed between the log, its checkpoint and the pack: the next hand-in goes on from what is whole.
#[test]
fn what_a_killed_process_left_of_a_log_is_cut_off() {
    let mut min = Ministry::founded();
    let log = digests(9);
    min.hand_log("formar", FORMAR, &log[..4], day(2));
    min.refresh(&["formar"], day(2));
    let folder = logs_folder(&min.path("min"));
    let pack = std::fs::read(min.authority.pack_path()).unwrap();
    // Lines without a checkpoint, and half a checkpoint.
    let more = log_text(&[[50; 32], [51; 32]]);
    std::fs::write(folder.join("log.txt"), format!("{}{more}uEi", log_text(&log[..4]))).unwrap();
    let rows = std::fs::read_to_string(folder.join("checkpoints.jsonl")).unwrap();
    std::fs::write(folder.join("checkpoints.jsonl"), format!("{rows}{{\"checkpoint\":{{\"da")).unwrap();
    min.hand_log("formar", FORMAR, &log[..6], day(3));
    assert_eq!(min.refresh(&["formar"], day(3)).hand_ins[0].logged, Some(6));
    assert_eq!(std::fs::read_to_string(folder.join("log.txt")).unwrap(), log_text(&log[..6]));
    let sizes = |min: &Ministry| -> Vec<u64> {
        let all = Logs::of(&min.path("min"), &did(FORMAR)).countersigned().unwrap();
        all.iter().map(|it| it.checkpoint.size).collect()
    };
    assert_eq!(sizes(&min), [4, 6]);
    // The checkpoint was written down and the pack was not: the next time it is.
    drop(std::mem::replace(&mut min.keys, min.authority.keys(&min.secret).unwrap()));
    std::fs::write(min.authority.pack_path(), pack).unwrap();
    let Ministry { folder: kept, secret, authority, dice, .. } = min;
    drop(authority);
    let authority = Authority::open(&kept.path().join("min")).unwrap();
    let keys = authority.keys(&secret).unwrap();
    let mut min = Ministry { folder: kept, secret, authority, keys, dice };
    min.hand_log("formar", FORMAR, &log[..6], day(4));
    assert_eq!(min.refresh(&["formar"], day(4)).hand_ins[0].logged, Some(6));
    assert_eq!(min.pack().freshness().checkpoints[0].size, 6);
    // Nothing that contradicts it is taken, though the pack had not named it.
    let mut other = log.clone();
    other[5] = [66; 32];
    min.hand_log("other", FORMAR, &other[..7], day(5));
    assert_eq!(why(&min.refresh(&["other"], day(5)).hand_ins[0]), [&Why::LogRewritten]);
}

#[test]
fn folders_of_folders_are_found() {
    let min = Ministry::founded();
    min.hand_log("in/one/publish", FORMAR, &digests(1), day(2));
    min.hand_log("in/two", FORMAR, &digests(1), day(2));
    std::fs::create_dir_all(min.path("in/empty")).unwrap();
    std::fs::write(min.path("in/letter.txt"), "dear").unwrap();
    let found = hand_ins(&min.path("in")).unwrap();
    assert_eq!(found, [min.path("in/one/publish"), min.path("in/two")]);
    assert_eq!(hand_ins(&min.path("in/one")).unwrap(), [min.path("in/one/publish")]);
    assert_eq!(hand_ins(&min.path("in/two")).unwrap(), [min.path("in/two")]);
    assert!(hand_ins(&min.path("nowhere")).is_err());
}

/// Design §5: what is kept is what *we* countersigned before the compromise, and no honest holder is refused because a desk was lazy.
#[test]
fn a_leaked_key_keeps_what_was_countersigned_before() {
    let log = digests(9);
    let handed = |log: &[[u8; 32]]| Handed::Log(PathBuf::from("log.txt"), log.to_vec());
    let counts = |logged: &Option<Logged>| logged.as_ref().map(|it| (it.kept.len(), it.unwitnessed.len()));

    // Nothing was ever handed in: nothing is said, so that what was signed before is "cannot tell".
    let mut min = Ministry::founded();
    assert_eq!(min.compromise(day(9), &Handed::Nothing).unwrap(), None);
    assert_eq!(min.compromise(day(9), &Handed::CannotBeHad).unwrap(), None);
    assert_eq!(min.compromise(day(9), &handed(&[])).unwrap(), None);
    // A log that comes too late: all of it is unwitnessed.
    assert_eq!(counts(&min.compromise(day(9), &handed(&log)).unwrap()), Some((0, 9)));

    // Handed in on the 2nd and the 5th.
    for (size, date) in [(4, 2), (6, 5)] {
        min.hand_log("formar", FORMAR, &log[..size], day(date));
        min.refresh(&["formar"], day(date));
    }
    // Between the last hand-in and the leak the desk may have issued more: its log is asked for.
    assert!(matches!(min.compromise(day(9), &Handed::Nothing), Err(AuthorityError::LogNeeded(date)) if date == day(5)));
    assert_eq!(counts(&min.compromise(day(9), &handed(&log)).unwrap()), Some((6, 3)));
    assert_eq!(counts(&min.compromise(day(9), &Handed::CannotBeHad).unwrap()), Some((6, 0)));
    // The leak was before the second hand-in: what came then may be the thief's.
    assert_eq!(counts(&min.compromise(day(3), &Handed::Nothing).unwrap()), Some((4, 2)));
    assert_eq!(counts(&min.compromise(day(3), &handed(&log)).unwrap()), Some((4, 5)));
    // At the very moment of the countersignature is not before it; before the first nothing is kept.
    assert_eq!(counts(&min.compromise(day(5), &handed(&log)).unwrap()), Some((4, 5)));
    assert_eq!(counts(&min.compromise(day(2), &Handed::Nothing).unwrap()), Some((0, 6)));
    // A log that contradicts ours is no log of this desk.
    let mut other = log.clone();
    other[2] = [88; 32];
    assert!(matches!(min.compromise(day(9), &handed(&other)), Err(AuthorityError::LogOfAnother(_))));
    assert!(matches!(min.compromise(day(9), &handed(&log[..5])), Err(AuthorityError::LogOfAnother(_))));
    // The very sets are published, and each signer is told how many.
    let logged = min.compromise(day(9), &handed(&log)).unwrap().unwrap();
    assert!(log[..6].iter().all(|digest| logged.kept.contains(digest) && !logged.unwitnessed.contains(digest)));
    assert!(log[6..].iter().all(|digest| logged.unwitnessed.contains(digest) && !logged.kept.contains(digest)));
    let proposal = min.authority.proposal().unwrap();
    let told: Vec<String> = changes(&proposal, skillpass::credential::achievement::Language::Es)
        .iter()
        .map(|change| {
            Words::of(skillpass::credential::achievement::Language::Es)
                .say(&format!("change.{}", change.code), &change.facts)
        })
        .collect();
    assert!(told.len() == 1 && told[0].contains("Siguen valiendo: 6") && told[0].contains(": 3."), "{told:?}");
    min.authority.publish(&min.keys, &[], day(28)).unwrap();
    let pack = min.pack();
    let key = &pack.issuer(did(FORMAR).as_str()).unwrap().keys[0];
    assert_eq!((key.compromised, key.logged.as_ref()), (Some(day(9)), Some(&logged)));
    // Our own copy damaged: nothing is worked out of it.
    let path = logs_folder(&min.path("min")).join("log.txt");
    std::fs::write(&path, log_text(&other[..6])).unwrap();
    assert!(matches!(min.compromise(day(9), &handed(&log)), Err(AuthorityError::LogOfAnother(_))));
}

#[test]
fn entries_of_a_later_version_are_not_dropped() {
    let min = Ministry::founded();
    let mut list = min.pack().accreditation().clone();
    list.foreign_rules.push(None);
    assert!(list.is_of_later_version());
    let published = Published::read(&std::fs::read(min.authority.pack_path()).unwrap()).unwrap();
    // A pack with a kind of achievement that this version does not know, signed as it should be.
    let mut file: Value = serde_json::from_slice(&std::fs::read(min.authority.pack_path()).unwrap()).unwrap();
    file["accreditation"]["achievements"][0]["kind"] = "apprenticeship".into();
    let proposal = json!({"type": "TrustProposal", "format": 1, "base": file, "people": {}});
    assert!(Proposal::read(proposal.to_string().as_bytes()).is_err(), "its signature does not hold");
    let mut proposal = Proposal::on(published, Default::default());
    let change = |list: &mut skillpass::trust::accreditation::Accreditation| {
        list.issuers[0].name = "X".to_owned();
        Ok(())
    };
    assert!(proposal.change_accreditation(day(2), change).unwrap().is_some());
}

type Person = (String, skillpass::base::key::PublicKey);

fn people(names: &[&str]) -> Vec<Person> {
    names.iter().map(|name| ((*name).to_owned(), key(name).public())).collect()
}

/// An authority of people, as they sign in this process.
fn of_people(root: &[&str], accreditation: &[&str], threshold: usize) -> Ministry {
    let folder = tempfile::tempdir().unwrap();
    let secret = Secret::new_key_file(&folder.path().join("key.txt")).unwrap();
    let dice = Dice(11.into());
    let signers = Signers {
        root: people(root),
        root_threshold: threshold,
        accreditation: people(accreditation),
        accreditation_threshold: threshold,
    };
    let new = NewAuthority {
        environment: Environment::Production,
        signers: Some(signers),
        ..NewAuthority::pilot("Ministerio", "CO", None)
    };
    let authority = Authority::found(&folder.path().join("min"), &new, &secret, &dice, day(1)).unwrap();
    let keys = authority.keys(&secret).unwrap();
    Ministry { folder, secret, authority, keys, dice }
}

impl Ministry {
    fn publish_with(&mut self, names: &[&str], now: Timestamp) -> Result<(), AuthorityError> {
        let mut proposal = self.authority.proposal()?;
        for name in names {
            proposal.sign(&SecretKey::from_seed(&key(name).seed()), now)?;
        }
        self.keys = self.authority.keys(&self.secret)?;
        self.authority.publish(&self.keys, &[(PathBuf::from("copy"), proposal)], now)
    }
}

/// threats.md F7: a new root is signed by the old threshold and by the new.
#[test]
fn a_root_is_rotated_by_the_old_and_the_new() {
    let mut min = of_people(&["a", "b", "c"], &["a", "b", "c"], 2);
    min.publish_with(&["a", "b"], day(1)).unwrap();
    let rotate = |min: &mut Ministry| {
        min.authority
            .change_root(&Default::default(), day(2), |root| {
                root.root = Role { keys: people(&["c", "d", "e"]).into_iter().map(|it| it.1).collect(), threshold: 2 };
                root.accreditation =
                    Role { keys: people(&["d", "e"]).into_iter().map(|it| it.1).collect(), threshold: 2 };
                Ok(())
            })
            .unwrap()
    };
    assert_eq!(rotate(&mut min), Some(0));
    assert_eq!(rotate(&mut min), None, "the same again is no change");
    for (names, lacking) in [
        (&["a", "b"][..], "root"),
        (&["d", "e"], "root"),
        (&["c", "d", "e"], "root"),
        (&["a", "c"], "root"),
        (&["a", "b", "c", "d"], "accreditation"),
    ] {
        let refused = min.publish_with(names, day(2));
        assert!(
            matches!(&refused, Err(AuthorityError::TooFew { part, .. }) if *part == lacking),
            "{names:?}: {refused:?}"
        );
    }
    assert_eq!(min.pack().root().version, 1);
    let before = min.pack();
    min.publish_with(&["a", "c", "d", "e"], day(2)).unwrap();
    let pack = min.pack();
    assert_eq!((pack.root().version, pack.accreditation().version, pack.freshness().version), (2, 2, 2));
    pack.supersede(&before).unwrap();
    // From here on the old ones alone change nothing.
    let change = |list: &mut skillpass::trust::accreditation::Accreditation| {
        edit::accredit(list, &card(FORMAR), &[], day(3).date(), LookAlikes::Refused)
    };
    min.authority.change(day(3), change).unwrap();
    assert!(min.publish_with(&["a", "b", "c"], day(3)).is_err());
    min.publish_with(&["d", "e"], day(3)).unwrap();
}

/// threats.md F3: somebody who held the online key ran its version up to the end; with another key it begins again.
#[test]
fn a_version_that_a_thief_ran_up_begins_again_after_a_rotation() {
    let mut min = of_people(&["a", "b"], &["a", "b"], 2);
    min.publish_with(&["a", "b"], day(1)).unwrap();
    let parts = TrustPack::parts(&std::fs::read(min.authority.pack_path()).unwrap()).unwrap();
    let end = 9_007_199_254_740_991_u64;
    for version in [end - 1, end] {
        let mut freshness = min.pack().freshness().clone();
        freshness.version = version;
        let keyring = skillpass::desk::keyring::Keyring::open(&min.path("min/keys.age"), &min.secret).unwrap();
        let signed = freshness.sign(keyring.key("freshness").unwrap(), day(2)).unwrap();
        let bytes = TrustPack::assemble(&parts.roots, &parts.accreditation, &signed, &[]);
        std::fs::write(min.authority.pack_path(), bytes).unwrap();
        let Ministry { folder, secret, authority, dice, .. } = min;
        drop(authority);
        let authority = Authority::open(&folder.path().join("min")).unwrap();
        let keys = authority.keys(&secret).unwrap();
        min = Ministry { folder, secret, authority, keys, dice };
    }
    // The thief's last word: there is no version after it.
    let refused = min.authority.refresh(&min.keys, &[], Publishing::Always, day(3));
    assert!(matches!(refused, Err(AuthorityError::VersionAtEnd("freshness"))), "{refused:?}");
    let stolen = min.pack();
    let new = min.authority.new_freshness_key(&min.secret, &min.dice).unwrap();
    assert_eq!(min.authority.new_freshness_key(&min.secret, &min.dice).unwrap(), new, "asked twice, made once");
    min.authority
        .change_root(&Default::default(), day(3), |root| {
            root.freshness = Role::of_one(new);
            Ok(())
        })
        .unwrap();
    min.publish_with(&["a", "b"], day(3)).unwrap();
    let pack = min.pack();
    assert_eq!((pack.root().version, pack.freshness().version), (2, 1));
    // Whoever had the thief's pack takes this one, and never the thief's again.
    let pack = pack.supersede(&stolen).unwrap();
    assert!(stolen.supersede(&pack).is_err());
    // The next refresh signs with the new key, and counts on.
    assert_eq!(min.refresh(&[], day(4)).published, Some(2));
}

#[test]
fn a_dropped_rotation_leaves_no_key_behind() {
    let mut min = Ministry::founded();
    let new = min.authority.new_freshness_key(&min.secret, &min.dice).unwrap();
    min.authority
        .change_root(&Default::default(), day(2), |root| {
            root.freshness = Role::of_one(new);
            Ok(())
        })
        .unwrap();
    assert!(min.path("min/freshness-2.age").exists());
    min.authority.discard().unwrap();
    assert!(!min.path("min/freshness-2.age").exists());
    // One machine holds all keys of a pilot: it rotates by itself.
    let new = min.authority.new_freshness_key(&min.secret, &min.dice).unwrap();
    min.authority
        .change_root(&Default::default(), day(2), |root| {
            root.freshness = Role::of_one(new);
            Ok(())
        })
        .unwrap();
    min.keys = min.authority.keys(&min.secret).unwrap();
    min.authority.publish(&min.keys, &[], day(2)).unwrap();
    assert_eq!(min.pack().root().freshness.keys, [new]);
    min.refresh(&[], day(3));
}

/// One institution that hands in two suspension lists for one list does not stop the publication of everybody's.
#[test]
fn two_siblings_of_one_purpose_stop_nobody() {
    let mut min = Ministry::founded();
    min.hand_list("formar", "1.status.json", &signed(&list(FORMAR, "urn:list:1", REVOCATION, day(2), &[5]), FORMAR));
    for id in ["urn:list:1s", "urn:list:1t"] {
        let file = format!("{}.status.json", id.replace(':', "-"));
        min.hand_list("formar", &file, &signed(&list(FORMAR, id, SUSPENSION, day(2), &[7]), FORMAR));
    }
    min.hand_list("other", "1.status.json", &signed(&list(OTHER, "urn:list:2", REVOCATION, day(2), &[5]), OTHER));
    let refreshed = min.refresh(&["formar", "other"], day(2));
    assert_eq!((refreshed.hand_ins[0].lists, refreshed.hand_ins[1].lists), (2, 1));
    assert_eq!(why(&refreshed.hand_ins[0]), [&Why::Foreign]);
    assert!(min.pack().list_row("urn:list:2").is_some());
}

/// A proposal with more signatures than a verifier reads is not held against each of them.
#[test]
fn a_proposal_has_no_more_signatures_than_are_read() {
    let min = of_people(&["ana"], &["ana"], 1);
    let mut proposal = min.authority.proposal().unwrap();
    assert!(proposal.sign(&SecretKey::from_seed(&key("ana").seed()), day(3)).unwrap());
    let mut file: Value = serde_json::from_slice(&proposal.to_bytes()).unwrap();
    let proof = match &file["accreditation"]["proof"] {
        Value::Array(proofs) => proofs[0].clone(),
        single => single.clone(),
    };
    for (count, read) in [(32, true), (33, false)] {
        file["accreditation"]["proof"] = vec![proof.clone(); count].into();
        assert_eq!(Proposal::read(&serde_json::to_vec(&file).unwrap()).is_ok(), read, "{count}");
    }
}

/// A proposal from a stranger may be long: what it changes is told in time that grows with it, not with its square.
#[test]
fn a_long_proposal_is_told() {
    let min = Ministry::founded();
    let mut proposal = min.authority.proposal().unwrap();
    let lengthen = |list: &mut skillpass::trust::accreditation::Accreditation| {
        for number in 0..10_000 {
            let mut issuer = list.issuers[0].clone();
            issuer.id = Did::parse(&format!("did:web:number-{number}.example")).unwrap();
            issuer.name = format!("Centro {number}");
            list.issuers.push(issuer);
        }
        Ok(())
    };
    proposal.change_accreditation(day(3), lengthen).unwrap();
    let changes = changes(&proposal, skillpass::credential::achievement::Language::En);
    assert_eq!(changes.iter().filter(|change| change.code == "issuer-added").count(), 10_000);
    // Every name has another number, and 1 is not 0.
    assert!(!changes.iter().any(|change| change.code == "look-alike"));
}

/// A checkpoint that was countersigned before, copied anew without our signature: it comes back with it, once, and is no news.
#[test]
fn a_checkpoint_handed_in_again_comes_back_again() {
    let mut min = Ministry::founded();
    let log = digests(3);
    for again in [false, true] {
        min.hand_log("formar", FORMAR, &log, day(2));
        let refreshed = min.refresh(&["formar"], day(3));
        assert_eq!((why(&refreshed.hand_ins[0]), refreshed.hand_ins[0].not_given_back), (vec![], false));
        assert_eq!(refreshed.hand_ins[0].logged, (!again).then_some(3));
        let bytes = std::fs::read(min.path("formar/checkpoint.json")).unwrap();
        let checkpoint: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(checkpoint["proof"].as_array().unwrap().len(), 2);
        min.refresh(&["formar"], day(3));
        assert_eq!(std::fs::read(min.path("formar/checkpoint.json")).unwrap(), bytes);
    }
    let counted = Logs::of(&min.path("min"), &did(FORMAR)).countersigned().unwrap();
    assert_eq!(counted.len(), 1);
}
