import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { enqueue } from "@newfeed/shared/outbox/enqueue.ts";
import { v7 as uuidv7 } from "uuid";
import type { TestFeed } from "./feed.ts";

type Content = { type: "post" | "comment" | "media"; id: string; authorId: Extract<NewEvent, { type: "content.rejected" }>["data"]["authorId"] };

/** Publishes what moderation-service would, of one case for each piece of content. */
export async function moderationOf(feed: Pick<TestFeed, "platform">) {
  const { query } = await feed.platform.openDatabase("moderation-service");
  const cases = new Map<string, { caseId: string; revision: number }>();
  const publish = (...events: NewEvent[]) => enqueue(query, events);
  const next = (id: string) => {
    const known = cases.get(id) ?? { caseId: uuidv7(), revision: 0 };
    const step = { ...known, revision: known.revision + 1 };
    cases.set(id, step);
    return step;
  };
  const about = ({ type, id, authorId }: Content) => {
    const { caseId, revision } = next(id);
    return { event: { aggregate: { id: caseId, revision }, actorId: null }, data: { caseId, target: { type, id }, authorId } };
  };
  return {
    publish,
    /** The author's appeal against the last decision is decided. */
    async decideAppeal(content: Content, accepted: boolean): Promise<void> {
      const { event, data } = about(content);
      if (accepted) await publish({ type: "content.approved", ...event, data: { ...data, appeal: true, shown: true } });
      else await publish({ type: "content.rejected", ...event, data: { ...data, action: "hide", reason: "harassment", until: null, appeal: true } });
    },
    async flag(content: Content, hide = true): Promise<void> {
      const { event, data } = about(content);
      await publish({ type: "content.flagged", ...event, data: { ...data, source: "rule", reason: "spam", hide } });
    },
    async reject(content: Content, action: "hide" | "delete" | "warn" = "hide"): Promise<string> {
      const { event, data } = about(content);
      await publish({ type: "content.rejected", ...event, data: { ...data, action, reason: "harassment", until: null, appeal: false } });
      return data.caseId;
    },
    async approve(content: Content): Promise<void> {
      const { event, data } = about(content);
      await publish({ type: "content.approved", ...event, data: { ...data, appeal: false, shown: true } });
    },
  };
}
export type Moderation = Awaited<ReturnType<typeof moderationOf>>;
