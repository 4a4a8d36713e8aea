import type { EntityStore } from "./entity-store.ts";
import { type Revisioned, withLike } from "./merge.ts";
import type { LikeState } from "./types.ts";

type Likeable = Revisioned & { likedByMe: boolean; likeCount: number };

/**
 * Likes and unlikes that show at once. What is refused is taken back, and rejects with the reason. Of several taps on one
 * item the last one decides what shows, whichever answer comes last.
 */
export function createLikes<T extends Likeable>(store: EntityStore<T>, send: (id: string, liked: boolean) => Promise<LikeState>) {
  /** By item, while requests are under way: what the server is known to have, the last tap, and how many are unanswered. */
  const underWay = new Map<string, { saved: boolean; last: number; unanswered: number }>();
  // Typed by the item, which may be any that has these fields.
  const patch = (id: string, change: (item: Likeable) => Partial<Likeable>) => store.patch(id, (item) => change(item) as Partial<T>);

  return async function setLiked(id: string, liked: boolean): Promise<void> {
    const taps = underWay.get(id) ?? { saved: store.get(id)?.likedByMe ?? !liked, last: 0, unanswered: 0 };
    underWay.set(id, taps);
    const tap = ++taps.last;
    taps.unanswered++;
    patch(id, (item) => withLike(item, liked));
    try {
      const { likeCount } = await send(id, liked);
      taps.saved = liked;
      if (tap === taps.last) patch(id, () => ({ likedByMe: liked, likeCount }));
    } catch (error) {
      if (tap === taps.last) patch(id, (item) => withLike(item, taps.saved));
      throw error;
    } finally {
      if (--taps.unanswered === 0) underWay.delete(id);
    }
  };
}
