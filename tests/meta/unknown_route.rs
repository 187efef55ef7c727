use http::Method;
use testkit::Gateway;

#[tokio::test]
async fn what_is_not_listed_is_a_problem_like_any_other() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let anonymous = app.anonymous();
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/v1"),
        (Method::GET, "/v1/nothing"),
        (Method::GET, "/v2/users/me"),
        (Method::GET, "/v1/users/me/nothing"),
        (Method::PUT, "/v1/users"),
        (Method::DELETE, "/v1/health"),
        (Method::POST, "/v1/users/me"),
        (Method::PATCH, "/v1/conversations"),
        (Method::POST, "/openapi.json"),
        (Method::GET, "/openapi.yaml"),
    ] {
        anonymous.raw(method.clone(), path, &[], "").await.problem(404, "unknown_route");
        alice.raw(method, path, &[], "").await.problem(404, "unknown_route");
    }
}

#[tokio::test]
async fn the_folders_of_pages_lead_to_the_pages() {
    let app = Gateway::start().await;
    for path in ["/demo", "/demo/", "/swagger", "/swagger/"] {
        // The client follows.
        let page = app.follows(&format!("{}{path}", app.stack().api_url)).await;
        assert_eq!(page.status, 200, "{page}");
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8", "{path}");
    }
}
