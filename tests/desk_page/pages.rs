//! Every page before a server of canned answers: empty, full, hostile, long, narrow, in five languages, by keyboard.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse as _;
use axum::routing::get;
use fantoccini::key::Key;
use serde_json::{Value, json};

use super::canned::{Content, award, batch, desk};
use super::day::reads;
use crate::browser::Visitor;
use crate::strangers::hostile;

/// Every page that can be opened, with something to open.
const PAGES: [&str; 23] = [
    "",
    "catalogue",
    "import",
    "register",
    "award/a1",
    "prior",
    "case/k1",
    "batches",
    "batch/b1",
    "rebind",
    "reprint",
    "issued",
    "certificate/s1",
    "programs",
    "paper",
    "staff",
    "log",
    "statistics",
    "keys",
    "backup",
    "custody",
    "retention",
    "account",
];

/// Opens a page anew, and waits until it is whole.
async fn open(visitor: &Visitor, language: &str, page: &str) {
    // Another fragment alone would be no new load.
    let fresh = page.replace('/', "-");
    visitor.client.goto(&format!("{}desk?lang={language}&page={fresh}#/{page}", visitor.base)).await.unwrap();
    visitor.see("html.ready").await;
    visitor.see("#main h1, #main .alert").await;
}

/// Turns to another page of the desk that is open, as a person does, and waits until it is whole.
async fn turn(visitor: &Visitor, page: &str) {
    let script = format!(
        "(() => {{ for (const it of document.querySelectorAll('#main h1, #main .alert')) it.dataset.before = ''; location.hash = '#/{page}'; }})()"
    );
    visitor.ask(&script).await;
    visitor.see("#main h1:not([data-before]), #main .alert:not([data-before])").await;
}

/// The first page is loaded, and the others are turned to.
async fn leaf(visitor: &Visitor, language: &str, page: &str) {
    if page == PAGES[0] { open(visitor, language, page).await } else { turn(visitor, page).await }
}

