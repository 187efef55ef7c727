//! What `template.yaml` deploys, as SAM's transform makes it for `CloudFormation`: how much it is, who may do what, and what stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What a stack may have: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
const LIMIT: usize = 500;
/// How much of that is left for what comes: each endpoint takes two.
const MARGIN: usize = 60;

/// What a role may have attached, unless AWS is asked for more: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
const POLICIES_OF_A_ROLE: usize = 10;

/// What bounds every function's role, and gives no right.
const BOUNDARY: &str = "FunctionsBoundary";

/// What the boundary means by a name and not by a reference, which would lead in a circle.
const KNOWN_BY_NAME: [&str; 2] = ["SchedulerRole", "SocketStage"];

/// Functions that have nothing to do with the database.
const WITHOUT_DATABASE: [&str; 5] = ["GetDemo", "GetLimits", "GetOpenapi", "GetSwagger", "UnknownRoute"];

/// The transform that AWS runs, with what it asks of AWS left out.
const TRANSFORM: &str = r#"
import json, sys
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform
with open(sys.argv[1]) as file:
    template = yaml_parse(file.read())
del template["Globals"]["Function"]["CodeUri"]
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        resource.setdefault("Properties", {})["CodeUri"] = "s3://bucket/key"
    if resource["Type"] == "AWS::Serverless::LayerVersion":
        resource["Properties"]["ContentUri"] = "s3://bucket/key"
parameters = {name: parameter.get("Default", "") for name, parameter in template["Parameters"].items()}
class NoPolicies:
    def load(self):
        return {}
print(json.dumps(transform(template, parameters, NoPolicies())))
"#;

static DEPLOYED: LazyLock<Value> = LazyLock::new(|| {
    let mut python: Command = local::for_tests::botocore().unwrap();
    python
        .args(["-c", TRANSFORM])
        .arg(Path::new(ROOT).join("template.yaml"))
        .env("AWS_DEFAULT_REGION", "us-east-1");
    let output = python.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
});

/// The resources of a type by logical id.
fn all(kind: &str) -> BTreeMap<&'static str, &'static Value> {
    let resources = DEPLOYED["Resources"].as_object().unwrap().iter();
    resources
        .filter(|(_, resource)| resource["Type"] == kind)
        .map(|(id, resource)| (id.as_str(), resource))
        .collect()
}

/// Every logical id that an expression names.
fn named(expression: &Value) -> BTreeSet<String> {
    let of_text = |text: &str| -> Vec<String> {
        let inner = text.split("${").skip(1).filter_map(|part| part.split(['.', '}']).next());
        inner.map(str::to_owned).collect()
    };
    match expression {
        Value::Object(entries) => entries
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), value) {
                ("Ref", Value::String(name)) => BTreeSet::from([name.clone()]),
                ("Fn::GetAtt", Value::Array(parts)) => {
                    parts.first().and_then(Value::as_str).map(str::to_owned).into_iter().collect()
                }
                ("Fn::Sub", Value::String(text)) => of_text(text).into_iter().collect(),
                _ => named(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(named).collect(),
        _ => BTreeSet::new(),
    }
}

/// One value or a list of them.
fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}

/// The statements of every policy that is given to a role, with where they are. What a condition chooses counts whichever way.
fn statements() -> Vec<(String, &'static Value)> {
    let mut documents: Vec<(String, &Value)> = Vec::new();
    for (id, role) in all("AWS::IAM::Role") {
        for policy in role["Properties"]["Policies"].as_array().into_iter().flatten() {
            let chosen =
                policy["Fn::If"].as_array().map_or_else(|| vec![policy], |parts| parts[1..].iter().collect());
            documents.extend(chosen.into_iter().map(|policy| (id.to_owned(), &policy["PolicyDocument"])));
        }
    }
    for (id, policy) in all("AWS::IAM::ManagedPolicy").into_iter().filter(|(id, _)| *id != BOUNDARY) {
        documents.push((id.to_owned(), &policy["Properties"]["PolicyDocument"]));
    }
    let mut statements = Vec::new();
    for (id, document) in documents.into_iter().filter(|(_, document)| document.is_object()) {
        for statement in list(&document["Statement"]) {
            let chosen = statement["Fn::If"]
                .as_array()
                .map_or_else(|| vec![statement], |parts| parts[1..].iter().collect());
            let real = chosen.into_iter().filter(|statement| statement["Effect"].is_string());
            statements.extend(real.map(|statement| (id.clone(), statement)));
        }
    }
    statements
}

