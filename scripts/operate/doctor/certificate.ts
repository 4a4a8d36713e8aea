import { once } from "node:events";
import { isIP } from "node:net";
import { connect } from "node:tls";
import { type Check, type Finding, failed, ok, skipped, warning } from "@newfeed/shared/doctor/finding.ts";

const day = 86_400_000;
const leftMs = { warning: 21 * day, failed: 3 * day };
const answerWithinMs = 10_000;

async function certificate(base: URL): Promise<Finding> {
  const name = "certificate";
  if (base.protocol !== "https:") {
    const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(base.hostname);
    return isLocal
      ? skipped(name, "this address is not HTTPS")
      : failed(
          name,
          "this address is not HTTPS",
          "Passwords and sessions can be read on the way, and browsers allow no passkeys and pushes: put nginx with a certificate in front.",
        );
  }
  const host = base.hostname.replace(/^\[|\]$/g, "");
  // RFC 6066, section 3: an address is no server name.
  const socket = connect({ host, port: Number(base.port || 443), ...(isIP(host) === 0 && { servername: host }), rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(answerWithinMs) });
    const { valid_to: end } = socket.getPeerCertificate();
    const left = Date.parse(end) - Date.now();
    const what = `it ends on ${new Date(end).toISOString().slice(0, 10)}`;
    const renew = "Renew it, and have nginx read it again (`nginx -s reload`, no connection is lost).";
    if (!socket.authorized) return failed(name, `clients do not trust it: ${socket.authorizationError}`, renew);
    if (left > leftMs.warning) return ok(name, what);
    return left > leftMs.failed ? warning(name, what, renew) : failed(name, what, renew);
  } catch (error) {
    return skipped(name, `there is none to look at: ${(error as Error).message}`);
  } finally {
    socket.destroy();
  }
}

/** What a page cannot see: before it there is a browser that trusted it. */
export const certificateCheck = (base: URL): Check => ({ name: "certificate", look: () => certificate(base) });
