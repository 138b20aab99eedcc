//! Passwords of the desk: what may be one, what is kept of it, and how it is held against what is typed (threats.md I6).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};

use super::institution::DeskError;
use super::random::{Randomness, random};
use crate::store::staff::Member;

/// 19,456 KiB = 19 MiB: OWASP Password Storage Cheat Sheet, Argon2id, its first choice for t = 2 and p = 1.
const MEMORY_KIB: u32 = 19 * 1024;
/// 2 passes, from the same line.
const PASSES: u32 = 2;
/// 1 lane, from the same line.
const LANES: u32 = 1;
/// 16 bytes of salt (RFC 9106 §3.1).
const SALT: usize = 16;
/// 12 characters: the shortest password that is taken. NIST SP 800-63B asks for 8 at least, and for no rules beside length.
pub const PASSWORD_CHARACTERS: usize = 12;
/// 128 characters: longer ones come from no person, and hashing must not be a way to keep the server busy.
pub const PASSWORD_CHARACTERS_MOST: usize = 128;

/// Of twelve characters and more, what every list of leaked passwords has first, and what somebody here would think of first.
const WORST: [&str; 20] = [
    "000000000000",
    "111111111111",
    "123123123123",
    "1234567890123",
    "123456789012",
    "12345678901234567890",
    "abcdefghijkl",
    "aaaaaaaaaaaa",
    "administrador",
    "administrator",
    "certificados",
    "contraseña123",
    "contrasena123",
    "iloveyou1234",
    "password1234",
    "passwordpassword",
    "qwertyqwerty",
    "qwertyuiop12",
    "qwertyuiopas",
    "skillpass1234",
];

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakPassword {
    /// It is the login, or one of those that are tried first.
    Guessable,
    /// More than 128 characters.
    TooLong,
    /// Fewer than 12 characters.
    TooShort,
}

/// Whether somebody may choose this password.
///
/// # Errors
/// [`WeakPassword`].
pub fn choose(password: &str, login: &str) -> Result<(), WeakPassword> {
    let characters = password.chars().count();
    if characters < PASSWORD_CHARACTERS {
        return Err(WeakPassword::TooShort);
    }
    if characters > PASSWORD_CHARACTERS_MOST {
        return Err(WeakPassword::TooLong);
    }
    let small = password.to_lowercase();
    if small == login || WORST.contains(&small.as_str()) { Err(WeakPassword::Guessable) } else { Ok(()) }
}

/// What is kept of a password: a PHC string of Argon2id. Takes some hundredths of a second and 19 MiB.
///
/// # Errors
/// [`DeskError::Randomness`]; [`DeskError::Value`] for a password that cannot be hashed.
pub fn hash(password: &str, source: &dyn Randomness) -> Result<String, DeskError> {
    let salt: [u8; SALT] = random(source)?;
    let hashed = argon().and_then(|argon| argon.hash_password_with_salt(password.as_bytes(), &salt).ok());
    hashed.map(|phc| phc.to_string()).ok_or(DeskError::Value("password"))
}

/// The member, if this is their password by what `fits` says, as [`fits`] does. For nobody, and for somebody who has none yet or was sent away,
/// it is asked once as for everybody else, of a hash of the same cost: how long it takes tells nothing.
#[must_use]
pub fn admitted(member: Option<Member>, password: &str, fits: &dyn Fn(&str, &str) -> bool) -> Option<Member> {
    /// Of a password that nobody has: its hash is not one of any text's, only its cost is the same.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let kept = member.as_ref().and_then(|member| member.password.as_deref()).unwrap_or(NOBODY);
    // What is too long was never taken, so nobody's hash fits it.
    let typed = if password.chars().count() > PASSWORD_CHARACTERS_MOST { "" } else { password };
    let fits = fits(kept, typed);
    member.filter(|member| fits && member.standing == crate::store::staff::Standing::Active)
}

