//! What texts of strangers can do to the page, through the whole way from the file to the screen: nothing.

use serde_json::{Value, json};

use super::arrive;
use crate::common::documents::{self, canonical, changed};
use crate::page::{digits, good};
use crate::strangers::hostile;

/// Each payload as a file's name, a title and an institution's own claim, signed, in the table of many.
#[tokio::test(flavor = "multi_thread")]
async fn no_text_runs_in_the_table_of_many() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    visitor.open("").await;
    let files: Vec<Value> = hostile()
        .iter()
        .map(|text| {
            let short: String = text.chars().take(100).collect();
            let document = changed(&documents::module(), "/credentialSubject/achievement/name", short.as_str().into());
            let document = changed(&document, "/issuer/name", short.into());
            json!([text, String::from_utf8(canonical(&documents::signed(&document))).unwrap()])
        })
        .collect();
    assert!(files.len() >= 300, "{}", files.len());
    let cells: Value = serde_json::from_str(include_str!("../cells.json")).unwrap();
    let script = "const [files, cells, done] = arguments; window.hits = 0; window.hit = () => { window.hits += 1; }; window.violations = []; \
         document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective)); \
         Promise.all([import('/many.js'), import('/judge.js'), import('/csv.js')]).then(async ([{ many, saved }, { judged }, { csv, guarded }]) => { \
             const place = document.getElementById('table'); \
             await many(place, files.map(([name, text]) => new File([text], name, { type: 'application/json' })), () => '', () => {}); \
             const { verdicts } = await judged(files[0][1], ''); \
             const kept = saved([{ input: files[0][0], verdict: verdicts[0] }]); \
             await new Promise((resolve) => setTimeout(resolve, 200)); \
             const all = [...place.querySelectorAll('*')]; \
             const handlers = all.flatMap((one) => [...one.attributes]).filter(({ name, value }) => name.startsWith('on') || name === 'style' || value.startsWith('javascript:')).length; \
             const apart = cells.filter((one) => guarded(one.is) !== one.guarded || csv([[one.is, 'b']]) !== `\\ufeff${one.written},b\\n`); \
             done({ hits, violations, handlers, apart, kept: kept.length, rows: place.querySelectorAll('tbody tr').length, \
                 read: place.querySelectorAll('tr[data-outcome=accept]').length, made: [...new Set(all.map((one) => one.localName))].sort() }); \
         }, (error) => done(String(error)));";
    let said = visitor.client.execute_async(script, vec![json!(files), cells["cells"].clone()]).await.unwrap();
    assert_eq!((&said["hits"], &said["violations"], &said["handlers"]), (&json!(0), &json!([]), &json!(0)), "{said}");
    assert_eq!(said["rows"], files.len(), "{said}");
    assert_eq!(said["apart"], json!([]), "a cell is written as the program writes it");
    assert!(said["read"].as_u64().unwrap() > 200, "titles were read and shown: {said}");
    let ours = ["bdi", "button", "h1", "p", "section", "span", "strong", "table", "tbody", "td", "th", "thead", "tr"];
    assert!(said["made"].as_array().unwrap().iter().all(|name| ours.contains(&name.as_str().unwrap())), "{said}");
    visitor.leave(0).await;
}

