//! Links between the pages, and diagrams in them.

use std::path::{Component, Path, PathBuf};

use super::page::Page;
use super::{ROOT, pages};

/// The kinds of diagram that the pages use (<https://mermaid.js.org/intro/>).
const DIAGRAMS: [&str; 4] = ["flowchart", "sequenceDiagram", "erDiagram", "stateDiagram-v2"];

/// The targets of a line's links, without those in code.
fn targets(line: &str) -> Vec<String> {
    // Every other part is code.
    let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let parts = prose.split("](").skip(1);
    parts.filter_map(|part| part.split(')').next()).map(|target| target.trim().to_owned()).collect()
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// Why a link of a page leads nowhere.
fn fault(page: &Page, target: &str, pages: &[Page]) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let folder = Path::new(&page.name).parent().unwrap();
    let path = if path.is_empty() { PathBuf::from(&page.name) } else { plain(&folder.join(path)) };
    if !Path::new(ROOT).join(&path).exists() {
        return Some("is not there".to_owned());
    }
    let there = pages.iter().find(|other| Path::new(&other.name) == path);
    let known =
        anchor.is_empty() || there.is_some_and(|there| there.anchors.iter().any(|known| known == anchor));
    (!known).then(|| "has no such heading".to_owned())
}

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let mut faults = Vec::new();
    let mut links = 0;
    for page in &pages {
        for (line, text) in &page.prose {
            for target in targets(text) {
                links += 1;
                if let Some(fault) = fault(page, &target, &pages) {
                    faults.push(format!("{}:{line}: {target} {fault}", page.name));
                }
            }
        }
    }
    assert!(links > 50, "{links} links");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every page under docs/ can be come to from its index; decisions are named by their files.
#[test]
fn the_index_names_every_page() {
    let pages = pages();
    let index = pages.iter().find(|page| page.name == "docs/README.md").unwrap();
    let named: Vec<PathBuf> = index
        .prose
        .iter()
        .flat_map(|(_, line)| targets(line))
        .map(|target| plain(&Path::new("docs").join(target.split('#').next().unwrap())))
        .collect();
    let missing: Vec<&str> = pages
        .iter()
        .map(|page| page.name.as_str())
        .filter(|name| {
            name.starts_with("docs/") && *name != "docs/README.md" && !name.starts_with("docs/decisions/")
        })
        .filter(|name| !named.iter().any(|path| path == Path::new(name)))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn every_diagram_is_of_a_known_kind_and_closed() {
    let mut seen = 0;
    for page in pages() {
        for block in page.blocks.iter().filter(|block| block.info == "mermaid") {
            seen += 1;
            let at = page.at(block);
            let kind = block.text.split_whitespace().next().unwrap_or_default();
            assert!(DIAGRAMS.contains(&kind), "{at}: {kind} is no kind of diagram");
            assert!(block.text.matches('"').count() % 2 == 0, "{at}: a quote is not closed");
            let outside: String = block.text.split('"').step_by(2).collect();
            // Braces of an entity's cardinality are not closed.
            let brackets = [('[', ']'), ('(', ')'), ('{', '}')];
            let closed = if kind == "erDiagram" { &brackets[..2] } else { &brackets[..] };
            for &(opening, closing) in closed {
                let (opened, closed) = (outside.matches(opening).count(), outside.matches(closing).count());
                assert_eq!(opened, closed, "{at}: {opening} and {closing}");
            }
            let begun = block.text.lines().filter(|line| opens(line.trim())).count();
            let ended = block.text.lines().filter(|line| line.trim() == "end").count();
            assert_eq!(begun, ended, "{at}: what begins ends");
        }
    }
    assert!(seen >= 5, "{seen} diagrams");
}

/// Whether a line of a diagram begins what `end` ends.
fn opens(line: &str) -> bool {
    ["subgraph", "alt", "opt", "loop", "par", "rect", "critical"]
        .iter()
        .any(|word| line.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}
