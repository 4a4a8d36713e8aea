import { createClient } from "@newfeed/client";
import { QueryClient } from "@tanstack/react-query";

/** Everything that this page knows of the server comes through here. */
export const client = createClient();

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // What is live is told of; the rest is asked again when it is looked at again.
      staleTime: 30_000,
      gcTime: 30 * 60_000,
      retry: (failures, error) => failures < 2 && "isTemporary" in error && error.isTemporary === true && "code" in error && error.code !== "rate_limited",
    },
  },
});
