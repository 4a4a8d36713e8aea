import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import type { Printer } from "@newfeed/shared/runtime/printer.ts";
import { migrateService } from "@newfeed/shared/runtime/run.ts";
import { storingServices } from "../../app/feed.ts";
import { CommandFailed, runCommand, serviceOf, UsageError } from "./command.ts";
import { beginEpoch } from "./epoch.ts";
import type { Installation } from "./installation.ts";

type Print = Printer["print"];

const usage = `usage: npm run migrate [-- <service>]
       npm run migrate -- --new-epoch

Applies pending migrations, of all services or of one. --new-epoch, for use after restoring a backup, makes clients that
reconnect with an older cursor fetch again; restart notification-service afterwards.`;

async function migrateAll(installation: Installation, print: Print, only: StoringServiceName | undefined): Promise<void> {
  if (installation.oneDatabase && !only) throw new CommandFailed("DATABASE_URL names a single database: add the name of its service");
  for (const definition of storingServices) {
    if (only && definition.name !== only) continue;
    const applied = await migrateService(await installation.openDatabase(definition.name), definition);
    print(`${definition.name}  ${applied.length > 0 ? applied.join(", ") : "up to date"}`);
  }
}

async function newEpoch(installation: Installation, print: Print): Promise<void> {
  await beginEpoch(installation);
  const next = { true: "Restart notification-service now.", false: "Start it now.", undefined: "Restart notification-service if it runs." };
  print(`The log has a new epoch. ${next[`${installation.running}`]}`);
}

await runCommand({
  usage,
  flags: ["new-epoch"],
  create: (flags) => !flags["new-epoch"],
  read([name, ...rest], flags) {
    if (rest.length > 0) throw new UsageError(`unexpected argument: ${rest[0]}`);
    if (flags["new-epoch"]) {
      if (name) throw new UsageError("--new-epoch takes no other argument");
      return newEpoch;
    }
    const only = name === undefined ? undefined : serviceOf(name);
    return (installation, print) => migrateAll(installation, print, only);
  },
});