/// 10,000 characters, piled-up accents, letters that run backwards: the verdict stays where it is.
#[tokio::test(flavor = "multi_thread")]
async fn the_verdict_stays_on_the_screen() {
    let Some(visitor) = arrive("es", &[]).await else { return };
    visitor.open("").await;
    let texts = [
        ("long", "W".repeat(10_000)),
        ("zalgo", "Z\u{301}\u{302}\u{303}\u{304}\u{316}\u{317}\u{318}\u{319}".repeat(60)),
        ("bidi", "\u{202e}\u{2066}Ana\u{2069} \u{202b}évreP\u{202e}".repeat(20)),
    ];
    for (name, text) in texts {
        let script = "const [text, done] = arguments; import('/verdict.js').then(({ show }) => { \
             const place = document.getElementById('verdicts'); place.hidden = false; document.getElementById('ask').hidden = true; document.getElementById('demo').hidden = true; \
             document.documentElement.classList.add('answered'); const party = { name: text, countryName: text }; \
             const verdict = { outcome: 'reject', headline: 'No acepte este certificado.', next: text, pilot: true, issuer: party, authority: party, \
                 answers: [1, 2, 3, 4].map(() => ({ answer: 'no', title: text, word: 'No', text })), findings: [], proofs: [], \
                 credential: { kindWord: text, achievement: text, name: text, birthYear: '1987', means: text, meansNot: text, details: [{ label: text, value: text }] } }; \
             place.replaceChildren(show(verdict)); scrollTo(0, 0); done(true); });";
        visitor.client.execute_async(script, vec![text.into()]).await.unwrap();
        visitor.fits(name).await;
        visitor.picture(&format!("50-{name}"), false).await;
        for scrolled in [0, 600] {
            visitor.ask(&format!("scrollTo(0, {scrolled})")).await;
            let bar = visitor
                .ask("(({ top, bottom }) => [top, bottom])(document.querySelector('.bar').getBoundingClientRect())")
                .await;
            assert!(
                bar[0].as_f64().unwrap() >= 0.0 && bar[1].as_f64().unwrap() < 740.0 / 3.0,
                "{name}, {scrolled}: {bar}"
            );
            // Nothing lies over it: the point in its middle belongs to it.
            let over = visitor
                .ask("(() => { const { left, top, width, height } = document.querySelector('.bar h2').getBoundingClientRect(); \
                      return document.elementFromPoint(left + width / 2, top + height / 2)?.closest('.bar') !== null; })()")
                .await;
            assert_eq!(over, true, "{name}, {scrolled}");
        }
    }
    visitor.leave(0).await;
}

/// A hundred people, one after the other, by the page itself; then nothing of them is anywhere.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_hundred_checks_nothing_is_stored() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    // Two minutes are over when the test says so.
    let source = "(() => { const real = setTimeout; window.setTimeout = (work, ms, ...rest) => real(work, ms === 120000 && window.over ? 0 : ms, ...rest); })()";
    visitor.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
    visitor.open("").await;
    visitor.until(super::offline::KEPT).await;
    let code = digits(&good());
    // Chromium takes 200 changes of a page's address in 10 seconds and lets the next fall; each check makes two.
    let script = format!(
        "(async () => {{ const seen = (what) => new Promise((done) => {{ const look = () => (document.querySelector(what) ? done() : requestAnimationFrame(look)); look(); }}); \
         for (window.checked = 0; window.checked < 100; window.checked += 1) {{ location.hash = '{code}'; await seen('.verdict[data-outcome=accept]'); \
         document.querySelector('.again').click(); await seen('#ask:not([hidden])'); await new Promise((done) => setTimeout(done, 110)); }} }})()"
    );
    visitor.ask(&format!("void {script}")).await;
    visitor.until("window.checked === 100").await;
    visitor.until(super::offline::NOTHING_STORED).await;
    // With several people in a row a verdict that nobody touches goes by itself; the country that was chosen stays.
    visitor
        .ask("void (document.querySelector('#row').checked = true, document.querySelector('#country').value = 'PE', document.querySelector('#country').dispatchEvent(new Event('change')))")
        .await;
    visitor.ask(&format!("void (location.hash = '{code}')")).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.ask("void ((window.over = true), dispatchEvent(new Event('scroll')))").await;
    visitor.see("#ask:not([hidden])").await;
    assert_eq!(
        visitor
            .ask("[document.querySelector('#country').value, document.querySelector('#verdicts').childElementCount]")
            .await,
        json!(["PE", 0])
    );
    assert_eq!(visitor.ask("localStorage.country").await, "PE");
    visitor.until(super::offline::NOTHING_STORED).await;
    visitor.leave(0).await;
}
