import type { Account, PasswordRules, SessionState, SignInOptions } from "@newfeed/client";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { useObservable } from "./hooks.ts";
import { keys } from "./keys.ts";

export const useSession = (): SessionState => useObservable(client.session);

/** The signed-in user; null for a visitor. */
export const useMe = (): Account | null => useSession().user;
/** Whether the account decides about what is reported. */
export const mayModerate = (account: Account | null): boolean => account?.roles.some((role) => role === "moderator" || role === "admin") ?? false;
/** Whether the account sees what the services did; only administrators change any of it. */
export const mayAudit = (account: Account | null): boolean => account?.roles.some((role) => role === "auditor" || role === "admin") ?? false;

/** How users join; undefined until the server has answered. */
export const useSignInOptions = (): SignInOptions | undefined =>
  useQuery({ queryKey: keys.signInOptions, queryFn: ({ signal }) => client.session.options({ signal }), staleTime: 60_000 }).data;

const usual: PasswordRules = { minLength: lengths.password.min, maxLength: lengths.password.max };

/** What a new password needs; the usual rules until the server has answered. */
export const usePasswordRules = (): PasswordRules =>
  useQuery({
    queryKey: keys.passwordRules,
    queryFn: ({ signal }) => client.session.passwordRules({ signal }),
    placeholderData: usual,
    staleTime: Number.POSITIVE_INFINITY,
  }).data ?? usual;
