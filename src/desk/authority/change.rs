//! What a proposal changes against the published list, as facts that are put into words for whoever is to sign. Made from the documents
//! themselves: no note that travels along can hide or invent a change. Each field of each entry is compared, so nothing goes unsaid.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::names::Likenesses;
use super::proposal::{People, Proposal};
use crate::base::canonical::{Json, Object};
use crate::base::key::PublicKey;
use crate::credential::achievement::{AchievementId, Language};
use crate::trust::accreditation::{Accreditation, CatalogueEntry, Issuer, IssuerKey, Scope};
use crate::trust::equivalence::{Recognised, Rule};
use crate::trust::fingerprint::Fingerprint;
use crate::trust::root::{Environment, Role, Root};
use crate::verify::message::Fact;

/// Facts under their names.
pub type Facts = Vec<(&'static str, Fact)>;

/// One change: `change.CODE` are its words.
#[derive(Clone, Debug)]
pub struct Change {
    /// Which.
    pub code: &'static str,
    /// The facts in its words.
    pub facts: Facts,
}

impl Change {
    /// Every code there is, sorted: each has its words.
    pub const CODES: [&'static str; 44] = [
        "achievement-added",
        "achievement-changed",
        "achievement-gone",
        "authority-country",
        "authority-name",
        "authority-office",
        "founded",
        "green-days",
        "issuer-added",
        "issuer-country",
        "issuer-gone",
        "issuer-legal-name",
        "issuer-legal-name-gone",
        "issuer-renamed",
        "key-added",
        "key-compromised",
        "key-compromised-unlogged",
        "key-dates",
        "key-gone",
        "key-retired",
        "key-trusted-again",
        "look-alike",
        "rebind-added",
        "rebind-added-until",
        "rebind-ended",
        "rebind-gone",
        "rebind-open-again",
        "recognises-added",
        "recognises-changed",
        "recognises-gone",
        "role-key-added",
        "role-key-gone",
        "role-threshold",
        "rule-added",
        "rule-changed",
        "rule-gone",
        "scope-added",
        "scope-added-until",
        "scope-ended",
        "scope-gone",
        "scope-open-again",
        "signed-anew",
        "successor",
        "successor-gone",
    ];
}

/// What a proposal changes, in the order in which people should read it.
#[must_use]
pub fn changes(proposal: &Proposal, language: Language) -> Vec<Change> {
    let mut list = Listing { changes: Vec::new(), people: proposal.people(), language };
    if let Some(new) = proposal.new_root() {
        list.root(proposal.base().map(|base| base.pack.root()), new);
    }
    if let Some(new) = proposal.new_accreditation() {
        let nothing = Accreditation::default();
        let old = proposal.base().map_or(&nothing, |base| base.pack.accreditation());
        let before = list.changes.len();
        list.accreditation(old, new);
        if before == list.changes.len() && proposal.base().is_some() {
            list.say("signed-anew", vec![]);
        }
    }
    list.changes
}

/// A list's entries by their names: it may have 65,536 of each, and came from a stranger.
struct Index<'a> {
    issuers: HashMap<&'a str, &'a Issuer>,
    /// The last version of each.
    achievements: HashMap<&'a str, &'a CatalogueEntry>,
    likenesses: Likenesses<'a>,
}

impl<'a> Index<'a> {
    fn of(list: &'a Accreditation) -> Self {
        Self {
            issuers: by(&list.issuers, |it| it.id.as_str()),
            achievements: list.achievements.iter().map(|it| (it.id.as_str(), it)).collect(),
            likenesses: Likenesses::of(list),
        }
    }
}

/// Entries by a name; of two with one name the first.
fn by<'a, T, K: std::hash::Hash + Eq>(entries: &'a [T], name: impl Fn(&'a T) -> K) -> HashMap<K, &'a T> {
    entries.iter().rev().map(|entry| (name(entry), entry)).collect()
}

struct Listing<'a> {
    changes: Vec<Change>,
    people: &'a People,
    language: Language,
}

