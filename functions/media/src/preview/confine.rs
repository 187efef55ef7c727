//! What a child takes from itself before it touches a file: memory, time, the network, other files.
//!
//! `unsafe` is forbidden here, so nothing can be done between `fork` and `exec`: a child begins as this program and confines
//! itself.

use std::collections::BTreeMap;
use std::path::PathBuf;

use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    path_beneath_rules,
};
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use serde::{Deserialize, Serialize};

/// What a child is left with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bounds {
    /// Bytes it may allocate.
    pub memory: u64,
    /// Bytes it may allocate until it trusts the file.
    pub doubt: u64,
    /// Bytes of the stack of each of its threads.
    pub stack: u64,
    /// Seconds of CPU.
    pub seconds: u64,
    /// Seconds of CPU until it trusts the file.
    pub doubt_seconds: u64,
    /// Bytes it may write to one file.
    pub file: u64,
    /// What it may read, and run.
    pub reads: Vec<PathBuf>,
    /// The one folder it may write to.
    pub writes: PathBuf,
    /// Whether it opens nothing unless the network and other files could be taken from it.
    pub confinement: Confinement,
}

/// What to do where the sandbox that this program is in does not let it take the network and other files from a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confinement {
    /// The child opens nothing.
    Required,
    /// The child goes on with the limits that are left: memory, time, an empty environment, and a parent that it cannot look into.
    Possible,
}

/// Calls that neither a decoder nor ffmpeg needs for files: they answer `EPERM`.
const FORBIDDEN: &[i64] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_open_by_handle_at,
    libc::SYS_memfd_create,
    libc::SYS_mknodat,
];

/// Takes it all away from this process, for good.
///
/// # Errors
/// What could not be taken, but for what need not be. What a kernel has not (Landlock, before 5.13) is no error: the rest holds.
pub fn confine(bounds: &Bounds) -> Result<(), String> {
    // `Data` is what was allocated; `As` has the program and its libraries in it, which are hundreds of megabytes of ffmpeg's.
    limit(Resource::Data, bounds.doubt.min(bounds.memory), bounds.memory)?;
    limit(Resource::Stack, bounds.stack, bounds.stack)?;
    limit(Resource::As, bounds.memory + (1 << 30), bounds.memory + (1 << 30))?;
    // At the first a signal that says why, at the second the end.
    limit(Resource::Cpu, bounds.doubt_seconds.min(bounds.seconds), bounds.seconds + 1)?;
    limit(Resource::Fsize, bounds.file, bounds.file)?;
    limit(Resource::Core, 0, 0)?;
    limit(Resource::Nofile, 64, 64)?;
    let files = only_these_files(bounds).map_err(|failure| format!("Landlock: {failure}"));
    let network = no_network().map_err(|failure| format!("seccomp: {failure}"));
    // Both are tried in any case, and the network is named first: it is what matters.
    if bounds.confinement == Confinement::Required { network.and(files) } else { Ok(()) }
}

/// Keeps what this process has in its memory and its environment from its children: they are of the same user, and without Landlock
/// could open `/proc` of their parent (ptrace(2), "Ptrace access mode checking").
///
/// # Errors
/// What the kernel said.
pub fn hide() -> Result<(), String> {
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(|failure| format!("hiding: {failure}"))
}

/// Lets this process have all that its bounds allow.
///
/// # Errors
/// What the kernel said.
pub fn trust() -> Result<(), String> {
    for resource in [Resource::Data, Resource::Cpu] {
        let Rlimit { maximum, .. } = getrlimit(resource);
        setrlimit(resource, Rlimit { current: maximum, maximum })
            .map_err(|failure| format!("{resource:?}: {failure}"))?;
    }
    Ok(())
}

/// Lets this process allocate so much more, as far as its bounds allow.
///
/// # Errors
/// What the kernel said.
pub fn allow(bytes: u64) -> Result<(), String> {
    let Rlimit { current, maximum } = getrlimit(Resource::Data);
    let more = current.map(|current| current.saturating_add(bytes));
    let current = more.into_iter().chain(maximum).min();
    setrlimit(Resource::Data, Rlimit { current, maximum }).map_err(|failure| format!("memory: {failure}"))
}

fn limit(resource: Resource, current: u64, maximum: u64) -> Result<(), String> {
    setrlimit(resource, Rlimit { current: Some(current), maximum: Some(maximum) })
        .map_err(|failure| format!("{resource:?}: {failure}"))
}

/// Files beyond those named are not there, as far as the kernel can do that (<https://docs.kernel.org/userspace-api/landlock.html>).
fn only_these_files(bounds: &Bounds) -> Result<(), RulesetError> {
    let known = ABI::V4;
    Ruleset::default()
        .handle_access(AccessFs::from_all(known))?
        .handle_access(AccessNet::from_all(known))?
        .create()?
        .add_rules(path_beneath_rules(&bounds.reads, AccessFs::from_read(known)))?
        .add_rules(path_beneath_rules([&bounds.writes], AccessFs::from_all(known)))?
        .restrict_self()
        .map(drop)
}

/// <https://docs.kernel.org/userspace-api/seccomp_filter.html>
fn no_network() -> Result<(), Box<dyn std::error::Error>> {
    let rules = FORBIDDEN.iter().map(|call| (*call, Vec::new())).collect::<BTreeMap<_, _>>();
    let refusal = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter =
        SeccompFilter::new(rules, SeccompAction::Allow, refusal, std::env::consts::ARCH.try_into()?)?;
    let program: BpfProgram = filter.try_into()?;
    Ok(seccompiler::apply_filter(&program)?)
}
