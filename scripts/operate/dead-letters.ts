import { queueOf } from "@newfeed/shared/contracts/events.ts";
import { type ServiceName, serviceNames } from "@newfeed/shared/contracts/services.ts";
import type { Bus, DeadLetter } from "@newfeed/shared/ports/bus.ts";
import { Refused, runCommand, serviceOf, UsageError } from "./command.ts";

const usage = `usage: npm run dead-letters -- list [<service>]
       npm run dead-letters -- show <service> <key>
       npm run dead-letters -- replay <service> <key>
       npm run dead-letters -- replay <service> --all
       npm run dead-letters -- drop <service> <key>

Events that a service could not take. <key> is what \`list\` shows first; \`replay\` delivers again.`;

/** More than anybody reads. */
const atOnce = 10_000;

/** One line of at most this many characters. */
const brief = (text: string, length = 100) => {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};

async function list({ deadLetters }: Bus, services: readonly ServiceName[]): Promise<void> {
  let count = 0;
  for (const service of services)
    for (const { key, at, type, reason } of await deadLetters.list(queueOf(service), atOnce)) {
      console.log(`${service}  ${key}  ${at.toISOString()}  ${type}  ${brief(reason)}`);
      count++;
    }
  console.log(`${count} dead letter${count === 1 ? "" : "s"}`);
}

/** Indented where it is JSON. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

const none = (service: ServiceName, key: string) => new Refused(`${service} has no dead letter ${key}`);

async function show({ deadLetters }: Bus, service: ServiceName, key: string): Promise<void> {
  const letter = (await deadLetters.list(queueOf(service), atOnce)).find((item: DeadLetter) => item.key === key);
  if (!letter) throw none(service, key);
  console.log(`service  ${service}\nkey      ${letter.key}\nid       ${letter.id}\ntype     ${letter.type}\nsince    ${letter.at.toISOString()}`);
  console.log(`reason   ${letter.reason}\n\n${readable(letter.body)}`);
}

/** Those that are there now, in order; one that dies again is not taken again. */
async function replayAll({ deadLetters }: Bus, service: ServiceName): Promise<void> {
  const queue = queueOf(service);
  let count = 0;
  for (const { key } of await deadLetters.list(queue, atOnce)) if (await deadLetters.replay(queue, key)) count++;
  console.log(`${count} replayed`);
}

await runCommand({
  usage,
  flags: ["all"],
  read([action, name, key, ...rest], { all = false }) {
    if (rest.length > 0) throw new UsageError(`what is ${rest[0]}?`);
    if (all && (action !== "replay" || key)) throw new UsageError("--all: only as `replay <service> --all`");
    if (action === "list" && !key) {
      const services = name ? [serviceOf(name)] : serviceNames;
      return async (installation) => list(await installation.openBus(), services);
    }
    if (action !== "show" && action !== "replay" && action !== "drop")
      throw new UsageError(action ? `there is no \`${action}\` of that form` : "what is to be done?");
    const service = serviceOf(name);
    if (all) return async (installation) => replayAll(await installation.openBus(), service);
    if (!key) throw new UsageError("which one? `list` shows their keys");
    return async (installation) => {
      const bus = await installation.openBus();
      if (action === "show") return show(bus, service, key);
      if (!(await bus.deadLetters[action](queueOf(service), key))) throw none(service, key);
      console.log(action === "replay" ? "1 replayed" : "1 dropped");
    };
  },
});
