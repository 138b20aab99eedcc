//! What may be typed after `skillpass authority`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::base::key::PublicKey;
use crate::base::timestamp::{Date, Timestamp};
use crate::cli::args::{Unlock, country, date, time};

/// `authority`
#[derive(Debug, Subcommand)]
pub enum Authority {
    /// Propose to accredit an institution for achievements
    #[command(
        after_help = "Example:\n  skillpass authority accredit min --institution centro/institution.json --achievement GIN"
    )]
    Accredit(Accredit),
    /// Propose a further key of an institution
    #[command(after_help = "Example:\n  skillpass authority add-key ministry --institution centro/institution.json")]
    AddKey(AddKey),
    /// Propose to declare that somebody else may hold an institution's key since a time
    #[command(
        after_help = "Example:\n  skillpass authority compromise min --institution Centro --key key-1 --since 2026-03-14T12:00:00Z"
    )]
    Compromise(Compromise),
    /// Drop the open proposal
    #[command(after_help = "Example:\n  skillpass authority discard ministry")]
    Discard {
        /// The authority's folder
        dir: PathBuf,
    },
    /// Found an authority: a pilot on one machine, or one that several people sign for
    #[command(after_help = "Example:\n  skillpass authority init ministry --name \"Ministry of Labour\" --country CO")]
    Init(Box<Init>),
    /// Make one person's signing key, on that person's own machine
    #[command(after_help = "Example:\n  skillpass authority key ana --name \"Ana Pérez\"")]
    Key {
        /// Folder for the key; must be empty or new
        dir: PathBuf,
        /// The person's name, as the others know it
        #[arg(long)]
        name: String,
        /// How the new key is sealed
        #[command(flatten)]
        unlock: Unlock,
    },
    /// Publish the open proposal, with the signatures of its copies
    #[command(after_help = "Example:\n  skillpass authority publish ministry signed-by-ana.json signed-by-luis.json")]
    Publish {
        /// The authority's folder
        dir: PathBuf,
        /// Signed copies of the proposal
        #[arg(value_name = "PROPOSAL")]
        copies: Vec<PathBuf>,
        /// How the keys are opened
        #[command(flatten)]
        unlock: Unlock,
    },
    /// Propose to recognise another authority
    #[command(
        after_help = "Example:\n  skillpass authority recognise min peru.json --instrument-id urn:accord --instrument-title Accord"
    )]
    Recognise(Recognise),
    /// Publish today's date, and what institutions hand in: status lists and log checkpoints
    #[command(after_help = "Example:\n  skillpass authority refresh ministry --hand-in centro/publish\n  \
                      skillpass authority refresh ministry --watch handed-in --every 60")]
    Refresh(Refresh),
    /// Propose to end an institution's use of a key; what it signed until then stays good
    #[command(
        after_help = "Example:\n  skillpass authority retire-key min --institution Centro --key key-1 --until 2026-03-14T12:00:00Z"
    )]
    RetireKey(RetireKey),
    /// Propose the next root: other keys, other thresholds
    #[command(
        after_help = "Example:\n  skillpass authority rotate-root ministry --remove-root-key Ana --root-threshold 1\n  \
                      skillpass authority rotate-root ministry --new-freshness-key"
    )]
    RotateRoot(Box<RotateRoot>),
    /// Rules: what other authorities' certificates are worth here
    #[command(subcommand, after_help = "Example:\n  skillpass authority rule list ministry")]
    Rule(Rule),
    /// Say in words what a proposal changes, and who has signed it
    #[command(after_help = "Example:\n  skillpass authority show ministry")]
    Show {
        /// A proposal, or an authority's folder
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// Sign a proposal, on one's own machine
    #[command(after_help = "Example:\n  skillpass authority sign proposal.json --with ana")]
    Sign {
        /// The proposal; the signature is added to it
        proposal: PathBuf,
        /// The folder of one's own key
        #[arg(long, value_name = "DIR")]
        with: PathBuf,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        /// How the key is opened
        #[command(flatten)]
        unlock: Unlock,
    },
    /// Propose the body that took an institution over
    #[command(
        after_help = "Example:\n  skillpass authority successor min --institution \"Centro Formar\" --successor \"Taller Otro\""
    )]
    Successor {
        /// The authority's folder
        dir: PathBuf,
        /// The institution: its identifier or its name
        #[arg(long, value_name = "DID|NAME")]
        institution: String,
        /// The body that took over: its identifier or its name
        #[arg(long, value_name = "DID|NAME")]
        successor: String,
    },
    /// Propose to end an institution's permission for achievements
    #[command(
        after_help = "Example:\n  skillpass authority withdraw min --institution Centro --achievement gin --cut-off 2026-01-31"
    )]
    Withdraw(Withdraw),
}

