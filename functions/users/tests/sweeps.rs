//! Sweeps that follow use, against a scheduler of the test's own.

use aws_credential_types::Credentials;
use shared::aws::AwsAccess;
use testkit::Receiver;
use time::{Duration, OffsetDateTime};
use users::sweeps::Sweeps;

const ROLE: &str = "arn:aws:iam::123456789012:role/scheduler";

fn functions() -> Vec<String> {
    ["PublishOutbox", "ChainAudit"]
        .map(|name| format!("arn:aws:lambda:us-east-1:123456789012:function:{name}"))
        .into()
}

/// What an environment has of its own.
fn sweeps(scheduler: &Receiver) -> Sweeps {
    let access = AwsAccess {
        region: "us-east-1".to_owned(),
        credentials: Credentials::new("id", "secret", None, None, "test"),
        endpoint_url: Some(scheduler.url()),
    };
    Sweeps::new(access, functions(), ROLE.to_owned(), "talkify-after-use".to_owned())
}

fn now() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::seconds(1_800_000_000)
}

#[tokio::test]
async fn each_sweep_is_planned_once_for_soon_after_somebody_was_there() {
    let scheduler = Receiver::start().await;
    scheduler.answers(|_| (200, Vec::new(), r#"{"ScheduleArn": "arn"}"#.to_owned()));
    let sweeps = sweeps(&scheduler);
    for second in [0, 1, 179] {
        sweeps.plan(now() + Duration::seconds(second)).await.unwrap();
    }
    let planned = scheduler.received();
    assert_eq!(planned.len(), 2);
    for (request, function) in planned.iter().zip(functions()) {
        assert_eq!(request.method, "POST");
        assert!(request.path.starts_with("/schedules/sweep-10000000-"), "{}", request.path);
        let body = request.json();
        // Four minutes after 2027-01-15T08:00:00Z.
        assert_eq!(body["ScheduleExpression"], "at(2027-01-15T08:04:00)");
        assert_eq!(body["GroupName"], "talkify-after-use");
        assert_eq!(body["ActionAfterCompletion"], "DELETE");
        assert_eq!(body["FlexibleTimeWindow"]["Mode"], "OFF");
        assert_eq!(body["Target"]["Arn"], function);
        assert_eq!(body["Target"]["RoleArn"], ROLE);
        assert_eq!(body["Target"]["RetryPolicy"]["MaximumRetryAttempts"], 0);
    }
    // Who is seen later has them run again.
    sweeps.plan(now() + Duration::seconds(180)).await.unwrap();
    assert_eq!(scheduler.received().len(), 4);
    assert_eq!(scheduler.received()[2].json()["ScheduleExpression"], "at(2027-01-15T08:07:00)");
}

#[tokio::test]
async fn what_another_environment_has_planned_is_planned() {
    let scheduler = Receiver::start().await;
    let conflict = r#"{"Message": "Schedule already exists."}"#;
    scheduler
        .answers(|_| (409, vec![("x-amzn-errortype", "ConflictException".to_owned())], conflict.to_owned()));
    let sweeps = sweeps(&scheduler);
    sweeps.plan(now()).await.unwrap();
    sweeps.plan(now()).await.unwrap();
    assert_eq!(scheduler.received().len(), 2);
}

#[tokio::test]
async fn what_was_not_planned_is_tried_again_with_the_next_who_is_seen() {
    let scheduler = Receiver::start().await;
    scheduler.answers_with(503);
    let sweeps = sweeps(&scheduler);
    sweeps.plan(now()).await.unwrap_err();
    scheduler.answers(|_| (200, Vec::new(), r#"{"ScheduleArn": "arn"}"#.to_owned()));
    sweeps.plan(now()).await.unwrap();
    assert_eq!(scheduler.received().len(), 3);
}
