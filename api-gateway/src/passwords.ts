import type { IncomingMessage, ServerResponse } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";

/** Makes that header of the password of HTTP Basic (RFC 7617), unless it is given. False when neither is there. */
export function takePassword({ headers }: IncomingMessage, header: string): boolean {
  const encoded = /^Basic ([A-Za-z0-9+/=_-]{1,1024})$/i.exec(headers.authorization ?? "")?.[1];
  if (encoded !== undefined) {
    const pair = Buffer.from(encoded, "base64").toString("utf8");
    // Names have no colon, passwords may.
    headers[header] ??= pair.slice(pair.indexOf(":") + 1);
    delete headers.authorization;
  }
  return headers[header] !== undefined;
}

/** Some callers, such as Amazon SNS, give a password only after they were asked for it. */
export function askForPassword(response: ServerResponse): Problem {
  response.setHeader("www-authenticate", 'Basic realm="NewFeed", charset="UTF-8"');
  return new Problem("unauthenticated", { message: "This needs a secret, as the password of HTTP Basic." });
}