/// `authority accredit`
#[derive(Args, Debug)]
pub struct Accredit {
    /// The authority's folder
    pub dir: PathBuf,
    /// The institution's card (institution.json)
    #[arg(long, value_name = "FILE")]
    pub institution: PathBuf,
    /// Achievements, by code or identifier [default: all of the catalogue; with --rebind none]
    #[arg(long, value_name = "ID")]
    pub achievement: Vec<String>,
    /// It is to award nothing: an office, such as the authority's own, that takes over the lists of institutions that have closed
    #[arg(long, conflicts_with = "achievement")]
    pub no_achievement: bool,
    /// It may bind certificates, its own and others', to a new key of their holder
    #[arg(long)]
    pub rebind: bool,
    /// Awards count from this day on [default: today]
    #[arg(long, value_parser = date, value_name = "YYYY-MM-DD")]
    pub from: Option<Date>,
    /// Its name in law, where it is another
    #[arg(long, value_name = "NAME")]
    pub legal_name: Option<String>,
    /// The name looks like that of another institution of the list, and is right
    #[arg(long)]
    pub same_name_is_right: bool,
}

/// `authority add-key`
#[derive(Args, Debug)]
pub struct AddKey {
    /// The authority's folder
    pub dir: PathBuf,
    /// The institution's card with the further key (institution.json)
    #[arg(long, value_name = "FILE")]
    pub institution: PathBuf,
    /// Its signatures count from this time on [default: when it was made]
    #[arg(long, value_parser = time, value_name = "YYYY-MM-DDThh:mm:ssZ")]
    pub from: Option<Timestamp>,
}

/// `authority compromise`
#[derive(Args, Debug)]
pub struct Compromise {
    /// The authority's folder
    pub dir: PathBuf,
    /// The institution: its identifier or its name
    #[arg(long, value_name = "DID|NAME")]
    pub institution: String,
    /// The key: its identifier, or the part after #
    #[arg(long, value_name = "ID")]
    pub key: String,
    /// Since when somebody else may hold it
    #[arg(long, value_parser = time, value_name = "YYYY-MM-DDThh:mm:ssZ")]
    pub since: Timestamp,
    /// The institution's log as it is now (log.txt)
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// The institution's log cannot be had: what it never handed in will be refused
    #[arg(long, conflicts_with = "log")]
    pub no_log: bool,
}

/// Whether an authority is for real.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// A trial: everything under it says PILOT
    Pilot,
    /// For real
    Production,
}

