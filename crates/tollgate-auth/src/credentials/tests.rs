use super::*;
use crate::MasterKeys;

const KEY: &str = "correct-horse-battery-staple";
// STANDARD.encode("prometheus:correct-horse-battery-staple")
const BASIC: &str = "Basic cHJvbWV0aGV1czpjb3JyZWN0LWhvcnNlLWJhdHRlcnktc3RhcGxl";
const ALL: Methods = Methods {
    api_key_header: true,
    basic: true,
};
const BEARER: Methods = Methods {
    api_key_header: false,
    basic: false,
};

fn headers(lines: &[(HeaderName, &[u8])]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(name, HeaderValue::from_bytes(value).unwrap());
    }
    headers
}

/// Returns whether the headers present the right key, or the reason of the refusal.
fn right(lines: &[(HeaderName, &[u8])], methods: Methods) -> Result<bool, Refusal> {
    let keys = MasterKeys::new([KEY]).unwrap();
    presented(&headers(lines), methods).map(|key| keys.find(&key).is_some())
}

fn authorization(value: impl AsRef<[u8]>, methods: Methods) -> Result<bool, Refusal> {
    right(&[(AUTHORIZATION, value.as_ref())], methods)
}

#[test]
fn bearer_has_any_case_and_any_number_of_spaces() {
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        assert_eq!(authorization(format!("{scheme} {KEY}"), BEARER), Ok(true));
    }
    assert_eq!(authorization(format!("Bearer   {KEY}"), BEARER), Ok(true));
    assert_eq!(
        authorization(format!(" \tBearer {KEY}\t "), BEARER),
        Ok(true)
    );
}

#[test]
fn broken_credentials_are_malformed() {
    let values: [&[u8]; 12] = [
        b"",
        b" ",
        b"Bearer",
        b"Bearer ",
        b"Bearer\tcorrect-horse-battery-staple",
        b"Bearer \tcorrect-horse-battery-staple",
        b"Bearer correct-horse battery-staple",
        b"Bearer correct-horse-battery-staple, Bearer correct-horse-battery-staple",
        b"Bearer correct-horse-battery-stapl\xe9",
        b"correct-horse-battery-staple",
        b"Be@rer correct-horse-battery-staple",
        b"\xff \xff",
    ];
    for value in values {
        assert_eq!(
            authorization(value, ALL),
            Err(Refusal::Malformed),
            "{value:?}"
        );
    }
}

#[test]
fn unknown_scheme_presents_no_key() {
    for value in [
        "Digest username=\"a\"",
        "Negotiate YII=",
        "Bearer2 abc",
        "Bear abc",
    ] {
        assert_eq!(authorization(value, ALL), Err(Refusal::UnsupportedScheme));
    }
    assert_eq!(
        authorization(BASIC, BEARER),
        Err(Refusal::UnsupportedScheme)
    );
}

#[test]
fn basic_presents_its_password() {
    assert_eq!(authorization(BASIC, ALL), Ok(true));
    assert_eq!(
        authorization(BASIC.replace("Basic", "BASIC"), ALL),
        Ok(true)
    );
    for (user, password) in [("", KEY), ("a b", KEY), ("é", KEY)] {
        let value = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        assert_eq!(authorization(value, ALL), Ok(true));
    }
    for credentials in [":", "user:", "user::", "correct-horse-battery-staple:user"] {
        let value = format!("Basic {}", STANDARD.encode(credentials));
        assert_eq!(authorization(value, ALL), Ok(false));
    }
}

#[test]
fn basic_credentials_that_do_not_decode_are_malformed() {
    let no_colon = format!("Basic {}", STANDARD.encode(KEY));
    let no_padding = BASIC.trim_end_matches('=').strip_suffix('l').unwrap();
    for value in [
        no_colon.as_str(),
        no_padding,
        "Basic",
        "Basic !",
        "Basic Zm9vOmJh cg==",
    ] {
        assert_eq!(
            authorization(value, ALL),
            Err(Refusal::Malformed),
            "{value}"
        );
    }
}

#[test]
fn credentials_that_are_too_long_are_refused() {
    let longest = "k".repeat(MAX_KEY_BYTES);
    assert_eq!(authorization(format!("Bearer {longest}"), ALL), Ok(false));
    assert_eq!(
        authorization(format!("Bearer {longest}k"), ALL),
        Err(Refusal::WrongKey)
    );

    let basic = |length: usize| {
        let credentials = format!("{}:{longest}", "u".repeat(length - 1 - MAX_KEY_BYTES));
        authorization(format!("Basic {}", STANDARD.encode(credentials)), ALL)
    };
    assert_eq!(basic(MAX_BASIC_BYTES), Ok(false));
    assert_eq!(basic(MAX_BASIC_BYTES + 1), Err(Refusal::Malformed));
    assert_eq!(basic(64 * MAX_BASIC_BYTES), Err(Refusal::Malformed));
}

#[test]
fn only_one_header_may_present_a_key() {
    let bearer = format!("Bearer {KEY}");
    let (bearer, key) = (bearer.as_bytes(), KEY.as_bytes());
    assert_eq!(right(&[], ALL), Err(Refusal::NoCredentials));
    assert_eq!(right(&[(X_API_KEY, key)], ALL), Ok(true));
    assert_eq!(
        right(&[(X_API_KEY, key)], BEARER),
        Err(Refusal::NoCredentials)
    );
    assert_eq!(right(&[(X_API_KEY, b"")], ALL), Err(Refusal::Malformed));
    assert_eq!(right(&[(X_API_KEY, bearer)], ALL), Err(Refusal::Malformed));
    assert_eq!(
        right(&[(X_API_KEY, key), (X_API_KEY, key)], ALL),
        Err(Refusal::Repeated)
    );
    assert_eq!(
        right(&[(AUTHORIZATION, bearer), (AUTHORIZATION, bearer)], BEARER),
        Err(Refusal::Repeated)
    );

    let both: [(HeaderName, &[u8]); 2] = [(AUTHORIZATION, bearer), (X_API_KEY, key)];
    assert_eq!(right(&both, ALL), Err(Refusal::Repeated));
    assert_eq!(right(&both, BEARER), Ok(true));
}
