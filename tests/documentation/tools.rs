//! Commands that cannot be run here are held to the tools they are for: the subcommand is there, and it knows the options.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use super::page::Page;
use super::pages;

/// Programs that every machine with a shell has, or whose own page says how to get them; the words of the shell itself.
const ORDINARY: [&str; 37] = [
    ".",
    "[[",
    "base64",
    "bash",
    "break",
    "cd",
    "curl",
    "dd",
    "do",
    "docker",
    "done",
    "echo",
    "export",
    "for",
    "git",
    "head",
    "jq",
    "localstack",
    "mapfile",
    "mkdir",
    "openssl",
    "pip",
    "printf",
    "python3",
    "read",
    "rustup",
    "samlocal",
    "sed",
    "set",
    "sleep",
    "tail",
    "tee",
    "tr",
    "until",
    "while",
    "xargs",
    "zip",
];
/// Options of every `aws` command.
const GLOBAL: [&str; 6] =
    ["--endpoint-url", "--no-cli-pager", "--output", "--profile", "--query", "--region"];

/// A command: its words, without quotes.
type Words = Vec<String>;

/// The commands of a block, those within `$(…)` too. It knows as much of the shell's grammar as the pages use.
fn commands(text: &str) -> Vec<Words> {
    let text = text.replace("\\\n", " ");
    let (mut all, mut open) = (Vec::new(), vec![(Words::new(), String::new(), None::<char>)]);
    let mut letters = text.chars().peekable();
    let end_word = |frame: &mut (Words, String, Option<char>)| {
        if !frame.1.is_empty() {
            frame.0.push(std::mem::take(&mut frame.1));
        }
    };
    while let Some(letter) = letters.next() {
        let depth = open.len();
        let frame = open.last_mut().unwrap();
        match (letter, frame.2) {
            ('$', None | Some('"')) if letters.peek() == Some(&'(') => {
                letters.next();
                frame.1.push('…');
                open.push((Words::new(), String::new(), None));
            }
            (')', None) if depth > 1 => {
                end_word(frame);
                all.push(open.pop().unwrap().0);
            }
            ('\'' | '"', None) => {
                frame.2 = Some(letter);
                // An empty word is one too.
                frame.1.push('\u{200b}');
            }
            (quote, Some(open)) if quote == open => frame.2 = None,
            ('#', None) if frame.1.is_empty() => while letters.next_if(|letter| *letter != '\n').is_some() {},
            ('\n' | ';' | '|' | '&', None) => {
                end_word(frame);
                all.push(std::mem::take(&mut frame.0));
            }
            (space, None) if space.is_whitespace() => end_word(frame),
            (other, _) => frame.1.push(other),
        }
    }
    let mut last = open.pop().unwrap();
    end_word(&mut last);
    all.push(last.0);
    all.into_iter().map(plain).filter(|words| !words.is_empty()).collect()
}

/// Without assignments before the command and redirections.
fn plain(words: Words) -> Words {
    let is_assignment = |word: &String| {
        let name = word.split('=').next().unwrap_or_default();
        word.contains('=')
            && !name.is_empty()
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_+".contains(letter))
    };
    let words = words.into_iter().map(|word| word.replace('\u{200b}', ""));
    words.skip_while(is_assignment).collect()
}

/// What a tool's help says, asked once.
#[derive(Default)]
struct Helps(BTreeMap<Vec<String>, String>);

impl Helps {
    fn of(&mut self, words: &[&str], run: impl FnOnce() -> Command) -> &str {
        let key = words.iter().map(|word| (*word).to_owned()).collect();
        self.0.entry(key).or_insert_with(|| {
            let output = run().args(&words[1..]).arg("--help").stdin(Stdio::null()).output().unwrap();
            let text = [output.stdout, output.stderr].concat();
            // A tool that does not know a subcommand fails.
            if output.status.success() { String::from_utf8_lossy(&text).into_owned() } else { String::new() }
        })
    }
}

/// The options of a command, without their values.
fn options(words: &[String]) -> impl Iterator<Item = &str> {
    let own = words.iter().take_while(|word| *word != "--");
    own.filter(|word| word.starts_with("--")).map(|word| word.split('=').next().unwrap_or(word))
}

/// Why a command is not one that its tool knows.
fn fault(words: &[String], helps: &mut Helps, aws: &mut Vec<Words>) -> Option<String> {
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    let (subcommand, help, rest) = match texts.as_slice() {
        ["aws", ..] => {
            aws.push(words.to_vec());
            return None;
        }
        ["sam", group @ ("remote" | "local" | "list" | "pipeline"), sub, ..] => {
            (format!("sam {group} {sub}"), helps.of(&["sam", group, sub], sam), &words[3..])
        }
        ["sam", sub, ..] => (format!("sam {sub}"), helps.of(&["sam", sub], sam), &words[2..]),
        ["cargo", "lambda", sub, ..] => {
            let lambda = || local::for_tests::build_tool("cargo-lambda").unwrap();
            (format!("cargo lambda {sub}"), helps.of(&["cargo", "lambda", sub], lambda), &words[3..])
        }
        ["cargo", "run", "--", option, ..] if option.starts_with('-') => {
            ("cargo run --".to_owned(), helps.of(&["local"], local_stack), &words[3..])
        }
        ["cargo", "run", "--", sub, ..] => {
            (format!("cargo run -- {sub}"), helps.of(&["local", sub], local_stack), &words[4..])
        }
        ["cargo", "run" | "test" | "fmt" | "clippy", ..] => return None,
        [program @ ("pg_dump" | "pg_restore" | "psql"), ..] => {
            let postgres = || Command::new(local::for_tests::postgres().unwrap().programs.join(program));
            ((*program).to_owned(), helps.of(&[program], postgres), &words[1..])
        }
        [program, ..] if ORDINARY.contains(program) || program.starts_with('…') => return None,
        _ => return Some("is no program that the pages may count on".to_owned()),
    };
    if help.is_empty() {
        return Some(format!("there is no `{subcommand}`"));
    }
    let known = |option: &&str| !has_word(help, option);
    options(rest).find(known).map(|option| format!("`{subcommand}` has no {option}"))
}

