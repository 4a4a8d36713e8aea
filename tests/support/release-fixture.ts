import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { databaseOf, type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { makeDatabase, urlOf } from "@newfeed/shared/testing/own-database.ts";
import type { ApiDocument } from "./api-changes.ts";
import type { TestFeed } from "./feed.ts";

const folder = fileURLToPath(new URL("../releases/", import.meta.url));

/** What a released version stored and answered: a folder of `tests/releases`, which never changes. */
export interface ReleaseFixture {
  version: string;
  api: ApiDocument;
  /** What one of its users got, by path. */
  answers: Record<string, unknown>;
  /** SQL that makes a service's database as it was, with all that was in it. */
  dumpOf(service: StoringServiceName): string;
}

const pack = (path: string, text: string) => writeFileSync(path, gzipSync(text, { level: 9 }));
const unpack = (path: string) => gunzipSync(readFileSync(path)).toString();

/** The newest, or undefined. */
export function lastRelease(): ReleaseFixture | undefined {
  const [version] = existsSync(folder) ? readdirSync(folder).sort((a, b) => b.localeCompare(a, "en", { numeric: true })) : [];
  if (version === undefined) return undefined;
  const file = (name: string) => join(folder, version, name);
  return {
    version,
    api: JSON.parse(unpack(file("openapi.json.gz"))),
    answers: JSON.parse(unpack(file("answers.json.gz"))),
    dumpOf: (service) => unpack(file(`${service}.sql.gz`)),
  };
}

/** Keeps what a feed has stored, and what it answers, as the fixture of a version. `tools` is the folder of `pg_dump`. */
export function keepRelease(version: string, feed: TestFeed, api: ApiDocument, answers: Record<string, unknown>, tools: string): void {
  mkdirSync(join(folder, version), { recursive: true });
  const file = (name: string) => join(folder, version, name);
  for (const service of storingServiceNames) {
    const url = urlOf(feed.platform.config.databasePrefix + databaseOf(service));
    const options = ["--inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges", "--no-comments"];
    const dump = execFileSync(join(tools, "pg_dump"), [...options, url], { encoding: "utf8", maxBuffer: 2 ** 28 });
    // Lines for psql, which a server does not take.
    pack(file(`${service}.sql.gz`), dump.replaceAll(/^\\.*\n/gm, ""));
  }
  pack(file("openapi.json.gz"), JSON.stringify(api));
  pack(file("answers.json.gz"), JSON.stringify(answers));
}

/** Makes the databases of a release on the tests' server, under names that begin with a prefix. Gives their URLs. */
export async function restoreRelease({ dumpOf }: Pick<ReleaseFixture, "dumpOf">, prefix: string): Promise<Map<StoringServiceName, string>> {
  const urls = new Map<StoringServiceName, string>();
  for (const service of storingServiceNames) {
    const name = prefix + databaseOf(service);
    await makeDatabase(name);
    const url = urlOf(name);
    urls.set(service, url);
    const database = openDatabase(url, createLogger({ level: "error", json: false }), 1);
    try {
      await database.query(dumpOf(service));
    } finally {
      await database.close();
    }
  }
  return urls;
}
