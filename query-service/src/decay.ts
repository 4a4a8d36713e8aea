/*
 * Scores of things that people do something with. A score is a sum over the hours of a window: how many did so in that hour,
 * halved with each quarter of the window that has passed since. It is kept as its logarithm at a fixed moment ("forward
 * decay", Cormode et al., ICDE 2009): all scores fade alike, so that their order stays until somebody does something, or an
 * hour leaves the window. A row of hours (`h`) has an `hour`.
 */

export const hourMs = 60 * 60 * 1_000;
/** The beginning of the hour. */
export const hourOf = (milliseconds: number): Date => new Date(Math.floor(milliseconds / hourMs) * hourMs);

/** SQL: is the hour within a window of so many hours that ends at a moment? */
export const isWithin = (hours: number, now: string): string => `h.hour > date_bin('1 hour', ${now}, 'epoch') - interval '${hours} hours'`;

/**
 * SQL: the logarithm, to the base 2, of the score at the epoch of grouped hours with these counts; null without any. `newest` is
 * the newest of the hours: factored out, it keeps the powers in range.
 */
export function scoreOf(hours: number, { count, newest, now }: { count: string; newest: string; now: string }): string {
  const halfLife = (hours * 3_600) / 4;
  const faded = `${count} * power(2::float8, (extract(epoch FROM h.hour - ${newest}) / ${halfLife})::float8)`;
  return `max(extract(epoch FROM ${newest})::float8) / ${halfLife} + ln(sum(${faded}) FILTER (WHERE ${isWithin(hours, now)})) / ln(2::float8)`;
}

/** SQL: when the first of the grouped hours leaves the window. */
export const endOf = (hours: number, now: string): string => `min(h.hour) FILTER (WHERE ${isWithin(hours, now)}) + interval '${hours} hours'`;
