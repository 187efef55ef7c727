//! The deployment: SAM sends the template to the emulator, the bridges close its gaps, the migration function runs.

use std::{collections::BTreeMap, env, fs, process::Command};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Failure, Stack,
    aws::{self, Aws, REGION},
    bridge::{self, Resource, Resources, parse},
    emulator, functions,
    place::{Place, read_json, sha256, write_json, write_private},
    postgres::Postgres,
    process::{Identity, run_logged},
    progress::{say, step},
    template::{self, Template},
    tools::{self, Set},
    web_push::{self, WebPushKey},
};

const STACK: &str = "talkify";
/// The bucket that functions are deployed from.
pub const ARTIFACTS: &str = "talkify-artifacts";
/// The logical id of the media bucket, which comes with uploads.
const MEDIA: &str = "MediaBucket";
/// The logical id of the audit log's bucket.
const CHECKPOINTS: &str = "AuditCheckpoints";

/// Where a stack is reached on this machine.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Doors {
    /// The port that clients use.
    pub front: u16,
    /// The emulator's port.
    pub emulator: u16,
    /// Postgres's port.
    pub postgres: u16,
}

/// What says who calls: the template's parameter of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum AuthMode {
    /// An access token.
    Token,
    /// The header `X-User-ID`, taken at its word.
    Header,
}

impl AuthMode {
    /// The parameter's value.
    fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Header => "header",
        }
    }
}

/// What whoever starts the stack decides of its parameters.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The parameter `AuthMode`.
    pub auth_mode: AuthMode,
    /// The parameter `RateLimits`.
    pub rate_limits: String,
}

impl Settings {
    /// For tests, which ask more often than people do. What they test of limits through the gateway is left as it is.
    #[must_use]
    pub fn for_tests() -> Self {
        let ample = ["register", "login_account", "login_address", "send", "upload"]
            .map(|name| format!("{name}=1000000/0.001"));
        Self { auth_mode: AuthMode::Token, rate_limits: ample.join(",") }
    }
}

/// What is deployed, as it is remembered between runs.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
pub struct Deployed {
    /// A hash of the template, the functions and the parameters.
    digest: String,
    /// The id of the HTTP API.
    pub http_api: Option<String>,
    /// The id of the WebSocket API and the name of its stage.
    pub socket: Option<(String, String)>,
}

impl Deployed {
    /// Reads what is deployed.
    pub fn read(place: &Place) -> Option<Self> {
        read_json(&place.file("deployed.json"))
    }
}

/// Deploys what changed, migrates the database and writes `stack.json`.
pub fn deploy(
    place: &Place,
    doors: Doors,
    settings: &Settings,
    postgres: &Postgres,
    keeper: &Identity,
) -> Result<Stack, Failure> {
    let template = Template::read(&place.root.join("template.yaml"))?;
    let packed = functions::pack(place, &template)?;
    let aws = Aws::on(doors.emulator);
    let mut local = template.for_this_machine(&packed);
    template::reach_sockets(&mut local, doors.front, doors.emulator);
    if settings.auth_mode == AuthMode::Header {
        template::identify_by_header(&mut local);
    }
    let key = WebPushKey::of(place)?;
    web_push::hold_secret(&mut local, &key);
    let parameters = parameters(place, &template, doors, settings, postgres, &key)?;
    let digest = sha256(format!("{local}{parameters:?}").as_bytes());
    let current =
        Deployed::read(place).filter(|deployed| deployed.digest == digest && is_there(&aws, deployed));
    if current.is_none() {
        let path = place.file("template.json");
        write_json(&path, &local)?;
        let resources = step("deploy template.yaml with SAM", || {
            sam_deploy(place, doors, &aws, &parameters)?;
            let resources = resources(&aws)?;
            bridge::routes(&aws, &processed_template(&aws)?, &resources)?;
            bridge::locks(&aws, &local, &resources)?;
            emulator::save(place, keeper)?;
            Ok(resources)
        })?;
        let of = |kind: &str| resources.iter().find(|(_, known)| known.kind == kind);
        let apis = |protocol| api_of(&aws, &resources, protocol);
        let stage = of("AWS::ApiGatewayV2::Stage")
            .and_then(|_| socket_stage(&aws, apis("WEBSOCKET").ok()??.as_str()));
        let deployed = Deployed { digest, http_api: apis("HTTP")?, socket: apis("WEBSOCKET")?.zip(stage) };
        write_json(&place.file("deployed.json"), &deployed)?;
    } else {
        say("  deploy template.yaml with SAM: nothing changed");
    }
    let stack = describe(doors, &template, postgres, &resources(&aws)?)?;
    migrate(place, doors, &aws, &stack, &template, postgres)?;
    write_private(&place.file("functions.env"), functions_env(&aws, doors)?.as_bytes())?;
    write_json(&place.file("stack.json"), &stack)?;
    Ok(stack)
}

