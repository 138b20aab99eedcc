//! How a certificate comes in: every way ends in the same verdict, in the page.

use std::process::Command;

use image::{GrayImage, Luma, imageops};
use serde_json::json;

use super::{arrive, catch_files, caught, choose};
use crate::browser::{Visitor, print};
use crate::common::documents::canonical;
use crate::common::shared::is_required;
use crate::page::{NAME, claimed, digits, good, revoked};
use crate::scan::{Dice, Pdf, deflated, drawn, folded, noisy, scanned, seen};
use crate::scan_page::{camera, film};

fn text(document: &serde_json::Value) -> String {
    format!("https://skillpass.invalid/#{}", digits(document))
}

/// Three people in front of an employer's phone: a code turned and out of focus, one upside down, one folded; and what each comes to.
fn three_people() -> [(tempfile::NamedTempFile, &'static str); 3] {
    let mut dice = Dice(17);
    let [one, two, three] = [good(), revoked(), claimed()].map(|document| drawn(&text(&document), 10));
    let blank = GrayImage::from_pixel(700, 700, Luma([150]));
    let turned = imageops::fast_blur(&seen(&one, 700, 17.0, 0.1, 0.85), 1.2);
    let upside_down = noisy(&seen(&two, 700, 200.0, 0.1, 0.85), 4.0, &mut dice);
    let folded = noisy(&folded(&seen(&three, 700, 8.0, 0.05, 0.88)), 3.0, &mut dice);
    [
        (film(&[blank.clone(), turned]), "accept"),
        (film(&[blank.clone(), upside_down]), "reject"),
        (film(&[blank, folded]), "undecided"),
    ]
}

/// One after the other before the camera, with the button for the next person between two: the browser plays the film from its beginning
/// whenever the camera is opened, so each person is a new film at the same place.
async fn all_three(visitor: &Visitor, people: &[(tempfile::NamedTempFile, &str)], place: &std::path::Path) {
    for (number, (film, outcome)) in people.iter().enumerate() {
        std::fs::copy(film.path(), place).unwrap();
        visitor.press(if number == 0 { "#scan" } else { ".again" }).await;
        visitor.see(&format!(".verdict[data-outcome={outcome}]")).await;
        assert_eq!(
            visitor.ask("document.querySelector('.scan video').srcObject").await,
            json!(null),
            "the camera is off"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_in_a_row_before_the_camera_and_then_without_server_and_network() {
    let people = three_people();
    let played = film(&[GrayImage::from_pixel(700, 700, Luma([150]))]);
    let Some(mut visitor) = arrive("en", &camera(&played)).await else { return };
    visitor.open("").await;
    let asked = |visitor: &Visitor, what: &str| visitor.log.lock().unwrap().iter().any(|line| line.contains(what));
    visitor.picture("20-start", true).await;
    visitor.until(super::offline::KEPT).await;
    assert!(!asked(&visitor, "/scan/") && !asked(&visitor, "/vendor/"), "loaded before it was asked for");
    visitor.press(".series summary").await;
    visitor.press("#row").await;
    visitor.fits("several people").await;
    visitor.picture("21-several", true).await;
    visitor.press("#scan").await;
    visitor.see(".scan[data-state=looking] video").await;
    visitor.fits("camera").await;
    visitor.picture("22-camera", true).await;
    visitor.press(".scan-close").await;
    all_three(&visitor, &people, played.path()).await;
    visitor.picture("23-scanned", true).await;
    assert_eq!(visitor.checks(), 0, "nothing was sent");
    assert!(asked(&visitor, "/scan/worker.js"));
    // Of the last person nothing is left on the page.
    visitor.press(".again").await;
    visitor.see("#ask:not([hidden])").await;
    assert!(!visitor.ask("document.querySelector('#verdicts').textContent").await.as_str().unwrap().contains(NAME));
    visitor.cut().await;
    visitor.open("?later").await;
    visitor.press(".series summary").await;
    visitor.press("#row").await;
    all_three(&visitor, &people, played.path()).await;
    visitor.picture("24-scanned-offline", false).await;
    visitor.until(super::offline::NOTHING_STORED).await;
    // `/about`, the manifest and the lists were not reached.
    visitor.leave(8).await;
}

/// A code as others make them.
fn foreign(text: &str) -> GrayImage {
    let code = qrcode::QrCode::new(text).unwrap();
    let (side, colours) = (code.width() as u32, code.to_colors());
    let dark = |x: u32, y: u32| x < side && y < side && colours[(y * side + x) as usize] == qrcode::Color::Dark;
    GrayImage::from_fn((side + 8) * 10, (side + 8) * 10, |x, y| {
        let module = (x / 10).checked_sub(4).zip((y / 10).checked_sub(4));
        Luma([if module.is_some_and(|(x, y)| dark(x, y)) { 0 } else { 255 }])
    })
}

/// A code that is not ours opens nothing, whatever its scheme (threats.md H2); the camera stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_scheme_opens_nothing() {
    for hostile in
        ["javascript:document.body.remove()", "intent://x#Intent;scheme=tel;end", "https://evil.example/?next=1"]
    {
        let film = film(&[seen(&foreign(hostile), 600, 3.0, 0.0, 0.8)]);
        let Some(visitor) = arrive("es", &camera(&film)).await else { return };
        visitor.open("").await;
        visitor.press("#scan").await;
        visitor.see("#error:not([hidden]) #error-next:not(:empty)").await;
        assert_eq!(visitor.ask("location.href").await, visitor.base);
        assert_eq!(visitor.ask("document.querySelector('.scan video').srcObject !== null").await, true, "it looks on");
        assert!(visitor.ask("document.querySelector('#verdicts').hidden").await.as_bool().unwrap());
        visitor.picture("25-not-ours", true).await;
        visitor.leave(0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_by_its_file_by_its_code_and_by_both() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    let (document, code) = (canonical(&good()), text(&good()));
    let folder = tempfile::tempdir().unwrap();
    let by_file = Pdf::default().attach("/Filter/FlateDecode", &deflated(&document)).blank().bytes();
    let by_code = Pdf::default().scan(&scanned(&code)).bytes();
    let by_drawing = Pdf::default().drawing(&code, 100.0).bytes();
    let by_both = Pdf::default().attach("", &document).scan(&scanned(&code)).bytes();
    for (name, pdf) in [("file", by_file), ("code", by_code), ("drawing", by_drawing), ("both", by_both)] {
        visitor.open("").await;
        choose(&visitor, "file", &folder, &[("certificate.pdf", &pdf)]).await;
        visitor.press("#check").await;
        visitor.see(".verdict[data-outcome=accept]").await;
        assert_eq!(visitor.ask("document.querySelectorAll('.verdict').length").await, 1, "{name}: one certificate");
        assert!(visitor.ask("document.querySelector('#differs').hidden").await.as_bool().unwrap(), "{name}");
    }
    // The file of one and the code of another: both are shown, and the page says so first.
    let forged = Pdf::default().attach("", &document).scan(&scanned(&text(&revoked()))).bytes();
    visitor.open("").await;
    choose(&visitor, "file", &folder, &[("certificate.pdf", &forged)]).await;
    visitor.press("#check").await;
    visitor.see("#differs:not([hidden])").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.verdict').length").await, 2);
    visitor.fits("differs").await;
    visitor.picture("26-differs", false).await;
    for (pdf, id) in
        [(Pdf::default().blank().bytes(), "scan.pdf.none"), (b"%PDF-1.7 and so on".to_vec(), "scan.pdf.damaged")]
    {
        visitor.open("").await;
        choose(&visitor, "file", &folder, &[("certificate.pdf", &pdf)]).await;
        visitor.press("#check").await;
        visitor.see("#error:not([hidden]) #error-next:not(:empty)").await;
        let words: serde_json::Value =
            serde_json::from_slice(&std::fs::read(crate::common::here("web/i18n/en.json")).unwrap()).unwrap();
        let said = visitor.see("#error").await;
        assert!(
            said.contains(words[id].as_str().unwrap()) && said.contains(words[&format!("{id}.next")].as_str().unwrap()),
            "{said}"
        );
    }
    assert_eq!(visitor.checks(), 0, "nothing was sent");
    visitor.leave(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_kept_and_the_result_is_printed() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    visitor.open(&format!("#{}", digits(&good()))).await;
    visitor.see(".verdict[data-outcome=accept]").await;
    catch_files(&visitor).await;
    visitor.press(".verdict .file").await;
    let kept = caught(&visitor, 1).await;
    assert_eq!(kept["text"].as_str().unwrap().as_bytes(), canonical(&good()), "the signed document itself");
    let personal = [NAME, "Ñáñez", "1991", "Genere su idea"];
    assert!(!personal.iter().any(|it| kept["name"].as_str().unwrap().contains(it)), "{kept}");
    visitor.ask("void (window.print = () => (window.printed = true))").await;
    visitor.press(".verdict .print").await;
    visitor.until("window.printed").await;
    // The sheet says by itself when it was asked, of which lists, and where.
    let sheet = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(sheet.path(), print(&visitor, 8.27, 11.69).await).unwrap();
    let Ok(read) = Command::new("pdftotext").args(["-layout"]).arg(sheet.path()).arg("-").output() else {
        assert!(!is_required(), "pdftotext is required and not here");
        return visitor.leave(0).await;
    };
    let read = String::from_utf8(read.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let host = visitor.ask("location.host").await;
    for fact in [NAME, "Checked at: 2026-05-04 10:0", " UTC · institutions ", "withdrawals ", host.as_str().unwrap()] {
        assert!(read.contains(fact), "{fact}: {read}");
    }
    assert!(!read.contains("Save the result"), "{read}");
    assert_eq!(visitor.ask("getComputedStyle(document.querySelector('.printed')).display").await, "none");
    visitor.leave(0).await;
}

/// Read aloud by voices of this device alone: one that sends the text away is as good as none.
#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_is_read_aloud_by_a_voice_of_this_device() {
    let Some(visitor) = arrive("pt", &[]).await else { return };
    visitor.open("").await;
    let voices = |local: bool| {
        format!(
            "void (() => {{ window.spoken = []; const voice = {{ localService: {local}, lang: 'pt-BR', name: 'x' }}; \
             speechSynthesis.getVoices = () => [voice]; speechSynthesis.speak = (said) => spoken.push(said.text); \
             window.SpeechSynthesisUtterance = class {{ constructor(text) {{ this.text = text; }} }}; }})()"
        )
    };
    for local in [false, true] {
        visitor.ask(&voices(local)).await;
        visitor.client.execute("location.hash = arguments[0]", vec![digits(&good()).into()]).await.unwrap();
        visitor.see(".verdict[data-outcome=accept]").await;
        let hidden = visitor.ask("document.querySelector('.aloud').hidden").await;
        assert_eq!(hidden, json!(!local), "a voice of this device: {local}");
        visitor.picture("27-aloud", true).await;
        if local {
            visitor.press(".aloud").await;
            let spoken = visitor.ask("spoken").await;
            assert_eq!(spoken[0], visitor.see(".bar h2").await.trim(), "the answer first");
            assert!(spoken.as_array().unwrap().iter().any(|said| said.as_str().unwrap().contains(NAME)));
        }
        visitor.press(".again").await;
    }
    visitor.leave(0).await;
}

/// What another app hands over before the worker is there goes to the server, as browsers do it: it is told what to do, and nothing is kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_share_before_the_page_was_ever_open_says_what_to_do() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    // A document, and a photograph that does not fit one packet.
    for bytes in [600, 3_000_000] {
        let form = format!(
            "data:text/html,<form method=post enctype=multipart/form-data action={}share><input type=file name=file></form>",
            visitor.base
        );
        visitor.client.goto(&form).await.unwrap();
        let script = "const all = new DataTransfer(); const [form] = document.forms; \
             all.items.add(new File([new Uint8Array(arguments[0])], 'c.jpg', { type: 'image/jpeg' })); form.file.files = all.files; form.submit();";
        visitor.client.execute(script, vec![bytes.into()]).await.unwrap();
        let said = visitor.see("html.ready #error:not([hidden])").await;
        assert!(said.contains("did not have the page yet") && said.contains("Share the file again"), "{said}");
        assert_eq!(visitor.ask("location.href").await, visitor.base);
        visitor.picture("29-share-first", true).await;
        // As if the browser had never been here.
        visitor
            .until("navigator.serviceWorker.ready.then((it) => it.unregister()).then(() => caches.keys()).then((all) => Promise.all(all.map((name) => caches.delete(name)))).then(() => true)")
            .await;
    }
    assert!(visitor.log.lock().unwrap().iter().any(|line| line.starts_with("POST /share 303")));
    visitor.leave(0).await;
}

/// A file that is dropped anywhere on the page; two are a table; so is a folder that is chosen.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_dropped_and_a_folder_that_is_chosen() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    visitor.open("").await;
    let drop = |documents: &[serde_json::Value]| {
        let texts: Vec<String> = documents.iter().map(|it| String::from_utf8(canonical(it)).unwrap()).collect();
        let script = "const all = new DataTransfer(); \
             arguments[0].forEach((text, place) => all.items.add(new File([text], `c${place}.json`, { type: 'application/json' }))); \
             const over = (kind) => document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: all })); \
             over('dragover'); const marked = document.documentElement.classList.contains('dropping'); \
             return [marked, !over('drop'), document.documentElement.classList.contains('dropping')];";
        visitor.client.execute(script, vec![json!(texts)])
    };
    assert_eq!(drop(&[revoked()]).await.unwrap(), json!([true, true, false]), "the browser does not open it");
    visitor.see(".verdict[data-outcome=reject]").await;
    assert_eq!(drop(&[good(), revoked()]).await.unwrap(), json!([true, true, false]));
    visitor.see("#table tbody tr:nth-child(2)").await;
    visitor.until("document.querySelectorAll('#table tbody tr[data-outcome]').length === 2").await;
    visitor.fits("two were dropped").await;
    // In another language it is judged and told again, and whoever chose it stays there.
    let words: serde_json::Value = serde_json::from_str(include_str!("../../web/i18n/fr.json")).unwrap();
    visitor.ask("void document.querySelector('a[data-language=fr]').focus()").await;
    visitor.press("a[data-language=fr]").await;
    let told = format!(
        "document.querySelector('#table h1').textContent === {} && document.querySelectorAll('#table tbody tr[data-outcome]').length === 2",
        words["page.many.heading"]
    );
    visitor.until(&told).await;
    let rows = visitor.see("#table tbody").await;
    for id in ["answer.yes", "answer.no"] {
        assert!(rows.contains(words[id].as_str().unwrap()), "{id}: {rows}");
    }
    assert!(!rows.contains("certificate"), "{rows}");
    assert_eq!(visitor.ask("document.activeElement.dataset.language").await, "fr");
    visitor.picture("30-many-french", true).await;

    // A folder, with what a file manager leaves in it.
    let Some(other) = arrive("en", &[]).await else { return };
    other.open("").await;
    let folder = tempfile::tempdir().unwrap();
    // What has no row would seem to have been checked: each has one, but for what a system hides there.
    for (name, bytes) in [
        ("b.json", canonical(&revoked())),
        ("a.json", canonical(&good())),
        ("c.docx", b"PK\x03\x04\xff\xfe a letter".to_vec()),
        ("d.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\xff\x80".to_vec()),
        ("e.jsonld", canonical(&good())),
        ("f", canonical(&revoked())),
        (".hidden", Vec::new()),
        ("Thumbs.db", vec![0; 64]),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    other.press(".series summary").await;
    let input = other.client.find(fantoccini::Locator::Id("folder")).await.unwrap();
    input.send_keys(folder.path().to_str().unwrap()).await.unwrap();
    other.until("document.getElementById('chosen-name').textContent.includes('6')").await;
    other.press("#check").await;
    other.until("document.querySelectorAll('#table tbody tr[data-outcome]').length === 6").await;
    let outcomes =
        other.ask("[...document.querySelectorAll('#table tbody tr')].map((row) => row.dataset.outcome).join()").await;
    assert_eq!(outcomes, "accept,reject,unread,unread,accept,reject");
    let unread = other.ask("[...document.querySelectorAll('#table tr[data-outcome=unread] td:last-child')].map((cell) => cell.textContent)").await;
    let words: serde_json::Value = serde_json::from_str(include_str!("../../web/i18n/en.json")).unwrap();
    let known =
        |id: &str| format!("{} {}", words[id].as_str().unwrap(), words[&format!("{id}.next")].as_str().unwrap());
    assert_eq!(unread[0], known("notread.unknown-format"));
    // Whether it is a photograph the system says by its name; here none opens it.
    assert!(
        [known("notread.unknown-format"), known("scan.photo.damaged")].iter().any(|it| unread[1] == *it),
        "{unread}"
    );
    other.picture("30-folder", true).await;
    other.leave(0).await;
    visitor.leave(0).await;
}

/// What a phone puts among its apps is the drawing of the page; the one that a phone may cut to any shape fills its square.
#[tokio::test(flavor = "multi_thread")]
async fn the_icons_are_the_drawing() {
    let Some(visitor) = arrive("en", &[]).await else { return };
    visitor.open("").await;
    for (manifest, drawing, colour) in [
        ("/manifest.webmanifest", "/icon.svg", [18, 60, 105]),
        ("/wallet/ht.webmanifest", "/wallet/icon.svg", [81, 92, 109]),
    ] {
        are_the_drawing(&visitor, manifest, drawing, colour).await;
    }
    visitor.leave(0).await;
}

async fn are_the_drawing(visitor: &Visitor, manifest: &str, drawing: &str, colour: [u8; 3]) {
    let script = "(async () => { \
         const pixels = async (path, size) => { const picture = new Image(); picture.src = path; await picture.decode(); \
             const canvas = document.createElement('canvas'); canvas.width = canvas.height = size; const pen = canvas.getContext('2d'); \
             pen.drawImage(picture, 0, 0, size, size); return [picture.naturalWidth, pen.getImageData(0, 0, size, size).data]; }; \
         const icons = (await (await fetch('MANIFEST')).json()).icons.filter(({ type }) => type === 'image/png'); \
         window.icons = await Promise.all(icons.map(async ({ src, sizes, purpose }) => { \
             const size = parseInt(sizes); const [width, drawn] = await pixels(src, size); const [, ours] = await pixels('DRAWING', size); \
             let apart = 0; for (let at = 0; at < drawn.length; at += 1) apart += Math.abs(drawn[at] - ours[at]) / drawn.length; \
             return { purpose, size, width, apart, corner: drawn[3], at: [...drawn.slice(4 * (size * 3 + 3), 4 * (size * 3 + 3) + 3)] }; })); return true; })()";
    visitor.until(&script.replace("MANIFEST", manifest).replace("DRAWING", drawing)).await;
    let icons = visitor.ask("icons").await;
    let icons = icons.as_array().unwrap();
    assert_eq!(icons.iter().map(|icon| icon["size"].as_i64().unwrap()).collect::<Vec<_>>(), [192, 512, 512]);
    for icon in icons {
        assert_eq!(icon["size"], icon["width"], "{icon}");
        if icon["purpose"] == "maskable" {
            assert_eq!((&icon["corner"], &icon["at"]), (&json!(255), &json!(colour)), "{icon}");
        } else {
            assert_eq!(icon["corner"], 0, "{icon}");
            assert!(icon["apart"].as_f64().unwrap() < 2.0, "run web/build-icons: {icon}");
        }
    }
}
