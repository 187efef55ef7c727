//! The AWS emulator: Lambda, both kinds of API Gateway, SQS, S3, KMS and `CloudFormation` in one process on loopback.

use std::{env, path::PathBuf, process::Stdio, time::Duration};

use rustix::process::Signal;

use crate::{
    Failure,
    aws::{self, Aws},
    place::{Place, make_folder, remove},
    process::{Identity, Kept, check_stop, last_line, log_file, port_is_free, tail, wait_until},
    tools::{self, Set},
};

/// What the template needs of AWS; the emulator knows many more.
const SERVICES: &str = "apigateway,cloudformation,events,iam,kms,lambda,logs,monitoring,s3,scheduler,secretsmanager,sns,sqs,ssm,sts";

/// The folder of everything the emulator remembers.
pub fn memory(place: &Place) -> PathBuf {
    place.file("emulator")
}

fn marker(place: &Place) -> PathBuf {
    memory(place).join("saved")
}

/// Starts the emulator and waits until it answers.
pub fn start(place: &Place, port: u16, flag: Option<&'static str>) -> Result<Kept, Failure> {
    let installed = tools::install(place, Set::Emulator)?;
    if !port_is_free(port) {
        return Err(Failure::PortTaken { port, flag });
    }
    let memory = memory(place);
    // What a killed emulator unpacked is of no use to the next one.
    remove(&memory.join("tmp"))?;
    for folder in ["state", "s3", "tmp"] {
        make_folder(&memory.join(folder))?;
    }
    let log = place.file("emulator.log");
    let (out, err) = log_file(&log)?;
    let mut command = tools::program(&installed, "python");
    let path = env::var_os("PATH").unwrap_or_default();
    // Functions inherit this environment: nothing of the developer's own may be in it.
    command
        .env_clear()
        .envs(aws::environment(port))
        .env("PATH", path)
        .env("HOME", &memory)
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUNBUFFERED", "1")
        .env("BIND_HOST", "127.0.0.1")
        .env("GATEWAY_PORT", port.to_string())
        .env("MINISTACK_HOST", "127.0.0.1")
        .env("MINISTACK_REGION", aws::REGION)
        .env("SERVICES", SERVICES)
        .env("IOT_MTLS_ENABLED", "0")
        .env("SFTP_ENABLED", "0")
        // No Docker, even where there is one: functions run as processes.
        .env("DOCKER_HOST", "unix:///nonexistent")
        .env("LAMBDA_EXECUTOR", "local")
        // Policies count, so that a missing permission fails here and not on AWS.
        .env("AUTH", "true")
        .env("PERSIST_STATE", "1")
        .env("STATE_DIR", memory.join("state"))
        .env("S3_PERSIST", "1")
        .env("S3_DATA_DIR", memory.join("s3"))
        .env("TMPDIR", memory.join("tmp"))
        .env("TALKIFY_STATE_MARKER", marker(place))
        .arg(place.root.join("local/tools/run_emulator.py"))
        .current_dir(&memory)
        .stdin(Stdio::piped())
        .stdout(out)
        .stderr(err);
    let mut kept = Kept::start("the emulator", &mut command)?;
    let aws = Aws::on(port);
    let mut stopped = Ok(());
    let answers = wait_until(Duration::from_secs(90), || {
        stopped = check_stop();
        stopped.is_err() || kept.ended().is_some() || aws.call("sts", "GET", "/_ministack/health", "").is_ok()
    });
    if stopped.is_ok() && answers && kept.ended().is_none() {
        return Ok(kept);
    }
    stop(&mut kept);
    stopped?;
    Err(Failure::Step { what: "starting the emulator", reason: last_line(&tail(&log, 4_000)), log })
}

/// Stops the emulator, which writes its state first.
pub fn stop(emulator: &mut Kept) {
    emulator.stop(Signal::INT, Duration::from_secs(30));
}

/// Makes the emulator write its state now, so that its keys outlive even a kill.
pub fn save(place: &Place, emulator: &Identity) -> Result<(), Failure> {
    let marker = marker(place);
    remove(&marker)?;
    emulator.signal(Signal::USR1);
    if wait_until(Duration::from_secs(30), || marker.exists()) {
        return Ok(());
    }
    let reason = "its state was not written in 30 s".to_owned();
    Err(Failure::Step { what: "saving the emulator's state", reason, log: place.file("emulator.log") })
}

/// Removes everything the emulator remembers.
pub fn forget(place: &Place) -> Result<(), Failure> {
    remove(&memory(place))
}
