//! Where `skillpass fetch` may go. The addresses stand in other people's documents, so they are believed in nothing (threats.md I1): `https`,
//! a name and not a number, and nothing that leads into a private network, whatever a name resolves to.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};

/// 2,048 bytes: an address. Browsers and servers agree on no more.
const ADDRESS_BYTES: usize = 2_048;
/// 200 characters of an address are shown.
const SHOWN_CHARACTERS: usize = 200;
/// Names that mean this machine or this network, and never the world (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`).
const INNER_NAMES: [&str; 9] =
    ["arpa", "home", "internal", "invalid", "lan", "local", "localdomain", "localhost", "onion"];

/// An address of the form `https://HOST[:PORT]/PATH`, with a host that is a name of the public tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
    host: String,
    port: u16,
}

/// Why nothing is asked for at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not an address, or one in an unusual spelling.
    NotAnAddress,
    /// Another scheme than `https`.
    NotHttps,
    /// A name or number of this machine or of a private network, or a name that resolves to one.
    NotPublic,
    /// The host is a number, in whatever spelling.
    Number,
    /// It carries a user name or password.
    User,
}

impl Refused {
    /// The code of language tables: `fetch.CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Refused::NotAnAddress => "odd-address",
            Refused::NotHttps => "not-https",
            Refused::NotPublic => "not-public",
            Refused::Number => "number-for-a-name",
            Refused::User => "user-name",
        }
    }
}

impl Address {
    /// Reads one, in its one accepted spelling: lower-case host, no trailing dot, no fragment, port 443 unless another is stated.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let Some(rest) = text.strip_prefix("https://") else { return Err(Refused::NotHttps) };
        // Two readers part at a backslash, a blank or a control: none of them stands in an address.
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>^`{|}#".contains(&byte);
        if text.len() > ADDRESS_BYTES || !text.bytes().all(plain) {
            return Err(Refused::NotAnAddress);
        }
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(Refused::User);
        }
        if authority.starts_with('[') {
            return Err(Refused::Number);
        }
        let (host, port) = match authority.split_once(':') {
            None => (authority, 443),
            Some((host, port)) => {
                let digits = (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
                let port = port.parse().ok().filter(|port| digits && *port > 0);
                (host, port.ok_or(Refused::NotAnAddress)?)
            }
        };
        check_host(host)?;
        Ok(Self { text: text.to_owned(), host: host.to_owned(), port })
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host and port.
    #[must_use]
    pub fn door(&self) -> (&str, u16) {
        (&self.host, self.port)
    }
}

fn check_host(host: &str) -> Result<(), Refused> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    // URL Standard §3.5 "ends in a number": decimal, octal and hexadecimal spellings of an address all do.
    let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_hex = hex.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !last.is_empty() && (last.bytes().all(|byte| byte.is_ascii_digit()) || is_hex) {
        return Err(Refused::Number);
    }
    if INNER_NAMES.iter().any(|name| last.eq_ignore_ascii_case(name)) {
        return Err(Refused::NotPublic);
    }
    let spelled = host.len() <= 253 && host.contains('.') && host.split('.').all(label);
    if spelled { Ok(()) } else { Err(Refused::NotAnAddress) }
}

/// What turns names into addresses, and says which of them may be reached. The product has one, [`Internet`].
pub trait Network: Send + Sync + 'static {
    /// The addresses of a host. Asked once for each file: whoever is connected to is one of these.
    ///
    /// # Errors
    /// What the system's resolver says.
    fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;

    /// Whether an address may be connected to.
    fn may_reach(&self, address: IpAddr) -> bool;
}

/// The public network, as this machine sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Internet;

impl Network for Internet {
    fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok((host, port).to_socket_addrs()?.collect())
    }

    fn may_reach(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => is_public_v4(address),
            IpAddr::V6(address) => is_public_v6(address),
        }
    }
}

/// IANA's IPv4 Special-Purpose Address Registry: every block that is not globally reachable, and multicast.
fn is_public_v4(address: Ipv4Addr) -> bool {
    const NOT_PUBLIC: [(Ipv4Addr, u32); 16] = [
        (Ipv4Addr::new(0, 0, 0, 0), 8),       // this network (RFC 791)
        (Ipv4Addr::new(10, 0, 0, 0), 8),      // private (RFC 1918)
        (Ipv4Addr::new(100, 64, 0, 0), 10),   // shared by carriers (RFC 6598)
        (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback (RFC 1122)
        (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local (RFC 3927), and the clouds' metadata at 169.254.169.254
        (Ipv4Addr::new(172, 16, 0, 0), 12),   // private (RFC 1918)
        (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocol assignments (RFC 6890)
        (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation (RFC 5737)
        (Ipv4Addr::new(192, 31, 196, 0), 24), // AS112 (RFC 7535)
        (Ipv4Addr::new(192, 88, 99, 0), 24),  // 6to4 relays (RFC 7526)
        (Ipv4Addr::new(192, 168, 0, 0), 16),  // private (RFC 1918)
        (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks (RFC 2544)
        (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation (RFC 5737)
        (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation (RFC 5737)
        (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast (RFC 5771)
        (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, and broadcast (RFC 1112, RFC 919)
    ];
    let within = |(block, bits): &(Ipv4Addr, u32)| (address.to_bits() ^ block.to_bits()) >> (32 - bits) == 0;
    !NOT_PUBLIC.iter().any(within)
}

/// IANA's IPv6 Special-Purpose Address Registry: global unicast alone (2000::/3), without what is carved out of it; and NAT64 of a public IPv4
/// address, which networks without IPv4 give for every name. Mapped, compatible, loopback, unique local, link-local and multicast addresses
/// stand outside 2000::/3.
fn is_public_v6(address: Ipv6Addr) -> bool {
    const NOT_PUBLIC: [(Ipv6Addr, u32); 4] = [
        (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments, Teredo (RFC 2928, RFC 4380)
        (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation (RFC 3849)
        (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4: an IPv4 address inside (RFC 3056)
        (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation (RFC 9637)
    ];
    let within = |block: &Ipv6Addr, bits: u32| (address.to_bits() ^ block.to_bits()) >> (128 - bits) == 0;
    // RFC 6052 §2.1: the well-known prefix, with the IPv4 address in the last 32 bits.
    if within(&Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    within(&Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)
        && !NOT_PUBLIC.iter().any(|(block, bits)| within(block, *bits))
}

/// An address as it is shown to people: without a user name or password, and without characters that a terminal would act on.
#[must_use]
pub fn shown(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let rest = match authority.rfind('@') {
        Some(at) => ["…", &rest[at..]].concat(),
        None => rest.to_owned(),
    };
    let whole = if scheme.is_empty() { rest } else { format!("{scheme}://{rest}") };
    let plain = |c: char| if c.is_ascii_graphic() || c == '…' { c } else { '?' };
    let mut shown: String = whole.chars().take(SHOWN_CHARACTERS).map(plain).collect();
    if whole.chars().count() > SHOWN_CHARACTERS {
        shown.push('…');
    }
    shown
}
