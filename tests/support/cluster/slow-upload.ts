import { Agent, request } from "node:http";
import type { Person } from "../feed.ts";
import { twoHalves } from "../pictures.ts";

/** An upload whose body is half sent, until it is told to go on. */
export interface SlowUpload {
  finish(): Promise<{ status: number; id: string }>;
}

/** Straight to one instance, past nginx: it is to be known whose hands it is in. Long enough that a gateway passes it on as it comes. */
export async function beginUpload(port: number, person: Person): Promise<SlowUpload> {
  const picture = await twoHalves(400, 200).png({ compressionLevel: 0 }).toBuffer();
  const head = '--b\r\ncontent-disposition: form-data; name="image"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n';
  const body = Buffer.concat([Buffer.from(head), picture, Buffer.from("\r\n--b--\r\n")]);
  const headers = { authorization: `Bearer ${person.token}`, "content-type": "multipart/form-data; boundary=b", "content-length": body.length };
  const call = request({ host: "127.0.0.1", port, method: "POST", path: "/api/media/upload/image", headers });
  const answer = new Promise<{ status: number; id: string }>((resolve, reject) => {
    call.on("response", async (response) => {
      const text = (await response.setEncoding("utf8").toArray()).join("");
      resolve({ status: response.statusCode ?? 0, id: (JSON.parse(text) as { id: string }).id });
    });
    call.on("error", reject);
  });
  // Looked at when it is finished.
  answer.catch(() => {});
  const half = Math.floor(body.length / 2);
  await new Promise<void>((resolve) => call.write(body.subarray(0, half), () => resolve()));
  return {
    finish() {
      call.end(body.subarray(half));
      return answer;
    },
  };
}

/** Asks an instance how it is, over a connection that is kept: also when it takes no new ones any more. */
export function keptHealth(port: number): { ask(): Promise<{ status: number; said: string }>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    ask: () =>
      new Promise((resolve, reject) => {
        request({ host: "127.0.0.1", port, path: "/health/ready", agent }, async (response) => {
          const text = (await response.setEncoding("utf8").toArray()).join("");
          resolve({ status: response.statusCode ?? 0, said: (JSON.parse(text) as { status: string }).status });
        })
          .on("error", reject)
          .end();
      }),
    close: () => agent.destroy(),
  };
}
