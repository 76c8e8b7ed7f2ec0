//! The address of a listener of the suite's own.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

#[cfg(unix)]
use std::path::PathBuf;

use crate::Error;

/// The prefix of the path of a Unix socket.
const UNIX: &str = "unix:";

/// The text between that path and the mode of the socket.
#[cfg(unix)]
const MODE: &str = ",mode=";

/// The mode of a socket that only its owner connects to.
#[cfg(unix)]
pub(super) const OWNER_ONLY: u32 = 0o600;

/// The address of a listener of the suite's own: a host and a port, or a Unix socket.
///
/// | Written | Listens on |
/// |---|---|
/// | `9090`, `:9090` | port 9090 of 127.0.0.1 |
/// | `0.0.0.0:9090`, `[::]:9090` | port 9090 of all interfaces |
/// | `metrics.internal:9090` | port 9090 of the address that the name resolves to when the listener is bound |
/// | `127.0.0.1:0` | any free port |
/// | `unix:/run/shop/metrics.sock` | a Unix socket, absolute or from the working directory, for its owner |
/// | `unix:/run/shop/metrics.sock,mode=660` | a Unix socket with this mode, for its group too |
///
/// # Examples
///
/// ```
/// use tollgate::Address;
///
/// let address: Address = ":9090".parse()?;
/// assert_eq!(address.to_string(), "127.0.0.1:9090");
/// # Ok::<(), tollgate::Error>(())
/// ```
///
/// An error names the text as it was given and the fix:
///
/// ```
/// let error = "localhost".parse::<tollgate::Address>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#"cannot listen on "localhost": the port is missing; write one such as ":9090""#,
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(pub(super) AddressKind);

/// The kinds of [`Address`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum AddressKind {
    Ip(SocketAddr),
    Name {
        host: Box<str>,
        port: u16,
    },
    #[cfg(unix)]
    Unix {
        path: PathBuf,
        mode: u32,
    },
}

impl Address {
    /// Returns the port; a Unix socket has none.
    pub(super) fn port(&self) -> Option<u16> {
        match &self.0 {
            AddressKind::Ip(address) => Some(address.port()),
            AddressKind::Name { port, .. } => Some(*port),
            #[cfg(unix)]
            AddressKind::Unix { .. } => None,
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self(AddressKind::Ip(address))
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let place = match value.strip_prefix(UNIX) {
            Some(path) => unix(path),
            None => tcp(value),
        };
        place.map(Self).map_err(|fix| refused(value, fix))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            AddressKind::Ip(address) => address.fmt(f),
            AddressKind::Name { host, port } => write!(f, "{host}:{port}"),
            #[cfg(unix)]
            AddressKind::Unix { path, mode } => {
                write!(f, "{UNIX}{}", path.display())?;
                match *mode {
                    OWNER_ONLY => Ok(()),
                    mode => write!(f, "{MODE}{mode:o}"),
                }
            }
        }
    }
}

fn tcp(value: &str) -> Result<AddressKind, &'static str> {
    if value.is_empty() {
        return Err("the address is empty; write one such as \":9090\"");
    }
    if let Ok(address) = value.parse() {
        return Ok(AddressKind::Ip(address));
    }
    let (host, port) = match value.rsplit_once(':') {
        Some((host, port)) => (host, port),
        None if port(value).is_some() => ("", value),
        None => return Err("the port is missing; write one such as \":9090\""),
    };
    if host.starts_with([':', '[']) || host.parse::<Ipv6Addr>().is_ok() {
        return Err(
            "an IPv6 address stands in brackets before its port; write it so, such as \
                 \"[::1]:9090\"",
        );
    }
    let port = self::port(port)
        .ok_or("the port is not a number from 0 (any free one) to 65535; use one")?;
    if !is_name(host) {
        return Err(
            "the host is neither a name nor an IP address; write it alone, such as \
                 \"127.0.0.1:9090\"",
        );
    }
    Ok(if host.is_empty() {
        AddressKind::Ip(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
    } else {
        AddressKind::Name {
            host: host.into(),
            port,
        }
    })
}

/// The error of a text that is no address and no range of ports.
pub(super) fn refused(value: &str, fix: &str) -> Error {
    Error::new(format!("cannot listen on {value:?}: {fix}"))
}

