// npm run verify: types, style, dead code and boundaries, in parallel; prints errors and durations.
import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { install, nodePath, root } from "./node.mjs";

install({ web: false });

// One checker: each of several would make the types of all contracts anew, at twice the work, while the other checks wait.
const types = (project) => [`${root}node_modules/typescript/bin/tsc`, "--checkers", "1", "-p", project];
const checks = {
  types: types(root),
  "types of the web client": types(`${root}web`),
  style: [`${root}node_modules/@biomejs/biome/bin/biome`, "check", "--error-on-warnings", root],
  "dead code": [`${root}node_modules/knip/bin/knip.js`, "--no-progress"],
  boundaries: [`${root}scripts/check-boundaries.mjs`],
};

const run = (name, args) =>
  new Promise((resolve) => {
    const started = Date.now();
    // TypeScript's compiler is a Go program: it collects garbage less often.
    const child = spawn(nodePath(), args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, GOGC: "400" } });
    // The longest, on one processor: the others have what it leaves, or it would end long after them.
    if (name !== "types") setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        output += data;
      });
    child.on("exit", (code) => {
      if (code !== 0) process.stderr.write(output);
      console.error(`${code === 0 ? "ok    " : "FAILED"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      resolve(code === 0);
    });
  });

const results = await Promise.all(Object.entries(checks).map(([name, args]) => run(name, args)));
process.exit(results.every(Boolean) ? 0 : 1);
