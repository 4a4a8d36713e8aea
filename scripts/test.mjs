// npm test: installs what is missing, checks the sources, then runs every test but the long ones under the pinned Node.
// npm test -- tests/live.test.ts: that file, long or not, without the checks. Flags are vitest's.
import { spawnSync } from "node:child_process";
import { handOver, install, nodePath, root } from "./node.mjs";

install();
if (process.argv.slice(2).every((argument) => argument.startsWith("-"))) {
  const { status } = spawnSync(nodePath(), [`${root}scripts/verify.mjs`], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    console.log("0 passed, 1 failed");
    process.exit(1);
  }
}
handOver([`${root}node_modules/vitest/vitest.mjs`, "run"], process.argv.slice(2));
