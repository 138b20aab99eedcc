//! `issue`: a register in, certificates out.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::{Issue, Order};
use super::commands::{Ends, catalogue, unknown_achievement};
use super::say::{Failure, Say};
use super::table::Table;
use super::{Exit, World, secret};
use crate::base::canonical::{Json, Object};
use crate::credential::draft::NotComplete;
use crate::desk::catalogue::Template;
use crate::desk::files::{Readers, write_whole};
use crate::desk::import::{CellProblem, DateOrder, FILE_BYTES, Import, RegisterRow, Settings, read_register};
use crate::desk::institution::Institution;
use crate::desk::issue::{Done, Fault, Issuing, RowFault, Standing};
use crate::desk::pilot;
use crate::store::Record;
use crate::verify::message::{Fact, Words};

/// 20 problems are told one by one on the terminal; `--json` has them all.
const PROBLEMS_TOLD: usize = 20;

/// Issues a register.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Issue, world: &World<'_>, say: &Say) -> Ends {
    let institution = Institution::open(&args.institution)?;
    let catalogue = catalogue()?;
    let found = catalogue.find(&args.achievement);
    let template = found.cloned().ok_or_else(|| unknown_achievement(&args.achievement, &catalogue))?;
    let template = if args.from_archive { template.from_archive() } else { template };
    let now = (world.clock)();
    let mut settings = Settings::of(now.date(), args.certificate_lang.unwrap_or(say.words().language()));
    settings.one_person = args.one_person.iter().copied().collect();
    settings.for_all.awarded = args.award_date;
    settings.date_order = args.date_order.map(|order| match order {
        Order::DayFirst => DateOrder::DayFirst,
        Order::MonthFirst => DateOrder::MonthFirst,
    });
    let import = read(&args.register, &template, &settings, say)?;
    tell_problems(&import.notes, say);
    tell_problems(&import.problems, say);

    let secret = secret::existing(&args.unlock, say)?;
    let keyring = institution.keyring(&secret)?;
    let store = institution.store()?;
    let issuing = Issuing {
        institution: &institution,
        keyring: &keyring,
        store: &store,
        template: &template,
        random: world.random,
        now,
    };
    let faults = issuing.rehearse(&import.rows)?;
    tell_faults(&faults, say);
    let bad: Vec<u32> =
        import.problems.iter().map(|problem| problem.row).chain(faults.iter().map(|it| it.row)).collect();
    let bad_rows = bad.iter().collect::<std::collections::BTreeSet<_>>().len();
    if bad_rows > 0 && !args.skip_bad {
        print_refused(&import, &faults, say);
        say.tell("cli.rows-wrong", &[("count", number(bad_rows))]);
        say.tell("cli.how-skip-bad", &[]);
        return Ok(Exit::Unreadable);
    }
    let rows: Vec<RegisterRow> =
        import.rows.into_iter().filter(|row| faults.iter().all(|fault| fault.row != row.row)).collect();
    let planned = issuing.plan(&rows)?;
    for planned in &planned {
        if matches!(planned.standing, Standing::Changed(_)) {
            say.tell("cli.correction", &[("row", Fact::Number(i64::from(planned.row.row)))]);
        }
    }
    if args.dry_run {
        let new = planned.iter().filter(|planned| matches!(planned.standing, Standing::New)).count();
        say.tell("cli.dry-run", &[("count", number(new))]);
        return Ok(Exit::Accept);
    }
    std::fs::create_dir_all(&args.out).map_err(|error| Failure::io(&args.out, &error))?;
    let bar = progress(planned.len() * 2);
    let done = issuing.issue(planned, args.correct, &|count| bar.set_position(count as u64))?;
    let signed = Cell::new(done.len());
    let mut versions = BTreeMap::new();
    for (_, what, record) in &done {
        if *what != Done::Withdrawn {
            versions.insert(record.serial.clone(), issuing.write_files(record, &args.out)?);
        }
        signed.set(signed.get() + 1);
        bar.set_position(signed.get() as u64);
    }
    bar.finish_and_clear();
    write_index(&args.out, &rows, &done, &versions)?;
    let lists = institution.sign_status_lists(&store, &keyring, now)?;
    pilot::renew(&institution, lists, &secret, now)?;
    report(args, &done, bad_rows, say);
    Ok(Exit::Accept)
}

