import type { EntityStore } from "./entity-store.ts";
import { type Revisioned, withLike } from "./merge.ts";
import type { LikeState } from "./types.ts";

/**
 * Something that a user turns on and off, which shows at once. What is refused is taken back, and rejects with the reason. Of
 * several taps on one item the last one decides what shows, whichever answer comes last. `send` gives what the answer says of
 * the item.
 */
export function createToggle<T extends Revisioned>(
  store: EntityStore<T>,
  isOn: (item: T) => boolean,
  turned: (item: T, on: boolean) => Partial<T>,
  send: (id: string, on: boolean) => Promise<Partial<T>>,
) {
  /** By item, while requests are under way: what the server is known to have, the last tap, and how many are unanswered. */
  const underWay = new Map<string, { saved: boolean; last: number; unanswered: number }>();

  return async function set(id: string, on: boolean): Promise<void> {
    const item = store.get(id);
    const taps = underWay.get(id) ?? { saved: item ? isOn(item) : !on, last: 0, unanswered: 0 };
    underWay.set(id, taps);
    const tap = ++taps.last;
    taps.unanswered++;
    store.patch(id, (item) => turned(item, on));
    try {
      const answer = await send(id, on);
      taps.saved = on;
      if (tap === taps.last) store.patch(id, (item) => ({ ...turned(item, on), ...answer }));
    } catch (error) {
      if (tap === taps.last) store.patch(id, (item) => turned(item, taps.saved));
      throw error;
    } finally {
      if (--taps.unanswered === 0) underWay.delete(id);
    }
  };
}

type Likeable = Revisioned & { likedByMe: boolean; likeCount: number };

/** Likes and unlikes, as `createToggle` says; their count follows. */
export const createLikes = <T extends Likeable>(store: EntityStore<T>, send: (id: string, liked: boolean) => Promise<LikeState>) =>
  createToggle<T>(
    store,
    ({ likedByMe }) => likedByMe,
    withLike,
    // Typed by the item, which may be any that has these fields.
    async (id, liked) => ({ likedByMe: liked, likeCount: (await send(id, liked)).likeCount }) as Partial<T>,
  );
