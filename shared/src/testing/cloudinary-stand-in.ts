import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A stand-in for Cloudinary, which cannot run here: an HTTP server on this machine that takes signed uploads and
 * removals as its upload API does, and serves what it holds. It knows nothing of transformations.
 */
export async function startCloudinaryStandIn() {
  const secret = "stand-in-secret";
  const held = new Map<string, Buffer>();
  let failing = false;

  /** Upload API reference, "Authentication signatures": SHA of the sorted parameters and the secret. */
  function isSigned(fields: Map<string, string>): boolean {
    const signed = [...fields].filter(([name]) => !["file", "api_key", "signature", "resource_type", "cloud_name"].includes(name));
    const text = signed
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join("&");
    return ["sha1", "sha256"].some(
      (algorithm) =>
        createHash(algorithm)
          .update(text + secret)
          .digest("hex") === fields.get("signature"),
    );
  }

  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (request.method === "GET") {
      // Any version will do, and the extension asks for a format.
      const [, kind, publicId] =
        /^\/demo\/(image|video)\/upload\/v\d+\/(.+)\.\w+$/.exec(path) ?? /^\/demo\/(raw)\/upload\/fl_attachment\/v\d+\/(.+)$/.exec(path) ?? [];
      const file = held.get(`${kind}/${publicId}`);
      return file ? response.writeHead(200).end(file) : response.writeHead(404).end();
    }
    const [, version, cloud, kind, action] = path.split("/");
    if (version !== "v1_1" || cloud !== "demo") return answer(404, { error: { message: "unknown cloud" } });
    const form = await new Response(request as never, { headers: { "content-type": request.headers["content-type"] ?? "" } }).formData().catch(() => null);
    // The caller left in the middle.
    if (!form) return response.destroy();
    if (failing) return answer(500, { error: { message: "out of order" } });
    const fields = new Map([...form].flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])));
    if (!isSigned(fields)) return answer(401, { error: { message: "Invalid Signature" } });
    const key = `${kind}/${fields.get("public_id")}`;
    if (action === "destroy") return answer(200, { result: held.delete(key) ? "ok" : "not found" });
    const file = form.get("file");
    if (action !== "upload" || !(file instanceof Blob)) return answer(400, { error: { message: "Missing required parameter - file" } });
    held.set(key, Buffer.from(await file.arrayBuffer()));
    return answer(200, {
      public_id: fields.get("public_id"),
      resource_type: kind,
      secure_url: `${address()}/demo/${kind}/upload/v1712345678/${fields.get("public_id")}.bin`,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    /** Values of CLOUDINARY_URL and CLOUDINARY_UPLOAD_PREFIX. */
    url: `cloudinary://stand-in-key:${secret}@demo`,
    uploadPrefix: address(),
    /** The value of CLOUDINARY_BASE_URL. */
    baseUrl: `${address()}/demo`,
    held,
    /** Makes every call fail, until called with false. */
    fail(now: boolean) {
      failing = now;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
