import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { baseBackup } from "@newfeed/shared/runtime/base-backup.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import type { Printer } from "@newfeed/shared/runtime/printer.ts";
import { archiveOf, archiveOfFolder } from "./backups/archive.ts";
import { type Description, descriptionFile, majorIn, nameOf, namePattern, newfeedVersion, type StoredFile } from "./backups/description.ts";
import { createEncrypter, createMeter, encode, newKey, through } from "./backups/encoding.ts";
import { keepMedia } from "./backups/media.ts";
import { type Place, placeAt } from "./backups/place.ts";
import { CommandFailed, runCommand, UsageError } from "./command.ts";
import { layoutOf } from "./data-folder.ts";
import type { Installation } from "./installation.ts";

const usage = `usage: npm run backup -- --to <folder | s3://bucket/folder> [--recipient age1...] [--keep N]
       npm run backup -- --new-key <file>

Copies the databases, the uploads and the secrets of a feed or a cluster, running or not, into a new folder there, which
\`npm run restore\` reads. With --recipient it is encrypted: who has the identity that belongs to it can read it (several are
separated by commas). --new-key writes such an identity into a file and prints its recipient; keep the file elsewhere.
With --keep only the newest N backups stay there. s3:// is the service that S3_ENDPOINT and the other variables name.`;

type Print = Printer["print"];

const everyMs = 2_000;
/** An older folder without a description is a backup that was interrupted. */
const interruptedAfterMs = 24 * 60 * 60_000;

const megabytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MB`;

/** Prints how far a step is, every two seconds. */
function createProgress(print: Print) {
  let printedAt = Date.now();
  return (line: string) => {
    if (Date.now() - printedAt < everyMs) return;
    printedAt = Date.now();
    print(line);
  };
}

async function removeOld(place: Place, keep: number, print: Print): Promise<void> {
  const [complete, interrupted]: [string[], string[]] = [[], []];
  for (const name of (await place.folders()).filter((item) => namePattern.test(item)).sort()) {
    const description = await place.read(`${name}/${descriptionFile}`);
    description?.destroy();
    (description ? complete : interrupted).push(name);
  }
  const latest = nameOf(new Date(Date.now() - interruptedAfterMs));
  for (const name of [...complete.slice(0, -keep), ...interrupted.filter((item) => item < latest)]) {
    await place.removeFolder(name);
    print(`removed ${name}`);
  }
}

interface Options {
  to: string;
  /** Null: not encrypted. */
  recipients: readonly string[] | null;
  keep: number | undefined;
}

async function backUp({ folder: source, dataDirectory }: Installation, print: Print, { to, recipients, keep }: Options): Promise<void> {
  if (!source) throw new CommandFailed("DATABASE_URL names a server of your own: back it up with its tools (docs/operations.md, Backup and restore)");
  const { s3 } = readConfig(process.env);
  const place = placeAt(to, s3);
  const encrypter = recipients && createEncrypter(recipients);
  const progress = createProgress(print);
  const name = nameOf(new Date());
  const layout = layoutOf(source.form);

  async function store(what: string, archive: Readable): Promise<StoredFile> {
    const file = `${what}.tar.zst${encrypter ? ".age" : ""}`;
    const meter = createMeter();
    await place.write(`${name}/${file}`, through(await encode(archive, encrypter), meter.stream));
    print(`${what}: ${megabytes(meter.bytes())}`);
    return { name: file, bytes: meter.bytes(), sha256: meter.sha256() };
  }

  const media = await keepMedia(join(dataDirectory, "media"), s3);
  try {
    const databases = await baseBackup(source.serverUrl, (bytes, total) =>
      progress(`postgres: ${megabytes(bytes)} of about ${megabytes(Math.max(bytes, total))}`),
    );
    const postgres = await store("postgres", databases);
    const at = new Date().toISOString();
    await media.addNew();
    const secrets = await store("secrets", archiveOfFolder(source.path, layout.secrets));
    const uploads = createMeter((bytes) => progress(`media: ${megabytes(bytes)}`));
    const stored = await store("media", through(archiveOf(media.files()), uploads.stream));
    const description: Description = {
      format: 1,
      newfeed: newfeedVersion(),
      at,
      form: source.form,
      postgres: { major: majorIn(join(source.path, layout.postgresData)), architecture: process.arch },
      recipients: recipients && [...recipients],
      files: { postgres, media: stored, secrets },
    };
    await place.write(`${name}/${descriptionFile}`, Readable.from([`${JSON.stringify(description, null, 2)}\n`]));
  } catch (error) {
    // What was written already is no backup.
    await place.removeFolder(name).catch(() => {});
    throw error;
  } finally {
    await media.close();
  }
  print(`The backup is ${to.replace(/\/$/, "")}/${name}`);
  if (!recipients) print("It is not encrypted, and holds secrets: keep it from others.");
  if (keep !== undefined) await removeOld(place, keep, print);
}

async function writeKey(file: string, print: Print): Promise<null> {
  if (existsSync(file)) throw new CommandFailed(`${file} exists already`);
  const { identity, recipient } = await newKey();
  writeFileSync(file, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600, flag: "wx" });
  print(recipient);
  return null;
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new UsageError(`--keep ${text}: a number of backups`);
  return Number(text);
}

await runCommand({
  usage,
  values: ["to", "recipient", "keep", "new-key"],
  read(rest, { to, recipient, keep, "new-key": file }) {
    if (rest.length > 0) throw new UsageError(`unexpected argument: ${rest[0]}`);
    if (file !== undefined) {
      if (to ?? recipient ?? keep) throw new UsageError("--new-key takes no other argument");
      return { before: (_directory, print) => writeKey(file, print), work: async () => {} };
    }
    if (!to) throw new UsageError("say where to: --to <folder>, or --to s3://<bucket>/<folder>");
    const recipients = recipient?.split(",") ?? null;
    if (recipients) createEncrypter(recipients);
    const options = { to, recipients, keep: keep === undefined ? undefined : numberOf(keep) };
    return async (installation, print) => {
      try {
        await backUp(installation, print, options);
      } catch (error) {
        throw error instanceof Problem ? new CommandFailed(error.message) : error;
      }
    };
  },
});
