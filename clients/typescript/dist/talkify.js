// Built from clients/typescript/src by `npm run build`. Do not edit.

// src/generated/operations.ts
var OPERATIONS = {
  search_users: { method: "GET", path: "/v1/users" },
  register_user: { method: "POST", path: "/v1/users", keyed: !0, open: !0 },
  get_me: { method: "GET", path: "/v1/users/me" },
  update_me: { method: "PATCH", path: "/v1/users/me" },
  delete_me: { method: "DELETE", path: "/v1/users/me" },
  change_password: { method: "PUT", path: "/v1/users/me/password" },
  set_status: { method: "PUT", path: "/v1/users/me/status" },
  get_settings: { method: "GET", path: "/v1/users/me/settings" },
  update_settings: { method: "PATCH", path: "/v1/users/me/settings" },
  get_export: { method: "GET", path: "/v1/users/me/export" },
  request_export: { method: "POST", path: "/v1/users/me/export", keyed: !0 },
  list_blocks: { method: "GET", path: "/v1/users/me/blocks" },
  block_user: { method: "PUT", path: "/v1/users/me/blocks/{user_id}" },
  unblock_user: { method: "DELETE", path: "/v1/users/me/blocks/{user_id}" },
  get_user: { method: "GET", path: "/v1/users/{user_id}" },
  list_sessions: { method: "GET", path: "/v1/sessions" },
  create_session: { method: "POST", path: "/v1/sessions", keyed: !0, open: !0 },
  delete_current_session: { method: "DELETE", path: "/v1/sessions/current" },
  delete_session: { method: "DELETE", path: "/v1/sessions/{session_id}" },
  refresh_session: { method: "POST", path: "/v1/sessions/refresh", open: !0 },
  list_conversations: { method: "GET", path: "/v1/conversations" },
  create_conversation: { method: "POST", path: "/v1/conversations", keyed: !0 },
  get_conversation: { method: "GET", path: "/v1/conversations/{conversation_id}" },
  update_conversation: { method: "PATCH", path: "/v1/conversations/{conversation_id}" },
  delete_conversation: { method: "DELETE", path: "/v1/conversations/{conversation_id}" },
  archive_conversation: { method: "PUT", path: "/v1/conversations/{conversation_id}/archive" },
  unarchive_conversation: { method: "DELETE", path: "/v1/conversations/{conversation_id}/archive" },
  mute_conversation: { method: "PUT", path: "/v1/conversations/{conversation_id}/mute" },
  unmute_conversation: { method: "DELETE", path: "/v1/conversations/{conversation_id}/mute" },
  pin_conversation: { method: "PUT", path: "/v1/conversations/{conversation_id}/pin" },
  unpin_conversation: { method: "DELETE", path: "/v1/conversations/{conversation_id}/pin" },
  list_members: { method: "GET", path: "/v1/conversations/{conversation_id}/members" },
  add_members: { method: "POST", path: "/v1/conversations/{conversation_id}/members", keyed: !0 },
  update_member: { method: "PATCH", path: "/v1/conversations/{conversation_id}/members/{user_id}" },
  remove_member: { method: "DELETE", path: "/v1/conversations/{conversation_id}/members/{user_id}" },
  list_receipts: { method: "GET", path: "/v1/conversations/{conversation_id}/receipts" },
  update_receipts: { method: "PUT", path: "/v1/conversations/{conversation_id}/receipts" },
  send_typing: { method: "POST", path: "/v1/conversations/{conversation_id}/typing" },
  mark_unread: { method: "PUT", path: "/v1/conversations/{conversation_id}/unread" },
  list_messages: { method: "GET", path: "/v1/conversations/{conversation_id}/messages" },
  send_message: { method: "POST", path: "/v1/conversations/{conversation_id}/messages" },
  get_message: { method: "GET", path: "/v1/conversations/{conversation_id}/messages/{message_id}" },
  edit_message: { method: "PATCH", path: "/v1/conversations/{conversation_id}/messages/{message_id}" },
  delete_message: { method: "DELETE", path: "/v1/conversations/{conversation_id}/messages/{message_id}" },
  get_message_history: { method: "GET", path: "/v1/conversations/{conversation_id}/messages/{message_id}/history" },
  get_message_status: { method: "GET", path: "/v1/conversations/{conversation_id}/messages/{message_id}/status" },
  add_reaction: { method: "PUT", path: "/v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}" },
  remove_reaction: { method: "DELETE", path: "/v1/conversations/{conversation_id}/messages/{message_id}/reactions/{emoji}" },
  pin_message: { method: "PUT", path: "/v1/conversations/{conversation_id}/messages/{message_id}/pin" },
  unpin_message: { method: "DELETE", path: "/v1/conversations/{conversation_id}/messages/{message_id}/pin" },
  report_message: { method: "POST", path: "/v1/conversations/{conversation_id}/messages/{message_id}/report", keyed: !0 },
  search_messages: { method: "GET", path: "/v1/conversations/{conversation_id}/search" },
  list_changes: { method: "GET", path: "/v1/conversations/{conversation_id}/changes" },
  list_media: { method: "GET", path: "/v1/conversations/{conversation_id}/media" },
  create_media: { method: "POST", path: "/v1/media", keyed: !0 },
  get_media: { method: "GET", path: "/v1/media/{media_id}" },
  delete_media: { method: "DELETE", path: "/v1/media/{media_id}" },
  sync: { method: "GET", path: "/v1/sync" },
  list_devices: { method: "GET", path: "/v1/devices" },
  register_device: { method: "PUT", path: "/v1/devices/{device_id}" },
  remove_device: { method: "DELETE", path: "/v1/devices/{device_id}" },
  create_ticket: { method: "POST", path: "/v1/realtime/tickets", keyed: !0 },
  list_admin_users: { method: "GET", path: "/v1/admin/users" },
  update_admin_user: { method: "PATCH", path: "/v1/admin/users/{user_id}" },
  list_reports: { method: "GET", path: "/v1/admin/reports" },
  update_report: { method: "PATCH", path: "/v1/admin/reports/{report_id}" },
  list_audit_events: { method: "GET", path: "/v1/admin/audit" },
  verify_audit: { method: "GET", path: "/v1/admin/audit/verify" },
  list_webhooks: { method: "GET", path: "/v1/admin/webhooks" },
  create_webhook: { method: "POST", path: "/v1/admin/webhooks", keyed: !0 },
  get_webhook: { method: "GET", path: "/v1/admin/webhooks/{webhook_id}" },
  update_webhook: { method: "PATCH", path: "/v1/admin/webhooks/{webhook_id}" },
  delete_webhook: { method: "DELETE", path: "/v1/admin/webhooks/{webhook_id}" },
  rotate_webhook_secret: { method: "POST", path: "/v1/admin/webhooks/{webhook_id}/secret", keyed: !0 },
  test_webhook: { method: "POST", path: "/v1/admin/webhooks/{webhook_id}/test" },
  list_webhook_deliveries: { method: "GET", path: "/v1/admin/webhooks/{webhook_id}/deliveries" },
  get_analytics: { method: "GET", path: "/v1/admin/analytics" },
  list_workers: { method: "GET", path: "/v1/admin/workers" },
  redrive_queue: { method: "POST", path: "/v1/admin/workers/{queue}/redrive" },
  backup_keys: { method: "POST", path: "/v1/admin/keys/backup" },
  restore_keys: { method: "POST", path: "/v1/admin/keys/restore" },
  list_keys: { method: "GET", path: "/v1/admin/keys" },
  request_rotation: { method: "POST", path: "/v1/admin/keys/rotate" },
  check_health: { method: "GET", path: "/v1/health", open: !0 },
  get_limits: { method: "GET", path: "/v1/limits", open: !0 },
  get_openapi: { method: "GET", path: "/openapi.json", open: !0 }
};

