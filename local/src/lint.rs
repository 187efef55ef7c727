//! `cargo run -- lint`: cfn-lint and SAM's own check on the template.

use crate::{
    Failure,
    deploy::only_this_machine,
    place::Place,
    process::run,
    progress::step,
    tools::{self, Set},
};

/// Checks `template.yaml`. Neither tool needs a network or an account.
pub fn lint() -> Result<(), Failure> {
    let place = Place::developer()?;
    let installed = tools::install(&place, Set::Build)?;
    let mut cfn_lint = tools::program(&installed, "cfn-lint");
    cfn_lint.args(["--non-zero-exit-code", "warning", "--", "template.yaml"]);
    let mut sam = tools::program(&installed, "sam");
    sam.args(["validate", "--lint", "--template-file", "template.yaml"])
        .env("SAM_CLI_TELEMETRY", "0")
        .env("__SAM_CLI_APP_DIR", place.file("sam"));
    let mut faults = false;
    for (name, command) in [("cfn-lint template.yaml", &mut cfn_lint), ("sam validate --lint", &mut sam)] {
        // Port 1: nothing answers there, so that a tool that does want AWS fails instead of finding the developer's account.
        only_this_machine(command, 1);
        command.current_dir(&place.root);
        faults |= step(name, || if run(command)?.success() { Ok(()) } else { Err(Failure::Lint) }).is_err();
    }
    if faults { Err(Failure::Lint) } else { Ok(()) }
}
