//! Routes in `template.yaml` = operations in `openapi.yaml` = binaries in `functions/*/src/bin`, and every route has the authorizer or is public on purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use testkit::Contract;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What anybody may call. Whoever adds to it opens a door.
const PUBLIC: [&str; 9] = [
    "check_health",
    "create_session",
    "get_demo",
    "get_limits",
    "get_openapi",
    "get_swagger",
    "refresh_session",
    "register_user",
    "unknown_route",
];

/// Functions that no route leads to.
const WITHOUT_ROUTE: [&str; 28] = [
    "apply_receipts",
    "appoint_admin",
    "authorize",
    "chain_audit",
    "connect_socket",
    "copy_keyring",
    "deliver_events",
    "destroy_expired",
    "disconnect_socket",
    "expire_presence",
    "make_previews",
    "migrate_database",
    "publish_outbox",
    "purge_ended",
    "receive_frame",
    "record_presence",
    "recover_keys",
    "replay_shreds",
    "roll_up_analytics",
    "rotate_keys",
    "send_push",
    "send_webhooks",
    "sweep_connections",
    "sweep_expired",
    "sweep_exports",
    "sweep_media",
    "write_export",
    "write_shreds",
];

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Route {
    method: String,
    path: String,
    function: String,
    public: bool,
}

/// Tags such as `!Ref` and `!Sub` are read as the plain values that they stand before.
fn template() -> Value {
    let text = std::fs::read_to_string(Path::new(ROOT).join("template.yaml")).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

/// The functions of the template by the names of their binaries.
fn functions(template: &Value) -> BTreeMap<String, &Value> {
    let resources = template["Resources"].as_object().unwrap().iter();
    let functions = resources.filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function");
    functions
        .map(|(logical_id, function)| {
            let binary = function["Metadata"]["BuildProperties"]["Binary"].as_str();
            let binary = binary.unwrap_or_else(|| panic!("{logical_id} names no binary")).to_owned();
            assert_eq!(function["Metadata"]["BuildMethod"], "rust-cargolambda", "{logical_id}");
            assert_eq!(logical_id.to_lowercase(), binary.replace('_', ""), "one name for one thing");
            (binary, function)
        })
        .collect()
}

/// The rows of the table of routes. Functions have no such events of their own (docs/decisions/0063).
fn template_routes(template: &Value) -> BTreeSet<Route> {
    let binaries: BTreeMap<String, String> =
        functions(template).into_keys().map(|binary| (binary.replace('_', ""), binary)).collect();
    let mut routes = BTreeSet::new();
    let paths =
        template["Resources"]["HttpApi"]["Properties"]["DefinitionBody"]["paths"].as_object().unwrap();
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().unwrap() {
            // `…/functions/${SendMessage.Arn}/invocations`, or that with the alias of a function beside it.
            let uri = &operation["x-amazon-apigateway-integration"]["uri"];
            let named = match uri {
                Value::Array(_) => uri[1]["Alias"].as_str().and_then(|name| name.strip_suffix(".Alias")),
                _ => uri.as_str().and_then(|uri| uri.split("functions/${").nth(1)?.split(".Arn}").next()),
            };
            let named = named.unwrap_or_else(|| panic!("{method} {path} leads to no function"));
            let function = binaries.get(&named.to_lowercase());
            let route = Route {
                method: if method.starts_with("x-") { "ANY".to_owned() } else { method.to_uppercase() },
                path: path.clone(),
                function: function.unwrap_or_else(|| panic!("there is no function {named}")).clone(),
                public: operation["security"] == serde_json::json!([{"NONE": []}]),
            };
            assert!(
                route.public || operation["security"].is_null(),
                "{method} {path} has another authorizer"
            );
            routes.insert(route);
        }
    }
    routes
}

fn contract_routes() -> BTreeSet<Route> {
    let operations = Contract::load().operations();
    let routes = operations.iter().map(|operation| Route {
        method: operation.method.to_owned(),
        path: operation.path.to_owned(),
        function: operation.id.to_owned(),
        public: operation.public,
    });
    routes.collect()
}

