//! Runs the pages: the commands of each, in their order, in one shell, against the tests' stack.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use serde_json::Value;
use testkit::{TestDatabase, new_id};

use super::page::{Block, Page};
use super::{ROOT, pages, shape};

/// How long a page may take.
const PATIENCE: Duration = Duration::from_mins(4);

/// Whether a block is run.
fn is_run(block: &Block) -> bool {
    block.info == "sh" && block.not_run.is_none()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_does_what_it_says() {
    let stack = tokio::task::spawn_blocking(|| local::for_tests::stack().unwrap()).await.unwrap();
    // For the page that shows how a dump is restored: an empty database.
    let restored = TestDatabase::create_empty().await;
    let faults = tokio::task::spawn_blocking(move || {
        // What a client shows is run by its own tests.
        let ours = |page: &Page| !page.name.starts_with("clients/") && page.blocks.iter().any(is_run);
        let pages: Vec<Page> = pages().into_iter().filter(ours).collect();
        assert!(pages.len() >= 4, "{} pages have commands", pages.len());
        let here =
            Here { stack, restored: restored.url(), run: new_id().simple().to_string()[..10].to_owned() };
        let faults: Vec<String> = thread::scope(|scope| {
            let runs: Vec<_> = pages.iter().map(|page| scope.spawn(|| here.run(page).err())).collect();
            runs.into_iter().filter_map(|run| run.join().unwrap()).collect()
        });
        drop(restored);
        faults
    });
    let faults = faults.await.unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// What takes the place of what a page speaks of.
struct Here {
    stack: local::Stack,
    /// The URL of an empty database.
    restored: String,
    /// What makes names new.
    run: String,
}

impl Here {
    /// Runs a page; what went wrong, and where.
    fn run(&self, page: &Page) -> Result<(), String> {
        let folder = folder(&page.name);
        let blocks: Vec<&Block> = page.blocks.iter().filter(|block| is_run(block)).collect();
        let mut script = PREAMBLE.to_owned();
        for (number, block) in blocks.iter().enumerate() {
            // Each block's output by itself; the last one that there is belongs to the one that failed.
            let _ = writeln!(
                script,
                "exec >out/{number}.out 2>out/{number}.err\n{}",
                self.text(&block.text, page)
            );
        }
        fs::write(folder.join("page.sh"), script).unwrap();
        let status = self.bash(&folder);
        let read = |number: usize, kind: &str| {
            fs::read_to_string(folder.join(format!("out/{number}.{kind}"))).unwrap_or_default()
        };
        if status != Some(0) {
            let last =
                (0..blocks.len()).rev().find(|number| folder.join(format!("out/{number}.out")).exists());
            let last = last.unwrap_or_default();
            let (said, complained) = (read(last, "out"), read(last, "err"));
            return Err(format!(
                "{} ended with {status:?}:\n{}\n{said}\n{complained}",
                page.at(blocks[last]),
                blocks[last].text
            ));
        }
        for (number, block) in blocks.iter().enumerate() {
            let Some(answer) = answer_to(page, block) else { continue };
            let shown: Value = serde_json::from_str(&answer.text)
                .map_err(|failure| format!("{}: what is shown is no JSON: {failure}", page.at(answer)))?;
            let said = read(number, "out");
            let found = serde_json::from_str(&said)
                .or_else(|_| serde_json::from_str(said.lines().last().unwrap_or_default()));
            let found: Value =
                found.map_err(|failure| format!("{}: no JSON: {failure}: {said}", page.at(block)))?;
            if let Some(difference) = shape::difference(&shown, &found) {
                return Err(format!("{}: {difference}: {found}", page.at(answer)));
            }
        }
        Ok(())
    }

    /// The commands as they are here: other ports, another folder, and names that nobody has yet.
    fn text(&self, text: &str, page: &Page) -> String {
        let front = self.stack.api_url.trim_start_matches("http://");
        let home = local::for_tests::file("").unwrap();
        let mut text = text.replace("127.0.0.1:8080", front).replace("target/local/", home.to_str().unwrap());
        for name in usernames(page) {
            let unique = format!("{name}_{}_{}", self.run, page.name.bytes().map(u32::from).sum::<u32>());
            text = text.replace(&format!("\"{name}\""), &format!("\"{unique}\""));
            text = text.replace(&format!(" {name}\n"), &format!(" {unique}\n"));
        }
        text
    }

    /// Runs a page's script in its folder; its exit code.
    fn bash(&self, folder: &Path) -> Option<i32> {
        let mut path = local::for_tests::postgres().unwrap().programs.into_os_string();
        path.push(":");
        if !has_curl() {
            path.push(Path::new(ROOT).join("tests/documentation/without_curl"));
            path.push(":");
        }
        path.push(std::env::var_os("PATH").unwrap_or_default());
        let mut bash = Command::new("bash")
            .arg("page.sh")
            .current_dir(folder)
            .env("PATH", path)
            .env("TALKIFY_LOCAL", local::for_tests::command_line().unwrap())
            .env("DATABASE_URL", &self.stack.database_url)
            .env("NEW_DATABASE_URL", &self.restored)
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own: what it starts ends with it.
            .process_group(0)
            .spawn()
            .unwrap();
        let begun = Instant::now();
        loop {
            if let Some(status) = bash.try_wait().unwrap() {
                return status.code();
            }
            if begun.elapsed() > PATIENCE {
                let group = format!("-{}", bash.id());
                let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
                let _ = bash.wait();
                return None;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The answer that is shown of a block: JSON that follows it.
fn answer_to<'a>(page: &'a Page, block: &Block) -> Option<&'a Block> {
    let next = page.blocks.iter().skip_while(|other| *other != block).nth(1)?;
    (next.info == "json" && next.answers).then_some(next)
}

/// The names that a page registers.
fn usernames(page: &Page) -> Vec<String> {
    let mut names = Vec::new();
    for block in page.blocks.iter().filter(|block| is_run(block)) {
        let said = block.text.split("\"username\": \"").skip(1).filter_map(|rest| rest.split('"').next());
        names.extend(said.map(str::to_owned).filter(|name| !names.contains(name)).collect::<Vec<_>>());
    }
    names.sort();
    names.dedup();
    names
}

/// A newcomer goes from page to page with one stack: nobody is registered twice.
#[test]
fn no_page_registers_whom_another_has_registered() {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for page in pages() {
        let mut names = usernames(&page);
        for block in &page.blocks {
            let registered = block.text.split("talkify register ").skip(1);
            names.extend(registered.filter_map(|rest| rest.split_whitespace().next()).map(str::to_owned));
        }
        for name in names {
            if let Some(other) = known.insert(name.clone(), page.name.clone()) {
                panic!("{other} and {} both register {name}", page.name);
            }
        }
    }
    assert!(known.len() > 6, "{known:?}");
}

/// A folder that looks like the checkout, for what a page writes.
fn folder(page: &str) -> PathBuf {
    let folder = local::for_tests::file("pages").unwrap().join(page.replace(['/', '.'], "-"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("out")).unwrap();
    for entry in fs::read_dir(ROOT).unwrap() {
        let path = entry.unwrap().path();
        std::os::unix::fs::symlink(path.canonicalize().unwrap(), folder.join(path.file_name().unwrap()))
            .unwrap();
    }
    folder
}

/// `cargo run -- …` is the program that cargo has built for the tests, which is told that their stack is meant.
const PREAMBLE: &str = r#"set -euo pipefail
cargo() {
    [[ "$1" != lambda ]] || { command cargo "$@"; return; }
    [[ "$1 $2" == "run --" ]] || { echo "cargo $* is nothing that a page may run here" >&2; return 1; }
    shift 2
    case "$1" in
        appoint-admin | example | recover-keys | replay-ledger) "$TALKIFY_LOCAL" "$@" --tests ;;
        *) "$TALKIFY_LOCAL" "$@" ;;
    esac
}
"#;

/// Pages say curl; where a machine has none, a program that knows the same few flags stands in for it.
fn has_curl() -> bool {
    Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}
