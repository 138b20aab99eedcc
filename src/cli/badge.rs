//! `badge`: certificates into pictures and out of them.

use std::path::{Path, PathBuf};

use super::Exit;
use super::args::{Badge, Bake, ReadBadge};
use super::commands::{Ends, bytes_of, first_of, name_of};
use super::exporting::keep;
use super::say::{Failure, Say};
use crate::base::canonical::{Json, Object};
use crate::carry::packet::Host;
use crate::desk::record::picture;
use crate::interop::badge::{self, BadgeError, Baked, Earlier, Picture};
use crate::verify::message::Fact;

/// Runs a `badge` command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Badge, say: &Say) -> Ends {
    match args {
        Badge::Bake(args) => bake(args, say),
        Badge::Read(args) => read(args, say),
    }
}

fn bake(args: &Bake, say: &Say) -> Ends {
    let document = first_of(&args.input)?.signed;
    let image = match &args.image {
        Some(path) => bytes_of(path.as_os_str())?,
        None => picture(&document, &Host::none()).into_bytes(),
    };
    let name = args.image.as_ref().map_or_else(|| name_of(&args.input), |path| path.display().to_string());
    let kind = Picture::of(&image).ok_or_else(|| failure(BadgeError::NotAPicture, &name))?;
    let out = match &args.out {
        Some(out) => out.clone(),
        None => beside(Path::new(&args.input), kind).ok_or_else(|| Failure::new(Exit::Usage, "cli.badge.needs-out"))?,
    };
    if Some(kind) != ending(&out) {
        return Err(Failure::new(Exit::Usage, "cli.badge.ending").with("path", out.display()));
    }
    let credential = String::from_utf8_lossy(document.bytes());
    let earlier = if args.replace { Earlier::Replace } else { Earlier::Keep };
    let baked = badge::bake(&image, &credential, earlier).map_err(|error| failure(error, &name))?;
    keep(&out, &baked)?;
    let path = out.display().to_string();
    say.tell("cli.badge.baked", &[("path", Fact::Text(path.clone()))]);
    if say.is_json() {
        say.json(Object::from_iter([("digest", Json::from(document.digest_multibase())), ("path", path.into())]));
    } else {
        say.result(&path);
    }
    Ok(Exit::Accept)
}

/// Where a badge goes when nobody says: beside the certificate's file.
fn beside(input: &Path, kind: Picture) -> Option<PathBuf> {
    let ending = match kind {
        Picture::Png => "badge.png",
        Picture::Svg => "badge.svg",
    };
    input.is_file().then(|| input.with_extension(ending))
}

/// The kind of picture that a file's name promises.
fn ending(path: &Path) -> Option<Picture> {
    match path.extension().and_then(std::ffi::OsStr::to_str) {
        Some("png") => Some(Picture::Png),
        Some("svg") => Some(Picture::Svg),
        _ => None,
    }
}

fn read(args: &ReadBadge, say: &Say) -> Ends {
    let name = name_of(&args.input);
    let baked = badge::read(&bytes_of(&args.input)?).map_err(|error| failure(error, &name))?;
    if baked.is_empty() {
        return Err(Failure::new(Exit::Unreadable, "badge.none").with("path", name));
    }
    say.tell("cli.not-checked", &[]);
    let (mut rows, mut any) = (Vec::new(), false);
    for one in &baked {
        let (code, text) = match one {
            Baked::Credential(text) => ("credential", Some(text)),
            Baked::Jose(text) => ("jose", Some(text)),
            Baked::Old => ("old", None),
        };
        let mut row = Object::from_iter([("form", Json::from(code))]);
        match text {
            None => drop(say.told(&Failure::new(Exit::Unreadable, "notread.old-badge").with("path", &name))),
            Some(text) => {
                any = true;
                row.set("text", text.as_str().into());
                if !say.is_json() {
                    say.result(text);
                }
            }
        }
        rows.push(row.into());
    }
    if say.is_json() {
        say.json(Object::from_iter([("badges", Json::List(rows))]));
    }
    Ok(if any { Exit::Accept } else { Exit::Unreadable })
}

fn failure(error: BadgeError, name: &str) -> Failure {
    let exit = match error {
        BadgeError::Active | BadgeError::Baked | BadgeError::Unbakeable => Exit::Usage,
        _ => Exit::Unreadable,
    };
    Failure::new(exit, &format!("badge.{}", error.code())).with("path", name)
}
