// Checks every import against the rules of ARCHITECTURE.md.

import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { cruise } from "dependency-cruiser";
import { root } from "./node.mjs";

process.chdir(root);

const shared = (module) => `^shared/src/${module}/`;
const nodeModules = "(^|/)node_modules/";
const services = "^([a-z-]+-service|api-gateway)/";

/** A module of shared/ may import itself, these modules, Node's built-ins, these packages, and these files of other modules. */
const sharedModule = (name, others, packages, files = []) => ({
  name: `${name}-imports`,
  severity: "error",
  from: { path: shared(name), pathNot: "\\.test\\.ts$" },
  to: {
    pathNot: [name, ...others].map(shared).concat(
      packages.map((item) => `${nodeModules}(@types/)?${item}/`),
      files.map((file) => `^${file}`),
    ),
    dependencyTypesNot: ["core"],
  },
});

/** A vendor library is imported in these files only. */
const vendor = (name, ...files) => ({
  name: `${name}-in-one-file`,
  severity: "error",
  from: { pathNot: files.map((file) => `^${file}`).concat("\\.test\\.ts$", "^tests/", "^scripts/bench/references/") },
  to: { path: `${nodeModules}(@types/)?${name}/` },
});

const useCases = "use-cases-know-no-http-and-no-store";

