//! Command-line flags.

use std::collections::HashMap;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::table::{Accepts, Setting, TABLE};

/// The flags of the settings, to flatten into a command line of clap's.
///
/// A flag for a switch may stand alone, `--metrics-enabled`, or have a value, which is checked with
/// all other settings when they are [loaded](super::SettingsLoader::flags). There is no flag for a
/// key: every user of the machine could read it.
///
/// # Examples
///
/// ```
/// use clap::{Command, Args, FromArgMatches};
/// use tollgate::{Flags, Settings};
///
/// let command = Flags::augment_args(Command::new("shop"));
/// let matches = command.get_matches_from(["shop", "--metrics-enabled"]);
/// let flags = Flags::from_arg_matches(&matches)?;
///
/// let settings = Settings::loader().flags(flags).load()?;
/// assert!(settings.enabled());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With clap's derive it is a field: `#[command(flatten)] tollgate: tollgate::Flags`.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub(super) given: HashMap<&'static str, String>,
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let flags = TABLE
            .iter()
            .flat_map(|setting| setting.flags.iter().map(move |flag| arg(setting, flag)));
        command.args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for flag in TABLE.iter().flat_map(|setting| setting.flags) {
            if let Some(value) = matches.get_one::<String>(flag) {
                self.given.insert(flag, value.clone());
            }
        }
        Ok(())
    }
}

fn arg(setting: &Setting, flag: &'static str) -> Arg {
    let arg = Arg::new(flag).long(flag).help(match setting.flags[0] {
        own if own != flag => format!("The same as --{own}"),
        _ => {
            let default = setting.default;
            let default = default.map(|default| format!(" [default: {default}]"));
            let default = default.unwrap_or_default();
            format!("{} [env: {}]{default}", setting.help, setting.variables[0])
        }
    });
    match setting.accepts {
        Accepts::Switch => arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name("BOOL"),
        Accepts::Address => arg.value_name("ADDRESS"),
        Accepts::MasterKeyFile => arg.value_name("FILE"),
        _ => arg.value_name("PATH"),
    }
}
