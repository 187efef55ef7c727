import { TalkifyError } from "./error.ts";
import type { OwnProfile, Session } from "./types.ts";
import type { World } from "./world.ts";

/** Where a session is kept. Several clients (tabs, processes) may share one, if `locked` lets in one of them at a time. */
export interface SessionStore {
  load(): Session | null | Promise<Session | null>;
  save(session: Session | null): void | Promise<void>;
  /** Runs this while no other client of the same store does. */
  locked?<T>(work: () => Promise<T>): Promise<T>;
}

/** Keeps a session in memory: it is gone with the page. */
export function memoryStore(session: Session | null = null): SessionStore {
  return { load: () => session, save: (next) => void (session = next) };
}

/** Keeps a session in the browser's `localStorage`, shared by all tabs. Scripts of the page's origin can read it. */
export function browserStore(key = "talkify.session"): SessionStore {
  return {
    load: () => JSON.parse(localStorage.getItem(key) ?? "null") as Session | null,
    save: (session) => (session === null ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(session))),
    locked: async (work) => (globalThis.navigator?.locks ? await navigator.locks.request(key, work) : await work()),
  };
}

/** Tokens as the server answers them. */
export interface Tokens {
  session_id: string;
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

/** An access token is replaced when it has less than this left. */
const MARGIN_MS = 30_000;
/** How long the server takes a token that comes twice for a race: so long another client may be about to save what it got. */
const RACE_MS = 10_000;

/** Holds the session and renews it, once at a time. */
export class SessionKeeper {
  #session: Session | null | undefined;
  #renewal: Promise<Session> | undefined;
  readonly #store: SessionStore;
  readonly #world: World;
  readonly #ask: (refreshToken: string) => Promise<Tokens & { user: OwnProfile }>;
  readonly #changed: (session: Session | null) => void;

  constructor(store: SessionStore, world: World, ask: (refreshToken: string) => Promise<Tokens & { user: OwnProfile }>, changed: (session: Session | null) => void) {
    this.#store = store;
    this.#world = world;
    this.#ask = ask;
    this.#changed = changed;
  }

  /** The session, from the store the first time. */
  async current(): Promise<Session | null> {
    if (this.#session === undefined) this.#session = (await this.#store.load()) ?? null;
    return this.#session;
  }

  /** Takes the tokens of a log-in, or forgets those there are. */
  async set(tokens: (Tokens & { user: OwnProfile }) | null): Promise<Session | null> {
    const session = tokens && this.#kept(tokens);
    await this.#store.save(session);
    this.#session = session;
    this.#changed(session);
    return session;
  }

  /** An access token that is good for a while yet. `refused` is one that the server did not take. */
  async accessToken(refused?: string): Promise<string> {
    const session = await this.current();
    if (session === null) throw new TalkifyError("no_session", "Log in first.");
    const old = session.access_token === refused || session.expires_at_ms - this.#world.now() < MARGIN_MS;
    return old ? (await this.renew(session.access_token)).access_token : session.access_token;
  }

  /** New tokens in the place of these. However many ask, the server is asked once: a refresh token that comes twice ends the session. */
  renew(accessToken: string): Promise<Session> {
    this.#renewal ??= this.#locked(() => this.#renew(accessToken)).finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #renew(accessToken: string): Promise<Session> {
    const stored = await this.#store.load();
    if (!stored) return this.#end(new TalkifyError("no_session", "Log in first."));
    // Another client of this store was first.
    if (stored.access_token !== accessToken) return this.#adopt(stored);
    try {
      const session = await this.set(await this.#ask(stored.refresh_token));
      return session as Session;
    } catch (thrown) {
      const error = TalkifyError.of(thrown);
      if (error.code === "token_recently_rotated") return await this.#others(accessToken, error);
      if (error.status === 401) return this.#end(error);
      throw error;
    }
  }

  /** Waits for the tokens that another client got for the same one. If it was ours, and the answer was lost, the session is. */
  async #others(accessToken: string, error: TalkifyError): Promise<Session> {
    for (let waited = 0; waited < RACE_MS; waited += 250) {
      const stored = await this.#store.load();
      if (stored && stored.access_token !== accessToken) return this.#adopt(stored);
      await this.#world.sleep(250);
    }
    return this.#end(new TalkifyError("no_session", "The answer with the new tokens was lost: log in again.", { cause: error }));
  }

  #adopt(session: Session): Session {
    this.#session = session;
    this.#changed(session);
    return session;
  }

  async #end(error: TalkifyError): Promise<never> {
    await this.set(null);
    throw error;
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return this.#store.locked ? this.#store.locked(work) : work();
  }

  #kept({ session_id, access_token, refresh_token, expires_in, user }: Tokens & { user: OwnProfile }): Session {
    return { session_id, access_token, refresh_token, user, expires_at_ms: this.#world.now() + expires_in * 1000 };
  }
}
