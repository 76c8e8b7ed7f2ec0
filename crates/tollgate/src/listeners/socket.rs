//! A bound socket.

use std::{fmt::Debug, future::IntoFuture};

use axum::{Router, serve::Listener};
use futures_util::{FutureExt, future::BoxFuture};
use tokio::net::TcpListener;

#[cfg(unix)]
use super::address::AddressKind;
#[cfg(unix)]
use super::unix::UnixSocket;
use super::{Address, limited::Limited};

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
            Self::Unix(socket) => Some(Address(AddressKind::Unix(socket.path().to_owned()))),
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

fn serve<L>(
    listener: L,
    router: Router,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> BoxFuture<'static, ()>
where
    L: Listener<Addr: Debug>,
{
    axum::serve(Limited::new(listener), router)
        .with_graceful_shutdown(stopped)
        .into_future()
        .map(drop)
        .boxed()
}
