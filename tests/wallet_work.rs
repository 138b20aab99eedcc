//! The wallet for work and for several people: packages and skills, vacancies, CVs, the camera, names and locks; in a real browser.

use serde_json::{Value, json};
use skillpass::credential::achievement::Kind;

use crate::browser::Visitor;
use crate::cli::program::Place;
use crate::common::documents::{ANDES, ANDES_KEY, KEY_1, NOW, SIGNED, changed, signed, signed_by};
use crate::common::packs::Parts;
use crate::page::{digits, good, house, house_with_lists};
use crate::scan::{drawn, seen};
use crate::scan_page::{camera, film};
use crate::vectors::make::vacancies::{aligned, signed as signed_vacancy, vacancy};
use crate::wallet_page::{WORDS, downloaded};

const MODULES: [&str; 6] = ["marketing", "stock", "costing", "planning", "people", "records"];

/// The test packs' world, in which two bodies of two countries may award the modules of one package.
fn lists_with_modules() -> Vec<u8> {
    let mut parts = Parts::of_tests();
    for module in MODULES {
        let id = format!("urn:skillpass:ilo:mesun-{module}");
        let entry = json!({
            "id": id, "version": "1", "kind": "module-completion", "from": "2019-01-01T00:00:00Z", "regulated": false,
            "name": {"es": format!("Mejore su negocio: {module}"), "ht": format!("Amelyore biznis ou: {module}")},
        });
        parts.accreditation["achievements"].as_array_mut().unwrap().push(entry);
        for issuer in [0, 1] {
            let scope = parts.accreditation["issuers"][issuer]["scope"].as_array_mut().unwrap();
            scope.push(json!({"achievement": id, "from": "2020-01-01T00:00:00Z"}));
        }
    }
    parts.to_bytes()
}

/// A certificate of a module, of the first body or of the one abroad.
fn module(name: &str, abroad: bool, index: u32, serial: u8) -> Value {
    let mut document = crate::common::documents::module();
    document["id"] = format!("urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f{serial:02x}").into();
    document["credentialSubject"]["achievement"]["id"] = format!("urn:skillpass:ilo:mesun-{name}").into();
    document["credentialSubject"]["achievement"]["name"] = format!("Mejore su negocio: {name}").into();
    let list = if abroad { "https://andes.example/status/1" } else { "https://cert.formar.example/status/1" };
    document["credentialStatus"]["statusListCredential"] = list.into();
    document["credentialStatus"]["id"] = format!("{list}#{index}").into();
    document["credentialStatus"]["statusListIndex"] = index.to_string().into();
    if abroad {
        document["issuer"] = json!({"id": ANDES, "name": "Instituto Andes", "type": ["Profile"]});
        return signed_by(&document, "andes-1", ANDES_KEY, SIGNED);
    }
    signed_by(&document, "formar-1", KEY_1, SIGNED)
}

/// Somebody with these certificates, at the list of them.
async fn with(lists: Vec<Vec<u8>>, certificates: &[Value]) -> Option<Visitor> {
    let (router, log) = house_with_lists(lists);
    let visitor = Visitor::arrive_at("en", router, log).await?;
    visitor.live_at(NOW).await;
    visitor.open("wallet?lang=en").await;
    visitor.press(".begin").await;
    visitor.see(".add").await;
    visitor.press(".add").await;
    visitor.see(".take").await;
    let script = format!("document.querySelector('textarea').value = {}", json!(json!(certificates).to_string()));
    visitor.ask(&script).await;
    visitor.press(".take").await;
    visitor
        .until(&format!("document.querySelectorAll('.held .open, .verdict').length >= {}", certificates.len()))
        .await;
    Some(visitor)
}

/// In every language at two widths: nothing is wider than the screen, no identifier stands where words should, and nobody meets a barrier.
async fn everywhere(visitor: &Visitor, name: &str, what: &str) {
    for tag in ["es", "pt", "fr", "ht", "en"] {
        visitor.press(&format!("[data-language={tag}]")).await;
        visitor.see(&format!("html[lang={tag}] {what}")).await;
        for width in [320, 360] {
            visitor.hold(width, 740).await;
            visitor.fits(&format!("{name} {tag} {width}")).await;
        }
        let text = visitor.ask("document.body.innerText").await;
        let gap = ["wallet.", "vacancy.", "kind.", "{", "undefined"]
            .into_iter()
            .find(|gap| text.as_str().unwrap().contains(gap));
        assert_eq!(gap, None, "{name} {tag}: {text}");
        visitor.hold(320, 740).await;
        visitor.picture(&format!("wallet-{name}-{tag}"), true).await;
        visitor.hold(360, 740).await;
    }
}

