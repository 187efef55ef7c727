//! What a function is made of, so that a change in one endpoint does not deploy its neighbours again.
//!
//! The endpoints of a domain are modules of one library, and the linker lays every program of the domain out anew when one
//! of them changes: by its bytes alone, each would count as changed. A function is made of all that its package and the
//! rooms below hold, but for the endpoints beside it that it does not name (docs/decisions/0019).

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use crate::place::sha256;

/// The sources of all functions, read once.
pub struct Sources {
    /// A hash of what every function is made of.
    common: String,
    packages: Vec<Package>,
}

/// One package under `functions/`: its files by their path in it.
struct Package {
    files: BTreeMap<String, String>,
    endpoints: Vec<String>,
}

impl Sources {
    /// Reads the sources of the workspace at `root`.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut common = BTreeMap::new();
        // The descriptions in .sqlx follow from the statements and the migrations. A room's Cargo.toml decides the features
        // of everybody's dependencies.
        for part in ["shared", "migrations", ".cargo"] {
            read(root, &root.join(part), &mut common)?;
        }
        for part in [
            "openapi.yaml",
            "Cargo.toml",
            "Cargo.lock",
            "rust-toolchain.toml",
            "local/Cargo.toml",
            "tests/Cargo.toml",
        ] {
            read(root, &root.join(part), &mut common)?;
        }
        let mut packages = Vec::new();
        for entry in fs::read_dir(root.join("functions"))? {
            let package = entry?.path();
            read(root, &package.join("Cargo.toml"), &mut common)?;
            packages.push(Package::read(root, &package)?);
        }
        Ok(Self { common: hash(&common), packages })
    }

    /// A hash of what the function is made of; `None` when no package has it.
    #[must_use]
    pub fn of(&self, endpoint: &str) -> Option<String> {
        let package =
            self.packages.iter().find(|package| package.endpoints.iter().any(|name| name == endpoint))?;
        let mut reached = package.reached_by(endpoint);
        reached.insert(String::new(), self.common.clone());
        Some(hash(&reached))
    }
}

impl Package {
    fn read(root: &Path, folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        for part in ["src", "build.rs", "pages"] {
            read(folder, &folder.join(part), &mut files)?;
        }
        // The chat page runs the client.
        if folder.ends_with("docs") {
            read(root, &root.join("clients/typescript/dist"), &mut files)?;
        }
        let doors = files.keys().filter_map(|path| path.strip_prefix("src/bin/")?.strip_suffix(".rs"));
        let endpoints = doors.map(str::to_owned).collect();
        Ok(Self { files, endpoints })
    }

    /// The files that the function can reach.
    fn reached_by(&self, endpoint: &str) -> BTreeMap<String, String> {
        let (mut apart, mut within): (Vec<&str>, Vec<&str>) = self
            .endpoints
            .iter()
            .map(String::as_str)
            .partition(|name| *name != endpoint && !self.reaches_out(name));
        loop {
            let reached = self.without(&apart);
            let named = apart.iter().position(|name| reached.values().any(|text| names(text, name)));
            match named {
                Some(index) => within.push(apart.swap_remove(index)),
                None => return reached,
            }
        }
    }

    /// All files but those of the endpoints apart, and without the lines that declare these.
    fn without(&self, apart: &[&str]) -> BTreeMap<String, String> {
        let of_one_apart = |path: &str| {
            let path = path.strip_prefix("src/").unwrap_or(path);
            let path = path.strip_prefix("bin/").unwrap_or(path);
            let name = path.split(['.', '/']).next().unwrap_or_default();
            apart.contains(&name)
        };
        let declares_one_apart = |line: &str| {
            apart
                .iter()
                .any(|name| line.strip_suffix(';').is_some_and(|line| line == format!("pub mod {name}")))
        };
        let kept = self.files.iter().filter(|(path, _)| !of_one_apart(path));
        kept.map(|(path, text)| {
            let lines = text.lines().filter(|line| !declares_one_apart(line.trim()));
            (path.clone(), lines.collect::<Vec<_>>().join("\n"))
        })
        .collect()
    }

    /// Whether the endpoint can change its neighbours without being named by them: with a macro, or by adding to a type that
    /// it does not declare.
    fn reaches_out(&self, endpoint: &str) -> bool {
        let Some(text) = self.files.get(&format!("src/{endpoint}.rs")) else { return true };
        let declares = |name: &str| {
            ["struct", "enum", "trait"].iter().any(|kind| {
                code(text).any(|line| {
                    let mut words = words(line);
                    words.any(|word| word == *kind) && words.next() == Some(name)
                })
            })
        };
        code(text).any(|line| {
            let line = line.trim_start();
            if line.contains("macro_rules!") || line.contains("#[path") {
                return true;
            }
            let Some(header) = line.strip_prefix("impl") else { return false };
            let of = header.split(" for ").last().unwrap_or(header);
            // Past the parameters of `impl<…>`, the type's own name.
            let of = if of == header { header.split_once("> ").map_or(header, |(_, rest)| rest) } else { of };
            words(of).next().is_none_or(|name| !declares(name))
        })
    }
}

