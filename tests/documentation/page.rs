//! A page of Markdown, as far as the tests look into it.

use std::path::Path;

/// A page.
#[derive(Debug)]
pub struct Page {
    /// Its path from the root.
    pub name: String,
    /// The anchors of its headings.
    pub anchors: Vec<String>,
    /// Its prose, without fenced blocks, and the number of each line.
    pub prose: Vec<(usize, String)>,
    /// Its fenced blocks, in order.
    pub blocks: Vec<Block>,
}

/// A fenced block.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The number of the line it begins after.
    pub line: usize,
    /// What follows the fence: `sh`, `json`, `mermaid`, …
    pub info: String,
    /// What is in it.
    pub text: String,
    /// Why it is not run: `<!-- not run: … -->` on the line before.
    pub not_run: Option<String>,
    /// Whether nothing but empty lines stands between the block before and this one, or one line of prose that ends in a colon.
    pub answers: bool,
}

impl Page {
    pub fn read(root: &Path, path: &Path) -> Self {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        Self::parse(name, &std::fs::read_to_string(path).unwrap())
    }

    fn parse(name: String, text: &str) -> Self {
        let mut page = Self { name, anchors: Vec::new(), prose: Vec::new(), blocks: Vec::new() };
        let mut open: Option<(String, Block)> = None;
        let mut between = 0;
        for (index, line) in text.lines().enumerate() {
            let bare = line.trim_start();
            match &mut open {
                Some((fence, block)) if bare.trim_end() == *fence => {
                    page.blocks.push(block.clone());
                    (open, between) = (None, 0);
                }
                Some((_, block)) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                None if bare.starts_with("```") => {
                    let fence: String = bare.chars().take_while(|letter| *letter == '`').collect();
                    let said =
                        page.prose.iter().rev().map(|(_, line)| line.trim()).find(|line| !line.is_empty());
                    let not_run =
                        said.and_then(|said| said.strip_prefix("<!-- not run: ")?.strip_suffix(" -->"));
                    let block = Block {
                        line: index + 1,
                        info: bare.trim_start_matches('`').trim().to_owned(),
                        text: String::new(),
                        not_run: not_run.map(str::to_owned),
                        answers: between <= 1 && !page.blocks.is_empty(),
                    };
                    open = Some((fence, block));
                }
                None => {
                    if !line.trim().is_empty() {
                        between += 1;
                    }
                    if let Some(heading) = line.strip_prefix('#') {
                        let anchor = anchor(heading.trim_start_matches('#').trim());
                        let same = page.anchors.iter().filter(|known| **known == anchor).count();
                        page.anchors.push(if same == 0 { anchor } else { format!("{anchor}-{same}") });
                    }
                    page.prose.push((index + 1, line.to_owned()));
                }
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", page.name);
        page
    }

    /// Where a block is, for people.
    pub fn at(&self, block: &Block) -> String {
        format!("{}:{}", self.name, block.line)
    }
}

/// The anchor that GitHub gives a heading: lower case, words joined by hyphens, no punctuation.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn a_page_is_prose_and_blocks() {
    let text = "# One & `two`\nSay:\n\n```sh\nls\n```\n\nThe answer is:\n```json\n{}\n```\n<!-- not run: needs an account -->\n```sh\nrm\n```\n# One two\n# One two\n";
    let page = Page::parse("x.md".to_owned(), text);
    assert_eq!(page.anchors, ["one--two", "one-two", "one-two-1"]);
    let infos: Vec<_> =
        page.blocks.iter().map(|block| (block.info.as_str(), block.text.as_str(), block.answers)).collect();
    assert_eq!(infos, [("sh", "ls\n", false), ("json", "{}\n", true), ("sh", "rm\n", true)]);
    assert_eq!(page.blocks[2].not_run.as_deref(), Some("needs an account"));
}
