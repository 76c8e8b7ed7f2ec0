use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{BuildError, Push, check_url};

#[track_caller]
fn error(push: Result<Push, BuildError>) -> String {
    push.unwrap_err().to_string()
}

#[track_caller]
fn push(url: &str) -> Push {
    Push::new(url, "nightly").unwrap()
}

#[test]
fn unusable_urls_are_refused_with_the_fix() {
    for (url, fix) in [
        (
            "",
            "it is no URL (relative URL without a base); write one such as http://gateway.internal:9091",
        ),
        (
            "gateway:9091",
            "a gateway is asked over http or https; write one such as http://gateway.internal:9091",
        ),
        (
            "http://",
            "it is no URL (empty host); write one such as http://gateway.internal:9091",
        ),
        (
            "ftp://gateway",
            "a gateway is asked over http or https; write one such as http://gateway.internal:9091",
        ),
        (
            "http://gateway/metrics/job/nightly",
            "the job is no part of a gateway's base; end before /metrics/job",
        ),
    ] {
        let expected = format!("cannot push metrics to {url:?}: {fix}");
        assert_eq!(error(Push::new(url, "nightly")), expected);
        assert_eq!(check_url(url).unwrap_err().to_string(), fix);
    }
}

#[test]
fn secret_parts_of_a_url_are_never_shown() {
    for (url, shown) in [
        (
            "http://ada:s3cret@gateway:99999",
            "http://***@gateway:99999",
        ),
        (
            "http://ada:s3@cr?et@gateway:99999",
            "http://***@gateway:99999",
        ),
        ("ada:s3cret@gateway", "***@gateway"),
        ("ftp://ada:s3cret@gateway", "ftp://***@gateway"),
        ("http://gateway/?token=s3cret", "http://gateway/?***"),
        ("http://gateway/#s3cret", "http://gateway/#***"),
    ] {
        let error = error(Push::new(url, "nightly"));
        let start = format!("cannot push metrics to {shown:?}: ");
        assert!(error.starts_with(&start), "{error}");
    }
}

#[test]
fn credentials_are_never_shown() {
    let secret = "s3cret";
    for push in [
        push("http://ada:s3cret@gateway"),
        push("http://gateway").basic_auth("ada", secret).unwrap(),
        push("http://gateway").bearer(secret).unwrap(),
    ] {
        let shown = format!("{push:?} {:?}", push.credentials);
        assert!(!shown.contains(secret), "{shown}");
        assert!(!shown.contains(&STANDARD.encode("ada:s3cret")), "{shown}");
    }
    for refused in [
        push("http://gateway").bearer("s3cret\n"),
        push("http://gateway").basic_auth("a:b", secret),
        Push::new("http://a%3Ab:s3cret@gateway", "nightly"),
        Push::new("http://ada:s3cret%ff@gateway", "nightly"),
    ] {
        let error = error(refused);
        assert!(!error.contains(secret), "{error}");
    }
}

#[test]
fn credentials_in_the_url_are_decoded() {
    let pushed = push("http://ad%C3%A9:p%40ss:word@gateway/prefix");
    let expected = format!("Basic {}", STANDARD.encode("adé:p@ss:word"));
    assert_eq!(pushed.credentials.unwrap(), expected);
    assert_eq!(pushed.base.as_str(), "http://gateway/prefix");

    let replaced = push("http://ada:word@gateway").bearer("token").unwrap();
    assert_eq!(replaced.credentials.unwrap(), "Bearer token");
}

#[test]
fn https_needs_the_feature_tls() {
    let pushed = Push::new("https://gateway", "nightly");
    if cfg!(feature = "tls") {
        assert!(pushed.is_ok(), "{pushed:?}");
    } else {
        let error = error(pushed);
        assert!(
            error.ends_with("https needs the feature tls of tollgate-push, push-tls of tollgate")
        );
    }
}

#[test]
fn times_of_zero_are_refused() {
    let to = || push("http://gateway");
    assert_eq!(
        error(to().every(Duration::ZERO)),
        "cannot push metrics with an interval of zero; write a longer one"
    );
    assert_eq!(
        error(to().timeout(Duration::ZERO)),
        "cannot push metrics with a timeout of zero; write a longer one"
    );
}
