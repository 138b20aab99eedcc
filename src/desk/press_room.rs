//! Where the desk prints: each order is worked off beside the desk's other work, and its files wait to be fetched for an hour. They name people,
//! so they stand in the institution's folder, for its owner alone, and are gone when the server begins anew.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::house::House;
use super::import::fold;
use super::institution::{DeskError, at};
use super::paper::{Form, Made, NotMade, PaperError, PaperSize, Press, Style};
use super::stationery::Stationery;
use crate::base::canonical::Json;
use crate::base::timestamp::Timestamp;
use crate::credential::credential::Credential;
use crate::credential::document::Signed;
use crate::store::acts::What;
use crate::store::{Record, State, Store, StoreError};

/// 8 orders of one institution are kept; then the oldest one's files go.
pub const ORDERS: usize = 8;
/// 10,000 people in one order: a batch has as many.
pub const PEOPLE_MOST: usize = 10_000;
/// 1 hour: then its files go.
const KEPT_SECONDS: i64 = 60 * 60;
/// 1,000 pages of the store are read at a time.
const PAGE: usize = 1_000;
/// Its folder within the institution's.
const FOLDER: &str = "press";

/// The orders of one institution.
#[derive(Debug)]
pub struct PressRoom {
    folder: PathBuf,
    orders: Mutex<BTreeMap<String, Order>>,
    /// One is printed at a time: each takes every core that it gets.
    press: Mutex<()>,
}

/// Whose certificates.
#[derive(Clone, Debug)]
pub enum People {
    /// Those of a batch.
    Batch(String),
    /// Those of these numbers.
    Serials(Vec<String>),
}

/// An order, and how far it is.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its name.
    pub id: String,
    /// What is made.
    pub form: Form,
    /// How many people there are to see to; 0 until they are counted.
    pub people: usize,
    /// How many were seen to.
    pub done: usize,
    /// What became of it.
    pub state: OrderState,
    ordered: i64,
}

/// What became of an order.
#[derive(Clone, Debug)]
pub enum OrderState {
    /// It is printed.
    Done(Arc<Printed>),
    /// It cannot be.
    Failed,
    /// It is being worked on, or waits for another.
    Working,
}

/// What was printed.
#[derive(Clone, Debug)]
pub struct Printed {
    /// The files, in order, with their sizes in bytes.
    pub files: Vec<(PathBuf, u64)>,
    /// People who are on paper.
    pub people: usize,
    /// Certificates that are not in force, and were passed over.
    pub not_in_force: usize,
    /// People who could not be put on paper, by the number of their certificate, and why.
    pub refused: Vec<(String, Arc<PaperError>)>,
}

impl PressRoom {
    /// That of an institution's folder. What a server before this one left is taken away.
    #[must_use]
    pub fn of(institution: &Path) -> Self {
        let folder = institution.join(FOLDER);
        // Whoever wanted it orders it again.
        let _ = std::fs::remove_dir_all(&folder);
        Self { folder, orders: Mutex::default(), press: Mutex::default() }
    }

    /// Takes an order; it has yet to be worked off with [`print`].
    pub fn order(&self, id: String, form: Form, now: Timestamp) -> Order {
        self.expire(now);
        let mut orders = self.lock();
        while orders.len() >= ORDERS {
            let Some(oldest) = orders.values().min_by_key(|it| it.ordered).map(|it| it.id.clone()) else { break };
            self.remove(&mut orders, &oldest);
        }
        let ordered = now.seconds();
        let order = Order { id: id.clone(), form, people: 0, done: 0, state: OrderState::Working, ordered };
        orders.insert(id, order.clone());
        order
    }

    /// An order, if its hour is not over.
    #[must_use]
    pub fn find(&self, id: &str, now: Timestamp) -> Option<Order> {
        self.expire(now);
        self.lock().get(id).cloned()
    }

    /// Takes away the files whose hour is over.
    pub fn expire(&self, now: Timestamp) {
        self.remove_those(|it| now.seconds() - it.ordered > KEPT_SECONDS && !matches!(it.state, OrderState::Working));
    }

    /// Takes all files away: somebody who may be on them is to be forgotten. What is being worked on is thrown away at its end.
    pub fn clear(&self) {
        self.remove_those(|_| true);
    }

    fn remove_those(&self, which: impl Fn(&Order) -> bool) {
        let mut orders = self.lock();
        let ids: Vec<String> = orders.values().filter(|it| which(it)).map(|it| it.id.clone()).collect();
        ids.iter().for_each(|id| self.remove(&mut orders, id));
    }

    /// Takes an order's files away. One that is being worked on goes on, and is thrown away at its end.
    ///
    /// # Errors
    /// [`StoreError::Unknown`].
    pub fn forget(&self, id: &str) -> Result<(), StoreError> {
        let mut orders = self.lock();
        if !orders.contains_key(id) {
            return Err(StoreError::Unknown(id.to_owned()));
        }
        self.remove(&mut orders, id);
        Ok(())
    }

