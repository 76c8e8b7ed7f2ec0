use super::*;

const FIRST: &str = "correct-horse-battery-staple";
const SECOND: &str = "the-key-before-that-one";

fn kind<T: fmt::Debug>(result: Result<T, KeyError>) -> KeyErrorKind {
    result.expect_err("keys that are not acceptable").kind()
}

fn accepted(keys: &MasterKeys, key: &str) -> bool {
    keys.find(&KeyDigest::of(key.as_bytes())).is_some()
}

#[test]
fn a_key_has_16_to_1024_visible_bytes() {
    let key = |length: usize| MasterKeys::new(["k".repeat(length)]);
    assert!(key(16).is_ok());
    assert!(key(1024).is_ok());
    assert_eq!(kind(key(0)), KeyErrorKind::TooShort);
    assert_eq!(kind(key(15)), KeyErrorKind::TooShort);
    assert_eq!(kind(key(1025)), KeyErrorKind::TooLong);

    for bad in [" ", "\t", "\n", "\r", "\0", "\u{7f}", "\u{80}", "é", "🔑"] {
        for key in [
            format!("{bad}{FIRST}"),
            format!("{FIRST}{bad}"),
            FIRST.replace('-', bad),
        ] {
            assert_eq!(kind(MasterKeys::new([key])), KeyErrorKind::InvalidCharacter);
        }
    }
    let every: String = ('!'..='~').collect();
    assert!(MasterKeys::new([every]).is_ok());
}

#[test]
fn an_error_says_which_key() {
    let error = MasterKeys::new([FIRST, SECOND, "short"]).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("master key 3 is shorter than 16 bytes: ")
    );
    assert_eq!(kind(MasterKeys::new([""; 0])), KeyErrorKind::Empty);
}

#[test]
fn every_key_is_accepted_and_no_other() {
    let keys = MasterKeys::new([FIRST, SECOND]).unwrap();
    for key in [FIRST, SECOND] {
        assert!(accepted(&keys, key));
        assert!(!accepted(&keys, &key[1..]));
        assert!(!accepted(&keys, &key.to_uppercase()));
        assert!(!accepted(&keys, &format!("{key} ")));
    }
    assert!(!accepted(&keys, ""));

    let joined = MasterKeys::new([FIRST])
        .unwrap()
        .and(MasterKeys::new([SECOND]).unwrap());
    assert!(accepted(&joined, FIRST) && accepted(&joined, SECOND));
}

#[test]
fn a_key_is_known_by_its_name_or_else_by_its_place() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let third = "a-key-that-is-in-a-file";
    std::fs::write(
        file.path(),
        format!("{}\n{third}\n", "another-key-of-the-file"),
    )
    .unwrap();
    let keys = MasterKeys::named("ops", FIRST)
        .unwrap()
        .and(MasterKeys::new([SECOND]).unwrap())
        .and(MasterKeys::from_file(file.path()).unwrap());

    let in_file = format!("key 2 of {}", file.path().display());
    for (key, name) in [(FIRST, "ops"), (SECOND, "master key 1"), (third, &in_file)] {
        let found = keys.find(&KeyDigest::of(key.as_bytes())).unwrap();
        assert_eq!(keys.name(found).as_str(), name);
    }
    let error = MasterKeys::named("ops", "short").unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with(r#"master key "ops" is shorter"#)
    );
}

#[test]
fn a_variable_that_is_unset_or_empty_has_no_key() {
    let from = |value: Option<&str>| MasterKeys::from_variable("KEY", value.map(OsString::from));
    assert!(from(None).unwrap().is_none());
    assert!(from(Some("")).unwrap().is_none());
    assert!(accepted(&from(Some(FIRST)).unwrap().unwrap(), FIRST));

    let error = from(Some("12345")).unwrap_err();
    assert_eq!(error.kind(), KeyErrorKind::TooShort);
    assert!(
        error
            .to_string()
            .starts_with("environment variable KEY is shorter than ")
    );
    assert_eq!(kind(from(Some(" "))), KeyErrorKind::InvalidCharacter);
}
