//! How the command line speaks: results to standard output, talk to standard error, words from `web/i18n`.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Exit;
use crate::base::canonical::{Json, Object};
use crate::credential::achievement::Language;
use crate::desk::institution::DeskError;
use crate::desk::keyring::KeyringError;
use crate::store::StoreError;
use crate::verify::message::{Fact, Words};

/// A command that ended early: which words, which facts, which exit code.
#[derive(Debug)]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// The identifier of the words; `ID.next` says what to do.
    pub id: String,
    /// The facts in them.
    pub facts: Vec<(&'static str, Fact)>,
}

impl Failure {
    /// A failure without facts.
    #[must_use]
    pub fn new(exit: Exit, id: &str) -> Self {
        Self { exit, id: id.to_owned(), facts: Vec::new() }
    }

    /// With a fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, text: impl ToString) -> Self {
        self.facts.push((name, Fact::Text(text.to_string())));
        self
    }

    /// A file that cannot be read or written.
    #[must_use]
    pub fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{NotFound, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        let failure = match error.kind() {
            NotFound => Self::new(Exit::Unreadable, "notread.file-missing"),
            StorageFull | QuotaExceeded => Self::new(Exit::InputOutput, "cli.disk-full"),
            PermissionDenied | ReadOnlyFilesystem => Self::new(Exit::InputOutput, "cli.not-allowed"),
            _ => Self::new(Exit::InputOutput, "cli.io"),
        };
        failure.with("path", path.display()).with("error", error)
    }

    /// What it says.
    #[must_use]
    pub fn text(&self, words: &Words) -> String {
        words.say(&self.id, &self.known())
    }

    /// What there is to do about it.
    #[must_use]
    pub fn next(&self, words: &Words) -> Option<String> {
        let next = format!("{}.next", self.id);
        words.has(&next).then(|| words.say(&next, &self.known()))
    }

    /// Its code, as results have it: the last part of its identifier.
    #[must_use]
    pub fn code(&self) -> &str {
        self.id.rsplit('.').next().unwrap_or_default()
    }

    fn known(&self) -> Vec<(&str, Fact)> {
        self.facts.iter().map(|(name, fact)| (*name, fact.clone())).collect()
    }

    /// An input that is not there or cannot be read: a folder in a file's place, no permission, too long a name. Only a disk that
    /// fails is another matter.
    #[must_use]
    pub fn unread(path: &std::path::Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{InvalidFilename, InvalidInput, IsADirectory, NotADirectory, PermissionDenied};
        let unread =
            matches!(error.kind(), InvalidFilename | InvalidInput | IsADirectory | NotADirectory | PermissionDenied);
        let failure = Self::io(path, error);
        if unread { Self { exit: Exit::Unreadable, ..failure } } else { failure }
    }
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Authority(error) => (*error).into(),
            DeskError::FileExists(path) => Self::new(Exit::Usage, "cli.file-exists").with("path", path.display()),
            DeskError::FolderNotEmpty(path) => Self::new(Exit::Usage, "cli.dir-not-empty").with("path", path.display()),
            DeskError::Io(path, error) => Self::io(&path, &error),
            DeskError::Keyring(error) => error.into(),
            DeskError::NoInstitution(path) => {
                Self::new(Exit::Unreadable, "cli.no-institution").with("path", path.display())
            }
            DeskError::NotAPilot => Self::new(Exit::Usage, "cli.not-a-pilot"),
            DeskError::NotReadable(path) => {
                Self::new(Exit::Unreadable, "cli.not-readable").with("path", path.display())
            }
            DeskError::Randomness => Self::new(Exit::Internal, "cli.no-randomness"),
            DeskError::StillKept(_) => Self::new(Exit::InputOutput, "cli.still-kept"),
            DeskError::Store(error) => error.into(),
            DeskError::Value(name) => Self::new(Exit::Usage, &format!("cli.value.{name}")),
        }
    }
}

