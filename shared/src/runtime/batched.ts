import DataLoader from "dataloader";

/**
 * Asks for what is asked for at the same time in one question, of at most so many: `ask` answers each key at its place. Nothing
 * is cached: a key that is asked for later is asked again.
 */
export function batched<K, V>(ask: (keys: readonly K[]) => Promise<readonly V[]>, atMost: number): (key: K) => Promise<V> {
  const loader = new DataLoader<K, V>(ask, { cache: false, maxBatchSize: atMost });
  return (key) => loader.load(key);
}