fn binaries() -> BTreeSet<String> {
    let folder =
        |path: &Path| std::fs::read_dir(path).into_iter().flatten().map(|entry| entry.unwrap().path());
    let packages: Vec<_> = folder(&Path::new(ROOT).join("functions")).collect();
    let files = packages.iter().flat_map(|package| folder(&package.join("src/bin")));
    files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn routes_operations_and_functions_are_the_same() {
    let template = template();
    let (deployed, promised) = (template_routes(&template), contract_routes());
    assert_eq!(deployed, promised, "template.yaml (left) and openapi.yaml (right) differ");

    let functions: BTreeSet<String> = functions(&template).into_keys().collect();
    assert_eq!(functions, binaries(), "template.yaml (left) and functions/*/src/bin (right) differ");

    let routed: BTreeSet<String> = deployed.into_iter().map(|route| route.function).collect();
    let without_route: Vec<_> = functions.difference(&routed).collect();
    assert_eq!(without_route, WITHOUT_ROUTE);
}

/// Each would be linked for nothing (docs/decisions/0049).
#[test]
fn no_door_is_a_test_program() {
    let packages = std::fs::read_dir(Path::new(ROOT).join("functions")).unwrap();
    let manifests: String = packages
        .map(|package| std::fs::read_to_string(package.unwrap().path().join("Cargo.toml")).unwrap())
        .collect();
    let linked: Vec<_> = binaries()
        .into_iter()
        .filter(|name| !manifests.contains(&format!("[[bin]]\nname = \"{name}\"\ntest = false\n")))
        .collect();
    assert!(linked.is_empty(), "no `[[bin]]` with `test = false` in Cargo.toml for {linked:?}");
}

/// What a reader of the page of the API, or a generator of clients, needs of each operation.
#[test]
fn every_operation_says_what_it_does_and_shows_its_answers() {
    let document = Contract::load().document();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(
                operation["summary"].as_str().is_some_and(|summary| summary.ends_with('.')),
                "{at}: a summary"
            );
            assert!(operation["tags"].as_array().is_some_and(|tags| tags.len() == 1), "{at}: a tag");
            let responses = operation["responses"].as_object().unwrap();
            for status in ["500", "503"] {
                assert!(responses.contains_key(status), "{at}: {status}");
            }
        }
    }
    let missing: Vec<_> = Contract::load()
        .operations()
        .into_iter()
        .filter(|one| one.takes_body && one.example().is_none())
        .collect();
    assert!(missing.is_empty(), "without an example of their body: {missing:?}");
    let faults = Contract::load().faulty_examples();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_route_has_the_authorizer_or_is_public_on_purpose() {
    let template = template();
    let auth = &template["Resources"]["HttpApi"]["Properties"]["Auth"];
    let default = auth["DefaultAuthorizer"].as_str().expect("a route without a word has the authorizer");
    assert!(auth["Authorizers"][default]["FunctionArn"].is_string());
    for (function, resource) in functions(&template) {
        for (name, event) in resource["Properties"]["Events"].as_object().into_iter().flatten() {
            assert_ne!(
                event["Type"], "HttpApi",
                "{function} {name}: a route is a row of HttpApi's DefinitionBody"
            );
        }
    }
    let routes = template_routes(&template);
    let public: Vec<&str> =
        routes.iter().filter(|route| route.public).map(|route| route.function.as_str()).collect();
    let public: BTreeSet<&str> = public.into_iter().collect();
    assert_eq!(public, BTreeSet::from(PUBLIC));
}

