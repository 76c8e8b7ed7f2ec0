//! Rotation of keys: several at once, from several origins, and a file that changes.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::StatusCode;
use tollgate_auth::{MasterKeyLayer, MasterKeys};
use tracing_subscriber::fmt::MakeWriter;

use crate::{KEY, OTHER, request, send};

#[track_caller]
fn assert_accepts(layer: &MasterKeyLayer, expected: &[&str]) {
    for key in [KEY, OTHER] {
        let response = send(
            layer,
            request(&[("authorization", &format!("Bearer {key}"))]),
        );
        let status = if expected.contains(&key) {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        };
        assert_eq!(response.status(), status);
    }
}

/// Lines that were logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn capture<T>(&self, run: impl FnOnce() -> T) -> T {
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(self.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, run)
    }

    fn lines(&self, level: &str) -> usize {
        self.text()
            .lines()
            .filter(|line| line.contains(level))
            .count()
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Replaces the file by another one, so that no request reads half a file.
fn replace(path: &Path, content: &str) {
    let next = path.with_extension("next");
    fs::write(&next, content).unwrap();
    fs::rename(next, path).unwrap();
}

fn key_file(folder: &tempfile::TempDir, content: &str) -> (PathBuf, MasterKeys) {
    let path = folder.path().join("keys");
    fs::write(&path, content).unwrap();
    let keys = MasterKeys::from_file(&path)
        .unwrap()
        .reload_interval(Duration::ZERO);
    (path, keys)
}

#[test]
fn old_key_is_accepted_until_it_is_dropped() {
    let both = MasterKeys::new([KEY, OTHER]).unwrap();
    assert_accepts(&MasterKeyLayer::new(both), &[KEY, OTHER]);
    let one = MasterKeys::new([KEY]).unwrap();
    assert_accepts(&MasterKeyLayer::new(one.clone()), &[KEY]);

    let folder = tempfile::tempdir().unwrap();
    let (path, file) = key_file(&folder, OTHER);
    let layer = MasterKeyLayer::new(one.and(file));
    assert_accepts(&layer, &[KEY, OTHER]);
    replace(&path, KEY);
    assert_accepts(&layer, &[KEY]);
}

#[test]
fn every_clone_follows_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (path, keys) = key_file(&folder, &format!("{KEY}\r\n"));
    let layer = MasterKeyLayer::new(keys);
    let clone = layer.clone().realm("elsewhere").basic();
    assert_accepts(&layer, &[KEY]);
    replace(&path, &format!("{KEY}\n{OTHER}\n"));
    assert_accepts(&clone, &[KEY, OTHER]);
    assert_accepts(&layer, &[KEY, OTHER]);
    replace(&path, &format!("\n\n{OTHER}\n"));
    assert_accepts(&layer, &[OTHER]);
    assert_accepts(&clone, &[OTHER]);
}

#[test]
fn broken_file_between_two_good_ones_changes_no_keys() {
    let folder = tempfile::tempdir().unwrap();
    let (path, keys) = key_file(&folder, KEY);
    let layer = MasterKeyLayer::new(keys);
    let log = Log::default();
    log.capture(|| {
        assert_accepts(&layer, &[KEY]);
        assert_eq!(log.text(), "");

        // Each change is logged once, even if several requests notice it.
        let secret = "half-a-key";
        for (warnings, content) in [(1, secret), (2, ""), (3, "two words in a line")] {
            replace(&path, content);
            for _ in 0..3 {
                assert_accepts(&layer, &[KEY]);
            }
            assert_eq!(log.lines("WARN"), warnings, "{}", log.text());
        }
        fs::remove_file(&path).unwrap();
        assert_accepts(&layer, &[KEY]);
        fs::create_dir(&path).unwrap();
        assert_accepts(&layer, &[KEY]);
        fs::remove_dir(&path).unwrap();
        assert_accepts(&layer, &[KEY]);
        assert_eq!(log.lines("WARN"), 6, "{}", log.text());
        assert_eq!(log.lines("INFO"), 0, "{}", log.text());

        replace(&path, OTHER);
        assert_accepts(&layer, &[OTHER]);
        assert_eq!(
            (log.lines("WARN"), log.lines("INFO")),
            (6, 1),
            "{}",
            log.text()
        );

        for key in [KEY, OTHER, secret] {
            assert!(!log.text().contains(key));
        }
        assert_eq!(
            log.text().matches(path.to_str().unwrap()).count(),
            7,
            "{}",
            log.text()
        );
    });
}

#[test]
fn file_without_acceptable_keys_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let open = || MasterKeys::from_file(&path).unwrap_err();

    let error = open();
    assert!(error.is_unreadable());
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(
        cause.downcast_ref::<io::Error>().unwrap().kind(),
        io::ErrorKind::NotFound
    );
    assert_eq!(
        error.to_string(),
        format!(
            "key file {} cannot be read: check that it exists and that this process may read it",
            path.display()
        )
    );

    for (content, fault) in [
        ("", " holds no key: "),
        ("12345", " is shorter than 16 bytes: "),
        (&*"k".repeat(1_025), " is longer than 1024 bytes: "),
        (
            "correct horse battery staple",
            " has a character that a header cannot carry: ",
        ),
        (
            &*format!("{KEY}\n").repeat(3_000),
            " is larger than 65536 bytes: ",
        ),
    ] {
        fs::write(&path, content).unwrap();
        let error = open();
        assert!(!error.is_unreadable());
        let message = error.to_string();
        let place = format!("{}{fault}", path.display());
        assert!(message.contains(&place), "{message}");
    }

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(open().to_string().contains(" is not a file: "));
}

#[test]
fn variable_may_be_unset_but_not_wrong() {
    assert!(
        MasterKeys::from_env("TOLLGATE_TESTS_SET_NO_SUCH_VARIABLE")
            .unwrap()
            .is_none()
    );

    // Cargo sets it to the name of this package.
    let error = MasterKeys::from_env("CARGO_PKG_NAME").unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("environment variable CARGO_PKG_NAME is shorter than 16 bytes: ")
    );
}
