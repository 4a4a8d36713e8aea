import { useQuery } from "@tanstack/react-query";
import { client, queryClient } from "./client.ts";
import { keys } from "./keys.ts";

/** Who waits for approval: the first page, for administrators. */
export const useApplicants = () =>
  useQuery({ queryKey: keys.applicants, queryFn: ({ signal }) => client.registration.applicants({}, { signal }), staleTime: 0 });

/** The latest invitations, for administrators. */
export const useInvites = () => useQuery({ queryKey: keys.invites, queryFn: ({ signal }) => client.registration.invites({}, { signal }), staleTime: 0 });

export const refetchApplicants = () => void queryClient.invalidateQueries({ queryKey: keys.applicants });
export const refetchInvites = () => void queryClient.invalidateQueries({ queryKey: keys.invites });
