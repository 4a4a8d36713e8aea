import type { SecondFactor } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { client, queryClient } from "./client.ts";
import { keys } from "./keys.ts";

/** Whether sign-in asks for a code. */
export const useSecondFactor = () => useQuery({ queryKey: keys.secondFactor, queryFn: ({ signal }) => client.secondFactor.get({ signal }), staleTime: 0 });

const set = (state: SecondFactor) => queryClient.setQueryData<SecondFactor>(keys.secondFactor, state);

/** Resolves with the recovery codes. */
export async function confirmSecondFactor(code: string): Promise<string[]> {
  const codes = await client.secondFactor.confirm(code);
  set({ enabledAt: new Date().toISOString(), recoveryCodes: codes.length });
  return codes;
}

export async function removeSecondFactor(): Promise<void> {
  await client.secondFactor.remove();
  set({ enabledAt: null, recoveryCodes: 0 });
}

export async function renewRecoveryCodes(): Promise<string[]> {
  const codes = await client.secondFactor.renewCodes();
  queryClient.setQueryData<SecondFactor>(keys.secondFactor, (before) => before && { ...before, recoveryCodes: codes.length });
  return codes;
}
