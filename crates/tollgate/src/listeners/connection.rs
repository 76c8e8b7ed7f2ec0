//! One connection of a listener of the suite's own.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::task::AtomicWaker;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};
use tokio_io_timeout::TimeoutStream;

/// The longest time that a connection may neither send nor receive. A scraper that asks less often
/// connects again.
const SILENCE: Duration = Duration::from_secs(60);

/// State of one connection.
#[derive(Debug)]
pub(super) struct Connection {
    /// Whether it was one too many when it was opened.
    pub(super) is_refused: bool,
    /// Time of its last answer, absent while a request is answered.
    silent_since: Mutex<Option<Instant>>,
    is_closed: AtomicBool,
    task: AtomicWaker,
}

impl Connection {
    pub(super) fn new(is_refused: bool) -> Self {
        Self {
            is_refused,
            silent_since: Mutex::new(Some(Instant::now())),
            is_closed: AtomicBool::new(false),
            task: AtomicWaker::new(),
        }
    }

    /// Returns since when the server has waited for a whole request, if it does.
    pub(super) fn silent_since(&self) -> Option<Instant> {
        *self.silence()
    }

    /// Ends the connection at its next read or write.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.task.wake();
    }

    /// Returns an error once it is closed, of which the task then learns.
    fn check(&self, cx: &Context<'_>) -> io::Result<()> {
        self.task.register(cx.waker());
        if self.is_closed() {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Returns the guard of a request that is answered.
    pub(super) fn answering(&self) -> Answering<'_> {
        *self.silence() = None;
        Answering(self)
    }

    fn silence(&self) -> MutexGuard<'_, Option<Instant>> {
        self.silent_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Guard of a request that is answered, until this is dropped.
pub(super) struct Answering<'a>(&'a Connection);

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        *self.0.silence() = Some(Instant::now());
    }
}

/// Stream of a connection that ends when its client is silent, or when it is closed for another.
#[derive(Debug)]
pub(super) struct LimitedIo<I> {
    io: Pin<Box<TimeoutStream<I>>>,
    connection: Arc<Connection>,
}

impl<I: AsyncRead + AsyncWrite> LimitedIo<I> {
    pub(super) fn new(io: I, connection: Arc<Connection>) -> Self {
        let mut io = TimeoutStream::new(io);
        io.set_read_timeout(Some(SILENCE));
        io.set_write_timeout(Some(SILENCE));
        Self {
            io: Box::pin(io),
            connection,
        }
    }
}

impl<I: AsyncRead + AsyncWrite> AsyncRead for LimitedIo<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.connection.check(cx)?;
        self.io.as_mut().poll_read(cx, buf)
    }
}

impl<I: AsyncRead + AsyncWrite> AsyncWrite for LimitedIo<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.connection.check(cx)?;
        self.io.as_mut().poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.connection.check(cx)?;
        self.io.as_mut().poll_write_vectored(cx, bufs)
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
