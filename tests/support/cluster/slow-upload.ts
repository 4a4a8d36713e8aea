import { Agent, request } from "node:http";
import type { Person } from "../feed.ts";
import { twoHalves } from "../pictures.ts";

/** An upload with half of its body sent; `finish` sends the rest. */
export interface SlowUpload {
  finish(): Promise<{ status: number; id: string }>;
}

/** Begins an upload to one instance, bypassing nginx, large enough that a gateway streams it. */
export async function beginUpload(port: number, person: Person): Promise<SlowUpload> {
  const picture = await twoHalves(400, 200).png({ compressionLevel: 0 }).toBuffer();
  const head = '--b\r\ncontent-disposition: form-data; name="image"; filename="a.png"\r\ncontent-type: image/png\r\n\r\n';
  const body = Buffer.concat([Buffer.from(head), picture, Buffer.from("\r\n--b--\r\n")]);
  const headers = { authorization: `Bearer ${person.token}`, "content-type": "multipart/form-data; boundary=b", "content-length": body.length };
  const call = request({ host: "127.0.0.1", port, method: "POST", path: "/api/media/upload/image", headers });
  const result = new Promise<{ status: number; id: string }>((resolve, reject) => {
    call.on("response", async (response) => {
      const text = (await response.setEncoding("utf8").toArray()).join("");
      resolve({ status: response.statusCode ?? 0, id: (JSON.parse(text) as { id: string }).id });
    });
    call.on("error", reject);
  });
  // Handled in `finish`.
  result.catch(() => {});
  const half = Math.floor(body.length / 2);
  await new Promise<void>((resolve) => call.write(body.subarray(0, half), () => resolve()));
  return {
    finish() {
      call.end(body.subarray(half));
      return result;
    },
  };
}

/** Checks an instance's readiness over a keep-alive connection, even when it accepts no new ones. */
export function openHealthCheck(port: number): { check(): Promise<{ status: number; health: string }>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    check: () =>
      new Promise((resolve, reject) => {
        request({ host: "127.0.0.1", port, path: "/health/ready", agent }, async (response) => {
          const text = (await response.setEncoding("utf8").toArray()).join("");
          resolve({ status: response.statusCode ?? 0, health: (JSON.parse(text) as { status: string }).status });
        })
          .on("error", reject)
          .end();
      }),
    close: () => agent.destroy(),
  };
}
