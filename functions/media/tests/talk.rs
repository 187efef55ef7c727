//! The words that tests of media talk in.

use std::sync::LazyLock;

use media::make_previews::{self, Look};
use media::preview::{FileMade, Made, Preview, Tools, Variant};
use media::{create_media, delete_media, get_media, list_media, sweep_media};
use serde_json::{Value, json};
use shared::App;
use shared::id::{ConversationId, MediaId};
use shared::media::upload_key;
use shared::serve::HttpHandler;
use shared::worker::TaskFailure;
use testkit::{Answer, FakeObjects, FakeQueue, Request, Somebody, TestApp, task};
use uuid::Uuid;

/// No texts at all.
pub const NOTHING: [String; 0] = [];

pub const MEDIA: &str = "/v1/media";
pub const ONE: &str = "/v1/media/{media_id}";
pub const GALLERY: &str = "/v1/conversations/{conversation_id}/media";

pub const CREATE: HttpHandler = |app, call| Box::pin(create_media::handle(app, call));
pub const GET: HttpHandler = |app, call| Box::pin(get_media::handle(app, call));
pub const DELETE: HttpHandler = |app, call| Box::pin(delete_media::handle(app, call));
pub const LIST: HttpHandler = |app, call| Box::pin(list_media::handle(app, call));

/// What looks at files as the function does.
pub const REALLY: Look = |source| Box::pin(media::preview::process(&TOOLS, source));

/// The function's own program opens documents; nothing here needs ffmpeg.
static TOOLS: LazyLock<Tools> = LazyLock::new(|| Tools {
    program: env!("CARGO_BIN_EXE_make_previews").into(),
    ffmpeg: "/nowhere".into(),
    confinement: media::preview::Confinement::Required,
    time: media::preview::TIME_LIMIT,
});

/// Makes of whatever it is a clean picture and two smaller ones.
pub const PICTURE: Look = |source| {
    Box::pin(async move {
        let make = |name: &str, content: &[u8]| {
            let path = source.scratch.join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        let variant = |name: &'static str, width, content_type, content: &[u8]| Variant {
            name,
            width,
            height: width / 2,
            content_type,
            path: make(name, content),
        };
        Ok(Made::Ready(Preview {
            width: Some(1_000),
            height: Some(500),
            duration_ms: None,
            thumbhash: Some(vec![1, 2, 3]),
            waveform: None,
            clean: Some(FileMade { path: make("clean", b"clean"), content_type: "image/webp" }),
            variants: vec![
                variant("w256_webp", 256, "image/webp", b"small"),
                variant("w640_jpeg", 640, "image/jpeg", b"larger"),
            ],
        }))
    })
};

/// A bucket and a queue, and the deployment they belong to.
pub struct World {
    pub app: TestApp,
    pub objects: FakeObjects,
    pub queue: FakeQueue,
}

impl World {
    pub async fn start() -> Self {
        Self { app: TestApp::start().await, objects: FakeObjects::default(), queue: FakeQueue::default() }
    }

    /// An upload that is announced.
    pub async fn announced(&self, who: &Somebody, kind: &str, content_type: &str, size: usize) -> MediaId {
        let body = json!({"kind": kind, "content_type": content_type, "size": size, "file_name": "view.jpg"});
        id(&self.app.call(CREATE, announcing(who, &body)).await.created()["media"])
    }

    /// A picture that came, and that nobody has looked at.
    pub async fn uploaded(&self, who: &Somebody) -> MediaId {
        let media = self.announced(who, "image", "image/png", 7).await;
        self.objects.add(&upload_key(media), b"picture");
        media
    }

    /// A picture that is ready.
    pub async fn picture(&self, who: &Somebody) -> MediaId {
        let media = self.uploaded(who).await;
        self.works(PICTURE, &event(media, "01")).await.unwrap();
        self.assert_status(media, "ready").await;
        media
    }

    /// A file that is ready.
    pub async fn file(&self, who: &Somebody) -> MediaId {
        let media = self.announced(who, "file", "application/pdf", 5).await;
        self.objects.add(&upload_key(media), b"%PDF-");
        self.works(REALLY, &event(media, "01")).await.unwrap();
        self.assert_status(media, "ready").await;
        media
    }

    /// Has the worker do this task.
    pub async fn works(&self, look: Look, body: &str) -> Result<(), TaskFailure> {
        works(&self.app.app, &self.objects, look, body).await
    }

