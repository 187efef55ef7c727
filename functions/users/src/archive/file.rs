//! The archive's file: a ZIP that is written once from front to end.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::Serialize;
use shared::Problem;
use time::OffsetDateTime;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A ZIP that is being written.
pub struct ArchiveFile {
    zip: ZipWriter<BufWriter<File>>,
    options: SimpleFileOptions,
}

impl ArchiveFile {
    /// A new file that nobody else can read.
    pub fn create(path: &Path, now: OffsetDateTime) -> Result<Self, Problem> {
        let mut file = File::options();
        file.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
        let file = file.open(path).map_err(failed)?;
        let options = SimpleFileOptions::DEFAULT
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(date_of(now))
            .unix_permissions(0o600)
            // What somebody wrote in a conversation may be more than 4 GiB before it is compressed.
            .large_file(true);
        Ok(Self { zip: ZipWriter::new(BufWriter::new(file)), options })
    }

    /// One file with one thing.
    pub fn json(&mut self, name: &str, value: &impl Serialize) -> Result<(), Problem> {
        self.begin(name)?;
        self.value(value)?;
        self.text("\n")
    }

    /// One file with an array, item by item.
    pub fn list(&mut self, name: &str) -> Result<List<'_>, Problem> {
        self.begin(name)?;
        self.text("[")?;
        Ok(List { archive: self, empty: true })
    }

    /// One file with a thing a line, which follow.
    pub fn begin(&mut self, name: &str) -> Result<(), Problem> {
        self.zip.start_file(name, self.options).map_err(failed)
    }

    /// A line of the file at hand.
    pub fn line(&mut self, value: &impl Serialize) -> Result<(), Problem> {
        self.value(value)?;
        self.text("\n")
    }

    /// Ends the archive; answers its bytes.
    pub fn finish(self) -> Result<i64, Problem> {
        let file = self.zip.finish().map_err(failed)?.into_inner().map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        i64::try_from(size).map_err(failed)
    }

    fn value(&mut self, value: &impl Serialize) -> Result<(), Problem> {
        serde_json::to_writer(&mut self.zip, value).map_err(failed)
    }

    fn text(&mut self, text: &str) -> Result<(), Problem> {
        self.zip.write_all(text.as_bytes()).map_err(failed)
    }
}

/// An array that is being written.
pub struct List<'a> {
    archive: &'a mut ArchiveFile,
    empty: bool,
}

impl List<'_> {
    /// The next item.
    pub fn push(&mut self, value: &impl Serialize) -> Result<(), Problem> {
        self.archive.text(if std::mem::take(&mut self.empty) { "\n" } else { ",\n" })?;
        self.archive.value(value)
    }

    /// Ends the array.
    pub fn end(self) -> Result<(), Problem> {
        self.archive.text(if self.empty { "]\n" } else { "\n]\n" })
    }
}

/// A ZIP knows the years from 1980 to 2107.
fn date_of(time: OffsetDateTime) -> DateTime {
    let year = u16::try_from(time.year()).unwrap_or_default();
    let (month, day) = (u8::from(time.month()), time.day());
    DateTime::from_date_and_time(year, month, day, time.hour(), time.minute(), time.second())
        .unwrap_or_default()
}

fn failed(failure: impl std::fmt::Display) -> Problem {
    Problem::Internal(format!("the archive cannot be written: {failure}"))
}
