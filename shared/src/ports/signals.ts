/**
 * Messages to all other instances of a service. At most once and unordered: a signal may be lost, doubled or late, so it
 * only says that there is something to look at. Payloads cross as JSON, also within one process.
 */
export interface Signals {
  /** Never waits and never throws; not delivered to the sender itself. */
  send(topic: string, payload: unknown): void;
  /** The listener must validate what it gets. Returns the way to stop listening. */
  listen(topic: string, listener: (payload: unknown) => void): () => void;
  /** False while signals are known not to reach others. */
  readonly ready: boolean;
  close(): Promise<void>;
}