const forbidden = [
  // Generated from the .proto files.
  sharedModule("proto", [], ["@bufbuild/protobuf"]),
  sharedModule("grpc", ["http", "ports", "contracts", "proto"], ["@connectrpc/connect", "@connectrpc/connect-node", "@bufbuild/protobuf"]),
  { name: "no-circular", severity: "error", from: {}, to: { circular: true, viaOnly: { pathNot: "generated/" } } },
  { name: "unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  sharedModule("contracts", [], ["zod", "linkify-it"]),
  sharedModule("ports", ["contracts"], []),
  sharedModule("embedded", ["ports", "contracts"], ["rate-limiter-flexible"]),
  sharedModule(
    "cluster",
    ["ports", "contracts"],
    [
      "amqplib",
      "@platformatic/kafka",
      "cloudinary",
      "ioredis",
      "rate-limiter-flexible",
      "@socket\\.io/redis-adapter",
      "socket\\.io",
      "nodemailer",
      "@aws-sdk/[\\w-]+",
    ],
    // What stands in while Redis is down, and what is not in the bucket yet.
    ["shared/src/embedded/(limiter|media-store)\\.ts"],
  ),
  sharedModule("outbox", ["ports", "contracts"], ["uuid"]),
  sharedModule("jobs", ["outbox", "ports", "contracts"], []),
  sharedModule("projections", ["jobs", "ports", "contracts"], []),
  sharedModule("store", ["ports", "contracts"], ["uuid"]),
  sharedModule("doctor", ["contracts"], ["socket\\.io-client"]),
  sharedModule(
    "http",
    ["ports", "contracts"],
    ["express", "express-serve-static-core", "serve-static", "zod", "uuid", "undici", "opossum", "jose", "prom-client", "cors", "helmet"],
  ),
  {
    name: "client-stands-alone",
    comment: "the published client imports nothing of the server, and only its own libraries",
    severity: "error",
    from: { path: "^client/src/", pathNot: "\\.test\\.ts$" },
    to: { pathNot: ["^client/src/", `${nodeModules}(openapi-fetch|openapi-typescript-helpers|socket\\.io-client|eventsource-parser)/`] },
  },
  {
    name: "examples-are-outsiders",
    severity: "error",
    from: { path: "^examples/" },
    to: { pathNot: ["^examples/", "^client/src/index\\.ts$", `${nodeModules}(@types/)?(react|eventsource|socket\\.io-client)/`] },
  },
  { name: "service-not-service", severity: "error", from: { path: services }, to: { path: services, pathNot: "^$1/" } },
  {
    name: "service-knows-no-composition",
    severity: "error",
    from: { path: services, pathNot: "\\.test\\.ts$" },
    to: { path: "^(app|scripts|tests)/" },
  },
  { name: "app-runs-without-tools", severity: "error", from: { path: "^app/" }, to: { path: "^(scripts|tests)/" } },
  {
    name: "shared-knows-no-service",
    severity: "error",
    from: { path: "^shared/", pathNot: "\\.test\\.ts$" },
    to: { path: [services, "^(app|scripts|tests)/"] },
  },
  {
    name: "generated-only-in-store",
    severity: "error",
    from: { path: "^[a-z-]+-service/src/", pathNot: ["/store\\.ts$", "/generated/"] },
    to: { path: "/generated/" },
  },
  {
    name: "sql-only-in-statements",
    comment: "a service's SQL stands in its statements.ts",
    severity: "error",
    from: { path: "^[a-z-]+-service/src/", pathNot: ["[/-]statements\\.ts$", "\\.test\\.ts$"] },
    to: { path: "^shared/src/ports/(statement|columns)\\.ts$" },
  },
  {
    name: "statements-only-in-store",
    comment: "only a store runs statements; everybody else calls its operations. A statement may share columns with those of another store",
    severity: "error",
    from: { path: "^[a-z-]+-service/src/", pathNot: ["[/-](store|statements)\\.ts$", "\\.test\\.ts$"] },
    to: { path: "[/-]statements\\.ts$" },
  },
  {
    name: useCases,
    comment: "a use-case imports contracts, ports and the type of its store",
    severity: "error",
    from: {
      path: "^[a-z-]+-service/src/",
      pathNot: ["/(service|routes|store|handlers|jobs|testing)\\.ts$", "/generated/", "\\.test\\.ts$"],
    },
    to: { path: ["/src/store\\.ts$", "/src/[a-z-]+/store\\.ts$", "/src/routes\\.ts$", "/src/service\\.ts$"] },
  },
  {
    name: "only-routes-know-http",
    comment: "a service meets HTTP in its routes, in its composition, and where clients connect",
    severity: "error",
    from: {
      path: "^[a-z-]+-service/src/",
      pathNot: ["/(service|routes)\\.ts$", "^(event|notification)-service/src/(transports|connections)/", "\\.test\\.ts$"],
    },
    to: { path: shared("http") },
  },
  vendor("pg", "shared/src/runtime/database\\.ts", "shared/src/testing/(describe-statements|statement-bounds|counted-buffers)\\.ts"),
  vendor("@connectrpc", "api-gateway/src/grpc/", "shared/src/grpc/", "tests/support/grpc\\.ts"),
  vendor("@bufbuild/protobuf", "api-gateway/src/grpc/", "shared/src/grpc/", "shared/src/proto/", "tests/support/grpc\\.ts"),
  vendor("modern-tar", "scripts/operate/backups/archive\\.ts"),
  vendor("age-encryption", "scripts/operate/backups/encoding\\.ts"),
  vendor("opossum", "shared/src/http/breaker\\.ts"),
  vendor("undici", "shared/src/http/(upstream|exchange|outside)\\.ts"),
  vendor("jose", "shared/src/http/((verified-)?tokens|external-verifier|remote-keys)\\.ts"),
  vendor("prom-client", "shared/src/http/metrics\\.ts"),
  vendor("winston", "shared/src/runtime/logger\\.ts"),
  vendor("ioredis", "shared/src/cluster/redis\\.ts"),
  vendor("rate-limiter-flexible", "shared/src/embedded/limiter\\.ts", "shared/src/cluster/redis-limiter\\.ts"),
  vendor("linkify-it", "shared/src/contracts/rich-text\\.ts"),
  vendor("@node-rs/argon2", "auth-service/src/passwords\\.ts"),
  vendor("@zxcvbn-ts/language-common", "auth-service/src/password-rules\\.ts"),
  vendor("amqplib", "shared/src/cluster/rabbit-connection\\.ts"),
  vendor("@platformatic/kafka", "shared/src/cluster/kafka-client\\.ts"),
  vendor("cloudinary", "shared/src/cluster/cloudinary\\.ts"),
  vendor("@aws-sdk/.*", "shared/src/cluster/s3\\.ts"),
  vendor("nodemailer", "shared/src/cluster/smtp-mailer\\.ts"),
  vendor("@opensearch-project", "query-service/src/search/engine/opensearch\\.ts"),
  vendor("openai", "ai-service/src/models/openai\\.ts"),
  vendor("htmlparser2", "post-service/src/cards/page\\.ts"),
  vendor("re2js", "moderation-service/src/rules/match\\.ts"),
  vendor("obscenity", "moderation-service/src/rules/match\\.ts"),
  vendor("multer", "media-service/src/uploads\\.ts"),
  vendor("sharp", "media-service/src/images\\.ts", "scripts/(icons|screenshots)\\.ts"),
  vendor("blurhash", "media-service/src/images\\.ts"),
  vendor("socket\\.io", "notification-service/src/transports/socket-(server|handshake|transport|connection)\\.ts", "shared/src/cluster/redis-signals\\.ts"),
  vendor("@socket\\.io/redis-adapter", "shared/src/cluster/redis-signals\\.ts"),
  vendor("sirv", "api-gateway/src/web-client\\.ts"),
  vendor("vite", "scripts/dev\\.ts", "web/vite\\.config\\.ts"),
  vendor("playwright-core", "scripts/(browser|screenshots)\\.ts"),
  vendor("@tanstack/react-query", "web/src/(app\\.tsx$|data/|pages/settings\\.tsx)"),
  vendor("@base-ui/react", "web/src/components/(lightbox|open-(menu|dialogs))\\.tsx"),
  {
    name: "web-knows-client-and-rules",
    comment:
      "the web client may import the client library, the list of its pages, the languages, the pictures of profiles, what moderators do, the rules for what users write, and what examines a feed from outside",
    severity: "error",
    from: { path: "^web/src/" },
    to: {
      path: [services, "^shared/", "^(app|scripts|tests)/"],
      pathNot: [
        "^shared/src/contracts/(languages|moderation|pages|profile-pictures|rich-text|text|usernames)\\.ts$",
        "^shared/src/doctor/(canary|finding|outside)\\.ts$",
      ],
    },
  },
  {
    name: "server-knows-one-rule-of-the-client",
    comment: "the server takes from the client library only how filtered words are found, which both do in the same way",
    severity: "error",
    from: { path: [services, "^shared/"], pathNot: "\\.test\\.ts$" },
    to: { path: "^client/", pathNot: "^client/src/word-filter\\.ts$" },
  },
  { name: "web-is-a-leaf", severity: "error", from: { pathNot: ["^web/", "^tests/"] }, to: { path: "^web/" } },
  vendor("@opentelemetry", "shared/src/runtime/otlp-tracing\\.ts"),
  vendor("helmet", "shared/src/http/every-answer\\.ts", "api-gateway/src/docs\\.ts"),
  vendor("cors", "shared/src/http/every-answer\\.ts"),
  vendor("openapi-fetch", "client/src/http\\.ts"),
  vendor("openapi-typescript", "client/scripts/contract-types\\.ts"),
  vendor("eventsource-parser", "client/src/live/sse-wire\\.ts"),
];

const { output } = await cruise([...readdirSync(".").filter((name) => existsSync(`${name}/package.json`)), "app", "examples", "scripts", "tests"], {
  ruleSet: { forbidden },
  validate: true,
  tsPreCompilationDeps: true,
  combinedDependencies: false,
  // k6 scripts run in k6.
  exclude: { path: ["\\.mjs$", "^client/dist/", "^web/dist", "^scripts/k6/.*\\.js$"] },
  doNotFollow: { path: "node_modules" },
  enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"], extensions: [".ts", ".js", ".json"] },
});
// The cruiser does not distinguish type-only imports, and a use-case may import its store's *type*.
const importsOnlyTypes = ({ from, to }) => {
  const file = to.split("/").at(-1);
  const imports = [...readFileSync(from, "utf8").matchAll(/^import (type )?[^;]*? from "\.[^"]*\/([^"/]+)";/gms)].filter((match) => match[2] === file);
  return imports.every((match) => match[1] !== undefined);
};
const violations = output.summary.violations.filter((violation) => violation.rule.name !== useCases || !importsOnlyTypes(violation));

/** Where every statement is declared. */
const declared = ["shared/src/{outbox,projections,store}/**/*.ts", "*-service/src/**/*.ts"];
const undeclared = globSync(declared).filter(
  (file) => !/\.test\.ts$|\/testing\.ts$|\/generated\//.test(file) && /\bquery(<[^;()]*>)?\(\s*["'`]/.test(readFileSync(file, "utf8")),
);
for (const file of undeclared) console.error(`undeclared-sql: ${file} runs SQL that is no declared statement`);

for (const violation of violations) console.error(`${violation.rule.name}: ${violation.from} -> ${violation.to}`);
// Without @swc/core the cruiser reads nothing and reports no violation.
if (output.summary.totalCruised < 60) {
  console.error(`only ${output.summary.totalCruised} files were read; is @swc/core installed?`);
  process.exit(2);
}
process.exit(violations.length + undeclared.length > 0 ? 1 : 0);
