//! What children are kept from, and what becomes of files where a sandbox outside does not let them be: a kernel without Landlock, and
//! a Lambda that allows no filters (docs/decisions/0067).

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};
use serde_json::{Value, json};

use crate::corpus::documents::{page, stream};
use crate::corpus::pictures::jpeg;
use crate::corpus::recordings::mp4;
use crate::worker::{Folder, look, worker};

/// A call that a sandbox refuses, with the first argument that it is refused for, and what it answers.
type Refused = (i64, Option<u64>, i32);

/// The first that a filter needs: `prctl(PR_SET_NO_NEW_PRIVS)`.
const NO_PROMISES: Refused = (libc::SYS_prctl, Some(38), libc::EPERM);
const NO_FILTERS: Refused = (libc::SYS_seccomp, None, libc::EPERM);
/// As of a kernel before 5.13.
const NO_LANDLOCK: [Refused; 3] = [
    (libc::SYS_landlock_create_ruleset, None, libc::ENOSYS),
    (libc::SYS_landlock_add_rule, None, libc::ENOSYS),
    (libc::SYS_landlock_restrict_self, None, libc::ENOSYS),
];

/// Does something in a sandbox that refuses these calls to it and its children.
fn without<T: Send>(refused: &[Refused], act: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            // One filter for each: what a filter itself needs is refused last.
            for (call, argument, answer) in refused {
                let condition = |value| {
                    let is = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value);
                    SeccompRule::new(vec![is.unwrap()]).unwrap()
                };
                let rules = BTreeMap::from([(*call, argument.map(condition).into_iter().collect())]);
                let refusal = SeccompAction::Errno(answer.unsigned_abs());
                let arch = std::env::consts::ARCH.try_into().unwrap();
                let filter = SeccompFilter::new(rules, SeccompAction::Allow, refusal, arch).unwrap();
                let program: BpfProgram = filter.try_into().unwrap();
                seccompiler::apply_filter(&program).unwrap();
            }
            act()
        });
        thread.join().unwrap()
    })
}

#[test]
fn where_there_are_no_filters_pictures_are_drawn_and_ffmpeg_opens_nothing() {
    for refused in [NO_PROMISES, NO_FILTERS] {
        without(&[refused], || {
            assert_eq!(look(&jpeg(320, 240), "image", "image/jpeg").variants().len(), 4);
            let document = page("0 0 595 842", stream("", b"0 0 m 595 842 l S"), &[]);
            assert_eq!(look(&document, "file", "application/pdf").variants().len(), 6);
            // It says so, and is tried again: there may be another sandbox next time, or another setting.
            let seen = look(&mp4(), "video", "video/mp4");
            let said = seen.made["interrupted"].as_str().unwrap_or_else(|| panic!("{}", seen.made));
            assert!(said.contains("seccomp"), "{said}");
        });
    }
}

#[test]
fn a_kernel_without_landlock_opens_everything() {
    without(&NO_LANDLOCK, || {
        assert_eq!(look(&jpeg(320, 240), "image", "image/jpeg").variants().len(), 4);
        assert_eq!(look(&mp4(), "video", "video/mp4").variants().len(), 5);
    });
}

/// What an ffmpeg that was taken over would try, first of all with its parent, which has the keys. It says what worked.
const TAKEN_OVER: &str = r#"#!/usr/bin/env python3
import json, os, socket, sys
parent = f"/proc/{os.getppid()}"
def tried(what):
    try:
        what()
        return "done"
    except OSError as failure:
        return os.strerror(failure.errno)
said = {
    "environ": tried(lambda: open(parent + "/environ", "rb").read()),
    "mem": tried(lambda: open(parent + "/mem", "rb")),
    "own": open("/proc/self/environ").read(),
    "socket": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
    "passwd": tried(lambda: open("/etc/passwd")),
    "kill": tried(lambda: os.kill(os.getppid(), 0)),
}
print(json.dumps(said), file=sys.stderr)
sys.exit(75)
"#;

/// What a child says that was taken over.
fn taken_over(refused: &[Refused], confinement: &str) -> Value {
    let folder = Folder::new();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("ffmpeg"), TAKEN_OVER).unwrap();
    std::fs::write(path("upload"), mp4()).unwrap();
    std::fs::copy(worker(), path("worker")).unwrap();
    std::fs::create_dir(path("made")).unwrap();
    for name in ["", "ffmpeg", "worker", "made"] {
        std::fs::set_permissions(path(name), PermissionsExt::from_mode(0o777)).unwrap();
    }
    let said = without(refused, || {
        let mut command = Command::new(path("worker"));
        command.arg("worker").args([path("ffmpeg"), path("upload")]).args(["video", "video/mp4"]);
        command
            .arg(path("made"))
            .arg("60")
            .env("FFMPEG_CONFINEMENT", confinement)
            .env("SECRET", "of the function");
        // Whoever may do anything may look into any process. Functions are nobody in particular.
        if rustix::process::geteuid().is_root() {
            command.uid(65_534).gid(65_534);
        }
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    });
    let made: Value = serde_json::from_str(&said).unwrap();
    let said = made["interrupted"].as_str().unwrap_or_else(|| panic!("{made}"));
    let at = said.find('{').unwrap_or_else(|| panic!("{said}"));
    serde_json::from_str(&said[at..]).unwrap_or_else(|_| panic!("{said}"))
}

#[test]
fn a_child_that_was_taken_over_finds_no_keys_and_tells_nobody() {
    const NOT_PERMITTED: &str = "Operation not permitted";
    const DENIED: &str = "Permission denied";
    // With Landlock a script cannot even begin: its interpreter is not among the files that there are.
    let said = taken_over(&NO_LANDLOCK, "required");
    let expected = json!({"environ": DENIED, "mem": DENIED, "own": "MALLOC_ARENA_MAX=1\0", "socket": NOT_PERMITTED, "passwd": "done", "kill": NOT_PERMITTED});
    assert_eq!(said, expected);
    // Where there are no filters either, and somebody chose to go on: it is out, but without the keys.
    let refused = [NO_LANDLOCK.as_slice(), &[NO_PROMISES]].concat();
    let said = taken_over(&refused, "possible");
    assert_eq!((&said["environ"], &said["mem"]), (&json!(DENIED), &json!(DENIED)));
}
