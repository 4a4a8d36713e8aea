import { once } from "node:events";
import { createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { EventStream, StreamText } from "./event-stream.ts";

const http = createServer();
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  ({ port } = http.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => http.close(resolve)));

const nextResponse = async () => (await once(http, "request"))[1] as ServerResponse;

describe("an event stream", () => {
  test("is what a stock EventSource reads, one write for each text", async () => {
    const requested = nextResponse();
    const source = new EventSource(`http://127.0.0.1:${port}/`);
    const response = await requested;
    const stream = new EventStream(response);
    stream.write(new StreamText("data: before the head\n\n"));
    stream.open();
    const seen: string[] = [];
    source.onmessage = ({ data }) => seen.push(data);
    const write = vi.spyOn(response.socket as NonNullable<typeof response.socket>, "write");
    const numbers = Array.from({ length: 50 }, (_, index) => String(index));
    stream.write(new StreamText(numbers.map((number) => `data: ${number}\n\n`).join("")));
    expect(write).toHaveBeenCalledTimes(1);
    await stream.handOver(new StreamText("data: café\n\n"));
    await eventually(() => expect(seen).toEqual([...numbers, "café"]));
    stream.end("data: last\n\n");
    expect(stream.closed).toBe(true);
    stream.write(new StreamText("data: too late\n\n"));
    await eventually(() => expect(seen).toEqual([...numbers, "café", "last"]));
    source.close();
  });

  test("ends as HTTP says, with its last chunk", async () => {
    const requested = nextResponse();
    const request = get({ port, host: "127.0.0.1" });
    const stream = new EventStream(await requested);
    stream.open();
    stream.write(new StreamText("data: 1\n\n"));
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    let body = "";
    answer.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    stream.end("data: 2\n\n");
    await once(answer, "end");
    expect(body).toBe("data: 1\n\ndata: 2\n\n");
    expect(answer.complete).toBe(true);
  });

  test("has no chunks for a client of HTTP/1.0", async () => {
    const requested = nextResponse();
    const client = connect(port, "127.0.0.1");
    let received = "";
    client.setEncoding("utf8").on("data", (text: string) => {
      received += text;
    });
    client.write("GET / HTTP/1.0\r\n\r\n");
    const stream = new EventStream(await requested);
    stream.open();
    stream.write(new StreamText("data: 1\n\n"));
    stream.end();
    await once(client, "end");
    expect(received.split("\r\n\r\n")[1]).toBe("data: 1\n\n");
  });

  test("counts what waits for a client that does not read, and closes when it is cut", async () => {
    const requested = nextResponse();
    const client = connect(port, "127.0.0.1");
    client.on("error", () => {});
    client.pause();
    client.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    const stream = new EventStream(await requested);
    stream.open();
    const text = new StreamText(`data: ${"x".repeat(100_000)}\n\n`);
    await eventually(() => {
      for (let times = 0; times < 20; times++) stream.write(text);
      expect(stream.queuedBytes).toBeGreaterThan(1_000_000);
    });
    const handedOver = stream.handOver(text);
    stream.cut();
    await expect(handedOver).rejects.toThrow();
    expect(stream.closed).toBe(true);
    client.destroy();
  });
});
