//! `reprint`: certificates of any listed institution on paper again, from scans of it.

use std::path::Path;

use super::args::{PaperSize as Size, Reprint as Args};
use super::checking::{Row, check, expand, read};
use super::commands::Ends;
use super::evidence::Source;
use super::paper::of_paper;
use super::say::{Failure, Say};
use super::{Exit, World};
use crate::base::canonical::{Json, Object};
use crate::base::multibase;
use crate::desk::institution::Institution;
use crate::desk::paper::{PaperError, PaperSize, Style, cards, certificate};
use crate::desk::reprint::{NotReprinted, Reprint, Undecided};
use crate::store::acts::Hand;
use crate::store::files::{Readers, write_once};
use crate::verify::message::Fact;
use crate::verify::report::say as in_words;
use crate::verify::{Policy, Verdict};

/// Prints certificates again.
///
/// # Errors
/// [`Failure`]; what is refused of several has its line, and the others are printed.
pub fn run(args: &Args, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(&args.institution)?;
    let now = (world.clock)();
    let gathered = Source::of(&args.trust).gather()?;
    gathered.tell(say);
    let undecided = if args.undecided { Undecided::Printed } else { Undecided::Refused };
    let (mut ready, mut refused): (Vec<Reprint>, Vec<(String, Failure)>) = (Vec::new(), Vec::new());
    for (name, offered) in expand(&args.inputs)?.iter().flat_map(|input| read(input)) {
        let offered = match offered {
            Ok(offered) => offered,
            Err(failure) => {
                refused.push((name, failure));
                continue;
            }
        };
        let Row::Read(verdict) = check(&offered, &gathered.evidence, &Policy::default(), now) else { continue };
        match Reprint::of(&institution, &offered.signed, *verdict, &gathered.evidence, undecided) {
            // The page and the card of one person are one certificate.
            Ok(one) if ready.iter().any(|known| known.digest == one.digest) => {}
            Ok(one) => ready.push(one),
            Err(why) => refused.push((name, not_reprinted(&why, say))),
        }
    }
    let size = match args.size {
        Size::A4 => PaperSize::A4,
        Size::Letter => PaperSize::Letter,
    };
    let style = Style { size, logo: None, signatories: &[] };
    let files = if args.cards { carded(&ready, &style, &mut refused)? } else { paged(&ready, &style, &mut refused) };
    std::fs::create_dir_all(&args.out).map_err(|error| Failure::io(&args.out, &error))?;
    let store = institution.store_in_turn()?;
    let mut written = Vec::new();
    for (name, pdf, of) in files {
        let path = args.out.join(name);
        // Noted first: paper without a line would be nobody's.
        for one in of {
            one.note(&store, world.random, &Hand::program(now))?;
        }
        keep(&path, &pdf)?;
        written.push((path.display().to_string(), of));
    }
    let printed: usize = written.iter().map(|(_, of)| of.len()).sum();
    for (_, failure) in &refused {
        say.told(failure);
    }
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    say.tell("cli.reprint.done", &[("count", Fact::Number(number(printed)))]);
    if say.is_json() {
        let file = |(path, of): &(String, &[Reprint])| -> Json {
            let digests = of.iter().map(|one| multibase::digest(&one.digest).into()).collect();
            Object::from_iter([("digests", Json::List(digests)), ("path", path.as_str().into())]).into()
        };
        let fault = |(name, failure): &(String, Failure)| -> Json {
            let mut object = say.error(failure);
            object.set("input", name.as_str().into());
            object.into()
        };
        say.json(Object::from_iter([
            ("certificates", Json::Integer(number(printed))),
            ("files", Json::List(written.iter().map(file).collect())),
            ("refused", Json::List(refused.iter().map(fault).collect())),
        ]));
    } else {
        written.iter().for_each(|(path, _)| say.result(path));
    }
    let exits: Vec<Exit> = refused.iter().map(|(_, failure)| failure.exit).collect();
    let worst =
        [Exit::Reject, Exit::Unreadable, Exit::Usage, Exit::Undecided].into_iter().find(|it| exits.contains(it));
    Ok(worst.or_else(|| exits.first().copied()).unwrap_or(Exit::Accept))
}

/// A file: its name, its bytes, who is in it.
type Files<'r> = Vec<(String, Vec<u8>, &'r [Reprint])>;

fn paged<'r>(ready: &'r [Reprint], style: &Style<'_>, refused: &mut Vec<(String, Failure)>) -> Files<'r> {
    let mut files = Vec::new();
    for one in ready.chunks(1) {
        let Some(first) = one.first() else { continue };
        match certificate(&first.certificate(), style) {
            Ok(pdf) => files.push((format!("{}.pdf", first.name), pdf, one)),
            Err(error) => refused.push((first.name.clone(), of_paper(&error))),
        }
    }
    files
}

/// Who has no card is named, and gets none; then the others have theirs on sheets of their own.
fn carded<'r>(
    ready: &'r [Reprint],
    style: &Style<'_>,
    refused: &mut Vec<(String, Failure)>,
) -> Result<Files<'r>, Failure> {
    let mut files = Vec::new();
    for one in ready.chunks(1) {
        let people: Vec<_> = one.iter().map(Reprint::certificate).collect();
        let made = cards(&people, style, &|_| ()).map_err(|error: PaperError| of_paper(&error))?;
        let named = |place: usize| one.get(place).map(|it| it.name.clone()).unwrap_or_default();
        refused.extend(made.refused.iter().map(|(place, error)| (named(*place), of_paper(error))));
        files.extend(made.pdf.map(|pdf| (format!("{}-card.pdf", named(0)), pdf, one)));
    }
    Ok(files)
}

/// The same again is there already; other paper is not written over.
fn keep(path: &Path, pdf: &[u8]) -> Result<(), Failure> {
    if std::fs::read(path).is_ok_and(|there| there == pdf) {
        return Ok(());
    }
    write_once(path, pdf, Readers::Owner).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::new(Exit::Usage, "cli.file-exists").with("path", path.display()),
        _ => Failure::io(path, &error),
    })
}

fn not_reprinted(why: &NotReprinted, say: &Say) -> Failure {
    let of = |exit| Failure::new(exit, &format!("reprint.{}", why.code()));
    let reason = |verdict: &Verdict| {
        let reason = verdict.deciding().map(|finding| in_words(&finding.reason, say.words()));
        reason.unwrap_or_default()
    };
    match why {
        NotReprinted::NoCode => of(Exit::Unreadable),
        NotReprinted::NotListed => of(Exit::Usage),
        NotReprinted::Rejected(verdict) => of(Exit::Reject).with("reason", reason(verdict)),
        NotReprinted::Undecided(verdict) => of(Exit::Undecided).with("reason", reason(verdict)),
        NotReprinted::Unknown => of(Exit::Undecided),
    }
}
