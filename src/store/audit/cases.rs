//! Cases of prior learning: that each follows from its steps, that the acts' log tells the same steps, and that a decision has its row.

use super::{Fault, Walk};
use crate::store::StoreError;
use crate::store::acts::Hand;
use crate::store::award::Content;
use crate::store::ledger::{Shelf, said};
use crate::store::prior::{Case, Step};

impl Walk<'_> {
    /// Lines come before: those of a case are its steps.
    pub(super) fn case(&mut self, key: &[u8], rest: &[u8], value: &[u8], at: &str) -> Result<(), StoreError> {
        let Some(case) = said::<Case>(key, value).ok().filter(|case| case.id.as_bytes() == rest) else {
            self.audited.find(Fault::Page, at);
            return Ok(());
        };
        let told = self.acts.cases.remove(&case.id).unwrap_or_default();
        let line = |step: &Step| (step.digest(&case.achievement), step.by.clone());
        let done: Vec<(String, Hand)> = case.steps.iter().map(line).collect();
        self.audited.hold(!done.is_empty() && told == done, Fault::Case, at);
        let whole = case.content.as_ref().is_none_or(|content| case.content_hash() == Some(&Content::hash(content)));
        let forgotten = self.acts.forgotten.contains(&case.id) == case.content.is_none();
        self.audited.hold(whole && forgotten, Fault::Case, at);
        let Ok(progress) = case.progress() else {
            self.audited.find(Fault::Case, at);
            return Ok(());
        };
        if progress.made_row {
            let there = self.value(&Shelf::Awards.key(&[case.id.as_bytes()]))?.is_some();
            self.audited.hold(there, Fault::Case, at);
        }
        Ok(())
    }
}
