//! The threads of this process.

use std::collections::BTreeMap;
use std::fs;

/// Returns the names of all threads of this process by id, as Linux lists them.
///
/// # Panics
///
/// If `/proc` cannot be read.
///
/// # Examples
///
/// ```
/// # #[cfg(target_os = "linux")] {
/// use tests::threads;
///
/// let before = threads::all();
/// let (stop, stopped) = std::sync::mpsc::channel::<()>();
/// let thread = std::thread::spawn(move || stopped.recv());
/// assert_eq!(threads::all().len(), before.len() + 1);
/// # drop(stop);
/// # thread.join().unwrap().unwrap_err();
/// # }
/// ```
pub fn all() -> BTreeMap<u32, String> {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux lists threads");
    let names = tasks.filter_map(|task| {
        let task = task.expect("Linux lists threads");
        // A thread may end between its listing and the read of its name.
        let name = fs::read_to_string(task.path().join("comm")).ok()?;
        let id = task.file_name().to_str()?.parse().ok()?;
        Some((id, name.trim_end().to_owned()))
    });
    names.collect()
}