#[test]
fn it_fits_into_one_stack_with_room_for_more() {
    let resources = DEPLOYED["Resources"].as_object().unwrap();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for resource in resources.values() {
        *kinds.entry(resource["Type"].as_str().unwrap()).or_default() += 1;
    }
    let most = LIMIT - MARGIN;
    assert!(resources.len() <= most, "{} resources are more than {most}: {kinds:#?}", resources.len());
    // What is sent is at most 1 MB, of which the template that SAM makes is the larger part.
    assert!(DEPLOYED.to_string().len() < 700_000);
}

#[test]
fn the_gateway_may_invoke_what_its_routes_lead_to_and_nothing_else() {
    let body = &all("AWS::ApiGatewayV2::Api")["HttpApi"]["Properties"]["Body"];
    let mut led_to = BTreeSet::new();
    for (path, operations) in body["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let integration = &operation["x-amazon-apigateway-integration"];
            assert_eq!(
                integration["credentials"],
                json!({"Fn::GetAtt": ["GatewayRole", "Arn"]}),
                "{method} {path}"
            );
            let functions = named(&integration["uri"]).into_iter().filter(|name| !name.starts_with("AWS::"));
            led_to.extend(functions);
        }
    }
    let mut may = BTreeSet::new();
    for (id, policy) in all("AWS::IAM::ManagedPolicy") {
        if !named(&policy["Properties"]["Roles"]).contains("GatewayRole") {
            continue;
        }
        let statement = &policy["Properties"]["PolicyDocument"]["Statement"][0];
        assert_eq!(statement["Action"], "lambda:InvokeFunction");
        let functions = named(&statement["Resource"]);
        // 6,144 characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html. The ARN of a function takes
        // a hundred, with a stack's name of twenty.
        assert!(functions.len() <= 60, "{id} lists too many functions for one policy");
        may.extend(functions);
    }
    assert_eq!(may, led_to);
    let permissions = all("AWS::Lambda::Permission");
    assert!(
        permissions.keys().all(|id| id.contains("Socket") || id.contains("Frame")),
        "{:?}",
        permissions.keys()
    );
}

#[test]
fn the_scheduler_may_invoke_the_sweeps_and_nothing_else() {
    let targets: BTreeSet<String> = all("AWS::Scheduler::Schedule")
        .values()
        .flat_map(|it| named(&it["Properties"]["Target"]["Arn"]))
        .collect();
    for (id, schedule) in all("AWS::Scheduler::Schedule") {
        assert_eq!(
            named(&schedule["Properties"]["Target"]["RoleArn"]),
            BTreeSet::from(["SchedulerRole".to_owned()]),
            "{id}"
        );
        // With a slow parameter nothing is faster than that: a database that may sleep is woken by one schedule, not by each.
        assert!(
            named(&schedule["Properties"]["ScheduleExpression"]).contains("SweepSchedule") || {
                let text = schedule["Properties"]["ScheduleExpression"].to_string();
                text.contains("SweepsEachMinute") && text.contains("SweepSchedule")
            },
            "{id}"
        );
    }
    let role = all("AWS::IAM::Role")["SchedulerRole"];
    assert_eq!(
        named(&role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]["Resource"]),
        targets
    );
}

/// Where the schedules are seldom, all that run each minute elsewhere follow use, and what does not is said here.
#[test]
fn the_sweeps_that_follow_use_are_those_of_each_minute() {
    const SELDOM: [&str; 2] = ["PurgeEnded", "SweepExpired"];
    let variables =
        &all("AWS::Lambda::Function")["RecordPresence"]["Properties"]["Environment"]["Variables"]["SWEEPS"];
    assert_eq!(variables["Fn::If"][0], "SweepsFollowUse");
    let mut sweeps = named(variables);
    sweeps.extend(SELDOM.map(str::to_owned));
    let scheduled: BTreeSet<String> = all("AWS::Scheduler::Schedule")
        .values()
        .flat_map(|it| named(&it["Properties"]["Target"]["Arn"]))
        .collect();
    assert_eq!(sweeps, scheduled);
}

