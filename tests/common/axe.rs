//! What keeps those from a page who hear it, touch it or see little: axe-core (`tests/fetch-axe`) looks for it in the page as the browser has it.

use std::io::Write as _;
use std::sync::{Once, OnceLock};

use fantoccini::Client;
use serde_json::Value;

use super::here;
use super::shared::is_required;

/// Barriers of these weights are defects; lighter ones are advice.
const SERIOUS: [&str; 2] = ["critical", "serious"];

/// What was found so far, on all pages.
pub struct Axe {
    source: &'static str,
    looked: usize,
    barriers: Vec<String>,
}

impl Axe {
    /// `None`, and said aloud, where axe-core is not here and not required.
    pub fn fetched() -> Option<Self> {
        static SOURCE: OnceLock<Option<String>> = OnceLock::new();
        let source = SOURCE.get_or_init(|| std::fs::read_to_string(here("target/axe/axe.min.js")).ok()).as_deref();
        assert!(source.is_some() || !is_required(), "axe-core is required and not here: tests/fetch-axe");
        if source.is_none() {
            // Past the test harness, which keeps what a passing test prints to itself; and once for them all.
            static SAID: Once = Once::new();
            SAID.call_once(|| {
                let _ = writeln!(std::io::stderr(), "search for barriers NOT run: there is no target/axe/axe.min.js");
            });
        }
        Some(Self { source: source?, looked: 0, barriers: Vec::new() })
    }

    /// Looks at the page as it is now.
    pub async fn look(&mut self, client: &Client, place: &str) {
        // The driver runs it, not the page: no policy of the page is asked or loosened.
        if client.execute("return typeof window.axe", Vec::new()).await.unwrap() == "undefined" {
            client.execute(self.source, Vec::new()).await.unwrap();
        }
        let run = "
            const done = arguments[0];
            axe.run(document, { resultTypes: ['violations'] }).then(
                ({ violations, passes }) => done({ violations: violations.map(({ id, impact, nodes }) => ({
                    id, impact, nodes: nodes.slice(0, 3).map(({ html, any, all }) => [html.slice(0, 240), ...[...any, ...all].map(({ message }) => message)]),
                })), passes: passes.length }),
                (error) => done({ failed: String(error) }),
            );";
        let found: Value = client.execute_async(run, Vec::new()).await.unwrap();
        // A page on which it held nothing to be right was not looked at.
        assert!(found["passes"].as_u64() > Some(5), "{place}: {found}");
        self.looked += 1;
        for one in found["violations"].as_array().unwrap() {
            if SERIOUS.iter().any(|weight| one["impact"] == *weight) {
                self.barriers.push(format!("{place}: {one:#}"));
            }
        }
    }

    /// What was found so far; it is then forgotten.
    pub fn taken(&mut self) -> Vec<String> {
        std::mem::take(&mut self.barriers)
    }

    /// Nothing that was looked at has one.
    pub fn none(self) {
        let Self { looked, barriers, .. } = self;
        assert!(barriers.is_empty(), "{} barriers on {looked} pages:\n{}", barriers.len(), barriers.join("\n"));
    }
}
