import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { printFloors, writeResults } from "./report.ts";
import { type Measured, meets } from "./row.ts";
import { rows } from "./rows/index.ts";

const usage = `npm run bench [-- <row> …] [--rounds N] [--seconds S] [--runs N] [--sizes 1,30,1000] [--lines search,login]
${rows.map(({ name, what }) => `  ${name.padEnd(16)} ${what}`).join("\n")}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    runs: { type: "string", default: "1" },
    sizes: { type: "string" },
    lines: { type: "string" },
    help: { type: "boolean" },
  },
});
const unknown = positionals.filter((name) => !rows.some((row) => row.name === name));
if (values.help || unknown.length > 0) {
  console.error(unknown.length > 0 ? `Unknown row: ${unknown.join(", ")}\n${usage}` : usage);
  process.exit(unknown.length > 0 ? 2 : 0);
}
const [rounds, seconds, runs] = [Number(values.rounds), Number(values.seconds), Number(values.runs)];
// The row growth takes hours and gigabytes, and runs when it is named.
const selected = positionals.length > 0 ? rows.filter(({ name }) => positionals.includes(name)) : rows.filter(({ name }) => name !== "growth");
const started = performance.now();
const elapsed = () => `${Math.round((performance.now() - started) / 1_000)} s`.padStart(6);

let missed = 0;
for (const row of selected) {
  console.log(`${row.name}: ${row.what}`);
  const measured: Measured[] = [];
  for (let run = 1; run <= runs; run++) {
    const directory = mkdtempSync(join(tmpdir(), "newfeed-bench-"));
    try {
      const result = await row.measure({
        rounds,
        seconds,
        sizes: values.sizes,
        lines: values.lines,
        directory,
        progress: (line) => console.error(`${elapsed()}  ${line}`),
      });
      measured.push(result);
      console.log(runs > 1 ? `  run ${run} of ${runs}` : `  after ${elapsed().trim()}`);
      printFloors(result.floors);
      missed += result.floors.filter((floor) => !meets(floor)).length;
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  if (!values.lines) writeResults(row, measured, { rounds, seconds });
}
console.log(missed === 0 ? "All targets met." : `${missed} ${missed === 1 ? "target" : "targets"} missed.`);
process.exitCode = missed === 0 ? 0 : 1;
