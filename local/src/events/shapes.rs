//! What AWS hands to a function, by what invokes it.

use serde_json::{Map, Value, json};

use super::{Events, World};
use crate::{
    Failure,
    aws::{ACCOUNT, REGION},
    template::{Route, Template},
};

/// When every example happens, and its name in the formats of the services.
const AT: (u64, &str, &str) = (1_795_348_800, "22/Nov/2026:12:00:00 +0000", "2026-11-22T12:00:00Z");
/// Where every example comes from: an address for documentation (RFC 5737).
const ADDRESS: &str = "192.0.2.1";

/// The event of each function.
pub fn of_all(template: &Template, contract: &Value, world: &World) -> Result<Events, Failure> {
    let routes = template.routes();
    let mut events = Events::new();
    for (id, function) in template.functions() {
        let source = template.source(&id);
        let event = if let Some(route) = routes.iter().find(|route| route.function == function) {
            request(route, operation(contract, &function), world)
        } else if let Some(route_key) = template.socket_route(&id) {
            socket(&route_key, world)
        } else {
            match source {
                Some(("SQS", queue)) => tasks(&queue, &function, world)?,
                Some(("ScheduleV2", _)) => schedule(&id),
                _ => by_hand(&function, world)?,
            }
        };
        events.insert(function, event);
    }
    Ok(events)
}

/// The operation of the contract that a function serves.
fn operation<'a>(contract: &'a Value, function: &str) -> &'a Value {
    let paths = contract["paths"].as_object().into_iter().flatten();
    let mut operations = paths.flat_map(|(_, methods)| methods.as_object().into_iter().flatten());
    let found = operations.find(|(_, operation)| operation["operationId"] == function);
    found.map_or(&Value::Null, |(_, operation)| operation)
}

/// A request of an HTTP API in payload format 2.0
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>).
fn request(route: &Route, operation: &Value, world: &World) -> Value {
    let (key, path) = match route.path.as_str() {
        "$default" => ("$default".to_owned(), "/v1/nowhere".to_owned()),
        path => (format!("{} {path}", route.method), path.to_owned()),
    };
    let method = if route.method == "ANY" { "GET" } else { route.method.as_str() };
    let (mut path, mut parameters) = (path, Map::new());
    let names: Vec<String> =
        path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::to_owned).collect();
    for name in names {
        let value = world.parameter(&route.function, &name);
        path = path.replace(&format!("{{{name}}}"), &encoded(&value));
        parameters.insert(name, json!(value));
    }
    let mut event = json!({
        "version": "2.0", "routeKey": key, "rawPath": path, "rawQueryString": "", "headers": {}, "isBase64Encoded": false,
        "requestContext": {
            "accountId": ACCOUNT, "apiId": "example", "domainName": "api.example.org", "domainPrefix": "api",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": ADDRESS, "userAgent": "example"},
            "requestId": format!("example-{}", route.function), "routeKey": key, "stage": "$default",
            "time": AT.1, "timeEpoch": AT.0 * 1000,
        },
    });
    if !parameters.is_empty() {
        event["pathParameters"] = Value::Object(parameters);
    }
    if let Some(query) = world.query(&route.function) {
        event["rawQueryString"] = json!(format!("q={}", encoded(&query)));
        event["queryStringParameters"] = json!({"q": query});
    }
    if let Some(body) = example(operation) {
        event["headers"]["content-type"] = json!("application/json");
        event["body"] = json!(world.body(&route.function, body).to_string());
    }
    if !route.public {
        let caller = world.caller(&route.function);
        event["requestContext"]["authorizer"] = json!({"lambda": caller});
    }
    event
}

/// The body that the contract gives as an example.
fn example(operation: &Value) -> Option<Value> {
    let media = &operation["requestBody"]["content"]["application/json"];
    // Of a message's, the one that needs no file.
    let named = || {
        let examples = media["examples"].as_object()?;
        examples.get("text").or_else(|| examples.values().next())?.get("value")
    };
    media.get("example").or_else(named).cloned()
}

