//! A receipt of a check: which lists were asked, when, and what the four answers were; signed with the key of whoever made the check.
//!
//! ```text
//! {"type": "SkillpassReceipt", "format": 1, "program": "0.1.0", "checker": DID, "checkedAt": TIME, "certificate": DIGEST, "outcome": OUTCOME,
//!  "answers": {"genuine": ANSWER, "entitled": ANSWER, "in-force": ANSWER, "worth-here": ANSWER}, "country": "PE"?, "host": "…"?, "pilot": BOOL,
//!  "lists": [{"authority": {"id": "…", "name": "…", "country": "CO"}, "accreditationVersion": 3, "freshnessVersion": 15, "asOf": TIME,
//!             "vouches": BOOL}]?, "proof": …}
//! ```
//! The shape is closed: there is no member in which a person or what they learned could be named. The signature says which key made the check,
//! and neither whose key that is nor that its owner is to be believed: whoever doubts asks the certificate again.

use super::message::{Fact, Words};
use super::verdict::{Answer, Question, Verdict};
use super::verify::Evidence;
use crate::base::canonical::{Bounds, Json, Numbers, Object, ReadError};
use crate::base::did::{Did, MethodId};
use crate::base::key::SecretKey;
use crate::base::limits::TITLE_CHARACTERS;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::document::{Document, Intact, Signed, Unproven, Unreadable};
use crate::credential::letters::Character;
use crate::credential::members::{Malformed, Members, Problem};
use crate::credential::proof::Suites;
use crate::trust::pack::TrustPack;

/// The `type` by which a receipt is told from a certificate before anything of it is checked.
pub const RECEIPT: &str = "SkillpassReceipt";
/// The version of the shape.
const FORMAT: i64 = 1;
/// 131,072 bytes: 64 lists whose names and identifiers are as long as they may be.
pub const RECEIPT_BYTES: usize = 128 * 1024;
/// 32 levels of nesting, as in any file: a receipt uses 4, and what is deeper is told to be another document.
const RECEIPT_DEPTH: usize = 32;
/// 2,048 bytes: an identifier of 400 characters of four bytes.
const RECEIPT_STRING: usize = 2 * 1024;
/// 64 lists: every country of a continent, and the bodies above them.
pub const LISTS: usize = 64;
/// 40 characters: a version by Semantic Versioning, with what may stand behind it.
const PROGRAM_CHARACTERS: usize = 40;
/// 261 bytes: a name of 253 (RFC 1035 §3.1), a colon and a port, and what is left.
const HOST_BYTES: usize = 261;
/// 48 characters: `uEi…` of 34 bytes.
const DIGEST_CHARACTERS: usize = 48;
/// The program that makes receipts.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// What a receipt says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The version of the program that made the check.
    pub program: String,
    /// Whose key signs: a did:key.
    pub checker: Did,
    /// When, by the clock of whoever made the check. It is signed in the same second.
    pub checked_at: Timestamp,
    /// SHA-256 of the certificate's canonical document without its proofs.
    pub certificate: [u8; 32],
    /// The answers to the four questions, in their order.
    pub answers: [Answer; 4],
    /// The country that the fourth answer is about, ISO 3166-1 alpha-2, if one was chosen.
    pub country: Option<String>,
    /// The host of the page that made the check, if one did.
    pub host: Option<String>,
    /// Whether the list that vouches for the issuer is a pilot's.
    pub pilot: bool,
    /// The lists that were asked, at most [`LISTS`].
    pub lists: Vec<Asked>,
}

/// A list that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its authority's identifier.
    pub id: String,
    /// Its authority's name.
    pub name: String,
    /// Its authority's country.
    pub country: String,
    /// The version of the part that names institutions.
    pub accreditation_version: u64,
    /// The version of the part that names what was withdrawn.
    pub freshness_version: u64,
    /// The date of that part.
    pub as_of: Timestamp,
    /// Whether it knows the issuer, and the verdict is by its word.
    pub vouches: bool,
}

/// Where a check was made, and for which country.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// The host of the page.
    pub host: Option<&'a str>,
    /// The country that was chosen.
    pub country: Option<&'a str>,
}

/// Why there is no receipt of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMade {
    /// Nobody would read what came out: a host, a country or a list's name is none.
    Form,
    /// More than [`LISTS`] were asked.
    TooManyLists,
}

/// Why a file is no receipt that says anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAReceipt {
    /// The signature does not hold.
    Altered,
    /// Signed, and not of the closed shape.
    Form(Malformed),
    /// Signed by another key than the one it names, or for another purpose.
    Key,
    /// A certificate, or another kind of document.
    Other,
    /// More than [`RECEIPT_BYTES`].
    TooLarge,
    /// Not JSON, or ambiguous.
    Unreadable,
    /// Nobody signed it.
    Unsigned,
}

