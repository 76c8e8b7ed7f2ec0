use std::{io, sync::PoisonError};

use tracing_subscriber::{fmt, layer::SubscriberExt, registry};

use super::*;

/// What was logged, as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What has been logged since it was last taken.
    fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8(bytes).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn log(
    log: &Log,
) -> fmt::Layer<
    registry::Registry,
    fmt::format::DefaultFields,
    fmt::format::Format<fmt::format::Full, ()>,
    impl Fn() -> Log + 'static,
> {
    let log = log.clone();
    fmt::layer()
        .without_time()
        .with_ansi(false)
        .with_writer(move || log.clone())
}

/// Runs a test with a subscriber, one after another: what tracing remembers of each place that logs
/// is shared by all subscribers of the process.
fn with(subscriber: impl Subscriber + Send + Sync + 'static, test: impl FnOnce()) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    tracing::subscriber::with_default(subscriber, test);
}

/// Logs one line at DEBUG as the target `shop::cart`, and says whether it appeared.
fn appears(log: &Log) -> bool {
    log.take();
    tracing::debug!(target: "shop::cart", "filled");
    log.take().contains("filled")
}

fn set(loggers: &Loggers, name: &str, level: Option<LevelFilter>) {
    loggers.set(name, level, None, Some("ops")).unwrap();
}

#[test]
fn a_level_acts_at_once_and_null_takes_it_back() {
    let loggers = Loggers::new("info,shop=info").unwrap();
    let written = Log::default();
    let subscriber = registry().with(log(&written)).with(loggers.layer());
    with(subscriber, || {
        assert!(!appears(&written));
        for name in ["shop", "shop::cart", "ROOT"] {
            let named_closer = name == "ROOT";
            set(&loggers, name, Some(LevelFilter::DEBUG));
            assert_eq!(appears(&written), !named_closer, "{name}");
            set(&loggers, name, None);
            assert!(!appears(&written), "{name}");
        }
    });
}

#[test]
fn a_filter_of_one_layer_does_the_same() {
    let loggers = Loggers::new("info").unwrap();
    let written = Log::default();
    let layer = log(&written).with_filter(loggers.layer());
    with(registry().with(layer), || {
        tracing::info!(target: "shop::cart", "opened");
        set(&loggers, "shop", Some(LevelFilter::DEBUG));
        assert!(appears(&written));
        set(&loggers, "shop", None);
        assert!(!appears(&written));
    });
}

#[test]
fn a_change_is_logged_with_who_even_if_it_silences_that() {
    let loggers = Loggers::new("info,shop=info").unwrap();
    let written = Log::default();
    let subscriber = registry().with(log(&written)).with(loggers.layer());
    with(subscriber, || {
        for (name, level, told) in [
            (
                "shop",
                Some(LevelFilter::DEBUG),
                r#"logger="shop" from="INFO" to="DEBUG" by="ops""#,
            ),
            (
                "shop",
                None,
                r#"logger="shop" from="DEBUG" to="INFO" by="ops""#,
            ),
            (
                "ROOT",
                Some(LevelFilter::OFF),
                r#"logger="ROOT" from="INFO" to="OFF" by="ops""#,
            ),
            (
                "ROOT",
                None,
                r#"logger="ROOT" from="OFF" to="INFO" by="ops""#,
            ),
        ] {
            set(&loggers, name, level);
            let line = written.take();
            assert_eq!(line.matches("log level changed").count(), 1, "{line}");
            assert!(line.contains(told), "{line}");
        }
    });
}

#[tokio::test(start_paused = true)]
async fn a_level_ends_by_itself_unless_it_was_changed_since() {
    let minutes = |minutes: u64| Some(Duration::from_secs(60 * minutes));
    let debug = Some(LevelFilter::DEBUG);
    let configured = |loggers: &Loggers| loggers.get("shop").unwrap().configured;

    let loggers = Loggers::new("info,shop=warn").unwrap();
    loggers.set("shop", debug, minutes(10), None).unwrap();
    assert!(loggers.get("shop").unwrap().until.is_some());
    tokio::time::sleep(Duration::from_secs(599)).await;
    assert_eq!(configured(&loggers), debug);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(configured(&loggers), Some(LevelFilter::WARN));
    assert_eq!(loggers.get("shop").unwrap().until, None);

    // Back to what it was told for good; a later change is not ended by an earlier expiry.
    loggers
        .set("shop", Some(LevelFilter::ERROR), None, None)
        .unwrap();
    loggers.set("shop", debug, minutes(10), None).unwrap();
    loggers
        .set("shop", Some(LevelFilter::TRACE), minutes(20), None)
        .unwrap();
    tokio::time::sleep(Duration::from_secs(601)).await;
    assert_eq!(configured(&loggers), Some(LevelFilter::TRACE));
    tokio::time::sleep(Duration::from_secs(601)).await;
    assert_eq!(configured(&loggers), Some(LevelFilter::ERROR));

    loggers.set("shop", debug, minutes(10), None).unwrap();
    loggers.set("shop", debug, None, None).unwrap();
    tokio::time::sleep(Duration::from_secs(601)).await;
    assert_eq!(configured(&loggers), debug);
}

