//! Settings of every layer: their values, their errors, and no secret in either.

mod endpoints;
mod errors;
mod flags;
mod foreign;
#[cfg(unix)]
mod in_force;
mod layers;
mod secrets;
mod table;

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use tollgate::{Error, Settings, SettingsLoader, Tollgate};

const KEY: &str = "correct-horse-battery";

/// The files of one test. No variable of this process is read.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Returns a loader of these variables and of no file.
    fn variables(&self, variables: &[(&str, &str)]) -> SettingsLoader {
        Settings::loader()
            .file(self.write("empty.yaml", ""))
            .env_file(self.write("empty.env", ""))
            .environment(variables.iter().copied())
    }

    /// Returns a loader of a file `shop.yaml` with this text.
    fn yaml(&self, text: &str) -> SettingsLoader {
        self.variables(&[]).file(self.write("shop.yaml", text))
    }

    /// Returns a loader of a file `shop.env` with this text.
    fn dotenv(&self, text: &str) -> SettingsLoader {
        self.variables(&[]).env_file(self.write("shop.env", text))
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

/// Uses every setting, as an app with metrics does.
fn used(loader: SettingsLoader) -> Result<(), Error> {
    let settings = loader.load()?;
    let suite = Tollgate::builder().enabled(true);
    suite.settings(settings.clone()).build()?;
    settings.port()?;
    settings.base_path()?;
    Ok(())
}

/// Returns the message of an error, without the directory of the test's files.
#[track_caller]
fn refusal(files: &Files, loader: SettingsLoader) -> String {
    let error = used(loader).unwrap_err();
    let directory = format!("{}/", files.0.path().display());
    error.to_string().replace(&directory, "")
}
