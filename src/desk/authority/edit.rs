//! The changes that an authority proposes to its list.

use super::compromise::Logs;
use super::error::AuthorityError;
use super::names::{look_alike, seen};
use crate::base::canonical::Json;
use crate::base::did::Did;
use crate::base::timestamp::{Date, Timestamp};
use crate::credential::members::{Malformed, Members, Problem};
use crate::desk::catalogue::Template;
use crate::desk::import::fold;
use crate::desk::institution::{Card, DeskError};
use crate::trust::accreditation::{Accreditation, Issuer, IssuerKey, Scope};
use crate::trust::equivalence::{Instrument, Recognised, Rule};
use crate::trust::logged::Logged;

use super::proposal::Published;

/// Whether a name like another's of the list is taken for a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookAlikes {
    /// A person has said that both names are right. Whoever signs is told.
    AreRight,
    /// Refused.
    Refused,
}

/// Accredits an institution for achievements, from a day on. What it had stays; a new name on its card is its new name.
///
/// # Errors
/// [`AuthorityError::LookAlike`], [`AuthorityError::Unseen`], [`DeskError::Value`] when its card cannot be used.
pub fn accredit(
    list: &mut Accreditation,
    card: &Card,
    templates: &[&Template],
    from: Date,
    look_alikes: LookAlikes,
) -> Result<(), AuthorityError> {
    let unusable = || AuthorityError::Desk(DeskError::Value("institution"));
    let did = Did::parse(&card.did).map_err(|_| unusable())?;
    let key = card.key().filter(|key| key.id.did() == did).ok_or_else(unusable)?;
    seen(&card.name)?;
    let known = list.issuers.iter().position(|issuer| issuer.id == did);
    let renamed = known.is_none_or(|at| list.issuers[at].name != card.name);
    let alike = look_alike(list, &card.name, did.as_str()).filter(|_| renamed && look_alikes == LookAlikes::Refused);
    if let Some(other) = alike {
        return Err(AuthorityError::LookAlike { name: card.name.clone(), other: other.to_owned() });
    }
    let at = known.unwrap_or(list.issuers.len());
    if known.is_none() {
        list.issuers.push(Issuer {
            id: did,
            name: card.name.clone(),
            legal_name: None,
            country: card.country.clone(),
            keys: Vec::new(),
            foreign_keys: Vec::new(),
            scope: Vec::new(),
            successor: None,
        });
    }
    let issuer = &mut list.issuers[at];
    issuer.name.clone_from(&card.name);
    if issuer.keys.iter().all(|listed| listed.id != key.id) {
        issuer.keys.push(key);
    }
    for template in templates {
        let covered = |scope: &Scope| scope.achievement == template.id && scope.until.is_none();
        let issuer = &mut list.issuers[at];
        if !issuer.scope.iter().any(covered) {
            let scope = Scope { achievement: template.id.clone(), from: from.first_second(), until: None };
            issuer.scope.push(scope);
        }
        let known = &mut list.achievements;
        if !known.iter().any(|entry| entry.id == template.id && entry.version == template.version) {
            known.push(template.catalogue_entry(from));
        }
    }
    Ok(())
}

/// Lets a listed institution bind certificates to a new key of their holder, from a day on (design §7).
///
/// # Errors
/// [`AuthorityError::UnknownInstitution`].
pub fn let_rebind(list: &mut Accreditation, wanted: &str, from: Date) -> Result<(), AuthorityError> {
    let at = institution(list, wanted)?;
    let scope = &mut list.issuers[at].scope;
    if !scope.iter().any(|scope| scope.is_to_rebind() && scope.until.is_none()) {
        scope.extend(Scope::to_rebind(from.first_second()));
    }
    Ok(())
}

/// Sets an institution's name in law.
///
/// # Errors
/// [`AuthorityError::Unseen`], [`AuthorityError::UnknownInstitution`].
pub fn legal_name(list: &mut Accreditation, wanted: &str, name: &str) -> Result<(), AuthorityError> {
    seen(name)?;
    let at = institution(list, wanted)?;
    list.issuers[at].legal_name = Some(name.to_owned());
    Ok(())
}

