//! Why there are no figures.

/// What ends a measurement.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The machine around it: tools, Postgres, the build.
    #[error(transparent)]
    Local(#[from] local::Failure),
    /// A file, a socket, a process.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Postgres refused a statement of the harness.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// A figure that is no timing is not what it must be.
    #[error("{0}")]
    Count(String),
    /// A function, or a program beside it, did not do what it should.
    #[error("{0}")]
    Other(String),
}

/// [`Failure::Other`].
pub fn other(reason: impl Into<String>) -> Failure {
    Failure::Other(reason.into())
}
