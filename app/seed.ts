import { DemoRefused, plantDemo } from "./demo.ts";

const url = (process.env.NEWFEED_URL || "http://localhost:8080").replace(/\/+$/, "");
try {
  for (const line of await plantDemo(url)) console.log(line);
} catch (error) {
  if (!(error instanceof DemoRefused)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