fn text(text: impl ToString) -> Fact {
    Fact::Text(text.to_string())
}

/// A key's end is what people can compare; the whole is in the file.
fn key_name(key: &PublicKey, people: &People) -> String {
    let multikey = key.to_multikey();
    people.get(&multikey).map_or_else(|| multikey.clone(), |name| format!("{name}, {multikey}"))
}

impl Listing<'_> {
    fn say(&mut self, code: &'static str, facts: Facts) {
        self.changes.push(Change { code, facts });
    }

    fn root(&mut self, old: Option<&Root>, new: &Root) {
        let Some(old) = old else { return self.founded(new) };
        let (before, after) = (&old.authority, &new.authority);
        if before.name != after.name {
            self.say("authority-name", vec![("old", text(&before.name)), ("new", text(&after.name))]);
        }
        if before.country != after.country {
            self.say("authority-country", vec![("old", text(&before.country)), ("new", text(&after.country))]);
        }
        if before.office != after.office {
            let office = |office: &Option<String>| text(office.as_deref().unwrap_or("–"));
            self.say("authority-office", vec![("old", office(&before.office)), ("new", office(&after.office))]);
        }
        for (part, old, new) in roles(old, new) {
            self.role(part, Some(old), new);
        }
        if old.green_days != new.green_days {
            self.say("green-days", vec![("old", Fact::Number(old.green_days)), ("new", Fact::Number(new.green_days))]);
        }
    }

    fn founded(&mut self, new: &Root) {
        let environment = match new.environment {
            Environment::Pilot => "environment.pilot",
            Environment::Production => "environment.production",
        };
        let facts = vec![
            ("name", text(&new.authority.name)),
            ("country", text(&new.authority.country)),
            ("environment", Fact::Id(environment.to_owned())),
            ("id", text(&new.authority.id)),
        ];
        self.say("founded", facts);
        for (part, _, new) in roles(new, new) {
            self.role(part, None, new);
        }
        self.say("green-days", vec![("old", Fact::Number(0)), ("new", Fact::Number(new.green_days))]);
    }

    fn role(&mut self, part: &'static str, old: Option<&Role>, new: &Role) {
        let old_keys = old.map_or(&[][..], |role| &role.keys);
        let of = |key: &PublicKey, people: &People| {
            vec![("part", Fact::Id(format!("part.{part}"))), ("key", text(key_name(key, people)))]
        };
        let (before, after): (HashSet<_>, HashSet<_>) = (old_keys.iter().collect(), new.keys.iter().collect());
        for key in new.keys.iter().filter(|key| !before.contains(key)) {
            self.say("role-key-added", of(key, self.people));
        }
        for key in old_keys.iter().filter(|key| !after.contains(key)) {
            self.say("role-key-gone", of(key, self.people));
        }
        let counts = |role: &Role| (role.threshold, role.keys.len());
        if old.map(counts) != Some(counts(new)) {
            let number = |count: usize| Fact::Number(i64::try_from(count).unwrap_or(i64::MAX));
            let facts = vec![
                ("part", Fact::Id(format!("part.{part}"))),
                ("threshold", number(new.threshold)),
                ("count", number(new.keys.len())),
            ];
            self.say("role-threshold", facts);
        }
    }

    fn accreditation(&mut self, old: &Accreditation, new: &Accreditation) {
        let index = Index::of(new);
        let before = by(&old.issuers, |it| it.id.as_str());
        for issuer in &new.issuers {
            match before.get(issuer.id.as_str()) {
                None => self.issuer_added(issuer, &index),
                Some(before) => self.issuer(before, issuer, &index),
            }
        }
        for gone in old.issuers.iter().filter(|old| !index.issuers.contains_key(old.id.as_str())) {
            self.say("issuer-gone", vec![("name", text(&gone.name)), ("id", text(&gone.id))]);
        }
        self.achievements(old, new);
        self.rules(&old.rules, &new.rules);
        self.recognises(&old.recognises, &new.recognises);
    }

    fn issuer_added(&mut self, issuer: &Issuer, list: &Index<'_>) {
        let facts = vec![("name", text(&issuer.name)), ("country", text(&issuer.country)), ("id", text(&issuer.id))];
        self.say("issuer-added", facts);
        let nobody = Issuer {
            legal_name: None,
            keys: Vec::new(),
            foreign_keys: Vec::new(),
            scope: Vec::new(),
            successor: None,
            ..issuer.clone()
        };
        self.alike(issuer, list);
        self.issuer_fields(&nobody, issuer, list);
    }

    fn issuer(&mut self, old: &Issuer, new: &Issuer, list: &Index<'_>) {
        if old.name != new.name {
            self.say("issuer-renamed", vec![("old", text(&old.name)), ("new", text(&new.name))]);
            self.alike(new, list);
        }
        self.issuer_fields(old, new, list);
    }

    fn alike(&mut self, issuer: &Issuer, list: &Index<'_>) {
        if let Some(other) = list.likenesses.of_name(&issuer.name, issuer.id.as_str()) {
            self.say("look-alike", vec![("name", text(&issuer.name)), ("other", text(other))]);
        }
    }

    fn issuer_fields(&mut self, old: &Issuer, new: &Issuer, list: &Index<'_>) {
        let name = || ("name", text(&new.name));
        if old.country != new.country {
            self.say("issuer-country", vec![name(), ("old", text(&old.country)), ("new", text(&new.country))]);
        }
        match &new.legal_name {
            same if *same == old.legal_name => {}
            Some(legal) => self.say("issuer-legal-name", vec![name(), ("legal", text(legal))]),
            None => self.say("issuer-legal-name-gone", vec![name()]),
        }
        match &new.successor {
            same if *same == old.successor => {}
            None => self.say("successor-gone", vec![name()]),
            Some(successor) => {
                let listed = list.issuers.get(successor.as_str());
                let successor = listed.map_or(successor.to_string(), |it| format!("{} ({})", it.name, it.id));
                self.say("successor", vec![name(), ("successor", text(successor))]);
            }
        }
        let before = by(&old.keys, |it| (it.id.as_str(), it.key));
        for key in &new.keys {
            self.key(&new.name, before.get(&(key.id.as_str(), key.key)).copied(), key);
        }
        let after = by(&new.keys, |it| (it.id.as_str(), it.key));
        for gone in old.keys.iter().filter(|old| !after.contains_key(&(old.id.as_str(), old.key))) {
            self.say("key-gone", vec![name(), ("key", text(&gone.id))]);
        }
        self.scope(new, &old.scope, list);
    }

    fn key(&mut self, name: &str, old: Option<&IssuerKey>, new: &IssuerKey) {
        let facts = |more: Facts| [vec![("name", text(name)), ("key", text(&new.id))], more].concat();
        match old {
            None => {
                let more = vec![("public", text(new.key.to_multikey())), ("from", Fact::Day(new.from))];
                self.say("key-added", facts(more));
            }
            Some(old) if old.from != new.from => {
                self.say("key-dates", facts(vec![("from", Fact::Day(new.from)), ("until", Fact::Until(new.until))]));
            }
            Some(_) => {}
        }
        match (old.and_then(|it| it.until), new.until) {
            (before, after) if before == after => {}
            (_, Some(until)) => self.say("key-retired", facts(vec![("until", Fact::Day(until))])),
            (_, None) => {
                self.say("key-dates", facts(vec![("from", Fact::Day(new.from)), ("until", Fact::Until(None))]))
            }
        }
        let told = |key: &IssuerKey| (key.compromised, key.logged.clone());
        match (old.map(told).unwrap_or_default(), told(new)) {
            (before, after) if before == after => {}
            (_, (None, _)) => self.say("key-trusted-again", facts(vec![])),
            (_, (Some(since), None)) => self.say("key-compromised-unlogged", facts(vec![("since", text(since))])),
            (_, (Some(since), Some(logged))) => {
                let number = |count: usize| Fact::Number(i64::try_from(count).unwrap_or(i64::MAX));
                let more = vec![
                    ("since", text(since)),
                    ("kept", number(logged.kept.len())),
                    ("unwitnessed", number(logged.unwitnessed.len())),
                ];
                self.say("key-compromised", facts(more));
            }
        }
    }

    fn scope(&mut self, issuer: &Issuer, old: &[Scope], list: &Index<'_>) {
        // Binding certificates to a new key is no achievement, and is said in words of its own.
        let of = |scope: &Scope, award: &'static str, rebind: &'static str| {
            if scope.is_to_rebind() { rebind } else { award }
        };
        // The same achievement may stand there for two periods; a period is known by where it begins.
        let period = |scope: &Scope| (scope.achievement.to_string(), scope.from);
        let (periods_before, periods_after) = (by(old, period), by(&issuer.scope, period));
        for scope in &issuer.scope {
            let what = vec![
                ("name", text(&issuer.name)),
                ("achievement", text(self.title(&scope.achievement, list))),
                ("from", Fact::Day(scope.from)),
            ];
            let before = periods_before.get(&period(scope)).copied();
            match (before, scope.until) {
                (Some(before), until) if before.until == until => {}
                (None, None) => self.say(of(scope, "scope-added", "rebind-added"), what),
                (None, Some(until)) => {
                    let code = of(scope, "scope-added-until", "rebind-added-until");
                    self.say(code, with(what, "until", Fact::Day(until)));
                }
                (Some(_), Some(until)) => {
                    self.say(of(scope, "scope-ended", "rebind-ended"), with(what, "until", Fact::Day(until)));
                }
                (Some(_), None) => self.say(of(scope, "scope-open-again", "rebind-open-again"), what),
            }
        }
        for gone in old.iter().filter(|old| !periods_after.contains_key(&period(old))) {
            let what = vec![
                ("name", text(&issuer.name)),
                ("achievement", text(self.title(&gone.achievement, list))),
                ("from", Fact::Day(gone.from)),
            ];
            self.say(of(gone, "scope-gone", "rebind-gone"), what);
        }
    }

    fn title(&self, id: &AchievementId, list: &Index<'_>) -> String {
        let entry = list.achievements.get(id.as_str());
        entry.and_then(|entry| self.title_of(entry)).map_or(id.to_string(), |title| format!("{title} ({id})"))
    }

    fn title_of(&self, entry: &CatalogueEntry) -> Option<String> {
        entry.name.get(&self.language).or_else(|| Language::ALL.iter().find_map(|it| entry.name.get(it))).cloned()
    }

    fn achievements(&mut self, old: &Accreditation, new: &Accreditation) {
        fn named(entry: &CatalogueEntry) -> (&str, &str) {
            (entry.id.as_str(), entry.version.as_str())
        }
        let (before, after) = (by(&old.achievements, named), by(&new.achievements, named));
        let what = |list: &Self, entry: &CatalogueEntry| {
            vec![
                ("title", text(list.title_of(entry).unwrap_or_default())),
                ("id", text(&entry.id)),
                ("version", text(&entry.version)),
                ("kind", Fact::Id(format!("kind.{}", entry.kind.code()))),
            ]
        };
        for entry in &new.achievements {
            match before.get(&named(entry)).copied() {
                None => self.say("achievement-added", what(self, entry)),
                Some(before) if before != entry => {
                    let members = differing(&before.to_json(), &entry.to_json());
                    self.say("achievement-changed", with(what(self, entry), "members", text(members)));
                }
                Some(_) => {}
            }
        }
        for gone in old.achievements.iter().filter(|old| !after.contains_key(&named(old))) {
            self.say("achievement-gone", what(self, gone));
        }
    }

    fn rules(&mut self, old: &[Rule], new: &[Rule]) {
        let (rules_before, rules_after) = (by(old, |it| it.id.as_str()), by(new, |it| it.id.as_str()));
        for rule in new {
            match rules_before.get(rule.id.as_str()).copied() {
                None => self.say("rule-added", of_rule(rule)),
                Some(before) if before != rule => {
                    let members = differing(&before.to_json(), &rule.to_json());
                    self.say("rule-changed", with(of_rule(rule), "members", text(members)));
                }
                Some(_) => {}
            }
        }
        for gone in old.iter().filter(|old| !rules_after.contains_key(old.id.as_str())) {
            self.say("rule-gone", of_rule(gone));
        }
    }

    fn recognises(&mut self, old: &[Recognised], new: &[Recognised]) {
        let (rows_before, rows_after) = (by(old, |it| it.authority.as_str()), by(new, |it| it.authority.as_str()));
        for row in new {
            match rows_before.get(row.authority.as_str()).copied() {
                None => self.say("recognises-added", of_recognised(row)),
                Some(before) if before != row => {
                    let members = differing(&before.to_json(), &row.to_json());
                    self.say("recognises-changed", with(of_recognised(row), "members", text(members)));
                }
                Some(_) => {}
            }
        }
        for gone in old.iter().filter(|old| !rows_after.contains_key(old.authority.as_str())) {
            self.say("recognises-gone", of_recognised(gone));
        }
    }
}