async fn attach(visitor: &Visitor, bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lista.csv");
    std::fs::write(&path, bytes).unwrap();
    visitor.find("input[type=file]").await.send_keys(path.to_str().unwrap()).await.unwrap();
    visitor.see(".problems li").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_empty_page_says_what_to_do_first_in_every_language() {
    let (router, log) = desk(Content::Empty);
    let Some(visitor) = Visitor::arrive_at("es", router, log).await else { return };
    visitor.hold(320, 640).await;
    for language in ["es", "pt", "en", "fr", "ht"] {
        for page in PAGES {
            leaf(&visitor, language, page).await;
            visitor.fits(&format!("{language} {page}")).await;
            let text = visitor.ask("document.body.innerText").await;
            let text = text.as_str().unwrap();
            assert!(
                !text.contains("desk.") && !text.contains('{') && !text.contains("undefined"),
                "{language} {page}: {text}"
            );
            assert_eq!(visitor.ask("document.documentElement.lang").await, language);
            if language == "es" {
                visitor.look(&format!("empty {page}")).await;
            }
            let alone = [
                "catalogue",
                "import",
                "register",
                "prior",
                "batches",
                "issued",
                "log",
                "statistics",
                "programs",
                "backup",
                "custody",
                "retention",
            ];
            if alone.contains(&page) {
                assert!(!visitor.see(".empty p").await.is_empty(), "{language} {page}");
            }
        }
    }
    visitor.leave(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_the_register_ever_runs() {
    let payloads = hostile();
    let (router, log) = desk(Content::Texts(payloads.clone()));
    let Some(visitor) = Visitor::arrive_at("en", router, log).await else { return };
    let ours = [
        "a", "bdi", "button", "caption", "dd", "details", "div", "dl", "dt", "fieldset", "figure", "form", "h1", "h2",
        "h3", "input", "label", "legend", "li", "ol", "option", "p", "progress", "rect", "section", "select", "small",
        "span", "strong", "summary", "svg", "table", "tbody", "td", "textarea", "th", "thead", "tr", "ul", "use",
    ];
    for page in PAGES {
        leaf(&visitor, "en", page).await;
        if page == "import" {
            attach(&visitor, &[b'x'; 90]).await;
        }
        visitor.fits(page).await;
        let found: Value = visitor
            .ask(
                "(() => {
                    const all = [...document.querySelectorAll('#main *, #rooms *')];
                    for (const element of all) element.dispatchEvent(new Event('toggle'));
                    const attributes = all.flatMap((element) => [...element.attributes]);
                    const links = all.map((element) => element.getAttribute('href')).filter(Boolean);
                    return {
                        hit: typeof window.hit, hits: window.hits ?? 0, made: [...new Set(all.map((element) => element.localName))],
                        bad: attributes.filter(({ name }) => name.startsWith('on') || name === 'style' || name === 'srcdoc').length,
                        away: links.filter((href) => !href.startsWith('#') && !href.startsWith('/')), count: all.length,
                    };
                })()",
            )
            .await;
        assert_eq!(
            (&found["hits"], &found["bad"], &found["away"]),
            (&json!(0), &json!(0), &json!([])),
            "{page}: {found}"
        );
        assert!(found["count"].as_i64() > Some(20), "{page}: {found}");
        for name in found["made"].as_array().unwrap() {
            assert!(ours.contains(&name.as_str().unwrap()), "{page}: an element that is not ours: {name}");
        }
    }
    visitor.leave(0).await;
}

/// Every page with something on it, in light and in dark, and what opens on it: nothing that would keep somebody out.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_kept_from_any_page() {
    let (router, log) = desk(Content::Texts(["Ana Ñáñez", "Wilner Jean-Baptiste"].map(str::to_owned).into()));
    let Some(visitor) = Visitor::arrive_at("es", router, log).await else { return };
    for scheme in ["light", "dark"] {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        visitor.devtools("Emulation.setEmulatedMedia", media).await;
        let (width, height) = if scheme == "light" { (1280, 800) } else { (360, 740) };
        visitor.hold(width, height).await;
        for page in PAGES {
            leaf(&visitor, "es", page).await;
            if page == "import" {
                attach(&visitor, &[b'x'; 9]).await;
            }
            visitor.look(&format!("{scheme} {page}")).await;
        }
        // A question over a page, and a field that was left empty.
        open(&visitor, "es", "staff").await;
        visitor.press("form [type=submit]").await;
        visitor.see("form [aria-invalid]").await;
        visitor.look(&format!("{scheme} a field is empty")).await;
        visitor.press(".acts .danger").await;
        visitor.see("dialog[open]").await;
        visitor.look(&format!("{scheme} a question")).await;
    }
    open(&visitor, "es", "").await;
    visitor.press("#menu").await;
    visitor.look("the menu").await;
    for page in ["rights/es", "rights/ht", "get/", "get/#uX.uYYYY"] {
        visitor.client.goto(&format!("{}{page}", visitor.base)).await.unwrap();
        visitor.see("main h1").await;
        visitor.look(page).await;
    }
    visitor.leave(0).await;
}

/// A list that is longer than one answer is shown whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_in_pages_is_shown_whole() {
    let (router, log) = desk(Content::Texts(vec!["Ana Ñáñez".to_owned()]));
    let pages = |uri: Uri| async move {
        let number = uri.query().and_then(|query| query.strip_prefix("after=b")?.split('&').next()?.parse().ok());
        let number = number.map_or(0, |before: usize| before + 1);
        let mut headers = HeaderMap::new();
        if number < 2 {
            let next = format!("<?after=b{number}&limit=1>; rel=\"next\"");
            headers.insert("link", next.parse().unwrap());
        }
        (headers, Json(json!([batch("Genere su idea de negocio", number)])))
    };
    let router = router.route("/api/desk/batches", get(pages));
    let Some(visitor) = Visitor::arrive_at("es", router, log).await else { return };
    open(&visitor, "es", "batches").await;
    let shown = visitor.ask("[...document.querySelectorAll('tbody td.main a')].map((link) => link.hash)").await;
    assert_eq!(shown, json!(["#/batch/b0", "#/batch/b1", "#/batch/b2"]));
    visitor.leave(0).await;
}

