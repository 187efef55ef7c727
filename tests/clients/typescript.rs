//! `clients/typescript`, in a copy beside which its tools are.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use testkit::Gateway;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const PACKAGE: &str = "clients/typescript";

/// A copy of the package, made for one test.
struct Package {
    folder: PathBuf,
}

impl Package {
    fn copied(test: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        let _ = fs::remove_dir_all(&root);
        let folder = root.join(PACKAGE);
        copy(&Path::new(ROOT).join(PACKAGE), &folder);
        fs::copy(Path::new(ROOT).join("openapi.yaml"), root.join("openapi.yaml")).unwrap();
        symlink(local::for_tests::node_packages(PACKAGE).unwrap(), folder.join("node_modules")).unwrap();
        Self { folder }
    }

    fn node(&self) -> Command {
        let mut node = local::for_tests::node().unwrap();
        node.current_dir(&self.folder);
        node
    }

    /// The files of a folder by their names.
    fn files(&self, folder: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries.filter(|path| path.is_file()).collect();
        files.sort();
        files
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_name() == "node_modules" {
            continue;
        } else if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn succeeds(command: &mut Command) -> Output {
    let done = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{command:?} failed:\n{out}\n{err}");
    done
}

/// Holds what a script writes to what is committed.
fn is_fresh(package: &Package, script: &str, folder: &str, how: &str) {
    let fresh = package.folder.join("fresh");
    succeeds(package.node().arg(script).arg(&fresh));
    for file in package.files(folder) {
        let made = fs::read_to_string(fresh.join(file.file_name().unwrap())).unwrap_or_default();
        let committed = fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(&package.folder).unwrap().display().to_string();
        assert!(made == committed, "{PACKAGE}/{name} is old: run `{how}` in {PACKAGE} and commit it");
    }
}

#[test]
fn what_is_generated_and_built_is_fresh() {
    let package = Package::copied("fresh");
    is_fresh(&package, "scripts/generate.mjs", "src/generated", "npm run generate");
    is_fresh(&package, "scripts/build.mjs", "dist", "npm run build");
    succeeds(package.node().args(["node_modules/typescript/bin/tsc", "--noEmit"]));
}

#[test]
fn sessions_tries_sockets_and_feeds_keep_their_promises() {
    let package = Package::copied("units");
    let tests = package.files("test").into_iter().filter(|file| file.to_string_lossy().ends_with(".test.js"));
    let done = succeeds(package.node().args(["--test", "--test-reporter=tap"]).args(tests));
    let report = String::from_utf8_lossy(&done.stdout).into_owned();
    let passed =
        report.lines().find_map(|line| line.strip_prefix("# pass ")).unwrap().parse::<u32>().unwrap();
    assert!(passed > 0 && report.contains("# fail 0"), "{report}");
}

#[tokio::test]
async fn two_of_them_talk() {
    let app = Gateway::start().await;
    let script = Path::new(ROOT).join("tests/clients/two_talk.mjs");
    let package = Package::copied("talk");
    let mut node = package.node();
    node.arg(script)
        .env("SERVER", &app.stack().api_url)
        .env("CLIENT", package.folder.join("dist/talkify.js"));
    let done = tokio::task::spawn_blocking(move || succeeds(&mut node)).await.unwrap();
    assert!(String::from_utf8_lossy(&done.stdout).ends_with("all of it holds\n"), "{done:?}");
}

#[tokio::test]
async fn the_example_of_the_readme_works() {
    let app = Gateway::start().await;
    let package = Package::copied("readme");
    let readme = fs::read_to_string(package.folder.join("README.md")).unwrap();
    let (_, example) = readme.split_once("```js\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    // The names are for everybody, and may be taken.
    let unique = testkit::unique_username("a");
    let example = example
        .replace("http://127.0.0.1:8080", &app.stack().api_url)
        .replace("\"talkify\"", "\"./dist/talkify.js\"")
        .replace("\"alice\"", &format!("\"{unique}a\""))
        .replace("\"bob\"", &format!("\"{unique}b\""));
    let script = package.folder.join("example.mjs");
    fs::write(&script, example).unwrap();
    let mut node = package.node();
    node.arg(script);
    let done = tokio::task::spawn_blocking(move || succeeds(&mut node)).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&done.stdout), "message.created: Hello, Bob! 👋\n");
}
