//! `cargo run -- lint`: what can be known of the template and of the workflows without AWS and without GitHub.

use crate::{
    Failure,
    deploy::only_this_machine,
    place::Place,
    process::run,
    progress::step,
    tools::{self, Set},
};

/// Checks `template.yaml` with cfn-lint, SAM and checkov, and the workflows with zizmor. None needs a network or an account.
pub fn lint() -> Result<(), Failure> {
    let place = Place::developer()?;
    let (build, check) = (tools::install(&place, Set::Build)?, tools::install(&place, Set::Check)?);
    let mut cfn_lint = tools::program(&build, "cfn-lint");
    cfn_lint.args(["--non-zero-exit-code", "warning", "--", "template.yaml"]);
    let mut sam = tools::program(&build, "sam");
    sam.args(["validate", "--lint", "--template-file", "template.yaml"])
        .env("SAM_CLI_TELEMETRY", "0")
        .env("__SAM_CLI_APP_DIR", place.file("sam"));
    // What it is not to find, and why, is in its configuration and beside the resources.
    let mut checkov = tools::program(&check, "checkov");
    checkov.args(["--config-file", ".checkov.yaml", "--file", "template.yaml"]).env("LOG_LEVEL", "ERROR");
    let mut zizmor = tools::program(&check, "zizmor");
    zizmor.args(["--offline", "--quiet", ".github/workflows"]);
    let mut faults = false;
    for (name, command) in [
        ("cfn-lint template.yaml", &mut cfn_lint),
        ("sam validate --lint", &mut sam),
        ("checkov template.yaml", &mut checkov),
        ("zizmor .github/workflows", &mut zizmor),
    ] {
        // Port 1: nothing answers there, so that a tool that does want AWS fails instead of finding the developer's account.
        only_this_machine(command, 1);
        command.current_dir(&place.root);
        faults |= step(name, || if run(command)?.success() { Ok(()) } else { Err(Failure::Lint) }).is_err();
    }
    if faults { Err(Failure::Lint) } else { Ok(()) }
}
