//! The twin in memory: for tests, and the contract that every store is held to.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::StoreError;
use super::ledger::{Ledger, Page, Pages};

/// Pages in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    pages: Mutex<BTreeMap<Vec<u8>, Vec<u8>>>,
    /// One act at a time, and none while somebody looks.
    committer: Mutex<()>,
}

/// What a transaction has changed so far: `None` for a page that is gone.
struct Draft<'m> {
    pages: &'m BTreeMap<Vec<u8>, Vec<u8>>,
    changed: RefCell<BTreeMap<Vec<u8>, Option<Vec<u8>>>>,
}

impl Pages for Draft<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let changed = self.changed.borrow().get(key).cloned();
        Ok(changed.unwrap_or_else(|| self.pages.get(key).cloned()))
    }

    fn put(&self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.changed.borrow_mut().insert(key.to_vec(), Some(value.to_vec()));
        Ok(())
    }

    fn remove(&self, key: &[u8]) -> Result<(), StoreError> {
        self.changed.borrow_mut().insert(key.to_vec(), None);
        Ok(())
    }
}

impl MemoryStore {
    fn with<T>(&self, look: impl FnOnce(&mut BTreeMap<Vec<u8>, Vec<u8>>) -> T) -> T {
        // A panic elsewhere cannot have left a half-made change: pages change last, and together.
        look(&mut self.pages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Ledger for MemoryStore {
    fn transact(&self, act: &mut dyn FnMut(&dyn Pages) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let _held = self.committer.lock().unwrap_or_else(PoisonError::into_inner);
        self.with(|pages| {
            let draft = Draft { pages, changed: RefCell::default() };
            act(&draft)?;
            for (key, value) in draft.changed.into_inner() {
                match value {
                    Some(value) => drop(pages.insert(key, value)),
                    None => drop(pages.remove(&key)),
                }
            }
            Ok(())
        })
    }

    fn still(&self, look: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        let _held = self.committer.lock().unwrap_or_else(PoisonError::into_inner);
        look()
    }

    fn page(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.with(|pages| pages.get(key).cloned()))
    }

    fn range(&self, from: &[u8], until: &[u8], most: usize) -> Result<Vec<Page>, StoreError> {
        if from >= until {
            return Ok(Vec::new());
        }
        let range = (std::ops::Bound::Included(from), std::ops::Bound::Excluded(until));
        Ok(self.with(|pages| {
            pages.range::<[u8], _>(range).take(most).map(|(key, value)| (key.clone(), value.clone())).collect()
        }))
    }
}
