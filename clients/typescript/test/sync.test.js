import assert from "node:assert/strict";
import { test } from "node:test";
import { ConversationFeed, memoryStore, Sync, TalkifyClient } from "../dist/talkify.js";
import { FakeWorld, problem, tokens } from "./world.js";

const ME = "me";
const session = { ...tokens(1, ME), expires_at_ms: Number.MAX_SAFE_INTEGER };
const change = (seq, type = "message.created", more = {}) => ({ change_seq: seq, type, at: "", conversation_id: "c", data: {}, ...more });

function started(server, options = {}) {
  const seen = [];
  const world = new FakeWorld(server);
  const client = new TalkifyClient("http://server", { world: world.options, store: memoryStore(session) });
  const sync = new Sync(client, {
    onChanges: (changes) => void seen.push(...changes.map((one) => `${one.type} ${one.change_seq}`)),
    onReset: () => void seen.push("reset"),
    onCaughtUp: () => seen.push("caught up"),
    onToken: (token) => seen.push(token),
    onError: (error, stopped) => seen.push(`${error.code}${stopped ? ", stopped" : ""}`),
    ...options,
  });
  return { world, sync, seen, client };
}

/** A server whose feed is these pages by token, then empty ones. */
const pages = (byToken) => (request) => ({ body: { changes: [], limited: false, reset: false, next: request.query.since, ...byToken[request.query.since ?? ""] } });

test("a snapshot is read to its end, and its changes are handed on before its token is", async () => {
  const { world, sync, seen } = started(
    pages({ "": { next: "a", changes: [change(1, "conversation.snapshot")], limited: true }, a: { next: "b", changes: [change(2)] } }),
  );
  sync.start();
  await world.until(() => seen.includes("caught up"));
  assert.deepEqual(seen, ["conversation.snapshot 1", "a", "message.created 2", "b", "caught up"]);
  sync.stop();
});

test("it goes on at a token, and reads again when woken", async () => {
  let more = [];
  const { world, sync, seen } = started((request) => ({ body: { changes: more, limited: false, reset: false, next: more.length ? "b" : request.query.since } }), { since: "a" });
  sync.start();
  await world.until(() => seen.includes("caught up"));
  assert.equal(world.requests[0].query.since, "a");
  const before = world.ms;
  more = [change(5)];
  sync.hint(change(5));
  await world.until(() => seen.includes("message.created 5"));
  assert.ok(world.ms - before < 1_000, "it did not wait for the next look");
  sync.stop();
});

test("typing is no hint", async () => {
  const { world, sync, seen } = started(pages({}), { since: "a" });
  sync.start();
  await world.until(() => seen.includes("caught up"));
  const before = world.ms;
  sync.hint({ type: "typing", data: {} });
  await world.until(() => world.requests.length === 2);
  assert.equal(world.ms - before, 60_000);
  sync.stop();
});

test("a reset forgets everything and goes on with the new token", async () => {
  const { world, sync, seen } = started(
    pages({ old: { next: "new", reset: true }, new: { next: "end", changes: [change(9, "conversation.snapshot")] } }),
    { since: "old" },
  );
  sync.start();
  await world.until(() => seen.includes("caught up"));
  assert.deepEqual(seen, ["reset", "new", "conversation.snapshot 9", "end", "caught up"]);
  sync.stop();
});

test("a conversation that one is added to comes with it", async () => {
  const added = change(1, "member.added", { data: { conversation_id: "c", user_id: ME } });
  const other = change(2, "member.added", { conversation_id: "d", data: { conversation_id: "d", user_id: "bob" } });
  const feed = pages({ a: { next: "b", changes: [added, other] } });
  const { world, sync, seen } = started((request) => (request.path === "/v1/sync" ? feed(request) : { body: { id: "c", change_seq: 7 } }), { since: "a" });
  sync.start();
  await world.until(() => seen.includes("caught up"));
  assert.deepEqual(seen, ["member.added 1", "conversation.snapshot 7", "member.added 2", "b", "caught up"]);
  sync.stop();
});