/// The lines of a source without their comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split("//").next().unwrap_or(line))
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// Whether the code has the word.
fn names(text: &str, name: &str) -> bool {
    code(text).any(|line| words(line).any(|word| word == name))
}

fn hash(files: &BTreeMap<String, String>) -> String {
    let mut all = String::new();
    for (path, text) in files {
        // Lengths keep two files from passing for one.
        let parts = [&path.len().to_string(), path, &text.len().to_string(), text];
        for part in parts {
            all.push_str(part);
            all.push(' ');
        }
    }
    sha256(all.as_bytes())
}

/// Adds a file, or all files below a folder, to `files`; what is not there is left out.
fn read(root: &Path, path: &Path, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    if path.is_dir() {
        let mut entries =
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
        entries.sort();
        for entry in entries {
            read(root, &entry, files)?;
        }
    } else if path.is_file() {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
        files.insert(name, String::from_utf8_lossy(&fs::read(path)?).into_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package of two endpoints that share a module.
    fn package() -> Sources {
        let files = [
            ("src/lib.rs", "//! Two: `one` and `two`.\npub mod one;\nmod row;\npub mod two;\n"),
            ("src/row.rs", "pub struct Row;\n"),
            (
                "src/one.rs",
                "use crate::row::Row;\nstruct Own;\nimpl Parse for Own {}\npub fn handle(_: Row) {}\n",
            ),
            ("src/one.sql", "SELECT 1"),
            ("src/two.rs", "use crate::row::Row;\npub fn handle(_: Row) {}\n"),
            ("src/bin/one.rs", "fn main() { one::handle() }"),
            ("src/bin/two.rs", "fn main() { two::handle() }"),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let endpoints = vec!["one".to_owned(), "two".to_owned()];
        let package = Package { files: files.into(), endpoints };
        Sources { common: String::new(), packages: vec![package] }
    }

    /// Which of the two functions the change makes another.
    fn changed_by(path: &str, change: impl Fn(&str) -> String) -> [bool; 2] {
        let (before, mut after) = (package(), package());
        let text = after.packages[0].files.get(path).cloned().unwrap_or_default();
        after.packages[0].files.insert(path.to_owned(), change(&text));
        ["one", "two"].map(|name| before.of(name) != after.of(name))
    }

    #[test]
    fn an_endpoint_is_its_own_affair() {
        assert_eq!(changed_by("src/one.rs", |text| format!("{text}fn more() {{}}\n")), [true, false]);
        assert_eq!(changed_by("src/one.sql", |_| "SELECT 2".to_owned()), [true, false]);
        assert_eq!(changed_by("src/bin/two.rs", |text| format!("{text} ")), [false, true]);
    }

    #[test]
    fn what_they_share_is_everybodys() {
        assert_eq!(changed_by("src/row.rs", |text| format!("{text}fn more() {{}}\n")), [true, true]);
        let mut after = package();
        "changed".clone_into(&mut after.common);
        assert_ne!(package().of("one"), after.of("one"));
    }

    #[test]
    fn what_a_build_script_packs_is_part_of_what_it_packs_it_into() {
        assert_eq!(changed_by("pages/demo/main.js", |_| "start();".to_owned()), [true, true]);
        assert_eq!(changed_by("build.rs", |_| "fn main() {}".to_owned()), [true, true]);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let docs = Package::read(&root, &root.join("functions/docs")).unwrap();
        for part in ["build.rs", "pages/demo/main.js", "clients/typescript/dist/talkify.js"] {
            assert!(docs.files.contains_key(part), "{part}");
        }
    }

    #[test]
    fn one_that_names_another_is_made_of_it_too() {
        let mut before = package();
        before.packages[0].files.insert("src/row.rs".to_owned(), "use crate::one::handle;".to_owned());
        let mut after = package();
        after.packages[0].files.insert("src/row.rs".to_owned(), "use crate::one::handle;".to_owned());
        after.packages[0].files.insert("src/one.sql".to_owned(), "SELECT 2".to_owned());
        assert_ne!(before.of("two"), after.of("two"));
    }

    #[test]
    fn one_that_adds_to_what_it_does_not_declare_is_everybodys() {
        for addition in ["impl Row {}", "impl<T> From<T> for Row {}", "macro_rules! shared { () => {} }"] {
            let [own, neighbour] = changed_by("src/one.rs", |text| format!("{text}{addition}\n"));
            assert!(own && neighbour, "{addition}");
        }
    }

    #[test]
    fn a_new_neighbour_changes_nobody() {
        let (before, mut after) = (package(), package());
        let package = &mut after.packages[0];
        package.files.insert(
            "src/lib.rs".to_owned(),
            "//! Two: `one` and `two`.\npub mod one;\nmod row;\npub mod three;\npub mod two;\n".to_owned(),
        );
        package.files.insert("src/three.rs".to_owned(), "pub fn handle() {}".to_owned());
        package.files.insert("src/bin/three.rs".to_owned(), "fn main() { three::handle() }".to_owned());
        package.endpoints.push("three".to_owned());
        assert_eq!(before.of("one"), after.of("one"));
    }
}
