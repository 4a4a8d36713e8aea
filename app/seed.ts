import { DemoFailed, seedDemo } from "./demo.ts";

const url = (process.env.NEWFEED_URL || "http://localhost:8080").replace(/\/+$/, "");
try {
  for (const line of await seedDemo(url)) console.log(line);
} catch (error) {
  if (!(error instanceof DemoFailed)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
