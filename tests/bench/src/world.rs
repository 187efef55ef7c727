//! What the measured database holds. People, conversations and the messages that are read are made by the endpoints
//! themselves; what only has to be there in numbers is copied from those by Postgres, whatever columns they have.

use std::sync::Arc;

use aws_credential_types::Credentials;
use local::for_measurements::Cluster;
use serde_json::{Value, json};
use shared::App;
use shared::aws::AwsAccess;
use shared::clock::SystemClock;
use shared::crypto::AwsKms;
use shared::database::Database;
use shared::id::{ClientId, ConversationId};
use shared::random::{SystemRandom, bytes};
use shared::rate::{Limited, Rate};
use shared::serve::HttpHandler;
use sqlx::{Connection, PgConnection};
use testkit::{Request, Somebody};

use crate::aws::CountingAws;
use crate::endpoints::Place;
use crate::failure::{Failure, other};
use crate::pgbench::DATABASE;

/// How many messages, or conversations, a page shows, and a few more.
pub const PAGE: u64 = 55;

/// The people of one measured database, and the means to make more of everything.
pub struct World {
    app: App,
    /// For what no endpoint does.
    pub connection: PgConnection,
}

impl World {
    /// Migrates the cluster's database as a deployment does.
    pub async fn begin(cluster: &Cluster, aws: &CountingAws) -> Result<Self, Failure> {
        let access = AwsAccess {
            region: "us-east-1".to_owned(),
            credentials: Credentials::new("bench", "bench", None, None, "bench"),
            endpoint_url: Some(aws.url()),
        };
        let database =
            Database::at(&cluster.functions_url()).map_err(|failure| other(failure.to_string()))?;
        let kms = AwsKms::new(access, |purpose| {
            Some(format!("arn:aws:kms:us-east-1:123456789012:key/{}", purpose.name()))
        });
        let mut app =
            App::new(database, Arc::new(kms), Arc::new(SystemClock::start()), Arc::new(SystemRandom));
        let ample = Rate { burst: 1_000_000, period: std::time::Duration::from_micros(1) };
        for limited in Limited::ALL {
            app.rate_limits.set(limited, ample);
        }
        admin::migrate_database::handle(&app, Value::Null)
            .await
            .map_err(|failure| other(failure.to_string()))?;
        let mut connection = PgConnection::connect(&cluster.server().url(DATABASE)).await?;
        sqlx::raw_sql("CREATE TABLE bench_floor (id uuid PRIMARY KEY, body bytea NOT NULL)")
            .execute(&mut connection)
            .await?;
        Ok(Self { app, connection })
    }

    /// So many users with a session each.
    pub async fn people(&mut self, count: usize) -> Result<Vec<Somebody>, Failure> {
        let mut people = Vec::with_capacity(count);
        let mut tokens = Vec::with_capacity(count);
        for _ in 0..count {
            let id = |_| other("there are no random bytes");
            people.push(Somebody {
                id: self.app.new_id().map_err(id)?,
                session: self.app.new_id().map_err(id)?,
            });
            tokens.push(bytes::<32>(&SystemRandom).map_err(id)?.to_vec());
        }
        let users: Vec<_> = people.iter().map(|one| one.id.0).collect();
        let sessions: Vec<_> = people.iter().map(|one| one.session.0).collect();
        sqlx::query(
            "WITH one AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS one (id, session_id, token)),
             added AS (
                 INSERT INTO users (id, username, display_name)
                 SELECT id, 'bench_' || replace(id::text, '-', ''), 'Somebody' FROM one
             )
             INSERT INTO sessions (id, user_id, access_hash, access_expires_at, expires_at)
             SELECT session_id, id, token, now() + interval '1 day', now() + interval '1 day' FROM one",
        )
        .bind(users)
        .bind(sessions)
        .bind(tokens)
        .execute(&mut self.connection)
        .await?;
        Ok(people)
    }

