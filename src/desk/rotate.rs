//! An institution's next signing key. The old one's window ends, what it signed stays good, and it is destroyed: nothing is left of it to steal.
//!
//! Two files say which key signs, and a process may be stopped between them. So the new key waits beside the old one in the keyring until the
//! card names it; whoever opens the keyring takes the one that the card names ([`Institution::keyring`]).

use super::institution::{Card, DeskError, EarlierKey, ISSUER, Institution, NEXT, at};
use super::keyring::{Keyring, Secret};
use super::pilot;
use super::publish::{Publication, Signer, publish_as};
use super::random::{Randomness, random};
use crate::base::did::MethodId;
use crate::base::key::SecretKey;
use crate::base::timestamp::Timestamp;
use crate::store::Store;
use crate::store::acts::{Hand, What};
use crate::store::custody;
use crate::store::files::{Readers, write_whole};

/// 1,000 keys of one institution: a key a month for eighty years.
const KEYS: usize = 1_000;

/// Makes the next key, and publishes under it. A pilot's own authority is told; any other is handed the new card.
///
/// # Errors
/// [`DeskError::Value`] for an identifier that is its key: it cannot have another. Else [`DeskError`]; doing it again ends what was begun.
pub fn rotate(
    institution: &Institution,
    store: &dyn Store,
    secret: &Secret,
    source: &dyn Randomness,
    by: &Hand,
    now: Timestamp,
) -> Result<(Institution, Publication), DeskError> {
    custody::must_work(store)?;
    if institution.did().own_key().is_some() {
        return Err(DeskError::Value("own-key"));
    }
    let path = institution.key_path();
    let sealed = Keyring::open(&path, secret)?;
    let on_card = institution.card().key().ok_or(DeskError::Value("institution"))?.key;
    let waiting = sealed.key(NEXT).ok().map(SecretKey::public);
    // Stopped before it was told to anybody: the card names the new key already, or the new key waits for the card.
    if waiting != Some(on_card) {
        let sealed = if waiting.is_some() { sealed } else { sealed.with(NEXT, SecretKey::from_seed(&random(source)?)) };
        sealed.seal_anew(&path, secret)?;
        let next = sealed.key(NEXT)?.public().to_multikey();
        let card = next_card(institution, next, now)?;
        let file = institution.folder().join("institution.json");
        write_whole(&file, &card.to_bytes()?, Readers::Everybody).map_err(at(&file))?;
    }
    let institution = Institution::open(institution.folder())?;
    let keyring = institution.keyring(secret)?.without(NEXT);
    // A pilot's pack knows the new key before anything is signed with it.
    pilot::rekey(&institution, secret, now)?;
    store.note(What::KeyRotated, institution.method().as_str(), by)?;
    keyring.seal_anew(&path, secret)?;
    let signer = Signer { key: keyring.key(ISSUER)?, method: institution.method() };
    let published = publish_as(&institution, store, &signer, now)?;
    pilot::renew(&institution, published.lists.clone(), secret, now)?;
    Ok((institution, published))
}

fn next_card(institution: &Institution, public_key_multibase: String, now: Timestamp) -> Result<Card, DeskError> {
    let old = institution.card();
    let taken = |fragment: &str| {
        let ids = std::iter::once(&old.method).chain(old.earlier.iter().map(|key| &key.method));
        ids.into_iter().any(|id| id.rsplit_once('#').is_some_and(|(_, it)| it == fragment))
    };
    let free = (1..=KEYS).map(|number| format!("key-{number}")).find(|fragment| !taken(fragment));
    let free = free.ok_or(DeskError::Value("key"))?;
    let method: MethodId = institution.did().method(&free).map_err(|_| DeskError::Value("domain"))?;
    let mut earlier = old.earlier.clone();
    earlier.push(EarlierKey {
        method: old.method.clone(),
        public_key_multibase: old.public_key_multibase.clone(),
        since: old.since.clone(),
        until: now.to_string(),
    });
    Ok(Card { method: method.to_string(), public_key_multibase, since: now.to_string(), earlier, ..old.clone() })
}
