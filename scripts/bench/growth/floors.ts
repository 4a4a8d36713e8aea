import type { MeasuredLine } from "./measure.ts";

/** How a line grew, as a share of what it may: more than 1 is too much. */
export interface Grown {
  name: string;
  growth: MeasuredLine["growth"];
  share: number;
  /** The statement that grew the most, and by what. */
  statement: string;
  reason: string;
}

/**
 * What all statements of a line in batches may look at beside their share of what there is to do: half as much more, as what is gone
 * is passed over until it is vacuumed.
 */
const beside = 5_000;
/** Calls beside those in the small feed: what polls does so the more often the longer a line lasts. */
const polls = 100;

/**
 * What an instance reads again and again, whatever the line does: a batch of what the lines before have changed, or of what others have
 * sent meanwhile, of a thousand rows at most, each by an index or into a few; and the partitions, before it makes the next one.
 */
const polled = [
  "FROM access_change WHERE id >",
  "FROM newfeed.outbox WHERE sent_at >=",
  "FROM newfeed.consumed_event WHERE event_id = ANY",
  "INSERT INTO event (id,",
  "make_event_partitions",
];
const isPoll = (statement: string) => polled.some((text) => statement.includes(text));
const pollPages = 4 * 1_000;

/** Indexes get higher, by their logarithm: half as much more at × 30, twice as much at × 1,000. */
const higher = (factor: number) => 1 + Math.log10(factor) / 3;

const none = { calls: 0, buffers: 0, milliseconds: 0 };
const perCall = ({ calls, buffers }: typeof none) => buffers / Math.max(calls, 1);

/** Compares a line in a small feed with the same in one that is so many times larger. */
export function compare(small: MeasuredLine, large: MeasuredLine, factor: number): Grown {
  const { name, growth, pages } = large;
  const candidates: { share: number; statement: string; reason: string }[] = [];
  for (const [statement, recorded] of large.recording) {
    const before = small.recording.get(statement) ?? none;
    candidates.push({
      statement,
      share: perCall(recorded) / (higher(factor) * perCall(before) + pages + (isPoll(statement) ? pollPages : 0)),
      reason: `${Math.round(perCall(before))} → ${Math.round(perCall(recorded))} pages a call`,
    });
    if (growth !== "batches")
      candidates.push({ statement, share: recorded.calls / (2 * before.calls + polls), reason: `${before.calls} → ${recorded.calls} calls` });
  }
  if (growth === "batches") {
    const inAll = ({ recording }: MeasuredLine) => [...recording.values()].reduce((sum, { buffers }) => sum + buffers, 0);
    const heaviest = [...large.recording].sort(([, one], [, other]) => other.buffers - one.buffers)[0]?.[0] ?? "";
    const reason = `${inAll(small)} → ${inAll(large)} pages in all`;
    candidates.push({ statement: heaviest, share: inAll(large) / (1.5 * higher(factor) * factor * inAll(small) + beside), reason });
  }
  const [worst] = candidates.sort((one, other) => other.share - one.share);
  return { name, growth, ...(worst ?? { share: 0, statement: "", reason: "" }) };
}
