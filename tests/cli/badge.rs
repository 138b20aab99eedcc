//! `badge`: certificates into pictures and out of them, as people do it.

use super::program::Place;

const TRUST: &str = "--trust centro/trust.json";

#[test]
fn a_certificate_goes_into_a_picture_and_is_checked_there() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    place.write("medal.svg", r#"<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>"#);
    std::fs::copy(place.path(file.replace(".json", ".png")), place.path("medal.png")).unwrap();
    for image in ["medal.svg", "medal.png"] {
        let out = format!("badge-{image}");
        let said = place.run(&format!("badge bake {file} --image {image} --out {out} --json")).ends(0).json();
        assert_eq!(said["path"], out);
        assert_eq!(std::fs::metadata(place.path(&out)).unwrap().permissions().mode() & 0o777, 0o600);
        place.run(&format!("verify {TRUST} {out}")).ends(0);
        let shown = place.run(&format!("show {out} --json")).ends(0).json();
        assert_eq!(shown["documents"][0]["carrier"], "badge");
        let read = place.run(&format!("badge read {out}")).ends(0);
        assert_eq!(read.out.trim().as_bytes(), place.read(&file));
        assert_eq!(place.run(&format!("badge read {out} --json")).ends(0).json()["badges"][0]["form"], "credential");
        // The same again is the same; another one is not put over it.
        place.run(&format!("badge bake {file} --image {image} --out {out}")).ends(0);
        let other = &place.files("out", ".json")[1];
        place.run(&format!("badge bake {other} --image {image} --out {out}")).ends(64);
        let said = place.run(&format!("badge bake {other} --image {out} --out new-{image} --json")).ends(64).json();
        assert_eq!(said["error"]["code"], "baked");
        place.run(&format!("badge bake {other} --image {out} --out new-{image} --replace")).ends(0);
        let read = place.run(&format!("badge read new-{image}")).ends(0);
        assert_eq!(read.out.trim().as_bytes(), place.read(other));
    }
    // A changed letter inside the picture is found.
    let text = String::from_utf8(place.read("badge-medal.svg")).unwrap();
    place.write("altered.svg", text.replace("Centro", "Otro"));
    place.run(&format!("verify {TRUST} altered.svg")).ends(1);
    // In a folder a drawing counts when a badge is in it; the codes beside it are read from their PNG.
    std::fs::create_dir(place.path("folder")).unwrap();
    std::fs::copy(place.path("badge-medal.svg"), place.path("folder/a.svg")).unwrap();
    std::fs::copy(place.path(file.replace(".json", ".svg")), place.path("folder/b.svg")).unwrap();
    let said = place.run(&format!("verify {TRUST} folder --json")).ends(0).json();
    assert_eq!(said["verdicts"].as_array().unwrap().len(), 1, "{said}");
}

#[test]
fn without_a_picture_it_is_the_certificates_own_code() {
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    let made = place.run(&format!("badge bake {file}")).ends(0).out.trim().to_owned();
    assert_eq!(made, file.replace(".json", ".badge.svg"));
    place.run(&format!("verify {TRUST} {made}")).ends(0);
    assert!(place.read(&made).len() > place.read(&file).len() + 1_000, "there is a drawing, too");
    // From standard input there is no name to go by.
    let said = place.skillpass(["badge", "bake", "-", "--json"]).stdin(&place.read(&file)).end().ends(64).json();
    assert_eq!(said["error"]["code"], "needs-out");
    place.skillpass(["badge", "bake", "-", "--out", "b.svg"]).stdin(&place.read(&file)).end().ends(0);
}

#[test]
fn pictures_and_certificates_that_do_not_go() {
    let place = Place::of_world();
    let file = place.files("out", ".json").remove(0);
    place.write("run.svg", r#"<svg xmlns="http://www.w3.org/2000/svg"><script>a()</script></svg>"#);
    place.write("dtd.svg", r#"<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>"#);
    place.write("cut.png", b"\x89PNG\r\n\x1a\n");
    for (image, code, exit) in [
        ("run.svg", "active", 64),
        ("dtd.svg", "document-type", 66),
        ("cut.png", "damaged", 66),
        ("gin.csv", "not-a-picture", 66),
        ("missing.png", "file-missing", 66),
    ] {
        let said = place.run(&format!("badge bake {file} --image {image} --out x.svg --json"));
        // The name is looked at first where the kinds differ.
        let found = said.json()["error"]["code"].as_str().unwrap().to_owned();
        assert!(found == code || (found == "ending" && image == "cut.png"), "{image}: {found}");
        assert!([exit, 64].contains(&said.code), "{image}: {}", said.code);
    }
    place.run(&format!("badge bake {file} --image run.svg --out x.png")).ends(64);
    place.run(&format!("badge read {}", file.replace(".json", ".png"))).ends(66);
    place.run(&format!("badge read {file}")).ends(66);
    place.run("badge").ends(64);
    assert!(!place.path("x.svg").exists());
}
