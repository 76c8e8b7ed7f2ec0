//! The table of docs/configuration.md, checked against the table of settings.

use std::{env, fs, path::Path};

use super::{
    key::Aspect,
    table::{Accepts, Setting, TABLE},
};

const START: &str = "<!-- settings: as the code has them, see CONTRIBUTING.md -->\n";
const END: &str = "<!-- end of settings -->\n";

#[test]
fn document_has_the_table_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let document = fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once(START).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    if env::var_os("UPDATE_DOCUMENTS").is_some() {
        fs::write(&path, format!("{before}{START}{}{END}{after}", rendered())).unwrap();
        return;
    }
    assert_eq!(table, rendered(), "CONTRIBUTING.md says how to update it");
}

fn rendered() -> String {
    let head = "| Setting | What it is | Variables | Flags | Accepted | Default |\n\
                |---|---|---|---|---|---|\n";
    let rows = TABLE.iter().map(|setting| {
        let cells = [
            code([setting.yaml]),
            setting.help.to_owned(),
            variables(setting),
            code(setting.flags.iter().map(|flag| format!("--{flag}"))),
            setting.accepts.description().to_owned(),
            code(setting.default),
        ];
        format!("| {} |\n", cells.join(" | "))
    });
    let endpoints = Aspect::ALL.into_iter().map(|aspect| {
        let name = aspect.name();
        let variable = name.to_ascii_uppercase();
        let places = ["all", "<id>"].map(|id| format!("management.{id}.{name}"));
        let variables = ["ALL", "<ID>"].map(|id| format!("MANAGEMENT_{id}_{variable}"));
        let (places, variables) = (code(places), code(variables));
        let help = match aspect {
            Aspect::Enabled => "Serve the endpoint",
            Aspect::Sensitive => "Close the endpoint where there is no key",
            Aspect::ReadOnly => "Let the endpoint change nothing",
        };
        let accepted = Accepts::Switch.description();
        format!("| {places} | {help} | {variables} | – | {accepted} | – |\n")
    });
    head.to_owned() + &rows.chain(endpoints).collect::<String>()
}

fn variables(setting: &Setting) -> String {
    let prefixed = setting.prefixed_variables.iter();
    let prefixed = prefixed.map(|name| format!("<PREFIX>_{name}"));
    code(setting.variables().map(str::to_owned).chain(prefixed))
}

/// As Markdown, a dash if there are none.
fn code<T: ToString>(names: impl IntoIterator<Item = T>) -> String {
    let names = names
        .into_iter()
        .map(|name| format!("`{}`", name.to_string()));
    let names = names.collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        "–".to_owned()
    } else {
        names
    }
}
