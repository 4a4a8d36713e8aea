import type { PostVersion } from "@newfeed/shared/contracts/routes/posts.ts";

/** What a post said, as it is stored, with the dates as text. */
export const toVersion = <V extends { writtenAt: Date; endedAt: Date }>({ writtenAt, endedAt, ...version }: V) =>
  ({
    ...version,
    writtenAt: writtenAt.toISOString(),
    endedAt: endedAt.toISOString(),
  }) satisfies Omit<PostVersion, "title" | "content">;