/// The institution that a person means: by its identifier, else by its name without capitals and accents.
///
/// # Errors
/// [`AuthorityError::UnknownInstitution`], [`AuthorityError::Ambiguous`].
pub fn institution(list: &Accreditation, wanted: &str) -> Result<usize, AuthorityError> {
    if let Some(at) = list.issuers.iter().position(|issuer| issuer.id.as_str() == wanted) {
        return Ok(at);
    }
    let mut named = (0..list.issuers.len()).filter(|at| fold(&list.issuers[*at].name) == fold(wanted));
    match (named.next(), named.next()) {
        (Some(at), None) => Ok(at),
        (Some(_), Some(_)) => Err(AuthorityError::Ambiguous(wanted.to_owned())),
        _ => Err(AuthorityError::UnknownInstitution(wanted.to_owned())),
    }
}

/// Ends an institution's permission for achievements (threats.md F13); for all it has with none named. Awards until the last day stay
/// good; later ones are not recognised. A permission that ended earlier stays ended then.
///
/// # Errors
/// [`AuthorityError::UnknownInstitution`], [`AuthorityError::UnknownScope`].
pub fn withdraw(
    list: &mut Accreditation,
    wanted: &str,
    achievements: &[String],
    last_day: Date,
) -> Result<(), AuthorityError> {
    let at = institution(list, wanted)?;
    let issuer = &mut list.issuers[at];
    let names = |scope: &Scope, named: &String| {
        let id = scope.achievement.as_str();
        id == named || id.rsplit([':', '/']).next().is_some_and(|last| last.eq_ignore_ascii_case(named))
    };
    if let Some(unknown) = achievements.iter().find(|named| !issuer.scope.iter().any(|scope| names(scope, named))) {
        return Err(AuthorityError::UnknownScope(unknown.clone()));
    }
    let until = last_day.last_second();
    for scope in &mut issuer.scope {
        let meant = achievements.is_empty() || achievements.iter().any(|named| names(scope, named));
        if meant && scope.until.is_none_or(|already| already > until) {
            scope.until = Some(until);
        }
    }
    Ok(())
}

/// Gives a listed institution the key of its card, and ends the windows of the keys that the card had before it.
///
/// # Errors
/// [`AuthorityError::UnknownInstitution`]; [`DeskError::Value`] for a key that is not under the institution's identifier, or whose
/// identifier is taken.
pub fn add_key(list: &mut Accreditation, card: &Card, from: Option<Timestamp>) -> Result<(), AuthorityError> {
    let unusable = || AuthorityError::Desk(DeskError::Value("key"));
    let mut key = card.key().ok_or_else(unusable)?;
    let at = institution(list, &card.did)?;
    let issuer = &mut list.issuers[at];
    let taken = issuer.keys.iter().any(|listed| listed.id == key.id);
    let own = issuer.id.own_key().is_none_or(|own| own == key.key);
    if key.id.did() != issuer.id || taken || !own {
        return Err(unusable());
    }
    // The windows of the keys before it end as the card says, and never later than they did.
    for before in card.keys().into_iter().skip(1) {
        let same =
            |listed: &&mut IssuerKey| listed.id == before.id && listed.key == before.key && listed.until.is_none();
        if let Some(listed) = issuer.keys.iter_mut().find(same) {
            listed.until = before.until;
        }
    }
    key.from = from.unwrap_or(key.from);
    issuer.keys.push(key);
    Ok(())
}

/// Ends an institution's use of a key: what it signed until then stays good.
///
/// # Errors
/// [`AuthorityError::UnknownKey`].
pub fn retire_key(
    list: &mut Accreditation,
    wanted: &str,
    method: &str,
    until: Timestamp,
) -> Result<(), AuthorityError> {
    key_mut(list, wanted, method)?.until = Some(until);
    Ok(())
}

/// Declares that somebody else may hold a key since a time. What had been handed in and countersigned before stays in force; what the
/// institution has logged besides is *cannot tell*; everything else under the key is refused (design §5).
///
/// # Errors
/// [`AuthorityError::UnknownKey`].
pub fn compromise(
    list: &mut Accreditation,
    wanted: &str,
    method: &str,
    since: Timestamp,
    logged: Option<Logged>,
) -> Result<(), AuthorityError> {
    let key = key_mut(list, wanted, method)?;
    key.compromised = Some(since);
    key.logged = logged;
    Ok(())
}

/// The log of the institution that a person means.
///
/// # Errors
/// [`AuthorityError::UnknownInstitution`].
pub fn logs_of(list: &Accreditation, wanted: &str, folder: &std::path::Path) -> Result<Logs, AuthorityError> {
    let at = institution(list, wanted)?;
    Ok(Logs::of(folder, &list.issuers[at].id))
}

