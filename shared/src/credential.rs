//! Passwords: hashed with argon2id, the hash sealed under the credentials keyring.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use serde_json::json;
use zeroize::Zeroizing;

use crate::app::App;
use crate::audit::{Entry, Event};
use crate::crypto::{Context, Purpose};
use crate::http::Problem;
use crate::id::{KeyringId, Revision, UserId};
use crate::keys::KeyringKey;
use crate::random::bytes;
use crate::text::Password;

/// Memory in KiB, passes and lanes: the first choice of OWASP's Password Storage Cheat Sheet.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What an unknown user's password is checked against, so that a log-in is as much work for them as for a known one: a hash with
/// today's parameters, of a password that nobody knows.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What the log says each time that argon2id runs: the costly part of a request, which tests count.
pub const ARGON2_RUNS: &str = "argon2id runs";

fn argon2id() -> Result<Argon2<'static>, argon2::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A password's hash as it is stored.
#[derive(Debug, Clone)]
pub struct SealedPassword {
    /// The credentials K1 it is sealed under.
    pub keyring: KeyringId,
    /// Format v1, holding a PHC string.
    pub sealed: Vec<u8>,
}

/// How a password that is right was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameters {
    /// As new ones are.
    Current,
    /// As they once were: to be hashed again.
    Outdated,
}

impl App {
    /// Hashes and seals a user's password.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the credentials key is not to be had now.
    pub async fn seal_password(
        &self,
        user: UserId,
        version: Revision,
        password: &Password,
    ) -> Result<SealedPassword, Problem> {
        let key = self.active_key(Purpose::Credentials).await?;
        let salt = bytes::<16>(&*self.random)?;
        tracing::debug!("{ARGON2_RUNS}");
        let hash = argon2id()
            .map_err(|failure| Problem::Internal(failure.to_string()))?
            .hash_password_with_salt(password.expose(), salt.as_slice())
            .map_err(|failure| Problem::Internal(failure.to_string()))?;
        let phc = Zeroizing::new(hash.to_string());
        let context = Context::PasswordHash { user, version };
        let sealed = self.seal_under(&key, &context, phc.as_bytes())?;
        Ok(SealedPassword { keyring: key.id, sealed })
    }

    /// Whether this is the user's password: `None` when it is not.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the credentials key is not to be had now, [`Problem::Internal`] when the stored
    /// hash does not open.
    pub async fn password_matches(
        &self,
        user: UserId,
        version: Revision,
        stored: &SealedPassword,
        password: &Password,
    ) -> Result<Option<Parameters>, Problem> {
        let key = self
            .keyring_key(stored.keyring, &[Purpose::Credentials])
            .await?
            .ok_or_else(|| Problem::Internal("the key of a password hash is missing".to_owned()))?;
        let key = KeyringKey { id: stored.keyring, key };
        let phc = match self.open_under(&key, &Context::PasswordHash { user, version }, &stored.sealed) {
            Ok(phc) => phc,
            Err(reason) => {
                let entry = Entry::about(Event::DecryptFail, "user", user.0);
                let detail =
                    json!({"column": "password", "keyring_id": stored.keyring, "reason": reason.to_string()});
                self.record(vec![entry.with(detail)]).await;
                return Err(Problem::Internal("a password hash does not open".to_owned()));
            }
        };
        let phc = std::str::from_utf8(&phc).map_err(|failure| Problem::Internal(failure.to_string()))?;
        verify(phc, password)
    }

    /// Does the work of checking a password and finds it wrong: for a user that does not exist.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the credentials key is not to be had now, as for a known user.
    pub async fn check_nobodys_password(&self, password: &Password) -> Result<(), Problem> {
        // A known user's hash would need the key: a new environment asks for it here too.
        self.active_key(Purpose::Credentials).await?;
        verify(NOBODY, password).map(drop)
    }
}

fn verify(phc: &str, password: &Password) -> Result<Option<Parameters>, Problem> {
    let internal = |failure: &dyn std::fmt::Display| Problem::Internal(failure.to_string());
    let hash = PasswordHash::new(phc).map_err(|failure| internal(&failure))?;
    let verifier = argon2id().map_err(|failure| internal(&failure))?;
    tracing::debug!("{ARGON2_RUNS}");
    // It takes the parameters from the hash, so that older ones still verify.
    if verifier.verify_password(password.expose(), &hash).is_err() {
        return Ok(None);
    }
    let own = Params::try_from(&hash).map_err(|failure| internal(&failure))?;
    let current = (own.m_cost(), own.t_cost(), own.p_cost()) == (MEMORY_KIB, PASSES, LANES);
    Ok(Some(if current { Parameters::Current } else { Parameters::Outdated }))
}

#[cfg(test)]
mod tests {
    use argon2::Params;
    use argon2::password_hash::phc::PasswordHash;

    use super::{LANES, MEMORY_KIB, NOBODY, PASSES};

    #[test]
    fn nobodys_hash_is_as_much_work_as_anybodys() {
        let params = Params::try_from(&PasswordHash::new(NOBODY).unwrap()).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
        assert_eq!(params.output_len(), Some(32));
    }
}
