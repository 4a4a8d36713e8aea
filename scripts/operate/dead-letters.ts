import { type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { actOnAll, type DeadLetterAction, findDeadLetter, listDeadLetters, type Which } from "@newfeed/shared/outbox/dead-letter-desk.ts";
import type { DeadLetter } from "@newfeed/shared/outbox/dead-letters.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { Printer } from "@newfeed/shared/runtime/printer.ts";
import { CommandFailed, runCommand, serviceOf, UsageError } from "./command.ts";
import type { Installation } from "./installation.ts";

const usage = `usage: npm run dead-letters -- list [<service>] [--type TYPE] [--reason TEXT]
       npm run dead-letters -- show <service> <id>
       npm run dead-letters -- replay <service> <id>
       npm run dead-letters -- replay [<service>] (--all | --type TYPE | --reason TEXT)
       npm run dead-letters -- drop <service> <id>
       npm run dead-letters -- drop [<service>] (--all | --type TYPE | --reason TEXT)

Events that a service failed to handle. \`list\` prints their ids after the service. \`replay\` makes the service handle
an event again, at its next start if it is not running. --type takes those of a type, --reason those with a text in their
reason. With --dry-run, \`replay\` and \`drop\` only print what they would take.`;

/** The most that is printed of a service. */
const listLimit = 10_000;

type Print = Printer["print"];

/** One line of at most this many characters. */
const brief = (text: string, length = 100) => {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};

/** Works on the dead letters of one service, or of each. Returns the sum of what `work` returns. */
async function onEach(installation: Installation, only: StoringServiceName | undefined, work: (query: Query, service: StoringServiceName) => Promise<number>) {
  if (installation.oneDatabase && !only) throw new CommandFailed("DATABASE_URL names a single database: add the name of its service");
  let sum = 0;
  for (const service of only ? [only] : storingServiceNames) {
    const { query } = await installation.openDatabase(service);
    const [table] = await query("SELECT 1 WHERE to_regclass('newfeed.dead_letter') IS NOT NULL");
    if (!table) throw new CommandFailed(`${service}'s database is older than this version; start NewFeed, or run \`npm run migrate\``);
    sum += await work(query, service);
  }
  return sum;
}

/** Prints the dead letters, one a line. Returns their number. */
const list = (installation: Installation, print: Print, only: StoringServiceName | undefined, which: Which): Promise<number> =>
  onEach(installation, only, async (query, service) => {
    const letters = await listDeadLetters(query, listLimit, which);
    for (const { id, failedAt, type, reason, replayAt } of letters)
      print(`${service}  ${id}  ${failedAt.toISOString()}  ${type}  ${replayAt ? "(to be replayed) " : ""}${brief(reason)}`);
    return letters.length;
  });

/** Formats JSON; returns any other text as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function textOf(service: StoringServiceName, { id, messageId, type, key, failedAt, tries, reason, detail, body }: DeadLetter): string {
  const fields = { service, id, message: messageId, type, key, since: failedAt.toISOString(), tries, reason };
  const lines = Object.entries(fields).map(([name, value]) => `${name.padEnd(8)} ${value}`);
  return [...lines, "", readable(body), ...(detail ? ["", detail] : [])].join("\n");
}

const none = (service: StoringServiceName, id: string) => new CommandFailed(`${service} has no dead letter ${id}`);

const show = (installation: Installation, print: Print, service: StoringServiceName, id: string) =>
  onEach(installation, service, async (query) => {
    const letter = await findDeadLetter(query, id);
    if (!letter) throw none(service, id);
    print(textOf(service, letter));
    return 1;
  });

const doneBy: Record<DeadLetterAction, string> = { replay: "replayed", drop: "dropped" };

await runCommand({
  usage,
  flags: ["all", "dry-run"],
  values: ["type", "reason"],
  read([action, name, id, ...rest], { all = false, "dry-run": dry = false, type, reason }) {
    if (rest.length > 0) throw new UsageError(`unexpected argument: ${rest[0]}`);
    if (type === "" || reason === "") throw new UsageError("--type and --reason take a text");
    const filtered = type !== undefined || reason !== undefined;
    if (action !== "list" && action !== "show" && action !== "replay" && action !== "drop")
      throw new UsageError(action ? `invalid command: ${action}` : "missing command");
    const only = name === undefined ? undefined : serviceOf(name);
    if (action === "list") {
      if (id || all || dry) throw new UsageError("`list` takes a service, --type and --reason");
      return async (installation, print) => {
        const count = await list(installation, print, only, { type, reason });
        print(`${count} dead letter${count === 1 ? "" : "s"}`);
      };
    }
    if (id && (all || filtered)) throw new UsageError("--all, --type and --reason take no id");
    if (action === "show" && (all || filtered || dry)) throw new UsageError("`show` takes a service and an id");
    if (!id && !all && !filtered) throw new UsageError(only ? "missing id; `list` prints the ids" : "missing service: or --all, --type, --reason");
    if (action === "show") return async (installation, print) => void (await show(installation, print, serviceOf(name), String(id)));
    const done = doneBy[action];
    const which: Which = { id, type, reason };
    return async (installation, print) => {
      if (dry) return print(`${await list(installation, print, only, which)} would be ${done}`);
      const count = await onEach(installation, only, async (query, service) => {
        const acted = await actOnAll(query, action, which);
        if (acted === 0 && id) throw none(service, id);
        return acted;
      });
      print(`${count} ${done}`);
    };
  },
});
