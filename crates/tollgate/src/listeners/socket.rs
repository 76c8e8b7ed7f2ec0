//! A bound socket.

use axum::Router;
use futures_util::future::BoxFuture;
use tokio::net::TcpListener;

#[cfg(unix)]
use super::address::{AddressKind, OWNER_ONLY};
#[cfg(unix)]
use super::unix::UnixSocket;
use super::{Address, limited::serve};

/// A bound socket of TCP or Unix.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixSocket),
}

impl Socket {
    /// Returns its address, with the port that the system chose.
    pub(super) fn address(&self) -> Option<Address> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok().map(Address::from),
            #[cfg(unix)]
            Self::Unix(socket) => Some(Address(AddressKind::Unix {
                path: socket.path().to_owned(),
                mode: OWNER_ONLY,
            })),
        }
    }

    /// Serves `router` until `stopped` completes and connections are drained.
    pub(super) fn serve(
        self,
        router: Router,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> BoxFuture<'static, ()> {
        match self {
            Self::Tcp(listener) => serve(listener, router, stopped),
            #[cfg(unix)]
            Self::Unix(socket) => serve(socket, router, stopped),
        }
    }
}
