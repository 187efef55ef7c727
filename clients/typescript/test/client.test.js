import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, TalkifyClient, TalkifyError } from "../dist/talkify.js";
import { FakeWorld, problem, tokens } from "./world.js";

/** A client that is logged in with the tokens 1. */
async function loggedIn(server, options = {}) {
  const world = new FakeWorld((request) => (request.path === "/v1/sessions" ? { status: 201, body: tokens(1) } : server(request)));
  const client = new TalkifyClient("http://server/", { world: world.options, ...options });
  await world.until(client.login("alice", "seven green bottles"));
  world.requests.length = 0;
  return { client, world };
}

const fails = async (world, promise, expected) => {
  const error = await world.until(promise.then(() => assert.fail("it succeeded"), (error) => error));
  assert.ok(error instanceof TalkifyError, String(error));
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, error[key]])), expected);
  return error;
};

test("a path, a query and a body are where they belong", async () => {
  const { client, world } = await loggedIn(() => ({ body: { items: [] } }));
  await world.until(client.call("search_users", { query: { q: "a&b", limit: 5 } }));
  await world.until(client.call("remove_reaction", { path: { conversation_id: "c", message_id: "m", emoji: "👍/" } }));
  const [list, reaction] = world.requests;
  assert.deepEqual(list.query, { q: "a&b", limit: "5" });
  assert.equal(list.headers.authorization, "Bearer tka_1");
  assert.equal(reaction.path, "/v1/conversations/c/messages/m/reactions/%F0%9F%91%8D%2F");
  assert.equal(reaction.method, "DELETE");
});

test("a problem becomes an error with its fields", async () => {
  const errors = [{ field: "text", code: "too_long", message: "Must have at most 10000 characters.", max: 10000 }];
  const { client, world } = await loggedIn(() => problem(400, "invalid_request", { body: { errors, retryable: false } }));
  const error = await fails(world, client.sendMessage("c", { type: "text", text: "x" }), { code: "invalid_request", status: 400, retryable: false, requestId: "r" });
  assert.equal(error.field("text").max, 10000);
  assert.equal(world.requests.length, 1);
});

test("the gateway's own answers are errors too", async () => {
  const { client, world } = await loggedIn(() => ({ status: 404, body: { message: "Not Found" } }));
  await fails(world, client.call("get_me"), { code: "gateway", status: 404, message: "Not Found", retryable: false });
});

test("what is read is tried again after each failure that may pass", async () => {
  const answers = [problem(503, "unavailable"), () => Promise.reject(new TypeError("fetch failed")), problem(500, "internal"), { body: { id: "me" } }];
  const { client, world } = await loggedIn(() => {
    const answer = answers.shift();
    return typeof answer === "function" ? answer() : answer;
  });
  assert.equal((await world.until(client.call("get_me"))).id, "me");
  const waits = world.requests.slice(1).map((request, index) => request.at - world.requests[index].at);
  assert.deepEqual(waits, [150, 300, 600], "the waits double");
});

test("after so many tries the last error is told", async () => {
  const { client, world } = await loggedIn(() => problem(503, "unavailable"));
  await fails(world, client.call("get_me", { retries: 2 }), { code: "unavailable", status: 503, retryable: true });
  assert.equal(world.requests.length, 3);
});

test("a change without a name is not made twice", async () => {
  const { client, world } = await loggedIn(() => problem(503, "unavailable"));
  await fails(world, client.call("update_me", { body: { bio: "" } }), { code: "unavailable" });
  assert.equal(world.requests.length, 1);
});

