import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectSources, webClientHeaders } from "@newfeed/shared/contracts/pages.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { originsMap } from "../scripts/cluster/nginx.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What the script of nginx's container makes of these variables. Instead of nginx a stand-in runs, which ends at once, and so does the script. */
function configurationBy(variables: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-nginx-"));
  for (const program of ["nginx", "getent", "sleep"]) writeFileSync(join(directory, program), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  const script = readFileSync(join(root, "nginx/compose/start.sh"), "utf8")
    .replace("configuration=/etc/nginx", `configuration=${join(root, "nginx")}`)
    .replace("/var/lib/newfeed", join(directory, "run"));
  const { status } = spawnSync("sh", ["-c", script], { env: { PATH: `${directory}:${process.env.PATH}`, ...variables } });
  expect(status).toBe(1);
  const rendered = readFileSync(join(directory, "run/nginx.conf"), "utf8");
  rmSync(directory, { recursive: true });
  return rendered;
}

const media = { MEDIA_BASE_URL: "https://feed.example/media", CLOUDINARY_BASE_URL: "https://pictures.example/feed" };
const bucket = { S3_ENDPOINT: "https://s3.example", S3_BUCKET: "media", S3_ACCESS_KEY_ID: "key", S3_SECRET_ACCESS_KEY: "secret" };

test.each([
  media,
  { ...media, CLOUDINARY_BASE_URL: "" },
  { ...media, CLOUDINARY_BASE_URL: "https://feed.example/pictures" },
  { ...media, ...bucket },
  { ...media, ...bucket, S3_SIGNED_URLS: "true" },
  { ...media, ...bucket, S3_DIRECT_UPLOADS: "true" },
])("pages load media from, and send files to, the same origins by the container's script as by npm run cluster: %o", (given) => {
  const { mediaOrigins, uploadOrigins } = readConfig(given);
  const { "content-security-policy": policy } = webClientHeaders(mediaOrigins, connectSources(uploadOrigins));
  expect(configurationBy(given)).toContain(`add_header Content-Security-Policy ${JSON.stringify(policy)} always;`);
});

test("pages of the same origins read nginx's own answers by the container's script as by npm run cluster", () => {
  const given = { MEDIA_BASE_URL: "https://feed.example/media", ALLOWED_ORIGINS: "https://app.example, https://other.example" };
  expect(configurationBy(given)).toContain(`default "";\n    ${originsMap(given.ALLOWED_ORIGINS)}\n`);
  const { services } = parse(readFileSync(join(root, "docker-compose.yml"), "utf8"), { merge: true }) as {
    services: Record<string, { environment?: Record<string, string> }>;
  };
  expect(services["nginx"]?.environment?.["ALLOWED_ORIGINS"]).toBe(services["notification-service"]?.environment?.["ALLOWED_ORIGINS"]);
});
