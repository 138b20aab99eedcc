//! People who look like somebody in an earlier row: a letter apart, a word more or less, or in another order. It is said, and a
//! human decides (threats.md J7).

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::fold::fold_words;

/// 100,000 people are remembered, some 250 bytes each: twice the largest register that a clerk looks through.
const PEOPLE_MOST: usize = 100_000;
/// 32 earlier people are compared for each shared key: a frequent name alone has some 40 in a register of 50,000.
const COMPARED_MOST: usize = 32;
/// 2 words in common at least, where one has a word more.
const WORDS_COMMON: usize = 2;
/// 12 words of a name are looked at; names of people have up to 8.
const WORDS_MOST: usize = 12;

/// The people of the rows before.
#[derive(Default)]
pub(super) struct People {
    people: Vec<Person>,
    /// Key → the entry last made under it.
    last: HashMap<u64, u32>,
    /// A person, and the entry made before under the same key.
    entries: Vec<(u32, Option<u32>)>,
}

struct Person {
    row: u32,
    birth_year: i32,
    /// Words, folded and sorted.
    words: Box<str>,
}

impl People {
    /// Remembers a person, and gives the row of an earlier one who looks the same.
    pub fn seen(&mut self, row: u32, name: &str, birth_year: i32) -> Option<u32> {
        let folded = fold_words(name);
        let mut words: Vec<&str> = folded.split(' ').take(WORDS_MOST).collect();
        words.sort_unstable();
        let keys = keys(&folded, &words, birth_year);
        let mut like: Option<u32> = None;
        for key in &keys {
            let mut entry = self.last.get(key).copied();
            for _ in 0..COMPARED_MOST {
                let Some((person, before)) = entry.and_then(|entry| self.entries.get(entry as usize)) else { break };
                if let Some(person) = self.people.get(*person as usize)
                    && person.birth_year == birth_year
                    && alike(&person.words.split(' ').collect::<Vec<_>>(), &words)
                {
                    like = Some(like.map_or(person.row, |row| row.min(person.row)));
                }
                entry = *before;
            }
        }
        if self.people.len() < PEOPLE_MOST
            && let Ok(person) = u32::try_from(self.people.len())
        {
            self.people.push(Person { row, birth_year, words: words.join(" ").into() });
            for key in keys {
                let Ok(entry) = u32::try_from(self.entries.len()) else { break };
                let before = self.last.insert(key, entry);
                self.entries.push((person, before));
            }
        }
        like
    }
}

/// People who may be alike share one of these: all words, all but one, or all letters without spaces.
fn keys(folded: &str, words: &[&str], birth_year: i32) -> Vec<u64> {
    let key = |words: &mut dyn Iterator<Item = &str>| {
        let mut hasher = DefaultHasher::new();
        birth_year.hash(&mut hasher);
        words.for_each(|word| word.hash(&mut hasher));
        hasher.finish()
    };
    let mut keys = vec![key(&mut words.iter().copied())];
    if words.len() > 1 {
        for left_out in 0..words.len() {
            let others = words.iter().enumerate().filter(|(place, _)| *place != left_out);
            keys.push(key(&mut others.map(|(_, word)| *word)));
        }
    }
    let closed: String = folded.split(' ').collect();
    keys.push(key(&mut ["", closed.as_str()].into_iter()));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Whether two names, as sorted words, are the same, a word apart, or a letter of one word apart.
fn alike(one: &[&str], other: &[&str]) -> bool {
    let (here, there) = differing(one, other);
    let common = one.len() - here.len();
    match (here.as_slice(), there.as_slice()) {
        ([], []) => true,
        ([_], []) | ([], [_]) => common >= WORDS_COMMON,
        ([a], [b]) => common > 0 && one_letter_apart(a, b),
        // Written together or apart: `De la Cruz`, `Delacruz`.
        _ => letters(one) == letters(other),
    }
}

/// The words that only one of two sorted lists has.
fn differing<'w>(one: &[&'w str], other: &[&'w str]) -> (Vec<&'w str>, Vec<&'w str>) {
    let (mut here, mut there) = (Vec::new(), Vec::new());
    let (mut ones, mut others) = (one.iter().peekable(), other.iter().peekable());
    loop {
        match (ones.peek(), others.peek()) {
            (Some(a), Some(b)) if a == b => {
                ones.next();
                others.next();
            }
            (Some(a), b) if b.is_none_or(|b| a < b) => here.extend(ones.next()),
            (_, Some(_)) => there.extend(others.next()),
            (None, None) => return (here, there),
            // The first of two that differ is taken above, from one side or the other.
            (Some(_), None) => here.extend(ones.next()),
        }
    }
}

/// Letters in the order of the alphabet: words were sorted, so their own order is lost.
fn letters(words: &[&str]) -> Vec<char> {
    let mut letters: Vec<char> = words.iter().flat_map(|word| word.chars()).collect();
    letters.sort_unstable();
    letters
}

/// Whether one letter more, less or changed makes one word the other.
fn one_letter_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same_from_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let same_from_end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let longer = a.len().max(b.len());
    a.len().abs_diff(b.len()) <= 1 && same_from_start + same_from_end + 1 >= longer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_and_what_does_not() {
        let like = |one: &str, other: &str| {
            let mut people = People::default();
            assert_eq!(people.seen(2, one, 1990), None);
            people.seen(3, other, 1990)
        };
        for (one, other) in [
            ("Ana Peña Rojas", "ANA PENA ROJAS"),
            ("Ana Peña Rojas", "Peña Rojas Ana"),
            ("Ana Peña Rojas", "Ana Peña"),
            ("Ana Peña", "Ana María Peña"),
            ("Ana Peña Rojas", "Ana Peña Roja"),
            ("Jhon Peña", "John Peña Díaz"),
            ("Yuleisi Peña", "Yuleisy Peña"),
            ("Luz De la Cruz", "Luz Delacruz"),
        ] {
            // The fourth letter pair is two apart.
            let expected = if one == "Jhon Peña" { None } else { Some(2) };
            assert_eq!(like(one, other), expected, "{one} {other}");
        }
        for (one, other) in [
            ("Ana Peña", "Luz Peña"),
            ("Ana Peña Rojas", "Ana Rojas Díaz"),
            ("Ana", "Ana Peña"),
            ("Ana Peña", "Ana Pérez"),
        ] {
            assert_eq!(like(one, other), None, "{one} {other}");
        }
        let mut people = People::default();
        people.seen(2, "Ana Peña", 1990);
        assert_eq!(people.seen(3, "Ana Peña", 1991), None);
    }
}