/// What functions read from their environment, for those that `cargo lambda watch` runs beside the stack: the variables of all
/// functions together. Where two have another value for one name, it is what most of them have.
fn functions_env(aws: &Aws, doors: Doors) -> Result<String, Failure> {
    let mut values: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut next = String::new();
    loop {
        let page =
            parse(&aws.call("lambda", "GET", &format!("/2015-03-31/functions/?MaxItems=50{next}"), "")?)?;
        for function in page["Functions"].as_array().into_iter().flatten() {
            for (name, value) in function["Environment"]["Variables"].as_object().into_iter().flatten() {
                let of_name = values.entry(name.clone()).or_default();
                *of_name.entry(value.as_str().unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
        let Some(marker) = page["NextMarker"].as_str().filter(|marker| !marker.is_empty()) else { break };
        next = format!("&Marker={marker}");
    }
    let mut variables: BTreeMap<String, String> = values
        .into_iter()
        .filter_map(|(name, values)| Some((name, values.into_iter().max_by_key(|(_, often)| *often)?.0)))
        .collect();
    variables
        .extend(aws::environment(doors.emulator).into_iter().map(|(name, value)| (name.to_owned(), value)));
    // Quoted, so that a shell reads them too.
    let lines: Vec<String> = variables.iter().map(|(name, value)| format!("{name}='{value}'\n")).collect();
    Ok(lines.concat())
}

/// Whether the emulator still has what was deployed: a killed one may have lost it.
fn is_there(aws: &Aws, deployed: &Deployed) -> bool {
    deployed.http_api.as_ref().is_some_and(|api| {
        let routes = aws
            .call("apigateway", "GET", &format!("/v2/apis/{api}/routes"), "")
            .and_then(|text| parse(&text));
        routes.is_ok_and(|routes| routes["items"].as_array().is_some_and(|items| !items.is_empty()))
    })
}

/// The template's parameters that this machine decides.
fn parameters(
    place: &Place,
    template: &Template,
    doors: Doors,
    settings: &Settings,
    postgres: &Postgres,
    key: &WebPushKey,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let decided = [
        ("AuthMode", settings.auth_mode.name().to_owned()),
        ("RateLimits", settings.rate_limits.clone()),
        ("DatabaseUrl", postgres.functions_url(doors.postgres)),
        ("AwsEndpointUrl", aws::endpoint(doors.emulator)),
        ("LocalReceivers", "allowed".to_owned()),
        ("PushPlatforms", "web".to_owned()),
        ("PushCredentials", web_push::secret_arn()),
        ("WebPushKey", key.public.clone()),
        ("FfmpegPath", crate::ffmpeg::ffmpeg(place)?.to_string_lossy().into_owned()),
    ];
    Ok(decided.into_iter().filter(|(name, _)| template.has_parameter(name)).collect())
}

fn sam_deploy(place: &Place, doors: Doors, aws: &Aws, parameters: &[(&str, String)]) -> Result<(), Failure> {
    let installed = tools::install(place, Set::Build)?;
    aws.call("s3", "PUT", &format!("/{ARTIFACTS}"), "").or_else(|failure| match failure {
        Failure::Emulator { status: 409, .. } => Ok(String::new()),
        other => Err(other),
    })?;
    clear_failed_stack(aws)?;
    let mut sam = tools::program(&installed, "sam");
    only_this_machine(&mut sam, doors.emulator);
    sam.current_dir(&place.home)
        .env("SAM_CLI_TELEMETRY", "0")
        .env("SAM_CLI_POLL_DELAY", "0.5")
        .env("__SAM_CLI_APP_DIR", place.file("sam"))
        .args(["deploy", "--template-file", "template.json", "--stack-name", STACK, "--s3-bucket", ARTIFACTS])
        .args(["--no-progressbar", "--no-confirm-changeset", "--no-fail-on-empty-changeset"])
        .args(["--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]);
    if !parameters.is_empty() {
        sam.arg("--parameter-overrides")
            .args(parameters.iter().map(|(name, value)| format!("{name}={value}")));
    }
    run_logged("deploying", &mut sam, &place.file("deploy.log")).map_err(|failure| match failure {
        Failure::Step { what, reason, log } => {
            Failure::Step { what, reason: reason_of_failed_stack(aws).unwrap_or(reason), log }
        }
        other => other,
    })
}

/// Takes the developer's own AWS settings from a program and gives it the emulator's.
pub fn only_this_machine(command: &mut Command, emulator: u16) {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("AWS_") || name.starts_with("SAM_")) {
            command.env_remove(name);
        }
    }
    command.envs(aws::environment(emulator)).env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
}

fn cloudformation(aws: &Aws, action: &str, more: &str) -> Result<String, Failure> {
    let form = format!("Action={action}&Version=2010-05-15&StackName={STACK}{more}");
    aws.call("cloudformation", "POST", "/", &form)
}

/// A stack whose first deployment failed can only be deleted, on AWS too.
fn clear_failed_stack(aws: &Aws) -> Result<(), Failure> {
    let Ok(described) = cloudformation(aws, "DescribeStacks", "") else { return Ok(()) };
    let status = elements(&described, "StackStatus").next().unwrap_or_default();
    let hopeless =
        ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS", "CREATE_FAILED", "DELETE_FAILED"];
    if hopeless.contains(&status.as_str()) {
        cloudformation(aws, "DeleteStack", "")?;
    }
    Ok(())
}

/// Why the last deployment failed: the newest event of a resource that could not be made or changed.
fn reason_of_failed_stack(aws: &Aws) -> Option<String> {
    let events = cloudformation(aws, "DescribeStackEvents", "").ok()?;
    let failed = elements(&events, "member")
        .find(|event| elements(event, "ResourceStatus").any(|status| status.ends_with("_FAILED")))?;
    let id = elements(&failed, "LogicalResourceId").next()?;
    let reason = elements(&failed, "ResourceStatusReason").next()?;
    Some(format!("{id}: {reason}"))
}

/// The resources of the deployed stack.
fn resources(aws: &Aws) -> Result<Resources, Failure> {
    let mut resources = Resources::new();
    let mut next = String::new();
    loop {
        let page = cloudformation(aws, "ListStackResources", &next)?;
        for member in elements(&page, "member") {
            let one = |name| elements(&member, name).next().unwrap_or_default();
            let resource = Resource { kind: one("ResourceType"), physical_id: one("PhysicalResourceId") };
            resources.insert(one("LogicalResourceId"), resource);
        }
        let Some(token) = elements(&page, "NextToken").next() else { return Ok(resources) };
        next = format!("&NextToken={token}");
    }
}

/// The template as SAM's transform made it.
fn processed_template(aws: &Aws) -> Result<Value, Failure> {
    let answer = cloudformation(aws, "GetTemplate", "&TemplateStage=Processed")?;
    parse(&elements(&answer, "TemplateBody").next().unwrap_or_default())
}

/// The contents of the elements of a name in an answer of `CloudFormation`, which speaks XML without attributes or nesting of
/// equal names.
fn elements(xml: &str, name: &str) -> impl Iterator<Item = String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let contents = xml.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).map(unescaped);
    contents.collect::<Vec<_>>().into_iter()
}

fn unescaped(text: &str) -> String {
    let pairs =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&apos;", "'"), ("&amp;", "&")];
    pairs.iter().fold(text.to_owned(), |text, (escape, meant)| text.replace(escape, meant))
}

/// The stack's API of a protocol.
fn api_of(aws: &Aws, resources: &Resources, protocol: &str) -> Result<Option<String>, Failure> {
    let apis = parse(&aws.call("apigateway", "GET", "/v2/apis", "")?)?;
    let ids: Vec<&str> = (resources.values().filter(|known| known.kind == "AWS::ApiGatewayV2::Api"))
        .map(|known| known.physical_id.as_str())
        .collect();
    let of_protocol =
        apis["items"].as_array().into_iter().flatten().filter(|api| api["protocolType"] == protocol);
    Ok(of_protocol.filter_map(|api| api["apiId"].as_str()).find(|id| ids.contains(id)).map(str::to_owned))
}

fn socket_stage(aws: &Aws, api: &str) -> Option<String> {
    let stages = parse(&aws.call("apigateway", "GET", &format!("/v2/apis/{api}/stages"), "").ok()?).ok()?;
    stages["items"][0]["stageName"].as_str().map(str::to_owned)
}

fn describe(
    doors: Doors,
    template: &Template,
    postgres: &Postgres,
    resources: &Resources,
) -> Result<Stack, Failure> {
    let physical = |id: &str| resources.get(id).map(|known| known.physical_id.clone());
    let of_kind = |kind: &'static str| resources.iter().filter(move |(_, known)| known.kind == kind);
    let mut functions = BTreeMap::new();
    for (id, binary) in template.functions() {
        let name =
            physical(&id).ok_or_else(|| Failure::Template(format!("the function {id} was not deployed")))?;
        functions.insert(binary, name);
    }
    let front = format!("127.0.0.1:{}", doors.front);
    Ok(Stack {
        api_url: format!("http://{front}"),
        ws_url: format!("ws://{front}/ws"),
        swagger_url: format!("http://{front}/swagger/index.html"),
        database_url: postgres.functions_url(doors.postgres),
        aws_endpoint_url: aws::endpoint(doors.emulator),
        region: REGION.to_owned(),
        queues: of_kind("AWS::SQS::Queue")
            .map(|(id, known)| (id.clone(), known.physical_id.clone()))
            .collect(),
        bucket: physical(MEDIA),
        checkpoint_bucket: physical(CHECKPOINTS),
        key_backup_bucket: physical("KeyBackups"),
        shred_ledger_bucket: physical("ShredLedger"),
        kms_key_id: physical("ContentKey"),
        audit_key_id: physical("AuditKey"),
        functions,
    })
}

/// Runs the migrations through the deployed migration function, as AWS does.
fn migrate(
    place: &Place,
    doors: Doors,
    aws: &Aws,
    stack: &Stack,
    template: &Template,
    postgres: &Postgres,
) -> Result<(), Failure> {
    let binary = template.functions().get("MigrateDatabase").cloned();
    let Some(function) = binary.and_then(|binary| stack.functions.get(&binary)) else {
        return Err(Failure::Template("it has no function MigrateDatabase".to_owned()));
    };
    step("migrate the database", || {
        let first = invoke(aws, function, &Value::Object(serde_json::Map::new())).map(drop);
        if first.is_ok() || !place.for_tests {
            return first;
        }
        // A migration that was edited while it is written: the tests' database is nobody's, so it starts again.
        postgres.remake_database(doors.postgres)?;
        invoke(aws, function, &Value::Object(serde_json::Map::new())).map(drop)
    })
}

/// The AWS APIs of a running stack.
pub fn emulator_of(stack: &Stack) -> Result<Aws, Failure> {
    let port = stack.aws_endpoint_url.rsplit(':').next().and_then(|port| port.parse().ok());
    port.map(Aws::on).ok_or_else(|| Failure::Other("the stack has no address".to_owned()))
}

/// Invokes a function with an event and returns what it answers; fails with its message if it fails.
pub fn invoke(aws: &Aws, function: &str, event: &Value) -> Result<Value, Failure> {
    let path = format!("/2015-03-31/functions/{function}/invocations");
    let (status, failed, answer) =
        aws.try_call("lambda", "POST", &path, "application/json", &event.to_string())?;
    if status == 200 && !failed {
        return parse(&answer);
    }
    let message = parse(&answer).ok().and_then(|answer| answer["errorMessage"].as_str().map(str::to_owned));
    Err(Failure::Function(message.unwrap_or(answer)))
}

/// Forgets what is deployed, so that the next start deploys again.
pub fn forget(place: &Place) -> Result<(), Failure> {
    for file in ["deployed.json", "functions.env", "stack.json", "built", "template.json", "functions"] {
        crate::place::remove(&place.file(file))?;
    }
    Ok(())
}

/// What is deployed was built from these sources; `None` when that is not known.
pub fn built(place: &Place) -> Option<String> {
    fs::read_to_string(place.file("built")).ok()
}

/// Remembers what the deployed functions were built from, and in which emulator they are.
pub fn note_built(place: &Place, sources: &str) -> Result<(), Failure> {
    crate::place::write_private(&place.file("built"), sources.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_from_answers() {
        let xml = "<r><member><A>1</A></member><member><A>&quot;2&quot; &amp; 3</A></member></r>";
        let members: Vec<String> = elements(xml, "member").collect();
        assert_eq!(elements(&members[0], "A").collect::<Vec<_>>(), ["1"]);
        assert_eq!(elements(xml, "A").nth(1).unwrap(), "\"2\" & 3");
        assert_eq!(elements(xml, "B").count(), 0);
    }
}
