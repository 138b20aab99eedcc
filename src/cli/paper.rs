//! `paper`: issued certificates as PDF.

use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget};

use super::Exit;
use super::args::{Paper, PaperSize as Size};
use super::commands::Ends;
use super::exporting::taken;
use super::say::{Failure, Say};
use crate::base::canonical::{Json, Object};
use crate::desk::institution::Institution;
use crate::desk::paper::{Form, LOGO_BYTES, Logo, Made, NotMade, PaperError, PaperSize, Press, Signatory, Style};
use crate::verify::message::Fact;

/// Makes paper.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Paper, say: &Say) -> Ends {
    let institution = Institution::open(&args.institution)?;
    let logo = args.logo.as_deref().map(logo).transpose()?;
    let signatories: Vec<Signatory> = args.signatory.iter().map(|text| signatory(text)).collect();
    let size = match args.size {
        Size::A4 => PaperSize::A4,
        Size::Letter => PaperSize::Letter,
    };
    let form = match (args.cards, args.print, args.zip) {
        (true, _, _) => Form::Cards,
        (_, true, _) => Form::Print,
        (_, _, true) => Form::Archive,
        _ => Form::Single,
    };
    let store = institution.store_in_turn()?;
    let style = Style { size, logo: logo.as_ref(), signatories: &signatories };
    let press = Press { institution: &institution, store: &store, style, out: &args.out };
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let made = press.make(form, &args.serials, &|done| bar.set_position(done as u64));
    bar.finish_and_clear();
    let made = made.map_err(|error| not_made(error, &args.out))?;
    if made.people == 0 && made.refused.is_empty() {
        return Err(Failure::new(Exit::Unreadable, "cli.paper.nobody"));
    }
    Ok(report(&made, &args.out, say))
}

fn logo(path: &Path) -> Result<Logo, Failure> {
    let failed = |error: &PaperError| of_paper(error).with("path", path.display());
    let length = std::fs::metadata(path).map_err(|error| Failure::unread(path, &error))?.len();
    if length > LOGO_BYTES as u64 {
        return Err(failed(&PaperError::LogoTooLarge { found: length, limit: LOGO_BYTES as u64 }));
    }
    Logo::read(&std::fs::read(path).map_err(|error| Failure::unread(path, &error))?).map_err(|error| failed(&error))
}

/// `Name; Post`, or a name alone.
fn signatory(text: &str) -> Signatory {
    let (name, post) = text.split_once(';').unwrap_or((text, ""));
    Signatory { name: name.trim().to_owned(), post: post.trim().to_owned() }
}

fn report(made: &Made, out: &Path, say: &Say) -> Exit {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let count = |count: usize| ("count", Fact::Number(number(count)));
    for (serial, error) in &made.refused {
        say.told(&of_paper(error).with("serial", serial));
    }
    say.tell("cli.paper.written", &[count(made.people), ("dir", Fact::Text(out.display().to_string()))]);
    for (id, some) in [("cli.paper.not-in-force", made.not_in_force), ("cli.paper.refused", made.refused.len())] {
        if some > 0 {
            say.tell(id, &[count(some)]);
        }
    }
    say.tell("cli.export.private", &[]);
    if say.is_json() {
        let refused = made.refused.iter().map(|(serial, error)| {
            let mut object = say.error(&of_paper(error).with("serial", serial));
            object.set("serial", serial.as_str().into());
            object.into()
        });
        say.json(Object::from_iter([
            ("certificates", Json::Integer(number(made.people))),
            ("files", Json::List(made.files.iter().map(|path| path.display().to_string().into()).collect())),
            ("notInForce", Json::Integer(number(made.not_in_force))),
            ("refused", Json::List(refused.collect())),
        ]));
    } else {
        made.files.iter().for_each(|path| say.result(&path.display().to_string()));
    }
    if made.refused.is_empty() { Exit::Accept } else { Exit::Unreadable }
}

fn not_made(error: NotMade, out: &Path) -> Failure {
    match error {
        NotMade::Desk(error) => error.into(),
        NotMade::OutOfForce(serial) => Failure::new(Exit::Usage, "cli.paper.out-of-force").with("serial", serial),
        NotMade::Paper(error) => of_paper(&error).with("path", out.display()),
        NotMade::Taken(path) => taken(&path),
    }
}

/// What is wrong, without whose certificate or which file it is.
pub(super) fn of_paper(error: &PaperError) -> Failure {
    let exit = match error {
        PaperError::Rule(_) => Exit::Internal,
        PaperError::Signatories => Exit::Usage,
        PaperError::Write(_) => Exit::InputOutput,
        _ => Exit::Unreadable,
    };
    let failure = Failure::new(exit, &format!("paper.{}", error.code()));
    match error {
        PaperError::LogoTooLarge { found, limit } => failure.with("found", found).with("limit", limit),
        PaperError::NoGlyph { character } => failure.with("character", character),
        PaperError::Write(error) => failure.with("error", error),
        _ => failure,
    }
}
