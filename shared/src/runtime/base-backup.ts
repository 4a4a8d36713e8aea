import { Readable } from "node:stream";
import type pg from "pg";
import { openReplication } from "./database.ts";

/** What the client's types leave out: the connection that a query is submitted to, and what the server answers. */
interface Connection {
  stream: { pause(): void; resume(): void };
  query(text: string): void;
}
interface DataRow {
  fields: (Buffer | string | null)[];
}
interface CopyData {
  chunk: Buffer;
}

/** The first byte of what the server copies: "BASE_BACKUP" of https://www.postgresql.org/docs/18/protocol-replication.html. */
const [newArchive, data, progress] = [..."ndp"].map((letter) => letter.charCodeAt(0));

/** What the client calls with the answers to BASE_BACKUP, whose archive it hands on as a stream. */
class BaseBackupQuery {
  readonly archive: Readable;
  /** Of the data folder, as the server estimates it at the beginning. */
  #totalBytes = 0;
  #archives = 0;
  readonly #text: string;
  readonly #onProgress: (bytes: number, totalBytes: number) => void;
  #connection: Connection | undefined;

  constructor(text: string, onProgress: (bytes: number, totalBytes: number) => void) {
    this.#text = text;
    this.#onProgress = onProgress;
    this.archive = new Readable({ read: () => this.#connection?.stream.resume() });
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query(this.#text);
  }
  handleRowDescription(): void {}
  handleDataRow({ fields }: DataRow): void {
    // A row for each tablespace: its id, its place, its size in kibibytes.
    if (fields.length === 3) this.#totalBytes += Number(fields[2]) * 1024;
  }
  handleCommandComplete(): void {}
  handleCopyData({ chunk }: CopyData): void {
    if (chunk[0] === newArchive && ++this.#archives > 1) this.archive.destroy(new Error("the server has tablespaces outside of its data folder"));
    else if (chunk[0] === progress) this.#onProgress(Number(chunk.readBigInt64BE(1)), this.#totalBytes);
    // The client uses the buffer of its chunks again.
    else if (chunk[0] === data && !this.archive.push(Buffer.from(chunk.subarray(1)))) this.#connection?.stream.pause();
  }
  handleError(error: Error): void {
    this.archive.destroy(error);
  }
  handleReadyForQuery(): void {
    this.archive.push(null);
  }
}

/**
 * The data folder of a running server as a tar archive, of one moment for all of its databases: the one at which the archive ends.
 * A server of the same major version that starts on it recovers to there. `url` names a superuser, or a role with REPLICATION.
 * `onProgress` hears how far it is, in bytes. The stream fails with what the server, or the connection to it, fails with.
 */
export async function baseBackup(url: string, onProgress: (bytes: number, totalBytes: number) => void): Promise<Readable> {
  const client = openReplication(url);
  const query = new BaseBackupQuery("BASE_BACKUP (LABEL 'newfeed', CHECKPOINT 'fast', PROGRESS, WAL, MANIFEST 'no')", onProgress);
  client.on("error", (error) => query.archive.destroy(error));
  query.archive.once("close", () => void client.end().catch(() => {}));
  await client.connect();
  // The server keeps what is written meanwhile until the archive has it, and forgets the slot with the connection.
  await client.query(`CREATE_REPLICATION_SLOT "newfeed_backup_${process.pid}" TEMPORARY PHYSICAL (RESERVE_WAL)`);
  client.query(query as unknown as pg.Submittable);
  return query.archive;
}
