//! The words that these tests are written in.

use std::sync::Arc;

use keys::{backup_keys, copy_keyring, recover_keys, restore_keys};
use serde_json::{Value, json};
use shared::Problem;
use shared::crypto::Purpose;
use shared::id::KeyringId;
use shared::keys::KmsKeys;
use shared::serve::HttpHandler;
use testkit::{Answer, FakeLockedBucket, Request, Somebody, TestApp};

const BACKUP: HttpHandler = |app, call| {
    Box::pin(async {
        let edge = EDGE.with(Clone::clone);
        backup_keys::handle(app, &edge.kms_keys, &edge.bucket, call).await
    })
};
const RESTORE: HttpHandler = |app, call| {
    Box::pin(async {
        let edge = EDGE.with(Clone::clone);
        restore_keys::handle(app, &edge.kms_keys, call).await
    })
};

tokio::task_local! {
    /// What a handler is given beside the app: a function pointer holds nothing.
    static EDGE: Arc<Edge>;
}

/// The bucket and the names of the KMS keys.
pub struct Edge {
    pub bucket: FakeLockedBucket,
    pub kms_keys: KmsKeys,
}

/// A deployment with an admin.
pub struct Deployment {
    pub app: TestApp,
    pub edge: Arc<Edge>,
    pub root: Somebody,
}

impl Deployment {
    /// One with a recovery key in another Region.
    pub async fn start() -> Self {
        Self::with_recovery_key(Some("recovery")).await
    }

    pub async fn with_recovery_key(recovery: Option<&str>) -> Self {
        let app = TestApp::start().await;
        let root = app.somebody("root").await;
        let kms_keys = KmsKeys {
            content: "fake".to_owned(),
            credentials: "fake".to_owned(),
            media: "fake".to_owned(),
            recovery: recovery.map(str::to_owned),
        };
        let edge = Arc::new(Edge { bucket: FakeLockedBucket::default(), kms_keys });
        let this = Self { app, edge, root };
        this.run("UPDATE users SET role = 'admin' WHERE username = 'root'").await;
        this
    }

    /// Statements by one who owns the database.
    pub async fn run(&self, statements: &'static str) {
        sqlx::raw_sql(statements).execute(&mut self.app.connect().await).await.unwrap();
    }

    /// One number that the database knows.
    pub async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&mut self.app.connect().await).await.unwrap()
    }

    /// The keyring as it is stored.
    pub async fn keyring(&self) -> Vec<(KeyringId, String, String, Vec<u8>, String)> {
        sqlx::query_as::<_, (uuid::Uuid, String, String, Vec<u8>, String)>(
            "SELECT id, purpose, state, wrapped, kms_key FROM keys.keyring ORDER BY id",
        )
        .fetch_all(&mut self.app.connect().await)
        .await
        .unwrap()
        .into_iter()
        .map(|(id, purpose, state, wrapped, kms_key)| (KeyringId(id), purpose, state, wrapped, kms_key))
        .collect()
    }

    /// The events of a name, with their details.
    pub async fn events(&self, name: &str) -> Vec<Value> {
        sqlx::query_scalar::<_, String>("SELECT detail::text FROM audit_events WHERE event = $1 ORDER BY at")
            .bind(name)
            .fetch_all(&mut self.app.connect().await)
            .await
            .unwrap()
            .into_iter()
            .map(|detail| serde_json::from_str(&detail).unwrap())
            .collect()
    }

    pub async fn backs_up_as(&self, who: &Somebody) -> Answer {
        let request = Request::post("/v1/admin/keys/backup", &json!({})).by(who);
        EDGE.scope(Arc::clone(&self.edge), self.app.call(BACKUP, request)).await
    }

    /// An admin's backup.
    pub async fn backs_up(&self) -> Value {
        self.backs_up_as(&self.root).await.created()
    }

    pub async fn restores_as(&self, who: &Somebody, body: &Value) -> Answer {
        let request = Request::post("/v1/admin/keys/restore", body).by(who);
        EDGE.scope(Arc::clone(&self.edge), self.app.call(RESTORE, request)).await
    }

    /// An admin puts a document back.
    pub async fn restores(&self, document: &str) -> Answer {
        self.restores_as(&self.root, &json!({"document": document})).await
    }

    /// One run of the schedule.
    pub async fn copies(&self) -> Result<Value, Problem> {
        copy_keyring::handle(&self.app.app, &self.edge.kms_keys, &self.edge.bucket).await
    }

    pub async fn recovers(&self, event: Value) -> Result<Value, recover_keys::RecoveryFailure> {
        recover_keys::handle(&self.app.app, &self.edge.kms_keys, &self.edge.bucket, event).await
    }

    /// A new K1 follows the one of this purpose, as rotation makes it.
    pub async fn rotates(&self, purpose: Purpose) -> KeyringId {
        use shared::crypto::Kms;
        let id: KeyringId = self.app.app.new_id().unwrap();
        let (_, wrapped) = self.app.kms.generate(purpose, id).await.unwrap();
        let mut database = self.app.connect().await;
        sqlx::query("UPDATE keys.keyring SET state = 'opening' WHERE purpose = $1 AND state = 'active'")
            .bind(purpose.name())
            .execute(&mut database)
            .await
            .unwrap();
        sqlx::query("INSERT INTO keys.keyring (id, purpose, wrapped, kms_key) VALUES ($1, $2, $3, $4)")
            .bind(id.0)
            .bind(purpose.name())
            .bind(wrapped.blob)
            .bind(wrapped.kms_key)
            .execute(&mut database)
            .await
            .unwrap();
        id
    }
}

/// What came of each key, by outcome and by what opened it.
pub fn outcomes(restored: &Value) -> Vec<(String, String)> {
    let word = |key: &Value, name: &str| key[name].as_str().unwrap().to_owned();
    let keys = restored["keys"].as_array().unwrap().iter();
    keys.map(|key| (word(key, "outcome"), word(key, "opened_by"))).collect()
}