/// More people than a batch has: that is said before, how many are left after, and the next batch is one click; and who chooses some of them can
/// choose among all.
#[tokio::test(flavor = "multi_thread")]
async fn more_people_than_a_batch_has_are_proposed_one_batch_after_another() {
    let (router, log) = desk(Content::Texts(vec!["Ana Ñáñez".to_owned()]));
    let open_people = |uri: Uri| async move {
        let (first, next) = match uri.query().unwrap_or_default().contains("after=") {
            false => (0, json!("a1")),
            true => (2, Value::Null),
        };
        let awards: Vec<Value> = (first..first + 2).map(|number| award("Ana Ñáñez", number)).collect();
        Json(json!({"awards": awards, "next": next, "count": 50_000, "batchMost": 10_000}))
    };
    let sent = Arc::<Mutex<Vec<Value>>>::default();
    let seen = Arc::clone(&sent);
    // Once the server has the batch, its answer to the next question is lost.
    let lost = Arc::new(AtomicBool::new(false));
    let fails = Arc::clone(&lost);
    let none = move || async move {
        let fails = fails.load(Ordering::SeqCst);
        if fails { StatusCode::BAD_GATEWAY.into_response() } else { Json(json!([])).into_response() }
    };
    let proposed = move |Json(body): Json<Value>| async move {
        let all = body["awards"] == "all";
        seen.lock().unwrap().push(body["awards"].clone());
        let (count, left) = if all { (10_000, 40_000) } else { (2, 39_998) };
        Json(json!({"id": "b1", "count": count, "left": left}))
    };
    let router =
        router.route("/api/desk/awards", get(open_people)).route("/api/desk/batches", get(none).post(proposed));
    let Some(visitor) = Visitor::arrive_at("en", router, log).await else { return };
    visitor.hold(360, 740).await;
    open(&visitor, "en", "batches").await;
    let before = "A batch has up to 10,000 people. There are 50,000: propose the rest next.";
    reads(&visitor, "form .alert.plain", before).await;
    visitor.fits("before").await;
    visitor.picture("desk-batches-more-1-before", true).await;
    visitor.press("form [type=submit]").await;
    reads(&visitor, ".done", "10,000 of 50,000 are in this batch. Propose the rest next.").await;
    assert_eq!(visitor.ask("document.querySelector('.done a').hash").await, "#/batch/b1");
    assert_eq!(visitor.ask("location.hash").await, "#/batches");
    visitor.fits("after").await;
    visitor.picture("desk-batches-more-2-after", true).await;
    let choice = visitor.find("[name=which]").await;
    choice.select_by_value("some").await.unwrap();
    visitor.see(".ticks").await;
    visitor.press("form .more button").await;
    visitor.see(".ticks li:nth-child(4)").await;
    assert_eq!(visitor.ask("document.querySelectorAll('form .more').length").await, 0);
    visitor.press(".ticks li:first-child input").await;
    visitor.press(".ticks li:last-child input").await;
    visitor.fits("some").await;
    visitor.picture("desk-batches-more-3-some", true).await;
    visitor.press("form [type=submit]").await;
    visitor.until("location.hash === '#/batch/b1'").await;
    // Whoever is left with half an answer is at the batch, and not before an empty page.
    open(&visitor, "en", "batches").await;
    visitor.see("form [type=submit]").await;
    visitor.until("document.querySelector('[name=which]').value === 'all'").await;
    lost.store(true, Ordering::SeqCst);
    visitor.press("form [type=submit]").await;
    visitor.until("location.hash === '#/batch/b1'").await;
    assert_eq!(*sent.lock().unwrap(), [json!("all"), json!(["a0", "a3"]), json!("all")]);
    visitor.leave(1).await;
}

/// Nobody is forgotten in part by an oversight: what else there is of the name stands on the page, and in the question.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_rows_of_a_person_are_on_the_page() {
    let (router, log) = desk(Content::Texts(["Ana Ñáñez", "Wilner Jean-Baptiste"].map(str::to_owned).into()));
    let Some(visitor) = Visitor::arrive_at("es", router, log).await else { return };
    visitor.hold(360, 740).await;
    for page in ["certificate/s1", "award/a1"] {
        open(&visitor, "es", page).await;
        let links = "[...document.querySelectorAll('.others a')].map((link) => link.hash)";
        visitor.see(".others li").await;
        assert_eq!(visitor.ask(links).await, json!(["#/award/a0", "#/award/a1"]), "{page}");
        assert!(visitor.see(".others h2").await.contains('2'));
        visitor.fits(page).await;
        visitor.picture(&format!("desk-others-{}", page.replace('/', "-")), true).await;
    }
    visitor.press(".actions .danger").await;
    reads(&visitor, "dialog", "Otras filas con el mismo nombre quedan: 2.").await;
    visitor.picture("desk-others-question", true).await;
    visitor.leave(0).await;
}

