import * as z from "zod";
import { Timestamp } from "../primitives.ts";
import type { PartName, ServiceName } from "../services.ts";
import { defineRoutes } from "./define.ts";

/** What a service sees in its own database, and of its server. */
const DataExamination = z.object({
  unsent: z.int().meta({ description: "Events that wait in its outbox" }),
  oldestSeconds: z.number().meta({ description: "For how long the oldest of them waits" }),
  deadLetters: z.int(),
  notArrived: z.array(z.object({ producer: z.string(), types: z.array(z.string()), events: z.int(), since: Timestamp })).meta({
    description: "What others have sent it, and has not arrived",
  }),
  silent: z.array(z.string()).meta({ description: "Services that did not say what they have sent it" }),
  replicas: z.array(z.object({ name: z.string(), behindBytes: z.int().nullable().meta({ description: "Null where its role may not see that" }) })),
});
export type DataExamination = z.infer<typeof DataExamination>;

/** What its process sees of the machine. */
const MachineExamination = z.object({
  disk: z.object({ folder: z.string(), freeBytes: z.number(), totalBytes: z.number() }).nullable().meta({ description: "Null without a data folder" }),
  openFiles: z.string().nullable().meta({ description: "How many the process may have, or `unlimited`; null where the system does not say" }),
});
export type MachineExamination = z.infer<typeof MachineExamination>;

const Examination = z.object({ instance: z.string(), data: DataExamination.nullable(), machine: MachineExamination });
/** What one part says of itself. */
export type Examination = z.infer<typeof Examination> & { part: PartName };

/** What every service answers the gateway, which makes findings of it: nothing that is secret. */
export const examinationRoutes = (service: ServiceName) =>
  defineRoutes(
    { service, tag: "Health" },
    {
      examine: {
        method: "get",
        path: "/internal/examination",
        summary: "How its outbox, its queue, its database and its machine are",
        access: "service",
        response: Examination,
      },
    },
  );
