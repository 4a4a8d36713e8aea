import type { LogFields, Logger } from "../ports/logger.ts";

export interface LoggedLine {
  level: keyof Omit<Logger, "child">;
  message: string;
  fields: LogFields;
}

/** A logger that keeps its lines. */
export function recordedLogger(): { logger: Logger; lines: LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const at =
    (level: LoggedLine["level"]) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, fields });
  const logger: Logger = { error: at("error"), warn: at("warn"), info: at("info"), http: () => {}, debug: () => {}, child: () => logger };
  return { logger, lines };
}
