//! `cargo run -- prepare`: refreshes the data that sqlx checks queries with when there is no database, `.sqlx`.

use std::{
    collections::BTreeMap,
    fs,
    fs::File,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    Failure, for_tests,
    place::{Place, make_folder, remove},
    postgres::Postgres,
    process::{outside_cargo, run},
    progress::{say, step},
};

const SCRATCH: &str = "talkify_prepare";

/// Replaces `.sqlx` with what the queries need now; with `check`, fails instead when it says something else.
pub fn prepare(check: bool) -> Result<(), Failure> {
    let server = for_tests::postgres()?;
    let place = Place::tests()?;
    let postgres = Postgres::prepare(&place)?;
    let fresh = place.file("sqlx");
    remove(&fresh)?;
    make_folder(&fresh)?;
    step("apply migrations/*.sql to a scratch database", || {
        postgres.sql(server.port, "postgres", &format!("drop database if exists {SCRATCH} with (force)"))?;
        postgres.sql(server.port, "postgres", &format!("create database {SCRATCH}"))?;
        for migration in migrations(&place)? {
            postgres.sql_file(server.port, SCRATCH, &migration)?;
        }
        Ok(())
    })?;
    let checked = step("check every query against it", || ask_cargo(&place, &server.url(SCRATCH), &fresh));
    postgres.sql(server.port, "postgres", &format!("drop database if exists {SCRATCH} with (force)"))?;
    checked?;
    let (committed, needed) = (read_folder(&place.root.join(".sqlx"))?, read_folder(&fresh)?);
    let difference = difference(&committed, &needed);
    if check {
        return difference.map_or(Ok(()), |difference| Err(Failure::StaleQueries(difference)));
    }
    if let Some(difference) = difference {
        replace(&place.root.join(".sqlx"), &committed, &needed)?;
        say(&format!("  .sqlx is refreshed: {difference}"));
    } else {
        say("  .sqlx was fresh");
    }
    Ok(())
}

/// The migrations in their order.
fn migrations(place: &Place) -> Result<Vec<PathBuf>, Failure> {
    let folder = place.root.join("migrations");
    let entries = fs::read_dir(&folder).map_err(Failure::file("reading", &folder))?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "sql"))
        .collect();
    files.sort();
    Ok(files)
}

/// Has cargo expand every query macro against the database, which writes what each query needs into a folder.
fn ask_cargo(place: &Place, database: &str, fresh: &Path) -> Result<(), Failure> {
    // A macro is expanded again only when its file changed: the roots of our packages are dated now, and dated back afterwards so
    // that other builds need not start over.
    let touched = touch_roots(&place.root)?;
    let mut cargo = outside_cargo("cargo");
    cargo
        .args(["check", "--workspace", "--all-targets"])
        .current_dir(&place.root)
        .env("DATABASE_URL", database)
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", fresh);
    let result = run(&mut cargo);
    for root in touched {
        root.date_back();
    }
    if result?.success() {
        return Ok(());
    }
    Err(Failure::Other("a query does not fit the migrations: mend what cargo reports above".to_owned()))
}

/// The root of a crate that was dated now.
struct Touched {
    path: PathBuf,
    before: SystemTime,
    now: SystemTime,
}

impl Touched {
    /// Gives the file its own date again, unless somebody has edited it in the meantime. If that fails, a build does more than it
    /// has to.
    fn date_back(&self) {
        if let Ok(file) = File::options().append(true).open(&self.path)
            && file.metadata().and_then(|data| data.modified()).is_ok_and(|date| date == self.now)
        {
            let _ = file.set_modified(self.before);
        }
    }
}

/// Dates the root of every crate of ours now.
fn touch_roots(root: &Path) -> Result<Vec<Touched>, Failure> {
    let mut touched = Vec::new();
    let mut folders = vec![root.join("functions"), root.join("shared"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") && is_root(&path) {
                let file =
                    File::options().append(true).open(&path).map_err(Failure::file("opening", &path))?;
                let date = || file.metadata().and_then(|data| data.modified());
                let before = date().map_err(Failure::file("reading", &path))?;
                file.set_modified(SystemTime::now()).map_err(Failure::file("dating", &path))?;
                // As the file system keeps it, which may be less exact.
                let now = date().map_err(Failure::file("reading", &path))?;
                touched.push(Touched { path, before, now });
            }
        }
    }
    Ok(touched)
}

/// Whether a file may be the root of a crate: a library, a program, a test.
fn is_root(path: &Path) -> bool {
    let parent = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    matches!(name, "lib.rs" | "main.rs") || matches!(parent, "bin" | "tests" | "benches" | "examples")
}

type Files = BTreeMap<String, Vec<u8>>;

fn read_folder(folder: &Path) -> Result<Files, Failure> {
    let mut files = Files::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|kind| kind == "json") {
            let bytes = fs::read(&path).map_err(Failure::file("reading", &path))?;
            files.insert(entry.file_name().to_string_lossy().into_owned(), bytes);
        }
    }
    Ok(files)
}

/// What differs, in words; `None` when nothing does.
fn difference(committed: &Files, needed: &Files) -> Option<String> {
    let missing = needed.keys().filter(|name| !committed.contains_key(*name));
    let unused = committed.keys().filter(|name| !needed.contains_key(*name));
    let stale = needed
        .iter()
        .filter(|(name, bytes)| committed.get(*name).is_some_and(|old| old != *bytes))
        .map(|(name, _)| name);
    let words: Vec<String> = [("missing", list(missing)), ("unused", list(unused)), ("stale", list(stale))]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(word, names)| format!("{word} in .sqlx: {names}"))
        .collect();
    (!words.is_empty()).then(|| words.join("; "))
}

/// The first few names.
fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    const SHOWN: usize = 3;
    let names: Vec<&str> = names.map(String::as_str).collect();
    let more = names.len().saturating_sub(SHOWN);
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

fn replace(folder: &Path, committed: &Files, needed: &Files) -> Result<(), Failure> {
    make_folder(folder)?;
    for name in committed.keys().filter(|name| !needed.contains_key(*name)) {
        remove(&folder.join(name))?;
    }
    for (name, bytes) in needed.iter().filter(|(name, bytes)| committed.get(*name) != Some(*bytes)) {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(Failure::file("writing", &path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(content: &[(&str, &str)]) -> Files {
        content.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn equal_data_is_fresh() {
        assert_eq!(difference(&files(&[("a.json", "1")]), &files(&[("a.json", "1")])), None);
    }

    #[test]
    fn each_kind_of_difference_is_named() {
        let committed = files(&[("old.json", "1"), ("changed.json", "1")]);
        let needed = files(&[("new.json", "1"), ("changed.json", "2")]);
        let words = difference(&committed, &needed).unwrap();
        assert_eq!(
            words,
            "missing in .sqlx: new.json; unused in .sqlx: old.json; stale in .sqlx: changed.json"
        );
    }

    #[test]
    fn a_long_list_is_cut() {
        let needed = files(&[("1.json", ""), ("2.json", ""), ("3.json", ""), ("4.json", "")]);
        assert!(difference(&Files::new(), &needed).unwrap().ends_with("3.json and 1 more"));
    }

    #[test]
    fn roots_are_told_from_modules() {
        assert!(is_root(Path::new("functions/messages/src/bin/send_message.rs")));
        assert!(
            is_root(Path::new("shared/src/lib.rs"))
                && is_root(Path::new("functions/messages/tests/send_message.rs"))
        );
        assert!(!is_root(Path::new("functions/messages/src/send_message.rs")));
    }
}
