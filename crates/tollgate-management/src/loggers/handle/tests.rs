use std::{io, time::Duration};

use tracing_subscriber::{filter::LevelFilter, fmt, layer::SubscriberExt, registry};

use super::*;

/// Logged lines, as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Takes the lines since the last call.
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

/// Runs a test with a subscriber, one test at a time: all subscribers of the process share tracing's
/// cache of each place that logs.
fn with(subscriber: impl Subscriber + Send + Sync + 'static, test: impl FnOnce()) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    tracing::subscriber::with_default(subscriber, test);
}

/// Logs one line at DEBUG as the target `shop::cart`, and returns whether it appeared.
fn appears(log: &Log) -> bool {
    log.take();
    tracing::debug!(target: "shop::cart", "filled");
    log.take().contains("filled")
}

fn change(level: Option<LevelFilter>, minutes: Option<u64>) -> Change {
    let lasting = minutes.map(|minutes| Duration::from_secs(60 * minutes));
    Change { level, lasting }
}

fn set(loggers: &Loggers, name: &str, level: Option<LevelFilter>) {
    let change = change(level, None);
    loggers.set(name, change, Some("ops")).unwrap();
}

#[test]
fn level_takes_effect_at_once_and_null_resets_it() {
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
fn filter_of_one_layer_takes_effect_at_once() {
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
fn change_is_logged_even_if_it_silences_itself() {
    let loggers = Loggers::new("info,shop=info").unwrap();
    let written = Log::default();
    let subscriber = registry().with(log(&written)).with(loggers.layer());
    with(subscriber, || {
        for (name, level, fields) in [
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
            assert!(line.contains(fields), "{line}");
        }
    });
}

#[tokio::test(start_paused = true)]
async fn level_for_a_time_ends_unless_it_was_changed() {
    let debug = Some(LevelFilter::DEBUG);
    let configured = |loggers: &Loggers| loggers.get("shop").unwrap().configured;

    let loggers = Loggers::new("info,shop=warn").unwrap();
    loggers.set("shop", change(debug, Some(10)), None).unwrap();
    assert!(loggers.get("shop").unwrap().until.is_some());
    tokio::time::sleep(Duration::from_secs(599)).await;
    assert_eq!(configured(&loggers), debug);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(configured(&loggers), Some(LevelFilter::WARN));
    assert_eq!(loggers.get("shop").unwrap().until, None);

    // The lasting level comes back, and an earlier expiry does not end a later change.
    set(&loggers, "shop", Some(LevelFilter::ERROR));
    loggers.set("shop", change(debug, Some(10)), None).unwrap();
    let trace = change(Some(LevelFilter::TRACE), Some(20));
    loggers.set("shop", trace, None).unwrap();
    tokio::time::sleep(Duration::from_secs(601)).await;
    assert_eq!(configured(&loggers), Some(LevelFilter::TRACE));
    tokio::time::sleep(Duration::from_secs(601)).await;
    assert_eq!(configured(&loggers), Some(LevelFilter::ERROR));

    loggers.set("shop", change(debug, Some(10)), None).unwrap();
    set(&loggers, "shop", debug);
    tokio::time::sleep(Duration::from_secs(601)).await;
    assert_eq!(configured(&loggers), debug);
}

#[test]
fn modules_of_known_crates_are_loggers() {
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
        let message = loggers.get(name).unwrap_err();
        assert!(message.contains("shop"), "{name}: {message}");
        assert!(
            loggers.set(name, change(None, None), None).is_err(),
            "{name}"
        );
    }
    let message = loggers.get("shp").unwrap_err();
    let expected = r#"write "shop" if that is meant; accepted are ROOT, shop, and their modules"#;
    assert!(message.contains(expected), "{message}");
    let long = format!("shop::{}", "a".repeat(60_000));
    let message = loggers.get(&long).unwrap_err();
    assert!(message.len() < 200, "{message}");
}

#[test]
fn crate_may_be_named_before_it_logs() {
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
fn levels_beyond_the_maximum_are_refused() {
    let loggers = Loggers::new("info,shop=warn").unwrap();
    let debug = change(Some(LevelFilter::DEBUG), None);
    for number in 0..levels::MAX_CHANGED {
        let name = format!("shop::m{number}");
        loggers.set(&name, debug, None).unwrap();
    }
    assert!(loggers.set("shop", debug, None).is_err());
    set(&loggers, "shop::m0", None);
    loggers.set("shop", debug, None).unwrap();
}

#[test]
fn concurrent_changes_end_in_the_last_one() {
    let loggers = Loggers::new("info,shop=warn").unwrap();
    let written = Log::default();
    let subscriber = registry().with(log(&written)).with(loggers.layer());
    with(subscriber, || {
        set(&loggers, "shop", Some(LevelFilter::DEBUG));
        assert!(appears(&written));
        // Each thread has the subscriber, as if it were that of the whole process.
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
