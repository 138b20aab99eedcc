//! Fetches what documents need, and what that needs in its turn: the issuers of status lists, the contexts of contexts.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::address::{Address, Network, Refused};
use super::needs::{Need, What, of_context, of_document};
use super::{FetchError, Most, fetch_public};
use crate::base::canonical::Json;
use crate::base::timestamp::Timestamp;
use crate::interop::resources::{Resource, Unusable};

/// 64 addresses in one run: a stranger's file does not make this machine knock at more doors. At 5 seconds each that is five minutes.
pub const ADDRESSES: usize = 64;

/// How things are fetched: over which network, whose servers are trusted, what is there already, and at what time.
pub struct Fetching<'a> {
    /// The network.
    pub network: Arc<dyn Network>,
    /// Certificates (PEM) of the servers' authority, instead of the public ones.
    pub authorities: Option<&'a [u8]>,
    /// The contexts that nobody needs to fetch.
    pub known: &'a dyn Fn(&str) -> bool,
    /// The time, which tells whose keys have expired.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What was fetched and is what was asked for, with its bytes.
    pub fetched: Vec<(Need, Vec<u8>)>,
    /// What was not.
    pub failed: Vec<(Need, NotFetched)>,
}

/// Why something is not at hand.
#[derive(Debug)]
pub enum NotFetched {
    /// It was not asked for, or did not come.
    Fetch(FetchError),
    /// More addresses than one run asks for.
    TooMany,
    /// It came, and is not what was asked for.
    Unusable(Unusable),
}

impl NotFetched {
    /// The identifier of language tables.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            NotFetched::Fetch(FetchError::NotAnAddress) => format!("fetch.{}", Refused::NotAnAddress.code()),
            NotFetched::Fetch(FetchError::TooLong) => "resource.too-large".to_owned(),
            NotFetched::Fetch(error) => format!("fetch.{}", error.code()),
            NotFetched::TooMany => "fetch.too-many".to_owned(),
            NotFetched::Unusable(unusable) => format!("resource.{}", unusable.code()),
        }
    }
}

impl Fetching<'_> {
    /// Fetches everything, each address once, in the order of the needs. `before` is told of each before it is asked for.
    pub fn gather(&self, needs: Vec<Need>, before: &dyn Fn(&Need)) -> Gathered {
        let mut gathered = Gathered::default();
        let mut asked = BTreeSet::new();
        let mut queue: VecDeque<Need> = needs.into();
        while let Some(need) = queue.pop_front() {
            if !asked.insert(need.address.clone()) {
                continue;
            }
            if asked.len() > ADDRESSES {
                // One stands for all: a stranger's file may name a hundred thousand.
                gathered.failed.push((need, NotFetched::TooMany));
                break;
            }
            before(&need);
            match self.one(&need) {
                Ok((bytes, resource)) => {
                    queue.extend(self.next(&resource));
                    gathered.fetched.push((need, bytes));
                }
                Err(why) => gathered.failed.push((need, why)),
            }
        }
        gathered
    }

    /// One thing, which has to be what it was needed as, under the identifier that it was asked for by.
    fn one(&self, need: &Need) -> Result<(Vec<u8>, Resource), NotFetched> {
        let address = Address::parse(&need.address).map_err(|refused| NotFetched::Fetch(refused.into()))?;
        let bytes =
            fetch_public(&address, &self.network, self.authorities, Most::RESOURCE).map_err(NotFetched::Fetch)?;
        let resource = Resource::read(&bytes, &need.address, self.now).map_err(NotFetched::Unusable)?;
        let is = match resource {
            Resource::Context(_) => What::Context,
            Resource::Document(_) => What::Keys,
            Resource::List(_) => What::List,
        };
        if is == need.what { Ok((bytes, resource)) } else { Err(NotFetched::Unusable(Unusable::Unknown)) }
    }

    fn next(&self, resource: &Resource) -> Vec<Need> {
        match resource {
            Resource::Context(context) => of_context(context, self.known),
            // A DID document is read without its contexts.
            Resource::Document(_) => Vec::new(),
            Resource::List(list) => match list.to_json() {
                Json::Object(list) => of_document(&list, self.known),
                _ => Vec::new(),
            },
        }
    }
}