/// Whoever is woken at night finds the way on, and under the name that woke them.
#[test]
fn every_alarm_has_its_place_among_the_runbooks() {
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/operations.md")).unwrap();
    let written: BTreeSet<&str> =
        page.split('`').skip(1).step_by(2).filter(|code| code.ends_with("Alarm")).collect();
    let alarms = all("AWS::CloudWatch::Alarm");
    for id in alarms.keys() {
        let known = written
            .iter()
            .any(|name| name.strip_prefix('…').map_or_else(|| name == id, |end| id.ends_with(end)));
        assert!(known, "docs/operations.md does not say what to do about {id}");
    }
    for name in written {
        let there = name
            .strip_prefix('…')
            .map_or_else(|| alarms.contains_key(name), |end| alarms.keys().any(|id| id.ends_with(end)));
        assert!(there, "docs/operations.md tells of {name}, and there is none");
    }
}

/// A snapshot has its own names in it, and `CloudFormation` refuses both together.
#[test]
fn a_database_that_begins_as_a_snapshot_is_told_nothing_else() {
    let database = &all("AWS::RDS::DBCluster")["Database"]["Properties"];
    let nothing = json!({"Ref": "AWS::NoValue"});
    let snapshot = json!({"Ref": "DatabaseSnapshot"});
    assert_eq!(database["SnapshotIdentifier"], json!({"Fn::If": ["BeginsAsSnapshot", snapshot, nothing]}));
    for name in ["DatabaseName", "MasterUsername"] {
        assert_eq!(database[name]["Fn::If"][1], nothing, "{name}");
        assert_eq!(database[name]["Fn::If"][0], "BeginsAsSnapshot", "{name}");
    }
}

#[test]
fn every_function_that_has_to_do_with_the_database_may_log_in_to_it() {
    let policy = all("AWS::IAM::ManagedPolicy")["UseDatabase"];
    let expected: BTreeSet<String> = all("AWS::Lambda::Function")
        .into_keys()
        .filter(|id| !WITHOUT_DATABASE.contains(id))
        .map(|id| format!("{id}Role"))
        .collect();
    assert_eq!(
        named(&policy["Properties"]["Roles"]),
        expected,
        "UseDatabase (left) and the functions (right) differ"
    );
}

#[test]
fn no_role_may_do_everything_or_something_to_everything() {
    const SEVERAL: [&str; 2] = ["sqs:SendMessage*", "sqs:DeleteMessage*"];
    let statements = statements();
    assert!(statements.len() > 40);
    for (id, statement) in statements {
        for action in list(&statement["Action"]) {
            let action = action.as_str().unwrap();
            assert!(!action.contains('*') || SEVERAL.contains(&action), "{id} allows {action}");
        }
        for resource in list(&statement["Resource"]) {
            assert!(!resource.is_null() && resource != "*", "{id}: {statement}");
            // A star is for what is in a bucket or comes after an id, never in the place of one.
            if let Some(text) = resource["Fn::Sub"].as_str() {
                assert!(text.contains("${"), "{id}: {text}");
            }
        }
    }
}

/// The KMS keys that wrap keyring keys, and the purpose of each.
const PURPOSES: [(&str, &str); 3] =
    [("ContentKey", "content"), ("CredentialsKey", "credentials"), ("MediaKey", "media")];

/// The purposes of the keyring keys that a function may unwrap.
fn unwraps(function: &str) -> BTreeSet<&'static str> {
    let role = all("AWS::IAM::Role")[format!("{function}Role").as_str()];
    let attached = named(&role["Properties"]["ManagedPolicyArns"]);
    let own: Vec<_> = statements()
        .into_iter()
        .filter(|(id, _)| attached.contains(id) || *id == format!("{function}Role"))
        .map(|(_, statement)| statement)
        .filter(|statement| list(&statement["Action"]).contains(&&json!("kms:Decrypt")))
        .collect();
    let mut may = BTreeSet::new();
    for (key, purpose) in PURPOSES {
        let opens = |statement: &&Value| {
            let of = list(&statement["Condition"]["StringEquals"]["kms:EncryptionContext:talkify-purpose"]);
            // Without the condition it could be for anything.
            let of_bucket = &statement["Condition"]["StringEquals"]["kms:EncryptionContext:aws:s3:arn"];
            let any = of.iter().all(|of| of.is_null()) && of_bucket.is_null();
            named(&statement["Resource"]).contains(key) && (any || of.contains(&&json!(purpose)))
        };
        if own.iter().any(opens) {
            may.insert(purpose);
        }
    }
    may
}

