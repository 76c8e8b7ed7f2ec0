use std::{
    sync::{MutexGuard, atomic::AtomicBool},
    thread,
};

use super::*;

const OLD: &str = "the-key-before-that-one";
const NEW: &str = "correct-horse-battery-staple";
const BOTH: &str = "the-key-before-that-one\ncorrect-horse-battery-staple\n";

/// Key file in a folder of its own, checked with each request. It holds the old key at first.
struct Fixture {
    folder: tempfile::TempDir,
    file: KeyFile,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        fs::write(&path, OLD).unwrap();
        let file = KeyFile::open(path).unwrap();
        Self { folder, file }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    fn last(&self) -> MutexGuard<'_, Check> {
        self.file.last.lock().unwrap()
    }

    fn write(&self, content: impl AsRef<[u8]>) {
        fs::write(self.path(), content).unwrap();
    }

    #[track_caller]
    fn assert_accepts(&self, old: bool, new: bool) {
        assert_eq!(
            (
                self.accepts(Duration::ZERO, OLD),
                self.accepts(Duration::ZERO, NEW)
            ),
            (old, new)
        );
    }

    fn accepts(&self, interval: Duration, key: &str) -> bool {
        KeyDigest::of(key.as_bytes())
            .place_among(&**self.file.keys(interval))
            .is_some()
    }
}

fn read_keys(content: impl AsRef<[u8]>) -> Result<usize, KeyError> {
    keys(content.as_ref(), || String::from("key file k")).map(|keys| keys.len())
}

#[test]
fn each_line_is_a_key() {
    for content in [
        OLD.to_owned(),
        format!("{OLD}\n"),
        format!("{OLD}\r\n"),
        format!("{OLD}\r"),
        format!("\n \n{OLD}\n\r\n"),
    ] {
        assert_eq!(read_keys(&content).unwrap(), 1, "{content:?}");
    }
    assert_eq!(read_keys(BOTH).unwrap(), 2);
    assert_eq!(read_keys(BOTH.replace('\n', "\r\n")).unwrap(), 2);
}

#[test]
fn error_names_the_line() {
    let cases: [(&[u8], Fault, &str); 7] = [
        (b"", Fault::Empty, "key file k holds no key: "),
        (b"\n \r\n", Fault::Empty, "key file k holds no key: "),
        (
            b"\nshort\n",
            Fault::TooShort,
            "line 2 of key file k is shorter than ",
        ),
        (
            b"# the new key\n",
            Fault::InvalidCharacter,
            "line 1 of key file k has a character ",
        ),
        (
            b"the-key-before-that-one \n",
            Fault::InvalidCharacter,
            "line 1 of ",
        ),
        (
            b"the-key-before-that-one\r\r\n",
            Fault::InvalidCharacter,
            "line 1 of ",
        ),
        (
            b"the-key-before-\xff\xfe-one\n",
            Fault::InvalidCharacter,
            "line 1 of ",
        ),
    ];
    for (content, kind, message) in cases {
        let error = read_keys(content).unwrap_err();
        assert_eq!(error.fault(), kind);
        assert!(error.to_string().starts_with(message), "{error}");
    }
}

#[test]
fn changed_file_is_read_again() {
    let file = Fixture::new();
    file.assert_accepts(true, false);
    file.write(BOTH);
    file.assert_accepts(true, true);
    file.write(NEW);
    file.assert_accepts(false, true);
}

#[test]
fn change_within_the_granularity_of_time_stamps_is_noticed() {
    let file = Fixture::new();
    for _ in 0..50 {
        file.write(OLD);
        file.assert_accepts(true, false);
        file.write("the-key-after-that-one!");
        file.assert_accepts(false, false);
    }
}

#[test]
fn file_is_settled_if_it_changed_long_before_it_was_read() {
    let file = Fixture::new();
    let settled = |now| read(&file.path(), now).unwrap().1.settled;
    assert!(!settled(SystemTime::UNIX_EPOCH));
    assert!(settled(SystemTime::now() + Duration::from_secs(3_600)));
}

