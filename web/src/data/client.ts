import { createClient } from "@newfeed/client";
import { QueryClient } from "@tanstack/react-query";

/** The page's one connection to the server. */
export const client = createClient();

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // What is live is pushed; the rest is fetched again when it is shown again.
      staleTime: 30_000,
      gcTime: 30 * 60_000,
      retry: (failures, error) => failures < 2 && "isTemporary" in error && error.isTemporary === true && "code" in error && error.code !== "rate_limited",
    },
  },
});