/// Whoever opens files of strangers cannot open what people say, nor their passwords (docs/decisions/0065).
#[test]
fn the_function_that_opens_files_has_the_right_to_the_keys_of_files_alone() {
    assert_eq!(unwraps("MakePreviews"), BTreeSet::from(["media"]));
    for function in ["DeleteMedia", "SweepMedia"] {
        assert_eq!(unwraps(function), BTreeSet::new(), "{function}");
    }
    // It finds rights where there are some.
    assert_eq!(unwraps("ListMessages"), BTreeSet::from(["content", "media"]));
    assert_eq!(unwraps("RotateKeys"), BTreeSet::from(["content", "credentials", "media"]));

    // What it has of the key of the buckets is for objects of the one bucket, by way of S3, which unwraps no keyring key.
    let of_content: Vec<_> = statements()
        .into_iter()
        .filter(|(id, it)| id == "MakePreviewsRole" && named(&it["Resource"]).contains("ContentKey"))
        .collect();
    assert_eq!(of_content.len(), 1);
    let conditions = &of_content[0].1["Condition"]["StringEquals"];
    assert_eq!(
        named(&conditions["kms:EncryptionContext:aws:s3:arn"]),
        BTreeSet::from(["MediaBucket".to_owned()])
    );
    assert!(conditions["kms:ViaService"].to_string().contains("s3."));
}

/// What opens or makes keys says what they are for: by the purpose that they are wrapped under, or by the bucket.
#[test]
fn whoever_uses_a_key_says_for_what() {
    let mut seen = 0;
    for (id, statement) in statements() {
        let actions: Vec<&str> = list(&statement["Action"]).into_iter().filter_map(Value::as_str).collect();
        let uses =
            |action: &&str| action.starts_with("kms:") && !["kms:Sign", "kms:GetPublicKey"].contains(action);
        if !actions.iter().any(uses) {
            continue;
        }
        seen += 1;
        let conditions = &statement["Condition"]["StringEquals"];
        let by_purpose = &conditions["kms:EncryptionContext:talkify-purpose"];
        let by_bucket = &conditions["kms:EncryptionContext:aws:s3:arn"];
        assert!(by_purpose.is_null() != by_bucket.is_null(), "{id}: {statement}");
        assert!(by_bucket.is_null() || conditions["kms:ViaService"].is_object(), "{id}: {statement}");
        let keys = named(&statement["Resource"]);
        for (key, purpose) in PURPOSES {
            let of_purpose = by_purpose == purpose;
            let by_s3 = by_purpose.is_null() && key == "ContentKey";
            assert!(
                of_purpose == keys.contains(key) || by_s3,
                "{id}: the purpose is the key's own: {statement}"
            );
        }
    }
    assert!(seen > 8);
    for (key, purpose) in PURPOSES {
        let statements = &all("AWS::KMS::Key")[key]["Properties"]["KeyPolicy"]["Statement"];
        let denied = &statements[1];
        assert_eq!((&denied["Effect"], &denied["Principal"]), (&json!("Deny"), &json!("*")), "{key}");
        assert_eq!(denied["Condition"]["StringNotEquals"]["kms:EncryptionContext:talkify-purpose"], purpose);
        assert!(list(&denied["Action"]).contains(&&json!("kms:Decrypt")));
    }
}

