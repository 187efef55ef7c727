//! What the deployment says of itself, in process.

use meta::{get_limits, get_openapi, unknown_route};
use shared::serve::HttpHandler;
use testkit::{Contract, Request, TestApp};

const LIMITS: HttpHandler = |app, call| Box::pin(get_limits::handle(app, call));
const OPENAPI: HttpHandler = |app, call| Box::pin(get_openapi::handle(app, call));
const UNKNOWN: HttpHandler = |app, call| Box::pin(unknown_route::handle(app, call));

#[tokio::test]
async fn the_limits_are_those_of_the_contract() {
    let app = TestApp::start().await;
    let limits = app.call(LIMITS, Request::get("/v1/limits")).await.ok();
    assert_eq!((&limits["text_chars"], &limits["page_max"]), (&10_000.into(), &100.into()));
    // None of it needs the database.
    assert_eq!(app.proxy.round_trips(), 0);
}

#[tokio::test]
async fn the_document_is_the_contract_itself() {
    let app = TestApp::start().await;
    let document = app.call(OPENAPI, Request::get("/openapi.json")).await.ok();
    assert_eq!(&document, Contract::load().document());
}

#[tokio::test]
async fn an_unknown_route_is_a_problem_like_any_other() {
    let app = TestApp::start().await;
    app.call(UNKNOWN, Request::get("/v1/nothing")).await.problem(404, "unknown_route");
}

#[tokio::test]
async fn the_folders_of_pages_lead_to_the_pages() {
    let app = TestApp::start().await;
    for (path, page) in [
        ("/demo", "/demo/index.html"),
        ("/demo/", "/demo/index.html"),
        ("/swagger", "/swagger/index.html"),
        ("/swagger/", "/swagger/index.html"),
    ] {
        let answer = app.call(UNKNOWN, Request::get(path)).await;
        assert_eq!((answer.status, answer.headers["location"].to_str().unwrap()), (308, page), "{path}");
    }
    app.call(UNKNOWN, Request::get("/demo/nothing/")).await.problem(404, "unknown_route");
}
