import { statfs } from "node:fs/promises";
import { producersFor } from "@newfeed/shared/contracts/events.ts";
import { type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import type { Check, Finding } from "@newfeed/shared/doctor/finding.ts";
import { deadLetters, disk, fileDescriptors, outbox, queues, replication } from "@newfeed/shared/doctor/inside.ts";
import { readBacklog } from "@newfeed/shared/outbox/backlog.ts";
import { readNotArrived } from "@newfeed/shared/outbox/not-arrived.ts";
import { readEventBodies, readSent } from "@newfeed/shared/outbox/sent-events.ts";
import { readOpenFiles, readReplicas } from "@newfeed/shared/runtime/examination.ts";
import type { Installation } from "../installation.ts";

async function backlogs(installation: Installation): Promise<Finding[]> {
  const all: ({ part: string } & Awaited<ReturnType<typeof readBacklog>>)[] = [];
  for (const part of storingServiceNames) all.push({ part, ...(await readBacklog((await installation.openDatabase(part)).query)) });
  return [outbox(all, installation.running), deadLetters(all)];
}

async function notArrived({ openDatabase, running }: Installation): Promise<Finding> {
  const all: Parameters<typeof queues>[0][number][] = [];
  const databases = Object.fromEntries(
    await Promise.all(storingServiceNames.map(async (service) => [service, await openDatabase(service)] as const)),
  ) as Record<StoringServiceName, Awaited<ReturnType<typeof openDatabase>>>;
  for (const part of storingServiceNames)
    all.push({
      part,
      ...(await readNotArrived({
        query: databases[part].query,
        producers: producersFor(part),
        readSent: (producer, types, after) => readSent(databases[producer as StoringServiceName], types, after),
        readBodies: (producer, ids) => readEventBodies(databases[producer as StoringServiceName].query, ids),
      })),
    });
  return queues(all, running);
}

async function freeSpace(folder: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return disk([{ folder, freeBytes: bavail * bsize, totalBytes: blocks * bsize }]);
}

/** What shows on the machine, and in the databases. */
export const insideChecks = (installation: Installation): Check[] => [
  { name: "outbox", look: () => backlogs(installation) },
  { name: "queues", look: () => notArrived(installation) },
  { name: "replication", look: async () => replication(await readReplicas((await installation.openDatabase("post-service")).query)) },
  { name: "disk", look: () => freeSpace(installation.dataDirectory) },
  { name: "file descriptors", look: async () => fileDescriptors([{ process: "a process", openFiles: readOpenFiles() }]) },
];
