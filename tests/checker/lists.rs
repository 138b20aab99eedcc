//! Lists in the page: an older one takes the place of nothing, wherever it comes from; and a clock that was set back judges nothing.

use std::sync::Arc;

use serde_json::{Value, json};
use skillpass::http::Shelf;
use skillpass::trust::bundle::Bundle;
use skillpass::trust::pack::TrustPack;

use super::choose;
use super::offline::KEPT_ONE;
use crate::browser::Visitor;
use crate::common::documents::{FORMAR, KEY_1, LIST, NOW, changed, module, signed};
use crate::common::packs::{Parts, list, read, signed_list};
use crate::common::{countries, here};
use crate::page::{digits, good, house_of_lists};

/// What the newer list has withdrawn and the older has not.
pub fn withdrawn_lately() -> Value {
    signed(&changed(&module(), "/credentialStatus/statusListIndex", "77".into()))
}

/// The lists of the second of May, and those of the third.
pub fn older_and_newer() -> [Vec<u8>; 2] {
    let mut newer = Parts::of_tests();
    newer.freshness["version"] = 8.into();
    newer.freshness["date"] = "2026-05-03T06:00:00Z".into();
    newer.freshness["lists"][0]["version"] = 5.into();
    newer.lists[0] = signed_list(list(LIST, FORMAR, "revocation", &[13, 77]), "formar-1", KEY_1);
    let [older, newer] = [Parts::of_tests(), newer].map(|parts| parts.to_bytes());
    let may = read(&newer).unwrap().supersede(&read(&older).unwrap());
    assert!(may.is_ok(), "{may:?}");
    [older, newer]
}

pub fn shelf(pack: &[u8]) -> Arc<Shelf> {
    let mut shelf = Shelf::default();
    shelf.put_packs(vec![pack.to_vec()], &[read(pack).unwrap()]);
    Arc::new(shelf)
}

/// How often the lists were asked for.
fn asked(visitor: &Visitor) -> usize {
    visitor.log.lock().unwrap().iter().filter(|line| line.contains("/packs/current.json")).count()
}

