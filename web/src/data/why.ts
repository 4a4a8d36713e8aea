import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";

/** Why the reader got a notification. */
export const useWhy = (notification: string) =>
  useQuery({ queryKey: keys.why(notification), queryFn: ({ signal }) => client.notifications.why({ notification }, { signal }), staleTime: 0 });
