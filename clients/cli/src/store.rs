//! The session, in a file that only its owner reads.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};
use talkify_client::{Session, Store};

use crate::failure::Failure;

/// Where settings of this program are: `$XDG_CONFIG_HOME/talkify`, else `~/.config/talkify`.
pub fn folder() -> Result<PathBuf, Failure> {
    let base = etcetera::choose_base_strategy().map_err(|_| Failure::NoHome)?;
    Ok(base.config_dir().join("talkify"))
}

/// What is in the file.
#[derive(Serialize, Deserialize)]
struct Kept {
    server: String,
    session: Session,
}

/// A session in the file `session.json`, and beside it a file that is locked while a session is renewed: of two processes that bring the
/// same refresh token the second would end the session of both.
pub struct FileStore {
    path: PathBuf,
    lock: PathBuf,
    server: Mutex<String>,
}

impl FileStore {
    /// The store in this folder, which is made for the owner only.
    pub fn in_folder(folder: &Path) -> Result<Self, Failure> {
        let unusable = |error| Failure::Folder(folder.to_owned(), error);
        fs::create_dir_all(folder).map_err(unusable)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(unusable)?;
        }
        Ok(Self {
            path: folder.join("session.json"),
            lock: folder.join("session.lock"),
            server: Mutex::default(),
        })
    }

    /// The server of the session there is.
    pub fn server(&self) -> Result<Option<String>, Failure> {
        let kept = self.read().map_err(|error| Failure::Folder(self.path.clone(), error))?;
        Ok(kept.map(|kept| kept.server))
    }

    /// Says whose sessions are kept from now on.
    pub fn of_server(&self, server: &str) {
        server.clone_into(&mut self.server.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn read(&self) -> io::Result<Option<Kept>> {
        match fs::read(&self.path) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Store for FileStore {
    fn load(&self) -> io::Result<Option<Session>> {
        Ok(self.read()?.map(|kept| kept.session))
    }

    fn save(&self, session: Option<&Session>) -> io::Result<()> {
        let Some(session) = session else {
            return match fs::remove_file(&self.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        };
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let text = serde_json::to_vec(&Kept { server, session: session.clone() })?;
        // Whoever reads meanwhile reads the one or the other, never a half.
        let draft = self.path.with_extension(format!("{}.draft", std::process::id()));
        let mut file = owners(&draft)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&draft, &self.path)
    }

    fn lock(&self) -> io::Result<Box<dyn Send>> {
        let file = owners(&self.lock)?;
        file.lock()?;
        Ok(Box::new(file))
    }
}

/// A file that only its owner reads.
fn owners(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
