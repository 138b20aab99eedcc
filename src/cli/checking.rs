//! `verify`: what was offered, and the four answers about it. Opens no socket.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::args::Verify;
use super::commands::{Ends, at, name_of, taken_in, unread};
use super::evidence::{Gathered, Source};
use super::resources::{problem_json, resources};
use super::say::{Failure, Say};
use super::table::Table;
use super::{Exit, World, receipt};
use crate::base::canonical::{Json, Object};
use crate::base::timestamp::Timestamp;
use crate::interop::badge;
use crate::interop::intake::{Carrier, Offered};
use crate::interop::resources::Unusable;
use crate::verify::Reason;
use crate::verify::message::{Fact, Words};
use crate::verify::report::{Mark, guest_rows};
use crate::verify::{Answer, Evidence, Outcome, Policy, Presented, Question, Verdict, verify};

/// What one input came to.
pub(super) enum Row {
    /// A verdict.
    Read(Box<Verdict>),
    /// Why there is none.
    Unread(Failure),
}

/// Checks everything named on the command line.
///
/// # Errors
/// [`Failure`] when the evidence cannot be read; inputs that cannot be read have their row.
pub fn run(args: &Verify, world: &World<'_>, say: &Say) -> Ends {
    let now = at(args.at, world);
    let wanted = receipt::wanted(args, say)?;
    let mut gathered = Source::of(&args.trust).gather()?;
    let mapped = args.resources.as_deref().map(|path| resources(path, now, say)).transpose()?.unwrap_or_default();
    gathered.evidence.suites = mapped.suites();
    gathered.evidence.mapped = mapped.mapped.into();
    if gathered.evidence.packs.is_empty() {
        say.tell("cli.no-trust", &[]);
    }
    gathered.tell(say);
    let inputs = expand(&args.inputs)?;
    let policy = Policy { country: args.country.clone(), test_code: false };
    // What one command names was presented together: a decision finds the certificate that it speaks about, and the other way round.
    let read: Vec<(String, Result<Offered, Failure>)> = inputs.par_iter().flat_map_iter(|input| read(input)).collect();
    receipt::one_alone(wanted.as_ref(), read.len())?;
    let documents = read.iter().filter_map(|(_, offered)| offered.as_ref().ok()).map(|offered| offered.signed.clone());
    gathered.evidence.presented = Presented::of(documents);
    let presented = |(_, offered): &(_, Result<Offered, _>)| {
        offered.as_ref().is_ok_and(|offered| offered.carrier == Carrier::Presentation)
    };
    if read.iter().any(presented) {
        say.tell("cli.presentation-not-asked", &[]);
    }
    let evidence = &gathered.evidence;
    let rows: Vec<(String, Row)> = read
        .into_par_iter()
        .map(|(name, offered)| (name, offered.map_or_else(Row::Unread, |it| check(&it, evidence, &policy, now))))
        .collect();
    // One certificate asked for by name and not readable: nothing but the reason (with --json and --csv, a row of it).
    if let [(_, Row::Unread(failure))] = rows.as_slice()
        && !args.csv
    {
        return Ok(say.failure(failure));
    }
    print(&rows, &gathered, &mapped.problems, args, say)?;
    if let Some(wanted) = &wanted {
        receipt::write(wanted, &rows, &gathered.evidence, args.country.as_deref(), say)?;
    }
    Ok(exit_of(&rows))
}

/// Any rejected: 1; else any undecided: 2; else 0. An input that cannot be read: 66, unless something worse than it was decided.
pub(super) fn exit_of(rows: &[(String, Row)]) -> Exit {
    let any = |wanted: Exit| rows.iter().any(|(_, row)| row_exit(row) == wanted);
    [Exit::Reject, Exit::Unreadable, Exit::Undecided].into_iter().find(|exit| any(*exit)).unwrap_or(Exit::Accept)
}