impl Receipt {
    /// Signs a receipt of a check, as of the verdict's own time; `evidence` is what it was made with. What it says, and as it is signed.
    ///
    /// # Errors
    /// [`NotMade`].
    pub fn sign(
        verdict: &Verdict,
        evidence: &Evidence,
        place: Place<'_>,
        key: &SecretKey,
    ) -> Result<(Self, Signed<Self>), NotMade> {
        let method = MethodId::of_key(&key.public());
        let vouching = verdict.backing.as_ref().map(|backing| backing.first_root);
        let mut packs = evidence.counting();
        // The same list out of two files was asked once.
        let mut known = Vec::new();
        packs.retain(|pack| {
            let is_new = !known.contains(&pack.first_root());
            known.push(pack.first_root());
            is_new
        });
        if packs.len() > LISTS {
            return Err(NotMade::TooManyLists);
        }
        let receipt = Self {
            program: PROGRAM.to_owned(),
            checker: method.did(),
            checked_at: verdict.now,
            certificate: verdict.digest,
            answers: Question::ALL.map(|question| verdict.findings.answer(question)),
            country: place.country.map(str::to_owned),
            host: place.host.map(str::to_owned),
            pilot: verdict.is_pilot(),
            lists: packs.into_iter().map(|pack| Asked::of(pack, vouching == Some(pack.first_root()))).collect(),
        };
        let fits = receipt.country.as_deref().is_none_or(is_country)
            && receipt.host.as_deref().is_none_or(is_host)
            && receipt.lists.iter().all(|list| is_plain(&list.name) && is_plain(&list.id));
        let signed = fits.then(|| Signed::seal_addressed(receipt.to_json(), key, &method, verdict.now, &Object::new()));
        Ok((receipt, signed.and_then(Result::ok).ok_or(NotMade::Form)?))
    }

    /// Reads a receipt and asks its signature. What it holds under is a key that nobody vouches for.
    ///
    /// # Errors
    /// [`NotAReceipt`].
    pub fn read(bytes: &[u8]) -> Result<Intact<Self>, NotAReceipt> {
        let signed = Signed::<Self>::read(bytes).map_err(|why| match why {
            Unreadable::Json(ReadError::TooLong { .. }) => NotAReceipt::TooLarge,
            Unreadable::Proof(_) | Unreadable::TooManyProofs => NotAReceipt::Unsigned,
            Unreadable::Json(_) | Unreadable::NotAnObject => NotAReceipt::Unreadable,
        })?;
        if signed.claimed_types() != [RECEIPT] {
            return Err(NotAReceipt::Other);
        }
        let misshapen = |problem| NotAReceipt::Form(Malformed { at: "proof".to_owned(), problem });
        let [proof] = signed.proofs() else { return Err(misshapen(Problem::TooLong)) };
        let method = MethodId::parse(&proof.claimed_method).map_err(|_| NotAReceipt::Key)?;
        let key = method.did().own_key().ok_or(NotAReceipt::Key)?;
        if method != MethodId::of_key(&key) {
            return Err(NotAReceipt::Key);
        }
        let intact = signed.intact_as::<Self>(proof, &key, &Suites::default()).map_err(|why| match why {
            Unproven::Broken => NotAReceipt::Altered,
            Unproven::Malformed(malformed) => NotAReceipt::Form(malformed),
            _ => NotAReceipt::Key,
        })?;
        if intact.claimed().checker != method.did() {
            return Err(NotAReceipt::Key);
        }
        // One time, for everybody, and nothing besides.
        let plain = proof.claimed_expires.is_none() && proof.claimed_previous.is_empty() && !proof.is_addressed();
        if !plain || proof.claimed_created != Some(intact.claimed().checked_at) {
            return Err(misshapen(Problem::WrongValue));
        }
        Ok(intact)
    }

    /// The answer to a question.
    #[must_use]
    pub fn answer(&self, question: Question) -> Answer {
        self.answers[question as usize]
    }

