import { expect } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./feed.ts";
import { startIssuer, type TestIssuer } from "./issuer.ts";
import { openStored, type Stored } from "./stored.ts";

/** A feed to forge identities for, which accepts tokens of an issuer elsewhere, too. */
export interface ForgedFeed {
  feed: TestFeed;
  issuer: TestIssuer;
  /** A token of the issuer, of an account that it has created. */
  external: string;
  /** The victim of the forgeries. */
  john: Person;
  eve: Person;
  stored: Stored;
  /** What is stored before anything is forged. */
  before: Record<string, string>;
  close(): Promise<void>;
}

export async function startForgedFeed(): Promise<ForgedFeed> {
  const issuer = await startIssuer();
  const feed = await startTestFeed(issuer.environment);
  const [john, eve] = await Promise.all([feed.person("john"), feed.person("eve")]);
  const external = await issuer.token({ sub: "ada", sid: "phone", preferred_username: "ada" });
  expect((await feed.call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${external}` })).status).toBe(200);
  const stored = await openStored(feed);
  return {
    ...{ feed, issuer, external, john, eve, stored, before: await stored.all() },
    async close() {
      await feed.close();
      await issuer.close();
    },
  };
}
