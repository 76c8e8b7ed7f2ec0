//! Where a listener of the suite's own is.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

#[cfg(unix)]
use std::path::PathBuf;

use crate::{AddressError, AddressErrorKind};

/// What comes before the path of a Unix socket.
const UNIX: &str = "unix:";

/// The address of a listener of the suite's own: a host and a port, or a Unix socket.
///
/// | Written | Listens on |
/// |---|---|
/// | `9090`, `:9090` | port 9090 of 127.0.0.1 |
/// | `0.0.0.0:9090`, `[::]:9090` | port 9090 of all interfaces |
/// | `metrics.internal:9090` | port 9090 of what the name resolves to when the listener is bound |
/// | `127.0.0.1:0` | any free port |
/// | `unix:/run/shop/metrics.sock` | a Unix socket, absolute or from the working directory |
///
/// # Examples
///
/// ```
/// use tollgate::Address;
///
/// let address: Address = ":9090".parse()?;
/// assert_eq!(address.to_string(), "127.0.0.1:9090");
/// # Ok::<(), tollgate::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(pub(super) Place);

/// The kinds of [`Address`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Ip(SocketAddr),
    Name {
        host: Box<str>,
        port: u16,
    },
    #[cfg(unix)]
    Unix(PathBuf),
}

impl Address {
    /// The port; a Unix socket has none.
    pub(super) fn port(&self) -> Option<u16> {
        match &self.0 {
            Place::Ip(address) => Some(address.port()),
            Place::Name { port, .. } => Some(*port),
            #[cfg(unix)]
            Place::Unix(_) => None,
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self(Place::Ip(address))
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let place = match value.strip_prefix(UNIX) {
            Some(path) => unix(path),
            None => tcp(value),
        };
        place
            .map(Self)
            .map_err(|kind| AddressError::new(kind, value))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Ip(address) => address.fmt(f),
            Place::Name { host, port } => write!(f, "{host}:{port}"),
            #[cfg(unix)]
            Place::Unix(path) => write!(f, "{UNIX}{}", path.display()),
        }
    }
}

fn tcp(value: &str) -> Result<Place, AddressErrorKind> {
    if value.is_empty() {
        return Err(AddressErrorKind::Empty);
    }
    if let Ok(address) = value.parse() {
        return Ok(Place::Ip(address));
    }
    let (host, port) = match value.rsplit_once(':') {
        Some((host, port)) => (host, port),
        None if port(value).is_some() => ("", value),
        None => return Err(AddressErrorKind::NoPort),
    };
    if host.starts_with([':', '[']) || host.parse::<Ipv6Addr>().is_ok() {
        return Err(AddressErrorKind::Brackets);
    }
    let port = self::port(port).ok_or(AddressErrorKind::InvalidPort)?;
    if !is_name(host) {
        return Err(AddressErrorKind::InvalidHost);
    }
    Ok(if host.is_empty() {
        Place::Ip(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    } else {
        Place::Name {
            host: host.into(),
            port,
        }
    })
}

/// A port in digits alone: the standard library takes a sign too.
pub(super) fn port(value: &str) -> Option<u16> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| digits)
}

fn is_name(host: &str) -> bool {
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let last = host.rsplit('.').next().unwrap_or_default();
    // Resolvers take such a name for an address, some of them in octal.
    let number = last.starts_with("0x") || last.bytes().all(|byte| byte.is_ascii_digit());
    host.bytes().all(of_a_name) && (last.is_empty() || !number)
}

#[cfg(unix)]
fn unix(path: &str) -> Result<Place, AddressErrorKind> {
    use std::os::unix::net::SocketAddr;

    if path.is_empty() {
        return Err(AddressErrorKind::EmptyPath);
    }
    if path.contains('\0') {
        return Err(AddressErrorKind::InvalidPath);
    }
    match SocketAddr::from_pathname(path) {
        Ok(_) => Ok(Place::Unix(path.into())),
        Err(_) => Err(AddressErrorKind::LongPath),
    }
}

#[cfg(not(unix))]
fn unix(_: &str) -> Result<Place, AddressErrorKind> {
    Err(AddressErrorKind::NoUnixSockets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use AddressErrorKind as Kind;

    fn kind(value: &str) -> Kind {
        value.parse::<Address>().unwrap_err().kind()
    }

    #[test]
    fn an_address_is_shown_in_full_and_reads_back() {
        for (written, shown) in [
            ("9090", "127.0.0.1:9090"),
            (":9090", "127.0.0.1:9090"),
            ("0", "127.0.0.1:0"),
            ("127.0.0.1:2112", "127.0.0.1:2112"),
            ("0.0.0.0:65535", "0.0.0.0:65535"),
            ("[::1]:9090", "[::1]:9090"),
            ("[0:0::1]:9090", "[::1]:9090"),
            ("[fe80::1%2]:9090", "[fe80::1%2]:9090"),
            ("localhost:9090", "localhost:9090"),
            ("my_host-1.example.:0", "my_host-1.example.:0"),
            ("7f3a9b2c1d0e:9090", "7f3a9b2c1d0e:9090"),
        ] {
            let address: Address = written.parse().unwrap();
            assert_eq!(address.to_string(), shown);
            assert_eq!(shown.parse(), Ok(address));
        }
    }

    #[test]
    fn what_is_no_address_is_told_apart() {
        for (written, expected) in [
            ("", Kind::Empty),
            ("localhost", Kind::NoPort),
            ("127.0.0.1", Kind::NoPort),
            ("65536", Kind::NoPort),
            ("+80", Kind::NoPort),
            (":", Kind::InvalidPort),
            ("localhost:", Kind::InvalidPort),
            ("127.0.0.1:65536", Kind::InvalidPort),
            ("localhost:65536", Kind::InvalidPort),
            ("localhost:+80", Kind::InvalidPort),
            ("localhost:http", Kind::InvalidPort),
            ("::1:9090", Kind::Brackets),
            ("fe80::1:9090", Kind::Brackets),
            ("[::1]", Kind::Brackets),
            ("[::1:9090", Kind::Brackets),
            ("http://localhost:9090", Kind::InvalidHost),
            ("*:9090", Kind::InvalidHost),
            (" localhost:9090", Kind::InvalidHost),
            ("010.1:9090", Kind::InvalidHost),
            ("0x7f000001:9090", Kind::InvalidHost),
            ("8001:8049", Kind::InvalidHost),
            ("größe.example:9090", Kind::InvalidHost),
        ] {
            assert_eq!(kind(written), expected, "{written:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_unix_socket_has_a_path_that_the_system_takes() {
        for path in ["unix:/run/metrics.sock", "unix:metrics.sock"] {
            let address: Address = path.parse().unwrap();
            assert_eq!(address.to_string(), path);
        }
        assert_eq!(kind("unix:"), Kind::EmptyPath);
        assert_eq!(kind("unix:/run/a\0b"), Kind::InvalidPath);
        assert_eq!(kind(&format!("unix:/{}", "a".repeat(200))), Kind::LongPath);
    }
}
