//! Opaque bearer tokens: a prefix that says what they are, 32 random bytes, and a checksum.
//!
//! The prefix lets secret scanners find a leaked token, the checksum lets the edge refuse a mistyped one without asking
//! the database. The database keeps the SHA-256 only.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::random::{Random, RandomFailure, bytes};

/// Characters of 32 bytes in base64url.
const SECRET: usize = 43;
/// Characters of the checksum: three bytes in base64url.
const CHECKSUM: usize = 4;

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// `tka_…`: says who calls, for minutes.
    Access,
    /// `tkr_…`: buys a new pair, once.
    Refresh,
    /// `tkt_…`: opens one WebSocket, within seconds.
    Ticket,
}

impl TokenKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Access => "tka_",
            Self::Refresh => "tkr_",
            Self::Ticket => "tkt_",
        }
    }
}

/// A token in the clear: erased when dropped, never printed.
#[derive(Clone)]
pub struct Token {
    text: Zeroizing<String>,
    hash: [u8; 32],
}

impl Token {
    /// A fresh token.
    ///
    /// # Errors
    /// [`RandomFailure`] when there are no random bytes.
    pub fn generate(kind: TokenKind, random: &dyn Random) -> Result<Self, RandomFailure> {
        let mut text = Zeroizing::new(String::with_capacity(kind.prefix().len() + SECRET + CHECKSUM));
        text.push_str(kind.prefix());
        URL_SAFE_NO_PAD.encode_string(bytes::<32>(random)?.as_slice(), &mut text);
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Ok(Self::new(text))
    }

    /// A token that a client sent; `None` unless its form and checksum are right.
    #[must_use]
    pub fn parse(kind: TokenKind, text: &str) -> Option<Self> {
        let (body, sum) = text.split_at_checked(kind.prefix().len() + SECRET)?;
        let right = body.starts_with(kind.prefix()) && sum == checksum(body);
        right.then(|| Self::new(Zeroizing::new(text.to_owned())))
    }

    fn new(text: Zeroizing<String>) -> Self {
        let hash = Sha256::digest(text.as_bytes()).into();
        Self { text, hash }
    }

    /// What the database knows it by.
    #[must_use]
    pub fn hash(&self) -> &[u8] {
        &self.hash
    }

    /// The token itself, for the answer that hands it out.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(redacted)")
    }
}

fn checksum(body: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(body.as_bytes())[..3])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Token, TokenKind};
    use crate::random::SystemRandom;

    #[test]
    fn a_token_says_what_it_is_and_is_read_back() {
        let token = Token::generate(TokenKind::Access, &SystemRandom).unwrap();
        assert_eq!(token.expose().len(), 51);
        assert!(token.expose().starts_with("tka_"));
        assert_eq!(Token::parse(TokenKind::Access, token.expose()).unwrap().hash(), token.hash());
        assert!(Token::parse(TokenKind::Refresh, token.expose()).is_none());
        assert!(!format!("{token:?}").contains(token.expose()));
    }

    #[test]
    fn a_mistyped_token_is_refused() {
        let token = Token::generate(TokenKind::Refresh, &SystemRandom).unwrap();
        for place in 0..token.expose().len() {
            let mut text = token.expose().as_bytes().to_vec();
            text[place] = if text[place] == b'x' { b'y' } else { b'x' };
            let text = String::from_utf8(text).unwrap();
            assert!(Token::parse(TokenKind::Refresh, &text).is_none(), "place {place}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_is_no_token(text in ".{0,80}") {
            prop_assert!(Token::parse(TokenKind::Access, &text).is_none());
        }
    }
}
