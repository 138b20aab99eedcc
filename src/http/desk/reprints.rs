//! Paper again: a certificate of whichever institution, verified here and printed by this one.

use serde::Deserialize;

use super::super::problem::Problem;
use super::call::Call;
use super::rebindings::alone;
use super::said::Said;
use crate::credential::achievement::Language;
use crate::desk::paper::{PaperSize, Style, certificate};
use crate::desk::reprint::{NotReprinted, Reprint, Undecided};
use crate::desk::stationery::Stationery;
use crate::verify::report::say;
use crate::verify::{Policy, Verdict, verify};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// A certificate file, or the text of a code.
    certificate: String,
    /// Of the paper's own words; else the certificate's.
    language: Option<String>,
    /// Of the paper; else as the institution settled it.
    size: Option<String>,
    /// A person has asked for what cannot be decided.
    #[serde(default)]
    undecided: bool,
}

/// `POST reprints`: the PDF.
pub(super) fn print(call: &Call<'_>) -> Result<Said, Problem> {
    let wanted: Wanted = call.read()?;
    let malformed = || Problem::Malformed(Box::default());
    let size = wanted.size.as_deref().map(|code| PaperSize::of_code(code).ok_or_else(malformed)).transpose()?;
    let language = wanted.language.as_deref().map(|tag| Language::of_tag(tag).ok_or_else(malformed)).transpose()?;
    let offered = alone(&wanted.certificate)?;
    let evidence = (call.visit.rooms.state.evidence)();
    let policy = Policy { country: None, test_code: offered.carrier.is_test_code() };
    let verdict = verify(&offered.signed, &evidence, &policy, call.now());
    let undecided = if wanted.undecided { Undecided::Printed } else { Undecided::Refused };
    let one = Reprint::of(&call.house.institution(), &offered.signed, verdict, &evidence, undecided);
    let mut one = one.map_err(|why| not_reprinted(&why, call))?;
    if let Some(language) = language {
        one = one.in_language(language);
    }
    // Who prints it is not who issued it: neither its logo nor its people stand on it.
    let size = size.map_or_else(|| Ok(Stationery::of(call.store())?.size), Ok::<_, Problem>)?;
    let pdf = certificate(&one.certificate(), &Style { size, logo: None, signatories: &[] })?;
    // Noted first: paper without a line would be nobody's.
    one.note(call.store(), call.house.random(), &call.by)?;
    Ok(Said::file("application/pdf", format!("{}.pdf", one.name), pdf))
}

fn not_reprinted(why: &NotReprinted, call: &Call<'_>) -> Problem {
    let said = |verdict: &Verdict| verdict.deciding().map(|finding| say(&finding.reason, call.words()));
    let reason = match why {
        NotReprinted::Rejected(verdict) | NotReprinted::Undecided(verdict) => said(verdict),
        NotReprinted::NoCode | NotReprinted::NotListed | NotReprinted::Unknown => None,
    };
    Problem::NotReprinted(why.code(), reason.unwrap_or_default())
}