pub(super) fn row_exit(row: &Row) -> Exit {
    match row {
        Row::Unread(_) => Exit::Unreadable,
        Row::Read(verdict) => match verdict.outcome {
            Outcome::Accept(_) => Exit::Accept,
            Outcome::Reject(_) => Exit::Reject,
            Outcome::Undecided(_) => Exit::Undecided,
        },
    }
}

/// Folders become the files in them, in order of their names; what a hidden name hides stays hidden.
pub(super) fn expand(inputs: &[OsString]) -> Result<Vec<OsString>, Failure> {
    let mut all = Vec::new();
    for input in inputs {
        let path = Path::new(input);
        if !path.is_dir() {
            all.push(input.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).map_err(|error| Failure::unread(path, &error))?;
        let mut files: Vec<PathBuf> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.is_file() && is_offered(path))
            .collect();
        files.sort();
        all.extend(files.into_iter().map(PathBuf::into_os_string));
    }
    if all.is_empty() { Err(Failure::new(Exit::Unreadable, "cli.folder-empty")) } else { Ok(all) }
}

/// In a folder: what can hold a certificate, by its name's ending.
fn is_offered(path: &Path) -> bool {
    let ending = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "json" | "jpg" | "jpeg" | "pdf" | "png" | "txt" | "webp" => true,
        // A drawing is offered when a badge is in it: a code that was drawn is read as PNG.
        "svg" => std::fs::read(path).is_ok_and(|bytes| badge::read(&bytes).is_ok_and(|baked| !baked.is_empty())),
        _ => false,
    }
}

/// What is in one input, each with the name of its row: those of a list by their places.
pub(super) fn read(input: &OsStr) -> Vec<(String, Result<Offered, Failure>)> {
    let name = name_of(input);
    let placed = |place: usize| format!("{name}#{place}");
    let taken = match taken_in(input) {
        Err(failure) => return vec![(name, Err(failure))],
        Ok(taken) => taken,
    };
    let alone = taken.not_read.is_empty() && taken.offered.len() == 1;
    let named = |place: usize| if alone { name.clone() } else { placed(place) };
    let offered = taken.offered.into_iter().map(|offered| (offered.place, Ok(offered)));
    let not_read = taken.not_read.iter().map(|(place, error)| (*place, Err(unread(&placed(*place), error))));
    let mut all: Vec<_> = offered.chain(not_read).collect();
    // In the order in which they stand there.
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(place, found)| (named(place), found)).collect()
}

pub(super) fn check(offered: &Offered, evidence: &Evidence, policy: &Policy, now: Timestamp) -> Row {
    let policy = Policy { test_code: offered.carrier.is_test_code(), ..policy.clone() };
    Row::Read(Box::new(verify(&offered.signed, evidence, &policy, now)))
}

fn print(
    rows: &[(String, Row)],
    gathered: &Gathered,
    left_out: &[(String, Unusable)],
    args: &Verify,
    say: &Say,
) -> Result<(), Failure> {
    let words = say.words();
    if args.csv {
        say.result(table(rows, words).to_csv().trim_end());
    } else if say.is_json() {
        let verdicts = rows.iter().map(|(input, row)| {
            let mut object = match row {
                Row::Read(verdict) => verdict.to_json(words),
                Row::Unread(failure) => Object::from_iter([
                    ("error", Json::from(failure.code())),
                    ("next", failure.next(words).unwrap_or_default().into()),
                    ("text", failure.text(words).into()),
                ]),
            };
            object.set("input", input.as_str().into());
            object.into()
        });
        let mut object = Object::from_iter([("verdicts", Json::List(verdicts.collect()))]);
        if !gathered.problems.is_empty() {
            object.set("trustProblems", gathered.problems_json(say));
        }
        if !left_out.is_empty() {
            object.set(
                "resourceProblems",
                left_out.iter().map(|problem| problem_json(problem, say)).collect::<Vec<_>>().into(),
            );
        }
        say.json(object);
    } else if let [(_, Row::Read(verdict))] = rows {
        say.result(&in_words(verdict, words));
    } else {
        rows.iter().for_each(|(input, row)| say.result(&one_line(input, row, words)));
        let count = |wanted: Exit| {
            let count = rows.iter().filter(|(_, row)| row_exit(row) == wanted).count();
            Fact::Number(i64::try_from(count).unwrap_or(i64::MAX))
        };
        let facts = [
            ("accepted", count(Exit::Accept)),
            ("rejected", count(Exit::Reject)),
            ("undecided", count(Exit::Undecided)),
            ("unread", count(Exit::Unreadable)),
        ];
        say.tell("cli.summary", &facts);
    }
    Ok(())
}

