//! What the emulator does not do by itself. Each bridge has its reason; when the emulator learns it, the bridge goes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    Failure,
    aws::{ACCOUNT, Aws, REGION},
};

/// A resource of the deployed stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its type, such as `AWS::Lambda::Function`.
    pub kind: String,
    /// Its id in the emulator.
    pub physical_id: String,
}

/// The resources of the deployed stack by logical id.
pub type Resources = BTreeMap<String, Resource>;

/// Gives the HTTP APIs their routes. SAM turns `HttpApi` events into the `Body` of an `AWS::ApiGatewayV2::Api`, an `OpenAPI`
/// document, and the emulator ignores it: every path would be a 404. The same routes are made with API Gateway's own calls.
pub fn routes(aws: &Aws, processed: &Value, resources: &Resources) -> Result<(), Failure> {
    for (id, api) in processed["Resources"].as_object().into_iter().flatten() {
        let body = &api["Properties"]["Body"];
        if api["Type"] == "AWS::ApiGatewayV2::Api" && body.is_object() {
            let known =
                resources.get(id).ok_or_else(|| Failure::Template(format!("{id} was not deployed")))?;
            replace_routes(aws, &known.physical_id, body, resources)?;
        }
    }
    Ok(())
}

/// Gives buckets their Object Lock. The emulator knows it and keeps to it, but its `CloudFormation` does not set it.
pub fn locks(aws: &Aws, template: &Value, resources: &Resources) -> Result<(), Failure> {
    for (id, bucket) in template["Resources"].as_object().into_iter().flatten() {
        let lock = &bucket["Properties"]["ObjectLockConfiguration"];
        if bucket["Type"] != "AWS::S3::Bucket" || !lock.is_object() {
            continue;
        }
        let known = resources.get(id).ok_or_else(|| Failure::Template(format!("{id} was not deployed")))?;
        aws.call("s3", "PUT", &format!("/{}?object-lock", known.physical_id), &lock_of(lock, template)?)?;
    }
    Ok(())
}

/// What S3 is told of a bucket's lock. A parameter has its default value: this machine decides none of them.
fn lock_of(lock: &Value, template: &Value) -> Result<String, Failure> {
    let retention = &lock["Rule"]["DefaultRetention"];
    let text = |name: &str| {
        let value = match retention[name]["Ref"].as_str() {
            Some(parameter) => &template["Parameters"][parameter]["Default"],
            None => &retention[name],
        };
        let text = value.as_str().map(str::to_owned).or_else(|| value.as_i64().map(|days| days.to_string()));
        text.ok_or_else(|| {
            Failure::Template(format!("the lock of a bucket has no {name} that is understood"))
        })
    };
    let (mode, days) = (text("Mode")?, text("Days")?);
    Ok(format!(
        "<ObjectLockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><ObjectLockEnabled>Enabled\
         </ObjectLockEnabled><Rule><DefaultRetention><Mode>{mode}</Mode><Days>{days}</Days></DefaultRetention></Rule>\
         </ObjectLockConfiguration>"
    ))
}

