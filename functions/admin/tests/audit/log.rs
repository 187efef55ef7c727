//! What the tests of the audit log share.

use std::sync::Arc;

use admin::{chain_audit, list_audit_events, verify_audit};
use serde_json::{Value, json};
use shared::App;
use shared::serve::HttpHandler;
use testkit::{Answer, FakeLockedBucket, FakeSigner, Request, Somebody, TestApp};

pub const LIST: HttpHandler = |app, call| Box::pin(list_audit_events::handle(app, call));
const VERIFY: HttpHandler = |app, call| {
    Box::pin(async {
        let edge = EDGE.with(Clone::clone);
        verify_audit::handle(app, &edge.signer, &edge.checkpoints, call).await
    })
};

tokio::task_local! {
    /// What a handler is given beside the app: a function pointer holds nothing.
    static EDGE: Arc<Edge>;
}

/// The key service and the bucket.
#[derive(Default)]
pub struct Edge {
    pub signer: FakeSigner,
    pub checkpoints: FakeLockedBucket,
}

/// A deployment with an auditor.
pub struct Log {
    pub app: TestApp,
    pub edge: Arc<Edge>,
    pub auditor: Somebody,
}

impl Log {
    pub async fn start() -> Self {
        let app = TestApp::start().await;
        let auditor = app.somebody("auditor").await;
        let this = Self { app, edge: Arc::default(), auditor };
        this.run(
            "UPDATE users SET role = 'auditor' WHERE username = 'auditor';
             CREATE FUNCTION v7() RETURNS uuid VOLATILE LANGUAGE sql
             RETURN overlay(gen_random_uuid()::text PLACING '7' FROM 15)::uuid",
        )
        .await;
        this
    }

    /// A log of this many events, a checkpoint after each ten.
    pub async fn with_events(count: usize) -> Self {
        let log = Self::start().await;
        for begun in (0..count).step_by(10) {
            log.happens(begun..count.min(begun + 10)).await;
            log.chains().await;
        }
        log
    }

    /// Statements by one who owns the database.
    pub async fn run(&self, statements: &'static str) {
        sqlx::raw_sql(statements).execute(&mut self.app.connect().await).await.unwrap();
    }

    /// One number that the database knows.
    pub async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&mut self.app.connect().await).await.unwrap()
    }

    /// Events, each by somebody else at another second.
    pub async fn happens(&self, numbers: std::ops::Range<usize>) {
        let numbers: Vec<i32> = numbers.map(|number| number.try_into().unwrap()).collect();
        sqlx::query(
            "INSERT INTO audit_events (id, at, event, actor_id, session_id, subject_type, subject_id, address, request_id, detail)
             SELECT v7(), now() - interval '10 minutes' + number * interval '1.234567 seconds', 'authn_login_fail',
                    v7(), NULL, 'user', v7(), '192.0.2.1', 'request-' || number,
                    jsonb_build_object('number', number)
             FROM unnest($1::int[]) AS number",
        )
        .bind(numbers)
        .execute(&mut self.app.connect().await)
        .await
        .unwrap();
    }

    /// One run of the worker.
    pub async fn chains(&self) -> Value {
        self.chains_in(&self.app.app).await.unwrap()
    }

    pub async fn chains_in(&self, app: &App) -> Result<Value, chain_audit::ChainFailure> {
        chain_audit::handle(app, &self.edge.signer, &self.edge.checkpoints, json!({})).await
    }

    /// The answer to a check.
    pub async fn verify(&self, query: &str) -> Answer {
        let request = Request::get("/v1/admin/audit/verify").with_query(query).by(&self.auditor);
        EDGE.scope(Arc::clone(&self.edge), self.app.call(VERIFY, request)).await
    }

    /// The problems that a check finds, as `kind seq`.
    pub async fn problems(&self) -> Vec<String> {
        let found = self.verify("").await.ok();
        let problems = found["problems"].as_array().unwrap().iter();
        let problems: Vec<String> = problems
            .map(|problem| format!("{} {}", problem["kind"].as_str().unwrap(), problem["seq"]))
            .collect();
        assert_eq!(found["valid"], problems.is_empty(), "{found}");
        problems
    }

    /// All pages of a filter.
    pub async fn all(&self, filter: &str, limit: usize) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let query = format!("limit={limit}&{filter}{cursor}");
            let request = Request::get("/v1/admin/audit").with_query(&query).by(&self.auditor);
            let page = self.app.call(LIST, request).await.ok();
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next_cursor"].as_str() else { return items };
            cursor = format!("&cursor={next}");
        }
    }

    /// What the offline check finds in an export.
    pub async fn problems_of_export(&self) -> Vec<String> {
        let export: Vec<String> = self.all("", 100).await.iter().map(ToString::to_string).collect();
        let export = export.join("\n");
        chain::export::verify(&export, &self.edge.checkpoints.objects(), &self.edge.signer.key(), None)
            .problems
    }
}
