/** What travels on the bus. `body` is opaque here: a consumer must expect anything in it. */
export interface Message {
  id: string;
  /** The routing key. */
  type: string;
  body: string;
}

/** What becomes of a delivered message: done, or dead-lettered with the reason. */
export type Verdict = "done" | { dead: string };

/**
 * Takes a batch in queue order and gives one verdict each. When it throws, the whole batch is delivered again
 * (at most 20 times, then it is dead-lettered).
 */
export type MessageHandler = (batch: readonly Message[]) => Promise<readonly Verdict[]>;

export interface DeadLetter extends Message {
  /** Names the dead letter in its queue. */
  key: string;
  reason: string;
  /** When it was dead-lettered. */
  at: Date;
}

export interface ConsumeOptions {
  /** The most messages of a batch. */
  prefetch: number;
  /** How long the first message of a batch waits for others, unless they are as many already; in milliseconds, 0 by default. */
  batchDelayMs?: number;
}

export interface Consumer {
  /** Takes no more; resolves when the batch in hand has its verdicts carried out. */
  close(): Promise<void>;
}

/**
 * A topic exchange with one durable queue per consuming service.
 *
 * Delivery is at least once. A queue has one active consumer at a time, which gets messages in the order in which they
 * were published, one batch after the other; a message that was dead-lettered hinders none behind it.
 */
export interface Bus {
  /** Resolves once every bound queue holds all messages durably; throws when that is not certain (publish again). */
  publish(messages: readonly Message[]): Promise<void>;
  consume(queue: string, options: ConsumeOptions, handler: MessageHandler): Consumer;
  deadLetters: {
    /** Sets a message aside that did not come over this bus; durable when it resolves. */
    add(queue: string, message: Message, reason: string): Promise<void>;
    list(queue: string, limit: number): Promise<DeadLetter[]>;
    /** Puts a dead letter back at the end of its queue; false when there is none by that key. */
    replay(queue: string, key: string): Promise<boolean>;
    drop(queue: string, key: string): Promise<boolean>;
  };
  /** Throws when the bus cannot be reached. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** A delivery is given up after this many tries that ended without verdicts: it guards against a message that kills its consumer. */
export const deliveryLimit = 20;

/** Which queues exist, and the message types that each is bound to. */
export type Bindings = ReadonlyMap<string, readonly string[]>;
