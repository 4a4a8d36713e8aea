import type { AddressInfo } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

export type { ParsedMail } from "mailparser";
export const parseMail = (message: Buffer): Promise<ParsedMail> => simpleParser(message);

/** A mail server that keeps what it takes. */
export interface TestSmtpServer {
  url: string;
  received: ParsedMail[];
  /** Answers the next mails to this address with this code instead. */
  refuse(address: string, code: number): void;
  accept(address: string): void;
  /** Takes mails from now on, and never says so. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

const refusal = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });

/** A real SMTP server (npm smtp-server) on the loopback address, without TLS. */
export async function startSmtpServer(): Promise<TestSmtpServer> {
  const received: ParsedMail[] = [];
  const refused = new Map<string, number>();
  let frozen = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    size: 1_000_000,
    onRcptTo({ address }, _session, done) {
      const code = refused.get(address);
      done(code === undefined ? null : refusal(code, `${code} no mail for ${address}`));
    },
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        received.push(mail);
        if (!frozen) done();
      }, done);
    },
  });
  // A client that gives up closes its connection.
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received,
    refuse: (address, code) => void refused.set(address, code),
    accept: (address) => void refused.delete(address),
    freeze() {
      frozen = true;
    },
    thaw() {
      frozen = false;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
