export interface PersistedQueryOptions {
  /** Characters of all documents of visitors together, and as many of those of users. */
  characters?: number;
  /** Of those that one user, or one network of visitors, has sent. */
  charactersEach?: number;
  now?: () => number;
}

/** Who sends a document: a user by id, or a visitor by network. */
export interface Sender {
  userId: string | undefined;
  network: string;
}

/** For how long a document stays after its last use, whatever else comes. */
const keptMs = 60_000;
/** What an entry takes beside its text. */
const overhead = 250;

interface Entry {
  text: string;
  sender: string;
  usedAt: number;
}
const sizeOf = (text: string) => text.length + overhead;

function createPool({ characters = 512 * 1024, charactersEach = 32 * 1024, now = () => performance.now() }: PersistedQueryOptions) {
  // In the order of their last use.
  const kept = new Map<string, Entry>();
  const usedBy = new Map<string, number>();
  let used = 0;

  function count(sender: string, size: number): void {
    used += size;
    const left = (usedBy.get(sender) ?? 0) + size;
    if (left > 0) usedBy.set(sender, left);
    else usedBy.delete(sender);
  }

  /** Whether there is a place of this size, after those that are no longer used have gone: of anyone, or where the sender has too many, their own. */
  function makeRoom(size: number, sender: string): boolean {
    const isFull = () => used + size > characters;
    const hasTooMany = () => (usedBy.get(sender) ?? 0) + size > charactersEach;
    if (size > charactersEach) return false;
    for (const [sha256, entry] of kept) {
      if (!isFull() && !hasTooMany()) return true;
      if (now() - entry.usedAt < keptMs) return false;
      if (!isFull() && entry.sender !== sender) continue;
      kept.delete(sha256);
      count(entry.sender, -sizeOf(entry.text));
    }
    return !isFull() && !hasTooMany();
  }

  return {
    find(sha256: string): string | undefined {
      const found = kept.get(sha256);
      if (!found) return undefined;
      found.usedAt = now();
      kept.delete(sha256);
      kept.set(sha256, found);
      return found.text;
    },
    keep(sha256: string, text: string, sender: string): void {
      if (!makeRoom(sizeOf(text), sender)) return;
      kept.set(sha256, { text, sender, usedAt: now() });
      count(sender, sizeOf(text));
    },
  };
}

/**
 * Documents that clients send once, and then name by their hash. Strangers cannot fill it: what visitors send takes no place of
 * what users send, each sender has a share, and a new document takes only the place of those that have not been used for a
 * minute. One that finds no place is not kept: its client sends it each time.
 */
export function createPersistedQueries(options: PersistedQueryOptions = {}) {
  const [ofUsers, ofVisitors] = [createPool(options), createPool(options)];
  const find = (sha256: string) => ofUsers.find(sha256) ?? ofVisitors.find(sha256);
  return {
    /** The document of a hash (SHA-256, hexadecimal), of any sender; undefined for one that is not kept. */
    find,
    /** Keeps a document that is valid under its hash. */
    keep(sha256: string, text: string, { userId, network }: Sender): void {
      if (ofUsers.find(sha256) !== undefined) return;
      if (userId !== undefined) ofUsers.keep(sha256, text, userId);
      else if (ofVisitors.find(sha256) === undefined) ofVisitors.keep(sha256, text, network);
    },
  };
}
