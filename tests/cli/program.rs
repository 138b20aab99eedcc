//! The program, a folder to run it in, and a small world in that folder: two institutions and their certificates.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use skillpass::base::timestamp::{Date, Timestamp};
use skillpass::desk::institution::Institution;
use skillpass::store::sled_store::SledStore;
use tempfile::TempDir;

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The one JSON document on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }
}

/// A run that has not begun.
pub struct Run {
    command: Command,
    stdin: Vec<u8>,
}

impl Run {
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn arg(mut self, word: &str) -> Self {
        self.command.arg(word);
        self
    }

    pub fn stdin(mut self, bytes: &[u8]) -> Self {
        self.stdin = bytes.to_vec();
        self
    }

    /// Runs it to its end, and holds what is true of every run: no panic, no code but the documented, every word said.
    #[track_caller]
    pub fn end(mut self) -> Ran {
        let shown = format!("{:?}", self.command);
        let mut child =
            self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A program that reads no input closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(&self.stdin);
        let output = child.wait_with_output().unwrap();
        let ran = Ran {
            code: output.status.code().unwrap_or_else(|| panic!("{shown}: {}", output.status)),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        assert!([0, 1, 2, 64, 66, 70, 74].contains(&ran.code), "{shown}: {ran:?}");
        for trace in ["panicked", "RUST_BACKTRACE", "unwrap()"] {
            assert!(!ran.err.contains(trace) && !ran.out.contains(trace), "{shown}: {ran:?}");
        }
        for text in [&ran.out, &ran.err].into_iter().filter(|_| !shown.contains("--help")) {
            assert!(!has_gap(text), "an unsaid word in {shown}: {text}");
        }
        ran
    }
}

/// Whether a text has a place that was not filled, or an identifier where its words should be.
fn has_gap(text: &str) -> bool {
    let filled =
        |inside: &str| inside.is_empty() || !inside.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let places = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let identifiers = [
        "cli.", "notread.", "draft.", "import.", "pack.", "reason.", "next.", "kind.", "problem.", "part.", "change.",
        "refusal.",
    ];
    let words = text.split(|c: char| c.is_whitespace() || "\"'“”(),;:".contains(c));
    !places.map(|(inside, _)| inside).all(filled)
        || words.filter(|word| !word.contains('/')).any(|word| {
            identifiers.iter().any(|first| {
                word.strip_prefix(first)
                    .is_some_and(|rest| rest.len() > 2 && rest.starts_with(|c: char| c.is_ascii_lowercase()))
            })
        })
}

/// 1 GiB: room for many tests at a time.
const ROOM: u64 = 1 << 30;

/// A folder to run in.
pub struct Place(TempDir);

/// The key file of every institution in it.
pub const KEY: &str = "key.txt";

impl Place {
    /// In memory where there is room: whoever is killed loses no page of the file system, and the tests do not wait for whatever
    /// else the disk is being asked to keep (`syncfs` waits for all of it). That a disk is waited for is the store's tests' matter.
    pub fn empty() -> Self {
        let memory = Path::new("/dev/shm");
        let room = rustix::fs::statvfs(memory).is_ok_and(|disk| disk.f_bavail * disk.f_frsize > ROOM);
        let made = if room { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self(made.unwrap())
    }

    /// On a disk: what is measured there waits for it, as an institution does.
    pub fn on_disk() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The small world: `centro` has issued `gin.csv` to six people into `out/`, `otro` to one into `out-otro/`.
    pub fn of_world() -> Self {
        let place = Self::empty();
        let copied = Command::new("cp").arg("-a").arg(WORLD.path(".")).arg(place.0.path()).status().unwrap();
        assert!(copied.success());
        place
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    /// The store of an institution. Whoever had it before may give it back a moment after it was dropped.
    pub fn store(&self, institution: &str) -> SledStore {
        Institution::open(&self.path(institution)).unwrap().store_in_turn().unwrap()
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skillpass"));
        // Nothing of whoever runs the tests: not the language, not a passphrase.
        command.args(arguments).current_dir(self.0.path()).env_clear();
        command
    }

    pub fn skillpass<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Run {
        Run { command: self.command(arguments), stdin: Vec::new() }
    }

    /// Words of a line, run to their end.
    #[track_caller]
    pub fn run(&self, line: &str) -> Ran {
        self.skillpass(line.split_whitespace()).end()
    }

    /// Issues a register of `centro`, with more options.
    #[track_caller]
    pub fn issue(&self, register: &str, more: &str) -> Ran {
        self.run(&format!(
            "issue --institution centro --register {register} --achievement GIN --out out --key-file {KEY} {more}"
        ))
    }

    /// The files of a folder with an ending, by name.
    pub fn files(&self, folder: &str, ending: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name.ends_with(ending));
        names.sort();
        names.iter().map(|name| format!("{folder}/{name}")).collect()
    }

    /// The lines of `index.csv`, as cells by column.
    pub fn index(&self) -> Vec<std::collections::BTreeMap<String, String>> {
        let bytes = self.read("out/index.csv");
        csv::Reader::from_reader(bytes.as_slice()).deserialize().map(Result::unwrap).collect()
    }

    /// The serial of a person, as the index has it now.
    #[track_caller]
    pub fn serial(&self, name: &str) -> String {
        let index = self.index();
        let line = index.iter().find(|line| line["name"] == name && line["state"] == "issued");
        line.unwrap_or_else(|| panic!("{name} in {index:?}"))["serial"].clone()
    }
}

/// The people of `gin.csv`.
pub const PEOPLE: [(&str, i32, &str); 6] = [
    ("María Fernanda Ñáñez de la Cruz", 1987, "G-1"),
    ("José Ángel Muñoz Piñeros", 1979, "G-2"),
    ("Jean-Baptiste Désir", 1994, "G-3"),
    ("João Conceição d'Ávila", 1985, "G-4"),
    ("Ana Lucía De los Ríos Güiza", 1991, "G-5"),
    ("Ana Lucía De los Ríos Güiza", 1968, "G-6"),
];

/// A register of people awarded a few days ago.
pub fn register<'a>(people: impl IntoIterator<Item = (&'a str, i32, &'a str)>) -> String {
    register_of(days_ago(3), people)
}

pub fn register_of<'a>(awarded: Date, people: impl IntoIterator<Item = (&'a str, i32, &'a str)>) -> String {
    let mut text = "Nombre completo;Año de nacimiento;Fecha de certificación;Horas;Modalidad;ID interno\n".to_owned();
    for (name, year, id) in people {
        text.push_str(&format!("{name};{year};{awarded};20;presencial;{id}\n"));
    }
    text
}

pub fn now() -> Timestamp {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Timestamp::from_seconds(i64::try_from(seconds).unwrap()).unwrap()
}

pub fn days_ago(days: i64) -> Date {
    now().date().plus_days(-days).unwrap()
}

static WORLD: LazyLock<Place> = LazyLock::new(|| {
    let place = Place::empty();
    place.write("gin.csv", register(PEOPLE));
    place.write("otro.csv", register([("Nazareth Urdaneta", 1999, "O-1")]));
    for (dir, name) in [("centro", "Centro Formar"), ("otro", "Taller Otro")] {
        let args =
            ["init", dir, "--name", name, "--country", "CO", "--key-file", KEY, "--verify-host", "v.example.org"];
        place.skillpass(args).end().ends(0);
    }
    place.issue("gin.csv", "").ends(0);
    let line = "issue --institution otro --register otro.csv --achievement GIN --out out-otro --key-file key.txt";
    place.run(line).ends(0);
    place
});
