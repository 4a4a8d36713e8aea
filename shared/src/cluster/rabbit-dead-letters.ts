import type { Bus, DeadLetter } from "../ports/bus.ts";
import { type Channel, type ConsumeMessage, type GetMessage, onOwnChannel } from "./rabbit-connection.ts";
import { messageOf } from "./rabbit-consumer.ts";
import type { Outgoing, Publisher } from "./rabbit-publisher.ts";
import { deadQueueOf } from "./rabbit-topology.ts";

/** Ours; and what the broker notes when its own delivery limit struck. */
const reasonHeader = "newfeed-reason";
const timeHeader = "newfeed-set-aside-at";
interface Headers {
  [reasonHeader]?: string;
  [timeHeader]?: string;
  "x-death"?: { reason: string; time: { value: number } }[];
}

const outgoing = (key: string, { id, type }: { id: string; type: string }, body: string | Buffer, headers: Headers = {}): Outgoing => ({
  exchange: "",
  key,
  id,
  type,
  body,
  headers: { ...headers },
  mandatory: true,
});

function letterOf(message: GetMessage): DeadLetter {
  const { id, type, body } = messageOf(message);
  const headers: Headers = message.properties.headers ?? {};
  const [death] = headers["x-death"] ?? [];
  const at = headers[timeHeader] ?? (death ? death.time.value * 1000 : 0);
  return { key: id, id, type, body, reason: headers[reasonHeader] ?? death?.reason.replace("_", " ") ?? "unknown", at: new Date(at) };
}

const deadLetterHeaders = (reason: string): Headers => ({ [reasonHeader]: reason.slice(0, 2_000), [timeHeader]: new Date().toISOString() });

/** Puts a delivery to its queue's dead letters, byte for byte. */
export const deadLetter = (publisher: Publisher, queue: string, delivery: ConsumeMessage, reason: string): Promise<void> =>
  publisher.publish([outgoing(deadQueueOf(queue), messageOf(delivery), delivery.content, deadLetterHeaders(reason))]);

/**
 * Dead letters in a queue of their own. Looking means taking them out and giving them back: each look has a connection
 * for itself, so that whatever interrupts it, the broker puts all of them back in order.
 */
export function deadLettersOn(url: string, publisher: Publisher): Bus["deadLetters"] {
  /** Takes letters out in order until `wanted` says enough, gives `work` the last of them, and the rest back. */
  async function look<T>(queue: string, work: (next: () => Promise<GetMessage | false>, channel: Channel) => Promise<T>): Promise<T> {
    return onOwnChannel(url, async (channel) => {
      const result = await work(() => channel.get(deadQueueOf(queue)), channel);
      // Told, not left to the closing: the next look must find them.
      channel.nackAll(true);
      return result;
    });
  }

  const take = (queue: string, key: string, before: (message: GetMessage) => Promise<void>): Promise<boolean> =>
    look(queue, async (next, channel) => {
      for (let message = await next(); message; message = await next()) {
        if (messageOf(message).id !== key) continue;
        await before(message);
        channel.ack(message);
        return true;
      }
      return false;
    });

  return {
    add: (queue, message, reason) => publisher.publish([outgoing(deadQueueOf(queue), message, message.body, deadLetterHeaders(reason))]),
    list: (queue, limit) =>
      look(queue, async (next) => {
        const letters: DeadLetter[] = [];
        for (let message = await next(); message; message = letters.length < limit && (await next())) letters.push(letterOf(message));
        return letters;
      }),
    replay: (queue, key) => take(queue, key, (message) => publisher.publish([outgoing(queue, messageOf(message), message.content)])),
    drop: (queue, key) => take(queue, key, async () => {}),
  };
}
