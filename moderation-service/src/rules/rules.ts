import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import type { MediaId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { ModerationRule, RuleTrial, WriteRule } from "@newfeed/shared/contracts/routes/moderation-rules.ts";
import { requireAdministrator, requireModerator, type Viewer } from "@newfeed/shared/ports/call.ts";
import type { ServiceClients } from "../service-clients.ts";
import { type Match, matchOf } from "./match.ts";
import type { RuleStore, StoredRule } from "./store.ts";

const toRule = ({ createdAt, updatedAt, ...rule }: StoredRule): ModerationRule => ({
  ...rule,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

/** Throws `validation_failed` for a pattern that is none. */
async function checked(rule: WriteRule): Promise<Match> {
  try {
    return await matchOf(rule);
  } catch (error) {
    throw invalidField("terms", `must be patterns: ${error instanceof Error ? error.message : "one is none"}`);
  }
}

/** Throws `forbidden`. */
export async function listRules({ list }: Pick<RuleStore, "list">, moderator: Viewer): Promise<{ data: ModerationRule[] }> {
  requireModerator(moderator);
  return { data: (await list()).map(toRule) };
}

/** Throws `forbidden`, and `conflict` for one too many. */
export async function createRule({ create }: Pick<RuleStore, "create">, administrator: Viewer, rule: WriteRule): Promise<ModerationRule> {
  requireAdministrator(administrator);
  await checked(rule);
  const made = await create(rule);
  if (!made) throw new Problem("conflict", { message: `There are ${bounds.moderationRules} rules. Remove one first.` });
  return toRule(made);
}

/** Throws `forbidden`, `not_found`, and `conflict` once it is another. */
export async function updateRule(
  { find, update }: Pick<RuleStore, "find" | "update">,
  administrator: Viewer,
  id: string,
  { revision, ...rule }: WriteRule & { revision: number },
): Promise<ModerationRule> {
  requireAdministrator(administrator);
  await checked(rule);
  const updated = await update(id, revision, rule);
  if (updated) return toRule(updated);
  throw (await find(id)) ? new Problem("conflict", { message: "This rule has changed. Look at it again." }) : new Problem("not_found");
}

/** What it has flagged stays so. Throws `forbidden`. */
export async function deleteRule({ remove }: Pick<RuleStore, "remove">, administrator: Viewer, id: string): Promise<void> {
  requireAdministrator(administrator);
  await remove(id);
}

/** What a rule would find among the newest public posts, without keeping it. Texts are not compared with those of others. Throws `forbidden`. */
export async function tryRule(
  { newestPosts, pictureHashes }: Pick<ServiceClients, "newestPosts" | "pictureHashes">,
  moderator: Viewer,
  rule: WriteRule,
): Promise<RuleTrial> {
  requireModerator(moderator);
  if (rule.kind === "classifier") throw invalidField("kind", "must be one that can be tried: the classifier is asked about what is written from now on");
  const match = await checked(rule);
  const posts = await newestPosts(moderator.userId);
  const hashes = rule.kind === "picture" ? await pictureHashes(posts.flatMap(({ mediaIds }) => mediaIds)) : new Map<MediaId, string>();
  const now = new Date();
  const data = posts.flatMap(({ id, authorId, content, mediaIds }) => {
    const written = { authorId, text: content, writers: 1 };
    const looks = mediaIds.flatMap((mediaId) => hashes.get(mediaId) ?? []).map((pictureHash) => ({ ...written, pictureHash }));
    const detail = [written, ...looks].map((shown) => match(shown, now)).find((found) => found !== null);
    return detail === undefined ? [] : [{ postId: id, detail, content: content.slice(0, 200) }];
  });
  return { looked: posts.length, data: data.slice(0, 100), found: data.length };
}