#[test]
fn settled_file_is_not_read_again() {
    let file = Fixture::new();
    file.write(NEW);
    let settle = |settled| {
        let mut last = file.last();
        last.stamp = Some(Stamp::of(&fs::metadata(file.path()).unwrap()));
        last.settled = settled;
    };
    settle(true);
    file.assert_accepts(true, false);
    settle(false);
    file.assert_accepts(false, true);
}

#[test]
fn file_is_checked_once_per_interval() {
    let file = Fixture::new();
    let day = Duration::from_secs(24 * 3_600);
    file.write(NEW);
    assert!(file.accepts(day, OLD));

    // Another interval reads the same content.
    file.assert_accepts(false, true);
    assert!(file.accepts(day, NEW));
}

#[test]
fn last_good_keys_stay_while_the_file_is_broken() {
    let large = BOTH.repeat(MAX_FILE_BYTES / BOTH.len() + 1);
    let contents: [&[u8]; 6] = [
        b"",
        b"short",
        b"two words of a key",
        b"the-key-before-\xff\xfe-one",
        large.as_bytes(),
        b"\0",
    ];
    for content in contents {
        let file = Fixture::new();
        file.write(content);
        file.assert_accepts(true, false);
        assert!(!file.last().settled);
        file.write(NEW);
        file.assert_accepts(false, true);
    }
}

#[test]
fn last_good_keys_stay_while_the_file_is_missing() {
    let file = Fixture::new();
    for _ in 0..2 {
        fs::remove_file(file.path()).unwrap();
        file.assert_accepts(true, false);
        fs::create_dir(file.path()).unwrap();
        file.assert_accepts(true, false);
        fs::remove_dir(file.path()).unwrap();
        file.assert_accepts(true, false);
        file.write(BOTH);
        file.assert_accepts(true, true);
        file.write(OLD);
        file.assert_accepts(true, false);
    }
}

#[cfg(unix)]
#[test]
fn named_pipe_is_refused_without_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let made = std::process::Command::new("mkfifo")
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    let error = KeyFile::open(path).map(drop).unwrap_err();
    assert_eq!(error.fault(), Fault::NotAFile);
}

#[cfg(unix)]
#[test]
fn changed_link_is_followed() {
    use std::os::unix::fs::symlink;

    // Kubernetes mounts a secret like this: keys -> ..data/keys, ..data -> a folder per version.
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (version, key) in [("..1", OLD), ("..2", NEW)] {
        fs::create_dir(at(version)).unwrap();
        fs::write(at(version).join("keys"), key).unwrap();
    }
    symlink("..1", at("..data")).unwrap();
    symlink("..data/keys", at("keys")).unwrap();
    let file = KeyFile::open(at("keys")).unwrap();
    let file = Fixture { folder, file };
    file.assert_accepts(true, false);

    symlink("..2", file.folder.path().join("..data_tmp")).unwrap();
    fs::rename(
        file.folder.path().join("..data_tmp"),
        file.folder.path().join("..data"),
    )
    .unwrap();
    file.assert_accepts(false, true);
}

#[test]
fn requests_do_not_wait_for_a_check() {
    let file = Fixture::new();
    file.write(NEW);
    let checking = file.last();
    file.assert_accepts(true, false);
    drop(checking);
    file.assert_accepts(false, true);
}

#[test]
fn reloading_survives_a_check_that_panicked() {
    let file = Fixture::new();
    let panicked = thread::scope(|scope| {
        let check = scope.spawn(|| {
            let _checking = file.last();
            panic!("as a log subscriber may");
        });
        check.join().is_err()
    });
    assert!(panicked);
    file.write(NEW);
    file.assert_accepts(false, true);
}

#[test]
fn key_that_stays_is_accepted_throughout() {
    let file = Fixture::new();
    let written = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !written.load(Ordering::Relaxed) {
                    assert!(file.accepts(Duration::ZERO, OLD));
                }
            });
        }
        for content in [BOTH, OLD].into_iter().cycle().take(200) {
            let next = file.folder.path().join("next");
            fs::write(&next, content).unwrap();
            fs::rename(next, file.path()).unwrap();
        }
        written.store(true, Ordering::Relaxed);
    });
    file.write(NEW);
    file.assert_accepts(false, true);
}
