//! What a checker asks: for itself, once, and for a minute. It travels as the text of a link or code, and proves nothing.
//!
//! ```text
//! AUDIENCE/wallet#ask.u<base64url of the canonical JSON>      {"audience": …, "challenge": "u…", "expires": …, "kinds": […]}
//! ```
//! What stands behind the `#` reaches no server.

use crate::base::canonical::{Bounds, Json, Numbers, Object, read};
use crate::base::limits::CLOCK_DRIFT_SECONDS;
use crate::base::multibase;
use crate::base::timestamp::Timestamp;
use crate::credential::achievement::Kind;

/// 60 seconds: how long a question stands (design §7: a live code is renewed as often).
pub const ASK_SECONDS: i64 = 60;
/// 16 bytes, 128 bits: nobody guesses or meets a challenge again.
pub const CHALLENGE_BYTES: usize = 16;
/// 64 bytes: no challenge is longer.
const CHALLENGE_BYTES_MOST: usize = 64;
/// 2,048 bytes: the whole text; ours has some 250.
const TEXT_BYTES: usize = 2_048;
/// 261 bytes: `https://`, and a name of 253 (RFC 1035 §3.1).
const AUDIENCE_BYTES: usize = 261;
const BOUNDS: Bounds = Bounds { bytes: TEXT_BYTES, depth: 2, string: 300, numbers: Numbers::Whole };
const PLACE: &str = "/wallet";
const MARK: &str = "ask.";

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Who asks: the holder sees it large (threats.md G8).
    pub audience: Audience,
    /// What the answer must carry.
    pub challenge: Challenge,
    /// Until when, by the clock of whoever asks.
    pub expires: Timestamp,
    /// The kinds that are wanted; none means any.
    pub kinds: Vec<Kind>,
}

/// The origin of a checker's page, `https://HOST[:PORT]`; `http` on this machine alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience(String);

/// At least 128 random bits, as `u…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge(String);

/// Why a text is no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAnAsk {
    /// The audience is no origin of a page.
    Audience,
    /// Fewer than 128 bits, or not as they are written.
    Challenge,
    /// Not in the one form.
    Form,
    /// A kind that nobody knows, twice, or out of order.
    Kinds,
    /// Not a text of this kind at all.
    Other,
}

impl Ask {
    /// A question of now.
    #[must_use]
    pub fn new(audience: Audience, challenge: Challenge, kinds: &[Kind], now: Timestamp) -> Option<Self> {
        let expires = Timestamp::from_seconds(now.seconds() + ASK_SECONDS)?;
        let kinds = Kind::ALL.into_iter().filter(|kind| kinds.contains(kind)).collect();
        Some(Self { audience, challenge, expires, kinds })
    }

    /// Reads a link, or what stands behind its `#`.
    ///
    /// # Errors
    /// [`NotAnAsk`].
    pub fn parse(text: &str) -> Result<Self, NotAnAsk> {
        let behind = match text.split_once('#') {
            Some((place, behind)) if place.starts_with("http") && place.ends_with(PLACE) => behind,
            Some(_) => return Err(NotAnAsk::Other),
            None => text,
        };
        let coded = behind.strip_prefix(MARK).filter(|_| text.len() <= TEXT_BYTES).ok_or(NotAnAsk::Other)?;
        let bytes = multibase::base64url_bytes(coded).ok_or(NotAnAsk::Form)?;
        let Ok(Json::Object(object)) = read(&bytes, BOUNDS) else { return Err(NotAnAsk::Form) };
        let text = |name: &str| object.get(name).and_then(Json::text).ok_or(NotAnAsk::Form);
        let expires = Timestamp::parse(text("expires")?).map_err(|_| NotAnAsk::Form)?;
        let kinds = object.get("kinds").and_then(Json::list).ok_or(NotAnAsk::Form)?.iter();
        let kinds = kinds.map(|kind| kind.text().and_then(Kind::of_code).ok_or(NotAnAsk::Kinds));
        let kinds = kinds.collect::<Result<Vec<_>, _>>()?;
        if !kinds.is_sorted_by(|one, next| one.code() < next.code()) {
            return Err(NotAnAsk::Kinds);
        }
        let audience = Audience::parse(text("audience")?).ok_or(NotAnAsk::Audience)?;
        let challenge = Challenge::parse(text("challenge")?).ok_or(NotAnAsk::Challenge)?;
        let ask = Self { audience, challenge, expires, kinds };
        // Nothing besides, and no second spelling.
        if ask.to_json().to_canonical() == bytes { Ok(ask) } else { Err(NotAnAsk::Form) }
    }

    /// The link, at the asker's own page.
    #[must_use]
    pub fn to_text(&self) -> String {
        let coded = multibase::base64url(&self.to_json().to_canonical());
        format!("{}{PLACE}#{MARK}{coded}", self.audience.0)
    }

    /// Its members.
    #[must_use]
    pub fn to_json(&self) -> Object {
        Object::from_iter([
            ("audience", Json::from(self.audience.0.as_str())),
            ("challenge", self.challenge.0.as_str().into()),
            ("expires", self.expires.to_string().into()),
            ("kinds", Json::List(self.kinds.iter().map(|kind| kind.code().into()).collect())),
        ])
    }

    /// Whether its minute is over, by the clock of whoever asked.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.seconds() > self.expires.seconds()
    }

    /// Whether its minute is over by the clock of whoever answers, however far that goes astray. Whether an answer came in time the asker decides.
    #[must_use]
    pub fn is_long_over(&self, now: Timestamp) -> bool {
        now.seconds() > self.expires.seconds() + CLOCK_DRIFT_SECONDS
    }
}

impl Audience {
    /// Reads an origin, in the one spelling that browsers give it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, host) = text.split_once("://")?;
        let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
        let label = |label: &str| {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !label.is_empty() && label.len() <= 63 && label.bytes().all(plain)
        };
        let here = matches!(name, "localhost" | "127.0.0.1");
        let port_fits = port.is_none_or(|port| !port.starts_with('0') && port.parse::<u16>().is_ok());
        let fits =
            text.len() <= AUDIENCE_BYTES && name.split('.').all(label) && (here || name.contains('.')) && port_fits;
        (fits && (scheme == "https" || scheme == "http" && here)).then(|| Self(text.to_owned()))
    }

    /// The origin.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Challenge {
    /// From random bytes.
    #[must_use]
    pub fn of_random(bytes: &[u8; CHALLENGE_BYTES]) -> Self {
        Self(multibase::base64url(bytes))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = multibase::base64url_bytes(text)?;
        (CHALLENGE_BYTES..=CHALLENGE_BYTES_MOST).contains(&bytes.len()).then(|| Self(text.to_owned()))
    }
}

impl NotAnAsk {
    /// The code of files and language tables: `ask.CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            NotAnAsk::Audience => "audience",
            NotAnAsk::Challenge => "challenge",
            NotAnAsk::Form => "form",
            NotAnAsk::Kinds => "kinds",
            NotAnAsk::Other => "other",
        }
    }
}
