// npm run test:long [-- word]: the long tests, then the long forms of tests, one after another, or those whose name has the word. Takes hours.
import { spawnSync } from "node:child_process";
import { install, nodePath, root } from "./node.mjs";

/** By name: the variable that makes a test long, and its files (docs: CONTRIBUTING.md). */
const forms = {
  usual: [{}, ".long.test.ts"],
  phone: [{ SCREEN: "phone" }, "tests/web-"],
  crowds: [{ CROWDS: "full" }, "tests/cluster-crowds.long.test.ts", "tests/large-deletions.long.test.ts"],
  faults: [{ FAULTS: "60" }, "tests/cluster.test.ts"],
  moderation: [{ FLOOD: "full", INTERLEAVINGS: "200" }, "tests/moderation-flood.long.test.ts", "tests/moderation-interleavings.test.ts"],
  delivery: [{ DELIVERY: "full" }, "tests/delivery-faults.long.test.ts", "tests/delivery-hangs.long.test.ts"],
  webhooks: [{ WEBHOOKS: "full" }, "tests/identity-webhooks.test.ts"],
  restore: [{ RESTORE: "full" }, "tests/restore-cluster.long.test.ts", "tests/point-in-time.long.test.ts"],
  rebuild: [{ REBUILD: "full" }, "tests/search-rebuild.long.test.ts", "tests/rebuild-survives.test.ts"],
  drafts: [{ DRAFTS: "full" }, "tests/web-drafts.test.ts"],
  opensearch: [{ SEARCH: "opensearch" }, "query-service/src/search", "tests/search.test.ts"],
  s3: [{ S3: "versitygw" }, "tests/media-s3.test.ts", "tests/media-direct.test.ts", "tests/backup.test.ts"],
  pooler: [
    { POOLER: "pgbouncer" },
    ...["account-deletion", "comments", "home-feed", "moderation", "notifications", "posts", "search"].map((name) => `tests/${name}.test.ts`),
  ],
  kafka: [{ BUS: "kafka" }, "shared/src/cluster/kafka-bus.test.ts", "tests/kafka.test.ts"],
};

install();
const [word = ""] = process.argv.slice(2);
const chosen = Object.entries(forms).filter(([name]) => name.includes(word));
if (chosen.length === 0) {
  console.error(`no long form is called "${word}": ${Object.keys(forms).join(", ")}`);
  process.exit(2);
}
const failed = [];
for (const [index, [name, [variables, ...files]]] of chosen.entries()) {
  console.log(`${index + 1} of ${chosen.length}: ${name}`);
  const began = performance.now();
  const { status } = spawnSync(nodePath(), [`${root}node_modules/vitest/vitest.mjs`, "run", ...files], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, LONG: "1", ...variables },
  });
  if (status !== 0) failed.push(name);
  console.log(`${name}: ${status === 0 ? "passed" : "failed"} after ${Math.round((performance.now() - began) / 1_000)} s`);
}
console.log(failed.length === 0 ? "all passed" : `failed: ${failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
