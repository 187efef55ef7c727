//! Texts that people write, each a type with its rule.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::http::{Invalid, Parse};
use crate::limits;

/// Passwords of at least ten characters that attackers try first, one a line, lower case: those of the 20,000 that
/// Django ships (`django/contrib/auth/common-passwords.txt.gz`, BSD-3-Clause) which are long enough to be set here.
const COMMON_PASSWORDS: &str = include_str!("common_passwords.txt");

fn string(value: &Value) -> Result<&str, Invalid> {
    let text = value.as_str().ok_or_else(|| Invalid::wrong_type("a string"))?;
    if text.contains('\0') {
        return Err(Invalid::new("invalid_value", "must not contain U+0000"));
    }
    Ok(text)
}

/// A text of at most `max` characters (Unicode scalar values) that is not only white space.
fn visible(value: &Value, max: usize) -> Result<&str, Invalid> {
    let text = string(value)?;
    if text.chars().count() > max {
        return Err(Invalid::too_many("too_long", max, "characters"));
    }
    if text.trim().is_empty() {
        return Err(Invalid::new("too_short", "must not be empty or only white space"));
    }
    Ok(text)
}

/// A visible text on one line, without white space around it.
fn line(value: &Value, max: usize) -> Result<String, Invalid> {
    let text = visible(value, max)?.trim();
    if text.chars().any(char::is_control) {
        return Err(Invalid::new("invalid_value", "must not contain control characters"));
    }
    Ok(text.to_owned())
}

macro_rules! lines {
    ($($(#[$doc:meta])* $name:ident($max:expr);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub String);

        impl Parse for $name {
            fn parse(value: &Value) -> Result<Self, Invalid> {
                line(value, $max).map(Self)
            }
        }
    )*};
}

lines! {
    /// The name others see.
    DisplayName(limits::DISPLAY_NAME_CHARS);
    /// A group's title.
    Title(limits::TITLE_CHARS);
    /// What a user is up to, in words.
    StatusText(limits::STATUS_TEXT_CHARS);
    /// What a user calls the device of a session.
    DeviceName(limits::DEVICE_NAME_CHARS);
    /// What a place on Earth is called.
    PlaceName(limits::PLACE_NAME_CHARS);
    /// Where a place on Earth is, in words.
    PlaceAddress(limits::PLACE_ADDRESS_CHARS);
}

/// What a file is called where it comes from: one line, without what names a folder, and without what lets a name be shown
/// as another one than it is (Unicode's marks of direction: `photo\u{202e}gpj.exe`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(pub String);

impl Parse for FileName {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let name = line(value, limits::FILE_NAME_CHARS)?;
        let turns = |character| matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if name.contains(['/', '\\'])
            || name.contains(turns)
            || name.chars().all(|character| character == '.')
        {
            let rule = "must be the name of a file, without / and \\ and without marks of direction";
            return Err(Invalid::new("invalid_value", rule));
        }
        Ok(Self(name))
    }
}

/// The name to log in with: 3 to 32 of `a-z 0-9 _ .`, kept in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username(pub String);

impl Parse for Username {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let text = string(value)?;
        let characters = text.chars().count();
        if characters < limits::USERNAME_MIN_CHARS {
            let rule = format!("must be at least {} characters", limits::USERNAME_MIN_CHARS);
            return Err(Invalid::new("too_short", rule));
        }
        if characters > limits::USERNAME_MAX_CHARS {
            return Err(Invalid::too_many("too_long", limits::USERNAME_MAX_CHARS, "characters"));
        }
        let name = text.to_ascii_lowercase();
        if !name.bytes().all(is_of_usernames) {
            return Err(Invalid::new(
                "invalid_format",
                "must be of letters a-z, digits, underscores and dots",
            ));
        }
        Ok(Self(name))
    }
}

/// The beginning of a user name: 1 to 32 of its characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsernamePrefix(pub String);

impl UsernamePrefix {
    /// The prefix in lower case; `None` when no user name begins so.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let name = text.to_ascii_lowercase();
        let fits =
            (1..=limits::USERNAME_MAX_CHARS).contains(&name.len()) && name.bytes().all(is_of_usernames);
        fits.then_some(Self(name))
    }
}

fn is_of_usernames(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.".contains(&byte)
}

/// A text of several lines that may be empty, without white space around it.
fn paragraph(value: &Value, max: usize) -> Result<String, Invalid> {
    let text = string(value)?.trim();
    if text.chars().count() > max {
        return Err(Invalid::too_many("too_long", max, "characters"));
    }
    if text.chars().any(|character| character.is_control() && character != '\n' && character != '\t') {
        return Err(Invalid::new("invalid_value", "must not contain control characters"));
    }
    Ok(text.to_owned())
}

/// What users say of themselves: may be empty and of several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bio(pub String);

impl Parse for Bio {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        paragraph(value, limits::BIO_CHARS).map(Self)
    }
}

/// What a group is about: may be empty and of several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description(pub String);

impl Parse for Description {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        paragraph(value, limits::DESCRIPTION_CHARS).map(Self)
    }
}

/// Exactly one emoji, as Unicode lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emoji(pub String);

impl Parse for Emoji {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let emoji = emojis::get(string(value)?);
        let emoji = emoji.ok_or_else(|| Invalid::new("invalid_value", "must be exactly one emoji"))?;
        Ok(Self(emoji.as_str().to_owned()))
    }
}

/// What a user appears as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// There.
    Online,
    /// Away for a while.
    Away,
    /// Not to be disturbed.
    Busy,
    /// There, but not to be seen.
    Invisible,
}

impl Presence {
    const ALL: [Self; 4] = [Self::Online, Self::Away, Self::Busy, Self::Invisible];

