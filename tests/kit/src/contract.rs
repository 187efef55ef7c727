//! Holds answers to `openapi.yaml`.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

use http::HeaderMap;
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

const PROBLEM: &str = "application/problem+json";

/// The project's `openapi.yaml`, ready to check answers against.
#[derive(Debug)]
pub struct Contract {
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// What an answer breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation(String);

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Violation {}

/// One method and path of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// Upper case; `ANY` for what answers every other route.
    pub method: &'a str,
    /// With its parameters in braces; `$default` for what answers every other route.
    pub path: &'a str,
    /// The `operationId`, which is the function's name.
    pub id: &'a str,
    /// Whether it may be called without a token.
    pub public: bool,
    /// Whether it takes a body.
    pub takes_body: bool,
    definition: &'a Value,
}

impl Operation<'_> {
    /// A body that the contract gives as an example; nothing for an operation that takes none.
    #[must_use]
    pub fn example(&self) -> Option<&Value> {
        let media = &self.definition["requestBody"]["content"]["application/json"];
        let named = || media["examples"].as_object()?.values().next()?.get("value");
        media.get("example").or_else(named)
    }

    /// The query that it cannot do without, each parameter of it a letter; empty for most.
    #[must_use]
    pub fn required_query(&self) -> String {
        let parameters = self.definition["parameters"].as_array().into_iter().flatten();
        let required = parameters.filter(|one| one["in"] == "query" && one["required"] == true);
        let names: Vec<_> = required.filter_map(|one| one["name"].as_str()).collect();
        let query: Vec<_> = names.iter().map(|name| format!("{name}=a")).collect();
        if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) }
    }
}

