import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, Outbox, TalkifyClient, uploadMedia } from "../dist/talkify.js";
import { FakeWorld, problem, tokens } from "./world.js";

function clientOf(server) {
  const world = new FakeWorld(server);
  return { world, client: new TalkifyClient("http://server", { world: world.options, store: memoryStore({ ...tokens(1), expires_at_ms: Number.MAX_SAFE_INTEGER }) }) };
}

const text = (words) => ({ type: "text", text: words });

test("messages are shown at once and sent in their order, whatever happens on the way", async () => {
  let failures = 3;
  const { world, client } = clientOf((request) => ((failures -= 1) >= 0 ? Promise.reject(new TypeError()) : { status: 201, body: { id: request.body.text } }));
  const seen = [];
  const outbox = new Outbox(client, { onChange: (pending) => seen.push(`${pending.content.text} ${pending.state}`) });
  const one = outbox.send("c", text("one"));
  outbox.send("c", text("two"));
  assert.equal(one.state, "sending");
  assert.equal(outbox.unsent.length, 2);
  await world.until(() => outbox.unsent.length === 0);
  assert.deepEqual(world.requests.map((request) => request.body.text), ["one", "one", "one", "one", "two"]);
  assert.equal(new Set(world.requests.slice(0, 4).map((request) => request.body.client_id)).size, 1);
  assert.equal(seen.at(-1), "two sent");
  assert.equal(one.message.id, "one");
});

test("a refused message does not stop those behind it, and can be tried again", async () => {
  let open = false;
  const { world, client } = clientOf((request) => (request.body.text === "one" && !open ? problem(403, "not_allowed", { body: { retryable: false } }) : { status: 201, body: {} }));
  const outbox = new Outbox(client);
  const one = outbox.send("c", text("one"));
  const two = outbox.send("c", text("two"));
  await world.until(() => two.state === "sent");
  assert.deepEqual([one.state, one.error.code, outbox.unsent], ["failed", "not_allowed", [one]]);
  open = true;
  outbox.retry(one.client_id);
  await world.until(() => one.state === "sent");
  assert.equal(world.requests[0].body.client_id, world.requests[2].body.client_id);
});

test("what was not sent is sent by the next outbox under the same name", async () => {
  const first = clientOf(() => new Promise(() => {}));
  const kept = new Outbox(first.client);
  const pending = kept.send("c", text("one"));
  const next = clientOf(() => ({ status: 201, body: {} }));
  const outbox = new Outbox(next.client, { unsent: JSON.parse(JSON.stringify(kept.unsent)) });
  await next.world.until(() => outbox.unsent.length === 0);
  assert.equal(next.world.requests[0].body.client_id, pending.client_id);
});

const announced = (world) => ({ status: 201, body: { media: { id: "m", status: "pending" }, upload: { method: "POST", url: "http://store/bucket", fields: { key: "pending/m", policy: "p" }, expires_at: new Date(world.ms + 300_000).toISOString() } } });

test("an upload is announced, sent with its form, and waited for", async () => {
  const states = ["pending", "processing", "ready"];
  const { world, client } = clientOf((request) => {
    if (request.path === "/v1/media") return announced(world);
    if (request.path === "/bucket") return { status: 204 };
    return { body: { id: "m", status: states.shift() } };
  });
  const progress = [];
  const media = await world.until(uploadMedia(client, new File(["hello"], "hello.txt", { type: "text/plain" }), { onProgress: (sent) => progress.push(sent) }));
  assert.equal(media.status, "ready");
  const [announcement, upload] = world.requests;
  assert.deepEqual(announcement.body, { kind: "file", content_type: "text/plain", size: 5, file_name: "hello.txt" });
  assert.deepEqual([...upload.body.keys()], ["key", "policy", "file"], "the file comes last");
  assert.equal(upload.headers.authorization, undefined, "the token is not for the store");
  assert.deepEqual(progress, [0, 5]);
});

test("a type that the server does not list goes as anything, and a picture as a picture", async () => {
  const { world, client } = clientOf((request) => {
    if (request.path === "/bucket") return { status: 204 };
    const errors = [{ field: "content_type", code: "unsupported_type", message: "" }];
    return request.body.content_type === "text/x-rust" ? problem(400, "invalid_request", { body: { errors, retryable: false } }) : announced(world);
  });
  await world.until(uploadMedia(client, new Blob(["x"], { type: "text/x-rust" }), { waitUntilReady: false }));
  await world.until(uploadMedia(client, new Blob(["x"], { type: "image/png" }), { waitUntilReady: false }));
  const asked = world.requests.filter((request) => request.path === "/v1/media");
  assert.deepEqual(asked.map(({ body }) => [body.kind, body.content_type]), [["file", "text/x-rust"], ["file", "application/octet-stream"], ["image", "image/png"]]);
  assert.equal(new Set(asked.map((request) => request.headers["idempotency-key"])).size, 3, "another body has another key");
});

test("an upload that breaks off is sent again, and one that is refused is not", async () => {
  let breaks = 1;
  let status = 204;
  const { world, client } = clientOf((request) => {
    if (request.path === "/v1/media") return announced(world);
    return (breaks -= 1) >= 0 ? Promise.reject(new TypeError()) : { status, body: "" };
  });
  await world.until(uploadMedia(client, new Blob(["x"]), { waitUntilReady: false }));
  assert.equal(world.requests.length, 3);
  status = 403;
  const error = await world.until(uploadMedia(client, new Blob(["x"]), { waitUntilReady: false }).catch((error) => error));
  assert.deepEqual([error.code, error.status, world.requests.length], ["upload_failed", 403, 5]);
});

test("a file that was refused says why", async () => {
  const { world, client } = clientOf((request) => {
    if (request.path === "/v1/media") return announced(world);
    return request.path === "/bucket" ? { status: 204 } : { body: { id: "m", status: "failed", failure: "too_many_pixels" } };
  });
  const error = await world.until(uploadMedia(client, new Blob(["x"], { type: "image/png" })).catch((error) => error));
  assert.deepEqual([error.code, error.message], ["media_failed", "The file was refused: too_many_pixels."]);
});