#[test]
fn every_function_has_its_file_and_its_end_to_end_test() {
    let packages: Vec<_> = std::fs::read_dir(Path::new(ROOT).join("functions"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    for binary in binaries() {
        let sources =
            packages.iter().filter(|package| package.join(format!("src/{binary}.rs")).is_file()).count();
        assert_eq!(sources, 1, "functions/*/src/{binary}.rs");
        if WITHOUT_ROUTE.contains(&binary.as_str()) {
            continue;
        }
        let folders =
            std::fs::read_dir(Path::new(ROOT).join("tests")).unwrap().map(|entry| entry.unwrap().path());
        let tested = folders.filter(|folder| folder.join(format!("{binary}.rs")).is_file()).count();
        assert_eq!(tested, 1, "tests/*/{binary}.rs");
    }
}

/// A link is good for what its signer may do: whoever answers files must be able to read them, and nobody else.
#[test]
fn whoever_answers_files_can_sign_links_to_them() {
    const ITSELF: [&str; 3] = ["Media", "HeldMedia", "Message"];
    let answers_files = |schema: &Value| {
        let mut waiting = vec![schema.clone()];
        let mut seen = BTreeSet::new();
        while let Some(one) = waiting.pop() {
            match one {
                Value::Object(fields) => waiting.extend(fields.into_iter().map(|(_, field)| field)),
                Value::Array(items) => waiting.extend(items),
                Value::String(text) => {
                    let name = text.strip_prefix("#/components/schemas/");
                    // One property of a schema counts as the whole of it.
                    let name = name.map(|name| name.split('/').next().unwrap_or(name).to_owned());
                    if let Some(name) = name.filter(|name| seen.insert(name.clone())) {
                        waiting.push(Contract::load().document()["components"]["schemas"][&name].clone());
                    }
                }
                _ => {}
            }
        }
        ITSELF.iter().any(|name| seen.contains(*name))
    };
    let document = Contract::load().document();
    let mut expected: BTreeSet<String> = BTreeSet::new();
    for operation in Contract::load().operations() {
        let method = operation.method.to_lowercase();
        let responses = document["paths"][operation.path][&method]["responses"].as_object();
        let good = responses.into_iter().flatten().filter(|(status, _)| status.starts_with('2'));
        // What is announced has nothing to link to yet.
        if operation.id != "create_media" && good.into_iter().any(|(_, response)| answers_files(response)) {
            expected.insert(operation.id.to_owned());
        }
    }
    // Frames show messages too.
    expected.extend(["deliver_events", "receive_frame"].map(str::to_owned));
    let template = template();
    let able: BTreeSet<String> = functions(&template)
        .into_iter()
        .filter(|(_, resource)| {
            let policies = resource["Properties"]["Policies"].as_array();
            policies.into_iter().flatten().any(|policy| policy == "SignMediaLinks")
        })
        .map(|(name, resource)| {
            let bucket = &resource["Properties"]["Environment"]["Variables"]["MEDIA_BUCKET"];
            assert_eq!(bucket, "MediaBucket", "{name}");
            name
        })
        .collect();
    assert_eq!(able, expected, "template.yaml (left) and openapi.yaml (right) differ");
}

/// What the page's policy does not name, the browser does not let it reach.
#[test]
fn the_chat_page_may_reach_the_sockets_that_tickets_name() {
    let template = template();
    let url = |function: &str| {
        template["Resources"][function]["Properties"]["Environment"]["Variables"]["SOCKET_URL"].clone()
    };
    assert!(!url("CreateTicket").is_null());
    assert_eq!(url("GetDemo"), url("CreateTicket"));
}

#[test]
fn a_header_is_not_trusted_in_prod() {
    let rules = &template()["Rules"];
    let rule = &rules["NoTrustInHeadersInProd"];
    assert_eq!(rule["RuleCondition"], serde_json::json!(["Stage", "prod"]));
    assert_eq!(rule["Assertions"][0]["Assert"], serde_json::json!(["AuthMode", "token"]));
    let authorizer =
        &template()["Resources"]["HttpApi"]["Properties"]["Auth"]["Authorizers"]["SessionAuthorizer"];
    assert_eq!(authorizer["Identity"]["Headers"], serde_json::json!(["Authorization"]));
}

/// The queues of the template that are nobody's dead letters, by logical id, and the functions that take tasks off them.
fn queues(template: &Value) -> Vec<(&String, &Value)> {
    let all: Vec<_> = template["Resources"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, resource)| resource["Type"] == "AWS::SQS::Queue")
        .collect();
    let dead = |id: &str| {
        let target = format!("{id}.Arn");
        all.iter().any(|(_, queue)| queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"] == target)
    };
    all.iter().copied().filter(|(id, _)| !dead(id)).collect()
}

/// Every event source of a queue: the function and the source's properties.
fn consumers<'a>(template: &'a Value, queue: &str) -> Vec<(&'a Value, &'a Value)> {
    let arn = format!("{queue}.Arn");
    let mut consumers = Vec::new();
    for resource in template["Resources"].as_object().unwrap().values() {
        for event in resource["Properties"]["Events"].as_object().into_iter().flat_map(|all| all.values()) {
            if event["Type"] == "SQS" && event["Properties"]["Queue"] == arn.as_str() {
                consumers.push((&resource["Properties"], &event["Properties"]));
            }
        }
    }
    consumers
}

#[test]
fn every_queue_gives_its_workers_time_keeps_what_fails_and_is_watched() {
    let template = template();
    let queues = queues(&template);
    assert!(queues.len() >= 4);
    let default_timeout = template["Globals"]["Function"]["Timeout"].as_u64().unwrap();
    let all = template["Resources"].as_object().unwrap();
    let alarms: Vec<&Value> =
        all.values().filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm").collect();
    for (id, queue) in queues {
        let properties = &queue["Properties"];
        let redrive = &properties["RedrivePolicy"];
        assert_eq!(redrive["maxReceiveCount"], shared::worker::MAX_ATTEMPTS, "{id}: maxReceiveCount");
        let dead_letters = redrive["deadLetterTargetArn"].as_str().and_then(|arn| arn.strip_suffix(".Arn"));
        let dead_letters = dead_letters.unwrap_or_else(|| panic!("{id} has no dead letters"));
        let dead = &template["Resources"][dead_letters]["Properties"];
        assert_eq!(dead["MessageRetentionPeriod"], 1_209_600, "{dead_letters} keeps what fails for 14 days");
        let shared_with =
            all.values().filter(|other| other["Properties"]["RedrivePolicy"] == *redrive).count();
        assert_eq!(shared_with, 1, "{dead_letters} are of one queue only");
        for (of, queue) in [(id.as_str(), properties), (dead_letters, dead)] {
            assert_eq!(queue["SqsManagedSseEnabled"], true, "{of} is encrypted");
        }
        let consumers = consumers(&template, id);
        assert_eq!(consumers.len(), 1, "workers of {id}");
        for (function, source) in consumers {
            let timeout = function["Timeout"].as_u64().unwrap_or(default_timeout);
            let visibility = properties["VisibilityTimeout"].as_u64().unwrap();
            assert!(
                visibility >= 6 * timeout,
                "{id}: VisibilityTimeout {visibility} is less than 6 times {timeout}"
            );
            assert_eq!(
                source["FunctionResponseTypes"],
                serde_json::json!(["ReportBatchItemFailures"]),
                "{id}"
            );
            assert!(
                source["ScalingConfig"]["MaximumConcurrency"].as_u64() >= Some(2),
                "{id}: MaximumConcurrency"
            );
            let size = source["BatchSize"].as_u64().unwrap_or_else(|| panic!("{id}: BatchSize"));
            let window = source["MaximumBatchingWindowInSeconds"].as_u64();
            // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
            assert!(size <= 10 || window >= Some(1), "{id}: more than ten at once take a window");
        }
        for (watched, metric) in
            [(dead_letters, "ApproximateNumberOfMessagesVisible"), (id, "ApproximateAgeOfOldestMessage")]
        {
            let name = format!("{watched}.QueueName");
            let watches = |alarm: &&&Value| {
                let alarm = &alarm["Properties"];
                alarm["MetricName"] == metric && alarm["Dimensions"][0]["Value"] == name.as_str()
            };
            assert_eq!(alarms.iter().filter(watches).count(), 1, "{watched} has an alarm on {metric}");
        }
        for function in ["ListWorkers", "RedriveQueue"] {
            let text = template["Resources"][function]["Properties"].to_string();
            let named = format!("=${{{id}}}|${{{dead_letters}}}");
            assert!(text.contains(&named), "WORKER_QUEUES of {function} has {named}");
            for arn in [format!("{id}.Arn"), format!("{dead_letters}.Arn")] {
                assert!(text.contains(&arn), "a policy of {function} names {arn}");
            }
        }
    }
}

/// A hint that was put off and lost with its worker is not waited for any more when the worker's tasks come again.
#[test]
fn what_was_put_off_and_lost_is_missed_before_its_cause_comes_again() {
    let visibility =
        template()["Resources"]["EventsQueue"]["Properties"]["VisibilityTimeout"].as_u64().unwrap();
    assert!(visibility > 10 + realtime::deliver_events::PATIENCE.as_secs(), "{visibility}");
}

#[test]
fn whoever_writes_events_may_tell_them() {
    let template = template();
    let packages = std::fs::read_dir(Path::new(ROOT).join("functions")).unwrap();
    let folders: Vec<_> = packages.map(|package| package.unwrap().path().join("src")).collect();
    for (binary, function) in functions(&template) {
        let source = folders
            .iter()
            .find_map(|folder| std::fs::read_to_string(folder.join(format!("{binary}.rs"))).ok());
        let source = source.unwrap_or_default();
        let writes = ["new_event()", "outbox::note", "outbox::send"].iter().any(|way| source.contains(way));
        let properties = &function["Properties"];
        let knows = properties["Environment"]["Variables"]["EVENTS_QUEUE_URL"] == "EventsQueue";
        let policies = properties["Policies"].as_array();
        let may = policies.is_some_and(|policies| policies.contains(&serde_json::json!("SendEvents")));
        assert!(
            !writes || (knows && may),
            "{binary} writes events: it needs EVENTS_QUEUE_URL and SendEvents"
        );
        assert_eq!(knows, may, "{binary}: EVENTS_QUEUE_URL and SendEvents go together");
    }
}
