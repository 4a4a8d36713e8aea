import { createPrinter } from "@newfeed/shared/runtime/printer.ts";
import { DemoFailed, seedDemo } from "./demo.ts";

const { print, fail } = createPrinter(process.env.LOG_FORMAT === "json");
const url = (process.env.NEWFEED_URL || "http://localhost:8080").replace(/\/+$/, "");
try {
  for (const line of await seedDemo(url)) print(line);
} catch (error) {
  if (!(error instanceof DemoFailed)) throw error;
  fail(error.message);
  process.exitCode = 1;
}