/// The day and hour of a time in the browser's own zone; Swedes write them as our page does.
async fn hour(visitor: &Visitor, time: &str) -> String {
    let told = visitor.ask(&format!("new Date('{time}').toLocaleString('sv')")).await;
    told.as_str().unwrap()[.."2026-05-04 10".len()].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_list_never_takes_the_place_of_a_newer_one() {
    let [older, newer] = older_and_newer();
    let (router, log, served) = house_of_lists();
    *served.lock().unwrap() = shelf(&older);
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    visitor.live_at(NOW).await;
    let code = digits(&withdrawn_lately());
    visitor.open(&format!("#{code}")).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.until(KEPT_ONE).await;
    assert!(visitor.see("#lists").await.contains("of 2026-05-02, age in days: 2"));
    assert!(visitor.see("#lists-renewed").await.contains(&hour(&visitor, "2026-05-04T10:00:00Z").await));

    // The newer one comes by itself once the older was here for an hour.
    *served.lock().unwrap() = shelf(&newer);
    visitor.live_at("2026-05-04T11:30:00Z").await;
    let before = asked(&visitor);
    visitor.open(&format!("?newer#{code}")).await;
    visitor.see(".verdict[data-outcome=reject]").await;
    assert!(asked(&visitor) > before);
    visitor.until("caches.open('packs').then((it) => it.matchAll()).then(([it]) => it.json()).then((it) => it.freshness.version === 8)").await;
    let renewed = visitor.see("#lists-renewed").await;
    assert!(renewed.contains(&hour(&visitor, "2026-05-04T11:30:00Z").await), "{renewed}");

    // From the server: it is asked, and what it says does not count.
    *served.lock().unwrap() = shelf(&older);
    visitor.live_at("2026-05-04T13:00:00Z").await;
    let before = asked(&visitor);
    visitor.open(&format!("?older#{code}")).await;
    visitor.see(".verdict[data-outcome=reject]").await;
    assert!(asked(&visitor) > before);
    assert!(visitor.see("#lists").await.contains("of 2026-05-03"));
    // What does not count renews nothing.
    assert_eq!(visitor.see("#lists-renewed").await, renewed);

    // From a file: the page says why not.
    visitor.press(".again").await;
    let folder = tempfile::tempdir().unwrap();
    choose(&visitor, "list-file", &folder, &[("list.json", &older)]).await;
    let said = visitor.see("#error:not([hidden]) #error-title").await;
    let words: Value = serde_json::from_str(include_str!("../../web/i18n/en.json")).unwrap();
    let told = words["pack.rollback"].as_str().unwrap().replace("{part}", words["part.freshness"].as_str().unwrap());
    assert_eq!(told.replace("{offered}", "7").replace("{here}", "8"), said);
    visitor.picture("42-older-list", true).await;
    assert!(visitor.see("#lists").await.contains("of 2026-05-03"));

    // From what the browser had before, put back where the newer one is kept: what was seen is remembered beside it, so nothing is withdrawn
    // silently. What the device keeps is under the hand of whoever has the device; the next hour's list from the server mends it.
    *served.lock().unwrap() = shelf(&newer);
    visitor.live_at("2026-05-04T14:30:00Z").await;
    visitor.open(&format!("?mended#{code}")).await;
    visitor.see(".verdict[data-outcome=reject]").await;
    visitor.leave(4).await;
}

/// A list that stands on a recognised authority's word alone is shown so, and never as one that the server's own people chose; and its certificates
/// say whose word it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_on_anothers_word_is_shown_as_one() {
    let file = |name: &str| std::fs::read(here(&format!("tests/vectors/packs/{name}.json"))).unwrap();
    let (vouches, silent, country) = (file("peru-vouches"), file("peru-decides"), Parts::of_tests().to_bytes());
    let peru = read(&vouches).unwrap();
    let recognised = read(&country).unwrap().recognised_by([&peru]).unwrap();
    let by = peru.root().authority.name.clone();
    let served = |files: [&Vec<u8>; 2], known: [TrustPack; 2]| {
        let mut shelf = Shelf::default();
        shelf.put_packs(files.map(Clone::clone).into(), &known);
        Arc::new(shelf)
    };
    let told = format!("Recognized by: {by}");
    let rows = "[...document.querySelectorAll('#lists li')].map((row) => row.textContent)";
    let standings = "caches.open('packs').then((it) => it.matchAll()).then((all) => all.map((it) => \
         JSON.parse(decodeURIComponent(it.headers.get('x-about'))).standing).sort().join() === ";
    let code = digits(&good());

    let (router, log, shelf) = house_of_lists();
    *shelf.lock().unwrap() = served([&vouches, &country], [peru.clone(), recognised.clone()]);
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    visitor.live_at(NOW).await;
    // As it comes from the server, and as this device has kept it.
    for again in ["", "?again"] {
        visitor.open(&format!("{again}#{code}")).await;
        visitor.see(".verdict[data-outcome=accept]").await;
        let who = visitor.see(".verdict .who").await;
        assert!(who.contains("Recognized by") && who.contains(&by), "{who}");
        let rows = visitor.ask(rows).await;
        let with =
            |told: &str| rows.as_array().unwrap().iter().filter(|row| row.as_str().unwrap().contains(told)).count();
        assert_eq!((rows.as_array().unwrap().len(), with(&told)), (2, 1), "{rows}");
        assert_eq!(with(&format!("{} ·", recognised.root().authority.name)), 1, "{rows}");
        visitor.until(&format!("{standings}'pinned,recognised')")).await;
    }
    visitor.fits("on another's word").await;
    visitor.picture("43-on-anothers-word", true).await;
    visitor.leave(2).await;

    // The same two lists, both chosen by the server's people: nobody's word but theirs.
    let (router, log, shelf) = house_of_lists();
    *shelf.lock().unwrap() = served([&vouches, &country], [peru, read(&country).unwrap()]);
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    visitor.live_at(NOW).await;
    visitor.open(&format!("#{code}")).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    assert!(!visitor.see("body").await.contains("Recognized by"));
    assert_eq!(visitor.ask(rows).await.as_array().unwrap().len(), 2);
    visitor.until(&format!("{standings}'pinned,pinned')")).await;
    visitor.leave(2).await;

    // A server that calls it recognised, beside a list in which nobody does: it is none.
    let (router, log, shelf) = house_of_lists();
    *shelf.lock().unwrap() = served([&silent, &country], [read(&silent).unwrap(), recognised]);
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    visitor.live_at(NOW).await;
    visitor.open(&format!("#{code}")).await;
    visitor.see(".verdict[data-outcome=undecided]").await;
    let rows = visitor.ask(rows).await;
    assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
    visitor.leave(2).await;
}

