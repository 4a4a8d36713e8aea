import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigError } from "@newfeed/shared/runtime/config.ts";
import { isFolderInUse } from "@newfeed/shared/runtime/folder-lock.ts";

export const forms = ["embedded", "cluster"] as const;
/** A data folder may hold the data of `npm start`, of `npm run cluster`, or of both. */
export type Form = (typeof forms)[number];

const places = {
  embedded: { noun: "feed", lock: ".", postgres: "postgres", data: ".", secrets: "secrets.json", others: [], password: "databasePassword" },
  cluster: {
    noun: "cluster",
    lock: "cluster",
    postgres: "cluster/servers/postgres",
    data: "cluster/data",
    secrets: "cluster/servers/passwords.json",
    others: ["cluster/secrets.json"],
    password: "postgres",
  },
} as const;

/** Where a form keeps what belongs into a backup, relative to the data folder. */
export const layoutOf = (form: Form) => {
  const { postgres, data, secrets, others } = places[form];
  return { postgres, postgresData: `${postgres}/data`, media: join(data, "media"), secrets: [secrets, ...others] };
};

/** One form's data in a data folder. */
export interface FormData {
  form: Form;
  /** What it is called. */
  noun: string;
  /** What its process locks. */
  lock: string;
  /** The folder of its PostgreSQL. */
  postgres: string;
  /** Where its services keep files. */
  data: string;
}

const dataOf = (directory: string, form: Form): FormData => ({
  form,
  noun: places[form].noun,
  lock: join(directory, places[form].lock),
  postgres: join(directory, places[form].postgres),
  data: join(directory, places[form].data),
});

/** Whether there is something to work on: data, or a process that has them elsewhere or is about to make them. */
const isThere = ({ postgres, lock }: FormData) => existsSync(join(postgres, "data/PG_VERSION")) || isFolderInUse(lock);

/** Whether the first start could begin here: nothing else is in the folder. */
const isNew = (directory: string) => !existsSync(directory) || readdirSync(directory).every((name) => name === places.embedded.secrets);

export interface Choice {
  /** The form that the arguments name. */
  form: Form | undefined;
  /** In a new folder, choose the feed that is to be created there. */
  create: boolean;
}

/** Recognises what a data folder holds. Throws `ConfigError` where that is not clear, or nothing. */
export function recognise(directory: string, { form, create }: Choice): FormData {
  const [first, second] = forms
    .filter((name) => !form || name === form)
    .map((name) => dataOf(directory, name))
    .filter(isThere);
  if (first && second) throw new ConfigError(`${directory} holds both a feed and a cluster; add --embedded or --cluster`);
  if (first) return first;
  if (form === "cluster") throw new ConfigError(`no cluster is running in ${directory}, and none has left its data there; start one with \`npm run cluster\``);
  if (!create) throw new ConfigError(`there is no NewFeed data in ${directory}; select another folder with --data`);
  if (!isNew(directory)) throw new ConfigError(`there is no NewFeed data in ${directory}, but other files; select another folder with --data`);
  return dataOf(directory, "embedded");
}

/** The password of a form's PostgreSQL, which is stored beside its data. Throws `ConfigError`. */
export function passwordOf(directory: string, { form, noun }: FormData): string {
  const { secrets, password } = places[form];
  const file = join(directory, secrets);
  if (!existsSync(file)) throw new ConfigError(`the ${noun} in ${directory} lacks ${file}, which has the password of its database: restore that file, too`);
  return (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>)[password] ?? "";
}

/** The port of a running form's PostgreSQL (its pid file, line 4), once it accepts connections (line 8). Throws `ConfigError`. */
export async function portOf(directory: string, { noun, postgres }: FormData): Promise<number> {
  for (let left = 100; left > 0; left--) {
    try {
      const lines = readFileSync(join(postgres, "data/postmaster.pid"), "utf8").split("\n");
      if (lines[7]?.startsWith("ready")) return Number(lines[3]);
    } catch {
      // Still starting.
    }
    await sleep(100);
  }
  throw new ConfigError(`the ${noun} in ${directory} is running without a PostgreSQL there; set DATABASE_URL`);
}
