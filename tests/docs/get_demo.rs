use testkit::Gateway;

#[tokio::test]
async fn the_page_and_its_parts_are_served() {
    let app = Gateway::start().await;
    for (name, kind, words) in [
        ("index.html", "text/html; charset=utf-8", "main.js"),
        ("state.js", "text/javascript; charset=utf-8", "./talkify.js"),
        ("talkify.js", "text/javascript; charset=utf-8", "TalkifyClient"),
        ("style.css", "text/css; charset=utf-8", "color-scheme"),
        ("icon.svg", "image/svg+xml", "<svg"),
    ] {
        let answer = app.anonymous().get(&format!("/demo/{name}")).await;
        assert_eq!((answer.status, answer.headers["content-type"].to_str().unwrap()), (200, kind), "{name}");
        assert!(String::from_utf8_lossy(&answer.body).contains(words), "{name}");
        let version = answer.headers["etag"].to_str().unwrap();
        let again = app.anonymous().with_header("if-none-match", version).get(&format!("/demo/{name}")).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{name}");
    }
    app.anonymous().get("/demo/nothing.js").await.problem(404, "unknown_route");
}
