//! One-time links with which somebody comes in for the first time, or again after forgetting a password. The link's secret is shown once, to
//! whoever invites; what is kept is its hash, and when it ends. It stands in the fragment, which browsers send to nobody.
//!
//! ```text
//! /desk/#invitation=KEY.SECRET
//!   KEY      base64url of the first 8 bytes of the SHA-256 of the institution's DID: which of a server's institutions
//!   SECRET   base64url of 32 random bytes
//! ```

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::institution::DeskError;
use super::random::{Randomness, random};
use crate::base::did::Did;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::store::staff::{Invitation, Member, Role, Standing};
use crate::store::{Store, StoreError};

/// 72 hours: from a Friday afternoon to Monday. Whoever comes later is invited again.
pub const INVITATION_HOURS: i64 = 72;
/// 64 characters of what somebody signs in with: an e-mail address is rarely longer.
pub const LOGIN_CHARACTERS: usize = 64;
/// 100 characters of what colleagues see.
pub const MEMBER_NAME_CHARACTERS: usize = 100;
/// 32 bytes: 256 random bits cannot be guessed.
const SECRET: usize = 32;
/// 8 bytes: enough to tell apart the few institutions of one server.
const KEY: usize = 8;
/// 16 bytes: 128 random bits name a member.
const ID: usize = 16;
/// 3,600 seconds.
const HOUR: i64 = 3_600;
/// Where the desk is served, and how its page knows a link.
const PATH: &str = "/desk/#invitation=";

/// The secret of a link. Leaves memory when it is dropped, and is in no log.
pub type LinkSecret = Zeroizing<String>;

/// Makes a link for somebody who may come in: what is kept, and its secret, which is nowhere else.
///
/// # Errors
/// [`DeskError::Randomness`]; [`DeskError::Value`] for a time past the year 9999.
pub fn invite(source: &dyn Randomness, now: Timestamp) -> Result<(Invitation, LinkSecret), DeskError> {
    let secret: Zeroizing<[u8; SECRET]> = Zeroizing::new(random(source)?);
    let secret = Zeroizing::new(multibase::base64url(secret.as_slice()));
    let until = Timestamp::from_seconds(now.seconds() + INVITATION_HOURS * HOUR).ok_or(DeskError::Value("days"))?;
    Ok((Invitation { hash: hash(&secret), until: until.to_string(), by: String::new() }, secret))
}

/// A member who was not there before, with the link by which they come in. The store has yet to keep them.
///
/// # Errors
/// [`DeskError::Value`] with `login`, `member-name` or `roles` for what cannot be used, and as [`invite`].
pub fn new_member(
    login: &str,
    name: &str,
    roles: BTreeSet<Role>,
    source: &dyn Randomness,
    now: Timestamp,
) -> Result<(Member, LinkSecret), DeskError> {
    let login = read_login(login).ok_or(DeskError::Value("login"))?;
    let name = read_name(name).ok_or(DeskError::Value("member-name"))?;
    if roles.is_empty() {
        return Err(DeskError::Value("roles"));
    }
    let (invitation, secret) = invite(source, now)?;
    let id = multibase::base64url(&random::<ID>(source)?);
    let (password, standing, waits) = (None, Standing::Active, None);
    let invitation = Some(invitation);
    Ok((Member { id, login, name, roles, password, invitation, standing, waits, version: 0 }, secret))
}

/// A member as they are once they are invited again: the next version, with a new link in the place of any other. The password that they
/// have, if any, stays until the link is taken up.
///
/// # Errors
/// [`StoreError::NotNow`] for somebody who may not come in any more, and as [`invite`].
pub fn invited_again(
    member: &Member,
    source: &dyn Randomness,
    now: Timestamp,
) -> Result<(Member, LinkSecret), DeskError> {
    if member.standing != Standing::Active {
        return Err(StoreError::NotNow.into());
    }
    let (invitation, secret) = invite(source, now)?;
    Ok((Member { invitation: Some(invitation), version: member.version + 1, ..member.clone() }, secret))
}

/// The member whose link a secret is, if it still opens the door.
///
/// # Errors
/// [`StoreError::Unknown`] alike for a secret that nobody has, a link that was used and one that ended; or [`StoreError`].
pub fn member_of_link(store: &dyn Store, secret: &str, now: Timestamp) -> Result<Member, StoreError> {
    let presented = hash(secret);
    let mut found = None;
    // Hashes of 256 random bits: what their comparison takes says nothing that helps to find one.
    for member in store.members()? {
        let link = member.invitation.as_ref().filter(|link| link.hash == presented);
        // A time that cannot be read is past.
        let ends = link.map(|link| Timestamp::parse(&link.until).map_or(i64::MIN, Timestamp::seconds));
        if member.standing == Standing::Active && ends.is_some_and(|ends| now.seconds() < ends) {
            found = Some(member);
        }
    }
    found.ok_or_else(|| StoreError::Unknown("invitation".to_owned()))
}

