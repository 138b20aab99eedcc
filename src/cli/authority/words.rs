//! A proposal and a refusal, put into words.

use std::io::BufRead as _;
use std::path::Path;

use crate::base::canonical::{Json, Object};
use crate::cli::Exit;
use crate::cli::evidence::refused;
use crate::cli::say::{Failure, Say};
use crate::desk::authority::AuthorityError;
use crate::desk::authority::change::{Change, changes};
use crate::desk::authority::proposal::{Proposal, Published, Tally};
use crate::desk::import::fold;
use crate::trust::fingerprint::Fingerprint;
use crate::trust::pack::{PackError, TrustPack};
use crate::verify::message::{Fact, Words};

/// A proposal as it is shown: what it stands on, what it changes, who has signed.
pub struct Shown {
    head: String,
    changes: Vec<(Change, String)>,
    tallies: Vec<(Tally, Vec<String>, Vec<String>)>,
    base: Option<Json>,
    fingerprint: String,
}

impl Shown {
    /// Puts it into words.
    pub fn of(proposal: &Proposal, words: &Words) -> Self {
        let authority = proposal.root().map(|root| &root.authority);
        let text = |text: Option<&String>| Fact::Text(text.cloned().unwrap_or_default());
        let (root, accreditation, _) = proposal.base().map_or((0, 0, 0), |base| base.pack.versions());
        let number = |version: u64| Fact::Number(i64::try_from(version).unwrap_or(i64::MAX));
        let facts = [
            ("name", text(authority.map(|it| &it.name))),
            ("country", text(authority.map(|it| &it.country))),
            ("root", number(root)),
            ("accreditation", number(accreditation)),
        ];
        let tally = |tally: Tally| {
            let signed = tally.signed.iter().map(|key| proposal.name_of(key)).collect();
            let missing = tally.missing().map(|key| proposal.name_of(key)).collect();
            (tally, signed, missing)
        };
        let said = |change: Change| {
            let text = words.say(&format!("change.{}", change.code), &change.facts);
            (change, text)
        };
        Self {
            head: words.say("cli.authority.proposal", &facts),
            changes: changes(proposal, words.language()).into_iter().map(said).collect(),
            tallies: proposal.tallies().into_iter().map(tally).collect(),
            base: proposal.base().map(|base| versions(&base.pack)),
            fingerprint: Fingerprint::of(&proposal.first_root()).to_string(),
        }
    }

    /// Whether nothing would change: then there is no proposal to speak of.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether enough have signed.
    pub fn is_ready(&self) -> bool {
        self.tallies.iter().all(|(tally, ..)| tally.signed.len() >= tally.role.threshold)
    }

    /// The signatures in words.
    pub fn tallies(&self, words: &Words) -> Vec<String> {
        let row = |(tally, signed, missing): &(Tally, Vec<String>, Vec<String>)| {
            let number = |count: usize| Fact::Number(i64::try_from(count).unwrap_or(i64::MAX));
            let names =
                |names: &[String]| Fact::Text(if names.is_empty() { "–".to_owned() } else { names.join(", ") });
            let facts = [
                ("part", Fact::Id(format!("part.{}", tally.part))),
                ("signed", number(tally.signed.len())),
                ("threshold", number(tally.role.threshold)),
                ("who", names(signed)),
                ("missing", names(missing)),
            ];
            let id = if tally.outgoing { "cli.authority.tally-outgoing" } else { "cli.authority.tally" };
            words.say(id, &facts)
        };
        self.tallies.iter().map(row).collect()
    }

    /// All of it as talk.
    pub fn talk(&self, say: &Say) {
        self.lines(say.words()).iter().for_each(|line| say.talk(line));
    }

    /// All of it as lines.
    pub fn lines(&self, words: &Words) -> Vec<String> {
        let mut lines = vec![self.head.clone()];
        lines.extend(self.changes.iter().map(|(_, text)| format!("  • {text}")));
        lines.extend(self.tallies(words));
        lines
    }

    /// All of it as JSON.
    pub fn json(&self, path: &Path) -> Object {
        let texts = |texts: &[String]| Json::List(texts.iter().map(|text| text.as_str().into()).collect());
        let number = |count: usize| Json::Integer(i64::try_from(count).unwrap_or(i64::MAX));
        let change = |(change, text): &(Change, String)| -> Json {
            Object::from_iter([("code", Json::from(change.code)), ("text", text.as_str().into())]).into()
        };
        let tally = |(tally, signed, missing): &(Tally, Vec<String>, Vec<String>)| -> Json {
            Object::from_iter([
                ("count", number(signed.len())),
                ("missing", texts(missing)),
                ("outgoing", Json::Bool(tally.outgoing)),
                ("part", tally.part.into()),
                ("signed", texts(signed)),
                ("threshold", number(tally.role.threshold)),
            ])
            .into()
        };
        Object::from_iter([
            ("base", self.base.clone().unwrap_or(Json::Null)),
            ("changes", Json::List(self.changes.iter().map(change).collect())),
            ("fingerprint", self.fingerprint.as_str().into()),
            ("proposal", path.display().to_string().into()),
            ("ready", Json::Bool(self.is_ready())),
            ("signatures", Json::List(self.tallies.iter().map(tally).collect())),
        ])
    }
}

/// How many signatures a change has undone, or that it changed nothing.
pub fn tell_undone(undone: Option<usize>, say: &Say) {
    match undone {
        None => say.tell("cli.authority.no-change", &[]),
        Some(0) => {}
        Some(count) => {
            let count = Fact::Number(i64::try_from(count).unwrap_or(i64::MAX));
            say.tell("cli.authority.signatures-undone", &[("count", count)]);
        }
    }
}