test("what creates is repeated under one key, and a message under one client_id", async () => {
  const answers = [problem(503, "unavailable"), { status: 201, body: { id: "c" } }, () => Promise.reject(new TypeError()), { status: 201, body: { id: "m" } }];
  const { client, world } = await loggedIn(() => {
    const answer = answers.shift();
    return typeof answer === "function" ? answer() : answer;
  });
  await world.until(client.openDirect("bob"));
  await world.until(client.sendMessage("c", { type: "text", text: "Hello" }));
  const [first, second, third, fourth] = world.requests;
  assert.match(first.headers["idempotency-key"], /^[0-9a-f-]{36}$/);
  assert.equal(first.headers["idempotency-key"], second.headers["idempotency-key"]);
  assert.match(third.body.client_id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(third.body, fourth.body);
});

test("Retry-After is kept to, also where a change was refused", async () => {
  const answers = [problem(429, "rate_limited", { headers: { "retry-after": "3" } }), { body: {} }];
  const { client, world } = await loggedIn(() => answers.shift());
  await world.until(client.call("update_me", { body: { bio: "" } }));
  const wait = world.requests[1].at - world.requests[0].at;
  assert.ok(wait > 3_000 && wait < 4_000, `${wait} ms`);
});

test("a wait that is too long for a call is the caller's", async () => {
  const { client, world } = await loggedIn(() => problem(429, "rate_limited", { headers: { "retry-after": "60" }, body: { max: 5 } }));
  await fails(world, client.call("get_me"), { code: "rate_limited", retryAfterMs: 60_000, max: 5, retryable: true });
  assert.equal(world.requests.length, 1);
});

test("silence has a limit, for each try", async () => {
  const { client, world } = await loggedIn(() => new Promise(() => {}));
  const begun = world.ms;
  await fails(world, client.call("get_me", { timeoutMs: 1_000, retries: 1 }), { code: "timeout", retryable: true });
  assert.equal(world.requests.length, 2);
  assert.ok(world.ms - begun < 2_500);
});

test("a call can be called off", async () => {
  const { client, world } = await loggedIn(() => new Promise(() => {}));
  const controller = new AbortController();
  const call = client.call("get_me", { signal: controller.signal });
  await world.settle();
  controller.abort();
  await fails(world, call, { code: "aborted", retryable: false });
});

test("many calls with an old token bring about one refresh", async () => {
  let refreshes = 0;
  const { client, world } = await loggedIn(async (request) => {
    if (request.path === "/v1/sessions/refresh") {
      refreshes += 1;
      assert.equal(request.body.refresh_token, "tkr_1");
      return { body: tokens(2) };
    }
    return request.headers.authorization === "Bearer tka_2" ? { body: {} } : problem(401, "unauthenticated");
  });
  await world.until(Promise.all(Array.from({ length: 20 }, () => client.call("get_me"))));
  assert.equal(refreshes, 1);
  assert.equal((await client.session()).refresh_token, "tkr_2");
});

test("a token is replaced before it ends", async () => {
  const { client, world } = await loggedIn((request) => (request.path === "/v1/sessions/refresh" ? { body: tokens(2) } : { body: {} }));
  world.ms += 880_000;
  await world.until(client.call("get_me"));
  assert.deepEqual(world.requests.map((request) => request.path), ["/v1/sessions/refresh", "/v1/users/me"]);
});

test("a refresh token that is not good ends the session, and says so once", async () => {
  const told = [];
  const { client, world } = await loggedIn(
    (request) => (request.path === "/v1/sessions/refresh" ? problem(401, "invalid_credentials") : problem(401, "unauthenticated")),
    { onSession: (session) => told.push(session?.access_token ?? null) },
  );
  const error = await fails(world, client.call("get_me"), { code: "invalid_credentials" });
  assert.ok(error.sessionEnded);
  await fails(world, client.call("get_me"), { code: "no_session" });
  assert.deepEqual(told, ["tka_1", null]);
});

test("of two clients that share a store, the one that comes second takes the other's tokens", async () => {
  const shared = memoryStore();
  let refreshes = 0;
  const server = async (request) => {
    if (request.path === "/v1/sessions/refresh") {
      refreshes += 1;
      if (refreshes > 1) return problem(409, "token_recently_rotated", { body: { retryable: false } });
      // Saved by the other one only after a while.
      world.sleep(2_000).then(() => shared.save({ ...tokens(2), expires_at_ms: world.ms + 900_000 }));
      return await new Promise(() => {});
    }
    return request.headers.authorization === "Bearer tka_2" ? { body: {} } : problem(401, "unauthenticated");
  };
  const { client, world } = await loggedIn(server, { store: shared });
  await world.until(client.call("get_me"));
  assert.equal((await client.session()).access_token, "tka_2");
});

test("a refresh whose answer was lost is over after the race is", async () => {
  const { client, world } = await loggedIn((request) =>
    request.path === "/v1/sessions/refresh" ? problem(409, "token_recently_rotated", { body: { retryable: false } }) : problem(401, "unauthenticated"),
  );
  await fails(world, client.call("get_me"), { code: "no_session", sessionEnded: true });
  assert.equal(await client.session(), null);
});

test("a refresh after silence is tried once more while the server takes it for a race", async () => {
  let refreshes = 0;
  const { client, world } = await loggedIn((request) => {
    if (request.path !== "/v1/sessions/refresh") return problem(401, "unauthenticated");
    refreshes += 1;
    return new Promise(() => {});
  });
  const begun = world.ms;
  await fails(world, client.refresh(), { code: "timeout" });
  assert.equal(refreshes, 2);
  assert.ok(world.requests[1].at - begun < 8_000, "the second one came too late");
  assert.notEqual(await client.session(), null, "the session may be good yet");
});

test("a store that fails is not taken for the network", async () => {
  const store = { load: () => Promise.reject(new Error("the disk is full")), save: () => {} };
  const world = new FakeWorld(() => ({ body: {} }));
  const client = new TalkifyClient("http://server", { world: world.options, store });
  const error = await world.until(client.call("get_me").catch((error) => error));
  assert.deepEqual([error.code, error.message, world.requests.length], ["unexpected", "the disk is full", 0]);
});

test("logging out forgets the session even if the server cannot be reached", async () => {
  const { client, world } = await loggedIn(() => Promise.reject(new TypeError()));
  await fails(world, client.logout(), { code: "network" });
  assert.equal(await client.session(), null);
});

test("a list is read page by page", async () => {
  const { client, world } = await loggedIn((request) => ({ body: request.query.cursor ? { items: [3] } : { items: [1, 2], next_cursor: "n" } }));
  const read = async () => {
    const all = [];
    for await (const one of client.pages("list_conversations", { query: { limit: 2 } })) all.push(one);
    return all;
  };
  assert.deepEqual(await world.until(read()), [1, 2, 3]);
  assert.deepEqual(world.requests[1].query, { limit: "2", cursor: "n" });
});
