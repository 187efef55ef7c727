//! Log lines: one JSON object each, whatever is in them.

use std::io::{self, Write};

use tracing::Subscriber;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Writes log lines of this level and above as JSON objects, which Lambda hands on to the log group as they are. What clients wrote
/// can only ever be inside a JSON string, so that it makes no line, field or colour of its own.
pub fn lines<W>(writer: W, level: LevelFilter) -> impl Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(false)
        .with_max_level(level)
        .with_writer(Escaping(writer))
        .finish()
}

/// Writes `\u0085` for U+0085 and so on: JSON lets these controls and line ends stand as they are, terminals obey them.
struct Escaping<W>(W);

impl<'writer, W: MakeWriter<'writer>> MakeWriter<'writer> for Escaping<W> {
    type Writer = EscapingWriter<W::Writer>;

    fn make_writer(&'writer self) -> Self::Writer {
        EscapingWriter(self.0.make_writer())
    }
}

struct EscapingWriter<W>(W);

impl<W: Write> Write for EscapingWriter<W> {
    /// Takes a whole line, as it is given one.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let obeyed = |letter: char| matches!(letter, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}');
        match std::str::from_utf8(line) {
            Ok(text) if text.contains(obeyed) => {
                let escape = |letter: char| {
                    if obeyed(letter) { format!("\\u{:04x}", u32::from(letter)) } else { letter.to_string() }
                };
                self.0.write_all(text.chars().map(escape).collect::<String>().as_bytes())?;
            }
            _ => self.0.write_all(line)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
