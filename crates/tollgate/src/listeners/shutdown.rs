//! SIGTERM and Ctrl-C.

use std::io;
#[cfg(unix)]
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

#[cfg(unix)]
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

/// Returns a future that completes at the signal. Listens for it from the call on. The next signal, and
/// each after the future has ended or is dropped, ends the process.
#[cfg(unix)]
pub(super) fn signals() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let claim = Claim::new()?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        drop(claim);
    })
}

/// Whether the next signal ends the process, and the number of claims.
#[cfg(unix)]
static SIGNALS: Mutex<Option<(Arc<AtomicBool>, usize)>> = Mutex::new(None);

/// A claim on the next signal, which otherwise ends the process.
#[cfg(unix)]
struct Claim;

#[cfg(unix)]
impl Claim {
    fn new() -> io::Result<Self> {
        let mut signals = SIGNALS.lock().unwrap_or_else(PoisonError::into_inner);
        let (ends, claims) = if let Some(known) = &mut *signals {
            known
        } else {
            let ends = Arc::new(AtomicBool::new(false));
            for signal in [SIGINT, SIGTERM] {
                // In this order: a signal is the end if one has come before.
                flag::register_conditional_default(signal, Arc::clone(&ends))?;
                flag::register(signal, Arc::clone(&ends))?;
            }
            signals.insert((ends, 0))
        };
        ends.store(false, Ordering::SeqCst);
        *claims += 1;
        Ok(Self)
    }
}

#[cfg(unix)]
impl Drop for Claim {
    fn drop(&mut self) {
        let mut signals = SIGNALS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((ends, claims)) = &mut *signals {
            *claims -= 1;
            if *claims == 0 {
                ends.store(true, Ordering::SeqCst);
            }
        }
    }
}

/// Returns a future that completes at the signal. Listens for it from the call on.
#[cfg(windows)]
pub(super) fn signals() -> io::Result<impl Future<Output = ()> + Send> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
