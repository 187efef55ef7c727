import type { TalkifyClient } from "./client.ts";
import { TalkifyError } from "./error.ts";
import type { Problem, ClientFrame, SocketEvent } from "./types.ts";
import { backOff, newId, timeLimit, waitAfter } from "./world.ts";

export type SocketState = "connecting" | "open" | "waiting" | "stopped";

export interface SocketOptions {
  /** Called with each event, in the order in which they came. They may come twice, late or not at all: the change feeds have everything. */
  onEvent?: (event: SocketEvent) => void;
  /** Called when the state changes. After each `open` what happened before has to be read from a feed. `stopped` by itself comes with why. */
  onState?: (state: SocketState, error?: TalkifyError) => void;
  /** How long a silence lasts before a ping; two minutes, unless given. The server closes after ten without a frame. */
  pingMs?: number;
  /** How long an answer and the opening may take; 10 s, unless given. */
  timeoutMs?: number;
  /** The longest wait between two tries; 30 s, unless given. */
  longestWaitMs?: number;
}

interface Answered {
  resolve(data: unknown): void;
  reject(error: TalkifyError): void;
}

type Frame =
  | { type: "answer"; request_id: string | null; data: unknown }
  | { type: "error"; request_id: string | null; problem: Problem; retry_after_s?: number }
  | { type: "events"; events: SocketEvent[] }
  | SocketEvent;

/** A WebSocket that is opened again, with a new ticket, whenever it closes. */
export class Socket {
  readonly #client: TalkifyClient;
  readonly #options: Required<SocketOptions>;
  readonly #asked = new Map<string, Answered>();
  #state: SocketState = "stopped";
  #socket: WebSocket | undefined;
  #stop: AbortController | undefined;
  #skipWait: AbortController | undefined;

  constructor(client: TalkifyClient, options: SocketOptions = {}) {
    this.#client = client;
    this.#options = { onEvent: () => {}, onState: () => {}, pingMs: 120_000, timeoutMs: 10_000, longestWaitMs: 30_000, ...options };
  }

  get state(): SocketState {
    return this.#state;
  }

