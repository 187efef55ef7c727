//! Randomness, as it comes in from the edge.

use zeroize::Zeroizing;

/// Where random bytes come from; tests put a repeatable source here.
pub trait Random: Send + Sync {
    /// Fills `bytes` with unpredictable bytes.
    ///
    /// # Errors
    /// [`RandomFailure`] when the operating system has none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomFailure>;
}

/// The operating system gave no random bytes; nothing may be sealed or issued without them.
#[derive(Debug, thiserror::Error)]
#[error("no random bytes: {0}")]
pub struct RandomFailure(String);

/// The operating system's generator (`getrandom(2)`).
#[derive(Debug, Clone, Copy)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks for randomness")]
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomFailure> {
        getrandom::fill(bytes).map_err(|failure| RandomFailure(failure.to_string()))
    }
}

/// `N` fresh random bytes, erased when dropped.
pub fn bytes<const N: usize>(random: &dyn Random) -> Result<Zeroizing<[u8; N]>, RandomFailure> {
    let mut bytes = Zeroizing::new([0; N]);
    random.fill(bytes.as_mut_slice())?;
    Ok(bytes)
}
