//! The front door: one plain URL for the HTTP API and one for the WebSocket API, as a domain name gives on AWS. It adds nothing to
//! a request and takes nothing away but what concerns a single connection.

use std::{net::Ipv4Addr, path::PathBuf, sync::Arc, time::Duration};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited, combinators::BoxBody};
use hyper::{
    Method, Request, Response, StatusCode, Uri,
    body::{Bytes, Incoming},
    header::{self, HeaderMap, HeaderName, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use tokio::net::TcpListener;

use crate::{Failure, deploy::Deployed, place::read_json};

/// API Gateway's limit for a request's body.
const LARGEST_BODY: usize = 10 << 20;
/// API Gateway waits this long for a function.
const PATIENCE: Duration = Duration::from_secs(30);

type Body = BoxBody<Bytes, Box<dyn std::error::Error + Send + Sync>>;

/// Opens the front door's port.
pub fn bind(port: u16, flag: Option<&'static str>) -> Result<std::net::TcpListener, Failure> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map_err(|_| Failure::PortTaken { port, flag })?;
    listener
        .set_nonblocking(true)
        .map_err(|error| Failure::Other(format!("port {port} cannot be used: {error}")))?;
    Ok(listener)
}

/// Serves the front door until the runtime ends. `deployed` is the file that names the deployed APIs; it is read for each request,
/// since a deployment may change it.
pub async fn serve(listener: std::net::TcpListener, emulator: u16, deployed: PathBuf) -> Result<(), Failure> {
    let listener = TcpListener::from_std(listener).map_err(|error| Failure::Other(error.to_string()))?;
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let door =
        Arc::new(Door { client: Client::builder(TokioExecutor::new()).build(connector), emulator, deployed });
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, say: those in use will come back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let door = Arc::clone(&door);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let door = Arc::clone(&door);
                async move { Ok::<_, std::convert::Infallible>(door.pass(request).await) }
            });
            // A client that goes away is its own business.
            let _ =
                http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
        });
    }
}

struct Door {
    client: Client<HttpConnector, Body>,
    emulator: u16,
    deployed: PathBuf,
}

impl Door {
    async fn pass(&self, request: Request<Incoming>) -> Response<Body> {
        let Some(deployed) = read_json::<Deployed>(&self.deployed) else {
            return problem(StatusCode::BAD_GATEWAY, "nothing is deployed yet");
        };
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        if request.uri().path() == "/ws" && is_upgrade(request.headers()) {
            let Some((api, stage)) = deployed.socket else {
                return problem(StatusCode::NOT_FOUND, "the template has no WebSocket API yet");
            };
            return self.pass_socket(request, &format!("{api}/{stage}{query}")).await;
        }
        let Some(api) = deployed.http_api else {
            return problem(StatusCode::NOT_FOUND, "the template has no HTTP API yet");
        };
        let path = request.uri().path().to_owned();
        self.pass_http(request, &format!("{api}/$default{path}{query}")).await
    }

    async fn pass_http(&self, request: Request<Incoming>, target: &str) -> Response<Body> {
        // Known to be too long: API Gateway does not wait for it either.
        let announced = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length: usize| length > LARGEST_BODY) {
            return too_large();
        }
        let (parts, body) = request.into_parts();
        let body = Limited::new(body, LARGEST_BODY).boxed();
        let Some(mut onward) = self.onward(parts.method, &parts.headers, target, body) else {
            return problem(StatusCode::BAD_REQUEST, "the path cannot be passed on");
        };
        remove_connection_headers(onward.headers_mut());
        match tokio::time::timeout(PATIENCE, self.client.request(onward)).await {
            Ok(Ok(mut answer)) => {
                remove_connection_headers(answer.headers_mut());
                answer.map(|body| body.map_err(Into::into).boxed())
            }
            Ok(Err(error)) if is_too_large(&error) => too_large(),
            Ok(Err(_)) => problem(StatusCode::BAD_GATEWAY, "the emulator does not answer"),
            Err(_) => gateway_says(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
        }
    }

    /// Passes a WebSocket's handshake on and, when it succeeds, every byte both ways.
    async fn pass_socket(&self, mut request: Request<Incoming>, target: &str) -> Response<Body> {
        let headers = request.headers().clone();
        let Some(onward) = self.onward(Method::GET, &headers, target, nothing()) else {
            return problem(StatusCode::BAD_REQUEST, "the query cannot be passed on");
        };
        let Ok(mut answer) = self.client.request(onward).await else {
            return problem(StatusCode::BAD_GATEWAY, "the emulator does not answer");
        };
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            let (here, there) = (hyper::upgrade::on(&mut request), hyper::upgrade::on(&mut answer));
            tokio::spawn(async move {
                if let (Ok(here), Ok(there)) = tokio::join!(here, there) {
                    // Either side may go at any time.
                    let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(here), &mut TokioIo::new(there))
                        .await;
                }
            });
            let (parts, _) = answer.into_parts();
            return Response::from_parts(parts, nothing());
        }
        remove_connection_headers(answer.headers_mut());
        answer.map(|body| body.map_err(Into::into).boxed())
    }

    fn onward(&self, method: Method, headers: &HeaderMap, target: &str, body: Body) -> Option<Request<Body>> {
        let uri =
            format!("http://127.0.0.1:{}/_aws/execute-api/{target}", self.emulator).parse::<Uri>().ok()?;
        let mut onward = Request::builder().method(method).uri(uri).body(body).ok()?;
        *onward.headers_mut() = headers.clone();
        Some(onward)
    }
}

fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Removes what concerns one connection only (RFC 9110, 7.6.1).
fn remove_connection_headers(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = (headers.get_all(header::CONNECTION).iter())
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let always =
        ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];
    for name in always.map(HeaderName::from_static).iter().chain(&named) {
        headers.remove(name);
    }
}

fn is_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_large)
}

fn too_large() -> Response<Body> {
    gateway_says(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")
}

/// An answer in API Gateway's own words.
fn gateway_says(status: StatusCode, message: &str) -> Response<Body> {
    answer(status, "application/json", format!(r#"{{"message":"{message}"}}"#))
}

/// An answer of the local stack itself.
fn problem(status: StatusCode, detail: &str) -> Response<Body> {
    let (code, title) = (status.as_u16(), status.canonical_reason().unwrap_or_default());
    let body = serde_json::json!({
        "type": "about:blank", "title": title, "status": code, "code": "local_stack", "detail": detail,
    });
    answer(status, "application/problem+json", body.to_string())
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> Response<Body> {
    let full = Full::new(Bytes::from(body)).map_err(|never| match never {}).boxed();
    let mut answer = Response::new(full);
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

fn nothing() -> Body {
    Full::new(Bytes::new()).map_err(|never| match never {}).boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_concerns_the_connection_is_removed() {
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("connection", "keep-alive, x-hop"), ("x-hop", "1"), ("te", "trailers"), ("x-user-id", "7")]
        {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers.append("x-user-id", HeaderValue::from_static("8"));
        remove_connection_headers(&mut headers);
        assert_eq!(headers.len(), 2);
        assert_eq!(headers.get_all("x-user-id").iter().count(), 2);
    }

    #[test]
    fn a_websocket_is_known_by_its_upgrade() {
        let mut headers = HeaderMap::new();
        assert!(!is_upgrade(&headers));
        headers.insert(header::UPGRADE, HeaderValue::from_static("WebSocket"));
        assert!(is_upgrade(&headers));
    }
}