/// What stopped a batch is said where it is gone on with.
#[tokio::test(flavor = "multi_thread")]
async fn what_stopped_a_batch_is_said_with_what_to_do() {
    let (router, log) = desk(Content::Texts(vec!["Ana Ñáñez".to_owned()]));
    let mut stopped = batch("Genere su idea de negocio", 1);
    let rows = json!([{"award": "a1", "text": "Se otorgó hace demasiado tiempo."}]);
    let said =
        json!({"code": "disk-full", "title": "El disco está lleno.", "detail": "Libere espacio.", "problems": rows});
    for (name, value) in [("state", json!("released")), ("signed", json!(1)), ("stopped", said)] {
        stopped[name] = value;
    }
    let router = router.route("/api/desk/batches/b1", get(|| async move { Json(stopped) }));
    let Some(visitor) = Visitor::arrive_at("es", router, log).await else { return };
    open(&visitor, "es", "batch/b1").await;
    visitor.see(".decide [name=passphrase]").await;
    assert_eq!(visitor.see(".alert[role=alert]").await, "El disco está lleno. Libere espacio.");
    // The rows that stand in the way are named; and there is a way out where it can never go on.
    assert!(visitor.see(".notes li").await.contains("Se otorgó hace demasiado tiempo."));
    assert_eq!(visitor.ask("document.querySelector('.notes a').hash").await, "#/award/a1");
    visitor.fits("stopped").await;
    visitor.picture("desk-batch-stopped", true).await;
    visitor
        .ask(
            "void [...document.querySelectorAll('button')].find((one) => one.textContent.includes('Devolver')).click()",
        )
        .await;
    visitor.see("dialog textarea[required]").await;
    visitor.picture("desk-batch-stopped-back", true).await;
    visitor.leave(0).await;
}

/// Whoever finds nothing may not have looked.
#[tokio::test(flavor = "multi_thread")]
async fn a_barrier_is_found_where_there_is_one() {
    let (router, log) = desk(Content::Empty);
    let Some(visitor) = Visitor::arrive_at("es", router, log).await else { return };
    open(&visitor, "es", "staff").await;
    visitor.look("as it is").await;
    let Some(before) = visitor.barriers().await else { return };
    assert_eq!(before, Vec::<String>::new());
    // A button without a name, a field without a label, and words that hardly stand out from the page.
    let spoil = "(() => {
        const make = (name) => document.querySelector('#main').appendChild(document.createElement(name));
        make('button'); make('input');
        const faint = make('p'); faint.textContent = 'Apenas se lee'; faint.style.color = '#ccc'; faint.style.background = '#fff';
        return true;
    })()";
    assert_eq!(visitor.ask(spoil).await, true);
    visitor.look("spoilt").await;
    let found = visitor.barriers().await.unwrap().join(" ");
    for rule in ["button-name", "color-contrast", "\"label\""] {
        assert!(found.contains(rule), "{rule}: {found}");
    }
    visitor.leave(0).await;
}

/// A file of 50,000 wrong rows: a hundred are shown, and the page answers all the while.
#[tokio::test(flavor = "multi_thread")]
async fn fifty_thousand_wrong_rows_do_not_freeze_the_page() {
    let (router, log) = desk(Content::Texts(vec!["Fila con un error".to_owned(); 3]));
    let Some(visitor) = Visitor::arrive_at("es", router, log).await else { return };
    open(&visitor, "es", "import").await;
    visitor
        .client
        .execute(
            "window.longest = 0; let last = performance.now();
             setInterval(() => { const now = performance.now(); window.longest = Math.max(window.longest, now - last); last = now; }, 20);",
            Vec::new(),
        )
        .await
        .unwrap();
    attach(&visitor, &vec![b'x'; 50_000]).await;
    assert_eq!(visitor.ask("document.querySelectorAll('.problems > li').length").await, 100);
    visitor.press(".problems + .actions button").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.problems > li').length").await, 200);
    let longest = visitor.ask("window.longest").await;
    // A page that froze would not have answered at all; how long it was busy is told, not judged, on a machine that runs other tests.
    crate::common::figures::tell(format!("{longest} ms without an answer, at the most"));
    visitor.leave(0).await;
}

