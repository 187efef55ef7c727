//! The functions: built by cargo-lambda, packed one by one so that only what changed is deployed again.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
    time::UNIX_EPOCH,
};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    Failure,
    place::{Place, make_folder, remove, sha256},
    process::run,
    reach::Sources,
    template::Template,
    tools::{self, Set},
};

/// Builds the functions.
pub fn build(place: &Place) -> Result<(), Failure> {
    let installed = tools::install(place, Set::Build)?;
    // A keeper may run from it since `put_back`, and cargo-lambda writes into the file that is there: it fails where that is busy.
    remove(&place.target.join("lambda/local"))?;
    let mut cargo = tools::program(&installed, "cargo-lambda");
    // The machine's own compiler, and the programs of the whole workspace: cargo joins the features of what it is asked for, so a
    // narrower choice would compile most dependencies once more than `cargo run` and `cargo test` do.
    cargo
        .args(["lambda", "build", "--compiler", "cargo", "--workspace", "--bins"])
        .current_dir(&place.root)
        .env("SQLX_OFFLINE", "true");
    // Cargo's own words go to the terminal: they are the progress, and the reason when it fails.
    if !run(&mut cargo)?.success() {
        return Err(Failure::Build);
    }
    put_back(place).map_err(Failure::file("linking the programs in", &place.target))
}

/// Puts the programs back to where cargo built them and cargo-lambda took them from: tests that run a program of their package
/// look for it there.
fn put_back(place: &Place) -> io::Result<()> {
    for function in fs::read_dir(place.target.join("lambda"))?.flatten() {
        let (name, program) = (function.file_name(), function.path().join("bootstrap"));
        for machine in fs::read_dir(&place.target)?.flatten() {
            let built = machine.path().join("debug").join(&name);
            if built.with_extension("d").exists() && !built.exists() && program.exists() {
                fs::hard_link(&program, &built)?;
            }
        }
    }
    Ok(())
}

/// Packs the built functions that the template names. A file's name holds the hash of its content; a function that is made of
/// the same sources as the last time keeps its file, and what keeps its file is not deployed again.
pub fn pack(place: &Place, template: &Template) -> Result<BTreeMap<String, String>, Failure> {
    let folder = place.file("functions");
    make_folder(&folder)?;
    let sources = Sources::read(&place.root).map_err(Failure::file("reading the sources in", &place.root))?;
    let mut packed = BTreeMap::new();
    for (id, binary) in template.functions() {
        let made_of = sources.of(&binary);
        let note = folder.join(format!("{binary}.sources"));
        if let Some(file) = made_of.as_deref().and_then(|made_of| packed_before(&note, made_of)) {
            packed.insert(binary, file);
            continue;
        }
        let built = place.target.join("lambda").join(&binary).join("bootstrap");
        let bytes = without_symbols(&built, &folder.join("stripped")).map_err(|_| {
            Failure::Template(format!(
                "the function {id} names the binary `{binary}`, which no package under functions/ has"
            ))
        })?;
        let file = folder.join(format!("{binary}-{}.zip", &sha256(&bytes)[..16]));
        if !file.exists() {
            forget_older(&folder, &binary);
            let draft = file.with_extension("draft");
            write_zip(&draft, &bytes)
                .map_err(|error| Failure::Other(format!("packing {binary} failed: {error}")))?;
            fs::rename(&draft, &file).map_err(Failure::file("renaming", &draft))?;
        }
        let file = file.to_string_lossy().into_owned();
        if let Some(made_of) = made_of {
            fs::write(&note, format!("{made_of} {file}")).map_err(Failure::file("writing", &note))?;
        }
        packed.insert(binary, file);
    }
    Ok(packed)
}

/// The file that was packed from the same sources, if it is still there.
fn packed_before(note: &Path, made_of: &str) -> Option<String> {
    let noted = fs::read_to_string(note).ok()?;
    let file = noted.strip_prefix(made_of)?.trim_start();
    Path::new(file).exists().then(|| file.to_owned())
}

/// A program without its symbols and the linker's hash of it, which change with comments though the program itself does not.
/// With no such `strip` on the machine it stays as it is, and more is deployed than has changed.
fn without_symbols(built: &Path, stripped: &Path) -> io::Result<Vec<u8>> {
    let strip = Command::new("strip")
        .args(["--strip-all", "--remove-section=.note.gnu.build-id", "-o"])
        .args([stripped, built])
        .stderr(Stdio::null())
        .status();
    let bytes = fs::read(if strip.is_ok_and(|status| status.success()) { stripped } else { built });
    let _ = fs::remove_file(stripped);
    bytes
}

/// A hash of everything that a deployment is made of, by size and time of change: whether anything changed is known without
/// running cargo.
pub fn sources(place: &Place) -> String {
    let mut seen = Vec::new();
    for part in [
        "functions",
        // What a page runs.
        "clients/typescript/dist",
        "shared",
        "migrations",
        ".sqlx",
        ".cargo",
        "template.yaml",
        "openapi.yaml",
        "Cargo.toml",
        "Cargo.lock",
    ] {
        note(&place.root.join(part), &mut seen);
    }
    seen.sort_unstable();
    sha256(seen.join("\n").as_bytes())
}

fn note(path: &Path, seen: &mut Vec<String>) {
    let Ok(data) = path.metadata() else { return };
    if data.is_dir() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            note(&entry.path(), seen);
        }
        return;
    }
    let changed =
        data.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    seen.push(format!("{} {} {}", path.display(), data.len(), changed.as_nanos()));
}

/// Writes what Lambda takes for a function: a zip with an executable `bootstrap`. It is compressed lightly, because the emulator
/// keeps it three times over, and it has no date, so that equal functions are equal files.
fn write_zip(path: &Path, bootstrap: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let options = SimpleFileOptions::DEFAULT
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1))
        .unix_permissions(0o755);
    let mut zip = ZipWriter::new(File::create(path)?);
    zip.start_file("bootstrap", options)?;
    zip.write_all(bootstrap)?;
    zip.finish()?;
    Ok(())
}

fn forget_older(folder: &Path, binary: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // `<binary>-<16 digits>.zip`: another function's name may begin with this one's.
        if name.rsplit_once('-').is_some_and(|(of, _)| of == binary) {
            let _ = remove(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_functions_are_equal_files() {
        let folder = std::env::temp_dir();
        let [one, two] =
            ["one", "two"].map(|name| folder.join(format!("talkify-{name}-{}.zip", std::process::id())));
        write_zip(&one, b"program").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(5));
        write_zip(&two, b"program").unwrap();
        assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
        fs::remove_file(one).unwrap();
        fs::remove_file(two).unwrap();
    }

    #[test]
    fn older_packings_of_one_function_are_forgotten() {
        let folder = std::env::temp_dir().join(format!("talkify-packings-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["send-0000.zip", "send_message-0000.zip"] {
            fs::write(folder.join(name), "").unwrap();
        }
        forget_older(&folder, "send");
        assert!(!folder.join("send-0000.zip").exists() && folder.join("send_message-0000.zip").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
