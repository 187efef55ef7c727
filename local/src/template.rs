//! `template.yaml` as the local stack reads and rewrites it. The file itself stays what AWS gets.

use std::{collections::BTreeMap, fmt, path::Path};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value, json};
use serde_saphyr::Tagged;

use crate::Failure;

/// The template with the short forms of AWS (`!Ref x`) written out (`{"Ref": "x"}`).
#[derive(Clone, Debug, PartialEq)]
pub struct Template(pub Value);

/// A route of the HTTP API.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Upper case; `ANY` where the template names none.
    pub method: String,
    /// With its parameters in braces; `$default` where the template names none.
    pub path: String,
    /// The binary's name.
    pub function: String,
    /// Whether it may be called without a session.
    pub public: bool,
}

impl Template {
    /// Reads the template from its file.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(Failure::file("reading", path))?;
        Self::parse(&text)
    }

    /// Reads the template from its text.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let node: Node =
            serde_saphyr::from_str(text).map_err(|error| Failure::Template(error.to_string()))?;
        Ok(Self(node.0))
    }

    /// The functions' logical ids with the names of their binaries.
    pub fn functions(&self) -> BTreeMap<String, String> {
        let binary = |resource: &Value| {
            let serverless = resource["Type"] == "AWS::Serverless::Function";
            resource["Metadata"]["BuildProperties"]["Binary"]
                .as_str()
                .filter(|_| serverless)
                .map(str::to_owned)
        };
        self.resources().filter_map(|(id, resource)| Some((id.clone(), binary(resource)?))).collect()
    }

    /// The routes of the HTTP API, with the functions they lead to: events of the functions, and rows of an API's table.
    pub fn routes(&self) -> Vec<Route> {
        let functions = self.functions();
        let mut routes = Vec::new();
        for (id, function) in &functions {
            let events = self.0["Resources"][id]["Properties"]["Events"].as_object().into_iter().flatten();
            for (_, event) in events.filter(|(_, event)| event["Type"] == "HttpApi") {
                let properties = &event["Properties"];
                let text = |name: &str, usual: &str| properties[name].as_str().unwrap_or(usual).to_owned();
                routes.push(Route {
                    method: text("Method", "ANY").to_uppercase(),
                    path: text("Path", "$default"),
                    function: function.clone(),
                    public: properties["Auth"]["Authorizer"] == "NONE",
                });
            }
        }
        let tables = self.resources().filter(|(_, resource)| resource["Type"] == "AWS::Serverless::HttpApi");
        let paths = tables.flat_map(|(_, api)| {
            api["Properties"]["DefinitionBody"]["paths"].as_object().into_iter().flatten()
        });
        for (path, methods) in paths {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                let uri = &operation["x-amazon-apigateway-integration"]["uri"];
                let Some(function) = named_in(uri).and_then(|id| functions.get(&id)) else { continue };
                routes.push(Route {
                    method: if method.starts_with("x-") { "ANY".to_owned() } else { method.to_uppercase() },
                    path: path.clone(),
                    function: function.clone(),
                    public: operation["security"] == json!([{"NONE": []}]),
                });
            }
        }
        routes
    }

    /// What invokes a function that no route leads to: the type of its event, and the logical id of its queue if it is one.
    pub fn source(&self, id: &str) -> Option<(&str, String)> {
        let events = self.0["Resources"][id]["Properties"]["Events"].as_object()?;
        let event = events.values().next()?;
        let queue = event["Properties"]["Queue"]["Fn::GetAtt"][0].as_str().unwrap_or_default();
        Some((event["Type"].as_str()?, queue.to_owned()))
    }

    /// The route key of the WebSocket API that leads to a function.
    pub fn socket_route(&self, id: &str) -> Option<String> {
        let mentions =
            |value: &Value, name: &str| value["Fn::Sub"].as_str().is_some_and(|text| text.contains(name));
        let uri = format!("${{{id}");
        let (integration, _) = self
            .resources()
            .find(|(_, resource)| mentions(&resource["Properties"]["IntegrationUri"], &uri))?;
        let target = format!("${{{integration}}}");
        let (_, route) =
            self.resources().find(|(_, resource)| mentions(&resource["Properties"]["Target"], &target))?;
        route["Properties"]["RouteKey"].as_str().map(str::to_owned)
    }

    /// Whether the template has a parameter.
    pub fn has_parameter(&self, name: &str) -> bool {
        self.0["Parameters"].get(name).is_some()
    }

    fn resources(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0["Resources"].as_object().into_iter().flatten()
    }

    /// The template to deploy here. It differs from AWS's in five ways:
    /// - `CodeUri` names a file that is already packed, so that SAM sends only what changed;
    /// - no `BuildMethod`, because cargo-lambda has built already, for all functions at once;
    /// - the architecture is this machine's, because the functions run on it;
    /// - no layers: what they hold is installed on this machine already, and named by a parameter;
    /// - no aliases: nothing here shifts traffic from one version to the next.
    pub fn for_this_machine(&self, packed: &BTreeMap<String, String>) -> Value {
        let mut local = self.0.clone();
        let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
        if let Some(globals) = local.pointer_mut("/Globals/Function").and_then(Value::as_object_mut) {
            globals.remove("CodeUri");
            globals.remove("Layers");
            globals.insert("Architectures".to_owned(), json!([architecture]));
        }
        if let Some(resources) = local["Resources"].as_object_mut() {
            resources.retain(|_, resource| resource["Type"] != "AWS::Serverless::LayerVersion");
        }
        let binaries = self.functions();
        for (id, resource) in local["Resources"].as_object_mut().into_iter().flatten() {
            let Some(file) = binaries.get(id).and_then(|binary| packed.get(binary)) else { continue };
            if let Some(metadata) = resource["Metadata"].as_object_mut() {
                metadata.remove("BuildMethod");
                metadata.remove("BuildProperties");
            }
            let properties =
                resource.as_object_mut().map(|resource| resource.entry("Properties").or_insert(json!({})));
            if let Some(properties) = properties.and_then(Value::as_object_mut) {
                properties.insert("CodeUri".to_owned(), json!(file));
                properties.insert("Architectures".to_owned(), json!([architecture]));
                for name in
                    ["Layers", "AutoPublishAlias", "AutoPublishAliasAllProperties", "DeploymentPreference"]
                {
                    properties.remove(name);
                }
            }
        }
        without_aliases(&mut local);
        local
    }
}