// src/calls.ts
var NO_KEY = ["create_session", "create_ticket"], REPEATABLE = ["send_message", "send_typing", "create_ticket"];
function request(baseUrl, operation, given, newKey) {
  let { method, path, ...marks } = OPERATIONS[operation], names = given.path ?? {}, filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(names[name] ?? "")), query = new URLSearchParams();
  for (let [name, value] of Object.entries(given.query ?? {}))
    value != null && query.set(name, String(value));
  let headers = { accept: "application/json" }, body = given.body === void 0 ? void 0 : JSON.stringify(given.body);
  body !== void 0 && (headers["content-type"] = "application/json");
  let key = given.idempotencyKey ?? (marks.keyed && !NO_KEY.includes(operation) ? newKey() : void 0);
  return key !== void 0 && (headers["idempotency-key"] = key), {
    method,
    url: `${baseUrl}${filled}${query.size > 0 ? `?${query}` : ""}`,
    headers,
    body,
    repeatable: method === "GET" || key !== void 0 || REPEATABLE.includes(operation)
  };
}

// src/error.ts
var TalkifyError = class _TalkifyError extends Error {
  name = "TalkifyError";
  code;
  /** The status of HTTP; 0 where no answer came. */
  status;
  /** Whether the same request can succeed later. */
  retryable;
  /** When to try again at the earliest, in milliseconds from the answer. */
  retryAfterMs;
  /** What is wrong with which field of the request. */
  fields;
  /** The request's name in the server's logs. */
  requestId;
  /** The limit that was passed. */
  max;
  constructor(code, message, rest = {}) {
    super(message, rest.cause === void 0 ? void 0 : { cause: rest.cause }), this.code = code, this.status = rest.status ?? 0, this.retryable = rest.retryable ?? !1, this.retryAfterMs = rest.retryAfterMs, this.fields = rest.fields ?? [], this.requestId = rest.requestId, this.max = rest.max;
  }
  /** What is wrong with this field, if anything. */
  field(name) {
    return this.fields.find((one) => one.field === name);
  }
  /** Whether the session is over and one has to log in again. */
  get sessionEnded() {
    return this.status === 401 || this.code === "no_session";
  }
  /** The error of a problem as the server words it, in an answer or in a frame of a socket. */
  static ofProblem(problem, retryAfterMs) {
    return new _TalkifyError(problem.code, problem.detail, {
      status: problem.status,
      retryable: problem.retryable,
      retryAfterMs,
      fields: problem.errors ?? [],
      requestId: problem.request_id,
      max: problem.max
    });
  }
  /** The error of an answer that is no success. Where the gateway answers before any function runs, there is only a `message`. */
  static async ofResponse(response, now) {
    let retryAfterMs = retryAfter(response.headers.get("retry-after"), now), body = await response.json().catch(() => {
    });
    if (isProblem(body)) return _TalkifyError.ofProblem(body, retryAfterMs);
    let said = body?.message;
    return new _TalkifyError("gateway", typeof said == "string" ? said : `The server answered ${response.status}.`, {
      status: response.status,
      retryable: response.status === 429 || response.status >= 500,
      retryAfterMs,
      requestId: response.headers.get("x-request-id") ?? void 0
    });
  }
  /** An error of anything that was thrown: what is none of ours is a failure of a store or of a handler. */
  static of(thrown) {
    return thrown instanceof _TalkifyError ? thrown : new _TalkifyError("unexpected", thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
  /** The error of a request that got no answer. */
  static ofRequest(thrown) {
    return thrown instanceof _TalkifyError ? thrown : thrown?.name === "AbortError" ? new _TalkifyError("aborted", "It was called off.", { cause: thrown }) : new _TalkifyError("network", "The server cannot be reached.", { retryable: !0, cause: thrown });
  }
};
function isProblem(body) {
  let problem = body;
  return typeof problem?.code == "string" && typeof problem.detail == "string" && typeof problem.status == "number";
}
function retryAfter(value, now) {
  if (value === null) return;
  let seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1e3);
  let date = Date.parse(value);
  return Number.isNaN(date) ? void 0 : Math.max(0, date - now);
}

// src/session.ts
function memoryStore(session = null) {
  return { load: () => session, save: (next) => {
    session = next;
  } };
}
function browserStore(key = "talkify.session") {
  return {
    load: () => JSON.parse(localStorage.getItem(key) ?? "null"),
    save: (session) => session === null ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(session)),
    locked: async (work) => globalThis.navigator?.locks ? await navigator.locks.request(key, work) : await work()
  };
}
var MARGIN_MS = 3e4, RACE_MS = 1e4, SessionKeeper = class {
  #session;
  #renewal;
  #store;
  #world;
  #ask;
  #changed;
  constructor(store, world, ask, changed) {
    this.#store = store, this.#world = world, this.#ask = ask, this.#changed = changed;
  }
  /** The session, from the store the first time. */
  async current() {
    return this.#session === void 0 && (this.#session = await this.#store.load() ?? null), this.#session;
  }
  /** Takes the tokens of a log-in, or forgets those there are. */
  async set(tokens) {
    let session = tokens && this.#kept(tokens);
    return await this.#store.save(session), this.#session = session, this.#changed(session), session;
  }
  /** An access token that is good for a while yet. `refused` is one that the server did not take. */
  async accessToken(refused) {
    let session = await this.current();
    if (session === null) throw new TalkifyError("no_session", "Log in first.");
    return session.access_token === refused || session.expires_at_ms - this.#world.now() < MARGIN_MS ? (await this.renew(session.access_token)).access_token : session.access_token;
  }
  /** New tokens in the place of these. However many ask, the server is asked once: a refresh token that comes twice ends the session. */
  renew(accessToken) {
    return this.#renewal ??= this.#locked(() => this.#renew(accessToken)).finally(() => this.#renewal = void 0), this.#renewal;
  }
  async #renew(accessToken) {
    let stored = await this.#store.load();
    if (!stored) return this.#end(new TalkifyError("no_session", "Log in first."));
    if (stored.access_token !== accessToken) return this.#adopt(stored);
    try {
      return await this.set(await this.#ask(stored.refresh_token));
    } catch (thrown) {
      let error = TalkifyError.of(thrown);
      if (error.code === "token_recently_rotated") return await this.#others(accessToken, error);
      if (error.status === 401) return this.#end(error);
      throw error;
    }
  }
  /** Waits for the tokens that another client got for the same one. If it was ours, and the answer was lost, the session is. */
  async #others(accessToken, error) {
    for (let waited = 0; waited < RACE_MS; waited += 250) {
      let stored = await this.#store.load();
      if (stored && stored.access_token !== accessToken) return this.#adopt(stored);
      await this.#world.sleep(250);
    }
    return this.#end(new TalkifyError("no_session", "The answer with the new tokens was lost: log in again.", { cause: error }));
  }
  #adopt(session) {
    return this.#session = session, this.#changed(session), session;
  }
  async #end(error) {
    throw await this.set(null), error;
  }
  #locked(work) {
    return this.#store.locked ? this.#store.locked(work) : work();
  }
  #kept({ session_id, access_token, refresh_token, expires_in, user }) {
    return { session_id, access_token, refresh_token, user, expires_at_ms: this.#world.now() + expires_in * 1e3 };
  }
};

