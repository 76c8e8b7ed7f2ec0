//! Limits on the clients of a listener of the suite's own.

use std::{
    io,
    sync::{Arc, Weak},
};

use axum::{
    Router,
    extract::{ConnectInfo, Request, connect_info::Connected},
    http::{
        StatusCode,
        header::{CONNECTION, RETRY_AFTER},
    },
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    serve::{IncomingStream, Listener},
};
use futures_util::{FutureExt, future::BoxFuture};

use super::connection::{Connection, LimitedIo};

/// The most connections at once. One more replaces the connection whose client has been silent for
/// the longest time, or is refused if all are being answered.
const CONNECTIONS: usize = 64;

/// A listener with a cap on connections, each of which ends when its client is silent.
///
/// `axum::serve` has no limits of its own: a client that never ends its headers, or never reads its
/// answer, would hold its connection forever.
#[derive(Debug)]
struct Limited<L> {
    listener: L,
    connections: Vec<Weak<Connection>>,
}

impl<L> Limited<L> {
    fn new(listener: L) -> Self {
        Self {
            listener,
            connections: Vec::new(),
        }
    }

    /// Adds a connection, which replaces another one if there are too many.
    fn add(&mut self) -> Arc<Connection> {
        let is_open = |other: Arc<Connection>| !other.is_closed();
        self.connections
            .retain(|other| other.upgrade().is_some_and(is_open));
        let mut count = self.connections.len();
        if count >= CONNECTIONS {
            let others = self.connections.iter().filter_map(Weak::upgrade);
            // A client that is refused has time to ask, unless there are too many of them too.
            let others = others.filter(|other| !other.is_refused || count >= 2 * CONNECTIONS);
            let silent = others.filter_map(|other| Some((other.silent_since()?, other)));
            if let Some((_, longest)) = silent.min_by_key(|(since, _)| *since) {
                longest.close();
                count -= 1;
            }
        }
        let connection = Arc::new(Connection::new(count >= CONNECTIONS));
        self.connections.push(Arc::downgrade(&connection));
        connection
    }
}

impl<L: Listener> Listener for Limited<L> {
    type Io = LimitedIo<L::Io>;
    type Addr = Place;

    async fn accept(&mut self) -> (Self::Io, Place) {
        let (io, _) = self.listener.accept().await;
        let connection = self.add();
        let place = Place(Some(Arc::clone(&connection)));
        (LimitedIo::new(io, connection), place)
    }

    fn local_addr(&self) -> io::Result<Place> {
        Ok(Place(None))
    }
}

/// A connection, which its service has in place of the client's address.
#[derive(Debug, Clone)]
struct Place(Option<Arc<Connection>>);

impl<L: Listener> Connected<IncomingStream<'_, Limited<L>>> for Place {
    fn connect_info(stream: IncomingStream<'_, Limited<L>>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Serves `router` on a listener with these limits until `stopped` completes and connections are
/// drained.
pub(super) fn serve(
    listener: impl Listener,
    router: Router,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> BoxFuture<'static, ()> {
    let router = router.layer(from_fn(answer));
    let service = router.into_make_service_with_connect_info::<Place>();
    axum::serve(Limited::new(listener), service)
        .with_graceful_shutdown(stopped)
        .into_future()
        .map(drop)
        .boxed()
}

/// Answers a request unless its connection is one too many.
async fn answer(
    ConnectInfo(Place(connection)): ConnectInfo<Place>,
    request: Request,
    next: Next,
) -> Response {
    let refused = connection.as_ref().is_some_and(|own| own.is_refused);
    if refused {
        let headers = [(CONNECTION, "close"), (RETRY_AFTER, "1")];
        let status = StatusCode::SERVICE_UNAVAILABLE;
        return (status, headers, "too many connections\n").into_response();
    }
    let _answering = connection.as_ref().map(|own| own.answering());
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
        time,
    };

    use super::*;

    /// Returns a client for each connection that is accepted.
    struct Clients(Vec<DuplexStream>);

    impl Listener for Clients {
        type Io = DuplexStream;
        type Addr = ();

        async fn accept(&mut self) -> (Self::Io, Self::Addr) {
            let (client, server) = duplex(1);
            self.0.push(client);
            (server, ())
        }

        fn local_addr(&self) -> io::Result<Self::Addr> {
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn connection_above_the_cap_replaces_the_most_silent_one() {
        let mut listener = Limited::new(Clients(Vec::new()));
        let mut admitted = Vec::new();
        for _ in 0..CONNECTIONS {
            admitted.push(listener.accept().await);
            time::advance(Duration::from_millis(1)).await;
        }
        let first = admitted[0].1.clone().0.unwrap();
        drop(first.answering());
        admitted.push(listener.accept().await);
        for (at, (io, place)) in admitted.iter_mut().enumerate() {
            let read = io.read_u8().now_or_never();
            assert_eq!(read.is_some_and(|read| read.is_err()), at == 1, "{at}");
            let written = io.write_all(b"more than fits").now_or_never();
            assert_eq!(
                written.is_some_and(|written| written.is_err()),
                at == 1,
                "{at}"
            );
            assert!(!place.0.as_ref().unwrap().is_refused);
        }
    }

    #[tokio::test]
    async fn connection_is_refused_while_all_others_are_answered() {
        let mut listener = Limited::new(Clients(Vec::new()));
        let mut admitted = Vec::new();
        for _ in 0..CONNECTIONS {
            admitted.push(listener.accept().await);
        }
        let places = admitted.iter().map(|(_, place)| place.0.as_ref().unwrap());
        let answering: Vec<_> = places.map(|place| place.answering()).collect();
        let mut refused = Vec::new();
        for _ in 0..3 * CONNECTIONS {
            refused.push(listener.accept().await);
        }
        assert!(
            refused
                .iter()
                .all(|(_, place)| place.0.as_ref().unwrap().is_refused)
        );
        let open = refused
            .iter_mut()
            .filter_map(|(io, _)| io.read_u8().now_or_never());
        assert_eq!(open.count(), 2 * CONNECTIONS, "the others are closed");
        drop(answering);
    }

    #[tokio::test(start_paused = true)]
    async fn connection_of_a_silent_client_ends() {
        let mut listener = Limited::new(Clients(Vec::new()));
        let (mut admitted, _) = listener.accept().await;
        let unsent = admitted.read_u8().await.unwrap_err();
        assert_eq!(unsent.kind(), io::ErrorKind::TimedOut);
        let unread = admitted.write_all(b"more than fits").await.unwrap_err();
        assert_eq!(unread.kind(), io::ErrorKind::TimedOut);
    }
}
