import { createHash, type Hash } from "node:crypto";
import { Readable, Transform } from "node:stream";
import { createZstdCompress, createZstdDecompress } from "node:zlib";
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { CommandFailed, UsageError } from "../command.ts";

/** A pair of keys: who has the identity reads what was written for the recipient. */
export async function newKey(): Promise<{ identity: string; recipient: string }> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** Counts and hashes what passes. */
export interface Meter {
  stream: Transform;
  bytes(): number;
  sha256(): string;
}

export function createMeter(onBytes?: (bytes: number) => void): Meter {
  const hash: Hash = createHash("sha256");
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      onBytes?.(bytes);
      done(null, chunk);
    },
  });
  return { stream, bytes: () => bytes, sha256: () => hash.digest("hex") };
}

/** What fails in one stream fails in the one that is read, and what ends that ends the other. */
export const through = (source: Readable, target: Transform): Readable => {
  source.once("error", (error) => target.destroy(error));
  target.once("close", () => source.destroy());
  return source.pipe(target);
};

export function createEncrypter(recipients: readonly string[]): Encrypter {
  const encrypter = new Encrypter();
  for (const recipient of recipients)
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw new UsageError(`${recipient} is no recipient: one begins with age1`);
    }
  return encrypter;
}

/** Compressed (Zstandard), and encrypted (age) for those who may read it, unless everybody may. */
export async function encode(archive: Readable, encrypter: Encrypter | null): Promise<Readable> {
  const compressed = through(archive, createZstdCompress());
  if (!encrypter) return compressed;
  return Readable.fromWeb((await encrypter.encrypt(Readable.toWeb(compressed) as ReadableStream<Uint8Array>)) as Parameters<typeof Readable.fromWeb>[0]);
}

/** The identities of a file as age writes it: one a line, between comments. Throws `CommandFailed`. */
export function createDecrypter(identities: string, file: string): Decrypter {
  const decrypter = new Decrypter();
  const lines = identities.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  try {
    for (const line of lines) decrypter.addIdentity(line.trim());
  } catch {
    throw new CommandFailed(`${file} holds something that is no identity of age`);
  }
  if (lines.length === 0) throw new CommandFailed(`${file} holds no identity of age`);
  return decrypter;
}

/** The archive that was encoded. Throws `CommandFailed` when the identity does not fit; the stream fails when something was changed. */
export async function decode(stored: Readable, decrypter: Decrypter | null): Promise<Readable> {
  if (!decrypter) return through(stored, createZstdDecompress());
  try {
    const decrypted = await decrypter.decrypt(Readable.toWeb(stored) as ReadableStream<Uint8Array>);
    return through(Readable.fromWeb(decrypted as Parameters<typeof Readable.fromWeb>[0]), createZstdDecompress());
  } catch (cause) {
    throw new CommandFailed(`the backup cannot be decrypted: ${cause instanceof Error ? cause.message : cause}`);
  }
}
