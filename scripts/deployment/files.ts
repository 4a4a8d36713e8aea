import { readFileSync } from "node:fs";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { webClientHeaders } from "@newfeed/shared/contracts/pages.ts";
import { serviceNames, urlVariable } from "@newfeed/shared/contracts/services.ts";
import { renderAnchors, renderDatabasePasswords, renderEmptyPasswords, renderParts } from "./compose.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** The text between `# begin generated: <name>` and `# end generated`, by file and name. */
const regions: Record<string, Record<string, () => string>> = {
  "docker-compose.yml": { anchors: renderAnchors, parts: renderParts, passwords: renderDatabasePasswords },
  ".env.example": {
    services: () => serviceNames.map((name) => `# Where ${name} is: one URL, or one for each instance, separated by commas.\n${urlVariable(name)}=`).join("\n"),
  },
  ".env.production.example": { passwords: renderEmptyPasswords },
  "nginx/newfeed.conf": { headers: renderHeaders, unavailable: renderUnavailable },
  Dockerfile: {
    workspaces: () =>
      workspaces()
        .map((name) => `COPY ${name}/package.json ${name}/`)
        .join("\n"),
  },
};

/** The response headers of the web client's files; the script that starts nginx fills in MEDIA_ORIGINS. */
function renderHeaders(): string {
  const titled = (name: string) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  return Object.entries(webClientHeaders([`\${MEDIA_ORIGINS}`]))
    .map(([name, value]) => `      add_header ${titled(name)} ${/[\s;]/.test(value) ? JSON.stringify(value) : value} always;`)
    .join("\n");
}

/** The problem that nginx answers while no instance does; in its strings a dollar sign would begin a variable. */
function renderUnavailable(): string {
  const document = JSON.stringify(new Problem("service_unavailable", { retryAfter: 2 }).toDocument());
  return `      return 503 ${JSON.stringify(document)};`;
}

/** The directories of the workspaces, services in the registry's order. */
function workspaces(): string[] {
  const { workspaces: patterns } = JSON.parse(read("package.json")) as { workspaces: string[] };
  return patterns.flatMap((pattern) => (pattern === "*-service" ? serviceNames : [pattern]));
}

/** The files with parts generated from the registry, by path, with their up-to-date text. */
export function generatedFiles(): Map<string, string> {
  return new Map(
    Object.entries(regions).map(([path, byName]) => {
      let text = read(path);
      for (const [name, render] of Object.entries(byName)) {
        const region = new RegExp(`(^ *# begin generated: ${name}\\b.*\\n)[^]*?(^ *# end generated$)`, "m");
        if (!region.test(text)) throw new Error(`${path}: no region "${name}"`);
        text = text.replace(region, (_, begin: string, end: string) => `${begin}${render()}\n${end}`);
      }
      return [path, text];
    }),
  );
}
