// Two clients talk to each other through a running stack: SERVER is its address, CLIENT the module.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const { TalkifyClient, Socket, Sync, Outbox, ConversationFeed, TalkifyError, isMessage, newId, uploadMedia } = await import(pathToFileURL(process.env.CLIENT));
const server = process.env.SERVER;
const PATIENCE_MS = 60_000;

/** Values that come one by one, and who waits for one of them. */
class Inbox {
  #values = [];
  #waiting = [];
  push = (value) => {
    this.#values.push(value);
    for (const wake of this.#waiting.splice(0)) wake();
  };
  get all() {
    return this.#values;
  }
  async first(what, wanted) {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = this.#values.find(wanted);
      if (found !== undefined) return found;
      assert.ok(Date.now() < end, `${what} did not come; there was ${JSON.stringify(this.#values).slice(0, 2_000)}`);
      await Promise.race([new Promise((resolve) => this.#waiting.push(resolve)), new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
    }
  }
}

/** A network that can lose answers and cut sockets. */
class Network {
  loseNextAnswerOf = undefined;
  sockets = [];
  fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (this.loseNextAnswerOf !== undefined && init.method === "POST" && url.endsWith(this.loseNextAnswerOf)) {
      this.loseNextAnswerOf = undefined;
      throw new TypeError("the answer was lost");
    }
    return response;
  };
  get world() {
    const { sockets } = this;
    return {
      fetch: this.fetch,
      WebSocket: class extends WebSocket {
        constructor(url) {
          super(url);
          sockets.push(this);
        }
      },
    };
  }
}

async function person(name) {
  const network = new Network();
  const client = new TalkifyClient(server, { world: network.world });
  const session = await client.register({ username: `${name}_${newId().replaceAll("-", "").slice(0, 20)}`, password: "seven green bottles" });
  const [events, changes, states] = [new Inbox(), new Inbox(), new Inbox()];
  const sync = new Sync(client, { onChanges: (all) => all.forEach(changes.push), onCaughtUp: () => states.push("caught up"), gatherMs: 0 });
  const socket = new Socket(client, {
    onEvent: (event) => {
      events.push(event);
      sync.hint(event);
    },
    onState: (state) => {
      states.push(state);
      if (state === "open") sync.wake();
    },
  });
  sync.start();
  socket.start();
  await states.first("an open socket", (state) => state === "open");
  await states.first("the end of the snapshot", (state) => state === "caught up");
  return { client, network, session, events, changes, states, sync, socket };
}

const text = (words) => ({ type: "text", text: words });
const says = (words) => (change) => isMessage(change) && change.data.text === words;

const [alice, bob] = await Promise.all([person("alice"), person("bob")]);

// What is sent is heard by the socket, and read from the feed, which brings the new conversation along.
const conversation = await alice.client.openDirect(bob.session.user.id);
const outbox = new Outbox(alice.client);
const first = outbox.send(conversation.id, text("Hello, Bob!"));
assert.equal(first.state, "sending");
const heard = await bob.events.first("the message", says("Hello, Bob!"));
await bob.changes.first("the conversation", (change) => change.type === "conversation.snapshot" && change.data.id === conversation.id);
const read = await bob.changes.first("the message", says("Hello, Bob!"));
assert.deepEqual(read.data, heard.data);
assert.equal(first.message.client_id, read.data.client_id);

// Receipts and typing go by the socket.
await bob.socket.send({ action: "receipts", conversation_id: conversation.id, delivered_seq: 1, read_seq: 1 });
await alice.events.first("the receipt", (event) => event.type === "receipt.updated" && event.data.read_seq === 1 && event.data.user_id === bob.session.user.id);
await bob.socket.send({ action: "typing", conversation_id: conversation.id, active: true });
await alice.events.first("typing", (event) => event.type === "typing" && event.data.active);

// An answer that is lost is asked for again: one message.
alice.network.loseNextAnswerOf = "/messages";
const sent = await alice.client.sendMessage(conversation.id, text("once"));
assert.equal(alice.network.loseNextAnswerOf, undefined);
const page = await alice.client.call("list_messages", { path: { conversation_id: conversation.id } });
assert.deepEqual(page.items.map((message) => message.text), ["once", "Hello, Bob!"]);
assert.equal(page.items[0].id, sent.id);

// What is said while the socket is down is read when it is up again, each once and in order.
bob.network.sockets.at(-1).close();
await bob.states.first("the loss", (state) => state === "waiting");
for (const words of ["one", "two", "three"]) outbox.send(conversation.id, text(words));
await bob.changes.first("the last of them", says("three"));
const words = bob.changes.all.filter((change) => change.type === "message.created").map((change) => change.data.text);
assert.deepEqual(words, ["Hello, Bob!", "once", "one", "two", "three"]);
await bob.events.first("an event of the new socket", () => bob.network.sockets.length === 2 && bob.socket.state === "open");

// One conversation's feed reads what its events leave out.
const seen = [];
const feed = new ConversationFeed(bob.client, conversation.id, 0, { onChanges: (changes) => void seen.push(...changes), onReset: () => assert.fail("no reset") });
await feed.catchUp();
assert.deepEqual(seen.filter((change) => change.type === "message.created").map((change) => change.data.text), words);
await alice.client.call("add_reaction", { path: { conversation_id: conversation.id, message_id: sent.id, emoji: "👍" } });
await feed.take(await bob.events.first("the reaction", (event) => event.type.startsWith("reaction.")));
assert.equal(seen.at(-1).data.reactions[0].emoji, "👍");

// Many calls with a token that is over renew it once.
const before = (await alice.client.session()).access_token;
await Promise.all([alice.client.refresh(), alice.client.refresh(), alice.client.call("get_me")]);
assert.notEqual((await alice.client.session()).access_token, before);
assert.equal((await alice.client.call("get_me")).id, alice.session.user.id);

// A file goes to the store and comes back.
const progress = [];
const media = await uploadMedia(alice.client, new File(["What was said."], "notes.txt", { type: "text/plain" }), { onProgress: (bytes, size) => progress.push([bytes, size]) });
assert.deepEqual(progress.at(-1), [14, 14]);
await alice.client.sendMessage(conversation.id, { type: "file", media_ids: [media.id], text: "As promised" });
const file = await bob.changes.first("the file", says("As promised"));
const { url } = await bob.client.call("get_media", { path: { media_id: file.data.media[0].id } });
assert.equal(await (await fetch(url)).text(), "What was said.");

// What is refused says why, by field.
const refused = await alice.client.sendMessage(conversation.id, text("x".repeat(10_001))).catch((error) => error);
assert.ok(refused instanceof TalkifyError);
assert.deepEqual([refused.code, refused.field("text").max], ["invalid_request", 10_000]);

// A session that is ended elsewhere ends here.
const elsewhere = new TalkifyClient(server);
await elsewhere.login(bob.session.user.username, "seven green bottles");
await elsewhere.call("delete_session", { path: { session_id: bob.session.session_id } });
await bob.states.first("the end", (state) => state === "stopped");
assert.equal(await bob.client.session(), null);
bob.sync.stop();

await alice.client.logout();
assert.equal((await alice.client.call("get_me").catch((error) => error)).code, "no_session");
alice.sync.stop();
alice.socket.stop();
console.log("all of it holds");