fn sign(answer: Answer) -> &'static str {
    match answer {
        Answer::CannotTell => "?",
        Answer::No => "✕",
        Answer::Yes => "✓",
    }
}

fn outcome_sign(verdict: &Verdict) -> &'static str {
    match verdict.outcome {
        Outcome::Accept(_) => "✓",
        Outcome::Reject(_) => "✕",
        Outcome::Undecided(_) => "?",
    }
}

pub(super) fn one_line(input: &str, row: &Row, words: &Words) -> String {
    match row {
        Row::Unread(failure) => format!("- {input}: {}", failure.text(words)),
        Row::Read(verdict) => {
            let name = verdict.shown().map(|(credential, _)| {
                // The kind stands before the title: a green line must not let an attendance pass for a competence.
                let kind = words.get(&format!("kind.{}", credential.kind().code())).to_owned();
                format!(" · {} · {kind}: {}", credential.holder.name.as_str(), credential.achievement.name)
            });
            let pilot = if verdict.is_pilot() { format!(" [{}]", words.get("pilot")) } else { String::new() };
            let (sign, headline) = (outcome_sign(verdict), verdict.headline(words));
            let mut line = format!("{sign} {input}: {headline}{pilot}{}", name.unwrap_or_default());
            let worth = verdict.findings.deciding(Question::WorthHere);
            if !matches!(worth.reason, Reason::NoCountry | Reason::NotReached) {
                let said = crate::verify::report::say(verdict.reason(Question::WorthHere), words);
                line.push_str(&format!("\n    {} {said}", self::sign(worth.answer)));
            }
            if let Some(link) = verdict.link {
                let said = words.get(&format!("link.{}", link.code())).to_owned();
                line.push_str(&format!("\n    {}: {said}", words.get("page.link.label")));
            }
            line
        }
    }
}

