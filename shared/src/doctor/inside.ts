import type { DataExamination, Examination, MachineExamination } from "../contracts/routes/examinations.ts";
import { type Finding, failed, ok, skipped, warning } from "./finding.ts";

// What the numbers of services mean: read from their databases by the command, or said by the services themselves.

const outboxSeconds = { warning: 10, failed: 60 };
/** Of what is free. */
const diskShare = { warning: 0.15, failed: 0.05 };
const enoughFiles = 8_192;
const lagBytes = { warning: 64 * 2 ** 20, failed: 2 ** 30 };

const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;

type Of<K extends keyof DataExamination> = { part: string } & Pick<DataExamination, K>;

/** `running` is false where it is known that the services do not run. */
export function outbox(backlogs: readonly Of<"unsent" | "oldestSeconds">[], running?: boolean): Finding {
  const name = "outbox";
  const late = backlogs.filter(({ oldestSeconds }) => oldestSeconds > outboxSeconds.warning);
  if (late.length === 0) return ok(name, "no event waits to be sent");
  const what = `events wait: ${late.map(({ part, unsent, oldestSeconds }) => `${part} for ${Math.round(oldestSeconds)} s (${unsent} events)`).join(", ")}`;
  if (running === false) return warning(name, what, "They are sent once it runs.");
  const advice = "The bus does not take them, or the service does not run: its health says which (`/health/ready`).";
  return late.some(({ oldestSeconds }) => oldestSeconds > outboxSeconds.failed) ? failed(name, what, advice) : warning(name, what, advice);
}

export function deadLetters(counts: readonly Of<"deadLetters">[]): Finding {
  const name = "dead letters";
  const dead = counts.filter(({ deadLetters: letters }) => letters > 0);
  if (dead.length === 0) return ok(name, "there are none");
  return warning(
    name,
    dead.map(({ part, deadLetters: letters }) => `${part} ${letters}`).join(", "),
    "Services failed to handle these events: `npm run dead-letters -- list` says why; replay them after the fix, or drop them.",
  );
}

/** Whether what each service sent has arrived at those who consume it, whatever the bus: a queue, or a binding of it, may be gone. */
export function queues(consumers: readonly Of<"notArrived" | "silent">[], running?: boolean): Finding {
  const name = "queues";
  const missing = consumers.flatMap(({ part, notArrived }) =>
    notArrived.map(
      ({ producer, types, events, since }) => `${part} has not had ${events} of ${producer} (${types.join(", ")}), since ${since.slice(11, 16)} UTC`,
    ),
  );
  if (missing.length === 0) {
    const silences = consumers.flatMap(({ part, silent }) => (silent.length > 0 ? [`${part} could not ask ${silent.join(", ")}`] : []));
    if (silences.length === 0) return ok(name, "what was sent has arrived");
    return warning(
      name,
      `what was sent is not known: ${silences.join("; ")}`,
      "Those services do not run, hang, or refuse to be asked: look at their logs first.",
    );
  }
  const what = missing.join("; ");
  if (running === false) return warning(name, what, "They arrive once it runs.");
  return failed(
    name,
    what,
    "The queue is long, nobody reads it, or its binding is gone. Does the service run? Its log, and `rabbitmqctl list_bindings`, say more; it fetches from the producer what the bus has lost.",
  );
}

export function replication(replicas: DataExamination["replicas"]): Finding {
  const name = "replication";
  // Services may share a server.
  const behind = new Map<string, number>();
  for (const { name: replica, behindBytes } of replicas) if (behindBytes !== null) behind.set(replica, Math.max(behindBytes, behind.get(replica) ?? 0));
  if (behind.size === 0)
    return skipped(name, replicas.length === 0 ? "the server has no replicas" : "the role of the service may not see how far replicas are (pg_monitor may)");
  const late = [...behind].filter(([, bytes]) => bytes > lagBytes.warning);
  if (late.length === 0) return ok(name, `${[...behind.keys()].join(", ")}: not behind`);
  const what = late.map(([replica, bytes]) => `${replica} is ${gigabytes(bytes)} behind`).join(", ");
  const advice =
    "What reads there is old, and the server keeps its log for it until the disk is full: bring it back, or drop its slot (`pg_drop_replication_slot`).";
  return late.some(([, bytes]) => bytes > lagBytes.failed) ? failed(name, what, advice) : warning(name, what, advice);
}

/** Of several the fullest one. */
export function disk(disks: readonly NonNullable<MachineExamination["disk"]>[]): Finding {
  const name = "disk";
  const [fullest] = disks.map((each) => ({ ...each, share: each.freeBytes / each.totalBytes })).toSorted((one, other) => one.share - other.share);
  if (!fullest) return skipped(name, "no service has a data folder where it runs");
  const { folder, freeBytes, share } = fullest;
  const what = `${gigabytes(freeBytes)} (${Math.round(share * 100)} %) are free at ${folder}`;
  if (share > diskShare.warning) return ok(name, what);
  const advice = "When it is full, writes are refused, and nothing is lost: make room, or move uploads to S3 (`npm run media-move`).";
  return share > diskShare.failed ? warning(name, what, advice) : failed(name, what, advice);
}

const mayHave = (openFiles: string) => (openFiles === "unlimited" ? Number.POSITIVE_INFINITY : Number(openFiles));

/** Of several processes the one that may have the fewest. */
export function fileDescriptors(processes: readonly (Pick<MachineExamination, "openFiles"> & { process: string })[]): Finding {
  const name = "file descriptors";
  const limits = processes.flatMap(({ process, openFiles }) => (openFiles === null ? [] : [{ process, openFiles }]));
  const [fewest] = limits.toSorted((one, other) => mayHave(one.openFiles) - mayHave(other.openFiles));
  if (!fewest) return skipped(name, "this system does not say how many a process may have");
  const { process, openFiles } = fewest;
  const what = `${process} may have ${openFiles}`;
  if (mayHave(openFiles) >= enoughFiles) return ok(name, what);
  return warning(name, what, `Each live connection takes one: \`ulimit -n 65536\`, or LimitNOFILE in systemd, before ${openFiles} people look on.`);
}

/** What parts that run say of themselves. */
export function insideFindings(examinations: readonly Examination[]): Finding[] {
  const stored = examinations.flatMap(({ part, data }) => (data ? [{ part, ...data }] : []));
  const machines = examinations.map(({ instance, machine }) => ({ instance, ...machine }));
  return [
    outbox(stored),
    deadLetters(stored),
    queues(stored),
    replication(stored.flatMap(({ replicas }) => replicas)),
    disk(machines.flatMap((machine) => (machine.disk ? [{ ...machine.disk, folder: `${machine.disk.folder} (${machine.instance})` }] : []))),
    fileDescriptors(machines.map(({ instance, openFiles }) => ({ process: `a process (${instance})`, openFiles }))),
  ];
}
