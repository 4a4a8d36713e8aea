import type { CreateReport } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";

/** Reports something that the user sees. */
export async function report(body: CreateReport): Promise<void> {
  await (await client.moderation()).report(body);
}

/** What moderators go by; null where there are no rules. */
export const useCommunityRules = () =>
  useQuery({
    queryKey: keys.communityRules,
    queryFn: async ({ signal }) => (await client.moderation()).communityRules({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
