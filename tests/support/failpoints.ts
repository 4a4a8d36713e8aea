import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FailpointName } from "@newfeed/shared/ports/failpoint.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect } from "vitest";
import type { FeedProcess } from "./process.ts";

/** Failpoints that a running feed comes to once a test wants it: it need not be started again for each. */
export interface Failpoints {
  /** For the processes of feeds. */
  environment: { NEWFEED_FAILPOINTS: string };
  /** Does what leads there, and kills the process once it stands at that point. */
  killAt(feed: FeedProcess, failpoint: FailpointName, work: () => Promise<void>): Promise<void>;
  remove(): void;
}

export function createFailpointFolder(): Failpoints {
  const folder = mkdtempSync(join(tmpdir(), "newfeed-failpoints-"));
  return {
    environment: { NEWFEED_FAILPOINTS: `folder:${folder}` },
    async killAt(feed, failpoint, work) {
      const file = join(folder, `embedded.${failpoint}`);
      writeFileSync(file, "hold");
      await work();
      await eventually(() => expect(feed.output()).toContain(`failpoint ${failpoint}: hold`), 20_000);
      expect(await feed.signal("SIGKILL")).toBe("SIGKILL");
      rmSync(file);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
