// What each operation takes and answers, from the generated types.
import type { operations } from "./generated/openapi.ts";
import { OPERATIONS } from "./generated/operations.ts";

export type Operation = keyof typeof OPERATIONS & keyof operations;

type Part<O extends Operation, K extends "path" | "query"> = operations[O]["parameters"] extends { [key in K]?: infer P } ? Exclude<P, undefined> : never;
type Body<O extends Operation> = operations[O] extends { requestBody: { content: { "application/json": infer B } } } ? B : never;
type Need<K extends string, T> = [T] extends [never] ? { [key in K]?: undefined } : Record<never, never> extends T ? { [key in K]?: T } : { [key in K]: T };
type Json<R> = R extends { content: { "application/json": infer J } } ? J : undefined;

export interface CallOptions {
  /** Ends the call, with all its tries. */
  signal?: AbortSignal | undefined;
  /** For each try. */
  timeoutMs?: number | undefined;
  /** How often to try again where that is safe. */
  retries?: number | undefined;
  /** A name for this request, under which a repeat gets the same answer for a day. Made anew for each call, unless given. */
  idempotencyKey?: string | undefined;
}

export type CallArguments<O extends Operation> = Need<"path", Part<O, "path">> & Need<"query", Part<O, "query">> & Need<"body", Body<O>> & CallOptions;
/** Arguments that may be left out where nothing is needed. */
export type Arguments<O extends Operation> = Record<never, never> extends CallArguments<O> ? [given?: CallArguments<O>] : [given: CallArguments<O>];
export type Answer<O extends Operation> = Json<operations[O]["responses"][keyof operations[O]["responses"] & (200 | 201 | 202 | 204)]>;

/** A request that is ready to be sent, as often as it takes. */
export interface Request {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** Whether it does no more when it is done twice. */
  repeatable: boolean;
}

// With an `Idempotency-Key`, a log-in's tokens would be kept for a day, and a ticket that is repeated would be a used one.
const NO_KEY: readonly Operation[] = ["create_session", "create_ticket"];
// Safe to repeat without a key: by `client_id`; since nothing is stored; since another ticket does no harm.
const REPEATABLE: readonly Operation[] = ["send_message", "send_typing", "create_ticket"];

/** The request of a call. */
export function request(baseUrl: string, operation: Operation, given: { path?: object | undefined; query?: object | undefined; body?: unknown } & CallOptions, newKey: () => string): Request {
  const { method, path, ...marks } = OPERATIONS[operation] as { method: string; path: string; keyed?: true };
  const names = (given.path ?? {}) as Record<string, string>;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ""));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given.query ?? {})) {
    if (value !== undefined && value !== null) query.set(name, String(value));
  }
  const headers: Record<string, string> = { accept: "application/json" };
  const body = given.body === undefined ? undefined : JSON.stringify(given.body);
  if (body !== undefined) headers["content-type"] = "application/json";
  const key = given.idempotencyKey ?? (marks.keyed && !NO_KEY.includes(operation) ? newKey() : undefined);
  if (key !== undefined) headers["idempotency-key"] = key;
  return {
    method,
    url: `${baseUrl}${filled}${query.size > 0 ? `?${query}` : ""}`,
    headers,
    body,
    repeatable: method === "GET" || key !== undefined || REPEATABLE.includes(operation),
  };
}