/// One verdict as a person reads it: the headline, whom and what, the four answers, one next step.
fn in_words(verdict: &Verdict, words: &Words) -> String {
    let mut lines = vec![format!("{} {}", outcome_sign(verdict), verdict.headline(words))];
    if verdict.is_pilot() {
        lines.push(format!("  {}: {}", words.get("pilot"), words.get("pilot.text")));
    }
    lines.push(String::new());
    if let Some((credential, mark)) = verdict.shown() {
        let kind = credential.kind().code();
        lines.push(format!("  {}", words.get(&format!("kind.{kind}"))));
        if mark == Mark::Claims {
            lines.push(format!("  {}", words.get("mark.claims")));
        }
        lines.push(format!("  {} · {}", credential.holder.name.as_str(), credential.holder.birth_year));
        lines.push(format!("  {}", credential.achievement.name));
        lines.push(format!("  {}", words.day(credential.awarded.date())));
        lines.push(format!("  {}", words.get(&format!("kind.{kind}.means"))));
        lines.push(format!("  {}", words.get(&format!("kind.{kind}.not"))));
        lines.push(String::new());
    }
    if let Some((guest, mark)) = verdict.guest() {
        lines.push(format!("  {}", words.get("foreign.label")));
        if mark == Mark::Claims {
            lines.push(format!("  {}", words.get("mark.claims")));
        }
        for (label, value) in guest_rows(guest, mark, words) {
            lines.push(format!("      {}: {value}", words.get(&format!("detail.{label}"))));
        }
        lines.push(String::new());
    }
    if let Some(backing) = &verdict.backing {
        let country = |code: &str| words.country(code).to_owned();
        let label = |id: &str| words.get(id).to_owned();
        lines.push(format!(
            "  {}: {}, {}",
            label("page.issuer.label"),
            backing.issuer_name,
            country(&backing.issuer_country)
        ));
        let authority = &backing.authority_name;
        lines.push(format!(
            "  {}: {authority}, {}",
            label("page.authority.label"),
            country(&backing.authority_country)
        ));
        if let Some(successor) = &backing.successor {
            lines.push(format!("  {}", words.say("page.successor", &[("name", Fact::Text(successor.clone()))])));
        }
        let (day, age) = (words.day(backing.as_of.date()), words.age(backing.age_days));
        lines.push(format!("  {}: {day} ({age})", label("page.asof.label")));
        lines.push(String::new());
    }
    for question in Question::ALL {
        let finding = verdict.findings.deciding(question);
        let title = words.get(&format!("question.{}", question.code())).to_owned();
        let word = words.get(&format!("answer.{}", finding.answer.code())).to_owned();
        lines.push(format!("  {} {title} {word}", sign(finding.answer)));
        lines.push(format!("      {}", crate::verify::report::say(verdict.reason(question), words)));
        // What decides the outcome has its step at the end. Worth never decides, so that its office would be named nowhere.
        if question == Question::WorthHere
            && finding.reason != Reason::NotReached
            && let Some(next) = verdict.next_of(question, words)
        {
            lines.push(format!("      {next}"));
        }
    }
    for statement in &verdict.worth {
        lines.push(String::new());
        let country = Fact::Id(format!("country.{}", statement.country));
        lines.push(format!("  {}: {}", words.say("page.worth.label", &[("country", country)]), statement.by));
        for (label, value) in statement.rows(words) {
            lines.push(format!("      {}: {value}", words.get(&format!("detail.{label}"))));
        }
    }
    if let Some(link) = verdict.link {
        let said = words.get(&format!("link.{}", link.code())).to_owned();
        lines.push(format!("\n  {}: {said}", words.get("page.link.label")));
    }
    if let Some(warning) = verdict.regulated(words) {
        lines.push(format!("\n  {}: {warning}", words.get("page.regulated.label")));
    }
    lines.push(String::new());
    lines.push(format!("  → {}", verdict.next_step(words)));
    lines.join("\n")
}

fn table(rows: &[(String, Row)], words: &Words) -> Table {
    let mut table = Table::new(&[
        "input",
        "outcome",
        "genuine",
        "entitled",
        "in_force",
        "worth_here",
        "pilot",
        "kind",
        "name",
        "birth_year",
        "achievement",
        "issuer",
        "authority",
        "as_of",
        "reason",
        "next",
    ]);
    for (input, row) in rows {
        let input = input.clone();
        let cells = match row {
            Row::Unread(failure) => {
                let mut cells = vec![input, "unreadable".to_owned()];
                cells.resize(14, String::new());
                cells.push(failure.code().to_owned());
                cells.push(failure.next(words).unwrap_or_default());
                cells
            }
            Row::Read(verdict) => {
                let mut cells = vec![input, verdict.outcome.code().to_owned()];
                cells.extend(Question::ALL.map(|question| verdict.findings.answer(question).code().to_owned()));
                cells.push(if verdict.is_pilot() { "pilot" } else { "" }.to_owned());
                match verdict.shown() {
                    None => cells.extend([const { String::new() }; 4]),
                    Some((credential, _)) => cells.extend([
                        credential.kind().code().to_owned(),
                        credential.holder.name.as_str().to_owned(),
                        credential.holder.birth_year.to_string(),
                        credential.achievement.name.clone(),
                    ]),
                }
                match &verdict.backing {
                    None => cells.extend([const { String::new() }; 3]),
                    Some(backing) => cells.extend([
                        backing.issuer_name.clone(),
                        backing.authority_name.clone(),
                        backing.as_of.date().to_string(),
                    ]),
                }
                cells.push(verdict.deciding().map_or("", |finding| finding.reason.code()).to_owned());
                cells.push(verdict.next_step(words));
                cells
            }
        };
        table.push(cells);
    }
    table
}
