import { reasonOf } from "../ports/failure-log.ts";
import { isTransient } from "../ports/transient.ts";

/** A server cannot be used; `message` says which one and why, and can be shown as it is. */
export class ServerUnreachable extends Error {}

/** SQLSTATE: no authentication, no such database, no right to connect. */
const refused = /^(28|3D000$|42501$)/;

/** `PostgreSQL at db.example.com:5432, database newfeed_post`. */
function serverOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `PostgreSQL at ${hostname || "localhost"}:${port || 5432}, database ${decodeURIComponent(pathname.slice(1)) || "of the user's name"}`;
}

/** Runs the first work on a server. Throws `ServerUnreachable` when that is away or refuses the connection. */
export async function reach<T>(databaseUrl: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!isTransient(error) && !refused.test(code)) throw error;
    throw new ServerUnreachable(`${serverOf(databaseUrl)}, cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}
