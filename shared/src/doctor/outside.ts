import { type Check, type Finding, failed, ok, skipped, warning } from "./finding.ts";

// What a command and a page of the web client both run: nothing of Node, and nothing that makes the page's file large.

const second = 1_000;
const answerWithinMs = 10 * second;
/** Sessions of a minute's tolerance end, and times on pages are wrong. */
const skew = { warningMs: 2 * second, failedMs: 30 * second };

interface Health {
  status: string;
  service: string;
  version: string;
  /** Older versions say neither. */
  instance?: string;
  time?: string;
}
const isHealth = (answer: unknown): answer is Health => {
  const { status, service, version, time } = (answer ?? {}) as Partial<Record<keyof Health, unknown>>;
  return [status, service, version].every((value) => typeof value === "string") && (time === undefined || !Number.isNaN(Date.parse(String(time))));
};

/** From the server: what a browser has kept says nothing about the way there. */
const get = (url: URL, headers: Record<string, string> = {}) =>
  fetch(url, { headers, signal: AbortSignal.timeout(answerWithinMs), redirect: "manual", cache: "no-store" });

async function address(base: URL): Promise<Finding> {
  const name = "address";
  const began = performance.now();
  try {
    const response = await get(new URL("/health/live", base));
    const answer: unknown = await response.json();
    if (!isHealth(answer)) throw new Error("the answer is not that of its health");
    const { service, version } = answer;
    return ok(name, `${base.origin} is ${service} ${version}, and answers after ${Math.round(performance.now() - began)} ms`);
  } catch (error) {
    const { message, cause } = error as Error;
    const what = `${base.origin} does not answer as NewFeed does: ${cause instanceof Error ? cause.message : message.split("\n")[0]}`;
    return failed(name, what, "Nothing listens there, its name leads elsewhere, or what stands in front does not reach the gateway: try it with `curl -i`.");
  }
}

/** `/health/services`: the gateway's view of the services behind it. */
interface Services {
  status: string;
  /** By the services' names. */
  checks: Record<string, string>;
}

async function readServices(base: URL): Promise<Services> {
  const response = await get(new URL("/health/services", base));
  const { status, checks } = (await response.json()) as Partial<Services>;
  if (!status || !checks) throw new Error(`/health/services answers ${response.status}`);
  return { status, checks };
}

function services({ status, checks }: Services): Finding {
  const name = "services";
  const others = Object.entries(checks).filter(([, state]) => state !== "ok");
  if (others.length === 0) return ok(name, `${status}, all ${Object.keys(checks).length} of them`);
  const what = others.map(([service, state]) => `${service} is ${state}`).join(", ");
  const advice = "Its log says which of the things that it needs does not answer (database, bus, Redis); `/health/ready` on its own port names it.";
  return others.some(([, state]) => state === "down") ? failed(name, what, advice) : warning(name, what, advice);
}

/** At most so many questions find a service's instances, which take turns; so many answers of known ones end the search. */
const [mostAsked, enoughKnown] = [6, 2];

interface Survey {
  /** By version, the services that have it. */
  versions: Map<string, Set<string>>;
  /** By instance, how far its clock is ahead in milliseconds, and how far that may be wrong: half of the question's way. */
  clocks: Map<string, { ahead: number; within: number }>;
}

const readHealth = async (url: URL): Promise<unknown> => (await get(url)).json();

/** Asks each service a few times; one that does not answer no more: that is a finding of its own. */
async function survey(base: URL, names: readonly string[]): Promise<Survey> {
  const [versions, clocks]: [Survey["versions"], Survey["clocks"]] = [new Map(), new Map()];
  for (const service of names) {
    const seen = new Set<string>();
    for (let asked = 0, known = 0; asked < mostAsked && known < enoughKnown; asked++) {
      const began = Date.now();
      const answer = await readHealth(new URL(`/api/${service.replace("-service", "")}/health`, base)).catch(() => null);
      const ended = Date.now();
      if (answer === null) break;
      if (!isHealth(answer)) {
        known++;
        continue;
      }
      const { version, instance, time } = answer;
      versions.set(version, (versions.get(version) ?? new Set()).add(service));
      if (instance === undefined || time === undefined || seen.has(instance)) known++;
      if (instance === undefined || time === undefined) continue;
      seen.add(instance);
      const found = { ahead: Date.parse(time) - (began + ended) / 2, within: (ended - began) / 2 };
      if (found.within < (clocks.get(instance)?.within ?? Number.POSITIVE_INFINITY)) clocks.set(instance, found);
    }
  }
  return { versions, clocks };
}

