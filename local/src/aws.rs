//! The few AWS calls that the local stack makes itself, as plain HTTP to the emulator.

use std::time::Duration;

use crate::Failure;

/// The region of the local stack.
pub const REGION: &str = "us-east-1";
/// The account of the local stack.
pub const ACCOUNT: &str = "000000000000";

/// The emulator's control plane.
#[derive(Clone, Debug)]
pub struct Aws {
    endpoint: String,
    agent: ureq::Agent,
}

impl Aws {
    /// The control plane of the emulator on a port of this machine.
    pub fn on(port: u16) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(2)))
            .proxy(None)
            .build();
        Self { endpoint: endpoint(port), agent: config.into() }
    }

    /// Makes one call and returns the answer's status, its `X-Amz-Function-Error` and its body.
    pub fn try_call(
        &self,
        service: &str,
        method: &str,
        path: &str,
        content_type: &str,
        body: &str,
    ) -> Result<(u16, bool, String), Failure> {
        let request = format!("{method} {path}");
        let lost = |error: &dyn std::fmt::Display| Failure::Emulator {
            request: request.clone(),
            status: 0,
            body: error.to_string(),
        };
        // The emulator takes the account and the region from the credential's scope and does not look at the signature.
        let credential = format!(
            "AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0"
        );
        let call = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.endpoint))
            .header("authorization", credential)
            .header("content-type", content_type)
            .body(body.to_owned())
            .map_err(|error| lost(&error))?;
        let mut answer = self.agent.run(call).map_err(|error| lost(&error))?;
        let failed = answer.headers().contains_key("x-amz-function-error");
        let text =
            answer.body_mut().with_config().limit(64 << 20).read_to_string().map_err(|error| lost(&error))?;
        Ok((answer.status().as_u16(), failed, text))
    }

    /// Makes one call that must succeed and returns its body.
    pub fn call(&self, service: &str, method: &str, path: &str, body: &str) -> Result<String, Failure> {
        let form = service == "cloudformation";
        let kind = if form { "application/x-www-form-urlencoded" } else { "application/json" };
        let (status, _, text) = self.try_call(service, method, path, kind, body)?;
        if (200..300).contains(&status) {
            return Ok(text);
        }
        let request = format!("{method} {path}");
        Err(Failure::Emulator { request, status, body: text.chars().take(300).collect() })
    }
}

/// The emulator's URL for a port.
pub fn endpoint(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// The environment that keeps an AWS tool on this machine: made-up credentials and none of the developer's own, so that a real
/// account can never be touched.
pub fn environment(port: u16) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ("AWS_ENDPOINT_URL", endpoint(port)),
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ]
}
