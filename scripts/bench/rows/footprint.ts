import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { footprintOf } from "../footprint.ts";
import { root } from "../root.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { median } from "../statistics.ts";

/** `npm start` without npm: resolves when NewFeed prints that it is ready. */
async function startFeed(directory: string) {
  const started = performance.now();
  const child = spawn(process.execPath, [`${root}scripts/start.mjs`], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, PORT: "0", NOTIFICATION_PORT: "0", GRPC_PORT: "0", NEWFEED_DATA_DIR: directory },
  });
  const exited = once(child, "exit");
  let output = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes("NewFeed ready at")) resolve();
    });
    exited.then(([code]) => reject(new Error(`npm start exited with code ${code}: ${output}`)));
  });
  return {
    pid: child.pid as number,
    seconds: (performance.now() - started) / 1_000,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** The first start creates the database and is not measured. */
async function measure({ rounds, directory, progress }: Bench): Promise<Measured> {
  const [seconds, megabytes]: [number[], number[]] = [[], []];
  await (await startFeed(directory)).stop();
  for (let round = 0; round < rounds; round++) {
    const feed = await startFeed(directory);
    seconds.push(feed.seconds);
    await sleep(5_000);
    megabytes.push(footprintOf(feed.pid));
    progress(`ready after ${feed.seconds.toFixed(2)} s, idle at ${Math.round(megabytes.at(-1) as number)} MB`);
    await feed.stop();
  }
  return {
    series: [
      { title: "From the command to ready", unit: "s", better: "lower", bars: [{ name: "npm start", samples: seconds }] },
      { title: "Idle, PostgreSQL included", unit: "MB", better: "lower", bars: [{ name: "npm start", samples: megabytes }] },
    ],
    floors: [
      { what: "npm start, installed, to ready", value: median(seconds), bound: { atMost: 4 }, unit: "s" },
      { what: "idle, sum of PSS over all its processes", value: median(megabytes), bound: { atMost: 350 }, unit: "MB" },
    ],
  };
}

export const footprint: Row = { name: "footprint", what: "time until `npm start` is ready, and memory when idle", measure };
