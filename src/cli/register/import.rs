//! `register import`: a register comes into the institution's own, as at its desk and under the same rules.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use crate::base::canonical::{Json, Object};
use crate::base::multibase;
use crate::cli::args::Import;
use crate::cli::commands::Ends;
use crate::cli::register::{bytes, number, problem_json, settings, tell_problems, tell_ways_out, template, unreadable};
use crate::cli::say::{Failure, Say};
use crate::cli::secret;
use crate::cli::{Exit, World};
use crate::desk::account;
use crate::desk::house::House;
use crate::desk::import::{CellProblem, read_register};
use crate::desk::invitation::read_login;
use crate::desk::register::{Intake, Taken, take_in};
use crate::store::acts::Hand;

/// Brings a register in.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Import, world: &World<'_>, say: &Say) -> Ends {
    let template = template(&args.achievement, args.reading.from_archive)?;
    let now = (world.clock)();
    let mut settings = settings(&args.reading, now.date(), say)?;
    // The desk keeps it for its counts, where people gave it.
    settings.for_statistics = true;
    let bytes = bytes(&args.register)?;
    let import = match read_register(&bytes, &template, &settings) {
        Ok(import) => import,
        Err(problems) => return Ok(unreadable(&args.register, &problems, say)),
    };
    let left_out: BTreeSet<u32> = args.leave_out.iter().copied().collect();
    let open: Vec<CellProblem> =
        import.problems.iter().filter(|problem| !left_out.contains(&problem.row)).cloned().collect();
    if !open.is_empty() {
        tell_problems(&open, say);
        tell_ways_out(&open, say);
        if say.is_json() {
            let all = open.iter().map(|problem| problem_json(problem, say.words())).collect();
            say.json(Object::from_iter([("enrolled", Json::Integer(0)), ("problems", Json::List(all))]));
        }
        return Ok(say.told(&Failure::new(Exit::Unreadable, "cli.register.rows-open")));
    }
    let house = House::open(&args.institution, world.random)?;
    let login = read_login(&args.login).unwrap_or_default();
    let member = house.store().member_of_login(&login)?;
    // Who brings rows in is their first person: it is somebody who can say so, and not whoever has the folder.
    let password = secret::password(say)?;
    let member = account::admitted(member, &password, &account::fits);
    let member = member.ok_or_else(|| Failure::new(Exit::Usage, "http.login-failed"))?;
    let mut rows = import.rows;
    rows.retain(|row| !left_out.contains(&row.row));
    // The same file again is the same import, unless it is said to be another.
    let of_file = || multibase::base64url(&Sha256::digest(&bytes));
    let once = args.once.clone().unwrap_or_else(of_file);
    let by = Hand::of(&member.id, now);
    let intake = Intake { template: &template, once: &once, corrections: args.corrections, by: &by };
    let taken = take_in(&house, intake, &rows)?;
    report(&taken, args.corrections, say);
    Ok(Exit::Accept)
}

fn report(taken: &Taken, corrections: bool, say: &Say) {
    let corrected = if corrections { taken.changed.len() - taken.refused.len() } else { 0 };
    let counts = [
        ("enrolled", "cli.register.enrolled", taken.enrolled),
        ("already", "cli.register.already", taken.already),
        ("changed", "cli.register.changed", taken.changed.len()),
        ("corrected", "cli.register.corrected", corrected),
        ("refused", "cli.register.refused", taken.refused.len()),
    ];
    for (_, id, count) in counts.iter().filter(|(name, _, count)| *count > 0 || *name == "enrolled") {
        say.tell(id, &[("count", number(*count))]);
    }
    if say.is_json() {
        let integer = |count: usize| Json::Integer(i64::try_from(count).unwrap_or(i64::MAX));
        say.json(counts.iter().map(|(name, _, count)| (*name, integer(*count))).collect());
    } else {
        say.result(&taken.enrolled.to_string());
    }
}
