/** One event of a stream: its name, its data as it came, and the position after it, if it moves one. */
export interface ReceivedEvent {
  name: string;
  data: string;
  id: string | undefined;
}

/** What the comment line stands for that keeps a stream open. */
const heartbeat: ReceivedEvent = { name: "heartbeat", data: "{}", id: undefined };
const heartbeatLine = ":\n";

/**
 * Reads the event streams of notification-service (WHATWG HTML, section 9.2.6, as far as it writes them: one line of data each,
 * and comments between events only). `feed` takes the bytes as they arrive, and returns the events that are complete.
 */
export function createEventReader(): { feed(chunk: Buffer): ReceivedEvent[] } {
  const decoder = new TextDecoder();
  let text = "";
  return {
    feed(chunk) {
      const events: ReceivedEvent[] = [];
      text += decoder.decode(chunk, { stream: true });
      for (;;) {
        if (text.startsWith(heartbeatLine)) {
          events.push(heartbeat);
          text = text.slice(heartbeatLine.length);
          continue;
        }
        const end = text.indexOf("\n\n");
        if (end === -1) return events;
        const fields = new Map(
          text
            .slice(0, end)
            .split("\n")
            .map((line) => {
              const colon = line.indexOf(":");
              return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const;
            }),
        );
        text = text.slice(end + 2);
        const [name, data] = [fields.get("event"), fields.get("data")];
        if (name !== undefined && data !== undefined) events.push({ name, data, id: fields.get("id") });
      }
    },
  };
}
