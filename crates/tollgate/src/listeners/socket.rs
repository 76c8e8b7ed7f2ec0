//! A bound socket.

use std::{fmt::Debug, future::IntoFuture};

use axum::{Router, serve::Listener};
use futures_util::{FutureExt, future::BoxFuture};
use tokio::net::TcpListener;

#[cfg(unix)]
use super::address::Place;
#[cfg(unix)]
use super::unix::UnixSocket;
use super::{Address, limited::Limited};

/// What an own listener accepts connections from.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixSocket),
}

impl Socket {
    /// Where it is; a port that the system chose is told.
    pub(super) fn address(&self) -> Option<Address> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok().map(Address::from),
            #[cfg(unix)]
            Self::Unix(socket) => Some(Address(Place::Unix(socket.path().to_owned()))),
        }
    }

    /// Answers with `router` until `stopped` and drained.
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
