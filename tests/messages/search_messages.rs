use testkit::Gateway;

#[tokio::test]
async fn words_are_found_by_members_and_nobody_else() {
    let app = Gateway::start().await;
    let (alice, bob, eve) =
        (app.registers("alice").await, app.registers("bob").await, app.registers("eve").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    for text in ["Ein Café in der Straße", "no coffee", "CAFE again", "我住在北京市"] {
        alice.sends(&conversation, text).await;
    }
    let path = |query: &str| format!("/v1/conversations/{}/search?{query}", conversation.id);
    for (query, expected) in [
        ("q=cafe", vec![3, 1]),
        ("q=caf%C3%A9%20STRASSE", vec![1]),
        ("q=cof*", vec![2]),
        ("q=%E5%8C%97%E4%BA%AC", vec![4]),
        ("q=cafe&before_seq=3", vec![1]),
        ("q=tea", vec![]),
    ] {
        let page = bob.get(&path(query)).await.ok();
        let seqs: Vec<i64> =
            page["items"].as_array().unwrap().iter().map(|item| item["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, expected, "{query}");
    }
    let page = bob.get(&path("q=cafe&limit=1")).await.ok();
    assert_eq!((&page["items"][0]["text"], &page["next_before_seq"]), (&"CAFE again".into(), &3.into()));
    eve.get(&path("q=cafe")).await.problem(404, "not_found");
    for (query, code) in [
        ("q=", "no_words"),
        ("q=%F0%9F%91%8B", "no_words"),
        ("q=ca*", "prefix_too_short"),
        ("limit=1", "required"),
    ] {
        bob.get(&path(query)).await.invalid(&[("q", code)]);
    }
}
