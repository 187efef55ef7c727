import type { FieldError, Problem } from "./types.ts";

/** Codes that the client itself gives, where no answer came or none that it can use. */
export type LocalCode = "network" | "timeout" | "aborted" | "gateway" | "no_session" | "no_websocket" | "closed" | "upload_failed" | "media_failed" | "unexpected";

/** Whatever goes wrong, as one class. `code` is the server's (RFC 9457 problem, stable), or one of {@link LocalCode}. */
export class TalkifyError extends Error {
  override readonly name = "TalkifyError";
  readonly code: string;
  /** The status of HTTP; 0 where no answer came. */
  readonly status: number;
  /** Whether the same request can succeed later. */
  readonly retryable: boolean;
  /** When to try again at the earliest, in milliseconds from the answer. */
  readonly retryAfterMs: number | undefined;
  /** What is wrong with which field of the request. */
  readonly fields: readonly FieldError[];
  /** The request's name in the server's logs. */
  readonly requestId: string | undefined;
  /** The limit that was passed. */
  readonly max: number | undefined;

  constructor(code: LocalCode | (string & {}), message: string, rest: Partial<Pick<TalkifyError, "status" | "retryable" | "retryAfterMs" | "fields" | "requestId" | "max">> & { cause?: unknown } = {}) {
    super(message, rest.cause === undefined ? undefined : { cause: rest.cause });
    this.code = code;
    this.status = rest.status ?? 0;
    this.retryable = rest.retryable ?? false;
    this.retryAfterMs = rest.retryAfterMs;
    this.fields = rest.fields ?? [];
    this.requestId = rest.requestId;
    this.max = rest.max;
  }

  /** What is wrong with this field, if anything. */
  field(name: string): FieldError | undefined {
    return this.fields.find((one) => one.field === name);
  }

  /** Whether the session is over and one has to log in again. */
  get sessionEnded(): boolean {
    return this.status === 401 || this.code === "no_session";
  }

  /** The error of a problem as the server words it, in an answer or in a frame of a socket. */
  static ofProblem(problem: Problem, retryAfterMs?: number): TalkifyError {
    return new TalkifyError(problem.code, problem.detail, {
      status: problem.status,
      retryable: problem.retryable,
      retryAfterMs,
      fields: problem.errors ?? [],
      requestId: problem.request_id,
      max: problem.max,
    });
  }

  /** The error of an answer that is no success. Where the gateway answers before any function runs, there is only a `message`. */
  static async ofResponse(response: Response, now: number): Promise<TalkifyError> {
    const retryAfterMs = retryAfter(response.headers.get("retry-after"), now);
    const body: unknown = await response.json().catch(() => undefined);
    if (isProblem(body)) return TalkifyError.ofProblem(body, retryAfterMs);
    const said = (body as { message?: unknown } | undefined)?.message;
    return new TalkifyError("gateway", typeof said === "string" ? said : `The server answered ${response.status}.`, {
      status: response.status,
      retryable: response.status === 429 || response.status >= 500,
      retryAfterMs,
      requestId: response.headers.get("x-request-id") ?? undefined,
    });
  }

  /** An error of anything that was thrown: what is none of ours is a failure of a store or of a handler. */
  static of(thrown: unknown): TalkifyError {
    if (thrown instanceof TalkifyError) return thrown;
    return new TalkifyError("unexpected", thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }

  /** The error of a request that got no answer. */
  static ofRequest(thrown: unknown): TalkifyError {
    if (thrown instanceof TalkifyError) return thrown;
    const name = (thrown as { name?: unknown } | undefined)?.name;
    if (name === "AbortError") return new TalkifyError("aborted", "It was called off.", { cause: thrown });
    return new TalkifyError("network", "The server cannot be reached.", { retryable: true, cause: thrown });
  }
}

function isProblem(body: unknown): body is Problem {
  const problem = body as Partial<Problem> | undefined;
  return typeof problem?.code === "string" && typeof problem.detail === "string" && typeof problem.status === "number";
}

/** `Retry-After` (RFC 9110, 10.2.3) in milliseconds: seconds, or a date. */
function retryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