// src/world.ts
function realWorld() {
  return {
    fetch: (...args) => globalThis.fetch(...args),
    WebSocket: globalThis.WebSocket,
    now: () => Date.now(),
    random: () => Math.random(),
    sleep
  };
}
function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    let timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort), resolve();
    }, ms), abort = () => {
      clearTimeout(timer), reject(new TalkifyError("aborted", "It was called off."));
    };
    signal?.aborted ? abort() : signal?.addEventListener("abort", abort, { once: !0 });
  });
}
function backOff(world, attempt, baseMs, mostMs) {
  let bound = Math.min(mostMs, baseMs * 2 ** Math.min(attempt - 1, 16));
  return Math.round(bound * (0.2 + 0.8 * world.random()));
}
function waitAfter(world, error, attempt, baseMs, mostMs) {
  return (error.retryAfterMs ?? 0) + backOff(world, attempt, baseMs, error.retryAfterMs === void 0 ? mostMs : Math.min(mostMs, 1e3));
}
function timeLimit(world, ms, outer) {
  let controller = new AbortController(), over = new AbortController(), ran = !1, abort = () => controller.abort();
  return outer?.aborted && abort(), outer?.addEventListener("abort", abort, { once: !0 }), world.sleep(ms, over.signal).then(
    () => {
      ran = !0, abort();
    },
    () => {
    }
  ), {
    signal: controller.signal,
    ran: () => ran,
    end: () => {
      outer?.removeEventListener("abort", abort), over.abort();
    }
  };
}
function newId() {
  if (typeof crypto.randomUUID == "function") return crypto.randomUUID();
  let bytes = crypto.getRandomValues(new Uint8Array(16));
  return bytes[6] = (bytes[6] ?? 0) & 15 | 64, bytes[8] = (bytes[8] ?? 0) & 63 | 128, Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// src/client.ts
var RENEWAL = { timeoutMs: 5e3, retries: 1, longestWaitMs: 2e3 }, TalkifyClient = class {
  /** The address of the server without a slash at its end. */
  baseUrl;
  /** @internal */
  world;
  #keeper;
  #options;
  /** @param baseUrl as in `https://chat.example.org`; empty for the server that the page came from. */
  constructor(baseUrl, options = {}) {
    this.baseUrl = baseUrl.replace(/\/+$/, ""), this.world = { ...realWorld(), ...options.world }, this.#options = { timeoutMs: options.timeoutMs ?? 15e3, retries: options.retries ?? 3, longestWaitMs: options.longestWaitMs ?? 1e4 }, this.#keeper = new SessionKeeper(
      options.store ?? memoryStore(),
      this.world,
      async (refresh_token) => await this.#send("refresh_session", { body: { refresh_token }, timeoutMs: RENEWAL.timeoutMs, retries: RENEWAL.retries }, !0),
      options.onSession ?? (() => {
      })
    );
  }
  /** Calls an operation of openapi.yaml by its `operationId` and answers the body. */
  async call(operation, ...[given]) {
    return await this.#send(operation, given ?? {});
  }
  /** The session there is, or null. */
  session() {
    return this.#keeper.current();
  }
  /** Registers a user and logs them in. */
  async register(registration, options = {}) {
    let { user, session } = await this.call("register_user", { ...options, body: registration });
    return await this.#keeper.set({ ...session, user });
  }
  /** Logs in. An unknown user and a wrong password are one error, `invalid_credentials`. */
  async login(username, password, deviceName, options = {}) {
    let body = { username, password, ...deviceName === void 0 ? {} : { device_name: deviceName } };
    return await this.#keeper.set(await this.call("create_session", { ...options, body }));
  }
  /** Ends the session here and at the server. Here it has ended even if the server cannot be reached. */
  async logout() {
    try {
      await this.call("delete_current_session");
    } catch (thrown) {
      if (!TalkifyError.of(thrown).sessionEnded) throw thrown;
    } finally {
      await this.#keeper.set(null);
    }
  }
  /** New tokens now; calls do this by themselves when they have to. */
  async refresh() {
    let session = await this.#keeper.current();
    if (session === null) throw new TalkifyError("no_session", "Log in first.");
    return await this.#keeper.renew(session.access_token);
  }
  /** Sends a message. However often it is tried, with one `clientId` it is one message. */
  async sendMessage(conversationId, content, options = {}) {
    let { clientId = newId(), ...rest } = options, body = { ...content, client_id: clientId };
    return await this.call("send_message", { ...rest, path: { conversation_id: conversationId }, body });
  }
  /** The direct conversation with this user, which is made if there is none. */
  async openDirect(userId, options = {}) {
    return await this.call("create_conversation", { ...options, body: { type: "direct", member_ids: [userId] } });
  }
  /** Every item of a list, page by page. */
  async *pages(operation, given) {
    let next = {};
    do {
      let { query, ...rest } = given, page = await this.#send(operation, { ...rest, query: { ...query, ...next } });
      yield* page.items, next = page.next_cursor === void 0 ? {} : { cursor: page.next_cursor };
    } while (next.cursor !== void 0);
  }
  async #send(operation, given, renewal = !1) {
    let made = request(this.baseUrl, operation, given, newId), retries = given.retries ?? this.#options.retries, longestWaitMs = renewal ? RENEWAL.longestWaitMs : this.#options.longestWaitMs;
    for (let attempt = 1; ; attempt += 1)
      try {
        return await this.#authorized(operation, made, given);
      } catch (thrown) {
        let error = TalkifyError.of(thrown), again = error.retryable && (made.repeatable || renewal || error.status === 429), wait = waitAfter(this.world, error, attempt, 250, 5e3);
        if (!again || attempt > retries || wait > longestWaitMs) throw error;
        await this.world.sleep(wait, given.signal);
      }
  }
  /** One try. A token that is refused is replaced, and the request sent with the new one: what is refused is not done. */
  async #authorized(operation, made, given) {
    if ("open" in OPERATIONS[operation]) return await this.#once(made, given);
    let token = await this.#keeper.accessToken();
    try {
      return await this.#once(made, given, token);
    } catch (thrown) {
      if (TalkifyError.of(thrown).status !== 401) throw thrown;
      return await this.#once(made, given, await this.#keeper.accessToken(token));
    }
  }
  async #once(made, given, token) {
    let limit = timeLimit(this.world, given.timeoutMs ?? this.#options.timeoutMs, given.signal);
    try {
      let headers = token === void 0 ? made.headers : { ...made.headers, authorization: `Bearer ${token}` }, response = await this.world.fetch(made.url, { method: made.method, headers, signal: limit.signal, ...made.body === void 0 ? {} : { body: made.body } });
      if (!response.ok) throw await TalkifyError.ofResponse(response, this.world.now());
      return response.status === 204 ? void 0 : await response.json();
    } catch (thrown) {
      throw limit.ran() ? new TalkifyError("timeout", "The server did not answer in time.", { retryable: !0, cause: thrown }) : TalkifyError.ofRequest(thrown);
    } finally {
      limit.end();
    }
  }
};