fn read(path: &Path, template: &Template, settings: &Settings, say: &Say) -> Result<Import, Failure> {
    let length = std::fs::metadata(path).map_err(|error| Failure::io(path, &error).with("path", path.display()))?.len();
    if length > FILE_BYTES as u64 {
        return Err(Failure::new(Exit::Unreadable, "notread.file-too-large").with("path", path.display()));
    }
    let bytes = std::fs::read(path).map_err(|error| Failure::io(path, &error))?;
    read_register(&bytes, template, settings).map_err(|problems| {
        tell_problems(&problems, say);
        if say.is_json() {
            let rows = problems.iter().map(|problem| problem_json(problem, say.words())).collect();
            say.json(Object::from_iter([("problems", Json::List(rows))]));
        }
        Failure::new(Exit::Unreadable, "cli.register-unreadable").with("path", path.display())
    })
}

/// A bar on a terminal, silence elsewhere.
fn progress(steps: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr());
    match ProgressStyle::with_template("{wide_bar} {percent}% {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn number(count: usize) -> Fact {
    Fact::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

fn problem_text(problem: &CellProblem, words: &Words) -> String {
    let facts: Vec<(&str, Fact)> =
        problem.placeholders(words.language()).into_iter().map(|(name, text)| (name, Fact::Text(text))).collect();
    let id = problem.code.message_id();
    let fix = format!("{id}.fix");
    let text = words.say(&id, &facts);
    if words.has(&fix) { format!("{text} {}", words.say(&fix, &facts)) } else { text }
}

fn problem_json(problem: &CellProblem, words: &Words) -> Json {
    let mut object = Object::from_iter([
        ("code", Json::from(problem.code.code())),
        ("row", Json::Integer(i64::from(problem.row))),
        ("text", problem_text(problem, words).into()),
    ]);
    if let Some(column) = &problem.column {
        object.set("column", column.as_str().into());
    }
    object.into()
}

fn tell_problems(problems: &[CellProblem], say: &Say) {
    for problem in problems.iter().take(PROBLEMS_TOLD) {
        let text = Fact::Text(problem_text(problem, say.words()));
        let row = Fact::Number(i64::from(problem.row));
        match &problem.column {
            Some(column) => {
                say.tell("cli.row", &[("row", row), ("column", Fact::Text(column.clone())), ("text", text)])
            }
            None => say.tell("cli.row-whole", &[("row", row), ("text", text)]),
        }
    }
    if problems.len() > PROBLEMS_TOLD {
        say.tell("cli.more-rows", &[("count", number(problems.len() - PROBLEMS_TOLD))]);
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
fn write_index(
    out: &Path,
    rows: &[RegisterRow],
    done: &[(u32, Done, Record)],
    versions: &BTreeMap<String, u8>,
) -> Result<(), Failure> {
    const HEADER: [&str; 8] =
        ["serial", "name", "birth_year", "register_id", "achievement", "awarded", "code_version", "state"];
    let path = out.join("index.csv");
    let mut index = Table::read_or_new(&path, &HEADER).map_err(|error| Failure::io(&path, &error))?;
    let by_row: BTreeMap<u32, &RegisterRow> = rows.iter().map(|row| (row.row, row)).collect();
    for (number, what, record) in done {
        let Some(row) = by_row.get(number) else { continue };
        let version = versions.get(&record.serial).map(ToString::to_string).unwrap_or_default();
        // A pending correction leaves the old certificate's line as it is.
        if *what == Done::Pending {
            continue;
        }
        index.put(vec![
            record.serial.clone(),
            row.name.as_str().to_owned(),
            row.birth_year.to_string(),
            row.register_id.clone().unwrap_or_default(),
            record.achievement.clone(),
            row.awarded.to_string(),
            version,
            if *what == Done::Withdrawn { "withdrawn" } else { "issued" }.to_owned(),
        ]);
    }
    let bytes = index.to_csv().map_err(|error| Failure::io(&path, &error))?;
    write_whole(&path, &bytes, Readers::Owner).map_err(|error| Failure::io(&path, &error))
}

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
