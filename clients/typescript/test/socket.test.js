import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, Socket, TalkifyClient } from "../dist/talkify.js";
import { FakeWorld, problem, tokens } from "./world.js";

function started(server = (() => { let ticket = 0; return () => ({ status: 201, body: { ticket: `t${(ticket += 1)}`, url: "ws://server/ws", expires_in: 30 } }); })(), options = {}) {
  const seen = [];
  const world = new FakeWorld(server);
  const client = new TalkifyClient("http://server", { world: world.options, store: memoryStore({ ...tokens(1), expires_at_ms: Number.MAX_SAFE_INTEGER }) });
  const socket = new Socket(client, {
    onEvent: (event) => seen.push(event.type),
    onState: (state, error) => seen.push(error ? `${state}: ${error.code}` : state),
    ...options,
  });
  socket.start();
  return { world, socket, seen };
}

const opened = async (world, number) => {
  await world.until(() => world.sockets.length === number);
  world.sockets[number - 1].opens();
};

test("events are handed on, also several in one frame", async () => {
  const { world, socket, seen } = started();
  await opened(world, 1);
  world.sockets[0].says({ type: "typing", data: {} });
  world.sockets[0].says({ type: "events", events: [{ type: "message.created" }, { type: "receipt.updated" }] });
  assert.deepEqual(seen, ["connecting", "open", "typing", "message.created", "receipt.updated"]);
  assert.equal(world.sockets[0].url, "ws://server/ws?ticket=t1");
  socket.stop();
});

test("a socket that closes is opened again, with a new ticket", async () => {
  const { world, socket, seen } = started();
  await opened(world, 1);
  world.sockets[0].close();
  await opened(world, 2);
  assert.equal(world.sockets[1].url, "ws://server/ws?ticket=t2");
  assert.deepEqual(seen, ["connecting", "open", "waiting", "connecting", "open"]);
  socket.stop();
  await world.settle();
  assert.equal(seen.at(-1), "stopped");
  assert.ok(world.sockets[1].closed);
});

test("each failure makes the wait longer, up to a bound", async () => {
  const { world, socket } = started();
  for (let number = 1; number <= 12; number += 1) {
    await world.until(() => world.sockets.length === number);
    world.sockets[number - 1].close();
  }
  const waits = world.requests.slice(1).map((request, index) => request.at - world.requests[index].at);
  assert.ok(waits.every((wait, index) => index === 0 || wait >= waits[index - 1]), String(waits));
  assert.ok(waits.at(-1) <= 30_000 && waits.at(-1) > waits[0] * 10, String(waits));
  socket.stop();
});

test("waking skips the wait", async () => {
  const { world, socket } = started();
  await world.until(() => world.sockets.length === 1);
  world.sockets[0].close();
  await world.settle();
  const before = world.ms;
  socket.wake();
  await world.settle();
  assert.equal(world.sockets.length, 2);
  assert.equal(world.ms, before);
  socket.stop();
});

test("a silent socket is asked, and closed when it does not answer", async () => {
  const { world, socket, seen } = started();
  await opened(world, 1);
  const begun = world.ms;
  await world.until(() => world.sockets[0].sent.length === 2);
  assert.equal(world.ms - begun, 240_000, "two silences of two minutes");
  world.sockets[0].onframe = () => {};
  await world.until(() => world.sockets.length === 2);
  assert.ok(world.sockets[0].closed);
  assert.ok(seen.includes("waiting"));
  socket.stop();
});

test("an answer goes to who asked, and a refused frame is an error", async () => {
  const { world, socket } = started();
  await opened(world, 1);
  world.sockets[0].onframe = (frame) =>
    world.sockets[0].says(
      frame.action === "receipts"
        ? { type: "answer", action: "receipts", request_id: frame.request_id, status: 202, data: null }
        : { type: "error", action: frame.action, request_id: frame.request_id, status: 429, retry_after_s: 2, problem: problem(429, "rate_limited").body },
    );
  assert.equal(await socket.send({ action: "receipts", conversation_id: "c", read_seq: 1 }), null);
  const error = await socket.send({ action: "typing", conversation_id: "c", active: true }).catch((error) => error);
  assert.deepEqual([error.code, error.retryAfterMs], ["rate_limited", 2_000]);
  socket.stop();
});

test("what was asked of a socket that closes fails, and so does what is asked without one", async () => {
  const { world, socket } = started();
  await opened(world, 1);
  world.sockets[0].onframe = () => {};
  const asked = socket.send({ action: "ping" }).catch((error) => error.code);
  world.sockets[0].close();
  assert.equal(await asked, "closed");
  assert.equal(await socket.send({ action: "ping" }).catch((error) => error.code), "closed");
  socket.stop();
});

test("the end of the session is the end of the socket", async () => {
  const { world, seen } = started((request) => (request.path === "/v1/sessions/refresh" ? problem(401, "invalid_credentials") : problem(401, "unauthenticated")));
  await world.until(() => seen.length === 2);
  assert.deepEqual(seen, ["connecting", "stopped: invalid_credentials"]);
});

test("too many tickets are waited for as long as the server says", async () => {
  const answers = [problem(429, "rate_limited", { headers: { "retry-after": "60" } })];
  const { world, socket } = started(() => answers.shift() ?? { status: 201, body: { ticket: "t", url: "ws://server/ws" } });
  await opened(world, 1);
  assert.ok(world.requests[1].at - world.requests[0].at >= 60_000);
  socket.stop();
});

test("where there is no WebSocket the socket stops at once and says what is missing", async () => {
  const seen = [];
  const world = new FakeWorld(() => assert.fail("no ticket is asked for that nobody can use"));
  const client = new TalkifyClient("http://server", { world: { ...world.options, WebSocket: undefined }, store: memoryStore({ ...tokens(1), expires_at_ms: Number.MAX_SAFE_INTEGER }) });
  new Socket(client, { onState: (state, error) => seen.push(error ? `${state}: ${error.message}` : state) }).start();
  await world.until(() => seen.length === 2);
  assert.equal(seen[0], "connecting");
  assert.match(seen[1], /^stopped: .*Node\.js has one from 22 on/);
});