/// The versions of a pack's parts.
pub fn versions(pack: &TrustPack) -> Json {
    let (root, accreditation, freshness) = pack.versions();
    let number = |version: u64| Json::Integer(i64::try_from(version).unwrap_or(i64::MAX));
    let parts = [("accreditation", accreditation), ("freshness", freshness), ("root", root)];
    parts.into_iter().map(|(name, version)| (name, number(version))).collect::<Object>().into()
}

/// A published pack in a few lines.
pub fn summary(published: &Published, words: &Words) -> Vec<String> {
    let (pack, list) = (&published.pack, published.pack.accreditation());
    let (root, accreditation, freshness) = pack.versions();
    let number = |version: u64| Fact::Number(i64::try_from(version).unwrap_or(i64::MAX));
    let versions = [("root", number(root)), ("accreditation", number(accreditation)), ("freshness", number(freshness))];
    let facts = [
        ("name", Fact::Text(pack.root().authority.name.clone())),
        ("country", Fact::Text(pack.root().authority.country.clone())),
        ("institutions", number(list.issuers.len() as u64)),
        ("rules", number(list.rules.len() as u64)),
        ("date", Fact::Day(pack.freshness().date)),
    ];
    vec![
        words.say("cli.authority.summary", &facts),
        words.say("cli.authority.versions", &versions),
        words.say(
            "cli.authority.fingerprint",
            &[("fingerprint", Fact::Text(Fingerprint::of(&published.first_root()).to_string()))],
        ),
        words.say("cli.authority.nothing-proposed", &[]),
    ]
}

/// The same as JSON.
pub fn summary_json(published: &Published) -> Object {
    let (pack, list) = (&published.pack, published.pack.accreditation());
    let count = |count: usize| Json::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    Object::from_iter([
        ("date", Json::from(pack.freshness().date.to_string())),
        ("fingerprint", Fingerprint::of(&published.first_root()).to_string().into()),
        ("institutions", count(list.issuers.len())),
        ("name", pack.root().authority.name.as_str().into()),
        ("proposal", Json::Null),
        ("rules", count(list.rules.len())),
        ("versions", versions(pack)),
    ])
}

/// Asks, and reads the answer from standard input. Anything but a yes in the language of talk is a no.
pub fn agreed(say: &Say) -> bool {
    say.tell("cli.authority.ask", &[]);
    let mut line = String::new();
    // Who cannot be asked has not agreed.
    let read = std::io::stdin().lock().read_line(&mut line).is_ok();
    let yes = say.words().get("cli.authority.yes");
    read && fold(line.trim()) == fold(yes)
}

impl From<AuthorityError> for Failure {
    fn from(error: AuthorityError) -> Self {
        use AuthorityError as Error;
        let code = error.code();
        let exit = match &error {
            Error::Busy => Exit::InputOutput,
            Error::Altered
            | Error::LaterVersion
            | Error::LogOfAnother(_)
            | Error::NoAuthority(_)
            | Error::NotInWords(_)
            | Error::Pack(_)
            | Error::RuleMalformed(_) => Exit::Unreadable,
            _ => Exit::Usage,
        };
        let failure = Self::new(exit, &format!("cli.authority.{code}"));
        let part = |part: &str| ("part", Fact::Id(format!("part.{part}")));
        let number = |count: usize| Fact::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let version = |count: u64| Fact::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let facts = match error {
            Error::Desk(error) => return error.into(),
            Error::Pack(error) => return of_pack(&error),
            Error::Superseding(error) => return refused(&error),
            Error::Ambiguous(name)
            | Error::OtherRoot(name)
            | Error::RuleExists(name)
            | Error::UnknownInstitution(name)
            | Error::UnknownKey(name)
            | Error::UnknownRule(name)
            | Error::UnknownScope(name)
            | Error::Unseen(name) => vec![("name", Fact::Text(name))],
            Error::LogNeeded(date) => vec![("date", Fact::Day(date))],
            Error::LogOfAnother(path) | Error::NoAuthority(path) | Error::OtherProposal(path) => {
                vec![("path", Fact::Text(path.display().to_string()))]
            }
            Error::LookAlike { name, other } => vec![("name", Fact::Text(name)), ("other", Fact::Text(other))],
            Error::NotGrowing { part: name, here, offered } => {
                vec![part(name), ("here", version(here)), ("offered", version(offered))]
            }
            Error::NotInWords(name) | Error::Threshold(name) | Error::VersionAtEnd(name) => vec![part(name)],
            Error::RuleMalformed(malformed) => vec![
                ("at", Fact::Text(malformed.at)),
                ("problem", Fact::Id(format!("problem.{}", malformed.problem.code()))),
            ],
            Error::Stale { seen, offered } => {
                let text = |(root, list): (u64, u64)| Fact::Text(format!("{root}.{list}"));
                vec![("seen", text(seen)), ("offered", text(offered))]
            }
            Error::TooFew { part: name, signed, threshold, missing } => vec![
                part(name),
                ("signed", number(signed)),
                ("threshold", number(threshold)),
                ("missing", Fact::Text(missing.join(", "))),
            ],
            Error::AlreadySigned
            | Error::Altered
            | Error::Busy
            | Error::LaterVersion
            | Error::NoRole
            | Error::NothingProposed
            | Error::OtherBase
            | Error::PilotAlone => Vec::new(),
        };
        Self { facts, ..failure }
    }
}

/// Why a file is not a pack or a proposal that can be used.
fn of_pack(error: &PackError) -> Failure {
    let mut failure = Failure::new(Exit::Unreadable, &format!("pack.{}", error.code()));
    failure.facts.extend(error.part().map(|part| ("part", Fact::Id(format!("part.{part}")))));
    failure
}