impl Contract {
    /// The contract, read once a process.
    pub fn load() -> &'static Self {
        static CONTRACT: OnceLock<Contract> = OnceLock::new();
        CONTRACT.get_or_init(|| Self::parse(include_str!("../../../openapi.yaml")))
    }

    /// The contract written in `yaml`.
    #[must_use]
    pub fn parse(yaml: &str) -> Self {
        let document = serde_saphyr::from_str(yaml).expect("the contract is YAML");
        Self { document, validators: Mutex::default() }
    }

    /// The whole document.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Every operation, with the one that answers every other route.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.document["paths"].as_object().into_iter().flatten();
        let listed = paths.flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(move |(method, definition)| (method.as_str(), path.as_str(), definition))
        });
        let default_route = &self.document["x-default-route"];
        let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
        listed
            .filter(|(method, ..)| methods.contains(method))
            .chain((!default_route.is_null()).then_some(("any", "$default", default_route)))
            .map(|(method, path, definition)| Operation {
                method: upper(method),
                path,
                id: definition["operationId"].as_str().unwrap_or_default(),
                takes_body: definition["requestBody"].is_object(),
                public: definition["security"].as_array().is_some_and(Vec::is_empty),
                definition,
            })
            .collect()
    }

    /// Checks one answer: its status, content type, headers and body must be listed for this operation.
    ///
    /// `path` is the request's; a query is left out of account. Headers that the contract lists must be there, unless it says that they
    /// are not required, and match; a problem's `status` and `request_id` must be those of the answer itself.
    ///
    /// # Errors
    /// The first [`Violation`], in words that name the place in the contract.
    pub fn check(
        &self,
        method: &str,
        path: &str,
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), Violation> {
        let operation = self.operation(method, path)?;
        let at = format!("{} {} ({}) answered {status}", operation.method, operation.path, operation.id);
        let fail = |what: String| Violation(format!("{at}: {what}; the body is {}", shown(body)));

        let response = &operation.definition["responses"][status.to_string()];
        if response.is_null() {
            return Err(fail("the contract does not list this status".to_owned()));
        }
        let response = self.resolve(response);
        let Some(content) = response.get("content") else {
            return if body.is_empty() { Ok(()) } else { Err(fail("the contract lists no body".to_owned())) };
        };
        let content_type = essence(headers);
        let Some(media) = content.get(&content_type) else {
            return Err(fail(format!("the contract does not list the content type `{content_type}`")));
        };
        if !content_type.ends_with("json") {
            return self.check_headers(response, headers).map_err(fail);
        }
        let body: Value =
            serde_json::from_slice(body).map_err(|failure| fail(format!("not JSON: {failure}")))?;
        if let Some(error) = self.validator(&media["schema"]).iter_errors(&body).next() {
            let deepest = deepest(&error);
            return Err(fail(deepest));
        }

        let by_gateway = status >= 400 && content_type != PROBLEM && body.get("message").is_some();
        if !by_gateway {
            self.check_headers(response, headers).map_err(fail)?;
        }
        if content_type == PROBLEM {
            check_problem(status, headers, &body).map_err(fail)?;
        }
        Ok(())
    }

    /// Checks a value against a schema of `components`, by its name.
    ///
    /// # Errors
    /// The first [`Violation`].
    pub fn check_schema(&self, name: &str, value: &Value) -> Result<(), Violation> {
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        let validator = self.validator(&schema);
        match validator.iter_errors(value).next() {
            Some(error) => Err(Violation(format!("{name}: {}; the value is {value}", deepest(&error)))),
            None => Ok(()),
        }
    }

    /// Every JSON answer without an example, and every example that breaks its own schema, each with its operation and status.
    #[must_use]
    pub fn faulty_examples(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for operation in self.operations() {
            for (status, response) in operation.definition["responses"].as_object().into_iter().flatten() {
                let content = self.resolve(response)["content"].as_object();
                for (kind, media) in content.into_iter().flatten().filter(|(kind, _)| kind.ends_with("json"))
                {
                    let named = || media["examples"].as_object()?.values().next()?.get("value");
                    let of_schema = || self.resolve(&media["schema"]).get("examples")?.get(0);
                    let fault = match media.get("example").or_else(named).or_else(of_schema) {
                        None => Some("no example".to_owned()),
                        Some(example) => self
                            .validator(&media["schema"])
                            .iter_errors(example)
                            .next()
                            .map(|error| deepest(&error)),
                    };
                    faults.extend(fault.map(|fault| format!("{} {status} {kind}: {fault}", operation.id)));
                }
            }
        }
        faults
    }

    fn operation(&self, method: &str, path: &str) -> Result<Operation<'_>, Violation> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let operations = self.operations();
        let fitting = operations.iter().filter(|operation| {
            operation.method.eq_ignore_ascii_case(method) && matches(operation.path, path)
        });
        // A literal part of a path goes before a parameter, in OpenAPI as at the gateway.
        let best = fitting.min_by_key(|operation| operation.path.matches('{').count());
        let default_route = || operations.iter().find(|operation| operation.path == "$default");
        let violation =
            || Violation(format!("{method} {path}: the contract has no such operation and no default"));
        best.or_else(default_route).copied().ok_or_else(violation)
    }

    fn check_headers(&self, response: &Value, headers: &HeaderMap) -> Result<(), String> {
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let header = self.resolve(header);
            let Some(value) = headers.get(name.as_str()) else {
                if header["required"] == false {
                    continue;
                }
                return Err(format!("the header {name} is missing"));
            };
            let text = value.to_str().map_err(|_| format!("the header {name} is not text"))?;
            let schema = &header["schema"];
            let is_integer = self.resolve(schema)["type"] == "integer";
            let value = if is_integer {
                text.parse().map_or_else(|_| json!(text), |n: u64| json!(n))
            } else {
                json!(text)
            };
            if let Some(error) = self.validator(schema).iter_errors(&value).next() {
                return Err(format!("the header {name} does not fit: {error}"));
            }
        }
        Ok(())
    }

    /// What a `$ref` names, or the value itself.
    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return value };
        let pointer = reference.strip_prefix('#').expect("references stay inside the document");
        self.resolve(self.document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere")))
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap();
        let key = schema.to_string();
        Arc::clone(validators.entry(key).or_insert_with(|| Arc::new(self.compile(schema))))
    }

    /// The schema with the document's components beside it, so that its references resolve.
    fn compile(&self, schema: &Value) -> Validator {
        let mut root = Map::new();
        root.insert("allOf".to_owned(), json!([schema]));
        root.insert("components".to_owned(), self.document["components"].clone());
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&Value::Object(root))
            .unwrap_or_else(|failure| panic!("a schema of the contract is wrong: {failure}"))
    }
}

