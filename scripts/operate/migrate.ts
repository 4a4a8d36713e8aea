import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import type { Printer } from "@newfeed/shared/runtime/printer.ts";
import { migrateService, planService } from "@newfeed/shared/runtime/run.ts";
import { storingServices } from "../../app/feed.ts";
import { CommandFailed, runCommand, serviceOf, UsageError } from "./command.ts";
import { beginEpoch } from "./epoch.ts";
import type { Installation } from "./installation.ts";
import { contractingIn } from "./migration-plan.ts";

type Print = Printer["print"];

const usage = `usage: npm run migrate [-- <service>]
       npm run migrate -- --plan [<service>]
       npm run migrate -- --new-epoch

Applies pending migrations, of all services or of one. --plan prints which they are, changes nothing, and names the statements
for which instances of the version before have to be stopped. --new-epoch, for use after restoring a backup, makes clients that
reconnect with an older cursor fetch again; restart notification-service afterwards.`;

/** The service that was named, or all of them. */
function chosen({ oneDatabase }: Installation, only: StoringServiceName | undefined) {
  if (oneDatabase && !only) throw new CommandFailed("DATABASE_URL names a single database: add the name of its service");
  return storingServices.filter(({ name }) => !only || name === only);
}

const lineOf = (service: StoringServiceName, migrations: readonly string[]) => `${service}  ${migrations.length > 0 ? migrations.join(", ") : "up to date"}`;

async function migrateAll(installation: Installation, print: Print, only: StoringServiceName | undefined): Promise<void> {
  for (const definition of chosen(installation, only))
    print(lineOf(definition.name, await migrateService(await installation.openDatabase(definition.name), definition)));
}

async function plan(installation: Installation, print: Print, only: StoringServiceName | undefined): Promise<void> {
  let mustStop = false;
  for (const definition of chosen(installation, only)) {
    const database = await installation.findDatabase(definition.name);
    if (!database) {
      print(`${definition.name}  a new database`);
      continue;
    }
    const pending = await planService(database, definition);
    print(
      lineOf(
        definition.name,
        pending.map(({ name }) => name),
      ),
    );
    for (const migration of pending)
      for (const statement of contractingIn(migration)) {
        mustStop = true;
        print(`  ${migration.name}: ${statement}`);
      }
  }
  if (mustStop) print("Stop all instances before: those of the version before use what these statements take away.");
}

async function newEpoch(installation: Installation, print: Print): Promise<void> {
  await beginEpoch(installation);
  const next = { true: "Restart notification-service now.", false: "Start it now.", undefined: "Restart notification-service if it runs." };
  print(`The log has a new epoch. ${next[`${installation.running}`]}`);
}

await runCommand({
  usage,
  flags: ["new-epoch", "plan"],
  create: (flags) => !flags["new-epoch"] && !flags.plan,
  read([name, ...rest], flags) {
    if (rest.length > 0) throw new UsageError(`unexpected argument: ${rest[0]}`);
    if (flags["new-epoch"]) {
      if (name || flags.plan) throw new UsageError("--new-epoch takes no other argument");
      return newEpoch;
    }
    const only = name === undefined ? undefined : serviceOf(name);
    return (installation, print) => (flags.plan ? plan : migrateAll)(installation, print, only);
  },
});
