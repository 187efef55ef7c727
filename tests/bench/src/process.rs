//! What the kernel counts for a process: proc(5), `/proc/<pid>/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The time a process has spent on a CPU, all its threads together, to the nanosecond.
#[must_use]
pub fn cpu(process: u32) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    tasks.filter_map(|task| spent(&task.path())).sum()
}

/// The first of `schedstat`'s three numbers.
fn spent(task: &Path) -> Option<Duration> {
    let text = fs::read_to_string(task.join("schedstat")).ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

/// The time that each of a process and its children has spent on a CPU.
#[must_use]
pub fn cpu_of_family(process: u32) -> BTreeMap<u32, Duration> {
    let family = children(process).into_iter().chain([process]);
    family.map(|member| (member, cpu(member))).collect()
}

/// What a family has spent since an earlier look. Who has ended since is left out: they served somebody else.
#[must_use]
pub fn spent_since(now: &BTreeMap<u32, Duration>, before: &BTreeMap<u32, Duration>) -> Duration {
    let each = now
        .iter()
        .map(|(member, spent)| spent.saturating_sub(before.get(member).copied().unwrap_or_default()));
    each.sum()
}

fn children(process: u32) -> Vec<u32> {
    let numbers = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(|number| parent(*number) == Some(process)).collect()
}

fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold spaces. Behind it come the state and the parent.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// The most memory that a process has had at once, in bytes.
#[must_use]
pub fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1_024)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::{children, cpu, cpu_of_family, peak_memory, spent_since};

    #[test]
    fn this_process_is_known_to_the_kernel() {
        let me = std::process::id();
        assert!(cpu(me).as_nanos() > 0);
        assert!(peak_memory(me).unwrap() > 100_000);
        let mut child =
            std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        assert!(children(me).contains(&child.id()));
        let family = cpu_of_family(me);
        assert!(family.contains_key(&me) && family.contains_key(&child.id()));
        drop(child.stdin.take());
        child.wait().unwrap();
    }

    #[test]
    fn only_those_who_are_there_count() {
        let seconds = |spent: &[(u32, u64)]| -> BTreeMap<u32, Duration> {
            spent.iter().map(|(member, seconds)| (*member, Duration::from_secs(*seconds))).collect()
        };
        let (before, now) = (seconds(&[(1, 5), (2, 100)]), seconds(&[(1, 7), (3, 4)]));
        assert_eq!(spent_since(&now, &before), Duration::from_secs(6));
    }
}
