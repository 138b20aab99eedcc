//! `issue`: a register in, certificates out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Issue;
use super::commands::Ends;
use super::register::{PROBLEMS_TOLD, number, problem_json, tell_problems};
use super::say::{Failure, Say};
use super::table::Table;
use super::{Exit, World, register, secret};
use crate::base::canonical::{Json, Object};
use crate::credential::draft::NotComplete;
use crate::desk::import::{Import, RegisterRow, read_register};
use crate::desk::institution::{DeskError, Institution};
use crate::desk::issue::{Done, Fault, Issuing, Planned, RowFault, Standing, has_files};
use crate::desk::pilot;
use crate::desk::publish::publish;
use crate::store::acts::Hand;
use crate::store::files::{Readers, write_whole};
use crate::store::release::Warrant;
use crate::store::{Record, State, Store};
use crate::verify::message::{Fact, Words};

/// Issues a register.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Issue, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(&args.institution)?;
    let template = register::template(&args.achievement, args.reading.from_archive)?;
    let now = (world.clock)();
    let settings = register::settings(&args.reading, now.date(), say)?;
    let bytes = register::bytes(&args.register)?;
    let import = match read_register(&bytes, &template, &settings) {
        Ok(import) => import,
        Err(problems) => return Ok(register::unreadable(&args.register, &problems, say)),
    };
    tell_problems(&import.notes, say);
    tell_problems(&import.problems, say);

    let secret = secret::existing(&args.unlock, say)?;
    let keyring = institution.keyring(&secret)?;
    if !institution.is_pilot() {
        return Err(DeskError::NotAPilot.into());
    }
    let store = institution.store_in_turn()?;
    let issuing = Issuing {
        institution: &institution,
        keyring: &keyring,
        store: &store,
        template: &template,
        random: world.random,
        now,
        warrant: &Warrant::Pilot,
        by: &Hand::program(now),
    };
    let mut planned = issuing.plan(&import.rows)?;
    for serial in args.reissue.iter().map(|serial| serial.trim().to_ascii_uppercase()) {
        // Each serial is one row's at most.
        if !planned.iter_mut().any(|planned| planned.reissue(&serial)) {
            return Err(Failure::new(Exit::Usage, "cli.reissue-unknown").with("serial", serial));
        }
    }
    let faults = issuing.rehearse(&planned, args.correct)?;
    tell_faults(&faults, say);
    let faulty: BTreeSet<u32> = faults.iter().map(|fault| fault.row).collect();
    let bad: BTreeSet<u32> = import.problems.iter().map(|problem| problem.row).chain(faulty.iter().copied()).collect();
    register::tell_ways_out(&import.problems, say);
    let too_old = |fault: &RowFault| matches!(fault.fault, Fault::NotComplete(NotComplete::AwardTooOld { .. }));
    if faults.iter().any(too_old) {
        say.tell("cli.how-from-archive", &[]);
    }
    if !bad.is_empty() && !args.skip_bad {
        print_refused(&import, &faults, say);
        say.tell("cli.rows-wrong", &[("count", number(bad.len()))]);
        say.tell("cli.how-skip-bad", &[]);
        return Ok(Exit::Unreadable);
    }
    planned.retain(|planned| !faulty.contains(&planned.row.row));
    for planned in planned.iter().filter(|planned| matches!(planned.standing, Standing::Changed(_))) {
        say.tell("cli.correction", &[("row", Fact::Number(i64::from(planned.row.row)))]);
    }
    if args.dry_run {
        rehearsed(&planned, args.correct, bad.len(), say);
        return Ok(Exit::Accept);
    }
    // What can be known to be in the way is met before anything is signed.
    std::fs::create_dir_all(&args.out).map_err(|error| Failure::io(&args.out, &error))?;
    let mut index = Index::read(&args.out)?;
    index.write()?;
    let rows: BTreeMap<u32, &RegisterRow> = planned.iter().map(|planned| (planned.row.row, planned.row)).collect();
    let bar = progress(planned.len() * 2);
    let done = issuing.issue(planned, args.correct, &|count| bar.set_position(count as u64))?;
    let unwritten: Vec<&(u32, Done, Record)> = done
        .iter()
        .filter(|(_, what, record)| {
            *what != Done::Withdrawn && !(index.has(&record.serial) && has_files(&args.out, &record.serial))
        })
        .collect();
    let records: Vec<&Record> = unwritten.iter().map(|(_, _, record)| record).collect();
    let signed = done.len();
    let versions = issuing.write_files(&records, &args.out, &|count| bar.set_position((signed + count) as u64))?;
    bar.finish_and_clear();
    for ((number, what, record), version) in unwritten.iter().zip(versions) {
        // A pending correction's row is not what its certificate says: its line stays as it is.
        if let Some(row) = rows.get(number).filter(|_| *what != Done::Pending) {
            index.put(record, row, version);
        }
    }
    index.mark_withdrawn(&store)?;
    index.write()?;
    let published = publish(&institution, &store, &keyring, now)?;
    pilot::renew(&institution, published.lists.clone(), &secret, now)?;
    report(args, &done, bad.len(), say);
    published.forgot_whole(&store)?;
    Ok(Exit::Accept)
}

