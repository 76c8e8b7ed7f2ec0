//! Does each layer of the settings do what is said of it, is everything that is wrong told, and no
//! secret?

mod endpoints;
mod errors;
mod flags;
#[cfg(unix)]
mod in_force;
mod layers;
mod secrets;
mod table;

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use tollgate::{Error, Settings, SettingsLoader};

const KEY: &str = "correct-horse-battery";

/// Files of one test. No variable of this process is looked at.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Settings of these variables and of no file.
    fn variables(&self, variables: &[(&str, &str)]) -> SettingsLoader {
        Settings::loader()
            .file(self.write("empty.yaml", ""))
            .env_file(self.write("empty.env", ""))
            .environment(variables.iter().copied())
    }

    /// Settings of a file `shop.yaml` with this text.
    fn yaml(&self, text: &str) -> SettingsLoader {
        self.variables(&[]).file(self.write("shop.yaml", text))
    }

    /// Settings of a file `shop.env` with this text.
    fn dotenv(&self, text: &str) -> SettingsLoader {
        self.variables(&[]).env_file(self.write("shop.env", text))
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

/// The message of an error, without the directory of the test's files.
#[track_caller]
fn refusal(place: &Place, loader: SettingsLoader) -> String {
    let error: Error = loader.load().unwrap_err();
    let directory = format!("{}/", place.0.path().display());
    error.to_string().replace(&directory, "")
}
