import { createClient } from "@newfeed/client";
import { canaryChecks } from "@newfeed/shared/doctor/canary.ts";
import { type Check, countsOf, type Finding, type Level, lookAt, skipped } from "@newfeed/shared/doctor/finding.ts";
import { outsideChecks } from "@newfeed/shared/doctor/outside.ts";
import type { Printer } from "@newfeed/shared/runtime/printer.ts";
import { CommandFailed, runCommand, UsageError } from "./command.ts";
import { certificateCheck } from "./doctor/certificate.ts";
import { insideChecks } from "./doctor/inside.ts";

const usage = `usage: npm run doctor
       npm run doctor -- --url URL [--token TOKEN]

Looks whether all is well, and says what is not, why, and what to do. Without --url it looks at the databases and the
machine. With it, from any machine, at a feed's address: services, versions, clock, certificate, compression; and with an
API token (scopes read and write) of an account that is for this, it writes a comment and sees when it arrives by each
transport at each instance, then deletes it. Exits with 0 when nothing has failed, with 1 otherwise.`;

function addressOf(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/") throw new UsageError("--url takes an address such as https://feed.example");
  return url;
}

const words: Record<Level, string> = { ok: "ok", warning: "warning", failed: "FAILED", skipped: "skipped" };

/** One line, and one for the advice. */
function textOf({ name, level, what, advice }: Finding): string {
  const line = `${words[level].padEnd(8)} ${name}: ${what}`;
  return advice ? `${line}\n${" ".repeat(9)}${advice}` : line;
}

async function examine(checks: readonly Check[], print: Printer["print"]): Promise<void> {
  const counts = countsOf(await lookAt(checks, (finding) => print(textOf(finding))));
  print(`${counts.ok} ok, ${counts.warning} warnings, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0) throw new CommandFailed("not all is well");
}

/** The client is closed behind it. */
function canaryOf(base: URL, token: string): Check[] {
  const client = createClient({ baseUrl: base.origin, session: { apiToken: token } });
  return canaryChecks({ base, token, writer: client }).map(({ look, ...check }) => ({ ...check, look: (signal) => look(signal).finally(client.close) }));
}

await runCommand({
  usage,
  values: ["url", "token"],
  read([surplus], { url: text, token }) {
    if (surplus !== undefined) throw new UsageError(`unexpected argument: ${surplus}`);
    if (text === undefined) {
      if (token !== undefined) throw new UsageError("--token goes with --url");
      return (installation, print) => examine(insideChecks(installation), print);
    }
    const url = addressOf(text);
    const withoutToken: Check = { name: "canary", look: async () => skipped("canary", "it needs --token") };
    return {
      async before(_directory, print) {
        // The certificate before what needs one that is trusted.
        await examine([certificateCheck(url), ...outsideChecks(url), ...(token ? canaryOf(url, token) : [withoutToken])], print);
        return null;
      },
      work: async () => {},
    };
  },
});