#[test]
fn a_clock_that_is_wrong_tells_no_end() {
    let logger = |until| Logger {
        configured: None,
        effective: LevelFilter::INFO,
        until: Some(until),
    };
    let epoch = SystemTime::UNIX_EPOCH;
    let second = Duration::from_secs(1);
    assert_eq!(logger(epoch - second).until_text(), None);
    let told = logger(epoch + second).until_text();
    assert_eq!(told.as_deref(), Some("1970-01-01T00:00:01.000Z"));
}

#[test]
fn a_logger_is_known_by_its_crate() {
    let loggers = Loggers::new("info,shop=warn").unwrap();
    for name in ["ROOT", "shop", "shop::cart", "shop::cart::price"] {
        assert!(loggers.get(name).is_ok(), "{name}");
    }
    for name in [
        "",
        "shp",
        "shop:cart",
        "shop::",
        "::shop",
        "shop::a b",
        "shop::\n",
    ] {
        let Refusal(message) = loggers.get(name).unwrap_err();
        assert!(message.contains("shop"), "{name}: {message}");
        assert!(loggers.set(name, None, None, None).is_err(), "{name}");
    }
    let Refusal(message) = loggers.get("shp").unwrap_err();
    let expected = r#"write "shop" if that is meant; accepted are ROOT, shop, and their modules"#;
    assert!(message.contains(expected), "{message}");
    let long = format!("shop::{}", "a".repeat(60_000));
    let Refusal(message) = loggers.get(&long).unwrap_err();
    assert!(message.len() < 200, "{message}");
}

#[test]
fn a_crate_may_be_named_before_it_logs() {
    let loggers = Loggers::new("info").unwrap();
    assert!(loggers.get("shop").is_err());
    let loggers = loggers.known(["shop"]);
    for name in ["shop", "shop::cart"] {
        let logger = loggers.get(name).unwrap();
        let levels = (logger.configured, logger.effective);
        assert_eq!(levels, (None, LevelFilter::INFO), "{name}");
    }
}

#[test]
fn no_more_loggers_are_told_a_level_than_the_most() {
    let loggers = Loggers::new("info,shop=warn").unwrap();
    let tell = |name: &str, level| loggers.set(name, level, None, None);
    for number in 0..levels::MOST {
        tell(&format!("shop::m{number}"), Some(LevelFilter::DEBUG)).unwrap();
    }
    assert!(tell("shop", Some(LevelFilter::DEBUG)).is_err());
    tell("shop::m0", None).unwrap();
    tell("shop", Some(LevelFilter::DEBUG)).unwrap();
}

#[test]
fn concurrent_changes_end_in_the_last_one() {
    let loggers = Loggers::new("info,shop=warn").unwrap();
    let written = Log::default();
    let subscriber = registry().with(log(&written)).with(loggers.layer());
    with(subscriber, || {
        set(&loggers, "shop", Some(LevelFilter::DEBUG));
        assert!(appears(&written));
        // As a subscriber of the whole process is, it is that of each thread too.
        let subscriber = tracing::dispatcher::get_default(Clone::clone);
        for last in [LevelFilter::DEBUG, LevelFilter::ERROR] {
            std::thread::scope(|scope| {
                for level in [LevelFilter::DEBUG, LevelFilter::ERROR, last] {
                    let (loggers, subscriber) = (&loggers, &subscriber);
                    scope.spawn(move || {
                        tracing::dispatcher::with_default(subscriber, || {
                            for _ in 0..100 {
                                set(loggers, "shop", Some(level));
                            }
                        });
                    });
                }
            });
            let debug = loggers.get("shop").unwrap().effective == LevelFilter::DEBUG;
            assert_eq!(appears(&written), debug);
        }
    });
}
