import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { type Callers, type Person, signInAs } from "./feed.ts";

/** A feed in this process, or in another whose databases are at hand. */
type Feed = Callers & { platform: { openDatabase(service: "auth-service"): Promise<Pick<RawDatabase, "query">> } };

/** A user who has signed in after they were given the administrator's role. */
export const administratorOf = (feed: Feed, name = "root_like"): Promise<Person> => withRole(feed, "admin", name);

/** The same with the moderator's. */
export const moderatorOf = (feed: Feed, name = "mod"): Promise<Person> => withRole(feed, "moderator", name);

/** The same with the auditor's. */
export const auditorOf = (feed: Feed, name = "auditor"): Promise<Person> => withRole(feed, "auditor", name);

async function withRole(feed: Feed, role: "admin" | "moderator" | "auditor", name: string): Promise<Person> {
  const person = await feed.person(name);
  const { query } = await feed.platform.openDatabase("auth-service");
  await query("UPDATE account SET roles = array_append(roles, $2) WHERE id = $1", [person.id, role]);
  return { ...person, ...(await signInAs(feed, person)) };
}