/// As on the command line: behind a signed time that was seen, nothing is said about now.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_back_judges_nothing() {
    let [_, newer] = older_and_newer();
    let (router, log, served) = house_of_lists();
    *served.lock().unwrap() = shelf(&newer);
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    visitor.live_at(NOW).await;
    visitor.open(&format!("#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.until(KEPT_ONE).await;
    visitor.live_at("2026-04-01T10:00:00Z").await;
    visitor.open(&format!("?back#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=undecided]").await;
    let said = visitor.see(".answers").await;
    assert!(said.contains("clock"), "{said}");
    // What was withdrawn stays so, whatever the clock says.
    visitor.press(".again").await;
    visitor.open(&format!("?no#{}", digits(&withdrawn_lately()))).await;
    visitor.see(".verdict[data-outcome=reject]").await;
    visitor.live_at(NOW).await;
    visitor.open(&format!("?set#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.leave(0).await;
}

/// An authority that no house of these tests knows.
fn stranger() -> Vec<u8> {
    countries::authority("urn:skillpass:test-authority-br", "Ministério de exemplo", "BR").to_bytes()
}

/// Both lists in one file.
fn both(one: &[u8], other: &[u8]) -> Vec<u8> {
    Bundle::assemble(&[one.to_vec(), other.to_vec()], &[]).unwrap()
}

/// How many lists are kept, and whether one of them is that of the third of May.
const KEPT_OF: &str = "caches.open('packs').then((it) => it.matchAll()).then((all) => Promise.all(all.map((it) => it.json()))) \
     .then((all) => `${all.length} ${all.some((it) => it.freshness.version === 8)}`)";

/// Two windows keep their lists in one place: none puts an older one there, or takes away what the other was given.
#[tokio::test(flavor = "multi_thread")]
async fn what_one_window_was_given_another_neither_rolls_back_nor_forgets() {
    let [older, newer] = older_and_newer();
    let (router, log, served) = house_of_lists();
    *served.lock().unwrap() = shelf(&older);
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    visitor.live_at(NOW).await;
    let code = digits(&withdrawn_lately());
    visitor.open("").await;
    visitor.until(KEPT_ONE).await;
    let first = visitor.client.window().await.unwrap();

    let second = visitor.client.new_window(true).await.unwrap().handle;
    visitor.client.switch_to_window(second).await.unwrap();
    visitor.live_at("2026-05-04T10:30:00Z").await;
    visitor.open("?second").await;
    let renewed = visitor.see("#lists-renewed:not([hidden])").await;
    let folder = tempfile::tempdir().unwrap();
    choose(&visitor, "list-file", &folder, &[("newer.json", &newer)]).await;
    visitor.until(&format!("{KEPT_OF}.then((it) => it === '1 true')")).await;
    choose(&visitor, "list-file", &folder, &[("stranger.json", &stranger())]).await;
    visitor.see("#stranger:not([hidden])").await;
    visitor.press("#stranger-accept").await;
    visitor.until(&format!("{KEPT_OF}.then((it) => it === '2 true')")).await;
    // A file is no word of the server's.
    assert_eq!(visitor.see("#lists-renewed").await, renewed);

    // The first has the older one in its memory, and hears an hour later that the server has the same.
    visitor.client.switch_to_window(first).await.unwrap();
    visitor.ask("void (() => { const real = Date.now; Date.now = () => real() + 3700000; })()").await;
    let before = asked(&visitor);
    visitor.ask(&format!("void (location.hash = '{code}')")).await;
    visitor.see(".verdict[data-outcome=reject]").await;
    assert!(asked(&visitor) > before);
    visitor.until(&format!("{KEPT_OF}.then((it) => it === '2 true')")).await;
    assert_eq!(visitor.ask("document.querySelectorAll('#lists li').length").await, 2);
    visitor.live_at("2026-05-04T11:10:00Z").await;
    visitor.open(&format!("?later#{code}")).await;
    visitor.see(".verdict[data-outcome=reject]").await;
    visitor.until(&format!("{KEPT_OF}.then((it) => it === '2 true')")).await;
    visitor.leave(0).await;
}

/// A clock that was set back makes no newer list older: what lies ahead of it is left as it is.
#[tokio::test(flavor = "multi_thread")]
async fn what_lies_ahead_of_a_wrong_clock_is_not_written_over() {
    let [older, newer] = older_and_newer();
    let (router, log, served) = house_of_lists();
    *served.lock().unwrap() = shelf(&older);
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    visitor.live_at("2026-05-02T10:00:00Z").await;
    visitor.open("").await;
    visitor.until(KEPT_ONE).await;
    // Another window, whose clock is right, has kept the newer one.
    let there = format!(
        "caches.open('packs').then(async (cache) => {{ const [key] = await cache.keys(); const about = JSON.parse(decodeURIComponent((await cache.match(key)).headers.get('x-about'))); \
         about.newest += 86400; await cache.put(key, new Response({}, {{ headers: {{ 'x-about': encodeURIComponent(JSON.stringify(about)) }} }})); return true; }})",
        json!(String::from_utf8(newer).unwrap())
    );
    visitor.until(&there).await;
    let folder = tempfile::tempdir().unwrap();
    choose(&visitor, "list-file", &folder, &[("older.json", &older)]).await;
    visitor.until("document.querySelector('#status').textContent !== ''").await;
    visitor.until(&format!("{KEPT_OF}.then((it) => it === '1 true')")).await;
    visitor.leave(0).await;
}

/// Of two lists in one file each is told of: whose is not known is asked about, also where the other is at home; and what asked for it is asked again.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_known_and_an_unknown_authority() {
    let (router, log, served) = house_of_lists();
    let known = Parts::of_tests().to_bytes();
    *served.lock().unwrap() = shelf(&stranger());
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    visitor.live_at(NOW).await;
    visitor.open(&format!("#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=undecided]").await;
    visitor.until(KEPT_ONE).await;
    let folder = tempfile::tempdir().unwrap();
    choose(&visitor, "list-file", &folder, &[("both.json", &both(&stranger(), &known))]).await;
    let mark = visitor.see("#stranger:not([hidden]) dd").await;
    assert_eq!(mark.split(' ').count(), 12, "{mark}");
    visitor.until("document.activeElement.id === 'stranger'").await;
    visitor.see(".verdict[data-outcome=undecided]").await;
    visitor.picture("66-both", true).await;
    visitor.press("#stranger-accept").await;
    // The verdict that lacked it is another at once.
    visitor.see(".verdict[data-outcome=accept]").await;
    assert_eq!(visitor.ask("document.querySelectorAll('#lists li').length").await, 2);
    assert!(visitor.ask("document.querySelector('#stranger').hidden").await.as_bool().unwrap());
    visitor.leave(0).await;
}

/// The server's file too: one of its lists is an older one, and the other's being good does not hide that.
#[tokio::test(flavor = "multi_thread")]
async fn one_refused_list_of_the_server_is_told_beside_a_good_one() {
    let [older, newer] = older_and_newer();
    let two = |list: &[u8]| {
        let mut shelf = Shelf::default();
        shelf.put_packs(vec![list.to_vec(), stranger()], &[read(list).unwrap(), read(&stranger()).unwrap()]);
        Arc::new(shelf)
    };
    let (router, log, served) = house_of_lists();
    *served.lock().unwrap() = two(&newer);
    let Some(visitor) = Visitor::arrive_with("en", router, log, &[]).await else { return };
    visitor.live_at(NOW).await;
    visitor.open("").await;
    visitor.until(&format!("{KEPT_OF}.then((it) => it === '2 true')")).await;
    assert!(visitor.ask("document.querySelector('#lists-refused').hidden").await.as_bool().unwrap());
    *served.lock().unwrap() = two(&older);
    visitor.live_at("2026-05-04T12:00:00Z").await;
    visitor.open(&format!("?again#{}", digits(&withdrawn_lately()))).await;
    visitor.see(".verdict[data-outcome=reject]").await;
    let said = visitor.see("#lists-refused:not([hidden])").await;
    assert!(said.starts_with("The server's list was not taken in. What was here stays."), "{said}");
    visitor.leave(0).await;
}
