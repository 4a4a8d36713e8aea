import {
  type DecideCases,
  type ModerationCalls,
  type ModerationCase,
  type ModerationRule,
  NewFeedError,
  type RejectCase,
  type RuleTrial,
  type WriteRule,
} from "@newfeed/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { say } from "../components/toasts.tsx";
import { t } from "../texts/account.ts";
import { client, refetch } from "./client.ts";
import { keys } from "./keys.ts";
import { nextPage } from "./lists.ts";
import { describeProblem } from "./problems.ts";

export type CaseState = ModerationCase["state"];
export type Rejection = Omit<RejectCase, "revision">;

/** How often what waits is looked for. */
const everyMs = 10_000;

/** The cases of a state, the newest first. */
export const useCases = (state: CaseState) =>
  useInfiniteQuery({
    queryKey: keys.cases(state),
    queryFn: async ({ pageParam, signal }) => (await client.moderation()).cases({ state, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: ({ pages }) => pages.flatMap(({ data }) => data),
    refetchInterval: everyMs,
  });

/** How many cases wait, and how long they do. */
export const useFigures = () =>
  useQuery({ queryKey: keys.moderationFigures, queryFn: async ({ signal }) => (await client.moderation()).figures({ signal }), refetchInterval: everyMs });

/** Every step of every case, the newest first. */
export const useAudit = () =>
  useInfiniteQuery({
    queryKey: keys.audit,
    queryFn: async ({ pageParam, signal }) => (await client.moderation()).audit({ ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: ({ pages }) => pages.flatMap(({ data }) => data),
  });

/** A case with all that a moderator needs; anew with each of its revisions. */
export const useCase = ({ id, revision }: Pick<ModerationCase, "id" | "revision">, isShown: boolean) =>
  useQuery({ queryKey: keys.case(id, revision), queryFn: async ({ signal }) => (await client.moderation()).case(id, { signal }), enabled: isShown });

/** What stands around what a case is about, as its moderator sees it. */
interface Beside {
  id: string;
  username: string | null;
  text: string;
}
const shownOf = ({ id, author, content }: { id: string; author: { username: string } | null; content: string }): Beside => ({
  id,
  username: author?.username ?? null,
  text: content,
});
const aroundAtOnce = 5;
async function aroundOf({ target, postId, authorId }: ModerationCase, signal: AbortSignal): Promise<Beside[]> {
  if (target.type !== "comment" || !postId) {
    const { data } = await client.posts.listOf(authorId, { limit: aroundAtOnce }, { signal });
    return data.filter(({ id }) => id !== target.id).map(shownOf);
  }
  const [post, { data: beside }] = await Promise.all([client.posts.get(postId, { signal }), client.comments.list(postId, { limit: aroundAtOnce }, { signal })]);
  // What a hidden comment answers is its author's alone.
  const above = await client.comments.thread(target.id, { signal }).then(({ ancestors }) => ancestors, unlessGone([]));
  const shown = [post, ...above.slice(-aroundAtOnce), ...beside].filter(({ id }) => id !== target.id);
  return shown.filter(({ id }, index) => shown.findIndex((other) => other.id === id) === index).map(shownOf);
}
function unlessGone<T>(instead: T) {
  return (error: unknown): T => {
    if (error instanceof NewFeedError && error.status === 404) return instead;
    throw error;
  };
}
/** The post and the comments by a comment; else what its author has posted lately. Nothing where that is hidden from moderators, too. */
export const useAround = (of: ModerationCase, isShown: boolean) =>
  useQuery({
    queryKey: keys.around(of.target.id),
    queryFn: ({ signal }) => aroundOf(of, signal).catch(unlessGone<Beside[]>([])),
    enabled: isShown,
  });

/** Does something to a case, and fetches the lists again; says why when it is refused. */
async function change(act: (calls: ModerationCalls) => Promise<unknown>): Promise<void> {
  try {
    await act(await client.moderation());
  } catch (error) {
    if (!(error instanceof NewFeedError)) throw error;
    say(describeProblem(error));
  }
  await refetchCases();
}
const refetchCases = () => Promise.all([["cases"], ["case"], keys.audit, keys.moderationFigures].map((key) => refetch(key)));

export const approveCase = ({ id, revision }: ModerationCase) => change((calls) => calls.approve(id, revision));
export const escalateCase = ({ id, revision }: ModerationCase) => change((calls) => calls.escalate(id, revision));
export const undoCase = ({ id, revision }: ModerationCase) => change((calls) => calls.undo(id, revision));
/** Takes a case, or gives it back. */
export const claimCase = ({ id }: ModerationCase, taken: boolean) => change((calls) => (taken ? calls.claim(id) : calls.release(id)));
/** Rejects with the error to show. */
export async function rejectCase({ id, revision }: ModerationCase, rejection: Rejection): Promise<void> {
  await (await client.moderation()).reject(id, { revision, ...rejection });
  await refetchCases();
}

const atOnce = 100;
/** Decides cases alike, and says of how many that was refused, and why of the first. Rejects with the error to show. */
export async function decideCases(cases: readonly ModerationCase[], decision: Omit<DecideCases, "cases">): Promise<void> {
  const calls = await client.moderation();
  const refused: (string | null)[] = [];
  for (let from = 0; from < cases.length; from += atOnce) {
    const these = cases.slice(from, from + atOnce).map(({ id, revision }) => ({ id, revision }));
    const answers = await calls.decide({ ...decision, cases: these });
    refused.push(...answers.filter(({ decided }) => !decided).map(({ message }) => message));
  }
  if (refused.length > 0) say(t.wave.refused(refused.length, refused[0] ?? ""));
  await refetchCases();
}

/** What content is checked for. */
export const useRules = () => useQuery({ queryKey: keys.moderationRules, queryFn: async ({ signal }) => (await client.moderation()).rules({ signal }) });

/** What a rule knows an upload by; none without one. */
export const usePictureHash = (id: string | null) =>
  useQuery({ queryKey: keys.pictureHash(id), queryFn: ({ signal }) => client.media.hashOf(id ?? "", { signal }), enabled: id !== null });
/** The same of a file. Rejects with the error to show. */
export const hashOfFile = (file: Blob): Promise<string> => client.media.hashOf(file);

async function changeRules(act: (calls: ModerationCalls) => Promise<unknown>): Promise<void> {
  await act(await client.moderation());
  await refetch(keys.moderationRules);
}
/** Rejects with the error to show, as what follows. */
export const createRule = (rule: WriteRule) => changeRules((calls) => calls.createRule(rule));
export const tryRule = async (rule: WriteRule): Promise<RuleTrial> => (await client.moderation()).tryRule(rule);
export const deleteRule = ({ id }: ModerationRule) => changeRules((calls) => calls.deleteRule(id));
export const switchRule = ({ id, name, kind, terms, threshold, hours, reason, hide, enabled, revision }: ModerationRule) =>
  changeRules((calls) => calls.updateRule(id, { name, kind, terms, threshold, hours, reason, hide, enabled: !enabled, revision }));
