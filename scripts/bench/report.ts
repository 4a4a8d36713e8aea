import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawChart } from "./chart.ts";
import { describeMachine } from "./machine.ts";
import { root } from "./root.ts";
import { type Bench, type Floor, type Measured, meets, type Row } from "./row.ts";
import { median } from "./statistics.ts";

const results = join(root, "bench/results");

const bounds = ({ bound }: Floor) => ("atLeast" in bound ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`);

/** Writes `bench/results/<row>.json` with all runs of this call, and `.svg` with the chart of the last one. */
export function writeResults(row: Row, runs: readonly Measured[], { rounds, seconds }: Pick<Bench, "rounds" | "seconds">): void {
  mkdirSync(results, { recursive: true });
  const last = runs.at(-1);
  if (!last) return;
  const contents = {
    row: row.name,
    what: row.what,
    measuredAt: new Date().toISOString(),
    machine: describeMachine(),
    rounds,
    seconds,
    notes: last.notes ?? [],
    runs: runs.map(({ series, floors }) => ({
      floors: floors.map((floor) => ({ ...floor, value: Number(floor.value.toPrecision(4)), met: meets(floor) })),
      series: series.map(({ bars, ...rest }) => ({
        ...rest,
        bars: bars.map(({ name, samples }) => ({
          name,
          median: Number(median(samples).toPrecision(4)),
          samples: samples.map((sample) => Number(sample.toPrecision(4))),
        })),
      })),
    })),
  };
  writeFileSync(join(results, `${row.name}.json`), `${JSON.stringify(contents, null, 2)}\n`);
  writeFileSync(join(results, `${row.name}.svg`), drawChart(row.what, last));
}

/** Prints one line per floor. */
export function printFloors(floors: readonly Floor[]): void {
  for (const floor of floors)
    console.log(
      `  ${meets(floor) ? "ok    " : "MISSED"} ${floor.what}: ${floor.value.toPrecision(3)}${floor.unit ? ` ${floor.unit}` : " ×"} (${bounds(floor)})`,
    );
}
