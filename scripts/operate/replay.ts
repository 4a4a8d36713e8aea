import { setTimeout as sleep } from "node:timers/promises";
import { askForReplay, changeReplay, toReplay } from "@newfeed/event-service/replays/replays.ts";
import { createReplayStore, type ReplayStore } from "@newfeed/event-service/replays/store.ts";
import { eventService } from "@newfeed/event-service/service.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { CreateReplay, type Replay } from "@newfeed/shared/contracts/routes/replays.ts";
import { replayableServiceNames } from "@newfeed/shared/contracts/services.ts";
import type { Printer } from "@newfeed/shared/runtime/printer.ts";
import { CommandFailed, runCommand, UsageError } from "./command.ts";

const usage = `usage: npm run replay -- <service> --from <time> [--to <time>] [--types <type>,…] [--aggregate <id>] [--rate <events a second>]
       npm run replay -- follow <id>
       npm run replay -- pause | resume | cancel <id>

Has a service handle kept events again: ${replayableServiceNames.join(", ")}. Times are ISO 8601: 2026-01-31T12:00:00Z. The services do it, and
go on after a crash; the command prints how far they are, and may be ended.`;

const everyMs = 1_000;
/** When to say that nothing happens. */
const silentAfterMs = 15_000;
const barLength = 30;

const number = (count: number) => Math.round(count).toLocaleString("en");

function lineOf({ progress, handled, empty, failed, lastFailure }: Replay): string {
  const done = Math.round(progress * barLength);
  const rest = [
    `${number(handled)} events`,
    ...(empty > 0 ? [`${number(empty)} empty`] : []),
    ...(failed > 0 ? [`${number(failed)} failed, the last with ${lastFailure ?? "no reason"}`] : []),
  ];
  return `[${"#".repeat(done)}${"-".repeat(barLength - done)}] ${Math.floor(progress * 100)} %, ${rest.join(", ")}`;
}

/** Prints how far a replay is until it has ended, or is paused. */
async function follow(store: ReplayStore, id: string, print: Printer["print"]): Promise<void> {
  let last = "";
  let silentSince = Date.now();
  for (;;) {
    const found = await store.find(id);
    if (!found) throw new CommandFailed(`there is no replay ${id}`);
    const replay = toReplay(found);
    const line = lineOf(replay);
    if (line !== last) {
      print(line);
      silentSince = Date.now();
    } else if (Date.now() - silentSince > silentAfterMs) {
      print(`waiting: do event-service and ${replay.consumer} run?`);
      silentSince = Date.now();
    }
    last = line;
    if (replay.state !== "running") return print(`the replay is ${replay.state}`);
    await sleep(everyMs);
  }
}

/** What a use-case refuses, as the command's failure. */
const refused = (error: unknown): never => {
  throw error instanceof Problem ? new CommandFailed(error.publicMessage) : error;
};

const steps = ["pause", "resume", "cancel"] as const;

await runCommand({
  usage,
  values: ["from", "to", "types", "aggregate", "rate"],
  read([action, id, ...rest], { from, to, types, aggregate, rate }) {
    if (!action || rest.length > 0) throw new UsageError(action ? `unexpected argument: ${rest[0]}` : "missing service");
    const step = steps.find((name) => name === action);
    if (step || action === "follow") {
      if (!id) throw new UsageError("missing id of a replay");
      return async (installation, print) => {
        const store = createReplayStore(await installation.openDatabase(eventService.name));
        if (!step) return follow(store, id, print);
        const { state } = await changeReplay(store, id, step).catch(refused);
        print(`the replay is ${state}`);
      };
    }
    const consumer = replayableServiceNames.find((name) => name === action || name === `${action}-service`);
    if (!consumer || id)
      throw new UsageError(id ? `unexpected argument: ${id}` : `nothing can be replayed to ${action}: one of ${replayableServiceNames.join(", ")}`);
    const time = (text: string) => (Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString());
    const asked = CreateReplay.safeParse({
      ...{ consumer, from: from === undefined ? undefined : time(from) },
      ...(to !== undefined && { to: time(to) }),
      ...(types !== undefined && { types: types.split(",") }),
      ...(aggregate !== undefined && { aggregate }),
      ...(rate !== undefined && { rate: Number(rate) }),
    });
    if (!asked.success) throw new UsageError(asked.error.issues.map(({ path, message }) => `--${String(path[0] ?? "from")}: ${message}`).join("\n"));
    return async (installation, print) => {
      const store = createReplayStore(await installation.openDatabase(eventService.name));
      const replay = await askForReplay(store, null, asked.data).catch(refused);
      print(`replay ${replay.id}`);
      if (installation.running === false) return print("it begins when event-service starts");
      await follow(store, replay.id, print);
    };
  },
});
