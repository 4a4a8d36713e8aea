import type { CommentVersion, PostVersion } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";

/** A post or a comment. */
export interface Changed {
  kind: "post" | "comment";
  id: string;
  revision: number;
}

/** What it said before its changes, the newest first. */
export const useHistory = ({ kind, id, revision }: Changed) =>
  useQuery<(PostVersion | CommentVersion)[]>({
    // Another version is kept with each change.
    queryKey: [...keys.history(id), revision],
    queryFn: ({ signal }) => (kind === "post" ? client.posts : client.comments).history(id, { signal }),
  });