impl From<KeyringError> for Failure {
    fn from(error: KeyringError) -> Self {
        match error {
            KeyringError::Exists => Self::new(Exit::Usage, "cli.key-exists"),
            KeyringError::Io(error) => Self::io(std::path::Path::new("keys.age"), &error),
            KeyringError::NoKey(role) => Self::new(Exit::Unreadable, "cli.no-key").with("role", role),
            KeyringError::NotAKeyFile => Self::new(Exit::Unreadable, "cli.not-a-key-file"),
            KeyringError::NotAKeyring => Self::new(Exit::Unreadable, "cli.not-a-keyring"),
            KeyringError::PassphraseTooShort => Self::new(Exit::Usage, "cli.passphrase-too-short"),
            KeyringError::ReadableByOthers => Self::new(Exit::Usage, "cli.key-readable-by-others"),
            KeyringError::WrongSecret => Self::new(Exit::Usage, "cli.passphrase-wrong"),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if let Some(code) = error.code() {
            return Self::new(Exit::Usage, &format!("store.{code}"));
        }
        match error {
            StoreError::Damaged(what) => Self::new(Exit::InputOutput, "cli.store-damaged").with("what", what),
            StoreError::Final(serial, reason) => {
                let mut failure = Self::new(Exit::Usage, "cli.revoked-for-good").with("serial", serial);
                failure.facts.push(("reason", Fact::Id(format!("withdrawal.{}", reason.code()))));
                failure
            }
            StoreError::Full => Self::new(Exit::InputOutput, "cli.disk-full").with("path", "store"),
            StoreError::Locked => Self::new(Exit::InputOutput, "cli.store-locked"),
            StoreError::Taken => Self::new(Exit::InputOutput, "cli.store-taken"),
            StoreError::Unknown(serial) => Self::new(Exit::Unreadable, "cli.not-found").with("serial", serial),
            StoreError::Unsure(error) => Self::new(Exit::InputOutput, "cli.store-unsure").with("error", error),
            StoreError::Unwritable(error) => {
                Self::new(Exit::InputOutput, "cli.io").with("path", "store").with("error", error)
            }
            // They have their code.
            StoreError::LastAdministrator
            | StoreError::LastSignatory
            | StoreError::NotAllowed
            | StoreError::NotArrived
            | StoreError::NotNow
            | StoreError::NotReleased
            | StoreError::OwnCandidate
            | StoreError::Retired
            | StoreError::SamePerson
            | StoreError::Stale
            | StoreError::TooEarly
            | StoreError::TooLate
            | StoreError::TooLong
            | StoreError::TooManySteps
            | StoreError::TwoPeople
            | StoreError::Unconfirmed => Self::new(Exit::Internal, "cli.internal"),
        }
    }
}

/// The voice of one run.
#[derive(Debug)]
pub struct Say {
    words: &'static Words,
    json: bool,
    lost: AtomicBool,
}

impl Say {
    /// In a language; results as JSON or as text.
    #[must_use]
    pub fn new(language: Language, json: bool) -> Self {
        Self { words: Words::of(language), json, lost: AtomicBool::new(false) }
    }

    /// The words.
    #[must_use]
    pub fn words(&self) -> &'static Words {
        self.words
    }

    /// Whether results go out as JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// A result. A reader that went away (a closed pipe) is no fault; a full disk is.
    pub fn result(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
        if written.is_err_and(|error| error.kind() != std::io::ErrorKind::BrokenPipe) {
            self.lost.store(true, Ordering::Relaxed);
        }
    }

    /// Whether a result did not get through.
    #[must_use]
    pub fn has_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// A result as JSON.
    pub fn json(&self, object: Object) {
        let bytes = Json::Object(object).to_canonical();
        self.result(&String::from_utf8_lossy(&bytes));
    }

    /// Talk.
    pub fn talk(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// Talk by identifier.
    pub fn tell(&self, id: &str, facts: &[(&str, Fact)]) {
        self.talk(&self.words.say(id, facts));
    }

    /// Why a command ended early, and what to do.
    pub fn failure(&self, failure: &Failure) -> Exit {
        if self.json {
            self.json(Object::from_iter([("error", Json::Object(self.error(failure)))]));
        }
        self.told(failure)
    }

    /// A failure as JSON: `code`, `text`, and `next` where there is something to do.
    #[must_use]
    pub fn error(&self, failure: &Failure) -> Object {
        let text = failure.text(self.words);
        let mut error = Object::from_iter([("code", Json::from(failure.code())), ("text", text.into())]);
        if let Some(next) = failure.next(self.words) {
            error.set("next", next.into());
        }
        error
    }

    /// A failure as talk.
    pub fn told(&self, failure: &Failure) -> Exit {
        self.talk(&format!("skillpass: {}", failure.text(self.words)));
        if let Some(next) = failure.next(self.words) {
            self.talk(&format!("  {next}"));
        }
        failure.exit
    }
}
