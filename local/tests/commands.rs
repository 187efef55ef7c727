//! The command line as a person meets it. That this test runs the program also means that cargo has built it by the time other tests
//! need it to keep their stack.

use std::process::Command;

fn local(arguments: &[&str]) -> std::io::Result<(bool, String, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_local")).args(arguments).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((output.status.success(), text(&output.stdout), text(&output.stderr)))
}

#[test]
fn status_tells_both_stacks_and_never_fails() {
    let (success, said, _) = local(&["status"]).unwrap();
    assert!(success);
    assert!(
        said.contains("the stack: Postgres: ") && said.contains("the tests' stack: API and emulator: "),
        "{said}"
    );
}

#[test]
fn a_wrong_command_is_told_in_words() {
    let (success, _, complaint) = local(&["fly"]).unwrap();
    assert!(!success);
    assert!(complaint.contains("unrecognized subcommand 'fly'"), "{complaint}");
}
