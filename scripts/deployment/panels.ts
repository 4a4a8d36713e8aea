/** A panel: what it is called, in which unit, and what it asks Prometheus for. `window` of a query is what Grafana takes for the width of the page. */
export interface Panel {
  title: string;
  unit: "short" | "s" | "reqps" | "percentunit" | "bytes";
  /** What a line is called, and its query. */
  queries: Record<string, string>;
}

export interface Dashboard {
  uid: string;
  title: string;
  panels: readonly Panel[];
}

export const window = "[$__rate_interval]";
export const rate = (series: string, by: string) => `sum by (${by}) (rate(${series}${window}))`;
