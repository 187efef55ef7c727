use testkit::Gateway;

#[tokio::test]
async fn the_page_and_its_parts_are_served() {
    let app = Gateway::start().await;
    for (name, kind, words) in [
        ("index.html", "text/html; charset=utf-8", "swagger-ui-bundle.js"),
        ("initializer.js", "text/javascript; charset=utf-8", "SwaggerUIBundle("),
        ("swagger-ui-bundle.js", "text/javascript; charset=utf-8", "SwaggerUIBundle"),
        ("swagger-ui.css", "text/css; charset=utf-8", ".swagger-ui"),
    ] {
        let answer = app.anonymous().get(&format!("/swagger/{name}")).await;
        assert_eq!((answer.status, answer.headers["content-type"].to_str().unwrap()), (200, kind), "{name}");
        assert!(String::from_utf8_lossy(&answer.body).contains(words), "{name}");
    }
    app.anonymous().get("/swagger/petstore.json").await.problem(404, "unknown_route");
}
