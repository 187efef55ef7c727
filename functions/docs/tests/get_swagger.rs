//! `GET /swagger/{file}`, in process.

use std::io::Read;

use docs::get_swagger;
use shared::serve::HttpHandler;
use testkit::{Answer, Request, TestApp};

const GET: HttpHandler = |app, call| Box::pin(get_swagger::handle(app, call));

async fn file(app: &TestApp, name: &str, accepts: Option<&str>) -> Answer {
    let request = Request::get("/swagger/{file}").at("file", name);
    let request = match accepts {
        Some(accepts) => request.with_header("Accept-Encoding", accepts),
        None => request,
    };
    app.call(GET, request).await
}

#[tokio::test]
async fn every_file_comes_compressed_or_plain_and_is_the_same() {
    let app = TestApp::start().await;
    for name in
        ["index.html", "initializer.js", "swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"]
    {
        let plain = file(&app, name, None).await;
        assert_eq!((plain.status, plain.headers.get("content-encoding")), (200, None), "{name}");
        let packed = file(&app, name, Some("gzip, deflate, br")).await;
        assert_eq!(
            (packed.status, packed.headers["content-encoding"].as_bytes()),
            (200, &b"gzip"[..]),
            "{name}"
        );
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain.body, "{name}");
        assert_eq!(packed.headers["vary"], "accept-encoding");
        let policy = packed.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'self';"));
        assert_eq!(packed.headers["x-content-type-options"], "nosniff");
    }
    for refusing in ["gzip;q=0", "br", "identity"] {
        let plain = file(&app, "index.html", Some(refusing)).await;
        assert_eq!(plain.headers.get("content-encoding"), None, "{refusing}");
    }
}

#[tokio::test]
async fn who_has_a_file_is_told_so_instead_of_sent_it_again() {
    let app = TestApp::start().await;
    let asks = |name: &'static str, tags: &str| {
        Request::get("/swagger/{file}").at("file", name).with_header("If-None-Match", tags)
    };
    let first = file(&app, "swagger-ui.css", None).await;
    let version = first.headers["etag"].to_str().unwrap();
    for tags in [version, &format!("\"another\", {version}"), version.trim_start_matches("W/"), "*"] {
        let again = app.call(GET, asks("swagger-ui.css", tags)).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{tags}");
        assert_eq!(again.headers["etag"], version);
        assert_eq!(again.headers["cache-control"], "public, max-age=300");
    }
    for (name, tags) in [("swagger-ui.css", "\"another\""), ("swagger-ui.css", ""), ("index.html", version)] {
        assert_eq!(app.call(GET, asks(name, tags)).await.status, 200, "{name} {tags}");
    }
}

#[tokio::test]
async fn the_page_names_only_files_that_are_there() {
    let app = TestApp::start().await;
    let page = file(&app, "index.html", None).await;
    let page = String::from_utf8(page.body).unwrap();
    let named = ["href=\"", "src=\""].iter().flat_map(|mark| page.split(mark).skip(1));
    let named: Vec<&str> = named.map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(named.len() > 4);
    for name in named.into_iter().filter(|name| *name != "/openapi.json") {
        assert_eq!(file(&app, name, None).await.status, 200, "{name}");
    }
}

#[tokio::test]
async fn other_names_lead_nowhere() {
    let app = TestApp::start().await;
    for name in ["", "index.htm", "INDEX.HTML", "..%2Findex.html", "index.html.gz", "oauth2-redirect.html"] {
        file(&app, name, None).await.problem(404, "unknown_route");
    }
}
