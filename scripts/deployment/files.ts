import { readFileSync } from "node:fs";
import { type ErrorCode, errorTable, Problem } from "@newfeed/shared/contracts/errors.ts";
import { webClientHeaders } from "@newfeed/shared/contracts/pages.ts";
import { serviceNames, urlVariable } from "@newfeed/shared/contracts/services.ts";
import { exposedHeaders, securityHeaders } from "@newfeed/shared/http/every-answer.ts";
import { waitingPage, waitingPagePolicy } from "@newfeed/shared/http/waiting-page.ts";
import { renderChartParts, renderChartSchema, renderChartValues } from "./chart.ts";
import { renderAnchors, renderDatabasePasswords, renderEmptyPasswords, renderParts, renderPartsOnKafka } from "./compose.ts";
import { renderDashboards } from "./dashboards.ts";
import { renderTargets } from "./prometheus.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** The text between `# begin generated: <name>` and `# end generated`, by file and name. */
const regions: Record<string, Record<string, () => string>> = {
  "docker-compose.yml": { anchors: renderAnchors, parts: renderParts, passwords: renderDatabasePasswords },
  "docker-compose.kafka.yml": { parts: renderPartsOnKafka },
  ".env.example": {
    services: () => serviceNames.map((name) => `# Where ${name} is: one URL, or one for each instance, separated by commas.\n${urlVariable(name)}=`).join("\n"),
  },
  ".env.production.example": { passwords: renderEmptyPasswords },
  "nginx/newfeed.conf": { headers: renderHeaders, problems: renderProblems, answers: renderAnswers, page: renderPage },
  "deploy/helm/newfeed/files/parts.yaml": { parts: renderChartParts },
  "deploy/helm/newfeed/values.yaml": { parts: renderChartValues },
  "deploy/observability/prometheus.yml": { targets: renderTargets },
  Dockerfile: {
    workspaces: () =>
      workspaces()
        .map((name) => `COPY ${name}/package.json ${name}/`)
        .join("\n"),
  },
};

const policy = "content-security-policy";
const titled = (name: string) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
const renderHeader = ([name, value]: [string, string]) => `      add_header ${titled(name)} ${/[\s;,]/.test(value) ? JSON.stringify(value) : value} always;`;

/** The response headers of the web client's files; the script that starts nginx fills in MEDIA_ORIGINS and CONNECT_SOURCES. */
function renderHeaders(): string {
  return Object.entries(webClientHeaders([`\${MEDIA_ORIGINS}`], `\${CONNECT_SOURCES}`))
    .map(renderHeader)
    .join("\n");
}

/** The headers of nginx's own answers, as the gateway's have them. */
function renderAnswers(): string {
  return securityHeaders()
    .map(([name, value]): [string, string] => [name, name === policy ? "$answer_policy" : value])
    .map(renderHeader)
    .join("\n");
}

/** The page that people get while nginx reaches no gateway. The status of the error takes the place of 503. */
function renderPage(): string {
  return `        return 503 ${JSON.stringify(waitingPage("NewFeed cannot be reached right now."))};`;
}

/** The errors that nginx makes itself. */
const nginxErrors: readonly ErrorCode[] = [
  "malformed_request",
  "forbidden",
  "not_found",
  "method_not_allowed",
  "payload_too_large",
  "uri_too_long",
  "range_not_satisfiable",
  "headers_too_large",
  "internal",
  "bad_gateway",
  "service_unavailable",
  "upstream_timeout",
  "loop_detected",
];

/** Their problems by status; in nginx's strings a dollar sign begins a variable. */
function renderProblems(): string {
  const document = (code: ErrorCode) => {
    const retryAfter = errorTable[code].status === 503 ? { retryAfter: 2 } : {};
    return JSON.stringify(JSON.stringify(new Problem(code, retryAfter).toDocument("$correlation_id")));
  };
  return [
    "  map $status $problem {",
    `    default ${document("internal")};`,
    ...nginxErrors.map((code) => `    ${errorTable[code].status} ${document(code)};`),
    "  }",
    "  map $uri $answer_policy {",
    `    default ${JSON.stringify(new Map(securityHeaders()).get(policy))};`,
    `    /.problem/page ${JSON.stringify(waitingPagePolicy)};`,
    "  }",
    "  map $allowed_origin $exposed_headers {",
    `    default ${JSON.stringify(exposedHeaders.join(","))};`,
    '    "" "";',
    "  }",
  ].join("\n");
}

/** The directories of the workspaces, services in the registry's order. */
function workspaces(): string[] {
  const { workspaces: patterns } = JSON.parse(read("package.json")) as { workspaces: string[] };
  return patterns.flatMap((pattern) => (pattern === "*-service" ? serviceNames : [pattern]));
}

/** Files that are generated as a whole: JSON has no comments that could mark a region. */
const whole: Record<string, () => string> = { "deploy/helm/newfeed/values.schema.json": renderChartSchema, ...renderDashboards() };

/** The files with parts generated from the registry, by path, with their up-to-date text. */
export function generatedFiles(): Map<string, string> {
  return new Map([
    ...Object.entries(whole).map(([path, render]): [string, string] => [path, render()]),
    ...Object.entries(regions).map(([path, byName]): [string, string] => {
      let text = read(path);
      for (const [name, render] of Object.entries(byName)) {
        const region = new RegExp(`(^ *# begin generated: ${name}\\b.*\\n)[^]*?(^ *# end generated$)`, "m");
        if (!region.test(text)) throw new Error(`${path}: no region "${name}"`);
        text = text.replace(region, (_, begin: string, end: string) => `${begin}${render()}\n${end}`);
      }
      return [path, text];
    }),
  ]);
}