// src/feed.ts
var ConversationFeed = class {
  #client;
  #options;
  conversationId;
  #known;
  #reading = Promise.resolve();
  /** @param changeSeq the `change_seq` of the conversation as it was loaded. */
  constructor(client, conversationId, changeSeq, options) {
    this.#client = client, this.conversationId = conversationId, this.#known = changeSeq, this.#options = options;
  }
  /** The latest change that was handed on. */
  get changeSeq() {
    return this.#known;
  }
  /** Takes an event of a socket; those of other conversations and those without a number are let go. */
  take(event) {
    return this.#inTurn(async () => {
      event.conversation_id !== this.conversationId || event.change_seq === null || event.change_seq <= this.#known || (event.change_seq === this.#known + 1 && event.type !== "conversation.changed" ? (await this.#options.onChanges([event]), this.#known = event.change_seq) : await this.#read());
    });
  }
  /** Reads what has changed: after a socket has opened. */
  catchUp() {
    return this.#inTurn(() => this.#read());
  }
  async #read() {
    for (let more = !0; more; ) {
      let page = await this.#client.call("list_changes", { path: { conversation_id: this.conversationId }, query: { after: this.#known, limit: 100 } });
      page.reset && await this.#options.onReset();
      let changes = page.changes.map((change) => ({ ...change, conversation_id: this.conversationId }));
      changes.length > 0 && await this.#options.onChanges(changes), this.#known = page.next, more = page.limited;
    }
  }
  /** One thing after the other; a failure is the caller's, and the next one begins where the last good one ended. */
  #inTurn(work) {
    let turn = this.#reading.then(work, work);
    return this.#reading = turn, turn;
  }
};

