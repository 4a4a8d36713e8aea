import { Followers } from "./followers.ts";
import type { ShownEntry } from "./rendering.ts";

/** A stream that clients of this instance follow. All its followers are at `cursor` once `pending` is written. */
export interface LiveStream {
  readonly name: string;
  cursor: number;
  readonly followers: Followers;
  /** What this turn of the event loop brought: at its end it leaves as one write to each follower. */
  pending: ShownEntry[];
  catchingUp: Promise<void> | undefined;
  /** The highest offset that a hint named. */
  hinted: number;
}

/** By name. */
export type LiveStreams = Map<string, LiveStream>;

export const newLiveStream = (name: string, cursor: number): LiveStream => ({
  name,
  cursor,
  followers: new Followers(),
  pending: [],
  catchingUp: undefined,
  hinted: cursor,
});
