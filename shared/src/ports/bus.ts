/** What travels on the bus. `body` is opaque here: a consumer must expect anything in it. */
export interface Message {
  id: string;
  /** The routing key. */
  type: string;
  /** What orders it: messages of one key keep their order, also on a bus with partitions. Null when its publisher knows of none. */
  key: string | null;
  /** The trace that it belongs to (W3C Trace Context). */
  traceparent?: string | null;
  body: string;
}

/** What a service does with the messages of its queue. A message leaves the bus once either has resolved for it. */
export interface MessageHandler {
  /** Takes a batch in queue order. When it throws, the whole batch is delivered again, `deliveryLimit` times at most. */
  handle(batch: readonly Message[]): Promise<void>;
  /**
   * Keeps a message that the bus gives up delivering: its consumers do not survive it. When this throws, the message
   * comes again; it may come again all the same.
   */
  deadLetter(message: Message, failure: { reason: string; at: Date }): Promise<void>;
}

export interface ConsumeOptions {
  /** The most messages of a batch; as many more may be on their way while it is handled. */
  prefetch: number;
  /** How long the first message of a batch waits for others, unless they are as many already; in milliseconds, 0 by default. */
  batchDelayMs?: number;
}

export interface Consumer {
  /** Takes no more; resolves when the batch in hand is handled. */
  close(): Promise<void>;
}

/**
 * A topic exchange with one durable queue per consuming service.
 *
 * Delivery is at least once. A queue has one active consumer at a time, which gets messages in the order in which they
 * were published (on a bus with partitions those of one key), one batch after the other; a message that was given up
 * hinders none behind it.
 */
export interface Bus {
  /** Whether a queue's messages come in the order in which they were published, whatever their keys are. */
  readonly inOrder: boolean;
  /** Resolves once every bound queue holds all messages durably; throws when that is not certain (publish again). */
  publish(messages: readonly Message[]): Promise<void>;
  /** How many messages of a queue wait for its consumer; those that it has in hand may be counted or not. Throws when the bus cannot tell. */
  waiting(queue: string): Promise<number>;
  consume(queue: string, options: ConsumeOptions, handler: MessageHandler): Consumer;
  /** Throws when the bus cannot be reached, or takes no messages. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** A message is given up after this many deliveries that were not handled: it guards against one that kills its consumer. */
export const deliveryLimit = 20;

/** The reason for which a message is given up then. */
export const deliveryLimitReached = "delivery limit";

/** Which queues exist, and the message types that each is bound to. */
export type Bindings = ReadonlyMap<string, readonly string[]>;
