//! The tools: Python packages at pinned versions, each set in a virtual environment under `target/tools`.

use std::{
    env, fs,
    fs::File,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Failure,
    place::{Place, make_folder, remove, sha256},
    process::{last_line, run_logged},
    progress::step,
};

/// What a fresh installation of everything and a first build take, with room to spare.
const NEEDED_MB: u64 = 2_500;

/// A set of tools that is locked and installed together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Set {
    /// Postgres's programs.
    Postgres,
    /// The AWS emulator.
    Emulator,
    /// cargo-lambda, SAM and cfn-lint.
    Build,
    /// Another emulator of a few AWS services, for tests.
    LocalStack,
    /// ffmpeg.
    Media,
    /// A WebSocket client in Python, for tests.
    Sockets,
    /// What reads pictures and recordings as others do, for tests.
    Readers,
    /// Node.js with npm.
    Node,
    /// checkov and zizmor.
    Check,
}

impl Set {
    /// The name of its lock file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Emulator => "emulator",
            Self::Build => "build",
            Self::LocalStack => "localstack",
            Self::Media => "media",
            Self::Sockets => "sockets",
            Self::Readers => "readers",
            Self::Node => "node",
            Self::Check => "check",
        }
    }
}

/// The folder of an installed tool set, which is installed first if it has to be.
pub fn install(place: &Place, set: Set) -> Result<PathBuf, Failure> {
    let lock = place.root.join("local/tools").join(format!("{}.txt", set.name()));
    let text = fs::read(&lock).map_err(Failure::file("reading", &lock))?;
    let tools = place.target.join("tools");
    // Scripts in a virtual environment hold its path: a checkout that was moved needs a new one.
    let key = sha256(&[text.as_slice(), tools.as_os_str().as_encoded_bytes()].concat());
    let folder = tools.join(format!("{}-{}", set.name(), &key[..16]));
    let complete = folder.join("complete");
    if complete.exists() {
        return Ok(folder);
    }
    let _turn = turn(&tools)?;
    if complete.exists() {
        return Ok(folder);
    }
    enough_space(&tools)?;
    let python = python()?;
    step(&format!("install the tools of local/tools/{}.txt", set.name()), || {
        remove(&folder)?;
        make_environment(&python, &folder)?;
        let log = tools.join(format!("{}.log", set.name()));
        let mut pip = Command::new(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"])
            .args(["--require-hashes", "--no-deps", "--only-binary=:all:", "-r"])
            .arg(&lock)
            .env_remove("PYTHONPATH")
            .env_remove("PIP_TARGET")
            .env_remove("PIP_USER");
        run_logged("pip", &mut pip, &log).map_err(|failure| match failure {
            Failure::Step { reason, log, .. } => Failure::Tools { set: set.name(), reason, log },
            other => other,
        })?;
        fs::write(&complete, "").map_err(Failure::file("writing", &complete))
    })?;
    Ok(folder)
}

/// Waits until nobody else installs anything: the developer's stack and the tests' may come here at once. The turn ends with the file.
pub fn turn(tools: &Path) -> Result<File, Failure> {
    make_folder(tools)?;
    let path = tools.join("turn");
    let turn = File::create(&path).map_err(Failure::file("opening", &path))?;
    turn.lock().map_err(Failure::file("locking", &path))?;
    Ok(turn)
}

/// Makes a virtual environment; Debian's Python has the module but not what it needs unless `python3-venv` is there.
fn make_environment(python: &Path, folder: &Path) -> Result<(), Failure> {
    let mut venv = Command::new(python);
    venv.args(["-m", "venv"]).arg(folder).env_remove("PYTHONPATH");
    let output = folder.with_added_extension("log");
    let made = run_logged("venv", &mut venv, &output);
    let has_pip = folder.join("bin/pip").exists();
    match made {
        Ok(()) if has_pip => remove(&output),
        Err(Failure::Stopped) => Err(Failure::Stopped),
        _ => Err(Failure::NoVenv),
    }
}

/// A Python that is new enough.
fn python() -> Result<PathBuf, Failure> {
    let python = find_program("python3").ok_or(Failure::NoPython)?;
    let output = Command::new(&python)
        .args(["-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
        .output()
        .map_err(|_| Failure::NoPython)?;
    if !output.status.success() {
        return Err(Failure::NoPython);
    }
    let version = last_line(&String::from_utf8_lossy(&output.stdout));
    if new_enough(&version) { Ok(python) } else { Err(Failure::OldPython(version)) }
}

/// Whether a version such as `3.11` is 3.10 or later.
fn new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (3, 10)
}

/// Looks a program up in PATH.
pub fn find_program(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| {
        path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
    })
}

/// Fails when there is no room for an installation.
fn enough_space(folder: &Path) -> Result<(), Failure> {
    let Ok(space) = rustix::fs::statvfs(folder) else { return Ok(()) };
    let free_mb = space.f_bavail.saturating_mul(space.f_frsize) >> 20;
    if free_mb < NEEDED_MB {
        return Err(Failure::NoSpace { place: folder.to_owned(), free_mb, needed_mb: NEEDED_MB });
    }
    Ok(())
}

/// A program of an installed set, with its folder first in PATH.
pub fn program(folder: &Path, name: &str) -> Command {
    let bin = folder.join("bin");
    let mut command = crate::process::outside_cargo(bin.join(name));
    let old = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(std::iter::once(bin).chain(env::split_paths(&old))).unwrap_or(old);
    command
        .env("PATH", path)
        .env_remove("PYTHONPATH")
        .env_remove("PYTHONHOME")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_is_compared_by_number() {
        assert!(new_enough("3.10") && new_enough("3.14") && new_enough("4.0"));
        assert!(!new_enough("3.9") && !new_enough("2.7") && !new_enough(""));
    }
}