/// A KMS key that is given in the place of another closes nothing that the other has wrapped, until it is wrapped anew.
#[test]
fn what_a_kms_key_of_before_has_wrapped_still_opens() {
    let reaches = |statement: &Value, action: &str, key: &str| {
        let keys = [key.to_owned(), format!("{key}Arn"), format!("Previous{key}Arn")];
        list(&statement["Action"]).contains(&&json!(action))
            && named(&statement["Resource"]).is_superset(&BTreeSet::from(keys))
    };
    let statements = statements();
    for (key, _) in PURPOSES {
        let policy = format!("Use{key}s");
        assert!(statements.iter().any(|(id, it)| *id == policy && reaches(it, "kms:Decrypt", key)), "{key}");
        let rewraps = |id: &str, it: &Value| id == "RotateKeysRole" && reaches(it, "kms:ReEncryptFrom", key);
        assert!(statements.iter().any(|(id, it)| rewraps(id, it)), "{key}");
        let bounds = &all("AWS::IAM::ManagedPolicy")[BOUNDARY]["Properties"]["PolicyDocument"]["Statement"];
        for action in ["kms:Decrypt", "kms:ReEncryptFrom"] {
            assert!(list(bounds).into_iter().any(|it| reaches(it, action, key)), "{key}");
        }
    }
}

/// A right that the boundary does not know is none.
#[test]
fn the_boundary_of_functions_leaves_them_what_their_policies_give() {
    for (id, role) in all("AWS::IAM::Role") {
        let of_function = DEPLOYED["Resources"]
            .get(id.trim_end_matches("Role"))
            .is_some_and(|it| it["Type"] == "AWS::Lambda::Function");
        assert_eq!(
            of_function,
            role["Properties"]["PermissionsBoundary"] == json!({"Ref": BOUNDARY}),
            "{id}"
        );
    }
    let bounds: Vec<Value> =
        list(&all("AWS::IAM::ManagedPolicy")[BOUNDARY]["Properties"]["PolicyDocument"]["Statement"])
            .into_iter()
            .map(|statement| statement["Fn::If"].get(1).unwrap_or(statement).clone())
            .collect();
    let roles = all("AWS::IAM::Role");
    for (id, statement) in statements() {
        // What services do for themselves is not within it.
        if roles.get(id.as_str()).is_some_and(|role| role["Properties"]["PermissionsBoundary"].is_null()) {
            continue;
        }
        if list(&statement["Action"])
            .iter()
            .any(|action| ["lambda:InvokeFunction", "rds-db:connect"].map(|one| json!(one)).contains(action))
        {
            continue;
        }
        for action in list(&statement["Action"]) {
            let within = bounds.iter().any(|bound| {
                let bounded: BTreeSet<String> = named(&bound["Resource"]);
                list(&bound["Action"]).iter().any(|known| {
                    let (known, action) = (known.as_str().unwrap(), action.as_str().unwrap());
                    known == action || known.strip_suffix('*').is_some_and(|start| action.starts_with(start))
                }) && named(&statement["Resource"])
                    .iter()
                    .all(|name| KNOWN_BY_NAME.contains(&name.as_str()) || bounded.contains(name))
            });
            assert!(within, "{id}: {action} of {} is out of bounds", statement["Resource"]);
        }
    }
}

#[test]
fn no_role_has_more_policies_than_may_be_attached() {
    let mut attached: BTreeMap<String, usize> = BTreeMap::new();
    for (id, role) in all("AWS::IAM::Role") {
        let policies = role["Properties"]["ManagedPolicyArns"].as_array().map_or(0, Vec::len);
        *attached.entry(id.to_owned()).or_default() += policies;
    }
    for policy in all("AWS::IAM::ManagedPolicy").values() {
        for role in named(&policy["Properties"]["Roles"]) {
            *attached.entry(role).or_default() += 1;
        }
    }
    for (role, policies) in attached {
        assert!(policies <= POLICIES_OF_A_ROLE, "{role} has {policies} policies");
    }
}

#[test]
fn what_cannot_be_made_again_outlives_the_stack() {
    let kept = [all("AWS::KMS::Key"), all("AWS::S3::Bucket")];
    for (id, resource) in kept.iter().flatten() {
        assert_eq!(resource["DeletionPolicy"], "Retain", "{id}");
        assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{id}");
    }
    let database = all("AWS::RDS::DBCluster")["Database"];
    assert_eq!(
        (&database["DeletionPolicy"], &database["UpdateReplacePolicy"]),
        (&json!("Snapshot"), &json!("Snapshot"))
    );
    assert_eq!(database["Properties"]["DeletionProtection"], json!({"Fn::If": ["IsProd", true, false]}));
}