/// The body that took an institution over.
///
/// # Errors
/// [`AuthorityError::UnknownInstitution`] for either of them.
pub fn successor(list: &mut Accreditation, wanted: &str, successor: &str) -> Result<(), AuthorityError> {
    let (at, next) = (institution(list, wanted)?, institution(list, successor)?);
    if at == next {
        return Err(AuthorityError::UnknownInstitution(successor.to_owned()));
    }
    list.issuers[at].successor = Some(list.issuers[next].id.clone());
    Ok(())
}

/// Recognises another authority: what it says about itself is taken from its own pack.
///
/// # Errors
/// [`DeskError::Value`] for the authority's own pack.
pub fn recognise(
    list: &mut Accreditation,
    own_id: &str,
    other: &Published,
    instrument: Instrument,
    from: Timestamp,
    until: Option<Timestamp>,
) -> Result<(), AuthorityError> {
    let authority = &other.pack.root().authority;
    if authority.id == own_id {
        return Err(AuthorityError::Desk(DeskError::Value("recognise")));
    }
    let row = Recognised {
        authority: authority.id.clone(),
        name: authority.name.clone(),
        country: authority.country.clone(),
        root: other.first_root(),
        instrument,
        from,
        until,
    };
    match list.recognises.iter().position(|listed| listed.authority == row.authority) {
        Some(at) => list.recognises[at] = row,
        None => list.recognises.push(row),
    }
    Ok(())
}

/// Whether a rule takes the place of one with its identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It does.
    Replaced,
    /// It is refused.
    Refused,
}

/// Adds a rule.
///
/// # Errors
/// [`AuthorityError::RuleExists`].
pub fn add_rule(list: &mut Accreditation, rule: Rule, known: Known) -> Result<(), AuthorityError> {
    match (list.rules.iter().position(|listed| listed.id == rule.id), known) {
        (None, _) => list.rules.push(rule),
        (Some(at), Known::Replaced) => list.rules[at] = rule,
        (Some(_), Known::Refused) => return Err(AuthorityError::RuleExists(rule.id)),
    }
    Ok(())
}

/// Takes a rule out.
///
/// # Errors
/// [`AuthorityError::UnknownRule`].
pub fn remove_rule(list: &mut Accreditation, id: &str) -> Result<(), AuthorityError> {
    let at = list.rules.iter().position(|rule| rule.id == id);
    list.rules.remove(at.ok_or_else(|| AuthorityError::UnknownRule(id.to_owned()))?);
    Ok(())
}

/// A rule as a person wrote it down (`schemas/pack.json`, `rule`). Stricter than a verifier, which ignores what it does not know: a
/// misspelt `until` would make a rule without an end.
///
/// # Errors
/// [`AuthorityError::RuleMalformed`], with the member at fault.
pub fn read_rule(json: &Json) -> Result<Rule, AuthorityError> {
    let members = Members::within(json, String::new()).map_err(AuthorityError::RuleMalformed)?;
    let rule = Rule::parse(&members).map_err(AuthorityError::RuleMalformed)?;
    match unread(json, &rule.to_json(), String::new()) {
        None => Ok(rule),
        Some(at) => Err(AuthorityError::RuleMalformed(Malformed { at, problem: Problem::NotOfKind })),
    }
}

/// The first member of what was given that is not in what was understood. What says nothing (`false`, an empty list) need not be.
fn unread(given: &Json, understood: &Json, at: String) -> Option<String> {
    let path = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    match (given, understood) {
        (Json::Object(given), Json::Object(understood)) => {
            given.iter().find_map(|(name, json)| match understood.get(name) {
                Some(other) => unread(json, other, path(name)),
                None if *json == Json::Bool(false) || json.list().is_some_and(<[Json]>::is_empty) => None,
                None => Some(path(name)),
            })
        }
        (Json::List(given), Json::List(understood)) if given.len() == understood.len() => {
            let rows = given.iter().zip(understood).enumerate();
            rows.into_iter().find_map(|(position, (one, other))| unread(one, other, path(&position.to_string())))
        }
        (given, understood) => (given != understood).then_some(at),
    }
}

fn key_mut<'a>(list: &'a mut Accreditation, wanted: &str, method: &str) -> Result<&'a mut IssuerKey, AuthorityError> {
    let at = institution(list, wanted)?;
    let keys = &mut list.issuers[at].keys;
    let meant = |key: &IssuerKey| key.id.as_str() == method || key.id.as_str().ends_with(&format!("#{method}"));
    keys.iter_mut().find(|key| meant(key)).ok_or_else(|| AuthorityError::UnknownKey(method.to_owned()))
}
