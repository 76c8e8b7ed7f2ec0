//! Does each layer of the settings do what is said of it, is everything that is wrong told, and no
//! secret?

mod layers;

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tollgate::{Error, Settings, SettingsLoader};

/// Settings of a directory of their own, and of no variable of this process.
struct Place {
    directory: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            directory: TempDir::new().unwrap(),
        }
    }

    /// A loader that reads a file with this text, `tollgate.yaml`.
    fn yaml(&self, text: &str) -> SettingsLoader {
        self.loader(&[]).file(self.write("tollgate.yaml", text))
    }

    /// A loader with these variables and no other.
    fn loader(&self, variables: &[(&str, &str)]) -> SettingsLoader {
        let variables = variables.iter().copied();
        Settings::loader()
            .env_file(self.write("empty.env", ""))
            .environment(variables)
    }

    fn write(&self, name: &str, text: &str) -> impl AsRef<Path> + Into<std::path::PathBuf> {
        let path = self.directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

#[track_caller]
fn refused(loader: SettingsLoader) -> Error {
    loader.load().unwrap_err()
}
