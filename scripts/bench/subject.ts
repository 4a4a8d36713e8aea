import type { Pattern, Ready, Reply } from "./fan-out.ts";

const loads: Record<Pattern, { everyMs: number; atOnce: number }> = { steady: { everyMs: 50, atOnce: 1 }, burst: { everyMs: 200, atOnce: 16 } };

const postId = "0193a7c0-0000-7000-8000-000000000001";
const text = "The quick brown fox jumps over the lazy dog and back";

/** The event that all programs send: about 250 bytes of JSON, with the marks that the load tool reads. */
export interface CommentEvent {
  postId: string;
  comment: { id: string; content: string; author: { username: string }; createdAt: string; ts: number; seq: number };
}

let seq = 0;
function nextEvent(): CommentEvent {
  const ts = performance.timeOrigin + performance.now();
  const id = `0193a7c0-0000-7000-8000-${String(++seq).padStart(12, "0")}`;
  return {
    postId,
    comment: { id, content: text, author: { username: "alice" }, createdAt: new Date(ts).toISOString(), ts: Math.round(ts * 1000) / 1000, seq },
  };
}

/**
 * Runs this process as a program under test: it reports that it is ready, publishes on request, and reports its own
 * processor time. `publish` receives all events of one turn of the event loop.
 */
export function runSubject(ready: Omit<Ready, "type">, publish: (events: readonly CommentEvent[]) => void): void {
  const reply = (message: Reply) => process.send?.(message);
  let timer: NodeJS.Timeout | undefined;
  let events = 0;
  let before = process.cpuUsage();
  const handlers = {
    start({ pattern = "steady" }: { pattern?: Pattern }): Reply {
      const { everyMs, atOnce } = loads[pattern];
      events = 0;
      before = process.cpuUsage();
      timer = setInterval(() => {
        events += atOnce;
        publish(Array.from({ length: atOnce }, nextEvent));
      }, everyMs);
      return { type: "started" };
    },
    stop(): Reply {
      clearInterval(timer);
      return { type: "stopped", events };
    },
    account(): Reply {
      const { user, system } = process.cpuUsage(before);
      return { type: "accounted", cpuSeconds: (user + system) / 1e6 };
    },
    collect(): Reply {
      global.gc?.();
      return { type: "collected" };
    },
  };
  process.on("message", (message: { type: keyof typeof handlers; pattern?: Pattern }) => reply(handlers[message.type](message)));
  reply({ type: "ready", ...ready });
}
