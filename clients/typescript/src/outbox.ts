import type { TalkifyClient } from "./client.ts";
import { TalkifyError } from "./error.ts";
import type { Message, MessageContent } from "./types.ts";
import { newId, waitAfter } from "./world.ts";

/** A message that is shown before the server has it. */
export interface PendingMessage {
  readonly client_id: string;
  readonly conversation_id: string;
  readonly content: MessageContent;
  /** Milliseconds since 1970. */
  readonly created_at_ms: number;
  state: "waiting" | "sending" | "sent" | "failed";
  /** The message as the server has it, once it is sent. */
  message?: Message;
  /** Why it failed, or what the last try came to. */
  error?: TalkifyError;
}

export interface OutboxOptions {
  /** Called when a message is taken and whenever its state changes. */
  onChange?: (pending: PendingMessage) => void;
  /** Messages that were not sent when the page was closed, as `unsent` gave them. They are sent under the same names: none becomes two. */
  unsent?: readonly PendingMessage[];
}

/** Sends messages in their order, each until it is sent or refused, and lets them be shown at once. */
export class Outbox {
  readonly #client: TalkifyClient;
  readonly #onChange: (pending: PendingMessage) => void;
  readonly #queues = new Map<string, PendingMessage[]>();
  readonly #running = new Set<string>();
  readonly #failed = new Map<string, PendingMessage>();
  #skipWait = new AbortController();

  constructor(client: TalkifyClient, options: OutboxOptions = {}) {
    this.#client = client;
    this.#onChange = options.onChange ?? (() => {});
    for (const { client_id, conversation_id, content, created_at_ms } of options.unsent ?? []) this.#take({ client_id, conversation_id, content, created_at_ms, state: "waiting" });
  }

  /** What is not sent yet, the refused included, in the order of sending: to be kept over a closing of the page. */
  get unsent(): PendingMessage[] {
    return [...this.#failed.values(), ...[...this.#queues.values()].flat()].sort((one, other) => one.created_at_ms - other.created_at_ms);
  }

  /** Takes a message and answers it as it can be shown at once. */
  send(conversationId: string, content: MessageContent): PendingMessage {
    const pending: PendingMessage = { client_id: newId(), conversation_id: conversationId, content, created_at_ms: this.#client.world.now(), state: "waiting" };
    this.#take(pending);
    return pending;
  }

  /** Tries a message that was refused once more. */
  retry(clientId: string): void {
    const pending = this.#failed.get(clientId);
    if (pending === undefined) return;
    this.#failed.delete(clientId);
    this.#become(pending, "waiting");
    this.#take(pending);
  }

  /** Forgets a message that was refused. */
  discard(clientId: string): void {
    this.#failed.delete(clientId);
  }

  /** Ends waits before the next tries: for when the network is back. */
  wake(): void {
    this.#skipWait.abort();
    this.#skipWait = new AbortController();
  }

  #take(pending: PendingMessage): void {
    const queue = this.#queues.get(pending.conversation_id) ?? [];
    this.#queues.set(pending.conversation_id, [...queue, pending]);
    this.#onChange(pending);
    void this.#run(pending.conversation_id);
  }

  async #run(conversationId: string): Promise<void> {
    if (this.#running.has(conversationId)) return;
    this.#running.add(conversationId);
    for (let pending = this.#first(conversationId); pending !== undefined; pending = this.#first(conversationId)) {
      await this.#deliver(pending);
      const rest = (this.#queues.get(conversationId) ?? []).slice(1);
      if (rest.length > 0) this.#queues.set(conversationId, rest);
      else this.#queues.delete(conversationId);
    }
    this.#running.delete(conversationId);
  }

  #first(conversationId: string): PendingMessage | undefined {
    return this.#queues.get(conversationId)?.[0];
  }

  async #deliver(pending: PendingMessage): Promise<void> {
    const { world } = this.#client;
    for (let attempt = 1; ; attempt += 1) {
      this.#become(pending, "sending");
      try {
        pending.message = await this.#client.sendMessage(pending.conversation_id, pending.content, { clientId: pending.client_id, retries: 0 });
        delete pending.error;
        this.#become(pending, "sent");
        return;
      } catch (thrown) {
        const error = (pending.error = TalkifyError.of(thrown));
        if (!error.retryable) {
          this.#failed.set(pending.client_id, pending);
          this.#become(pending, "failed");
          return;
        }
        this.#become(pending, "waiting");
        await world.sleep(waitAfter(world, error, attempt, 500, 30_000), this.#skipWait.signal).catch(() => {});
      }
    }
  }

  #become(pending: PendingMessage, state: PendingMessage["state"]): void {
    pending.state = state;
    this.#onChange(pending);
  }
}
