//! `--resources`: a map is read, and what of it is of no use is told.

use std::path::Path;

use super::Exit;
use super::say::{Failure, Say};
use crate::base::canonical::Json;
use crate::base::timestamp::Timestamp;
use crate::interop::fetch::address::shown;
use crate::interop::resources::{NotAMap, Resources, Unusable};
use crate::verify::message::Fact;

/// Reads a resource map, and tells what of it is of no use. What is left is evidence like the rest (threats.md F18).
///
/// # Errors
/// [`Failure`] when there is no map, or it is none.
pub fn resources(path: &Path, now: Timestamp, say: &Say) -> Result<Resources, Failure> {
    let resources = Resources::read(path, now).map_err(|error| not_a_map(path, error))?;
    for (address, unusable) in &resources.problems {
        say.tell("cli.resource-problem", &[("address", Fact::Text(shown(address)))]);
        say.told(&not_used(unusable));
    }
    Ok(resources)
}

/// Why an entry of a map is of no use.
fn not_used(unusable: &Unusable) -> Failure {
    Failure::new(Exit::Unreadable, &format!("resource.{}", unusable.code()))
}

/// An entry of a map that is of no use, as JSON: `address`, and why.
#[must_use]
pub fn problem_json((address, unusable): &(String, Unusable), say: &Say) -> Json {
    let mut object = say.error(&not_used(unusable));
    object.set("address", shown(address).into());
    object.into()
}

/// A resource map that is none.
#[must_use]
pub fn not_a_map(path: &Path, error: NotAMap) -> Failure {
    let failure = |id: &str| Failure::new(Exit::Unreadable, id).with("path", path.display());
    match error {
        NotAMap::Io(error) => Failure::unread(path, &error),
        NotAMap::NotAMap => failure("resource.not-a-map"),
        NotAMap::TooMany => failure("resource.too-many-entries"),
    }
}
