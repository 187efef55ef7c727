// A world whose time passes when nothing else happens, and whose server is a function.
export class FakeWorld {
  ms = 1_800_000_000_000;
  requests = [];
  sockets = [];
  #timers = [];
  #server;

  /** @param server takes `{method, path, query, headers, body}` and answers `{status, body, headers}`, or throws; what never resolves is silence. */
  constructor(server) {
    this.#server = server;
    const world = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url) {
        super(url);
        world.sockets.push(this);
      }
    };
  }

  get options() {
    return { fetch: this.fetch, WebSocket: this.WebSocket, now: () => this.ms, random: () => 0.5, sleep: this.sleep };
  }

  fetch = async (url, init) => {
    const { pathname, searchParams } = new URL(url, "http://server");
    const body = typeof init.body === "string" ? JSON.parse(init.body) : init.body;
    const request = { method: init.method, path: pathname, query: Object.fromEntries(searchParams), headers: init.headers ?? {}, body, at: this.ms };
    this.requests.push(request);
    const aborted = new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError"))));
    const { status = 200, body: answer, headers = {} } = await Promise.race([this.#server(request), aborted]);
    return new Response(status === 204 ? null : JSON.stringify(answer), { status, headers });
  };

  sleep = (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = { at: this.ms + ms, resolve };
      const abort = () => {
        this.#timers = this.#timers.filter((one) => one !== timer);
        reject(Object.assign(new Error("aborted"), { name: "AbortError" }));
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort);
      this.#timers.push(timer);
    });

  /** Lets everything happen that needs no time. */
  async settle() {
    for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time pass until this is settled or true. */
  async until(goal, mostMs = 3_600_000) {
    const end = this.ms + mostMs;
    let done = false;
    if (typeof goal !== "function") Promise.resolve(goal).then(() => (done = true), () => (done = true));
    for (;;) {
      await this.settle();
      if (typeof goal === "function" ? goal() : done) return await (typeof goal === "function" ? undefined : goal);
      this.#timers.sort((one, other) => one.at - other.at);
      const next = this.#timers.shift();
      if (next === undefined || next.at > end) throw new Error(next === undefined ? "nothing happens any more" : "it takes too long");
      this.ms = Math.max(this.ms, next.at);
      next.resolve();
    }
  }
}

class FakeSocket {
  sent = [];
  closed = false;
  /** What the other side does with a frame. */
  onframe = (frame) => frame.action === "ping" && this.says({ type: "answer", action: "ping", request_id: frame.request_id, status: 200, data: { at: "" } });

  constructor(url) {
    this.url = url;
  }
  opens() {
    this.onopen?.({});
  }
  says(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  send(text) {
    const frame = JSON.parse(text);
    this.sent.push(frame);
    this.onframe(frame);
  }
  close() {
    if (this.closed) return;
    this.closed = true;
    setImmediate(() => this.onclose?.({}));
  }
}

export const problem = (status, code, more = {}) => ({
  status,
  headers: { "content-type": "application/problem+json", ...more.headers },
  body: { type: "about:blank", title: "", status, detail: `It is ${code}.`, code, request_id: "r", retryable: status === 429 || status >= 500, ...more.body },
});

export const tokens = (number, user = "me") => ({
  session_id: "s",
  access_token: `tka_${number}`,
  token_type: "Bearer",
  expires_in: 900,
  refresh_token: `tkr_${number}`,
  user: { id: user, username: user },
});