/// What would be issued.
fn rehearsed(planned: &[Planned<'_>], correct: bool, skipped: usize, say: &Say) {
    let to_sign = planned.iter().filter(|planned| planned.standing.is_to_be_signed(correct)).count();
    say.tell("cli.dry-run", &[("count", number(to_sign))]);
    let pending = |planned: &&Planned<'_>| matches!(planned.standing, Standing::Changed(_)) && !correct;
    if planned.iter().any(|planned| pending(&planned)) {
        say.tell("cli.how-correct", &[]);
    }
    if say.is_json() {
        let rows = planned.iter().map(|planned| {
            let state = planned.standing.code();
            Object::from_iter([("row", Json::Integer(i64::from(planned.row.row))), ("state", state.into())]).into()
        });
        say.json(Object::from_iter([
            ("rows", Json::List(rows.collect())),
            ("skipped", Json::Integer(i64::try_from(skipped).unwrap_or(i64::MAX))),
            ("wouldIssue", Json::Integer(i64::try_from(to_sign).unwrap_or(i64::MAX))),
        ]));
    }
}

/// A bar on a terminal, silence elsewhere.
fn progress(steps: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr());
    match ProgressStyle::with_template("{wide_bar} {percent}% {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn fault_text(fault: &Fault, words: &Words) -> String {
    let say = |id: &str, facts: &[(&str, Fact)]| {
        let next = words.say(&format!("{id}.next"), facts);
        format!("{} {next}", words.say(id, facts))
    };
    match fault {
        Fault::NotComplete(NotComplete::AwardInFuture { awarded, now }) => {
            say("draft.award-in-future", &[("awarded", Fact::Day(*awarded)), ("now", Fact::Day(*now))])
        }
        Fault::NotComplete(NotComplete::AwardTooOld { awarded, now }) => {
            say("draft.award-too-old", &[("awarded", Fact::Day(*awarded)), ("now", Fact::Day(*now))])
        }
        Fault::NotComplete(NotComplete::Malformed(malformed)) => {
            let problem = Fact::Id(format!("problem.{}", malformed.problem.code()));
            say("draft.malformed", &[("at", Fact::Text(malformed.at.clone())), ("problem", problem)])
        }
        Fault::NotComplete(NotComplete::TooYoung { years }) => {
            say("draft.too-young", &[("years", Fact::Number(i64::from(*years)))])
        }
        Fault::Schema(at) => {
            let problem = Fact::Id("problem.wrong-value".to_owned());
            say("draft.malformed", &[("at", Fact::Text(at.clone())), ("problem", problem)])
        }
        Fault::TooBig { longest, .. } => say("draft.code-too-big", &[("field", Fact::Id(format!("field.{longest}")))]),
    }
}

fn fault_code(fault: &Fault) -> &'static str {
    match fault {
        Fault::NotComplete(NotComplete::AwardInFuture { .. }) => "award-in-future",
        Fault::NotComplete(NotComplete::AwardTooOld { .. }) => "award-too-old",
        Fault::NotComplete(NotComplete::Malformed(_)) | Fault::Schema(_) => "malformed",
        Fault::NotComplete(NotComplete::TooYoung { .. }) => "too-young",
        Fault::TooBig { .. } => "code-too-big",
    }
}

fn tell_faults(faults: &[RowFault], say: &Say) {
    for RowFault { row, fault } in faults.iter().take(PROBLEMS_TOLD) {
        let text = Fact::Text(fault_text(fault, say.words()));
        say.tell("cli.row-whole", &[("row", Fact::Number(i64::from(*row))), ("text", text)]);
    }
    if faults.len() > PROBLEMS_TOLD {
        say.tell("cli.more-rows", &[("count", number(faults.len() - PROBLEMS_TOLD))]);
    }
}

