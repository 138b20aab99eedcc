//! What may be typed.

mod badge;
mod custody;
pub mod cv;
mod export;
mod fetch;
mod fsck;
pub mod holder;
mod member;
mod paper;
mod rebind;
mod receipt;
mod register;
pub mod vacancy;
pub mod wallet;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use axum::http::HeaderName;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::badge::{Badge, Bake, Read as ReadBadge};
pub use self::custody::{Backup, Confirm, Restore, Retire, Witness};
pub use self::cv::Cv;
pub use self::export::{Export, Form as ExportForm};
pub use self::fetch::Fetch;
pub use self::fsck::Fsck;
pub use self::holder::Holder;
pub use self::member::{DeskRule, Member, MemberAct, RoleName};
pub use self::paper::{Paper, Size as PaperSize};
pub use self::rebind::{Rebind, Reprint};
pub use self::receipt::Receipt;
pub use self::register::{Check, Import, Reading, Register, Sheet, SheetForm};
pub use self::vacancy::Vacancy;
pub use self::wallet::Wallet;
use super::Exit;
pub use super::authority::args::Authority;
use crate::base::timestamp::{Date, Timestamp};
use crate::credential::achievement::Language;
use crate::trust::fingerprint::Fingerprint;
use crate::trust::status::RevocationReason;

