import { html } from "@newfeed/api-gateway/readable/html.ts";
import { objectiveOf } from "./shared/objectives.ts";

/** What k6 exports of a run (`--summary-export`); of a threshold it says whether it was missed. */
export interface Summary {
  metrics: Readonly<Record<string, Readonly<Record<string, unknown>> & { thresholds?: Readonly<Record<string, boolean>> }>>;
}

interface Row {
  metric: string;
  bound: string;
  measured: string;
  met: boolean;
  objective: string | undefined;
}

/** What of a metric a bound is about: `p(95)` of `p(95)<500`. The export calls a rate its value. */
function measuredOf(metric: Summary["metrics"][string], bound: string): string {
  const [, aggregate = ""] = /^([^<>=!\s]+)\s*[<>=!]/.exec(bound) ?? [];
  const value = metric[aggregate === "rate" ? "value" : aggregate];
  const isTrend = "p(95)" in metric;
  // A trend without a sample is exported as 0.
  if (typeof value !== "number" || (isTrend && metric["count"] === 0)) return "nothing measured";
  return String(Number(value.toFixed(isTrend ? 1 : 6)));
}

const rowsOf = ({ metrics }: Summary): Row[] =>
  Object.entries(metrics)
    .flatMap(([metric, values]) =>
      Object.entries(values.thresholds ?? {}).map(([bound, isMissed]) => ({
        ...{ metric, bound, met: !isMissed },
        measured: measuredOf(values, bound),
        objective: objectiveOf(metric, bound),
      })),
    )
    .sort((one, other) => Number(one.met) - Number(other.met) || one.metric.localeCompare(other.metric));

const style = html`<style>
#thresholds { font: 16px/1.5 system-ui, sans-serif; color: #1b1b1f; background: #fff; padding: 16px 24px; }
#thresholds h1 { font-size: 20px; margin: 0 0 8px; }
#thresholds table { border-collapse: collapse; }
#thresholds th, #thresholds td { text-align: left; padding: 2px 24px 2px 0; }
#thresholds .missed { color: #b00020; font-weight: 600; }
</style>`;

function section(script: string, rows: readonly Row[]) {
  const missed = rows.filter(({ met }) => !met).length;
  const verdict =
    rows.length === 0 ? "no thresholds" : missed === 0 ? `all ${rows.length} thresholds were met` : `${missed} of ${rows.length} thresholds missed`;
  const cells = rows.map(
    ({ metric, bound, measured, met, objective }) =>
      html`<tr${met ? "" : html` class="missed"`}><td>${met ? "met" : "missed"}</td><td><code>${metric}</code></td><td><code>${bound}</code></td><td>${measured}</td><td>${objective}</td></tr>\n`,
  );
  const head = html`<tr><th>Result</th><th>Metric (times in ms)</th><th>Threshold</th><th>Measured</th><th>Objective</th></tr>`;
  return html`<section id="thresholds">${style}
<h1>${script}: ${verdict}</h1>
<table>
<thead>${head}</thead>
<tbody>
${cells}</tbody>
</table>
</section>`;
}

/** The page of a run: its thresholds, above k6's charts where there are any. */
export function reportPage(script: string, summary: Summary, charts: string | null): string {
  const thresholds = section(script, rowsOf(summary)).html;
  const page = charts ?? html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${`k6: ${script}`}</title></head><body></body></html>`.html;
  // A replacement that is a text would give `$` a meaning.
  return page.replace(/<body[^>]*>/, (body) => `${body}\n${thresholds}`);
}