/// Until a part of the page says something: it is drawn again some time after its language has changed.
async fn says(visitor: &Visitor, what: &str, text: &str) {
    let script = format!("Boolean(document.querySelector({})?.textContent.includes({}))", json!(what), json!(text));
    visitor.until(&script).await;
}

/// domain.md D16: modules of two institutions in two countries are one pathway. A module held twice counts once, a revoked one not at all.
#[tokio::test(flavor = "multi_thread")]
async fn modules_from_two_countries_are_one_pathway() {
    let certificates = [
        module("costing", false, 94_567, 1),
        module("costing", false, 94_568, 2),
        module("planning", false, 94_569, 3),
        module("records", true, 94_570, 4),
        module("people", false, 13, 5),
    ];
    let Some(visitor) = with(vec![lists_with_modules()], &certificates).await else { return };
    visitor.see(".pathway[data-pathway='urn:skillpass:ilo:mesun'][data-done='3']").await;
    let heading = visitor.see(".pathway h2").await;
    assert!(heading.ends_with("3 of 6"), "{heading}");
    assert_eq!(visitor.see(".pathway .from").await, "Institutions: 2 · Countries: 2");
    assert_eq!(visitor.ask("document.querySelectorAll('.pathway').length").await, 1);
    assert_eq!(
        visitor.ask("document.querySelectorAll('.pathway [data-outcome=accept]').length").await,
        4,
        "both copies are shown"
    );
    assert_eq!(visitor.ask("document.querySelectorAll('.pathway [data-outcome=reject]').length").await, 1);
    visitor.press(".pathway summary").await;
    let missing =
        visitor.ask("[...document.querySelectorAll('.missing li')].map((one) => one.textContent).join('; ')").await;
    assert!(missing.as_str().unwrap().contains("human resources"), "a revoked one does not count: {missing}");
    assert_eq!(visitor.ask("document.querySelectorAll('.missing li').length").await, 3);
    everywhere(&visitor, "pathway", ".pathway[data-done='3']").await;
    // Names: signed in the reader's language or in the list; else a code with its English label, marked so.
    visitor.press(".work").await;
    visitor.see(".skills").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.skills > li').length").await, 3, "each skill once");
    assert!(visitor.see(".skills").await.contains("Signed as: Mejore su negocio"));
    everywhere(&visitor, "skills", ".skills").await;
    visitor.press("[data-language=ht]").await;
    // The list's name in Creole, then the signed one.
    says(&visitor, ".skills strong", "Amelyore biznis ou").await;
    visitor.press("[data-language=es]").await;
    says(&visitor, ".skills strong", "Mejore su negocio").await;
    visitor.leave(20).await;
}