fn replace_routes(aws: &Aws, api: &str, body: &Value, resources: &Resources) -> Result<(), Failure> {
    let api = format!("/v2/apis/{api}");
    for (kind, id) in
        [("routes", "routeId"), ("integrations", "integrationId"), ("authorizers", "authorizerId")]
    {
        let listed = parse(&aws.call("apigateway", "GET", &format!("{api}/{kind}"), "")?)?;
        for item in listed["items"].as_array().into_iter().flatten() {
            if let Some(id) = item[id].as_str() {
                aws.call("apigateway", "DELETE", &format!("{api}/{kind}/{id}"), "")?;
            }
        }
    }
    let create = |kind: &str, what: &Value, id: &str| {
        let made = parse(&aws.call("apigateway", "POST", &format!("{api}/{kind}"), &what.to_string())?)?;
        let id = made[id].as_str().map(str::to_owned);
        id.ok_or_else(|| Failure::Other(format!("the emulator made one of {kind} without an id")))
    };
    let mut authorizers = BTreeMap::new();
    for (name, authorizer) in authorizers_of(body, resources)? {
        authorizers.insert(name, create("authorizers", &authorizer, "authorizerId")?);
    }
    let mut integrations = BTreeMap::new();
    for route in routes_of(body, resources)? {
        if !integrations.contains_key(&route.function) {
            let integration = json!({
                "integrationType": "AWS_PROXY",
                "integrationUri": route.function,
                "integrationMethod": "POST",
                "payloadFormatVersion": "2.0",
            });
            integrations
                .insert(route.function.clone(), create("integrations", &integration, "integrationId")?);
        }
        let mut wanted = json!({ "routeKey": route.key, "target": format!("integrations/{}", integrations[&route.function]) });
        if let Some(name) = &route.authorizer {
            let id = authorizers.get(name).ok_or_else(|| {
                Failure::Template(format!("the route {} names the unknown authorizer {name}", route.key))
            })?;
            wanted["authorizationType"] = json!("CUSTOM");
            wanted["authorizerId"] = json!(id);
        }
        create("routes", &wanted, "routeId")?;
    }
    Ok(())
}

/// A route of an HTTP API.
#[derive(Debug, PartialEq)]
struct Route {
    key: String,
    function: String,
    authorizer: Option<String>,
}

/// The routes that an `OpenAPI` document of SAM's describes.
fn routes_of(body: &Value, resources: &Resources) -> Result<Vec<Route>, Failure> {
    let mut routes = Vec::new();
    for (path, operations) in body["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let integration = &operation["x-amazon-apigateway-integration"];
            if !integration.is_object() {
                continue;
            }
            let key = match method.as_str() {
                _ if path == "$default" => "$default".to_owned(),
                "x-amazon-apigateway-any-method" => format!("ANY {path}"),
                method => format!("{} {path}", method.to_uppercase()),
            };
            let named = operation["security"].as_array().into_iter().flatten().filter_map(Value::as_object);
            let authorizer = named.flat_map(|named| named.keys()).find(|name| *name != "NONE").cloned();
            routes.push(Route { key, function: function_in(&integration["uri"], resources)?, authorizer });
        }
    }
    Ok(routes)
}

/// The Lambda authorizers that an `OpenAPI` document of SAM's describes, by name.
fn authorizers_of(body: &Value, resources: &Resources) -> Result<BTreeMap<String, Value>, Failure> {
    let mut authorizers = BTreeMap::new();
    for (name, scheme) in body["components"]["securitySchemes"].as_object().into_iter().flatten() {
        let described = &scheme["x-amazon-apigateway-authorizer"];
        if described["type"] != "request" {
            return Err(Failure::Template(format!(
                "the authorizer {name} is not a Lambda authorizer, which is all the local stack knows"
            )));
        }
        let uri = wrapped(&function_in(&described["authorizerUri"], resources)?);
        let authorizer = json!({
            "name": name,
            "authorizerType": "REQUEST",
            "authorizerUri": uri,
            "identitySource": described["identitySource"],
            "authorizerPayloadFormatVersion": described["authorizerPayloadFormatVersion"],
            "authorizerResultTtlInSeconds": described["authorizerResultTtlInSeconds"].as_i64().unwrap_or(300),
            "enableSimpleResponses": described["enableSimpleResponses"].as_bool().unwrap_or(false),
        });
        authorizers.insert(name.clone(), authorizer);
    }
    Ok(authorizers)
}

/// API Gateway's way to name a function.
fn wrapped(function: &str) -> String {
    format!("arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations")
}