/// Who changes the language in the middle of a form loses nothing of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_stays_when_the_language_changes() {
    let (router, log) = desk(Content::Texts(["Ana Ñáñez", "Wilner Jean-Baptiste"].map(str::to_owned).into()));
    let Some(visitor) = Visitor::arrive_at("es", router, log).await else { return };
    let write = async |what: &str, text: &str| {
        let field = visitor.find(what).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    };
    let value = async |what: &str| visitor.ask(&format!("document.querySelector('{what}').value")).await;
    open(&visitor, "es", "staff").await;
    write("[name=name]", "Zoila Nueva").await;
    write("[name=login]", "zoila@centro.example").await;
    visitor.press("[name=roles][value=signatory]").await;
    write("[name=name]", "Zoila Nueva Rey").await;
    visitor.press("[data-language=pt]").await;
    visitor.see("html[lang=pt] #main h1").await;
    visitor.see("[name=roles][value=signatory]:checked").await;
    assert_eq!(value("[name=name]").await, "Zoila Nueva Rey");
    assert_eq!(value("[name=login]").await, "zoila@centro.example");
    // What a page shows by a choice comes back with the choice.
    open(&visitor, "pt", "batches").await;
    visitor.see("form [name=which]").await;
    let choice = visitor.find("[name=which]").await;
    choice.select_by_value("some").await.unwrap();
    visitor.press(".ticks input").await;
    visitor.press("[data-language=ht]").await;
    visitor.see("html[lang=ht] .ticks").await;
    assert_eq!(value("[name=which]").await, "some");
    open(&visitor, "ht", "paper").await;
    write("[name=post3]", "Responsable").await;
    visitor.press("[data-language=fr]").await;
    visitor.see("html[lang=fr] [name=post3]").await;
    assert_eq!(value("[name=post3]").await, "Responsable");
    visitor.leave(0).await;
}

/// Whoever has no mouse comes everywhere: the heading is spoken after each step, questions keep the focus and give it back.
#[tokio::test(flavor = "multi_thread")]
async fn by_keyboard_alone() {
    let (router, log) = desk(Content::Texts(["Ana Ñáñez", "Wilner Jean-Baptiste"].map(str::to_owned).into()));
    let Some(visitor) = Visitor::arrive_at("es", router, log).await else { return };
    visitor.hold(1280, 800).await;
    open(&visitor, "es", "staff").await;
    assert_eq!(visitor.ask("document.activeElement.tagName").await, "H1");
    let reach = |wanted: &'static str| {
        let visitor = &visitor;
        async move {
            for _ in 0..60 {
                visitor
                    .client
                    .active_element()
                    .await
                    .unwrap()
                    .send_keys(&String::from(char::from(Key::Tab)))
                    .await
                    .unwrap();
                if visitor.ask(&format!("document.activeElement.matches({wanted:?})")).await == true {
                    return;
                }
            }
            panic!("never reached: {wanted}");
        }
    };
    // A button far down the page, and the question behind it.
    reach(".acts .danger").await;
    visitor.client.active_element().await.unwrap().send_keys(&String::from(char::from(Key::Enter))).await.unwrap();
    visitor.see("dialog[open]").await;
    assert_eq!(visitor.ask("document.querySelector('dialog').contains(document.activeElement)").await, true);
    visitor.client.active_element().await.unwrap().send_keys(&String::from(char::from(Key::Escape))).await.unwrap();
    assert_eq!(visitor.ask("document.querySelectorAll('dialog').length").await, 0);
    assert_eq!(visitor.ask("document.activeElement.matches('.acts .danger')").await, true);
    // A field left empty is named, and has the focus.
    reach("form [type=submit]").await;
    visitor.client.active_element().await.unwrap().send_keys(&String::from(char::from(Key::Enter))).await.unwrap();
    assert_eq!(visitor.ask("document.activeElement.getAttribute('aria-invalid')").await, "true");
    let described =
        "document.getElementById(document.activeElement.getAttribute('aria-describedby').split(' ').pop()).textContent";
    assert!(!visitor.ask(described).await.as_str().unwrap().is_empty());
    visitor.leave(0).await;
}
