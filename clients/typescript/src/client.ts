import { type Answer, type Arguments, type CallArguments, type CallOptions, type Operation, type Request, request } from "./calls.ts";
import { TalkifyError } from "./error.ts";
import { OPERATIONS } from "./generated/operations.ts";
import { memoryStore, SessionKeeper, type SessionStore } from "./session.ts";
import type { Conversation, Message, MessageContent, Schemas, Session } from "./types.ts";
import { newId, realWorld, timeLimit, waitAfter, type World } from "./world.ts";

export interface ClientOptions {
  /** Where the session is kept; in memory, unless given. */
  store?: SessionStore;
  /** Called with each new session, and with null when it is over. */
  onSession?: (session: Session | null) => void;
  /** For each try of a call; 15 s, unless given. */
  timeoutMs?: number;
  /** How often a call is tried again where that is safe; 3 times, unless given. */
  retries?: number;
  /** A longer wait than this that the server asks for is left to the caller; 10 s, unless given. */
  longestWaitMs?: number;
  /** Time, chance and the network, for tests, and for a `WebSocket` where there is none. */
  world?: Partial<World>;
}

type Given = CallOptions & { path?: object | undefined; query?: object | undefined; body?: unknown };
/** A renewal is tried once more, soon: if only its answer was lost, the server says so for ten seconds, and then takes it for theft. */
const RENEWAL = { timeoutMs: 5_000, retries: 1, longestWaitMs: 2_000 };
/** What a list is of. */
type Item<O extends Operation> = Answer<O> extends { items: (infer I)[] } ? I : never;

/** Calls of one Talkify server in one session. */
export class TalkifyClient {
  /** The address of the server without a slash at its end. */
  readonly baseUrl: string;
  /** @internal */
  readonly world: World;
  readonly #keeper: SessionKeeper;
  readonly #options: Required<Pick<ClientOptions, "timeoutMs" | "retries" | "longestWaitMs">>;