/// domain.md D31: a vacancy is matched in the page, with reasons, and nobody is asked anything.
#[tokio::test(flavor = "multi_thread")]
async fn a_vacancy_is_matched_and_no_request_goes_out() {
    let mine = signed(&aligned(Kind::Competence, "ISCO-08", "7411"));
    let ended = changed(&aligned(Kind::Competence, "ISCO-08", "5120"), "/validUntil", "2026-05-01T00:00:00Z".into());
    let ended = changed(&ended, "/id", "urn:uuid:3f0e8a52-6c1b-4d7e-9a40-5be2c9d81f09".into());
    let Some(mut visitor) = with(vec![Parts::of_tests().to_bytes()], &[mine, signed(&ended)]).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let met = changed(&vacancy(), "/requirements/0/codes/0/code", "741".into());
    let mut missing = changed(&vacancy(), "/title", "Ayudante de cocina".into());
    missing["requirements"] = json!([
        {"name": "Cocina", "needs": "any", "kinds": ["competence"], "codes": [{"framework": "ISCO-08", "code": "5120"}]},
        {"name": "Nivel", "needs": "all", "kinds": ["competence"], "codes": [{"framework": "ISCO-08", "code": "7411"}],
         "level": {"framework": "CO-MNC", "version": "2021", "label": "3"}},
    ]);
    missing["text"] = "Turnos de tarde. Uniforme incluido.".into();
    missing["apply"] = "Preséntese en la oficina de empleo con este archivo.".into();
    let put = |name: &str, document: &Value| {
        let path = folder.path().join(name);
        std::fs::write(&path, serde_json::to_vec(document).unwrap()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = put("vacancy.json", &signed_vacancy(&met));
    let other = put("other.json", &signed_vacancy(&missing));
    let tampered = put("tampered.json", &changed(&signed_vacancy(&met), "/title", "Gerente".into()));
    // The worker has everything; from here on nothing reaches the server, which is then stopped.
    let here = "Promise.all(['/wallet/work.js', '/wasm/reader.wasm', '/wallet/i18n/en.json', '/i18n/verdict/en.json', '/wallet/i18n/ht.json'] \
                .map((path) => caches.match(path))).then((all) => all.every(Boolean) && Boolean(navigator.serviceWorker.controller))";
    visitor.until(here).await;
    visitor.press(".work").await;
    visitor.see(".vacancy").await;
    // Neither signed in Portuguese nor named so in the list: the code stands for it, with its English label, marked so.
    visitor.press("[data-language=pt]").await;
    says(&visitor, ".skills", "ISCO-08 7411: Building electricians (nome em inglês)").await;
    visitor.press("[data-language=en]").await;
    says(&visitor, ".skills strong", "Generate your business idea").await;
    assert!(
        !visitor.see(".skills").await.contains("(name in English)"),
        "to whoever reads English there is nothing to mark"
    );
    visitor.press(".vacancy").await;
    visitor.see("#vacancy").await;
    let before = visitor.log.lock().unwrap().len();
    let choose = async |visitor: &Visitor, paths: &str| {
        let field = visitor.client.find(fantoccini::Locator::Id("vacancy")).await.unwrap();
        field.send_keys(paths).await.unwrap();
    };
    choose(&visitor, &good).await;
    visitor.see(".match[data-outcome=accept] [data-reason=narrower]").await;
    assert!(visitor.see(".match .why").await.contains("7411, which belongs to 741"));
    assert_eq!(visitor.see(".signer[data-signer=listed]").await, "Signed by Centro Formar, which the list here names.");
    choose(&visitor, &format!("{good}\n{other}")).await;
    visitor.see(".match[data-outcome=reject] [data-reason=refused]").await;
    visitor.see(".match [data-reason=no-level]").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.match').length").await, 2);
    assert_eq!(visitor.log.lock().unwrap().len(), before, "a request went out");
    everywhere(&visitor, "vacancy", ".match[data-outcome=reject]").await;
    // A vacancy that was changed is told, and the ones before stay.
    choose(&visitor, &tampered).await;
    visitor.see("#error:not([hidden])").await;
    assert_eq!(visitor.see("#error-title").await, "The vacancy was changed after it was signed.");
    visitor.picture("wallet-vacancy-tampered", true).await;
    visitor.cut().await;
    visitor.open("wallet?lang=en&cut").await;
    visitor.see(".work").await;
    visitor.press(".work").await;
    visitor.see(".vacancy").await;
    visitor.press(".vacancy").await;
    visitor.see("#vacancy").await;
    choose(&visitor, &good).await;
    visitor.see(".match[data-outcome=accept] [data-reason=narrower]").await;
    visitor.leave(20).await;
}

/// domain.md D30: what the page saves as a CV, an employment service's program takes in; the table is the one that it writes itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_cv_made_in_the_page_is_taken_in_by_the_program() {
    let place = Place::of_world();
    let (router, log) = house_with_lists(vec![place.read("centro/trust.json")]);
    let Some(visitor) = Visitor::arrive_at("en", router, log).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let saves = json!({"behavior": "allow", "downloadPath": folder.path()});
    visitor.devtools("Browser.setDownloadBehavior", saves).await;
    visitor.open("wallet?lang=en").await;
    visitor.press(".begin").await;
    visitor.see(".add").await;
    let mine: Value = serde_json::from_slice(&place.read(&place.files("out", ".json")[0])).unwrap();
    let others = [
        good(),
        place
            .files("out-otro", ".json")
            .first()
            .map(|file| serde_json::from_slice(&place.read(file)).unwrap())
            .unwrap(),
    ];
    visitor.takes(&mine.to_string()).await;
    for other in others {
        visitor.press(".back").await;
        visitor.see(".add").await;
        visitor.takes(&other.to_string()).await;
    }
    visitor.press(".back").await;
    visitor.see(".work").await;
    visitor.press(".work").await;
    visitor.see(".cv").await;
    visitor.press(".cv").await;
    visitor.see(".look").await;
    // What is not accepted cannot be chosen.
    assert_eq!(visitor.ask("document.querySelectorAll('.held input:disabled').length").await, 2);
    visitor.press(".look").await;
    visitor.see("#error:not([hidden])").await;
    visitor.press(".held input:enabled").await;
    visitor.press(".look").await;
    visitor.see(".inside .json").await;
    visitor.fits("cv").await;
    visitor.picture("wallet-cv-inside", true).await;
    visitor.press(".inside .json").await;
    let bundle = downloaded(folder.path(), "json").await;
    visitor.press(".inside .csv").await;
    let table = String::from_utf8(downloaded(folder.path(), "csv").await).unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name.starts_with("folder-") && !name.contains("cv"), "{name} says what it is");
    }
    place.write("cv.json", &bundle);
    let said = place.run("cv import cv.json --trust centro/trust.json --json").ends(0).json();
    assert_eq!(said["rows"].as_array().unwrap().len(), 1, "{said}");
    assert!(said["rows"][0]["isco_08"].is_array());
    let csv = place.run("cv import cv.json --trust centro/trust.json --csv").ends(0).out;
    assert_eq!(table.trim_start_matches('\u{feff}').trim_end(), csv.trim_end(), "the table that the program writes");
    everywhere(&visitor, "cv", ".look").await;
    visitor.leave(20).await;
}