/// Parses a port in digits alone: the standard library accepts a sign too.
pub(crate) fn port(value: &str) -> Option<u16> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| digits)
}

fn is_name(host: &str) -> bool {
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let last = host.rsplit('.').next().unwrap_or_default();
    // Resolvers read such a name as an address, some of them in octal.
    let number = last.starts_with("0x") || last.bytes().all(|byte| byte.is_ascii_digit());
    host.bytes().all(of_a_name) && (last.is_empty() || !number)
}

#[cfg(unix)]
fn unix(path: &str) -> Result<AddressKind, &'static str> {
    use std::os::unix::net::SocketAddr;

    let (path, mode) = match path.rsplit_once(MODE) {
        Some((path, digits)) => (path, u32::from_str_radix(digits, 8).ok()),
        None => (path, Some(OWNER_ONLY)),
    };
    let mode = mode.filter(|mode| *mode <= 0o777);
    let mode = mode.ok_or("the mode is not three octal digits; write it such as \",mode=660\"")?;
    if path.is_empty() {
        return Err("the socket has no path; write one such as \"unix:/run/metrics.sock\"");
    }
    if path.contains('\0') {
        return Err("the socket's path holds a zero byte; remove it");
    }
    match SocketAddr::from_pathname(path) {
        Ok(_) => Ok(AddressKind::Unix {
            path: path.into(),
            mode,
        }),
        Err(_) => Err("the socket's path is longer than the system takes; shorten it"),
    }
}

#[cfg(not(unix))]
fn unix(_: &str) -> Result<AddressKind, &'static str> {
    Err("this system has no Unix sockets; write a host and a port")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuse(value: &str, expected: &str) {
        let error = value.parse::<Address>().unwrap_err();
        let expected = format!("cannot listen on {value:?}: {expected}");
        assert!(error.to_string().starts_with(&expected), "{error}");
    }

    #[test]
    fn address_is_shown_in_full_and_reads_back() {
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
            assert_eq!(shown.parse::<Address>().unwrap(), address);
        }
    }

    #[test]
    fn wrong_address_is_refused_with_its_fix() {
        for (written, expected) in [
            ("", "the address is empty"),
            ("localhost", "the port is missing"),
            ("127.0.0.1", "the port is missing"),
            ("65536", "the port is missing"),
            ("+80", "the port is missing"),
            (":", "the port is not a number"),
            ("localhost:", "the port is not a number"),
            ("127.0.0.1:65536", "the port is not a number"),
            ("localhost:65536", "the port is not a number"),
            ("localhost:+80", "the port is not a number"),
            ("localhost:http", "the port is not a number"),
            ("::1:9090", "an IPv6 address stands in brackets"),
            ("fe80::1:9090", "an IPv6 address stands in brackets"),
            ("[::1]", "an IPv6 address stands in brackets"),
            ("[::1:9090", "an IPv6 address stands in brackets"),
            ("http://localhost:9090", "the host is neither"),
            ("*:9090", "the host is neither"),
            (" localhost:9090", "the host is neither"),
            ("010.1:9090", "the host is neither"),
            ("0x7f000001:9090", "the host is neither"),
            ("8001:8049", "the host is neither"),
            ("größe.example:9090", "the host is neither"),
        ] {
            refuse(written, expected);
        }
    }

    #[cfg(unix)]
    #[test]
    fn unix_socket_has_a_path_that_the_system_accepts() {
        for path in [
            "unix:/run/metrics.sock",
            "unix:metrics.sock",
            "unix:/run/metrics.sock,mode=660",
        ] {
            let address: Address = path.parse().unwrap();
            assert_eq!(address.to_string(), path);
        }
        for mode in ["", "rw", "-1", "1000", "668"] {
            refuse(
                &format!("unix:a,mode={mode}"),
                "the mode is not three octal digits",
            );
        }
        refuse("unix:", "the socket has no path");
        refuse("unix:/run/a\0b", "the socket's path holds a zero byte");
        refuse(
            &format!("unix:/{}", "a".repeat(200)),
            "the socket's path is longer",
        );
    }
}
