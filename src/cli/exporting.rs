//! `export`: certificates in forms that other software opens, and an institution's whole record.

use std::ffi::OsStr;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::args::{Export, ExportForm};
use super::commands::{Ends, first_of, name_of};
use super::say::{Failure, Say};
use super::{Exit, World};
use crate::base::canonical::{Json, Object};
use crate::desk::institution::Institution;
use crate::desk::record::{Form, NotExported, export};
use crate::interop::export::{RDFC, with_one_proof};
use crate::store::files::{Readers, write_once};
use crate::verify::message::Fact;

/// Exports.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Export, world: &World<'_>, say: &Say) -> Ends {
    let form = match args.form {
        ExportForm::Badges => Some(Form::Badges),
        ExportForm::Csv => Some(Form::Csv),
        ExportForm::Json => Some(Form::Json),
        ExportForm::File | ExportForm::Rdfc => None,
    };
    match (form, &args.institution, &args.input, &args.out) {
        (Some(form), Some(institution), _, Some(out)) => record(institution, out, form, world, say),
        (None, None, Some(input), out) => certificate(input, args.form, out.as_deref(), say),
        _ => Err(Failure::new(Exit::Usage, "cli.value.form")),
    }
}

/// One certificate.
fn certificate(input: &OsStr, form: ExportForm, out: Option<&Path>, say: &Say) -> Ends {
    let signed = first_of(input)?.signed;
    let json = match (signed.to_json(), form) {
        (Json::Object(document), ExportForm::Rdfc) => with_one_proof(&document, RDFC).map(Json::Object),
        (document, _) => Some(document),
    };
    let json = json.ok_or_else(|| Failure::new(Exit::Unreadable, "cli.export.no-rdfc").with("path", name_of(input)))?;
    if form == ExportForm::Rdfc {
        say.tell("cli.export.rdfc-note", &[]);
    }
    match out {
        None if say.is_json() => say.json(Object::from_iter([("document", json)])),
        None => say.result(&String::from_utf8_lossy(&json.to_canonical())),
        Some(out) => {
            keep(out, &json.to_canonical())?;
            let path = out.display().to_string();
            say.tell("cli.export.written", &[("path", Fact::Text(path.clone()))]);
            if say.is_json() {
                say.json(Object::from_iter([("path", Json::from(path))]));
            }
        }
    }
    Ok(Exit::Accept)
}

/// Everything an institution issued.
fn record(folder: &Path, out: &Path, form: Form, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(folder)?;
    let store = institution.store_in_turn()?;
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let exported = export(&institution, &store, out, form, (world.clock)(), &|done| bar.set_position(done as u64));
    bar.finish_and_clear();
    let exported = exported.map_err(|error| match error {
        NotExported::Desk(error) => error.into(),
        NotExported::Taken(path) => taken(&path),
    })?;
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let dir = out.display().to_string();
    let facts = [("count", Fact::Number(number(exported.certificates))), ("dir", Fact::Text(dir.clone()))];
    say.tell("cli.export.record", &facts);
    if exported.not_in_force > 0 {
        say.tell("cli.export.not-in-force", &[("count", Fact::Number(number(exported.not_in_force)))]);
    }
    if exported.delegations > 0 {
        say.tell("cli.export.delegations", &[("count", Fact::Number(number(exported.delegations)))]);
    }
    // Only the table is made of what a certificate says; the other forms have the certificate itself.
    if exported.unreadable > 0 && matches!(form, Form::Csv) {
        say.tell("cli.export.unreadable", &[("count", Fact::Number(number(exported.unreadable)))]);
    }
    say.tell("cli.export.private", &[]);
    if say.is_json() {
        say.json(Object::from_iter([
            ("certificates", Json::Integer(number(exported.certificates))),
            ("delegations", Json::Integer(number(exported.delegations))),
            ("notInForce", Json::Integer(number(exported.not_in_force))),
            ("out", dir.into()),
            ("unreadable", Json::Integer(number(exported.unreadable))),
        ]));
    } else {
        say.result(&dir);
    }
    Ok(Exit::Accept)
}

/// Writes a file that names a person. The same content there already is as good; any other is left alone.
///
/// # Errors
/// [`Failure`].
pub fn keep(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    match write_once(path, bytes, Readers::Owner) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => match std::fs::read(path) {
            Ok(there) if there == bytes => Ok(()),
            _ => Err(taken(path)),
        },
        Err(error) => Err(Failure::io(path, &error)),
    }
}

/// Something else stands there.
#[must_use]
pub fn taken(path: &Path) -> Failure {
    Failure::new(Exit::Usage, "cli.file-taken").with("path", path.display())
}
