//! `clients/rust`, against a running stack and a network that fails.

use std::sync::Arc;
use std::time::Duration;

use talkify_client::{
    Change, Client, Content, ConversationFeed, Event, Happening, MemoryStore, NewConversation,
    NewDirectConversation, NewDirectConversationType, Options, Registration, Session, Socket, Sync, Upload,
};
use testkit::{Gateway, Relay, unique_username};
use tokio::time::timeout;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(60);

async fn registers(name: &str, server: &str) -> (Client, Session) {
    let client = Client::new(server).unwrap();
    let registration = Registration {
        username: unique_username(name),
        password: "seven green bottles".into(),
        display_name: None,
        email: None,
    };
    let session = client.register(&registration).await.unwrap();
    (client, session)
}

async fn direct(client: &Client, other: Uuid) -> Uuid {
    let direct = NewDirectConversation { type_: NewDirectConversationType::Direct, member_ids: vec![other] };
    client.create_conversation(&NewConversation::DirectConversation(direct)).await.unwrap().id
}

fn text(words: &str) -> Content {
    Content::Text { text: words.to_owned() }
}

fn words(events: &[Event]) -> Vec<String> {
    let said = events.iter().filter(|event| event.kind == "message.created");
    said.filter_map(|event| match event.change() {
        Change::Message(message) => message.text,
        _ => None,
    })
    .collect()
}

/// Waits until the socket tells what is wanted.
async fn hears(socket: &mut Socket, wanted: impl Fn(&Happening) -> bool) -> Happening {
    let heard = async {
        loop {
            let happening = socket.next().await.expect("the socket goes on");
            if wanted(&happening) {
                return happening;
            }
        }
    };
    timeout(PATIENCE, heard).await.expect("it happens")
}

/// Everything that the feed has until now.
async fn reads(sync: &mut Sync, client: &Client) -> Vec<Event> {
    let mut all = Vec::new();
    loop {
        let mut page = sync.page(client).await.unwrap();
        all.append(&mut page.changes);
        let limited = page.limited;
        sync.done(page);
        if !limited {
            return all;
        }
    }
}

#[tokio::test]
async fn a_line_that_is_cut_loses_nothing() {
    let app = Gateway::start().await;
    let server = &app.stack().api_url;
    let relay = Relay::start(server).await;
    let (alice, _) = registers("alice", server).await;
    let (bob, session) = registers("bob", &relay.url()).await;
    let mut sync = Sync::since(None);
    reads(&mut sync, &bob).await;
    let mut socket = Socket::open(&bob);
    hears(&mut socket, |happening| matches!(happening, Happening::Opened)).await;

    let conversation_id = direct(&alice, session.user_id).await;
    alice.say(conversation_id, text("one")).await.unwrap();
    let told =
        hears(&mut socket, |told| matches!(told, Happening::Event(event) if event.kind == "message.created"))
            .await;
    let Happening::Event(event) = told else { unreachable!("an event was waited for") };
    let mut feed = ConversationFeed::after(conversation_id, event.change_seq.unwrap() - 1);
    assert_eq!(words(&feed.take(&bob, event).await.unwrap()), ["one"]);
    let read = reads(&mut sync, &bob).await;
    assert!(read.iter().any(|event| event.kind == "conversation.snapshot"), "{read:?}");

    relay.cut();
    hears(&mut socket, |happening| matches!(happening, Happening::Closed(_))).await;
    alice.say(conversation_id, text("two")).await.unwrap();
    let sent = alice.say(conversation_id, text("three")).await.unwrap();
    relay.mend();
    hears(&mut socket, |happening| matches!(happening, Happening::Opened)).await;
    assert_eq!(words(&feed.catch_up(&bob).await.unwrap()), ["two", "three"]);
    assert_eq!(feed.change_seq(), sent.change_seq);
    assert_eq!(words(&reads(&mut sync, &bob).await), ["two", "three"]);
}

#[tokio::test]
async fn many_calls_with_a_token_that_is_over_renew_it_once() {
    let app = Gateway::start().await;
    let server = &app.stack().api_url;
    let (_, session) = registers("alice", server).await;
    let over = Session { expires_at: 0, ..session.clone() };
    let client = Client::with(server, Arc::new(MemoryStore::with(over)), Options::default()).unwrap();
    let calls = (0..8).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.get_me().await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap().unwrap().id, session.user_id);
    }
    assert_ne!(client.session().await.unwrap().unwrap().access_token, session.access_token);
    client.logout().await.unwrap();
    assert!(client.get_me().await.unwrap_err().ends_session());
}

#[tokio::test]
async fn a_file_goes_to_the_store_and_is_looked_at() {
    let app = Gateway::start().await;
    let (alice, _) = registers("alice", &app.stack().api_url).await;
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("notes.txt");
    std::fs::write(&path, "What was said.").unwrap();
    let media = alice.upload(&Upload::of(&path)).await.unwrap();
    assert_eq!((media.size, media.file_name.as_deref()), (14, Some("notes.txt")));
    let served = app.follows(&media.url.unwrap()).await;
    assert_eq!(served.body, b"What was said.");
}
