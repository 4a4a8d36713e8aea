import { useQuery } from "@tanstack/react-query";
import { keys } from "./keys.ts";

/** What the user shows first on their profile, once it is known: it is fetched when the menu of a post of theirs is about to open. */
export const usePinnedLater = (userId: string) =>
  useQuery({ queryKey: keys.pinned(userId), queryFn: async ({ signal }) => (await import("./pinned.ts")).fetchPinned(userId, signal), enabled: false });
