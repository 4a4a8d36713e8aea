import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";

/** Do a user's new posts notify the reader? */
export const useBell = (userId: string) =>
  useQuery({ queryKey: keys.bell(userId), queryFn: ({ signal }) => client.users.bell(userId, { signal }), staleTime: 0 });
