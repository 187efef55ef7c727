use serde_json::{Value, json};
use testkit::{Gateway, User, unique_username};

#[tokio::test]
async fn gives_the_profile_and_a_session_that_works() {
    let app = Gateway::start().await;
    let username = unique_username("zoe");
    let registration = json!({
        "username": username.to_uppercase(),
        "password": "seven green bottles",
        "display_name": "Zoë 🦊",
        "email": "zoe@example.org",
    });
    let answer = app.anonymous().post("/v1/users", &registration).await.created();
    assert_eq!(answer["user"]["username"], username, "kept in small letters");
    assert_eq!(answer["user"]["display_name"], "Zoë 🦊");
    assert_eq!(answer["user"]["email"], "zoe@example.org");
    assert_eq!(answer["user"]["role"], "user");

    let zoe =
        User::of(&app.anonymous(), &answer["user"], &answer["session"], "seven green bottles".to_owned());
    assert_eq!(zoe.get("/v1/users/me").await.ok(), answer["user"]);
}

#[tokio::test]
async fn what_is_not_given_has_a_plain_value() {
    let app = Gateway::start().await;
    let username = unique_username("plain");
    let registration = json!({"username": username, "password": "seven green bottles", "email": null});
    let user = app.anonymous().post("/v1/users", &registration).await.created()["user"].take();
    assert_eq!(user["display_name"], username);
    assert_eq!(user["email"], Value::Null);
    assert_eq!(user["bio"], "");
}

#[tokio::test]
async fn a_name_is_taken_once_whatever_its_case() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    for name in [alice.username.clone(), alice.username.to_uppercase()] {
        let registration = json!({"username": name, "password": "another good password"});
        app.anonymous().post("/v1/users", &registration).await.problem(409, "username_taken");
    }
    alice.logs_in_again().await;
}

#[tokio::test]
async fn of_many_at_once_one_gets_the_name() {
    let app = Gateway::start().await;
    let anonymous = app.anonymous();
    let registration = json!({"username": unique_username("race"), "password": "seven green bottles"});
    let (one, two, three) = tokio::join!(
        anonymous.post("/v1/users", &registration),
        anonymous.post("/v1/users", &registration),
        anonymous.post("/v1/users", &registration),
    );
    let mut statuses = [one.status, two.status, three.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409]);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let app = Gateway::start().await;
    let registers = async |body: Value| app.anonymous().post("/v1/users", &body).await;
    registers(json!({})).await.invalid(&[("username", "required"), ("password", "required")]);
    registers(
        json!({"username": 7, "password": null, "display_name": [], "email": {}, "role": "admin", "id": 1}),
    )
    .await
    .invalid(&[
        ("username", "wrong_type"),
        ("password", "wrong_type"),
        ("display_name", "wrong_type"),
        ("email", "wrong_type"),
        ("role", "unknown_field"),
        ("id", "unknown_field"),
    ]);
}

#[tokio::test]
async fn each_field_keeps_its_rules() {
    let app = Gateway::start().await;
    let cases = [
        ("username", json!("ab"), "too_short"),
        ("username", json!("a".repeat(33)), "too_long"),
        ("username", json!("with space"), "invalid_format"),
        ("username", json!("älice"), "invalid_format"),
        ("username", json!("alice\n"), "invalid_format"),
        ("username", json!("alice'--"), "invalid_format"),
        ("username", json!("alice\u{0}"), "invalid_value"),
        ("password", json!("short pw"), "too_short"),
        ("password", json!("p".repeat(129)), "too_long"),
        ("password", json!("1234567890"), "common_password"),
        ("password", json!("QwertyUiop"), "common_password"),
        ("password", json!("seven\u{0}green bottles"), "invalid_value"),
        ("display_name", json!(""), "too_short"),
        ("display_name", json!(" \u{2003} "), "too_short"),
        ("display_name", json!("d".repeat(65)), "too_long"),
        ("display_name", json!("two\nlines"), "invalid_value"),
        ("display_name", json!("nul\u{0}"), "invalid_value"),
        ("email", json!("no-at-sign"), "invalid_format"),
        ("email", json!("a@b"), "invalid_format"),
        ("email", json!(format!("{}@example.org", "e".repeat(250))), "too_long"),
    ];
    for (field, value, code) in cases {
        let mut registration =
            json!({"username": unique_username("rules"), "password": "seven green bottles"});
        registration[field] = value;
        app.anonymous().post("/v1/users", &registration).await.invalid(&[(field, code)]);
    }
}

#[tokio::test]
async fn limits_are_inclusive_and_count_characters() {
    let app = Gateway::start().await;
    let username = format!("{:a<32}", unique_username("long"));
    let registration =
        json!({"username": username, "password": "🔑".repeat(128), "display_name": "𝄞".repeat(64)});
    app.anonymous().post("/v1/users", &registration).await.created();
    let credentials = json!({"username": username, "password": "🔑".repeat(128)});
    app.anonymous().post("/v1/sessions", &credentials).await.created();

    let registration = json!({"username": unique_username("ten"), "password": "ä".repeat(10)});
    app.anonymous().post("/v1/users", &registration).await.created();
}
