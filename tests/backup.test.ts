import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { newMediaPath } from "@newfeed/shared/ports/media-store.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSocket } from "./support/clients.ts";
import { createComment, createPost } from "./support/comments.ts";
import { callersOf, type Person } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { operatorIn } from "./support/operations.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";
import { hasS3Server, startS3Server, withS3Server } from "./support/s3-server.ts";
import { pathOf, upload } from "./support/uploads.ts";

const folder = mkdtempSync(join(tmpdir(), "newfeed-backup-"));
const operator = operatorIn(folder);
const backups = join(folder, "backups");
let feed: FeedProcess | undefined;
let port = 0;

/** On the same port each time, so that its clients go on. */
const start = async (name: string) => {
  port ||= await freePort();
  feed = await startProcess(join(folder, name), { PORT: String(port) });
  return feed.url;
};
const stop = async () => {
  await feed?.signal("SIGTERM");
  feed = undefined;
};
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

const recipientIn = (key: string) => /^# public key: (age1\w+)$/m.exec(readFileSync(join(folder, key), "utf8"))?.[1] ?? "";
const made = () => readdirSync(backups).sort();
/** Fails as the command does; with what it printed. */
const refusalOf = (commands: string) =>
  operator.run(commands).then(
    () => "it succeeded",
    (error: Error) => error.message,
  );

/** Writes comments as fast as they are answered, until it is told to stop. Resolves with the contents that were accepted. */
function writeOn(person: Person, postId: string) {
  let writing = true;
  const written: string[] = [];
  const done = (async () => {
    while (writing) written.push((await createComment(person, postId, `comment ${written.length}`)).content);
  })();
  return {
    written,
    async stop() {
      writing = false;
      await done;
    },
  };
}

async function allComments(person: Person, postId: string): Promise<string[]> {
  const contents: string[] = [];
  for (let query = "?limit=50"; ; ) {
    const { body } = await person.get(`/api/v1/posts/${postId}/comments${query}`);
    contents.push(...body.data.map(({ content }: { content: string }) => content));
    if (!body.pageInfo.hasNextPage) return contents;
    query = `?limit=50&cursor=${body.pageInfo.endCursor}`;
  }
}