  /** @param baseUrl as in `https://chat.example.org`; empty for the server that the page came from. */
  constructor(baseUrl: string, options: ClientOptions = {}) {
    this.baseUrl = baseUrl.replace(/\/+$/, "");
    this.world = { ...realWorld(), ...options.world };
    this.#options = { timeoutMs: options.timeoutMs ?? 15_000, retries: options.retries ?? 3, longestWaitMs: options.longestWaitMs ?? 10_000 };
    this.#keeper = new SessionKeeper(
      options.store ?? memoryStore(),
      this.world,
      async (refresh_token) => await this.#send("refresh_session", { body: { refresh_token }, timeoutMs: RENEWAL.timeoutMs, retries: RENEWAL.retries }, true),
      options.onSession ?? (() => {}),
    );
  }

  /** Calls an operation of openapi.yaml by its `operationId` and answers the body. */
  async call<O extends Operation>(operation: O, ...[given]: Arguments<O>): Promise<Answer<O>> {
    return await this.#send(operation, (given ?? {}) as Given);
  }

  /** The session there is, or null. */
  session(): Promise<Session | null> {
    return this.#keeper.current();
  }

  /** Registers a user and logs them in. */
  async register(registration: Schemas["Registration"], options: CallOptions = {}): Promise<Session> {
    const { user, session } = await this.call("register_user", { ...options, body: registration });
    return (await this.#keeper.set({ ...session, user })) as Session;
  }

  /** Logs in. An unknown user and a wrong password are one error, `invalid_credentials`. */
  async login(username: string, password: string, deviceName?: string, options: CallOptions = {}): Promise<Session> {
    const body = { username, password, ...(deviceName === undefined ? {} : { device_name: deviceName }) };
    return (await this.#keeper.set(await this.call("create_session", { ...options, body }))) as Session;
  }

  /** Ends the session here and at the server. Here it has ended even if the server cannot be reached. */
  async logout(): Promise<void> {
    try {
      await this.call("delete_current_session");
    } catch (thrown) {
      if (!TalkifyError.of(thrown).sessionEnded) throw thrown;
    } finally {
      await this.#keeper.set(null);
    }
  }

  /** New tokens now; calls do this by themselves when they have to. */
  async refresh(): Promise<Session> {
    const session = await this.#keeper.current();
    if (session === null) throw new TalkifyError("no_session", "Log in first.");
    return await this.#keeper.renew(session.access_token);
  }

  /** Sends a message. However often it is tried, with one `clientId` it is one message. */
  async sendMessage(conversationId: string, content: MessageContent, options: CallOptions & { clientId?: string } = {}): Promise<Message> {
    const { clientId = newId(), ...rest } = options;
    const body = { ...content, client_id: clientId } as Schemas["NewMessage"];
    return await this.call("send_message", { ...rest, path: { conversation_id: conversationId }, body });
  }

  /** The direct conversation with this user, which is made if there is none. */
  async openDirect(userId: string, options: CallOptions = {}): Promise<Conversation> {
    return await this.call("create_conversation", { ...options, body: { type: "direct", member_ids: [userId] } });
  }

  /** Every item of a list, page by page. */
  async *pages<O extends "list_conversations" | "search_users" | "list_members" | "list_sessions" | "list_media" | "list_blocks">(operation: O, given: CallArguments<O>): AsyncGenerator<Item<O>> {
    let next: { cursor?: string } = {};
    do {
      const { query, ...rest } = given as Given;
      const page = (await this.#send(operation, { ...rest, query: { ...query, ...next } })) as { items: Item<O>[]; next_cursor?: string };
      yield* page.items;
      next = page.next_cursor === undefined ? {} : { cursor: page.next_cursor };
    } while (next.cursor !== undefined);
  }

  async #send<O extends Operation>(operation: O, given: Given, renewal = false): Promise<Answer<O>> {
    const made = request(this.baseUrl, operation, given, newId);
    const retries = given.retries ?? this.#options.retries;
    const longestWaitMs = renewal ? RENEWAL.longestWaitMs : this.#options.longestWaitMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await this.#authorized(operation, made, given)) as Answer<O>;
      } catch (thrown) {
        const error = TalkifyError.of(thrown);
        // What was refused with 429 was not done. Of anything else one cannot know.
        const again = error.retryable && (made.repeatable || renewal || error.status === 429);
        const wait = waitAfter(this.world, error, attempt, 250, 5_000);
        if (!again || attempt > retries || wait > longestWaitMs) throw error;
        await this.world.sleep(wait, given.signal);
      }
    }
  }

  /** One try. A token that is refused is replaced, and the request sent with the new one: what is refused is not done. */
  async #authorized(operation: Operation, made: Request, given: CallOptions): Promise<unknown> {
    if ("open" in OPERATIONS[operation]) return await this.#once(made, given);
    const token = await this.#keeper.accessToken();
    try {
      return await this.#once(made, given, token);
    } catch (thrown) {
      if (TalkifyError.of(thrown).status !== 401) throw thrown;
      return await this.#once(made, given, await this.#keeper.accessToken(token));
    }
  }

  async #once(made: Request, given: CallOptions, token?: string): Promise<unknown> {
    const limit = timeLimit(this.world, given.timeoutMs ?? this.#options.timeoutMs, given.signal);
    try {
      const headers = token === undefined ? made.headers : { ...made.headers, authorization: `Bearer ${token}` };
      const response = await this.world.fetch(made.url, { method: made.method, headers, signal: limit.signal, ...(made.body === undefined ? {} : { body: made.body }) });
      if (!response.ok) throw await TalkifyError.ofResponse(response, this.world.now());
      return response.status === 204 ? undefined : await response.json();
    } catch (thrown) {
      if (limit.ran()) throw new TalkifyError("timeout", "The server did not answer in time.", { retryable: true, cause: thrown });
      throw TalkifyError.ofRequest(thrown);
    } finally {
      limit.end();
    }
  }
}
