import { useQuery } from "@tanstack/react-query";
import { client, refetch } from "./client.ts";
import { keys } from "./keys.ts";

/** Who waits for approval: the first page, for administrators. */
export const useApplicants = () =>
  useQuery({ queryKey: keys.applicants, queryFn: ({ signal }) => client.registration.applicants({}, { signal }), staleTime: 0 });

/** The latest invitations, for administrators. */
export const useInvites = () => useQuery({ queryKey: keys.invites, queryFn: ({ signal }) => client.registration.invites({}, { signal }), staleTime: 0 });

export const refetchApplicants = () => void refetch(keys.applicants);
export const refetchInvites = () => void refetch(keys.invites);
