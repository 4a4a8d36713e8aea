import { type ServiceName, serviceNames } from "@newfeed/shared/contracts/services.ts";
import { type DeadLetter, dropDeadLetters, findDeadLetter, listDeadLetters, requestReplay, type Which } from "@newfeed/shared/outbox/dead-letters.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { CommandFailed, runCommand, serviceOf, UsageError } from "./command.ts";
import type { Installation } from "./installation.ts";

const usage = `usage: npm run dead-letters -- list [<service>]
       npm run dead-letters -- show <service> <id>
       npm run dead-letters -- replay <service> <id>
       npm run dead-letters -- replay [<service>] --all
       npm run dead-letters -- drop <service> <id>
       npm run dead-letters -- drop [<service>] --all

Events that a service failed to handle. \`list\` prints their ids after the service. \`replay\` makes the service handle
an event again, at its next start if it is not running.`;

/** The most that `list` prints. */
const listLimit = 10_000;

/** One line of at most this many characters. */
const brief = (text: string, length = 100) => {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};

/** Works on the dead letters of one service, or of each. */
async function onEach(installation: Installation, only: ServiceName | undefined, work: (query: Query, service: ServiceName) => Promise<void>) {
  if (installation.oneDatabase && !only) throw new CommandFailed("DATABASE_URL names a single database: add the name of its service");
  for (const service of only ? [only] : serviceNames) {
    const { query } = await installation.openDatabase(service);
    const [table] = await query("SELECT 1 WHERE to_regclass('newfeed.dead_letter') IS NOT NULL");
    if (!table) throw new CommandFailed(`${service}'s database is older than this version; start NewFeed, or run \`npm run migrate\``);
    await work(query, service);
  }
}

async function list(installation: Installation, only: ServiceName | undefined): Promise<void> {
  let count = 0;
  await onEach(installation, only, async (query, service) => {
    for (const { id, failedAt, type, reason, replayAt } of await listDeadLetters(query, listLimit)) {
      console.log(`${service}  ${id}  ${failedAt.toISOString()}  ${type}  ${replayAt ? "(to be replayed) " : ""}${brief(reason)}`);
      count++;
    }
  });
  console.log(`${count} dead letter${count === 1 ? "" : "s"}`);
}

/** Formats JSON; returns any other text as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function print(service: ServiceName, { id, messageId, type, key, failedAt, tries, reason, detail, body }: DeadLetter): void {
  const fields = { service, id, message: messageId, type, key, since: failedAt.toISOString(), tries, reason };
  for (const [name, value] of Object.entries(fields)) console.log(`${name.padEnd(8)} ${value}`);
  console.log(`\n${readable(body)}${detail ? `\n\n${detail}` : ""}`);
}

const none = (service: ServiceName, id: string) => new CommandFailed(`${service} has no dead letter ${id}`);

const show = (installation: Installation, service: ServiceName, id: string): Promise<void> =>
  onEach(installation, service, async (query) => {
    const letter = await findDeadLetter(query, id);
    if (!letter) throw none(service, id);
    print(service, letter);
  });

const actions = {
  replay: { done: "replayed", act: requestReplay },
  drop: { done: "dropped", act: dropDeadLetters },
};

await runCommand({
  usage,
  flags: ["all"],
  read([action, name, id, ...rest], { all = false }) {
    if (rest.length > 0) throw new UsageError(`unexpected argument: ${rest[0]}`);
    if (action === "list" && !id && !all) {
      const only = name === undefined ? undefined : serviceOf(name);
      return (installation) => list(installation, only);
    }
    if (action !== "show" && action !== "replay" && action !== "drop") throw new UsageError(action ? `invalid command: ${action}` : "missing command");
    if (all && (action === "show" || id)) throw new UsageError("--all takes no id, and goes only with `replay` and `drop`");
    if (!all && name !== undefined && !id) throw new UsageError("missing id; `list` prints the ids");
    const only = all && name === undefined ? undefined : serviceOf(name);
    if (action === "show") return (installation) => show(installation, serviceOf(name), String(id));
    const { act, done } = actions[action];
    const which: Which = all ? "all" : { id: String(id) };
    return async (installation) => {
      let count = 0;
      await onEach(installation, only, async (query, service) => {
        const acted = await act(query, which);
        if (acted === 0 && !all) throw none(service, String(id));
        count += acted;
      });
      console.log(`${count} ${done}`);
    };
  },
});
