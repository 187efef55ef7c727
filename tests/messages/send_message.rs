use std::collections::BTreeSet;

use serde_json::{Value, json};
use testkit::{Gateway, new_id};

#[tokio::test]
async fn every_unicode_text_arrives_as_it_was_sent() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let texts = [
        "a".to_owned(),
        "ß".to_owned(),
        "漢".to_owned(),
        "𝄞".to_owned(),
        "👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇳".to_owned(),
        "composed é, decomposed e\u{301}".to_owned(),
        "\u{202e}right to left\u{202c} שלום مرحبا".to_owned(),
        " leading, trailing and\r\n\tinner white space \n".to_owned(),
        "\u{feff}byte order mark, \u{1}\u{1f}\u{7f} controls, \u{10ffff}\u{fffe} noncharacters".to_owned(),
        r#"'; DROP TABLE messages; -- "quoted" \u0041 {"json": [1]} <b>&amp;"#.to_owned(),
        "0123456789".repeat(1_000),
        "𝄞".repeat(10_000),
    ];
    for (index, text) in texts.iter().enumerate() {
        let sent = alice.sends(&conversation, text).await;
        assert_eq!(sent.text.as_ref(), Some(text));
        assert_eq!(sent.seq, u64::try_from(index).unwrap() + 1);
        assert_eq!((sent.sender_id, sent.conversation_id), (alice.id, conversation.id));
    }
    let seen = bob.sees(&conversation).await;
    assert_eq!(seen, texts.map(Some));
}

#[tokio::test]
async fn twenty_at_once_with_one_client_id_are_one_message() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    let (id, client_id) = (conversation.id, new_id());
    let sending: Vec<_> = (0..20)
        .map(|_| {
            let alice = alice.clone();
            tokio::spawn(async move { alice.tries_to_send(id, client_id, "only once").await })
        })
        .collect();
    let mut created = 0;
    let mut bodies: BTreeSet<String> = BTreeSet::new();
    for task in sending {
        let answer = task.await.unwrap();
        assert!([200, 201].contains(&answer.status), "{answer}");
        created += u32::from(answer.status == 201);
        bodies.insert(answer.json().to_string());
    }
    assert_eq!(created, 1);
    assert_eq!(bodies.len(), 1, "every answer has the same message: {bodies:?}");

    assert_eq!(bob.sees(&conversation).await, [Some("only once".to_owned())]);
    let next = alice.sends(&conversation, "next").await;
    assert_eq!(next.seq, 2, "no place was lost");
}

#[tokio::test]
async fn a_client_id_belongs_to_one_request_of_one_sender() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let here = alice.opens_direct_conversation_with(&bob).await;
    let there = alice.creates_group("Elsewhere", &[&bob]).await;
    let client_id = new_id();
    let first = alice.tries_to_send(here.id, client_id, "first").await.created();

    alice.tries_to_send(here.id, client_id, "other text").await.problem(422, "idempotency_key_reused");
    alice.tries_to_send(there.id, client_id, "first").await.problem(422, "idempotency_key_reused");
    let by_bob = bob.tries_to_send(here.id, client_id, "first").await.created();
    assert_ne!(by_bob["id"], first["id"]);

    let repeated = alice.logs_in_again().await.tries_to_send(here.id, client_id, "first").await.ok();
    assert_eq!(repeated, first, "from another device too");
    assert_eq!(alice.sees(&here).await.len(), 2);
    assert_eq!(alice.sees(&there).await.len(), 0);
}

#[tokio::test]
async fn eight_senders_at_once_leave_no_gap() {
    const SENDERS: u64 = 8;
    const EACH: u64 = 5;
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let mut senders = Vec::new();
    for number in 1..SENDERS {
        senders.push(app.registers(&format!("sender{number}")).await);
    }
    let group = alice.creates_group("Busy", &senders.iter().collect::<Vec<_>>()).await;
    senders.push(alice.clone());
    let sending: Vec<_> = senders
        .into_iter()
        .map(|sender| {
            let group = group.clone();
            tokio::spawn(async move {
                let mut sent = Vec::new();
                for number in 0..EACH {
                    sent.push(sender.sends(&group, &format!("{} {number}", sender.username)).await);
                }
                sent
            })
        })
        .collect();
    let mut sent = Vec::new();
    for task in sending {
        let messages = task.await.unwrap();
        assert!(messages.is_sorted_by_key(|message| message.seq), "each sender's are in order");
        sent.extend(messages);
    }
    sent.sort_unstable_by_key(|message| message.seq);
    let seqs: Vec<_> = sent.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=SENDERS * EACH).collect::<Vec<_>>());
    assert!(sent.is_sorted_by(|one, next| one.change_seq < next.change_seq), "changes are numbered alike");
    let page = alice.reads(&group, "after_seq=0&limit=100").await;
    assert_eq!(page.items, sent);
}

#[tokio::test]
async fn each_field_keeps_its_rules() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let notes = alice.creates_group("Notes", &[]).await;
    let sends = async |body: Value| alice.post(&notes.messages(), &body).await;

    sends(json!({})).await.invalid(&[("client_id", "required"), ("type", "required"), ("text", "required")]);
    sends(json!({"client_id": 1, "type": 2, "text": ["x"], "sender_id": alice.id, "seq": 1})).await.invalid(
        &[
            ("client_id", "wrong_type"),
            ("type", "wrong_type"),
            ("text", "wrong_type"),
            ("sender_id", "unknown_field"),
            ("seq", "unknown_field"),
        ],
    );
    for (field, value, code) in [
        ("client_id", json!("not-a-uuid"), "invalid_format"),
        ("client_id", json!(new_id().simple()), "invalid_format"),
        ("client_id", json!(format!("{{{}}}", new_id())), "invalid_format"),
        ("client_id", Value::Null, "wrong_type"),
        ("type", json!("sticker"), "invalid_value"),
        ("type", json!("system"), "invalid_value"),
        ("type", json!("Text"), "invalid_value"),
        ("text", json!(""), "too_short"),
        ("text", json!(" \n\u{2003}"), "too_short"),
        ("text", json!("a".repeat(10_001)), "too_long"),
        ("text", json!("𝄞".repeat(10_001)), "too_long"),
        ("text", json!("nul\u{0}"), "invalid_value"),
        ("text", Value::Null, "wrong_type"),
        ("media_ids", json!([new_id()]), "not_for_type"),
        ("location", json!({"latitude": 0, "longitude": 0}), "not_for_type"),
        ("reply_to", json!(new_id()), "not_found"),
        ("expires_in_s", json!(0), "invalid_value"),
        ("surplus", json!(1), "unknown_field"),
    ] {
        let mut body = json!({"client_id": new_id(), "type": "text", "text": "x"});
        body[field] = value;
        sends(body).await.invalid(&[(field, code)]);
    }

    let too_long =
        sends(json!({"client_id": new_id(), "type": "text", "text": "a".repeat(10_001)})).await.json();
    assert_eq!(too_long["errors"][0]["max"], 10_000);
    assert_eq!(alice.sees(&notes).await.len(), 0, "nothing was stored");
}
