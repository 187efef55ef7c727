import type { TalkifyClient } from "./client.ts";
import type { Change, SocketEvent } from "./types.ts";

export interface FeedOptions {
  /** Changes in their order, each once; awaited before the next ones come. */
  onChanges: (changes: Change[]) => void | Promise<void>;
  /** The log no longer goes back so far: load the conversation anew. What follows comes after that. */
  onReset: () => void | Promise<void>;
}

/** One conversation's changes. Events of a socket are taken as they are while their numbers are dense; where they jump, `/changes` is read. */
export class ConversationFeed {
  readonly #client: TalkifyClient;
  readonly #options: FeedOptions;
  readonly conversationId: string;
  #known: number;
  #reading: Promise<void> = Promise.resolve();

  /** @param changeSeq the `change_seq` of the conversation as it was loaded. */
  constructor(client: TalkifyClient, conversationId: string, changeSeq: number, options: FeedOptions) {
    this.#client = client;
    this.conversationId = conversationId;
    this.#known = changeSeq;
    this.#options = options;
  }

  /** The latest change that was handed on. */
  get changeSeq(): number {
    return this.#known;
  }

  /** Takes an event of a socket; those of other conversations and those without a number are let go. */
  take(event: SocketEvent): Promise<void> {
    return this.#inTurn(async () => {
      if (event.conversation_id !== this.conversationId || event.change_seq === null || event.change_seq <= this.#known) return;
      if (event.change_seq === this.#known + 1 && event.type !== "conversation.changed") {
        await this.#options.onChanges([event as Change]);
        this.#known = event.change_seq;
      } else {
        await this.#read();
      }
    });
  }

  /** Reads what has changed: after a socket has opened. */
  catchUp(): Promise<void> {
    return this.#inTurn(() => this.#read());
  }

  async #read(): Promise<void> {
    for (let more = true; more; ) {
      const page = await this.#client.call("list_changes", { path: { conversation_id: this.conversationId }, query: { after: this.#known, limit: 100 } });
      if (page.reset) await this.#options.onReset();
      const changes = page.changes.map((change) => ({ ...change, conversation_id: this.conversationId })) as Change[];
      if (changes.length > 0) await this.#options.onChanges(changes);
      this.#known = page.next;
      more = page.limited;
    }
  }

  /** One thing after the other; a failure is the caller's, and the next one begins where the last good one ended. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#reading.then(work, work);
    this.#reading = turn;
    return turn;
  }
}
