use serde_json::Value;
use testkit::{Contract, Gateway};

/// Where the contract itself states each limit.
const STATED: [(&str, &str); 27] = [
    ("idempotency_key_chars", "/components/parameters/IdempotencyKey/schema/maxLength"),
    ("text_chars", "/components/schemas/Text/maxLength"),
    ("page_default", "/components/parameters/Limit/schema/default"),
    ("page_max", "/components/parameters/Limit/schema/maximum"),
    ("members_per_call", "/components/schemas/NewGroup/properties/member_ids/maxItems"),
    ("title_chars", "/components/schemas/Title/maxLength"),
    ("description_chars", "/components/schemas/Description/maxLength"),
    ("display_name_chars", "/components/schemas/DisplayName/maxLength"),
    ("bio_chars", "/components/schemas/Bio/maxLength"),
    ("status_text_chars", "/components/schemas/NewStatus/properties/text/maxLength"),
    ("email_chars", "/components/schemas/Email/maxLength"),
    ("device_name_chars", "/components/schemas/Credentials/properties/device_name/maxLength"),
    ("username_min_chars", "/components/schemas/Username/minLength"),
    ("username_max_chars", "/components/schemas/Username/maxLength"),
    ("password_min_chars", "/components/schemas/Password/minLength"),
    ("password_max_chars", "/components/schemas/Password/maxLength"),
    ("media_per_message", "/components/schemas/NewMessage/properties/media_ids/maxItems"),
    ("upload_bytes", "/components/schemas/NewMedia/properties/size/maximum"),
    ("file_name_chars", "/components/schemas/NewMedia/properties/file_name/maxLength"),
    ("mentions_per_message", "/components/schemas/NewMessage/properties/mentions/maxItems"),
    ("reaction_kinds", "/components/schemas/Message/properties/reactions/maxItems"),
    ("expires_in_s", "/components/schemas/NewMessage/properties/expires_in_s/maximum"),
    ("place_name_chars", "/components/schemas/NewLocation/properties/name/maxLength"),
    ("place_address_chars", "/components/schemas/NewLocation/properties/address/maxLength"),
    ("reply_preview_chars", "/components/schemas/RepliedMessage/properties/text/maxLength"),
    ("report_comment_chars", "/components/schemas/NewReport/properties/comment/anyOf/0/maxLength"),
    (
        "search_chars",
        "/paths/~1v1~1conversations~1{conversation_id}~1search/get/parameters/2/schema/maxLength",
    ),
];

#[tokio::test]
async fn publishes_the_limits_that_the_contract_states() {
    let app = Gateway::start().await;
    let limits = app.anonymous().get("/v1/limits").await.ok();
    let document = Contract::load().document();
    for (name, place) in STATED {
        assert_eq!(Some(&limits[name]), document.pointer(place), "{name}");
    }
    assert_eq!(limits["body_bytes"], Value::from(256 * 1024));
    assert_eq!(limits["sessions"], 25);
    assert_eq!(limits["members"], 1000);
    // Those that the tests' stack leaves as they are.
    assert_eq!(limits["rates"]["password"], serde_json::json!({"burst": 5, "seconds_for_one": 60.0}));
    assert_eq!(limits["rates"]["search"], serde_json::json!({"burst": 30, "seconds_for_one": 1.0}));
    assert_eq!(limits["rates"]["upload_bytes"]["burst"], 1_073_741_824);
    assert_eq!(limits["pins"], 50);
    assert_eq!((&limits["search_words"], &limits["search_prefix_chars"]), (&16.into(), &3.into()));
    let stated = STATED.len() + 7;
    assert_eq!(limits.as_object().map(serde_json::Map::len), Some(stated), "every limit is compared here");
}
