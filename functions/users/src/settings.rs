//! The privacy switches.

use serde::Serialize;

/// What one lets others know; each is on unless switched off.
#[derive(Serialize)]
pub struct Settings {
    /// Whether others learn what one has read.
    pub send_read_receipts: bool,
    /// Whether others see that one is typing.
    pub send_typing: bool,
    /// Whether others see when one was last there.
    pub show_last_seen: bool,
}
