//! Hostile files, made by code: what each is, what it is sent as, and what must become of it.

pub mod avif;
pub mod documents;
pub mod further_pictures;
pub mod further_recordings;
pub mod large;
pub mod pictures;
pub mod recordings;

/// What must become of a file.
#[derive(Debug, Clone, Copy)]
pub enum Expected {
    /// It fails, for this reason.
    Refused(&'static str),
    /// It is served, and nothing of what was bad in it.
    Neutralised,
    /// It is served as a file to be saved and nothing else, with whatever is in it that no decoder looks at.
    Inert,
}

/// One hostile file.
pub struct Hostile {
    pub name: &'static str,
    pub kind: &'static str,
    pub content_type: &'static str,
    pub expected: Expected,
    pub bytes: Vec<u8>,
}

/// What no file that is served may hold: every file of the corpus that carries something has this in it.
pub const PAYLOAD: &[u8] = b"<script>alert(document.domain)</script>";

pub fn refused(
    name: &'static str,
    kind: &'static str,
    content_type: &'static str,
    reason: &'static str,
    bytes: Vec<u8>,
) -> Hostile {
    Hostile { name, kind, content_type, expected: Expected::Refused(reason), bytes }
}

pub fn neutralised(
    name: &'static str,
    kind: &'static str,
    content_type: &'static str,
    bytes: Vec<u8>,
) -> Hostile {
    Hostile { name, kind, content_type, expected: Expected::Neutralised, bytes }
}

pub fn inert(name: &'static str, kind: &'static str, content_type: &'static str, bytes: Vec<u8>) -> Hostile {
    Hostile { name, kind, content_type, expected: Expected::Inert, bytes }
}

/// Everything after everything.
pub fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}
