//! What the SDK's clients trust.

use std::time::Duration;

use aws_credential_types::Credentials;
use shared::aws::AwsAccess;
use shared::crypto::{AwsKms, Kms, KmsFailure, Purpose, WrappedKey};
use shared::id::KeyringId;
use testkit::new_id;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::time::timeout;

/// The content type of a TLS record that holds a handshake message: RFC 8446, section 5.1.
const HANDSHAKE: u8 = 22;

#[tokio::test]
async fn a_client_with_amazons_roots_speaks_tls_and_refuses_who_does_not() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let access = AwsAccess {
        region: "us-east-1".to_owned(),
        credentials: Credentials::new("test", "test", None, None, "test"),
        endpoint_url: Some(format!("https://{}", listener.local_addr().unwrap())),
    };
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // Hung up on when it is dropped.
        stream.read_u8().await.unwrap()
    });
    let kms = AwsKms::new(access, |_| None);
    let wrapped = WrappedKey {
        id: KeyringId(new_id()),
        purpose: Purpose::Content,
        blob: vec![0; 64],
        kms_key: "arn:aws:kms:us-east-1:123456789012:key/test".to_owned(),
    };
    // The roots are parsed when the client first connects: one that does not parse would end the process.
    let outcome = timeout(Duration::from_secs(20), kms.unwrap(&wrapped)).await.unwrap();
    assert!(matches!(outcome, Err(KmsFailure::Unavailable(_))));
    assert_eq!(server.await.unwrap(), HANDSHAKE);
}
