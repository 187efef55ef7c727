//! `GET /demo/{file}`, in process.

use std::path::Path;
use std::sync::LazyLock;

use docs::get_demo::{self, Policy};
use shared::serve::HttpHandler;
use testkit::{Answer, Request, TestApp};

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    Policy::of("wss://sockets.example.org/v1", "https://media.s3.eu-central-1.amazonaws.com")
});

const GET: HttpHandler = |app, call| Box::pin(get_demo::handle(app, &POLICY, call));

/// All that the page is made of.
const FILES: [&str; 20] = [
    "about.js",
    "compose.js",
    "dialogs.js",
    "dom.js",
    "drafts.js",
    "icon.svg",
    "index.html",
    "list.js",
    "main.js",
    "menu.js",
    "message.js",
    "news.js",
    "people.js",
    "picker.js",
    "receipts.js",
    "session.js",
    "state.js",
    "style.css",
    "talkify.js",
    "timeline.js",
];

async fn file(app: &TestApp, name: &str) -> Answer {
    app.call(GET, Request::get("/demo/{file}").at("file", name)).await
}

async fn text(app: &TestApp, name: &str) -> String {
    let answer = file(app, name).await;
    assert_eq!(answer.status, 200, "{name}");
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// The names between a mark and a quotation mark.
fn named<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    text.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn the_page_names_only_files_that_are_there() {
    let app = TestApp::start().await;
    let page = text(&app, "index.html").await;
    let mut waiting: Vec<String> =
        ["href=\"", "src=\""].iter().flat_map(|mark| named(&page, mark)).map(str::to_owned).collect();
    waiting.retain(|name| name != "/swagger/index.html" && !name.starts_with('#'));
    let mut seen = Vec::new();
    while let Some(name) = waiting.pop() {
        if seen.contains(&name) {
            continue;
        }
        let content = text(&app, &name).await;
        if Path::new(&name).extension().is_some_and(|extension| extension == "js") {
            let imports = ["from \"./", "import \"./"];
            waiting.extend(imports.iter().flat_map(|mark| named(&content, mark)).map(str::to_owned));
        }
        seen.push(name);
    }
    seen.push("index.html".to_owned());
    seen.sort();
    assert_eq!(seen, FILES);
}

#[tokio::test]
async fn the_page_may_load_nothing_but_its_files_the_api_its_sockets_and_the_store() {
    let app = TestApp::start().await;
    let answer = file(&app, "index.html").await;
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    let allowed: Vec<&str> = policy.split("; ").collect();
    assert!(allowed.contains(&"default-src 'none'") && allowed.contains(&"script-src 'self'"), "{policy}");
    let connect = "connect-src 'self' wss://sockets.example.org https://media.s3.eu-central-1.amazonaws.com";
    assert!(allowed.contains(&connect), "{policy}");
    assert!(allowed.contains(&"require-trusted-types-for 'script'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    // The policy holds only what keeps to it: nothing is written in line, and no text is made markup.
    let page = String::from_utf8(answer.body).unwrap();
    let attributes = page.split('=').filter_map(|before| before.rsplit(' ').next());
    assert!(!page.contains("<style"), "{page}");
    assert!(!attributes.into_iter().any(|name| name == "style" || name.starts_with("on")), "{page}");
}

#[tokio::test]
async fn the_page_is_small() {
    let app = TestApp::start().await;
    let mut sent = 0;
    for name in FILES {
        let request = Request::get("/demo/{file}").at("file", name).with_header("Accept-Encoding", "gzip");
        sent += app.call(GET, request).await.body.len();
    }
    assert!(sent < 50_000, "{sent} bytes");
}

#[tokio::test]
async fn other_names_lead_nowhere() {
    let app = TestApp::start().await;
    for name in ["", "main", "MAIN.JS", "main.js.gz", "..%2Fmain.js"] {
        file(&app, name).await.problem(404, "unknown_route");
    }
}