// src/media.ts
var OPENED = {
  image: ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"],
  video: ["video/mp4", "video/quicktime", "video/webm"],
  audio: ["audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac"]
}, ANYTHING = "application/octet-stream";
function kindOf(contentType) {
  return Object.entries(OPENED).find(([, types]) => types.includes(contentType))?.[0] ?? "file";
}
async function uploadMedia(client, file, options = {}) {
  let { signal } = options, { media, upload } = await announce(client, file, options);
  for (let attempt = 1; ; attempt += 1)
    try {
      await post(client, upload, file, options);
      break;
    } catch (thrown) {
      let error = TalkifyError.of(thrown);
      if (!error.retryable || attempt > 3 || Date.parse(upload.expires_at) <= client.world.now()) throw error;
      await client.world.sleep(waitAfter(client.world, error, attempt, 500, 1e4), signal);
    }
  return options.waitUntilReady === !1 ? media : await mediaReady(client, media.id, options);
}
async function mediaReady(client, mediaId, options = {}) {
  for (let attempt = 1; ; attempt += 1) {
    let media = await client.call("get_media", { path: { media_id: mediaId }, signal: options.signal });
    if (media.status === "ready") return media;
    if (media.status === "failed") throw new TalkifyError("media_failed", `The file was refused: ${media.failure ?? "unknown"}.`);
    await client.world.sleep(backOff(client.world, attempt, 300, 5e3), options.signal);
  }
}
async function announce(client, file, options) {
  let given = options.contentType ?? (file.type.split(";")[0] || ANYTHING), kind = options.kind ?? kindOf(given), fileName = options.fileName ?? (file instanceof File ? file.name : void 0), idempotencyKey = newId(), ask = (content_type, key) => client.call("create_media", {
    body: { kind, content_type, size: file.size, ...fileName === void 0 ? {} : { file_name: fileName } },
    idempotencyKey: key,
    signal: options.signal
  });
  try {
    return await ask(given, idempotencyKey);
  } catch (thrown) {
    if (!(TalkifyError.of(thrown).field("content_type")?.code === "unsupported_type") || kind !== "file" || given === ANYTHING) throw thrown;
    return await ask(ANYTHING, newId());
  }
}
async function post(client, upload, file, options) {
  let form = new FormData();
  for (let [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append("file", file);
  let limit = timeLimit(client.world, options.timeoutMs ?? 6e5, options.signal);
  options.onProgress?.(0, file.size);
  try {
    let status = globalThis.XMLHttpRequest ? await viaXhr(upload.url, form, file.size, limit.signal, options.onProgress) : await viaFetch(client, upload.url, form, limit.signal);
    if (status >= 400 || status === 0)
      throw new TalkifyError("upload_failed", `The store answered ${status}.`, { status, retryable: status === 0 || status >= 500 });
    options.onProgress?.(file.size, file.size);
  } catch (thrown) {
    throw limit.ran() ? new TalkifyError("timeout", "The upload took too long.", { cause: thrown }) : TalkifyError.ofRequest(thrown);
  } finally {
    limit.end();
  }
}
async function viaFetch(client, url, form, signal) {
  let response = await client.world.fetch(url, { method: "POST", body: form, signal });
  return await response.body?.cancel(), response.status;
}
function viaXhr(url, form, size, signal, onProgress) {
  return new Promise((resolve, reject) => {
    let xhr = new XMLHttpRequest(), abort = () => xhr.abort();
    signal.addEventListener("abort", abort, { once: !0 }), xhr.upload.onprogress = (progress) => onProgress?.(Math.min(progress.loaded, size), size), xhr.onload = () => resolve(xhr.status), xhr.onerror = () => resolve(0), xhr.onabort = () => reject(new TalkifyError("aborted", "It was called off.")), xhr.onloadend = () => signal.removeEventListener("abort", abort), xhr.open("POST", url), xhr.send(form);
  });
}

// src/outbox.ts
var Outbox = class {
  #client;
  #onChange;
  #queues = /* @__PURE__ */ new Map();
  #running = /* @__PURE__ */ new Set();
  #failed = /* @__PURE__ */ new Map();
  #skipWait = new AbortController();
  constructor(client, options = {}) {
    this.#client = client, this.#onChange = options.onChange ?? (() => {
    });
    for (let { client_id, conversation_id, content, created_at_ms } of options.unsent ?? []) this.#take({ client_id, conversation_id, content, created_at_ms, state: "waiting" });
  }
  /** What is not sent yet, the refused included, in the order of sending: to be kept over a closing of the page. */
  get unsent() {
    return [...this.#failed.values(), ...[...this.#queues.values()].flat()].sort((one, other) => one.created_at_ms - other.created_at_ms);
  }
  /** Takes a message and answers it as it can be shown at once. */
  send(conversationId, content) {
    let pending = { client_id: newId(), conversation_id: conversationId, content, created_at_ms: this.#client.world.now(), state: "waiting" };
    return this.#take(pending), pending;
  }
  /** Tries a message that was refused once more. */
  retry(clientId) {
    let pending = this.#failed.get(clientId);
    pending !== void 0 && (this.#failed.delete(clientId), this.#become(pending, "waiting"), this.#take(pending));
  }
  /** Forgets a message that was refused. */
  discard(clientId) {
    this.#failed.delete(clientId);
  }
  /** Ends waits before the next tries: for when the network is back. */
  wake() {
    this.#skipWait.abort(), this.#skipWait = new AbortController();
  }
  #take(pending) {
    let queue = this.#queues.get(pending.conversation_id) ?? [];
    this.#queues.set(pending.conversation_id, [...queue, pending]), this.#onChange(pending), this.#run(pending.conversation_id);
  }
  async #run(conversationId) {
    if (!this.#running.has(conversationId)) {
      this.#running.add(conversationId);
      for (let pending = this.#first(conversationId); pending !== void 0; pending = this.#first(conversationId)) {
        await this.#deliver(pending);
        let rest = (this.#queues.get(conversationId) ?? []).slice(1);
        rest.length > 0 ? this.#queues.set(conversationId, rest) : this.#queues.delete(conversationId);
      }
      this.#running.delete(conversationId);
    }
  }
  #first(conversationId) {
    return this.#queues.get(conversationId)?.[0];
  }
  async #deliver(pending) {
    let { world } = this.#client;
    for (let attempt = 1; ; attempt += 1) {
      this.#become(pending, "sending");
      try {
        pending.message = await this.#client.sendMessage(pending.conversation_id, pending.content, { clientId: pending.client_id, retries: 0 }), delete pending.error, this.#become(pending, "sent");
        return;
      } catch (thrown) {
        let error = pending.error = TalkifyError.of(thrown);
        if (!error.retryable) {
          this.#failed.set(pending.client_id, pending), this.#become(pending, "failed");
          return;
        }
        this.#become(pending, "waiting"), await world.sleep(waitAfter(world, error, attempt, 500, 3e4), this.#skipWait.signal).catch(() => {
        });
      }
    }
  }
  #become(pending, state) {
    pending.state = state, this.#onChange(pending);
  }
};

