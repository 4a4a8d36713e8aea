import { expect, test } from "vitest";
import { deferred } from "./deferred.ts";
import { createEntityStore } from "./entity-store.ts";
import { createLikes } from "./likes.ts";
import type { LikeState } from "./types.ts";

const post = { id: "a", revision: 1, likedByMe: false, likeCount: 3 };

function setUp() {
  const store = createEntityStore<typeof post>();
  store.fetching()([post]);
  const requests: ReturnType<typeof deferred<LikeState>>[] = [];
  const setLiked = createLikes(store, () => {
    const request = deferred<LikeState>();
    requests.push(request);
    return request.promise;
  });
  const shown = () => ({ likedByMe: store.get("a")?.likedByMe, likeCount: store.get("a")?.likeCount });
  return { store, requests, setLiked, shown };
}
const answer = (liked: boolean, likeCount: number) => ({ liked, likeCount }) as LikeState;

test("a like shows at once, and then as the server counts it", async () => {
  const { requests, setLiked, shown } = setUp();
  const liking = setLiked("a", true);
  expect(shown()).toEqual({ likedByMe: true, likeCount: 4 });
  requests[0]?.resolve(answer(true, 7));
  await liking;
  expect(shown()).toEqual({ likedByMe: true, likeCount: 7 });
});

test("a like that is refused is taken back, and rejects with the reason", async () => {
  const { requests, setLiked, shown } = setUp();
  const liking = setLiked("a", true);
  requests[0]?.reject(new Error("refused"));
  await expect(liking).rejects.toThrow("refused");
  expect(shown()).toEqual({ likedByMe: false, likeCount: 3 });
});

test("an answer that was read before the like does not undo it", async () => {
  const { store, requests, setLiked, shown } = setUp();
  const take = store.fetching();
  const liking = setLiked("a", true);
  take([post]);
  requests[0]?.resolve(answer(true, 4));
  await liking;
  expect(shown()).toEqual({ likedByMe: true, likeCount: 4 });
});

test("of several taps the last one shows, in whatever order they are answered", async () => {
  const { requests, setLiked, shown } = setUp();
  const taps = [setLiked("a", true), setLiked("a", false)];
  requests[1]?.resolve(answer(false, 3));
  await taps[1];
  requests[0]?.resolve(answer(true, 4));
  await taps[0];
  expect(shown()).toEqual({ likedByMe: false, likeCount: 3 });
});

test("when all taps are refused, what was there before the first is back", async () => {
  const { requests, setLiked, shown } = setUp();
  const taps = [setLiked("a", true), setLiked("a", false)];
  for (const request of requests) request.reject(new Error("refused"));
  await Promise.allSettled(taps);
  expect(shown()).toEqual({ likedByMe: false, likeCount: 3 });
});