    /// What follows from the first three answers, as the verdict had it: `accept`, `reject` or `undecided`.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        let first_three = [Question::Genuine, Question::Entitled, Question::InForce].map(|it| self.answer(it));
        match first_three.into_iter().min_by_key(|answer| answer.rank()) {
            Some(Answer::No) => "reject",
            Some(Answer::Yes) => "accept",
            _ => "undecided",
        }
    }

    /// Its members before it is signed.
    #[must_use]
    pub fn to_json(&self) -> Object {
        let answers = Question::ALL.map(|question| (question.code(), Json::from(self.answer(question).code())));
        let mut object = Object::from_iter([
            ("answers", Object::from_iter(answers).into()),
            ("certificate", multibase::digest(&self.certificate).into()),
            ("checkedAt", self.checked_at.to_string().into()),
            ("checker", self.checker.as_str().into()),
            ("format", Json::Integer(FORMAT)),
            ("outcome", self.outcome().into()),
            ("pilot", Json::Bool(self.pilot)),
            ("program", self.program.as_str().into()),
            ("type", RECEIPT.into()),
        ]);
        for (name, text) in [("country", &self.country), ("host", &self.host)] {
            text.as_ref().map(|text| object.set(name, text.as_str().into()));
        }
        if !self.lists.is_empty() {
            object.set("lists", Json::List(self.lists.iter().map(Asked::to_json).collect()));
        }
        object
    }

    /// What it says, line by line, as a person reads it.
    #[must_use]
    pub fn lines(&self, words: &Words) -> Vec<String> {
        let row = |id: &str, value: &str| Some(format!("{}: {value}", words.get(id)));
        let mut lines = vec![Some(words.get("receipt.line.title").to_owned())];
        lines.push(self.pilot.then(|| words.get("pilot").to_owned()));
        lines.push(row("receipt.line.result", words.get(&format!("receipt.line.outcome.{}", self.outcome()))));
        lines.extend(Question::ALL.map(|question| {
            let answer = words.get(&format!("answer.{}", self.answer(question).code())).to_owned();
            // The fourth is about a country.
            let country = self.country.as_ref().filter(|_| question == Question::WorthHere);
            let country = country.map(|code| format!(" ({})", words.country(code))).unwrap_or_default();
            row(&format!("question.{}", question.code()), &(answer + &country))
        }));
        lines.push(row("receipt.line.checked", &self.checked_at.to_string()));
        lines.push(self.host.as_ref().and_then(|host| row("receipt.line.host", host)));
        lines.push(row("receipt.line.certificate", &multibase::digest(&self.certificate)));
        lines.extend(self.lists.iter().map(|list| row("receipt.line.list", &list.in_words(words))));
        let vouched = self.lists.iter().any(|list| list.vouches);
        lines.push((!vouched).then(|| words.get("receipt.line.none").to_owned()));
        lines.push(row("receipt.line.program", &format!("Skillpass {}", self.program)));
        lines.push(row("receipt.line.checker", self.checker.as_str()));
        lines.push(Some(words.get("receipt.line.means").to_owned()));
        lines.into_iter().flatten().collect()
    }
}

impl Asked {
    fn of(pack: &TrustPack, vouches: bool) -> Self {
        let authority = &pack.root().authority;
        let (_, accreditation_version, freshness_version) = pack.versions();
        Self {
            id: authority.id.clone(),
            name: authority.name.clone(),
            country: authority.country.clone(),
            accreditation_version,
            freshness_version,
            as_of: pack.freshness().date,
            vouches,
        }
    }

    fn to_json(&self) -> Json {
        let authority = [("country", &self.country), ("id", &self.id), ("name", &self.name)];
        let authority: Object = authority.into_iter().map(|(name, text)| (name, Json::from(text.as_str()))).collect();
        // A pack's own versions were read as whole numbers of JSON.
        let version = |number: u64| Json::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        Object::from_iter([
            ("accreditationVersion", version(self.accreditation_version)),
            ("asOf", self.as_of.to_string().into()),
            ("authority", authority.into()),
            ("freshnessVersion", version(self.freshness_version)),
            ("vouches", Json::Bool(self.vouches)),
        ])
        .into()
    }

    fn in_words(&self, words: &Words) -> String {
        let version = |number: u64| Fact::Text(number.to_string());
        let facts = [
            ("institutions", version(self.accreditation_version)),
            ("withdrawals", version(self.freshness_version)),
            ("day", Fact::Day(self.as_of)),
        ];
        let vouches = if self.vouches { format!(" · {}", words.get("receipt.line.vouches")) } else { String::new() };
        format!("{} ({}) · {}{vouches}", self.name, self.country, words.say("receipt.line.versions", &facts))
    }

    fn parse(members: Members<'_>) -> Result<Self, Malformed> {
        let authority = members.inner("authority")?;
        let version = |name: &'static str| {
            let number = u64::try_from(members.number(name)?).ok().filter(|number| *number > 0);
            number.ok_or_else(|| members.fault(name, Problem::WrongValue))
        };
        let asked = Self {
            id: plain(&authority, "id", TITLE_CHARACTERS * 2)?.to_owned(),
            name: plain(&authority, "name", TITLE_CHARACTERS)?.to_owned(),
            country: country(&authority)?.ok_or_else(|| authority.fault("country", Problem::Missing))?,
            accreditation_version: version("accreditationVersion")?,
            freshness_version: version("freshnessVersion")?,
            as_of: members.time("asOf")?,
            vouches: flag(&members, "vouches")?,
        };
        authority.nothing_else()?;
        members.nothing_else()?;
        Ok(asked)
    }
}