/// The logical id of the function that an integration's URI names, itself or by its alias.
fn named_in(uri: &Value) -> Option<String> {
    let sub = &uri["Fn::Sub"];
    let (text, alias) = (sub.as_str().or_else(|| sub[0].as_str())?, sub[1]["Alias"]["Ref"].as_str());
    let itself = || text.split("functions/${").nth(1)?.split(".Arn}").next();
    alias.and_then(|alias| alias.strip_suffix(".Alias")).or_else(itself).map(str::to_owned)
}

/// Has every `!Ref Function.Alias` mean the function itself.
fn without_aliases(value: &mut Value) {
    if let Some(function) = value["Ref"].as_str().and_then(|name| name.strip_suffix(".Alias")) {
        *value = json!({ "Fn::GetAtt": [function, "Arn"] });
        return;
    }
    match value {
        Value::Object(entries) => entries.values_mut().for_each(without_aliases),
        Value::Array(items) => items.iter_mut().for_each(without_aliases),
        _ => {}
    }
}

/// Has the gateway know callers by `X-User-ID`: SAM takes the header's name from no parameter (docs/decisions/0013).
pub fn identify_by_header(template: &mut Value) {
    for (_, resource) in template["Resources"].as_object_mut().into_iter().flatten() {
        let authorizers = resource.pointer_mut("/Properties/Auth/Authorizers").and_then(Value::as_object_mut);
        for (_, authorizer) in authorizers.into_iter().flatten() {
            authorizer["Identity"]["Headers"] = json!(["X-User-ID"]);
        }
    }
}

/// Has sockets and files found where this machine has them. On AWS their URLs follow from the ids of the API and the bucket; here
/// clients come through the front door and to the emulator, functions by the emulator's own path. The emulator sends every answer of a function back as a frame, and does
/// not know the resource that asks for it.
pub fn reach_sockets(template: &mut Value, front: u16, emulator: u16) {
    let Some(resources) = template["Resources"].as_object_mut() else { return };
    resources.retain(|_, resource| resource["Type"] != "AWS::ApiGatewayV2::RouteResponse");
    for (_, resource) in resources {
        let variables =
            resource.pointer_mut("/Properties/Environment/Variables").and_then(Value::as_object_mut);
        let Some(variables) = variables else { continue };
        if let Some(url) = variables.get_mut("SOCKET_URL") {
            *url = json!(format!("ws://127.0.0.1:{front}/ws"));
        }
        if let Some(url) = variables.get_mut("STORE_URL") {
            *url = json!(crate::aws::endpoint(emulator));
        }
        if let Some(url) = variables.get_mut("CONNECTIONS_URL") {
            let here =
                format!("http://127.0.0.1:{emulator}/_aws/execute-api/${{SocketApi}}/${{SocketStage}}");
            *url = json!({ "Fn::Sub": here });
        }
    }
}

