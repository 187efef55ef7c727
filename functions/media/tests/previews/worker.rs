//! The worker as a process of its own, as on Lambda: what it makes of a file, and what that cost.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

/// The ffmpeg of this machine.
pub static FFMPEG: LazyLock<PathBuf> = LazyLock::new(|| local::for_tests::ffmpeg().unwrap());

/// Bytes of memory of a worker that refuses a file, at the most.
pub const REFUSED_PEAK: u64 = 256 << 20;
/// Bytes of memory of a worker that serves one, at the most.
pub const ACCEPTED_PEAK: u64 = 512 << 20;

/// A folder that goes with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("talkify-previews-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What came of a file.
pub struct Seen {
    pub made: Value,
    /// Bytes of memory of the worker and its largest child.
    pub peak: u64,
    pub wall_ms: u64,
    /// Where everything is that was made.
    _folder: Folder,
}

impl Seen {
    /// The fixed word of a failure.
    pub fn failure(&self) -> Option<&str> {
        self.made["failed"].as_str()
    }

    /// What is ready.
    pub fn ready(&self) -> &Value {
        let ready = &self.made["ready"];
        assert!(ready.is_object(), "it is not ready: {}", self.made);
        ready
    }

    /// The names of the variants with their sizes.
    pub fn variants(&self) -> Vec<(String, u64, u64)> {
        let variants = self.ready()["variants"].as_array().unwrap();
        let side = |variant: &Value, name: &str| variant[name].as_u64().unwrap();
        (variants.iter())
            .map(|made| {
                (made["name"].as_str().unwrap().to_owned(), side(made, "width"), side(made, "height"))
            })
            .collect()
    }

    /// A file that was made, with its type.
    pub fn file(&self, name: &str) -> (Vec<u8>, String) {
        let made = match name {
            "clean" => &self.ready()["clean"],
            name => {
                self.ready()["variants"].as_array().unwrap().iter().find(|made| made["name"] == name).unwrap()
            }
        };
        let path = made["path"].as_str().unwrap();
        (std::fs::read(path).unwrap(), made["content_type"].as_str().unwrap().to_owned())
    }

    /// Every file that would be served, the clean form first.
    pub fn served(&self) -> Vec<Served> {
        let text = |made: &Value, name: &str| made[name].as_str().unwrap_or("clean").to_owned();
        let served = |made: &Value| Served {
            name: text(made, "name"),
            path: text(made, "path"),
            content_type: text(made, "content_type"),
            sides: [made["width"].as_u64(), made["height"].as_u64()],
        };
        let clean = Some(&self.ready()["clean"]).filter(|clean| clean.is_object());
        clean.into_iter().chain(self.ready()["variants"].as_array().unwrap()).map(served).collect()
    }

    /// What is in every file that would be served.
    pub fn files(&self) -> Vec<Vec<u8>> {
        self.served().iter().map(|file| std::fs::read(&file.path).unwrap()).collect()
    }
}

/// A file that would be served.
pub struct Served {
    /// The variant's name, or `clean`.
    pub name: String,
    pub path: String,
    pub content_type: String,
    /// In pixels, of a variant.
    pub sides: [Option<u64>; 2],
}

/// Lets a worker look at a file of these bytes, with the patience that a busy machine asks for: what the file costs is no question of
/// what else runs.
pub fn look(bytes: &[u8], kind: &str, content_type: &str) -> Seen {
    look_for(bytes, kind, content_type, &["60"])
}

/// As `look`, but in the time that there is on Lambda.
pub fn look_in_time(bytes: &[u8], kind: &str, content_type: &str) -> Seen {
    look_for(bytes, kind, content_type, &[])
}

/// As `look`, but in so many seconds.
pub fn look_within(bytes: &[u8], kind: &str, content_type: &str, seconds: f64) -> Seen {
    look_for(bytes, kind, content_type, &[&seconds.to_string()])
}

fn look_for(bytes: &[u8], kind: &str, content_type: &str, seconds: &[&str]) -> Seen {
    let folder = Folder::new();
    let upload = folder.path().join("upload");
    std::fs::write(&upload, bytes).unwrap();
    let made = folder.path().join("made");
    std::fs::create_dir(&made).unwrap();
    let said = run(&FFMPEG, &upload, kind, content_type, &made, seconds);
    let figure = |name: &str| said[name].as_u64().unwrap();
    Seen { peak: figure("peak"), wall_ms: figure("wall_ms"), made: said["made"].clone(), _folder: folder }
}

/// What a worker says of a file, and what it took.
pub fn run(
    ffmpeg: &Path,
    upload: &Path,
    kind: &str,
    content_type: &str,
    made: &Path,
    seconds: &[&str],
) -> Value {
    let mut command = Command::new(worker());
    command.args([ffmpeg, upload]).args([kind, content_type]).arg(made).args(seconds);
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(&said)
        .unwrap_or_else(|_| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)))
}

/// The worker's program, beside the tests: `cargo test` builds examples; before `cargo test --test previews`, `cargo build --example
/// preview` does.
pub fn worker() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().unwrap().parent().unwrap().join("examples/preview")
}
