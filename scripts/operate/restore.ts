import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { embeddedMajor } from "@newfeed/shared/embedded/postgres.ts";
import { mediaIdOf } from "@newfeed/shared/ports/media-store.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import type { Printer } from "@newfeed/shared/runtime/printer.ts";
import { unpackInto } from "./backups/archive.ts";
import { Description, descriptionFile, type StoredFile } from "./backups/description.ts";
import { createDecrypter, createMeter, decode, through } from "./backups/encoding.ts";
import { mediaPathsIn } from "./backups/media.ts";
import { type Place, placeAt } from "./backups/place.ts";
import { CommandFailed, runCommand, UsageError } from "./command.ts";
import { type Form, layoutOf } from "./data-folder.ts";
import { beginEpoch } from "./epoch.ts";
import type { Installation } from "./installation.ts";

const usage = `usage: npm run restore -- --from <folder of a backup | s3://bucket/folder> [--identity <file>] [--end-sessions]

Makes a new data folder of a backup that \`npm run backup\` wrote; --identity names the file that can decrypt it. Clients that
reconnect fetch again. Sessions that ended after the backup are open again: --end-sessions signs all users out.`;

type Print = Printer["print"];
type Decrypter = ReturnType<typeof createDecrypter>;

async function describe(place: Place): Promise<Description> {
  const file = await place.read(descriptionFile);
  if (!file) throw new CommandFailed(`${place.description} holds no backup, or one that was interrupted: there is no ${descriptionFile}`);
  const { success, data } = Description.safeParse(JSON.parse(await text(file)));
  if (!success) throw new CommandFailed(`${place.description} was written by another version of NewFeed, or was changed: ${descriptionFile} cannot be read`);
  return data;
}

/** A PostgreSQL reads the files of its own major version and architecture alone. */
async function checkFits({ postgres }: Description): Promise<void> {
  const major = await embeddedMajor();
  if (postgres.major !== major)
    throw new CommandFailed(
      `the backup is of PostgreSQL ${postgres.major}, and this NewFeed has ${major}: restore it with the version that wrote it, then upgrade`,
    );
  if (postgres.architecture !== process.arch) throw new CommandFailed(`the backup was made on ${postgres.architecture}, and this machine is ${process.arch}`);
}

/** Decodes a file of the backup into a folder; fails when it is not as it was written. */
async function unpack(place: Place, { name, sha256 }: StoredFile, decrypter: Decrypter | null, target: Writable): Promise<void> {
  const stored: Readable | undefined = await place.read(name);
  if (!stored) throw new CommandFailed(`${place.description} lacks ${name}`);
  const meter = createMeter();
  const archive = await decode(through(stored, meter.stream), decrypter);
  try {
    await pipeline(archive, target);
  } catch (error) {
    throw new CommandFailed(`${name} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (meter.sha256() !== sha256) throw new CommandFailed(`${name} is not as it was written: its SHA-256 differs`);
}

async function isFree(directory: string): Promise<boolean> {
  return !existsSync(directory) || (await readdir(directory)).length === 0;
}

async function putInPlace(directory: string, from: Place, decrypter: Decrypter | null, print: Print): Promise<Form> {
  if (!(await isFree(directory))) throw new CommandFailed(`${directory} holds something: move it away, or name another folder with --data`);
  const description = await describe(from);
  await checkFits(description);
  if (description.recipients && !decrypter) throw new CommandFailed("the backup is encrypted: --identity <file>");
  const { form, files } = description;
  const { postgresData, media } = layoutOf(form);
  // Beside it, and renamed when it is whole: what is interrupted leaves nothing that could be started.
  const unfinished = `${directory}.restore`;
  await rm(unfinished, { recursive: true, force: true });
  try {
    for (const folder of [postgresData, media]) await mkdir(join(unfinished, folder), { recursive: true, mode: 0o711 });
    const steps = [
      ["postgres", postgresData],
      ["secrets", "."],
      ["media", media],
    ] as const;
    for (const [what, folder] of steps) {
      print(`${what}: ${(files[what].bytes / 1024 ** 2).toFixed(1)} MB`);
      await unpack(from, files[what], description.recipients ? decrypter : null, unpackInto(join(unfinished, folder)));
    }
    for (const folder of [postgresData, media]) await chmod(join(unfinished, folder), 0o700);
    await mkdir(dirname(directory), { recursive: true });
    await rm(directory, { recursive: true, force: true });
    await rename(unfinished, directory);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  print(`The ${form === "embedded" ? "feed" : "cluster"} of ${description.at} is in ${directory}.`);
  return form;
}

/** The files that were deleted while the backup was written, which no row names any more: media-service removes them when it starts. */
async function removeStrays(installation: Installation): Promise<void> {
  const { query } = await installation.openDatabase("media-service");
  const batch: string[] = [];
  async function flush() {
    const paths = batch.splice(0);
    await query(
      `INSERT INTO media_removal (path, kind, due_at)
       SELECT file.path, 'image', now() FROM unnest($1::text[], $2::uuid[]) AS file (path, media_id)
       WHERE NOT EXISTS (SELECT FROM media WHERE media.id = file.media_id AND file.path IN (media.path, thumbnail_path, small_path))
       ON CONFLICT DO NOTHING`,
      [paths, paths.map(mediaIdOf)],
    );
  }
  for await (const path of mediaPathsIn(join(installation.dataDirectory, "media"))) if (batch.push(path) === 1_000) await flush();
  await flush();
}

async function finish(installation: Installation, print: Print, endSessions: boolean): Promise<void> {
  await removeStrays(installation);
  if (endSessions) {
    const auth = await installation.openDatabase("auth-service");
    await auth.query("DELETE FROM session");
  }
  await beginEpoch(installation);
  print(`${endSessions ? "All users are signed out. " : ""}Start it with \`npm ${installation.folder?.form === "cluster" ? "run cluster" : "start"}\`.`);
}

await runCommand({
  usage,
  values: ["from", "identity"],
  flags: ["end-sessions"],
  read(rest, { from, identity, "end-sessions": endSessions = false }) {
    if (rest.length > 0) throw new UsageError(`unexpected argument: ${rest[0]}`);
    if (!from) throw new UsageError("say where from: --from <folder>, or --from s3://<bucket>/<folder>");
    if (identity && !existsSync(identity)) throw new UsageError(`there is no ${identity}`);
    return {
      async before(directory, print) {
        try {
          return await putInPlace(
            directory,
            placeAt(from, readConfig(process.env).s3),
            identity ? createDecrypter(readFileSync(identity, "utf8"), identity) : null,
            print,
          );
        } catch (error) {
          throw error instanceof Problem ? new CommandFailed(error.message) : error;
        }
      },
      work: (installation, print) => finish(installation, print, endSessions),
    };
  },
});
