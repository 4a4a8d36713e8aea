import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { AccessChange } from "../signals.ts";

/** What is checked: the users hidden from a user, or the access to a post. */
interface Subject {
  userId: UserId;
  postId?: PostId;
}

interface Check extends Subject {
  outdated: boolean;
}

/** Access checks in flight, whose results an access change may overtake. */
export interface AccessChecks {
  /** Repeats `read` until no access change came before its answer; `use` gets the answer in the same turn. */
  run<T, R>(subject: Subject, read: () => Promise<T>, use: (answer: T) => R): Promise<R>;
  /** Has the checks that this change concerns read again. */
  outdate(change: AccessChange): void;
}

/** Whether a change may be one of what a check found. Of an account that became private it is not known which posts are its own. */
function concerns(change: AccessChange, { userId, postId }: Subject): boolean {
  switch (change.kind) {
    case "unfollow":
      return change.followerId === userId;
    case "visibility":
      return change.postId === postId;
    case "private":
    case "suspended":
      return postId !== undefined;
    default:
      return change.userIds.includes(userId);
  }
}

export function createAccessChecks(): AccessChecks {
  const inFlight = new Set<Check>();
  return {
    async run(subject, read, use) {
      for (;;) {
        const check: Check = { ...subject, outdated: false };
        inFlight.add(check);
        try {
          const answer = await read();
          if (!check.outdated) return use(answer);
        } finally {
          inFlight.delete(check);
        }
      }
    },
    outdate(change) {
      for (const check of inFlight) if (concerns(change, check)) check.outdated = true;
    },
  };
}