impl Document for Receipt {
    /// Never a credential's: who made a check awards nothing by it (threats.md A16).
    const PURPOSE: &'static str = "receipt";
    const BOUNDS: Bounds =
        Bounds { bytes: RECEIPT_BYTES, depth: RECEIPT_DEPTH, string: RECEIPT_STRING, numbers: Numbers::Whole };

    fn parse(document: &Object) -> Result<Self, Malformed> {
        let members = Members::of(document);
        members.get("proof");
        members.equals("type", RECEIPT)?;
        if members.number("format")? != FORMAT {
            return Err(members.fault("format", Problem::WrongValue));
        }
        let wrong = |name: &'static str| members.fault(name, Problem::WrongValue);
        let said = members.inner("answers")?;
        let answer = |question: Question| {
            let code = said.need(question.code())?.text();
            let known = [Answer::CannotTell, Answer::No, Answer::Yes].into_iter().find(|it| Some(it.code()) == code);
            known.ok_or_else(|| said.fault(question.code(), Problem::WrongValue))
        };
        let [genuine, entitled, in_force, worth_here] = Question::ALL;
        let is_version = |byte: u8| byte.is_ascii_alphanumeric() || b".+-".contains(&byte);
        let receipt = Self {
            program: Some(members.text("program", PROGRAM_CHARACTERS)?)
                .filter(|text| text.bytes().all(is_version))
                .ok_or_else(|| wrong("program"))?
                .to_owned(),
            checker: Did::parse(members.text("checker", TITLE_CHARACTERS)?).map_err(|_| wrong("checker"))?,
            checked_at: members.time("checkedAt")?,
            certificate: multibase::digest_bytes(members.text("certificate", DIGEST_CHARACTERS)?)
                .ok_or_else(|| wrong("certificate"))?,
            answers: [answer(genuine)?, answer(entitled)?, answer(in_force)?, answer(worth_here)?],
            country: country(&members)?,
            host: match members.text_if_any("host", HOST_BYTES)? {
                Some(host) if !is_host(host) => return Err(wrong("host")),
                host => host.map(str::to_owned),
            },
            pilot: flag(&members, "pilot")?,
            lists: members.objects("lists", LISTS)?.into_iter().map(Asked::parse).collect::<Result<_, _>>()?,
        };
        // What follows is no matter of opinion.
        members.equals("outcome", receipt.outcome())?;
        let vouching = receipt.lists.iter().filter(|list| list.vouches).count();
        let needs_one = receipt.pilot || receipt.answer(Question::Entitled) == Answer::Yes;
        if vouching > 1 || (vouching == 0 && needs_one) {
            return Err(wrong("lists"));
        }
        said.nothing_else()?;
        members.nothing_else()?;
        Ok(receipt)
    }
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_host(host: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    !host.is_empty() && host.len() <= HOST_BYTES && host.bytes().all(plain)
}

/// Whether a text moves nothing on a screen: nothing that controls, turns the line round, is not seen or begins a line (threats.md H3).
fn is_plain(text: &str) -> bool {
    /// Spaces of words, of French, and between digits.
    const SPACES: [char; 3] = [' ', '\u{a0}', '\u{202f}'];
    text.chars().all(|it| SPACES.contains(&it) || Character::of(it) != Character::Control)
}

fn plain<'a>(members: &Members<'a>, name: &'static str, most: usize) -> Result<&'a str, Malformed> {
    let text = members.text(name, most)?;
    if is_plain(text) { Ok(text) } else { Err(members.fault(name, Problem::WrongValue)) }
}

fn country(members: &Members<'_>) -> Result<Option<String>, Malformed> {
    match members.text_if_any("country", 2)? {
        Some(code) if is_country(code) => Ok(Some(code.to_owned())),
        Some(_) => Err(members.fault("country", Problem::WrongValue)),
        None => Ok(None),
    }
}

fn flag(members: &Members<'_>, name: &'static str) -> Result<bool, Malformed> {
    match members.need(name)? {
        Json::Bool(flag) => Ok(*flag),
        _ => Err(members.fault(name, Problem::WrongType)),
    }
}

impl NotMade {
    /// The code of language tables: `receipt.CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            NotMade::Form => "form",
            NotMade::TooManyLists => "too-many-lists",
        }
    }
}

impl NotAReceipt {
    /// Every code.
    pub const CODES: [&'static str; 7] = ["altered", "form", "key", "other", "too-large", "unreadable", "unsigned"];

    /// The code of language tables: `receipt.CODE`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            NotAReceipt::Altered => "altered",
            NotAReceipt::Form(_) => "form",
            NotAReceipt::Key => "key",
            NotAReceipt::Other => "other",
            NotAReceipt::TooLarge => "too-large",
            NotAReceipt::Unreadable => "unreadable",
            NotAReceipt::Unsigned => "unsigned",
        }
    }
}