    /// The direct conversation of two.
    pub async fn direct(&self, one: Somebody, other: Somebody) -> Result<Place, Failure> {
        self.conversation(one, &json!({"type": "direct", "member_ids": [other.id]})).await
    }

    /// A group of the first and the others.
    pub async fn group(&self, owner: Somebody, others: &[Somebody]) -> Result<Place, Failure> {
        let ids: Vec<_> = others.iter().map(|member| member.id).collect();
        let body = json!({"type": "group", "title": "The hiking group", "member_ids": ids});
        self.conversation(owner, &body).await
    }

    async fn conversation(&self, who: Somebody, body: &Value) -> Result<Place, Failure> {
        let handler: HttpHandler =
            |app, call| Box::pin(conversations::create_conversation::handle(app, call));
        let request = Request::post("/v1/conversations", body).by(&who);
        let made = request.through(&self.app, handler).await.created();
        let id: Result<uuid::Uuid, _> = made["id"].as_str().unwrap_or_default().parse();
        let id = id.map_err(|failure| other(failure.to_string()))?;
        Ok(Place { who, conversation: ConversationId(id) })
    }

    /// Sends so many messages.
    pub async fn send(&self, place: Place, count: u64) -> Result<(), Failure> {
        let handler: HttpHandler = |app, call| Box::pin(messages::send_message::handle(app, call));
        for number in 0..count {
            let id: ClientId = self.app.new_id().map_err(|_| other("there are no random bytes"))?;
            let text = format!("Message {number}: the weather was fine, and the view from the top as well.");
            let body = json!({"client_id": id, "type": "text", "text": text});
            let request = Request::post("/v1/conversations/{conversation_id}/messages", &body)
                .by(&place.who)
                .at("conversation_id", place.conversation);
            request.through(&self.app, handler).await.created();
        }
        Ok(())
    }

