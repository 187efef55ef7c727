//! The pages: every command in them is run, or says why it is not and is then held to the tools it is for; every answer has the shape that is shown;
//! every link leads somewhere.
#![expect(clippy::unwrap_used, reason = "clippy knows a test by its attribute and not what tests share")]
#![expect(clippy::disallowed_methods, reason = "what these tests start is waited for, for a time")]

mod commands;
mod links;
mod page;
mod shape;
mod tools;

use std::path::{Path, PathBuf};

use page::Page;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// What is nobody's page: built, installed or fetched.
const NOT_OURS: [&str; 4] = ["target", "node_modules", ".git", ".aws-sam"];

/// Every page of the project.
fn pages() -> Vec<Page> {
    fn find(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && !NOT_OURS.contains(&name) {
                find(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "md") {
                found.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    find(Path::new(ROOT), &mut paths);
    paths.sort();
    let pages: Vec<Page> = paths.iter().map(|path| Page::read(Path::new(ROOT), path)).collect();
    assert!(pages.iter().any(|page| page.name == "README.md") && pages.len() > 40);
    pages
}

/// What a client may be told is known from one place: the guide has every code that a function answers.
#[test]
fn the_guide_has_every_problem() {
    let source = std::fs::read_to_string(Path::new(ROOT).join("shared/src/http/problem.rs")).unwrap();
    let told = source.split("fn told(").nth(1).unwrap().split("Told { status,").next().unwrap();
    let is_code = |text: &&str| {
        text.len() > 3 && text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
    };
    let codes: Vec<&str> = told.split('"').skip(1).step_by(2).filter(is_code).collect();
    assert!(codes.len() > 35, "{codes:?}");
    let guide = std::fs::read_to_string(Path::new(ROOT).join("docs/api.md")).unwrap();
    let missing: Vec<&str> = codes.into_iter().filter(|code| !guide.contains(&format!("`{code}`"))).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
