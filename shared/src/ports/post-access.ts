import type { PostId, UserId } from "../contracts/ids.ts";
import { postInternalRoutes, type VisiblePost } from "../contracts/routes/posts-internal.ts";
import { currentContext, type RequestContext, runInContext } from "./context.ts";
import type { ServiceClient } from "./service-client.ts";

/** Says how post-service lets a viewer see a post; undefined when it does not. */
export type PostAccess = (viewer: UserId | null, postId: PostId) => Promise<VisiblePost | undefined>;

interface Asked {
  viewer: UserId | null;
  postId: PostId;
  context: RequestContext | undefined;
  answer: PromiseWithResolvers<VisiblePost | undefined>;
}

const atOnce = 100;
/** After so long a call on its way holds up nobody: it may be one that never comes back. */
const waitMs = 20;

/**
 * Asks for many viewers in one call: while one is on its way, later viewers wait for the next. Each is answered by a
 * question that was asked after it came, so nothing is seen any longer than without; an idle service asks at once.
 */
export function createPostAccess(callService: ServiceClient): PostAccess {
  const waiting: Asked[] = [];
  let onTheirWay = 0;
  let timer: NodeJS.Timeout | undefined;

  async function ask(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting.splice(0, atOnce);
    const [first] = batch;
    if (!first) return;
    onTheirWay++;
    try {
      const asked = batch.map(({ viewer, postId }) => ({ viewer, postId }));
      // Of several requests that ask in one call, it carries the id of the first.
      const { answers } = await runInContext(first.context, () => callService(postInternalRoutes.accessOfMany, { body: { asked } }));
      for (const [index, { answer }] of batch.entries()) answer.resolve(answers[index] ?? undefined);
    } catch (error) {
      for (const { answer } of batch) answer.reject(error);
    } finally {
      onTheirWay--;
      if (waiting.length > 0) void ask();
    }
  }

  return (viewer, postId) => {
    const answer = Promise.withResolvers<VisiblePost | undefined>();
    waiting.push({ viewer, postId, context: currentContext(), answer });
    if (onTheirWay === 0) {
      // The rest of what came in this turn.
      if (waiting.length === 1) setImmediate(ask);
    } else timer ??= setTimeout(ask, waitMs);
    return answer.promise;
  };
}
