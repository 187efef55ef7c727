//! Where things are: the checkout, the data of one stack, the installed tools.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::Failure;

/// The folders of one stack. The developer's and the tests' share the tools and nothing else.
#[derive(Clone, Debug)]
pub struct Place {
    /// The workspace, which holds `template.yaml`.
    pub root: PathBuf,
    /// Cargo's build directory.
    pub target: PathBuf,
    /// Everything this stack writes: `target/local`, `target/test-stack` or `target/bench`.
    pub home: PathBuf,
    /// Whether this is the tests' stack.
    pub for_tests: bool,
}

impl Place {
    /// The stack that `cargo run` starts.
    pub fn developer() -> Result<Self, Failure> {
        Self::new("local", false)
    }

    /// The stack that tests share.
    pub fn tests() -> Result<Self, Failure> {
        Self::new("test-stack", true)
    }

    /// What measurements write, and the Postgres that they measure.
    pub fn measurements() -> Result<Self, Failure> {
        Self::new("bench", false)
    }

    fn new(name: &str, for_tests: bool) -> Result<Self, Failure> {
        let root = workspace()?;
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |path| root.join(path));
        let home = target.join(name);
        make_private_folder(&home)?;
        Ok(Self { root, target, home, for_tests })
    }

    /// A file or folder of this stack.
    pub fn file(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    /// Eight hexadecimal digits that tell this stack from those of other checkouts.
    pub fn fingerprint(&self) -> String {
        sha256(self.home.as_os_str().as_encoded_bytes())[..8].to_owned()
    }
}

/// The SHA-256 of some bytes in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Reads a JSON file; `None` when there is none or it says something else.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Writes a JSON file so that a reader sees the old or the new one, never a half.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::Other(error.to_string()))?;
    write_private(path, text.as_bytes())
}

/// Writes a file that only its owner reads, in one step.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let draft = path.with_added_extension(format!("{}.draft", std::process::id()));
    let write = || {
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(bytes)?;
        fs::rename(&draft, path)
    };
    write().map_err(Failure::file("writing", path))
}

/// Makes a folder and those above it.
pub fn make_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(Failure::file("making the folder", path))
}

/// Makes a folder; what lies in it is protected by the modes of the files themselves.
fn make_private_folder(path: &Path) -> Result<(), Failure> {
    make_folder(path)
}

/// Removes a file or folder that may not be there.
pub fn remove(path: &Path) -> Result<(), Failure> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::file("removing", path)(error))
        }
        _ => Ok(()),
    }
}

/// The workspace: the folder above the running package, or above the current folder, that holds the template and this crate.
fn workspace() -> Result<PathBuf, Failure> {
    let starts = [env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from), env::current_dir().ok()];
    starts
        .iter()
        .flatten()
        .flat_map(|start| start.ancestors())
        .find(|folder| folder.join("Cargo.toml").is_file() && folder.join("local/tools").is_dir())
        .map(Path::to_path_buf)
        .ok_or_else(|| Failure::Other("run this inside a checkout of Talkify".to_owned()))
}
