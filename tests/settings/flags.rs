//! Flags of the command line.

use clap::{Args, Command, FromArgMatches, Parser};
use tollgate::Flags;

use crate::{Files, refusal};

/// The command line of an application.
#[derive(Debug, Parser)]
struct Shop {
    #[command(flatten)]
    tollgate: Flags,
    #[arg(long)]
    verbose: bool,
}

fn flags(arguments: &[&str]) -> Flags {
    let arguments = ["shop", "--verbose"].iter().chain(arguments);
    let shop = Shop::try_parse_from(arguments).unwrap();
    assert!(shop.verbose);
    shop.tollgate
}

#[test]
fn flags_override_all_other_sources() {
    let files = Files::new();
    let variables = [
        ("METRICS_ENABLED", "false"),
        ("METRICS_ENDPOINT", "/variable"),
    ];
    for arguments in [
        &["--metrics-enabled", "--metrics-endpoint", "/flag"][..],
        &["--metrics-enabled=yes", "--metrics-endpoint=/flag"],
        &["--prometheus-enable", "--metrics-endpoint=/flag"],
    ] {
        let loader = files.variables(&variables).flags(flags(arguments));
        let settings = loader.load().unwrap();
        assert!(settings.enabled(), "{arguments:?}");
        assert_eq!(settings.endpoint(), "/flag");
    }
    let off = files
        .variables(&[("METRICS_ENABLED", "on")])
        .flags(flags(&["--metrics-enabled=off"]));
    assert!(!off.load().unwrap().enabled());
}

#[test]
fn flags_of_coder_work_as_they_are() {
    let files = Files::new();
    let flags = flags(&[
        "--prometheus-enable",
        "--prometheus-address",
        "127.0.0.1:2112",
    ]);
    let settings = files.variables(&[]).flags(flags).load().unwrap();
    assert!(settings.enabled());
    assert_eq!(
        settings.metrics_address().unwrap().to_string(),
        "127.0.0.1:2112"
    );
    assert!(settings.to_string().contains("(flag --prometheus-address)"));
}

#[test]
fn wrong_flags_are_reported_with_all_other_errors() {
    let files = Files::new();
    let flags = flags(&[
        "--metrics-enabled=maybe",
        "--metrics-endpoint=",
        "--metrics-address=:1",
        "--prometheus-address=:2",
    ]);
    let message = refusal(
        &files,
        files.variables(&[("MASTER_KEY", "short")]).flags(flags),
    );
    let lines: Vec<_> = message.lines().collect();
    let [enabled, endpoint, address, key] = lines[..] else {
        panic!("four lines: {message}");
    };
    assert!(enabled.starts_with("metrics.enabled: --metrics-enabled=\"maybe\" is neither"));
    assert!(
        endpoint.starts_with("metrics.endpoint: --metrics-endpoint=\"\": "),
        "{endpoint}"
    );
    assert_eq!(
        address,
        "metrics.address: --metrics-address=\":1\" and --prometheus-address=\":2\" say different \
         things: set one of them"
    );
    assert!(
        key.starts_with("server.master_key: MASTER_KEY=***"),
        "{key}"
    );
}

#[test]
fn help_has_variable_and_default_and_no_flag_for_a_key() {
    let help = Flags::augment_args(Command::new("shop"))
        .render_help()
        .to_string();
    for part in [
        "--metrics-enabled[=<BOOL>]",
        "[env: METRICS_ENABLED] [default: false]",
        "[env: METRICS_ENDPOINT] [default: /metrics]",
        "--metrics-address <ADDRESS>",
        "--master-key-file <FILE>",
        "--management-address <ADDRESS>",
        "The same as --metrics-address",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
    assert!(!help.contains("--master-key "), "{help}");
}

#[test]
fn flags_can_be_parsed_twice() {
    let command = || Flags::augment_args(Command::new("shop"));
    let first = command().get_matches_from(["shop", "--metrics-endpoint=/first"]);
    let mut flags = Flags::from_arg_matches(&first).unwrap();
    let then = command().get_matches_from(["shop", "--metrics-enabled"]);
    flags.update_from_arg_matches(&then).unwrap();

    let files = Files::new();
    let settings = files.variables(&[]).flags(flags).load().unwrap();
    assert!(settings.enabled());
    assert_eq!(settings.endpoint(), "/first");
}