    /// Fills a new conversation with so many messages, of which the newest page is really sealed.
    pub async fn fill(&mut self, place: Place, count: u64) -> Result<(), Failure> {
        self.send(place, 1).await?;
        let last = count.saturating_sub(PAGE).max(1);
        sqlx::query(
            "WITH copied AS (
                 INSERT INTO messages
                 SELECT copy.*
                 FROM messages AS first, generate_series(2, $2) AS n, LATERAL jsonb_populate_record(first, jsonb_build_object(
                     'seq', n, 'change_seq', n + 1, 'id', gen_random_uuid(), 'client_id', gen_random_uuid())) AS copy
                 WHERE first.conversation_id = $1 AND first.seq = 1
             )
             UPDATE conversations SET last_seq = $2, change_seq = $2 + 1 WHERE id = $1",
        )
        .bind(place.conversation.0)
        .bind(last.cast_signed())
        .execute(&mut self.connection)
        .await?;
        self.analyze().await?;
        self.send(place, PAGE.min(count)).await
    }

    /// Makes somebody a member of so many groups, of which the latest page is really sealed.
    pub async fn join(&mut self, who: Somebody, with: Somebody, count: u64) -> Result<Place, Failure> {
        let first = self.group(who, &[with]).await?;
        self.send(first, 1).await?;
        sqlx::query(
            "WITH copies AS MATERIALIZED (
                 SELECT gen_random_uuid() AS id, n FROM generate_series(1, $2) AS n
             ), conversation AS (
                 INSERT INTO conversations
                 SELECT copy.*
                 FROM conversations AS first, copies, LATERAL jsonb_populate_record(first, jsonb_build_object(
                     'id', copies.id, 'updated_at', first.updated_at - copies.n * interval '1 second')) AS copy
                 WHERE first.id = $1
             ), key AS (
                 INSERT INTO conversation_keys
                 SELECT copy.*
                 FROM conversation_keys AS first, copies,
                      LATERAL jsonb_populate_record(first, jsonb_build_object('conversation_id', copies.id)) AS copy
                 WHERE first.conversation_id = $1
             ), message AS (
                 INSERT INTO messages
                 SELECT copy.*
                 FROM messages AS first, copies, LATERAL jsonb_populate_record(first, jsonb_build_object(
                     'conversation_id', copies.id, 'id', gen_random_uuid(), 'client_id', gen_random_uuid())) AS copy
                 WHERE first.conversation_id = $1
             )
             INSERT INTO members
             SELECT copy.*
             FROM members AS first, copies,
                  LATERAL jsonb_populate_record(first, jsonb_build_object('conversation_id', copies.id)) AS copy
             WHERE first.conversation_id = $1",
        )
        .bind(first.conversation.0)
        .bind(count.saturating_sub(PAGE).cast_signed())
        .execute(&mut self.connection)
        .await?;
        self.analyze().await?;
        for _ in 1..count.min(PAGE) {
            let place = self.group(who, &[with]).await?;
            self.send(place, 1).await?;
        }
        Ok(first)
    }

    /// Lets watermarks rise with the time: as if so many messages had been said here as there are microseconds. To be the last that
    /// is done with a conversation.
    pub async fn make_room(&mut self, place: Place) -> Result<(), Failure> {
        sqlx::query("UPDATE conversations SET last_seq = 9000000000000000 WHERE id = $1")
            .bind(place.conversation.0)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Lets groups grow beyond what the service allows.
    pub async fn lift_member_limit(&mut self) -> Result<(), Failure> {
        sqlx::raw_sql("ALTER TABLE conversations DROP CONSTRAINT IF EXISTS conversations_member_count_check")
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// A group of so many members with a page of messages.
    pub async fn crowd(&mut self, owner: Somebody, people: &[Somebody]) -> Result<Place, Failure> {
        let (first, more) = people.split_first().ok_or_else(|| other("a crowd of nobody"))?;
        let place = self.group(owner, &[*first]).await?;
        let more: Vec<_> = more.iter().map(|member| member.id.0).collect();
        sqlx::query(
            "WITH joined AS (
                 INSERT INTO members
                 SELECT copy.*
                 FROM members AS first, unnest($3::uuid[]) AS one (id),
                      LATERAL jsonb_populate_record(first, jsonb_build_object('user_id', one.id)) AS copy
                 WHERE first.conversation_id = $1 AND first.user_id = $2
             )
             UPDATE conversations SET member_count = member_count + cardinality($3::uuid[]) WHERE id = $1",
        )
        .bind(place.conversation.0)
        .bind(first.id.0)
        .bind(more)
        .execute(&mut self.connection)
        .await?;
        self.send(place, PAGE).await?;
        Ok(place)
    }

    /// Without it, connections would keep the plans that were right for a few rows until autovacuum comes by.
    async fn analyze(&mut self) -> Result<(), Failure> {
        sqlx::raw_sql("ANALYZE").execute(&mut self.connection).await?;
        Ok(())
    }

    /// What autovacuum would have done by and by, and a checkpoint, so that neither comes while something is measured.
    pub async fn settle(&mut self) -> Result<(), Failure> {
        sqlx::raw_sql("VACUUM ANALYZE").execute(&mut self.connection).await?;
        sqlx::raw_sql("CHECKPOINT").execute(&mut self.connection).await?;
        Ok(())
    }

    /// Bytes of WAL that were ever written.
    pub async fn wal(&mut self) -> Result<f64, Failure> {
        let bytes = sqlx::query_scalar("SELECT (pg_current_wal_insert_lsn() - '0/0')::float8");
        Ok(bytes.fetch_one(&mut self.connection).await?)
    }

    /// What the server says that it is.
    pub async fn version(&mut self) -> Result<String, Failure> {
        let version: String =
            sqlx::query_scalar("SHOW server_version").fetch_one(&mut self.connection).await?;
        Ok(format!("PostgreSQL {version}"))
    }
}
