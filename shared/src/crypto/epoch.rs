//! The keys K2 of a conversation's epochs.

use super::key::Key;
use crate::id::{ConversationId, Epoch, KeyringId};

/// A conversation's opened epoch key, with what it is the key of. Lives as long as the request.
#[derive(Debug, Clone)]
pub struct EpochKey {
    /// Whose key it is.
    pub conversation: ConversationId,
    /// Its generation.
    pub epoch: Epoch,
    /// The key K2.
    pub key: Key,
}

/// A conversation's epoch key K2 as it is stored: sealed under a K1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedEpochKey {
    /// Its generation.
    pub epoch: Epoch,
    /// The K1 it is sealed under.
    pub keyring: KeyringId,
    /// Format v1.
    pub sealed: Vec<u8>,
}
