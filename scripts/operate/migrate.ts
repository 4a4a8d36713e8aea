import type { ServiceName } from "@newfeed/shared/contracts/services.ts";
import { migrateService } from "@newfeed/shared/runtime/run.ts";
import { services } from "../../app/feed.ts";
import { Refused, runCommand, serviceOf, UsageError } from "./command.ts";
import type { Installation } from "./installation.ts";

const usage = `usage: npm run migrate [-- <service>]
       npm run migrate -- --new-epoch

Applies the migrations that a database has not seen: of all services, or of one. --new-epoch, after a backup was
restored, has every client that comes back with an older position fetch again; restart notification-service then.`;

async function migrateAll(installation: Installation, only: ServiceName | undefined): Promise<void> {
  if (installation.oneDatabase && !only) throw new Refused("DATABASE_URL names one database: say which service's it is");
  for (const definition of services) {
    if (only && definition.name !== only) continue;
    const applied = await migrateService(await installation.openDatabase(definition.name), definition);
    console.log(`${definition.name}  ${applied.length > 0 ? applied.join(", ") : "up to date"}`);
  }
}

async function newEpoch(installation: Installation): Promise<void> {
  const database = await installation.openDatabase("notification-service");
  await database.query("UPDATE log_epoch SET value = gen_random_uuid()::text");
  console.log("The log has a new epoch: restart notification-service.");
}

await runCommand({
  usage,
  flags: ["new-epoch"],
  create: true,
  read([name, ...rest], flags) {
    if (rest.length > 0) throw new UsageError(`what is ${rest[0]}?`);
    if (flags["new-epoch"]) {
      if (name) throw new UsageError("--new-epoch stands alone");
      return newEpoch;
    }
    const only = name === undefined ? undefined : serviceOf(name);
    return (installation) => migrateAll(installation, only);
  },
});
