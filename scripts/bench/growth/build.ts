import { type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { vacuum } from "@newfeed/shared/testing/vacuum.ts";
import { accounts } from "./data/accounts.ts";
import { comments, countedLikes } from "./data/comments.ts";
import { devices } from "./data/devices.ts";
import { storedEvents } from "./data/events.ts";
import { countedInbox, inboxes } from "./data/inboxes.ts";
import { media } from "./data/media.ts";
import { moderation } from "./data/moderation.ts";
import { countedProfiles, peopleCopies, profiles } from "./data/people.ts";
import { outbox, plumbing } from "./data/plumbing.ts";
import { popularity } from "./data/popularity.ts";
import { posts } from "./data/posts.ts";
import { searchIndex } from "./data/search.ts";
import { webhooks } from "./data/webhooks.ts";
import { insertOf, type Rows } from "./rows.ts";
import type { Size, Users } from "./size.ts";

interface ServiceData {
  rows?: readonly Rows[];
  /** Statements that make counts true, afterwards. */
  counts?: readonly string[];
}

const dataOf: Partial<Record<StoringServiceName, (size: Size, users: Users, largeFrom: number) => ServiceData>> = {
  "auth-service": (size, users) => ({ rows: accounts(size, users) }),
  "user-service": (size, users) => ({ rows: profiles(size, users), counts: countedProfiles(size, users) }),
  "post-service": (size, users, largeFrom) => ({ rows: [...peopleCopies(size, users), ...posts(size, users, largeFrom)] }),
  "comment-service": (size, users) => ({ rows: [...peopleCopies(size, users), ...comments(size, users)], counts: countedLikes(size) }),
  "event-service": (size, users) => ({ rows: storedEvents(size, users) }),
  "media-service": (size, users) => ({ rows: media(size, users) }),
  "moderation-service": (size, users) => ({ rows: moderation(size, users) }),
  "query-service": (size, users) => ({ rows: [...searchIndex(size, users), ...popularity(size)] }),
  "delivery-service": (size, users) => ({ rows: [...webhooks(size, users), ...devices(size, users)] }),
  "notification-service": (size, users) => ({ rows: [...peopleCopies(size, users), ...inboxes(size, users)], counts: countedInbox(size, users) }),
};

/** Rows of a statement: progress shows, and no transaction takes long. */
const chunk = 100_000;

export interface Building {
  databases: Readonly<Record<StoringServiceName, RawDatabase>>;
  size: Size;
  /** With an account each; their own rows are there already. */
  users: Users;
  /** An author with more followers is a large one. */
  largeFrom: number;
  /** What is newest was made a minute before. */
  now: Date;
  progress(line: string): void;
}

/**
 * Fills the migrated databases of all services with set-based SQL, every constraint and index in place, and analyses them. The
 * connections must have no statement timeout.
 */
export async function build({ databases, size, users, largeFrom, now, progress }: Building): Promise<void> {
  async function insert(name: StoringServiceName, part: Rows): Promise<void> {
    for (let from = 1; from <= part.count; from += chunk) {
      const to = Math.min(from + chunk - 1, part.count);
      await databases[name].transaction(async (query) => {
        await query("SET LOCAL synchronous_commit = off");
        await query(insertOf(part), [from, to, now]);
      });
      if (part.count > chunk) progress(`${name} ${part.table}: ${to.toLocaleString("en")} of ${part.count.toLocaleString("en")}`);
    }
  }

  for (const name of storingServiceNames) {
    const { rows = [], counts = [] } = dataOf[name]?.(size, users, largeFrom) ?? {};
    for (const part of [...rows, ...plumbing(name, size)]) await insert(name, part);
    for (const statement of counts) await databases[name].query(statement);
    progress(`${name}: filled`);
  }
  // Last: reconciliation would fetch what its consumers do not have yet.
  for (const name of storingServiceNames) {
    for (const part of outbox(name, size)) await insert(name, part);
    await vacuum(databases[name].query);
    progress(`${name}: analysed`);
  }
}
