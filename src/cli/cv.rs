//! `cv`: verified certificates, bundled for an employment service, and taken in there. Nothing is believed that is not verified again.

use std::path::PathBuf;

use super::args::Cv;
use super::args::cv::{Import, Make};
use super::checking::{expand, read};
use super::commands::{Ends, bytes_of};
use super::evidence::Source;
use super::say::{Failure, Say};
use super::table::Table;
use super::{Exit, World};
use crate::base::canonical::Json;
use crate::base::timestamp::Timestamp;
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::holder::cv::{COLUMNS, Row, certificates, write};
use crate::store::files::{Readers, write_once};
use crate::verify::message::Fact;
use crate::verify::{Policy, Presented, verify};

/// Runs a `cv` command.
///
/// # Errors
/// [`Failure`].
pub fn run(command: &Cv, world: &World<'_>, say: &Say) -> Ends {
    match command {
        Cv::Make(args) => make(args, world, say),
        Cv::Import(args) => import(args, world, say),
    }
}

fn make(args: &Make, world: &World<'_>, say: &Say) -> Ends {
    let mut offered = Vec::new();
    for input in expand(&args.inputs)? {
        for (_, found) in read(&input) {
            offered.push(found?.signed);
        }
    }
    let now = (world.clock)();
    let rows = accepted(offered, &args.trust, now, say)?;
    if rows.is_empty() {
        return Err(Failure::new(Exit::Reject, "cli.cv.empty"));
    }
    let bytes = write(&rows, now).to_canonical();
    write_once(&args.out, &bytes, Readers::Owner).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::new(Exit::Usage, "cli.file-exists").with("path", args.out.display())
        }
        _ => Failure::io(&args.out, &error),
    })?;
    let count = Fact::Number(i64::try_from(rows.len()).unwrap_or(i64::MAX));
    say.tell("cli.cv.made", &[("count", count), ("path", Fact::Text(args.out.display().to_string()))]);
    if say.is_json() {
        let rows = rows.iter().map(|(row, _)| row.to_json().into()).collect();
        say.json([("rows", Json::List(rows))].into_iter().collect());
    }
    Ok(Exit::Accept)
}

fn import(args: &Import, world: &World<'_>, say: &Say) -> Ends {
    let bytes = bytes_of(args.file.as_os_str())?;
    let wrong = || Failure::new(Exit::Unreadable, "cli.cv.not-one").with("path", args.file.display());
    let offered = certificates(&bytes).ok_or_else(wrong)?;
    let all = offered.len();
    let rows = accepted(offered, &args.trust, (world.clock)(), say)?;
    if args.csv {
        let mut table = Table::new(&COLUMNS);
        rows.iter().for_each(|(row, _)| table.push(row.cells()));
        say.result(table.to_csv().trim_end());
    } else if say.is_json() {
        let rows = rows.iter().map(|(row, _)| row.to_json().into()).collect();
        say.json([("rows", Json::List(rows))].into_iter().collect());
    } else {
        rows.iter().for_each(|(row, _)| say.result(&row.cells().join(" · ")));
    }
    Ok(if rows.len() == all { Exit::Accept } else { Exit::Undecided })
}

/// Those that are accepted, each with its row; of the others it is said that they stay out.
fn accepted(
    offered: Vec<Signed<Credential>>,
    trust: &[PathBuf],
    now: Timestamp,
    say: &Say,
) -> Result<Vec<(Row, Signed<Credential>)>, Failure> {
    let mut gathered = Source::of(trust).gather()?;
    gathered.tell(say);
    gathered.evidence.presented = Presented::of(offered.iter().cloned());
    let mut rows = Vec::new();
    for (at, signed) in offered.into_iter().enumerate() {
        // The file and the code of one certificate are one.
        if rows.iter().any(|(_, known): &(Row, Signed<Credential>)| known.digest() == signed.digest()) {
            continue;
        }
        let verdict = verify(&signed, &gathered.evidence, &Policy::default(), now);
        match Row::of(&verdict) {
            Ok(row) => rows.push((row, signed)),
            Err(_) => {
                let place = Fact::Number(i64::try_from(at + 1).unwrap_or(i64::MAX));
                let headline = Fact::Text(verdict.headline(say.words()));
                say.tell("cli.cv.left-out", &[("place", place), ("headline", headline)]);
            }
        }
    }
    Ok(rows)
}
