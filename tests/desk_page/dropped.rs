//! A register that is dropped on its place in the browser, and what is no register: the page made by a script, and by the browser's own hand.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use skillpass::store::staff::Role;

use super::day::{PASSWORD, Town, employ, go, reads, register, sign_in};
use crate::browser::Visitor;
use crate::common::here;
use crate::page::NAME;

/// Drops files on the place for them, as an event that the page cannot tell from a hand's but by its trust. Whether the page took it: the
/// browser would open the file instead of the desk else.
async fn drop_files(visitor: &Visitor, files: &[(&str, &[u8])]) -> bool {
    let files: Vec<Value> = files.iter().map(|(name, bytes)| json!([name, STANDARD.encode(bytes)])).collect();
    let script = "const carried = new DataTransfer();
        for (const [name, bytes] of arguments[0]) carried.items.add(new File([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))], name));
        const place = document.querySelector('.drop');
        const kinds = ['dragenter', 'dragover', 'drop'];
        return kinds.map((kind) => place.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }))).every((left) => !left);";
    visitor.client.execute(script, vec![files.into()]).await.unwrap() == true
}

/// The same by the browser itself, with what lies on the disk; `on` is where.
async fn drop_paths(visitor: &Visitor, on: &str, paths: &[&Path]) {
    let place = format!(
        "(() => {{ const place = document.querySelector('{on}'); place.scrollIntoView({{ block: 'center' }});
           const box = place.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
    );
    let place = visitor.ask(&place).await;
    let files: Vec<&str> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    for kind in ["dragEnter", "dragOver", "drop"] {
        let data = json!({"items": [], "files": files, "dragOperationsMask": 1});
        visitor
            .devtools("Input.dispatchDragEvent", json!({"type": kind, "x": place[0], "y": place[1], "data": data}))
            .await;
    }
}

/// The names of the rows that are shown.
async fn names(visitor: &Visitor) -> Vec<String> {
    let names = visitor.ask("[...document.querySelectorAll('tbody td.main')].map((cell) => cell.textContent)").await;
    names.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

async fn chosen(visitor: &Visitor) -> Value {
    visitor.ask("document.querySelector('.chosen').textContent").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dropped_is_read_and_what_is_no_register_changes_nothing() {
    let town = Town::found(None);
    employ(&town.house, "carla", "Carla Secretaria", Role::Clerk, Some(PASSWORD));
    let Some(visitor) = Visitor::arrive_at("es", town.router, Arc::clone(&town.log)).await else { return };
    visitor.client.goto(&format!("{}desk", visitor.base)).await.unwrap();
    visitor.see("[name=login]").await;
    sign_in(&visitor, "carla").await;
    go(&visitor, "import").await;
    visitor.see("[name=achievement]").await;
    let choice = visitor.find("[name=achievement]").await;
    choice.select_by_value("GIN").await.unwrap();

    // A table of text: its rows, and the one that is wrong.
    let list = register();
    assert!(drop_files(&visitor, &[("lista.csv", list.as_bytes())]).await);
    reads(&visitor, ".problems", "19885").await;
    assert_eq!(chosen(&visitor).await, "lista.csv");
    assert_eq!(names(&visitor).await, [NAME, "Wilner Jean-Baptiste", "João Gonçalves"]);
    visitor.press(".problems input").await;
    assert_eq!(visitor.ask("document.querySelector('.drop').classList.contains('over')").await, false);

    // Two at a time, nothing, a folder: a word for each, and what was decided about the first file stays.
    let stays = || async {
        assert_eq!(chosen(&visitor).await, "lista.csv");
        assert_eq!(names(&visitor).await.len(), 3);
        assert_eq!(visitor.ask("document.querySelector('.problems input').checked").await, true, "left out");
    };
    assert!(drop_files(&visitor, &[("a.csv", list.as_bytes()), ("b.csv", b"b")]).await);
    reads(&visitor, ".told", "Son 2 archivos").await;
    stays().await;
    visitor.fits("two files").await;
    visitor.picture("desk-drop-1-two", true).await;
    assert!(drop_files(&visitor, &[]).await);
    reads(&visitor, ".told", "no es un archivo").await;
    stays().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lista.csv"), &list).unwrap();
    drop_paths(&visitor, ".drop", &[folder.path()]).await;
    reads(&visitor, ".told", "carpeta").await;
    stays().await;
    visitor.picture("desk-drop-2-folder", true).await;
    // Beside its place, nothing is opened and nothing is read.
    drop_paths(&visitor, "h1", &[&folder.path().join("lista.csv")]).await;
    stays().await;
    assert!(visitor.ask("location.pathname").await.as_str().unwrap().starts_with("/desk"));
    // The browser's own hand, on the place: the same file as before, read anew.
    drop_paths(&visitor, ".drop", &[&folder.path().join("lista.csv")]).await;
    reads(&visitor, ".problems", "19885").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.told .alert').length").await, 0, "the word is gone");
    visitor.until("!document.querySelector('.problems input').checked").await;
    assert_eq!(names(&visitor).await, [NAME, "Wilner Jean-Baptiste", "João Gonçalves"]);

    // A picture and a page of print are no registers; the desk says so, and takes the next file.
    for (name, bytes, words) in [
        ("foto.png", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"[..], "no es de texto"),
        ("acta.pdf", &b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n\0"[..], "no es de texto"),
        ("vacio.csv", &b""[..], "vac"),
    ] {
        assert!(drop_files(&visitor, &[(name, bytes)]).await);
        reads(&visitor, ".chosen", name).await;
        reads(&visitor, ".alert", words).await;
        visitor.press("#main .stack .primary").await;
        reads(&visitor, "#main [role=status]", "Corrija el archivo").await;
        visitor.fits(name).await;
    }
    visitor.picture("desk-drop-3-no-register", true).await;

    // A workbook: its rows, and those whose day is still to come.
    let workbook = std::fs::read(here("tests/registers/xlsx/good-blank-rows.xlsx")).unwrap();
    assert!(drop_files(&visitor, &[("lista.xlsx", &workbook)]).await);
    reads(&visitor, "tbody", "María Elena Suárez Niño").await;
    assert_eq!(chosen(&visitor).await, "lista.xlsx");
    assert_eq!(names(&visitor).await, ["María Elena Suárez Niño", "Carlos Andrés Peña"]);
    visitor.fits("workbook").await;
    visitor.picture("desk-drop-4-workbook", true).await;
    let store = town.house.store();
    assert_eq!(store.awards_after("", 9).unwrap(), [], "looked at, and nothing kept");
    let rows: Vec<Value> = visitor
        .ask("[...document.querySelectorAll('.problems input')].map((box) => (box.click(), box.checked))")
        .await
        .as_array()
        .unwrap()
        .clone();
    assert!(!rows.is_empty() && rows.iter().all(|out| *out == true), "{rows:?}");
    visitor.press("#main .stack .primary").await;
    reads(&visitor, ".done dl", "2").await;
    assert_eq!(store.awards_after("", 9).unwrap().len(), 2);
    // The console repeats that nobody is signed in, and the three files that could not be read.
    visitor.leave(4).await;
    let log = town.log.lock().unwrap().join("\n");
    assert!(!log.contains("lista") && !log.contains("foto"), "no file's name in the log: {log}");
}