test("a new conversation comes with what tells of it", async () => {
  const feed = pages({ a: { next: "b", changes: [change(1, "conversation.created", { data: { conversation_id: "c", user_id: null } })] } });
  const { world, sync, seen } = started((request) => (request.path === "/v1/sync" ? feed(request) : { body: { id: "c", change_seq: 2 } }), { since: "a" });
  sync.start();
  await world.until(() => seen.includes("caught up"));
  assert.deepEqual(seen, ["conversation.created 1", "conversation.snapshot 2", "b", "caught up"]);
  sync.stop();
});

test("one that one is out of again does not", async () => {
  const added = change(1, "member.added", { data: { conversation_id: "c", user_id: ME } });
  const feed = pages({ a: { next: "b", changes: [added] } });
  const { world, sync, seen } = started((request) => (request.path === "/v1/sync" ? feed(request) : problem(404, "not_found")), { since: "a" });
  sync.start();
  await world.until(() => seen.includes("caught up"));
  assert.deepEqual(seen, ["member.added 1", "b", "caught up"]);
  sync.stop();
});

test("changes that could not be taken come again", async () => {
  let tries = 0;
  const taken = [];
  const { world, sync, seen } = started(pages({ "": { next: "a", changes: [change(1)] } }), {
    onChanges: (changes) => {
      tries += 1;
      if (tries === 1) throw new Error("the page was in the middle of something");
      taken.push(...changes);
    },
  });
  sync.start();
  await world.until(() => seen.includes("caught up"));
  assert.equal(taken.length, 1);
  assert.equal(seen[0], "unexpected");
  assert.deepEqual(world.requests.map((request) => request.query.since).slice(0, 2), [undefined, undefined]);
  sync.stop();
});

test("it lives through outages and ends with the session", async () => {
  let out = 10;
  const { world, sync, seen } = started((request) => {
    if (request.path === "/v1/sessions/refresh") return problem(401, "invalid_credentials");
    out -= 1;
    if (out > 0) return problem(503, "unavailable");
    return out === 0 ? { body: { changes: [], next: "a", limited: false, reset: false } } : problem(401, "unauthenticated");
  });
  sync.start();
  await world.until(() => seen.includes("caught up"));
  assert.ok(seen.includes("unavailable"));
  await world.until(() => seen.includes("invalid_credentials, stopped"));
});

test("a conversation's events are taken while they are dense, and its changes read where they jump", async () => {
  const world = new FakeWorld((request) => ({
    body: { changes: [4, 5].filter((seq) => seq > Number(request.query.after)).map((seq) => change(seq)), next: 5, limited: false, reset: false },
  }));
  const client = new TalkifyClient("http://server", { world: world.options, store: memoryStore(session) });
  const seen = [];
  const feed = new ConversationFeed(client, "c", 2, { onChanges: (changes) => void seen.push(...changes.map((one) => one.change_seq)), onReset: () => void seen.push("reset") });
  await world.until(feed.take(change(3)));
  assert.equal(world.requests.length, 0);
  await world.until(feed.take(change(3)));
  await world.until(feed.take(change(9, "message.created", { conversation_id: "d" })));
  await world.until(feed.take(change(5)));
  await world.until(feed.take(change(4)));
  assert.deepEqual(seen, [3, 4, 5]);
  assert.deepEqual(world.requests.map((request) => request.query.after), ["3"]);
  assert.equal(feed.changeSeq, 5);
});

test("a log that does not go back so far says so", async () => {
  const world = new FakeWorld((request) => ({ body: { changes: [], next: 100, limited: false, reset: request.query.after === "2" } }));
  const client = new TalkifyClient("http://server", { world: world.options, store: memoryStore(session) });
  const seen = [];
  const feed = new ConversationFeed(client, "c", 2, { onChanges: () => {}, onReset: () => void seen.push("reset") });
  await world.until(feed.catchUp());
  assert.deepEqual([seen, feed.changeSeq], [["reset"], 100]);
});
