import { canaryChecks, type Writer } from "@newfeed/shared/doctor/canary.ts";
import { type Check, type Finding, lookAt } from "@newfeed/shared/doctor/finding.ts";
import { outsideChecks } from "@newfeed/shared/doctor/outside.ts";
import { client } from "./client.ts";
import { ask } from "./console.ts";

// Loaded when an examination begins.

/** What services see themselves. */
const inside: Check = {
  name: "inside",
  async look() {
    const response = await ask("/admin/doctor", {});
    if (!response.ok) throw new Error(`/admin/doctor answers ${response.status}`);
    return ((await response.json()) as { findings: Finding[] }).findings;
  },
};

/** Writes as the user who is signed in. What it has written is deleted, too, when the page is closed before the end. */
function createWriter(): Writer {
  let removed: (() => void) | undefined;
  return {
    posts: {
      async create(post) {
        const made = await client.posts.create(post);
        // A request that outlives its page.
        removed = () => void fetch(`/api/v1/posts/${made.id}`, { method: "DELETE", keepalive: true });
        addEventListener("pagehide", removed);
        return made;
      },
      async delete(id) {
        await client.posts.delete(id);
        if (removed) removeEventListener("pagehide", removed);
      },
    },
    comments: client.comments,
  };
}

/** By HTTP/1.1 a browser opens six: these, those that are about to close, the page's own, and one to write comments with. */
const atOnce = 2;

/** Reports what is found, one by one, until `signal` ends it. Writes nothing unless `mayWrite`. */
export async function examine(mayWrite: boolean, report: (finding: Finding) => void, signal: AbortSignal): Promise<void> {
  const base = new URL(location.origin);
  await lookAt([...outsideChecks(base), inside, ...(mayWrite ? canaryChecks({ base, writer: createWriter(), atOnce }) : [])], report, signal);
}
