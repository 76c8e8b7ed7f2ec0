use super::*;

const FIRST: &str = "correct-horse-battery-staple";
const SECOND: &str = "the-key-before-that-one";

fn fault<T: fmt::Debug>(result: Result<T, KeyError>) -> Fault {
    result.expect_err("keys that are not acceptable").fault()
}

fn accepted(keys: &MasterKeys, key: &str) -> bool {
    keys.find(&KeyDigest::of(key.as_bytes())).is_some()
}

#[test]
fn key_has_16_to_1024_visible_bytes() {
    let key = |length: usize| MasterKeys::new(["k".repeat(length)]);
    assert!(key(16).is_ok());
    assert!(key(1024).is_ok());
    assert_eq!(fault(key(0)), Fault::TooShort);
    assert_eq!(fault(key(15)), Fault::TooShort);
    assert_eq!(fault(key(1025)), Fault::TooLong);

    for bad in [" ", "\t", "\n", "\r", "\0", "\u{7f}", "\u{80}", "é", "🔑"] {
        for key in [
            format!("{bad}{FIRST}"),
            format!("{FIRST}{bad}"),
            FIRST.replace('-', bad),
        ] {
            assert_eq!(fault(MasterKeys::new([key])), Fault::InvalidCharacter);
        }
    }
    let every: String = ('!'..='~').collect();
    assert!(MasterKeys::new([every]).is_ok());
}

#[test]
fn error_names_the_key() {
    let error = MasterKeys::new([FIRST, SECOND, "short"]).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("master key 3 is shorter than 16 bytes: ")
    );
    assert_eq!(fault(MasterKeys::new([""; 0])), Fault::Empty);
}

#[test]
fn only_the_given_keys_are_accepted() {
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
fn key_has_its_name_or_that_of_its_place() {
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
        assert_eq!(&*keys.name(found), name);
    }
    let error = MasterKeys::named("ops", "short").unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with(r#"master key "ops" is shorter"#)
    );
}

#[test]
fn variable_that_is_unset_or_empty_has_no_key() {
    let from = |value: Option<&str>| MasterKeys::from_variable("KEY", value.map(OsString::from));
    assert!(from(None).unwrap().is_none());
    assert!(from(Some("")).unwrap().is_none());
    assert!(accepted(&from(Some(FIRST)).unwrap().unwrap(), FIRST));

    let error = from(Some("12345")).unwrap_err();
    assert_eq!(error.fault(), Fault::TooShort);
    assert!(
        error
            .to_string()
            .starts_with("environment variable KEY is shorter than ")
    );
    assert_eq!(fault(from(Some(" "))), Fault::TooShort);
    let with_end = format!("{FIRST}\r\n");
    assert!(accepted(&from(Some(&with_end)).unwrap().unwrap(), FIRST));
}