describe("a feed that runs, is written to, and is backed up meanwhile", () => {
  let alice: Person;
  let bob: Person;
  const known = { stray: newMediaPath(randomUUID(), "png"), postId: "", picture: "", cursor: "", before: 0, written: [] as string[] };

  beforeAll(async () => {
    await operator.run("npm run backup -- --new-key newfeed.key; npm run backup -- --new-key other.key");
    const { person } = callersOf(await start("feed"));
    [alice, bob] = [await person("alice"), await person("bob")];
    known.postId = await createPost(alice);
    known.picture = pathOf((await upload(alice)).url);
    // As one that was deleted while the backup was written: no row names it.
    mkdirSync(dirname(join(folder, "feed/media", known.stray)), { recursive: true });
    writeFileSync(join(folder, "feed/media", known.stray), "no longer named");
    const writer = writeOn(bob, known.postId);
    await eventually(() => expect(writer.written.length).toBeGreaterThan(5));
    known.before = writer.written.length;
    await operator.run(`npm run backup -- --data feed --to backups --recipient ${recipientIn("newfeed.key")}`);
    await eventually(() => expect(writer.written.length).toBeGreaterThan(known.before + 5));
    await writer.stop();
    known.written = writer.written;
    const ahead = await openSocket({ url: String(feed?.url) }, bob);
    known.cursor = (await ahead.ask("subscribe-post", known.postId)).cursor;
    ahead.close();
    await stop();
  }, 180_000);

  test("is encrypted, for its owner alone, and says what it is", () => {
    const [name = ""] = made();
    expect(statSync(join(backups, name)).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(join(backups, name))) {
      expect(statSync(join(backups, name, file)).mode & 0o777).toBe(0o600);
      if (file !== "backup.json") expect(readFileSync(join(backups, name, file)).toString("latin1")).toMatch(/^age-encryption.org\/v1\n/);
    }
    expect(JSON.parse(readFileSync(join(backups, name, "backup.json"), "utf8"))).toMatchObject({
      format: 1,
      form: "embedded",
      postgres: { major: 18, architecture: process.arch },
      recipients: [recipientIn("newfeed.key")],
    });
    expect(existsSync(join(folder, `feed/media-backup-${process.pid}`))).toBe(false);
    expect(readdirSync(join(folder, "feed")).filter((entry) => entry.includes("backup"))).toEqual([]);
  });

  test("is not restored without its key, with another, where something is, or when it was changed; nothing is left then", async () => {
    const [name = ""] = made();
    const from = `npm run restore -- --from backups/${name} --data refused`;
    expect(await refusalOf(from)).toContain("the backup is encrypted: --identity <file>");
    expect(await refusalOf(`${from} --identity other.key`)).toContain("the backup cannot be decrypted");
    expect(await refusalOf(`npm run restore -- --from backups/${name} --data feed --identity newfeed.key`)).toContain("feed holds something");
    expect(await refusalOf("npm run restore -- --from nowhere --data refused")).toContain("nowhere holds no backup, or one that was interrupted");

    const file = join(backups, name, "media.tar.zst.age");
    const original = readFileSync(file);
    const changed = Buffer.from(original);
    changed[changed.length - 20] = (changed[changed.length - 20] ?? 0) ^ 1;
    writeFileSync(file, changed);
    expect(await refusalOf(`${from} --identity newfeed.key`)).toContain("media.tar.zst.age cannot be read");
    writeFileSync(file, original);
    expect(readdirSync(folder).filter((entry) => entry.startsWith("refused"))).toEqual([]);
  });

  test("comes back as it was at one moment; clients get a reset, and nothing twice", async () => {
    const [name = ""] = made();
    const printed = await operator.run(`npm run restore -- --from backups/${name} --data restored --identity newfeed.key`);
    expect(existsSync(join(folder, "restored/media", known.stray))).toBe(true);
    expect(printed).toMatch(/The feed of 20\S+Z is in \S+restored\.[\s\S]*Start it with `npm start`/);
    const url = await start("restored");
    expect((await callersOf(url).call("POST", "/api/auth/login", { email: alice.email, password: alice.password })).status).toBe(200);
    expect((await alice.get(known.picture)).status).toBe(200);
    await eventually(() => expect(existsSync(join(folder, "restored/media", known.stray))).toBe(false));

    // What was accepted before it began is there, and then an unbroken sequence: nothing later without what came before it.
    const contents = (await allComments(alice, known.postId)).sort((a, b) => Number(a.slice(8)) - Number(b.slice(8)));
    expect(contents.length).toBeGreaterThanOrEqual(known.before);
    expect(contents).toEqual(known.written.slice(0, contents.length));
    // What other services know of it follows, also where the bus had not delivered it.
    await eventually(async () => expect((await alice.get(`/api/v1/posts/${known.postId}`)).body.commentCount).toBe(contents.length));

    const socket = await openSocket({ url }, bob);
    await socket.ask("subscribe-post", known.postId, { cursor: known.cursor });
    await eventually(() => expect(socket.of("reset").map((item) => item.data.reason)).toEqual(["epoch"]));
    await createComment(alice, known.postId, "a new one");
    await eventually(() => expect(socket.of("new_comment").map((item) => item.data.comment.content)).toEqual(["a new one"]));
    socket.close();
    await stop();
  }, 120_000);

  test("is read by age and tar", ({ skip }) => {
    if (spawnSync("age", ["--version"]).status !== 0 || spawnSync("zstd", ["--version"]).status !== 0) return skip("age and zstd are not installed");
    const [name = ""] = made();
    const names = spawnSync("bash", ["-euc", `age -d -i newfeed.key backups/${name}/media.tar.zst.age | zstd -d | tar t`], { cwd: folder, encoding: "utf8" });
    expect(names.stdout.split("\n")).toContain(known.picture.replace(/^\/media\//, "").split("?")[0]);
  });

  test("is kept a number of times; of interrupted ones those of the last day", async () => {
    mkdirSync(join(backups, "newfeed-2020-01-01T00-00-00Z"));
    mkdirSync(join(backups, "not-a-backup"));
    const [first] = made().slice(1);
    const printed = await operator.run("npm run backup -- --data feed --to backups --keep 1");
    expect(printed).toContain("It is not encrypted");
    const left = made();
    expect(left).not.toContain(first);
    expect(left).toHaveLength(2);
    expect(left).toContain("not-a-backup");
    expect(await refusalOf("npm run backup -- --data feed --to backups --keep 0")).toContain("--keep 0: a number of backups");
    expect(await refusalOf("npm run backup -- --data feed --to backups --recipient age1nobody")).toContain("age1nobody is no recipient");
  }, 60_000);

  test("signs all users out when that is asked for", async () => {
    const [name = ""] = made();
    await operator.run(`npm run restore -- --from backups/${name} --data signed-out --end-sessions`);
    const url = await start("signed-out");
    const answer = await callersOf(url).call("POST", "/api/auth/refresh", { refreshToken: alice.refreshToken });
    expect(answer.status).toBe(401);
    await stop();
  }, 60_000);

  test("goes into a bucket, with the uploads that another one holds, and comes back from there", async ({ skip }) => {
    if (!hasS3Server) return skip(withS3Server);
    const server = await startS3Server();
    try {
      const { endpoint, bucket, accessKeyId, secretAccessKey } = server.options;
      const variables = { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey };
      await operator.run("npm run media-move -- --data feed --to s3", variables);
      expect(existsSync(join(folder, "feed", known.picture))).toBe(false);
      const to = `s3://${bucket}/backups`;
      await operator.run(`npm run backup -- --data feed --to ${to}/; npm run backup -- --data feed --to ${to} --keep 1`, variables);
      const printed = await operator.run(`npm run backup -- --data feed --to ${to} --keep 1 --recipient ${recipientIn("newfeed.key")}`, variables);
      expect(printed).toContain("removed newfeed-");
      const [, name] = /The backup is s3:\/\/\S+\/(newfeed-\S+)/.exec(printed) ?? [];
      expect(await refusalOf(`npm run restore -- --from ${to}/newfeed-2020 --data from-bucket`)).toContain("S3_ENDPOINT");
      await operator.run(`npm run restore -- --from ${to}/${name} --data from-bucket --identity newfeed.key`, variables);
      await start("from-bucket");
      expect((await alice.get(known.picture)).status).toBe(200);
      await stop();
    } finally {
      await server.close();
    }
  }, 240_000);
});
