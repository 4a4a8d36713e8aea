import { setImmediate as nextTurn } from "node:timers/promises";
import type { RedisConnection } from "./redis.ts";

/** While each turn of the event loop brings more, they wait for each other, but no longer than this: a crowd takes few commands, a lone request none of it. */
const longestWaitMs = 2;

/** Takes points of many keys: the first point of a key opens its window. What the library's own script does for one. */
const takePoints = `
local answers = {}
for i, key in ipairs(KEYS) do
  redis.call('set', key, 0, 'EX', ARGV[2 * i], 'NX')
  local consumed = redis.call('incrby', key, ARGV[2 * i - 1])
  local left = redis.call('pttl', key)
  if left == -1 then
    redis.call('expire', key, ARGV[2 * i])
    left = 1000 * ARGV[2 * i]
  end
  answers[i] = {consumed, left}
end
return answers`;

type Taken = [consumed: number, leftMs: number];
interface Waiting {
  key: string;
  points: string;
  seconds: string;
  taken: PromiseWithResolvers<Taken>;
}

/**
 * The client as `RateLimiterRedis` uses it, except that all points which are taken in one turn of the event loop, or in turns that each bring
 * more, travel as one command: each is counted in Redis as before, and under load a request's share of the way there and back is small. What
 * is taken meanwhile waits for the command that is on its way, and fails with it: nobody waits for Redis twice.
 */
export function withPointsTogether(redis: RedisConnection["client"]) {
  redis.defineCommand("newfeedTakePoints", { lua: takePoints });
  const take = redis as typeof redis & { newfeedTakePoints(keys: number, ...keysAndArguments: string[]): Promise<Taken[]> };
  let waiting: Waiting[] = [];
  let sending = false;

  async function untilNoMoreCome(): Promise<void> {
    const began = performance.now();
    for (let count = 0; waiting.length > count && performance.now() - began < longestWaitMs; ) {
      count = waiting.length;
      await nextTurn();
    }
  }

  async function send(): Promise<void> {
    sending = true;
    await untilNoMoreCome();
    const batch = waiting;
    waiting = [];
    try {
      const answers = await take.newfeedTakePoints(batch.length, ...batch.map(({ key }) => key), ...batch.flatMap(({ points, seconds }) => [points, seconds]));
      for (const [index, { taken }] of batch.entries()) taken.resolve(answers[index] as Taken);
    } catch (error) {
      for (const { taken } of [...batch, ...waiting.splice(0)]) taken.reject(error);
    }
    sending = false;
    if (waiting.length > 0) void send();
  }

  return {
    get status() {
      return redis.status;
    },
    /** Called by the limiter, for the script that ours stands in for. */
    rlflxIncr([key, points, seconds]: [key: string, points: string, seconds: string]): Promise<Taken> {
      const taken = Promise.withResolvers<Taken>();
      waiting.push({ key, points, seconds, taken });
      if (!sending) void send();
      return taken.promise;
    },
    multi: () => redis.multi(),
    del: (key: string) => redis.del(key),
  };
}
