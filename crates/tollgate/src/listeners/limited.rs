//! Limits on the clients of a listener of the suite's own.

use std::{io, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;

/// The most connections at once; more wait in the system's queue.
const CONNECTIONS: usize = 64;

/// The longest time that a connection may neither send nor receive. A scraper that asks less often
/// connects again.
const SILENCE: Duration = Duration::from_secs(60);

/// A listener with a cap on connections, each of which ends when its client is silent.
///
/// `axum::serve` has no limits of its own: a client that never ends its headers, or never reads its
/// answer, would hold its connection forever.
#[derive(Debug)]
struct Limited<L> {
    listener: L,
    places: Arc<Semaphore>,
}

impl<L> Limited<L> {
    fn new(listener: L) -> Self {
        Self {
            listener,
            places: Arc::new(Semaphore::new(CONNECTIONS)),
        }
    }
}

impl<L: Listener> Listener for Limited<L> {
    type Io = Pin<Box<TimeoutStream<L::Io>>>;
    type Addr = Place;

    async fn accept(&mut self) -> (Self::Io, Place) {
        // An error would say that the semaphore is closed, which it never is.
        let permit = Arc::clone(&self.places).acquire_owned().await.ok();
        let place = Place {
            _permit: permit.map(Arc::new),
        };
        let (io, _) = self.listener.accept().await;
        let mut io = TimeoutStream::new(io);
        io.set_read_timeout(Some(SILENCE));
        io.set_write_timeout(Some(SILENCE));
        (Box::pin(io), place)
    }

    fn local_addr(&self) -> io::Result<Place> {
        Ok(Place { _permit: None })
    }
}

/// The place of a connection below the cap, which its service holds in place of the client's address.
#[derive(Debug, Clone)]
pub(super) struct Place {
    _permit: Option<Arc<OwnedSemaphorePermit>>,
}

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
    let service = router.into_make_service_with_connect_info::<Place>();
    axum::serve(Limited::new(listener), service)
        .with_graceful_shutdown(stopped)
        .into_future()
        .map(drop)
        .boxed()
}

#[cfg(test)]
mod tests {
    use std::future;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
        sync::mpsc,
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

    #[tokio::test]
    async fn served_connection_holds_its_place_until_it_ends() {
        struct Accepted(mpsc::UnboundedSender<DuplexStream>);

        impl Listener for Accepted {
            type Io = DuplexStream;
            type Addr = ();

            async fn accept(&mut self) -> (Self::Io, Self::Addr) {
                let (client, server) = duplex(1_024);
                self.0.send(client).unwrap();
                (server, ())
            }

            fn local_addr(&self) -> io::Result<Self::Addr> {
                Ok(())
            }
        }

        let (sender, mut accepted) = mpsc::unbounded_channel();
        let serving = serve(Accepted(sender), Router::new(), future::pending());
        let serving = tokio::spawn(serving);
        let mut clients = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut client = accepted.recv().await.unwrap();
            client
                .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                .await
                .unwrap();
            assert_eq!(client.read_u8().await.unwrap(), b'H');
            clients.push(client);
        }
        assert!(accepted.recv().now_or_never().is_none());
        clients.pop();
        accepted.recv().await.unwrap();
        serving.abort();
    }

    #[tokio::test]
    async fn connection_above_the_cap_waits() {
        let mut listener = Limited::new(Clients(Vec::new()));
        let mut admitted = Vec::new();
        for _ in 0..CONNECTIONS {
            admitted.push(listener.accept().await);
        }
        assert!(listener.accept().now_or_never().is_none());
        admitted.pop();
        assert!(listener.accept().now_or_never().is_some());
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