/// One node of YAML with the short forms resolved.
struct Node(Value);

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Tagged(Plain(value), tag) = Tagged::<Plain>::deserialize(deserializer)?;
        Ok(Self(match tag.as_deref().and_then(|tag| tag.strip_prefix('!')) {
            Some(name @ ("Ref" | "Condition")) => json!({ name: value }),
            Some("GetAtt") => json!({ "Fn::GetAtt": attribute(value) }),
            Some(name) => json!({ format!("Fn::{name}"): value }),
            None => value,
        }))
    }
}

/// `!GetAtt Thing.Arn` names a resource and its attribute with a dot between; the long form wants a list.
fn attribute(value: Value) -> Value {
    match value.as_str().and_then(|text| text.split_once('.')) {
        Some((resource, attribute)) => json!([resource, attribute]),
        None => value,
    }
}

/// A node without its tag.
struct Plain(Value);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor).map(Plain)
    }
}

struct PlainVisitor;

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("YAML")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(json!(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(json!(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(json!(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(json!(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(json!(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Plain::deserialize(deserializer).map(|plain| plain.0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Node(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, Node(value))) = entries.next_entry::<String, Node>()? {
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "
Globals:
  Function: {CodeUri: ., Handler: bootstrap, Architectures: [arm64], Timeout: 15, Layers: [!Ref Tool]}
Parameters:
  DatabaseUrl: {Type: String, NoEcho: true}
Resources:
  Key: {Type: AWS::KMS::Key, Properties: {Description: !Sub 'of ${AWS::StackName}'}}
  SendMessage:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: send_message}}
    Properties:
      Layers: [!Ref Tool]
      AutoPublishAlias: live
      Environment: {Variables: {KEY: !Ref Key, ARN: !GetAtt Key.Arn}}
      Policies:
        - Statement: [{Version: 2012-10-17, Resource: !Join ['', [!Ref Key, '/*']]}]
  Bare:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: rust-cargolambda, BuildProperties: {Binary: bare}}
  Role: {Type: AWS::IAM::Role, Properties: {Invoke: [!Ref SendMessage.Alias, !Ref Key]}}
  Tool: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: target/tool-layer}}
";

    #[test]
    fn short_forms_are_written_out() {
        let template = Template::parse(TEMPLATE).unwrap().0;
        let send = &template["Resources"]["SendMessage"]["Properties"];
        assert_eq!(
            template["Resources"]["Key"]["Properties"]["Description"],
            json!({"Fn::Sub": "of ${AWS::StackName}"})
        );
        assert_eq!(
            send["Environment"]["Variables"],
            json!({"KEY": {"Ref": "Key"}, "ARN": {"Fn::GetAtt": ["Key", "Arn"]}})
        );
        let statement = &send["Policies"][0]["Statement"][0];
        assert_eq!(statement["Resource"], json!({"Fn::Join": ["", [{"Ref": "Key"}, "/*"]]}));
        assert_eq!(statement["Version"], "2012-10-17");
        assert_eq!(template["Globals"]["Function"]["Timeout"], 15);
        assert_eq!(template["Parameters"]["DatabaseUrl"]["NoEcho"], true);
    }

    #[test]
    fn functions_are_known_by_their_binaries() {
        let functions = Template::parse(TEMPLATE).unwrap().functions();
        assert_eq!(functions["SendMessage"], "send_message");
        assert_eq!(functions.len(), 2);
    }

    #[test]
    fn routes_are_events_or_rows_of_a_table() {
        let template = Template::parse(
            "
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      DefinitionBody:
        paths:
          /v1/one:
            get:
              security: [{NONE: []}]
              x-amazon-apigateway-integration: {uri: !Sub 'arn:functions/${One.Arn}/invocations'}
            post: {x-amazon-apigateway-integration: {uri: !Sub ['arn:functions/${Alias}/invocations', {Alias: !Ref Two.Alias}]}}
          $default: {x-amazon-apigateway-any-method: {x-amazon-apigateway-integration: {uri: !Sub 'arn:functions/${One.Arn}/x'}}}
  One: {Type: AWS::Serverless::Function, Metadata: {BuildProperties: {Binary: one}}}
  Two:
    Type: AWS::Serverless::Function
    Metadata: {BuildProperties: {Binary: two}}
    Properties: {Events: {Api: {Type: HttpApi, Properties: {Method: get, Path: /v1/two}}}}
",
        )
        .unwrap();
        let route = |method: &str, path: &str, function: &str, public| Route {
            method: method.to_owned(),
            path: path.to_owned(),
            function: function.to_owned(),
            public,
        };
        let routes = template.routes();
        assert_eq!(routes.len(), 4);
        for route in [
            route("GET", "/v1/two", "two", false),
            route("GET", "/v1/one", "one", true),
            route("POST", "/v1/one", "two", false),
            route("ANY", "$default", "one", false),
        ] {
            assert!(routes.contains(&route), "{route:?}");
        }
    }

    #[test]
    fn callers_can_be_known_by_another_header() {
        let authorizer =
            json!({"FunctionArn": "arn", "Identity": {"Headers": ["Authorization"], "ReauthorizeEvery": 60}});
        let mut template = json!({"Resources": {
            "HttpApi": {"Properties": {"Auth": {"DefaultAuthorizer": "Session", "Authorizers": {"Session": authorizer}}}},
            "Key": {"Properties": {}},
        }});
        identify_by_header(&mut template);
        let changed = &template["Resources"]["HttpApi"]["Properties"]["Auth"]["Authorizers"]["Session"];
        assert_eq!(changed["Identity"], json!({"Headers": ["X-User-ID"], "ReauthorizeEvery": 60}));
        assert_eq!(template["Resources"]["Key"], json!({"Properties": {}}));
    }

    #[test]
    fn sockets_are_found_on_this_machine() {
        let function = |name: &str| json!({"Properties": {"Environment": {"Variables": {(name): "on AWS", "OTHER": 1}}}});
        let mut template = json!({"Resources": {
            "Tickets": function("SOCKET_URL"),
            "Deliver": function("CONNECTIONS_URL"),
            "Demo": function("STORE_URL"),
            "Response": {"Type": "AWS::ApiGatewayV2::RouteResponse"},
            "Key": {},
        }});
        reach_sockets(&mut template, 8080, 4566);
        let variables =
            |name: &str| template["Resources"][name]["Properties"]["Environment"]["Variables"].clone();
        assert_eq!(variables("Tickets"), json!({"SOCKET_URL": "ws://127.0.0.1:8080/ws", "OTHER": 1}));
        assert_eq!(variables("Demo"), json!({"STORE_URL": "http://127.0.0.1:4566", "OTHER": 1}));
        let sub = "http://127.0.0.1:4566/_aws/execute-api/${SocketApi}/${SocketStage}";
        assert_eq!(variables("Deliver"), json!({"CONNECTIONS_URL": {"Fn::Sub": sub}, "OTHER": 1}));
        assert_eq!(template["Resources"].get("Response"), None);
    }

    #[test]
    fn the_local_template_takes_packed_functions_of_this_machine() {
        let packed = BTreeMap::from([
            ("send_message".to_owned(), "send.zip".to_owned()),
            ("bare".to_owned(), "bare.zip".to_owned()),
        ]);
        let local = Template::parse(TEMPLATE).unwrap().for_this_machine(&packed);
        assert_eq!(local["Resources"]["SendMessage"]["Properties"]["CodeUri"], "send.zip");
        assert_eq!(local["Resources"]["Bare"]["Properties"]["CodeUri"], "bare.zip");
        assert_eq!(local["Resources"]["SendMessage"]["Metadata"], json!({}));
        assert_eq!(local["Resources"].get("Tool"), None);
        assert_eq!(local["Resources"]["SendMessage"]["Properties"].get("Layers"), None);
        assert_eq!(local["Resources"]["SendMessage"]["Properties"].get("AutoPublishAlias"), None);
        let invoked = &local["Resources"]["Role"]["Properties"]["Invoke"];
        assert_eq!(*invoked, json!([{"Fn::GetAtt": ["SendMessage", "Arn"]}, {"Ref": "Key"}]));
        assert_eq!(local["Globals"]["Function"].get("CodeUri"), None);
        assert_eq!(local["Globals"]["Function"].get("Layers"), None);
        assert_eq!(local["Globals"]["Function"]["Handler"], "bootstrap");
    }
}
