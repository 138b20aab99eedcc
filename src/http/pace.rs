//! How quickly one token issues, and how often one address asks for a check (threats.md I14).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request};
use tokio::time::{Duration, Instant};

use super::desk::neighbourhood;
use super::door::Caller;
use super::problem::Problem;

/// 600 documents a minute under one token: a register of a thousand in two minutes, and no machine is kept from its other work.
pub(super) const OF_A_TOKEN: u32 = 600;
/// 1,200 checks a minute from one address: an office of sixty that checks a certificate every three seconds each.
pub(super) const OF_AN_ADDRESS: u32 = 1_200;
const MINUTE: Duration = Duration::from_secs(60);
/// 10,000 are counted at a time, some 100 bytes each. Who comes after them in the same minute is not: the number of checks at a time still is.
const COUNTED: usize = 10_000;

/// Counts in minutes. Kept in memory: who starts the server anew begins anew.
#[derive(Debug)]
pub(super) struct Pace {
    most: u32,
    counts: Mutex<(Option<Instant>, HashMap<String, u32>)>,
}

impl Pace {
    /// So many in a minute.
    pub fn of(most: u32) -> Self {
        Self { most, counts: Mutex::default() }
    }

    /// Counts one more.
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub fn step(&self, who: &str) -> Result<(), Problem> {
        self.step_at(who, Instant::now())
    }

    fn step_at(&self, who: &str, now: Instant) -> Result<(), Problem> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, counts) = &mut *counts;
        if since.is_none_or(|since| now.duration_since(since) >= MINUTE) {
            *since = Some(now);
            counts.clear();
        }
        if counts.len() >= COUNTED && !counts.contains_key(who) {
            return Ok(());
        }
        let count = counts.entry(who.to_owned()).or_default();
        *count = count.saturating_add(1);
        if *count > self.most { Err(Problem::TooMany) } else { Ok(()) }
    }

    /// Counts one more of whoever asks from another machine. This machine itself is whoever uses it, or a proxy, which knows its callers better.
    ///
    /// # Errors
    /// [`Problem::TooMany`].
    pub fn step_of(&self, request: &Request) -> Result<(), Problem> {
        let caller = request.extensions().get::<ConnectInfo<Caller>>().map(|info| info.0.0.ip().to_canonical());
        match caller.filter(|caller| !caller.is_loopback()) {
            None => Ok(()),
            Some(caller) => self.step(&named(caller)),
        }
    }
}

fn named(caller: IpAddr) -> String {
    neighbourhood(Some(caller))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use axum::body::Body;

    use super::*;

    fn from(address: &str) -> Request {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(ConnectInfo(Caller(address.parse().unwrap())));
        request
    }

    #[test]
    fn each_address_has_its_own_minute() {
        let pace = Pace::of(3);
        for _ in 0..3 {
            assert!(pace.step_of(&from("203.0.113.7:1000")).is_ok());
        }
        for same in ["203.0.113.7:1001", "[::ffff:203.0.113.7]:9"] {
            assert!(matches!(pace.step_of(&from(same)), Err(Problem::TooMany)), "{same} is the same caller");
        }
        assert!(pace.step_of(&from("203.0.113.8:1000")).is_ok());
        for _ in 0..9 {
            assert!(pace.step_of(&from("127.0.0.1:1000")).is_ok());
        }
        assert!(pace.step_at("203.0.113.7", Instant::now() + MINUTE).is_ok());
    }

    #[test]
    fn what_is_counted_is_bounded() {
        let pace = Pace::of(1);
        for who in 0..COUNTED + 500 {
            assert!(pace.step(&who.to_string()).is_ok());
        }
        assert_eq!(pace.counts.lock().unwrap().1.len(), COUNTED);
        assert!(pace.step("0").is_err());
    }
}
