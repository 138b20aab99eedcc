//! Contexts applied one after the other: JSON-LD API §4.1, with a bound on the work and a memory of what was worked out before.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::canonical::Json;
use crate::interop::rdfc::contexts::{Contexts, Key};
use crate::interop::rdfc::define::{Core, Definition};
use crate::interop::rdfc::local::{Entry, Local, Map};
use crate::interop::rdfc::refused::{ContextFault, Place, Refused};

/// 500,000 units of work for the contexts of one document: one for each definition carried over into a scope, 16 for each that is worked
/// out. A credential of two embedded contexts needs some 16,000; all units together take less than 50 ms.
const WORK: usize = 500_000;
/// 16 units: working a definition out, against carrying one over (measured).
const WORK_PER_DEFINITION: usize = 16;
/// 8 contexts that name each other by address, one within the next. Published ones name none.
const REMOTE_DEPTH: usize = 8;

/// The number of what is not kept.
const UNKEPT: u64 = u64::MAX;

/// The active context (JSON-LD API §4.1).
#[derive(Clone, Debug)]
pub(super) struct Active {
    pub core: Arc<Core>,
    /// What holds again in the nodes below, when this one came from a type.
    pub previous: Option<Arc<Active>>,
}

impl Active {
    /// Whose terms may be used: the definition of one.
    pub fn definition(&self, term: Option<&str>) -> Option<&Arc<Definition>> {
        self.core.definition(term)
    }

    /// JSON-LD API §5.1.2 step 7: out of the scope of a type.
    pub fn reverted(&self) -> Active {
        self.previous.as_ref().map_or_else(|| self.clone(), |previous| (**previous).clone())
    }
}

/// How a context is applied.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    /// Whether it holds in the nodes below.
    pub propagate: bool,
    /// Whether protected terms may be redefined.
    pub may_override: bool,
}

impl Manner {
    /// An `@context` of the document.
    pub const EMBEDDED: Manner = Manner { propagate: true, may_override: false };
    /// The context of a property.
    pub const PROPERTY: Manner = Manner { propagate: true, may_override: true };
    /// The context of a type.
    pub const TYPE: Manner = Manner { propagate: false, may_override: false };
}

/// Applies contexts for one document.
pub(super) struct Processor<'a> {
    contexts: &'a Contexts,
    seen: HashMap<Key, Arc<Core>>,
    next_core: u64,
    next_map: u32,
    work: usize,
    /// Addresses of the contexts of terms that are being looked through.
    looked_through: Option<Vec<Arc<str>>>,
}

impl<'a> Processor<'a> {
    pub fn new(contexts: &'a Contexts) -> Self {
        Self {
            contexts,
            seen: HashMap::new(),
            next_core: Core::OF_A_DOCUMENT,
            next_map: contexts.last_map(),
            work: WORK,
            looked_through: None,
        }
    }

    /// Nothing defined.
    pub fn initial(&self) -> Active {
        Active { core: self.contexts.nothing(), previous: None }
    }

    /// An `@context` within the document.
    pub fn apply_written(&mut self, active: &Active, written: &Json, place: &Place) -> Result<Active, Refused> {
        let local = Local::read(written, &mut self.next_map, place)?;
        self.apply(active, &local, Manner::EMBEDDED, place)
    }

    /// JSON-LD API §4.1.2.
    pub fn apply(&mut self, active: &Active, local: &Local, manner: Manner, place: &Place) -> Result<Active, Refused> {
        if local.entries.is_empty() {
            return Ok(active.clone());
        }
        let mut flat = Vec::with_capacity(local.entries.len());
        self.flatten(&local.entries, &mut flat, place, 0)?;
        // 2: @propagate. Processors differ over one among several contexts.
        let propagate = match flat.as_slice() {
            [Some(map)] => map.propagate.unwrap_or(manner.propagate),
            several if several.iter().flatten().any(|map| map.propagate.is_some()) => {
                return Err(place.context(ContextFault::Unsupported));
            }
            _ => manner.propagate,
        };
        let mut result = active.clone();
        // 3
        if !propagate && result.previous.is_none() {
            result.previous = Some(Arc::new(active.clone()));
        }
        for entry in &flat {
            match entry {
                // 5.1
                None if !manner.may_override && result.core.protects => {
                    return Err(place.context(ContextFault::Nullified));
                }
                // What then holds below differs between the specification and the processors.
                None if !propagate => return Err(place.context(ContextFault::Unsupported)),
                None => result = self.initial(),
                Some(map) => result.core = self.core(&result.core, map, manner.may_override, place)?,
            }
        }
        Ok(result)
    }