/// Certificates of learning and skill that anyone can check, on paper and with no network.
#[derive(Debug, Parser)]
#[command(
    name = "skillpass",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 accepted, 1 rejected, 2 undecided, 64 usage, 66 unreadable input, 70 internal, 74 input/output.\n\n\
                  Try it:\n  skillpass demo"
)]
struct Cli {
    /// Language of results and talk: es, pt, en, fr, ht [default: from LANG, else es]
    #[arg(long, global = true, value_parser = language, value_name = "LANG")]
    lang: Option<Language>,
    /// Results as JSON on standard output
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// A parsed command line.
#[derive(Debug)]
pub struct Parsed {
    /// The language to speak.
    pub language: Language,
    /// Results as JSON.
    pub json: bool,
    /// What to do.
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Be an authority: say who may award what, sign it with others, publish it
    #[command(
        subcommand,
        after_help = "Example:\n  skillpass authority init ministry --name \"Ministry of Labour\" --country CO\n  \
                      skillpass authority accredit ministry --institution centro/institution.json --achievement GIN\n  \
                      skillpass authority publish ministry\n  \
                      skillpass authority refresh ministry --hand-in centro/publish"
    )]
    Authority(Authority),
    /// Found a pilot institution: its keys, its store, and a pilot trust file that holds it alone
    #[command(
        after_help = "Example:\n  skillpass init centro --name \"Centro Formar\" --country CO --verify-host check.example.org"
    )]
    Init(Init),
    /// Sign certificates for the people of a register
    #[command(
        after_help = "Example:\n  skillpass issue --institution centro --register gin.csv --achievement GIN --out certificates"
    )]
    Issue(Issue),
    /// Check certificates: files, folders, photos, PDFs, QR texts, or - for standard input
    #[command(after_help = "Example:\n  skillpass verify --trust centro/trust.json certificates/K7QX2M9D.json\n  \
                            skillpass verify --trust centro/trust.json photos/ --csv > verdicts.csv\n  \
                            skillpass verify certificates/K7QX2M9D.json --receipt receipt.json --receipt-key employer.age")]
    Verify(Verify),
    /// Read a signed receipt of a check: which key made it, when, by which lists, and the answers. Ends with 0 when the signature holds, whatever
    /// the answers are
    #[command(after_help = "Example:\n  skillpass receipt receipt.json --against certificates/K7QX2M9D.json")]
    Receipt(Receipt),
    /// Show what is in a certificate file or code, without checking it
    #[command(after_help = "Example:\n  skillpass show certificates/K7QX2M9D.json")]
    Show(Show),
    /// Fetch what files need to be checked: issuers' keys, status lists, contexts; for verify --resources
    #[command(
        after_help = "Example:\n  skillpass fetch badge.json --into fetched\n  skillpass verify badge.json --resources fetched/map.json"
    )]
    Fetch(Fetch),
    /// Put certificates into pictures and take them out again (Open Badges)
    #[command(
        subcommand,
        after_help = "Example:\n  skillpass badge bake certificates/K7QX2M9D.json\n  skillpass badge read certificates/K7QX2M9D.badge.svg"
    )]
    Badge(Badge),
    /// Write certificates in forms that other software opens, or an institution's whole record
    #[command(
        after_help = "Example:\n  skillpass export certificates/K7QX2M9D.json --form rdfc --out K7QX2M9D.rdfc.json\n  \
                            skillpass export --institution centro --form csv --out record"
    )]
    Export(Export),
    /// Make PDFs of issued certificates: pages, cards for the wallet, one file to print, or one ZIP
    #[command(after_help = "Example:\n  skillpass paper centro --logo logo.png --signatory \"Ana Ruiz; Director\"\n  \
                      skillpass paper centro K7QX2M9D --cards --size letter")]
    Paper(Paper),
    /// Draw the QR code of a certificate file
    #[command(after_help = "Example:\n  skillpass qr certificates/K7QX2M9D.json --out code.svg")]
    Qr(Qr),
    /// Accept authorities' trust files, renew them and look into them
    #[command(
        subcommand,
        after_help = "Example:\n  skillpass trust update https://trust.example.org/pack.json\n  skillpass trust show"
    )]
    Trust(Trust),
    /// Show an institution's public keys, and whether its sealed keys open
    #[command(after_help = "Example:\n  skillpass keys centro")]
    Keys(Keys),
    /// Copy an institution's whole folder into one sealed file
    #[command(after_help = "Example:\n  skillpass backup centro --out centro.copy.age")]
    Backup(Backup),
    /// Make an institution's folder again from a copy
    #[command(
        after_help = "Example:\n  skillpass restore centro.copy.age centro-again --witnessed handed-in/checkpoint.json"
    )]
    Restore(Restore),
    /// Confirm that a restored folder knows all that was handed in: from then on it signs again
    #[command(after_help = "Example:\n  skillpass confirm centro --witnessed handed-in/checkpoint.json")]
    Confirm(Confirm),
    /// End a folder whose work goes on elsewhere: it never signs again
    #[command(after_help = "Example:\n  skillpass retire centro --yes")]
    Retire(Retire),
    /// Say who works at an institution's desk
    #[command(after_help = "Example:\n  skillpass member centro add ana --name \"Ana Pérez\" --role administrator\n  \
                      skillpass member centro list")]
    Member(Member),
    /// Rules of an institution's desk
    #[command(subcommand, after_help = "Example:\n  skillpass desk require-two centro --yes")]
    Desk(DeskRule),
    /// Recompute an institution's whole folder, and say what is not as it should be
    #[command(after_help = "Example:\n  skillpass fsck centro")]
    Fsck(Fsck),
    /// Be a holder, or ask one: a key, a question, an answer, and who answered
    #[command(
        subcommand,
        after_help = "Example:\n  skillpass holder new me.age\n  skillpass holder present me.age K7QX2M9D.json --code"
    )]
    Holder(Holder),
    /// Bind a certificate of any listed institution to a new key of its holder
    #[command(
        after_help = "Example:\n  skillpass rebind photo.jpg --holder did:key:z6Mk… --institution centro --trust ministry.json --out delegation.json"
    )]
    Rebind(Rebind),
    /// Print certificates of any listed institution again, from scans or photographs of their paper
    #[command(
        after_help = "Example:\n  skillpass reprint scan.jpg --institution centro --trust ministry.json --out paper"
    )]
    Reprint(Reprint),
    /// Check a register before anything is issued, or make an empty one to fill in
    #[command(
        subcommand,
        after_help = "Example:\n  skillpass register sheet GIN --out gin.xlsx\n  skillpass register check gin.xlsx --achievement GIN"
    )]
    Register(Register),
    /// Withdraw certificates for good, and publish that
    #[command(after_help = "Example:\n  skillpass revoke K7QX2M9D --institution centro --reason error")]
    Revoke(Revoke),
    /// Have the certificates of a key that is not trusted any more certified again: their rows wait for two people at the desk
    #[command(
        after_help = "Example:\n  skillpass reissue --under key-1 --since 2026-03-01T00:00:00Z --institution centro"
    )]
    Reissue(Reissue),
    /// Say that certificates do not count for the time being, and publish that
    #[command(after_help = "Example:\n  skillpass suspend K7QX2M9D --institution centro")]
    Suspend(Certificates),
    /// Put suspended certificates in force again, and publish that
    #[command(after_help = "Example:\n  skillpass resume K7QX2M9D --institution centro")]
    Resume(Certificates),
    /// Sign an institution's status lists with today's date, and make the folder to hand to its authority
    #[command(after_help = "Example:\n  skillpass publish --institution centro")]
    Publish(Desk),
    /// List the achievements of the catalogue
    #[command(after_help = "Example:\n  skillpass catalogue --lang pt")]
    Catalogue,
    /// Serve the page on which anyone can check a certificate
    #[command(after_help = "Example:\n  skillpass serve --trust centro/trust.json --listen 127.0.0.1:8080")]
    Serve(Serve),
    /// Make, list and withdraw the tokens with which programs issue over HTTP
    #[command(
        subcommand,
        after_help = "Example:\n  skillpass token new --institution centro --name \"Moodle of the centre\"\n  \
                      skillpass token list --institution centro"
    )]
    Token(Token),
    /// Verified CVs for employment services
    #[command(
        subcommand,
        after_help = "Example:\n  skillpass cv make certificates/ --out cv.json\n  skillpass cv import cv.json --csv > rows.csv"
    )]
    Cv(Cv),
    /// Vacancies as signed files: sign one, or hold certificates against one
    #[command(
        subcommand,
        after_help = "Example:\n  skillpass vacancy sign carer.json --institution centro --out vacancy.json\n  \
                      skillpass vacancy match vacancy.json certificates/K7QX2M9D.json"
    )]
    Vacancy(Vacancy),
    /// Read what a wallet in a browser saved
    #[command(subcommand, after_help = "Example:\n  skillpass wallet show folder.age")]
    Wallet(Wallet),
    /// Make a whole small world to try: an authority, two institutions, certificates, and the served page
    #[command(after_help = "Example:\n  skillpass demo --data demo-data --listen 127.0.0.1:8080")]
    Demo(Demo),
}

