//! The table of docs/configuration.md, checked against the table of settings.

use std::{env, fs, path::Path};

use super::table::{ENDPOINT, TABLE};

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
    let head = "| Setting | Effect | Variables | Flags | Accepted | Default |\n\
                |---|---|---|---|---|---|\n";
    let rows = TABLE.iter().map(|setting| {
        let prefixed = setting.prefixed_variables.iter();
        let prefixed = prefixed.map(|name| format!("<PREFIX>_{name}"));
        let variables = setting.variables.iter().map(ToString::to_string);
        let cells = [
            code(of_endpoints(setting.yaml, ["all", "<id>"])),
            setting.help.to_owned(),
            code(
                variables
                    .chain(prefixed)
                    .flat_map(|name| of_endpoints(&name, ["ALL", "<ID>"])),
            ),
            code(setting.flags.iter().map(|flag| format!("--{flag}"))),
            setting.accepts.description().to_owned(),
            code(setting.default.map(str::to_owned)),
        ];
        format!("| {} |\n", cells.join(" | "))
    });
    head.to_owned() + &rows.collect::<String>()
}

/// The names of a setting that each endpoint has.
fn of_endpoints(name: &str, endpoints: [&str; 2]) -> Vec<String> {
    let count = if name.contains(ENDPOINT) { 2 } else { 1 };
    let names = endpoints.map(|endpoint| name.replace(ENDPOINT, endpoint));
    names.into_iter().take(count).collect()
}

/// As Markdown, a dash if there are none.
fn code(names: impl IntoIterator<Item = String>) -> String {
    let names = names.into_iter().map(|name| format!("`{name}`"));
    let names = names.collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        "–".to_owned()
    } else {
        names
    }
}