// src/socket.ts
var Socket = class {
  #client;
  #options;
  #asked = /* @__PURE__ */ new Map();
  #state = "stopped";
  #socket;
  #stop;
  #skipWait;
  constructor(client, options = {}) {
    this.#client = client, this.#options = { onEvent: () => {
    }, onState: () => {
    }, pingMs: 12e4, timeoutMs: 1e4, longestWaitMs: 3e4, ...options };
  }
  get state() {
    return this.#state;
  }
  /** Opens the socket and keeps it open until `stop`, or until the session is over. */
  start() {
    this.#stop === void 0 && (this.#stop = new AbortController(), globalThis.addEventListener?.("online", this.wake), this.#run(this.#stop.signal));
  }
  /** Closes it for good. */
  stop() {
    this.#end(), this.#socket?.close(1e3);
  }
  /** Ends a wait before the next try, and asks an open socket whether it lives: for when the network is back or the page is looked at again. */
  wake = () => {
    this.#skipWait?.abort(), this.#state === "open" && this.#ping();
  };
  /** Sends a frame and waits for its answer: the body as over HTTP. Fails at once while the socket is not open. */
  async send(frame) {
    let socket = this.#socket;
    if (this.#state !== "open" || socket === void 0) throw new TalkifyError("closed", "The socket is not open.", { retryable: !0 });
    let id = newId(), limit = timeLimit(this.#client.world, this.#options.timeoutMs), answer = new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
    limit.signal.addEventListener("abort", () => this.#asked.get(id)?.reject(new TalkifyError("timeout", "The server did not answer in time.", { retryable: !0 })));
    try {
      return socket.send(JSON.stringify({ ...frame, request_id: id })), await answer;
    } finally {
      this.#asked.delete(id), limit.end();
    }
  }
  async #run(stopped) {
    let { world } = this.#client;
    for (let failures = 0; !stopped.aborted; ) {
      this.#become("connecting");
      try {
        let opened = world.now();
        if (await this.#connect(stopped), failures = world.now() - opened > 1e4 ? 0 : failures + 1, stopped.aborted) return;
        this.#become("waiting"), await this.#wait(backOff(world, failures + 1, 500, this.#options.longestWaitMs), stopped);
      } catch (thrown) {
        if (stopped.aborted) return;
        let error = TalkifyError.of(thrown);
        if (error.sessionEnded || error.code === "no_websocket" || error.status === 403 && !error.retryable) {
          this.#end(error);
          return;
        }
        failures += 1, this.#become("waiting", error), await this.#wait(waitAfter(world, error, failures, 500, this.#options.longestWaitMs), stopped);
      }
    }
  }
  /** One socket, from its ticket to its close. */
  async #connect(stopped) {
    let { world } = this.#client, Class = world.WebSocket;
    if (Class === void 0) throw new TalkifyError("no_websocket", "There is no WebSocket here: Node.js has one from 22 on; elsewhere give one as `world.WebSocket`.");
    let { ticket, url } = await this.#client.call("create_ticket", { signal: stopped, retries: 0 }), socket = new Class(`${url}?ticket=${encodeURIComponent(ticket)}`), opening = timeLimit(world, this.#options.timeoutMs, stopped);
    opening.signal.addEventListener("abort", () => socket.close());
    let silence = this.#watch();
    try {
      await new Promise((resolve, reject) => {
        let open = !1;
        socket.onopen = () => {
          open = !0, opening.end(), this.#socket = socket, this.#become("open"), silence.heard();
        }, socket.onmessage = (message) => {
          silence.heard(), this.#take(message.data);
        }, socket.onerror = () => {
        }, socket.onclose = () => open ? resolve() : reject(new TalkifyError("network", "The socket could not be opened.", { retryable: !0 }));
      });
    } finally {
      opening.end(), silence.end(), this.#socket = void 0;
      for (let one of this.#asked.values()) one.reject(new TalkifyError("closed", "The socket was closed.", { retryable: !0 }));
    }
  }
  #take(text) {
    if (typeof text != "string") return;
    let frame = JSON.parse(text);
    if (frame.type === "answer")
      this.#asked.get(frame.request_id ?? "")?.resolve(frame.data);
    else if (frame.type === "error") {
      let { request_id, problem, retry_after_s } = frame;
      this.#asked.get(request_id ?? "")?.reject(TalkifyError.ofProblem(problem, retry_after_s === void 0 ? void 0 : retry_after_s * 1e3));
    } else
      for (let event of frame.type === "events" ? frame.events : [frame]) this.#options.onEvent(event);
  }
  /** Pings after each silence. */
  #watch() {
    let { world } = this.#client, turn = new AbortController(), heard = () => {
      turn.abort(), turn = new AbortController(), world.sleep(this.#options.pingMs, turn.signal).then(
        () => {
          this.#ping(), heard();
        },
        () => {
        }
      );
    };
    return { heard, end: () => turn.abort() };
  }
  /** A socket that does not answer is as good as closed. */
  #ping() {
    let socket = this.#socket;
    this.send({ action: "ping" }).catch((error) => {
      error.status === 0 && this.#socket === socket && socket?.close();
    });
  }
  async #wait(ms, stopped) {
    this.#skipWait = new AbortController();
    let either = AbortSignal.any([this.#skipWait.signal, stopped]);
    await this.#client.world.sleep(ms, either).catch(() => {
    }), this.#skipWait = void 0;
  }
  #become(state, error) {
    this.#state !== state && (this.#state = state, this.#options.onState(state, error));
  }
  #end(error) {
    globalThis.removeEventListener?.("online", this.wake), this.#stop?.abort(), this.#stop = void 0, this.#become("stopped", error);
  }
};

