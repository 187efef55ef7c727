//! Counts what handlers log.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;

/// Counts one message in what this thread logs, at any level, until dropped.
pub struct LogCounter {
    count: Arc<AtomicUsize>,
    _guard: DefaultGuard,
}

impl LogCounter {
    /// Begins to count the lines that say exactly this.
    #[must_use]
    pub fn of(message: &'static str) -> Self {
        let count = Arc::new(AtomicUsize::new(0));
        let counting = Counting { message, count: Arc::clone(&count) };
        let guard = tracing::subscriber::set_default(Registry::default().with(counting));
        Self { count, _guard: guard }
    }

    /// How many there were since this was last asked.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.count.swap(0, SeqCst)
    }
}

struct Counting {
    message: &'static str,
    count: Arc<AtomicUsize>,
}

impl<S: Subscriber> Layer<S> for Counting {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut said = Said(String::new());
        event.record(&mut said);
        self.count.fetch_add(usize::from(said.0 == self.message), SeqCst);
    }
}

/// The message of a line.
struct Said(String);

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