/// `authority init`
#[derive(Args, Debug)]
pub struct Init {
    /// Folder for the authority; must be empty or new
    pub dir: PathBuf,
    /// Its name
    #[arg(long)]
    pub name: String,
    /// Its country, two letters
    #[arg(long, value_parser = country)]
    pub country: String,
    /// Where people ask about recognition
    #[arg(long)]
    pub office: Option<String>,
    /// Its identifier, for ever: an address or a URN [default: a random one]
    #[arg(long, value_name = "URI")]
    pub id: Option<String>,
    /// A trial, or for real
    #[arg(long, value_enum, default_value = "pilot")]
    pub environment: Environment,
    /// Somebody who signs roots, once for each; without any, all keys are made here (pilots alone)
    #[arg(long, value_parser = holder, value_name = "NAME=z6Mk…", requires = "root_threshold", requires = "accreditation_key")]
    pub root_key: Vec<(String, PublicKey)>,
    /// How many of them must sign
    #[arg(long, value_name = "N", requires = "root_key")]
    pub root_threshold: Option<usize>,
    /// Somebody who signs accreditations, once for each
    #[arg(long, value_parser = holder, value_name = "NAME=z6Mk…", requires = "accreditation_threshold", requires = "root_key")]
    pub accreditation_key: Vec<(String, PublicKey)>,
    /// How many of them must sign
    #[arg(long, value_name = "N", requires = "accreditation_key")]
    pub accreditation_threshold: Option<usize>,
    /// Days that "in force" stays answered without fresh data, at most 30
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=30), default_value = "30")]
    pub green_days: i64,
    /// How the new keys are sealed
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `authority recognise`
#[derive(Args, Debug)]
pub struct Recognise {
    /// The authority's folder
    pub dir: PathBuf,
    /// The other authority's trust file
    pub pack: PathBuf,
    /// Identifier of the legal instrument
    #[arg(long, value_name = "URI")]
    pub instrument_id: String,
    /// Its title
    #[arg(long, value_name = "TEXT")]
    pub instrument_title: String,
    /// In force from this day on [default: today]
    #[arg(long, value_parser = date, value_name = "YYYY-MM-DD")]
    pub from: Option<Date>,
    /// In force until this day
    #[arg(long, value_parser = date, value_name = "YYYY-MM-DD")]
    pub until: Option<Date>,
    /// An example to try, not legal data
    #[arg(long)]
    pub example: bool,
}

/// `authority refresh`
#[derive(Args, Debug)]
pub struct Refresh {
    /// The authority's folder
    pub dir: PathBuf,
    /// What an institution hands in: its publish folder, a folder of such folders, or one status list
    #[arg(long, value_name = "PATH")]
    pub hand_in: Vec<PathBuf>,
    /// Go on, and look into this folder again and again
    #[arg(long, value_name = "FOLDER", requires = "every")]
    pub watch: Option<PathBuf>,
    /// Seconds between two looks
    #[arg(long, value_name = "SECONDS", requires = "watch", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub every: Option<u64>,
    /// How the key is opened
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `authority retire-key`
#[derive(Args, Debug)]
pub struct RetireKey {
    /// The authority's folder
    pub dir: PathBuf,
    /// The institution: its identifier or its name
    #[arg(long, value_name = "DID|NAME")]
    pub institution: String,
    /// The key: its identifier, or the part after #
    #[arg(long, value_name = "ID")]
    pub key: String,
    /// Its last moment [default: now]
    #[arg(long, value_parser = time, value_name = "YYYY-MM-DDThh:mm:ssZ")]
    pub until: Option<Timestamp>,
}

/// `authority rotate-root`
#[derive(Args, Debug)]
pub struct RotateRoot {
    /// The authority's folder
    pub dir: PathBuf,
    /// Somebody who signs roots from now on
    #[arg(long, value_parser = holder, value_name = "NAME=z6Mk…")]
    pub add_root_key: Vec<(String, PublicKey)>,
    /// Somebody who signs roots no more: name or key
    #[arg(long, value_name = "NAME|z6Mk…")]
    pub remove_root_key: Vec<String>,
    /// How many must sign roots
    #[arg(long, value_name = "N")]
    pub root_threshold: Option<usize>,
    /// Somebody who signs accreditations from now on
    #[arg(long, value_parser = holder, value_name = "NAME=z6Mk…")]
    pub add_accreditation_key: Vec<(String, PublicKey)>,
    /// Somebody who signs accreditations no more: name or key
    #[arg(long, value_name = "NAME|z6Mk…")]
    pub remove_accreditation_key: Vec<String>,
    /// How many must sign accreditations
    #[arg(long, value_name = "N")]
    pub accreditation_threshold: Option<usize>,
    /// Make a new online key; the old one signs nothing any more
    #[arg(long)]
    pub new_freshness_key: bool,
    /// Days that "in force" stays answered without fresh data, at most 30
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=30))]
    pub green_days: Option<i64>,
    /// Where people ask about recognition
    #[arg(long)]
    pub office: Option<String>,
    /// How the keys are opened
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `authority rule`
#[derive(Debug, Subcommand)]
pub enum Rule {
    /// Propose a rule: from a file, or said here
    #[command(after_help = "Example:\n  skillpass authority rule add ministry --file rule.json")]
    Add(Box<RuleAdd>),
    /// List the rules, proposed ones included
    #[command(after_help = "Example:\n  skillpass authority rule list ministry")]
    List {
        /// The authority's folder
        dir: PathBuf,
    },
    /// Propose to take a rule out
    #[command(after_help = "Example:\n  skillpass authority rule remove ministry urn:example:rule-1")]
    Remove {
        /// The authority's folder
        dir: PathBuf,
        /// The rule's identifier
        id: String,
    },
}

