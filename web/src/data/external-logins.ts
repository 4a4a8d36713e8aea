import { useQuery } from "@tanstack/react-query";
import { client, refetch } from "./client.ts";
import { keys } from "./keys.ts";

/** The accounts elsewhere that the user signs in with. */
export const useExternalLogins = () =>
  useQuery({ queryKey: keys.externalLogins, queryFn: ({ signal }) => client.externalLogins.list({ signal }), staleTime: 0 });

export const refetchExternalLogins = () => void refetch(keys.externalLogins);