/// The checker's scanner takes a certificate in; and the wallet says no more of itself than it must.
#[tokio::test(flavor = "multi_thread")]
async fn the_camera_takes_a_certificate_in() {
    let print = drawn(&digits(&good()), 10);
    let film = film(&[seen(&print, 700, 2.0, 0.0, 0.8)]);
    let (router, log) = house();
    let Some(visitor) = Visitor::arrive_with("en", router, log, &camera(&film)).await else { return };
    visitor.live_at(NOW).await;
    visitor.open("wallet?lang=en").await;
    visitor.press(".begin").await;
    visitor.see(".add").await;
    visitor.press(".add").await;
    visitor.see(".scan-code").await;
    assert!(!visitor.log.lock().unwrap().iter().any(|line| line.contains("/scan/")), "loaded before it was asked for");
    visitor.press(".scan-code").await;
    visitor.see(".verdict[data-outcome=accept]").await;
    visitor.press(".back").await;
    visitor.see(".add").await;
    // Left while it looks, the camera is off.
    visitor.press(".show").await;
    visitor.see(".scan-question").await;
    visitor.press(".scan-question").await;
    visitor.see(".scan:not([hidden]) video").await;
    visitor.ask("(window.film = document.querySelector('.scan video'), true)").await;
    visitor.until("window.film.srcObject !== null").await;
    visitor.press(".back").await;
    visitor.until("window.film.srcObject === null").await;
    // Another site's delivery link is not opened; nothing leaves this page.
    visitor.press(".add").await;
    visitor.see(".take").await;
    visitor.ask("document.querySelector('textarea').value = 'https://elsewhere.example.org/get/#uX.uYYYY'").await;
    visitor.press(".take").await;
    visitor.see("#error:not([hidden])").await;
    everywhere(&visitor, "add", ".scan-code").await;
    visitor.leave(20).await;
}

