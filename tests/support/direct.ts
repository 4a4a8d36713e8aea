import { type IncomingHttpHeaders, request } from "node:http";

/** Calls a listener at `unix:/…` or `http://…` directly, bypassing the gateway. */
export function direct(
  at: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  const where = at.startsWith("unix:") ? { socketPath: at.slice("unix:".length) } : { host: new URL(at).hostname, port: new URL(at).port };
  const text = body && JSON.stringify(body);
  // Node states no length for the body of a GET: the server would take it for another request, and close the connection.
  const entity = text !== undefined && { "content-type": "application/json", "content-length": `${Buffer.byteLength(text)}` };
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...where, method, path, headers: { ...entity, ...headers } }, (response) => {
      let answer = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        answer += chunk;
      });
      response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: answer }));
    });
    outgoing.once("upgrade", ({ statusCode = 0, headers: answered }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, headers: answered, text: "" });
    });
    outgoing.once("error", reject).end(text);
  });
}
