import type { ApiToken, CreateToken } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { client, queryClient } from "./client.ts";
import { keys } from "./keys.ts";

const change = (next: (tokens: ApiToken[]) => ApiToken[]) => queryClient.setQueryData<ApiToken[]>(keys.apiTokens, (before = []) => next(before));

/** The user's API tokens. */
export const useApiTokens = () => useQuery({ queryKey: keys.apiTokens, queryFn: ({ signal }) => client.tokens.list({ signal }), staleTime: 0 });

/** Resolves with the secret. */
export async function createApiToken(body: CreateToken): Promise<string> {
  const { secret, token } = await client.tokens.create(body);
  change((before) => [token, ...before]);
  return secret;
}

export async function revokeApiToken(token: ApiToken): Promise<void> {
  await client.tokens.revoke(token.id);
  change((before) => before.filter(({ id }) => id !== token.id));
}
