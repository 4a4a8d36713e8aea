import { CommandFailed } from "./command.ts";
import type { Installation } from "./installation.ts";

/** After a restore offsets are assigned again: with a new epoch, clients that reconnect with an older cursor fetch again. */
export async function beginEpoch(installation: Installation): Promise<void> {
  const database = await installation.openDatabase("notification-service");
  const changed = await database.query("UPDATE log_epoch SET value = gen_random_uuid()::text RETURNING id");
  if (changed.length === 0) throw new CommandFailed("the database of notification-service has no epoch: it was not restored as a whole");
}