/// Percent-encoded (RFC 3986, 2.3).
fn encoded(text: &str) -> String {
    let one = |byte: u8| {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(one).collect()
}

/// An event of a WebSocket API
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html>).
fn socket(route_key: &str, world: &World) -> Value {
    let kind = match route_key {
        "$connect" => "CONNECT",
        "$disconnect" => "DISCONNECT",
        _ => "MESSAGE",
    };
    let mut event = json!({
        "requestContext": {
            "routeKey": route_key, "eventType": kind, "connectionId": world.connection, "requestId": format!("example-{kind}"),
            "extendedRequestId": format!("example-{kind}"), "messageDirection": "IN", "stage": "v1", "apiId": "example",
            "domainName": "socket.example.org", "connectedAt": AT.0 * 1000, "requestTimeEpoch": AT.0 * 1000, "requestTime": AT.1,
            "identity": {"sourceIp": ADDRESS},
        },
        "isBase64Encoded": false,
    });
    match kind {
        "CONNECT" => {
            event["headers"] = json!({"Host": "socket.example.org"});
            event["queryStringParameters"] = json!({"ticket": world.ticket});
        }
        "MESSAGE" => event["body"] = json!(json!({"action": "ping", "request_id": "1"}).to_string()),
        _ => event["headers"] = json!({"Host": "socket.example.org"}),
    }
    event
}

/// A batch of one task (<https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>).
fn tasks(queue: &str, function: &str, world: &World) -> Result<Value, Failure> {
    let body = match function {
        "apply_receipts" => {
            json!({"user_id": world.user.id, "conversation_id": world.conversation, "delivered_seq": 1, "read_seq": 1})
        }
        "record_presence" => json!({"user_id": world.user.id, "at": AT.0}),
        "write_export" => json!({"export_id": world.export, "user_id": world.user.id}),
        "deliver_events" => json!({"event_ids": [world.event]}),
        "send_push" | "send_webhooks" => json!({"event_id": world.event}),
        "make_previews" => uploaded(world),
        _ => return Err(unknown(function)),
    };
    Ok(json!({"Records": [{
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d", "receiptHandle": "example", "body": body.to_string(),
        "attributes": {
            "ApproximateReceiveCount": "1", "SentTimestamp": (AT.0 * 1000).to_string(), "SenderId": "example",
            "ApproximateFirstReceiveTimestamp": (AT.0 * 1000).to_string(),
        },
        "messageAttributes": {}, "md5OfBody": "", "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"), "awsRegion": REGION,
    }]}))
}

/// What S3 tells of an upload (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>).
fn uploaded(world: &World) -> Value {
    json!({"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": REGION, "eventTime": AT.2, "eventName": "ObjectCreated:Post",
        "s3": {
            "s3SchemaVersion": "1.0", "bucket": {"name": world.bucket, "arn": format!("arn:aws:s3:::{}", world.bucket)},
            "object": {"key": format!("pending/{}", world.media), "size": 1, "eTag": "", "sequencer": "0055AED6DCD90281E5"},
        },
    }]})
}

/// What `EventBridge` Scheduler sends where the template gives no input
/// (<https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html>).
fn schedule(id: &str) -> Value {
    json!({
        "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event", "source": "aws.scheduler",
        "account": ACCOUNT, "time": AT.2, "region": REGION, "detail": "{}",
        "resources": [format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{id}")],
    })
}

/// What the gateway asks the authorizer, and what operators invoke by hand.
fn by_hand(function: &str, world: &World) -> Result<Value, Failure> {
    let authorization = format!("Bearer {}", world.user.access_token);
    Ok(match function {
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
        "authorize" => json!({
            "version": "2.0", "type": "REQUEST", "routeArn": format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:example/$default/GET/v1/users/me"),
            "identitySource": [authorization], "routeKey": "GET /v1/users/me", "rawPath": "/v1/users/me", "rawQueryString": "",
            "headers": {"authorization": authorization},
            "requestContext": {
                "accountId": ACCOUNT, "apiId": "example", "requestId": "example-authorize", "routeKey": "GET /v1/users/me",
                "http": {"method": "GET", "path": "/v1/users/me", "protocol": "HTTP/1.1", "sourceIp": ADDRESS, "userAgent": "example"},
                "stage": "$default", "time": AT.1, "timeEpoch": AT.0 * 1000,
            },
        }),
        "appoint_admin" => json!({"username": world.user.username}),
        "migrate_database" | "recover_keys" | "replay_shreds" => json!({}),
        _ => return Err(unknown(function)),
    })
}

fn unknown(function: &str) -> Failure {
    Failure::Other(format!(
        "no event is known for the function {function}: write one in local/src/events/shapes.rs"
    ))
}
