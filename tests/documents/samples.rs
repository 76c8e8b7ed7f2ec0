//! Samples of the documents, and the list of crates.

use std::{fs, path::Path};

/// The root of the workspace.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Returns the paths in a folder of the workspace.
fn entries(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(Path::new(ROOT).join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path().to_string_lossy().into_owned());
    paths.collect()
}

#[test]
fn every_program_of_the_documents_and_examples_shows_what_tollgate_logs() {
    let mut programs = Vec::new();
    let mut documents = entries("docs");
    documents.extend(
        entries("crates")
            .iter()
            .map(|path| format!("{path}/README.md")),
    );
    documents.push(format!("{ROOT}/README.md"));
    for path in documents {
        // A folder, such as that of the decisions, has no text.
        let document = fs::read_to_string(&path).unwrap_or_default();
        let samples = document.split("```rust").skip(1);
        let samples = samples.filter_map(|rest| rest.split("```").next());
        programs.extend(samples.map(|sample| (path.clone(), sample.to_owned())));
    }
    for example in entries("examples") {
        let path = format!("{example}/src/main.rs");
        let program = fs::read_to_string(&path).unwrap();
        programs.push((path, program));
    }
    programs.retain(|(_, program)| program.contains("fn main()"));
    programs.retain(|(_, program)| program.contains("use tollgate::"));
    assert!(programs.len() >= 9, "{programs:#?}");
    for (path, program) in programs {
        assert!(program.contains("tracing_subscriber"), "{path}: {program}");
    }
}

#[test]
fn readme_lists_every_crate() {
    let readme = fs::read_to_string(format!("{ROOT}/README.md")).unwrap();
    for path in entries("crates") {
        let name = path.rsplit('/').next().unwrap();
        let row = format!("| [`{name}`](crates/{name}) | ");
        assert!(readme.contains(&row), "{name}");
    }
}
