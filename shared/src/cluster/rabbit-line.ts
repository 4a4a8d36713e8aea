import type { Channel, ConsumeMessage, Session } from "./rabbit-connection.ts";

/** A queue that comes back sooner than this, after it was given up, stays for so long: each time counts as a delivery of what waited here. */
const [cameBackWithinMs, keptForMs] = [5_000, 60_000];

/**
 * A consumer's place in the line for one of the queues that hold a service's messages. The broker delivers to the first in the line, the active
 * consumer. Who is that, a consumer knows by what comes.
 */
export interface Line {
  readonly queue: string;
  /** Whether this is the first, as far as it knows. */
  readonly isFirst: boolean;
  /** Whether it may leave its place to others: there was nobody when it did a moment ago. */
  readonly mayBeOffered: boolean;
  /** Takes a place at the end. Each delivery comes with the channel that it is acknowledged on. */
  join(session: Session): Promise<void>;
  /** Leaves, and takes a place at the end. What was delivered and is not acknowledged is at the head of the queue again. */
  joinAgain(session: Session): Promise<void>;
  /** Whether messages that wait are held back from it: they do while nothing came since the last look but one, and it has nothing to do. */
  isHeldBack(waiting: number, isWorking: boolean): boolean;
}

/** Before it is joined there is no place. `take` gets what is delivered; the broker ends a line with null. */
export function createLine(queue: string, prefetch: number, take: (line: Line, channel: Channel, delivery: ConsumeMessage | null) => void): Line {
  let channel: Channel | undefined;
  let received = 0;
  let receivedBefore = 0;
  let wasIdle = false;
  let leftAt = Number.NEGATIVE_INFINITY;
  let keptUntil = Number.NEGATIVE_INFINITY;

  async function join(session: Session): Promise<void> {
    const own = await session.channel();
    channel = own;
    await own.prefetch(prefetch);
    await own.consume(queue, (delivery) => {
      if (received++ === 0 && performance.now() - leftAt < cameBackWithinMs) keptUntil = performance.now() + keptForMs;
      take(line, own, delivery);
    });
  }
  const line: Line = {
    queue,
    get isFirst() {
      return received > 0;
    },
    get mayBeOffered() {
      return performance.now() > keptUntil;
    },
    join,
    async joinAgain(session) {
      if (channel) await session.close(channel);
      [received, receivedBefore, wasIdle, leftAt] = [0, 0, false, performance.now()];
      await join(session);
    },
    isHeldBack(waiting, isWorking) {
      const isIdle = received > 0 && received === receivedBefore && !isWorking && waiting > 0;
      const isHeld = isIdle && wasIdle;
      [receivedBefore, wasIdle] = [received, isIdle];
      return isHeld;
    },
  };
  return line;
}
