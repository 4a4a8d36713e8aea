import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setRole } from "@newfeed/auth-service/store.ts";
import { databaseOf, type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import type { PostgresServer } from "@newfeed/shared/embedded/postgres.ts";
import { declaredStatements } from "@newfeed/shared/ports/statement.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { startFeed } from "../../../app/feed.ts";
import { cardLines, housekeepingLines, reconciliationLines } from "./background-lines.ts";
import { build } from "./build.ts";
import { graphqlLines } from "./graphql-lines.ts";
import type { Growth, Line } from "./lines.ts";
import { createRecorder, type Recording, unrecorded, withoutValues } from "./recorder.ts";
import { routeLines } from "./route-lines.ts";
import { sizeOf } from "./size.ts";
import { openWorld, settle } from "./world.ts";

/** What a line did at one size. */
export interface MeasuredLine {
  name: string;
  growth: Growth;
  pages: number;
  times: number;
  /** Of each call, without its effects. */
  milliseconds: number[];
  recording: Recording;
}

export interface MeasuredFeed {
  lines: readonly MeasuredLine[];
  /** Rows that each job of the housekeeping removed, by `<service> <job>`. */
  removed: ReadonlyMap<string, number>;
  /** How PostgreSQL runs a recorded statement when it does not know the values. */
  planOf(recorded: string): Promise<string>;
  close(): Promise<void>;
}

/** All lines: what runs in the background, then what reads, what writes, and what deletes much. */
function linesInOrder(background: readonly Line[], { withSlow, only }: Pick<MeasureOptions, "withSlow" | "only">): Line[] {
  const called = [...Object.values(routeLines()).flat(), ...graphqlLines()];
  const isDeletion = ({ growth, settles }: Line) => growth === "batches" && settles;
  const inOrder = [
    ...background,
    ...called.filter(({ settles }) => !settles),
    ...called.filter((line) => line.settles && !isDeletion(line)),
    ...called.filter(isDeletion),
  ];
  return inOrder.filter(({ name, slow }) => (withSlow || !slow) && (!only || only.some((part) => name.includes(part))));
}

export interface MeasureOptions {
  /** Started with the settings of the recorder. */
  server: Pick<PostgresServer, "url">;
  factor: number;
  /** With the lines that take long. */
  withSlow: boolean;
  /** Those alone whose names have one of these parts. */
  only?: readonly string[] | undefined;
  progress(line: string): void;
}

/** Fills a feed of its own on the server, and runs all lines on it. */
export async function measureFeed({ server, factor, withSlow, only, progress }: MeasureOptions): Promise<MeasuredFeed> {
  const prefix = `growth_${factor}_`;
  const directory = mkdtempSync(join(tmpdir(), "newfeed-growth-"));
  const config = readConfig({
    NODE_ENV: "test",
    PORT: "0",
    // Passkeys are made for it.
    PUBLIC_URL: "http://localhost",
    NOTIFICATION_PORT: "0",
    GRPC_PORT: "0",
    NEWFEED_DATA_DIR: directory,
    DATABASE_URL: new URL("/", server.url("postgres")).href,
    DATABASE_PREFIX: prefix,
    RATE_LIMIT_FACTOR: "100000",
    LOG_LEVEL: "error",
  });
  const feed = await startFeed(config);
  // It is a line of its own.
  for (const { housekeeping } of feed.runs) await housekeeping.close();
  const logger = createLogger({ level: "error", json: false });
  const open = (name: string) => openDatabase(unrecorded(server.url(prefix + name)), logger, 1);
  const databases = Object.fromEntries(storingServiceNames.map((name) => [name, open(databaseOf(name))])) as Record<
    StoringServiceName,
    ReturnType<typeof open>
  >;
  const [bus, server_] = [open("bus"), openDatabase(unrecorded(server.url("postgres")), logger, 1)];
  const settled = () => settle(Object.values(databases), bus, progress);
  const recorder = await createRecorder(server_.query, prefix);

  const now = new Date();
  const world = await openWorld(
    { url: feed.url, mails: join(directory, "mail"), makeAdministrator: (username) => setRole(databases["auth-service"].query, username, "admin", true) },
    sizeOf(factor),
    now,
  );
  await settled();
  await build({ databases, size: world.size, users: world.users, largeFrom: config.followersForFanOut, now, progress });

  const removed = new Map<string, number>();
  const lines: MeasuredLine[] = [];
  for (const line of linesInOrder([...reconciliationLines(feed), ...housekeepingLines(feed, databases, removed), ...cardLines(databases)], {
    withSlow,
    only,
  })) {
    await world.renew();
    // Rows of messages that lines before had are passed over until they are vacuumed.
    await bus.query("VACUUM message");
    await recorder.reset();
    const milliseconds: number[] = [];
    for (let n = 0; n < line.times; n++) {
      const began = performance.now();
      await line.run(world, n);
      milliseconds.push(performance.now() - began);
    }
    if (line.settles) await settled();
    const { name, growth, pages, times } = line;
    lines.push({ name, growth, pages, times, milliseconds, recording: await recorder.read() });
    progress(name);
  }

  for (const name of storingServiceNames) {
    const letters = await databases[name].query<{ type: string; detail: string }>("SELECT type, detail FROM newfeed.dead_letter WHERE failed_at > $1", [now]);
    if (letters.length > 0) throw new Error(`${name} could not handle ${letters.length} events: ${JSON.stringify(letters[0])}`);
  }

  return {
    lines,
    removed,
    async planOf(recorded) {
      const space = recorded.indexOf(" ");
      const name = storingServiceNames.find((service) => databaseOf(service) === recorded.slice(0, space));
      const declared = declaredStatements().find(({ text }) => withoutValues(text) === recorded.slice(space + 1));
      if (!name || !declared) return "";
      const rows = await databases[name].query<{ "QUERY PLAN": string }>(`EXPLAIN (GENERIC_PLAN) ${declared.text}`);
      return rows.map((row) => row["QUERY PLAN"]).join("\n");
    },
    async close() {
      for (const database of [...Object.values(databases), bus, server_]) await database.close();
      await feed.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
