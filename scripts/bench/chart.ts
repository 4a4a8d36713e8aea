import type { Measured } from "./row.ts";
import { median } from "./statistics.ts";

const width = 760;
const labels = 270;
const barHeight = 20;
const gap = 6;
const colors = { own: "#2563eb", other: "#94a3b8" };

const escapeText = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
const format = (value: number) => (value >= 100 ? Math.round(value).toLocaleString("en") : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** Bars of medians, with a whisker from the lowest to the highest sample. Reads on a light and on a dark page. */
export function drawChart(title: string, { series }: Pick<Measured, "series">): string {
  let y = 34;
  const parts: string[] = [`<text class="title" x="0" y="18">${escapeText(title)}</text>`];
  for (const { title: heading, unit, better, bars } of series) {
    y += 14;
    parts.push(`<text class="heading" x="0" y="${y}">${escapeText(heading)} <tspan class="unit">${escapeText(unit)}, ${better} is better</tspan></text>`);
    y += 10;
    const widest = Math.max(...bars.flatMap(({ samples }) => samples), Number.MIN_VALUE);
    const scale = (value: number) => (value / widest) * (width - labels - 80);
    for (const [index, { name, samples }] of bars.entries()) {
      const value = median(samples);
      const middle = y + barHeight / 2;
      parts.push(
        `<text class="label" x="${labels - 8}" y="${middle + 4}" text-anchor="end">${escapeText(name)}</text>`,
        `<rect x="${labels}" y="${y}" width="${scale(value).toFixed(1)}" height="${barHeight}" rx="3" fill="${index === 0 ? colors.own : colors.other}"/>`,
        `<line class="spread" x1="${(labels + scale(Math.min(...samples))).toFixed(1)}" x2="${(labels + scale(Math.max(...samples))).toFixed(1)}" y1="${middle}" y2="${middle}"/>`,
        `<text class="value" x="${(labels + scale(Math.max(...samples)) + 8).toFixed(1)}" y="${middle + 4}">${format(value)}</text>`,
      );
      y += barHeight + gap;
    }
    y += 8;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="${escapeText(title)}">
<style>
  text { font: 12px system-ui, sans-serif; fill: #334155 } .title { font-size: 15px; font-weight: 600 } .heading { font-weight: 600 } .unit { font-weight: 400; fill: #64748b }
  .spread { stroke: #0f172a; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) { text { fill: #e2e8f0 } .unit { fill: #94a3b8 } .spread { stroke: #f8fafc } }
</style>
${parts.join("\n")}
</svg>
`;
}