/// Under which short name a server knows an institution.
#[must_use]
pub fn key_of(did: &Did) -> String {
    let digest = Sha256::digest(did.as_str());
    multibase::base64url(digest.first_chunk::<KEY>().map_or(&[], <[u8; KEY]>::as_slice))
}

/// The link as a path on the server's own address. It holds the secret.
#[must_use]
pub fn path(did: &Did, secret: &LinkSecret) -> Zeroizing<String> {
    Zeroizing::new(format!("{PATH}{}.{}", key_of(did), secret.as_str()))
}

/// What somebody signs in with, in small letters: 1 to 64 of `a-z 0-9 . _ - + @`.
#[must_use]
pub fn read_login(text: &str) -> Option<String> {
    let login = text.trim().to_ascii_lowercase();
    let plain = login.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+@".contains(&byte));
    (plain && (1..=LOGIN_CHARACTERS).contains(&login.len())).then_some(login)
}

/// What colleagues see: 1 to 100 characters, none of them a control character.
#[must_use]
pub fn read_name(text: &str) -> Option<String> {
    let name = text.trim();
    let plain = (1..=MEMBER_NAME_CHARACTERS).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    plain.then(|| name.to_owned())
}

/// What is kept of a secret.
fn hash(secret: &str) -> String {
    multibase::digest(&Sha256::digest(secret).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::random::NoRandomness;
    use crate::store::acts::Hand;
    use crate::store::memory::MemoryStore;

    struct Counting(std::sync::atomic::AtomicU8);

    impl Randomness for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
            bytes.iter_mut().for_each(|byte| *byte = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            Ok(())
        }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_link_opens_once_for_72_hours_and_for_nobody_who_left() {
        let (store, source) = (MemoryStore::default(), Counting(1.into()));
        let now = at("2026-03-20T15:00:00Z");
        let roles = BTreeSet::from([Role::Administrator]);
        let (member, secret) = new_member(" Ana@Centro.example ", "Ana", roles.clone(), &source, now).unwrap();
        assert_eq!(
            (member.login.as_str(), member.invitation.as_ref().unwrap().until.as_str()),
            ("ana@centro.example", "2026-03-23T15:00:00Z")
        );
        store.keep_member(&member, &Hand::program(now)).unwrap();
        let opens = |secret: &str, when: &str| member_of_link(&store, secret, at(when)).map(|member| member.login);
        let nobody = || Err(StoreError::Unknown("invitation".to_owned()));
        assert_eq!(opens(&secret, "2026-03-23T14:59:59Z"), Ok("ana@centro.example".to_owned()));
        assert_eq!(opens(&secret, "2026-03-23T15:00:00Z"), nobody(), "it ended");
        assert_eq!(
            opens(&member.invitation.as_ref().unwrap().hash, "2026-03-20T15:00:00Z"),
            nobody(),
            "what is kept opens nothing"
        );
        assert_eq!(opens("", "2026-03-20T15:00:00Z"), nobody());

        // Invited again: the earlier link is worth nothing.
        let (again, second) = invited_again(&member, &source, now).unwrap();
        store.keep_member(&again, &Hand::program(now)).unwrap();
        assert_eq!(opens(&secret, "2026-03-20T15:00:01Z"), nobody());
        assert_eq!(opens(&second, "2026-03-20T15:00:01Z"), Ok("ana@centro.example".to_owned()));

        // Somebody else remains, so she can leave; her link leaves with her.
        let (other, _) = new_member("bea", "Bea", roles, &source, now).unwrap();
        store.keep_member(&other, &Hand::program(now)).unwrap();
        let closed = Member { standing: Standing::Closed, version: 2, ..again };
        store.keep_member(&closed, &Hand::program(now)).unwrap();
        assert_eq!(opens(&second, "2026-03-20T15:00:01Z"), nobody());
        assert!(matches!(invited_again(&closed, &source, now), Err(DeskError::Store(StoreError::NotNow))));
    }

    #[test]
    fn what_cannot_be_typed_or_read_is_no_login_and_no_name() {
        for login in ["", " ", "ana maría", "ñáñez", "a,b", "a/b", "a.b\n.c", &"a".repeat(65)] {
            assert_eq!(read_login(login), None, "{login}");
        }
        assert_eq!(read_login(&"A".repeat(64)), Some("a".repeat(64)));
        for name in ["", "  ", "Ana\nBea", &"ñ".repeat(101)] {
            assert_eq!(read_name(name), None, "{name}");
        }
        assert_eq!(read_name(&"ñ".repeat(100)), Some("ñ".repeat(100)));
    }

    #[test]
    fn the_path_names_the_institution_and_holds_the_secret_behind_the_fragment() {
        let did = Did::parse("did:web:centro.example").unwrap();
        let secret = Zeroizing::new("uSECRET".to_owned());
        let path = path(&did, &secret);
        let (before, after) = path.split_once('#').unwrap();
        assert_eq!((before, after), ("/desk/", format!("invitation={}.uSECRET", key_of(&did)).as_str()));
        assert_ne!(key_of(&did), key_of(&Did::parse("did:web:otro.example").unwrap()));
    }
}
