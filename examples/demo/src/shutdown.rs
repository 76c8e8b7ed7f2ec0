//! Ctrl-C and SIGTERM: stop accepting, let what is in flight finish, but not forever.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use futures_util::FutureExt;
use tokio::net::TcpListener;
use tokio::time::sleep;

/// How long requests in flight may take to finish.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until a signal comes, and then until the last response has ended or the grace is over.
pub(crate) async fn serve(listener: TcpListener, app: Router) -> io::Result<()> {
    let asked = signal()?.map(|()| tracing::info!("shutting down")).shared();
    let server = axum::serve(listener, app).with_graceful_shutdown(asked.clone());
    let grace_is_over = async {
        asked.await;
        sleep(GRACE).await;
    };
    tokio::select! {
        ended = server => ended,
        () = grace_is_over => {
            tracing::warn!("dropped what was still in flight after {GRACE:?}");
            Ok(())
        }
    }
}

/// Completes at the first signal. Listens from the call on, not only from the first poll.
#[cfg(unix)]
fn signal() -> io::Result<impl Future<Output = ()>> {
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

/// Completes at the first Ctrl-C. Listens from the call on, not only from the first poll.
#[cfg(windows)]
fn signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