/// How sealed keys are opened. Without a key file the passphrase is asked for, or taken from SKILLPASS_PASSPHRASE.
#[derive(Args, Clone, Debug, Default)]
pub struct Unlock {
    /// Key file (an age identity) that opens the sealed keys, instead of a passphrase
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

/// `init`
#[derive(Args, Debug)]
pub struct Init {
    /// Folder for the institution; must be empty or new
    pub dir: PathBuf,
    /// The institution's name, as certificates show it
    #[arg(long)]
    pub name: String,
    /// Its country, two letters (ISO 3166-1): CO
    #[arg(long)]
    pub country: String,
    /// Host printed in the codes; keep this domain for as long as the paper lives
    #[arg(long, value_name = "HOST")]
    pub verify_host: Option<String>,
    /// Its domain: then it is did:web, else did:key
    #[arg(long)]
    pub domain: Option<String>,
    /// What the first administrator of its desk signs in with: prints a one-time link
    #[arg(long, value_name = "LOGIN")]
    pub administrator: Option<String>,
    /// The administrator's name, as colleagues see it [default: the login]
    #[arg(long, value_name = "NAME", requires = "administrator")]
    pub administrator_name: Option<String>,
    /// How the new keys are sealed; a key file that is not there yet is made
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `issue`
#[derive(Args, Debug)]
pub struct Issue {
    /// The register: XLSX, or CSV with a header (comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252)
    #[arg(long, value_name = "FILE")]
    pub register: PathBuf,
    /// What is awarded: a code or identifier of the catalogue (see: skillpass catalogue)
    #[arg(long, value_name = "ID")]
    pub achievement: String,
    /// Folder for the certificates
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The institution's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub institution: PathBuf,
    /// Leave rows with problems out, and issue the others
    #[arg(long)]
    pub skip_bad: bool,
    /// Reissue changed rows: the old certificate is withdrawn as replaced
    #[arg(long)]
    pub correct: bool,
    /// Issue cancelled certificates again, with a new number: K7QX2M9D,…
    #[arg(long, value_delimiter = ',', value_name = "SERIALS")]
    pub reissue: Vec<String>,
    /// Only say what would be issued
    #[arg(long)]
    pub dry_run: bool,
    /// How the register is read
    #[command(flatten)]
    pub reading: Reading,
    /// How the keys are opened
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `verify`
#[derive(Args, Debug)]
pub struct Verify {
    /// Files, folders, QR texts, or - for standard input
    #[arg(required = true, value_name = "FILE|TEXT|-")]
    pub inputs: Vec<OsString>,
    /// Trust file; give several times for several [default: the accepted ones, see: skillpass trust show]
    #[arg(long, value_name = "FILE")]
    pub trust: Vec<PathBuf>,
    /// Check as of this time instead of now
    #[arg(long, value_parser = time, value_name = "YYYY-MM-DDThh:mm:ssZ")]
    pub at: Option<Timestamp>,
    /// Map of addresses to local files, {"https://…/did.json": "did.json"}: nothing is ever fetched
    #[arg(long, value_name = "MAP")]
    pub resources: Option<PathBuf>,
    /// Country where it is to be used, two letters: PE
    #[arg(long, value_parser = country)]
    pub country: Option<String>,
    /// One row of CSV for each certificate
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Write a signed receipt of the check of one certificate to this file: without a name, and without what was learned
    #[arg(long, value_name = "FILE", requires = "receipt_key", conflicts_with = "at")]
    pub receipt: Option<PathBuf>,
    /// Key of one's own that signs the receipt, see: skillpass holder new
    #[arg(long, value_name = "FILE", requires = "receipt")]
    pub receipt_key: Option<PathBuf>,
    /// Key file (an age identity) that opens this key, instead of a passphrase
    #[arg(long, value_name = "FILE", requires = "receipt")]
    pub key_file: Option<PathBuf>,
}

/// `show`
#[derive(Args, Debug)]
pub struct Show {
    /// File, QR text, photo, PDF, or -
    #[arg(value_name = "FILE|TEXT|-")]
    pub input: OsString,
}

/// `qr`
#[derive(Args, Debug)]
pub struct Qr {
    /// Certificate file
    #[arg(value_name = "FILE|-")]
    pub input: OsString,
    /// Write to a file; .svg or .png says how [default: draw in the terminal]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Host printed in the code
    #[arg(long, value_name = "HOST")]
    pub verify_host: Option<String>,
    /// Only the text of the code
    #[arg(long)]
    pub text: bool,
}

/// `trust`
#[derive(Debug, Subcommand)]
pub enum Trust {
    /// Take in an authority's trust file, or a newer one of it: what is refused changes nothing
    #[command(after_help = "Example:\n  skillpass trust update https://trust.example.org/pack.json")]
    Update(TrustUpdate),
    /// Show the accepted authorities, or what is in a trust file
    #[command(after_help = "Example:\n  skillpass trust show\n  skillpass trust show trust.json")]
    Show {
        /// A trust file [default: the accepted ones]
        file: Option<PathBuf>,
        /// Folder of the accepted trust files [default: $SKILLPASS_TRUST, else skillpass/trust in the user's data folder]
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
        /// Ages as of this time instead of now
        #[arg(long, value_parser = time, value_name = "YYYY-MM-DDThh:mm:ssZ")]
        at: Option<Timestamp>,
    },
    /// Accept an authority no longer
    #[command(after_help = "Example:\n  skillpass trust remove 9f86d081")]
    Remove {
        /// Its identifier, its fingerprint, or the beginning of its file's name, as `trust show` has them
        id: String,
        /// Folder of the accepted trust files [default: as for update]
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
    },
}

/// `trust update`
#[derive(Args, Debug)]
pub struct TrustUpdate {
    /// Trust file, https address, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    pub input: OsString,
    /// Folder of the accepted trust files [default: $SKILLPASS_TRUST, else skillpass/trust in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// Accept a new authority whose first root has this fingerprint; compare it with the authority first
    #[arg(long, value_parser = fingerprint, value_name = "FINGERPRINT")]
    pub root: Vec<Fingerprint>,
    /// Take in as of this time instead of now
    #[arg(long, value_parser = time, value_name = "YYYY-MM-DDThh:mm:ssZ")]
    pub at: Option<Timestamp>,
    /// The server's certificate authority (PEM), instead of the public ones
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

/// `keys`
#[derive(Args, Debug)]
pub struct Keys {
    /// The institution's folder
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Also open the sealed keys, to see that the passphrase or key file is right
    #[arg(long)]
    pub check: bool,
    /// Seal the keys anew, with another passphrase or key file
    #[arg(long)]
    pub change_passphrase: bool,
    /// Key file that opens them from now on; made when it is not there yet
    #[arg(long, value_name = "FILE", requires = "change_passphrase")]
    pub new_key_file: Option<PathBuf>,
    /// Make a new signing key; the earlier one signs nothing from now on
    #[arg(long, conflicts_with_all = ["change_passphrase", "check"])]
    pub rotate: bool,
    /// Do not ask
    #[arg(long, requires = "rotate")]
    pub yes: bool,
    /// How the keys are opened
    #[command(flatten)]
    pub unlock: Unlock,
}

/// `revoke`
#[derive(Args, Debug)]
#[command(group(clap::ArgGroup::new("which").required(true).args(["serials", "under"])))]
pub struct Revoke {
    /// Why: the public sees no more than this word
    #[arg(long, value_enum)]
    pub reason: PublicReason,
    /// The certificates' serials
    #[arg(value_name = "SERIAL")]
    pub serials: Vec<String>,
    /// All that were signed under this key, as `keys` shows it
    #[arg(long, value_name = "KEY", requires = "since")]
    pub under: Option<String>,
    /// From this time on, like 2026-03-01T00:00:00Z
    #[arg(long, value_name = "TIME", requires = "under")]
    pub since: Option<String>,
    /// Do not ask
    #[arg(long, requires = "under")]
    pub yes: bool,
    /// The institution
    #[command(flatten)]
    pub desk: Desk,
}

/// `reissue`
#[derive(Args, Debug)]
pub struct Reissue {
    /// The key that is not trusted any more, as `keys` shows it
    #[arg(long, value_name = "KEY")]
    pub under: String,
    /// From this time on, like 2026-03-01T00:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: String,
    /// The institution's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub institution: PathBuf,
    /// Write what became of each certificate of the key into this file, as a table that spreadsheets open
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// `suspend`, `resume`, and the rest of `revoke`
#[derive(Args, Debug)]
pub struct Certificates {
    /// The certificates' serials
    #[arg(required = true, value_name = "SERIAL")]
    pub serials: Vec<String>,
    /// The institution
    #[command(flatten)]
    pub desk: Desk,
}

/// `publish`: an institution, and how its keys are opened
#[derive(Args, Debug)]
pub struct Desk {
    /// The institution's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub institution: PathBuf,
    /// The institution has closed: sign with its successor's key, from this folder
    #[arg(long, value_name = "DIR")]
    pub successor: Option<PathBuf>,
    /// How the keys are opened
    #[command(flatten)]
    pub unlock: Unlock,
}

/// The public reasons of a withdrawal (domain.md P10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PublicReason {
    /// It should not have been issued as it is
    Error,
    /// A corrected one took its place
    Replaced,
    /// Fraud was confirmed
    FraudConfirmed,
    /// The holder asked for it
    WithdrawnByHolder,
}

impl PublicReason {
    /// The reason that is kept and published.
    #[must_use]
    pub fn reason(self) -> RevocationReason {
        match self {
            PublicReason::Error => RevocationReason::Error,
            PublicReason::Replaced => RevocationReason::Replaced,
            PublicReason::FraudConfirmed => RevocationReason::FraudConfirmed,
            PublicReason::WithdrawnByHolder => RevocationReason::WithdrawnByHolder,
        }
    }
}

/// `serve`
#[derive(Args, Debug)]
pub struct Serve {
    /// Trust file; give several times for several [default: the accepted ones, see: skillpass trust show; without any, those in the folder trust beside the program]
    #[arg(long, value_name = "FILE")]
    pub trust: Vec<PathBuf>,
    /// Published folder of an institution with a domain: its status lists are served at their addresses; give several times for several
    #[arg(long, value_name = "DIR")]
    pub publish: Vec<PathBuf>,
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Map of addresses to local files, read when the server starts: nothing is ever fetched
    #[arg(long, value_name = "MAP")]
    pub resources: Option<PathBuf>,
    /// Pilot institution that issues here, over POST /credentials/issue, to whoever has a token of it (see: skillpass token)
    #[arg(long, value_name = "DIR")]
    pub institution: Option<PathBuf>,
    /// Institution whose staff work here with a browser, under /desk; give several times for several
    #[arg(long, value_name = "DIR")]
    pub desk: Vec<PathBuf>,
    /// Header in which the proxy before this server names who calls, such as X-Forwarded-For; its last address counts. Only where nobody reaches this server but through that proxy
    #[arg(long, value_name = "HEADER")]
    pub caller_header: Option<HeaderName>,
    /// How its keys are opened
    #[command(flatten)]
    pub unlock: Unlock,
    /// TLS certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// TLS private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

/// `token`
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token; it is shown once, and only its hash is kept
    #[command(
        after_help = "Example:\n  skillpass token new --institution centro --name \"Moodle of the centre\" --days 90"
    )]
    New {
        /// The institution's folder
        #[arg(long, value_name = "DIR", default_value = ".")]
        institution: PathBuf,
        /// What the token is for, in your own words
        #[arg(long)]
        name: String,
        /// Days until it ends, 1 to 366
        #[arg(long, default_value_t = 30)]
        days: u32,
    },
    /// List the tokens, without their secrets
    #[command(after_help = "Example:\n  skillpass token list --institution centro")]
    List {
        /// The institution's folder
        #[arg(long, value_name = "DIR", default_value = ".")]
        institution: PathBuf,
    },
    /// Withdraw a token: it opens nothing from now on
    #[command(after_help = "Example:\n  skillpass token revoke skp_uK3vQ9aZ2 --institution centro")]
    Revoke {
        /// Its first characters as the list has them, or its name
        token: String,
        /// The institution's folder
        #[arg(long, value_name = "DIR", default_value = ".")]
        institution: PathBuf,
    },
}

/// `demo`
#[derive(Args, Debug)]
pub struct Demo {
    /// Folder for the demo's data; used again when it is there
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    pub data: PathBuf,
    /// Address to serve the page on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Make the data and stop, without serving
    #[arg(long)]
    pub no_serve: bool,
}

/// Reads the command line. Help and version end here too.
///
/// # Errors
/// The exit code, when there is nothing to run: clap has already said why.
pub fn parse() -> Result<Parsed, Exit> {
    match Cli::try_parse() {
        Ok(cli) => {
            let of_environment = || std::env::var("LANG").ok().and_then(|tag| Language::of_tag(&tag));
            let language = cli.lang.or_else(of_environment).unwrap_or_default();
            Ok(Parsed { language, json: cli.json, command: cli.command })
        }
        Err(error) => {
            // Help to standard output, faults to standard error; a closed pipe is nobody's fault.
            let _ = error.print();
            // clap's own code for faults is 2, which here would say "undecided".
            Err(if error.use_stderr() { Exit::Usage } else { Exit::Accept })
        }
    }
}

pub(super) fn country(text: &str) -> Result<String, String> {
    let code = text.to_ascii_uppercase();
    let two_letters = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if two_letters { Ok(code) } else { Err("two letters, as in CO".to_owned()) }
}

pub(super) fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).map_err(|_| "a day as in 2026-03-14".to_owned())
}

fn fingerprint(text: &str) -> Result<Fingerprint, String> {
    Fingerprint::parse(text).ok_or_else(|| "twelve groups of five digits, as in 04512-33871-…".to_owned())
}

fn language(text: &str) -> Result<Language, String> {
    Language::of_tag(text).ok_or_else(|| "one of es, pt, en, fr, ht".to_owned())
}

pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|_| "a time as in 2026-03-14T12:00:00Z".to_owned())
}