// src/sync.ts
var Sync = class {
  #client;
  #options;
  #since;
  #stop;
  #wake = () => {
  };
  #hinted = !1;
  constructor(client, options) {
    this.#client = client, this.#options = options, this.#since = options.since;
  }
  /** Reads until `stop`, or until the session is over. */
  start() {
    this.#stop === void 0 && (this.#stop = new AbortController(), this.#run(this.#stop.signal));
  }
  stop() {
    this.#stop?.abort(), this.#stop = void 0;
  }
  /** Says that something may have changed: an event of a socket, a socket that has opened, a page that is looked at. */
  wake() {
    this.#hinted = !0, this.#wake();
  }
  /** Takes a socket's event as a hint, unless it is one that no feed has. */
  hint(event) {
    event.type !== "typing" && event.type !== "presence.updated" && this.wake();
  }
  /** Reads one page and hands its changes on. Answers whether there may be more. */
  async page(signal) {
    let query = this.#since === void 0 ? { limit: 100 } : { limit: 100, since: this.#since }, page = await this.#client.call("sync", { query, signal });
    page.reset && await this.#options.onReset?.();
    let changes = await this.#withJoined(page.changes, signal);
    return changes.length > 0 && await this.#options.onChanges(changes), this.#since = page.next, await this.#options.onToken?.(page.next), page.limited || page.reset;
  }
  async #run(stopped) {
    let { world } = this.#client;
    for (let failures = 0; !stopped.aborted; ) {
      this.#hinted = !1;
      try {
        for (; await this.page(stopped); ) failures = 0;
        if (failures = 0, stopped.aborted) return;
        this.#options.onCaughtUp?.(), await this.#rest(this.#options.pollMs ?? 6e4, stopped);
      } catch (thrown) {
        if (stopped.aborted) return;
        let error = TalkifyError.of(thrown);
        failures += 1, error.sessionEnded && this.stop(), this.#options.onError?.(error, error.sessionEnded), error.sessionEnded || await world.sleep(waitAfter(world, error, failures, 500, 3e4), stopped).catch(() => {
        });
      }
    }
  }
  /** Waits for a hint, and a moment for those that come with it. */
  async #rest(ms, stopped) {
    let { world } = this.#client, woken = new AbortController();
    this.#wake = () => woken.abort(), this.#hinted || await world.sleep(ms, AbortSignal.any([woken.signal, stopped])).catch(() => {
    }), this.#wake = () => {
    }, this.#hinted && await world.sleep(this.#options.gatherMs ?? 100, stopped).catch(() => {
    });
  }
  /** Of a conversation that is new, or that one is added to, the feed tells only that. */
  async #withJoined(changes, signal) {
    let me = (await this.#client.session())?.user.id, all = [];
    for (let change of changes) {
      if (all.push(change), !(change.type === "conversation.created" || change.type === "member.added" && change.data.user_id === me) || change.conversation_id === null) continue;
      let conversation_id = change.conversation_id, loaded = await this.#client.call("get_conversation", { path: { conversation_id }, signal }).catch((thrown) => {
        if (TalkifyError.of(thrown).status !== 404)
          throw thrown;
      });
      loaded && all.push({ type: "conversation.snapshot", at: change.at, change_seq: loaded.change_seq, conversation_id, data: loaded });
    }
    return all;
  }
};

// src/types.ts
function isMessage(event) {
  return ["message.created", "message.updated", "message.deleted"].includes(event.type) || event.type.startsWith("reaction.");
}
export {
  ConversationFeed,
  OPERATIONS,
  Outbox,
  Socket,
  Sync,
  TalkifyClient,
  TalkifyError,
  browserStore,
  isMessage,
  kindOf,
  mediaReady,
  memoryStore,
  newId,
  uploadMedia
};
