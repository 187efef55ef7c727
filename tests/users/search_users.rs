use testkit::{Gateway, User, unique_username};

async fn finds(user: &User, prefix: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = user.get(&format!("/v1/users?limit=2&q={prefix}{cursor}")).await.ok();
        let names = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["username"].as_str().unwrap().to_owned());
        found.extend(names);
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

#[tokio::test]
async fn users_are_found_by_the_beginning_of_their_names() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let prefix = unique_username("s")[..12].to_owned();
    let mut expected = Vec::new();
    for ending in ["a", "b", "c", "d", "e"] {
        let name = format!("{prefix}{ending}");
        let body = serde_json::json!({"username": name, "password": "seven green bottles"});
        app.anonymous().post("/v1/users", &body).await.created();
        expected.push(name);
    }
    assert_eq!(finds(&alice, &prefix.to_uppercase()).await, expected);
    assert_eq!(finds(&alice, &expected[1]).await, expected[1..2]);
}

#[tokio::test]
async fn only_what_can_begin_a_name_is_searched_for() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    alice.get("/v1/users").await.invalid(&[("q", "required")]);
    for bad in ["", "%25", "a%20b", "%2A", "a'--", "%C3%A4", &"a".repeat(33)] {
        alice.get(&format!("/v1/users?q={bad}")).await.invalid(&[("q", "invalid_format")]);
    }
    for bad in ["x", "%00", "fiB-"] {
        alice.get(&format!("/v1/users?q=a&cursor={bad}")).await.invalid(&[("cursor", "invalid_value")]);
    }
}