    fn remove(&self, orders: &mut BTreeMap<String, Order>, id: &str) {
        orders.remove(id);
        // Nobody can ask for them any more; the next beginning takes the folder away.
        let _ = std::fs::remove_dir_all(self.folder.join(id));
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Order)) {
        if let Some(order) = self.lock().get_mut(id) {
            change(order);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Works an order off. What it came to stands in the order.
pub fn print(house: &House, id: &str, people: &People, size: Option<PaperSize>) {
    let room = house.press_room();
    let _alone = room.press.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(order) = room.lock().get(id).cloned() else { return };
    let printed = printed(house, &order, people, size);
    let mut orders = room.lock();
    match orders.get_mut(id) {
        Some(order) => {
            order.state = printed.map_or(OrderState::Failed, |printed| OrderState::Done(Arc::new(printed)));
        }
        // It was taken away meanwhile.
        None => room.remove(&mut orders, id),
    }
}

fn printed(house: &House, order: &Order, people: &People, size: Option<PaperSize>) -> Result<Printed, NotMade> {
    let (room, store) = (house.press_room(), &**house.store());
    let (serials, not_in_force) = in_force(store, people)?;
    room.change(&order.id, |order| order.people = serials.len());
    if serials.is_empty() {
        return Ok(Printed { files: Vec::new(), people: 0, not_in_force, refused: Vec::new() });
    }
    let stationery = Stationery::of(store)?;
    let style = Style { size: size.unwrap_or(stationery.size), ..stationery.style() };
    let out = room.folder.join(&order.id);
    only_for_the_owner(&room.folder)?;
    let press = Press { institution: &house.institution(), store, style, out: &out };
    let progress = |done: usize| room.change(&order.id, |order| order.done = done);
    let Made { files, people, not_in_force: meanwhile, refused } = press.make(order.form, &serials, &progress)?;
    let with_size = |path: PathBuf| {
        let bytes = std::fs::metadata(&path).map_err(at(&path))?.len();
        Ok::<_, DeskError>((path, bytes))
    };
    Ok(Printed {
        files: files.into_iter().map(with_size).collect::<Result<_, _>>()?,
        people,
        not_in_force: not_in_force + meanwhile,
        refused: refused.into_iter().map(|(serial, error)| (serial, Arc::new(error))).collect(),
    })
}

fn only_for_the_owner(folder: &Path) -> Result<(), DeskError> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(at(folder))
}

/// The numbers of those certificates that are in force, in the order of their people's names, as a class is called; and how many are not.
fn in_force(store: &dyn Store, people: &People) -> Result<(Vec<String>, usize), DeskError> {
    let records = match people {
        People::Batch(batch) => of_batch(store, batch)?,
        People::Serials(serials) => {
            let record = |serial: &String| {
                let record = store.by_serial(serial)?.filter(|record| !record.is_delegation());
                record.ok_or_else(|| StoreError::Unknown(serial.clone()))
            };
            serials.iter().map(record).collect::<Result<_, _>>()?
        }
    };
    let all = records.len();
    let mut named: Vec<(String, String)> = records
        .into_iter()
        .filter(|record| record.state == State::Issued && !record.document.is_empty())
        .map(|record| (name_of(&record), record.serial))
        .collect();
    let not = all - named.len();
    named.sort();
    Ok((named.into_iter().map(|(_, serial)| serial).collect(), not))
}

/// By which a person's sheet is found in a pile; empty for a document that is not one of ours.
fn name_of(record: &Record) -> String {
    let signed = Signed::<Credential>::read(record.document.as_bytes()).ok();
    let name = signed.and_then(|signed| {
        let json = signed.to_json();
        let subject = json.object()?.get("credentialSubject")?.object()?;
        let Json::List(identifiers) = subject.get("identifier")? else { return None };
        let text = |identifier: &Json, name: &str| identifier.object()?.get(name)?.text().map(str::to_owned);
        let name = identifiers.iter().find(|it| text(it, "identityType").as_deref() == Some("name"))?;
        Some(fold(&text(name, "identityHash")?))
    });
    name.unwrap_or_default()
}

/// The certificates of a batch: the log of acts says where in the log they stand, and the log which they are.
fn of_batch(store: &dyn Store, batch: &str) -> Result<Vec<Record>, StoreError> {
    let (mut from, mut logged, mut spans) = (0, 0_u64, Vec::new());
    loop {
        let acts = store.acts(from, PAGE)?;
        from += acts.len() as u64;
        let Some(_) = acts.last() else { break };
        for (act, _) in acts.into_iter().filter(|(act, _)| matches!(act.what, What::Issued | What::Rebound)) {
            let begins = logged;
            logged += u64::from(act.count);
            if act.of == batch {
                spans.push(begins..logged);
            }
        }
    }
    let Some(first) = spans.first().map(|span| span.start) else { return Ok(Vec::new()) };
    let log = store.log(first)?;
    let digests: HashSet<[u8; 32]> = (first..)
        .zip(log)
        .filter(|(place, _)| spans.iter().any(|span| span.contains(place)))
        .map(|(_, digest)| digest)
        .collect();
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = store.records_after(&after, PAGE)?;
        let Some(last) = page.last() else { return Ok(found) };
        after.clone_from(&last.serial);
        found.extend(page.into_iter().filter(|it| digests.contains(&it.digest) && !it.is_delegation()));
    }
}
