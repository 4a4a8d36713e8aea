import type { ModerationTargetType } from "@newfeed/shared/contracts/moderation.ts";
import { lengths } from "@newfeed/shared/contracts/text.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { Subject } from "../cases/case.ts";
import * as sql from "./statements.ts";

// A question is locked before the case of its subject.

/** In the transaction of the event of what was written. */
export async function askAbout(query: Query, { target, authorId, postId, content }: Subject): Promise<void> {
  await query(sql.ask, { targetType: target.type, targetId: target.id, authorId, postId, content: content.slice(0, lengths.post) });
}

export async function forgetQuestions(query: Query, targetType: ModerationTargetType, targetIds: readonly string[]): Promise<void> {
  await query(sql.forget, { targetType, targetIds });
}
