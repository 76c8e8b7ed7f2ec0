//! Limits on the clients of a listener of the suite's own.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::serve::Listener;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::{OwnedSemaphorePermit, Semaphore},
};
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
pub(super) struct Limited<L> {
    listener: L,
    places: Arc<Semaphore>,
}

impl<L> Limited<L> {
    pub(super) fn new(listener: L) -> Self {
        Self {
            listener,
            places: Arc::new(Semaphore::new(CONNECTIONS)),
        }
    }
}

impl<L: Listener> Listener for Limited<L> {
    type Io = Admitted<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        // An error would say that the semaphore is closed, which it never is.
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        let (io, address) = self.listener.accept().await;
        let mut io = TimeoutStream::new(io);
        io.set_read_timeout(Some(SILENCE));
        io.set_write_timeout(Some(SILENCE));
        let admitted = Admitted {
            io: Box::pin(io),
            _place: place,
        };
        (admitted, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A connection that counts against the cap.
#[derive(Debug)]
pub(super) struct Admitted<I> {
    io: Pin<Box<TimeoutStream<I>>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl<I: AsyncRead + AsyncWrite> AsyncRead for Admitted<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_read(cx, buffer)
    }
}

impl<I: AsyncRead + AsyncWrite> AsyncWrite for Admitted<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.io.as_mut().poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.io.as_mut().poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

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
        let (mut admitted, ()) = listener.accept().await;
        let unsent = admitted.read_u8().await.unwrap_err();
        assert_eq!(unsent.kind(), io::ErrorKind::TimedOut);
        let unread = admitted.write_all(b"more than fits").await.unwrap_err();
        assert_eq!(unread.kind(), io::ErrorKind::TimedOut);
    }
}