fn print_refused(import: &Import, faults: &[RowFault], say: &Say) {
    if !say.is_json() {
        return;
    }
    let mut problems: Vec<Json> = import.problems.iter().map(|problem| problem_json(problem, say.words())).collect();
    problems.extend(faults.iter().map(|RowFault { row, fault }| {
        Object::from_iter([
            ("code", Json::from(fault_code(fault))),
            ("row", Json::Integer(i64::from(*row))),
            ("text", fault_text(fault, say.words()).into()),
        ])
        .into()
    }));
    say.json(Object::from_iter([("issued", Json::Integer(0)), ("problems", Json::List(problems))]));
}

/// `index.csv`, mode 0600: which serial is whose. What an earlier run wrote of other registers stays.
struct Index {
    path: PathBuf,
    table: Table,
}

impl Index {
    const HEADER: [&str; 8] =
        ["serial", "name", "birth_year", "register_id", "achievement", "awarded", "code_version", "state"];
    const STATE: usize = Self::HEADER.len() - 1;

    fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("index.csv");
        let table = Table::read_or_new(&path, &Self::HEADER).map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidData => {
                Failure::new(Exit::Unreadable, "cli.not-readable").with("path", path.display())
            }
            _ => Failure::io(&path, &error),
        })?;
        Ok(Self { path, table })
    }

    fn has(&self, serial: &str) -> bool {
        self.table.has(serial)
    }

    fn put(&mut self, record: &Record, row: &RegisterRow, version: u8) {
        self.table.put(vec![
            record.serial.clone(),
            row.name.as_str().to_owned(),
            row.birth_year.to_string(),
            row.register_id.clone().unwrap_or_default(),
            record.achievement.clone(),
            row.awarded.to_string(),
            version.to_string(),
            ISSUED.to_owned(),
        ]);
    }

    /// The certificates that were withdrawn since: by hand, or in favour of a corrected one.
    fn mark_withdrawn(&mut self, store: &dyn Store) -> Result<(), Failure> {
        for row in self.table.rows_mut().filter(|row| row.get(Self::STATE).is_some_and(|state| state == ISSUED)) {
            let record = store.by_serial(row.first().map_or("", String::as_str))?;
            if record.is_some_and(|record| matches!(record.state, State::Revoked(_))) {
                row[Self::STATE] = Done::Withdrawn.code().to_owned();
            }
        }
        Ok(())
    }

    fn write(&self) -> Result<(), Failure> {
        let text = self.table.to_csv();
        write_whole(&self.path, text.as_bytes(), Readers::Owner).map_err(|error| Failure::io(&self.path, &error))
    }
}

/// The state of a certificate that was not withdrawn.
const ISSUED: &str = "issued";

fn report(args: &Issue, done: &[(u32, Done, Record)], skipped: usize, say: &Say) {
    let count = |what: Done| done.iter().filter(|(_, it, _)| *it == what).count();
    let dir = Fact::Text(args.out.display().to_string());
    say.tell("cli.issued", &[("count", number(count(Done::Issued))), ("dir", dir)]);
    let told = [
        ("cli.corrected", count(Done::Corrected)),
        ("cli.pending", count(Done::Pending)),
        ("cli.unchanged", count(Done::Unchanged)),
        ("cli.withdrawn", count(Done::Withdrawn)),
        ("cli.skipped", skipped),
    ];
    told.iter().filter(|(_, count)| *count > 0).for_each(|(id, count)| say.tell(id, &[("count", number(*count))]));
    if count(Done::Pending) > 0 {
        say.tell("cli.how-correct", &[]);
    }
    let path = Fact::Text(args.out.join("index.csv").display().to_string());
    say.tell("cli.index-private", &[("path", path)]);
    if say.is_json() {
        let rows = done.iter().map(|(row, what, record)| {
            Object::from_iter([
                ("row", Json::Integer(i64::from(*row))),
                ("serial", record.serial.as_str().into()),
                ("state", what.code().into()),
            ])
            .into()
        });
        say.json(Object::from_iter([
            ("certificates", Json::List(rows.collect())),
            ("skipped", Json::Integer(skipped as i64)),
        ]));
    } else {
        done.iter().filter(|(_, what, _)| matches!(what, Done::Issued | Done::Corrected)).for_each(|(_, _, record)| {
            say.result(&record.serial);
        });
    }
}