/// `authority rule add`
#[derive(Args, Debug)]
pub struct RuleAdd {
    /// The authority's folder
    pub dir: PathBuf,
    /// The rule as JSON (schemas/pack.json, rule)
    #[arg(long, value_name = "FILE.json", required_unless_present = "authority_id")]
    pub file: Option<PathBuf>,
    /// Of certificates under this authority
    #[arg(long, value_name = "ID", conflicts_with = "file", requires_all = ["kind", "outcome", "purpose", "instrument_id", "instrument_title", "from"])]
    pub authority_id: Option<String>,
    /// Of this kind: attendance, module-completion, competence, …
    #[arg(long, value_name = "CODE", conflicts_with = "file")]
    pub kind: Option<String>,
    /// What it says: recognised, alternative, not-recognised, assessment-only; partial and conditional say more than fits here and need --file
    #[arg(long, value_name = "CODE", conflicts_with = "file")]
    pub outcome: Option<String>,
    /// What for: employment, further-study, information, public-service, regulated-practice
    #[arg(long, value_name = "CODE", conflicts_with = "file")]
    pub purpose: Vec<String>,
    /// Identifier of the legal instrument
    #[arg(long, value_name = "URI", conflicts_with = "file")]
    pub instrument_id: Option<String>,
    /// Its title
    #[arg(long, value_name = "TEXT", conflicts_with = "file")]
    pub instrument_title: Option<String>,
    /// In force from this day on
    #[arg(long, value_parser = date, value_name = "YYYY-MM-DD", conflicts_with = "file")]
    pub from: Option<Date>,
    /// In force until this day
    #[arg(long, value_parser = date, value_name = "YYYY-MM-DD", conflicts_with = "file")]
    pub until: Option<Date>,
    /// Only of this achievement
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    pub achievement: Option<String>,
    /// Why; needed for everything but recognised
    #[arg(long, value_name = "TEXT", conflicts_with = "file")]
    pub reason: Vec<String>,
    /// An example to try, not legal data
    #[arg(long, conflicts_with = "file")]
    pub example: bool,
    /// The rule's identifier [default: a random one]
    #[arg(long, value_name = "URI", conflicts_with = "file")]
    pub id: Option<String>,
    /// Take the place of the rule with the same identifier
    #[arg(long)]
    pub replace: bool,
}

/// `authority withdraw`
#[derive(Args, Debug)]
pub struct Withdraw {
    /// The authority's folder
    pub dir: PathBuf,
    /// The institution: its identifier or its name
    #[arg(long, value_name = "DID|NAME")]
    pub institution: String,
    /// Achievements, by identifier or its last part
    #[arg(long, value_name = "ID", required_unless_present = "all")]
    pub achievement: Vec<String>,
    /// All that it may award
    #[arg(long, conflicts_with = "achievement")]
    pub all: bool,
    /// The last day of awards that count [default: today]
    #[arg(long, value_parser = date, value_name = "YYYY-MM-DD")]
    pub cut_off: Option<Date>,
}

fn holder(text: &str) -> Result<(String, PublicKey), String> {
    let (name, key) = text.rsplit_once('=').ok_or("a name and a key as in Ana=z6Mk…")?;
    Ok((name.trim().to_owned(), public_key(key)?))
}

fn public_key(text: &str) -> Result<PublicKey, String> {
    PublicKey::from_multikey(text).map_err(|_| "a public key as in z6Mk…".to_owned())
}
