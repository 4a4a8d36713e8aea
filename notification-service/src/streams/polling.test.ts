import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { expect, test } from "vitest";
import type { Reader } from "./audience.ts";
import { poll } from "./polling.ts";
import { memoryLog, stream } from "./testing.ts";

test("a client whose access ends while the log is read gets nothing of it, with a position and without", async () => {
  for (const after of ["epoch-epoch:0", undefined]) {
    const log = memoryLog();
    let mayRead = true;
    const readPage: typeof log.readPage = async (...page) => {
      // It is for fewer eyes from now on, and what follows is not for this client.
      mayRead = false;
      log.append();
      return log.readPage(...page);
    };
    const admit = async (): Promise<Reader> => {
      if (!mayRead) throw new Problem("not_found");
      return { hidden: new Set(), post: null };
    };
    await expect(poll(readPage, "epoch-epoch", stream, after, 10, admit)).rejects.toMatchObject({ code: "not_found" });
  }
});