fn has_word(help: &str, word: &str) -> bool {
    help.match_indices(word).any(|(at, _)| {
        let after = help[at + word.len()..].chars().next();
        after.is_none_or(|letter| !letter.is_ascii_alphanumeric() && letter != '-')
    })
}

fn sam() -> Command {
    let mut sam = local::for_tests::build_tool("sam").unwrap();
    sam.env("SAM_CLI_TELEMETRY", "0").env("__SAM_CLI_APP_DIR", local::for_tests::file("sam").unwrap());
    sam
}

fn local_stack() -> Command {
    Command::new(local::for_tests::command_line().unwrap())
}

/// What `aws` commands are not, by the models that AWS's own tools are made from.
fn aws_faults(commands: &[Words]) -> Vec<String> {
    let own = commands.iter().filter_map(|words| {
        let options: Vec<&str> = options(words).filter(|option| !GLOBAL.contains(option)).collect();
        Some(serde_json::json!([words.get(1)?, words.get(2)?, options]))
    });
    let own: Vec<_> = own.collect();
    let script = Path::new(super::ROOT).join("tests/documentation/aws_commands.py");
    let mut python = local::for_tests::botocore().unwrap();
    let output = python.arg(script).arg(serde_json::json!(own).to_string()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// The commands in the prose of a page, such as those in tables, of which each begins with `cargo run -- `.
fn in_prose(page: &Page) -> impl Iterator<Item = (usize, Words)> {
    page.prose.iter().flat_map(|(line, text)| {
        let code: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
        let own = code
            .into_iter()
            .filter(|code| code.starts_with("cargo run -- ") || code.starts_with("cargo lambda "));
        own.filter(|code| !code.contains('…'))
            .flat_map(commands)
            .map(|words| (*line, words))
            .collect::<Vec<_>>()
    })
}

#[test]
fn every_block_is_run_or_says_why_not() {
    const KINDS: [&str; 9] = ["sh", "sh aws", "json", "mermaid", "text", "", "rust", "ts", "typescript"];
    for page in pages() {
        for block in &page.blocks {
            let at = page.at(block);
            // What is a client's is tested with it.
            if page.name.starts_with("clients/") {
                continue;
            }
            assert!(
                KINDS.contains(&block.info.as_str()),
                "{at}: `{}` is neither run nor checked",
                block.info
            );
            assert!(
                block.not_run.as_deref().is_none_or(|reason| reason.len() > 10),
                "{at}: that is no reason"
            );
            let looks_like_commands =
                ["cargo ", "curl ", "sam ", "aws "].iter().any(|word| block.text.starts_with(word));
            assert!(block.info.starts_with("sh") || !looks_like_commands, "{at}: commands are `sh`");
        }
    }
}

#[test]
fn what_is_not_run_is_what_its_tools_know() {
    let (mut helps, mut aws, mut faults, mut seen) =
        (Helps::default(), Vec::new(), Vec::new(), BTreeSet::new());
    for page in pages() {
        let blocks = page
            .blocks
            .iter()
            .filter(|block| block.info == "sh aws" || (block.info == "sh" && block.not_run.is_some()));
        let blocks =
            blocks.flat_map(|block| commands(&block.text).into_iter().map(|words| (block.line, words)));
        for (line, words) in blocks.chain(in_prose(&page)) {
            seen.insert(words[0].clone());
            if let Some(fault) = fault(&words, &mut helps, &mut aws) {
                faults.push(format!("{}:{line}: {}: {fault}", page.name, words.join(" ")));
            }
        }
    }
    faults.extend(aws_faults(&aws));
    for tool in ["sam", "aws", "cargo"] {
        assert!(seen.contains(tool), "no page speaks of {tool}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn commands_are_found_as_a_shell_finds_them() {
    let found = commands(
        "A=\"$(aws x y --z 'a b')\" sam deploy \\\n --guided # c\nwhile p=$(curl -s \"$U\"); do\n jq -c '.a[]' <<<\"$p\" >> f\ndone",
    );
    let found: Vec<String> = found.iter().map(|words| words.join(" ")).collect();
    assert_eq!(
        found,
        [
            "aws x y --z a b",
            "sam deploy --guided",
            "curl -s $U",
            "while p=…",
            "do",
            "jq -c .a[] <<<$p >> f",
            "done"
        ]
    );
}

#[test]
fn what_no_tool_knows_is_found() {
    let (mut helps, mut aws) = (Helps::default(), Vec::new());
    let mut of = |text: &str| fault(&commands(text)[0], &mut helps, &mut aws);
    assert_eq!(of("cargo run -- down --tests"), None);
    assert!(of("cargo run -- fly").is_some());
    assert!(of("cargo run -- down --fast").is_some());
    assert!(of("cargo lambda watch --wings").is_some());
    assert!(of("flyctl deploy").is_some());
    let wrong = ["aws kms fly", "aws kms get-public-key --wings x", "aws nothing at-all"]
        .map(|text| commands(text)[0].clone());
    assert_eq!(aws_faults(&wrong).len(), 3);
}
