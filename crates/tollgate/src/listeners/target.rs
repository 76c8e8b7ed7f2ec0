//! The address of a listener of the suite's own.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::net::{self, TcpListener};

#[cfg(unix)]
use super::unix::UnixSocket;
use super::{Address, address::AddressKind, port_range, socket::Socket};
use crate::{Error, Settings, settings::Id};

/// An address to bind a listener of the suite's own at.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    address: Address,
    ports: Option<RangeInclusive<u16>>,
    /// The kind of content, for messages.
    serves: &'static str,
    /// The name of the setting or flag that gives the address.
    setting: String,
    /// Whether a listener was bound here, or is known to be missing.
    is_settled: Arc<AtomicBool>,
}

impl Target {
    /// The listener of the management endpoints, if they have an address.
    pub(crate) fn management(settings: &Settings) -> Option<Self> {
        Some(Self {
            address: settings.management_address()?.clone(),
            ports: None,
            serves: "management",
            setting: settings.name(Id::ManagementAddress),
            is_settled: Arc::default(),
        })
    }

    /// The listener of the metrics, if they have an address, a range of ports or both.
    ///
    /// # Errors
    ///
    /// If the address leaves no port to the range, or the range has none.
    pub(crate) fn metrics(settings: &Settings) -> Result<Option<Self>, Error> {
        let address = settings.metrics_address();
        let ports = settings.metrics_port_range();
        let [setting, range] = [Id::Address, Id::PortRange].map(|id| settings.name(id));
        let target = |address, setting| Self {
            address,
            ports: ports.cloned(),
            serves: "metrics",
            setting,
            is_settled: Arc::default(),
        };
        match (address, ports) {
            (None, None) => Ok(None),
            (Some(address), None) => Ok(Some(target(address.clone(), setting))),
            (Some(address), Some(ports)) if address.port() != Some(0) => Err(Error::new(format!(
                "the address {address} ({setting}) leaves no port to the range {} ({range}): \
                 unset one of them, or write the address with port 0",
                port_range::shown(ports)
            ))),
            (address, Some(ports)) => {
                port_range::check(Some(ports.clone()))
                    .map_err(|fix| Error::new(format!("{range}: {fix}")))?;
                let localhost = || SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into();
                let address = address.cloned().unwrap_or_else(localhost);
                Ok(Some(target(address, range)))
            }
        }
    }

    /// Binds a socket at the address.
    pub(super) async fn bind(&self) -> Result<Socket, Error> {
        self.is_settled.store(true, Ordering::Relaxed);
        self.try_bind().await.map_err(|e| {
            let (serves, setting) = (self.serves, &self.setting);
            let message =
                format!("cannot listen on {self} for the {serves}: {e}; set {setting} to another");
            Error::telling(message, e).of_listener()
        })
    }

    /// Warns once if nobody has bound a listener here.
    pub(crate) fn warn_unless_bound(&self) {
        if !self.is_settled.swap(true, Ordering::Relaxed) {
            let (setting, serves) = (&self.setting, self.serves);
            let binds = match serves {
                "metrics" => "bind_metrics",
                _ => "serve_metrics",
            };
            tracing::warn!(
                address = %self,
                setting,
                "nobody listens for the {serves}: serve the app with Tollgate::serve instead of \
                 axum::serve, or call Tollgate::{binds} too"
            );
        }
    }

    async fn try_bind(&self) -> io::Result<Socket> {
        let mut addresses: Vec<SocketAddr> = match &self.address.0 {
            AddressKind::Ip(address) => vec![*address],
            AddressKind::Name { host, port } => net::lookup_host((&**host, *port)).await?.collect(),
            #[cfg(unix)]
            AddressKind::Unix { path, mode } => {
                return Ok(Socket::Unix(UnixSocket::bind(path.clone(), *mode).await?));
            }
        };
        let Some(ports) = self.ports.clone() else {
            return bind_one(&addresses).await;
        };
        let mut taken = io::ErrorKind::AddrInUse.into();
        for port in ports {
            for address in &mut addresses {
                address.set_port(port);
            }
            match bind_one(&addresses).await {
                Err(e) if e.kind() == io::ErrorKind::AddrInUse => taken = e,
                bound_or_failed => return bound_or_failed,
            }
        }
        Err(taken)
    }
}

/// The address, and the range of ports if there is one.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)?;
        match &self.ports {
            Some(ports) => write!(f, " at any port of {}", port_range::shown(ports)),
            None => Ok(()),
        }
    }
}

/// Binds the first of a host's addresses that this machine has. A taken port is an error: clients of
/// that address would reach another program.
async fn bind_one(addresses: &[SocketAddr]) -> io::Result<Socket> {
    let mut failed = io::Error::new(
        io::ErrorKind::AddrNotAvailable,
        "the host's name has no address",
    );
    for address in addresses {
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(Socket::Tcp(listener)),
            Err(e) if e.kind() == io::ErrorKind::AddrInUse => return Err(e),
            Err(e) => failed = e,
        }
    }
    Err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(address: Option<&str>, ports: Option<&str>) -> Result<Option<Target>, Error> {
        let variables = [("METRICS_ADDRESS", address), ("METRICS_PORT_RANGE", ports)];
        let set = variables.map(|(name, value)| (name, value.unwrap_or_default()));
        Target::metrics(&Settings::loader().environment(set).load()?)
    }

    #[test]
    fn without_settings_there_is_no_listener() {
        assert!(target(None, None).unwrap().is_none());
    }

    #[test]
    fn range_is_on_the_host_of_an_address_without_a_port() {
        for (address, host) in [(None, "127.0.0.1:0"), (Some("0.0.0.0:0"), "0.0.0.0:0")] {
            let target = target(address, Some("8001-8049")).unwrap().unwrap();
            assert_eq!(target.address.to_string(), host);
        }
    }

    #[test]
    fn address_with_a_port_excludes_a_range() {
        let mut addresses = vec!["127.0.0.1:9090", "localhost:9090"];
        if cfg!(unix) {
            addresses.push("unix:metrics.sock");
        }
        for address in addresses {
            let error = target(Some(address), Some("8001-8049")).unwrap_err();
            assert!(error.to_string().contains(address), "{error}");
            assert!(error.to_string().contains("8001-8049"), "{error}");
        }
    }
}
