import { TalkifyError } from "./error.ts";

/** Time, chance and the network, which tests replace. */
export interface World {
  fetch: typeof fetch;
  /** The class of sockets; browsers and Node from 22 on have it. */
  WebSocket: typeof WebSocket | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Resolves after so many milliseconds, or rejects with `aborted`. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The world as it is. */
export function realWorld(): World {
  return {
    fetch: (...args) => globalThis.fetch(...args),
    WebSocket: globalThis.WebSocket,
    now: () => Date.now(),
    random: () => Math.random(),
    sleep,
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      signal?.removeEventListener("abort", abort);
      resolve();
    };
    const timer = setTimeout(end, ms);
    const abort = (): void => {
      clearTimeout(timer);
      reject(new TalkifyError("aborted", "It was called off."));
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

/** How long to wait before try `attempt` (from 1): anything up to a bound that doubles, so that clients do not come back all at once. */
export function backOff(world: World, attempt: number, baseMs: number, mostMs: number): number {
  const bound = Math.min(mostMs, baseMs * 2 ** Math.min(attempt - 1, 16));
  return Math.round(bound * (0.2 + 0.8 * world.random()));
}

/** When an error lets one try again: what the server asks for, and never all at once. */
export function waitAfter(world: World, error: TalkifyError, attempt: number, baseMs: number, mostMs: number): number {
  return (error.retryAfterMs ?? 0) + backOff(world, attempt, baseMs, error.retryAfterMs === undefined ? mostMs : Math.min(mostMs, 1_000));
}

/** A signal that ends when any of these does or after so many milliseconds, and what forgets the timer. */
export function timeLimit(world: World, ms: number, outer?: AbortSignal): { signal: AbortSignal; ran: () => boolean; end: () => void } {
  const controller = new AbortController();
  const over = new AbortController();
  let ran = false;
  const abort = (): void => controller.abort();
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort, { once: true });
  world.sleep(ms, over.signal).then(
    () => {
      ran = true;
      abort();
    },
    () => {},
  );
  return {
    signal: controller.signal,
    ran: () => ran,
    end: () => {
      outer?.removeEventListener("abort", abort);
      over.abort();
    },
  };
}

/** A new UUID of version 4 (RFC 9562). `crypto.randomUUID` is missing from pages that came without TLS. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
