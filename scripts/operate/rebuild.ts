import { setTimeout as sleep } from "node:timers/promises";
import { readModels } from "@newfeed/query-service/read-models.ts";
import { createRebuildRequests } from "@newfeed/query-service/rebuild/store.ts";
import { queryService } from "@newfeed/query-service/service.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import type { Printer } from "@newfeed/shared/runtime/printer.ts";
import { createSecondCopy } from "@newfeed/shared/runtime/second-copy.ts";
import { CommandFailed, runCommand, serviceOf, UsageError } from "./command.ts";

const usage = `usage: npm run rebuild -- query-service
       npm run rebuild -- query-service --give-up

Builds what a service has made of events and of other services' data a second time, beside the live copy, and puts the new copy in its
place. The service does it, and goes on after a crash; the command prints how far it is, and may be ended. --give-up drops an unfinished
copy.`;

const everyMs = 1_000;
/** When to say that nothing happens. */
const silentAfterMs = 15_000;

const number = (count: number) => Math.round(count).toLocaleString("en");

/** Prints how far a rebuild is until it has ended. */
async function follow(database: RawDatabase, print: Printer["print"]): Promise<void> {
  const requests = createRebuildRequests(database.query);
  const [live] = await database.query<{ rows: number }>("SELECT count(*) AS rows FROM indexed_post WHERE NOT deleted");
  let before = { rows: 0, at: Date.now() };
  let silentSince = Date.now();
  let lastFailures = 0;
  for (;;) {
    const failures = await requests.failures();
    const state = await requests.state();
    if (failures === undefined) {
      if (!state?.finishedAt) throw new CommandFailed("the rebuild was given up");
      const seconds = (state.finishedAt.getTime() - state.startedAt.getTime()) / 1_000;
      return print(`${number(state.rows)} rows in ${seconds.toFixed(1)} s: the new copy is live`);
    }
    const rows = state && !state.finishedAt ? state.rows : 0;
    if (rows !== before.rows) {
      print(`${number(rows)} of about ${number(live?.rows ?? 0)} rows, ${number(((rows - before.rows) * 1_000) / (Date.now() - before.at))} a second`);
      silentSince = Date.now();
    } else if (Date.now() - silentSince > silentAfterMs) {
      print("waiting: does query-service run?");
      silentSince = Date.now();
    }
    if (failures > lastFailures) print("a step failed and is tried again; the log of query-service says why");
    lastFailures = failures;
    before = { rows, at: Date.now() };
    await sleep(everyMs);
  }
}

await runCommand({
  usage,
  flags: ["give-up"],
  read([name, ...rest], { "give-up": givesUp = false }) {
    if (rest.length > 0) throw new UsageError(`unexpected argument: ${rest[0]}`);
    if (serviceOf(name) !== queryService.name) throw new UsageError(`${serviceOf(name)} has nothing that could be rebuilt; ${queryService.name} has`);
    return async (installation, print) => {
      const database = await installation.openDatabase(queryService.name);
      const requests = createRebuildRequests(database.query);
      if (givesUp) {
        const wasUnderWay = await requests.withdraw();
        await createSecondCopy(database, queryService.migrations, readModels).drop();
        return print(wasUnderWay ? "the rebuild is given up" : "there was no rebuild");
      }
      const isNew = await requests.request();
      if (!isNew) print("a rebuild is under way");
      if (installation.running === false) return print("it begins when query-service starts");
      await follow(database, print);
    };
  },
});