/// The ARN of the function that an integration's URI speaks of, by whichever intrinsic function.
fn function_in(uri: &Value, resources: &Resources) -> Result<String, Failure> {
    let mentioned = mentions(uri).into_iter().find_map(|name| match resources.get(&name) {
        Some(known) if known.kind == "AWS::Lambda::Function" => {
            Some(format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{}", known.physical_id))
        }
        // The id of an alias is its ARN.
        Some(known) if known.kind == "AWS::Lambda::Alias" => Some(known.physical_id.clone()),
        _ => None,
    });
    mentioned.ok_or_else(|| Failure::Template(format!("no function is meant by {uri}")))
}

/// Every logical id that an expression mentions by `Ref`, `Fn::GetAtt` or within a string of `Fn::Sub`.
fn mentions(expression: &Value) -> Vec<String> {
    match expression {
        Value::Object(map) => map.values().flat_map(mentions).collect(),
        Value::Array(list) => list.iter().flat_map(mentions).collect(),
        Value::String(text) => {
            let inner = text.split("${").skip(1).filter_map(|part| part.split(['.', '}']).next());
            std::iter::once(text.split('.').next().unwrap_or(text)).chain(inner).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// Reads an answer of the emulator.
pub fn parse(text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::Other(format!("the emulator answered no JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resources() -> Resources {
        let function =
            |name: &str| Resource { kind: "AWS::Lambda::Function".to_owned(), physical_id: name.to_owned() };
        let alias =
            Resource { kind: "AWS::Lambda::Alias".to_owned(), physical_id: "arn:alias:live".to_owned() };
        Resources::from([
            ("Send".to_owned(), function("send-1")),
            ("Authorize".to_owned(), function("authorize-1")),
            ("SendAliaslive".to_owned(), alias),
        ])
    }

    fn body() -> Value {
        let uri = |name: &str| json!({"x-amazon-apigateway-integration": {"uri": {"Fn::Sub": format!("arn:${{AWS::Partition}}:x/functions/${{{name}}}/invocations")}}});
        let mut send = uri("Send.Arn");
        send["security"] = json!([{"Session": []}]);
        let mut fallback = uri("SendAliaslive");
        fallback["security"] = json!([{"NONE": []}]);
        json!({
            "paths": {
                "/v1/messages/{id}": {"post": send},
                "$default": {"x-amazon-apigateway-any-method": fallback},
            },
            "components": {"securitySchemes": {"Session": {"x-amazon-apigateway-authorizer": {
                "type": "request",
                "authorizerUri": {"Fn::Sub": ["arn:x/${__FunctionArn__}/invocations", {"__FunctionArn__": {"Fn::GetAtt": ["Authorize", "Arn"]}}]},
                "identitySource": ["$request.header.Authorization"],
                "authorizerPayloadFormatVersion": "2.0",
                "authorizerResultTtlInSeconds": 60,
                "enableSimpleResponses": true,
            }}}},
        })
    }

    #[test]
    fn routes_are_read_from_sams_document() {
        let routes = routes_of(&body(), &resources()).unwrap();
        let send = "arn:aws:lambda:us-east-1:000000000000:function:send-1".to_owned();
        assert!(routes.contains(&Route {
            key: "$default".to_owned(),
            function: "arn:alias:live".to_owned(),
            authorizer: None
        }));
        assert!(routes.contains(&Route {
            key: "POST /v1/messages/{id}".to_owned(),
            function: send,
            authorizer: Some("Session".to_owned())
        }));
    }

    #[test]
    fn authorizers_are_read_from_sams_document() {
        let session = &authorizers_of(&body(), &resources()).unwrap()["Session"];
        assert!(session["authorizerUri"].as_str().unwrap().contains(":function:authorize-1/"));
        assert_eq!(session["authorizerResultTtlInSeconds"], 60);
        assert_eq!(session["enableSimpleResponses"], true);
    }

    #[test]
    fn a_lock_is_read_with_its_parameters() {
        let template = json!({"Parameters": {"LockDays": {"Default": 365}}});
        let lock = json!({"Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": {"Ref": "LockDays"}}}});
        let told = lock_of(&lock, &template).unwrap();
        assert!(told.contains("<Mode>COMPLIANCE</Mode><Days>365</Days>"), "{told}");
        assert!(lock_of(&json!({"Rule": {"DefaultRetention": {"Mode": "COMPLIANCE"}}}), &template).is_err());
    }

    #[test]
    fn an_unknown_function_is_refused() {
        assert!(function_in(&json!({"Fn::Sub": "arn:${Other.Arn}"}), &resources()).is_err());
    }
}
