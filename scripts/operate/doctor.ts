import type { Printer } from "@newfeed/shared/runtime/printer.ts";
import { CommandFailed, runCommand, UsageError } from "./command.ts";
import { canaryChecks } from "./doctor/canary.ts";
import { type Check, lookAt, skipped, textOf } from "./doctor/finding.ts";
import { insideChecks } from "./doctor/inside.ts";
import { outsideChecks } from "./doctor/outside.ts";

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

async function examine(checks: readonly Check[], print: Printer["print"]): Promise<void> {
  const found = await lookAt(checks, (finding) => print(textOf(finding)));
  const count = (level: string) => found.filter((finding) => finding.level === level).length;
  print(`${count("ok")} ok, ${count("warning")} warnings, ${count("failed")} failed, ${count("skipped")} skipped`);
  if (count("failed") > 0) throw new CommandFailed("not all is well");
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
        await examine([...outsideChecks(url), ...(token ? canaryChecks(url, token) : [withoutToken])], print);
        return null;
      },
      work: async () => {},
    };
  },
});
