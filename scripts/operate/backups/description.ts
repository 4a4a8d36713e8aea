import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { forms } from "../data-folder.ts";

/** `newfeed-2026-11-29T12-00-00Z`: sorted by name, backups are sorted by age. */
export const nameOf = (at: Date) => `newfeed-${at.toISOString().slice(0, 19).replaceAll(":", "-")}Z`;
export const namePattern = /^newfeed-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z$/;

/** Written last: a folder without it is a backup that was interrupted. */
export const descriptionFile = "backup.json";

/** Of this NewFeed. */
export const newfeedVersion = () => (JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as { version: string }).version;

/** The major version of the PostgreSQL that a folder of data belongs to. */
export const majorIn = (data: string) => Number(readFileSync(join(data, "PG_VERSION"), "utf8"));

/** A file of a backup, as it is stored. */
export const StoredFile = z.object({ name: z.string().regex(/^[a-z]+\.tar\.zst(\.age)?$/), bytes: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type StoredFile = z.infer<typeof StoredFile>;

/** What a backup says of itself, unencrypted. */
export const Description = z.object({
  /** Of this format. */
  format: z.literal(1),
  /** Of the NewFeed that wrote it. */
  newfeed: z.string(),
  /** The moment of its databases. */
  at: z.iso.datetime(),
  form: z.enum(forms),
  /** A PostgreSQL's files are read by the same major version on the same architecture alone. */
  postgres: z.object({ major: z.int(), architecture: z.string() }),
  /** Who can read it; null when everybody can. */
  recipients: z.array(z.string()).nullable(),
  files: z.object({ postgres: StoredFile, media: StoredFile, secrets: StoredFile }),
});
export type Description = z.infer<typeof Description>;
