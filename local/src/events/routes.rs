//! The routes of `cargo lambda watch`, as it reads them from the workspace's `Cargo.toml`
//! (<https://www.cargo-lambda.info/commands/watch.html>).

use std::collections::BTreeMap;

use crate::{Failure, template::Template};

/// What follows it, up to the end of the file, is written here.
const MARK: &str = "# ── Written by `cargo run -- events` from template.yaml ──\n";
/// The methods that a path may have; one that it has not is the default route's.
const METHODS: [&str; 5] = ["DELETE", "GET", "PATCH", "POST", "PUT"];

/// The manifest with the template's routes.
pub fn put_into(manifest: &str, template: &Template) -> Result<String, Failure> {
    let kept = manifest.split(MARK).next().unwrap_or(manifest).trim_end();
    Ok(format!("{kept}\n\n{MARK}{}", table(template)?))
}

/// The table: a line for each route, and one for each path's other methods, which are the default route's. They need no order:
/// the more literal path wins, as at the gateway.
fn table(template: &Template) -> Result<String, Failure> {
    let mut paths: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    let routes = template.routes();
    for route in &routes {
        let methods = paths.entry(route.path.as_str()).or_default();
        methods.insert(route.method.as_str(), route.function.as_str());
    }
    let default = paths.remove("$default").and_then(|methods| methods.values().next().copied());
    let default = default.ok_or_else(|| Failure::Template("it has no default route".to_owned()))?;
    let mut lines: Vec<String> = ["/", "/{*path}"]
        .iter()
        .map(|path| format!("{{ path = {path:?}, function = {default:?} }},"))
        .collect();
    let line = |path: &str, methods: &[&str], function: &str| {
        format!("{{ path = {path:?}, methods = {methods:?}, function = {function:?} }},")
    };
    for (path, methods) in paths {
        lines.extend(methods.iter().map(|(method, function)| line(path, &[method], function)));
        let others: Vec<&str> = METHODS.into_iter().filter(|method| !methods.contains_key(method)).collect();
        lines.push(line(path, &others, default));
    }
    Ok(format!("[workspace.metadata.lambda.watch]\nrouter = [\n    {}\n]\n", lines.join("\n    ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "
Resources:
  GetMe:
    Type: AWS::Serverless::Function
    Metadata: {BuildProperties: {Binary: get_me}}
    Properties: {Events: {Api: {Type: HttpApi, Properties: {Method: GET, Path: '/v1/users/me'}}}}
  UnknownRoute:
    Type: AWS::Serverless::Function
    Metadata: {BuildProperties: {Binary: unknown_route}}
    Properties: {Events: {Api: {Type: HttpApi, Properties: {Auth: {Authorizer: NONE}}}}}
";

    #[test]
    fn what_is_written_by_hand_stays() {
        let template = Template::parse(TEMPLATE).unwrap();
        let once = put_into("[workspace]\n", &template).unwrap();
        assert!(once.starts_with("[workspace]\n\n# ──"));
        let routes = [
            r#"{ path = "/{*path}", function = "unknown_route" },"#,
            r#"{ path = "/v1/users/me", methods = ["GET"], function = "get_me" },"#,
            r#"{ path = "/v1/users/me", methods = ["DELETE", "PATCH", "POST", "PUT"], function = "unknown_route" },"#,
        ];
        assert!(once.ends_with(&format!("    {}\n]\n", routes.join("\n    "))), "{once}");
        assert_eq!(put_into(&once, &template).unwrap(), once);
    }
}