/// Whether a password is the one that this was kept of.
#[must_use]
pub fn fits(kept: &str, password: &str) -> bool {
    let both = PasswordHash::new(kept).ok().zip(argon());
    both.is_some_and(|(kept, argon)| argon.verify_password(password.as_bytes(), &kept).is_ok())
}

fn argon() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::desk::random::NoRandomness;
    use crate::store::staff::Standing;

    struct Fixed(u8);

    impl Randomness for Fixed {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
            bytes.iter_mut().zip(self.0..).for_each(|(byte, value)| *byte = value);
            Ok(())
        }
    }

    fn member(password: Option<String>) -> Member {
        let roles = BTreeSet::new();
        Member {
            id: "m".into(),
            login: "ana".into(),
            name: "Ana".into(),
            roles,
            password,
            invitation: None,
            standing: Standing::Active,
            waits: None,
            version: 0,
        }
    }

    #[test]
    fn what_is_kept_is_argon2id_of_the_named_cost_and_fits_one_password() {
        let kept = hash("correcto caballo", &Fixed(1)).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_ne!(kept, hash("correcto caballo", &Fixed(2)).unwrap(), "salted");
        let ana = member(Some(kept));
        assert!(admitted(Some(ana.clone()), "correcto caballo", &fits).is_some());
        for wrong in ["", "correcto caballo ", "Correcto caballo", &"x".repeat(1 << 20)] {
            assert!(admitted(Some(ana.clone()), wrong, &fits).is_none());
        }
        assert!(admitted(Some(Member { standing: Standing::Closed, ..ana }), "correcto caballo", &fits).is_none());
        for nobody in [None, Some(member(None)), Some(member(Some("x".into())))] {
            assert!(admitted(nobody, "correcto caballo", &fits).is_none());
        }
    }

    /// What takes the time is done once, of the same cost, whoever it is that is asked for (threats.md I6).
    #[test]
    fn every_try_is_held_once_against_a_hash_of_one_cost() {
        let kept = hash("correcto caballo", &Fixed(1)).unwrap();
        let somebody = member(Some(kept.clone()));
        let long = "x".repeat(PASSWORD_CHARACTERS_MOST + 1);
        for (who, typed, may) in [
            (None, "correcto caballo", false),
            (Some(member(None)), "correcto caballo", false),
            (Some(somebody.clone()), "otra cosa muy distinta", false),
            (Some(somebody.clone()), &long, false),
            (Some(Member { standing: Standing::Closed, ..somebody.clone() }), "correcto caballo", false),
            (Some(somebody), "correcto caballo", true),
        ] {
            let asked = std::cell::RefCell::new(Vec::new());
            let fits = |of: &str, typed: &str| {
                asked.borrow_mut().push((of.to_owned(), typed.len()));
                of == kept && typed == "correcto caballo"
            };
            assert_eq!(admitted(who, typed, &fits).is_some(), may, "{typed}");
            let asked = asked.into_inner();
            let [(of, length)] = asked.as_slice() else { panic!("{asked:?}") };
            let of = PasswordHash::new(of).unwrap();
            assert_eq!(Params::try_from(&of).unwrap(), Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).unwrap());
            assert_eq!((of.algorithm.as_str(), of.salt.map(|salt| salt.len())), ("argon2id", Some(SALT)));
            assert!(*length <= PASSWORD_CHARACTERS_MOST);
        }
    }

    #[test]
    fn short_and_guessable_ones_are_not_taken() {
        for (password, login, weak) in [
            ("once letras", "ana", WeakPassword::TooShort),
            ("Password1234", "ana", WeakPassword::Guessable),
            ("Ana@centro.example", "ana@centro.example", WeakPassword::Guessable),
            (&"ñ".repeat(129), "ana", WeakPassword::TooLong),
        ] {
            assert_eq!(choose(password, login), Err(weak), "{password}");
        }
        assert_eq!(choose("ñañañañañaña", "ana"), Ok(()));
    }
}