  /** Opens the socket and keeps it open until `stop`, or until the session is over. */
  start(): void {
    if (this.#stop !== undefined) return;
    this.#stop = new AbortController();
    globalThis.addEventListener?.("online", this.wake);
    void this.#run(this.#stop.signal);
  }

  /** Closes it for good. */
  stop(): void {
    this.#end();
    this.#socket?.close(1000);
  }

  /** Ends a wait before the next try, and asks an open socket whether it lives: for when the network is back or the page is looked at again. */
  wake = (): void => {
    this.#skipWait?.abort();
    if (this.#state === "open") this.#ping();
  };

  /** Sends a frame and waits for its answer: the body as over HTTP. Fails at once while the socket is not open. */
  async send(frame: ClientFrame): Promise<unknown> {
    const socket = this.#socket;
    if (this.#state !== "open" || socket === undefined) throw new TalkifyError("closed", "The socket is not open.", { retryable: true });
    const id = newId();
    const limit = timeLimit(this.#client.world, this.#options.timeoutMs);
    const answer = new Promise<unknown>((resolve, reject) => this.#asked.set(id, { resolve, reject }));
    limit.signal.addEventListener("abort", () => this.#asked.get(id)?.reject(new TalkifyError("timeout", "The server did not answer in time.", { retryable: true })));
    try {
      socket.send(JSON.stringify({ ...frame, request_id: id }));
      return await answer;
    } finally {
      this.#asked.delete(id);
      limit.end();
    }
  }

  async #run(stopped: AbortSignal): Promise<void> {
    const { world } = this.#client;
    for (let failures = 0; !stopped.aborted; ) {
      this.#become("connecting");
      try {
        const opened = world.now();
        await this.#connect(stopped);
        // One that was closed as soon as it was opened is a failure too.
        failures = world.now() - opened > 10_000 ? 0 : failures + 1;
        if (stopped.aborted) return;
        this.#become("waiting");
        await this.#wait(backOff(world, failures + 1, 500, this.#options.longestWaitMs), stopped);
      } catch (thrown) {
        if (stopped.aborted) return;
        const error = TalkifyError.of(thrown);
        if (error.sessionEnded || error.code === "no_websocket" || (error.status === 403 && !error.retryable)) {
          this.#end(error);
          return;
        }
        failures += 1;
        this.#become("waiting", error);
        await this.#wait(waitAfter(world, error, failures, 500, this.#options.longestWaitMs), stopped);
      }
    }
  }

  /** One socket, from its ticket to its close. */
  async #connect(stopped: AbortSignal): Promise<void> {
    const { world } = this.#client;
    const Class = world.WebSocket;
    if (Class === undefined) throw new TalkifyError("no_websocket", "There is no WebSocket here: Node.js has one from 22 on; elsewhere give one as `world.WebSocket`.");
    const { ticket, url } = await this.#client.call("create_ticket", { signal: stopped, retries: 0 });
    const socket = new Class(`${url}?ticket=${encodeURIComponent(ticket)}`);
    const opening = timeLimit(world, this.#options.timeoutMs, stopped);
    opening.signal.addEventListener("abort", () => socket.close());
    const silence = this.#watch();
    try {
      await new Promise<void>((resolve, reject) => {
        let open = false;
        socket.onopen = () => {
          open = true;
          opening.end();
          this.#socket = socket;
          this.#become("open");
          silence.heard();
        };
        socket.onmessage = (message: MessageEvent) => {
          silence.heard();
          this.#take(message.data);
        };
        socket.onerror = () => {};
        socket.onclose = () => (open ? resolve() : reject(new TalkifyError("network", "The socket could not be opened.", { retryable: true })));
      });
    } finally {
      opening.end();
      silence.end();
      this.#socket = undefined;
      for (const one of this.#asked.values()) one.reject(new TalkifyError("closed", "The socket was closed.", { retryable: true }));
    }
  }

  #take(text: unknown): void {
    if (typeof text !== "string") return;
    const frame = JSON.parse(text) as Frame;
    if (frame.type === "answer") {
      this.#asked.get((frame as { request_id: string }).request_id ?? "")?.resolve((frame as { data: unknown }).data);
    } else if (frame.type === "error") {
      const { request_id, problem, retry_after_s } = frame as Extract<Frame, { problem: Problem }>;
      this.#asked.get(request_id ?? "")?.reject(TalkifyError.ofProblem(problem, retry_after_s === undefined ? undefined : retry_after_s * 1000));
    } else {
      for (const event of frame.type === "events" ? (frame as { events: SocketEvent[] }).events : [frame as SocketEvent]) this.#options.onEvent(event);
    }
  }

  /** Pings after each silence. */
  #watch(): { heard(): void; end(): void } {
    const { world } = this.#client;
    let turn = new AbortController();
    const heard = (): void => {
      turn.abort();
      turn = new AbortController();
      world.sleep(this.#options.pingMs, turn.signal).then(
        () => {
          this.#ping();
          heard();
        },
        () => {},
      );
    };
    return { heard, end: () => turn.abort() };
  }

  /** A socket that does not answer is as good as closed. */
  #ping(): void {
    const socket = this.#socket;
    this.send({ action: "ping" }).catch((error: TalkifyError) => {
      // A frame that was refused, by a limit or for a token that is over, was answered all the same.
      if (error.status === 0 && this.#socket === socket) socket?.close();
    });
  }

  async #wait(ms: number, stopped: AbortSignal): Promise<void> {
    this.#skipWait = new AbortController();
    const either = AbortSignal.any([this.#skipWait.signal, stopped]);
    await this.#client.world.sleep(ms, either).catch(() => {});
    this.#skipWait = undefined;
  }

  #become(state: SocketState, error?: TalkifyError): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState(state, error);
  }

  #end(error?: TalkifyError): void {
    globalThis.removeEventListener?.("online", this.wake);
    this.#stop?.abort();
    this.#stop = undefined;
    this.#become("stopped", error);
  }
}
