//! `fsck`: recomputes an institution's folder, and says what is not as it should be.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Fsck;
use super::commands::Ends;
use super::say::{Failure, Say};
use super::{Exit, secret};
use crate::base::canonical::{Json, Object};
use crate::desk::fsck::{Checkup, fsck};
use crate::desk::institution::Institution;
use crate::store::audit::Finding;
use crate::store::custody::Custody;
use crate::verify::message::Fact;

/// 20 findings are told one by one on the terminal; `--json` has the first thousand.
const FINDINGS_TOLD: usize = 20;

/// Recomputes it.
///
/// # Errors
/// [`Failure`]: damage that was found is one.
pub fn run(args: &Fsck, say: &Say) -> Ends {
    let institution = Institution::open(&args.dir)?;
    let keyring = match args.keys {
        true => Some(institution.keyring(&secret::existing(&args.unlock, say)?)?),
        false => None,
    };
    let store = institution.store_in_turn()?;
    let bar = bar();
    let checkup = fsck(&institution, &store, keyring.as_ref(), &|pages| bar.set_position(pages))?;
    bar.finish_and_clear();
    let audited = &checkup.audited;
    for finding in audited.findings.iter().take(FINDINGS_TOLD) {
        say.talk(&text(finding, say));
    }
    if audited.findings.len() > FINDINGS_TOLD {
        say.tell("cli.more-findings", &[("count", count(audited.found - FINDINGS_TOLD as u64))]);
    }
    if !checkup.unpublished.is_empty() {
        say.tell("cli.fsck-unpublished", &[("count", count(checkup.unpublished.len() as u64))]);
    }
    match checkup.custody {
        Custody::Retired => say.tell("store.retired", &[]),
        Custody::Unconfirmed => say.tell("store.unconfirmed", &[]),
        Custody::Working => {}
    }
    let damage =
        (audited.found > 0).then(|| Failure::new(Exit::InputOutput, "cli.fsck-damaged").with("count", audited.found));
    if say.is_json() {
        let mut result = result(&checkup, say);
        if let Some(failure) = &damage {
            result.set("error", Json::Object(say.error(failure)));
        }
        say.json(result);
    }
    if let Some(failure) = damage {
        return Ok(say.told(&failure));
    }
    let facts = [("pages", count(audited.pages)), ("records", count(audited.records)), ("acts", count(audited.acts))];
    say.tell("cli.fsck-clean", &facts);
    Ok(Exit::Accept)
}

fn result(checkup: &Checkup, say: &Say) -> Object {
    let audited = &checkup.audited;
    let number = |count: u64| Json::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let finding = |finding: &Finding| {
        let (code, at) = (finding.fault.code().into(), finding.at.as_str().into());
        Object::from_iter([("at", at), ("code", code), ("text", text(finding, say).into())]).into()
    };
    let custody = match checkup.custody {
        Custody::Retired => "retired",
        Custody::Unconfirmed => "unconfirmed",
        Custody::Working => "working",
    };
    Object::from_iter([
        ("acts", number(audited.acts)),
        ("awards", number(audited.awards)),
        ("custody", custody.into()),
        ("findings", Json::List(audited.findings.iter().map(finding).collect())),
        ("found", number(audited.found)),
        ("pages", number(audited.pages)),
        ("records", number(audited.records)),
        ("unpublished", Json::List(checkup.unpublished.iter().map(|name| name.as_str().into()).collect())),
    ])
}

fn text(finding: &Finding, say: &Say) -> String {
    let what = Fact::Id(format!("fsck.{}", finding.fault.code()));
    say.words().say("cli.fsck-finding", &[("at", Fact::Text(finding.at.clone())), ("what", what)])
}

fn count(count: u64) -> Fact {
    Fact::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// How many pages were gone through, on a terminal; silence elsewhere.
pub(super) fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    match ProgressStyle::with_template("{spinner} {pos} {per_sec}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