    /// The name in SQL and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Away => "away",
            Self::Busy => "busy",
            Self::Invisible => "invisible",
        }
    }
}

impl Parse for Presence {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let text = string(value)?;
        let presence = Self::ALL.into_iter().find(|presence| presence.name() == text);
        presence.ok_or_else(|| Invalid::new("invalid_value", "must be online, away, busy or invisible"))
    }
}

/// A password as it was typed; erased when dropped, never printed.
pub struct Password(Zeroizing<String>);

impl Password {
    /// The password itself, for hashing.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether attackers try it first, in whatever case.
    #[must_use]
    pub fn is_common(&self) -> bool {
        let lower = Zeroizing::new(self.0.to_lowercase());
        COMMON_PASSWORDS.lines().any(|common| common == lower.as_str())
    }

    /// Whether little is left of it without these names and the service's own, which whoever guesses tries first
    /// (NIST SP 800-63B-4, 3.1.1.2: context-specific words).
    #[must_use]
    pub fn is_made_of(&self, names: &[&str]) -> bool {
        let mut rest = Zeroizing::new(self.0.to_lowercase());
        for name in names.iter().copied().chain(["talkify"]) {
            let name = name.to_lowercase();
            if name.chars().count() >= limits::USERNAME_MIN_CHARS {
                rest = Zeroizing::new(rest.replace(&name, ""));
            }
        }
        *rest != self.0.to_lowercase() && rest.chars().count() < limits::PASSWORD_OWN_CHARS
    }
}

impl Parse for Password {
    /// Checks the length at most: what was accepted once must stay good for logging in.
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let text = string(value)?;
        if text.chars().count() > limits::PASSWORD_MAX_CHARS {
            return Err(Invalid::too_many("too_long", limits::PASSWORD_MAX_CHARS, "characters"));
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }
}

/// A password that may be set: long enough and not common.
pub struct NewPassword(pub Password);

impl Parse for NewPassword {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let password = Password::parse(value)?;
        if password.0.chars().count() < limits::PASSWORD_MIN_CHARS {
            let rule = format!("must be at least {} characters", limits::PASSWORD_MIN_CHARS);
            return Err(Invalid::new("too_short", rule));
        }
        if password.is_common() {
            return Err(Invalid::new("common_password", "is one of the passwords that attackers try first"));
        }
        Ok(Self(password))
    }
}

/// An e-mail address that has the form of one; whether it exists is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(pub String);

impl Parse for Email {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        let text = line(value, limits::EMAIL_CHARS)?;
        let has_form = text.rsplit_once('@').is_some_and(|(local, domain)| {
            let labels = domain.split('.').all(|label| !label.is_empty());
            !local.is_empty() && domain.contains('.') && labels && !text.contains(char::is_whitespace)
        });
        if has_form {
            Ok(Self(text))
        } else {
            Err(Invalid::new("invalid_format", "must be an e-mail address"))
        }
    }
}

/// What a message says, as it was typed: line breaks and white space stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageText(pub String);

impl Parse for MessageText {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        visible(value, limits::TEXT_CHARS).map(|text| Self(text.to_owned()))
    }
}

/// What a report says beside its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportComment(pub String);

impl Parse for ReportComment {
    fn parse(value: &Value) -> Result<Self, Invalid> {
        visible(value, limits::REPORT_COMMENT_CHARS).map(|text| Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{COMMON_PASSWORDS, DisplayName, Email, MessageText, NewPassword, Username};
    use crate::http::Parse;
    use crate::limits;

    #[test]
    fn user_names_are_kept_in_lower_case() {
        assert_eq!(Username::parse(&json!("Alice.B_1")).unwrap().0, "alice.b_1");
        for bad in ["al", &"a".repeat(33), "al ice", "älice", "alice@x", "alice\0"] {
            assert!(Username::parse(&json!(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_new_password_is_long_enough_and_not_common() {
        assert!(NewPassword::parse(&json!("correct horse battery")).is_ok());
        assert!(NewPassword::parse(&json!("short")).is_err());
        assert!(NewPassword::parse(&json!("1234567890")).is_err());
        assert!(NewPassword::parse(&json!("QWERTYUIOP")).is_err());
        assert!(NewPassword::parse(&json!("x".repeat(129))).is_err());
    }

    #[test]
    fn every_listed_password_could_otherwise_be_set() {
        for password in COMMON_PASSWORDS.lines() {
            assert!(password.chars().count() >= limits::PASSWORD_MIN_CHARS, "{password:?}");
            assert_eq!(password, password.to_lowercase());
        }
    }

    #[test]
    fn a_message_keeps_its_white_space_but_must_say_something() {
        assert_eq!(MessageText::parse(&json!(" a\n b ")).unwrap().0, " a\n b ");
        assert!(MessageText::parse(&json!("𝄞".repeat(limits::TEXT_CHARS))).is_ok());
        assert!(MessageText::parse(&json!("a".repeat(limits::TEXT_CHARS + 1))).is_err());
        for bad in ["", " \n\t\u{2003}", "a\0b"] {
            assert!(MessageText::parse(&json!(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_are_one_line_and_addresses_have_their_form() {
        assert_eq!(DisplayName::parse(&json!("  Zoë  ")).unwrap().0, "Zoë");
        assert!(DisplayName::parse(&json!("a\nb")).is_err());
        assert!(Email::parse(&json!("a.b+c@example.org")).is_ok());
        for bad in ["a", "a@b", "@b.c", "a@b..c", "a b@c.d"] {
            assert!(Email::parse(&json!(bad)).is_err(), "{bad:?}");
        }
    }
}
