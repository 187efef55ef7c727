//! Log lines: one JSON object each, whatever is in them.

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Writes log lines of this level and above as JSON objects, which Lambda hands on to the log group as they are. What clients wrote
/// can only ever be inside a JSON string, so that it makes no line, field or colour of its own.
pub fn lines<W>(writer: W, level: &str) -> impl Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(false)
        .with_env_filter(EnvFilter::new(level))
        .with_writer(writer)
        .finish()
}
