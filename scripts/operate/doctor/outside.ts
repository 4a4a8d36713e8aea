import { once } from "node:events";
import { isIP } from "node:net";
import { connect } from "node:tls";
import { serviceNames } from "@newfeed/shared/contracts/services.ts";
import * as z from "zod";
import { type Check, type Finding, failed, ok, skipped, warning } from "./finding.ts";

const [second, day] = [1_000, 86_400_000];
const answerWithinMs = 10 * second;
/** Sessions of a minute's tolerance end, and times on pages are wrong. */
const skew = { warningMs: 2 * second, failedMs: 30 * second };
const certificate = { warningMs: 21 * day, failedMs: 3 * day };

const Services = z.object({ status: z.string(), checks: z.record(z.string(), z.string()) });
const Health = z.object({ status: z.string(), service: z.string(), version: z.string(), instance: z.string().optional(), time: z.iso.datetime().optional() });

const get = (url: URL, headers: Record<string, string> = {}) => fetch(url, { headers, signal: AbortSignal.timeout(answerWithinMs), redirect: "manual" });

async function address(base: URL): Promise<Finding> {
  const name = "address";
  const began = performance.now();
  try {
    const response = await get(new URL("/health/live", base));
    const { service, version } = Health.parse(await response.json());
    return ok(name, `${base.origin} is ${service} ${version}, and answers after ${Math.round(performance.now() - began)} ms`);
  } catch (error) {
    const { message, cause } = error as Error;
    const what = `${base.origin} does not answer as NewFeed does: ${cause instanceof Error ? cause.message : message.split("\n")[0]}`;
    return failed(name, what, "Nothing listens there, its name leads elsewhere, or what stands in front does not reach the gateway: try it with `curl -i`.");
  }
}

/** `/health/services`: the gateway's view of the services behind it. */
async function services(base: URL): Promise<Finding> {
  const name = "services";
  const response = await get(new URL("/health/services", base));
  const { status, checks } = Services.parse(await response.json());
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

/** Asks each service a few times. */
async function survey(base: URL): Promise<Survey> {
  const [versions, clocks]: [Survey["versions"], Survey["clocks"]] = [new Map(), new Map()];
  for (const service of serviceNames) {
    const seen = new Set<string>();
    for (let asked = 0, known = 0; asked < mostAsked && known < enoughKnown; asked++) {
      const began = Date.now();
      const response = await get(new URL(`/api/${service.replace("-service", "")}/health`, base));
      const parsed = Health.safeParse(await response.json());
      const ended = Date.now();
      if (!parsed.success) {
        known++;
        continue;
      }
      const { version, instance, time } = parsed.data;
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

async function certificates(base: URL): Promise<Finding> {
  const name = "certificate";
  if (base.protocol !== "https:") {
    const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(base.hostname);
    return isLocal
      ? skipped(name, "this address is not HTTPS")
      : failed(
          name,
          "this address is not HTTPS",
          "Passwords and sessions can be read on the way, and browsers allow no passkeys and pushes: put nginx with a certificate in front.",
        );
  }
  const host = base.hostname.replace(/^\[|\]$/g, "");
  // RFC 6066, section 3: an address is no server name.
  const socket = connect({ host, port: Number(base.port || 443), ...(isIP(host) === 0 && { servername: host }), rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(answerWithinMs) });
    const { valid_to: end } = socket.getPeerCertificate();
    const left = Date.parse(end) - Date.now();
    const what = `it ends on ${new Date(end).toISOString().slice(0, 10)}`;
    const renew = "Renew it, and have nginx read it again (`nginx -s reload`, no connection is lost).";
    if (!socket.authorized) return failed(name, `clients do not trust it: ${socket.authorizationError}`, renew);
    if (left > certificate.warningMs) return ok(name, what);
    return left > certificate.failedMs ? warning(name, what, renew) : failed(name, what, renew);
  } catch (error) {
    return skipped(name, `there is none to look at: ${(error as Error).message}`);
  } finally {
    socket.destroy();
  }
}

async function compression(base: URL): Promise<Finding> {
  const name = "compression";
  const response = await get(base, { accept: "text/html", "accept-encoding": "br, gzip" });
  const page = await response.text();
  const script = /<script[^>]+src="([^"]+)"/.exec(page)?.[1];
  if (!script) return skipped(name, "there is no web client at this address");
  const file = await get(new URL(script, base), { "accept-encoding": "br, gzip" });
  await file.arrayBuffer();
  const encoding = file.headers.get("content-encoding");
  if (encoding) return ok(name, `the web client's script comes as ${encoding}`);
  return warning(
    name,
    "the web client's script is not compressed",
    "A proxy in front drops `Accept-Encoding`, or unpacks answers: pages take four times as long.",
  );
}

/** What anybody can see of a feed by its address. */
export function outsideChecks(base: URL): Check[] {
  let asked: Promise<Survey> | undefined;
  const surveyed = () => {
    asked ??= survey(base);
    return asked;
  };
  return [
    // Before what needs one that is trusted.
    { name: "certificate", look: () => certificates(base) },
    { name: "address", look: () => address(base), first: true },
    { name: "services", look: () => services(base) },
    { name: "versions", look: async () => versions(await surveyed()) },
    { name: "clock", look: () => clock(base) },
    { name: "clocks", look: async () => clocks(await surveyed()) },
    { name: "compression", look: () => compression(base) },
  ];
}
