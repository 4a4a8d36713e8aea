import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CreateBucketCommand, ListObjectsV2Command, PutBucketCorsCommand, S3Client } from "@aws-sdk/client-s3";
import type { S3Options } from "@newfeed/shared/cluster/s3.ts";
import { freePort, startProgram } from "../../scripts/infra/server.ts";

const version = "1.8.0";
const folder = fileURLToPath(new URL(`../../node_modules/.cache/newfeed/versitygw-${version}`, import.meta.url));

/** Whether tests run on a real S3 server: with `S3=versitygw`. */
export const hasS3Server = process.env["S3"] === "versitygw";
export const withS3Server = "S3=versitygw npm test -- tests/media-s3.test.ts runs it on a real server; needs Go, and minutes to build it once";

/** Versity's gateway (Apache-2.0), which keeps a bucket in a folder and checks signatures as S3 does; built when it is missing. */
function install(): string {
  const program = join(folder, "versitygw");
  if (existsSync(program)) return program;
  if (spawnSync("go", ["version"]).status !== 0) throw new Error("tests with S3=versitygw need Go");
  mkdirSync(folder, { recursive: true });
  execFileSync("go", ["install", `github.com/versity/versitygw/cmd/versitygw@v${version}`], { env: { ...process.env, GOBIN: folder }, stdio: "inherit" });
  return program;
}

export interface S3Server {
  /** Of a bucket on it. */
  options: S3Options;
  /** For signals that do not end it, such as SIGSTOP and SIGCONT. */
  signal(signal: NodeJS.Signals): void;
  /** Lets pages of these origins send files to the bucket. */
  allowPages(origins: string[]): Promise<void>;
  /** All keys of the bucket. */
  keys(): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts an S3 server with an empty bucket on a free loopback port. */
export async function startS3Server(): Promise<S3Server> {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-s3-"));
  mkdirSync(join(directory, "data"));
  const port = await freePort();
  const options: S3Options = {
    endpoint: `http://127.0.0.1:${port}`,
    bucket: "media",
    region: "us-east-1",
    accessKeyId: "only-for-tests",
    secretAccessKey: "only-for-tests-too",
    signedUrls: false,
    directUploads: false,
  };
  const program = await startProgram({
    name: "versitygw",
    command: [install(), "--access", options.accessKeyId, "--secret", options.secretAccessKey, "--port", `127.0.0.1:${port}`, "posix", join(directory, "data")],
    log: join(directory, "log"),
    whenParentDies: "KILL",
    // Without a signature it answers 403.
    ready: async () => (await fetch(options.endpoint)).status === 403,
  });
  const { endpoint, region, accessKeyId, secretAccessKey } = options;
  const client = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: options.bucket }));
  return {
    options,
    signal: (name) => program.signal(name),
    async allowPages(origins) {
      const CORSRules = [{ AllowedOrigins: origins, AllowedMethods: ["POST"], AllowedHeaders: ["*"] }];
      await client.send(new PutBucketCorsCommand({ Bucket: options.bucket, CORSConfiguration: { CORSRules } }));
    },
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: options.bucket }));
      return Contents.map(({ Key = "" }) => Key);
    },
    async close() {
      client.destroy();
      await program.stop("SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The variables of a feed that keeps its uploads in the bucket. */
export const variablesOf = ({ options }: S3Server, more: Record<string, string> = {}) => ({
  S3_ENDPOINT: options.endpoint,
  S3_BUCKET: options.bucket,
  S3_ACCESS_KEY_ID: options.accessKeyId,
  S3_SECRET_ACCESS_KEY: options.secretAccessKey,
  ...more,
});
