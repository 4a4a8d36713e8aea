import { inspect } from "node:util";
import { redact } from "./logger.ts";

/** Prints what the operator of a process reads: text, or where logs are JSON, an object a line like theirs. */
export interface Printer {
  /** To standard output. */
  print(text: string): void;
  /** To standard error: a text, or an error with its stack. */
  fail(failure: unknown): void;
  /** To standard error, beside what is printed. */
  note(text: string): void;
}

const asJson = (level: string, message: string, fields: object = {}) =>
  `${JSON.stringify({ timestamp: new Date().toISOString(), level, message: redact(message), ...fields })}\n`;

const jsonPrinter: Printer = {
  print: (text) => void process.stdout.write(asJson("info", text.trim())),
  note: (text) => void process.stderr.write(asJson("info", text)),
  fail: (failure) =>
    void process.stderr.write(failure instanceof Error ? asJson("error", failure.message, { error: redact(failure) }) : asJson("error", String(failure))),
};

const textPrinter: Printer = {
  print: (text) => void process.stdout.write(`${text}\n`),
  note: (text) => void process.stderr.write(`${text}\n`),
  fail: (failure) => void process.stderr.write(`${failure instanceof Error ? inspect(failure) : failure}\n`),
};

export const createPrinter = (json: boolean): Printer => (json ? jsonPrinter : textPrinter);

/** Has JSON too what Node itself would print as text: warnings, and the error that ends the process. */
export function printAllAsJson(): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => process.stderr.write(asJson("warn", warning.message, { warning: warning.name })));
  process.on("uncaughtException", (error) => {
    jsonPrinter.fail(error);
    process.exit(1);
  });
}