/// domain.md D69, threats.md K6: two people at one phone, each behind an own lock; a passkey unlocks beside the passphrase, and never instead of it.
#[tokio::test(flavor = "multi_thread")]
async fn two_people_at_one_phone_and_a_finger() {
    let (router, log) = house();
    let Some(mut visitor) = Visitor::arrive_at("en", router, log).await else { return };
    visitor.live_at(NOW).await;
    // Passkeys belong to a name, and no address is one.
    visitor.base = visitor.base.replace("127.0.0.1", "localhost");
    visitor.open("wallet?lang=en").await;
    visitor.press(".begin").await;
    visitor.see(".add").await;
    visitor.takes(&digits(&good())).await;
    visitor.press(".back").await;
    visitor.see(".more").await;
    visitor.press(".more").await;
    visitor.see(".newcomer").await;
    everywhere(&visitor, "more", ".newcomer").await;
    // Nobody joins somebody whose things lie open.
    visitor.press(".newcomer").await;
    visitor.see("#error:not([hidden])").await;
    assert_eq!(visitor.see("#error-title").await, "What is here has no lock yet.");
    visitor.types("form input", &[WORDS, WORDS, "Luna"]).await;
    visitor.press(".lock").await;
    visitor.see(".unlock").await;
    visitor.press(".others").await;
    visitor.see(".person").await;
    everywhere(&visitor, "person", ".person").await;
    const THEIRS: &str = "otras cuatro palabras distintas";
    visitor.types("form input", &["Sol", THEIRS, THEIRS]).await;
    visitor.press(".person").await;
    visitor.see(".add").await;
    assert_eq!(visitor.ask("document.querySelectorAll('.held .open').length").await, 0, "the other one's certificate");
    let own = "import('/wallet/held.js').then(({ held }) => held.person.name === 'Sol' && held.kept.certificates.length === 0)";
    visitor.until(own).await;
    // Both are listed by their names and nothing else; each is sealed.
    visitor.open("wallet?lang=en&next").await;
    visitor.see(".people").await;
    assert_eq!(
        visitor
            .ask("[...document.querySelectorAll('.people .open')].map((one) => one.textContent).sort().join()")
            .await,
        "Luna,Sol"
    );
    everywhere(&visitor, "people", ".people").await;
    let sealed = "import('/wallet/vault.js').then(async ({ people, found }) => { const all = await people(); \
                  const records = await Promise.all(all.map(({ id }) => found(id))); \
                  return records.length === 2 && records.every(({ locked, bytes }) => locked && new TextDecoder().decode(bytes).startsWith('age-encryption.org/v1')); })";
    visitor.until(sealed).await;
    let open = async |visitor: &Visitor, name: &str| {
        let script = format!(
            "[...document.querySelectorAll('.people .open')].find((one) => one.textContent === '{name}').click()"
        );
        visitor.ask(&script).await;
        visitor.see(".unlock").await;
    };
    // The one's passphrase does not open the other's.
    open(&visitor, "Luna").await;
    visitor.types("form input", &[THEIRS]).await;
    visitor.press(".unlock").await;
    visitor.see("#error:not([hidden])").await;
    visitor.ask("(document.querySelector('form input').value = '')").await;
    visitor.types("form input", &[WORDS]).await;
    visitor.press(".unlock").await;
    visitor.see(".held li[data-outcome=accept]").await;

    // A finger, too.
    let authenticator = json!({"options": {"protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": true,
        "hasUserVerification": true, "hasPrf": true, "isUserVerified": true, "automaticPresenceSimulation": true}});
    visitor.devtools("WebAuthn.enable", json!({})).await;
    let added = visitor.devtools("WebAuthn.addVirtualAuthenticator", authenticator).await;
    visitor.press(".more").await;
    visitor.see(".passkey").await;
    visitor.press(".passkey").await;
    visitor.until("document.getElementById('status').textContent.includes('finger')").await;
    visitor.open("wallet?lang=en&finger").await;
    visitor.see(".people").await;
    open(&visitor, "Luna").await;
    visitor.see(".finger").await;
    everywhere(&visitor, "finger", ".finger").await;
    visitor.press(".finger").await;
    visitor.see(".held li[data-outcome=accept]").await;
    // Gone with its device, it is not missed.
    visitor.open("wallet?lang=en&without").await;
    visitor.see(".people").await;
    visitor.devtools("WebAuthn.removeVirtualAuthenticator", json!({"authenticatorId": added["authenticatorId"]})).await;
    let options = json!({"options": {"protocol": "ctap2", "transport": "internal", "hasUserVerification": true, "isUserVerified": true}});
    visitor.devtools("WebAuthn.addVirtualAuthenticator", options).await;
    open(&visitor, "Luna").await;
    visitor.see(".finger").await;
    visitor.press(".finger").await;
    visitor.see("#error:not([hidden])").await;
    visitor.types("form input", &[WORDS]).await;
    visitor.press(".unlock").await;
    visitor.see(".held li[data-outcome=accept]").await;
    // Each deletes one's own alone.
    visitor.press(".more").await;
    visitor.see(".wipe").await;
    visitor.press(".wipe").await;
    visitor.client.accept_alert().await.unwrap();
    visitor.see(".unlock").await;
    assert_eq!(visitor.see("main .intro").await, "Sol");
    visitor.leave(20).await;
}