    pub async fn sweeps(&self) -> Value {
        sweep_media::handle(&self.app.app, &self.objects, &self.queue).await.unwrap()
    }

    pub async fn assert_status(&self, media: MediaId, status: &str) {
        assert_eq!(self.status(media).await.as_deref(), Some(status));
    }

    /// `None` of a file that is gone.
    pub async fn status(&self, media: MediaId) -> Option<String> {
        sqlx::query_scalar("SELECT status FROM media WHERE id = $1")
            .bind(media.0)
            .fetch_optional(&mut self.app.connect().await)
            .await
            .unwrap()
    }

    pub async fn number(&self, sql: impl Into<String>) -> i64 {
        let sql = sqlx::AssertSqlSafe(sql.into());
        sqlx::query_scalar(sql).fetch_one(&mut self.app.connect().await).await.unwrap()
    }

    /// Runs a statement behind the handlers' back.
    pub async fn behind(&self, sql: impl Into<String>) {
        let sql = sqlx::AssertSqlSafe(sql.into());
        sqlx::query(sql).execute(&mut self.app.connect().await).await.unwrap();
    }

    /// The types of the events about a file.
    pub async fn events(&self, media: MediaId) -> Vec<String> {
        sqlx::query_scalar("SELECT type FROM outbox WHERE media_id = $1 ORDER BY id")
            .bind(media.0)
            .fetch_all(&mut self.app.connect().await)
            .await
            .unwrap()
    }

    /// A message of this kind that holds these files, by way of the database; its seq.
    pub async fn sent(
        &self,
        who: &Somebody,
        conversation: ConversationId,
        kind: &str,
        files: &[MediaId],
    ) -> i64 {
        let ids: Vec<Uuid> = files.iter().map(|file| file.0).collect();
        sqlx::query_scalar(
            "WITH place AS (
                 UPDATE conversations SET last_seq = last_seq + 1, change_seq = change_seq + 1 WHERE id = $1
                 RETURNING last_seq, change_seq
             ), sent AS (
                 INSERT INTO messages
                     (conversation_id, seq, id, change_seq, sender_id, client_id, type, epoch, sealed,
                      request_fingerprint, created_at)
                 SELECT $1, place.last_seq, $5, place.change_seq, $2, gen_random_uuid(), $3, 1, '', '', now() FROM place
             )
             INSERT INTO message_media (conversation_id, seq, position, media_id)
             SELECT $1, place.last_seq, file.position, file.id
             FROM place, unnest($4::uuid[]) WITH ORDINALITY AS file (id, position)
             RETURNING seq",
        )
        .bind(conversation.0)
        .bind(who.id.0)
        .bind(kind)
        .bind(ids)
        .bind(self.app.app.new_id::<Uuid>().unwrap())
        .fetch_one(&mut self.app.connect().await)
        .await
        .unwrap()
    }

    pub async fn gets(&self, who: &Somebody, media: MediaId) -> Answer {
        self.app.call(GET, Request::get(ONE).at("media_id", media).by(who)).await
    }

    pub async fn deletes(&self, who: &Somebody, media: MediaId) -> Answer {
        self.app.call(DELETE, Request::delete(ONE).at("media_id", media).by(who)).await
    }

    /// The keys of what is stored of a file.
    pub fn stored(&self, media: MediaId) -> Vec<String> {
        let id = media.to_string();
        self.objects.keys().into_iter().filter(|key| key.contains(&id)).collect()
    }
}

pub async fn works(app: &App, objects: &FakeObjects, look: Look, body: &str) -> Result<(), TaskFailure> {
    make_previews::handle(app, objects, look, task("one", body)).await
}

pub fn announcing(who: &Somebody, body: &Value) -> Request {
    Request::post(MEDIA, body).by(who)
}

pub fn id(media: &Value) -> MediaId {
    media["id"].as_str().unwrap().parse::<Uuid>().unwrap().into()
}

/// What the bucket tells of an upload.
pub fn event(media: MediaId, sequencer: &str) -> String {
    let key = upload_key(media).replace('/', "%2F");
    json!({"Records": [{
        "eventName": "ObjectCreated:Post",
        "s3": {"bucket": {"name": "media"}, "object": {"key": key, "size": 7, "sequencer": sequencer}},
    }]})
    .to_string()
}

/// What the sweep sends again.
pub fn again(media: MediaId) -> String {
    json!({"media_id": media}).to_string()
}
