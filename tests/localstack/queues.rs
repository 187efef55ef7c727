//! SQS: what is sent to workers.

use shared::queue::{AwsQueue, Queue};
use testkit::new_id;

use crate::world::{access, sqs};

#[tokio::test]
async fn what_is_sent_is_received_as_it_was() {
    let sqs = sqs().await;
    let made = sqs.create_queue().queue_name(format!("queue-{}", new_id())).send().await.unwrap();
    let url = made.queue_url.unwrap();
    let queue = AwsQueue::new(access().await, url.clone());
    // Some by themselves, and more at once than fit into one request.
    let bodies: Vec<String> = (10..38).map(|number| format!("{{\"event_ids\":[\"{number}\"]}}")).collect();
    let (alone, together) = bodies.split_at(3);
    for body in alone {
        queue.send(body.clone()).await.unwrap();
    }
    queue.send_all(together.to_vec()).await.unwrap();
    let mut received = Vec::new();
    while received.len() < bodies.len() {
        let answer = sqs
            .receive_message()
            .queue_url(&url)
            .max_number_of_messages(10)
            .wait_time_seconds(5)
            .send()
            .await
            .unwrap();
        let messages = answer.messages.unwrap_or_default();
        assert!(!messages.is_empty(), "{received:?}");
        received.extend(messages.into_iter().filter_map(|message| message.body));
    }
    received.sort();
    assert_eq!(received, bodies);
}

#[tokio::test]
async fn a_queue_that_is_not_there_is_a_failure_and_no_panic() {
    let access = access().await;
    let url = format!("{}/000000000000/missing-{}", access.endpoint_url.clone().unwrap(), new_id());
    AwsQueue::new(access, url).send("{}".to_owned()).await.unwrap_err();
}