    /// 5.2: addresses become the maps behind them, which are shared; `None` is `null`.
    fn flatten(
        &mut self,
        entries: &[Entry],
        flat: &mut Vec<Option<Arc<Map>>>,
        place: &Place,
        depth: usize,
    ) -> Result<(), Refused> {
        for entry in entries {
            self.spend(1)?;
            match entry {
                Entry::Null => flat.push(None),
                Entry::Map(map) => flat.push(Some(map.clone())),
                Entry::Url(_) if depth >= REMOTE_DEPTH => return Err(place.context(ContextFault::Cycle)),
                Entry::Url(url) => {
                    if let Some(seen) = &mut self.looked_through {
                        if seen.contains(url) {
                            continue;
                        }
                        seen.push(url.clone());
                    }
                    let contexts = self.contexts;
                    self.flatten(&contexts.get(url)?.entries, flat, place, depth + 1)?;
                }
            }
        }
        Ok(())
    }

    /// What a map makes of a core: remembered, or worked out.
    fn core(&mut self, core: &Arc<Core>, map: &Map, may_override: bool, place: &Place) -> Result<Arc<Core>, Refused> {
        let key = Key { core: core.number, map: map.number, may_override };
        // Within what is only looked through, contexts that were seen are skipped: what is made there is not for keeping.
        if self.looked_through.is_some() {
            return self.worked_out(core, map, may_override, UNKEPT, place);
        }
        if let Some(made) = self.seen.get(&key) {
            return Ok(made.clone());
        }
        // A first time costs the same, remembered or not: else the verdict would rest on what others asked before.
        let is_shared = core.number < Core::OF_A_DOCUMENT && map.number <= self.contexts.last_map();
        let made = match is_shared.then(|| self.contexts.remembered(key)).flatten() {
            Some((made, work)) => {
                self.spend(work)?;
                made
            }
            None => {
                let before = self.work;
                self.next_core += 1;
                let number = if is_shared { self.contexts.number() } else { self.next_core };
                let made = self.worked_out(core, map, may_override, number, place)?;
                if is_shared { self.contexts.remember(key, made, before - self.work) } else { made }
            }
        };
        self.seen.insert(key, made.clone());
        Ok(made)
    }

    fn worked_out(
        &mut self,
        core: &Core,
        map: &Map,
        may_override: bool,
        number: u64,
        place: &Place,
    ) -> Result<Arc<Core>, Refused> {
        self.spend(core.terms.len() + WORK_PER_DEFINITION * (map.terms.len() + 1))?;
        let made = Arc::new(Core { number, ..core.with(map, may_override, place)? });
        let outermost = self.looked_through.is_none();
        let checked = self.look_through(&made, map, place);
        if outermost {
            self.looked_through = None;
        }
        checked.map(|()| made)
    }

    /// JSON-LD API §4.2.2 step 21.3: the contexts of terms are valid, used or not.
    fn look_through(&mut self, made: &Arc<Core>, map: &Map, place: &Place) -> Result<(), Refused> {
        let active = Active { core: made.clone(), previous: None };
        for (term, written) in &map.terms {
            if let Some(local) = &written.context {
                self.looked_through.get_or_insert_default();
                self.apply(&active, local, Manner::PROPERTY, &place.member(term)?)?;
            }
        }
        Ok(())
    }

    fn spend(&mut self, work: usize) -> Result<(), Refused> {
        self.work = self.work.checked_sub(work).ok_or(Refused::TooMuchWork)?;
        Ok(())
    }
}