#[test]
fn a_new_version_of_what_matters_most_gets_a_tenth_of_the_traffic_first() {
    let groups = all("AWS::CodeDeploy::DeploymentGroup");
    let names: Vec<&str> = groups.keys().copied().collect();
    assert_eq!(
        names,
        ["AuthorizeDeploymentGroup", "ListMessagesDeploymentGroup", "SendMessageDeploymentGroup"]
    );
    for (id, group) in groups {
        let alarms = &group["Properties"]["AlarmConfiguration"]["Fn::If"];
        assert_eq!(alarms[0], "IsProd", "{id}");
        assert_eq!(
            named(&alarms[1]),
            BTreeSet::from(["ErrorsAlarm".to_owned(), "ServerErrorsAlarm".to_owned()]),
            "{id}"
        );
        assert!(
            group["Properties"]["DeploymentConfigName"].to_string().contains("Canary10Percent5Minutes"),
            "{id}"
        );
    }
}

/// The certificates are what their comments say: who changes one changes both, in sight.
#[test]
fn the_roots_of_the_database_are_what_their_names_say() {
    let folder = Path::new(ROOT).join("layers/rds-roots/rds-roots");
    let mut regions = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let region = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let certificates: Vec<&str> = text.split("# ").skip(1).collect();
        assert_eq!(certificates.len(), 3, "{region}");
        for certificate in certificates {
            let (title, pem) = certificate.split_once('\n').unwrap();
            assert!(title.starts_with(&format!("Amazon RDS {region} Root CA ")), "{title}");
            let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
            let hash = ring::digest::digest(&ring::digest::SHA256, &STANDARD.decode(base64).unwrap());
            let hash = hash.as_ref().iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
            assert!(title.ends_with(&format!("SHA-256 {hash}")), "{title}");
        }
        regions += 1;
    }
    assert!(regions >= 27);
}

/// A typing error in a parameter's name would be found by a deployment only.
#[test]
fn the_environments_name_parameters_that_there_are() {
    let text = std::fs::read_to_string(Path::new(ROOT).join("samconfig.toml")).unwrap();
    let environments: toml::Table = text.parse().unwrap();
    let parameters = DEPLOYED["Parameters"].as_object().unwrap();
    for name in ["default", "dev", "prod", "local"] {
        let deploy = environments[name]["deploy"]["parameters"].as_table().unwrap();
        let given = deploy["parameter_overrides"].as_array().unwrap();
        let given: BTreeMap<&str, &str> =
            given.iter().map(|one| one.as_str().unwrap().split_once('=').unwrap()).collect();
        for parameter in given.keys() {
            assert!(parameters.contains_key(*parameter), "{name}: {parameter}");
        }
        // Backups of the database must not outlive what is needed to make them safe.
        let days = |parameter: &str| {
            let default = parameters[parameter]["Default"].to_string();
            given.get(parameter).map_or(default, |value| (*value).to_owned()).parse::<u32>().unwrap()
        };
        assert!(days("DatabaseBackupDays") <= days("KeyBackupLockDays"), "{name}");
        assert!(days("DatabaseBackupDays") <= days("ShredLedgerLockDays"), "{name}");
    }
    // `--guided` without a word is the environment for trials.
    assert_eq!(environments["default"], environments["dev"]);
}

/// What a parameter is for is asked by `--guided` in groups, and told on one page.
#[test]
fn every_parameter_is_in_a_group_and_on_the_page() {
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/deployment.md")).unwrap();
    let groups = &DEPLOYED["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"];
    let grouped: Vec<&str> = groups
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|group| group["Parameters"].as_array().unwrap())
        .map(|name| name.as_str().unwrap())
        .collect();
    let parameters = DEPLOYED["Parameters"].as_object().unwrap();
    let known: BTreeSet<&str> = parameters.keys().map(String::as_str).collect();
    assert_eq!(grouped.iter().copied().collect::<BTreeSet<_>>(), known);
    assert_eq!(grouped.len(), known.len(), "a parameter is in two groups");
    for (name, parameter) in parameters {
        assert!(parameter["Description"].as_str().is_some_and(|text| text.len() > 10), "{name}");
        assert!(page.contains(&format!("`{name}`")), "docs/deployment.md says nothing of {name}");
    }
}