fn check_problem(status: u16, headers: &HeaderMap, body: &Value) -> Result<(), String> {
    if body["status"] != status {
        return Err(format!("the problem's status is {}", body["status"]));
    }
    let header = headers.get("x-request-id").and_then(|value| value.to_str().ok());
    if body["request_id"].as_str() != header {
        return Err(format!("the problem's request_id is not the header's {header:?}"));
    }
    Ok(())
}

fn upper(method: &str) -> &'static str {
    match method {
        "get" => "GET",
        "put" => "PUT",
        "post" => "POST",
        "delete" => "DELETE",
        "options" => "OPTIONS",
        "head" => "HEAD",
        "patch" => "PATCH",
        "trace" => "TRACE",
        _ => "ANY",
    }
}

fn matches(template: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    let fits = template.split('/').all(|expected| {
        parts.next().is_some_and(|part| part == expected || (expected.starts_with('{') && !part.is_empty()))
    });
    fits && parts.next().is_none()
}

fn essence(headers: &HeaderMap) -> String {
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The error furthest down: of the branches of an `anyOf` or `oneOf`, the one that came closest to fitting says most.
fn deepest(error: &jsonschema::ValidationError<'_>) -> String {
    use jsonschema::error::ValidationErrorKind::{AnyOf, OneOfNotValid};
    let (AnyOf { context } | OneOfNotValid { context }) = error.kind() else {
        return format!("at `{}`: {error}", error.instance_path());
    };
    let branches = context.iter().filter_map(|branch| branch.first());
    let branches: Vec<String> = branches.map(deepest).collect();
    format!("at `{}` no alternative fits: {}", error.instance_path(), branches.join(" | "))
}

fn shown(body: &[u8]) -> String {
    const SHOWN: usize = 2_000;
    let text = String::from_utf8_lossy(body);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} … ({} bytes)", &text[..end], body.len()),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};
    use serde_json::{Value, json};

    use super::{Contract, matches};

    fn headers(content_type: &str) -> HeaderMap {
        [("content-type", content_type), ("x-request-id", "r-1"), ("www-authenticate", "Bearer")]
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    fn message() -> Value {
        Contract::load().document()["components"]["schemas"]["Message"]["examples"][0].clone()
    }

    fn check(method: &str, path: &str, status: u16, content_type: &str, body: &Value) -> Result<(), String> {
        let body = serde_json::to_vec(body).unwrap();
        let checked = Contract::load().check(method, path, status, &headers(content_type), &body);
        checked.map_err(|violation| violation.to_string())
    }

    const MESSAGE: &str = "/v1/conversations/01890a5d-ac96-774b-bcce-b302099a8058/messages/01890a5d-ac96-774b-bcce-b302099a8059";

    #[test]
    fn accepts_what_is_listed() {
        check("GET", MESSAGE, 200, "application/json", &message()).unwrap();
        check("GET", MESSAGE, 200, "application/json; charset=utf-8", &message()).unwrap();
        check("GET", MESSAGE, 401, "application/json", &json!({"message": "Unauthorized"})).unwrap();
    }

    #[test]
    fn refuses_what_is_not_listed() {
        let with = |field: &str, value: Value| {
            let mut message = message();
            message[field] = value;
            check("GET", MESSAGE, 200, "application/json", &message).unwrap_err()
        };
        assert!(with("surplus", json!(1)).contains("surplus"));
        assert!(with("seq", json!(0)).contains("/seq"));
        assert!(with("seq", json!("1")).contains("/seq"));
        assert!(with("id", json!("no-uuid")).contains("/id"));
        assert!(with("id", json!("3f2b8c1e-7a54-4d2f-9a35-0c1f5e6d7b8a")).contains("/id"), "version 4");
        for time in [
            "2026-11-22T21:05:09Z",
            "2026-11-22T21:05:09.123456Z",
            "2026-11-22T21:05:09.123+00:00",
            "2026-13-22T21:05:09.123Z",
        ] {
            assert!(with("created_at", json!(time)).contains("/created_at"), "{time}");
        }
        assert!(with("text", Value::Null).contains("/text"), "null without an error");
        assert!(with("text", json!("x".repeat(10_001))).contains("/text"));

        let mut incomplete = message();
        incomplete.as_object_mut().unwrap().remove("pinned");
        assert!(check("GET", MESSAGE, 200, "application/json", &incomplete).unwrap_err().contains("pinned"));
        assert!(check("GET", MESSAGE, 418, "application/json", &message()).unwrap_err().contains("418"));
        assert!(check("GET", MESSAGE, 200, "text/html", &message()).unwrap_err().contains("text/html"));
    }

    #[test]
    fn holds_a_problem_to_its_answer() {
        let problem = |status: u16, code: &str, request_id: &str| {
            json!({"type": "about:blank", "title": "t", "status": status, "detail": "d", "code": code,
                "request_id": request_id, "retryable": false})
        };
        let check = |body: &Value| check("GET", MESSAGE, 404, "application/problem+json", body);
        check(&problem(404, "not_found", "r-1")).unwrap();
        assert!(check(&problem(404, "not_found", "r-2")).unwrap_err().contains("request_id"));
        assert!(check(&problem(403, "not_found", "r-1")).unwrap_err().contains("/status"));
        assert!(check(&problem(404, "gone", "r-1")).unwrap_err().contains("/code"));
    }

    #[test]
    fn a_route_that_is_not_listed_is_the_default_one() {
        let problem = json!({"type": "about:blank", "title": "t", "status": 404, "detail": "d", "code": "unknown_route",
            "request_id": "r-1", "retryable": false});
        check("DELETE", "/v1/health", 404, "application/problem+json", &problem).unwrap();
        check("GET", "/v2?x=/v1/health", 404, "application/problem+json", &problem).unwrap();
        assert!(check("GET", "/v1/health", 404, "application/problem+json", &problem).is_err());
    }

    #[test]
    fn a_parameter_is_one_part_of_a_path() {
        assert!(matches("/v1/{id}/x", "/v1/7/x"));
        assert!(!matches("/v1/{id}/x", "/v1//x"));
        assert!(!matches("/v1/{id}/x", "/v1/7/x/"));
        assert!(!matches("/v1/{id}/x", "/v1/7"));
    }

    #[test]
    fn every_schema_compiles_and_holds_its_own_examples() {
        let contract = Contract::load();
        let schemas = contract.document()["components"]["schemas"].as_object().unwrap();
        for (name, schema) in schemas {
            contract.check_schema(name, &Value::Null).ok();
            for example in schema["examples"].as_array().into_iter().flatten() {
                contract.check_schema(name, example).unwrap();
            }
        }
    }

    #[test]
    fn examples_of_requests_and_answers_fit() {
        let contract = Contract::load();
        let mut seen = 0;
        for operation in contract.operations() {
            let definition = operation.definition;
            let responses = definition["responses"].as_object().into_iter().flatten();
            let bodies =
                responses.map(|(_, response)| contract.resolve(response)).chain([&definition["requestBody"]]);
            for media in bodies
                .flat_map(|body| body["content"].as_object().into_iter().flatten())
                .map(|(_, media)| media)
            {
                let named =
                    media["examples"].as_object().into_iter().flatten().map(|(_, example)| &example["value"]);
                for example in named.chain(media.get("example")) {
                    let validator = contract.validator(&media["schema"]);
                    assert!(validator.is_valid(example), "{}: {example}", operation.id);
                    seen += 1;
                }
            }
        }
        assert!(seen > 5, "the contract has examples");
    }
}
