//! LocalStack, for tests: S3, SQS and KMS as another implementation has them, with what the emulator's KMS does not know.

use std::{
    env,
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::{
    Failure,
    aws::{self, Aws},
    place::{Place, make_folder, remove},
    process::{Kept, free_port, last_line, log_file, outside_cargo, port_is_free, tail, wait_until},
    progress::step,
    tools::{self, Set},
};

/// The one of this process, which ends with it.
static RUNNING: Mutex<Option<(LocalStack, Kept)>> = Mutex::new(None);

/// A running LocalStack.
#[derive(Clone, Debug)]
pub struct LocalStack {
    /// Where its AWS APIs are.
    pub endpoint_url: String,
    /// The region it is called in.
    pub region: &'static str,
}

/// LocalStack on a port of this process's own; the first call installs it if need be, starts it and waits until it answers.
pub fn localstack() -> Result<LocalStack, Failure> {
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((found, _)) = &*running {
        return Ok(found.clone());
    }
    let place = Place::tests()?;
    let installed = tools::install(&place, Set::LocalStack)?;
    let (found, kept) = step("start LocalStack", || start(&place, &installed))?;
    *running = Some((found.clone(), kept));
    Ok(found)
}

fn start(place: &Place, installed: &std::path::Path) -> Result<(LocalStack, Kept), Failure> {
    forget_ended(place);
    let port = free_port()?;
    // Two test processes may run at once, of this checkout too.
    let home = place.file(&format!("localstack-{port}"));
    make_folder(&home)?;
    let log = home.join("log");
    let (out, err) = log_file(&log)?;
    let mut command: Command = outside_cargo(installed.join("bin/python"));
    command
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("HOME", &home)
        .env("TMPDIR", &home)
        .env("FILESYSTEM_ROOT", home.join("files"))
        .env("LANG", "C.UTF-8")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUNBUFFERED", "1")
        .env("GATEWAY_LISTEN", format!("127.0.0.1:{port}"))
        .env("SERVICES", "kms,s3,sqs")
        .env("SKIP_SSL_CERT_DOWNLOAD", "1")
        .env("DISABLE_EVENTS", "1")
        .env("DNS_ADDRESS", "0")
        // Links are held to their signatures, as on AWS.
        .env("S3_SKIP_SIGNATURE_VALIDATION", "0")
        .arg(place.root.join("local/tools/run_localstack.py"))
        .current_dir(&home)
        .stdin(Stdio::piped())
        .stdout(out)
        .stderr(err);
    let mut kept = Kept::start("LocalStack", &mut command)?;
    let aws = Aws::on(port);
    let answers = wait_until(Duration::from_secs(90), || {
        kept.ended().is_some() || aws.call("sts", "GET", "/_localstack/health", "").is_ok()
    });
    if answers && kept.ended().is_none() {
        return Ok((LocalStack { endpoint_url: aws::endpoint(port), region: aws::REGION }, kept));
    }
    kept.stop(rustix::process::Signal::KILL, Duration::from_secs(5));
    Err(Failure::Step { what: "starting LocalStack", reason: last_line(&tail(&log, 4_000)), log })
}

/// Removes what earlier ones have written, but for those that still run.
fn forget_ended(place: &Place) {
    for entry in std::fs::read_dir(&place.home).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let port = name
            .to_str()
            .and_then(|name| name.strip_prefix("localstack-"))
            .and_then(|port| port.parse().ok());
        if port.is_some_and(port_is_free) {
            // What cannot be removed is in nobody's way.
            let _ = remove(&entry.path());
        }
    }
}
