//! `register sheet`: an empty register to fill in.

use std::path::PathBuf;

use crate::base::canonical::{Json, Object};
use crate::cli::Exit;
use crate::cli::args::{Sheet, SheetForm};
use crate::cli::commands::Ends;
use crate::cli::exporting::keep;
use crate::cli::register::template;
use crate::cli::say::{Failure, Say};
use crate::desk::import;
use crate::verify::message::Fact;

/// Writes an empty register.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Sheet, say: &Say) -> Ends {
    let template = template(&args.achievement, args.from_archive)?;
    let (form, ending) = match args.form {
        SheetForm::Csv => (import::SheetForm::Csv, "csv"),
        SheetForm::Xlsx => (import::SheetForm::Xlsx, "xlsx"),
    };
    let path = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.{ending}", template.code)));
    let bytes = import::empty_sheet(&template, say.words().language(), form, false)
        .map_err(|_| Failure::new(Exit::Internal, "cli.internal"))?;
    keep(&path, &bytes)?;
    let path = path.display().to_string();
    say.tell("cli.register.written", &[("path", Fact::Text(path.clone()))]);
    if say.is_json() {
        say.json(Object::from_iter([("path", Json::from(path))]));
    }
    Ok(Exit::Accept)
}
