import type { TalkifyClient } from "./client.ts";
import { TalkifyError } from "./error.ts";
import type { Change, SocketEvent } from "./types.ts";
import { waitAfter } from "./world.ts";

export interface SyncOptions {
  /** Where to go on: the token that `onToken` was last given. Without one the feed begins with a snapshot. */
  since?: string | undefined;
  /** Everything is to be forgotten: what follows is a snapshot. */
  onReset?: () => void | Promise<void>;
  /**
   * Changes in their order. They are done when this has returned, and come again where it failed or the page was closed meanwhile.
   * A conversation that is new, or that one is added to, follows as `conversation.snapshot`.
   */
  onChanges: (changes: Change[]) => void | Promise<void>;
  /** Called with each token after its changes are done: who keeps it goes on there. */
  onToken?: (since: string) => void | Promise<void>;
  /** There is nothing more for now. */
  onCaughtUp?: () => void;
  /** A try has failed, or what takes the changes has (`unexpected`); there will be another, unless `stopped`. */
  onError?: (error: TalkifyError, stopped: boolean) => void;
  /** How long to wait for a hint before looking all the same; one minute, unless given. */
  pollMs?: number;
  /** How long to wait after a hint for more of them; 100 ms, unless given. */
  gatherMs?: number;
}

/** Everything that changes for the user, without a gap: `GET /v1/sync`, woken by hints of a socket. */
export class Sync {
  readonly #client: TalkifyClient;
  readonly #options: SyncOptions;
  #since: string | undefined;
  #stop: AbortController | undefined;
  #wake = (): void => {};
  #hinted = false;

  constructor(client: TalkifyClient, options: SyncOptions) {
    this.#client = client;
    this.#options = options;
    this.#since = options.since;
  }

  /** Reads until `stop`, or until the session is over. */
  start(): void {
    if (this.#stop !== undefined) return;
    this.#stop = new AbortController();
    void this.#run(this.#stop.signal);
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = undefined;
  }

  /** Says that something may have changed: an event of a socket, a socket that has opened, a page that is looked at. */
  wake(): void {
    this.#hinted = true;
    this.#wake();
  }

  /** Takes a socket's event as a hint, unless it is one that no feed has. */
  hint(event: SocketEvent): void {
    if (event.type !== "typing" && event.type !== "presence.updated") this.wake();
  }

  /** Reads one page and hands its changes on. Answers whether there may be more. */
  async page(signal?: AbortSignal): Promise<boolean> {
    const query = this.#since === undefined ? { limit: 100 } : { limit: 100, since: this.#since };
    const page = await this.#client.call("sync", { query, signal });
    if (page.reset) await this.#options.onReset?.();
    const changes = await this.#withJoined(page.changes as unknown as Change[], signal);
    if (changes.length > 0) await this.#options.onChanges(changes);
    this.#since = page.next;
    await this.#options.onToken?.(page.next);
    return page.limited || page.reset;
  }

  async #run(stopped: AbortSignal): Promise<void> {
    const { world } = this.#client;
    for (let failures = 0; !stopped.aborted; ) {
      this.#hinted = false;
      try {
        while (await this.page(stopped)) failures = 0;
        failures = 0;
        if (stopped.aborted) return;
        this.#options.onCaughtUp?.();
        await this.#rest(this.#options.pollMs ?? 60_000, stopped);
      } catch (thrown) {
        if (stopped.aborted) return;
        const error = TalkifyError.of(thrown);
        failures += 1;
        if (error.sessionEnded) this.stop();
        this.#options.onError?.(error, error.sessionEnded);
        if (!error.sessionEnded) await world.sleep(waitAfter(world, error, failures, 500, 30_000), stopped).catch(() => {});
      }
    }
  }

  /** Waits for a hint, and a moment for those that come with it. */
  async #rest(ms: number, stopped: AbortSignal): Promise<void> {
    const { world } = this.#client;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    if (!this.#hinted) await world.sleep(ms, AbortSignal.any([woken.signal, stopped])).catch(() => {});
    this.#wake = () => {};
    if (this.#hinted) await world.sleep(this.#options.gatherMs ?? 100, stopped).catch(() => {});
  }

  /** Of a conversation that is new, or that one is added to, the feed tells only that. */
  async #withJoined(changes: Change[], signal?: AbortSignal): Promise<Change[]> {
    const me = (await this.#client.session())?.user.id;
    const all: Change[] = [];
    for (const change of changes) {
      all.push(change);
      const joined = change.type === "conversation.created" || (change.type === "member.added" && change.data.user_id === me);
      if (!joined || change.conversation_id === null) continue;
      const conversation_id = change.conversation_id;
      const loaded = await this.#client.call("get_conversation", { path: { conversation_id }, signal }).catch((thrown: unknown) => {
        // Removed again meanwhile: the feed will tell.
        if (TalkifyError.of(thrown).status === 404) return undefined;
        throw thrown;
      });
      if (loaded) all.push({ type: "conversation.snapshot", at: change.at, change_seq: loaded.change_seq, conversation_id, data: loaded });
    }
    return all;
  }
}
