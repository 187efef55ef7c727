//! How AWS services are reached: what the Lambda environment says, without a provider chain (docs/decisions/0005), and
//! trusting Amazon's own certificates (docs/decisions/0027).

use aws_credential_types::Credentials;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::app::{Misconfigured, optional, required};

/// Region, credentials and, for the local stack, the endpoint.
#[derive(Clone)]
pub struct AwsAccess {
    /// Where.
    pub region: String,
    /// As whom.
    pub credentials: Credentials,
    /// Another address than AWS's own.
    pub endpoint_url: Option<String>,
}

impl AwsAccess {
    /// Lambda gives every environment its role's credentials and region in these variables:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.
    ///
    /// # Errors
    /// The first setting that is missing.
    pub fn from_environment() -> Result<Self, Misconfigured> {
        let credentials = Credentials::new(
            required("AWS_ACCESS_KEY_ID")?,
            required("AWS_SECRET_ACCESS_KEY")?,
            optional("AWS_SESSION_TOKEN"),
            None,
            "lambda-environment",
        );
        Ok(Self { region: required("AWS_REGION")?, credentials, endpoint_url: optional("AWS_ENDPOINT_URL") })
    }

    /// Whether services are called at their dual-stack endpoints, which a subnet without IPv4 to the outside reaches
    /// (docs/decisions/0062). The variable is the one that Amazon's own tools read:
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html>.
    #[must_use]
    pub fn dual_stack(&self) -> Option<bool> {
        optional("AWS_USE_DUALSTACK_ENDPOINT").map(|value| value == "true")
    }
}

/// The roots of Amazon Trust Services: <https://www.amazontrust.com/repository/>.
const AMAZON_ROOTS: &str = include_str!("amazon_roots.pem");

/// The HTTP client of the service clients.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "the panic below cannot happen")]
#[expect(clippy::expect_used, reason = "building has no step that can fail; that the roots parse is tested")]
pub fn http_client() -> SharedHttpClient {
    let trusted = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let tls = TlsContext::builder().with_trust_store(trusted).build().expect("TLS settings");
    aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls)
        .build_https()
}