function versions({ versions: seen }: Survey): Finding {
  const name = "versions";
  const [first, ...others] = seen;
  if (!first) return failed(name, "no service says its version", "Nothing behind the gateway answers: see services.");
  if (others.length === 0) return ok(name, `${first[0]} everywhere`);
  const what = [...seen].map(([version, of]) => `${version} (${[...of].join(", ")})`).join("; ");
  return warning(name, what, "During a rolling upgrade that is right, and ends with it. Otherwise an upgrade has stopped half way: finish it, or roll back.");
}

function clocks({ clocks: found }: Survey): Finding {
  const name = "clocks";
  if (found.size === 0) return skipped(name, "no instance says its time: an older version");
  const wrong = [...found].filter(([, { ahead, within }]) => Math.abs(ahead) - within > skew.warningMs);
  if (wrong.length === 0) return ok(name, `those of ${found.size === 1 ? "one instance" : `${found.size} instances`} agree with this machine's`);
  const what = wrong.map(([instance, { ahead }]) => `${instance} is ${Math.abs(ahead / second).toFixed(1)} s ${ahead < 0 ? "behind" : "ahead"}`).join(", ");
  const advice = "Events of that instance have wrong times, and its tokens and links end too soon or too late. Have its machine keep time by NTP.";
  return wrong.some(([, { ahead, within }]) => Math.abs(ahead) - within > skew.failedMs) ? failed(name, what, advice) : warning(name, what, advice);
}

async function clock(base: URL): Promise<Finding> {
  const name = "clock";
  const began = Date.now();
  const response = await get(new URL("/health/live", base));
  const ended = Date.now();
  const date = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(date)) return skipped(name, "the answer has no date");
  // It is in whole seconds, rounded down, and was written between the two.
  const ahead = Math.max(date - ended, 0) - Math.max(began - (date + second), 0);
  const what = `${Math.abs(ahead / second).toFixed(1)} s ${ahead < 0 ? "behind" : "ahead of"} this machine`;
  if (Math.abs(ahead) < skew.warningMs) return ok(name, "the server's and this machine's agree");
  const advice = "Sign-ins, links and signatures of webhooks have times in them. Have both machines keep time by NTP.";
  return Math.abs(ahead) < skew.failedMs ? warning(name, what, advice) : failed(name, what, advice);
}

/** A script that a page asks the server for: others its service worker may have kept. A browser says by itself what it accepts. */
const script = "/service-worker.js";

async function compression(base: URL): Promise<Finding> {
  const name = "compression";
  const { ok: isThere, headers, body } = await get(new URL(script, base), { "accept-encoding": "br, gzip" });
  await body?.cancel();
  if (!isThere || !headers.get("content-type")?.includes("javascript")) return skipped(name, "there is no web client at this address");
  const encoding = headers.get("content-encoding");
  if (encoding) return ok(name, `scripts come as ${encoding}`);
  return warning(name, "scripts are not compressed", "A proxy in front drops `Accept-Encoding`, or unpacks answers: pages take four times as long.");
}

/** Something that is read when it is first asked for, once. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}

/** What anybody can see of a feed by its address. */
export function outsideChecks(base: URL): Check[] {
  const asked = once(() => readServices(base));
  const surveyed = once(async () => {
    const states = Object.entries((await asked()).checks);
    return survey(
      base,
      states.flatMap(([service, state]) => (state === "down" ? [] : [service])),
    );
  });
  return [
    { name: "address", look: () => address(base), first: true },
    { name: "services", look: async () => services(await asked()) },
    { name: "versions", look: async () => versions(await surveyed()) },
    { name: "clock", look: () => clock(base) },
    { name: "clocks", look: async () => clocks(await surveyed()) },
    { name: "compression", look: () => compression(base) },
  ];
}