fn with(mut facts: Facts, name: &'static str, fact: Fact) -> Facts {
    facts.push((name, fact));
    facts
}

/// A rule in facts.
#[must_use]
pub fn of_rule(rule: &Rule) -> Facts {
    vec![
        ("id", text(&rule.id)),
        ("authority", text(&rule.subject.authority)),
        ("kind", Fact::Id(format!("kind.{}", rule.subject.kind.code()))),
        ("outcome", Fact::Id(format!("recognition.{}", rule.outcome.code()))),
        ("instrument", text(&rule.instrument.title)),
        ("from", Fact::Day(rule.from)),
        ("until", Fact::Until(rule.until)),
    ]
}

fn of_recognised(row: &Recognised) -> Facts {
    vec![
        ("name", text(&row.name)),
        ("country", text(&row.country)),
        ("authority", text(&row.authority)),
        ("root", text(Fingerprint::of(&row.root))),
        ("instrument", text(&row.instrument.title)),
        ("from", Fact::Day(row.from)),
        ("until", Fact::Until(row.until)),
    ]
}

fn roles<'a>(old: &'a Root, new: &'a Root) -> [(&'static str, &'a Role, &'a Role); 3] {
    [
        ("root", &old.root, &new.root),
        ("accreditation", &old.accreditation, &new.accreditation),
        ("freshness", &old.freshness, &new.freshness),
    ]
}

/// The members in which two objects differ, with both values, so that whoever signs sees what was said before and what would be said.
fn differing(old: &Json, new: &Json) -> String {
    let nothing = Object::new();
    let (old, new) = (old.object().unwrap_or(&nothing), new.object().unwrap_or(&nothing));
    let names: BTreeSet<&str> = old.iter().chain(new.iter()).map(|(name, _)| name).collect();
    let shown = |json: Option<&Json>| match json {
        None => "–".to_owned(),
        Some(Json::Text(text)) => text.clone(),
        Some(json) => String::from_utf8_lossy(&json.to_canonical()).into_owned(),
    };
    let differing = names.into_iter().filter(|name| old.get(name) != new.get(name));
    let rows: Vec<String> =
        differing.map(|name| format!("{name}: {} → {}", shown(old.get(name)), shown(new.get(name)))).collect();
    rows.join("; ")
}
