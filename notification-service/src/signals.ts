import { PostState, Visibility } from "@newfeed/shared/contracts/dto.ts";
import { Id } from "@newfeed/shared/contracts/primitives.ts";
import { StreamName } from "@newfeed/shared/contracts/sockets.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Signals } from "@newfeed/shared/ports/signals.ts";
import * as z from "zod";
import type { Appended } from "./streams/log-store.ts";

const AppendedSchema: z.ZodType<Appended> = z.object({
  stream: StreamName,
  entries: z.array(
    z.object({
      offset: z.int(),
      type: z.string() as unknown as z.ZodType<Appended["entries"][number]["type"]>,
      actorId: Id.nullable(),
      data: z.record(z.string(), z.unknown()),
    }),
  ),
});

/** Who may see whom or what has changed. */
export const AccessChange = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("block"), userIds: z.tuple([Id, Id]) }),
  z.object({ kind: z.literal("unblock"), userIds: z.tuple([Id, Id]) }),
  z.object({ kind: z.literal("unfollow"), followerId: Id, authorId: Id }),
  z.object({ kind: z.literal("visibility"), postId: Id, authorId: Id, visibility: Visibility, revision: z.int() }),
]);
export type AccessChange = z.infer<typeof AccessChange>;

/** What instances tell each other. Anything may be lost: the log, the access changes in the database and the next fetch repair it. */
export const topics = {
  /** Numbered by its sender, so that whoever misses one knows. */
  committed: z.object({ from: z.string().max(100), number: z.int(), accessChanged: z.boolean(), appended: z.array(AppendedSchema) }),
  post_liked: z.object({ postId: Id, likeCount: z.int() }),
  new_post: z.object({ post: PostState }),
};
export type Topic = keyof typeof topics;

/** Listens to a topic; what is not of its form is dropped with a warning. */
export function listenTo<T extends Topic>(signals: Signals, topic: T, logger: Logger, listener: (payload: z.output<(typeof topics)[T]>) => void): () => void {
  return signals.listen(topic, (payload) => {
    const parsed = topics[topic].safeParse(payload);
    if (parsed.success) listener(parsed.data as z.output<(typeof topics)[T]>);
    else logger.warn("a signal was not of its form", { topic, error: parsed.error.message });
  });
}
