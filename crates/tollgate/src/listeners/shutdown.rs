//! The signal to stop.

use std::{fmt, future, io};

use futures_util::{FutureExt, future::BoxFuture};

/// The signal to stop.
pub(super) enum Shutdown {
    /// SIGTERM or Ctrl-C.
    Signals,
    /// Nothing.
    Never,
    /// A future of the user's.
    Given(BoxFuture<'static, ()>),
}

impl Shutdown {
    /// Returns a future that completes at the signal. Listens for signals from the call on.
    pub(super) fn asked(self) -> io::Result<BoxFuture<'static, ()>> {
        Ok(match self {
            Self::Signals => signals()?.boxed(),
            Self::Never => future::pending().boxed(),
            Self::Given(signal) => signal,
        })
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signals => "Signals",
            Self::Never => "Never",
            Self::Given(_) => "Given",
        })
    }
}

#[cfg(unix)]
fn signals() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(windows)]
fn signals() -> io::Result<impl Future<Output = ()> + Send> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