/// domain.md D69: what stands in tabs, previews and notifications says nothing; and it can be left at once.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_tells_what_it_is() {
    let (router, log) = house();
    let Some(visitor) = Visitor::arrive_at("en", router, log).await else { return };
    visitor.live_at(NOW).await;
    visitor.open("wallet?lang=en").await;
    visitor.press(".begin").await;
    visitor.see(".add").await;
    visitor.takes(&digits(&good())).await;
    for (tag, name) in [("es", "Carpeta"), ("pt", "Pasta"), ("fr", "Dossier"), ("ht", "Katab"), ("en", "Folder")] {
        visitor.press(&format!("[data-language={tag}]")).await;
        visitor.see(&format!("html[lang={tag}] .verdict")).await;
        assert_eq!(visitor.client.title().await.unwrap(), name, "also with a certificate on the screen");
    }
    // What a preview, a home screen or a search would take.
    let told = "[...document.querySelectorAll('meta, link, title')].map((one) => one.outerHTML).join('\\n')";
    let told = visitor.ask(told).await.as_str().unwrap().to_lowercase();
    for word in ["og:", "twitter:", "description", "skillpass\"", "certif", "wallet\"", "job", "migra"] {
        assert!(!told.contains(word), "{word}: {told}");
    }
    assert!(told.contains("noindex") && told.contains("no-referrer") && told.contains("/wallet/icon.svg"), "{told}");
    assert_eq!(visitor.ask("location.href.includes('#')").await, false);
    // The name among a phone's apps is that of the tab, in the language that was chosen, and as neutral.
    for (tag, name) in [("fr", "Dossier"), ("ht", "Katab"), ("en", "Folder")] {
        visitor.press(&format!("[data-language={tag}]")).await;
        visitor.see(&format!("html[lang={tag}] .verdict")).await;
        let script = "(async () => { const { href } = document.querySelector('link[rel=manifest]'); \
             window.manifest = await (await fetch(href)).json(); return true; })()";
        visitor.until(script).await;
        let manifest = visitor.ask("manifest").await;
        assert_eq!(
            (&manifest["name"], &manifest["short_name"], &manifest["lang"]),
            (&name.into(), &name.into(), &tag.into())
        );
        assert_eq!((&manifest["start_url"], &manifest["scope"]), (&"/wallet".into(), &"/wallet".into()));
        let text = manifest.to_string().to_lowercase();
        for word in ["skillpass", "certif", "job", "migra"] {
            assert!(!text.contains(word), "{word}: {text}");
        }
        assert!(
            manifest["icons"]
                .as_array()
                .unwrap()
                .iter()
                .all(|icon| icon["src"].as_str().unwrap().starts_with("/wallet/icon"))
        );
    }
    let icon = std::fs::read_to_string(crate::common::here("web/wallet/icon.svg")).unwrap();
    assert!(!icon.contains("<text") && !icon.contains("<title") && !icon.contains("<desc"));
    // No notification, no sharing, no clipboard: nothing of it appears outside the page.
    for entry in std::fs::read_dir(crate::common::here("web/wallet")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "png") {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        for word in ["Notification", "showNotification", "navigator.share", "clipboard", "navigator.setAppBadge"] {
            assert!(!text.contains(word), "{word}");
        }
    }
    // Away at once; one step back is not the certificate.
    visitor.press("#leave").await;
    visitor.until("location.href === 'about:blank'").await;
    visitor.client.back().await.unwrap();
    let text = visitor.ask("document.body.innerText").await;
    assert!(!text.as_str().unwrap().contains(crate::page::NAME), "{text}");
    visitor.leave(20).await;
}
