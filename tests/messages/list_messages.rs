use testkit::Gateway;

#[tokio::test]
async fn pages_lead_both_ways() {
    let app = Gateway::start().await;
    let (alice, bob) = (app.registers("alice").await, app.registers("bob").await);
    let conversation = alice.opens_direct_conversation_with(&bob).await;
    for number in 1..=7 {
        let sender = if number % 2 == 0 { &alice } else { &bob };
        sender.sends(&conversation, &format!("message {number}")).await;
    }
    // The query, the places on the page in order, older ones left, newer ones left.
    for (query, seqs, before, after) in [
        ("", vec![7, 6, 5, 4, 3, 2, 1], false, false),
        ("limit=3", vec![7, 6, 5], true, false),
        ("limit=3&before_seq=5", vec![4, 3, 2], true, true),
        ("limit=3&before_seq=2", vec![1], false, true),
        ("limit=3&before_seq=1", vec![], false, true),
        ("limit=3&before_seq=0", vec![], false, true),
        ("limit=3&before_seq=8", vec![7, 6, 5], true, false),
        ("limit=3&before_seq=9223372036854775807", vec![7, 6, 5], true, false),
        ("limit=3&after_seq=0", vec![1, 2, 3], false, true),
        ("limit=3&after_seq=3", vec![4, 5, 6], true, true),
        ("limit=3&after_seq=6", vec![7], true, false),
        ("limit=3&after_seq=7", vec![], true, false),
        ("limit=3&after_seq=9223372036854775807", vec![], true, false),
        ("limit=7&after_seq=0", vec![1, 2, 3, 4, 5, 6, 7], false, false),
        ("limit=3&around_seq=4", vec![3, 4, 5], true, true),
        ("limit=1&around_seq=4", vec![4], true, true),
        ("limit=100&around_seq=4", vec![1, 2, 3, 4, 5, 6, 7], false, false),
    ] {
        let page = bob.reads(&conversation, query).await;
        assert_eq!(page.seqs(), seqs, "{query}");
        assert_eq!((page.has_more_before, page.has_more_after), (before, after), "{query}");
        for message in page.items {
            assert_eq!(message.text, Some(format!("message {}", message.seq)), "{query}");
        }
    }
}

#[tokio::test]
async fn around_the_ends_stay_as_near_as_there_are_messages() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let notes = alice.creates_group("Notes", &[]).await;
    for number in 1..=5 {
        alice.sends(&notes, &number.to_string()).await;
    }
    for place in [0, 1, 5, 6, 1_000] {
        let page = alice.reads(&notes, &format!("limit=4&around_seq={place}")).await;
        let seqs = page.seqs();
        assert!(seqs.is_sorted() && seqs.len() <= 4, "{place}: {seqs:?}");
        if (1..=5).contains(&place) {
            assert!(seqs.contains(&place), "{place}: {seqs:?}");
        }
        assert!(!seqs.is_empty() || place == 1_000, "{place}");
        if let (Some(first), Some(last)) = (seqs.first(), seqs.last()) {
            assert_eq!((page.has_more_before, page.has_more_after), (*first > 1, *last < 5), "{place}");
        }
    }
}

#[tokio::test]
async fn a_new_conversation_has_an_empty_page() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let notes = alice.creates_group("Notes", &[]).await;
    for query in ["", "before_seq=1", "after_seq=0", "around_seq=1"] {
        let page = alice.reads(&notes, query).await;
        assert_eq!(page.seqs(), Vec::<u64>::new(), "{query}");
        assert_eq!((page.has_more_before, page.has_more_after), (false, false), "{query}");
    }
}

#[tokio::test]
async fn a_page_has_fifty_unless_told() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let notes = alice.creates_group("Notes", &[]).await;
    for number in 1..=51 {
        alice.sends(&notes, &number.to_string()).await;
    }
    let page = alice.reads(&notes, "").await;
    assert_eq!(page.seqs(), (2..=51).rev().collect::<Vec<u64>>());
    assert!(page.has_more_before);
    assert_eq!(alice.reads(&notes, "limit=100").await.items.len(), 51);
}

#[tokio::test]
async fn a_query_keeps_its_rules() {
    let app = Gateway::start().await;
    let alice = app.registers("alice").await;
    let notes = alice.creates_group("Notes", &[]).await;
    for bound in ["before_seq", "after_seq", "around_seq"] {
        for (value, code) in [
            ("-1", "invalid_value"),
            ("x", "wrong_type"),
            ("", "wrong_type"),
            ("1.5", "wrong_type"),
            ("9223372036854775808", "wrong_type"),
        ] {
            let path = format!("{}?{bound}={value}", notes.messages());
            alice.get(&path).await.invalid(&[(bound, code)]);
        }
    }
    for two in ["before_seq=1&after_seq=1", "before_seq=1&around_seq=1", "after_seq=1&around_seq=1"] {
        let answer = alice.get(&format!("{}?{two}", notes.messages())).await;
        answer.problem(400, "invalid_request");
    }
}
